package blocks

import (
	"cmp"
	"math"
	"slices"

	"gave.network/graph/internal/partition"
)

// nest finds blocks of the blocks, level by level, and returns them with the description length of the whole.
func nest(s *state) (levels [][]uint32, length float64) {
	length = s.length()
	top := s.network()
	for len(top.inside) > 1 {
		of, better := s.join(top)
		if !better {
			break
		}
		d := newDense(top, of)
		length += d.length()
		levels = append(levels, of)
		top = d.network()
	}
	return levels, length + edgesLength(len(top.inside), top.ties)
}

// settleMost is the number of blocks up to which those that were merged may still change places.
const settleMost = 48

// join looks for a division of a network of blocks with which it takes less to tell the numbers of ties than without.
// Two blocks are merged at a time, of a few at random the cheapest; at the end those of a small network may change
// places.
func (s *state) join(from *counted) (best []uint32, better bool) {
	n := len(from.inside)
	of := make([]uint32, n)
	for v := range of {
		of[v] = uint32(v)
	}
	least := edgesLength(n, from.ties)
	for blocks := n; blocks > 1; {
		keep := 0.9
		if blocks > 256 {
			keep = shrink
		}
		d := newDense(from, of)
		var list []proposal
		for a := range uint32(blocks) {
			p := proposal{cost: math.MaxInt64, from: a}
			for _, b := range d.partners(a) {
				if s.step(len(d.row[a]) + len(d.row[b]) + 8) {
					return nil, false
				}
				if a == b {
					continue
				}
				if cost := d.mergeCost(a, b); cost < p.cost {
					p.cost, p.to = cost, b
				}
			}
			if p.cost < math.MaxInt64 {
				list = append(list, p)
			}
		}
		slices.SortFunc(list, func(a, b proposal) int {
			return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.from, b.from))
		})
		used, into := make([]bool, blocks), make([]uint32, blocks)
		for b := range into {
			into[b] = uint32(b)
		}
		left := min(blocks-1, int(float64(blocks)*keep))
		if len(list) == 0 {
			break
		}
		for _, p := range list {
			if blocks == left {
				break
			}
			if !used[p.from] && !used[p.to] {
				used[p.from], used[p.to] = true, true
				into[p.from] = p.to
				blocks--
			}
		}
		for v, b := range of {
			of[v] = into[b]
		}
		of, _ = partition.BySize(of)
		blocks = compact(of)
		d = newDense(from, of)
		if x := d.length() + edgesLength(blocks, from.ties); x < least-1e-9 {
			least, best, better = x, slices.Clone(of), true
		}
	}
	if better && n <= settleMost {
		newDense(from, best).settle(s)
		compact(best)
	}
	return best, better && s.ctx.Err() == nil
}

// fewBlocks is how many there may be to try each with each; of more, only those that have ties are tried.
const fewBlocks = 64

func (d *dense) partners(a uint32) []uint32 {
	if d.blocks > fewBlocks {
		return sorted(d.row[a])
	}
	all := make([]uint32, d.blocks)
	for b := range all {
		all[b] = uint32(b)
	}
	return all
}

// compact numbers blocks without gaps and returns how many there are.
func compact(of []uint32) int {
	number := map[uint32]uint32{}
	for v, b := range of {
		if _, found := number[b]; !found {
			number[b] = uint32(len(number))
		}
		of[v] = number[b]
	}
	return len(number)
}

// mergeCost is how much longer the description gets, without what depends on the number of blocks alone.
func (d *dense) mergeCost(a, b uint32) int64 {
	m, n := d.size[a], d.size[b]
	between := d.row[a][b]
	sum := whole(logMultichoose((m+n)*(m+n+1)/2, d.inside[a]+d.inside[b]+between) -
		logMultichoose(m*(m+1)/2, d.inside[a]) - logMultichoose(n*(n+1)/2, d.inside[b]) -
		logMultichoose(m*n, between) - logFactorial(m+n) + logFactorial(m) + logFactorial(n))
	for c, e := range d.row[a] {
		if c != b {
			f := d.row[b][c]
			sum += whole(logMultichoose((m+n)*d.size[c], e+f) - logMultichoose(m*d.size[c], e) -
				logMultichoose(n*d.size[c], f))
		}
	}
	for c, f := range d.row[b] {
		if _, counted := d.row[a][c]; c != a && !counted {
			sum += whole(logMultichoose((m+n)*d.size[c], f) - logMultichoose(n*d.size[c], f))
		}
	}
	return sum
}

// settle moves members to the block where the description is shortest, one after the other, a few times over. Networks
// of blocks are small, so each is counted anew.
func (d *dense) settle(s *state) {
	now := d.length()
	for range 3 {
		moved := false
		for v := range d.of {
			own := d.of[v]
			if d.size[own] == 1 {
				continue
			}
			best := own
			tried := map[uint32]bool{own: true}
			for _, u := range sorted(d.from.row[v]) {
				b := d.of[u]
				if tried[b] || len(tried) > 8 {
					continue
				}
				tried[b] = true
				if s.step(len(d.of) * 16) {
					return
				}
				d.of[v] = b
				if x := newDense(d.from, d.of).length(); x < now-1e-9 {
					best, now = b, x
				}
			}
			if d.of[v] = best; best != own {
				*d = *newDense(d.from, d.of)
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}
