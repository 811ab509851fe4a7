package praise

import (
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Thanks are what somebody thanked the viewer for in the subject of a mail, which is all of a mail that is kept.
type Thanks struct {
	Person  id.ID
	Subject string // as it was written
	About   string // for what; empty when the subject does not say so
	At      time.Time
}

var (
	thanksOpen    = thanksLines("opening")
	thanksMachine = thanksLines("machine")
	thanksRefuse  = thanksLines("refusal")
	thanksFor     = thanksLines("for")
)

// thanksLines are the phrases of a section of the lists on thanks, as words, the longest first.
func thanksLines(section string) [][]string {
	var out [][]string
	for _, line := range lang.Words("thanks", section) {
		out = append(out, text.Words(line))
	}
	slices.SortStableFunc(out, func(a, b []string) int { return len(b) - len(a) })
	return out
}

// holds says whether some words have one of the phrases.
func holds(words []string, phrases [][]string) bool {
	for i := range words {
		if slices.ContainsFunc(phrases, func(p []string) bool { return begins(words[i:], p) }) {
			return true
		}
	}
	return false
}

func begins(words, phrase []string) bool {
	return len(words) >= len(phrase) && slices.Equal(words[:len(phrase)], phrase)
}

// thanksOf reads the subject of a mail: whether it thanks one person for something that was done, and for what. Answers
// are not read: they bear the subject of what they answer. What a shop, a form or a newsletter thanks for is no thanks.
func thanksOf(subject string) (about string, ok bool) {
	bare, list, answers := text.Subject(subject)
	words := text.Words(bare)
	if answers || list != "" || holds(words, thanksRefuse) || holds(words, thanksMachine) {
		return "", false
	}
	for _, opening := range thanksOpen {
		if begins(words, opening) {
			return aboutOf(bare), true
		}
		if n := len(words) - len(opening); n > 0 && slices.Equal(words[n:], opening) {
			return "", true
		}
	}
	return "", false
}

// aboutOf returns what stands behind "for", without the marks around it.
func aboutOf(bare string) string {
	fields := strings.Fields(bare)
	for i := range fields {
		for _, after := range thanksFor {
			end := i + len(after)
			if i > 0 && end < len(fields) && slices.Equal(text.Words(strings.Join(fields[i:end], " ")), after) {
				return strings.Trim(strings.Join(fields[end:], " "), " .,;:!?–—-")
			}
		}
	}
	return ""
}
