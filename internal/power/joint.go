package power

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// JointInput is a set of people and what they may need.
type JointInput struct {
	People []string `json:"people,omitempty" arg:"1" doc:"who acts together" means:"person"`
	Tag    string   `json:"tag,omitempty" doc:"also all with this tag, or of this organisation" maxLength:"200"`
	Need   []string `json:"need,omitempty" doc:"what it takes: organisations, skills or places; may be given more than once"`
	Goal   id.ID    `json:"goal,omitempty" doc:"id of a goal of yours: also what it takes, and who takes part in it"`
}

// Capability is something that somebody of a set brings.
type Capability struct {
	What string       `json:"what"`
	Who  []people.Ref `json:"who"`
}

// Addition is somebody who would add to what people can do together.
type Addition struct {
	people.Ref
	Brings []string `json:"brings" doc:"what they lack and this one has; empty without needs"`
	New    int      `json:"new" doc:"without needs: how many people this one knows well whom none of them does"`
	Chance float64  `json:"chance" doc:"that one of them reaches this one, from 0 to 1"`
}

// JointOutput is what people can do together.
type JointOutput struct {
	People        []people.Ref    `json:"people" doc:"who is looked at"`
	Needs         []string        `json:"needs" doc:"what it takes"`
	Can           []Capability    `json:"can" doc:"which of the needs they have; without needs, what is known of each"`
	Lacks         []string        `json:"lacks" doc:"needs that none of them has"`
	Adds          []Addition      `json:"adds" doc:"who adds most to them, and then who adds most to those together; the first is the best of all"`
	Organisations []string        `json:"organisations" doc:"where they or somebody they know well work"`
	Strangers     [][2]people.Ref `json:"strangers" doc:"pairs among them who do not know each other"`
	Alike         []string        `json:"alike" doc:"in your language: when they are much alike, and who is missing"`
}

// mostJoint is how many people are looked at together, mostAdded how many are named who would add to them.
const (
	mostJoint = 40
	mostAdded = 3
)

// jointPeople are those who are looked at together: who is named, who has a tag, and who takes part in a goal.
func (s *Service) jointPeople(ctx context.Context, v op.Viewer, in JointInput) (keys []id.ID, err error) {
	named := slices.DeleteFunc(slices.Clone(in.People), func(one string) bool { return strings.TrimSpace(one) == "" })
	tooMany := fault.New(fault.Invalid, "At most %d people and %d needs can be looked at together.",
		mostJoint, mostNeeds).WithHint("Name those without whom it fails.")
	if len(named) > mostJoint {
		return nil, tooMany.WithField("people")
	}
	for _, reference := range named {
		p, err := s.network.Resolve(ctx, v, reference)
		if err != nil {
			return nil, fault.About(err, "people")
		}
		keys = append(keys, p.ID)
	}
	if tag := strings.TrimSpace(in.Tag); tag != "" {
		list, err := s.network.Holders(ctx, v, tag)
		if err != nil {
			return nil, fault.About(err, "tag")
		}
		if len(list) == 0 {
			return nil, fault.New(fault.NotFound, "Nobody has the tag %q.", tag).WithField("tag")
		}
		keys = append(keys, list...)
	}
	if !in.Goal.IsZero() && len(keys) == 0 {
		parts, err := s.takePart(ctx, v, in.Goal)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			keys = append(keys, p.ID)
		}
		if !v.Person.IsZero() {
			keys = append(keys, v.Person)
		}
	}
	seen := map[id.ID]bool{}
	keys = slices.DeleteFunc(keys, func(key id.ID) bool {
		twice := seen[key]
		seen[key] = true
		return twice
	})
	if len(keys) > mostJoint {
		return nil, tooMany
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Invalid, "Say who acts together.").WithField("people")
	}
	return keys, nil
}

