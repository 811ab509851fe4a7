package db

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"gave.network/internal/id"
)

// For says for whom something is kept: nobody else gets it.
type For struct {
	Space, Member id.ID
	Rights        int
	// What names what is kept, with all else that it depends on.
	What string
}

const (
	// mostKept bounds how much is kept for all viewers together: some ten things a viewer, some MB each at 10,000
	// people.
	mostKept = 96

	// keptUnused is how long something is kept that nobody asks for.
	keptUnused = 15 * time.Minute
)

// keeper holds what was made of tables.
type keeper struct {
	sync.Mutex
	of    map[For]*kept
	drops int // counts what makes all of it void
	sweep *time.Timer
}

type kept struct {
	value any
	mark  mark
	used  time.Time
}

// Keep returns what is made of the tables for somebody, and keeps it until the tables change in the space, by this
// program or another. read is given what was kept before, if anything, and what changed since, so that it can add what
// is new; it must leave the old as it is, for others are reading it, and so must whoever gets the result. Within a
// transaction that has written to the tables it is made for that transaction alone.
func Keep[T any](
	ctx context.Context, d *DB, who For, tables []string,
	read func(ctx context.Context, old T, change Change) (T, error),
) (T, error) {
	var none T
	for _, table := range tables {
		if _, ok := watched[table]; !ok {
			return none, fmt.Errorf("db: changes of the table %s are not counted", table)
		}
	}
	if tx := d.carried(ctx); tx != nil && tx.wrote(tables) {
		return read(ctx, none, Whole)
	}
	now, ok := markedFor(ctx, d, who.Space, tables)
	if !ok { // before it is read, so that what comes meanwhile is seen later
		var err error
		if now, err = d.marks(ctx, who.Space, tables); err != nil {
			return none, err
		}
		ctx = context.WithValue(ctx, markedKey{d}, marked{who.Space, tables, now})
	}
	old, change, drops := d.keeper.find(who, now)
	before, had := old.(T)
	if !had {
		change = Whole
	}
	if change == None {
		return before, nil
	}
	value, err := read(ctx, before, change)
	if err == nil {
		d.keeper.put(who, value, now, drops)
	}
	return value, err
}

// markedKey finds the marks in a context that were read for what is being made: what that is made of needs no others.
type markedKey struct{ d *DB }

type marked struct {
	space  id.ID
	tables []string
	mark   mark
}

// markedFor returns the marks of the tables when those in the context hold them all.
func markedFor(ctx context.Context, d *DB, space id.ID, tables []string) (mark, bool) {
	m, ok := ctx.Value(markedKey{d}).(marked)
	if !ok || m.space != space {
		return nil, false
	}
	out := make(mark, len(tables))
	for _, table := range tables {
		if !slices.Contains(m.tables, table) {
			return nil, false
		}
		if n, changed := m.mark[table]; changed {
			out[table] = n
		}
	}
	return out, true
}

// wrote says whether the transaction wrote to one of the tables.
func (t *Tx) wrote(tables []string) bool {
	for at := range t.root.touched {
		for _, table := range tables {
			if at.table == table {
				return true
			}
		}
	}
	return false
}

func (k *keeper) find(who For, now mark) (value any, change Change, drops int) {
	k.Lock()
	defer k.Unlock()
	found, ok := k.of[who]
	if !ok {
		return nil, Whole, k.drops
	}
	found.used = time.Now()
	return found.value, now.since(found.mark), k.drops
}

func (k *keeper) put(who For, value any, now mark, drops int) {
	k.Lock()
	defer k.Unlock()
	if k.drops != drops {
		return
	}
	if k.of == nil {
		k.of = map[For]*kept{}
		k.sweep = time.AfterFunc(keptUnused, k.swept)
	}
	k.of[who] = &kept{value, now, time.Now()}
	for len(k.of) > mostKept {
		oldest := who
		for other, x := range k.of {
			if x.used.Before(k.of[oldest].used) {
				oldest = other
			}
		}
		delete(k.of, oldest)
	}
}

// swept lets go of what nobody asked for lately, so that memory does not hold for days what another program erased.
func (k *keeper) swept() {
	k.Lock()
	defer k.Unlock()
	for who, x := range k.of {
		if time.Since(x.used) > keptUnused {
			delete(k.of, who)
		}
	}
	if len(k.of) == 0 {
		k.of = nil
		return
	}
	k.sweep.Reset(keptUnused / 3)
}

// Drop lets go of all that is kept in memory: somebody was erased, and is nowhere from this moment on.
func (d *DB) Drop() {
	d.keeper.Lock()
	defer d.keeper.Unlock()
	d.keeper.of = nil
	d.keeper.drops++
	if d.keeper.sweep != nil {
		d.keeper.sweep.Stop()
	}
}
