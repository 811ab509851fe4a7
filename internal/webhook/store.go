package webhook

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/op"
)

type row struct {
	Space, ID, Owner id.ID
	Name, Address    string
	Secret           []byte
	Created, Due     int64
	job.Claim
	Tries   int
	Failing int64
	Took    int64
}

func (r row) work() job.Row { return job.Row{Table: "webhook", Space: r.Space, ID: r.ID} }

const rowColumns = `select space, id, owner, name, address, secret, created, due, worker, claimed, tries, failing,
	took from webhook where `

// never is when a webhook is due that is given up, or has nothing to tell.
const never = int64(1) << 62

func (s *Service) rows(ctx context.Context, where string, args ...any) ([]row, error) {
	return db.Select[row](ctx, s.db, rowColumns+where, args...)
}

// one returns a webhook of the viewer.
func (s *Service) one(ctx context.Context, v op.Viewer, key id.ID) (row, error) {
	found, err := s.rows(ctx, `space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no such webhook.")
	}
	if err != nil {
		return row{}, err
	}
	return found[0], nil
}

func (s *Service) insert(ctx context.Context, tx db.Queryer, v op.Viewer, r row) error {
	_, err := db.Insert(ctx, tx, "webhook", db.Row{
		"space": v.Space, "id": r.ID, "owner": v.Member, "name": r.Name, "address": r.Address, "secret": r.Secret,
		"created": v.Now.UnixMicro(), "due": never, "worker": "", "claimed": 0, "tries": 0, "failing": 0,
		"took": 0,
	}, "")
	return err
}

func (s *Service) remove(ctx context.Context, tx db.Queryer, v op.Viewer, key id.ID) error {
	return db.Found(db.Exec(ctx, tx, `delete from webhook where space = $1 and owner = $2 and id = $3`, v.Space,
		v.Member, key))
}

// Leave removes the webhooks of a member who leaves: who tells one just now tells nothing more.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	_, err := db.Exec(ctx, s.db, `delete from webhook where space = $1 and owner = $2`, space, member)
	return err
}

// copied ends webhooks in a restored copy: the receiver would hear all from both.
func copied(ctx context.Context, tx *db.Tx) error {
	_, err := db.Exec(ctx, tx, `delete from webhook`)
	return err
}

// Note puts what is brought to a member among what their webhooks are told, in the transaction in which it is brought.
func (s *Service) Note(ctx context.Context, tx db.Queryer, space, member id.ID, kind string, item id.ID, at time.Time,
) error {
	hooks, err := db.Values[id.ID](ctx, tx, `select id from webhook where space = $1 and owner = $2 order by id`,
		space, member)
	if err != nil {
		return err
	}
	for _, hook := range hooks {
		if err := addMessage(ctx, tx, space, hook, kind, item, at); err != nil {
			return err
		}
	}
	return nil
}

// addMessage has a message sent, unless the webhook is given up.
func addMessage(
	ctx context.Context, tx db.Queryer, space, hook id.ID, kind string, item id.ID, at time.Time,
) error {
	if _, err := db.Insert(ctx, tx, "webhook_message", db.Row{
		"space": space, "id": id.New(), "webhook": hook, "kind": kind, "item": item, "at": at.UnixMicro(), "took": 0,
		"status": 0,
	}, ""); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `update webhook set due = $3 where space = $1 and id = $2 and tries = 0 and due > $3`,
		space, hook, at.UnixMicro())
	return err
}

type message struct {
	ID, Item id.ID
	Kind     string
	At, Took int64
	Status   int
	Hook     id.ID
}

// waiting are the messages that the receiver did not take yet, in their order.
func (s *Service) waiting(ctx context.Context, r row) ([]message, error) {
	return db.Select[message](ctx, s.db, `select id, item, kind, at, took, status, webhook as hook from webhook_message
		where space = $1 and webhook = $2 and took = 0 order by id limit 100`, r.Space, r.ID)
}

// newest are the last messages of the viewer's webhooks.
func (s *Service) newest(ctx context.Context, v op.Viewer) ([]message, error) {
	return db.Select[message](ctx, s.db, `select m.id, m.item, m.kind, m.at, m.took, m.status, m.webhook as hook
		from webhook_message m join webhook w on w.space = m.space and w.id = m.webhook
		where m.space = $1 and w.owner = $2 order by m.id desc limit 50`, v.Space, v.Member)
}

// due are the webhooks that have something to tell, of all spaces.
func (s *Service) due(ctx context.Context, now time.Time) ([]row, error) {
	return s.rows(ctx, `due <= $1 order by due, id limit 50`, now.UnixMicro())
}

// answered notes what the receiver answered to a message; it is false when the webhook is not this process's any more.
func (s *Service) answered(ctx context.Context, r row, m message, status int, took int64) (bool, error) {
	n, err := db.Exec(ctx, s.db, `update webhook_message set status = $3, took = $4 where space = $1 and id = $2
		and exists (select 1 from webhook w where w.space = $1 and w.id = $5 and w.worker = $6)`,
		r.Space, m.ID, status, took, r.ID, job.Worker)
	return n > 0, err
}

// settle stores how the receiver does, and when it is told next: at once when something came meanwhile.
func (s *Service) settle(ctx context.Context, r row) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if r.Due == never && r.Tries == 0 {
			left, err := db.Value[int](ctx, tx, `select count(*) from webhook_message where space = $1 and webhook = $2
				and took = 0`, r.Space, r.ID)
			if err != nil {
				return err
			}
			if left > 0 {
				r.Due = 0
			}
		}
		if _, err := db.Update(ctx, tx, "webhook", db.Row{
			"due": r.Due, "tries": r.Tries, "failing": r.Failing, "took": r.Took,
		}, `space = $1 and id = $2 and worker = $3`, r.Space, r.ID, job.Worker); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `delete from webhook_message where space = $1 and webhook = $2 and took > 0
			and id not in (select id from webhook_message where space = $1 and webhook = $2 order by id desc limit 50)`,
			r.Space, r.ID)
		return err
	})
}

// again has the receiver tried at once.
func again(ctx context.Context, tx db.Queryer, v op.Viewer, key id.ID) error {
	return db.Found(db.Exec(ctx, tx, `update webhook set due = $4, tries = 0, failing = 0
		where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key, v.Now.UnixMicro()))
}

func (s *Service) count(ctx context.Context, v op.Viewer) (int, error) {
	return db.Value[int](ctx, s.db, `select count(*) from webhook where space = $1 and owner = $2`, v.Space, v.Member)
}
