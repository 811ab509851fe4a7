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
	"gave.network/internal/room"
)

// own stands for the member who exports, in columns that name members.
const own = "me"

// exportTables writes who the viewer is, and the rows of every table that the viewer may see: from these the network is read back.
func (a *App) exportTables(ctx context.Context, v op.Viewer, out *bufio.Writer) error {
	fmt.Fprintf(out, ",\n\"me\": {\"person\": %q},\n\"tables\": {", v.Person)
	tables := room.Tables(Rooms())
	people := map[id.ID]bool{}
	separator := "\n"
	for _, t := range tables {
		if t.NotExported != "" || t.Derived {
			continue
		}
		out.WriteString(separator)
		separator = ",\n"
		if err := a.exportTable(ctx, v, out, tables, t, people); err != nil {
			return err
		}
	}
	out.WriteString("},\n\"ties\": {")
	ties, _ := room.Find(tables, "tie")
	if err := a.exportTable(ctx, v, out, tables, ties, people); err != nil {
		return err
	}
	out.WriteString("}")
	return nil
}

// exportTable writes the rows of one table. Rows that name somebody whom the viewer may not see are left out.
func (a *App) exportTable(ctx context.Context, v op.Viewer, out *bufio.Writer, tables []room.Table, t room.Table, people map[id.ID]bool) error {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	visible := room.Visible(tables, t, "t", "$2", "$3")
	if t.Name == "tie" { // of the viewer, and of the space
		visible = "(t.owner = $2 or t.owner = $4)"
	}
	order := t.Column(room.Key)
	if order == "" {
		order = strings.Join(names, ", ")
	}
	least := 2
	if v.Role >= op.Member {
		least = 1
	}
	args := []any{v.Space, v.Member}
	if strings.Contains(visible, "$3") || t.Name == "tie" {
		args = append(args, least)
	}
	if t.Name == "tie" {
		visible += " and $3 > 0"
		args = append(args, id.Zero)
	}
	rows, err := a.DB.QueryContext(ctx, `select `+strings.Join(names, ", ")+` from `+t.Name+` t where `+t.Within("t")+` and `+visible+` order by `+order, args...)
	if err != nil {
		return db.Fault(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return db.Fault(err)
	}
	heads, _ := json.Marshal(names)
	fmt.Fprintf(out, "%q: {\"columns\": %s, \"rows\": [", t.Name, heads)
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	var line []byte
	first := true
next:
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return db.Fault(err)
		}
		line = line[:0]
		for i, c := range t.Columns {
			separator := byte(',')
			if i == 0 {
				separator = '['
			}
			line = append(line, separator)
			var key id.ID
			if bytes, ok := values[i].([]byte); ok && len(bytes) == len(key) {
				key = id.ID(bytes)
			}
			switch {
			case t.Name == "person" && c.Kind == room.Key:
				people[key] = true
			case c.Kind == room.Person && c.Name != "merged" && !key.IsZero() && !people[key]:
				continue next
			case c.Kind == room.Secret:
				secret, _ := values[i].([]byte)
				line = strconv.AppendBool(line, len(secret) > 0)
				continue
			case (c.Kind == room.Owner || c.Table == "member") && key == v.Member:
				line = append(line, `"`+own+`"`...)
				continue
			}
			if line, err = appendValue(line, values[i], types[i]); err != nil {
				return err
			}
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		out.WriteByte('\n')
		out.Write(line)
		out.WriteByte(']')
	}
	out.WriteString("]}")
	return db.Fault(rows.Err())
}

// appendValue appends a value of the database as JSON: ids in 36 characters, other bytes in hexadecimal digits, numbers to the last bit.
func appendValue(line []byte, value any, t *sql.ColumnType) ([]byte, error) {
	switch x := value.(type) {
	case []byte:
		if len(x) == 16 {
			return append(append(append(line, '"'), id.ID(x).String()...), '"'), nil
		}
		return append(hex.AppendEncode(append(line, '"'), x), '"'), nil
	case string:
		text, err := json.Marshal(x)
		return append(line, text...), err
	case int64:
		if strings.HasPrefix(strings.ToLower(t.DatabaseTypeName()), "bool") {
			return strconv.AppendBool(line, x != 0), nil
		}
		if strings.HasPrefix(strings.ToLower(t.DatabaseTypeName()), "double") {
			return appendFloat(line, float64(x)), nil
		}
		return strconv.AppendInt(line, x, 10), nil
	case float64:
		return appendFloat(line, x), nil
	case bool:
		return strconv.AppendBool(line, x), nil
	}
	text, err := json.Marshal(value)
	return append(line, text...), err
}

func appendFloat(line []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(line, "null"...)
	}
	return strconv.AppendFloat(line, x, 'g', -1, 64)
}
