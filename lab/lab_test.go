package lab

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/cli"
)

// The commands keep the words, flags and fields that scripts rely on.
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	run := func(want int, args ...string) []byte {
		t.Helper()
		var out, said bytes.Buffer
		if code := cli.Run(New(), append(args, "--json"), &bytes.Buffer{}, &out, &said); code != want {
			t.Fatalf("%q ends with %d: %s", args, code, said.String())
		}
		return out.Bytes()
	}
	fields := func(content []byte, names ...string) {
		t.Helper()
		var found map[string]any
		if err := json.Unmarshal(content, &found); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if _, ok := found[name]; !ok {
				t.Errorf("%s is missing in %.200s", name, content)
			}
		}
	}
	fields(run(0, "world", "--people", "20", "--years", "1", "--seed", "3", "--end", "2026-01-01",
		filepath.Join(dir, "w")), "files", "truth", "me")
	if _, err := os.Stat(filepath.Join(dir, "w", "me.txt")); err != nil {
		t.Error(err)
	}
	fields(run(0, "give", "evaluate", "--worlds", "1", "--ledgers", "1"), "worlds", "ways")
	fields(run(0, "identity", "evaluate", "testdata/people.mailmap"), "identities", "joined", "proposed", "found")
	run(1, "world", "--people", "3", filepath.Join(dir, "few"))
	run(1, "gallery", "--listen", "no such place")
	run(2, "ask", "evaluate")
	run(1, "ask", "evaluate", filepath.Join(dir, "w", "me.txt"))
	run(1, "goodwill", "rhythm", filepath.Join(dir, "w", "me.txt"))
	run(1, "goodwill", "replies", filepath.Join(dir, "nowhere"))
}
