package config

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/dustin/go-humanize"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

// FileName is the name of the file of settings in the data directory.
const FileName = "gave.conf"

// FileVariable is the environment variable that names a file of settings elsewhere.
const FileVariable = "GAVE_CONFIG"

// maxFile is the most that is read of a file of settings, in bytes.
const maxFile = 1 << 20

// Source says where a value comes from.
type Source string

// The sources, the first that says something holds.
const (
	Flag        Source = "flag"
	Environment Source = "environment"
	File        Source = "file"
	Default     Source = "default"
)

// Value is what holds for a setting, and why.
type Value struct {
	Option  Option
	Text    string
	Source  Source
	Where   string   // the flag, the variable, or the file
	Line    int      // in the file
	Problem *Problem // why the value cannot be used
}

// Problem is something that cannot be used, and where it was said.
type Problem struct {
	Where string // the flag, the variable, or the file
	Line  int    // in the file; 0 when it is not about a line
	Err   *fault.Error
}

// Place says where the problem is: --listen, GAVE_LISTEN, or gave.conf, line 3.
func (p *Problem) Place(printer *locale.Printer) string {
	if p.Line > 0 {
		return printer.T("%s, line %d", p.Where, p.Line)
	}
	return p.Where
}

// Fault is the problem as one error, in the words of a reader.
func (p *Problem) Fault(printer *locale.Printer) error {
	text := printer.T(p.Err.Message, p.Err.Args...)
	return fault.Wrap(p.Err.Cause, fault.Usage, "%s: %s", p.Place(printer), text).WithHint(p.Err.Hint)
}

// Settings is what holds for every setting.
type Settings struct {
	// File is where settings were read from; empty when there is no file.
	File string
	// Problems are what is wrong with the file itself: that it cannot be read, a line that says nothing, a key that
	// is not known.
	Problems []*Problem
	// Notes are what is not wrong, and better known.
	Notes []Note

	values map[string]Value
}

// Note is a sentence with its values, also a translation key.
type Note struct {
	Text string
	Args []any
}

// Given is what a run of the program has been told.
type Given struct {
	// Flags are the flags that were given, by key. An empty value counts as none.
	Flags map[string]string
	// File is the file that a flag names; empty when none does.
	File string
	// Environment are the variables, as NAME=value.
	Environment []string
	// Nearest finds the word that was meant, or says nothing; it may be nil.
	Nearest func(word string, known []string) string
}

// Load finds out what holds. It never fails: what is wrong is part of the answer.
func Load(given Given) *Settings {
	s := &Settings{values: map[string]Value{}}
	environment := map[string]string{}
	for _, pair := range given.Environment {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" {
			environment[name] = value
		}
	}
	for _, o := range Options() {
		v := Value{Option: o, Text: o.FallBack(), Source: Default}
		if text := environment[o.Environment()]; text != "" {
			v = Value{Option: o, Text: text, Source: Environment, Where: o.Environment()}
		}
		if text := given.Flags[o.Key]; text != "" {
			v = Value{Option: o, Text: text, Source: Flag, Where: "--" + o.Key}
		}
		s.values[o.Key] = v
	}
	s.read(given, environment)
	for key, v := range s.values {
		if v.Source != Default {
			v.Problem = v.wrong(v.Option.check(v.Text))
			s.values[key] = v
		}
	}
	s.remark(environment)
	return s
}

// read reads the file of settings: the one that a flag or the environment names must be there, the one in the data
// directory may.
func (s *Settings) read(given Given, environment map[string]string) {
	named, path := true, given.File
	if path == "" {
		path = environment[FileVariable]
	}
	if path == "" {
		named, path = false, filepath.Join(s.values[Data.Key].Text, FileName)
	}
	content, err := readFile(path)
	switch {
	case err != nil && !named && isAbsent(path, err):
		return
	case err != nil:
		s.File = path
		s.Problems = append(s.Problems,
			&Problem{Where: path, Err: fault.Wrap(err, fault.Usage, "The settings cannot be read.")})
		return
	}
	s.File = path
	lines, problems := parse(content)
	wrong := func(number int, err *fault.Error) {
		s.Problems = append(s.Problems, &Problem{Where: path, Line: number, Err: err})
	}
	for _, problem := range problems {
		wrong(problem.number, problem.err)
	}
	before := map[string]int{}
	for _, line := range lines {
		o, known := find(line.key)
		switch {
		case !known:
			wrong(line.number, unknown(line.key, given.Nearest))
		case before[line.key] > 0:
			wrong(line.number, fault.New(fault.Usage, "%s was set already, in line %d.", line.key, before[line.key]))
		case o.Key == Data.Key && !named:
			wrong(line.number,
				fault.New(fault.Usage, "This file lies in the data directory, so it cannot say where that is.").
					WithHint("Say it with --data or GAVE_DATA, or name the file with --config or GAVE_CONFIG."))
		case o.Key == Data.Key && !filepath.IsAbs(line.value):
			wrong(line.number, fault.New(fault.Usage, "%q is not a whole path.", line.value).
				WithHint("In a file it has to begin at the root, such as /var/lib/gave."))
		case s.values[o.Key].Source == Default:
			s.values[o.Key] = Value{Option: o, Text: line.value, Source: File, Where: path, Line: line.number}
		default: // a flag or the environment goes before; what the file says must be right all the same
			overruled := Value{Option: o, Source: File, Where: path, Line: line.number}
			if problem := overruled.wrong(o.check(line.value)); problem != nil {
				s.Problems = append(s.Problems, problem)
			}
		}
		before[line.key] = line.number
	}
	slices.SortStableFunc(s.Problems, func(a, b *Problem) int { return a.Line - b.Line })
}

