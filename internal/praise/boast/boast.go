// Package boast reads a draft sentence by sentence and says where it boasts, of what kind, why, and how the sentence
// could turn outward. The model is small, learnt in Go (see train), and its quality is printed with it. It stores
// nothing.
//
// Boasting is a speech act that shows oneself in a good light by what one did, is or has (Jin, Preoţiuc-Pietro, Doğruöz
// & Aletras, Automatic Identification and Classification of Bragging in Social Media, ACL 2022), whose data it learns
// from. Good news about others, thanks and plain facts are not.
package boast

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gave.network/internal/text"
)

// Kind is what a sentence boasts of, after Jin et al. 2022.
type Kind string

// The kinds.
const (
	Achievement Kind = "achievement"
	Action      Kind = "action"
	Feeling     Kind = "feeling"
	Trait       Kind = "trait"
	Possession  Kind = "possession"
	Affiliation Kind = "affiliation"
)

var kinds = []Kind{Achievement, Action, Feeling, Trait, Possession, Affiliation}

// Reason is why a sentence was marked, or how it could turn outward; English, and the key of its translation.
type Reason string

// The reasons.
const (
	ReasonReach       Reason = "It says what you achieved."
	ReasonTrait       Reason = "It praises what you are."
	ReasonHave        Reason = "It shows what you have."
	ReasonGlad        Reason = "It shows your pride."
	ReasonTold        Reason = "It passes on how others praise you."
	ReasonKin         Reason = "It shines through the people around you."
	ReasonSuperlative Reason = "It uses a superlative."
	ReasonNumber      Reason = "It puts a figure to it."
	ReasonVery        Reason = "It uses strong words."
	ReasonFirst       Reason = "You are its subject."
	ReasonWhole       Reason = "It reads as a whole like praise of yourself."
)

// The turns outward.
const (
	TurnAchievement Reason = "Name who made it possible, or show the work itself so that others can use it."
	TurnAction      Reason = "Say what it brought to whom, or what others can take from it."
	TurnFeeling     Reason = "Thank the person who gave you this feeling, by name."
	TurnTrait       Reason = "Leave the judgement to others: give an example that is of use, or ask somebody to say it."
	TurnPossession  Reason = "Leave it out, or offer it: what can others do with it?"
	TurnAffiliation Reason = "Let it be about them: say what they did and why it deserves attention."
)

var turns = map[Kind]Reason{
	Achievement: TurnAchievement, Action: TurnAction, Feeling: TurnFeeling, Trait: TurnTrait,
	Possession: TurnPossession, Affiliation: TurnAffiliation,
}

// Verdict is how one sentence was judged.
type Verdict struct {
	Text        string
	Boast       bool
	Probability float64 // that a reader would call it boasting, from 0 to 1
	Kind        Kind    // empty when it does not boast
	Why         []Reason
	Suggestion  Reason // the turn outward; empty when it does not boast
	Pillar      Pillar
}

// Languages that can be judged.
var Languages = []string{"nl", "en"}

// LanguageOf returns the language of a text among Languages; English when it cannot be told.
func LanguageOf(s string) string {
	if text.Language(s) == "nl" {
		return "nl"
	}
	return "en"
}

// Sentence judges one sentence. The language is nl or en.
func Sentence(s, lang string) Verdict {
	m := loaded()
	p := phraseOf(s, lang)
	e := m.judge(&p, lang)
	v := Verdict{Text: s, Probability: m.probability(e.score, lang)}
	if len(p.words) == 0 {
		v.Probability = 0
	}
	if v.Boast = v.Probability >= 0.5; v.Boast {
		v.Kind = m.kind(&e)
		v.Why = why(&p, &e)
		v.Suggestion = turns[v.Kind]
	}
	v.Pillar = p.pillar(lang, v.Boast)
	return v
}

// Check judges a text sentence by sentence. The language is that of the text as a whole when lang is empty.
func Check(s, lang string) []Verdict {
	if lang == "" {
		lang = LanguageOf(s)
	}
	sentences := Sentences(s)
	out := make([]Verdict, len(sentences))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sentences)) { // each takes some twenty milliseconds
		all.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(sentences); i = next.Add(1) - 1 {
				out[i] = Sentence(sentences[i], lang)
			}
		})
	}
	all.Wait()
	return out
}

