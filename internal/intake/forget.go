package intake

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/network"
)

// Forget removes what imports keep of people who are being erased: praise by and for them, and rejected records that name an address of theirs.
func Forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID, identifiers []network.Identifier) error {
	in, args := db.In(2, people)
	args = append([]any{space}, args...)
	if _, err := tx.ExecContext(ctx, `delete from imported_praise where space = $1 and (author in (`+in+`) or subject in (`+in+`))`, args...); err != nil {
		return db.Fault(err)
	}
	for _, n := range identifiers {
		escaped := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(n.Value)
		if _, err := tx.ExecContext(ctx, `update import_reject set reason = '' where space = $1 and lower(reason) like $2 escape '\'`, space, "%"+escaped+"%"); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
