package ask

import (
	"container/heap"
	"math"
	"slices"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/tie"
)

const (
	// hopCost is the factor for each person in between: a favour asked for somebody else.
	hopCost = 0.5
	// mostHops is the longest way that is looked for, in ties.
	mostHops = 4
	// leastChance ends ways that hardly anybody would go.
	leastChance = 1e-4
)

// pastTies derives ties from interactions in the order of time, so that nothing later is in them.
func pastTies(list []tie.Interaction) *tie.Table {
	type pair struct{ a, b id.ID }
	states := map[pair]*tie.State{}
	author := map[id.ID]id.ID{}
	for _, e := range list {
		contribution := tie.Contribution(e.Medium, e.People)
		if len(e.Participants) > 0 && e.Participants[0].Role == tie.From {
			author[e.External] = e.Participants[0].Person
		}
		if contribution == 0 && e.Medium != tie.List {
			continue
		}
		for i, p := range e.Participants {
			for _, q := range e.Participants[i+1:] {
				if p.Role == tie.Mentioned || q.Role == tie.Mentioned {
					continue
				}
				if e.Medium == tie.List && author[e.ReplyTo] != q.Person {
					continue // on a list only an answer ties its author to whom it answers
				}
				direction := tie.Mutual
				if p.Role == tie.From && e.Medium != tie.FaceToFace {
					direction = tie.Sent
				}
				key, from := pair{p.Person, q.Person}, direction
				if slices.Compare(key.b[:], key.a[:]) < 0 {
					key.a, key.b = key.b, key.a
					if direction == tie.Sent {
						from = tie.Received
					}
				}
				if states[key] == nil {
					states[key] = &tie.State{}
				}
				states[key].Add(e.Time, e.ID, contribution, from)
			}
		}
	}
	of := make(map[[2]id.ID]tie.State, len(states))
	for key, state := range states {
		of[[2]id.ID{key.a, key.b}] = *state
	}
	return tie.TableOf(of)
}

// way is the best way from the viewer to somebody: both ends and who is in between.
type way struct {
	chance float64
	steps  []id.ID
}

// front is a queue of ways, the likeliest first.
type front []arrival

type arrival struct {
	at     id.ID
	from   *arrival
	chance float64
	hops   int
}

func (f front) Len() int { return len(f) }

func (f front) Less(i, j int) bool {
	if f[i].chance != f[j].chance {
		return f[i].chance > f[j].chance
	}
	return slices.Compare(f[i].at[:], f[j].at[:]) < 0
}

func (f front) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

func (f *front) Push(x any) { *f = append(*f, x.(arrival)) }

func (f *front) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// waysOver returns the best way to everybody within four ties: the largest product of strengths, with the cost of each
// person in between (Dijkstra 1959 on -ln p). A tie without present strength passes nothing.
func waysOver(ties *tie.Table, from id.ID, at time.Time) map[id.ID]way {
	out := map[id.ID]way{}
	// A way with fewer ties may lead on where a likelier but longer one may not, so each number of ties is kept apart.
	type visited struct {
		who  id.ID
		hops int
	}
	seen := map[visited]bool{}
	queue := &front{{at: from, chance: 1}}
	for queue.Len() > 0 {
		a := heap.Pop(queue).(arrival)
		if seen[visited{a.at, a.hops}] {
			continue
		}
		seen[visited{a.at, a.hops}] = true
		if _, known := out[a.at]; !known && a.at != from {
			var steps []id.ID
			for x := &a; x != nil; x = x.from {
				steps = append(steps, x.at)
			}
			slices.Reverse(steps)
			out[a.at] = way{a.chance, steps}
		}
		if a.hops == mostHops {
			continue
		}
		cost := hopCost
		if a.hops == 0 {
			cost = 1
		}
		for t := range ties.Of(a.at) {
			next, chance := t.Other(a.at), a.chance*cost*tie.Strength(t.IntensityAt(at))
			if chance < leastChance || math.IsNaN(chance) || next == from || seen[visited{next, a.hops + 1}] {
				continue
			}
			heap.Push(queue, arrival{next, &a, chance, a.hops + 1})
		}
	}
	return out
}
