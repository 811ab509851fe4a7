package people

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Colleague is another member of the viewer's space, and who of the network they are.
type Colleague struct{ ID, Person id.ID }

// Colleagues returns the other members of the viewer's space who are more than guests, in the order of their ids.
func (s *Store) Colleagues(ctx context.Context, v op.Viewer) ([]Colleague, error) {
	return db.Select[Colleague](ctx, s.db, `select id, person from member
		where space = $1 and id <> $2 and ended = 0 and role >= $3 order by id`, v.Space, v.Member, op.Member)
}

// PrivatelyKnown says how many of some members know people at an organisation or a place by ties that are theirs alone,
// and how many different people they know there, by their names; ties whose first contact was after a moment do not
// count. It looks beyond what the viewer may see: whoever asks says nothing of it but what those members allowed.
func (s *Store) PrivatelyKnown(
	ctx context.Context, v op.Viewer, members []Colleague, where string, before time.Time,
) (knowing, known int, err error) {
	if len(members) == 0 {
		return 0, 0, nil
	}
	owner, self, of := make([]id.ID, len(members)), make([]id.ID, len(members)), map[id.ID]id.ID{}
	for i, m := range members {
		owner[i], self[i], of[m.ID] = m.ID, m.Person, m.Person
	}
	owners, args := db.In(6, owner)
	selves, more := db.In(6+len(owner), self)
	args = append(append([]any{v.Space, text.Fold(where), where, before.UnixMicro(), id.Zero}, args...), more...)
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
	who, whom := map[id.ID]bool{}, map[string]bool{}
	for _, r := range rows {
		if of[r.Owner] == r.Person { // a tie of the member, not one that they know of
			who[r.Owner], whom[text.Fold(r.Name)] = true, true
		}
	}
	return len(who), len(whom), err
}
