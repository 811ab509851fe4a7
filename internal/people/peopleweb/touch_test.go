package peopleweb

import (
	"testing"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// A tie is told in words before it is told in figures.
func TestTouchInWords(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	every := func(days, from, until int, medium tie.Medium) []tie.Evidence {
		var out []tie.Evidence
		for d := from; d < until; d += days {
			out = append(out, tie.Evidence{Time: now.AddDate(0, 0, -d), Medium: medium})
		}
		return out
	}
	for _, c := range []struct {
		name     string
		evidence []tie.Evidence
		en, nl   string
	}{
		{
			"nothing", nil, "You have not been in touch, as far as Gave knows.",
			"Jullie hebben geen contact gehad, voor zover Gave weet.",
		},
		{
			"asleep", every(30, 800, 900, tie.Mail), "No contact in the past year; the last was 2 years ago.",
			"Geen contact in het afgelopen jaar; het laatst 2 jaar geleden.",
		},
		{
			"each week", every(6, 1, 300, tie.FaceToFace), "In touch almost every week, mostly in person.",
			"Bijna elke week contact, meestal in het echt.",
		},
		{
			"each month", every(20, 1, 360, tie.Mail), "In touch almost every month, mostly by mail.",
			"Bijna elke maand contact, meestal per mail.",
		},
		{
			"some, of old, becoming more", append(every(20, 1, 100, tie.Call), every(50, 1000, 1100, tie.Call)...),
			"In touch 5 times in the past year, mostly by telephone. You have known each other since 2024 at least. " +
				"It becomes more.",
			"5 keer contact in het afgelopen jaar, meestal per telefoon. Jullie kennen elkaar minstens sinds 2024. " +
				"Het wordt meer.",
		},
	} {
		for lang, want := range map[locale.Lang]string{locale.English: c.en, "nl": c.nl} {
			if got := touch(locale.New(lang, time.UTC), c.evidence, now); got != want {
				t.Errorf("%s in %s:\n got %s\nwant %s", c.name, lang, got, want)
			}
		}
	}
	bars := monthly(every(1, 0, 29, tie.Mail), now)
	if bars[months-1] != 29 || bars[months-2] != 0 {
		t.Errorf("29 days of November are %v", bars)
	}
	if got := monthly(every(1, 3000, 3010, tie.Mail), now); got != [months]int{} {
		t.Errorf("what was long ago is in the picture: %v", got)
	}
}

// The latest events stand by themselves; those before are told by month, and none is lost.
func TestEpisodes(t *testing.T) {
	p := locale.New(locale.English, time.UTC)
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	var events []people.Event
	for d := range 60 {
		medium := tie.Mail
		if d%10 == 0 {
			medium = tie.FaceToFace
		}
		events = append(events, people.Event{Time: now.AddDate(0, 0, -d), Medium: medium})
	}
	list := episodes(p, events, now)
	total := 0
	for _, e := range list {
		total += len(e.events)
	}
	if total != len(events) || len(list) != lately+2 {
		t.Fatalf("%d events in %d episodes of %d events", len(events), len(list), total)
	}
	if list[0].when != "today" || list[lately].when != "November" || list[lately+1].when != "October" {
		t.Errorf("the episodes are of %q, %q, %q", list[0].when, list[lately].when, list[lately+1].when)
	}
	if got := list[lately].sum(p); got != "23 × mail, 2 × face to face" {
		t.Errorf("November is told as %q", got)
	}
}
