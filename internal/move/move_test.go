package move_test

import (
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/move"
)

// A letter greets somebody by the given name, and nobody by initials; it quotes what was noted in its own language
// only.
func TestDraft(t *testing.T) {
	draft := func(name, wish string) move.Draft {
		given := move.Given(name)
		return move.Write("Hello %s, somebody I know is looking for %s. I thought of you. May I bring you together? "+
			"No is fine too.", given, wish).
			Quoting(wish, move.Write("Hello %s, somebody I know looks for help with something that you know well. "+
				"May I bring you together? No is fine too.", given))
	}
	english := locale.New(locale.English, nil)
	for _, c := range []struct{ name, wish, want string }{
		{
			"Anna Jansen", "a printer",
			"Hello Anna, somebody I know is looking for a printer. I thought of you. May I bring you together? No is " +
				"fine too.",
		},
		{
			"J.F. Smits", "translation",
			"Hello, somebody I know is looking for translation. I thought of you. May I bring you together? No is " +
				"fine too.",
		},
		{
			"Anna Jansen", "vertalen",
			"Hello Anna, somebody I know looks for help with something that you know well. May I bring you together? " +
				"No is fine too.",
		},
	} {
		if got := draft(c.name, c.wish).In(english); got != c.want {
			t.Errorf("%s, %s: %s", c.name, c.wish, got)
		}
	}
	if !(move.Draft{}).Empty() || (move.Draft{}).In(english) != "" {
		t.Error("no line says something")
	}
}
