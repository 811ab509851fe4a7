package world

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// ask is a question to the list of the association.
type ask struct {
	at      int64
	asker   int
	topic   int
	text    int // index of the topic's asks
	answers []answer
	able    []AskCandidate
}

type answer struct {
	at     int64
	person int
	able   bool
}

type need struct {
	at       int64
	person   int
	topic    int // -1 for a want of daily life
	want     int
	city     int
	answered int64
	captured bool
}

type praise struct {
	at              int64
	author, subject int
	topic           int
	channel         string
}

// question plans the questions on the list: who knows about the subject and is willing answers more often, above all to
// somebody near.
func (w *world) question() {
	members := w.groups[2].members
	if len(members) < 5 {
		return
	}
	r := random.Stream(w.seed, "asks")
	everyone := append([]int{0}, members...)
	asking := make([]float64, len(everyone))
	for i, id := range everyone {
		asking[i] = 0.3 + w.people[id].activity
	}
	asking[0] *= 2
	n := int(w.options.Years * min(220, 20+float64(len(members))*0.6))
	for range n {
		a := ask{asker: everyone[r.Weighted(asking)], topic: r.IntN(len(topics))}
		a.at = w.workTime(r, w.start+int64(r.Float64()*float64(w.until-w.start-3*day)))
		a.text = r.IntN(len(topics[a.topic].asks))
		for _, id := range everyone {
			p := &w.people[id]
			if id == a.asker {
				continue
			}
			level := p.skill(a.topic)
			near := w.nearness(a.asker, id, a.at)
			// The skilled answer because they can, the talkative now and then because they are there.
			chance := 0.006 * math.Min(4, p.activity)
			if level > 0 {
				chance = random.Logistic(-3.1 + 2.2*level + 2.6*p.willing + 1.4*near + 0.35*math.Log(p.activity))
				a.able = append(
					a.able,
					AskCandidate{
						key(id),
						random.Round4(level),
						random.Round4(p.willing),
						random.Round4(near),
						random.Round4(chance),
					},
				)
			}
			if r.Chance(chance) {
				at := w.later(r, a.at, 4+8*(1-p.willing), false)
				// Who is out of touch with the owner stays so: no talk of the two on the list either.
				if at < w.until && !(a.asker == 0 && !p.tie.open(at) && p.tie.plan != planNone) &&
					!(id == 0 && !w.people[a.asker].tie.open(at) && w.people[a.asker].tie.plan != planNone) {
					a.answers = append(a.answers, answer{at, id, level > 0})
				}
			}
		}
		slices.SortStableFunc(a.answers, func(x, y answer) int { return cmp.Compare(x.at, y.at) })
		slices.SortStableFunc(a.able, func(x, y AskCandidate) int {
			return cmp.Or(cmp.Compare(y.Probability, x.Probability), strings.Compare(x.Person, y.Person))
		})
		w.asks = append(w.asks, a)
	}
	slices.SortStableFunc(w.asks, func(x, y ask) int { return cmp.Compare(x.at, y.at) })
}

// nearness is the strength of the tie of any two people at a moment.
func (w *world) nearness(a, b int, at int64) float64 {
	switch {
	case a == 0:
		return w.people[b].tie.closeness(at)
	case b == 0:
		return w.people[a].tie.closeness(at)
	}
	if x := w.between(a, b); x != nil && x.alive(at) {
		return x.strength
	}
	return 0
}

