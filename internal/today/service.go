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
	if err := s.settle(ctx, v); err != nil {
		return nil, err
	}
	answered, err := db.Values[string](ctx, s.db, `select move from move_answer
		where space = $1 and owner = $2 and (until = 0 or until > $3)`,
		v.Space, v.Member, v.Now.UnixMicro())
	if err != nil {
		return nil, err
	}
	away := make(map[string]bool, len(answered))
	for _, key := range answered {
		away[key] = true
	}
	gone, err := s.gone(ctx, v)
	if err != nil {
		return nil, err
	}
	var all []move.Move
	for _, r := range s.rooms {
		if r.Proposer == nil {
			continue
		}
		moves, err := r.Proposer.Propose(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, m := range moves {
			if !away[m.Key] && tactful(m, gone) {
				all = append(all, m)
			}
		}
	}
	return Pick(all, Most), nil
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

// Answer remembers what the viewer said of a move.
func (s *Service) Answer(ctx context.Context, v op.Viewer, key, answer string) error {
	until := int64(0)
	switch answer {
	case Done:
		until = v.Now.Add(doneFor).UnixMicro()
	case Later:
		until = v.Now.Add(laterFor).UnixMicro()
	case Never:
	default:
		return fault.New(fault.Invalid, "An answer is done, later or never.").WithField("answer")
	}
	_, err := s.db.ExecContext(ctx, `insert into move_answer (space, owner, move, answer, until, at)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (space, owner, move) do update set answer = excluded.answer, until = excluded.until,
		at = excluded.at`,
		v.Space, v.Member, key, answer, until, v.Now.UnixMicro())
	return db.Fault(err)
}

// Output is the viewer's day.
type Output struct {
	Moves []move.Move `json:"moves"`
}

// AnswerInput is what the viewer says of a move.
type AnswerInput struct {
	Move   string `json:"move" arg:"1" doc:"the key of the move" maxLength:"400"`
	Answer string `json:"answer" arg:"2" doc:"done, later or never" enum:"done,later,never"`
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
			"Say that a move is done, or is not for now, or not for ever.",
			func(ctx context.Context, v op.Viewer, in AnswerInput) (op.None, error) {
				return op.None{}, s.Answer(ctx, v, in.Move, in.Answer)
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
