package graphfile

import "hash/maphash"

// tieSet holds the ties of a network in the order in which they were met, each once: some 50 bytes for each, without
// pointers, in blocks, so that it is never copied as it grows and can be let go of from its beginning.
type tieSet struct {
	blocks []*tieBlock
	count  uint32
	// places are one more than the place of each tie, 0 for none, where its hash leads to or after that.
	places []uint32
	seed   maphash.Seed
}

const tiesInBlock = 4096

type tieBlock struct {
	keys    [tiesInBlock]networkTie
	weights [tiesInBlock]networkWeight
	times   *[tiesInBlock]int64 // in microseconds; nil when none of the block is known
}

func (s *tieSet) key(place uint32) *networkTie {
	return &s.blocks[place/tiesInBlock].keys[place%tiesInBlock]
}

func (s *tieSet) weight(place uint32) *networkWeight {
	return &s.blocks[place/tiesInBlock].weights[place%tiesInBlock]
}

// time is when a tie was last, in microseconds; noTime when that is not known.
func (s *tieSet) time(place uint32) int64 {
	if times := s.blocks[place/tiesInBlock].times; times != nil {
		return times[place%tiesInBlock]
	}
	return noTime
}

// wasAt notes when a tie was; the last time counts.
func (s *tieSet) wasAt(place uint32, micro int64) {
	block := s.blocks[place/tiesInBlock]
	if block.times == nil {
		block.times = new([tiesInBlock]int64)
		for i := range block.times {
			block.times[i] = noTime
		}
	}
	block.times[place%tiesInBlock] = max(block.times[place%tiesInBlock], micro)
}

// slot returns where the place of a tie is, or is to be, in places.
func (s *tieSet) slot(key networkTie) uint64 {
	mask := uint64(len(s.places) - 1)
	for i := maphash.Comparable(s.seed, key) & mask; ; i = (i + 1) & mask {
		if at := s.places[i]; at == 0 || *s.key(at - 1) == key {
			return i
		}
	}
}

// find returns the place of a tie; ok is false when it is not there.
func (s *tieSet) find(key networkTie) (place uint32, ok bool) {
	if s.count == 0 {
		return 0, false
	}
	at := s.places[s.slot(key)]
	return at - 1, at > 0
}

// add appends a tie that is not there yet, and returns its place.
func (s *tieSet) add(key networkTie, weight networkWeight) (place uint32) {
	if uint64(s.count)*4 >= uint64(len(s.places))*3 {
		s.grow()
	}
	if s.count%tiesInBlock == 0 {
		s.blocks = append(s.blocks, &tieBlock{})
	}
	slot := s.slot(key)
	place = s.count
	s.count++
	*s.key(place), *s.weight(place) = key, weight
	s.places[slot] = s.count
	return place
}

// grow makes room for twice as many places.
func (s *tieSet) grow() {
	if len(s.places) == 0 {
		s.seed = maphash.MakeSeed()
	}
	s.places = make([]uint32, max(64, 2*len(s.places)))
	for place := range s.count {
		s.places[s.slot(*s.key(place))] = place + 1
	}
}

// eachAndForget calls f with the place of every tie in order, and lets go of those that it was called with. Ties can be
// looked up no more.
func (s *tieSet) eachAndForget(f func(place uint32) error) error {
	s.places = nil
	for place := range s.count {
		if place > 0 && place%tiesInBlock == 0 {
			s.blocks[place/tiesInBlock-1] = nil
		}
		if err := f(place); err != nil {
			return err
		}
	}
	return nil
}
