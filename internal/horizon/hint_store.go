package horizon

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// hinting says whether the viewer allows that others are told that a colleague may know somebody somewhere.
func (s *Service) hinting(ctx context.Context, v op.Viewer) (bool, error) {
	found, err := db.Value[int](ctx, s.db, `select count(*) from horizon_hint where space = $1 and owner = $2`,
		v.Space, v.Member)
	return found > 0, err
}

// setHinting allows it or ends it. The trail does not have it: nobody else is to know.
func (s *Service) setHinting(ctx context.Context, v op.Viewer, allow bool) error {
	var err error
	if allow {
		_, err = s.db.ExecContext(ctx, `insert into horizon_hint (space, owner, at) values ($1, $2, $3)
			on conflict (space, owner) do nothing`, v.Space, v.Member, time.Now().UnixMicro())
	} else {
		_, err = s.db.ExecContext(ctx, `delete from horizon_hint where space = $1 and owner = $2`, v.Space, v.Member)
	}
	return db.Fault(err)
}

// alone says that nobody else is a member of the space: then nobody is there to be told anything.
func (s *Service) alone(ctx context.Context, v op.Viewer) (bool, error) {
	others, err := db.Value[int](ctx, s.db, `select count(*) from member where space = $1 and id <> $2 and ended = 0
		and role >= $3`, v.Space, v.Member, op.Member)
	return others == 0, err
}

const (
	// leastHinting is how many others must allow it before anything is said: no group is smaller where Gave says
	// something of one.
	leastHinting = 5

	// leastKnowing and leastThere are how many of these must know how many different people there: one more than who
	// works together with the one who asks, and so many that it is no one's name.
	leastKnowing, leastThere = 2, 3
)

// mayKnow says whether colleagues of the viewer who allow it may know somebody at an organisation or a place, by ties
// that are theirs alone. It is one word for all of them: not who, not whom, not how many. See docs/horizon.md for what
// it holds back and what it cannot.
//
// What counts is what was so before this month: whoever watches the answer from day to day learns nothing of that day.
func (s *Service) mayKnow(ctx context.Context, v op.Viewer, item string) (bool, error) {
	folded := text.Fold(item)
	if v.Role < op.Member || folded == "" || tact.Delicate(item) {
		return false, nil
	}
	now := time.Now().UTC()
	since := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	type member struct{ ID, Person id.ID }
	list, err := db.Select[member](ctx, s.db, `select m.id, m.person from member m
		join horizon_hint h on h.space = m.space and h.owner = m.id
		where m.space = $1 and m.ended = 0 and m.role >= $2 and m.id <> $3 and m.person <> $4 and h.at < $5
		order by m.id`, v.Space, op.Member, v.Member, id.Zero, since)
	if err != nil || len(list) < leastHinting || !s.asked.allow(v.Member, folded, now) {
		return false, err
	}
	owner := make([]id.ID, len(list))
	self := make([]id.ID, len(list))
	for i, m := range list {
		owner[i], self[i] = m.ID, m.Person
	}
	owners, args := db.In(6, owner)
	selves, more := db.In(6+len(owner), self)
	args = append(append([]any{v.Space, folded, item, since, id.Zero}, args...), more...)
	// The ties of a member alone, with people whom that member sees, who work there or live there.
	const tied = `join tie t on t.space = p.space and t.other = p.id and t.first_contact < $4
		and (p.owner = t.owner or p.visibility > 0) and p.id <> t.person`
	rows, err := db.Select[struct {
		Owner, Person id.ID
		Name          string
	}](ctx, s.db, `select t.owner, t.person, p.name from organisation o
		join person_role r on r.space = o.space and r.organisation = o.id and r.until_day = ''
		join person w on w.space = r.space and w.id = r.person
		join person p on p.space = w.space and p.id = case when w.merged > $5 then w.merged else w.id end
		`+tied+`
		where o.space = $1 and o.folded = $2 and t.owner in (`+owners+`) and t.person in (`+selves+`)
		union select t.owner, t.person, p.name from person p `+tied+`
		where p.space = $1 and p.place = $3 and t.owner in (`+owners+`) and t.person in (`+selves+`)
		order by 1, 2, 3`, args...)
	if err != nil {
		return false, err
	}
	of := map[id.ID]id.ID{}
	for _, m := range list {
		of[m.ID] = m.Person
	}
	knowing, known := map[id.ID]bool{}, map[string]bool{}
	for _, r := range rows {
		if of[r.Owner] == r.Person { // who is in the member's network, not another member
			knowing[r.Owner], known[text.Fold(r.Name)] = true, true
		}
	}
	return len(knowing) >= leastKnowing && len(known) >= leastThere, nil
}
