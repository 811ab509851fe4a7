package power

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// How is in what way somebody was spoken to.
type How string

// The ways.
const (
	HowAsked        How = "asked"        // with an ask
	HowIntroduction How = "introduction" // whom somebody else should bring the viewer to
	HowFavour       How = "favour"       // for a small favour
)

// Came is what came of it.
type Came string

// What came of it.
const (
	CameWaiting Came = "waiting"
	CameYes     Came = "yes"
	CameNo      Came = "no"
)

// Asked is that the viewer asked something of somebody, or to be brought to them, and what came of it.
type Asked struct {
	Person  id.ID
	Through id.ID // over whom; zero for nobody
	At      time.Time
	How     How
	Came    Came
	Text    string // what was asked
	Outcome string // in the words of who noted it; empty for none
	Address string // the page of it; empty for none
}

// Askings tells what the viewer asked of others: rooms that keep it are heard through this.
type Askings func(ctx context.Context, v op.Viewer) ([]Asked, error)

// AskedOf is somebody who was asked for a goal.
type AskedOf struct {
	people.Ref
	At      time.Time   `json:"at"`
	How     How         `json:"how" enum:"asked,introduction,favour"`
	Came    Came        `json:"came" enum:"waiting,yes,no"`
	Through *people.Ref `json:"through,omitempty" doc:"over whom an introduction goes"`
	Text    string      `json:"text,omitempty" doc:"what was asked"`
	Outcome string      `json:"outcome,omitempty" doc:"what came of it"`

	address string
}

// mostAsked is how many who were asked are told, the newest.
const mostAsked = 50

// askedFor returns who was asked for a goal, the newest first: since it was set, with words of its title or of a thing
// that it takes, or introduced to who holds one.
func (s *Service) askedFor(ctx context.Context, v op.Viewer, g Goal, items []ItemReach) ([]AskedOf, error) {
	out := []AskedOf{}
	if s.askings == nil {
		return out, nil
	}
	list, err := s.askings(ctx, v)
	if err != nil {
		return out, err
	}
	holds := map[id.ID]bool{}
	for _, item := range items {
		for _, key := range item.holders {
			holds[key] = true
		}
	}
	about := aboutGoal(g)
	list = slices.DeleteFunc(slices.Clone(list), func(a Asked) bool {
		return a.At.Before(g.Created) || !about(a.Text) && (a.How != HowIntroduction || !holds[a.Person])
	})
	slices.SortStableFunc(list, func(a, b Asked) int {
		return cmp.Or(b.At.Compare(a.At), a.Person.Compare(b.Person))
	})
	list = list[:min(len(list), mostAsked)]
	var keys []id.ID
	for _, a := range list {
		keys = append(keys, a.Person, a.Through)
	}
	refs, err := s.network.Refs(ctx, v, keys)
	for _, a := range list {
		ref, seen := refs[a.Person]
		if !seen {
			continue
		}
		one := AskedOf{
			Ref: ref, At: a.At, How: a.How, Came: a.Came, Text: a.Text, Outcome: a.Outcome, address: a.Address,
		}
		if through, also := refs[a.Through]; also {
			one.Through = &through
		}
		out = append(out, one)
	}
	return out, err
}

// aboutGoal tells whether a text is about a goal: it has all words that say something of its title, or of a thing that
// it takes.
func aboutGoal(g Goal) func(string) bool {
	subjects := [][]string{text.Terms(g.Title, "")}
	for _, item := range g.Items {
		subjects = append(subjects, text.Terms(item.What, ""))
	}
	return func(s string) bool {
		has := map[string]bool{}
		for _, term := range text.Terms(s, "") {
			has[term] = true
		}
		return slices.ContainsFunc(subjects, func(terms []string) bool {
			return len(terms) > 0 && !slices.ContainsFunc(terms, func(term string) bool { return !has[term] })
		})
	}
}

// last is the last time that somebody was asked for a goal.
func (g GoalReach) last(person id.ID) *AskedOf {
	for i := range g.Asked {
		if g.Asked[i].ID == person {
			return &g.Asked[i]
		}
	}
	return nil
}
