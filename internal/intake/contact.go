package intake

import (
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/people"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/tie"
)

// contact takes in what an address book says of a person.
func (b *batchPeople) contact(c read.Contact, counts *Counts) error {
	list := b.contactIdentifiers(c)
	display := displayName(c)
	if display == "" {
		display = clip(c.AnyName(), longestText)
	}
	if c.Company {
		return b.organisation(c, counts)
	}
	objected := b.objected(list, display)
	if len(list) == 0 && (!c.Self || b.self.IsZero()) || objected {
		counts.Skipped++
		return nil
	}
	if c.Adds {
		if f := b.find(list, display); f.ok {
			for _, n := range list {
				b.had(f.knownPerson, n, b.known[n])
			}
			b.describe(b.change(f.id), c)
		} else {
			b.strangers = append(b.strangers, stranger{c, list})
		}
		return nil
	}
	address := ""
	if len(c.Addresses) > 0 {
		address = c.Addresses[0]
	}
	// A card of somebody with a given and a family name is that person's, whatever desk the mail goes to.
	kind, automated := mailboxes.LooksAutomated(address, display)
	desk := kind == mailboxes.KindMailbox || kind == mailboxes.KindRobot
	named := c.Name.Given != "" && c.Name.Family != "" || mailboxes.LooksPersonal(display)
	if automated && !c.Self && !(desk && named) {
		counts.Skipped++
		return nil
	}
	f := b.find(list, display)
	if c.Self && !b.self.IsZero() {
		f = found{knownPerson: knownPerson{id: b.self, top: b.self}, ok: true}
	}
	var person *people.NewPerson
	if f.ok {
		counts.PeopleMatched++
		if c.MadeUp {
			display = ""
		}
	}
	if f.ok && !f.other {
		b.learn(f.knownPerson, list, display)
		person = b.change(f.id)
	} else {
		guessed := display == ""
		if guessed {
			display = list[0].Value
		}
		person = b.newPerson(display, nil)
		if c.Verbatim {
			person.Named(strings.ReplaceAll(display, ",", ""))
			person.Name = display
		}
		if guessed {
			b.guessed[person.ID] = true
		}
		b.settle(person, f, list)
		if c.Self {
			b.loader.self = person.ID
		}
	}
	b.describe(person, c)
	for _, r := range c.Related {
		other := b.party(r.Party)
		if other.IsZero() || other == person.ID {
			continue
		}
		b.stated = append(b.stated, tie.Statement{
			ID: id.New(), Owner: b.viewer.Member, Visibility: b.visibility, Layer: clip(r.Kind, 60), Sign: 1, Weight: 1,
			SourcePerson: person.ID, TargetPerson: other, Directed: true, Source: "contact", Import: b.importID,
			External: tie.ExternalID("related:" + person.ID.String() + ":" + r.Kind + ":" + other.String()),
		})
	}
	return nil
}

// describe adds a contact's fields to a person.
func (b *batchPeople) describe(person *people.NewPerson, c read.Contact) {
	rest := slices.Clone(c.Unknown)
	if person.Face == nil {
		person.Face = c.Face.Image
	}
	// What a person has one of is kept as the source has it when there is another already.
	one := func(field *string, value, name string) {
		switch value = clip(value, longestText); {
		case *field == "":
			*field = value
		case value != "" && *field != value:
			rest = append(rest, name+":"+value)
		}
	}
	for _, f := range read.Fields {
		for _, of := range people.Fields {
			if of.Column == f.Name {
				one(of.Of(&person.Person), *f.Of(&c), strings.ToUpper(f.Name))
			}
		}
	}
	for _, p := range c.Organisations {
		organisation, title := clip(p.Organisation, longestText), clip(p.Title, longestText)
		if organisation == "" {
			if person.Organisation == "" && p.Until == "" {
				one(&person.Title, title, "TITLE")
			} else if title != "" {
				rest = append(rest, "TITLE:"+title)
			}
			if department := clip(p.Department, longestText); department != "" {
				rest = append(rest, "DEPARTMENT:"+department)
			}
			continue
		}
		if person.Organisation == "" && p.Until == "" {
			person.Organisation, person.Title = organisation, title
		}
		person.Roles = append(person.Roles, people.Role{
			Organisation: organisation, Title: title, Department: clip(p.Department, longestText),
			From: p.From, Until: p.Until,
		})
	}
	for _, tag := range c.Tags {
		person.Tags = append(person.Tags, clip(tag, 60))
	}
	if note := strings.TrimSpace(c.Note); note != "" {
		note = strings.ToValidUTF8(strings.ReplaceAll(note, "\x00", ""), "�")
		person.Notes = append(person.Notes,
			people.Note{ID: noteID(person.ID, note), Body: note, At: b.viewer.Now, Source: "import"})
	}
	for _, d := range c.Dates {
		if d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= 31 {
			person.Dates = append(person.Dates,
				people.ImportantDate{Kind: clip(d.Kind, 60), Year: d.Year, Month: d.Month, Day: d.Day})
		}
	}
	for _, p := range c.Phones {
		if _, ok := addresses.Phone(p, region); !ok {
			rest = append(rest, "TEL:"+p) // an extension, a short number, or none at all
		}
	}
	for _, a := range c.Addresses {
		if _, ok := addresses.Mail(a); !ok {
			rest = append(rest, "EMAIL:"+a)
		}
	}
	for _, link := range c.Links {
		if _, ok := addresses.Link(link); !ok {
			rest = append(rest, "URL:"+link)
		}
	}
	person.Rest = joinLines(person.Rest, rest)
}

