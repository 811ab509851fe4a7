package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// errTakenBack ends a trial without storing anything.
var errTakenBack = errors.New("taken back")

// tryExport reads an export into an empty network, exports it again, and takes all of it back. It fails the test unless
// the export was refused with words for people and a line, or every row of it is in the other export.
func tryExport(t *testing.T, a *App, v op.Viewer, data []byte) (refused error) {
	t.Helper()
	ctx := context.Background()
	r := reader{App: a, v: v, path: "x.json", tables: room.Tables(Rooms())}
	var out bytes.Buffer
	err := a.DB.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			r.tx = tx
			return r.read(ctx, bytes.NewReader(data))
		}); err != nil {
			refused = err
			return errTakenBack
		}
		v.Person = r.self
		buffered := bufio.NewWriter(&out)
		buffered.WriteString(`{"x": 0`)
		if err := a.exportAll(ctx, v, buffered); err != nil {
			return fmt.Errorf("what was read cannot be exported: %w", err)
		}
		buffered.WriteString("]}")
		return errors.Join(buffered.Flush(), errTakenBack)
	})
	if !errors.Is(err, errTakenBack) {
		t.Fatalf("%v\n%.2000s", err, data)
	}
	if refused != nil {
		if fault.CodeOf(refused) != fault.Invalid || !regexp.MustCompile(`line|whole`).MatchString(refused.Error()) {
			t.Fatalf("refused without words for people: %v", refused)
		}
		return refused
	}
	var given, again struct {
		Tables map[string]struct {
			Columns []string            `json:"columns"`
			Rows    [][]json.RawMessage `json:"rows"`
		} `json:"tables"`
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&given); err != nil {
		return nil // cut off behind its tables, or a table stands in it twice in other spellings
	}
	if err := json.Unmarshal(out.Bytes(), &again); err != nil {
		t.Fatal(err)
	}
	for name, table := range given.Tables {
		if got := len(again.Tables[name].Rows); got != len(table.Rows) {
			t.Fatalf("%d rows of %s were read and %d came back:\n%.2000s", len(table.Rows), name, got, data)
		}
	}
	return nil
}

// realExport is what gave export wrote of a small fictional network.
func realExport(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "export.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func emptyApp(t testing.TB) (*App, op.Viewer) {
	t.Helper()
	ctx := context.Background()
	a, err := Open(ctx, Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	v.Now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	return a, v
}

// firstRows returns an export with few of the rows of another, so that trials are quick.
func firstRows(t testing.TB, whole []byte) []byte {
	t.Helper()
	var export struct {
		Me     json.RawMessage
		Tables map[string]struct {
			Columns json.RawMessage   `json:"columns"`
			Rows    []json.RawMessage `json:"rows"`
		}
	}
	if err := json.Unmarshal(whole, &export); err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("{\n\"format\": %q,\n\"at\": \"\",\n\"me\": %s,\n\"tables\": {", exportFormat, export.Me)
	separator := "\n"
	for _, t := range room.Tables(Rooms()) {
		table := export.Tables[t.Name]
		if len(table.Rows) == 0 {
			continue
		}
		if !slices.Contains([]string{"person", "organisation", "gift"}, t.Name) { // to which other rows lead
			table.Rows = table.Rows[:1]
		}
		out += separator + fmt.Sprintf("%q: {\"columns\": %s, \"rows\": [\n%s]}", t.Name, table.Columns,
			joined(table.Rows))
		separator = ",\n"
	}
	return []byte(out + "}}")
}

func joined(rows []json.RawMessage) string {
	var out strings.Builder
	for i, row := range rows {
		if i > 0 {
			out.WriteString(",\n")
		}
		out.Write(row)
	}
	return out.String()
}

// FuzzReadBack reads what looks like an export of Gave: it is refused with the line that is wrong and leaves nothing,
// or all of it is there.
func FuzzReadBack(f *testing.F) {
	whole := firstRows(f, realExport(f))
	f.Add(whole)
	for _, cut := range []int{40, 400, 4_000, len(whole) / 2, len(whole) - 3} {
		f.Add(whole[:cut])
	}
	f.Add(bytes.Replace(whole, []byte(`"me"`), []byte(`"you"`), 1))
	f.Add(bytes.Replace(whole, []byte(`,0,`), []byte(`,1e999,`), 1))
	f.Add([]byte(`{"format": "gave-export-2", "tables": {}}`))
	f.Add([]byte(`{"format": "gave-export-2", "at": "", "me": {}, "tables": {"person": {"columns": [], "rows": []}}}`))
	a, v := emptyApp(f)
	f.Fuzz(func(t *testing.T, data []byte) { tryExport(t, a, v, data) })
}

// Whatever stands in a number, flag or text of a real export: it is refused with its line, or Gave can show and export
// it.
func TestReadBackOfEveryColumn(t *testing.T) {
	whole := realExport(t)
	a, v := emptyApp(t)
	for _, export := range [][]byte{whole, firstRows(t, whole)} {
		if refused := tryExport(t, a, v, export); refused != nil {
			t.Fatal(refused)
		}
		whole = export
	}
	tried, refusals, rows := 0, 0, 0 // rows of this table
	for i, line := range bytes.Split(whole, []byte("\n")) {
		var row []json.RawMessage
		if bytes.HasPrefix(line, []byte(`"ties"`)) || bytes.HasPrefix(line, []byte(`"people"`)) {
			break
		}
		if rows++; !bytes.HasPrefix(line, []byte("[")) {
			rows = 0
		}
		end := min(len(bytes.TrimRight(line, "]},"))+1, len(line))
		if rows != 1 || json.Unmarshal(line[:end], &row) != nil {
			continue
		}
		for column := range row {
			for _, value := range []string{"-1", "99", "9223372036854775807", "null", `""`, `"x"`, "true", "[[]]"} {
				if string(row[column]) == value {
					continue
				}
				changed := slices.Clone(row)
				changed[column] = json.RawMessage(value)
				text, err := json.Marshal(changed)
				if err != nil {
					t.Fatal(err)
				}
				lines := bytes.Split(bytes.Clone(whole), []byte("\n"))
				lines[i] = append(text, line[end:]...)
				tried++
				refused := tryExport(t, a, v, bytes.Join(lines, []byte("\n")))
				if refused == nil {
					continue
				}
				refusals++
				if want := fmt.Sprintf("line %d ", i+1); !strings.Contains(refused.Error(), want) &&
					!strings.Contains(refused.Error(), "lines ") {
					t.Fatalf("%v, want %s: %s", refused, want, text)
				}
			}
		}
	}
	if tried < 300 || refusals < tried/10 || refusals > tried*9/10 {
		t.Errorf("%d tried, %d refused", tried, refusals)
	}
}
