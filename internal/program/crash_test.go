package program_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/program"
	"gave.network/lab/world"
)

// TestMain lets the test binary be the program itself, so that a real process can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("GAVE_TEST_RUN") != "" {
		os.Exit(program.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	var err error
	if kept, err = os.MkdirTemp("", "gave-program-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(kept)
	os.Exit(code)
}

// kept is a folder that is there as long as the tests run.
var kept string

func command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), "GAVE_TEST_RUN=1")
	return cmd
}

// report is what scripts read of an import.
type report struct {
	PeopleAdded       int `json:"people_added"`
	InteractionsAdded int `json:"interactions_added"`
	Duplicates        int `json:"duplicates"`
}

func gave(t *testing.T, args ...string) []byte {
	t.Helper()
	out, err := command(context.Background(), args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 3 {
			t.Fatalf("gave %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
	}
	return out
}

func importFiles(t *testing.T, data []string, paths ...string) report {
	t.Helper()
	var r report
	out := gave(t, append(append(slices.Clone(data), "import", "--json"), paths...)...)
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

// contents says what a database holds, without the ids that differ from run to run.
func contents(t *testing.T, address string) string {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var b strings.Builder
	for _, query := range []string{
		`select value || '=' || p.name from identifier n join person p on p.space = n.space and p.id = n.person
			order by value, p.name`,
		`select count(*) from person`, `select count(*) from interaction`, `select count(*) from participant`,
		`select count(*) from statement`,
		`select title || time || people from interaction order by title, time, people, external`,
		`select p.name || '/' || o.name || interactions || '/' || first_contact || '/' || as_of from tie t
			join person p on p.space = t.space and p.id = t.person
			join person o on o.space = t.space and o.id = t.other
			order by p.name, o.name, interactions, first_contact, as_of`,
		`select count(*) from tie_stale where person = other`,
	} {
		values, err := db.Values[string](context.Background(), d, query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		fmt.Fprintln(&b, strings.Join(values, "\n"))
	}
	return b.String()
}

// made is the world of the tests: its files, and the addresses of who owns them.
var made = sync.OnceValues(func() (world.Result, error) {
	return world.Generate(context.Background(), world.Options{
		People: 120, Years: 3, Seed: 5, Dir: filepath.Join(kept, "world"),
		End: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Effect: true, Noise: 0.3,
	})
})

// worldFiles is where the files of the world are, for tests that only read them, and the flags that say who owns them.
func worldFiles(t *testing.T) (files string, me []string) {
	t.Helper()
	result, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range result.Me {
		me = append(me, "--me", address)
	}
	return filepath.Join(kept, "world", "files"), me
}

// peaceful is the world as the program imported it once, in peace: a data directory that nobody has open.
var peaceful struct {
	sync.Mutex
	data string
}

// inPeace puts the world as it is imported in peace into a data directory of the test's own, in place of its database.
func inPeace(t *testing.T, data string) {
	t.Helper()
	peaceful.Lock()
	defer peaceful.Unlock()
	if peaceful.data == "" {
		files, me := worldFiles(t)
		folder := filepath.Join(kept, "peaceful")
		importFiles(t, []string{"--data", folder}, append(me, files)...)
		peaceful.data = folder
	}
	if err := os.Remove(filepath.Join(data, db.FileName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.CopyFS(data, os.DirFS(peaceful.data)); err != nil {
		t.Fatal(err)
	}
}

// wanted is what a database holds after the world was imported in peace.
func wanted(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	inPeace(t, data)
	return contents(t, filepath.Join(data, db.FileName))
}

// Killed at any moment and started again, two at once, or in peace: the same people, evidence and ties. Nothing lost,
// nothing doubled.
func TestKilledImportsLoseAndDoubleNothing(t *testing.T) {
	files, me := worldFiles(t)
	want := wanted(t)
	dbtest.Addresses(t, func(t *testing.T, address string) {
		at := []string{"--data", filepath.Dir(address)}
		if strings.HasPrefix(address, "postgres") {
			at = []string{"--data", t.TempDir(), "--database", address}
		}

		arguments := append(append(append(slices.Clone(at), "import", "--json"), me...), files)
		for i := range 6 {
			ctx, cancel := context.WithCancel(context.Background())
			cmd := command(ctx, arguments...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(150+170*i) * time.Millisecond)
			cmd.Process.Kill()
			cmd.Wait()
			cancel()
		}
		var together sync.WaitGroup
		for range 2 {
			together.Go(func() {
				if out, err := command(context.Background(), arguments...).CombinedOutput(); err != nil {
					var exit *exec.ExitError
					if !errors.As(err, &exit) || exit.ExitCode() != 3 {
						t.Errorf("%v: %s", err, out)
					}
				}
			})
		}
		together.Wait()
		again := importFiles(t, at, append(slices.Clone(me), files)...)
		if again.PeopleAdded != 0 || again.InteractionsAdded != 0 {
			t.Errorf("one time more added %+v", again)
		}
		if got := contents(t, address); got != want {
			t.Errorf("after kills the database differs from that of one import in peace:\n%s",
				firstDifference(want, got))
		}
		gave(t, append(slices.Clone(at), "doctor")...)
	})
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d of %d and %d:\n- %s\n+ %s", i, len(a), len(b), a[i], b[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(a), len(b))
}
