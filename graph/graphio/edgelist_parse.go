package graphio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"gave.network/graph"
	"gave.network/graph/internal/decimal"
	"gave.network/graph/internal/ranges"
)

// pieceBytes is how much text one thread parses at a time.
const pieceBytes = 4 << 20

// cutLines cuts data, from start, into pieces of whole lines; it returns where each ends.
func cutLines(data []byte, start int) []int {
	ends := []int{start}
	for at := start; at < len(data); {
		end := min(at+pieceBytes, len(data))
		if end < len(data) {
			end += lineLength(data[end:])
			end = min(end+1, len(data))
		}
		ends = append(ends, end)
		at = end
	}
	return ends
}

// run is a run of edges; one of the lists of weights is parallel to pairs, or none.
type run struct {
	pairs   []graph.Pair
	weights []float32
	wide    []float64
}

// newRun has room for so many edges.
func newRun(size int, build graph.BuildOptions) run {
	r := run{pairs: make([]graph.Pair, 0, size)}
	switch {
	case build.Weighted && build.Weights64:
		r.wide = make([]float64, 0, size)
	case build.Weighted:
		r.weights = make([]float32, 0, size)
	}
	return r
}

// add adds an edge; there has to be room for it.
func (r *run) add(from, to uint32, weight float64) {
	r.pairs = append(r.pairs, graph.Pair{From: from, To: to})
	if r.wide != nil {
		r.wide = append(r.wide, weight)
	} else if r.weights != nil {
		r.weights = append(r.weights, float32(weight))
	}
}

func (r *run) full() bool { return len(r.pairs) == cap(r.pairs) }

// runEdges is how many edges a run holds at most: large enough that a run costs nothing, small enough that the last one
// wastes nothing.
const runEdges = 1 << 16

// piece is the outcome of parsing one piece.
type piece struct {
	runs     []run
	nodes    uint64 // the greatest number of a node, plus one
	least    uint32 // the smallest number of a node
	problems problemList
	wide     bool // an id did not fit 32 bits
	names    *graph.Names
}

// share runs a loop on as many threads as opts allows, which tells its progress as the first half of the whole.
func share(ctx context.Context, opts graph.Options, total int, body func(i int)) error {
	return ranges.Job{
		Total: total, Grain: 1, Threads: opts.Workers(), Progress: opts.Progress, Whole: int64(2 * total),
	}.Run(ctx, func(_, i, _ int) { body(i) })
}

// graphOf makes the graph of all runs, the second half of the work.
func graphOf(ctx context.Context, n int, runs []run, options ReadOptions, opts graph.Options) (*graph.Graph, error) {
	builder := graph.NewBuilder(options.Build)
	part := builder.Part()
	for _, r := range runs {
		weights := graph.Weights32(r.weights)
		if r.wide != nil {
			weights = graph.Weights64(r.wide)
		}
		if err := part.AddPairs(r.pairs, weights); err != nil {
			return nil, err
		}
	}
	return builder.Graph(ctx, n, graph.Options{Threads: opts.Threads})
}

// parseNumbers reads a list of which all ids are numbers.
func parseNumbers(
	ctx context.Context, data []byte, shape listShape, options ReadOptions, opts graph.Options,
) (*Network, error) {
	ends := cutLines(data, shape.start)
	pieces := make([]piece, len(ends)-1)
	err := share(ctx, opts, len(pieces), func(i int) {
		pieces[i].parseNumbers(data, ends[i], ends[i+1], options)
	})
	if err != nil {
		return nil, err
	}
	network := &Network{}
	var runs []run
	var problems []problemAt
	needed, least, count, edges := uint64(0), uint32(graph.None), int64(0), 0
	for i := range pieces {
		p := &pieces[i]
		if p.wide && options.IDs == AutoIDs {
			return nil, errNotNumbers
		}
		needed, least = max(needed, p.nodes), min(least, p.least)
		problems = append(problems, p.problems.list...)
		count += p.problems.count
		for _, c := range p.runs {
			edges += len(c.pairs)
			runs = append(runs, c)
		}
	}
	pieces = nil
	network.takeProblems(data, problems, count)
	if options.IDs == AutoIDs && needed > uint64(max(8*edges, 1_000_000, options.Nodes)) {
		numbers := renumber(runs)
		network.Names = numberNames(numbers)
		needed = uint64(len(numbers))
	} else if options.IDs == AutoIDs && options.Nodes == 0 && least > 0 && edges > 0 {
		if err := countFrom(ctx, runs, least, opts); err != nil {
			return nil, err
		}
		needed -= uint64(least)
		network.Names = graph.NumberNames(least, int(needed))
	}
	network.Graph, err = graphOf(ctx, max(int(needed), options.Nodes), runs, options, opts)
	if opts.Progress != nil && err == nil {
		opts.Progress(int64(2*len(ends)-2), int64(2*len(ends)-2))
	}
	return network, err
}

