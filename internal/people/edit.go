package people

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
)

// NewPerson is all that is known of a person when they are first seen, or more that became known of them.
type NewPerson struct {
	Person
	Identifiers []Identifier
	Roles       []Role
	Tags        []string
	Notes       []Note
	Dates       []ImportantDate
	Face        []byte // a small picture that photo.Small made; nil for none
}

// Named sets the person's name from how it is displayed, in parts and with its place in Dutch order.
func (p *Person) Named(display string) {
	n := names.Parse(display)
	p.Name, p.Given, p.Particle, p.Family, p.Prefix, p.Suffix = n.Full, n.Given, n.Particle, n.Family,
		n.Prefix, n.Suffix
	if p.Name == "" {
		p.Name = strings.TrimSpace(display)
	}
	p.SortKey = names.SortKey(n)
}

// ParsedName returns the name in parts, for comparison.
func (p Person) ParsedName() names.Name {
	return names.Name{
		Full: p.Name, Given: p.Given, Particle: p.Particle, Family: p.Family, Prefix: p.Prefix, Suffix: p.Suffix,
	}
}

// InsertPeople stores new persons with all that is known of them, within a transaction.
func InsertPeople(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	columns := slices.Concat([]string{
		"space", "id", "owner", "visibility", "name", "given", "particle", "family", "prefix", "suffix", "sort_key",
		"merged", "rest", "import", "created", "updated",
	}, FieldColumns())
	args := make([]any, 0, len(list)*len(columns))
	for i := range list {
		p := &list[i].Person
		args = append(args, space, p.ID, p.Owner, p.Visibility, p.Name, p.Given, p.Particle, p.Family, p.Prefix,
			p.Suffix, p.SortKey, p.Merged, p.Rest, p.Import, p.Created, p.Updated)
		for _, f := range Fields {
			args = append(args, *f.Of(p))
		}
	}
	if err := db.InsertMany(ctx, tx, `insert into person (`+strings.Join(columns, ", ")+`)`, len(columns), args,
		""); err != nil {
		return err
	}
	return addDetails(ctx, tx, space, list)
}

// EnrichPeople adds what a source knows to persons who are already there: what they have is kept, what they lack is
// filled in. Rest is all that is to be kept of what has no place of its own, with what is kept already.
func EnrichPeople(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	if err := fillsIn(ctx, tx, space, list); err != nil {
		return err
	}
	for i := range list {
		p := &list[i].Person
		args := []any{space, p.ID, p.Rest, p.Updated}
		set := `rest = case when $3 = '' then rest else $3 end, updated = $4`
		for _, f := range Fields {
			args = append(args, *f.Of(p))
			set += `, ` + f.Column + ` = case when ` + f.Column + ` = '' then ` + db.Placeholder(len(args)) + ` else ` +
				f.Column + ` end`
		}
		if _, err := tx.ExecContext(ctx, `update person set `+set+` where space = $1 and id = $2`,
			args...); err != nil {
			return db.Fault(err)
		}
	}
	if err := addDetails(ctx, tx, space, list); err != nil {
		return err
	}
	if err := sawDetails(ctx, tx, space, list); err != nil {
		return err
	}
	return typedDetails(ctx, tx, space, list)
}

