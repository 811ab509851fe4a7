package db

import (
	"context"
	"maps"
	"slices"
	"sync"

	"gave.network/internal/id"
)

// glance is how often the tables of a space had changed when a request first asked.
type glance struct {
	sync.Mutex
	space id.ID
	seen  mark // of all watched tables; nil when it is to be looked at
}

type glanceKey struct{}

// Glance returns a context in which it is looked at once what changed of that which is kept (Keep), and again after
// each transaction: for a request that reads, which then shows one state of it throughout.
func Glance(ctx context.Context) context.Context {
	return context.WithValue(ctx, glanceKey{}, &glance{})
}

// Afresh returns the context without what it has seen of changes: for what must not be older than what is read now.
func Afresh(ctx context.Context) context.Context {
	if glanceOf(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, glanceKey{}, (*glance)(nil))
}

func glanceOf(ctx context.Context) *glance {
	g, _ := ctx.Value(glanceKey{}).(*glance)
	return g
}

// forget lets it be looked at again.
func (g *glance) forget() {
	if g == nil {
		return
	}
	g.Lock()
	defer g.Unlock()
	g.seen = nil
}

// marksOf returns how often the tables of a space have changed, as the context has seen it.
func (d *DB) marksOf(ctx context.Context, space id.ID, tables []string) (mark, error) {
	g := glanceOf(ctx)
	if g == nil || d.carried(ctx) != nil {
		return d.marks(ctx, space, tables)
	}
	g.Lock()
	defer g.Unlock()
	if g.seen == nil || g.space != space {
		seen, err := d.marks(ctx, space, slices.Sorted(maps.Keys(watched)))
		if err != nil {
			return nil, err
		}
		g.space, g.seen = space, seen
	}
	out := make(mark, len(tables))
	for _, table := range tables {
		if n, changed := g.seen[table]; changed {
			out[table] = n
		}
	}
	return out, nil
}
