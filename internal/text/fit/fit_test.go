package fit_test

import (
	"bufio"
	"math"
	"os"
	"strings"
	"testing"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
)

// pair is a need and an offer, with what a human said of them.
type pair struct {
	need, offer string
	fits        bool
}

func pairs(t *testing.T, name string) (all []pair) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 {
			t.Fatalf("%s: %q has %d fields", name, lines.Text(), len(fields))
		}
		all = append(all, pair{fields[0], fields[1], fields[2] == "yes"})
	}
	return all
}

// counted is how a way of telling did.
type counted struct{ found, right, fit int }

func (c counted) precision() float64 { return float64(c.right) / float64(max(c.found, 1)) }
func (c counted) recall() float64    { return float64(c.right) / float64(max(c.fit, 1)) }

// wordsAlone is the simple way: a third of the words of the need, by their stems.
func wordsAlone(need, offer string) bool { return shares(termsOf(need), termsOf(offer)) }

func termsOf(s string) map[string]bool {
	all := map[string]bool{}
	for _, t := range text.Terms(s, "") {
		all[t] = true
	}
	return all
}

func shares(asked, has map[string]bool) bool {
	hits := 0
	for t := range asked {
		if has[t] {
			hits++
		}
	}
	return hits > 0 && 3*hits >= len(asked)
}

func count(all []pair, tells func(need, offer string) bool, wrong func(pair)) (c counted) {
	for _, p := range all {
		said := tells(p.need, p.offer)
		if p.fits {
			c.fit++
		}
		if said {
			c.found++
		}
		if said && p.fits {
			c.right++
		}
		if said != p.fits && wrong != nil {
			wrong(p)
		}
	}
	return c
}

func meets(need, offer string) bool { return fit.Meets(need, offer) >= fit.Floor }

// What a human judged is told apart. The last line is what scripts/quality.mjs reads.
func TestJudgedPairs(t *testing.T) {
	for _, half := range []struct {
		name              string
		recall, precision float64 // at least
	}{{"seen", 0.9, 0.9}, {"unseen", 0.9, 0.9}} {
		all := pairs(t, "testdata/"+half.name+".txt")
		got := count(all, meets, func(p pair) {
			if half.name == "seen" {
				t.Logf("%q for %q is %.2f", p.offer, p.need, fit.Meets(p.need, p.offer))
			}
		})
		if math.IsNaN(got.recall()) || got.recall() < half.recall || got.precision() < half.precision {
			t.Errorf("%s: recall %.3f, precision %.3f", half.name, got.recall(), got.precision())
		}
		plain := count(all, wordsAlone, nil)
		t.Logf("%s: %d pairs, %d fit; found %d, right %d; words alone found %d, right %d",
			half.name, len(all), got.fit, got.found, got.right, plain.found, plain.right)
	}
}

// Every skill has words in every language, and no word names two skills.
func TestSkillsOfEveryLanguage(t *testing.T) {
	skills := map[string]map[string]bool{}
	for _, l := range lang.Spoken() {
		named := map[string]string{}
		for _, line := range l.Words("skills", "skill") {
			name, list, ok := strings.Cut(line, ": ")
			if !ok {
				t.Fatalf("%s: %q is not written \"skill: word, word\"", l.Tag, line)
			}
			if skills[name] == nil {
				skills[name] = map[string]bool{}
			}
			skills[name][l.Tag] = true
			for _, word := range text.Items(list) {
				if named[word] != "" && named[word] != name {
					t.Errorf("%s: %q is %s and %s", l.Tag, word, named[word], name)
				}
				named[word] = name
				if got := fit.Meets(word, word); !(got >= 0.99) {
					t.Errorf("%s: %q meets itself by %.2f", l.Tag, word, got)
				}
			}
		}
	}
	for name, in := range skills {
		if len(in) != len(lang.Spoken()) {
			t.Errorf("%s is not in every language", name)
		}
	}
}

func TestWhatWouldMeetANeed(t *testing.T) {
	for need, want := range map[string]fit.Means{
		"iemand voor drukwerk": fit.Person, "a good plumber": fit.Person, "someone who knows Lisbon": fit.Person,
		"een appartement in Utrecht": fit.Thing, "a trailer for a weekend": fit.Thing, "een ladder te leen": fit.Thing,
		"tips voor een goed jaarverslag": fit.Information, "an example of a volunteer contract": fit.Information,
		"startkapitaal": fit.Money, "a loan of 500 euros": fit.Money,
		"hulp in de moestuin op zaterdag": fit.Time, "helping hands at the fair": fit.Time, "rust": "",
		"a communication plan": "", "onze nieuwsbrief": "", "een drukker in Utrecht": fit.Person,
		"hulp van een loodgieter": fit.Person,
	} {
		if got := fit.NeedOf(need).Means; got != want {
			t.Errorf("%q is met by %q, want %q", need, got, want)
		}
	}
}

