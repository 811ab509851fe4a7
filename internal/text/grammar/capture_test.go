package grammar

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tuesday is the "now" of the tests: 12 May 2026, half past two in Amsterdam.
var tuesday = func() time.Time {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 5, 12, 14, 30, 0, 0, zone)
}()

// circle is the fictional address book of the tests.
type circle []struct{ id, name, address string }

var friends = circle{
	{"anna", "Anna Jansen", "anna@acme.nl"},
	{"bob", "Bob Smit", "bob@x.nl"},
	{"carla", "Carla Visser", "carla@x.nl"},
	{"dirk", "Dirk de Wit", "dirk@x.nl"},
	{"eva", "Eva Bos", "eva@x.nl"},
	{"frank", "Frank van der Berg", "frank@x.nl"},
	{"jan", "Jan van der Berg", "jan@x.nl"},
	{"sanne-m", "Sanne Mulder", "sanne1@x.nl"},
	{"sanne-p", "Sanne Peters", "sanne2@x.nl"},
}

func (c circle) Lookup(ref string) (found []Candidate) {
	for _, f := range c {
		if score := names.RefScore(ref, names.Parse(f.name), f.address); score > 0 {
			found = append(found, Candidate{ID: f.id, Name: f.name, Score: score})
		}
	}
	return found
}

func describeMentions(people []Mention) string {
	var all []string
	for _, m := range people {
		s := m.Chosen
		switch {
		case m.New:
			s = "+" + m.Name.Full
		case m.Chosen == "":
			s = "?" + m.Text
		}
		if details := text.Join(", ", m.Organisation, m.Role, m.Address, m.Phone); details != "" &&
			details != m.Text {
			s += " (" + details + ")"
		}
		all = append(all, s)
	}
	return strings.Join(all, " & ")
}

// describe writes a capture the way testdata/capture.txt expects it.
func describe(c Capture) string {
	var out strings.Builder
	for _, i := range c.Items {
		fmt.Fprintf(&out, "= %s %s", i.Kind, describeMentions(i.People))
		if len(i.Others) > 0 {
			fmt.Fprintf(&out, " -> %s", describeMentions(i.Others))
		}
		for _, part := range i.Summary() {
			fmt.Fprintf(&out, " | %s: %s", part.Name, part.Value)
		}
		if i.When.Deadline {
			out.WriteString(" | deadline")
		}
		if i.When.Precision != "" && !i.When.HasYear {
			out.WriteString(" | any year")
		}
		out.WriteByte('\n')
	}
	for _, u := range c.Unclear {
		fmt.Fprintf(&out, "? %s: %s", u.Reason, u.Text)
		for _, choice := range u.Choices {
			fmt.Fprintf(&out, " [%s]", choice.ID)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// captureCase is a block of testdata/capture.txt: a line, and what is to be understood of it.
type captureCase struct{ line, want string }

func captureCases(t testing.TB) []captureCase {
	t.Helper()
	file, err := os.ReadFile("testdata/capture.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []captureCase
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, "> "):
			cases = append(cases, captureCase{line: strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(line[2:])})
		default:
			cases[len(cases)-1].want += line + "\n"
		}
	}
	return cases
}

func TestParse(t *testing.T) {
	cases := captureCases(t)
	if len(cases) < 150 {
		t.Errorf("only %d cases", len(cases))
	}
	for _, c := range cases {
		got, err := Parse(c.line, tuesday, friends)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.line, err)
			continue
		}
		if diff := cmp.Diff(c.want, describe(got)); diff != "" {
			t.Errorf("Parse(%q): -want +got\n%s", c.line, diff)
		}
		checkCapture(t, c.line, got)
	}
}

