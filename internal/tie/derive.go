package tie

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// A Deriver keeps ties up to date within a space as evidence arrives. What it stored is true at every commit: a tie
// either holds all evidence that is stored, or is marked as stale. Evidence that arrives late marks its tie, and Settle
// replays that tie from all evidence.
type Deriver struct {
	space   id.ID
	now     int64
	version id.ID // of the ties of the space, as this deriver left them; what it remembers holds for that version only
	alias   map[id.ID]id.ID
	several map[id.ID]bool // who has records that were joined to theirs
	joined  bool           // records joined persons since the last Add
	states  map[pairKey]*State
	marked  map[pairKey]int64 // stale ties that are marked as such, with the moment from which they are due
}

// NewDeriver starts deriving. Evidence after now is yet to come: it makes no tie until it has happened.
func NewDeriver(space id.ID, now time.Time) *Deriver {
	return &Deriver{space: space, now: now.UnixMicro(), states: map[pairKey]*State{}, marked: map[pairKey]int64{}}
}

// Hold makes the transaction the only one that changes the ties of the space, until it ends, and gives them a new
// version. It returns the version before. Whoever writes to tie or tie_stale, or merges persons, holds the ties first,
// so that what a Deriver remembers from one transaction to the next is used only when nobody else wrote in between.
func Hold(ctx context.Context, tx db.Queryer, space, version id.ID) (before id.ID, err error) {
	return db.Value[id.ID](ctx, tx, `insert into tie_version (space, version, before) values ($1, $2, $3)
		on conflict (space) do update set before = tie_version.version, version = excluded.version returning before`,
		space, version, id.Zero)
}

// aliases returns for each merged person the one it was found to be.
func aliases(ctx context.Context, q db.Queryer, space id.ID) (map[id.ID]id.ID, error) {
	rows, err := db.Select[struct{ ID, Merged id.ID }](ctx, q, `select id, merged from person
		where space = $1 and merged > $2`, space, id.Zero)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]id.ID, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Merged
	}
	return out, nil
}

func (d *Deriver) canonical(person id.ID) id.ID {
	if kept, ok := d.alias[person]; ok {
		return kept
	}
	return person
}

// Join tells that a new record, which has no evidence yet, is a known person. The ties get a new version with the next
// Add.
func (d *Deriver) Join(record, person id.ID) {
	d.joined = true
	if d.alias != nil {
		top := d.canonical(person)
		d.alias[record], d.several[top] = top, true
	}
}

// rememberedTies bounds the ties that a Deriver remembers from one transaction to the next; tests take less.
var rememberedTies = 200_000

// hold begins the deriver's part of a transaction. What it remembers is forgotten when somebody else changed ties
// since, or when the transaction that it was remembered from was rolled back. It returns the version before.
func (d *Deriver) hold(ctx context.Context, tx db.Queryer) (before id.ID, err error) {
	version := id.New()
	if before, err = Hold(ctx, tx, d.space, version); err != nil {
		return before, err
	}
	if d.alias == nil || before != d.version {
		if d.alias, err = aliases(ctx, tx, d.space); err != nil {
			return before, err
		}
		d.several = map[id.ID]bool{}
		for _, top := range d.alias {
			d.several[top] = true
		}
		clear(d.states)
		clear(d.marked)
	} else if len(d.states)+len(d.marked) > rememberedTies {
		clear(d.states)
		clear(d.marked)
	}
	d.version, d.joined = version, false
	return before, nil
}

// evidence is one interaction's part in a tie.
type evidence struct {
	key          pairKey
	at           int64
	interaction  id.ID
	contribution float64
	direction    Direction
}

