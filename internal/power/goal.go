package power

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Kind is what sort of thing a goal takes.
type Kind string

// The kinds.
const (
	KindPerson       Kind = "person"
	KindOrganisation Kind = "organisation"
	KindSkill        Kind = "skill"
	KindDecision     Kind = "decision"
)

var kinds = []Kind{KindPerson, KindOrganisation, KindSkill, KindDecision}

// State is how far a goal is.
type State string

// The states.
const (
	StateOpen    State = "open"
	StateReached State = "reached"
	StateDropped State = "dropped"
)

const (
	longestTitle = 200
	mostItems    = 20
	mostGoals    = 200
)

// Item is one thing that a goal takes.
type Item struct {
	Kind Kind   `json:"kind" enum:"person,organisation,skill,decision"`
	What string `json:"what"`
}

// Goal is what somebody wants to bring about.
type Goal struct {
	ID      id.ID     `json:"id"`
	Title   string    `json:"title"`
	Due     string    `json:"due,omitempty" doc:"the day by which"`
	State   State     `json:"state" enum:"open,reached,dropped"`
	Items   []Item    `json:"items"`
	Created time.Time `json:"created"`
}

// ReadItem reads an item such as "skill: writing". Without a kind it is a skill, which is also looked for among people
// and organisations.
func ReadItem(line string) (Item, error) {
	line = strings.Join(strings.Fields(line), " ")
	item := Item{Kind: KindSkill, What: line}
	if kind, what, ok := strings.Cut(line, ":"); ok {
		for _, known := range kinds {
			if strings.EqualFold(strings.TrimSpace(kind), string(known)) ||
				strings.EqualFold(strings.TrimSpace(kind), dutchKinds[known]) {
				item = Item{known, strings.TrimSpace(what)}
			}
		}
	}
	if item.What == "" || utf8.RuneCountInString(item.What) > longestTitle || !utf8.ValidString(item.What) ||
		strings.ContainsRune(item.What, 0) {
		return item, fault.New(fault.Invalid, "What a goal takes has 1 to %d characters.", longestTitle).
			WithField("item")
	}
	return item, nil
}

var dutchKinds = map[Kind]string{
	KindPerson: "persoon", KindOrganisation: "organisatie", KindSkill: "vaardigheid", KindDecision: "besluit",
}

