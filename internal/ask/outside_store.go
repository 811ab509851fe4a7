package ask

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/link"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

const outsideColumns = `o.id, o.ask, o.person, o.answer, o.note, o.at`

// aboutLink is what a link of an ask is about.
func aboutLink(ask, person id.ID) string { return ask.String() + "/" + person.String() }

// MakeLink makes a link by which somebody without an account answers the viewer's ask. One that they had ends. Nothing
// is sent.
func (s *Service) MakeLink(ctx context.Context, v op.Viewer, key id.ID, reference string) (AskLink, error) {
	a, err := s.own(ctx, v, key)
	if err != nil {
		return AskLink{}, err
	}
	switch {
	case a.State == Closed:
		return AskLink{}, fault.New(fault.Conflict, "It is closed.").WithHint("Put the ask again if it lives on.")
	case a.Kind != Asking:
		return AskLink{}, fault.New(fault.Invalid, "An offer is answered by nobody: share its page instead.")
	}
	p, err := s.network.Resolve(ctx, v, reference)
	if err != nil {
		return AskLink{}, fault.About(err, "person")
	}
	if p.ID == v.Person {
		return AskLink{}, fault.New(fault.Invalid, "This is you.").WithField("person")
	}
	out := AskLink{
		Name: p.Name, Message: a.message(v, p.Name), Expires: v.Now.Add(outsideWithin).UTC(), person: p.ID,
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		member, err := s.network.PresentMember(ctx, tx, v.Space, p.ID)
		if err != nil {
			return err
		}
		if !member.IsZero() {
			return fault.New(fault.Conflict, "%s is a member: name them in the ask, and they answer in Gave.", p.Name)
		}
		if _, err := db.Insert(ctx, tx, "ask_outside", db.Row{
			"space": v.Space, "id": id.New(), "ask": key, "person": p.ID, "answer": 0, "note": "", "at": 0,
			"made": v.Now.UnixMicro(),
		}, "on conflict (space, ask, person) do update set made = excluded.made"); err != nil {
			return err
		}
		about := aboutLink(key, p.ID)
		if err := link.End(ctx, tx, v.Space, toAskOutside, about); err != nil {
			return err
		}
		out.Secret, err = link.New(ctx, tx, link.Link{
			Space: v.Space, Owner: v.Member, Person: p.ID, Kind: toAskOutside, About: about,
		}, v.Now, outsideWithin)
		return err
	})
	return out, err
}

// outsideOf returns the ask of a link, and who holds it.
func (s *Service) outsideOf(ctx context.Context, l link.Link) (askRow, outsideRow, error) {
	gone := fault.New(fault.NotFound, link.Unknown)
	if len(l.About) < 36 {
		return askRow{}, outsideRow{}, gone
	}
	key, err := id.Parse(l.About[:36])
	if err != nil {
		return askRow{}, outsideRow{}, gone
	}
	row, err := db.One[askRow](ctx, s.db, `select `+askColumns+` from ask a where a.space = $1 and a.id = $2`,
		l.Space, key)
	if fault.CodeOf(err) == fault.NotFound {
		err = gone
	}
	if err != nil {
		return row, outsideRow{}, err
	}
	who, err := db.One[outsideRow](ctx, s.db, `select `+outsideColumns+` from ask_outside o
		where o.space = $1 and o.ask = $2 and o.person = $3`, l.Space, key, l.Person)
	if fault.CodeOf(err) == fault.NotFound {
		err = gone
	}
	return row, who, err
}

// AskBehind shows an ask to who holds its link.
func (s *Service) AskBehind(ctx context.Context, secret string, now time.Time) (AskBehind, error) {
	if secret == "" || len(secret) > 100 {
		return AskBehind{}, fault.New(fault.NotFound, link.Unknown)
	}
	return s.askBehind(ctx, id.Digest(secret), now)
}

func (s *Service) askBehind(ctx context.Context, digest []byte, now time.Time) (AskBehind, error) {
	l, err := link.FindDigest(ctx, s.db, toAskOutside, digest, now)
	if err != nil {
		return AskBehind{}, err
	}
	row, who, err := s.outsideOf(ctx, l)
	if err != nil {
		return AskBehind{}, err
	}
	names, err := s.network.Names(ctx, s.db, l.Space, []id.ID{row.Person})
	return AskBehind{
		Ask: row.view(), By: names[row.Person], Answer: wordOf(who.Answer), Note: who.Note, link: l, row: who,
	}, err
}

// AnswerBehind answers an ask for who holds its link; the last word until the link ends counts. The author hears it in
// their inbox.
func (s *Service) AnswerBehind(ctx context.Context, secret string, word Word, note string, now time.Time) error {
	a, err := s.AskBehind(ctx, secret, now)
	if err != nil {
		return err
	}
	return s.answerBehind(ctx, a, word, note, now)
}