// Add takes in new evidence, in any order, and writes the ties that it changes, within the transaction that stores the
// evidence.
func (d *Deriver) Add(ctx context.Context, tx db.Queryer, list []Interaction) error {
	if len(list) == 0 && !d.joined {
		return nil
	}
	if _, err := d.hold(ctx, tx); err != nil {
		return err
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Interaction) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), id.ID.Compare(a.ID, b.ID))
	})
	var parts []evidence
	var unknown []pairKey
	asked := map[pairKey]bool{}
	for i := range list {
		e := &list[i]
		e.eachPair(d.canonical, func(key pairKey, contribution float64, direction Direction) {
			parts = append(parts, evidence{key, e.Time, e.ID, contribution, direction})
			if d.states[key] == nil && !asked[key] {
				asked[key] = true
				unknown = append(unknown, key)
			}
		})
	}
	if err := d.loadStates(ctx, tx, unknown); err != nil {
		return err
	}
	changed := map[pairKey]*State{}
	stale := map[pairKey]int64{}
	mark := func(key pairKey, due int64) {
		if known, ok := d.marked[key]; ok && known <= due {
			return
		}
		d.marked[key], stale[key] = due, due
	}
	for _, p := range parts {
		state := d.states[p.key]
		switch {
		case p.at > d.now:
			mark(p.key, p.at)
		case !state.Follows(p.at, p.interaction):
			mark(p.key, 0)
		default:
			state.Add(p.at, p.interaction, p.contribution, p.direction)
			changed[p.key] = state
		}
	}
	if err := writeStates(ctx, tx, d.space, changed); err != nil {
		return err
	}
	return markAllOf(ctx, tx, d.space, stale)
}

// RecordInteractions stores interactions and derives the ties that follow from them, within a transaction.
func RecordInteractions(ctx context.Context, tx db.Queryer, space id.ID, list []Interaction, now time.Time) error {
	fresh, err := AddInteractions(ctx, tx, space, list)
	if err != nil {
		return err
	}
	return NewDeriver(space, now).Add(ctx, tx, fresh)
}

// loadStates fetches ties into memory; a tie that is not there is one without evidence. Each is looked up from the end
// that most of the others share, so that one query brings many.
func (d *Deriver) loadStates(ctx context.Context, q db.Queryer, keys []pairKey) error {
	type end struct{ owner, person id.ID }
	count := map[end]int{}
	for _, key := range keys {
		d.states[key] = &State{}
		count[end{key.owner, key.a}]++
		count[end{key.owner, key.b}]++
	}
	others := map[end][]id.ID{}
	for _, key := range keys {
		from, other := end{key.owner, key.a}, key.b
		if count[end{key.owner, key.b}] > count[from] {
			from, other = end{key.owner, key.b}, key.a
		}
		others[from] = append(others[from], other)
	}
	for from, list := range others {
		for _, chunk := range db.Chunks(list) {
			in, args := db.In(4, chunk)
			rows, err := db.Select[struct {
				Other id.ID
				State
			}](ctx, q, `select other, `+stateColumns+` from tie where space = $1 and owner = $2 and person = $3
				and other in (`+in+`)`,
				append([]any{d.space, from.owner, from.person}, args...)...)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if id.ID.Compare(from.person, r.Other) < 0 {
					*d.states[pairKey{from.owner, from.person, r.Other}] = r.State
				} else {
					*d.states[pairKey{from.owner, r.Other, from.person}] = r.State.Reversed()
				}
			}
		}
	}
	return nil
}

// markStale notes that a tie is to be replayed from due on, 0 for at once.
func markStale(ctx context.Context, tx db.Queryer, space id.ID, key pairKey, due int64) error {
	return markAllOf(ctx, tx, space, map[pairKey]int64{key: due})
}

// markAllOf notes of many ties from when on they are to be replayed.
func markAllOf(ctx context.Context, tx db.Queryer, space id.ID, due map[pairKey]int64) error {
	args := make([]any, 0, 5*len(due))
	for key, at := range due {
		args = append(args, space, key.owner, key.a, key.b, at)
	}
	return db.InsertMany(ctx, tx, `insert into tie_stale (space, owner, person, other, due)`,
		5, args, `on conflict (space, owner, person, other)
		do update set due = case when excluded.due < tie_stale.due then excluded.due else tie_stale.due end`)
}

