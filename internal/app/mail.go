package app

import (
	"context"
	"net/url"

	"gave.network/internal/account"
	"gave.network/internal/colleagues"
	"gave.network/internal/fetch"
	"gave.network/internal/mailing"
	"gave.network/internal/mailing/incoming"
	"gave.network/internal/post"
)

// MailBy lets Gave send mail by a server. base is the public address of Gave, empty when nobody said it.
func (a *App) MailBy(server *post.Server, base string) {
	a.Colleagues.MailBy(outbox{server, base})
	a.Account.MailBy(invitations{outbox{server, base}, a.Mailing})
	a.Mailing.MailBy(toMembers{outbox{server, base}})
}

// AnswersIn reads a mailbox for answers to letters that are sent from an address; by the server of mail that is
// trusted.
func (a *App) AnswersIn(at *url.URL, from string, server *fetch.Server) {
	a.Answers = &incoming.Mailbox{DB: a.DB, At: at, Server: server, Hear: a.Mailing.Hear}
	a.Mailing.AnswersAt(incoming.PlusAddress(from))
}

// ReceiveAt takes mail in by SMTP at a domain. Letters are answered there too then.
func (a *App) ReceiveAt(domain string) {
	a.Receiver = &incoming.Receiver{
		Domain: domain, Answered: a.Mailing.Knows, Hear: a.Mailing.Hear, Takes: a.Source.Takes,
		Forwarded: a.Source.Forwarded,
	}
	a.Source.ReceiveAt(domain)
	a.Mailing.AnswersAt(a.Receiver.Address())
}

// toMembers sends members what they want by mail.
type toMembers struct{ outbox }

func (m toMembers) Send(ctx context.Context, l mailing.Letter) error {
	return m.server.Send(ctx, post.Letter{
		To: l.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Stop: l.Stop, Name: l.Name,
		Reply: l.Reply,
	})
}

func (m toMembers) Unsure(err error) bool { return post.Unsure(err) }

// invitations sends invitations to a space, and what accounts are told by mail.
type invitations struct {
	outbox
	mailing *mailing.Service
}

func (i invitations) Send(ctx context.Context, l account.Letter) error {
	out := post.Letter{To: l.To, Subject: l.Subject, Text: l.Text}
	if len(l.Link) > 0 {
		var err error
		if out.Reply, out.Name, err = i.mailing.Returns(ctx, l.By, l.Link); err != nil {
			return err
		}
	}
	return i.server.Send(ctx, out)
}

// outbox sends what rooms write.
type outbox struct {
	server *post.Server
	base   string
}

func (o outbox) Base() string { return o.base }

func (o outbox) Send(ctx context.Context, l colleagues.Letter) error {
	return o.server.Send(ctx, post.Letter{To: l.To, Subject: l.Subject, Text: l.Text, Stop: l.Stop})
}

func (o outbox) Refused(err error) bool { return post.Refused(err) }
