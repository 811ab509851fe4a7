package graph

import (
	"math"
	"unsafe"
)

// Weights are the weights of a run of arcs, in 32 or in 64 bits. The zero value stands for arcs without weights, each
// of which counts 1. Weights are small and copied like a slice; the numbers belong to the graph.
type Weights struct {
	first unsafe.Pointer // nil: no weights
	n     int
	wide  bool
}

// Weights32 returns weights of 32 bits, which are not copied; of a nil slice none.
func Weights32(list []float32) Weights {
	return Weights{unsafe.Pointer(unsafe.SliceData(list)), len(list), false}
}

// Weights64 returns weights of 64 bits, which are not copied; of a nil slice none.
func Weights64(list []float64) Weights {
	return Weights{unsafe.Pointer(unsafe.SliceData(list)), len(list), list != nil}
}

// newWeights returns n weights of 0.
func newWeights(n int64, wide bool) Weights {
	if wide {
		return Weights64(make([]float64, n))
	}
	return Weights32(make([]float32, n))
}

// Given says whether there are weights.
func (w Weights) Given() bool { return w.first != nil }

// Wide says whether there are weights and they have 64 bits.
func (w Weights) Wide() bool { return w.wide }

// Len returns how many weights there are.
func (w Weights) Len() int { return w.n }

// At returns the weight in a place, 1 when there are no weights.
func (w Weights) At(i int) float64 {
	if w.first == nil {
		return 1
	}
	if uint(i) >= uint(w.n) {
		panic("graph: there is no weight in that place")
	}
	if w.wide {
		return *(*float64)(unsafe.Add(w.first, i*8))
	}
	return float64(*(*float32)(unsafe.Add(w.first, i*4)))
}

// Narrow returns the weights when they have 32 bits, else nil. With Wide64 it is for loops that are to be as fast as
// those over a slice.
func (w Weights) Narrow() []float32 {
	if w.wide {
		return nil
	}
	return unsafe.Slice((*float32)(w.first), w.n)
}

// Wide64 returns the weights when they have 64 bits, else nil.
func (w Weights) Wide64() []float64 {
	if !w.wide {
		return nil
	}
	return unsafe.Slice((*float64)(w.first), w.n)
}

// Slice returns the weights from one place up to another.
func (w Weights) Slice(from, to int64) Weights {
	switch {
	case w.first == nil:
		return w
	case w.wide:
		return Weights64(w.Wide64()[from:to])
	}
	return Weights32(w.Narrow()[from:to])
}

// Sum returns the sum of the weights, in order.
func (w Weights) Sum() float64 {
	sum := 0.0
	for i := range w.n {
		sum += w.At(i)
	}
	return sum
}

// Empty returns as many weights of the same kind, each 0.
func (w Weights) Empty() Weights { return newWeights(int64(w.n), w.wide) }

// set changes a weight; one of 32 bits is rounded.
func (w Weights) set(i int64, x float64) {
	if w.wide {
		w.Wide64()[i] = x
	} else {
		w.Narrow()[i] = float32(x)
	}
}

// Put copies other weights, of as many bits, to a place and those after it.
func (w Weights) Put(at int64, from Weights) {
	switch {
	case w.wide:
		copy(w.Wide64()[at:], from.Wide64())
	case w.first != nil:
		copy(w.Narrow()[at:], from.Narrow())
	}
}

// fits says whether a weight can be kept in 32 or in 64 bits: finite, and no other number than 0 becomes 0.
func fits(x float64, wide bool) error {
	if !wide {
		if x != 0 && float32(x) == 0 {
			return ErrUnderflow
		}
		x = float64(float32(x))
	}
	if x != x || math.IsInf(x, 0) {
		return ErrNotFinite
	}
	return nil
}
