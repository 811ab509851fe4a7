package goodwill

import (
	"context"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// given and praised are what other rooms tell.
type given map[id.ID][]time.Time

func (g given) GivenSince(context.Context, op.Viewer, time.Time) ([]id.ID, error) { return nil, nil }

func (g given) GivenTo(context.Context, op.Viewer, []id.ID) (map[id.ID][]time.Time, error) {
	return g, nil
}

type praised []room.Praised

func (p praised) Exchanged(context.Context, op.Viewer, []id.ID) ([]room.Praised, error) {
	return p, nil
}

// Contact, gifts and praise make a chance higher, what is published most; only what was before the moment counts. The
// page of a person says it in words, with its doubt, and says nothing of whom nothing is known.
func TestChancesOfPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		store := people.NewStore(d)
		known, far := peopletest.Person(t, d, v, "Anna Aal"), peopletest.Person(t, d, v, "Bram Beer")
		for i := range 6 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -15*i-1), v.Person, known.ID),
				peopletest.Interaction(v, tie.Mail, v.Now.AddDate(0, 0, -15*i-2), v.Person, known.ID))
		}
		at := func(gifts Gifts, praise Praise, now time.Time) (chance.Features, map[id.ID]float64) {
			t.Helper()
			s := NewService(d, store, gifts, praise)
			then := v
			then.Now = now
			before, err := s.pastWith(ctx, then, []id.ID{known.ID, far.ID})
			if err != nil {
				t.Fatal(err)
			}
			chances, err := s.Chances(ctx, then, []id.ID{known.ID, far.ID})
			if err != nil {
				t.Fatal(err)
			}
			return before.at(known.ID, now), chances
		}
		plain, chances := at(nil, nil, v.Now)
		if bond, err := store.ExplainTie(ctx, v, people.Person{ID: v.Person}, known); err != nil ||
			plain[chance.Closeness] != bond.Strength || plain[chance.Reciprocity] != bond.Reciprocity {
			t.Errorf("the tie is %v, %v, not %v, %v", bond.Strength, bond.Reciprocity, plain, err)
		}
		if chances[known.ID] <= chances[far.ID] {
			t.Errorf("who is known says yes less often: %v", chances)
		}
		week := v.Now.AddDate(0, 0, -7)
		words := func(byMe, published bool) praised {
			return praised{{Person: known.ID, At: week, ByMe: byMe, Published: published}}
		}
		for name, c := range map[string]struct {
			gifts   Gifts
			praise  Praise
			feature int
			least   float64
		}{
			"a gift":                   {given{known.ID: {week}}, nil, chance.Gestures, 0.9},
			"praise of them":           {nil, words(true, false), chance.Praised, 0.9},
			"praise by them":           {nil, words(false, false), chance.PraisedYou, 0.9},
			"praise that is published": {nil, words(false, true), chance.PraisedYou, 1.4},
		} {
			x, more := at(c.gifts, c.praise, v.Now)
			if x[c.feature] < c.least || more[known.ID] <= chances[known.ID] {
				t.Errorf("%s counts %v and makes %v of %v", name, x[c.feature], more[known.ID], chances[known.ID])
			}
			if x, _ := at(c.gifts, c.praise, week.AddDate(0, 0, -1)); x[c.feature] != 0 {
				t.Errorf("%s counts %v before it was", name, x[c.feature])
			}
		}
		s := NewService(d, store, nil, nil)
		if c, err := s.goodwillOf(ctx, v, far.ID); err != nil || c != nil {
			t.Errorf("of a stranger %+v, %v", c, err)
		}
		c, err := s.goodwillOf(ctx, v, known.ID)
		if err != nil || c == nil {
			t.Fatal(c, err)
		}
		p := v.Printer()
		said := strings.Join(append([]string{c.sentence(p), c.doubt(p)}, c.restsOn(p)...), " ")
		for _, want := range []string{"of 100 times", "may as well be", "rests on little", "first guess"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in %q", want, said)
			}
		}
		sure := Chance{Probability: 0.99, Low: 0.9, High: 1}
		if !strings.Contains(sure.sentence(p), "almost certainly") || !strings.Contains(sure.doubt(p), "90 or 95") {
			t.Errorf("%s %s", sure.sentence(p), sure.doubt(p))
		}
	})
}
