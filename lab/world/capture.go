package world

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// CaptureLine is one line that a user typed on a day.
type CaptureLine struct {
	Day  time.Time // midnight UTC of the day on which the line was typed
	Text string
}

// CaptureLines reads a file of captures: lines of a day (YYYY-MM-DD), a tab and the capture. Empty lines and lines that
// begin with # are passed over. Lines that cannot be read are named in the error, and all others are returned with it.
func CaptureLines(r io.Reader) ([]CaptureLine, error) {
	const longest = 1 << 20
	in := bufio.NewScanner(r)
	in.Buffer(nil, longest)
	var (
		out []CaptureLine
		bad []string
	)
	for n := 1; in.Scan(); n++ {
		text := strings.TrimSuffix(strings.TrimPrefix(in.Text(), "\ufeff"), "\r")
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		on, capture, ok := strings.Cut(text, "\t")
		at, err := time.Parse(time.DateOnly, on)
		if capture = strings.TrimSpace(capture); !ok || err != nil || capture == "" {
			if len(bad) < 10 {
				bad = append(bad, fmt.Sprint(n))
			}
			continue
		}
		out = append(out, CaptureLine{at, capture})
	}
	if err := in.Err(); err != nil {
		return out, fmt.Errorf("read captures: %w", err)
	}
	if len(bad) > 0 {
		return out, fmt.Errorf("read captures: no day, tab and text on line %s", strings.Join(bad, ", "))
	}
	return out, nil
}

// handle is how the owner writes somebody in a capture: the given name alone when only one person known has it, else
// the whole name in quotes.
func (w *world) handle(id int, r *random.Source) string {
	p := &w.people[id]
	if w.namesake[id] {
		// Two people of one name: only the address tells them apart.
		return "@" + p.work(monthOf(w.end))
	}
	if w.sameGiven[p.Given] == 1 && r.Chance(0.75) {
		return "@" + strings.ToLower(p.Given)
	}
	return `@"` + p.Write(cast.Usual) + `"`
}

// capture writes the notes that the owner made along the way.
func (w *world) capture() {
	r := random.Stream(w.seed, "captures")
	w.sameGiven = map[string]int{}
	for i := 1; i < len(w.people); i++ {
		if w.people[i].tie.plan != planNone {
			w.sameGiven[w.people[i].Given]++
		}
	}
	add := func(at int64, kind string, people []int, about int64, text, line string) {
		w.captures = append(w.captures,
			TruthCapture{Day: dayOf(at), Line: line, Kind: kind, People: keys(people), When: dayOf(about), Text: text})
		for _, id := range people {
			name := w.people[id].Write(cast.Usual)
			if !strings.Contains(line, name) {
				name = w.people[id].Given
			}
			x := Identity{Source: "capture", Name: name}
			if w.namesake[id] {
				x = Identity{Source: "capture", Address: w.people[id].work(monthOf(w.end))}
			}
			w.saw(id, x)
		}
	}
	inEnglish := func() bool { return r.Chance(0.3) }
	for i := range w.gifts {
		g := &w.gifts[i]
		if !g.logged {
			continue
		}
		en := inEnglish()
		note := g.note(lang(en))
		verb := map[bool]string{true: "gave", false: "gaf"}[en]
		var to []string
		for _, q := range g.receivers {
			to = append(to, w.handle(q, r))
		}
		link := ""
		if k := giftKinds[g.kind].name; k == "knowledge" || k == "resource" {
			link = "https://kennisbank.example/" + topics[g.topic].link + " "
		}
		whom := strings.Join(to, " ")
		if whom == "" {
			whom = map[bool]string{true: "everybody", false: "iedereen"}[en]
		}
		if giftKinds[g.kind].name == "introduction" && len(to) == 2 {
			line := fmt.Sprintf(`stelde %s voor aan %s "%s"`, to[0], to[1], note)
			if en {
				line = fmt.Sprintf(`introduced %s to %s "%s"`, to[0], to[1], note)
			}
			add(g.at, "introduction", g.receivers, g.at, note, line)
			continue
		}
		add(g.at, "gift", g.receivers, g.at, note,
			fmt.Sprintf(`%s %s %s"%s" %d min`, verb, whom, link, note, g.minutes))
	}
	for i := range w.returns {
		x := &w.returns[i]
		if !x.logged {
			continue
		}
		en := inEnglish()
		what, verb, from, note := returnKinds[x.kind].nl, "kreeg", "van", topics[x.topic].nl
		if en {
			what, verb, from, note = returnKinds[x.kind].en, "got", "from", topics[x.topic].en
		}
		line := fmt.Sprintf(`%s %s %s %s "%s"`, verb, what, from, w.handle(x.from, r), note)
		people := []int{x.from}
		if x.told {
			line += " via " + w.handle(x.path[0], r)
			people = append(people, x.path[0])
		}
		add(x.at, "return", people, x.at, note, line)
	}
	for i := range w.needed {
		n := &w.needed[i]
		if !n.captured {
			continue
		}
		text := n.text(lang(inEnglish()))
		add(n.at, "need", []int{n.person}, n.at, text, w.handle(n.person, r)+" "+text)
	}
	for i := range w.favours {
		f := &w.favours[i]
		if !r.Chance(0.7) {
			continue
		}
		line := fmt.Sprintf(`vroeg %s om "%s": %s`, w.handle(f.person, r), favours[f.what].nl,
			map[bool]string{true: "ja", false: "nee"}[f.yes])
		if inEnglish() {
			line = fmt.Sprintf(`asked %s for "%s": %s`, w.handle(f.person, r), favours[f.what].en,
				map[bool]string{true: "yes", false: "no"}[f.yes])
		}
		add(f.at, "favour", []int{f.person}, f.at, favours[f.what].nl, line)
	}
	for i := range w.praised {
		x := &w.praised[i]
		if x.channel != "capture" || x.subject == 0 || x.author == 0 {
			continue
		}
		text := x.text("nl")
		add(x.at, "praise", []int{x.author, x.subject}, x.at, text,
			fmt.Sprintf(`%s over %s: "%s"`, w.handle(x.author, r), w.handle(x.subject, r), text))
	}
	w.captureMeetings(r, add)
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		if p.pastime < 0 || !p.tie.open(w.start+1) && p.tie.met > w.until-day || p.tie.plan == planNone ||
			p.tie.plan == planLatent || !r.Chance(0.35) {
			continue
		}
		at := p.tie.met + int64(r.Float64()*float64(w.until-p.tie.met))
		line := w.handle(i, r) + " houdt van " + pastimes[p.pastime].nl
		if inEnglish() {
			line = w.handle(i, r) + " likes " + pastimes[p.pastime].en
		}
		w.interests[i] = true
		add(at, "interest", []int{i}, at, pastimes[p.pastime].nl, line)
	}
	for _, d := range w.distrust {
		if w.people[d[0]].tie.plan == planNone || w.people[d[1]].tie.plan == planNone {
			continue
		}
		at := w.change + int64(r.Float64()*float64(w.until-w.change))
		add(at, "apart", []int{d[0], d[1]}, at, "",
			fmt.Sprintf("liever niet samen: %s en %s", w.handle(d[0], r), w.handle(d[1], r)))
	}
	slices.SortStableFunc(w.captures, func(a, b TruthCapture) int { return cmp.Compare(a.Day, b.Day) })
}

