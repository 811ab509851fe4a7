package room

import (
	"context"
	"net/url"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Finder finds what a room has that a search asks for, as far as the viewer sees it in the room's own lists: at most so
// many of each kind, the likeliest first. An empty query asks for what is likely wanted next, if anything.
type Finder func(ctx context.Context, v op.Viewer, query text.Query, most int) ([]Found, error)

// Found are the things of one kind that a search found.
type Found struct {
	Title string // what they are called, in English and in the plural: a key of translation
	Rank  FoundRank
	Icon  string // see page.Icon; people and organisations are shown by their initials
	Hits  []Hit
	More  string // the address of all of them, when these are not all
}

// FoundRank says where among all that was found a kind stands. Those of one rank stand in the order of the rooms.
type FoundRank int

// The ranks. What can be done stands between people and organisations.
const (
	FoundPeople FoundRank = iota
	FoundActs
	FoundOrganisations
	FoundElse
)

// Hit is a thing that a search found. All but the address is in the reader's language.
type Hit struct {
	Title   string
	Why     string // where the words of the search stand, or what it is
	Address string
	Class   string // of the viewer's tie with a person
	Person  id.ID  // of a person
	Icon    string // in place of that of the kind
}

// Shortcut leads from anywhere to where something is done.
type Shortcut struct {
	// Title is English, and a key of translation; it takes the name of a person when it is done with somebody.
	Title string
	// Address is where it is done. {name} and {person} stand for the name and the id of somebody, {words} for what was
	// typed.
	Address string
	Icon    string
	Fit     Fit
}

// Fit says with whom something is likely done.
type Fit int

// With whom.
const (
	WithNobody Fit = iota
	WithAnybody
	WithClose // whom one is in touch with
	WithFar   // whom one is not in touch with, any more or yet
	WithWords // a sentence or a link, not somebody
)

// About returns the address of a shortcut with what was typed.
func (s Shortcut) About(typed string) string {
	return strings.ReplaceAll(s.Address, "{words}", url.QueryEscape(typed))
}

// For returns the address of a shortcut with somebody.
func (s Shortcut) For(name string, person id.ID) string {
	return strings.NewReplacer("{name}", url.QueryEscape(name), "{person}", person.String()).Replace(s.Address)
}
