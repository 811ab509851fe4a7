package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"unicode"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/praise/boast"
)

// The archives of mailing lists. People on them ask and answer about their work: nearly nothing of it is boasting, and
// much of it begins with "I".
const talkToLearn = "twisted-python-2003.mbox.gz"

var talkToMeasure = []string{"r-sig-mixed-models-2009-2010.mbox.gz", "spamassassin-easy-ham-1.mbox.gz"}

// How many sentences are taken of an archive, and what each counts.
const (
	talkSentences = 1500
	talkWeight    = 0.4
)

// sentencesOf draws sentences from an archive, without what is quoted, code and tables.
func sentencesOf(path string) ([]boast.Example, error) {
	var all []string
	if _, err := formats.ReadLetters(context.Background(), path, func(m read.Letter) error {
		var paragraph []string
		flush := func() {
			for _, s := range boast.Sentences(strings.Join(paragraph, " ")) {
				if isTalk(s) {
					all = append(all, s)
				}
			}
			paragraph = nil
		}
		for line := range strings.SplitSeq(m.Text, "\n") {
			if trimmed := strings.TrimSpace(line); trimmed == "" || strings.ContainsAny(trimmed[:1], ">|-#*") ||
				strings.HasPrefix(line, "    ") {
				flush()
				continue
			}
			paragraph = append(paragraph, strings.TrimSpace(line))
		}
		flush()
		return nil
	}); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(3, 4))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var out []boast.Example
	for _, s := range all[:min(len(all), talkSentences)] {
		out = append(out, boast.Example{Text: s, Lang: "en", Weight: talkWeight})
	}
	return out, nil
}

// isTalk says whether a text is a sentence of some words rather than code, a table or a signature.
func isTalk(s string) bool {
	letters, others := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || r == ' ':
			letters++
		default:
			others++
		}
	}
	words := len(strings.Fields(s))
	return words >= 5 && words <= 50 && letters > 9*others && boast.LanguageOf(s) == "en"
}

// plainMeasure is how much of what does not boast is marked.
func plainMeasure(m *boast.Model, name string, list []boast.Example) boast.Plain {
	n := 0
	for _, e := range list {
		if m.Score(e.Text, e.Lang) >= m.Threshold[e.Lang] {
			n++
		}
	}
	return boast.Plain{
		Set: name, Sentences: len(list), Marked: float64(n) / float64(len(list)),
	}
}
