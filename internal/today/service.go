package today

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
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
	Done  = "done"  // it was done; it may come again after doneFor, or when it says, when there is new reason
	Later = "later" // not now
	Never = "never" // not this, ever
	Undo  = "undo"  // the answer is taken back
	Act   = "act"   // what the move proposes is done by Gave, such as a merge
	Other = "other" // so is what can be done instead
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
	reach  func(ctx context.Context, v op.Viewer, person id.ID) (move.Reach, error)

	operations *op.Registry
}

// NewService returns the service. settle brings the ties of the viewer's space up to date before they are read; member
// says whose day the secret address of a feed shows; gone says who died, as far as the viewer knows; reach where
// somebody can be written to.
func NewService(
	d *db.DB, settle func(ctx context.Context, v op.Viewer) error,
	member func(ctx context.Context, secret string) (op.Viewer, error),
	gone func(ctx context.Context, v op.Viewer) (map[id.ID]bool, error),
	reach func(ctx context.Context, v op.Viewer, person id.ID) (move.Reach, error),
) *Service {
	return &Service{db: d, settle: settle, member: member, gone: gone, reach: reach}
}

// SetRooms says which rooms propose moves, and by which operations what was done is recorded.
func (s *Service) SetRooms(rooms []room.Room, operations *op.Registry) {
	s.rooms, s.operations = rooms, operations
}

// Today returns at most seven moves for the viewer.
func (s *Service) Today(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	day, err := s.Day(ctx, v)
	return day.Moves, err
}

// warm has every room look for moves, which reads the network and what is known of everybody.
func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	_, err := s.proposed(ctx, v)
	return err
}

// Day is what a day holds.
type Day struct {
	Moves   []move.Move // seven at most
	Done    []Answered  // today, the last first
	Missing []Missing   // what the rooms have nothing to rest on yet, in their order; none once that is put away
}

// Day returns the viewer's day.
func (s *Service) Day(ctx context.Context, v op.Viewer) (Day, error) {
	all, err := s.proposed(ctx, v)
	if err != nil {
		return Day{}, err
	}
	said, err := s.answers(ctx, v)
	if err != nil {
		return Day{}, err
	}
	left := slices.DeleteFunc(all, func(m move.Move) bool { return said.away[m.Key] })
	return Day{Pick(left, said.past, v.Now, Most), said.done, said.missing}, nil
}

// Find returns a move by its key, when it is proposed to the viewer now and not answered.
func (s *Service) Find(ctx context.Context, v op.Viewer, key string) (move.Move, bool, error) {
	all, err := s.proposed(ctx, v)
	if err != nil {
		return move.Move{}, false, err
	}
	said, err := s.answers(ctx, v)
	i := slices.IndexFunc(all, func(m move.Move) bool { return m.Key == key })
	if err != nil || i < 0 || said.away[key] {
		return move.Move{}, false, err
	}
	return all[i], true, nil
}

// proposed returns all moves that the rooms propose and that are tactful, in the order of the rooms.
func (s *Service) proposed(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	if err := s.settle(ctx, v); err != nil {
		return nil, err
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
			if tactful(m, gone) {
				all = append(all, m)
			}
		}
	}
	// Who needs something is helped by what meets it; the bare need is brought up when nothing does.
	met := map[string]bool{}
	for _, m := range all {
		met[m.Wish] = met[m.Wish] || m.Wish != "" && m.Kind != kindOfNeeds
	}
	return slices.DeleteFunc(all, func(m move.Move) bool { return m.Kind == kindOfNeeds && met[m.Wish] }), nil
}

// Missing is something that a part of Gave has to rest on and that is not there yet.
type Missing struct {
	Principle string `json:"principle" doc:"the part of Gave that rests on it"`
	What      string `json:"what"`
	Why       string `json:"why"`
	Label     string `json:"label" doc:"the act by which it comes"`
	Page      string `json:"page" doc:"where that is done"`
}

// missingKey is the answer of a viewer who had rather not see what is missing any more.
const missingKey = "missing"

// ground is what a room rests on.
type ground struct {
	room room.Room
	room.Ground
}

// grounds are what the rooms rest on, in their order.
func (s *Service) grounds() []ground {
	var out []ground
	for _, r := range s.rooms {
		for _, g := range r.Grounds {
			out = append(out, ground{r, g})
		}
	}
	return out
}

// in says in the words of p what is not there.
func (g ground) in(p *locale.Printer) Missing {
	return Missing{p.T(g.room.Title), p.T(g.Missing), p.T(g.Why), p.T(g.Label), g.Address}
}

// Answered is a move that was done.
type Answered struct {
	Move string
	What string // what it said
	At   time.Time
}

// answers is what the viewer said of moves, and what is missing.
type answers struct {
	away    map[string]bool // the keys of the moves that are away now
	done    []Answered      // today, the last first
	past    []Past          // done lately
	missing []Missing
}

