package tie

import (
	"context"
	"strings"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
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

// OfResult is the source of the statements that a result makes of all pairs who had a part in it, on the layer
// Achieved. One result counts once for a pair, also when one of the two stood in it under two names.
func OfResult(result id.ID) string { return resultSource + result.String() }

// resultSource begins the source of what results say.
const resultSource = "result:"

// StateResult says, within a transaction, that people had a part in a result: each pair of them is tied on the layer
// Achieved, by 1 / (people - 1), as what many do together says less of any two (Newman 2001). What a member says of
// themselves counts for others once the other says so too, so the member's own person is always the first of a pair.
func StateResult(
	ctx context.Context, tx db.Queryer, v op.Viewer, result id.ID, visibility scope.Visibility, at time.Time,
	people []id.ID,
) error {
	var list []Statement
	for i, a := range people {
		for _, b := range people[i+1:] {
			from, to := a, b
			if to == v.Person || from != v.Person && from.Compare(to) > 0 {
				from, to = to, from
			}
			list = append(list, Statement{
				ID: id.New(), Owner: v.Member, Visibility: visibility, Layer: Achieved, Sign: 1,
				Weight: 1 / float64(len(people)-1), SourcePerson: from, TargetPerson: to, Time: at.UnixMicro(),
				Source: OfResult(result), External: id.New(),
			})
		}
	}
	_, err := AddStatements(ctx, tx, v.Space, list)
	return err
}

// DropResult removes, within a transaction, what a result of a member's said of ties.
func DropResult(ctx context.Context, tx db.Queryer, space, owner, result id.ID) error {
	_, err := db.Exec(ctx, tx, `delete from statement where space = $1 and owner = $2 and source = $3`,
		space, owner, OfResult(result))
	return err
}

// Stated is what somebody said of a tie, as it counts for a viewer: from one person to the other, on a layer.
type Stated struct {
	From, To id.ID
	Layer    Layer
	Weight   float64 // from 0 to 1
	At       time.Time
	Source   string
}

// Stated calls each with the statements that count for the viewer: the own ones, and of others only those that both
// ends confirm, so that nobody's answer alone says something of another. A tie without direction stands in it both
// ways. What is said against somebody is the owner's own constraint, apart from the ties: the pairs of it, the smaller
// id first. Canonical says whom somebody stands for, the zero id when the viewer may not see them.
func (s *Store) Stated(
	ctx context.Context, v op.Viewer, canonical func(id.ID) id.ID, each func(Stated),
) (against map[[2]id.ID]bool, err error) {
	rows, err := s.Statements(ctx, v)
	if err != nil {
		return nil, err
	}
	type on struct {
		from, to id.ID
		layer    string
	}
	// What must be confirmed, the way in which the other end says it: of what others said alone, which is little of a
	// network that the viewer brought.
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
		if r.Owner != v.Member {
			confirmed[on{to, from, layer.Name}] = false
		}
		heaviest[layer.Name] = max(heaviest[layer.Name], r.Weight)
	}
	for i := range rows {
		if len(confirmed) == 0 {
			break
		}
		r := &rows[i]
		if from, to, counts := ends(r); counts && r.Sign > 0 {
			said := on{from, to, known[r.Layer].Name}
			if _, asked := confirmed[said]; asked {
				confirmed[said] = true
			}
		}
	}
	type of struct {
		source   string
		from, to id.ID
	}
	counted := map[of]bool{}
	for i := range rows {
		r := &rows[i]
		from, to, counts := ends(r)
		if !counts || r.Sign < 0 {
			continue
		}
		if strings.HasPrefix(r.Source, resultSource) {
			once := of{r.Source, from, to}
			if from.Compare(to) > 0 {
				once.from, once.to = to, from
			}
			if counted[once] {
				continue
			}
			counted[once] = true
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
				one.Weight *= temporal.Faded(age.Hours(), observationHalfLife.Hours())
			}
		case heaviest[layer.Name] > 1: // a scale, such as 1 to 5
			one.Weight = min(1, max(0, r.Weight/heaviest[layer.Name]))
		case r.Weight > 0:
			one.Weight = min(1, r.Weight)
		}
		each(one)
		if !r.Directed {
			one.From, one.To = one.To, one.From
			each(one)
		}
	}
	return against, nil
}
