package app_test

import (
	"context"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// openLocal opens an empty network in a SQLite file of its own, as its owner on this machine.
func openLocal(t *testing.T) (*app.App, op.Viewer) {
	t.Helper()
	a, err := app.Open(context.Background(), app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	v, err := a.Account.Local(context.Background(), locale.English)
	if err != nil {
		t.Fatal(err)
	}
	return a, v
}
