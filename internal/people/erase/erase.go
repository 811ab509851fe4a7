package erase

import (
	"context"
	"errors"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// Erased says what an erasure removed.
type Erased struct {
	Name         string         `json:"name"`
	Preview      bool           `json:"preview,omitempty" doc:"nothing was erased"`
	Identifiers  int            `json:"identifiers" doc:"addresses, numbers and links of which only a keyed hash is kept, so that an import does not bring the person back"`
	Interactions int            `json:"interactions" doc:"what happened between you and this person alone"`
	Titles       int            `json:"titles" doc:"titles of meetings and messages with others from which the name was taken"`
	Mentions     int            `json:"mentions" doc:"notes about other people from which the name was taken"`
	Removed      map[string]int `json:"removed" doc:"how many rows went, by their kind"`
	Changed      map[string]int `json:"changed" doc:"in how many texts of others the names, addresses and numbers were replaced, by their kind"`
	Left         []LeftText     `json:"left" doc:"texts of yours that hold a word of the name which may mean something else: look at them yourself"`
	LeftTotal    int            `json:"left_total"`
	Elsewhere    int            `json:"elsewhere" doc:"how many other members of the space keep a copy of their own"`
	Members      int            `json:"members,omitempty" doc:"of how many other members copies were erased too"`

	titles map[string]string // what the kinds are called
}

// LeftText is a text that was left for review.
type LeftText struct {
	Kind string `json:"kind" doc:"what it is"`
	Text string `json:"text"`
}

// Erasure says how to erase.
type Erasure struct {
	ComeBack   bool   // keep no hashes either
	Preview    bool   // say what would be erased, and erase nothing
	Unread     bool   // in a preview, say nothing of the texts of others: all of them would have to be read
	Everywhere bool   // erase the copies of other members too: for owners of the space
	Reason     string // why, for the list of suppressions
}

// errPreview rolls an erasure back that was only to be looked at.
var errPreview = errors.New("network: preview")

// erasing is an erasure under way.
type erasing struct {
	*Service
	tx          *db.Tx
	v           op.Viewer
	e           Erasure
	out         *Erased
	people      []id.ID // who go
	identifiers []people.Identifier
	names       []string
	redactor    *redactor
	about       map[string]map[id.ID]bool // rows that were about the person, by table
	changed     []id.ID                   // people whose words changed
	shared      []people.Identifier       // that others who stay have too
	stale       []id.ID                   // owners all of whose ties are to be derived again
}

func (x *erasing) run(ctx context.Context) error {
	own := slices.Clone(x.people)
	if err := x.gather(ctx); err != nil {
		return err
	}
	if err := x.others(ctx, own); err != nil {
		return err
	}
	members, err := x.selves(ctx)
	if err != nil {
		return err
	}
	for _, person := range x.people {
		if slices.Contains(members, person) {
			return fault.New(fault.Conflict, "%s is a member of this space.", x.out.Name).
				WithHint("End the membership first.")
		}
	}
	if !x.e.Everywhere {
		if err := x.handOver(ctx); err != nil {
			return err
		}
	}
	if err := x.prepare(ctx); err != nil {
		return err
	}
	alone, err := x.aloneWith(ctx, members)
	if err != nil {
		return err
	}
	for _, chunk := range db.Chunks(alone) {
		in, args := db.In(2, chunk)
		if _, err := x.tx.ExecContext(ctx, `delete from interaction where space = $1 and id in (`+in+`)`,
			append([]any{x.v.Space}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	x.out.Interactions = len(alone)
	if x.out.Removed, err = x.forget(ctx, x.tx, x.v.Space, x.people, x.e.Preview); err != nil {
		return err
	}
	for _, owner := range x.stale { // ties after persons: an import locks in this order too
		if err := tie.MarkAllStale(ctx, x.tx, x.v.Space, owner); err != nil {
			return err
		}
	}
	x.out.Removed["interaction"] += len(alone)
	for table, n := range x.out.Removed {
		if found, ok := room.Find(x.Tables(), table); n == 0 || !ok || found.Derived {
			delete(x.out.Removed, table)
		}
	}
	if !x.e.Preview || !x.e.Unread {
		if err := x.redactAll(ctx); err != nil {
			return err
		}
	}
	x.out.Titles, x.out.Mentions = x.out.Changed["interaction"], x.out.Changed["note"]
	if !x.e.ComeBack {
		x.out.Identifiers = len(x.identifiers) + len(x.shared)
	}
	if x.e.Preview { // what is left to do is counted by now
		return nil
	}
	if err := people.ReindexPeople(ctx, x.tx, x.v.Space, x.changed); err != nil {
		return err
	}
	// An organisation that nobody is known of any more says only where the erased person worked.
	if _, err := x.tx.ExecContext(ctx, `delete from organisation where space = $1 and owner = $2 and rest = ''
		and not exists (select 1 from person_role r
		where r.space = organisation.space and r.organisation = organisation.id)`, x.v.Space, x.v.Member); err != nil {
		return db.Fault(err)
	}
	if !x.e.ComeBack {
		owner := x.v.Member
		if x.e.Everywhere {
			owner = id.Zero
		}
		kept := slices.Clone(x.identifiers)
		for _, n := range x.shared { // the others who have it stay
			for _, name := range x.names {
				kept = append(kept, n.Under(name))
			}
		}
		if err := suppress(ctx, x.tx, x.v, owner, kept, x.e.Reason); err != nil {
			return err
		}
	}
	where := "" // that, not whom
	if x.e.Everywhere {
		where = "everywhere"
	}
	return x.Note(ctx, x.tx, x.v, "erase", where)
}

// gather collects the identifiers and names of the people; those that somebody else has too apart.
func (x *erasing) gather(ctx context.Context) error {
	in, args := db.In(2, x.people)
	args = append([]any{x.v.Space}, args...)
	found, err := db.Select[people.Identifier](ctx, x.tx, `select distinct kind, value, '' as label, false as shared
		from identifier i where space = $1 and person in (`+in+`)
		and not exists (select 1 from identifier o where o.space = i.space and o.owner = i.owner and o.kind = i.kind
		and o.value = i.value
			and o.person not in (`+in+`)) order by kind, value`, args...)
	if err != nil {
		return err
	}
	x.identifiers = append(x.identifiers, found...)
	if len(x.people) > 0 {
		if x.shared, err = x.sharedWithOthers(ctx, x.tx, x.v, x.people); err != nil {
			return err
		}
	}
	names, err := db.Values[string](ctx, x.tx,
		`select name from person where space = $1 and id in (`+in+`) order by id`, args...)
	x.names = append(x.names, names...)
	return err
}

// others finds the copies of other members by mail address, link or handle, and counts them; with Everywhere they are
// erased too.
func (x *erasing) others(ctx context.Context, own []id.ID) error {
	owners := map[id.ID]bool{}
	copies, err := recordsUnder(ctx, x.tx, x.v.Space, x.identifiers)
	if err != nil {
		return err
	}
	for _, c := range copies {
		if slices.Contains(x.people, c.Person) {
			continue
		}
		if c.Member != x.v.Member {
			owners[c.Member] = true
		} else if len(own) > 0 {
			continue // another person of the viewer's own
		}
		if x.e.Everywhere {
			cluster, err := x.WholeCluster(ctx, x.tx, x.v.Space, c.Person)
			if err != nil {
				return err
			}
			x.people = append(x.people, cluster...)
		}
	}
	if x.e.Everywhere {
		x.out.Members = len(owners)
		if len(x.people) == 0 {
			return fault.New(fault.NotFound, "It is not here, or not yours to see.")
		}
		x.identifiers, x.names = nil, nil
		return x.gather(ctx)
	}
	x.out.Elsewhere = len(owners)
	return nil
}

// nameless begins the handle of a member's own person of whom no source has said anything yet.
const nameless = "self:"

// selves returns who the members of the space are.
func (x *erasing) selves(ctx context.Context) ([]id.ID, error) {
	out, err := db.Values[id.ID](ctx, x.tx,
		`select person from member where space = $1 and ended = 0 order by id`, x.v.Space)
	return append(out, x.v.Person), err
}

// aloneWith returns what happened between a member and nobody but the people who go.
func (x *erasing) aloneWith(ctx context.Context, members []id.ID) ([]id.ID, error) {
	in, args := db.In(2, x.people)
	with, more := db.In(2+len(args), members)
	return db.Values[id.ID](ctx, x.tx, `select distinct p.interaction from participant p
		where p.space = $1 and p.person in (`+in+`)
		and not exists (select 1 from participant o where o.space = p.space and o.interaction = p.interaction
		and o.person not in (`+in+`) and o.person not in (`+with+`))
		order by p.interaction`, append(append([]any{x.v.Space}, args...), more...)...)
}

// handOver gives other members, who keep something about the person, a person of their own with no more than the name:
// what they keep is theirs.
func (x *erasing) handOver(ctx context.Context) error {
	others, err := db.Value[int](ctx, x.tx, `select count(*) from member where space = $1 and id <> $2`,
		x.v.Space, x.v.Member)
	if err != nil || others == 0 { // nobody else ever kept anything here
		return err
	}
	tables := x.Tables()
	copies := map[id.ID]id.ID{}
	for _, t := range tables {
		mine := room.Mine(tables, t, t.Name, "$2")
		if t.Parent == "person" || t.Derived || mine == "" {
			continue
		}
		for _, c := range t.All(room.Person) {
			if !c.Holds {
				continue
			}
			in, args := db.In(2, x.people)
			query := `select distinct ` + t.Column(room.Owner) + ` from ` + t.Name + ` where space = $1 and ` + c.Name +
				` in (` + in + `)`
			if t.Column(room.Owner) == "" {
				parent, _ := room.Find(tables, t.Parent)
				query = `select distinct u.` + parent.Column(room.Owner) + ` from ` + t.Name + ` t join ` +
					parent.Name + ` u on u.space = t.space and u.` +
					parent.Column(room.Key) + ` = t.` + t.ParentColumn + ` where t.space = $1 and t.` + c.Name +
					` in (` + in + `)`
			}
			owners, err := db.Values[id.ID](ctx, x.tx, query, append([]any{x.v.Space}, args...)...)
			if err != nil {
				return err
			}
			for _, owner := range owners {
				if owner == x.v.Member || owner.IsZero() {
					continue
				}
				if _, ok := copies[owner]; !ok {
					if copies[owner], err = x.copyFor(ctx, owner); err != nil {
						return err
					}
				}
				if err := x.moveTo(ctx, t, c.Name, mine, owner, copies[owner]); err != nil {
					return err
				}
			}
		}
	}
	var fresh []id.ID
	for owner, copied := range copies {
		x.stale = append(x.stale, owner)
		fresh = append(fresh, copied)
	}
	if len(copies) == 0 {
		return nil
	}
	x.stale = append(x.stale, id.Zero)
	return tie.TurnCarried(ctx, x.tx, x.v.Space, fresh)
}

// copyFor makes a person of a member's own with no more than the name.
func (x *erasing) copyFor(ctx context.Context, owner id.ID) (id.ID, error) {
	p := people.NewPerson{
		Person: people.Person{ID: id.New(), Owner: owner, Created: x.v.Now.UnixMicro(), Updated: x.v.Now.UnixMicro()},
	}
	p.Named(x.names[0])
	return p.ID, people.InsertPeople(ctx, x.tx, x.v.Space, []people.NewPerson{p})
}

// moveTo lets the rows of a member name their own person instead. Of two rows that become the same one is left to go
// with the erased person.
func (x *erasing) moveTo(ctx context.Context, t room.Table, column, mine string, owner, person id.ID) error {
	same := ""
	if t.Column(room.Key) == "" {
		same = ` and not exists (select 1 from ` + t.Name + ` o where o.space = ` + t.Name + `.space and o.` +
			column + ` = $3`
		for _, c := range t.Columns {
			if c.Name != column && (c.Kind == room.Owner || c.Kind == room.Link || c.Kind == room.Person || c.Unique) {
				same += ` and o.` + c.Name + ` = ` + t.Name + `.` + c.Name
			}
		}
		same += `)`
	}
	for _, from := range x.people {
		if _, err := x.tx.ExecContext(ctx,
			`update `+t.Name+` set `+column+` = $3 where space = $1 and `+column+` = $4 and `+mine+same, x.v.Space,
			owner, person, from); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// prepare says which words stand for the people, and which rows are about them.
func (x *erasing) prepare(ctx context.Context) error {
	x.redactor = newRedactor()
	for _, name := range x.names {
		x.redactor.addName(name)
	}
	for _, n := range x.identifiers {
		x.redactor.addIdentifier(n)
	}
	var words []string
	for word := range x.redactor.part {
		words = append(words, word)
	}
	slices.Sort(words)
	ofOthers := map[string]bool{}
	for _, chunk := range db.Chunks(words) {
		in, args := db.In(4, chunk)
		out, gone := db.In(4+len(args), x.people)
		names, err := db.Values[string](ctx, x.tx, `select distinct p.name from person_word w
			join person p on p.space = w.space and p.id = w.person
			where `+scope.Seen("p")+` and w.word in (`+in+`) and p.id not in (`+out+`)`,
			scope.Args(x.v, append(args, gone...)...)...)
		if err != nil {
			return err
		}
		for _, name := range names {
			for _, word := range nameWords(name) {
				ofOthers[word] = true
			}
		}
	}
	x.redactor.settle(ofOthers)
	x.about = map[string]map[id.ID]bool{}
	tables := x.Tables()
	for _, t := range tables {
		table, column := t.Name, t.Column(room.Key)
		if t.Parent != "" && t.Parent != "person" {
			table, column = t.Parent, t.ParentColumn
		}
		if column == "" {
			continue
		}
		for _, c := range t.All(room.Person) {
			in, args := db.In(2, x.people)
			found, err := db.Values[id.ID](ctx, x.tx,
				`select `+column+` from `+t.Name+` where space = $1 and `+c.Name+` in (`+in+`)`,
				append([]any{x.v.Space}, args...)...)
			if err != nil {
				return err
			}
			if x.about[table] == nil {
				x.about[table] = map[id.ID]bool{}
			}
			for _, key := range found {
				x.about[table][key] = true
			}
		}
	}
	return nil
}

// Erase removes a person that the viewer keeps, under every name, with all that is known of them. What happened between
// the viewer and them alone goes too; what happened with others stays without them, and counts for the others as
// before. From every other text of the viewer's their names, addresses and numbers are taken. Only keyed hashes of the
// identifiers are kept, so that a later import does not bring the person back; with comeBack not even those.
func (s *Service) Erase(ctx context.Context, v op.Viewer, p people.Person, comeBack bool) (Erased, error) {
	return s.EraseWith(ctx, v, p, Erasure{ComeBack: comeBack})
}

// EraseWith is Erase with more to choose. What other members keep about the person stays theirs, under a person of
// their own with no more than the name, unless an owner of the space has it erased everywhere.
func (s *Service) EraseWith(ctx context.Context, v op.Viewer, p people.Person, e Erasure) (Erased, error) {
	if p.ID == v.Person {
		return Erased{}, fault.New(fault.Invalid, "This is you: you cannot erase yourself from your own network.")
	}
	cluster, err := s.WholeCluster(ctx, s.DB(), v.Space, p.ID)
	if err != nil {
		return Erased{}, err
	}
	return s.eraseCluster(ctx, v, p.Name, cluster, nil, e)
}

// EraseIdentified erases whom other members know by an identifier, though the viewer keeps nobody of it: for owners of
// the space.
func (s *Service) EraseIdentified(ctx context.Context, v op.Viewer, n people.Identifier, e Erasure) (Erased, error) {
	e.Everywhere = true
	return s.eraseCluster(ctx, v, n.Value, nil, []people.Identifier{n}, e)
}

func (s *Service) eraseCluster(
	ctx context.Context, v op.Viewer, name string, cluster []id.ID, identifiers []people.Identifier, e Erasure,
) (Erased, error) {
	if !e.Preview {
		defer s.DB().After(ctx, s.DropKept)
	}
	titles := map[string]string{}
	for _, t := range s.Tables() {
		titles[t.Name] = t.Title
	}
	var out Erased
	if e.Everywhere {
		if err := v.May(op.Owner); err != nil {
			return out, err
		}
	}
	err := s.DB().Write(ctx, func(tx *db.Tx) error {
		// The transaction may be tried again.
		out = Erased{
			Name: name, Preview: e.Preview, Left: []LeftText{}, Changed: map[string]int{}, Removed: map[string]int{},
			titles: titles,
		}
		x := erasing{
			Service: s, tx: tx, v: v, e: e, out: &out, people: slices.Clone(cluster),
			identifiers: slices.Clone(identifiers),
		}
		if err := tx.Whole(ctx); err != nil {
			return err
		}
		if err := x.run(ctx); err != nil {
			return err
		}
		if e.Preview {
			return errPreview
		}
		return nil
	})
	if errors.Is(err, errPreview) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if _, err := s.Settle(ctx, v.Space, tie.Present(v)); err != nil {
		return out, err
	}
	return out, s.DB().Scrub(ctx)
}

// sharedWithOthers returns the identifiers of a person that other people have too.
func (s *Service) sharedWithOthers(
	ctx context.Context, q db.Queryer, v op.Viewer, cluster []id.ID,
) ([]people.Identifier, error) {
	in, args := db.In(2, cluster)
	return db.Select[people.Identifier](ctx, q, `select distinct n.kind, n.value, '' as label, true as shared
		from identifier n
		join identifier o on o.space = n.space and o.owner = n.owner and o.kind = n.kind and o.value = n.value
		and o.person not in (`+in+`)
		where n.space = $1 and n.person in (`+in+`) order by n.kind, n.value`, append([]any{v.Space}, args...)...)
}
