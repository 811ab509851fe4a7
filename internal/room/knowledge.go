package room

import (
	"context"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Knowledge is that a room knows what somebody can, does or cares about.
type Knowledge struct {
	Person id.ID
	Text   string
	At     time.Time // since when
}

// Source tells other rooms what a room knows of people and the viewer may see.
type Source func(ctx context.Context, v op.Viewer) ([]Knowledge, error)

// MostKnowledge is how many gifts and facts a source looks at.
const MostKnowledge = 10_000
