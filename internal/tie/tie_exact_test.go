package tie

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
)

var allMedia = map[Medium]struct {
	weight float64
	most   int
}{FaceToFace: {1, 50}, Video: {0.7, 50}, Call: {0.6, 50}, Message: {0.3, 20}, Mail: {0.2, 20}, List: {0.05, 20}}

func TestMedia(t *testing.T) {
	if len(Media()) != len(allMedia) {
		t.Fatalf("media %v", Media())
	}
	for m, want := range allMedia {
		if !m.Valid() || m.Weight() != want.weight {
			t.Errorf("%s: valid %v, weight %v", m, m.Valid(), m.Weight())
		}
		for people := -1; people < 60; people++ {
			c := 0.0
			if people >= 2 && people <= want.most {
				c = want.weight / float64(people-1)
			}
			near.Equal(t, fmt.Sprintf("%s among %d", m, people), Contribution(m, people), c, 0)
		}
	}
	if Medium("smoke").Valid() || Medium("smoke").Weight() != 0 {
		t.Error("smoke is a medium")
	}
}

func TestDecayAndStrengthByHand(t *testing.T) {
	day := (24 * time.Hour).Microseconds()
	for days, want := range map[int64]float64{0: 1, 90: math.Sqrt(0.5), 180: 0.5, 360: 0.25, 540: 0.125} {
		near.Equal(t, fmt.Sprintf("what is left after %d days", days), Decay(days*day), want, 1e-12)
	}
	for intensity, want := range map[float64]float64{0: 0, 12.31: 1 - 1/math.E, 12.31 * math.Ln2: 0.5, 1e6: 1} {
		near.Equal(t, fmt.Sprintf("the strength of %v", intensity), Strength(intensity), want, 1e-12)
	}
}

// A tie is the sum over its evidence, whatever that is: each part halves in 180 days.
func TestTieIsTheSumOfItsEvidence(t *testing.T) {
	base := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(100) {
		x := rand.New(rand.NewPCG(seed, 41))
		type part struct {
			at        int64
			c         float64
			direction Direction
		}
		var all []part
		var s, a, b State
		at := base
		for range x.IntN(12) {
			at = at.Add(time.Duration(x.IntN(200*24)) * time.Hour)
			p := part{at.UnixMicro(), x.Float64(), Direction(x.IntN(3))}
			all = append(all, p)
			s.Add(p.at, id.New(), p.c, p.direction)
			if x.IntN(2) == 0 {
				a.Add(p.at, id.New(), p.c, p.direction)
			} else {
				b.Add(p.at, id.New(), p.c, p.direction)
			}
		}
		sum := func(list []part, t int64, of func(Direction) bool) (out float64) {
			for _, p := range list {
				if p.at <= t && of(p.direction) {
					out += p.c * math.Pow(2, -float64(t-p.at)/(180*24*3600*1e6))
				}
			}
			return out
		}
		any := func(Direction) bool { return true }
		sent, received := func(d Direction) bool { return d == Sent }, func(d Direction) bool { return d == Received }
		moment := at.Add(time.Duration(x.IntN(300*24)) * time.Hour)
		label := func(what string) string { return fmt.Sprintf("seed %d: %s", seed, what) }
		near.Equal(t, label("intensity"), s.IntensityAt(moment), sum(all, moment.UnixMicro(), any), 1e-9)
		if len(all) == 0 {
			if s.ClassAt(moment) != Latent || s.IntensityAt(moment) != 0 || s.Reciprocity() != 0 {
				t.Error(label("no evidence"))
			}
			continue
		}
		last := all[len(all)-1].at
		near.Equal(t, label("what was sent"), s.Sent, sum(all, last, sent), 1e-9)
		near.Equal(t, label("what was received"), s.Received, sum(all, last, received), 1e-9)
		out, in := s.Sent, s.Received
		want := 0.0
		if max(out, in) > 0 {
			want = min(out, in) / max(out, in)
		}
		near.Equal(t, label("reciprocity"), s.Reciprocity(), want, 1e-12)
		peak := 0.0
		for _, p := range all {
			peak = max(peak, sum(all, p.at, any))
		}
		near.Equal(t, label("peak"), s.Peak, peak, 1e-9)
		near.Equal(t, label("rank"), s.rank(),
			math.Log2(s.IntensityAt(time.UnixMicro(last)))+float64(last)/(180*24*3600*1e6), 1e-6)
		if s.FirstContact != all[0].at || s.AsOf != last || s.Interactions != len(all) {
			t.Errorf("seed %d: %+v", seed, s)
		}
		// Seen together, and in either order, the two parts have the same intensity; the peak is at least that of each
		// and at most that of all.
		for _, both := range []State{a.Plus(b), b.Plus(a)} {
			near.Equal(t, label("together"), both.IntensityAt(moment), sum(all, moment.UnixMicro(), any), 1e-9)
			near.Equal(t, label("sent together"), both.Sent, s.Sent, 1e-9)
			near.Equal(t, label("received together"), both.Received, s.Received, 1e-9)
			near.Within(t, label("peak together"), both.Peak, max(a.Peak, b.Peak, both.Intensity), peak+1e-9)
			if both.FirstContact != s.FirstContact || both.AsOf != last || both.Interactions != len(all) {
				t.Errorf("seed %d: together %+v, all %+v", seed, both, s)
			}
		}
	}
}

