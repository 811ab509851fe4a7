package incoming

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/job"
)

// row is the mailbox as it is stored: it is of this installation, and of no space.
type row struct {
	ID id.ID
	job.Claim
	Due               int64
	Tries             int
	Validity, Reached int64
}

func (r row) work() job.Row { return job.Row{Table: "mail_inbox", Space: id.Zero, ID: r.ID} }

// take takes the mailbox upon this process; false when it is not due, or another has it.
func (m *Mailbox) take(ctx context.Context) (row, bool, error) {
	now, err := m.DB.Clock(ctx)
	if err != nil {
		return row{}, false, err
	}
	const find = `select id, worker, claimed, due, tries, validity, reached from mail_inbox where space = $1 and id = $2`
	found, err := db.Select[row](ctx, m.DB, find, id.Zero, m.key())
	if err != nil {
		return row{}, false, err
	}
	if len(found) == 0 {
		if _, err := db.Insert(ctx, m.DB, "mail_inbox", db.Row{
			"space": id.Zero, "id": m.key(), "worker": "", "claimed": 0, "due": 0, "tries": 0, "validity": 0,
			"reached": 0,
		}, "on conflict (space, id) do nothing"); err != nil {
			return row{}, false, err
		}
		if found, err = db.Select[row](ctx, m.DB, find, id.Zero, m.key()); err != nil || len(found) == 0 {
			return row{}, false, err
		}
	}
	r := found[0]
	if r.Due > now.UnixMicro() || !r.Free(now) {
		return r, false, nil
	}
	mine, err := r.work().Take(ctx, m.DB, r.Claim, now)
	return r, mine, err
}

// keep notes up to where the mailbox was read, for whom it is still.
func (m *Mailbox) keep(ctx context.Context, r row) error {
	_, err := db.Update(ctx, m.DB, "mail_inbox", db.Row{
		"due": r.Due, "tries": r.Tries, "validity": r.Validity, "reached": r.Reached,
	}, `space = $1 and id = $2 and worker = $3`, id.Zero, r.ID, job.Worker)
	return err
}
