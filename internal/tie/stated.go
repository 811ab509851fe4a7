package tie

import (
	"context"
	"math"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Observed is the source of statements that are somebody's own observation. They are private to who made them, and
// fade.
const Observed = "observed"

const (
	// observationHalfLife is how fast an observation that nobody confirms fades; after it Gave asks whether it is still
	// so.
	observationHalfLife = 180 * 24 * time.Hour

	// faintest is the strength below which a stated tie plays no part in a view.
	faintest = 0.005
)

// Stated is what somebody said of a tie, as it counts for a viewer: from one person to the other, on a layer.
type Stated struct {
	From, To id.ID
	Layer    Layer
	Weight   float64 // from 0 to 1
	At       time.Time
	Source   string
}

// Stated returns the statements that count for the viewer: the own ones, and of others only those that both ends
// confirm, so that nobody's answer alone says something of another. A tie without direction stands in it both ways.
// What is said against somebody is the owner's own constraint, apart from the ties: the pairs of it, the smaller id
// first. Canonical says whom somebody stands for, the zero id when the viewer may not see them.
func (s *Store) Stated(
	ctx context.Context, v op.Viewer, canonical func(id.ID) id.ID,
) (list []Stated, against map[[2]id.ID]bool, err error) {
	rows, err := s.Statements(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	type on struct {
		from, to id.ID
		layer    string
	}
	confirmed, against := map[on]bool{}, map[[2]id.ID]bool{}
	heaviest := map[string]float64{}
	known := map[string]Layer{}
	ends := func(r *Statement) (from, to id.ID, counts bool) {
		from, to = canonical(r.SourcePerson), canonical(r.TargetPerson)
		return from, to, r.Sign != 0 && !from.IsZero() && !to.IsZero() && from != to
	}
	for i := range rows {
		r := &rows[i] // what is kept stays as it is
		from, to, counts := ends(r)
		if !counts {
			continue
		}
		if r.Sign < 0 {
			if r.Owner == v.Member {
				pair := [2]id.ID{from, to}
				if pair[0].Compare(pair[1]) > 0 {
					pair[0], pair[1] = pair[1], pair[0]
				}
				against[pair] = true
			}
			continue
		}
		layer, ok := known[r.Layer]
		if !ok {
			layer = LayerNamed(r.Layer)
			known[r.Layer] = layer
		}
		confirmed[on{from, to, layer.Name}] = true
		heaviest[layer.Name] = max(heaviest[layer.Name], r.Weight)
	}
	for i := range rows {
		r := &rows[i]
		from, to, counts := ends(r)
		if !counts || r.Sign < 0 {
			continue
		}
		layer := known[r.Layer]
		if r.Owner != v.Member && !confirmed[on{to, from, layer.Name}] {
			continue
		}
		one := Stated{From: from, To: to, Layer: layer, Weight: 1, Source: r.Source}
		if r.Time > 0 {
			one.At = time.UnixMicro(r.Time).UTC()
		}
		switch {
		case r.Source == Observed:
			one.Weight = min(1, r.Weight)
			if age := v.Now.Sub(one.At); age > 0 {
				one.Weight *= math.Exp2(-age.Hours() / observationHalfLife.Hours())
			}
		case heaviest[layer.Name] > 1: // a scale, such as 1 to 5
			one.Weight = min(1, max(0, r.Weight/heaviest[layer.Name]))
		case r.Weight > 0:
			one.Weight = min(1, r.Weight)
		}
		list = append(list, one)
		if !r.Directed {
			one.From, one.To = one.To, one.From
			list = append(list, one)
		}
	}
	return list, against, nil
}
