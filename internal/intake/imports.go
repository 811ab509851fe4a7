package intake

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/job"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
	"gave.network/internal/progress"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// The states of an import.
const (
	Waiting = "waiting"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
	Undone  = "undone"
)

// Service runs imports.
type Service struct {
	db       *db.DB
	network  *people.Store
	identity *identity.Service
	self     func(ctx context.Context, v op.Viewer, person id.ID) error // records who the member is
	mail     func(ctx context.Context, v op.Viewer) (string, error)     // the address that the member signs in with
	web      *fetch.Client
	// uploads is the folder where uploads lie until they are read.
	uploads string
	woken   chan struct{}
	// MostUpload is the most that one upload may bring, in bytes.
	MostUpload int64

	// sources says how it stands with what comes in by itself; nil where nothing does.
	sources  func(ctx context.Context, v op.Viewer) (string, error)
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

// NewService returns the service. Uploads lie in a folder until they are read. setSelf records which person a member
// is, mail returns the address that the member signs in with.
func NewService(
	d *db.DB, store *people.Store, resolver *identity.Service, uploads string,
	setSelf func(ctx context.Context, v op.Viewer, person id.ID) error,
	mail func(ctx context.Context, v op.Viewer) (string, error),
) *Service {
	return &Service{
		db: d, network: store, identity: resolver, self: setSelf, mail: mail, web: newWeb(), uploads: uploads,
		woken: make(chan struct{}, 1), MostUpload: MostUpload,
	}
}

// Woken tells the worker that there is work. A signal may be lost: the rows of the imports are the truth.
func (s *Service) Woken() <-chan struct{} { return s.woken }

// Wake lets the worker look at once.
func (s *Service) Wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// Options says how to import.
type Options struct {
	Me         []string          `json:"me,omitempty"`
	Mapping    map[string]string `json:"mapping,omitempty"`
	Visibility scope.Visibility  `json:"visibility,omitempty"`
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
	now, err := s.db.Clock(ctx)
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
			if c.Free(now) {
				importID = c.ID
				return nil
			}
		}
		_, err = db.Insert(ctx, tx, "import", db.Row{
			"space": v.Space, "id": importID, "owner": v.Member, "visibility": o.Visibility, "state": "waiting",
			"message": "", "options": string(content), "folder": folder, "worker": "", "claimed": 0,
			"started": v.Now.UnixMicro(), "finished": 0,
		}, "")
		if err != nil {
			return err
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
	now, err := s.db.Clock(ctx)
	if err != nil {
		return Report{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
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
		if len(open) == 0 || !open[0].Free(now) {
			return taken()
		}
		mine, err := row(v.Space, importID).Take(ctx, tx, open[0].Claim, now)
		if err == nil && !mine {
			err = taken()
		}
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `update import set state = 'running' where space = $1 and id = $2`, v.Space, importID)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	alive, stop := context.WithCancel(ctx)
	defer stop()
	go row(v.Space, importID).Beat(alive, s.db, nil)
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
		row(v.Space, importID).Release(s.db)
		report, _ := s.Report(context.WithoutCancel(ctx), v, importID)
		return report, fault.Wrap(err, fault.Unavailable, "The import was stopped.").
			WithHint("What was read is stored. Give the same command again to go on.")
	case err != nil:
		state, message = Failed, read.BecauseOf(err)
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
	now, err := s.db.Clock(ctx)
	if err != nil {
		return err
	}
	n, err := db.Exec(ctx, s.db, `update import set claimed = $4, worker = $3
		where space = $1 and id = $2 and state = 'running' and (worker = $3 or claimed < $5)`,
		space, importID, job.Worker, now.UnixMicro(), job.Stale(now))
	if err == nil && n == 0 {
		err = taken()
	}
	return err
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
				waiting = append(waiting, latecomers{entry.Name(), entry.Format, late})
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
	if _, err := s.network.Settle(ctx, v.Space, tie.Present(v)); err != nil {
		return err
	}
	progress.Report(ctx, 0, 0, "names")
	return s.identity.ProposeNew(ctx, v)
}

// previewing is the claim of an upload that waits for its owner to say that it may begin: far ahead, so that no worker
// takes it.
const previewing = int64(1) << 62

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
	_, err = s.network.Settle(ctx, v.Space, tie.Present(v))
	return err
}
