package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text/names"
)

// roll reads everybody whom the viewer keeps, db.Chunk at a time.
func (s *Service) roll(ctx context.Context, v op.Viewer) (*roll, error) {
	count, err := db.Value[int](ctx, s.DB(), `select count(*) from person where space = $1 and owner = $2
		and merged = $3`, v.Space, v.Member, id.Zero)
	if err != nil {
		return nil, err
	}
	out := newRoll(count)
	for after, more := id.Zero, true; more; {
		part, err := s.part(ctx, v, after)
		if err != nil {
			return nil, err
		}
		if len(part) > 0 {
			after = part[len(part)-1].ID
			out.add(part)
		}
		more = len(part) == db.Chunk
	}
	out.finish()
	const top = `case when p.merged > $3 then p.merged else p.id end as person`
	if err := db.Each(ctx, s.DB(), func(r *struct {
		Person      id.ID
		First, Last int64
	},
	) error {
		if i, ok := out.placeOf(r.Person); ok {
			out.spans[int32(i)] = span{r.First, r.Last}
		}
		return nil
	}, `select `+top+`, min(a.time) as first, max(a.time) as last from participant a
		join person p on p.space = a.space and p.id = a.person
		where a.space = $1 and p.owner = $2 group by 1 order by 1`, v.Space, v.Member, id.Zero); err != nil {
		return nil, err
	}
	var several []id.ID
	out.namesakes(func(group []int) {
		if slices.ContainsFunc(group, func(i int) bool { return out.listed[i] }) {
			for _, i := range group {
				if out.spans[int32(i)].last > 0 { // with whom nothing happened has no circle
					several = append(several, out.ids[i])
				}
			}
		}
	})
	circles, err := s.circles(ctx, v, several)
	if err != nil {
		return nil, err
	}
	out.circles = make(map[int32]circle, len(circles))
	for person, c := range circles {
		if i, ok := out.placeOf(person); ok {
			out.circles[int32(i)] = c
		}
	}
	return out, nil
}

// said is a text that stands with a record.
type said struct {
	Person, Owner id.ID
	Kind          people.IdentifierKind
	Text          string
}

// part reads the next people after one on the roll, with what is known of them.
func (s *Service) part(ctx context.Context, v op.Viewer, after id.ID) ([]record, error) {
	out := make([]record, 0, db.Chunk)
	if err := db.Each(ctx, s.DB(), func(p *struct {
		ID           id.ID
		Name         string
		Organisation string
		Title        string
	},
	) error {
		next := record{Candidate: Candidate{
			ID: p.ID, Name: names.Parse(p.Name), Organisation: p.Organisation, title: p.Title,
		}}
		if p.Organisation != "" {
			next.organisations.add(squeezed(p.Organisation))
		}
		out = append(out, next)
		return nil
	}, `select id, name, organisation, title from person where space = $1 and owner = $2 and merged = $3 and id > $4
		order by id limit $5`, v.Space, v.Member, id.Zero, after, db.Chunk); err != nil || len(out) == 0 {
		return nil, err
	}
	last := out[len(out)-1].ID
	absorbed, err := db.Select[struct{ ID, Merged, Owner id.ID }](ctx, s.DB(), `select id, merged, owner from person
		where space = $1 and merged > $2 and merged <= $3 order by merged, id`, v.Space, after, last)
	if err != nil {
		return nil, err
	}
	// Of each record, and of those that were merged into it: its place, and whether it is the viewer's.
	type standsFor struct {
		place int
		own   bool
	}
	places := make(map[id.ID]standsFor, len(out)+len(absorbed))
	for i := range out {
		places[out[i].ID] = standsFor{i, true}
	}
	var others []id.ID
	for _, a := range absorbed {
		if at, ok := places[a.Merged]; ok {
			places[a.ID] = standsFor{at.place, a.Owner == v.Member}
			others = append(others, a.ID)
		}
	}
	roles, err := s.said(ctx, v, after, last, others, `select r.person, o.owner, o.name as text from person_role r
		join organisation o on o.space = r.space and o.id = r.organisation where r.space = $1`, "r.person")
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		if at, ok := places[r.Person]; ok && at.own {
			out[at.place].organisations.add(squeezed(r.Text))
		}
	}
	identifiers, err := s.said(ctx, v, after, last, others, `select n.person, n.owner, n.kind, n.value as text
		from identifier n where n.space = $1`, "n.person")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(identifiers, func(a, b said) int {
		return cmp.Or(a.Person.Compare(b.Person), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	for _, n := range identifiers {
		at, ok := places[n.Person]
		if !ok || n.Owner != v.Member {
			continue
		}
		p := &out[at.place]
		if n.Kind != people.Handle {
			p.Identifiers = append(p.Identifiers, people.Identifier{Kind: n.Kind, Value: n.Text})
			continue
		}
		if list, account := directory(n.Text); list != "" {
			p.has(list, account)
		}
		p.card = p.card || strings.HasPrefix(n.Text, "vcard:")
		p.chat = p.chat || strings.HasPrefix(n.Text, "name:whatsapp:")
	}
	for i := range out {
		p := &out[i]
		slices.SortFunc(p.Identifiers, func(a, b people.Identifier) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
		})
		p.Identifiers = slices.Compact(p.Identifiers)
		for _, n := range p.Identifiers {
			if n.Kind == people.Link && strings.HasPrefix(n.Value, "https://www.linkedin.com/in/") {
				p.has("linkedin", n.Value)
			}
		}
	}
	return out, nil
}

// said reads what stands with the people after one until another, and with some more. The owners are looked at
// afterwards: asked for one, SQLite would read all that is his for each part.
func (s *Service) said(
	ctx context.Context, v op.Viewer, after, last id.ID, more []id.ID, query, person string,
) ([]said, error) {
	out, err := db.Select[said](ctx, s.DB(), query+` and `+person+` > $2 and `+person+` <= $3 order by `+person,
		v.Space, after, last)
	if err != nil {
		return nil, err
	}
	for _, chunk := range db.Chunks(more) {
		in, args := db.In(2, chunk)
		list, err := db.Select[said](ctx, s.DB(), query+` and `+person+` in (`+in+`) order by `+person,
			append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}
