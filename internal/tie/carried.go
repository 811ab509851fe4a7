package tie

import (
	"cmp"
	"context"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/scope"
)

// Carried is a tie that was worked out elsewhere, from evidence that is not here: as a file of ties brings it. The
// state is seen from Person. Of one owner, origin and pair the newest counts; of two of one moment, that of the import
// which began first. It is where the derivation of its tie begins: what happened at or before its moment is taken to be
// in it.
type Carried struct {
	Person, Other id.ID // records, as they came
	Owner         id.ID
	Origin        id.ID // whose evidence made it there
	Import        id.ID
	Visibility    scope.Visibility
	State
}

const carriedColumns = `person, other, owner, origin, import, visibility, ` + stateColumns

// keptCarried is how many of one owner, origin and pair are kept: the newest, and the one before it, so that the import
// that brought the newest can be taken back. Files of every day would fill a disk otherwise.
const keptCarried = 2

// tieOwner is whose tie it is: its owner's when private, else everybody's.
func (c *Carried) tieOwner() id.ID {
	if c.Visibility == scope.Private {
		return c.Owner
	}
	return id.Zero
}

// ordered returns it seen from the smaller id.
func (c Carried) ordered() Carried {
	if c.Person.Compare(c.Other) > 0 {
		c.Person, c.Other, c.State = c.Other, c.Person, c.Reversed()
	}
	return c
}

// sameBody says whether two are of one body of evidence, of which the newest counts.
func (c *Carried) sameBody(o *Carried) bool {
	return c.Person == o.Person && c.Other == o.Other && c.Owner == o.Owner && c.Origin == o.Origin
}

// counts compares two of one body of evidence; the greatest of all counts.
func (c *Carried) counts(o *Carried) int {
	return cmp.Or(cmp.Compare(c.AsOf, o.AsOf), o.Import.Compare(c.Import))
}

// counting calls f for those that count of a list that is in the order of the key, in that order.
func counting(list []Carried, f func(c *Carried)) {
	for len(list) > 0 {
		best, n := &list[0], 1
		for n < len(list) && list[n].sameBody(best) {
			if list[n].counts(best) > 0 {
				best = &list[n]
			}
			n++
		}
		f(best)
		list = list[n:]
	}
}

// compareCarried orders by the key.
func compareCarried(a, b Carried) int {
	return cmp.Or(a.Person.Compare(b.Person), a.Other.Compare(b.Other), a.Owner.Compare(b.Owner),
		a.Origin.Compare(b.Origin), a.Import.Compare(b.Import))
}

// eachBase calls f with every carried tie of the space that counts for an owner's ties, in the order of the key. It is
// seen from the smaller of the people whom the records stand for; one between two records of one person is none.
func eachBase(
	ctx context.Context, q db.Queryer, space, owner id.ID, canonical func(id.ID) id.ID, f func(key pairKey, base State),
) error {
	var body []Carried
	finish := func() {
		counting(body, func(c *Carried) { c.base(owner, canonical, f) })
		body = body[:0]
	}
	err := db.Each(ctx, q, func(c *Carried) error {
		if len(body) > 0 && !c.sameBody(&body[0]) {
			finish()
		}
		body = append(body, *c)
		return nil
	}, `select `+carriedColumns+` from tie_carried where space = $1 and (owner = $2 or $2 = $3)
		order by person, other, owner, origin, import`, space, owner, id.Zero)
	finish()
	return err
}

// base calls f when it counts for an owner's ties and is between two people.
func (c *Carried) base(owner id.ID, canonical func(id.ID) id.ID, f func(key pairKey, base State)) {
	first, second, state := canonical(c.Person), canonical(c.Other), c.State
	if c.tieOwner() != owner || first == second {
		return
	}
	if first.Compare(second) > 0 {
		first, second, state = second, first, state.Reversed()
	}
	f(pairKey{owner, first, second}, state)
}

// carriedBetween returns the carried ties between any of some records and any of others, in the order of the key.
func carriedBetween(ctx context.Context, q db.Queryer, space id.ID, first, second []id.ID) ([]Carried, error) {
	firstIn, firstArgs := db.In(2, first)
	secondIn, secondArgs := db.In(2+len(first), second)
	args := slices.Concat([]any{space}, firstArgs, secondArgs)
	out, err := db.Select[Carried](ctx, q, `select `+carriedColumns+` from tie_carried
		where space = $1 and person in (`+firstIn+`) and other in (`+secondIn+`)
		union all select `+carriedColumns+` from tie_carried
		where space = $1 and person in (`+secondIn+`) and other in (`+firstIn+`)`, args...)
	slices.SortFunc(out, compareCarried)
	return out, err
}

