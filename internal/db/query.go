package db

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"gave.network/internal/fault"
)

// Select runs a query and returns a T for each row. Columns go to the fields whose name in snake case is the column's
// name; embedded structs count as their fields. A column without a field is an error of ours.
func Select[T any](ctx context.Context, q Queryer, query string, args ...any) ([]T, error) {
	var out []T
	err := Each(ctx, q, func(row *T) error {
		out = append(out, *row)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Each runs a query and calls do with a T for each row, as Select fills it, until do returns an error. The T is used
// again for the next row: for results so long that they should not stand in memory twice.
func Each[T any](ctx context.Context, q Queryer, do func(row *T) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return Fault(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return Fault(err)
	}
	plan, err := planFor(reflect.TypeFor[T](), columns)
	if err != nil {
		return err
	}
	var row, empty T
	v := reflect.ValueOf(&row).Elem()
	targets := make([]any, len(columns))
	for i, index := range plan {
		targets[i] = v.FieldByIndex(index).Addr().Interface()
	}
	for rows.Next() {
		row = empty
		if err := rows.Scan(targets...); err != nil {
			return Fault(err)
		}
		if err := do(&row); err != nil {
			return err
		}
	}
	return Fault(rows.Err())
}

// One runs a query for one row. It returns a fault NotFound when there is none.
func One[T any](ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	found, err := Select[T](ctx, q, query, args...)
	if err != nil {
		var none T
		return none, err
	}
	if len(found) == 0 {
		var none T
		return none, fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return found[0], nil
}

// Values runs a query with one column and returns its values.
func Values[T any](ctx context.Context, q Queryer, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, Fault(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var value T
		if err := rows.Scan(&value); err != nil {
			return nil, Fault(err)
		}
		out = append(out, value)
	}
	return out, Fault(rows.Err())
}

// Value runs a query with one column and one row. It returns a fault NotFound when there is no row.
func Value[T any](ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	found, err := Values[T](ctx, q, query, args...)
	if err != nil || len(found) == 0 {
		var none T
		if err == nil {
			err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
		}
		return none, err
	}
	return found[0], nil
}

// Exec runs a statement and returns how many rows it changed.
func Exec(ctx context.Context, q Queryer, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, Fault(err)
	}
	n, err := result.RowsAffected()
	return n, Fault(err)
}

// Found turns a statement that changed nothing into a fault NotFound; it takes what Exec, Insert and Update return.
func Found(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return err
}

// Moment is a stored time, in microseconds; nil for 0, which stands for never.
func Moment(micro int64) *time.Time {
	if micro == 0 {
		return nil
	}
	t := time.UnixMicro(micro).UTC()
	return &t
}

// Placeholder returns $n, the placeholder of the nth argument.
func Placeholder(n int) string { return "$" + strconv.Itoa(n) }

// Like returns the condition that a column is like the pattern of the nth argument, whatever the case of letters of
// ASCII. What it says of other letters is not the same in both databases.
func (d Dialect) Like(column string, n int) string {
	if d == PostgreSQL {
		return column + " ilike " + Placeholder(n)
	}
	return column + " like " + Placeholder(n) // SQLite passes over case, and is slow at lower
}

// In returns the placeholders $start, $start+1, … for a list, and the list as arguments. An empty list gives "null",
// which nothing is in.
func In[T any](start int, list []T) (placeholders string, args []any) {
	if len(list) == 0 {
		return "null", nil
	}
	var b strings.Builder
	args = make([]any, len(list))
	for i, item := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(start + i))
		args[i] = item
	}
	return b.String(), args
}

// Chunk is how many items go into one In list: both databases take it, and the statement stays small.
const Chunk = 2000

// Chunks cuts a list into parts of at most Chunk items.
func Chunks[T any](list []T) [][]T {
	var out [][]T
	for len(list) > Chunk {
		out = append(out, list[:Chunk])
		list = list[Chunk:]
	}
	if len(list) > 0 {
		out = append(out, list)
	}
	return out
}

// rowsFor returns the placeholders of an insert of several rows. SQLite gets "(?,?),(?,?)…": it looks the name of every
// numbered one up in a list, which takes a tenth of the time of a large import.
func rowsFor(q Queryer, rows, columns int) string {
	if tx, ok := q.(*Tx); ok && tx.dialect == SQLite {
		row := "(?" + strings.Repeat(",?", columns-1) + ")"
		return row + strings.Repeat(","+row, rows-1)
	}
	return Rows(rows, columns)
}

// Rows returns "($1,$2,$3),($4,$5,$6)…" for an insert of several rows.
func Rows(rows, columns int) string {
	var b strings.Builder
	b.Grow(rows * columns * 5)
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(r*columns + c + 1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// perStatement is how many rows go into one insert: beyond this a statement gains nothing and costs memory.
const perStatement = 64

// InsertMany inserts rows, given as one flat list of arguments, in statements of several rows each. The prefix is
// "insert into t (a, b)", the suffix may hold an "on conflict" clause.
func InsertMany(ctx context.Context, q Queryer, prefix string, columns int, args []any, suffix string) error {
	return countInserts(ctx, q, prefix, columns, args, suffix, func(int64) error { return nil })
}

// InsertReturning inserts rows as InsertMany does and returns the values of the one column that the suffix returns.
func InsertReturning[T any](
	ctx context.Context, q Queryer, prefix string, columns int, args []any, suffix string,
) ([]T, error) {
	var out []T
	err := eachInsert(ctx, q, prefix, columns, args, suffix, func(run func() (*sql.Rows, error),
		_ func() (sql.Result, error),
	) error {
		rows, err := run()
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var value T
			if err := rows.Scan(&value); err != nil {
				return err
			}
			out = append(out, value)
		}
		return rows.Err()
	})
	return out, err
}

// countInserts calls told after each statement with how many rows it inserted.
func countInserts(ctx context.Context, q Queryer, prefix string, columns int, args []any, suffix string,
	told func(inserted int64) error,
) error {
	return eachInsert(ctx, q, prefix, columns, args, suffix,
		func(_ func() (*sql.Rows, error), exec func() (sql.Result, error)) error {
			result, err := exec()
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			return told(n)
		})
}

// InsertCounting inserts rows as InsertMany does, and calls told after each statement with which rows it had, from one
// until before another, and how many of them were inserted.
func InsertCounting(ctx context.Context, q Queryer, prefix string, columns int, args []any, suffix string,
	told func(from, until int, inserted int64) error,
) error {
	from, total := 0, len(args)/columns
	return countInserts(ctx, q, prefix, columns, args, suffix, func(inserted int64) error {
		until := min(from+perStatement, total)
		err := told(from, until, inserted)
		from = until
		return err
	})
}

// eachInsert calls f for each statement. Full statements are prepared once, because parsing them takes longer than
// running them.
func eachInsert(ctx context.Context, q Queryer, prefix string, columns int, args []any, suffix string,
	f func(run func() (*sql.Rows, error), exec func() (sql.Result, error)) error,
) error {
	step := perStatement * columns
	if len(args) >= 2*step {
		if tx, ok := transactionOf(ctx, q); ok { // a prepared statement does not tell
			tx.touch(prefix+" values "+rowsFor(q, 1, columns)+" "+suffix, args)
		}
		statement, err := q.PrepareContext(ctx, prefix+" values "+rowsFor(q, perStatement, columns)+" "+suffix)
		if err != nil {
			return Fault(err)
		}
		defer statement.Close()
		for ; len(args) >= step; args = args[step:] {
			part := args[:step]
			if err := f(func() (*sql.Rows, error) { return statement.QueryContext(ctx, part...) },
				func() (sql.Result, error) { return statement.ExecContext(ctx, part...) }); err != nil {
				return Fault(err)
			}
		}
	}
	for len(args) > 0 {
		part := args[:min(step, len(args))]
		args = args[len(part):]
		query := prefix + " values " + rowsFor(q, len(part)/columns, columns) + " " + suffix
		if err := f(func() (*sql.Rows, error) { return q.QueryContext(ctx, query, part...) },
			func() (sql.Result, error) { return q.ExecContext(ctx, query, part...) }); err != nil {
			return Fault(err)
		}
	}
	return nil
}

// transactionOf returns the transaction in which a statement runs.
func transactionOf(ctx context.Context, q Queryer) (*Tx, bool) {
	if d, ok := q.(*DB); ok {
		tx := d.carried(ctx)
		return tx, tx != nil
	}
	tx, ok := q.(*Tx)
	return tx, ok
}

var plans sync.Map // planKey -> [][]int

type planKey struct {
	t       reflect.Type
	columns string
}

func planFor(t reflect.Type, columns []string) ([][]int, error) {
	key := planKey{t, strings.Join(columns, ",")}
	if plan, ok := plans.Load(key); ok {
		return plan.([][]int), nil
	}
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		if _, taken := fields[snake(f.Name)]; !taken {
			fields[snake(f.Name)] = f.Index
		}
	}
	plan := make([][]int, len(columns))
	for i, c := range columns {
		index, ok := fields[c]
		if !ok {
			return nil, fmt.Errorf("db: %s has no field for the column %q", t, c)
		}
		plan[i] = index
	}
	plans.Store(key, plan)
	return plan, nil
}

func snake(name string) string {
	var b strings.Builder
	previous := rune(0)
	for _, r := range name {
		if unicode.IsUpper(r) {
			if previous != 0 && !unicode.IsUpper(previous) {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
		} else {
			b.WriteRune(r)
		}
		previous = r
	}
	return b.String()
}

var _ Queryer = (*sql.Tx)(nil)
