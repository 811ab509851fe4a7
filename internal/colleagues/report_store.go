package colleagues

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gave.network/internal/colleagues/release"
	"gave.network/internal/colleagues/structure"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// reportSetting is what holds for reports in a space.
type reportSetting struct {
	Employer  bool
	Threshold int
	Months    int
	Withdrawn int
}

// keptMonths is for how long reports, and who saw them, are kept when nobody says otherwise.
const keptMonths = 24

func (s *Service) reportSetting(ctx context.Context, q db.Queryer, v op.Viewer) (reportSetting, error) {
	rows, err := db.Select[struct{ Employer, Threshold, Months, Withdrawn int }](ctx, q, `select employer, threshold,
		months, withdrawn from report_setting where space = $1`, v.Space)
	if err != nil || len(rows) == 0 {
		return reportSetting{Threshold: structure.DefaultThreshold, Months: keptMonths}, err
	}
	r := rows[0]
	return reportSetting{r.Employer == 1, r.Threshold, r.Months, r.Withdrawn}, nil
}

func (s *Service) keepSetting(ctx context.Context, q db.Queryer, v op.Viewer, set reportSetting) error {
	if _, err := db.Exec(ctx, q, `delete from report_setting where space = $1`, v.Space); err != nil {
		return err
	}
	_, err := db.Insert(ctx, q, "report_setting", db.Row{
		"space": v.Space, "employer": flag(set.Employer), "threshold": set.Threshold, "months": set.Months,
		"withdrawn": set.Withdrawn, "at": v.Now.UnixMicro(),
	}, "")
	return err
}

// consent is that somebody takes part in reports, and what they want besides.
type consent struct {
	Person id.ID
	Member id.ID
	Found  int
	Offers int
	At     int64
}

func (s *Service) consents(ctx context.Context, q db.Queryer, v op.Viewer) ([]consent, error) {
	return db.Select[consent](ctx, q, `select person, member, found, offers, at from report_consent where space = $1
		order by person`, v.Space)
}

// keepConsent notes that the viewer takes part, or no longer does, which is counted until the next report.
func (s *Service) keepConsent(ctx context.Context, v op.Viewer, takesPart, found, offers bool) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		gone, err := db.Exec(ctx, tx, `delete from report_consent where space = $1 and member = $2`, v.Space, v.Member)
		if err != nil {
			return err
		}
		if takesPart {
			_, err = db.Insert(ctx, tx, "report_consent", db.Row{
				"space": v.Space, "person": v.Person, "member": v.Member, "found": flag(found), "offers": flag(offers),
				"at": v.Now.UnixMicro(),
			}, "")
			return err
		}
		if gone == 0 {
			return nil
		}
		set, err := s.reportSetting(ctx, tx, v)
		if err != nil {
			return err
		}
		set.Withdrawn++
		return s.keepSetting(ctx, tx, v, set)
	})
}

// keepGroups fixes the groups of the space.
func (s *Service) keepGroups(ctx context.Context, v op.Viewer, chart map[id.ID]position) error {
	list := make([]position, 0, len(chart))
	for _, at := range chart {
		list = append(list, at)
	}
	slices.SortFunc(list, func(a, b position) int { return slices.Compare(a.Person[:], b.Person[:]) })
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `delete from report_group where space = $1`, v.Space); err != nil {
			return err
		}
		var rows []any
		for _, at := range list {
			rows = append(rows, v.Space, at.Person, at.Manager, at.Level, at.Department, v.Now.UnixMicro())
		}
		return db.InsertMany(ctx, tx, `insert into report_group (space, person, manager, level, department, at)`, 6,
			rows, "")
	})
}

func (s *Service) reportGroups(ctx context.Context, q db.Queryer, v op.Viewer) ([]position, error) {
	return db.Select[position](ctx, q, `select person, manager, level, department, '' as title from report_group
		where space = $1 order by person`, v.Space)
}

// told is a report that was made.
type told struct {
	ID id.ID
	At time.Time
	toldBody
}

// toldBody is what is stored of a report.
type toldBody struct {
	Wave  id.ID  `json:"wave"`  // the survey that it is of; none for what members said otherwise
	Title string `json:"title"` // of the survey
	Asked int    `json:"asked"` // in the survey
	// Counted is how many took part, exactly: it is not told, and says whether somebody took that back since.
	Counted int             `json:"counted"`
	Figures release.Figures `json:"figures"`
}

// releases returns the reports of a space that are kept, the newest first.
func (s *Service) releases(ctx context.Context, q db.Queryer, v op.Viewer) ([]told, error) {
	rows, err := db.Select[struct {
		ID      id.ID
		At      int64
		Figures string
	}](ctx, q, `select id, at, figures from report_release where space = $1 order by at desc, id desc`, v.Space)
	if err != nil {
		return nil, err
	}
	out := make([]told, len(rows))
	for i, r := range rows {
		out[i] = told{ID: r.ID, At: time.UnixMicro(r.At).UTC()}
		if err := json.Unmarshal([]byte(r.Figures), &out[i].toldBody); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
		}
	}
	return out, nil
}

// keepReleases stores reports in place of those that they replace, and throws away those that are too old with who saw
// them.
func (s *Service) keepReleases(
	ctx context.Context, v op.Viewer, set reportSetting, list []told, replaced []id.ID,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, key := range replaced {
			if _, err := db.Exec(ctx, tx, `delete from report_release where space = $1 and id = $2`, v.Space,
				key); err != nil {
				return err
			}
		}
		for _, r := range list {
			body, err := json.Marshal(r.toldBody)
			if err != nil {
				return fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
			}
			if _, err := db.Insert(ctx, tx, "report_release", db.Row{
				"space": v.Space, "id": id.New(), "author": v.Member, "at": r.At.UnixMicro(), "figures": string(body),
			}, ""); err != nil {
				return err
			}
		}
		old := v.Now.AddDate(0, -set.Months, 0).UnixMicro()
		for _, statement := range []string{
			`delete from report_view where space = $1 and at < $2`,
			`delete from report_release where space = $1 and at < $2`,
		} {
			if _, err := db.Exec(ctx, tx, statement, v.Space, old); err != nil {
				return err
			}
		}
		set.Withdrawn = 0
		return s.keepSetting(ctx, tx, v, set)
	})
}

// seenAgain is within what time a second look at one report is not noted anew.
const seenAgain = time.Hour

// keepView notes that the viewer looked at a report.
func (s *Service) keepView(ctx context.Context, v op.Viewer, which id.ID, form string) error {
	n, err := db.Value[int](ctx, s.db, `select count(*) from report_view
		where space = $1 and release = $2 and member = $3 and form = $4 and at > $5`, v.Space, which, v.Member, form, v.Now.Add(-seenAgain).UnixMicro())
	if err != nil || n > 0 {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := db.Insert(ctx, tx, "report_view", db.Row{
			"space": v.Space, "id": id.New(), "release": which, "member": v.Member, "form": form,
			"at": v.Now.UnixMicro(),
		}, "")
		return err
	})
}

// view is that somebody looked at a report.
type view struct {
	Release id.ID
	Member  id.ID
	Form    string
	At      int64
}

func (s *Service) views(ctx context.Context, v op.Viewer) ([]view, error) {
	return db.Select[view](ctx, s.db, `select release, member, form, at from report_view where space = $1
		order by at desc, id desc limit 500`, v.Space)
}
