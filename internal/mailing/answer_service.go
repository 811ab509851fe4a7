package mailing

import (
	"context"
	"log/slog"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/reply"
	"gave.network/internal/room"
)

// ReplyTo says at which address letters are answered by mail, by their token; empty when they cannot be. Without it no
// letter can.
type ReplyTo func(token string) string

// AnswersAt lets letters be answered by mail; once, when the program starts.
func (s *Service) AnswersAt(f ReplyTo) { s.replyTo = f }

// NamedBy says how people are called; once, when the program is built.
func (s *Service) NamedBy(f func(ctx context.Context, space id.ID, people []id.ID) (map[id.ID]string, error)) {
	s.names = f
}

// Hear takes in a mail that came in. What belongs to no letter, what a program wrote and what was heard before is left.
// A plain yes or no does what the link in the letter does; all else is brought to whose letter it was, in the words of
// who wrote it.
func (s *Service) Hear(ctx context.Context, m reply.Mail) error {
	if m.Kind == reply.Automatic {
		return nil
	}
	for _, token := range m.Tokens {
		r, err := s.replyOf(ctx, token)
		if err != nil {
			return err
		}
		if r != nil {
			return s.hear(ctx, *r, m)
		}
	}
	return nil
}

func (s *Service) hear(ctx context.Context, r replyRow, m reply.Mail) error {
	owner, err := s.account.ViewerOf(ctx, r.Space, r.Owner)
	if fault.CodeOf(err) == fault.NotFound { // the member left
		return nil
	}
	if err != nil {
		return err
	}
	address := ""
	if reach, err := s.reach(ctx, owner, r.Person); err == nil {
		address = reach.Email
	}
	a := answerRow{
		ID: id.New(), Kind: string(m.Kind), Words: m.Words, Sender: sender(m, address), At: owner.Now.UnixMicro(),
	}
	in := room.Answer{
		Space: r.Space, Link: r.Link, Member: r.Owner, Address: address, Words: m.Words, Now: owner.Now,
	}
	if m.Kind == reply.Written {
		in.Said = saidBy(m, address)
	}
	var back *room.Letter
	err = s.db.Serial(ctx, r.Space, r.Owner, func(ctx context.Context) error {
		back = nil
		first, err := hears(ctx, s.db, r, m, owner.Now)
		if err != nil || !first {
			return err
		}
		a.Said = ""
		var heard *room.Heard
		if in.Said != "" {
			if heard, err = s.takeBy(ctx, in); err != nil {
				return err
			}
		}
		if heard != nil {
			a.Said, back = in.Said, heard.Back
		}
		if err := addAnswer(ctx, s.db, r, a); err != nil {
			return err
		}
		if heard != nil && heard.Told {
			return nil
		}
		kind, waits := toDecide, a.Said == ""
		if m.Kind == reply.Returned {
			kind, waits = toKnow, false
		}
		_, err = s.inbox.Deliver(ctx, s.db, op.Viewer{Space: r.Space, Now: owner.Now}, room.Delivery{
			Kind: kind, Item: a.ID, Members: []id.ID{r.Owner}, Waits: waits,
		})
		return err
	})
	if err == nil && back != nil {
		s.mailBack(ctx, owner, back)
	}
	return err
}

// takeBy has an answer do what it says, when its room lets it: nil when it does not, for whatever the room has against
// it.
func (s *Service) takeBy(ctx context.Context, in room.Answer) (*room.Heard, error) {
	look := in
	look.Said = ""
	can, err := s.asked(ctx, look)
	if err != nil || can == nil {
		return nil, err
	}
	for _, c := range can.Choices {
		if c.Said != in.Said {
			continue
		}
		var out *room.Heard
		err := s.db.Serial(ctx, in.Space, in.Member, func(ctx context.Context) error {
			var err error
			out, err = s.asked(ctx, in)
			return err
		})
		if fault.CodeOf(err) == fault.Internal || db.Lost(err) || db.Busy(err) {
			return nil, err
		}
		if err != nil {
			return nil, nil
		}
		return out, nil
	}
	return nil, nil
}

