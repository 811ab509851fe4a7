package lab

import (
	"context"
	"math"
	"slices"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/fault"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/op"
	"gave.network/lab/archive"
)

// posting is one mail on a list. People and threads are numbers.
type posting struct {
	Author int
	To     int // whom it answers; below 0 when nobody or unknown
	Thread int
	Begins bool // it is the first of its thread
	At     time.Time
}

const (
	// onList is how long ago somebody may have written and still be asked by whoever writes to the list, and answerTime
	// how long an answer is waited for.
	onList     = 180 * 24 * time.Hour
	answerTime = 4 * 24 * time.Hour

	// mailTie is how many mails of now give a tie the strength 1 - 1/e: a mail on a list is a public one.
	mailTie = 3.0

	tieFades = 180.0 // half-life of a tie, in days
	// helpFades is the half-life of how often somebody answers at all, in days: a season of help passes.
	helpFades = 60.0

	// neverAsked and everAnswered are the asks and answers with which everybody's openness begins: few of a list answer
	// any one ask.
	neverAsked, everAnswered = 10.0, 0.5
)

// repliesInput names an archive.
type repliesInput struct {
	Archive string `json:"archive" arg:"1" doc:"the archive of a mailing list: mbox, LISTSERV or Maildir, also packed"`
}

// repliesOutput is how well they are foretold.
type repliesOutput struct {
	chance.Evaluation
	Better Interval `json:"better" doc:"by which part the mean squared error is lower than with the constant rate"`
}

// measureReplies foretells on a public archive who answers an ask: of those with whom the asker had exchanged mail
// before.
func measureReplies(ctx context.Context, _ op.Viewer, in repliesInput) (out repliesOutput, err error) {
	list, err := readPostings(ctx, in.Archive)
	if err != nil {
		return out, err
	}
	samples := asked(list)
	if len(samples) < chance.FewestAnswers {
		return out, fault.New(fault.Invalid,
			"There are too few asks with answers in %s to measure.", in.Archive)
	}
	var foretold, came []float64
	var asks []int // of each answer, by number
	w := chance.StartOnLists
	every := max(1, len(samples)/50)
	for i := len(samples) / 2; i < len(samples); i++ {
		if (i-len(samples)/2)%every == 0 { // learns from what came before, now and then
			w = chance.Fit(chance.StartOnLists, chance.HoldOnLists, before(samples, samples[i].at))
		}
		x := samples[i]
		alpha, beta := chance.Posterior(w.Chance(x.X), x.earlier)
		foretold, came = append(foretold, alpha/(alpha+beta)), append(came, x.Yes)
		switch {
		case len(asks) == 0:
			asks = append(asks, 0)
		case x.at.Equal(samples[i-1].at):
			asks = append(asks, asks[len(asks)-1])
		default:
			asks = append(asks, asks[len(asks)-1]+1)
		}
	}
	out.Evaluation = chance.Measure(foretold, came)
	// Who could answer one ask is drawn together.
	out.Better = redraw(asks[len(asks)-1]+1, func(weight []float64) []float64 {
		all, yes, wrong := 0.0, 0.0, 0.0
		for i, y := range came {
			w := weight[asks[i]]
			all, yes, wrong = all+w, yes+w*y, wrong+w*(foretold[i]-y)*(foretold[i]-y)
		}
		return []float64{1 - wrong/(yes*(1-yes/all))}
	})[0]
	return out, nil
}

// opportunity is one person who could answer one ask.
type opportunity struct {
	chance.Sample
	at      time.Time
	earlier []chance.Answer
}

// before returns the samples whose outcome was known at a moment.
func before(list []opportunity, at time.Time) []chance.Sample {
	var out []chance.Sample
	for _, o := range list {
		if !o.at.Add(answerTime).After(at) {
			out = append(out, o.Sample)
		}
	}
	return out
}

// fade is a sum that halves with each half-life.
type fade struct {
	value float64
	at    time.Time
}

func (f fade) now(t time.Time, days float64) float64 {
	return f.value * temporal.Faded(t.Sub(f.at).Hours()/24, days)
}

func (f *fade) add(t time.Time, days float64) { f.value, f.at = f.now(t, days)+1, t }

// acquaintance is what the list shows of two people, seen from one of them.
type acquaintance struct {
	contact, given     fade
	sent, received     float64
	first              time.Time
	asks               []time.Time // to which the other could have answered
	answered, audience []float64   // of each: 1 or 0, and how many could have
}

// lister is somebody on the list.
type lister struct {
	last           time.Time
	help           fade
	asked, answers float64
}

