package tie

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// MarkMerged removes the ties of the absorbed person and marks those of the kept one that they will flow into.
func MarkMerged(ctx context.Context, tx db.Queryer, space, kept, absorbed id.ID) error {
	if _, err := Hold(ctx, tx, space, id.New()); err != nil {
		return err
	}
	ties, err := db.Select[struct{ Owner, Person, Other id.ID }](ctx, tx, `select owner, person, other from tie
		where space = $1 and person in ($2, $3)`, space, kept, absorbed)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.Other != kept && t.Other != absorbed {
			if err := markStale(ctx, tx, space, orderedPair(t.Owner, kept, t.Other), 0); err != nil {
				return err
			}
		}
		if t.Person == absorbed || t.Other == absorbed {
			if _, err := tx.ExecContext(ctx, `delete from tie where space = $1 and owner = $2
				and person in ($3, $4) and other in ($3, $4)`,
				space, t.Owner, t.Person, t.Other); err != nil {
				return db.Fault(err)
			}
		}
	}
	// Ties that were stale already, such as those with evidence yet to come, become the kept one's.
	waiting, err := db.Select[staleRow](ctx, tx, `select owner, person, other from tie_stale
		where space = $1 and (person = $2 or other = $2)`, space, absorbed)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		other := w.Other
		if other == absorbed {
			other = w.Person
		}
		if other != kept {
			if err := markStale(ctx, tx, space, orderedPair(w.Owner, kept, other), 0); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, `delete from tie_stale where space = $1 and (person = $2 or other = $2)`,
		space, absorbed)
	return db.Fault(err)
}

// MarkTiesOf marks all ties that the evidence of these people makes.
func MarkTiesOf(ctx context.Context, tx db.Queryer, space id.ID, people []id.ID) error {
	in, args := db.In(3, people)
	if err := markPairs(ctx, tx, space, `a.person in (`+in+`)`, args); err != nil {
		return err
	}
	for _, column := range []string{"person", "other"} { // one after the other, each by its index
		if err := markFound(ctx, tx, space, `select distinct case when c.visibility = 0 then c.owner else $2 end as owner,
				case when f.merged > $2 then f.merged else f.id end as first, case when s.merged > $2 then s.merged
				else s.id end as second
			from tie_carried c
			join person f on f.space = c.space and f.id = c.person join person s on s.space = c.space and s.id = c.other
			where c.space = $1 and c.`+column+` in (`+in+`)`, args); err != nil {
			return err
		}
	}
	return nil
}

// markPairs marks the ties between the participants a and b of interactions under a condition, whose arguments start at
// $3.
func markPairs(ctx context.Context, tx db.Queryer, space id.ID, condition string, args []any) error {
	if _, err := Hold(ctx, tx, space, id.New()); err != nil {
		return err
	}
	return markFound(ctx, tx, space, `select distinct case when i.visibility = 0 then i.owner else $2 end as owner,
			case when f.merged > $2 then f.merged else f.id end as first, case when s.merged > $2 then s.merged
			else s.id end as second
		from participant a join participant b on b.space = a.space and b.interaction = a.interaction
		join interaction i on i.space = a.space and i.id = a.interaction
		join person f on f.space = a.space and f.id = a.person join person s on s.space = b.space and s.id = b.person
		where a.space = $1 and `+condition+` and a.role < 3 and b.role < 3`, args)
}

// markFound marks the ties that a query finds, whose own arguments start at $3.
func markFound(ctx context.Context, tx db.Queryer, space id.ID, query string, args []any) error {
	rows, err := db.Select[struct {
		Owner  id.ID
		First  id.ID
		Second id.ID
	}](ctx, tx, query, append([]any{space, id.Zero}, args...)...)
	if err != nil {
		return err
	}
	due := map[pairKey]int64{}
	for _, r := range rows {
		if r.First != r.Second {
			due[orderedPair(r.Owner, r.First, r.Second)] = 0
		}
	}
	return markAllOf(ctx, tx, space, due)
}

// RemoveInteractions deletes interactions and marks the ties that they made.
func RemoveInteractions(ctx context.Context, tx db.Queryer, space id.ID, list []id.ID) error {
	for _, chunk := range db.Chunks(list) {
		in, args := db.In(2, chunk)
		args = append([]any{space}, args...)
		between, more := db.In(3, chunk)
		if err := markPairs(ctx, tx, space, `a.interaction in (`+between+`)`, more); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from interaction where space = $1 and id in (`+in+`)`,
			args...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