// answers reads what the viewer said of moves, and asks in the same statement which of the grounds are not there.
func (s *Service) answers(ctx context.Context, v op.Viewer) (answers, error) {
	// Who the viewer is in the network, and nobody, are for the grounds; an answer is never theirs.
	query := `select move, answer, what, principle, kind, people, at from move_answer
		where space = $1 and owner = $2 and owner not in ($3, $4) and (until = 0 or until > $5)`
	grounds := s.grounds()
	for i, g := range grounds {
		query += fmt.Sprintf(` union all select '%02d', '%s', '', '', '', '', 0 where not exists
			(select 1 from %s where space = $1 and %s)`, i, missingKey, g.Table, g.Where)
	}
	rows, err := db.Select[struct {
		Move, Answer, What, Principle, Kind, People string
		At                                          int64
	}](ctx, s.db, query+` order by at desc, move`, v.Space, v.Member, v.Person, id.Zero, v.Now.UnixMicro())
	if err != nil {
		return answers{}, err
	}
	now, p := v.Now.In(v.Printer().Zone), v.Printer()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	out := answers{away: make(map[string]bool, len(rows))}
	for _, r := range rows {
		if r.Answer == missingKey {
			i, err := strconv.Atoi(r.Move)
			if err != nil {
				return answers{}, err
			}
			out.missing = append(out.missing, grounds[i].in(p))
			continue
		}
		out.away[r.Move] = true
		at := time.UnixMicro(r.At)
		if r.Answer != Done {
			continue
		}
		if r.What != "" && !at.Before(midnight) {
			out.done = append(out.done, Answered{r.Move, r.What, at})
		}
		past := Past{Principle: r.Principle, Kind: r.Kind, At: at}
		for word := range strings.FieldsSeq(r.People) {
			if person, err := id.Parse(word); err == nil {
				past.People = append(past.People, person)
			}
		}
		out.past = append(out.past, past)
	}
	if out.away[missingKey] {
		out.missing = nil
	}
	return out, nil
}

// tactful is the last net: no move says what the lists call delicate, and none is about somebody who died. What people
// wrote has been through the whole gate where it came from. The names of those it is
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
	return !slices.ContainsFunc(lines, tact.Listed)
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

// back is how what an answer recorded is taken back.
type back struct {
	Operation string              `json:"operation"`
	Input     map[string][]string `json:"input"`
}

// Answer remembers what the viewer said of a move. What was done is recorded: a gift, a need that is met, contact.
// It says whether the answer can be taken back.
func (s *Service) Answer(ctx context.Context, v op.Viewer, in AnswerInput) (undoable bool, err error) {
	until := int64(0)
	switch in.Answer {
	case Done, Act, Other: // until when depends on the move
	case Later:
		at, err := backAt(v, in.Until)
		if err != nil {
			return false, err
		}
		until = at.UnixMicro()
	case Never:
	case Undo:
		return false, s.undo(ctx, v, in.Move)
	default:
		return false, fault.New(fault.Invalid, "An answer is done, later, never or undo.").WithField("answer")
	}
	moves, err := s.proposed(ctx, v)
	if err != nil {
		return false, err
	}
	var m move.Move // none when the reason for it went away meanwhile
	if i := slices.IndexFunc(moves, func(m move.Move) bool { return m.Key == in.Move }); i >= 0 {
		m = moves[i]
	}
	var effects []move.Effect
	switch {
	case in.Answer == Done:
		effects = m.Effects
	case in.Answer == Act && m.Action.Operation != "":
		effects = []move.Effect{m.Action.Effect()}
	case in.Answer == Other && m.Other != nil && m.Other.Operation != "":
		effects = []move.Effect{m.Other.Effect()}
	case in.Answer == Act || in.Answer == Other:
		return false, fault.New(fault.Conflict, "This was answered meanwhile.")
	}
	if in.Answer == Act || in.Answer == Other {
		in.Answer = Done
	}
	if in.Answer == Done {
		until = v.Now.Add(cmp.Or(m.Rests, doneFor)).UnixMicro()
	}
	undo, undoable, err := s.record(ctx, v, effects)
	if err != nil {
		return false, err
	}
	_, err = db.Insert(ctx, s.db, "move_answer", db.Row{
		"space": v.Space, "owner": v.Member, "move": in.Move, "answer": in.Answer, "until": until,
		"at": v.Now.UnixMicro(), "what": m.What, "undo": undo, "principle": m.Principle, "kind": m.Kind,
		"people": strings.Join(keysOf(m.People), " "),
	}, `on conflict (space, owner, move) do update set answer = excluded.answer, until = excluded.until,
		at = excluded.at, what = excluded.what, undo = excluded.undo, principle = excluded.principle,
		kind = excluded.kind, people = excluded.people`)
	return undoable, db.Fault(err)
}

func keysOf(people []move.Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.ID.String()
	}
	return out
}

