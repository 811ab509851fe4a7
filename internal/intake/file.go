package intake

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
	"gave.network/internal/progress"
	"gave.network/internal/scope"
)

// failFile records that a file could not be read at all.
func (s *Service) failFile(ctx context.Context, v op.Viewer, importID id.ID, path string, cause error) error {
	_, err := s.db.ExecContext(ctx, `insert into import_file (space, import, path, format, size, done, state, message,
		people_added, people_matched, interactions_added, statements_added, praise_added, duplicates, skipped, rejected)
		values ($1, $2, $3, '', 0, 0, 'failed', $4, 0, 0, 0, 0, 0, 0, 0, 0)
		on conflict (space, import, path) do update set state = 'failed', message = excluded.message`,
		v.Space, importID, failedPath(path, cause), read.BecauseOf(cause))
	return db.Fault(err)
}

// failedPath names the file that a fault is about: several inside one archive may fail.
func failedPath(path string, cause error) string {
	var known *fault.Error
	if errors.As(cause, &known) && len(known.Args) > 0 {
		if name, ok := known.Args[0].(string); ok && strings.HasPrefix(name, path) {
			return name
		}
	}
	return path
}

type fileRow struct {
	State string
	Done  int64
}

// latecomers are what one file adds to people whom it does not hold; another file may.
type latecomers struct {
	path   string
	format *read.Format
	list   []stranger
}

// latecomers adds to people who came in with a later file, and reports what is said of those who came with none.
func (s *Service) latecomers(ctx context.Context, v op.Viewer, importID id.ID, late latecomers, o Options) error {
	l := s.newLoader(ctx, v, importID, late.format, o.Visibility)
	l.confirm = func(tx *db.Tx, c Counts, next int64, rejects []Rejected, rejected int64) error {
		return s.confirm(ctx, tx, v.Space, importID, late.path, c, next, rejects, rejected)
	}
	for _, one := range late.list {
		l.contacts = append(l.contacts, one.Contact)
	}
	if err := l.flush(); err != nil {
		return err
	}
	for _, one := range l.strangers {
		if err := l.Reject(one.At, becauseUnmet(one)); err != nil {
			return err
		}
	}
	if err := l.flush(); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `update import_file set state = 'done'
		where space = $1 and import = $2 and path = $3 and state = 'running'`,
		v.Space, importID, late.path)
	return db.Fault(err)
}

