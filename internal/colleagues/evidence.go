package colleagues

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// faintest is the strength below which a tie plays no part: a single mail of half a year ago.
const faintest = 0.005

// evidence is what the viewer may see of who works with whom, all in one place.
type evidence struct {
	profiles map[id.ID]*people.Profile
	ties     *tie.Table // from contact
	said     *tie.Said
	now      time.Time
	chart    map[id.ID]position
	apart    map[pair]bool // the viewer's own constraint: nothing but a solver reads it
}

// gather reads the evidence for a viewer.
func (s *Service) gather(ctx context.Context, v op.Viewer) (*evidence, error) {
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return nil, err
	}
	e := &evidence{now: v.Now}
	var err error
	if e.profiles, err = s.network.Profiles(ctx, v); err != nil {
		return nil, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	if e.ties, err = s.network.Ties(ctx, v); err != nil {
		return nil, err
	}
	if e.said, err = s.network.Said(ctx, v); err != nil {
		return nil, err
	}
	e.apart = make(map[pair]bool, len(e.said.Against()))
	for two := range e.said.Against() {
		e.apart[pairOf(two[0], two[1])] = true
	}
	if err := s.apart(ctx, v, everybody, e.apart); err != nil {
		return nil, err
	}
	if e.chart, err = s.chart(ctx, v, everybody, today(v)); err != nil {
		return nil, err
	}
	return e, nil
}

// strength is that of the tie of two people from contact; 0 where there is none that plays a part.
func (e *evidence) strength(a, b id.ID) float64 {
	bond, tied := e.ties.Between(a, b)
	if !tied {
		return 0
	}
	return e.strengthOf(bond)
}

// strengthOf is that of a tie from contact.
func (e *evidence) strengthOf(bond tie.Bond) float64 {
	if e.profiles[bond.A] == nil || e.profiles[bond.B] == nil {
		return 0
	}
	if s := tie.Strength(bond.IntensityAt(e.now)); s >= faintest {
		return s
	}
	return 0
}

// trust is how far two people trust each other as far as can be seen: the strength of their tie and what was said of
// it, each leaving the less room for doubt; what only one of them is said to feel counts half. It lies from 0 to below
// 1.
func (e *evidence) trust(a, b id.ID) float64 {
	stated := (e.trusts(a, b) + e.trusts(b, a)) / 2
	return 1 - (1-e.strength(a, b))*(1-stated)
}

// trusts is how far one trusts the other by what is said. Who reports to whom is the chart's, not what people are to
// each other.
func (e *evidence) trusts(from, to id.ID) (sum float64) {
	for x := range e.said.Between(from, to, e.now) {
		if !x.Layer.Formal {
			sum = 1 - (1-sum)*(1-x.Layer.Trust*x.Weight)
		}
	}
	return sum
}

// heeds is how much one turns to the other by what is said.
func (e *evidence) heeds(from, to id.ID) (sum float64) {
	for x := range e.said.Between(from, to, e.now) {
		if !x.Layer.Formal {
			sum += x.Layer.Influence * x.Weight
		}
	}
	return sum
}

// near says whether two people know each other at all.
func (e *evidence) near(a, b id.ID) bool {
	return e.strength(a, b) > 0 || e.trusts(a, b) > 0 || e.trusts(b, a) > 0
}

// layers are the names of those on which it rests who knows whom: contact first, never those of the chart.
func (e *evidence) layers() []string {
	var out []string
	if e.ties.Len() > 0 {
		out = append(out, tie.Contact)
	}
	for _, layer := range e.said.Layers(e.now) {
		if !layer.Formal {
			out = append(out, layer.Name)
		}
	}
	return out
}

// neighbours returns who each of these people knows, from contact and from what was said.
func (e *evidence) neighbours(people []id.ID) map[id.ID]map[id.ID]bool {
	out := make(map[id.ID]map[id.ID]bool, len(people))
	for _, a := range people {
		out[a] = make(map[id.ID]bool, e.ties.Degree(a))
		for t := range e.ties.Of(a) {
			if e.strengthOf(t) > 0 {
				out[a][t.Other(a)] = true
			}
		}
	}
	for _, a := range people {
		for other, layer := range e.said.Either(a, e.now) {
			if !layer.Formal {
				out[a][other] = true
			}
		}
	}
	return out
}

// proof is a skill, by its place among those that are asked for, and the line that says that somebody has it.
type proof struct {
	skill int
	line  string
}

// proofs returns for people who have some of the skills the lines that say so, in the order of the skills: of a role, a
// tag or a note, of the chart, or of what other rooms know; the shortest, since that says it most plainly.
func (s *Service) proofs(
	ctx context.Context, v op.Viewer, e *evidence, skills []skill,
) (map[id.ID][]proof, error) {
	terms, err := s.network.LineTerms(ctx, v)
	if err != nil {
		return nil, err
	}
	termsOf := func(line string) people.Terms {
		if has, ok := terms[line]; ok {
			return has
		}
		return people.TermsOf(line) // noted since
	}
	more := map[id.ID][]has{}
	for key, p := range e.chart {
		for _, line := range []string{p.Title, p.Department} {
			if line != "" {
				more[key] = append(more[key], has{people.TermsOf(line), line})
			}
		}
	}
	for _, source := range s.sources {
		list, err := source(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			more[k.Person] = append(more[k.Person], has{people.TermsOf(k.Text), k.Text})
		}
	}
	out := map[id.ID][]proof{}
	for i, one := range skills {
		add := func(person id.ID, line string) {
			of := out[person]
			if last := len(of) - 1; last < 0 || of[last].skill != i {
				out[person] = append(of, proof{i, line})
			} else if len(line) < len(of[last].line) {
				of[last].line = line
			}
		}
		said, err := s.network.Saying(ctx, v, "skill "+one.name, func(p *people.Profile, line people.ProfileLine) bool {
			return line.Text != p.Organisation && one.in(termsOf(line.Text))
		})
		if err != nil {
			return nil, err
		}
		for person, line := range said {
			if e.profiles[person] != nil {
				add(person, line)
			}
		}
		for person, list := range more {
			for _, k := range list {
				if e.profiles[person] != nil && one.in(k.terms) {
					add(person, k.line)
				}
			}
		}
	}
	return out, nil
}

func (e *evidence) ref(key id.ID) people.Ref {
	if p := e.profiles[key]; p != nil {
		return p.Person
	}
	return people.Ref{ID: key}
}

// byName puts people in the order of their names.
func byName(list []people.Ref) {
	slices.SortFunc(list, func(a, b people.Ref) int {
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
}
