package ask

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// Offer says to the author of somebody else's ask that the viewer can help.
func (s *Service) Offer(ctx context.Context, v op.Viewer, key id.ID, how string) (Ask, error) {
	if _, err := clean(how, "note", "Say how you can help."); err != nil {
		return Ask{}, err
	}
	return s.Answer(ctx, v, key, Yes, how)
}

// authorOf returns the member who wrote an ask.
func (s *Service) authorOf(ctx context.Context, q db.Queryer, v op.Viewer, key id.ID) (id.ID, error) {
	return db.Value[id.ID](ctx, q, `select owner from ask where space = $1 and id = $2`, v.Space, key)
}

// ThankHelper thanks who helped: the help becomes a gift of theirs in the viewer's ledger. Thanking twice changes
// nothing.
func (s *Service) ThankHelper(ctx context.Context, v op.Viewer, key id.ID, reference string) (Ask, error) {
	a, err := s.own(ctx, v, key)
	if err != nil {
		return a, err
	}
	p, err := s.helper(ctx, v, a, reference)
	if err != nil {
		return a, err
	}
	cluster, err := s.network.Cluster(ctx, s.db, v, p.ID)
	if err != nil {
		return a, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		in, args := db.In(3, cluster)
		rows, err := db.Select[struct {
			Note    string
			Thanked int64
		}](ctx, tx, `select note, thanked from ask_person
			where space = $1 and ask = $2 and part = 3 and person in (`+in+`)`, append([]any{v.Space, key}, args...)...)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotFound, "%s is not among those who helped with this.", p.Name).
				WithHint("Note first that they helped.")
		}
		for _, r := range rows {
			if r.Thanked > 0 {
				return nil
			}
		}
		in, args = db.In(4, cluster)
		if _, err := tx.ExecContext(ctx, `update ask_person set thanked = $3
			where space = $1 and ask = $2 and part = 3 and person in (`+in+`)`,
			append([]any{v.Space, key, v.Now.UnixMicro()}, args...)...); err != nil {
			return db.Fault(err)
		}
		what := a.Text
		if rows[0].Note != "" {
			what = rows[0].Note + " (" + text.Clip(a.Text, 200) + ")"
		}
		if err := s.thank(ctx, tx, v, p, "knowledge", text.Clip(what, 2000)); err != nil {
			return err
		}
		thanks := room.Delivery{Kind: toThank, Item: key, To: []id.ID{p.ID}}
		if _, err := s.courier.Deliver(ctx, tx, v, thanks); err != nil {
			return err
		}
		return s.advance(ctx, tx, v, key, Thanked, Open, Answered)
	})
	if err != nil {
		return a, err
	}
	return s.Get(ctx, v, key)
}

