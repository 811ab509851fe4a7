package text

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"gave.network/internal/realdata"
)

// readTable reads a gzipped CSV file of the real data, with its header.
func readTable(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(realdata.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The Dutch stemmer equals Snowball's dutch_porter on every word of its own vocabulary.
func TestDutchStemmerIsPorter(t *testing.T) {
	rows := readTable(t, "dutch/snowball-dutch-stems.csv.gz")
	if len(rows) < 22000 {
		t.Fatalf("only %d words", len(rows))
	}
	wrong, newer := 0, 0
	for _, row := range rows[1:] {
		if got := Stem(row[0], "nl"); got != row[2] {
			if wrong++; wrong <= 10 {
				t.Errorf("Stem(%q) = %q, want %q", row[0], got, row[2])
			}
		}
		if row[1] != row[2] {
			newer++
		}
	}
	if newer == 0 {
		t.Error("the two stemmers do not differ anywhere: the test cannot tell them apart")
	}
	t.Logf("%d words, %d unlike dutch_porter; dutch and dutch_porter differ on %d", len(rows)-1, wrong, newer)
}

// Samples of Porter2 from Snowball's own page on the English stemmer.
func TestEnglishStemmer(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"consigned", "consign"},
		{"consistency", "consist"},
		{"consolation", "consol"},
		{"knights", "knight"},
		{"generously", "generous"},
		{"skies", "sky"},
		{"dying", "die"},
		{"running", "run"},
		{"typography", "typographi"},
	} {
		if got := Stem(c.word, "en"); got != c.want {
			t.Errorf("Stem(%q) = %q, want %q", c.word, got, c.want)
		}
	}
	if got := Stem("huizen", ""); got != "huizen" {
		t.Errorf("without a language the stem is %q", got)
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct {
		in, language string
		want         []string
	}{
		{"De schilders zoeken een huis in Utrecht", "nl", []string{"schilder", "zoek", "huis", "utrecht"}},
		{"The painters are looking for a house", "en", []string{"painter", "look", "hous"}},
		{"painters", "", []string{"painter"}},
		{"houses", "", []string{"houses", "hous"}},
		{"de the", "", nil},
	} {
		if got := Terms(c.in, c.language); !slices.Equal(got, c.want) {
			t.Errorf("Terms(%q, %q) = %q, want %q", c.in, c.language, got, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"lunch @anna gisteren", "nl"},
		{"lunch @anna yesterday", "en"},
		{"@dirk needs apartment in Utrecht", "en"},
		{"@dirk zoekt een appartement in Utrecht", "nl"},
		{"ik heb gebeld met Anna over het rapport", "nl"},
		{"Wie kent een goede fotograaf?", "nl"},
		{"Who knows a good photographer?", "en"},
		{"communicatiemedewerker", "nl"},
		{"communication officer", "en"},
		{"Anna Jansen", ""},
		{"", ""},
		{"12345 !!!", ""},
		{"日本語のテキスト", ""},
	} {
		if got := Language(c.in); got != c.want {
			t.Errorf("Language(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// The detector on Dutch sentences of an encyclopedia and on Dutch and English names of occupations and skills.
func TestLanguageOnRealText(t *testing.T) {
	measure := func(name, want string, texts []string, right, wrong float64) {
		counts := map[string]int{}
		for _, s := range texts {
			counts[Language(s)]++
		}
		n := float64(len(texts))
		other := "nl"
		if want == "nl" {
			other = "en"
		}
		t.Logf("%s: %d texts, right %.3f, undecided %.3f, wrong %.3f", name, len(texts), float64(counts[want])/n,
			float64(counts[""])/n, float64(counts[other])/n)
		if float64(counts[want])/n < right || float64(counts[other])/n > wrong {
			t.Errorf("%s: right %.3f and wrong %.3f, want at least %.3f and at most %.3f", name,
				float64(counts[want])/n, float64(counts[other])/n, right, wrong)
		}
	}
	var sentences []string
	f, err := os.Open(realdata.Path(t, "dutch/nl_lassysmall-ud-dev.conllu.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(all)) {
		if s, ok := strings.CutPrefix(line, "# text = "); ok && len(strings.Fields(s)) >= 4 {
			sentences = append(sentences, strings.TrimSpace(s))
		}
	}
	measure("Dutch sentences", "nl", sentences, 0.96, 0.02)
	column := func(name, header string) (texts []string) {
		rows := readTable(t, name)
		at := slices.Index(rows[0], header)
		if at < 0 {
			t.Fatalf("%s has the columns %q", name, rows[0])
		}
		for _, row := range rows[1:] {
			if row[at] != "" {
				texts = append(texts, row[at])
			}
		}
		return texts
	}
	measure("Dutch descriptions", "nl", column("esco/esco-occupations-nl-en.csv.gz", "description_nl"), 0.99, 0.005)
	measure("Dutch occupations", "nl", column("esco/esco-occupations-nl-en.csv.gz", "label_nl"), 0.45, 0.03)
	measure("English occupations", "en", column("esco/esco-occupations-nl-en.csv.gz", "label_en"), 0.28, 0.03)
	measure("English skills", "en", column("esco/esco-skills-en.csv.gz", "label_en"), 0.5, 0.02)
	measure("English messages", "en", column("boast/dev.csv.gz", "text"), 0.94, 0.02)
}

func TestRank(t *testing.T) {
	var x Index
	if got := x.Rank([]string{"a"}, 3); got != nil {
		t.Errorf("an empty index finds %v", got)
	}
	x.Add("one", []string{"a", "b", "b"})
	x.Add("two", []string{"a", "c", "c", "c"})
	x.Add("three", []string{"d"})
	// By hand: N = 3, average length 8/3. idf(b) = ln(1 + 2.5/1.5); count 2, length 3.
	idf := math.Log(1 + 2.5/1.5)
	want := idf * 2 * 2.2 / (2 + 1.2*(0.25+0.75*3/(8.0/3)))
	got := x.Rank([]string{"b", "b", "unknown"}, 10)
	if len(got) != 1 || got[0].ID != "one" || !(math.Abs(got[0].Score-want) <= 1e-12) ||
		!slices.Equal(got[0].Matched, []string{"b"}) {
		t.Errorf("Rank = %+v, want one with %v", got, want)
	}
	got = x.Rank([]string{"a", "d"}, 10)
	if len(got) != 3 || got[0].ID != "three" || got[1].ID != "one" || got[2].ID != "two" {
		t.Errorf("Rank = %+v", got)
	}
	if got := x.Rank([]string{"a", "d"}, 1); len(got) != 1 || got[0].ID != "three" {
		t.Errorf("Rank with limit 1 = %+v", got)
	}
	x.Add("one", []string{"d"})
	if got := x.Rank([]string{"d"}, 10); len(got) != 2 || x.Len() != 3 {
		t.Errorf("after adding to a document: %+v", got)
	}
}

// The order in which terms come to the index changes nothing.
func TestRankProperties(t *testing.T) {
	term := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
	rapid.Check(t, func(t *rapid.T) {
		documents := rapid.SliceOfN(rapid.SliceOf(term), 1, 8).Draw(t, "documents")
		query := rapid.SliceOf(term).Draw(t, "query")
		var whole, pieces Index
		for i, d := range documents {
			whole.Add(string(rune('A'+i)), d)
			pieces.Add(string(rune('A'+i)), nil)
		}
		for i, d := range documents {
			for _, word := range d {
				pieces.Add(string(rune('A'+i)), []string{word})
			}
		}
		a, b := whole.Rank(query, 10), pieces.Rank(query, 10)
		if len(a) != len(b) {
			t.Fatalf("%v and %v", a, b)
		}
		for i := range a {
			if a[i].ID != b[i].ID || a[i].Score != b[i].Score || a[i].Score <= 0 || i > 0 && a[i].Score > a[i-1].Score {
				t.Fatalf("%v and %v", a, b)
			}
		}
	})
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{
		"", "schilderijen", "ïïïyyyiii", "y", "kkk", "\xff", "'s", "running's'", "IJIJ", strings.Repeat("heid", 100),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, language := range []string{"nl", "en", ""} {
			for _, term := range Terms(s, language) {
				if term == "" || !utf8.ValidString(term) {
					t.Fatalf("Terms(%q, %q) has %q", s, language, term)
				}
			}
		}
		Stem(s, "nl")
		Stem(s, "en")
		Language(s)
	})
}
