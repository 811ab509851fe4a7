package op

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// Check checks an input of which given are the fields that were set: against its tags, with the same sentences for
// every face.
type Check func(o Operation, in reflect.Value, given map[string]bool) error

// CheckWith says by what the inputs of forms are checked.
func (r *Registry) CheckWith(check Check) { r.check = check }

// Form makes the input of the operation from the fields of a form, by the names that they have in JSON, and checks it
// by the operation's own contract. Space around a text is not part of it. A field that was left empty was not given,
// except where an empty text says something: where the input holds a pointer.
func (o Operation) Form(values map[string][]string) (any, error) {
	in, given := o.NewInput().Elem(), map[string]bool{}
	for _, f := range o.Fields() {
		field := in.FieldByIndex(f.Index)
		for i, text := range values[f.Name] {
			if text = strings.TrimSpace(text); text == "" && field.Kind() != reflect.Pointer {
				continue
			}
			if i == 0 && f.IsList() {
				field.SetZero() // what stands there in place of nothing
			}
			if err := SetText(field, f.Name, text); err != nil {
				return nil, misfit(f, err)
			}
			given[f.Name] = true
			if !f.IsList() {
				break
			}
		}
	}
	if o.home != nil && o.home.check != nil {
		if err := o.home.check(o, in, given); err != nil {
			return nil, err
		}
	} else if err := o.Missing(in); err != nil {
		return nil, err
	}
	return in.Interface(), nil
}

// misfit says what a field takes, in the words that the other faces have for it.
func misfit(f Field, err error) error {
	kind := f.Type
	for kind.Kind() == reflect.Pointer || f.IsList() && kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	_, speaks := reflect.New(kind).Interface().(encoding.TextUnmarshaler)
	switch {
	case kind == reflect.TypeFor[id.ID]():
		return fault.Wrap(err, fault.NotFound, "It is not here, or not yours to see.").WithField(f.Name)
	case kind == reflect.TypeFor[time.Time]():
		return fault.Wrap(err, fault.Usage, "%s must be a date such as 2026-05-03.", f.Name).WithField(f.Name)
	case speaks:
		return err
	case kind.Kind() == reflect.Float64:
		return fault.Wrap(err, fault.Usage, "%s must be a number.", f.Name).WithField(f.Name)
	case kind.Kind() != reflect.Bool && kind.Kind() != reflect.Map && kind.Kind() != reflect.Struct:
		return fault.Wrap(err, fault.Usage, "%s must be a whole number.", f.Name).WithField(f.Name)
	}
	return err
}
