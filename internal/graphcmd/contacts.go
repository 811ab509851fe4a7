package graphcmd

import (
	"context"
	"math"
	"time"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/graph/prediction"
	"gave.network/graph/temporal"
	"gave.network/internal/fault"
)

// halfYear is the half-life of ties that fade: the one that Gave's own ties have, when times are seconds.
const halfYear = 180 * 86400

var contactKernels = []Kernel{
	{
		Name:  "earliest-arrival",
		Help:  "When what the source gets at the start is with each node first, by contacts in time.",
		Flags: windowFlags("source"), Values: "node", contacts: true, prepare: fromSource(temporal.EarliestArrivals),
	},
	{
		Name:  "latest-departure",
		Help:  "When it has to leave each node at the latest to be with the source by the end.",
		Flags: windowFlags("source"), Values: "node", contacts: true, prepare: fromSource(temporal.LatestDepartures),
	},
	{
		Name: "fastest", Help: "The least time that a way of contacts from the source to each node takes.",
		Flags: windowFlags("source"), Values: "node", contacts: true, prepare: fromSource(temporal.FastestPaths),
	},
	{
		Name: "fewest-contacts", Help: "The least number of contacts on a way in time from the source to each node.",
		Flags: windowFlags("source"), Values: "node", contacts: true, prepare: fromSource(temporal.FewestContacts),
	},
	{
		Name: "temporal-reach", Help: "How many others each node reaches by ways of contacts in time.",
		Flags: windowFlags(), Values: "node", contacts: true, prepare: prepareTemporalReach,
	},
	{
		Name:  "temporal-closeness",
		Help:  "Mean of 1 / how long it takes from the start to each other node, in units of --unit.",
		Flags: windowFlags("unit"), Values: "node", contacts: true, prepare: prepareTemporalCloseness,
	},
	{
		Name: "burstiness", Help: "How bursty the contacts of each node are: -1 a clock, 0 chance, 1 bursts.",
		Values: "node", contacts: true, prepare: prepareBurstiness,
	},
	{
		Name: "fading", Help: "Strength of each tie at a moment, when contacts fade.",
		Flags: []string{"at", "half-life"}, Values: "edge", contacts: true, prepare: prepareFading,
	},
	{
		Name: "tie-prediction",
		Help: "How well those alike before a moment, by default the middle, have new ties after it; --k is how many " +
			"are looked at, by default 10.",
		Flags: []string{"at", "k"}, Values: "graph", contacts: true, prepare: prepareTiePrediction,
	},
}

// trials are the similarities that tie-prediction tries, by their names in its result.
var trials = map[string]prediction.Similarity{
	"common_neighbors": prediction.CommonNeighbors, "adamic_adar": prediction.AdamicAdar,
	"resource_allocation": prediction.ResourceAllocation, "jaccard": prediction.Jaccard,
	"preferential_attachment": prediction.PreferentialAttachment,
}

func windowFlags(more ...string) []string { return append(more, "since", "until", "wait") }

// runOnContacts reads a file of contacts and runs the kernel on it.
func runOnContacts(ctx context.Context, kernel Kernel, request Request) (Result, error) {
	start := time.Now()
	contacts, err := graphio.ReadContactsFile(ctx, request.File, graphio.ReadOptions{
		Build: graph.BuildOptions{Directed: request.Directed},
	})
	if err != nil {
		return Result{}, readFault(err, request.File)
	}
	load := time.Since(start)
	j := &job{
		request: request, network: &graphio.Network{Names: contacts.Names}, contacts: contacts,
		opts: optionsOf(ctx, request, request.Kernel),
	}
	return j.run(ctx, kernel, Result{
		Kernel: kernel.Name, N: contacts.Sequence.N(), M: int64(contacts.Sequence.Len()), Threads: j.opts.Threads,
		Load: load.Seconds(), Reject: contacts.Rejected, Problem: contacts.Problems,
	})
}

// moment reads the time that a flag has, or returns another when it has none.
func moment(text string, otherwise int64) (int64, error) {
	if text == "" {
		return otherwise, nil
	}
	t, err := graphio.ReadTime(text)
	if err != nil {
		return 0, fault.New(fault.Usage, "%q is no time: it is a whole number or a date, as in the file.", text)
	}
	return t, nil
}

// window returns which contacts count: by default all.
func (j *job) window() (w temporal.Window, err error) {
	first, last := j.contacts.Sequence.Span()
	if w.From, err = moment(j.request.Since, first); err != nil {
		return w, err
	}
	w.Until, err = moment(j.request.Until, last)
	w.Wait = int64(j.request.Wait)
	return w, err
}

// begin returns the node to start from: the one that was asked for, or the one with most contacts, of several the
// first.
func (j *job) begin() (uint32, error) {
	s := j.contacts.Sequence
	if name := j.request.Source; name != "" {
		v, found := j.network.Names.Lookup(name)
		if !found {
			return 0, fault.New(fault.NotFound, "There is no node called %s.", name)
		}
		return v, nil
	}
	if s.N() == 0 {
		return 0, fault.New(fault.Invalid, "The graph has no nodes.")
	}
	count, most := make([]int, s.N()), uint32(0)
	for i := range s.Len() {
		c := s.Contact(i)
		count[c.From]++
		count[c.To]++
	}
	for v := range count {
		if count[v] > count[most] {
			most = uint32(v)
		}
	}
	return most, nil
}

