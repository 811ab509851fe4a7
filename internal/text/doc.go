// Package text reads what people write: names, addresses, dates, words, and the one-line capture grammar, with the
// words of every language in package lang. Its functions are pure: they hold no state and do no input or output.
//
// Spans are byte offsets into the text as it was given, first included, last excluded.
package text
