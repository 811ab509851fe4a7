package db_test

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// A request that reads looks once what changed, and again after it wrote itself; another request, and what must be no
// older than now, look by themselves.
func TestGlance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		space := id.New()
		if _, err := d.ExecContext(context.Background(), `insert into space (id, name, purpose, created)
			values ($1, 'test', 'professional', 1)`, space); err != nil {
			t.Fatal(err)
		}
		add := func(ctx context.Context) {
			t.Helper()
			row := db.Row{
				"space": space, "id": id.New(), "owner": space, "visibility": 0, "merged": id.Zero, "import": id.Zero,
				"created": 1, "updated": 1,
			}
			for _, column := range []string{
				"name", "given", "particle", "family", "prefix", "suffix", "nickname", "sort_key", "organisation",
				"title", "place", "rest",
			} {
				row[column] = ""
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := db.Insert(ctx, tx, "person", row, "")
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		people := func(ctx context.Context) int {
			t.Helper()
			n, err := db.Keep(ctx, d, db.For{Space: space, What: "people"}, []string{"person"},
				func(ctx context.Context, _ int, _ db.Change) (int, error) {
					return db.Value[int](ctx, d, `select count(*) from person where space = $1`, space)
				})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		request := db.Glance(context.Background())
		if n := people(request); n != 0 {
			t.Fatalf("%d people in nothing", n)
		}
		add(context.Background())
		if n := people(request); n != 0 {
			t.Errorf("a request sees %d people in the middle", n)
		}
		if n := people(db.Afresh(request)); n != 1 {
			t.Errorf("%d of 1 afresh", n)
		}
		add(context.Background())
		if n := people(db.Glance(context.Background())); n != 2 {
			t.Errorf("another request sees %d of 2", n)
		}
		add(request)
		if n := people(request); n != 3 {
			t.Errorf("a request that wrote sees %d of 3", n)
		}
	})
}
