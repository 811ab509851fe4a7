package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/room"
)

// exportFormat names what an export is; gave import knows it by that.
const exportFormat = "gave-export-2"

// Export says what to export.
type Export struct {
	Person   string // only what has to do with this person; everything when empty
	Unmasked bool   // with Person: leave the names of others in
}

// Export writes what the viewer may see as one JSON object: each list under the name of its operation, the rows of
// every table, and everybody with their timeline. With a person it writes only what has to do with that person, in
// which the names of third persons are masked.
func (a *App) Export(ctx context.Context, v op.Viewer, w io.Writer, person string) error {
	return a.ExportWith(ctx, v, w, Export{Person: person})
}

// ExportWith is Export with more to choose.
func (a *App) ExportWith(ctx context.Context, v op.Viewer, w io.Writer, e Export) error {
	if err := v.May(op.Member); err != nil {
		return err
	}
	// Whoever rescues data from a full disk or a folder that cannot be written gets it, though the trail cannot say so.
	if err := a.Account.Record(ctx, a.DB, v, "export", ""); err != nil && !db.Busy(err) {
		return err
	}
	for _, e := range a.exports() {
		if !e.TakesIn {
			continue
		}
		if _, err := a.list(ctx, v, e); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(w, 1<<16)
	return a.DB.Snapshot(ctx, func(ctx context.Context) error {
		if err := a.DB.Whole(ctx); err != nil {
			return err
		}
		fmt.Fprintf(out, "{\n\"format\": %q,\n\"at\": %q", exportFormat, v.Now.UTC().Format(time.RFC3339))
		var err error
		if e.Person != "" {
			err = a.exportOne(ctx, v, out, e)
		} else {
			err = a.exportAll(ctx, v, out)
		}
		if err != nil {
			return err
		}
		out.WriteString("\n]\n}\n")
		return out.Flush()
	})
}

// exportOwn writes what somebody kept who is a member no more, for another Gave to read back: the rows and the people,
// without the lists that operations make for members.
func (a *App) exportOwn(ctx context.Context, v op.Viewer, w io.Writer) error {
	if err := a.Account.Record(ctx, a.DB, v, "export", ""); err != nil && !db.Busy(err) {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	return a.DB.Snapshot(ctx, func(ctx context.Context) error {
		if err := a.DB.Whole(ctx); err != nil {
			return err
		}
		fmt.Fprintf(out, "{\n\"format\": %q,\n\"at\": %q", exportFormat, v.Now.UTC().Format(time.RFC3339))
		persons, err := a.exportTables(ctx, v, out)
		if err == nil {
			err = writePeople(ctx, out, persons)
		}
		if err != nil {
			return err
		}
		out.WriteString("\n]\n}\n")
		return out.Flush()
	})
}

func (a *App) exportAll(ctx context.Context, v op.Viewer, out *bufio.Writer) error {
	persons, err := a.exportTables(ctx, v, out)
	if err != nil {
		return err
	}
	for _, e := range a.exports() {
		answer, err := a.list(ctx, v, e)
		if err != nil {
			return err
		}
		if err := member(out, e.Operation, answer); err != nil {
			return err
		}
	}
	return writePeople(ctx, out, persons)
}

// writePeople begins the list of everybody and writes them, each on a line.
func writePeople(ctx context.Context, out *bufio.Writer, persons *people.Gathering) error {
	out.WriteString(",\n\"people\": [")
	separator := "\n"
	var line []byte
	return persons.Each(ctx, func(p people.PersonRecord) error {
		out.WriteString(separator)
		separator = ",\n"
		var err error
		line, err = p.AppendJSON(line[:0])
		out.Write(line)
		return err
	})
}

// exportOne writes what has to do with one person.
func (a *App) exportOne(ctx context.Context, v op.Viewer, out *bufio.Writer, e Export) error {
	only, err := a.Network.Resolve(ctx, v, e.Person)
	if err != nil {
		return err
	}
	cluster, err := a.Network.Cluster(ctx, a.DB, v, only.ID)
	if err != nil {
		return err
	}
	var names []string // under which the person may stand in a list
	for _, key := range cluster {
		names = append(names, key.String())
	}
	write := func(value any) (json.RawMessage, error) { return json.Marshal(value) }
	if !e.Unmasked {
		if write, err = a.masked(ctx, v, cluster); err != nil {
			return err
		}
	}
	for _, e := range a.exports() {
		answer, err := a.list(ctx, v, e)
		if err != nil {
			return err
		}
		if answer, err = about(answer, names); err != nil {
			return err
		}
		if answer == nil {
			continue
		}
		text, err := write(answer)
		if err != nil {
			return err
		}
		if err := member(out, e.Operation, text); err != nil {
			return err
		}
	}
	tie, err := a.Network.ExplainTie(ctx, v, people.Person{ID: v.Person}, only)
	if err != nil {
		return err
	}
	text, err := write(tie)
	if err != nil {
		return err
	}
	if err := member(out, "tie.show", text); err != nil {
		return err
	}
	out.WriteString(",\n\"people\": [\n")
	known, err := a.Network.Record(ctx, v, only.ID)
	if err != nil {
		return err
	}
	if text, err = write(known); err != nil {
		return err
	}
	out.Write(text)
	return nil
}

// masked returns a function that writes values as JSON in which nobody but the people of a cluster and the viewer is
// named.
func (a *App) masked(ctx context.Context, v op.Viewer, cluster []id.ID) (func(any) (json.RawMessage, error), error) {
	mask, err := a.Erase.Masker(ctx, v, cluster)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{v.Person.String(): true}
	for _, key := range cluster {
		known[key.String()] = true
	}
	return func(value any) (json.RawMessage, error) {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		var tree any
		if err := decoder.Decode(&tree); err != nil {
			return nil, err
		}
		return json.Marshal(maskTree(tree, mask, known))
	}, nil
}

// maskTree masks the texts of a value. An object with an id and a name is somebody: who is not known loses both.
func maskTree(value any, mask func(string) string, known map[string]bool) any {
	switch x := value.(type) {
	case string:
		return mask(x)
	case []any:
		for i := range x {
			x[i] = maskTree(x[i], mask, known)
		}
	case map[string]any:
		_, named := x["name"].(string)
		key, identified := x["id"].(string)
		if named && identified && !known[key] {
			return map[string]any{"id": "", "name": erase.Masked}
		}
		for name := range x {
			if named && name == "name" && known[key] {
				continue
			}
			x[name] = maskTree(x[name], mask, known)
		}
	}
	return value
}

func member(out *bufio.Writer, name string, value any) error {
	text, err := json.Marshal(value)
	fmt.Fprintf(out, ",\n%q: ", name)
	out.Write(text)
	return err
}

// exports returns what an export holds for people and other programs. Who had rather not be together is in none of it,
// by design.
func (a *App) exports() []room.Export {
	var out []room.Export
	for _, r := range a.Rooms {
		out = append(out, r.Exports...)
	}
	return out
}

// listedAtOnce is a limit that operations which list accept.
const listedAtOnce = 1000

// list calls the operation of an export, page by page where it has pages.
func (a *App) list(ctx context.Context, v op.Viewer, e room.Export) (any, error) {
	if e.All != nil {
		return e.All(ctx, v)
	}
	o, ok := a.Operations.Find(e.Operation)
	if !ok {
		return nil, fmt.Errorf("there is no operation %s", e.Operation)
	}
	in := reflect.New(o.In).Elem()
	limit, offset := in.FieldByName("Limit"), in.FieldByName("Offset")
	if !limit.IsValid() {
		return o.Call(ctx, v, in.Interface())
	}
	if !offset.IsValid() {
		limit.SetInt(1_000_000)
		return o.Call(ctx, v, in.Interface())
	}
	limit.SetInt(listedAtOnce)
	var whole reflect.Value
	for {
		answer, err := o.Call(ctx, v, in.Interface())
		if err != nil {
			return nil, err
		}
		page := reflect.ValueOf(answer)
		if !whole.IsValid() {
			whole = reflect.New(page.Type()).Elem()
			whole.Set(page)
		} else {
			for i := range page.NumField() {
				if page.Field(i).Kind() == reflect.Slice {
					whole.Field(i).Set(reflect.AppendSlice(whole.Field(i), page.Field(i)))
				}
			}
		}
		more := page.FieldByName("More")
		if !more.IsValid() || !more.Bool() {
			if more.IsValid() {
				whole.FieldByName("More").SetBool(false)
			}
			return whole.Interface(), nil
		}
		offset.SetInt(offset.Int() + listedAtOnce)
	}
}

// about keeps of the lists of an answer what has one of the names in it; nil when nothing is left.
func about(answer any, names []string) (any, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	out := map[string][]json.RawMessage{}
	for key, value := range fields {
		var list, kept []json.RawMessage
		if json.Unmarshal(value, &list) != nil {
			continue // no list
		}
		for _, item := range list {
			for _, name := range names {
				if strings.Contains(string(item), name) {
					kept = append(kept, item)
					break
				}
			}
		}
		if len(kept) > 0 {
			out[key] = kept
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// errNoExport is what a file is that no export of Gave is.
func errNoExport(path string) error {
	return fault.New(fault.Invalid, "%s is not a whole export of Gave.", path).
		WithHint("Make it with gave export, without a person.")
}
