package calendar

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
)

// Own says what a calendar calls itself, and which addresses in it are those of who keeps it: the name, when that is an
// address, as Google has it; and mine, when it takes part in an event.
func Own(ctx context.Context, src *read.Source, mine string) (name string, own []string, err error) {
	lines := read.ContentLines{Scan: read.NewLines(src), Skip: calendarPassed}
	mine = read.CleanAddress(mine)
	depth := 0
	for {
		if err := ctx.Err(); err != nil {
			return name, own, err
		}
		line, ok := lines.Next()
		if !ok {
			return name, own, lines.Scan.Err
		}
		found := ""
		switch line.Name {
		case "BEGIN":
			depth++
		case "END":
			depth--
		case "X-WR-CALNAME", "NAME":
			if depth == 1 && name == "" {
				name = read.CleanText(read.Unescape(line.Value), 200)
				found = read.CleanAddress(name)
			}
		case "ORGANIZER", "ATTENDEE":
			if p, ok := calendarParty(&line, read.To); ok && p.Address == mine {
				found = mine
			}
		}
		if found != "" && !strings.HasSuffix(found, "calendar.google.com") && !slices.Contains(own, found) {
			own = append(own, found)
		}
	}
}
