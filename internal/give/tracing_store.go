package give

import (
	"context"
	"slices"
	"sync"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/give/trace"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// history returns what tracing needs, which is kept until any of it changes. Nobody changes it.
func (s *Service) history(ctx context.Context, v op.Viewer) (*history, error) {
	if err := s.network.SettleToRead(ctx, v); err != nil {
		return nil, err
	}
	return db.Keep(ctx, s.db, scope.Kept(v, "traces of "+v.Person.String()),
		[]string{"gift", "gift_person", "trace_answer", "tie", "person"},
		func(ctx context.Context, _ *history, _ db.Change) (*history, error) { return s.readHistory(ctx, v) })
}

func (s *Service) readHistory(ctx context.Context, v op.Viewer) (*history, error) {
	h := &history{number: map[id.ID]int32{}, answers: map[id.ID]id.ID{}}
	h.compared = sync.OnceValues(h.compare)
	var err error
	if h.gifts, err = s.own(ctx, v, Given); err != nil {
		return nil, err
	}
	if h.returns, err = s.own(ctx, v, CameIn); err != nil {
		return nil, err
	}
	number := func(person id.ID) int32 {
		n, ok := h.number[person]
		if !ok {
			n = int32(len(h.people))
			h.number[person] = n
			h.people = append(h.people, person)
		}
		return n
	}
	var ties []trace.Tie
	if err := s.network.AllTies(ctx, v, func(a, b id.ID, t tie.State) {
		// News does not travel over the giver, who knows what was given.
		if a == v.Person || b == v.Person {
			return
		}
		ties = append(ties, trace.Tie{
			A: number(a), B: number(b), Strength: tie.Strength(t.Peak), First: time.UnixMicro(t.FirstContact),
			Last: time.UnixMicro(t.AsOf),
		})
	}); err != nil {
		return nil, err
	}
	for _, g := range h.gifts {
		t := trace.Gift{At: g.At}
		for _, p := range g.People {
			t.Receivers = append(t.Receivers, number(p.ID))
		}
		h.traced = append(h.traced, t)
	}
	for _, r := range h.returns {
		for _, p := range r.People {
			number(p.ID)
		}
	}
	h.network = trace.NewNetwork(len(h.people), ties)
	answers, err := db.Select[struct{ Came, Gift id.ID }](ctx, s.db, `select came, gift from trace_answer
		where space = $1 and owner = $2`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		h.answers[a.Came] = a.Gift
	}
	var lags []time.Duration
	for _, r := range h.returns {
		if i := h.gift(h.answers[r.ID]); i >= 0 {
			lags = append(lags, r.At.Sub(h.gifts[i].At))
		}
	}
	h.lag = trace.UsualLag
	if len(lags) > 0 {
		h.lag = trace.Fit(lags)
	}
	return h, nil
}

// own lists what the viewer gave or got, not what others in the space did.
func (s *Service) own(ctx context.Context, v op.Viewer, direction Direction) ([]Gift, error) {
	list, err := s.List(ctx, v, direction, everything)
	if err != nil {
		return nil, err
	}
	mine, err := db.Values[id.ID](ctx, s.db, `select id from gift where space = $1 and owner = $2`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	own := make(map[id.ID]bool, len(mine))
	for _, key := range mine {
		own[key] = true
	}
	return slices.DeleteFunc(list, func(g Gift) bool { return !own[g.ID] }), nil
}

func (s *Service) confirm(ctx context.Context, v op.Viewer, in ConfirmInput) (TraceOutput, error) {
	h, err := s.history(ctx, v)
	if err != nil {
		return TraceOutput{}, err
	}
	at := slices.IndexFunc(h.returns, func(g Gift) bool { return g.ID == in.Return })
	switch i := h.gift(in.Gift); {
	case at < 0:
		return TraceOutput{}, fault.New(fault.NotFound, "There is no such return of yours.").
			WithHint("gave give returns lists them.")
	case i < 0 && !in.Gift.IsZero():
		return TraceOutput{}, fault.New(fault.NotFound, "There is no such gift of yours.").
			WithHint("gave give list lists them.").WithField("gift")
	case i >= 0 && !h.gifts[i].At.Before(h.returns[at].At):
		return TraceOutput{}, fault.New(fault.Invalid, "The gift came after the return.").WithField("gift")
	}
	if in.Undo {
		_, err = s.db.ExecContext(ctx, `delete from trace_answer where space = $1 and owner = $2 and came = $3`,
			v.Space, v.Member, in.Return)
	} else {
		_, err = s.db.ExecContext(ctx, `insert into trace_answer (space, owner, came, gift, at)
			values ($1, $2, $3, $4, $5)
			on conflict (space, owner, came) do update set gift = excluded.gift, at = excluded.at`,
			v.Space, v.Member, in.Return, in.Gift, v.Now.UnixMicro())
	}
	if err != nil {
		return TraceOutput{}, db.Fault(err)
	}
	return s.trace(ctx, v, ReturnInput{Return: in.Return})
}
