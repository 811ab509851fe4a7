package duties

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// atOnce is how many rows are thrown away in one transaction: others write meanwhile.
const atOnce = "1000"

// counted is how much of a kind there is, and how much of it is old.
type counted struct {
	Total, Old int
	Oldest     int64
}

// where is the condition on the rows of a kind, and who keeps them.
func where(s *Service, a room.Age) (condition, owner, key string) {
	t, _ := room.Find(s.network.Tables(), a.Table)
	condition = a.Table + ".space = $1"
	if a.Where != "" {
		condition += " and " + a.Where
	}
	return condition, t.Column(room.Owner), t.Column(room.Key)
}

// count counts what is the viewer's of a kind, and how much of it was before a moment.
func (s *Service) count(ctx context.Context, v op.Viewer, a room.Age, before time.Time) (counted, error) {
	condition, owner, _ := where(s, a)
	return db.One[counted](ctx, s.db, `select count(*) as total,
		coalesce(sum(case when `+a.Moment+` < $3 then 1 else 0 end), 0) as old, coalesce(min(`+a.Moment+`), 0) as oldest
		from `+a.Table+` where `+condition+` and `+owner+` = $2`, v.Space, v.Member, before.UnixMicro())
}

// throwAway removes the rows that a rule is about and that were before a moment, and says how many that were. A rule
// that is changed or taken back meanwhile stops it.
func (s *Service) throwAway(ctx context.Context, r ruleRow, a room.Age, before time.Time) (gone int, err error) {
	condition, owner, key := where(s, a)
	args := []any{r.Space, before.UnixMicro()}
	if !r.Owner.IsZero() {
		condition += ` and ` + owner + ` = $3`
		args = append(args, r.Owner)
	}
	for {
		n := 0
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			n = 0
			holds, err := s.holds(ctx, tx, r)
			if err != nil || !holds {
				return err
			}
			rows, err := db.Select[struct{ ID, Owner id.ID }](ctx, tx, `select `+key+` as id, `+owner+` as owner
				from `+a.Table+` where `+condition+` and `+a.Moment+` < $2 order by `+key+` limit `+atOnce, args...)
			if err != nil || len(rows) == 0 {
				return err
			}
			owners := map[id.ID]bool{}
			var keys []id.ID
			for _, row := range rows {
				keys = append(keys, row.ID)
				owners[row.Owner] = true
			}
			in, list := db.In(2, keys)
			deleted, err := db.Exec(ctx, tx, `delete from `+a.Table+` where space = $1 and `+key+` in (`+in+`)`,
				append([]any{r.Space}, list...)...)
			if err != nil {
				return err
			}
			n = int(deleted)
			if a.After == nil {
				return nil
			}
			for one := range owners {
				if err := a.After(ctx, tx, r.Space, one); err != nil {
					return err
				}
			}
			return nil
		})
		gone += n
		if err != nil || n == 0 {
			return gone, err
		}
	}
}
