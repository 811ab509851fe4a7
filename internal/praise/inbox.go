package praise

import (
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// shown says what was brought of praise, in the viewer's language.
func (p Praise) shown(v op.Viewer, d room.Delivered, author id.ID, name, occasion string) room.Shown {
	out := room.Shown{
		ID: d.ID, Person: author, Name: name, Title: v.Printer().T("%s praises you", name), Text: p.Text,
		Address: "/praise#p-" + p.ID.String(), Waits: p.Audience == "",
	}
	if occasion != "" {
		out.Title = v.Printer().T("%s praises you for %s", name, occasion)
	}
	if out.Waits = out.Waits && v.Role >= op.Member; !out.Waits {
		return out
	}
	out.Acts = decideForms(p)
	for _, audience := range p.allowed() {
		out.Commands = append(out.Commands, "gave praise publish "+p.ID.String()+" --audience "+string(audience))
	}
	return out
}

// allowed are those to whom its subject may show praise, the widest first: never more than the author allows.
func (p Praise) allowed() []Consent {
	switch p.Consent {
	case ConsentPublish:
		return []Consent{ConsentPublish, ConsentQuote, ConsentPrivate}
	case ConsentQuote:
		return []Consent{ConsentQuote, ConsentPrivate}
	}
	return []Consent{ConsentPrivate}
}
