package boast

import (
	"math"
)

// Example is a labelled sentence. Weight is how much it counts in learning.
type Example struct {
	Text   string
	Lang   string
	Kind   Kind // empty when it does not boast
	Weight float64
}

// Minimise finds where a function is least, from a start and with its gradient. The library that does it is named by
// who trains, so that no binary carries it.
type Minimise func(loss func(w []float64) float64, gradient func(into, w []float64), start []float64) ([]float64, error)

// row is an example as numbers: places and values of what is not zero.
type row struct {
	at     []uint32
	value  []float32
	boasts bool
	weight float64
}

// layout says where each block of features lies in the list of parameters.
type layout struct{ linguistic, encoded, bias, all int }

func (m *Model) layout() layout {
	l := layout{linguistic: buckets}
	l.encoded = l.linguistic + len(m.Names)
	l.bias = l.encoded + Encoded
	l.all = l.bias + 1
	return l
}

// Learn learns from examples. The model has its encoder already. strength is the inverse of the regularisation: 1
// is usual.
func (m *Model) Learn(examples []Example, strength float64, minimise Minimise) error {
	phrases := make([]phrase, len(examples))
	for i, e := range examples {
		phrases[i] = phraseOf(e.Text, e.Lang)
	}
	m.standardise(phrases)
	l := m.layout()
	m.Heads = map[string]*Head{}
	for _, lang := range Languages {
		rows := make([]row, len(examples))
		for i, e := range examples {
			if e.Lang != lang { // what is written in another language counts no more than any
				e.Weight = min(e.Weight, 1)
			}
			rows[i] = m.row(l, &phrases[i], e)
		}
		balance(rows)
		w, err := fit(rows, l, strength, minimise)
		if err != nil {
			return err
		}
		m.Heads[lang] = l.head(w)
	}
	return m.learnKinds(examples, phrases, minimise)
}

// Remember keeps the vectors of sentences, those that are known and those to come: learning asks for them again and
// again.
func (m *Model) Remember(known map[string][]float32) { m.known = known }

// standardise sets mean and scale of the linguistic features.
func (m *Model) standardise(phrases []phrase) {
	m.Names, m.Mean, m.Scale = nil, nil, nil
	n := float64(len(phrases))
	var sums, squares []float64
	for i := range phrases {
		for k, f := range linguistic(&phrases[i]) {
			if i == 0 {
				m.Names = append(m.Names, f.name)
				sums, squares = append(sums, 0), append(squares, 0)
			}
			sums[k] += f.value
			squares[k] += f.value * f.value
		}
	}
	for k, sum := range sums {
		deviation := math.Sqrt(max(squares[k]/n-sum/n*sum/n, 0))
		m.Mean = append(m.Mean, float32(sum/n))
		if deviation < 1e-6 {
			m.Scale = append(m.Scale, 0)
			continue
		}
		m.Scale = append(m.Scale, float32(linguisticShare/deviation))
	}
}

func (m *Model) row(l layout, p *phrase, e Example) row {
	r := row{boasts: e.Kind != "", weight: e.Weight}
	add := func(at int, value float64) {
		if value != 0 {
			r.at, r.value = append(r.at, uint32(at)), append(r.value, float32(value))
		}
	}
	bucketsOf(p, e.Lang, func(bucket uint32, value float64) { add(int(bucket), value) })
	for i, f := range linguistic(p) {
		add(l.linguistic+i, (f.value-float64(m.Mean[i]))*float64(m.Scale[i]))
	}
	for i, x := range m.encoded(p) {
		add(l.encoded+i, encodedShare*float64(x))
	}
	add(l.bias, 1)
	return r
}

// balance makes boasting and the rest count alike: what is rare would not be learnt otherwise.
func balance(rows []row) {
	sum := map[bool]float64{}
	for _, r := range rows {
		sum[r.boasts] += r.weight
	}
	all := sum[true] + sum[false]
	for i, r := range rows {
		rows[i].weight *= all / (2 * sum[r.boasts])
	}
}