// numberNames returns the names of nodes that are called by other numbers than their own.
func numberNames(numbers []uint32) *graph.Names {
	names := graph.NewNames(nil)
	var digits []byte
	for _, number := range numbers {
		digits = strconv.AppendUint(digits[:0], uint64(number), 10)
		names.Append(digits)
	}
	return names
}

// renumber gives the nodes that occur in runs dense numbers in the order of their ids and returns the ids.
func renumber(runs []run) []uint32 {
	var ids []uint32
	for _, c := range runs {
		for _, p := range c.pairs {
			ids = append(ids, p.From, p.To)
		}
		if len(ids) > 1<<22 && len(ids) > cap(ids)/2 {
			slices.Sort(ids)
			ids = slices.Compact(ids)
		}
	}
	slices.Sort(ids)
	ids = slices.Clip(slices.Compact(ids))
	for _, c := range runs {
		for i, p := range c.pairs {
			from, _ := slices.BinarySearch(ids, p.From)
			to, _ := slices.BinarySearch(ids, p.To)
			c.pairs[i] = graph.Pair{From: uint32(from), To: uint32(to)}
		}
	}
	return ids
}

// countFrom lets the nodes count from the smallest number.
func countFrom(ctx context.Context, runs []run, least uint32, opts graph.Options) error {
	return share(ctx, graph.Options{Threads: opts.Threads}, len(runs), func(i int) {
		for j, p := range runs[i].pairs {
			runs[i].pairs[j] = graph.Pair{From: p.From - least, To: p.To - least}
		}
	})
}

// parseNumbers reads data[at:end]. Lines of two numbers, or two numbers and a weight, take the short way; all others
// the careful one.
func (p *piece) parseNumbers(data []byte, at, end int, options ReadOptions) {
	weighted := options.Build.Weighted
	var r run
	most, least := uint32(0), uint32(graph.None)
	some := false
	flush := func() {
		if len(r.pairs) > 0 {
			p.runs = append(p.runs, r)
		}
		// The next run is made for what can follow: no line is shorter than four bytes.
		r = newRun(min(runEdges, (end-at)/4+1), options.Build)
	}
	flush()
	for at < end {
		start := at
		from, next := parseDigits(data, at)
		if next > at && next < end && isGap[data[next]] {
			next++
			to, after := parseDigits(data, next)
			weight := 1.0
			good := after > next && from < graph.MaxNodes && to < graph.MaxNodes
			if good && weighted && after < end && isGap[data[after]] && data[after] != '\r' {
				weight, after, good = parseWeight(data, after+1, end)
				good = good && weight >= 0
			}
			if good && (after >= end || data[after] == '\n') {
				if r.full() {
					flush()
				}
				r.add(uint32(from), uint32(to), weight)
				most, least = max(most, uint32(from), uint32(to)), min(least, uint32(from), uint32(to))
				some = true
				at = after + 1
				continue
			}
		}
		stop := min(start+lineLength(data[start:end]), end)
		at = stop + 1
		edge, state, reason := p.carefully(data[start:stop], options)
		switch state {
		case lineEdge:
			if r.full() {
				flush()
			}
			r.add(edge.From, edge.To, edge.Weight)
			most, least = max(most, edge.From, edge.To), min(least, edge.From, edge.To)
			some = true
		case lineBad:
			p.problems.add(start, reason)
		}
	}
	if len(r.pairs) > 0 {
		p.runs = append(p.runs, r)
	}
	if p.least = least; some {
		p.nodes = uint64(most) + 1
	}
}

