package text

import (
	"encoding/json"
	"testing"
)

func TestAppendJSON(t *testing.T) {
	for _, s := range []string{
		"", "plain", `"quoted" and \`, "<b>&</b>", "Zoë", "line\nline", "\x00\x1f\x7f", "\u2028", "\xff broken", "日本",
	} {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendJSON([]byte("x"), s)); got != "x"+string(want) {
			t.Errorf("%q: %s, not %s", s, got, want)
		}
	}
}
