package people

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// TakeBack removes, within a transaction, what an import alone brought in. What another import holds too, and what a
// human typed, stays; a person stays for whom anything stays, with what was typed and without what the import said.
// Ties wait for Settle.
func (s *Store) TakeBack(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID) error {
	if err := s.takeBack(ctx, tx, v, importID); err != nil {
		return err
	}
	if err := tie.MarkAllStale(ctx, tx, v.Space, v.Member); err != nil {
		return err
	}
	return tie.MarkAllStale(ctx, tx, v.Space, id.Zero)
}

// takeBack is TakeBack without what it does to ties.
func (s *Store) takeBack(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID) error {
	if err := tx.Whole(ctx); err != nil {
		return err
	}
	defer s.db.After(ctx, s.DropKept)
	tables := s.Tables()
	exec := func(statement string, args ...any) error {
		_, err := tx.ExecContext(ctx, statement, append([]any{v.Space, importID}, args...)...)
		return db.Fault(err)
	}
	// Records that the import joined are two again, the last joined first.
	joins, err := db.Values[id.ID](ctx, tx, `select id from merge
		where space = $1 and owner = $2 and import = $3 and state = $4 order by at desc, id desc`,
		v.Space, v.Member, importID, MergeMerged)
	if err != nil {
		return err
	}
	for _, join := range joins {
		if err := s.unmerge(ctx, tx, v, join); err != nil {
			return err
		}
	}
	// What other imports saw too becomes theirs.
	for _, t := range []string{"interaction", "organisation"} {
		seen := ` from ` + t + `_seen n where n.space = ` + t + `.space and n.` + t + ` = ` + t + `.id`
		if err := exec(`delete from ` + t + `_seen where space = $1 and import = $2`); err != nil {
			return err
		}
		if err := exec(`update ` + t + ` set import = (select n.import` + seen + ` order by n.import limit 1)
			where space = $1 and import = $2 and exists (select 1` + seen + `)`); err != nil {
			return err
		}
	}
	if err := s.handOver(ctx, tx, v, importID); err != nil {
		return err
	}
	touched, err := s.personsOfImport(ctx, tx, v.Space, importID)
	if err != nil {
		return err
	}
	faces, err := facesOf(ctx, tx, v.Space, importID)
	if err != nil {
		return err
	}
	// Values that this import gave to people of others.
	for _, field := range sourced[1:] {
		if err := exec(`update person set `+field+` = '' where space = $1
			and id in (select person from person_field where space = $1 and import = $2 and field = $3)`,
			field); err != nil {
			return err
		}
	}
	for i := len(tables) - 1; i >= 0; i-- {
		t := tables[i]
		if column := t.Column(room.Import); column != "" && t.Name != "person" && t.Name != "organisation" {
			if err := exec(`delete from ` + t.Name + ` where space = $1 and ` + column + ` = $2`); err != nil {
				return err
			}
		}
	}
	if err := settlePhotos(ctx, tx, v.Space, faces...); err != nil {
		return err
	}
	held, err := s.heldFrom(ctx, tx, v.Space, importID)
	if err != nil {
		return err
	}
	brought, err := db.Values[id.ID](ctx, tx, `select id from person where space = $1 and import = $2 order by id`,
		v.Space, importID)
	if err != nil {
		return err
	}
	type heritage struct{ person, heir id.ID }
	var (
		goes  []id.ID
		heirs []heritage
	)
	for _, person := range brought {
		heir, ok := held[person]
		switch {
		case !ok:
			goes = append(goes, person)
		case !heir.IsZero():
			heirs = append(heirs, heritage{person, heir})
		}
	}
	for _, chunk := range db.Chunks(goes) {
		in, args := db.In(2, chunk)
		if _, err := tx.ExecContext(ctx, `delete from person where space = $1 and id in (`+in+`)`,
			append([]any{v.Space}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	for _, field := range sourced[1:] {
		if err := exec(`update person set `+field+` = '' where space = $1 and import = $2
			and not exists (select 1 from person_field f where f.space = person.space and f.person = person.id
			and f.field = $3)`, field); err != nil {
			return err
		}
	}
	for _, h := range heirs {
		if err := exec(`update person set import = $3 where space = $1 and import = $2 and id = $4`,
			h.heir, h.person); err != nil {
			return err
		}
	}
	if err := exec(`update person set import = $3 where space = $1 and import = $2`, id.Zero); err != nil {
		return err
	}
	if err := exec(`delete from organisation where space = $1 and import = $2
		and not exists (select 1 from person_role r
		where r.space = organisation.space and r.organisation = organisation.id)`); err != nil {
		return err
	}
	// The others are whose roles are in them: of the one import, or of a human.
	if err := exec(`update organisation set import = coalesce((select r.import from person_role r
		where r.space = organisation.space
		and r.organisation = organisation.id order by r.import limit 1), $3)
		where space = $1 and import = $2`, id.Zero); err != nil {
		return err
	}
	return ReindexPeople(ctx, tx, v.Space, touched)
}

// personsOfImport returns the people whom an import brought or gave anything by which they are found.
func (s *Store) personsOfImport(ctx context.Context, tx *db.Tx, space, importID id.ID) ([]id.ID, error) {
	return db.Values[id.ID](ctx, tx, `select id from person where space = $1 and import = $2
		union select person from person_field where space = $1 and import = $2
		union select person from identifier where space = $1 and import = $2
		union select person from person_tag where space = $1 and import = $2
		union select person from person_role where space = $1 and import = $2`, space, importID)
}

// heldFrom returns the people of an import for whom something stays: a row of any room names them, or they are who
// somebody else was found to be. With each is the other import that brought what stays; none when nothing of it came
// with an import.
func (s *Store) heldFrom(ctx context.Context, tx *db.Tx, space, importID id.ID) (map[id.ID]id.ID, error) {
	held := map[id.ID]id.ID{}
	tables := s.Tables()
	for _, t := range tables {
		brought, join := "p.merged", "" // no import has the id of a person, or of none
		if column := t.Column(room.Import); column != "" {
			brought, join = "t."+column, ""
		} else if parent, ok := room.Find(tables, t.Parent); ok && parent.Name != "person" &&
			parent.Column(room.Import) != "" {
			brought = "k." + parent.Column(room.Import)
			join = " join " + parent.Name + " k on k.space = t.space and k." + parent.Column(room.Key) +
				" = t." + t.ParentColumn
		}
		for _, c := range t.All(room.Person) {
			if !c.Holds {
				continue
			}
			found, err := db.Select[struct{ ID, Brought id.ID }](ctx, tx,
				`select distinct p.id, `+brought+` as brought from `+t.Name+` t
				join person p on p.space = t.space and p.id = t.`+c.Name+join+` where t.space = $1 and p.import = $2
				order by p.id, brought`, space, importID)
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				if brought == "p.merged" {
					f.Brought = id.Zero
				}
				if held[f.ID].IsZero() {
					held[f.ID] = f.Brought
				}
			}
		}
	}
	merged, err := db.Select[struct {
		ID     id.ID
		Merged id.ID
		Import id.ID
	}](ctx, tx, `select a.id, a.merged, a.import from person a join person k on k.space = a.space and k.id = a.merged
		where a.space = $1 and k.import = $2`,
		space, importID)
	if err != nil {
		return nil, err
	}
	for _, m := range merged {
		heir, ok := held[m.ID]
		if m.Import != importID {
			heir, ok = m.Import, true
		}
		if ok && held[m.Merged].IsZero() {
			held[m.Merged] = heir
		}
	}
	return held, nil
}
