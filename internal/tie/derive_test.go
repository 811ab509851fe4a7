package tie

import (
	"context"
	"errors"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// ledger is a space with some people, for deriving ties.
type ledger struct {
	*testing.T
	d      *db.DB
	store  *Store
	v      op.Viewer
	people []id.ID
}

func newLedger(t *testing.T, d *db.DB, persons int) *ledger {
	t.Helper()
	l := &ledger{T: t, d: d, store: NewStore(d)}
	l.v = op.Viewer{
		Space: id.New(), Member: id.New(), Now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC), Zone: time.UTC,
	}
	if _, err := d.ExecContext(context.Background(), `insert into space (id, name, purpose, created)
		values ($1, 'test', 'professional', 1)`,
		l.v.Space); err != nil {
		t.Fatal(err)
	}
	for range persons {
		l.people = append(l.people, id.New())
		l.write(func(tx *db.Tx) error {
			return insertPerson(tx, l.v.Space, l.v.Member, l.people[len(l.people)-1], id.Zero)
		})
	}
	return l
}

// insertPerson stores somebody of whom no more is known than that they are there, or who they were found to be.
func insertPerson(tx *db.Tx, space, owner, key, merged id.ID) error {
	row := db.Row{
		"space": space, "id": key, "owner": owner, "visibility": 0, "merged": merged, "import": id.Zero, "created": 1,
		"updated": 1,
	}
	for _, column := range []string{
		"name", "given", "particle", "family", "prefix", "suffix", "nickname", "sort_key", "organisation", "title",
		"place", "rest",
	} {
		row[column] = ""
	}
	_, err := db.Insert(context.Background(), tx, "person", row, "")
	return err
}

func (l *ledger) write(f func(tx *db.Tx) error) {
	l.Helper()
	if err := l.d.Write(context.Background(), f); err != nil {
		l.Fatal(err)
	}
}

// met is a meeting of two of the people, so many days ago.
func (l *ledger) met(one, other, daysAgo int) Interaction {
	return Interaction{
		ID: id.New(), Owner: l.v.Member, Medium: FaceToFace, Time: l.v.Now.AddDate(0, 0, -daysAgo).UnixMicro(),
		People: 2, Source: "test",
		External:     id.New(),
		Participants: []Participant{{Person: l.people[one], Role: From}, {Person: l.people[other], Role: To}},
	}
}

func (l *ledger) add(by *Deriver, list ...Interaction) {
	l.Helper()
	l.write(func(tx *db.Tx) error {
		fresh, err := AddInteractions(context.Background(), tx, l.v.Space, list)
		if err != nil {
			return err
		}
		return by.Add(context.Background(), tx, fresh)
	})
}

// sound says that no tie is other than its evidence says, marked ones apart.
func (l *ledger) sound(what string) {
	l.Helper()
	check, err := l.store.CheckTies(context.Background(), l.v.Space, l.v.Now, true)
	if err != nil || check.Wrong != 0 || check.Checked == 0 {
		l.Errorf("%s: %+v %v", what, check, err)
	}
}

// due returns when the tie of two people is to be looked at again; -1 when it is not marked.
func (l *ledger) due(one, other int) int64 {
	l.Helper()
	key := orderedPair(l.v.Member, l.people[one], l.people[other])
	found, err := db.Values[int64](context.Background(), l.d, `select due from tie_stale
		where space = $1 and owner = $2 and person = $3 and other = $4`,
		l.v.Space, key.owner, key.a, key.b)
	if err != nil {
		l.Fatal(err)
	}
	if len(found) == 0 {
		return -1
	}
	return found[0]
}

func (l *ledger) interactions(one, other int) int {
	l.Helper()
	n, err := db.Values[int](context.Background(), l.d, `select interactions from tie
		where space = $1 and owner = $2 and person = $3 and other = $4`,
		l.v.Space, l.v.Member, l.people[one], l.people[other])
	if err != nil {
		l.Fatal(err)
	}
	if len(n) == 0 {
		return 0
	}
	return n[0]
}