// Close ends the viewer's ask and gives for everybody who helped a message that tells how it ended.
func (s *Service) Close(ctx context.Context, v op.Viewer, key id.ID, outcome string) (Ask, []Told, error) {
	a, err := s.own(ctx, v, key)
	if err != nil {
		return a, nil, err
	}
	if outcome, err = clean(outcome, "outcome", ""); err != nil {
		return a, nil, err
	}
	if outcome == "" && len(a.Helped) > 0 {
		return a, nil, fault.New(fault.Invalid, "Say how it ended, so that those who helped hear it.").
			WithField("outcome")
	}
	told := []Told{}
	p := v.Printer()
	for _, h := range a.Helped {
		told = append(told, Told{Person: h.Ref, Message: fmt.Sprintf("%s\n\n%s\n\n%s\n", p.T("Hello %s,", h.Name),
			p.T("You helped me with this: %s", text.Clip(a.Text, 200)), p.T("This is how it ended: %s Thank you!",
				sentence(outcome)))})
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `update ask set state = 'closed', outcome = $4, changed = $5
			where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, key, outcome, v.Now.UnixMicro()); err != nil {
			return db.Fault(err)
		}
		if outcome == "" {
			return nil
		}
		return s.tell(ctx, tx, v, a)
	})
	if err != nil {
		return a, nil, err
	}
	if a, err = s.Get(ctx, v, key); err != nil {
		return a, nil, err
	}
	for i, t := range told {
		at := slices.IndexFunc(a.Helped, func(h Involved) bool { return h.ID == t.Person.ID })
		told[i].Reached = at >= 0 && a.Helped[at].Told != nil
	}
	return a, told, nil
}

// audience is the condition that a viewer may see the ask with the alias a: their own, what the space or the public may
// see, and what is addressed to them by name or by their tie with the author. It goes with the arguments of its method
// args, in the places $1 to $5 and on.
type audience struct {
	v    op.Viewer
	self []id.ID // who in the network the viewer is, under every name
}

func (s *Service) audienceOf(ctx context.Context, q db.Queryer, v op.Viewer) (audience, error) {
	a := audience{v: v, self: []id.ID{v.Person}}
	if v.Person.IsZero() || v.Role < op.Guest {
		a.self = nil
		return a, nil
	}
	var err error
	a.self, err = s.network.Cluster(ctx, q, v, v.Person)
	return a, err
}

// condition returns the condition and its arguments; more arguments start at the place next.
func (a audience) condition() (sql string, args []any, next int) {
	in, people := db.In(5, a.self)
	author := tie.Of{Space: "a.space", Owner: "a.owner", Shared: "$4", Person: "a.person"}
	sql = `a.space = $1 and (a.owner = $2 or a.visibility >= $3
		or a.audience = 'named' and exists (select 1 from ask_person x
			where x.space = a.space and x.ask = a.id and x.part = 1 and x.person in (` + in + `))
		or a.audience in ('ties', 'friends') and ` + author.With(in) + `
		or a.audience = 'friends' and ` + author.OverOne("$2", in) + `)`
	return sql, append(scope.Args(a.v, id.Zero), people...), 5 + len(people)
}

type askRow struct {
	ID, Owner, Person id.ID
	Audience          Audience
	Kind              Kind
	Body, Why, Due    string
	State             State
	Outcome           string
	Created           int64
}

const askColumns = `a.id, a.owner, a.person, a.audience, a.kind, a.body, a.why, a.due, a.state, a.outcome, a.created`

// Filter says which asks are wanted.
type Filter struct {
	Kind  Kind
	State State
	Mine  bool
	Other bool // of others only
	Limit int
}

// List returns the asks and offers that the viewer may see, the newest first.
func (s *Service) List(ctx context.Context, v op.Viewer, f Filter) ([]Ask, error) {
	a, err := s.audienceOf(ctx, s.db, v)
	if err != nil {
		return nil, err
	}
	condition, args, next := a.condition()
	condition += ` and (a.kind = ` + db.Placeholder(next) + ` or ` + db.Placeholder(next) + ` = '')
		and (a.state = ` + db.Placeholder(next+1) +
		` or ` + db.Placeholder(next+1) + ` = '')`
	args = append(args, f.Kind, f.State)
	if f.Mine {
		condition += ` and a.owner = $2`
	}
	if f.Other {
		condition += ` and a.owner <> $2`
	}
	rows, err := db.Select[askRow](ctx, s.db,
		`select `+askColumns+` from ask a where `+condition+` order by a.created desc, a.id limit `+db.Placeholder(next+2),
		append(args, f.Limit)...)
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, v, rows)
}

// Get returns one ask that the viewer may see.
func (s *Service) Get(ctx context.Context, v op.Viewer, key id.ID) (Ask, error) {
	a, err := s.audienceOf(ctx, s.db, v)
	if err != nil {
		return Ask{}, err
	}
	condition, args, next := a.condition()
	row, err := db.One[askRow](ctx, s.db,
		`select `+askColumns+` from ask a where `+condition+` and a.id = `+db.Placeholder(next), append(args, key)...)
	if err != nil {
		return Ask{}, err
	}
	list, err := s.complete(ctx, v, []askRow{row})
	if err != nil {
		return Ask{}, err
	}
	return list[0], nil
}

// Version changes with all that the viewer sees of an ask.
func (s *Service) Version(ctx context.Context, v op.Viewer, ask string) (string, error) {
	key, err := id.Parse(ask)
	if err != nil {
		return "", fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	a, err := s.Get(ctx, v, key)
	if err != nil {
		return "", err
	}
	return op.VersionOf(a)
}

// Public returns an open ask or offer that everybody may see, with its author's name, also to those who did not sign
// in.
func (s *Service) Public(ctx context.Context, key id.ID) (Ask, error) {
	r, err := db.One[struct {
		askRow
		Space id.ID
	}](ctx, s.db, `select `+askColumns+`, a.space from ask a
		where a.id = $1 and a.audience = 'public' and a.state in ('open', 'answered')`, key)
	if err != nil {
		return Ask{}, err
	}
	names, err := s.network.Names(ctx, s.db, r.Space, []id.ID{r.Person})
	if err != nil {
		return Ask{}, err
	}
	out := r.view()
	if name := names[r.Person]; name != "" {
		out.Author = &people.Ref{Name: name}
	}
	return out, nil
}

func (r askRow) view() Ask {
	return Ask{
		ID: r.ID, Kind: r.Kind, Text: r.Body, Why: r.Why, By: r.Due, Audience: r.Audience, State: r.State,
		Outcome: r.Outcome, Created: time.UnixMicro(r.Created).UTC(),
		Named: []people.Ref{}, Reached: []people.Ref{}, Asked: []Involved{}, Helped: []Involved{}, Answers: []Reply{},
	}
}

// complete adds the people: the author, and for the author those involved.
func (s *Service) complete(ctx context.Context, v op.Viewer, rows []askRow) ([]Ask, error) {
	out := []Ask{}
	var people, mine []id.ID
	for _, r := range rows {
		if !r.Person.IsZero() {
			people = append(people, r.Person)
		}
		if r.Owner == v.Member {
			mine = append(mine, r.ID)
		}
	}
	type involvedRow struct {
		Ask, Person       id.ID
		Part              part
		Note              string
		At, Thanked, Told int64
	}
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	answers, err := s.answers(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	outside, err := s.outside(ctx, v, mine)
	if err != nil {
		return nil, err
	}
	answers = append(answers, outside...)
	for _, x := range answers {
		people = append(people, x.Person)
	}
	reached, err := s.courier.Brought(ctx, v, toAnswer, mine)
	if err != nil {
		return nil, err
	}
	involved := map[id.ID][]involvedRow{}
	for _, chunk := range db.Chunks(mine) {
		in, args := db.In(2, chunk)
		found, err := db.Select[involvedRow](ctx, s.db, `select ask, person, part, note, at, thanked, told
			from ask_person where space = $1 and ask in (`+in+`) order by ask, part, at, person`,
			append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			involved[r.Ask] = append(involved[r.Ask], r)
			people = append(people, r.Person)
		}
	}
	refs, err := s.network.Refs(ctx, v, people)
	if err != nil {
		return nil, err
	}
	if err := s.volunteers(ctx, v, people, refs); err != nil {
		return nil, err
	}
	for _, r := range rows {
		a := r.view()
		a.Own = r.Owner == v.Member
		if ref, ok := refs[r.Person]; ok {
			a.Author = &ref
		}
		for _, x := range answers {
			ref, ok := refs[x.Person]
			if x.Ask != r.ID || !ok || !a.Own && x.Member != v.Member {
				continue
			}
			a.Answers = append(a.Answers, Reply{ref, wordOf(x.Answer), x.Note, x.at()})
		}
		for _, i := range involved[r.ID] {
			ref, ok := refs[i.Person]
			if !ok {
				continue
			}
			one := Involved{
				Ref: ref, Note: i.Note, At: time.UnixMicro(i.At).UTC(), Thanked: db.Moment(i.Thanked),
				Told: db.Moment(i.Told),
			}
			switch i.Part {
			case named:
				a.Named = append(a.Named, ref)
			case asked:
				a.Asked = append(a.Asked, one)
			case helped:
				a.Helped = append(a.Helped, one)
			}
		}
		for _, p := range a.Named {
			if slices.Contains(reached[r.ID], p.ID) {
				a.Reached = append(a.Reached, p)
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// volunteers adds the names of members of the space among people: who offers help shows who they are to whom they offer
// it, and who asks to those whom they ask.
func (s *Service) volunteers(ctx context.Context, v op.Viewer, persons []id.ID, refs map[id.ID]people.Ref) error {
	var unknown []id.ID
	for _, p := range persons {
		if _, ok := refs[p]; !ok {
			unknown = append(unknown, p)
		}
	}
	members, err := s.network.MembersAmong(ctx, v.Space, unknown)
	for _, m := range members {
		refs[m.ID] = m
	}
	return err
}

// add stores an ask with those whom it names.
func (s *Service) add(ctx context.Context, v op.Viewer, a Ask) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Insert(ctx, tx, "ask", db.Row{
			"space": v.Space, "id": a.ID, "owner": v.Member, "person": v.Person,
			"visibility": a.Audience.visibility(), "audience": a.Audience, "kind": a.Kind, "body": a.Text,
			"why": a.Why, "due": a.By, "state": Open, "outcome": "", "created": v.Now.UnixMicro(),
			"changed": v.Now.UnixMicro(),
		}, ""); err != nil {
			return err
		}
		for _, p := range a.Named {
			if err := s.involve(ctx, tx, v, a.ID, p.ID, named, ""); err != nil {
				return err
			}
		}
		return s.address(ctx, tx, v, a)
	})
}

// involve notes a person at an ask; once more changes only what is said.
func (s *Service) involve(
	ctx context.Context, tx db.Queryer, v op.Viewer, ask, person id.ID, as part, note string,
) error {
	_, err := db.Insert(ctx, tx, "ask_person", db.Row{
		"space": v.Space, "ask": ask, "person": person, "part": as, "note": note, "at": v.Now.UnixMicro(),
		"thanked": 0, "told": 0,
	}, `on conflict (space, ask, person, part) do update set note = case when excluded.note = '' then ask_person.note
		else excluded.note end, at = excluded.at`)
	return err
}

// advance sets the state of the viewer's own ask when it is in one of the states from.
func (s *Service) advance(ctx context.Context, tx db.Queryer, v op.Viewer, ask id.ID, to State, from ...State) error {
	in, args := db.In(6, from)
	_, err := tx.ExecContext(ctx, `update ask set state = $4, changed = $5
		where space = $1 and owner = $2 and id = $3 and state in (`+in+`)`,
		append([]any{v.Space, v.Member, ask, to, v.Now.UnixMicro()}, args...)...)
	return db.Fault(err)
}

// own returns the viewer's own ask.
func (s *Service) own(ctx context.Context, v op.Viewer, key id.ID) (Ask, error) {
	a, err := s.Get(ctx, v, key)
	if err == nil && !a.Own {
		err = fault.New(fault.Forbidden, "Only who wrote it can do this.")
	}
	return a, err
}

// Remove deletes the viewer's own ask.
func (s *Service) Remove(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := db.Found(db.Exec(ctx, tx, `delete from ask where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, key)); err != nil {
			return err
		}
		return s.courier.Recall(ctx, tx, v.Space, key)
	})
}

