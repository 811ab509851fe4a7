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
	"gave.network/internal/tie"
)

// JointInput is a set of people and what they may need.
type JointInput struct {
	People []string `json:"people" arg:"1" doc:"who acts together" means:"person"`
	Need   []string `json:"need,omitempty" doc:"what it takes: organisations, skills or places; may be given more than once"`
}

// Capability is something that somebody of a set brings.
type Capability struct {
	What string       `json:"what"`
	Who  []people.Ref `json:"who"`
}

// JointOutput is what people can do together.
type JointOutput struct {
	Can           []Capability    `json:"can" doc:"which of the needs they have; without needs, what is known of each"`
	Lacks         []string        `json:"lacks" doc:"needs that none of them has"`
	Organisations []string        `json:"organisations" doc:"where they or somebody they know well work"`
	Strangers     [][2]people.Ref `json:"strangers" doc:"pairs among them who do not know each other"`
}

// mostJoint is how many people are looked at together.
const mostJoint = 40

// joint says what chosen people can do together and what they lack.
func (s *Service) joint(ctx context.Context, v op.Viewer, in JointInput) (JointOutput, error) {
	out := JointOutput{Can: []Capability{}, Lacks: []string{}, Organisations: []string{}, Strangers: [][2]people.Ref{}}
	if len(in.People) > mostJoint || len(in.Need) > mostNeeds {
		return out, fault.New(fault.Invalid, "At most %d people and %d needs can be looked at together.",
			mostJoint, mostNeeds)
	}
	var persons []people.Ref
	for _, reference := range in.People {
		if strings.TrimSpace(reference) == "" {
			continue
		}
		p, err := s.network.Resolve(ctx, v, reference)
		if err != nil {
			return out, err
		}
		if ref := (people.Ref{ID: p.ID, Name: p.Name}); !slices.Contains(persons, ref) {
			persons = append(persons, ref)
		}
	}
	if len(persons) == 0 {
		return out, fault.New(fault.Invalid, "Say who acts together.").WithField("people")
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return out, err
	}
	view, err := s.network.View(ctx, v)
	if err != nil {
		return out, err
	}
	if err := s.capabilities(ctx, v, persons, profiles, in.Need, &out); err != nil {
		return out, err
	}
	reached := map[string]bool{}
	note := func(key id.ID) {
		if p := profiles[key]; p != nil && p.Organisation != "" {
			reached[p.Organisation] = true
		}
	}
	for i, p := range persons {
		note(p.ID)
		node, ok := view.Number(p.ID)
		if !ok {
			continue
		}
		known := map[uint32]bool{}
		for k, n := range view.Graph.Neighbors(node) {
			known[n] = true
			if view.Graph.Weights(node).At(k) >= tie.ModerateFrom {
				note(view.IDs[n])
			}
		}
		for _, q := range persons[i+1:] {
			if other, ok := view.Number(q.ID); !ok || !known[other] {
				out.Strangers = append(out.Strangers, [2]people.Ref{p, q})
			}
		}
	}
	for name := range reached {
		out.Organisations = append(out.Organisations, name)
	}
	slices.Sort(out.Organisations)
	return out, nil
}

// capabilities finds who has which need; without needs it lists what is known of each.
func (s *Service) capabilities(ctx context.Context, v op.Viewer, persons []people.Ref,
	profiles map[id.ID]*people.Profile, needs []string, out *JointOutput,
) error {
	for _, need := range needs {
		if need = strings.TrimSpace(need); need == "" {
			continue
		}
		holders, err := s.holders(ctx, v, Item{Kind: KindSkill, What: need})
		if err != nil {
			return err
		}
		one := Capability{What: need}
		for _, p := range persons {
			if slices.Contains(holders, p.ID) {
				one.Who = append(one.Who, p)
			}
		}
		if len(one.Who) == 0 {
			out.Lacks = append(out.Lacks, need)
			continue
		}
		out.Can = append(out.Can, one)
	}
	if len(needs) > 0 {
		return nil
	}
	at := map[string]int{}
	for _, p := range persons {
		profile := profiles[p.ID]
		if profile == nil {
			continue
		}
		for _, l := range profile.Lines {
			key := strings.ToLower(l.Text)
			if len(l.Text) > 60 || l.Text == profile.Organisation {
				continue
			}
			k, ok := at[key]
			if !ok {
				k = len(out.Can)
				at[key] = k
				out.Can = append(out.Can, Capability{What: l.Text})
			}
			out.Can[k].Who = append(out.Can[k].Who, p)
		}
	}
	slices.SortFunc(out.Can, func(a, b Capability) int { return cmp.Compare(a.What, b.What) })
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
	if len(o.Organisations) > 0 {
		fmt.Fprintln(&b, p.T("Organisations in reach: %s.", strings.Join(o.Organisations, ", ")))
	}
	for _, pair := range o.Strangers {
		fmt.Fprintln(&b, p.T("Introduce %s and %s to each other.", pair[0].Name, pair[1].Name))
	}
	return b.String()
}
