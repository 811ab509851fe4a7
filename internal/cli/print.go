package cli

import (
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Print prints an operation's output to standard output: as one JSON document with --json, else as its own Text, else
// as tables. When the output has an exit code other than 0, it is returned as the error that Exit makes.
func Print(cmd *cobra.Command, out any) error {
	f, w := faceOf(cmd), cmd.OutOrStdout()
	if err := f.print(w, cmd.ErrOrStderr(), out); err != nil {
		return fault.Wrap(err, fault.Unavailable, "Standard output cannot be written.")
	}
	if code, ok := out.(exiter); ok && code.ExitCode() != 0 {
		return Exit(code.ExitCode())
	}
	return nil
}

func (f *face) print(w, messages io.Writer, out any) error {
	if f.flags.JSON {
		marshal := wire.Marshal
		if isTerminal(w) {
			marshal = wire.MarshalIndent
		}
		text, err := marshal(out)
		if err != nil {
			return err
		}
		_, err = w.Write(append(text, '\n'))
		return err
	}
	if _, none := out.(op.None); none {
		if !f.flags.Quiet {
			say(messages, "%s\n", f.printer.T("Done."))
		}
		return nil
	}
	if texter, ok := out.(op.Texter); ok {
		text := Clean(texter.Text(f.printer))
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		_, err := io.WriteString(w, text)
		return err
	}
	r := &renderer{p: f.printer, bold: mayBold(w)}
	if isTerminal(w) {
		r.width = widthOf(w)
	}
	r.whole(reflect.ValueOf(out))
	_, err := io.WriteString(w, r.out.String())
	return err
}

// renderer prints any struct for people.
type renderer struct {
	p     *locale.Printer
	out   strings.Builder
	width int // columns that a table may take; 0 is as many as it needs
	bold  bool
}

// whole prints a value: what is simple as name and value, what is a list as a table.
func (r *renderer) whole(v reflect.Value) {
	v = inner(v)
	switch {
	case !v.IsValid():
		return
	case isTable(v):
		r.table(v)
		return
	case v.Kind() != reflect.Struct || isLeaf(v.Type()):
		r.out.WriteString(r.cell(v) + "\n")
		return
	}
	fields := visible(v.Type())
	var names, values []string
	var parts []reflect.StructField
	for _, field := range fields {
		value := inner(v.FieldByIndex(field.Index))
		if value.IsValid() && (isTable(value) || value.Kind() == reflect.Struct && !isLeaf(value.Type())) {
			parts = append(parts, field)
			continue
		}
		if text := r.cell(value); text != "" {
			names, values = append(names, r.title(nameOf(field))), append(values, text)
		}
	}
	widest := 0
	for _, name := range names {
		widest = max(widest, columns(name))
	}
	for i := range names {
		r.out.WriteString(pad(names[i], widest, false) + "  " + values[i] + "\n")
	}
	for _, field := range parts {
		part := &renderer{p: r.p, width: r.width, bold: r.bold}
		part.whole(v.FieldByIndex(field.Index))
		if part.out.Len() == 0 {
			continue
		}
		if len(parts) > 1 || len(names) > 0 {
			if r.out.Len() > 0 {
				r.out.WriteString("\n")
			}
			r.heading(r.title(nameOf(field)))
		}
		r.out.WriteString(part.out.String())
	}
}

func (r *renderer) heading(text string) {
	if r.bold {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	r.out.WriteString(text + "\n")
}

// table prints a list of structs, a column a field. Columns that are empty everywhere are left out. Identifiers come
// last, and not at all where the terminal is too narrow for them: JSON has them.
func (r *renderer) table(v reflect.Value) {
	if v.Len() == 0 {
		r.out.WriteString(r.p.T("Nothing to show.") + "\n")
		return
	}
	type column struct {
		title string
		cells []string
		right bool // numbers
		whole bool // not to be shortened
		id    bool
		width int
	}
	var all []*column
	item := v.Type().Elem()
	for item.Kind() == reflect.Pointer {
		item = item.Elem()
	}
	for _, field := range visible(item) {
		c := &column{title: r.title(nameOf(field)), id: field.Type == reflect.TypeFor[id.ID]()}
		some := false
		for i := range v.Len() {
			value := inner(v.Index(i))
			if value.IsValid() {
				value = inner(value.FieldByIndex(field.Index))
			}
			cell := strings.ReplaceAll(r.cell(value), "\n", " ")
			some = some || cell != ""
			c.whole = value.IsValid() && value.Type() == reflect.TypeFor[time.Time]()
			c.right = value.IsValid() && isNumber(value.Kind()) && !isLeaf(value.Type())
			c.cells = append(c.cells, cell)
			c.width = max(c.width, columns(cell))
		}
		if c.width = max(c.width, columns(c.title)); some {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *column) int {
		switch {
		case a.id == b.id:
			return 0
		case a.id:
			return 1
		}
		return -1
	})
	if len(all) == 0 {
		r.out.WriteString(r.p.T("Nothing to show.") + "\n")
		return
	}
	const gap, least = 2, 8
	for r.width > 0 {
		total, widest := -gap, (*column)(nil)
		for _, c := range all {
			total += c.width + gap
			if !c.right && !c.whole && c.width > least && (widest == nil || c.width > widest.width) {
				widest = c
			}
		}
		last := len(all) - 1
		switch {
		case total > r.width && all[last].id && last > 0:
			all = all[:last]
			continue
		case total > r.width && widest != nil:
			widest.width--
			continue
		}
		break
	}
	line := func(cell func(c *column) string) string {
		var parts []string
		for _, c := range all {
			parts = append(parts, pad(shorten(cell(c), c.width), c.width, c.right))
		}
		return strings.TrimRight(strings.Join(parts, strings.Repeat(" ", gap)), " ")
	}
	r.heading(line(func(c *column) string { return c.title }))
	for i := range v.Len() {
		r.out.WriteString(line(func(c *column) string { return c.cells[i] }) + "\n")
	}
}

// cell prints a value on one line.
func (r *renderer) cell(v reflect.Value) string {
	v = inner(v)
	if !v.IsValid() {
		return ""
	}
	switch x := v.Interface().(type) {
	case time.Time:
		if !x.IsZero() && x.Equal(x.Truncate(24*time.Hour)) {
			return locale.New(r.p.Lang, time.UTC).Date(x) // a day, wherever it is read
		}
		return r.p.DateTime(x)
	case time.Duration:
		return x.String()
	case json.RawMessage:
		return Clean(string(x))
	case fmt.Stringer:
		return Clean(x.String())
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			return ""
		}
		return Clean(string(text))
	}
	switch v.Kind() {
	case reflect.String:
		return Clean(v.String())
	case reflect.Bool:
		if v.Bool() {
			return r.p.T("yes")
		}
		return r.p.T("no")
	case reflect.Float32, reflect.Float64:
		return r.p.Decimal(v.Float(), decimals(v.Float()))
	case reflect.Slice, reflect.Array:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, r.cell(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case reflect.Map:
		var parts []string
		for _, key := range v.MapKeys() {
			parts = append(parts, r.cell(key)+" "+r.cell(v.MapIndex(key)))
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	case reflect.Struct:
		// A name says enough of a thing among others.
		for _, field := range visible(v.Type()) {
			if nameOf(field) == "name" {
				return r.cell(v.FieldByIndex(field.Index))
			}
		}
		var parts []string
		for _, field := range visible(v.Type()) {
			if text := r.cell(v.FieldByIndex(field.Index)); text != "" && field.Type != reflect.TypeFor[id.ID]() {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, " ")
	}
	return Clean(fmt.Sprint(v.Interface()))
}

// decimals returns how many decimals show three digits of a number.
func decimals(x float64) int {
	switch x = max(x, -x); {
	case x == 0 || x >= 100 || x == float64(int64(x)):
		return 0
	case x >= 10:
		return 1
	case x >= 1:
		return 2
	case x >= 0.01:
		return 3
	}
	return 6
}

// title makes words of a field's name: last_contact is Last contact.
func (r *renderer) title(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	first, size := utf8.DecodeRuneInString(words)
	return r.p.T(string(unicode.ToUpper(first)) + words[size:])
}

// inner follows pointers and interfaces; the result is invalid for nil.
func inner(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	return v
}

// visible returns the fields that JSON shows.
func visible(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return f.Anonymous || !f.IsExported() || nameOf(f) == "-"
	})
}

func nameOf(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return f.Name
}

// isTable says whether a value is a list of structs with fields to show.
func isTable(v reflect.Value) bool {
	if v.Kind() != reflect.Slice {
		return false
	}
	item := v.Type().Elem()
	for item.Kind() == reflect.Pointer {
		item = item.Elem()
	}
	return item.Kind() == reflect.Struct && !isLeaf(item)
}

// isLeaf says whether values of the type print themselves.
func isLeaf(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[json.RawMessage]() ||
		t.Implements(reflect.TypeFor[fmt.Stringer]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func isNumber(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }
