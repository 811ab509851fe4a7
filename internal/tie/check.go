package tie

import (
	"cmp"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/scope"
)

// sampledTies is how many ties CheckTies recomputes of each of two kinds when it is not to look at all: ties that are
// stored, and ties that stored evidence should have made.
const sampledTies = 200

// Check is what comparing ties with their evidence found.
type Check struct {
	Checked int // ties that were derived from their evidence again
	Wrong   int // ties that are stored otherwise, are missing, or have no evidence
	Waiting int // ties that are marked as stale: the next Settle sees to them
}

func waits(waiting map[pairKey]bool, key pairKey) bool {
	return waiting[key] || waiting[pairKey{owner: key.owner}]
}

func checkAll(
	ctx context.Context, q db.Queryer, space id.ID, now time.Time, waiting map[pairKey]bool, out *Check,
) error {
	owners, err := tieOwners(ctx, q, space)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		derived, err := derive(ctx, q, space, owner, now)
		if err != nil {
			return err
		}
		wrong, err := derived.compare(ctx, q, space, owner)
		if err != nil {
			return err
		}
		out.Checked += len(derived.states)
		for _, key := range wrong {
			if !waits(waiting, key) {
				out.Wrong++
			}
		}
	}
	return nil
}

func checkSome(
	ctx context.Context, q db.Queryer, space id.ID, now time.Time, waiting map[pairKey]bool, out *Check,
) error {
	alias, err := aliases(ctx, q, space)
	if err != nil {
		return err
	}
	keys, err := sampleEvidence(ctx, q, space, now, alias)
	if err != nil {
		return err
	}
	stored, err := sampleStored(ctx, q, space)
	if err != nil {
		return err
	}
	keys = append(keys, stored...)
	carried, err := sampleCarried(ctx, q, space, alias)
	if err != nil {
		return err
	}
	keys = append(keys, carried...)
	sortPairs(keys)
	clusters := clustersOf(alias)
	for _, key := range slices.Compact(keys) {
		if waits(waiting, key) {
			continue
		}
		state, _, err := replay(ctx, q, space, key, clusters, now.UnixMicro())
		if err != nil {
			return err
		}
		rows, err := db.Select[storedTie](ctx, q,
			`select person, other, `+stateColumns+`, rank from tie where space = $1 and owner = $2
			and person in ($3, $4) and other in ($3, $4) order by person`,
			space, key.owner, key.a, key.b)
		if err != nil {
			return err
		}
		out.Checked++
		there := 2
		if state.Interactions == 0 {
			there = 0
		}
		if len(rows) != there || slices.ContainsFunc(rows, func(r storedTie) bool { return !r.equals(*state) }) {
			out.Wrong++
		}
	}
	return nil
}

// sampleEvidence returns ties that some of the evidence makes.
func sampleEvidence(
	ctx context.Context, q db.Queryer, space id.ID, now time.Time, alias map[id.ID]id.ID,
) ([]pairKey, error) {
	canonical := func(person id.ID) id.ID {
		if kept, ok := alias[person]; ok {
			return kept
		}
		return person
	}
	somewhere, err := idsBetween(ctx, q, "id", `from interaction where space = $1`, space)
	if err != nil {
		return nil, err
	}
	var keys []pairKey
	for _, from := range somewhere {
		found, err := db.Select[struct {
			ID         id.ID
			Owner      id.ID
			Visibility scope.Visibility
			Medium     int
			People     int
		}](ctx, q, `select id, owner, visibility, medium, people from interaction
			where space = $1 and id >= $2 and time <= $3
			order by id limit 1`, space, from, now.UnixMicro())
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			e := Interaction{
				ID: f.ID, Owner: f.Owner, Visibility: f.Visibility, Medium: MediumOf(f.Medium), People: f.People,
			}
			e.Participants, err = db.Select[Participant](ctx, q, `select person, role from participant
				where space = $1 and interaction = $2
				order by person`, space, f.ID)
			if err != nil {
				return nil, err
			}
			var made []pairKey
			e.eachPair(canonical, func(key pairKey, _ float64, _ Direction) { made = append(made, key) })
			if len(made) > 0 {
				keys = append(keys, made[rand.IntN(len(made))])
			}
		}
	}
	return keys, nil
}

