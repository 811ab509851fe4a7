package world

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gave.network/lab/world/random"
)

// favour is something small that the owner asked of somebody.
type favour struct {
	at     int64
	person int
	what   int
	p      float64
	yes    bool
}

var favours = []struct {
	nl, en string
	cost   float64 // how much it takes, in the measure of doubt
}{
	{"meelezen met een stuk", "reading a draft", 1.2},
	{"vijf minuten bellen over een aanpak", "a five minute call", 0.5},
	{"een naam van een goede drukker", "the name of a good printer", 0.1},
	{"een voorstelronde met een collega", "an introduction to a colleague", 0.7},
	{"een oude versie van een plan", "an old version of a plan", 0.2},
	{"een citaat voor een artikel", "a quote for an article", 0.5},
	{"een plekje in de nieuwsbrief", "a place in the newsletter", 0.9},
	{"een mening over twee ontwerpen", "an opinion on two designs", 0.3},
}

// How people decide about a favour. They weigh nothing that Gave computes: they keep a book of what they owe, which is
// paid off and forgotten all at once, have busy weeks and bad months, and stand to the owner on one of a few steps.
const (
	// doubt is the spread of what nobody foresees, not even who is asked.
	doubt = 0.6
	// eager is what speaks for a favour by itself.
	eager = 0.25
	// debt is what each thing that is owed adds, and mostOwed how much anybody feels to owe.
	debt, mostOwed = 0.7, 2.0
	// busyWeeks is how long a spell of work lasts, and busySpells which part of them are busy.
	busyWeeks, busySpells = 4, 0.3
)

// character is how somebody deals with favours: drawn once, and in no file.
type character struct {
	grateful float64 // how much of a gift is felt as owed
	forgets  int64   // after how long a gift is forgotten, in seconds
	shown    float64 // how much being praised by the owner is felt as owed
}

func (w *world) character(id int) character {
	r := random.Stream(w.seed, "character", id)
	return character{r.Between(0, 1.3), int64(r.LogNormal(14, 0.7) * 30 * day), r.Between(0, 1)}
}

// owed is what somebody feels to owe the owner at a moment, and how they answered of late. What is owed is paid off by
// a favour, and what was forgotten is not owed.
func (w *world) owed(id int, at int64) (owes float64, lastYes, lastNo int64, refused int) {
	c := w.character(id)
	type entry struct {
		at   int64
		felt float64
		paid bool
	}
	var book []entry
	for i := range w.gifts {
		if g := &w.gifts[i]; g.at < at && g.at > at-c.forgets && slices.Contains(g.receivers, id) {
			felt := c.grateful / math.Sqrt(float64(len(g.receivers)))
			if g.minutes < 10 { // a trifle
				felt /= 2
			}
			book = append(book, entry{g.at, felt, false})
		}
	}
	for i := range w.praised {
		if x := &w.praised[i]; x.author == 0 && x.subject == id && x.at < at && x.at > at-c.forgets {
			book = append(book, entry{x.at, c.shown, false})
		}
	}
	for i := range w.favours {
		switch f := &w.favours[i]; {
		case f.person != id || f.at >= at:
		case f.yes:
			lastYes, refused = f.at, 0
			book = append(book, entry{f.at, 0, true})
		default:
			lastNo = f.at
			refused++
		}
	}
	slices.SortStableFunc(book, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	for _, e := range book {
		owes = min(mostOwed, owes+e.felt)
		if e.paid {
			owes = max(0, owes-1)
		}
	}
	return owes, lastYes, lastNo, refused
}

// standing is on which step somebody stands to the owner: by how often they are in touch, if they are, and whether they
// have known each other for long.
func (t *tie) standing(at int64) float64 {
	out := -0.9
	if at >= t.met+2*365*day {
		out += 0.25
	}
	last, often := int64(0), math.Inf(1)
	for _, x := range t.windows {
		if x.from <= at {
			last = max(last, min(at, x.until))
		}
		if x.from <= at && at <= x.until {
			often = min(often, x.interval)
		}
	}
	switch {
	case often <= 21:
		return out + 1.9
	case often <= 60:
		return out + 1.4
	case !math.IsInf(often, 1):
		return out + 1
	case at-last < 365*day && last > 0:
		return out + 0.7
	}
	return out
}

// margin is by how much what speaks for a favour outweighs what speaks against it, when somebody is asked at a moment.
func (w *world) margin(id, what int, at int64) float64 {
	p := &w.people[id]
	owes, lastYes, lastNo, refused := w.owed(id, at)
	out := eager + 2.4*(p.willing-0.55) + p.tie.standing(at) + debt*owes - favours[what].cost
	for i := range w.praised { // who said it aloud stands by it
		if x := &w.praised[i]; x.author == id && x.subject == 0 && x.at < at {
			out += 0.5
			break
		}
	}
	switch {
	case lastYes > 0 && at-lastYes < 40*day: // not again
		out -= 0.7
	case refused >= 2: // who said no twice has made up their mind
		out -= 0.6
	case refused == 1 && at-lastNo < 150*day: // and who said no once makes up for it
		out += 0.4
	}
	spell := random.Stream(w.seed, "busy", id, int(at/(busyWeeks*7*day)))
	if spell.Chance(busySpells) {
		out -= 1.1
	}
	out += 0.45 * random.Stream(w.seed, "mood", id, int(at/(30*day))).NormFloat64()
	if t := time.Unix(at, 0).In(amsterdam); t.Weekday() == time.Friday && t.Hour() >= 13 || t.Weekday() == time.Monday {
		out -= 0.3
	}
	return out
}

// yes is the chance that what speaks for it is more than a doubt that nobody foresees.
func yes(margin float64) float64 { return 0.5 * math.Erfc(-margin/doubt/math.Sqrt2) }

// goodwill is the chance that somebody does the owner a small favour of any kind at a moment.
func (w *world) goodwill(id int, at int64) float64 {
	sum := 0.0
	for what := range favours {
		sum += yes(w.margin(id, what, at))
	}
	return sum / float64(len(favours))
}

// askFavours plans the small favours that the owner asked. An answer depends on those before it.
func (w *world) askFavours() {
	r := random.Stream(w.seed, "favours")
	n := int(w.options.Years * min(40, 8+float64(len(w.people))/12))
	var asked []favour
	for range n {
		at := w.start + int64(r.Between(0.05, 0.99)*float64(w.until-w.start))
		for range 20 {
			id := r.Whole(1, len(w.people)-1)
			p := &w.people[id]
			if !p.tie.open(at) || p.tie.silence != 0 && at > p.tie.silence-20*day || w.groups[p.group].kind == family ||
				r.Float64() > 0.25+p.tie.closeness(at) {
				continue
			}
			asked = append(asked, favour{at: w.workTime(r, at), person: id, what: r.IntN(len(favours))})
			break
		}
	}
	slices.SortStableFunc(asked, func(a, b favour) int { return cmp.Compare(a.at, b.at) })
	answers := random.Stream(w.seed, "answers to favours")
	for _, f := range asked {
		f.p = yes(w.margin(f.person, f.what, f.at))
		f.yes = answers.Chance(f.p)
		w.favours = append(w.favours, f)
	}
}
