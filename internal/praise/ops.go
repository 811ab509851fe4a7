package praise

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with praise.
func (s *Service) Operations() []op.Operation {
	return append(CheckOperations(),
		op.New("praise.list", http.MethodGet, "/praise", op.Member,
			"List praise: of you, by you, and what you keep.", s.list).With("", "gave praise list"),
		op.New("praise.write", http.MethodPost, "/praise", op.Member, "Praise somebody.", s.write).
			With("They decide whether it is shown; you decide what may be done with it, and can take it back.", `gave praise write "Anna de Wit" "Her notes saved the project." --occasion "annual report" --consent publish`),
		op.New("praise.keep", http.MethodPost, "/praise/received", op.Member,
			"Keep praise that you received in a mail or a talk.", s.keep).
			With("It stays private unless you can say how the author allowed more.",
				`gave praise keep "Anna de Wit" "You explain it so well." --occasion workshop`),
		op.New("praise.consent", http.MethodPost, "/praise/{praise}/consent", op.Member,
			"Say what may be done with praise.", s.allow).
			With("By its author, or with evidence of what the author allowed.",
				`gave praise consent ID --consent publish --evidence "mail of 3 March"`),
		op.New("praise.publish", http.MethodPost, "/praise/{praise}/publish", op.Member,
			"Show praise of you on your public page, or take it away.", s.publish).
			With("", "gave praise publish ID").WithCare(),
		op.New("praise.withdraw", http.MethodDelete, "/praise/{praise}", op.Member,
			"Take praise back, or remove it from your list.",
			func(ctx context.Context, v op.Viewer, in RefInput) (op.None, error) {
				return op.None{}, s.Withdraw(ctx, v, in.Praise)
			}).With("", "gave praise withdraw ID"),
		op.New("praise.invite", http.MethodPost, "/praise/invitations", op.Member, "Ask somebody for some words, once.",
			func(ctx context.Context, v op.Viewer, in InviteInput) (Invitation, error) {
				return s.Invite(ctx, v, in.Person, in.Occasion)
			}).With("Makes a link that works once and for thirty days. Nothing is sent.",
			`gave praise invite "Anna de Wit" --occasion "annual report"`),
	)
}

// ListOutput lists praise, the newest first.
type ListOutput struct {
	Praise   []Praise `json:"praise"`
	SetAside int      `json:"set_aside" doc:"not shown, since author and subject were found to be one person"`
	Page     string   `json:"page,omitempty" doc:"address of your public page, once something is on it"`
}

func (s *Service) list(ctx context.Context, v op.Viewer, _ op.None) (ListOutput, error) {
	list, aside, err := s.List(ctx, v)
	out := ListOutput{Praise: list, SetAside: aside}
	for _, p := range list {
		if p.OfMe && p.Published {
			out.Page = "/praised/" + v.Member.String()
		}
	}
	return out, err
}

// Text prints praise, one on a line.
func (o ListOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, x := range o.Praise {
		state := p.T(string(x.Consent))
		if x.Published {
			state = p.T("published")
		}
		fmt.Fprintf(&b, "%s  %s → %s  %s  (%s) %s\n", x.ID, x.Author.Name, x.Subject.Name,
			strings.Join(strings.Fields(x.Text), " "), state, p.Date(x.At))
	}
	if o.SetAside > 0 {
		fmt.Fprintln(&b, p.T("%d are set aside: their author and their subject were found to be one person. They "+
			"come back when that is undone.", o.SetAside))
	}
	return b.String()
}

// WriteInput is praise of somebody.
type WriteInput struct {
	Person   string    `json:"person" arg:"1" doc:"whom you praise" maxLength:"300" means:"person"`
	Text     string    `json:"text" arg:"2" doc:"what was good"`
	Occasion string    `json:"occasion,omitempty" doc:"what it was for"`
	Consent  Consent   `json:"consent,omitempty" doc:"what may be done with your words" enum:"private,quote,publish" default:"private"`
	At       time.Time `json:"at,omitzero" doc:"when; now when not given"`
}

// RefOutput names the praise that was stored.
type RefOutput struct {
	Praise id.ID `json:"praise"`
}

func (s *Service) write(ctx context.Context, v op.Viewer, in WriteInput) (RefOutput, error) {
	key, err := s.Write(ctx, v,
		New{Person: in.Person, Text: in.Text, Occasion: in.Occasion, Consent: in.Consent, At: in.At})
	return RefOutput{key}, err
}

// KeepInput is praise that was received.
type KeepInput struct {
	Person   string    `json:"person" arg:"1" doc:"who praised you" maxLength:"300" means:"person"`
	Text     string    `json:"text" arg:"2" doc:"their words"`
	Occasion string    `json:"occasion,omitempty" doc:"what it was for"`
	Consent  Consent   `json:"consent,omitempty" doc:"what they allowed" enum:"private,quote,publish" default:"private"`
	Evidence string    `json:"evidence,omitempty" doc:"how they allowed it, such as: mail of 3 March"`
	At       time.Time `json:"at,omitzero" doc:"when; now when not given"`
}

func (s *Service) keep(ctx context.Context, v op.Viewer, in KeepInput) (RefOutput, error) {
	key, err := s.Keep(ctx, v, New(in))
	return RefOutput{key}, err
}

// RefInput names praise.
type RefInput struct {
	Praise id.ID `json:"praise" arg:"1" doc:"id of the praise"`
}

// ConsentInput says what may be done with praise.
type ConsentInput struct {
	Praise   id.ID   `json:"praise" arg:"1" doc:"id of the praise"`
	Consent  Consent `json:"consent" doc:"what may be done with it" enum:"private,quote,publish"`
	Evidence string  `json:"evidence,omitempty" doc:"how the author allowed it, such as: mail of 3 March"`
}

func (s *Service) allow(ctx context.Context, v op.Viewer, in ConsentInput) (op.None, error) {
	return op.None{}, s.Allow(ctx, v, in.Praise, in.Consent, in.Evidence)
}

// PublishInput says whether praise is shown.
type PublishInput struct {
	Praise id.ID `json:"praise" arg:"1" doc:"id of the praise"`
	Hide   bool  `json:"hide,omitempty" doc:"take it away again"`
}

func (s *Service) publish(ctx context.Context, v op.Viewer, in PublishInput) (op.None, error) {
	return op.None{}, s.Publish(ctx, v, in.Praise, !in.Hide)
}

// InviteInput says whom to ask for praise.
type InviteInput struct {
	Person   string `json:"person" arg:"1" doc:"whom you ask" maxLength:"300" means:"person"`
	Occasion string `json:"occasion" doc:"what it is about: a project, a talk, a gift"`
}