// joint says what chosen people can do together, what they lack, and who would add most.
func (s *Service) joint(ctx context.Context, v op.Viewer, in JointInput) (JointOutput, error) {
	out := JointOutput{
		People: []people.Ref{}, Needs: []string{}, Can: []Capability{}, Lacks: []string{}, Adds: []Addition{},
		Organisations: []string{}, Strangers: [][2]people.Ref{}, Alike: []string{},
	}
	for _, need := range in.Need {
		for _, item := range text.Items(need) {
			if !slices.Contains(out.Needs, item) {
				out.Needs = append(out.Needs, item)
			}
		}
	}
	if !in.Goal.IsZero() {
		g, err := s.goal(ctx, v, in.Goal)
		if err != nil {
			return out, fault.About(err, "goal")
		}
		for _, item := range g.Items {
			if !slices.Contains(out.Needs, item.What) {
				out.Needs = append(out.Needs, item.What)
			}
		}
	}
	if len(out.Needs) > mostNeeds {
		return out, fault.New(fault.Invalid, "At most %d people and %d needs can be looked at together.",
			mostJoint, mostNeeds).WithHint("Leave out what is not essential.").WithField("need")
	}
	keys, err := s.jointPeople(ctx, v, in)
	if err != nil {
		return out, err
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return out, err
	}
	for _, key := range keys {
		if ref, seen := refs[key]; seen {
			out.People = append(out.People, ref)
		}
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return out, err
	}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return out, err
	}
	if err := s.capabilities(ctx, v, profiles, &out); err != nil {
		return out, err
	}
	if err := s.additions(ctx, v, view, &out); err != nil {
		return out, err
	}
	acquainted(view, profiles, &out)
	out.Alike, err = skilled.AlikeLines(ctx, s.network, v, keys)
	return out, err
}

// acquainted says where people and those whom they know well work, and who of them do not know each other.
func acquainted(view *tie.View, profiles map[id.ID]*people.Profile, out *JointOutput) {
	reached := map[string]bool{}
	note := func(key id.ID) {
		if p := profiles[key]; p != nil && p.Organisation != "" {
			reached[p.Organisation] = true
		}
	}
	for i, p := range out.People {
		note(p.ID)
		node, known := view.Number(p.ID)
		if known {
			for k, n := range view.Graph.Neighbors(node) {
				if view.Graph.Weights(node).At(k) >= tie.ModerateFrom {
					note(view.IDs[n])
				}
			}
		}
		for _, q := range out.People[i+1:] {
			if other, also := view.Number(q.ID); !known || !also || !view.Graph.HasEdge(node, other) {
				out.Strangers = append(out.Strangers, [2]people.Ref{p, q})
			}
		}
	}
	for name := range reached {
		out.Organisations = append(out.Organisations, name)
	}
	slices.Sort(out.Organisations)
}

// additions finds who adds most: of the needs that are lacking; without needs, of people whom none of them knows well.
// Of two who add the same it is the one who is reached the likeliest. The first is the best of all; each next adds most
// to them and those before.
func (s *Service) additions(ctx context.Context, v op.Viewer, view *tie.View, out *JointOutput) error {
	in := map[id.ID]bool{}
	var nodes []uint32
	for _, p := range out.People {
		in[p.ID] = true
		if node, ok := view.Number(p.ID); ok {
			nodes = append(nodes, node)
		}
	}
	chance, err := view.Within(ctx, nodes, hops)
	if err != nil {
		return err
	}
	dead, err := s.network.Deceased(ctx, v)
	if err != nil {
		return err
	}
	brings := map[id.ID][]string{}
	for _, need := range out.Lacks {
		holders, err := s.holders(ctx, v, Item{Kind: KindSkill, What: need})
		if err != nil {
			return err
		}
		for _, key := range holders {
			brings[key] = append(brings[key], need)
		}
		if mine, err := s.mine(ctx, v, need); err != nil {
			return err
		} else if mine && !in[v.Person] {
			brings[v.Person] = append(brings[v.Person], need)
		}
	}
	reach := func(key id.ID) float64 {
		if node, ok := view.Number(key); ok {
			return chance[node]
		}
		return 0
	}
	for key := range brings {
		if in[key] || dead[key] {
			delete(brings, key)
		}
	}
	for len(out.Adds) < mostAdded {
		var best Addition
		if len(out.Needs) > 0 {
			best = mostNeeded(brings, reach)
		} else {
			best = mostNew(view, nodes, reach, func(key id.ID) bool { return in[key] || dead[key] })
		}
		if best.ID.IsZero() {
			return nil
		}
		refs, err := s.network.Refs(ctx, v, []id.ID{best.ID})
		if err != nil {
			return err
		}
		ref, seen := refs[best.ID]
		if best.Ref = ref; seen {
			out.Adds = append(out.Adds, best)
		}
		delete(brings, best.ID)
		for key, what := range brings {
			brings[key] = slices.DeleteFunc(slices.Clone(what), func(need string) bool {
				return slices.Contains(best.Brings, need)
			})
		}
		in[best.ID] = true
		if node, ok := view.Number(best.ID); ok {
			nodes = append(nodes, node)
		}
	}
	return nil
}

