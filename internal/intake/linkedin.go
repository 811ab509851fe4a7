package intake

import (
	"bufio"
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/text"
)

// LinkedIn reads the archive that LinkedIn gives its members, as a whole or one table of it: connections, messages,
// invitations, recommendations, endorsements, and what the archive says of its owner. Of messages only who and when is
// taken, and the subject.
var LinkedIn = Format{
	Name:  "linkedin",
	Title: "LinkedIn archive",
	Detect: func(head []byte, name string) int {
		if table, _ := linkedinTableOf(headRows(head), path.Base(name)); table != "" {
			return 92
		}
		return detectLinkedInSnapshot(head)
	},
	FromStart:  true,
	Read:       readLinkedInTable,
	DetectTree: detectLinkedInTree,
	ReadTree:   readLinkedInTree,
}

// The tables of the archive.
const (
	linkedinConnections     = "connections"
	linkedinMessages        = "messages"
	linkedinInvitations     = "invitations"
	linkedinRecommendations = "recommendations"
	linkedinEndorsements    = "endorsements"
	linkedinProfile         = "profile"
	linkedinMails           = "email addresses"
	linkedinPhones          = "phone numbers"
	linkedinPositions       = "positions"
	linkedinEducation       = "education"
	linkedinSkills          = "skills"
	linkedinEvents          = "events"
)

// The columns of the connections, with the names that they have in other languages. Only the English ones were seen in
// real archives.
var (
	linkedinFirst = []string{"first name", "vorname", "voornaam", "prenom", "nombre"}
	linkedinLast  = []string{"last name", "nachname", "achternaam", "nom", "apellidos"}
	linkedinURL   = []string{"url", "profile url", "profiel url", "profil url"}
	linkedinMail  = []string{
		"email address", "e mail adresse", "e mailadres", "adresse e mail", "direccion de correo",
	}
	linkedinCompany   = []string{"company", "unternehmen", "bedrijf", "entreprise", "empresa"}
	linkedinPosition  = []string{"position", "positie", "functie", "poste", "cargo"}
	linkedinConnected = []string{
		"connected on", "verbunden am", "verbonden op", "gekoppeld op", "connecte le", "conectado el",
	}
)

// linkedinTable tells a table of the archive by its columns, "" when it is none.
func linkedinTable(keys []string, name string) string {
	any := func(list []string) bool {
		return slices.ContainsFunc(list, func(key string) bool { return slices.Contains(keys, key) })
	}
	switch {
	case any(linkedinConnected) && any(linkedinFirst) && any(linkedinLast):
		return linkedinConnections
	case hasKeys(keys, "conversation id", "from", "to", "date"):
		return linkedinMessages
	case hasKeys(keys, "from", "to", "sent at", "direction"):
		return linkedinInvitations
	case hasKeys(keys, "endorsement date", "skill name"):
		return linkedinEndorsements
	case hasKeys(keys, "first name", "last name", "text", "creation date", "status"):
		return linkedinRecommendations
	case hasKeys(keys, "first name", "last name", "headline", "geo location"), hasKeys(keys, "first name", "last name",
		"maiden name", "headline"):
		return linkedinProfile
	case hasKeys(keys, "email address", "confirmed", "primary"):
		return linkedinMails
	case hasKeys(keys, "company name", "title", "started on", "finished on"):
		return linkedinPositions
	case hasKeys(keys, "school name", "start date", "degree name"):
		return linkedinEducation
	case hasKeys(keys, "event name", "event time"):
		return linkedinEvents
	case hasKeys(keys, "number", "extension", "type") && len(keys) <= 4:
		return linkedinPhones
	case len(keys) == 1 && keys[0] == "name" && strings.HasPrefix(headerKey(name), "skills"):
		return linkedinSkills
	}
	return ""
}

// linkedinTableOf finds the table in its first rows, and the row of its header.
func linkedinTableOf(rows [][]string, name string) (table string, header int) {
	for i, row := range rows {
		if table := linkedinTable(headerKeys(row), name); table != "" {
			return table, i
		}
	}
	// Connections in a language that is not known: seven columns of which the third is a profile.
	for i, row := range rows {
		if i > 0 && len(row) == 7 && len(rows[i-1]) == 7 && linkedinSlug(row[2]) != "" &&
			linkedinSlug(rows[i-1][2]) == "" {
			return linkedinConnections, i - 1
		}
	}
	return "", 0
}