// record does what the effects say. It returns how that is taken back, as JSON, and whether all of it can be.
func (s *Service) record(ctx context.Context, v op.Viewer, effects []move.Effect) (string, bool, error) {
	if len(effects) == 0 {
		return "", true, nil
	}
	undoable := true
	var undo []back
	for _, e := range effects {
		out, err := s.run(ctx, v, e.Operation, e.Input)
		if err != nil {
			return "", false, err
		}
		if e.Undo == "" {
			undoable = false
			continue
		}
		input := maps.Clone(e.UndoInput)
		if input == nil { // what the operation answered names what it made
			answered, err := json.Marshal(out)
			if err != nil {
				return "", false, err
			}
			said := map[string]any{}
			if err := json.Unmarshal(answered, &said); err != nil {
				return "", false, fmt.Errorf("today: %s answers with no fields: %w", e.Operation, err)
			}
			input = map[string][]string{}
			for field, value := range said {
				if name, ok := value.(string); ok {
					input[field] = []string{name}
				}
			}
		}
		undo = append(undo, back{e.Undo, input})
	}
	text, err := json.Marshal(undo)
	return string(text), undoable, err
}

// undo takes an answer back, with what it recorded. What is gone meanwhile is no longer there to be taken back.
func (s *Service) undo(ctx context.Context, v op.Viewer, key string) error {
	recorded, err := db.Values[string](ctx, s.db, `select undo from move_answer
		where space = $1 and owner = $2 and move = $3`, v.Space, v.Member, key)
	if err != nil {
		return err
	}
	for _, text := range recorded {
		var list []back
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return err
		}
		for _, b := range list {
			if _, err := s.run(ctx, v, b.Operation, b.Input); err != nil && fault.CodeOf(err) != fault.NotFound {
				return err
			}
		}
	}
	_, err = db.Exec(ctx, s.db, `delete from move_answer where space = $1 and owner = $2 and move = $3`,
		v.Space, v.Member, key)
	return err
}

// run calls an operation with what its fields are to be.
func (s *Service) run(ctx context.Context, v op.Viewer, name string, input map[string][]string) (any, error) {
	o, ok := s.operations.Find(name)
	if !ok {
		return nil, fmt.Errorf("today: there is no operation %s", name)
	}
	in, err := o.Form(input)
	if err != nil {
		return nil, err
	}
	return s.operations.Call(ctx, v, name, in)
}

// Letters writes to the first person of each move, and to the second where both are written to, each in the language in
// which the viewer and they write. It returns where these two can be written to.
func (s *Service) Letters(ctx context.Context, v op.Viewer, moves []move.Move) ([][2]move.Reach, error) {
	out := make([][2]move.Reach, len(moves))
	for i := range moves {
		m := &moves[i]
		for n, letter := range []struct {
			draft move.Draft
			said  *string
		}{{m.Draft, &m.Letter}, {m.OtherDraft, &m.OtherLetter}} {
			if n >= len(m.People) || n > 0 && letter.draft.Empty() {
				continue
			}
			var err error
			if out[i][n], err = s.reach(ctx, v, m.People[n].ID); err != nil {
				return nil, err
			}
			*letter.said = letter.draft.In(locale.New(locale.Or(out[i][n].Lang, v.Lang), v.Zone))
		}
	}
	return out, nil
}

// Output is the viewer's day.
type Output struct {
	Moves []move.Move `json:"moves"`
}

// AnswerInput is what the viewer says of a move.
type AnswerInput struct {
	Move   string `json:"move" arg:"1" doc:"the key of the move" maxLength:"400"`
	Answer string `json:"answer" arg:"2" doc:"done, later, never, act or other for what Gave can do itself, or undo" enum:"done,later,never,act,other,undo"`
	Until  string `json:"until,omitempty" doc:"when later is: evening, tomorrow or week" enum:"evening,tomorrow,week"`
}

// Operations returns what can be done with the day.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("today", http.MethodGet, "/today", op.Member, "Say what to do today.",
			func(ctx context.Context, v op.Viewer, _ op.None) (Output, error) {
				moves, err := s.Today(ctx, v)
				if err == nil {
					_, err = s.Letters(ctx, v, moves)
				}
				return Output{moves}, err
			}).With("At most seven moves, each with its why. Answer one with gave today answer.", "gave today"),
		op.New("today.missing", http.MethodGet, "/today/missing", op.Member,
			"Say what the principles have nothing to rest on yet.",
			func(ctx context.Context, v op.Viewer, _ op.None) (MissingOutput, error) {
				said, err := s.answers(ctx, v)
				return MissingOutput{said.missing}, err
			}),
		op.New("today.answer", http.MethodPost, "/today/answers", op.Member,
			"Say that a move is done, or is not for now, or not for ever, or take that back.",
			func(ctx context.Context, v op.Viewer, in AnswerInput) (op.None, error) {
				_, err := s.Answer(ctx, v, in)
				return op.None{}, err
			}),
	}
}

// MissingOutput is what is not there yet.
type MissingOutput struct {
	Missing []Missing `json:"missing"`
}

// Text prints a line for each.
func (o MissingOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, m := range o.Missing {
		fmt.Fprintf(&b, "%s: %s. %s\n", m.Principle, m.What, m.Why)
	}
	if len(o.Missing) == 0 {
		b.WriteString(p.T("Nothing is missing.") + "\n")
	}
	return b.String()
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