type lineState uint8

const (
	lineEmpty lineState = iota
	lineEdge
	lineBad
)

// carefully reads one line of a list of numbers in any of the allowed forms.
func (p *piece) carefully(line []byte, options ReadOptions) (graph.Edge, lineState, reason) {
	at := skipGaps(line, 0)
	if at == len(line) || isComment(line[at:]) {
		return graph.Edge{}, lineEmpty, reason{}
	}
	var ids [2]uint64
	for i := range ids {
		number, end := parseDigits(line, at)
		switch {
		case at == len(line):
			return graph.Edge{}, lineBad, because("only one id")
		case end == at || end < len(line) && !isGap[line[end]]:
			return graph.Edge{}, lineBad, because("%q is not a node number", cut(string(firstField(line[at:]))))
		case number >= graph.MaxNodes:
			p.wide = true
			return graph.Edge{}, lineBad, because("the node number does not fit 32 bits")
		}
		ids[i] = number
		at = skipGaps(line, end)
	}
	edge := graph.Edge{From: uint32(ids[0]), To: uint32(ids[1]), Weight: 1}
	if options.Build.Weighted && at < len(line) {
		weight, wrong := readWeight(firstField(line[at:]), options.Build)
		if wrong.key != "" {
			return graph.Edge{}, lineBad, wrong
		}
		edge.Weight = weight
	}
	return edge, lineEdge, reason{}
}

func skipGaps(line []byte, at int) int {
	for at < len(line) && isGap[line[at]] {
		at++
	}
	return at
}

func firstField(line []byte) []byte {
	for i, b := range line {
		if isGap[b] {
			return line[:i]
		}
	}
	return line
}

// readWeight reads a weight and says what is wrong with it. A weight that the graph's bits would make infinite or zero
// is wrong too.
func readWeight(field []byte, build graph.BuildOptions) (float64, reason) {
	bits := 32
	if build.Weights64 {
		bits = 64
	}
	text := string(field)
	weight, err := strconv.ParseFloat(text, bits)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, because("the weight %q is too large for %d bits", cut(text), bits)
	case err == nil && weight == 0 && !decimal.IsZero(text):
		return 0, because("the weight %q is too small for %d bits, which would make it 0", cut(text), bits)
	case err != nil || math.IsNaN(weight) || math.IsInf(weight, 0):
		return 0, because("the weight %q is not a finite number", cut(text))
	case weight < 0 && !build.Signed:
		return 0, because("the weight is negative")
	}
	return weight, reason{}
}

// parseDigits reads the digits at data[at:] and returns their value and where they end; with no digit there it returns
// at itself. A number that does not fit 63 bits becomes a larger one than any id.
//
// Up to seven digits are read at once: the first byte that is no digit is found in the high bits of eight bytes in
// parallel, then neighbours are joined in three multiplications.
func parseDigits(data []byte, at int) (uint64, int) {
	if at+8 <= len(data) {
		t := binary.LittleEndian.Uint64(data[at:]) ^ 0x3030303030303030
		if other := ((t + 0x7676767676767676) | t) & 0x8080808080808080; other != 0 {
			bytes := bits.TrailingZeros64(other) &^ 7
			if bytes == 0 {
				return 0, at
			}
			t <<= uint(64-bytes) & 63
			t = t*10 + t>>8
			const pairs = 0x000000ff000000ff
			t = (t&pairs*(1<<32*1_000_000+100) + t>>16&pairs*(1<<32*10_000+1)) >> 32
			return t, at + bytes>>3
		}
	}
	value, start := uint64(0), at
	for at < len(data) && data[at]-'0' <= 9 {
		if at-start < 18 {
			value = value*10 + uint64(data[at]-'0')
		} else {
			value = math.MaxInt64
		}
		at++
	}
	return value, at
}

