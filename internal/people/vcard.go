package people

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text/vcard"
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
		c := cardOf(p, d, face)
		out = append(out, c.Bytes()...)
	}
	return out, nil
}

// cardOf is the card of somebody, with the photo when there is one.
func cardOf(p Person, d PersonDetail, face []byte) vcard.Card {
	var c vcard.Card
	add := func(name, params, value string) {
		c.Lines = append(c.Lines, vcard.Line{Name: name, Params: params, Value: value})
	}
	text := func(name, params, value string) {
		if value != "" {
			add(name, params, vcard.Escape(value))
		}
	}
	parts := func(name string, values ...string) {
		for i, value := range values {
			values[i] = vcard.Escape(value)
		}
		add(name, "", strings.Join(values, ";"))
	}
	text("VERSION", "", "3.0")
	text("FN", "", p.Name)
	family := strings.TrimSpace(p.Particle + " " + p.Family)
	if family == "" && p.Given == "" {
		family = p.Name
	}
	parts("N", family, p.Given, "", p.Prefix, p.Suffix)
	text("NICKNAME", "", p.Nickname)
	for _, address := range d.Emails {
		text("EMAIL", ";TYPE=INTERNET", address)
	}
	for _, number := range d.Phones {
		text("TEL", "", number)
	}
	for _, link := range d.Links {
		if !strings.Contains(link, "://") {
			link = "https://" + link
		}
		add("URL", "", link) // an address on the web is written as it is
	}
	text("ORG", "", p.Organisation)
	text("TITLE", "", p.Title)
	if p.Place != "" {
		parts("ADR", "", "", "", p.Place, "", "", "")
	}
	for _, date := range d.Dates {
		name := map[string]string{"birthday": "BDAY", "anniversary": "ANNIVERSARY"}[date.Kind]
		switch {
		case name == "":
		case date.Year > 0:
			text(name, "", fmt.Sprintf("%04d-%02d-%02d", date.Year, date.Month, date.Day))
		default:
			text(name, "", fmt.Sprintf("--%02d-%02d", date.Month, date.Day))
		}
	}
	if len(face) > 0 {
		add("PHOTO", ";ENCODING=b;TYPE=JPEG", base64.StdEncoding.EncodeToString(face))
	}
	text("UID", "", "urn:uuid:"+p.ID.String())
	return c
}
