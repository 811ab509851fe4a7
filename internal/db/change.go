package db

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/id"
)

// watched are the tables whose changes are counted, each with those whose rows go with its rows. Every transaction that
// writes to one of them counts it in the table change before it commits, so that whoever reads the count, in any
// program, knows whether what was read before still holds.
var watched = map[string][]string{
	"person":       {"gift_person", "note", "participant", "person_role", "person_tag"},
	"person_role":  nil,
	"person_tag":   nil,
	"note":         nil,
	"interaction":  {"participant"},
	"participant":  nil,
	"tie":          nil,
	"gift":         {"gift_person", "trace_answer"},
	"gift_person":  nil,
	"trace_answer": nil,
}

// place is a table in a space; the zero space stands for all.
type place struct {
	space id.ID
	table string
}

// Change says how the tables of something that was read changed since.
type Change int

// The changes.
const (
	Whole Change = iota // anything may have changed, or it was not read before
	Added               // rows were added, and nothing else
	None
)

// writing returns the table to which a statement writes and how; ok is false when its changes are not counted.
func writing(query string) (table string, verb byte, ok bool) {
	rest := strings.TrimLeft(query, " \t\n")
	for _, begin := range []string{"insert into ", "update ", "delete from "} {
		if after, found := strings.CutPrefix(rest, begin); found {
			if end := strings.IndexAny(after, " \t\n("); end >= 0 {
				after = after[:end]
			}
			_, ok = watched[after]
			return after, begin[0], ok
		}
	}
	return "", 0, false
}

// touch notes that a statement of the transaction writes. A statement whose space cannot be told counts for all spaces:
// it is a reading too many, never one too few.
func (t *Tx) touch(query string, args []any) {
	table, verb, ok := writing(query)
	if !ok {
		return
	}
	change := Whole
	if verb == 'i' && !strings.Contains(query, "do update") {
		change = Added
	}
	space := spaceOf(query, args)
	t.root.note(place{space, table}, change)
	if verb == 'd' {
		for _, below := range watched[table] {
			t.root.note(place{space, below}, change)
		}
	}
}

func (r *root) note(at place, change Change) {
	if r.touched == nil {
		r.touched = map[place]Change{}
	}
	if known, ok := r.touched[at]; !ok || change < known {
		r.touched[at] = change
	}
}

// spaceOf finds the space in which a statement writes: the value of the column space in all rows of an insert, or the
// parameter that the first condition on space names. It is zero when it cannot be told.
func spaceOf(query string, args []any) id.ID {
	if strings.HasPrefix(strings.TrimLeft(query, " \t\n"), "insert") {
		list, rest, _ := strings.Cut(query, ")")
		_, list, _ = strings.Cut(list, "(")
		columns := strings.Split(list, ",")
		at := slices.IndexFunc(columns, func(c string) bool { return strings.TrimSpace(c) == "space" })
		values, ok := strings.CutPrefix(strings.TrimSpace(rest), "values")
		if at >= 0 && ok {
			values, _, _ = strings.Cut(strings.TrimLeft(values, " ("), ")")
			first := at
			if row := strings.Split(values, ","); at < len(row) && strings.TrimSpace(row[at]) != "?" {
				number, _ := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(row[at]), "$"))
				first = number - 1
			}
			space := idOf(args, first)
			for next := first + len(columns); next < len(args) && len(args)%len(columns) == 0; next += len(columns) {
				if idOf(args, next) != space {
					return id.Zero
				}
			}
			return space
		}
	}
	for {
		before, rest, ok := strings.Cut(query, "space = $")
		if !ok {
			return id.Zero
		}
		query = rest
		if end := len(before); end > 0 && isWord(before[end-1]) {
			continue // a column whose name ends so
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			end = len(rest)
		}
		n, _ := strconv.Atoi(rest[:end])
		return idOf(args, n-1)
	}
}

func isWord(c byte) bool { return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }

func idOf(args []any, n int) id.ID {
	if n < 0 || n >= len(args) {
		return id.Zero
	}
	key, _ := args[n].(id.ID)
	return key
}

// count writes down what the transaction changed, as the last thing that it does and in one order, so that transactions
// that count wait for each other only while they commit.
func (t *Tx) count(ctx context.Context) error {
	if len(t.root.touched) == 0 {
		return nil
	}
	places := slices.SortedFunc(maps.Keys(t.root.touched), func(a, b place) int {
		if a.space != b.space {
			return a.space.Compare(b.space)
		}
		return strings.Compare(a.table, b.table)
	})
	var args []any
	for _, at := range places {
		added, changed := 0, 1
		if t.root.touched[at] == Added {
			added, changed = 1, 0
		}
		args = append(args, at.space, at.table, added, changed)
	}
	_, err := t.Tx.ExecContext(ctx, "insert into change (space, part, added, changed) values "+Rows(len(places), 4)+
		" on conflict (space, part) do update set added = change.added + excluded.added,"+
		" changed = change.changed + excluded.changed", args...)
	return err
}

// mark is how often tables had changed when something was read.
type mark map[string]counts

type counts struct{ added, changed int64 }

// marks reads how often the tables of a space have changed.
func (d *DB) marks(ctx context.Context, space id.ID, tables []string) (mark, error) {
	in, args := In(3, tables)
	rows, err := Select[struct {
		Part           string
		Added, Changed int64
	}](ctx, d, `select part, added, changed from change where space in ($1, $2) and part in (`+in+`)`,
		append([]any{space, id.Zero}, args...)...)
	if err != nil {
		return nil, err
	}
	out := make(mark, len(tables))
	for _, r := range rows {
		out[r.Part] = counts{out[r.Part].added + r.Added, out[r.Part].changed + r.Changed}
	}
	return out, nil
}

// since says what changed between two marks.
func (m mark) since(before mark) Change {
	change := None
	for table, now := range m {
		switch then := before[table]; {
		case now.changed != then.changed:
			return Whole
		case now.added != then.added:
			change = Added
		}
	}
	if len(m) < len(before) {
		return Whole // the counts are of another database
	}
	return change
}
