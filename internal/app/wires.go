package app

import (
	"context"
	"log/slog"

	"gave.network/internal/account"
	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/duties"
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/phone"
	"gave.network/internal/power"
	"gave.network/internal/praise"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// thank notes in the ledger what came from somebody who helped.
func (a *App) thank(ctx context.Context, tx db.Queryer, v op.Viewer, helper people.Ref, kind, body string) error {
	_, err := a.Give.Add(ctx, tx, v,
		give.Gift{Direction: give.CameIn, Kind: give.Kind(kind), Body: body, At: v.Now, People: []people.Ref{helper}})
	return err
}

// introduced notes in the ledger of who was in the middle that they introduced somebody, when they are a member.
func (a *App) introduced(
	ctx context.Context, tx db.Queryer, v op.Viewer, middle id.ID, requester, target people.Ref,
) error {
	stands, err := a.Network.CanonicalOf(ctx, tx, v.Space, []id.ID{middle})
	if err != nil {
		return err
	}
	member, err := a.Network.PresentMember(ctx, tx, v.Space, stands[middle])
	if err != nil || member.IsZero() || member == v.Member {
		return err
	}
	giver, err := a.Account.ViewerOf(ctx, v.Space, member)
	if err != nil {
		return err
	}
	giver.Now = v.Now
	_, err = a.Give.Add(ctx, tx, giver, give.Gift{
		Direction: give.Given, Kind: give.Introduction, At: v.Now, People: []people.Ref{requester},
		Body: giver.Printer().T("Introduced %s to %s.", requester.Name, target.Name),
	})
	return err
}

const (
	// newest is how many returns praise looks at.
	newest = 200
	// mostAsks is how many asks are looked through for who was thanked.
	mostAsks = 200
)

// deeds tells what people did for the viewer, each by themselves. Who helped with an ask was thanked there.
func (a *App) deeds(ctx context.Context, v op.Viewer) ([]praise.Deed, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, newest)
	if err != nil {
		return nil, err
	}
	var out []praise.Deed
	for _, g := range returns {
		if len(g.People) != 1 {
			continue
		}
		p := g.People[0]
		out = append(out, praise.Deed{
			Knowledge: room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At}, Kind: string(g.Kind),
			Work: g.Asked(),
			Lead: g.Kind == give.Tip || g.Kind == give.Introduction || g.Kind == give.Referral,
		})
	}
	if len(out) == 0 {
		return nil, nil
	}
	asks, err := a.Ask.List(ctx, v, ask.Filter{Mine: true, Limit: mostAsks})
	if err != nil {
		return nil, err
	}
	type thanks struct {
		person id.ID
		at     int64
	}
	thanked := map[thanks]bool{}
	for _, x := range asks {
		for _, h := range x.Helped {
			if h.Thanked != nil {
				thanked[thanks{h.ID, h.Thanked.UnixMicro()}] = true
			}
		}
	}
	for i, d := range out {
		out[i].Thanked = thanked[thanks{d.Person, d.At.UnixMicro()}]
	}
	return out, nil
}

// mostParts is how many returns and asks are looked through for who had a part in something.
const mostParts = 2000

// parts tells what came from people, how they helped with asks, and what they achieved with others.
func (a *App) parts(ctx context.Context, v op.Viewer) ([]praise.Part, error) {
	returns, err := a.Give.List(ctx, v, give.CameIn, mostParts)
	if err != nil {
		return nil, err
	}
	var out []praise.Part
	for _, g := range returns {
		for _, p := range g.People {
			out = append(out, praise.Part{
				Knowledge: room.Knowledge{Person: p.ID, Name: p.Name, Text: g.Body, At: g.At}, Share: praise.ShareGave,
			})
		}
	}
	asks, err := a.Ask.List(ctx, v, ask.Filter{Mine: true, Limit: mostParts})
	for _, x := range asks {
		for _, h := range x.Helped {
			out = append(out, praise.Part{
				Knowledge: room.Knowledge{Person: h.ID, Name: h.Name, Text: text.Join(" ", x.Text, h.Note), At: h.At},
				Share:     praise.ShareHelped,
			})
		}
	}
	if err != nil {
		return nil, err
	}
	results, err := a.Power.Results(ctx, v, id.Zero)
	for _, r := range results {
		for _, p := range r.People {
			if p.ID != v.Person {
				out = append(out, praise.Part{
					Knowledge: room.Knowledge{
						Person: p.ID, Name: p.Name, Text: text.Join(" ", r.Title, r.What), At: r.At(),
					},
					Share: praise.ShareAchieved,
				})
			}
		}
	}
	return out, err
}

