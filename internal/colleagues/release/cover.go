package release

import (
	"math"
	"slices"

	"gave.network/graph"
)

// cover returns the people who together reach so many of all, themselves or by one tie: greedily, whoever adds most and
// of equals the first. The set is at most 1 + ln(n) times as large as the smallest that does (Chvátal 1979). least is a
// number that no set can do with less than: that of the largest neighbourhoods that add up to so many.
func cover(g *graph.Graph, share float64) (set []int, least int) {
	n := g.N()
	wanted := int(math.Ceil(share*float64(n) - 1e-9))
	sizes := make([]int, n)
	for v := range n {
		sizes[v] = g.Degree(uint32(v)) + 1
	}
	slices.SortFunc(sizes, func(a, b int) int { return b - a })
	for sum := 0; sum < wanted; least++ {
		sum += sizes[least]
	}
	reached, count := make([]bool, n), 0
	gain := func(v int) int {
		sum := 0
		if !reached[v] {
			sum++
		}
		for _, u := range g.Neighbors(uint32(v)) {
			if !reached[u] {
				sum++
			}
		}
		return sum
	}
	// What somebody adds only falls: whoever still adds as much as when last looked at is the best (lazy greedy).
	bound := make([]int, n)
	for v := range bound {
		bound[v] = g.Degree(uint32(v)) + 1
	}
	for count < wanted {
		best, most := -1, 0
		for v, at := range bound {
			if at <= most {
				continue
			}
			if bound[v] = gain(v); bound[v] > most {
				best, most = v, bound[v]
			}
		}
		if best < 0 {
			break
		}
		set = append(set, best)
		count += reach(g, best, reached)
	}
	return set, least
}

// reach marks somebody and who they know as reached, and returns how many were not before.
func reach(g *graph.Graph, v int, reached []bool) int {
	count := 0
	mark := func(u uint32) {
		if !reached[u] {
			reached[u] = true
			count++
		}
	}
	mark(uint32(v))
	for _, u := range g.Neighbors(uint32(v)) {
		mark(u)
	}
	return count
}
