package network

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// A Deriver keeps ties up to date within a space as evidence arrives. It holds the states of the ties it has touched until Flush
// writes them. Evidence that arrives late marks its tie, and Flush replays that tie from all evidence.
type Deriver struct {
	space  id.ID
	now    int64
	alias  map[id.ID]id.ID
	states map[pairKey]*TieState
	late   map[pairKey]bool  // to be replayed
	ahead  map[pairKey]int64 // with evidence yet to come: when the first of it counts
}

// NewDeriver starts deriving. Evidence after now is yet to come: it makes no tie until it has happened.
func NewDeriver(ctx context.Context, q db.Queryer, space id.ID, now time.Time) (*Deriver, error) {
	alias, err := aliases(ctx, q, space)
	if err != nil {
		return nil, err
	}
	return &Deriver{space: space, now: now.UnixMicro(), alias: alias, states: map[pairKey]*TieState{}, late: map[pairKey]bool{}, ahead: map[pairKey]int64{}}, nil
}

// aliases returns for each merged person the one it was found to be.
func aliases(ctx context.Context, q db.Queryer, space id.ID) (map[id.ID]id.ID, error) {
	rows, err := db.Select[struct{ ID, Merged id.ID }](ctx, q, `select id, merged from person where space = $1 and merged > $2`, space, id.Zero)
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

// Touched returns how many ties wait for Flush.
func (d *Deriver) Touched() int { return len(d.states) + len(d.late) + len(d.ahead) }

// Add takes in new evidence, in any order.
func (d *Deriver) Add(ctx context.Context, q db.Queryer, list []Interaction) error {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Interaction) int {
		if a.Time != b.Time {
			if a.Time < b.Time {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a.ID[:]), string(b.ID[:]))
	})
	var failure error
	for i := range list {
		e := &list[i]
		e.eachPair(d.canonical, func(key pairKey, contribution float64, direction Direction) {
			if failure != nil || d.late[key] {
				return
			}
			if e.Time > d.now {
				d.wait(key, e.Time)
				return
			}
			state, ok := d.states[key]
			if !ok {
				if state, failure = loadState(ctx, q, d.space, key); failure != nil {
					return
				}
				d.states[key] = state
			}
			if !state.Follows(e.Time, e.ID) {
				delete(d.states, key)
				d.late[key] = true
				return
			}
			state.Add(e.Time, e.ID, contribution, direction)
		})
		if failure != nil {
			return failure
		}
	}
	return nil
}

// wait notes that evidence of a tie counts only from then on.
func (d *Deriver) wait(key pairKey, from int64) {
	if first, ok := d.ahead[key]; !ok || from < first {
		d.ahead[key] = from
	}
}

// Flush writes the ties that were touched. Ties with late evidence are replayed, unless there are so many of them that the caller
// should rebuild: then they are marked as stale and Settle sees to them.
func (d *Deriver) Flush(ctx context.Context, tx db.Queryer) error {
	if err := writeStates(ctx, tx, d.space, d.states); err != nil {
		return err
	}
	for key, from := range d.ahead {
		if err := markStale(ctx, tx, d.space, key, from); err != nil {
			return err
		}
	}
	for key := range d.late {
		if err := markStale(ctx, tx, d.space, key, 0); err != nil {
			return err
		}
	}
	clear(d.states)
	clear(d.late)
	clear(d.ahead)
	return nil
}

// markStale notes that a tie is to be replayed from due on, 0 for at once.
func markStale(ctx context.Context, tx db.Queryer, space id.ID, key pairKey, due int64) error {
	_, err := tx.ExecContext(ctx, `insert into tie_stale (space, owner, person, other, due) values ($1, $2, $3, $4, $5)
		on conflict (space, owner, person, other) do update set due = case when excluded.due < tie_stale.due then excluded.due else tie_stale.due end`,
		space, key.owner, key.a, key.b, due)
	return db.Fault(err)
}

// MarkAllStale notes that every tie of an owner waits for a rebuild. An import does so before its first batch and takes the
// mark away with its last, so that a killed import is mended by the next Settle.
func MarkAllStale(ctx context.Context, tx db.Queryer, space, owner id.ID) error {
	return markStale(ctx, tx, space, pairKey{owner, id.Zero, id.Zero}, 0)
}

