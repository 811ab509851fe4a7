package phone

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text/vcard"
)

// slot is a card in the viewer's book: under which name, of whom, and in which state.
type slot struct {
	Name   string
	UID    string
	Etag   string
	Person id.ID // zero for a card of nobody
	sent   []id.ID
}

// shelf is the viewer's book: its cards by their names, and how far its changes are counted.
type shelf struct {
	slots   map[string]slot
	entries map[id.ID]*entry
	bookRow
}

// token is what a device gives back to hear what changed since. began is what was forgotten when the device, which is
// still being told what there is, began with nothing; anew when it did not, or has been told everything.
func (b bookRow) token(began int64) string {
	token := tokenPrefix + b.Epoch + ":" + strconv.FormatInt(b.Number, 10)
	if began != anew {
		token += ":" + strconv.FormatInt(began, 10)
	}
	return token
}

const anew = -1

const tokenPrefix = "urn:gave:sync:"

// tag is another one whenever anything in the book is.
func (b bookRow) tag() string { return b.Epoch + "-" + strconv.FormatInt(b.Number, 10) }

// since reads a token; ok is false when it is not one of this count, or when what went since is forgotten and the
// device may have it.
func (b bookRow) since(token string) (number, began int64, ok bool) {
	rest, ours := strings.CutPrefix(token, tokenPrefix)
	epoch, rest, _ := strings.Cut(rest, ":")
	text, from, beginning := strings.Cut(rest, ":")
	number, err := strconv.ParseInt(text, 10, 64)
	if !ours || err != nil || epoch != b.Epoch || number < 0 || number > b.Number {
		return 0, anew, false
	}
	if began = anew; beginning {
		if began, err = strconv.ParseInt(from, 10, 64); err != nil || began < 0 {
			return 0, anew, false
		}
	}
	return number, began, number >= b.Least || began == b.Least
}

