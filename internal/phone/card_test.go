package phone

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/text/vcard"
)

// FuzzCard sees to it that no card that is taken makes a program stop, and that it comes back as it came while nothing
// changes in Gave.
func FuzzCard(f *testing.F) {
	const begin, end = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nUID:1\r\n", "END:VCARD\r\n"
	for _, lines := range []string{
		"", "N:;;;;;;;;\r\nORG:;;\r\nADR:a;b\r\nBDAY:--02-30\r\nANNIVERSARY:x\r\nPHOTO:data:,\r\n",
		"item1.X-ABDATE:2011-05-05\r\nITEM1.X-ABLabel:_$!<Anniversary>!$_\r\nTEL:tel:\r\nEMAIL:\r\nURL:\\\r\n",
		"NOTE:Gave › x ‹\\nb\r\nNOTE:\r\nKIND:individual\r\nX-ABSHOWAS:COMPANY\r\n",
		"PHOTO;ENCODING=b:AAAA\r\nREV:1\r\nBDAY;VALUE=text:ooit\r\nN:\\,;\\;;\\\\\r\n", "KIND:group\r\nMEMBER:x\r\n",
	} {
		f.Add([]byte(begin + lines + end))
		f.Add([]byte(strings.Replace(begin, "3.0", "4.0", 1) + lines + end))
	}
	now := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := vcard.Parse(content)
		if err != nil {
			return
		}
		found, person, err := saidIn(context.Background(), &c, now)
		if err != nil || !person {
			return
		}
		base, err := json.Marshal(found.Known)
		if err != nil {
			t.Fatal(err)
		}
		e := &entry{Known: found.Known, Person: id.New()}
		sent := []cardRow{{Card: c.Text(), Base: string(base)}}
		none := func() ([]byte, error) { return nil, nil }
		same, err := render(e, sent, none)
		if err != nil || !slices.Equal(same.Lines, c.Lines) {
			t.Fatalf("it came back as another one: %v\n%q\n%q", err, same.Lines, c.Lines)
		}
		// The same person known twice is no more than once, and one whom Gave made a card of has a card that is one.
		twice, err := render(e, append(sent, cardRow{Card: c.Text()}), none)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vcard.Parse(twice.Bytes()); err != nil {
			t.Fatalf("a card of two is none: %v\n%q", err, twice.Bytes())
		}
		e.died = true
		made, err := render(e, nil, none)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vcard.Parse(made.Bytes()); err != nil {
			t.Fatalf("what is made of it is no card: %v\n%q", err, made.Bytes())
		}
		// All that is known goes, and comes again.
		gone := &entry{Person: e.Person}
		less, err := render(gone, sent, none)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := render(e, []cardRow{{Card: less.Text(), Base: "{}"}}, none); err != nil {
			t.Fatal(err)
		}
	})
}
