package identity

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// record is somebody whom the viewer keeps, with all by which is told who may be one.
type record struct {
	Candidate
	dossier
}

// roll is everybody whom the viewer keeps, in the order of their ids. A million of them are 130 bytes each, in texts
// without pointers: a record is opened when it is looked at.
type roll struct {
	seed   maphash.Seed
	ids    []id.ID
	parts  []string // the records of db.Chunk people each
	begins []uint32 // where each record begins in its part
	whole  []uint64 // the hash of the whole name as records are put together by it; 0 for none
	in     []standing
	listed []bool // stands in a list of who knows whom
	spans  map[int32]span
	keys   blockKeyShards

	organisations, squeezed, titles, lists texts
	logins                                 []loginOfName
	domains                                map[string]*domain
	usual                                  *usualLogins
	private                                map[string]bool
	circles                                map[int32]circle
	opened                                 map[int]*record // those that were looked at lately
}

// span is when something happened with somebody, first and last, in microseconds.
type span struct{ first, last int64 }

// standing is the number of a list that somebody stands in, 0 for none, and the hash of the account there.
type standing struct{ list, account uint32 }

// apart says that two stand in one list, under two accounts.
func (s standing) apart(other standing) bool {
	return s.list != 0 && s.list == other.list && s.account != other.account
}

// loginOfName is the hash of a login beside that of a name of somebody who has it.
type loginOfName struct{ login, name uint64 }

// domain is how many people have an address there, and how many of each organisation.
type domain struct {
	users         int
	organisations map[uint32]int
}

// mostOpened is how many records stay open.
const mostOpened = 16 << 10

func newRoll(people int) *roll {
	return &roll{
		seed: maphash.MakeSeed(), ids: make([]id.ID, 0, people), begins: make([]uint32, 0, people),
		whole: make([]uint64, 0, people), in: make([]standing, 0, people), listed: make([]bool, 0, people),
		spans: map[int32]span{}, domains: map[string]*domain{}, opened: map[int]*record{},
	}
}

// placeOf returns the place of a person.
func (r *roll) placeOf(person id.ID) (place int, ok bool) {
	return slices.BinarySearchFunc(r.ids, person, id.ID.Compare)
}

// texts numbers texts that many have, from 0.
type texts struct {
	numbers map[string]uint32
	list    []string
}

func (t *texts) number(text string) uint32 {
	n, ok := t.numbers[text]
	if !ok {
		if t.numbers == nil {
			t.numbers = map[string]uint32{}
		}
		text = strings.Clone(text)
		n = uint32(len(t.list))
		t.numbers[text], t.list = n, append(t.list, text)
	}
	return n
}

// What is true or not of a record.
const (
	derived = 1 << iota
	onCard
	inChat
)