// MarkAllStale notes that every tie of an owner waits for a rebuild. Settle does it.
func MarkAllStale(ctx context.Context, tx db.Queryer, space, owner id.ID) error {
	if _, err := Hold(ctx, tx, space, id.New()); err != nil {
		return err
	}
	return markStale(ctx, tx, space, pairKey{owner, id.Zero, id.Zero}, 0)
}

const stateColumns = `intensity, sent, received, peak, as_of, last_interaction, first_contact, interactions`

// writeStates stores ties in both directions; a tie without evidence is removed.
func writeStates(ctx context.Context, tx db.Queryer, space id.ID, states map[pairKey]*State) error {
	type row struct {
		owner, person, other id.ID
		state                *State
	}
	rows := make([]row, 0, 2*len(states))
	for key, state := range states {
		if state.Interactions > 0 {
			rows = append(rows, row{key.owner, key.a, key.b, state}, row{key.owner, key.b, key.a, state})
			continue
		}
		if _, err := tx.ExecContext(ctx, `delete from tie where space = $1 and owner = $2
			and person in ($3, $4) and other in ($3, $4)`, space, key.owner, key.a, key.b); err != nil {
			return db.Fault(err)
		}
	}
	// In the order of the index, so that the pages of the tree are written once.
	slices.SortFunc(rows, func(x, y row) int {
		return cmp.Or(x.owner.Compare(y.owner), x.person.Compare(y.person), x.other.Compare(y.other))
	})
	const (
		columns = 13
		held    = 2048 // more than one statement takes, so that it is prepared once
	)
	args := make([]any, 0, min(held, len(rows))*columns)
	for chunk := range slices.Chunk(rows, held) {
		args = args[:0]
		for _, r := range chunk {
			s := *r.state
			if r.person.Compare(r.other) > 0 {
				s = s.Reversed()
			}
			args = append(args, space, r.owner, r.person, r.other, s.Intensity, s.Sent, s.Received, s.Peak, s.AsOf,
				s.LastInteraction, s.FirstContact, s.Interactions, s.rank())
		}
		if err := db.InsertMany(ctx, tx, `insert into tie (space, owner, person, other, `+stateColumns+`, rank)`,
			columns, args,
			`on conflict (space, owner, person, other)
			do update set intensity = excluded.intensity, sent = excluded.sent,
			received = excluded.received, peak = excluded.peak, as_of = excluded.as_of,
			last_interaction = excluded.last_interaction,
			first_contact = excluded.first_contact, interactions = excluded.interactions, rank = excluded.rank`,
		); err != nil {
			return err
		}
	}
	return nil
}

func dueTies(ctx context.Context, q db.Queryer, space id.ID, now time.Time) ([]staleRow, error) {
	return db.Select[staleRow](ctx, q, `select owner, person, other from tie_stale where space = $1 and due <= $2
		order by owner, person, other`, space, now.UnixMicro())
}

// rebuildFrom is how many stale ties make one pass over all evidence worth thinking of.
const rebuildFrom = 20

// signsOfLife is within what time a running import says that it is alive.
const signsOfLife = 20 * time.Second

type staleRow struct{ Owner, Person, Other id.ID }

// clustersOf returns for each person that others were merged into all ids of the cluster, its own first.
func clustersOf(alias map[id.ID]id.ID) map[id.ID][]id.ID {
	out := map[id.ID][]id.ID{}
	for absorbed, kept := range alias {
		if len(out[kept]) == 0 {
			out[kept] = []id.ID{kept}
		}
		out[kept] = append(out[kept], absorbed)
	}
	return out
}

func clusterOf(clusters map[id.ID][]id.ID, person id.ID) []id.ID {
	if c, ok := clusters[person]; ok {
		return c
	}
	return []id.ID{person}
}