// linkedinSlug returns the profile's address in the one form in which addresses are compared, "" for anything else.
func linkedinSlug(s string) string {
	if !strings.Contains(strings.ToLower(s), "linkedin.") {
		return ""
	}
	link, ok := text.NormalizeLink(s)
	if !ok || !strings.HasPrefix(link, "https://www.linkedin.com/in/") {
		return ""
	}
	return link
}

// values gives the cells of one record by the names of their columns, as headerKey writes them. A record is a row of a
// table, or an object of LinkedIn's interface for members, which has the same names.
type values interface {
	get(keys ...string) string   // the first that has something, in one line
	whole(keys ...string) string // with its lines
}

// rowValues are the values of a row of a table.
type rowValues struct {
	table *csvTable
	row   *csvRow
}

func (v rowValues) get(keys ...string) string   { return v.table.get(v.row, keys...) }
func (v rowValues) whole(keys ...string) string { return v.table.whole(v.row, keys...) }

// linkedinReader turns records into what Gave keeps. It knows the owner and the profiles of the connections by name,
// because some tables name people without their address.
type linkedinReader struct {
	src    *Source
	out    *rowSink
	owner  Party
	byName map[string]string // folded name -> profile; "" where two people have the name
	self   Contact           // what the archive says of its owner
	given  bool              // the table holds what the owner gave, not what was received
	// sender says that the messages tell the sender's profile, so that a sender without one is no member.
	sender bool
}

// maxByName bounds the memory for the names of connections; LinkedIn allows 30,000.
const maxByName = 100_000

func (r *linkedinReader) learn(name, link string) {
	key := text.Fold(name)
	if key == "" || link == "" {
		return
	}
	if known, ok := r.byName[key]; ok && known != link {
		link = ""
	} else if !ok && len(r.byName) >= maxByName {
		return
	}
	r.byName[key] = link
}

// party makes a party of a name and a profile, either of which may be missing.
func (r *linkedinReader) party(name, link string) Party {
	slug := linkedinSlug(link)
	name = cleanText(name, 200)
	if name == "LinkedIn Member" || name == "LinkedIn-lid" || name == "LinkedIn-Mitglied" {
		name = ""
	}
	if slug == "" && name != "" {
		slug = r.byName[text.Fold(name)]
	}
	p := Party{Name: name, Link: slug}
	p.Self = r.owner.Link != "" && slug == r.owner.Link ||
		r.owner.Name != "" && slug == "" && text.Fold(name) == text.Fold(r.owner.Name)
	if p.Self && p.Link == "" {
		p.Link = r.owner.Link
	}
	return p
}

// take turns one record into what it says.
func (r *linkedinReader) take(table string, v values) error {
	switch table {
	case linkedinConnections:
		return r.connection(v)
	case linkedinMessages:
		return r.message(v)
	case linkedinInvitations:
		return r.invitation(v)
	case linkedinRecommendations:
		return r.recommendation(v)
	case linkedinEndorsements:
		return r.endorsement(v)
	case linkedinEvents:
		return r.event(v)
	}
	r.ofOwner(table, v)
	return nil
}

func (r *linkedinReader) connection(v values) error {
	given, family := v.get(linkedinFirst...), v.get(linkedinLast...)
	slug, address := linkedinSlug(v.get(linkedinURL...)), cleanAddress(v.get(linkedinMail...))
	if given == "" && family == "" && slug == "" && address == "" {
		// LinkedIn leaves a row without a name for each member who left.
		r.out.skip("member who left")
		return nil
	}
	c := Contact{Name: Name{Given: given, Family: family}}
	c.Addresses = appendNew(c.Addresses, address)
	c.Links = appendNew(c.Links, slug)
	if p := (Position{Organisation: v.get(linkedinCompany...), Title: v.get(linkedinPosition...)}); p != (Position{}) {
		c.Organisations = append(c.Organisations, p)
	}
	name := strings.TrimSpace(given + " " + family)
	r.learn(name, slug)
	if err := r.out.contact(c); err != nil {
		return err
	}
	other := Party{Name: name, Address: address, Link: slug, Role: To}
	when, _ := parseStamp(v.get(linkedinConnected...), time.UTC, true)
	return r.out.statement(Statement{
		Layer: "connected", To: other, Weight: 1, Sign: 1, Undirected: true, Time: when, Source: "linkedin",
		External: stableID("connection", partyKey(other)),
	})
}