// addDetails stores identifiers, roles, tags, notes, dates and search words; what is there already is left alone.
func addDetails(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	var identifiers, tags, notes, dates, words []any
	for i := range list {
		p := &list[i]
		for _, n := range p.Identifiers {
			shared := 0
			if n.Shared {
				shared = 1
			}
			identifiers = append(identifiers, space, p.Owner, n.Kind, n.Value, p.ID, n.Label, p.Import, shared)
		}
		for _, tag := range p.Tags {
			if tag = tagWord(tag); tag != "" {
				tags = append(tags, space, p.ID, p.Owner, tag, p.Import)
			}
		}
		for _, n := range p.Notes {
			notes = append(notes, space, n.ID, p.ID, p.Owner, scope.Private, n.Body, n.At.UnixMicro(), n.Source,
				p.Import)
		}
		for _, d := range p.Dates {
			// What a source says of a person is seen as the person of that source is.
			dates = append(dates, space, p.ID, p.Owner, max(d.Visibility, p.Visibility), d.Kind, d.Year, d.Month,
				d.Day, "", p.Import)
		}
		for _, w := range p.searchWords() {
			words = append(words, space, w, p.ID, id.Zero)
		}
		for _, w := range text.Words(strings.Join(p.Tags, " ")) {
			words = append(words, space, w, p.ID, p.Owner)
		}
	}
	// A row that is there already says the same: these are sets, and their keys are all that was said. Only an
	// identifier can belong to somebody else instead; who adds one looks before and after (see Store.keepIdentifiers).
	const ignore = "on conflict do nothing"
	for _, insert := range []struct {
		prefix  string
		columns int
		args    []any
	}{
		{`insert into identifier (space, owner, kind, value, person, label, import, shared)`, 8, identifiers},
		{`insert into person_tag (space, person, owner, tag, import)`, 5, tags},
		{`insert into note (space, id, person, owner, visibility, body, at, source, import)`, 9, notes},
		{`insert into important_date (space, person, owner, visibility, kind, year, month, day,
			source, import)`, 10, dates},
		{`insert into person_word (space, word, person, owner)`, 4, words},
	} {
		if err := db.InsertMany(ctx, tx, insert.prefix, insert.columns, insert.args, ignore); err != nil {
			return err
		}
	}
	if err := addFaces(ctx, tx, space, list); err != nil {
		return err
	}
	return addRoles(ctx, tx, space, list)
}

// tagWord is a tag as it is stored.
func tagWord(tag string) string { return text.Fold(tag) }

// addRoles stores roles, and notes with each which organisation it is in.
func addRoles(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	var roles []any
	known := map[string]id.ID{}
	for i := range list {
		p := &list[i]
		for j, r := range p.Roles {
			organisation, ok := known[text.Fold(r.Organisation)]
			if !ok {
				var err error
				if organisation, err = EnsureOrganisation(ctx, tx, space, p.Person, r.Organisation); err != nil {
					return err
				}
				if organisation.IsZero() {
					continue
				}
				known[text.Fold(r.Organisation)] = organisation
			}
			p.Roles[j].OrganisationID = organisation
			roles = append(roles, space, p.ID, organisation, r.Title, r.Department, r.From, r.Until, p.Import)
		}
	}
	return db.InsertMany(ctx, tx, `insert into person_role (space, person, organisation, title, department, from_day,
		until_day, import)`, 8, roles, "on conflict do nothing")
}

// EnsureOrganisation returns the id of the organisation of that name among those of the person's owner, and makes it
// when it is not there. An empty name gives the zero ID.
func EnsureOrganisation(ctx context.Context, tx db.Queryer, space id.ID, of Person, name string) (id.ID, error) {
	folded := text.Fold(name)
	if folded == "" {
		return id.Zero, nil
	}
	if _, err := db.Insert(ctx, tx, "organisation", db.Row{
		"space": space, "id": id.New(), "owner": of.Owner, "visibility": of.Visibility,
		"name": strings.TrimSpace(name), "folded": folded, "domain": "", "import": of.Import,
	}, "on conflict (space, owner, folded) do nothing"); err != nil {
		return id.Zero, err
	}
	return db.Value[id.ID](ctx, tx, `select id from organisation where space = $1 and owner = $2 and folded = $3`,
		space, of.Owner, folded)
}

