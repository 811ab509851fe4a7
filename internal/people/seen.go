package people

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// Sighting says that an import brings what another import brought before: a row of a table about a person, so that it
// stays when the other is taken back.
type Sighting struct {
	Person  id.ID
	Brought string // the table
	Item    id.ID
	Word    string
}

const (
	// restLine is a line of what has no place of its own, which belongs to no table. The item is its hash.
	restLine = "rest"
	// addedLine is the word of a line that the import added to those of others.
	addedLine = "added"
)

// SawIdentifier says that an import names a person by an identifier that is there.
func SawIdentifier(person id.ID, n Identifier) Sighting {
	return Sighting{Person: person, Brought: "identifier", Word: sameWord(strconv.Itoa(int(n.Kind)), n.Value)}
}

// SawLine says that an import brings a line of what has no place of its own; added is false when it was there.
func SawLine(person id.ID, line string, added bool) Sighting {
	s := Sighting{Person: person, Brought: restLine, Item: tie.ExternalID(line)}
	if added {
		s.Word = addedLine
	}
	return s
}

// sameWord joins words as room.Same does in SQL.
func sameWord(words ...string) string { return strings.Join(words, "|") }

// Saw notes sightings of an import, within a transaction.
func Saw(ctx context.Context, tx db.Queryer, space, importID id.ID, list []Sighting) error {
	var rows []any
	for _, s := range list {
		rows = append(rows, space, s.Person, s.Brought, s.Item, s.Word, importID)
	}
	return db.InsertMany(ctx, tx, `insert into import_seen (space, person, brought, item, word, import)`,
		6, rows, "on conflict do nothing")
}

// sawDetails notes which tags, roles, dates and notes of people another import brought before. The roles know their
// organisations by now.
func sawDetails(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	said := map[string]map[Sighting]bool{}
	importID, owner := id.Zero, id.Zero
	for i := range list {
		p := &list[i]
		if p.Import.IsZero() {
			continue
		}
		importID, owner = p.Import, p.Owner
		for _, s := range p.sightings() {
			if said[s.Brought] == nil {
				said[s.Brought] = map[Sighting]bool{}
			}
			said[s.Brought][s] = true
		}
	}
	tables := tables()
	var seen []Sighting
	for _, name := range slices.Sorted(maps.Keys(said)) {
		t, _ := room.Find(tables, name)
		people := map[id.ID]bool{}
		for s := range said[name] {
			people[s.Person] = true
		}
		item, mine, args := "", "", []any{space, id.Zero, importID}
		if t.Same.Item != "" {
			item = "t." + t.Same.Item + " as item, "
		}
		if column := t.Column(room.Owner); column != "" {
			mine, args = " and t."+column+" = $4", append(args, owner)
		}
		for _, chunk := range db.Chunks(slices.SortedFunc(maps.Keys(people), id.ID.Compare)) {
			in, more := db.In(len(args)+1, chunk)
			found, err := db.Select[Sighting](ctx, tx,
				`select t.`+t.Same.Person+` as person, '`+name+`' as brought, `+item+t.Same.Word("t")+` as word
				from `+name+` t where t.space = $1 and t.import not in ($2, $3)`+mine+` and t.`+t.Same.Person+` in (`+
					in+`)`,
				append(slices.Clone(args), more...)...)
			if err != nil {
				return err
			}
			for _, s := range found {
				if said[name][s] {
					seen = append(seen, s)
				}
			}
		}
	}
	return Saw(ctx, tx, space, importID, seen)
}

// sightings are the rows that a source's details of a person would be.
func (p *NewPerson) sightings() []Sighting {
	var out []Sighting
	for _, tag := range p.Tags {
		out = append(out, Sighting{Person: p.ID, Brought: "person_tag", Word: tagWord(tag)})
	}
	for _, r := range p.Roles {
		if !r.OrganisationID.IsZero() {
			out = append(out,
				Sighting{Person: p.ID, Brought: "person_role", Item: r.OrganisationID, Word: sameWord(r.From, r.Title)})
		}
	}
	for _, d := range p.Dates {
		out = append(out, Sighting{
			Person: p.ID, Brought: "important_date", Word: sameWord(strconv.Itoa(int(d.Month)),
				strconv.Itoa(d.Day), d.Kind),
		})
	}
	for _, n := range p.Notes {
		out = append(out, Sighting{Person: p.ID, Brought: "note", Item: n.ID})
	}
	if len(p.Face) > 0 {
		out = append(out, Sighting{Person: p.ID, Brought: "photo"})
	}
	return out
}

