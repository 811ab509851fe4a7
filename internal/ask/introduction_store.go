package ask

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

type introductionRow struct {
	Space, ID, Owner, Requester, Middle, Target id.ID
	Chosen, MiddleAgreed                        int
	Body                                        string
	State                                       Step
	RequesterAddress, TargetAddress, Outcome    string
	Created, Changed, Expires, Told             int64
}

const introductionColumns = `i.space, i.id, i.owner, i.requester, i.middle, i.target, i.chosen, i.middle_agreed, i.body,
	i.state, i.requester_address, i.target_address, i.outcome, i.created, i.changed, i.expires, i.told`

// Introduce asks for an introduction to somebody. through names who is in the middle; when it is empty Gave asks the
// member of the space who has the strongest shared tie with the target, and says who that is only when they agreed.
// address is where the target may reach the viewer.
func (s *Service) Introduce(ctx context.Context, v op.Viewer, target, through, body, address string) (Started, error) {
	var out Started
	body, err := clean(body, "text", "Say why you would like to meet them.")
	if err != nil {
		return out, err
	}
	if v.Person.IsZero() {
		return out, fault.New(fault.Invalid, "Gave does not know yet who you are in this network.").
			WithHint("Import your mail with --me, or ask an owner of the space.")
	}
	to, err := s.network.Resolve(ctx, v, target)
	if err != nil {
		return out, fault.About(err, "target")
	}
	if to.ID == v.Person {
		return out, fault.New(fault.Invalid, "This is you.").WithField("target")
	}
	if address == "" {
		if own, err := s.network.Summaries(ctx, v, []id.ID{v.Person}); err == nil && len(own) > 0 &&
			len(own[0].Emails) > 0 {
			address = own[0].Emails[0]
		}
	}
	if address, err = reachable(address); err != nil {
		return out, err
	}
	row := introductionRow{
		Space: v.Space, ID: id.New(), Owner: v.Member, Requester: v.Person, Target: to.ID, Body: body, State: Requested,
		RequesterAddress: address,
		Created:          v.Now.UnixMicro(), Changed: v.Now.UnixMicro(), Expires: v.Now.Add(answerWithin).UnixMicro(),
	}
	var digest []byte
	if through != "" {
		middle, err := s.network.Resolve(ctx, v, through)
		if err != nil {
			return out, fault.About(err, "through")
		}
		if middle.ID == v.Person || middle.ID == to.ID {
			return out, fault.New(fault.Invalid, "Who is in the middle is a third person.").WithField("through")
		}
		row.Middle, row.Chosen = middle.ID, 1
		out.Secret, digest = newSecret()
	} else if row.Middle, err = s.memberWhoKnows(ctx, v, to.ID); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		waiting, err := db.Value[int](ctx, tx, `select count(*) from introduction
			where space = $1 and owner = $2 and target = $3 and state in ('requested', 'willing') and expires > $4`,
			v.Space, v.Member, to.ID, v.Now.UnixMicro())
		if err != nil {
			return err
		}
		if waiting > 0 {
			return fault.New(fault.Conflict, "You asked for this introduction already; it waits for an answer.").
				WithHint("Wait for it, or withdraw it first.")
		}
		if digest == nil {
			digest = []byte{}
		}
		if _, err = db.Insert(ctx, tx, "introduction", db.Row{
			"space": row.Space, "id": row.ID, "owner": row.Owner, "requester": row.Requester, "middle": row.Middle,
			"target": row.Target, "chosen": row.Chosen, "body": row.Body, "state": row.State,
			"middle_agreed": row.MiddleAgreed, "requester_address": row.RequesterAddress,
			"target_address": row.TargetAddress, "middle_key": digest, "target_key": []byte{},
			"outcome": row.Outcome, "created": row.Created, "changed": row.Changed, "expires": row.Expires,
		}, ""); err != nil {
			return err
		}
		_, err = s.courier.Deliver(ctx, tx, v, room.Delivery{
			Kind: toAgree, Item: row.ID, To: []id.ID{row.Middle}, Waits: true,
		})
		return err
	})
	if err != nil {
		return Started{}, err
	}
	i, err := s.introductionOf(ctx, row)
	if err != nil {
		return Started{}, err
	}
	out.View, _ = i.ViewFor(Requester)
	if out.Secret != "" {
		_, out.Message = i.letter(v, Middle)
	}
	return out, nil
}

// mostMiddles is of how many of those who know somebody best who is likeliest to say yes is asked.
const mostMiddles = 3

