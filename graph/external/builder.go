package external

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"

	"gave.network/graph"
	"gave.network/graph/internal/snapfile"
)

// Options are how a Builder works; the zero value of each field means the value in its comment.
type Options struct {
	// Memory is how many bytes the sort may take: 1 GiB. What the caller keeps comes on top, and what it throws away,
	// which Go collects when there is as much of it again.
	Memory int64
	// Directory is where runs are written while the graph is built: that of files that do not last.
	Directory string
	// Threads is how many batches are sorted at a time: one for each processor.
	Threads int
	// Final, when not nil, makes the weight of an edge of what merging gave, which is then summed up in 64 bits
	// whatever the weights of the graph.
	Final func(merged float64) float64
}

// Builder collects ties in any order and writes the graph of them as a snapshot. The file is the same, byte for byte,
// as that of a [graph.Builder] with the same ties, whatever their order, the memory and the number of threads. All
// methods may be called by many goroutines.
type Builder struct {
	build   graph.BuildOptions
	options Options
	mutex   sync.Mutex
	sorter  sorter
	nodes   uint64 // the greatest id, plus one
	ties    int64
}

// sorter is a store with loads of some kind, and the conversion of weights to them.
type sorter interface {
	addWeighted(key uint64, weight float64)
	err() error
	finish() error
	close() error
	edges(memory int64, merge graph.Merge, emit func(key uint64, weight float64) error) error
}

// NewBuilder returns an empty builder. When ctx ends, so does the building. Close frees what the builder holds on disk.
func NewBuilder(ctx context.Context, build graph.BuildOptions, options Options) (*Builder, error) {
	if options.Memory == 0 {
		options.Memory = 1 << 30
	}
	if options.Memory < 0 || build.Merge > graph.MergeMin {
		return nil, graph.ErrParameter
	}
	options.Threads = graph.Options{Threads: options.Threads}.Workers()
	b := &Builder{build: build, options: options}
	var err error
	b.sorter, err = newSorter(ctx, options, build.Weighted, build.Weights64 || options.Final != nil)
	return b, failed(err)
}

func newSorter(ctx context.Context, options Options, weighted, wide bool) (sorter, error) {
	switch {
	case !weighted:
		s, err := newStore[struct{}](ctx, options.Directory, options.Memory, options.Threads, true)
		return &plain{s}, err
	case wide:
		s, err := newStore[uint64](ctx, options.Directory, options.Memory, options.Threads, false)
		return &wideSorter{s}, err
	}
	s, err := newStore[uint32](ctx, options.Directory, options.Memory, options.Threads, false)
	return &narrow{s}, err
}

func failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("graph: build on disk: %w", err)
}

// Add adds a tie. It returns the errors of [graph.FromEdges] for its weight, that of the context, and what went wrong
// on the disk since.
func (b *Builder) Add(u, v uint32, weight float64) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.ties&(1<<12-1) == 0 {
		if err := b.sorter.err(); err != nil {
			return failed(err)
		}
	}
	return b.add(u, v, weight)
}

