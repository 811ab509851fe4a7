package horizon

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// dormantTie is a tie that was once at least moderate and is silent for long.
type dormantTie struct {
	Other        id.ID
	Peak         float64
	AsOf         int64
	Interactions int
}

// dormant returns the ties of the viewer that are dormant, the strongest first.
func (s *Service) dormant(ctx context.Context, v op.Viewer) ([]dormantTie, error) {
	return db.Select[dormantTie](ctx, s.db, `select other, max(peak) as peak, max(as_of) as as_of, max(interactions) as interactions from tie
		where space = $1 and owner in ($2, $3) and person = $4 group by other
		having max(as_of) <= $5 and max(peak) >= $6 order by peak desc, other limit 80`,
		v.Space, v.Member, id.Zero, v.Person, v.Now.Add(-network.DormantAfter).UnixMicro(),
		network.Intensity(network.ModerateFrom))
}
