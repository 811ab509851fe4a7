// Package power is the principle that power is friends in the right places, on all layers, and what people do together:
// here, the smallest connected group that has what is needed.
package power

import (
	"gave.network/internal/page"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "power", Title: "Influence", About: "Friends in the right places.",
		Places: []page.Place{{
			Key: "power", Title: "Influence", Address: "/power", Rank: page.Principle, Line: s.line,
			About: "Friends in the right places, on all layers, and what people do together.",
			Icon:  "M13 3 5 13.5h6L10 21l9-11h-6.5z",
		}},
		Operations: s.Operations(),
		Versions: []room.Version{
			{Field: "goal", Of: s.Version, Operations: []string{
				"power.goal.show", "power.goal.close", "power.goal.arrange", "power.goal.remove",
			}},
			{Field: "result", Of: s.ResultVersion, Operations: []string{"power.result.show", "power.result.remove"}},
		},
		Pages:    s.pages,
		Find:     skilled.Find(s.network),
		Warm:     s.warm,
		Proposer: s,
		Panel:    s.Panel,
		Tables:   tables(),
		Grounds: []room.Ground{{
			Table: "goal", Where: "owner = $2",
			Missing: "No goal is set yet",
			Why:     "Who is in the right place depends on where you want to go.",
			Label:   "Set a goal", Address: "/power",
		}},
		Exports: []room.Export{{Operation: "power.goals"}, {Operation: "power.result.list"}},
	}
}
