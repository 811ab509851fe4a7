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
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Default is the language of the keys of all texts.
const Default = "en"

//go:embed */*.txt */*.json
var files embed.FS

// Language is one folder.
type Language struct {
	Tag   string // BCP 47: "nl"
	Texts []byte // texts.json; empty for words that are read only
	lists map[string]*list
}

// list is one file of words. It is read when somebody first asks for a word of it: the largest are needed by few.
type list struct {
	file     string
	content  []byte
	once     sync.Once
	sections map[string]section
	err      error
}

// section is a list of words or lines.
type section struct {
	entries []string
	byLine  bool
	none    bool // the language has no such words
	line    int
}

// Book is all languages together, the default first, then in the order of their tags.
type Book []*Language

var book = func() Book {
	b, err := open(files)
	if err != nil {
		panic(err)
	}
	return b
}()

// Load reads every folder of a file system as a language. An error names the file and the line.
func Load(files fs.FS) (Book, error) {
	b, err := open(files)
	if err != nil {
		return nil, err
	}
	for _, l := range b {
		for _, name := range slices.Sorted(maps.Keys(l.lists)) {
			if _, err := l.lists[name].read(); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// open finds every folder, and reads no list yet.
func open(files fs.FS) (Book, error) {
	folders, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var b Book
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		l := &Language{Tag: folder.Name(), lists: map[string]*list{}}
		lists, err := fs.Glob(files, path.Join(l.Tag, "*.txt"))
		if err != nil {
			return nil, err
		}
		for _, name := range lists {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			l.lists[strings.TrimSuffix(path.Base(name), ".txt")] = &list{file: name, content: content}
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

// read gives the sections of a list by their names.
func (l *list) read() (map[string]section, error) {
	l.once.Do(func() { l.sections, l.err = parse(l.file, l.content) })
	return l.sections, l.err
}

// parse takes in one list of words.
func parse(file string, content []byte) (map[string]section, error) {
	sections := map[string]section{}
	key := ""
	var in map[string]bool // the entries of this section
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		wrong := func(what string, args ...any) (map[string]section, error) {
			return nil, fmt.Errorf("lang: %s:%d: %s", file, n, fmt.Sprintf(what, args...))
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
			if old, twice := sections[title]; twice {
				return wrong("section %s is in line %d already", title, old.line)
			}
			s := section{line: n}
			switch strings.TrimSpace(mark) {
			case "":
			case "by line":
				s.byLine = true
			case "none":
				s.none = true
			default:
				return wrong("%q behind a section is neither \"by line\" nor \"none\"", mark)
			}
			key, in = title, map[string]bool{}
			sections[key] = s
			continue
		case key == "":
			return wrong("words before the first section")
		}
		s := sections[key]
		if s.none {
			return wrong("section %s is said to have none", key)
		}
		entries := strings.Fields(line)
		if s.byLine {
			entries = []string{line}
		}
		for _, e := range entries {
			if in[e] {
				return wrong("%q is in section %s already", e, key)
			}
			in[e] = true
			s.entries = append(s.entries, e)
		}
		sections[key] = s
	}
	return sections, lines.Err()
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
	in := map[string]bool{}
	for _, l := range b {
		s, ok := l.sections(list)[section]
		known = known || ok
		for _, e := range s.entries {
			if !in[e] {
				in[e] = true
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
		for name := range l.sections(list) {
			if rest, ok := strings.CutPrefix(name, prefix); ok && all[rest] == nil {
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
func (l *Language) Words(list, section string) []string { return l.sections(list)[section].entries }

// sections are those of a list; none of one that the language lacks. A list of the program that cannot be read is a
// mistake in it, which Load and so a test finds.
func (l *Language) sections(list string) map[string]section {
	file := l.lists[list]
	if file == nil {
		return nil
	}
	sections, err := file.read()
	if err != nil {
		panic(err)
	}
	return sections
}

// Pairs returns the entries of a section in this language that are written "words = value".
func (l *Language) Pairs(list, section string) map[string]string {
	return pairs(list, section, l.Words(list, section))
}

// Name is what the language calls itself.
func (l *Language) Name() string { return strings.Join(l.Words("language", "name"), " ") }
