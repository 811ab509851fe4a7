package skilled_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/skilled"
)

// A list of people who are alike is said to be so, and who is missing, from so many on of whom it is known.
func TestAlike(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	store := people.NewStore(d)
	n := 0
	person := func(title, organisation, place string) id.ID {
		t.Helper()
		n++
		p := peopletest.Person(t, d, v, fmt.Sprintf("Person%c Number", 'a'+n))
		more := people.NewPerson{Person: people.Person{
			ID: p.ID, Owner: v.Member, Title: title, Organisation: organisation, Place: place,
		}, Roles: []people.Role{{Organisation: organisation, Title: title}}}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return people.EnrichPeople(ctx, tx, v.Space, []people.NewPerson{more})
		}); err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	top := func(organisation, place string) id.ID { return person("directeur", organisation, place) }
	for name, c := range map[string]struct {
		list []id.ID
		want []string // of each likeness: by, how many of how many, and a word of its line
	}{
		"five of six at the top": {
			[]id.ID{top("A", ""), top("B", ""), top("C", ""), top("D", ""), top("E", ""), person("receptie", "F", "")},
			[]string{"level 5 6 reception, planning and administration"},
		},
		"four of six are not seven of ten": {
			[]id.ID{
				top("A", ""), top("B", ""), top("C", ""), top("D", ""), person("planner", "E", ""),
				person("receptie", "F", ""),
			}, nil,
		},
		"three are too few": {[]id.ID{top("A", ""), top("A", ""), top("A", "")}, nil},
		"four known of ten are too few": {
			[]id.ID{
				top("", ""), top("", ""), top("", ""), top("", ""), person("", "", ""), person("", "", ""),
				person("", "", ""), person("", "", ""), person("", "", ""), person("", "", ""),
			}, nil,
		},
		"one organisation, written in two ways, and place": {
			[]id.ID{
				person("", "Acme BV", "Ede"), person("", "acme bv", "Ede"), person("", "Acme BV", "Ede"),
				person("", "Acme BV", "Ede"),
			},
			[]string{"organisation 4 4 another circle", "place 4 4 Ede"},
		},
		"the floor alone": {
			[]id.ID{
				person("receptie", "A", ""), person("planner", "B", ""), person("receptie", "C", ""),
				person("planner", "D", ""),
			},
			[]string{"level 4 4 who decides is missing"},
		},
		"the middle alone names who is missing": {
			[]id.ID{
				person("teamleider", "A", ""), person("teamleider", "B", ""), person("teamleider", "C", ""),
				person("directeur", "D", ""),
			},
			[]string{"level 3 4 nobody is of: expert, floor"},
		},
		"one sector, and of some it is not known": {
			[]id.ID{
				person("", "Gemeente Ede", ""), person("", "Gemeente Goes", ""), person("", "Provincie Zeeland", ""),
				person("", "Gemeente Wijk", ""), person("", "", ""),
			},
			[]string{"sector 4 4 4 of these 5 are of one sector (government); another sector may see it otherwise. " +
				"Of 1 it is not known."},
		},
		"most whose place is known": {
			[]id.ID{
				person("", "", "Ede"), person("", "", "Ede"), person("", "", "Ede"), person("", "", "Ede"),
				person("", "", "Goes"), person("", "", ""),
			},
			[]string{"place 4 5 4 of these 6 are in Ede; it may look different from elsewhere. Of 1 it is not known."},
		},
		"one trade": {
			[]id.ID{
				person("architect", "A", ""), person("architect", "B", ""), person("architect", "C", ""),
				person("architect", "D", ""),
			},
			[]string{"level 4 4 nobody is of: top, middle, floor", "discipline 4 4 one trade"},
		},
	} {
		got, err := skilled.Alike(ctx, store, v, c.list)
		if err != nil {
			t.Fatal(err)
		}
		said := make([]string, len(got))
		for i, l := range got {
			said[i] = fmt.Sprint(l.By, " ", l.Alike, " ", l.Of, " ", l.Line)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
			continue
		}
		for i, want := range c.want {
			parts := strings.SplitN(want, " ", 4)
			if !strings.HasPrefix(said[i], strings.Join(parts[:3], " ")) || !strings.Contains(said[i], parts[3]) {
				t.Errorf("%s: %q, want %q", name, said[i], want)
			}
		}
	}
	// Somebody in a list twice counts once, and the viewer not at all.
	a, b, c := top("A", ""), top("B", ""), top("C", "")
	if got, err := skilled.AlikeLines(ctx, store, v, []id.ID{a, b, c, a, b, v.Person}); err != nil || len(got) != 0 {
		t.Errorf("three people in a list of six: %q, %v", got, err)
	}
}
