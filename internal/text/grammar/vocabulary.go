package grammar

import (
	"strings"
	"sync"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
	"gave.network/internal/text/when"
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
	{"says.job", "job", KindFact}, // werkt, where "bij" or "als" follows
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
	// givenAs are verbs that say what kind of gift it was: uitgeleend, tipped.
	givenAs = text.Kinds("capture", "gave.")
	// broughtAs are verbs that say what came in: hired, uitgenodigd.
	broughtAs      = text.Kinds("capture", "brought.")
	forwardedWords = text.WordSet("capture", "verb.forwarded")
	borrowedWords  = text.WordSet("capture", "verb.borrowed") // with whom it came from: geleend van @bob
	invitedWords   = text.WordSet("capture", "verb.invited")
	haveWords      = text.WordSet("capture", "have")     // behind a subject of the third person: @bob heeft … geleend
	ownWords       = text.WordSet("capture", "self.own") // mijn, my
	everyone       = text.WordSet("capture", "everyone")
	// participles close a Dutch statement, behind what was given or came in.
	participles = func() map[string]bool {
		set := text.WordSet("capture", "participle")
		for _, list := range []map[string]string{text.Kinds("capture", "gave."), text.Kinds("capture", "brought.")} {
			for word := range list {
				set[word] = set[word] || isParticiple(word)
			}
		}
		for word := range text.WordSet("capture", "done.for", "verb.ordered", "carried") {
			set[word] = set[word] || isParticiple(word)
		}
		return set
	}()
	// introWords tell of two people being brought together.
	introWords = text.WordSet("capture", "verb.introduced")
)

// vocabulary are all words that the grammar or dates know.
var vocabulary = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, list := range []string{"capture", "dates"} {
		for _, lines := range lang.Under(list, "") {
			for _, line := range lines {
				for word := range strings.FieldsSeq(text.Fold(line)) {
					set[word] = true
				}
			}
		}
	}
	return set
})

// isVocabulary tells whether a word in small letters means something else than a name. A month that is a given name too
// counts as a name: jan.
func isVocabulary(word string) bool {
	return vocabulary()[word] && (!names.IsGiven(word) || !when.IsMonth(word) || glue[word])
}

var (
	giftNouns   = text.Kinds("capture", "gift.")   // the kind of a gift
	returnNouns = text.Kinds("capture", "return.") // the kind of what came in
)

// isParticiple tells a word in the shape of a participle that is no past tense as well: ge…d, meege…, but not …ed.
func isParticiple(word string) bool {
	for _, s := range shapes("shape.did") {
		if s.start != "" && hasShape(word, []shape{s}) {
			return true
		}
	}
	return false
}
