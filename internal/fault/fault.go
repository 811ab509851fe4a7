// Package fault is the one error type of Gave: a machine code, one sentence
// for people, a hint that says what can be done, and the cause for the log.
//
// The sentence and the hint are English format strings. They double as keys in
// the translation catalogue (package locale), so that every face can say them
// in the reader's language.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of failure this is, for programs.
type Code string

// The codes, each with the HTTP status and the exit code it leads to.
const (
	Invalid         Code = "invalid"         // the input cannot be used: 422, exit 1
	Usage           Code = "usage"           // wrong flags or arguments: 400, exit 2
	NotFound        Code = "not_found"       // it is not there, or not visible to the viewer: 404
	Conflict        Code = "conflict"        // it clashes with what is stored: 409
	Changed         Code = "changed"         // it is not any more as it was when it was looked at: 412
	Unauthenticated Code = "unauthenticated" // nobody is signed in: 401
	Forbidden       Code = "forbidden"       // the viewer may not do this: 403
	TooLarge        Code = "too_large"       // larger than the stated limit: 413
	TooMany         Code = "too_many"        // rate limit: 429
	Unavailable     Code = "unavailable"     // database locked, disk full, server gone: 503
	Internal        Code = "internal"        // a fault of ours: 500
)

// Error is a failure with words that a person can act on.
type Error struct {
	Code    Code
	Message string // English format string, one sentence, also the translation key
	Args    []any  // arguments of Message
	Hint    string // what can be done, English, also a translation key; may be empty
	// PageHint stands in the place of Hint on a page, where nobody can give a command; empty when Hint names none.
	PageHint string
	Field    string // the input field at fault; may be empty
	// Unclear are the references of the input that can mean several, for a face that can ask; empty for other failures.
	Unclear []Unclear
	// Unknown is a name in the input that nobody has, for a face that can add who bears it; empty for other failures.
	Unknown string
	Cause   error // for the log only; may be nil
}

// Error returns the English sentence, with the hint and without the cause.
func (e *Error) Error() string {
	text := fmt.Sprintf(e.Message, e.Args...)
	if e.Hint != "" {
		text += " " + e.Hint
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error with a sentence for people.
func New(code Code, message string, args ...any) *Error {
	return &Error{Code: code, Message: message, Args: args}
}

// Wrap makes an error with a sentence for people and a cause for the log.
func Wrap(cause error, code Code, message string, args ...any) *Error {
	return &Error{Code: code, Message: message, Args: args, Cause: cause}
}

// WithHint returns the error with a sentence that says what can be done.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// OnPage returns the error with another sentence that says what can be done on a page, in the place of a hint that
// names a command.
func (e *Error) OnPage(hint string) *Error {
	e.PageHint = hint
	return e
}

// WithField returns the error with the name of the input field at fault.
func (e *Error) WithField(field string) *Error {
	e.Field = field
	return e
}

// Unclear is a reference that can mean several.
type Unclear struct {
	Reference string
	Choices   []Choice // the likeliest first
}

// Choice is one of those that a reference can mean.
type Choice struct {
	ID, Name string
	Detail   string // tells it from the others, in the reader's language; may be empty
}

// Asking returns the error with the references about which a face can ask.
func (e *Error) Asking(list ...Unclear) *Error {
	e.Unclear = append(e.Unclear, list...)
	return e
}

// Naming returns the error with the name that nobody has.
func (e *Error) Naming(unknown string) *Error {
	e.Unknown = unknown
	return e
}

// UnknownIn returns the name of the input that nobody has; empty for other failures.
func UnknownIn(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Unknown
	}
	return ""
}

// UnclearIn returns the references of the input about which a face can ask; none for other failures.
func UnclearIn(err error) []Unclear {
	var e *Error
	if errors.As(err, &e) {
		return e.Unclear
	}
	return nil
}

// CodeOf returns the code of err, Internal when it has none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// FieldOf returns the input field at fault; empty when err names none.
func FieldOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

// About says that err is about an input field, unless it names one itself.
func About(err error, field string) error {
	var e *Error
	if !errors.As(err, &e) || e.Field != "" {
		return err
	}
	about := *e
	about.Field = field
	return &about
}
