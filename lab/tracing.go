package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/give/trace"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/progress"
	"gave.network/internal/tie"
	"gave.network/lab/world"
	"gave.network/lab/world/random"
)

// tracingInput says on how many worlds to measure.
type tracingInput struct {
	Worlds  int `json:"worlds,omitempty" doc:"worlds whose files are imported" default:"10" minimum:"1" maximum:"1000"`
	Ledgers int `json:"ledgers,omitempty" doc:"in each, how often gifts and returns are drawn anew for each way in which nothing comes back; a fifth of that for each in which gifts do" default:"10" minimum:"1" maximum:"1000"`
	Seed    int `json:"seed,omitempty" doc:"seed of the first world" default:"1" minimum:"0"`
}

// tracingOutput is how well the tracing does.
type tracingOutput struct {
	Worlds int             `json:"worlds"`
	Ways   []tracedLedgers `json:"ways"`
}

// tracedLedgers is how well the tracing does where gifts and returns go in one way.
type tracedLedgers struct {
	Name        string  `json:"name"`
	Effect      bool    `json:"effect" doc:"gifts come back"`
	Ledgers     int     `json:"ledgers"`
	Returns     int     `json:"returns" doc:"planted returns that were noted, and their gift too"`
	Top1        rate    `json:"top1" doc:"share of returns whose true giver-path comes first"`
	Top3        rate    `json:"top3" doc:"share of returns whose true giver-path is among the first three"`
	RecentTop3  rate    `json:"recent_top3" doc:"the same for the latest gifts before the return"`
	DirectTop3  rate    `json:"direct_top3" doc:"the same for the latest gifts to who brought the return, then the latest to anybody"`
	Unexplained rate    `json:"unexplained" doc:"the mean of what no gift explains, over the ledgers"`
	Truth       float64 `json:"truth" doc:"the part of the returns that no gift led to"`
	Found       rate    `json:"found" doc:"share of the ledgers that are said to show more than chance"`
}

// evaluationDay is when the fictional worlds end.
var evaluationDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// way is one way in which gifts and returns can go.
type way struct {
	name   string
	effect bool
	hidden float64 // the part of the ties that imports saw which the tracer is not told of
	story  world.Story
}

var ways = []way{
	{name: "as usual", effect: true},
	{name: "a lag of half a year", effect: true, story: world.Story{LagDays: 180, LagSpread: 0.9}},
	{name: "a lag of two years", effect: true, story: world.Story{LagDays: 730, LagSpread: 0.4}},
	{name: "an even walk", effect: true, story: world.Story{EvenWalk: true}},
	{name: "half of the ties hidden", effect: true, hidden: 0.5},
	{name: "topics that tell nothing", effect: true, story: world.Story{OtherTopics: true}},
	{name: "all of these", effect: true, hidden: 0.5, story: world.Story{
		LagDays: 180, LagSpread: 0.9, EvenWalk: true, OtherTopics: true,
	}},
	{name: "no effect"},
	{name: "no effect, who is near gets and brings", story: world.Story{Near: true}},
	{name: "no effect, people have their topics", story: world.Story{Taste: true, Near: true}},
}

func evaluateTracing(ctx context.Context, _ op.Viewer, in tracingInput) (tracingOutput, error) {
	out := tracingOutput{Worlds: in.Worlds}
	counts := make([][]tracedCounts, len(ways)) // of each way, by world
	for i := range in.Worlds {
		seen, err := importTies(ctx, uint64(in.Seed+i))
		if err != nil {
			return out, err
		}
		for k, way := range ways {
			var c tracedCounts
			ledgers := in.Ledgers
			if way.effect {
				ledgers = max(1, ledgers/5)
			}
			for n := range ledgers {
				if err := ctx.Err(); err != nil {
					return out, err
				}
				ledger, err := seen.ledger(way, uint64(n))
				if err != nil {
					return out, err
				}
				ledger.count(&c)
			}
			counts[k] = append(counts[k], c)
		}
		progress.Report(ctx, int64(i+1), int64(in.Worlds), "world")
	}
	for k, list := range counts {
		one := tracedLedgers{Name: ways[k].name, Effect: ways[k].effect}
		over := func(of func(c *tracedCounts) (part, all float64)) rate {
			parts := make([][2]float64, len(list))
			for i := range list {
				parts[i][0], parts[i][1] = of(&list[i])
			}
			return rateOf(parts)
		}
		for _, c := range list {
			one.Ledgers += int(c.ledgers)
			one.Returns += int(c.returns)
		}
		ledgers := func(part func(c *tracedCounts) float64) rate {
			return over(func(c *tracedCounts) (float64, float64) { return part(c), c.ledgers })
		}
		returns := func(part func(c *tracedCounts) float64) rate {
			return over(func(c *tracedCounts) (float64, float64) { return part(c), c.returns })
		}
		one.Unexplained = ledgers(func(c *tracedCounts) float64 { return c.unexplained })
		one.Found = ledgers(func(c *tracedCounts) float64 { return c.found }).of(one.Ledgers)
		one.Truth = over(func(c *tracedCounts) (float64, float64) { return c.all - c.caused, c.all }).Value
		if one.Effect {
			one.Top1 = returns(func(c *tracedCounts) float64 { return c.top1 })
			one.Top3 = returns(func(c *tracedCounts) float64 { return c.top3 })
			one.RecentTop3 = returns(func(c *tracedCounts) float64 { return c.recent })
			one.DirectTop3 = returns(func(c *tracedCounts) float64 { return c.direct })
		}
		out.Ways = append(out.Ways, one)
	}
	return out, nil
}

