package survey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/colleagues/structure"
	"gave.network/internal/colleagues/survey"
	"gave.network/internal/fault"
	"gave.network/internal/op/optest"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestSettings(t *testing.T) {
	good := survey.Settings{Title: " How  we work ", Layers: []string{"lunch", "Advice"}, Closes: now.AddDate(0, 0, 9)}
	got, err := good.Checked(now)
	if err != nil || got.Title != "How we work" || !slices.Equal(got.Layers, []string{"advice", "lunch"}) ||
		got.Naming != survey.Roster || got.Threshold != 8 || got.Months != 24 {
		t.Errorf("%+v %v", got, err)
	}
	for words, spoil := range map[string]func(s *survey.Settings){
		"A title has 1 to":                   func(s *survey.Settings) { s.Title = " " },
		"A title has":                        func(s *survey.Settings) { s.Title = strings.Repeat("x", 121) },
		`does not ask about "distrust"`:      func(s *survey.Settings) { s.Layers = append(s.Layers, "distrust") },
		`does not ask about "who is lazy"`:   func(s *survey.Settings) { s.Layers = []string{"who is lazy"} },
		`does not ask about "reports to"`:    func(s *survey.Settings) { s.Layers = []string{"reports to"} },
		"Choose at least one question":       func(s *survey.Settings) { s.Layers = nil },
		"People choose from a list, or type": func(s *survey.Settings) { s.Naming = "guess" },
		"A group has 5 to 100 people":        func(s *survey.Settings) { s.Threshold = 4 },
		"A group has 5 to":                   func(s *survey.Settings) { s.Threshold = -8 },
		"Answers are kept for 1 to 60":       func(s *survey.Settings) { s.Months = 61 },
		"a day that is still to come":        func(s *survey.Settings) { s.Closes = now },
		"within a year":                      func(s *survey.Settings) { s.Closes = now.AddDate(2, 0, 0) },
	} {
		bad := good
		bad.Layers = slices.Clone(good.Layers)
		spoil(&bad)
		_, err := bad.Checked(now)
		optest.Fault(t, err, fault.Invalid, words)
	}
}

// What is pasted is read as people write it; who stands in it twice is taken once, and every other line is said.
func TestReadRoster(t *testing.T) {
	list, wrong := survey.ReadRoster("\ufeff# who\r\nAnna Aal, anna@example.org, Sales, 2\r\n\r\n" +
		"Bram Beer <bram@example.org>\tStore\t3\ncarla@example.org\n\"Dirk Das\";Sales\n" +
		"anna aal; ANNA@example.org\nDirk Das\nAnna Aal, other@example.org\n,,\nEls\x00Egel\n" +
		strings.Repeat("x", 201) + "\n<b>Fred</b>, fred@example.org, \xff\nGreet, 99")
	want := []survey.Asked{
		{2, "Anna Aal", "anna@example.org", "Sales", 2},
		{4, "Bram Beer", "bram@example.org", "Store", 3},
		{5, "", "carla@example.org", "", 0},
		{6, "Dirk Das", "", "Sales", 0},
		{9, "Anna Aal", "other@example.org", "", 0},
		{14, "Greet", "", "", 0},
	}
	if !slices.Equal(list, want) {
		t.Errorf("read %+v\nwant %+v", list, want)
	}
	var said []string
	for _, w := range wrong {
		said = append(said, fmt.Sprintf("%d "+w.Why, append([]any{w.Line}, w.Args...)...))
	}
	if got := strings.Join(said, "\n"); got != `7 This address stands on line 2 already.
8 Dirk Das stands on line 6 already.
10 This line names no person.
11 This line is not text.
12 A name, address or department has at most 200 characters.
13 This line is not text.` {
		t.Error(got)
	}
}

func TestMeant(t *testing.T) {
	names := []string{"Anna Aal", "Anna Aalberts", "Bram de Beer", "José Núñez"}
	for typed, want := range map[string][]int{
		"anna aal": {0}, "Anna": {0, 1}, "beer": {2}, "b de": {2}, "jose nunez": {3}, "nobody": nil, "?": nil,
		"eer": nil,
	} {
		if got := survey.Meant(names, typed); !slices.Equal(got, want) {
			t.Errorf("%q means %v, want %v", typed, got, want)
		}
	}
}

// The response of small departments is told together, and a share never says that all or none answered.
func TestResponse(t *testing.T) {
	var departments []string
	var answered []bool
	put := func(name string, asked, came int) {
		for i := range asked {
			departments, answered = append(departments, name), append(answered, i < came)
		}
	}
	put("All", 20, 20)
	put("None", 20, 0)
	put("Some", 20, 9)
	put("Tiny", 3, 3)
	put("Small", 6, 0)
	got := survey.Response(departments, answered, 8)
	want := []survey.Department{
		{"All", 20, survey.Most}, {"None", 20, survey.Few}, {"Some", 20, 50}, {structure.Rest, 9, 30},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := survey.Response([]string{"A", "A", "B"}, []bool{true, true, true}, 1); len(got) > 0 {
		t.Errorf("three people are spoken of: %+v", got)
	}
}

// The picture of one's own tells one's own answers, and of those of others no more than a third, with open ends.
func TestPictureByHand(t *testing.T) {
	var ties []survey.Tie
	say := func(from int, to ...int) {
		for _, other := range to {
			ties = append(ties, survey.Tie{From: from, To: other, Layer: "advice"})
		}
	}
	say(0, 1, 2, 3, 4, 5, 6)
	say(1, 0)
	say(2, 0, 1, 3)
	of := func(me int) survey.Picture {
		return survey.PictureOf(me, 9, []string{"advice"}, ties)[0]
	}
	if got := of(0); got.Mutual != survey.HalfMutual || got.Usual != 1 ||
		!slices.Equal(got.Named, []int{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%+v", got)
	}
	if got := of(2); got.Mutual != "" || len(got.Named) != 3 {
		t.Errorf("of three people it is told how many named them: %+v", got)
	}
	// Whatever others answer: whoever named fewer than five learns nothing of it, and nobody learns it of one.
	for range 200 {
		n := 5 + rand.IntN(6)
		ties = nil
		for other := 1; other <= n; other++ {
			say(0, other)
			if rand.IntN(2) > 0 {
				say(other, 0)
			}
		}
		before := of(0).Mutual
		flipped := 0
		for other := 1; other <= n; other++ {
			kept := ties
			at := slices.Index(ties, survey.Tie{From: other, To: 0, Layer: "advice"})
			if at >= 0 {
				ties = slices.Delete(slices.Clone(ties), at, at+1)
			} else {
				say(other, 0)
			}
			if of(0).Mutual != before {
				flipped++
			}
			ties = kept
		}
		if flipped > 0 && flipped < 2 && n > 5 {
			t.Errorf("the words depend on one person alone, of %d", n)
		}
	}
	if got := survey.PictureOf(0, 4, []string{"advice"}, ties)[0]; got.Usual != 0 {
		t.Errorf("of four people an average is told: %+v", got)
	}
}
