package phone

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/text/vcard"
)

// uidOf is what the card of somebody is known by for whom no device sent one.
func uidOf(person id.ID) string { return "urn:uuid:" + person.String() }

// plainUID is what tells UIDs apart: some devices leave out that one is a URN, or write it in capitals.
func plainUID(uid string) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(uid), "urn:"), "uuid:")
}

// nameOf is the last part of the address of such a card.
func nameOf(person id.ID) string { return person.String() + ".vcf" }

// render returns the card of somebody as devices get it: what a device sent, with what changed since in Gave, or else
// what Gave knows, and what it tells. sent are the cards that devices sent of the person and of who was found to be
// the same, the one whose address counts first. photo returns the photo of the person.
func render(e *entry, sent []cardRow, photo func() ([]byte, error)) (vcard.Card, error) {
	var c vcard.Card
	base := Known{}
	if len(sent) > 0 {
		c = vcard.FromText(sent[0].Card)
		if json.Unmarshal([]byte(sent[0].Base), &base) != nil {
			base = e.Known // what it was is not known any more: nothing is laid over
		}
	} else {
		c.Lines = []vcard.Line{{Name: "VERSION", Value: "3.0"}, {Name: "UID", Value: uidOf(e.Person)}}
	}
	if err := lay(&c, base, e.Known, photo); err != nil {
		return c, err
	}
	for _, other := range sent[min(1, len(sent)):] {
		more(&c, vcard.FromText(other.Card))
	}
	if e.died { // whatever a device sent of their days
		anniversary := anniversaryIn(&c)
		c.Remove(func(l vcard.Line) bool { return l.Is("BDAY") || anniversary(l) })
	}
	if len(sent) == 0 {
		if c.Value("FN") == "" {
			c.Set("FN", "?")
		}
	}
	c.Tell(e.Told)
	return c, nil
}

// lay lays over a card what changed in Gave between two moments.
func lay(c *vcard.Card, base, now Known, photo func() ([]byte, error)) error {
	text := func(name, before, after string) {
		switch {
		case before == after:
		case after == "":
			c.Remove(func(l vcard.Line) bool { return l.Is(name) })
		default:
			c.Set(name, vcard.Escape(after))
		}
	}
	text("FN", base.Name, now.Name)
	if base.Name != now.Name || base.Family != now.Family || base.Given != now.Given || base.Prefix != now.Prefix ||
		base.Suffix != now.Suffix {
		family := now.Family
		if family == "" && now.Given == "" {
			family = now.Name
		}
		value := c.Value("N")
		for i, part := range []string{family, now.Given, "", now.Prefix, now.Suffix} {
			if i != 2 {
				value = vcard.SetPart(value, ';', i, part)
			}
		}
		c.Set("N", value)
	}
	text("NICKNAME", base.Nickname, now.Nickname)
	if base.Organisation != now.Organisation {
		if now.Organisation == "" {
			text("ORG", base.Organisation, "")
		} else {
			c.Set("ORG", vcard.SetPart(c.Value("ORG"), ';', 0, now.Organisation))
		}
	}
	text("TITLE", base.Title, now.Title)
	if base.Place != now.Place && (now.Place != "" || c.Value("ADR") != "") {
		const city, parts = 3, 7
		value := vcard.SetPart(c.Value("ADR"), ';', city, now.Place)
		for len(vcard.Split(value, ';')) < parts {
			value += ";"
		}
		c.Set("ADR", value)
	}
	each(c, base.Emails, now.Emails, people.MailAddress, vcard.Line{Name: "EMAIL", Params: ";TYPE=INTERNET"})
	each(c, base.Phones, now.Phones, people.Telephone, vcard.Line{Name: "TEL"})
	each(c, base.Links, now.Links, people.Link, vcard.Line{Name: "URL"})
	switch {
	case base.Birthday == now.Birthday:
	case now.Birthday == "":
		c.Remove(func(l vcard.Line) bool { return l.Is("BDAY") })
	default:
		c.Replace(dayLine(c, "BDAY", now.Birthday))
	}
	if base.Anniversary != now.Anniversary {
		celebrate(c, now.Anniversary)
	}
	if base.Note != now.Note {
		c.SetNote(now.Note)
	}
	return face(c, base.Photo, now.Photo, photo)
}

// omitted is the year that devices of Apple write where none is known, in cards that must have one.
const omitted = "1604"

// anniversaries are the lines that hold the day of a wedding. Apple writes one in X-ABDATE, where no label means the
// same.
var anniversaries = []string{
	"ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY",
	appleDate,
}

const (
	appleDate  = "X-ABDATE"
	appleLabel = "_$!<Anniversary>!$_"
)

// anniversaryIn returns what says whether a line of a card, as it is now, holds the day of a wedding.
func anniversaryIn(c *vcard.Card) func(vcard.Line) bool {
	labels := map[string]string{}
	for _, l := range c.Lines {
		if l.Group != "" && l.Is("X-ABLABEL") {
			label := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(l.Value), "_$!<"), ">!$_")
			labels[strings.ToLower(l.Group)] = label
		}
	}
	return func(l vcard.Line) bool {
		if !l.Is(appleDate) {
			return slices.Contains(anniversaries, strings.ToUpper(l.Name))
		}
		label := labels[strings.ToLower(l.Group)]
		return label == "" || strings.EqualFold(label, "anniversary")
	}
}