// captureMeetings notes lunches, calls and first meetings that stand in no other file.
func (w *world) captureMeetings(r *random.Source, add func(int64, string, []int, int64, string, string)) {
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		kind := w.groups[p.group].kind
		if p.tie.plan == planNone || p.tie.plan == planLatent || kind == family {
			continue
		}
		if r.Chance(0.12) && len(p.jobs) > 0 && p.tie.met > w.start+day {
			place := cast.Cities[p.city].Name
			j := p.current()
			line := fmt.Sprintf("ontmoette %s (%s, %s) op borrel %s", p.Write(cast.Usual),
				w.orgs[j.org].name, j.title, place)
			if r.Chance(0.4) {
				line = fmt.Sprintf(
					"met %s (%s, %s) at borrel %s",
					p.Write(cast.Usual),
					w.orgs[j.org].name,
					j.title,
					place,
				)
			}
			add(p.tie.met, "met", []int{i}, p.tie.met, place, line)
			w.met(i, p.tie.met, true)
		}
		if p.tie.closeness(w.until) < 0.1 && !r.Chance(0.1) {
			continue
		}
		for range r.Whole(0, 2) {
			at := p.tie.met + int64(r.Float64()*float64(w.until-p.tie.met))
			if !p.tie.open(at) || p.tie.silence != 0 && at > p.tie.silence-3*day {
				continue
			}
			at = w.slot(r, at, 12, 12)
			if at >= w.until-day {
				continue
			}
			who := w.handle(i, r)
			on := time.Unix(at, 0).In(amsterdam)
			typed, line := at, ""
			switch r.IntN(6) {
			case 0:
				typed, line = at+day, "lunch "+who+" gisteren"
			case 1:
				typed, line = at+day, "lunch "+who+" yesterday"
			case 2:
				line = "lunch " + who
			case 3:
				line = fmt.Sprintf(`call %s "about %s" %s`, who, topics[i%len(topics)].en, on.Format("2 January 15:04"))
			case 4:
				line = fmt.Sprintf(`belde %s "over %s"`, who, topics[i%len(topics)].nl)
			case 5:
				line = "koffie met " + who + " op " + on.Format("02-01-2006")
			}
			kind := "lunch"
			switch {
			case strings.HasPrefix(line, "call"), strings.HasPrefix(line, "belde"):
				kind = "call"
			case strings.HasPrefix(line, "koffie"):
				kind = "coffee"
			}
			add(typed, kind, []int{i}, at, "", line)
			w.met(i, at, true)
		}
	}
}

func (w *world) writeCaptures(context.Context) error {
	const name = "captures.txt"
	w.truth.Captures = w.captures
	return w.create(filepath.Join(w.options.Dir, name), func(out *bufio.Writer) error {
		for _, c := range w.captures {
			fmt.Fprintf(out, "%s\t%s\n", c.Day, c.Line)
			w.truth.Counts[name]++
		}
		return nil
	})
}
