package intake

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// Monica reads the JSON export of Monica 4: contacts with their notes, gifts, reminders and life events, how people are
// related, who introduced whom, and activities, calls and conversations.
var Monica = Format{
	Name:  "monica",
	Title: "Monica (JSON)",
	Detect: func(head []byte, _ string) int {
		return max(detectJSON(head, 96, "account", "app_version", "exported_by"),
			detectJSON(head, 90, "account", "export_date", "exported_by"))
	},
	FromStart: true,
	Read:      readMonica,
}

// maxMonicaLinks bounds the memory for who took part in the activities, which the export lists with the contacts.
const maxMonicaLinks = 2_000_000

type monicaReader struct {
	j     *jsonReader
	src   *Source
	out   *rowSink
	me    Party
	users int
	with  map[string][]string // activity -> contacts
	links int
}

func readMonica(ctx context.Context, src *Source, sink Sink) error {
	m := &monicaReader{
		j: newJSONReader(src.Reader), src: src, out: &rowSink{src: src, sink: sink}, me: Party{Self: true},
		with: map[string][]string{},
	}
	err := m.j.object(func(name string) error {
		if name != "account" {
			return m.j.skip()
		}
		return m.j.object(func(name string) error {
			if name != "data" {
				return m.j.skip()
			}
			return m.j.array(func() error { return m.collection(ctx) })
		})
	})
	return m.j.damage(err, src.Path)
}

// collection reads {"count": …, "type": …, "values": […]}.
func (m *monicaReader) collection(ctx context.Context) error {
	kind := jsonText("")
	return m.j.object(func(name string) error {
		switch {
		case name == "type":
			return m.j.decode(&kind)
		case name != "values" || kind != "user" && kind != "contact" && kind != "relationship" && kind != "activity":
			return m.j.skip()
		}
		return m.j.array(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, offset := m.j.at()
			m.out.place(line, offset)
			var record monicaRecord
			if err := m.j.decode(&record); err != nil {
				return err
			}
			switch kind {
			case "user":
				return m.user(&record)
			case "contact":
				return m.contact(&record)
			case "relationship":
				return m.relationship(&record)
			}
			return m.activity(&record)
		})
	})
}

// monicaRecord is what every record of the export looks like.
type monicaRecord struct {
	UUID       jsonText         `json:"uuid"`
	FirstName  jsonText         `json:"first_name"` // of a user
	LastName   jsonText         `json:"last_name"`
	Email      jsonText         `json:"email"`
	Properties monicaProperties `json:"properties"`
	Data       []monicaGroup    `json:"data"`
}

type monicaGroup struct {
	Type   jsonText `json:"type"`
	Values jsonList `json:"values"`
}

// monicaProperties are those of all kinds of records together.
type monicaProperties struct {
	MeContact     jsonText   `json:"me_contact"`
	FirstName     jsonText   `json:"first_name"`
	MiddleName    jsonText   `json:"middle_name"`
	LastName      jsonText   `json:"last_name"`
	Nickname      jsonText   `json:"nickname"`
	Description   jsonText   `json:"description"`
	Food          jsonText   `json:"food_preferences"`
	Job           jsonText   `json:"job"`
	Company       jsonText   `json:"company"`
	Tags          jsonList   `json:"tags"`
	Birth         monicaDate `json:"birthdate"`
	Deceased      monicaDate `json:"deceased_date"`
	FirstMet      monicaDate `json:"first_met_date"`
	FirstMetBy    jsonText   `json:"first_met_through"`
	Type          jsonText   `json:"type"`
	ContactIs     jsonText   `json:"contact_is"`
	OfContact     jsonText   `json:"of_contact"`
	Summary       jsonText   `json:"summary"`
	HappenedAt    jsonText   `json:"happened_at"`
	CalledAt      jsonText   `json:"called_at"`
	ContactCalled jsonText   `json:"contact_called"`
	Data          jsonText   `json:"data"`
	Body          jsonText   `json:"body"`
	Title         jsonText   `json:"title"`
	Completed     jsonText   `json:"completed"`
	Name          jsonText   `json:"name"`
	Comment       jsonText   `json:"comment"`
	URL           jsonText   `json:"url"`
	Status        jsonText   `json:"status"`
	Date          jsonText   `json:"date"`
	City          jsonText   `json:"city"`
	Province      jsonText   `json:"province"`
	Country       jsonText   `json:"country"`
	InitialDate   jsonText   `json:"initial_date"`
	FrequencyType jsonText   `json:"frequency_type"`
	Delible       jsonText   `json:"delible"`
	Note          jsonText   `json:"note"`
	Messages      jsonList   `json:"messages"`
	WrittenAt     jsonText   `json:"written_at"`
	WrittenByMe   jsonText   `json:"written_by_me"`
}

type monicaDate struct {
	Date        jsonText `json:"date"`
	AgeBased    jsonText `json:"is_age_based"`
	YearUnknown jsonText `json:"is_year_unknown"`
}