// handOver gives to other imports, within a transaction, what they hold too of what an import brought, before the rest
// of it goes.
func (s *Store) handOver(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID) error {
	lines, err := s.linesOf(ctx, tx, v, importID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from import_seen where space = $1 and import = $2`,
		v.Space, importID); err != nil {
		return db.Fault(err)
	}
	// The imports of one member hold nothing of another's.
	const other = ` and exists (select 1 from import i where i.space = s.space and i.id = s.import and i.owner = $3)`
	for _, t := range s.Tables() {
		if t.Same.Person == "" {
			continue
		}
		same := ` from import_seen s where s.space = ` + t.Name + `.space and s.person = ` + t.Name + `.` +
			t.Same.Person + ` and s.brought = '` + t.Name + `'
			and s.word = ` + t.Same.Word(t.Name)
		if t.Same.Item != "" {
			same += ` and s.item = ` + t.Name + `.` + t.Same.Item
		}
		column := t.Column(room.Import)
		if _, err := tx.ExecContext(ctx,
			`update `+t.Name+` set `+column+` = (select s.import`+same+other+` order by s.import limit 1)
			where space = $1 and `+column+` = $2 and exists (select 1`+same+other+`)`, v.Space,
			importID, v.Member); err != nil {
			return db.Fault(err)
		}
	}
	// Values of the people whom it brought, where another import has the same.
	if _, err := tx.ExecContext(ctx, `insert into person_field (space, person, field, import)
		select s.space, s.person, s.word, s.import from import_seen s
		join person p on p.space = s.space and p.id = s.person
		where p.space = $1 and p.import = $2 and s.brought = 'person_field'`+other+` order by s.person, s.word, s.import
		on conflict do nothing`, v.Space, importID, v.Member); err != nil {
		return db.Fault(err)
	}
	return s.handOverLines(ctx, tx, v, importID, lines)
}

// personLine is a line of what has no place of its own with a person, by its hash.
type personLine struct{ person, line id.ID }

// linesOf returns the lines that an import added to those of others.
func (s *Store) linesOf(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID) ([]personLine, error) {
	rows, err := db.Select[Sighting](ctx, tx, `select person, brought, item, word from import_seen
		where space = $1 and import = $2 and brought = $3 and word = $4 order by person, item`,
		v.Space, importID, restLine, addedLine)
	if err != nil {
		return nil, err
	}
	var out []personLine
	for _, r := range rows {
		out = append(out, personLine{r.Person, r.Item})
	}
	return out, nil
}

// handOverLines takes the lines that an import alone brought out of what has no place of its own, and gives the others
// to who has them too.
func (s *Store) handOverLines(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID, added []personLine) error {
	type rest struct {
		ID   id.ID
		Rest string
	}
	whole, err := db.Select[rest](ctx, tx, `select p.id, p.rest from person p
			where p.space = $1 and p.rest <> '' and (p.import = $2
			and not exists (select 1 from person_field f
			where f.space = p.space and f.person = p.id and f.field = 'rest')
			or exists (select 1 from person_field f where f.space = p.space and f.person = p.id and f.field = 'rest'
			and f.import = $2))
		and exists (select 1 from import_seen s where s.space = p.space and s.person = p.id and s.brought = $3)
		order by p.id`, v.Space, importID, restLine)
	if err != nil {
		return err
	}
	own := map[id.ID]map[id.ID]bool{} // by person, the lines that go unless another import has them; nil for all
	texts := map[id.ID]string{}
	var order []id.ID
	for _, p := range whole {
		own[p.ID], texts[p.ID] = nil, p.Rest
		order = append(order, p.ID)
	}
	for _, a := range added {
		if _, ok := own[a.person]; !ok {
			typed, err := db.Values[string](ctx, tx, `select p.rest from person p where p.space = $1 and p.id = $2`,
				v.Space, a.person)
			if err != nil {
				return err
			}
			if len(typed) == 0 {
				continue
			}
			own[a.person], texts[a.person] = map[id.ID]bool{}, typed[0]
			order = append(order, a.person)
		}
		if own[a.person] != nil {
			own[a.person][a.line] = true
		}
	}
	for _, person := range order {
		others, err := db.Select[struct{ Item, Import id.ID }](ctx, tx, `select item, import from import_seen
			where space = $1 and person = $2 and brought = $3 order by import desc, item`, v.Space, person, restLine)
		if err != nil {
			return err
		}
		holder := map[id.ID]id.ID{}
		for _, o := range others {
			holder[o.Item] = o.Import
		}
		heir := id.Zero
		var kept []string
		for line := range strings.SplitSeq(texts[person], "\n") {
			hash := tie.ExternalID(line)
			goes := own[person] == nil || own[person][hash]
			has, ok := holder[hash]
			switch {
			case goes && !ok:
				continue
			case goes:
				heir = has
				if _, err := tx.ExecContext(ctx, `update import_seen set word = $6
					where space = $1 and person = $2 and brought = $3 and item = $4 and import = $5`,
					v.Space, person, restLine, hash, has, addedLine); err != nil {
					return db.Fault(err)
				}
			}
			kept = append(kept, line)
		}
		if _, err := tx.ExecContext(ctx, `update person set rest = $3 where space = $1 and id = $2`,
			v.Space, person, strings.Join(kept, "\n")); err != nil {
			return db.Fault(err)
		}
		if own[person] == nil && !heir.IsZero() {
			if err := sourcesOf(ctx, tx, []any{v.Space, person, "rest", heir}); err != nil {
				return err
			}
		}
	}
	return nil
}
