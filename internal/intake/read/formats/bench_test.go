package formats_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/readtest"
)

// BenchmarkMbox reads real archives; messages/s counts what was emitted.
func BenchmarkMbox(b *testing.B) {
	for _, name := range []string{
		"spamassassin-easy-ham-1.mbox.gz", "twisted-python-2003.mbox.gz", "r-sig-mixed-models-2009-2010.mbox.gz",
	} {
		b.Run(name[:10], func(b *testing.B) {
			data := readtest.Unpacked(b, "mail/"+name)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			messages := 0
			for b.Loop() {
				count := &readtest.Counting{}
				src := &read.Source{
					Reader: bytes.NewReader(data), Size: int64(len(data)), Zone: time.UTC,
					Now: readtest.Now,
				}
				if err := mail.Mbox.Read(context.Background(), src, count); err != nil {
					b.Fatal(err)
				}
				messages += count.Records
			}
			b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
