package grammar

import (
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// Dutch writes words together: zoomborrel, LinkedIn-bericht, buurtoverleg. The last part says what it is; a first part
// that is a way of contact says how.

var (
	compoundTails = lang.Words("capture", "compound.tail")
	compoundHeads = lang.Words("capture", "compound.head")
)

// uncompound reads words that end with one for contact as that word.
func (p *parser) uncompound() {
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.Kind != text.WordToken || vocabulary[t.Word] {
			continue
		}
		for _, tail := range compoundTails {
			head, ok := strings.CutSuffix(t.Word, tail)
			if !ok || len(head) < 3 {
				continue
			}
			t.Word = tail
			for _, how := range compoundHeads {
				if strings.HasPrefix(head, how) {
					t.Word = how
				}
			}
			break
		}
	}
}
