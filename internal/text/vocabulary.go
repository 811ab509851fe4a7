package text

import (
	"strings"

	"gave.network/internal/lang"
)

// The words of the capture grammar, folded: those of all languages side by side, because lines mix them.

// mediumWords tell how people were in contact.
var mediumWords = kinds("capture", "medium.")

// shyMedia are medium words that mean much else: they count at the start of a statement or next to a person only.
var shyMedia = words("capture", "shy.medium")

func mediumOf(t token) (string, bool) {
	if t.kind != wordToken {
		return "", false
	}
	medium, ok := mediumWords[t.word]
	return medium, ok
}

// glue are words that a statement can do without.
var glue = words("capture", "glue")

var (
	withWords  = words("capture", "with")
	andWords   = words("capture", "and")
	placeWords = words("capture", "place")
	topicWords = words("capture", "topic")
	pronouns   = words("capture", "pronoun")
	adverbs    = words("capture", "adverb")
	planned    = words("capture", "planned")
	selves     = words("capture", "self")
	articles   = words("capture", "article")
	// strongLeads stand right before a person, also before one who is not known yet.
	strongLeads = words("capture", "lead.strong")
	// weakLeads may stand before a person; a new one must have a usual given name.
	weakLeads = words("capture", "lead.weak")
)

// A predicate is a turn that says something of the person before it.
type predicate struct {
	words []string // in this order, each right behind the one before
	kind  Kind
	fact  string
	tail  string // a word that closes the statement: heeft … nodig
}

// said are the sections of turns that say something of a person. What stands between the opening and the closing word
// of a turn is written "…".
var said = []struct {
	section, fact string
	kind          Kind
}{
	{"says.need", "", KindNeed},
	{"says.interest", "", KindInterest},
	{"says.organisation", "organisation", KindFact},
	{"says.role", "role", KindFact},
	{"says.place", "place", KindFact},
	{"says.birthday", "birthday", KindFact},
	{"says.phone", "phone", KindFact},
	{"says.skill", "skill", KindFact},
	{"says.is", "is", KindFact}, // is designer at ACME
}

// predicatesBy finds the predicates that begin with a word, longest first as far as they begin alike.
var predicatesBy = func() map[string][]predicate {
	by := make(map[string][]predicate)
	for _, s := range said {
		for _, turn := range lang.Words("capture", s.section) {
			opening, tail, _ := strings.Cut(turn, " … ")
			p := predicate{words: strings.Fields(opening), kind: s.kind, fact: s.fact, tail: tail}
			by[p.words[0]] = append(by[p.words[0]], p)
		}
	}
	return by
}()

var (
	gaveWords  = words("capture", "verb.gave")
	sentWords  = words("capture", "verb.sent")
	timeWords  = words("capture", "verb.helped")
	referWords = words("capture", "verb.referred")
	gotWords   = words("capture", "verb.got")
	askWords   = words("capture", "verb.asked")
	everyone   = words("capture", "everyone")
	// participles close a Dutch statement, behind what was given or came in.
	participles = words("capture", "participle")
	// introWords tell of two people being brought together.
	introWords = words("capture", "verb.introduced")
)

var (
	giftNouns   = kinds("capture", "gift.")   // the kind of a gift
	returnNouns = kinds("capture", "return.") // the kind of what came in
)
