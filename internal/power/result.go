package power

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/people"
)

// Result is something that people achieved together. It is told with all who had a part in it, in the order of their
// names: nobody's part is weighed.
type Result struct {
	ID      id.ID        `json:"id"`
	Title   string       `json:"title"`
	What    string       `json:"what,omitempty" doc:"what it is"`
	Link    string       `json:"link,omitempty"`
	Day     string       `json:"day" doc:"when it was achieved, such as 2026-11-29"`
	Goal    *id.ID       `json:"goal,omitempty" doc:"the goal of yours that it was for"`
	People  []people.Ref `json:"people" doc:"who had a part in it, in the order of their names"`
	Own     bool         `json:"own" doc:"you noted it"`
	Shared  bool         `json:"shared" doc:"the members of the space see it"`
	Created time.Time    `json:"created"`
}

const (
	// mostContributors is how many people a result names, mostResults how many results a member keeps.
	mostContributors = 100
	mostResults      = 2000

	longestText = 4000
	longestLink = 2000
)

// check cleans a result and says what is wrong with it. now is the viewer's: what was achieved is not in the future.
func (r *Result) check(now time.Time) error {
	r.Title, r.What, r.Link = strings.Join(strings.Fields(r.Title), " "), strings.TrimSpace(r.What),
		strings.TrimSpace(r.Link)
	for field, s := range map[string]string{"title": r.Title, "what": r.What, "link": r.Link} {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return fault.New(fault.Invalid, "The text is not in UTF-8.").WithField(field)
		}
	}
	switch {
	case r.Title == "" || utf8.RuneCountInString(r.Title) > longestTitle:
		return fault.New(fault.Invalid, "A result has 1 to %d characters.", longestTitle).WithField("title")
	case utf8.RuneCountInString(r.What) > longestText:
		return fault.New(fault.Invalid, "A text has at most %d characters.", longestText).WithField("what")
	}
	if r.Link != "" {
		u, err := url.Parse(r.Link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(r.Link) > longestLink {
			return fault.New(fault.Invalid, "A link begins with http:// or https://.").WithField("link")
		}
	}
	if r.Day = strings.TrimSpace(r.Day); r.Day == "" {
		r.Day = now.Format(time.DateOnly)
	}
	day, err := time.Parse(time.DateOnly, r.Day)
	if err != nil || day.Year() < 1900 {
		return fault.New(fault.Invalid, "%q is not a day.", r.Day).WithHint("Write it as 2026-11-23.").
			WithField("day")
	}
	if day.After(now.AddDate(0, 0, 1)) { // it is tomorrow elsewhere
		return fault.New(fault.Invalid, "%s is still to come.", r.Day).
			WithHint("A result is what was achieved. What is still to be done is a goal.").WithField("day")
	}
	return nil
}

// At is the day of a result.
func (r Result) At() time.Time {
	day, _ := time.Parse(time.DateOnly, r.Day) // a day in the database was checked
	return day
}
