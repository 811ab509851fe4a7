package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// violation is what axe found wrong.
type violation struct {
	ID    string
	Help  string
	Nodes []struct {
		Target []any
		Any    []struct{ Message string }
	}
}

// rules are those of WCAG 2.2 at its levels A and AA.
const rules = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}`

// Axe returns the program that tells whether a page keeps to WCAG, from the node_modules above the test; the test is
// skipped where there is none.
func Axe(t testing.TB) string {
	t.Helper()
	for up := "."; len(up) < 40; up = filepath.Join("..", up) {
		if axe, err := os.ReadFile(filepath.Join(up, "node_modules", "axe-core", "axe.min.js")); err == nil {
			return string(axe)
		}
	}
	t.Skip("no axe-core to test with: run make test, which gets it from npm")
	return ""
}

// Violations runs axe on the present page, and returns what does not keep to WCAG 2.2 AA as far as a program can tell.
func (b *Browser) Violations(axe string) []string {
	b.t.Helper()
	Evaluate[bool](b, axe+`; window.said = ""; axe.run(document, `+rules+`).then(
		(r) => window.said = JSON.stringify(r.violations), (e) => window.said = String(e)); true`)
	said := ""
	for range 300 {
		if said = Evaluate[string](b, "window.said"); said != "" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	var found []violation
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		b.t.Fatalf("axe says %q", said)
	}
	var out []string
	for _, v := range found {
		why := ""
		if len(v.Nodes[0].Any) > 0 {
			why = v.Nodes[0].Any[0].Message
		}
		out = append(out, fmt.Sprintf("%s (%s), %d times, such as %v: %s", v.Help, v.ID, len(v.Nodes),
			v.Nodes[0].Target, why))
	}
	return out
}
