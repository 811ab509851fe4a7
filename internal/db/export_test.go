package db

import "context"

// MakeAt makes a SQLite file with the tables of an older version, as the Gave of that time left it.
func MakeAt(ctx context.Context, path string, version int64, fill string) error {
	pool, err := lite(path, 1, nil)
	if err != nil {
		return err
	}
	defer pool.Close()
	d := &DB{Dialect: SQLite, read: pool, write: pool, patience: newPatience()}
	return d.Write(ctx, func(tx *Tx) error {
		if err := tx.toVersion(ctx, 0, version); err != nil {
			return err
		}
		_, err := tx.Tx.ExecContext(ctx, fill)
		return err
	})
}

// Watched returns the tables whose changes are counted, each with those whose rows go along.
func Watched() map[string][]string { return watched }
