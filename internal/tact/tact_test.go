package tact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What stands for what in the lists.
func TestPhrases(t *testing.T) {
	near := sets{"near": {"mother": true, "father": true}}
	read := func(lines ...string) phrases { return read(lines, near) }
	l := &list{
		meant: read("ill, lost .. job/home, *cancer, psych*, in _ put", "^ gone, over $, judge, court, *secrecy*, AA",
			"<near> left, is . fat"),
		innocent: read("lost .. home game, tennis court"),
		work:     read("works as"),
		helper:   read("judge, psychologist"),
		field:    read("court"),
	}
	for _, c := range []struct {
		line string
		as   reading
		want bool
	}{
		{"He is ill.", said, true},
		{"ILL-advised", said, true}, // a hyphen parts words
		{"illustration, still, Ill's", said, true},
		{"illustration still", said, false},
		{"lost her job", said, true},
		{"lost his old and much loved home", said, true},
		{"lost count. A job", said, false}, // another sentence
		{"lost a home game", said, false},
		{"breastcancer", said, true},
		{"psychopathy", said, true},
		{"zit in de put", said, true},
		{"zit in put", said, false},
		{"gone away", said, true},
		{"he is gone", said, false},
		{"it is over", said, true},
		{"over there", said, false},
		{"a judge", said, true},
		{"a judge", tag, false},
		{"works as a judge", said, false},
		{"works as a cook; sees a judge", said, true},
		{"it is over.", said, true},
		{"tennis court", said, false},
		{"an oversecrecyish thing", said, true},
		{"secre-cy", said, false},
		{"goes to AA, it says", said, true},
		{"goes to Aa, it says, aa", said, false},
		{"GOES TO AA", said, false}, // capitals throughout say nothing
		{"café AA, façade", said, true},
		{"her mother left", said, true},
		{"her aunt left", said, false},
		{"is very, very fat", said, false},
		{"is very very fat", said, true},
		{"is a very very fat", said, false},
		{"court", tag, true},
		{"court", title, false},
		{"", said, false},
		{"…", said, false},
	} {
		if got := l.in(c.line, c.as); got != c.want {
			t.Errorf("%q read as %d: %t, want %t", c.line, c.as, got, c.want)
		}
	}
}

// Only days of joy are congratulated; of a day that hurts nothing is said, unless its owner chose so.
func TestDays(t *testing.T) {
	for kind, want := range map[string]Day{
		"birthday": Glad, "verjaardag": Glad, "anniversary": Glad, "trouwdag": Glad, "25-jarig jubileum": Glad,
		"first day at work": Glad,
		"death":             Deceased, "overleden": Deceased, "Died": Deceased,
		"overlijden vader": Silent, "anniversary of her mother's death": Silent, "operatie": Silent,
		"remember: death of father": Quiet, "gedenk: overlijden vader": Quiet,
		"eerste ontmoeting": Plain, "inspection": Plain,
	} {
		if got := DayOf(kind); got != want {
			t.Errorf("%q is a day of kind %d, want %d", kind, got, want)
		}
	}
}

// Who is dead is told from who lost somebody.
func TestDied(t *testing.T) {
	for line, want := range map[string]bool{
		"is overleden in mei": true, "overleden": true, "died last year": true, "He passed away in June": true,
		"zijn vader is overleden": false, "her mother died": false, "almost died laughing": false, "": false,
	} {
		if got := Died(line); got != want {
			t.Errorf("%q: %t, want %t", line, got, want)
		}
	}
}

// What was told in confidence, or by another, leads to nothing.
func TestSecret(t *testing.T) {
	for line, want := range map[string]bool{
		"in vertrouwen: hij gaat weg": true, "niet doorvertellen, ze zoekt een huis": true, "off the record": true,
		"told me in confidence": true, "@anna zoekt een huis": false, "lunch with @bob, who likes boats": false,
	} {
		if got := Secret(line); got != want {
			t.Errorf("%q: %t, want %t", line, got, want)
		}
	}
}

// lines returns the lines of testdata: whether they are delicate, and whether they are held back.
func lines(t *testing.T, file string, each func(line string, delicate, held bool)) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(f) < 4 || f[0] == "#" {
			continue
		}
		held := Delicate(f[3])
		switch f[2] {
		case "tag":
			held = DelicateTag(f[3])
		case "date":
			held = DayOf(f[3]) != Glad && DayOf(f[3]) != Plain
		}
		each(line, f[0] == "delicate", held)
	}
}

// Nothing delicate passes of the lines by the author of the words, and 195 of 200 of what is innocent does. What comes
// out of the whole product is tested in package app.
func TestLines(t *testing.T) {
	for _, file := range []string{"seen.txt", "unseen.txt", "further.txt", "kinds.txt"} {
		innocent, passed := 0, 0
		lines(t, file, func(line string, delicate, held bool) {
			switch {
			case delicate && !held:
				t.Errorf("delicate, and passes: %s", line)
			case !delicate && held:
				t.Logf("innocent, and held back: %s", line)
			case !delicate:
				passed++
			}
			if !delicate {
				innocent++
			}
		})
		if innocent < 100 || passed*200 < innocent*195 {
			t.Errorf("%s: %d of %d innocent lines pass, want 195 of 200", file, passed, innocent)
		}
	}
}

