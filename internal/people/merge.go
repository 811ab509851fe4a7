package people

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// The states of a merge.
const (
	MergeProposed = "proposed"
	MergeMerged   = "merged"
	MergeRejected = "rejected" // different people; never proposed again
	MergeUndone   = "undone"
)

// Proposal says that two persons may be one.
type Proposal struct {
	ID      id.ID         `json:"id"`
	Keep    PersonSummary `json:"keep"`
	Absorb  PersonSummary `json:"absorb"`
	Score   float64       `json:"score" doc:"how likely they are one, from 0 to 1"`
	Reasons []string      `json:"reasons"`
	Certain bool          `json:"certain" doc:"nothing in your network says that they are two people: one step merges all of these"`
}

// Merge records that two persons are one and returns the merge, which UndoMerge takes back. Nothing is rewritten: the
// absorbed person points to the kept one, and the ties of both are derived anew.
func (s *Store) Merge(ctx context.Context, v op.Viewer, keep, absorb id.ID) (id.ID, error) {
	defer s.db.After(ctx, s.DropKept)
	merge, err := s.merge(ctx, v, keep, absorb, Joined{Origin: ByHand})
	if err != nil {
		return id.Zero, err
	}
	_, err = s.Settle(ctx, v.Space, tie.Present(v))
	return merge, err
}

// MergeAll merges pairs that are beyond doubt, and returns how many were not one already. What somebody took apart
// stays apart. The ties wait for Settle.
func (s *Store) MergeAll(ctx context.Context, v op.Viewer, pairs [][2]id.ID, how Joined) (int, error) {
	if len(pairs) == 0 {
		return 0, nil
	}
	judged, err := JudgedPairs(ctx, s.db, v)
	if err != nil {
		return 0, err
	}
	merged := 0
	defer func() {
		if merged > 0 { // otherwise all that is kept, on all nodes, holds
			s.db.After(ctx, s.DropKept)
		}
	}()
	for _, pair := range pairs {
		if state := judged[SamePair(pair[0], pair[1])]; state == MergeRejected || state == MergeUndone {
			continue
		}
		_, err := s.merge(ctx, v, pair[0], pair[1], how)
		switch fault.CodeOf(err) {
		case "":
			merged++
		case fault.Conflict, fault.NotFound: // one already, or gone
		default:
			return merged, err
		}
	}
	return merged, nil
}

