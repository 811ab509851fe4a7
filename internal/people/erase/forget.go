package erase

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// forgetRows applies the rule of each column with a person, in the last table first, and counts the rows that went.
func forgetRows(
	ctx context.Context, tx *db.Tx, space id.ID, people []id.ID, tables []room.Table, removed map[string]int,
) error {
	for i := len(tables) - 1; i >= 0; i-- {
		for _, c := range tables[i].All(room.Person) {
			in, args := db.In(3, people)
			statement, arguments := `update `+tables[i].Name+` set `+c.Name+` = $2 where space = $1 and `+
				c.Name+` in (`+in+`)`,
				append([]any{space, id.Zero}, args...)
			if c.Rule == room.Goes {
				in, args = db.In(2, people)
				statement, arguments = `delete from `+tables[i].Name+` where space = $1 and `+c.Name+` in (`+in+`)`,
					append([]any{space}, args...)
			}
			n, err := db.Exec(ctx, tx, statement, arguments...)
			if err != nil {
				return err
			}
			if c.Rule == room.Goes {
				removed[tables[i].Name] += int(n)
			}
		}
	}
	return nil
}

// forget removes people and the rows in which they are named, by the rule of each column of every room, and returns how
// many rows of each table went. What is derived is left out of a preview, which counts none of it.
func (s *Service) forget(
	ctx context.Context, tx *db.Tx, space id.ID, people []id.ID, preview bool,
) (map[string]int, error) {
	removed := map[string]int{}
	for _, r := range s.Rooms() {
		if r.Forget == nil {
			continue
		}
		n, err := r.Forget(ctx, tx, space, people)
		if err != nil {
			return nil, err
		}
		removed[r.Tables[0].Name] += int(n)
	}
	var kept, derived []room.Table
	for _, t := range s.Tables() {
		if t.Derived {
			derived = append(derived, t)
		} else {
			kept = append(kept, t)
		}
	}
	if err := forgetRows(ctx, tx, space, people, kept, removed); err != nil {
		return nil, err
	}
	in, args := db.In(2, people)
	n, err := db.Exec(ctx, tx, `delete from person where space = $1 and id in (`+in+`)`,
		append([]any{space}, args...)...)
	if err != nil {
		return nil, err
	}
	removed["person"] += int(n)
	if preview {
		return removed, nil
	}
	// Persons first, ties then: an import locks in this order too.
	if _, err := tie.Hold(ctx, tx, space, id.New()); err != nil {
		return nil, err
	}
	return removed, forgetRows(ctx, tx, space, people, derived, removed)
}
