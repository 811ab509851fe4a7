package horizon

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"time"

	"gave.network/graph/layout"
	"gave.network/internal/db"
	"gave.network/internal/horizon/atlas"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

const (
	// layoutBegin begins what is stored of a map; another one when its form changes.
	layoutBegin = "gavelay1"

	// storeRest is how long a map rests between two times that it is stored: many small changes are one.
	storeRest = 30 * time.Second

	// markSize is how long the mark of who is tied to whom is.
	markSize = 24
)

// spread is where people lay on a map, for the one that comes after.
type spread struct {
	mark  string
	frame atlas.Frame
	was   func(person id.ID) (atlas.Was, bool)
}

// spread is where people lie on a map; nil for none.
func (c *chart) spread() *spread {
	if c == nil {
		return nil
	}
	return &spread{c.mark, c.Frame, func(person id.ID) (atlas.Was, bool) {
		v, ok := c.view.Number(person)
		if !ok {
			return atlas.Was{}, false
		}
		return atlas.Was{At: c.Points[v], Circle: c.Of[v], Inner: c.Inner[v]}, true
	}}
}

// laid is somebody in what is stored of a map.
type laid struct {
	Person        id.ID
	X, Y          float32
	Circle, Inner uint32
}

// stored is what is stored of a map.
type stored struct {
	mark  string
	frame atlas.Frame
	list  []laid // in the order of their ids
}

// bytes writes it: the beginning, the mark, the frame and how many people, then each column by itself, compressed.
func (l *stored) bytes() []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is one that there is
	head := append([]byte(layoutBegin), (l.mark + string(make([]byte, markSize)))[:markSize]...)
	for _, f := range []float64{l.frame.X, l.frame.Y, l.frame.Half} {
		head = binary.LittleEndian.AppendUint64(head, math.Float64bits(f))
	}
	head = binary.LittleEndian.AppendUint32(head, uint32(len(l.list)))
	for _, p := range l.list {
		head = append(head, p.Person[:]...)
	}
	for _, column := range []func(laid) uint32{
		func(p laid) uint32 { return math.Float32bits(p.X) },
		func(p laid) uint32 { return math.Float32bits(p.Y) },
		func(p laid) uint32 { return p.Circle },
		func(p laid) uint32 { return p.Inner },
	} {
		for _, p := range l.list {
			head = binary.LittleEndian.AppendUint32(head, column(p))
		}
	}
	_, _ = z.Write(head) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// readStored reads what bytes wrote; nil when it is none.
func readStored(content []byte) *stored {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	all, err := io.ReadAll(z)
	const head = len(layoutBegin) + markSize + 3*8 + 4
	if err != nil || len(all) < head || string(all[:len(layoutBegin)]) != layoutBegin {
		return nil
	}
	out := &stored{mark: string(bytes.TrimRight(all[len(layoutBegin):len(layoutBegin)+markSize], "\x00"))}
	number := func(at int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(all[at:])) }
	at := len(layoutBegin) + markSize
	out.frame = atlas.Frame{X: number(at), Y: number(at + 8), Half: number(at + 16)}
	n := int(binary.LittleEndian.Uint32(all[at+24:]))
	const each = len(id.ID{}) + 4*4
	if len(all) != head+n*each {
		return nil
	}
	out.list = make([]laid, n)
	word := func(column, i int) uint32 {
		return binary.LittleEndian.Uint32(all[head+n*len(id.ID{})+4*(column*n+i):])
	}
	for i := range out.list {
		p := &out.list[i]
		copy(p.Person[:], all[head+i*len(id.ID{}):])
		p.X, p.Y = math.Float32frombits(word(0, i)), math.Float32frombits(word(1, i))
		p.Circle, p.Inner = word(2, i), word(3, i)
	}
	return out
}

func byPerson(p laid, person id.ID) int { return bytes.Compare(p.Person[:], person[:]) }