// baseOf is where the derivation of a tie begins: what carried ties say of it together.
func baseOf(
	ctx context.Context, q db.Queryer, space id.ID, key pairKey, clusters map[id.ID][]id.ID,
) (out State, err error) {
	first, second := clusterOf(clusters, key.a), clusterOf(clusters, key.b)
	list, err := carriedBetween(ctx, q, space, first, second)
	canonical := func(person id.ID) id.ID {
		if slices.Contains(first, person) {
			return key.a
		}
		return key.b
	}
	counting(list, func(c *Carried) {
		c.base(key.owner, canonical, func(_ pairKey, base State) { out = out.Plus(base) })
	})
	return out, err
}

// Became says what became of a carried tie that was brought.
type Became int

// What may become of it.
const (
	Fresh Became = iota // it counts from now on
	Same                // it was there already
	Older               // what is there of the same pair and origin is newer: it is left out
)

// bodies are carried ties by the pair of their records, those that are stored and those that come.
type bodies map[[2]id.ID][]Carried

// newest returns the one that counts of the same body of evidence; nil when there is none.
func (b bodies) newest(like *Carried) (best *Carried) {
	list := b[[2]id.ID{like.Person, like.Other}]
	for i := range list {
		if list[i].sameBody(like) && (best == nil || list[i].counts(best) > 0) {
			best = &list[i]
		}
	}
	return best
}

// take adds one, and says what became of it and of what was there: whether it is to be stored, and which one is not
// kept any longer.
func (b bodies) take(c Carried) (became Became, stored bool, gone *Carried) {
	best := b.newest(&c)
	switch {
	case best == nil || best.AsOf < c.AsOf:
		became = Fresh
	case best.AsOf > c.AsOf:
		return Older, false, nil
	default:
		became = Same
	}
	pair := [2]id.ID{c.Person, c.Other}
	list, n := b[pair], 0
	var least *Carried
	for i := range list {
		switch {
		case !list[i].sameBody(&c):
		case list[i].Import == c.Import:
			if became == Fresh {
				list[i] = c
			}
			return became, became == Fresh, nil
		default:
			n++
			if least == nil || least.counts(&list[i]) > 0 {
				least = &list[i]
			}
		}
	}
	if n >= keptCarried {
		if least.AsOf == c.AsOf { // both that are kept say as much
			return became, false, nil
		}
		old := *least
		gone, *least = &old, c
		return became, true, gone
	}
	b[pair] = append(list, c)
	return became, true, nil
}

