package boast

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gave.network/internal/realdata"
)

// labelled reads sentences that are labelled; part chooses those of a part, all when empty.
func labelled(t *testing.T, path, part string) (sentences []string, boasts []bool) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := io.Reader(file)
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
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

// The tweets that the model did not learn from (Jin et al. 2022). The published best is 0.7242, with a fine-tuned
// transformer.
func TestTweets(t *testing.T) {
	sentences, boasts := labelled(t, filepath.Join(realdata.Dir(t), "boast", "dev.csv.gz"), "")
	f, precision := macro(sentences, boasts, "en")
	t.Logf("macro F1 %.3f, precision %.3f on %d tweets", f, precision, len(sentences))
	if !(f >= 0.65) {
		t.Errorf("macro F1 %.3f", f)
	}
	if c := About().Measured[0]; !(math.Abs(c.MacroF1-f) <= 0.002) {
		t.Errorf("the card says %.3f", c.MacroF1)
	}
}

// Our own sentences from professional life, the half that was never learnt from.
func TestProfessionalLife(t *testing.T) {
	for lang, want := range map[string][2]float64{"nl": {0.80, 0.85}, "en": {0.70, 0.75}} {
		sentences, boasts := labelled(t, filepath.Join("testdata", lang+"-professional.csv"), "test")
		f, precision := macro(sentences, boasts, lang)
		t.Logf("%s: macro F1 %.3f, precision %.3f on %d sentences", lang, f, precision, len(sentences))
		if f < want[0] || precision < want[1] {
			t.Errorf("%s: macro F1 %.3f, precision %.3f", lang, f, precision)
		}
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
