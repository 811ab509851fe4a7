package today_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
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
		picked := today.Pick(moves, nil, time.Time{}, today.Most)
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
		again := today.Pick(moves, nil, time.Time{}, today.Most)
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
	for _, m := range today.Pick(moves, nil, time.Time{}, today.Most) {
		kinds[m.Kind]++
	}
	if kinds["dormant"] != 1 {
		t.Errorf("thirty of a kind crowd out the other: %v", kinds)
	}
}

// What there is of a principle is spread over ten days, and what was done yesterday makes the rest wait; what presses
// does not wait. Somebody of whom there was a move rests a week, unless something came up since.
func TestPickKeepsPace(t *testing.T) {
	now := time.Date(2026, 5, 4, 7, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	anna, bram := id.New(), id.New()
	about := func(key string, person id.ID) move.Move {
		return move.Move{
			Key: key, Kind: "kind of " + key, Principle: "give", Value: 0.5, People: []move.Person{{ID: person}},
		}
	}
	of := func(n int) (out []move.Move) {
		for i := range n {
			out = append(out, about(fmt.Sprint(i), id.New()))
		}
		return out
	}
	since := func(m move.Move, days int) move.Move {
		at := ago(days)
		m.Evidence = []move.Evidence{{Time: &at}}
		return m
	}
	pressing := about("pressing", anna)
	pressing.Pressing = true
	done := func(days int, people ...id.ID) []today.Past {
		return []today.Past{{Principle: "give", Kind: "x", People: people, At: ago(days)}}
	}
	for _, c := range []struct {
		name  string
		moves []move.Move
		past  []today.Past
		want  int
	}{
		{"five, and none was ever done", of(5), nil, 1},
		{"five, the day after one", of(5), done(1), 0},
		{"five, two days after one", of(5), done(2), 1},
		{"one, nine days after one", of(1), done(9), 0},
		{"one, ten days after one", of(1), done(10), 1},
		{"twenty, the day after one", of(20), done(1), 2},
		{"two hundred", of(200), done(1), 2},
		{"one that presses, on the same day", []move.Move{pressing}, done(0, anna), 1},
		{"about the same person within a week", append(of(9), about("a", anna))[9:], done(6, anna), 0},
		{"about another", []move.Move{about("a", bram)}, done(11, anna), 1},
		{"about the same for what came up since", append(of(20), since(about("z", anna), 2)), done(6, anna), 2},
	} {
		if got := today.Pick(c.moves, c.past, now, today.Most); len(got) != c.want {
			t.Errorf("%s: %d moves, want %d", c.name, len(got), c.want)
		}
	}
	fresh, old := since(about("z", anna), 2), since(about("z", anna), 7)
	fresh.Principle, old.Principle = "horizon", "horizon"
	for _, m := range []move.Move{fresh, old} {
		got := today.Pick([]move.Move{m}, done(6, anna), now, today.Most)
		if arose := *m.Evidence[0].Time; (len(got) == 1) != arose.After(ago(6)) {
			t.Errorf("a reason of %s after a move of six days ago: %d moves", arose, len(got))
		}
	}
}

// fixed proposes the same moves each day.
type fixed []move.Move

func (f fixed) Propose(context.Context, op.Viewer) ([]move.Move, error) { return f, nil }

// nobody died.
func nobody(context.Context, op.Viewer) (map[id.ID]bool, error) { return nil, nil }

// nowhere is where nobody can be written to.
func nowhere(context.Context, op.Viewer, id.ID) (move.Reach, error) { return move.Reach{}, nil }

// Whatever a room proposes: no move says what is delicate, and none is about somebody who died. A name is no fact.
func TestTheLastNetHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		dead := id.New()
		s := today.NewService(d, func(context.Context, op.Viewer) error { return nil }, nil,
			func(context.Context, op.Viewer) (map[id.ID]bool, error) { return map[id.ID]bool{dead: true}, nil },
			nowhere)
		propose := func(key, what string) move.Move {
			return move.Move{Key: key, Kind: key, Principle: key, Value: 1, What: what}
		}
		about := func(m move.Move, person id.ID, name string) move.Move {
			m.People = []move.Person{{ID: person, Name: name}}
			return m
		}
		why, evidence := propose("why", "Call Anna."), propose("evidence", "Call Anna.")
		why.Why, evidence.Evidence = "It fits “had een burn-out”.", []move.Evidence{{Text: "her mother died"}}
		s.SetRooms([]room.Room{{Proposer: fixed{
			propose("what", "Help Anna: een advocaat voor haar scheiding."), why, evidence,
			about(propose("dead", "Call Dirk."), dead, "Dirk"),
			about(propose("name", "Call Joy Christian."), id.New(), "Joy Christian"),
			propose("plain", "Help Anna: een illustrator."),
		}}}, nil)
		moves, err := s.Today(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, m := range moves {
			keys = append(keys, m.Key)
		}
		slices.Sort(keys)
		if !slices.Equal(keys, []string{"name", "plain"}) {
			t.Errorf("the day has %v, want name and plain", keys)
		}
	})
}

func TestAnswersAreRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		other := peopletest.Viewer(t, d, v.Space, "other", op.Member)
		s := today.NewService(d, func(context.Context, op.Viewer) error { return nil }, nil, nobody, nowhere)
		s.SetRooms([]room.Room{{Proposer: fixed{
			{Key: "a", Kind: "a", Principle: "a", Value: 0.9},
			{Key: "b", Kind: "b", Principle: "b", Value: 0.8},
			{Key: "c", Kind: "c", Principle: "c", Value: 0.7},
			{Key: "d", Kind: "d", Principle: "d", Value: 0.6},
		}}}, nil)
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
			if _, err := s.Answer(ctx, v, today.AnswerInput{Move: key, Answer: answer}); err != nil {
				t.Fatal(err)
			}
		}
		for _, in := range []today.AnswerInput{
			{Move: "d", Answer: "perhaps"}, {Move: "d", Answer: today.Later, Until: "doomsday"},
		} {
			if _, err := s.Answer(ctx, v, in); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("an unknown answer %+v: %v", in, err)
			}
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

// An answer can be taken back; what was done is seen on its day; later means the moment that was chosen.
func TestAnswersAreTakenBackAndPutOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "me", op.Owner)
		v.Now, v.Zone = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC), time.UTC
		s := today.NewService(d, func(context.Context, op.Viewer) error { return nil }, nil, nobody, nowhere)
		s.SetRooms([]room.Room{{Proposer: fixed{{Key: "a", Value: 0.9, What: "Call Anna."}}}}, nil)
		there := func(at time.Time) bool {
			later := v
			later.Now = at
			moves, err := s.Today(ctx, later)
			if err != nil {
				t.Fatal(err)
			}
			return len(moves) == 1
		}
		answer := func(in today.AnswerInput) {
			in.Move = "a"
			if _, err := s.Answer(ctx, v, in); err != nil {
				t.Fatal(err)
			}
		}
		for until, back := range map[string]time.Time{
			today.Evening:  time.Date(2026, 5, 4, 18, 0, 0, 0, time.UTC),
			today.Tomorrow: time.Date(2026, 5, 5, 6, 0, 0, 0, time.UTC),
			today.Week:     v.Now.AddDate(0, 0, 7),
		} {
			answer(today.AnswerInput{Answer: today.Later, Until: until})
			if there(back.Add(-time.Minute)) || !there(back.Add(time.Minute)) {
				t.Errorf("put off until %s, it is not back at %v", until, back)
			}
			answer(today.AnswerInput{Answer: today.Undo})
			if !there(v.Now) {
				t.Error("taken back, it is not there")
			}
		}
		answer(today.AnswerInput{Answer: today.Done})
		day, err := s.Day(ctx, v)
		if err != nil || len(day.Done) != 1 || day.Done[0].What != "Call Anna." {
			t.Errorf("done today: %+v, %v", day.Done, err)
		}
		tomorrow := v
		tomorrow.Now = v.Now.AddDate(0, 0, 1)
		if day, err := s.Day(ctx, tomorrow); err != nil || len(day.Done) != 0 {
			t.Errorf("a day later still done today: %+v, %v", day.Done, err)
		}
		answer(today.AnswerInput{Answer: today.Undo})
		if day, err := s.Day(ctx, v); err != nil || len(day.Done) != 0 || !there(v.Now) {
			t.Errorf("taken back and still done: %+v, %v", day.Done, err)
		}
	})
}
