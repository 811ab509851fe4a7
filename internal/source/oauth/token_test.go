package oauth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// A token is renewed two minutes before it ends, and one of which nobody says when is not.
func TestWhenATokenEnds(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		left        time.Duration
		ended, over bool
	}{{time.Hour, false, false}, {time.Minute, true, false}, {0, true, true}, {-time.Hour, true, true}} {
		p := Token{Ends: now.Add(c.left)}
		if p.Ended(now) != c.ended || p.Over(now) != c.over {
			t.Errorf("%v left: ended %v, over %v", c.left, p.Ended(now), p.Over(now))
		}
	}
	if p := (Token{}); p.Ended(now) || p.Over(now) {
		t.Error("without an end it ended")
	}
}

// What is kept of a token is read as it was, and nothing of somebody else's.
func TestATokenIsKept(t *testing.T) {
	p := Token{Access: "a", Refresh: "r", Ends: time.Unix(1, 0).UTC(), Endpoint: "https://x.example/token"}
	kept, err := p.Kept()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Read(kept); err != nil || got != p {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := Read([]byte("geheim")); err == nil {
		t.Error("a password is read as a token")
	}
}

// Where secrets may go: encrypted, or on this machine when the provider is there too.
func TestWhereSecretsMayGo(t *testing.T) {
	for address, want := range map[string][2]bool{ // of a provider on the web, and of one on this machine
		"https://login.example/token": {true, true}, "http://login.example/token": {false, false},
		"http://127.0.0.1:9/token": {false, true}, "http://localhost/token": {false, true}, "": {false, false},
		"https://a:b@login.example/": {false, false}, "file:///token": {false, false}, "https://": {false, false},
		"https://login.example/#x": {false, false}, "::": {false, false},
	} {
		for i, issuer := range []string{"https://login.example", "http://127.0.0.1:9"} {
			if got := NewOther(issuer, "x", "", "X", "", nil).may(address); got != want[i] {
				t.Errorf("%q of %s: %v", address, issuer, got)
			}
		}
	}
}

// Whatever stands in a token of identity, only what can be a mail address comes out.
func FuzzAddress(f *testing.F) {
	for _, claims := range []string{
		`{"email":"anna@example.org"}`, `{"email":7}`, `{"email":"anna\u0001@x"}`, `[]`, `{"preferred_username":"a@b"}`,
		`{"email":"a@b@c"}`, "null", "{",
	} {
		f.Add("x." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".y")
	}
	f.Add("..")
	p := NewOther("https://login.example", "x", "", "X", "", nil)
	f.Fuzz(func(t *testing.T, raw string) {
		got := p.addressOf(claimsOf(raw))
		if got != "" && (strings.Count(got, "@") != 1 || !printable(got) || strings.ContainsAny(got, " ,")) {
			t.Errorf("%q is taken for an address", got)
		}
	})
}

func TestAddress(t *testing.T) {
	claims := map[string]any{"email": "anna@example.org", "preferred_username": "a.jansen@example.org"}
	for p, want := range map[*Provider]string{
		NewGoogle("x", ""): "anna@example.org", NewMicrosoft("x", ""): "a.jansen@example.org",
		NewOther("https://x.example", "x", "", "X", "", nil): "anna@example.org",
	} {
		if got := p.addressOf(claims); got != want {
			t.Errorf("%s: %s, want %s", p.Name, got, want)
		}
	}
	if got := Word("<b>access_denied</b>" + strings.Repeat("x", 99)); len(got) > 60 || strings.Contains(got, "<") {
		t.Errorf("said as %q", got)
	}
}
