package intake

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/network"
	"gave.network/internal/text"
)

// batchPeople finds out who the parties and contacts of a batch are. Persons with the same mail address, profile or
// handle are one as far as their names allow it; everything less certain is left to proposals.
type batchPeople struct {
	*loader
	tx         *db.Tx
	add        map[id.ID]*network.NewPerson
	order      []id.ID // of add
	enrich     map[id.ID]*network.NewPerson
	enriched   []id.ID // order of enrich
	rename     map[id.ID]string
	same       [][2]id.ID // one contact names both
	joins      []join
	apart      []apart
	shared     map[network.Identifier]bool // that several records have from now on
	stated     []network.Statement         // what contacts say of their ties
	strangers  []stranger                  // additions to people who are not there
	suppressed *network.Suppressions
	leftOut    map[id.ID]int64 // how many records were left out, by suppression
	omitted    bool            // of the present record somebody was left out
	guessed    map[id.ID]bool  // new records without a name of their own
	seen       []network.Sighting
}

// join says that a record under another name was found to be a known person.
type join struct {
	kept, absorbed id.ID
	reasons        []string
}

// apart are two persons who share an identifier and whose names keep them apart.
type apart struct {
	one, other id.ID
	by         network.Identifier
	reason     string // what keeps them apart; empty when only nothing joins them
}

// identifiersOf returns the certain identifiers of a party, the surest first.
func (l *loader) identifiersOf(p read.Party) []network.Identifier {
	var out []network.Identifier
	if p.Address != "" {
		if address, ok := text.NormalizeAddress(p.Address); ok {
			out = append(out, network.Identifier{Kind: network.MailAddress, Value: address})
		}
	}
	if p.Link != "" {
		if link, ok := text.NormalizeLink(p.Link); ok {
			out = append(out, network.Identifier{Kind: network.Link, Value: link})
		}
	}
	if p.Handle != "" {
		out = append(out, network.Identifier{Kind: network.Handle, Value: strings.ToLower(p.Handle)})
	}
	if len(out) == 0 && p.Phone != "" {
		if number, ok := text.NormalizePhone(p.Phone, region); ok {
			out = append(out, network.Identifier{Kind: network.Telephone, Value: number})
		}
	}
	if len(out) == 0 && p.Name != "" {
		// Known by name only: within one source the same name is the same person until somebody says otherwise.
		out = append(out, network.Identifier{Kind: network.Handle, Value: "name:" + l.format + ":" + text.Fold(p.Name)})
	}
	return out
}

// region is where telephone numbers without a country are taken to be.
const region = "NL"

