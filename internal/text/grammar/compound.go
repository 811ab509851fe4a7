package grammar

import (
	"slices"
	"strings"

	"gave.network/internal/lang"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
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
		if t.Kind != text.WordToken || vocabulary()[t.Word] {
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

var (
	contracted      = text.WordSet("capture", "contracted")    // follow a name with a short "is"
	contractedEnds  = lang.Words("capture", "contracted.mark") // the short "is" itself: 's
	contractedForms = lang.Pairs("capture", "contracted.verb") // what it is, by the word behind it
)

// contractions reads "Tom's moving" as "Tom is moving" and "Tom's got" as "Tom has got", where the word behind says
// that nothing of Tom's is meant.
func (p *parser) contractions() {
	for i := 0; i+1 < len(p.tokens); i++ {
		t, next := p.tokens[i], p.tokens[i+1].Word
		if t.Kind != text.WordToken || t.Stop != 0 || !contracted[next] || pronouns[t.Word] ||
			i > 0 && p.tokens[i-1].Stop == 0 && !andWords[p.tokens[i-1].Word] {
			continue
		}
		for _, end := range contractedEnds {
			name, ok := strings.CutSuffix(strings.ReplaceAll(t.Raw, "’", "'"), end)
			if !ok || name == "" || !text.IsCapitalised(name) && !names.IsGiven(name) {
				continue
			}
			verb := contractedForms[next]
			if verb == "" {
				verb = contractedForms["…"]
			}
			// The raw word may have had another apostrophe, of more bytes.
			cut := t.Start + strings.LastIndexAny(t.Raw, "'’")
			behind := text.Token{Span: text.Span{Start: cut, End: t.End}, Raw: end, Word: verb}
			t.End, t.Raw, t.Word = cut, name, text.Fold(name)
			p.tokens[i] = t
			p.tokens = slices.Insert(p.tokens, i+1, behind)
			break
		}
	}
}
