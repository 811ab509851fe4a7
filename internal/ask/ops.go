package ask

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Operations returns what can be done with asks, offers and introductions.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("ask.route", http.MethodGet, "/asks/route", op.Member,
			"Say who is most likely able and willing to help, and how to reach them.", s.route).
			With("It weighs what people know of, how readily they answer, the way to them and how often you asked "+
				"them lately. With --as-of only what was known then counts.",
				`gave ask route --text "Who knows a good printer in Utrecht?" --limit 5`),
		op.New("ask.coach", http.MethodPost, "/asks/coach", op.Member, "Say how an ask can be clearer.", s.coach).
			With("It looks whether the ask is specific, meaningful, doable, real and time-bound, and writes it "+
				"again, to take or to leave.", `gave ask coach "Who can help me with something?"`).Computing(),
		op.New("ask.new", http.MethodPost, "/asks", op.Member, "Put an ask, or make an offer.", s.newAsk).
			With("", `gave ask new "Who knows a good printer in Utrecht?" --why "our yearbook" --audience ties`),
		op.New("ask.list", http.MethodGet, "/asks", op.Guest, "List asks and offers that you may see.", s.listAsks),
		op.New("ask.show", http.MethodGet, "/asks/{ask}", op.Guest, "Show an ask or an offer.",
			func(ctx context.Context, v op.Viewer, in AskID) (Ask, error) { return s.Get(ctx, v, in.Ask) }),
		op.New("ask.sent", http.MethodPost, "/asks/{ask}/asked", op.Member, "Note that you asked somebody.",
			func(ctx context.Context, v op.Viewer, in PersonInput) (Ask, error) {
				return s.Sent(ctx, v, in.Ask, in.Person)
			}),
		op.New("ask.helped", http.MethodPost, "/asks/{ask}/helped", op.Member,
			"Note that somebody helped with your ask.",
			func(ctx context.Context, v op.Viewer, in HelpedInput) (Ask, error) {
				return s.Helped(ctx, v, in.Ask, in.Person, in.Note)
			}),
		op.New("ask.help", http.MethodPost, "/asks/{ask}/help", op.Member, "Say that you can help with somebody's ask.",
			func(ctx context.Context, v op.Viewer, in HelpInput) (Ask, error) {
				return s.Offer(ctx, v, in.Ask, in.Note)
			}),
		op.New("ask.answer", http.MethodPost, "/asks/{ask}/answer", op.Guest,
			"Answer somebody's ask: yes, no, or that you know somebody.",
			func(ctx context.Context, v op.Viewer, in AnswerAskInput) (Ask, error) {
				return s.Answer(ctx, v, in.Ask, in.Answer, in.Note)
			}).With("Its author hears it, and nobody else. A no is fine; the last word counts.",
			`gave ask answer ID knows --note "My sister, rosa@example.org"`),
		op.New("ask.told", http.MethodPost, "/asks/{ask}/told", op.Member,
			"Note that you told somebody who helped how it ended.",
			func(ctx context.Context, v op.Viewer, in PersonInput) (Ask, error) {
				return s.ToldByHand(ctx, v, in.Ask, in.Person)
			}).With("Members who helped hear it in Gave; the others from you.", "gave ask told ID \"Bob Bos\""),
		op.New("ask.thank", http.MethodPost, "/asks/{ask}/thanks", op.Member,
			"Thank who helped: it becomes a gift of theirs, and a member hears it.",
			func(ctx context.Context, v op.Viewer, in PersonInput) (Ask, error) {
				return s.ThankHelper(ctx, v, in.Ask, in.Person)
			}),
		op.New("ask.close", http.MethodPost, "/asks/{ask}/close", op.Member,
			"Close an ask, and tell those who helped how it ended.", s.closeAsk),
		op.New("ask.link", http.MethodPost, "/asks/{ask}/link", op.Member,
			"Make a link by which somebody without an account answers your ask.",
			func(ctx context.Context, v op.Viewer, in PersonInput) (AskLink, error) {
				return s.MakeLink(ctx, v, in.Ask, in.Person)
			}).With("It works for thirty days. Nothing is sent: send it yourself, or with gave mail link.",
			`gave ask link 0190… "Anna de Wit"`),
		op.New("ask.remove", http.MethodDelete, "/asks/{ask}", op.Member, "Remove your ask or offer.",
			func(ctx context.Context, v op.Viewer, in AskID) (op.None, error) {
				return op.None{}, s.Remove(ctx, v, in.Ask)
			}),
	}, s.introductionOperations()...)
}

