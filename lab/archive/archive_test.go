package archive

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/realdata"
)

var start = time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC)

func mailAt(hour int, who, key, reply, subject, body string) Mail {
	return Mail{
		ID: key, ReplyTo: reply, Time: start.Add(time.Duration(hour) * time.Hour), Name: who + " Example",
		Address: who + "@example.org", Subject: subject, Text: body,
	}
}

func TestThreads(t *testing.T) {
	a := New()
	for _, m := range []Mail{
		mailAt(0, "anna", "a1", "", "[list] Boats", "Who sails?"),
		mailAt(1, "bob", "b1", "a1", "Re: [list] Boats", "I do"),
		mailAt(2, "anna", "a2", "b1", "RE: Boats", "Thanks"),
		mailAt(3, "carla", "c1", "", "Re: boats", "another case, another thread"), // the subject differs in case
		mailAt(4, "dirk", "d1", "", "Re: Boats", "by its subject"),
		mailAt(5, "bob", "b2", "", "Nobody answers", "…"),
		mailAt(6, "bob", "b3", "b2", "Re: Nobody answers", "I answer myself"),
		mailAt(7, "carla", "c2", "gone", "Re: Lost", "the beginning is missing"),
		mailAt(8, "dirk", "d2", "gone", "Re: Lost", "so is it here"),
		mailAt(1, "bob", "b1", "a1", "Re: Boats", "the same mail again"),
	} {
		a.Add(m)
	}
	messages, asks := a.Threads()
	if len(messages) != 9 {
		t.Fatalf("%d messages, want 9", len(messages))
	}
	if len(asks) != 1 || asks[0].Message != 0 ||
		!slices.Equal(asks[0].Answered, []int{messages[1].Author, messages[4].Author}) {
		t.Fatalf("asks %+v", asks)
	}
	if messages[1].To != messages[0].Author || messages[2].Begins || messages[7].Begins {
		t.Errorf("messages %+v", messages)
	}
	if messages[7].Thread != messages[8].Thread || messages[7].Thread == messages[0].Thread {
		t.Error("two answers to a mail that is missing belong to one thread of their own")
	}
}

// One person with two addresses, and two people without a full name.
func TestAuthorsAreJoinedByFullName(t *testing.T) {
	a := New()
	for i, m := range []Mail{
		{Name: "Anna Boon", Address: "anna@work.example"}, {Name: "Anna Boon", Address: "anna@home.example"}, {
			Name: "Anna", Address: "anna@other.example",
		},
	} {
		m.ID, m.Time = fmt.Sprint(i), start
		a.Add(m)
	}
	m, _ := a.Threads()
	if m[0].Author != m[1].Author || m[1].Author == m[2].Author {
		t.Errorf("authors %d %d %d", m[0].Author, m[1].Author, m[2].Author)
	}
}

// One divided by the place of the first; of equals the earlier stands first.
func TestReciprocal(t *testing.T) {
	for _, c := range []struct {
		right []int
		want  float64
	}{{[]int{0}, 0.25}, {[]int{1}, 1}, {[]int{2}, 0.5}, {[]int{3}, 1.0 / 3}, {[]int{0, 3}, 1.0 / 3}, {nil, 0}} {
		if got := Reciprocal([]float64{5, 9, 7, 7}, c.right); got != c.want {
			t.Errorf("%v: %v, want %v", c.right, got, c.want)
		}
	}
}

func TestReport(t *testing.T) {
	o := Outcomes{"gave": {1, 0.2, 0.1, 0}, "most_active": {0.5, 0.1, 0.05, 0}, "random": {0, 0, 0, 0}}
	r := o.Report()
	q := r.Methods["gave"]
	if q.Hit1 != 0.25 || q.Hit5 != 0.5 || q.Hit10 != 0.75 || q.Low > q.MRR || q.High < q.MRR {
		t.Errorf("%+v", q)
	}
	if r.Best != "most_active" || r.Ratio != 2 {
		t.Errorf("twice as good in each ask, but %+v", r)
	}
}

// The simple ways by hand: three people answer on two lists.
func TestBaselines(t *testing.T) {
	a := New()
	post := func(hour int, who, key, reply, list, subject string) {
		m := mailAt(hour, who, key, reply, subject, "")
		m.List = list
		a.Add(m)
	}
	const day = 24
	for i := range 5 { // bob answers much on the one list, long ago
		post(i*day, "anna", fmt.Sprint("q", i), "", "one", "boats")
		post(i*day+1, "bob", fmt.Sprint("a", i), fmt.Sprint("q", i), "one", "Re: boats")
	}
	for i := range 2 { // carla on the other, later
		post((200+i)*day, "anna", fmt.Sprint("r", i), "", "two", "trees")
		post((200+i)*day+1, "carla", fmt.Sprint("b", i), fmt.Sprint("r", i), "two", "Re: trees")
	}
	post(210*day, "anna", "x", "", "one", "boats and trees")
	post(210*day+1, "dirk", "y", "x", "one", "Re: boats and trees")
	post(220*day, "anna", "z", "", "two", "boats")
	post(220*day+1, "carla", "w", "z", "two", "Re: boats")
	var last map[string]float64
	if err := a.Baselines(context.Background(),
		func(k Ask, m routing.Message, before func(int) bool, simple map[string]float64) {
			last = simple
			if first := k.Message%2 == 0 && (k.Message == 0 || k.Message == 10 || k.Message == 14); first ==
				before(k.Answered[0]) {
				t.Errorf("message %d is answered by somebody who was there before: %v", k.Message, !first)
			}
		}); err != nil {
		t.Fatal(err)
	}
	// Bob has five answers, dirk answered last, and on the second list only carla did in ninety days.
	for name, want := range map[string]float64{
		"most_active": 0.5, "most_messages": 0.5, "most_active_90": 1, "most_messages_90": 1, "most_recent": 0.5,
	} {
		if last[name] != want {
			t.Errorf("%s finds carla at %v, want %v", name, last[name], want)
		}
	}
	for _, name := range Methods() {
		if _, ok := last[name]; !ok || len(last) != len(Methods()) {
			t.Errorf("%s was not tried", name)
		}
	}
}

// Routing is measured as people use it, over the import, and on several lists together it is better than the best of
// the simple ways. More archives are measured by make train-ask.
func TestMeasuredAsUsed(t *testing.T) {
	n, err := Open(t.Context(), realdata.Path(t, "mail/spamassassin-easy-ham-1.mbox.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	outcomes, err := n.Measure(t.Context(), time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := outcomes.Report()
	t.Logf("%d asks, %.3f times %s (%.3f to %.3f)", r.Asks, r.Ratio, r.Best, r.Low, r.High)
	if r.Asks < 100 || !(r.Ratio >= 1.05) {
		t.Errorf("%d asks, %.3f times %s", r.Asks, r.Ratio, r.Best)
	}
}
