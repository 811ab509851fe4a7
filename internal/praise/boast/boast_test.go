package boast

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// labelled reads sentences that are labelled; part chooses those of a part, all when empty.
func labelled(t *testing.T, path, part string) (sentences []string, boasts []bool) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if part == "" || r[2] == part {
			sentences, boasts = append(sentences, r[0]), append(boasts, r[1] != "not")
		}
	}
	return sentences, boasts
}

func macro(sentences []string, boasts []bool, lang string) (f, precision float64) {
	var hit, wrong, missed, right float64
	for i, s := range sentences {
		switch said := Sentence(s, lang).Boast; {
		case said && boasts[i]:
			hit++
		case said:
			wrong++
		case boasts[i]:
			missed++
		default:
			right++
		}
	}
	return hit/(2*hit+wrong+missed) + right/(2*right+wrong+missed), hit / (hit + wrong)
}

// The figures that are told are those of what ships.
func TestCardIsTrue(t *testing.T) {
	for _, c := range []struct{ set, path, part, lang string }{
		{"own sentences from professional life, nl", "testdata/nl-professional.csv", "test", "nl"},
		{"own sentences from professional life, en", "testdata/en-professional.csv", "test", "en"},
		{KeptBack + "nl", "testdata/nl-kept.csv", "", "nl"},
	} {
		sentences, boasts := labelled(t, c.path, c.part)
		f, precision := macro(sentences, boasts, c.lang)
		t.Logf("%s: macro F1 %.3f, precision %.3f on %d sentences", c.set, f, precision, len(sentences))
		i := slices.IndexFunc(About().Measured, func(m Measure) bool { return strings.HasPrefix(m.Set, c.set) })
		if i < 0 || !(math.Abs(About().Measured[i].MacroF1-f) <= 0.002) {
			t.Errorf("%s: the card does not say %.3f", c.set, f)
		}
	}
}

// Thanks and plain news that nothing was learnt from are hardly ever marked, and pride in others seldom.
func TestThanksAreNotBoasting(t *testing.T) {
	for _, c := range []struct {
		parts []string
		most  float64
	}{{[]string{"thanks", "news"}, 0.05}, {[]string{"others"}, 0.1}} {
		marked, all := 0, 0
		for _, lang := range Languages {
			for _, part := range c.parts {
				sentences, _ := labelled(t, filepath.Join("testdata", lang+"-kept.csv"), part)
				for _, s := range sentences {
					if all++; Sentence(s, lang).Boast {
						marked++
					}
				}
			}
		}
		t.Logf("%v: %d of %d are marked", c.parts, marked, all)
		if !(all > 30 && float64(marked) <= c.most*float64(all)) {
			t.Errorf("%v: %d of %d are marked", c.parts, marked, all)
		}
	}
}

// Who follows the advice is no longer marked, whatever it was.
func TestAdviceClearsTheMark(t *testing.T) {
	file, err := os.Open(filepath.Join("testdata", "advice.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tried := map[Reason]map[string]bool{}
	found := 0
	for _, r := range rows[1:] {
		lang, kind, before, after := r[0], Kind(r[1]), r[2], r[3]
		if tried[turns[kind]] == nil {
			tried[turns[kind]] = map[string]bool{}
		}
		tried[turns[kind]][lang] = true
		if Sentence(before, lang).Boast {
			found++
		}
		if v := Sentence(after, lang); v.Boast {
			t.Errorf("%q follows the advice and is marked: %.2f, %v", after, v.Probability, v.Why)
		}
	}
	for _, kind := range kinds {
		for _, lang := range Languages {
			if !tried[turns[kind]][lang] {
				t.Errorf("the advice on %s is not tried in %s", kind, lang)
			}
		}
	}
	t.Logf("%d of %d were marked before", found, len(rows)-1)
	if !(float64(found) >= 0.7*float64(len(rows)-1)) {
		t.Errorf("%d of %d were marked before", found, len(rows)-1)
	}
}

// What is plainly not boasting, and what plainly is.
func TestPlainCases(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		boast      bool
	}{
		{"en", "I won the award again and I am proud to be the best in the country.", true},
		{"en", "Congratulations to Sarah, who won the award.", false},
		{"en", "The meeting starts at ten.", false},
		{"en", "Thank you all for your help with the report.", false},
		{"nl", "Ik ben trots dat ik wéér als beste van het land ben gekozen.", true},
		{"nl", "Gefeliciteerd met je prijs, Sara!", false},
		{"nl", "De vergadering begint om tien uur.", false},
		{"nl", "Dank jullie wel voor de hulp bij het verslag.", false},
	} {
		v := Sentence(c.text, c.lang)
		if v.Boast != c.boast {
			t.Errorf("%q: boast %v (%.2f), want %v", c.text, v.Boast, v.Probability, c.boast)
		}
		if v.Boast && (v.Kind == "" || len(v.Why) == 0 || v.Suggestion == "") ||
			!v.Boast && (v.Kind != "" || v.Suggestion != "") {
			t.Errorf("%q: %+v", c.text, v)
		}
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string][]string{
		"One. Two! Three?": {"One.", "Two!", "Three?"},
		"Dhr. De Vries (o.a. wethouder) kwam om 10.30 uur. Daarna bijv. de heer J. Bos.": {
			"Dhr. De Vries (o.a. wethouder) kwam om 10.30 uur.", "Daarna bijv. de heer J. Bos.",
		},
		"See www.example.org. Then call.":         {"See www.example.org.", "Then call."},
		"Head\n\n- first line\n- second line\r\n": {"Head", "- first line", "- second line"},
		"“Really?” she said.":                     {"“Really?” she said."},
		"🎉🎉 ... !":                                nil,
		"":                                        nil,
	} {
		if got := Sentences(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever the text is, no letter of it is lost and every probability is one.
func FuzzCheck(f *testing.F) {
	f.Add("I won. Thanks, dr. Smith!\nNext", "en")
	f.Add("Ik ben d.w.z. de beste… 🎉", "nl")
	f.Fuzz(func(t *testing.T, s, lang string) {
		if lang != "nl" && lang != "en" || !utf8.ValidString(s) || len(s) > 2000 {
			t.Skip()
		}
		letters := func(s string) int {
			return len(strings.FieldsFunc(s, func(r rune) bool { return r != 'a' && r != 'e' }))
		}
		sum := 0
		for _, v := range Check(s, lang) {
			sum += letters(v.Text)
			if !(v.Probability >= 0 && v.Probability <= 1) {
				t.Errorf("%q: probability %g", v.Text, v.Probability)
			}
		}
		_ = Whole(s, lang)
		if sum < letters(strings.Join(Sentences(s), " ")) {
			t.Errorf("%q: letters were lost", s)
		}
	})
}
