package ask

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Answer says to the author of somebody else's ask that the viewer helps, does not, or knows somebody. The last word
// counts; who was thanked already has helped.
func (s *Service) Answer(ctx context.Context, v op.Viewer, key id.ID, word Word, note string) (Ask, error) {
	a, err := s.Get(ctx, v, key)
	if err != nil {
		return a, err
	}
	if note, err = noteOf(word, note); err != nil {
		return a, err
	}
	switch {
	case a.Own:
		return a, fault.New(fault.Invalid, "This is your own.").WithHint("Note who helped you instead.")
	case a.State == Closed:
		return a, fault.New(fault.Conflict, "It is closed.")
	case !slices.Contains(words, word):
		return a, fault.New(fault.Invalid, "The answer is yes, no or knows.").WithField("answer")
	case v.Person.IsZero():
		return a, fault.New(fault.Invalid, "Gave does not know yet who you are in this network.").
			WithHint("Import your mail with --me, or ask an owner of the space.")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Insert(ctx, tx, "ask_answer", db.Row{
			"space": v.Space, "ask": key, "member": v.Member, "person": v.Person, "answer": word.number(),
			"note": note, "at": v.Now.UnixMicro(),
		}, `on conflict (space, ask, member) do update set person = excluded.person, answer = excluded.answer,
			note = excluded.note, at = excluded.at`); err != nil {
			return err
		}
		if word == Yes {
			if err := s.involve(ctx, tx, v, key, v.Person, helped, note); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `update ask set state = 'answered', changed = $3
				where space = $1 and id = $2 and state = 'open'`, v.Space, key, v.Now.UnixMicro()); err != nil {
				return db.Fault(err)
			}
		} else if _, err := tx.ExecContext(ctx, `delete from ask_person where space = $1 and ask = $2 and person = $3
			and part = 3 and thanked = 0`, v.Space, key, v.Person); err != nil {
			return db.Fault(err)
		}
		return s.answered(ctx, tx, v, key)
	})
	if err != nil {
		return a, err
	}
	return s.Get(ctx, v, key)
}

type answerRow struct {
	Ask, Member, Person id.ID
	Answer              int
	Note                string
	At                  int64
}

// answers returns what members said to asks.
func (s *Service) answers(ctx context.Context, v op.Viewer, asks []id.ID) ([]answerRow, error) {
	var out []answerRow
	for _, chunk := range db.Chunks(asks) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[answerRow](ctx, s.db, `select ask, member, person, answer, note, at from ask_answer
			where space = $1 and ask in (`+in+`) order by at, member`, append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// brought reads asks that were brought to the viewer, whatever their audience is.
func (s *Service) brought(ctx context.Context, v op.Viewer, asks []id.ID) (map[id.ID]askRow, error) {
	out := map[id.ID]askRow{}
	for _, chunk := range db.Chunks(asks) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[askRow](ctx, s.db, `select `+askColumns+` from ask a where a.space = $1
			and a.id in (`+in+`)`, append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = r
		}
	}
	return out, nil
}

// tell brings what came of an ask to who helped and who named somebody, and notes whom it reached: those were told.
func (s *Service) tell(ctx context.Context, tx db.Queryer, v op.Viewer, a Ask) error {
	var to []id.ID
	for _, h := range a.Helped {
		to = append(to, h.ID)
	}
	for _, x := range a.Answers {
		if x.Answer == Knows && !slices.Contains(to, x.ID) {
			to = append(to, x.ID)
		}
	}
	reached, err := s.outcome(ctx, tx, v, a.ID, to)
	if err != nil {
		return err
	}
	return s.noteTold(ctx, tx, v, a.ID, reached)
}

// noteTold notes that some of those who helped heard how it ended.
func (s *Service) noteTold(ctx context.Context, tx db.Queryer, v op.Viewer, ask id.ID, people []id.ID) error {
	for _, person := range people {
		cluster, err := s.network.Cluster(ctx, tx, v, person)
		if err != nil {
			return err
		}
		in, args := db.In(4, cluster)
		if _, err := tx.ExecContext(ctx, `update ask_person set told = $3 where space = $1 and ask = $2 and part = 3
			and told = 0 and person in (`+in+`)`,
			append([]any{v.Space, ask, v.Now.UnixMicro()}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// ToldByHand notes that the viewer told somebody who helped how it ended.
func (s *Service) ToldByHand(ctx context.Context, v op.Viewer, key id.ID, reference string) (Ask, error) {
	a, err := s.own(ctx, v, key)
	if err != nil {
		return a, err
	}
	if a.State != Closed {
		return a, fault.New(fault.Conflict, "It is not closed yet.").WithHint("Close it first, and say how it ended.")
	}
	p, err := s.helper(ctx, v, a, reference)
	if err != nil {
		return a, err
	}
	if !slices.ContainsFunc(a.Helped, func(h Involved) bool { return h.ID == p.ID }) {
		return a, fault.New(fault.NotFound, "%s is not among those who helped with this.", p.Name)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.noteTold(ctx, tx, v, key, []id.ID{p.ID}) })
	if err != nil {
		return a, err
	}
	return s.Get(ctx, v, key)
}

// at is when an answer was given.
func (r answerRow) at() time.Time { return time.UnixMicro(r.At).UTC() }
