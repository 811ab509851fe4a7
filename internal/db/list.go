package db

import (
	"context"
	"maps"
	"slices"
)

// List says which rows are kept in a list, and how: each has a key, which several may share, and a place among the
// others.
type List[K comparable, R any] struct {
	Tables []string
	// Key returns the key that a changed row of one of the tables is of; ok is false when the list has nothing of it.
	Key func(table string, row RowKey) (key K, ok bool)
	// Of returns the key of a row of the list.
	Of func(R) K
	// Compare tells the order of the rows.
	Compare func(a, b R) int
	// Read returns the rows of some keys, or of all when keys is nil, in any order.
	Read func(ctx context.Context, keys map[K]bool) ([]R, error)
	// Most is how many rows are kept, the last of all; 0 for every one.
	Most int
}

// KeepList returns the rows of a list for somebody, in their order, and keeps them as Keep does: when it is known which
// rows of the tables changed, those are read again and no others.
func KeepList[K comparable, R any](ctx context.Context, d *DB, who For, l List[K, R]) ([]R, error) {
	return Keep(ctx, d, who, l.Tables, func(ctx context.Context, old []R, change Change) ([]R, error) {
		keys, known := Keys(change, l.Tables, l.Key)
		if known && len(keys) == 0 {
			return old, nil
		}
		if known {
			list, complete, err := l.again(ctx, old, keys)
			if err != nil || complete {
				return list, err
			}
		}
		list, err := l.Read(ctx, nil)
		slices.SortFunc(list, l.Compare)
		return l.last(list), err
	})
}

// again reads the rows of some keys again; complete is false when there may be others that belong to the list now.
func (l List[K, R]) again(ctx context.Context, old []R, keys map[K]bool) (list []R, complete bool, err error) {
	fresh, err := l.Read(ctx, keys)
	if err != nil {
		return nil, false, err
	}
	full := l.Most > 0 && len(old) >= l.Most
	if full { // what comes before the first is not in the list, and nor are others there
		fresh = slices.DeleteFunc(fresh, func(r R) bool { return l.Compare(r, old[0]) < 0 })
	}
	slices.SortFunc(fresh, l.Compare)
	list = make([]R, 0, len(old)+len(fresh))
	for _, r := range old {
		if keys[l.Of(r)] {
			continue
		}
		for len(fresh) > 0 && l.Compare(fresh[0], r) < 0 {
			list, fresh = append(list, fresh[0]), fresh[1:]
		}
		list = append(list, r)
	}
	list = append(list, fresh...)
	return l.last(list), !full || len(list) >= l.Most, nil
}

func (l List[K, R]) last(list []R) []R {
	if l.Most == 0 {
		return list
	}
	return list[max(0, len(list)-l.Most):]
}

// Keys returns the keys of the changed rows of tables; known is false when those of others may have changed as well.
// key returns that of a row; ok is false when the row has none.
func Keys[K comparable](
	change Change, tables []string, key func(table string, row RowKey) (k K, ok bool),
) (keys map[K]bool, known bool) {
	keys = map[K]bool{}
	for _, table := range tables {
		rows, known := change.Rows(table)
		if !known {
			return nil, false
		}
		for _, row := range rows {
			if k, ok := key(table, row); ok {
				keys[k] = true
			}
		}
	}
	return keys, true
}

// SelectKeyed returns the rows of a query that ends in its condition: those in which a column is one of the keys, or
// all when keys is nil.
func SelectKeyed[T any, K comparable](
	ctx context.Context, q Queryer, query string, args []any, column string, keys map[K]bool,
) (out []T, err error) {
	if keys == nil {
		return Select[T](ctx, q, query, args...)
	}
	for _, chunk := range Chunks(slices.Collect(maps.Keys(keys))) {
		in, more := In(len(args)+1, chunk)
		rows, err := Select[T](ctx, q, query+` and `+column+` in (`+in+`)`, slices.Concat(args, more)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
