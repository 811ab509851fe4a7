package db_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/db"
)

// A chart of the time before charts had days is there afterwards: each line holds since the day on which it was
// loaded, without an end, of no organisation; and that day is known as the day of a chart.
func TestOldChartsGetTime(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "gave.db")
	const person = `insert into person (space, id, owner, visibility, name, given, particle, family, prefix, suffix,
		nickname, sort_key, organisation, title, place, merged, rest, import, created, updated) values
		(x'01', %, x'0a', 0, 'A', '', '', '', '', '', '', 'a', '', '', '', x'', '', x'', 1, 1);`
	const day = 86_400_000_000
	fill := `insert into space (id, name, purpose, created) values (x'01', 'before', 'private', 1);`
	for _, id := range []string{"x'b1'", "x'b2'", "x'b3'"} {
		fill += strings.ReplaceAll(person, "%", id)
	}
	fill += `insert into chart_position (space, owner, person, manager, level, department, title, at) values
		(x'01', x'0a', x'b1', x'', 1, 'Board', 'Director', 1700000000000000),
		(x'01', x'0a', x'b2', x'b1', 2, 'IT', 'Programmer', 1700000000000000),
		(x'01', x'0c', x'b3', x'', 0, '', 'Clerk', 0);`
	if err := db.MakeAt(ctx, path, 63, fill); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	type line struct {
		Owner, Person, Manager          []byte
		Since, Until, Level, At         int64
		Department, Title, Organisation string
	}
	got, err := db.Select[line](ctx, d, `select owner, person, manager, since, until, level, at, department, title,
		organisation from chart_position order by person`)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d lines, %v", len(got), err)
	}
	want := []line{
		{[]byte{10}, []byte{0xb1}, nil, 1700000000000000 / day, 0, 1, 1700000000000000, "Board", "Director", ""},
		{
			[]byte{10},
			[]byte{0xb2},
			[]byte{0xb1},
			1700000000000000 / day, 0, 2, 1700000000000000, "IT", "Programmer",
			"",
		},
		{[]byte{12}, []byte{0xb3}, nil, 0, 0, 0, 0, "", "Clerk", ""},
	}
	for i, w := range want {
		g := got[i]
		if string(g.Owner) != string(w.Owner) || string(g.Person) != string(w.Person) ||
			string(g.Manager) != string(w.Manager) || g.Since != w.Since || g.Until != w.Until || g.Level != w.Level ||
			g.At != w.At || g.Department != w.Department || g.Title != w.Title || g.Organisation != w.Organisation {
			t.Errorf("line %d is %+v, want %+v", i, g, w)
		}
	}
	days, err := db.Values[int64](ctx, d, `select day from chart_day where organisation = '' order by day`)
	if err != nil || len(days) != 2 || days[0] != 0 || days[1] != 1700000000000000/day {
		t.Errorf("the days of charts are %v, %v", days, err)
	}
	// What goes with somebody still goes with them.
	if _, err := d.ExecContext(ctx, `delete from person where id = $1`, []byte{0xb2}); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Value[int](ctx, d, `select count(*) from chart_position`); err != nil || n != 2 {
		t.Errorf("%d lines are left, %v", n, err)
	}
}
