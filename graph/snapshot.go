package graph

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"unsafe"

	"gave.network/graph/internal/mapped"
	"gave.network/graph/internal/snapfile"
)

// Errors of opening a snapshot.
var (
	// ErrNotSnapshot is returned for a file that is not a snapshot of a graph.
	ErrNotSnapshot = errors.New("graph: this is not a snapshot of a graph")
	// ErrSnapshotVersion is returned for a snapshot of a version that this program does not know.
	ErrSnapshotVersion = errors.New("graph: this snapshot has a version that this program does not know")
	// ErrDamaged is returned for a snapshot that is cut off, or of which a checksum or the structure is wrong.
	ErrDamaged = errors.New("graph: this snapshot is damaged")
)

// Snapshot is a graph in a memory-mapped file. The graph may be used until Close; it may not be used after.
type Snapshot struct {
	// Graph is the graph. It lies in the file: the system reads the parts that are used when they are used.
	Graph   *Graph
	mapping *mapped.File
	sums    [6]uint32
	parts   [6][]byte
}

// WriteSnapshot writes a graph so that OpenSnapshot can map it.
func WriteSnapshot(w io.Writer, g *Graph) error {
	g = g.arrays()
	flags := uint32(0)
	if g.directed {
		flags |= snapfile.Directed
	}
	if g.Weighted() {
		flags |= snapfile.Weighted
	}
	if g.Wide() {
		flags |= snapfile.Wide
	}
	if g.rules.keepLoops {
		flags |= snapfile.Loops
	}
	if g.rules.signed {
		flags |= snapfile.Signed
	}
	offsets := g.offsets
	if len(offsets) == 0 {
		offsets = make([]int64, 1)
	}
	parts := [6][]byte{rawBytes(offsets), rawBytes(g.targets), rawWeights(g.weights)}
	if g.directed {
		parts[3], parts[4], parts[5] = rawBytes(g.inOffsets), rawBytes(g.inTargets), rawWeights(g.inWeights)
		if len(g.inOffsets) == 0 {
			parts[3] = rawBytes(offsets)
		}
	}
	header := snapfile.Header{Flags: flags, Nodes: uint64(g.N()), Arcs: uint64(g.Arcs()), Loops: uint64(g.loops)}
	for i, part := range parts {
		header.Sums[i] = crc32.Checksum(part, snapfile.Castagnoli)
	}
	if _, err := w.Write(header.Bytes()); err != nil {
		return err
	}
	at := uint64(snapfile.Length)
	for _, part := range parts {
		if len(part) == 0 {
			continue
		}
		if _, err := w.Write(make([]byte, snapfile.Aligned(at)-at)); err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		at = snapfile.Aligned(at) + uint64(len(part))
	}
	return nil
}

