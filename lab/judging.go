package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/lab/world"
)

// judgeInput says which worlds are judged.
type judgeInput struct {
	Worlds int    `json:"worlds,omitempty" doc:"how many worlds" default:"20" minimum:"1" maximum:"200"`
	People int    `json:"people,omitempty" doc:"how many people each has" default:"150" minimum:"20" maximum:"5000"`
	Years  int    `json:"years,omitempty" doc:"over how many years" default:"4" minimum:"1" maximum:"20"`
	Seed   uint64 `json:"seed,omitempty" doc:"the first of the worlds" default:"101"`
}

// judgeOutput are the moves of a first day in each world, for a human to read.
type judgeOutput struct {
	Worlds []judgedWorld `json:"worlds"`
}

type judgedWorld struct {
	Seed  uint64       `json:"seed"`
	Moves []judgedMove `json:"moves"`
}

// judgedMove is a move, and what is so of whom it is about.
type judgedMove struct {
	move.Move
	So []string `json:"so"`
}

// truths is what is so in a world, by the names that its files have for people.
type truths struct {
	persons map[string][]*world.TruthPerson
	ties    map[string]world.TruthTie
	needs   map[string][]world.TruthNeed
	bonds   []world.TruthBond
}

// truth reads what is so in the world.
func (o *opened) truth() (truths, error) {
	t := truths{map[string][]*world.TruthPerson{}, map[string]world.TruthTie{}, map[string][]world.TruthNeed{}, nil}
	data, err := os.ReadFile(filepath.Join(o.dir, "world", "truth", "truth.json"))
	if err != nil {
		return t, err
	}
	var all world.Truth
	if err := json.Unmarshal(data, &all); err != nil {
		return t, err
	}
	for i := range all.Persons {
		p := &all.Persons[i]
		names := []string{p.Name}
		for _, identity := range p.Identities {
			names = append(names, identity.Name)
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			t.persons[name] = append(t.persons[name], p)
		}
	}
	for _, one := range all.Ties {
		t.ties[one.Person] = one
	}
	for _, n := range all.Needs {
		t.needs[n.Person] = append(t.needs[n.Person], n)
	}
	t.bonds = all.Bonds
	return t, nil
}

// of says what is so of the people of a move, and whether they know each other.
func (t truths) of(m move.Move) []string {
	out := []string{}
	var keys []string
	for _, who := range m.People {
		for _, p := range t.persons[who.Name] {
			keys = append(keys, p.ID)
			line := fmt.Sprintf("%s: %s, %s, born %s", who.Name, p.Title, p.Organisation, p.Birthday)
			for _, s := range p.Skills {
				line += fmt.Sprintf("; %s %.1f", s.Topic, s.Level)
			}
			line += "; likes " + p.Pastime
			one := t.ties[p.ID]
			line += fmt.Sprintf("; tie %s (%s), last contact %s of %d, every %.0f days", one.Class, one.Plan,
				one.LastContact, one.Contacts, one.IntervalDays)
			for _, n := range t.needs[p.ID] {
				line += fmt.Sprintf("; %s %s %s", n.Day, n.Text, n.Answered)
			}
			out = append(out, line)
		}
	}
	for _, b := range t.bonds {
		if slices.Contains(keys, b.A) && slices.Contains(keys, b.B) {
			out = append(out, fmt.Sprintf("they know each other: %.2f since %s until %s %s", b.Strength, b.From,
				b.Until, b.Group))
		}
	}
	return out
}

// judge prints what Today proposes on the first day in some worlds, each move with the rule by which it came.
func judge(ctx context.Context, v op.Viewer, in judgeInput) (judgeOutput, error) {
	var out judgeOutput
	for i := range in.Worlds {
		seed := in.Seed + uint64(i)
		o, err := openWorld(ctx, v.Lang, in.People, in.Years, seed)
		if err != nil {
			return out, err
		}
		judged, err := o.judged(ctx)
		o.Close()
		if err != nil {
			return out, err
		}
		out.Worlds = append(out.Worlds, judgedWorld{seed, judged})
	}
	return out, nil
}

// judged is the first day of a world.
func (o *opened) judged(ctx context.Context) ([]judgedMove, error) {
	truth, err := o.truth()
	if err != nil {
		return nil, err
	}
	moves, err := o.Today.Today(ctx, o.viewer)
	if err != nil {
		return nil, err
	}
	if _, err := o.Today.Letters(ctx, o.viewer, moves); err != nil {
		return nil, err
	}
	var out []judgedMove
	for _, m := range moves {
		out = append(out, judgedMove{m, truth.of(m)})
	}
	return out, nil
}

// Text prints each move with its reason, its line and its rule, and what is so in the world.
func (j judgeOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	n := 0
	for _, w := range j.Worlds {
		for _, m := range w.Moves {
			n++
			fmt.Fprintf(&b, "%3d  world %d  %s/%s\n     %s\n     %s\n", n, w.Seed, m.Principle, m.Kind, m.What, m.Why)
			for _, e := range m.Evidence {
				fmt.Fprintf(&b, "     - %s\n", e.Text)
			}
			if m.Letter != "" {
				fmt.Fprintf(&b, "     > %s\n", m.Letter)
			}
			if m.OtherLetter != "" {
				fmt.Fprintf(&b, "     > (%s) %s\n", m.People[1].Name, m.OtherLetter)
			}
			for _, line := range m.So {
				fmt.Fprintf(&b, "     = %s\n", line)
			}
		}
	}
	return b.String()
}
