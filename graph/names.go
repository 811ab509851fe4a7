package graph

import (
	"hash/maphash"
	"strconv"
)

// Names are what the nodes are called in a file: node v has the name Name(v). They are kept in one block of text with a
// hash table of node numbers beside it, so a name costs its letters and about 16 bytes. A nil *Names means that nodes
// are called by their own numbers.
type Names struct {
	text  []byte
	ends  []uint64 // name v is text[ends[v-1]:ends[v]]
	table []uint32 // open addressing; the node number plus 1, 0 is free
	seed  maphash.Seed
	// Nodes that are called by consecutive numbers need no text: node v is called first+v, of count nodes.
	first uint32
	count int
}

// NewNames returns names for the nodes 0 … len(names)-1. Of two equal names Lookup finds the first.
func NewNames(names []string) *Names {
	all := &Names{seed: maphash.MakeSeed()}
	for _, name := range names {
		all.Append([]byte(name))
	}
	return all
}

// NumberNames returns names for so many nodes that are called by consecutive numbers, first, first+1 and so on. They
// take no space, and none can be added.
func NumberNames(first uint32, count int) *Names { return &Names{first: first, count: count} }

// Len returns the number of names.
func (s *Names) Len() int {
	if s == nil {
		return 0
	}
	return max(len(s.ends), s.count)
}

// Name returns the name of v; its number in decimal digits when there are no names.
func (s *Names) Name(v uint32) string {
	if s != nil && s.count > 0 {
		return strconv.FormatUint(uint64(v)+uint64(s.first), 10)
	}
	if s == nil || int(v) >= len(s.ends) {
		return strconv.FormatUint(uint64(v), 10)
	}
	return string(s.bytes(v))
}

// Lookup returns the node that has a name. Without names the name must be a number; whether that node exists is for the
// caller to see.
func (s *Names) Lookup(name string) (uint32, bool) {
	if s == nil {
		v, err := strconv.ParseUint(name, 10, 32)
		return uint32(v), err == nil && v < MaxNodes
	}
	if s.count > 0 {
		v, err := strconv.ParseUint(name, 10, 32)
		good := err == nil && v >= uint64(s.first) && v-uint64(s.first) < uint64(s.count)
		if !good {
			return None, false
		}
		return uint32(v) - s.first, true
	}
	if len(s.table) == 0 {
		return None, false
	}
	v := s.table[s.slot([]byte(name))]
	return v - 1, v != 0
}

// InternAll interns every name of others and returns the numbers that they have here, in order of the nodes.
func (s *Names) InternAll(others *Names) []uint32 {
	numbers := make([]uint32, others.Len())
	for v := range numbers {
		if others.count > 0 {
			numbers[v] = s.Intern([]byte(others.Name(uint32(v))))
			continue
		}
		numbers[v] = s.Intern(others.bytes(uint32(v)))
	}
	return numbers
}

func (s *Names) bytes(v uint32) []byte {
	start := uint64(0)
	if v > 0 {
		start = s.ends[v-1]
	}
	return s.text[start:s.ends[v]]
}

// slot returns the place in the table where name is or belongs.
func (s *Names) slot(name []byte) uint64 {
	mask := uint64(len(s.table) - 1)
	for at := maphash.Bytes(s.seed, name) & mask; ; at = (at + 1) & mask {
		v := s.table[at]
		if v == 0 || string(s.bytes(v-1)) == string(name) {
			return at
		}
	}
}

// Intern returns the number of a name and gives it the next one when it is new. The bytes are copied.
func (s *Names) Intern(name []byte) uint32 {
	s.grow()
	at := s.slot(name)
	if v := s.table[at]; v != 0 {
		return v - 1
	}
	s.text = append(s.text, name...)
	s.ends = append(s.ends, uint64(len(s.text)))
	s.table[at] = uint32(len(s.ends))
	return uint32(len(s.ends) - 1)
}

// Append gives a name the next number, also when another node has that name already. The bytes are copied.
func (s *Names) Append(name []byte) {
	s.grow()
	s.text = append(s.text, name...)
	s.ends = append(s.ends, uint64(len(s.text)))
	if at := s.slot(name); s.table[at] == 0 {
		s.table[at] = uint32(len(s.ends))
	}
}

// grow keeps at least half of the table free.
func (s *Names) grow() {
	if 2*(len(s.ends)+1) <= len(s.table) {
		return
	}
	s.table = make([]uint32, max(16, 2*len(s.table)))
	for v := range uint32(len(s.ends)) {
		if at := s.slot(s.bytes(v)); s.table[at] == 0 {
			s.table[at] = v + 1
		}
	}
}
