package account

import (
	"testing"
	"time"

	"gave.network/internal/locale"
)

// Where somebody is signed in is said in words, in the reader's language.
func TestDevicesHaveWords(t *testing.T) {
	p := locale.New("nl", time.UTC)
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0": "Firefox op Android",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 " +
			"Mobile Safari/537.36": "Chrome op Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 " +
			"Safari/537.36 Edg/130.0.0.0": "Edge op Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/17.6 Mobile/15E148 Safari/604.1": "Safari op iPhone",
		"Mozilla/5.0 (X11; Linux x86_64)": "een browser op Linux",
		"curl/8.5.0":                      "een ander programma",
	} {
		if got := device(p, agent); got != want {
			t.Errorf("%s is %q, want %q", agent, got, want)
		}
	}
}