// shortWords is up to how many words a text is judged in one, as the tweets were that the model learnt from.
const shortWords = 80

// Whole judges a text in one: a short one as it stands, a longer one by its strongest sentence.
func Whole(s, lang string) Verdict {
	if len(strings.Fields(s)) <= shortWords {
		return Sentence(s, lang)
	}
	best := Verdict{Text: s}
	for _, v := range Check(s, lang) {
		if v.Probability > best.Probability {
			best = v
		}
	}
	return best
}

// speaks says which linguistic features speak for which reason.
var speaks = map[string]Reason{
	"first then reach": ReasonReach, "mine then reach": ReasonReach, "self with reach": ReasonReach,
	"reach": ReasonReach, "we with reach": ReasonReach,
	"first then good": ReasonTrait, "mine then good": ReasonTrait, "self with good": ReasonTrait, "good": ReasonTrait,
	"have": ReasonHave, "first then have": ReasonHave, "mine then have": ReasonHave, "self with have": ReasonHave,
	"glad": ReasonGlad, "first then glad": ReasonGlad, "self with glad": ReasonGlad,
	"told": ReasonTold, "first then told": ReasonTold, "told then self": ReasonTold, "good then self": ReasonTold,
	"kin": ReasonKin, "mine then kin": ReasonKin, "self with kin": ReasonKin,
	"superlative": ReasonSuperlative, "self with superlative": ReasonSuperlative,
	"number": ReasonNumber, "self with number": ReasonNumber, "money": ReasonNumber,
	"very": ReasonVery, "first then very": ReasonVery, "mine then very": ReasonVery,
	"first": ReasonFirst, "starts with first": ReasonFirst, "any first": ReasonFirst, "self": ReasonFirst,
	"first without may": ReasonFirst, "first then past": ReasonFirst,
}

// mostReasons is how many reasons are told; more would be a list of suspicions.
const mostReasons = 3

// why returns what in the sentence speaks for the verdict, the strongest first.
func why(p *phrase, e *evidence) []Reason {
	sum := map[Reason]float64{}
	for i, f := range e.features {
		if reason, ok := speaks[f.name]; ok && f.value > 0 && e.part[i] > 0 {
			sum[reason] += e.part[i]
		}
	}
	var out []Reason
	for reason := range sum {
		out = append(out, reason)
	}
	slices.SortFunc(out, func(a, b Reason) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	if len(out) == 0 {
		return []Reason{ReasonWhole}
	}
	return out[:min(len(out), mostReasons)]
}

// Card is what is known of the model's quality.
type Card struct {
	Trained  string    `json:"trained"` // on what
	Vectors  string    `json:"vectors"`
	Measured []Measure `json:"measured"`
	Plain    []Plain   `json:"plain"`
	Limits   []string  `json:"limits"`
}

// Plain is how much of a mailing list is marked, where nearly nothing boasts.
type Plain struct {
	Set       string  `json:"set"`
	Sentences int     `json:"sentences"`
	Marked    float64 `json:"marked"` // share, from 0 to 1
}

// Measure is the quality on one set of sentences that the model did not learn from.
type Measure struct {
	Set       string             `json:"set"`
	Lang      string             `json:"lang"`
	Sentences int                `json:"sentences"`
	Boasts    int                `json:"boasts"`
	MacroF1   float64            `json:"macro_f1"`
	Low       float64            `json:"low"` // 95 % of samples drawn again from the set lie between low and high
	High      float64            `json:"high"`
	Precision float64            `json:"precision"` // of what is called boasting, the share that is
	Recall    float64            `json:"recall"`    // of what is boasting, the share that is found
	Baselines map[string]float64 `json:"baselines"` // macro F1 of simpler ways
}

// KeptBack begins the name of a set of sentences that were written before anything was changed for them.
const KeptBack = "kept-back sentences, "

// About returns what is known of the model's quality.
func About() Card { return loaded().Card }
