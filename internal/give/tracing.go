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
	"gave.network/internal/tie"
)

// history is what the viewer's gifts and returns look like to the tracing.
type history struct {
	network *trace.Network
	ties    *tie.Table // that the viewer may see, of which the network is made
	met     []trace.Met
	staff   [][]int32 // of each organisation
	number  map[id.ID]int32
	people  []id.ID
	topics  *Topics
	gifts   []Gift
	traced  []trace.Gift // the oldest first
	returns []Gift
	answers map[id.ID]id.ID // return -> gift, or none
	lag     trace.Lag
	// comparison is what chance would have it; it takes long.
	comparison *comparison
}

// Bytes is how much memory the history takes beside the ties, which are kept elsewhere.
func (h *history) Bytes() int64 {
	const gift, person = 400, 64 // with what is said of it; in the list and the map
	return h.network.Bytes() + gift*int64(len(h.gifts)+len(h.returns)) + person*int64(len(h.people))
}

// comparison is what gifts have to do with returns beside what chance would have it, and of each gift the time to its
// first return.
type comparison struct {
	lock     sync.Mutex
	believed bool
	ledger   trace.Ledger
	sums     map[id.ID]weighed // by return
	first    map[id.ID]time.Duration

	done   bool
	chance trace.Chance
	public trace.Chance
	tester *trace.Tester
	// before is a comparison that was made before; its sums of the returns up to a moment hold.
	before *comparison
	until  time.Time
}

// weighed is how much gifts could have to do with a return, which was as it is told here.
type weighed struct {
	came trace.Return
	body string
	sums map[int]trace.Sums // by the place of the lag in those that are tried
}

