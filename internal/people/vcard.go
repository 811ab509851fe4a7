package people

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// VCards returns people as one file of cards (vCard 3.0, RFC 2426), which address books read. What the viewer noted of
// them is not in it.
func (s *Store) VCards(ctx context.Context, v op.Viewer, people []id.ID) ([]byte, error) {
	var out []byte
	for _, key := range people {
		p, err := s.Person(ctx, s.db, v, key)
		if err != nil {
			return nil, err
		}
		d, err := s.Detail(ctx, v, p)
		if err != nil {
			return nil, err
		}
		var face []byte
		if p.Photo > 0 {
			if face, err = s.Photo(ctx, v, p.ID); err != nil {
				return nil, err
			}
		}
		out = appendCard(out, p, d, face)
	}
	return out, nil
}

// cardText escapes a value of a card.
var cardText = strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`, ",", `\,`, ";", `\;`)

func appendCard(out []byte, p Person, d PersonDetail, face []byte) []byte {
	line := func(name string, values ...string) {
		if strings.Join(values, "") == "" {
			return
		}
		escaped := make([]string, len(values))
		for i, value := range values {
			escaped[i] = cardText.Replace(value)
		}
		out = appendFolded(out, name+":"+strings.Join(escaped, ";"))
	}
	line("BEGIN", "VCARD")
	line("VERSION", "3.0")
	line("FN", p.Name)
	family := strings.TrimSpace(p.Particle + " " + p.Family)
	if family == "" && p.Given == "" {
		family = p.Name
	}
	out = appendFolded(out, fmt.Sprintf("N:%s;%s;;%s;%s", cardText.Replace(family), cardText.Replace(p.Given),
		cardText.Replace(p.Prefix), cardText.Replace(p.Suffix)))
	line("NICKNAME", p.Nickname)
	for _, address := range d.Emails {
		line("EMAIL;TYPE=INTERNET", address)
	}
	for _, number := range d.Phones {
		line("TEL", number)
	}
	for _, link := range d.Links {
		if !strings.Contains(link, "://") {
			link = "https://" + link
		}
		out = appendFolded(out, "URL:"+link) // an address on the web is written as it is
	}
	line("ORG", p.Organisation)
	line("TITLE", p.Title)
	if p.Place != "" {
		line("ADR", "", "", "", p.Place, "", "", "")
	}
	for _, date := range d.Dates {
		name := map[string]string{"birthday": "BDAY", "anniversary": "ANNIVERSARY"}[date.Kind]
		switch {
		case name == "":
		case date.Year > 0:
			line(name, fmt.Sprintf("%04d-%02d-%02d", date.Year, date.Month, date.Day))
		default:
			line(name, fmt.Sprintf("--%02d-%02d", date.Month, date.Day))
		}
	}
	if len(face) > 0 {
		out = appendFolded(out, "PHOTO;ENCODING=b;TYPE=JPEG:"+base64.StdEncoding.EncodeToString(face))
	}
	line("UID", "urn:uuid:"+p.ID.String())
	line("END", "VCARD")
	return out
}

// longestLine is the most bytes of a line of a card, its end not counted.
const longestLine = 75

// appendFolded appends a line, in pieces where it is long, none of which breaks a letter.
func appendFolded(out []byte, line string) []byte {
	for first := true; ; first = false {
		room := longestLine
		if !first {
			out = append(out, ' ')
			room--
		}
		if len(line) <= room {
			return append(append(out, line...), "\r\n"...)
		}
		for !utf8.RuneStart(line[room]) {
			room--
		}
		out = append(append(out, line[:room]...), "\r\n"...)
		line = line[room:]
	}
}