// add puts the next part of the roll in, at most db.Chunk records; only the last part may be shorter.
func (r *roll) add(part []record) {
	var packed []byte
	for i := range part {
		r.begins = append(r.begins, uint32(len(packed)))
		packed = r.pack(packed, &part[i])
		r.note(&part[i])
	}
	r.parts = append(r.parts, string(packed))
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// pack appends a record, without what is known when everybody was read.
func (r *roll) pack(to []byte, p *record) []byte {
	flags := byte(0)
	for i, is := range []bool{p.Name.Derived, p.card, p.chat} {
		if is {
			flags |= 1 << i
		}
	}
	to = append(to, flags)
	for _, field := range nameFields(&p.Name) {
		to = appendText(to, *field)
	}
	to = binary.AppendUvarint(to, uint64(r.organisations.number(p.Organisation)))
	to = binary.AppendUvarint(to, uint64(r.titles.number(p.title)))
	to = binary.AppendUvarint(to, uint64(len(p.Identifiers)))
	for _, n := range p.Identifiers {
		to = appendText(append(to, byte(n.Kind)), n.Value)
	}
	to = binary.AppendUvarint(to, uint64(len(p.accounts)))
	for _, a := range p.accounts {
		to = appendText(binary.AppendUvarint(to, uint64(r.lists.number(a.list))), a.name)
	}
	to = binary.AppendUvarint(to, uint64(len(p.organisations)))
	for _, o := range p.organisations {
		to = binary.AppendUvarint(to, uint64(r.squeezed.number(o)))
	}
	return to
}

func nameFields(n *names.Name) [8]*string {
	return [8]*string{&n.Given, &n.Initials, &n.Particle, &n.Family, &n.Prefix, &n.Suffix, &n.Full, &n.Aside}
}

// note keeps of a record what is looked at without opening it.
func (r *roll) note(p *record) {
	place := int32(len(r.ids))
	r.ids = append(r.ids, p.ID)
	whole := uint64(0)
	if name, ok := wholeName(&p.Candidate); ok {
		whole = max(maphash.String(r.seed, name), 1)
	}
	r.whole = append(r.whole, whole)
	var in standing
	if len(p.accounts) > 0 {
		in = standing{r.lists.number(p.accounts[0].list) + 1, uint32(maphash.String(r.seed, p.accounts[0].name))}
	}
	r.in = append(r.in, in)
	r.listed = append(r.listed, p.dossier.listed())
	for _, key := range blockKeys(&p.Candidate) {
		r.keys.add(maphash.String(r.seed, key), place)
	}
	if list := logins(&p.Candidate); len(list) > 0 {
		name := maphash.String(r.seed, text.Fold(p.Name.Display()))
		for _, login := range list {
			r.logins = append(r.logins, loginOfName{maphash.String(r.seed, login), name})
		}
	}
	var seen words
	for _, n := range p.Identifiers {
		_, at, ok := strings.Cut(n.Value, "@")
		if n.Kind != people.MailAddress || !ok || seen.has(at) {
			continue
		}
		seen.add(at)
		d := r.domains[at]
		if d == nil {
			d = &domain{}
			r.domains[strings.Clone(at)] = d
		}
		if d.users++; mailboxes.FreeMail(at) {
			continue // private whatever the organisations are
		}
		for _, o := range p.organisations {
			if d.organisations == nil {
				d.organisations = map[uint32]int{}
			}
			d.organisations[r.squeezed.number(o)]++
		}
	}
}

// finish works out what follows from everybody, when the last part was put in.
func (r *roll) finish() {
	r.usual = newUsualLogins(r.seed, r.logins)
	r.private = privateDomains(r.domains)
	r.logins, r.domains = nil, nil
}

// opening reads a packed record.
type opening struct{ rest string }

func (o *opening) number() int {
	n, shift := uint64(0), 0
	for i := range len(o.rest) {
		b := o.rest[i]
		n |= uint64(b&0x7f) << shift
		if shift += 7; b < 0x80 {
			o.rest = o.rest[i+1:]
			break
		}
	}
	return int(n)
}

func (o *opening) byte() byte {
	b := o.rest[0]
	o.rest = o.rest[1:]
	return b
}

func (o *opening) text() string {
	n := o.number()
	out := o.rest[:n]
	o.rest = o.rest[n:]
	return out
}

// open reads a record again, into one that may have been used before: what is compared, but for domains and circles.
func (r *roll) open(place int, p *record) {
	o := opening{r.parts[place/db.Chunk][r.begins[place]:]}
	flags := o.byte()
	p.ID, p.usual = r.ids[place], r.usual
	p.Name.Derived, p.card, p.chat = flags&derived != 0, flags&onCard != 0, flags&inChat != 0
	for _, field := range nameFields(&p.Name) {
		*field = o.text()
	}
	p.Organisation, p.title = r.organisations.list[o.number()], r.titles.list[o.number()]
	p.Identifiers = p.Identifiers[:0]
	for range o.number() {
		p.Identifiers = append(p.Identifiers, people.Identifier{Kind: people.IdentifierKind(o.byte()), Value: o.text()})
	}
	p.accounts = p.accounts[:0]
	for range o.number() {
		p.accounts = append(p.accounts, account{r.lists.list[o.number()], o.text()})
	}
	p.organisations = p.organisations[:0]
	for range o.number() {
		p.organisations = append(p.organisations, r.squeezed.list[o.number()])
	}
}

// of returns a record with its whole dossier.
func (r *roll) of(place int) *record {
	if p := r.opened[place]; p != nil {
		return p
	}
	p := &record{}
	r.open(place, p)
	happened := r.spans[int32(place)]
	p.first, p.last, p.circle = happened.first, happened.last, r.circles[int32(place)]
	for _, n := range p.Identifiers {
		if n.Kind != people.MailAddress {
			continue
		}
		if _, at, _ := strings.Cut(n.Value, "@"); r.private[at] {
			p.private.add(at)
		} else {
			p.work.add(at)
		}
	}
	if len(r.opened) >= mostOpened {
		clear(r.opened)
	}
	r.opened[place] = p
	return p
}

// twoEach says that all of these stand in one list, each under an account of their own: no two of them are one person.
func (r *roll) twoEach(places []int32) bool {
	first := r.in[places[0]]
	accounts := make([]uint32, 0, len(places))
	for _, i := range places {
		if r.in[i].list == 0 || r.in[i].list != first.list {
			return false
		}
		accounts = append(accounts, r.in[i].account)
	}
	slices.Sort(accounts)
	return len(slices.Compact(accounts)) == len(places)
}

// namesakes calls f with the records of each whole name that several have, in their order, but for those of whom one
// list says that no two of them are one person.
func (r *roll) namesakes(f func(group []int)) {
	var order []int32
	for i, whole := range r.whole {
		if whole != 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.whole[a], r.whole[b]), cmp.Compare(a, b))
	})
	for len(order) > 0 {
		n := 1
		for n < len(order) && r.whole[order[n]] == r.whole[order[0]] {
			n++
		}
		if n > 1 && !r.twoEach(order[:n]) {
			for _, group := range r.byName(order[:n]) {
				f(group)
			}
		}
		order = order[n:]
	}
}

