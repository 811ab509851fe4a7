package graphcmd

import (
	"context"

	"gave.network/graph"
	"gave.network/graph/blocks"
	"gave.network/graph/cliques"
	"gave.network/graph/community"
	"gave.network/graph/ego"
	"gave.network/graph/equivalence"
	"gave.network/graph/multilayer"
	"gave.network/graph/signed"
)

// structureKernels are of who is around whom, and who stands like whom.
var structureKernels = []Kernel{
	egoKernel("ego-size", "Number of others whom each node has a tie with, in either direction.",
		func(m ego.Measures) float64 { return float64(m.Size) }),
	egoKernel("ego-density", "Density of the ties among the neighbours of each node.",
		func(m ego.Measures) float64 { return m.Density }),
	egoKernel("ego-brokers", "Number of pairs of neighbours of each node who have no tie.",
		func(m ego.Measures) float64 { return float64(m.Broker) }),
	egoKernel("ego-parts", "Number of parts that the neighbours of each node fall into without it.",
		func(m ego.Measures) float64 { return float64(m.Components) }),
	egoKernel("ego-betweenness", "Betweenness of each node within its own neighbourhood.",
		func(m ego.Measures) float64 { return m.Betweenness }),
	egoKernel("ego-constraint", "Burt's constraint within each node's own neighbourhood.",
		func(m ego.Measures) float64 { return m.Constraint }),
	egoKernel("two-steps", "Number of nodes that each node reaches in at most two ties.",
		func(m ego.Measures) float64 { return float64(m.TwoSteps) }),
	{
		Name: "profile-distance", Help: "How far the ties of two nodes differ, 0 being structural equivalence.",
		Values: "pair", prepare: prepareProfiles(equivalence.Euclidean),
	},
	{
		Name: "profile-correlation", Help: "Correlation of the ties of two nodes.", Values: "pair",
		prepare: prepareProfiles(equivalence.Correlation),
	},
	{
		Name: "concor", Help: "Block of each node by CONCOR; --k is how often all are split, by default 2.",
		Flags: []string{"k"}, Values: "node", prepare: func(j *job) (run, error) {
			return timed(func(ctx context.Context) (*equivalence.Blocks, error) {
				return equivalence.Concor(ctx, j.g, orDefault(j.request.K, 2), j.opts)
			}, func(b *equivalence.Blocks) outcome {
				return outcome{map[string]any{"blocks": b.Count, "density": b.Density}, table{nodes: floats(b.Of)}}
			}), nil
		},
	},
	{
		Name: "regular", Help: "Class of each node, regular: ties to the same classes. --group says where to begin.",
		Flags: []string{"nodes", "group"}, Values: "node", prepare: prepareClasses(equivalence.Regular),
	},
	{
		Name: "equitable", Help: "Class of each node, equitable: as many ties to each class.",
		Flags: []string{"nodes", "group"}, Values: "node", prepare: prepareClasses(equivalence.Equitable),
	},
	{
		Name:  "infomap",
		Help:  "Community of each node by the map equation, in two levels; --samples is how often it is tried.",
		Flags: []string{"damping", "samples"}, Values: "node", prepare: func(j *job) (run, error) {
			params := community.InfomapOptions{
				Damping: j.request.Damping, Starts: j.request.Samples, Seed: j.request.Seed,
			}
			return timed(func(ctx context.Context) (*community.Described, error) {
				return community.Infomap(ctx, j.g, params, j.opts)
			}, func(d *community.Described) outcome {
				return outcome{map[string]any{
					"communities": d.Count, "codelength": d.CodeLength, "one_code": d.OneCode,
				}, table{nodes: floats(d.Of)}}
			}), nil
		},
	},
	{
		Name:  "map-equation",
		Help:  "Bits for a step of a random walk, when the groups of a column have their own codes.",
		Flags: []string{"nodes", "group", "damping"}, Values: "graph", prepare: func(j *job) (run, error) {
			group, _, err := j.groups()
			if err != nil {
				return nil, err
			}
			params := community.InfomapOptions{Damping: j.request.Damping}
			return timed(func(ctx context.Context) (float64, error) {
				return community.MapEquation(ctx, j.g, group, params, j.opts)
			}, func(bits float64) outcome {
				return outcome{summary: map[string]any{"codelength": bits}}
			}), nil
		},
	},
	{
		Name:  "blockmodel",
		Help:  "Block of each node by a nested stochastic blockmodel; --samples is how often it is tried.",
		Flags: []string{"samples"}, Values: "node", prepare: func(j *job) (run, error) {
			params := blocks.FitOptions{Starts: j.request.Samples, Seed: j.request.Seed}
			return timed(func(ctx context.Context) (*blocks.Model, error) {
				return blocks.Fit(ctx, j.g, params, j.opts)
			}, func(m *blocks.Model) outcome {
				return outcome{map[string]any{
					"blocks": m.Count, "levels": m.Levels[1:], "length": m.Length, "one_block": m.OneBlock,
				}, table{nodes: floats(m.Of)}}
			}), nil
		},
	},
	{
		Name: "cliques", Help: "Number of maximal cliques of --k nodes or more, by default 3, that each node is in.",
		Flags: []string{"k"}, Values: "node", prepare: prepareCliques,
	},
	{
		Name: "clique-communities", Help: "Number of overlapping communities, of cliques of --k, by default 3, that " +
			"each node is in.",
		Flags: []string{"k"}, Values: "node", prepare: func(j *job) (run, error) {
			return timed(func(ctx context.Context) (*cliques.Cover, error) {
				return cliques.Percolation(ctx, j.g, orDefault(j.request.K, 3), j.opts)
			}, func(c *cliques.Cover) outcome {
				groups := make([][]string, len(c.Groups))
				for i, group := range c.Groups {
					for _, v := range group {
						groups[i] = append(groups[i], j.network.Names.Name(v))
					}
				}
				return outcome{map[string]any{
					"communities": len(groups), "groups": groups,
				}, table{nodes: floats(c.Memberships)}}
			}), nil
		},
	},
	{
		Name: "participation", Help: "How evenly the ties of each node are spread over the layers of the file.",
		Values: "node", prepare: ofLayers(multilayer.Participation, func(j *job, parts []multilayer.Part) outcome {
			values := make([]float64, len(parts))
			for v, p := range parts {
				values[v] = p.Coefficient
			}
			return j.perNode(values)
		}),
	},
	{
		Name: "layer-overlap", Help: "How far the layers of the file share their ties, and the degrees of nodes agree.",
		Values: "graph", prepare: ofLayers(multilayer.Compare, showLayerOverlap),
	},
	{
		Name: "layer-pagerank", Help: "Share of a random walk that each node gets, the walk changing between layers.",
		Flags: []string{"damping", "tolerance"}, Values: "node", prepare: func(j *job) (run, error) {
			params := multilayer.RankOptions{Damping: j.request.Damping, Tolerance: j.request.Tolerance}
			return ofLayers(func(
				ctx context.Context, m *graph.Multilayer, opts graph.Options,
			) (*multilayer.Ranks, error) {
				return multilayer.PageRank(ctx, m, params, opts)
			}, func(j *job, ranks *multilayer.Ranks) outcome {
				result := j.perNode(ranks.Nodes)
				result.summary["iterations"], result.summary["error"] = ranks.Iterations, ranks.Error
				return result
			})(j)
		},
	},
	{
		Name: "balance", Help: "How many triangles there are of each sign, and the part of them in balance.",
		Values: "graph", prepare: of(signed.Balance, func(_ *job, t *signed.Triangles) outcome {
			return outcome{summary: map[string]any{
				"negative_ties": t.Negative, "balanced": defined(t.Balanced), "weakly_balanced": defined(t.Weak),
			}}
		}),
	},
	{
		Name: "frustration", Help: "The two camps that fewest ties contradict; --samples is how often it is tried.",
		Flags: []string{"samples"}, Values: "node", prepare: func(j *job) (run, error) {
			params := signed.FrustrationOptions{Starts: j.request.Samples, Seed: j.request.Seed}
			return timed(func(ctx context.Context) (*signed.Camps, error) {
				return signed.Frustration(ctx, j.g, params, j.opts)
			}, func(c *signed.Camps) outcome {
				return outcome{map[string]any{
					"frustrated": c.Frustrated, "lower_bound": c.Bound, "exact": c.Exact,
				}, table{nodes: floats(c.Of)}}
			}), nil
		},
	},
	{
		Name:  "signed-communities",
		Help:  "Community of each node, ties below zero being against each other; --samples is how often it is tried.",
		Flags: []string{"resolution", "samples"}, Values: "node", prepare: func(j *job) (run, error) {
			params := signed.CommunityOptions{
				Resolution: j.request.Resolution, Starts: j.request.Samples, Seed: j.request.Seed,
			}
			return timed(func(ctx context.Context) (*signed.Division, error) {
				return signed.Communities(ctx, j.g, params, j.opts)
			}, func(d *signed.Division) outcome {
				return outcome{map[string]any{
					"communities": d.Count, "modularity": d.Modularity,
				}, table{nodes: floats(d.Of)}}
			}), nil
		},
	},
}

