package db_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// ear remembers what a node hears.
type ear struct {
	sync.Mutex
	notices []db.Notice
}

func (e *ear) hear(n db.Notice) {
	e.Lock()
	defer e.Unlock()
	e.notices = append(e.notices, n)
}

// count says how many notices are so.
func (e *ear) count(is func(db.Notice) bool) (n int) {
	e.Lock()
	defer e.Unlock()
	for _, x := range e.notices {
		if is(x) {
			n++
		}
	}
	return n
}

func missed(n db.Notice) bool { return n.Missed }

// within waits until something holds, at most so long.
func within(t *testing.T, most time.Duration, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > most {
			t.Fatalf("not within %v: %s", most, what)
		}
	}
}

// nodes opens two on one PostgreSQL, of which the second listens. The address of the second may be another one.
func nodes(t *testing.T, address, second string) (one, two *db.DB, e *ear) {
	t.Helper()
	open := func(address string) *db.DB {
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	one, two, e = open(address), open(second), &ear{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		two.Listen(ctx, e.hear)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return one, two, e
}

// What a transaction writes is heard by the others within a second after it is committed, and not when it is not.
func TestNodesHearWhatIsCommitted(t *testing.T) {
	address := dbtest.PostgreSQLAddress(t)
	one, two, e := nodes(t, address, address)
	within(t, 5*time.Second, "it listens", two.Hears)
	space := id.New()
	if err := insertSpace(one, space, "heard"); err != nil {
		t.Fatal(err)
	}
	insert := func(key id.ID, fail error) error {
		return one.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := db.Insert(t.Context(), tx, "delivery", db.Row{
				"space": space, "id": key, "owner": key, "author": key, "kind": "test", "item": key, "at": 1,
				"waits": 0, "seen": 0,
			}, ""); err != nil {
				t.Fatal(err)
			}
			return fail
		})
	}
	key := id.New()
	_ = insert(key, io.ErrShortWrite)
	if err := insert(key, nil); err != nil {
		t.Fatal(err)
	}
	written := func(gone bool) func(n db.Notice) bool {
		return func(n db.Notice) bool {
			return n.From == one.Node() && n.Space == space && slices.Equal(n.Tables, []string{"delivery"}) &&
				gone == slices.Equal(n.Gone, []string{"delivery"})
		}
	}
	within(t, time.Second, "what was written", func() bool { return e.count(written(false)) == 1 })
	// What went leaves the memory of the other node, though nobody asks for it there.
	kept := func() string {
		t.Helper()
		out, err := db.Keep(t.Context(), two, db.For{Space: space, What: "deliveries"}, []string{"delivery"},
			func(ctx context.Context, _ string, _ db.Change) (string, error) {
				list, err := db.Values[id.ID](ctx, two, `select id from delivery where space = $1 order by id`, space)
				return strings.Repeat("x", 1000*len(list)), err
			})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if kept() == "" || db.Kept(two) == 0 {
		t.Fatal("nothing is kept")
	}
	if _, err := one.ExecContext(t.Context(), `delete from delivery where space = $1 and id = $2`, space, key); err != nil {
		t.Fatal(err)
	}
	within(t, time.Second, "what went", func() bool { return e.count(written(true)) == 1 && db.Kept(two) == 0 })
	if kept() != "" {
		t.Error("what went is shown")
	}
	// What no table tells.
	if err := one.Tell(t.Context(), db.Notice{Drop: true}); err != nil {
		t.Fatal(err)
	}
	within(t, time.Second, "to drop all", func() bool {
		return e.count(func(n db.Notice) bool { return n.Drop && n.From == one.Node() }) == 1
	})
	// A transaction tells within itself, so that what is taken back is not told of.
	_ = one.Serial(t.Context(), space, space, func(ctx context.Context) error {
		if err := one.Tell(ctx, db.Notice{Work: true}); err != nil {
			t.Fatal(err)
		}
		return io.ErrShortWrite
	})
	if err := one.Tell(t.Context(), db.Notice{Read: true}); err != nil {
		t.Fatal(err)
	}
	within(t, time.Second, "an import", func() bool { return e.count(func(n db.Notice) bool { return n.Read }) == 1 })
	if e.count(func(n db.Notice) bool { return n.Work }) != 0 || e.count(missed) != 1 {
		t.Errorf("heard %+v", e.notices)
	}
}

// Thousands of notices at once are heard, in the time that it takes to write them.
func TestNodesHearAStorm(t *testing.T) {
	address := dbtest.PostgreSQLAddress(t)
	one, two, e := nodes(t, address, address)
	within(t, 5*time.Second, "it listens", two.Hears)
	var all sync.WaitGroup
	const writers, each = 8, 250
	long := db.Notice{Work: true, Tables: slices.Repeat([]string{"person"}, 100)}
	for range writers {
		all.Go(func() {
			for range each {
				if err := one.Tell(t.Context(), long); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	within(t, time.Second, "all of them", func() bool {
		return e.count(func(n db.Notice) bool { return n.Work }) == writers*each
	})
	if !two.Hears() || e.count(missed) != 1 {
		t.Error("it lost the thread")
	}
}

// A connection that the server ends is made again, and what may have been missed is looked at.
func TestNodesListenAgain(t *testing.T) {
	address := dbtest.PostgreSQLAddress(t)
	one, two, e := nodes(t, address, address)
	within(t, 5*time.Second, "it listens", two.Hears)
	for round := 2; round <= 4; round++ {
		if n, err := db.Value[int](t.Context(), one, `select count(*) from pg_stat_activity
			where datname = current_database() and query like 'listen %' and pg_terminate_backend(pid)`); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		within(t, 5*time.Second, "it listens again", func() bool { return e.count(missed) == round && two.Hears() })
	}
	if err := one.Tell(t.Context(), db.Notice{Work: true}); err != nil {
		t.Fatal(err)
	}
	within(t, time.Second, "hearing", func() bool { return e.count(func(n db.Notice) bool { return n.Work }) == 1 })
}

// wire passes connections on to a server, until it hangs: then they stay open and nothing comes through.
type wire struct {
	address string
	hangs   atomic.Bool
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	w := &wire{address: listener.Addr().String()}
	pass := func(to, from net.Conn) {
		defer to.Close()
		buffer := make([]byte, 32<<10)
		for {
			n, err := from.Read(buffer)
			if err != nil {
				return
			}
			if !w.hangs.Load() {
				if _, err := to.Write(buffer[:n]); err != nil {
					return
				}
			}
		}
	}
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			go pass(out, in)
			go pass(in, out)
		}
	}()
	return w
}

// A connection that hangs is noticed, and given up; so is one over which LISTEN brings nothing. Then reading is as
// right as without, since the table of changes says what holds.
func TestNodesNoticeThatTheyAreDeaf(t *testing.T) {
	defer db.Impatient(100*time.Millisecond, 300*time.Millisecond)()
	address := dbtest.PostgreSQLAddress(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, u.Host)
	u.Host = w.address
	one, two, e := nodes(t, address, u.String())
	within(t, 5*time.Second, "it listens", two.Hears)
	w.hangs.Store(true)
	within(t, 5*time.Second, "it notices", func() bool { return !two.Hears() })
	w.hangs.Store(false)
	within(t, 10*time.Second, "it listens again", func() bool { return two.Hears() && e.count(missed) >= 2 })
	// As behind a pooler: what is asked for is done on another connection than the one that listens.
	if _, err := one.ExecContext(t.Context(), `select pg_notify('gave', 'not ours {')`); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if !two.Hears() {
		t.Error("what is not ours made it deaf")
	}
}
