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

// mayAsk says whether the viewer may ask for a hint at some place today, and counts it; what was asked before on the
// same day may be asked again. Which place it was is not kept, only a digest. All nodes on a database count together.
func (s *Service) mayAsk(ctx context.Context, v op.Viewer, item string, now time.Time) (may bool, err error) {
	day := now.UTC().Unix() / int64(24*time.Hour/time.Second)
	place := id.Digest(v.Space.String() + v.Member.String() + item)
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		count, err := db.One[struct{ Places, Same int }](ctx, s.db, `select count(*) as places,
			coalesce(sum(case when place = $4 then 1 else 0 end), 0) as same
			from hint_asked where space = $1 and owner = $2 and day = $3`, v.Space, v.Member, day, place)
		if may = err == nil && (count.Same > 0 || count.Places < mostAsked); !may || count.Same > 0 {
			return err
		}
		if _, err := s.db.ExecContext(ctx, `delete from hint_asked where space = $1 and owner = $2 and day < $3`,
			v.Space, v.Member, day); err != nil {
			return err
		}
		_, err = s.db.ExecContext(ctx, `insert into hint_asked (space, owner, day, place) values ($1, $2, $3, $4)`,
			v.Space, v.Member, day, place)
		return err
	})
	return may && err == nil, db.Fault(err)
}

// hinters returns which members allow it since before a moment.
func (s *Service) hinters(ctx context.Context, v op.Viewer, before time.Time) ([]id.ID, error) {
	return db.Values[id.ID](ctx, s.db, `select owner from horizon_hint where space = $1 and at < $2 order by owner`,
		v.Space, before.UnixMicro())
}
