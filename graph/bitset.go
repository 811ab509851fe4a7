package graph

import "math/bits"

// bitset is a set of node numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(v uint32)        { b[v>>6] |= 1 << (v & 63) }
func (b bitset) drop(v uint32)       { b[v>>6] &^= 1 << (v & 63) }
func (b bitset) bit(v uint32) uint64 { return b[v>>6] >> (v & 63) & 1 }
func (b bitset) has(v uint32) bool   { return b.bit(v) != 0 }
func (b bitset) addAll(list []uint32) {
	for _, v := range list {
		b.add(v)
	}
}

func (b bitset) clearWords(list []uint32) {
	for _, v := range list {
		b[v>>6] = 0
	}
}

// forEachBit calls visit for each member, ascending. A member that visit drops is not visited twice.
func forEachBit(b bitset, visit func(v uint32)) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			visit(uint32(i<<6 + bits.TrailingZeros64(word)))
		}
	}
}