func (r *linkedinReader) message(v values) error {
	switch folder := strings.ToUpper(v.get("folder")); {
	case strings.Contains(folder, "SPAM"):
		r.out.skip("spam")
		return nil
	case isYes(v.get("is message draft")):
		r.out.skip("draft")
		return nil
	}
	stamp := v.get("date")
	when, ok := parseStamp(stamp, r.src.zone(), true)
	if !ok {
		return r.out.reject(because("the date %s cannot be read", quote(stamp)))
	}
	sender := r.party(v.get("from"), v.get("sender profile url"))
	if sender.Link == "" && r.sender && !sender.Self {
		r.out.skip("advertisement or member who left")
		return nil
	}
	i := Interaction{
		Medium: Message, Time: when, Title: subjectText(v.get("subject")), Source: "linkedin",
		External: stableID("message", v.get("conversation id"), partyKey(sender), when.Format(time.RFC3339)),
	}
	sender.Role = From
	i.Parties = append(i.Parties, sender)
	for _, p := range r.recipients(v.get("to"), v.get("recipient profile urls")) {
		p.Role = To
		if p.Name != "" || p.Link != "" {
			i.Parties = append(i.Parties, p)
		}
	}
	return r.out.interaction(i)
}

// subjectText takes marks out of a subject.
func subjectText(s string) string {
	if strings.ContainsAny(s, "<>") {
		var out strings.Builder
		depth := 0
		for _, c := range s {
			switch {
			case c == '<':
				depth++
			case c == '>' && depth > 0:
				depth--
			case depth == 0:
				out.WriteRune(c)
			}
		}
		s = out.String()
	}
	return cleanText(s, 200)
}

// recipients pairs the names and the profiles of the recipients. Both stand in one cell, parted by commas; a name may
// hold a comma itself ("Jan Smit, MBA"), and then stands in quotes or not.
func (r *linkedinReader) recipients(names, links string) []Party {
	var slugs []string
	for link := range strings.FieldsFuncSeq(links, func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
		slugs = append(slugs, link)
	}
	pieces := splitNames(names)
	if len(slugs) <= 1 && len(pieces) > 1 && (len(slugs) == 1 || suffixOnly(pieces[1:])) {
		pieces = []string{names}
	}
	for len(slugs) > 1 && len(pieces) > len(slugs) {
		at := slices.IndexFunc(pieces[1:], func(piece string) bool { return suffixOnly([]string{piece}) })
		if at < 0 {
			break
		}
		pieces[at] += ", " + pieces[at+1]
		pieces = slices.Delete(pieces, at+1, at+2)
	}
	var parties []Party
	switch {
	case len(pieces) == len(slugs) || len(slugs) == 0:
		for i, name := range pieces {
			link := ""
			if i < len(slugs) {
				link = slugs[i]
			}
			parties = append(parties, r.party(name, link))
		}
	default:
		// Which name belongs to which profile cannot be told.
		for _, link := range slugs {
			parties = append(parties, r.party("", link))
		}
	}
	return parties
}

// splitNames splits names at commas outside quotes.
func splitNames(s string) []string {
	var out []string
	begin, quoted := 0, false
	add := func(part string) {
		if part = strings.Trim(strings.TrimSpace(part), `"`); part != "" && len(out) < maxMany {
			out = append(out, part)
		}
	}
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			add(s[begin:i])
			begin = i + 1
		}
	}
	add(s[begin:])
	return out
}

// suffixOnly says that the parts are titles that stand behind a name.
func suffixOnly(parts []string) bool {
	for _, part := range parts {
		if n := text.ParseName("Jan Jansen, " + part); n.Suffix == "" || n.Given != "Jan" || n.Family != "Jansen" {
			return false
		}
	}
	return len(parts) > 0
}