// memberWhoKnows returns, of the few members of the space who know somebody best, as far as the whole space may see
// it, the one who is likeliest to do the viewer a favour. Who said no to this viewer about this person is not asked
// again.
func (s *Service) memberWhoKnows(ctx context.Context, v op.Viewer, target id.ID) (id.ID, error) {
	found, err := s.network.MembersWhoKnow(ctx, v, target)
	if err != nil {
		return id.Zero, err
	}
	declined, err := db.Values[id.ID](ctx, s.db, `select middle from introduction
		where space = $1 and owner = $2 and target = $3 and state = 'declined'`, v.Space, v.Member, target)
	if err != nil {
		return id.Zero, err
	}
	found = slices.DeleteFunc(found, func(key id.ID) bool { return slices.Contains(declined, key) })
	if len(found) == 0 {
		return id.Zero, fault.New(fault.NotFound, "Gave knows nobody here who could introduce you.").
			WithHint("Name somebody who knows them with --through.").OnPage("Name somebody who knows them.").
			WithField("through")
	}
	return s.willing.Likeliest(ctx, v, found[:min(len(found), mostMiddles)])
}

// introductionOf completes a row with the names of the three.
func (s *Service) introductionOf(ctx context.Context, r introductionRow) (Introduction, error) {
	list, err := s.introductionsOf(ctx, r.Space, []introductionRow{r})
	if err != nil {
		return Introduction{}, err
	}
	return list[0], nil
}

// introductionsOf completes rows of one space with the names of those who take part, so that each learns who the others
// are, within what ViewFor shows.
func (s *Service) introductionsOf(ctx context.Context, space id.ID, rows []introductionRow) ([]Introduction, error) {
	var persons []id.ID
	for _, r := range rows {
		persons = append(persons, r.Requester, r.Middle, r.Target)
	}
	names, err := s.network.Names(ctx, s.db, space, persons)
	if err != nil {
		return nil, err
	}
	out := make([]Introduction, len(rows))
	for i, r := range rows {
		out[i] = r.with(names)
	}
	return out, nil
}

func (r introductionRow) with(names map[id.ID]string) Introduction {
	ref := func(key id.ID) people.Ref { return people.Ref{ID: key, Name: names[key]} }
	return Introduction{
		ID: r.ID, Requester: ref(r.Requester), Middle: ref(r.Middle), Target: ref(r.Target), Chosen: r.Chosen == 1,
		MiddleAgreed: r.MiddleAgreed == 1, Text: r.Body, Step: r.State,
		RequesterAddress: r.RequesterAddress, TargetAddress: r.TargetAddress, Outcome: r.Outcome,
		Created: time.UnixMicro(r.Created).UTC(), Expires: time.UnixMicro(r.Expires).UTC(), Told: r.Told > 0,
	}
}

// lapse ends introductions whose answer did not come in time.
func (s *Service) lapse(ctx context.Context, now time.Time) error {
	// Looking first: readers pass here too, and nearly always there is nothing to write.
	due, err := db.Value[int](ctx, s.db, `select count(*) from introduction
		where state in ('requested', 'willing') and expires <= $1`, now.UnixMicro())
	if err != nil || due == 0 {
		return err
	}
	_, err = s.db.ExecContext(ctx, `update introduction set state = $1, changed = $2, requester_address = '',
		target_address = '' where state in ('requested', 'willing') and expires <= $2`, Lapsed, now.UnixMicro())
	return db.Fault(err)
}

// Introductions returns the introductions in which the viewer has a part, as far as they may see them, the newest
// first.
func (s *Service) Introductions(ctx context.Context, v op.Viewer) ([]View, error) {
	// Where nothing can be written just now, what is over is shown as it was.
	if err := s.lapse(db.InHurry(ctx), v.Now); err != nil && !db.Busy(err) {
		return nil, err
	}
	return s.introductionsSeen(ctx, v)
}

// introductionsSeen returns the introductions as they stand, also those that are over and not ended yet.
func (s *Service) introductionsSeen(ctx context.Context, v op.Viewer) ([]View, error) {
	a, err := s.audienceOf(ctx, s.db, v)
	if err != nil {
		return nil, err
	}
	in, args := db.In(3, a.self)
	rows, err := db.Select[introductionRow](ctx, s.db, `select `+introductionColumns+` from introduction i
		where i.space = $1 and (i.owner = $2 or i.middle in (`+in+`) or i.target in (`+in+`))
		order by i.created desc, i.id limit 500`, append([]any{v.Space, v.Member}, args...)...)
	if err != nil {
		return nil, err
	}
	introductions, err := s.introductionsOf(ctx, v.Space, rows)
	if err != nil {
		return nil, err
	}
	out := []View{}
	for n, i := range introductions {
		r := rows[n]
		if party, ok := partyOf(v, a.self, r); ok {
			if view, ok := i.ViewFor(party); ok {
				out = append(out, view)
			}
		}
	}
	return out, nil
}

// Act does something in an introduction for a member.
func (s *Service) Act(ctx context.Context, v op.Viewer, key id.ID, answer Answer) (Started, error) {
	a, err := s.audienceOf(ctx, s.db, v)
	if err != nil {
		return Started{}, err
	}
	row, err := db.One[introductionRow](ctx, s.db, `select `+introductionColumns+` from introduction i
		where i.space = $1 and i.id = $2`, v.Space, key)
	if err != nil {
		return Started{}, fault.New(fault.NotFound, noIntroduction)
	}
	party, ok := partyOf(v, a.self, row)
	if !ok || party == Target && row.MiddleAgreed == 0 {
		return Started{}, fault.New(fault.NotFound, noIntroduction)
	}
	return s.step(ctx, v, row.Space, key, party, answer)
}

