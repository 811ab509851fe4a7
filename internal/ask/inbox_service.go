package ask

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// DeliverBy says who brings things to members; once, when the program is built.
func (s *Service) DeliverBy(c room.Courier) { s.courier = c }

// Middleman notes in the ledger of who was in the middle what they did; none when they are no member.
type Middleman func(ctx context.Context, tx db.Queryer, v op.Viewer, middle id.ID, requester, target people.Ref) error

// CreditBy says who notes introductions in the ledger of who made them; once, when the program is built.
func (s *Service) CreditBy(f Middleman) { s.middleman = f }

// address brings an ask to those whom it names.
func (s *Service) address(ctx context.Context, tx db.Queryer, v op.Viewer, a Ask) error {
	if a.Kind != Asking || len(a.Named) == 0 {
		return nil
	}
	var to []id.ID
	for _, p := range a.Named {
		to = append(to, p.ID)
	}
	_, err := s.courier.Deliver(ctx, tx, v, room.Delivery{Kind: toAnswer, Item: a.ID, To: to, Waits: true})
	return err
}

// answered tells the author that the viewer answered.
func (s *Service) answered(ctx context.Context, tx db.Queryer, v op.Viewer, ask id.ID) error {
	if err := s.courier.Done(ctx, tx, v, toAnswer, ask); err != nil {
		return err
	}
	author, err := s.authorOf(ctx, tx, v, ask)
	if err != nil {
		return err
	}
	_, err = s.courier.Deliver(ctx, tx, v, room.Delivery{Kind: toRead, Item: ask, Members: []id.ID{author}})
	return err
}

func (s *Service) outcome(ctx context.Context, tx db.Queryer, v op.Viewer, ask id.ID, to []id.ID) ([]id.ID, error) {
	return s.courier.Deliver(ctx, tx, v, room.Delivery{Kind: toHear, Item: ask, To: to})
}

// stepped brings how far an introduction is to those whom it concerns, after somebody did something.
func (s *Service) stepped(
	ctx context.Context, tx db.Queryer, v op.Viewer, row introductionRow, act Act, party Party,
) (told []id.ID, err error) {
	if v.Space != row.Space { // somebody who holds the secret of a link
		v = op.Viewer{Space: row.Space, Now: v.Now}
	}
	if err := s.courier.Done(ctx, tx, v, toAgree, row.ID); err != nil {
		return nil, err
	}
	deliver := func(kind string, waits bool, to, members []id.ID) ([]id.ID, error) {
		return s.courier.Deliver(ctx, tx, v, room.Delivery{
			Kind: kind, Item: row.ID, To: to, Members: members, Waits: waits, Alone: kind == toFollow,
		})
	}
	requester := []id.ID{row.Owner}
	switch {
	case act == Agree && party == Middle:
		if _, err := deliver(toAgree, true, []id.ID{row.Target}, nil); err != nil {
			return nil, err
		}
		_, err = deliver(toFollow, false, nil, requester)
	case act == Agree && party == Target:
		_, err = deliver(toFollow, false, []id.ID{row.Middle}, requester)
	case act == Decline:
		_, err = deliver(toFollow, false, nil, requester)
	case act == Withdraw:
		err = s.courier.Recall(ctx, tx, row.Space, row.ID)
	case act == Follow:
		return deliver(toHearOfMiddle, false, []id.ID{row.Middle, row.Target}, nil)
	case act == Finish:
		_, err = deliver(toThankMiddle, false, []id.ID{row.Middle}, nil)
	}
	return nil, err
}

// Inbox shows what this room brought to the viewer.
func (s *Service) Inbox(ctx context.Context, v op.Viewer, list []room.Delivered) ([]room.Shown, error) {
	var asks []id.ID
	introductions := false
	for _, d := range list {
		if slices.Contains([]string{toAnswer, toRead, toHear, toThank}, d.Kind) {
			asks = append(asks, d.Item)
		} else if d.Kind != toReadOutside {
			introductions = true
		}
	}
	out, err := s.asksBrought(ctx, v, list, asks)
	if err != nil {
		return nil, err
	}
	outside, err := s.outsideBrought(ctx, v, list)
	if out = append(out, outside...); err != nil || !introductions {
		return out, err
	}
	views, err := s.Introductions(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		i := slices.IndexFunc(views, func(x View) bool { return x.ID == d.Item })
		if i < 0 || slices.Contains(asks, d.Item) {
			continue
		}
		if shown, ok := views[i].brought(v, d); ok {
			out = append(out, shown)
		}
	}
	return out, nil
}

// asksBrought shows asks, answers, thanks and outcomes.
func (s *Service) asksBrought(
	ctx context.Context, v op.Viewer, list []room.Delivered, asks []id.ID,
) ([]room.Shown, error) {
	if len(asks) == 0 {
		return nil, nil
	}
	rows, err := s.brought(ctx, v, asks)
	if err != nil {
		return nil, err
	}
	answers, err := s.answers(ctx, v, asks)
	if err != nil {
		return nil, err
	}
	var keys []id.ID
	for _, r := range rows {
		keys = append(keys, r.Person)
	}
	for _, x := range answers {
		keys = append(keys, x.Person)
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, keys)
	if err != nil {
		return nil, err
	}
	for _, key := range stands {
		keys = append(keys, key)
	}
	names, err := s.network.Names(ctx, s.db, v.Space, keys)
	if err != nil {
		return nil, err
	}
	var out []room.Shown
	for _, d := range list {
		r, ok := rows[d.Item]
		if !ok {
			continue
		}
		shown := room.Shown{ID: d.ID, Person: stands[r.Person]}
		shown.Name = names[shown.Person]
		said := answerRow{}
		for _, x := range answers {
			by := v.Member
			if d.Kind == toRead {
				by = d.Author
			}
			if x.Ask == d.Item && x.Member == by {
				said = x
			}
		}
		if d.Kind == toRead {
			if r.Owner != v.Member || said.Ask.IsZero() {
				continue
			}
			shown.Person = stands[said.Person]
			shown.Name = names[shown.Person]
		}
		askShown(v, &shown, d.Kind, r.view(), wordOf(said.Answer), said.Note)
		out = append(out, shown)
	}
	return out, nil
}

// actsOf are the forms with which an ask is answered in the inbox.
func actsOf(a Ask) templ.Component { return answerForms(a, "/inbox") }
