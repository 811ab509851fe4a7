package colleagues

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// Two departments of eight: a year ago nobody of one met anybody of the other, now eight pairs of the 64 do.
func TestMomentsByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me Myself", op.Owner)
		s := NewService(d, people.NewStore(d))
		var who [16]id.ID
		chart := "person,manager,department\n"
		for i := range who {
			name := fmt.Sprintf("Worker %c", 'A'+i)
			who[i] = peopletest.Person(t, d, v, name).ID
			chart += name + ",," + []string{"Planning", "Press"}[i/8] + "\n"
		}
		if _, err := s.loadChart(ctx, v, ChartInput{File: chart}); err != nil {
			t.Fatal(err)
		}
		meet := func(months int, a, b id.ID) {
			peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace,
				v.Now.AddDate(0, -months, -7), a, b))
		}
		site := pagetest.New(v, s.Operations()...)
		site.Handle("GET /colleagues/report", op.Member, s.ReportPage)
		site.Handle("GET /colleagues/report/moments", op.Member, s.MomentsPage)
		site.Handle("GET /colleagues/report/people", op.Member, s.MembersPage)

		meet(0, who[0], who[1])
		site.Get(t, "/colleagues/report/moments?organisation=", 200, "goes back less than nine months")
		for i := range 8 {
			meet(0, who[i], who[8+i])
			meet(0, who[i], who[8+i]) // twice is one pair
		}
		meet(12, who[0], who[1])
		meet(12, who[1], who[2])
		meet(5, who[0], who[9])   // between two windows
		meet(16, who[0], who[10]) // before the first: what is known begins here
		out, err := s.moments(ctx, v, MomentsInput{})
		if err != nil || len(out.Moments) != 3 || out.People != 16 {
			t.Fatalf("%+v %v", out, err)
		}
		first, middle, last := out.Moments[0], out.Moments[1], out.Moments[2]
		near.Equal(t, "within, a year ago", *first.Within, 2.0/56, 1e-9)
		near.Equal(t, "between, a year ago", *first.Between, 0, 1e-9)
		near.Equal(t, "all, half a year ago", middle.All, 0, 1e-9)
		near.Equal(t, "within, now", *last.Within, 1.0/56, 1e-9)
		near.Equal(t, "between, now", *last.Between, 8.0/64, 1e-9)
		near.Equal(t, "all, now", last.All, 9.0/120, 1e-9)
		if !strings.Contains(out.Said, "Contact between departments grew: from 0 to 13 of every 100 pairs.") {
			t.Error(out.Said)
		}
		if letters, err := s.moments(ctx, v, MomentsInput{Layer: "writes"}); err != nil ||
			letters.Moments[2].All != 0 {
			t.Errorf("nobody wrote, and yet %+v %v", letters, err)
		}
		site.Get(t, "/colleagues/report/moments?organisation=", 200, "from 0 to 13", `class="curve trend"`, "between departments",
			`href="/colleagues/report?organisation="`, `aria-current="true"`)
		site.Get(t, "/colleagues/report?organisation=", 200, "/colleagues/report/moments?",
			"/colleagues/report/people?", "data-print", "on-paper")
		site.Get(t, "/colleagues/report/people?organisation=", 200, "Worker A", "Worker P", "Planning", "Press", ">16<")
		for _, unasked := range []string{"/colleagues/report/moments", "/colleagues/report/people"} {
			site.Get(t, unasked, 200, `id="f-organisation"`)
		}
		site.Get(t, "/colleagues/report/moments?organisation=Nowhere", 422, `role="alert"`)
		site.Get(t, "/colleagues/report/people?organisation=Nowhere", 422, `role="alert"`)

		// Of departments that are too small to be spoken of there is only what holds for all; of too few people
		// nothing.
		few, err := s.moments(ctx, v, MomentsInput{Threshold: 9})
		if err != nil || few.Moments[2].Within != nil || few.Moments[2].Between != nil ||
			!strings.Contains(few.Said, "Contact grew: from 2 to 8 of every 100 pairs.") {
			t.Errorf("departments of eight where nine are needed: %+v %v", few, err)
		}
		_, err = s.moments(ctx, v, MomentsInput{Threshold: 17})
		optest.Fault(t, err, fault.Invalid, "With fewer than 17 people nothing is said of moments.")
	})
}

// A moment is looked at when all of the three months before it are known.
func TestMomentsOf(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for months, want := range map[int]int{2: 0, 3: 1, 8: 1, 9: 2, 21: 4, 90: 4} {
		list := momentsOf(now, now.AddDate(0, -months, 0))
		if len(list) != want {
			t.Errorf("%d months are known: %d moments, want %d", months, len(list), want)
		}
		if want > 0 && !list[want-1].Equal(now) {
			t.Errorf("the last moment is %s", list[want-1])
		}
	}
}

// Both values stand at the ends of their lines and never on top of each other.
func TestTrends(t *testing.T) {
	x := func(v float64) *float64 { return &v }
	list := []Moment{{Within: x(0.5), Between: x(0.1)}, {Within: x(0.42), Between: x(0.4)}}
	drawn := trendsOf(list)
	if len(drawn) != 2 || drawn[0].last != "42 %" || drawn[1].last != "40 %" || len(drawn[0].points) != 2 {
		t.Fatalf("%+v", drawn)
	}
	near.Equal(t, "the space between two values", drawn[1].y-drawn[0].y, trendApart, 1e-9)
	near.Equal(t, "the highest point", drawn[0].points[0][1], trendTop, 1e-9)
	one := trendsOf([]Moment{{All: 0.2}, {All: 0}})
	if len(one) != 1 || one[0].word != "all pairs" || one[0].points[1][1] != trendHeight-trendFoot {
		t.Errorf("of all pairs alone: %+v", one)
	}
}
