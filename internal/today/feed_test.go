package today_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/today"
)

func feedOf(moves ...move.Move) today.Feed {
	zone, _ := time.LoadLocation("Europe/Amsterdam")
	return today.Feed{
		Moves: moves, Base: "https://gave.example", At: time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC),
		Printer: locale.New(locale.Dutch, zone),
	}
}

var hostile = move.Move{
	Key: "drift:1", What: "Bel <Anna & Bob>;,\\ " + strings.Repeat("lang ", 40), Why: "]]> stil\r\nBEGIN:VEVENT",
	Evidence: []move.Evidence{{Text: "laatste contact"}},
	Action:   move.Action{Page: "/people/1"},
}

func TestAtomFeed(t *testing.T) {
	var out bytes.Buffer
	if err := feedOf(hostile).Atom(&out); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Title string `xml:"title"`
		Entry []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Content string `xml:"content"`
			Link    struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if read.Title != "Gave: Vandaag" || len(read.Entry) != 1 || read.Entry[0].Title != hostile.What ||
		read.Entry[0].Link.Href != "https://gave.example/people/1" {
		t.Errorf("%+v", read)
	}
}

func TestCalendarFeed(t *testing.T) {
	for _, c := range []struct {
		feed today.Feed
		want string
	}{{feedOf(hostile), hostile.What}, {feedOf(), "Niets voor vandaag"}} {
		var out bytes.Buffer
		if err := c.feed.ICalendar(&out); err != nil {
			t.Fatal(err)
		}
		calendar, err := ical.NewDecoder(bytes.NewReader(out.Bytes())).Decode()
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		events := calendar.Events()
		if len(events) != 1 {
			t.Fatalf("%d events:\n%s", len(events), out.String())
		}
		summary, err := events[0].Props.Text(ical.PropSummary)
		if err != nil || summary != c.want {
			t.Errorf("summary %q, %v; want %q", summary, err, c.want)
		}
		// it is past midnight in Amsterdam
		if day := events[0].Props.Get(ical.PropDateTimeStart); day.Value != "20261124" {
			t.Errorf("the day is %s", day.Value)
		}
	}
}