func (r *linkedinReader) invitation(v values) error {
	from, to := r.party(v.get("from"), v.get("inviterprofileurl", "inviter profile url")),
		r.party(v.get("to"), v.get("inviteeprofileurl", "invitee profile url"))
	switch strings.ToUpper(v.get("direction")) {
	case "OUTGOING":
		from.Self = true
	case "INCOMING":
		to.Self = true
	}
	if partyKey(from) == "" && !from.Self || partyKey(to) == "" && !to.Self {
		r.out.skip("member who left")
		return nil
	}
	when, _ := parseStamp(v.get("sent at"), r.src.zone(), true)
	external := stableID("invitation", partyKey(from), partyKey(to))
	return r.out.statement(Statement{
		Layer: "invited", From: ownerAsNone(from), To: ownerAsNone(to), Weight: 1, Sign: 1, Time: when,
		Source: "linkedin", External: external,
	})
}

// ownerAsNone returns the party without anything when it is the owner: statements and praise mean the importing member
// then.
func ownerAsNone(p Party) Party {
	if p.Self {
		return Party{}
	}
	return p
}

func (r *linkedinReader) recommendation(v values) error {
	name := strings.TrimSpace(v.get("first name") + " " + v.get("last name"))
	body := v.whole("text")
	if name == "" || body == "" {
		r.out.skip("recommendation without a name or text")
		return nil
	}
	other := r.party(name, "")
	stamp := v.get("creation date")
	when, _ := parseStamp(stamp, r.src.zone(), true)
	p := Praise{
		Kind: "recommendation", Text: body, Time: when, Hidden: !strings.EqualFold(v.get("status"), "VISIBLE"),
		Source: "linkedin",
		Title:  strings.Join(nonEmpty([]string{v.get("job title"), v.get("company")}), ", "),
	}
	return r.out.praise(r.between(p, other, stamp))
}

func (r *linkedinReader) endorsement(v values) error {
	given := r.given
	name := strings.TrimSpace(v.get("endorser first name") + " " + v.get("endorser last name"))
	link := v.get("endorser public url")
	if name == "" && link == "" {
		name = strings.TrimSpace(v.get("endorsee first name") + " " + v.get("endorsee last name"))
		link = v.get("endorsee public url")
		given = true
	}
	other, skill := r.party(name, link), v.get("skill name")
	if partyKey(other) == "" || skill == "" {
		r.out.skip("endorsement without a name or skill")
		return nil
	}
	when, _ := parseStamp(v.get("endorsement date"), r.src.zone(), true)
	p := Praise{
		Kind: "endorsement", Text: skill, Time: when,
		Hidden: strings.EqualFold(v.get("endorsement status"), "REJECTED"), Source: "linkedin",
	}
	before := r.given
	r.given = given
	p = r.between(p, other, skill)
	r.given = before
	return r.out.praise(p)
}

// between says who praises whom, and makes the id.
func (r *linkedinReader) between(p Praise, other Party, detail string) Praise {
	other.Role = From
	direction := "received"
	if r.given {
		direction = "given"
		p.Subject = other
	} else {
		p.Author = other
	}
	p.External = stableID(p.Kind, direction, partyKey(other), detail)
	return p
}

func (r *linkedinReader) event(v values) error {
	stamp := v.get("event time")
	when, ok := parseStamp(stamp, r.src.zone(), true)
	if !ok {
		// "2024-03-05 18:00:00 UTC - 2024-03-05 20:00:00 UTC"
		first, _, _ := strings.Cut(stamp, " - ")
		when, ok = parseStamp(first, r.src.zone(), true)
	}
	name := v.get("event name")
	if !ok || name == "" {
		return r.out.reject(because("the time %s of the event cannot be read", quote(stamp)))
	}
	if status := strings.ToUpper(v.get("status")); strings.Contains(status, "DECLINED") ||
		strings.Contains(status, "WITHDRAWN") {
		r.out.skip("event that was not attended")
		return nil
	}
	medium := FaceToFace
	if v.get("external url") != "" {
		medium = Video
	}
	me := r.owner
	me.Self, me.Role = true, To
	return r.out.interaction(Interaction{
		Medium: medium, Time: when, Title: cleanText(name, 200), Parties: []Party{me}, Source: "linkedin",
		External: stableID("event", name, when.Format(time.RFC3339)),
	})
}

