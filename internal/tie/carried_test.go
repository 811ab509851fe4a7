package tie

import (
	"context"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/scope"
)

// from is a tie of two of the people that was worked out elsewhere: so many contacts of each other day, the last of
// them so many days ago, each of one.
func (l *ledger) from(brings id.ID, one, other, contacts, daysAgo int) Carried {
	c := Carried{Person: l.people[one], Other: l.people[other], Owner: l.v.Member, Import: brings}
	for i := range contacts {
		c.Add(l.v.Now.AddDate(0, 0, -daysAgo-2*(contacts-1-i)).UnixMicro(), id.New(), 1, Sent)
	}
	return c
}

func (l *ledger) carry(by *Deriver, list ...Carried) (out []Became) {
	l.Helper()
	l.write(func(tx *db.Tx) (err error) {
		out, err = by.Carry(context.Background(), tx, list)
		return err
	})
	return out
}

func (l *ledger) settle() {
	l.Helper()
	if _, err := l.store.Settle(context.Background(), l.v.Space, l.v.Now); err != nil {
		l.Fatal(err)
	}
}

func (l *ledger) merge(kept, absorbed int) {
	l.write(func(tx *db.Tx) error {
		ctx := context.Background()
		if err := MarkMerged(ctx, tx, l.v.Space, l.people[kept], l.people[absorbed]); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and id = $2`,
			l.v.Space, l.people[absorbed], l.people[kept])
		return err
	})
	l.settle()
}

func (l *ledger) state(one, other int) State {
	l.Helper()
	states, err := l.store.TieStates(context.Background(), l.v, l.people[one], []id.ID{l.people[other]})
	if err != nil {
		l.Fatal(err)
	}
	return states[l.people[other]]
}

// A tie begins with what came from elsewhere, and evidence of before is in that.
func TestATieBeginsWithWhatCame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := newLedger(t, d, 3)
		brings := id.New()
		// Evidence that came earlier, on either side of it.
		l.add(NewDeriver(l.v.Space, l.v.Now), l.met(0, 1, 30), l.met(0, 1, 5))
		l.carry(NewDeriver(l.v.Space, l.v.Now), l.from(brings, 0, 1, 4, 20), l.from(brings, 2, 0, 3, 20))
		if l.due(0, 1) != 0 || l.due(0, 2) != -1 || l.interactions(0, 2) != 3 {
			t.Error("what is all that is known of a tie is the tie at once; where evidence follows it waits")
		}
		l.sound("before it is settled")
		l.settle()
		if l.interactions(0, 1) != 5 {
			t.Errorf("%d contacts, want 4 that came and 1 after that", l.interactions(0, 1))
		}
		// Seen from either side, by the formula.
		base := l.from(brings, 0, 1, 4, 20)
		near.Equal(t, "intensity", l.state(0, 1).IntensityAt(l.v.Now), base.IntensityAt(l.v.Now)+
			Decay(5*24*3600*1e6), 1e-12)
		one, other := l.state(0, 2), l.state(2, 0)
		if one.Received != one.Intensity || other.Sent != one.Intensity || one.Sent != 0 || other.Received != 0 {
			t.Errorf("%+v %+v", one, other)
		}
		// Evidence that comes later, on either side of it.
		l.add(NewDeriver(l.v.Space, l.v.Now), l.met(0, 1, 21), l.met(0, 1, 19), l.met(0, 2, 2))
		l.settle()
		if l.interactions(0, 1) != 6 || l.interactions(0, 2) != 4 {
			t.Errorf("%d and %d contacts", l.interactions(0, 1), l.interactions(0, 2))
		}
		l.sound("settled")
	})
}

// Of one origin the newest counts, and older ones are told; others are added to it.
func TestTheNewestOfOneOriginCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		l := newLedger(t, d, 3)
		days := []id.ID{id.New(), id.New(), id.New(), id.New()}
		by := NewDeriver(l.v.Space, l.v.Now)
		for i, c := range []struct {
			day, contacts, ago int
			want               Became
			there              int
		}{
			{0, 4, 20, Fresh, 4},
			{0, 4, 20, Same, 4},
			{1, 4, 20, Same, 4},
			{1, 5, 10, Fresh, 5},
			{2, 3, 15, Older, 5},
			{2, 6, 5, Fresh, 6},
			{3, 7, 1, Fresh, 7},
		} {
			one := l.from(days[c.day], 0, 1, c.contacts, c.ago)
			judged, err := JudgeCarried(ctx, d, l.v.Space, []Carried{one})
			if became := l.carry(by, one); err != nil || became[0] != c.want || judged[0] != c.want {
				t.Errorf("%d: %v, judged %v, want %v: %v", i, became, judged, c.want, err)
			}
			if l.interactions(0, 1) != c.there || l.due(0, 1) != -1 {
				t.Errorf("%d: %d contacts, want %d", i, l.interactions(0, 1), c.there)
			}
			l.sound("day after day")
		}
		// The newest and the one before it are kept.
		left, err := db.Values[id.ID](ctx, d, `select import from tie_carried where space = $1 order by as_of`, l.v.Space)
		if err != nil || len(left) != 2 || left[0] != days[2] || left[1] != days[3] {
			t.Errorf("%d are kept: %v", len(left), err)
		}
		elsewhere := l.from(days[3], 0, 1, 2, 100)
		elsewhere.Origin = l.people[2]
		if became := l.carry(by, elsewhere); became[0] != Fresh || l.interactions(0, 1) != 9 {
			t.Errorf("%v, %d contacts of two origins", became, l.interactions(0, 1))
		}
		l.sound("two origins")
		// In one list, the same pair more than once and either way round.
		twice := []Carried{
			l.from(days[0], 0, 2, 1, 50), l.from(days[0], 2, 0, 3, 40), l.from(days[0], 0, 2, 2, 45),
			l.from(days[0], 0, 2, 3, 40),
		}
		if became := l.carry(by, twice...); became[0] != Fresh || became[1] != Fresh || became[2] != Older ||
			became[3] != Same || l.interactions(0, 2) != 3 {
			t.Errorf("%v, %d contacts", became, l.interactions(0, 2))
		}
		l.sound("one list")
	})
}

// Who may see a tie is said by the newest file too.
func TestACarriedTieIsAsSharedAsTheNewest(t *testing.T) {
	d := dbtest.SQLite(t)
	l := newLedger(t, d, 2)
	by := NewDeriver(l.v.Space, l.v.Now)
	shared := l.from(id.New(), 0, 1, 4, 20)
	shared.Visibility = scope.Space
	l.carry(by, shared)
	if l.interactions(0, 1) != 0 || l.state(0, 1).Interactions != 4 {
		t.Errorf("a shared tie is kept as %+v", l.state(0, 1))
	}
	l.carry(by, l.from(id.New(), 0, 1, 5, 10))
	l.settle()
	if l.interactions(0, 1) != 5 || l.state(0, 1).Interactions != 5 {
		t.Errorf("the newest is private: %+v", l.state(0, 1))
	}
	l.sound("no longer shared")
}

// Ties of one person under two names are put together, and one between the two names is none.
func TestCarriedTiesOfTwoNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		l := newLedger(t, d, 4)
		by := NewDeriver(l.v.Space, l.v.Now)
		brings := id.New()
		l.carry(by, l.from(brings, 0, 1, 4, 20), l.from(brings, 0, 2, 3, 50), l.from(brings, 1, 2, 2, 20))
		l.merge(1, 2)
		if l.interactions(0, 1) != 7 || l.interactions(0, 2) != 0 || l.interactions(1, 2) != 0 {
			t.Errorf("%d contacts of one under two names", l.interactions(0, 1))
		}
		l.sound("merged")
		// A newer one of one name is not all that is known of the two, though it is newer than all of it.
		l.carry(by, l.from(id.New(), 0, 1, 5, 1), l.from(brings, 3, 2, 2, 9))
		l.sound("while it waits")
		l.settle()
		if l.interactions(0, 1) != 8 || l.interactions(1, 3) != 2 {
			t.Errorf("%d contacts, want 5 and 3", l.interactions(0, 1))
		}
		l.sound("newer under one name")
		// Apart again.
		l.write(func(tx *db.Tx) error {
			if err := MarkMerged(ctx, tx, l.v.Space, l.people[1], l.people[2]); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and id = $2`,
				l.v.Space, l.people[2], id.Zero); err != nil {
				return err
			}
			return MarkTiesOf(ctx, tx, l.v.Space, []id.ID{l.people[2]})
		})
		l.settle()
		if l.interactions(0, 1) != 5 || l.interactions(0, 2) != 3 || l.interactions(1, 2) != 2 ||
			l.interactions(2, 3) != 2 || l.interactions(1, 3) != 0 {
			t.Errorf("apart again: %d, %d, %d, %d", l.interactions(0, 1), l.interactions(0, 2), l.interactions(1, 2),
				l.interactions(2, 3))
		}
		l.sound("apart again")
	})
}