// mostNeeded is who has most of what is lacking.
func mostNeeded(brings map[id.ID][]string, reach func(id.ID) float64) (best Addition) {
	for key, what := range brings {
		one := Addition{Ref: people.Ref{ID: key}, Brings: what, Chance: reach(key)}
		if len(what) > 0 && (best.ID.IsZero() || cmp.Or(cmp.Compare(len(what), len(best.Brings)),
			cmp.Compare(one.Chance, best.Chance), best.ID.Compare(key)) > 0) {
			best = one
		}
	}
	return best
}

// mostNew is who knows most people well, at least moderately, whom none of the nodes does, of all whom one of them has
// a tie with.
func mostNew(view *tie.View, nodes []uint32, reach func(id.ID) float64, not func(id.ID) bool) (best Addition) {
	g := view.Graph
	well := func(u uint32, f func(n uint32)) {
		for k, n := range g.Neighbors(u) {
			if g.Weights(u).At(k) >= tie.ModerateFrom {
				f(n)
			}
		}
	}
	known, seen := map[uint32]bool{}, map[uint32]bool{}
	for _, u := range nodes {
		known[u] = true
		well(u, func(n uint32) { known[n] = true })
	}
	for _, u := range nodes {
		for _, c := range g.Neighbors(u) {
			key := view.IDs[c]
			if seen[c] || not(key) {
				continue
			}
			seen[c] = true
			one := Addition{Ref: people.Ref{ID: key}, Brings: []string{}, Chance: reach(key)}
			well(c, func(n uint32) {
				if !known[n] {
					one.New++
				}
			})
			if one.New > 0 && (best.ID.IsZero() || cmp.Or(cmp.Compare(one.New, best.New),
				cmp.Compare(one.Chance, best.Chance), best.ID.Compare(key)) > 0) {
				best = one
			}
		}
	}
	return best
}

// capabilities finds who has which need; without needs it lists what is known of each.
func (s *Service) capabilities(
	ctx context.Context, v op.Viewer, profiles map[id.ID]*people.Profile, out *JointOutput,
) error {
	for _, need := range out.Needs {
		holders, err := s.holders(ctx, v, Item{Kind: KindSkill, What: need})
		if err != nil {
			return err
		}
		mine, err := s.mine(ctx, v, need)
		if err != nil {
			return err
		}
		one := Capability{What: need}
		for _, p := range out.People {
			if slices.Contains(holders, p.ID) || mine && p.ID == v.Person {
				one.Who = append(one.Who, p)
			}
		}
		if len(one.Who) == 0 {
			out.Lacks = append(out.Lacks, need)
			continue
		}
		out.Can = append(out.Can, one)
	}
	if len(out.Needs) > 0 {
		return nil
	}
	at := map[string]int{}
	for _, p := range out.People {
		profile := profiles[p.ID]
		if profile == nil {
			continue
		}
		for _, l := range profile.Lines {
			what := strings.Join(strings.Fields(l.Text), " ")
			key := text.Fold(what)
			if len(l.Text) > 60 || l.Text == profile.Organisation || !l.At().IsZero() || tact.Delicate(l.Text) {
				continue
			}
			k, ok := at[key]
			if !ok {
				k = len(out.Can)
				at[key] = k
				out.Can = append(out.Can, Capability{What: what})
			}
			if !slices.Contains(out.Can[k].Who, p) {
				out.Can[k].Who = append(out.Can[k].Who, p)
			}
		}
	}
	slices.SortFunc(out.Can, func(a, b Capability) int {
		return cmp.Or(cmp.Compare(len(b.Who), len(a.Who)), cmp.Compare(a.What, b.What))
	})
	return nil
}

// Text prints what they can do and lack.
func (o JointOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, c := range o.Can {
		fmt.Fprintf(&b, "%-30s  %s\n", c.What, people.JoinNames(c.Who, ", "))
	}
	if len(o.Lacks) > 0 {
		fmt.Fprintln(&b, p.T("They lack: %s.", strings.Join(o.Lacks, ", ")))
	}
	for _, a := range o.Adds {
		fmt.Fprintln(&b, p.T("%s would add most: %s.", a.Name, a.what(p)))
	}
	if len(o.Organisations) > 0 {
		fmt.Fprintln(&b, p.T("Organisations in reach: %s.", strings.Join(o.Organisations, ", ")))
	}
	for _, pair := range o.Strangers {
		fmt.Fprintln(&b, p.T("Introduce %s and %s to each other.", pair[0].Name, pair[1].Name))
	}
	for _, line := range o.Alike {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

// what says what somebody would add.
func (a Addition) what(p *locale.Printer) string {
	if len(a.Brings) > 0 {
		return strings.Join(a.Brings, ", ")
	}
	return p.T("%d people whom none of them knows well", a.New)
}
