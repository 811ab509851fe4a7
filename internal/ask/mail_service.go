package ask

import (
	"context"

	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// AnswerByMail hears what somebody without an account wrote back to a letter with an ask or an introduction. What it is
// taken as does the same as the link in the letter.
func (s *Service) AnswerByMail(ctx context.Context, in room.Answer) (*room.Heard, error) {
	a, err := s.askBehind(ctx, in.Link, in.Now)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return s.introductionByMail(ctx, in)
	case fault.CodeOf(err) == fault.Conflict: // the link ended
		return &room.Heard{}, nil
	case err != nil:
		return nil, err
	case a.link.Space != in.Space || a.link.Owner != in.Member:
		return nil, nil
	}
	out := &room.Heard{About: text.Clip(a.Text, 120)}
	if a.State == Closed {
		return out, nil
	}
	if in.Said != "" {
		out.Told = true
		return out, s.answerBehind(ctx, a, Word(in.Said), in.Words, in.Now)
	}
	out.Choices = []room.Choice{
		{Said: room.SaidYes, Label: "They can help"},
		{Said: room.SaidKnows, Label: "They know somebody"},
		{Said: room.SaidNo, Label: "They cannot help"},
	}
	return out, nil
}

func (s *Service) introductionByMail(ctx context.Context, in room.Answer) (*room.Heard, error) {
	row, party, err := s.behindDigest(ctx, in.Link)
	if fault.CodeOf(err) == fault.NotFound || err == nil && row.Space != in.Space {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i, err := s.introductionOf(ctx, row)
	if err != nil {
		return nil, err
	}
	out := &room.Heard{About: i.Target.Name}
	if party == Target {
		out.About = i.Requester.Name
	}
	if _, wrong := Next(row.State, Agree, party); wrong != nil || row.Expires <= in.Now.UnixMicro() {
		return out, nil // it is over, or answered already
	}
	acts := map[room.Said]Act{room.SaidYes: Agree, room.SaidNo: Decline}
	if in.Said == "" {
		out.Choices = []room.Choice{
			{Said: room.SaidYes, Label: "It is a yes"}, {Said: room.SaidNo, Label: "It is a no"},
		}
		return out, nil
	}
	act, ok := acts[in.Said]
	if !ok {
		return nil, fault.New(fault.Invalid, "The answer is yes or no.").WithField("said")
	}
	done, err := s.step(ctx, op.Viewer{Now: in.Now}, row.Space, row.ID, party, Answer{Act: act, Address: in.Address})
	if err == nil && done.Secret != "" {
		out.Back = i.passOn(done.Secret)
	}
	return out, err
}

// passOn is what who is in the middle gets after a yes by mail: the letter to pass on to whom it leads.
func (i Introduction) passOn(secret string) *room.Letter {
	return &room.Letter{
		Person: i.Middle.ID, Path: "/introduction/" + secret,
		Write: func(v op.Viewer) (string, string) {
			p := v.Printer()
			_, body := i.letter(v, Target)
			return p.T("To pass on to %s", i.Target.Name),
				p.T("Thank you. This is what you can send to %s:", i.Target.Name) + "\n\n" + body
		},
	}
}
