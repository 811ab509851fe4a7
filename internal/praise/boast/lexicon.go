package boast

import "gave.network/internal/lang"

// A class is a set of words that do the same work in a sentence. Features speak of classes, so that one set of
// weights serves all languages.
type class int

const (
	first   class = iota // I
	mine                 // my
	object               // me
	we                   // we, our
	you                  // you, your
	third                // he, she, they
	good                 // words of praise
	bad                  // words of trouble
	glad                 // pride, bliss
	reach                // achieving
	past                 // irregular past and participles
	have                 // things one has or buys
	kin                  // the people around one
	very                 // intensifiers
	may                  // wishing, asking, planning
	no                   // negation
	what                 // question words
	told                 // what others say of one
	when                 // moments
	thanks               // thanks, congratulations, credit
	peers                // those with whom one works or lives
	classes              // how many there are
)

// sections are where the words of the classes stand in boast.txt of a language. The lists are our own.
var sections = [classes]string{
	first: "first", mine: "mine", object: "object", we: "we", you: "you", third: "third", good: "good", bad: "bad",
	glad: "glad", reach: "reach", past: "past", have: "have", kin: "kin", very: "very", may: "may", no: "no",
	what: "what", told: "told", when: "when", thanks: "thanks", peers: "peers",
}

// lexicon has the words of each class, by language.
var lexicon = func() map[string]*[classes]map[string]bool {
	out := map[string]*[classes]map[string]bool{}
	for _, l := range lang.Spoken() {
		lists := &[classes]map[string]bool{}
		for c, section := range sections {
			lists[c] = set(l.Words("boast", section))
		}
		out[l.Tag] = lists
	}
	return out
}()

// frames are the small words that hold a sentence together, by language; of each its section.
var frames = func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, l := range lang.Spoken() {
		out[l.Tag] = map[string]string{}
		for _, section := range []string{"all", "and", "article", "be", "do", "in"} {
			for _, w := range l.Words("boast", "frame."+section) {
				out[l.Tag][w] = section
			}
		}
	}
	return out
}()

// openings begin a sentence that leaves out its subject.
var openings = set(lang.Words("boast", "opening"))

func set(words []string) map[string]bool {
	all := map[string]bool{}
	for _, word := range words {
		all[word] = true
	}
	return all
}

// ofLanguages returns the words of a section, by language.
func ofLanguages(section string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, l := range lang.Spoken() {
		out[l.Tag] = set(l.Words("boast", section))
	}
	return out
}
