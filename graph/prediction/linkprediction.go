package prediction

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
)

// Similarity says how two nodes that have no tie are compared, by the neighbours z that they have in common.
type Similarity uint8

const (
	// CommonNeighbors is their number.
	CommonNeighbors Similarity = iota
	// AdamicAdar is sum_z 1 / ln k_z (Adamic & Adar 2003).
	AdamicAdar
	// ResourceAllocation is sum_z 1 / k_z (Zhou, Lü & Zhang 2009).
	ResourceAllocation
	// Jaccard is their number as a part of all neighbours of the two, in [0, 1].
	Jaccard
	// PreferentialAttachment is the product of the numbers of neighbours, whether or not any are in common (Newman
	// 2001; Barabási et al. 2002): what is to be beaten.
	PreferentialAttachment
)

// PredictLinks returns for each of the given nodes the k nodes without a tie to it that are most similar, by falling
// similarity, ties by number; fewer when fewer have a neighbour in common with it, or any neighbour. Directions,
// weights and loops are ignored.
func PredictLinks(
	ctx context.Context, g *graph.Graph, nodes []uint32, by Similarity, k int, opts graph.Options,
) ([][]graph.Share, error) {
	if k < 0 || by > PreferentialAttachment {
		return nil, graph.ErrParameter
	}
	for _, v := range nodes {
		if int(v) >= g.N() {
			return nil, graph.ErrNode
		}
	}
	g, err := graph.Simple(ctx, g, opts)
	if err != nil {
		return nil, err
	}
	out := make([][]graph.Share, len(nodes))
	workers := make([]*linkWorker, opts.Workers())
	err = opts.Run(ctx, len(nodes), 8, func(worker, low, high int) {
		if workers[worker] == nil {
			workers[worker] = &linkWorker{score: make([]float64, g.N())}
		}
		for i := low; i < high; i++ {
			out[i] = workers[worker].best(g, nodes[i], by, k)
		}
	})
	return out, err
}

type linkWorker struct {
	score   []float64
	touched []uint32
	top     []graph.Share
}

// fill sets the scores of the nodes that have no tie to u, and lists those that may have one.
func (w *linkWorker) fill(g *graph.Graph, u uint32, by Similarity) {
	w.touched = w.touched[:0]
	if by == PreferentialAttachment {
		for v := range uint32(g.N()) {
			w.score[v] = float64(g.Degree(u)) * float64(g.Degree(v))
			w.touched = append(w.touched, v)
		}
	}
	for _, z := range g.Neighbors(u) {
		if by == PreferentialAttachment {
			break
		}
		list := g.Neighbors(z)
		value := 1.0
		switch by {
		case AdamicAdar:
			value = 1 / math.Log(max(2, float64(len(list)))) // a node in common has two neighbours
		case ResourceAllocation:
			value = 1 / float64(len(list))
		}
		for _, v := range list {
			if w.score[v] == 0 {
				w.touched = append(w.touched, v)
			}
			w.score[v] += value
		}
	}
	w.score[u] = 0
	for _, z := range g.Neighbors(u) {
		w.score[z] = 0
	}
	if by == Jaccard {
		for _, v := range w.touched {
			if score := w.score[v]; score > 0 {
				w.score[v] = score / (float64(g.Degree(u)+g.Degree(v)) - score)
			}
		}
	}
}

func (w *linkWorker) best(g *graph.Graph, u uint32, by Similarity, k int) []graph.Share {
	w.fill(g, u, by)
	w.top = w.top[:0]
	for _, v := range w.touched {
		score := w.score[v]
		w.score[v] = 0
		if score == 0 || k == 0 {
			continue
		}
		if len(w.top) == k {
			if last := w.top[k-1]; score < last.Value || score == last.Value && v > last.Node {
				continue
			}
			w.top = w.top[:k-1]
		}
		// Insertion from the end: most candidates are turned away above.
		at := len(w.top)
		w.top = append(w.top, graph.Share{})
		for ; at > 0 && (w.top[at-1].Value < score || w.top[at-1].Value == score && w.top[at-1].Node > v); at-- {
			w.top[at] = w.top[at-1]
		}
		w.top[at] = graph.Share{Node: v, Value: score}
	}
	return slices.Clone(w.top)
}

// SimilarityOf returns the similarity of two nodes, also where they have a tie; a node has similarity 0 with itself.
func SimilarityOf(g *graph.Graph, u, v uint32, by Similarity) (float64, error) {
	if int(u) >= g.N() || int(v) >= g.N() {
		return 0, graph.ErrNode
	}
	if by > PreferentialAttachment {
		return 0, graph.ErrParameter
	}
	g, err := graph.Simple(context.Background(), g, graph.Options{Threads: 1})
	if err != nil || u == v {
		return 0, err
	}
	if by == PreferentialAttachment {
		return float64(g.Degree(u)) * float64(g.Degree(v)), nil
	}
	a, b := g.Neighbors(u), g.Neighbors(v)
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			degree := float64(g.Degree(a[i]))
			switch by {
			case AdamicAdar:
				sum += 1 / math.Log(degree)
			case ResourceAllocation:
				sum += 1 / degree
			default:
				sum++
			}
			i++
			j++
		}
	}
	if by == Jaccard && sum > 0 {
		sum /= float64(len(a)+len(b)) - sum
	}
	return sum, nil
}
