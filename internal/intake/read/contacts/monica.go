package contacts

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Monica reads the JSON export of Monica 4: contacts with their notes, gifts, reminders and life events, how people are
// related, who introduced whom, and activities, calls and conversations.
var Monica = read.Format{
	Name:        "monica",
	Title:       "Monica (JSON)",
	How:         "In Monica choose Settings, Export data, Export to JSON.",
	AddressBook: true,
	Detect: func(head []byte, _ string) int {
		return max(read.DetectJSON(head, 96, "account", "app_version", "exported_by"),
			read.DetectJSON(head, 90, "account", "export_date", "exported_by"))
	},
	FromStart: true,
	Read:      readMonica,
}

// maxMonicaLinks bounds the memory for who took part in the activities, which the export lists with the contacts.
const maxMonicaLinks = 2_000_000

type monicaReader struct {
	j     *read.JSONReader
	src   *read.Source
	out   *read.Emitter
	me    read.Party
	users int
	with  map[string][]string // activity -> contacts
	links int
}

func readMonica(ctx context.Context, src *read.Source, sink read.Sink) error {
	m := &monicaReader{
		j: read.NewJSONReader(src.Reader), src: src, out: &read.Emitter{Source: src, Sink: sink},
		me:   read.Party{Self: true},
		with: map[string][]string{},
	}
	err := m.j.Object(func(name string) error {
		if name != "account" {
			return m.j.Skip()
		}
		return m.j.Object(func(name string) error {
			if name != "data" {
				return m.j.Skip()
			}
			return m.j.Array(func() error { return m.collection(ctx) })
		})
	})
	return m.j.Damage(err, src.Path)
}

