package give

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// forget removes the gifts that were to nobody but people who are being erased. A gift to others as well stays without
// them.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	in, args := db.In(2, people)
	return db.Exec(ctx, tx, `delete from gift where space = $1
		and exists (select 1 from gift_person p
		where p.space = gift.space and p.gift = gift.id and p.person in (`+in+`))
		and not exists (select 1 from gift_person p
		where p.space = gift.space and p.gift = gift.id and p.person not in (`+in+`))`,
		append([]any{space}, args...)...)
}
