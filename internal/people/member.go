package people

import (
	"cmp"
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
	"gave.network/internal/tie"
)

// A member of a space is a person of that space: one whom all members see, under the name and the mail address with
// which they came. What anybody keeps of the same human under that address stays a record of its keeper's, seen by
// nobody else, and stands for the member's person from then on: so each member has one person of a colleague, with
// notes, ties and details of their own.

// MemberPerson is a member of the space as the person whom all members see.
type MemberPerson struct {
	Member, Person id.ID
	Ended          bool // they are a member no more
}

// memberPersons is the condition that person p is the one of member m whom all members see.
const memberPersons = `m.person = p.id and m.space = p.space and p.owner = m.id and p.visibility > 0`

// Members returns the persons of the members of the viewer's space, by the person.
func (s *Store) Members(ctx context.Context, v op.Viewer) (map[id.ID]MemberPerson, error) {
	return db.Keep(ctx, s.db, db.For{Space: v.Space, What: "members"}, []string{"member"},
		func(ctx context.Context, _ map[id.ID]MemberPerson, _ db.Change) (map[id.ID]MemberPerson, error) {
			rows, err := db.Select[MemberPerson](ctx, s.db, `select m.id as member, m.person, m.ended > 0 as ended
				from member m join person p on `+memberPersons+` where m.space = $1 order by m.id`, v.Space)
			out := make(map[id.ID]MemberPerson, len(rows))
			for _, r := range rows {
				out[r.Person] = r
			}
			return out, err
		})
}

// MemberOf returns the member whose person somebody is; the zero ID for none. It reads within a transaction.
func MemberOf(ctx context.Context, q db.Queryer, space, person id.ID) (id.ID, error) {
	found, err := db.Values[id.ID](ctx, q, `select m.id from member m join person p on `+memberPersons+`
		where m.space = $1 and m.person = $2`, space, person)
	if err != nil || len(found) == 0 {
		return id.Zero, err
	}
	return found[0], nil
}

// Stays returns a fault when the viewer is no member of the space any more. What goes on by itself asks it within each
// of its transactions, which hold the member's lock: a membership ends before such a transaction or after it.
func Stays(ctx context.Context, q db.Queryer, v op.Viewer) error {
	n, err := db.Value[int](ctx, q, `select count(*) from member where space = $1 and id = $2 and ended = 0`,
		v.Space, v.Member)
	if err == nil && n == 0 {
		err = Left()
	}
	return err
}

// Left is the fault of who is no member of the space any more.
func Left() error { return fault.New(fault.Forbidden, "You are no member of this space any more.") }

// Newcomer is a member who is to be a person of the space.
type Newcomer struct {
	Space, Member id.ID
	Person        id.ID // who they were so far: a record that nobody else sees; none when they were nobody
	Name, Address string
	At            time.Time
}

// Seat makes a member a person of the space, within a transaction, and returns that person; none when nothing says what
// they are called. Who was kept by anybody under the member's address is that person from now on, as far as the names
// allow it. Whoever calls it keeps all members of the space from writing meanwhile, and calls DropKept afterwards.
func (s *Store) Seat(ctx context.Context, tx *db.Tx, n Newcomer) (id.ID, error) {
	person := n.Person
	if member, err := MemberOf(ctx, tx, n.Space, n.Person); err != nil || member != n.Member {
		if err != nil {
			return id.Zero, err
		}
		if person, err = s.introduce(ctx, tx, n); err != nil || person.IsZero() {
			return person, err
		}
	}
	return person, s.gatherTo(ctx, tx, n, person)
}

