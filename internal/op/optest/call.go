package optest

import (
	"context"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Call runs the operation of that name, as the command line does: what comes out is printed too, in both languages, and
// must hold the words.
func Call[Out any](t testing.TB, list []op.Operation, v op.Viewer, name string, in any, words ...string) Out {
	t.Helper()
	var registry op.Registry
	registry.Add(list...)
	any, err := registry.Call(context.Background(), v, name, in)
	if err != nil {
		t.Fatalf("%s %+v: %v", name, in, err)
	}
	out, ok := any.(Out)
	if !ok {
		t.Fatalf("%s gives %T", name, any)
	}
	if texter, ok := any.(op.Texter); ok {
		text := texter.Text(locale.New(locale.English, v.Zone))
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not print %q: %s", name, w, text)
			}
		}
		if dutch := texter.Text(locale.New(locale.Dutch, v.Zone)); len(words) > 0 && strings.TrimSpace(dutch) == "" {
			t.Errorf("%s prints nothing in Dutch", name)
		}
	}
	return out
}