func TestTheHeadDecides(t *testing.T) {
	for _, x := range []struct {
		need, better, worse string
	}{
		{"een drukker in Utrecht", "drukwerk", "bakker in Utrecht"},
		{"a lawyer", "lawyer", "secretary at a law firm"},
		{"een grafisch ontwerper", "graphic designer", "ontwerper"},
		{"een vertaler Frans", "French translator", "Spanish translator"},
		{"kaasmaker", "boerenkaasmaker", "kaasmarkt"},
		{"iemand voor de subsidieaanvraag", "subsidieadviseur", "kreeg een subsidie"},
		{"a gardener", "gardener", "looking for a gardener"},
		{"een huisschilder", "painter", "kunstschilder"},
	} {
		better, worse := fit.Meets(x.need, x.better), fit.Meets(x.need, x.worse)
		if better < fit.Floor || worse >= better {
			t.Errorf("%q: %q %.2f, %q %.2f", x.need, x.better, better, x.worse, worse)
		}
	}
}

func TestWhereItIsNeeded(t *testing.T) {
	for need, want := range map[string]string{
		"een drukker in Utrecht": "utrecht", "a printer near Leeds": "leeds", "les in Java": "", "een kok": "",
	} {
		if n := fit.NeedOf(need); n.Place != want || n.Empty() {
			t.Errorf("%q is in %q, empty %v", need, n.Place, n.Empty())
		}
	}
	if !fit.NeedOf("iemand in Utrecht").Empty() {
		t.Error("somebody in Utrecht is a need that says nothing to meet")
	}
}

// An index finds what looking at every offer finds.
func TestIndexFindsAll(t *testing.T) {
	all := append(pairs(t, "testdata/seen.txt"), pairs(t, "testdata/unseen.txt")...)
	all = append(all, pair{need: "kaasmaker", offer: "boerenkaasmaker"}, pair{need: "een kleine kaasmaker"})
	var index fit.Index
	for _, p := range all {
		index.Add(fit.OfferOf(p.offer))
	}
	met := 0
	for _, p := range all {
		need, found := fit.NeedOf(p.need), map[int]float64{}
		index.Met(need, func(i int, much float64) { found[i] = much })
		for i, other := range all {
			much := need.Met(fit.OfferOf(other.offer))
			if found[i] > 0 != (much >= fit.Floor) || found[i] > 0 && found[i] != much {
				t.Errorf("%q for %q: %v in the index, %v alone", other.offer, p.need, found[i], much)
			}
			if much >= fit.Floor {
				met++
			}
		}
	}
	if met < len(all)/2 {
		t.Errorf("only %d are met", met)
	}
}

func FuzzMeets(f *testing.F) {
	for _, seed := range []string{"een drukker in Utrecht", "front-end developer", "A.-M. d'r", "ij\xffé–", "", "-.&"} {
		f.Add(seed, "websites bouwen, "+seed)
	}
	f.Fuzz(func(t *testing.T, need, offer string) {
		if got := fit.Meets(need, offer); !(got >= 0 && got <= 1.000001) {
			t.Errorf("%q meets %q by %v", offer, need, got)
		}
	})
}

func BenchmarkOfferOf(b *testing.B) {
	var reader fit.Reader
	for b.Loop() {
		reader.OfferOf("Senior grafisch vormgever bij Studio Van Dam, geeft ook lezingen over typografie")
	}
}

func BenchmarkMet(b *testing.B) {
	need := fit.NeedOf("een goede drukker in Utrecht voor ons jaarboek")
	offer := fit.OfferOf("zeefdrukker en boekbinder")
	for b.Loop() {
		need.Met(offer)
	}
}

// An ask for a small favour says so, whoever answers it.
func TestSmallFavours(t *testing.T) {
	var r fit.Reader
	for said, want := range map[string]bool{
		"Antw: Kleine vraag: een plekje in de nieuwsbrief": true, "Re: A small question: reading a draft": true,
		"Re: Vraag over logo": false, "Quote for brand design": false, "": false,
	} {
		if got := r.Small(said); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}

// Somebody is asked for advice about a skill, not about a wide field of which skills are parts.
func TestSpecial(t *testing.T) {
	for what, want := range map[string]bool{
		"vertalen": true, "helder schrijven": true, "infographics": true, "drukwerk": true, "recht": false,
		"beleid": false, "ontwerp": false, "vrienden": false,
	} {
		if got := fit.NeedOf(what).Special(); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}
