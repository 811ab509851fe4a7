package graphcmd

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"

	"gave.network/graph"
	"gave.network/graph/centrality"
	"gave.network/graph/cohesion"
	"gave.network/graph/community"
	"gave.network/graph/inference"
	"gave.network/graph/influence"
	"gave.network/graph/prediction"
	"gave.network/internal/fault"
)

var spreadKernels = []Kernel{
	{
		Name:  "betweenness-sample",
		Help:  "Betweenness from random shortest paths, right within --error of all pairs (KADABRA).",
		Flags: []string{"error"}, Values: "node", prepare: prepareBetweennessSample,
	},
	{
		Name:  "common-neighbors",
		Help:  "The nodes with most neighbours in common with each of --samples nodes, --k for each.",
		Flags: []string{"samples", "k"}, Values: "pair", prepare: predict(prediction.CommonNeighbors),
	},
	{
		Name: "adamic-adar", Help: "The most similar nodes by Adamic-Adar of each of --samples nodes, --k for each.",
		Flags: []string{"samples", "k"}, Values: "pair", prepare: predict(prediction.AdamicAdar),
	},
	{
		Name:  "resource-allocation",
		Help:  "The most similar nodes by resource allocation of each of --samples nodes, --k for each.",
		Flags: []string{"samples", "k"}, Values: "pair", prepare: predict(prediction.ResourceAllocation),
	},
	{
		Name:  "coverage",
		Help:  "The --k nodes whose neighbourhoods together hold most nodes; the value is what each adds.",
		Flags: []string{"k"}, Values: "node", prepare: prepareCoverage,
	},
	{
		Name:  "influence",
		Help:  "The --k nodes from which most is reached by independent cascade; the value is what each adds.",
		Flags: []string{"k", "error"}, Values: "node", prepare: prepareInfluence,
	},
	{Name: "opinion", Help: "Opinions in equilibrium (Friedkin and Johnsen) from the stances in a column; --beta is " +
		"the susceptibility, default 0.5.", Flags: []string{
		"nodes", "stance", "beta", "tolerance",
	}, Values: "node", prepare: prepareOpinion},
	{
		Name: "assortativity", Help: "Correlation of the degrees at both ends of a tie.", Values: "graph",
		prepare: of(community.DegreeAssortativity, func(_ *job, r float64) outcome {
			return outcome{summary: map[string]any{"assortativity": defined(r)}}
		}),
	},
	{
		Name: "mixing", Help: "How ties run between the groups of a column, and how assortative they are.",
		Flags: []string{"nodes", "group"}, Values: "node", prepare: prepareMixing,
	},
	{
		Name: "ei-index", Help: "Ties out of the group against ties inside it, for each node and the whole.",
		Flags: []string{"nodes", "group"}, Values: "node", prepare: prepareEIIndex,
	},
	{
		Name: "brokerage", Help: "Number of pairs that each node stands between, by role (Gould and Fernandez).",
		Flags: []string{"nodes", "group"}, Values: "node", prepare: prepareBrokerage,
	},
	{
		Name: "steiner", Help: "The cheapest tree with a member of every group of a column; 1 for each of its ties.",
		Flags: []string{"nodes", "group"}, Values: "edge", prepare: prepareSteiner,
	},
	{
		Name:  "qap",
		Help:  "Correlation of two layers, with p-values by permutation; --samples permutations, default 1,000.",
		Flags: []string{"layers", "samples"}, Values: "graph", prepare: prepareQAP,
	},
	{Name: "rewire", Help: "A random graph with the same degrees.", Values: "edge", prepare: prepareRewire},
	{
		Name: "convert", Values: "network", prepare: prepareConvert,
		Help: "The network itself, in the form that the name of --out asks for: " +
			".snapshot, .graphml, .gexf, .net, .csv, .el.",
	},
}

func prepareConvert(j *job) (run, error) {
	if j.request.Out == "" {
		return nil, fault.New(fault.Usage, "convert needs --out FILE.").
			WithHint("The end of its name says the form: .snapshot, .graphml, .gexf, .net, .csv or .el.")
	}
	return func(context.Context) (func() outcome, error) {
		err := saveNetwork(j.request.Out, j.network)
		return func() outcome { return outcome{summary: map[string]any{"file": j.request.Out}} }, err
	}, nil
}

