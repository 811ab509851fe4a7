package intake

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/op"
)

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
	report.showTo(v)
	report.Proposals, err = db.Value[int](ctx, s.db, `select count(*) from merge
		where space = $1 and owner = $2 and state = 'proposed'`, v.Space, v.Member)
	return report, err
}

// List returns the viewer's imports, newest first, without their rejects.
func (s *Service) List(ctx context.Context, v op.Viewer) ([]Report, error) {
	list, err := s.reports(ctx, v, id.Zero, 200)
	for i := range list {
		list[i].showTo(v)
	}
	return list, err
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
	out, p := []Report{}, v.Printer()
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
			interactions_added, statements_added, praise_added, ties_added,
			duplicates, skipped, organisations, suppressed from import_file where space = $1 and import = $2
			order by path`, v.Space, r.ID)
		if err != nil {
			return nil, err
		}
		report := Report{
			ID: r.ID, State: r.State, Message: read.ReasonFor(p, r.Message), Started: time.UnixMicro(r.Started).UTC(),
			Files: []FileReport{},
		}
		for _, f := range files {
			report.Files = append(report.Files, FileReport{
				Path: f.Path, Format: f.Format, State: f.State, Message: read.ReasonFor(p, f.Message), Counts: f.Counts,
				Rejected: []Rejected{}, RejectedTotal: f.Rejected, Size: f.Size, Done: f.Done,
			})
		}
		report.sum()
		out = append(out, report)
	}
	return out, nil
}

// showTo leaves out what a viewer is not to know, once all is found by the whole names of the files.
func (r *Report) showTo(v op.Viewer) {
	if v.Reach != op.Person || v.Session != "" {
		r.withoutPlaces()
	}
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
