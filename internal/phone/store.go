package phone

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// stamp is a card that a device sent, without what is in it.
type stamp struct {
	Person id.ID // zero for a card of nobody
	Name   string
	UID    string
	Put    int64
}

// cardRow is a card that a device sent.
type cardRow struct {
	stamp
	Card string
	Base string
}

// stamps returns the cards that the viewer's devices sent, in the order of their names.
func (s *Service) stamps(ctx context.Context, v op.Viewer) ([]stamp, error) {
	return db.Select[stamp](ctx, s.db, `select person, name, uid, put from phone_card where space = $1 and owner = $2
		union all select $3, name, uid, put from phone_other where space = $1 and owner = $2 order by 2`,
		v.Space, v.Member, id.Zero)
}

// stampsOf returns the cards that the viewer's devices sent of some records of people.
func (s *Service) stampsOf(ctx context.Context, v op.Viewer, records []id.ID) ([]stamp, error) {
	var out []stamp
	for _, chunk := range db.Chunks(records) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[stamp](ctx, s.db, `select person, name, uid, put from phone_card
			where space = $1 and owner = $2 and person in (`+in+`) order by person`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// stampNamed returns the card that a device sent under a name; there is false for none. One of nobody goes before one
// of somebody who was deleted.
func (s *Service) stampNamed(ctx context.Context, v op.Viewer, name string) (out stamp, there bool, err error) {
	for _, query := range []string{
		`select name, uid, put from phone_other where space = $1 and owner = $2 and name = $3`,
		`select person, name, uid, put from phone_card where space = $1 and owner = $2 and name = $3`,
	} {
		rows, err := db.Select[stamp](ctx, s.db, query, v.Space, v.Member, name)
		if err != nil || len(rows) > 0 {
			return append(rows, out)[0], err == nil, err
		}
	}
	return out, false, nil
}

// stampsBy returns the cards that the viewer's devices sent by a UID, however it is written.
func (s *Service) stampsBy(ctx context.Context, v op.Viewer, uid string) ([]stamp, error) {
	uid = plainUID(uid)
	rows, err := db.Select[stamp](ctx, s.db, `select person, name, uid, put from phone_card
		where space = $1 and owner = $2 and lower(uid) in (lower($3), lower($4), lower($5), lower($6))
		union all select $7, name, uid, put from phone_other
		where space = $1 and owner = $2 and lower(uid) in (lower($3), lower($4), lower($5), lower($6)) order by 2`,
		v.Space, v.Member, uid, "uuid:"+uid, "urn:"+uid, "urn:uuid:"+uid, id.Zero)
	return slices.DeleteFunc(rows, func(one stamp) bool { return plainUID(one.UID) != uid }), err
}

// cardsOf returns the cards that the viewer's devices sent of some records of people, by the record.
func (s *Service) cardsOf(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]cardRow, error) {
	out := map[id.ID]cardRow{}
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[cardRow](ctx, s.db, `select person, name, uid, put, card, base from phone_card
			where space = $1 and owner = $2 and person in (`+in+`) order by person`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Person] = r
		}
	}
	return out, nil
}

// sizes returns how many bytes devices sent of the cards of some places of the book, by their names.
func (s *Service) sizes(ctx context.Context, v op.Viewer, places []slot) (map[string]int64, error) {
	out := map[string]int64{}
	names := map[id.ID]string{}
	var records []id.ID
	var others []string
	for _, p := range places {
		for _, record := range p.sent {
			names[record], records = p.Name, append(records, record)
		}
		if p.Person.IsZero() {
			others = append(others, p.Name)
		}
	}
	for _, chunk := range db.Chunks(records) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[struct {
			Person id.ID
			Size   int64
		}](ctx, s.db, `select person, octet_length(card) as size from phone_card
			where space = $1 and owner = $2 and person in (`+in+`) order by person`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[names[r.Person]] += r.Size
		}
	}
	for _, chunk := range db.Chunks(others) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[struct {
			Name string
			Size int64
		}](ctx, s.db, `select name, octet_length(card) as size from phone_other
			where space = $1 and owner = $2 and name in (`+in+`) order by name`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Name] = r.Size
		}
	}
	return out, nil
}

// otherCards returns cards of nobody by their names.
func (s *Service) otherCards(ctx context.Context, v op.Viewer, names []string) (map[string]string, error) {
	out := map[string]string{}
	for _, chunk := range db.Chunks(names) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[struct{ Name, Card string }](ctx, s.db, `select name, card from phone_other
			where space = $1 and owner = $2 and name in (`+in+`) order by name`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Name] = r.Card
		}
	}
	return out, nil
}

// keepCard stores the card that a device sent of a person.
func (s *Service) keepCard(ctx context.Context, v op.Viewer, r cardRow) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		// A card that is not in the book any more, of who was deleted or found to be somebody else, makes room.
		if _, err := db.Exec(ctx, tx, `update phone_card set name = $5 where space = $1 and owner = $2 and name = $3
			and person <> $4`, v.Space, v.Member, r.Name, r.Person, nameOf(id.New())); err != nil {
			return err
		}
		_, err := db.Insert(ctx, tx, "phone_card", db.Row{
			"space": v.Space, "owner": v.Member, "person": r.Person, "name": r.Name, "uid": r.UID, "card": r.Card,
			"base": r.Base, "put": r.Put,
		}, `on conflict (space, owner, person) do update set name = excluded.name, uid = excluded.uid,
			card = excluded.card, base = excluded.base, put = excluded.put`)
		return err
	})
}

