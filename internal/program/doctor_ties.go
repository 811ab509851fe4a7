package program

import (
	"context"
	"fmt"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
)

// examineTies compares ties of every space with the evidence that they come from.
func examineTies(ctx context.Context, d *db.DB, all bool) ([]string, error) {
	spaces, err := db.Values[id.ID](ctx, d, `select id from space order by id`)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, space := range spaces {
		check, err := people.NewStore(d).CheckTies(ctx, space, time.Now(), all)
		if err != nil {
			return nil, err
		}
		if check.Wrong > 0 {
			found = append(found,
				fmt.Sprintf("%d of %d ties that were looked at are not what their evidence says: run gave rebuild.",
					check.Wrong, check.Checked))
		}
	}
	return found, nil
}
