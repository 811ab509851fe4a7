package cast

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"gave.network/lab/world/random"
)

// Naming is all that a person may be called.
type Naming struct {
	Given    string // calling name
	Formal   string // first given name on the passport
	Second   string // second given name, may be empty
	Particle string // van der, de; may be empty
	Family   string
	Maiden   string // family name at birth with its particle, when another is used now; may be empty
	Female   bool
	English  bool // writes English
}

// particles are the words in front of Dutch and other family names, longest first.
var particles = []string{
	"van der", "van den", "van de", "van 't", "in 't", "op den", "uit den", "von der", "de la", "van", "de",
	"ten", "ter", "te",
}

// split takes the particle off a family name.
func split(family string) (particle, rest string) {
	for _, p := range particles {
		if after, ok := strings.CutPrefix(family, p+" "); ok {
			return p, after
		}
	}
	return "", family
}

var stockShares = func() []float64 {
	out := make([]float64, len(stocks))
	for i, s := range stocks {
		out[i] = s.share
	}
	return out
}()

// MakeName makes a name by chance. Family names are as heavy-tailed as in a town: the first of a list are the most
// common.
func MakeName(r *random.Source) Naming {
	k := r.Weighted(stockShares)
	s := &stocks[k]
	n := Naming{Female: r.Chance(0.54), English: s.english && r.Chance(0.8)}
	if n.Female {
		n.Given = random.Pick(r, s.women)
	} else {
		n.Given = random.Pick(r, s.men)
	}
	n.Formal = n.Given
	if f, ok := formal[n.Given]; ok {
		n.Formal = f
	}
	if r.Chance(0.6) {
		n.Second = random.Pick(r, second)
	}
	family := func(list []string) string { return list[int(float64(len(list))*r.Float64()*(0.35+0.65*r.Float64()))] }
	n.Particle, n.Family = split(family(s.family))
	if n.Female && r.Chance(0.28) {
		other := family(stocks[0].family)
		if p, f := split(other); f != n.Family {
			// Born with the name drawn first, now called after a partner.
			n.Maiden = n.Surname()
			n.Particle, n.Family = p, f
		}
	}
	return n
}

// Surname is the family name with its particle: van der Veen.
func (n *Naming) Surname() string {
	if n.Particle == "" {
		return n.Family
	}
	return n.Particle + " " + n.Family
}

// Variants of a name, as sources write it.
const (
	Usual      = iota // Hanneke van der Veen
	Initials          // J.M. van der Veen
	Reversed          // Veen, Hanneke van der
	GivenOnly         // Hanneke
	MaidenName        // Hanneke de Wit
	DoubleName        // Hanneke van der Veen-de Wit
	Typo              // Hanneke van der Vene
	Plain             // Zoe Celik, without the accents
	Lower             // hanneke van der veen
	FormalName        // Johanna van der Veen
)

// Write returns a variant of the name; one that the person does not have falls back to the usual one.
func (n *Naming) Write(variant int) string {
	full := n.Given + " " + n.Surname()
	switch variant {
	case Initials:
		return n.initials() + " " + n.Surname()
	case Reversed:
		if n.Particle == "" {
			return n.Family + ", " + n.Given
		}
		return n.Family + ", " + n.Given + " " + n.Particle
	case GivenOnly:
		return n.Given
	case MaidenName:
		if n.Maiden != "" {
			return n.Given + " " + n.Maiden
		}
	case DoubleName:
		if n.Maiden != "" {
			return full + "-" + n.Maiden
		}
	case Typo:
		return n.Given + " " + strings.TrimSpace(n.Particle+" "+misspell(n.Family))
	case Plain:
		return unaccented(full)
	case Lower:
		return strings.ToLower(full)
	case FormalName:
		return n.Formal + " " + n.Surname()
	}
	return full
}

func (n *Naming) initials() string {
	first := []rune(n.Formal)[:1]
	out := string(first) + "."
	if n.Second != "" {
		out += string([]rune(n.Second)[:1]) + "."
	}
	return out
}

// misspell swaps two letters in the middle, always the same way for the same word, or doubles the last one when they
// are alike.
func misspell(word string) string {
	r := []rune(word)
	if len(r) < 4 {
		return word + word[len(word)-1:]
	}
	i := len(r) / 2
	if r[i] == r[i+1-len(r)%2] {
		return word + string(r[len(r)-1])
	}
	r[i], r[i+1-len(r)%2] = r[i+1-len(r)%2], r[i]
	return string(r)
}

// unaccented writes a name without accents, as old systems do.
func unaccented(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ı':
			b.WriteByte('i')
		case r == 'ß':
			b.WriteString("ss")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Slug writes text as a part of an address: lower case letters, digits and dots.
func Slug(s string, between byte) string {
	var b strings.Builder
	for _, r := range strings.ToLower(unaccented(s)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '\'' || r == '’':
		case b.Len() > 0 && b.String()[b.Len()-1] != between:
			b.WriteByte(between)
		}
	}
	return strings.TrimRight(b.String(), string(between))
}

// WorkAddress makes a mail address at an organisation, in one of the styles in use.
func (n *Naming) WorkAddress(style int, domain string) string {
	glued := strings.ReplaceAll(Slug(n.Surname(), ' '), " ", "")
	letter := Slug(n.Given, '.')[:1]
	switch style % 4 {
	case 0:
		return Slug(n.Given, '-') + "." + glued + "@" + domain
	case 1:
		return letter + "." + glued + "@" + domain
	case 2:
		return Slug(n.Given, '-') + "." + Slug(n.Surname(), '.') + "@" + domain
	}
	return letter + glued + "@" + domain
}

// Domains of private mail. Names under .example belong to nobody (RFC 2606).
var privateDomains = []string{
	"post-thuis.example", "snelmail.example", "kabelnet.example", "mijnpost.example", "vrijmail.example",
}

func (n *Naming) PrivateAddress(r *random.Source, year int) string {
	domain := random.Pick(r, privateDomains)
	name := Slug(n.Given, '-')
	family := n.Surname()
	if n.Maiden != "" && r.Chance(0.5) {
		family = n.Maiden
	}
	glued := strings.ReplaceAll(Slug(family, ' '), " ", "")
	switch r.IntN(4) {
	case 0:
		return name + glued + strconv.Itoa(year%100) + "@" + domain
	case 1:
		return name + "." + glued + "@" + domain
	case 2:
		return glued + name[:1] + strconv.Itoa(r.Whole(1, 99)) + "@" + domain
	}
	return name + "_" + glued + "@" + domain
}

// Phone returns a number from the range that is kept free for fiction: the Netherlands have none, so mobile numbers
// here carry the unassigned digits 06 00 …, which no provider gives out.
func Phone(r *random.Source, style int) string {
	n := r.IntN(1000000)
	digits := strconv.Itoa(1000000 + n)[1:]
	switch style % 4 {
	case 0:
		return "06-00" + digits
	case 1:
		return "+31 6 00" + digits[:2] + " " + digits[2:]
	case 2:
		return "+31600" + digits
	}
	return "0600 " + digits[:3] + " " + digits[3:]
}
