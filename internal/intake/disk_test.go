package intake_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
)

// mailbox writes an archive of n messages between people.
func mailbox(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "From - Mon Jan  1 00:00:00 2024\nFrom: Sender %[1]d <sender%[1]d@example.org>\n"+
			"To: Me Myself <me@example.org>\nSubject: message %[2]d\n"+
			"Date: Mon, %02[3]d Jan 2024 10:%02[4]d:00 +0100\nMessage-ID: <%[2]d@example.org>\n\nHello.\n\n", i%700,
			i, 1+i%28, i%60)
	}
	path := filepath.Join(t.TempDir(), "all.mbox")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A disk that is full stops an import with one sentence. What was confirmed stays, and with room again the import goes
// on.
func TestFullDiskLosesNothing(t *testing.T) {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	path := mailbox(t, 9000)
	if _, err := a.DB.ExecContext(ctx, `pragma max_page_count = 1400`); err != nil { // as if the disk ended here
		t.Fatal(err)
	}
	_, err = a.Intake.Import(ctx, v, []string{path}, intake.Options{})
	var known *fault.Error
	if !errors.As(err, &known) || known.Code != fault.Unavailable || known.Hint == "" {
		t.Fatalf("a full disk gives %v", err)
	}
	stored, err := db.Value[int](ctx, a.DB, `select count(*) from interaction`)
	if err != nil || stored == 0 || stored == 9000 {
		t.Fatalf("%d stored, %v: the test should stop half way", stored, err)
	}
	if _, err := a.DB.ExecContext(ctx, `pragma max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	total, err := db.Value[int](ctx, a.DB, `select count(*) from interaction`)
	if err != nil || total != 9000 || report.State != intake.Done {
		t.Errorf("%d stored in the end, state %s, %v", total, report.State, err)
	}
}
