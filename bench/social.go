package main

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"gave.network/graph"
)

// makeSocial makes a network like those of people: degrees fall by a power law, two thirds of the ties are inside
// communities of 20 to 400, the rest go anywhere, and what is then still missing closes triangles (Lancichinetti,
// Fortunato & Radicchi 2008 for the first two; Holme & Kim 2002 for the last). Node numbers are shuffled.
func makeSocial(r *rand.Rand, nodes, ties int) (*graph.Graph, error) {
	degrees := powerLaw(r, nodes, 2*float64(ties)/float64(nodes), min(float64(nodes)/50, 3000))
	builder := graph.NewBuilder(graph.BuildOptions{})
	number := r.Perm(nodes)
	add := func(u, v int) { builder.Add(uint32(number[u]), uint32(number[v])) }
	var anywhere []int
	for start := 0; start < nodes; {
		size := min(int(bounded(r, 20, 400, 2)), nodes-start)
		var inside []int
		for v := start; v < start+size; v++ {
			own := min(degrees[v]*0.66, float64(size)*0.6)
			inside = appendStubs(r, inside, v, own)
			anywhere = appendStubs(r, anywhere, v, degrees[v]*0.85-own)
		}
		pairUp(r, inside, add)
		start += size
	}
	pairUp(r, anywhere, add)
	g, err := builder.Graph(context.Background(), nodes, graph.Options{})
	if err != nil {
		return nil, err
	}
	overlay := graph.NewOverlay(g)
	for g.M() < int64(ties) {
		for range (int64(ties) - g.M()) * 9 / 8 {
			v := uint32(r.IntN(nodes))
			if g.Degree(v) < 2 {
				continue
			}
			row := g.Neighbors(v)
			a, b := row[r.IntN(len(row))], row[r.IntN(len(row))]
			if a != b && int64(overlay.Changes()) < int64(ties)-g.M() {
				if g.HasEdge(a, b) {
					continue
				}
				if err := overlay.Set(a, b, 1); err != nil {
					return nil, err
				}
			}
		}
		if g, err = overlay.Rebase(context.Background(), graph.Options{}); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// powerLaw returns degrees with density k^-2.5 up to a greatest one, of the given mean.
func powerLaw(r *rand.Rand, n int, mean, most float64) []float64 {
	low, high := 1.0, mean
	for range 60 {
		middle := (low + high) / 2
		got := 3 * (math.Pow(middle, -0.5) - math.Pow(most, -0.5)) / (math.Pow(middle, -1.5) - math.Pow(most, -1.5))
		if got < mean {
			low = middle
		} else {
			high = middle
		}
	}
	degrees := make([]float64, n)
	for i := range degrees {
		degrees[i] = bounded(r, low, most, 2.5)
	}
	return degrees
}

// bounded draws from a power law between two bounds.
func bounded(r *rand.Rand, low, high, exponent float64) float64 {
	e := 1 - exponent
	return math.Pow(math.Pow(low, e)+r.Float64()*(math.Pow(high, e)-math.Pow(low, e)), 1/e)
}

// appendStubs appends v about so many times.
func appendStubs(r *rand.Rand, list []int, v int, times float64) []int {
	count := int(times)
	if r.Float64() < times-float64(count) {
		count++
	}
	return append(list, slices.Repeat([]int{v}, count)...)
}

func pairUp(r *rand.Rand, stubs []int, add func(u, v int)) {
	r.Shuffle(len(stubs), func(i, j int) { stubs[i], stubs[j] = stubs[j], stubs[i] })
	for i := 0; i+1 < len(stubs); i += 2 {
		add(stubs[i], stubs[i+1])
	}
}

// writeBoth writes a network: the file has two ids a line, and the file .wel beside it a weight of 1 to 100 too.
func writeBoth(path string, g *graph.Graph, r *rand.Rand) error {
	plain, err := os.Create(path)
	if err != nil {
		return err
	}
	defer plain.Close()
	weighted, err := os.Create(strings.TrimSuffix(path, ".el") + ".wel")
	if err != nil {
		return err
	}
	defer weighted.Close()
	a, b := bufio.NewWriterSize(plain, 1<<20), bufio.NewWriterSize(weighted, 1<<20)
	g.Edges(func(u, v uint32, _ float64) bool {
		fmt.Fprintf(a, "%d %d\n", u, v)
		fmt.Fprintf(b, "%d %d %d\n", u, v, 1+r.IntN(100))
		return true
	})
	if err := a.Flush(); err != nil {
		return err
	}
	return b.Flush()
}