// tieOwnerCondition is true of the interactions that feed the ties of the owner in $2.
const tieOwnerCondition = `((i.visibility = 0 and i.owner = $2) or (i.visibility > 0 and $2 = $3))`

// evidenceRow is one interaction's part in the tie between two people.
type evidenceRow struct {
	ID     id.ID
	Medium int
	Time   int64
	People int
	First  ParticipantRole
	Second ParticipantRole
}

// replay derives a tie from what it begins with and all evidence after that, up to now; future is the time of the first
// evidence after now, 0 when there is none.
func replay(
	ctx context.Context, q db.Queryer, space id.ID, key pairKey, clusters map[id.ID][]id.ID, now int64,
) (state *State, future int64, err error) {
	base, err := baseOf(ctx, q, space, key, clusters)
	if err != nil {
		return nil, 0, err
	}
	rows, err := pairEvidence(ctx, q, space, key, clusters)
	if err != nil {
		return nil, 0, err
	}
	state = &base
	for _, r := range rows {
		if r.Time > now {
			return state, r.Time, nil
		}
		c, direction := r.part()
		if c > 0 && state.Follows(r.Time, r.ID) {
			state.Add(r.Time, r.ID, c, direction)
		}
	}
	return state, 0, nil
}

func (r evidenceRow) part() (float64, Direction) {
	medium := MediumOf(r.Medium)
	direction := Mutual
	if (medium == Message || medium == Mail || medium == List) && r.First != r.Second {
		if r.First == From {
			direction = Sent
		} else if r.Second == From {
			direction = Received
		}
	}
	return Contribution(medium, r.People), direction
}

// pairEvidence returns the interactions that both persons of a tie took part in, oldest first, each once.
func pairEvidence(
	ctx context.Context, q db.Queryer, space id.ID, key pairKey, clusters map[id.ID][]id.ID,
) ([]evidenceRow, error) {
	first, second := clusterOf(clusters, key.a), clusterOf(clusters, key.b)
	// The search starts from the person with less evidence; the cross join makes SQLite keep to that order.
	fewer, more, err := bySize(ctx, q, space, first, second)
	if err != nil {
		return nil, err
	}
	fewerIn, fewerArgs := db.In(4, fewer)
	moreIn, moreArgs := db.In(4+len(fewerArgs), more)
	args := append(append([]any{space, key.owner, id.Zero}, fewerArgs...), moreArgs...)
	rows, err := db.Select[evidenceRow](ctx, q, `
		select i.id, i.medium, i.time, i.people, min(f.role) as first, min(s.role) as second
		from participant f cross join participant s cross join interaction i
		where s.space = f.space and s.interaction = f.interaction and s.time = f.time and i.space = f.space
		and i.id = f.interaction
			and f.space = $1 and f.person in (`+fewerIn+`) and s.person in (`+moreIn+`) and f.role < 3 and
			s.role < 3 and `+tieOwnerCondition+`
		group by i.id, i.medium, i.time, i.people
		order by i.time, i.id`, args...)
	if err == nil && &fewer[0] != &first[0] {
		for i := range rows {
			rows[i].First, rows[i].Second = rows[i].Second, rows[i].First
		}
	}
	return rows, err
}

// bySize puts the people with less evidence first, as far as a short look tells.
func bySize(ctx context.Context, q db.Queryer, space id.ID, a, b []id.ID) (fewer, more []id.ID, err error) {
	size := func(people []id.ID) (int, error) {
		in, args := db.In(2, people)
		return db.Value[int](ctx, q, `select count(*) from (select 1 from participant
			where space = $1 and person in (`+in+`) limit 300) as p`, append([]any{space}, args...)...)
	}
	n, err := size(a)
	if err != nil {
		return nil, nil, err
	}
	m, err := size(b)
	if n > m {
		return b, a, err
	}
	return a, b, err
}

