package lang_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"gave.network/internal/lang"
)

func TestAFolderIsALanguage(t *testing.T) {
	b, err := lang.Load(fstest.MapFS{
		"xx/a.txt": {Data: []byte("# remark\n[one]\nuno due\ntre\n[two] by line\nuno due = 3\n[three] none\n")},
		"en/a.txt": {Data: []byte("[one]\none uno\n")}, "en/texts.json": {Data: []byte("{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != 2 || b[0].Tag != "en" || len(b.Spoken()) != 1 {
		t.Fatalf("got %d languages, the first %q, %d spoken", len(b), b[0].Tag, len(b.Spoken()))
	}
	if got := strings.Join(b.Words("a", "one"), " "); got != "one uno due tre" {
		t.Errorf("the words of both are %q", got)
	}
	if got := b.Pairs("a", "two")["uno due"]; got != "3" || b[1].Words("a", "three") != nil {
		t.Errorf("the pair is %q", got)
	}
	if got := b.Under("a", "t"); len(got) != 2 || len(got["wo"]) != 1 {
		t.Errorf("the sections under t are %v", got)
	}
}

func TestAMistakeIsNamedByFileAndLine(t *testing.T) {
	for content, want := range map[string]string{
		"words":                 "xx/a.txt:1: words before the first section",
		"[a\n":                  "xx/a.txt:1: a section is written [name]",
		"[a]\nb\n\n[a]\n":       "xx/a.txt:4: section a is in line 1 already",
		"[a]\nb c\nb\n":         `xx/a.txt:3: "b" is in section a already`,
		"[a] by word\n":         "xx/a.txt:1:",
		"[a] none\n\n# x\nword": "xx/a.txt:4: section a is said to have none",
	} {
		_, err := lang.Load(fstest.MapFS{"xx/a.txt": {Data: []byte(content)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", content, err, want)
		}
	}
}

// The lists of the program are read when they are first asked for, so here all of them.
func TestEveryListOfTheProgramIsRead(t *testing.T) {
	if _, err := lang.Load(os.DirFS(".")); err != nil {
		t.Error(err)
	}
}