// rate is a share or a mean with its interval.
type rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low" doc:"of the interval of 95 %, by drawing whole worlds anew"`
	High  float64 `json:"high"`
}

// rateOf is the sum of the parts over the sum of all, of which each world has one.
func rateOf(worlds [][2]float64) rate {
	const draws = 2000
	ratio := func(world func(i int) [2]float64) float64 {
		part, all := 0.0, 0.0
		for i := range worlds {
			w := world(i)
			part, all = part+w[0], all+w[1]
		}
		if all == 0 {
			return 0
		}
		return part / all
	}
	r := random.Stream(1, "bootstrap")
	list := make([]float64, draws)
	for n := range list {
		list[n] = ratio(func(int) [2]float64 { return random.Pick(r, worlds) })
	}
	slices.Sort(list)
	return rate{ratio(func(i int) [2]float64 { return worlds[i] }), list[draws/40], list[draws-1-draws/40]}
}

// of is a rate of so many, whose interval is at least that of Wilson (1927): where none was drawn in any world, drawing
// worlds anew tells nothing.
func (r rate) of(n int) rate {
	const z = 1.96
	all := float64(n)
	middle := (r.Value + z*z/2/all) / (1 + z*z/all)
	half := z * math.Sqrt(r.Value*(1-r.Value)/all+z*z/4/all/all) / (1 + z*z/all)
	return rate{r.Value, max(0, min(r.Low, middle-half)), min(1, max(r.High, middle+half))}
}

// String prints it with its interval.
func (r rate) String() string { return fmt.Sprintf("%.3f [%.3f, %.3f]", r.Value, r.Low, r.High) }

// tracedCounts is what was counted over ledgers.
type tracedCounts struct {
	ledgers, unexplained, found         float64
	returns, top1, top3, recent, direct float64 // of the planted ones
	all, caused                         float64
}

// count traces all returns of a ledger.
func (f *fiction) count(c *tracedCounts) {
	tracers := trace.Tracers(f.network, f.gifts, trace.Lags(trace.UsualLag), f.met...)
	ledger := trace.Understand(tracers, f.returns, make([]trace.Answer, len(f.returns)),
		func(some []int, i int) []trace.Sums {
			with := make([]*trace.Tracer, len(some))
			for k, n := range some {
				with[k] = tracers[n]
			}
			return trace.SumsOf(with, f.returns[i])
		})
	mean := 0.0
	traced := make([][]trace.Share, len(f.returns))
	for i, r := range f.returns {
		var rest float64
		traced[i], rest = ledger.Trace(r)
		mean += rest / float64(len(f.returns))
	}
	c.ledgers++
	c.unexplained += mean
	c.all, c.caused = c.all+float64(len(f.returns)), c.caused+float64(f.caused)
	chance := f.network.Test(f.gifts, f.returns, trace.UsualLag, 1)
	if !chance.TooLittle && chance.P < 0.05 && ledger.Belief.Fits() {
		c.found++
	}
	for _, p := range f.planted {
		c.returns++
		switch place := f.place(traced[p.at], p); {
		case place == 0:
			c.top1++
			c.top3++
		case place > 0 && place < 3:
			c.top3++
		}
		c.recent += f.among(p, func(trace.Gift) bool { return false })
		c.direct += f.among(p, func(g trace.Gift) bool { return slices.Contains(g.Receivers, f.returns[p.at].From) })
	}
}

