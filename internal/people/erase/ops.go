package erase

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// operations are what can be done to erase people, and about those who are not to come back.
func (s *Service) operations() []op.Operation {
	return append(s.suppressionOperations(),
		op.New("erase", http.MethodDelete, "/people/{person}", op.Member,
			"Erase a person with all that is known of them.", s.erase).
			With("This cannot be undone; --preview says what it would do. Names, addresses and numbers are taken "+
				"from all your texts. A keyed hash of each address stays, so that a later import does not bring the "+
				"person back: see gave suppressions list. Other members keep their copies, unless an owner of the "+
				"space erases --everywhere. Backups made before still hold the person.",
				"gave erase anna@example.org --preview").Governing(),
	)
}

// EraseInput names whom to erase.
type EraseInput struct {
	people.PersonInput
	ComeBack   bool   `json:"come_back,omitempty" doc:"keep no hashes either: a later import may bring the person back"`
	Preview    bool   `json:"preview,omitempty" doc:"say what would be erased, and erase nothing"`
	Everywhere bool   `json:"everywhere,omitempty" doc:"for owners of the space: erase the copies of all members too, found by address, link or handle"`
	Reason     string `json:"reason,omitempty" doc:"why, for the list of suppressions; do not name the person" maxLength:"300"`
}

func (s *Service) erase(ctx context.Context, v op.Viewer, in EraseInput) (Erased, error) {
	return s.eraseAs(ctx, v, in, Erasure{
		ComeBack: in.ComeBack, Preview: in.Preview, Everywhere: in.Everywhere, Reason: in.Reason,
	})
}

func (s *Service) eraseAs(ctx context.Context, v op.Viewer, in EraseInput, e Erasure) (Erased, error) {
	p, err := s.Owned(ctx, v, in.Person)
	if n := people.IdentifierOf(in.Person); e.Everywhere && n.Kind != 0 &&
		(fault.CodeOf(err) == fault.NotFound || fault.CodeOf(err) == fault.Forbidden) {
		return s.EraseIdentified(ctx, v, n, e)
	}
	if fault.CodeOf(err) == fault.Forbidden {
		members, also := s.Members(ctx, v)
		if _, member := members[p.ID]; member && also == nil {
			return Erased{}, fault.New(fault.Conflict, "%s is a member of this space.", p.Name).
				WithHint("What you kept of them yourself stands apart again after gave members unlink, and can be " +
					"erased then.")
		}
	}
	if err != nil {
		return Erased{}, err
	}
	return s.EraseWith(ctx, v, p, e)
}

// Text says what was erased.
func (e Erased) Text(p *locale.Printer) string {
	var b strings.Builder
	if e.Preview {
		b.WriteString(p.T("This is what erasing %s would do. Nothing is erased yet.", e.Name) + "\n")
	} else {
		b.WriteString(p.T("%s is erased.", e.Name) + "\n")
	}
	for _, line := range e.lines(p) {
		b.WriteString(line + "\n")
	}
	if e.LeftTotal > 0 {
		b.WriteString(p.T("%d texts hold a word of the name that may mean something else. Look at them yourself:",
			e.LeftTotal) + "\n")
		for i, l := range e.Left {
			if i == 10 {
				b.WriteString("  …\n")
				break
			}
			fmt.Fprintf(&b, "  %s: %s\n", p.T(l.Kind), strings.ReplaceAll(l.Text, "\n", " "))
		}
	}
	return b.String()
}

// lines says what an erasure does, a sentence a line.
func (e Erased) lines(p *locale.Printer) []string {
	counted := func(counts map[string]int) string {
		var list []string
		for _, kind := range e.kinds(p, counts) {
			list = append(list, fmt.Sprintf("%s %d", kind.name, kind.times))
		}
		return strings.Join(list, ", ")
	}
	out := []string{p.T("Removed with them: %d meetings and messages with you alone.", e.Interactions)}
	if len(e.Removed) > 0 {
		out = append(out, p.T("Removed: %s", counted(e.Removed)))
	}
	if len(e.Changed) > 0 {
		out = append(out, p.T("Names, addresses and numbers replaced in: %s", counted(e.Changed)))
	}
	return append(out, e.beyond(p)...)
}

// kind is how many rows of one kind go or change.
type kind struct {
	name  string
	times int
}

// kinds are counts in words, in the order of the tables' names.
func (e Erased) kinds(p *locale.Printer, counts map[string]int) []kind {
	var out []kind
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, kind{p.T(e.titles[name]), counts[name]})
	}
	return out
}

// beyond says what an erasure does or leaves outside what the viewer keeps, a sentence a line.
func (e Erased) beyond(p *locale.Printer) []string {
	var out []string
	if e.Members > 0 && e.Preview {
		out = append(out, p.T("The copies of %d other members go too.", e.Members))
	} else if e.Members > 0 {
		out = append(out, p.T("The copies of %d other members were erased too.", e.Members))
	}
	if e.Elsewhere > 0 {
		out = append(out, p.T(
			"%d other members of the space keep a copy of their own. An owner of the space can erase it everywhere.",
			e.Elsewhere))
	}
	return append(out, p.T("Backups made before still hold them."))
}

// Statement says what was removed, for the person who was erased: by its kinds, without a word of it.
func (e Erased) Statement(p *locale.Printer) string {
	var b strings.Builder
	for _, k := range e.kinds(p, e.Removed) {
		fmt.Fprintf(&b, "- %s: %d\n", k.name, k.times)
	}
	if n := len(e.Changed); n > 0 {
		b.WriteString("- " + p.T("your name, addresses and numbers in all other texts") + "\n")
	}
	return b.String()
}
