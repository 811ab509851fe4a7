package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"testing"
	"time"

	"gave.network/internal/realdata"
)

// unpacked returns a real file of the data sets, decoded.
func unpacked(b testing.TB, name string) []byte {
	b.Helper()
	file, err := os.Open(realdata.Path(b, name))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	r, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// BenchmarkMbox reads real archives; messages/s counts what was emitted.
func BenchmarkMbox(b *testing.B) {
	for _, name := range []string{
		"spamassassin-easy-ham-1.mbox.gz", "twisted-python-2003.mbox.gz", "r-sig-mixed-models-2009-2010.mbox.gz",
	} {
		b.Run(name[:10], func(b *testing.B) {
			data := unpacked(b, "mail/"+name)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			messages := 0
			for b.Loop() {
				count := &counting{}
				src := &Source{Reader: bytes.NewReader(data), Size: int64(len(data)), Zone: time.UTC, Now: testNow}
				if err := Mbox.Read(context.Background(), src, count); err != nil {
					b.Fatal(err)
				}
				messages += count.records
			}
			b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// counting is a sink that only counts.
type counting struct{ records, rejects int }

func (c *counting) Contact(At, Contact) error         { c.records++; return nil }
func (c *counting) Interaction(At, Interaction) error { c.records++; return nil }
func (c *counting) Statement(At, Statement) error     { c.records++; return nil }
func (c *counting) Praise(At, Praise) error           { c.records++; return nil }
func (c *counting) Reject(At, string) error           { c.rejects++; return nil }
