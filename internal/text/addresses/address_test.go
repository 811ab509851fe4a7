package addresses

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPhone(t *testing.T) {
	for _, c := range []struct {
		in, region, want string
	}{
		{"06-12345678", "NL", "+31612345678"},
		{"06 12 34 56 78", "nl", "+31612345678"},
		{"+31 6 12345678", "NL", "+31612345678"},
		{"+31 (0)6 12345678", "NL", "+31612345678"},
		{"0031612345678", "NL", "+31612345678"},
		{"tel:+31-6-12345678", "NL", "+31612345678"},
		{"(020) 551 0000", "NL", "+31205510000"},
		{"020-5510000 ext. 12", "NL", "+31205510000"},
		{"+32 475 12 34 56", "NL", "+32475123456"},
		{"+1 (212) 555-2368", "NL", "+12125552368"},
		{"020 7946 0958", "GB", "+442079460958"},
		{"020-5510000 tst 12", "NL", "+31205510000"},
		{"088-0450245", "NL", "+31880450245"},
		{"0900 8727736", "NL", "09008727736"},
		{"+31 900 8727736", "NL", "09008727736"},
		{"0909-1234", "NL", "09091234"},
		{"0800 0113", "NL", "+318000113"},
		{"31612345678", "NL", "+31612345678"},
		{"612345678", "NL", "+31612345678"},
		{"491712345678", "NL", "+491712345678"},
		{"+1 900 555 0123", "NL", "+19005550123"},
		{"", "NL", ""},
		{"112", "NL", ""},
		{"bel me", "NL", ""},
		{"12345", "NL", ""},
		{"061234567", "NL", ""},
		{"06-12345678@x.nl", "NL", ""},
	} {
		got, ok := Phone(c.in, c.region)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Phone(%q, %q) = %q, %v, want %q", c.in, c.region, got, ok, c.want)
		}
	}
}

func TestMail(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Anna.Jansen@ACME.nl", "anna.jansen@acme.nl"},
		{" <anna@acme.nl> ", "anna@acme.nl"},
		{"Anna Jansen <anna@acme.nl>", "anna@acme.nl"},
		{`"Jansen, Anna" <anna@acme.nl`, "anna@acme.nl"},
		{"mailto:anna@acme.nl?subject=hoi", "anna@acme.nl"},
		{"'anna@acme.nl'", "anna@acme.nl"},
		{"anna+news@acme.nl", "anna+news@acme.nl"},
		{"anna@acme.nl.", "anna@acme.nl"},
		{"anna at acme.nl", "anna@acme.nl"},
		{"anna at acme.nl (Anna Jansen)", "anna@acme.nl"},
		{"anna (at) acme (dot) nl", "anna@acme.nl"},
		{"anna [at] acme [punt] nl", "anna@acme.nl"},
		{"anna_at_acme.nl", "anna@acme.nl"},
		{"anna AT acme DOT co DOT uk", "anna@acme.co.uk"},
		{"anna@müller.de", "anna@xn--mller-kva.de"},
		{"root@localhost", "root@localhost"},
		{"anna@acme.nl\u200b", "anna@acme.nl"},
		{"lunch at Utrecht", ""},
		{"Anna", ""},
		{"", ""},
		{"@acme.nl", ""},
		{"anna@", ""},
		{"a b@acme.nl", ""},
		{"anna@acme..nl", ""},
		{"anna@-acme.nl", ""},
		{"anna@acme@bob.nl", ""},
		{"anna@acme.nl,bob@acme.nl", ""},
	} {
		got, ok := Mail(c.in)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Mail(%q) = %q, %v, want %q", c.in, got, ok, c.want)
		}
	}
}

func TestLink(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"https://www.linkedin.com/in/Anna-Jansen/", "https://www.linkedin.com/in/anna-jansen"},
		{"linkedin.com/in/anna-jansen", "https://www.linkedin.com/in/anna-jansen"},
		{"http://nl.linkedin.com/in/anna-jansen?trk=abc", "https://www.linkedin.com/in/anna-jansen"},
		{"https://www.linkedin.com/in/Ren%C3%A9-X/nl", "https://www.linkedin.com/in/rené-x"},
		{"https://www.linkedin.com/in/rene\u0301-x", "https://www.linkedin.com/in/rené-x"},
		{"HTTPS://WWW.LINKEDIN.COM/company/ACME/about/", "https://www.linkedin.com/company/acme"},
		{"https://www.linkedin.com/feed/", "https://www.linkedin.com/feed"},
		{"https://twitter.com/Anna?lang=nl", "https://x.com/anna"},
		{"https://mobile.twitter.com/Anna", "https://x.com/anna"},
		{"github.com/Anna", "https://github.com/anna"},
		{"https://github.com/Anna/Repo", "https://github.com/Anna/Repo"},
		{"@Anna@mastodon.nl", "https://mastodon.nl/@anna"},
		{"https://www.facebook.com/profile.php?id=12", "https://www.facebook.com/profile.php?id=12"},
		{"https://acme.nl/Artikel/?utm_source=x&b=2&a=1#top", "https://acme.nl/Artikel?a=1&b=2"},
		{"http://ACME.nl:80/", "https://acme.nl"},
		{"acme.nl:8080/x", "https://acme.nl:8080/x"},
		{"javascript:alert(1)", ""},
		{"mailto:a@b.nl", ""},
		{"ftp://acme.nl", ""},
		{"https://anna:secret@acme.nl", ""},
		{"gewoon tekst", ""},
		{"Anna", ""},
		{"", ""},
		{"https://", ""},
		{"@anna", ""},
		{"https://acme.nl/%zz", ""},
	} {
		got, ok := Link(c.in)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Link(%q) = %q, %v, want %q", c.in, got, ok, c.want)
		}
	}
}

func TestAddressProperties(t *testing.T) {
	part := rapid.StringMatching(`[ -~]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), part, rapid.StringMatching(`[a-zA-Z.+'<>" -]{1,12}(@| at )[a-zA-Z.-]{1,12}`),
			rapid.StringMatching(`(https?://)?[a-zA-Z.]{1,12}/[ -~]{0,12}`)).Draw(t, "s")
		if a, ok := Mail(s); ok {
			if again, ok := Mail(a); !ok || again != a {
				t.Fatalf("Mail(%q) = %q, and of that %q, %v", s, a, again, ok)
			}
		}
		if l, ok := Link(s); ok {
			if again, ok := Link(l); !ok || again != l {
				t.Fatalf("Link(%q) = %q, and of that %q, %v", s, l, again, ok)
			}
		}
		if p, ok := Phone(s, "NL"); ok {
			if again, ok := Phone(p, "NL"); !ok || again != p {
				t.Fatalf("Phone(%q) = %q, and of that %q, %v", s, p, again, ok)
			}
		}
	})
}
