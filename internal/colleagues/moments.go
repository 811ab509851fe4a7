package colleagues

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/internal/colleagues/structure"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// MomentsInput says of which organisation, and on which layer.
type MomentsInput struct {
	Organisation string `json:"organisation,omitempty" arg:"1" doc:"an organisation or a tag; the people of your chart when not given" maxLength:"300"`
	Layer        string `json:"layer,omitempty" doc:"only this layer: trust, advice, lunch, works with, meets …; all together when not given" maxLength:"60"`
	Threshold    int    `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"1000"`
}

// Moment is how many people were in contact at one moment.
type Moment struct {
	At      time.Time `json:"at" doc:"the end of the three months that are looked at"`
	All     float64   `json:"all" doc:"share of the pairs of people that were in contact"`
	Within  *float64  `json:"within" doc:"the same of pairs of one department; null when there are too few"`
	Between *float64  `json:"between" doc:"the same of pairs of two departments"`
}

// MomentsOutput sets moments beside each other.
type MomentsOutput struct {
	People  int      `json:"people"`
	Moments []Moment `json:"moments" doc:"the first one first; none where not enough time is known"`
	Said    string   `json:"said" doc:"what this says, in the viewer's language"`
}

const (
	// mostMoments is how many moments are set beside each other, and betweenMoments the months from one to the next.
	mostMoments, betweenMoments = 4, 6

	// window is how many months before a moment somebody must have been in contact to count at it.
	window = 3

	// telling is from what difference on a change is spoken of, as a share of the pairs. A judgement.
	telling = 0.03
)

// momentsOf returns the moments of which all of the window is known, the first one first: now, half a year ago, and so
// on. What is known begins at a time.
func momentsOf(now, begin time.Time) []time.Time {
	var out []time.Time
	for i := range mostMoments {
		if at := now.AddDate(0, -i*betweenMoments, 0); !begin.After(at.AddDate(0, -window, 0)) {
			out = append(out, at)
		}
	}
	slices.Reverse(out)
	return out
}

// moments says how many pairs of an organisation were in contact, now and before. The people are those of now.
func (s *Service) moments(ctx context.Context, v op.Viewer, in MomentsInput) (MomentsOutput, error) {
	out := MomentsOutput{Moments: []Moment{}}
	if err := s.ownNotesOnly(ctx, v); err != nil {
		return out, err
	}
	e, err := s.gather(ctx, v)
	if err != nil {
		return out, err
	}
	members, err := s.members(ctx, v, e, in.Organisation)
	if err != nil {
		return out, err
	}
	list, err := s.network.Recent(ctx, v, v.Now, mostInteractions)
	if err != nil {
		return out, err
	}
	out.People = len(members)
	threshold := max(in.Threshold, structure.LeastThreshold)
	if in.Threshold == 0 {
		threshold = structure.DefaultThreshold
	}
	if len(members) < threshold {
		return out, fault.New(fault.Invalid, "With fewer than %d people nothing is said of moments.", threshold).
			WithField("organisation")
	}
	p := v.Printer()
	var at []time.Time
	if len(list) > 0 {
		at = momentsOf(v.Now, time.UnixMicro(list[0].Time))
	}
	if len(at) < 2 {
		out.Said = p.T("What is known goes back less than nine months: too little to set moments beside each other.")
		return out, nil
	}
	place := make(map[id.ID]int, len(members))
	groups := make([]string, len(members))
	for i, key := range members {
		place[key], groups[i] = i, e.chart[key].Department
	}
	wanted := ""
	if in.Layer != "" {
		wanted = tie.LayerNamed(in.Layer).Name
	}
	met := make([]map[[2]int]bool, len(at))
	for i := range met {
		met[i] = map[[2]int]bool{}
	}
	var here []int
	for i := range list {
		x := &list[i]
		layer := derivedLayer(x)
		if layer == "" || wanted != "" && layer != wanted || len(x.Participants) > smallCompany {
			continue
		}
		when := time.UnixMicro(x.Time)
		k := slices.IndexFunc(at, func(t time.Time) bool { return !when.After(t) })
		if k < 0 || when.Before(at[k].AddDate(0, -window, 0)) {
			continue
		}
		here = here[:0]
		for _, who := range x.Participants {
			if n, in := place[who.Person]; in {
				here = append(here, n)
			}
		}
		for a := range here {
			for _, b := range here[a+1:] {
				met[k][[2]int{min(here[a], b), max(here[a], b)}] = true
			}
		}
	}
	named := structure.Mask(groups, threshold)
	for k, moment := range at {
		out.Moments = append(out.Moments, momentOf(moment, named, met[k], threshold))
	}
	out.Said = compared(p, out.Moments)
	if len(list) == mostInteractions {
		out.Said += " " + latestOnly(p)
	}
	return out, nil
}

