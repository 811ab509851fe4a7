package colleagues

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/colleagues/structure"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// StructureInput says of which organisation, and on which layer.
type StructureInput struct {
	Organisation string    `json:"organisation,omitempty" arg:"1" doc:"an organisation or a tag; the people of your chart when not given" maxLength:"300"`
	Layer        string    `json:"layer,omitempty" doc:"only this layer: trust, advice, lunch, works with, meets …; all together when not given" maxLength:"60"`
	Threshold    int       `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"1000"`
	AsOf         time.Time `json:"as_of,omitempty" doc:"as it was at the end of this day, such as 2025-06-01: by what had happened and been said by then, and the chart of that day; as it is now when left out"`
}

// lookingBack is the viewer at the end of a day; the viewer as they are where none is asked for, or one to come.
func lookingBack(v op.Viewer, asked time.Time) op.Viewer {
	if end := asked.AddDate(0, 0, 1).Add(-time.Microsecond); !asked.IsZero() && end.Before(v.Now) {
		v.Now = end
	}
	return v
}

// GroupOutput is how a group stands to the others.
type GroupOutput struct {
	Name   string   `json:"name" doc:"* stands for all groups too small to be spoken of"`
	Size   int      `json:"size"`
	EI     *float64 `json:"ei" doc:"(external - internal) / (external + internal) of its ties, from -1 to 1 (Krackhardt & Stern 1988)"`
	Closed bool     `json:"closed" doc:"nine in ten of its ties stay inside"`
	// Towards has the share of the ties from its people that goes to each group.
	Towards []float64 `json:"towards" doc:"where the ties from its people go, as shares, in the order of the groups; null when they are fewer than the threshold"`
}

// CrossingOutput is how much two groups have to do with each other.
type CrossingOutput struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Share    float64 `json:"share" doc:"of all ties"`
	Expected float64 `json:"expected" doc:"what it would be if ties ignored the groups"`
}

// BrokerOutput is somebody who links groups.
type BrokerOutput struct {
	Person  people.Ref `json:"person"`
	Role    string     `json:"role" enum:"gatekeeper,representative,liaison,consultant,coordinator" doc:"held most often (Gould & Fernandez 1989)"`
	Between []string   `json:"between"`
}

// LossOutput is what falls apart when one person is missed. The person is not named: a report speaks of how an
// organisation hangs together, not of whom it hangs on.
type LossOutput struct {
	Of     string   `json:"of" doc:"the department of that person; empty when it may not be spoken of"`
	People int      `json:"people" doc:"who lose touch with the largest part that is left"`
	Parts  int      `json:"parts" doc:"into how many parts they and the others fall"`
	Groups []string `json:"groups" doc:"departments of which enough people are among them to be spoken of"`
}

// mostLosses is how many losses are told, the greatest.
const mostLosses = 10

// StandingOutput sets the informal network beside the formal chart, for the organisation as a whole.
type StandingOutput struct {
	Rank      *float64 `json:"rank" doc:"rank correlation of the place in the chart and of how many turn to somebody, from -1 to 1"`
	Lines     *float64 `json:"lines" doc:"correlation of who reports to whom with who turns to whom (QAP)"`
	Chance    *float64 `json:"chance" doc:"how likely one as high comes by chance"`
	SameLevel float64  `json:"same_level" doc:"share of ties within a level"`
	Up        float64  `json:"up"`
	Down      float64  `json:"down"`
}

// StructureOutput is how an organisation runs. No person has a score in it; lists of persons are in the order of their
// names.
type StructureOutput struct {
	People        int              `json:"people"`
	Ties          int              `json:"ties"`
	Threshold     int              `json:"threshold"`
	Layers        []LayerOutput    `json:"layers" doc:"what there is to see of these people"`
	EI            *float64         `json:"ei" doc:"of the whole, over the true departments; null when one of them is too small to be spoken of"`
	EIExpected    *float64         `json:"ei_expected" doc:"what it would be if ties ignored the departments"`
	Groups        []GroupOutput    `json:"groups"`
	Crossings     []CrossingOutput `json:"crossings"`
	Brokers       []BrokerOutput   `json:"brokers"`
	Losses        []LossOutput     `json:"losses" doc:"what would fall apart without one person, the most first; persons are not named"`
	Fragile       int              `json:"fragile" doc:"how many people there are without whom others would lose touch, those of few included"`
	Bridges       int              `json:"bridges" doc:"how many ties there are without which others would lose touch"`
	Standing      *StandingOutput  `json:"standing" doc:"null without a chart"`
	Connectedness float64          `json:"connectedness" doc:"share of pairs that are connected in any way"`
	Hierarchy     float64          `json:"hierarchy" doc:"share of connected pairs with a way in one direction only"`
	Efficiency    float64          `json:"efficiency" doc:"how few ties there are beyond what connects"`
	Cut           bool             `json:"cut" doc:"so much happened that only the latest of it was looked at"`
	Sentences     []string         `json:"sentences" doc:"what this says, in the viewer's language"`
}

