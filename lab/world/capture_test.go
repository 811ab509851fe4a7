package world

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCaptureLines(t *testing.T) {
	res, truth := generate(t, small)
	file, err := os.Open(filepath.Join(filepath.Dir(filepath.Dir(res.Truth)), "captures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := CaptureLines(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(truth.Captures) || len(lines) < 100 {
		t.Fatalf("%d lines, the truth says %d", len(lines), len(truth.Captures))
	}
	for i, l := range lines {
		if c := truth.Captures[i]; l.Text != c.Line || l.Day.Format("2006-01-02") != c.Day {
			t.Errorf("line %d is %v, the truth says %v", i+1, l, c)
		}
	}
}

func TestCaptureLinesBad(t *testing.T) {
	lines, err := CaptureLines(strings.NewReader("\ufeff2026-01-02\tlunch @anna\r\n# a note\n\nno tab\n" +
		"2026-13-01\tbad day\n2026-01-03\t \n2026-01-04\tcall @bob\n"))
	if len(lines) != 2 || lines[0].Text != "lunch @anna" || lines[1].Text != "call @bob" {
		t.Errorf("read %v", lines)
	}
	if err == nil || !strings.Contains(err.Error(), "line 4, 5, 6") {
		t.Errorf("error %v", err)
	}
}

func FuzzCaptureLines(f *testing.F) {
	for _, s := range []string{
		"2026-01-02\tlunch @anna\n", "", "\t\t\n", "2026-01-02", "\xff\xfe\x00", "0000-00-00\tx",
		"2026-01-02\t" + strings.Repeat("a", 1<<10),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lines, _ := CaptureLines(strings.NewReader(s))
		for _, l := range lines {
			if l.Text == "" || strings.ContainsAny(l.Text, "\n") ||
				l.Day.IsZero() && !strings.Contains(s, "0001-01-01") {
				t.Errorf("%q gives %v", s, l)
			}
		}
	})
}
