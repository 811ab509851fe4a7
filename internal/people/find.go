package people

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Find returns the people whom somebody may mean who has typed so much of a name, the likeliest first: those who are
// called so before those who work there or are known by the words otherwise, and in each the strongest ties first.
func (s *Store) Find(ctx context.Context, v op.Viewer, typed string, limit int) ([]PersonSummary, error) {
	const looked, nearest = 200, 40
	words := text.Words(typed)
	if len(words) == 0 || utf8.RuneCountInString(typed) > longestName {
		return nil, nil
	}
	common, err := s.common(ctx, v, words)
	if err != nil {
		return nil, err
	}
	if common { // a letter or two: those nearest to the viewer are enough
		keys, err := s.walkTies(ctx, v, PeopleQuery{Limit: nearest}, words)
		if err != nil {
			return nil, err
		}
		called, _, err := s.called(ctx, v, keys, words)
		if err != nil {
			return nil, err
		}
		if len(called) >= limit {
			return s.Summaries(ctx, v, called[:limit])
		}
	}
	keys, err := s.peoplePage(ctx, v, PeopleQuery{Query: typed, Limit: looked})
	if err != nil {
		return nil, err
	}
	called, otherwise, err := s.called(ctx, v, keys, words)
	if err != nil {
		return nil, err
	}
	keys = append(called, otherwise...)
	return s.Summaries(ctx, v, keys[:min(len(keys), limit)])
}

// common says whether somebody typed one word, and hundreds have one that begins so.
func (s *Store) common(ctx context.Context, v op.Viewer, words []string) (bool, error) {
	const hundreds = 500
	if len(words) > 1 || v.Person.IsZero() {
		return false, nil
	}
	n, err := db.Value[int](ctx, s.db, `select count(*) from
		(select 1 from person_word where space = $1 and word >= $2 and word < $3 and owner in ($5, $6) limit $4) as found`,
		v.Space, words[0], words[0]+lastRune, hundreds, id.Zero, v.Member)
	return n == hundreds, err
}

// called parts people into those with a name for each of the words that it begins, and the others.
func (s *Store) called(
	ctx context.Context, v op.Viewer, keys []id.ID, words []string,
) (called, otherwise []id.ID, err error) {
	known, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range keys {
		p := known[key]
		names := text.Words(p.AllNames())
		if slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, w) })
		}) {
			otherwise = append(otherwise, key)
		} else {
			called = append(called, key)
		}
	}
	return called, otherwise, nil
}
