package network

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// KnownPerson is all that is kept of a person for an export: what pages show, and what they do not.
type KnownPerson struct {
	PersonDetail
	Handles  []string `json:"handles" doc:"names within closed sources, such as chats"`
	Rest     string   `json:"rest,omitempty" doc:"lines of an address card that have no field here"`
	Timeline []Event  `json:"timeline"`
}

// Everybody calls f for every person that the viewer may see, the viewer too, in the order of names. It asks the database in sets, never for one person.
func (s *Store) Everybody(ctx context.Context, v op.Viewer, f func(KnownPerson) error) error {
	rows, err := db.Select[struct {
		ID     id.ID
		Merged id.ID
		Name   string
	}](ctx, s.db, `select p.id, p.merged, p.name from person p where `+seen("p")+` order by p.sort_key, p.id`, scope(v)...)
	if err != nil {
		return err
	}
	refs := make(map[id.ID]Ref, len(rows))
	for _, r := range rows {
		refs[r.ID] = Ref{r.ID, r.Name}
	}
	aliases := map[id.ID][]id.ID{}
	var keys []id.ID
	for _, r := range rows {
		if top, ok := refs[r.Merged]; ok {
			refs[r.ID] = top
			aliases[r.Merged] = append(aliases[r.Merged], r.ID)
		} else {
			keys = append(keys, r.ID)
		}
	}
	for _, list := range aliases {
		slices.SortFunc(list, id.ID.Compare)
	}
	for _, chunk := range db.Chunks(keys) {
		b := bulk{Store: s, v: v, refs: refs, aliases: aliases}
		known, err := b.load(ctx, chunk)
		if err != nil {
			return err
		}
		for _, p := range known {
			if err := f(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Known returns all that is kept of one person.
func (s *Store) Known(ctx context.Context, v op.Viewer, person id.ID) (KnownPerson, error) {
	detail, err := s.Person(ctx, s.db, v, person)
	if err != nil {
		return KnownPerson{}, err
	}
	cluster, err := s.Cluster(ctx, s.db, v.Space, detail.ID)
	if err != nil {
		return KnownPerson{}, err
	}
	b := bulk{Store: s, v: v, refs: map[id.ID]Ref{}, aliases: map[id.ID][]id.ID{detail.ID: cluster[1:]}}
	known, err := b.load(ctx, []id.ID{detail.ID})
	if err != nil || len(known) == 0 {
		return KnownPerson{}, err
	}
	if known[0].Timeline, err = s.Timeline(ctx, v, detail.ID, v.Now.AddDate(100, 0, 0), everyEvent); err != nil {
		return KnownPerson{}, err
	}
	return known[0], nil
}

// everyEvent is more than anybody's timeline holds.
const everyEvent = 10_000_000

// bulk loads some people at once.
type bulk struct {
	*Store
	v       op.Viewer
	refs    map[id.ID]Ref
	aliases map[id.ID][]id.ID
	at      map[id.ID]*KnownPerson // by every id of theirs
	all     []id.ID
}

func (b *bulk) load(ctx context.Context, keys []id.ID) ([]KnownPerson, error) {
	people, err := b.PeopleByID(ctx, b.v, keys)
	if err != nil {
		return nil, err
	}
	summaries, err := b.Summaries(ctx, b.v, keys)
	if err != nil {
		return nil, err
	}
	identifiers, err := b.identifiers(ctx, b.v, keys)
	if err != nil {
		return nil, err
	}
	out := make([]KnownPerson, len(summaries))
	b.at = map[id.ID]*KnownPerson{}
	for i, summary := range summaries {
		p := people[summary.ID]
		out[i] = KnownPerson{PersonDetail: PersonDetail{
			PersonSummary: summary, Nickname: p.Nickname, Visibility: p.Visibility, Self: p.ID == b.v.Person, Added: time.UnixMicro(p.Created).UTC(),
			Phones: []string{}, Links: []string{}, Roles: []Role{}, Tags: []string{}, Notes: []Note{}, Dates: []ImportantDate{}, Merged: []MergedPerson{},
		}, Handles: []string{}, Rest: p.Rest, Timeline: []Event{}}
		for _, n := range identifiers[p.ID] {
			switch n.Kind {
			case Telephone:
				out[i].Phones = append(out[i].Phones, n.Value)
			case Link:
				out[i].Links = append(out[i].Links, n.Value)
			case Handle:
				out[i].Handles = append(out[i].Handles, n.Value)
			}
		}
		for _, key := range append([]id.ID{p.ID}, b.aliases[p.ID]...) {
			b.at[key] = &out[i]
			b.all = append(b.all, key)
		}
	}
	for _, step := range []func(context.Context, []id.ID) error{b.roles, b.words, b.merges, b.timelines} {
		for _, chunk := range db.Chunks(b.all) {
			if err := step(ctx, chunk); err != nil {
				return nil, err
			}
		}
	}
	for i := range out {
		out[i].sort()
	}
	return out, nil
}

// sort brings the lists in the order in which pages show them.
func (p *KnownPerson) sort() {
	slices.SortStableFunc(p.Roles, func(x, y Role) int {
		past := func(r Role) int { return min(len(r.Until), 1) }
		return cmp.Or(past(x)-past(y), cmp.Compare(y.From, x.From), cmp.Compare(x.Organisation, y.Organisation), cmp.Compare(x.Title, y.Title))
	})
	p.Roles = slices.Compact(p.Roles)
	slices.Sort(p.Tags)
	p.Tags = slices.Compact(p.Tags)
	slices.SortFunc(p.Notes, func(x, y Note) int { return cmp.Or(y.At.Compare(x.At), id.ID.Compare(x.ID, y.ID)) })
	slices.SortFunc(p.Dates, func(x, y ImportantDate) int {
		return cmp.Or(strings.Compare(x.Kind, y.Kind), int(x.Month-y.Month), x.Day-y.Day, y.Year-x.Year)
	})
	p.Dates = slices.CompactFunc(p.Dates, func(x, y ImportantDate) bool { return x.Kind == y.Kind && x.Month == y.Month && x.Day == y.Day })
	slices.SortFunc(p.Merged, func(x, y MergedPerson) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), id.ID.Compare(x.Merge, y.Merge))
	})
	slices.SortFunc(p.Timeline, func(x, y Event) int { return cmp.Or(y.Time.Compare(x.Time), id.ID.Compare(y.ID, x.ID)) })
	p.Timeline = slices.CompactFunc(p.Timeline, func(x, y Event) bool { return x.ID == y.ID })
}

func (b *bulk) roles(ctx context.Context, people []id.ID) error {
	in, args := db.In(2, people)
	rows, err := db.Select[struct {
		Person id.ID
		Role
	}](ctx, b.db, `select r.person, o.name as organisation, o.id as organisation_id, r.title, r.department, r.from_day as "from", r.until_day as "until"
		from person_role r join organisation o on o.space = r.space and o.id = r.organisation where r.space = $1 and r.person in (`+in+`)`,
		append([]any{b.v.Space}, args...)...)
	for _, r := range rows {
		b.at[r.Person].Roles = append(b.at[r.Person].Roles, r.Role)
	}
	return err
}

// words loads tags, notes and dates.
func (b *bulk) words(ctx context.Context, people []id.ID) error {
	in, args := db.In(4, people)
	args = scope(b.v, args...)
	notes, err := db.Select[struct {
		ID     id.ID
		Person id.ID
		Body   string
		At     int64
		Source string
		Owner  id.ID
	}](ctx, b.db, `select n.id, n.person, n.body, n.at, n.source, n.owner from note n where `+seen("n")+` and n.person in (`+in+`)`, args...)
	if err != nil {
		return err
	}
	for _, n := range notes {
		b.at[n.Person].Notes = append(b.at[n.Person].Notes, Note{n.ID, n.Body, time.UnixMicro(n.At).UTC(), n.Source, n.Owner == b.v.Member})
	}
	in, args = db.In(3, people)
	args = append([]any{b.v.Space, b.v.Member}, args...)
	tags, err := db.Select[struct {
		Person id.ID
		Tag    string
	}](ctx, b.db, `select person, tag from person_tag where space = $1 and owner = $2 and person in (`+in+`)`, args...)
	if err != nil {
		return err
	}
	for _, t := range tags {
		b.at[t.Person].Tags = append(b.at[t.Person].Tags, t.Tag)
	}
	in, args = db.In(4, people)
	dates, err := db.Select[struct {
		Person id.ID
		Owner  id.ID
		ImportantDate
	}](ctx, b.db, `select d.person, d.owner, d.visibility, d.kind, d.year, d.month, d.day from important_date d
		where `+seen("d")+` and d.person in (`+in+`)
		order by d.kind, d.month, d.day, case when d.owner = $2 then 0 else 1 end, d.year desc, d.owner`, scope(b.v, args...)...)
	for _, d := range dates {
		d.Own = d.Owner == b.v.Member
		to := b.at[d.Person]
		if n := len(to.Dates); n > 0 && to.Dates[n-1].Kind == d.Kind && to.Dates[n-1].Month == d.Month && to.Dates[n-1].Day == d.Day {
			continue // the own one stands first, else the one that says most
		}
		to.Dates = append(to.Dates, d.ImportantDate)
	}
	return err
}

func (b *bulk) merges(ctx context.Context, people []id.ID) error {
	in, args := db.In(4, people)
	rows, err := db.Select[mergedRow](ctx, b.db, `select m.kept, m.id as merge, p.name, m.at, m.origin, coalesce(m.import, $3) as import, m.reasons
		from merge m join person p on p.space = m.space and p.id = m.absorbed
		where m.space = $1 and m.owner = $2 and m.state = 'merged' and m.kept in (`+in+`)`, append([]any{b.v.Space, b.v.Member, id.Zero}, args...)...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		one, err := row.person()
		if err != nil {
			return err
		}
		b.at[row.Kept].Merged = append(b.at[row.Kept].Merged, one)
	}
	return nil
}

func (b *bulk) timelines(ctx context.Context, people []id.ID) error {
	in, args := db.In(4, people)
	rows, err := db.Select[struct {
		Who     id.ID
		ID      id.ID
		Time    int64
		Medium  int
		Title   string
		Place   string
		Minutes int
		Source  string
		People  int
		Owner   id.ID
		Import  id.ID
	}](ctx, b.db, `select p.person as who, i.id, i.time, i.medium, i.title, i.place, i.minutes, i.source, i.people, i.owner, i.import
		from participant p cross join interaction i where p.space = $1 and i.space = p.space and i.id = p.interaction and p.person in (`+in+`) and `+seen("i"),
		scope(b.v, args...)...)
	if err != nil {
		return err
	}
	events := map[id.ID]Event{}
	var keys []id.ID
	for _, r := range rows {
		if _, ok := events[r.ID]; ok {
			continue
		}
		events[r.ID] = Event{
			ID: r.ID, Time: time.UnixMicro(r.Time).UTC(), Medium: media[r.Medium].medium, Title: r.Title, Place: r.Place, Minutes: r.Minutes,
			Source: r.Source, People: []Ref{}, Total: r.People, Said: r.Owner == b.v.Member && r.Import.IsZero(),
		}
		keys = append(keys, r.ID)
	}
	slices.SortFunc(keys, id.ID.Compare)
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(2, chunk)
		took, err := db.Select[struct{ Interaction, Person id.ID }](ctx, b.db, `select interaction, person from participant
			where space = $1 and interaction in (`+in+`) order by interaction, role, person`, append([]any{b.v.Space}, args...)...)
		if err != nil {
			return err
		}
		for _, r := range took {
			e := events[r.Interaction]
			if ref, ok := b.refs[r.Person]; ok && !slices.Contains(e.People, ref) {
				e.People = append(e.People, ref)
				events[r.Interaction] = e
			}
		}
	}
	for _, r := range rows {
		b.at[r.Who].Timeline = append(b.at[r.Who].Timeline, events[r.ID])
	}
	return nil
}

