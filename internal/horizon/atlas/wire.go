package atlas

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"slices"
)

const (
	// mostFirst is how many ties go along with the people; when there are more, these are the strongest, and the others
	// follow on their own (Ties). It is about what a screen of a million dots can show.
	mostFirst = 30_000

	// mostOwn is how many of them are the reader's own at most.
	mostOwn = 5_000
)

// The bits of the byte of a person and of a tie, beside the class or the strength in the lowest.
const (
	personDistance = 3 // the shift
	personBridge   = 1 << 6
	tieBridge      = 1 << 6
	tieDormant     = 1 << 7
)

// First returns the ties that a map shows first: all of them when they are few, otherwise the reader's own and the
// strongest of the others; the strongest first.
func (a *Atlas) First() []Edge {
	if len(a.Edges) <= mostFirst {
		out := slices.Clone(a.Edges)
		slices.SortStableFunc(out, stronger)
		return out
	}
	var own, others []Edge
	for _, e := range a.Edges {
		if e.A == a.Me || e.B == a.Me {
			own = append(own, e)
		} else {
			others = append(others, e)
		}
	}
	slices.SortStableFunc(own, stronger)
	own = own[:min(len(own), mostOwn)]
	slices.SortStableFunc(others, stronger)
	out := append(own, others[:min(len(others), mostFirst-len(own))]...)
	slices.SortStableFunc(out, stronger)
	return out
}

func stronger(x, y Edge) int { return cmp.Compare(y.Strength, x.Strength) }

// Data returns the map as a browser reads it, with what else is said of it as JSON. All numbers are little-endian; each
// part begins at a multiple of four bytes:
//
//	"gavemap1", uint32 length of the JSON, the JSON filled up with spaces
//	of each of n places: uint16 x, uint16 y, uint8 class | distance<<3 | bridge<<6, uint8 size, uint8 layers,
//	uint16 month
//	of each of the first ties: uint32 one end, uint32 the other, uint8 strength | bridge<<6 | dormant<<7,
//	uint8 layers, uint16 month
//
// A part holds one number of all; n, the ties and the circles stand in the JSON, which the caller gives.
func (a *Atlas) Data(said any) ([]byte, error) {
	text, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	for len(text)%4 != 0 {
		text = append(text, ' ')
	}
	first := a.First()
	out := append([]byte("gavemap1"), binary.LittleEndian.AppendUint32(nil, uint32(len(text)))...)
	out = append(out, text...)
	out = shorts(out, a.X)
	out = shorts(out, a.Y)
	person := make([]byte, len(a.Nodes))
	for place := range person {
		person[place] = a.Class[place] | a.Distance[place]<<personDistance
		if a.Bridge[place] {
			person[place] |= personBridge
		}
	}
	out = padded(out, person)
	out = padded(out, a.Size)
	out = padded(out, a.Layers)
	out = shorts(out, a.Month)
	for _, e := range first {
		out = binary.LittleEndian.AppendUint32(out, e.A)
	}
	for _, e := range first {
		out = binary.LittleEndian.AppendUint32(out, e.B)
	}
	return tieColumns(out, first), nil
}

// Ties returns all ties as a browser reads them:
//
//	"gaveties", uint32 how many, uint32 n
//	of each of n places: uint32 how many ties lead to a later place
//	of each tie, in that order: uint8 strength | bridge<<6 | dormant<<7, uint8 layers, uint16 month
//	of each tie: how much later its other end is than the one before, or than its first end, as a varint of seven bits
//	a byte, the lowest first
func (a *Atlas) Ties() []byte {
	out := []byte("gaveties")
	out = binary.LittleEndian.AppendUint32(out, uint32(len(a.Edges)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(a.Nodes)))
	count := make([]uint32, len(a.Nodes))
	for i := range a.Edges {
		count[a.Edges[i].A]++
	}
	for _, n := range count {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	out = tieColumns(out, a.Edges)
	last, from := uint32(0), uint32(Nobody)
	for i := range a.Edges {
		e := &a.Edges[i]
		if e.A != from {
			from, last = e.A, e.A
		}
		out = binary.AppendUvarint(out, uint64(e.B-last))
		last = e.B
	}
	return out
}

func tieColumns(out []byte, edges []Edge) []byte {
	flags, layers, months := make([]byte, len(edges)), make([]byte, len(edges)), make([]uint16, len(edges))
	for i := range edges {
		e := &edges[i]
		flags[i], layers[i], months[i] = e.Strength, e.Layers, e.Month
		if e.Bridge {
			flags[i] |= tieBridge
		}
		if e.Dormant {
			flags[i] |= tieDormant
		}
	}
	return shorts(padded(padded(out, flags), layers), months)
}

func shorts(out []byte, values []uint16) []byte {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	return padded(out, nil)
}

func padded(out, more []byte) []byte {
	out = append(out, more...)
	for len(out)%4 != 0 {
		out = append(out, 0)
	}
	return out
}
