package power

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

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

// LevelsInput says how small groups may be.
type LevelsInput struct {
	Threshold int `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"1000"`
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
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return LevelsOutput{}, err
	}
	places, err := s.network.Places(ctx, v)
	if err != nil {
		return LevelsOutput{}, err
	}
	levelOf, err := people.ReadLines(ctx, s.network, v, "levels", skilled.LevelOf)
	if err != nil {
		return LevelsOutput{}, err
	}
	threshold := max(cmp.Or(in.Threshold, 8), 5)
	level := make([]string, view.Graph.N())
	organisation, place := make([]string, view.Graph.N()), make([]string, view.Graph.N())
	for i, key := range view.IDs {
		if p := profiles[key]; p != nil {
			organisation[i] = p.Organisation
			for _, l := range p.Lines {
				if level[i] = string(levelOf[l.Text]); level[i] != "" {
					break
				}
			}
		}
		place[i] = places[key]
	}
	out := LevelsOutput{People: view.Graph.N(), Linkers: []people.Ref{}, Layers: view.Layers}
	for _, of := range []struct {
		by    string
		names []string
	}{{"level", level}, {"organisation", organisation}, {"place", place}} {
		one, err := mixingOf(ctx, view.Graph, of.by, of.names, threshold)
		if err != nil {
			return out, err
		}
		out.Mixing = append(out.Mixing, one)
	}
	if out.Linkers, err = s.linkers(ctx, v, view, level); err != nil {
		return out, err
	}
	out.Sentences = sentencesOf(v.Printer(), out)
	return out, nil
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
func (s *Service) linkers(ctx context.Context, v op.Viewer, view *tie.View, level []string) ([]people.Ref, error) {
	me, ok := view.Number(v.Person)
	if !ok {
		return []people.Ref{}, nil
	}
	var keys []id.ID
	for _, n := range view.Graph.Neighbors(me) {
		top, floor := false, false
		for _, u := range view.Graph.Neighbors(n) {
			top = top || level[u] == string(skilled.LevelTop)
			floor = floor || level[u] == string(skilled.LevelFloor)
		}
		if top && floor {
			keys = append(keys, view.IDs[n])
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
