package text

import (
	"strings"

	"gave.network/internal/lang"
)

var (
	answerMarks  = subjectMarks("subject.answers")
	forwardMarks = subjectMarks("subject.forwards")
)

func subjectMarks(section string) map[string]bool {
	out := map[string]bool{}
	for _, word := range lang.Words("exports", section) {
		out[word] = true
	}
	return out
}

// longestMark is how many bytes a mark of a subject has at most, and longestTag the name of a list before it.
const (
	longestMark = 6
	longestTag  = 40
)

// Subject takes what programs put before the subject of a mail off it: "Re: [gardeners] Trees" is about trees, on the
// list gardeners, and an answer. list is the first such name, in small letters.
func Subject(s string) (bare, list string, answers bool) {
	s = strings.TrimSpace(s)
	for {
		before := s
		if strings.HasPrefix(s, "[") {
			if i := strings.IndexByte(s, ']'); i > 0 && i < longestTag && strings.TrimSpace(s[i+1:]) != "" {
				if list == "" {
					list = strings.ToLower(strings.TrimSpace(s[1:i]))
				}
				s = strings.TrimSpace(s[i+1:])
			}
		}
		if mark, rest, ok := strings.Cut(s, ":"); ok && len(mark) <= longestMark {
			word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(mark)), "[")
			switch {
			case answerMarks[word]:
				s, answers = strings.TrimSpace(rest), true
			case forwardMarks[word]:
				s = strings.TrimSpace(rest)
			}
		}
		if s == before {
			return s, list, answers
		}
	}
}
