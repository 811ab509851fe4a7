package give

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/give/trace"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
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
		func(ctx context.Context, old *history, change db.Change) (*history, error) {
			return s.readHistory(ctx, v, old, change)
		})
}

// readHistory reads the history again after a change. What the tracing works out of the old one holds as far as nothing
// of it changed.
func (s *Service) readHistory(ctx context.Context, v op.Viewer, old *history, change db.Change) (*history, error) {
	h := &history{answers: map[id.ID]id.ID{}}
	var err error
	if h.gifts, h.returns, err = s.own(ctx, v); err != nil {
		return nil, err
	}
	if old != nil && unchanged(change, "tie", "person") {
		h.ties, h.met, h.number, h.people = old.ties, old.met, old.number, old.people
	} else if err := s.connect(ctx, v, h); err != nil {
		return nil, err
	}
	tied := len(h.people)
	number := func(person id.ID) int32 {
		n, ok := h.number[person]
		if !ok {
			n = int32(len(h.people))
			if len(h.people) == tied { // the old one is not to know of it
				h.number, h.people = maps.Clone(h.number), slices.Clip(h.people)
			}
			h.number[person] = n
			h.people = append(h.people, person)
		}
		return n
	}
	if h.topics = NewTopics(); old != nil {
		h.topics = old.topics
	}
	for _, g := range slices.Backward(h.gifts) {
		t := trace.Gift{At: g.At, About: h.topics.OfGift(g.Body)}
		for _, p := range g.People {
			t.Receivers = append(t.Receivers, number(p.ID))
		}
		h.traced = append(h.traced, t)
	}
	for _, r := range h.returns {
		for _, p := range slices.Concat(r.People, r.Via) {
			number(p.ID)
		}
	}
	if err := s.colleagues(ctx, v, h); err != nil {
		return nil, err
	}
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
	if old != nil && slices.Equal(h.people, old.people) && h.ties == old.ties &&
		slices.EqualFunc(h.staff, old.staff, slices.Equal[[]int32]) {
		h.network = old.network
	} else {
		h.network = trace.NetworkOf(len(h.people), h.over(v.Person), h.staff...)
	}
	h.comparison = comparisonAfter(old, h)
	return h, nil
}

// unchanged says that no row of the tables changed.
func unchanged(change db.Change, tables ...string) bool {
	for _, table := range tables {
		if rows, known := change.Rows(table); !known || len(rows) > 0 {
			return false
		}
	}
	return true
}

// connect reads over whom news travels.
func (s *Service) connect(ctx context.Context, v op.Viewer, h *history) error {
	h.number = map[id.ID]int32{}
	number := func(person id.ID) int32 {
		n, ok := h.number[person]
		if !ok {
			n = int32(len(h.people))
			h.number[person] = n
			h.people = append(h.people, person)
		}
		return n
	}
	var err error
	if h.ties, err = s.network.Ties(ctx, v); err != nil {
		return err
	}
	for t := range h.ties.All() {
		// News does not travel over the giver, who knows what was given.
		switch first, last := time.UnixMicro(t.FirstContact), time.UnixMicro(t.AsOf); v.Person {
		case t.A:
			h.met = append(h.met, trace.Met{Person: number(t.B), First: first, Last: last})
		case t.B:
			h.met = append(h.met, trace.Met{Person: number(t.A), First: first, Last: last})
		default:
			number(t.A)
			number(t.B)
		}
	}
	return nil
}

// over returns the ties over which news travels: those of others.
func (h *history) over(me id.ID) iter.Seq[trace.Tie] {
	return func(yield func(trace.Tie) bool) {
		for t := range h.ties.All() {
			if t.A == me || t.B == me || !t.Dated() {
				continue
			}
			if !yield(trace.Seen(h.number[t.A], h.number[t.B], tie.Strength(t.Peak),
				time.UnixMicro(t.FirstContact), time.UnixMicro(t.AsOf))) {
				return
			}
		}
	}
}

// colleagues reads who of the people of the history are in one organisation.
func (s *Service) colleagues(ctx context.Context, v op.Viewer, h *history) error {
	staff, err := s.network.Staff(ctx, v)
	for _, name := range slices.Sorted(maps.Keys(staff)) {
		var members []int32
		for _, person := range staff[name] {
			if n, known := h.number[person]; known && person != v.Person {
				members = append(members, n)
			}
		}
		if len(members) > 1 {
			h.staff = append(h.staff, members)
		}
	}
	return err
}

// own returns what the viewer gave and got, the newest first; not what others in the space did.
func (s *Service) own(ctx context.Context, v op.Viewer) (gifts, returns []Gift, err error) {
	rows, err := db.KeepList(ctx, s.db, scope.Kept(v, "own gifts"), db.List[id.ID, storedGift]{
		Tables: []string{"gift", "gift_person"},
		Key:    func(_ string, row db.RowKey) (id.ID, bool) { return row[0], true },
		Of:     func(g storedGift) id.ID { return g.ID },
		Compare: func(a, b storedGift) int {
			return cmp.Or(cmp.Compare(b.At, a.At), a.ID.Compare(b.ID))
		},
		Read: func(ctx context.Context, keys map[id.ID]bool) ([]storedGift, error) { return s.readOwn(ctx, v, keys) },
	})
	if err != nil {
		return nil, nil, err
	}
	list, err := s.complete(ctx, v, rows[:min(len(rows), everything)])
	for _, g := range list {
		if g.Direction == Given {
			gifts = append(gifts, g)
		} else {
			returns = append(returns, g)
		}
	}
	return gifts, returns, err
}

// Gave tells what the viewer gave to people, the newest first.
func (s *Service) Gave(ctx context.Context, v op.Viewer) ([]room.Knowledge, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "gave"), []string{"gift", "gift_person", "person"},
		func(ctx context.Context, _ []room.Knowledge, _ db.Change) ([]room.Knowledge, error) {
			gifts, _, err := s.own(ctx, v)
			var out []room.Knowledge
			for _, g := range gifts {
				for _, p := range g.People {
					out = append(out, room.Knowledge{
						Person: p.ID, Name: p.Name, Text: g.Body, At: g.At, Minutes: g.Minutes,
					})
				}
			}
			return out, err
		})
}

// readOwn reads the viewer's gifts and returns: those of some keys, or all when keys is nil.
func (s *Service) readOwn(ctx context.Context, v op.Viewer, keys map[id.ID]bool) ([]storedGift, error) {
	rows, err := db.SelectKeyed[giftRow](ctx, s.db, `select id, direction, kind, body, link, minutes, at, visibility
		from gift where space = $1 and owner = $2`, []any{v.Space, v.Member}, "id", keys)
	if err != nil {
		return nil, err
	}
	return s.stored(ctx, v, rows)
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
