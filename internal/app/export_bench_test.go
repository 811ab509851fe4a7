//go:build unix

package app_test

import (
	"context"
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"gave.network/internal/app"
)

// cpu returns the seconds that this process has used of the processors, in itself and in the system.
func cpu(b *testing.B) float64 {
	b.Helper()
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

// BenchmarkExport writes everything of a network of 10,000 people and 30,000 interactions: a tenth of the network for
// which the aim is 10 s of CPU.
func BenchmarkExport(b *testing.B) {
	a, v := scale(b, 10_000, 30_000)
	before := cpu(b)
	for b.Loop() {
		if err := a.ExportWith(context.Background(), v, io.Discard, app.Export{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-s/export")
}
