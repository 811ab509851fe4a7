package praise

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
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
		op.New("praise.group", http.MethodPost, "/praise/group", op.Member, "Praise several people for one thing.",
			s.group).With("Each of them decides for themselves whether it is shown.",
			`gave praise group "Anna de Wit" "Bob Bos" --text "You carried the congress." --occasion congress`),
		op.New("praise.credit", http.MethodGet, "/praise/credit", op.Member, "See who had a part in something.",
			func(ctx context.Context, v op.Viewer, in CreditInput) (CreditOutput, error) {
				list, err := s.Credit(ctx, v, in.What)
				return CreditOutput{list}, err
			}).With("From what came from them, their help with your asks, and small meetings about it.",
			`gave praise credit "annual report"`),
		op.New("praise.consents", http.MethodPost, "/praise/consents", op.Member,
			"Say of several pieces of praise at once what their authors allowed.", s.allowAll).
			With("Of praise that you received elsewhere, with evidence that holds for all of it.",
				`gave praise consents ID ID --consent publish --evidence "mail of 3 March to all"`),
		op.New("praise.consent", http.MethodPost, "/praise/{praise}/consent", op.Member,
			"Say what may be done with praise.", s.allow).
			With("By its author, or with evidence of what the author allowed.",
				`gave praise consent ID --consent publish --evidence "mail of 3 March"`),
		op.New("praise.publish", http.MethodPost, "/praise/{praise}/publish", op.Member,
			"Say who sees praise of you; everybody, on your public page, when nothing else is said.", s.publish).
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

// CreditInput says in what people had a part.
type CreditInput struct {
	What string `json:"what" arg:"1" doc:"what it is about: a project, a report, a talk" maxLength:"200"`
}

// CreditOutput names who had a part, the largest first.
type CreditOutput struct {
	People []Credited `json:"people"`
}

// Credited is somebody who had a part in something.
type Credited struct {
	Person people.Ref   `json:"person"`
	Parts  []PartOutput `json:"parts"`
}

// PartOutput is what somebody did.
type PartOutput struct {
	Share string    `json:"share" doc:"achieved, gave, helped or met" enum:"achieved,gave,helped,met"`
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
}

// shareNames says how somebody had a part, in English, and the key of the translation.
var shareNames = map[string]string{
	"achieved": "they had a part in it", "gave": "it came from them", "helped": "they helped",
	"met": "you met about it",
}

// Text prints who had a part, and in what way.
func (o CreditOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, c := range o.People {
		fmt.Fprintf(&b, "%s  %s\n", c.Person.ID, c.Person.Name)
		for _, x := range c.Parts {
			fmt.Fprintf(&b, "    %s: %s (%s)\n", p.T(shareNames[x.Share]), x.Text, p.Date(x.At))
		}
	}
	if len(o.People) == 0 {
		fmt.Fprintln(&b, p.T("Nothing is known of who had a part in this."))
	}
	return b.String()
}

// GroupInput is praise of several people.
type GroupInput struct {
	People   []string  `json:"people" arg:"1" doc:"whom you praise" means:"person"`
	Text     string    `json:"text" doc:"what was good"`
	Occasion string    `json:"occasion,omitempty" doc:"what it was for"`
	Consent  Consent   `json:"consent,omitempty" doc:"what may be done with your words" enum:"private,quote,publish" default:"private"`
	At       time.Time `json:"at,omitzero" doc:"when; now when not given"`
}

// GroupOutput names the praise that was stored, one for each person.
type GroupOutput struct {
	Praise []id.ID `json:"praise"`
}

func (s *Service) group(ctx context.Context, v op.Viewer, in GroupInput) (GroupOutput, error) {
	keys, err := s.WriteGroup(ctx, v, in.People,
		New{Text: in.Text, Occasion: in.Occasion, Consent: in.Consent, At: in.At})
	return GroupOutput{keys}, err
}

// ConsentsInput says what may be done with several pieces of praise.
type ConsentsInput struct {
	Praise   []id.ID `json:"praise" arg:"1" doc:"ids of the praise"`
	Consent  Consent `json:"consent" doc:"what may be done with it" enum:"private,quote,publish"`
	Evidence string  `json:"evidence,omitempty" doc:"how the authors allowed it, such as: mail of 3 March"`
}

func (s *Service) allowAll(ctx context.Context, v op.Viewer, in ConsentsInput) (op.None, error) {
	return op.None{}, s.AllowAll(ctx, v, in.Praise, in.Consent, in.Evidence)
}

// PublishInput says whether praise is shown.
type PublishInput struct {
	Praise id.ID `json:"praise" arg:"1" doc:"id of the praise"`
	Hide   bool  `json:"hide,omitempty" doc:"take it away again"`
	// Audience is who sees it.
	Audience Consent `json:"audience,omitempty" doc:"who sees it: only you, who you send it to, or everybody" enum:"private,quote,publish" default:"publish"`
}

func (s *Service) publish(ctx context.Context, v op.Viewer, in PublishInput) (op.None, error) {
	audience := cmp.Or(in.Audience, ConsentPublish)
	if in.Hide {
		audience = ConsentPrivate
	}
	return op.None{}, s.Show(ctx, v, in.Praise, audience)
}

// InviteInput says whom to ask for praise.
type InviteInput struct {
	Person   string `json:"person" arg:"1" doc:"whom you ask" maxLength:"300" means:"person"`
	Occasion string `json:"occasion" doc:"what it is about: a project, a talk, a gift"`
}
