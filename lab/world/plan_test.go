package world

import (
	"reflect"
	"testing"
	"time"
)

// A plan tells the same as the files: gifts, returns, favours and ties are those of the truth file.
func TestPlan(t *testing.T) {
	_, written := generate(t, small)
	planned, contacts, err := Plan(small)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(planned.Gifts, written.Gifts) || !reflect.DeepEqual(planned.Returns, written.Returns) ||
		!reflect.DeepEqual(planned.Favours, written.Favours) ||
		!reflect.DeepEqual(planned.Bonds, written.Bonds) || len(planned.Ties) != len(written.Ties) ||
		len(planned.Persons) != len(written.Persons) {
		t.Error("the plan and the files tell different things")
	}
	count := map[string]int{}
	var last time.Time
	for _, c := range contacts {
		if c.Time.Before(last) || c.Time.After(end) || c.People < 2 {
			t.Fatalf("the contact %v", c)
		}
		last = c.Time
		count[c.Person]++
	}
	// Captures and channels tell of some more contacts than mail, calendar and chats do.
	for _, x := range written.Ties {
		if seen := x.Contacts - x.Unseen; count[x.Person] > 0 && seen > 100 &&
			(count[x.Person] < seen*4/5 || count[x.Person] > seen*5/4) {
			t.Errorf("%s: %d contacts, the truth says %d", x.Person, count[x.Person], seen)
		}
	}
	if _, _, err := Plan(Options{}); err == nil {
		t.Error("a world of nobody")
	}
}
