package grammar

import (
	"fmt"
	"strings"
	"time"

	"gave.network/internal/text/when"
)

// Part is one thing that was understood, for a person to check. Name is an English word that serves as a translation
// key.
type Part struct {
	Name  string
	Value string
}

// Summary lists what an item holds, in a fixed order, without its people. Dates are as in ISO 8601.
func (i Item) Summary() []Part {
	var parts []Part
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, Part{name, value})
		}
	}
	add("medium", i.Medium)
	add("when", i.When.String())
	if i.Duration > 0 {
		add("minutes", fmt.Sprint(int(i.Duration/time.Minute)))
	}
	add("title", i.Title)
	add("place", i.Place)
	add("text", i.Text)
	add("fact", i.Fact)
	add("organisation", i.Organisation)
	add("role", i.Role)
	add("gift", i.Gift)
	add("return", i.Return)
	if i.Everyone {
		add("to", "everyone")
	}
	add("link", i.Link)
	add("tags", strings.Join(i.Tags, " "))
	return parts
}

// Line writes an item as a line of the capture grammar, in English, that Parse understands as the same item. It serves
// to correct an item by hand.
func (i Item) Line() string {
	var words []string
	add := func(w ...string) {
		for _, word := range w {
			if word != "" {
				words = append(words, word)
			}
		}
	}
	date := i.When.String()
	if i.When.Precision == when.PrecisionYear && date != "" {
		date = "in " + date
	}
	title := ""
	if i.Title != "" {
		title = `"` + unquoted(i.Title) + `"`
	}
	people, others := mentions(i.People), mentions(i.Others)
	minutes := ""
	if i.Duration > 0 {
		minutes = fmt.Sprintf("%d min", int(i.Duration/time.Minute))
	}
	switch i.Kind {
	case KindInteraction:
		verb := i.Activity
		if mediumWords[verb] != i.Medium {
			verb = map[string]string{
				"face": "meeting", "video": "zoom", "call": "call", "message": "message", "mail": "mail",
			}[i.Medium]
		}
		add(verb, "with", people, title, date, minutes, prefixed("at ", i.Place))
	case KindPerson:
		if i.Medium == "" {
			add("new", people, date)
		} else {
			add("met", people, title, date, minutes, prefixed("at ", i.Place))
		}
	case KindNeed:
		add(people, "needs", i.Text, prefixed("before ", date))
	case KindInterest:
		add(people, "likes", i.Text)
	case KindFact:
		switch i.Fact {
		case "organisation":
			add(people, "works at", i.Organisation, prefixed("as ", i.Role),
				prefixed("since ", strings.TrimPrefix(date, "in ")))
		case "role":
			add(people, "works as", i.Role)
		case "place":
			add(people, "lives in", i.Place)
		case "birthday":
			if !i.When.HasYear {
				date = i.When.Time.Format("2 January")
			}
			add(people, "birthday", date)
		case "phone":
			add(people, "phone", i.Text)
		case "skill":
			add(people, "is good at", i.Text)
		}
	case KindGift:
		if i.Everyone {
			people = "everyone"
		}
		add("gave", people, title, i.Text, date, minutes)
	case KindReturn:
		add("got", i.Text, "from", people, title, date, minutes)
	case KindIntroduction:
		add("introduced", people, "to", others, title, date)
	case KindAsk:
		add("ask", people, "for", i.Text, prefixed("before ", date))
	case KindNote:
		add(people+":", i.Text)
	}
	if i.Text != "" && (i.Kind == KindInteraction || i.Kind == KindPerson || i.Kind == KindIntroduction) &&
		len(words) > 0 {
		words[len(words)-1] += ","
		add(i.Text)
	}
	add(i.Link)
	for _, tag := range i.Tags {
		add("#" + tag)
	}
	return strings.Join(words, " ")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func unquoted(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"“”„`, r) {
			return '\''
		}
		return r
	}, s)
}

// mentions writes people so that they are read back as the same.
func mentions(people []Mention) string {
	var all []string
	for _, m := range people {
		name := m.Text
		if name == "" {
			name = m.Name.Full
		}
		s := `@"` + unquoted(name) + `"`
		var details []string
		for _, d := range []string{m.Organisation, m.Role, m.Phone} {
			if d != "" {
				details = append(details, d)
			}
		}
		if m.Address != "" && m.Address != m.Text {
			details = append(details, m.Address)
		}
		if len(details) > 0 {
			s += " (" + strings.Join(details, ", ") + ")"
		}
		all = append(all, s)
	}
	return strings.Join(all, " and ")
}