// need plans what people needed, and notes who likes what.
func (w *world) needs() {
	r := random.Stream(w.seed, "needs")
	var known []int
	for i := 1; i < len(w.people); i++ {
		if p := &w.people[i].tie; p.plan != planNone && p.plan != planLatent {
			known = append(known, i)
		}
	}
	if len(known) == 0 {
		return
	}
	add := func(at int64, open bool) {
		id := random.Pick(r, known)
		if !w.people[id].tie.open(at) {
			return
		}
		n := need{
			at: w.workTime(r, at), person: id, topic: -1, want: r.IntN(len(wants)), city: w.someCity(r),
			captured: r.Chance(0.8),
		}
		if r.Chance(0.6) {
			n.topic = r.IntN(len(topics))
			if open && r.Chance(0.4) {
				n.topic = random.Pick(r, w.people[0].skills).topic
			}
		}
		if !open {
			n.answered = min(n.at+int64(r.Between(5, 90)*day), w.until)
		} else {
			n.captured = true
		}
		w.needed = append(w.needed, n)
	}
	for range int(w.options.Years * min(60, 6+float64(len(known))/12)) {
		add(w.start+int64(r.Float64()*0.93*float64(w.until-w.start)), r.Chance(0.08))
	}
	for range 5 + min(60, len(known)/30) {
		add(w.until-int64(r.Between(2, 80)*day), true)
	}
	slices.SortStableFunc(w.needed, func(a, b need) int { return cmp.Compare(a.at, b.at) })
}

func (n *need) text(lang string) string {
	if n.topic < 0 {
		if lang == "en" {
			return fmt.Sprintf(wants[n.want].en, cast.Cities[n.city].Name)
		}
		return fmt.Sprintf(wants[n.want].nl, cast.Cities[n.city].Name)
	}
	if lang == "en" {
		return "needs help with " + topics[n.topic].en
	}
	return "zoekt iemand voor " + topics[n.topic].nl
}

// applaud plans the praise: received by the owner, given by the owner, and among others.
func (w *world) applaud() {
	r := random.Stream(w.seed, "praise")
	channels := []string{"linkedin", "endorsement", "mail", "capture"}
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		if p.tie.plan == planNone || p.tie.plan == planLatent || w.groups[p.group].kind == family {
			continue
		}
		best := 0.0
		for _, x := range p.tie.windows {
			best = max(best, p.tie.closeness(x.until))
		}
		for range r.Weighted([]float64{1, 0.25 + 0.6*best, 0.3 * best}) {
			x := praise{
				author:  i,
				subject: 0,
				topic:   random.Pick(r, w.people[0].skills).topic,
				channel: random.Pick(r, channels),
			}
			if r.Chance(0.35) && len(p.skills) > 0 {
				x.author, x.subject, x.topic = 0, i, random.Pick(r, p.skills).topic
			}
			until := w.until
			if p.tie.silence != 0 {
				until = p.tie.silence - 15*day
			}
			if until < p.tie.met+30*day {
				continue
			}
			x.at = w.workTime(r, p.tie.met+int64(r.Between(0.1, 0.95)*float64(until-p.tie.met)))
			w.praised = append(w.praised, x)
		}
		if len(w.around[i]) > 0 && r.Chance(0.05) {
			q := w.other(int(random.Pick(r, w.around[i])), i)
			if s := &w.people[q]; s.tie.plan != planNone && len(s.skills) > 0 && p.tie.open(w.until-1) {
				w.praised = append(w.praised, praise{
					w.workTime(
						r,
						w.until-int64(r.Between(5, 300)*day),
					),
					i,
					q,
					random.Pick(r, s.skills).topic,
					"capture",
				})
			}
		}
	}
	slices.SortStableFunc(w.praised, func(a, b praise) int { return cmp.Compare(a.at, b.at) })
}

func (x *praise) text(lang string) string {
	t := &topics[x.topic]
	n := random.Hash(uint64(x.at), "praise") % 4
	if lang == "en" {
		return fmt.Sprintf([]string{
			"Helped us with %s and made it look easy.", "The clearest thinking on %s I have met in years.",
			"Patient, precise, and very good at %s.", "Thanks to this work on %s our readers finally write back.",
		}[n], t.en)
	}
	return fmt.Sprintf([]string{
		"Hielp ons met %s en liet het makkelijk lijken.", "Helder over %s, en altijd op tijd met een beter idee.",
		"Geduldig, precies en heel goed in %s.", "Dankzij het werk aan %s schrijven onze lezers eindelijk terug.",
	}[n], t.nl)
}
