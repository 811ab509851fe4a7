//go:build linux

package program_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// BenchmarkNodes prints how many requests of mixed reading a second three nodes behind nginx answer among 100,000
// people with a million ties on one PostgreSQL (GAVE_PEOPLE, when set), and how long each takes: as many as they can,
// then GAVE_RATE a second (1,000 without it), then half of what they can, then the same while one is killed and started
// again and one replaced by a newer program, which brings the tables further. GAVE_BENCH_DATA names a folder that keeps
// what was made, which takes many minutes the first time: BenchmarkNetwork of internal/server makes the people, and
// shares them, and the database lies beside it, in a folder with the same name and -postgres. GAVE_SECONDS is how long
// each part takes.
func BenchmarkNodes(b *testing.B) {
	seconds, err := strconv.Atoi(cmp.Or(os.Getenv("GAVE_SECONDS"), "30"))
	if err != nil {
		b.Fatal(err)
	}
	rate, err := strconv.Atoi(cmp.Or(os.Getenv("GAVE_RATE"), "1000"))
	if err != nil {
		b.Fatal(err)
	}
	part := time.Duration(seconds) * time.Second
	c := &cluster{t: b, front: front(b)}
	c.benchData(cmp.Or(os.Getenv("GAVE_BENCH_DATA"), b.TempDir()))
	c.own()
	d, err := db.Open(b.Context(), c.address)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	people, err := db.Select[struct {
		ID   id.ID
		Name string
	}](b.Context(), d, `select id, name from person p
		where exists (select 1 from tie t where t.space = p.space and t.person = p.id) order by id`)
	if err != nil || len(people) == 0 {
		b.Fatal(len(people), err)
	}
	newer := newerProgram(b)
	defer func() { // the folder is used again, by this program
		for _, undo := range []string{
			`alter table person drop column if exists newer`,
			fmt.Sprintf(`delete from goose_db_version where version_id > %d`, db.Newest()),
		} {
			if _, err := d.ExecContext(context.Background(), undo); err != nil {
				b.Error(err)
			}
		}
	}()
	begun := time.Now()
	c.start()
	client := visitor(b)
	client.Transport = &http.Transport{MaxIdleConnsPerHost: 512}
	if got := c.signIn(client, c.front, nodesSecret); got != http.StatusSeeOther {
		b.Fatalf("signing in: %d", got)
	}
	anybody := func() string { return people[rand.IntN(len(people))].ID.String() }
	reading := []struct {
		share   int // of a hundred
		address func() string
	}{
		{20, func() string { return "/people/" + anybody() }},
		{15, func() string { return "/people" }},
		{15, func() string {
			given, _, _ := strings.Cut(people[rand.IntN(len(people))].Name, " ")
			return "/people?query=" + url.QueryEscape(given)
		}},
		{15, func() string { return "/api/v1/people?limit=20" }},
		{15, func() string { return "/api/v1/people/" + anybody() }},
		{10, func() string { return "/api/v1/horizon/path?to=" + anybody() }},
		{5, func() string { return "/" }},
		{5, func() string { return "/inbox" }},
	}
	address := func() string {
		at := rand.IntN(100)
		for _, r := range reading {
			if at -= r.share; at < 0 {
				return r.address()
			}
		}
		return "/people"
	}
	for range 60 { // each node has been asked for each
		for _, r := range reading {
			c.must(client, http.MethodGet, c.front, r.address(), "")
		}
		if time.Since(begun) > part {
			break
		}
	}
	fmt.Printf("%d people; three nodes are there after %v\n", len(people), time.Since(begun).Round(time.Second))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tasked a second\tanswered a second\tmedian ms\tp99 ms\tlongest ms\tfailed\t")
	for b.Loop() {
		load := func(what string, each time.Duration, goesOn func(since time.Duration) bool) (answered float64) {
			var (
				lock   sync.Mutex
				took   []float64
				failed int
				all    sync.WaitGroup
				begun  = time.Now()
			)
			one := func(wanted time.Time) {
				path := address()
				status, text, err := c.ask(context.Background(), client, http.MethodGet, c.front, path, "")
				lock.Lock()
				defer lock.Unlock()
				if err != nil || status != http.StatusOK {
					if failed++; failed < 5 {
						b.Errorf("%s: %s: %d, %v: %.200s", what, path, status, err, text)
					}
				}
				took = append(took, float64(time.Since(wanted).Microseconds())/1000)
			}
			asked := "as many as can be"
			if each == 0 {
				for range 16 {
					all.Go(func() {
						for goesOn(time.Since(begun)) {
							one(time.Now())
						}
					})
				}
			} else { // whether earlier ones are answered or not, up to what a browserful would wait for
				asked = fmt.Sprintf("%.0f", float64(time.Second)/float64(each))
				slots := make(chan struct{}, 500)
				for wanted := begun; goesOn(time.Since(begun)); wanted = wanted.Add(each) {
					time.Sleep(time.Until(wanted))
					slots <- struct{}{}
					all.Go(func() { one(wanted); <-slots })
				}
			}
			all.Wait()
			answered = float64(len(took)) / time.Since(begun).Seconds()
			slices.Sort(took)
			fmt.Fprintf(table, "%s\t%s\t%.0f\t%.1f\t%.1f\t%.0f\t%d\t\n", what, asked, answered, took[len(took)/2],
				took[len(took)*99/100], took[len(took)-1], failed)
			return answered
		}
		whole := func(since time.Duration) bool { return since < part }
		most := load("16 at a time", 0, whole)
		if most < float64(rate) {
			load("more than they can", time.Second/time.Duration(rate), whole)
		} else {
			load("steady", time.Second/time.Duration(rate), whole)
		}
		calm := max(1, min(float64(rate), most/2))
		each := time.Duration(float64(time.Second) / calm)
		load("half of that", each, whole)
		changed := make(chan struct{})
		go func() {
			defer close(changed)
			time.Sleep(part / 6)
			c.nodes[0].end(syscall.SIGKILL, 10*time.Second)
			time.Sleep(part / 6)
			c.nodes[0].start()
			time.Sleep(part / 6)
			_ = c.nodes[1].cmd.Process.Signal(syscall.SIGTERM)
			c.nodes[1].wait(30 * time.Second)
			c.nodes[1].program = newer
			c.nodes[1].start()
			time.Sleep(part / 6)
		}()
		load("half of that, one killed, one upgraded", each, func(time.Duration) bool {
			select {
			case <-changed:
				return false
			default:
				return true
			}
		})
	}
	table.Flush()
}

