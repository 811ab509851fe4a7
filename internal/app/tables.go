package app

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// own stands for the member who exports, in columns that name members.
const own = "me"

// tableWriter writes the rows of every table that a viewer may see.
type tableWriter struct {
	*App
	v      op.Viewer
	out    *bufio.Writer
	tables []room.Table
	people *people.Gathering // what is written of people, put together for those who read
	// shown holds the rows that are in the export, with their owners, of tables whose rows have people or rows of other
	// tables below them.
	shown map[string]map[id.ID]id.ID
}

// exportTables writes who the viewer is, and the rows of every table that the viewer may see: from these the network is
// read back.
func (a *App) exportTables(ctx context.Context, v op.Viewer, out *bufio.Writer) (*people.Gathering, error) {
	w := tableWriter{
		App: a, v: v, out: out, tables: room.Tables(a.Rooms), people: a.Network.Gather(v),
		shown: map[string]map[id.ID]id.ID{},
	}
	for _, t := range w.tables {
		if t.Parent != "" {
			w.shown[t.Parent] = map[id.ID]id.ID{}
		}
	}
	fmt.Fprintf(out, ",\n\"me\": {\"person\": %q},\n\"tables\": {", v.Person)
	separator := "\n"
	for _, t := range w.tables {
		if t.NotExported != "" || t.Derived {
			continue
		}
		out.WriteString(separator)
		separator = ",\n"
		if err := w.write(ctx, t); err != nil {
			return nil, err
		}
	}
	out.WriteString("},\n\"ties\": {")
	ties, _ := room.Find(w.tables, "tie")
	if err := w.write(ctx, ties); err != nil {
		return nil, err
	}
	out.WriteString("}")
	return w.people, nil
}

// query returns the statement that reads a table in an order that costs no sorting. Rows below rows of another table
// are all read: which of them belong to what the viewer may see is known by then, and asking the database for it again
// would cost more than the rows do.
func (w *tableWriter) query(t room.Table, names []string) (string, []any) {
	order := strings.Join(t.Order, ", ")
	if order == "" {
		order = t.Column(room.Key)
	}
	if order == "" {
		order = strings.Join(names, ", ")
	}
	where, args := t.Within("t"), []any{w.v.Space}
	owner, seen := t.Column(room.Owner), t.Column(room.Seen)
	switch {
	case t.Name == "tie": // of the viewer, and of the space
		where, args = where+" and t.owner in ($2, $3)", append(args, w.v.Member, id.Zero)
	case owner != "" && seen != "":
		least := scope.Public
		if w.v.Role >= op.Member {
			least = scope.Space
		}
		where, args = where+" and (t."+owner+" = $2 or t."+seen+" >= $3)", append(args, w.v.Member, least)
	case t.Parent == "":
		where, args = where+" and t."+owner+" = $2", append(args, w.v.Member)
	}
	return `select ` + strings.Join(names, ", ") + ` from ` + t.Name + ` t where ` + where + ` order by ` + order, args
}

// write writes the rows of one table. Rows that name somebody whom the viewer may not see are left out.
func (w *tableWriter) write(ctx context.Context, t room.Table) error {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	query, args := w.query(t, names)
	rows, err := w.DB.QueryContext(ctx, query, args...)
	if err != nil {
		return db.Fault(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return db.Fault(err)
	}
	kinds := make([]numbers, len(types))
	for i, c := range types {
		kinds[i] = numbersOf(c)
	}
	heads, _ := json.Marshal(names)
	fmt.Fprintf(w.out, "%q: {\"columns\": %s, \"rows\": [", t.Name, heads)
	take := w.people.Take(t.Name, names)
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	var line []byte
	first := true
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return db.Fault(err)
		}
		if !w.visible(t, values) {
			continue
		}
		line = line[:0]
		for i, c := range t.Columns {
			separator := byte(',')
			if i == 0 {
				separator = '['
			}
			line = append(line, separator)
			switch {
			case c.Kind == room.Secret:
				secret, _ := values[i].([]byte)
				line = strconv.AppendBool(line, len(secret) > 0)
				continue
			case (c.Kind == room.Owner || c.Table == "member") && keyOf(values[i]) == w.v.Member:
				line = append(line, `"`+own+`"`...)
				continue
			}
			if line, err = appendValue(line, values[i], kinds[i]); err != nil {
				return err
			}
		}
		if take != nil {
			if err := take(values); err != nil {
				return err
			}
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		w.out.WriteByte('\n')
		w.out.Write(line)
		w.out.WriteByte(']')
	}
	w.out.WriteString("]}")
	return db.Fault(rows.Err())
}

// visible says whether a row names nobody whom the viewer may not see and belongs to no row that the viewer may not
// see, and remembers it for those that belong to it.
func (w *tableWriter) visible(t room.Table, values []any) bool {
	var row, owner, above id.ID
	for i, c := range t.Columns {
		switch {
		case c.Kind == room.Key:
			row = keyOf(values[i])
		case c.Kind == room.Owner:
			owner = keyOf(values[i])
		case c.Kind == room.Person && c.Name != "merged":
			key := keyOf(values[i])
			if _, ok := w.shown["person"][key]; !ok && !key.IsZero() {
				return false
			}
		}
		if c.Name == t.ParentColumn && t.Parent != "" {
			parent, ok := w.shown[t.Parent][keyOf(values[i])]
			if !ok {
				return false
			}
			above = parent
		}
	}
	// What somebody else keeps below a row that is shown to others is theirs, unless the row is theirs too.
	if t.Parent != "" && !owner.IsZero() && t.Column(room.Seen) == "" && owner != w.v.Member && owner != above {
		return false
	}
	if shown, ok := w.shown[t.Name]; ok {
		shown[row] = owner
	}
	return true
}

func keyOf(value any) (key id.ID) {
	if bytes, ok := value.([]byte); ok && len(bytes) == len(key) {
		key = id.ID(bytes)
	}
	return key
}

// numbers says what numbers of a column stand for: SQLite keeps what is true or false as a number.
type numbers int

const (
	whole numbers = iota
	truth
	fraction
)

func numbersOf(t *sql.ColumnType) numbers {
	switch name := strings.ToLower(t.DatabaseTypeName()); {
	case strings.HasPrefix(name, "bool"):
		return truth
	case strings.HasPrefix(name, "double"):
		return fraction
	}
	return whole
}

// appendValue appends a value of the database as JSON: ids in 36 characters, other bytes in hexadecimal digits, numbers
// to the last bit.
func appendValue(line []byte, value any, kind numbers) ([]byte, error) {
	switch x := value.(type) {
	case []byte:
		line = append(line, '"')
		if len(x) == 16 {
			line, _ = id.ID(x).AppendText(line) // an id has no error
		} else {
			line = hex.AppendEncode(line, x)
		}
		return append(line, '"'), nil
	case string:
		return text.AppendJSON(line, x), nil
	case int64:
		switch kind {
		case truth:
			return strconv.AppendBool(line, x != 0), nil
		case fraction:
			return appendFloat(line, float64(x)), nil
		}
		return strconv.AppendInt(line, x, 10), nil
	case float64:
		return appendFloat(line, x), nil
	case bool:
		return strconv.AppendBool(line, x), nil
	}
	encoded, err := json.Marshal(value)
	return append(line, encoded...), err
}

func appendFloat(line []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(line, "null"...)
	}
	return strconv.AppendFloat(line, x, 'g', -1, 64)
}
