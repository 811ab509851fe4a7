package erase

import "gave.network/internal/lang"

// commonWords are names that are also ordinary words: a text is not emptied of them because somebody of that name is
// erased.
var commonWords = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range lang.Words("names", "ordinary") {
		all[word] = true
	}
	return all
}()
