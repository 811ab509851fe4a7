package intake

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text/addresses"
)

// recogniseSelf gives the member's own person the addresses that are said to be theirs.
func (s *Service) recogniseSelf(ctx context.Context, v op.Viewer, me []string) (op.Viewer, error) {
	for _, address := range me {
		normal, ok := addresses.Mail(address)
		if !ok {
			return v, fault.New(fault.Usage, "%q is not a mail address.", address).WithField("me")
		}
		found, err := s.network.FindByIdentifier(ctx, v, people.Identifier{Kind: people.MailAddress, Value: normal})
		if err != nil {
			return v, err
		}
		if len(found) > 0 && found[0].ID != v.Person {
			members, err := s.network.Members(ctx, v)
			if err != nil {
				return v, err
			}
			if _, other := members[found[0].ID]; other {
				return v, fault.New(fault.Conflict, "%s is another member.", found[0].Name).WithField("me")
			}
		}
		switch {
		case len(found) == 0 && v.Person.IsZero():
			p := people.NewPerson{Person: people.Person{
				ID: id.New(), Owner: v.Member, Created: v.Now.UnixMicro(), Updated: v.Now.UnixMicro(),
			}}
			p.Named(normal)
			p.Identifiers = []people.Identifier{{Kind: people.MailAddress, Value: normal}}
			if err := s.db.Write(ctx, func(tx *db.Tx) error {
				return people.InsertPeople(ctx, tx, v.Space, []people.NewPerson{p})
			}); err != nil {
				return v, err
			}
			v.Person = p.ID
			if err := s.self(ctx, v, p.ID); err != nil {
				return v, err
			}
		case len(found) == 0:
			p := people.NewPerson{
				Person:      people.Person{Owner: v.Member, Updated: v.Now.UnixMicro()},
				Identifiers: []people.Identifier{{Kind: people.MailAddress, Value: normal}},
			}
			if err := s.db.Write(ctx, func(tx *db.Tx) error {
				var err error
				if p.ID, err = s.network.OwnSide(ctx, tx, v, v.Person); err != nil {
					return err
				}
				return people.EnrichPeople(ctx, tx, v.Space, []people.NewPerson{p})
			}); err != nil {
				return v, err
			}
		case v.Person.IsZero():
			v.Person = found[0].ID
			if err := s.self(ctx, v, v.Person); err != nil {
				return v, err
			}
		case found[0].ID != v.Person:
			if _, err := s.network.Merge(ctx, v, v.Person, found[0].ID); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// guessSelf finds out who the member is when nobody said so: the one person who takes part in at least half of all that
// happened between people.
func (s *Service) guessSelf(ctx context.Context, v op.Viewer) error {
	const enough = 5
	total, err := db.Value[int](ctx, s.db, `select count(*) from interaction where space = $1 and owner = $2`,
		v.Space, v.Member)
	if err != nil || total < enough {
		return err
	}
	top, err := db.Select[struct {
		Person id.ID
		N      int
	}](ctx, s.db, `select p.person, count(*) as n from participant p
		join interaction i on i.space = p.space and i.id = p.interaction
		where p.space = $1 and i.owner = $2 and p.role < 3 group by p.person order by n desc, p.person limit 1`,
		v.Space, v.Member)
	if err != nil || len(top) == 0 || top[0].N*2 < total {
		return err
	}
	one, err := s.network.Person(ctx, s.db, v, top[0].Person)
	if err != nil || one.ID == v.Person || one.Owner != v.Member {
		return err
	}
	if err := s.self(ctx, v, one.ID); err != nil || v.Person.IsZero() {
		return err
	}
	before := v.Person
	v.Person = one.ID
	_, err = s.network.Merge(ctx, v, v.Person, before)
	if fault.CodeOf(err) == fault.Conflict { // a member, who stays who they are
		return nil
	}
	return err
}

// selfIsKnown says whether anything tells who the member's own person is: an identifier, or something that happened.
func (s *Service) selfIsKnown(ctx context.Context, v op.Viewer) (bool, error) {
	if v.Person.IsZero() {
		return false, nil
	}
	n, err := db.Value[int](ctx, s.db, `select (select count(*) from identifier
		where space = $1 and person = $2 and value not like 'self:%')
		+ (select count(*) from participant where space = $1 and person = $2)`, v.Space, v.Person)
	return n > 0, err
}
