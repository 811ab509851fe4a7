// Package bitset holds sets of node numbers, a bit for each.
package bitset

import "math/bits"

// Set is a set of node numbers.
type Set []uint64

// New returns an empty set of numbers below n.
func New(n int) Set { return make(Set, (n+63)/64) }

// Add puts v into the set.
func (b Set) Add(v uint32) { b[v>>6] |= 1 << (v & 63) }

// Drop takes v out.
func (b Set) Drop(v uint32) { b[v>>6] &^= 1 << (v & 63) }

// Bit is 1 when v is in the set, else 0.
func (b Set) Bit(v uint32) uint64 { return b[v>>6] >> (v & 63) & 1 }

// Has says whether v is in the set.
func (b Set) Has(v uint32) bool { return b.Bit(v) != 0 }

// AddAll puts a list of numbers into the set.
func (b Set) AddAll(list []uint32) {
	for _, v := range list {
		b.Add(v)
	}
}

// Count returns how many of the listed numbers are in the set.
func (b Set) Count(list []uint32) int {
	count := uint64(0)
	for _, v := range list {
		count += b.Bit(v)
	}
	return int(count)
}

// ClearWords empties the words that the listed numbers stand in: quicker than one by one where all the set is listed.
func (b Set) ClearWords(list []uint32) {
	for _, v := range list {
		b[v>>6] = 0
	}
}

// Each calls visit for each member, ascending. A member that visit drops is not visited twice.
func (b Set) Each(visit func(v uint32)) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			visit(uint32(i<<6 + bits.TrailingZeros64(word)))
		}
	}
}
