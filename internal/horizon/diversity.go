package horizon

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// Diversity says how mixed a network is and how far it reaches.
type Diversity struct {
	People  int        `json:"people" doc:"whom you know and whose tie with you is not dormant; the figures are of these"`
	Dormant int        `json:"dormant" doc:"whose tie with you is dormant"`
	Traits  []Mix      `json:"traits"`
	One     int        `json:"one" doc:"people within one tie: those you know"`
	Two     int        `json:"two" doc:"people within two ties"`
	Three   int        `json:"three" doc:"people within three ties"`
	All     int        `json:"all" doc:"people of whom any tie is known"`
	Trend   []HalfYear `json:"trend" doc:"at the end of each half year, the oldest first; none where nothing has a date"`
	Undated int        `json:"undated" doc:"people whom you know without a date, who count from the beginning of the trend"`
	Wider   []WiderTie `json:"wider" doc:"who would make it more diverse: acquaintances to be, and dormant ties to wake"`
	Layers  []string   `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// Mix is how mixed the people are in one trait.
type Mix struct {
	Trait     string  `json:"trait" enum:"organisation,place,level,discipline,circle,sector"`
	Known     int     `json:"known" doc:"people of whom it is known"`
	Unknown   float64 `json:"unknown" doc:"the share of whom it is not known, from 0 to 1"`
	Differ    float64 `json:"differ" doc:"the chance that two of those of whom it is known differ, from 0 to 1 (Simpson 1949; Blau 1977)"`
	Entropy   float64 `json:"entropy" doc:"the entropy of Shannon over its greatest, from 0 to 1 (Pielou 1966)"`
	Effective float64 `json:"effective" doc:"how many equally common values would be as mixed (Hill 1973)"`
	Values    int     `json:"values" doc:"how many different ones there are"`
	Largest   []Part  `json:"largest" doc:"the most common that may be named"`
}

// Part is how many people are of one value.
type Part struct {
	Value  string `json:"value"`
	People int    `json:"people"`
}

// HalfYear is what a network was at the end of half a year, as far as first and last contacts tell.
type HalfYear struct {
	From   time.Time          `json:"from" doc:"its first day"`
	New    int                `json:"new" doc:"people with whom the first contact fell in it"`
	People int                `json:"people" doc:"whom you knew at its end, without those whose tie was dormant"`
	Two    int                `json:"two" doc:"people within two ties at its end"`
	Differ map[string]float64 `json:"differ" doc:"the chance that two of whom you knew differ, by trait, as they are known today"`
	Record string             `json:"record" doc:"whether what is on record is whole; begins where the record begins, so that who is new may be known longer; hole where it has a hole, so that some are missing" enum:"whole,begins,hole"`
}

// WiderTie is somebody who would make a network more diverse.
type WiderTie struct {
	people.Ref
	Dormant bool         `json:"dormant" doc:"somebody you know whose tie with you is dormant"`
	Gain    float64      `json:"gain" doc:"by how much the chance that two differ grows, the mean over the traits"`
	Opens   int          `json:"opens" doc:"people who come within two ties and are not"`
	Reason  string       `json:"reason"`
	Through []people.Ref `json:"through,omitempty" doc:"who can introduce you, the likeliest first"`
}

const (
	// mostHalves is how many half years the trend goes back.
	mostHalves = 8

	// mostParts is how many of the most common values of a trait are told.
	mostParts = 12
)

// mixed is what is worked out of a view: all of a diversity but its words.
type mixed struct {
	awake   []uint32
	dormant int
	counts  *counts
	reach   reach
	trend   []HalfYear
	undated int
	wider   []Wider
}

func (s *Service) diversity(ctx context.Context, v op.Viewer, _ op.None) (Diversity, error) {
	seen, err := s.seen(ctx, v)
	if err != nil {
		return Diversity{}, err
	}
	m, err := tie.OfView(seen.view, "diversity of "+seen.edition, func() (*mixed, error) {
		return s.mixed(ctx, v, seen)
	})
	if err != nil {
		return Diversity{}, err
	}
	out := Diversity{
		People: len(m.awake), Dormant: m.dormant, Traits: []Mix{}, One: m.reach[0], Two: m.reach[1], Three: m.reach[2],
		All: seen.view.Graph.N(), Trend: m.trend, Undated: m.undated, Wider: []WiderTie{}, Layers: seen.view.Layers,
	}
	out.Traits = append(out.Traits, seen.mix(v, m, ofSector))
	for k := range ofSector {
		out.Traits = append(out.Traits, seen.mix(v, m, k))
	}
	for _, w := range m.wider {
		if seen.dead[seen.view.IDs[w.Node]] {
			continue // since it was worked out
		}
		out.Wider = append(out.Wider, seen.wider(v, m, w))
	}
	return out, nil
}

// mixed works out how mixed the viewer's network is.
func (s *Service) mixed(ctx context.Context, v op.Viewer, seen *asSeen) (*mixed, error) {
	states, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	view := seen.view
	mine := view.Graph.Neighbors(seen.me)
	out := &mixed{}
	var asleep []id.ID
	for _, n := range mine {
		key := view.IDs[n]
		switch {
		case seen.dead[key]:
		case states[key].ClassAt(v.Now) == tie.Dormant:
			out.dormant++
			asleep = append(asleep, key)
		default:
			out.awake = append(out.awake, n)
		}
	}
	out.counts = countsOf(seen.table, out.awake)
	steps, within := reached(view, seen.me, out.awake)
	out.reach = within
	if out.trend, out.undated, err = s.trend(ctx, v, seen, states); err != nil {
		return nil, err
	}
	last, err := s.network.LastContacts(ctx, v, asleep) // it may be somebody who is here under another name too
	if err != nil {
		return nil, err
	}
	strange, err := s.strange(ctx, v, view, seen.me)
	if err != nil {
		return nil, err
	}
	var list []Wider
	for _, key := range asleep {
		if n, _ := view.Number(key); v.Now.Sub(last[key]) >= tie.DormantAfter {
			list = append(list, Wider{Node: n, Dormant: true, trust: woken(states[key], v.Now.UnixMicro())})
		}
	}
	alive := func(n uint32) bool { return !seen.dead[view.IDs[n]] }
	list = append(list, introducible(view, seen.me, alive)...)
	out.wider = widen(view, seen.me, seen.table, out.counts, steps, list, strange)
	for i := range out.wider {
		if w := &out.wider[i]; !w.Dormant {
			w.Through = introductions(view, seen.me, w.Node, alive)
		}
	}
	return out, nil
}

// halves are the first days of the half years up to a moment, the oldest first, and the day after the last.
func halves(until time.Time, most int) []time.Time {
	at := time.Date(until.Year(), 1, 1, 0, 0, 0, 0, until.Location())
	if until.Month() >= time.July {
		at = at.AddDate(0, 6, 0)
	}
	var out []time.Time
	for k := range most + 1 {
		out = append(out, at.AddDate(0, 6*(k-most+1), 0))
	}
	return out
}

// trend returns what the viewer's network was at the end of half years, from that of the first contact on.
func (s *Service) trend(
	ctx context.Context, v op.Viewer, seen *asSeen, states map[id.ID]tie.State,
) (list []HalfYear, undated int, err error) {
	view := seen.view
	begun, err := s.network.Beginnings(ctx, v, view)
	if err != nil {
		return nil, 0, err
	}
	mine, own := view.Graph.Neighbors(seen.me), begun.Of(seen.me)
	first := int64(0)
	for _, at := range own {
		switch {
		case at == tie.Undated:
			undated++
		case first == 0 || at < first:
			first = at
		}
	}
	if first == 0 {
		return []HalfYear{}, undated, nil
	}
	days, err := s.network.ContactDays(ctx, v, (mostHalves+2)/2)
	if err != nil {
		return nil, 0, err
	}
	record := tie.RecordOf(days)
	bounds := halves(v.Now.In(v.Zone), mostHalves)
	list = []HalfYear{}
	mark := make([]uint8, view.Graph.N()) // in which half year, from one on, somebody was last found within two ties
	for k := range mostHalves {
		from, until := bounds[k].UnixMicro(), min(bounds[k+1].UnixMicro()-1, v.Now.UnixMicro())
		if until < first {
			continue
		}
		half := HalfYear{From: bounds[k], Differ: map[string]float64{}}
		var then []uint32
		for i, n := range mine {
			state := states[view.IDs[n]]
			if own[i] > until || seen.dead[view.IDs[n]] {
				continue
			}
			if own[i] >= from {
				half.New++
			}
			if !asleepAt(state, until) {
				then = append(then, n)
			}
		}
		half.People = len(then)
		counted := countsOf(seen.table, then)
		for t, trait := range traits {
			half.Differ[trait] = counted.differ(t)
		}
		stamp := uint8(k + 1)
		mark[seen.me] = stamp
		for _, n := range then {
			if mark[n] != stamp {
				mark[n] = stamp
				half.Two++
			}
			at := begun.Of(n)
			for i, u := range view.Graph.Neighbors(n) {
				if at[i] <= until && mark[u] != stamp {
					mark[u] = stamp
					half.Two++
				}
			}
		}
		switch {
		case first >= from:
			half.Record = "begins"
		case record.Whole(tie.DayOf(bounds[k]), tie.DayOf(time.UnixMicro(until))):
			half.Record = "whole"
		default:
			half.Record = "hole"
		}
		list = append(list, half)
	}
	return list, undated, nil
}

// asleepAt says that a tie was dormant at a moment, as far as its last contact tells.
func asleepAt(state tie.State, at int64) bool {
	return state.Interactions > 0 && tie.Strength(state.Peak) >= tie.ModerateFrom &&
		at-state.AsOf >= tie.DormantAfter.Microseconds()
}

// mix is how mixed the people are in one trait, as it is told.
func (seen *asSeen) mix(v op.Viewer, m *mixed, k int) Mix {
	out := Mix{Trait: traits[k], Known: m.counts.known[k], Differ: m.counts.differ(k), Largest: []Part{}}
	out.Entropy, out.Effective, out.Values = m.counts.entropy(k)
	if len(m.awake) > 0 {
		out.Unknown = 1 - float64(out.Known)/float64(len(m.awake))
	}
	for value, n := range m.counts.of[k] {
		if name := seen.table.called(v, k, seen.table.values[k][value]); n > 0 && name != "" {
			out.Largest = append(out.Largest, Part{name, n})
		}
	}
	slices.SortFunc(out.Largest, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Value, b.Value))
	})
	out.Largest = out.Largest[:min(len(out.Largest), mostParts)]
	return out
}

// wider is somebody who would make the network more diverse, as it is told.
func (seen *asSeen) wider(v op.Viewer, m *mixed, w Wider) WiderTie {
	ref, _ := seen.everybody.Ref(seen.view.IDs[w.Node])
	out := WiderTie{Ref: ref, Dormant: w.Dormant, Gain: w.Gain, Opens: w.Opens}
	for _, one := range w.Through[:min(len(w.Through), introducers)] {
		if through, ok := seen.everybody.Ref(seen.view.IDs[one.Node]); ok {
			out.Through = append(out.Through, through)
		}
	}
	p := v.Printer()
	var first, rare []string
	for k, value := range seen.table.of[w.Node] {
		name := seen.table.called(v, k, seen.table.values[k][value])
		switch {
		case name == "":
		case m.counts.of[k][value] == 0:
			first = append(first, name)
		case m.counts.known[k] >= rareOf*m.counts.of[k][value]:
			rare = append(rare, name)
		}
	}
	var said []string
	if len(first) > 0 {
		said = append(said, p.T("The first whom you would know: %s.", strings.Join(first, ", ")))
	}
	if len(rare) > 0 && len(first) == 0 {
		said = append(said, p.T("You know few: %s.", strings.Join(rare, ", ")))
	}
	switch {
	case w.Opens == 1:
		said = append(said, p.T("One person more comes within two handshakes."))
	case w.Opens > 1:
		said = append(said, p.T("%d people more come within two handshakes.", w.Opens))
	}
	if len(out.Through) > 0 {
		said = append(said, p.T("%s can introduce you.", given(out.Through[0].Name)))
	}
	out.Reason = strings.Join(said, " ")
	return out
}

// Said says in a sentence how far the network reaches.
func (d Diversity) Said(p *locale.Printer) string {
	return p.T("You know %d people. Over two handshakes you reach %d, over three %d.", d.One, d.Two, d.Three)
}

// Said says in a sentence how mixed the people are in a trait.
func (m Mix) Said(p *locale.Printer) string {
	if m.Known < 2 {
		return p.T("Too little is known to say.")
	}
	said := p.T("Two people you know differ %s.", p.Chance(m.Differ))
	if len(m.Largest) > 0 {
		said += " " + p.T("Most common: %s (%d).", m.Largest[0].Value, m.Largest[0].People)
	}
	if m.Unknown > 0 {
		said += " " + p.T("Not known of %s.", locale.Percent(m.Unknown))
	}
	return said
}

// Changed says in a sentence how the network changed over the trend; nothing where that cannot be told.
func (d Diversity) Changed(p *locale.Printer) string {
	if len(d.Trend) < 2 {
		return ""
	}
	before, now := d.Trend[0], d.Trend[len(d.Trend)-1]
	met := 0
	for _, h := range d.Trend[1:] {
		met += h.New
	}
	said := p.T("Since %s you got to know %d people, and reach over two handshakes went from %d to %d.",
		p.Date(d.Trend[1].From), met, before.Two, now.Two)
	up, down := "", ""
	most, least := 0.005, -0.005 // what is not seen in whole percents is no change
	for _, trait := range traits {
		switch by := now.Differ[trait] - before.Differ[trait]; {
		case by > most:
			up, most = trait, by
		case by < least:
			down, least = trait, by
		}
	}
	if up != "" {
		said += " " + p.T("It became more mixed by %s.", p.T(up))
	}
	if down != "" {
		said += " " + p.T("It became less mixed by %s.", p.T(down))
	}
	return said
}

// Doubt says what is missing in the trend; nothing where nothing is.
func (d Diversity) Doubt(p *locale.Printer) string {
	var out, holes []string
	for _, h := range d.Trend {
		switch h.Record {
		case "begins":
			out = append(out, p.T("The record begins in the half year from %s: who is new in it may be known longer.",
				p.Date(h.From)))
		case "hole":
			holes = append(holes, p.Date(h.From))
		}
	}
	if len(holes) > 0 {
		out = append(out, p.T("The record has a hole in the half year from %s: not all who were met then are in it.",
			strings.Join(holes, ", ")))
	}
	if d.Undated > 0 && len(d.Trend) > 0 {
		out = append(out, p.T("%d people have no date and count from the beginning.", d.Undated))
	}
	return strings.Join(out, " ")
}

// Text prints how mixed the network is.
func (d Diversity) Text(p *locale.Printer) string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.TrimRight(strings.Join(parts, "  "), " ") + "\n") }
	line(d.Said(p), p.T("There are %d people of whom any tie is known.", d.All))
	for _, m := range d.Traits {
		line(" ", p.T(m.Trait)+": "+m.Said(p))
	}
	if changed := d.Changed(p); changed != "" {
		line(changed)
	}
	for _, h := range d.Trend {
		line(" ", p.Date(h.From)+": "+p.T("%d new, %d known, %d within two handshakes", h.New, h.People, h.Two))
	}
	if doubt := d.Doubt(p); doubt != "" {
		line(doubt)
	}
	for _, w := range d.Wider {
		line(" ", w.Name+": "+w.Reason)
	}
	return b.String()
}
