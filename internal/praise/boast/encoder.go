package boast

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// An Encoder turns a sentence, English or Dutch, into numbers that are near when what is meant is near. It is Google's
// universal-sentence-encoder-multilingual v3 (Yang et al., Multilingual Universal Sentence Encoder for Semantic
// Retrieval, ACL 2020; Apache-2.0) with the pieces of words of two languages and fewer bits a number: pieces of words
// have vectors, three convolutions over two, three and five of them see what stands beside what, and four layers above
// their sum make the vector of the sentence.
type Encoder struct {
	Pieces []string  `json:"pieces"` // the first three stand for what is unknown, the beginning and the end
	Scores []float32 `json:"scores"` // logarithms of how frequent they are

	Table      []byte    `json:"-"` // the vectors of pieces, four bits a number, two in a byte
	TableScale []float32 `json:"table_scale"`

	Matrices []Matrix             `json:"matrices"` // in the order of Layers
	Vectors  map[string][]float32 `json:"vectors"`  // what is added, and what layers are normalised by

	place   map[string]int
	longest int // piece, in characters
	unknown float32
}

// A Matrix maps numbers onto others; each column has a scale.
type Matrix struct {
	Rows   int       `json:"rows"`
	Values []int8    `json:"-"` // column after column
	Scale  []float32 `json:"scale"`

	columns [][]float32
}

// Encoded is how many numbers the vector of a sentence has, and that of a piece; branch is the width of a convolution.
const (
	Encoded = 512
	branch  = 256
)

// orders are how many pieces the convolutions see, and how many of them lie before.
var orders = [3][2]int{{2, 0}, {3, 1}, {5, 2}}

// Layers names the matrices in the order in which they are kept: the way into the convolutions, two for each of them,
// the way out, and the layers above.
var Layers = []string{
	"proj2", "proj3", "proj5", "w1_2", "w1_3", "w1_5", "w2_2", "w2_3", "w2_5", "cnn_W",
	"d0", "d1", "d2", "d3", "p1", "p3",
}

const (
	atProjection = 0
	atFirst      = 3
	atSecond     = 6
	atOut        = 9
	atD0         = 10
	atD1         = 11
	atD2         = 12
	atD3         = 13
	atP1         = 14
	atP3         = 15
)

// nibble is how far the four bits of a number reach to each side.
const nibble = 7

// Pack keeps the vector of one more piece, four bits a number.
func (e *Encoder) Pack(v []float32) {
	scale := scaleOf(v, nibble, 2.8)
	e.TableScale = append(e.TableScale, scale)
	for i := 0; i < len(v); i += 2 {
		e.Table = append(e.Table,
			byte(quantum(v[i], scale, nibble)+nibble)|byte(quantum(v[i+1], scale, nibble)+nibble)<<4)
	}
}

// PackMatrix keeps a matrix, given row after row, six bits a number.
func PackMatrix(rows int, values []float32) Matrix {
	const reach = 31
	m := Matrix{Rows: rows}
	columns := len(values) / rows
	column := make([]float32, rows)
	for c := range columns {
		for r := range rows {
			column[r] = values[r*columns+c]
		}
		scale := scaleOf(column, reach, 6)
		m.Scale = append(m.Scale, scale)
		for _, x := range column {
			m.Values = append(m.Values, int8(quantum(x, scale, reach)))
		}
	}
	return m
}

