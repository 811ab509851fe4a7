package program_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
)

// result is what a command that may fail gave.
type result struct {
	code        int
	out, errors string
}

func try(args ...string) result {
	cmd := command(context.Background(), args...)
	var out, failures bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failures
	err := cmd.Run()
	r := result{0, out.String(), failures.String()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else if err != nil {
		r.code, r.errors = -1, err.Error()
	}
	return r
}

// flagsFor are the flags with which commands reach a database.
func flagsFor(t *testing.T, address string) []string {
	t.Helper()
	if strings.HasPrefix(address, "postgres") {
		return []string{"--data", filepath.Join(t.TempDir(), "data"), "--database", address}
	}
	return []string{"--data", filepath.Dir(address)}
}

func with(flags []string, args ...string) []string { return append(slices.Clone(flags), args...) }

// everything returns each row of each table as text, sorted, but for who is let in, which ends with a restore.
func everything(t *testing.T, address string) map[string]string {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out := map[string]string{}
	if err := d.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		for _, table := range tables {
			if slices.Contains([]string{"session", "api_token", "invitation", "export_ticket"}, table.Name) {
				continue
			}
			var lines []string
			for row, err := range db.EachRow(ctx, tx, table) {
				if err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf("%v", row))
			}
			slices.Sort(lines)
			out[table.Name] = strings.Join(lines, "\n")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func compareAll(t *testing.T, want, got map[string]string) {
	t.Helper()
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("table %s: %s", name, firstDifference(want[name], got[name]))
		}
	}
	if len(want) != len(got) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
}

func digestOf(t *testing.T, path string) [32]byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(content)
}

// furnish imports a world, captures lines, and shares a file.
func furnish(t *testing.T, flags []string) (digest string) {
	t.Helper()
	if addressOf(flags) == filepath.Join(flags[1], db.FileName) {
		inPeace(t, flags[1])
	} else {
		files, me := worldFiles(t)
		importFiles(t, flags, append(me, files)...)
	}
	gave(t, with(flags, "capture", "Had lunch with Bram Testman yesterday")...)
	gave(t, with(flags, "tokens", "new", "a token")...)
	return shareFile(t, flags)
}

// shareFile puts a file and its row into a network, as a browser would.
func shareFile(t *testing.T, flags []string) string {
	t.Helper()
	ctx := context.Background()
	content := []byte("a file that anyone may take\n")
	digest := fmt.Sprintf("%x", sha256.Sum256(content))
	folder := filepath.Join(flags[1], "commons", digest[:2])
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, digest), content, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(ctx, addressOf(flags))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.ExecContext(ctx, `insert into resource (space, id, owner, visibility, title, body, link, digest,
		file, media, bytes, licence, language, tags, created, updated, taken)
		select s.id, s.id, m.id, 0, 'A file', '', '', $1, 'a.txt', 'text/plain', 28, 'CC0 1.0', '', '', 1, 1, 0
		from space s join member m on m.space = s.id`, digest); err != nil {
		t.Fatal(err)
	}
	return digest
}

func addressOf(flags []string) string {
	if len(flags) == 4 {
		return flags[3]
	}
	return filepath.Join(flags[1], db.FileName)
}

// The drill that docs/backup.md describes: a furnished network of each database is backed up and restored into each,
// and nothing differs: no row, no file, no tie.
func TestRestoreDrill(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, from string) {
		source := flagsFor(t, from)
		digest := furnish(t, source)
		want := everything(t, from)
		backup := filepath.Join(t.TempDir(), "backup.zip")
		var made struct{ People, Interactions, Files int }
		if err := json.Unmarshal(gave(t, with(source, "backup", backup, "--json")...), &made); err != nil {
			t.Fatal(err)
		}
		if made.People < 100 || made.Interactions < 1000 || made.Files != 1 {
			t.Errorf("the backup has %+v", made)
		}
		before := digestOf(t, backup)
		dbtest.Addresses(t, func(t *testing.T, to string) {
			target := flagsFor(t, to)
			gave(t, with(target, "restore", backup)...)
			compareAll(t, want, everything(t, to))
			if content, err := os.ReadFile(filepath.Join(target[1], "commons", digest[:2], digest)); err != nil ||
				string(content) != "a file that anyone may take\n" {
				t.Errorf("the shared file is %q, %v", content, err)
			}
			if r := try(with(target, "doctor", "--deep")...); r.code != 0 || !strings.Contains(r.out, "All is well") {
				t.Errorf("the doctor says %+v", r)
			}
			if r := try(with(target, "tokens", "list", "--json")...); r.code != 0 ||
				strings.Contains(r.out, "a token") {
				t.Errorf("a token is alive in the copy: %+v", r)
			}
			gave(t, with(target, "rebuild")...)
			if ties := everything(t, to)["tie"]; ties != want["tie"] {
				t.Error("the ties are not the ones that their evidence gives")
			}
			if r := try(with(target, "restore", backup)...); r.code != 1 || !strings.Contains(r.errors, "already") {
				t.Errorf("a network was written over: %+v", r)
			}
		})
		if digestOf(t, backup) != before {
			t.Error("the backup was changed")
		}
	})
}

