package phone

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/photo"
	"gave.network/internal/text/vcard"
)

// reader takes in what the reader of address books finds in one card.
type reader struct{ contact *read.Contact }

func (r *reader) Contact(_ read.At, c read.Contact) error {
	if r.contact == nil {
		r.contact = &c
	}
	return nil
}

func (r *reader) Interaction(read.At, read.Interaction) error { return nil }

func (r *reader) Statement(read.At, read.Statement) error { return nil }

func (r *reader) Praise(read.At, read.Praise) error { return nil }

func (r *reader) Tie(read.At, read.Tie) error { return nil }

func (r *reader) Reject(read.At, string) error { return nil }

// said is what a card says of a person, as Gave reads it.
type said struct {
	Known
	face    []byte // the photo in the card; nil for none
	picture []byte // the small picture that was made of it; nil before
	photo   string // the value of its photo, as written
}

// mostOfAKind is how many mail addresses, numbers and links Gave takes from a card, of each; the card keeps the rest.
const mostOfAKind = 100

// saidIn reads a card; ok is false when it is of nobody: of a group or a company.
func saidIn(ctx context.Context, c *vcard.Card, now time.Time) (out said, ok bool, err error) {
	kind := strings.ToLower(c.Value("KIND") + c.Value("X-ADDRESSBOOKSERVER-KIND"))
	if kind != "" && kind != "individual" {
		return out, false, nil
	}
	var r reader
	src := &read.Source{Reader: bytes.NewReader(c.Bytes()), Zone: time.UTC, Now: now}
	if err := contacts.VCard.Read(ctx, src, &r); err != nil || r.contact == nil || r.contact.Company {
		return out, false, err
	}
	x := r.contact
	out.Known = Known{
		Name: strings.TrimSpace(vcard.Unescape(c.Value("FN"))), Place: x.Place, Note: c.Note(),
		Nickname: strings.TrimSpace(vcard.Unescape(c.Value("NICKNAME"))),
		Emails:   x.Addresses[:min(len(x.Addresses), mostOfAKind)],
	}
	if out.Name == "" {
		out.Name = x.Display()
	}
	if len(x.Organisations) > 0 {
		out.Organisation, out.Title = x.Organisations[0].Organisation, x.Organisations[0].Title
	}
	for _, l := range c.Lines {
		kind := lineKind(l)
		switch {
		case kind == people.Telephone && len(out.Phones) < mostOfAKind:
		case kind == people.Link && len(out.Links) < mostOfAKind:
		default:
			continue
		}
		n := people.IdentifierOf(strings.TrimPrefix(strings.TrimSpace(vcard.Unescape(l.Value)), "tel:"))
		switch n.Kind {
		case people.Telephone:
			out.Phones = append(out.Phones, n.Value)
		case people.Link:
			out.Links = append(out.Links, n.Value)
		}
	}
	for _, d := range x.Dates {
		day := people.ImportantDate{Year: d.Year, Month: d.Month, Day: d.Day}
		switch text := dayText(map[id.ID]people.ImportantDate{{}: day}, id.Zero); d.Kind {
		case "birthday":
			out.Birthday = text
		case "anniversary":
			out.Anniversary = text
		}
	}
	out.photo = strings.TrimSpace(c.Value("PHOTO"))
	out.face = x.Face.Image
	return out, true, nil
}

// taken says whether a fault is that Gave does not take something in: then the card keeps it, and the device has what
// it sent.
func taken(err error) error {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.Forbidden, fault.NotFound, fault.TooLarge, fault.Usage:
		return nil
	}
	return err
}