// recentlyAsked counts the viewer's asks to each person in the weeks before a moment.
func (s *Service) recentlyAsked(ctx context.Context, v op.Viewer, at time.Time) (map[id.ID]int, error) {
	rows, err := db.Select[struct {
		Person id.ID
		Times  int
	}](ctx, s.db, `select x.person, count(*) as times from ask_person x
		join ask a on a.space = x.space and a.id = x.ask
		where x.space = $1 and a.owner = $2 and x.part = 2 and x.at > $3 and x.at <= $4 group by x.person`,
		v.Space, v.Member, at.Add(-askedWithin).UnixMicro(), at.UnixMicro())
	if err != nil {
		return nil, err
	}
	asked := make([]id.ID, len(rows))
	for i, r := range rows {
		asked[i] = r.Person
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, asked)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]int{}
	for _, r := range rows {
		out[stands[r.Person]] += r.Times
	}
	return out, nil
}

// yesses says how often the viewer asked somebody in the year before now, and how often that one helped.
func (s *Service) yesses(ctx context.Context, v op.Viewer) (times, yes int, err error) {
	rows, err := db.Select[struct{ Times, Yes int }](ctx, s.db, `select count(*) as times, count(h.person) as yes
		from ask_person x join ask a on a.space = x.space and a.id = x.ask
		left join ask_person h on h.space = x.space and h.ask = x.ask and h.person = x.person and h.part = 3
		where x.space = $1 and a.owner = $2 and x.part = 2 and x.at > $3`,
		v.Space, v.Member, v.Now.AddDate(-1, 0, 0).UnixMicro())
	if err != nil || len(rows) == 0 {
		return 0, 0, err
	}
	return rows[0].Times, rows[0].Yes, nil
}