// LayerOutput is a layer on which something is known.
type LayerOutput struct {
	Layer string `json:"layer"`
	Ties  int    `json:"ties"`
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// structure says how an organisation runs.
func (s *Service) structure(ctx context.Context, v op.Viewer, in StructureInput) (StructureOutput, error) {
	if err := s.ownNotesOnly(ctx, v); err != nil {
		return StructureOutput{}, err
	}
	v = lookingBack(v, in.AsOf)
	e, err := s.gather(ctx, v)
	if err != nil {
		return StructureOutput{}, err
	}
	members, err := s.members(ctx, v, e, in.Organisation)
	if err != nil {
		return StructureOutput{}, err
	}
	derived, cut, err := s.derived(ctx, v)
	if err != nil {
		return StructureOutput{}, err
	}
	place := make(map[id.ID]int, len(members))
	for i, key := range members {
		place[key] = i
	}
	wanted := tie.LayerNamed(in.Layer).Name
	if in.Layer == "" {
		wanted = ""
	}
	weights, layers := tiesAmong(e, derived, place, wanted)
	o := structure.Organisation{
		N: len(members), Ties: weights, Group: make([]string, len(members)), Level: make([]int, len(members)),
		Manager: make([]int, len(members)), Threshold: in.Threshold,
	}
	for i, key := range members {
		at := e.chart[key]
		o.Group[i], o.Level[i], o.Manager[i] = at.Department, at.Level, -1
		if m, ok := place[at.Manager]; ok {
			o.Manager[i] = m
		}
	}
	report, err := structure.Of(ctx, o)
	if err != nil {
		return StructureOutput{}, err
	}
	out := s.reported(e, report, members)
	out.Layers, out.Cut = layers, cut
	out.Sentences = sentences(v.Printer(), out, wanted)
	return out, nil
}

// pageOfMembers is how many people of an organisation are read at once.
const pageOfMembers = 1000

// members are the people of an organisation, or with a tag, or in the chart; in the order of their names.
func (s *Service) members(ctx context.Context, v op.Viewer, e *evidence, organisation string) ([]id.ID, error) {
	in := map[id.ID]bool{}
	organisation = strings.TrimSpace(organisation)
	if organisation == "" {
		for key := range e.chart {
			if e.profiles[key] != nil {
				in[key] = true
			}
		}
		if len(in) == 0 {
			return nil, fault.New(fault.Invalid, "Say which organisation.").
				WithHint("Or load its chart: gave colleagues chart FILE.").WithField("organisation")
		}
	}
	for _, query := range []people.PeopleQuery{{Organisation: organisation}, {Tag: organisation}} {
		if organisation == "" || len(in) > 0 {
			break
		}
		for query.Limit = pageOfMembers; ; query.Offset += pageOfMembers {
			list, err := s.network.People(ctx, v, query)
			if err != nil && fault.CodeOf(err) != fault.NotFound {
				return nil, err
			}
			for _, p := range list.People {
				if e.profiles[p.ID] != nil {
					in[p.ID] = true
				}
			}
			if !list.More {
				break
			}
		}
	}
	if me := e.profiles[v.Person]; me != nil && organisation != "" { // lists of people leave the viewer out
		what := text.Fold(organisation)
		if text.Fold(me.Organisation) == what ||
			slices.ContainsFunc(me.Lines, func(l people.ProfileLine) bool { return text.Fold(l.Text) == what }) {
			in[v.Person] = true
		}
	}
	if len(in) == 0 {
		return nil, fault.New(fault.NotFound, "You know nobody of %q.", organisation).
			WithHint("See the names with gave organisations list.").WithField("organisation")
	}
	refs := make([]people.Ref, 0, len(in))
	for key := range in {
		refs = append(refs, e.ref(key))
	}
	byName(refs)
	out := make([]id.ID, len(refs))
	for i, ref := range refs {
		out[i] = ref.ID
	}
	return out, nil
}

// layerTie is a tie on a layer.
type layerTie struct {
	arc
	layer string
}

// warm reads what people can do, and the interactions from which the ties of every organisation are derived.
func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	if err := s.sealPlain(ctx, v.Space); err != nil {
		return err
	}
	if _, err := s.network.LineTerms(ctx, v); err != nil {
		return err
	}
	if _, err := s.network.Said(ctx, v); err != nil {
		return err
	}
	_, err := s.network.Recent(ctx, v, v.Now, mostInteractions)
	return err
}

