package ask

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// standingTables are what it is made of that the network holds; sources add theirs.
var standingTables = []string{
	"person", "person_role", "person_tag", "note", "important_date", "interaction", "participant", "tie",
}

// standing returns what routing knows of a moment. Of now it is kept until something in it changes, for an hour at
// most: what fades within that is less than what evidence tells. So is what it knows of the moment at which a viewer
// stands who looks back, for whom every ask is of the same moment.
func (s *Service) standing(ctx context.Context, v op.Viewer, asOf time.Time, past bool) (*standing, error) {
	moment := "in " + asOf.UTC().Format("2006-01-02T15")
	if past || asOf.After(time.Now().Add(time.Hour)) {
		if !asOf.Equal(v.Now) {
			return s.gather(ctx, v, asOf, past)
		}
		moment = "at " + asOf.UTC().Format(time.RFC3339Nano)
		if past {
			moment = "back " + moment
		}
	}
	who := scope.Kept(v, "routing of "+v.Person.String()+" "+moment)
	return db.Keep(ctx, s.db, who, slices.Concat(standingTables, s.sources.Tables),
		func(ctx context.Context, _ *standing, _ db.Change) (*standing, error) {
			return s.gather(ctx, v, asOf, past)
		})
}