// DescribeOrganisation makes the organisation of that name when it is not there, and keeps what a source says of it:
// add is given what is kept already, and returns what is to be kept.
func DescribeOrganisation(
	ctx context.Context, tx db.Queryer, space id.ID, of Person, name string, add func(rest string) string,
) error {
	key, err := EnsureOrganisation(ctx, tx, space, of, name)
	if err != nil || key.IsZero() {
		return err
	}
	if !of.Import.IsZero() {
		if _, err := tx.ExecContext(ctx, `insert into organisation_seen (space, organisation, import)
			select space, id, $3 from organisation where space = $1 and id = $2 and import not in ($3, $4)
			on conflict do nothing`,
			space, key, of.Import, id.Zero); err != nil {
			return db.Fault(err)
		}
	}
	rest, err := db.Value[string](ctx, tx, `select rest from organisation where space = $1 and id = $2`, space, key)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update organisation set rest = $3 where space = $1 and id = $2`,
		space, key, add(rest))
	return db.Fault(err)
}

// searchWords returns the words under which everybody who may see a person finds it. Tags find it for their owner only.
func (p *NewPerson) searchWords() []string {
	parts := []string{p.Name}
	for _, f := range Fields {
		parts = append(parts, *f.Of(&p.Person))
	}
	for _, n := range p.Identifiers {
		if n.Kind != Handle {
			parts = append(parts, n.Value)
		}
	}
	for _, r := range p.Roles {
		parts = append(parts, r.Organisation, r.Title)
	}
	words := text.Words(strings.Join(parts, " "))
	slices.Sort(words)
	return slices.Compact(words)
}

// narrower says that fewer see a record than see the person whom it was found to be.
func (p Person) narrower(than Person) bool {
	return p.Visibility < than.Visibility || p.Owner != than.Owner && p.Visibility == scope.Private
}

// ReindexPeople writes the search words of people again, after one of them was edited. A person is found under the
// words of every record that was found to be the same.
func ReindexPeople(ctx context.Context, tx db.Queryer, space id.ID, people []id.ID) error {
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(2, chunk)
		args = append([]any{space}, args...)
		if _, err := tx.ExecContext(ctx, `delete from person_word where space = $1 and person in (`+in+`)`,
			args...); err != nil {
			return db.Fault(err)
		}
		// Two steps: one condition on either column would read the whole table.
		found, err := db.Select[Person](ctx, tx, `select `+personColumns+` from (
				select id from person where space = $1 and id in (`+in+`)
				union select id from person where space = $1 and merged in (`+in+`)
			) k cross join person p where p.space = $1 and p.id = k.id order by p.id`, args...)
		if err != nil {
			return err
		}
		type detail struct {
			Person id.ID
			Owner  id.ID // for whom it counts; none for everybody
			Body   string
		}
		more := map[id.ID][]detail{}
		all := make([]id.ID, len(found))
		for i, p := range found {
			all[i] = p.ID
		}
		for _, part := range db.Chunks(all) {
			in, args := db.In(2, part)
			none := db.Placeholder(2 + len(args))
			details, err := db.Select[detail](ctx, tx, `
				select n.person, case when n.owner = p.owner then `+none+` else n.owner end as owner, n.value as body
					from identifier n join person p on p.space = n.space and p.id = n.person
					where n.space = $1 and n.person in (`+in+`) and n.kind <> 4
				union all select person, owner, tag from person_tag where space = $1 and person in (`+in+`)
				union all select r.person, `+none+`, o.name || ' ' || r.title from person_role r
					join organisation o on o.space = r.space and o.id = r.organisation
					where r.space = $1 and r.person in (`+in+`)`, append(append([]any{space}, args...), id.Zero)...)
			if err != nil {
				return err
			}
			for _, d := range details {
				more[d.Person] = append(more[d.Person], d)
			}
		}
		var words []any
		tops := map[id.ID]Person{}
		for _, p := range found {
			tops[p.ID] = p
		}
		add := func(p Person, word string, owner id.ID) {
			for _, as := range []id.ID{p.ID, p.Merged} {
				if slices.Contains(chunk, as) {
					if owner.IsZero() && p.narrower(tops[as]) {
						owner = p.Owner
					}
					words = append(words, space, word, as, owner)
				}
			}
		}
		for _, p := range found {
			whole := NewPerson{Person: p}
			for _, w := range whole.searchWords() {
				add(p, w, id.Zero)
			}
			for _, d := range more[p.ID] {
				for _, w := range text.Words(d.Body) {
					add(p, w, d.Owner)
				}
			}
		}
		if err := db.InsertMany(ctx, tx, `insert into person_word (space, word, person, owner)`,
			4, words, "on conflict do nothing"); err != nil {
			return err
		}
	}
	return nil
}
