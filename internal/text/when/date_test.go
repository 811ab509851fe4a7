package when

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"gave.network/internal/text"
	"pgregory.net/rapid"
)

// tuesday is the "now" of the tests: Tuesday 12 May 2026, half past two in Amsterdam.
var tuesday = func() time.Time {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 5, 12, 14, 30, 0, 0, zone)
}()

var dateCases = []struct {
	in        string
	want      string // local time, "" when no date is to be found
	precision Precision
	used      string // the text used; in when empty
	lean      Lean
}{
	{in: "vandaag", want: "2026-05-12", precision: PrecisionDay},
	{in: "today", want: "2026-05-12", precision: PrecisionDay},
	{in: "gisteren", want: "2026-05-11", precision: PrecisionDay},
	{in: "Gisteren.", want: "2026-05-11", precision: PrecisionDay, used: "Gisteren"},
	{in: "yesterday", want: "2026-05-11", precision: PrecisionDay},
	{in: "eergisteren", want: "2026-05-10", precision: PrecisionDay},
	{in: "the day before yesterday", want: "2026-05-10", precision: PrecisionDay},
	{in: "morgen", want: "2026-05-13", precision: PrecisionDay},
	{in: "tomorrow", want: "2026-05-13", precision: PrecisionDay},
	{in: "overmorgen", want: "2026-05-14", precision: PrecisionDay},
	{in: "the day after tomorrow", want: "2026-05-14", precision: PrecisionDay},
	{in: "gisteravond", want: "2026-05-11", precision: PrecisionDay},
	{in: "gisteravond 8 uur", want: "2026-05-11 20:00", precision: PrecisionTime},
	{in: "gisteren avond om 8 uur", want: "2026-05-11 20:00", precision: PrecisionTime},
	{in: "yesterday evening at 8", want: "2026-05-11 20:00", precision: PrecisionTime},
	{in: "last night", want: "2026-05-11", precision: PrecisionDay},
	{in: "vanmorgen om 9 uur", want: "2026-05-12 09:00", precision: PrecisionTime},
	{in: "this morning", want: "2026-05-12", precision: PrecisionDay},
	{in: "zojuist", want: "2026-05-12 14:30", precision: PrecisionTime},
	{in: "just now", want: "2026-05-12 14:30", precision: PrecisionTime},
	{in: "vorige week", want: "2026-05-04", precision: PrecisionWeek},
	{in: "last week", want: "2026-05-04", precision: PrecisionWeek},
	{in: "deze week", want: "2026-05-11", precision: PrecisionWeek},
	{in: "next week", want: "2026-05-18", precision: PrecisionWeek},
	{in: "vorige maand", want: "2026-04-01", precision: PrecisionMonth},
	{in: "last month", want: "2026-04-01", precision: PrecisionMonth},
	{in: "vorig jaar", want: "2025-01-01", precision: PrecisionYear},
	{in: "afgelopen weekend", want: "2026-05-09", precision: PrecisionDay},
	{in: "komend weekend", want: "2026-05-16", precision: PrecisionDay},
	{in: "afgelopen maart", want: "2026-03-01", precision: PrecisionMonth},
	{in: "last June", want: "2025-06-01", precision: PrecisionMonth},
	{in: "maandag", want: "2026-05-11", precision: PrecisionDay},
	{in: "dinsdag", want: "2026-05-12", precision: PrecisionDay},
	{in: "woensdag", want: "2026-05-06", precision: PrecisionDay},
	{in: "woensdag", want: "2026-05-13", precision: PrecisionDay, lean: Future},
	{in: "op ma", want: "2026-05-11", precision: PrecisionDay, used: "op ma"},
	{in: "ma", want: ""},
	{in: "do it", want: ""},
	{in: "last Tuesday", want: "2026-05-05", precision: PrecisionDay},
	{in: "afgelopen dinsdag", want: "2026-05-05", precision: PrecisionDay},
	{in: "afgelopen vrijdag", want: "2026-05-08", precision: PrecisionDay},
	{in: "volgende maandag", want: "2026-05-18", precision: PrecisionDay},
	{in: "next Tuesday", want: "2026-05-19", precision: PrecisionDay},
	{in: "komende donderdag", want: "2026-05-14", precision: PrecisionDay},
	{in: "vorige week dinsdag", want: "2026-05-05", precision: PrecisionDay},
	{in: "dinsdag vorige week", want: "2026-05-05", precision: PrecisionDay},
	{in: "zondag vorige week", want: "2026-05-10", precision: PrecisionDay},
	{in: "volgende week vrijdag om 15u30", want: "2026-05-22 15:30", precision: PrecisionTime},
	{in: "deze vrijdag", want: "2026-05-15", precision: PrecisionDay},
	{in: "maandagavond", want: "2026-05-11", precision: PrecisionDay},
	{in: "maandagavond half acht", want: "2026-05-11 19:30", precision: PrecisionTime},
	{in: "dinsdag 3 maart", want: "2026-03-03", precision: PrecisionDay},
	{in: "3 dagen geleden", want: "2026-05-09", precision: PrecisionDay},
	{in: "drie dagen geleden", want: "2026-05-09", precision: PrecisionDay},
	{in: "3 days ago", want: "2026-05-09", precision: PrecisionDay},
	{in: "een week geleden", want: "2026-05-05", precision: PrecisionDay},
	{in: "a month ago", want: "2026-04-01", precision: PrecisionMonth},
	{in: "half jaar geleden", want: "2025-11-01", precision: PrecisionMonth},
	{in: "twee jaar geleden", want: "2024-01-01", precision: PrecisionYear},
	{in: "two hours ago", want: "2026-05-12 12:30", precision: PrecisionTime},
	{in: "over twee weken", want: "2026-05-26", precision: PrecisionDay},
	{in: "in two weeks", want: "2026-05-26", precision: PrecisionDay},
	{in: "two weeks from now", want: "2026-05-26", precision: PrecisionDay},
	{in: "binnen drie dagen", want: "2026-05-15", precision: PrecisionDay},
	{in: "999 years ago", want: ""},
	{in: "3 mei", want: "2026-05-03", precision: PrecisionDay},
	{in: "3 May", want: "2026-05-03", precision: PrecisionDay},
	{in: "3 May 15:00", want: "2026-05-03 15:00", precision: PrecisionTime},
	{in: "op 3 mei om 15u30", want: "2026-05-03 15:30", precision: PrecisionTime},
	{in: "15:00 on 3 May", want: "2026-05-03 15:00", precision: PrecisionTime},
	{in: "May 3rd, 2025 at 3pm", want: "2025-05-03 15:00", precision: PrecisionTime},
	{in: "May 3", want: "2026-05-03", precision: PrecisionDay},
	{in: "the 3rd of May", want: "2026-05-03", precision: PrecisionDay},
	{in: "on the 3rd of May 2024", want: "2024-05-03", precision: PrecisionDay},
	{in: "3e mei", want: "2026-05-03", precision: PrecisionDay},
	{in: "1ste juni", want: "2025-06-01", precision: PrecisionDay},
	{in: "3 mei 2019", want: "2019-05-03", precision: PrecisionDay},
	{in: "3 mei '19", want: "2019-05-03", precision: PrecisionDay},
	{in: "3 december", want: "2025-12-03", precision: PrecisionDay},
	{in: "3 december", want: "2026-12-03", precision: PrecisionDay, lean: Future},
	{in: "3 juni", want: "2026-06-03", precision: PrecisionDay, lean: Recent},
	{in: "3 december", want: "2025-12-03", precision: PrecisionDay, lean: Recent},
	{in: "3 mei", want: "2026-05-03", precision: PrecisionDay, lean: Recent},
	{in: "wo 20 mei", want: "2026-05-20", precision: PrecisionDay, lean: Future},
	{in: "dinsdag 15.00", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "week 18", want: "2026-04-27", precision: PrecisionWeek},
	{in: "week 30", want: "2025-07-21", precision: PrecisionWeek},
	{in: "week 53 2020", want: "2020-12-28", precision: PrecisionWeek},
	{in: "week 53 2021", want: ""},
	{in: "since 2019", want: "2019-01-01", precision: PrecisionYear},
	{in: "for Friday", want: "2026-05-15", precision: PrecisionDay},
	{in: "voor 1 juni", want: "2026-06-01", precision: PrecisionDay},
	{in: "before 1 June", want: "2026-06-01", precision: PrecisionDay},
	{in: "by Friday", want: "2026-05-15", precision: PrecisionDay},
	{in: "voor vrijdag", want: "2026-05-15", precision: PrecisionDay},
	{in: "uiterlijk 1 april", want: "2027-04-01", precision: PrecisionDay},
	{in: "29 februari", want: "2024-02-29", precision: PrecisionDay},
	{in: "30 februari", want: ""},
	{in: "31 april 2026", want: ""},
	{in: "mei 2019", want: "2019-05-01", precision: PrecisionMonth},
	{in: "in mei", want: "2026-05-01", precision: PrecisionMonth},
	{in: "in June", want: "2025-06-01", precision: PrecisionMonth},
	{in: "sinds maart", want: "2026-03-01", precision: PrecisionMonth},
	{in: "in 2019", want: "2019-01-01", precision: PrecisionYear},
	{in: "mei", want: ""},
	{in: "I may go", want: ""},
	{in: "2026-05-03", want: "2026-05-03", precision: PrecisionDay},
	{in: "2026-05-03T15:04", want: "2026-05-03 15:04", precision: PrecisionTime},
	{in: "2026-05", want: "2026-05-01", precision: PrecisionMonth},
	{in: "3-5-2026", want: "2026-05-03", precision: PrecisionDay},
	{in: "03/05/2026", want: "2026-05-03", precision: PrecisionDay},
	{in: "3.5.2026", want: "2026-05-03", precision: PrecisionDay},
	{in: "3-5-26", want: "2026-05-03", precision: PrecisionDay},
	{in: "3-5-80", want: "1980-05-03", precision: PrecisionDay},
	{in: "5/23/2025", want: "2025-05-23", precision: PrecisionDay},
	{in: "3/5", want: "2026-05-03", precision: PrecisionDay},
	{in: "op 3-5", want: "2026-05-03", precision: PrecisionDay},
	{in: "3-5", want: ""},
	{in: "24/7", want: ""},
	{in: "1/2 uur", want: ""},
	{in: "50/50", want: ""},
	{in: "32/1", want: ""},
	{in: "0000-00-00", want: ""},
	{in: "1234-05-06", want: ""},
	{in: "om 15u30", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "15.30 uur", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "om 15.30", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "15.30", want: ""},
	{in: "15 uur", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "2 uur", want: ""},
	{in: "om 2 uur", want: "2026-05-12 14:00", precision: PrecisionTime},
	{in: "half vier", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "half een", want: "2026-05-12 12:30", precision: PrecisionTime},
	{in: "half past three", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "kwart over drie", want: "2026-05-12 15:15", precision: PrecisionTime},
	{in: "kwart voor twaalf", want: "2026-05-12 11:45", precision: PrecisionTime},
	{in: "tien over half vier", want: "2026-05-12 15:40", precision: PrecisionTime},
	{in: "vijf voor half negen", want: "2026-05-12 08:25", precision: PrecisionTime},
	{in: "a quarter to four", want: "2026-05-12 15:45", precision: PrecisionTime},
	{in: "ten past nine", want: "2026-05-12 09:10", precision: PrecisionTime},
	{in: "half acht 's avonds", want: "2026-05-12 19:30", precision: PrecisionTime},
	{in: "3 uur 's nachts", want: "2026-05-12 03:00", precision: PrecisionTime},
	{in: "3pm", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "3 p.m.", want: "2026-05-12 15:00", precision: PrecisionTime, used: "3 p.m"},
	{in: "12am", want: "2026-05-12 00:00", precision: PrecisionTime},
	{in: "9:15am", want: "2026-05-12 09:15", precision: PrecisionTime},
	{in: "3:30", want: "2026-05-12 15:30", precision: PrecisionTime},
	{in: "03:30", want: "2026-05-12 03:30", precision: PrecisionTime},
	{in: "at 3 o'clock", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "noon", want: "2026-05-12 12:00", precision: PrecisionTime},
	{in: "15:00-16:30", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "van 15:00 tot 16:30", want: "2026-05-12 15:00", precision: PrecisionTime},
	{in: "gisteren 3-4pm", want: "2026-05-11 15:00", precision: PrecisionTime},
	{in: "25:00", want: ""},
	{in: "12:60", want: ""},
	{in: "99u", want: ""},
	{in: "om 3 redenen", want: ""},
	{in: "at 3 locations", want: ""},
	{in: "in de lente", want: "2026-04-01", precision: PrecisionMonth},
	{in: "een paar dagen geleden", want: ""},
	{in: "", want: ""},
	{in: "---", want: ""},
	{in: "lunch met Jan 3 mei", want: "2026-05-03", precision: PrecisionDay, used: "3 mei"},
	{in: "lunch gisteren met Anna", want: "2026-05-11", precision: PrecisionDay, used: "gisteren"},
	{in: "(gisteren, 15:00)", want: "2026-05-11 15:00", precision: PrecisionTime, used: "gisteren, 15:00"},
}

