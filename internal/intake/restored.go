package intake

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// endUploads ends the imports of uploaded files that had not been read when a backup was made: the files are not in it.
func endUploads(ctx context.Context, tx *db.Tx) error {
	const remarkNoUploads = "The uploaded files were not in the backup that was restored. Upload them again."
	_, err := tx.ExecContext(ctx, `update import set state = $1, message = $2, finished = $3, claimed = 0
		where folder <> '' and state in ('waiting', 'running')`,
		Failed, remarkNoUploads, time.Now().UnixMicro())
	return db.Fault(err)
}

// EndExported ends the imports of a space that were not finished when an export was made, and forgets where uploads
// lay: the files are on the machine that it was made on, and what a file says of folders is not to be believed.
func EndExported(ctx context.Context, tx *db.Tx, space id.ID) error {
	const remarkUnfinished = "It was not finished when the export was made. Import the files again."
	if _, err := tx.ExecContext(ctx, `update import set state = $2, message = $3, finished = $4, claimed = 0
		where space = $1 and state in ('waiting', 'running')`,
		space, Failed, remarkUnfinished, time.Now().UnixMicro()); err != nil {
		return db.Fault(err)
	}
	_, err := tx.ExecContext(ctx, `update import set folder = '' where space = $1 and folder <> ''`, space)
	return db.Fault(err)
}
