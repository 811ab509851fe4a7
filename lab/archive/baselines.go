package archive

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"gave.network/internal/ask/routing"
)

// Methods are the names of the simple ways to say who will answer. Everybody who wrote before an ask but the asker is a
// candidate of each.
//
//   - most_active: who answered most, ever
//   - most_messages: who wrote most, ever
//   - most_active_90: who answered most in the last 90 days in the place of the ask
//   - most_messages_90: who wrote most there and then
//   - most_recent: who answered last
//   - bm25: whose own earlier mails, with their texts, match the ask best
//   - naive_sum: the shares of the best of most_active, bm25 and half-lives of 90 days since the last answer, added up
//   - random: any order, by a fixed seed
func Methods() []string {
	return []string{
		"most_active", "most_messages", "most_active_90", "most_messages_90", "most_recent", "bm25", "naive_sum",
		"random",
	}
}

// lately is how many days most_active_90 looks back.
const lately = 90.0

// record is what the simple ways know of somebody.
type record struct {
	answers, messages     float64
	last                  float64 // answer
	answeredAt, writtenAt []moment
}

type moment struct {
	day   float64
	place int
}

// within counts the moments of the last days in a place.
func within(all []moment, day float64, place int) (n float64) {
	for i := len(all) - 1; i >= 0 && all[i].day >= day-lately; i-- {
		if all[i].place == place {
			n++
		}
	}
	return n
}

// Baselines goes forward through the messages and calls see for each ask with how each of the simple ways did: one
// divided by the place of the first who came to answer, 0 when nobody did who wrote before. before says who did.
func (a *Archive) Baselines(
	ctx context.Context, see func(k Ask, m routing.Message, before func(who int) bool, reciprocal map[string]float64),
) error {
	messages, asks := a.Threads()
	history := routing.NewHistory() // for BM25
	records := map[int]*record{}
	var order []int
	random := rand.New(rand.NewPCG(1, 2))
	next := 0
	for i, m := range messages {
		if err := ctx.Err(); err != nil {
			return err
		}
		day := days(m.Time)
		if next < len(asks) && asks[next].Message == i {
			see(asks[next], m, func(who int) bool { return records[who] != nil },
				reciprocals(history, records, order, m, asks[next].Answered, random))
			next++
		}
		r := records[m.Author]
		if r == nil {
			r = &record{last: math.Inf(-1)}
			records[m.Author] = r
			order = append(order, m.Author)
		}
		r.messages++
		r.writtenAt = append(r.writtenAt, moment{day, m.Place})
		if !m.Begins {
			r.answers++
			r.last = day
			r.answeredAt = append(r.answeredAt, moment{day, m.Place})
		}
		history.Add(m)
	}
	return nil
}

func days(t time.Time) float64 { return float64(t.Unix()) / 86400 }

func reciprocals(
	history *routing.History, records map[int]*record, order []int, m routing.Message, answered []int,
	random *rand.Rand,
) map[string]float64 {
	day := days(m.Time)
	bm25 := map[int]float64{}
	who, vectors := history.Describe(routing.AskOf(m))
	for i, c := range who {
		bm25[c] = float64(vectors[i][routing.TopicOwn])
	}
	most := 1.0
	for _, r := range records {
		most = max(most, r.answers)
	}
	out := map[string]float64{}
	for name, score := range map[string]func(who int, r *record) float64{
		"most_active":      func(_ int, r *record) float64 { return r.answers },
		"most_messages":    func(_ int, r *record) float64 { return r.messages },
		"most_active_90":   func(_ int, r *record) float64 { return within(r.answeredAt, day, m.Place) },
		"most_messages_90": func(_ int, r *record) float64 { return within(r.writtenAt, day, m.Place) },
		"most_recent":      func(_ int, r *record) float64 { return r.last },
		"bm25":             func(who int, _ *record) float64 { return bm25[who] },
		"naive_sum": func(who int, r *record) float64 {
			return r.answers/most + bm25[who] + math.Exp2((r.last-day)/lately)
		},
	} {
		scores := make([]float64, 0, len(order))
		var right []int
		for _, c := range order {
			if c == m.Author {
				continue
			}
			for _, p := range answered {
				if p == c {
					right = append(right, len(scores))
				}
			}
			scores = append(scores, score(c, records[c]))
		}
		out[name] = Reciprocal(scores, right)
		if name == "most_active" {
			for i := range scores {
				scores[i] = random.Float64()
			}
			out["random"] = Reciprocal(scores, right)
		}
	}
	return out
}

// Reciprocal is one divided by the place that the first of the right ones has by the scores, 0 without any. Of equal
// scores those who came first stand first.
func Reciprocal(scores []float64, right []int) (best float64) {
	for _, a := range right {
		place := 1
		for i, s := range scores {
			if s > scores[a] || s == scores[a] && i < a {
				place++
			}
		}
		best = max(best, 1/float64(place))
	}
	return best
}
