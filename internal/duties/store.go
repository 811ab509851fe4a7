package duties

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// ruleRow is a rule for what is old.
type ruleRow struct {
	Space  id.ID
	Owner  id.ID // none for a rule of the space
	Kind   string
	Months int
	Author id.ID
	At     int64
	Begins int64
	Done   int64
}

const ruleColumns = `space, owner, kind, months, author, at, begins, done`

// rules returns the rules of the viewer's space and of the viewer.
func (s *Service) rules(ctx context.Context, v op.Viewer) ([]ruleRow, error) {
	return db.Select[ruleRow](ctx, s.db, `select `+ruleColumns+` from retention
		where space = $1 and owner in ($2, $3) order by kind, owner`, v.Space, v.Member, id.Zero)
}

// due are the rules of all spaces that hold and were not carried out since a moment.
func (s *Service) due(ctx context.Context, now, since time.Time) ([]ruleRow, error) {
	return db.Select[ruleRow](ctx, s.db, `select `+ruleColumns+` from retention where begins <= $1 and done < $2
		order by space, kind, owner`, now.UnixMicro(), since.UnixMicro())
}

// take takes the carrying out of a rule upon this process: of several one gets it.
func (s *Service) take(ctx context.Context, r ruleRow, now time.Time) (bool, error) {
	n, err := db.Update(ctx, s.db, "retention", db.Row{"done": now.UnixMicro()}, `space = $1 and owner = $2
		and kind = $3 and done = $4 and months = $5 and begins = $6`, r.Space, r.Owner, r.Kind, r.Done, r.Months, r.Begins)
	return n > 0, err
}

// holds says whether a rule is still what it was when it was taken.
func (s *Service) holds(ctx context.Context, q db.Queryer, r ruleRow) (bool, error) {
	n, err := db.Value[int](ctx, q, `select count(*) from retention where space = $1 and owner = $2 and kind = $3
		and months = $4 and begins = $5`, r.Space, r.Owner, r.Kind, r.Months, r.Begins)
	return n > 0, err
}

// setRule stores a rule in the place of the one before.
func setRule(ctx context.Context, tx db.Queryer, r ruleRow) error {
	_, err := db.Insert(ctx, tx, "retention", db.Row{
		"space": r.Space, "owner": r.Owner, "kind": r.Kind, "months": r.Months, "author": r.Author, "at": r.At,
		"begins": r.Begins, "done": r.Done,
	}, `on conflict (space, owner, kind) do update set months = excluded.months, author = excluded.author,
		at = excluded.at, begins = excluded.begins, done = excluded.done`)
	return err
}

func removeRule(ctx context.Context, tx db.Queryer, space, owner id.ID, kind string) (int64, error) {
	return db.Exec(ctx, tx, `delete from retention where space = $1 and owner = $2 and kind = $3`, space, owner, kind)
}

// forgetRules removes the rules of a member who left.
func (s *Service) forgetRules(ctx context.Context, space, member id.ID) error {
	_, err := db.Exec(ctx, s.db, `delete from retention where space = $1 and owner = $2`, space, member)
	return err
}

// tell notes that a member told somebody, or takes that back.
func (s *Service) tell(ctx context.Context, v op.Viewer, person id.ID, told bool) error {
	if !told {
		_, err := db.Exec(ctx, s.db, `delete from notice_given where space = $1 and owner = $2 and person = $3`,
			v.Space, v.Member, person)
		return err
	}
	_, err := db.Insert(ctx, s.db, "notice_given", db.Row{
		"space": v.Space, "owner": v.Member, "person": person, "at": v.Now.UnixMicro(),
	}, `on conflict (space, owner, person) do update set at = excluded.at`)
	return err
}

// toldAt is when a member told any of some records of one person; 0 for never.
func (s *Service) toldAt(ctx context.Context, v op.Viewer, cluster []id.ID) (int64, error) {
	in, args := db.In(3, cluster)
	return db.Value[int64](ctx, s.db, `select coalesce(max(at), 0) from notice_given
		where space = $1 and owner = $2 and person in (`+in+`)`, append([]any{v.Space, v.Member}, args...)...)
}

