package give

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/people"
)

const (
	// smallPiece is the most minutes of a small gift.
	smallPiece = 15
	// unknownPiece is how long a gift is taken to have cost when that was not noted.
	unknownPiece = 5
	// lately is over which time it is seen where the effort goes.
	lately = 8 * 7 * 24 * time.Hour
	// Of what was given lately, one person takes all when it is most of at least an hour, in several of enough gifts.
	mostOfAll    = 0.6
	leastMinutes = 60
	leastGifts   = 5
	leastToOne   = 3
)

// Health says how the viewer gives: how much this week, in pieces how small, and whether one person takes most of it.
// It is for the viewer alone, and says nothing of what came back.
type Health struct {
	Times   int    `json:"times" doc:"gifts in the last seven days"`
	Minutes int    `json:"minutes" doc:"what they took, as far as that was noted"`
	Budget  int    `json:"budget" doc:"the minutes a week that you set yourself; 0 for none"`
	Lately  int    `json:"lately" doc:"gifts in the last eight weeks"`
	Small   int    `json:"small" doc:"of these, how many took a quarter of an hour at most"`
	Takes   *Taker `json:"takes,omitempty" doc:"who takes most of what you gave in the last eight weeks"`
}

// Taker is somebody who takes most of what is given.
type Taker struct {
	Person people.Ref `json:"person"`
	Part   float64    `json:"part" doc:"of the time that you gave, from 0 to 1"`
}

// over says whether more was given than the viewer means to.
func (h Health) over() bool { return h.Budget > 0 && h.Minutes > h.Budget }

// healthOf looks at gifts, the newest first.
func healthOf(gifts []Gift, budget int, now time.Time) Health {
	h := Health{Budget: budget}
	effort, times := map[id.ID]float64{}, map[id.ID]int{}
	all, toSomebody := 0.0, 0
	ref := map[id.ID]people.Ref{}
	for _, g := range gifts {
		if g.At.After(now) {
			continue
		}
		ago := now.Sub(g.At)
		if ago >= lately {
			break
		}
		if ago < 7*24*time.Hour {
			h.Times++
			h.Minutes += g.Minutes
		}
		took := cmp.Or(g.Minutes, unknownPiece)
		if h.Lately++; took <= smallPiece {
			h.Small++
		}
		all += float64(took)
		if len(g.People) > 0 {
			toSomebody++
		}
		for _, p := range g.People {
			effort[p.ID] += float64(took) / float64(len(g.People))
			times[p.ID]++
			ref[p.ID] = p
		}
	}
	if all < leastMinutes || toSomebody < leastGifts {
		return h
	}
	for key, minutes := range effort {
		if minutes >= mostOfAll*all && times[key] >= leastToOne {
			h.Takes = &Taker{ref[key], minutes / all}
		}
	}
	return h
}

// week says how much the viewer gave in the last week; what the room is for when that is nothing.
func (h Health) week(p *locale.Printer) string {
	given := p.T("This week you gave %d times", h.Times)
	switch {
	case h.Times == 0 && h.Budget == 0:
		return p.T("Give without expecting anything back.")
	case h.Budget > 0:
		return given + ", " + p.T("%d of the %d minutes that you set yourself", h.Minutes, h.Budget)
	case h.Minutes == 0:
		return given
	}
	return given + ", " + p.T("%d minutes", h.Minutes)
}

// quiet says what the viewer may want to know of how they give; nothing when all is well.
func (h Health) quiet(p *locale.Printer) []string {
	var out []string
	if h.over() {
		out = append(out, p.T("That is more than you set yourself. What is not asked of you can wait."))
	}
	if h.Takes != nil {
		out = append(out, p.T("In eight weeks %s took %s of the time that you gave. Only you see this.",
			h.Takes.Person.Name, locale.Percent(h.Takes.Part)))
	}
	return out
}

// pieces says how small the gifts are; nothing when there are too few to tell.
func (h Health) pieces(p *locale.Printer) string {
	if h.Lately < leastGifts {
		return ""
	}
	return p.T("Of the %d times in eight weeks, %d took a quarter of an hour at most.", h.Lately, h.Small)
}

// Text prints it as sentences.
func (h Health) Text(p *locale.Printer) string {
	lines := append([]string{h.week(p)}, h.quiet(p)...)
	if pieces := h.pieces(p); pieces != "" {
		lines = append(lines, pieces)
	}
	return fmt.Sprintln(strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n"))
}
