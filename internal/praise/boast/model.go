package boast

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed" // the weights
	"encoding/json"
	"fmt"
	"io"
	"math"
	"sync"
)

// How much the blocks of features count beside each other before anything is learnt: the linguistic ones are many and
// small, pieces of words weigh one together. Chosen by cross-validation on the training part.
const (
	linguisticShare = 0.07
	encodedShare    = 1.5
)

// Model is a logistic model over sequences of words, pieces of words, shapes of sentences, linguistic features, and the
// vector of the sentence. Each language has weights of its own, which were learnt from all.
type Model struct {
	Names []string  `json:"names"` // of the linguistic features
	Mean  []float32 `json:"mean"`
	Scale []float32 `json:"scale"`

	Heads   map[string]*Head `json:"heads"` // by language
	Encoder *Encoder         `json:"encoder"`

	// Threshold is where a reader would begin to call it boasting, Slope how fast doubt ends beyond it.
	Threshold map[string]float64 `json:"threshold"`
	Slope     float64            `json:"slope"`

	Kinds map[Kind][]float32 `json:"kinds"` // weights of the linguistic features for each kind, an intercept first
	Card  Card               `json:"card"`

	known map[string][]float32 // vectors of sentences that are learnt from again and again
}

// Head is what counts in one language.
type Head struct {
	Bias    float64   `json:"bias"`
	Weight  []float32 `json:"weight"`  // of the linguistic features
	Encoded []float32 `json:"encoded"` // of the vector

	Hash      []byte  `json:"-"` // little-endian int16 for each bucket
	HashScale float32 `json:"hash_scale"`
}

//go:embed weights.gz
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
	head := json.NewDecoder(z)
	if err := head.Decode(m); err != nil {
		return nil, err
	}
	if len(m.Names) != len(linguistic(&phrase{})) || m.Encoder == nil {
		return nil, fmt.Errorf("boast: the weights are of another version")
	}
	rest := bufio.NewReader(io.MultiReader(head.Buffered(), z))
	if _, err := rest.ReadByte(); err != nil { // the end of the line
		return nil, err
	}
	for _, lang := range Languages {
		h := m.Heads[lang]
		if h == nil || len(h.Weight) != len(m.Names) || len(h.Encoded) != Encoded {
			return nil, fmt.Errorf("boast: the weights are of another version")
		}
		h.Hash = make([]byte, 2*buckets)
		if _, err := io.ReadFull(rest, h.Hash); err != nil {
			return nil, err
		}
	}
	if err := m.Encoder.blobs(func(read func(io.Reader) error, _ func(io.Writer) error) error {
		return read(rest)
	}); err != nil {
		return nil, err
	}
	return m, m.Encoder.Ready()
}

// Write writes the model: a line of JSON, and what is kept as it is.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(m); err != nil {
		return err
	}
	for _, lang := range Languages {
		if _, err := z.Write(m.Heads[lang].Hash); err != nil {
			return err
		}
	}
	if err := m.Encoder.blobs(func(_ func(io.Reader) error, write func(io.Writer) error) error {
		return write(z)
	}); err != nil {
		return err
	}
	return z.Close()
}

// hashWeight is the weight of a bucket.
func (h *Head) hashWeight(bucket uint32) float64 {
	return float64(int16(uint16(h.Hash[2*bucket])|uint16(h.Hash[2*bucket+1])<<8)) * float64(h.HashScale)
}

// bucketsOf yields the buckets of a sentence with their values: each kind has length one together, however long the
// sentence is.
func bucketsOf(p *phrase, lang string, yield func(bucket uint32, value float64)) {
	words, pieces, shapes := hashes(p, lang)
	for _, list := range [][]uint32{words, pieces, shapes} {
		for _, b := range list {
			yield(b, 1/math.Sqrt(float64(len(list))))
		}
	}
}

// encoded is the vector of a sentence.
func (m *Model) encoded(p *phrase) []float32 {
	if m.known == nil {
		return m.Encoder.Encode(p.raw)
	}
	v, ok := m.known[p.raw]
	if !ok {
		v = m.Encoder.Encode(p.raw)
		m.known[p.raw] = v
	}
	return v
}

// evidence is how a sentence was judged.
type evidence struct {
	score    float64
	features []feature
	part     []float64 // what each linguistic feature adds to the score
}

func (m *Model) judge(p *phrase, lang string) evidence {
	h := m.Heads[lang]
	e := evidence{score: h.Bias, features: linguistic(p)}
	e.part = make([]float64, len(e.features))
	for i, f := range e.features {
		e.part[i] = (f.value - float64(m.Mean[i])) * float64(m.Scale[i]) * float64(h.Weight[i])
		e.score += e.part[i]
	}
	bucketsOf(p, lang, func(bucket uint32, value float64) { e.score += h.hashWeight(bucket) * value })
	e.score += encodedShare * float64(dot(m.encoded(p), h.Encoded))
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
