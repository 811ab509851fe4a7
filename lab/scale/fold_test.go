package scale_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/id"
	"gave.network/internal/tie"
	"gave.network/lab/scale"
)

// piece is a record of what is piped in.
type piece struct {
	owner        uint32
	first, other uint32
	kind         uint8
	part         tie.Part
	state        tie.State
}

func (p piece) bytes() []byte {
	little := binary.LittleEndian
	out := make([]byte, 48)
	little.PutUint64(out, uint64(p.first)<<32|uint64(p.other))
	at, interaction := p.part.Time, p.part.Interaction
	if p.kind != 0 {
		at, interaction = p.state.AsOf, p.state.LastInteraction
	}
	little.PutUint64(out[8:], uint64(at))
	copy(out[16:], interaction[:])
	little.PutUint32(out[32:], p.owner)
	little.PutUint32(out[36:], uint32(p.part.People))
	out[40] = byte(max(0, slices.Index(tie.Media(), p.part.Medium)))
	out[41], out[42], out[43] = byte(p.part.First), byte(p.part.Second), p.kind
	if p.kind == 0 {
		return out
	}
	for _, value := range []float64{p.state.Intensity, p.state.Sent, p.state.Received, p.state.Peak} {
		out = little.AppendUint64(out, math.Float64bits(value))
	}
	return little.AppendUint64(little.AppendUint64(out, uint64(p.state.FirstContact)), uint64(p.state.Interactions))
}

func piped(pieces ...piece) []byte {
	out := []byte(scale.Head)
	for _, p := range pieces {
		out = append(out, p.bytes()...)
	}
	return out
}

// folded is a tie that came out.
type folded struct {
	owner        uint32
	first, other uint32
	late         bool
	state        tie.State
}

func fold(t testing.TB, now int64, in []byte) ([]folded, scale.Folded, error) {
	t.Helper()
	var out bytes.Buffer
	count, err := scale.Fold(bytes.NewReader(in), &out, now)
	if err != nil {
		return nil, count, err
	}
	if out.Len()%96 != 0 || out.Len() == 0 {
		t.Fatalf("%d bytes came out", out.Len())
	}
	var list []folded
	little := binary.LittleEndian
	for record := range slices.Chunk(out.Bytes(), 96) {
		if little.Uint32(record[8:]) == math.MaxUint32 {
			break
		}
		number := func(at int) float64 { return math.Float64frombits(little.Uint64(record[at:])) }
		pair := little.Uint64(record)
		list = append(list, folded{
			little.Uint32(record[8:]), uint32(pair >> 32), uint32(pair), little.Uint32(record[12:])&1 != 0,
			tie.State{
				Intensity: number(16), Sent: number(24), Received: number(32), Peak: number(40),
				AsOf: int64(little.Uint64(record[48:])), LastInteraction: id.ID(record[56:72]),
				FirstContact: int64(little.Uint64(record[72:])), Interactions: int(little.Uint64(record[80:])),
			},
		})
	}
	last := out.Bytes()[out.Len()-96:]
	if little.Uint32(last[8:]) != math.MaxUint32 || little.Uint64(last[16:]) != uint64(count.Ties) {
		t.Fatalf("it ends with % x after %+v", last, count)
	}
	return list, count, nil
}

const day = 24 * 3600 * 1_000_000

func mail(owner, first, other uint32, at int64, n byte) piece {
	return piece{owner: owner, first: first, other: other, part: tie.Part{
		Interaction: id.ID{15: n}, Time: at, Medium: tie.Mail, People: 2, First: tie.From, Second: tie.To,
	}}
}

func TestFoldIsTheTiesOfTheProduct(t *testing.T) {
	a, b, c := mail(0, 1, 2, day, 1), mail(0, 1, 2, day, 2), mail(0, 1, 2, 9*day, 3)
	c.part.First, c.part.Second = tie.To, tie.From
	meeting := mail(1, 1, 2, 5*day, 9)
	meeting.part.Medium, meeting.part.People = tie.FaceToFace, 3
	announcement := mail(0, 3, 4, day, 1)
	announcement.part.People = 400
	ahead := mail(0, 3, 5, 30*day, 1)
	got, count, err := fold(t, 10*day, piped(a, b, c, meeting, announcement, ahead))
	if err != nil {
		t.Fatal(err)
	}
	var own, space tie.State
	for _, p := range []piece{a, b, c} {
		contribution := tie.Contribution(p.part.Medium, p.part.People)
		direction := tie.Sent
		if p.part.First == tie.To {
			direction = tie.Received
		}
		space.Add(p.part.Time, p.part.Interaction, contribution, direction)
	}
	own.Add(5*day, id.ID{15: 9}, tie.Contribution(tie.FaceToFace, 3), tie.Mutual)
	want := []folded{{0, 1, 2, false, space}, {1, 1, 2, false, own}}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if want := (scale.Folded{Ties: 2, Parts: 4, Future: 1}); count != want {
		t.Errorf("counted %+v, want %+v", count, want)
	}
}

func TestOneInteractionTwiceCountsOnce(t *testing.T) {
	a, again := mail(0, 1, 2, day, 1), mail(0, 1, 2, day, 1)
	a.part.First = tie.Cc // another record of the sender was copied in
	once, _, err := fold(t, 10*day, piped(mail(0, 1, 2, day, 1)))
	if err != nil {
		t.Fatal(err)
	}
	got, count, err := fold(t, 10*day, piped(a, again))
	if err != nil || !slices.Equal(got, once) || count.Twice != 1 {
		t.Errorf("%v: %+v and %+v, want %+v", err, got, count, once)
	}
}