// Lines by other hands, which were kept back until the words were done and are seen since: what they gave at first
// sight stands in each file, and is what to expect of lines that nobody has seen. "make quality" reads the log.
func TestAnotherHand(t *testing.T) {
	delicate, held, innocent, passed := 0, 0, 0, 0
	for _, file := range []string{"kept.txt", "later.txt"} {
		lines(t, file, func(line string, so, back bool) {
			switch {
			case so:
				delicate++
				if back {
					held++
				} else {
					t.Logf("delicate, and passes: %s", line)
				}
			default:
				innocent++
				if !back {
					passed++
				} else {
					t.Logf("innocent, and held back: %s", line)
				}
			}
		})
	}
	t.Logf("by other hands, seen: of %d delicate lines %d held back, of %d innocent %d let through", delicate, held,
		innocent, passed)
	if delicate != 200 || innocent != 200 || held < 199 || passed < 199 {
		t.Errorf("of %d and %d at least 199 were right", delicate, innocent)
	}
}

// Lines of which neither the words nor the weights learnt anything: what is to be expected of others. It may not
// fall. "make quality" reads it from the log.
func TestUnseenLines(t *testing.T) {
	for _, part := range []struct {
		file, name   string
		held, passed int // at least
	}{
		{"fresh.txt", "unseen", 96, 93},
		{"roundabout.txt", "roundabout", 111, 96},
		{"recruiter-kept.txt", "recruiter", 63, 61},
	} {
		delicate, held, innocent, passed := 0, 0, 0, 0
		lines(t, part.file, func(_ string, so, back bool) {
			switch {
			case so:
				delicate++
				if back {
					held++
				}
			default:
				innocent++
				if !back {
					passed++
				}
			}
		})
		t.Logf("%s: of %d delicate lines %d held back, of %d innocent %d let through", part.name, delicate, held,
			innocent, passed)
		if held < part.held || passed < part.passed {
			t.Errorf("%s: %d and %d were right", part.name, part.held, part.passed)
		}
	}
}

// Lines that were written before the words were read: on two thirds of them the words were mended since, on the others
// not. What they gave at first sight stands in docs/goodwill.md. "make quality" reads the log.
func TestProfessionals(t *testing.T) {
	for _, part := range []struct {
		file, name   string
		held, passed int // at least
	}{{"professionals.txt", "professionals", 66, 66}, {"professionals-kept.txt", "professionals kept back", 32, 31}} {
		delicate, held, innocent, passed := 0, 0, 0, 0
		lines(t, part.file, func(line string, so, back bool) {
			if so != back && part.name == "professionals" {
				t.Logf("delicate %t, held back %t: %s", so, back, line)
			}
			switch {
			case so && back:
				held++
			case !so && !back:
				passed++
			}
			if so {
				delicate++
			} else {
				innocent++
			}
		})
		t.Logf("%s: of %d delicate lines %d held back, of %d innocent %d let through", part.name, delicate, held,
			innocent, passed)
		if held < part.held || passed < part.passed {
			t.Errorf("%s: %d and %d were right", part.name, part.held, part.passed)
		}
	}
}

// What is told indirectly is held back though no listed phrase stands in it, and a listed phrase is let through where
// the rest of the line says that it is meant otherwise. Lines without words are nothing.
func TestLearnt(t *testing.T) {
	for line, want := range map[string]bool{
		"advocaat zegt dat hij moet zwijgen": true, "weighs everything she eats": true,
		"sick of the roadworks": false, "zoekt een drukker": false, "": false, "…": false, "!?": false,
	} {
		if got := Delicate(line); got != want {
			t.Errorf("%q: %t, want %t (chance %.2f, listed %t)", line, got, want, learnt().Chance(line), Listed(line))
		}
	}
}

// A model comes back from its bytes as it was, and other bytes are refused.
func TestWeightsArePacked(t *testing.T) {
	again, err := Unpack(learnt().Pack())
	if err != nil || *again != *learnt() {
		t.Errorf("the weights came back changed: %v", err)
	}
	if _, err := Unpack([]byte("short")); err == nil {
		t.Error("five bytes were taken for weights")
	}
}

// Whatever bytes a line has, its chance is one, and its features are those that it is judged by.
func FuzzChance(f *testing.F) {
	for _, line := range []string{"", "x", "é", "\xff\xfe", "zoekt een huis", strings.Repeat("ab ", 500), "日本語 です"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if chance := learnt().Chance(line); !(chance >= 0 && chance <= 1) {
			t.Errorf("a chance of %v", chance)
		}
		n := 0
		each(lineOf(line).words, func(int, uint16) { n++ })
		if groups := Features(line); len(groups[0])+len(groups[1]) != n {
			t.Errorf("%d and %d features, not %d", len(groups[0]), len(groups[1]), n)
		}
	})
}

func BenchmarkDelicate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Delicate("vertelde over de verbouwing van hun kantoor in Zwolle")
	}
}
