package app

import (
	"context"

	"gave.network/internal/archive"
	"gave.network/internal/db"
	"gave.network/internal/id"
)

// BackupSource is what a backup of this network is made of.
func (a *App) BackupSource(program string) archive.Source {
	return archive.Source{DB: a.DB, Data: a.Config.Data, Files: SharedFiles, People: countPeople, Program: program}
}

func countPeople(ctx context.Context, q db.Queryer) (int64, error) {
	return db.Value[int64](ctx, q, `select count(*) from person where merged = $1`, id.Zero)
}

// SharedFiles lists the files in the data directory that rows point to.
func SharedFiles(ctx context.Context, q db.Queryer) ([]archive.SharedFile, error) {
	var out []archive.SharedFile
	for _, r := range Rooms() {
		if r.Files == nil {
			continue
		}
		files, err := r.Files(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			out = append(out, archive.SharedFile(f))
		}
	}
	return out, nil
}

// Counts says how many people and interactions there are.
func (a *App) Counts(ctx context.Context) (people, interactions int64, err error) {
	if people, err = countPeople(ctx, a.DB); err == nil {
		interactions, err = db.Value[int64](ctx, a.DB, `select count(*) from interaction`)
	}
	return people, interactions, err
}

// EndCopies ends in a restored copy what must not go on in two places, such as sessions and uploads that were not read.
func EndCopies(ctx context.Context, tx *db.Tx) error {
	for _, r := range Rooms() {
		if r.Copied == nil {
			continue
		}
		if err := r.Copied(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
