package grammar

import (
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// The words of the capture grammar, folded: those of all languages side by side, because lines mix them.

// mediumWords tell how people were in contact.
var mediumWords = text.Kinds("capture", "medium.")

// shyMedia are medium words that mean much else: they count at the start of a statement or next to a person only.
var shyMedia = text.WordSet("capture", "shy.medium")

func mediumOf(t text.Token) (string, bool) {
	if t.Kind != text.WordToken {
		return "", false
	}
	medium, ok := mediumWords[t.Word]
	return medium, ok
}

// glue are words that a statement can do without.
var glue = text.WordSet("capture", "glue")

var (
	withWords  = text.WordSet("capture", "with")
	andWords   = text.WordSet("capture", "and")
	placeWords = text.WordSet("capture", "place")
	topicWords = text.WordSet("capture", "topic")
	pronouns   = text.WordSet("capture", "pronoun")
	adverbs    = text.WordSet("capture", "adverb")
	planned    = text.WordSet("capture", "planned")
	selves     = text.WordSet("capture", "self")
	articles   = text.WordSet("capture", "article")
	// strongLeads stand right before a person, also before one who is not known yet.
	strongLeads = text.WordSet("capture", "lead.strong")
	// weakLeads may stand before a person; a new one must have a usual given name.
	weakLeads = text.WordSet("capture", "lead.weak")
)

// A predicate is a turn that says something of the person before it.
type predicate struct {
	words []string // in this order, each right behind the one before
	kind  Kind
	fact  string
	tail  string // a word that closes the statement: heeft … nodig
}

// factSections are the sections of turns that say something of a person. What stands between the opening and the
// closing word of a turn is written "…".
var factSections = []struct {
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
	for _, s := range factSections {
		for _, turn := range lang.Words("capture", s.section) {
			opening, tail, _ := strings.Cut(turn, " … ")
			p := predicate{words: strings.Fields(opening), kind: s.kind, fact: s.fact, tail: tail}
			by[p.words[0]] = append(by[p.words[0]], p)
		}
	}
	return by
}()

var (
	gaveWords  = text.WordSet("capture", "verb.gave")
	sentWords  = text.WordSet("capture", "verb.sent")
	timeWords  = text.WordSet("capture", "verb.helped")
	referWords = text.WordSet("capture", "verb.referred")
	gotWords   = text.WordSet("capture", "verb.got")
	askWords   = text.WordSet("capture", "verb.asked")
	everyone   = text.WordSet("capture", "everyone")
	// participles close a Dutch statement, behind what was given or came in.
	participles = text.WordSet("capture", "participle")
	// introWords tell of two people being brought together.
	introWords = text.WordSet("capture", "verb.introduced")
)

var (
	giftNouns   = text.Kinds("capture", "gift.")   // the kind of a gift
	returnNouns = text.Kinds("capture", "return.") // the kind of what came in
)
