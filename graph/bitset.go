package graph

import "math/bits"

// bitset is a set of node numbers.
type BitsetSet []uint64

func BitsetNew(n int) BitsetSet { return make(BitsetSet, (n+63)/64) }

func (b BitsetSet) Add(v uint32)        { b[v>>6] |= 1 << (v & 63) }
func (b BitsetSet) Drop(v uint32)       { b[v>>6] &^= 1 << (v & 63) }
func (b BitsetSet) Bit(v uint32) uint64 { return b[v>>6] >> (v & 63) & 1 }
func (b BitsetSet) Has(v uint32) bool   { return b.Bit(v) != 0 }
func (b BitsetSet) AddAll(list []uint32) {
	for _, v := range list {
		b.Add(v)
	}
}

func (b BitsetSet) ClearWords(list []uint32) {
	for _, v := range list {
		b[v>>6] = 0
	}
}

// forEachBit calls visit for each member, ascending. A member that visit drops is not visited twice.
func BitsetEach(b BitsetSet, visit func(v uint32)) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			visit(uint32(i<<6 + bits.TrailingZeros64(word)))
		}
	}
}
