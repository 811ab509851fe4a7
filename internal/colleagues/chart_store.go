package colleagues

import (
	"context"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

func (s *Service) keepChart(ctx context.Context, v op.Viewer, chart map[id.ID]position) error {
	list := make([]position, 0, len(chart))
	for _, at := range chart {
		list = append(list, at)
	}
	slices.SortFunc(list, func(a, b position) int { return slices.Compare(a.Person[:], b.Person[:]) })
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from chart_position where space = $1 and owner = $2`,
			v.Space, v.Member); err != nil {
			return db.Fault(err)
		}
		for part := range slices.Chunk(list, 100) {
			args := make([]any, 0, len(part)*8)
			for _, at := range part {
				args = append(args, v.Space, v.Member, at.Person, at.Manager, at.Level, at.Department, at.Title,
					v.Now.UnixMicro())
			}
			if _, err := tx.ExecContext(ctx, `insert into chart_position (space, owner, person, manager, level,
				department, title, at) values `+db.Rows(len(part), 8), args...); err != nil {
				return db.Fault(err)
			}
		}
		return nil
	})
}

// dropChart forgets the viewer's chart.
func (s *Service) dropChart(ctx context.Context, v op.Viewer, _ op.None) (op.None, error) {
	_, err := db.Exec(ctx, s.db, `delete from chart_position where space = $1 and owner = $2`, v.Space, v.Member)
	return op.None{}, err
}

// position is somebody's place in the chart.
type position struct {
	Person     id.ID
	Manager    id.ID
	Level      int
	Department string
	Title      string
}

// chart returns the viewer's chart, by person.
func (s *Service) chart(ctx context.Context, v op.Viewer, everybody *people.Everybody) (map[id.ID]position, error) {
	rows, err := db.Select[position](ctx, s.db, `select person, manager, level, department, title from chart_position
		where space = $1 and owner = $2 order by level, person`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]position, len(rows))
	for _, r := range rows {
		r.Person, r.Manager = everybody.Canonical(r.Person), everybody.Canonical(r.Manager)
		if !r.Person.IsZero() {
			out[r.Person] = r
		}
	}
	return out, nil
}
