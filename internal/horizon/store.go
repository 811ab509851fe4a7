package horizon

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// hinting says whether the viewer allows that others are told that a colleague may know somebody somewhere.
func (s *Service) hinting(ctx context.Context, v op.Viewer) (bool, error) {
	found, err := db.Value[int](ctx, s.db, `select count(*) from horizon_hint where space = $1 and owner = $2`,
		v.Space, v.Member)
	return found > 0, err
}

// setHinting allows it or ends it. The trail does not have it: nobody else is to know.
func (s *Service) setHinting(ctx context.Context, v op.Viewer, allow bool) error {
	var err error
	if allow {
		_, err = s.db.ExecContext(ctx, `insert into horizon_hint (space, owner, at) values ($1, $2, $3)
			on conflict (space, owner) do nothing`, v.Space, v.Member, time.Now().UnixMicro())
	} else {
		_, err = s.db.ExecContext(ctx, `delete from horizon_hint where space = $1 and owner = $2`, v.Space, v.Member)
	}
	return db.Fault(err)
}

// hinters returns which members allow it since before a moment.
func (s *Service) hinters(ctx context.Context, v op.Viewer, before time.Time) ([]id.ID, error) {
	return db.Values[id.ID](ctx, s.db, `select owner from horizon_hint where space = $1 and at < $2 order by owner`,
		v.Space, before.UnixMicro())
}
