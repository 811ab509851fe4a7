package goodwill

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
)

// Add stores a fact about a person within a transaction and returns its id.
func (s *Service) Add(ctx context.Context, tx db.Queryer, v op.Viewer, f Fact) (id.ID, error) {
	switch f.Kind {
	case Need, Interest, About:
	default:
		return id.Zero, fault.New(fault.Invalid, "A fact is a need, an interest or something else that they told.").
			WithField("kind")
	}
	if f.Body == "" {
		return id.Zero, fault.New(fault.Invalid, "Say what matters to them.").WithField("body")
	}
	if f.At.IsZero() {
		f.At = v.Now
	}
	key := id.New()
	_, err := db.Insert(ctx, tx, "fact", db.Row{
		"space": v.Space, "id": key, "owner": v.Member, "visibility": f.Visibility, "person": f.Person.ID,
		"kind": f.Kind, "body": f.Body, "source": f.Source, "at": f.At.UnixMicro(), "due": f.Due, "answered": 0,
		"created": v.Now.UnixMicro(),
	}, "")
	return key, err
}

type factRow struct {
	ID         id.ID
	Person     id.ID
	Kind       Kind
	Body       string
	Source     string
	At         int64
	Due        string
	Answered   int64
	Visibility scope.Visibility
}

// fact returns the row as it is known, about a person.
func (r factRow) fact(of people.Ref) Fact {
	return Fact{
		ID: r.ID, Person: of, Kind: r.Kind, Body: r.Body, Source: r.Source, At: time.UnixMicro(r.At).UTC(),
		Due: r.Due, Answered: db.Moment(r.Answered), Visibility: r.Visibility,
	}
}

// factRows returns what the viewer knows of what matters to the records of a person, newest first; of everybody when
// there are none. An empty kind means all kinds; open leaves out needs that were met.
func (s *Service) factRows(
	ctx context.Context, v op.Viewer, cluster []id.ID, kind Kind, open bool, limit int,
) ([]factRow, error) {
	args := scope.Args(v, limit)
	only := ""
	if kind != "" {
		args = append(args, kind)
		only += ` and f.kind = ` + db.Placeholder(len(args))
	}
	if open {
		only += ` and f.answered = 0`
	}
	if len(cluster) > 0 {
		in, more := db.In(len(args)+1, cluster)
		args = append(args, more...)
		only += ` and f.person in (` + in + `)`
	}
	return db.Select[factRow](ctx, s.db, `select f.id, f.person, f.kind, f.body, f.source, f.at, f.due,
		f.answered, f.visibility from fact f where `+scope.Seen("f")+only+` order by f.at desc, f.id limit $4`, args...)
}

// openRows returns what the viewer knows of what matters to records of people and is open, newest first. It returns all
// of it: with a limit over all, another line would be said of somebody in a list of many.
func (s *Service) openRows(ctx context.Context, v op.Viewer, records []id.ID) ([]factRow, error) {
	var out []factRow
	for _, chunk := range db.Chunks(records) {
		rows, err := s.factRows(ctx, v, chunk, "", true, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b factRow) int {
		return cmp.Or(cmp.Compare(b.At, a.At), a.ID.Compare(b.ID))
	})
	return out, nil
}

// Facts returns what the viewer knows of what matters to a person, newest first; of everybody when the person is zero.
// An empty kind means all kinds; open leaves out needs that were met.
func (s *Service) Facts(
	ctx context.Context, v op.Viewer, person id.ID, kind Kind, open bool, limit int,
) ([]Fact, error) {
	var cluster []id.ID
	if !person.IsZero() {
		var err error
		if cluster, err = s.network.Cluster(ctx, s.db, v, person); err != nil {
			return nil, err
		}
	}
	rows, err := s.factRows(ctx, v, cluster, kind, open, limit)
	if err != nil {
		return nil, err
	}
	var keys []id.ID
	for _, r := range rows {
		keys = append(keys, r.Person)
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	out := []Fact{}
	for _, r := range rows {
		if ref, ok := refs[r.Person]; ok {
			out = append(out, r.fact(ref))
		}
	}
	return out, nil
}

// openFacts returns what the viewer knows of what matters to people and is open, without what is delicate.
func (s *Service) openFacts(ctx context.Context, v op.Viewer) ([]Fact, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "open facts"), []string{"fact", "person", "member"},
		func(ctx context.Context, _ []Fact, _ db.Change) ([]Fact, error) {
			all, err := s.Facts(ctx, v, id.Zero, "", true, room.MostKnowledge)
			return slices.DeleteFunc(all, Fact.delicate), err
		})
}

// Answer records that a need was met, or that it is open after all.
func (s *Service) Answer(ctx context.Context, v op.Viewer, fact id.ID, open bool) error {
	at := v.Now.UnixMicro()
	if open {
		at = 0
	}
	n, err := db.Exec(ctx, s.db, `update fact set answered = $4
		where space = $1 and owner = $2 and id = $3 and kind = 'need'`, v.Space, v.Member, fact, at)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such need of yours.")
	}
	return err
}

// Remove deletes a fact.
func (s *Service) Remove(ctx context.Context, v op.Viewer, fact id.ID) error {
	return db.Found(db.Exec(ctx, s.db, `delete from fact where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, fact))
}
