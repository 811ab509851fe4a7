package power

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// AddResult stores a result of these people, each by a name or id, and what it says of their ties. Nothing is stored
// when any of it is wrong.
func (s *Service) AddResult(ctx context.Context, v op.Viewer, r Result, with []string, withMe bool) (Result, error) {
	r.ID, r.Own, r.Created, r.People = id.New(), true, v.Now.UTC(), []people.Ref{}
	if err := r.check(v.Now); err != nil {
		return r, err
	}
	with = slices.DeleteFunc(slices.Clone(with), func(one string) bool { return strings.TrimSpace(one) == "" })
	if len(with) > mostContributors {
		return r, fault.New(fault.Invalid, "A result names at most %d people.", mostContributors).WithField("people")
	}
	var keys []id.ID
	if withMe && !v.Person.IsZero() {
		keys = append(keys, v.Person)
	}
	for _, reference := range with {
		p, err := s.network.Resolve(ctx, v, reference)
		if err != nil {
			return r, fault.About(err, "people")
		}
		if !slices.Contains(keys, p.ID) {
			keys = append(keys, p.ID)
		}
	}
	if len(keys) == 0 || len(keys) == 1 && keys[0] == v.Person {
		return r, fault.New(fault.Invalid, "Say who had a part in it.").
			WithHint("A result is what people achieved together.").WithField("people")
	}
	if r.Goal != nil {
		if _, err := s.goal(ctx, v, *r.Goal); err != nil {
			return r, fault.About(err, "goal")
		}
	}
	visibility, goal := scope.Private, id.Zero
	if r.Shared {
		visibility = scope.Space
	}
	if r.Goal != nil {
		goal = *r.Goal
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from result where space = $1 and owner = $2`,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostResults {
			return fault.New(fault.Conflict, "There are %d results already.", n).WithHint("Remove some first.")
		}
		if _, err := db.Insert(ctx, tx, "result", db.Row{
			"space": v.Space, "id": r.ID, "owner": v.Member, "visibility": visibility, "title": r.Title,
			"body": r.What, "link": r.Link, "day": r.Day, "goal": goal, "created": v.Now.UnixMicro(),
		}, ""); err != nil {
			return err
		}
		for _, key := range keys {
			if _, err := db.Insert(ctx, tx, "result_person",
				db.Row{"space": v.Space, "result": r.ID, "person": key}, ""); err != nil {
				return err
			}
		}
		if err := tie.StateResult(ctx, tx, v, r.ID, visibility, r.At(), keys); err != nil || !r.Shared {
			return err
		}
		return s.network.Note(ctx, tx, v, "share", r.ID.String()+" "+visibility.String())
	})
	if err != nil {
		return r, err
	}
	refs, err := s.network.Refs(ctx, v, keys)
	for _, key := range keys {
		if ref, ok := refs[key]; ok {
			r.People = append(r.People, ref)
		}
	}
	byName(r.People)
	return r, err
}

// byName puts people in the order of their names.
func byName(list []people.Ref) {
	slices.SortFunc(list, func(a, b people.Ref) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.ID.Compare(b.ID))
	})
}

// Results returns the results that the viewer may see, the newest first: those in which somebody had a part, or all
// when that is nobody. Of others only who the viewer may see is named, and their goals are not.
func (s *Service) Results(ctx context.Context, v op.Viewer, person id.ID) ([]Result, error) {
	args, only := scope.Args(v), ""
	if !person.IsZero() {
		cluster, err := s.network.Cluster(ctx, s.db, v, person)
		if err != nil {
			return nil, err
		}
		in, more := db.In(len(args)+1, cluster)
		only = ` and exists (select 1 from result_person x where x.space = r.space and x.result = r.id
			and x.person in (` + in + `))`
		args = append(args, more...)
	}
	rows, err := db.Select[struct {
		ID, Owner, Goal        id.ID
		Visibility             scope.Visibility
		Title, Body, Link, Day string
		Created                int64
	}](ctx, s.db, `select r.id, r.owner, r.goal, r.visibility, r.title, r.body, r.link, r.day, r.created
		from result r where `+scope.Seen("r")+only+` order by r.day desc, r.created desc, r.id limit 2000`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Result, len(rows))
	at := make(map[id.ID]int, len(rows))
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		out[i] = Result{
			ID: r.ID, Title: r.Title, What: r.Body, Link: r.Link, Day: r.Day, People: []people.Ref{},
			Own: r.Owner == v.Member, Shared: r.Visibility >= scope.Space, Created: time.UnixMicro(r.Created).UTC(),
		}
		if out[i].Own && !r.Goal.IsZero() {
			out[i].Goal = &r.Goal
		}
		at[r.ID], keys[i] = i, r.ID
	}
	type part struct{ Result, Person id.ID }
	var parts []part
	for _, chunk := range db.Chunks(keys) {
		in, more := db.In(2, chunk)
		found, err := db.Select[part](ctx, s.db, `select result, person from result_person
			where space = $1 and result in (`+in+`) order by result, person`, append([]any{v.Space}, more...)...)
		if err != nil {
			return nil, err
		}
		parts = append(parts, found...)
	}
	named := make([]id.ID, len(parts))
	for i, p := range parts {
		named[i] = p.Person
	}
	refs, err := s.network.Refs(ctx, v, named)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if ref, seen := refs[p.Person]; seen && !slices.Contains(out[at[p.Result]].People, ref) {
			out[at[p.Result]].People = append(out[at[p.Result]].People, ref)
		}
	}
	for i := range out {
		byName(out[i].People)
	}
	return out, nil
}

// Result returns one result that the viewer may see.
func (s *Service) Result(ctx context.Context, v op.Viewer, key id.ID) (Result, error) {
	list, err := s.Results(ctx, v, id.Zero)
	if err != nil {
		return Result{}, err
	}
	i := slices.IndexFunc(list, func(r Result) bool { return r.ID == key })
	if i < 0 {
		return Result{}, noResult()
	}
	return list[i], nil
}

func noResult() error {
	return fault.New(fault.NotFound, "There is no such result.").WithHint("See gave power result list.")
}

// ResultVersion changes with a result.
func (s *Service) ResultVersion(ctx context.Context, v op.Viewer, result string) (string, error) {
	key, err := id.Parse(result)
	if err != nil {
		return "", noResult()
	}
	r, err := s.Result(ctx, v, key)
	if err != nil {
		return "", err
	}
	return op.VersionOf(r)
}

// RemoveResult forgets a result of the viewer's, and what it said of ties.
func (s *Service) RemoveResult(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from result where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, key)
		if err != nil {
			return err
		}
		if n == 0 {
			return noResult()
		}
		tx.AfterCommit(s.network.DropKept) // whoever sees these ties sees them no more
		return tie.DropResult(ctx, tx, v.Space, v.Member, key)
	})
}
