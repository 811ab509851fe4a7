package today

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/tact"
)

// The answers to a move, and how long each keeps it away.
const (
	Done  = "done"  // it was done; it may come again after doneFor when there is new reason
	Later = "later" // not now
	Never = "never" // not this, ever
	Undo  = "undo"  // the answer is taken back
)

const (
	doneFor  = 30 * 24 * time.Hour
	laterFor = 7 * 24 * time.Hour
)

// Service makes the viewer's day.
type Service struct {
	db     *db.DB
	settle func(ctx context.Context, v op.Viewer) error
	member func(ctx context.Context, secret string) (op.Viewer, error)
	rooms  []room.Room
	gone   func(ctx context.Context, v op.Viewer) (map[id.ID]bool, error)
}

// NewService returns the service. settle brings the ties of the viewer's space up to date before they are read; member
// says whose day the secret address of a feed shows; gone says who died, as far as the viewer knows.
func NewService(
	d *db.DB, settle func(ctx context.Context, v op.Viewer) error,
	member func(ctx context.Context, secret string) (op.Viewer, error),
	gone func(ctx context.Context, v op.Viewer) (map[id.ID]bool, error),
) *Service {
	return &Service{db: d, settle: settle, member: member, gone: gone}
}

// SetRooms says which rooms propose moves.
func (s *Service) SetRooms(rooms []room.Room) { s.rooms = rooms }

// Today returns at most seven moves for the viewer.
func (s *Service) Today(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	moves, _, err := s.Day(ctx, v)
	return moves, err
}

// Day returns the viewer's moves, seven at most, and those that were done today, the last first.
func (s *Service) Day(ctx context.Context, v op.Viewer) ([]move.Move, []Answered, error) {
	if err := s.settle(ctx, v); err != nil {
		return nil, nil, err
	}
	away, done, err := s.answers(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	gone, err := s.gone(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	var all []move.Move
	for _, r := range s.rooms {
		if r.Proposer == nil {
			continue
		}
		moves, err := r.Proposer.Propose(ctx, v)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range moves {
			if !away[m.Key] && tactful(m, gone) {
				all = append(all, m)
			}
		}
	}
	return Pick(all, Most), done, nil
}

// Answered is a move that was done.
type Answered struct {
	Move string
	What string // what it said
	At   time.Time
}

// answers returns the keys of the moves that are away now, and the moves that were done today.
func (s *Service) answers(ctx context.Context, v op.Viewer) (away map[string]bool, done []Answered, err error) {
	rows, err := db.Select[struct {
		Move, Answer, What string
		At                 int64
	}](ctx, s.db, `select move, answer, what, at from move_answer
		where space = $1 and owner = $2 and (until = 0 or until > $3) order by at desc, move`,
		v.Space, v.Member, v.Now.UnixMicro())
	if err != nil {
		return nil, nil, err
	}
	now := v.Now.In(v.Printer().Zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	away = make(map[string]bool, len(rows))
	for _, r := range rows {
		away[r.Move] = true
		if at := time.UnixMicro(r.At); r.Answer == Done && r.What != "" && !at.Before(midnight) {
			done = append(done, Answered{r.Move, r.What, at})
		}
	}
	return away, done, nil
}

// tactful is the last net: no move says what is delicate, and none is about somebody who died. The names of those it is
// about are no facts.
func tactful(m move.Move, gone map[id.ID]bool) bool {
	lines := []string{m.What, m.Why}
	for _, e := range m.Evidence {
		lines = append(lines, e.Text)
	}
	for _, p := range m.People {
		if gone[p.ID] {
			return false
		}
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], p.Name, "…")
		}
	}
	return !tact.Any(lines...)
}

// The moments until which a move may be put off.
const (
	Evening  = "evening"
	Tomorrow = "tomorrow"
	Week     = "week"
)

// morning and evening are the hours of the viewer's day at which what was put off comes back.
const (
	morning = 6
	evening = 18
)

// backAt returns the moment at which a move that is put off comes back.
func backAt(v op.Viewer, until string) (time.Time, error) {
	now := v.Now.In(v.Printer().Zone)
	at := func(days, hour int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, 0, 0, 0, now.Location())
	}
	switch {
	case until == "" || until == Week:
		return v.Now.Add(laterFor), nil
	case until == Evening && now.Hour() < evening:
		return at(0, evening), nil
	case until == Evening || until == Tomorrow:
		return at(1, morning), nil
	}
	return time.Time{}, fault.New(fault.Invalid, "Later is this evening, tomorrow or in a week.").WithField("until")
}

// Answer remembers what the viewer said of a move.
func (s *Service) Answer(ctx context.Context, v op.Viewer, in AnswerInput) error {
	until := int64(0)
	switch in.Answer {
	case Done:
		until = v.Now.Add(doneFor).UnixMicro()
	case Later:
		at, err := backAt(v, in.Until)
		if err != nil {
			return err
		}
		until = at.UnixMicro()
	case Never:
	case Undo:
		_, err := s.db.ExecContext(ctx, `delete from move_answer where space = $1 and owner = $2 and move = $3`,
			v.Space, v.Member, in.Move)
		return db.Fault(err)
	default:
		return fault.New(fault.Invalid, "An answer is done, later, never or undo.").WithField("answer")
	}
	moves, err := s.Today(ctx, v)
	if err != nil {
		return err
	}
	what := ""
	for _, m := range moves {
		if m.Key == in.Move {
			what = m.What
		}
	}
	_, err = db.Insert(ctx, s.db, "move_answer", db.Row{
		"space": v.Space, "owner": v.Member, "move": in.Move, "answer": in.Answer, "until": until,
		"at": v.Now.UnixMicro(), "what": what,
	}, `on conflict (space, owner, move) do update set answer = excluded.answer, until = excluded.until,
		at = excluded.at, what = excluded.what`)
	return db.Fault(err)
}

// Output is the viewer's day.
type Output struct {
	Moves []move.Move `json:"moves"`
}

// AnswerInput is what the viewer says of a move.
type AnswerInput struct {
	Move   string `json:"move" arg:"1" doc:"the key of the move" maxLength:"400"`
	Answer string `json:"answer" arg:"2" doc:"done, later, never, or undo for the answer before" enum:"done,later,never,undo"`
	Until  string `json:"until,omitempty" doc:"when later is: evening, tomorrow or week" enum:"evening,tomorrow,week"`
}

// Operations returns what can be done with the day.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("today", http.MethodGet, "/today", op.Member, "Say what to do today.",
			func(ctx context.Context, v op.Viewer, _ op.None) (Output, error) {
				moves, err := s.Today(ctx, v)
				return Output{moves}, err
			}).With("At most seven moves, each with its why. Answer one with gave today answer.", "gave today"),
		op.New("today.answer", http.MethodPost, "/today/answers", op.Member,
			"Say that a move is done, or is not for now, or not for ever, or take that back.",
			func(ctx context.Context, v op.Viewer, in AnswerInput) (op.None, error) {
				return op.None{}, s.Answer(ctx, v, in)
			}),
	}
}

// Text prints the day.
func (o Output) Text(p *locale.Printer) string {
	if len(o.Moves) == 0 {
		return p.T("Nothing for today. Import your mail, calendar or contacts, or note something with gave capture.") +
			"\n"
	}
	var b strings.Builder
	for i, m := range o.Moves {
		fmt.Fprintf(&b, "%d. %s\n   %s\n", i+1, m.What, m.Why)
		for _, e := range m.Evidence {
			fmt.Fprintf(&b, "   · %s\n", e.Text)
		}
	}
	return b.String()
}