// The classes begin at their bounds, to the last bit.
func TestClassesAtTheirBounds(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	least := func(strength float64) float64 { // the least intensity of this strength, in floating point
		x := -Saturation * math.Log1p(-strength)
		for Strength(x) >= strength {
			x = math.Nextafter(x, 0)
		}
		for Strength(x) < strength {
			x = math.Nextafter(x, 100)
		}
		return x
	}
	tie := func(intensity, peak float64, silent time.Duration) State {
		return State{Intensity: intensity, Peak: peak, AsOf: now.Add(-silent).UnixMicro(), Interactions: 1}
	}
	strong, moderate := least(StrongFrom), least(ModerateFrom)
	for _, c := range []struct {
		name string
		tie  State
		want Class
	}{
		{"strong", tie(strong, strong, 0), Strong},
		{"just not strong", tie(math.Nextafter(strong, 0), strong, 0), Moderate},
		{"moderate", tie(moderate, moderate, 0), Moderate},
		{"just not moderate", tie(math.Nextafter(moderate, 0), moderate, 0), Weak},
		{"silent for two years", tie(1, moderate, DormantAfter), Dormant},
		{"silent for a moment less", tie(1, moderate, DormantAfter-time.Microsecond), Weak},
		{"silent, and never moderate", tie(1, math.Nextafter(moderate, 0), DormantAfter), Weak},
	} {
		if got := c.tie.ClassAt(now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// A moment before the newest evidence is that of the evidence.
	near.Equal(t, "the intensity of before", tie(2, 2, 0).IntensityAt(now.AddDate(-1, 0, 0)), 2, 0)
}

func TestWhatFollows(t *testing.T) {
	one, two := id.ID{15: 1}, id.ID{15: 2}
	var s State
	if !s.Follows(-5, id.Zero) {
		t.Error("nothing follows nothing")
	}
	s.Add(100, one, 1, Mutual)
	for _, c := range []struct {
		at   int64
		key  id.ID
		want bool
	}{{101, id.Zero, true}, {99, two, false}, {100, two, true}, {100, one, false}, {100, id.Zero, false}} {
		if s.Follows(c.at, c.key) != c.want {
			t.Errorf("%d %v follows: %v", c.at, c.key, !c.want)
		}
	}
}

// The direction of a written interaction is seen from the first person of the pair; what is said in a room has none.
func TestPartsOfATie(t *testing.T) {
	for m := range allMedia {
		for _, first := range []ParticipantRole{From, To} {
			for _, second := range []ParticipantRole{From, To} {
				row := evidenceRow{Medium: m.code(), People: 3, First: first, Second: second}
				c, direction := row.part()
				want := Mutual
				if m == Message || m == Mail || m == List {
					if first == From && second == To {
						want = Sent
					} else if first == To && second == From {
						want = Received
					}
				}
				near.Equal(t, string(m), c, allMedia[m].weight/2, 0)
				if direction != want {
					t.Errorf("%s from %v to %v: direction %v, want %v", m, first, second, direction, want)
				}
			}
		}
	}
	d := Deriver{alias: map[id.ID]id.ID{{1}: {9}}}
	if d.canonical(id.ID{1}) != (id.ID{9}) || d.canonical(id.ID{2}) != (id.ID{2}) {
		t.Errorf("%+v", d)
	}
}

// However evidence comes in, at whatever times and late or in order, ties in both directions are the sum that the
// formula says, for the evidence up to now; and Settle counts what it looked at.
func TestDerivedTiesAreTheFormula(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space, owner := id.New(), id.New()
		if _, err := d.ExecContext(ctx, `insert into space (id, name, purpose, created)
			values ($1, 'test', 'professional', 1)`, space); err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		persons := make([]id.ID, 4)
		for i := range persons {
			persons[i] = id.New()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return insertPerson(tx, space, owner, persons[i], id.Zero)
			}); err != nil {
				t.Fatal(err)
			}
		}
		x := rand.New(rand.NewPCG(4, 42))
		var list []Interaction
		kinds := Media()
		for i := range 120 {
			at := now.Add(time.Duration(x.IntN(1000)-990) * 24 * time.Hour) // some are yet to come
			if i%10 == 0 && i > 0 {
				at = time.UnixMicro(list[i-1].Time) // two of one moment
			}
			e := Interaction{
				ID: id.New(), Owner: owner, Medium: kinds[x.IntN(len(kinds))], Time: at.UnixMicro(), Source: "test",
				External: id.New(),
			}
			order := x.Perm(4)[:2+x.IntN(3)]
			for k, who := range order {
				role := To
				if k == 0 {
					role = From
				}
				e.Participants = append(e.Participants, Participant{Person: persons[who], Role: role})
			}
			e.People = len(order) + x.IntN(3) // not all of them are known
			list = append(list, e)
		}
		for batch := range slices.Chunk(list, 30) {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return RecordInteractions(ctx, tx, space, batch, now)
			}); err != nil {
				t.Fatal(err)
			}
		}
		store := NewStore(d)
		if _, err := store.Settle(ctx, space, now); err != nil {
			t.Fatal(err)
		}
		check := func(what string, now time.Time) {
			t.Helper()
			rows, err := db.Select[struct {
				Person, Other             id.ID
				Intensity, Sent, Received float64
				Peak, Rank                float64
				AsOf, FirstContact        int64
				Interactions              int
			}](ctx, d, `select person, other, intensity, sent, received, peak, rank, as_of, first_contact,
				interactions from tie
				where space = $1 and owner = $2 order by person, other`, space, owner)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 12 {
				t.Fatalf("%s: %d ties, want 6 in both directions", what, len(rows))
			}
			for _, r := range rows {
				var intensity, sent, received float64
				count, first, last := 0, int64(math.MaxInt64), int64(0)
				for pass := range 2 {
					for _, e := range list {
						role := map[id.ID]ParticipantRole{}
						for _, p := range e.Participants {
							role[p.Person] = p.Role
						}
						a, in := role[r.Person]
						b, both := role[r.Other]
						if !in || !both || e.Time > now.UnixMicro() {
							continue
						}
						if pass == 0 { // when the newest of it was
							last = max(last, e.Time)
							continue
						}
						c := allMedia[e.Medium].weight / float64(e.People-1) * math.Pow(2,
							-float64(last-e.Time)/(180*24*3600*1e6))
						intensity += c
						if written := e.Medium == Message || e.Medium == Mail || e.Medium == List; written &&
							a == From && b != From {
							sent += c
						} else if written && b == From && a != From {
							received += c
						}
						count++
						first = min(first, e.Time)
					}
				}
				near.Equal(t, what+": intensity", r.Intensity, intensity, 1e-9)
				near.Equal(t, what+": sent", r.Sent, sent, 1e-9)
				near.Equal(t, what+": received", r.Received, received, 1e-9)
				near.Equal(t, what+": rank", r.Rank, math.Log2(intensity)+float64(last)/(180*24*3600*1e6), 1e-6)
				if r.Interactions != count || r.FirstContact != first || r.AsOf != last || !(r.Peak >= r.Intensity) {
					t.Errorf("%s: %+v, want %d from %d to %d", what, r, count, first, last)
				}
			}
		}
		check("settled", now)
		later := now.AddDate(0, 0, 20) // what was yet to come has happened
		if n, err := store.Settle(ctx, space, later); err != nil || n == 0 {
			t.Errorf("nothing was yet to come: %d, %v", n, err)
		}
		check("later", later)
		if n, err := store.Settle(ctx, space, later); err != nil || n != 0 {
			t.Errorf("settled twice: %d, %v", n, err)
		}
		if n, err := store.Rebuild(ctx, space, later); err != nil || n != 6 {
			t.Errorf("rebuilt %d ties, want 6: %v", n, err)
		}
		check("rebuilt", later)
	})
}
