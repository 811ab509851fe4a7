package network

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// KnownPerson is all that is kept of a person for an export: what pages show, and what they do not.
type KnownPerson struct {
	PersonDetail
	Handles  []string `json:"handles" doc:"names within closed sources, such as chats"`
	Rest     string   `json:"rest,omitempty" doc:"lines of an address card that have no field here"`
	Timeline []Event  `json:"timeline"`
}

// Known returns all that is kept of one person.
func (s *Store) Known(ctx context.Context, v op.Viewer, person id.ID) (KnownPerson, error) {
	p, err := s.Person(ctx, s.db, v, person)
	if err != nil {
		return KnownPerson{}, err
	}
	out := KnownPerson{Handles: []string{}, Rest: p.Rest}
	if out.PersonDetail, err = s.Detail(ctx, v, p); err != nil {
		return KnownPerson{}, err
	}
	identifiers, err := s.identifiers(ctx, v, []id.ID{p.ID})
	if err != nil {
		return KnownPerson{}, err
	}
	for _, n := range identifiers[p.ID] {
		if n.Kind == Handle {
			out.Handles = append(out.Handles, n.Value)
		}
	}
	out.Timeline, err = s.Timeline(ctx, v, p.ID, v.Now.AddDate(100, 0, 0), everything)
	return out, err
}

// everything is more than any list holds.
const everything = 10_000_000

// Masker returns a function that takes the names, addresses and numbers of everybody but one person and the viewer out
// of a text.
func (s *Store) Masker(ctx context.Context, v op.Viewer, but []id.ID) (func(string) string, error) {
	keep := map[id.ID]bool{v.Person: true}
	for _, person := range but {
		keep[person] = true
	}
	people, err := db.Select[struct {
		ID     id.ID
		Merged id.ID
		Name   string
	}](ctx, s.db, `select p.id, p.merged, p.name from person p where `+seen("p")+` order by p.id`, scope(v)...)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	r := newRedactor()
	for _, p := range people {
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
		Kind   IdentifierKind
		Value  string
	}](ctx, s.db, `select n.person, n.kind, n.value from identifier n
		join person p on p.space = n.space and p.id = n.person where `+seen("p")+` and n.kind < 4
		order by n.person, n.kind, n.value`, scope(v)...)
	if err != nil {
		return nil, err
	}
	exact := map[string]bool{}
	for _, n := range identifiers {
		if keep[n.Person] {
			continue
		}
		if n.Kind == Telephone {
			r.addIdentifier(Identifier{Kind: n.Kind, Value: n.Value})
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
