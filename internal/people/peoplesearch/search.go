// Package peoplesearch finds people, organisations and notes by words, for the one search of all rooms.
package peoplesearch

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// For returns what finds people, organisations and notes of a store.
func For(s *people.Store) room.Finder { return finder{s}.find }

type finder struct{ *people.Store }

// find finds people, organisations and the viewer's own notes.
func (s finder) find(ctx context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
	persons, err := s.findPeople(ctx, v, query, most)
	if err != nil || len(query) == 0 {
		return []room.Found{persons}, err
	}
	organisations, err := s.findOrganisations(ctx, v, query, most)
	if err != nil {
		return nil, err
	}
	notes, err := s.findNotes(ctx, v, query, most)
	return []room.Found{persons, organisations, notes}, err
}

// mostPeople is how many people a search shows: they are what is asked for most.
const mostPeople = 7

func (s finder) findPeople(ctx context.Context, v op.Viewer, query text.Query, most int) (room.Found, error) {
	out := room.Found{Title: "People", Rank: room.FoundPeople}
	asked := people.PeopleQuery{Query: strings.Join(query, " "), Limit: max(most, mostPeople), Sort: people.ByFound}
	if len(query) == 0 {
		out.Title, asked.Sort = "Lately", "last_contact"
	}
	list, err := s.People(ctx, v, asked)
	if err != nil {
		return out, err
	}
	if list.More {
		asked.Sort = ""
		out.More = asked.Address()
	}
	elsewhere, err := s.whyFound(ctx, v, query, list.People)
	for _, p := range list.People {
		why := p.Under()
		if line := elsewhere[p.ID]; line != "" {
			why = text.Join(" · ", line, why)
		}
		out.Hits = append(out.Hits, room.Hit{
			Title: p.Name, Why: why, Address: "/people/" + p.ID.String(), Class: string(p.Class), Person: p.ID,
		})
	}
	return out, err
}

