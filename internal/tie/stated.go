package tie

import (
	"context"
	"time"

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
