package power

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
)

// Kind is what sort of thing a goal takes.
type Kind string

// The kinds.
const (
	KindPerson       Kind = "person"
	KindOrganisation Kind = "organisation"
	KindSkill        Kind = "skill"
	KindDecision     Kind = "decision"
)

var kinds = []Kind{KindPerson, KindOrganisation, KindSkill, KindDecision}

// Purpose is what a thing is for that a goal takes.
type Purpose string

// The purposes.
const (
	Permission Purpose = "permission"
	Knowledge  Purpose = "knowledge"
	Money      Purpose = "money"
	Hands      Purpose = "hands"
	Audience   Purpose = "audience"
)

var purposes = []Purpose{Permission, Knowledge, Money, Hands, Audience}

// State is how far a goal is.
type State string

// The states.
const (
	StateOpen    State = "open"
	StateReached State = "reached"
	StateDropped State = "dropped"
)

const (
	longestTitle = 200
	mostItems    = 20
	mostGoals    = 200
)

// Item is one thing that a goal takes.
type Item struct {
	Kind     Kind      `json:"kind" enum:"person,organisation,skill,decision"`
	What     string    `json:"what"`
	Purpose  Purpose   `json:"purpose,omitempty" enum:"permission,knowledge,money,hands,audience" doc:"what it is for"`
	Arranged time.Time `json:"arranged,omitzero" doc:"when you said that it is arranged"`
}

// same says whether two things that a goal takes are one, in whatever state.
func (i Item) same(o Item) bool { return i.Kind == o.Kind && i.What == o.What }

// Goal is what somebody wants to bring about.
type Goal struct {
	ID      id.ID     `json:"id"`
	Title   string    `json:"title"`
	Due     string    `json:"due,omitempty" doc:"the day by which"`
	State   State     `json:"state" enum:"open,reached,dropped"`
	Items   []Item    `json:"items"`
	Created time.Time `json:"created"`
}

// ReadItem reads an item such as "skill: writing", "money: organisation: the fund" or "permission: terrace permit".
// Without a kind it is a skill, which is also looked for among people and organisations, or, as a permission, a
// decision.
func ReadItem(line string) (Item, error) {
	line = strings.Join(strings.Fields(line), " ")
	item := Item{What: line}
	for {
		word, rest, ok := strings.Cut(item.What, ":")
		if !ok {
			break
		}
		if purpose, is := said(word, purposes); is && item.Purpose == "" && item.Kind == "" {
			item.Purpose = purpose
		} else if kind, is := said(word, kinds); is && item.Kind == "" {
			item.Kind = kind
		} else {
			break
		}
		item.What = strings.TrimSpace(rest)
	}
	switch {
	case item.Kind == "" && item.Purpose == Permission:
		item.Kind = KindDecision
	case item.Kind == "":
		item.Kind = KindSkill
	}
	if item.What == "" || utf8.RuneCountInString(item.What) > longestTitle || !utf8.ValidString(item.What) ||
		strings.ContainsRune(item.What, 0) {
		return item, fault.New(fault.Invalid, "What a goal takes has 1 to %d characters.", longestTitle).
			WithField("item")
	}
	return item, nil
}

// said returns the kind or the purpose that a word names in any language.
func said[K ~string](word string, all []K) (K, bool) {
	word = strings.TrimSpace(word)
	for _, one := range all {
		named := func(name string) bool { return strings.EqualFold(word, name) }
		if slices.ContainsFunc(lang.Words("levels", "goal."+string(one)), named) {
			return one, true
		}
	}
	return "", false
}

// Holder is somebody who holds what a goal takes.
type Holder struct {
	ID     id.ID         `json:"id"`
	Name   string        `json:"name"`
	Role   string        `json:"role"`
	Line   string        `json:"line,omitempty" doc:"what says that they can it, when a skill is asked"`
	Level  skilled.Level `json:"level" enum:"top,middle,expert,floor," doc:"as the title says; empty when it says nothing"`
	Reach  float64       `json:"reach" doc:"that one of the ways below works, from 0 to 1"`
	Routes []Way         `json:"routes" doc:"ways that share nobody, the likeliest first"`
}

// Way is a route to a holder.
type Way struct {
	Chance float64      `json:"chance"`
	People []people.Ref `json:"people" doc:"from you to the holder"`
}

// ItemReach is how an item can be reached.
type ItemReach struct {
	Item
	Known   int       `json:"known" doc:"people you know of who hold it"`
	Reach   float64   `json:"reach" doc:"that you reach one of them, from 0 to 1"`
	Holders []Holder  `json:"holders" doc:"those nearest to you"`
	Hint    string    `json:"hint,omitempty" doc:"what can be done when nobody holds it or no way leads there"`
	Only    bool      `json:"only,omitempty" doc:"all that you know of it hangs on one person"`
	Levels  []OnLevel `json:"levels" doc:"on which levels they are of all who hold it, as far as a title says"`
	Months  []float64 `json:"months,omitempty" doc:"the chance of the likeliest way at the ends of the last twelve months, over the ties known by then as strong as they are now; the last is now"`

	holders []id.ID // all of them
}

// OnLevel is how many who hold something are on a level.
type OnLevel struct {
	Level skilled.Level `json:"level" enum:"top,middle,expert,floor"`
	Count int           `json:"count"`
}

// Part is somebody who takes part in a goal.
type Part struct {
	people.Ref
	Joined time.Time `json:"joined" doc:"when that was noted"`
}

// NewTie is the acquaintance that would help a goal most.
type NewTie struct {
	ID      id.ID        `json:"id"`
	Name    string       `json:"name"`
	Gain    float64      `json:"gain" doc:"how much the reach of all items together would grow at most; no other friend of friends brings more"`
	Through []people.Ref `json:"through" doc:"from you to this person, whom you do not know yet"`
}

// GoalReach is a goal with who holds what it takes, and how they are reached.
type GoalReach struct {
	Goal
	Reached []ItemReach `json:"reached"`
	Parts   []Part      `json:"parts" doc:"who takes part"`
	Asked   []AskedOf   `json:"asked" doc:"who was asked for it, and what came of it, the newest first"`
	Best    *NewTie     `json:"best_new_tie"`
	Layers  []string    `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
	Bias    []string    `json:"bias" doc:"when the holders are much alike, in the viewer's language"`
}

// anyOf is the chance that at least one of several ways that share nobody works.
func anyOf(chances []float64) float64 {
	fail := 1.0
	for _, c := range chances {
		fail *= 1 - c
	}
	return min(max(1-fail, 0), math.Nextafter(1, 0))
}
