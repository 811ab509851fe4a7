package names

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/text"
	"golang.org/x/text/unicode/norm"
)

// The reasons that Similarity gives. They are English and serve as translation keys.
const (
	ReasonSameName        = "same name"
	ReasonSameGiven       = "same given name"
	ReasonSameFamily      = "same family name"
	ReasonShortForm       = "short form of the same given name"
	ReasonInitials        = "initials fit"
	ReasonPartOfGiven     = "one given name begins the other"
	ReasonDoubleName      = "one family name is part of the other"
	ReasonSpelling        = "spelled nearly the same"
	ReasonSwapped         = "given and family name swapped"
	ReasonDiacritics      = "differs in accents or capitals only"
	ReasonParticle        = "differs in the particle"
	ReasonOnlyGiven       = "only the given name is known"
	ReasonOnlyFamily      = "only the family name is known"
	ReasonCommonSurname   = "common family name"
	ReasonOtherGiven      = "different given name"
	ReasonOtherFamily     = "different family name"
	ReasonOtherInitials   = "initials do not fit"
	ReasonOtherSuffix     = "different suffix"
	ReasonNameFromAddress = "name guessed from a mail address"
)

// Similarity says how likely two names are of one person when nothing but the names is known, from 0 to 1, and why.
// It knows short forms (Jan and Johannes), initials, swapped order, accents, double names and typing errors
// (Jaro-Winkler), and is careful with common family names: two people called Jan de Jong are likely two people. A score
// of 0.9 or more is a safe match when other evidence does not speak against it; below 0.5 the names alone say little.
// The order of the arguments does not matter.
func Similarity(a, b Name) (score float64, reasons []string) {
	score, reasons = compareNames(a, b)
	if score < 0.9 && a.Given != "" && a.Family != "" && b.Given != "" && b.Family != "" &&
		(alikeStart(a.Given, b.Family) || alikeStart(a.Family, b.Given)) {
		// Both ways round, so that the order of the arguments does not matter.
		for _, pair := range [2][2]Name{{a, swapped(b)}, {swapped(a), b}} {
			s, r := compareNames(pair[0], pair[1])
			if commonSurnames()[text.Fold(a.Family)] || commonSurnames()[text.Fold(b.Family)] {
				s = min(s, 0.88)
			}
			if s*0.95 > score && s >= 0.6 {
				score, reasons = s*0.95, append([]string{ReasonSwapped}, r...)
			}
		}
	}
	if (a.Derived || b.Derived) && score > 0 {
		score *= 0.9
		reasons = append(reasons, ReasonNameFromAddress)
	}
	return score, reasons
}

// alikeStart tells whether two words begin with the same letter, without which they are not compared further.
func alikeStart(a, b string) bool {
	return initialOf(text.Fold(a)) == initialOf(text.Fold(b))
}

func swapped(n Name) Name {
	n.Given, n.Family = n.Family, joinParticle(n.Particle, n.Given)
	n.Particle = ""
	n.Initials = ""
	return n
}

func compareNames(a, b Name) (float64, []string) {
	if a.Family == "" || b.Family == "" {
		return comparePartial(a, b)
	}
	family, reasons := compareFamily(a, b)
	if family == 0 {
		return 0.05 * jaroWinkler(text.Fold(a.Given+a.Family), text.Fold(b.Given+b.Family)), []string{ReasonOtherFamily}
	}
	common := commonSurnames()[text.Fold(a.Family)] || commonSurnames()[text.Fold(b.Family)]
	given, why := compareGiven(a, b)
	reasons = append(reasons, why...)
	var score float64
	switch {
	case given < 0:
		return 0.1 * family, reasons
	case given == 0: // one of them has no given name
		score = 0.45
		if common {
			score = 0.2
		}
	case common && given >= 0.99:
		score = 0.88
	case common:
		score = 0.88 * given * given
	case given == 0.7 && slices.Contains(why, ReasonInitials):
		score = 0.75 // J. of a family name that few bear
	default:
		score = 0.98 * given
	}
	if common {
		reasons = append(reasons, ReasonCommonSurname)
	}
	if x, y := generation(a.Suffix), generation(b.Suffix); x != y && x != "" && y != "" {
		return 0.1, append(reasons, ReasonOtherSuffix)
	}
	score *= family
	if score >= 0.85 && family == 1 && given == 1 {
		reasons[0] = ReasonSameName
		if a.Display() != b.Display() && text.Fold(a.Display()) == text.Fold(b.Display()) {
			reasons = append(reasons, ReasonDiacritics)
		}
	}
	return score, reasons
}

// generations are the suffixes that tell the members of a family apart.
var generations = text.Kinds("names", "generation.")

