package graphio

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"

	"gave.network/graph"
	"gave.network/graph/external"
	"gave.network/graph/internal/bitset"
)

// ErrNotEdgeList is returned by BuildSnapshot for a file of another format, and for what is no file, such as a pipe.
var ErrNotEdgeList = errors.New("graph: this is not a file with an edge list")

// BuildSnapshot reads an edge list and writes its graph as a snapshot, without ever having the graph in memory: it
// takes the memory of build, some pieces of the text, what nodes are called where they are not numbers from 0, and a
// bit for each number up to the greatest. The snapshot, names and problems are those of [ReadEdgeList]; the network
// that is returned has no graph until the snapshot is opened.
func BuildSnapshot(
	ctx context.Context, from, to string, options ReadOptions, build external.Options, opts graph.Options,
) (*Network, error) {
	network, err := buildSnapshot(ctx, from, to, options, build, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return network, nil
}

func buildSnapshot(
	ctx context.Context, from, to string, options ReadOptions, build external.Options, opts graph.Options,
) (*Network, error) {
	file, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	list := &streamedList{file: file, options: options, build: build, opts: opts}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if list.size = info.Size(); !info.Mode().IsRegular() {
		return nil, ErrNotEdgeList
	}
	text, err := list.open()
	if err != nil {
		return nil, err
	}
	head, _ := text.Peek(headBytes)
	if DetectFormat(from, head[:min(len(head), 1<<12)]) != FormatEdgeList {
		return nil, ErrNotEdgeList
	}
	shape := guessShape(head, options)
	if shape.numbers {
		network, err := list.save(ctx, text, shape, to)
		if !errors.Is(err, errNotNumbers) {
			return network, err
		}
		if text, err = list.open(); err != nil {
			return nil, err
		}
		shape.numbers = false
	}
	return list.save(ctx, text, shape, to)
}

// headBytes is one more than guessShape looks at, so that it knows whether more follows.
const headBytes = 1<<16 + 1

// streamedList is an edge list that is read piece by piece.
type streamedList struct {
	file     *os.File
	size     int64
	options  ReadOptions
	build    external.Options
	opts     graph.Options
	unpacked *io.LimitedReader // of a packed file
}

// open goes to the beginning of the text, behind a mark of its encoding.
func (l *streamedList) open() (*bufio.Reader, error) {
	if _, err := l.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(l.file, 2*headBytes)
	if magic, _ := text.Peek(3); len(magic) == 3 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(text)
		if err != nil {
			return nil, fmt.Errorf("graph: unpack: %w", err)
		}
		limit := l.options.MaxBytes
		if limit <= 0 {
			limit = 16 << 30
		}
		l.unpacked = &io.LimitedReader{R: unpacked, N: limit + 1}
		text = bufio.NewReaderSize(l.unpacked, 2*headBytes)
	}
	if mark, _ := text.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = text.Discard(3)
	}
	return text, nil
}

// block is a piece of whole lines, and what parsing makes of it.
type block struct {
	text  []byte
	piece piece
	err   error
}

