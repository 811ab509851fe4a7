package graphcmd

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/fault"
)

var pathKernels = []Kernel{
	{
		Name: "bfs", Help: "Steps of a shortest path from the source to each node (breadth-first search).",
		Flags: []string{"source"}, Values: "node", prepare: prepareBFS,
	},
	{
		Name: "sssp", Help: "Value of the best path from the source to each node (delta-stepping).",
		Flags: []string{"source", "measure"}, Values: "node", prepare: prepareSSSP,
	},
	{
		Name: "distance", Help: "Steps of a shortest path of each pair (breadth-first search from both ends).",
		Flags: []string{"pairs"}, Values: "pair", prepare: prepareDistance,
	},
	{
		Name: "best-path", Help: "Value of the best path of each pair, with --hops of at most so many ties.",
		Flags: []string{"pairs", "measure", "hops"}, Values: "pair", prepare: prepareBestPath,
	},
	{
		Name: "alternatives", Help: "Value of the k-th best path of each pair (Yen).",
		Flags: []string{"pairs", "measure", "hops", "k"}, Values: "pair", prepare: prepareAlternatives,
	},
	{Name: "disjoint", Help: "Joint value of k paths of each pair that share no middleman (Suurballe); with --hops " +
		"found one after the other.", Flags: []string{
		"pairs", "measure", "hops", "k",
	}, Values: "pair", prepare: prepareDisjoint},
}

func prepareBFS(j *job) (run, error) {
	source, err := j.source()
	if err != nil {
		return nil, err
	}
	search := graph.NewSearch(j.g)
	return timed(func(ctx context.Context) ([]int32, error) {
		return search.Distances(ctx, j.opts, source)
	}, func(distance []int32) outcome {
		reached, farthest := 0, int32(0)
		for _, d := range distance {
			if d != graph.Unreachable {
				reached++
				farthest = max(farthest, d)
			}
		}
		summary := map[string]any{"source": j.network.Names.Name(source), "reached": reached, "eccentricity": farthest}
		return outcome{summary, table{nodes: reachable(distance)}}
	}), nil
}

// reachable turns distances into values, in which unreachable is not a number.
func reachable(distance []int32) []float64 {
	values := floats(distance)
	for v, d := range distance {
		if d == graph.Unreachable {
			values[v] = math.NaN()
		}
	}
	return values
}

func prepareSSSP(j *job) (run, error) {
	source, err := j.source()
	if err != nil {
		return nil, err
	}
	options, err := j.measure()
	if err != nil {
		return nil, err
	}
	search, err := graph.NewSourceSearch(j.g, options)
	if err != nil {
		return nil, err
	}
	values := make([]float64, j.g.N())
	return timed(func(ctx context.Context) ([]float64, error) {
		return values, search.Values(ctx, source, values, j.opts)
	}, func(values []float64) outcome {
		result := j.perNode(values)
		result.summary["source"] = j.network.Names.Name(source)
		return result
	}), nil
}

// pairs returns the pairs of --pairs, or as many as usual of pairs chosen with the seed.
func (j *job) pairs() ([][2]uint32, error) {
	if j.request.Pairs == "" {
		if j.g.N() == 0 {
			return nil, fault.New(fault.Invalid, "The graph has no nodes.")
		}
		const usual = 1000
		r := rand.New(rand.NewPCG(j.request.Seed, 99))
		pairs := make([][2]uint32, usual)
		for i := range pairs {
			pairs[i] = [2]uint32{uint32(r.IntN(j.g.N())), uint32(r.IntN(j.g.N()))}
		}
		return pairs, nil
	}
	text, err := os.ReadFile(j.request.Pairs)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s could not be read.", j.request.Pairs)
	}
	var pairs [][2]uint32
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t\r,;", c) })
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) < 2 {
			return nil, fault.New(fault.Invalid, "A line of the pairs needs two nodes, not only %s.", fields[0])
		}
		u, err := j.node(fields[0])
		if err != nil {
			return nil, err
		}
		v, err := j.node(fields[1])
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, [2]uint32{u, v})
	}
	return pairs, nil
}

