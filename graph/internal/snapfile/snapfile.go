// Package snapfile is the form of a snapshot file, for those who write one.
package snapfile

import (
	"encoding/binary"
	"hash/crc32"
)

// A snapshot file is the arrays of a graph as they lie in memory, so that opening it is mapping it:
//
//	0    8  magic "\x89GAVEgr\n"; the first byte is no text, the last one is damaged by text-mode transfers
//	8    4  version, 2, or 3 with weights of 64 bits
//	12   4  flags: 1 directed, 2 weighted, 4 self-loops may be added, 8 weights may be negative, 16 weights of 64 bits
//	16   8  nodes
//	24   8  arcs
//	32   8  self-loops
//	40  48  CRC-32C of each section, 8 bytes each (the sum in the lower 4): offsets, targets, weights, and the same
//	        of the transpose
//	88   4  reserved, zero
//	92   4  CRC-32C of bytes 0 … 91
//	96      the sections, each begins at a multiple of 64 bytes
//
// All numbers are little-endian. Version history: 1, the first, did not tell by which rules the graph was built: the
// flags 4 and 8 were not there and hold for every graph of that version. 2 has them. 3 has the flag 16, and is written
// only where that is set, so that programs that know 2 read all other graphs.
const (
	Magic   = "\x89GAVEgr\n"
	Version = 2
	WideOne = 3 // the version with weights of 64 bits
	Length  = 96

	Directed = 1
	Weighted = 2
	Loops    = 4
	Signed   = 8
	Wide     = 16

	Align = 64
)

// Castagnoli is the polynomial of the checksums.
var Castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Header is what stands before the arrays.
type Header struct {
	Flags              uint32
	Nodes, Arcs, Loops uint64
	Sums               [6]uint32
}

// Bytes returns the header as it stands in a file.
func (h *Header) Bytes() []byte {
	header := make([]byte, Length)
	copy(header, Magic)
	version := uint32(Version)
	if h.Flags&Wide != 0 {
		version = WideOne
	}
	little := binary.LittleEndian
	little.PutUint32(header[8:], version)
	little.PutUint32(header[12:], h.Flags)
	little.PutUint64(header[16:], h.Nodes)
	little.PutUint64(header[24:], h.Arcs)
	little.PutUint64(header[32:], h.Loops)
	for i, sum := range h.Sums {
		little.PutUint32(header[40+8*i:], sum)
	}
	little.PutUint32(header[92:], crc32.Checksum(header[:92], Castagnoli))
	return header
}

// Sizes are the lengths of the sections in bytes, of a graph with n nodes and so many arcs.
func Sizes(n, arcs uint64, flags uint32) [6]uint64 {
	sizes := [6]uint64{8 * (n + 1), 4 * arcs}
	switch {
	case flags&Wide != 0:
		sizes[2] = 8 * arcs
	case flags&Weighted != 0:
		sizes[2] = 4 * arcs
	}
	if flags&Directed != 0 {
		copy(sizes[3:], sizes[:3])
	}
	return sizes
}

// Aligned is where the next section begins.
func Aligned(at uint64) uint64 { return (at + Align - 1) &^ (Align - 1) }
