package horizon

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

// Tie is one of the viewer's ties, as a window on other circles.
type Tie struct {
	ID          id.ID      `json:"id"`
	Name        string     `json:"name"`
	Reason      string     `json:"reason" doc:"what the tie opens, in a sentence or two"`
	Worth       float64    `json:"worth" doc:"what it brings: difference, times one and the doublings of whom it opens, times passage; 0 for no window"`
	Difference  float64    `json:"difference" doc:"how rare what they are is among the others you know: the mean over the traits, from 0 to 1"`
	Traits      []TieTrait `json:"traits" doc:"what is known of them of what makes that up"`
	Opens       int        `json:"opens" doc:"people within two steps only over this tie"`
	Only        people.Ref `json:"only,omitzero" doc:"the one it opens, when it is one"`
	Behind      Behind     `json:"behind" doc:"where most of those work; no people when no two of them work at one place"`
	Passage     float64    `json:"passage" doc:"how well news comes through, from 0 to 1: 4 s (1 - s) of the strength s, 0 below 0.01; of a dormant tie what it was once, less the longer ago"`
	Strength    float64    `json:"strength" doc:"from 0 to below 1"`
	Class       tie.Class  `json:"class"`
	First       time.Time  `json:"first,omitzero" doc:"first contact, where there was any"`
	Last        time.Time  `json:"last,omitzero" doc:"last contact, where there was any"`
	Common      int        `json:"common" doc:"acquaintances in common"`
	Overlap     float64    `json:"overlap" doc:"acquaintances in common beside all of both, from 0 to 1 (Onnela et al. 2007)"`
	Closeness   float64    `json:"closeness" doc:"how much of all contact of you two is with each other, from 0 to 1"`
	LocalBridge bool       `json:"local_bridge" doc:"you have nobody in common (Granovetter 1973)"`
	Novelty     float64    `json:"novelty" doc:"what news it may bring by what you have in common, from 0 to 1: highest for weak ties with some acquaintances in common (Rajkumar et al. 2022)"`
	Since       []Happened `json:"since,omitempty" doc:"of a dormant tie: what they did since your last contact, the newest first"`
}

// TieTrait is what somebody is in one of the traits, and how many of the others whom the viewer knows are the same.
type TieTrait struct {
	Trait string `json:"trait" enum:"organisation,place,level,discipline,circle,sector"`
	Value string `json:"value,omitempty" doc:"none for a circle, and for what is delicate"`
	Same  int    `json:"same" doc:"others whom you know who are the same"`
	Known int    `json:"known" doc:"others whom you know of whom it is known"`
}

