package external

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"unsafe"
)

// load is what an arc carries through the sort: nothing, or its weight in bits that sort as weights do.
type load interface{ struct{} | uint32 | uint64 }

// batch are arcs that wait to be sorted: keys hold source and target.
type batch[L load] struct {
	keys  []uint64
	loads []L // as many as keys
}

// room is one arc's share of memory.
func room[L load]() int64 { return int64(8 + unsafe.Sizeof(*new(L))) }

func newBatch[L load](size int) *batch[L] {
	return &batch[L]{make([]uint64, 0, size), make([]L, 0, size)}
}

// section is where a run lies in the file.
type section struct{ from, to int64 }

// store sorts arcs into runs on disk.
type store[L load] struct {
	ctx    context.Context
	unique bool // equal arcs are one
	size   int  // arcs in a batch

	file     *os.File
	current  *batch[L]
	free     chan *batch[L] // batches, and as many spare ones for the sort; nil stands for one not yet made
	work     sync.WaitGroup
	mutex    sync.Mutex // of what follows, and of writing
	out      []byte
	written  int64
	sections []section
	fault    error
}

// newStore starts a store that takes so much memory, with so many batches being sorted at a time.
func newStore[L load](
	ctx context.Context, directory string, memory int64, threads int, unique bool,
) (*store[L], error) {
	file, err := os.CreateTemp(directory, "gave-runs-*.part")
	if err != nil {
		return nil, err
	}
	// Where the system allows it the file loses its name at once, so that nothing remains whatever happens.
	_ = os.Remove(file.Name())
	batches := 2*threads + 1
	s := &store[L]{
		ctx: ctx, unique: unique, file: file, size: max(16, int(memory/int64(batches)/room[L]())),
		free: make(chan *batch[L], batches),
	}
	for range batches {
		s.free <- nil
	}
	s.current = s.take()
	return s, nil
}

func (s *store[L]) take() *batch[L] {
	b := <-s.free
	if b == nil {
		b = newBatch[L](s.size)
	}
	b.keys, b.loads = b.keys[:0], b.loads[:0]
	return b
}

// add takes an arc; it is for one goroutine at a time.
func (s *store[L]) add(key uint64, weight L) {
	b := s.current
	b.keys, b.loads = append(b.keys, key), append(b.loads, weight)
	if len(b.keys) == s.size {
		s.hand()
	}
}

// hand lets the batch be sorted and written while the next one fills.
func (s *store[L]) hand() {
	full := s.current
	spare := s.take()
	s.current = s.take()
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		if sortBatch(s.ctx, full, spare) {
			full, spare = spare, full
		}
		s.free <- spare
		s.write(full)
		s.free <- full
	}()
}

func (s *store[L]) err() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return errors.Join(s.fault, s.ctx.Err())
}

// finish writes what is left, and lets go of the memory.
func (s *store[L]) finish() error {
	if len(s.current.keys) > 0 {
		s.hand()
	}
	s.work.Wait()
	s.current, s.free, s.out = nil, nil, nil
	return s.err()
}

func (s *store[L]) close() error {
	s.work.Wait()
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

const (
	// digit is how many bits a pass of the sort looks at.
	digit = 11
	// blockKeys is how many keys are worked on between two looks at the context.
	blockKeys = 1 << 20
)

// sortBatch sorts b by key, from the lowest digit up, skipping bits that all keys share; it says whether the result is
// in spare.
func sortBatch[L load](ctx context.Context, b, spare *batch[L]) (swapped bool) {
	n := len(b.keys)
	spare.keys, spare.loads = spare.keys[:n], spare.loads[:n]
	differ, order := uint64(0), true
	for low := 0; low < n; low += blockKeys {
		if ctx.Err() != nil {
			return false
		}
		last := b.keys[max(low-1, 0)]
		for _, key := range b.keys[low:min(low+blockKeys, n)] {
			differ |= key ^ last
			order = order && key >= last
			last = key
		}
	}
	if order {
		return false
	}
	from, to := b, spare
	for shift := 0; shift < 64; {
		if differ>>shift&1 == 0 {
			shift++
			continue
		}
		var start [1 << digit]int
		for low := 0; low < n && ctx.Err() == nil; low += blockKeys {
			for _, key := range from.keys[low:min(low+blockKeys, n)] {
				start[key>>shift&(1<<digit-1)]++
			}
		}
		sum := 0
		for i, count := range start {
			start[i], sum = sum, sum+count
		}
		for low := 0; low < n; low += blockKeys {
			if ctx.Err() != nil {
				return false
			}
			for i, key := range from.keys[low:min(low+blockKeys, n)] {
				at := &start[key>>shift&(1<<digit-1)]
				to.keys[*at], to.loads[*at] = key, from.loads[low+i]
				*at++
			}
		}
		from, to = to, from
		swapped = !swapped
		shift += digit
	}
	return swapped
}

// write writes a sorted batch as a run: what each key is more than the one before, seven bits a byte, and its load.
func (s *store[L]) write(b *batch[L]) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.fault != nil || s.ctx.Err() != nil {
		return
	}
	width := int(unsafe.Sizeof(*new(L)))
	if s.out == nil {
		s.out = make([]byte, 0, min(1<<20, 16*s.size+64))
	}
	out := s.out
	start, last := s.written, uint64(0)
	for i, key := range b.keys {
		if s.unique && i > 0 && key == last {
			continue
		}
		out = binary.AppendUvarint(out, key-last)
		last = key
		switch weight := any(&b.loads[i]).(type) {
		case *uint32:
			out = binary.LittleEndian.AppendUint32(out, *weight)
		case *uint64:
			out = binary.LittleEndian.AppendUint64(out, *weight)
		}
		if len(out) > cap(out)-binary.MaxVarintLen64-width || i == len(b.keys)-1 {
			if _, err := s.file.WriteAt(out, s.written); err != nil {
				s.fault = err
				return
			}
			s.written += int64(len(out))
			out = out[:0]
			if s.ctx.Err() != nil {
				return
			}
		}
	}
	if len(out) > 0 { // the last key was one that was there already
		if _, err := s.file.WriteAt(out, s.written); err != nil {
			s.fault = err
			return
		}
		s.written += int64(len(out))
	}
	s.sections = append(s.sections, section{start, s.written})
}

