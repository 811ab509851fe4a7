package account

import (
	"context"

	"gave.network/internal/db"
)

// endAccess ends every session, token, pending invitation and link that was mailed. A restored copy must not let in who
// was let in when the backup was made: what was revoked since would be valid again. Members sign in with their
// password, or come in by a new link.
func endAccess(ctx context.Context, tx *db.Tx) error {
	for _, statement := range []string{`delete from session`, `delete from api_token`, `delete from invitation
		where used = 0`, `delete from export_ticket`, `delete from entering`} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
