// Package scale has no Go: its test runs those of the job on Apache Spark, in their short form.
package scale_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOnSpark runs scale/test_*.py with a real driver and two executors. It is skipped where Spark cannot be had.
func TestOnSpark(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	var why bytes.Buffer
	setup := exec.Command("../scripts/scale-setup")
	setup.Stderr = &why
	found, err := setup.Output()
	python := strings.TrimSpace(string(found))
	if err != nil || python == "" {
		t.Skipf("Apache Spark is not there: %s", strings.TrimSpace(why.String()))
	}
	bin := t.TempDir()
	for _, program := range [][2]string{{"gave", ".."}, {"gave-lab", "../cmd/gave-lab"}} {
		out, err := exec.Command("go", "build", "-o", filepath.Join(bin, program[0]), program[1]).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, python, "-m", "unittest", "discover", "-v", "-s", ".")
	run.Env = append(os.Environ(), "GAVE_BIN="+bin, "PYTHONDONTWRITEBYTECODE=1", "TMPDIR="+t.TempDir())
	run.WaitDelay = time.Minute
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
