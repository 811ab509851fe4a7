package cli

import (
	"reflect"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// option is a flag made from a field of an operation's input. It keeps the texts it was given until the operation runs.
type option struct {
	operation op.Operation
	field     op.Field
	texts     []string
}

var _ pflag.Value = (*option)(nil)

// String returns what was given, as pflag wants.
func (o *option) String() string { return strings.Join(o.texts, ",") }

// Set implements pflag.Value; a text that the field cannot take is refused at once.
func (o *option) Set(text string) error {
	trial := reflect.New(o.field.Type).Elem()
	for _, part := range wire.Texts(o.operation, o.field, []string{text}) {
		if err := wire.SetText(trial, o.field, part); err != nil {
			return err
		}
	}
	if !o.field.IsList() {
		o.texts = nil
	}
	o.texts = append(o.texts, text)
	return nil
}

// Type implements pflag.Value. Completion recognises flags that may be repeated by "Array".
func (o *option) Type() string {
	if o.field.IsList() {
		return "Array"
	}
	return placeholder(o.field)
}

// placeholder is the word that stands for a value of the field in help.
func placeholder(f op.Field) string {
	kind := f.Type
	if f.IsList() {
		kind = kind.Elem()
	}
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch {
	case len(f.Enum) > 0:
		return strings.Join(f.Enum, "|")
	case kind == reflect.TypeFor[id.ID]():
		return "ID"
	case kind == reflect.TypeFor[time.Time]():
		return "DATE"
	case kind.Kind() == reflect.Bool:
		return ""
	case kind.Kind() >= reflect.Int && kind.Kind() <= reflect.Uint64:
		return "N"
	case kind.Kind() == reflect.Float64:
		return "NUMBER"
	case kind.Kind() == reflect.Struct, kind.Kind() == reflect.Map:
		return "JSON"
	case isPath(f.Name):
		return "PATH"
	}
	return "TEXT"
}

// isPath says whether a field of this name is a file or directory.
func isPath(name string) bool {
	switch strings.TrimSuffix(name, "s") {
	case "path", "file", "dir", "directory", "out", "pair":
		return true
	}
	return false
}

// wordFlag is a flag with a text, and the word that stands for it in help.
type wordFlag struct {
	text *string
	word string
}

func (w *wordFlag) String() string        { return "" }
func (w *wordFlag) Type() string          { return w.word }
func (w *wordFlag) Set(text string) error { *w.text = text; return nil }

// languageFlag is --lang.
type languageFlag struct{ lang *locale.Lang }

func (l *languageFlag) String() string { return "" }

func (l *languageFlag) Type() string {
	var all []string
	for _, known := range locale.All {
		all = append(all, string(known.Lang))
	}
	return strings.Join(all, "|")
}

func (l *languageFlag) Set(text string) error {
	for _, known := range locale.All {
		if text == string(known.Lang) {
			*l.lang = known.Lang
			return nil
		}
	}
	return fault.New(fault.Usage, "%s is one of %s, not %q.", "--lang", strings.ReplaceAll(l.Type(), "|", ", "), text)
}

// momentFlag is --as-of. A day is its first moment, in UTC.
type momentFlag struct{ moment *time.Time }

func (m *momentFlag) String() string { return "" }
func (m *momentFlag) Type() string   { return "DATE" }

func (m *momentFlag) Set(text string) error {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			*m.moment = t
			return nil
		}
	}
	return fault.New(fault.Usage, "%s: %q is not a date such as 2026-05-03 or 2026-05-03T15:00:00Z.", "--as-of", text)
}