// Masker returns a function that takes the names, addresses and numbers of everybody but one person and the viewer out of a text.
func (s *Store) Masker(ctx context.Context, v op.Viewer, but []id.ID) (func(string) string, error) {
	keep := map[id.ID]bool{v.Person: true}
	for _, person := range but {
		keep[person] = true
	}
	people, err := db.Select[struct {
		ID     id.ID
		Merged id.ID
		Name   string
	}](ctx, s.db, `select p.id, p.merged, p.name from person p where `+seen("p")+` order by p.id`, scope(v)...)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	r := newRedactor()
	for _, p := range people {
		if keep[p.ID] || keep[p.Merged] && !p.Merged.IsZero() {
			for _, word := range nameWords(p.Name) {
				own[word] = true
			}
			continue
		}
		r.addName(p.Name)
	}
	identifiers, err := db.Select[struct {
		Person id.ID
		Kind   IdentifierKind
		Value  string
	}](ctx, s.db, `select n.person, n.kind, n.value from identifier n join person p on p.space = n.space and p.id = n.person where `+seen("p")+` and n.kind < 4
		order by n.person, n.kind, n.value`, scope(v)...)
	if err != nil {
		return nil, err
	}
	exact := map[string]bool{}
	for _, n := range identifiers {
		if keep[n.Person] {
			continue
		}
		if n.Kind == Telephone {
			r.addIdentifier(Identifier{Kind: n.Kind, Value: n.Value})
		} else {
			exact[lowerASCII(n.Value)] = true
		}
	}
	r.settle(own)
	return func(s string) string {
		clean, _ := r.redact(s, false)
		if !strings.ContainsAny(clean, "@/") {
			return clean
		}
		return addressLike.ReplaceAllStringFunc(clean, func(word string) string {
			if exact[lowerASCII(strings.TrimRight(word, "."))] {
				return blank
			}
			return word
		})
	}, nil
}