func egoKernel(name, help string, value func(ego.Measures) float64) Kernel {
	show := func(j *job, all []ego.Measures) outcome {
		values := make([]float64, len(all))
		for v, m := range all {
			values[v] = value(m)
		}
		return j.perNode(values)
	}
	return Kernel{Name: name, Help: help, Values: "node", prepare: of(ego.All, show)}
}

func prepareProfiles(by equivalence.By) func(*job) (run, error) {
	return of(func(ctx context.Context, g *graph.Graph, opts graph.Options) (*equivalence.Matrix, error) {
		return equivalence.Profiles(ctx, g, by, opts)
	}, func(_ *job, m *equivalence.Matrix) outcome {
		var ties [][2]uint32
		var values []float64
		for i := range uint32(m.N()) {
			for k := i + 1; k < uint32(m.N()); k++ {
				ties, values = append(ties, [2]uint32{i, k}), append(values, m.At(i, k))
			}
		}
		return perTie(ties, values)
	})
}

func prepareClasses(
	find func(context.Context, *graph.Graph, []uint32, graph.Options) ([]uint32, error),
) func(*job) (run, error) {
	return func(j *job) (run, error) {
		var start []uint32
		if j.request.Group != "" {
			var err error
			if start, _, err = j.groups(); err != nil {
				return nil, err
			}
		}
		return timed(func(ctx context.Context) ([]uint32, error) {
			return find(ctx, j.g, start, j.opts)
		}, func(of []uint32) outcome {
			count := 0
			for _, c := range of {
				count = max(count, int(c)+1)
			}
			return outcome{map[string]any{"classes": count}, table{nodes: floats(of)}}
		}), nil
	}
}