// keepOther stores a card of nobody.
func (s *Service) keepOther(ctx context.Context, v op.Viewer, r cardRow) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := db.Insert(ctx, tx, "phone_other", db.Row{
			"space": v.Space, "owner": v.Member, "name": r.Name, "uid": r.UID, "card": r.Card, "put": r.Put,
		}, `on conflict (space, owner, name) do update set uid = excluded.uid, card = excluded.card,
			put = excluded.put`)
		return err
	})
}

func (s *Service) dropOther(ctx context.Context, v op.Viewer, name string) error {
	_, err := db.Exec(ctx, s.db, `delete from phone_other where space = $1 and owner = $2 and name = $3`,
		v.Space, v.Member, name)
	return err
}

// leftRow is somebody who was deleted on a device.
type leftRow struct {
	Person id.ID
	At     int64
}

func (s *Service) leftRows(ctx context.Context, v op.Viewer) ([]leftRow, error) {
	return db.Select[leftRow](ctx, s.db, `select person, at from phone_left where space = $1 and owner = $2
		order by at desc, person`, v.Space, v.Member)
}

// leftOf returns who of some people were deleted on a device.
func (s *Service) leftOf(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(3, chunk)
		rows, err := db.Values[id.ID](ctx, s.db, `select person from phone_left
			where space = $1 and owner = $2 and person in (`+in+`) order by person`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, person := range rows {
			out[person] = true
		}
	}
	return out, nil
}

// leave takes somebody out of the viewer's book.
func (s *Service) leave(ctx context.Context, v op.Viewer, person id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := db.Insert(ctx, tx, "phone_left", db.Row{
			"space": v.Space, "owner": v.Member, "person": person, "at": v.Now.UnixMicro(),
		}, "on conflict (space, owner, person) do nothing")
		return err
	})
}

// putBack puts somebody in the viewer's book again, and says whether they were out of it.
func (s *Service) putBack(ctx context.Context, v op.Viewer, person id.ID) (int64, error) {
	return db.Exec(ctx, s.db, `delete from phone_left where space = $1 and owner = $2 and person = $3`,
		v.Space, v.Member, person)
}

// bookRow says how far the changes of the viewer's book are counted.
type bookRow struct {
	Epoch         string
	Number, Least int64
}

// nameRow is what devices were told of a card.
type nameRow struct {
	Name   string
	Etag   string
	Number int64
	Gone   int64
}

// book returns how far changes are counted; its epoch is empty when none are yet.
func (s *Service) book(ctx context.Context, v op.Viewer) (bookRow, error) {
	rows, err := db.Select[bookRow](ctx, s.db, `select epoch, number, least from phone_book
		where space = $1 and owner = $2`, v.Space, v.Member)
	if err != nil || len(rows) == 0 {
		return bookRow{}, err
	}
	return rows[0], nil
}

// names returns what devices were told since a change, in the order in which it came about.
func (s *Service) names(ctx context.Context, v op.Viewer, since int64) ([]nameRow, error) {
	return db.Select[nameRow](ctx, s.db, `select name, etag, number, gone from phone_name
		where space = $1 and owner = $2 and number > $3 order by number`, v.Space, v.Member, since)
}

// goneKept is how long it is remembered that a card went: a device that was away longer reads everything anew.
const goneKept = 180 * 24 * time.Hour

// tell writes down changes of the viewer's book, within a transaction of its own member's alone, and returns how far
// they are counted now. Each row gets the next number.
func (s *Service) tell(ctx context.Context, v op.Viewer, b bookRow, changed []nameRow) (bookRow, error) {
	b.Epoch = cmp.Or(b.Epoch, id.NewSecret(9))
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		old := v.Now.Add(-goneKept).UnixMicro()
		forgotten, err := db.Value[int64](ctx, tx, `select coalesce(max(number), 0) from phone_name
			where space = $1 and owner = $2 and gone > 0 and gone < $3`, v.Space, v.Member, old)
		if err != nil {
			return err
		}
		if forgotten > 0 {
			b.Least = max(b.Least, forgotten)
			if _, err := db.Exec(ctx, tx, `delete from phone_name where space = $1 and owner = $2 and gone > 0
				and gone < $3`, v.Space, v.Member, old); err != nil {
				return err
			}
		}
		var rows []any
		for _, c := range changed {
			b.Number++
			rows = append(rows, v.Space, v.Member, c.Name, c.Etag, b.Number, c.Gone)
		}
		if err := db.InsertMany(ctx, tx, `insert into phone_name (space, owner, name, etag, number, gone)`, 6, rows,
			`on conflict (space, owner, name) do update set etag = excluded.etag, number = excluded.number,
			gone = excluded.gone`); err != nil {
			return err
		}
		_, err = db.Insert(ctx, tx, "phone_book", db.Row{
			"space": v.Space, "owner": v.Member, "epoch": b.Epoch, "number": b.Number, "least": b.Least,
		}, `on conflict (space, owner) do update set epoch = excluded.epoch, number = excluded.number,
			least = excluded.least`)
		return err
	})
	return b, err
}

// Leave forgets what is kept for the devices of a member who leaves.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []string{
			`delete from phone_card where space = $1 and owner = $2`,
			`delete from phone_other where space = $1 and owner = $2`,
			`delete from phone_left where space = $1 and owner = $2`,
			`delete from phone_name where space = $1 and owner = $2`,
			`delete from phone_book where space = $1 and owner = $2`,
		} {
			if _, err := db.Exec(ctx, tx, statement, space, member); err != nil {
				return err
			}
		}
		return nil
	})
}

// restored begins the count of changes anew in a restored copy: devices may have been told later ones.
func restored(ctx context.Context, tx *db.Tx) error {
	if _, err := db.Exec(ctx, tx, `delete from phone_name`); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `delete from phone_book`)
	return err
}
