package op

import "slices"

// Group is what belongs together in every face: one of the seven principles, or what lies under or around them.
type Group struct {
	Key   string // stable, for addresses and anchors
	Title string // English, also a translation key
	About string // one English line, also a translation key
	// Nouns are the first words of the operations and commands that belong here.
	Nouns []string
}

// house is where what is named nowhere belongs.
var house = Group{
	"house", "Keeping house", "Settings, backup, and whether all is well.",
	[]string{"config", "backup", "restore", "doctor", "rebuild", "version", "completion"},
}

// around are the groups that are no principle. Their operations come from several parts.
var around = []Group{
	{"network", "Your network", "The people you know, how you know them, and what to do today.", []string{
		"today", "inbox", "mail", "capture", "people", "lists", "tie", "organisations", "interactions", "notes",
		"merges", "identity", "news",
	}},
	{"files", "In and out", "Bring in the files you have; take everything out again.", []string{
		"import", "calendar", "source", "phone", "export", "erase", "suppressions", "duties", "feeds", "webhooks",
	}},
	house,
	{"door", "Serving", "The server, and who comes in.", []string{
		"serve", "mcp", "account", "profile", "space", "spaces", "members", "invitations", "share", "tokens",
		"assistants", "sessions", "audit",
	}},
	{"engine", "The engine", "Graph analysis of any network, and fictional networks to try it on.", []string{
		"graph", "world",
	}},
}

// Group adds principles.
func (r *Registry) Group(principles ...Group) { r.principles = append(r.principles, principles...) }

// Groups returns the groups in the order in which every face shows them: the principles come first.
func (r *Registry) Groups() []Group { return slices.Concat(r.principles, around) }

// GroupOf returns the group that the operations and commands of a noun belong to; what is named nowhere belongs to the
// house.
func (r *Registry) GroupOf(noun string) Group {
	for _, g := range r.Groups() {
		if slices.Contains(g.Nouns, noun) {
			return g
		}
	}
	return house
}
