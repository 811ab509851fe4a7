package lang_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A folder is all that a language needs: a program that is built with one more folder speaks it, offers it and
// understands it, and no Go file has changed.
func TestAFolderIsAllThatALanguageNeeds(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	folder, replace := t.TempDir(), map[string]string{}
	for name, content := range map[string]string{
		"texts.json":   `{"Sign in": "Eniri"}`,
		"language.txt": "[name] by line\nEsperanto\n",
		"dates.txt":    "[month.5]\nmajo\n[relative] by line\nhierau = -1\n",
		"capture.txt":  "[medium.face]\nbabilis\n",
		"letters.txt":  "[word]\nkaj estas la\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(here, "eo", name)] = path
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "overlay")
	if err := os.WriteFile(path, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "go", "run", "-overlay", path, "./testdata/newlanguage")
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	want := "English (en), Esperanto (eo), Nederlands (nl)\n" + // offered
		"Eniri 13 majo 2026\n" + // said
		"2026-05-03\n" + "face 2026-05-12\n" + "eo\n" // understood
	if strings.TrimSpace(string(said)) != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", said, want)
	}
}
