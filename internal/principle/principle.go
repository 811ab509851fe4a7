// Package principle names the seven principles of Gave and says which operations belong to which, so that every face
// groups them alike.
package principle

import "slices"

// Group is one principle, or what lies under or around the seven.
type Group struct {
	Key   string   // stable, for addresses and anchors
	Title string   // English, also a translation key
	About string   // one English line, also a translation key
	Nouns []string // first words of the operations that belong here
}

// groups in the order in which every face shows them.
var groups = []Group{
	{"give", "Give", "Give without expecting anything back.", []string{"give", "gifts", "commons", "returns"}},
	{"praise", "Praise", "Let others do the boasting.", []string{"praise", "credit"}},
	{"ask", "Ask", "Dare to ask.", []string{"ask", "asks", "introductions", "ring"}},
	{"goodwill", "Goodwill", "Small personal gestures.", []string{"goodwill", "needs", "dates"}},
	{"colleagues", "Colleagues", "Know how things really run.", []string{"colleagues", "survey"}},
	{"horizon", "Horizon", "Broaden it.", []string{"horizon", "map"}},
	{"power", "Power", "Friends in the right places.", []string{"power", "goals"}},
	{"network", "Your network", "The people you know, how you know them, and what to do today.", []string{
		"today", "capture", "people", "person", "tie", "ties", "organisations", "organisation", "interactions",
		"statements", "merges", "notes", "identity",
	}},
	{"files", "In and out", "Bring in the files you have; take everything out again.", []string{
		"import", "imports", "export", "erase", "suppressions", "feeds",
	}},
	{
		"house", "Keeping house", "Settings, backup, and whether all is well.",
		[]string{"config", "backup", "restore", "doctor", "rebuild", "version", "completion"},
	},
	{"door", "Serving", "The server, and who comes in.", []string{
		"serve", "mcp", "profile", "space", "members", "invitations", "tokens", "sessions", "audit", "account",
	}},
	{
		"engine", "The engine", "Graph analysis of any network, and fictional networks to try it on.",
		[]string{"graph", "world"},
	},
}

// All returns the groups in the order in which every face shows them.
func All() []Group { return groups }

// house is where what is named nowhere belongs.
var house = groups[slices.IndexFunc(groups, func(g Group) bool { return g.Key == "house" })]

// Of returns the group that the operations of this noun belong to; what is named nowhere belongs to the house.
func Of(noun string) Group {
	for _, g := range groups {
		for _, n := range g.Nouns {
			if n == noun {
				return g
			}
		}
	}
	return house
}
