package duties

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// yes is the value of a field that says yes; empty for no.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// months is a number of months in a field; empty for none.
func months(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// contactLines are people with how to reach them.
func contactLines(list []Contact) []string {
	var out []string
	for _, c := range list {
		out = append(out, contactLine(c))
	}
	return out
}

// address is where a request stands.
func address(r Request) templ.SafeURL { return templ.SafeURL("/duties/requests/" + r.ID.String()) }

// capital begins a line with a capital.
func capital(line string) string {
	first, size := utf8.DecodeRuneInString(line)
	return string(unicode.ToUpper(first)) + line[size:]
}
