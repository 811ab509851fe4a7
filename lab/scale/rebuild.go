package scale

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/parquetfile"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// Rebuilt says what Rebuild did and what it took.
type Rebuilt struct {
	People       int           `json:"people"`
	Interactions int           `json:"interactions"`
	Ties         int           `json:"ties"`
	Loading      time.Duration `json:"loading"`
	Rebuilding   time.Duration `json:"rebuilding"`
}

// Rebuild derives ties as the product does: it stores the people and interactions of a folder in a database of its own
// in the folder data, has it rebuild the ties of all owners, and writes them to a new file.
func Rebuild(ctx context.Context, folder, data, to string, now time.Time) (out Rebuilt, err error) {
	a, err := app.Open(ctx, app.Config{Data: data})
	if err != nil {
		return out, err
	}
	defer a.Close()
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		return out, err
	}
	start := time.Now()
	if out.People, err = loadPeople(ctx, a, v, filepath.Join(folder, app.PeopleFile)); err != nil {
		return out, err
	}
	owners := map[id.ID]bool{}
	out.Interactions, err = loadInteractions(ctx, a, v, filepath.Join(folder, app.InteractionsFile), owners)
	if err != nil {
		return out, err
	}
	out.Loading = time.Since(start)
	start = time.Now()
	if _, err = a.Network.Rebuild(ctx, v.Space, now); err != nil {
		return out, err
	}
	out.Rebuilding = time.Since(start)
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return out, err
	}
	defer file.Close()
	w := parquetfile.NewWriter[parquetfile.Tie](file)
	write := func(of, only id.ID) error {
		v.Member = of
		return a.Network.EachTie(ctx, v, func(owner id.ID, t *tie.Tie) error {
			if owner != only {
				return nil
			}
			out.Ties++
			return w.Write([]parquetfile.Tie{app.TieRow(owner, t)})
		})
	}
	if err := write(v.Member, id.Zero); err != nil {
		return out, err
	}
	for owner := range owners {
		if err := write(owner, owner); err != nil {
			return out, err
		}
	}
	return out, errors.Join(w.Close(), file.Close())
}

// inFile calls f with the rows of a file.
func inFile[R any](name string, f func(rows []R) error) error {
	file, err := parquetfile.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	err = parquetfile.Read(file, 0, func(_ int64, rows []R) error { return f(rows) })
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func idOf(b []byte) (id.ID, error) {
	if len(b) != len(id.Zero) {
		return id.Zero, fmt.Errorf("an id has %d bytes", len(b))
	}
	return id.ID(b), nil
}

func loadPeople(ctx context.Context, a *app.App, v op.Viewer, name string) (count int, err error) {
	err = inFile(name, func(rows []parquetfile.Person) error {
		var list []people.NewPerson
		for _, row := range rows {
			key, err := idOf(row.ID)
			if err != nil {
				return err
			}
			p := people.NewPerson{Person: people.Person{ID: key, Owner: v.Member, Created: 1, Updated: 1}}
			if len(row.Merged) > 0 {
				if p.Merged, err = idOf(row.Merged); err != nil {
					return err
				}
			}
			p.Name = row.Name
			list = append(list, p)
		}
		count += len(list)
		return a.DB.Write(ctx, func(tx *db.Tx) error { return people.InsertPeople(ctx, tx, v.Space, list) })
	})
	return count, err
}

func loadInteractions(
	ctx context.Context, a *app.App, v op.Viewer, name string, owners map[id.ID]bool,
) (count int, err error) {
	err = inFile(name, func(rows []parquetfile.Interaction) error {
		list := make([]tie.Interaction, 0, len(rows))
		for _, row := range rows {
			e := tie.Interaction{
				Visibility: scope.ParseVisibility(row.Visibility), Medium: tie.Medium(row.Medium), Time: row.Time,
				People: int(row.People), Source: "parquet",
			}
			if e.ID, err = idOf(row.ID); err != nil {
				return err
			}
			if e.Owner, err = idOf(row.Owner); err != nil {
				return err
			}
			e.External = e.ID
			for _, p := range row.Participants {
				person, err := idOf(p.Person)
				if err != nil {
					return err
				}
				part := tie.Participant{Person: person}
				if err := part.Role.UnmarshalText([]byte(p.Role)); err != nil {
					return err
				}
				if !slices.ContainsFunc(e.Participants, func(q tie.Participant) bool { return q.Person == person }) {
					e.Participants = append(e.Participants, part)
				}
			}
			if e.Visibility == scope.Private {
				owners[e.Owner] = true
			}
			list = append(list, e)
		}
		count += len(list)
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddInteractions(ctx, tx, v.Space, list)
			return err
		})
	})
	return count, err
}
