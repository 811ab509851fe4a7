package db_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// house is a space of a database to which ties are written.
type house struct {
	t     *testing.T
	d     *db.DB
	space id.ID
}

const putTies = `insert into tie (space, owner, person, other, intensity, sent, received, peak, as_of,
	last_interaction, first_contact, interactions, rank)`

// put writes ties of people with one other, each row anew or again.
func (h house) put(q db.Queryer, other id.ID, people ...id.ID) error {
	var args []any
	for _, person := range people {
		args = append(args, h.space, id.Zero, person, other, 1.0, 0.0, 0.0, 1.0, 1, id.Zero, 1, 1, 0.0)
	}
	return db.InsertMany(context.Background(), q, putTies, 13, args,
		"on conflict (space, owner, person, other) do update set intensity = excluded.intensity")
}

func (h house) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Write(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

// change reports what is told of the ties and the notes of the space since the last time.
func (h house) change() (change db.Change, told bool) {
	h.t.Helper()
	if _, err := db.Keep(context.Background(), h.d, db.For{Space: h.space, What: "test"}, []string{"tie", "note"},
		func(_ context.Context, n int, c db.Change) (int, error) {
			change, told = c, true
			return n + 1, nil
		}); err != nil {
		h.t.Fatal(err)
	}
	return change, told
}

// Of a few rows that were written it is told which; of many, of what was changed or deleted, and of what happened long
// ago it is told that they are not known.
func TestWhichRowsChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := house{t, d, id.New()}
		elsewhere := house{t, d, id.New()}
		if c, told := h.change(); !told || c.Added() {
			t.Error("what was never read is told to be there")
		}
		if _, told := h.change(); told {
			t.Error("a change without any")
		}
		other := id.New()
		some := func(n int) (out []id.ID) {
			for range n {
				out = append(out, id.New())
			}
			return out
		}
		want := func(when string, people []id.ID, known bool) {
			t.Helper()
			c, told := h.change()
			rows, ok := c.Rows("tie")
			if !told || ok != known {
				t.Errorf("%s: told %v, rows %d, known %v", when, told, len(rows), ok)
			}
			if notes, ok := c.Rows("note"); !ok || len(notes) > 0 {
				t.Errorf("%s: notes %v, known %v", when, notes, ok)
			}
			if !known {
				return
			}
			var got []id.ID
			for _, row := range rows {
				if len(row) != 2 || row[1] != other {
					t.Errorf("%s: %v", when, row)
				}
				got = append(got, row[0])
			}
			slices.SortFunc(got, id.ID.Compare)
			slices.SortFunc(people, id.ID.Compare)
			if got = slices.Compact(got); !slices.Equal(got, people) {
				t.Errorf("%s: %v, want %v", when, got, people)
			}
		}
		first, second := some(3), some(2)
		h.write(func(tx *db.Tx) error { return h.put(tx, other, first...) })
		h.write(func(tx *db.Tx) error { return elsewhere.put(tx, other, some(1)...) })
		h.write(func(tx *db.Tx) error { return h.put(tx, other, second...) })
		want("two transactions", slices.Concat(first, second), true)
		h.write(func(tx *db.Tx) error { return h.put(tx, other, first...) })
		want("written again", slices.Clone(first), true)

		stop := errors.New("stop")
		h.write(func(tx *db.Tx) error {
			if err := h.put(tx, other, second...); err != nil {
				return err
			}
			return tx.Nested(ctx, func(tx *db.Tx) error {
				if err := h.put(tx, other, some(5)...); err != nil {
					return err
				}
				return stop
			})
		})
		want("a part taken back", slices.Clone(second), true)
		for name, statement := range map[string]string{
			"updated": `update tie set rank = 2 where space = $1 and other = $2`,
			"deleted": `delete from tie where space = $1 and other = $2 and rank > 5`,
			"copied": `insert into tie select space, owner, other, person, intensity, sent, received, peak, as_of,
				last_interaction, first_contact, interactions, rank from tie where space = $1 and other = $2`,
		} {
			h.write(func(tx *db.Tx) error {
				if err := h.put(tx, other, first...); err != nil {
					return err
				}
				_, err := tx.ExecContext(ctx, statement, h.space, other)
				return err
			})
			want(name, nil, false)
			h.write(func(tx *db.Tx) error { return h.put(tx, other, first...) })
			want("after it was "+name, slices.Clone(first), true)
		}
		for _, n := range []int{db.MostNamed, db.MostNamed + 1, 500} {
			many := some(n)
			h.write(func(tx *db.Tx) error { return h.put(tx, other, many...) })
			want(fmt.Sprint(n, " rows"), many, n <= db.MostNamed)
		}
		var late []id.ID
		for range db.NamesKept {
			late = append(late, id.New())
			h.write(func(tx *db.Tx) error { return h.put(tx, other, late[len(late)-1]) })
		}
		want("as many transactions as are remembered", late, true)
		for range db.NamesKept + 1 {
			h.write(func(tx *db.Tx) error { return h.put(tx, other, first[0]) })
		}
		want("more than are remembered", nil, false)
		if n, err := db.Value[int](ctx, d, `select count(*) from change_row where space = $1`, h.space); err != nil ||
			n > 2*db.NamesKept {
			t.Errorf("%d names are kept, %v", n, err)
		}
		h.write(func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `delete from tie where space = $1`, h.space)
			return err
		})
		if n, err := db.Value[int](ctx, d, `select count(*) from change_row where space = $1`, h.space); err != nil ||
			n != 0 {
			t.Errorf("%d names of what is gone, %v", n, err)
		}
	})
}

