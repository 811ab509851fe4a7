package intake

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// forget takes the reason off rejected records that name an address of people who are being erased. It returns the rows
// of imports that went: none.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	in, args := db.In(2, people)
	values, err := db.Values[string](ctx, tx, `select value from identifier where space = $1 and person in (`+in+`)`,
		append([]any{space}, args...)...)
	if err != nil {
		return 0, err
	}
	for _, value := range values {
		escaped := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(value)
		if _, err := tx.ExecContext(ctx, `update import_reject set reason = ''
			where space = $1 and lower(reason) like $2 escape '\'`, space,
			"%"+escaped+"%"); err != nil {
			return 0, db.Fault(err)
		}
	}
	return 0, nil
}