// whyFound returns, of those people who were found by something else than what stands in their row, what that says.
func (s finder) whyFound(
	ctx context.Context, v op.Viewer, query text.Query, list []people.PersonSummary,
) (map[id.ID]string, error) {
	missing := map[id.ID]text.Query{}
	var keys []id.ID
	for _, p := range list {
		if left := query.Without(p.Name + " " + p.Under()); len(left) > 0 {
			missing[p.ID] = left
			keys = append(keys, p.ID)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	in, args := db.In(4, keys)
	lines, err := db.Select[struct {
		Person id.ID
		Body   string
	}](ctx, s.DB(), `select p.id as person, t.tag as body from person p
			join person_tag t on t.space = p.space and t.person = p.id and t.owner = $2
			where `+scope.Seen("p")+` and p.id in (`+in+`)
		union all select p.id as person, o.name || ' ' || r.title as body from person p
			join person_role r on r.space = p.space and r.person = p.id
			join organisation o on o.space = r.space and o.id = r.organisation
			where `+scope.Seen("p")+` and p.id in (`+in+`)
		union all select p.merged as person, p.name as body from person p
			where `+scope.Seen("p")+` and p.merged in (`+in+`)
		order by person, body`, scope.Args(v, args...)...)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]string{}
	take := func(person id.ID, line string) {
		left := missing[person]
		if after := left.Without(line); len(after) < len(left) {
			missing[person] = after
			out[person] = text.Join(" · ", out[person], strings.TrimSpace(line))
		}
	}
	for _, l := range lines {
		take(l.Person, l.Body)
	}
	identifiers, err := s.Identifiers(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	whole, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		for _, n := range identifiers[key] {
			if n.Kind != people.Handle {
				take(key, n.Value)
			}
		}
		p := whole[key]
		for _, f := range people.Fields {
			take(key, *f.Of(&p))
		}
	}
	return out, nil
}

// soughtOrganisation is an organisation as a search looks through them.
type soughtOrganisation struct {
	ID           id.ID
	Name, Folded string
	words        string
}

func (s finder) findOrganisations(ctx context.Context, v op.Viewer, query text.Query, most int) (room.Found, error) {
	out := room.Found{Title: "Organisations", Rank: room.FoundOrganisations}
	all, err := db.Keep(ctx, s.DB(), scope.Kept(v, "sought organisations"), []string{"organisation"},
		func(ctx context.Context, _ []soughtOrganisation, _ db.Change) ([]soughtOrganisation, error) {
			list, err := db.Select[soughtOrganisation](ctx, s.DB(), `select o.id, o.name, o.folded from organisation o
				where `+scope.Seen("o")+` order by o.folded, o.id`, scope.Args(v)...)
			// Several members may keep one of the same name: it is found once, as the oldest.
			list = slices.CompactFunc(list, func(a, b soughtOrganisation) bool { return a.Folded == b.Folded })
			for i := range list {
				list[i].words = text.Sought(list[i].Name)
			}
			return list, err
		})
	if err != nil {
		return out, err
	}
	// Names that begin as the query does come first, then those where most people are known; of very many the first.
	const weighed = 40
	var first, rest []soughtOrganisation
	begin := " " + strings.Join(query, " ")
	for _, o := range all {
		switch {
		case !query.Among(o.words):
		case strings.HasPrefix(o.words, begin):
			first = append(first, o)
		default:
			rest = append(rest, o)
		}
	}
	found := append(first, rest...)
	if len(found) == 0 {
		return out, nil
	}
	if len(found) > most {
		out.More = "/organisations?query=" + strings.Join(query, "+")
	}
	found = found[:min(len(found), weighed)]
	known, err := s.peopleOf(ctx, v, found)
	if err != nil {
		return out, err
	}
	begins := min(len(first), len(found))
	byPeople := func(a, b soughtOrganisation) int { return known[b.Folded] - known[a.Folded] }
	slices.SortStableFunc(found[:begins], byPeople)
	slices.SortStableFunc(found[begins:], byPeople)
	for _, o := range found[:min(len(found), most)] {
		out.Hits = append(out.Hits, room.Hit{
			Title: o.Name, Address: "/organisations/" + o.ID.String(),
			Why: v.Printer().T("%d people", known[o.Folded]),
		})
	}
	return out, nil
}

// peopleOf counts whom the viewer knows in some organisations, by their folded names.
func (s finder) peopleOf(ctx context.Context, v op.Viewer, list []soughtOrganisation) (map[string]int, error) {
	names := make([]string, len(list))
	for i, o := range list {
		names[i] = o.Folded
	}
	in, args := db.In(5, names)
	counts, err := db.Select[struct {
		Folded string
		People int
	}](ctx, s.DB(), `select o.folded, count(distinct case when p.merged > $4 then p.merged else p.id end) as people
		from organisation o
		join person_role r on r.space = o.space and r.organisation = o.id
		join person p on p.space = r.space and p.id = r.person and (p.owner = $2 or p.visibility >= $3)
		where `+scope.Seen("o")+` and o.folded in (`+in+`) group by o.folded order by o.folded`,
		scope.Args(v, append([]any{id.Zero}, args...)...)...)
	out := map[string]int{}
	for _, c := range counts {
		out[c.Folded] = c.People
	}
	return out, err
}

// soughtNote is a note as a search looks through them.
type soughtNote struct {
	ID, Person id.ID
	At         int64
	Words      string
}

func (s finder) findNotes(ctx context.Context, v op.Viewer, query text.Query, most int) (room.Found, error) {
	out := room.Found{Title: "Notes", Rank: room.FoundElse, Icon: "pencil"}
	all, err := s.soughtNotes(ctx, v)
	if err != nil {
		return out, err
	}
	var keys []id.ID
	for _, n := range all {
		if query.Among(n.Words) {
			if keys = append(keys, n.ID); len(keys) == most {
				break
			}
		}
	}
	if len(keys) == 0 {
		return out, nil
	}
	in, args := db.In(3, keys)
	notes, err := db.Select[struct {
		Person id.ID
		Body   string
		At     int64
	}](ctx, s.DB(), `select person, body, at from note where space = $1 and owner = $2 and id in (`+in+`)
		order by at desc, id`, append([]any{v.Space, v.Member}, args...)...)
	if err != nil {
		return out, err
	}
	about := make([]id.ID, len(notes))
	for i, n := range notes {
		about[i] = n.Person
	}
	refs, err := s.Refs(ctx, v, about)
	for _, n := range notes {
		whom, ok := refs[n.Person]
		if !ok {
			continue
		}
		out.Hits = append(out.Hits, room.Hit{
			Title: "“" + query.Snippet(n.Body, 100) + "”", Address: "/people/" + whom.ID.String(),
			Why: whom.Name + " · " + v.Printer().Date(time.UnixMicro(n.At).In(v.Zone)),
		})
	}
	return out, err
}

// soughtNotes returns the viewer's own notes, the newest first.
func (s finder) soughtNotes(ctx context.Context, v op.Viewer) ([]soughtNote, error) {
	return db.KeepList(ctx, s.DB(), scope.Kept(v, "sought notes"), db.List[id.ID, soughtNote]{
		Tables: []string{"note"}, Key: personOf,
		Of:      func(n soughtNote) id.ID { return n.Person },
		Compare: func(a, b soughtNote) int { return cmp.Or(cmp.Compare(b.At, a.At), a.ID.Compare(b.ID)) },
		Read: func(ctx context.Context, keys map[id.ID]bool) ([]soughtNote, error) {
			list, err := db.SelectKeyed[soughtNote](ctx, s.DB(), `select id, person, at, body as words from note
				where space = $1 and owner = $2`, []any{v.Space, v.Member}, "person", keys)
			for i := range list {
				list[i].Words = text.Sought(list[i].Words)
			}
			return list, err
		},
	})
}

// personOf is the person that a changed note is of.
func personOf(_ string, row db.RowKey) (id.ID, bool) { return row[0], true }
