package wire

import (
	"errors"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// writing is how outputs are written.
var writing = json.JoinOptions(
	jsonv1.DefaultOptionsV1(), json.FormatNilSliceAsNull(false), json.FormatNilMapAsNull(false),
	jsontext.EscapeForHTML(false),
)

// Marshal writes v as encoding/json would, save that a nil list is written as [] and a nil map as {}, so that scripts
// need no special case, and that <, > and & are written as they are.
func Marshal(v any) ([]byte, error) { return json.Marshal(v, writing) }

// MarshalIndent is Marshal with two spaces for each level.
func MarshalIndent(v any) ([]byte, error) { return json.Marshal(v, writing, jsontext.WithIndent("  ")) }

// Object reads one JSON object, strictly: valid UTF-8, no name twice, nothing after it. Nothing at all is the empty
// object.
func Object(text []byte) (map[string]any, error) {
	fields := map[string]any{}
	if len(text) == 0 {
		return fields, nil
	}
	if err := json.Unmarshal(text, &fields); err != nil {
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) {
			return nil, fault.Wrap(err, fault.Usage, "This is not valid JSON at byte %d: %s.", syntax.ByteOffset,
				plain(syntax.Err))
		}
		return nil, fault.Wrap(err, fault.Usage, "The input must be one JSON object.")
	}
	if fields == nil { // the text was null
		return nil, fault.New(fault.Usage, "The input must be one JSON object.")
	}
	return fields, nil
}

func plain(err error) string {
	if err == nil {
		return "it ends too early"
	}
	return err.Error()
}

// Read reads the operation's input from JSON text: strictly, checked against the schema, with defaults for what is
// absent. body says that the fields in the path come from elsewhere; finish, which may be nil, sets them before the
// last check.
func (s *Set) Read(o op.Operation, text []byte, body bool, finish func(in reflect.Value) error) (any, error) {
	fields, err := Object(text)
	if err != nil {
		return nil, err
	}
	shape := s.shapes[o.Name].In
	if body {
		shape = s.shapes[o.Name].Body
	}
	if err := s.validate(shape, fields); err != nil {
		return nil, err
	}
	in := o.NewInput()
	if len(text) > 0 {
		if err := json.Unmarshal(text, in.Interface(), jsonv1.DefaultOptionsV1(),
			json.MatchCaseInsensitiveNames(false)); err != nil {
			return nil, unreadable(err)
		}
	}
	if finish != nil {
		if err := finish(in.Elem()); err != nil {
			return nil, err
		}
	}
	if err := o.Missing(in.Elem()); err != nil {
		return nil, err
	}
	return in.Elem().Interface(), nil
}

// unreadable says which field did not fit its Go type although its JSON type did, such as a whole number that is too
// large.
func unreadable(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.JSONPointer != "" {
		name := dotted(string(semantic.JSONPointer))
		return fault.Wrap(err, fault.Usage, "%s has a value that does not fit.", name).WithField(name)
	}
	return fault.Wrap(err, fault.Usage, "The input must be one JSON object.")
}

// Check checks an input whose fields were set from text (flags, query parameters), of which given are those that were
// set.
func (s *Set) Check(o op.Operation, in reflect.Value, given map[string]bool) error {
	text, err := Marshal(in.Interface())
	if err != nil {
		return err
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	for name := range fields {
		if !given[name] {
			delete(fields, name)
		}
	}
	// A value may be left out when it is empty, as omitempty asks; it was given all the same.
	for _, f := range o.Fields() {
		if _, there := fields[f.Name]; given[f.Name] && !there {
			value, err := Marshal(in.FieldByIndex(f.Index).Interface())
			if err != nil {
				return err
			}
			var v any
			if err := json.Unmarshal(value, &v); err != nil {
				return err
			}
			fields[f.Name] = v
		}
	}
	if err := s.validate(s.shapes[o.Name].In, fields); err != nil {
		return err
	}
	return o.Missing(in)
}
