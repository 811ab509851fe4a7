package intake

import (
	"maps"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/identity"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
	"gave.network/internal/tie"
)

// batchPeople finds out who the parties and contacts of a batch are. Persons with the same mail address, profile or
// handle are one as far as their names allow it; everything less certain is left to proposals.
type batchPeople struct {
	*loader
	tx         *db.Tx
	add        map[id.ID]*people.NewPerson
	order      []id.ID // of add
	enrich     map[id.ID]*people.NewPerson
	enriched   []id.ID // order of enrich
	rename     map[id.ID]string
	same       [][2]id.ID // one contact names both
	joins      []join
	apart      []apart
	shared     map[people.Identifier]bool // that several records have from now on
	stated     []tie.Statement            // what contacts say of their ties
	strangers  []stranger                 // additions to people who are not there
	suppressed *erase.Suppressions
	leftOut    map[id.ID]int64 // how many records were left out, by suppression
	omitted    bool            // of the present record somebody was left out
	guessed    map[id.ID]bool  // new records without a name of their own
	seen       []people.Sighting
	members    map[id.ID]memberSide // by their persons
	here       map[id.ID]bool       // of whom a tie names by their ids, who is here for the viewer to see
	parsed     map[string]names.Name
}

// memberSide is the person of a member of the space, and the record in which the importing member keeps what is theirs
// alone of that person; none as long as there is nothing of the kind.
type memberSide struct {
	name string
	own  bool // it is the importing member
	side id.ID
}

// identifiersOf returns the certain identifiers of a party, the surest first.
func (l *loader) identifiersOf(p read.Party) []people.Identifier {
	var out []people.Identifier
	if p.Address != "" {
		if address, ok := addresses.Mail(p.Address); ok {
			out = append(out, people.Identifier{Kind: people.MailAddress, Value: address})
		}
	}
	if p.Link != "" {
		if link, ok := addresses.Link(p.Link); ok {
			out = append(out, people.Identifier{Kind: people.Link, Value: link})
		}
	}
	if p.Handle != "" {
		out = append(out, people.Identifier{Kind: people.Handle, Value: strings.ToLower(p.Handle)})
	}
	if len(out) == 0 && p.Phone != "" {
		if number, ok := addresses.Phone(p.Phone, region); ok {
			out = append(out, people.Identifier{Kind: people.Telephone, Value: number})
		}
	}
	if len(out) == 0 && p.Name != "" {
		// Known by name only: within one source the same name is the same person until somebody says otherwise.
		value := "name:" + l.format.Name + ":" + text.Fold(p.Name)
		out = append(out, people.Identifier{Kind: people.Handle, Value: value})
	}
	return out
}

// region is where telephone numbers without a country are taken to be.
const region = "NL"