// introduce makes the person of a member whom all members see, with no more than the name and the address.
func (s *Store) introduce(ctx context.Context, tx *db.Tx, n Newcomer) (id.ID, error) {
	before, err := db.Select[Person](ctx, tx, `select `+personColumns+` from person p
		where p.space = $1 and p.id = $2 and p.owner = $3`, n.Space, n.Person, n.Member)
	if err != nil {
		return id.Zero, err
	}
	called := n.Name
	if called == "" && len(before) > 0 {
		called = before[0].Name
	}
	if called = cmp.Or(strings.TrimSpace(called), n.Address); called == "" {
		return id.Zero, nil
	}
	at := n.At.UnixMicro()
	p := NewPerson{Person: Person{ID: id.New(), Owner: n.Member, Visibility: scope.Space, Created: at, Updated: at}}
	p.Named(called)
	if n.Address != "" {
		had, err := db.Value[int](ctx, tx, `select count(*) from identifier
			where space = $1 and owner = $2 and kind = $3 and value = $4`, n.Space, n.Member, MailAddress, n.Address)
		if err != nil {
			return id.Zero, err
		}
		mail := Identifier{Kind: MailAddress, Value: n.Address, Shared: had > 0}
		if mail.Shared {
			v := op.Viewer{Space: n.Space, Member: n.Member}
			if err := ShareIdentifiers(ctx, tx, v, []Identifier{mail}); err != nil {
				return id.Zero, err
			}
		}
		p.Identifiers = []Identifier{mail}
	}
	if err := InsertPeople(ctx, tx, n.Space, []NewPerson{p}); err != nil {
		return id.Zero, err
	}
	if _, err := tx.ExecContext(ctx, `update member set person = $3 where space = $1 and id = $2`,
		n.Space, n.Member, p.ID); err != nil {
		return id.Zero, db.Fault(err)
	}
	if len(before) > 0 {
		top := cmp.Or(before[0].Merged, before[0].ID)
		v := op.Viewer{Space: n.Space, Member: n.Member, Now: n.At}
		if _, err := s.attach(ctx, tx, v, p.ID, top, Joined{Origin: ByNames}); err != nil {
			return id.Zero, err
		}
	}
	return p.ID, nil
}

// gatherTo lets what members keep under the address of a member stand for that member's person. Names that speak
// against it are asked about: that is for the keeper to say.
func (s *Store) gatherTo(ctx context.Context, tx *db.Tx, n Newcomer, person id.ID) error {
	address := Identifier{Kind: MailAddress, Value: n.Address}
	if n.Address == "" || mailboxes.Shared(n.Address) {
		return nil
	}
	rows, err := db.Select[struct {
		ID, Owner                             id.ID
		Name, Given, Particle, Family, Suffix string
	}](ctx, tx, `select distinct p.id, p.owner, p.name, p.given, p.particle, p.family, p.suffix from identifier n
		join person o on o.space = n.space and o.id = n.person
		join person p on p.space = o.space and p.id = case when o.merged > $4 then o.merged else o.id end
		where n.space = $1 and n.kind = $2 and n.value = $3 order by p.id`,
		n.Space, address.Kind, address.Value, id.Zero)
	if err != nil {
		return err
	}
	self, err := db.One[Person](ctx, tx, `select `+personColumns+` from person p where p.space = $1 and p.id = $2`,
		n.Space, person)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.ID == person {
			continue
		}
		others, err := db.Value[int](ctx, tx, `select count(*) from member where space = $1 and person = $2`,
			n.Space, r.ID)
		if err != nil {
			return err
		}
		v := op.Viewer{Space: n.Space, Member: r.Owner, Now: n.At}
		judged, err := db.Value[int](ctx, tx, `select count(*) from merge where space = $1 and owner = $2
			and (kept = $3 and absorbed = $4 or kept = $4 and absorbed = $3) and state in ('rejected', 'undone')`,
			n.Space, r.Owner, person, r.ID)
		if err != nil {
			return err
		}
		if others > 0 || judged > 0 {
			continue // another member's, or taken apart before
		}
		known := names.Name{Full: r.Name, Given: r.Given, Particle: r.Particle, Family: r.Family, Suffix: r.Suffix}
		if !strings.Contains(r.Name, "@") && names.Agreeing(known, self.ParsedName()) == names.Clash {
			if _, err := Propose(ctx, tx, n.Space, r.Owner, person, r.ID, SharedScore(MailAddress),
				[]string{ReasonSameAddress}, n.At); err != nil {
				return err
			}
			continue
		}
		if _, err := s.attach(ctx, tx, v, person, r.ID,
			Joined{Origin: ByImport, Reasons: []string{ReasonSameAddress}}); err != nil {
			return err
		}
	}
	return nil
}