// benchData has the database and the data directory of a benchmark in a folder, and makes what is missing.
func (c *cluster) benchData(folder string) {
	b := c.t
	b.Helper()
	folder, err := filepath.Abs(folder)
	if err != nil {
		b.Fatal(err)
	}
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(folder, name))
		return err == nil
	}
	if !there("mingled") {
		cmd := exec.Command("go", "test", "gave.network/internal/server", "-run", "^$", "-bench", "Network$",
			"-benchtime", "1x", "-timeout", "2h")
		cmd.Env = append(os.Environ(), "GAVE_BENCH_DATA="+folder, "GAVE_VIEW=none of them")
		if out, err := cmd.CombinedOutput(); err != nil || !there("mingled") {
			b.Fatalf("making people: %v: %s", err, out)
		}
	}
	// PostgreSQL runs as another user, whom a data directory does not let in, and its sockets need a short path.
	home := folder + "-postgres"
	for _, name := range []string{home, filepath.Join(folder, "nodes")} {
		if err := os.MkdirAll(name, 0o700); err != nil {
			b.Fatal(err)
		}
	}
	c.data = filepath.Join(folder, "nodes")
	c.address, _ = serverIn(b, home, "-c shared_buffers=256MB -c max_wal_size=4GB -c unix_socket_directories=/tmp")
	if !there("nodes/loaded") {
		backup := filepath.Join(folder, "nodes.zip")
		os.Remove(backup)
		for _, args := range [][]string{
			{"--data", folder, "backup", backup},
			{"--data", c.data, "--database", c.address, "restore", backup},
		} {
			if out, err := command(context.Background(), args...).CombinedOutput(); err != nil {
				b.Fatalf("gave %v: %v: %s", args, err, out)
			}
		}
		os.Remove(backup)
		d, err := db.Open(b.Context(), c.address)
		if err != nil {
			b.Fatal(err)
		}
		_, err = d.ExecContext(b.Context(), `vacuum analyze`)
		d.Close()
		if err == nil {
			err = os.WriteFile(filepath.Join(c.data, "loaded"), nil, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// newerProgram builds the program with a migration more than this one has, which adds a column to a table that all
// write to.
func newerProgram(b testing.TB) string {
	b.Helper()
	folder := b.TempDir()
	number := db.Newest() + 1
	if number%100 == 0 { // such a one would say that older programs must stop
		number++
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	step, overlay := filepath.Join(folder, "newer.sql"), filepath.Join(folder, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(root, fmt.Sprintf("internal/db/migrations/%05d_newer.sql", number)): step,
	}})
	if err != nil {
		b.Fatal(err)
	}
	for path, content := range map[string][]byte{
		step: []byte("alter table person add column newer bigint not null default 0;\n"), overlay: text,
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	program := filepath.Join(folder, "gave")
	cmd := exec.Command("go", "build", "-overlay", overlay, "-o", program, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("building a newer program: %v: %s", err, out)
	}
	return program
}
