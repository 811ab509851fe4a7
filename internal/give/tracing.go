package give

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/give/trace"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// history is what the viewer's gifts and returns look like to the tracing.
type history struct {
	network *trace.Network
	ties    []trace.Tie // of the network
	number  map[id.ID]int32
	people  []id.ID
	gifts   []Gift
	traced  []trace.Gift
	returns []Gift
	answers map[id.ID]id.ID // return -> gift, or none
	lag     trace.Lag
	// comparison is what chance would have it; it takes long.
	comparison *comparison
}

// comparison is what chance would have it, and of each gift the time to its first return.
type comparison struct {
	lock   sync.Mutex
	done   bool
	chance trace.Chance
	first  map[id.ID]time.Duration
	best   map[id.ID]best // by return, what tracing it gives
	tester *trace.Tester
	// before is a comparison that was made before; its best of the returns up to a moment hold.
	before *comparison
	until  time.Time
}

// best is the gift that a return is traced to most; of no gift when it is traced to none.
type best struct {
	at    time.Time // when the return came
	from  id.ID     // and from whom
	gift  id.ID
	share float64
	lag   time.Duration
}

// comparisonAfter returns the comparison for a history that comes after an old one.
func comparisonAfter(old, h *history) *comparison {
	c := &comparison{}
	if old == nil || old.network != h.network || old.lag != h.lag || !maps.Equal(old.answers, h.answers) {
		return c
	}
	sameGift := func(a, b Gift) bool {
		return a.ID == b.ID && a.At.Equal(b.At) && slices.Equal(a.People, b.People) && slices.Equal(a.Via, b.Via)
	}
	if slices.EqualFunc(old.gifts, h.gifts, sameGift) && slices.EqualFunc(old.returns, h.returns, sameGift) {
		return old.comparison
	}
	// The newest gifts come first. All from the oldest that is equal to the end of the list are as they were.
	equal := 0
	for equal < min(len(old.gifts), len(h.gifts)) &&
		sameGift(old.gifts[len(old.gifts)-1-equal], h.gifts[len(h.gifts)-1-equal]) {
		equal++
	}
	c.before, c.until = old.comparison, time.Unix(1<<40, 0)
	last := old.comparison
	last.lock.Lock()
	defer last.lock.Unlock()
	if !last.done { // nobody asked for it
		c.before, c.until = last.before, last.until
	}
	if c.before == nil {
		return c
	}
	for _, list := range [][]Gift{old.gifts, h.gifts} {
		for _, g := range list[:len(list)-equal] {
			if g.At.Before(c.until) {
				c.until = g.At
			}
		}
	}
	return c
}

// everything is how many gifts and returns are looked at.
const everything = 100_000

func (h *history) gift(key id.ID) int {
	if key.IsZero() {
		return -1
	}
	return slices.IndexFunc(h.gifts, func(g Gift) bool { return g.ID == key })
}

// trace shares a return among the gifts before it.
func (h *history) trace(r Gift) ([]trace.Share, float64) {
	if gift, said := h.answers[r.ID]; said {
		if i := h.gift(gift); i >= 0 {
			return []trace.Share{{Gift: i, Share: 1, Lag: r.At.Sub(h.gifts[i].At)}}, 0
		}
		return nil, 1
	}
	if len(r.People) == 0 {
		return nil, 1
	}
	var via []int32
	for _, p := range r.Via {
		via = append(via, h.number[p.ID])
	}
	return h.network.Trace(h.traced, trace.Return{At: r.At, From: h.number[r.People[0].ID]}, h.lag, via...)
}

// TraceOutput says which gifts may have led to a return.
type TraceOutput struct {
	Return      id.ID       `json:"return"`
	Body        string      `json:"body"`
	At          time.Time   `json:"at"`
	Unexplained float64     `json:"unexplained" doc:"the share that no gift explains, from 0 to 1"`
	Confirmed   bool        `json:"confirmed" doc:"you said so yourself"`
	Gifts       []GiftShare `json:"gifts"`
}