// NewGoal stores a goal. Nothing is stored when any of it is wrong.
func (s *Service) NewGoal(ctx context.Context, v op.Viewer, title, due string, lines []string) (Goal, error) {
	title = strings.Join(strings.Fields(title), " ")
	g := Goal{ID: id.New(), Title: title, Due: strings.TrimSpace(due), State: StateOpen, Created: v.Now.UTC()}
	if title == "" || utf8.RuneCountInString(title) > longestTitle || !utf8.ValidString(title) ||
		strings.ContainsRune(title, 0) {
		return g, fault.New(fault.Invalid, "A goal has 1 to %d characters.", longestTitle).WithField("title")
	}
	if g.Due != "" {
		if day, err := time.Parse(time.DateOnly, g.Due); err != nil || day.Year() < 2000 || day.Year() > 2200 {
			return g, fault.New(fault.Invalid, "%q is not a day.", g.Due).WithHint("Write it as 2026-11-23.").
				WithField("due")
		}
	}
	tooMany := func(n int) error {
		return fault.New(fault.Invalid, "A goal takes at most %d things; these are %d.", mostItems, n).
			WithHint("Keep those without which it fails, or make it two goals.").WithField("item")
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(lines) > 10*mostItems {
		return g, tooMany(len(lines))
	}
	for _, line := range lines {
		item, err := ReadItem(line)
		if err != nil {
			return g, err
		}
		if !slices.Contains(g.Items, item) {
			g.Items = append(g.Items, item)
		}
	}
	switch {
	case len(g.Items) == 0:
		return g, fault.New(fault.Invalid, "Say what it takes: people, organisations, skills or decisions.").
			WithHint("Such as: skill: writing, or decision: parking permit.").WithField("item")
	case len(g.Items) > mostItems:
		return g, tooMany(len(g.Items))
	}
	return g, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from goal where space = $1 and owner = $2 and state = 'open'`,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostGoals {
			return fault.New(fault.Conflict, "There are %d open goals already.", n).WithHint("Close some first.")
		}
		if _, err := tx.ExecContext(ctx, `insert into goal (space, id, owner, title, due, state, created)
			values ($1, $2, $3, $4, $5, $6, $7)`,
			v.Space, g.ID, v.Member, g.Title, g.Due, g.State, v.Now.UnixMicro()); err != nil {
			return db.Fault(err)
		}
		for i, item := range g.Items {
			if _, err := tx.ExecContext(ctx, `insert into goal_item (space, goal, place, kind, what)
				values ($1, $2, $3, $4, $5)`, v.Space, g.ID, i, item.Kind, item.What); err != nil {
				return db.Fault(err)
			}
		}
		return nil
	})
}

// Goals returns the viewer's goals, open ones first, the newest first.
func (s *Service) Goals(ctx context.Context, v op.Viewer) ([]Goal, error) {
	rows, err := db.Select[struct {
		ID         id.ID
		Title, Due string
		State      State
		Created    int64
	}](ctx, s.db, `select id, title, due, state, created from goal where space = $1 and owner = $2
		order by case when state = 'open' then 0 else 1 end, created desc, id limit 500`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	items, err := db.Select[struct {
		Goal id.ID
		Kind Kind
		What string
	}](ctx, s.db, `select i.goal, i.kind, i.what from goal_item i join goal g on g.space = i.space and g.id = i.goal
		where i.space = $1 and g.owner = $2 order by i.goal, i.place`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	of := map[id.ID][]Item{}
	for _, i := range items {
		of[i.Goal] = append(of[i.Goal], Item{i.Kind, i.What})
	}
	out := make([]Goal, len(rows))
	for i, r := range rows {
		out[i] = Goal{
			ID: r.ID, Title: r.Title, Due: r.Due, State: r.State, Items: of[r.ID],
			Created: time.UnixMicro(r.Created).UTC(),
		}
	}
	return out, nil
}

func (s *Service) goal(ctx context.Context, v op.Viewer, key id.ID) (Goal, error) {
	list, err := s.Goals(ctx, v)
	if err != nil {
		return Goal{}, err
	}
	i := slices.IndexFunc(list, func(g Goal) bool { return g.ID == key })
	if i < 0 {
		return Goal{}, fault.New(fault.NotFound, "There is no such goal of yours.").WithHint("See gave power goals.")
	}
	return list[i], nil
}

// Version changes with a goal of the viewer's.
func (s *Service) Version(ctx context.Context, v op.Viewer, goal string) (string, error) {
	key, err := id.Parse(goal)
	if err != nil {
		key = id.Zero // there is no such goal
	}
	g, err := s.goal(ctx, v, key)
	if err != nil {
		return "", err
	}
	return op.VersionOf(g)
}

// CloseGoal says that a goal was reached or dropped, or opens it again.
func (s *Service) CloseGoal(ctx context.Context, v op.Viewer, key id.ID, state State) error {
	n, err := db.Exec(ctx, s.db, `update goal set state = $4 where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, key, state)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such goal of yours.").WithHint("See gave power goals.")
	}
	return err
}

// RemoveGoal forgets a goal.
func (s *Service) RemoveGoal(ctx context.Context, v op.Viewer, key id.ID) error {
	n, err := db.Exec(ctx, s.db, `delete from goal where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such goal of yours.").WithHint("See gave power goals.")
	}
	return err
}

// Holder is somebody who holds what a goal takes.
type Holder struct {
	ID     id.ID   `json:"id"`
	Name   string  `json:"name"`
	Role   string  `json:"role"`
	Level  Level   `json:"level" enum:"top,middle,expert,floor," doc:"as the title says; empty when it says nothing"`
	Reach  float64 `json:"reach" doc:"that one of the ways below works, from 0 to 1"`
	Routes []Way   `json:"routes" doc:"ways that share nobody, the likeliest first"`
}

// Way is a route to a holder.
type Way struct {
	Chance float64       `json:"chance"`
	People []network.Ref `json:"people" doc:"from you to the holder"`
}

// ItemReach is how an item can be reached.
type ItemReach struct {
	Item
	Known   int      `json:"known" doc:"people you know of who hold it"`
	Reach   float64  `json:"reach" doc:"that you reach one of them, from 0 to 1"`
	Holders []Holder `json:"holders" doc:"those nearest to you"`
	Hint    string   `json:"hint,omitempty" doc:"what can be done when nobody holds it or no way leads there"`
}

// NewTie is the acquaintance that would help a goal most.
type NewTie struct {
	ID      id.ID         `json:"id"`
	Name    string        `json:"name"`
	Gain    float64       `json:"gain" doc:"how much the reach of all items together would grow"`
	Through []network.Ref `json:"through" doc:"from you to this person"`
}

// GoalReach is a goal with who holds what it takes, and how they are reached.
type GoalReach struct {
	Goal
	Reached []ItemReach `json:"reached"`
	Best    *NewTie     `json:"best_new_tie"`
	Bias    []string    `json:"bias" doc:"when the holders are much alike, in the viewer's language"`
}

// anyOf is the chance that at least one of several ways that share nobody works.
func anyOf(chances []float64) float64 {
	fail := 1.0
	for _, c := range chances {
		fail *= 1 - c
	}
	return min(max(1-fail, 0), math.Nextafter(1, 0))
}