func TestParse(t *testing.T) {
	for _, c := range dateCases {
		got, ok := Parse(c.in, tuesday, c.lean)
		if !ok {
			if c.want != "" {
				t.Errorf("Parse(%q) finds nothing, want %s", c.in, c.want)
			}
			continue
		}
		layout := "2006-01-02"
		if got.Precision == PrecisionTime {
			layout += " 15:04"
		}
		used := c.used
		if used == "" {
			used = c.in
		}
		if got.Time.Format(layout) != c.want || got.Precision != c.precision || got.Span.In(c.in) != used {
			t.Errorf("Parse(%q) = %s %s from %q, want %s %s from %q", c.in, got.Time.Format("2006-01-02 15:04"),
				got.Precision, got.Span.In(c.in), c.want, c.precision, used)
		}
	}
}

func TestParseDetails(t *testing.T) {
	for _, c := range []struct {
		in       string
		year     bool
		deadline bool
		length   time.Duration
	}{
		{"3 mei", false, false, 0},
		{"3 mei 1980", true, false, 0},
		{"gisteren", true, false, 0},
		{"voor 3 juni", false, true, 0},
		{"binnen twee weken", true, true, 0},
		{"15:00-16:30", true, false, 90 * time.Minute},
		{"15:00 tot 16:30", true, false, 90 * time.Minute},
		{"22u-1u", true, false, 3 * time.Hour},
	} {
		got, ok := Parse(c.in, tuesday, Past)
		if !ok || got.HasYear != c.year || got.Deadline != c.deadline || got.Duration != c.length {
			t.Errorf("Parse(%q) = %+v, want year %v, deadline %v, duration %v", c.in, got, c.year,
				c.deadline, c.length)
		}
	}
}

