package identity

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// circle is whom a record was in touch with together with the viewer, and in which conversations. Two namesakes have
// two circles.
type circle struct {
	others        map[id.ID]bool
	conversations map[string]bool
}

// smallCircle is how many people an interaction has at most that says something about whom they know.
const smallCircle = 8

// meets says that two records were in touch with somebody in common, or took part in one conversation.
func (c circle) meets(other circle) bool {
	return intersect(c.others, other.others) || intersect(c.conversations, other.conversations)
}

func intersect[K comparable](a, b map[K]bool) bool {
	for key := range a {
		if b[key] {
			return true
		}
	}
	return false
}

// circles reads the circles of these people.
func (s *Service) circles(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]circle, error) {
	type row struct {
		Person, Other     id.ID
		External, ReplyTo []byte
	}
	var rows []row
	up := map[string]string{} // messages of one conversation
	root := func(key string) string {
		for up[key] != "" && up[key] != key {
			key = up[key]
		}
		return key
	}
	stands := make(map[id.ID]id.ID, len(people))
	for _, person := range people {
		stands[person] = person
	}
	for _, chunk := range db.Chunks(people) { // and what was merged into them; not from everybody, whom that would keep
		in, args := db.In(3, chunk)
		absorbed, err := db.Select[struct{ ID, Merged id.ID }](ctx, s.DB(), `select id, merged from person
			where space = $1 and owner = $2 and merged in (`+in+`) order by merged, id`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, a := range absorbed {
			stands[a.ID] = a.Merged
		}
	}
	for _, chunk := range db.Chunks(slices.SortedFunc(maps.Keys(stands), id.ID.Compare)) {
		in, args := db.In(5, chunk)
		// Cross joins, so that SQLite goes from the people to what they took part in, not through all that happened.
		list, err := db.Select[row](ctx, s.DB(), `select p.id as person,
				case when o.merged > $3 then o.merged else o.id end as other, i.external, i.reply_to
			from person p cross join participant a cross join interaction i cross join participant b cross join person o
			where p.space = $1 and p.owner = $2 and p.id in (`+in+`) and a.space = p.space and a.person = p.id
				and i.space = a.space and i.id = a.interaction and i.owner = $2 and i.people <= $4
				and b.space = i.space and b.interaction = i.id and b.person <> a.person
				and o.space = b.space and o.id = b.person
			order by p.id, i.id, b.person`,
			append([]any{v.Space, v.Member, id.Zero, smallCircle}, args...)...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, list...)
	}
	for _, r := range rows {
		if len(bytes.Trim(r.ReplyTo, "\x00")) > 0 {
			if one, other := root(string(r.External)), root(string(r.ReplyTo)); one != other {
				up[one] = other
			}
		}
	}
	out := map[id.ID]circle{}
	for _, r := range rows {
		person := stands[r.Person]
		c, ok := out[person]
		if !ok {
			c = circle{map[id.ID]bool{}, map[string]bool{}}
			out[person] = c
		}
		if r.Other != v.Person && r.Other != person {
			c.others[r.Other] = true
		}
		c.conversations[root(string(r.External))] = true
	}
	return out, nil
}
