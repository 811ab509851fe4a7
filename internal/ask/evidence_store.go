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
// most: what fades within that is less than what evidence tells.
func (s *Service) standing(ctx context.Context, v op.Viewer, asOf time.Time, past bool) (*standing, error) {
	if past || asOf.After(time.Now().Add(time.Hour)) {
		return s.gather(ctx, v, asOf, past)
	}
	who := scope.Kept(v, "routing of "+v.Person.String()+" in "+asOf.UTC().Format("2006-01-02T15"))
	return db.Keep(ctx, s.db, who, slices.Concat(standingTables, s.sources.Tables),
		func(ctx context.Context, _ *standing, _ db.Change) (*standing, error) {
			return s.gather(ctx, v, asOf, past)
		})
}