func (s *Service) answerBehind(ctx context.Context, a AskBehind, word Word, note string, now time.Time) error {
	var err error
	if note, err = noteOf(word, note); err != nil {
		return err
	}
	switch {
	case a.State == Closed:
		return fault.New(fault.Conflict, "It is closed.")
	case word.number() == 0:
		return fault.New(fault.Invalid, "The answer is yes, no or knows.").WithField("answer")
	}
	v := op.Viewer{Space: a.link.Space, Now: now}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := db.Found(db.Update(ctx, tx, "ask_outside",
			db.Row{"answer": word.number(), "note": note, "at": now.UnixMicro()}, "space = $1 and id = $2",
			v.Space, a.row.ID)); err != nil {
			return err
		}
		if word == Yes {
			if err := s.involve(ctx, tx, v, a.ID, a.row.Person, helped, note); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `update ask set state = 'answered', changed = $3
				where space = $1 and id = $2 and state = 'open'`, v.Space, a.ID, now.UnixMicro()); err != nil {
				return db.Fault(err)
			}
		} else if _, err := tx.ExecContext(ctx, `delete from ask_person where space = $1 and ask = $2 and person = $3
			and part = 3 and thanked = 0`, v.Space, a.ID, a.row.Person); err != nil {
			return db.Fault(err)
		}
		if _, err := link.Use(ctx, tx, a.link, now); err != nil {
			return err
		}
		_, err := s.courier.Deliver(ctx, tx, v, room.Delivery{
			Kind: toReadOutside, Item: a.row.ID, Members: []id.ID{a.link.Owner},
		})
		return err
	})
}

// outside returns what people without an account answered to asks.
func (s *Service) outside(ctx context.Context, v op.Viewer, asks []id.ID) ([]answerRow, error) {
	var out []answerRow
	for _, chunk := range db.Chunks(asks) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[outsideRow](ctx, s.db, `select `+outsideColumns+` from ask_outside o
			where o.space = $1 and o.answer > 0 and o.ask in (`+in+`) order by o.at, o.id`,
			append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, answerRow{Ask: r.Ask, Person: r.Person, Answer: r.Answer, Note: r.Note, At: r.At})
		}
	}
	return out, nil
}

// outsideBrought shows answers of people without an account to the viewer's asks.
func (s *Service) outsideBrought(ctx context.Context, v op.Viewer, list []room.Delivered) ([]room.Shown, error) {
	var keys []id.ID
	for _, d := range list {
		if d.Kind == toReadOutside {
			keys = append(keys, d.Item)
		}
	}
	var out []room.Shown
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[struct {
			outsideRow
			Body string
		}](ctx, s.db, `select `+outsideColumns+`, a.body from ask_outside o join ask a on a.space = o.space
			and a.id = o.ask where o.space = $1 and a.owner = $2 and o.id in (`+in+`) order by o.id`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return nil, err
		}
		persons := make([]id.ID, len(rows))
		for i, r := range rows {
			persons[i] = r.Person
		}
		stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, persons)
		if err != nil {
			return nil, err
		}
		for _, key := range stands {
			persons = append(persons, key)
		}
		names, err := s.network.Names(ctx, s.db, v.Space, persons)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			for _, r := range rows {
				if d.Kind != toReadOutside || d.Item != r.ID {
					continue
				}
				shown := room.Shown{ID: d.ID, Person: stands[r.Person], Name: names[stands[r.Person]]}
				askShown(v, &shown, toRead, Ask{ID: r.Ask, Text: r.Body}, wordOf(r.Answer), r.Note)
				out = append(out, shown)
			}
		}
	}
	return out, nil
}

// Letter is what the viewer can have mailed with a link of this room that they made.
func (s *Service) Letter(ctx context.Context, v op.Viewer, secret string) (*room.Letter, error) {
	l, err := link.Find(ctx, s.db, toAskOutside, secret, v.Now)
	if fault.CodeOf(err) == fault.NotFound {
		return s.introductionLetter(ctx, v, secret)
	}
	if err != nil || l.Space != v.Space || l.Owner != v.Member {
		return nil, err
	}
	row, who, err := s.outsideOf(ctx, l)
	if err != nil {
		return nil, err
	}
	if row.State == Closed {
		return nil, fault.New(fault.Conflict, "It is closed.")
	}
	names, err := s.network.Names(ctx, s.db, v.Space, []id.ID{row.Person, who.Person})
	if err != nil {
		return nil, err
	}
	return &room.Letter{
		Person: who.Person, Path: askLinkPath + secret,
		Write: func(v op.Viewer) (string, string) {
			return subjectOf(v, names[row.Person]), row.view().message(v, names[who.Person])
		},
		Sent: func(ctx context.Context, tx db.Queryer) error {
			return s.involve(ctx, tx, v, row.ID, who.Person, asked, "")
		},
	}, nil
}

// introductionLetter is the letter of a link of an introduction: to who is in the middle, from who asked for it, and to
// whom it leads, from who is in the middle.
func (s *Service) introductionLetter(ctx context.Context, v op.Viewer, secret string) (*room.Letter, error) {
	row, party, err := s.behind(ctx, secret)
	if fault.CodeOf(err) == fault.NotFound || err == nil && row.Space != v.Space {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	to := people.Ref{}
	i, err := s.introductionOf(ctx, row)
	if err != nil {
		return nil, err
	}
	switch party {
	case Middle:
		if row.Owner != v.Member || row.State != Requested {
			return nil, nil
		}
		to = i.Middle
	case Target:
		a, err := s.audienceOf(ctx, s.db, v)
		if err != nil {
			return nil, err
		}
		if mine, ok := partyOf(v, a.self, row); !ok || mine != Middle || row.State != Willing {
			return nil, nil
		}
		to = i.Target
	}
	return &room.Letter{
		Person: to.ID, Path: "/introduction/" + secret,
		Write: func(v op.Viewer) (string, string) { return i.letter(v, party) },
	}, nil
}
