package oauth

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"
)

// The example of RFC 7636, appendix B.
func TestMeets(t *testing.T) {
	const (
		verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
		challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	)
	if !meets(verifier, challenge) || !isChallenge(challenge) {
		t.Error("the example is refused")
	}
	for _, wrong := range []string{"", verifier[1:], verifier + "x", strings.Repeat("x", 200), challenge} {
		if meets(wrong, challenge) {
			t.Errorf("%q is taken", wrong)
		}
	}
	for _, wrong := range []string{"", challenge + "=", challenge[1:], challenge + "A", verifier + "\n"} {
		if isChallenge(wrong) {
			t.Errorf("%q can be a challenge", wrong)
		}
	}
}

func TestCanonical(t *testing.T) {
	for written, want := range map[string]string{
		"HTTPS://Gave.Example:443/mcp/":            "https://gave.example/mcp",
		"https://gave.example/mcp?tools=all":       "https://gave.example/mcp",
		"https://gave.example/mcp?x=1":             "https://gave.example/mcp?x=1",
		"http://127.0.0.1:8087/mcp":                "http://127.0.0.1:8087/mcp",
		"https://gave.example/MCP":                 "https://gave.example/MCP",
		"https://gave.example/mcp#x":               "https://gave.example/mcp#x",
		"https://gave.example@evil.example/mcp":    "https://gave.example@evil.example/mcp",
		"https://gave.example/mcp/../../elsewhere": "https://gave.example/mcp/../../elsewhere",
	} {
		if got := canonical(written); got != want {
			t.Errorf("%s is %s, want %s", written, got, want)
		}
	}
}

func TestOffered(t *testing.T) {
	for asked, want := range map[string]string{
		"": "read write", "read": "read", "write": "read write", "read write": "read write",
		"openid offline_access": "read write", "read openid": "read", "govern": "read write",
	} {
		if got := strings.Join(offered(asked), " "); got != want {
			t.Errorf("%q: %s, want %s", asked, got, want)
		}
	}
}

// What is taken as an address leads where it says, in whatever way it is read.
func FuzzParseDestination(f *testing.F) {
	for _, seed := range []string{
		"https://app.example/cb", "http://127.0.0.1:1/cb", "http://[::1]:1/", "com.example:/cb", "javascript:x",
		"https://a@b/", "https://a\\@b/", "http://localhost", "x", "", "//", "https:///x", "cursor://cb?x=1",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		d, ok := parseDestination(one)
		if !ok {
			return
		}
		if !d.allows(d) || d.home() == "" || d.source() == "" || strings.ContainsAny(d.source(), " ;,'\"") ||
			strings.ContainsAny(one, "\r\n\\#@ ") && strings.Contains(d.home(), "@") {
			t.Fatalf("%q: at %q, source %q", one, d.home(), d.source())
		}
		if d.address.Scheme == "javascript" || d.address.Scheme == "data" || d.address.User != nil {
			t.Fatalf("%q is taken", one)
		}
		if told := d.with(nil); !strings.HasPrefix(told, one) {
			t.Fatalf("%q becomes %q", one, told)
		}
		if e, ok := parseDestination(other); ok && d.allows(e) && one != other && !(d.loopback() && e.loopback()) {
			t.Fatalf("%q allows %q", one, other)
		}
	})
}

func FuzzPlain(f *testing.F) {
	f.Add("Gave\u202e\nBank\xff")
	f.Fuzz(func(t *testing.T, name string) {
		shown := plain(name)
		if len([]rune(shown)) > 60 || strings.ContainsFunc(shown, func(r rune) bool {
			return !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r)
		}) {
			t.Fatalf("%q is shown as %q", name, shown)
		}
	})
}

func TestChallenge(t *testing.T) {
	r := httptest.NewRequest("GET", "https://gave.example/mcp", nil)
	want := `resource_metadata="https://gave.example/.well-known/oauth-protected-resource/mcp", scope="read write"`
	if got := Challenge(r); got != want {
		t.Errorf("%s", got)
	}
}
