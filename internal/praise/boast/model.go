package boast

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the weights
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
)

// Dimensions of a word vector.
const dimensions = 100

// How much the blocks of features count beside each other before anything is learnt: the linguistic ones are many and
// small, pieces of words weigh one together. Chosen by cross-validation on the training part.
const (
	linguisticShare = 0.1
	vectorShare     = 0.1
)

// Model is a logistic model over sequences of words, pieces of words, linguistic features and, in English, word
// vectors.
type Model struct {
	Names  []string  `json:"names"` // of the linguistic features
	Mean   []float32 `json:"mean"`
	Scale  []float32 `json:"scale"`
	Weight []float32 `json:"weight"`

	Hash      []byte  `json:"hash"` // little-endian int16 for each bucket
	HashScale float32 `json:"hash_scale"`

	Words       string    `json:"words"`   // with a space between them
	Vectors     []byte    `json:"vectors"` // four bits for each number, two in a byte
	VectorScale []float32 `json:"vector_scale"`
	PoolMean    []float32 `json:"pool_mean"` // of the mean over the words of a sentence, and of the largest
	PoolScale   []float32 `json:"pool_scale"`
	PoolWeight  []float32 `json:"pool_weight"`

	// Bias is the intercept in each language. Threshold is where a reader would begin to call it boasting, Slope how
	// fast doubt ends beyond it.
	Bias      map[string]float64 `json:"bias"`
	Threshold map[string]float64 `json:"threshold"`
	Slope     float64            `json:"slope"`

	Kinds map[Kind][]float32 `json:"kinds"` // weights of the linguistic features for each kind, an intercept first
	Card  Card               `json:"card"`

	place map[string]int
}

//go:embed weights.json.gz
var embedded []byte

var loaded = sync.OnceValue(func() *Model {
	m, err := Read(bytes.NewReader(embedded))
	if err != nil {
		panic("boast: the weights that the binary carries are damaged: " + err.Error())
	}
	return m
})

// Read reads a model as Write wrote it.
func Read(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	if err := json.NewDecoder(z).Decode(m); err != nil {
		return nil, err
	}
	if len(m.Hash) != 4<<hashBits || len(m.Names) != len(m.Weight) || len(m.Names) != len(linguistic(&phrase{})) {
		return nil, fmt.Errorf("boast: the weights are of another version")
	}
	m.place = map[string]int{}
	for i, w := range strings.Fields(m.Words) {
		m.place[w] = i
	}
	if len(m.Vectors) != len(m.place)*dimensions/2 {
		return nil, fmt.Errorf("boast: the word vectors are cut off")
	}
	return m, nil
}

// Write writes the model.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(m); err != nil {
		return err
	}
	return z.Close()
}

// hashWeight is the weight of a bucket.
func (m *Model) hashWeight(bucket uint32) float64 {
	return float64(int16(uint16(m.Hash[2*bucket])|uint16(m.Hash[2*bucket+1])<<8)) * float64(m.HashScale)
}

// buckets yields the buckets of a sentence with their values: each kind has length one together, however long the
// sentence is.
func buckets(p *phrase, lang string, yield func(bucket uint32, value float64)) {
	words, pieces := hashes(p, lang)
	for _, list := range [][]uint32{words, pieces} {
		for _, b := range list {
			yield(b, 1/math.Sqrt(float64(len(list))))
		}
	}
}

// vector adds up what is kept of a word; ok is false for a word that is not known.
func (m *Model) vector(word string, out *[dimensions]float64) bool {
	i, ok := m.place[word]
	if !ok {
		head, _, cut := strings.Cut(word, "'")
		if i, ok = m.place[head]; !ok || !cut {
			return false
		}
	}
	for d := range dimensions {
		pair := m.Vectors[(i*dimensions+d)/2]
		if d%2 == 1 {
			pair >>= 4
		}
		out[d] = (float64(pair&15) - 8) * float64(m.VectorScale[d])
	}
	return true
}

// pool is the mean and the largest of each number of the vectors of the words; nothing when no word is known or the
// language has no vectors.
func (m *Model) pool(p *phrase, lang string) []float64 {
	if lang != "en" {
		return nil
	}
	out := make([]float64, 2*dimensions)
	var v [dimensions]float64
	n := 0
	for _, w := range p.words {
		if !m.vector(w, &v) {
			continue
		}
		for d, x := range v {
			out[d] += x
			if n == 0 || x > out[dimensions+d] {
				out[dimensions+d] = x
			}
		}
		n++
	}
	if n == 0 {
		return nil
	}
	for d := range dimensions {
		out[d] /= float64(n)
	}
	return out
}

// evidence is how a sentence was judged.
type evidence struct {
	score    float64
	features []feature
	part     []float64 // what each linguistic feature adds to the score
}

func (m *Model) judge(p *phrase, lang string) evidence {
	e := evidence{score: m.Bias[lang], features: linguistic(p)}
	e.part = make([]float64, len(e.features))
	for i, f := range e.features {
		e.part[i] = (f.value - float64(m.Mean[i])) * float64(m.Scale[i]) * float64(m.Weight[i])
		e.score += e.part[i]
	}
	buckets(p, lang, func(bucket uint32, value float64) { e.score += m.hashWeight(bucket) * value })
	for i, x := range m.pool(p, lang) {
		e.score += (x - float64(m.PoolMean[i])) * float64(m.PoolScale[i]) * float64(m.PoolWeight[i])
	}
	return e
}

// probability turns a score into how likely a reader would call it boasting: a half at the threshold.
func (m *Model) probability(score float64, lang string) float64 {
	return 1 / (1 + math.Exp(-m.Slope*(score-m.Threshold[lang])))
}

// kind is the likeliest kind of boasting.
func (m *Model) kind(e *evidence) Kind {
	best, most := Achievement, math.Inf(-1)
	for _, k := range kinds {
		w := m.Kinds[k]
		if len(w) != len(e.features)+1 {
			continue
		}
		sum := float64(w[0])
		for i, f := range e.features {
			sum += (f.value - float64(m.Mean[i])) * float64(m.Scale[i]) * float64(w[i+1])
		}
		if sum > most {
			best, most = k, sum
		}
	}
	return best
}
