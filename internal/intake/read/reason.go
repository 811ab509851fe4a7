package read

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gave.network/internal/fault"
)

// A reason says why a record was rejected. It travels and is stored as the English sentence, followed by the key of its
// translation and what the file says there, each behind a separator; because makes it, and whoever shows it translates
// it.

// reasonSeparator parts the sentence, its key and its values. Control characters in the values are dropped.
const reasonSeparator = "\x1f"

// Because gives a reason with what the file says in it. words_test.go sees its key.
func Because(key string, values ...string) string {
	if len(values) == 0 {
		return key
	}
	parts := []string{"", key}
	for _, value := range values {
		// A value may be a reason itself.
		parts = append(parts, strings.ReplaceAll(value, reasonSeparator, innerSeparator))
	}
	parts[0] = fmt.Sprintf(key, reasonValues(key, values, EnglishReason)...)
	return strings.Join(parts, reasonSeparator)
}

// innerSeparator is the separator within a value.
const innerSeparator = "\x1e"

// BecauseOf makes a reason of an error: what a fault says, with its hint, or what the system says of a file.
func BecauseOf(err error) string {
	var known *fault.Error
	if !errors.As(err, &known) {
		return Because("it cannot be read: %s", err.Error())
	}
	var values []string
	for _, arg := range known.Args {
		values = append(values, fmt.Sprint(arg))
	}
	reason := Because(known.Message, values...)
	if known.Hint != "" {
		return Because("%s %s", reason, known.Hint)
	}
	return reason
}

// reasonValues prepares the values of a key: numbers for %d, texts in the language that say gives for the others.
func reasonValues(key string, values []string, say func(string) string) []any {
	out := make([]any, len(values))
	verbs := reasonVerb.FindAllString(key, -1)
	for i, value := range values {
		out[i] = say(value)
		if n, err := strconv.Atoi(value); err == nil && i < len(verbs) && verbs[i] == "%d" {
			out[i] = n
		}
	}
	return out
}

var reasonVerb = regexp.MustCompile(`%[sdqv]`)

// EnglishReason is a reason as scripts get it.
func EnglishReason(reason string) string {
	english, _, _ := strings.Cut(reason, reasonSeparator)
	return english
}

// printer says an English sentence in the language of a reader.
type printer interface {
	T(key string, args ...any) string
}

// ReasonFor says in the reader's language why a record was rejected.
func ReasonFor(p printer, reason string) string {
	parts := strings.Split(reason, reasonSeparator)
	if len(parts) < 3 {
		if strings.Contains(reason, "%") {
			return reason
		}
		return p.T(reason)
	}
	return p.T(parts[1], reasonValues(parts[1], parts[2:], func(value string) string {
		return ReasonFor(p, strings.ReplaceAll(value, innerSeparator, reasonSeparator))
	})...)
}