// A deriver that goes on over many transactions is right whatever others do between them, and what it remembers is used
// when nobody did.
func TestADeriverAmongOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		l := newLedger(t, d, 6)
		long := NewDeriver(l.v.Space, l.v.Now)
		l.add(long, l.met(0, 1, 300), l.met(2, 0, 290))
		l.sound("one batch")
		l.add(long, l.met(1, 0, 280), l.met(0, 2, 270))
		if l.interactions(0, 1) != 2 || l.interactions(1, 0) != 2 || l.interactions(2, 0) != 2 {
			t.Error("the second batch is not added to the first")
		}
		version := long.version
		l.add(long)
		if long.version != version {
			t.Error("nothing new holds the ties")
		}
		// Somebody else meets meanwhile.
		l.add(NewDeriver(l.v.Space, l.v.Now), l.met(0, 1, 200))
		l.add(long, l.met(0, 1, 100))
		if l.interactions(0, 1) != 4 {
			t.Errorf("%d of 4: what another wrote is written over", l.interactions(0, 1))
		}
		l.sound("among others")
		// A transaction that is rolled back leaves nothing behind.
		broken := errors.New("broken")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			fresh, err := AddInteractions(ctx, tx, l.v.Space, []Interaction{l.met(0, 1, 50)})
			if err == nil {
				err = long.Add(ctx, tx, fresh)
			}
			return errors.Join(err, broken)
		}); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		l.add(long, l.met(0, 1, 40))
		if l.interactions(0, 1) != 5 {
			t.Errorf("%d of 5 after a rollback", l.interactions(0, 1))
		}
		l.sound("after a rollback")
		// Late evidence is marked once, and again after it was settled.
		l.add(long, l.met(0, 1, 500))
		l.add(long, l.met(0, 1, 600))
		if l.due(0, 1) != 0 {
			t.Error("late evidence is not marked")
		}
		if n, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil || n != 1 || l.due(0, 1) != -1 ||
			l.interactions(0, 1) != 7 {
			t.Errorf("%d settled, %d interactions, %v", n, l.interactions(0, 1), err)
		}
		l.add(long, l.met(0, 1, 700))
		if l.due(0, 1) != 0 {
			t.Error("late evidence is not marked again")
		}
		if _, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil {
			t.Fatal(err)
		}
		// Two are found to be one; a deriver that remembers knows it, as does one that is told of a new record.
		l.write(func(tx *db.Tx) error {
			if err := MarkMerged(ctx, tx, l.v.Space, l.people[1], l.people[2]); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and id = $2`,
				l.v.Space, l.people[2], l.people[1])
			return err
		})
		if _, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil {
			t.Fatal(err)
		}
		l.add(long, l.met(0, 2, 20))
		if l.interactions(0, 2) != 0 || l.interactions(0, 1) != 11 {
			t.Errorf("%d and %d after a merge", l.interactions(0, 2), l.interactions(0, 1))
		}
		l.write(func(tx *db.Tx) error {
			record := id.New()
			l.people = append(l.people, record)
			if err := insertPerson(tx, l.v.Space, l.v.Member, record, l.people[1]); err != nil {
				return err
			}
			long.Join(record, l.people[2]) // who is one with 1
			return long.Add(ctx, tx, nil)
		})
		if long.version == version {
			t.Error("a join does not hold the ties")
		}
		l.add(long, l.met(0, 6, 10))
		if l.interactions(0, 1) != 12 {
			t.Errorf("%d of 12 after a join", l.interactions(0, 1))
		}
		NewDeriver(l.v.Space, l.v.Now).Join(l.people[3], l.people[4]) // before it knows anybody
		l.sound("after a join")
	})
}

// What a deriver remembers is bounded: beyond it is forgotten and asked again, to the same ties.
func TestADeriverForgets(t *testing.T) {
	d := dbtest.SQLite(t)
	defer func(before int) { rememberedTies = before }(rememberedTies)
	rememberedTies = 2
	l := newLedger(t, d, 5)
	long := NewDeriver(l.v.Space, l.v.Now)
	l.add(long, l.met(0, 1, 90), l.met(0, 2, 80))
	l.add(long, l.met(0, 3, 70))
	if len(long.states) != 3 {
		t.Errorf("%d ties are remembered of 3 where 2 may be", len(long.states))
	}
	l.add(long, l.met(0, 1, 60), l.met(0, 2, 500))
	if len(long.states) != 2 || len(long.marked) != 1 {
		t.Errorf("%d ties and %d marks are remembered", len(long.states), len(long.marked))
	}
	l.add(long, l.met(0, 4, 50))
	if len(long.states) != 1 || len(long.marked) != 0 {
		t.Errorf("%d ties and %d marks are remembered after both together were too many", len(long.states),
			len(long.marked))
	}
	l.sound("forgetful")
}

// What lies ahead waits for the first of it; what happens now has happened.
func TestEvidenceAheadWaitsForTheFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		l := newLedger(t, d, 4)
		at := func(days int) int64 { return l.v.Now.AddDate(0, 0, days).UnixMicro() }
		long := NewDeriver(l.v.Space, l.v.Now)
		l.add(long, l.met(0, 1, 0), l.met(0, 1, -5))
		if l.interactions(0, 1) != 1 || l.due(0, 1) != at(5) {
			t.Errorf("%d interactions, due %d", l.interactions(0, 1), l.due(0, 1))
		}
		l.add(long, l.met(0, 1, -9))
		if l.due(0, 1) != at(5) {
			t.Error("what comes later moves the mark")
		}
		l.add(long, l.met(0, 1, -2))
		if l.due(0, 1) != at(2) {
			t.Error("what comes sooner does not move the mark")
		}
		for day, want := range map[int]int{1: 1, 2: 2} {
			if _, err := l.store.Settle(ctx, l.v.Space, l.v.Now.AddDate(0, 0, day)); err != nil ||
				l.interactions(0, 1) < want {
				t.Errorf("day %d: %d interactions, %v", day, l.interactions(0, 1), err)
			}
		}
		if l.interactions(0, 1) != 2 || l.due(0, 1) != at(5) {
			t.Errorf("%d interactions, due %d", l.interactions(0, 1), l.due(0, 1))
		}
		if _, err := l.store.Rebuild(ctx, l.v.Space, l.v.Now.AddDate(0, 0, 5)); err != nil ||
			l.interactions(0, 1) != 3 || l.due(0, 1) != at(9) {
			t.Errorf("rebuilt: %d interactions, due %d, %v", l.interactions(0, 1), l.due(0, 1), err)
		}
	})
}

// A few stale ties are replayed one by one; of many in little evidence all are derived anew, which is told by how many
// were looked at.
func TestSettleReplaysFewAndRebuildsMany(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	l := newLedger(t, d, 60)
	var first []Interaction
	for other := 1; other < 60; other++ {
		first = append(first, l.met(0, other, 100))
	}
	l.add(NewDeriver(l.v.Space, l.v.Now), first...)
	late := func(n int) {
		var list []Interaction
		for other := 1; other <= n; other++ {
			list = append(list, l.met(0, other, 200))
		}
		l.add(NewDeriver(l.v.Space, l.v.Now), list...)
	}
	late(rebuildFrom)
	if n, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil || n != rebuildFrom {
		t.Errorf("%d looked at, want %d: %v", n, rebuildFrom, err)
	}
	l.sound("replayed")
	late(rebuildFrom + 1)
	if n, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil || n != 59 {
		t.Errorf("%d looked at, want all 59: %v", n, err)
	}
	l.sound("rebuilt")
	var much []Interaction
	for i := range 900 { // with these, evidence for 21 ties is not little any more: 21 times 40 is less
		much = append(much, l.met(0, 1+i%59, 50))
	}
	l.add(NewDeriver(l.v.Space, l.v.Now), much...)
	late(rebuildFrom + 1)
	if n, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil || n != rebuildFrom+1 {
		t.Errorf("%d looked at of much evidence, want %d: %v", n, rebuildFrom+1, err)
	}
	l.sound("much evidence")
	// Two owners at once: both are counted.
	l.write(func(tx *db.Tx) error {
		if err := MarkAllStale(ctx, tx, l.v.Space, l.v.Member); err != nil {
			return err
		}
		return MarkAllStale(ctx, tx, l.v.Space, id.Zero)
	})
	if n, err := l.store.Settle(ctx, l.v.Space, l.v.Now); err != nil || n != 59 {
		t.Errorf("%d looked at of two owners, %v", n, err)
	}
}
