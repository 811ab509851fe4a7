package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// Place is where the navigation leads to.
type Place struct {
	Key     string // what Layout calls its pages by
	Title   string // English, a key of translation
	Address string
	About   string // one English line for the page that leads to all places, a key of translation
	Icon    string // the path of its drawing, on a square of 24 by 24; see Icon
	Rank    Rank
	// Line says how it stands there now, in the language of the reader; "" for About, as nil does.
	Line func(ctx context.Context, v op.Viewer) (string, error)
	// Count is how many are there or wait there, beside its name on wide screens; nil and 0 for nothing. It stands on
	// every page, so it is of what is kept in memory.
	Count func(ctx context.Context, v op.Viewer) (int, error)
}

// count is the number beside a place; empty for none. What fails is only left out: the page is being written.
func (p Place) count(ctx context.Context) string {
	v := From(ctx).Viewer
	if p.Count == nil || v.Role < op.Member {
		return ""
	}
	n, err := p.Count(ctx, v)
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "count", "place", p.Key, "error", fault.Discreet(err))
	}
	if err != nil || n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Standing says of each place how it stands there now, by its key.
func Standing(ctx context.Context, v op.Viewer, places []Place) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range places {
		if p.Line == nil {
			continue
		}
		line, err := p.Line(ctx, v)
		if err != nil {
			return nil, err
		}
		out[p.Key] = line
	}
	return out, nil
}

// Rank says where in the navigation a place stands, and in which parts of it. Those of one rank stand in the order of
// the list of rooms.
type Rank int

// The ranks, in their order.
const (
	Daily     Rank = iota // what one comes for each day
	Everybody             // the people
	Noting                // where something is noted
	Web                   // the net of ties
	Hall                  // the page that leads to all the others; the last on the bar of a phone
	Principle             // a room of one of the seven principles
	Inside                // what is one's own
	Entrance              // how the world comes in
	Cellar                // settings
)

// hall is the page that leads to all that is not on the bar of a phone.
var hall = Place{Key: "more", Title: "More", Address: "/more", Rank: Hall, Icon: "M4 7h16M4 12h16M4 17h16"}

// Navigation returns the places in the order in which the navigation shows them, with the page that leads to those that
// are not on the bar of a phone.
func Navigation(places []Place) []Place {
	all := append([]Place{hall}, places...)
	slices.SortStableFunc(all, func(a, b Place) int { return int(a.Rank - b.Rank) })
	return all
}

// here says whether a place on the bar of a phone holds the page: all that is behind the hall is one there.
func here(ctx context.Context, p Place, current string) bool {
	return p.Key == current || p.Rank == Hall && placeOf(ctx, current).Rank > Hall
}

// placeOf returns the place of that key; an empty one when there is none.
func placeOf(ctx context.Context, key string) Place {
	for _, p := range From(ctx).Places {
		if p.Key == key {
			return p
		}
	}
	return Place{}
}

// parentOf returns the place that leads to the page; false for those that are on the bar of a phone.
func parentOf(ctx context.Context, current string) (Place, bool) {
	switch p := placeOf(ctx, current); {
	case p.Key == "" || p.Key == hall.Key:
		return Place{}, false
	case p.Address != From(ctx).Path:
		return p, true
	case p.Rank > Hall:
		return hall, true
	}
	return Place{}, false
}

// accountMark tells the drafts of one account on a device from those of another, without saying whose they are.
func accountMark(ctx context.Context) string {
	if !From(ctx).SignedIn {
		return ""
	}
	sum := sha256.Sum256([]byte("drafts " + From(ctx).Viewer.Account.String()))
	return hex.EncodeToString(sum[:4])
}

// letterOf returns the key that opens a place: the first letter of its title.
func letterOf(title string) string {
	r, _ := utf8.DecodeRuneInString(title)
	return strings.ToLower(string(r))
}

// drawings are the icons of what is no place.
var drawings = map[string]string{
	"merge": "M4.5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
		"M4.5 18a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
		"M15.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M9.5 6c4 0 3 6 6 6M9.5 18c4 0 3-6 6-6",
	"search": "M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0M16 16l4.5 4.5",
	"onward": "M9.5 5l7 7-7 7", "back": "M14.5 5l-7 7 7 7", "close": "M6 6l12 12M18 6L6 18",
	"mail": "M3.5 6h17v12h-17zM3.5 7l8.5 6.5L20.5 7",
	"phone": "M6 4h4l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v4" +
		"a1.5 1.5 0 0 1-1.6 1.5A16 16 0 0 1 4.5 5.6 1.5 1.5 0 0 1 6 4z",
	"pencil": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14.5 6l3.5 3.5",
	"plus":   "M12 5v14M5 12h14",
	"lock":   "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
}

// drawing returns the path of an icon; an arrow for a name that nothing has.
func drawing(ctx context.Context, name string) string {
	for _, p := range From(ctx).Places {
		if p.Key == name {
			return p.Icon
		}
	}
	if own, ok := drawings[name]; ok {
		return own
	}
	return "M5 12h14M13 6l6 6-6 6"
}