// asked asks the rooms for the letter of an answer; nil when none knows it any more.
func (s *Service) asked(ctx context.Context, in room.Answer) (*room.Heard, error) {
	for _, r := range s.rooms {
		if r.Answer == nil {
			continue
		}
		if heard, err := r.Answer(ctx, in); err != nil || heard != nil {
			return heard, err
		}
	}
	return nil, nil
}

// Take says what an answer by mail to a letter of the viewer is taken as. That it is neither of what is offered, they
// say with nothing: then it stays words.
func (s *Service) Take(ctx context.Context, v op.Viewer, in TakeInput) error {
	rows, err := s.answersOf(ctx, v, []id.ID{in.Mail})
	if err != nil {
		return err
	}
	a, ok := rows[in.Mail]
	if !ok {
		return fault.New(fault.NotFound, "There is no such answer.")
	}
	address := ""
	if reach, err := s.reach(ctx, v, a.Person); err == nil {
		address = reach.Email
	}
	var heard *room.Heard
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		if err := decide(ctx, s.db, v, a.ID, in.Said); err != nil {
			return err
		}
		if in.Said != asWords {
			var err error
			if heard, err = s.asked(ctx, room.Answer{
				Space: v.Space, Link: a.Link, Member: v.Member, Address: address, Words: a.Words, Said: in.Said,
				Now: v.Now,
			}); err != nil {
				return err
			}
			if heard == nil {
				return fault.New(fault.Conflict, "What it answers is not there any more.")
			}
		}
		return s.inbox.Done(ctx, s.db, v, toDecide, a.ID)
	})
	if err == nil && heard != nil && heard.Back != nil {
		s.mailBack(context.WithoutCancel(ctx), v, heard.Back)
	}
	return err
}

// mailBack mails to who answered what the page behind the link shows after their answer. When that fails nothing else
// does: they have the link.
func (s *Service) mailBack(ctx context.Context, v op.Viewer, l *room.Letter) {
	err := func() error {
		if !s.CanSend() {
			return nil
		}
		reach, err := s.reach(ctx, v, l.Person)
		if err != nil || reach.Email == "" {
			return err
		}
		hash, err := s.refusalHash(ctx, s.db, v.Space, reach.Email)
		if err != nil {
			return err
		}
		if refused, err := s.isRefused(ctx, s.db, v.Space, hash); err != nil || refused {
			return err
		}
		writer := v
		writer.Lang = locale.Or(reach.Lang, v.Lang)
		letter := Letter{To: reach.Email}
		var body string
		letter.Subject, body = l.Write(writer)
		letter.Text = body + "\n" + s.mail.Base() + l.Path + "?lang=" + string(writer.Printer().Lang) + "\n"
		return s.mail.Send(ctx, letter)
	}()
	if err != nil {
		slog.WarnContext(ctx, "mail after an answer: not sent", "error", fault.Discreet(err))
	}
}

// Inbox shows what came back of letters of the viewer.
func (s *Service) Inbox(ctx context.Context, v op.Viewer, list []room.Delivered) ([]room.Shown, error) {
	keys := make([]id.ID, len(list))
	for i, d := range list {
		keys[i] = d.Item
	}
	rows, err := s.answersOf(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var persons []id.ID
	for _, r := range rows {
		persons = append(persons, r.Person)
	}
	names, err := s.names(ctx, v.Space, persons)
	if err != nil {
		return nil, err
	}
	var out []room.Shown
	for _, d := range list {
		a, ok := rows[d.Item]
		if !ok {
			continue
		}
		heard, err := s.asked(ctx, room.Answer{
			Space: v.Space, Link: a.Link, Member: v.Member, Words: a.Words,
			Now: v.Now,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, a.shown(v, d, names[a.Person], heard))
	}
	return out, nil
}