// RouteInput is an ask to route.
type RouteInput struct {
	Text  string    `json:"text" doc:"what you ask" maxLength:"4000"`
	AsOf  time.Time `json:"as_of,omitempty" doc:"only what was known at this moment counts, such as 2025-06-01; now when left out"`
	In    string    `json:"in,omitempty" doc:"the list on which you ask, by its address or what it puts before subjects; found out when left out" maxLength:"300"`
	Limit int       `json:"limit,omitempty" doc:"how many people at most" default:"10" minimum:"1" maximum:"100"`
}

func (s *Service) route(ctx context.Context, v op.Viewer, in RouteInput) (RouteOutput, error) {
	return s.Route(ctx, v, RouteQuery{Text: in.Text, AsOf: in.AsOf, Limit: in.Limit, In: in.In})
}

// Text prints who may help.
func (o RouteOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	if floor := o.floor(p); floor != "" {
		b.WriteString(floor + "\n")
	}
	for n, h := range o.People {
		fmt.Fprintf(&b, "%2d. %-28s %s\n", n+1, h.Name, strings.Join(h.Emails, ", "))
		for _, w := range h.Why {
			fmt.Fprintf(&b, "    %s\n", w)
		}
		if len(h.Path) > 2 {
			var names []string
			for _, step := range h.Path[1:] {
				names = append(names, step.Name)
			}
			fmt.Fprintf(&b, "    %s\n", strings.Join(names, " → "))
		}
	}
	if len(o.People) == 0 {
		b.WriteString(p.T("Gave knows nobody yet who could be asked.") + "\n")
		return b.String()
	}
	for _, line := range o.Alike {
		b.WriteString(line + "\n")
	}
	return b.String() + "\n" + o.Message
}

// CoachInput is an ask to make clearer.
type CoachInput struct {
	Text string `json:"text" arg:"1" doc:"what you ask" maxLength:"4000"`
	Why  string `json:"why,omitempty" doc:"what it is for" maxLength:"4000"`
	By   string `json:"by,omitempty" doc:"the day by which it should be answered, such as 2026-12-01" maxLength:"10"`
}

func (s *Service) coach(_ context.Context, v op.Viewer, in CoachInput) (Coaching, error) {
	body, err := clean(in.Text, "text", "Say what you ask.")
	if err != nil {
		return Coaching{}, err
	}
	return Coach(v.Printer(), body, in.Why, in.By, v.Now), nil
}

// Text prints the advice.
func (c Coaching) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, a := range c.Advice {
		mark := "-"
		if a.Good {
			mark = "+"
		}
		fmt.Fprintf(&b, "%s %-14s %s\n", mark, p.T(string(a.Aspect)), a.Say)
	}
	return b.String() + "\n" + c.Rewrite + "\n"
}

// NewInput is an ask or offer to put.
type NewInput struct {
	Text     string   `json:"text" arg:"1" doc:"what you ask or offer" maxLength:"4000"`
	Kind     Kind     `json:"kind,omitempty" doc:"an ask or an offer" enum:"ask,offer" default:"ask"`
	Why      string   `json:"why,omitempty" doc:"what it is for" maxLength:"4000"`
	By       string   `json:"by,omitempty" doc:"the day by which it should be answered, such as 2026-12-01" maxLength:"10"`
	Audience Audience `json:"audience,omitempty" doc:"who may see it: the people you name, your ties, their ties too, the space, everybody" enum:"named,ties,friends,space,public"`
	People   []string `json:"people,omitempty" doc:"whom it is for; may be given more than once" means:"person"`
}