// GiftShare is how much of a return a gift may explain.
type GiftShare struct {
	Gift  id.ID        `json:"gift"`
	Body  string       `json:"body"`
	At    time.Time    `json:"at"`
	Share float64      `json:"share" doc:"from 0 to 1"`
	Path  []people.Ref `json:"path" doc:"from who received the gift to who brought the return"`
	Days  int          `json:"days" doc:"from the gift to the return"`
}

func (s *Service) trace(ctx context.Context, v op.Viewer, in ReturnInput) (TraceOutput, error) {
	h, err := s.history(ctx, v)
	if err != nil {
		return TraceOutput{}, err
	}
	return s.traceOf(ctx, v, h, in.Return, in.Limit)
}

func (s *Service) traceOf(ctx context.Context, v op.Viewer, h *history, key id.ID, limit int) (TraceOutput, error) {
	at := slices.IndexFunc(h.returns, func(g Gift) bool { return g.ID == key })
	if at < 0 {
		return TraceOutput{}, fault.New(fault.NotFound, "There is no such return of yours.").
			WithHint("gave give returns lists them.")
	}
	list, err := s.tracesOf(ctx, v, h, h.returns[at:at+1], limit)
	if err != nil {
		return TraceOutput{}, err
	}
	return list[0], nil
}

// tracesOf traces returns to at most so many gifts each, all when the limit is 0.
func (s *Service) tracesOf(
	ctx context.Context, v op.Viewer, h *history, returns []Gift, limit int,
) ([]TraceOutput, error) {
	out := make([]TraceOutput, len(returns))
	found := make([][]trace.Share, len(returns))
	var keys []id.ID
	for i, r := range returns {
		_, confirmed := h.answers[r.ID]
		shares, unexplained := h.trace(r)
		out[i] = TraceOutput{
			Return: r.ID, Body: r.Body, At: r.At, Confirmed: confirmed, Gifts: []GiftShare{}, Unexplained: unexplained,
		}
		if limit > 0 {
			shares = shares[:min(len(shares), limit)]
		}
		found[i] = shares
		for _, share := range shares {
			for _, n := range share.Path {
				keys = append(keys, h.people[n])
			}
		}
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	for i, shares := range found {
		for _, share := range shares {
			g := h.gifts[share.Gift]
			one := GiftShare{
				Gift: g.ID, Body: g.Body, At: g.At, Share: share.Share, Path: []people.Ref{},
				Days: int(share.Lag.Hours() / 24),
			}
			for _, n := range share.Path {
				if ref, ok := refs[h.people[n]]; ok {
					one.Path = append(one.Path, ref)
				}
			}
			out[i].Gifts = append(out[i].Gifts, one)
		}
	}
	return out, nil
}

// others is the share of the gifts that are not among the first few.
func (o TraceOutput) others(shown int) float64 {
	rest := 1 - o.Unexplained
	for _, g := range o.Gifts[:min(len(o.Gifts), shown)] {
		rest -= g.Share
	}
	return max(0, rest)
}

// Text prints the gifts with their paths.
func (o TraceOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", o.At.In(p.Zone).Format(time.DateOnly), o.Body)
	const shown = 5
	for _, g := range o.Gifts[:min(len(o.Gifts), shown)] {
		fmt.Fprintf(&b, "%3.0f %%  %s  %s  %s  %s\n", 100*g.Share, g.At.In(p.Zone).Format(time.DateOnly), g.Body,
			people.JoinNames(g.Path, " → "), p.T("%d days before", g.Days))
	}
	if rest := o.others(shown); rest >= 0.005 {
		fmt.Fprintf(&b, "%3.0f %%  %s\n", 100*rest, p.T("other gifts"))
	}
	fmt.Fprintf(&b, "%3.0f %%  %s\n", 100*o.Unexplained, p.T("not explained by anything you gave"))
	return b.String()
}

// ChanceOutput says whether giving seems to come back.
type ChanceOutput struct {
	Gifts    int          `json:"gifts" doc:"gifts to somebody"`
	Returns  int          `json:"returns"`
	Enough   bool         `json:"enough" doc:"there is enough to tell"`
	P        float64      `json:"p" doc:"how often chance alone does as well, from 0 to 1"`
	Effect   float64      `json:"effect" doc:"beside the median of chance; 1 is no effect"`
	Delays   []DelayPoint `json:"delays" doc:"the share of gifts that still wait for a first return"`
	Sentence string       `json:"sentence"`
}

// DelayPoint is a step of the delay curve.
type DelayPoint struct {
	Days    int     `json:"days"`
	Waiting float64 `json:"waiting" doc:"from 0 to 1"`
}

func (s *Service) chance(ctx context.Context, v op.Viewer, _ op.None) (ChanceOutput, error) {
	h, err := s.history(ctx, v)
	if err != nil {
		return ChanceOutput{}, err
	}
	return h.chance(v), nil
}

// warm reads what was given and what came back, and compares them with chance.
func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	h, err := s.history(ctx, v)
	if err == nil {
		h.compare()
	}
	return err
}