// AddPairs adds many ties at once; none stand for weights of 1 each. It returns ErrLength when there are not as many of
// both, and the errors of Add. The slices are the caller's again when it returns.
func (b *Builder) AddPairs(pairs []graph.Pair, weights graph.Weights) error {
	if weights.Given() && weights.Len() != len(pairs) {
		return fmt.Errorf("graph: %d edges with %d weights: %w", len(pairs), weights.Len(), graph.ErrLength)
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if err := b.sorter.err(); err != nil {
		return failed(err)
	}
	for i, p := range pairs {
		if err := b.add(p.From, p.To, weights.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// Ties returns how many ties were added.
func (b *Builder) Ties() int64 {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.ties
}

func (b *Builder) add(u, v uint32, weight float64) error {
	if b.build.Weighted {
		wide := b.build.Weights64 || b.options.Final != nil
		if err := weightFault(weight, wide, b.build.Signed); err != nil {
			return fmt.Errorf("graph: edge %d-%d: %w", u, v, err)
		}
	}
	b.ties++
	b.nodes = max(b.nodes, uint64(max(u, v))+1)
	if b.nodes > graph.MaxNodes {
		return graph.ErrTooManyNodes
	}
	if u == v && !b.build.KeepLoops {
		return nil
	}
	b.sorter.addWeighted(uint64(u)<<32|uint64(v), weight)
	if u != v && !b.build.Directed {
		b.sorter.addWeighted(uint64(v)<<32|uint64(u), weight)
	}
	return nil
}

// weightFault says what is wrong with a weight.
func weightFault(x float64, wide, signed bool) error {
	if !wide {
		if x != 0 && float32(x) == 0 {
			return graph.ErrUnderflow
		}
		x = float64(float32(x))
	}
	switch {
	case x != x || math.IsInf(x, 0):
		return graph.ErrNotFinite
	case x < 0 && !signed:
		return graph.ErrNegativeWeight
	}
	return nil
}

// SaveOptions are what is known of the nodes when all ties are there. The zero value takes the ids as they are.
type SaveOptions struct {
	// Nodes is the number of nodes; 0 means as many as the greatest id asks for.
	Nodes int
	// Number, when not nil, gives each id that occurs the number of its node. Greater ids have greater numbers.
	Number func(id uint32) uint32
}

// Save writes the graph of all ties as a snapshot and returns how many nodes and edges it has. The file appears under
// its name only when it is complete and on the disk; when the context ends, the disk is full or the program is ended
// it does not, and what was under that name stays. Nothing can be added afterwards.
//
// Errors are those of [graph.FromEdges], and of the disk.
func (b *Builder) Save(
	ctx context.Context, path string, save SaveOptions, opts graph.Options,
) (nodes int, edges int64, err error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	needed := b.nodes
	if save.Number != nil && needed > 0 {
		needed = uint64(save.Number(uint32(needed-1))) + 1
	}
	switch {
	case save.Nodes < 0:
		return 0, 0, fmt.Errorf("graph: %d nodes: %w", save.Nodes, graph.ErrParameter)
	case uint64(save.Nodes) > graph.MaxNodes:
		return 0, 0, graph.ErrTooManyNodes
	case save.Nodes > 0 && needed > uint64(save.Nodes):
		return 0, 0, fmt.Errorf("graph: an edge names node %d of %d: %w", needed-1, save.Nodes, graph.ErrNode)
	}
	if err := b.sorter.finish(); err != nil {
		return 0, 0, failed(err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part*")
	if err != nil {
		return 0, 0, failed(err)
	}
	out := &saving{
		ctx: ctx, b: b, file: file, n: max(uint64(save.Nodes), needed), number: save.Number, opts: opts,
	}
	err = out.write()
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return 0, 0, failed(errors.Join(err, os.Remove(file.Name())))
	}
	loops := int64(out.header.Loops)
	edges = int64(out.header.Arcs)
	if !b.build.Directed {
		edges = (edges-loops)/2 + loops
	}
	return int(out.n), edges, nil
}

// Close frees what the builder holds, also when Save was not called or failed.
func (b *Builder) Close() error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.sorter == nil {
		return nil
	}
	err := b.sorter.close()
	b.sorter = nil
	return err
}

// saving is a snapshot that is being written.
type saving struct {
	ctx    context.Context
	b      *Builder
	file   *os.File
	n      uint64
	number func(uint32) uint32
	opts   graph.Options
	header snapfile.Header
	at     uint64 // the end of the last section
	done   int64  // arcs, for the progress
}

func (s *saving) write() (err error) {
	build := s.b.build
	for _, f := range []struct {
		set  bool
		flag uint32
	}{
		{build.Directed, snapfile.Directed},
		{build.Weighted, snapfile.Weighted},
		{build.Weighted && build.Weights64, snapfile.Wide},
		{build.KeepLoops, snapfile.Loops},
		{build.Signed, snapfile.Signed},
	} {
		if f.set {
			s.header.Flags |= f.flag
		}
	}
	s.header.Nodes, s.at = s.n, snapfile.Length
	var back sorter
	if build.Directed {
		if back, err = newSorter(s.ctx, s.b.options, build.Weighted, build.Weights64); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, back.close()) }()
	}
	err = s.side(0, func(emit func(uint64, float64) error) error {
		return s.b.sorter.edges(s.b.options.Memory, build.Merge, func(key uint64, weight float64) error {
			if s.number != nil {
				key = uint64(s.number(uint32(key>>32)))<<32 | uint64(s.number(uint32(key)))
			}
			if s.b.options.Final != nil && build.Weighted {
				weight = s.b.options.Final(weight)
				if err := weightFault(weight, build.Weights64, build.Signed); err != nil {
					return fmt.Errorf("graph: edge %d-%d: %w", key>>32, uint32(key), err)
				}
			}
			if back != nil {
				back.addWeighted(key<<32|key>>32, weight)
			}
			return emit(key, weight)
		})
	})
	if err != nil {
		return err
	}
	if back != nil {
		if err := back.finish(); err != nil {
			return err
		}
		err := s.side(3, func(emit func(uint64, float64) error) error {
			return back.edges(s.b.options.Memory, graph.MergeSum, emit)
		})
		if err != nil {
			return err
		}
	}
	_, err = s.file.WriteAt(s.header.Bytes(), 0)
	return err
}

// side writes the offsets, targets and weights of one direction; arcs calls emit in their order.
func (s *saving) side(first int, arcs func(emit func(key uint64, weight float64) error) error) (err error) {
	build := s.b.build
	offsets := newPart(s.file, snapfile.Aligned(s.at))
	targets := newPart(s.file, snapfile.Aligned(snapfile.Aligned(s.at)+8*(s.n+1)))
	// How many arcs there are is known at the end, so weights wait in a file of their own.
	var weights *part
	if build.Weighted {
		waiting, err := os.CreateTemp(s.b.options.Directory, "gave-weights-*.part")
		if err != nil {
			return err
		}
		_ = os.Remove(waiting.Name())
		defer func() {
			err = errors.Join(err, waiting.Close())
			_ = os.Remove(waiting.Name())
		}()
		weights = newPart(waiting, 0)
	}
	row, count, loops := uint64(0), uint64(0), uint64(0)
	offsets.put64(0)
	all := 2 * s.b.ties
	err = arcs(func(key uint64, weight float64) error {
		for ; row < key>>32; row++ {
			offsets.put64(count)
		}
		if uint32(key) == uint32(key>>32) {
			loops++
		}
		targets.put32(uint32(key))
		switch {
		case !build.Weighted:
		case build.Weights64:
			weights.put64(math.Float64bits(weight))
		default:
			if float32(weight) != float32(weight) || math.IsInf(float64(float32(weight)), 0) {
				weight = math.Inf(1)
			}
			weights.put32(math.Float32bits(float32(weight)))
		}
		if build.Weighted && math.IsInf(weight, 0) {
			return fmt.Errorf("graph: the sum of the weights of parallel edges: %w", graph.ErrNotFinite)
		}
		count++
		if s.done++; s.done&(1<<16-1) == 0 {
			if s.opts.Progress != nil {
				s.opts.Progress(min(s.done, all), all)
			}
			return cmp.Or(offsets.err, targets.err, s.ctx.Err())
		}
		return nil
	})
	for ; row < s.n && offsets.err == nil; row++ {
		if row&(1<<16-1) == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		offsets.put64(count)
	}
	if err := errors.Join(err, offsets.flush(), targets.flush()); err != nil {
		return err
	}
	s.header.Arcs, s.header.Loops = count, loops
	s.header.Sums[first], s.header.Sums[first+1] = offsets.sum, targets.sum
	s.at = offsets.at
	if count > 0 {
		s.at = targets.at
	}
	if weights == nil || count == 0 {
		return nil
	}
	if err := weights.flush(); err != nil {
		return err
	}
	s.header.Sums[first+2] = weights.sum
	at := snapfile.Aligned(s.at)
	to := io.NewOffsetWriter(s.file, int64(at))
	buffer := make([]byte, 1<<18)
	for from := io.NewSectionReader(weights.file, 0, int64(weights.at)); ; {
		n, err := from.Read(buffer)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return err
		}
	}
	s.at = at + weights.at
	return nil
}

// part writes a section and adds up its checksum.
type part struct {
	file   *os.File
	buffer *bufio.Writer
	small  [8]byte
	at     uint64 // where the next byte goes that is not in the buffer
	sum    uint32
	err    error
}

func newPart(file *os.File, at uint64) *part {
	p := &part{file: file, at: at}
	p.buffer = bufio.NewWriterSize(writerFunc(p.write), 1<<18)
	return p
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(data []byte) (int, error) { return f(data) }

func (p *part) write(data []byte) (int, error) {
	p.sum = crc32.Update(p.sum, snapfile.Castagnoli, data)
	n, err := p.file.WriteAt(data, int64(p.at))
	p.at += uint64(n)
	return n, err
}

func (p *part) put32(x uint32) {
	binary.LittleEndian.PutUint32(p.small[:], x)
	p.keep(p.buffer.Write(p.small[:4]))
}

func (p *part) put64(x uint64) {
	binary.LittleEndian.PutUint64(p.small[:], x)
	p.keep(p.buffer.Write(p.small[:]))
}

func (p *part) keep(_ int, err error) {
	if err != nil && p.err == nil {
		p.err = err
	}
}

func (p *part) flush() error {
	p.keep(0, p.buffer.Flush())
	return p.err
}

// plain sorts arcs without weights.
type plain struct{ *store[struct{}] }

func (s *plain) addWeighted(key uint64, _ float64) { s.add(key, struct{}{}) }

func (s *plain) edges(memory int64, _ graph.Merge, emit func(uint64, float64) error) error {
	return s.merge(memory, func(key uint64, _ []struct{}) error { return emit(key, 1) })
}

// narrow sorts arcs with weights of 32 bits.
type narrow struct{ *store[uint32] }

func (s *narrow) addWeighted(key uint64, weight float64) {
	s.add(key, uint32(ordered(uint64(math.Float32bits(float32(weight)))<<32)>>32))
}

func (s *narrow) edges(memory int64, merge graph.Merge, emit func(uint64, float64) error) error {
	return s.merge(memory, func(key uint64, loads []uint32) error {
		return emit(key, merged(loads, merge, func(load uint32) float64 {
			return float64(math.Float32frombits(uint32(unordered(uint64(load)<<32) >> 32)))
		}))
	})
}

// wideSorter sorts arcs with weights of 64 bits.
type wideSorter struct{ *store[uint64] }

func (s *wideSorter) addWeighted(key uint64, weight float64) {
	s.add(key, ordered(math.Float64bits(weight)))
}

func (s *wideSorter) edges(memory int64, merge graph.Merge, emit func(uint64, float64) error) error {
	return s.merge(memory, func(key uint64, loads []uint64) error {
		return emit(key, merged(loads, merge, func(load uint64) float64 {
			return math.Float64frombits(unordered(load))
		}))
	})
}

// merged combines the weights of parallel ties, which are in order of size.
func merged[L uint32 | uint64](loads []L, merge graph.Merge, weight func(L) float64) float64 {
	switch {
	case len(loads) == 1 || merge == graph.MergeMin:
		return weight(loads[0])
	case merge == graph.MergeMax:
		return weight(loads[len(loads)-1])
	}
	sum := 0.0
	for _, load := range loads {
		sum += weight(load)
	}
	return sum
}

// ordered maps the bits of a number to an integer that sorts as the number does; unordered is its inverse. A number of
// 32 bits stands in the upper half.
func ordered(b uint64) uint64 {
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

func unordered(b uint64) uint64 {
	if b>>63 != 0 {
		return b &^ (1 << 63)
	}
	return ^b
}
