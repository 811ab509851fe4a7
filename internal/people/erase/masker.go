package erase

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/scope"
)

// Masker returns a function that takes the names, addresses and numbers of everybody but one person and the viewer out
// of a text.
func (s *Service) Masker(ctx context.Context, v op.Viewer, but []id.ID) (func(string) string, error) {
	keep := map[id.ID]bool{v.Person: true}
	for _, person := range but {
		keep[person] = true
	}
	persons, err := db.Select[struct {
		ID     id.ID
		Merged id.ID
		Name   string
	}](ctx, s.DB(), `select p.id, p.merged, p.name from person p
		where `+scope.Seen("p")+` order by p.id`, scope.Args(v)...)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	r := newRedactor()
	for _, p := range persons {
		if keep[p.ID] || keep[p.Merged] && !p.Merged.IsZero() {
			for _, word := range nameWords(p.Name) {
				own[word] = true
			}
			continue
		}
		r.addName(p.Name)
	}
	identifiers, err := db.Select[struct {
		Person id.ID
		Kind   people.IdentifierKind
		Value  string
	}](ctx, s.DB(), `select n.person, n.kind, n.value from identifier n
		join person p on p.space = n.space and p.id = n.person where `+scope.Seen("p")+` and n.kind < 4
		order by n.person, n.kind, n.value`, scope.Args(v)...)
	if err != nil {
		return nil, err
	}
	exact := map[string]bool{}
	for _, n := range identifiers {
		if keep[n.Person] {
			continue
		}
		if n.Kind == people.Telephone {
			r.addIdentifier(people.Identifier{Kind: n.Kind, Value: n.Value})
		} else {
			exact[lowerASCII(n.Value)] = true
		}
	}
	r.settle(own)
	return func(s string) string {
		clean, _ := r.redact(s, false)
		if !strings.ContainsAny(clean, "@/") {
			return clean
		}
		return addressLike.ReplaceAllStringFunc(clean, func(word string) string {
			if exact[lowerASCII(strings.TrimRight(word, "."))] {
				return blank
			}
			return word
		})
	}, nil
}