// take takes in what a device changed of a person. Who keeps the person changes them for all who see them; for anybody
// else it stays in their card, but for their own note and days.
func (s *Service) take(ctx context.Context, v op.Viewer, key id.ID, before, after said) error {
	p, err := s.personOf(ctx, v, key)
	if err != nil {
		return err
	}
	if p.Owner == v.Member {
		if err := s.takeFields(ctx, v, p, before, after); err != nil {
			return err
		}
	}
	for _, day := range []struct{ kind, before, after string }{
		{"birthday", before.Birthday, after.Birthday}, {"anniversary", before.Anniversary, after.Anniversary},
	} {
		if day.before == day.after {
			continue
		}
		if day.after == "" {
			err = s.network.RemoveDate(ctx, v, p, day.kind)
		} else {
			var d people.ImportantDate
			if d, err = people.ParseDay(day.after, v.Now); err == nil {
				d.Kind = day.kind
				err = s.network.CorrectDate(ctx, v, p, d)
			}
		}
		if taken(err) != nil {
			return err
		}
	}
	if before.Note != after.Note {
		return taken(s.network.SetNote(ctx, v, p, people.SourceDevice, after.Note))
	}
	return nil
}

// takeFields takes in what a device changed of a person whom the viewer keeps.
func (s *Service) takeFields(ctx context.Context, v op.Viewer, p people.Person, before, after said) error {
	change := people.Change{}
	for _, f := range []struct{ name, before, after string }{
		{"name", before.Name, after.Name},
		{"nickname", before.Nickname, after.Nickname},
		{"organisation", before.Organisation, after.Organisation},
		{"role", before.Title, after.Title},
		{"place", before.Place, after.Place},
	} {
		if f.before != f.after && (f.name != "name" || f.after != "") {
			change[f.name] = f.after
		}
	}
	if len(change) > 0 {
		if err := s.network.EditPerson(ctx, v, p, change); taken(err) != nil {
			return err
		}
	}
	var add, remove []people.Identifier
	for _, list := range []struct {
		kind          people.IdentifierKind
		before, after []string
	}{
		{people.MailAddress, before.Emails, after.Emails},
		{people.Telephone, before.Phones, after.Phones},
		{people.Link, before.Links, after.Links},
	} {
		for _, value := range list.after {
			// What cannot be read the card keeps.
			n, err := people.ReadIdentifier(value)
			if err == nil && n.Kind == list.kind && !slices.Contains(list.before, value) {
				add = append(add, n)
			}
		}
		for _, value := range list.before {
			if !slices.Contains(list.after, value) {
				remove = append(remove, people.Identifier{Kind: list.kind, Value: value})
			}
		}
	}
	if err := s.network.ChangeIdentifiers(ctx, v, p, add, remove); taken(err) != nil {
		return err
	}
	switch {
	case after.face == nil, after.photo == before.photo:
		return nil
	case after.picture == nil:
		return errPicture
	}
	return taken(s.network.KeepPicture(ctx, v, p, after.picture))
}

// errPicture says that a picture of the photo in a card is wanted. Making one takes long, so it is not made while
// others wait to write, nor of a photo that Gave has already.
var errPicture = errors.New("phone: the picture is not made yet")

// makePicture makes the picture of a photo; of one that cannot be read there is none, and the card keeps it.
func (a *said) makePicture() error {
	var err error
	if a.picture, err = photo.Small(a.face); err != nil {
		a.face = nil
	}
	return taken(err)
}

// The conditions that a device puts on what it sends (RFC 9110 §13.1); empty for none.
type conditions struct {
	match     string // If-Match
	noneMatch string // If-None-Match
}

// hold says whether they hold for a card as it is; etag is empty when there is none.
func (c conditions) hold(etag string) bool {
	if c.noneMatch != "" {
		if c.noneMatch == "*" && etag != "" || slices.Contains(etagsIn(c.noneMatch), etag) && etag != "" {
			return false
		}
	}
	if c.match == "" {
		return true
	}
	if etag == "" {
		return false
	}
	return c.match == "*" || slices.ContainsFunc(etagsIn(c.match), func(one string) bool {
		return sameCore(one, etag)
	})
}