// byName puts records of one hash together by their names, of which there is nearly always one.
func (r *roll) byName(places []int32) [][]int {
	var out [][]int
	var of []string
	var p record
	for _, i := range places {
		r.open(int(i), &p)
		name, _ := wholeName(&p.Candidate)
		k := slices.Index(of, name)
		if k < 0 {
			k, of, out = len(of), append(of, name), append(out, nil)
		}
		out[k] = append(out[k], int(i))
	}
	return slices.DeleteFunc(out, func(group []int) bool { return len(group) == 1 })
}

// wholeName returns the name by which records of one whole name are put together, and whether it is whole.
func wholeName(p *Candidate) (string, bool) {
	if p.Name.Given == "" || p.Name.Family == "" || p.Name.Given == p.Name.Initials ||
		strings.Contains(p.Name.Given, ".") {
		return "", false
	}
	return squeezed(p.Name.Display()), true
}

// usualLogins are the logins that people of three names or more have: what they are about, such as the list that they
// write to. They say nothing of who is who.
type usualLogins struct {
	seed maphash.Seed
	of   map[uint64]bool
}

func newUsualLogins(seed maphash.Seed, list []loginOfName) *usualLogins {
	out := &usualLogins{seed, map[uint64]bool{}}
	slices.SortFunc(list, func(a, b loginOfName) int {
		return cmp.Or(cmp.Compare(a.login, b.login), cmp.Compare(a.name, b.name))
	})
	list = slices.Compact(list)
	for i := 2; i < len(list); i++ {
		if list[i].login == list[i-2].login {
			out.of[list[i].login] = true
		}
	}
	return out
}

func (u *usualLogins) has(login string) bool {
	return u != nil && len(u.of) > 0 && u.of[maphash.String(u.seed, login)]
}

// privateDomains returns the domains of providers: the known ones, and those at which people of many organisations have
// an address.
func privateDomains(domains map[string]*domain) map[string]bool {
	private := map[string]bool{}
	for name, d := range domains {
		most := 0
		for _, k := range d.organisations {
			most = max(most, k)
		}
		if mailboxes.FreeMail(name) || d.users >= someOfOne && len(d.organisations) >= 3 && 2*most < d.users {
			private[name] = true
		}
	}
	return private
}