// UnmarshalJSON implements json.Unmarshaler: a date may also be written as plain text.
func (d *monicaDate) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &d.Date)
	}
	type plain monicaDate
	loose(b, (*plain)(d))
	return nil
}

func monicaHandle(uuid jsonText) string {
	if uuid == "" {
		return ""
	}
	return "monica:" + strings.ToLower(uuid.line())
}

func (m *monicaReader) user(r *monicaRecord) error {
	if m.users++; m.users > 1 {
		return nil // others who share the account
	}
	me := Contact{
		Self: true, Handle: monicaHandle(r.Properties.MeContact),
		Name: Name{Given: r.FirstName.line(), Family: r.LastName.line()},
	}
	me.Addresses = appendNew(nil, cleanAddress(string(r.Email)))
	m.me = Party{Self: true, Name: me.display(), Address: first(me.Addresses), Handle: me.Handle}
	return m.out.contact(me)
}

func (m *monicaReader) contact(r *monicaRecord) error {
	p := &r.Properties
	c := Contact{
		Name:     Name{Given: p.FirstName.line(), Additional: p.MiddleName.line(), Family: p.LastName.line()},
		Nickname: p.Nickname.line(), Handle: monicaHandle(r.UUID),
	}
	if position := (Position{Organisation: p.Company.line(), Title: p.Job.line()}); position != (Position{}) {
		c.Organisations = append(c.Organisations, position)
	}
	for _, raw := range p.Tags {
		var tag jsonText
		if loose(raw, &tag) {
			c.Tags = appendNew(c.Tags, tag.line())
		}
	}
	addDay(&c, "birthday", p.Birth)
	addDay(&c, "death", p.Deceased)
	addDay(&c, "first met", p.FirstMet)
	addRelated(&c, "introduced by", Party{Handle: monicaHandle(p.FirstMetBy)})
	addNote(&c, "", wholeText(string(p.Description)))
	addNote(&c, "Food", wholeText(string(p.Food)))
	who := Party{Name: c.display(), Handle: c.Handle}
	var after []Interaction
	for _, group := range r.Data {
		for i, raw := range group.Values {
			if i >= maxMonicaLinks {
				break
			}
			if group.Type == "activity" {
				m.took(raw, r.UUID)
				continue
			}
			var inner monicaRecord
			if loose(raw, &inner) {
				after = append(after, m.inside(&c, who, string(group.Type), &inner)...)
			}
		}
	}
	if c.Handle == "" {
		if reason := c.unusable(); reason != "" {
			return m.out.reject(reason)
		}
	}
	if err := m.out.contact(c); err != nil {
		return err
	}
	for _, i := range after {
		if err := m.out.interaction(i); err != nil {
			return err
		}
	}
	return nil
}

// addDay adds a day of a contact's life. A day that Monica worked out from an age is a guess and left out.
func addDay(c *Contact, kind string, d monicaDate) {
	if isYes(string(d.AgeBased)) {
		return
	}
	if day, ok := parseDay(d.Date.line(), ""); ok && len(c.Dates) < maxMany {
		day.Kind = kind
		if isYes(string(d.YearUnknown)) {
			day.Year = 0
		}
		c.Dates = append(c.Dates, day)
	}
}

// took remembers that a contact took part in an activity; the activities come later in the export.
func (m *monicaReader) took(raw json.RawMessage, contact jsonText) {
	var activity jsonText
	if !loose(raw, &activity) || activity == "" || m.links >= maxMonicaLinks {
		return
	}
	m.links++
	m.with[activity.line()] = append(m.with[activity.line()], monicaHandle(contact))
}

// inside adds one of the things that stand inside a contact, and returns the interactions among them.
func (m *monicaReader) inside(c *Contact, who Party, kind string, r *monicaRecord) []Interaction {
	p := &r.Properties
	switch kind {
	case "contact_field":
		value := p.Data.line()
		switch {
		case cleanAddress(value) != "":
			c.Addresses = appendNew(c.Addresses, cleanAddress(value))
		case strings.Contains(value, "://"), strings.Contains(value, "linkedin.com/"):
			addLinks(c, value)
		case phoneShape.MatchString(value):
			c.Phones = appendNew(c.Phones, value)
		default:
			addNote(c, "", value)
		}
	case "address":
		for _, place := range []jsonText{p.City, p.Province, p.Country} {
			fill(&c.Place, place.line())
		}
	case "note":
		addNote(c, "", wholeText(string(p.Body)))
	case "gift":
		// Gave keeps gifts as gifts only when they were entered so: what another program knew stands in the note.
		label := strings.Join(nonEmpty([]string{"Gift", p.Status.line(), dayOnly(p.Date)}), " ")
		addNote(c, label, strings.Join(nonEmpty([]string{p.Name.line(), p.Comment.line(), p.URL.line()}), ", "))
	case "task":
		label := "To do"
		if isYes(string(p.Completed)) {
			label = "Done"
		}
		addNote(c, label, strings.Join(nonEmpty([]string{p.Title.line(), p.Description.line()}), ", "))
	case "reminder":
		m.reminder(c, p)
	case "life_event":
		label := p.Name.line()
		if label == "" {
			label = "life event"
		}
		addDay(c, strings.ToLower(label), monicaDate{Date: p.HappenedAt})
		addNote(c, label, wholeText(string(p.Note)))
	case "call":
		return m.call(who, r)
	case "conversation":
		return m.conversation(who, r)
	}
	return nil
}

