package scale

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"gave.network/internal/id"
	"gave.network/internal/tie"
)

// What comes in is the eight bytes of Head, and then records of 48 bytes, in the order of pair, owner, kind (a state
// first), time and interaction. All numbers are little-endian; the bytes of an interaction's id are as they are.
//
//	0   8  pair: the number of the person with the smaller id in the upper 32 bits, that of the other in the lower
//	8   8  time, microseconds
//	16 16  interaction
//	32  4  owner
//	36  4  people
//	40  1  medium, 0 for the first of tie.Media
//	41  1  role of the first, 0 from, 1 to, 2 cc
//	42  1  role of the second
//	43  1  kind: 0 evidence, 1 the state of a tie, of which time and interaction are the newest evidence, 2 a state
//	       that is not to be gone on from
//	44  4  reserved
//
// After a state come 48 bytes more: intensity, sent, received and peak as 64-bit floating-point numbers, the time of
// the first contact, and the number of interactions.
//
// What goes out is, for each pair, a record of 96 bytes in the same order, and at the end one whose owner is 0xffffffff
// with the counts of Folded, without which the whole is not to be trusted:
//
//	0   8  pair
//	8   4  owner
//	12  4  flags: 1 all evidence is needed, because some is older than the state, or there were several states, or one
//	       that is not to be gone on from; 2 the end
//	16 32  intensity, sent, received, peak
//	48  8  time of the newest evidence
//	56 16  its interaction
//	72  8  time of the first contact
//	80  8  interactions
//	88  8  reserved
const (
	// Head begins what is piped in.
	Head = "GAVEtie1"

	partSize  = 48
	stateSize = 48
	tieSize   = 96

	isEvidence, isState, isOther = 0, 1, 2
	flagLate, flagEnd            = 1, 2
)

// Folded counts what was piped through.
type Folded struct {
	Ties   int64 // pairs that have a tie, but those for which all evidence is needed
	Parts  int64 // parts of interactions that were added
	Twice  int64 // parts that came again, or of an interaction in which one person has several records
	Future int64 // parts that are yet to happen
	Late   int64 // parts older than the state that their pair came with
}

// ErrHead is returned for a stream that does not begin with Head.
var ErrHead = errors.New("scale: this does not begin as parts of ties do")

// order is where a record stands.
type order struct {
	owner       uint32
	pair        uint64
	kind        uint8
	time        int64
	interaction id.ID
}

func (o order) samePair(p order) bool { return o.owner == p.owner && o.pair == p.pair }

// before says whether a record stands before another.
func (o order) before(p order) bool {
	switch {
	case o.pair != p.pair:
		return o.pair < p.pair
	case o.owner != p.owner:
		return o.owner < p.owner
	case o.kind != isEvidence || p.kind != isEvidence:
		return o.kind != isEvidence && p.kind == isEvidence
	case o.time != p.time:
		return o.time < p.time
	}
	return o.interaction.Compare(p.interaction) < 0
}

// folder holds the pair that is at hand.
type folder struct {
	out     *bufio.Writer
	now     int64
	started bool
	at      order
	state   tie.State
	late    bool
	part    tie.Part // the newest of the pair, not added yet: another record of the same interaction may follow
	waiting bool
	count   Folded
}

// Fold reads sorted parts and writes the ties that they make. Evidence after now makes no tie. Evidence of one moment
// is ordered by the ids of the interactions; the same interaction twice counts once, with the strongest roles. It needs
// the same memory whatever comes, and ends with an error at what is not in order.
func Fold(in io.Reader, out io.Writer, now int64) (Folded, error) {
	from := bufio.NewReaderSize(in, 1<<20)
	head := make([]byte, len(Head))
	if _, err := io.ReadFull(from, head); err != nil || string(head) != Head {
		return Folded{}, ErrHead
	}
	f := folder{out: bufio.NewWriterSize(out, 1<<20), now: now}
	media := tie.Media()
	var record [partSize]byte
	for n := int64(0); ; n++ {
		if _, err := io.ReadFull(from, record[:]); err == io.EOF {
			break
		} else if err != nil {
			return f.count, fmt.Errorf("scale: record %d is cut off: %w", n, err)
		}
		next := order{
			owner: binary.LittleEndian.Uint32(record[32:]), pair: binary.LittleEndian.Uint64(record[0:]),
			kind: record[43], time: int64(binary.LittleEndian.Uint64(record[8:])), interaction: id.ID(record[16:32]),
		}
		if f.started && next.before(f.at) {
			return f.count, fmt.Errorf("scale: record %d stands before the one before it", n)
		}
		if next.pair>>32 >= next.pair&0xffffffff {
			return f.count, fmt.Errorf("scale: record %d is not of two people, the smaller first", n)
		}
		if f.started && !next.samePair(f.at) {
			if err := f.finish(); err != nil {
				return f.count, err
			}
		}
		switch {
		case next.kind == isState || next.kind == isOther:
			state, err := readState(from, next)
			if err != nil {
				return f.count, fmt.Errorf("scale: record %d: %w", n, err)
			}
			f.late = next.kind == isOther || f.started && next.samePair(f.at)
			f.state = state
		case next.kind != isEvidence || int(record[40]) >= len(media) || record[41] > uint8(tie.Cc) ||
			record[42] > uint8(tie.Cc):
			return f.count, fmt.Errorf("scale: record %d has a kind, medium or role that is not known", n)
		default:
			f.take(tie.Part{
				Interaction: next.interaction, Time: next.time, Medium: media[record[40]],
				People: int(binary.LittleEndian.Uint32(record[36:])),
				First:  tie.ParticipantRole(record[41]), Second: tie.ParticipantRole(record[42]),
			})
		}
		f.at, f.started = next, true
	}
	if f.started {
		if err := f.finish(); err != nil {
			return f.count, err
		}
	}
	if err := f.end(); err != nil {
		return f.count, err
	}
	return f.count, f.out.Flush()
}