// seenWorld is a fictional world whose files were imported, with the ties that Gave made of them.
type seenWorld struct {
	options       world.Options
	people        int
	ties          []trace.Tie
	organisations [][]int32
	met           []trace.Met // from when to when the owner was seen in touch with whom
}

// importTies makes a world, imports its files, and reads who knows whom.
func importTies(ctx context.Context, seed uint64) (*seenWorld, error) {
	dir, err := os.MkdirTemp("", "gave-evaluate")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "No temporary files can be made.")
	}
	defer os.RemoveAll(dir)
	out := &seenWorld{options: world.Options{
		Dir: filepath.Join(dir, "world"), People: 250, Years: 6, Seed: seed, Effect: true, Noise: world.DefaultNoise,
		End: evaluationDay,
	}}
	made, err := world.Generate(ctx, out.options)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(made.Truth)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", made.Truth)
	}
	var truth world.Truth
	if err := json.Unmarshal(content, &truth); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	out.people = len(truth.Persons)
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		return nil, err
	}
	v.Zone, v.Now = time.UTC, evaluationDay
	if _, err := a.Intake.Import(ctx, v, []string{filepath.Join(dir, "world", "files")},
		intake.Options{Me: made.Me}); err != nil {
		return nil, err
	}
	number, err := numbersOf(ctx, a, v, &truth)
	if err != nil {
		return nil, err
	}
	windows := map[int32]trace.Met{}
	ties, err := a.Network.Ties(ctx, v)
	if err != nil {
		return nil, err
	}
	for t := range ties.All() {
		one, known := number[t.A]
		other, alsoKnown := number[t.B]
		if !known || !alsoKnown || one == other {
			continue
		}
		first, last := time.UnixMicro(t.FirstContact), time.UnixMicro(t.AsOf)
		if one == 0 || other == 0 { // the owner, over whom no news travels
			met, had := windows[max(one, other)]
			if !had || first.Before(met.First) {
				met.First = first
			}
			if !had || last.After(met.Last) {
				met.Last = last
			}
			met.Person = max(one, other)
			windows[met.Person] = met
			continue
		}
		out.ties = append(out.ties, trace.Seen(one, other, tie.Strength(t.Peak), first, last))
	}
	for _, person := range slices.Sorted(maps.Keys(windows)) {
		out.met = append(out.met, windows[person])
	}
	staff, err := a.Network.Staff(ctx, v)
	for _, name := range slices.Sorted(maps.Keys(staff)) {
		var members []int32
		for _, person := range staff[name] {
			if n, known := number[person]; known && n > 0 && !slices.Contains(members, n) {
				members = append(members, n)
			}
		}
		if len(members) > 1 {
			out.organisations = append(out.organisations, members)
		}
	}
	return out, err
}

// numbersOf tells which person of the world each person is that an import found: by mail address, or by a name that
// only one has. Whoever was found twice is one, as after their owner said so.
func numbersOf(ctx context.Context, a *app.App, v op.Viewer, truth *world.Truth) (map[id.ID]int32, error) {
	addresses, names := map[string]int32{}, map[string]int32{}
	for i, p := range truth.Persons {
		for _, address := range p.Addresses {
			addresses[strings.ToLower(address)] = int32(i)
		}
		for _, x := range p.Identities {
			if had, ok := names[x.Name]; ok && had != int32(i) {
				names[x.Name] = -1
			} else {
				names[x.Name] = int32(i)
			}
		}
	}
	out := map[id.ID]int32{}
	persons, err := db.Select[struct {
		ID   id.ID
		Name string
	}](ctx, a.DB, `select id, name from person where space = $1 order by id`, v.Space)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		if n, ok := names[p.Name]; ok && n >= 0 && p.Name != "" {
			out[p.ID] = n
		}
	}
	found, err := db.Select[struct {
		Person id.ID
		Value  string
	}](ctx, a.DB, `select person, value from identifier where space = $1 order by person, value`, v.Space)
	for _, x := range found {
		if n, ok := addresses[x.Value]; ok {
			out[x.Person] = n
		}
	}
	return out, err
}

// fiction is what the owner of a fictional world knows: the gifts and returns that were noted, and who knows whom.
type fiction struct {
	network *trace.Network
	met     []trace.Met
	gifts   []trace.Gift
	returns []trace.Return
	caused  int // how many of the returns a gift led to
	planted []planted
}

