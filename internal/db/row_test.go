package db_test

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

func TestRowsByTheNamesOfTheirColumns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		key, other := id.New(), id.New()
		for _, space := range []id.ID{key, other} {
			n, err := db.Insert(ctx, d, "space",
				db.Row{"purpose": "private", "id": space, "name": "before", "created": 1}, "")
			if n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		n, err := db.Insert(ctx, d, "space", db.Row{"id": key, "name": "again", "purpose": "private", "created": 2},
			"on conflict do nothing")
		if n != 0 || err != nil {
			t.Fatal(n, err)
		}
		n, err = db.Update(ctx, d, "space", db.Row{"name": "after", "created": db.Plus(41)},
			"id = $1 and purpose = $2", key, "private")
		if n != 1 || err != nil {
			t.Fatal(n, err)
		}
		for space, want := range map[id.ID]string{key: "after 42", other: "before 1"} {
			got, err := db.Value[string](ctx, d,
				`select name || ' ' || cast(created as text) from space where id = $1`, space)
			if got != want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		}
	})
}
