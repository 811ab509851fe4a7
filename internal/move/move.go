// Package move says what a principle proposes to do. Rooms make moves and Today ranks them; neither knows the other.
package move

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Person is somebody that a move is about.
type Person struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Evidence is a fact that made a move.
type Evidence struct {
	Text string     `json:"text"`
	Time *time.Time `json:"time,omitempty"`
}

// Action is what one tap does: it opens a page or runs an operation, after which the move is done.
type Action struct {
	Label     string            `json:"label,omitempty" doc:"in the viewer's language"`
	Operation string            `json:"operation,omitempty" doc:"the operation to run"`
	Input     map[string]string `json:"input,omitempty"`
	Undo      string            `json:"-"` // the operation of the same input that takes it back
	Page      string            `json:"page,omitempty" doc:"the page to open"`
}

// Draft is a line to send, which is said in the language in which the two write. The zero Draft is none.
type Draft struct {
	text   string // English, a key of translation
	args   []any
	quoted string // what was noted, in words of its own
	plain  *Draft // says it without these words
}

// Write returns a line to send; text is English, and a key of translation.
func Write(key string, args ...any) Draft { return Draft{text: key, args: args} }

// Quoting returns the draft for a letter in the language of what it quotes, and plain for one in another: nobody sends
// half a line in each.
func (d Draft) Quoting(quoted string, plain Draft) Draft {
	d.quoted, d.plain = quoted, &plain
	return d
}

// Empty says whether there is no line.
func (d Draft) Empty() bool { return d.text == "" }

// In says the line in the language of a printer; empty when there is none. Who has no given name is greeted without a
// name.
func (d Draft) In(p *locale.Printer) string {
	if d.plain != nil && locale.Or(text.PhraseLanguage(d.quoted), p.Lang) != p.Lang {
		return d.plain.In(p)
	}
	if d.Empty() {
		return ""
	}
	said := p.T(d.text, d.args...)
	if len(d.args) > 0 {
		if name, ok := d.args[0].(string); ok && !text.Familiar(name) {
			said = strings.Replace(said, " "+name+",", ",", 1)
		}
	}
	return said
}

// Reach is where somebody can be written to.
type Reach struct {
	Email string // empty when it is not known
	Phone string // with its country, such as +31612345678; empty when it is not known
	Lang  string // in which the viewer and they write, such as nl; empty when that is not clear
}

// Given returns the name by which somebody is greeted: the first word of the name, or all of it when that is an
// initial.
func Given(name string) string {
	if !text.Familiar(name) {
		return name
	}
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

// Effect is what is recorded when a move was done: a gift, a need that is met, contact.
type Effect struct {
	Operation string
	Input     map[string][]string
	// Undo is the operation that takes it back; its input is UndoInput or, without one, what Operation answered.
	// Nothing takes it back when it is empty.
	Undo      string
	UndoInput map[string][]string
}

// Effect is what running the operation of an action does.
func (a Action) Effect() Effect {
	e := Effect{Operation: a.Operation, Input: map[string][]string{}, Undo: a.Undo}
	for name, value := range a.Input {
		e.Input[name] = []string{value}
	}
	if len(e.Input) > 0 {
		e.UndoInput = e.Input
	}
	return e
}

// Contact is the effect of having been in touch with people.
func Contact(medium string, people ...id.ID) Effect {
	e := Effect{
		Operation: "interactions.add", Input: map[string][]string{"medium": {medium}}, Undo: "interactions.remove",
	}
	for _, p := range people {
		e.Input["with"] = append(e.Input["with"], p.String())
	}
	return e
}

// Move is one thing that would be good to do.
type Move struct {
	// Key names the move, so that an answer to it is remembered: the kind and whom it is about.
	Key       string     `json:"key"`
	Principle string     `json:"principle"`
	Kind      string     `json:"kind"`
	People    []Person   `json:"people"`
	What      string     `json:"what" doc:"what to do, in the viewer's language"`
	Why       string     `json:"why" doc:"why, in the viewer's language"`
	Evidence  []Evidence `json:"evidence"`
	// Value is how much good it is expected to do, from 0 to 1. It compares moves and is never shown as a score of a
	// person.
	Value         float64 `json:"value"`
	EffortMinutes int     `json:"effort_minutes"`
	// Pressing says that somebody waits, or that the day is near: it does not wait for its turn.
	Pressing bool `json:"pressing,omitempty"`
	// Asked says that the viewer wanted to be told today: it goes before all that is only proposed.
	Asked  bool    `json:"asked,omitempty" doc:"the viewer wanted to be told today"`
	Action Action  `json:"action"`
	Other  *Action `json:"other,omitempty" doc:"what can be done instead"`
	// Letter is Draft in the language in which the viewer and the first of the people write.
	Letter string `json:"letter,omitempty" doc:"a line to send to the first of the people"`
	// OtherLetter is OtherDraft in the language in which the viewer and the second of the people write.
	OtherLetter string `json:"other_letter,omitempty" doc:"a line to send to the second of the people"`

	Draft      Draft    `json:"-"`
	OtherDraft Draft    `json:"-"`
	Effects    []Effect `json:"-"` // what is recorded when it was done
	// Rests is how long it stays away once it was done; a month when it is zero.
	Rests time.Duration `json:"-"`
	// Wish is what somebody needs, when the move is about that: of a room that can meet it and one that only knows of
	// it, the first is heard. See Wished.
	Wish string `json:"-"`
}

// Wished names what somebody needs, the same in each room.
func Wished(person id.ID, need string) string { return person.String() + " " + need }

// Proposer is a principle that proposes moves.
type Proposer interface {
	// Propose returns the moves that the principle sees for the viewer now, the best first; a few dozen at most.
	Propose(ctx context.Context, v op.Viewer) ([]Move, error)
}

// Weekly returns at most so many of a list, others each week, in their order.
func Weekly[T any](list []T, most int, now time.Time) []T {
	if len(list) <= most {
		return list
	}
	first := int(now.Unix()/(7*24*60*60)) * most % len(list)
	return slices.Concat(list, list)[first : first+most]
}