// recall is where people lay on the map of the viewer that was stored; nil when none was, or when it cannot be read:
// then the map is made anew.
func (s *Service) recall(ctx context.Context, v op.Viewer) *spread {
	if s.sealer == nil {
		return nil
	}
	sealed, err := db.Value[[]byte](ctx, s.db, `select sealed from map_layout where space = $1 and owner = $2`,
		v.Space, v.Member)
	if err != nil || len(sealed) == 0 {
		return nil
	}
	plain, ok := s.sealer.Unseal(v.Space, v.Member, layoutPurpose, sealed)
	if !ok {
		return nil
	}
	found := readStored(plain)
	if found == nil {
		return nil
	}
	return &spread{found.mark, found.frame, func(person id.ID) (atlas.Was, bool) {
		at, ok := slices.BinarySearchFunc(found.list, person, byPerson)
		if !ok {
			return atlas.Was{}, false
		}
		p := found.list[at]
		return atlas.Was{
			At: layout.Point{X: float64(p.X), Y: float64(p.Y)}, Circle: p.Circle, Inner: p.Inner,
		}, true
	}}
}

// layoutPurpose is for what the key of layouts is.
const layoutPurpose = "map"

// store stores where people lie on the viewer's map in a while, so that the next process shows the same picture.
func (s *Service) store(ctx context.Context, v op.Viewer) {
	if s.sealer == nil {
		return
	}
	_, making := s.charts.find(chartKey(v))
	if !making.storing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		time.Sleep(time.Until(making.stored.Add(storeRest)))
		making.stored = time.Now()
		making.storing.Store(false)
		_ = s.storeNow(s.db.Outside(context.WithoutCancel(ctx)), v) // what fails is stored after the next change
	}()
}

// storeNow stores the viewer's map, with nobody who is not seen any more.
func (s *Service) storeNow(ctx context.Context, v op.Viewer) error {
	c, _ := s.charts.find(chartKey(v))
	view, err := s.network.View(ctx, v)
	if err != nil || c == nil {
		return err
	}
	out := stored{mark: c.mark, frame: c.Frame, list: make([]laid, 0, len(c.Nodes))}
	for node, person := range c.view.IDs {
		if _, seen := view.Number(person); seen {
			at := c.Points[node]
			out.list = append(out.list, laid{person, float32(at.X), float32(at.Y), c.Of[node], c.Inner[node]})
		}
	}
	slices.SortFunc(out.list, func(a, b laid) int {
		return cmp.Or(byPerson(a, b.Person), cmp.Compare(a.Circle, b.Circle))
	})
	return s.put(ctx, s.db, v.Space, v.Member, &out)
}

func (s *Service) put(ctx context.Context, q db.Queryer, space, member id.ID, what *stored) error {
	sealed, err := s.sealer.Seal(space, member, layoutPurpose, what.bytes())
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into map_layout (space, owner, sealed, at) values ($1, $2, $3, $4)
		on conflict (space, owner) do update set sealed = excluded.sealed, at = excluded.at`,
		space, member, sealed, time.Now().UnixMicro())
	return db.Fault(err)
}

// Leave forgets the map of a member who leaves.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	_, err := s.db.ExecContext(ctx, `delete from map_layout where space = $1 and owner = $2`, space, member)
	return db.Fault(err)
}

// forget takes people who are being erased off the maps that are stored. A map is no record of them, so none is
// counted.
func (s *Service) forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	rows, err := db.Select[struct {
		Owner  id.ID
		Sealed []byte
	}](ctx, tx, `select owner, sealed from map_layout where space = $1 order by owner`, space)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		var found *stored
		if s.sealer != nil {
			if plain, ok := s.sealer.Unseal(space, r.Owner, layoutPurpose, r.Sealed); ok {
				found = readStored(plain)
			}
		}
		if found == nil { // who cannot read it cannot tell whom it holds
			if _, err := tx.ExecContext(ctx, `delete from map_layout where space = $1 and owner = $2`, space,
				r.Owner); err != nil {
				return 0, db.Fault(err)
			}
			continue
		}
		before := len(found.list)
		found.list = slices.DeleteFunc(found.list, func(p laid) bool { return slices.Contains(people, p.Person) })
		if len(found.list) == before {
			continue
		}
		found.mark = ""
		if err := s.put(ctx, tx, space, r.Owner, found); err != nil {
			return 0, err
		}
	}
	return 0, nil
}