// What is made for each key is made again only for those that changed, and for all when it is not known which did.
func TestKeepEach(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	h := house{t, d, id.New()}
	a, b, c := id.New(), id.New(), id.New()
	var asked []id.ID
	get := func(ctx context.Context, of func(string, db.RowKey) id.ID, keys ...id.ID) map[id.ID]int {
		t.Helper()
		asked = nil
		who := db.For{Space: h.space, What: fmt.Sprint("each", of == nil)}
		out, err := db.KeepEach(ctx, d, who, []string{"tie"}, of, keys,
			func(ctx context.Context, keys []id.ID) (map[id.ID]int, error) {
				asked = keys
				out := map[id.ID]int{}
				for _, key := range keys {
					n, err := db.Value[int](ctx, d, `select count(*) from tie where space = $1 and person = $2`,
						h.space, key)
					if err != nil {
						return nil, err
					}
					out[key] = n
				}
				return out, nil
			})
		if err != nil || len(out) != len(keys) {
			t.Fatal(out, err)
		}
		return out
	}
	person := func(_ string, row db.RowKey) id.ID { return row[0] }
	want := func(when string, got map[id.ID]int, n map[id.ID]int, read ...id.ID) {
		t.Helper()
		for key, n := range n {
			if got[key] != n {
				t.Errorf("%s: %d, want %d", when, got[key], n)
			}
		}
		if !slices.Equal(asked, read) {
			t.Errorf("%s: read %d, want %d", when, len(asked), len(read))
		}
	}
	want("at first", get(ctx, person, a, b), map[id.ID]int{a: 0, b: 0}, a, b)
	want("one more", get(ctx, person, a, c), map[id.ID]int{a: 0, c: 0}, c)
	h.write(func(tx *db.Tx) error { return h.put(tx, id.New(), a) })
	want("one changed", get(ctx, person, a, b, c), map[id.ID]int{a: 1, b: 0, c: 0}, a)
	stop := errors.New("stop")
	if err := d.Serial(ctx, h.space, id.New(), func(ctx context.Context) error {
		if err := d.Write(ctx, func(tx *db.Tx) error { return h.put(tx, id.New(), b) }); err != nil {
			return err
		}
		want("within a transaction", get(ctx, person, a, b), map[id.ID]int{a: 1, b: 1}, a, b)
		return stop
	}); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	want("taken back", get(ctx, person, a, b), map[id.ID]int{a: 1, b: 0})
	h.write(func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `delete from tie where space = $1 and person = $2`, h.space, a)
		return err
	})
	want("deleted", get(ctx, person, a, b), map[id.ID]int{a: 0, b: 0}, a, b)
	want("all at once", get(ctx, nil, a, b), map[id.ID]int{a: 0, b: 0}, a, b)
	h.write(func(tx *db.Tx) error { return h.put(tx, id.New(), a) })
	want("all again", get(ctx, nil, a, b), map[id.ID]int{a: 1, b: 0}, a, b)
}

