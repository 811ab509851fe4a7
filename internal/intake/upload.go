package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Upload records files that lie in a folder of Gave's own, which is removed when the import is done. It begins with
// Start.
func (s *Service) Upload(ctx context.Context, v op.Viewer, folder string, o Options) (id.ID, error) {
	importID, err := s.begin(ctx, v, []string{folder}, o, folder)
	if err != nil {
		return id.Zero, err
	}
	_, err = s.db.ExecContext(ctx, `update import set claimed = $3 where space = $1 and id = $2`,
		v.Space, importID, previewing)
	return importID, db.Fault(err)
}

// pending returns the options and the folder of an upload that has not begun.
func (s *Service) pending(ctx context.Context, v op.Viewer, importID id.ID) (Options, string, error) {
	row, err := db.One[struct{ Options, Folder string }](ctx, s.db, `select options, folder from import
		where space = $1 and owner = $2 and id = $3 and state = 'waiting' and claimed = $4`,
		v.Space, v.Member, importID, previewing)
	if err != nil {
		return Options{}, "", err
	}
	var o Options
	err = json.Unmarshal([]byte(row.Options), &o)
	return o, row.Folder, err
}

// Start lets an upload that was previewed begin.
func (s *Service) Start(ctx context.Context, v op.Viewer, importID id.ID) error {
	n, err := db.Exec(ctx, s.db, `update import set claimed = 0 where space = $1 and owner = $2 and id = $3
		and state = 'waiting' and claimed = $4`, v.Space, v.Member, importID, previewing)
	if err == nil && n == 0 {
		err = taken()
	}
	return err
}

// Drop throws an upload away that was previewed.
func (s *Service) Drop(ctx context.Context, v op.Viewer, importID id.ID) error {
	_, folder, err := s.pending(ctx, v, importID)
	if err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, `delete from import where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, importID); err != nil {
		return db.Fault(err)
	}
	return os.RemoveAll(folder)
}

// Resume goes on with every import that was broken off, of all spaces, as their owners, and says whether there was one.
// It is what a server does at start.
func (s *Service) Resume(
	ctx context.Context, viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) (worked bool, err error) {
	open, err := db.Select[struct {
		Space id.ID
		Owner id.ID
		claim
		Options string
		Started int64
	}](ctx, s.db, `select space, owner, id, worker, claimed, options, started from import
		where state in ('waiting', 'running') order by id`)
	if err != nil {
		return worked, err
	}
	now, err := s.db.Clock(ctx)
	if err != nil {
		return worked, err
	}
	for _, i := range open {
		if !i.Free(now) || !lieHere(i.Options) && now.Sub(time.UnixMicro(i.Started)) < elsewhere {
			continue
		}
		v, err := viewer(ctx, i.Space, i.Owner)
		if fault.CodeOf(err) == fault.NotFound { // the member left, and those of others go on
			err = s.abandon(ctx, i.Space, i.ID)
			if err == nil {
				continue
			}
		}
		if err != nil {
			return worked, err
		}
		_, err = s.Run(ctx, v, i.ID)
		if err != nil && ctx.Err() != nil {
			return worked, ctx.Err()
		}
		worked = worked || !errors.Is(err, errTaken)
		s.RemoveUploads(ctx, i.Space, i.ID)
	}
	return worked, nil
}

// abandon ends an import whose member left: nothing more is written for them.
func (s *Service) abandon(ctx context.Context, space, importID id.ID) error {
	_, err := db.Exec(ctx, s.db, `update import set state = 'failed', message = $3, finished = $4, claimed = 0
		where space = $1 and id = $2 and state in ('waiting', 'running')`,
		space, importID, read.BecauseOf(people.Left()), time.Now().UnixMicro())
	s.RemoveUploads(ctx, space, importID)
	return err
}

// elsewhere is for how long files that do not lie on this machine are left to one on which they do: that of somebody
// who imports on the command line, or a node with a data directory of its own.
const elsewhere = 24 * time.Hour

// lieHere says whether the files of an import, by its options, are on this machine.
func lieHere(options string) bool {
	var o struct {
		Paths []string `json:"paths"`
	}
	if json.Unmarshal([]byte(options), &o) != nil {
		return true // the import says what is wrong
	}
	return !slices.ContainsFunc(o.Paths, func(path string) bool {
		_, err := os.Stat(path)
		return errors.Is(err, fs.ErrNotExist)
	})
}

// RemoveUploads deletes the uploaded files of an import that is done.
func (s *Service) RemoveUploads(ctx context.Context, space, importID id.ID) {
	folder, err := db.Value[string](ctx, s.db, `select folder from import
		where space = $1 and id = $2 and state in ('done', 'failed', 'undone')`, space, importID)
	if err == nil && folder != "" {
		os.RemoveAll(folder)
	}
}
