package intake

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/progress"
	"gave.network/internal/text"
)

// The states of an import.
const (
	Waiting = "waiting"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
	Undone  = "undone"
)

// heartbeat is how often a running import gives a sign of life; after three without one another process may go on with
// it.
const heartbeat = 5 * time.Second

// Service runs imports.
type Service struct {
	db      *db.DB
	network *network.Store
	self    func(ctx context.Context, v op.Viewer, person id.ID) error // records who the member is

	isExport func(path string) bool // says whether a file is an export of Gave itself
	readBack func(ctx context.Context, v op.Viewer, path string) (Counts, error)
}

// ReadExports lets another part read exports of Gave itself, which are whole networks rather than records.
func (s *Service) ReadExports(
	isExport func(path string) bool, readBack func(ctx context.Context, v op.Viewer, path string) (Counts, error),
) {
	s.isExport, s.readBack = isExport, readBack
}

// export reads an export of Gave itself into an empty network. It leaves no import behind: what was exported has its
// own.
func (s *Service) export(ctx context.Context, v op.Viewer, path string) (Report, error) {
	counts, err := s.readBack(ctx, v, path)
	if err != nil {
		return Report{}, err
	}
	report := Report{State: Done, Started: v.Now, Files: []FileReport{
		{Path: path, Format: "gave", State: Done, Counts: counts, Rejected: []Rejected{}},
	}}
	report.sum()
	return report, nil
}

// NewService returns the service. setSelf records which person a member is.
func NewService(
	d *db.DB, store *network.Store, setSelf func(ctx context.Context, v op.Viewer, person id.ID) error,
) *Service {
	return &Service{db: d, network: store, self: setSelf}
}

// Options says how to import.
type Options struct {
	Me         []string           `json:"me,omitempty"`
	Mapping    map[string]string  `json:"mapping,omitempty"`
	Visibility network.Visibility `json:"visibility,omitempty"`
}

// FileReport is what became of one file.
type FileReport struct {
	Path    string `json:"path"`
	Format  string `json:"format"`
	State   string `json:"state"`
	Message string `json:"message,omitempty" doc:"why it could not be read, or what its format does not tell"`
	Counts
	Rejected      []Rejected `json:"rejected"`
	RejectedTotal int64      `json:"rejected_total"`
	Size          int64      `json:"size"`
	Done          int64      `json:"done"`
}

// Report is what became of an import.
type Report struct {
	ID      id.ID        `json:"id"`
	State   string       `json:"state"`
	Message string       `json:"message,omitempty"`
	Started time.Time    `json:"started"`
	Preview bool         `json:"preview,omitempty" doc:"nothing was stored"`
	Files   []FileReport `json:"files"`
	Counts
	Rejected  int64 `json:"rejected"`
	Failed    int   `json:"failed" doc:"files that could not be read at all"`
	Proposals int   `json:"proposals" doc:"pairs of people that may be one, for you to decide"`
}

// ExitCode is 3 when some records were rejected or some files not read, 1 when nothing could be read at all.
func (r Report) ExitCode() int {
	switch {
	case r.Failed > 0 && r.Failed == len(r.Files):
		return 1
	case r.Rejected > 0 || r.Failed > 0:
		return 3
	}
	return 0
}

func (r *Report) sum() {
	r.Counts, r.Rejected, r.Failed = Counts{}, 0, 0
	for _, f := range r.Files {
		r.Counts.add(f.Counts)
		r.Rejected += f.RejectedTotal
		if f.State == Failed {
			r.Failed++
		}
	}
}

// Import reads files and folders and stores what is in them. An import of the same files that was broken off goes on
// where it stopped.
func (s *Service) Import(ctx context.Context, v op.Viewer, paths []string, o Options) (Report, error) {
	if len(paths) == 1 && s.isExport != nil && s.isExport(paths[0]) {
		return s.export(ctx, v, paths[0])
	}
	for {
		importID, err := s.begin(ctx, v, paths, o, "")
		if err != nil {
			return Report{}, err
		}
		// Another program may take the import between these two lines; then this one makes an import of its own.
		if report, err := s.Run(ctx, v, importID); !errors.Is(err, errTaken) {
			return report, err
		}
	}
}

// errTaken is the cause of the conflict when another program works on an import, or has done it.
var errTaken = errors.New("intake: the import is taken")

func taken() error {
	return fault.Wrap(errTaken, fault.Conflict, "This import is done, or another program is working on it.")
}