func etagsIn(header string) []string {
	var out []string
	for one := range strings.SplitSeq(header, ",") {
		out = append(out, strings.TrimPrefix(strings.TrimSpace(one), "W/"))
	}
	return out
}

// A refusal is why a card is not taken, as CardDAV names it (RFC 6352 §6.3.2.1).
type refusal struct {
	condition string
	href      string // of the card that is in the way
}

func (r *refusal) Error() string { return "phone: " + r.condition + " " + r.href }

// errCondition says that the card is another one than the device believes.
var errCondition = errors.New("phone: the conditions of the request do not hold")

// put takes in a card that a device sent under a name. It returns the state of the card as the device gets it now, and
// whether it is new. The etag is empty when that is not to the byte what the device sent.
func (s *Service) put(ctx context.Context, v op.Viewer, name string, content []byte, want conditions) (
	etag string, created bool, err error,
) {
	c, err := vcard.Parse(content)
	if err != nil {
		return "", false, &refusal{condition: "valid-address-data"}
	}
	after, person, err := saidIn(ctx, &c, v.Now)
	if err != nil {
		return "", false, err
	}
	in := sending{name, content, c, after, person, want}
	etag, created, err = s.putOnce(ctx, v, in)
	if errors.Is(err, errPicture) {
		if err := in.after.makePicture(); err != nil {
			return "", false, err
		}
		etag, created, err = s.putOnce(ctx, v, in)
	}
	return etag, created, err
}

// sending is a card that a device sends.
type sending struct {
	name    string
	content []byte
	card    vcard.Card
	after   said // what it says
	person  bool // it is of somebody
	want    conditions
}

// putOnce is put, with errPicture when a picture of the photo in the card is to be made first: then nothing is stored.
func (s *Service) putOnce(ctx context.Context, v op.Viewer, in sending) (etag string, created bool, err error) {
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		name, c, after := in.name, in.card, in.after // they are changed, and this may run again
		place, e, there, err := s.one(ctx, v, name)
		if err != nil {
			return err
		}
		if !in.want.hold(place.Etag) {
			return errCondition
		}
		if there && plainUID(place.UID) != plainUID(c.UID()) {
			return &refusal{"no-uid-conflict", name}
		}
		created = !there
		told, uid := anyTold, cmp.Or(place.UID, c.UID())
		switch {
		case e != nil:
			told = e.toldIn(&c, in.want.match)
		case there:
			told = nothingTold
		}
		c.Untell(told)
		after.Note = c.Note()
		row := cardRow{stamp: stamp{Name: name, Put: v.Now.UnixMicro()}}
		of := place.Person
		switch {
		case there && place.Person.IsZero(), !there && !in.person:
			if !there {
				if err := s.free(ctx, v, name, c.UID()); err != nil {
					return err
				}
			}
			row.UID, row.Card = uid, as(c, uid)
			if err := s.keepOther(ctx, v, row); err != nil {
				return err
			}
		case there:
			row.Person = place.record()
			before, err := s.given(ctx, v, place, e, place.Etag)
			if err != nil {
				return err
			}
			if !in.person { // it became a company on the device: what is known of the person stays
				after.Known = before.Known
			}
			if err := s.take(ctx, v, place.Person, before, after); err != nil {
				return err
			}
		default:
			came, err := s.arrive(ctx, v, name, c.UID(), after)
			if err != nil {
				return err
			}
			row.Person, of, uid = came.record(), came.Person, came.UID
		}
		row.UID, row.Card = uid, as(c, uid)
		etag, err = s.settle(ctx, v, of, row, place, in.content)
		return err
	})
	return etag, created, err
}

// as returns the lines of a card by the UID that it is known by to other devices.
func as(c vcard.Card, uid string) string {
	if c.UID() != uid {
		c.Lines = slices.Clone(c.Lines)
		c.Set("UID", vcard.Escape(uid))
	}
	return c.Text()
}

// record is whose the card is that counts first: the person's, or that of who was found to be the same.
func (p slot) record() id.ID {
	if len(p.sent) > 0 {
		return p.sent[0]
	}
	return p.Person
}