// requestRow is what somebody asked about themselves.
type requestRow struct {
	Space      id.ID
	ID         id.ID
	Owner      id.ID
	Person     id.ID
	Kind       int
	Everywhere bool
	Received   int64
	Closed     int64
	Outcome    string
}

// partRow is what a member is asked to give for a request.
type partRow struct {
	Request id.ID
	Owner   id.ID
	Person  id.ID
	State   int
	At      int64
}

const requestColumns = `space, id, owner, person, kind, everywhere > 0 as everywhere, received, closed, outcome`

// requests returns what the viewer took in, and for owners of the space what others did too.
func (s *Service) requestRows(ctx context.Context, v op.Viewer) ([]requestRow, error) {
	all := 0
	if v.Role >= op.Owner {
		all = 1
	}
	return db.Select[requestRow](ctx, s.db, `select `+requestColumns+` from subject_request
		where space = $1 and (owner = $2 or $3 = 1) order by closed > 0, received desc, id limit 500`,
		v.Space, v.Member, all)
}

func (s *Service) requestRow(ctx context.Context, q db.Queryer, v op.Viewer, key id.ID) (requestRow, error) {
	return db.One[requestRow](ctx, q, `select `+requestColumns+` from subject_request
		where space = $1 and id = $2 and owner = $3`, v.Space, key, v.Member)
}

func insertRequest(ctx context.Context, tx db.Queryer, r requestRow, parts []partRow) error {
	everywhere := 0
	if r.Everywhere {
		everywhere = 1
	}
	if _, err := db.Insert(ctx, tx, "subject_request", db.Row{
		"space": r.Space, "id": r.ID, "owner": r.Owner, "person": r.Person, "kind": r.Kind, "everywhere": everywhere,
		"received": r.Received, "closed": 0, "outcome": "",
	}, ""); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := db.Insert(ctx, tx, "subject_part", db.Row{
			"space": r.Space, "request": r.ID, "owner": p.Owner, "person": p.Person, "state": waits, "body": []byte{},
			"at": int64(0),
		}, ""); err != nil {
			return err
		}
	}
	return nil
}

// parts returns what members are asked to give for some requests.
func (s *Service) parts(ctx context.Context, q db.Queryer, v op.Viewer, requests []id.ID) ([]partRow, error) {
	in, args := db.In(2, requests)
	return db.Select[partRow](ctx, q, `select request, owner, person, state, at from subject_part
		where space = $1 and request in (`+in+`) order by request, owner`, append([]any{v.Space}, args...)...)
}

// ownPart returns what the viewer is asked to give for a request that is open.
func (s *Service) ownPart(ctx context.Context, q db.Queryer, v op.Viewer, request id.ID) (partRow, error) {
	return db.One[partRow](ctx, q, `select t.request, t.owner, t.person, t.state, t.at from subject_part t
		join subject_request r on r.space = t.space and r.id = t.request and r.closed = 0
		where t.space = $1 and t.request = $2 and t.owner = $3`, v.Space, request, v.Member)
}

func setPart(ctx context.Context, tx db.Queryer, v op.Viewer, request id.ID, state int, body []byte) error {
	_, err := db.Exec(ctx, tx, `update subject_part set state = $4, body = $5, at = $6
		where space = $1 and request = $2 and owner = $3`, v.Space, request, v.Member, state, body, v.Now.UnixMicro())
	return err
}

// given returns what members gave for a request.
func (s *Service) given(ctx context.Context, v op.Viewer, request id.ID) ([][]byte, error) {
	return db.Values[[]byte](ctx, s.db, `select body from subject_part where space = $1 and request = $2 and state = $3
		order by owner`, v.Space, request, given)
}

// closeRequest ends a request; what members gave for it goes.
func closeRequest(ctx context.Context, tx db.Queryer, v op.Viewer, request id.ID, outcome string) error {
	if err := db.Found(db.Exec(ctx, tx, `update subject_request set closed = $3, outcome = $4
		where space = $1 and id = $2 and closed = 0`, v.Space, request, v.Now.UnixMicro(), outcome)); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `update subject_part set body = $3 where space = $1 and request = $2`, v.Space, request,
		[]byte{})
	return err
}
