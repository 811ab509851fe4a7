// Package release makes the figures of how an organisation runs that others may see. They speak of groups alone, which
// stand fast before anybody asks, and hold against subtraction: of whoever knows every figure that was ever told, of
// every layer and from before and after somebody came, left, moved or answered anew, nobody learns whether one person
// has a tie. docs/privacy-of-groups.md says why, and the tests attack it.
package release

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gave.network/graph"
	"gave.network/graph/community"
	"gave.network/graph/inference"
	"gave.network/internal/colleagues/structure"
)

const (
	// Rest is the name of the group of all who are in groups too small to be spoken of.
	Rest = structure.Rest

	// coverShare is how many of all those who reach nearly everybody reach together.
	coverShare = 0.9

	// told is to how many others each of those who offered to pass word on does so, where a release says how far they
	// get: with themselves that is less than Base.
	told = 2

	// communitySamples is over how many samples of the people the agreement of communities and departments is taken.
	communitySamples = 20

	// measuredFrom is how many people there must be for measures of the whole to be told: among fewer, one person can
	// move them by more than they are rounded.
	measuredFrom = 32

	// mostPairs is up to how many people the layers are compared and the chart is: each pair is looked at.
	mostPairs = 2000
)

// Sample is what figures are made of: people who take part, and what they said of each other.
type Sample struct {
	N       int
	Group   []string // the department of each; empty when not known
	Level   []int    // of each, 1 at the top; 0 when not known
	Manager []int    // of each, -1 for none
	Layers  []Layer  // informal ones only
	Offers  []int    // who offered to pass word on
}

// Layer has what people said on one layer: From names To. Weights do not count.
type Layer struct {
	Name string
	Ties []graph.Edge
}

// Group is a group that is spoken of.
type Group struct {
	Name   string `json:"name" doc:"* stands for all groups too small to be spoken of"`
	People int    `json:"people"`
}

// Contact is who has to do with whom, on one layer or on all.
type Contact struct {
	Layer       string   `json:"layer" doc:"empty for all layers together"`
	Departments [][]*int `json:"departments" doc:"for each department and each other: how many pairs of people there are of which the first names the second and nobody is in two; null where nothing is told"`
	Levels      [][]*int `json:"levels" doc:"the same of levels"`
	Inside      *int     `json:"inside" doc:"how many people name somebody of their own department, each one counting once"`
	Outside     *int     `json:"outside" doc:"the same of another department"`
	Up          *int     `json:"up" doc:"the same of a higher level"`
	Down        *int     `json:"down" doc:"the same of a lower level"`
}

// Likeness is how far two layers are the same ties.
type Likeness struct {
	First       string   `json:"first"`
	Second      string   `json:"second"`
	Correlation *float64 `json:"correlation" doc:"of who names whom on the two, from -1 to 1 (QAP)"`
}

// Chart sets what people said beside the formal chart.
type Chart struct {
	Lines *float64 `json:"lines" doc:"correlation of who reports to whom with who names whom (QAP)"`
	Rank  *float64 `json:"rank" doc:"rank correlation of the place in the chart and of how many name somebody"`
}

// Communities says how far the communities that people form are the departments.
type Communities struct {
	Rand        *float64 `json:"rand" doc:"adjusted Rand index: 1 where they are the departments, 0 for no more than chance (Hubert & Arabie 1985)"`
	Information *float64 `json:"information" doc:"adjusted mutual information, likewise (Vinh, Epps & Bailey 2010)"`
}

// Figures are what is told of an organisation. People and pairs are rounded to multiples of Base unless Exact says that
// they are not.
type Figures struct {
	People      int          `json:"people" doc:"who take part"`
	Exact       bool         `json:"exact" doc:"nothing is rounded: the figures are of the reader's own notes"`
	Base        int          `json:"base" doc:"numbers of people and of pairs are rounded to multiples of this, by chance up or down"`
	Threshold   int          `json:"threshold" doc:"how many people a group needs to be spoken of"`
	Departments []Group      `json:"departments"`
	Levels      []Group      `json:"levels"`
	Together    Contact      `json:"together"`
	Layers      []Contact    `json:"layers"`
	Likeness    []Likeness   `json:"likeness"`
	Chart       *Chart       `json:"chart"`
	Communities *Communities `json:"communities"`
	Offered     int          `json:"offered" doc:"how many offered to pass word on"`
	Reached     *int         `json:"reached" doc:"how many they reach together when each of them tells two others; null when they are too few"`
	Cover       []int        `json:"-"` // who together reach nine in ten, only where the figures are exact
	CoverLeast  int          `json:"cover_least" doc:"no fewer people reach nine in ten; 0 when not told"`
}