// fromSource makes a kernel of a search from one node; the source itself has no value, nor has who is out of reach.
func fromSource(
	find func(context.Context, *temporal.Sequence, uint32, temporal.Window) (*temporal.Paths, error),
) func(*job) (run, error) {
	return func(j *job) (run, error) {
		w, err := j.window()
		if err != nil {
			return nil, err
		}
		source, err := j.begin()
		if err != nil {
			return nil, err
		}
		return timed(func(ctx context.Context) (*temporal.Paths, error) {
			return find(ctx, j.contacts.Sequence, source, w)
		}, func(p *temporal.Paths) outcome {
			values := make([]float64, len(p.Values))
			for v, x := range p.Values {
				values[v] = float64(x)
				if x == temporal.Never || x == -temporal.Never || uint32(v) == source {
					values[v] = math.NaN()
				}
			}
			o := j.perNode(values)
			o.summary["source"], o.summary["reached"] = j.network.Names.Name(source), o.summary["defined"]
			return o
		}), nil
	}
}

func prepareTemporalReach(j *job) (run, error) {
	w, err := j.window()
	return timed(func(ctx context.Context) (*temporal.Reached, error) {
		return temporal.Reach(ctx, j.contacts.Sequence, w, j.opts)
	}, func(r *temporal.Reached) outcome { return j.perNode(floats(r.Out)) }), err
}

func prepareTemporalCloseness(j *job) (run, error) {
	w, err := j.window()
	return timed(func(ctx context.Context) ([]float64, error) {
		return temporal.Closeness(ctx, j.contacts.Sequence, w, int64(max(j.request.Unit, 1)), j.opts)
	}, j.perNode), err
}

func prepareBurstiness(j *job) (run, error) {
	return timed(func(ctx context.Context) ([]temporal.Rhythm, error) {
		return temporal.Rhythms(ctx, j.contacts.Sequence, j.opts)
	}, func(list []temporal.Rhythm) outcome {
		values := make([]float64, len(list))
		for v, r := range list {
			values[v] = r.Burstiness
		}
		return j.perNode(values)
	}), nil
}

func prepareFading(j *job) (run, error) {
	_, last := j.contacts.Sequence.Span()
	at, err := moment(j.request.At, last)
	if err != nil {
		return nil, err
	}
	var fading *temporal.Fading // made in the first run, for all moments
	return timed(func(ctx context.Context) (*graph.Graph, error) {
		if fading == nil {
			halfLife := orDefault(j.request.HalfLife, halfYear)
			if fading, err = temporal.NewFading(ctx, j.contacts.Sequence, halfLife); err != nil {
				return nil, err
			}
		}
		return fading.Graph(ctx, at, j.opts)
	}, func(g *graph.Graph) outcome {
		ties, values := [][2]uint32{}, []float64{}
		g.Edges(func(u, v uint32, weight float64) bool {
			ties, values = append(ties, [2]uint32{u, v}), append(values, weight)
			return true
		})
		return perTie(ties, values)
	}), nil
}

func prepareTiePrediction(j *job) (run, error) {
	s := j.contacts.Sequence
	first, last := s.Span()
	at, err := moment(j.request.At, first+(last-first)/2)
	if err != nil {
		return nil, err
	}
	var halves [2]*graph.Graph
	for half := range halves {
		var edges []graph.Edge
		for i := range s.Len() {
			if c := s.Contact(i); (c.Time > at) == (half == 1) {
				edges = append(edges, graph.Edge{From: c.From, To: c.To})
			}
		}
		if halves[half], err = graph.FromEdges(s.N(), edges, graph.BuildOptions{}); err != nil {
			return nil, err
		}
	}
	params := prediction.TrialOptions{First: j.request.K, Seed: j.request.Seed}
	return timed(func(ctx context.Context) (map[string]*prediction.Trial, error) {
		out := map[string]*prediction.Trial{}
		for name, by := range trials {
			trial, err := prediction.Try(ctx, halves[0], halves[1], by, params, j.opts.Quiet())
			if err != nil {
				return nil, err
			}
			out[name] = trial
		}
		return out, nil
	}, func(all map[string]*prediction.Trial) outcome {
		summary := map[string]any{}
		for name, t := range all {
			summary["nodes"], summary["new_ties"], summary["hits_by_chance"] = t.Nodes, t.Ties, defined(t.Chance)
			summary[name] = map[string]any{
				"auc": defined(t.AUC.Mean), "auc_low": defined(t.AUC.Low), "auc_high": defined(t.AUC.High),
				"hits": defined(t.Hits.Mean), "hits_low": defined(t.Hits.Low), "hits_high": defined(t.Hits.High),
			}
		}
		return outcome{summary: summary}
	}), nil
}