// reader reads a run.
type reader[L load] struct {
	file   *os.File
	rest   section // what is not yet in the buffer
	buffer []byte
	at     int
	key    uint64
	load   L
}

// next goes to the next arc; after the last one the key is done.
func (r *reader[L]) next() error {
	width := int(unsafe.Sizeof(*new(L)))
	if len(r.buffer)-r.at < binary.MaxVarintLen64+width && r.rest.from < r.rest.to {
		left := copy(r.buffer, r.buffer[r.at:])
		size := int(min(int64(cap(r.buffer)-left), r.rest.to-r.rest.from))
		r.buffer, r.at = r.buffer[:left+size], 0
		if n, err := r.file.ReadAt(r.buffer[left:], r.rest.from); n < size {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
		r.rest.from += int64(size)
	}
	if r.at == len(r.buffer) {
		r.key = done
		return nil
	}
	more, size := binary.Uvarint(r.buffer[r.at:])
	r.at += size
	r.key += more
	switch weight := any(&r.load).(type) {
	case *uint32:
		*weight = binary.LittleEndian.Uint32(r.buffer[r.at:])
	case *uint64:
		*weight = binary.LittleEndian.Uint64(r.buffer[r.at:])
	}
	r.at += width
	return nil
}

// done is greater than every key: there is no such node.
const done = 1<<64 - 1

// merge calls emit for every arc in order, once, with the loads of all that are equal, ascending; of a store of unique
// arcs with one. memory is what the buffers may take.
func (s *store[L]) merge(memory int64, emit func(key uint64, loads []L) error) error {
	k := len(s.sections)
	if k == 0 {
		return s.ctx.Err()
	}
	buffer := max(1<<12, min(1<<20, int(memory)/k))
	readers := make([]reader[L], k)
	for i := range readers {
		readers[i] = reader[L]{file: s.file, rest: s.sections[i], buffer: make([]byte, 0, buffer)}
		if err := readers[i].next(); err != nil {
			return err
		}
	}
	// A tree of losers: loser[0] is the run with the least key, loser[i] the one that lost in place i.
	loser := make([]int, k)
	winner := make([]int, 2*k)
	for i := 2*k - 1; i > 0; i-- {
		if i >= k {
			winner[i] = i - k
			continue
		}
		a, b := winner[2*i], winner[2*i+1]
		if readers[b].key < readers[a].key {
			a, b = b, a
		}
		winner[i], loser[i] = a, b
	}
	first := winner[1]
	var loads []L
	for step := 0; readers[first].key != done; step++ {
		if step&(1<<16-1) == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		key := readers[first].key
		loads = loads[:0]
		for readers[first].key == key {
			r := &readers[first]
			if !s.unique || len(loads) == 0 {
				loads = append(loads, r.load)
			}
			if err := r.next(); err != nil {
				return err
			}
			key := r.key
			for at := (k + first) / 2; at > 0; at /= 2 {
				if other := readers[loser[at]].key; other < key {
					first, loser[at], key = loser[at], first, other
				}
			}
		}
		if len(loads) > 1 {
			sortLoads(loads)
		}
		if err := emit(key, loads); err != nil {
			return err
		}
	}
	return s.ctx.Err()
}

func sortLoads[L load](loads []L) {
	switch list := any(loads).(type) {
	case []uint32:
		slices.Sort(list)
	case []uint64:
		slices.Sort(list)
	}
}
