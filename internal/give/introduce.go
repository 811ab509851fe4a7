package give

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// match is somebody who is looked for, and somebody whom the viewer knows and who may be that.
type match struct {
	wish   room.Knowledge
	helper people.Ref
	line   string // what speaks for the helper
	tie    float64
}

// somebodyWords are what a wish begins with that asks for a person.
var somebodyWords = lang.Words("coach", "somebody")

// somebody says whether a wish asks for a person, and for what.
func somebody(wish string) (what string, ok bool) {
	folded := text.Fold(wish)
	longest := 0
	for _, words := range somebodyWords {
		if strings.HasPrefix(folded+" ", words+" ") {
			longest = max(longest, len(words))
		}
	}
	return strings.TrimSpace(folded[longest:]), longest > 0
}

// matches finds, for those who look for somebody, who of the viewer's own acquaintances is that: whose work or tags say
// all of what is looked for. The best known comes first; for each who looks there is one, and nobody helps twice.
func (s *Service) matches(ctx context.Context, v op.Viewer, wishes []room.Knowledge) ([]match, error) {
	var looking []room.Knowledge
	var terms [][]string
	for _, w := range wishes {
		what, ok := somebody(w.Text)
		if !ok || !w.Need || tact.Delicate(w.Text) {
			continue
		}
		if asked := text.Terms(what, ""); len(asked) > 0 {
			looking = append(looking, w)
			terms = append(terms, asked)
		}
	}
	if len(looking) == 0 || v.Person.IsZero() {
		return nil, nil
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	lines, err := s.network.LineTerms(ctx, v)
	if err != nil {
		return nil, err
	}
	ties, err := s.network.OwnTies(ctx, v)
	if err != nil {
		return nil, err
	}
	var all []match
	for key, state := range ties {
		profile := profiles[key]
		strength := tie.Strength(state.Peak)
		if profile == nil || profile.Died || strength < tie.ModerateFrom {
			continue
		}
		for _, l := range profile.Lines {
			if !l.At.IsZero() || tact.Delicate(l.Text) { // a note is about what happened once
				continue
			}
			has := lines[l.Text]
			for i, w := range looking {
				if w.Person != key &&
					!slices.ContainsFunc(terms[i], func(t string) bool { return !has[t] }) {
					all = append(all, match{w, profile.Person, strings.TrimSpace(l.Text), strength})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.tie, a.tie), a.wish.Person.Compare(b.wish.Person), a.helper.ID.Compare(b.helper.ID),
			cmp.Compare(a.wish.Text, b.wish.Text))
	})
	taken := map[id.ID]bool{}
	return slices.DeleteFunc(all, func(m match) bool {
		if taken[m.wish.Person] || taken[m.helper.ID] {
			return true
		}
		taken[m.wish.Person], taken[m.helper.ID] = true, true
		return false
	}), nil
}
