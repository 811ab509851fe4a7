package source

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/op"
)

// row is a source as it is stored.
type row struct {
	Space, ID, Owner, Import      id.ID
	Kind, Name, Address, Username string
	Secret                        []byte
	Certificate                   string
	Created, Due                  int64
	job.Claim
	Done, Whole, Looked, Came int64
	Tries                     int
	Trouble                   string
	People, Contacts, News    int64
	Ending                    int
	Provider                  string
}

// work is the row as work that one process does.
func (r row) work() job.Row { return job.Row{Table: "source", Space: r.Space, ID: r.ID} }

const rowColumns = `select space, id, owner, import, kind, name, address, username, secret, certificate, created, due,
	worker, claimed, done, whole, looked, came, tries, trouble, people, contacts, news, ending, provider
	from source where `

// boxRow is what a source holds, as it is stored.
type boxRow struct {
	Space, ID, Source   id.ID
	Kind, Name, Address string
	Chosen              int
	Mark                string
	Reached             int64
}

// itemRow is a card or an event of a box, as it is stored.
type itemRow struct {
	Item   id.ID
	Mark   string
	Handle string
	Ahead  []byte
	Again  int64
}

// never is when something is due that waits for its owner.
const never = int64(1) << 62

func (s *Service) rows(ctx context.Context, q db.Queryer, where string, args ...any) ([]row, error) {
	return db.Select[row](ctx, q, rowColumns+where, args...)
}

// one returns a source of the viewer.
func (s *Service) one(ctx context.Context, v op.Viewer, key id.ID) (row, error) {
	found, err := s.rows(ctx, s.db, `space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key)
	if err == nil && len(found) == 0 {
		err = unknown()
	}
	if err != nil {
		return row{}, err
	}
	return found[0], nil
}

// due are the sources that are to be read now, or to go, of all spaces.
func (s *Service) due(ctx context.Context, now time.Time) ([]row, error) {
	return s.rows(ctx, s.db, `due <= $1 order by due, id limit 50`, now.UnixMicro())
}

func (s *Service) boxes(ctx context.Context, q db.Queryer, r row) ([]boxRow, error) {
	return db.Select[boxRow](ctx, q, `select space, id, source, kind, name, address, chosen, mark, reached
		from source_box where space = $1 and source = $2 order by kind, name, id`, r.Space, r.ID)
}

// addBox stores a box that was found on the server.
func addBox(ctx context.Context, q db.Queryer, b boxRow) error {
	_, err := db.Insert(ctx, q, "source_box", db.Row{
		"space": b.Space, "id": b.ID, "source": b.Source, "kind": b.Kind, "name": b.Name, "address": b.Address,
		"chosen": b.Chosen, "mark": b.Mark, "reached": b.Reached,
	}, "")
	return err
}

// keepBox stores what a box is called and up to where it was read.
func keepBox(ctx context.Context, q db.Queryer, b boxRow) error {
	_, err := db.Update(ctx, q, "source_box", db.Row{"name": b.Name, "mark": b.Mark, "reached": b.Reached},
		`space = $1 and id = $2`, b.Space, b.ID)
	return err
}

// dropBox removes a box that is on the server no more.
func dropBox(ctx context.Context, q db.Queryer, b boxRow) error {
	_, err := db.Exec(ctx, q, `delete from source_box where space = $1 and id = $2`, b.Space, b.ID)
	return err
}

func (s *Service) items(ctx context.Context, b boxRow) (map[id.ID]itemRow, error) {
	out := map[id.ID]itemRow{}
	err := db.Each(ctx, s.db, func(i *itemRow) error {
		out[i.Item] = *i
		return nil
	}, `select item, mark, handle, ahead, again from source_item where space = $1 and box = $2 order by item`,
		b.Space, b.ID)
	return out, err
}

// keepItems stores how items of a box were read, and removes those that are gone.
func keepItems(ctx context.Context, tx *db.Tx, b boxRow, read []itemRow, gone []id.ID) error {
	remove := slices.Clone(gone)
	for _, i := range read {
		remove = append(remove, i.Item)
	}
	for _, chunk := range db.Chunks(remove) {
		in, args := db.In(3, chunk)
		if _, err := tx.ExecContext(ctx, `delete from source_item where space = $1 and box = $2 and item in (`+in+`)`,
			append([]any{b.Space, b.ID}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	var values []any
	for _, i := range read {
		values = append(values, b.Space, b.ID, i.Item, i.Mark, i.Handle, i.Ahead, i.Again)
	}
	return db.InsertMany(ctx, tx, `insert into source_item (space, box, item, mark, handle, ahead, again)`, 7, values, "")
}

// readAgain has cards read again by their handles, whatever the server says of them.
func readAgain(ctx context.Context, tx *db.Tx, r row, handles []string) error {
	for _, chunk := range db.Chunks(handles) {
		in, args := db.In(3, chunk)
		if _, err := tx.ExecContext(ctx, `update source_item set again = 1 where space = $1
			and box in (select id from source_box where space = $1 and source = $2) and handle in (`+in+`)`,
			append([]any{r.Space, r.ID}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// again says of which boxes of a source some items are to be read again by now.
func (s *Service) again(ctx context.Context, r row, now time.Time) (map[id.ID]bool, error) {
	list, err := db.Values[id.ID](ctx, s.db, `select distinct b.id from source_item i
		join source_box b on b.space = i.space and b.id = i.box
		where b.space = $1 and b.source = $2 and i.again > 0 and i.again <= $3 order by b.id`,
		r.Space, r.ID, now.UnixMicro())
	out := map[id.ID]bool{}
	for _, b := range list {
		out[b] = true
	}
	return out, err
}

// ended notes what became of a reading, for whom it is still. With another password than it was read with meanwhile, it
// is read again as that was set.
func (s *Service) ended(ctx context.Context, r row) error {
	_, err := db.Update(ctx, s.db, "source", db.Row{
		"certificate": r.Certificate, "due": r.Due, "claimed": 0, "done": 0, "whole": 0, "looked": r.Looked,
		"came": r.Came, "tries": r.Tries, "trouble": r.Trouble, "people": r.People, "contacts": r.Contacts,
		"news": r.News,
	}, `space = $1 and id = $2 and worker = $3 and ending = 0 and secret = $4`, r.Space, r.ID, job.Worker, r.Secret)
	return err
}

// Leave removes the sources of a member who leaves, in the transaction that ends the membership: who reads one stops at
// its next sign of life.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	if _, err := db.Exec(ctx, s.db, `delete from source where space = $1 and owner = $2`, space, member); err != nil {
		return err
	}
	return s.dropSignins(ctx, space, member)
}
