// Package partition numbers the groups of a division of nodes.
package partition

import (
	"cmp"
	"slices"
)

// Number gives groups the numbers 0, 1, … in order of first appearance and returns how many there are.
func Number(groups []uint32) ([]uint32, int) {
	out := make([]uint32, len(groups))
	largest := uint32(0)
	for _, c := range groups {
		largest = max(largest, c)
	}
	if int64(largest) < 4*int64(len(groups))+1024 {
		number := make([]uint32, int(largest)+1)
		count := uint32(0)
		for v, c := range groups {
			if number[c] == 0 {
				count++
				number[c] = count
			}
			out[v] = number[c] - 1
		}
		return out, int(count)
	}
	number := map[uint32]uint32{}
	for v, c := range groups {
		k, found := number[c]
		if !found {
			k = uint32(len(number))
			number[c] = k
		}
		out[v] = k
	}
	return out, len(number)
}

// BySize numbers groups by falling size, ties by first node, and returns how many there are.
func BySize(of []uint32) ([]uint32, int) {
	of, count := Number(of)
	size := make([]int, count)
	for _, c := range of {
		size[c]++
	}
	order := make([]uint32, count)
	for c := range order {
		order[c] = uint32(c)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(size[b], size[a]) })
	number := make([]uint32, count)
	for k, c := range order {
		number[c] = uint32(k)
	}
	for v, c := range of {
		of[v] = number[c]
	}
	return of, count
}
