package people_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/people"
	"gave.network/internal/text"
)

// TestNamesAreNotMissed holds the look through all names beside what it spares: wherever the names of somebody have a
// word that begins with each word that is looked for, it finds them; and it does not find everything.
func TestNamesAreNotMissed(t *testing.T) {
	parts := strings.Fields("Jan Jean-Luc O'Brien 's-Gravenhage A.-M. Müller Øystein ĳsbrand Ölçer van-der d'Ancona " +
		"R&D Κώστας Иван 山田 anna.jansen x3 12-3 de Vries José")
	random := rand.New(rand.NewPCG(3, 4))
	name := func() string {
		var out []string
		for range 1 + random.IntN(3) {
			out = append(out, parts[random.IntN(len(parts))])
		}
		return strings.Join(out, " ")
	}
	refused := 0
	for range 2000 {
		list := make([]people.Named, 1+random.IntN(4))
		for i := range list {
			list[i] = people.Named{Name: name(), Merged: -1}
			if random.IntN(3) == 0 {
				list[i].Nickname = name()
			}
			if i > 0 && random.IntN(3) == 0 {
				list[i].Merged = 0
			}
		}
		words := text.Words(name())
		for i, w := range words {
			if runes := []rune(w); random.IntN(2) == 0 {
				words[i] = string(runes[:1+random.IntN(len(runes))])
			}
		}
		names := make([][]string, len(list))
		for i, p := range list {
			of := max(i*min(1, -p.Merged), 0) // themselves, or the first
			names[of] = append(names[of], text.Words(p.Name+" "+p.Nickname)...)
		}
		called := slices.ContainsFunc(names, func(of []string) bool {
			return len(of) > 0 && !slices.ContainsFunc(words, func(w string) bool {
				return !slices.ContainsFunc(of, func(n string) bool { return strings.HasPrefix(n, w) })
			})
		})
		found := people.NamesHold(list, words)
		if called && !found {
			t.Fatalf("%s by %q", fmt.Sprintf("%+v", list), words)
		}
		if !found {
			refused++
		}
	}
	if refused < 500 {
		t.Errorf("only %d of 2000 were refused", refused)
	}
}

// TestTermsHaveWhatTheyList looks terms up, and what begins, ends or lies within one, or spans two.
func TestTermsHaveWhatTheyList(t *testing.T) {
	terms := people.TermsOf("De markt voor arbeidsmarkt-communicatie, r en 3d-print; markten")
	list := slices.Collect(terms.All())
	if len(list) < 6 || !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
		t.Fatalf("%q", list)
	}
	for _, term := range list {
		if !terms.Has(term) {
			t.Errorf("%q is missing", term)
		}
		for _, part := range []string{term + "x", term[1:], term[:len(term)-1], " " + term} {
			if terms.Has(part) != slices.Contains(list, part) {
				t.Errorf("%q", part)
			}
		}
	}
	if none := people.TermsOf(" -"); none != "" || none.Has("") || none.Has("a") {
		t.Errorf("%q", none)
	}
}
