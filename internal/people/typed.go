package people

import (
	"context"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/text"
)

// sourced are the columns of a person whose source is kept. The name is here because a human may have typed it over
// what an import said.
var sourced = slices.Concat([]string{"name"}, FieldColumns(), []string{"rest"})

// values returns what stands in those columns of a person, in their order.
func (p Person) values() []string {
	out := []string{p.Name}
	for _, f := range Fields {
		out = append(out, *f.Of(&p))
	}
	return append(out, p.Rest)
}

// Typed notes that a human typed fields of a person, so that they stay when the import that brought the person is taken
// back.
func Typed(ctx context.Context, tx db.Queryer, space, person id.ID, fields ...string) error {
	var rows []any
	for _, field := range fields {
		rows = append(rows, space, person, field, id.Zero)
	}
	return sourcesOf(ctx, tx, rows)
}

func sourcesOf(ctx context.Context, tx db.Queryer, rows []any) error {
	return db.InsertMany(ctx, tx, `insert into person_field (space, person, field, import)`, 4, rows,
		"on conflict (space, person, field) do update set import = excluded.import")
}

// typedChanges notes which fields a human changed.
func typedChanges(ctx context.Context, tx db.Queryer, space id.ID, before, after Person) error {
	var changed []string
	was, is := before.values(), after.values()
	for i, field := range sourced {
		if was[i] != is[i] {
			changed = append(changed, field)
		}
	}
	return Typed(ctx, tx, space, before.ID, changed...)
}

// fillsIn notes the source of values that people lack and are about to be given, where it is not the import that
// brought the person.
func fillsIn(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	byID := make(map[id.ID]*NewPerson, len(list))
	var keys []id.ID
	for i := range list {
		byID[list[i].ID] = &list[i]
		keys = append(keys, list[i].ID)
	}
	var rows []any
	var seen []Sighting
	importID := id.Zero
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(2, chunk)
		found, err := db.Select[Person](ctx, tx, `select `+personColumns+` from person p where p.space = $1
			and p.id in (`+in+`)`,
			append([]any{space}, args...)...)
		if err != nil {
			return err
		}
		for _, has := range found {
			more := byID[has.ID]
			was, gets := has.values(), more.values()
			for i, field := range sourced {
				switch {
				case field == "name" || gets[i] == "" || has.Import == more.Import:
				case was[i] == "":
					rows = append(rows, space, has.ID, field, more.Import)
				case was[i] == gets[i] && field != "rest" && !more.Import.IsZero():
					importID = more.Import
					seen = append(seen, Sighting{Person: has.ID, Brought: "person_field", Word: field})
				}
			}
		}
	}
	if err := Saw(ctx, tx, space, importID, seen); err != nil {
		return err
	}
	return sourcesOf(ctx, tx, rows)
}

// typedDetails makes what a human typed theirs where an import had brought the same, so that it stays when that import
// is taken back.
func typedDetails(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	for i := range list {
		p := &list[i]
		if !p.Import.IsZero() {
			continue
		}
		own := func(table, condition string, args ...any) error {
			_, err := tx.ExecContext(ctx, `update `+table+` set import = $3 where space = $1 and person = $2
				and import <> $3 and `+condition,
				append([]any{space, p.ID, id.Zero}, args...)...)
			return db.Fault(err)
		}
		for _, n := range p.Identifiers {
			if err := own("identifier", "kind = $4 and value = $5", n.Kind, n.Value); err != nil {
				return err
			}
		}
		for _, tag := range p.Tags {
			if err := own("person_tag", "owner = $4 and tag = $5", p.Owner, text.Fold(tag)); err != nil {
				return err
			}
		}
		for _, d := range p.Dates {
			if err := own("important_date", "owner = $4 and kind = $5 and month = $6 and day = $7", p.Owner, d.Kind,
				d.Month, d.Day); err != nil {
				return err
			}
		}
		for _, r := range p.Roles {
			if err := own("person_role", `title = $4 and from_day = $5
				and organisation in (select id from organisation where space = $1 and folded = $6)`, r.Title, r.From,
				text.Fold(r.Organisation)); err != nil {
				return err
			}
		}
	}
	return nil
}
