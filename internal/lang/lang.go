// Package lang holds every word of a language as data, one folder a language: what Gave says (texts.json), and the
// words by which it understands what people write. A new folder is a new language.
//
// A list of words is a text file in sections:
//
//	# a remark
//	[medium.mail]
//	mail mailed email
//	[day] by line
//	day before yesterday = -2
//
// The words of a section are parted by white space; a section "by line" has an entry a line. A section that a language
// has no words for is marked "none". Words of languages that Gave reads and does not speak are in the folder mul, which
// has no texts.json.
package lang

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Default is the language of the keys of all texts.
const Default = "en"

//go:embed */*.txt */*.json
var files embed.FS

// Language is one folder.
type Language struct {
	Tag      string // BCP 47: "nl"
	Texts    []byte // texts.json; empty for words that are read only
	sections map[string]section
}

// section is a list of words or lines.
type section struct {
	entries []string
	byLine  bool
	none    bool // the language has no such words
	file    string
	line    int
}

// Book is all languages together, the default first, then in the order of their tags.
type Book []*Language

var book = func() Book {
	b, err := Load(files)
	if err != nil {
		panic(err)
	}
	return b
}()

// Load reads every folder of a file system as a language. An error names the file and the line.
func Load(files fs.FS) (Book, error) {
	folders, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var b Book
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		l := &Language{Tag: folder.Name(), sections: map[string]section{}}
		lists, err := fs.Glob(files, path.Join(l.Tag, "*.txt"))
		if err != nil {
			return nil, err
		}
		for _, name := range lists {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			if err := l.read(name, content); err != nil {
				return nil, err
			}
		}
		l.Texts, err = fs.ReadFile(files, path.Join(l.Tag, "texts.json"))
		if err != nil && len(lists) == 0 {
			continue // not a folder of words
		}
		b = append(b, l)
	}
	slices.SortStableFunc(b, func(x, y *Language) int {
		if (x.Tag == Default) != (y.Tag == Default) {
			if x.Tag == Default {
				return -1
			}
			return 1
		}
		return strings.Compare(x.Tag, y.Tag)
	})
	return b, nil
}

// read takes in one list of words.
func (l *Language) read(name string, content []byte) error {
	list := strings.TrimSuffix(path.Base(name), ".txt")
	key := ""
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		wrong := func(what string, args ...any) error {
			return fmt.Errorf("lang: %s:%d: %s", name, n, fmt.Sprintf(what, args...))
		}
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "["):
			title, mark, closed := strings.Cut(line[1:], "]")
			if !closed || title == "" {
				return wrong("a section is written [name]")
			}
			key = list + "/" + title
			if old, twice := l.sections[key]; twice {
				return wrong("section %s is in line %d already", title, old.line)
			}
			s := section{file: name, line: n}
			switch strings.TrimSpace(mark) {
			case "":
			case "by line":
				s.byLine = true
			case "none":
				s.none = true
			default:
				return wrong("%q behind a section is neither \"by line\" nor \"none\"", mark)
			}
			l.sections[key] = s
			continue
		case key == "":
			return wrong("words before the first section")
		}
		s := l.sections[key]
		if s.none {
			return wrong("section %s is said to have none", key)
		}
		entries := strings.Fields(line)
		if s.byLine {
			entries = []string{line}
		}
		for _, e := range entries {
			if slices.Contains(s.entries, e) {
				return wrong("%q is in section %s already", e, key)
			}
			s.entries = append(s.entries, e)
		}
		l.sections[key] = s
	}
	return lines.Err()
}

// All returns every language, also those of which Gave only reads words.
func All() Book { return book }

// Spoken returns the languages that Gave speaks, the default first.
func Spoken() Book { return book.Spoken() }

// Words returns the entries of a section in all languages together, each once.
func Words(list, section string) []string { return book.Words(list, section) }

// Under returns the sections whose names begin so, by the rest of their names, with their entries in all languages.
func Under(list, prefix string) map[string][]string { return book.Under(list, prefix) }

// Pairs returns the entries of a section that are written "words = value", in all languages together.
func Pairs(list, section string) map[string]string { return book.Pairs(list, section) }

// Spoken returns the languages that have texts.
func (b Book) Spoken() Book {
	return slices.DeleteFunc(slices.Clone(b), func(l *Language) bool { return len(l.Texts) == 0 })
}

// Words is [Words] of these languages. A section that none of them has is a mistake in the program.
func (b Book) Words(list, section string) []string {
	var all []string
	known := false
	for _, l := range b {
		s, ok := l.sections[list+"/"+section]
		known = known || ok
		for _, e := range s.entries {
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	if !known {
		panic(fmt.Sprintf("lang: no language has a section %q in %s.txt", section, list))
	}
	return all
}

// Under is [Under] of these languages.
func (b Book) Under(list, prefix string) map[string][]string {
	all := map[string][]string{}
	for _, l := range b {
		for key := range l.sections {
			if rest, ok := strings.CutPrefix(key, list+"/"+prefix); ok && all[rest] == nil {
				all[rest] = b.Words(list, prefix+rest)
			}
		}
	}
	return all
}

// Pairs is [Pairs] of these languages.
func (b Book) Pairs(list, section string) map[string]string {
	return pairs(list, section, b.Words(list, section))
}

func pairs(list, section string, entries []string) map[string]string {
	all := map[string]string{}
	for _, e := range entries {
		words, value, ok := strings.Cut(e, " = ")
		if !ok {
			panic(fmt.Sprintf("lang: %q in %s.txt [%s] is not written \"words = value\"", e, list, section))
		}
		all[words] = value
	}
	return all
}

// Words returns the entries of a section in this language.
func (l *Language) Words(list, section string) []string { return l.sections[list+"/"+section].entries }

// Pairs returns the entries of a section in this language that are written "words = value".
func (l *Language) Pairs(list, section string) map[string]string {
	return pairs(list, section, l.Words(list, section))
}

// Name is what the language calls itself.
func (l *Language) Name() string { return strings.Join(l.Words("language", "name"), " ") }
