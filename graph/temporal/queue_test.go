package temporal

import (
	"slices"
	"testing"

	"gave.network/graph/internal/random"
)

// What is under way comes in order of time, whatever lasts how long: never late, never early, and all of it.
func TestWheel(t *testing.T) {
	r := random.New(4, 4)
	for _, longest := range []int64{0, 1, 7, 600, 5000, 100_000, 1 << 40, 4 * MaxTime / 2} {
		for _, wait := range []int64{0, 5, 1 << 20} {
			for _, pause := range []uint64{1, 3, 1000, 1 << 30} {
				w := newWheel[int64](longest, wait)
				var expected []int64
				now := int64(-MaxTime)
				for range 3000 {
					now += int64(r.Below(pause))
					due := 2*now - wait
					for len(expected) > 0 && expected[0] <= due {
						a, ok := w.pop(due)
						if !ok || a.label != expected[0] || a.load != -a.label {
							t.Fatalf("longest %d, wait %d, at %d: %+v %t, want %d", longest, wait, due, a, ok,
								expected[0])
						}
						expected = expected[1:]
					}
					if a, ok := w.pop(due); ok {
						t.Fatalf("longest %d, wait %d: %d comes at %d", longest, wait, a.label, due)
					}
					if w.none() != (len(expected) == 0) {
						t.Fatalf("none is %t with %d under way", w.none(), len(expected))
					}
					for range r.Below(3) {
						label := 2*now + 1
						if longest > 0 && r.Below(3) > 0 {
							label = 2 * (now + 1 + int64(r.Below(uint64(longest))))
						}
						w.push(arrival[int64]{label: label, load: -label}, due)
						at, _ := slices.BinarySearch(expected, label)
						expected = slices.Insert(expected, at, label)
					}
				}
				for _, label := range expected {
					if a, ok := w.pop(never - 1); !ok || a.label != label {
						t.Fatalf("longest %d: at the end %+v, want %d", longest, a, label)
					}
				}
				if a, ok := w.pop(never - 1); ok {
					t.Fatalf("%+v is left", a)
				}
			}
		}
	}
}
