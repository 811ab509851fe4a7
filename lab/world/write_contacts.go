package world

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"strings"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// inBook tells whether a person stands in the owner's address book.
func (w *world) inBook(p *person) bool {
	if p.id == 0 || p.tie.plan == planNone {
		return false
	}
	r := random.Stream(w.seed, "book", p.id)
	chance := 0.55
	if p.tie.closeness(w.until) > 0.3 || p.tie.plan == planDormant {
		chance = 0.9
	}
	return r.Chance(chance)
}

// writeContacts writes the address book as vCards, and the older one of the phone as a table.
func (w *world) writeContacts(ctx context.Context) error {
	const name = "contacts.vcf"
	err := w.file(name, func(out *bufio.Writer) error {
		c := &icalWriter{out}
		for i := 1; i < len(w.people); i++ {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if p := &w.people[i]; w.inBook(p) {
				w.writeCard(c, p)
				w.truth.Counts[name]++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.writeGoogle()
}

func (w *world) writeCard(c *icalWriter, p *person) {
	r := random.Stream(w.seed, "card", p.id)
	kind := w.groups[p.group].kind
	four := r.Chance(0.2)
	variant := cast.Usual
	if r.Chance(0.45) {
		variant = p.messy
	}
	name := p.Write(variant)
	c.line("BEGIN:VCARD")
	if four {
		c.line("VERSION:4.0")
	} else {
		c.line("VERSION:3.0")
	}
	c.line("FN:%s", icalText(name))
	switch variant {
	case cast.GivenOnly:
		c.line("N:;%s;;;", icalText(p.Given))
	case cast.MaidenName:
		if p.Maiden != "" {
			c.line("N:%s;%s;;;", icalText(p.Maiden), icalText(p.Given))
			break
		}
		fallthrough
	default:
		c.line("N:%s;%s;;;", icalText(p.Surname()), icalText(p.Given))
	}
	c.line("UID:%016x", random.Hash(w.seed, "card", p.id))
	id := Identity{Source: "vcard", Name: name}
	address := func(a, kind string, n int) {
		if a == "" {
			return
		}
		switch {
		case four:
			c.line("EMAIL;TYPE=%s;PREF=%d:%s", kind, n, a)
		case r.Chance(0.2):
			c.line("item%d.EMAIL;type=INTERNET:%s", n, a)
			c.line("item%d.X-ABLabel:_$!<%s>!$_", n, capital(kind))
		default:
			c.line("EMAIL;TYPE=INTERNET,%s:%s", strings.ToUpper(kind), a)
		}
		x := id
		x.Address = a
		w.saw(p.id, x)
	}
	private := kind == family || kind == neighbourhood
	if !private || r.Chance(0.3) {
		if j := p.current(); j != nil {
			// An address book lags behind: the old address stays until somebody mends it.
			if len(p.jobs) > 1 && r.Chance(0.4) {
				j = &p.jobs[0]
			}
			address(j.address, "work", 1)
			c.line("ORG:%s", icalText(w.orgs[j.org].name))
			c.line("TITLE:%s", icalText(j.title))
		}
	}
	if private || r.Chance(0.3) {
		address(p.private, "home", 2)
	}
	if private || r.Chance(0.6) {
		number := p.number(r.IntN(4))
		if four {
			c.line("TEL;VALUE=uri;TYPE=cell:tel:%s", p.number(2))
			number = p.number(2)
		} else {
			c.line("TEL;TYPE=CELL,VOICE:%s", number)
		}
		x := id
		x.Phone = number
		w.saw(p.id, x)
	}
	if r.Chance(0.45) || p.birth[1] == int(w.end.In(amsterdam).Month()) {
		switch {
		case r.Chance(0.2) && !four:
			c.line("BDAY;X-APPLE-OMIT-YEAR=1604:1604-%02d-%02d", p.birth[1], p.birth[2])
		case r.Chance(0.2) && four:
			c.line("BDAY:--%02d%02d", p.birth[1], p.birth[2])
		case four:
			c.line("BDAY:%04d%02d%02d", p.birth[0], p.birth[1], p.birth[2])
		default:
			c.line("BDAY:%04d-%02d-%02d", p.birth[0], p.birth[1], p.birth[2])
		}
		w.birthdayKnown[p.id] = true
	}
	if r.Chance(0.6) {
		c.line("ADR;TYPE=%s:;;;%s;;;Nederland", map[bool]string{true: "HOME", false: "WORK"}[private],
			icalText(cast.Cities[p.city].Name))
	}
	if r.Chance(0.3) {
		c.line("URL:%s", p.link)
		x := id
		x.Link = p.link
		w.saw(p.id, x)
	}
	tags := []string{map[string]string{
		bureau: "Collega", former: "Waterstad", client: "Klant", association: "Vrij Contact", neighbourhood: "Buren",
		family: "Familie", freelance: "Maker",
	}[kind]}
	if p.second >= 0 {
		tags = append(tags, w.groups[p.second].name)
	}
	if r.Chance(0.7) {
		c.line("CATEGORIES:%s", strings.Join(escaped(tags), ","))
	}
	if len(p.skills) > 0 && r.Chance(0.35) {
		c.line("NOTE:%s", icalText("Weet veel van "+topics[p.skills[0].topic].nl+".\nOntmoet via "+tags[0]+"."))
	}
	if len(w.around[p.id]) > 0 && r.Chance(0.1) {
		q := w.other(int(w.around[p.id][0]), p.id)
		related := w.people[q].Write(cast.Usual)
		if four {
			c.line("RELATED;TYPE=colleague;VALUE=text:%s", icalText(related))
		} else {
			c.line("item9.X-ABRELATEDNAMES:%s", icalText(related))
			c.line("item9.X-ABLabel:_$!<Friend>!$_")
		}
		w.saw(q, Identity{Source: "vcard", Name: related})
	}
	c.line("REV:%s", w.end.UTC().Format("20060102T150405Z"))
	c.line("END:VCARD")
	if id.Address == "" {
		w.saw(p.id, id)
	}
}

// writeGoogle writes the address book of an old phone, with private numbers and the names as they were then.
func (w *world) writeGoogle() error {
	const name = "google-contacts.csv"
	return w.file(name, func(out *bufio.Writer) error {
		t := csv.NewWriter(out)
		t.UseCRLF = true
		head := []string{
			"First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name",
			"Phonetic Last Name", "Name Prefix", "Name Suffix", "Nickname", "File As",
			"Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes", "Photo",
			"Labels", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value",
		}
		if err := t.Write(head); err != nil {
			return err
		}
		for i := 1; i < len(w.people); i++ {
			p := &w.people[i]
			r := random.Stream(w.seed, "phonebook", i)
			kind := w.groups[p.group].kind
			home := kind == family || kind == neighbourhood
			if p.tie.plan == planNone || !r.Chance(map[bool]float64{true: 0.7, false: 0.12}[home]) {
				continue
			}
			row := make([]string, len(head))
			given, last := p.Given, p.Surname()
			if p.Maiden != "" && r.Chance(0.4) {
				last = p.Maiden
			}
			if r.Chance(0.15) {
				last = ""
			}
			row[0], row[2] = given, last
			id := Identity{Source: "google", Name: strings.TrimSpace(given + " " + last)}
			number := p.number(r.IntN(4))
			row[16] = "* myContacts"
			if home {
				row[16] = map[string]string{family: "Familie", neighbourhood: "Buren"}[kind] + " ::: * myContacts"
			}
			row[19], row[20] = "Mobile", number
			if r.Chance(0.5) {
				row[17], row[18] = "* Home", p.private
				id.Address = p.private
			}
			if r.Chance(0.3) {
				row[13] = fmt.Sprintf("%04d-%02d-%02d", p.birth[0], p.birth[1], p.birth[2])
				w.birthdayKnown[p.id] = true
			}
			id.Phone = number
			w.saw(i, id)
			w.truth.Counts[name]++
			if err := t.Write(row); err != nil {
				return err
			}
		}
		t.Flush()
		return t.Error()
	})
}

func escaped(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = icalText(s)
	}
	return out
}
