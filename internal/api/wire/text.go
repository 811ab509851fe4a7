package wire

import (
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// Texts returns the texts given for a field, each split where the tag split of the field says: with split:"," the text
// a,b is two. JSON has lists of its own and is never split.
func Texts(o op.Operation, f op.Field, texts []string) []string {
	separator := o.In.FieldByIndex(f.Index).Tag.Get("split")
	if separator == "" || !f.IsList() {
		return texts
	}
	var out []string
	for _, text := range texts {
		for part := range strings.SplitSeq(text, separator) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// SetText sets a field from text, as flags and query parameters have it; a list takes one more value each time. It is
// op.SetText with faults that say in one sentence what is wanted, and with objects read as strictly as a body.
func SetText(value reflect.Value, f op.Field, text string) error {
	kind := f.Type
	if f.IsList() {
		kind = kind.Elem()
	}
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	moment, identifier := kind == reflect.TypeFor[time.Time](), kind == reflect.TypeFor[id.ID]()
	if kind.Kind() == reflect.Struct && !moment {
		if err := json.Unmarshal([]byte(text), reflect.New(kind).Interface(),
			json.RejectUnknownMembers(true)); err != nil {
			return fault.Wrap(err, fault.Usage, "%s: %q is not JSON of the right shape.", f.Name, text).
				WithField(f.Name)
		}
	}
	err := op.SetText(value, f.Name, text)
	if err == nil {
		return nil
	}
	sentence := ""
	switch {
	case identifier:
		sentence = "%s: %q is not an identifier."
	case moment:
		sentence = "%s: %q is not a date such as 2026-05-03 or 2026-05-03T15:00:00Z."
	case kind.Kind() == reflect.Bool:
		sentence = "%s: %q is not true or false."
	case kind.Kind() >= reflect.Int && kind.Kind() <= reflect.Uint64:
		sentence = "%s: %q is not a whole number."
	case kind.Kind() == reflect.Float64:
		sentence = "%s: %q is not a number."
	case kind.Kind() == reflect.Struct, kind.Kind() == reflect.Map:
		sentence = "%s: %q is not JSON of the right shape."
	default:
		return err
	}
	return fault.Wrap(err, fault.Usage, sentence, f.Name, text).WithField(f.Name)
}
