package praise

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/praise/boast"
)

// LongestDraft is how much can be checked at once, in characters: some ten pages.
const LongestDraft = 20_000

// Check judges a draft and words the verdicts with p. The language is nl, en, or empty to find it out.
func Check(p *locale.Printer, draft, lang string) (CheckOutput, error) {
	switch {
	case strings.TrimSpace(draft) == "":
		return CheckOutput{}, fault.New(fault.Invalid, "There is no text to check.").WithField("text")
	case !utf8.ValidString(draft):
		return CheckOutput{}, fault.New(fault.Invalid, "The text is not in UTF-8.").WithField("text")
	case utf8.RuneCountInString(draft) > LongestDraft:
		return CheckOutput{}, fault.New(fault.TooLarge, "At most %d characters can be checked at once.", LongestDraft).
			WithHint("Check it in parts.").WithField("text")
	}
	if lang == "" {
		lang = boast.LanguageOf(draft)
	}
	out := CheckOutput{Language: lang, Sentences: []SentenceOutput{}}
	var m boast.Meter
	for _, verdict := range boast.Check(draft, lang) {
		one := Worded(p, verdict)
		m.Count(verdict.Pillar)
		if one.Boast {
			out.Boasts++
		}
		out.Sentences = append(out.Sentences, one)
	}
	out.MeterOutput = meterOf(m)
	return out, nil
}

// Worded says a verdict in the words of p.
func Worded(p *locale.Printer, verdict boast.Verdict) SentenceOutput {
	out := SentenceOutput{
		Text: verdict.Text, Boast: verdict.Boast, Probability: verdict.Probability, Kind: string(verdict.Kind),
		Why: []string{}, Pillar: string(verdict.Pillar),
	}
	for _, reason := range verdict.Why {
		out.Why = append(out.Why, p.T(string(reason)))
	}
	if verdict.Suggestion != "" {
		out.Suggestion = p.T(string(verdict.Suggestion))
	}
	return out
}

// setName is the name of a set of sentences in the reader's language; the card has it in English.
func setName(p *locale.Printer, m boast.Measure) string {
	if strings.HasPrefix(m.Set, "tweets") {
		return p.T("tweets, drawn at random")
	}
	name := m.Lang
	for _, l := range locale.All {
		if string(l.Lang) == m.Lang {
			name = l.Name
		}
	}
	if strings.HasPrefix(m.Set, boast.KeptBack) {
		return p.T("our own sentences, kept back (%s)", name)
	}
	return p.T("our own sentences from professional life (%s)", name)
}

func two(x float64) string { return fmt.Sprintf("%.3f", x) }
