package intake

import (
	"context"
	"time"

	"gave.network/internal/db"
)

// EndUploads ends the imports of uploaded files that had not been read when a backup was made: the files are not in it.
func EndUploads(ctx context.Context, tx *db.Tx) error {
	const why = "The uploaded files were not in the backup that was restored. Upload them again."
	_, err := tx.ExecContext(ctx, `update import set state = $1, message = $2, finished = $3, claimed = 0 where folder <> '' and state in ('waiting', 'running')`,
		Failed, why, time.Now().UnixMicro())
	return db.Fault(err)
}