// powersOfTen are exact in 64-bit floating point.
var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseWeight reads digits, or digits, a point and digits, when that is what stands in data[at:end] up to the end of
// the line; anything else is left to the careful way.
func parseWeight(data []byte, at, end int) (float64, int, bool) {
	whole, next := parseDigits(data, at)
	digits := next - at
	if digits == 0 || next > end || digits > 15 {
		return 0, at, false
	}
	value := float64(whole)
	if next < end && data[next] == '.' {
		start := next + 1
		fraction, after := parseDigits(data, start)
		if digits += after - start; after == start || digits > 15 || after > end {
			return 0, at, false
		}
		// Both numbers are exact below 2^53, so the quotient is the nearest one.
		scale := powersOfTen[after-start]
		value = (value*scale + float64(fraction)) / scale
		next = after
	}
	if next < end && data[next] == '\r' {
		next++
	}
	return value, next, true
}

// parseNames reads a list of which ids are names. Every piece numbers its own names; then the names of all pieces are
// numbered in order of the text, so that the result does not depend on the number of threads.
func parseNames(
	ctx context.Context, data []byte, shape listShape, options ReadOptions, opts graph.Options,
) (*Network, error) {
	ends := cutLines(data, shape.start)
	pieces := make([]piece, len(ends)-1)
	err := share(ctx, opts, len(pieces), func(i int) {
		pieces[i].parseNames(data, ends[i], ends[i+1], shape, options)
	})
	if err != nil {
		return nil, err
	}
	network := &Network{Names: graph.NewNames(nil)}
	var runs []run
	var problems []problemAt
	count := int64(0)
	for i := range pieces {
		p := &pieces[i]
		number := network.Names.InternAll(p.names)
		for _, c := range p.runs {
			for j, e := range c.pairs {
				c.pairs[j] = graph.Pair{From: number[e.From], To: number[e.To]}
			}
			runs = append(runs, c)
		}
		problems = append(problems, p.problems.list...)
		count += p.problems.count
	}
	network.takeProblems(data, problems, count)
	network.Graph, err = graphOf(ctx, max(network.Names.Len(), options.Nodes), runs, options, opts)
	if opts.Progress != nil && err == nil {
		opts.Progress(int64(2*len(ends)-2), int64(2*len(ends)-2))
	}
	return network, err
}

func (p *piece) parseNames(data []byte, at, end int, shape listShape, options ReadOptions) {
	p.names = graph.NewNames(nil)
	var fields fieldScanner
	for at < end {
		start := at
		stop := min(at+lineLength(data[at:end]), end)
		at = stop + 1
		line := bytes.TrimRight(data[start:stop], "\r")
		if isComment(line) || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		fields.reset(line, shape.separator)
		from, _ := fields.next()
		to, found := fields.next()
		if !found || len(from) == 0 || len(to) == 0 {
			p.problems.add(start, because("a line needs two ids"))
			continue
		}
		weight := 1.0
		if options.Build.Weighted {
			if field, found := fields.next(); found && len(field) > 0 {
				var wrong reason
				if weight, wrong = readWeight(field, options.Build); wrong.key != "" {
					p.problems.add(start, wrong)
					continue
				}
			}
		}
		p.add(p.names.Intern(from), p.names.Intern(to), weight, options.Build)
	}
}

// add adds an edge to the last run, or to a new one when that is full.
func (p *piece) add(from, to uint32, weight float64, build graph.BuildOptions) {
	last := len(p.runs) - 1
	if last < 0 || p.runs[last].full() {
		p.runs = append(p.runs, newRun(min(runEdges, 256<<min(len(p.runs), 8)), build))
		last++
	}
	p.runs[last].add(from, to, weight)
}