// UnmarkAllStale takes the mark of MarkAllStale away.
func UnmarkAllStale(ctx context.Context, tx db.Queryer, space, owner id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from tie_stale where space = $1 and owner = $2 and person = $3 and other = $3`, space, owner, id.Zero)
	return db.Fault(err)
}

const stateColumns = `intensity, sent, received, peak, as_of, last_interaction, first_contact, interactions`

func loadState(ctx context.Context, q db.Queryer, space id.ID, key pairKey) (*TieState, error) {
	rows, err := db.Select[TieState](ctx, q, `select `+stateColumns+` from tie where space = $1 and owner = $2 and person = $3 and other = $4`,
		space, key.owner, key.a, key.b)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &TieState{}, nil
	}
	return &rows[0], nil
}

// writeStates stores ties in both directions; a tie without evidence is removed.
func writeStates(ctx context.Context, tx db.Queryer, space id.ID, states map[pairKey]*TieState) error {
	keys := make([]pairKey, 0, len(states))
	for key := range states {
		keys = append(keys, key)
	}
	// In the order of the index, so that the pages of the tree are written once.
	slices.SortFunc(keys, func(x, y pairKey) int {
		return strings.Compare(string(x.owner[:])+string(x.a[:])+string(x.b[:]), string(y.owner[:])+string(y.a[:])+string(y.b[:]))
	})
	const columns = 13
	args := make([]any, 0, 64*columns)
	flush := func() error {
		err := db.InsertMany(ctx, tx, `insert into tie (space, owner, person, other, `+stateColumns+`, rank)`, columns, args,
			`on conflict (space, owner, person, other) do update set intensity = excluded.intensity, sent = excluded.sent,
			received = excluded.received, peak = excluded.peak, as_of = excluded.as_of, last_interaction = excluded.last_interaction,
			first_contact = excluded.first_contact, interactions = excluded.interactions, rank = excluded.rank`)
		args = args[:0]
		return err
	}
	row := func(owner, person, other id.ID, s TieState) {
		args = append(args, space, owner, person, other, s.Intensity, s.Sent, s.Received, s.Peak, s.AsOf, s.LastInteraction,
			s.FirstContact, s.Interactions, s.rank())
	}
	for _, key := range keys {
		state := states[key]
		if state.Interactions == 0 {
			if _, err := tx.ExecContext(ctx, `delete from tie where space = $1 and owner = $2 and
				((person = $3 and other = $4) or (person = $4 and other = $3))`, space, key.owner, key.a, key.b); err != nil {
				return db.Fault(err)
			}
			continue
		}
		row(key.owner, key.a, key.b, *state)
		row(key.owner, key.b, key.a, state.Reversed())
		if len(args) == 64*columns {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Settle brings stale ties of a space up to date: it replays each from its evidence, or rebuilds all when there are many. It returns how
// many ties it looked at. A tie with evidence yet to come is looked at again when that has happened.
func (s *Store) Settle(ctx context.Context, space id.ID, now time.Time) (int, error) {
	looked := 0
	stale, err := db.Select[staleRow](ctx, s.db, `select owner, person, other from tie_stale where space = $1 and due <= $2 order by owner, person, other`, space, now.UnixMicro())
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
			// A query for each tie costs about as much as passing over this many interactions.
			const perTie = 40
			n, err := db.Value[int](ctx, s.db, `select count(*) from interaction where space = $1`, space)
			if err != nil {
				return looked, err
			}
			whole = len(rows)*perTie > n
		}
		if whole {
			n, err := s.rebuildOwner(ctx, space, owner, now)
			if err != nil {
				return looked, err
			}
			looked += n
			continue
		}
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			alias, err := aliases(ctx, tx, space)
			if err != nil {
				return err
			}
			clusters := clustersOf(alias)
			states := map[pairKey]*TieState{}
			for _, row := range rows {
				key := pairKey{owner, row.Person, row.Other}
				state, future, err := replay(ctx, tx, space, key, clusters, now.UnixMicro())
				if err != nil {
					return err
				}
				states[key] = state
				if _, err := tx.ExecContext(ctx, `delete from tie_stale where space = $1 and owner = $2 and person = $3 and other = $4`,
					space, owner, row.Person, row.Other); err != nil {
					return db.Fault(err)
				}
				if future > 0 {
					if err := markStale(ctx, tx, space, key, future); err != nil {
						return err
					}
				}
			}
			return writeStates(ctx, tx, space, states)
		})
		if err != nil {
			return looked, err
		}
		looked += len(rows)
	}
	return looked, nil
}

// rebuildFrom is how many stale ties make one pass over all evidence worth thinking of.
const rebuildFrom = 20

// SettleFor brings the ties of the viewer's space up to date.
func (s *Store) SettleFor(ctx context.Context, v op.Viewer) error {
	_, err := s.Settle(ctx, v.Space, Present(v))
	return err
}

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

// replay derives a tie from all its evidence up to now; future is the time of the first evidence after now, 0 when there is none.
func replay(ctx context.Context, q db.Queryer, space id.ID, key pairKey, clusters map[id.ID][]id.ID, now int64) (state *TieState, future int64, err error) {
	state = &TieState{}
	rows, err := pairEvidence(ctx, q, space, key, clusters)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range rows {
		if r.Time > now {
			return state, r.Time, nil
		}
		c, direction := r.part()
		if c > 0 {
			state.Add(r.Time, r.ID, c, direction)
		}
	}
	return state, 0, nil
}

func (r evidenceRow) part() (float64, Direction) {
	medium := media[r.Medium].medium
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
func pairEvidence(ctx context.Context, q db.Queryer, space id.ID, key pairKey, clusters map[id.ID][]id.ID) ([]evidenceRow, error) {
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
		where s.space = f.space and s.interaction = f.interaction and s.time = f.time and i.space = f.space and i.id = f.interaction
			and f.space = $1 and f.person in (`+fewerIn+`) and s.person in (`+moreIn+`) and f.role < 3 and s.role < 3 and `+tieOwnerCondition+`
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
		return db.Value[int](ctx, q, `select count(*) from (select 1 from participant where space = $1 and person in (`+in+`) limit 300) as p`, append([]any{space}, args...)...)
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

// Rebuild throws the ties of a space away and derives them again from all evidence. It returns how many ties there are.
func (s *Store) Rebuild(ctx context.Context, space id.ID, now time.Time) (int, error) {
	owners, err := db.Values[id.ID](ctx, s.db, `select distinct owner from (
		select owner from interaction where space = $1 and visibility = 0 union select owner from tie where space = $1) as o order by owner`, space)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(owners, id.Zero) {
		owners = append(owners, id.Zero)
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

// rebuildOwner derives all ties of one owner in one pass over the evidence in order of time.
func (s *Store) rebuildOwner(ctx context.Context, space, owner id.ID, now time.Time) (int, error) {
	count := 0
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		alias, err := aliases(ctx, tx, space)
		if err != nil {
			return err
		}
		d := &Deriver{space: space, now: now.UnixMicro(), alias: alias, states: map[pairKey]*TieState{}, late: map[pairKey]bool{}, ahead: map[pairKey]int64{}}
		if err := d.replayAll(ctx, tx, owner); err != nil {
			return err
		}
		for _, table := range []string{"tie", "tie_stale"} {
			if _, err := tx.ExecContext(ctx, `delete from `+table+` where space = $1 and owner = $2`, space, owner); err != nil {
				return db.Fault(err)
			}
		}
		count = len(d.states)
		return d.Flush(ctx, tx)
	})
	return count, err
}

// replayAll takes in all evidence of an owner in order of time; pairs with evidence yet to come are noted.
func (d *Deriver) replayAll(ctx context.Context, q db.Queryer, owner id.ID) error {
	rows, err := q.QueryContext(ctx, `
		select i.id, i.owner, i.visibility, i.medium, i.time, i.people, p.person, p.role
		from interaction i join participant p on p.space = i.space and p.interaction = i.id
		where i.space = $1 and `+tieOwnerCondition+` and p.role < 3
		order by i.time, i.id`, d.space, owner, id.Zero)
	if err != nil {
		return db.Fault(err)
	}
	defer rows.Close()
	var current Interaction
	finish := func() {
		current.eachPair(d.canonical, func(key pairKey, contribution float64, direction Direction) {
			if current.Time > d.now {
				d.wait(key, current.Time)
				return
			}
			state, ok := d.states[key]
			if !ok {
				state = &TieState{}
				d.states[key] = state
			}
			state.Add(current.Time, current.ID, contribution, direction)
		})
	}
	for rows.Next() {
		var (
			next   Interaction
			medium int
			p      Participant
		)
		if err := rows.Scan(&next.ID, &next.Owner, &next.Visibility, &medium, &next.Time, &next.People, &p.Person, &p.Role); err != nil {
			return db.Fault(err)
		}
		if next.ID != current.ID {
			finish()
			next.Medium = media[medium].medium
			next.Participants = current.Participants[:0]
			current = next
		}
		current.Participants = append(current.Participants, p)
	}
	finish()
	return db.Fault(rows.Err())
}
