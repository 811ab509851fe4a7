package intake

import (
	"testing"

	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
)

func TestBareAddress(t *testing.T) {
	for in, want := range map[string]string{
		"me+shop@example.org": "me@example.org", "m.e+x@googlemail.com": "me@gmail.com",
		"m.e@example.org": "m.e@example.org",
	} {
		if got := bareAddress(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// In chats one's whole name is oneself; elsewhere, and without a family name, it may be a namesake.
func TestOwnNameInChats(t *testing.T) {
	l := &loader{self: id.New(), mine: map[string]bool{
		"me@example.org": true, ownName + "barbara dijkstra": true,
	}}
	for _, c := range []struct {
		format string
		party  read.Party
		want   bool
	}{
		{"whatsapp", read.Party{Name: "Barbara Dijkstra"}, true},
		{"meta", read.Party{Name: "barbara dijkstra"}, true},
		{"csv", read.Party{Name: "Barbara Dijkstra"}, false},
		{"whatsapp", read.Party{Name: "Barbara"}, false},
		{"whatsapp", read.Party{Name: "Barbara Dijkstra", Phone: "+31612345678"}, false},
		{"mbox", read.Party{Name: "X", Address: "me+shop@example.org"}, true},
		{"mbox", read.Party{Name: "X", Address: "you+shop@example.org"}, false},
	} {
		if l.format = formats.ByName(c.format); l.isMe(c.party) != c.want {
			t.Errorf("%s %+v: %v", c.format, c.party, !c.want)
		}
	}
}
