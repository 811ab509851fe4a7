package power

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

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
		if !slices.ContainsFunc(g.Items, item.same) {
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
		if _, err := db.Insert(ctx, tx, "goal", db.Row{
			"space": v.Space, "id": g.ID, "owner": v.Member, "title": g.Title, "due": g.Due, "state": g.State,
			"created": v.Now.UnixMicro(),
		}, ""); err != nil {
			return err
		}
		for i, item := range g.Items {
			if _, err := db.Insert(ctx, tx, "goal_item", db.Row{
				"space": v.Space, "goal": g.ID, "place": i, "kind": item.Kind, "what": item.What,
				"purpose": item.Purpose, "arranged": 0,
			}, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// Goals returns the viewer's goals, open ones first, the newest first.
func (s *Service) Goals(ctx context.Context, v op.Viewer) ([]Goal, error) {
	rows, err := db.Select[struct {
		ID               id.ID
		Title, Due, What string
		Kind             Kind
		Purpose          Purpose
		State            State
		Created          int64
		Arranged         int64
	}](ctx, s.db, `select g.id, g.title, g.due, g.state, g.created, coalesce(i.kind, '') as kind,
		coalesce(i.what, '') as what, coalesce(i.purpose, '') as purpose, coalesce(i.arranged, 0) as arranged from (select id, title, due, state, created from goal
			where space = $1 and owner = $2
			order by case when state = 'open' then 0 else 1 end, created desc, id limit 500) g
		left join goal_item i on i.space = $1 and i.goal = g.id
		order by case when g.state = 'open' then 0 else 1 end, g.created desc, g.id, i.place`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	out := []Goal{}
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != r.ID {
			out = append(out, Goal{
				ID: r.ID, Title: r.Title, Due: r.Due, State: r.State, Created: time.UnixMicro(r.Created).UTC(),
			})
		}
		if last := &out[len(out)-1]; r.What != "" {
			item := Item{Kind: r.Kind, What: r.What, Purpose: r.Purpose}
			if r.Arranged > 0 {
				item.Arranged = time.UnixMicro(r.Arranged).UTC()
			}
			last.Items = append(last.Items, item)
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

// goalNamed returns the viewer's goal of an id or a title; of several with one title, the one that is open.
func (s *Service) goalNamed(ctx context.Context, v op.Viewer, named string) (Goal, error) {
	if key, err := id.Parse(named); err == nil {
		return s.goal(ctx, v, key)
	}
	list, err := s.Goals(ctx, v)
	if err != nil {
		return Goal{}, err
	}
	list = slices.DeleteFunc(list, func(g Goal) bool { return text.Fold(g.Title) != text.Fold(named) })
	if len(list) > 1 {
		list = slices.DeleteFunc(list, func(g Goal) bool { return g.State != StateOpen })
		if len(list) != 1 {
			return Goal{}, fault.New(fault.Conflict, "Several goals of yours are called “%s”.", named).
				WithField("goal").WithHint("Name it by its id: gave power goals.")
		}
	}
	if len(list) == 0 {
		return Goal{}, fault.New(fault.NotFound, "There is no such goal of yours.").WithHint("See gave power goals.")
	}
	return list[0], nil
}

// Version changes with a goal of the viewer's.
func (s *Service) Version(ctx context.Context, v op.Viewer, goal string) (string, error) {
	g, err := s.goalNamed(ctx, v, goal)
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

// Arrange says that a thing that a goal takes is arranged, or that it is not after all. The thing is named as the goal
// has it.
func (s *Service) Arrange(ctx context.Context, v op.Viewer, key id.ID, what string, not bool) error {
	g, err := s.goal(ctx, v, key)
	if err != nil {
		return err
	}
	what = text.Fold(strings.TrimSpace(what))
	i := slices.IndexFunc(g.Items, func(item Item) bool { return text.Fold(item.What) == what })
	if i < 0 {
		return fault.New(fault.NotFound, "The goal does not take this.").WithHint("See gave power goal show.").
			WithField("item")
	}
	at := v.Now.UnixMicro()
	if not {
		at = 0
	}
	_, err = db.Exec(ctx, s.db, `update goal_item set arranged = $3 where space = $1 and goal = $2 and what = $4`,
		v.Space, key, at, g.Items[i].What)
	return err
}

// Join notes that somebody takes part in a goal of the viewer's, or that they do no longer.
func (s *Service) Join(ctx context.Context, v op.Viewer, key id.ID, reference string, leaves bool) error {
	if _, err := s.goal(ctx, v, key); err != nil {
		return err
	}
	p, err := s.network.Resolve(ctx, v, reference)
	if err != nil {
		return fault.About(err, "person")
	}
	if p.ID == v.Person {
		return fault.New(fault.Invalid, "This is you.").WithField("person")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if !leaves {
			_, err := db.Insert(ctx, tx, "goal_person", db.Row{
				"space": v.Space, "goal": key, "person": p.ID, "joined": v.Now.UnixMicro(),
			}, "on conflict (space, goal, person) do nothing")
			return err
		}
		noted, err := db.Select[struct{ Person id.ID }](ctx, tx,
			`select person from goal_person where space = $1 and goal = $2`, v.Space, key)
		if err != nil {
			return err
		}
		list := make([]id.ID, len(noted))
		for i, r := range noted {
			list[i] = r.Person
		}
		stands, err := s.network.CanonicalOf(ctx, tx, v.Space, list)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(one id.ID) bool { return stands[one] != p.ID })
		if len(list) == 0 {
			return nil
		}
		in, args := db.In(3, list)
		_, err = db.Exec(ctx, tx, `delete from goal_person where space = $1 and goal = $2 and person in (`+in+`)`,
			append([]any{v.Space, key}, args...)...)
		return err
	})
}

// takePart returns who takes part in a goal, the last to join first.
func (s *Service) takePart(ctx context.Context, v op.Viewer, key id.ID) ([]Part, error) {
	rows, err := db.Select[struct {
		Person id.ID
		Joined int64
	}](ctx, s.db, `select person, joined from goal_person where space = $1 and goal = $2
		order by joined desc, person`, v.Space, key)
	out := []Part{}
	if err != nil || len(rows) == 0 {
		return out, err
	}
	list := make([]id.ID, len(rows))
	for i, r := range rows {
		list[i] = r.Person
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, list)
	if err != nil {
		return out, err
	}
	refs, err := s.network.Refs(ctx, v, list)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		person := stands[r.Person]
		ref, seen := refs[r.Person]
		ref.ID = person
		if seen && !slices.ContainsFunc(out, func(p Part) bool { return p.ID == person }) {
			out = append(out, Part{ref, time.UnixMicro(r.Joined).UTC()})
		}
	}
	return out, nil
}

// RemoveGoal forgets a goal. Results that it led to stay.
func (s *Service) RemoveGoal(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from goal where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, key)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "There is no such goal of yours.").WithHint("See gave power goals.")
		}
		_, err = db.Exec(ctx, tx, `update result set goal = $4 where space = $1 and owner = $2 and goal = $3`,
			v.Space, v.Member, key, id.Zero)
		return err
	})
}
