package erase

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// redactAll takes the people out of every text of the viewer's, and with Everywhere of everybody's.
func (x *erasing) redactAll(ctx context.Context) error {
	tables := x.Tables()
	for _, t := range tables {
		if len(t.All(room.Words)) == 0 || t.Derived {
			continue
		}
		mine := room.Mine(tables, t, "t", "$2")
		if mine == "" { // of nobody: only named for review
			mine = "cast($2 as bytea) is not null"
		}
		if err := x.redactTable(ctx, t, mine, true); err != nil {
			return err
		}
		if x.e.Everywhere {
			if err := x.redactTable(ctx, t, "not ("+mine+")", false); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowsAtOnce is how many rows are read before those that change are written.
const rowsAtOnce = 5000

// redactTable takes the people out of the texts of one table under a condition; show says whether what is left may be
// shown to the viewer.
func (x *erasing) redactTable(ctx context.Context, t room.Table, condition string, show bool) error {
	patterns := x.redactor.patterns()
	args := []any{x.v.Space, x.v.Member}
	for _, p := range patterns {
		args = append(args, p)
	}
	var names, filled []string
	key := t.Column(room.Key)
	for _, c := range t.Columns {
		if c.Kind == room.Words { // what cannot hold anything of them is not read
			filled = append(filled, maybe(x.DB().Dialect, "t."+c.Name, patterns, 3))
		}
		names = append(names, "t."+c.Name)
	}
	query := `select ` + strings.Join(names, ", ") + ` from ` + t.Name + ` t where ` + t.Within("t") + ` and ` +
		condition + ` and (` + strings.Join(filled, " or ") + `)`
	if key == "" {
		rows, err := x.rows(ctx, t, query, args...)
		if err != nil {
			return err
		}
		return x.redactRows(ctx, t, rows, show)
	}
	at := slices.IndexFunc(t.Columns, func(c room.Column) bool { return c.Kind == room.Key })
	query += ` and t.` + key + ` > ` + db.Placeholder(len(args)+1) + ` order by t.` + key + ` limit ` +
		db.Placeholder(len(args)+2)
	for last := id.Zero; ; {
		rows, err := x.rows(ctx, t, query, append(slices.Clone(args), last, rowsAtOnce)...)
		if err != nil {
			return err
		}
		if err := x.redactRows(ctx, t, rows, show); err != nil || len(rows) < rowsAtOnce {
			return err
		}
		if err := last.Scan(rows[len(rows)-1][at]); err != nil {
			return err
		}
	}
}

func (x *erasing) rows(ctx context.Context, t room.Table, query string, args ...any) ([][]any, error) {
	found, err := x.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, db.Fault(err)
	}
	defer found.Close()
	var out [][]any
	for found.Next() {
		row, targets := make([]any, len(t.Columns)), make([]any, len(t.Columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := found.Scan(targets...); err != nil {
			return nil, db.Fault(err)
		}
		out = append(out, row)
	}
	return out, db.Fault(found.Err())
}

func (x *erasing) redactRows(ctx context.Context, t room.Table, rows [][]any, show bool) error {
	for _, row := range rows {
		about := false
		var key id.ID
		for i, c := range t.Columns {
			if c.Kind == room.Key && key.Scan(row[i]) == nil {
				about = x.about[t.Name][key]
			}
		}
		next := slices.Clone(row)
		changed := false
		for i, c := range t.Columns {
			body, ok := row[i].(string)
			if c.Kind != room.Words || !ok || body == "" {
				continue
			}
			clean, left := x.redactor.redact(body, about)
			if c.Why != "" {
				clean, left = body, left || clean != body
			}
			if left {
				x.out.LeftTotal++
				if show && len(x.out.Left) < 100 {
					x.out.Left = append(x.out.Left, LeftText{t.Title, text.Clip(clean, 200)})
				}
			}
			if clean == body {
				continue
			}
			if c.Unique {
				var err error
				if clean, err = x.free(ctx, t, row, i, clean); err != nil {
					return err
				}
			}
			next[i], changed = clean, true
		}
		if !changed {
			continue
		}
		x.out.Changed[t.Name]++
		if err := x.rewrite(ctx, t, row, next); err != nil {
			return err
		}
		if err := x.touch(ctx, t, row); err != nil {
			return err
		}
	}
	return nil
}

// free returns the text, with a number behind it when another row of the same owner, person or parent has it already.
func (x *erasing) free(ctx context.Context, t room.Table, row []any, column int, want string) (string, error) {
	condition, args := ``, []any{x.v.Space}
	for i, c := range t.Columns {
		if c.Kind == room.Owner || c.Kind == room.Link || c.Kind == room.Person {
			args = append(args, row[i])
			condition += ` and ` + c.Name + ` = ` + db.Placeholder(len(args))
		}
	}
	for n := 1; ; n++ {
		text := want
		if n > 1 {
			text = fmt.Sprintf("%s (%d)", want, n)
		}
		there, err := db.Value[int](ctx, x.tx,
			`select count(*) from `+t.Name+` t where `+t.Within("t")+condition+` and `+t.Columns[column].Name+` = `+
				db.Placeholder(len(args)+1),
			append(slices.Clone(args), text)...)
		if err != nil || there == 0 {
			return text, err
		}
	}
}

// rewrite stores the changed texts of a row.
func (x *erasing) rewrite(ctx context.Context, t room.Table, row, next []any) error {
	var set, where []string
	args := []any{x.v.Space}
	key := t.Column(room.Key)
	for i, c := range t.Columns {
		if key == "" || c.Name == key {
			args = append(args, row[i])
			where = append(where, c.Name+" = "+db.Placeholder(len(args)))
		}
		if c.Kind == room.Words && next[i] != row[i] {
			args = append(args, next[i])
			set = append(set, c.Name+" = "+db.Placeholder(len(args)))
		}
	}
	_, err := x.tx.ExecContext(ctx, `update `+t.Name+` set `+strings.Join(set, ", ")+` where `+t.Within(t.Name)+` and `+
		strings.Join(where, " and "), args...)
	return db.Fault(err)
}

// touch notes whose search words change with a row.
func (x *erasing) touch(ctx context.Context, t room.Table, row []any) error {
	for i, c := range t.Columns {
		var key id.ID
		switch {
		case t.Name == "person" && c.Kind == room.Key, (t.Name == "person_role" || t.Name == "person_tag") &&
			c.Kind == room.Person:
			if err := key.Scan(row[i]); err != nil {
				return err
			}
			x.changed = append(x.changed, key)
		case t.Name == "organisation" && c.Kind == room.Key:
			people, err := db.Values[id.ID](ctx, x.tx, `select person from person_role
				where space = $1 and organisation = $2`, x.v.Space, row[i])
			if err != nil {
				return err
			}
			x.changed = append(x.changed, people...)
		}
	}
	return nil
}