// checkCapture holds for every line: pieces lie in the line, in order, and do not overlap.
func checkCapture(t interface {
	Fatalf(string, ...any)
	Helper()
}, line string, c Capture,
) {
	t.Helper()
	end := 0
	for _, i := range c.Items {
		if i.Span.Start < end || i.Span.End > len(line) || i.Span.Start >= i.Span.End {
			t.Fatalf("Parse(%q): the item %+v has a bad span", line, i)
		}
		end = i.Span.End
		if len(i.People) == 0 && !i.Everyone {
			t.Fatalf("Parse(%q): the item %+v has no people", line, i)
		}
		var taken []text.Span
		for _, m := range append(append([]Mention(nil), i.People...), i.Others...) {
			if m.Span.Start < i.Span.Start || m.Span.End > i.Span.End || m.Span.Start > m.Span.End {
				t.Fatalf("Parse(%q): the mention %+v is outside its item", line, m)
			}
			for _, o := range taken {
				if m.Span.Start < o.End && o.Start < m.Span.End {
					t.Fatalf("Parse(%q): mentions overlap in %+v", line, i)
				}
			}
			taken = append(taken, m.Span)
			asked := slices.ContainsFunc(c.Unclear, func(u Unclear) bool { return u.Span == m.Span })
			if m.New == (m.Chosen != "") && !asked && len(m.Candidates) == 0 {
				t.Fatalf("Parse(%q): the mention %+v is neither new nor known nor unclear", line, m)
			}
		}
		if i.When.Precision != "" && (i.When.Span.Start < i.Span.Start || i.When.Span.End > i.Span.End) {
			t.Fatalf("Parse(%q): the date of %+v is outside its item", line, i)
		}
		for _, s := range []string{i.Title, i.Place, i.Text, i.Organisation, i.Role, i.Link, i.Activity} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\t") {
				t.Fatalf("Parse(%q): %q is not clean", line, s)
			}
		}
	}
	for _, u := range c.Unclear {
		if u.Span.Start < 0 || u.Span.End > len(line) || u.Span.Start >= u.Span.End {
			t.Fatalf("Parse(%q): %+v has a bad span", line, u)
		}
	}
}

func TestParseTooLong(t *testing.T) {
	for _, line := range []string{
		strings.Repeat("a", text.MaxLine+1), strings.Repeat("é", text.MaxLine+1),
		strings.Repeat("lunch @anna ", 5<<20/12),
	} {
		start := time.Now()
		if c, err := Parse(line, tuesday, friends); !errors.Is(err, ErrTooLong) || len(c.Items) > 0 {
			t.Errorf("Parse of %d bytes: %d items, %v", len(line), len(c.Items), err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("a line of %d bytes took %v to refuse", len(line), took)
		}
	}
	if _, err := Parse(strings.Repeat("é", text.MaxLine), tuesday, nil); err != nil {
		t.Errorf("a line of %d characters: %v", text.MaxLine, err)
	}
}

// Lines that could make a careless reader slow.
func TestParseHostileLines(t *testing.T) {
	for _, piece := range []string{
		"@", "@anna ", "@a,", "\"", "(", "((a)", "#", "a ", "and ", "Anna ", "Van ", "van der ", "lunch ", "gisteren ",
		"voor ", "is ", "@anna is ", "heeft ", "needs ", "1 ", "om 3 ",
		"; ", ", ", "who likes ", "ze zoekt, ", "about in ", "in ", "'", "\xff", "é", "http://", "http://a ",
		"Jan v.d. ", "a@b ", "@\"", "\u200b", "week 3 ", "kwam ", "“", "gave @a ",
	} {
		line := strings.Repeat(piece, text.MaxLine/utf8.RuneCountInString(piece))
		start := time.Now()
		c, err := Parse(line, tuesday, friends)
		if err != nil {
			t.Errorf("%q repeated: %v", piece, err)
		}
		checkCapture(t, line, c)
		// Generous, because other work may share the machine; the usual time is a few milliseconds.
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%q repeated took %v", piece, took)
		}
	}
}