// Options say how figures are made.
type Options struct {
	// Threshold is how many people a group needs to be spoken of: 0 for eight, fewer than five count as five.
	Threshold int
	// Draw rounds; nil leaves the figures exact, for the reader's own notes alone.
	Draw Draw
}

// maker makes figures.
type maker struct {
	ctx context.Context
	Sample
	rounder
	threshold    int
	group, level []int // of each person, as numbers of the groups that are spoken of; -1 for none
	out          *Figures
}

// Of makes the figures. With fewer people than the threshold there are none, and People is 0.
func Of(ctx context.Context, s Sample, o Options) (*Figures, error) {
	m := newMaker(ctx, s, o)
	if s.N < m.threshold {
		return m.out, nil
	}
	return m.out, m.whole(m.contacts())
}

// newMaker begins with figures of nobody.
func newMaker(ctx context.Context, s Sample, o Options) *maker {
	m := &maker{ctx: ctx, Sample: s, rounder: rounder{o.Draw}}
	m.threshold = max(cmp.Or(o.Threshold, structure.DefaultThreshold), structure.LeastThreshold)
	m.out = &Figures{
		Exact: o.Draw == nil, Base: Base, Threshold: m.threshold, Departments: []Group{}, Levels: []Group{},
		Layers: []Contact{}, Likeness: []Likeness{},
		Together: Contact{Departments: [][]*int{}, Levels: [][]*int{}},
	}
	return m
}

