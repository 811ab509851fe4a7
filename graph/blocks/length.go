package blocks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"gave.network/graph"
)

// Length returns the description length of a network and a division of its nodes into blocks, in nats (times 1.4427 in
// bits): -ln of the probability of both in the degree-corrected stochastic blockmodel (Karrer & Newman 2011), in the
// microcanonical form of Peixoto 2017, with his priors for the degrees (by their distribution in each block), for the
// numbers of ties between blocks (each as likely), and for the division. graph-tool 2.45 calls it the entropy of
// a state, and has it some tenths too small (see logPartitions). Less is better. Directions, weights and loops do not
// count.
func Length(ctx context.Context, g *graph.Graph, of []uint32, opts graph.Options) (float64, error) {
	g, err := plain(ctx, g, of, opts)
	if err != nil {
		return 0, err
	}
	s, err := newState(ctx, g, of)
	if err != nil {
		return 0, err
	}
	return s.length() + s.edges(), ctx.Err()
}

// NestedLength returns the description length with blocks of blocks: the numbers of ties between the blocks of one
// level are a network of their own, with the blocks of the next (Peixoto 2014; 2017). Levels are, from below, the block
// of each node, then the block of each block, and so on; blocks of the last level are taken as they are, in one block
// when there is one. graph-tool calls it the entropy of a nested state. Blocks of a level are numbered
// from 0; one that is named above must be there. It returns graph.ErrLength for a level that does not fit.
func NestedLength(ctx context.Context, g *graph.Graph, levels [][]uint32, opts graph.Options) (float64, error) {
	if len(levels) == 0 {
		return 0, graph.ErrLength
	}
	g, err := plain(ctx, g, levels[0], opts)
	if err != nil {
		return 0, err
	}
	s, err := newState(ctx, g, levels[0])
	if err != nil {
		return 0, err
	}
	sum := s.length()
	top := s.network()
	for l, of := range levels[1:] {
		if len(of) != len(top.inside) {
			return 0, fmt.Errorf(
				"graph: level %d has %d entries, not %d: %w", l+1, len(of), len(top.inside), graph.ErrLength,
			)
		}
		d := newDense(top, of)
		sum += d.length()
		top = d.network()
	}
	return sum + edgesLength(len(top.inside), s.ties), ctx.Err()
}

// plain returns the simple graph without weights.
func plain(ctx context.Context, g *graph.Graph, of []uint32, opts graph.Options) (*graph.Graph, error) {
	if len(of) != g.N() {
		return nil, graph.ErrLength
	}
	return graph.Simple(ctx, g.Unweighted(), opts)
}

// state is a division of a network in the degree-corrected model.
type state struct {
	ctx    context.Context
	g      *graph.Graph
	of     []uint32
	ties   int64
	size   []int64
	degree []int64            // of each block
	row    []map[uint32]int64 // ties to each other block; to itself twice
	counts []map[int32]int64  // how many of a block have each degree
	blocks int                // those that are not empty
	looked int
	table  []int64 // the same as row, where blocks are few: ties from each block to each
	wide   int     // how many blocks a row of table has
}

// sorted are the keys in order, so that sums over them are the same each time.
func sorted[K cmp.Ordered](m map[K]int64) []K { return slices.Sorted(maps.Keys(m)) }

// newState numbers blocks from 0.
func newState(ctx context.Context, g *graph.Graph, of []uint32) (*state, error) {
	number := map[uint32]uint32{}
	s := &state{ctx: ctx, g: g, of: make([]uint32, len(of)), ties: g.M()}
	for v, c := range of {
		if _, found := number[c]; !found {
			number[c] = 0
		}
		s.of[v] = c
	}
	// Blocks that are numbered from 0 without gaps keep their numbers: levels above name them.
	for c := range number {
		if int(c) >= len(number) {
			next := uint32(0)
			clear(number)
			for v, c := range of {
				if _, found := number[c]; !found {
					number[c] = next
					next++
				}
				s.of[v] = number[c]
			}
			break
		}
	}
	return s, s.count(len(number))
}

// count adds up the blocks.
func (s *state) count(blocks int) error {
	s.blocks = blocks
	s.size, s.degree = make([]int64, blocks), make([]int64, blocks)
	s.row, s.counts = make([]map[uint32]int64, blocks), make([]map[int32]int64, blocks)
	for b := range blocks {
		s.row[b], s.counts[b] = map[uint32]int64{}, map[int32]int64{}
	}
	for v, b := range s.of {
		s.size[b]++
		k := s.g.Degree(uint32(v))
		s.degree[b] += int64(k)
		s.counts[b][int32(k)]++
		for _, u := range s.g.Neighbors(uint32(v)) {
			if s.step(1) {
				return s.ctx.Err()
			}
			s.row[b][s.of[u]]++
		}
	}
	s.table, s.wide = nil, blocks
	if blocks <= tableBlocks {
		s.table = make([]int64, blocks*blocks)
		for b, row := range s.row {
			for c, e := range row {
				s.table[b*blocks+int(c)] = e
			}
		}
	}
	return s.ctx.Err()
}

