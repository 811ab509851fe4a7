package tie

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Store is the SQL of evidence and ties. Every query names the space, and what is read for a viewer is within what
// that viewer may see.
type Store struct {
	db    *db.DB
	views views
}

// NewStore returns the store on a database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// manyOthers is from how many people on what is kept of all ties is looked at, rather than the database.
const manyOthers = 100

// Tie is a tie of two people.
type Tie struct {
	A, B id.ID
	State
}

// tieTable is the table that ties are read from.
var tieTable = []string{"tie"}

// pairOf is the pair of people that a changed tie is of, whichever way it was written.
func pairOf(_ string, row db.RowKey) (pair [2]id.ID, ok bool) {
	if row[1].Compare(row[0]) < 0 {
		return [2]id.ID{row[1], row[0]}, true
	}
	return [2]id.ID{row[0], row[1]}, true
}

// Ties returns every tie that the viewer may see: of own evidence, of that of the space, and as far as others show
// theirs.
func (s *Store) Ties(ctx context.Context, v op.Viewer) (*Table, error) {
	shown, err := s.ShownTies(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(shown) == 0 {
		return s.seenTies(ctx, v)
	}
	return db.Keep(ctx, s.db, scope.Kept(v, "all ties of "+v.Person.String()), shownTables,
		func(ctx context.Context, _ *Table, _ db.Change) (*Table, error) {
			shown, err := s.ShownTies(ctx, v) // as it is for what is kept
			if err != nil {
				return nil, err
			}
			seen, err := s.seenTies(ctx, v)
			if err != nil {
				return nil, err
			}
			return withShown(seen, shown, v), nil
		})
}

// shownTables are those of which the ties follow that others show.
var shownTables = slices.Concat(tieTable, sharedTables, delicateTables)

// withShown adds what others show to the ties of which the viewer sees evidence; those stay as they are.
func withShown(seen *Table, shown []ShownTie, v op.Viewer) *Table {
	more := map[[2]id.ID]Bond{}
	for _, t := range shown {
		pair, _ := pairOf("", db.RowKey{t.Person, t.Other})
		if before, had := more[pair]; !had || before.Shown < t.Level { // both ends may show it: the same contact, once
			more[pair] = bondOf(pair[0], pair[1], t.state(v.Now))
			m := more[pair]
			m.Shown = t.Level
			more[pair] = m
		}
	}
	pairs := slices.SortedFunc(maps.Keys(more), comparePairs)
	out := newTableMaker()
	for t := range seen.All() {
		pair := [2]id.ID{t.A, t.B}
		for len(pairs) > 0 && comparePairs(pairs[0], pair) < 0 {
			out.add(more[pairs[0]])
			pairs = pairs[1:]
		}
		if len(pairs) > 0 && pairs[0] == pair {
			m := bondOf(t.A, t.B, t.state().with(more[pair].state()))
			m.Shown = more[pair].Shown
			t, pairs = m, pairs[1:]
		}
		out.add(t)
	}
	for _, pair := range pairs {
		out.add(more[pair])
	}
	return out.table()
}

// seenTies returns every tie of which the viewer sees evidence.
func (s *Store) seenTies(ctx context.Context, v op.Viewer) (*Table, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "ties"), tieTable,
		func(ctx context.Context, old *Table, change db.Change) (*Table, error) {
			pairs, known := db.Keys(change, tieTable, pairOf)
			if !known {
				return s.readTies(ctx, v)
			}
			fresh, err := s.TieStatesOf(ctx, v, slices.Collect(maps.Keys(pairs)))
			if err != nil {
				return nil, err
			}
			return old.with(pairs, fresh), nil
		})
}

// readTies reads all ties of which the viewer sees evidence.
func (s *Store) readTies(ctx context.Context, v op.Viewer) (*Table, error) {
	out := newTableMaker()
	var last Bond // not in it yet: own evidence and the space's come one after the other
	err := db.Each(ctx, s.db, func(r *struct {
		Person, Other      id.ID
		Intensity, Peak    float64
		AsOf, FirstContact int64
		Interactions       int
	},
	) error {
		state := State{
			Intensity: r.Intensity, Peak: r.Peak, AsOf: r.AsOf, FirstContact: r.FirstContact,
			Interactions: r.Interactions,
		}
		if last.A == r.Person && last.B == r.Other {
			last = bondOf(r.Person, r.Other, last.state().Plus(state))
			return nil
		}
		if !last.B.IsZero() {
			out.add(last)
		}
		last = bondOf(r.Person, r.Other, state)
		return nil
	}, `select person, other, intensity, peak, as_of, first_contact, interactions from tie
		where space = $1 and owner in ($2, $3) and person < other
		order by person, other`, v.Space, v.Member, id.Zero)
	if err != nil {
		return nil, err
	}
	if !last.B.IsZero() {
		out.add(last)
	}
	return out.table(), nil
}