// inOneLine writes a text of several lines in one.
var inOneLine = strings.NewReplacer("\x00", "", "\r", "", "\n", "\\n")

// joinLines adds the lines that a text does not have yet.
func joinLines(have string, lines []string) string {
	known := map[string]bool{}
	for line := range strings.SplitSeq(have, "\n") {
		known[line] = true
	}
	for _, line := range lines {
		line = strings.ToValidUTF8(inOneLine.Replace(line), "�")
		if line == "" || known[line] || len(have)+len(line) >= longestRest {
			continue
		}
		known[line] = true
		if have != "" {
			have += "\n"
		}
		have += line
	}
	return have
}

// stranger is a contact that only adds to somebody, whom no file has named so far.
type stranger struct {
	read.Contact
	identifiers []people.Identifier
}

// becauseUnmet says of a stranger that no file has named them.
func becauseUnmet(s stranger) string {
	return read.Because("the group %s has a member who is not among the contacts", read.Quote(read.First(s.Tags)))
}

// organisation takes in what an address book says of a company. What an organisation has no place for is kept as the
// source has it.
func (b *batchPeople) organisation(c read.Contact, counts *Counts) error {
	name := c.Display()
	if len(c.Organisations) > 0 && c.Organisations[0].Organisation != "" {
		name = c.Organisations[0].Organisation
	}
	if name = clip(name, longestText); name == "" {
		counts.Skipped++
		return nil
	}
	counts.Organisations++
	if b.dry {
		return nil
	}
	of := people.Person{Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID}
	return people.DescribeOrganisation(b.ctx, b.tx, b.viewer.Space, of, name, func(rest string) string {
		return joinLines(rest, append([]string{people.StandsAlone}, companyLines(&c)...))
	})
}

// companyLines is what a source says of a company, besides its name.
func companyLines(c *read.Contact) []string {
	var lines []string
	add := func(name string, values ...string) {
		for _, value := range values {
			if value != "" {
				lines = append(lines, name+":"+value)
			}
		}
	}
	for _, f := range read.Fields {
		add(strings.ToUpper(f.Name), *f.Of(c))
	}
	add("EMAIL", c.Addresses...)
	add("TEL", c.Phones...)
	add("URL", c.Links...)
	for _, p := range c.Organisations {
		add("DEPARTMENT", p.Department)
		add("TITLE", p.Title)
	}
	add("CATEGORIES", c.Tags...)
	for _, r := range c.Related {
		add("RELATED ("+r.Kind+")", r.Party.Name, r.Party.Address, r.Party.Phone, r.Party.Link)
	}
	for _, d := range c.Dates {
		add(strings.ToUpper(d.Kind), time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	add("NOTE", c.Note)
	return append(lines, c.Unknown...)
}

// keepOthers puts what enriched people have one of already, and a source has another of, with the rest of what is known
// of them.
func (b *batchPeople) keepOthers() error {
	for _, chunk := range db.Chunks(b.enriched) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[people.Person](b.ctx, b.tx, `select id, import, rest, `+
			strings.Join(people.FieldColumns(), ", ")+` from person where space = $1 and id in (`+in+`)`,
			append([]any{b.viewer.Space}, args...)...)
		if err != nil {
			return err
		}
		for _, has := range rows {
			p := b.enrich[has.ID]
			var lines []string
			for _, f := range people.Fields {
				if has, said := *f.Of(&has), *f.Of(&p.Person); !f.Work && has != "" && said != "" && has != said {
					lines = append(lines, strings.ToUpper(f.Column)+":"+said)
				}
			}
			if p.Organisation == "" && has.Title != "" && p.Title != "" && has.Title != p.Title {
				lines = append(lines, "TITLE:"+p.Title)
			}
			if has.Organisation != "" && p.Organisation != "" && has.Organisation != p.Organisation {
				p.Title = "" // the title belongs to the other organisation, where it is kept
			}
			said := append(strings.Split(p.Rest, "\n"), lines...)
			p.Rest = joinLines(has.Rest, said)
			if has.Rest != "" && has.Import != b.importID {
				b.sawLines(has.ID, has.Rest, p.Rest, said)
			}
		}
	}
	return nil
}

// sawLines notes which lines of what has no place of its own this import has too, and which it adds to those of others.
func (b *batchPeople) sawLines(person id.ID, before, after string, said []string) {
	had, has := strings.Split(before, "\n"), strings.Split(after, "\n")
	for _, line := range said {
		if line != "" && slices.Contains(has, line) {
			b.seen = append(b.seen, people.SawLine(person, line, !slices.Contains(had, line)))
		}
	}
}

// noteID is the same for the same note about the same person, so that a second import adds no second copy.
func noteID(person id.ID, body string) id.ID {
	key := tie.ExternalID("note:" + person.String() + ":" + body)
	copy(key[:6], person[:6]) // sorts with the person
	key[6] = 0x70 | key[6]&0x0f
	key[8] = 0x80 | key[8]&0x3f
	return key
}
