package lab

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"gave.network/graph"
	"gave.network/graph/prediction"
	"gave.network/internal/fault"
	"gave.network/internal/horizon"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// meetingInput names records of contacts.
type meetingInput struct {
	Paths []string `json:"paths" arg:"1" doc:"tables with the columns source, target and time, or archives of mailing lists"`
	From  float64  `json:"from,omitempty" doc:"the part of all contacts that is known, from 0 to 1" default:"0.75"`
	To    float64  `json:"to,omitempty" doc:"up to which part new acquaintances count" default:"1"`
}

// firstTen is how many people are proposed to each.
const firstTen = 10

// meetingReport is how many of the first ten whom Gave proposes to get to know were met later, of those who met
// somebody new.
type meetingReport struct {
	Name       string   `json:"name"`
	People     int      `json:"people" doc:"who knew somebody, and met somebody new later"`
	Met        Interval `json:"met" doc:"precision of the first ten"`
	AdamicAdar Interval `json:"adamic_adar" doc:"of the first ten after Adamic & Adar (2003)"`
	Common     Interval `json:"common" doc:"of those with whom one shares most acquaintances"`
	Better     Interval `json:"better" doc:"precision less that after Adamic & Adar"`
	Widened    float64  `json:"widened" doc:"people who come within two steps through the ten, in the mean"`
	WidenedBy  float64  `json:"widened_beside" doc:"the same through the ten after Adamic & Adar"`
}

// meetingOutput has a report for each record.
type meetingOutput struct {
	Records []meetingReport `json:"records"`
}

func measureMeeting(ctx context.Context, _ op.Viewer, in meetingInput) (meetingOutput, error) {
	var out meetingOutput
	for _, path := range in.Paths {
		pairs, err := pairsIn(ctx, path)
		if err != nil {
			return out, err
		}
		report, err := meetings(ctx, pairs, in.From, in.To)
		if err != nil {
			return out, err
		}
		report.Name = recordName(path)
		out.Records = append(out.Records, report)
	}
	return out, nil
}

// seen is a view of contacts as the product derives it, each as a medium between two, at a moment.
func seen(states map[[2]uint32]*tie.State, people int, at time.Time) (*tie.View, error) {
	edges := make([]graph.Edge, 0, len(states))
	for pair, state := range states {
		edges = append(edges, graph.Edge{From: pair[0], To: pair[1], Weight: tie.Strength(state.IntensityAt(at))})
	}
	slices.SortFunc(edges, func(a, b graph.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	g, err := graph.FromEdges(people, edges, graph.BuildOptions{Weighted: true})
	return &tie.View{Graph: g}, err
}

// meetings asks of everybody whom they may get to know, by what is known at a moment, and looks whom they met after it.
func meetings(
	ctx context.Context, pairs map[[2]string][]time.Time, from, to float64,
) (out meetingReport, err error) {
	var all []time.Time
	number := map[string]uint32{}
	for _, pair := range sortedPairs(pairs) {
		all = append(all, pairs[pair]...)
		for _, who := range pair {
			if _, ok := number[who]; !ok {
				number[who] = uint32(len(number))
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	at := func(part float64) int { return min(int(part*float64(len(all))), len(all)-1) }
	now, end := all[at(from)], all[at(to)]
	states, later := map[[2]uint32]*tie.State{}, make([]map[uint32]bool, len(number))
	for pair, times := range pairs {
		a, b := number[pair[0]], number[pair[1]]
		slices.SortFunc(times, time.Time.Compare)
		for _, t := range times {
			switch state := states[[2]uint32{a, b}]; {
			case t.Before(now):
				if state == nil {
					state = &tie.State{}
					states[[2]uint32{a, b}] = state
				}
				state.Add(t.UnixMicro(), id.Zero, tie.Contribution(tie.Mail, 2), tie.Mutual)
			case state == nil && !t.After(end):
				for _, of := range [][2]uint32{{a, b}, {b, a}} {
					if later[of[0]] == nil {
						later[of[0]] = map[uint32]bool{}
					}
					later[of[0]][of[1]] = true
				}
			}
		}
	}
	view, err := seen(states, len(number), now)
	if err != nil {
		return out, err
	}
	var who []uint32
	for u := range uint32(len(number)) {
		if view.Graph.Degree(u) > 0 && later[u] != nil {
			who = append(who, u)
		}
	}
	if len(who) == 0 {
		return out, fault.New(fault.Invalid, "Nobody in this record meets somebody new.")
	}
	var beside [2][][]graph.Share
	for i, by := range []prediction.Similarity{prediction.AdamicAdar, prediction.CommonNeighbors} {
		if beside[i], err = prediction.PredictLinks(ctx, view.Graph, who, by, firstTen, graph.Options{}); err != nil {
			return out, err
		}
	}
	circle, err := horizon.Circles(ctx, view)
	if err != nil {
		return out, err
	}
	everybody := func(uint32) bool { return true }
	right := make([][3]float64, len(who))
	for i, u := range who {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		var lists [3][]uint32
		for _, c := range horizon.Next(view, u, firstTen, circle, everybody, everybody) {
			lists[0] = append(lists[0], c.Node)
		}
		for k := range beside {
			for _, share := range beside[k][i] {
				lists[k+1] = append(lists[k+1], share.Node)
			}
		}
		for k, list := range lists {
			for _, other := range list {
				if later[u][other] {
					right[i][k] += 1.0 / firstTen
				}
			}
		}
		out.Widened += float64(widened(view.Graph, u, lists[0])) / float64(len(who))
		out.WidenedBy += float64(widened(view.Graph, u, lists[1])) / float64(len(who))
	}
	out.People = len(who)
	figures := redraw(len(who), func(weight []float64) []float64 {
		var sum [3]float64
		for i, w := range weight {
			for k := range sum {
				sum[k] += w * right[i][k] / float64(len(who))
			}
		}
		return []float64{sum[0], sum[1], sum[2], sum[0] - sum[1]}
	})
	out.Met, out.AdamicAdar, out.Common, out.Better = figures[0], figures[1], figures[2], figures[3]
	return out, nil
}

// widened counts who comes within two steps of somebody through new acquaintances.
func widened(g *graph.Graph, me uint32, met []uint32) int {
	near := map[uint32]bool{me: true}
	for _, n := range g.Neighbors(me) {
		near[n] = true
		for _, u := range g.Neighbors(n) {
			near[u] = true
		}
	}
	before := len(near)
	for _, n := range met {
		for _, u := range g.Neighbors(n) {
			near[u] = true
		}
	}
	return len(near) - before
}

// redraw returns figures with their 95 % intervals, by drawing n people again a thousand times: each counts for as
// often as it was drawn.
func redraw(n int, figures func(weight []float64) []float64) []Interval {
	weight := make([]float64, n)
	for i := range weight {
		weight[i] = 1
	}
	value := figures(weight)
	drawn := make([][]float64, len(value))
	random := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		clear(weight)
		for range n {
			weight[random.IntN(n)]++
		}
		for i, x := range figures(weight) {
			drawn[i] = append(drawn[i], x)
		}
	}
	out := make([]Interval, len(value))
	for i, list := range drawn {
		slices.Sort(list)
		out[i] = Interval{value[i], list[25], list[974]}
	}
	return out
}