// ownRow is a tie of the viewer, own evidence or the space's.
type ownRow struct {
	Owner, Other id.ID
	State
}

// ownRows returns the ties of the viewer, own evidence and the space's apart, by the other.
func (s *Store) ownRows(ctx context.Context, v op.Viewer) ([]ownRow, error) {
	return db.KeepList(ctx, s.db, scope.Kept(v, "rows of "+v.Person.String()), db.List[id.ID, ownRow]{
		Tables:  tieTable,
		Key:     func(_ string, row db.RowKey) (id.ID, bool) { return row[1], row[0] == v.Person },
		Of:      func(r ownRow) id.ID { return r.Other },
		Compare: func(a, b ownRow) int { return cmp.Or(a.Other.Compare(b.Other), a.Owner.Compare(b.Owner)) },
		Read: func(ctx context.Context, others map[id.ID]bool) ([]ownRow, error) {
			return db.SelectKeyed[ownRow](ctx, s.db, `select owner, other, `+stateColumns+` from tie
				where space = $1 and owner in ($2, $3) and person = $4`,
				[]any{v.Space, v.Member, id.Zero, v.Person}, "other", others)
		},
	})
}

// OwnTies returns the ties of the viewer with others: own evidence and the space's together.
func (s *Store) OwnTies(ctx context.Context, v op.Viewer) (map[id.ID]State, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "ties of "+v.Person.String()), tieTable,
		func(ctx context.Context, _ map[id.ID]State, _ db.Change) (map[id.ID]State, error) {
			rows, err := s.ownRows(ctx, v)
			out := make(map[id.ID]State, len(rows))
			for _, r := range rows {
				out[r.Other] = out[r.Other].Plus(r.State)
			}
			return out, err
		})
}

// Nearness returns how strong the viewer's own tie with somebody is now; 0 without one.
func (s *Store) Nearness(ctx context.Context, v op.Viewer) (func(person id.ID) float64, error) {
	ties, err := s.OwnTies(ctx, v)
	return func(person id.ID) float64 { return Strength(ties[person].IntensityAt(v.Now)) }, err
}

// QuietTie is a tie of the viewer on which nothing happened for a while.
type QuietTie struct {
	Other        id.ID
	Peak         float64
	AsOf         int64
	Interactions int
}

// grouped puts rows of one tie together: the most of each.
func grouped(rows []ownRow, which func(QuietTie) bool) (out []QuietTie) {
	for _, row := range rows {
		r := QuietTie{row.Other, row.Peak, row.AsOf, row.Interactions}
		switch n := len(out); {
		case !which(r):
		case n > 0 && out[n-1].Other == r.Other:
			t := &out[n-1]
			t.Peak, t.AsOf = max(t.Peak, r.Peak), max(t.AsOf, r.AsOf)
			t.Interactions = max(t.Interactions, r.Interactions)
		default:
			out = append(out, r)
		}
	}
	return out
}

// strongestOnce puts the once strongest first and leaves out what is beyond most.
func strongestOnce(list []QuietTie, most int) []QuietTie {
	slices.SortFunc(list, func(a, b QuietTie) int {
		return cmp.Or(cmp.Compare(b.Peak, a.Peak), a.Other.Compare(b.Other))
	})
	return list[:min(len(list), most)]
}

// DormantTies returns the ties of the viewer that were once at least moderate and are dormant, the once strongest
// first.
func (s *Store) DormantTies(ctx context.Context, v op.Viewer, most int) ([]QuietTie, error) {
	rows, err := s.ownRows(ctx, v)
	silent, moderate := v.Now.Add(-DormantAfter).UnixMicro(), Intensity(ModerateFrom)
	list := grouped(rows, func(QuietTie) bool { return true })
	list = slices.DeleteFunc(list, func(t QuietTie) bool { return t.AsOf > silent || t.Peak < moderate })
	return strongestOnce(list, most), err
}

// QuietTies returns the ties of the viewer of more than some interactions that are silent for some time and not
// dormant yet, the once strongest first.
func (s *Store) QuietTies(
	ctx context.Context, v op.Viewer, silent time.Duration, interactions, most int,
) ([]QuietTie, error) {
	rows, err := s.ownRows(ctx, v)
	until, from := v.Now.Add(-silent).UnixMicro(), v.Now.Add(-DormantAfter).UnixMicro()
	return strongestOnce(grouped(rows, func(t QuietTie) bool {
		return t.AsOf < until && t.AsOf > from && t.Interactions > interactions
	}), most), err
}