// tableBlocks is the number of blocks up to which there is a table, since it is read faster than a map.
const tableBlocks = 512

// between is how many ties there are from one block to another; inside one, twice.
func (s *state) between(a, b uint32) int64 {
	if s.table != nil {
		return s.table[int(a)*s.wide+int(b)]
	}
	return s.row[a][b]
}

// step says after so much work, now and then, whether the context has ended.
func (s *state) step(work int) bool {
	if s.looked += work; s.looked < 1<<14 {
		return false
	}
	s.looked = 0
	return s.ctx.Err() != nil
}

// length is the description length without that of the numbers of ties between blocks.
func (s *state) length() float64 {
	n := int64(len(s.of))
	if n == 0 {
		return 0
	}
	sum := divisionLength(n, int64(s.blocks))
	for v := range s.of {
		sum -= logFactorial(int64(s.g.Degree(uint32(v))))
	}
	for b, row := range s.row {
		if s.size[b] == 0 {
			continue
		}
		sum += s.block(s.degree[b], s.size[b])
		for _, k := range sorted(s.counts[b]) {
			sum -= logFactorial(s.counts[b][k])
		}
		for _, c := range sorted(row) {
			switch e := row[c]; {
			case int(c) == b:
				sum -= logEven(e)
			case int(c) > b:
				sum -= logFactorial(e)
			}
		}
	}
	return sum
}

// block is what a block adds by its degree and size. That its members are these and that degrees are spread among them
// in an order have the same factor, n!, the other way round.
func (s *state) block(degree, size int64) float64 {
	if size == 0 {
		return 0
	}
	return logFactorial(degree) + logPartitions(degree, size)
}

// divisionLength is what a division of n into so many blocks takes, without their sizes.
func divisionLength(n, blocks int64) float64 {
	return logChoose(n-1, blocks-1) + logFactorial(n) + logFactorial1(n)
}

func logFactorial1(n int64) float64 { return logFactorial(n) - logFactorial(n-1) } // ln n

// edges is the description length of the numbers of ties between blocks when each is as likely.
func (s *state) edges() float64 { return edgesLength(s.blocks, s.ties) }

func edgesLength(blocks int, ties int64) float64 {
	b := int64(blocks)
	return logMultichoose(b*(b+1)/2, ties)
}

// counted is a network of blocks: inside are the ties within each, rows those to others, each in both.
type counted struct {
	inside []int64
	row    []map[uint32]int64
	ties   int64
}

// network makes one of the blocks, in order.
func (s *state) network() *counted {
	c := &counted{inside: make([]int64, s.blocks), row: make([]map[uint32]int64, s.blocks), ties: s.ties}
	for b := range c.row {
		c.row[b] = map[uint32]int64{}
		for d, e := range s.row[b] {
			if int(d) == b {
				c.inside[b] = e / 2
			} else if e > 0 {
				c.row[b][d] = e
			}
		}
	}
	return c
}

// dense is a division of a network of blocks, in which each multigraph with these numbers of ties is as likely.
type dense struct {
	from   *counted
	of     []uint32
	size   []int64
	inside []int64
	row    []map[uint32]int64
	blocks int
}

func newDense(from *counted, of []uint32) *dense {
	blocks := 0
	for _, b := range of {
		blocks = max(blocks, int(b)+1)
	}
	d := &dense{
		from: from, of: of, size: make([]int64, blocks), inside: make([]int64, blocks),
		row: make([]map[uint32]int64, blocks), blocks: blocks,
	}
	for b := range d.row {
		d.row[b] = map[uint32]int64{}
	}
	for v, b := range of {
		d.size[b]++
		d.inside[b] += from.inside[v]
		for u, e := range from.row[v] {
			switch {
			case of[u] != b:
				d.row[b][of[u]] += e
			case int(u) > v:
				d.inside[b] += e
			}
		}
	}
	return d
}

func (d *dense) network() *counted {
	return &counted{inside: d.inside, row: d.row, ties: d.from.ties}
}

// length is that of the numbers of ties between the nodes, and of the division.
func (d *dense) length() float64 {
	n := int64(len(d.of))
	sum := divisionLength(n, int64(d.blocks))
	for b := range d.row {
		sum -= logFactorial(d.size[b])
		sum += logMultichoose(d.size[b]*(d.size[b]+1)/2, d.inside[b])
		for _, c := range sorted(d.row[b]) {
			if int(c) > b {
				sum += logMultichoose(d.size[b]*d.size[c], d.row[b][c])
			}
		}
	}
	return sum
}
