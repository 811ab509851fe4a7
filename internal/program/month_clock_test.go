//go:build linux

package program_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
)

// movable is the clock of a campaign, by which days pass in seconds. The program is the real one, built from the same
// files; only package time of the standard library is laid over (go build -overlay), so that everything in it goes by
// one clock, and what people run has no such door. PostgreSQL goes by it too, where Gave asks it for the time.
type movable struct {
	t       *testing.T
	file    *os.File // eight bytes that every process shares: how many seconds it is ahead
	program string
	db      *db.DB
	ahead   time.Duration
}

// layover is what is added to package time: the clock of a process is ahead by what a page of a file says, and whatever
// looks every minute or less often looks sixty times as often, since days pass in seconds.
const layover = `package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

var trialClock = func() *int64 {
	name, ok := syscall.Getenv("` + clockFile + `")
	if !ok {
		return nil
	}
	file, err := syscall.Open(name, syscall.O_RDONLY, 0)
	if err != nil {
		panic("the clock of the trial: " + err.Error())
	}
	page, err := syscall.Mmap(file, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic("the clock of the trial: " + err.Error())
	}
	return (*int64)(unsafe.Pointer(&page[0]))
}()

func trialAhead() int64 {
	if trialClock == nil {
		return 0
	}
	return atomic.LoadInt64(trialClock)
}

func trialTick(d Duration) Duration {
	if trialClock == nil || d < Minute {
		return d
	}
	return d / 60
}
`

const clockFile = "GAVE_TRIAL_CLOCK"

// newMovable builds the program over its clock, which shows the present moment.
func newMovable(t *testing.T) *movable {
	t.Helper()
	folder := t.TempDir()
	m := &movable{t: t, program: filepath.Join(folder, "gave")}
	var err error
	if m.file, err = os.Create(filepath.Join(folder, "clock")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.file.Close() })
	m.write()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	replace := map[string]string{}
	lay := func(name, content string) {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(source, name)] = path
	}
	for name, change := range map[string][2]string{
		"time.go": {
			"\tsec, nsec, mono := runtimeNow()\n", "\tsec, nsec, mono := runtimeNow()\n\tsec += trialAhead()\n",
		},
		"tick.go": {
			"func NewTicker(d Duration) *Ticker {\n", "func NewTicker(d Duration) *Ticker {\n\td = trialTick(d)\n",
		},
	} {
		content, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(content), change[0]) != 1 {
			t.Fatalf("%s of this Go is another than the clock is laid over", name)
		}
		lay(name, strings.Replace(string(content), change[0], change[1], 1))
	}
	lay("trial.go", layover)
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlay, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if built := os.Getenv("GAVE_MONTH_PROGRAM"); built != "" { // while the campaign itself is written
		m.program = built
		return m
	}
	build := exec.Command("go", "build", "-overlay", overlay, "-o", m.program, ".")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return m
}

// environment is what a process goes by.
func (m *movable) environment() []string {
	return append(os.Environ(), clockFile+"="+m.file.Name())
}

// over lets a database say the time by the clock too: what Gave asks it stands behind a function of the same name.
func (m *movable) over(d *db.DB) {
	m.t.Helper()
	m.db = d
	for _, statement := range []string{
		`create schema trial`,
		`create table trial.clock (ahead bigint not null)`,
		`insert into trial.clock values (0)`,
		`create function trial.clock_timestamp() returns timestamptz volatile language sql as
			$f$ select pg_catalog.clock_timestamp() + ahead * interval '1 second' from trial.clock $f$`,
		`do $$ begin execute format('alter database %I set search_path = public, trial, pg_catalog',
			current_database()); end $$`,
	} {
		if _, err := d.ExecContext(m.t.Context(), statement); err != nil {
			m.t.Fatal(err)
		}
	}
}

func (m *movable) write() {
	m.t.Helper()
	var page [8]byte
	binary.NativeEndian.PutUint64(page[:], uint64(m.ahead/time.Second))
	if _, err := m.file.WriteAt(page[:], 0); err != nil {
		m.t.Fatal(err)
	}
}

// now is what the clock shows.
func (m *movable) now() time.Time { return time.Now().Add(m.ahead.Truncate(time.Second)) }

// set moves the clock forward to a moment, unless that is over.
func (m *movable) set(to time.Time) {
	m.t.Helper()
	ahead := time.Until(to).Truncate(time.Second)
	if ahead <= m.ahead {
		return
	}
	m.ahead = ahead
	m.write()
	if m.db != nil {
		if _, err := m.db.ExecContext(context.Background(), `update trial.clock set ahead = $1`,
			int64(ahead/time.Second)); err != nil {
			m.t.Fatal(err)
		}
	}
}
