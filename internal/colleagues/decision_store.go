package colleagues

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// keepDecision stores a proposal as it was judged.
func (s *Service) keepDecision(ctx context.Context, v op.Viewer, d Decision) error {
	d.Title = strings.Join(strings.Fields(d.Title), " ")
	if d.Title == "" || utf8.RuneCountInString(d.Title) > longestDecision || strings.ContainsRune(d.Title, 0) {
		return fault.New(fault.Invalid, "What it is about has 1 to %d characters.", longestDecision).WithField("title")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		n, err := db.Value[int](ctx, tx, `select count(*) from decision where space = $1 and owner = $2`,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		if n >= mostDecisions {
			return fault.New(fault.Conflict, "You keep %d decisions already.", n).WithHint("Forget some first.")
		}
		if _, err := db.Insert(ctx, tx, "decision", db.Row{
			"space": v.Space, "id": d.ID, "owner": v.Member, "title": d.Title, "quorum": d.Quorum, "chance": d.Chance,
			"outcome": Open, "created": v.Now.UnixMicro(), "closed": 0,
		}, ""); err != nil {
			return err
		}
		for i, voice := range d.Voices {
			row := db.Row{
				"space": v.Space, "decision": d.ID, "place": i, "person": id.Zero, "name": voice.Person.Name,
				"votes": voice.Votes, "known": 0, "stance": 0.0, "talk": voice.Talk, "talked": 0, "vote": "",
			}
			if voice.Person.ID != nil { // their name is that of the person, and goes with them
				row["person"], row["name"] = *voice.Person.ID, ""
			}
			if voice.Stance != nil {
				row["known"], row["stance"] = 1, *voice.Stance
			}
			if _, err := db.Insert(ctx, tx, "decision_voice", row, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// Decisions returns what the viewer keeps of proposals, open ones first, the newest first.
func (s *Service) Decisions(ctx context.Context, v op.Viewer) ([]Decision, error) {
	rows, err := db.Select[struct {
		ID              id.ID
		Title           string
		Quorum, Chance  float64
		Outcome         Outcome
		Created, Closed int64
		Place           int
		Person          id.ID
		Name            string
		Votes           float64
		Known           int
		Stance          float64
		Talk, Talked    int
		Vote            Vote
	}](ctx, s.db, `select d.id, d.title, d.quorum, d.chance, d.outcome, d.created, d.closed,
		coalesce(w.place, -1) as place, coalesce(w.person, $3) as person, coalesce(w.name, '') as name,
		coalesce(w.votes, 0.0) as votes, coalesce(w.known, 0) as known, coalesce(w.stance, 0.0) as stance,
		coalesce(w.talk, 0) as talk, coalesce(w.talked, 0) as talked, coalesce(w.vote, '') as vote
		from decision d left join decision_voice w on w.space = d.space and w.decision = d.id
		where d.space = $1 and d.owner = $2
		order by case when d.outcome = 'open' then 0 else 1 end, d.created desc, d.id, w.place`,
		v.Space, v.Member, id.Zero)
	if err != nil || len(rows) == 0 {
		return []Decision{}, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []Decision
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != r.ID {
			one := Decision{
				ID: r.ID, Title: r.Title, Quorum: r.Quorum, Chance: r.Chance, Outcome: r.Outcome,
				Created: time.UnixMicro(r.Created).UTC(), Voices: []Voice{},
			}
			if r.Closed > 0 {
				at := time.UnixMicro(r.Closed).UTC()
				one.Closed = &at
			}
			out = append(out, one)
		}
		if r.Place < 0 {
			continue
		}
		voice := Voice{
			Person: Party{Name: r.Name}, Votes: r.Votes, Talk: r.Talk, Talked: r.Talked > 0, Vote: r.Vote,
			place: r.Place,
		}
		if !r.Person.IsZero() {
			key := everybody.Canonical(r.Person)
			ref, seen := everybody.Ref(key)
			if !seen {
				continue // hidden since
			}
			voice.Person = Party{ID: &key, Name: ref.Name}
		}
		if r.Known > 0 {
			voice.Stance = &r.Stance
		}
		last := &out[len(out)-1]
		last.Voices = append(last.Voices, voice)
	}
	return out, nil
}

func (s *Service) decision(ctx context.Context, v op.Viewer, key id.ID) (Decision, error) {
	list, err := s.Decisions(ctx, v)
	if err != nil {
		return Decision{}, err
	}
	i := slices.IndexFunc(list, func(d Decision) bool { return d.ID == key })
	if i < 0 {
		return Decision{}, fault.New(fault.NotFound, "There is no such decision of yours.").
			WithHint("See gave colleagues decisions.")
	}
	return list[i], nil
}

// noteOutcome stores what became of a decision: the outcome, and of each voice whether there was a talk, and the vote.
func (s *Service) noteOutcome(ctx context.Context, v op.Viewer, d Decision) error {
	closed := int64(0)
	if d.Outcome != Open {
		closed = v.Now.UnixMicro()
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `update decision set outcome = $4, closed = $5
			where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, d.ID, d.Outcome, closed)
		if err != nil || n == 0 {
			return err
		}
		for _, voice := range d.Voices {
			talked := 0
			if voice.Talked {
				talked = 1
			}
			if _, err := db.Exec(ctx, tx, `update decision_voice set talked = $4, vote = $5
				where space = $1 and decision = $2 and place = $3`, v.Space, d.ID, voice.place, talked,
				voice.Vote); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropDecision forgets a decision.
func (s *Service) dropDecision(ctx context.Context, v op.Viewer, key id.ID) error {
	n, err := db.Exec(ctx, s.db, `delete from decision where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, key)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such decision of yours.").
			WithHint("See gave colleagues decisions.")
	}
	return err
}