func prepareCliques(j *job) (run, error) {
	type counted struct {
		in             []int64
		count, largest int
	}
	return timed(func(ctx context.Context) (counted, error) {
		c := counted{in: make([]int64, j.g.N())}
		err := cliques.Maximal(ctx, j.g, orDefault(j.request.K, 3), func(clique []uint32) bool {
			c.count++
			c.largest = max(c.largest, len(clique))
			for _, v := range clique {
				c.in[v]++
			}
			return true
		}, j.opts)
		return c, err
	}, func(c counted) outcome {
		result := j.perNode(floats(c.in))
		result.summary["cliques"], result.summary["largest"] = c.count, c.largest
		return result
	}), nil
}

// ofLayers makes a kernel of a function on all layers of the file; a file without layers is one.
func ofLayers[T any](
	compute func(context.Context, *graph.Multilayer, graph.Options) (T, error), show func(*job, T) outcome,
) func(*job) (run, error) {
	return func(j *job) (run, error) {
		m := graph.NewMultilayer(j.g.N())
		layers := j.network.Layers
		if len(layers) == 0 {
			layers = []graph.Layer{{Graph: j.g}}
		}
		for _, layer := range layers {
			if err := m.Add(layer.Name, layer.Graph); err != nil {
				return nil, err
			}
		}
		return timed(
			func(ctx context.Context) (T, error) { return compute(ctx, m, j.opts) },
			func(result T) outcome { return show(j, result) },
		), nil
	}
}

func showLayerOverlap(j *job, pairs [][]multilayer.Pair) outcome {
	names := []string{""}
	if len(j.network.Layers) > 0 {
		names = nil
	}
	for _, layer := range j.network.Layers {
		names = append(names, layer.Name)
	}
	list := []map[string]any{}
	for a, row := range pairs {
		for b, p := range row[:a] {
			list = append(list, map[string]any{
				"layers": []string{names[b], names[a]}, "shared": p.Shared, "jaccard": p.Jaccard,
				"degrees": defined(p.Degrees), "ranks": defined(p.Ranks),
			})
		}
	}
	return outcome{summary: map[string]any{"layers": names, "pairs": list}}
}
