package boast

import (
	"math"
	"slices"
	"strings"
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
type layout struct{ linguistic, pool, bias, all int }

func (m *Model) layout() layout {
	l := layout{linguistic: 2 << hashBits}
	l.pool = l.linguistic + len(m.Names)
	l.bias = l.pool + 2*dimensions
	l.all = l.bias + len(Languages)
	return l
}

// Learn learns from examples. The model has its word vectors already. strength is the inverse of the regularisation: 1
// is usual.
func (m *Model) Learn(examples []Example, strength float64, minimise Minimise) error {
	phrases := make([]phrase, len(examples))
	for i, e := range examples {
		phrases[i] = phraseOf(e.Text, e.Lang)
	}
	m.standardise(examples, phrases)
	l := m.layout()
	rows := make([]row, len(examples))
	for i, e := range examples {
		rows[i] = m.row(l, &phrases[i], e)
	}
	balance(rows)
	w, err := fit(rows, l, strength, minimise)
	if err != nil {
		return err
	}
	m.take(l, w)
	return m.learnKinds(examples, phrases, minimise)
}

// standardise sets mean and scale of the linguistic features and of the pooled vectors.
func (m *Model) standardise(examples []Example, phrases []phrase) {
	var lists, pools [][]float64
	for i := range phrases {
		features := linguistic(&phrases[i])
		values := make([]float64, len(features))
		m.Names = m.Names[:0]
		for k, f := range features {
			values[k] = f.value
			m.Names = append(m.Names, f.name)
		}
		lists = append(lists, values)
		if pooled := m.pool(&phrases[i], examples[i].Lang); pooled != nil {
			pools = append(pools, pooled)
		}
	}
	m.Mean, m.Scale = moments(lists, linguisticShare)
	m.PoolMean, m.PoolScale = moments(pools, vectorShare)
}

// moments returns the means, and share over the standard deviations.
func moments(lists [][]float64, share float64) (mean, scale []float32) {
	if len(lists) == 0 {
		return make([]float32, 2*dimensions), make([]float32, 2*dimensions)
	}
	n := float64(len(lists))
	for k := range lists[0] {
		sum, squares := 0.0, 0.0
		for _, values := range lists {
			sum += values[k]
			squares += values[k] * values[k]
		}
		average := sum / n
		deviation := math.Sqrt(max(squares/n-average*average, 0))
		mean = append(mean, float32(average))
		if deviation < 1e-6 {
			scale = append(scale, 0)
			continue
		}
		scale = append(scale, float32(share/deviation))
	}
	return mean, scale
}

func (m *Model) row(l layout, p *phrase, e Example) row {
	r := row{boasts: e.Kind != "", weight: e.Weight}
	add := func(at int, value float64) {
		if value != 0 {
			r.at, r.value = append(r.at, uint32(at)), append(r.value, float32(value))
		}
	}
	buckets(p, e.Lang, func(bucket uint32, value float64) { add(int(bucket), value) })
	for i, f := range linguistic(p) {
		add(l.linguistic+i, (f.value-float64(m.Mean[i]))*float64(m.Scale[i]))
	}
	for i, x := range m.pool(p, e.Lang) {
		add(l.pool+i, (x-float64(m.PoolMean[i]))*float64(m.PoolScale[i]))
	}
	add(l.bias+slices.Index(Languages, e.Lang), 1)
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

// take keeps learnt parameters in the form in which they are stored.
func (m *Model) take(l layout, w []float64) {
	largest := 0.0
	for _, x := range w[:l.linguistic] {
		largest = max(largest, math.Abs(x))
	}
	m.HashScale = float32(max(largest, 1e-9) / math.MaxInt16)
	m.Hash = make([]byte, 2*l.linguistic)
	for b, x := range w[:l.linguistic] {
		q := uint16(int16(math.Round(x / float64(m.HashScale))))
		m.Hash[2*b], m.Hash[2*b+1] = byte(q), byte(q>>8)
	}
	m.Weight, m.PoolWeight = float32s(w[l.linguistic:l.pool]), float32s(w[l.pool:l.bias])
	m.Bias = map[string]float64{}
	for i, lang := range Languages {
		m.Bias[lang] = w[l.bias+i]
	}
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

// SetVectors keeps the vectors of words, four bits for each number. Each vector has 100 numbers.
func (m *Model) SetVectors(words []string, vectors [][]float64) {
	m.place = map[string]int{}
	n := float64(max(len(vectors), 1))
	mean, scale := make([]float64, dimensions), make([]float64, dimensions)
	for _, v := range vectors {
		for d := range dimensions {
			mean[d] += v[d] / n
		}
	}
	for _, v := range vectors {
		for d := range dimensions {
			scale[d] += (v[d] - mean[d]) * (v[d] - mean[d]) / n
		}
	}
	m.VectorScale = make([]float32, dimensions)
	for d := range dimensions {
		// seven steps to each side reach two and a half deviations
		m.VectorScale[d] = float32(2.5 * math.Sqrt(scale[d]) / 7)
	}
	m.Vectors = make([]byte, len(vectors)*dimensions/2)
	for i, v := range vectors {
		m.place[words[i]] = i
		for d := range dimensions {
			q := byte(min(max(math.Round((v[d]-mean[d])/float64(m.VectorScale[d])), -7), 7) + 8)
			m.Vectors[(i*dimensions+d)/2] |= q << (4 * (d % 2))
		}
	}
	m.Words = strings.Join(words, " ")
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