// attach lets a record, with all that stand for it, stand for the person of a member: a merge of its keeper's, which
// hands nothing over that others would see.
func (s *Store) attach(
	ctx context.Context, tx *db.Tx, v op.Viewer, member, record id.ID, how Joined,
) (merge id.ID, err error) {
	if err := pointTo(ctx, tx, v.Space, member, record); err != nil {
		return id.Zero, err
	}
	if merge, err = recordMerge(ctx, tx, v, member, record, how); err != nil {
		return id.Zero, err
	}
	return merge, ReindexPeople(ctx, tx, v.Space, []id.ID{member})
}

// pointTo lets a person, and those who stood for that person, stand for another.
func pointTo(ctx context.Context, tx *db.Tx, space, kept, absorbed id.ID) error {
	if err := tie.MarkMerged(ctx, tx, space, kept, absorbed); err != nil {
		return err
	}
	for _, which := range []string{"id", "merged"} { // one after the other: with "or" SQLite reads all people
		if _, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and `+which+` = $2`,
			space, absorbed, kept); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// OwnSide returns the record in which the viewer keeps what others do not see of the person of a member, and makes it
// when there is none; of everybody else the person itself. It runs within a transaction.
func (s *Store) OwnSide(ctx context.Context, tx *db.Tx, v op.Viewer, person id.ID) (id.ID, error) {
	member, err := MemberOf(ctx, tx, v.Space, person)
	if err != nil || member.IsZero() {
		return person, err
	}
	side, err := SideOf(ctx, tx, v, person)
	if err != nil || !side.IsZero() {
		return side, err
	}
	name, err := db.Value[string](ctx, tx, `select name from person where space = $1 and id = $2`, v.Space, person)
	if err != nil {
		return id.Zero, err
	}
	at := v.Now.UnixMicro()
	p := NewPerson{Person: Person{ID: id.New(), Owner: v.Member, Merged: person, Created: at, Updated: at}}
	p.Named(name)
	if err := InsertPeople(ctx, tx, v.Space, []NewPerson{p}); err != nil {
		return id.Zero, err
	}
	_, err = recordMerge(ctx, tx, v, person, p.ID, Joined{Origin: ByNames})
	return p.ID, err
}

// SideOf returns the record in which the viewer keeps what others do not see of the person of a member; none when there
// is none yet.
func SideOf(ctx context.Context, q db.Queryer, v op.Viewer, person id.ID) (id.ID, error) {
	found, err := db.Values[id.ID](ctx, q, `select id from person
		where space = $1 and merged = $2 and owner = $3 and visibility = 0 order by id limit 1`,
		v.Space, person, v.Member)
	if err != nil || len(found) == 0 {
		return id.Zero, err
	}
	return found[0], nil
}

// addOwn fills in, of members among people, what they leave empty and the viewer's own records know. It is for showing
// only.
func (s *Store) addOwn(ctx context.Context, v op.Viewer, people map[id.ID]Person) error {
	if v.Member.IsZero() || len(people) == 0 {
		return nil
	}
	members, err := s.Members(ctx, v)
	if err != nil || len(members) == 0 {
		return err
	}
	var keys []id.ID
	for key := range people {
		if _, ok := members[key]; ok {
			keys = append(keys, key)
		}
	}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[Person](ctx, s.db, `select `+personColumns+` from person p
			where p.space = $1 and p.owner = $2 and p.merged in (`+in+`) order by p.id`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p := people[r.Merged]
			p.fillFrom(r)
			people[p.ID] = p
		}
	}
	return nil
}

// fillFrom fills in what is empty from another record of the same person.
func (p *Person) fillFrom(r Person) {
	work := p.Organisation == "" && p.Title == ""
	for _, f := range Fields {
		if has := f.Of(p); *has == "" && (work || !f.Work) {
			*has = *f.Of(&r)
		}
	}
	if p.Photo == 0 {
		p.Photo = r.Photo
	}
}

// Link says that a person is a member: what is kept of the person stands for the member from now on. Whoever keeps the
// person can say so, and owners of the space of anybody whom they see.
func (s *Store) Link(ctx context.Context, v op.Viewer, member id.ID, reference string) (id.ID, error) {
	defer s.db.After(ctx, s.DropKept)
	var merge id.ID
	err := s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		p, err := s.Resolve(ctx, v, reference)
		if err != nil {
			return fault.About(err, "person")
		}
		return s.db.Write(ctx, func(tx *db.Tx) error {
			to, err := memberPerson(ctx, tx, v, member)
			if err != nil {
				return err
			}
			if p.ID == to {
				return fault.New(fault.Conflict, "These are already one person.")
			}
			other, err := MemberOf(ctx, tx, v.Space, p.ID)
			switch {
			case err != nil:
				return err
			case !other.IsZero():
				return fault.New(fault.Conflict, "%s is another member.", p.Name)
			case p.Owner != v.Member && v.Role < op.Owner:
				return fault.New(fault.Forbidden, "Only the member who keeps a person can merge it.")
			}
			keeper := v
			keeper.Member = p.Owner // who can take it back too
			if merge, err = s.attach(ctx, tx, keeper, to, p.ID, Joined{Origin: ByHand}); err != nil {
				return err
			}
			return s.Note(ctx, tx, v, "member.link", member.String()+" "+p.ID.String())
		})
	})
	if err == nil {
		_, err = s.Settle(ctx, v.Space, tie.Present(v))
	}
	return merge, err
}

func memberPerson(ctx context.Context, q db.Queryer, v op.Viewer, member id.ID) (id.ID, error) {
	found, err := db.Values[id.ID](ctx, q, `select m.person from member m join person p on `+memberPersons+`
		where m.space = $1 and m.id = $2`, v.Space, member)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no such member.")
	}
	if err != nil {
		return id.Zero, err
	}
	return found[0], nil
}

// Unlink takes back that a person is a member: by whoever keeps what was linked, or an owner of the space.
func (s *Store) Unlink(ctx context.Context, v op.Viewer, merge id.ID) error {
	defer s.db.After(ctx, s.DropKept)
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		m, err := db.One[struct {
			Owner, Kept id.ID
			Visibility  scope.Visibility
		}](ctx, tx, `select m.owner, m.kept, p.visibility from merge m
			join person p on p.space = m.space and p.id = m.absorbed
			where m.space = $1 and m.id = $2 and m.state = 'merged'`, v.Space, merge)
		if err != nil {
			return err
		}
		member, err := MemberOf(ctx, tx, v.Space, m.Kept)
		if err != nil {
			return err
		}
		if member.IsZero() || m.Owner != v.Member && (v.Role < op.Owner || m.Visibility < scope.Space) {
			return fault.New(fault.NotFound, "It is not here, or not yours to see.")
		}
		keeper := v
		keeper.Member = m.Owner
		if err := s.unmerge(ctx, tx, keeper, merge); err != nil {
			return err
		}
		return s.Note(ctx, tx, v, "member.unlink", member.String())
	})
	if err == nil {
		_, err = s.Settle(ctx, v.Space, tie.Present(v))
	}
	return err
}

// LinkedPerson is a record of which it is said that it is a member.
type LinkedPerson struct {
	Merge  id.ID  `json:"merge" doc:"to take it back"`
	Name   string `json:"name" doc:"the name under which the person was kept"`
	Member id.ID  `json:"member"`
	Called string `json:"called" doc:"what the member is called"`
	Own    bool   `json:"own" doc:"you keep it; otherwise another member does, who shares it"`
}

// Linked returns of which records that the viewer may see it is said that they are a member.
func (s *Store) Linked(ctx context.Context, v op.Viewer) ([]LinkedPerson, error) {
	rows, err := db.Select[struct {
		Merge, Member, Owner id.ID
		Name, Called         string
	}](ctx, s.db, `select g.id as merge, m.id as member, g.owner, p.name, c.name as called from member m
		join person c on c.space = m.space and c.id = m.person
		join merge g on g.space = m.space and g.kept = m.person and g.state = 'merged' and g.owner <> m.id
		join person p on p.space = g.space and p.id = g.absorbed
		where `+scope.Seen("p")+` order by m.id, p.name, g.id`, scope.Args(v)...)
	out := []LinkedPerson{}
	for _, r := range rows {
		out = append(out, LinkedPerson{r.Merge, r.Name, r.Member, r.Called, r.Owner == v.Member})
	}
	return out, err
}

// Side is the person of a member, and the record in which the viewer keeps what others do not see of that person.
type Side struct {
	Person id.ID
	Name   string
	Own    bool  // the member is the viewer
	Side   id.ID // none when there is none yet
}

// Sides returns the persons of the members of the space, each with the viewer's own record of them.
func Sides(ctx context.Context, q db.Queryer, v op.Viewer) ([]Side, error) {
	return db.Select[Side](ctx, q, `select p.id as person, p.name, m.id = $2 as own, coalesce((select a.id from person a
			where a.space = p.space and a.merged = p.id and a.owner = $2 and a.visibility = 0
			order by a.id limit 1), $3) as side
		from member m join person p on `+memberPersons+` where m.space = $1 order by p.id`, v.Space, v.Member, id.Zero)
}

// MemberAt is the person of another member who came with a mail address.
type MemberAt struct {
	Person        id.ID
	Name, Address string
}

// MembersAt returns the other members who show a mail address of a list, and whom the viewer sees.
func MembersAt(ctx context.Context, q db.Queryer, v op.Viewer, addresses []string) ([]MemberAt, error) {
	in, args := db.In(5, addresses)
	return db.Select[MemberAt](ctx, q, `select p.id as person, p.name, n.value as address from identifier n
		join person p on p.space = n.space and p.id = n.person
		join member m on `+memberPersons+`
		where `+scope.Seen("p")+` and n.owner = p.owner and p.owner <> $2 and n.kind = $4 and n.value in (`+in+`)
		order by n.value, p.id`, scope.Args(v, append([]any{MailAddress}, args...)...)...)
}

// Unseated are the members of all spaces of several members who are no person of theirs yet.
func (s *Store) Unseated(ctx context.Context) ([]struct{ Space, Member id.ID }, error) {
	return db.Select[struct{ Space, Member id.ID }](ctx, s.db, `select m.space, m.id as member from member m
		where m.ended = 0 and exists (select 1 from member o where o.space = m.space and o.ended = 0 and o.id <> m.id)
		and not exists (select 1 from person p where `+memberPersons+`) order by m.space, m.joined, m.id`)
}

// PresentMember returns the member whose person somebody is and who still is one; the zero ID for none. It reads within
// a transaction.
func (s *Store) PresentMember(ctx context.Context, q db.Queryer, space, person id.ID) (id.ID, error) {
	found, err := db.Values[id.ID](ctx, q, `select m.id from member m join person p on `+memberPersons+`
		where m.space = $1 and m.person = $2 and m.ended = 0`, space, person)
	if err != nil || len(found) == 0 {
		return id.Zero, err
	}
	return found[0], nil
}

// AdoptAll lets people who were members elsewhere, and are none here, show what only the viewer's records of them have.
// Of other merges that was done when they were made.
func AdoptAll(ctx context.Context, tx *db.Tx, v op.Viewer) error {
	records, err := db.Values[id.ID](ctx, tx, `select a.id from person a
		join person k on k.space = a.space and k.id = a.merged
		join merge g on g.space = a.space and g.kept = k.id and g.absorbed = a.id and g.state = 'merged' and g.before = ''
		where a.space = $1 and a.owner = $2 and k.owner = $2 and k.visibility > a.visibility order by a.id`,
		v.Space, v.Member)
	for _, record := range records {
		if err := Adopt(ctx, tx, v, record); err != nil {
			return err
		}
	}
	return err
}
