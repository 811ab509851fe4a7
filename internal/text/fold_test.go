package text

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Anna", "anna"},
		{"  Anna \t\n Jansen ", "anna jansen"},
		{"René Éclair", "rene eclair"},
		{"Søren Kjærgård", "soren kjaergard"},
		{"Weiß", "weiss"},
		{"WEIẞ", "weiss"},
		{"Łukasz Żółć", "lukasz zolc"},
		{"œuvre", "oeuvre"},
		{"ĳsland Ĳsbrand", "ijsland ijsbrand"},
		{"ﬁets", "fiets"},
		{"İstanbul ılık", "istanbul ilik"},
		{"van ’t Hof", "van 't hof"},
		{"Jean–Luc", "jean-luc"},
		{"so\u00adft\u200b hy\ufeffphen", "soft hyphen"},
		{"ＡＢＣ", "abc"},
		{"Þór Guðmundsson", "thor gudmundsson"},
		{"Đorđe", "dorde"},
		{"Ångström", "angstrom"},
		{"e\u0301e", "ee"},
		{"हिन्दी", "हिन्दी"},
		{"ガラス", "ガラス"},
		{"ΑΘΗΝΑΣ", "αθηνασ"},
		{"a\u00a0b\u2003c", "a b c"},
		{"bad\xffbyte", "bad\ufffdbyte"},
		{"a\x00b", "ab"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"Anna Jansen", []string{"anna", "jansen"}},
		{"'s-Gravenhage", []string{"gravenhage", "sgravenhage"}},
		{"Jean-Luc", []string{"jean", "luc", "jeanluc"}},
		{"O'Brien", []string{"brien", "obrien"}},
		{"anna.jansen@acme.nl", []string{"anna", "jansen", "annajansen", "acme", "nl", "acmenl"}},
		{"A.B. Jansen", []string{"ab", "jansen"}},
		{"A.-M. de Vries", []string{"am", "de", "vries"}},
		{"foto's, video’s", []string{"foto", "fotos", "video", "videos"}},
		{"H&M & Co", []string{"hm", "co"}},
		{"einde. Begin", []string{"einde", "begin"}},
		{"wacht...even", []string{"wacht", "even"}},
		{"van 't Hof", []string{"van", "t", "hof"}},
		{"3.5 of 2026-05-03", []string{"3", "5", "of", "2026", "05", "03", "20260503"}},
		{"covid-19", []string{"covid", "19", "covid19"}},
		{"- -- 'n' -", []string{"n"}},
		{"foo_bar/baz", []string{"foo", "bar", "baz"}},
		{"ICT-er", []string{"ict", "er", "icter"}},
		{"日本 हिन्दी", []string{"日本", "हिन्दी"}},
		{"🎉 feest!", []string{"feest"}},
	} {
		if got := Words(c.in); !slices.Equal(got, c.want) {
			t.Errorf("Words(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := Fold(s)
		if again := Fold(once); again != once {
			t.Fatalf("Fold(%q) = %q, and folded again %q", s, once, again)
		}
		for _, w := range Words(s) {
			if w == "" {
				t.Fatalf("Words(%q) has an empty word", s)
			}
			for _, r := range w {
				if !IsWordRune(r) {
					t.Fatalf("Words(%q) has the word %q", s, w)
				}
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "René", "İı", "ŉ", "ΐ", "\u1e9b\u0323", "ﷺ", "a\xff", "ǅ", "´`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) is not UTF-8: %q", s, once)
		}
		if again := Fold(once); again != once {
			t.Fatalf("Fold(%q) = %q, and folded again %q", s, once, again)
		}
		Words(s)
	})
}
