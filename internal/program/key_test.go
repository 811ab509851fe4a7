package program_test

import (
	"bytes"
	"strings"
	"testing"

	"gave.network/internal/program"
)

// A command that is given again with its key is done once and says the same.
func TestTheSameKeyOfACommand(t *testing.T) {
	data := t.TempDir()
	run := func(args ...string) (code int, out string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		code = program.Main(append(args, "--data", data), strings.NewReader(""), &stdout, &stderr)
		return code, stdout.String() + stderr.String()
	}
	if code, out := run("people", "add", "Anna Arends"); code != 0 {
		t.Fatal(out)
	}
	line := []string{"capture", "lunch @anna gisteren", "--key", "one"}
	code, first := run(line...)
	again, second := run(line...)
	if code != 0 || again != 0 || first != second || !strings.Contains(first, "Stored.") {
		t.Errorf("%d %s\n%d %s", code, first, again, second)
	}
	if _, out := run("people", "timeline", "anna", "--json"); strings.Count(out, `"medium"`) != 1 {
		t.Errorf("not one lunch: %s", out)
	}
	if code, out := run("capture", "lunch @anna vandaag", "--key", "one"); code != 1 ||
		!strings.Contains(out, "another request") {
		t.Errorf("another line with the key: %d %s", code, out)
	}
}