func (s *Service) newAsk(ctx context.Context, v op.Viewer, in NewInput) (Ask, error) {
	return s.New(ctx, v, Ask{Kind: in.Kind, Text: in.Text, Why: in.Why, By: in.By, Audience: in.Audience}, in.People)
}

// ListInput says which asks to list.
type ListInput struct {
	Kind  Kind  `json:"kind,omitempty" doc:"only asks or only offers" enum:"ask,offer"`
	State State `json:"state,omitempty" doc:"only in this state" enum:"open,answered,thanked,closed"`
	Mine  bool  `json:"mine,omitempty" doc:"only your own"`
	Limit int   `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
}

// ListOutput lists asks.
type ListOutput struct {
	Asks []Ask `json:"asks"`
}

func (s *Service) listAsks(ctx context.Context, v op.Viewer, in ListInput) (ListOutput, error) {
	list, err := s.List(ctx, v, Filter{Kind: in.Kind, State: in.State, Mine: in.Mine, Limit: max(in.Limit, 1)})
	return ListOutput{list}, err
}

// Text prints asks, one on a line.
func (o ListOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, a := range o.Asks {
		fmt.Fprintf(&b, "%s  %-6s %-9s %s\n", a.ID, p.T(string(a.Kind)), p.T(string(a.State)), text.Clip(a.Text, 100))
	}
	if len(o.Asks) == 0 {
		b.WriteString(p.T("Nothing is asked or offered yet.") + "\n")
	}
	return b.String()
}

// AskID names an ask.
type AskID struct {
	Ask id.ID `json:"ask" arg:"1" doc:"the id of the ask"`
}

// PersonInput names an ask and a person.
type PersonInput struct {
	Ask    id.ID  `json:"ask" arg:"1" doc:"the id of the ask"`
	Person string `json:"person" arg:"2" doc:"whom you mean" maxLength:"300" means:"person"`
}

// HelpedInput says who helped and how.
type HelpedInput struct {
	Ask    id.ID  `json:"ask" arg:"1" doc:"the id of the ask"`
	Person string `json:"person" arg:"2" doc:"whom you mean" maxLength:"300" means:"person"`
	Note   string `json:"note,omitempty" doc:"how they helped" maxLength:"4000"`
}

// HelpInput says how the viewer can help.
type HelpInput struct {
	Ask  id.ID  `json:"ask" arg:"1" doc:"the id of the ask"`
	Note string `json:"note" arg:"2" doc:"how you can help" maxLength:"4000"`
}

// AnswerAskInput answers an ask.
type AnswerAskInput struct {
	Ask    id.ID  `json:"ask" arg:"1" doc:"the id of the ask"`
	Answer Word   `json:"answer" arg:"2" doc:"what you say: you help, you cannot, or you know somebody" enum:"yes,no,knows"`
	Note   string `json:"note,omitempty" doc:"how you help, or whom you know and how to reach them" maxLength:"4000"`
}

// CloseInput says how an ask ended.
type CloseInput struct {
	Ask     id.ID  `json:"ask" arg:"1" doc:"the id of the ask"`
	Outcome string `json:"outcome,omitempty" doc:"how it ended; those who helped hear it" maxLength:"4000"`
}

// CloseOutput is the closed ask with a message for each who helped.
type CloseOutput struct {
	Ask  Ask    `json:"ask"`
	Tell []Told `json:"tell" doc:"messages that tell those who helped how it ended"`
}

func (s *Service) closeAsk(ctx context.Context, v op.Viewer, in CloseInput) (CloseOutput, error) {
	a, told, err := s.Close(ctx, v, in.Ask, in.Outcome)
	if told == nil {
		told = []Told{}
	}
	return CloseOutput{a, told}, err
}
