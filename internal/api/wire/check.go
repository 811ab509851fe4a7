package wire

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"gave.network/internal/fault"
)

// validate checks the fields against the schema and returns the first fault, in a fixed order.
func (s *Set) validate(schema *huma.Schema, fields map[string]any) error {
	result := &huma.ValidateResult{}
	huma.Validate(s.registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, fields, result)
	if len(result.Errors) == 0 {
		return nil
	}
	var details []*huma.ErrorDetail
	for _, err := range result.Errors {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			details = append(details, detail)
		}
	}
	if len(details) == 0 {
		return result.Errors[0]
	}
	// A name that nobody knows comes first: it is often the reason that another is missing.
	first := slices.MinFunc(details, func(a, b *huma.ErrorDetail) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Message, b.Message))
	})
	return explain(first, schema)
}

func rank(detail *huma.ErrorDetail) int {
	if detail.Message == validation.MsgUnexpectedProperty {
		return 0
	}
	return 1
}

// sentences says huma's findings in words that the catalogue can translate. %s is the field.
var sentences = map[string]string{
	validation.MsgExpectedBoolean:            "%s must be true or false.",
	validation.MsgExpectedInteger:            "%s must be a whole number.",
	validation.MsgExpectedNumber:             "%s must be a number.",
	validation.MsgExpectedString:             "%s must be text.",
	validation.MsgExpectedArray:              "%s must be a list.",
	validation.MsgExpectedObject:             "%s must be an object.",
	validation.MsgExpectedArrayItemsUnique:   "%s names something twice.",
	validation.MsgExpectedBase64String:       "%s must be base64.",
	validation.MsgExpectedRFC3339DateTime:    "%s must be a moment such as 2026-05-03T15:00:00Z.",
	validation.MsgExpectedRFC3339Date:        "%s must be a date such as 2026-05-03.",
	validation.MsgExpectedRFC3339Time:        "%s must be a time such as 15:00:00.",
	validation.MsgExpectedRFC5890Hostname:    "%s must be the name of a host.",
	validation.MsgExpectedRFCIPAddr:          "%s must be an internet address.",
	validation.MsgExpectedRFC6901JSONPointer: "%s must be a JSON pointer.",
}

// measured are the findings that end in a value. The second %s is that value.
var measured = []struct{ pattern, sentence string }{
	{validation.MsgExpectedRFC4122UUID, "%s must be an identifier such as 018f2a4c-7b1e-7c3a-9d5e-2f6b8a1c4d7e."},
	{validation.MsgExpectedRFC5322Email, "%s must be a mail address."},
	{validation.MsgExpectedRFC3986URI, "%s must be a web address."},
	{validation.MsgExpectedDuration, "%s must be a duration such as 1h30m."},
	{validation.MsgExpectedRegexp, "%s must be a regular expression."},
	{validation.MsgExpectedMinimumNumber, "%s must be at least %s."},
	{validation.MsgExpectedMaximumNumber, "%s must be at most %s."},
	{validation.MsgExpectedExclusiveMinimumNumber, "%s must be more than %s."},
	{validation.MsgExpectedExclusiveMaximumNumber, "%s must be less than %s."},
	{validation.MsgExpectedNumberBeMultipleOf, "%s must be a multiple of %s."},
	{validation.MsgExpectedMinLength, "%s must be at least %s characters long."},
	{validation.MsgExpectedMaxLength, "%s must be at most %s characters long."},
	{validation.MsgExpectedMinItems, "%s must name at least %s."},
	{validation.MsgExpectedMaxItems, "%s must name at most %s."},
	{validation.MsgExpectedMatchPattern, "%s must have the form %s."},
	{validation.MsgExpectedBePattern, "%s must be %s."},
}

// explain makes the fault of one finding.
func explain(detail *huma.ErrorDetail, schema *huma.Schema) error {
	name := detail.Location
	if sentence, ok := sentences[detail.Message]; ok {
		return fault.New(fault.Usage, sentence, name).WithField(name)
	}
	if detail.Message == validation.MsgUnexpectedProperty {
		return Unknown(name, slices.Collect(maps.Keys(schema.Properties)))
	}
	if missing, ok := between(detail.Message, validation.MsgExpectedRequiredProperty); ok {
		if name != "" {
			missing = name + "." + missing
		}
		return fault.New(fault.Usage, "%s is missing.", missing).WithField(missing)
	}
	if choices, ok := between(detail.Message, validation.MsgExpectedOneOf); ok {
		if given, isText := detail.Value.(string); isText {
			return fault.New(fault.Usage, "%s is one of %s, not %q.", name, choices, given).WithField(name)
		}
		return fault.New(fault.Usage, "%s is one of %s.", name, choices).WithField(name)
	}
	for _, m := range measured {
		if value, ok := between(detail.Message, m.pattern); ok {
			if strings.Count(m.sentence, "%s") == 1 {
				return fault.New(fault.Usage, m.sentence, name).WithField(name)
			}
			return fault.New(fault.Usage, m.sentence, name, value).WithField(name)
		}
	}
	return fault.New(fault.Usage, "%s does not fit: %s.", name, detail.Message).WithField(name)
}

// Unknown is the fault of a field that is not among the known ones.
func Unknown(name string, known []string) error {
	if near := Closest(name, known); near != "" {
		return fault.New(fault.Usage, "There is no field %s here; %s is the nearest.", name, near).WithField(name)
	}
	return fault.New(fault.Usage, "There is no field %s here.", name).WithField(name)
}

// between returns what a message has in the place of the pattern's only verb.
func between(message, pattern string) (string, bool) {
	i := strings.IndexByte(pattern, '%')
	if i < 0 {
		return "", false
	}
	rest, ok := strings.CutPrefix(message, pattern[:i])
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, pattern[i+2:])
}

// dotted turns a JSON pointer into the way that findings name a field: /people/0/name is people[0].name.
func dotted(pointer string) string {
	var out strings.Builder
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch {
		case part != "" && strings.Trim(part, "0123456789") == "":
			out.WriteString("[" + part + "]")
		case out.Len() == 0:
			out.WriteString(part)
		default:
			out.WriteString("." + part)
		}
	}
	return out.String()
}
