// Package principle names the seven principles of Gave and says which operations belong to which, so that every face groups them alike.
package principle

// Group is one principle, or what lies under or around the seven.
type Group struct {
	Key   string   // stable, for addresses and anchors
	Title string   // English, also a translation key
	About string   // one English line, also a translation key
	Nouns []string // first words of the operations that belong here
}

// groups in the order in which every face shows them.
var groups = []Group{
	{"network", "Your network", "The people you know, how you know them, and what to do today.", []string{
		"today", "capture", "people", "person", "tie", "ties", "organisations", "organisation", "interactions", "statements", "merges",
	}},
	{"give", "Give", "Give without expecting anything back.", []string{"give", "gifts", "commons", "returns"}},
	{"praise", "Praise", "Let others do the boasting.", []string{"praise", "credit"}},
	{"ask", "Ask", "Dare to ask.", []string{"ask", "asks", "introductions", "ring"}},
	{"goodwill", "Goodwill", "Small personal gestures.", []string{"goodwill", "needs", "dates"}},
	{"colleagues", "Colleagues", "Know how things really run.", []string{"colleagues", "survey"}},
	{"horizon", "Horizon", "Broaden it.", []string{"horizon", "map"}},
	{"power", "Power", "Friends in the right places.", []string{"power", "goals"}},
	{"files", "In and out", "Bring in the files you have; take everything out again.", []string{
		"import", "imports", "export", "backup", "restore", "erase", "suppressions", "feeds",
	}},
	{"engine", "The engine", "Graph analysis of any network, and fictional networks to try it on.", []string{"graph", "world"}},
	{"house", "The house", "Members, sign-in, the server and its health.", nil},
}

// All returns the groups in the order in which every face shows them.
func All() []Group { return groups }

// Of returns the group that the operations of this noun belong to; what is named nowhere belongs to the house.
func Of(noun string) Group {
	for _, g := range groups {
		for _, n := range g.Nouns {
			if n == noun {
				return g
			}
		}
	}
	return groups[len(groups)-1]
}
