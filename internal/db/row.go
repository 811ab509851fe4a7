package db

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Row holds what stands in the columns of a row, by their names. Names come from the code, never from input.
type Row map[string]any

// Insert adds a row to a table and returns how many it added. onConflict is empty or the clause that says what to do
// when the row is there already.
func Insert(ctx context.Context, q Queryer, table string, row Row, onConflict string) (int64, error) {
	columns := slices.Sorted(maps.Keys(row)) // in one order, so that the statement is one
	args := make([]any, len(columns))
	for i, column := range columns {
		args[i] = row[column]
	}
	return Exec(ctx, q, "insert into "+table+" ("+strings.Join(columns, ", ")+") values "+
		Rows(1, len(columns))+" "+onConflict, args...)
}

// Plus adds to the number in a column, where Update sets one.
type Plus int64

// Update sets columns in the rows of a table for which where holds, and returns how many it changed. $1, $2 … in where
// stand for the arguments.
func Update(ctx context.Context, q Queryer, table string, set Row, where string, args ...any) (int64, error) {
	args = slices.Clone(args)
	var b strings.Builder
	for i, column := range slices.Sorted(maps.Keys(set)) {
		if i > 0 {
			b.WriteString(", ")
		}
		more, adds := set[column].(Plus)
		if adds {
			args = append(args, int64(more))
			b.WriteString(column + " = " + column + " + $" + strconv.Itoa(len(args)))
			continue
		}
		args = append(args, set[column])
		b.WriteString(column + " = $" + strconv.Itoa(len(args)))
	}
	return Exec(ctx, q, "update "+table+" set "+b.String()+" where "+where, args...)
}