// generation tells father and son apart.
func generation(suffix string) string {
	for w := range strings.FieldsSeq(strings.ReplaceAll(text.Fold(suffix), ".", "")) {
		if which := generations[w]; which != "" {
			return which
		}
	}
	return ""
}

// comparePartial compares names of which at least one has no family name.
func comparePartial(a, b Name) (float64, []string) {
	if a.Family == "" && b.Family == "" {
		x, y := text.Fold(a.Display()), text.Fold(b.Display())
		switch {
		case x == "" || y == "":
			return 0, nil
		case x == y && !givenNames()[x] && utf8.RuneCountInString(x) >= 5:
			return 0.8, []string{ReasonSameName} // what somebody calls himself on the web
		case x == y:
			return 0.5, []string{ReasonSameGiven, ReasonOnlyGiven}
		case sameShortForm(x, y):
			return 0.35, []string{ReasonShortForm, ReasonOnlyGiven}
		}
		return 0.1 * jaroWinkler(x, y), []string{ReasonOtherGiven}
	}
	if a.Family != "" {
		a, b = b, a
	}
	// a is one word: most often a given name, sometimes the family name.
	word := text.Fold(a.Display())
	if word == "" {
		return 0, nil
	}
	given := text.Fold(b.Given)
	first, _, _ := strings.Cut(given, " ")
	switch {
	case word == given || word == first && first != "":
		return 0.35, []string{ReasonSameGiven, ReasonOnlyGiven}
	case word == text.Fold(b.Family) || word == text.Fold(joinParticle(b.Particle, b.Family)):
		if commonSurnames()[text.Fold(b.Family)] {
			return 0.15, []string{ReasonSameFamily, ReasonOnlyFamily, ReasonCommonSurname}
		}
		return 0.35, []string{ReasonSameFamily, ReasonOnlyFamily}
	case sameShortForm(word, first):
		return 0.25, []string{ReasonShortForm, ReasonOnlyGiven}
	}
	return 0, []string{ReasonOtherGiven}
}

// compareFamily gives 1 for the same family name, less for near ones, and 0 for different ones.
func compareFamily(a, b Name) (float64, []string) {
	x, y := text.Fold(a.Family), text.Fold(b.Family)
	if x != y && !(text.IsASCII(a.Family) && text.IsASCII(b.Family)) { // Müller may be written Mueller
		if wide := text.Fold(umlauts.Replace(norm.NFC.String(a.Family))); wide == y {
			x = y
		} else if wide := text.Fold(umlauts.Replace(norm.NFC.String(b.Family))); wide == x {
			y = x
		}
	}
	if x != y && min(len(x), len(y)) >= 5 && narrow(x) == narrow(y) && !(commonSurnames()[x] && commonSurnames()[y]) {
		x = y // Muller may be Mueller too
	}
	if x == y {
		p, q := particleKey(a.Particle), particleKey(b.Particle)
		switch {
		case p == q:
			return 1, []string{ReasonSameFamily}
		case p == "" || q == "" || p == "v" && strings.HasPrefix(q, "van") || q == "v" && strings.HasPrefix(p, "van"):
			return 0.97, []string{ReasonSameFamily, ReasonParticle}
		}
		return 0.85, []string{ReasonSameFamily, ReasonParticle}
	}
	// Spaces, hyphens and particles written apart or as one: "VanDijk", "Jansen-de Vries".
	if alikeStart(a.Particle+x, b.Particle+y) && text.Squeeze(a.Particle+x) == text.Squeeze(b.Particle+y) {
		return 0.98, []string{ReasonSameFamily}
	}
	for _, p := range familyParts(x) {
		for _, q := range familyParts(y) {
			if p == q && utf8.RuneCountInString(p) >= 3 {
				return 0.9, []string{ReasonDoubleName}
			}
		}
	}
	if commonSurnames()[x] && commonSurnames()[y] {
		return 0, nil // Jansen and Janssen, Smit and Smits: each is a name of its own
	}
	length := min(utf8.RuneCountInString(x), utf8.RuneCountInString(y))
	if near := jaroWinkler(x, y); length >= 5 && near >= 0.94 && edits(x, y) <= 1+length/10 {
		if commonSurnames()[x] || commonSurnames()[y] {
			return 0.7, []string{ReasonSpelling}
		}
		return 0.9, []string{ReasonSpelling}
	}
	return 0, nil
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ø", "oe", "Ø",
	"Oe", "å", "aa", "Å", "Aa")

// narrow writes the letter pairs that stand for umlauts as the plain letters that others write for them.
func narrow(folded string) string { return umlautPairs.Replace(folded) }

var umlautPairs = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// sortMarks are left out of a sort key.
var sortMarks = strings.NewReplacer("'", "", "-", " ")

func particleKey(p string) string {
	p = text.Squeeze(text.Fold(p))
	switch p {
	case "vd", "vdr", "v":
		return "v"
	}
	return p
}

