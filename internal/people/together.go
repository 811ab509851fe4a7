package people

import (
	"context"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
)

// Letter is a line to send to somebody, in the language in which the viewer and they write.
type Letter struct {
	To    PersonSummary
	Email string // empty when none is known
	Lang  locale.Lang
	Text  string
}

// BringTogether returns what to ask each of two people before they are brought together: whether they would like to. It
// says of the other what they do and where, and never where they can be reached.
func (s *Store) BringTogether(ctx context.Context, v op.Viewer, one, other PersonSummary) ([]Letter, error) {
	reaches, err := s.ReachOfAll(ctx, v, []id.ID{one.ID, other.ID})
	if err != nil {
		return nil, err
	}
	var out []Letter
	for _, pair := range [][2]PersonSummary{{one, other}, {other, one}} {
		to, about := pair[0], pair[1]
		var parts []string
		for _, part := range []string{about.Role, about.Organisation} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		who := about.Name
		if len(parts) > 0 {
			who += " (" + strings.Join(parts, ", ") + ")"
		}
		reach := reaches[to.ID]
		lang := locale.Or(reach.Lang, v.Lang)
		text := move.Write("Hello %s, I know somebody whom you may like to meet: %s. Shall I bring you together?",
			move.Given(to.Name), who).In(locale.New(lang, v.Zone))
		out = append(out, Letter{to, reach.Email, lang, text})
	}
	return out, nil
}
