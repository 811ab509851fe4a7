// Package text reads what people write: names, addresses, dates, words, and the one-line capture grammar, in Dutch and
// English. Its functions are pure: they hold no state, do no input or output, and import nothing else of Gave.
//
// Spans are byte offsets into the text as it was given, first included, last excluded.
package text
