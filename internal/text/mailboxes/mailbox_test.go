package mailboxes

import (
	"testing"

	"gave.network/internal/text"
	"pgregory.net/rapid"
)

func TestLooksAutomated(t *testing.T) {
	for _, c := range []struct{ address, name, want string }{
		{"anna.jansen@acme.nl", "Anna Jansen", ""},
		{"a.talbot@acme.nl", "Anna Talbot", ""},
		{"anna@acme.nl", "", ""},
		{"piet.zaal@acme.nl", "Piet Zaal", ""},
		{"p.rooms@acme.nl", "Peter Rooms", ""},
		{"liszt@acme.nl", "Franz Liszt", ""},
		{"mark.post@acme.nl", "Mark Post", ""},
		{"pers.anna@acme.nl", "Anna Pers", ""},
		{"info@annajansen.nl", "Anna Jansen", ""},
		{"contact@wenderfictova.nl", "Wender Fictova", ""},
		{"info@studiofictova.nl", "Studio Fictova", KindMailbox},
		{"info@fictova.nl", "Fictova Advies", KindMailbox},
		{"lists@fictova.nl", "Anna Fictova", ""},
		{"anna_list@x.nl", "Anna Fictova", ""},
		{"anna-exp-1031164464.7f11b3@x.nl", "Anna Fictova", ""},
		{"vrienden@lists.acme.nl", "Anna Fictova", KindList},
		{"newsletter@acme.nl", "Anna Fictova", KindList},
		{"lists@acme.nl", "ACME", KindList},
		{"12345+anna@users.noreply.github.com", "Anna", ""},
		{"", "Anna Jansen", ""},
		{"", "", ""},
		{"noreply@acme.nl", "ACME", KindNoReply},
		{"no-reply@acme.nl", "", KindNoReply},
		{"no_reply+abc@acme.nl", "", KindNoReply},
		{"nieuws-noreply@acme.nl", "", KindNoReply},
		{"niet-beantwoorden@gemeente.nl", "", KindNoReply},
		{"messages-noreply@linkedin.com", "LinkedIn", KindNoReply},
		{"reply+abc123@reply.github.com", "", KindNoReply},
		{"x@y.nl", "Niet beantwoorden", KindNoReply},
		{"mailer-daemon@acme.nl", "Mail Delivery Subsystem", KindBounce},
		{"postmaster@acme.nl", "", KindBounce},
		{"bounces+123@mail.acme.nl", "", KindBounce},
		{"r-help-bounces@stat.ethz.ch", "", KindBounce},
		{"owner-linux@vger.kernel.org", "", KindBounce},
		{"prvs=123=anna@acme.nl", "", KindBounce},
		{"vrienden@googlegroups.com", "", KindList},
		{"vrienden@lists.acme.nl", "", KindList},
		{"cake-list@acme.nl", "", KindList},
		{"linux-l@acme.nl", "", KindList},
		{"nieuwsbrief@acme.nl", "", KindList},
		{"iedereen@acme.nl", "", KindList},
		{"x@y.nl", "ACME nieuwsbrief", KindList},
		{"r-help-request@stat.ethz.ch", "", KindList},
		{"c_1889@resource.calendar.google.com", "Zaal 3", KindRoom},
		{"zaal3@acme.nl", "", KindRoom},
		{"vergaderzaal-oost@acme.nl", "", KindRoom},
		{"room.204@acme.nl", "", KindRoom},
		{"x@acme.nl", "Conference Room B", KindRoom},
		{"x@acme.nl", "Vergaderruimte Noord", KindRoom},
		{"notifications@github.com", "Anna Jansen", KindRobot},
		{"jira@acme.nl", "", KindRobot},
		{"root@host7", "Cron Daemon", KindRobot},
		{"dependa@acme.nl", "dependa[bot]", KindRobot},
		{"a1b2c3d4e5f6a7b8c9d0e1f2@acme.nl", "", KindRobot},
		{"info@acme.nl", "ACME", KindMailbox},
		{"sales@acme.nl", "", KindMailbox},
		{"klantenservice@acme.nl", "Klantenservice", KindMailbox},
		{"info-nl@acme.nl", "", KindMailbox},
		{"secretariaat@vereniging.nl", "", KindMailbox},
		{"info@acme.nl", "ACME Info", KindMailbox},
	} {
		got, ok := LooksAutomated(c.address, c.name)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("LooksAutomated(%q, %q) = %q, %v, want %q", c.address, c.name, got, ok, c.want)
		}
	}
}

// Whatever address and name come in, what is said of them holds together.
func TestMailboxProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,20}`),
			rapid.StringMatching(`[a-zA-Z.+=_-]{1,12}@[a-zA-Z.-]{1,12}`)).Draw(t, "s")
		if kind, ok := LooksAutomated(s, s); ok != (kind != "") {
			t.Fatalf("LooksAutomated(%q) = %q, %v", s, kind, ok)
		}
		if login := Login(s); login != text.Letters(login) {
			t.Fatalf("Login(%q) = %q", s, login)
		}
	})
}
