// Package text is what reading of people's texts stands on: folding, words and their stems, the language of a text, the
// ranking of texts, tokens, and the words of each language as they are looked up. Below it stand names, addresses,
// mailboxes, when and grammar. Their functions are pure: they hold no state and do no input or output.
//
// Spans are byte offsets into the text as it was given, first included, last excluded.
package text