// file reads one file into the database, from where it was confirmed before. The viewer learns from it who they are.
// What the file adds to people whom it does not hold is returned.
func (s *Service) file(
	ctx context.Context, viewer *op.Viewer, importID id.ID, entry *formats.Entry, o Options,
) ([]stranger, error) {
	name, v := entry.Name(), *viewer
	var row fileRow
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into import_file (space, import, path, format, size, done, state,
			message, people_added, people_matched,
			interactions_added, statements_added, praise_added, duplicates, skipped, rejected)
			values ($1, $2, $3, $4, $5, 0, 'running', '', 0, 0, 0, 0, 0, 0, 0, 0)
			on conflict (space, import, path) do nothing`,
			v.Space, importID, name, entry.Format.Name, entry.Size); err != nil {
			return db.Fault(err)
		}
		var err error
		row, err = db.One[fileRow](ctx, tx, `select state, done from import_file
			where space = $1 and import = $2 and path = $3`, v.Space, importID, name)
		if err == nil && row.State == Running && row.Done > 0 && entry.Format.AddressBook {
			row.Done = 0
			err = fromTheStart(ctx, tx, v.Space, importID, name)
		}
		return err
	})
	if err != nil || row.State == Done {
		return nil, err
	}
	source := &read.Source{Resume: row.Done, Zone: v.Zone, Now: v.Now, Mapping: o.Mapping, Me: map[string]bool{}}
	for _, me := range o.Me {
		source.Me[strings.ToLower(me)] = true
	}
	l := s.newLoader(ctx, v, importID, entry.Format, o.Visibility)
	if l.mine, err = s.ownAddresses(ctx, v, o.Me); err != nil {
		return nil, err
	}
	l.confirm = func(tx *db.Tx, c Counts, next int64, rejects []Rejected, rejected int64) error {
		progress.Report(ctx, next, entry.Size, filepath.Base(name))
		return s.confirm(ctx, tx, v.Space, importID, name, c, next, rejects, rejected)
	}
	readErr := entry.Read(ctx, source, l)
	if readErr == nil {
		for _, n := range source.Skipped {
			l.counts.Skipped += int64(n)
		}
		readErr = l.flush()
	}
	state, message := Done, ""
	if source.Remark != "" {
		message = source.Remark
	}
	if readErr != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var known *fault.Error
		if errors.As(readErr, &known) && known.Code == fault.Unavailable {
			return nil, readErr // the database or disk, not the file
		}
		// What was read before the fault is good: keep it.
		if err := l.flush(); err != nil {
			return nil, err
		}
		state, message = Failed, read.BecauseOf(readErr)
	}
	skipped := int64(0)
	for _, n := range source.Skipped {
		skipped += int64(n)
	}
	if !l.self.IsZero() && l.self != v.Person && v.Person.IsZero() {
		if err := s.self(ctx, v, l.self); err != nil {
			return nil, err
		}
		viewer.Person = l.self
	}
	if _, err := s.network.MergeAll(ctx, v, l.certain, people.Joined{
		Origin: people.ByImport, Import: importID, Reasons: []string{identity.ReasonOneContact},
	}); err != nil {
		return nil, err
	}
	if state == Done && len(l.strangers) > 0 {
		state = Running // until the latecomers are in
	}
	_, err = s.db.ExecContext(ctx, `update import_file set state = $4, message = $5, skipped = skipped + $6,
		done = case when $4 <> 'failed' and size > done then size else done end
		where space = $1 and import = $2 and path = $3`, v.Space, importID, name, state, message, skipped)
	return l.strangers, db.Fault(err)
}

// fromTheStart lets an address book whose reading was broken off be read again as a whole: what its cards say of each
// other, who is one person and who belongs to a group, is known only when all were seen. People who were added are
// counted once, the rest is counted anew.
func fromTheStart(ctx context.Context, tx *db.Tx, space, importID id.ID, path string) error {
	for _, statement := range []string{
		`update import_file set done = 0, people_matched = 0, duplicates = 0, skipped = 0, rejected = 0
			where space = $1 and import = $2 and path = $3`,
		`delete from import_reject where space = $1 and import = $2 and path = $3`,
	} {
		if _, err := tx.ExecContext(ctx, statement, space, importID, path); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

func (s *Service) newLoader(
	ctx context.Context, v op.Viewer, importID id.ID, format *read.Format, visibility scope.Visibility,
) *loader {
	return &loader{
		ctx: ctx, db: s.db, viewer: v, visibility: visibility, importID: importID, format: format, self: v.Person,
		known: map[people.Identifier][]knownPerson{},
	}
}

// confirm writes a batch's counts and the place to go on from, in the batch's own transaction.
func (s *Service) confirm(ctx context.Context, tx *db.Tx, space, importID id.ID, path string, c Counts, next int64,
	rejects []Rejected, rejected int64,
) error {
	const file = "space = $1 and import = $2 and path = $3"
	if _, err := db.Update(ctx, tx, "import_file", db.Row{
		"people_added": db.Plus(c.PeopleAdded), "people_matched": db.Plus(c.PeopleMatched),
		"interactions_added": db.Plus(c.InteractionsAdded), "statements_added": db.Plus(c.StatementsAdded),
		"praise_added": db.Plus(c.PraiseAdded), "duplicates": db.Plus(c.Duplicates), "skipped": db.Plus(c.Skipped),
		"rejected": db.Plus(rejected), "organisations": db.Plus(c.Organisations), "suppressed": db.Plus(c.Suppressed),
		"ties_added": db.Plus(c.TiesAdded),
	}, file, space, importID, path); err != nil {
		return err
	}
	if _, err := db.Update(ctx, tx, "import_file", db.Row{"done": next}, file+" and done < $4",
		space, importID, path, next); err != nil {
		return err
	}
	var rows []any
	for _, r := range rejects {
		where := path
		if r.File != "" {
			where = path + "/" + r.File
		}
		rows = append(rows, space, importID, id.New(), where, r.Line, r.said)
	}
	return db.InsertMany(ctx, tx, `insert into import_reject (space, import, id, path, line, reason)`, 6, rows, "")
}