// askings tells power what the viewer asked of others, and what came of it: with asks, as introductions and for small
// favours.
func (a *App) askings(ctx context.Context, v op.Viewer) ([]power.Asked, error) {
	var out []power.Asked
	asks, err := a.Ask.List(ctx, v, ask.Filter{Mine: true, Limit: mostParts})
	if err != nil {
		return nil, err
	}
	for _, x := range asks {
		if x.Kind != ask.Asking {
			continue
		}
		said := text.Join(" ", x.Text, x.Why)
		helped := map[id.ID]bool{}
		for _, h := range x.Helped {
			helped[h.ID] = true
			out = append(out, power.Asked{
				Person: h.ID, At: h.At, How: power.HowAsked, Came: power.CameYes, Text: said,
				Outcome: text.Join(" ", h.Note, x.Outcome), Address: "/asks/" + x.ID.String(),
			})
		}
		for _, h := range x.Asked {
			if !helped[h.ID] {
				out = append(out, power.Asked{
					Person: h.ID, At: h.At, How: power.HowAsked, Came: power.CameWaiting, Text: said,
					Outcome: x.Outcome, Address: "/asks/" + x.ID.String(),
				})
			}
		}
	}
	introductions, err := a.Ask.Introductions(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, x := range introductions {
		if x.You != ask.Requester || x.Target == nil || x.Step == ask.Withdrawn {
			continue
		}
		one := power.Asked{
			Person: x.Target.ID, At: x.Created, How: power.HowIntroduction, Came: power.CameYes, Text: x.Text,
			Outcome: x.Outcome, Address: "/introductions",
		}
		if x.Middle != nil {
			one.Through = x.Middle.ID
		}
		switch x.Step {
		case ask.Requested, ask.Willing:
			one.Came = power.CameWaiting
		case ask.Declined, ask.Lapsed:
			one.Came = power.CameNo
		}
		out = append(out, one)
	}
	answers, err := a.Goodwill.Answers(ctx, v)
	for _, x := range answers {
		came := power.CameNo
		if x.Yes {
			came = power.CameYes
		}
		out = append(out, power.Asked{Person: x.Person, At: x.At, How: power.HowFavour, Came: came, Text: x.What})
	}
	return out, err
}

// travels tells power what the viewer shares, what they gave, and what came back over others.
func (a *App) travels(ctx context.Context, v op.Viewer) (shared []power.Shared, handed []power.Handed, err error) {
	resources, err := a.Give.Resources(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	days, err := a.Give.Days(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range resources {
		one := power.Shared{
			ID: r.ID, Title: r.Title, Link: r.Link, Address: "/commons/" + r.ID.String(), Since: r.Created,
			Taken: r.Taken,
		}
		for _, d := range days[r.ID] {
			one.Days = append(one.Days, power.DayCount{Day: d.Day, Seen: d.Seen, Taken: d.Taken})
		}
		shared = append(shared, one)
	}
	for _, direction := range []give.Direction{give.Given, give.CameIn} {
		gifts, err := a.Give.List(ctx, v, direction, mostParts)
		if err != nil {
			return nil, nil, err
		}
		for _, g := range gifts {
			if direction == give.CameIn && len(g.Via) == 0 {
				continue // it came straight from somebody: nothing was passed on
			}
			handed = append(handed, power.Handed{
				At: g.At, Text: g.Body, Link: g.Link, From: keysOf(g.Via), To: keysOf(g.People),
				Knowing: g.Kind == give.Knowledge || g.Kind == give.Tip || g.Kind == give.Material,
			})
		}
	}
	return shared, handed, nil
}

func keysOf(list []people.Ref) []id.ID {
	out := make([]id.ID, len(list))
	for i, p := range list {
		out[i] = p.ID
	}
	return out
}

// again tells the calendar of devices with whom it is about time to be in touch.
func (a *App) again(ctx context.Context, v op.Viewer, days int) ([]phone.Again, error) {
	list, err := a.Goodwill.Due(ctx, v, days)
	out := make([]phone.Again, len(list))
	for i, d := range list {
		out[i] = phone.Again{Person: d.Person, On: d.On, Last: d.Last}
	}
	return out, err
}

// seat makes a member a person of the space.
func (a *App) seat(ctx context.Context, tx *db.Tx, m account.Seated) error {
	_, err := a.Network.Seat(ctx, tx, people.Newcomer{
		Space: m.Space, Member: m.Member, Person: m.Person, Name: m.Name, Address: m.Email, At: m.At,
	})
	tx.AfterCommit(func() {
		a.Network.DropKept()
		// Who reads later has the ties derived else; that they changed is nobody else's doing.
		if _, err := a.Network.Settle(a.DB.Outside(ctx), m.Space, m.At); err != nil && !db.Busy(err) {
			slog.ErrorContext(ctx, "ties after somebody came in", "error", fault.Discreet(err))
		}
	})
	return err
}

// SeatMembers makes persons of those who were members of a space of several before members were persons.
func (a *App) SeatMembers(ctx context.Context) error {
	list, err := a.Network.Unseated(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			return a.Account.SeatMembers(ctx, tx, m.Space, m.Member)
		}); err != nil {
			return err
		}
	}
	return nil
}

// setPerson records who in the network the viewer is. Who is a member that all see stays so: what was found is theirs.
func (a *App) setPerson(ctx context.Context, v op.Viewer, person id.ID) error {
	members, err := a.Network.Members(ctx, v)
	if err != nil {
		return err
	}
	if _, seated := members[v.Person]; !seated || person == v.Person {
		return a.Account.SetPerson(ctx, v, person)
	}
	_, err = a.Network.Merge(ctx, v, v.Person, person)
	if fault.CodeOf(err) == fault.Conflict { // one already
		return nil
	}
	return err
}

// mail returns the address that the viewer signs in with.
func (a *App) mail(ctx context.Context, v op.Viewer) (string, error) {
	profile, err := a.Account.Profile(ctx, v)
	return profile.Email, err
}

// answering tells what the viewer's space is for and who answers for it.
func (a *App) answering(ctx context.Context, v op.Viewer) (duties.Space, error) {
	profile, err := a.Account.Profile(ctx, v)
	if err != nil {
		return duties.Space{}, err
	}
	members, err := a.Account.Members(ctx, v)
	out := duties.Space{Name: profile.SpaceName, Private: profile.Purpose == "private", Members: len(members)}
	if out.Name == "" {
		out.Name = v.Printer().T("this space")
	}
	for _, m := range members {
		if m.Role == op.Owner.String() {
			out.Owners = append(out.Owners, duties.Contact{Name: m.Name, Email: m.Email})
		}
	}
	return out, err
}