// readState reads what follows the record of a state.
func readState(from io.Reader, at order) (tie.State, error) {
	var more [stateSize]byte
	if _, err := io.ReadFull(from, more[:]); err != nil {
		return tie.State{}, fmt.Errorf("the state is cut off: %w", err)
	}
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(more[at:]) }
	out := tie.State{
		Intensity: math.Float64frombits(number(0)), Sent: math.Float64frombits(number(8)),
		Received: math.Float64frombits(number(16)), Peak: math.Float64frombits(number(24)),
		AsOf: at.time, LastInteraction: at.interaction, FirstContact: int64(number(32)),
		Interactions: int(number(40)),
	}
	for _, value := range []float64{out.Intensity, out.Sent, out.Received, out.Peak} {
		if !(value >= 0) || math.IsInf(value, 0) {
			return out, errors.New("a state with a number that no tie has")
		}
	}
	if out.Interactions < 1 || out.FirstContact > out.AsOf {
		return out, errors.New("a state without evidence")
	}
	return out, nil
}

// take takes in a part, which stands after the one that waits.
func (f *folder) take(p tie.Part) {
	if f.waiting && p.Interaction == f.part.Interaction && p.Time == f.part.Time {
		f.part.First, f.part.Second = min(f.part.First, p.First), min(f.part.Second, p.Second)
		f.count.Twice++
		return
	}
	f.add()
	f.part, f.waiting = p, true
}

// add adds the part that waits.
func (f *folder) add() {
	if !f.waiting {
		return
	}
	f.waiting = false
	switch {
	case f.part.Time > f.now:
		f.count.Future++
	case f.part.Time == f.state.AsOf && f.part.Interaction == f.state.LastInteraction:
		f.count.Twice++
	case !f.state.Follows(f.part.Time, f.part.Interaction):
		f.count.Late++
		f.late = true
	default:
		before := f.state.Interactions
		f.state.Take(f.part)
		f.count.Parts += int64(f.state.Interactions - before)
	}
}

// finish writes the tie of the pair at hand.
func (f *folder) finish() error {
	f.add()
	state, late := f.state, f.late
	f.state, f.late = tie.State{}, false
	var flags uint32
	switch {
	case late:
		flags = flagLate
	case state.Interactions == 0:
		return nil
	default:
		f.count.Ties++
	}
	return f.write(f.at.owner, f.at.pair, flags, state)
}

func (f *folder) write(owner uint32, pair uint64, flags uint32, state tie.State) error {
	var record [tieSize]byte
	little := binary.LittleEndian
	little.PutUint64(record[0:], pair)
	little.PutUint32(record[8:], owner)
	little.PutUint32(record[12:], flags)
	for i, value := range []float64{state.Intensity, state.Sent, state.Received, state.Peak} {
		little.PutUint64(record[16+8*i:], math.Float64bits(value))
	}
	little.PutUint64(record[48:], uint64(state.AsOf))
	copy(record[56:], state.LastInteraction[:])
	little.PutUint64(record[72:], uint64(state.FirstContact))
	little.PutUint64(record[80:], uint64(state.Interactions))
	_, err := f.out.Write(record[:])
	return err
}

// end writes the record that says that nothing is missing, with the counts in the place of the numbers.
func (f *folder) end() error {
	var record [tieSize]byte
	little := binary.LittleEndian
	little.PutUint32(record[8:], math.MaxUint32)
	little.PutUint32(record[12:], flagEnd)
	for i, value := range []int64{f.count.Ties, f.count.Parts, f.count.Twice, f.count.Future, f.count.Late} {
		little.PutUint64(record[16+8*i:], uint64(value))
	}
	_, err := f.out.Write(record[:])
	return err
}