// ofOwner collects what the archive says of its owner.
func (r *linkedinReader) ofOwner(table string, v values) {
	c := &r.self
	switch table {
	case linkedinProfile:
		c.Name = Name{Given: v.get("first name"), Family: v.get("last name")}
		c.Place = v.get("geo location", "address")
		for _, site := range strings.FieldsFunc(v.get("websites"), func(c rune) bool {
			return c == '[' || c == ']' || c == ','
		}) {
			// [PORTFOLIO:https://…]
			if i := strings.Index(site, "http"); i >= 0 {
				c.Links = appendNew(c.Links, site[i:])
			}
		}
		addNote(c, "", v.get("headline"))
		addNote(c, "", v.whole("summary"))
		if when, ok := parseStamp(v.get("birth date"), time.UTC, true); ok {
			c.Dates = append(c.Dates, Date{"birthday", when.Year(), when.Month(), when.Day()})
		}
	case linkedinMails:
		if confirmed := v.get("confirmed"); confirmed == "" || isYes(confirmed) {
			c.Addresses = appendNew(c.Addresses, cleanAddress(v.get("email address")))
		}
	case linkedinPhones:
		c.Phones = appendNew(c.Phones, v.get("number"))
	case linkedinSkills:
		c.Tags = appendNew(c.Tags, v.get("name"))
	case linkedinPositions:
		if len(c.Organisations) < maxMany {
			c.Organisations = append(c.Organisations, Position{
				Organisation: v.get("company name"), Title: v.get("title"), From: partialDate(v.get("started on")),
				Until: partialDate(v.get("finished on")),
			})
		}
	case linkedinEducation:
		if len(c.Organisations) < maxMany {
			until := partialDate(v.get("end date"))
			fill(&until, partialDate(v.get("start date"))) // a school is never the present employer
			c.Organisations = append(c.Organisations, Position{
				Organisation: v.get("school name"), Title: v.get("degree name"),
				From: partialDate(v.get("start date")), Until: until,
			})
		}
	}
}

// emitOwner emits the owner when the archive says anything.
func (r *linkedinReader) emitOwner() error {
	c := r.self
	c.Self = true
	c.Links = appendNew(c.Links, r.owner.Link)
	if c.Name == (Name{}) {
		c.Name.Full = r.owner.Name
	}
	if c.Name == (Name{}) && len(c.Addresses)+len(c.Links)+len(c.Organisations)+len(c.Tags)+len(c.Phones) == 0 {
		return nil
	}
	return r.out.contact(c)
}

func readLinkedInTable(ctx context.Context, src *Source, sink Sink) error {
	r := &linkedinReader{src: src, out: &rowSink{src: src, sink: sink}, byName: map[string]string{}}
	stream := bufio.NewReader(plainText(src.Reader))
	src.Reader = stream
	if isJSON(stream) {
		return r.readSnapshot(ctx, src)
	}
	ofOwner, err := r.table(ctx, src, path.Base(src.Path))
	if err == nil && ofOwner {
		err = r.emitOwner()
	}
	return err
}

// table reads one table of the archive. ofOwner says that it told of the owner.
func (r *linkedinReader) table(ctx context.Context, src *Source, name string) (ofOwner bool, err error) {
	t := &csvTable{csvReader: newCSVReader(src.Reader, src.Size)}
	rows := t.sample()
	table, header := linkedinTableOf(rows[:min(len(rows), maxHeaderRow)], name)
	if table == "" {
		return false, fault.New(fault.Invalid, "%s is no table of a LinkedIn archive.", src.Path)
	}
	for range header + 1 {
		t.next()
	}
	t.setHeader(rows[header])
	if table == linkedinConnections && linkedinTable(t.keys, name) == "" {
		t.setHeader([]string{"first name", "last name", "url", "email address", "company", "position", "connected on"})
	}
	r.given = strings.Contains(headerKey(name), "given")
	r.sender = false
	if _, ok := t.column["sender profile url"]; ok && r.owner.Link != "" {
		r.sender = true
	}
	err = t.eachRow(ctx, r.out, func(row *csvRow) error { return r.take(table, rowValues{t, row}) })
	switch table {
	case linkedinProfile, linkedinMails, linkedinPhones, linkedinSkills, linkedinPositions, linkedinEducation:
		return true, err
	}
	return false, err
}