// asked walks through the list and returns, for each ask that was answered, everybody whom the asker had exchanged mail
// with and who still wrote: what was known of them then, and whether they answered.
func asked(list []posting) []opportunity {
	answerers := map[int][]int{} // of each thread
	for _, p := range list {
		if !p.Begins && !slices.Contains(answerers[p.Thread], p.Author) {
			answerers[p.Thread] = append(answerers[p.Thread], p.Author)
		}
	}
	people := map[int]*lister{}
	pairs := map[[2]int]*acquaintance{}
	others := map[int][]int{} // whom each has exchanged mail with
	pair := func(a, b int) *acquaintance {
		if pairs[[2]int{a, b}] == nil {
			pairs[[2]int{a, b}] = &acquaintance{}
			others[a] = append(others[a], b)
		}
		return pairs[[2]int{a, b}]
	}
	type waiting struct {
		asker, other int
		at           time.Time
		yes          float64
		audience     float64
	}
	var open []waiting // asks of which nobody could know yet who answers
	var out []opportunity
	for _, p := range list {
		for len(open) > 0 && !open[0].at.Add(answerTime).After(p.At) {
			o := open[0]
			open = open[1:]
			people[o.other].asked++
			people[o.other].answers += o.yes
			a := pair(o.asker, o.other)
			a.asks, a.answered, a.audience = append(a.asks, o.at), append(a.answered, o.yes),
				append(a.audience, o.audience)
		}
		if answered := answerers[p.Thread]; p.Begins &&
			slices.ContainsFunc(answered, func(a int) bool { return a != p.Author }) {
			var able []int
			for _, other := range others[p.Author] {
				if p.At.Sub(people[other].last) <= onList {
					able = append(able, other)
				}
			}
			for _, other := range able {
				yes := 0.0
				if slices.Contains(answered, other) {
					yes = 1
				}
				a := pairs[[2]int{p.Author, other}]
				out = append(out,
					opportunity{chance.Sample{X: a.features(people[other], p.At), Yes: yes}, p.At, a.answers(p.At)})
				open = append(open, waiting{p.Author, other, p.At, yes, float64(len(able))})
			}
		}
		if people[p.Author] == nil {
			people[p.Author] = &lister{}
		}
		people[p.Author].last = p.At
		if !p.Begins {
			people[p.Author].help.add(p.At, helpFades)
		}
		if p.To >= 0 && p.To != p.Author && people[p.To] != nil {
			mine, theirs := pair(p.Author, p.To), pair(p.To, p.Author)
			for _, a := range []*acquaintance{mine, theirs} {
				a.contact.add(p.At, tieFades)
				if a.first.IsZero() {
					a.first = p.At
				}
			}
			mine.sent++
			theirs.received++
			mine.given.add(p.At, chance.AnswerFades)
		}
	}
	return out
}

func (a *acquaintance) features(other *lister, at time.Time) chance.Features {
	x := chance.Features{chance.Constant: 1}
	x[chance.Closeness] = 1 - math.Exp(-a.contact.now(at, tieFades)/mailTie)
	x[chance.Reciprocity] = min(a.sent, a.received) / max(a.sent, a.received)
	x[chance.Gestures] = min(2, a.given.now(at, chance.AnswerFades))
	x[chance.Years] = min(6, at.Sub(a.first).Hours()/24/365)
	x[chance.Openness] = math.Log((other.answers+everAnswered)/(other.asked-other.answers+neverAsked)) -
		math.Log(everAnswered/neverAsked)
	x[chance.Presence] = math.Log1p(other.help.now(at, helpFades))
	x[chance.Unheard] = math.Log1p(at.Sub(other.last).Hours() / 24)
	return x
}

// answers are those to earlier asks. An ask to many is little evidence of each: its weight is shared, as that of a
// meeting is.
func (a *acquaintance) answers(at time.Time) []chance.Answer {
	var out []chance.Answer
	for i, asked := range a.asks {
		out = append(out,
			chance.Answer{Yes: a.answered[i] > 0, DaysAgo: at.Sub(asked).Hours() / 24, Weight: 1 / a.audience[i]})
	}
	return out
}

// readPostings returns who answered whom on a list.
func readPostings(ctx context.Context, path string) ([]posting, error) {
	a := archive.New()
	if err := readArchive(ctx, path, func(m archive.Mail) error {
		a.Add(m)
		return nil
	}); err != nil {
		return nil, err
	}
	messages, _ := a.Threads()
	list := make([]posting, len(messages))
	for i, m := range messages {
		list[i] = posting{Author: m.Author, To: m.To, Thread: m.Thread, Begins: m.Begins, At: m.Time}
	}
	return list, nil
}
