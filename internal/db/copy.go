package db

import (
	"context"
	"iter"
	"strings"

	"gave.network/internal/fault"
)

// ColumnKind is what a column holds, the same on both databases.
type ColumnKind string

// The kinds. A value is a string, a []byte, an int64, a float64 or a bool, or nil.
const (
	Text    ColumnKind = "text"
	Bytes   ColumnKind = "bytes"
	Integer ColumnKind = "integer"
	Real    ColumnKind = "real"
	Boolean ColumnKind = "boolean"
)

// kinds says what the types of both databases are.
var kinds = map[string]ColumnKind{
	"text": Text, "character varying": Text, "bytea": Bytes, "blob": Bytes, "boolean": Boolean,
	"double precision": Real, "real": Real, "smallint": Integer, "integer": Integer, "bigint": Integer,
}

// Column is a column of a table.
type Column struct {
	Name string     `json:"name"`
	Kind ColumnKind `json:"kind"`
}

// Table is a table with its columns in their order.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	key     []string // the columns of the primary key: rows are read in its order, which is the quickest to write again
}

// RowSeq is the rows of a table: the values of its columns. The values may be kept, the slice is used again for the
// next row.
type RowSeq = iter.Seq2[[]any, error]

// Tables returns every table of ours by name, but for the one that counts migrations.
func Tables(ctx context.Context, tx *Tx) ([]Table, error) {
	query := `select m.name as "table", p.name as "column", lower(p.type) as type, p.pk as key from sqlite_schema m
		join pragma_table_info(m.name) p
		where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> $1 order by m.name, p.cid`
	if tx.dialect == PostgreSQL {
		query = `select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type,
			coalesce((select array_position(x.indkey::int2[], a.attnum) + 1 from pg_index x
			where x.indrelid = c.oid and x.indisprimary), 0) as key
			from pg_class c join pg_attribute a on a.attrelid = c.oid
			where c.relkind in ('r', 'p') and c.relnamespace = (select oid from pg_namespace
			where nspname = current_schema()) and c.relname <> $1 and a.attnum > 0 and not a.attisdropped
			order by c.relname collate "C", a.attnum`
	}
	rows, err := Select[struct {
		Table, Column, Type string
		Key                 int
	}](ctx, tx, query, versionTable)
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, r := range rows {
		kind, ok := kinds[r.Type]
		if !ok {
			return nil, fault.New(fault.Internal, "The column %s.%s is of the unknown type %q.", r.Table,
				r.Column, r.Type)
		}
		if len(out) == 0 || out[len(out)-1].Name != r.Table {
			out = append(out, Table{Name: r.Table})
		}
		t := &out[len(out)-1]
		t.Columns = append(t.Columns, Column{r.Column, kind})
		if r.Key > 0 {
			for len(t.key) < r.Key {
				t.key = append(t.key, "")
			}
			t.key[r.Key-1] = r.Column
		}
	}
	return out, nil
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}

func (t Table) names() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

// EachRow reads all rows of a table.
func EachRow(ctx context.Context, tx *Tx, t Table) RowSeq {
	return func(yield func([]any, error) bool) {
		query := "select " + quoteAll(t.names()) + " from " + quote(t.Name)
		if len(t.key) > 0 {
			query += " order by " + quoteAll(t.key)
		}
		rows, err := tx.QueryContext(ctx, query)
		if err != nil {
			yield(nil, Fault(err))
			return
		}
		defer rows.Close()
		values, targets := make([]any, len(t.Columns)), make([]any, len(t.Columns))
		for i := range values {
			targets[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(targets...); err != nil {
				yield(nil, Fault(err))
				return
			}
			for i, c := range t.Columns {
				switch v := values[i].(type) {
				case int64:
					if c.Kind == Boolean && v&^1 == 0 {
						values[i] = v == 1
					}
				case []byte:
					if v == nil { // no bytes are something else than nothing, which drivers write as null
						values[i] = []byte{}
					}
				}
			}
			if !yield(values, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, Fault(err))
		}
	}
}

// OpenFile opens a SQLite file for reading alone. Nothing of it or beside it is changed, so it must not be in use; a
// log beside it that holds changes is a fault.
func OpenFile(ctx context.Context, path string) (*DB, error) {
	if err := closed(path); err != nil {
		return nil, err
	}
	pool, err := lite(path, 1, map[string][]string{"mode": {"ro"}, "immutable": {"1"}}, "query_only(1)",
		"temp_store(MEMORY)", "cache_size(-16384)")
	if err != nil {
		return nil, err
	}
	if err := looks(ctx, pool); err != nil {
		pool.Close()
		return nil, openFault(err, path)
	}
	return &DB{Dialect: SQLite, Location: path, read: pool, write: pool, readOnly: errReadOnly}, nil
}

var errReadOnly = fault.New(fault.Unavailable, "The database cannot be written.")