// familyParts are the names in a double family name, without their particles.
func familyParts(folded string) []string {
	if !strings.ContainsRune(folded, '-') {
		return []string{folded}
	}
	var parts []string
	for part := range strings.SplitSeq(folded, "-") {
		words := strings.Fields(part)
		for len(words) > 1 && particles[words[0]] {
			words = words[1:]
		}
		parts = append(parts, strings.Join(words, " "))
	}
	return parts
}

// compareGiven gives 1 for the same given name, less for near ones, 0 when one is not known, and -1 for different ones.
func compareGiven(a, b Name) (float64, []string) {
	x, y := text.Fold(a.Given), text.Fold(b.Given)
	if x == "" || y == "" {
		return 0, []string{ReasonOnlyFamily}
	}
	if text.Squeeze(x) == text.Squeeze(y) {
		if IsInitials(a.Given) {
			if utf8.RuneCountInString(text.Squeeze(x)) > 1 {
				return 0.9, []string{ReasonInitials}
			}
			return 0.7, []string{ReasonInitials}
		}
		return 1, []string{ReasonSameGiven}
	}
	if IsInitials(a.Given) || IsInitials(b.Given) {
		return compareInitials(a, b)
	}
	if len(x) >= 4 && len(y) >= 4 && narrow(x) == narrow(y) && !(givenNames()[x] && givenNames()[y]) ||
		!(text.IsASCII(a.Given) && text.IsASCII(b.Given)) && narrow(x) == narrow(y) {
		return 1, []string{ReasonSameGiven} // Jörg, Joerg
	}
	xs, ys := givenParts(x), givenParts(y)
	if xs[0] == ys[0] {
		if len(xs) > 1 && len(ys) > 1 && initialOf(xs[1]) != initialOf(ys[1]) {
			return 0.4, []string{ReasonSameGiven, ReasonOtherInitials}
		}
		return 0.93, []string{ReasonSameGiven}
	}
	if sameShortForm(x, y) || sameShortForm(xs[0], ys[0]) {
		return 0.9, []string{ReasonShortForm}
	}
	short, long := xs[0], ys[0]
	if len(short) > len(long) {
		short, long = long, short
	}
	if utf8.RuneCountInString(short) >= 3 && strings.HasPrefix(long, short) &&
		!(givenNames()[short] && givenNames()[long]) {
		return 0.8, []string{ReasonPartOfGiven}
	}
	if jaroWinkler(xs[0], ys[0]) >= 0.9 && edits(xs[0], ys[0]) == 1 && utf8.RuneCountInString(short) >= 5 &&
		!(givenNames()[xs[0]] && givenNames()[ys[0]]) {
		return 0.85, []string{ReasonSpelling}
	}
	return -1, []string{ReasonOtherGiven}
}

func givenParts(folded string) []string {
	parts := strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == '-' || r == '.' })
	if len(parts) == 0 {
		return []string{folded}
	}
	return parts
}

func initialOf(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// compareInitials compares names of which at least one has only initials for a given name.
func compareInitials(a, b Name) (float64, []string) {
	x, y := initialsOf(a), initialsOf(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if x == "" || !strings.HasPrefix(y, x) {
		// The call name of "J.M. (Hans) Jansen" is hidden behind other initials; a nickname may begin otherwise.
		return -1, []string{ReasonOtherInitials}
	}
	if len(x) > 1 {
		return 0.85, []string{ReasonInitials}
	}
	return 0.7, []string{ReasonInitials}
}

func initialsOf(n Name) string {
	source := n.Initials
	if source == "" {
		source = n.Given
	}
	var out strings.Builder
	for _, p := range givenParts(text.Fold(source)) {
		if IsInitials(source) && !strings.Contains(source, ".") {
			out.WriteString(p)
			continue
		}
		out.WriteString(initialOf(p))
	}
	return out.String()
}

// jaroWinkler is the similarity of Winkler (1990), from 0 to 1, with a prefix scale of 0.1 over at most four letters.
func jaroWinkler(a, b string) float64 {
	if a > b {
		a, b = b, a // the greedy matching may depend on the order
	}
	x, y := []rune(a), []rune(b)
	if len(x) > 100 || len(y) > 100 {
		return 0
	}
	if a == b {
		return 1
	}
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	window := max(0, max(len(x), len(y))/2-1)
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	matches := 0
	for i := range x {
		for j := max(0, i-window); j < min(len(y), i+window+1); j++ {
			if !usedY[j] && x[i] == y[j] {
				usedX[i], usedY[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	transposed, j := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[j] {
			j++
		}
		if x[i] != y[j] {
			transposed++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(x)) + m/float64(len(y)) + (m-float64(transposed)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// edits is the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 100 || len(y) > 100 {
		return max(len(x), len(y))
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(y)]
}
