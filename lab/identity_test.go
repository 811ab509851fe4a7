package lab

import (
	"context"
	"os"
	"testing"

	"gave.network/internal/near"
)

// People are found under the ways in which archives write them, and nobody is joined or proposed who is another.
func TestEvaluateIdentities(t *testing.T) {
	content, err := os.ReadFile("testdata/people.mailmap")
	if err != nil {
		t.Fatal(err)
	}
	list, people := parseMailmap(string(content), 0)
	if len(list) != 28 || people != 15 {
		t.Fatalf("%d identities of %d people, want 28 of 15", len(list), people)
	}
	out, err := evaluateIdentities(context.Background(), list)
	if err != nil {
		t.Fatal(err)
	}
	if out.Joined.Right != out.Joined.Of || out.Proposed.Right != out.Proposed.Of {
		t.Errorf("joined %d of %d rightly, proposed %d of %d", out.Joined.Right, out.Joined.Of, out.Proposed.Right,
			out.Proposed.Of)
	}
	if out.Found.Of != 16 || out.Found.Right != 16 {
		t.Errorf("found %d of %d pairs", out.Found.Right, out.Found.Of)
	}
	if t.Failed() {
		for _, m := range out.Misses {
			t.Logf("%s %.2f %q", m.What, m.Score, m.Pair)
		}
	}
}

// A share has its interval after Wilson: 8 of 10 is 0.490 to 0.943.
func TestShareOf(t *testing.T) {
	s := shareOf(8, 10)
	near.Equal(t, "share", s.Value, 0.8, 0)
	near.Equal(t, "low", s.Low, 0.4902, 1e-4)
	near.Equal(t, "high", s.High, 0.9433, 1e-4)
}