// fit finds the weights of least loss: logistic, with the squares of all weights but the intercepts added.
func fit(rows []row, l layout, strength float64, minimise Minimise) ([]float64, error) {
	score := func(w []float64, r *row) float64 {
		sum := 0.0
		for k, at := range r.at {
			sum += w[at] * float64(r.value[k])
		}
		return sum
	}
	loss := func(w []float64) float64 {
		sum := 0.0
		for _, x := range w[:l.bias] {
			sum += x * x / 2
		}
		for i := range rows {
			z := score(w, &rows[i])
			if rows[i].boasts {
				z = -z
			}
			sum += strength * rows[i].weight * softplus(z)
		}
		return sum
	}
	gradient := func(into, w []float64) {
		copy(into, w[:l.bias])
		clear(into[l.bias:])
		for i := range rows {
			r := &rows[i]
			slope := 1 / (1 + math.Exp(-score(w, r)))
			if r.boasts {
				slope--
			}
			slope *= strength * r.weight
			for k, at := range r.at {
				into[at] += slope * float64(r.value[k])
			}
		}
	}
	return minimise(loss, gradient, make([]float64, l.all))
}

func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// head keeps learnt parameters in the form in which they are stored.
func (l layout) head(w []float64) *Head {
	largest := 0.0
	for _, x := range w[:l.linguistic] {
		largest = max(largest, math.Abs(x))
	}
	h := &Head{
		Bias: w[l.bias], Weight: float32s(w[l.linguistic:l.encoded]), Encoded: float32s(w[l.encoded:l.bias]),
		HashScale: float32(max(largest, 1e-9) / math.MaxInt16), Hash: make([]byte, 2*l.linguistic),
	}
	for b, x := range w[:l.linguistic] {
		q := uint16(int16(math.Round(x / float64(h.HashScale))))
		h.Hash[2*b], h.Hash[2*b+1] = byte(q), byte(q>>8)
	}
	return h
}

func float32s(list []float64) []float32 {
	out := make([]float32, len(list))
	for i, x := range list {
		out[i] = float32(x)
	}
	return out
}

// learnKinds learns to tell the kinds of boasting apart, each from the others.
func (m *Model) learnKinds(examples []Example, phrases []phrase, minimise Minimise) error {
	m.Kinds = map[Kind][]float32{}
	n := len(m.Names)
	for _, k := range kinds {
		var rows []row
		for i, e := range examples {
			if e.Kind == "" {
				continue
			}
			r := row{boasts: e.Kind == k, weight: e.Weight, at: []uint32{uint32(n)}, value: []float32{1}}
			for j, f := range linguistic(&phrases[i]) {
				r.at, r.value = append(r.at, uint32(j)),
					append(r.value, float32((f.value-float64(m.Mean[j]))*float64(m.Scale[j])))
			}
			rows = append(rows, r)
		}
		balance(rows)
		w, err := fit(rows, layout{bias: n, all: n + 1}, 1, minimise)
		if err != nil {
			return err
		}
		m.Kinds[k] = append([]float32{float32(w[n])}, float32s(w[:n])...)
	}
	return nil
}

// Score is how much a sentence boasts, on the scale of the model.
func (m *Model) Score(s, lang string) float64 {
	p := phraseOf(s, lang)
	return m.judge(&p, lang).score
}

// BagOfWords learns the usual baseline, a logistic regression on single words, and returns what it scores.
func BagOfWords(examples []Example, minimise Minimise) (func(s, lang string) float64, error) {
	place := map[string]uint32{}
	rows := make([]row, len(examples))
	for i, e := range examples {
		rows[i] = row{boasts: e.Kind != "", weight: 1}
		p := phraseOf(e.Text, e.Lang)
		for _, t := range p.tokens {
			if _, ok := place[t]; !ok {
				place[t] = uint32(len(place))
			}
			rows[i].at = append(rows[i].at, place[t])
		}
	}
	n := len(place)
	for i := range rows {
		for range rows[i].at {
			rows[i].value = append(rows[i].value, float32(1/math.Sqrt(float64(len(rows[i].at)))))
		}
		rows[i].at, rows[i].value = append(rows[i].at, uint32(n)), append(rows[i].value, 1)
	}
	balance(rows)
	w, err := fit(rows, layout{bias: n, all: n + 1}, 1, minimise)
	if err != nil {
		return nil, err
	}
	return func(s, lang string) float64 {
		p := phraseOf(s, lang)
		sum := w[n]
		for _, t := range p.tokens {
			if at, ok := place[t]; ok {
				sum += w[at] / math.Sqrt(float64(len(p.tokens)))
			}
		}
		return sum
	}, nil
}