// A list that is kept is after any writes what is read anew, also when it has only the last rows.
func TestKeepList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := house{t, d, id.New()}
		random := rand.New(rand.NewPCG(3, 4))
		type row struct {
			Person    id.ID
			Intensity float64
		}
		compare := func(a, b row) int {
			return cmp.Or(cmp.Compare(a.Intensity, b.Intensity), a.Person.Compare(b.Person))
		}
		other := id.New()
		var people []id.ID
		whole, some := 0, 0
		read := func(ctx context.Context, keys map[id.ID]bool) ([]row, error) {
			rows, err := db.Select[row](ctx, d, `select person, intensity from tie where space = $1 and other = $2`,
				h.space, other)
			if whole++; keys != nil {
				whole, some = whole-1, some+1
				rows = slices.DeleteFunc(rows, func(r row) bool { return !keys[r.Person] })
			}
			return rows, err
		}
		for round := range 300 {
			h.write(func(tx *db.Tx) error {
				for range 1 + random.IntN(3) {
					switch n := random.IntN(20); {
					case n == 0 && len(people) > 0:
						at := random.IntN(len(people))
						_, err := tx.ExecContext(ctx, `delete from tie where space = $1 and person = $2`,
							h.space, people[at])
						if people = slices.Delete(people, at, at+1); err != nil {
							return err
						}
						continue
					case n < 10 || len(people) == 0:
						people = append(people, id.New())
					}
					to := other
					if random.IntN(10) == 0 {
						to = id.New()
					}
					if _, err := tx.ExecContext(ctx, putTies+` values ($1, $2, $3, $4, $5, 0, 0, 1, 1, $2, 1, 1, 0)
						on conflict (space, owner, person, other) do update set intensity = excluded.intensity`, h.space,
						id.Zero, people[random.IntN(len(people))], to, float64(random.IntN(30))); err != nil {
						return err
					}
				}
				return nil
			})
			for _, most := range []int{0, 20} {
				got, err := db.KeepList(ctx, d, db.For{Space: h.space, What: fmt.Sprint("list", most)},
					db.List[id.ID, row]{
						Tables: []string{"tie"},
						Key:    func(_ string, row db.RowKey) (id.ID, bool) { return row[0], row[1] == other },
						Of:     func(r row) id.ID { return r.Person }, Compare: compare, Read: read, Most: most,
					})
				if err != nil {
					t.Fatal(err)
				}
				want, err := read(ctx, nil)
				whole--
				if slices.SortFunc(want, compare); most > 0 {
					want = want[max(0, len(want)-most):]
				}
				if err != nil || !slices.Equal(got, want) {
					t.Fatalf("round %d, most %d: %v, want %v, %v", round, most, got, want, err)
				}
			}
		}
		if some < whole {
			t.Errorf("read %d times in part, %d times as a whole", some, whole)
		}
	})
}

// What is kept takes no more than it may: what was not used for longest goes first, and what is too large is not kept.
func TestKeptIsBounded(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	const size = 100_000
	defer db.BoundKept(3*size + size/2)()
	made := ""
	get := func(what string, n int) {
		t.Helper()
		if _, err := db.Keep(ctx, d, db.For{What: what}, []string{"tie"},
			func(context.Context, []string, db.Change) ([]string, error) {
				made += what
				return []string{strings.Repeat("x", n/2), strings.Repeat("y", n/2)}, nil
			}); err != nil {
			t.Fatal(err)
		}
		if kept := db.Kept(d); kept > 3*size+size/2 || kept < 0 {
			t.Errorf("%d bytes are kept", kept)
		}
	}
	for _, what := range strings.Split("abcabcadbad", "") {
		get(what, size)
	}
	// d drives out b, which was used before c and a; b drives out c.
	if made != "abcdb" {
		t.Errorf("made %s", made)
	}
	made = ""
	get("e", 10*size)
	get("e", 10*size)
	get("f", size)
	get("f", size)
	if made != "eef" {
		t.Errorf("made %s; what is too large was kept, or keeps others out", made)
	}
	key := func(string, db.RowKey) int { return 0 }
	for i := range 8 { // what grows is bounded too
		if _, err := db.KeepEach(ctx, d, db.For{What: "g"}, []string{"tie"}, key, []int{i},
			func(context.Context, []int) (map[int]string, error) {
				return map[int]string{i: strings.Repeat("z", size)}, nil
			}); err != nil {
			t.Fatal(err)
		}
		if kept := db.Kept(d); kept > 3*size+size/2 {
			t.Errorf("%d bytes are kept after %d", kept, i)
		}
	}
	d.Drop()
	if kept := db.Kept(d); kept != 0 {
		t.Errorf("%d bytes are kept of nothing", kept)
	}
}

// The estimate is near what values take.
func TestSizeOf(t *testing.T) {
	type part struct {
		name string
		next *part
	}
	names := map[id.ID][]string{}
	for range 10_000 {
		names[id.New()] = []string{strings.Repeat("n", 100)}
	}
	loop := &part{name: strings.Repeat("l", 1000)}
	loop.next = loop
	for _, c := range []struct {
		name        string
		value       any
		least, most int64
	}{
		{"nothing", nil, 0, 0},
		{"a number", 7, 8, 8},
		{"text", strings.Repeat("x", 1000), 1000, 1050},
		{"numbers", make([]int64, 1000), 8000, 8100},
		{"a map", names, 1_400_000, 2_500_000},
		{"a loop", loop, 1000, 20_000},
	} {
		if got := db.SizeOf(c.value); got < c.least || got > c.most {
			t.Errorf("%s: %d bytes, want %d to %d", c.name, got, c.least, c.most)
		}
	}
}
