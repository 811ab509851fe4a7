package colleagues

import (
	"testing"

	"gave.network/internal/near"
)

// The votes of a proposal are told apart by where those who have them stand; who is not known is not taken for somebody
// in the middle of a fight.
func TestSupportStandsWhereTheVotesAre(t *testing.T) {
	s := supportOf(ballotOf(t, "person,votes,stance\nAnna,3,for\nBram,1,0.4\nCas,2,?\nDora,1,0\nEef,3,against\n"))
	if s.people != 5 {
		t.Errorf("%d people", s.people)
	}
	want := []part{
		{"in favour", "for", 0, 30},
		{"leaning in favour", "leaning", 30, 10},
		{"you do not know", "unknown", 40, 30},
		{"against", "against", 70, 30},
	}
	got := s.parts()
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, p := range got {
		if p.word != want[i].word || p.class != want[i].class {
			t.Errorf("%+v, want %+v", p, want[i])
		}
		near.Equal(t, "where "+p.word+" begins", p.from, want[i].from, 1e-9)
		near.Equal(t, "the share "+p.word, p.share, want[i].share, 1e-9)
	}
	if s = supportOf(ballotOf(t, "person,votes,stance\nAnna,1,for\n")); len(s.parts()) != 1 {
		t.Errorf("one who is in favour: %+v", s.parts())
	}
}

func ballotOf(t *testing.T, file string) *ballot {
	t.Helper()
	b, faults, err := readBallot(file)
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	return b
}