// celebrate makes a day the anniversary in a card, as the card has one already or as its version does; with none all
// go.
func celebrate(c *vcard.Card, day string) {
	anniversary := anniversaryIn(c)
	had := slices.IndexFunc(c.Lines, anniversary)
	if day != "" && had >= 0 {
		line := dayLine(c, c.Lines[had].Name, day)
		line.Group = c.Lines[had].Group
		c.Lines[had] = line
	}
	at := -1
	c.Remove(func(l vcard.Line) bool {
		at++
		return anniversary(l) && (day == "" || at != had)
	})
	switch {
	case day == "", had >= 0:
	case c.Value("VERSION") == "4.0":
		c.Lines = append(c.Lines, dayLine(c, "ANNIVERSARY", day))
	default:
		line := dayLine(c, "X-ABDate", day)
		line.Group = freeGroup(c)
		c.Lines = append(c.Lines, line, vcard.Line{Group: line.Group, Name: "X-ABLabel", Value: appleLabel})
	}
}

// freeGroup returns the name of a group that a card does not have.
func freeGroup(c *vcard.Card) string {
	for i := 1; ; i++ {
		group := "item" + strconv.Itoa(i)
		if !slices.ContainsFunc(c.Lines, func(l vcard.Line) bool { return strings.EqualFold(l.Group, group) }) {
			return group
		}
	}
}

// dayLine writes a day as the version of a card has it.
func dayLine(c *vcard.Card, name, day string) vcard.Line {
	rest, without := strings.CutPrefix(day, "--")
	switch {
	case c.Value("VERSION") == "4.0" && without:
		return vcard.Line{Name: name, Value: "--" + strings.ReplaceAll(rest, "-", "")}
	case c.Value("VERSION") == "4.0":
		return vcard.Line{Name: name, Value: strings.ReplaceAll(rest, "-", "")}
	case without:
		return vcard.Line{
			Name: name, Params: ";X-APPLE-OMIT-YEAR=" + omitted + ";VALUE=date", Value: omitted + "-" + rest,
		}
	}
	return vcard.Line{Name: name, Params: ";VALUE=date", Value: day}
}

// valueOf is what a line is recognised by.
func valueOf(l vcard.Line, kind people.IdentifierKind) string {
	text := strings.TrimSpace(vcard.Unescape(l.Value))
	if kind == people.Telephone {
		text = strings.TrimPrefix(text, "tel:")
	}
	if n := people.IdentifierOf(text); n.Kind == kind {
		return n.Value
	}
	return text
}

// lineKind is the kind of identifier that a line holds; 0 for none.
func lineKind(l vcard.Line) people.IdentifierKind {
	switch strings.ToUpper(l.Name) {
	case "EMAIL":
		return people.MailAddress
	case "TEL":
		return people.Telephone
	case "URL", "X-SOCIALPROFILE", "SOCIALPROFILE":
		return people.Link
	}
	return 0
}

// each takes the lines of identifiers away that are no more, and adds those that are new.
func each(c *vcard.Card, before, after []string, kind people.IdentifierKind, like vcard.Line) {
	if slices.Equal(before, after) {
		return // without reading every number in the card
	}
	c.Remove(func(l vcard.Line) bool {
		value := ""
		if lineKind(l) == kind {
			value = valueOf(l, kind)
		}
		return value != "" && slices.Contains(before, value) && !slices.Contains(after, value)
	})
	for _, value := range after {
		if slices.Contains(before, value) || slices.ContainsFunc(c.Lines, func(l vcard.Line) bool {
			return lineKind(l) == kind && valueOf(l, kind) == value
		}) {
			continue
		}
		line := like
		line.Value = vcard.Escape(value)
		if kind == people.Link {
			line.Value = value // an address on the web is written as it is
			if !strings.Contains(value, "://") {
				line.Value = "https://" + value
			}
		}
		c.Lines = append(c.Lines, line)
	}
}

// face lays another photo over the one of the card.
func face(c *vcard.Card, before, after int64, photo func() ([]byte, error)) error {
	if before == after {
		return nil
	}
	if after == 0 {
		c.Remove(func(l vcard.Line) bool { return l.Is("PHOTO") })
		return nil
	}
	image, err := photo()
	if err != nil {
		return err
	}
	line := vcard.Line{Name: "PHOTO", Params: ";ENCODING=b;TYPE=JPEG", Value: base64.StdEncoding.EncodeToString(image)}
	if c.Value("VERSION") == "4.0" {
		line.Params, line.Value = "", "data:image/jpeg;base64,"+line.Value
	}
	c.Replace(line)
	return nil
}

// known are the lines that Gave lays over cards itself, or of which a card has one.
var known = map[string]bool{
	"VERSION": true, "UID": true, "PRODID": true, "REV": true, "FN": true, "N": true, "NICKNAME": true, "ORG": true,
	"TITLE": true, "EMAIL": true, "TEL": true, "BDAY": true, "PHOTO": true, "NOTE": true,
	"KIND": true,
}

// more adds what another card of the same person has and Gave knows nothing of. Its groups get other names.
func more(c *vcard.Card, other vcard.Card) {
	line := func(l vcard.Line) string { return strings.ToUpper(l.Name) + ":" + l.Value }
	lines, groups := map[string]bool{}, map[string]bool{}
	for _, l := range c.Lines {
		lines[line(l)], groups[l.Group] = true, true
	}
	anniversary := anniversaryIn(&other)
	for _, l := range other.Lines {
		if known[strings.ToUpper(l.Name)] || anniversary(l) {
			continue
		}
		if l.Group != "" {
			l.Group = "also" + l.Group
		}
		if labels := l.Is("X-ABLABEL") || l.Is("X-ABADR"); labels && !groups[l.Group] {
			continue // of a line that is not taken along
		}
		if !lines[line(l)] {
			lines[line(l)], groups[l.Group] = true, true
			c.Lines = append(c.Lines, l)
		}
	}
}