// defined returns nil for a number that JSON has no word for.
func defined(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

func prepareBetweennessSample(j *job) (run, error) {
	params := centrality.SampleOptions{Error: j.request.Error, Seed: j.request.Seed}
	return timed(func(ctx context.Context) (*centrality.SampledBetweenness, error) {
		return centrality.BetweennessSample(ctx, j.g, params, j.opts)
	}, func(b *centrality.SampledBetweenness) outcome {
		result := j.perNode(b.Values)
		result.summary["bound"], result.summary["samples"] = defined(b.Bound), b.Samples
		return result
	}), nil
}

func predict(by prediction.Similarity) func(*job) (run, error) {
	return func(j *job) (run, error) {
		n := j.g.N()
		nodes := make([]uint32, 0, n)
		for _, v := range rand.New(rand.NewPCG(j.request.Seed, 17)).
			Perm(n)[:min(n, orDefault(j.request.Samples, 1000))] {
			nodes = append(nodes, uint32(v))
		}
		k := orDefault(j.request.K, 10)
		return timed(func(ctx context.Context) ([][]graph.Share, error) {
			return prediction.PredictLinks(ctx, j.g, nodes, by, k, j.opts)
		}, func(lists [][]graph.Share) outcome {
			ties, values := [][2]uint32{}, []float64{}
			for i, list := range lists {
				for _, s := range list {
					ties, values = append(ties, [2]uint32{nodes[i], s.Node}), append(values, s.Value)
				}
			}
			return perTie(ties, values)
		}), nil
	}
}

func prepareCoverage(j *job) (run, error) {
	sets := make([][]uint32, j.g.N())
	for v := range sets {
		sets[v] = j.g.Neighbors(uint32(v))
	}
	params := influence.CoverageOptions{Most: orDefault(j.request.K, 10)}
	return timed(func(ctx context.Context) (*influence.Coverage, error) {
		return influence.MaxCoverage(ctx, len(sets), sets, params, j.opts)
	}, func(c *influence.Coverage) outcome {
		values := make([]float64, j.g.N())
		for _, choice := range c.Choices {
			values[choice.Set] = choice.Gain
		}
		result := j.perNode(values)
		result.summary["covered"], result.summary["bound"] = c.Value, defined(c.Bound)
		return result
	}), nil
}

func prepareInfluence(j *job) (run, error) {
	params := influence.CascadeOptions{Seed: j.request.Seed, Error: j.request.Error}
	k := min(orDefault(j.request.K, 10), j.g.N())
	return timed(func(ctx context.Context) (*influence.Spread, error) {
		return influence.MaxInfluence(ctx, j.g, k, params, j.opts)
	}, func(s *influence.Spread) outcome {
		values := make([]float64, j.g.N())
		before := 0.0
		for i, v := range s.Starters {
			values[v] = s.Reaches[i] - before
			before = s.Reaches[i]
		}
		result := j.perNode(values)
		result.summary["reach"], result.summary["sets"] = s.Reach, s.Sets
		return result
	}), nil
}

func prepareOpinion(j *job) (run, error) {
	c, err := j.column(j.request.Stance, "stance")
	if err != nil {
		return nil, err
	}
	stance, susceptibility := make([]float64, j.g.N()), make([]float64, j.g.N())
	for v := range stance {
		if x := c.Number(v); !math.IsNaN(x) {
			stance[v] = x
		}
		susceptibility[v] = orDefault(j.request.Beta, 0.5)
	}
	return timed(func(ctx context.Context) (*influence.Opinions, error) {
		return influence.FriedkinJohnsen(ctx, j.g, stance, susceptibility, j.request.Tolerance, j.opts)
	}, func(o *influence.Opinions) outcome {
		result := j.perNode(o.Values)
		result.summary["iterations"], result.summary["error"] = o.Iterations, o.Error
		return result
	}), nil
}

func prepareMixing(j *job) (run, error) {
	group, names, err := j.groups()
	if err != nil {
		return nil, err
	}
	return timed(func(ctx context.Context) (*community.Mixing, error) {
		return community.MixingMatrix(ctx, j.g, group, j.opts)
	}, func(m *community.Mixing) outcome {
		order := make([]string, m.Groups)
		for v, own := range m.Group {
			order[own] = names[group[v]]
		}
		summary := map[string]any{"groups": order, "share": m.Share, "assortativity": defined(m.Assortativity)}
		return outcome{summary, table{nodes: floats(m.Group)}}
	}), nil
}

func prepareEIIndex(j *job) (run, error) {
	group, _, err := j.groups()
	if err != nil {
		return nil, err
	}
	return timed(func(ctx context.Context) (*community.Boundary, error) {
		return community.EIIndex(ctx, j.g, group, j.opts)
	}, func(b *community.Boundary) outcome {
		result := j.perNode(b.Node)
		result.summary["whole"], result.summary["expected"] = defined(b.Whole), defined(b.Expected)
		result.summary["external"], result.summary["internal"] = b.External, b.Internal
		return result
	}), nil
}

func prepareBrokerage(j *job) (run, error) {
	group, _, err := j.groups()
	if err != nil {
		return nil, err
	}
	return timed(func(ctx context.Context) ([]cohesion.Roles, error) {
		return cohesion.Brokerage(ctx, j.g, group, j.opts)
	}, func(roles []cohesion.Roles) outcome {
		values := make([]float64, len(roles))
		var all cohesion.Roles
		for v, r := range roles {
			values[v] = float64(r.Total())
			all.Coordinator += r.Coordinator
			all.Consultant += r.Consultant
			all.Gatekeeper += r.Gatekeeper
			all.Representative += r.Representative
			all.Liaison += r.Liaison
		}
		result := j.perNode(values)
		for name, count := range map[string]int64{
			"coordinator": all.Coordinator, "consultant": all.Consultant, "gatekeeper": all.Gatekeeper,
			"representative": all.Representative, "liaison": all.Liaison,
		} {
			result.summary[name] = count
		}
		return result
	}), nil
}

func prepareSteiner(j *job) (run, error) {
	group, names, err := j.groups()
	if err != nil {
		return nil, err
	}
	members := make([][]uint32, len(names))
	for v, own := range group {
		members[own] = append(members[own], uint32(v))
	}
	return timed(func(ctx context.Context) (*graph.SteinerTree, error) {
		return graph.GroupSteinerTree(ctx, j.g, members[1:], j.opts) // those without a group are no group to be joined
	}, func(tree *graph.SteinerTree) outcome {
		ties, values := [][2]uint32{}, []float64{}
		for _, e := range tree.Edges {
			ties, values = append(ties, [2]uint32{e.From, e.To}), append(values, 1)
		}
		summary := map[string]any{
			"nodes": len(tree.Nodes), "cost": defined(tree.Cost), "exact": tree.Exact,
			"lower_bound": defined(tree.LowerBound),
		}
		return outcome{summary, table{ties: ties, value: values}}
	}), nil
}

func prepareQAP(j *job) (run, error) {
	first, second, both := strings.Cut(j.request.Layers, ",")
	if !both {
		return nil, fault.New(fault.Usage, "This kernel needs the flag --%s.", "layers")
	}
	var pair [2]*graph.Graph
	for i, name := range [2]string{strings.TrimSpace(first), strings.TrimSpace(second)} {
		for _, layer := range j.network.Layers {
			if layer.Name == name {
				pair[i] = layer.Graph
			}
		}
		if pair[i] == nil {
			return nil, fault.New(fault.NotFound, "The file has no layer called %s.", name)
		}
	}
	return timed(func(ctx context.Context) (*inference.Permutation, error) {
		return inference.QAPCorrelation(
			ctx, pair[0], pair[1], orDefault(j.request.Samples, 1000), j.request.Seed, j.opts,
		)
	}, func(p *inference.Permutation) outcome {
		summary := map[string]any{
			"correlation": defined(p.Value), "mean": defined(p.Mean), "deviation": defined(p.Deviation),
			"p_at_least": p.AtLeast, "p_at_most": p.AtMost, "p_two_sided": p.TwoSided, "permutations": p.Permutations,
		}
		return outcome{summary: summary}
	}), nil
}

func prepareRewire(j *job) (run, error) {
	const usual = 10 // tries for each tie
	return timed(func(ctx context.Context) (*inference.Rewired, error) {
		return inference.Rewire(ctx, j.g, usual, j.request.Seed, j.opts)
	}, func(r *inference.Rewired) outcome {
		ties, values := [][2]uint32{}, []float64{}
		r.Graph.Edges(func(u, v uint32, w float64) bool {
			ties, values = append(ties, [2]uint32{u, v}), append(values, w)
			return true
		})
		return outcome{map[string]any{"swaps": r.Swaps, "ties": len(ties)}, table{ties: ties, value: values}}
	}), nil
}
