package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/account"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
)

// What leaves, comes in, goes or is shown to others stands in the trail, without a name; and who asks from elsewhere is
// not told where files lie.
func TestTheTrailHasWhatRoomsDo(t *testing.T) {
	ctx := context.Background()
	a, v := openLocal(t)
	person := peopletest.Person(t, a.DB, v, marker+" Jansen", "zwijgzaam@private.example")
	if err := a.Network.Share(ctx, v, person, scope.Space); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "contacts.vcf")
	if err := os.WriteFile(file,
		[]byte("BEGIN:VCARD\nVERSION:3.0\nFN:Karel Kist\nEMAIL:karel@example.org\nEND:VCARD\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(folder, "broken.zip")
	if err := os.WriteFile(broken, []byte("PK\x03\x04 no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := a.Intake.Import(ctx, v, []string{file, broken}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := v
	elsewhere.Reach = op.Read
	for _, name := range []string{"import.list", "import.show"} {
		out, err := a.Operations.Call(ctx, elsewhere, name,
			reflectInput(t, a, name, map[string]string{"import": report.ID.String()}))
		shown, _ := json.Marshal(out)
		if err != nil || strings.Contains(string(shown), folder) || !strings.Contains(string(shown), "contacts.vcf") {
			t.Errorf("%s says where files lie: %s, %v", name, shown, err)
		}
	}
	var exported bytes.Buffer
	if err := a.Export(ctx, v, &exported, ""); err != nil {
		t.Fatal(err)
	}
	if err := a.Intake.Undo(ctx, v, report.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Erase.Erase(ctx, v, person, false); err != nil {
		t.Fatal(err)
	}
	out, err := a.Account.Trail(ctx, v, account.TrailInput{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, line := range out.Trail {
		count[line.Action]++
		if line.Member != v.Member {
			t.Errorf("%+v is not under who did it", line)
		}
	}
	for _, action := range []string{"share", "import", "export", "import.undo", "erase"} {
		if count[action] != 1 {
			t.Errorf("%s: %d lines, want 1", action, count[action])
		}
	}
	if shown, _ := json.Marshal(out); strings.Contains(string(shown), marker) ||
		strings.Contains(string(shown), "example") {
		t.Errorf("the trail names somebody: %s", shown)
	}
}
