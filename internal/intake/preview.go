package intake

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Preview reads files and says what an import would do, without storing anything.
func (s *Service) Preview(ctx context.Context, v op.Viewer, paths []string, o Options) (Report, error) {
	report := Report{State: Waiting, Started: v.Now, Preview: true, Files: []FileReport{}}
	known := map[people.Identifier][]knownPerson{}
	for _, path := range graphfile.NodesFirst(paths) {
		for entry, err := range formats.Open(ctx, path) {
			if err != nil {
				if ctx.Err() != nil {
					return report, ctx.Err()
				}
				report.Files = append(report.Files, FileReport{
					Path: failedPath(path, err), State: Failed, Message: reasonText(v, err), Rejected: []Rejected{},
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
			l := s.newLoader(ctx, v, id.Zero, entry.Format, o.Visibility)
			if l.mine, err = s.ownAddresses(ctx, v, o.Me); err != nil {
				return report, err
			}
			l.dry, l.known = true, known
			l.confirm = func(*db.Tx, Counts, int64, []Rejected, int64) error { return nil }
			l.told = func(at read.At, reason string) {
				f.RejectedTotal++
				if len(f.Rejected) < keptRejects {
					f.Rejected = append(f.Rejected, newRejected(at.File, at.Line, reason))
				}
			}
			err := entry.Read(ctx, source, l)
			if err == nil {
				err = l.flush()
			}
			if err != nil {
				if ctx.Err() != nil {
					return report, ctx.Err()
				}
				f.State, f.Message = Failed, reasonText(v, err)
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

// reasonText says in the viewer's language why a file could not be read.
func reasonText(v op.Viewer, err error) string {
	return read.ReasonFor(v.Printer(), read.BecauseOf(err))
}