// forget removes what the room keeps of people who are being erased and that does not go with their rows: asks to
// nobody but them.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	in, args := db.In(2, people)
	return db.Exec(ctx, tx, `delete from ask where space = $1 and audience = 'named'
		and exists (select 1 from ask_person x where x.space = ask.space and x.ask = ask.id and x.part = 1
		and x.person in (`+in+`))
		and not exists (select 1 from ask_person x where x.space = ask.space and x.ask = ask.id and x.part = 1
		and x.person not in (`+in+`))`,
		append([]any{space}, args...)...)
}

// clean takes the space around a text off and says what is wrong with one that is empty or too long.
func clean(s, field, empty string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" && empty != "" {
		return "", fault.New(fault.Invalid, empty).WithField(field)
	}
	if len([]rune(s)) > maxBody {
		return "", fault.New(fault.TooLarge, "An ask is at most %d characters long.", maxBody).
			WithHint("Say the heart of it first; the rest can follow.").WithField(field)
	}
	return s, nil
}

// states returns how many of the viewer's asks are in which state.
func (s *Service) states(ctx context.Context, v op.Viewer) (map[State]int, error) {
	rows, err := db.Select[struct {
		State State
		Times int
	}](ctx, s.db, `select state, count(*) as times from ask where space = $1 and owner = $2 and kind = 'ask'
		group by state order by state`, v.Space, v.Member)
	times := map[State]int{}
	for _, r := range rows {
		times[r.State] = r.Times
	}
	return times, err
}

// noteOf checks what is said with an answer.
func noteOf(word Word, note string) (string, error) {
	if word == Knows {
		return clean(note, "note", "Say who it is, and how to reach them.")
	}
	return clean(note, "note", "")
}
