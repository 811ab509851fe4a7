package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
	"gave.network/lab/world"
)

// BenchmarkImportMail reads and stores the mail of a fictional professional into a new SQLite file: parsing,
// recognising people, storing, deriving ties and proposing merges. It reports messages and megabytes a second.
func BenchmarkImportMail(b *testing.B) {
	ctx := context.Background()
	dir := b.TempDir()
	result, err := world.Generate(ctx, world.Options{
		People: 400, Years: 8, Seed: 1, Dir: dir, End: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Effect: true, Noise: 0.3,
	})
	if err != nil {
		b.Fatal(err)
	}
	var mail string
	for _, f := range result.Files {
		if strings.HasPrefix(filepath.Base(f), "All mail") {
			mail = f
		}
	}
	info, err := os.Stat(mail)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	messages := int64(0)
	for b.Loop() {
		b.StopTimer()
		a, err := app.Open(ctx, app.Config{Data: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		v, err := a.Account.Local(ctx, locale.English)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		report, err := a.Intake.Import(ctx, v, []string{mail}, intake.Options{Me: result.Me})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		messages += report.InteractionsAdded + report.Skipped
		a.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}
