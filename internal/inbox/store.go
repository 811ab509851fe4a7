package inbox

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Deliver brings something in the viewer's name to those who are members. What was brought before is new again.
func (s *Service) Deliver(ctx context.Context, tx db.Queryer, v op.Viewer, d room.Delivery) ([]id.ID, error) {
	stands, err := s.network.CanonicalOf(ctx, tx, v.Space, d.To)
	if err != nil {
		return nil, err
	}
	var to, reached []id.ID
	for _, person := range d.To {
		member, err := s.network.PresentMember(ctx, tx, v.Space, stands[person])
		if err != nil {
			return nil, err
		}
		if !member.IsZero() && member != v.Member {
			to, reached = append(to, member), append(reached, person)
		}
	}
	for _, member := range d.Members {
		if member != v.Member {
			to = append(to, member)
		}
	}
	waits := 0
	if d.Waits {
		waits = 1
	}
	for _, member := range to {
		if d.Alone {
			if _, err := tx.ExecContext(ctx, `delete from delivery where space = $1 and owner = $2 and kind = $3
				and item = $4 and author <> $5`, v.Space, member, d.Kind, d.Item, v.Member); err != nil {
				return nil, db.Fault(err)
			}
		}
		if _, err := db.Insert(ctx, tx, "delivery", db.Row{
			"space": v.Space, "id": id.New(), "owner": member, "author": v.Member, "kind": d.Kind, "item": d.Item,
			"at": v.Now.UnixMicro(), "waits": waits, "seen": 0, "mailed": 0,
		}, `on conflict (space, owner, kind, item, author) do update set at = excluded.at, waits = excluded.waits,
			seen = 0, mailed = 0`); err != nil {
			return nil, err
		}
		if s.told == nil {
			continue
		}
		if err := s.told(ctx, tx, v.Space, member, d.Kind, d.Item, v.Now); err != nil {
			return nil, err
		}
	}
	return reached, nil
}

// Done says that the viewer answered what waited.
func (s *Service) Done(ctx context.Context, tx db.Queryer, v op.Viewer, kind string, item id.ID) error {
	_, err := tx.ExecContext(ctx, `update delivery set waits = 0, seen = case when seen = 0 then $5 else seen end
		where space = $1 and owner = $2 and kind = $3 and item = $4`,
		v.Space, v.Member, kind, item, v.Now.UnixMicro())
	return db.Fault(err)
}

// Recall takes all back that was brought of something.
func (s *Service) Recall(ctx context.Context, tx db.Queryer, space, item id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from delivery where space = $1 and item = $2`, space, item)
	return db.Fault(err)
}

// Brought says to whose persons the viewer brought something of a kind.
func (s *Service) Brought(ctx context.Context, v op.Viewer, kind string, items []id.ID) (map[id.ID][]id.ID, error) {
	out := map[id.ID][]id.ID{}
	if len(items) == 0 {
		return out, nil
	}
	members, err := s.network.Members(ctx, v)
	if err != nil {
		return nil, err
	}
	persons := make(map[id.ID]id.ID, len(members))
	for person, m := range members {
		persons[m.Member] = person
	}
	for _, chunk := range db.Chunks(items) {
		in, args := db.In(4, chunk)
		rows, err := db.Select[struct{ Item, Owner id.ID }](ctx, s.db, `select item, owner from delivery
			where space = $1 and author = $2 and kind = $3 and item in (`+in+`) order by item, at, id`,
			append([]any{v.Space, v.Member, kind}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if person, ok := persons[r.Owner]; ok {
				out[r.Item] = append(out[r.Item], person)
			}
		}
	}
	return out, nil
}

type deliveryRow struct {
	ID, Author, Item id.ID
	Kind             string
	At, Seen         int64
	Waits            bool
}

// rows are what was brought to the viewer: what is open, and else the newest.
func (s *Service) rows(ctx context.Context, v op.Viewer, most int) ([]deliveryRow, error) {
	return db.Select[deliveryRow](ctx, s.db, `select id, author, kind, item, at, seen, waits = 1 as waits from delivery
		where space = $1 and owner = $2 order by case when waits = 1 then 0 when seen = 0 then 1 else 2 end, at desc, id
		limit $3`, v.Space, v.Member, most)
}

// unmailed are what was brought to the viewer since a moment and neither seen nor told by mail, the newest first.
func (s *Service) unmailed(ctx context.Context, v op.Viewer, since time.Time, most int) ([]deliveryRow, error) {
	return db.Select[deliveryRow](ctx, s.db, `select id, author, kind, item, at, seen, waits = 1 as waits from delivery
		where space = $1 and owner = $2 and mailed = 0 and seen = 0 and at > $3 order by at desc, id limit $4`,
		v.Space, v.Member, since.UnixMicro(), most)
}

// Mailed notes, in the transaction that notes the letter, that a mail told the viewer of what stood in it. What was
// brought anew since the letter was written stays untold.
func (s *Service) Mailed(ctx context.Context, tx db.Queryer, v op.Viewer, told []Entry, at time.Time) error {
	for _, e := range told {
		if _, err := tx.ExecContext(ctx, `update delivery set mailed = $4 where space = $1 and owner = $2 and id = $3
			and at = $5`, v.Space, v.Member, e.ID, at.UnixMicro(), e.At.UnixMicro()); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// settle takes away what is not there any more, and ends the waiting for what is over. It is tried again with the next
// look where nothing can be written now.
func (s *Service) settle(ctx context.Context, v op.Viewer, gone, over []id.ID) error {
	if len(gone)+len(over) == 0 {
		return nil
	}
	err := s.db.Write(db.InHurry(ctx), func(tx *db.Tx) error {
		for _, change := range []struct {
			statement string
			keys      []id.ID
		}{{`delete from delivery`, gone}, {`update delivery set waits = 0`, over}} {
			for _, chunk := range db.Chunks(change.keys) {
				in, args := db.In(3, chunk)
				if _, err := tx.ExecContext(ctx, change.statement+` where space = $1 and owner = $2 and id in (`+in+`)`,
					append([]any{v.Space, v.Member}, args...)...); err != nil {
					return db.Fault(err)
				}
			}
		}
		return nil
	})
	if db.Busy(err) {
		return nil
	}
	return err
}

// see notes that the viewer saw something, or all that only is to be read.
func (s *Service) see(ctx context.Context, v op.Viewer, one id.ID, at time.Time) (int64, error) {
	return db.Exec(ctx, s.db, `update delivery set seen = $3 where space = $1 and owner = $2 and seen = 0
		and (id = $4 or $4 = $5)`, v.Space, v.Member, at.UnixMicro(), one, id.Zero)
}

// has says whether something was brought to the viewer.
func (s *Service) has(ctx context.Context, v op.Viewer, one id.ID) error {
	n, err := db.Value[int](ctx, s.db, `select count(*) from delivery where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, one)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return err
}

// count is how much waits for the viewer or is new.
func (s *Service) count(ctx context.Context, v op.Viewer) (int, error) {
	return db.Keep(ctx, s.db, db.For{Space: v.Space, Member: v.Member, What: "inbox"}, []string{"delivery"},
		func(ctx context.Context, _ int, _ db.Change) (int, error) {
			return db.Value[int](ctx, s.db, `select count(*) from delivery
				where space = $1 and owner = $2 and (waits = 1 or seen = 0)`, v.Space, v.Member)
		})
}

// kinds are the kinds among rows, in order.
func kinds(rows []deliveryRow) []string {
	var out []string
	for _, r := range rows {
		if !slices.Contains(out, r.Kind) {
			out = append(out, r.Kind)
		}
	}
	return out
}
