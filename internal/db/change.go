package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/id"
)

// watch says of a table whose changes are counted what else is to be known of it.
type watch struct {
	along []string // tables whose rows go with its rows
	names []string // the columns, ids all, that name what a row is of
}

// watched are the tables whose changes are counted. Every transaction that writes to one of them counts it in the table
// change before it commits, so that whoever reads the count, in any program, knows whether what was read before still
// holds. One that inserts a few rows writes down in change_row which.
var watched = map[string]watch{
	"person": {[]string{
		"fact", "gift_person", "identifier", "important_date", "note", "participant", "person_role", "person_tag",
		"person_word", "praise", "statement", "outcome", "merge",
	}, []string{"id"}},
	"person_word":  {nil, []string{"person"}},
	"identifier":   {nil, []string{"person"}},
	"organisation": {[]string{"person_role"}, []string{"id"}},
	"person_role":  {nil, []string{"person"}},
	"person_tag":   {nil, []string{"person"}},
	"note":         {nil, []string{"person"}},
	"interaction":  {[]string{"participant"}, []string{"id"}},
	"participant":  {nil, []string{"interaction", "person"}},
	"tie":          {nil, []string{"person", "other"}},
	"gift":         {[]string{"gift_person", "trace_answer"}, []string{"id"}},
	"gift_person":  {nil, []string{"gift", "person"}},
	"trace_answer": {},

	"statement":      {nil, []string{"id"}},
	"important_date": {nil, []string{"person"}},
	"fact":           {nil, []string{"id", "person"}},
	"praise":         {nil, []string{"id"}},
	"move_answer":    {},
	"outcome":        {nil, []string{"person"}},
	"merge":          {},
	"member":         {},
	"share_rule":     {},
	"delivery":       {},
}

const (
	// mostNamed is how many rows a transaction names at most: whoever reads looks at all rows when there were more.
	mostNamed = 100

	// namesKept is for how many transactions it stays known which rows they wrote.
	namesKept = 64
)

// place is a table in a space; the zero space stands for all.
type place struct {
	space id.ID
	table string
}

// RowKey names a row by the ids in the columns that its table is watched by.
type RowKey []id.ID

// Change says how the tables of something that was read changed since.
type Change struct {
	whole  bool // anything may have changed, or it was not read before
	tables map[string]written
}

// written says what was done to a table.
type written struct {
	added bool // rows were inserted, and nothing else
	known bool // which rows were inserted or updated is known, and nothing else was done
	gone  bool // rows went
	rows  []RowKey
}

// whole is the change of what was not read before.
var whole = Change{whole: true}

// Added says that rows were added to some of the tables, and nothing else was done to any.
func (c Change) Added() bool {
	for _, w := range c.tables {
		if !w.added {
			return false
		}
	}
	return !c.whole
}

// Rows returns the rows of a table that were added or changed, some perhaps more than once, and maybe some that were
// not; known is false when others may have changed as well, or gone.
func (c Change) Rows(table string) (rows []RowKey, known bool) {
	if w, ok := c.tables[table]; ok {
		return w.rows, w.known
	}
	return nil, !c.whole
}

func (c Change) none() bool { return !c.whole && len(c.tables) == 0 }

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
	space := spaceOf(query, args)
	done := written{added: verb == 'i' && !strings.Contains(query, "do update"), gone: verb == 'd'}
	if verb == 'i' && space != id.Zero {
		done.rows, done.known = rowsOf(query, args, watched[table].names)
	}
	t.root.note(place{space, table}, done)
	if verb == 'd' {
		for _, below := range watched[table].along {
			t.root.note(place{space, below}, written{gone: true})
		}
	}
}

func (r *root) note(at place, done written) {
	if r.touched == nil {
		r.touched = map[place]written{}
	}
	if before, ok := r.touched[at]; ok {
		done.added, done.gone = done.added && before.added, done.gone || before.gone
		done.known = done.known && before.known && len(before.rows)+len(done.rows) <= mostNamed
		done.rows = slices.Concat(before.rows, done.rows)
	}
	if !done.known {
		done.rows = nil
	}
	r.touched[at] = done
}

// insertOf returns the columns of an insert of values, and which of the arguments stands for each in the first row, -1
// for none; rows is how many rows there are, when none of them calls a function.
func insertOf(query string) (columns []string, first []int, rows int, ok bool) {
	list, rest, _ := strings.Cut(query, ")")
	_, list, _ = strings.Cut(list, "(")
	values, ok := strings.CutPrefix(strings.TrimSpace(rest), "values")
	if !ok {
		return nil, nil, 0, false
	}
	values, _, _ = strings.Cut(values, "on conflict")
	rows = strings.Count(values, "(")
	values, _, _ = strings.Cut(strings.TrimLeft(values, " ("), ")")
	row := strings.Split(values, ",")
	for at, column := range strings.Split(list, ",") {
		columns, first = append(columns, strings.TrimSpace(column)), append(first, at)
		if at < len(row) && strings.TrimSpace(row[at]) != "?" {
			number, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(row[at]), "$"))
			if first[at] = number - 1; err != nil {
				first[at] = -1
			}
		}
	}
	return columns, first, rows, true
}