func (l *loader) contactIdentifiers(c read.Contact) []network.Identifier {
	var out []network.Identifier
	add := func(kind network.IdentifierKind, value string, ok bool) {
		n := network.Identifier{Kind: kind, Value: value}
		if ok && value != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, a := range c.Addresses {
		address, ok := text.NormalizeAddress(a)
		add(network.MailAddress, address, ok)
	}
	for _, a := range c.Links {
		link, ok := text.NormalizeLink(a)
		add(network.Link, link, ok)
	}
	add(network.Handle, strings.ToLower(c.Handle), c.Handle != "")
	for _, p := range c.Phones {
		number, ok := text.NormalizePhone(p, region)
		add(network.Telephone, number, ok)
	}
	if len(out) == 0 ||
		!slices.ContainsFunc(out, func(n network.Identifier) bool { return n.Kind != network.Telephone }) {
		add(network.Handle, "name:"+l.format+":"+text.Fold(displayName(c)), displayName(c) != "")
	}
	return out
}

// displayName returns a contact's name as one text.
func displayName(c read.Contact) string {
	n := c.Name
	if n.Full != "" && (n.Given == "" || n.Family == "") {
		return clip(n.Full, longestText)
	}
	return clip(strings.Join([]string{n.Prefix, n.Given, n.Additional, n.Particle, n.Family, n.Suffix}, " "),
		longestText)
}

// load asks the database once for all identifiers of the batch that are not known yet.
func (b *batchPeople) load() error {
	wanted := map[network.Identifier]bool{}
	want := func(list []network.Identifier) {
		for _, n := range list {
			if _, ok := b.known[n]; !ok {
				wanted[n] = true
			}
		}
	}
	for i := range b.interactions {
		for _, p := range b.interactions[i].Parties {
			want(b.identifiersOf(p))
		}
	}
	for _, c := range b.contacts {
		want(b.contactIdentifiers(c))
		for _, r := range c.Related {
			want(b.identifiersOf(r.Party))
		}
	}
	for _, s := range b.statements {
		want(b.identifiersOf(s.From))
		want(b.identifiersOf(s.To))
	}
	for _, p := range b.praise {
		want(b.identifiersOf(p.Author))
		want(b.identifiersOf(p.Subject))
	}
	byKind := map[network.IdentifierKind][]string{}
	for n := range wanted {
		byKind[n.Kind] = append(byKind[n.Kind], n.Value)
	}
	var err error
	if b.suppressed, err = network.LoadSuppressions(b.ctx, b.tx, b.viewer.Space, b.viewer.Member); err != nil {
		return err
	}
	for kind, values := range byKind {
		slices.Sort(values)
		for _, chunk := range db.Chunks(values) {
			in, args := db.In(4, chunk)
			rows, err := db.Select[struct {
				Value    string
				Person   id.ID
				Merged   id.ID
				Name     string
				Given    string
				Particle string
				Family   string
				Suffix   string
				Import   id.ID
			}](b.ctx, b.tx,
				`select n.value, p.id as person, p.merged, p.name, p.given, p.particle, p.family, p.suffix, n.import
				from identifier n join person p on p.space = n.space and p.id = n.person
				where n.space = $1 and n.owner = $2 and n.kind = $3 and n.value in (`+in+`) order by n.value, n.person`,
				append([]any{b.viewer.Space, b.viewer.Member, kind}, args...)...)
			if err != nil {
				return err
			}
			for _, r := range rows {
				n := network.Identifier{Kind: kind, Value: r.Value}
				k := knownPerson{
					id: r.Person, top: r.Person, weak: r.Given == "" || r.Family == "",
					name: text.Name{
						Full: r.Name, Given: r.Given, Particle: r.Particle, Family: r.Family, Suffix: r.Suffix,
					},
				}
				if !r.Merged.IsZero() {
					k.top = r.Merged
				}
				k.elsewhere = !r.Import.IsZero() && r.Import != b.importID
				if strings.Contains(r.Name, "@") || r.Name == r.Value ||
					kind == network.MailAddress && r.Name == text.ParseName(r.Value).Full {
					k.weak, k.none = true, true
				}
				b.known[n] = append(b.known[n], k)
			}
		}
	}
	return nil
}

// manyPeople is from how many people an identifier says nothing of any one of them: a reception, a firm's web page.
const manyPeople = 3

// found is what is known of whom identifiers stand for.
type found struct {
	knownPerson
	ok    bool
	by    network.Identifier // the identifier that told
	other bool               // the record is another one's under this name: it is to be joined
	apart []apart            // who else has one of the identifiers; one is the zero ID
}

// find returns whom these identifiers stand for, the surest first, as far as the name allows it: names that clash keep
// people apart, and what belongs to a role or to many people tells nobody.
func (b *batchPeople) find(list []network.Identifier, display string) found {
	name, none := text.Name{}, display == "" || strings.Contains(display, "@")
	if !none {
		name = text.ParseName(display)
	}
	var out found
	for _, n := range list {
		holders := b.known[n]
		if len(holders) == 0 {
			continue
		}
		if n.Kind == network.Handle { // the source itself says who is who
			return found{knownPerson: holders[0], ok: true, by: n, apart: out.apart}
		}
		tops := people(holders)
		public := len(tops) >= manyPeople || n.Kind == network.MailAddress && text.SharedMailbox(n.Value)
		if none {
			if len(tops) == 1 || !public {
				return found{knownPerson: holders[0], ok: true, by: n, apart: out.apart}
			}
			continue
		}
		if i := slices.IndexFunc(holders, func(h knownPerson) bool {
			return !h.none && text.Agreeing(h.name, name) == text.Same
		}); i >= 0 {
			return found{knownPerson: holders[i], ok: true, by: n, apart: out.apart}
		}
		least := text.Silent
		if n.Kind == network.Telephone || n.Kind == network.Link && !text.PersonalLink(n.Value) {
			least = text.Agree
		}
		for _, h := range holders {
			if h.none { // it has no name yet
				return found{knownPerson: h, ok: true, by: n, apart: out.apart}
			}
		}
		for _, h := range holders {
			// A part of a known name says nothing new, and of a known part the whole is learnt: in whichever order they
			// come.
			if !public && partOf(h.name, name) && text.Agreeing(h.name, name) >= text.Agree &&
				!b.clashes(holders, h.top, name) {
				return found{knownPerson: h, ok: true, by: n, apart: out.apart}
			}
		}
		for _, h := range holders {
			if !public && text.Agreeing(h.name, name) >= least && !b.clashes(holders, h.top, name) {
				return found{knownPerson: h, ok: true, by: n, other: true, apart: out.apart}
			}
			if !slices.ContainsFunc(out.apart, func(a apart) bool { return a.other == h.top }) {
				out.apart = append(out.apart, apart{other: h.top, by: n, reason: clashReason(h.name, name)})
			}
		}
	}
	return out
}

// partOf says whether one of two names is a single word of the other.
func partOf(a, b text.Name) bool {
	one, other := text.Words(a.Full), text.Words(b.Full)
	if len(one) > len(other) {
		one, other = other, one
	}
	return len(one) == 1 && slices.Contains(other, one[0])
}

// clashReason says what keeps two names apart.
func clashReason(a, b text.Name) string {
	switch {
	case text.OtherGeneration(a, b):
		return text.ReasonOtherSuffix
	case text.Agreeing(a, b) == text.Clash:
		return text.ReasonOtherGiven
	}
	return ""
}

// clashes says whether a name clashes with any name of a person among the holders of an identifier.
func (b *batchPeople) clashes(holders []knownPerson, top id.ID, name text.Name) bool {
	return slices.ContainsFunc(holders, func(h knownPerson) bool {
		return h.top == top && !h.none && text.Agreeing(h.name, name) == text.Clash
	})
}

// settle says of a new record who it is: a new person, or a known one who had another name until now.
func (b *batchPeople) settle(person *network.NewPerson, f found, list []network.Identifier) {
	if f.ok {
		person.Merged = f.top
		b.joins = append(b.joins, join{f.top, person.ID, []string{network.ReasonOf(f.by.Kind)}})
		b.deriver.Join(person.ID, f.top)
	}
	b.give(person, list)
	for _, a := range f.apart {
		if a.one = person.ID; f.ok {
			a.one = f.top
		}
		b.apart = append(b.apart, a)
	}
}

// give lets a record have identifiers, and remembers which others have them too.
func (b *batchPeople) give(person *network.NewPerson, list []network.Identifier) {
	top := person.ID
	if !person.Merged.IsZero() {
		top = person.Merged
	}
	k := knownPerson{
		id: person.ID, top: top, name: person.ParsedName(), weak: person.Given == "" || person.Family == "",
	}
	k.none = b.guessed[person.ID]
	k.weak = k.weak || k.none
	for _, n := range list {
		holders := b.known[n]
		if slices.ContainsFunc(holders, func(h knownPerson) bool { return h.id == person.ID }) {
			continue
		}
		if n.Kind == network.Handle && len(holders) > 0 {
			continue // an account of a source is one person's
		}
		n.Shared = len(holders) > 0
		if n.Shared {
			b.shared[network.Identifier{Kind: n.Kind, Value: n.Value}] = true
		}
		person.Identifiers = append(person.Identifiers, n)
		key := network.Identifier{Kind: n.Kind, Value: n.Value}
		b.known[key] = append(b.known[key], k)
	}
}

// objected says whether somebody with these identifiers was erased and is not to come back. A telephone number alone
// does not say so of somebody who has an address or a link: people share telephones.
func (b *batchPeople) objected(list []network.Identifier, name string) bool {
	if !b.suppressed.Any() {
		return false
	}
	var telephone id.ID
	reachable := false
	for _, n := range list {
		found, ok := b.suppressed.Of(b.viewer.Space, n)
		if !ok && name != "" {
			if found, ok = b.suppressed.Of(b.viewer.Space, n.Under(name)); ok {
				return b.omit(found)
			}
		}
		switch {
		case ok && n.Kind != network.Telephone:
			return b.omit(found)
		case ok:
			telephone = found
		case n.Kind == network.MailAddress || n.Kind == network.Link:
			reachable = true
		}
	}
	return !reachable && b.omit(telephone)
}

// omit notes that somebody was left out of the present record.
func (b *batchPeople) omit(by id.ID) bool {
	if by.IsZero() {
		return false
	}
	b.omitted = true
	b.leftOut[by]++
	return true
}

// record counts a record from which somebody was left out.
func (b *batchPeople) record(counts *Counts) {
	if b.omitted {
		counts.Suppressed++
		b.omitted = false
	}
}

// party returns the person that a party is; zero for lists, robots and rooms, and for those who objected to being kept.
func (b *batchPeople) party(p read.Party) id.ID {
	if p.Bulk {
		return id.Zero
	}
	if p.Self && !b.self.IsZero() {
		return b.self
	}
	if b.isMe(p) {
		b.learn(knownPerson{id: b.self, top: b.self}, b.identifiersOf(p), "")
		return b.self
	}
	list := b.identifiersOf(p)
	if len(list) == 0 {
		return id.Zero
	}
	if b.objected(list, p.Name) {
		return id.Zero
	}
	f := b.find(list, clip(p.Name, longestText))
	_, automated := text.LooksAutomated(p.Address, p.Name)
	if f.ok && !f.other {
		b.learn(f.knownPerson, list, p.Name)
		return f.id
	}
	if automated && !f.ok {
		return id.Zero
	}
	display := clip(p.Name, longestText)
	guessed := display == "" || strings.Contains(display, "@")
	if guessed && p.Address != "" {
		display = p.Address
	}
	if display == "" {
		display = list[0].Value
	}
	person := b.newPerson(display, nil)
	if guessed {
		b.guessed[person.ID] = true
	}
	b.settle(person, f, list)
	return person.ID
}

// nameless begins the handle of a member's own person of whom no source has said anything yet.
const nameless = "self:"

// partyOrSelf is party, where nothing at all means the importing member.
func (b *batchPeople) partyOrSelf(p read.Party) id.ID {
	if p == (read.Party{}) || p == (read.Party{Role: p.Role}) {
		if b.self.IsZero() {
			// A first import of connections only: who the member is comes to light later.
			b.self = b.party(read.Party{Name: b.viewer.Printer().T("Me"), Handle: nameless + b.viewer.Member.String()})
		}
		return b.self
	}
	return b.party(p)
}

func (b *batchPeople) newPerson(display string, identifiers []network.Identifier) *network.NewPerson {
	at := b.viewer.Now.UnixMicro()
	p := &network.NewPerson{Person: network.Person{
		ID: id.New(), Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID, Created: at, Updated: at,
	}, Identifiers: identifiers}
	p.Named(display)
	b.add[p.ID] = p
	b.order = append(b.order, p.ID)
	return p
}

// had says whether a person has an identifier already, and notes that this import names it too where another brought
// it.
func (b *batchPeople) had(k knownPerson, n network.Identifier, holders []knownPerson) bool {
	has := false
	for i := range holders {
		h := &holders[i]
		if h.top != k.top {
			continue
		}
		has = true
		if h.elsewhere {
			h.elsewhere = false
			b.seen = append(b.seen, network.SawIdentifier(h.id, n))
		}
	}
	return has
}

// learn gives a known person identifiers that came up now, and a name when it had only a guess.
func (b *batchPeople) learn(k knownPerson, list []network.Identifier, display string) {
	for _, n := range list {
		holders := b.known[n]
		switch {
		case len(holders) == 0:
			b.known[n] = []knownPerson{k}
			b.change(k.id).Identifiers = append(b.change(k.id).Identifiers, n)
		case b.had(k, n, holders):
		case n.Kind == network.Handle:
			b.same = append(b.same, [2]id.ID{k.top, holders[0].top})
		default:
			b.alsoHas(k, n, display)
		}
	}
	display = clip(display, longestText)
	if !k.weak || display == "" || strings.Contains(display, "@") {
		return
	}
	parsed := text.ParseName(display)
	whole := parsed.Given != "" && parsed.Family != ""
	if !whole && (!k.none || k.name.Given != "" && k.name.Family != "") {
		return // even a guess from the address says more than half a name
	}
	for _, n := range list {
		for i, h := range b.known[n] {
			if h.id == k.id {
				b.known[n][i].name, b.known[n][i].none, b.known[n][i].weak = parsed, false, !whole
			}
		}
	}
	delete(b.guessed, k.id)
	if p, isNew := b.add[k.id]; isNew {
		p.Named(display)
		return
	}
	b.rename[k.id] = display
}

// alsoHas sees to an identifier of a known person that others have: one contact that names both says that they may be
// one, unless the names clash or it is an identifier of many. Then it is shared.
func (b *batchPeople) alsoHas(k knownPerson, n network.Identifier, display string) {
	holders, name := b.known[n], text.ParseName(display)
	tops := people(holders)
	h := holders[0]
	public := len(tops) >= manyPeople || n.Kind == network.MailAddress && text.SharedMailbox(n.Value)
	if !public && (h.none || !b.clashes(holders, h.top, name)) && n.Kind != network.Telephone {
		b.same = append(b.same, [2]id.ID{k.top, h.top})
		return
	}
	if !public && text.Agreeing(h.name, name) >= text.Agree {
		b.same = append(b.same, [2]id.ID{k.top, h.top})
	} else {
		b.apart = append(b.apart, apart{k.top, h.top, n, clashReason(h.name, name)})
	}
	b.shared[n] = true
	shared := n
	shared.Shared = true
	b.change(k.id).Identifiers = append(b.change(k.id).Identifiers, shared)
	b.known[n] = append(b.known[n], k)
}

// change returns where more about a person is collected: the new person itself, or what is to be added to a stored one.
func (b *batchPeople) change(person id.ID) *network.NewPerson {
	if p, ok := b.add[person]; ok {
		return p
	}
	p, ok := b.enrich[person]
	if !ok {
		p = &network.NewPerson{Person: network.Person{
			ID: person, Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID,
			Updated: b.viewer.Now.UnixMicro(),
		}}
		b.enrich[person] = p
		b.enriched = append(b.enriched, person)
	}
	return p
}

// contact takes in what an address book says of a person.
func (b *batchPeople) contact(c read.Contact, counts *Counts) error {
	list := b.contactIdentifiers(c)
	display := displayName(c)
	if display == "" {
		display = clip(c.Nickname, longestText)
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
	kind, automated := text.LooksAutomated(address, display)
	desk := kind == text.KindMailbox || kind == text.KindRobot
	if automated && !c.Self && !(desk && (c.Name.Given != "" && c.Name.Family != "" || text.LooksPersonal(display))) {
		counts.Skipped++
		return nil
	}
	f := b.find(list, display)
	if c.Self && !b.self.IsZero() {
		f = found{knownPerson: knownPerson{id: b.self, top: b.self}, ok: true}
	}
	var person *network.NewPerson
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
		b.stated = append(b.stated, network.Statement{
			ID: id.New(), Owner: b.viewer.Member, Visibility: b.visibility, Layer: clip(r.Kind, 60), Sign: 1, Weight: 1,
			SourcePerson: person.ID, TargetPerson: other, Directed: true, Source: "contact", Import: b.importID,
			External: network.ExternalID("related:" + person.ID.String() + ":" + r.Kind + ":" + other.String()),
		})
	}
	return nil
}

// describe adds a contact's fields to a person.
func (b *batchPeople) describe(person *network.NewPerson, c read.Contact) {
	rest := slices.Clone(c.Unknown)
	// What a person has one of is kept as the source has it when there is another already.
	one := func(field *string, value, name string) {
		switch value = clip(value, longestText); {
		case *field == "":
			*field = value
		case value != "" && *field != value:
			rest = append(rest, name+":"+value)
		}
	}
	one(&person.Nickname, c.Nickname, "NICKNAME")
	one(&person.Place, c.Place, "PLACE")
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
		person.Roles = append(person.Roles, network.Role{
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
			network.Note{ID: noteID(person.ID, note), Body: note, At: b.viewer.Now, Source: "import"})
	}
	for _, d := range c.Dates {
		if d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= 31 {
			person.Dates = append(person.Dates,
				network.ImportantDate{Kind: clip(d.Kind, 60), Year: d.Year, Month: d.Month, Day: d.Day})
		}
	}
	for _, p := range c.Phones {
		if _, ok := text.NormalizePhone(p, region); !ok {
			rest = append(rest, "TEL:"+p) // an extension, a short number, or none at all
		}
	}
	for _, a := range c.Addresses {
		if _, ok := text.NormalizeAddress(a); !ok {
			rest = append(rest, "EMAIL:"+a)
		}
	}
	for _, link := range c.Links {
		if _, ok := text.NormalizeLink(link); !ok {
			rest = append(rest, "URL:"+link)
		}
	}
	person.Rest = joinLines(person.Rest, rest)
}

// longestRest is the most bytes of what has no place of its own that are kept with one person.
const longestRest = 64 << 10

// joinLines adds the lines that a text does not have yet.
func joinLines(have string, lines []string) string {
	known := map[string]bool{}
	for line := range strings.SplitSeq(have, "\n") {
		known[line] = true
	}
	for _, line := range lines {
		line = strings.ToValidUTF8(strings.NewReplacer("\x00", "", "\r", "", "\n", "\\n").Replace(line), "�")
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
	identifiers []network.Identifier
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
	of := network.Person{Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID}
	return network.DescribeOrganisation(b.ctx, b.tx, b.viewer.Space, of, name, func(rest string) string {
		return joinLines(rest, append([]string{network.StandsAlone}, companyLines(&c)...))
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
	add("NICKNAME", c.Nickname)
	add("EMAIL", c.Addresses...)
	add("TEL", c.Phones...)
	add("URL", c.Links...)
	add("PLACE", c.Place)
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
		rows, err := db.Select[struct {
			ID                                         id.ID
			Nickname, Organisation, Title, Place, Rest string
			Import                                     id.ID
		}](b.ctx, b.tx, `select id, import, nickname, organisation, title, place, rest from person
			where space = $1 and id in (`+in+`)`,
			append([]any{b.viewer.Space}, args...)...)
		if err != nil {
			return err
		}
		for _, has := range rows {
			p := b.enrich[has.ID]
			var lines []string
			for _, one := range [][3]string{{"NICKNAME", has.Nickname, p.Nickname}, {"PLACE", has.Place, p.Place}} {
				if one[1] != "" && one[2] != "" && one[1] != one[2] {
					lines = append(lines, one[0]+":"+one[2])
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
			b.seen = append(b.seen, network.SawLine(person, line, !slices.Contains(had, line)))
		}
	}
}

// noteID is the same for the same note about the same person, so that a second import adds no second copy.
func noteID(person id.ID, body string) id.ID {
	key := network.ExternalID("note:" + person.String() + ":" + body)
	copy(key[:6], person[:6]) // sorts with the person
	key[6] = 0x70 | key[6]&0x0f
	key[8] = 0x80 | key[8]&0x3f
	return key
}

// write stores the batch's new and changed people.
func (b *batchPeople) write(counts *Counts) error {
	counts.PeopleAdded += int64(len(b.order) - len(b.joins))
	if b.dry {
		return nil
	}
	list := make([]network.NewPerson, len(b.order))
	for i, key := range b.order {
		list[i] = *b.add[key]
	}
	if err := network.InsertPeople(b.ctx, b.tx, b.viewer.Space, list); err != nil {
		return err
	}
	if err := b.keepOthers(); err != nil {
		return err
	}
	list = list[:0]
	for _, key := range b.enriched {
		list = append(list, *b.enrich[key])
	}
	if err := network.EnrichPeople(b.ctx, b.tx, b.viewer.Space, list); err != nil {
		return err
	}
	if err := network.Saw(b.ctx, b.tx, b.viewer.Space, b.importID, b.seen); err != nil {
		return err
	}
	if err := network.ShareIdentifiers(b.ctx, b.tx, b.viewer, slices.Collect(maps.Keys(b.shared))); err != nil {
		return err
	}
	if err := b.judgeSame(); err != nil {
		return err
	}
	if err := b.writeJoins(); err != nil {
		return err
	}
	var renamed []id.ID
	for key, name := range b.rename {
		var p network.Person
		p.Named(name)
		if _, err := b.tx.ExecContext(b.ctx, `update person set name = $3, given = $4, particle = $5, family = $6,
			prefix = $7, suffix = $8, sort_key = $9
			where space = $1 and id = $2 and not exists
			(select 1 from person_field f where f.space = $1 and f.person = $2 and f.field = 'name')`,
			b.viewer.Space, key, p.Name, p.Given, p.Particle, p.Family, p.Prefix, p.Suffix, p.SortKey); err != nil {
			return db.Fault(err)
		}
		renamed = append(renamed, key)
	}
	return network.ReindexPeople(b.ctx, b.tx, b.viewer.Space, renamed)
}

// writeJoins records which records were joined under another name, as merges that can be undone, and proposes whom
// names keep apart although they share something.
func (b *batchPeople) writeJoins() error {
	for _, j := range b.joins {
		how := network.Joined{Origin: network.ByImport, Import: b.importID, Reasons: j.reasons}
		if err := network.Record(b.ctx, b.tx, b.viewer, j.kept, j.absorbed, how); err != nil {
			return err
		}
	}
	for _, key := range b.enriched { // what a record learns, the person it was found to be learns too
		if err := network.Adopt(b.ctx, b.tx, b.viewer, key); err != nil {
			return err
		}
	}
	for _, a := range b.apart {
		// A desk or a number of many says nothing of two of them.
		if holders := b.known[network.Identifier{Kind: a.by.Kind, Value: a.by.Value}]; a.one == a.other ||
			len(people(holders)) >= manyPeople ||
			a.by.Kind == network.MailAddress && text.SharedMailbox(a.by.Value) {
			continue
		}
		score, reasons := network.SharedScore(a.by.Kind), []string{network.ReasonOf(a.by.Kind)}
		if a.reason != "" {
			reasons = append(reasons, a.reason)
		}
		if _, err := network.Propose(b.ctx, b.tx, b.viewer.Space, b.viewer.Member, a.other, a.one, score, reasons,
			b.viewer.Now); err != nil {
			return err
		}
	}
	return nil
}

// people returns the different persons among the holders of an identifier.
func people(holders []knownPerson) map[id.ID]bool {
	tops := map[id.ID]bool{}
	for _, h := range holders {
		tops[h.top] = true
	}
	return tops
}

// addressBooks are the formats in which one record is one person by its owner's own word.
var addressBooks = []string{"vcard", "google", "outlook", "thunderbird", "monica", "ldif"}

// judgeSame looks at pairs of persons that one contact named both of. In an address book, and when the names agree,
// that is certain; otherwise it is a proposal, and nothing at all when the names are those of different people.
func (b *batchPeople) judgeSame() error {
	for _, pair := range b.same {
		names, err := db.Values[string](b.ctx, b.tx, `select name from person where space = $1 and id in ($2, $3)
			order by id`, b.viewer.Space, pair[0], pair[1])
		if err != nil {
			return err
		}
		if len(names) != 2 {
			continue
		}
		similar, _ := text.NameSimilarity(text.ParseName(names[0]), text.ParseName(names[1]))
		switch {
		case similar >= 0.6 && slices.Contains(addressBooks, b.format):
			b.loader.certain = append(b.loader.certain, pair)
		case similar >= 0.3:
			if _, err := network.Propose(b.ctx, b.tx, b.viewer.Space, b.viewer.Member, pair[0], pair[1], 0.9,
				[]string{network.ReasonOneContact}, b.viewer.Now); err != nil {
				return err
			}
		}
	}
	return nil
}
