package page

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// FormField says how a field of a form becomes one of an operation's input.
type FormField struct {
	input, form string
	split       string
	values      []string
	set         bool
}

// As says that the field of the input is called otherwise in the form.
func As(input, form string) FormField { return FormField{input: input, form: form} }

// Commas says that the field of the form holds the items of a list, with commas between them.
func Commas(input, form string) FormField { return FormField{input: input, form: form, split: ","} }

// Lines says that the field of the form holds the items of a list, each on a line of its own.
func Lines(input, form string) FormField { return FormField{input: input, form: form, split: "\n"} }

// Means says what a field of the input is, whatever the form says; nothing means that it is not given. What is wrong
// with it is said beside the field of the form.
func Means(input, form string, values ...string) FormField {
	return FormField{input: input, form: form, values: values, set: true}
}

// Input reads the input of an operation from the form that a request brings, by the operation's own contract: with its
// limits, its choices and its sentences. Fields are found by their names, and those in the path by theirs; how says
// which go otherwise.
func Input[In any](r *http.Request, operation string, how ...FormField) (In, error) {
	var none In
	o, err := operationOf[In](r, operation)
	if err != nil {
		return none, err
	}
	if r.Form == nil { // a form that asks comes with its address
		if err := r.ParseForm(); err != nil {
			return none, fault.Wrap(err, fault.Usage, "The form cannot be read.")
		}
	}
	values := map[string][]string{}
	for _, f := range o.Fields() {
		if in := r.PathValue(f.Name); in != "" {
			values[f.Name] = []string{in}
		} else {
			values[f.Name] = r.Form[f.Name]
		}
	}
	for _, f := range how {
		Called(r, f.input, f.form)
		switch {
		case f.set:
			values[f.input] = f.values
		case f.split != "":
			values[f.input] = strings.Split(strings.Join(r.Form[f.form], f.split), f.split)
		default:
			values[f.input] = r.Form[f.form]
		}
	}
	in, err := o.Form(values)
	if err != nil {
		return none, err
	}
	typed, ok := in.(In)
	if !ok {
		return none, fmt.Errorf("page: %s takes %T, not %T", operation, in, none)
	}
	return typed, nil
}

// operationOf returns the operation of that name; one with the same input where none are served, as in the tests of one
// room.
func operationOf[In any](r *http.Request, name string) (op.Operation, error) {
	known := From(r.Context()).Operations
	if known == nil {
		return op.New(name, http.MethodPost, "/", op.Member, "",
			func(context.Context, op.Viewer, In) (op.None, error) { return op.None{}, nil }), nil
	}
	o, ok := known.Find(name)
	if !ok {
		return o, fmt.Errorf("page: there is no operation %s", name)
	}
	return o, nil
}
