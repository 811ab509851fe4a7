package page

import (
	"context"
	"slices"
)

// Place is where the navigation leads to.
type Place struct {
	Key     string // what Layout calls its pages by
	Title   string // English, a key of translation
	Address string
	About   string // one English line for the page of rooms, a key of translation
	Icon    string // the path of its drawing, on a square of 24 by 24; see Icon
	Rank    Rank
}

// Rank says where in the navigation a place stands, and in which parts of it. Those of one rank stand in the order of
// the list of rooms.
type Rank int

// The ranks, in their order.
const (
	Daily     Rank = iota // what one comes for each day
	Everybody             // the people
	Hall                  // the page that leads to the rooms
	Principle             // a room of one of the seven principles; on a phone it is behind the hall
	Inside                // behind the hall on every device
	Entrance              // how the world comes in
	Cellar                // settings
)

// hall is the page that leads to the rooms.
var hall = Place{
	Key: "rooms", Title: "Rooms", Address: "/rooms", Rank: Hall,
	Icon: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
}

// Navigation returns the places in the order in which the navigation shows them, with the page that leads to the rooms.
func Navigation(places []Place) []Place {
	all := append([]Place{hall}, places...)
	slices.SortStableFunc(all, func(a, b Place) int { return int(a.Rank - b.Rank) })
	return all
}

// bar says whether the place is in the navigation at the top of the page.
func (p Place) bar() bool { return p.Rank != Hall && p.Rank != Inside }

// tab says whether the place is on the bar of a phone.
func (p Place) tab() bool { return p.Rank != Principle && p.Rank != Inside }

// behind says whether the place is found through the hall.
func (p Place) behind() bool { return p.Rank == Principle || p.Rank == Inside }

// here says whether a place on the bar of a phone holds the page: all that is behind the hall is one there.
func here(ctx context.Context, p Place, current string) bool {
	return p.Key == current || p.Rank == Hall && slices.ContainsFunc(From(ctx).Places, func(other Place) bool {
		return other.Key == current && other.behind()
	})
}

// drawings are the icons of what is no place.
var drawings = map[string]string{
	"merge": "M4.5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
		"M4.5 18a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
		"M15.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M9.5 6c4 0 3 6 6 6M9.5 18c4 0 3-6 6-6",
	"plus": "M12 5v14M5 12h14",
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