func (s *Service) behind(ctx context.Context, secret string) (introductionRow, Party, error) {
	if secret == "" || len(secret) > 100 {
		return introductionRow{}, "", fault.New(fault.NotFound, noIntroduction)
	}
	return s.behindDigest(ctx, id.Digest(secret))
}

func (s *Service) behindDigest(ctx context.Context, digest []byte) (introductionRow, Party, error) {
	for column, party := range map[string]Party{"middle_key": Middle, "target_key": Target} {
		row, err := db.One[introductionRow](ctx, s.db,
			`select `+introductionColumns+` from introduction i where i.`+column+` = $1`, digest)
		if err == nil {
			return row, party, nil
		}
		if fault.CodeOf(err) != fault.NotFound {
			return row, party, err
		}
	}
	return introductionRow{}, "", fault.New(fault.NotFound, noIntroduction)
}

// step reads the introduction again within a transaction, so that two answers at once cannot both count, and goes on.
func (s *Service) step(
	ctx context.Context, v op.Viewer, space, key id.ID, party Party, answer Answer,
) (Started, error) {
	if err := s.lapse(ctx, v.Now); err != nil {
		return Started{}, err
	}
	outcome, err := clean(answer.Outcome, "outcome", "")
	if err != nil {
		return Started{}, err
	}
	var out Started
	var row introductionRow
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if row, err = db.One[introductionRow](ctx, tx, `select `+introductionColumns+` from introduction i
			where i.space = $1 and i.id = $2`, space, key); err != nil {
			return err
		}
		next, err := Next(row.State, answer.Act, party)
		if err != nil {
			return err
		}
		before := row.State
		row.State = next
		var digest []byte
		switch {
		case answer.Act == Agree && party == Middle:
			row.MiddleAgreed, row.Expires = 1, v.Now.Add(answerWithin).UnixMicro()
			out.Secret, digest = newSecret()
		case answer.Act == Agree && party == Target:
			if row.TargetAddress, err = reachable(answer.Address); err != nil {
				return err
			}
		case answer.Act == Follow:
			if outcome == "" {
				return fault.New(fault.Invalid, "Say what came of it.").WithField("outcome")
			}
			row.Outcome = outcome
		case answer.Act == Finish:
			i, err := s.introductionOf(ctx, row)
			if err != nil {
				return err
			}
			if err := s.thank(ctx, tx, v, i.Middle, "introduction",
				v.Printer().T("Introduced me to %s.", i.Target.Name)); err != nil {
				return err
			}
			if s.middleman != nil {
				if err := s.middleman(ctx, tx, v, row.Middle, i.Requester, i.Target); err != nil {
					return err
				}
			}
		}
		// An address that did not lead to an introduction is not kept.
		if next.Over() && !next.bothAgreed() {
			row.RequesterAddress, row.TargetAddress = "", ""
		}
		told, err := s.stepped(ctx, tx, v, row, answer.Act, party)
		if err != nil {
			return err
		}
		if len(told) > 0 {
			row.Told = v.Now.UnixMicro()
		}
		set := db.Row{
			"state": row.State, "middle_agreed": row.MiddleAgreed, "requester_address": row.RequesterAddress,
			"target_address": row.TargetAddress, "outcome": row.Outcome, "changed": v.Now.UnixMicro(),
			"expires": row.Expires, "told": row.Told,
		}
		if digest != nil {
			set["target_key"] = digest
		}
		changed, err := db.Update(ctx, tx, "introduction", set, "space = $1 and id = $2 and state = $3",
			space, key, before)
		if err != nil {
			return err
		}
		if changed == 0 {
			return fault.New(fault.Conflict, "That cannot be done with this introduction now.").
				WithHint("See how far it is.")
		}
		return nil
	})
	if err != nil {
		return Started{}, err
	}
	i, err := s.introductionOf(ctx, row)
	if err != nil {
		return Started{}, err
	}
	out.View, _ = i.ViewFor(party)
	if out.Secret != "" {
		_, out.Message = i.letter(v, Target)
	}
	return out, nil
}

// openIntroductions returns the introductions in which the viewer has a part, as Introductions does, and looks no
// further where there are none that may wait for somebody.
func (s *Service) openIntroductions(ctx context.Context, v op.Viewer) ([]View, error) {
	there, err := db.One[struct{ All, Over int }](ctx, s.db, `select count(*) as "all", coalesce(sum(case
		when state in ('requested', 'willing') and expires <= $2 then 1 else 0 end), 0) as over
		from introduction where space = $1 and state <> 'declined'`, v.Space, v.Now.UnixMicro())
	switch {
	case err != nil || there.All == 0:
		return nil, err
	case there.Over > 0:
		return s.Introductions(ctx, v)
	}
	return s.introductionsSeen(ctx, v)
}
