package news

import (
	"context"
	"strconv"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/op"
)

type row struct {
	Space, ID, Owner, Person id.ID
	Address, Title           string
	Etag, Modified           string
	Created, Due             int64
	job.Claim
	Tries   int
	Trouble string
	Came    int64
}

func (r row) work() job.Row { return job.Row{Table: "feed", Space: r.Space, ID: r.ID} }

const rowColumns = `select space, id, owner, person, address, title, etag, modified, created, due, worker, claimed,
	tries, trouble, came from feed where `

// never is when a feed is due that is read no more.
const never = int64(1) << 62

func (s *Service) rows(ctx context.Context, where string, args ...any) ([]row, error) {
	return db.Select[row](ctx, s.db, rowColumns+where, args...)
}

// one returns a feed of the viewer.
func (s *Service) one(ctx context.Context, v op.Viewer, key id.ID) (row, error) {
	found, err := s.rows(ctx, `space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no such feed.")
	}
	if err != nil {
		return row{}, err
	}
	return found[0], nil
}

// insert stores a feed.
func (s *Service) insert(ctx context.Context, v op.Viewer, r row) error {
	n, err := db.Insert(ctx, s.db, "feed", db.Row{
		"space": v.Space, "id": r.ID, "owner": v.Member, "person": r.Person, "address": r.Address, "title": "",
		"etag":     "",
		"modified": "", "created": r.Created, "due": r.Created, "worker": "", "claimed": 0, "tries": 0, "trouble": "",
		"came": 0,
	}, "on conflict (space, owner, person, address) do nothing")
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This feed is there already.").WithField("address")
	}
	return err
}

// remove removes a feed and what it held.
func (s *Service) remove(ctx context.Context, v op.Viewer, key id.ID) error {
	return db.Found(db.Exec(ctx, s.db, `delete from feed where space = $1 and owner = $2 and id = $3`, v.Space,
		v.Member,
		key))
}

// keep notes what a reading found, for whom the feed is still.
func (s *Service) keep(ctx context.Context, r row, got *found) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Update(ctx, tx, "feed", db.Row{
			"title": r.Title, "etag": r.Etag, "modified": r.Modified, "due": r.Due, "tries": r.Tries,
			"trouble": r.Trouble,
			"came":    r.Came,
		}, `space = $1 and id = $2 and worker = $3`, r.Space, r.ID, job.Worker)
		if err != nil || n == 0 || got == nil {
			return err
		}
		first, err := db.Value[int](ctx, tx, `select count(*) from feed_item where space = $1 and feed = $2`,
			r.Space, r.ID)
		if err != nil {
			return err
		}
		fresh := min(first, 1)
		for _, i := range got.items {
			if _, err := db.Insert(ctx, tx, "feed_item", db.Row{
				"space": r.Space, "id": id.New(), "feed": r.ID, "mark": i.mark, "title": i.title, "link": i.link,
				"at": i.at.UnixMicro(), "fresh": fresh,
			}, "on conflict (space, feed, mark) do nothing"); err != nil {
				return err
			}
		}
		_, err = db.Exec(ctx, tx, `delete from feed_item where space = $1 and feed = $2 and id not in (select id from
			feed_item where space = $1 and feed = $2 order by at desc, id limit $3)`, r.Space, r.ID, 2*mostItems)
		return err
	})
}

// itemRow is an item with its feed, or a feed without items.
type itemRow struct {
	Feed, Person, Item     id.ID
	Address, Name, Trouble string
	Due, Came              int64
	Title, Link            string
	At, Fresh              int64
}

// items returns the viewer's feeds of some people, all for none, with what they hold, the newest first.
func (s *Service) items(ctx context.Context, v op.Viewer, persons []id.ID, fresh bool, since time.Time) ([]itemRow,
	error,
) {
	where, args := "", []any{v.Space, v.Member}
	if len(persons) > 0 {
		in, more := db.In(3, persons)
		where, args = ` and f.person in (`+in+`)`, append(args, more...)
	}
	if fresh {
		where += ` and i.fresh = 1 and i.at >= $` + strconv.Itoa(len(args)+1)
		args = append(args, since.UnixMicro())
	}
	return db.Select[itemRow](ctx, s.db, `select f.id as feed, f.person, f.address, f.title as name, f.trouble, f.due,
		f.came, coalesce(i.id, f.id) as item, coalesce(i.title, '') as title, coalesce(i.link, '') as link,
		coalesce(i.at, 0) as at, coalesce(i.fresh, 0) as fresh from feed f
		left join feed_item i on i.space = f.space and i.feed = f.id
		where f.space = $1 and f.owner = $2`+where+` order by i.at desc, f.id, i.id limit 500`, args...)
}

// due are the feeds that are to be read now, of all spaces.
func (s *Service) due(ctx context.Context, now time.Time) ([]row, error) {
	return s.rows(ctx, `due <= $1 order by due, id limit 50`, now.UnixMicro())
}

// count is how many feeds the viewer has.
func (s *Service) count(ctx context.Context, v op.Viewer) (int, error) {
	return db.Value[int](ctx, s.db, `select count(*) from feed where space = $1 and owner = $2`, v.Space, v.Member)
}

// Leave removes the feeds of a member who leaves: who reads one just now keeps nothing of it.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	_, err := db.Exec(ctx, s.db, `delete from feed where space = $1 and owner = $2`, space, member)
	return err
}
