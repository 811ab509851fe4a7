package distance

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"gave.network/graph"
)

// A file of labels is, all little-endian:
//
//	0   8  magic "\x89GAVEpl\n"
//	8   8  version, 1
//	16  8  nodes
//	24  8  ties of the graph, with those that came since
//	32  8  groups
//	40  8  entries in all lists
//	48     the order of the hubs, 4 bytes each; first and members of each group, 4 and 4; distances of the groups,
//	       2 for each node and group; sets, 16 for each; length of each list, 4; hubs, 4 for each entry; distances,
//	       2 for each entry; CRC-32C of all that is before it, 4
const (
	magic   = "\x89GAVEpl\n"
	version = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Write writes the labels, as they are with the ties that came since. It does not write the graph.
func (l *Labels) Write(w io.Writer) error {
	sum := crc32.New(castagnoli)
	buffered := bufio.NewWriterSize(w, 1<<20)
	out := &output{w: io.MultiWriter(buffered, sum)}
	entries, _ := l.Size()
	out.bytes([]byte(magic))
	out.put64([]uint64{
		version, uint64(len(l.node)), uint64(l.ties()), uint64(len(l.groups)), uint64(entries),
	})
	out.put32(l.node)
	for _, g := range l.groups {
		out.put32([]uint32{g.first, g.members})
	}
	out.put16(l.dist)
	out.put64(l.sets)
	for v := range l.node {
		out.put32([]uint32{uint32(len(l.list(uint32(v)).hubs))})
	}
	for v := range l.node {
		out.put32(l.list(uint32(v)).hubs)
	}
	for v := range l.node {
		out.put16(l.list(uint32(v)).away)
	}
	if out.err != nil {
		return fmt.Errorf("graph: write labels: %w", out.err)
	}
	out.w = buffered
	out.put32([]uint32{sum.Sum32()})
	if err := errors.Join(out.err, buffered.Flush()); err != nil {
		return fmt.Errorf("graph: write labels: %w", err)
	}
	return nil
}

func (l *Labels) ties() int64 {
	more := 0
	for _, ties := range l.extra {
		more += len(ties)
	}
	return l.g.M() + int64(more/2)
}

// Read reads labels of g as it was when they were written, with all ties that had come. It returns [graph.ErrDamaged]
// for what is no file of labels, is cut off or changed, and ErrParameter when the labels are of another graph, as far
// as the numbers of nodes and ties tell.
func Read(r io.Reader, g *graph.Graph) (*Labels, error) {
	sum := crc32.New(castagnoli)
	in := &input{r: bufio.NewReaderSize(r, 1<<20), sum: sum}
	head := make([]byte, len(magic))
	in.bytes(head)
	numbers := make([]uint64, 5)
	in.get64(numbers)
	if in.err != nil || string(head) != magic || numbers[0] != version {
		return nil, fmt.Errorf("%w: this is no file of labels that this program knows", graph.ErrDamaged)
	}
	n, groups, entries := numbers[1], numbers[3], numbers[4]
	if n != uint64(g.N()) || numbers[2] != uint64(g.M()) || g.Directed() {
		return nil, fmt.Errorf("graph: these labels are of another graph: %w", graph.ErrParameter)
	}
	if groups > min(n, 1<<10) || entries > n*n {
		return nil, fmt.Errorf("%w: its header makes no sense", graph.ErrDamaged)
	}
	l := &Labels{g: g, extra: map[uint32][]uint32{}, newer: map[uint32]list{}}
	l.node, l.place = make([]uint32, n), make([]uint32, n)
	in.get32(l.node)
	pairs := make([]uint32, 2*groups)
	in.get32(pairs)
	l.dist, l.sets = make([]uint16, n*groups), make([]uint64, 2*n*groups)
	in.get16(l.dist)
	in.get64(l.sets)
	lengths := make([]uint32, n)
	in.get32(lengths)
	l.start = make([]int64, n+1)
	for v, length := range lengths {
		l.start[v+1] = l.start[v] + int64(length)
	}
	if in.err == nil && l.start[n] != int64(entries) {
		in.err = io.ErrUnexpectedEOF
	}
	if in.err == nil { // so many bytes are asked for only when what came before is sound
		l.hubs, l.away = in.many32(entries), in.many16(entries)
	}
	whole := sum.Sum32()
	last := make([]uint32, 1)
	in.get32(last)
	if in.err != nil || last[0] != whole {
		return nil, fmt.Errorf("%w: labels that are cut off or changed", graph.ErrDamaged)
	}
	for place, v := range l.node {
		if uint64(v) >= n || l.node[l.place[v]] == v && l.place[v] != 0 {
			return nil, fmt.Errorf("%w: labels whose order is none", graph.ErrDamaged)
		}
		l.place[v] = uint32(place)
	}
	for at := uint64(0); at < groups; at++ {
		l.groups = append(l.groups, group{pairs[2*at], pairs[2*at+1]})
		if uint64(pairs[2*at])+uint64(pairs[2*at+1]) >= n || pairs[2*at+1] > 64 {
			return nil, fmt.Errorf("%w: labels with a group that is none", graph.ErrDamaged)
		}
	}
	for _, h := range l.hubs {
		if uint64(h) >= n {
			return nil, fmt.Errorf("%w: labels with a hub that is none", graph.ErrDamaged)
		}
	}
	return l, nil
}

// output writes numbers and keeps the first error.
type output struct {
	w   io.Writer
	err error
}

func (o *output) bytes(data []byte) {
	if o.err == nil {
		_, o.err = o.w.Write(data)
	}
}

// piece is how many numbers are turned into bytes at a time.
const piece = 1 << 14

func put[T uint16 | uint32 | uint64](o *output, list []T) {
	for len(list) > 0 && o.err == nil {
		n := min(len(list), piece)
		o.err = binary.Write(o.w, binary.LittleEndian, list[:n])
		list = list[n:]
	}
}

func (o *output) put16(list []uint16) { put(o, list) }
func (o *output) put32(list []uint32) { put(o, list) }
func (o *output) put64(list []uint64) { put(o, list) }

// input reads numbers and keeps the first error.
type input struct {
	r   io.Reader
	sum hash.Hash32
	err error
	raw []byte
}

func (i *input) bytes(data []byte) {
	if i.err == nil {
		if _, i.err = io.ReadFull(i.r, data); i.err == nil {
			i.sum.Write(data)
		}
	}
}

func get[T uint16 | uint32 | uint64](i *input, list []T) {
	size := binary.Size(T(0))
	if i.raw == nil {
		i.raw = make([]byte, 8*piece)
	}
	for len(list) > 0 && i.err == nil {
		n := min(len(list), piece)
		raw := i.raw[:n*size]
		if i.bytes(raw); i.err == nil {
			_, i.err = binary.Decode(raw, binary.LittleEndian, list[:n])
		}
		list = list[n:]
	}
}

func (i *input) get16(list []uint16) { get(i, list) }
func (i *input) get32(list []uint32) { get(i, list) }
func (i *input) get64(list []uint64) { get(i, list) }

// many reads so many numbers, with room for no more than what comes.
func many[T uint16 | uint32](i *input, count uint64) []T {
	var out []T
	for left := count; left > 0 && i.err == nil; {
		n := min(left, max(piece, uint64(len(out))))
		out = append(out, make([]T, n)...)
		get(i, out[uint64(len(out))-n:])
		left -= n
	}
	return out
}

func (i *input) many16(count uint64) []uint16 { return many[uint16](i, count) }
func (i *input) many32(count uint64) []uint32 { return many[uint32](i, count) }