// holders returns those who can be known by a UID: of whom a device sent a card with it, and who it names themselves.
// The cards with it are returned too, and among them those of nobody.
func (s *Service) holders(ctx context.Context, v op.Viewer, uid string) (keys []id.ID, stamps []stamp, err error) {
	if stamps, err = s.stampsBy(ctx, v, uid); err != nil {
		return nil, nil, err
	}
	var records []id.ID
	for _, one := range stamps {
		if !one.Person.IsZero() {
			records = append(records, one.Person)
		}
	}
	if key, err := id.Parse(plainUID(uid)); err == nil {
		records = append(records, key)
	}
	found, err := s.network.PeopleByID(ctx, v, records)
	for _, key := range records {
		p, seen := found[key]
		if top := cmp.Or(p.Merged, p.ID); seen && !slices.Contains(keys, top) {
			keys = append(keys, top)
		}
	}
	return keys, stamps, err
}

// free refuses a card whose UID is in the book under another name.
func (s *Service) free(ctx context.Context, v op.Viewer, name, uid string) error {
	keys, stamps, err := s.holders(ctx, v, uid)
	if err != nil {
		return err
	}
	for _, one := range stamps {
		if one.Person.IsZero() && one.Name != name {
			return &refusal{"no-uid-conflict", one.Name}
		}
	}
	entries, err := s.entries(ctx, v, keys)
	if err != nil {
		return err
	}
	slots, err := s.slotsOf(ctx, v, entries)
	if err != nil {
		return err
	}
	for _, place := range slots {
		if plainUID(place.UID) == plainUID(uid) && place.Name != name {
			return &refusal{"no-uid-conflict", place.Name}
		}
	}
	return nil
}

// whoLeft returns who of some people was deleted on a device and is known by a UID, with their place; ok is false for
// nobody.
func (s *Service) whoLeft(ctx context.Context, v op.Viewer, uid string) (place slot, e *entry, ok bool, err error) {
	keys, _, err := s.holders(ctx, v, uid)
	if err != nil {
		return slot{}, nil, false, err
	}
	left, err := s.leftOf(ctx, v, keys)
	if err != nil || len(left) == 0 {
		return slot{}, nil, false, err
	}
	records, stands, err := s.network.Records(ctx, v, keys)
	if err != nil {
		return slot{}, nil, false, err
	}
	stamps, err := s.stampsOf(ctx, v, records)
	if err != nil {
		return slot{}, nil, false, err
	}
	sent := map[id.ID][]stamp{}
	for _, one := range stamps {
		sent[stands[one.Person]] = append(sent[stands[one.Person]], one)
	}
	entries, err := s.entries(ctx, v, keys)
	if err != nil {
		return slot{}, nil, false, err
	}
	for _, key := range keys {
		place, _ := slotOf(key, sent[key])
		if left[key] && entries[key] != nil && plainUID(place.UID) == plainUID(uid) {
			return place, entries[key], true, nil
		}
	}
	return slot{}, nil, false, nil
}

// arrive makes a person of a card that is new, or puts somebody back who was deleted on a device and comes again. It
// returns their place.
func (s *Service) arrive(ctx context.Context, v op.Viewer, name, uid string, after said) (slot, error) {
	place, e, back, err := s.whoLeft(ctx, v, uid)
	if err != nil {
		return slot{}, err
	}
	if back {
		if _, err := s.putBack(ctx, v, place.Person); err != nil {
			return slot{}, err
		}
		// What the device changed is what differs from the card that it was given.
		before, err := s.given(ctx, v, place, e, "")
		if err != nil {
			return slot{}, err
		}
		return place, s.take(ctx, v, place.Person, before, after)
	}
	if err := s.free(ctx, v, name, uid); err != nil {
		return slot{}, err
	}
	key, err := s.network.AddPerson(ctx, v, people.NewPerson{Person: people.Person{
		Name: clip(after.Name), Nickname: clip(after.Nickname), Organisation: clip(after.Organisation),
		Title: clip(after.Title), Place: clip(after.Place),
	}})
	if err != nil {
		return slot{}, err
	}
	before := after
	before.Emails, before.Phones, before.Links, before.Note, before.Birthday, before.Anniversary, before.photo = nil,
		nil, nil, "", "", "", ""
	return slot{Person: key, UID: uid}, s.take(ctx, v, key, before, after)
}