// planted is a return with its true giver-path: who received the gift.
type planted struct {
	at       int
	receiver int32
	gift     int
}

// ledger draws gifts and returns that go in a way.
func (s *seenWorld) ledger(w way, n uint64) (*fiction, error) {
	options := s.options
	options.Effect, options.Story = w.effect, w.story
	options.Story.Seed = 1 + n
	truth, err := world.Ledger(options)
	if err != nil {
		return nil, err
	}
	ties := s.ties
	if w.hidden > 0 {
		ties = nil
		for i, t := range s.ties {
			if random.Stream(s.options.Seed, "hidden", i).Float64() >= w.hidden {
				ties = append(ties, t)
			}
		}
	}
	f := &fiction{network: trace.NewNetwork(s.people, ties, s.organisations...), met: s.met}
	gift := map[string]int{}
	topics := give.NewTopics()
	r := random.Stream(s.options.Seed, "language", int(n))
	for _, g := range truth.Gifts {
		if !g.Logged {
			continue
		}
		one := trace.Gift{At: moment(g.Time), About: topics.OfGift(said(r, g.Note, g.English))}
		for _, p := range g.Receivers {
			one.Receivers = append(one.Receivers, numberOf(p))
		}
		gift[g.ID] = len(f.gifts)
		f.gifts = append(f.gifts, one)
	}
	for _, x := range truth.Returns {
		if !x.Logged {
			continue
		}
		if x.Gift != "" {
			f.caused++
		}
		if at, known := gift[x.Gift]; known && len(x.Path) > 0 {
			f.planted = append(f.planted, planted{len(f.returns), numberOf(x.Path[0]), at})
		}
		one := trace.Return{At: moment(x.Time), From: numberOf(x.From)}
		one.About = topics.OfReturn(said(r, x.Note, x.English))
		if x.Told {
			one.Via = []int32{numberOf(x.Path[0])}
		}
		f.returns = append(f.returns, one)
	}
	return f, nil
}

// said is one of two texts, Dutch or English, as often as the owner writes in them.
func said(r *random.Source, dutch, english string) string {
	if r.Chance(0.3) {
		return english
	}
	return dutch
}

// numberOf is the number of a person of a world, by the key of the truth.
func numberOf(key string) int32 {
	n, _ := strconv.Atoi(strings.TrimPrefix(key, "p"))
	return int32(n)
}

// place is where the true giver-path comes among the different ones, from 0; -1 when it is not there. Several gifts to
// one receiver are one path.
func (f *fiction) place(shares []trace.Share, p planted) int {
	seen := map[int32]bool{}
	for _, share := range shares {
		if len(share.Path) == 0 || seen[share.Path[0]] {
			continue
		}
		if share.Path[0] == p.receiver {
			return len(seen)
		}
		seen[share.Path[0]] = true
	}
	return -1
}

// among says, as 1 or 0, whether the true receiver is among those of the three latest gifts before the return, those
// that are preferred first.
func (f *fiction) among(p planted, preferred func(trace.Gift) bool) float64 {
	r := f.returns[p.at]
	seen := map[int32]bool{}
	for _, first := range []bool{true, false} {
		for _, g := range slices.Backward(f.gifts) {
			if !g.At.Before(r.At) || preferred(g) != first {
				continue
			}
			for _, v := range g.Receivers {
				if len(seen) < 3 && v == p.receiver {
					return 1
				}
				seen[v] = true
			}
			if len(seen) >= 3 {
				return 0
			}
		}
	}
	return 0
}

// moment reads the times of a truth file: days, months and moments.
func moment(s string) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Text prints the figures, a way a paragraph.
func (o tracingOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, w := range o.Ways {
		fmt.Fprintf(&b, "%s: %s\n", w.Name, p.T("%d planted returns in %d ledgers", w.Returns, w.Ledgers))
		if w.Effect {
			fmt.Fprintf(&b, "  %s %s, %s %s\n  %s %s, %s %s\n", p.T("true path first:"), w.Top1,
				p.T("among the first three:"), w.Top3, p.T("the latest gifts:"), w.RecentTop3,
				p.T("gifts to who brought it:"), w.DirectTop3)
		}
		fmt.Fprintf(&b, "  %s %s, %s %.3f\n  %s %s\n", p.T("unexplained:"), w.Unexplained, p.T("in truth"),
			w.Truth, p.T("more than chance:"), w.Found)
	}
	return b.String()
}
