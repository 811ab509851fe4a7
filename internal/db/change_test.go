package db_test

import (
	"context"
	"slices"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
)

// When rows of a table go with those of another, whoever deletes these is counted for both.
func TestRowsThatGoAlongAreCounted(t *testing.T) {
	watched := db.Watched()
	d := dbtest.SQLite(t)
	rows, err := db.Select[struct{ Below, Above string }](context.Background(), d, `select m.name as below,
		f."table" as above from sqlite_schema m join pragma_foreign_key_list(m.name) f
		where m.type = 'table' and f.on_delete = 'CASCADE' order by m.name, f.id`)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, r := range rows {
		if _, counted := watched[r.Below]; !counted {
			continue
		}
		looked++
		if below, counted := watched[r.Above]; !counted {
			t.Errorf("rows of %s go with those of %s, of which no changes are counted", r.Below, r.Above)
		} else if !slices.Contains(below, r.Below) {
			t.Errorf("rows of %s go with those of %s, which does not say so", r.Below, r.Above)
		}
	}
	if looked < 5 {
		t.Errorf("only %d references were looked at", looked)
	}
}