// given is what the card says that a device was given of somebody, without what Gave told in it; match names its state,
// empty when it is not known.
func (s *Service) given(ctx context.Context, v op.Viewer, place slot, e *entry, match string) (said, error) {
	cards, err := s.content(ctx, v, []slot{place}, entriesOf(place, e))
	if err != nil {
		return said{}, err
	}
	was := cards[place.Name]
	was.Untell(e.toldIn(&was, match))
	out, _, err := saidIn(ctx, &was, v.Now)
	return out, err
}

// longest is how many letters of a text of one line are taken in.
const longest = 100

func clip(text string) string {
	if runes := []rune(text); len(runes) > longest {
		return strings.TrimSpace(string(runes[:longest]))
	}
	return text
}

// settle stores a card of somebody as it came with what Gave knows now, tells devices of it, and returns its state.
func (s *Service) settle(
	ctx context.Context, v op.Viewer, of id.ID, row cardRow, before slot, content []byte,
) (string, error) {
	place := slot{Name: row.Name, UID: row.UID}
	var e *entry
	entries := map[id.ID]*entry{}
	if of.IsZero() {
		place.Etag = otherEtag(row.Put)
	} else {
		var err error
		if entries, err = s.entries(ctx, v, []id.ID{of}); err != nil {
			return "", err
		}
		if e = entries[of]; e == nil {
			return "", fault.New(fault.NotFound, "It is not here, or not yours to see.")
		}
		base, err := json.Marshal(e.Known)
		if err != nil {
			return "", err
		}
		row.Base = string(base)
		if err := s.keepCard(ctx, v, row); err != nil {
			return "", err
		}
		slots, err := s.slotsOf(ctx, v, entries)
		if err != nil {
			return "", err
		}
		place = slots[row.Name]
	}
	told := []nameRow{{Name: row.Name, Etag: place.Etag}}
	if before.Name != "" && before.Name != row.Name {
		told = append(told, nameRow{Name: before.Name, Gone: v.Now.UnixMicro()})
	}
	b, err := s.book(ctx, v)
	if err != nil {
		return "", err
	}
	if b.Epoch != "" { // else nobody was told anything yet
		if _, err := s.tell(ctx, v, b, told); err != nil {
			return "", err
		}
	}
	now, err := s.content(ctx, v, []slot{place}, entries)
	if err != nil {
		return "", err
	}
	c := now[row.Name]
	if !bytes.Equal(c.Bytes(), content) {
		return "", nil
	}
	return place.Etag, nil
}

// remove takes a card out of the viewer's book. Who it is of stays in the network; a card of nobody goes.
func (s *Service) remove(ctx context.Context, v op.Viewer, name string, want conditions) (there bool, err error) {
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		var place slot
		if place, _, there, err = s.one(ctx, v, name); err != nil {
			return err
		}
		if !there {
			if want.match != "" {
				return errCondition
			}
			return nil
		}
		if !want.hold(place.Etag) {
			return errCondition
		}
		if place.Person.IsZero() {
			err = s.dropOther(ctx, v, name)
		} else {
			err = s.leave(ctx, v, place.Person)
		}
		if err != nil {
			return err
		}
		b, err := s.book(ctx, v)
		if err != nil || b.Epoch == "" {
			return err
		}
		_, err = s.tell(ctx, v, b, []nameRow{{Name: name, Gone: v.Now.UnixMicro()}})
		return err
	})
	return there, err
}