// sampleStored returns some of the ties that are stored.
func sampleStored(ctx context.Context, q db.Queryer, space id.ID) ([]pairKey, error) {
	owners, err := tieOwners(ctx, q, space)
	if err != nil {
		return nil, err
	}
	somewhere, err := idsBetween(ctx, q, "id", `from person where space = $1`, space)
	if err != nil {
		return nil, err
	}
	var keys []pairKey
	for i, from := range somewhere {
		owner := owners[i%len(owners)]
		found, err := db.Select[struct{ Person, Other id.ID }](ctx, q, `select person, other from tie
			where space = $1 and owner = $2 and person >= $3
			order by person, other limit 1`, space, owner, from)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			keys = append(keys, orderedPair(owner, f.Person, f.Other))
		}
	}
	return keys, nil
}

// sampleCarried returns ties that begin with some of the carried ones.
func sampleCarried(ctx context.Context, q db.Queryer, space id.ID, alias map[id.ID]id.ID) ([]pairKey, error) {
	somewhere, err := idsBetween(ctx, q, "person", `from tie_carried where space = $1`, space)
	if err != nil {
		return nil, err
	}
	var keys []pairKey
	for _, from := range somewhere {
		found, err := db.Select[Carried](ctx, q, `select `+carriedColumns+` from tie_carried
			where space = $1 and person >= $2 order by person, other limit 1`, space, from)
		if err != nil {
			return nil, err
		}
		for i := range found {
			c := &found[i]
			first, second := cmp.Or(alias[c.Person], c.Person), cmp.Or(alias[c.Other], c.Other)
			if first != second {
				keys = append(keys, orderedPair(c.tieOwner(), first, second))
			}
		}
	}
	return keys, nil
}

// idsBetween returns random places between the smallest and the largest id of some rows.
func idsBetween(ctx context.Context, q db.Queryer, column, from string, args ...any) ([]id.ID, error) {
	var ends [2]uint64
	for i, order := range []string{"asc", "desc"} {
		found, err := db.Values[id.ID](ctx, q, `select `+column+` `+from+` order by `+column+` `+order+` limit 1`, args...)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		ends[i] = binary.BigEndian.Uint64(found[0][:8])
	}
	out := make([]id.ID, sampledTies)
	for i := range out {
		var at id.ID
		place := ends[0]
		if ends[1] > ends[0] {
			place += rand.Uint64N(ends[1] - ends[0] + 1)
		}
		binary.BigEndian.PutUint64(at[:8], place)
		out[i] = at
	}
	return out, nil
}

// tieOwners returns whose ties there are, or should be: members with evidence or carried ties of their own, and nobody
// for what the space may see.
func tieOwners(ctx context.Context, q db.Queryer, space id.ID) ([]id.ID, error) {
	owners, err := db.Values[id.ID](ctx, q, `select distinct owner from (
		select owner from interaction where space = $1 and visibility = 0 union select owner from tie
		where space = $1 union select owner from tie_carried where space = $1) as o order by owner`, space)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(owners, id.Zero) {
		owners = append(owners, id.Zero)
	}
	return owners, nil
}

// CheckTies derives ties of a space from their evidence and compares them with what is stored, to the last bit: a
// sample, or all of them. Ties that are marked as stale are counted and not compared.
func (s *Store) CheckTies(ctx context.Context, space id.ID, now time.Time, all bool) (Check, error) {
	var out Check
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		due, err := dueTies(ctx, tx, space, now)
		if err != nil {
			return err
		}
		waiting := map[pairKey]bool{}
		for _, row := range due {
			waiting[pairKey{row.Owner, row.Person, row.Other}] = true
		}
		out.Waiting = len(due)
		if all {
			return checkAll(ctx, tx, space, now, waiting, &out)
		}
		return checkSome(ctx, tx, space, now, waiting, &out)
	})
	return out, err
}
