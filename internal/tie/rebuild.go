package tie

import (
	"context"
	"errors"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

const (
	// rebuildChunk is how many ties a rebuild writes in one transaction, so that others who write wait little.
	rebuildChunk = 5000
	// rebuildTries is how often a rebuild starts anew because ties were changed meanwhile, before it shuts others out.
	rebuildTries = 3
)

// derivation is what the evidence of one owner says about their ties.
type derivation struct {
	version id.ID // of the ties when it was made
	states  map[pairKey]*State
	ahead   map[pairKey]int64 // ties with evidence yet to come, and when the first of it counts
}

var errTiesChanged = errors.New("network: the ties were changed meanwhile")

// derive takes in the ties of an owner that were carried here, and all evidence that follows in order of time.
func derive(ctx context.Context, q db.Queryer, space, owner id.ID, now time.Time) (derivation, error) {
	out := derivation{states: map[pairKey]*State{}, ahead: map[pairKey]int64{}}
	versions, err := db.Values[id.ID](ctx, q, `select version from tie_version where space = $1`, space)
	if err != nil {
		return out, err
	}
	if len(versions) > 0 {
		out.version = versions[0]
	}
	alias, err := aliases(ctx, q, space)
	if err != nil {
		return out, err
	}
	canonical := func(person id.ID) id.ID {
		if kept, ok := alias[person]; ok {
			return kept
		}
		return person
	}
	if err := eachBase(ctx, q, space, owner, canonical, func(key pairKey, base State) {
		if state, ok := out.states[key]; ok {
			*state = state.Plus(base)
			return
		}
		out.states[key] = &base
	}); err != nil {
		return out, err
	}
	rows, err := q.QueryContext(ctx, `
		select i.id, i.owner, i.visibility, i.medium, i.time, i.people, p.person, p.role
		from interaction i join participant p on p.space = i.space and p.interaction = i.id
		where i.space = $1 and `+tieOwnerCondition+` and p.role < 3
		order by i.time, i.id`, space, owner, id.Zero)
	if err != nil {
		return out, db.Fault(err)
	}
	defer rows.Close()
	var current Interaction
	finish := func() {
		current.eachPair(canonical, func(key pairKey, contribution float64, direction Direction) {
			if current.Time > now.UnixMicro() {
				if _, ok := out.ahead[key]; !ok { // in order of time: the first is the earliest
					out.ahead[key] = current.Time
				}
				return
			}
			state, ok := out.states[key]
			if !ok {
				state = &State{}
				out.states[key] = state
			}
			if state.Follows(current.Time, current.ID) {
				state.Add(current.Time, current.ID, contribution, direction)
			}
		})
	}
	for rows.Next() {
		var (
			next   Interaction
			medium int
			p      Participant
		)
		if err := rows.Scan(&next.ID, &next.Owner, &next.Visibility, &medium, &next.Time, &next.People,
			&p.Person, &p.Role); err != nil {
			return out, db.Fault(err)
		}
		if next.ID != current.ID {
			finish()
			next.Medium = MediumOf(medium)
			next.Participants = current.Participants[:0]
			current = next
		}
		current.Participants = append(current.Participants, p)
	}
	finish()
	return out, db.Fault(rows.Err())
}

// storedTie is a row of a tie as it is kept.
type storedTie struct {
	Person, Other id.ID
	State
	Rank float64
}

// compare returns the ties that are stored otherwise than the evidence says, in either direction, or not at all, or
// without evidence.
func (d derivation) compare(ctx context.Context, q db.Queryer, space, owner id.ID) ([]pairKey, error) {
	rows, err := q.QueryContext(ctx, `select person, other, `+stateColumns+`, rank from tie where space = $1
		and owner = $2 order by person, other`, space, owner)
	if err != nil {
		return nil, db.Fault(err)
	}
	defer rows.Close()
	right := make(map[pairKey]int8, len(d.states))
	wrong := map[pairKey]bool{}
	for rows.Next() {
		var r storedTie
		if err := rows.Scan(&r.Person, &r.Other, &r.Intensity, &r.Sent, &r.Received, &r.Peak, &r.AsOf,
			&r.LastInteraction, &r.FirstContact, &r.Interactions, &r.Rank); err != nil {
			return nil, db.Fault(err)
		}
		key := orderedPair(owner, r.Person, r.Other)
		if state, ok := d.states[key]; ok && r.equals(*state) {
			right[key]++
		} else {
			wrong[key] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, db.Fault(err)
	}
	for key := range d.states {
		if right[key] != 2 {
			wrong[key] = true
		}
	}
	out := make([]pairKey, 0, len(wrong))
	for key := range wrong {
		out = append(out, key)
	}
	sortPairs(out)
	return out, nil
}

// equals says whether the row is what the state, seen from the smaller id, says to the last bit.
func (r storedTie) equals(state State) bool {
	if id.ID.Compare(r.Person, r.Other) > 0 {
		state = state.Reversed()
	}
	return r.State == state && r.Rank == state.rank()
}

// only returns the states of some ties; one without evidence is removed by writeStates.
func (d derivation) only(keys []pairKey) map[pairKey]*State {
	out := make(map[pairKey]*State, len(keys))
	for _, key := range keys {
		if state, ok := d.states[key]; ok {
			out[key] = state
		} else {
			out[key] = &State{}
		}
	}
	return out
}

// settle takes all marks of the owner away, but for those that wait for evidence yet to come.
func (d derivation) settle(ctx context.Context, tx db.Queryer, space, owner id.ID) error {
	if _, err := tx.ExecContext(ctx, `delete from tie_stale where space = $1 and owner = $2`,
		space, owner); err != nil {
		return db.Fault(err)
	}
	return markAllOf(ctx, tx, space, d.ahead)
}

// rebuildOwner derives all ties of one owner in one pass over the evidence in order of time, and writes those that are
// stored otherwise. It reads from a snapshot and writes in small transactions, each of which sees that nobody changed
// ties since; when somebody did it begins again.
func (s *Store) rebuildOwner(ctx context.Context, space, owner id.ID, now time.Time) (int, error) {
	for range rebuildTries {
		var (
			derived derivation
			wrong   []pairKey
		)
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			if derived, err = derive(ctx, tx, space, owner, now); err != nil {
				return err
			}
			wrong, err = derived.compare(ctx, tx, space, owner)
			return err
		}); err != nil {
			return 0, err
		}
		err := s.writeDerivation(ctx, space, owner, derived, wrong)
		if !errors.Is(err, errTiesChanged) {
			return len(derived.states), err
		}
	}
	return s.rebuildAlone(ctx, space, owner, now)
}

