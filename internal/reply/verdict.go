package reply

import (
	"slices"
	"strings"

	"gave.network/internal/text"
)

// Verdict is what an answer says to a question of yes and no.
type Verdict int

// The verdicts.
const (
	Doubtful Verdict = iota
	Yes
	No
)

// mostVerdict is of how many words an answer is that is taken as plain.
const mostVerdict = 60

var (
	yes   = folded("yes")
	no    = folded("no")
	doubt = text.WordSet("replies", "doubt")
)

// Meant says whether words are a plain yes or a plain no. They are when they begin with one, hold nothing of the other,
// no condition and no question; all else is doubtful, and a person decides.
func Meant(words string) Verdict {
	if strings.Contains(words, "?") {
		return Doubtful
	}
	list := strings.FieldsFunc(text.Fold(words), func(r rune) bool { return !text.IsWordRune(r) && r != '\'' })
	if len(list) == 0 || len(list) > mostVerdict || slices.ContainsFunc(list, func(w string) bool { return doubt[w] }) {
		return Doubtful
	}
	said := " " + strings.Join(list, " ") + " "
	holds := func(phrases []string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(said, " "+p+" ") })
	}
	// A greeting may stand before it.
	first, _, _ := strings.Cut(strings.TrimSpace(words), "\n")
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(words), first))
	begins := func(phrases []string) bool {
		return beginsWith(words, phrases) || len(strings.Fields(first)) <= 3 && beginsWith(rest, phrases)
	}
	switch {
	case begins(yes) && !holds(no) && !holds(not):
		return Yes
	case begins(no) && !holds(yes):
		return No
	}
	return Doubtful
}

// not are the words that turn a yes around.
var not = folded("not")

func beginsWith(words string, phrases []string) bool {
	said := strings.Join(strings.FieldsFunc(text.Fold(words), func(r rune) bool {
		return !text.IsWordRune(r) && r != '\''
	}), " ") + " "
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.HasPrefix(said, p+" ") })
}
