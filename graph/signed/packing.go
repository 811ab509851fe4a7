package signed

import (
	"context"
	"math"
	"slices"

	"gave.network/graph/internal/ranges"
)

// packing takes negative cycles out of a graph until it finds no more. Of each at least its weakest tie contradicts any
// camps.
type packing struct {
	*frustration
	ctx     context.Context
	left    []float64 // what is left of each arc's strength
	back    []int64   // the same tie seen from its other end
	packed  float64
	looked  int
	ended   bool
	from    []int64 // of each state the arc by which it was found, and 1
	touched []uint32
}

// cycleWork is how many arcs are looked at for one cycle that is longer than a triangle.
const cycleWork = 1 << 14

// pack returns the whole weight of cycles in the large parts.
func (f *frustration) pack(ctx context.Context) (float64, error) {
	p := &packing{
		frustration: f, ctx: ctx, left: make([]float64, len(f.targets)), back: make([]int64, len(f.targets)),
		from: make([]int64, 2*len(f.searched)),
	}
	for v := range uint32(len(f.searched)) {
		for i := f.offsets[v]; i < f.offsets[v+1] && p.goOn(); i++ {
			at, _ := slices.BinarySearch(f.row(f.targets[i]), v)
			p.left[i], p.back[i] = math.Abs(f.weights[i]), f.offsets[f.targets[i]]+int64(at)
		}
	}
	for v := range uint32(len(f.searched)) {
		if f.searched[v] {
			p.triangles(v)
		}
	}
	for v := range uint32(len(f.searched)) {
		for f.searched[v] && p.goOn() && p.cycle(v) {
		}
	}
	return p.packed, ctx.Err()
}

func (p *packing) goOn() bool {
	p.looked++
	p.ended = p.ended || ranges.Ended(p.ctx, p.looked)
	return !p.ended
}

// take takes a cycle out.
func (p *packing) take(arcs ...int64) {
	least := math.Inf(1)
	for _, i := range arcs {
		least = min(least, p.left[i])
	}
	for _, i := range arcs {
		p.left[i] -= least
		p.left[p.back[i]] = p.left[i]
	}
	p.packed += least
}

// triangles takes out those of which v has the lowest number.
func (p *packing) triangles(v uint32) {
	for i := p.offsets[v]; i < p.offsets[v+1]; i++ {
		u := p.targets[i]
		if u < v {
			continue
		}
		j, k := i+1, p.offsets[u]
		for j < p.offsets[v+1] && k < p.offsets[u+1] && p.goOn() {
			switch a, b := p.targets[j], p.targets[k]; {
			case a < b:
				j++
			case b < a:
				k++
			default:
				odd := (p.weights[i] < 0) != (p.weights[j] < 0) != (p.weights[k] < 0)
				if odd && p.left[i] > 0 && p.left[j] > 0 && p.left[k] > 0 {
					p.take(i, j, k)
				}
				j++
				k++
			}
		}
	}
}

// cycle takes a negative cycle out that a search from v finds, and says whether there was one. A state is a node and
// whether the ties on the way to it are odd in number of negatives.
func (p *packing) cycle(v uint32) bool {
	queue := []uint32{2 * v}
	defer func() {
		for _, state := range p.touched {
			p.from[state] = 0
		}
		p.touched = p.touched[:0]
	}()
	goal, work := 2*v+1, 0
	for at := 0; at < len(queue); at++ {
		state := queue[at]
		for i := p.offsets[state/2]; i < p.offsets[state/2+1]; i++ {
			if work++; work > cycleWork || !p.goOn() {
				return false
			}
			next := 2*p.targets[i] | state&1
			if p.weights[i] < 0 {
				next ^= 1
			}
			if p.left[i] <= 0 || p.from[next] != 0 || next == 2*v {
				continue
			}
			p.from[next] = i + 1
			p.touched = append(p.touched, next)
			if next == goal {
				p.take(p.simple(v)...)
				return true
			}
			queue = append(queue, next)
		}
	}
	return false
}

// simple returns a cycle without repeated nodes that is negative, out of the closed walk that ends in v.
func (p *packing) simple(v uint32) []int64 {
	var walk []int64
	for state := 2*v + 1; state != 2*v; {
		i := p.from[state] - 1
		walk = append(walk, i)
		parity := state & 1
		if p.weights[i] < 0 {
			parity ^= 1
		}
		state = 2*p.targets[p.back[i]] | parity
	}
	// The walk is followed back from v. Where it comes to a node again it has closed a cycle.
	place := map[uint32]int{v: 0}
	var way []int64
	for _, i := range walk {
		way = append(way, i)
		at := p.targets[p.back[i]]
		begin, found := place[at]
		if !found {
			place[at] = len(way)
			continue
		}
		odd := false
		for _, a := range way[begin:] {
			odd = odd != (p.weights[a] < 0)
		}
		if odd {
			return way[begin:]
		}
		for _, a := range way[begin:] {
			if u := p.targets[p.back[a]]; u != at {
				delete(place, u)
			}
		}
		way = way[:begin]
	}
	return way
}
