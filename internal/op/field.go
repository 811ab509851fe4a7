package op

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
)

// Field is one field of an operation's input, as the faces need it.
type Field struct {
	Name     string // in JSON, and as a flag with dashes for underscores
	Doc      string
	Type     reflect.Type
	Index    []int
	Arg      int // position on the command line from 1; 0 when it is a flag
	Required bool
	Default  string
	Enum     []string
	InPath   bool // part of the REST path
}

// Flag returns the name as a flag of the command line.
func (f Field) Flag() string { return strings.ReplaceAll(f.Name, "_", "-") }

// IsList says whether the field takes several values.
func (f Field) IsList() bool {
	return f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() != reflect.Uint8
}

// Fields returns the fields of the input in order.
func (o Operation) Fields() []Field {
	var out []Field
	for _, f := range reflect.VisibleFields(o.In) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		field := Field{
			Name: name, Doc: f.Tag.Get("doc"), Type: f.Type, Index: f.Index, Default: f.Tag.Get("default"),
			Required: !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero"),
			InPath:   strings.Contains(o.Path, "{"+name+"}"),
		}
		field.Arg, _ = strconv.Atoi(f.Tag.Get("arg"))
		if enum := f.Tag.Get("enum"); enum != "" {
			field.Enum = strings.Split(enum, ",")
		}
		out = append(out, field)
	}
	return out
}

// NewInput returns a new input with its defaults set, as a pointer.
func (o Operation) NewInput() reflect.Value {
	in := reflect.New(o.In)
	for _, f := range o.Fields() {
		if f.Default != "" {
			if err := SetText(in.Elem().FieldByIndex(f.Index), f.Name, f.Default); err != nil {
				panic("op: " + o.Name + ": default of " + f.Name + ": " + err.Error())
			}
		}
	}
	return in
}

// SetText sets a field from text, as flags, query parameters and forms have it. A list takes one more value each time.
func SetText(v reflect.Value, name, text string) error {
	bad := func(want string) error {
		return fault.New(fault.Usage, "%s: %q is not %s.", name, text, want).WithField(name)
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := SetText(item, name, text); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
		return nil
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if _, isTime := u.(*time.Time); isTime && len(text) == len("2006-01-02") {
			text += "T00:00:00Z"
		}
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return bad("a value of this kind")
		}
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if text == "on" || text == "" {
			b, err = true, nil
		}
		if err != nil {
			return bad("yes or no")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return bad("a whole number")
		}
		v.SetInt(n)
	case reflect.Uint64, reflect.Uint32:
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return bad("a whole number")
		}
		v.SetUint(n)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return bad("a number")
		}
		v.SetFloat(f)
	case reflect.Pointer:
		item := reflect.New(v.Type().Elem())
		if err := SetText(item.Elem(), name, text); err != nil {
			return err
		}
		v.Set(item)
	case reflect.Map, reflect.Struct:
		if err := json.Unmarshal([]byte(text), v.Addr().Interface()); err != nil {
			return bad("JSON of the right shape")
		}
	default:
		return bad("a value that can be given here")
	}
	return nil
}

// Missing returns a fault when a required field is empty.
func (o Operation) Missing(in reflect.Value) error {
	for _, f := range o.Fields() {
		if f.Required && in.FieldByIndex(f.Index).IsZero() && f.Type.Kind() != reflect.Bool &&
			f.Type.Kind() != reflect.Float64 && f.Type.Kind() != reflect.Int {
			return fault.New(fault.Usage, "%s is missing.", f.Name).WithField(f.Name)
		}
		if text, ok := in.FieldByIndex(f.Index).Interface().(string); ok && len(f.Enum) > 0 && text != "" {
			if !contains(f.Enum, text) {
				return fault.New(fault.Usage, "%s is one of %s, not %q.", f.Name, strings.Join(f.Enum, ", "), text).
					WithField(f.Name)
			}
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
