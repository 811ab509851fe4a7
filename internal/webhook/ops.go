package webhook

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done with webhooks.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("webhooks.list", http.MethodGet, "/webhooks", op.Member,
			"List which programs are told when something is brought to you, and what they were told.", s.list),
		op.New("webhooks.add", http.MethodPost, "/webhooks", op.Member,
			"Have a program told when something is brought to you.", s.add).
			With("It gets a message for all that comes under For you: of what kind it is and where it stands, and no "+
				"word of it. Messages are signed as Standard Webhooks has it, with a secret that is shown once, and "+
				"tried again for five days. Only public addresses with https are told, unless whoever runs Gave "+
				"trusts a network (calendar-networks).",
				`gave webhooks add "my dashboard" https://hooks.example/gave`).Personal(),
		op.New("webhooks.try", http.MethodPost, "/webhooks/{webhook}/try", op.Member,
			"Send a webhook a message on trial, and what it missed.", s.try).InParts().Governing(),
		op.New("webhooks.remove", http.MethodDelete, "/webhooks/{webhook}", op.Member,
			"Have a program told nothing more.", s.end).Governing(),
	}
}

// AddInput says who is told.
type AddInput struct {
	Name    string `json:"name" arg:"1" doc:"what it is for" maxLength:"100"`
	Address string `json:"address" arg:"2" doc:"where it is told, such as https://hooks.example/gave" maxLength:"2000"`
}

// HookInput names a webhook.
type HookInput struct {
	Webhook id.ID `json:"webhook" arg:"1" doc:"the id of the webhook"`
}

// ListOutput is the viewer's webhooks, and their last messages, the newest first.
type ListOutput struct {
	Webhooks []Hook `json:"webhooks"`
	Messages []Sent `json:"messages"`
}

// Added is a new webhook with its secret.
type Added struct {
	Hook
	Secret string `json:"secret" doc:"with which messages are signed, shown this once"`
}

func (s *Service) list(ctx context.Context, v op.Viewer, _ op.None) (ListOutput, error) {
	hooks, sent, err := s.List(ctx, v)
	return ListOutput{hooks, sent}, err
}

func (s *Service) add(ctx context.Context, v op.Viewer, in AddInput) (Added, error) {
	hook, secret, err := s.Add(ctx, v, in.Name, in.Address)
	return Added{hook, secret}, err
}

func (s *Service) try(ctx context.Context, v op.Viewer, in HookInput) (ListOutput, error) {
	if err := s.Try(ctx, v, in.Webhook); err != nil {
		return ListOutput{}, err
	}
	return s.list(ctx, v, op.None{})
}

func (s *Service) end(ctx context.Context, v op.Viewer, in HookInput) (op.None, error) {
	return op.None{}, s.Remove(ctx, v, in.Webhook)
}

// Text prints the webhooks with their last messages.
func (o ListOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, h := range o.Webhooks {
		b.WriteString(h.ID.String() + "  " + h.Name + "  " + h.Address + "\n")
		if h.Trouble != "" {
			b.WriteString("  " + h.Trouble + "\n")
		}
		for _, m := range o.Messages {
			if m.Hook == h.ID {
				b.WriteString("  " + p.DateTime(m.At) + "  " + m.Kind + "  " + m.line(p) + "\n")
			}
		}
	}
	if len(o.Webhooks) == 0 {
		b.WriteString(p.T("No program is told anything.") + "\n")
	}
	return b.String()
}

// line says how far a message is.
func (m Sent) line(p *locale.Printer) string {
	switch {
	case m.Took != nil:
		return p.T("taken")
	case m.Status > 0:
		return p.T("refused with %s", strconv.Itoa(m.Status))
	}
	return p.T("not taken yet")
}

// Text prints the secret.
func (a Added) Text(p *locale.Printer) string {
	return a.ID.String() + "\n" + a.Secret + "\n" + p.T("It is shown this once.") + "\n"
}