// TestGoingOnFromAState has any cut through the evidence of a pair give the same as all of it at once.
func TestGoingOnFromAState(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []piece
		for n := range 1 + random.IntN(30) {
			p := mail(0, 1, 2, random.Int64N(50)*day, byte(n+1))
			p.part.Medium = tie.Media()[random.IntN(len(tie.Media()))]
			p.part.People, p.part.First = 2+random.IntN(4), tie.ParticipantRole(random.IntN(3))
			all = append(all, p)
		}
		slices.SortFunc(all, func(a, b piece) int {
			return cmp.Or(cmp.Compare(a.part.Time, b.part.Time), a.part.Interaction.Compare(b.part.Interaction))
		})
		whole, _, err := fold(t, 100*day, piped(all...))
		if err != nil {
			t.Fatal(err)
		}
		at := 1 + random.IntN(len(all))
		yesterday, _, err := fold(t, 100*day, piped(all[:at]...))
		if err != nil {
			t.Fatal(err)
		}
		state := piece{first: 1, other: 2, kind: 1, state: yesterday[0].state}
		today, count, err := fold(t, 100*day, piped(append([]piece{state}, all[at:]...)...))
		if err != nil || !slices.Equal(today, whole) || count.Late != 0 {
			t.Fatalf("%v: cut at %d of %d: got %+v, want %+v", err, at, len(all), today, whole)
		}
		again, count, err := fold(t, 100*day, piped(append([]piece{state}, all[at-1:]...)...))
		if err != nil || !slices.Equal(again, whole) || count.Twice != 1 {
			t.Fatalf("%v: the newest came again: got %+v, want %+v (%+v)", err, again, whole, count)
		}
	}
}

func TestLateEvidenceIsTold(t *testing.T) {
	fresh, _, err := fold(t, 100*day, piped(mail(0, 1, 2, 5*day, 1)))
	if err != nil {
		t.Fatal(err)
	}
	state := piece{first: 1, other: 2, kind: 1, state: fresh[0].state}
	merged := state
	merged.kind = 2
	for name, in := range map[string][]byte{
		"older evidence": piped(state, mail(0, 1, 2, 4*day, 9)),
		"two states":     piped(state, state, mail(0, 1, 2, 9*day, 9)),
		"merged":         piped(merged, mail(0, 1, 2, 9*day, 9)),
		"merged alone":   piped(merged),
	} {
		got, _, err := fold(t, 100*day, in)
		if err != nil || len(got) != 1 || !got[0].late {
			t.Errorf("%s: %v: %+v", name, err, got)
		}
	}
}

func TestWhatIsNotInOrderEndsWithAnError(t *testing.T) {
	a, b := mail(0, 1, 2, day, 1), mail(0, 1, 2, 2*day, 2)
	swapped, unknown := mail(0, 2, 1, day, 1), mail(0, 1, 2, day, 1)
	unknown.part.First = tie.Mentioned
	nan := piece{first: 1, other: 2, kind: 1, state: tie.State{Intensity: math.NaN(), Interactions: 1}}
	none := piece{first: 1, other: 2, kind: 1, state: tie.State{Intensity: 1}}
	for name, in := range map[string][]byte{
		"no head":              []byte("GAVEtie2"),
		"empty":                nil,
		"times backwards":      piped(b, a),
		"a state behind":       piped(a, piece{first: 1, other: 2, kind: 1, state: tie.State{Interactions: 1}}),
		"pairs backwards":      piped(mail(0, 1, 3, day, 1), a),
		"owners backwards":     piped(mail(1, 1, 2, day, 1), a),
		"the larger first":     piped(swapped),
		"a role without part":  piped(unknown),
		"not a number":         piped(nan),
		"a state of nothing":   piped(none),
		"cut off":              piped(a)[:50],
		"a state that is cut":  piped(nan)[:60],
		"a person and oneself": piped(mail(0, 1, 1, day, 1)),
	} {
		if got, _, err := fold(t, 100*day, in); err == nil {
			t.Errorf("%s: %+v and no error", name, got)
		}
	}
	if _, _, err := fold(t, 0, nil); !errors.Is(err, scale.ErrHead) {
		t.Errorf("nothing at all: %v", err)
	}
}

// endless gives the evidence of one pair without holding it.
type endless struct {
	left  int
	ready []byte
}

func (e *endless) Read(to []byte) (int, error) {
	if len(e.ready) == 0 {
		if e.left == 0 {
			return strings.NewReader("").Read(to)
		}
		e.left--
		p := mail(0, 1, 2, int64(1e15)-int64(e.left), 1)
		e.ready = p.bytes()
	}
	n := copy(to, e.ready)
	e.ready = e.ready[n:]
	return n, nil
}

func TestAPairWithAMillionContacts(t *testing.T) {
	var out bytes.Buffer
	count, err := scale.Fold(&endless{left: 1_000_000, ready: []byte(scale.Head)}, &out, 2e15)
	if err != nil || count.Parts != 1_000_000 || count.Ties != 1 {
		t.Fatalf("%v: %+v", err, count)
	}
}

func FuzzFold(f *testing.F) {
	f.Add(piped(mail(0, 1, 2, day, 1), mail(0, 1, 3, day, 1)))
	f.Add(piped(piece{first: 1, other: 2, kind: 1, state: tie.State{Intensity: 1, Interactions: 1}}))
	f.Fuzz(func(t *testing.T, in []byte) { _, _, _ = fold(t, 100*day, in) })
}