// slots returns the cards of the viewer's book as they are now, of people those of the entries.
func (s *Service) slots(ctx context.Context, v op.Viewer, entries map[id.ID]*entry) (map[string]slot, error) {
	stamps, err := s.stamps(ctx, v)
	if err != nil {
		return nil, err
	}
	left, err := s.leftRows(ctx, v)
	if err != nil {
		return nil, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make(map[string]slot, len(entries)+len(stamps))
	sent := map[id.ID][]stamp{}
	for _, one := range stamps {
		if one.Person.IsZero() {
			out[one.Name] = slot{Name: one.Name, UID: one.UID, Etag: otherEtag(one.Put)}
			continue
		}
		if top := everybody.Canonical(one.Person); !top.IsZero() {
			sent[top] = append(sent[top], one)
		}
	}
	gone := make(map[id.ID]bool, len(left))
	for _, l := range left {
		gone[l.Person] = true
	}
	placed(out, entries, sent, gone)
	return out, nil
}

// slotsOf returns the cards of a few people of the viewer's book, without looking at the rest of it.
func (s *Service) slotsOf(ctx context.Context, v op.Viewer, entries map[id.ID]*entry) (map[string]slot, error) {
	keys := slices.Collect(maps.Keys(entries))
	records, stands, err := s.network.Records(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	stamps, err := s.stampsOf(ctx, v, records)
	if err != nil {
		return nil, err
	}
	gone, err := s.leftOf(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	sent := map[id.ID][]stamp{}
	for _, one := range stamps {
		sent[stands[one.Person]] = append(sent[stands[one.Person]], one)
	}
	out := make(map[string]slot, len(entries))
	placed(out, entries, sent, gone)
	return out, nil
}

// placed adds the cards of people who are not gone to a book, with what devices sent of each.
func placed(out map[string]slot, entries map[id.ID]*entry, sent map[id.ID][]stamp, gone map[id.ID]bool) {
	for key, e := range entries {
		if gone[key] {
			continue
		}
		place, put := slotOf(key, sent[key])
		place.Etag = e.etag(put)
		out[place.Name] = place
	}
}

// slotOf returns the place of somebody, without its state, with the cards that devices sent of them and of who was
// found to be the same; and a number that changes with each that comes.
func slotOf(key id.ID, cards []stamp) (place slot, put int64) {
	place = slot{Name: nameOf(key), UID: uidOf(key), Person: key}
	slices.SortFunc(cards, func(a, b stamp) int {
		return cmp.Or(falseFirst(a.Person != key, b.Person != key), cmp.Compare(b.Put, a.Put),
			a.Person.Compare(b.Person))
	})
	for i, one := range cards {
		if i == 0 {
			place.Name, place.UID = one.Name, one.UID
		}
		place.sent = append(place.sent, one.Person)
		put += one.Put
	}
	return place, put
}

// otherEtag names the state of a card of nobody.
func otherEtag(put int64) string { return `"` + strconv.FormatInt(put, 36) + `-"` }

// falseFirst compares so that false comes first.
func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// refresh looks what changed in the viewer's book since devices were told, and writes it down.
func (s *Service) refresh(ctx context.Context, v op.Viewer) (shelf, error) {
	look := func(ctx context.Context) (shelf, []nameRow, error) {
		var out shelf
		var err error
		if out.entries, err = s.everybody(ctx, v); err != nil {
			return out, nil, err
		}
		if out.slots, err = s.slots(ctx, v, out.entries); err != nil {
			return out, nil, err
		}
		if out.bookRow, err = s.book(ctx, v); err != nil {
			return out, nil, err
		}
		names, err := s.names(ctx, v, 0)
		return out, changes(names, out.slots, v.Now.UnixMicro()), err
	}
	now, changed, err := look(ctx)
	if err != nil || len(changed) == 0 && now.Epoch != "" {
		return now, err
	}
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		// Another device of the same member may have come first.
		if now, changed, err = look(ctx); err != nil || len(changed) == 0 && now.Epoch != "" {
			return err
		}
		now.bookRow, err = s.tell(ctx, v, now.bookRow, changed)
		return err
	})
	return now, err
}

// changes are the differences between what devices were told and what is.
func changes(told []nameRow, now map[string]slot, at int64) []nameRow {
	var out []nameRow
	same := make(map[string]bool, len(told))
	for _, row := range told {
		place, there := now[row.Name]
		switch {
		case there && row.Gone == 0 && place.Etag == row.Etag:
			same[row.Name] = true
		case !there && row.Gone == 0:
			out = append(out, nameRow{Name: row.Name, Gone: at})
		}
	}
	for name, place := range now {
		if !same[name] {
			out = append(out, nameRow{Name: name, Etag: place.Etag})
		}
	}
	slices.SortFunc(out, func(a, b nameRow) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// one finds the card of a name without looking at the whole book; ok is false when there is none.
func (s *Service) one(ctx context.Context, v op.Viewer, name string) (place slot, e *entry, ok bool, err error) {
	now, err := s.some(ctx, v, []string{name})
	place, ok = now.slots[name]
	return place, now.entries[place.Person], ok && err == nil, err
}

// some returns the cards of some names and of those whom they are of, without looking at the rest of the book. Within
// a transaction nobody else is looked at either.
func (s *Service) some(ctx context.Context, v op.Viewer, names []string) (out shelf, err error) {
	var others []slot
	var records, keys []id.ID
	for _, name := range names {
		sent, known, err := s.stampNamed(ctx, v, name)
		switch {
		case err != nil:
			return out, err
		case known && sent.Person.IsZero():
			others = append(others, slot{Name: name, UID: sent.UID, Etag: otherEtag(sent.Put)})
		case known:
			records = append(records, sent.Person)
		default:
			if key, err := id.Parse(strings.TrimSuffix(name, ".vcf")); err == nil {
				records = append(records, key)
			}
		}
	}
	found, err := s.network.PeopleByID(ctx, v, records)
	if err != nil {
		return out, err
	}
	for _, p := range found {
		if top := cmp.Or(p.Merged, p.ID); !slices.Contains(keys, top) {
			keys = append(keys, top)
		}
	}
	if out.entries, err = s.entries(ctx, v, keys); err != nil {
		return out, err
	}
	if out.slots, err = s.slotsOf(ctx, v, out.entries); err != nil {
		return out, err
	}
	for _, other := range others {
		out.slots[other.Name] = other
	}
	return out, nil
}

func entriesOf(p slot, e *entry) map[id.ID]*entry { return map[id.ID]*entry{p.Person: e} }

// content returns the cards of some places of the book, by their names.
func (s *Service) content(ctx context.Context, v op.Viewer, places []slot, entries map[id.ID]*entry) (
	map[string]vcard.Card, error,
) {
	var records []id.ID
	var others []string
	for _, p := range places {
		records = append(records, p.sent...)
		if p.Person.IsZero() {
			others = append(others, p.Name)
		}
	}
	sent, err := s.cardsOf(ctx, v, records)
	if err != nil {
		return nil, err
	}
	of, err := s.otherCards(ctx, v, others)
	if err != nil {
		return nil, err
	}
	out := make(map[string]vcard.Card, len(places))
	for _, p := range places {
		if p.Person.IsZero() {
			if text, there := of[p.Name]; there {
				out[p.Name] = vcard.FromText(text)
			}
			continue
		}
		var rows []cardRow
		for _, key := range p.sent {
			if r, there := sent[key]; there {
				rows = append(rows, r)
			}
		}
		c, err := render(entries[p.Person], rows, func() ([]byte, error) {
			return s.network.Photo(ctx, v, p.Person)
		})
		if err != nil {
			return nil, err
		}
		out[p.Name] = c
	}
	return out, nil
}

// personOf returns a person of the book as it is stored.
func (s *Service) personOf(ctx context.Context, v op.Viewer, key id.ID) (people.Person, error) {
	found, err := s.network.PeopleByID(ctx, v, []id.ID{key})
	if err != nil {
		return people.Person{}, err
	}
	p, seen := found[key]
	if !seen {
		return p, fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return p, nil
}
