package account

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
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
		return t.signedIn(p)
	case "step.failed":
		return p.T("the second step failed")
	case "step.on":
		return p.T("switched a second step on")
	case "step.off":
		return p.T("took the second step off")
	case "step.ask":
		return p.T("asked for a link to take the second step off")
	case "step.lost":
		return p.T("took the second step off by mail")
	case "step.machine":
		return p.T("whoever runs the server took the second step off")
	case "codes.new":
		return p.T("made new recovery codes")
	case "passkey.new":
		return p.T("added a passkey")
	case "passkey.remove":
		return p.T("removed a passkey")
	case "passkey.copied":
		return p.T("the counter of a passkey went back: it may have been copied")
	case "reset.ask":
		return p.T("asked for a new password by mail")
	case "reset.machine":
		return p.T("whoever runs the server made a link for a new password")
	case "password.reset":
		return p.T("set a new password with a link")
	case "openid.join":
		return p.T("connected an account elsewhere")
	case "openid.part":
		return p.T("disconnected an account elsewhere")
	case "openid.member":
		return p.T("became a member by the domain of the mail address")
	case "signin.failed":
		return p.T("a sign-in failed")
	case "password.change":
		return p.T("changed the password")
	case "token.new":
		return p.T("made a token")
	case "token.use":
		return p.T("used a token")
	case "token.revoke":
		return p.T("took a token back")
	case "assistant.let":
		return p.T("let an assistant in")
	case "assistant.use":
		return p.T("an assistant came in")
	case "assistant.end":
		return p.T("ended an assistant")
	case "assistant.left":
		return p.T("an assistant gave back what it had")
	case "assistant.reused":
		return p.T("an assistant gave a key that was used before, which may have been copied; it was ended")
	case "assistant.refused":
		return p.T("somebody gave a key of an assistant that was not theirs; it was ended")
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
	case memberLeft:
		return p.T("left the space")
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
	case "retention":
		return p.T("made or ended a rule for what is old")
	case "retention.done":
		return p.T("what was old was thrown away by a rule")
	case "request":
		return p.T("noted what somebody asks about themselves")
	case "request.close":
		return p.T("answered what somebody asked about themselves")
	case "suppression.lift":
		return p.T("let somebody come back")
	case "share":
		return p.T("shared something")
	}
	return t.Action
}

// signedIn says how somebody came in.
func (t Trace) signedIn(p *locale.Printer) string {
	switch t.way() {
	case wayCode:
		return p.T("signed in with a code")
	case wayRecovery:
		return p.T("signed in with a recovery code")
	case wayPasskey:
		return p.T("signed in with a passkey")
	case wayOpenID:
		return p.T("signed in by an account elsewhere")
	case wayReset:
		return p.T("came in with a new password")
	}
	return p.T("signed in")
}

// way is how somebody came in, "" by the password alone.
func (t Trace) way() string {
	words := strings.Fields(t.Detail)
	if len(words) == 0 {
		return ""
	}
	switch last := words[len(words)-1]; last {
	case wayCode, wayRecovery, wayPasskey, wayOpenID, wayReset:
		return last
	}
	return ""
}

// Plain is the detail without identifiers, which say something to programs only.
func (t Trace) Plain(p *locale.Printer) string {
	var words []string
	for _, word := range strings.Fields(t.Detail) {
		if word == t.way() {
			continue // Sentence says it
		}
		if _, err := id.Parse(word); err != nil {
			words = append(words, p.T(word)) // such as a role
		}
	}
	return strings.Join(words, " ")
}

// The kinds of things in the trail, for those who look for one of them, with the actions that each holds; one that ends
// in a dot stands for all that begin so.
var trailKinds = map[string][]string{
	"signin":  {"signin"},
	"failed":  {"signin.failed", "step.failed", "passkey.copied"},
	"access":  {"password.", "reset.", "step.", "codes.", "passkey.", "openid."},
	"token":   {"token.", "assistant."},
	"export":  {"export"},
	"erase":   {"erase", "suppression.", "retention", "request"},
	"share":   {"share"},
	"import":  {"import", "import."},
	"members": {"member.", "invitation.", "space."},
}

// TrailInput says how much of the trail to show.
type TrailInput struct {
	Action string `json:"action,omitempty" doc:"only this action" maxLength:"60"`
	Kind   string `json:"kind,omitempty" doc:"only this kind" enum:"signin,failed,access,token,export,erase,share,import,members"`
	Member id.ID  `json:"member,omitzero" doc:"only what this member did, or what was done about them"`
	Days   int    `json:"days,omitempty" doc:"only of so many days up to now" minimum:"1" maximum:"3650"`
	Limit  int    `json:"limit,omitempty" doc:"at most so many lines, the newest first" default:"200" minimum:"1" maximum:"10000"`
}

// OwnTrailInput says how much of one's own trail to show.
type OwnTrailInput struct {
	Kind  string `json:"kind,omitempty" doc:"only this kind" enum:"signin,failed,access,token,export,erase,share,import,members"`
	Days  int    `json:"days,omitempty" doc:"only of so many days up to now" minimum:"1" maximum:"3650"`
	Limit int    `json:"limit,omitempty" doc:"at most so many lines, the newest first" default:"200" minimum:"1" maximum:"10000"`
}

// OwnTrail returns what the viewer did, and what was done in their name or about them, in this space.
func (s *Service) OwnTrail(ctx context.Context, v op.Viewer, in OwnTrailInput) (TrailOutput, error) {
	return s.Trail(ctx, v, TrailInput{Kind: in.Kind, Member: v.Member, Days: in.Days, Limit: in.Limit})
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
	since, about := int64(0), ""
	if in.Days > 0 {
		since = s.Now().AddDate(0, 0, -in.Days).UnixMicro()
	}
	if !in.Member.IsZero() {
		about = in.Member.String()
	}
	args := []any{v.Space, in.Action, since, about, in.Member, max(1, in.Limit)}
	kinds := ""
	if in.Kind != "" {
		actions, known := trailKinds[in.Kind]
		if !known {
			return out, fault.New(fault.Invalid, "The trail has no kind %q.", in.Kind).WithField("kind")
		}
		var some []string
		for _, action := range actions {
			args = append(args, action)
			place := db.Placeholder(len(args))
			if strings.HasSuffix(action, ".") {
				place += " || '%'"
			}
			some = append(some, "action like "+place)
		}
		kinds = " and (" + strings.Join(some, " or ") + ")"
	}
	rows, err := db.Select[struct {
		ID     id.ID
		Author id.ID
		At     int64
		Action string
		Detail string
	}](ctx, s.db, `select id, author, at, action, detail from audit where space = $1 and (action = $2 or $2 = '')
		and at >= $3 and ($4 = '' or author = $5 or detail = $4 or detail like $4 || ' %')`+kinds+`
		order by at desc, id desc limit $6`, args...)
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
