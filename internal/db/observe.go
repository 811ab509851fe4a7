package db

import (
	"context"
	"database/sql"
)

type observerKey struct{}

// Observe lets seen learn of each statement that runs with the context, so that what a page costs can be counted. It is
// called by whoever runs the statement, at once or at the same time.
func Observe(ctx context.Context, seen func(query string)) context.Context {
	return context.WithValue(ctx, observerKey{}, seen)
}

func observe(ctx context.Context, query string) {
	if seen, ok := ctx.Value(observerKey{}).(func(string)); ok {
		seen(query)
	}
}

// QueryContext reads within the transaction.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	observe(ctx, query)
	tx.touch(query, args)
	return tx.Tx.QueryContext(ctx, placed(tx.dialect, query, len(args)), args...)
}

// ExecContext writes within the transaction.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	observe(ctx, query)
	tx.touch(query, args)
	return tx.Tx.ExecContext(ctx, placed(tx.dialect, query, len(args)), args...)
}