// compare says whether returns come from near the gifts more often than chance would have it.
func (h *history) compare() *comparison {
	c := h.comparison
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.done {
		return c
	}
	before := c.before
	c.before, c.done = nil, true
	if before != nil {
		c.tester = before.tester
	} else {
		c.tester = trace.NewTester(h.network, h.lag, 1)
	}
	var returns []trace.Return
	c.first, c.best = map[id.ID]time.Duration{}, make(map[id.ID]best, len(h.returns))
	for _, r := range slices.Backward(h.returns) { // the oldest first
		if len(r.People) > 0 {
			returns = append(returns, trace.Return{At: r.At, From: h.number[r.People[0].ID]})
		}
		known := false
		var b best
		if before != nil && !r.At.After(c.until) {
			b, known = before.best[r.ID]
			known = known && b.from == bringer(r) && b.at.Equal(r.At)
		}
		if !known {
			b = best{at: r.At, from: bringer(r)}
			if shares, _ := h.trace(r); len(shares) > 0 {
				b.gift, b.share, b.lag = h.gifts[shares[0].Gift].ID, shares[0].Share, shares[0].Lag
			}
		}
		c.best[r.ID] = b
		if b.share >= 0.5 {
			if _, had := c.first[b.gift]; !had {
				c.first[b.gift] = b.lag
			}
		}
	}
	c.chance = c.tester.Test(h.traced, returns)
	return c
}

// bringer is who brought a return; nobody when that is not known.
func bringer(r Gift) id.ID {
	if len(r.People) == 0 {
		return id.Zero
	}
	return r.People[0].ID
}

// chance says it as of now.
func (h *history) chance(v op.Viewer) ChanceOutput {
	compared := h.compare()
	c := compared.chance
	out := ChanceOutput{
		Gifts: c.Gifts, Returns: c.Returns, Enough: !c.TooLittle, P: c.P, Effect: c.Effect, Delays: []DelayPoint{},
	}
	var lags, waiting []time.Duration
	for _, g := range h.gifts {
		if d, ok := compared.first[g.ID]; ok {
			lags = append(lags, d)
		} else if v.Now.After(g.At) {
			waiting = append(waiting, v.Now.Sub(g.At))
		}
	}
	for _, point := range trace.Delays(lags, waiting) {
		out.Delays = append(out.Delays, DelayPoint{int(point.After.Hours() / 24), point.Waiting})
	}
	out.Sentence = out.sentence(v.Printer())
	return out
}

// sentence says it in words that promise nothing.
func (o ChanceOutput) sentence(p *locale.Printer) string {
	switch {
	case !o.Enough:
		return p.T("Too little to tell: it takes %d gifts to somebody and %d returns.", trace.FewestGifts,
			trace.FewestReturns)
	case o.P < 0.05:
		return p.T("Returns come from near those you gave to more often than chance would have it. That does not " +
			"prove that the gifts did it.")
	}
	return p.T("Chance alone would do as well. That does not prove that giving has no effect.")
}

// Text prints the sentence with its figures.
func (o ChanceOutput) Text(p *locale.Printer) string {
	text := o.Sentence + "\n"
	if o.Enough {
		text += fmt.Sprintf("p = %.3f, %s %.2f\n", o.P, p.T("effect"), o.Effect)
	}
	for _, d := range o.Delays {
		text += fmt.Sprintf("%5d  %3.0f %%\n", d.Days, 100*d.Waiting)
	}
	return text
}
