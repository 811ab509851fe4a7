package power

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tie"
)

// LevelsInput says how small groups may be, and of which day.
type LevelsInput struct {
	Threshold int       `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"1000"`
	AsOf      time.Time `json:"as_of,omitempty" doc:"by your charts as they were on this day, such as 2025-06-01, over the ties that had begun; as it is now when left out"`
}

// MixingOutput is how ties run between groups of one kind.
type MixingOutput struct {
	By            string      `json:"by" enum:"level,organisation,place"`
	Groups        []GroupSize `json:"groups"`
	Share         [][]float64 `json:"share" doc:"of all tie strength, from group to group; it sums to 1"`
	Assortativity *float64    `json:"assortativity" doc:"1 when all ties stay inside groups, 0 as by chance (Newman 2003)"`
	EI            *float64    `json:"ei" doc:"(external - internal) / (external + internal), from -1 to 1"`
}

// GroupSize is a group with what its people have in common.
type GroupSize struct {
	Name string  `json:"name" doc:"* stands for all groups too small to be spoken of, and for who is in none"`
	Size int     `json:"size"`
	Ties float64 `json:"ties" doc:"mean number of ties of its people"`
}

// LevelsOutput is how ties run between levels, organisations and places. No person is ranked; lists of persons are in
// the order of their names.
type LevelsOutput struct {
	People    int            `json:"people"`
	Mixing    []MixingOutput `json:"mixing"`
	Linkers   []people.Ref   `json:"linkers" doc:"who has ties with both the top and the floor"`
	Layers    []string       `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
	Sentences []string       `json:"sentences" doc:"what this says, in the viewer's language"`
}

// rest is the group of all who are in groups too small to be spoken of.
const rest = "*"

// mostGroups is how many groups are told apart: the largest.
const mostGroups = 8

// levels says how ties run across an address book.
func (s *Service) levels(ctx context.Context, v op.Viewer, in LevelsInput) (LevelsOutput, error) {
	view, err := s.network.View(ctx, v)
	if err != nil {
		return LevelsOutput{}, err
	}
	if view.Graph.N() == 0 {
		return LevelsOutput{}, fault.New(fault.Invalid, "You have no ties yet.").
			WithHint("Import your mail, calendar or contacts first: gave import --help.")
	}
	standings, err := s.standings(ctx, v, in.AsOf)
	if err != nil {
		return LevelsOutput{}, err
	}
	edition, err := s.network.Edition(ctx, v)
	if err != nil {
		return LevelsOutput{}, err
	}
	charted := sha256.Sum256(fmt.Append(nil, standings))
	name := fmt.Sprint("levels of ", v.Person, in.AsOf.Unix(), edition, charted, in.Threshold)
	out, err := tie.OfView(view, name, func() (LevelsOutput, error) {
		return s.levelsIn(ctx, v, view, standings, in)
	})
	if err != nil {
		return LevelsOutput{}, err
	}
	out.Sentences = sentencesOf(v.Printer(), out)
	return out, nil
}

// levelsIn works out how ties run in a view, without saying it in words.
func (s *Service) levelsIn(
	ctx context.Context, v op.Viewer, view *tie.View, standings map[id.ID]skilled.Standing, in LevelsInput,
) (LevelsOutput, error) {
	w, err := s.webOf(ctx, v, view, in.AsOf)
	if err != nil {
		return LevelsOutput{}, err
	}
	groups, err := s.groupsOf(ctx, v, w, standings, in.AsOf)
	if err != nil {
		return LevelsOutput{}, err
	}
	out := LevelsOutput{People: w.graph.N(), Mixing: []MixingOutput{}, Linkers: []people.Ref{}, Layers: view.Layers}
	for _, by := range divisions {
		one, err := mixingOf(ctx, w.graph, by, groups[by], thresholdOf(in.Threshold))
		if err != nil {
			return out, err
		}
		out.Mixing = append(out.Mixing, one)
	}
	out.Linkers, err = s.linkers(ctx, v, w, groups["level"])
	return out, err
}

// standings returns where people stand in the charts of the viewer on a day.
func (s *Service) standings(ctx context.Context, v op.Viewer, asOf time.Time) (map[id.ID]skilled.Standing, error) {
	if s.charts == nil {
		return map[id.ID]skilled.Standing{}, nil
	}
	return s.charts(ctx, v, asOf)
}

// divisions are by what people are put into groups, and also keys of translation.
var divisions = []string{"level", "organisation", "place"}

// thresholdOf is how many people a group needs to be spoken of.
func thresholdOf(asked int) int { return max(cmp.Or(asked, 8), 5) }

// web is who is tied to whom, now or on a day.
type web struct {
	graph *graph.Graph
	ids   []id.ID // of the nodes
}

// webOf returns the ties of a view that had begun by the end of a day, between those who had one then; all of them for
// the zero time. Each is as strong as it is now.
func (s *Service) webOf(ctx context.Context, v op.Viewer, view *tie.View, asOf time.Time) (web, error) {
	if asOf.IsZero() {
		return web{view.Graph, view.IDs}, nil
	}
	begun, err := s.network.Beginnings(ctx, v, view)
	if err != nil {
		return web{}, err
	}
	end := asOf.AddDate(0, 0, 1).UnixMicro()
	place := map[uint32]uint32{}
	var out web
	numbered := func(node uint32) uint32 {
		k, known := place[node]
		if !known {
			k = uint32(len(out.ids))
			place[node] = k
			out.ids = append(out.ids, view.IDs[node])
		}
		return k
	}
	var edges []graph.Edge
	for a := range uint32(view.Graph.N()) {
		weights, at := view.Graph.Weights(a), begun.Of(a)
		for k, b := range view.Graph.Neighbors(a) {
			if a < b && at[k] < end {
				edges = append(edges, graph.Edge{From: numbered(a), To: numbered(b), Weight: weights.At(k)})
			}
		}
	}
	out.graph, err = graph.FromEdges(len(out.ids), edges, graph.BuildOptions{Weighted: true})
	return out, err
}

// groupsOf returns for each division the group of each node; empty where it is not known. A chart that holds on the day
// goes before what titles say, as those have no day.
func (s *Service) groupsOf(
	ctx context.Context, v op.Viewer, w web, standings map[id.ID]skilled.Standing, asOf time.Time,
) (map[string][]string, error) {
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	placeOf, err := s.network.Places(ctx, v)
	if err != nil {
		return nil, err
	}
	levelOf, err := people.ReadLines(ctx, s.network, v, "levels", skilled.LevelOf)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, by := range divisions {
		out[by] = make([]string, w.graph.N())
	}
	for i, key := range w.ids {
		stood, charted := standings[key]
		out["level"][i] = string(stood.Level)
		if p := profiles[key]; p != nil {
			out["organisation"][i] = p.Organisation
			for _, l := range p.Lines {
				if stood.Level != skilled.LevelNone || charted && !asOf.IsZero() {
					break // where a chart knows when, what is said now is not what was then
				}
				if level := string(levelOf[l.Text]); level != "" {
					out["level"][i] = level
					break
				}
			}
		}
		if stood.Organisation != "" && (out["organisation"][i] == "" || !asOf.IsZero()) {
			out["organisation"][i] = stood.Organisation
		}
		out["place"][i] = placeOf(key)
	}
	return out, nil
}

// BetweenInput names two groups of one kind.
type BetweenInput struct {
	By        string `json:"by" doc:"by what people are put into groups" enum:"level,organisation,place"`
	From      string `json:"from" arg:"1" doc:"a group, as gave power levels names it" maxLength:"300"`
	To        string `json:"to" arg:"2" doc:"another, or the same" maxLength:"300"`
	Threshold int    `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"1000"`
}

// BetweenOutput is who is tied to whom between two groups.
type BetweenOutput struct {
	Total int             `json:"total" doc:"how many ties there are"`
	Pairs [][2]people.Ref `json:"pairs" doc:"of your acquaintances and yourself with others, in the order of their names; the first 200"`
}

// mostPairs is how many pairs are named.
const mostPairs = 200

// between names who is tied to whom between two groups that are spoken of, of whom the viewer knows one at least.
func (s *Service) between(ctx context.Context, v op.Viewer, in BetweenInput) (BetweenOutput, error) {
	out := BetweenOutput{Pairs: [][2]people.Ref{}}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return out, err
	}
	standings, err := s.standings(ctx, v, time.Time{})
	if err != nil {
		return out, err
	}
	groups, err := s.groupsOf(ctx, v, web{view.Graph, view.IDs}, standings, time.Time{})
	if err != nil {
		return out, err
	}
	if groups[in.By] == nil {
		return out, fault.New(fault.Invalid, "People are put into groups by level, organisation or place.").
			WithField("by")
	}
	names := merged(groups[in.By], thresholdOf(in.Threshold))
	for field, name := range map[string]string{"from": in.From, "to": in.To} {
		if name == rest || !slices.Contains(names, name) {
			return out, fault.New(fault.NotFound, "There is no group %q that is large enough to be spoken of.", name).
				WithField(field)
		}
	}
	own, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return out, err
	}
	mine := func(key id.ID) bool {
		_, known := own[key]
		return known || key == v.Person
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	for a := range uint32(view.Graph.N()) {
		if names[a] != in.From {
			continue
		}
		for _, b := range view.Graph.Neighbors(a) {
			if names[b] != in.To || in.From == in.To && b < a {
				continue
			}
			out.Total++
			one, seen := everybody.Ref(view.IDs[a])
			other, also := everybody.Ref(view.IDs[b])
			if seen && also && (mine(one.ID) || mine(other.ID)) {
				out.Pairs = append(out.Pairs, [2]people.Ref{one, other})
			}
		}
	}
	slices.SortFunc(out.Pairs, func(x, y [2]people.Ref) int {
		return cmp.Or(strings.Compare(x[0].Name, y[0].Name), strings.Compare(x[1].Name, y[1].Name),
			x[0].ID.Compare(y[0].ID), x[1].ID.Compare(y[1].ID))
	})
	out.Pairs = out.Pairs[:min(len(out.Pairs), mostPairs)]
	return out, nil
}

// Text prints who is tied to whom.
func (o BetweenOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, pair := range o.Pairs {
		fmt.Fprintf(&b, "%s – %s\n", pair[0].Name, pair[1].Name)
	}
	fmt.Fprintln(&b, p.T("%d ties in all.", o.Total))
	return b.String()
}

// merged puts groups together that are too small to be spoken of, or beyond the largest, and the smallest of the others
// with them until they are enough.
func merged(names []string, threshold int) []string {
	size := map[string]int{}
	for _, n := range names {
		size[n]++
	}
	list := make([]string, 0, len(size))
	for n := range size {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(size[b]-size[a], cmp.Compare(a, b)) })
	keep := map[string]bool{}
	hidden := 0
	for _, n := range list {
		if n != "" && size[n] >= threshold && len(keep) < mostGroups {
			keep[n] = true
		} else {
			hidden += size[n]
		}
	}
	for i := len(list) - 1; i >= 0 && hidden > 0 && hidden < threshold; i-- {
		if keep[list[i]] {
			delete(keep, list[i])
			hidden += size[list[i]]
		}
	}
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = rest; keep[n] {
			out[i] = n
		}
	}
	return out
}

func mixingOf(ctx context.Context, g *graph.Graph, by string, names []string, threshold int) (MixingOutput, error) {
	out := MixingOutput{By: by, Groups: []GroupSize{}, Share: [][]float64{}}
	names = merged(names, threshold)
	group := make([]uint32, len(names))
	for i, n := range names {
		k := slices.IndexFunc(out.Groups, func(g GroupSize) bool { return g.Name == n })
		if k < 0 {
			k = len(out.Groups)
			out.Groups = append(out.Groups, GroupSize{Name: n})
		}
		group[i] = uint32(k)
		out.Groups[k].Size++
		out.Groups[k].Ties += float64(g.Degree(uint32(i)))
	}
	for k := range out.Groups {
		out.Groups[k].Ties /= float64(out.Groups[k].Size)
	}
	if len(out.Groups) < 2 {
		return out, nil
	}
	mixing, err := community.MixingMatrix(ctx, g, group, graph.Options{})
	if err != nil {
		return out, err
	}
	boundary, err := community.EIIndex(ctx, g, group, graph.Options{})
	if err != nil {
		return out, err
	}
	out.Share, out.Assortativity, out.EI = mixing.Share, finite(mixing.Assortativity), finite(boundary.Whole)
	out.sort()
	return out, nil
}

// sort puts levels in their order from the top, other groups by how large they are, and the rest last.
func (m *MixingOutput) sort() {
	order := make([]int, len(m.Groups))
	for i := range order {
		order[i] = i
	}
	place := func(g GroupSize) int {
		switch i := slices.Index(skilled.Levels(), skilled.Level(g.Name)); {
		case g.Name == rest:
			return len(skilled.Levels())
		case m.By == "level":
			return i
		}
		return 0
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := m.Groups[i], m.Groups[j]
		return cmp.Or(place(a)-place(b), b.Size-a.Size, cmp.Compare(a.Name, b.Name))
	})
	groups, share := make([]GroupSize, len(order)), make([][]float64, len(order))
	for to, from := range order {
		groups[to] = m.Groups[from]
		for _, other := range order {
			share[to] = append(share[to], m.Share[from][other])
		}
	}
	m.Groups, m.Share = groups, share
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// linkers are the viewer's own acquaintances who have ties with both the top and the floor, in the order of their
// names.
func (s *Service) linkers(ctx context.Context, v op.Viewer, w web, level []string) ([]people.Ref, error) {
	me := slices.Index(w.ids, v.Person)
	if me < 0 {
		return []people.Ref{}, nil
	}
	var keys []id.ID
	for _, n := range w.graph.Neighbors(uint32(me)) {
		top, floor := false, false
		for _, u := range w.graph.Neighbors(n) {
			top = top || level[u] == string(skilled.LevelTop)
			floor = floor || level[u] == string(skilled.LevelFloor)
		}
		if top && floor {
			keys = append(keys, w.ids[n])
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	out := []people.Ref{}
	for _, key := range keys {
		if ref, ok := refs[key]; ok {
			out = append(out, ref)
		}
	}
	slices.SortFunc(out, func(a, b people.Ref) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

func sentencesOf(p *locale.Printer, o LevelsOutput) []string {
	out := []string{}
	for _, m := range o.Mixing {
		if m.Assortativity == nil {
			continue
		}
		by := p.T(m.By)
		switch {
		case *m.Assortativity > 0.2:
			out = append(out, p.T("By %s, like keeps to like.", by))
		case *m.Assortativity < -0.1:
			out = append(out, p.T("By %s, ties run across more than chance would have it.", by))
		default:
			out = append(out, p.T("By %s, ties run about as chance would have it.", by))
		}
	}
	for _, m := range o.Mixing {
		if m.By != "level" {
			continue
		}
		missing := []string{}
		for _, l := range skilled.Levels() {
			if !slices.ContainsFunc(m.Groups, func(g GroupSize) bool { return g.Name == string(l) }) {
				missing = append(missing, p.T(string(l)))
			}
		}
		if len(missing) > 0 && len(missing) < len(skilled.Levels()) {
			out = append(out, p.T("You know few people of these levels: %s.", strings.Join(missing, ", ")))
		}
	}
	return out
}

// Text prints how ties run.
func (o LevelsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, line := range o.Sentences {
		fmt.Fprintln(&b, line)
	}
	for _, m := range o.Mixing {
		fmt.Fprintf(&b, "%s\n", p.T(m.By))
		if len(m.Groups) == 1 && m.Groups[0].Name == rest {
			fmt.Fprintln(&b, "  "+p.T("Of too few people is this known."))
			continue
		}
		for _, g := range m.Groups {
			name := g.Name
			switch {
			case name == rest:
				name = p.T("smaller groups together")
			case m.By == "level":
				name = p.T(name)
			}
			fmt.Fprintf(&b, "  %-30s %5d  %s\n", name, g.Size, p.T("%s ties each", fmt.Sprintf("%.1f", g.Ties)))
		}
	}
	if len(o.Linkers) > 0 {
		fmt.Fprintln(&b, p.T("They link the top and the floor")+": "+people.JoinNames(o.Linkers, ", "))
	}
	return b.String()
}