// rebuildAlone rebuilds in one transaction, for which other writers wait.
func (s *Store) rebuildAlone(ctx context.Context, space, owner id.ID, now time.Time) (int, error) {
	count := 0
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := Hold(ctx, tx, space, id.New()); err != nil {
			return err
		}
		derived, err := derive(ctx, tx, space, owner, now)
		if err != nil {
			return err
		}
		wrong, err := derived.compare(ctx, tx, space, owner)
		if err != nil {
			return err
		}
		if err := writeStates(ctx, tx, space, derived.only(wrong)); err != nil {
			return err
		}
		count = len(derived.states)
		return derived.settle(ctx, tx, space, owner)
	})
	return count, err
}

// writeDerivation writes the ties that are wrong, and takes the owner's marks away. It returns errTiesChanged as soon
// as somebody else changed ties since the derivation was made.
func (s *Store) writeDerivation(ctx context.Context, space, owner id.ID, derived derivation, wrong []pairKey) error {
	version := derived.version
	write := func(f func(tx *db.Tx) error) error {
		next := id.New()
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			before, err := Hold(ctx, tx, space, next)
			if err != nil {
				return err
			}
			if before != version {
				return errTiesChanged
			}
			return f(tx)
		})
		version = next
		return err
	}
	for chunk := range slices.Chunk(wrong, rebuildChunk) {
		if err := write(func(tx *db.Tx) error { return writeStates(ctx, tx, space, derived.only(chunk)) }); err != nil {
			return err
		}
	}
	return write(func(tx *db.Tx) error { return derived.settle(ctx, tx, space, owner) })
}
