package tact

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"unicode/utf8"
)

// What the lists do not know: a logistic model over the words of a line, each two that stand beside one another, and
// all pieces of two to five letters of each word, learnt from lines that people wrote (lab/train/tact). It holds back a
// line in which no listed phrase stands when it is nearly sure, and lets one through in which some stands when it is
// nearly sure that it is meant otherwise: "sick of the roadworks".

// buckets is how many weights there are. Features share them by their hash.
const buckets = 1 << 16

// From these chances that a line is delicate on it is held back without a listed phrase, and is not let through with
// one. They were chosen by cross-validation over the hands whose lines were learnt from (docs/goodwill.md).
const (
	heldFrom    = 0.75
	doubtedFrom = 0.15
)

// A Model foretells whether a line is delicate. It is made by lab/train/tact and kept by Pack.
type Model struct {
	Weights [buckets]int8
	Scale   float32 // of one step of a weight
	Bias    float32
}

// Chance is how likely a line is delicate, from 0 to 1, by what it says alone.
func (m *Model) Chance(line string) float64 {
	var sums, counts [2]int
	each(lineOf(line).words, func(group int, bucket uint16) {
		sums[group] += int(m.Weights[bucket])
		counts[group]++
	})
	total := 0.0
	for i, n := range counts {
		if n > 0 {
			total += float64(sums[i]) / math.Sqrt(float64(n))
		}
	}
	return 1 / (1 + math.Exp(-float64(m.Bias)-total*float64(m.Scale)))
}

// Hold says whether a line is held back, when a listed phrase stands in it and when none does.
func (m *Model) Hold(line string, listed bool) bool {
	if listed {
		return m.Chance(line) > doubtedFrom
	}
	return m.Chance(line) > heldFrom
}

// Features are the buckets of a line in two groups: words and pairs of words, and pieces of words. Each counts by one
// divided by the square root of how many there are in its group.
func Features(line string) (groups [2][]uint16) {
	each(lineOf(line).words, func(group int, bucket uint16) { groups[group] = append(groups[group], bucket) })
	return groups
}

// The basis and the prime of FNV-1a, by which features find their bucket.
const (
	basis = 2166136261
	prime = 16777619
)

// each visits the features of some words.
func each(words []string, visit func(group int, bucket uint16)) {
	before := uint32(0) // of the word before, with a space behind it; 0 when there is none
	for _, word := range words {
		if word == mark {
			continue
		}
		visit(0, bucketOf(spell(basis^1, word)))
		if before != 0 {
			visit(0, bucketOf(spell(before, word)))
		}
		before = spell(spell(basis^2, word), " ")
		for start := -1; start < len(word); start++ { // before the word stands a space, and behind it
			if start >= 0 && !utf8.RuneStart(word[start]) {
				continue
			}
			h, letters := uint32(basis^3), 0
			if start < 0 {
				h, letters = spell(h, " "), 1
			}
			for i := max(start, 0); i <= len(word) && letters < longestPiece; {
				size := 1
				if i == len(word) {
					h = spell(h, " ")
				} else {
					_, size = utf8.DecodeRuneInString(word[i:])
					h = spell(h, word[i:i+size])
				}
				i += size
				if letters++; letters > 1 {
					visit(1, bucketOf(h))
				}
			}
		}
	}
}

// longestPiece is how many letters, or spaces around a word, the longest piece of a word has.
const longestPiece = 5

func spell(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * prime
	}
	return h
}

func bucketOf(h uint32) uint16 { return uint16(h>>16) ^ uint16(h) }

// Pack writes a model: its bias, the step of its weights, and a byte for each weight.
func (m *Model) Pack() []byte {
	out := binary.LittleEndian.AppendUint32(nil, math.Float32bits(m.Bias))
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(m.Scale))
	for _, w := range m.Weights {
		out = append(out, byte(w))
	}
	return out
}

// Unpack reads a model as Pack wrote it.
func Unpack(packed []byte) (*Model, error) {
	if len(packed) != 8+buckets {
		return nil, errors.New("tact: the weights are of another version")
	}
	m := &Model{
		Bias:  math.Float32frombits(binary.LittleEndian.Uint32(packed)),
		Scale: math.Float32frombits(binary.LittleEndian.Uint32(packed[4:])),
	}
	for i, w := range packed[8:] {
		m.Weights[i] = int8(w)
	}
	return m, nil
}

//go:embed weights.bin
var packed []byte

var learnt = sync.OnceValue(func() *Model {
	m, err := Unpack(packed)
	if err != nil {
		panic(err.Error())
	}
	return m
})

// Listed says whether a listed phrase stands in a line, whatever else it says: Delicate without what was learnt. It is
// for sentences that Gave makes itself, of which the model has learnt nothing.
func Listed(line string) bool { return touchy().in(line, said) }
