package vcard_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/text/vcard"
)

// apple is a card as a telephone writes it, with lines that Gave knows nothing of.
const apple = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17.0//EN\r\n" +
	"N:de Vries;Anna;Maria;dr.;\r\nFN:dr. Anna Maria de Vries\r\nORG:Bakkerij\\, De Halm;Verkoop\r\n" +
	"EMAIL;type=INTERNET;type=HOME;type=pref:anna@example.org\r\n" +
	"item1.EMAIL;type=INTERNET:a.devries@halm.example\r\nitem1.X-ABLabel:_$!<Work>!$_\r\n" +
	"item2.X-ABRELATEDNAMES;type=pref:Jan\r\nitem2.X-ABLabel:_$!<Spouse>!$_\r\n" +
	"X-CUSTOM;X-P=\"a:b;c\":w\\\\aarde\r\nBDAY;value=date;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\n" +
	"NOTE:eigen\\, notitie\\nregel twee\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD\r\n /2wBDAAMC\r\n" +
	"UID:ABC-123\r\nREV:2026-11-30T10:00:00Z\r\nEND:VCARD\r\n"

// A card comes out as it came in, folded lines aside.
func TestACardIsKept(t *testing.T) {
	c, err := vcard.Parse([]byte(apple))
	if err != nil {
		t.Fatal(err)
	}
	again, err := vcard.Parse(c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Lines, again.Lines) {
		t.Errorf("lines changed:\n%v\n%v", c.Lines, again.Lines)
	}
	stored := vcard.FromText(c.Text())
	if !bytes.Equal(stored.Bytes(), c.Bytes()) {
		t.Error("what is stored differs")
	}
	unfolded := strings.ReplaceAll(apple, "\r\n ", "")
	if got := strings.ReplaceAll(string(c.Bytes()), "\r\n ", ""); got != unfolded {
		t.Errorf("got\n%s\nwant\n%s", got, unfolded)
	}
}

func TestWhatGaveTellsIsNoNote(t *testing.T) {
	c, _ := vcard.Parse([]byte(apple))
	whole := c.Text()
	told := []string{"Laatste contact: 12 november 2026", "Zoekt: een huis, in Utrecht"}
	known := func(text string) bool { return slices.Contains(told, text) }
	c.Tell(told)
	if got := c.ToldTexts(); !slices.Equal(got, told) {
		t.Errorf("%q", got)
	}
	c.Untell(known)
	if got := c.Note(); got != "eigen, notitie\nregel twee" {
		t.Errorf("the note is %q", got)
	}
	if c.Text() != whole {
		t.Errorf("telling and untelling changed the card:\n%s", c.Text())
	}
	const one, two = "Gave › Laatste contact: 12 november 2026 ‹", "Gave › Zoekt: een huis, in Utrecht ‹"
	for _, note := range []struct{ in, want string }{
		{one + "\n" + two, ""},
		{"boven\n" + one + "\nonder", "boven\nonder"},
		{one + " jarig in mei", "jarig in mei"},
		{"ervoor " + one + two + " ‹ erna", "ervoor  ‹ erna"},
		{one + "\n" + strings.Replace(two, "huis", "groot huis", 1), "Gave › Zoekt: een groot huis, in Utrecht ‹"},
		{"Gave › dat is mijn app\n" + one, "Gave › dat is mijn app"},
		{" Gave › zonder einde ", "Gave › zonder einde"},
	} {
		c.SetNote(note.in)
		c.Untell(known)
		if got := c.Note(); got != note.want {
			t.Errorf("of %q stays %q, want %q", note.in, got, note.want)
		}
		if note.want == "" && len(c.All("NOTE")) != 0 {
			t.Error("a note that Gave alone wrote stays")
		}
	}
}

func TestALabelGoesWithItsLine(t *testing.T) {
	c, _ := vcard.Parse([]byte(apple))
	c.Remove(func(l vcard.Line) bool { return l.Is("EMAIL") && l.Group != "" })
	if text := c.Text(); strings.Contains(text, "item1") || !strings.Contains(text, "item2.X-ABLabel") {
		t.Error(text)
	}
}

func TestWhatIsNoCard(t *testing.T) {
	for _, bad := range []struct {
		text string
		want error
	}{
		{"", vcard.ErrShape},
		{"hello", vcard.ErrShape},
		{"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nUID:1\r\n", vcard.ErrShape},
		{strings.ReplaceAll(apple, "END:VCARD", "END:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD"), vcard.ErrShape},
		{strings.ReplaceAll(apple, "FN:dr", "dr"), vcard.ErrLine},
		{strings.ReplaceAll(apple, "VERSION:3.0", "VERSION:2.1"), vcard.ErrVersion},
		{strings.ReplaceAll(apple, "UID:ABC-123\r\n", ""), vcard.ErrUID},
		{strings.ReplaceAll(apple, "UID:ABC-123", "UID:ABC-123\r\nUID:2"), vcard.ErrUID},
		{"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nN:;;;;\r\nEND:VCARD\r\n", vcard.ErrName},
		{strings.ReplaceAll(apple, "eigen", "\xff"), vcard.ErrText},
		{strings.ReplaceAll(apple, "eigen", "\x00"), vcard.ErrText},
		{strings.ReplaceAll(apple, "eigen", strings.Repeat("x", vcard.MostBytes)), vcard.ErrTooLarge},
	} {
		if _, err := vcard.Parse([]byte(bad.text)); !errors.Is(err, bad.want) {
			t.Errorf("%.60q: %v, want %v", bad.text, err, bad.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(apple))
	f.Add([]byte("BEGIN:VCARD\nVERSION:4.0\nFN:\n \n\tA\nUID:1\nNOTE:Gave › x\\nGave › \nEND:VCARD"))
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := vcard.Parse(content)
		if err != nil {
			return
		}
		again, err := vcard.Parse(c.Bytes())
		if err != nil || !slices.Equal(c.Lines, again.Lines) {
			t.Fatalf("it does not come out as it came in: %v\n%q\n%q", err, c.Lines, again.Lines)
		}
		note := c.Note()
		told := []string{"one", "two"}
		if slices.ContainsFunc(c.ToldTexts(), func(text string) bool { return slices.Contains(told, text) }) {
			return // somebody wrote exactly that
		}
		c.Tell(told)
		c.Untell(func(text string) bool { return slices.Contains(told, text) })
		if got := c.Note(); got != note {
			t.Fatalf("untelling changed the note: %q to %q", note, got)
		}
	})
}
