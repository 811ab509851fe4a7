package today

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/room"
)

// tables says what is kept of the moves of Today.
func tables() []room.Table {
	return []room.Table{
		room.Of("move_answer", "answers to moves").Owner("owner").Unique("move").
			Plain("answer", "until", "at", "what", "undo", "principle", "kind", "people"),
	}
}

// forget removes the answers to moves about people who are being erased: their keys or their people hold the id.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	removed := int64(0)
	for _, person := range people {
		n, err := db.Exec(ctx, tx, `delete from move_answer where space = $1 and (move like $2 or people like $2)`,
			space, "%"+person.String()+"%")
		if err != nil {
			return removed, err
		}
		removed += n
	}
	return removed, nil
}
