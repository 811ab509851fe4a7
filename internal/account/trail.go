package account

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Record puts in the trail of the viewer's space that something was done. The detail holds identifiers and words of
// ours, never what somebody typed: the trail outlives what it is about.
func (s *Service) Record(ctx context.Context, q db.Queryer, v op.Viewer, action, detail string) error {
	if v.Reach != op.Person {
		detail = strings.TrimSpace(detail + " token")
	}
	return s.audit(ctx, q, v.Space, v.Member, action, detail)
}

// audit writes a line in the trail of a space.
func (s *Service) audit(ctx context.Context, tx db.Queryer, space, author id.ID, action, detail string) error {
	_, err := db.Insert(ctx, tx, "audit", db.Row{
		"space": space, "id": id.New(), "author": author, "at": s.Now().UnixMicro(), "action": action,
		"detail": detail,
	}, "")
	return err
}

// auditAccount writes a line in the trail of every space that an account is a member of.
func (s *Service) auditAccount(ctx context.Context, tx db.Queryer, account, author id.ID, action, detail string) error {
	members, err := db.Select[struct{ ID, Space id.ID }](ctx, tx, `select id, space from member
		where account = $1 and ended = 0 order by id`, account)
	if err != nil {
		return err
	}
	for _, m := range members {
		by, about := m.ID, detail
		if author.IsZero() { // somebody who may be anybody
			by, about = id.Zero, strings.TrimSpace(m.ID.String()+" "+detail)
		}
		if err := s.audit(ctx, tx, m.Space, by, action, about); err != nil {
			return err
		}
	}
	return nil
}

// Trace is one line of the trail.
type Trace struct {
	At     time.Time `json:"at"`
	Member id.ID     `json:"member" doc:"who did it; none for somebody who did not come in"`
	Name   string    `json:"name" doc:"what that member is called now"`
	Action string    `json:"action" doc:"what was done, such as signin, signin.failed, token.new, invitation.accept, member.role, export, erase or import"`
	About  string    `json:"about,omitempty" doc:"the member that it was about, as called now"`
	Detail string    `json:"detail,omitempty" doc:"identifiers, a role, or the network from which it was done"`
}

// Sentence says in the reader's language what was done.
func (t Trace) Sentence(p *locale.Printer) string {
	switch t.Action {
	case "signin":
		return p.T("signed in")
	case "signin.failed":
		return p.T("a sign-in failed")
	case "password.change":
		return p.T("changed the password")
	case "token.new":
		return p.T("made a token")
	case "token.use":
		return p.T("used a token for the first time")
	case "token.revoke":
		return p.T("took a token back")
	case "invitation.new":
		return p.T("invited somebody")
	case "invitation.accept":
		return p.T("accepted an invitation")
	case "invitation.revoke":
		return p.T("took an invitation back")
	case "member.link":
		return p.T("said who a member is")
	case "member.unlink":
		return p.T("took back who a member is")
	case "member.role":
		return p.T("changed a role")
	case "member.remove":
		return p.T("removed a member")
	case "space.new":
		return p.T("made the space")
	case "space.change":
		return p.T("changed the space")
	case "import":
		return p.T("imported files")
	case "import.undo":
		return p.T("took an import back")
	case "export":
		return p.T("exported data")
	case "erase":
		return p.T("erased somebody")
	case "suppression.lift":
		return p.T("let somebody come back")
	case "share":
		return p.T("shared something")
	}
	return t.Action
}

// Plain is the detail without identifiers, which say something to programs only.
func (t Trace) Plain(p *locale.Printer) string {
	var words []string
	for _, word := range strings.Fields(t.Detail) {
		if _, err := id.Parse(word); err != nil {
			words = append(words, p.T(word)) // such as a role
		}
	}
	return strings.Join(words, " ")
}

// TrailInput says how much of the trail to show.
type TrailInput struct {
	Action string `json:"action,omitempty" doc:"only this action" maxLength:"60"`
	Limit  int    `json:"limit,omitempty" doc:"at most so many lines, the newest first" default:"200" minimum:"1" maximum:"10000"`
}

// TrailOutput is the trail, the newest first.
type TrailOutput struct {
	Trail []Trace `json:"trail"`
}

// Text prints the trail, one line each.
func (t TrailOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, line := range t.Trail {
		name := line.Name
		if line.Member.IsZero() {
			name = p.T("somebody")
		}
		columns := []string{p.DateTime(line.At), name, line.Sentence(p), line.About, line.Plain(p)}
		b.WriteString(strings.TrimSpace(strings.Join(columns, "  ")) + "\n")
	}
	return b.String()
}

// Trail returns what was done in the viewer's space that matters for who may see and do what.
func (s *Service) Trail(ctx context.Context, v op.Viewer, in TrailInput) (TrailOutput, error) {
	out := TrailOutput{Trail: []Trace{}}
	rows, err := db.Select[struct {
		ID     id.ID
		Author id.ID
		At     int64
		Action string
		Detail string
	}](ctx, s.db, `select id, author, at, action, detail from audit where space = $1 and (action = $2 or $2 = '')
		order by at desc, id desc limit $3`,
		v.Space, in.Action, max(1, in.Limit))
	if err != nil {
		return out, err
	}
	names := map[id.ID]string{}
	members, err := db.Select[struct {
		ID    id.ID
		Name  string
		Email string
	}](ctx, s.db, `select m.id, a.name, a.email from member m join account a on a.id = m.account where m.space = $1
		order by m.id`, v.Space)
	if err != nil {
		return out, err
	}
	for _, m := range members {
		if names[m.ID] = m.Name; m.Name == "" {
			names[m.ID] = m.Email
		}
	}
	for _, r := range rows {
		line := Trace{
			At: time.UnixMicro(r.At).UTC(), Member: r.Author, Name: names[r.Author], Action: r.Action, Detail: r.Detail,
		}
		first, rest, _ := strings.Cut(r.Detail, " ")
		if about, err := id.Parse(first); err == nil {
			if name, ok := names[about]; ok {
				line.About, line.Detail = name, rest
			}
		}
		out.Trail = append(out.Trail, line)
	}
	return out, nil
}
