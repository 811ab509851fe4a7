package page_test

import (
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/page"
)

func TestLocalTakesPlainPathsOnly(t *testing.T) {
	for _, plain := range []string{
		"/", "/people", "/people?query=a%20b&x=/y", "/people/018f2a4c-7b1e-7c3a-9d5e-2f6b8a1c4d7e",
		"/people/Jan%20Jansen", "/horizon?to=Utrecht#ways", "/people/Z%C3%BCrich", "/signin?next=%2Fpeople",
	} {
		if got := page.Local(plain); got != plain {
			t.Errorf("%q becomes %q", plain, got)
		}
	}
	for _, bad := range []string{
		"", "people", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example",
		"/\v/evil.example", "/\n/evil.example",
		"/\x00/evil.example", "/\u2028/evil.example", "/\u200b/evil.example", "/\u00a0/evil.example",
		"/\ufeff/evil.example", "/ /evil.example", "https://evil.example",
		"javascript:alert(1)", "/%2Fevil.example", "/%2f%2fevil.example", "/%5Cevil.example", "/%09/evil.example",
		"/%0d%0aX:y", "/%252Fevil.example",
		"/%2509/evil.example", "/./../evil", "/..//evil.example", "/%2e%2e/%2e%2e//x", "/.//evil.example", "/a//b",
		"/%zz", "/\x80", "/" + strings.Repeat("x", 5000),
		"//%5Cevil.example", "/%E2%80%A8/evil.example", " /people", "\t//evil.example",
	} {
		if got := page.Local(bad); got != "/" {
			t.Errorf("%q leads to %q", bad, got)
		}
	}
}

// Whatever is let through is, to every reader of addresses, a path on this server.
func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/people", "//evil.example", "/\t/evil", "/%2F", `/\x`, "/a?b#c", "/..;/"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://gave.example/signin")
	f.Fuzz(func(t *testing.T, to string) {
		got := page.Local(to)
		stripped := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(got)
		for _, text := range []string{got, stripped} {
			u, err := base.Parse(text)
			if err != nil || u.Host != "gave.example" || u.Scheme != "https" || strings.HasPrefix(text, "//") {
				t.Fatalf("%q leads to %q", to, u)
			}
		}
	})
}