// readFile reads a file of settings, which is small.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(content) > maxFile {
		return nil, errors.New("it is larger than 1 MB")
	}
	return content, err
}

// isAbsent says whether a file is not there, as far as one can know. Of a directory that cannot be entered the
// database says more.
func isAbsent(path string, err error) bool {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return true
	}
	_, hidden := os.Lstat(path)
	return errors.Is(err, fs.ErrPermission) && hidden != nil || errors.Is(err, fs.ErrInvalid) ||
		errors.Is(err, syscall.EINVAL) ||
		errors.Is(err, syscall.ENAMETOOLONG)
}

// unknown says that there is no setting of this name.
func unknown(key string, nearest func(string, []string) string) *fault.Error {
	var keys []string
	for _, o := range Options() {
		keys = append(keys, o.Key)
	}
	if nearest != nil {
		if near := nearest(key, keys); near != "" {
			return fault.New(fault.Usage, "There is no setting %q; is %s meant?", key, near)
		}
	}
	return fault.New(fault.Usage, "There is no setting %q.", key).WithHint("gave config lists the settings.")
}

// find returns the setting with a key.
func find(key string) (Option, bool) {
	all := Options()
	if i := slices.IndexFunc(all, func(o Option) bool { return o.Key == key }); i >= 0 {
		return all[i], true
	}
	return Option{}, false
}

// wrong says of what is wrong with the value where the value comes from.
func (v Value) wrong(err error) *Problem {
	var known *fault.Error
	if !errors.As(err, &known) {
		return nil
	}
	return &Problem{Where: v.Where, Line: v.Line, Err: known}
}

// remark notes what may surprise.
func (s *Settings) remark(environment map[string]string) {
	var names []string
	for name := range environment {
		rest, ours := strings.CutPrefix(name, "GAVE_")
		known := slices.ContainsFunc(Options(), func(o Option) bool { return o.Environment() == name })
		if ours && !known && name != FileVariable && !strings.HasPrefix(rest, "TEST_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		s.Notes = append(s.Notes, Note{"The variable %s is no setting of Gave.", []any{name}})
	}
	for _, o := range Options() {
		if v := s.values[o.Key]; v.Source == File && o.Shown(v.Text) != v.Text && openToAll(s.File) {
			s.Notes = append(s.Notes,
				Note{"Everybody on this machine can read %s, and it holds a password.", []any{s.File}})
		}
	}
}

// openToAll says whether anybody on the machine may read a file.
func openToAll(path string) bool {
	info, err := os.Stat(path)
	return err == nil && os.PathSeparator == '/' && info.Mode().Perm()&0o004 != 0
}

// Get returns what holds for a setting.
func (s *Settings) Get(o Option) Value { return s.values[o.Key] }

// All returns what holds for every setting, in the order of the table.
func (s *Settings) All() []Value {
	var out []Value
	for _, o := range Options() {
		out = append(out, s.values[o.Key])
	}
	return out
}

// Text returns the value of a setting.
func (s *Settings) Text(o Option) string { return s.values[o.Key].Text }

// Bytes returns the value of a setting that is a size. What cannot be used was refused by Check.
func (s *Settings) Bytes(o Option) int64 {
	n, err := humanize.ParseBytes(s.Text(o))
	if err != nil {
		n, _ = humanize.ParseBytes(o.Default)
	}
	return int64(n)
}

// Duration returns the value of a setting that is a length of time. What cannot be used was refused by Check.
func (s *Settings) Duration(o Option) time.Duration {
	d, err := time.ParseDuration(s.Text(o))
	if err != nil {
		d, _ = time.ParseDuration(o.Default)
	}
	return d
}

// Check returns the first thing that is wrong with the file or with one of these settings; with all of them when none
// is named.
func (s *Settings) Check(used ...Option) *Problem {
	if len(s.Problems) > 0 {
		return s.Problems[0]
	}
	if len(used) == 0 {
		used = Options()
	}
	for _, o := range used {
		if problem := s.values[o.Key].Problem; problem != nil {
			return problem
		}
	}
	return nil
}

// line is a line that sets something.
type line struct {
	number     int
	key, value string
}

// mistake is a line that cannot be understood.
type mistake struct {
	number int
	err    *fault.Error
}

// parse reads lines of the form key = value. Empty lines and lines that begin with # say nothing; everything after
// the = belongs to the value, but for the spaces around it, so that a password may hold any character.
func parse(content []byte) ([]line, []mistake) {
	var lines []line
	var wrong []mistake
	scanner := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	scanner.Buffer(nil, maxFile+1)
	for number := 1; scanner.Scan(); number++ {
		text := strings.TrimSpace(scanner.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, value, ok := strings.Cut(text, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
			wrong = append(wrong, mistake{number, fault.New(fault.Usage, "This is not text.")})
		case !ok || key == "":
			wrong = append(wrong, mistake{number, fault.New(fault.Usage, "There is no key and value here.").
				WithHint(`Every line is "key = value", or begins with # and is for people.`)})
		case value == "":
			wrong = append(wrong, mistake{number, fault.New(fault.Usage, "%s has no value.", key).
				WithHint("Without the line the default holds.")})
		default:
			lines = append(lines, line{number, key, value})
		}
	}
	return lines, wrong
}