// eachPair times every query alone and reports the quantiles; a query returns not-a-number when there is no path.
func (j *job) eachPair(query func(ctx context.Context, u, v uint32) (float64, error)) (run, error) {
	pairs, err := j.pairs()
	if err != nil {
		return nil, err
	}
	values, times := make([]float64, len(pairs)), make([]time.Duration, len(pairs))
	compute := func(ctx context.Context) ([]float64, error) {
		for i, p := range pairs {
			start := time.Now()
			value, err := query(ctx, p[0], p[1])
			if err != nil {
				return nil, err
			}
			times[i], values[i] = time.Since(start), value
		}
		return values, nil
	}
	return timed(compute, func(values []float64) outcome {
		result := perTie(pairs, values)
		sorted := slices.Sorted(slices.Values(times))
		result.summary["pairs"] = len(pairs)
		result.summary["found"] = result.summary["defined"]
		delete(result.summary, "defined")
		if len(sorted) > 0 {
			for name, at := range map[string]int{
				"p50_ms": len(sorted) / 2, "p99_ms": len(sorted) * 99 / 100, "max_ms": len(sorted) - 1,
			} {
				result.summary[name] = sorted[at].Seconds() * 1000
			}
		}
		return result
	}), nil
}

func prepareDistance(j *job) (run, error) {
	search := graph.NewPairSearch(j.g)
	return j.eachPair(func(ctx context.Context, u, v uint32) (float64, error) {
		distance, err := search.Distance(ctx, u, v)
		if distance == graph.Unreachable {
			return math.NaN(), err
		}
		return float64(distance), err
	})
}

func (j *job) pathSearch() (*graph.PathSearch, error) {
	options, err := j.measure()
	if err != nil {
		return nil, err
	}
	return graph.NewPathSearch(j.g, options)
}

func valueOf(r graph.Route) float64 {
	if r.Nodes == nil {
		return math.NaN()
	}
	return r.Value
}

func prepareBestPath(j *job) (run, error) {
	search, err := j.pathSearch()
	if err != nil {
		return nil, err
	}
	return j.eachPair(func(ctx context.Context, u, v uint32) (float64, error) {
		if j.request.Hops > 0 {
			route, err := search.Within(ctx, u, v, j.request.Hops)
			return valueOf(route), err
		}
		route, err := search.Best(ctx, u, v)
		return valueOf(route), err
	})
}

func prepareAlternatives(j *job) (run, error) {
	search, err := j.pathSearch()
	if err != nil {
		return nil, err
	}
	k := orDefault(j.request.K, 3)
	return j.eachPair(func(ctx context.Context, u, v uint32) (float64, error) {
		routes, err := search.Alternatives(ctx, u, v, k, j.request.Hops)
		if len(routes) < k {
			return math.NaN(), err
		}
		return routes[k-1].Value, err
	})
}

func prepareDisjoint(j *job) (run, error) {
	search, err := j.pathSearch()
	if err != nil {
		return nil, err
	}
	k := orDefault(j.request.K, 2)
	return j.eachPair(func(ctx context.Context, u, v uint32) (float64, error) {
		var routes []graph.Route
		var err error
		if j.request.Hops > 0 {
			routes, err = search.DisjointWithin(ctx, u, v, k, j.request.Hops)
		} else {
			routes, err = search.Disjoint(ctx, u, v, k, graph.ApartNodes)
		}
		if len(routes) < k {
			return math.NaN(), err
		}
		product, sum := 1.0, 0.0
		for _, r := range routes {
			product *= r.Value
			sum += r.Value
		}
		if j.request.Measure == "length" {
			return sum, err
		}
		return product, err
	})
}

func orDefault[T int | float64](value, usual T) T {
	if value == 0 {
		return usual
	}
	return value
}
