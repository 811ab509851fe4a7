package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	reliabilityRow = regexp.MustCompile("(?m)^\\|.*\\| `([^`]+)` \\|$")
	testFunction   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// Every row of docs/reliability.md, which make soak runs, names tests that are there.
func TestReliabilityIsShownByTests(t *testing.T) {
	content, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := reliabilityRow.FindAllStringSubmatch(string(content), -1)
	if table := strings.Count(string(content), "\n| ") - 2; len(rows) != table || table < 30 {
		t.Errorf("%d rows with a command at their end, of %d", len(rows), table)
	}
	for _, row := range rows {
		command := strings.ReplaceAll(row[1], `\|`, "|")
		if !strings.HasPrefix(command, "go test ") {
			continue
		}
		pattern, roots := "", []string(nil)
		words := strings.Fields(strings.ReplaceAll(command, "'", ""))
		for i, word := range words {
			switch {
			case word == "-run":
				pattern = words[i+1]
			case strings.HasPrefix(word, "./"):
				roots = append(roots, word)
			}
		}
		for part := range strings.SplitSeq(pattern, "|") {
			if !hasTest(t, roots, regexp.MustCompile(part)) {
				t.Errorf("%s: nothing is called %s", command, part)
			}
		}
	}
}

// hasTest says whether a package has a test whose name matches; ./dir/... has all below it.
func hasTest(t *testing.T, packages []string, name *regexp.Regexp) (found bool) {
	t.Helper()
	for _, p := range packages {
		dir, deep := strings.CutSuffix(p, "/...")
		dir = filepath.Clean(dir)
		if err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() && path != dir && !deep {
				if err == nil {
					err = filepath.SkipDir
				}
				return err
			}
			if !strings.HasSuffix(path, "_test.go") {
				return nil
			}
			source, err := os.ReadFile(path)
			for _, match := range testFunction.FindAllSubmatch(source, -1) {
				found = found || name.Match(match[1])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return found
}
