package account

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// mostSpaces is of how many spaces an account is a member at most when it makes one more.
const mostSpaces = 50

// SpaceInfo is a space that the viewer's account is a member of.
type SpaceInfo struct {
	ID      id.ID  `json:"id"`
	Name    string `json:"name" doc:"empty for a space without a name"`
	Purpose string `json:"purpose" doc:"private or professional"`
	Role    string `json:"role"`
	Members int    `json:"members" doc:"how many belong to it"`
	Here    bool   `json:"here" doc:"the one you are in"`
}

// Spaces returns the spaces that the viewer's account is a member of, those of before first.
func (s *Service) Spaces(ctx context.Context, v op.Viewer) ([]SpaceInfo, error) {
	rows, err := db.Select[struct {
		ID            id.ID
		Name, Purpose string
		Role          op.Role
		Members       int
	}](ctx, s.db, `select s.id, s.name, s.purpose, m.role,
		(select count(*) from member o where o.space = s.id and o.ended = 0) as members
		from member m join space s on s.id = m.space where m.account = $1 and m.ended = 0
		order by m.joined, s.id`, v.Account)
	out := []SpaceInfo{}
	for _, r := range rows {
		out = append(out, SpaceInfo{r.ID, r.Name, r.Purpose, r.Role.String(), r.Members, r.ID == v.Space})
	}
	return out, err
}

// NewSpaceInput says what space to make.
type NewSpaceInput struct {
	Name    string `json:"name" arg:"1" doc:"the name of the space" maxLength:"200"`
	Purpose string `json:"purpose,omitempty" doc:"which duties towards people apply" enum:"private,professional" default:"professional"`
}

// NewSpace makes a space of which the viewer's account is the owner, and nobody else a member. Nothing of another space
// is in it.
func (s *Service) NewSpace(ctx context.Context, v op.Viewer, in NewSpaceInput) (id.ID, error) {
	name := clip(strings.TrimSpace(in.Name), 200)
	if name == "" {
		return id.Zero, fault.New(fault.Invalid, "A space needs a name.").WithField("name")
	}
	purpose := in.Purpose
	if purpose == "" {
		purpose = "professional"
	}
	if purpose != "private" && purpose != "professional" {
		return id.Zero, fault.New(fault.Invalid, "The purpose of a space is private or professional.").
			WithField("purpose")
	}
	space, member, at := id.New(), id.New(), s.Now().UnixMicro()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, v.Account); err != nil {
			return err
		}
		own, err := db.Select[struct{ Name string }](ctx, tx, `select s.name from member m join space s on s.id = m.space
			where m.account = $1 and m.ended = 0 order by s.id`, v.Account)
		if err != nil {
			return err
		}
		if len(own) >= mostSpaces {
			return fault.New(fault.TooMany, "You have %d spaces already.", len(own))
		}
		for _, o := range own {
			if text.Fold(o.Name) == text.Fold(name) {
				return fault.New(fault.Conflict, "You have a space of that name already.").WithField("name")
			}
		}
		for _, insert := range []struct {
			table string
			row   db.Row
		}{
			{"space", db.Row{"id": space, "name": name, "purpose": purpose, "created": at}},
			{"member", db.Row{
				"id": member, "space": space, "account": v.Account, "role": op.Owner, "person": id.Zero,
				"joined": at, "ended": 0,
			}},
		} {
			if _, err := db.Insert(ctx, tx, insert.table, insert.row, ""); err != nil {
				return err
			}
		}
		if err := s.audit(ctx, tx, space, member, "space.new", purpose); err != nil {
			return err
		}
		return s.SeatMembers(ctx, tx, space)
	})
	return space, err
}

// SwitchSpace lets a session go on in another space of the account; the next sign-in begins there too.
func (s *Service) SwitchSpace(ctx context.Context, secret string, space id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := db.Found(db.Exec(ctx, tx, `update session set member =
			(select m.id from member m where m.account = session.account and m.space = $2 and m.ended = 0)
			where token = $1 and exists (select 1 from member m where m.account = session.account and m.space = $2
			and m.ended = 0)`, id.Digest(secret), space)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `update account set space = $2
			where id = (select account from session where token = $1)`, id.Digest(secret), space)
		return db.Fault(err)
	})
}

// LocalIn returns the owner of the data directory in one of their spaces, which is named by its id or its name; in the
// first when it is empty.
func (s *Service) LocalIn(ctx context.Context, lang locale.Lang, space string) (op.Viewer, error) {
	v, err := s.Local(ctx, lang)
	if err != nil || space == "" {
		return v, err
	}
	spaces, err := s.Spaces(ctx, v)
	if err != nil {
		return v, err
	}
	var found []SpaceInfo
	for _, one := range spaces {
		if one.ID.String() == space || text.Fold(one.Name) == text.Fold(space) {
			found = append(found, one)
		}
	}
	switch len(found) {
	case 0:
		return v, fault.New(fault.NotFound, "You have no space called %q.", space).
			WithHint("See which there are with gave spaces list.")
	case 1:
	default:
		return v, fault.New(fault.Conflict, "Several of your spaces are called %q.", space).
			WithHint("Give the id: gave spaces list --json.")
	}
	return s.In(ctx, v, found[0].ID)
}

// In returns the viewer's account as the member that it is of one of its spaces.
func (s *Service) In(ctx context.Context, v op.Viewer, space id.ID) (op.Viewer, error) {
	m, err := db.One[memberRow](ctx, s.db, `select `+memberColumns+` from member m join account a on a.id = m.account
		where m.space = $1 and m.account = $2 and m.ended = 0`, space, v.Account)
	if err != nil {
		return op.Viewer{}, err
	}
	return s.viewer(m), nil
}

// spaceOperations are what can be done with the spaces of an account.
func (s *Service) spaceOperations() []op.Operation {
	return []op.Operation{
		op.New("spaces.list", http.MethodGet, "/spaces", op.Guest, "List the spaces that you belong to.",
			func(ctx context.Context, v op.Viewer, _ op.None) (SpacesOutput, error) {
				list, err := s.Spaces(ctx, v)
				return SpacesOutput{list}, err
			}).With("A space has people, members and all else of its own. On the command line --space says in which "+
			"one to work; a token stays in the space where it was made.", "gave spaces list").Governing(),
		op.New("spaces.new", http.MethodPost, "/spaces", op.Member, "Make a space of your own.",
			func(ctx context.Context, v op.Viewer, in NewSpaceInput) (NewSpaceOutput, error) {
				space, err := s.NewSpace(ctx, v, in)
				return NewSpaceOutput{space}, err
			}).With("You are its owner, and nothing of another space is in it.",
			`gave spaces new "Choir" --purpose private`).Governing(),
	}
}

// SpacesOutput lists spaces.
type SpacesOutput struct {
	Spaces []SpaceInfo `json:"spaces"`
}

// NewSpaceOutput names the space that was made.
type NewSpaceOutput struct {
	Space id.ID `json:"space"`
}

// Text prints spaces, one a line.
func (o SpacesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, one := range o.Spaces {
		mark := " "
		if one.Here {
			mark = "*"
		}
		name := one.Name
		if name == "" {
			name = p.T("without a name")
		}
		b.WriteString(mark + " " + name + "  " + p.T(one.Role) + "  " + p.T("%d members", one.Members) + "\n")
	}
	return b.String()
}
