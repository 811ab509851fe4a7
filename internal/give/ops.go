package give

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// EditInput is what to change of a gift; what is left out stays.
type EditInput struct {
	Gift    id.ID     `json:"gift" arg:"1" doc:"the id of the gift"`
	Body    string    `json:"body,omitempty" doc:"what was given" maxLength:"2000"`
	To      []string  `json:"to,omitempty" doc:"to whom, in place of those before" means:"person"`
	Kind    Kind      `json:"kind,omitempty" doc:"what sort of gift, or what came in" enum:"job,booking,collaboration,knowledge,introduction,time,tip,resource,feedback,visibility,referral,other"`
	Link    string    `json:"link,omitempty" doc:"an address that goes with it" maxLength:"2000"`
	Minutes int       `json:"minutes,omitempty" doc:"the effort it took" minimum:"0" maximum:"100000"`
	At      time.Time `json:"at,omitzero" doc:"the day"`
}

// Operations returns what can be done with gifts.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("give.log", http.MethodPost, "/gifts", op.Member, "Note a gift that you gave.", s.logGift).
			With("To people, to all of a tag or an organisation with --group, or to everybody.",
				`gave give log "intro to tone of voice" --to frank@example.org --link https://example.org/tone --kind knowledge`),
		op.New("give.list", http.MethodGet, "/gifts", op.Member, "List what you gave.", s.listGifts),
		op.New("give.returns", http.MethodGet, "/returns", op.Member, "List what came in.", s.listReturns),
		op.New("give.receive", http.MethodPost, "/returns", op.Member,
			"Note something that came in: a job, a tip, an introduction.", s.logReturn).
			With("", `gave give receive "a training" --to erik@example.org --kind job --via anna@example.org`),
		op.New("give.show", http.MethodGet, "/gifts/{gift}", op.Member, "Show a gift or a return.",
			func(ctx context.Context, v op.Viewer, in GiftInput) (Gift, error) { return s.Get(ctx, v, in.Gift) }).
			With("", "gave give show ID"),
		op.New("give.remove", http.MethodDelete, "/gifts/{gift}", op.Member, "Forget a gift or a return.",
			func(ctx context.Context, v op.Viewer, in GiftInput) (op.None, error) {
				return op.None{}, s.Remove(ctx, v, in.Gift)
			}),
	}, slices.Concat(s.commons(), []op.Operation{s.effortlessOperation()}, s.tracing(), s.healthy())...)
}

// LogInput is a gift to note.
type LogInput struct {
	Body    string    `json:"body" arg:"1" doc:"what was given" maxLength:"2000"`
	To      []string  `json:"to,omitempty" doc:"to whom; nobody means everybody" means:"person"`
	Group   string    `json:"group,omitempty" doc:"a tag or an organisation: to all of its people" maxLength:"200"`
	Kind    Kind      `json:"kind,omitempty" doc:"what sort of gift; told from the words when left out" enum:"knowledge,introduction,time,tip,resource,feedback,visibility,referral,other"`
	Link    string    `json:"link,omitempty" doc:"an address that goes with it" maxLength:"2000"`
	Minutes int       `json:"minutes,omitempty" doc:"the effort it took" minimum:"0" maximum:"100000"`
	At      time.Time `json:"at,omitempty" doc:"the day; today when left out"`
}

// ReceiveInput is something that came in.
type ReceiveInput struct {
	Body    string    `json:"body" arg:"1" doc:"what came in" maxLength:"2000"`
	To      []string  `json:"to,omitempty" doc:"from whom" means:"person"`
	Via     []string  `json:"via,omitempty" doc:"over whom it came" means:"person"`
	Kind    Kind      `json:"kind,omitempty" doc:"what came in; told from the words when left out" enum:"job,booking,collaboration,knowledge,introduction,time,tip,resource,feedback,visibility,referral,other"`
	Link    string    `json:"link,omitempty" doc:"an address that goes with it" maxLength:"2000"`
	Minutes int       `json:"minutes,omitempty" doc:"the effort it took" minimum:"0" maximum:"100000"`
	At      time.Time `json:"at,omitempty" doc:"the day; today when left out"`
}

// GiftInput names a gift.
type GiftInput struct {
	Gift id.ID `json:"gift" arg:"1" doc:"the id of the gift"`
}

// ListInput says how many to list.
type ListInput struct {
	Limit int `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
}

// ListOutput lists gifts or returns.
type ListOutput struct {
	Gifts []Gift `json:"gifts"`
}

func (s *Service) logGift(ctx context.Context, v op.Viewer, in LogInput) (GiftInput, error) {
	to, err := s.group(ctx, v, in.Group)
	if err != nil {
		return GiftInput{}, err
	}
	return s.log(ctx, v, ReceiveInput{
		Body: in.Body, To: slices.Concat(in.To, to), Kind: in.Kind, Link: in.Link, Minutes: in.Minutes, At: in.At,
	}, Given)
}

func (s *Service) logReturn(ctx context.Context, v op.Viewer, in ReceiveInput) (GiftInput, error) {
	return s.log(ctx, v, in, CameIn)
}

func (s *Service) listGifts(ctx context.Context, v op.Viewer, in ListInput) (ListOutput, error) {
	list, err := s.List(ctx, v, Given, max(in.Limit, 1))
	return ListOutput{list}, err
}

func (s *Service) listReturns(ctx context.Context, v op.Viewer, in ListInput) (ListOutput, error) {
	list, err := s.List(ctx, v, CameIn, max(in.Limit, 1))
	return ListOutput{list}, err
}

// who are the people of a gift, and over whom it came.
func (g Gift) who(p *locale.Printer) string {
	names := people.JoinNames(g.People, ", ")
	if len(g.Via) > 0 {
		names += " " + p.T("via %s", people.JoinNames(g.Via, ", "))
	}
	return names
}

// Text prints gifts, one on a line.
func (o ListOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, g := range o.Gifts {
		fmt.Fprintf(&b, "%s  %-12s %s  %s %s\n", g.At.In(p.Zone).Format(time.DateOnly), p.T(string(g.Kind)),
			g.who(p), g.Body, g.Link)
	}
	if len(o.Gifts) == 0 {
		b.WriteString(p.T("Nothing noted yet.") + "\n")
	}
	return b.String()
}
