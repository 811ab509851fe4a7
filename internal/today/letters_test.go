package today

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
)

// Who is brought together is written to both, each in their own language; a move with one letter looks up one of them.
func TestBothAreWrittenTo(t *testing.T) {
	first, second := id.New(), id.New()
	looked := 0
	s := NewService(nil, nil, nil, nil, func(_ context.Context, _ op.Viewer, person id.ID) (move.Reach, error) {
		looked++
		if person == first {
			return move.Reach{Email: "anna@example.org", Lang: "nl"}, nil
		}
		return move.Reach{Email: "bob@example.org", Lang: "en"}, nil
	})
	to := []move.Person{{ID: first, Name: "Anna Aal"}, {ID: second, Name: "Bob Beer"}}
	thanks := func(p move.Person) move.Draft {
		return move.Write("Hello %s, thank you for your help. It meant a lot to me.", move.Given(p.Name))
	}
	moves := []move.Move{
		{People: to, Draft: thanks(to[0]), OtherDraft: thanks(to[1])}, {People: to, Draft: thanks(to[0])},
	}
	reach, err := s.Letters(context.Background(), op.Viewer{Lang: locale.English}, moves)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(moves[0].Letter, "Dag Anna,") || !strings.HasPrefix(moves[0].OtherLetter, "Hello Bob,") ||
		reach[0][0].Email != "anna@example.org" || reach[0][1].Email != "bob@example.org" {
		t.Errorf("%q, %q, %+v", moves[0].Letter, moves[0].OtherLetter, reach[0])
	}
	if moves[1].OtherLetter != "" || reach[1][1] != (move.Reach{}) || looked != 3 {
		t.Errorf("%q, %+v, %d looked up", moves[1].OtherLetter, reach[1], looked)
	}
}