// Every day written in each usual way is read back as that day.
func TestDateRoundTrip(t *testing.T) {
	dutch := []string{
		"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
		"november", "december",
	}
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(1900, 1, 1, 0, 0, 0, 0, tuesday.Location()).
			AddDate(0, 0, rapid.IntRange(0, 109000).Draw(t, "days"))
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		for _, written := range []string{
			day.Format("2006-01-02"), day.Format("2-1-2006"), day.Format("02/01/2006"), day.Format("2 January 2006"),
			day.Format("January 2, 2006"), day.Format("2 Jan 2006"),
			day.Format("2 ") + dutch[day.Month()-1] + day.Format(" 2006"),
		} {
			got, ok := Parse(written, tuesday, Past)
			if !ok || !got.Time.Equal(day) || got.Span != (text.Span{End: len(written)}) {
				t.Fatalf("Parse(%q) = %+v, %v", written, got, ok)
			}
			stamp := written + time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC).Format(" 15:04")
			got, ok = Parse(stamp, tuesday, Past)
			y, m, d := got.Time.Date()
			if !ok || y != day.Year() || m != day.Month() || d != day.Day() || got.Precision != PrecisionTime ||
				got.Span != (text.Span{End: len(stamp)}) {
				t.Fatalf("Parse(%q) = %+v, %v", stamp, got, ok)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, c := range dateCases {
		f.Add(c.in)
	}
	f.Add(strings.Repeat("voor ", 500) + "vrijdag")
	f.Fuzz(func(t *testing.T, s string) {
		for _, lean := range []Lean{Past, Future} {
			got, ok := Parse(s, tuesday, lean)
			if !ok {
				continue
			}
			if got.Span.Start < 0 || got.Span.End > len(s) || got.Span.Start >= got.Span.End {
				t.Fatalf("Parse(%q) has the span %v", s, got.Span)
			}
			if y := got.Time.Year(); y < 1880 || y > 2300 {
				t.Fatalf("Parse(%q) = %v", s, got.Time)
			}
			if got.Duration < 0 || got.Duration > 24*time.Hour {
				t.Fatalf("Parse(%q) lasts %v", s, got.Duration)
			}
		}
	})
}

// Easter as printed in almanacs.
func TestEaster(t *testing.T) {
	for _, want := range []string{"1961-04-02", "2000-04-23", "2019-04-21", "2024-03-31", "2026-04-05", "2038-04-25"} {
		day, err := time.Parse(time.DateOnly, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := easter(day.Year(), time.UTC); !got.Equal(day) {
			t.Errorf("Easter of %d is %s, want %s", day.Year(), got.Format(time.DateOnly), want)
		}
	}
}