// SaveSnapshot writes a snapshot file. The file appears under its name only when it is complete and on the disk, so a
// crash never leaves half a snapshot and readers of an older one are not disturbed.
func SaveSnapshot(path string, g *Graph) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part*")
	if err != nil {
		return fmt.Errorf("graph: save a snapshot: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<20)
	if err := WriteSnapshot(buffered, g); err != nil {
		return fmt.Errorf("graph: save a snapshot: %w", err)
	}
	if err := errors.Join(buffered.Flush(), file.Sync()); err != nil {
		return fmt.Errorf("graph: save a snapshot: %w", err)
	}
	name := file.Name()
	if err := file.Close(); err != nil {
		return errors.Join(fmt.Errorf("graph: save a snapshot: %w", err), os.Remove(name))
	}
	if err := os.Rename(name, path); err != nil {
		return errors.Join(fmt.Errorf("graph: save a snapshot: %w", err), os.Remove(name))
	}
	return nil
}

// OpenSnapshot maps a snapshot file. It reads the header only, so it takes the same time at any size; it returns
// ErrNotSnapshot, ErrSnapshotVersion or ErrDamaged for a file that cannot be one, is of another version, or has a wrong
// header or length. Call Verify for a file from elsewhere: a graph whose arrays are damaged can make kernels panic.
// While it is open the file may be replaced, as SaveSnapshot does, but not be shortened: the system ends a program that
// reads what is no longer there.
func OpenSnapshot(path string) (*Snapshot, error) {
	file, err := mapped.Open(path, false)
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	snapshot, err := readSnapshot(file.Data)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	snapshot.mapping = file
	return snapshot, nil
}

// IsSnapshot says whether a file that begins so is a snapshot.
func IsSnapshot(head []byte) bool { return bytes.HasPrefix(head, []byte(snapfile.Magic)) }

// ParseSnapshot returns the graph of a snapshot that is in memory, and verifies it. The graph lies in data, which must
// not be changed while it is used. Errors are those of OpenSnapshot and Verify.
func ParseSnapshot(ctx context.Context, data []byte, opts Options) (*Graph, error) {
	s, err := readSnapshot(data)
	if err != nil {
		return nil, err
	}
	return s.Graph, s.Verify(ctx, opts)
}

// readSnapshot gives the graph that lies in data.
func readSnapshot(data []byte) (*Snapshot, error) {
	little := binary.LittleEndian
	if !IsSnapshot(data) {
		return nil, ErrNotSnapshot
	}
	if len(data) < snapfile.Length || little.Uint32(data[92:]) != crc32.Checksum(data[:92], snapfile.Castagnoli) {
		return nil, fmt.Errorf("%w: its header is wrong or cut off", ErrDamaged)
	}
	version, flags := little.Uint32(data[8:]), little.Uint32(data[12:])
	known := uint32(snapfile.Directed | snapfile.Weighted)
	switch version {
	case 1:
	case snapfile.Version:
		known |= snapfile.Loops | snapfile.Signed
	case snapfile.WideOne:
		known |= snapfile.Loops | snapfile.Signed | snapfile.Wide
	default:
		return nil, fmt.Errorf("%w: %d", ErrSnapshotVersion, version)
	}
	n, arcs, loops := little.Uint64(data[16:]), little.Uint64(data[24:]), little.Uint64(data[32:])
	if flags&^known != 0 || flags&(snapfile.Wide|snapfile.Weighted) == snapfile.Wide || n > MaxNodes || arcs > 1<<58 ||
		loops > min(n, arcs) {
		return nil, fmt.Errorf("%w: its header makes no sense", ErrDamaged)
	}
	if version == 1 {
		flags |= snapfile.Loops | snapfile.Signed
	}
	g := &Graph{
		directed: flags&snapfile.Directed != 0, loops: int64(loops),
		rules: rules{keepLoops: flags&snapfile.Loops != 0, signed: flags&snapfile.Signed != 0},
	}
	s := &Snapshot{Graph: g}
	at := uint64(snapfile.Length)
	for i, size := range snapfile.Sizes(n, arcs, flags) {
		s.sums[i] = little.Uint32(data[40+8*i:])
		if size == 0 {
			continue
		}
		at = snapfile.Aligned(at)
		if at > uint64(len(data)) || size > uint64(len(data))-at {
			return nil, fmt.Errorf("%w: it is cut off", ErrDamaged)
		}
		s.parts[i] = data[at : at+size]
		at += size
	}
	if at != uint64(len(data)) {
		return nil, fmt.Errorf("%w: it is longer than it says", ErrDamaged)
	}
	g.offsets, g.targets = arrayOf[int64](s.parts[0]), arrayOf[uint32](s.parts[1])
	g.weights = weightsOf(s.parts[2], flags)
	g.inOffsets, g.inTargets, g.inWeights = g.offsets, g.targets, g.weights
	if g.directed {
		g.inOffsets, g.inTargets = arrayOf[int64](s.parts[3]), arrayOf[uint32](s.parts[4])
		g.inWeights = weightsOf(s.parts[5], flags)
	}
	if g.offsets[0] != 0 || g.offsets[n] != int64(arcs) || g.inOffsets[0] != 0 || g.inOffsets[n] != int64(arcs) {
		return nil, fmt.Errorf("%w: its rows do not end where they should", ErrDamaged)
	}
	return s, nil
}

// Verify reads the whole file and returns ErrDamaged when a checksum is wrong or the arrays are not those of a graph.
// After it no kernel can be harmed by the file's content.
func (s *Snapshot) Verify(ctx context.Context, opts Options) error {
	for i, part := range s.parts {
		sum := uint32(0)
		for ; len(part) > 0; part = part[min(len(part), 1<<24):] {
			sum = crc32.Update(sum, snapfile.Castagnoli, part[:min(len(part), 1<<24)])
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if sum != s.sums[i] {
			return fmt.Errorf("%w: the checksum of section %d is wrong", ErrDamaged, i+1)
		}
	}
	return s.Graph.Verify(ctx, opts)
}

// Close gives the file back. The graph may not be used any more.
func (s *Snapshot) Close() error {
	s.Graph, s.parts = nil, [6][]byte{}
	if s.mapping == nil {
		return nil
	}
	return s.mapping.Close()
}

// rawBytes returns the bytes of an array as a little-endian machine has them; on another machine it returns a converted
// copy.
func rawBytes[T int64 | uint32 | float32 | float64](array []T) []byte {
	if len(array) == 0 {
		return nil
	}
	size := int(unsafe.Sizeof(array[0]))
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&array[0])), size*len(array))
	if littleEndian {
		return raw
	}
	return swapped(raw, size)
}

func rawWeights(w Weights) []byte {
	if w.Wide() {
		return rawBytes(w.Wide64())
	}
	return rawBytes(w.Narrow())
}

// weightsOf returns the weights that lie in raw.
func weightsOf(raw []byte, flags uint32) Weights {
	switch {
	case flags&snapfile.Weighted == 0:
		return Weights{}
	case len(raw) == 0:
		return newWeights(0, flags&snapfile.Wide != 0)
	case flags&snapfile.Wide != 0:
		return Weights64(arrayOf[float64](raw))
	}
	return Weights32(arrayOf[float32](raw))
}

// arrayOf returns the array that lies in raw, without copying where the machine is little-endian and raw is aligned.
func arrayOf[T int64 | uint32 | float32 | float64](raw []byte) []T {
	var zero T
	size := int(unsafe.Sizeof(zero))
	if len(raw) == 0 {
		return nil
	}
	start := unsafe.Pointer(&raw[0])
	if littleEndian && uintptr(start)%uintptr(size) == 0 {
		return unsafe.Slice((*T)(start), len(raw)/size)
	}
	array := make([]T, len(raw)/size)
	if !littleEndian {
		raw = swapped(raw, size)
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&array[0])), len(raw)), raw)
	return array
}

var littleEndian = func() bool {
	word := uint16(1)
	return *(*byte)(unsafe.Pointer(&word)) == 1
}()

// swapped returns a copy in which each group of size bytes is turned round.
func swapped(raw []byte, size int) []byte {
	out := make([]byte, len(raw))
	for i := range raw {
		out[i/size*size+size-1-i%size] = raw[i]
	}
	return out
}