// Happened is something that somebody did.
type Happened struct {
	Kind string    `json:"kind" enum:"role,event,praise,told"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// mostNews is the number of acquaintances in common at which ties brought the most: ten, in the experiments on LinkedIn
// (Rajkumar et al. 2022).
const mostNews = 10

// novelty is the inverted U over acquaintances in common, times what the tie lacks in strength.
func novelty(common int, strength float64) float64 {
	x := (float64(common) + 1) / (mostNews + 1)
	return x * math.Exp(1-x) * (1 - strength)
}

// windowsOfView are the ties of somebody as windows, worked out once for a view and what its people are called.
type windowsOfView struct {
	list    []Window // the best first
	class   map[uint32]tie.Class
	covered cover
}

// asSeen are the people of a view as a viewer sees them: what each is, and what that is called.
type asSeen struct {
	view      *tie.View
	me        uint32
	edition   string // names the view's people as they are now
	everybody *people.Everybody
	dead      map[id.ID]bool
	table     *traitTable
}

// seen returns the viewer's view and what its people are.
func (s *Service) seen(ctx context.Context, v op.Viewer) (*asSeen, error) {
	view, me, err := s.me(ctx, v)
	if err != nil {
		return nil, err
	}
	out := &asSeen{view: view, me: me}
	edition, err := s.network.Naming(ctx, v, func(person id.ID) bool {
		_, in := view.Number(person)
		return in
	})
	if err != nil {
		return nil, err
	}
	out.edition = fmt.Sprint(v.Person, edition)
	if out.everybody, err = s.network.Everybody(ctx, v); err != nil {
		return nil, err
	}
	if out.dead, err = s.network.Deceased(ctx, v); err != nil {
		return nil, err
	}
	out.table, err = tie.OfView(view, "traits "+edition.String(), func() (*traitTable, error) {
		of, err := s.traitsIn(ctx, v, view)
		if err != nil {
			return nil, err
		}
		return tableOf(view, of, out.everybody), nil
	})
	return out, err
}

// traitTable is what everybody of a view is, each value by a number of its own, and what it is called. 0 is what is not
// known.
type traitTable struct {
	of     [][len(traits)]uint32 // by node
	values [len(traits)][]string // as they are compared
	shown  [len(traits)]map[string]string
}

func tableOf(view *tie.View, of func(n uint32) Traits, everybody *people.Everybody) *traitTable {
	out := &traitTable{of: make([][len(traits)]uint32, view.Graph.N())}
	var number [len(traits)]map[string]uint32
	for k := range traits {
		number[k], out.values[k], out.shown[k] = map[string]uint32{"": 0}, []string{""}, map[string]string{}
	}
	for n := range out.of {
		one := everybody.Of(view.IDs[n])
		for k, value := range of(uint32(n)) {
			at, known := number[k][value]
			if !known {
				at = uint32(len(out.values[k]))
				number[k][value] = at
				out.values[k] = append(out.values[k], value)
				if one != nil {
					out.shown[k][value] = [len(traits)]string{one.Organisation, one.Place}[k]
				}
			}
			out.of[n][k] = at
		}
	}
	return out
}

// traits are those of a node.
func (t *traitTable) traits(n uint32) Traits {
	var out Traits
	for k, at := range t.of[n] {
		out[k] = t.values[k][at]
	}
	return out
}

// called is how a value of a trait is said to the viewer; nothing for a circle, and for what is delicate.
func (t *traitTable) called(v op.Viewer, trait int, value string) string {
	out := ""
	switch traits[trait] {
	case "organisation", "place":
		out = t.shown[trait][value]
	case "level", "sector":
		out = v.Printer().T(value)
	case "discipline":
		out = skilled.FieldCalled(value, string(v.Lang))
	}
	if value == "" || tact.DelicateTitle(out) {
		return ""
	}
	return out
}

// windows returns the viewer's ties as windows, the best first.
func (s *Service) windows(ctx context.Context, v op.Viewer, seen *asSeen) (*windowsOfView, error) {
	return tie.OfView(seen.view, "windows of "+seen.edition, func() (*windowsOfView, error) {
		states, err := s.network.OwnTies(ctx, v)
		if err != nil {
			return nil, err
		}
		out := &windowsOfView{class: map[uint32]tie.Class{}}
		now := v.Now.UnixMicro()
		out.list, out.covered = Windows(seen.view, seen.me, seen.table.traits,
			func(n uint32, strength float64) float64 {
				state := states[seen.view.IDs[n]] // none of who is only said to be tied: that is a latent tie
				out.class[n] = state.ClassAt(v.Now)
				if out.class[n] == tie.Dormant {
					return woken(state, now)
				}
				return passage(strength)
			})
		best(out.list)
		return out, nil
	})
}

func (s *Service) ties(ctx context.Context, v op.Viewer, in TiesInput) (TiesOutput, error) {
	seen, err := s.seen(ctx, v)
	if err != nil {
		return TiesOutput{}, err
	}
	all, err := s.windows(ctx, v, seen)
	if err != nil {
		return TiesOutput{}, err
	}
	var list []Window
	for _, w := range all.list {
		if len(list) == max(in.Limit, 1) {
			break
		}
		if one := seen.everybody.Of(seen.view.IDs[w.Node]); one != nil && !seen.dead[one.ID] &&
			(in.Class == "" || all.class[w.Node] == in.Class) {
			list = append(list, w)
		}
	}
	out := TiesOutput{Ties: []Tie{}, Layers: seen.view.Layers}
	states, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return out, err
	}
	close := seen.view.Closeness(seen.me)
	mine := seen.view.Graph.Neighbors(seen.me)
	for _, w := range list {
		at, _ := slices.BinarySearch(mine, w.Node)
		one := seen.tie(v, w, all, states[seen.view.IDs[w.Node]])
		one.Closeness = close[at]
		out.Ties = append(out.Ties, one)
	}
	return out, s.tellSince(ctx, v, out.Ties)
}

// tie is a window as it is told.
func (seen *asSeen) tie(v op.Viewer, w Window, all *windowsOfView, state tie.State) Tie {
	key := seen.view.IDs[w.Node]
	one := Tie{
		ID: key, Name: seen.everybody.Of(key).Name, Worth: w.Worth, Difference: w.Difference, Traits: []TieTrait{},
		Opens: w.Opens, Passage: w.Passage, Strength: w.Strength, Class: all.class[w.Node], Common: w.Common,
		LocalBridge: w.Common == 0, Novelty: novelty(w.Common, w.Strength),
	}
	if state.Interactions > 0 {
		one.First, one.Last = time.UnixMicro(state.FirstContact).UTC(), time.UnixMicro(state.AsOf).UTC()
	}
	degree := len(seen.view.Graph.Neighbors(seen.me)) - 1 + seen.view.Graph.Degree(w.Node) - 1
	if union := degree - w.Common; union > 0 {
		one.Overlap = float64(w.Common) / float64(union)
	}
	of := seen.table.traits(w.Node)
	for k, trait := range traits {
		if w.Known[k] > 0 {
			one.Traits = append(one.Traits, TieTrait{trait, seen.table.called(v, k, of[k]), w.Same[k], w.Known[k]})
		}
	}
	var keys []id.ID
	for _, n := range all.covered.opened(seen.view, w.Node) {
		keys = append(keys, seen.view.IDs[n])
	}
	if len(keys) == 1 && !seen.dead[keys[0]] {
		one.Only, _ = seen.everybody.Ref(keys[0])
	}
	one.Behind = behind(seen.everybody, keys, func(name string) bool { return !tact.DelicateTitle(name) })
	one.Reason = one.reason(v)
	return one
}

// opensSomething says that a tie leads to somebody or to something that is rare among those whom the viewer knows.
func (t Tie) opensSomething() bool {
	return t.Opens > 0 || slices.ContainsFunc(t.Traits, func(trait TieTrait) bool {
		return trait.Value != "" && (trait.Same == 0 || trait.Known >= rareOf*trait.Same)
	})
}

// reason says in a sentence or two what a tie opens.
func (t Tie) reason(v op.Viewer) string {
	p := v.Printer()
	name := given(t.Name)
	var out []string
	switch {
	case t.Opens == 0:
	case t.Opens == 1 && t.Only.Name != "":
		out = append(out, p.T("Through %s you reach %s, whom nobody else of yours knows.", name, t.Only.Name))
	case t.Opens == 1:
		out = append(out, p.T("Through %s you reach one person whom nobody else of yours knows.", name))
	case t.Behind.People == t.Opens:
		out = append(out, p.T("Through %s you reach %d people at %s whom nobody else of yours knows.", name, t.Opens,
			t.Behind.Organisation))
	case t.Behind.People > 0:
		out = append(out, p.T("Through %s you reach %d people whom nobody else of yours knows, %d of them at %s.", name,
			t.Opens, t.Behind.People, t.Behind.Organisation))
	default:
		out = append(out, p.T("Through %s you reach %d people whom nobody else of yours knows.", name, t.Opens))
	}
	only, rarest := []string{}, TieTrait{}
	for _, trait := range t.Traits {
		switch {
		case trait.Value == "":
		case trait.Same == 0:
			only = append(only, trait.Value)
		case rarest.Known == 0 || trait.Same*rarest.Known < rarest.Same*trait.Known:
			rarest = trait
		}
	}
	switch {
	case len(only) > 0:
		out = append(out, p.T("The only one you know: %s.", strings.Join(only, ", ")))
	case rarest.Known > 0 && rarest.Known >= rareOf*rarest.Same:
		out = append(out, p.T("Rare among those you know: %s (%d of %d).", rarest.Value, rarest.Same+1, rarest.Known+1))
	}
	if len(out) == 0 {
		out = append(out, p.T("You have %d acquaintances in common, and nothing known of %s is rare among those "+
			"you know.", t.Common, name))
	}
	return strings.Join(out, " ")
}

// rareOf is at most one of how many others somebody is like, in what is called rare.
const rareOf = 10

// Evidence is what speaks for a window, line by line.
func (t Tie) Evidence(v op.Viewer) []string {
	p := v.Printer()
	out := []string{p.T("%s tie of strength %s, %d acquaintances in common", p.T(string(t.Class)),
		p.Decimal(t.Strength, 2), t.Common)}
	if !t.Last.IsZero() {
		out = append(out, p.T("first contact %s, last contact %s", p.Date(t.First), p.Date(t.Last)))
	}
	for _, trait := range t.Traits {
		what := p.T(trait.Trait)
		if trait.Value != "" {
			what += " " + trait.Value
		}
		out = append(out, p.T("%s: so are %d of the %d others of whom it is known", what, trait.Same, trait.Known))
	}
	return append(out, p.T("worth %s: difference %s, times one and the doublings of whom it opens (%d), times %s "+
		"for how well news comes through", p.Decimal(t.Worth, 2), p.Decimal(t.Difference, 2), t.Opens,
		p.Decimal(t.Passage, 2)))
}

// mostSince is how many things are told that somebody did since the last contact.
const mostSince = 3

// tellSince says of the dormant among some ties what they did since the last contact, as far as it is known and may be
// brought up.
func (s *Service) tellSince(ctx context.Context, v op.Viewer, ties []Tie) error {
	after, at := map[id.ID]time.Time{}, map[id.ID]int{}
	for i, t := range ties {
		if t.Class == tie.Dormant {
			after[t.ID], at[t.ID] = t.Last, i
		}
	}
	if len(after) == 0 {
		return nil
	}
	done, err := s.network.Since(ctx, v, after)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	found := map[id.ID][]Happened{}
	for _, d := range done {
		kind := "event"
		if d.Role {
			kind = "role"
		}
		found[d.Person] = append(found[d.Person], Happened{kind, d.Text, d.At})
	}
	for _, h := range s.heard {
		known, err := h.source(ctx, v)
		if err != nil {
			return err
		}
		for _, k := range known {
			ref, _ := everybody.Ref(k.Person)
			person := ref.ID
			if last, asked := after[person]; asked && k.At.After(last) && !k.At.After(v.Now) && !k.Need &&
				!tact.Delicate(k.Text) {
				found[person] = append(found[person], Happened{h.kind, shortened(k.Text), k.At})
			}
		}
	}
	for person, list := range found {
		slices.SortStableFunc(list, func(a, b Happened) int {
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Text, b.Text))
		})
		list = slices.CompactFunc(list, func(a, b Happened) bool { return a.Kind == b.Kind && a.Text == b.Text })
		ties[at[person]].Since = list[:min(len(list), mostSince)]
	}
	return nil
}

// said says what somebody did, and when.
func (h Happened) said(p *locale.Printer) string {
	switch h.Kind {
	case "role":
		return p.T("new work since %s: %s", p.Date(h.At), h.Text)
	case "event":
		return p.T("was at %q on %s", h.Text, p.Date(h.At))
	case "praise":
		return p.T("praised on %s: %s", p.Date(h.At), h.Text)
	}
	return p.T("noted on %s: %s", p.Date(h.At), h.Text)
}

// shortened is the beginning of a text, whole words.
func shortened(text string) string {
	const most = 90
	words, out := strings.Fields(text), ""
	for _, word := range words {
		if len([]rune(out))+len([]rune(word)) > most {
			return out + " …"
		}
		out = strings.TrimSpace(out + " " + word)
	}
	return out
}
