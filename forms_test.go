package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every form that is sent carries a key, so that it is done once however often it is sent.
func TestEveryFormIsSentOnce(t *testing.T) {
	files, err := filepath.Glob("internal/*/*.templ")
	if err != nil || len(files) < 10 {
		t.Fatal(len(files), err)
	}
	open := regexp.MustCompile(`(?s)<form [^\n]*method="post".*?</form>`)
	forms := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range open.FindAllString(string(source), -1) {
			forms++
			if !strings.Contains(form, "Once()") && !strings.Contains(form, "page.OnceAddress(") {
				t.Errorf("%s: a form without page.Once:\n%s", file, form)
			}
		}
	}
	if forms < 30 {
		t.Errorf("only %d forms found: how are they written now?", forms)
	}
}
