// Package decimal tells numbers that are zero from numbers that become zero when they are read.
package decimal

import "strings"

// IsZero says whether the text of a number, as strconv.ParseFloat reads it, has no other digit than 0 before its
// exponent. A text that is read as 0 and is not zero was too small for the bits that it was read with.
func IsZero(text string) bool {
	digits, exponent := "123456789", "eE"
	if hex := strings.TrimLeft(text, "+-"); len(hex) > 1 && hex[0] == '0' && (hex[1] == 'x' || hex[1] == 'X') {
		digits, exponent = "123456789abcdefABCDEF", "pP"
	}
	if end := strings.IndexAny(text, exponent); end >= 0 {
		text = text[:end]
	}
	return !strings.ContainsAny(text, digits)
}