// save reads the text and writes the snapshot.
func (l *streamedList) save(
	ctx context.Context, text *bufio.Reader, shape listShape, to string,
) (*Network, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	builder, err := external.NewBuilder(ctx, l.options.Build, l.build)
	if err != nil {
		return nil, err
	}
	defer builder.Close()
	network, lines := &Network{}, int64(0)
	skipped := make([]byte, shape.start)
	if _, err := io.ReadFull(text, skipped); err != nil {
		return nil, err
	}
	lines += int64(bytes.Count(skipped, []byte{'\n'}))
	if !shape.numbers {
		network.Names = graph.NewNames(nil)
	}
	ids := &numbersSeen{least: graph.None, mark: shape.numbers && l.options.IDs == AutoIDs}
	told := int64(0)
	for one := range l.blocks(ctx, text, shape) {
		b := <-one
		if b.err != nil {
			return nil, b.err
		}
		if b.piece.wide && l.options.IDs == AutoIDs {
			return nil, errNotNumbers
		}
		if err := take(network, builder, ids, &b.piece); err != nil {
			return nil, err
		}
		network.takeProblemsFrom(b, lines)
		lines += int64(bytes.Count(b.text, []byte{'\n'}))
		told += int64(len(b.text))
		if l.opts.Progress != nil {
			l.opts.Progress(min(told, l.size), 2*l.size)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if l.unpacked != nil && l.unpacked.N == 0 {
		return nil, ErrTooLarge
	}
	save := external.SaveOptions{Nodes: l.options.Nodes}
	edges := builder.Ties()
	switch {
	case !shape.numbers:
		save.Nodes = max(save.Nodes, network.Names.Len())
	case l.options.IDs == AutoIDs && ids.needed > uint64(max(8*edges, 1_000_000, int64(l.options.Nodes))):
		ids.rank()
		network.Names = ids.names()
		save.Number, save.Nodes = ids.number, max(save.Nodes, network.Names.Len())
	case l.options.IDs == AutoIDs && l.options.Nodes == 0 && ids.least > 0 && edges > 0:
		save.Number = func(id uint32) uint32 { return id - ids.least }
		network.Names = graph.NumberNames(ids.least, int(ids.needed)-int(ids.least))
	default:
		save.Nodes = max(save.Nodes, int(ids.needed))
	}
	quiet := graph.Options{Threads: l.opts.Threads}
	if l.opts.Progress != nil {
		quiet.Progress = func(done, total int64) {
			l.opts.Progress(l.size+int64(float64(l.size)*float64(done)/float64(max(total, 1))), 2*l.size)
		}
	}
	_, _, err = builder.Save(ctx, to, save, quiet)
	return network, err
}

// blocks cuts the text into pieces of whole lines and lets as many threads parse as may; what they find comes in order.
func (l *streamedList) blocks(ctx context.Context, text io.Reader, shape listShape) <-chan chan *block {
	threads := l.opts.Workers()
	out := make(chan chan *block, threads) // bounds how many pieces are in memory
	go func() {
		defer close(out)
		var rest []byte
		for at := 0; ctx.Err() == nil; at++ {
			data := make([]byte, len(rest)+pieceBytes)
			copy(data, rest)
			n, err := io.ReadFull(text, data[len(rest):])
			data = data[:len(rest)+n]
			end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
			b := &block{text: data}
			switch cut := bytes.LastIndexByte(data, '\n') + 1; {
			case end:
			case err != nil:
				b.err = fmt.Errorf("graph: read: %w", err)
			case cut == 0: // a line longer than a piece
				rest = data
				continue
			default:
				b.text, rest = data[:cut], bytes.Clone(data[cut:])
			}
			parsed := make(chan *block, 1)
			select {
			case out <- parsed:
			case <-ctx.Done():
				return
			}
			go func() {
				if b.err == nil && shape.numbers {
					b.piece.parseNumbers(b.text, 0, len(b.text), l.options)
				} else if b.err == nil {
					b.piece.parseNames(b.text, 0, len(b.text), shape, l.options)
				}
				parsed <- b
			}()
			if end || b.err != nil {
				return
			}
		}
	}()
	return out
}

// take gives the ties of a piece to the builder.
func take(network *Network, builder *external.Builder, ids *numbersSeen, p *piece) error {
	var number []uint32
	if p.names != nil {
		number = network.Names.InternAll(p.names)
	}
	ids.needed, ids.least = max(ids.needed, p.nodes), min(ids.least, p.least)
	for _, r := range p.runs {
		if number != nil {
			for i, e := range r.pairs {
				r.pairs[i] = graph.Pair{From: number[e.From], To: number[e.To]}
			}
		}
		if ids.mark {
			ids.see(r.pairs)
		}
		weights := graph.Weights32(r.weights)
		if r.wide != nil {
			weights = graph.Weights64(r.wide)
		}
		if err := builder.AddPairs(r.pairs, weights); err != nil {
			return err
		}
	}
	return nil
}

// takeProblemsFrom is takeProblems for a block that begins behind so many lines.
func (n *Network) takeProblemsFrom(b *block, lines int64) {
	before := len(n.Problems)
	n.takeProblems(b.text, b.piece.problems.list, b.piece.problems.count)
	for i := before; i < len(n.Problems); i++ {
		n.Problems[i].Line += lines
	}
	n.Problems = n.Problems[:min(len(n.Problems), MaxProblems)]
}

// numbersSeen are the numbers that occur as ids.
type numbersSeen struct {
	needed uint64
	least  uint32
	mark   bool
	set    bitset.Set
	before []uint32 // how many occur before each 512 numbers
}

func (s *numbersSeen) see(pairs []graph.Pair) {
	for _, p := range pairs {
		if last := int(max(p.From, p.To) >> 6); last >= len(s.set) {
			s.set = append(s.set, make(bitset.Set, max(last+1, min(2*len(s.set), 1<<26))-len(s.set))...)
		}
		s.set.Add(p.From)
		s.set.Add(p.To)
	}
}

// rank makes number ready.
func (s *numbersSeen) rank() {
	count := 0
	for i, word := range s.set {
		if i&7 == 0 {
			s.before = append(s.before, uint32(count))
		}
		count += bits.OnesCount64(word)
	}
}

// number is the place of an id among those that occur.
func (s *numbersSeen) number(id uint32) uint32 {
	place := s.before[id>>9]
	for i := id >> 9 << 3; i < id>>6; i++ {
		place += uint32(bits.OnesCount64(s.set[i]))
	}
	return place + uint32(bits.OnesCount64(s.set[id>>6]&(1<<(id&63)-1)))
}

func (s *numbersSeen) names() *graph.Names {
	var numbers []uint32
	s.set.Each(func(v uint32) { numbers = append(numbers, v) })
	return numberNames(numbers)
}