// begin makes an import, or finds one of the same paths that was broken off and is not being worked on.
func (s *Service) begin(ctx context.Context, v op.Viewer, paths []string, o Options, folder string) (id.ID, error) {
	if len(paths) == 0 {
		return id.Zero, fault.New(fault.Usage, "Say which files to import.").
			WithHint("For example: gave import mail.mbox calendar.ics contacts.vcf")
	}
	var whole []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return id.Zero, fault.Wrap(err, fault.Invalid, "The path %s cannot be used.", p)
		}
		whole = append(whole, abs)
	}
	content, err := json.Marshal(struct {
		Options
		Paths []string `json:"paths"`
	}{o, whole})
	if err != nil {
		return id.Zero, err
	}
	importID := id.New()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		open, err := db.Select[claim](ctx, tx, `select id, worker, claimed from import
			where space = $1 and owner = $2 and options = $3 and state in ('waiting', 'running')
			order by id desc`, v.Space, v.Member, string(content))
		if err != nil {
			return err
		}
		for _, c := range open {
			if c.free() {
				importID = c.ID
				return nil
			}
		}
		_, err = tx.ExecContext(ctx, `insert into import (space, id, owner, visibility, state, message, options, folder,
			worker, claimed, started, finished)
			values ($1, $2, $3, $4, 'waiting', '', $5, $6, '', 0, $7, 0)`,
			v.Space, importID, v.Member, o.Visibility, string(content), folder, v.Now.UnixMicro())
		if err != nil {
			return db.Fault(err)
		}
		return s.network.Note(ctx, tx, v, "import", importID.String()+" "+o.Visibility.String())
	})
	return importID, err
}

