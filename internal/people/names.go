package people

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// What rooms ask of people whom they keep by themselves: whoever takes part in a thing learns who the others are, also
// when they see nothing else of them.

// Names returns the names of people of a space, by id, whoever may see them.
func (s *Store) Names(ctx context.Context, q db.Queryer, space id.ID, people []id.ID) (map[id.ID]string, error) {
	out := make(map[id.ID]string, len(people))
	for _, chunk := range db.Chunks(each(people)) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[Ref](ctx, q, `select id, name from person where space = $1 and id in (`+in+`)`,
			append([]any{space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r.Name
		}
	}
	return out, nil
}

// CanonicalOf says of people of a space, whoever may see them, whom each was found to be: another person, or
// themselves.
func (s *Store) CanonicalOf(ctx context.Context, q db.Queryer, space id.ID, people []id.ID) (map[id.ID]id.ID, error) {
	out := make(map[id.ID]id.ID, len(people))
	for _, chunk := range db.Chunks(each(people)) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[struct{ ID, Merged id.ID }](ctx, q, `select id, merged from person
			where space = $1 and merged <> $2 and id in (`+in+`)`, append([]any{space, id.Zero}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, key := range chunk {
			out[key] = key
		}
		for _, r := range rows {
			out[r.ID] = r.Merged
		}
	}
	return out, nil
}

// JoinNames is the names of people in one line, with something between them.
func JoinNames(people []Ref, between string) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return strings.Join(names, between)
}

// each returns every id once.
func each(keys []id.ID) []id.ID {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, id.ID.Compare)
	return slices.Compact(keys)
}

// Member is a member of a space as the person they are.
type Member struct {
	Space, Person id.ID
	Name          string
	Ended         bool // they are a member no more
}

// Member returns a member of any space; nobody's id gives a member without a space.
func (s *Store) Member(ctx context.Context, member id.ID) (Member, error) {
	rows, err := db.Select[Member](ctx, s.db, `select m.space, m.person, coalesce(p.name, '') as name, m.ended > 0 as ended
		from member m left join person p on p.space = m.space and p.id = m.person where m.id = $1`, member)
	if err != nil || len(rows) == 0 {
		return Member{}, err
	}
	return rows[0], nil
}

// MembersAmong returns those of the people who are members of the space.
func (s *Store) MembersAmong(ctx context.Context, space id.ID, people []id.ID) ([]Ref, error) {
	var out []Ref
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[Ref](ctx, s.db, `select p.id, p.name from person p
			where p.space = $1 and p.id in (`+in+`)
			and exists (select 1 from member m where m.space = p.space and m.person = p.id and m.ended = 0)`,
			append([]any{space}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// MembersWhoKnow returns the other members of the viewer's space who have a tie with somebody that the whole space may
// see, the strongest first.
func (s *Store) MembersWhoKnow(ctx context.Context, v op.Viewer, person id.ID) ([]id.ID, error) {
	return db.Values[id.ID](ctx, s.db, `select t.other from tie t
		join member m on m.space = t.space and m.person = t.other and m.ended = 0
		where t.space = $1 and t.owner = $2 and t.person = $3 and t.other <> $4 and m.id <> $5
		order by t.rank desc, t.other`, v.Space, id.Zero, person, v.Person, v.Member)
}