// Settle brings stale ties of a space up to date: it replays each from its evidence, or rebuilds all when there are
// many. It returns how many ties it looked at. A tie with evidence yet to come is looked at again when that has
// happened.
func (s *Store) Settle(ctx context.Context, space id.ID, now time.Time) (int, error) {
	looked := 0
	stale, err := dueTies(ctx, s.db, space, now)
	if err != nil || len(stale) == 0 {
		return 0, err
	}
	byOwner := map[id.ID][]staleRow{}
	for _, row := range stale {
		byOwner[row.Owner] = append(byOwner[row.Owner], row)
	}
	for owner, rows := range byOwner {
		whole := rows[0].Person.IsZero()
		if !whole && len(rows) > rebuildFrom {
			// A query for each tie costs about as much as passing over this many interactions or carried ties.
			const perTie = 40
			n, err := db.Value[int](ctx, s.db, `select (select count(*) from interaction where space = $1) +
				(select count(*) from tie_carried where space = $1)`, space)
			if err != nil {
				return looked, err
			}
			whole = len(rows)*perTie > n
		}
		settle := s.replayStale
		if whole {
			settle = s.rebuildOwner
		}
		n, err := settle(ctx, space, owner, now)
		if err != nil {
			return looked, err
		}
		looked += n
	}
	return looked, nil
}

// replayStale replays the stale ties of an owner one by one.
func (s *Store) replayStale(ctx context.Context, space, owner id.ID, now time.Time) (int, error) {
	looked := 0
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := Hold(ctx, tx, space, id.New()); err != nil {
			return err
		}
		due, err := dueTies(ctx, tx, space, now)
		if err != nil {
			return err
		}
		alias, err := aliases(ctx, tx, space)
		if err != nil {
			return err
		}
		clusters := clustersOf(alias)
		states := map[pairKey]*State{}
		ahead := map[pairKey]int64{}
		for _, row := range due {
			if row.Owner != owner || row.Person.IsZero() {
				continue // a rebuild that was asked for meanwhile comes with the next Settle
			}
			key := pairKey{owner, row.Person, row.Other}
			state, future, err := replay(ctx, tx, space, key, clusters, now.UnixMicro())
			if err != nil {
				return err
			}
			states[key] = state
			if _, err := tx.ExecContext(ctx, `delete from tie_stale
				where space = $1 and owner = $2 and person = $3 and other = $4`,
				space, owner, row.Person, row.Other); err != nil {
				return db.Fault(err)
			}
			if future > 0 {
				ahead[key] = future
			}
		}
		looked = len(states)
		if err := markAllOf(ctx, tx, space, ahead); err != nil {
			return err
		}
		return writeStates(ctx, tx, space, states)
	})
	return looked, err
}

// SettleFor brings the ties of the viewer's space up to date.
func (s *Store) SettleFor(ctx context.Context, v op.Viewer) error {
	_, err := s.Settle(ctx, v.Space, Present(v))
	return err
}

// SettleToRead brings the ties of the viewer's space up to date before they are read. Readers never wait for who
// writes: while an import runs, which settles at its end, while another program writes, or when nothing can be written,
// they see the ties as they are.
func (s *Store) SettleToRead(ctx context.Context, v op.Viewer) error {
	running, err := db.Value[int](ctx, s.db, `select count(*) from import
		where space = $1 and state = 'running' and claimed > $2`,
		v.Space, time.Now().Add(-signsOfLife).UnixMicro())
	if err != nil || running > 0 {
		return err
	}
	if err := s.SettleFor(db.InHurry(ctx), v); !db.Busy(err) {
		return err
	}
	return nil
}

// Rebuild throws the ties of a space away and derives them again from all evidence. It returns how many ties there are.
func (s *Store) Rebuild(ctx context.Context, space id.ID, now time.Time) (int, error) {
	owners, err := tieOwners(ctx, s.db, space)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, owner := range owners {
		n, err := s.rebuildOwner(ctx, space, owner, now)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}