func (l *loader) contactIdentifiers(c read.Contact) []people.Identifier {
	var out []people.Identifier
	add := func(kind people.IdentifierKind, value string, ok bool) {
		n := people.Identifier{Kind: kind, Value: value}
		if ok && value != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, a := range c.Addresses {
		address, ok := addresses.Mail(a)
		add(people.MailAddress, address, ok)
	}
	for _, a := range c.Links {
		link, ok := addresses.Link(a)
		add(people.Link, link, ok)
	}
	add(people.Handle, strings.ToLower(c.Handle), c.Handle != "")
	for _, p := range c.Phones {
		number, ok := addresses.Phone(p, region)
		add(people.Telephone, number, ok)
	}
	if len(out) == 0 ||
		!slices.ContainsFunc(out, func(n people.Identifier) bool { return n.Kind != people.Telephone }) {
		add(people.Handle, "name:"+l.format.Name+":"+text.Fold(displayName(c)), displayName(c) != "")
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
	wanted := map[people.Identifier]bool{}
	want := func(list []people.Identifier) {
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
	if err := b.loadOfTies(want); err != nil {
		return err
	}
	byKind := map[people.IdentifierKind][]string{}
	for n := range wanted {
		byKind[n.Kind] = append(byKind[n.Kind], n.Value)
	}
	var err error
	if b.suppressed, err = erase.LoadSuppressions(b.ctx, b.tx, b.viewer.Space, b.viewer.Member); err != nil {
		return err
	}
	if err = b.loadMembers(); err != nil {
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
				n := people.Identifier{Kind: kind, Value: r.Value}
				k := knownPerson{
					id: r.Person, top: r.Person, weak: r.Given == "" || r.Family == "",
					name: names.Name{
						Full: r.Name, Given: r.Given, Particle: r.Particle, Family: r.Family, Suffix: r.Suffix,
					},
				}
				if !r.Merged.IsZero() {
					k.top = r.Merged
				}
				k.elsewhere = !r.Import.IsZero() && r.Import != b.importID
				if strings.Contains(r.Name, "@") || r.Name == r.Value ||
					kind == people.MailAddress && r.Name == names.Parse(r.Value).Full {
					k.weak, k.none = true, true
				}
				b.known[n] = append(b.known[n], k)
			}
		}
	}
	return b.knowMembers(byKind[people.MailAddress])
}

// loadMembers asks who of the space is a member.
func (b *batchPeople) loadMembers() error {
	b.members = map[id.ID]memberSide{}
	found, err := people.Sides(b.ctx, b.tx, b.viewer)
	for _, s := range found {
		b.members[s.Person] = memberSide{s.Name, s.Own, s.Side}
	}
	return err
}

// knowMembers has the addresses of other members stand for them, where the importing member keeps nobody under them:
// one address is one person for all members.
func (b *batchPeople) knowMembers(values []string) error {
	if len(b.members) == 0 {
		return nil
	}
	slices.Sort(values)
	for _, chunk := range db.Chunks(values) {
		found, err := people.MembersAt(b.ctx, b.tx, b.viewer, chunk)
		if err != nil {
			return err
		}
		for _, f := range found {
			n := people.Identifier{Kind: people.MailAddress, Value: f.Address}
			if len(b.known[n]) == 0 {
				b.known[n] = []knownPerson{{id: f.Person, top: f.Person, name: names.Parse(f.Name)}}
			}
		}
	}
	return nil
}

// found is what is known of whom identifiers stand for.
type found struct {
	knownPerson
	ok    bool
	by    people.Identifier // the identifier that told
	other bool              // the record is another one's under this name: it is to be joined
	apart []apart           // who else has one of the identifiers; one is the zero ID
}

// find returns whom these identifiers stand for, the surest first, as far as the name allows it: names that clash keep
// people apart, and what belongs to a role or to many people tells nobody. Of another member a record is made, which is
// the importing member's own.
func (b *batchPeople) find(list []people.Identifier, display string) found {
	f := b.seek(list, display)
	if m, member := b.members[f.id]; f.ok && member && !m.own {
		f.other = true
	}
	return f
}

// parse takes a name apart, once for all records of the batch that have it: a tie names both ends, and a batch of ties
// the same people many times.
func (b *batchPeople) parse(display string) names.Name {
	name, ok := b.parsed[display]
	if !ok {
		name = names.Parse(display)
		b.parsed[display] = name
	}
	return name
}

func (b *batchPeople) seek(list []people.Identifier, display string) found {
	name, none := names.Name{}, display == "" || strings.Contains(display, "@")
	if !none {
		name = b.parse(display)
	}
	var out found
	for _, n := range list {
		known := b.known[n]
		if len(known) == 0 {
			continue
		}
		standing, ok := identity.StandsFor(n, holdersOf(known), name, none)
		for _, i := range standing.Apart {
			h := known[i]
			if !slices.ContainsFunc(out.apart, func(a apart) bool { return a.other == h.top }) {
				out.apart = append(out.apart, apart{other: h.top, by: n, reason: clashReason(h.name, name)})
			}
		}
		if ok {
			return found{knownPerson: known[standing.At], ok: true, by: n, other: standing.Other, apart: out.apart}
		}
	}
	return out
}

// settle says of a new record who it is: a new person, or a known one who had another name until now.
func (b *batchPeople) settle(person *people.NewPerson, f found, list []people.Identifier) {
	if f.ok {
		person.Merged = f.top
		var reasons []string
		if f.by.Kind != 0 {
			reasons = []string{people.ReasonOf(f.by.Kind)}
		}
		b.joins = append(b.joins, join{f.top, person.ID, reasons})
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
func (b *batchPeople) give(person *people.NewPerson, list []people.Identifier) {
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
		if n.Kind == people.Handle && len(holders) > 0 {
			continue // an account of a source is one person's
		}
		// What stood for a member stands for the importing member's own record of that member from now on.
		holders = slices.DeleteFunc(slices.Clone(holders), func(h knownPerson) bool {
			m, member := b.members[h.id]
			return member && !m.own && h.id == person.Merged
		})
		n.Shared = len(holders) > 0
		if n.Shared {
			b.shared[people.Identifier{Kind: n.Kind, Value: n.Value}] = true
		}
		person.Identifiers = append(person.Identifiers, n)
		key := people.Identifier{Kind: n.Kind, Value: n.Value}
		b.known[key] = append(holders, k)
	}
}

// objected says whether somebody with these identifiers was erased and is not to come back. A telephone number alone
// does not say so of somebody who has an address or a link: people share telephones.
func (b *batchPeople) objected(list []people.Identifier, name string) bool {
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
		case ok && n.Kind != people.Telephone:
			return b.omit(found)
		case ok:
			telephone = found
		case n.Kind == people.MailAddress || n.Kind == people.Link:
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
	_, automated := mailboxes.LooksAutomated(p.Address, p.Name)
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

func (b *batchPeople) newPerson(display string, identifiers []people.Identifier) *people.NewPerson {
	at := b.viewer.Now.UnixMicro()
	p := &people.NewPerson{Person: people.Person{
		ID: id.New(), Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID, Created: at, Updated: at,
	}, Identifiers: identifiers}
	p.Named(display)
	b.add[p.ID] = p
	b.order = append(b.order, p.ID)
	return p
}

// had says whether a person has an identifier already, and notes that this import names it too where another brought
// it.
func (b *batchPeople) had(k knownPerson, n people.Identifier, holders []knownPerson) bool {
	has := false
	for i := range holders {
		h := &holders[i]
		if h.top != k.top {
			continue
		}
		has = true
		if h.elsewhere {
			h.elsewhere = false
			b.seen = append(b.seen, people.SawIdentifier(h.id, n))
		}
	}
	return has
}

// learn gives a known person identifiers that came up now, and a name when it had only a guess.
func (b *batchPeople) learn(k knownPerson, list []people.Identifier, display string) {
	for _, n := range list {
		holders := b.known[n]
		switch {
		case len(holders) == 0:
			b.known[n] = []knownPerson{k}
			b.change(k.id).Identifiers = append(b.change(k.id).Identifiers, n)
		case b.had(k, n, holders):
		case n.Kind == people.Handle:
			b.same = append(b.same, [2]id.ID{k.top, holders[0].top})
		default:
			b.alsoHas(k, n, display)
		}
	}
	display = clip(display, longestText)
	if !k.weak || display == "" || strings.Contains(display, "@") {
		return
	}
	parsed := b.parse(display)
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
	if _, member := b.members[k.id]; member {
		return // what a member is called is theirs to say
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
func (b *batchPeople) alsoHas(k knownPerson, n people.Identifier, display string) {
	h, holders, name := b.known[n][0], holdersOf(b.known[n]), b.parse(display)
	public := identity.Public(n, holders)
	if !public && (h.none || !identity.Clashes(holders, h.top, name)) && n.Kind != people.Telephone {
		b.same = append(b.same, [2]id.ID{k.top, h.top})
		return
	}
	if !public && names.Agreeing(h.name, name) >= names.Agree {
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

// change returns where more about a person is collected: the new person itself, or what is to be added to a stored one;
// of a member the importing member's own record.
func (b *batchPeople) change(person id.ID) *people.NewPerson {
	if m, ok := b.members[person]; ok {
		if m.side.IsZero() {
			p := b.newPerson(m.name, nil)
			p.Visibility = scope.Private
			b.settle(p, found{knownPerson: knownPerson{id: person, top: person}, ok: true, other: true}, nil)
			m.side = p.ID
			b.members[person] = m
		}
		person = m.side
	}
	if p, ok := b.add[person]; ok {
		return p
	}
	p, ok := b.enrich[person]
	if !ok {
		p = &people.NewPerson{Person: people.Person{
			ID: person, Owner: b.viewer.Member, Visibility: b.visibility, Import: b.importID,
			Updated: b.viewer.Now.UnixMicro(),
		}}
		b.enrich[person] = p
		b.enriched = append(b.enriched, person)
	}
	return p
}

// longestRest is the most bytes of what has no place of its own that are kept with one person.
const longestRest = 64 << 10

// write stores the batch's new and changed people.
func (b *batchPeople) write(counts *Counts) error {
	counts.PeopleAdded += int64(len(b.order) - len(b.joins))
	if b.dry {
		return nil
	}
	list := make([]people.NewPerson, len(b.order))
	for i, key := range b.order {
		list[i] = *b.add[key]
	}
	if err := people.InsertPeople(b.ctx, b.tx, b.viewer.Space, list); err != nil {
		return err
	}
	if err := b.keepOthers(); err != nil {
		return err
	}
	list = list[:0]
	for _, key := range b.enriched {
		list = append(list, *b.enrich[key])
	}
	if err := people.EnrichPeople(b.ctx, b.tx, b.viewer.Space, list); err != nil {
		return err
	}
	if err := people.Saw(b.ctx, b.tx, b.viewer.Space, b.importID, b.seen); err != nil {
		return err
	}
	if err := people.ShareIdentifiers(b.ctx, b.tx, b.viewer, slices.Collect(maps.Keys(b.shared))); err != nil {
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
		var p people.Person
		p.Named(name)
		if _, err := db.Update(b.ctx, b.tx, "person", db.Row{
			"name": p.Name, "given": p.Given, "particle": p.Particle, "family": p.Family, "prefix": p.Prefix,
			"suffix": p.Suffix, "sort_key": p.SortKey,
		}, `space = $1 and id = $2 and not exists
			(select 1 from person_field f where f.space = $1 and f.person = $2 and f.field = 'name')`,
			b.viewer.Space, key); err != nil {
			return err
		}
		renamed = append(renamed, key)
	}
	return people.ReindexPeople(b.ctx, b.tx, b.viewer.Space, renamed)
}
