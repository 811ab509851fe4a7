package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/parquetfile"
	"gave.network/internal/people"
	"gave.network/internal/safefile"
	"gave.network/internal/tie"
)

// The files of an export for programs that work on large data.
const (
	PeopleFile       = "people.parquet"
	InteractionsFile = "interactions.parquet"
	TiesFile         = "ties.parquet"
)

// ExportParquet writes what the viewer may see of people, of what happened between them and of the ties that follow as
// Parquet files into a new folder: no titles, no places, no notes. All of it is as it was at one moment, and the folder
// is there whole or not at all.
func (a *App) ExportParquet(ctx context.Context, v op.Viewer, folder string) error {
	if err := v.May(op.Member); err != nil {
		return err
	}
	if _, err := os.Lstat(folder); err == nil {
		return fault.New(fault.Conflict, "The file %s exists already.", folder).
			WithHint("Choose another name: nothing is written over.")
	}
	if err := a.Account.Record(ctx, a.DB, v, "export", ""); err != nil && !db.Busy(err) {
		return err
	}
	if err := a.Network.SettleToRead(ctx, v); err != nil {
		return err
	}
	folder = filepath.Clean(folder)
	temporary, remove, err := safefile.Folder(filepath.Dir(folder), filepath.Base(folder))
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", folder)
	}
	defer remove()
	inside := filepath.Join(temporary, "export")
	if err = os.Mkdir(inside, 0o700); err == nil {
		err = a.DB.Snapshot(ctx, func(ctx context.Context) error { return a.parquetFiles(ctx, v, inside) })
		if err == nil {
			err = os.Rename(inside, folder)
		}
	}
	var known *fault.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", folder)
}

func (a *App) parquetFiles(ctx context.Context, v op.Viewer, folder string) error {
	type called struct{ name, address string }
	known := map[id.ID]called{}
	if err := parquetRows(folder, PeopleFile, func(add func(parquetfile.Person) error) error {
		return a.Network.EachRow(ctx, v, func(r *people.Row) error {
			row := parquetfile.Person{ID: bytesOf(r.ID), Name: r.Name, Address: r.Address}
			if !r.Merged.IsZero() {
				row.Merged = bytesOf(r.Merged)
			} else {
				known[r.ID] = called{r.Name, r.Address}
			}
			return add(row)
		})
	}); err != nil {
		return err
	}
	if err := parquetRows(folder, InteractionsFile, func(add func(parquetfile.Interaction) error) error {
		return a.Network.EachInteraction(ctx, v, func(i *tie.Interaction) error {
			row := parquetfile.Interaction{
				ID: bytesOf(i.ID), Owner: bytesOf(i.Owner), Visibility: i.Visibility.String(),
				Medium: string(i.Medium), Time: i.Time, People: int32(i.People),
			}
			for _, p := range i.Participants {
				row.Participants = append(row.Participants,
					parquetfile.Participant{Person: bytesOf(p.Person), Role: p.Role.String()})
			}
			return add(row)
		})
	}); err != nil {
		return err
	}
	return parquetRows(folder, TiesFile, func(add func(parquetfile.Tie) error) error {
		return a.Network.EachTie(ctx, v, func(owner id.ID, t *tie.Tie) error {
			row := TieRow(owner, t)
			row.PersonName, row.PersonAddress = known[t.A].name, known[t.A].address
			row.OtherName, row.OtherAddress = known[t.B].name, known[t.B].address
			return add(row)
		})
	})
}

// TieRow is a tie as a row of a Parquet file, without the names.
func TieRow(owner id.ID, t *tie.Tie) parquetfile.Tie {
	return parquetfile.Tie{
		Owner: bytesOf(owner), Person: bytesOf(t.A), Other: bytesOf(t.B),
		Intensity: t.Intensity, Sent: t.Sent, Received: t.Received, Peak: t.Peak, AsOf: t.AsOf,
		LastInteraction: bytesOf(t.LastInteraction), FirstContact: t.FirstContact, Interactions: int64(t.Interactions),
	}
}

func bytesOf(key id.ID) []byte { return key[:] }

// parquetRows writes a file of the rows that fill adds, some thousands at a time.
func parquetRows[R any](folder, name string, fill func(add func(R) error) error) error {
	file, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	w := parquetfile.NewWriter[R](file)
	rows := make([]R, 0, 4096)
	write := func() error {
		err := w.Write(rows)
		clear(rows)
		rows = rows[:0]
		return err
	}
	if err := fill(func(row R) error {
		if rows = append(rows, row); len(rows) == cap(rows) {
			return write()
		}
		return nil
	}); err != nil {
		return err
	}
	return errors.Join(write(), w.Close(), file.Sync(), file.Close())
}
