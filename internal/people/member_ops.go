package people

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// memberOperations are what can be done about who of the people is a member.
func (s *Store) memberOperations() []op.Operation {
	return []op.Operation{
		op.New("members.link", http.MethodPost, "/members/{member}/persons", op.Member,
			"Say that a person is a member.",
			func(ctx context.Context, v op.Viewer, in LinkInput) (LinkOutput, error) {
				merge, err := s.Link(ctx, v, in.Member, in.Person)
				return LinkOutput{merge}, err
			}).With("What is kept of the person stands for the member from then on; others see no more of it than "+
			"they did. Of people whom you keep, and for owners of whoever they see.",
			`gave members link MEMBER "Anna Jansen"`).Governing(),
		op.New("members.unlink", http.MethodDelete, "/members/persons/{merge}", op.Member,
			"Take back that a person is a member.",
			func(ctx context.Context, v op.Viewer, in UnlinkInput) (op.None, error) {
				return op.None{}, s.Unlink(ctx, v, in.Merge)
			}).With("", "gave members unlink ID").Governing(),
		op.New("members.persons", http.MethodGet, "/members/persons", op.Member,
			"List the people of whom it is said that they are a member.",
			func(ctx context.Context, v op.Viewer, _ op.None) (LinkedOutput, error) {
				list, err := s.Linked(ctx, v)
				return LinkedOutput{list}, err
			}).With("Those that you keep, and those that others share.", "gave members persons"),
	}
}

// LinkInput says who is which member.
type LinkInput struct {
	Member id.ID  `json:"member" arg:"1" doc:"the id of the member"`
	Person string `json:"person" arg:"2" doc:"the person who is that member" maxLength:"300" means:"person"`
}

// LinkOutput names what was linked.
type LinkOutput struct {
	Merge id.ID `json:"merge" doc:"to take it back"`
}

// UnlinkInput names what was linked.
type UnlinkInput struct {
	Merge id.ID `json:"merge" arg:"1" doc:"what gave members link said"`
}

// LinkedOutput lists who is which member.
type LinkedOutput struct {
	Persons []LinkedPerson `json:"persons"`
}

// Text prints who is which member, one a line.
func (o LinkedOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, l := range o.Persons {
		fmt.Fprintf(&b, "%s  %s → %s\n", l.Merge, l.Name, l.Called)
	}
	if len(o.Persons) == 0 {
		fmt.Fprintln(&b, p.T("Nobody found."))
	}
	return b.String()
}
