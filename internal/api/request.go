package api

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// input reads the operation's input from the path and either the body or the query, and returns that too.
func (s *server) input(w http.ResponseWriter, r *http.Request, o op.Operation) (in any, content []byte, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Usage, "The part of the address after the question mark cannot be read.")
	}
	if !wire.TakesBody(o.Method) {
		in, err = s.fromQuery(r, o, query)
		return in, []byte(r.URL.RawQuery), err
	}
	if names := slices.Sorted(maps.Keys(query)); len(names) > 0 {
		return nil, nil, fault.New(fault.Usage, "There is no field %s here.", names[0]).WithField(names[0]).
			WithHint("Fields go into the body, as JSON.")
	}
	text, err := s.body(w, r)
	if err != nil {
		return nil, nil, err
	}
	in, err = s.set.Read(o, text, true, func(in reflect.Value) error { return s.fromPath(r, o, in, nil) })
	return in, text, err
}

// body reads the whole body, which must be JSON if there is one.
func (s *server) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.info.MaxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, fault.New(fault.TooLarge, "The request is larger than %d bytes.", large.Limit)
		}
		return nil, fault.Wrap(err, fault.Usage, "The request ended too early.")
	}
	if len(text) == 0 {
		return nil, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &statusError{
			http.StatusUnsupportedMediaType,
			fault.New(fault.Usage, "The body must be JSON.").
				WithHint("Send the header Content-Type: application/json."),
		}
	}
	return text, nil
}

// fromPath sets the fields that are part of the path and adds their names to given, when that is not nil.
func (s *server) fromPath(r *http.Request, o op.Operation, in reflect.Value, given map[string]bool) error {
	for _, f := range o.Fields() {
		if !f.InPath {
			continue
		}
		if err := wire.SetText(in.FieldByIndex(f.Index), f, r.PathValue(f.Name)); err != nil {
			return err
		}
		if given != nil {
			given[f.Name] = true
		}
	}
	return nil
}

// fromQuery reads the input of a request without a body. A list is its name several times; a value that is empty is not
// given, save text.
func (s *server) fromQuery(r *http.Request, o op.Operation, query url.Values) (any, error) {
	in := o.NewInput().Elem()
	given := map[string]bool{}
	if err := s.fromPath(r, o, in, given); err != nil {
		return nil, err
	}
	var names []string
	for _, f := range o.Fields() {
		if f.InPath {
			continue
		}
		names = append(names, f.Name)
		texts := wire.Texts(o, f, query[f.Name])
		delete(query, f.Name)
		if len(texts) > 1 && !f.IsList() {
			return nil, fault.New(fault.Usage, "%s was given %d times.", f.Name, len(texts)).WithField(f.Name)
		}
		value := in.FieldByIndex(f.Index)
		if f.IsList() && len(texts) > 0 {
			value.SetZero() // given values replace the default
		}
		for _, text := range texts {
			if text == "" && f.Type.Kind() != reflect.String && f.Type.Kind() != reflect.Bool {
				continue
			}
			if err := wire.SetText(value, f, text); err != nil {
				return nil, err
			}
			given[f.Name] = true
		}
	}
	if unknown := slices.Sorted(maps.Keys(query)); len(unknown) > 0 {
		return nil, wire.Unknown(unknown[0], names)
	}
	if err := s.set.Check(o, in, given); err != nil {
		return nil, err
	}
	return in.Interface(), nil
}
