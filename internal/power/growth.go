package power

import (
	"context"
	"fmt"
	"time"

	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// months is how far back the reach of a goal is told.
const months = 12

// monthsOf are the moments at which the reach of a goal is told: now, and the ends of the months before, the oldest
// first.
func monthsOf(now time.Time) []time.Time {
	out := make([]time.Time, months)
	for i := range out {
		out[i] = time.Date(now.Year(), now.Month()-time.Month(months-2-i), 1, 0, 0, 0, 0, now.Location())
	}
	out[months-1] = now
	return out
}

// growth is how far each thing was within reach at each of the moments: the chance of the likeliest way to any who
// holds it today, over the ties that were known by then. It tells how the network grew, not how it was kept up.
func (s *Service) growth(
	ctx context.Context, v op.Viewer, view *tie.View, me uint32, targets [][]uint32,
) ([][]float64, error) {
	moments := monthsOf(v.Now.In(v.Zone))
	return tie.OfView(view, fmt.Sprint("growth ", me, moments[0].Unix(), targets), func() ([][]float64, error) {
		began, err := s.network.Beginnings(ctx, v, view)
		if err != nil {
			return nil, err
		}
		out := make([][]float64, len(targets))
		for _, at := range moments {
			chance, err := began.Within(ctx, []uint32{me}, hops, at)
			if err != nil {
				return nil, err
			}
			for i, nodes := range targets {
				best := 0.0
				for _, n := range nodes {
					best = max(best, chance[n])
				}
				out[i] = append(out[i], best)
			}
		}
		return out, nil
	})
}
