//go:build unix

package temporal

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gave.network/graph"
	"gave.network/graph/internal/random"
)

// tenMillion are 10,000,000 contacts of 1,000,000 nodes, some of them far busier than others, in a year of seconds.
func tenMillion(b *testing.B, directed bool, longest uint64) *Sequence {
	b.Helper()
	const n, m, year = 1_000_000, 10_000_000, 365 * 86400
	r := random.New(11, 11)
	contacts := make([]Contact, m)
	pick := func() uint32 { return uint32(n * r.Float() * r.Float()) }
	for i := range contacts {
		c := Contact{From: pick(), To: pick(), Time: int64(i) * year / m, Duration: int64(r.Below(longest))}
		if c.From == c.To {
			c.To = (c.To + 1) % n
		}
		contacts[i] = c
	}
	s, err := New(context.Background(), n, contacts, directed)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	return s
}

// measured runs a benchmark and also tells the processor time of a run, which does not depend on how busy the machine
// is.
func measured(b *testing.B, name string, body func() error) {
	b.Helper()
	spent := func() time.Duration {
		var use unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &use); err != nil {
			b.Fatal(err)
		}
		return time.Duration(use.Utime.Nano() + use.Stime.Nano())
	}
	b.Run(name, func(b *testing.B) {
		least := time.Hour
		for b.Loop() {
			start := spent()
			if err := body(); err != nil {
				b.Fatal(err)
			}
			least = min(least, spent()-start)
		}
		b.ReportMetric(float64(least.Microseconds())/1000, "cpu-ms")
	})
}

func BenchmarkTemporal(b *testing.B) {
	for _, kind := range []struct {
		name     string
		directed bool
		longest  uint64
	}{{"directed, instants", true, 1}, {"directed, durations", true, 600}, {"undirected, durations", false, 600}} {
		s := tenMillion(b, kind.directed, kind.longest)
		for _, f := range []struct {
			name string
			find func(context.Context, *Sequence, uint32, Window) (*Paths, error)
		}{
			{"earliest arrival", EarliestArrivals},
			{"latest departure", LatestDepartures},
			{"fastest", FastestPaths},
			{"fewest contacts", FewestContacts},
		} {
			measured(b, kind.name+"/"+f.name, func() error {
				_, err := f.find(context.Background(), s, 3, Always)
				return err
			})
		}
		if kind.longest > 1 {
			continue
		}
		measured(b, "rhythms", func() error {
			_, err := Rhythms(context.Background(), s, graph.Options{Threads: 1})
			return err
		})
		fading, err := NewFading(context.Background(), s, 180*86400)
		if err != nil {
			b.Fatal(err)
		}
		measured(b, "fading, graph at a moment", func() error {
			_, err := fading.Graph(context.Background(), 200*86400, graph.Options{Threads: 1})
			return err
		})
		measured(b, "fading, a million ties at a moment", func() error {
			for _, e := range s.events[:1_000_000] {
				fading.Intensity(e.from, e.to, 200*86400)
			}
			return nil
		})
	}
}