// derived reads from meetings and messages who does what together, both ways: the sum over what they did, fading, each
// divided over the others who were there (Newman 2001), as a strength; cut says that there was more than was read.
func (s *Service) derived(ctx context.Context, v op.Viewer) (out map[layerTie]float64, cut bool, err error) {
	list, err := s.network.Recent(ctx, v, v.Now, mostInteractions)
	if err != nil {
		return nil, false, err
	}
	out = map[layerTie]float64{}
	for i := range list {
		e := &list[i]
		layer := derivedLayer(e)
		if layer == "" || len(e.Participants) > smallCompany {
			continue
		}
		people := max(e.People, len(e.Participants))
		if people < 2 {
			continue
		}
		weight := tie.Decay(v.Now.UnixMicro()-e.Time) / float64(people-1)
		for a := range e.Participants {
			for b := range e.Participants {
				if a != b {
					out[layerTie{arc{e.Participants[a].Person, e.Participants[b].Person}, layer}] += weight
				}
			}
		}
	}
	for key, intensity := range out {
		out[key] = tie.Strength(intensity)
	}
	return out, len(list) == mostInteractions, nil
}

// tiesAmong returns the ties among members on a layer, or on all that are informal, and how many there are on each.
// Strengths of several layers each leave less doubt.
func tiesAmong(
	e *evidence, derived map[layerTie]float64, place map[id.ID]int, wanted string,
) ([]graph.Edge, []LayerOutput) {
	layered := map[layerTie]float64{}
	put := func(t layerTie, weight float64) {
		_, from := place[t.from]
		_, to := place[t.to]
		if from && to && weight > 0 {
			layered[t] = 1 - (1-layered[t])*(1-min(weight, 1))
		}
	}
	for t, strength := range derived {
		put(t, strength)
	}
	for member := range place {
		for x := range e.said.Of(member, e.now) {
			put(layerTie{arc{x.From, x.To}, x.Layer.Name}, x.Weight)
		}
	}
	counts := map[string]int{}
	together := map[arc]float64{}
	for t, weight := range layered {
		if weight < faintest {
			continue
		}
		counts[t.layer]++
		if wanted == "" && !tie.LayerNamed(t.layer).Formal || t.layer == wanted {
			together[t.arc] = 1 - (1-together[t.arc])*(1-weight)
		}
	}
	edges := make([]graph.Edge, 0, len(together))
	for x, weight := range together {
		edges = append(edges, graph.Edge{From: uint32(place[x.from]), To: uint32(place[x.to]), Weight: weight})
	}
	slices.SortFunc(edges, func(a, b graph.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	layers := make([]LayerOutput, 0, len(counts))
	for layer, n := range counts {
		layers = append(layers, LayerOutput{layer, n})
	}
	slices.SortFunc(layers, func(a, b LayerOutput) int { return strings.Compare(a.Layer, b.Layer) })
	return edges, layers
}

// reported puts names to the numbers of a report.
func (s *Service) reported(e *evidence, r *structure.Report, members []id.ID) StructureOutput {
	out := StructureOutput{
		People: r.People, Ties: r.Ties, Threshold: r.Threshold, EI: finite(r.EI), EIExpected: finite(r.Expected),
		Groups: []GroupOutput{}, Crossings: []CrossingOutput{},
		Brokers: []BrokerOutput{}, Losses: []LossOutput{}, Fragile: len(r.Losses), Bridges: r.Bridges,
		Connectedness: r.Shape.Connectedness, Hierarchy: r.Shape.Hierarchy, Efficiency: r.Shape.Efficiency,
	}
	for _, g := range r.Groups {
		out.Groups = append(out.Groups, GroupOutput{g.Name, g.Size, finite(g.EI), g.Closed, g.Towards})
	}
	for _, c := range r.Crossings {
		out.Crossings = append(out.Crossings, CrossingOutput{c.From, c.To, c.Share, c.Expected})
	}
	for _, b := range r.Brokers {
		out.Brokers = append(out.Brokers,
			BrokerOutput{e.ref(members[b.Person]), b.Role, append([]string{}, b.Between...)})
	}
	for _, l := range r.Losses {
		if l.People < r.Threshold || len(out.Losses) == mostLosses {
			break
		}
		one := LossOutput{People: l.People, Parts: l.Parts, Groups: append([]string{}, l.Groups...)}
		at := e.chart[members[l.Person]].Department
		if slices.ContainsFunc(r.Groups, func(g structure.Group) bool { return g.Name == at }) {
			one.Of = at
		}
		out.Losses = append(out.Losses, one)
	}
	if t := r.Standing; t != nil {
		out.Standing = &StandingOutput{
			Rank: finite(t.Rank), Lines: finite(t.Lines), Chance: finite(t.Chance), SameLevel: t.SameLevel, Up: t.Up,
			Down: t.Down,
		}
	}
	return out
}

// apart are the pairs of groups of which one turns to the other less than half as often as chance would have it; the
// way that is rarer.
func (o StructureOutput) apart() []CrossingOutput {
	var out []CrossingOutput
	for _, c := range o.Crossings {
		said := slices.ContainsFunc(out, func(x CrossingOutput) bool { return x.From == c.To && x.To == c.From })
		if !said && c.From != structure.Rest && c.To != structure.Rest && c.Share < c.Expected/2 {
			out = append(out, c)
		}
	}
	return out
}

// sentences say what the figures mean.
func sentences(p *locale.Printer, o StructureOutput, layer string) []string {
	out := []string{}
	if layer != "" && o.Ties == 0 {
		return append(out, p.T("Nothing is known of these people on the layer %s.", layer))
	}
	if o.Ties == 0 {
		return append(out, p.T("Nothing is known yet of who works with whom here. Import mail or a calendar, or note "+
			"what you see."))
	}
	if o.People < o.Threshold {
		out = append(out, p.T("With fewer than %d people nothing is said of groups.", o.Threshold))
	}
	if o.EI != nil && o.EIExpected != nil {
		switch d := *o.EI - *o.EIExpected; {
		case d < -0.1:
			out = append(out, p.T("People turn to their own department more than chance would have it."))
		case d > 0.1:
			out = append(out, p.T("People turn to other departments more than chance would have it."))
		default:
			out = append(out, p.T("Departments hardly matter for who turns to whom."))
		}
	}
	for _, g := range o.Groups {
		if g.Closed && g.Name != structure.Rest {
			out = append(out, p.T("%s keeps to itself: nine in ten of its ties stay inside.", g.Name))
		}
	}
	for i, c := range o.apart() {
		if i == 3 {
			break
		}
		out = append(out, p.T("%s and %s have less to do with each other than could be expected.", c.From, c.To))
	}
	if t := o.Standing; t != nil && t.Rank != nil {
		switch {
		case *t.Rank > 0.4:
			out = append(out, p.T("Who is high in the chart is also turned to much."))
		case *t.Rank < 0.1:
			out = append(out, p.T("Whom people turn to has little to do with the chart."))
		}
	}
	if len(o.Losses) > 0 {
		out = append(out, p.T("Without one person %d people would lose touch with the others.", o.Losses[0].People))
	}
	return out
}

// without says without whom something falls apart, as far as it may be said.
func (l LossOutput) without(p *locale.Printer) string {
	if l.Of == "" {
		return p.T("Without one person")
	}
	return p.T("Without one person of %s", l.Of)
}

// falls says what falls apart and how much of it.
func (l LossOutput) falls(p *locale.Printer) string {
	said := p.T("%d people lose touch with the others", l.People)
	if len(l.Groups) > 0 {
		said += ", " + p.T("many of them of %s", strings.Join(l.Groups, ", "))
	}
	return said
}

// beside says what was left out of the figures, and why.
func (o StructureOutput) beside(p *locale.Printer) []string {
	var out []string
	if o.EI == nil && len(o.Groups) > 1 {
		out = append(out, p.T("Some departments are so small that nothing is said of the whole."))
	}
	if o.Cut {
		out = append(out, latestOnly(p))
	}
	return out
}

// latestOnly says that what happened longer ago was not looked at.
func latestOnly(p *locale.Printer) string {
	return p.T("Of what happened only the latest %d meetings and messages were looked at.", mostInteractions)
}

// Text prints the report.
func (o StructureOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.T("%d people", o.People)+", "+p.T("%d ties", o.Ties))
	for _, line := range slices.Concat(o.Sentences, o.beside(p)) {
		fmt.Fprintln(&b, line)
	}
	for _, g := range o.Groups {
		name := g.Name
		if name == structure.Rest {
			name = p.T("smaller groups together")
		}
		ei := "–"
		if g.EI != nil {
			ei = fmt.Sprintf("%+.2f", *g.EI)
		}
		fmt.Fprintf(&b, "  %-30s %4d  E-I %s\n", name, g.Size, ei)
	}
	if len(o.Brokers) > 0 {
		fmt.Fprintln(&b, p.T("They link groups")+":")
		for _, x := range o.Brokers {
			fmt.Fprintf(&b, "  %-30s  %s\n", x.Person.Name, p.T(x.Role))
		}
	}
	if len(o.Losses) > 0 {
		fmt.Fprintln(&b, p.T("What would fall apart")+":")
		for _, l := range o.Losses {
			fmt.Fprintf(&b, "  %s: %s\n", l.without(p), l.falls(p))
		}
	}
	return b.String()
}