// grammarLine draws lines out of the words of the grammar, which random text would hardly hit.
func grammarLine() *rapid.Generator[string] {
	words := rapid.SampledFrom(strings.Fields(`@anna @bob @zoe @anna@x.nl @"Anna_Jansen" Anna Jansen Jan van der Berg met with lunch koffie call zoom gebeld mail needs zoekt heeft nodig likes houdt van gave gaf got
		kreeg introduced stelde voor aan to from ask vraag works at werkt bij als is jarig birthday gisteren tomorrow 3 mei 2019 15:00 half vier over twee weken voor vrijdag 20 min "title" (ACME,sales) #tag
		https://example.org , ; . : en and ze she him her everyone iedereen about in Utrecht op de het een niet not tegen kwam week 12 31-02-2026 25:00 é 🎉 ' " ( ) @ # - – vandaag me mij`))
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(words, 1, 25).Draw(t, "words"),
			rapid.SampledFrom([]string{" ", " ", "", ", "}).Draw(t, "between"))
	})
}

func TestParseProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.OneOf(rapid.String(), grammarLine()).Draw(t, "line")
		c, err := Parse(line, tuesday, friends)
		if err != nil {
			t.Fatalf("Parse(%q): %v", line, err)
		}
		checkCapture(t, line, c)
		again, _ := Parse(line, tuesday, friends)
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatalf("Parse(%q) differs the second time:\n%s", line, diff)
		}
		for _, i := range c.Items {
			_ = i.Line()
		}
	})
}

