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

// mostKept bounds what is kept for all viewers together, in bytes as sizeOf estimates them: some ten things a viewer,
// which take some 40 MB at 10,000 people. Tests take less.
var mostKept int64 = 512 << 20

// keptUnused is how long something is kept that nobody asks for.
const keptUnused = 15 * time.Minute

// keeper holds what was made of tables.
type keeper struct {
	sync.Mutex
	of    map[For]*kept
	size  int64 // of all of it
	drops int   // counts what makes all of it void
	sweep *time.Timer
}

type kept struct {
	value  any
	size   int64
	mark   mark
	tables []string
	used   time.Time
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
		return read(ctx, none, whole)
	}
	now, ok := markedFor(ctx, d, who.Space, tables)
	if !ok { // before it is read, so that what comes meanwhile is seen later
		var err error
		if now, err = d.marksOf(ctx, who.Space, tables); err != nil {
			return none, err
		}
		ctx = context.WithValue(ctx, markedKey{d}, marked{who.Space, tables, now})
	}
	found, made, drops := d.keeper.find(who)
	change := whole
	old, ok := found.(T)
	if ok {
		var err error
		if change, err = d.since(ctx, who.Space, made, now); err != nil {
			return none, err
		}
	}
	if change.none() {
		return old, nil
	}
	value, err := read(ctx, old, change)
	if err == nil {
		d.keeper.put(who, value, now, tables, drops)
	}
	return value, err
}

// KeepEach returns what is made of the tables for each of some keys, as Keep does for one thing: read is asked for
// those that are not kept. of gives the key that a changed row of one of the tables is of; when it is nil, or it is not
// known which rows changed, nothing holds any more.
func KeepEach[K comparable, V any](
	ctx context.Context, d *DB, who For, tables []string, of func(table string, row RowKey) K, keys []K,
	read func(ctx context.Context, keys []K) (map[K]V, error),
) (map[K]V, error) {
	each, err := Keep(ctx, d, who, tables,
		func(_ context.Context, old *each[K, V], change Change) (*each[K, V], error) {
			return old.without(tables, of, change), nil
		})
	if err != nil {
		return nil, err
	}
	out := make(map[K]V, len(keys))
	missing := each.find(keys, out)
	if len(missing) == 0 {
		return out, nil
	}
	fresh, err := read(ctx, missing)
	if err != nil {
		return nil, err
	}
	for _, key := range missing {
		out[key] = fresh[key]
	}
	if more := each.add(missing, fresh); d.carried(ctx) == nil || !d.carried(ctx).wrote(tables) {
		d.keeper.grow(who, each, more)
	}
	return out, nil
}

// each is what is kept for each of some keys.
type each[K comparable, V any] struct {
	sync.Mutex
	of   map[K]V
	size int64
}

// without returns what is left after a change.
func (e *each[K, V]) without(tables []string, of func(table string, row RowKey) K, change Change) *each[K, V] {
	out := &each[K, V]{of: map[K]V{}}
	if of == nil || e == nil {
		return out
	}
	gone := map[K]bool{}
	for _, table := range tables {
		rows, known := change.Rows(table)
		if !known {
			return out
		}
		for _, row := range rows {
			gone[of(table, row)] = true
		}
	}
	e.Lock()
	defer e.Unlock()
	for key, value := range e.of {
		if !gone[key] {
			out.of[key] = value
		}
	}
	out.size = e.size
	return out
}

// find fills in what is there and returns the keys for which nothing is.
func (e *each[K, V]) find(keys []K, into map[K]V) (missing []K) {
	e.Lock()
	defer e.Unlock()
	for _, key := range keys {
		if value, ok := e.of[key]; ok {
			into[key] = value
		} else if _, asked := into[key]; !asked {
			var none V
			into[key] = none
			missing = append(missing, key)
		}
	}
	return missing
}

// add keeps what was read and returns how much that is.
func (e *each[K, V]) add(keys []K, values map[K]V) (size int64) {
	e.Lock()
	defer e.Unlock()
	for _, key := range keys {
		e.of[key] = values[key]
		size += sizeOf(key) + sizeOf(values[key])
	}
	e.size += size
	return size
}

func (e *each[K, V]) Bytes() int64 {
	e.Lock()
	defer e.Unlock()
	return e.size
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

func (k *keeper) find(who For) (value any, made mark, drops int) {
	k.Lock()
	defer k.Unlock()
	found, ok := k.of[who]
	if !ok {
		return nil, nil, k.drops
	}
	found.used = time.Now()
	return found.value, found.mark, k.drops
}

func (k *keeper) put(who For, value any, now mark, tables []string, drops int) {
	size := sizeOf(value)
	k.Lock()
	defer k.Unlock()
	if k.drops != drops {
		return
	}
	if k.of == nil {
		k.of = map[For]*kept{}
		k.sweep = time.AfterFunc(keptUnused, k.swept)
	}
	k.remove(who)
	k.of[who] = &kept{value, size, now, tables, time.Now()}
	k.size += size
	k.bound()
}

// grow says that something that is kept takes more than when it was put there.
func (k *keeper) grow(who For, value any, more int64) {
	k.Lock()
	defer k.Unlock()
	if found, ok := k.of[who]; ok && found.value == value {
		found.size += more
		k.size += more
		k.bound()
	}
}

// bound lets go of what was not used for longest until the rest fits.
func (k *keeper) bound() {
	for k.size > mostKept {
		var oldest For
		var since time.Time
		for who, x := range k.of {
			if since.IsZero() || x.used.Before(since) {
				oldest, since = who, x.used
			}
		}
		k.remove(oldest)
	}
}

func (k *keeper) remove(who For) {
	if x, ok := k.of[who]; ok {
		k.size -= x.size
		delete(k.of, who)
	}
}

// swept lets go of what nobody asked for lately, so that memory does not hold for days what another program erased.
func (k *keeper) swept() {
	k.Lock()
	defer k.Unlock()
	for who, x := range k.of {
		if time.Since(x.used) > keptUnused {
			k.remove(who)
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
	d.keeper.of, d.keeper.size = nil, 0
	d.keeper.drops++
	if d.keeper.sweep != nil {
		d.keeper.sweep.Stop()
	}
}