// Run works on an import until it is done. It returns a fault Conflict when another process does so already.
func (s *Service) Run(ctx context.Context, v op.Viewer, importID id.ID) (Report, error) {
	var options struct {
		Options
		Paths []string `json:"paths"`
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		content, err := db.Value[string](ctx, tx, `select options from import
			where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, importID)
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(content), &options); err != nil {
			return err
		}
		open, err := db.Select[claim](ctx, tx, `select id, worker, claimed from import
			where space = $1 and id = $2 and state in ('waiting', 'running')`, v.Space, importID)
		if err != nil {
			return err
		}
		if len(open) == 0 || !open[0].free() {
			return taken()
		}
		n, err := db.Exec(ctx, tx, `update import set state = 'running', worker = $3, claimed = $4
			where space = $1 and id = $2 and worker = $5 and claimed = $6`,
			v.Space, importID, thisWorker, time.Now().UnixMicro(), open[0].Worker, open[0].Claimed)
		if err == nil && n == 0 {
			err = taken()
		}
		return err
	})
	if err != nil {
		return Report{}, err
	}
	alive, stop := context.WithCancel(ctx)
	defer stop()
	go s.beat(alive, v.Space, importID)
	err = s.work(ctx, v, importID, options.Paths, options.Options)
	for range mostOutages {
		// The server of the database went away: what was confirmed is there, and the work goes on from that when it is
		// back.
		if !db.Lost(err) || s.db.Await(ctx) != nil {
			break
		}
		if err = s.claimAgain(ctx, v.Space, importID); err == nil {
			err = s.work(ctx, v, importID, options.Paths, options.Options)
		}
	}
	stop()
	state, message := Done, ""
	switch {
	case errors.Is(err, context.Canceled):
		// Stopped from outside: it stays open, to be gone on with.
		release(s.db, v.Space, importID)
		report, _ := s.Report(context.WithoutCancel(ctx), v, importID)
		return report, fault.Wrap(err, fault.Unavailable, "The import was stopped.").
			WithHint("What was read is stored. Give the same command again to go on.")
	case err != nil:
		state, message = Failed, err.Error()
	}
	if _, updateErr := s.db.ExecContext(ctx, `update import set state = $3, message = $4, finished = $5, claimed = 0
		where space = $1 and id = $2`,
		v.Space, importID, state, message, time.Now().UnixMicro()); updateErr != nil && err == nil {
		err = db.Fault(updateErr)
	}
	report, reportErr := s.Report(ctx, v, importID)
	if err == nil {
		err = reportErr
	}
	return report, err
}

// mostOutages is how often an import goes on after its database went away.
const mostOutages = 20

// claimAgain takes back the claim of an import after an outage, unless another process took it over meanwhile.
func (s *Service) claimAgain(ctx context.Context, space, importID id.ID) error {
	now := time.Now()
	n, err := db.Exec(ctx, s.db, `update import set claimed = $4, worker = $3
		where space = $1 and id = $2 and state = 'running' and (worker = $3 or claimed < $5)`,
		space, importID, thisWorker, now.UnixMicro(), now.Add(-3*heartbeat).UnixMicro())
	if err == nil && n == 0 {
		err = taken()
	}
	return err
}

func release(d *db.DB, space, importID id.ID) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// When this fails the claim runs out by itself.
	_, _ = d.ExecContext(ctx, `update import set claimed = 0 where space = $1 and id = $2`, space, importID)
}

func (s *Service) beat(ctx context.Context, space, importID id.ID) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// A missed beat is made up by the next one.
			_, _ = s.db.ExecContext(ctx, `update import set claimed = $3 where space = $1 and id = $2`,
				space, importID, time.Now().UnixMicro())
		}
	}
}

// work reads every file and then sees to what needs them all: who the member is, ties, and who may be one person.
func (s *Service) work(ctx context.Context, v op.Viewer, importID id.ID, paths []string, o Options) error {
	v, err := s.recogniseSelf(ctx, v, o.Me)
	if err != nil {
		return err
	}
	var waiting []latecomers
	for _, path := range graphfile.NodesFirst(paths) {
		if s.isExport != nil && s.isExport(path) {
			alone := fault.New(fault.Invalid, "%s is an export of Gave itself.", path).
				WithHint("Give it alone: gave import FILE, into an empty network.")
			if err := s.failFile(ctx, v, importID, path, alone); err != nil {
				return err
			}
			continue
		}
		for entry, err := range formats.Open(ctx, path) {
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err := s.failFile(ctx, v, importID, path, err); err != nil {
					return err
				}
				continue
			}
			late, err := s.file(ctx, &v, importID, entry, o)
			if err != nil {
				return err
			}
			if len(late) > 0 {
				waiting = append(waiting, latecomers{entry.Name(), entry.Format.Name, late})
			}
		}
	}
	for _, late := range waiting {
		if err := s.latecomers(ctx, v, importID, late, o); err != nil {
			return err
		}
	}
	progress.Report(ctx, 0, 0, "ties")
	known, err := s.selfIsKnown(ctx, v)
	if err != nil {
		return err
	}
	if !known {
		if err := s.guessSelf(ctx, v); err != nil {
			return err
		}
	}
	if _, err := s.network.Settle(ctx, v.Space, network.Present(v)); err != nil {
		return err
	}
	progress.Report(ctx, 0, 0, "names")
	_, err = s.network.ProposeMatches(ctx, v)
	return err
}

// failFile records that a file could not be read at all.
func (s *Service) failFile(ctx context.Context, v op.Viewer, importID id.ID, path string, cause error) error {
	_, err := s.db.ExecContext(ctx, `insert into import_file (space, import, path, format, size, done, state, message,
		people_added, people_matched, interactions_added, statements_added, praise_added, duplicates, skipped, rejected)
		values ($1, $2, $3, '', 0, 0, 'failed', $4, 0, 0, 0, 0, 0, 0, 0, 0)
		on conflict (space, import, path) do update set state = 'failed', message = excluded.message`,
		v.Space, importID, failedPath(path, cause), failure(v, cause))
	return db.Fault(err)
}

// failure says in the importer's language why a file could not be read.
func failure(v op.Viewer, cause error) string {
	var known *fault.Error
	if !errors.As(cause, &known) {
		return cause.Error()
	}
	return v.Printer().Fault(cause)
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
	path, format string
	list         []stranger
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
		if err == nil && row.State == Running && row.Done > 0 && slices.Contains(addressBooks, entry.Format.Name) {
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
	l := s.newLoader(ctx, v, importID, entry.Format.Name, o.Visibility)
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
		message = v.Printer().T(source.Remark)
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
		state, message = Failed, failure(v, readErr)
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
	if _, err := s.network.MergeAll(ctx, v, l.certain, network.Joined{
		Origin: network.ByImport, Import: importID, Reasons: []string{network.ReasonOneContact},
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
	ctx context.Context, v op.Viewer, importID id.ID, format string, visibility network.Visibility,
) *loader {
	return &loader{
		ctx: ctx, db: s.db, viewer: v, visibility: visibility, importID: importID, format: format, self: v.Person,
		known: map[network.Identifier][]knownPerson{},
	}
}

// confirm writes a batch's counts and the place to go on from, in the batch's own transaction.
func (s *Service) confirm(ctx context.Context, tx *db.Tx, space, importID id.ID, path string, c Counts, next int64,
	rejects []Rejected, rejected int64,
) error {
	if _, err := tx.ExecContext(ctx, `update import_file set done = case when $4 > done then $4
		else done end, people_added = people_added + $5,
		people_matched = people_matched + $6, interactions_added = interactions_added + $7,
		statements_added = statements_added + $8,
		praise_added = praise_added + $9, duplicates = duplicates + $10, skipped = skipped + $11,
		rejected = rejected + $12, organisations = organisations + $13, suppressed = suppressed + $14
		where space = $1 and import = $2 and path = $3`, space, importID, path, next, c.PeopleAdded, c.PeopleMatched,
		c.InteractionsAdded, c.StatementsAdded, c.PraiseAdded, c.Duplicates, c.Skipped, rejected, c.Organisations,
		c.Suppressed); err != nil {
		return db.Fault(err)
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

// Preview reads files and says what an import would do, without storing anything.
func (s *Service) Preview(ctx context.Context, v op.Viewer, paths []string, o Options) (Report, error) {
	report := Report{State: Waiting, Started: v.Now, Preview: true, Files: []FileReport{}}
	known := map[network.Identifier][]knownPerson{}
	for _, path := range graphfile.NodesFirst(paths) {
		for entry, err := range formats.Open(ctx, path) {
			if err != nil {
				if ctx.Err() != nil {
					return report, ctx.Err()
				}
				report.Files = append(report.Files, FileReport{
					Path: failedPath(path, err), State: Failed, Message: failure(v, err), Rejected: []Rejected{},
				})
				continue
			}
			f := FileReport{
				Path: entry.Name(), Format: entry.Format.Name, State: Waiting, Size: entry.Size, Rejected: []Rejected{},
			}
			source := &read.Source{Zone: v.Zone, Now: v.Now, Mapping: o.Mapping, Me: map[string]bool{}}
			for _, me := range o.Me {
				source.Me[strings.ToLower(me)] = true
			}
			l := s.newLoader(ctx, v, id.Zero, entry.Format.Name, o.Visibility)
			if l.mine, err = s.ownAddresses(ctx, v, o.Me); err != nil {
				return report, err
			}
			l.dry, l.known = true, known
			l.confirm = func(*db.Tx, Counts, int64, []Rejected, int64) error { return nil }
			keep := &previewSink{loader: l, report: &f}
			err := entry.Read(ctx, source, keep)
			if err == nil {
				err = l.flush()
			}
			if err != nil {
				if ctx.Err() != nil {
					return report, ctx.Err()
				}
				f.State, f.Message = Failed, failure(v, err)
			}
			if err == nil && source.Remark != "" {
				f.Message = v.Printer().T(source.Remark)
			}
			f.Counts = l.counts
			for _, n := range source.Skipped {
				f.Skipped += int64(n)
			}
			report.Files = append(report.Files, f)
		}
	}
	report.sum()
	return report, nil
}

// previewSink keeps the rejects in the report instead of the database.
type previewSink struct {
	*loader
	report *FileReport
}

func (p *previewSink) Reject(at read.At, reason string) error {
	p.report.RejectedTotal++
	if len(p.report.Rejected) < keptRejects {
		p.report.Rejected = append(p.report.Rejected, newRejected(at.File, at.Line, reason))
	}
	return p.ctx.Err()
}

// Report returns what became of an import so far.
func (s *Service) Report(ctx context.Context, v op.Viewer, importID id.ID) (Report, error) {
	list, err := s.reports(ctx, v, importID, 1)
	if err != nil {
		return Report{}, err
	}
	if len(list) == 0 {
		return Report{}, fault.New(fault.NotFound, "There is no such import.").WithHint("See gave import list.")
	}
	report := list[0]
	rejects, err := db.Select[struct {
		Path   string
		Line   int64
		Reason string
	}](ctx, s.db, `select path, line, reason from import_reject where space = $1 and import = $2 order by path, id`,
		v.Space, importID)
	if err != nil {
		return report, err
	}
	for _, r := range rejects {
		i := slices.IndexFunc(report.Files, func(f FileReport) bool {
			return r.Path == f.Path || strings.HasPrefix(r.Path, f.Path+"/")
		})
		if i >= 0 {
			f := &report.Files[i]
			f.Rejected = append(f.Rejected,
				newRejected(strings.TrimPrefix(strings.TrimPrefix(r.Path, f.Path), "/"), r.Line, r.Reason))
		}
	}
	report.Proposals, err = db.Value[int](ctx, s.db, `select count(*) from merge
		where space = $1 and owner = $2 and state = 'proposed'`, v.Space, v.Member)
	return report, err
}

// List returns the viewer's imports, newest first, without their rejects.
func (s *Service) List(ctx context.Context, v op.Viewer) ([]Report, error) {
	return s.reports(ctx, v, id.Zero, 200)
}

func (s *Service) reports(ctx context.Context, v op.Viewer, importID id.ID, limit int) ([]Report, error) {
	rows, err := db.Select[struct {
		ID      id.ID
		State   string
		Message string
		Started int64
	}](ctx, s.db, `select id, state, message, started from import
		where space = $1 and owner = $2 and (id = $3 or $3 = $4) order by id desc limit $5`,
		v.Space, v.Member, importID, id.Zero, limit)
	if err != nil {
		return nil, err
	}
	out := []Report{}
	for _, r := range rows {
		files, err := db.Select[struct {
			Path     string
			Format   string
			State    string
			Message  string
			Size     int64
			Done     int64
			Rejected int64
			Counts
		}](ctx, s.db, `select path, format, state, message, size, done, rejected, people_added, people_matched,
			interactions_added, statements_added, praise_added,
			duplicates, skipped, organisations, suppressed from import_file where space = $1 and import = $2
			order by path`, v.Space, r.ID)
		if err != nil {
			return nil, err
		}
		report := Report{
			ID: r.ID, State: r.State, Message: r.Message, Started: time.UnixMicro(r.Started).UTC(),
			Files: []FileReport{},
		}
		for _, f := range files {
			report.Files = append(report.Files, FileReport{
				Path: f.Path, Format: f.Format, State: f.State, Message: f.Message, Counts: f.Counts,
				Rejected: []Rejected{}, RejectedTotal: f.Rejected, Size: f.Size, Done: f.Done,
			})
		}
		report.sum()
		if v.Reach != op.Person || v.Session != "" {
			report.withoutPlaces()
		}
		out = append(out, report)
	}
	return out, nil
}

// withoutPlaces leaves out where files lie on the machine: who asks from elsewhere is to know their names only.
func (r *Report) withoutPlaces() {
	for i := range r.Files {
		f := &r.Files[i]
		place := filepath.Dir(f.Path) + string(filepath.Separator)
		f.Path, f.Message, r.Message = filepath.Base(f.Path), strings.ReplaceAll(f.Message, place, ""),
			strings.ReplaceAll(r.Message, place, "")
		for j := range f.Rejected {
			f.Rejected[j].Reason = strings.ReplaceAll(f.Rejected[j].Reason, place, "")
		}
	}
}

// previewing is the claim of an upload that waits for its owner to say that it may begin: far ahead, so that no worker
// takes it.
const previewing = int64(1) << 62

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

// Resume goes on with every import that was broken off, of all spaces, as their owners. It is what a server does at
// start.
func (s *Service) Resume(
	ctx context.Context, viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) error {
	open, err := db.Select[struct {
		Space id.ID
		Owner id.ID
		claim
	}](ctx, s.db,
		`select space, owner, id, worker, claimed from import where state in ('waiting', 'running') order by id`)
	if err != nil {
		return err
	}
	for _, i := range open {
		if !i.free() {
			continue
		}
		v, err := viewer(ctx, i.Space, i.Owner)
		if err != nil {
			return err
		}
		if _, err := s.Run(ctx, v, i.ID); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		s.RemoveUploads(ctx, i.Space, i.ID)
	}
	return nil
}

// RemoveUploads deletes the uploaded files of an import that is done.
func (s *Service) RemoveUploads(ctx context.Context, space, importID id.ID) {
	folder, err := db.Value[string](ctx, s.db, `select folder from import
		where space = $1 and id = $2 and state in ('done', 'failed', 'undone')`, space, importID)
	if err == nil && folder != "" {
		os.RemoveAll(folder)
	}
}

// recogniseSelf gives the member's own person the addresses that are said to be theirs.
func (s *Service) recogniseSelf(ctx context.Context, v op.Viewer, me []string) (op.Viewer, error) {
	for _, address := range me {
		normal, ok := text.NormalizeAddress(address)
		if !ok {
			return v, fault.New(fault.Usage, "%q is not a mail address.", address).WithField("me")
		}
		found, err := s.network.FindByIdentifier(ctx, v, network.Identifier{Kind: network.MailAddress, Value: normal})
		if err != nil {
			return v, err
		}
		switch {
		case len(found) == 0 && v.Person.IsZero():
			p := network.NewPerson{Person: network.Person{
				ID: id.New(), Owner: v.Member, Created: v.Now.UnixMicro(), Updated: v.Now.UnixMicro(),
			}}
			p.Named(normal)
			p.Identifiers = []network.Identifier{{Kind: network.MailAddress, Value: normal}}
			if err := s.db.Write(ctx, func(tx *db.Tx) error {
				return network.InsertPeople(ctx, tx, v.Space, []network.NewPerson{p})
			}); err != nil {
				return v, err
			}
			v.Person = p.ID
			if err := s.self(ctx, v, p.ID); err != nil {
				return v, err
			}
		case len(found) == 0:
			p := network.NewPerson{
				Person:      network.Person{ID: v.Person, Owner: v.Member, Updated: v.Now.UnixMicro()},
				Identifiers: []network.Identifier{{Kind: network.MailAddress, Value: normal}},
			}
			if err := s.db.Write(ctx, func(tx *db.Tx) error {
				return network.EnrichPeople(ctx, tx, v.Space, []network.NewPerson{p})
			}); err != nil {
				return v, err
			}
		case v.Person.IsZero():
			v.Person = found[0].ID
			if err := s.self(ctx, v, v.Person); err != nil {
				return v, err
			}
		case found[0].ID != v.Person:
			if _, err := s.network.Merge(ctx, v, v.Person, found[0].ID); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// guessSelf finds out who the member is when nobody said so: the one person who takes part in at least half of all that
// happened between people.
func (s *Service) guessSelf(ctx context.Context, v op.Viewer) error {
	const enough = 5
	total, err := db.Value[int](ctx, s.db, `select count(*) from interaction where space = $1 and owner = $2`,
		v.Space, v.Member)
	if err != nil || total < enough {
		return err
	}
	top, err := db.Select[struct {
		Person id.ID
		N      int
	}](ctx, s.db, `select p.person, count(*) as n from participant p
		join interaction i on i.space = p.space and i.id = p.interaction
		where p.space = $1 and i.owner = $2 and p.role < 3 group by p.person order by n desc, p.person limit 1`,
		v.Space, v.Member)
	if err != nil || len(top) == 0 || top[0].N*2 < total || top[0].Person == v.Person {
		return err
	}
	if err := s.self(ctx, v, top[0].Person); err != nil || v.Person.IsZero() {
		return err
	}
	before := v.Person
	v.Person = top[0].Person
	_, err = s.network.Merge(ctx, v, v.Person, before)
	return err
}

// selfIsKnown says whether anything tells who the member's own person is: an identifier, or something that happened.
func (s *Service) selfIsKnown(ctx context.Context, v op.Viewer) (bool, error) {
	if v.Person.IsZero() {
		return false, nil
	}
	n, err := db.Value[int](ctx, s.db, `select (select count(*) from identifier
		where space = $1 and person = $2 and value not like 'self:%')
		+ (select count(*) from participant where space = $1 and person = $2)`, v.Space, v.Person)
	return n > 0, err
}

// Undo takes an import back: what it alone brought in goes; what other imports hold too, and what was typed by hand,
// stays.
func (s *Service) Undo(ctx context.Context, v op.Viewer, importID id.ID) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		// What is written about a person meanwhile would go with the person.
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		state, err := db.Value[string](ctx, tx, `select state from import where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, importID)
		if err != nil {
			if fault.CodeOf(err) == fault.NotFound {
				return fault.New(fault.NotFound, "There is no such import.").WithHint("See gave import list.")
			}
			return err
		}
		if state == Undone {
			return fault.New(fault.Conflict, "This import was undone before.")
		}
		if state == Running {
			return fault.New(fault.Conflict, "This import is still running.").
				WithHint("Wait until it is done, or stop it first.")
		}
		if err := s.network.TakeBack(ctx, tx, v, importID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update import set state = 'undone' where space = $1 and id = $2`,
			v.Space, importID); err != nil {
			return db.Fault(err)
		}
		return s.network.Note(ctx, tx, v, "import.undo", importID.String())
	})
	if err != nil {
		return err
	}
	_, err = s.network.Settle(ctx, v.Space, network.Present(v))
	return err
}