// An item written as a line is read back as the same item.
func TestLineRoundTrip(t *testing.T) {
	person := rapid.Custom(func(t *rapid.T) Mention {
		f := rapid.SampledFrom(friends).Draw(t, "friend")
		return Mention{Text: f.name, Chosen: f.id}
	})
	people := rapid.SliceOfNDistinct(person, 1, 3, func(m Mention) string { return m.Chosen })
	phrase := rapid.SampledFrom([]string{
		"typography", "house in Utrecht", "nieuwe website", "Utrecht", "budget 2026", "drie fotografen",
		"toegang tot archief", "résumé", "café met terras", "ontwerp",
	})
	place := rapid.SampledFrom([]string{"", "Utrecht", "café De Unie", "Den Haag", "kantoor"})
	title := rapid.SampledFrom([]string{"", "budget", "het nieuwe plan", "Anna's idee", "3 mei", "lunch"})
	tags := rapid.SampledFrom([][]string{nil, {"werk"}, {"werk", "netwerk-2026"}})
	duration := rapid.SampledFrom([]time.Duration{0, 20 * time.Minute, 90 * time.Minute})
	date := rapid.Custom(func(t *rapid.T) when.Date {
		day := time.Date(2000, 1, 1, 0, 0, 0, 0, tuesday.Location()).
			AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "day"))
		switch rapid.IntRange(0, 4).Draw(t, "precision") {
		case 0:
			return when.Date{}
		case 1:
			return when.Date{Time: day, Precision: when.PrecisionDay, HasYear: true}
		case 2:
			return when.Date{
				Time: time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, day.Location()), Precision: when.PrecisionMonth,
				HasYear: true,
			}
		case 3:
			monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
			return when.Date{Time: monday, Precision: when.PrecisionWeek, HasYear: true}
		}
		return when.Date{
			Time: time.Date(day.Year(), day.Month(), day.Day(), rapid.IntRange(0, 23).Draw(t, "hour"), 30, 0, 0,
				day.Location()), Precision: when.PrecisionTime, HasYear: true,
		}
	})
	item := rapid.Custom(func(t *rapid.T) Item {
		i := Item{
			Kind: rapid.SampledFrom([]Kind{
				KindInteraction, KindPerson, KindNeed, KindInterest, KindFact, KindGift, KindReturn, KindIntroduction,
				KindAsk, KindNote,
			}).Draw(t, "kind"),
			Tags: tags.Draw(t, "tags"),
		}
		i.People = people.Draw(t, "people")
		switch i.Kind {
		case KindInteraction:
			i.Medium = rapid.SampledFrom([]string{"face", "video", "call", "message", "mail"}).Draw(t, "medium")
			i.When, i.Duration, i.Title, i.Place = date.Draw(t, "when"), duration.Draw(t, "duration"),
				title.Draw(t, "title"), place.Draw(t, "place")
		case KindPerson:
			i.People = []Mention{{Text: "Carla Fictova", New: true, Organisation: "ACME", Role: "sales"}}
			if rapid.Bool().Draw(t, "met") {
				i.Medium, i.When, i.Place = "face", date.Draw(t, "when"), place.Draw(t, "place")
			}
		case KindNeed, KindAsk:
			i.Text = phrase.Draw(t, "text")
			if i.When = date.Draw(t, "when"); i.When.Precision != when.PrecisionDay {
				i.When = when.Date{}
			}
			i.When.Deadline = i.When.Precision != ""
		case KindInterest:
			i.Text = phrase.Draw(t, "text")
		case KindFact:
			switch i.Fact = rapid.SampledFrom([]string{"organisation", "role", "place", "birthday", "phone", "skill"}).
				Draw(t, "fact"); i.Fact {
			case "organisation":
				i.Organisation, i.Role = "Stichting Beeld", rapid.SampledFrom([]string{"", "designer"}).Draw(t, "role")
			case "role":
				i.Role = "fotograaf"
			case "place":
				i.Place = "Den Haag"
			case "birthday":
				i.When = when.Date{
					Time:      time.Date(1980, 5, 3, 0, 0, 0, 0, tuesday.Location()),
					Precision: when.PrecisionDay, HasYear: true,
				}
			case "phone":
				i.Text = "+31612345678"
			case "skill":
				i.Text = phrase.Draw(t, "text")
			}
		case KindGift:
			i.Title, i.Link, i.Duration, i.When = title.Draw(t, "title"), "https://example.org/a?b=1",
				duration.Draw(t, "duration"), date.Draw(t, "when")
			i.Gift = "knowledge"
		case KindReturn:
			i.Text, i.Return, i.When = "job", "job", date.Draw(t, "when")
		case KindIntroduction:
			i.People, i.Others = []Mention{{Text: "Anna Jansen", Chosen: "anna"}},
				[]Mention{{Text: "Bob Smit", Chosen: "bob"}}
			i.When = date.Draw(t, "when")
		case KindNote:
			i.People = i.People[:1]
			i.Text = rapid.SampledFrom([]string{"vertelde over haar project", "is ziek", "has two dogs"}).
				Draw(t, "text")
		}
		return i
	})
	rapid.Check(t, func(t *rapid.T) {
		want := item.Draw(t, "item")
		line := want.Line()
		c, err := Parse(line, tuesday, friends)
		if err != nil || len(c.Items) != 1 {
			t.Fatalf("%q: %d items, %v", line, len(c.Items), err)
		}
		got := c.Items[0]
		if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
			t.Fatalf("%q: -want +got\n%s", line, diff)
		}
		if len(c.Unclear) > 0 {
			t.Fatalf("%q: unclear %+v", line, c.Unclear)
		}
	})
}

// plain leaves out what a line does not say again: spans, candidates and the word for the medium.
func plain(i Item) Item {
	i.Span, i.When.Span, i.Activity = text.Span{}, text.Span{}, ""
	strip := func(people []Mention) []Mention {
		var out []Mention
		for _, m := range people {
			out = append(out,
				Mention{Text: m.Text, Chosen: m.Chosen, New: m.New, Organisation: m.Organisation, Role: m.Role})
		}
		return out
	}
	i.People, i.Others = strip(i.People), strip(i.Others)
	return i
}

func FuzzParse(f *testing.F) {
	for _, c := range captureCases(f) {
		f.Add(c.line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, err := Parse(line, tuesday, friends)
		if err != nil {
			if utf8.RuneCountInString(line) <= text.MaxLine {
				t.Fatalf("Parse(%q): %v", line, err)
			}
			return
		}
		checkCapture(t, line, c)
		for _, i := range c.Items {
			_ = i.Line()
			_ = i.Summary()
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("lunch @anna, @bob en Carla Visser gisteren om 12:30 over het jaarplan, ze zoekt een huis",
			tuesday, nil); err != nil {
			b.Fatal(err)
		}
	}
}