// scaleOf is what one step stands for: the largest takes all of them, unless it lies beyond so many deviations.
func scaleOf(v []float32, reach int, deviations float64) float32 {
	var largest, sum, squares float64
	for _, x := range v {
		largest = max(largest, math.Abs(float64(x)))
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	n := float64(len(v))
	deviation := math.Sqrt(max(squares/n-sum/n*sum/n, 0))
	return float32(max(min(largest, deviations*deviation), 1e-9) / float64(reach))
}

func quantum(x, scale float32, reach int) int {
	return min(max(int(math.Round(float64(x/scale))), -reach), reach)
}

// blobs are the parts that are kept as they are, behind the rest.
func (e *Encoder) blobs(yield func(read func(io.Reader) error, write func(io.Writer) error) error) error {
	if err := yield(func(r io.Reader) error {
		e.Table = make([]byte, len(e.Pieces)*Encoded/2)
		_, err := io.ReadFull(r, e.Table)
		return err
	}, func(w io.Writer) error { _, err := w.Write(e.Table); return err }); err != nil {
		return err
	}
	for i := range e.Matrices {
		m := &e.Matrices[i]
		if err := yield(func(r io.Reader) error {
			raw := make([]byte, m.Rows*len(m.Scale))
			_, err := io.ReadFull(r, raw)
			m.Values = make([]int8, len(raw))
			for k, b := range raw {
				m.Values[k] = int8(b)
			}
			return err
		}, func(w io.Writer) error {
			raw := make([]byte, len(m.Values))
			for k, x := range m.Values {
				raw[k] = byte(x)
			}
			_, err := w.Write(raw)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Ready makes the encoder ready for use.
func (e *Encoder) Ready() error {
	if len(e.Pieces) < 3 || len(e.Scores) != len(e.Pieces) || len(e.TableScale) != len(e.Pieces) ||
		len(e.Matrices) != len(Layers) {
		return fmt.Errorf("boast: the encoder is of another version")
	}
	e.place = make(map[string]int, len(e.Pieces))
	for i, piece := range e.Pieces[3:] {
		e.place[piece] = i + 3
		e.longest = max(e.longest, utf8.RuneCountInString(piece))
		e.unknown = min(e.unknown, e.Scores[i+3]-10)
	}
	for i := range e.Matrices {
		m := &e.Matrices[i]
		m.columns = make([][]float32, len(m.Scale))
		for c := range m.columns {
			m.columns[c] = make([]float32, m.Rows)
			for r := range m.columns[c] {
				m.columns[c][r] = float32(m.Values[c*m.Rows+r]) * m.Scale[c]
			}
		}
	}
	return nil
}

// times adds each vector times the matrix to its own of out. A column is used for all of them while it is near.
func (m *Matrix) times(vectors, out [][]float32) {
	for c, column := range m.columns {
		for t, v := range vectors {
			out[t][c] += dot(v, column)
		}
	}
}

// dot has eight sums, which a processor adds up side by side.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	for len(a) >= 8 && len(b) >= 8 {
		x, y := (*[8]float32)(a), (*[8]float32)(b)
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
		s4 += x[4] * y[4]
		s5 += x[5] * y[5]
		s6 += x[6] * y[6]
		s7 += x[7] * y[7]
		a, b = a[8:], b[8:]
	}
	for i, x := range a {
		s0 += x * b[i]
	}
	return s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7)
}

// Split cuts a text into the likeliest pieces, by the places that they have in the encoder.
func (e *Encoder) Split(s string) []int {
	text := []rune("▁" + strings.Join(strings.Fields(norm.NFKC.String(s)), "▁"))
	n := len(text)
	best, from, piece := make([]float32, n+1), make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		best[i] = float32(math.Inf(-1))
	}
	for i := range n {
		single := false
		for j := i + 1; j <= min(n, i+e.longest); j++ {
			p, ok := e.place[string(text[i:j])]
			if !ok {
				continue
			}
			single = single || j == i+1
			if score := best[i] + e.Scores[p]; score > best[j] {
				best[j], from[j], piece[j] = score, i, p
			}
		}
		if score := best[i] + e.unknown; !single && score > best[i+1] {
			best[i+1], from[i+1], piece[i+1] = score, i, 0
		}
	}
	out := []int{2}
	for i := n; i > 0; i = from[i] {
		out = append(out, piece[i])
	}
	out = append(out, 1)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// embedding writes the vector of a piece.
func (e *Encoder) embedding(piece int, out []float32) {
	scale := e.TableScale[piece]
	for i, pair := range e.Table[piece*Encoded/2 : (piece+1)*Encoded/2] {
		out[2*i] = float32(int(pair&15)-nibble) * scale
		out[2*i+1] = float32(int(pair>>4)-nibble) * scale
	}
}

// mostPieces is how much of a sentence is read.
const mostPieces = 160

// Encode returns the vector of a sentence, of length one.
func (e *Encoder) Encode(s string) []float32 {
	pieces := e.Split(s)
	pieces = pieces[:min(len(pieces), mostPieces)]
	const width = Encoded + 3*branch
	seen, entries := table(len(pieces), width), table(len(pieces), 3*branch)
	words := columns(seen, 0, Encoded)
	for t, piece := range pieces {
		e.embedding(piece, words[t])
	}
	for i, order := range orders {
		into := columns(entries, i*branch, branch)
		e.start(into, fmt.Sprintf("proj_b%d", order[0]))
		e.Matrices[atProjection+i].times(words, into)
	}
	for _, v := range entries {
		normalise(v, e.Vectors["ln_g_all"], e.Vectors["ln_b_all"])
	}
	for i, order := range orders {
		first := table(len(pieces), branch)
		e.convolve(columns(entries, i*branch, branch), first, order, atFirst+i, fmt.Sprintf("b1_%d", order[0]))
		e.convolve(first, columns(seen, Encoded+i*branch, branch), order, atSecond+i, fmt.Sprintf("b2_%d", order[0]))
	}
	sum := make([]float32, width)
	for _, v := range seen {
		normalise(v, e.Vectors["ln_g"], e.Vectors["ln_b"])
		for i, x := range v {
			sum[i] += x
		}
	}
	return e.above(sum, len(pieces))
}

// table makes so many vectors.
func table(n, width int) [][]float32 {
	all := make([]float32, n*width)
	out := make([][]float32, n)
	for t := range out {
		out[t] = all[t*width : (t+1)*width]
	}
	return out
}

// columns is a part of each vector.
func columns(vectors [][]float32, from, width int) [][]float32 {
	out := make([][]float32, len(vectors))
	for t, v := range vectors {
		out[t] = v[from : from+width]
	}
	return out
}

// start writes what is added into each vector.
func (e *Encoder) start(vectors [][]float32, bias string) {
	for _, v := range vectors {
		copy(v, e.Vectors[bias])
	}
}

// convolve sees each piece together with those beside it.
func (e *Encoder) convolve(in, out [][]float32, order [2]int, at int, bias string) {
	windows := table(len(in), order[0]*branch)
	for t, window := range windows {
		for k := range order[0] {
			if from := t - order[1] + k; from >= 0 && from < len(in) {
				copy(window[k*branch:], in[from])
			}
		}
	}
	e.start(out, bias)
	e.Matrices[at].times(windows, out)
	for t, v := range out {
		for i, x := range v {
			v[i] = max(x, 0) + in[t][i]
		}
	}
}

// above makes the vector of a sentence of the sum over its pieces.
func (e *Encoder) above(sum []float32, pieces int) []float32 {
	type way struct {
		from []float32
		at   int
	}
	layer := func(width int, ways ...way) []float32 {
		out := make([]float32, width)
		for _, w := range ways {
			e.Matrices[w.at].times([][]float32{w.from}, [][]float32{out})
		}
		return out
	}
	mean := layer(Encoded, way{sum, atOut})
	for i, b := range e.Vectors["cnn_b"] {
		mean[i] = (mean[i] + float32(pieces)*b) / float32(math.Sqrt(float64(pieces)))
	}
	y0 := positive(layer(320, way{mean, atD0}))
	y1 := positive(layer(320, way{mean, atP1}, way{y0, atD1}))
	y2 := positive(layer(Encoded, way{y1, atD2}))
	z := layer(Encoded, way{y1, atP3}, way{y2, atD3})
	length := 0.0
	for i, x := range z {
		z[i] = float32(math.Tanh(float64(x)))
		length += float64(z[i]) * float64(z[i])
	}
	for i := range z {
		z[i] /= float32(math.Sqrt(max(length, 1e-12)))
	}
	return z
}

func positive(v []float32) []float32 {
	for i, x := range v {
		v[i] = max(x, 0)
	}
	return v
}

// normalise gives numbers the mean zero and the deviation one, and then their own.
func normalise(v, deviation, mean []float32) {
	var sum, squares float64
	for _, x := range v {
		sum += float64(x)
	}
	average := sum / float64(len(v))
	for _, x := range v {
		squares += (float64(x) - average) * (float64(x) - average)
	}
	by := 1 / math.Sqrt(squares/float64(len(v))+1e-12)
	for i, x := range v {
		v[i] = float32((float64(x)-average)*by)*deviation[i] + mean[i]
	}
}
