package give

import (
	"context"
	"path"

	"gave.network/internal/db"
)

// SharedFile is a file that somebody shares.
type SharedFile struct {
	Name   string // where it lies in the data directory, with slashes
	Digest string // SHA-256 of its content, in hexadecimal digits
}

// FolderName is the folder of the data directory in which shared files lie.
const FolderName = "commons"

// Files lists the files that are shared, of all spaces.
func Files(ctx context.Context, q db.Queryer) ([]SharedFile, error) {
	digests, err := db.Values[string](ctx, q, `select distinct digest from resource where digest <> '' order by digest`)
	if err != nil {
		return nil, err
	}
	out := make([]SharedFile, len(digests))
	for i, digest := range digests {
		out[i] = SharedFile{path.Join(FolderName, digest[:min(2, len(digest))], digest), digest}
	}
	return out, nil
}
