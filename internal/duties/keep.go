package duties

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

const (
	// Least and Most are after how many months what is old may be thrown away.
	Least, Most = 1, 600

	// ownPause is how long after it was made a rule of a member begins to hold, and spacePause one of the space:
	// whoever it is about has that long to take out what they want to keep, and a slip can be taken back.
	ownPause, spacePause = 24 * time.Hour, 14 * 24 * time.Hour

	// often is how often rules are carried out.
	often = 24 * time.Hour
)

// Rule says after how many months what is old is thrown away.
type Rule struct {
	Kind   string     `json:"kind"`
	Title  string     `json:"title" doc:"what it is about"`
	Months int        `json:"months" doc:"what is older goes; 0 when nothing does by itself"`
	Space  bool       `json:"space" doc:"it is of the whole space, and not only of what is yours"`
	Begins *time.Time `json:"begins" doc:"from when on it holds; null without a rule"`
	Done   *time.Time `json:"done" doc:"when it was last carried out"`
	Cost   string     `json:"cost" doc:"what goes with it"`

	Governs bool `json:"-"` // it can be of the whole space only
}

// Preview is what a rule would throw away of what is the viewer's.
type Preview struct {
	Rule
	Before time.Time  `json:"before" doc:"what is older goes"`
	Rows   int        `json:"rows" doc:"how much of what is yours that is now"`
	Total  int        `json:"total" doc:"of how much"`
	Oldest *time.Time `json:"oldest" doc:"the oldest of it"`
}

// Rules returns a rule for each kind that the viewer may make one of: for the space where they govern it and have one,
// else their own. Kinds without a rule stand with 0 months.
func (s *Service) Rules(ctx context.Context, v op.Viewer) ([]Rule, error) {
	rows, err := s.rules(ctx, v)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []Rule
	for _, a := range s.ages() {
		found := 0
		for _, r := range rows {
			if r.Kind == a.Kind {
				one := ruleOf(p.T(a.Title), p.T(a.Cost), r)
				one.Governs = a.Governs
				out = append(out, one)
				found++
			}
		}
		if found == 0 && (!a.Governs || v.Role >= op.Owner) {
			out = append(out, Rule{
				Kind: a.Kind, Title: p.T(a.Title), Cost: p.T(a.Cost), Space: a.Governs,
				Governs: a.Governs,
			})
		}
	}
	return out, nil
}

func ruleOf(title, cost string, r ruleRow) Rule {
	begins := time.UnixMicro(r.Begins).UTC()
	out := Rule{
		Kind: r.Kind, Title: title, Cost: cost, Months: r.Months, Space: r.Owner.IsZero(), Begins: &begins,
	}
	if r.Done > 0 {
		done := time.UnixMicro(r.Done).UTC()
		out.Done = &done
	}
	return out
}

// check returns the kind of a rule that the viewer may make.
func (s *Service) check(v op.Viewer, kind string, months int, space bool) (room.Age, error) {
	a, ok := s.age(kind)
	if !ok {
		return a, fault.New(fault.Invalid, "There is no rule for %q; there are rules for %s.", kind,
			strings.Join(kinds(s.ages()), ", ")).WithField("kind")
	}
	if months < Least || months > Most {
		return a, fault.New(fault.Invalid, "A rule is of %d to %d months.", Least, Most).WithField("months")
	}
	if space || a.Governs {
		return a, v.May(op.Owner)
	}
	return a, nil
}

// before is the moment up to which a rule of so many months throws away.
func before(now time.Time, months int) time.Time { return now.AddDate(0, -months, 0) }

// Preview says what a rule would throw away of what is the viewer's, and throws nothing away.
func (s *Service) Preview(ctx context.Context, v op.Viewer, kind string, months int, space bool) (Preview, error) {
	a, err := s.check(v, kind, months, space)
	if err != nil {
		return Preview{}, err
	}
	p := v.Printer()
	out := Preview{
		Rule: Rule{
			Kind: kind, Title: p.T(a.Title), Cost: p.T(a.Cost), Months: months, Space: space || a.Governs,
		},
		Before: before(v.Now, months).UTC(),
	}
	counted, err := s.count(ctx, v, a, out.Before)
	if err != nil {
		return Preview{}, err
	}
	out.Rows, out.Total = counted.Old, counted.Total
	if counted.Old > 0 {
		oldest := time.UnixMicro(counted.Oldest).UTC()
		out.Oldest = &oldest
	}
	begins := s.begins(v.Now, out.Space)
	out.Begins = &begins
	return out, nil
}

func (s *Service) begins(now time.Time, space bool) time.Time {
	if space {
		return now.Add(spacePause).UTC()
	}
	return now.Add(ownPause).UTC()
}

// Keep makes a rule: of the space, or of what is the viewer's. 0 months take it away.
func (s *Service) Keep(ctx context.Context, v op.Viewer, kind string, months int, space bool) (Preview, error) {
	owner := v.Member
	if a, _ := s.age(kind); space || a.Governs {
		owner, space = id.Zero, true
	}
	if months == 0 {
		if _, err := s.check(v, kind, Least, space); err != nil {
			return Preview{}, err
		}
		n, err := removeRule(ctx, s.db, v.Space, owner, kind)
		if err == nil && n > 0 && space {
			err = s.network.Note(ctx, s.db, v, "retention", kind+" 0")
		}
		return Preview{Rule: Rule{Kind: kind, Space: space}}, err
	}
	out, err := s.Preview(ctx, v, kind, months, space)
	if err != nil {
		return out, err
	}
	if err := setRule(ctx, s.db, ruleRow{
		Space: v.Space, Owner: owner, Kind: kind, Months: months, Author: v.Member, At: v.Now.UnixMicro(),
		Begins: out.Begins.UnixMicro(),
	}); err != nil {
		return out, err
	}
	if space {
		err = s.network.Note(ctx, s.db, v, "retention", kind+" "+strconv.Itoa(months))
	}
	return out, err
}

// Sweep carries out the rules that are due, in all spaces; of several nodes one does each. What fails is told and tried
// again the next day, and keeps no other rule waiting.
func (s *Service) Sweep(
	ctx context.Context, now time.Time, viewerOf func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) error {
	due, err := s.due(ctx, now, now.Add(-often))
	if err != nil {
		return err
	}
	for _, r := range due {
		a, ok := s.age(r.Kind)
		if !ok { // of a newer program on the same database
			continue
		}
		mine, err := s.take(ctx, r, now)
		if err != nil {
			return err
		}
		if !mine {
			continue
		}
		gone, err := s.throwAway(ctx, r, a, before(now, r.Months))
		if err != nil {
			slog.ErrorContext(ctx, "throwing away what is old", "kind", r.Kind, "error", fault.Discreet(err))
			continue
		}
		if gone == 0 {
			continue
		}
		if a.After != nil {
			if _, err := s.network.Settle(ctx, r.Space, now); err != nil {
				return err
			}
		}
		v, err := viewerOf(ctx, r.Space, r.Author)
		if fault.CodeOf(err) == fault.NotFound { // they left, and the rule of the space stays
			v, err = op.Viewer{Space: r.Space}, nil
		}
		if err == nil {
			err = s.network.Note(ctx, s.db, v, "retention.done", r.Kind+" "+strconv.Itoa(gone))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// kinds are the words of all kinds.
func kinds(list []room.Age) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Kind)
	}
	slices.Sort(out)
	return out
}