// contacts fills in how many people there are, the groups and who has to do with whom, and returns the ties of all
// layers together.
func (m *maker) contacts() []graph.Edge {
	m.out.People = m.people(m.N, m.threshold)
	if m.out.Exact {
		m.out.Base = 1
	}
	m.groups()
	m.levels()
	var ties []graph.Edge
	for _, layer := range m.Layers {
		for _, e := range layer.Ties {
			ties = append(ties, graph.Edge{From: e.From, To: e.To})
		}
	}
	slices.SortFunc(ties, func(a, b graph.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	ties = slices.Compact(ties)
	m.out.Together = m.contact("", ties)
	for _, layer := range m.Layers {
		m.out.Layers = append(m.out.Layers, m.contact(layer.Name, layer.Ties))
	}
	return ties
}

// numbered turns the names of groups into numbers, in the order of their names, and counts them.
func (m *maker) numbered(names []string, order func(a, b string) int) (of []int, list []Group) {
	size := map[string]int{}
	for _, name := range names {
		if name != "" {
			size[name]++
		}
	}
	for name, n := range size {
		list = append(list, Group{name, n})
	}
	slices.SortFunc(list, func(a, b Group) int { return order(a.Name, b.Name) })
	at := map[string]int{"": -1}
	for i := range list {
		at[list[i].Name] = i
		list[i].People = m.people(list[i].People, m.threshold)
	}
	of = make([]int, len(names))
	for v, name := range names {
		of[v] = at[name]
	}
	return of, list
}

func (m *maker) groups() {
	names := make([]string, m.N)
	copy(names, m.Group)
	var list []Group
	m.group, list = m.numbered(structure.Mask(names, m.threshold), cmp.Compare[string])
	if len(list) > 1 {
		m.out.Departments = list
		return
	}
	for v := range m.group {
		m.group[v] = -1
	}
}

// levels puts levels that lie beside each other together, from the top, until each has enough people.
func (m *maker) levels() {
	size := map[int]int{}
	for _, l := range m.Level {
		if l > 0 {
			size[l]++
		}
	}
	var known []int
	for l := range size {
		known = append(known, l)
	}
	slices.Sort(known)
	type band struct{ first, last, people int }
	var bands []band
	open := false
	for _, l := range known {
		if !open {
			bands = append(bands, band{first: l})
		}
		b := &bands[len(bands)-1]
		b.last, b.people = l, b.people+size[l]
		open = b.people < m.threshold
	}
	if open && len(bands) > 1 {
		b := bands[len(bands)-1]
		bands = bands[:len(bands)-1]
		bands[len(bands)-1].last = b.last
	}
	names := make([]string, m.N)
	if len(bands) > 1 {
		for v, l := range m.Level {
			for _, b := range bands {
				if l >= b.first && l <= b.last {
					names[v] = strconv.Itoa(b.first)
					if b.last > b.first {
						names[v] += "–" + strconv.Itoa(b.last)
					}
				}
			}
		}
	}
	first := func(name string) int {
		n := 0
		for _, r := range name {
			if r < '0' || r > '9' {
				break
			}
			n = 10*n + int(r-'0')
		}
		return n
	}
	var list []Group
	m.level, list = m.numbered(names, func(a, b string) int { return cmp.Compare(first(a), first(b)) })
	if list != nil {
		m.out.Levels = list
	}
}

// contact counts who has to do with whom.
func (m *maker) contact(layer string, ties []graph.Edge) Contact {
	out := Contact{
		Layer: layer, Departments: m.cells(ties, m.group, len(m.out.Departments)),
		Levels: m.cells(ties, m.level, len(m.out.Levels)),
	}
	if len(m.out.Departments) > 0 {
		out.Inside = m.pairs(ties, func(a, b int) bool { return m.group[a] >= 0 && m.group[a] == m.group[b] })
		out.Outside = m.pairs(ties, func(a, b int) bool {
			return m.group[a] >= 0 && m.group[b] >= 0 && m.group[a] != m.group[b]
		})
	}
	if len(m.out.Levels) > 0 {
		out.Up = m.pairs(ties, func(a, b int) bool { return m.level[b] >= 0 && m.level[b] < m.level[a] })
		out.Down = m.pairs(ties, func(a, b int) bool { return m.level[a] >= 0 && m.level[a] < m.level[b] })
	}
	return out
}

// pairs counts pairs of whom the first names the second, and in which nobody is twice on one side.
func (m *maker) pairs(ties []graph.Edge, counts func(a, b int) bool) *int {
	to := make([][]int, m.N)
	for _, e := range ties {
		if a, b := int(e.From), int(e.To); a != b && counts(a, b) {
			to[a] = append(to[a], b)
		}
	}
	n := m.count(matching(to, m.N))
	return &n
}

// cells counts the same for every two of the groups.
func (m *maker) cells(ties []graph.Edge, of []int, groups int) [][]*int {
	out := make([][]*int, groups)
	if groups == 0 {
		return out
	}
	place, size := make([]int, m.N), make([]int, groups)
	for v, g := range of {
		if g >= 0 {
			place[v] = size[g]
			size[g]++
		}
	}
	to := make([][][][]int, groups)
	for g := range groups {
		to[g] = make([][][]int, groups)
		for h := range groups {
			to[g][h] = make([][]int, size[g])
		}
	}
	for _, e := range ties {
		if g, h := of[e.From], of[e.To]; g >= 0 && h >= 0 && e.From != e.To {
			row := &to[g][h][place[e.From]]
			*row = append(*row, place[e.To])
		}
	}
	for g := range groups {
		out[g] = make([]*int, groups)
		for h := range groups {
			n := m.count(matching(to[g][h], size[h]))
			out[g][h] = &n
		}
	}
	return out
}

// whole fills in what is said of all together: layers beside each other, the chart, communities, and how far word gets.
func (m *maker) whole(ties []graph.Edge) error {
	directed, err := graph.FromEdges(m.N, ties, graph.BuildOptions{Directed: true})
	if err != nil {
		return err
	}
	simple, err := graph.Simple(m.ctx, directed.Unweighted(), graph.Options{})
	if err != nil {
		return err
	}
	m.offers(simple)
	if m.out.Exact {
		m.out.Cover, m.out.CoverLeast = cover(simple, coverShare)
	}
	if !m.out.Exact && m.N < measuredFrom || m.N < 2*m.threshold || simple.M() == 0 {
		return nil
	}
	if err := m.communities(simple); err != nil || m.N > mostPairs {
		return err
	}
	if err := m.chart(directed); err != nil {
		return err
	}
	layers := make([]*graph.Graph, len(m.Layers))
	for i, layer := range m.Layers {
		if layers[i], err = graph.FromEdges(m.N, layer.Ties, graph.BuildOptions{Directed: true}); err != nil {
			return err
		}
		for j := range i {
			r, err := correlation(m.ctx, layers[j], layers[i])
			if err != nil {
				return err
			}
			m.out.Likeness = append(m.out.Likeness, Likeness{m.Layers[j].Name, layer.Name, m.measure(r)})
		}
	}
	return nil
}

// correlation is that of who names whom in two networks; NaN when one of them names nobody or everybody.
func correlation(ctx context.Context, a, b *graph.Graph) (float64, error) {
	p, err := inference.QAPCorrelation(ctx, a.Unweighted(), b.Unweighted(), 0, 1, graph.Options{})
	if err != nil {
		return math.NaN(), err
	}
	return p.Value, nil
}

func (m *maker) chart(directed *graph.Graph) error {
	var lines []graph.Edge
	for v, above := range m.Manager {
		if above >= 0 && above < m.N {
			lines = append(lines, graph.Edge{From: uint32(v), To: uint32(above)})
		}
	}
	var formal, informal []float64
	for v, l := range m.Level {
		if l > 0 {
			formal, informal = append(formal, -float64(l)), append(informal, float64(directed.InDegree(uint32(v))))
		}
	}
	if len(lines) < m.threshold && len(formal) < m.threshold {
		return nil
	}
	m.out.Chart = &Chart{}
	if len(formal) >= m.threshold {
		m.out.Chart.Rank = m.measure(structure.Spearman(formal, informal))
	}
	if len(lines) >= m.threshold {
		chart, err := graph.FromEdges(m.N, lines, graph.BuildOptions{Directed: true})
		if err != nil {
			return err
		}
		r, err := correlation(m.ctx, chart, directed)
		if err != nil {
			return err
		}
		m.out.Chart.Lines = m.measure(r)
	}
	return nil
}

// communities sets the communities of all whose department is spoken of beside the departments: the mean over samples
// of which each leaves a fifth of the people out. One division of all would change as a whole where one person comes or
// goes, and so tell of them.
func (m *maker) communities(simple *graph.Graph) error {
	var spoken []uint32
	for v, g := range m.group {
		if g >= 0 && m.out.Departments[g].Name != Rest {
			spoken = append(spoken, uint32(v))
		}
	}
	if len(spoken) < 2*m.threshold {
		return nil
	}
	x := rand.New(rand.NewPCG(1, uint64(len(spoken))))
	rands, informations, samples := 0.0, 0.0, 0
	for range communitySamples {
		x.Shuffle(len(spoken), func(i, j int) { spoken[i], spoken[j] = spoken[j], spoken[i] })
		drawn := spoken[:len(spoken)-len(spoken)/5]
		formal, informal, err := m.divided(simple, drawn)
		if err != nil {
			return err
		}
		r, i := adjustedRand(formal, informal), adjustedMutualInformation(formal, informal)
		if !math.IsNaN(r) && !math.IsNaN(i) {
			rands, informations, samples = rands+r, informations+i, samples+1
		}
	}
	if samples < communitySamples/2 {
		return nil
	}
	n := float64(samples)
	m.out.Communities = &Communities{Rand: m.measure(rands / n), Information: m.measure(informations / n)}
	return nil
}

// divided returns the department and the community (Leiden by modularity) of each of some people.
func (m *maker) divided(simple *graph.Graph, people []uint32) (formal, informal []uint32, err error) {
	at := make([]int, m.N)
	for v := range at {
		at[v] = -1
	}
	for i, v := range people {
		at[v] = i
	}
	offsets := make([]int64, 1, len(people)+1)
	var targets []uint32
	for i, v := range people {
		for _, u := range simple.Neighbors(v) {
			if at[u] >= 0 && at[u] != i {
				targets = append(targets, uint32(at[u]))
			}
		}
		slices.Sort(targets[offsets[i]:])
		offsets = append(offsets, int64(len(targets)))
		formal = append(formal, uint32(m.group[v]))
	}
	g, err := graph.FromRows(m.ctx, false, offsets, targets, graph.Weights{}, graph.Options{})
	if err != nil {
		return nil, nil, err
	}
	found, err := community.Leiden(m.ctx, g, community.LeidenOptions{Seed: 1, Iterations: 1}, graph.Options{})
	if err != nil {
		return nil, nil, err
	}
	return formal, found.Of, nil
}

// offers counts how far word gets through those who offered to pass it on.
func (m *maker) offers(simple *graph.Graph) {
	if len(m.Offers) < m.threshold {
		return
	}
	m.out.Offered = m.people(len(m.Offers), m.threshold)
	offers := make([]bool, m.N)
	for _, v := range m.Offers {
		offers[v] = true
	}
	var to [][]int
	for _, v := range m.Offers {
		var others []int
		for _, u := range simple.Neighbors(uint32(v)) {
			if !offers[u] {
				others = append(others, int(u))
			}
		}
		for range told {
			to = append(to, others)
		}
	}
	n := m.count(len(m.Offers) + matching(to, m.N))
	m.out.Reached = &n
}
