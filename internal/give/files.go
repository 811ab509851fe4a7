package give

import (
	"context"
	"path"

	"gave.network/internal/db"
	"gave.network/internal/room"
)

// FolderName is the folder of the data directory in which shared files lie.
const FolderName = "commons"

// files lists the files that are shared, of all spaces.
func files(ctx context.Context, q db.Queryer) ([]room.File, error) {
	digests, err := db.Values[string](ctx, q, `select distinct digest from resource where digest <> '' order by digest`)
	if err != nil {
		return nil, err
	}
	out := make([]room.File, len(digests))
	for i, digest := range digests {
		out[i] = room.File{Name: path.Join(FolderName, digest[:min(2, len(digest))], digest), SHA256: digest}
	}
	return out, nil
}
