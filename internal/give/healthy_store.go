package give

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/op"
)

// budget is how many minutes a week the viewer means to give; 0 when that is not set.
func (s *Service) budget(ctx context.Context, v op.Viewer) (int, error) {
	found, err := db.Values[int](ctx, s.db, `select minutes from give_budget where space = $1 and owner = $2`,
		v.Space, v.Member)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// setBudget sets it, or takes it away when it is 0.
func (s *Service) setBudget(ctx context.Context, v op.Viewer, in BudgetInput) (op.None, error) {
	var err error
	if in.Minutes == 0 {
		_, err = s.db.ExecContext(ctx, `delete from give_budget where space = $1 and owner = $2`, v.Space, v.Member)
	} else {
		_, err = s.db.ExecContext(ctx, `insert into give_budget (space, owner, minutes, at) values ($1, $2, $3, $4)
			on conflict (space, owner) do update set minutes = excluded.minutes, at = excluded.at`,
			v.Space, v.Member, in.Minutes, v.Now.UnixMicro())
	}
	return op.None{}, db.Fault(err)
}

// health says how the viewer gives.
func (s *Service) health(ctx context.Context, v op.Viewer, _ op.None) (Health, error) {
	gifts, _, err := s.own(ctx, v)
	if err != nil {
		return Health{}, err
	}
	budget, err := s.budget(ctx, v)
	return healthOf(gifts, budget, v.Now), err
}