// rowsOf returns the rows that an insert of values writes, by the columns that name them; known is false when they
// cannot be told, or are many.
func rowsOf(query string, args []any, names []string) (rows []RowKey, known bool) {
	columns, first, count, ok := insertOf(query)
	if !ok || len(names) == 0 || count > mostNamed {
		return nil, false
	}
	// The arguments of one row come after those of another, or they are those of one.
	if count*len(columns) != len(args) && (count != 1 || len(args) >= 2*len(columns)) {
		return nil, false
	}
	for n := range count {
		row := make(RowKey, 0, len(names))
		for _, name := range names {
			at := slices.Index(columns, name)
			if at < 0 || first[at] < 0 {
				return nil, false
			}
			key := idOf(args, first[at]+n*len(columns))
			if key.IsZero() {
				return nil, false
			}
			row = append(row, key)
		}
		rows = append(rows, row)
	}
	return rows, true
}

// spaceOf finds the space in which a statement writes: the value of the column space in all rows of an insert, or the
// parameter that the first condition on space names. It is zero when it cannot be told.
func spaceOf(query string, args []any) id.ID {
	if strings.HasPrefix(strings.TrimLeft(query, " \t\n"), "insert") {
		columns, firsts, _, ok := insertOf(query)
		if at := slices.Index(columns, "space"); ok && at >= 0 {
			first := firsts[at]
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
		if t.root.touched[at].added {
			added, changed = 1, 0
		}
		args = append(args, at.space, at.table, added, changed)
	}
	numbers, err := Select[struct {
		Space  id.ID
		Part   string
		Number int64
	}](ctx, t.Tx, "insert into change (space, part, added, changed) values "+Rows(len(places), 4)+
		" on conflict (space, part) do update set added = change.added + excluded.added,"+
		" changed = change.changed + excluded.changed returning space, part, added + changed as number", args...)
	if err != nil {
		return err
	}
	args = nil
	for _, n := range numbers {
		done := t.root.touched[place{n.Space, n.Part}]
		if !done.known { // of what went nobody keeps the ids
			if _, err := t.Tx.ExecContext(ctx, `delete from change_row where space = $1 and part = $2`,
				n.Space, n.Part); err != nil {
				return err
			}
		} else if n.Number%(namesKept/4) == 0 {
			if _, err := t.Tx.ExecContext(ctx, `delete from change_row where space = $1 and part = $2 and number <= $3`,
				n.Space, n.Part, n.Number-namesKept); err != nil {
				return err
			}
		}
		for _, row := range done.rows {
			args = append(args, n.Space, n.Part, n.Number, row.bytes())
		}
	}
	if err := InsertMany(ctx, t, "insert into change_row (space, part, number, ids)", 4, args,
		"on conflict do nothing"); err != nil {
		return err
	}
	return t.tell(ctx)
}

func (r RowKey) bytes() []byte {
	var out []byte
	for _, key := range r {
		out = append(out, key[:]...)
	}
	return out
}

func rowFrom(b []byte) RowKey {
	var out RowKey
	for key := range slices.Chunk(b, len(id.Zero)) {
		out = append(out, id.ID(key))
	}
	return out
}

// mark is how often tables had changed when something was read.
type mark map[string]counts

type counts struct {
	added, changed int64
	number         int64 // of the changes that are counted for the space alone
}

// marks reads how often the tables of a space have changed.
func (d *DB) marks(ctx context.Context, space id.ID, tables []string) (mark, error) {
	in, args := In(3, tables)
	rows, err := Select[struct {
		Space          id.ID
		Part           string
		Added, Changed int64
	}](ctx, d, `select space, part, added, changed from change where space in ($1, $2) and part in (`+in+`)`,
		append([]any{space, id.Zero}, args...)...)
	if err != nil {
		return nil, err
	}
	out := make(mark, len(tables))
	for _, r := range rows {
		n := out[r.Part]
		n.added, n.changed = n.added+r.Added, n.changed+r.Changed
		if r.Space == space {
			n.number = r.Added + r.Changed
		}
		out[r.Part] = n
	}
	return out, nil
}

// since says what changed between two marks of a space.
func (d *DB) since(ctx context.Context, space id.ID, before, now mark) (Change, error) {
	if len(now) < len(before) {
		return whole, nil // the counts are of another database
	}
	change := Change{tables: map[string]written{}}
	var asked []string
	args := []any{space}
	for table, n := range now {
		then := before[table]
		if n == then {
			continue
		}
		change.tables[table] = written{added: n.changed == then.changed && n.added > then.added}
		if n.added+n.changed-then.added-then.changed == n.number-then.number && n.number > then.number &&
			n.number-then.number <= namesKept {
			args = append(args, table, then.number)
			asked = append(asked, fmt.Sprintf("part = $%d and number > $%d", len(args)-1, len(args)))
		}
	}
	if len(asked) == 0 {
		return change, nil
	}
	rows, err := Select[struct {
		Part   string
		Number int64
		IDs    []byte
	}](ctx, d, `select part, number, ids from change_row where space = $1 and (`+strings.Join(asked, " or ")+`)
		order by part, number, ids`, args...)
	if err != nil {
		return whole, err
	}
	last := map[string]int64{} // up to where each transaction has named its rows
	for _, r := range rows {
		w := change.tables[r.Part]
		w.rows = append(w.rows, rowFrom(r.IDs))
		if up := max(last[r.Part], before[r.Part].number); r.Number <= up+1 {
			last[r.Part] = max(up, r.Number)
		}
		change.tables[r.Part] = w
	}
	for table, w := range change.tables {
		w.known = last[table] >= now[table].number
		change.tables[table] = w
	}
	return change, nil
}