// A tie that is missing although it came from elsewhere is found by every check.
func TestAMissingCarriedTieIsFound(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	l := newLedger(t, d, 3)
	l.carry(NewDeriver(l.v.Space, l.v.Now), l.from(id.New(), 0, 1, 4, 20))
	for _, statement := range []string{`update tie set peak = peak + 1`, `delete from tie`} {
		if _, err := d.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
		for _, all := range []bool{false, true} {
			if check, err := l.store.CheckTies(ctx, l.v.Space, l.v.Now, all); err != nil || check.Wrong == 0 {
				t.Errorf("%s is not found: %+v %v", statement, check, err)
			}
		}
		if _, err := l.store.Rebuild(ctx, l.v.Space, l.v.Now); err != nil {
			t.Fatal(err)
		}
		l.sound("rebuilt")
	}
}

// A view of the network is made anew when ties came from elsewhere.
func TestAViewNoticesWhatCame(t *testing.T) {
	d := dbtest.SQLite(t)
	l := newLedger(t, d, 3)
	mark := func() string {
		out, err := l.store.evidenceMark(db.Afresh(context.Background()), l.v)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	by, brings, before := NewDeriver(l.v.Space, l.v.Now), id.New(), mark()
	for i := range 2 {
		l.carry(by, l.from(brings, 0, 1+i, 4, 20))
		if after := mark(); after == before {
			t.Errorf("%d: nothing was noticed", i)
		} else {
			before = after
		}
	}
}
