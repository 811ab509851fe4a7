package graphcmd

import (
	"gave.network/graph/ego"
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
