package today_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/today"
)

// Whatever is proposed: seven moves at most, nobody twice, the same day from the same moves in any order, and not all
// of one kind.
func TestPickIsShortVariedAndStable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	people := make([]id.ID, 12)
	for i := range people {
		people[i] = id.New()
	}
	for range 300 {
		var moves []move.Move
		for i := range random.IntN(60) {
			m := move.Move{
				Key: fmt.Sprint(i), Kind: fmt.Sprint(random.IntN(4)), Principle: fmt.Sprint(random.IntN(3)),
				Value: random.Float64(), EffortMinutes: random.IntN(60),
			}
			for range random.IntN(3) {
				m.People = append(m.People, move.Person{ID: people[random.IntN(len(people))]})
			}
			moves = append(moves, m)
		}
		picked := today.Pick(moves, today.Most)
		if len(picked) > today.Most || len(moves) > 0 && len(picked) == 0 {
			t.Fatalf("%d of %d moves", len(picked), len(moves))
		}
		met := map[id.ID]bool{}
		for _, m := range picked {
			mine := map[id.ID]bool{}
			for _, p := range m.People {
				if met[p.ID] {
					t.Fatal("somebody comes twice")
				}
				mine[p.ID] = true
			}
			for p := range mine {
				met[p] = true
			}
		}
		random.Shuffle(len(moves), func(i, j int) { moves[i], moves[j] = moves[j], moves[i] })
		again := today.Pick(moves, today.Most)
		for i := range picked {
			if picked[i].Key != again[i].Key {
				t.Fatal("the day depends on the order of the proposals")
			}
		}
	}
	var moves []move.Move
	for i := range 30 {
		moves = append(moves, move.Move{Key: fmt.Sprint("a", i), Kind: "drift", Principle: "goodwill", Value: 0.9})
	}
	moves = append(moves, move.Move{Key: "z", Kind: "dormant", Principle: "horizon", Value: 0.4})
	kinds := map[string]int{}
	for _, m := range today.Pick(moves, today.Most) {
		kinds[m.Kind]++
	}
	if kinds["dormant"] != 1 {
		t.Errorf("thirty of a kind crowd out the other: %v", kinds)
	}
}

// fixed proposes the same moves each day.
type fixed []move.Move

func (f fixed) Propose(context.Context, op.Viewer) ([]move.Move, error) { return f, nil }

func TestAnswersAreRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		other := peopletest.Viewer(t, d, v.Space, "other", op.Member)
		s := today.NewService(d, func(context.Context, op.Viewer) error { return nil }, nil)
		s.SetRooms([]room.Room{{Proposer: fixed{
			{Key: "a", Value: 0.9}, {Key: "b", Value: 0.8}, {Key: "c", Value: 0.7}, {Key: "d", Value: 0.6},
		}}})
		keys := func(v op.Viewer) string {
			moves, err := s.Today(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, m := range moves {
				out += m.Key
			}
			return out
		}
		for key, answer := range map[string]string{"a": today.Done, "b": today.Later, "c": today.Never} {
			if err := s.Answer(ctx, v, key, answer); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Answer(ctx, v, "d", "perhaps"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("an unknown answer: %v", err)
		}
		if got := keys(v); got != "d" {
			t.Errorf("after the answers the day is %q, want d", got)
		}
		if got := keys(other); len(got) != 4 {
			t.Errorf("the day of another member is %q: the answers are not theirs", got)
		}
		week, month := v, v
		week.Now, month.Now = v.Now.Add(8*24*time.Hour), v.Now.Add(31*24*time.Hour)
		if got := keys(week); got != "bd" {
			t.Errorf("a week later the day is %q, want b and d", got)
		}
		if got := keys(month); got != "abd" {
			t.Errorf("a month later the day is %q, want all but the one that was never wanted", got)
		}
	})
}