func TestTheDoctorKnowsWhatIsWrong(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for _, args := range [][]string{{"doctor"}, {"backup", filepath.Join(t.TempDir(), "b.zip")}} {
		if r := try(append([]string{"--data", nowhere}, args...)...); r.code != 1 ||
			!strings.Contains(r.errors, "There is no network in") {
			t.Errorf("%v of nothing: %+v", args, r)
		}
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("looking made a network")
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		flags := flagsFor(t, address)
		gave(t, with(flags, "people", "list")...)
		if r := try(with(flags, "doctor")...); r.code != 0 || !strings.Contains(r.out, "The network is empty") ||
			strings.Contains(r.out, "All is well") {
			t.Errorf("an empty network: %+v", r)
		}
		gave(t, with(flags, "people", "add", "Bram Testman")...)
		digest := shareFile(t, flags)
		if r := try(with(flags, "doctor")...); r.code != 0 || !strings.Contains(r.out, "All is well") {
			t.Errorf("a healthy network: %+v", r)
		}
		file := filepath.Join(flags[1], "commons", digest[:2], digest)
		if err := os.WriteFile(file, []byte("something else"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(flags[1], "gave-old.zip.part-123"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		r := try(with(flags, "doctor")...)
		if r.code != 1 || !strings.Contains(r.out, digest) || !strings.Contains(r.out, "gave-old.zip.part-123") {
			t.Errorf("a damaged file and a leftover: %+v", r)
		}
		if r := try(with(flags, "backup", filepath.Join(t.TempDir(), "b.zip"))...); r.code != 3 ||
			!strings.Contains(r.out, digest) {
			t.Errorf("a backup without the damaged file: %+v", r)
		}
	})
	damaged := t.TempDir()
	gave(t, "--data", damaged, "people", "add", "Bram Testman")
	path := filepath.Join(damaged, db.FileName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(content); i += 3 {
		content[i] ^= 0x55
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := try("--data", damaged, "doctor"); r.code != 1 || strings.Contains(r.out+r.errors, "run gave doctor") ||
		!strings.Contains(r.out+r.errors, "damaged") {
		t.Errorf("a damaged database: %+v", r)
	}
}

// Killed at any moment, a backup leaves no file under its name that is not whole, and nothing that stops the next one.
func TestKilledBackupsAndRestores(t *testing.T) {
	data := []string{"--data", t.TempDir()}
	furnish(t, data)
	want := everything(t, addressOf(data))
	folder := t.TempDir()
	whole := filepath.Join(t.TempDir(), "whole.zip")
	begun := time.Now()
	gave(t, with(data, "backup", whole)...)
	took := time.Since(begun)
	before := digestOf(t, whole)
	kill := func(args []string, most time.Duration) {
		cmd := command(context.Background(), args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(most))))
		cmd.Process.Kill()
		cmd.Wait()
	}
	name := filepath.Join(folder, "nightly.zip")
	finished := 0
	for range soak(8, 300) {
		kill(with(data, "backup", name), took)
		if _, err := os.Stat(name); err == nil { // it was quicker than the kill
			finished++
			gave(t, "--data", filepath.Join(t.TempDir(), "copy"), "restore", name)
			os.Remove(name)
		}
	}
	gave(t, with(data, "backup", name)...)
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("killed backups left %v, %v (%d had finished)", entries, err, finished)
	}

	dbtest.Addresses(t, func(t *testing.T, address string) {
		flags := flagsFor(t, address)
		begun := time.Now()
		gave(t, "--data", filepath.Join(t.TempDir(), "once"), "restore", whole)
		took := time.Since(begun)
		late := false // a restore was killed after the database stood, before it had put its things away
		for range soak(6, 200) {
			kill(with(flags, "restore", whole), took)
			held, err := db.Holds(context.Background(), address)
			if err != nil {
				t.Fatal(err)
			}
			if held { // it was quicker than the kill: then all of it is there
				compareAll(t, want, everything(t, address))
				late = true
				break
			}
		}
		if held, err := db.Holds(context.Background(), address); err != nil {
			t.Fatal(err)
		} else if !held {
			gave(t, with(flags, "restore", whole)...)
		}
		compareAll(t, want, everything(t, address))
		r := try(with(flags, "doctor")...)
		if left := strings.Count(r.out, "\n- "); r.code != 0 && !(late &&
			left == strings.Count(r.out, "is left of work that was broken off")) {
			t.Errorf("the doctor says %+v", r)
		}
		for range soak(4, 100) { // over a network that is there
			kill(with(flags, "restore", "--force", whole), took)
			compareAll(t, want, everything(t, address))
		}
	})
	if digestOf(t, whole) != before {
		t.Error("the backup was changed")
	}
}

// While another program imports, every command that reads answers, and every one that writes waits for its turn.
func TestReadersNeverFailBecauseAnImportWrites(t *testing.T) {
	data := []string{"--data", t.TempDir()}
	inPeace(t, data[1])
	// Another program holds the file for longer than a reader would wait, time and again, as an import does.
	d, err := db.Open(context.Background(), addressOf(data))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	writes := 0
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := d.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := tx.ExecContext(context.Background(),
					`update person set updated = updated + 1`); err != nil {
					return err
				}
				time.Sleep(1500 * time.Millisecond)
				return nil
			}); err != nil {
				t.Error(err)
				return
			}
			writes++
		}
	}()
	for i := range soak(2, 20) {
		for _, args := range [][]string{
			{"people", "list"},
			{"today"},
			{"export"},
			{"doctor"},
			{"horizon", "ties"},
			{"merges", "list"},
			{"import", "list"},
			{"give", "list"},
			{"backup", filepath.Join(t.TempDir(), fmt.Sprintf("%d.zip", i))},
			{"capture", "--preview", "Had lunch with Bram Testman yesterday"},
			{"capture", fmt.Sprintf("Had lunch with Bram Testman%c yesterday", 'a'+i)},
		} {
			begun := time.Now()
			if r := try(with(data, args...)...); r.code != 0 {
				t.Errorf("gave %s: %+v after %v", strings.Join(args, " "), r, time.Since(begun))
			}
		}
	}
	stop()
	<-done
	if writes < 2 {
		t.Errorf("the other program wrote only %d times", writes)
	}
}