// loadBodies returns what is stored of the pairs of some carried ties, which are in order.
func loadBodies(ctx context.Context, q db.Queryer, space id.ID, list []Carried) (bodies, error) {
	out := make(bodies, len(list))
	others := map[id.ID][]id.ID{}
	asked := make(map[[2]id.ID]bool, len(list))
	for i := range list {
		c := &list[i]
		if pair := [2]id.ID{c.Person, c.Other}; !asked[pair] {
			asked[pair] = true
			others[c.Person] = append(others[c.Person], c.Other)
		}
	}
	for person, list := range others {
		for _, chunk := range db.Chunks(list) {
			in, args := db.In(3, chunk)
			if err := db.Each(ctx, q, func(c *Carried) error {
				pair := [2]id.ID{c.Person, c.Other}
				out[pair] = append(out[pair], *c)
				return nil
			}, `select `+carriedColumns+` from tie_carried where space = $1 and person = $2 and other in (`+in+`)`,
				append([]any{space, person}, args...)...); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// TurnCarried lets the carried ties of people, whose records took the place of others, be seen from the smaller id
// again, within a transaction.
func TurnCarried(ctx context.Context, tx db.Queryer, space id.ID, people []id.ID) error {
	in, args := db.In(2, people)
	_, err := tx.ExecContext(ctx, `update tie_carried set person = other, other = person, sent = received,
		received = sent where space = $1 and person > other and (person in (`+in+`) or other in (`+in+`))`,
		append([]any{space}, args...)...)
	return db.Fault(err)
}

// inOrder returns carried ties seen from the smaller id.
func inOrder(list []Carried) []Carried {
	out := make([]Carried, len(list))
	for i := range list {
		out[i] = list[i].ordered()
	}
	return out
}

// JudgeCarried says what would become of carried ties, without storing them.
func JudgeCarried(ctx context.Context, q db.Queryer, space id.ID, list []Carried) ([]Became, error) {
	list = inOrder(list)
	there, err := loadBodies(ctx, q, space, list)
	out := make([]Became, len(list))
	for i := range list {
		if err == nil {
			out[i], _, _ = there.take(list[i])
		}
	}
	return out, err
}

// Carry stores carried ties and brings the ties up to date that begin with them, within a transaction: at once where
// all that is known is in them, and with the next Settle where evidence follows.
func (d *Deriver) Carry(ctx context.Context, tx db.Queryer, list []Carried) ([]Became, error) {
	if len(list) == 0 {
		return nil, nil
	}
	list = inOrder(list)
	there, err := loadBodies(ctx, tx, d.space, list)
	if err != nil {
		return nil, err
	}
	became := make([]Became, len(list))
	stored := map[Carried]bool{} // with the state of none
	of := func(c *Carried) Carried {
		return Carried{Person: c.Person, Other: c.Other, Owner: c.Owner, Origin: c.Origin, Import: c.Import}
	}
	var goes, affects []Carried
	for i := range list {
		c := &list[i]
		var before Carried
		if best := there.newest(c); best != nil {
			before = *best
		}
		var store bool
		var gone *Carried
		if became[i], store, gone = there.take(*c); store {
			stored[of(c)] = true
		}
		if gone != nil {
			goes = append(goes, *gone)
			delete(stored, of(gone))
		}
		if after := there.newest(c); *after != before {
			affects = append(affects, *after)
			if before.Interactions > 0 { // who may see it may change
				affects = append(affects, before)
			}
		}
	}
	if err := there.store(ctx, tx, d.space, goes, func(c *Carried) bool { return stored[of(c)] }); err != nil {
		return nil, err
	}
	// Persons first, ties then: an erasure locks in this order too.
	version := d.version
	before, err := d.hold(ctx, tx)
	if err == nil && before != version { // another may have brought ties of the same people meanwhile
		there, err = loadBodies(ctx, tx, d.space, list)
	}
	if err != nil {
		return nil, err
	}
	affected := map[pairKey][2]id.ID{}
	for i := range affects {
		c := &affects[i]
		if a, b := d.canonical(c.Person), d.canonical(c.Other); a != b {
			affected[orderedPair(c.tieOwner(), a, b)] = [2]id.ID{c.Person, c.Other}
		}
	}
	return became, d.begin(ctx, tx, affected, there)
}

// store writes those that are to be stored, and removes others.
func (b bodies) store(
	ctx context.Context, tx db.Queryer, space id.ID, goes []Carried, stored func(c *Carried) bool,
) error {
	for _, c := range goes {
		if _, err := tx.ExecContext(ctx, `delete from tie_carried where space = $1 and person = $2 and other = $3
			and owner = $4 and origin = $5 and import = $6`,
			space, c.Person, c.Other, c.Owner, c.Origin, c.Import); err != nil {
			return db.Fault(err)
		}
	}
	var fresh []Carried
	for _, list := range b {
		for i := range list {
			if stored(&list[i]) {
				fresh = append(fresh, list[i])
			}
		}
	}
	slices.SortFunc(fresh, compareCarried)
	const columns = 15
	args := make([]any, 0, columns*len(fresh))
	for i := range fresh {
		c := &fresh[i]
		args = append(args, space, c.Person, c.Other, c.Owner, c.Origin, c.Import, c.Visibility, c.Intensity, c.Sent,
			c.Received, c.Peak, c.AsOf, c.LastInteraction, c.FirstContact, c.Interactions)
	}
	return db.InsertMany(ctx, tx, `insert into tie_carried (space, `+carriedColumns+`)`, columns, args,
		`on conflict (space, person, other, owner, origin, import) do update set visibility = excluded.visibility,
		intensity = excluded.intensity, sent = excluded.sent, received = excluded.received, peak = excluded.peak,
		as_of = excluded.as_of, last_interaction = excluded.last_interaction, first_contact = excluded.first_contact,
		interactions = excluded.interactions`)
}

// begin writes the ties of which all that is known is in what begins them, and marks the others.
func (d *Deriver) begin(ctx context.Context, tx db.Queryer, affected map[pairKey][2]id.ID, there bodies) error {
	var unknown []pairKey
	for key := range affected {
		if d.states[key] == nil {
			unknown = append(unknown, key)
		}
	}
	if err := d.loadStates(ctx, tx, unknown); err != nil {
		return err
	}
	changed, stale := map[pairKey]*State{}, map[pairKey]int64{}
	for key, pair := range affected {
		state := d.states[key]
		var base State
		if alone := !d.several[key.a] && !d.several[key.b]; alone {
			list := slices.Clone(there[pair])
			slices.SortFunc(list, compareCarried)
			counting(list, func(c *Carried) {
				c.base(key.owner, d.canonical, func(_ pairKey, more State) { base = base.Plus(more) })
			})
		}
		switch {
		case base.Interactions > 0 && !(state.Interactions > 0 && base.Follows(state.AsOf, state.LastInteraction)):
			*state = base
			changed[key] = state
		default:
			if known, ok := d.marked[key]; !ok || known > 0 {
				d.marked[key], stale[key] = 0, 0
			}
		}
	}
	if err := writeStates(ctx, tx, d.space, changed); err != nil {
		return err
	}
	return markAllOf(ctx, tx, d.space, stale)
}
