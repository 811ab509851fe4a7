package today

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/text/icalendar"
)

// Feed is Today for programs that show feeds and calendars.
type Feed struct {
	Moves   []move.Move
	Base    string    // of the server, such as https://gave.example
	At      time.Time // the moment of the moves
	Printer *locale.Printer
}

// number names a move on a day, so that a reader shows each once a day.
func (f Feed) number(m move.Move) string {
	sum := sha256.Sum256([]byte(m.Key + f.At.In(f.Printer.Zone).Format(time.DateOnly)))
	return hex.EncodeToString(sum[:16])
}

// reasons is why a move is proposed, in lines.
func reasons(m move.Move) string {
	lines := []string{m.Why}
	for _, e := range m.Evidence {
		lines = append(lines, "· "+e.Text)
	}
	return strings.Join(lines, "\n")
}

// Atom writes the moves as an Atom feed (RFC 4287).
func (f Feed) Atom(w io.Writer) error {
	type link struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr,omitempty"`
	}
	type author struct {
		Name string `xml:"name"`
	}
	type entry struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Link    link   `xml:"link"`
		Content string `xml:"content"`
	}
	type feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  author   `xml:"author"`
		Link    link     `xml:"link"`
		Entries []entry  `xml:"entry"`
	}
	day := f.At.In(f.Printer.Zone)
	start := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location()).UTC().Format(time.RFC3339)
	out := feed{
		ID: f.Base + "/", Title: "Gave: " + f.Printer.T("Today"), Updated: start, Author: author{"Gave"},
		Link: link{Href: f.Base + "/"},
	}
	for _, m := range f.Moves {
		out.Entries = append(out.Entries, entry{
			ID: "urn:gave:move:" + f.number(m), Title: m.What, Updated: start, Link: link{Href: f.Base + pageOf(m)},
			Content: reasons(m),
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", " ")
	return encoder.Encode(out)
}

// pageOf is where a move can be made.
func pageOf(m move.Move) string {
	if m.Action.Page != "" {
		return m.Action.Page
	}
	return "/"
}

// ICalendar writes the moves as events of one whole day (RFC 5545), which leave the day free.
func (f Feed) ICalendar(w io.Writer) error {
	day := f.At.In(f.Printer.Zone)
	var events []icalendar.Event
	for _, m := range f.Moves {
		events = append(events, icalendar.Event{
			UID: f.number(m) + "@gave", Stamp: f.At, Day: day, Title: m.What,
			Text: reasons(m) + "\n" + f.Base + pageOf(m),
		})
	}
	if len(events) == 0 { // a reader shows that it was looked
		events = append(events, icalendar.Event{
			UID: day.Format(time.DateOnly) + "@gave", Stamp: f.At, Day: day, Title: f.Printer.T("Nothing for today"),
		})
	}
	if err := icalendar.Write(w, "Today", "Gave: "+f.Printer.T("Today"), events); err != nil {
		return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return nil
}