// SaidBy returns what some members of a space said of their own ties, whoever may see it: for figures of groups alone,
// of which each of them knows and wants to be a part. Who says what they said themselves; observations and what is
// against somebody are left out.
func (s *Store) SaidBy(ctx context.Context, space id.ID, members []id.ID) ([]Statement, error) {
	in, args := db.In(3, members)
	return db.Select[Statement](ctx, s.db, `select t.id, t.owner, t.layer, t.sign, t.weight, t.source_person,
		t.target_person, t.directed, t.time, t.source from statement t
		where t.space = $1 and t.sign > 0 and t.source <> $2 and t.owner in (`+in+`) order by t.id`,
		append([]any{space, Observed}, args...)...)
}

// DropStatements removes, within a transaction, what the owner of a statement said before, from the same source, of the
// same two people on the same layer.
func DropStatements(ctx context.Context, tx *db.Tx, space id.ID, like Statement) error {
	_, err := tx.ExecContext(ctx, `delete from statement where space = $1 and owner = $2 and source = $3
		and layer = $4 and source_person = $5 and target_person = $6`,
		space, like.Owner, like.Source, like.Layer, like.SourcePerson, like.TargetPerson)
	return db.Fault(err)
}

// TieStates returns the viewer's ties of one person with others: own evidence and the space's together.
func (s *Store) TieStates(ctx context.Context, v op.Viewer, person id.ID, others []id.ID) (map[id.ID]State, error) {
	out := map[id.ID]State{}
	if len(others) > manyOthers && person == v.Person {
		own, err := s.OwnTies(ctx, v)
		for _, other := range others {
			if state, ok := own[other]; ok {
				out[other] = state
			}
		}
		return out, err
	}
	for _, chunk := range db.Chunks(others) {
		in, args := db.In(5, chunk)
		rows, err := db.Select[struct {
			Other id.ID
			State
		}](ctx, s.db, `select other, `+stateColumns+` from tie
			where space = $1 and owner in ($2, $3) and person = $4 and other in (`+in+`)`,
			append([]any{v.Space, v.Member, id.Zero, person}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Other] = out[r.Other].Plus(r.State)
		}
	}
	return out, nil
}

// TieStatesOf returns the states of the ties of the pairs, as far as the viewer may see them: for the few ties of some
// routes, in one query.
func (s *Store) TieStatesOf(ctx context.Context, v op.Viewer, pairs [][2]id.ID) (map[[2]id.ID]State, error) {
	out := map[[2]id.ID]State{}
	asked := map[[2]id.ID]bool{}
	pairs = slices.DeleteFunc(slices.Clone(pairs), func(p [2]id.ID) bool { // a tie of two routes counts once
		twice := asked[p]
		asked[p] = true
		return twice
	})
	for pairs := range slices.Chunk(pairs, 50) {
		args := []any{v.Space, v.Member, id.Zero}
		var selects []string
		for _, p := range pairs {
			n := len(args)
			selects = append(selects, `select person, other, `+stateColumns+` from tie
				where space = $1 and owner in ($2, $3) and person = `+db.Placeholder(n+1)+` and other = `+db.Placeholder(n+2))
			args = append(args, p[0], p[1])
		}
		rows, err := db.Select[struct {
			Person id.ID
			Other  id.ID
			State
		}](ctx, s.db, strings.Join(selects, " union all "), args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			pair := [2]id.ID{r.Person, r.Other}
			out[pair] = out[pair].Plus(r.State)
		}
	}
	return out, nil
}

// Present is the moment up to which evidence makes ties: now, or later when the viewer looks ahead. A viewer who looks
// back does not take evidence away.
func Present(v op.Viewer) time.Time {
	if now := time.Now(); now.After(v.Now) {
		return now
	}
	return v.Now
}

// DropSaid removes, within a transaction, what came from one source of an owner: all of it, or with a person only what
// they said or what was said of them.
func DropSaid(ctx context.Context, tx *db.Tx, space, owner id.ID, source string, person id.ID) error {
	query, args := `delete from statement where space = $1 and owner = $2 and source = $3`, []any{space, owner, source}
	if !person.IsZero() {
		query, args = query+` and (source_person = $4 or target_person = $4)`, append(args, person)
	}
	_, err := tx.ExecContext(ctx, query, args...)
	return db.Fault(err)
}