// collection reads {"count": …, "type": …, "values": […]}.
func (m *monicaReader) collection(ctx context.Context) error {
	kind := read.JSONText("")
	return m.j.Object(func(name string) error {
		switch {
		case name == "type":
			return m.j.Decode(&kind)
		case name != "values" || kind != "user" && kind != "contact" && kind != "relationship" && kind != "activity":
			return m.j.Skip()
		}
		return m.j.Array(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, offset := m.j.At()
			m.out.Place(line, offset)
			var record monicaRecord
			if err := m.j.Decode(&record); err != nil {
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
	UUID       read.JSONText    `json:"uuid"`
	FirstName  read.JSONText    `json:"first_name"` // of a user
	LastName   read.JSONText    `json:"last_name"`
	Email      read.JSONText    `json:"email"`
	Properties monicaProperties `json:"properties"`
	Data       []monicaGroup    `json:"data"`
}

type monicaGroup struct {
	Type   read.JSONText `json:"type"`
	Values read.JSONList `json:"values"`
}

// monicaProperties are those of all kinds of records together.
type monicaProperties struct {
	MeContact     read.JSONText `json:"me_contact"`
	FirstName     read.JSONText `json:"first_name"`
	MiddleName    read.JSONText `json:"middle_name"`
	LastName      read.JSONText `json:"last_name"`
	Nickname      read.JSONText `json:"nickname"`
	Description   read.JSONText `json:"description"`
	Food          read.JSONText `json:"food_preferences"`
	Job           read.JSONText `json:"job"`
	Company       read.JSONText `json:"company"`
	Tags          read.JSONList `json:"tags"`
	Birth         monicaDate    `json:"birthdate"`
	Deceased      monicaDate    `json:"deceased_date"`
	FirstMet      monicaDate    `json:"first_met_date"`
	FirstMetBy    read.JSONText `json:"first_met_through"`
	Type          read.JSONText `json:"type"`
	ContactIs     read.JSONText `json:"contact_is"`
	OfContact     read.JSONText `json:"of_contact"`
	Summary       read.JSONText `json:"summary"`
	HappenedAt    read.JSONText `json:"happened_at"`
	CalledAt      read.JSONText `json:"called_at"`
	ContactCalled read.JSONText `json:"contact_called"`
	Data          read.JSONText `json:"data"`
	Body          read.JSONText `json:"body"`
	Title         read.JSONText `json:"title"`
	Completed     read.JSONText `json:"completed"`
	Name          read.JSONText `json:"name"`
	Comment       read.JSONText `json:"comment"`
	URL           read.JSONText `json:"url"`
	Status        read.JSONText `json:"status"`
	Date          read.JSONText `json:"date"`
	City          read.JSONText `json:"city"`
	Province      read.JSONText `json:"province"`
	Country       read.JSONText `json:"country"`
	InitialDate   read.JSONText `json:"initial_date"`
	FrequencyType read.JSONText `json:"frequency_type"`
	Delible       read.JSONText `json:"delible"`
	Note          read.JSONText `json:"note"`
	Messages      read.JSONList `json:"messages"`
	WrittenAt     read.JSONText `json:"written_at"`
	WrittenByMe   read.JSONText `json:"written_by_me"`
}

type monicaDate struct {
	Date        read.JSONText `json:"date"`
	AgeBased    read.JSONText `json:"is_age_based"`
	YearUnknown read.JSONText `json:"is_year_unknown"`
}

// UnmarshalJSON implements json.Unmarshaler: a date may also be written as plain text.
func (d *monicaDate) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &d.Date)
	}
	type plain monicaDate
	read.Loose(b, (*plain)(d))
	return nil
}

func monicaHandle(uuid read.JSONText) string {
	if uuid == "" {
		return ""
	}
	return "monica:" + strings.ToLower(uuid.Line())
}

func (m *monicaReader) user(r *monicaRecord) error {
	if m.users++; m.users > 1 {
		return nil // others who share the account
	}
	me := read.Contact{
		Self: true, Handle: monicaHandle(r.Properties.MeContact),
		Name: read.Name{Given: r.FirstName.Line(), Family: r.LastName.Line()},
	}
	me.Addresses = read.AppendNew(nil, read.CleanAddress(string(r.Email)))
	m.me = read.Party{Self: true, Name: me.Display(), Address: read.First(me.Addresses), Handle: me.Handle}
	return m.out.Contact(me)
}

func (m *monicaReader) contact(r *monicaRecord) error {
	p := &r.Properties
	c := read.Contact{
		Name:     read.Name{Given: p.FirstName.Line(), Additional: p.MiddleName.Line(), Family: p.LastName.Line()},
		Nickname: p.Nickname.Line(), Handle: monicaHandle(r.UUID),
	}
	if position := (read.Position{Organisation: p.Company.Line(), Title: p.Job.Line()}); position != (read.Position{}) {
		c.Organisations = append(c.Organisations, position)
	}
	for _, raw := range p.Tags {
		var tag read.JSONText
		if read.Loose(raw, &tag) {
			c.Tags = read.AppendNew(c.Tags, tag.Line())
		}
	}
	addDay(&c, "birthday", p.Birth)
	addDay(&c, "death", p.Deceased)
	addDay(&c, "first met", p.FirstMet)
	read.AddRelated(&c, "introduced by", read.Party{Handle: monicaHandle(p.FirstMetBy)})
	read.AddNote(&c, "", read.WholeText(string(p.Description)))
	read.AddNote(&c, "Food", read.WholeText(string(p.Food)))
	who := read.Party{Name: c.Display(), Handle: c.Handle}
	var after []read.Interaction
	for _, group := range r.Data {
		for i, raw := range group.Values {
			if i >= maxMonicaLinks {
				break
			}
			if group.Type == "activity" {
				m.addActivity(raw, r.UUID)
				continue
			}
			var inner monicaRecord
			if read.Loose(raw, &inner) {
				after = append(after, m.inside(&c, who, string(group.Type), &inner)...)
			}
		}
	}
	if c.Handle == "" {
		if reason := c.Unusable(); reason != "" {
			return m.out.Reject(reason)
		}
	}
	if err := m.out.Contact(c); err != nil {
		return err
	}
	for _, i := range after {
		if err := m.out.Interaction(i); err != nil {
			return err
		}
	}
	return nil
}

// addDay adds a day of a contact's life. A day that Monica worked out from an age is a guess and left out.
func addDay(c *read.Contact, kind string, d monicaDate) {
	if read.IsYes(string(d.AgeBased)) {
		return
	}
	if day, ok := read.ParseDay(d.Date.Line(), ""); ok && len(c.Dates) < read.MaxMany {
		day.Kind = kind
		if read.IsYes(string(d.YearUnknown)) {
			day.Year = 0
		}
		c.Dates = append(c.Dates, day)
	}
}

// addActivity remembers that a contact took part in an activity; the activities come later in the export.
func (m *monicaReader) addActivity(raw json.RawMessage, contact read.JSONText) {
	var activity read.JSONText
	if !read.Loose(raw, &activity) || activity == "" || m.links >= maxMonicaLinks {
		return
	}
	m.links++
	m.with[activity.Line()] = append(m.with[activity.Line()], monicaHandle(contact))
}

// inside adds one of the things that stand inside a contact, and returns the interactions among them.
func (m *monicaReader) inside(c *read.Contact, who read.Party, kind string, r *monicaRecord) []read.Interaction {
	p := &r.Properties
	switch kind {
	case "contact_field":
		value := p.Data.Line()
		switch {
		case read.CleanAddress(value) != "":
			c.Addresses = read.AppendNew(c.Addresses, read.CleanAddress(value))
		case strings.Contains(value, "://"), strings.Contains(value, "linkedin.com/"):
			read.AddLinks(c, value)
		case read.PhoneShape.MatchString(value):
			c.Phones = read.AppendNew(c.Phones, value)
		default:
			read.AddNote(c, "", value)
		}
	case "address":
		for _, place := range []read.JSONText{p.City, p.Province, p.Country} {
			read.Fill(&c.Place, place.Line())
		}
	case "note":
		read.AddNote(c, "", read.WholeText(string(p.Body)))
	case "gift":
		// Gave keeps gifts as gifts only when they were entered so: what another program knew stands in the note.
		label := strings.Join(read.NonEmpty([]string{"Gift", p.Status.Line(), dayOnly(p.Date)}), " ")
		read.AddNote(c, label, strings.Join(read.NonEmpty([]string{p.Name.Line(), p.Comment.Line(), p.URL.Line()}),
			", "))
	case "task":
		label := "To do"
		if read.IsYes(string(p.Completed)) {
			label = "Done"
		}
		read.AddNote(c, label, strings.Join(read.NonEmpty([]string{p.Title.Line(), p.Description.Line()}), ", "))
	case "reminder":
		m.reminder(c, p)
	case "life_event":
		label := p.Name.Line()
		if label == "" {
			label = "life event"
		}
		addDay(c, strings.ToLower(label), monicaDate{Date: p.HappenedAt})
		read.AddNote(c, label, read.WholeText(string(p.Note)))
	case "call":
		return m.call(who, r)
	case "conversation":
		return m.conversation(who, r)
	}
	return nil
}

// dayOnly cuts the time off a date.
func dayOnly(t read.JSONText) string {
	day, _, _ := strings.Cut(t.Line(), "T")
	day, _, _ = strings.Cut(day, " ")
	return day
}

// reminder keeps what comes back every year as a day, and the rest as a note. Those that Monica made itself for
// birthdays cannot be deleted there, and stand among the days already.
func (m *monicaReader) reminder(c *read.Contact, p *monicaProperties) {
	switch {
	case p.Delible != "" && !read.IsYes(string(p.Delible)):
	case p.FrequencyType == "year" && p.Title != "":
		addDay(c, strings.ToLower(p.Title.Line()), monicaDate{Date: p.InitialDate})
	default:
		read.AddNote(c, strings.TrimSpace("Reminder "+dayOnly(p.InitialDate)), p.Title.Line())
	}
}

// time reads a moment. A day without a time is at noon where the owner lives.
func (m *monicaReader) time(t read.JSONText) (time.Time, bool) {
	when, ok := read.ParseStamp(t.Line(), m.src.Location(), false)
	if !ok {
		return when, false
	}
	if day := t.Line(); len(day) == len("2006-01-02") || strings.HasSuffix(day, "T00:00:00.000000Z") ||
		strings.HasSuffix(day, " 00:00:00") {
		// The day that is meant is the one written, whatever the zone.
		utc, _ := read.ParseStamp(day[:len("2006-01-02")], time.UTC, false)
		when = time.Date(utc.Year(), utc.Month(), utc.Day(), 12, 0, 0, 0, m.src.Location()).UTC()
	}
	return when, true
}

func (m *monicaReader) call(who read.Party, r *monicaRecord) []read.Interaction {
	when, ok := m.time(r.Properties.CalledAt)
	if !ok {
		return nil
	}
	from, to := m.me, who
	if read.IsYes(string(r.Properties.ContactCalled)) {
		from, to = who, m.me
	}
	from.Role, to.Role = read.From, read.To
	id := r.UUID.Line()
	read.Fill(&id, read.StableID("call", who.Handle, string(r.Properties.CalledAt)))
	return []read.Interaction{
		{Medium: read.Call, Time: when, Parties: []read.Party{from, to}, Source: "monica", External: "call:" + id},
	}
}

func (m *monicaReader) conversation(who read.Party, r *monicaRecord) []read.Interaction {
	id := r.UUID.Line()
	read.Fill(&id, read.StableID("conversation", who.Handle, string(r.Properties.HappenedAt)))
	chat := read.NewChat("monica", id)
	chat.UTC = true
	me, other := chat.Person(m.me), chat.Person(who)
	for _, raw := range r.Properties.Messages {
		var message monicaRecord
		if !read.Loose(raw, &message) {
			continue
		}
		when, ok := m.time(message.Properties.WrittenAt)
		if !ok {
			continue
		}
		if read.IsYes(string(message.Properties.WrittenByMe)) {
			chat.Wrote(me, when)
		} else {
			chat.Wrote(other, when)
		}
	}
	return chat.Interactions()
}

func (m *monicaReader) relationship(r *monicaRecord) error {
	p := &r.Properties
	if p.ContactIs == "" || p.OfContact == "" || p.Type == "" {
		return m.out.Reject("the relationship lacks its type or a contact")
	}
	id := r.UUID.Line()
	read.Fill(&id, read.StableID("relationship", string(p.Type), string(p.ContactIs), string(p.OfContact)))
	return m.out.Statement(read.Statement{
		Layer: strings.ToLower(p.Type.Line()), From: read.Party{Handle: monicaHandle(p.ContactIs)},
		To:     read.Party{Handle: monicaHandle(p.OfContact)},
		Weight: 1, Sign: 1, Source: "monica", External: "relationship:" + id,
	})
}

func (m *monicaReader) activity(r *monicaRecord) error {
	when, ok := m.time(r.Properties.HappenedAt)
	if !ok {
		return m.out.Reject(read.Because("the date %s of the activity cannot be read",
			read.Quote(r.Properties.HappenedAt.Line())))
	}
	people := m.with[r.UUID.Line()]
	delete(m.with, r.UUID.Line())
	if len(people) == 0 {
		m.out.Skip("activity without people")
		return nil
	}
	me := m.me
	me.Role = read.To
	i := read.Interaction{
		Medium: read.FaceToFace, Time: when, Title: read.CleanText(string(r.Properties.Summary), 200),
		Parties:  []read.Party{me},
		Source:   "monica",
		External: "activity:" + r.UUID.Line(),
	}
	for _, handle := range people {
		i.Parties = append(i.Parties, read.Party{Handle: handle, Role: read.To})
	}
	return m.out.Interaction(i)
}
