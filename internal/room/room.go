// Package room says what a part of Gave is: its place in the navigation, its operations, its pages, what it proposes,
// what it shows on the page of a person, what it keeps, and what of it an export holds. The faces, Today, taking an
// import back, erasing and export walk the list of rooms in package app, so that no part knows another.
package room

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// Room is a part of Gave. Only the key and the title are needed; a part leaves out what it does not have.
type Room struct {
	Key string
	// Title and About are English, and keys of translation.
	Title string
	About string // one line
	// Places are where the navigation leads to.
	Places     []page.Place
	Operations []op.Operation
	Versions   []Version
	// Pages adds the pages of the room, each with the role that it asks for.
	Pages    func(m *page.Mux)
	Proposer move.Proposer // of moves for Today
	Panel    Panel
	Find     Finder // of what the room has, for the search
	// Warm reads what the room's pages keep in memory, so that the first of them after a start is as fast as the next.
	Warm func(ctx context.Context, v op.Viewer) error
	// Shortcuts are what the search offers to do, the likeliest first.
	Shortcuts []Shortcut
	// Lines says the newest of what the room knows of each of some people, in a few words, for a list of them.
	Lines func(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]string, error)
	// Ahead is what the viewer is soon to go to and can prepare; nil for nothing.
	Ahead func(ctx context.Context, v op.Viewer) (*Occasion, error)
	// Brings are the kinds of things that the room brings to members, and Inbox shows them.
	Brings []Bring
	Inbox  Inbox
	// Letter is what the viewer can have mailed with the secret of a link that they just made; nil when it is not one
	// of this room and of theirs.
	Letter func(ctx context.Context, v op.Viewer, secret string) (*Letter, error)
	// Answer hears what somebody wrote back to a letter of the room; nil when the link is not one of the room.
	Answer func(ctx context.Context, a Answer) (*Heard, error)
	// PanelBeside says that the panel stands beside what happened, with the facts.
	PanelBeside bool
	// Beginning stands on Today while there is nothing to do there: how somebody begins who has nothing yet.
	Beginning templ.Component
	// Grounds are what the room rests on: Today says which of them are not there yet.
	Grounds []Ground
	// Acts are what the room can do for or with a person, on that person's page.
	Acts []func(person id.ID) Act
	// Tables are what the room keeps. Their columns say whom a row holds back when an import is taken back, and what
	// becomes of a row when somebody is erased.
	Tables []Table
	// Forget removes what the room keeps of people who are being erased and that the rules of its columns do not say.
	Forget Forget
	// Ages are the kinds of what the room keeps that may be thrown away when it is old.
	Ages []Age
	// Files lists the files in the data directory that rows of the room point to, of all spaces.
	Files func(ctx context.Context, q db.Queryer) ([]File, error)
	// Copied ends in a restored copy what must not go on in two places.
	Copied func(ctx context.Context, tx *db.Tx) error
	// Exports are what an export for people and other programs holds, beside the tables from which Gave reads it back.
	Exports []Export
}

// Principles returns the groups of the operations of the rooms that are one of the seven principles.
func Principles(rooms []Room) []op.Group {
	var out []op.Group
	for _, r := range rooms {
		if !slices.ContainsFunc(r.Places, func(p page.Place) bool { return p.Rank == page.Principle }) {
			continue
		}
		g := op.Group{Key: r.Key, Title: r.Title, About: r.About, Nouns: []string{r.Key}}
		for _, o := range r.Operations {
			if noun := o.Command()[0]; !slices.Contains(g.Nouns, noun) {
				g.Nouns = append(g.Nouns, noun)
			}
		}
		out = append(out, g)
	}
	return out
}

// Act is what can be done for or with a person: a verb that leads to where it is done.
type Act struct {
	Label   string // English, a key of translation
	Icon    string // see page.Icon
	Address string
}

// Ground is what a part of Gave rests on: rows without which it has little to say. Its texts are English, and keys of
// translation.
type Ground struct {
	Table string
	// Where is the condition on the rows, besides the space: $2 is the viewer, $3 who of the network the viewer is, $4
	// nobody.
	Where   string
	Missing string // what is not there yet
	Why     string // why it is needed
	Label   string // the one act by which it comes
	Address string // where that is done
}

// Panel is what a room shows of a person on that person's page; nil for nothing.
type Panel func(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error)

// Forget removes, within a transaction, what is kept of people who are being erased, before the rows that name them go.
// It returns how many rows of the room's first table it removed.
type Forget func(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error)

// Occasion is a meeting with several people.
type Occasion struct {
	Title   string
	When    time.Time
	Place   string
	People  int // besides the viewer
	Address string
}

// Version says which operations show or change something that has a version, so that nobody overwrites what another
// changed meanwhile: see op.Registry.Versions.
type Version struct {
	Field      string // of their input, that says what; empty when there is only one
	Of         func(ctx context.Context, v op.Viewer, which string) (string, error)
	Operations []string
}

// File is a file in the data directory.
type File struct {
	Name   string // with slashes, below the data directory
	SHA256 string // of its content, in hexadecimal digits
}

// Export is the answer of an operation that lists.
type Export struct {
	Operation string
	// TakesIn says that the operation takes in what imports found, or lets go what is over, before it answers. It is
	// asked once before an export, which then sees one state of the database throughout.
	TakesIn bool
	// All gives the whole list, in place of the operation, which gives a page of it; nil to ask the operation.
	All func(ctx context.Context, v op.Viewer) (any, error)
}

// Age is a kind of what a room keeps that may be thrown away when it is old.
type Age struct {
	Kind   string // a word for commands
	Title  string // what it is, in English and in the plural; a key of translation
	Cost   string // what goes with it, one English sentence; a key of translation
	Table  string // of the room, with a key and an owner
	Moment string // the column that says when it was, in microseconds
	Where  string // a condition on the rows, besides; empty for none
	// After puts right what was derived from the rows, within the transaction in which some of an owner's went; nil for
	// nothing.
	After func(ctx context.Context, tx db.Queryer, space, owner id.ID) error
	// Governs says that only owners of the space make a rule of it, for the whole of it.
	Governs bool
}
