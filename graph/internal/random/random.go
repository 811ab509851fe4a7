// Package random makes the random numbers of sampled kernels.
package random

import "math/bits"

// Source is a small, fast generator (wyrand's mixing on a Weyl sequence). Every sample of a sampled kernel starts its
// own one from the seed and the sample's number, so that results do not depend on the number of threads.
type Source struct{ state uint64 }

// New returns the source of one stream of a seed.
func New(seed, stream uint64) Source {
	r := Source{state: seed ^ (stream+1)*0x9e3779b97f4a7c15}
	r.Next()
	r.state ^= stream * 0xd1342543de82ef95
	return r
}

// Next returns 64 random bits.
func (r *Source) Next() uint64 {
	r.state += 0xa0761d6478bd642f
	high, low := bits.Mul64(r.state, r.state^0xe7037ed1a0b428db)
	return high ^ low
}

// Below returns a number in [0, n). The bias is at most n / 2^64.
func (r *Source) Below(n uint64) uint64 {
	high, _ := bits.Mul64(r.Next(), n)
	return high
}

// Float returns a number in [0, 1).
func (r *Source) Float() float64 { return float64(r.Next()>>11) * 0x1p-53 }

// Shuffle puts list in random order (Fisher-Yates).
func (r *Source) Shuffle(list []uint32) {
	for i := len(list) - 1; i > 0; i-- {
		j := r.Below(uint64(i + 1))
		list[i], list[j] = list[j], list[i]
	}
}

// ShuffleBlocks fills the list with 0, 1, … so that neighbours stay together in blocks of 32 and the blocks are in
// random order: nearly as random as Shuffle, and kinder to memory.
func (r *Source) ShuffleBlocks(list []uint32) {
	const size = 32
	blocks := make([]uint32, (len(list)+size-1)/size)
	for i := range blocks {
		blocks[i] = uint32(i)
	}
	r.Shuffle(blocks)
	at := 0
	for _, b := range blocks {
		for v := int(b) * size; v < min(len(list), int(b+1)*size); v++ {
			list[at] = uint32(v)
			at++
		}
	}
}