// momentOf counts the pairs that were in contact. Pairs of groups that are not spoken of count only among all.
func momentOf(at time.Time, groups []string, met map[[2]int]bool, threshold int) Moment {
	out := Moment{At: at.UTC()}
	spoken := func(g string) bool { return g != "" && g != structure.Rest }
	sizes := map[string]int{}
	people := 0
	for _, g := range groups {
		if spoken(g) {
			sizes[g]++
			people++
		}
	}
	inside := 0
	for _, n := range sizes {
		inside += n * (n - 1) / 2
	}
	across := people*(people-1)/2 - inside
	all, within, between := 0, 0, 0
	for pair := range met {
		a, b := groups[pair[0]], groups[pair[1]]
		if pair[0] == pair[1] {
			continue
		}
		all++
		switch {
		case !spoken(a) || !spoken(b):
		case a == b:
			within++
		default:
			between++
		}
	}
	share := func(n, of int) *float64 {
		if len(sizes) < 2 || of < threshold {
			return nil
		}
		x := float64(n) / float64(of)
		return &x
	}
	n := len(groups)
	out.All = float64(all) / float64(max(1, n*(n-1)/2))
	out.Within, out.Between = share(within, inside), share(between, across)
	return out
}

// compared says what changed from the first of the moments to the last: between departments where that is known.
func compared(p *locale.Printer, list []Moment) string {
	first, last := list[0], list[len(list)-1]
	from, to, between := first.All, last.All, first.Between != nil && last.Between != nil
	if between {
		from, to = *first.Between, *last.Between
	}
	a, b := hundredths(from), hundredths(to)
	grows, shrinks := to-from >= telling, from-to >= telling
	switch {
	case between && grows:
		return p.T("Contact between departments grew: from %d to %d of every 100 pairs.", a, b)
	case between && shrinks:
		return p.T("Contact between departments fell: from %d to %d of every 100 pairs.", a, b)
	case between:
		return p.T("Contact between departments hardly changed: from %d to %d of every 100 pairs.", a, b)
	case grows:
		return p.T("Contact grew: from %d to %d of every 100 pairs.", a, b)
	case shrinks:
		return p.T("Contact fell: from %d to %d of every 100 pairs.", a, b)
	}
	return p.T("Contact hardly changed: from %d to %d of every 100 pairs.", a, b)
}

func hundredths(share float64) int { return int(math.Round(100 * share)) }

// Text prints the moments, one on a line.
func (o MomentsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b, o.Said)
	for _, m := range o.Moments {
		fmt.Fprintf(&b, "%-20s %s", p.Date(m.At), locale.Percent(m.All))
		if m.Within != nil && m.Between != nil {
			fmt.Fprintf(&b, "  %s %s, %s %s", p.T("within departments"), locale.Percent(*m.Within),
				p.T("between departments"), locale.Percent(*m.Between))
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// trend is one line of the picture of moments.
type trend struct {
	class, word, last string // the class of the line, what it is, and its last value
	line              string
	points            [][2]float64
	y                 float64 // where its words stand
}

// The measures of the picture of moments.
const (
	trendHeight = 190
	trendRight  = curveWidth - 44 // where the lines end and their values begin
	trendTop    = 16
	trendFoot   = 40
	trendApart  = 14 // of two values at least
)

// trendsOf draws how many pairs were in contact at each moment.
func trendsOf(list []Moment) []trend {
	series := []struct {
		class, word string
		of          func(Moment) *float64
	}{
		{"was", "within departments", func(m Moment) *float64 { return m.Within }},
		{"", "between departments", func(m Moment) *float64 { return m.Between }},
	}
	if list[0].Within == nil || list[0].Between == nil {
		series = series[:1]
		series[0].class, series[0].word = "", "all pairs"
		series[0].of = func(m Moment) *float64 { return &m.All }
	}
	most := 0.1
	for _, s := range series {
		for _, m := range list {
			most = max(most, *s.of(m))
		}
	}
	var out []trend
	for _, s := range series {
		t := trend{class: s.class, word: s.word}
		var points []string
		for i, m := range list {
			x := 8 + float64(i)/float64(len(list)-1)*(trendRight-8)
			y := trendTop + (1-*s.of(m)/most)*(trendHeight-trendTop-trendFoot)
			t.points = append(t.points, [2]float64{x, y})
			points = append(points, tenth(x)+","+tenth(y))
			t.y, t.last = y+4, locale.Percent(*s.of(m))
		}
		t.line = strings.Join(points, " ")
		out = append(out, t)
	}
	if len(out) == 2 && math.Abs(out[0].y-out[1].y) < trendApart {
		middle := (out[0].y + out[1].y) / 2
		upper, lower := 0, 1
		if out[1].y < out[0].y {
			upper, lower = 1, 0
		}
		out[upper].y, out[lower].y = middle-trendApart/2, middle+trendApart/2
	}
	return out
}
