package fault

import (
	"errors"
	"regexp"
)

// Discreet says an error in words for the log: nothing of what a person is called, or where they are written to, is in
// it. Of a fault that is its sentence before any words were filled in; of causes, which come from libraries, what
// stands between quotation marks and what looks like a mail address, a path below a directory, or a value that a
// database repeats, is left out.
func Discreet(err error) string {
	var known *Error
	if !errors.As(err, &known) {
		return Mask(err.Error())
	}
	text := known.Message
	if known.Cause != nil {
		text += ": " + Discreet(known.Cause)
	}
	return text
}

// private finds in a text of a library what may be about a person.
var private = regexp.MustCompile(`"[^"\n]*"|'[^'\n]*'|«[^»\n]*»|“[^”\n]*”|=\([^)\n]*\)|[^\s@<>,;:"]+@[^\s@<>,;:"]+|(?:[A-Za-z]:)?(?:[/\\][^\s/\\:]+){2,}`)

// Mask returns the text without what may be about a person. Lines of Go source in a stack keep their place.
func Mask(text string) string {
	return private.ReplaceAllStringFunc(text, func(found string) string {
		if source.MatchString(found) {
			return found
		}
		return "…"
	})
}

// source is the path of a file of Go in a stack, which names nobody.
var source = regexp.MustCompile(`\.go$`)