// comparisonAfter returns the comparison for a history that comes after an old one.
func comparisonAfter(old, h *history) *comparison {
	c := &comparison{}
	if old == nil || old.network != h.network || old.lag != h.lag {
		return c
	}
	same := func(a, b Gift) bool {
		return a.ID == b.ID && a.At.Equal(b.At) && a.Body == b.Body && slices.Equal(a.People, b.People) &&
			slices.Equal(a.Via, b.Via)
	}
	if maps.Equal(old.answers, h.answers) && slices.Equal(old.met, h.met) &&
		slices.EqualFunc(old.gifts, h.gifts, same) && slices.EqualFunc(old.returns, h.returns, same) {
		return old.comparison
	}
	// The newest gifts come first. All from the oldest that is equal to the end of the list are as they were.
	equal := 0
	for equal < min(len(old.gifts), len(h.gifts)) &&
		same(old.gifts[len(old.gifts)-1-equal], h.gifts[len(h.gifts)-1-equal]) {
		equal++
	}
	c.before, c.until = old.comparison, time.Unix(1<<40, 0)
	last := old.comparison
	last.lock.Lock()
	defer last.lock.Unlock()
	if !last.believed { // nobody asked for it
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

// given is the gift of a place in the list of the tracing, which begins with the oldest.
func (h *history) given(place int) *Gift { return &h.gifts[len(h.gifts)-1-place] }

// trace shares a return among the gifts before it.
func (h *history) trace(r Gift) ([]trace.Share, float64) {
	if gift, said := h.answers[r.ID]; said {
		if i := h.gift(gift); i >= 0 {
			return []trace.Share{{Gift: len(h.gifts) - 1 - i, Share: 1, Lag: r.At.Sub(h.gifts[i].At)}}, 0
		}
		return nil, 1
	}
	if len(r.People) == 0 {
		return nil, 1
	}
	return h.believe().ledger.Trace(h.came(r))
}

// came is a return as the tracing sees it.
func (h *history) came(r Gift) trace.Return {
	out := trace.Return{At: r.At, From: h.number[r.People[0].ID], About: h.topics.OfReturn(r.Body)}
	for _, p := range r.Via {
		out.Via = append(out.Via, h.number[p.ID])
	}
	return out
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

	everybody bool // the gift was to everybody
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
			g := h.given(share.Gift)
			one := GiftShare{
				Gift: g.ID, Body: g.Body, At: g.At, Share: share.Share, Path: []people.Ref{},
				Days: int(share.Lag.Hours() / 24), everybody: len(g.People) == 0,
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
	Gifts    int           `json:"gifts" doc:"gifts to somebody"`
	Returns  int           `json:"returns"`
	Enough   bool          `json:"enough" doc:"there is enough to tell"`
	P        float64       `json:"p" doc:"how often chance alone does as well, from 0 to 1"`
	Effect   float64       `json:"effect" doc:"beside the median of chance; 1 is no effect"`
	Public   *PublicChance `json:"public,omitempty" doc:"the same of gifts to everybody, by their time alone, when there is enough to tell"`
	Fits     bool          `json:"fits" doc:"all returns together fit better with gifts that lead to something than with chance"`
	Part     float64       `json:"part" doc:"the part of all that came in which your gifts are believed to have led to"`
	Delays   []DelayPoint  `json:"delays" doc:"the share of gifts that still wait for a first return"`
	Sentence string        `json:"sentence"`
}

// PublicChance says whether gifts to everybody seem to come back.
type PublicChance struct {
	Gifts  int     `json:"gifts"`
	P      float64 `json:"p" doc:"how often chance alone does as well, from 0 to 1"`
	Effect float64 `json:"effect" doc:"beside the median of chance; 1 is no effect"`
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

// believe works out how much of what came in gifts are believed to have led to.
func (h *history) believe() *comparison {
	c := h.comparison
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.believed {
		return c
	}
	before := c.before
	c.before, c.believed = nil, true
	if before != nil {
		c.tester = before.tester
	}
	tracers := trace.Tracers(h.network, h.traced, trace.Lags(h.lag), h.met...)
	c.first, c.sums = map[id.ID]time.Duration{}, make(map[id.ID]weighed, len(h.returns))
	returns, came, said := []*Gift{}, []trace.Return{}, []trace.Answer{}
	for i := range slices.Backward(h.returns) { // the oldest first
		r := &h.returns[i]
		if len(r.People) == 0 {
			continue
		}
		one := weighed{came: h.came(*r), body: r.Body, sums: map[int]trace.Sums{}}
		if had, known := h.weighedBefore(before, c.until, r, &one); known {
			one.sums = maps.Clone(had)
		}
		c.sums[r.ID] = one
		returns, came, said = append(returns, r), append(came, one.came), append(said, h.said(r.ID))
	}
	c.ledger = trace.Understand(tracers, came, said, func(lags []int, i int) []trace.Sums {
		known := c.sums[returns[i].ID].sums
		var missing []int
		var with []*trace.Tracer
		for _, lag := range lags {
			if _, had := known[lag]; !had {
				missing, with = append(missing, lag), append(with, tracers[lag])
			}
		}
		for n, sums := range trace.SumsOf(with, came[i]) {
			known[missing[n]] = sums
		}
		out := make([]trace.Sums, len(lags))
		for n, lag := range lags {
			out[n] = known[lag]
		}
		return out
	})
	for i, r := range returns {
		gift, lag := h.answers[r.ID], time.Duration(0)
		if said[i] == trace.NothingSaid {
			if best := c.ledger.Likeliest(came[i], i); best.Share >= 0.5 {
				gift, lag = h.given(best.Gift).ID, best.Lag
			}
		} else if n := h.gift(gift); n >= 0 {
			lag = r.At.Sub(h.gifts[n].At)
		}
		if _, had := c.first[gift]; !had && lag > 0 {
			c.first[gift] = lag
		}
	}
	return c
}

// said is what the viewer said of a return.
func (h *history) said(key id.ID) trace.Answer {
	gift, said := h.answers[key]
	switch n := h.gift(gift); {
	case !said:
		return trace.NothingSaid
	case n < 0:
		return trace.ByNothing
	case len(h.gifts[n].People) == 0:
		return trace.ByPublic
	}
	return trace.ByGift
}

// weighedBefore returns what was worked out for a return before, when that holds.
func (h *history) weighedBefore(
	before *comparison, until time.Time, r *Gift, now *weighed,
) (sums map[int]trace.Sums, known bool) {
	if before == nil || r.At.After(until) {
		return sums, false
	}
	had, known := before.sums[r.ID]
	return had.sums, known && had.body == now.body && had.came.From == now.came.From &&
		had.came.At.Equal(now.came.At) && slices.Equal(had.came.Via, now.came.Via)
}

// compare says whether returns come from near the gifts more often than chance would have it.
func (h *history) compare() *comparison {
	c := h.believe()
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.done {
		return c
	}
	c.done = true
	if c.tester == nil {
		c.tester = trace.NewTester(h.network, h.lag, 1)
	}
	var returns []trace.Return
	for _, r := range slices.Backward(h.returns) { // the oldest first
		if len(r.People) > 0 {
			returns = append(returns, trace.Return{At: r.At, From: h.number[r.People[0].ID]})
		}
	}
	c.chance = c.tester.Test(h.traced, returns)
	c.public = trace.TestPublic(h.traced, returns, h.lag, 1)
	return c
}

// chance says it as of now.
func (h *history) chance(v op.Viewer) ChanceOutput {
	compared := h.compare()
	c := compared.chance
	out := ChanceOutput{
		Gifts: c.Gifts, Returns: c.Returns, Enough: !c.TooLittle, P: c.P, Effect: c.Effect, Delays: []DelayPoint{},
	}
	named, public := compared.ledger.Belief.Part()
	out.Part, out.Fits = named+public, compared.ledger.Belief.Fits()
	if c := compared.public; !c.TooLittle {
		out.Public = &PublicChance{c.Gifts, c.P, c.Effect}
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
	public := ""
	switch {
	case o.Public == nil:
	case o.Public.P < 0.05:
		public = p.T("Returns come after what you gave to everybody more often than chance would have it.")
	default:
		public = p.T("Of what you gave to everybody, nothing can be told by its time: chance would do as well.")
	}
	switch {
	case !o.Enough && public != "":
		return public
	case !o.Enough:
		return p.T("Too little to tell: it takes %d gifts to somebody and %d returns.", trace.FewestGifts,
			trace.FewestReturns)
	case o.P < 0.05 && o.Fits:
		return strings.TrimSpace(p.T("Returns come from near those you gave to more often than chance would have it. "+
			"That does not prove that the gifts did it.") + " " + public)
	}
	return strings.TrimSpace(p.T("Chance alone would do as well. That does not prove that giving has no effect.") +
		" " + public)
}

// Text prints the sentence with its figures.
func (o ChanceOutput) Text(p *locale.Printer) string {
	text := o.Sentence + "\n"
	if o.Enough {
		text += fmt.Sprintf("p = %.3f, %s %.2f\n", o.P, p.T("effect"), o.Effect)
	}
	if c := o.Public; c != nil {
		text += fmt.Sprintf("%s: p = %.3f, %s %.2f\n", p.T("%d gifts to everybody", c.Gifts), c.P, p.T("effect"),
			c.Effect)
	}
	for _, d := range o.Delays {
		text += fmt.Sprintf("%5d  %3.0f %%\n", d.Days, 100*d.Waiting)
	}
	return text
}