func (s *Store) merge(ctx context.Context, v op.Viewer, keep, absorb id.ID, how Joined) (id.ID, error) {
	if keep == absorb {
		return id.Zero, fault.New(fault.Invalid, "These are already one person.")
	}
	var merge id.ID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		// Two who merge the same two people the other way round at once would leave nobody.
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		kept, err := s.Person(ctx, tx, v, keep)
		if err != nil {
			return err
		}
		absorbed, err := s.Person(ctx, tx, v, absorb)
		if err != nil {
			return err
		}
		if kept.ID == absorbed.ID {
			return fault.New(fault.Conflict, "These are already one person.")
		}
		toMember, err := MemberOf(ctx, tx, v.Space, kept.ID)
		if err != nil {
			return err
		}
		ofMember, err := MemberOf(ctx, tx, v.Space, absorbed.ID)
		if err != nil {
			return err
		}
		switch {
		case !toMember.IsZero() && !ofMember.IsZero():
			return fault.New(fault.Conflict, "%s is another member.", absorbed.Name)
		case !ofMember.IsZero(): // a member is kept
			kept, absorbed, toMember = absorbed, kept, ofMember
		case toMember.IsZero() && absorbed.ID == v.Person: // and so is the viewer
			kept, absorbed = absorbed, kept
		}
		if absorbed.Owner != v.Member || toMember.IsZero() && kept.Owner != v.Member {
			return fault.New(fault.Forbidden, "Only the member who keeps a person can merge it.")
		}
		// What was merged into the absorbed one follows it; its merge remembers where it came from.
		if err := pointTo(ctx, tx, v.Space, kept.ID, absorbed.ID); err != nil {
			return err
		}
		if merge, err = recordMerge(ctx, tx, v, kept.ID, absorbed.ID, how); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update merge set state = $5, at = $6
			where space = $1 and owner = $2 and kept = $3 and absorbed = $4 and state = 'proposed'`,
			v.Space, v.Member, absorbed.ID, kept.ID, MergeUndone, v.Now.UnixMicro()); err != nil {
			return db.Fault(err)
		}
		return takeOver(ctx, tx, v, kept.ID, absorbed.ID)
	})
	return merge, err
}

// UndoMerge makes the absorbed person stand for itself again, with what had been merged into it before.
func (s *Store) UndoMerge(ctx context.Context, v op.Viewer, merge id.ID) error {
	_, err := s.UndoMerges(ctx, v, []id.ID{merge})
	return err
}

// UndoMerges undoes merges one after the other, and brings the ties up to date once for all of them. It returns how
// many it undid.
func (s *Store) UndoMerges(ctx context.Context, v op.Viewer, merges []id.ID) (undone int, err error) {
	defer s.db.After(ctx, s.DropKept)
	for _, merge := range merges {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
				return err
			}
			return s.unmerge(ctx, tx, v, merge)
		})
		if err != nil {
			break
		}
		undone++
	}
	if _, also := s.Settle(ctx, v.Space, tie.Present(v)); err == nil {
		err = also
	}
	return undone, err
}

// unmerge undoes a merge within a transaction.
func (s *Store) unmerge(ctx context.Context, tx *db.Tx, v op.Viewer, merge id.ID) error {
	m, err := db.One[struct {
		Kept     id.ID
		Absorbed id.ID
		State    string
		Before   string
	}](ctx, tx, `select kept, absorbed, state, before from merge where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, merge)
	if err != nil {
		return err
	}
	if m.State != MergeMerged {
		return fault.New(fault.Conflict, "This merge is not in force.")
	}
	kept, err := s.Person(ctx, tx, v, m.Kept) // follows later merges of the kept one
	if err != nil {
		return err
	}
	if err := tie.MarkMerged(ctx, tx, v.Space, kept.ID, m.Absorbed); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update merge set state = $4, at = $5 where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, merge, MergeUndone, v.Now.UnixMicro()); err != nil {
		return db.Fault(err)
	}
	// The subtree of merges below the absorbed person goes with it.
	subtree, err := mergedBelow(ctx, tx, v.Space, v.Member, m.Absorbed)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and id = $2`,
		v.Space, m.Absorbed, id.Zero); err != nil {
		return db.Fault(err)
	}
	for _, below := range subtree {
		if _, err := tx.ExecContext(ctx, `update person set merged = $3 where space = $1 and id = $2`,
			v.Space, below, m.Absorbed); err != nil {
			return db.Fault(err)
		}
	}
	if err := giveBack(ctx, tx, v, kept.ID, m.Absorbed, m.Before); err != nil {
		return err
	}
	if kept.Photo > 0 {
		if err := settlePhotos(ctx, tx, v.Space, kept.ID, m.Absorbed); err != nil {
			return err
		}
	}
	if err := ReindexPeople(ctx, tx, v.Space, append(subtree, kept.ID, m.Absorbed)); err != nil {
		return err
	}
	return tie.MarkTiesOf(ctx, tx, v.Space, append(subtree, m.Absorbed))
}

func mergedBelow(ctx context.Context, q db.Queryer, space, owner, person id.ID) ([]id.ID, error) {
	direct, err := db.Values[id.ID](ctx, q, `select absorbed from merge
		where space = $1 and owner = $2 and kept = $3 and state = 'merged' order by absorbed`,
		space, owner, person)
	if err != nil {
		return nil, err
	}
	out := direct
	for _, d := range direct {
		below, err := mergedBelow(ctx, q, space, owner, d)
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	return out, nil
}

// Propose records that two persons may be one. A pair that was proposed, merged or rejected before is left alone.
func Propose(ctx context.Context, tx db.Queryer, space, owner, keep, absorb id.ID, score float64, reasons []string,
	at time.Time,
) (bool, error) {
	encoded, err := json.Marshal(reasons)
	if err != nil {
		return false, err
	}
	// The same pair the other way round; this way round the insert finds it, also when another program proposes it now.
	known, err := db.Value[int](ctx, tx, `select count(*) from merge
		where space = $1 and owner = $2 and kept = $3 and absorbed = $4`, space, owner, absorb, keep)
	if err != nil || known > 0 {
		return false, err
	}
	n, err := db.Insert(ctx, tx, "merge", db.Row{
		"space": space, "id": id.New(), "owner": owner, "kept": keep, "absorbed": absorb, "score": score,
		"reasons": string(encoded), "state": MergeProposed, "author": owner, "at": at.UnixMicro(),
	}, "on conflict (space, owner, kept, absorbed) do nothing")
	return n > 0, err
}

// Proposals returns the first open proposals of the viewer, the surest first. A person restricts them to those about
// one person.
func (s *Store) Proposals(ctx context.Context, v op.Viewer, person id.ID, limit int) ([]Proposal, error) {
	return s.ProposalsFrom(ctx, v, person, limit, 0)
}

// OpenProposals counts the viewer's open proposals, and those of them that are certain.
func (s *Store) OpenProposals(ctx context.Context, v op.Viewer) (open, certain int, err error) {
	n, err := db.One[struct{ Open, Certain int }](ctx, s.db,
		`select count(*) as open, coalesce(sum(m.certain), 0) as certain from merge m
		join person k on k.space = m.space and k.id = m.kept and k.merged = $3
		join person a on a.space = m.space and a.id = m.absorbed and a.merged = $3
		where m.space = $1 and m.owner = $2 and m.state = 'proposed'`, v.Space, v.Member, id.Zero)
	return n.Open, n.Certain, err
}

// ProposalsFrom returns a page of the open proposals, which begins after so many.
func (s *Store) ProposalsFrom(ctx context.Context, v op.Viewer, person id.ID, limit, offset int) ([]Proposal, error) {
	rows, err := db.Select[struct {
		ID       id.ID
		Kept     id.ID
		Absorbed id.ID
		Score    float64
		Reasons  string
		Certain  bool
	}](ctx, s.db, `select m.id, m.kept, m.absorbed, m.score, m.reasons, m.certain = 1 as certain from merge m
		join person k on k.space = m.space and k.id = m.kept and k.merged = $3
		join person a on a.space = m.space and a.id = m.absorbed and a.merged = $3
		where m.space = $1 and m.owner = $2 and m.state = 'proposed' and ($4 = $3 or m.kept = $4 or m.absorbed = $4)
		order by m.score desc, m.id limit $5 offset $6`, v.Space, v.Member, id.Zero, person, limit, offset)
	if err != nil {
		return nil, err
	}
	var keys []id.ID
	for _, r := range rows {
		keys = append(keys, r.Kept, r.Absorbed)
	}
	summaries, err := s.Summaries(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	byID := map[id.ID]PersonSummary{}
	for _, p := range summaries {
		byID[p.ID] = p
	}
	out := []Proposal{}
	for _, r := range rows {
		var reasons []string
		if err := json.Unmarshal([]byte(r.Reasons), &reasons); err != nil {
			return nil, err
		}
		out = append(out, Proposal{r.ID, byID[r.Kept], byID[r.Absorbed], r.Score, reasons, r.Certain})
	}
	return out, nil
}

// Accept merges the two persons of a proposal.
func (s *Store) Accept(ctx context.Context, v op.Viewer, proposal id.ID) (id.ID, error) {
	m, err := db.One[struct{ Kept, Absorbed id.ID }](ctx, s.db, `select kept, absorbed from merge
		where space = $1 and owner = $2 and id = $3 and state = 'proposed'`,
		v.Space, v.Member, proposal)
	if err != nil {
		return id.Zero, err
	}
	return s.Merge(ctx, v, m.Kept, m.Absorbed)
}

// LastContacts returns when the viewer was last in touch with each of the people under any name that may be theirs.
// What looks silent may be somebody who writes from a new address.
func (s *Store) LastContacts(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]time.Time, error) {
	doubles, err := s.Doubles(ctx, v)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(people)
	for _, p := range people {
		all = append(all, doubles[p]...)
	}
	slices.SortFunc(all, id.ID.Compare)
	states, err := s.TieStates(ctx, v, v.Person, slices.Compact(all))
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]time.Time, len(people))
	for _, p := range people {
		last := states[p].AsOf
		for _, other := range doubles[p] {
			last = max(last, states[other].AsOf)
		}
		if last > 0 {
			out[p] = time.UnixMicro(last).UTC()
		}
	}
	return out, nil
}

// Certain returns the open proposals of which nothing in the network says that they are two people.
func (s *Store) Certain(ctx context.Context, v op.Viewer) ([][2]id.ID, error) {
	rows, err := db.Select[struct{ Kept, Absorbed id.ID }](ctx, s.db, `select m.kept, m.absorbed from merge m
		join person k on k.space = m.space and k.id = m.kept and k.merged = $3
		join person a on a.space = m.space and a.id = m.absorbed and a.merged = $3
		where m.space = $1 and m.owner = $2 and m.state = 'proposed' and m.certain = 1 order by m.score desc, m.id`,
		v.Space, v.Member, id.Zero)
	pairs := make([][2]id.ID, len(rows))
	for i, r := range rows {
		pairs[i] = [2]id.ID{r.Kept, r.Absorbed}
	}
	return pairs, err
}

// Reject records that the two persons of a proposal are different people.
func (s *Store) Reject(ctx context.Context, v op.Viewer, proposal id.ID) error {
	return db.Found(db.Exec(ctx, s.db, `update merge set state = $4, at = $5
		where space = $1 and owner = $2 and id = $3 and state = 'proposed'`,
		v.Space, v.Member, proposal, MergeRejected, v.Now.UnixMicro()))
}

// ReasonText joins reasons into one line.
func ReasonText(reasons []string) string { return strings.Join(reasons, "; ") }

// ProposedAmong returns the open proposals between any two of the people.
func (s *Store) ProposedAmong(ctx context.Context, v op.Viewer, people []id.ID) ([][2]id.ID, error) {
	in, args := db.In(3, people)
	rows, err := db.Select[struct{ Kept, Absorbed id.ID }](ctx, s.db, `select kept, absorbed from merge
		where space = $1 and owner = $2 and state = 'proposed'
		and kept in (`+in+`) and absorbed in (`+in+`) order by score desc, id`,
		append([]any{v.Space, v.Member}, args...)...)
	out := make([][2]id.ID, len(rows))
	for i, r := range rows {
		out[i] = [2]id.ID{r.Kept, r.Absorbed}
	}
	return out, err
}

// Pair names two persons; the one that was met first is kept.
type Pair struct{ Keep, Absorb id.ID }

// JudgedPairs returns the pairs that were proposed, merged, rejected or undone before, with what became of them.
func JudgedPairs(ctx context.Context, q db.Queryer, v op.Viewer) (map[Pair]string, error) {
	rows, err := db.Select[struct {
		Kept, Absorbed id.ID
		State          string
	}](ctx, q, `select kept, absorbed, state from merge where space = $1 and owner = $2 order by at, id`,
		v.Space, v.Member)
	out := make(map[Pair]string, len(rows))
	for _, r := range rows {
		out[SamePair(r.Kept, r.Absorbed)] = r.State
	}
	return out, err
}

// SamePair names two persons, the one that was met first before the other.
func SamePair(a, b id.ID) Pair {
	if id.ID.Compare(a, b) > 0 {
		a, b = b, a
	}
	return Pair{a, b}
}
