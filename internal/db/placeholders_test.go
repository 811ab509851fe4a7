package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
)

// However the placeholders of a long statement are ordered and repeated, each stands for its own argument; what only
// looks like one is none.
func TestManyPlaceholders(t *testing.T) {
	list := func(from, to int) string {
		in, _ := db.In(from, make([]int, to-from+1))
		return strings.ReplaceAll(in, ",", "||'.'||")
	}
	dotted := func(from, to int) string {
		var words []string
		for i := from; i <= to; i++ {
			words = append(words, fmt.Sprint("a", i))
		}
		return strings.Join(words, ".")
	}
	args := make([]any, 60)
	for i := range args {
		args[i] = fmt.Sprint("a", i+1)
	}
	for _, c := range []struct{ query, want string }{
		{list(1, 60), dotted(1, 60)},
		{list(3, 60) + "||$2||$1", dotted(3, 60) + "a2a1"},
		{"$2||" + list(3, 60) + "||$1||$2", "a2" + dotted(3, 60) + "a1a2"},
		{"$1||$1||" + list(2, 60) + "||$60", "a1a1" + dotted(2, 60) + "a60"},
		{list(31, 60) + "||" + list(1, 30), dotted(31, 60) + dotted(1, 30)},
		{"'$1 it''s $2'||" + list(1, 60), "$1 it's $2" + dotted(1, 60)},
		{list(1, 30) + " -- not '$1\n||" + list(31, 60), dotted(1, 30) + dotted(31, 60)},
		{"'?'||" + list(1, 60), "?" + dotted(1, 60)},
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx := context.Background()
			if got, err := db.Value[string](ctx, d, "select "+c.query, args...); err != nil || got != c.want {
				t.Errorf("%s: got %q, %v", c.query, got, err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				got, err := db.Value[string](ctx, tx, "select "+c.query, args...)
				if err == nil && got != c.want {
					err = fmt.Errorf("got %q", got)
				}
				return err
			}); err != nil {
				t.Errorf("%s in a transaction: %v", c.query, err)
			}
		})
	}
}