// dayOnly cuts the time off a date.
func dayOnly(t jsonText) string {
	day, _, _ := strings.Cut(t.line(), "T")
	day, _, _ = strings.Cut(day, " ")
	return day
}

// reminder keeps what comes back every year as a day, and the rest as a note. Those that Monica made itself for
// birthdays cannot be deleted there, and stand among the days already.
func (m *monicaReader) reminder(c *Contact, p *monicaProperties) {
	switch {
	case p.Delible != "" && !isYes(string(p.Delible)):
	case p.FrequencyType == "year" && p.Title != "":
		addDay(c, strings.ToLower(p.Title.line()), monicaDate{Date: p.InitialDate})
	default:
		addNote(c, strings.TrimSpace("Reminder "+dayOnly(p.InitialDate)), p.Title.line())
	}
}

// time reads a moment. A day without a time is at noon where the owner lives.
func (m *monicaReader) time(t jsonText) (time.Time, bool) {
	when, ok := parseStamp(t.line(), m.src.zone(), false)
	if !ok {
		return when, false
	}
	if day := t.line(); len(day) == len("2006-01-02") || strings.HasSuffix(day, "T00:00:00.000000Z") ||
		strings.HasSuffix(day, " 00:00:00") {
		// The day that is meant is the one written, whatever the zone.
		utc, _ := parseStamp(day[:len("2006-01-02")], time.UTC, false)
		when = time.Date(utc.Year(), utc.Month(), utc.Day(), 12, 0, 0, 0, m.src.zone()).UTC()
	}
	return when, true
}

func (m *monicaReader) call(who Party, r *monicaRecord) []Interaction {
	when, ok := m.time(r.Properties.CalledAt)
	if !ok {
		return nil
	}
	from, to := m.me, who
	if isYes(string(r.Properties.ContactCalled)) {
		from, to = who, m.me
	}
	from.Role, to.Role = From, To
	id := r.UUID.line()
	fill(&id, stableID("call", who.Handle, string(r.Properties.CalledAt)))
	return []Interaction{
		{Medium: Call, Time: when, Parties: []Party{from, to}, Source: "monica", External: "call:" + id},
	}
}

func (m *monicaReader) conversation(who Party, r *monicaRecord) []Interaction {
	id := r.UUID.line()
	fill(&id, stableID("conversation", who.Handle, string(r.Properties.HappenedAt)))
	chat := newChat("monica", id)
	chat.utc = true
	me, other := chat.person(m.me), chat.person(who)
	for _, raw := range r.Properties.Messages {
		var message monicaRecord
		if !loose(raw, &message) {
			continue
		}
		when, ok := m.time(message.Properties.WrittenAt)
		if !ok {
			continue
		}
		if isYes(string(message.Properties.WrittenByMe)) {
			chat.wrote(me, when)
		} else {
			chat.wrote(other, when)
		}
	}
	return chat.interactions()
}

func (m *monicaReader) relationship(r *monicaRecord) error {
	p := &r.Properties
	if p.ContactIs == "" || p.OfContact == "" || p.Type == "" {
		return m.out.reject("the relationship lacks its type or a contact")
	}
	id := r.UUID.line()
	fill(&id, stableID("relationship", string(p.Type), string(p.ContactIs), string(p.OfContact)))
	return m.out.statement(Statement{
		Layer: strings.ToLower(p.Type.line()), From: Party{Handle: monicaHandle(p.ContactIs)},
		To:     Party{Handle: monicaHandle(p.OfContact)},
		Weight: 1, Sign: 1, Source: "monica", External: "relationship:" + id,
	})
}

func (m *monicaReader) activity(r *monicaRecord) error {
	when, ok := m.time(r.Properties.HappenedAt)
	if !ok {
		return m.out.reject(because("the date %s of the activity cannot be read",
			quote(r.Properties.HappenedAt.line())))
	}
	people := m.with[r.UUID.line()]
	delete(m.with, r.UUID.line())
	if len(people) == 0 {
		m.out.skip("activity without people")
		return nil
	}
	me := m.me
	me.Role = To
	i := Interaction{
		Medium: FaceToFace, Time: when, Title: cleanText(string(r.Properties.Summary), 200), Parties: []Party{me},
		Source:   "monica",
		External: "activity:" + r.UUID.line(),
	}
	for _, handle := range people {
		i.Parties = append(i.Parties, Party{Handle: handle, Role: To})
	}
	return m.out.interaction(i)
}
