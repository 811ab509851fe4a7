package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gave.network/internal/archive"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// shared is the content of a shared file, and its name in the data directory.
const shared = "what anyone may take\n"

func sharedFile() archive.SharedFile {
	sum := sha256.Sum256([]byte(shared))
	digest := hex.EncodeToString(sum[:])
	return archive.SharedFile{Name: "commons/" + digest[:2] + "/" + digest, SHA256: digest}
}

func source(d *db.DB, data string, files ...archive.SharedFile) archive.Source {
	return archive.Source{
		DB: d, Data: data, Program: "test",
		Files:  func(context.Context, db.Queryer) ([]archive.SharedFile, error) { return slices.Clone(files), nil },
		People: func(context.Context, db.Queryer) (int64, error) { return 7, nil },
	}
}

func place(t *testing.T, data string) {
	t.Helper()
	path := filepath.Join(data, filepath.FromSlash(sharedFile().Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(shared), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fill writes rows whose values are at the edges of what the two databases hold.
func fill(t *testing.T, d *db.DB, rows int) {
	t.Helper()
	ctx := context.Background()
	space := id.New()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into space (id, name, purpose, created)
			values ($1, $2, 'private', $3)`, space, "Zoë \"&\\<>\u2028😀\n\t\x7f", int64(math.MinInt64)); err != nil {
			return err
		}
		for i := range rows {
			weight := []float64{0.1, 5e-324, 1e-308, math.MaxFloat64, 1.0 / 3, math.Inf(1)}[i%6]
			external := bytes.Repeat([]byte{byte(i), 0xff}, i%9) // empty at first
			if _, err := db.Insert(ctx, tx, "imported_praise", db.Row{
				"space": space, "id": id.New(), "owner": id.New(), "kind": "x", "author": external, "subject": id.Zero,
				"body": strings.Repeat("é", i), "title": "", "time": int64(math.MaxInt64 - i), "hidden": i%2 == 0,
				"source": fmt.Sprint(i), "external": id.New(), "import": id.Zero,
			}, ""); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert into tie (space, owner, person, other, intensity, sent, received,
				peak, as_of, last_interaction, first_contact, interactions, rank)
				values ($1, $2, $3, $4, $5, 0, 0, 0, 0, $6, 0, 0, 0)`,
				space, id.New(), id.New(), id.New(), weight, id.Zero); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// rows returns every row of every table as text, sorted, but for those that ought to differ.
func rows(t *testing.T, address string) map[string][]string {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return rowsOf(t, d)
}

func rowsOf(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	ctx := context.Background()
	out := map[string][]string{}
	if err := d.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			lines := []string{}
			for row, err := range db.EachRow(ctx, tx, table) {
				if err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf("%#v", row))
			}
			slices.Sort(lines)
			out[table.Name] = lines
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func compare(t *testing.T, want, got map[string][]string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
	for name, lines := range want {
		if !slices.Equal(lines, got[name]) {
			t.Errorf("table %s differs:\n%.500s\n%.500s", name, lines, got[name])
		}
	}
}

func nothing(context.Context, *db.Tx) error { return nil }

func write(t *testing.T, s archive.Source) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.zip")
	if _, err := archive.Write(context.Background(), s, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// What one database wrote the other restores, to the last bit, and back again.
func TestEitherDatabaseRestoresWhatTheOtherWrote(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 200)
		data := t.TempDir()
		place(t, data)
		want := rowsOf(t, d)
		if len(want["tie"]) != 200 || len(want["space"]) != 1 {
			t.Fatalf("the test has %d ties", len(want["tie"]))
		}
		backup := write(t, source(d, data, sharedFile()))
		dbtest.Addresses(t, func(t *testing.T, address string) {
			home := t.TempDir()
			restored, err := archive.Restore(context.Background(), backup,
				archive.Target{Database: address, Data: home, Finish: nothing})
			if err != nil {
				t.Fatal(err)
			}
			if restored.Kept != "" || restored.Manifest.Rows("tie") != 200 || restored.Manifest.People != 7 {
				t.Errorf("%+v", restored)
			}
			compare(t, want, rows(t, address))
			content, err := os.ReadFile(filepath.Join(home, filepath.FromSlash(sharedFile().Name)))
			if err != nil || string(content) != shared {
				t.Errorf("the shared file is %q, %v", content, err)
			}
			again, err := db.Open(context.Background(), address)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if found, err := again.CheckIntegrity(context.Background()); err != nil || len(found) > 0 {
				t.Errorf("%v, %v", found, err)
			}
			second := write(t, source(again, home, sharedFile()))
			if a, b := parts(t, backup), parts(t, second); !slices.Equal(a, b) {
				t.Errorf("a backup of the copy differs:\n%s\n%s", a, b)
			}
		})
	})
}

// parts returns the digests of what an archive holds.
func parts(t *testing.T, path string) []string {
	t.Helper()
	a, err := archive.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var out []string
	for _, p := range append(a.Manifest.Tables, a.Manifest.Files...) {
		out = append(out, p.Name+" "+p.SHA256)
	}
	return out
}

// A text that is no UTF-8 comes back in SQLite as it was, and in PostgreSQL with a word about it.
func TestTextsThatAreNotUTF8(t *testing.T) {
	d := dbtest.SQLite(t)
	name := "caf\xe9 \x00 end"
	if _, err := d.ExecContext(context.Background(), `insert into space (id, name, purpose, created)
		values ($1, $2, 'private', 1)`, id.New(), name); err != nil {
		t.Fatal(err)
	}
	backup := write(t, source(d, t.TempDir()))
	dbtest.Addresses(t, func(t *testing.T, address string) {
		restored, err := archive.Restore(context.Background(), backup,
			archive.Target{Database: address, Data: t.TempDir(), Finish: nothing})
		if err != nil {
			t.Fatal(err)
		}
		want, changed := name, 0
		if strings.HasPrefix(address, "postgres") {
			want, changed = "caf� � end", 1
		}
		copied, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		got, err := db.Value[string](context.Background(), copied, `select name from space`)
		if err != nil || got != want || restored.Changed != changed {
			t.Errorf("%q with %d changed, %v; want %q with %d", got, restored.Changed, err, want, changed)
		}
	})
}

// refuse restores a file that must be refused, and sees that nothing came of it.
func refuse(t *testing.T, name string, content []byte) error {
	t.Helper()
	dir := t.TempDir()
	path, home := filepath.Join(dir, "backup"), filepath.Join(dir, "home")
	if err := os.WriteFile(path, content, 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := archive.Restore(context.Background(), path,
		archive.Target{Database: filepath.Join(home, db.FileName), Data: home, Finish: nothing})
	if err == nil {
		t.Fatalf("%s was restored", name)
	}
	if _, stat := os.Stat(home); stat == nil {
		t.Errorf("%s: refused, but the target was touched", name)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, content) {
		t.Errorf("%s was changed", name)
	}
	os.RemoveAll(dir)
	return err
}

func TestABackupBrokenOffOrDamagedAnywhereIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 3)
	data := t.TempDir()
	place(t, data)
	whole, err := os.ReadFile(write(t, source(d, data, sharedFile())))
	if err != nil {
		t.Fatal(err)
	}
	step := 1
	if os.Getenv("GAVE_SOAK") == "" {
		step = 7
	}
	for cut := 0; cut < len(whole); cut += step {
		if err := refuse(t, fmt.Sprintf("a backup cut at %d of %d bytes", cut, len(whole)),
			whole[:cut]); fault.CodeOf(err) != fault.Invalid {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	for at := 0; at < len(whole); at += step {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1 << (at % 8)
		refuse(t, fmt.Sprintf("a backup with a flipped bit at %d", at), flipped)
	}
	refuse(t, "a backup with more after it", append(bytes.Clone(whole), 0))
	refuse(t, "a backup twice", append(bytes.Clone(whole), whole...))
	refuse(t, "a letter", []byte("this is not a backup at all, it is a letter to a friend, as long as it may be, and "+
		"longer than that, over and over, for many words"))
}

// rewrite changes an archive and seals it again, as somebody would who means harm, or a version of Gave that we do not
// know.
func rewrite(t *testing.T, path string, change func(m *archive.Manifest, parts map[string][]byte)) []byte {
	t.Helper()
	reader, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	content := map[string][]byte{}
	for _, f := range reader.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var m archive.Manifest
	if err := json.Unmarshal(content["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	change(&m, content)
	if content["manifest.json"], err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	return seal(t, content)
}

func seal(t testing.TB, content map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, bytes := range content {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.SetComment(archive.SealText + strings.Repeat("0", 64)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	sum := sha256.Sum256(out[:len(out)-64])
	copy(out[len(out)-64:], hex.EncodeToString(sum[:]))
	return out
}

func table(m *archive.Manifest, name string) *archive.Part {
	return &m.Tables[slices.IndexFunc(m.Tables, func(p archive.Part) bool { return p.Name == name })]
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func TestASealedBackupThatIsNotWhatItSaysIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 3)
	data := t.TempDir()
	place(t, data)
	path := write(t, source(d, data, sharedFile()))
	if _, err := archive.Restore(context.Background(), resealed(t, path), archive.Target{
		Database: filepath.Join(t.TempDir(), db.FileName), Data: t.TempDir(), Finish: nothing,
	}); err != nil {
		t.Fatalf("what the test seals is refused when nothing is wrong: %v", err)
	}
	for name, change := range map[string]func(m *archive.Manifest, parts map[string][]byte){
		"a newer format":   func(m *archive.Manifest, _ map[string][]byte) { m.Format = 2 },
		"newer tables":     func(m *archive.Manifest, _ map[string][]byte) { m.Version = 99999 },
		"no version":       func(m *archive.Manifest, _ map[string][]byte) { m.Version = 0 },
		"a count too high": func(m *archive.Manifest, _ map[string][]byte) { table(m, "tie").Rows++ },
		"another digest":   func(m *archive.Manifest, _ map[string][]byte) { table(m, "tie").SHA256 = digest(nil) },
		"another size":     func(m *archive.Manifest, _ map[string][]byte) { table(m, "tie").Bytes-- },
		"a part too many":  func(_ *archive.Manifest, parts map[string][]byte) { parts["tables/extra.jsonl"] = nil },
		"a table too few": func(m *archive.Manifest, parts map[string][]byte) {
			m.Tables = m.Tables[1:]
			delete(parts, "tables/"+firstTable(parts))
		},
		"a file that leads out": func(m *archive.Manifest, parts map[string][]byte) { rename(m, parts, "../../out") },
	} {
		refuse(t, name, rewrite(t, path, change))
	}
	// These are found when the rows are read into the new database, which is thrown away then.
	for name, change := range map[string]func(m *archive.Manifest, parts map[string][]byte){
		"a row that is none": func(m *archive.Manifest, parts map[string][]byte) {
			replaceRows(m, parts, "space", "nonsense\n")
		},
		"a value of another kind": func(m *archive.Manifest, parts map[string][]byte) {
			replaceRows(m, parts, "space", `["AAAA","x","private",{"text":"y"}]`+"\n")
		},
		"a row that refers nowhere": func(m *archive.Manifest, parts map[string][]byte) {
			replaceRows(m, parts, "member", strayMember)
		},
		"a column too few": func(m *archive.Manifest, _ map[string][]byte) {
			s := table(m, "space")
			s.Columns = s.Columns[1:]
		},
	} {
		bad := filepath.Join(t.TempDir(), "bad.zip")
		if err := os.WriteFile(bad, rewrite(t, path, change), 0o600); err != nil {
			t.Fatal(err)
		}
		dbtest.Addresses(t, func(t *testing.T, address string) {
			home := t.TempDir()
			if name == "a value of another kind" && !strings.HasPrefix(address, "postgres") {
				t.Skip("SQLite takes every value in every column")
			}
			if _, err := archive.Restore(context.Background(), bad,
				archive.Target{Database: address, Data: home, Finish: nothing}); err == nil {
				t.Fatalf("%s was restored", name)
			}
			if held, err := db.Holds(context.Background(), address); err != nil || held {
				t.Errorf("%s left something: %v, %v", name, held, err)
			}
		})
	}
}

// strayMember is a member of no space and no account.
const strayMember = `["AAAAAAAAAAAAAAAAAAAAAQ","AAAAAAAAAAAAAAAAAAAAAQ","AAAAAAAAAAAAAAAAAAAAAQ",3,"AAAAAAAAAAAAAAAAAAAAAA",1,0]` + "\n"

func resealed(t *testing.T, path string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "resealed.zip")
	if err := os.WriteFile(out, rewrite(t, path, func(*archive.Manifest, map[string][]byte) {}), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func firstTable(parts map[string][]byte) string {
	var names []string
	for name := range parts {
		if rest, ok := strings.CutPrefix(name, "tables/"); ok {
			names = append(names, rest)
		}
	}
	return slices.Min(names)
}

func rename(m *archive.Manifest, parts map[string][]byte, name string) {
	old := "files/" + m.Files[0].Name
	parts["files/"+name] = parts[old]
	delete(parts, old)
	m.Files[0].Name = name
}

func replaceRows(m *archive.Manifest, parts map[string][]byte, name, content string) {
	parts["tables/"+name+".jsonl"] = []byte(content)
	p := table(m, name)
	p.Rows, p.Bytes, p.SHA256 = int64(strings.Count(content, "\n")), int64(len(content)), digest([]byte(content))
}

// A shared file that was lost is told, and keeps nothing else from being kept.
func TestALostSharedFileIsTold(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 1)
	path := filepath.Join(t.TempDir(), "backup.zip")
	m, err := archive.Write(context.Background(), source(d, t.TempDir(), sharedFile()), path)
	if err != nil || !slices.Equal(m.Missing, []string{sharedFile().Name}) || len(m.Files) != 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := archive.Restore(context.Background(), path, archive.Target{
		Database: filepath.Join(t.TempDir(), db.FileName), Data: t.TempDir(), Finish: nothing,
	}); err != nil {
		t.Fatal(err)
	}
}

// A file that was taken back while the backup is made goes with its row.
func TestAFileTakenBackMeanwhileIsNotMissed(t *testing.T) {
	d := dbtest.SQLite(t)
	s := source(d, t.TempDir())
	calls := 0
	s.Files = func(context.Context, db.Queryer) ([]archive.SharedFile, error) {
		if calls++; calls == 1 { // the state that the backup sees first
			return []archive.SharedFile{sharedFile()}, nil
		}
		return nil, nil
	}
	m, err := archive.Write(context.Background(), s, filepath.Join(t.TempDir(), "backup.zip"))
	if err != nil || len(m.Missing) != 0 || calls < 3 {
		t.Fatalf("%+v after %d looks, %v", m, calls, err)
	}
}

func TestTheTargetGivesWayOnlyToForce(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 5)
	backup := write(t, source(d, t.TempDir()))
	before, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	want := rowsOf(t, d)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		old, err := db.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		target := archive.Target{Database: address, Data: t.TempDir(), Finish: nothing}
		if _, err := old.ExecContext(ctx, `insert into space (id, name, purpose, created)
			values ($1, 'old', 'private', 1)`, id.New()); err != nil {
			t.Fatal(err)
		}
		kept := rowsOf(t, old)
		if _, err := archive.Restore(ctx, backup, target); fault.CodeOf(err) != fault.Conflict {
			t.Fatalf("a network was written over: %v", err)
		}
		compare(t, kept, rowsOf(t, old))
		target.Force = true
		if old.Dialect == db.SQLite {
			if _, err := archive.Restore(ctx, backup, target); fault.CodeOf(err) != fault.Conflict {
				t.Fatalf("a file was taken from under a program that has it open: %v", err)
			}
			compare(t, kept, rowsOf(t, old))
		}
		old.Close()
		restored, err := archive.Restore(ctx, backup, target)
		if err != nil || restored.Kept == "" {
			t.Fatalf("%+v, %v", restored, err)
		}
		compare(t, want, rows(t, address))
		aside := restored.Kept
		if old.Dialect == db.PostgreSQL {
			aside = dbtest.InSchema(t, address, restored.Kept)
		}
		compare(t, kept, rows(t, aside))
	})
	if after, err := os.ReadFile(backup); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the backup was changed: %v", err)
	}
}

func TestKeepRemovesTheOldestAfterSuccess(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := filepath.Join(t.TempDir(), "backups")
	ctx := context.Background()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	stays := []string{"gave-2020-01-01-000000.zip.txt", "my-gave-2020-01-01-000000.zip", "gave.db", "notes"}
	for _, name := range append([]string{
		"gave-2020-01-01-000000.zip", "gave-2021-01-01-000000.zip", "gave-2022-01-01-000000-2.zip",
		"gave-2022-01-01-000000.zip.part-123",
	}, stays...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	failing := source(d, t.TempDir())
	failing.Files = func(context.Context, db.Queryer) ([]archive.SharedFile, error) { return nil, io.ErrUnexpectedEOF }
	if _, _, _, err := archive.Keep(ctx, failing, dir, 1); err == nil {
		t.Fatal("it did not fail")
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "gave-20*.zip")); len(found) != 3 {
		t.Fatalf("a failed backup removed others: %v", found)
	}
	var paths []string
	for range 3 {
		path, _, _, err := archive.Keep(ctx, source(d, t.TempDir()), dir, 2)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", e.Name(), info.Mode().Perm())
		}
	}
	want := append([]string{filepath.Base(paths[1]), filepath.Base(paths[2])}, stays...)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("left are %v, want %v", got, want)
	}
}

func TestABackupWritesOverNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "backup.zip")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Write(context.Background(), source(d, dir), path); fault.CodeOf(err) != fault.Conflict {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(path); string(content) != "mine" {
		t.Error("it was written over")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := archive.Write(cancelled, source(d, dir), filepath.Join(dir, "other.zip")); err == nil {
		t.Error("a cancelled backup was made")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("a backup that failed left something: %v", entries)
	}
}

// FuzzArchive gives sealed rubbish and rubbish without a seal to the reader: it refuses or reads, and never panics.
func FuzzArchive(f *testing.F) {
	manifest, err := json.Marshal(archive.Manifest{Format: 1, Version: 1, Tables: []archive.Part{{
		Name: "space", Columns: []db.Column{{Name: "id", Kind: db.Bytes}}, Rows: 1, Bytes: 9,
		SHA256: digest([]byte("[\"AAAA\"]\n")),
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(manifest, []byte("[\"AAAA\"]\n"), "tables/space.jsonl", true)
	f.Add([]byte("{}"), []byte("[1e999,{\"real\":\"NaN\"}]\n"), "files/../x", true)
	f.Add([]byte("PK\x05\x06"), []byte{}, "", false)
	f.Fuzz(func(t *testing.T, manifest, part []byte, name string, sealed bool) {
		content := append(bytes.Clone(manifest), part...)
		if sealed {
			if len(name) > 1000 {
				return
			}
			content = seal(t, map[string][]byte{"manifest.json": manifest, name: part})
		}
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(context.Background(), path)
		if err != nil {
			return
		}
		defer a.Close()
		whole := a.Verify(context.Background()) == nil
		for _, table := range a.Tables() {
			n := int64(0)
			for _, err := range a.Rows(context.Background(), table) {
				if err != nil {
					return
				}
				n++
			}
			if whole && n != a.Manifest.Rows(table.Name) {
				t.Errorf("%d rows of %d", n, a.Manifest.Rows(table.Name))
			}
		}
	})
}

// The files that Gave made before are still taken, when they are whole.
func TestAPlainFileIsRestoredWhenItIsWhole(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t)
	fill(t, d, 40)
	want := rowsOf(t, d)
	plain := filepath.Join(t.TempDir(), "plain.db")
	if _, err := d.ExecContext(ctx, `vacuum into $1`, plain); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		if _, err := archive.Restore(ctx, plain,
			archive.Target{Database: address, Data: t.TempDir(), Finish: nothing}); err != nil {
			t.Fatalf("%v: %v", err, errors.Unwrap(err))
		}
		compare(t, want, rows(t, address))
	})
	if after, err := os.ReadFile(plain); err != nil || !bytes.Equal(after, whole) {
		t.Errorf("the backup was changed: %v", err)
	}
	for _, cut := range []int{
		1, 15, 16, 99, 100, 4095, 4096, 4097, len(whole) / 2 / 4096 * 4096, len(whole) - 4096, len(whole) - 1,
	} {
		refuse(t, fmt.Sprintf("a plain file cut at %d of %d bytes", cut, len(whole)), whole[:cut])
	}
	torn := bytes.Clone(whole)
	clear(torn[len(torn)/2 : len(torn)/2+8192])
	refuse(t, "a plain file with pages of zeros", torn)
	open, err := os.ReadFile(d.Location)
	if err != nil {
		t.Fatal(err)
	}
	live := filepath.Join(t.TempDir(), "live.db")
	for name, content := range map[string][]byte{live: open, live + "-wal": []byte("a log with changes")} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := archive.Restore(ctx, live, archive.Target{
		Database: filepath.Join(t.TempDir(), db.FileName), Data: t.TempDir(), Finish: nothing,
	}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a file with a log beside it was restored: %v", err)
	}
}
