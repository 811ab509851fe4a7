package job_test

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/job"
)

// Who gave a sign of life lately has the work; when the signs stop, or its process on this machine is gone, it is free.
func TestWhoHasAClaim(t *testing.T) {
	now := time.Now()
	host, _, _ := strings.Cut(job.Worker, "/")
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	lately, before := now.Add(-time.Second).UnixMicro(), now.Add(-4*job.Heartbeat).UnixMicro()
	for _, c := range []struct {
		name string
		job.Claim
		free bool
	}{
		{"nobody ever", job.Claim{}, true},
		{"this process", job.Claim{Worker: job.Worker, Claimed: lately}, false},
		{"another machine", job.Claim{Worker: "elsewhere/1", Claimed: lately}, false},
		{"another machine that is silent", job.Claim{Worker: "elsewhere/1", Claimed: before}, true},
		{"a process that ended", job.Claim{
			Worker: host + "/" + strconv.Itoa(dead.Process.Pid), Claimed: lately,
		}, true},
		{"who was told to stop", job.Claim{Claimed: lately}, false},
	} {
		if got := c.Free(now); got != c.free {
			t.Errorf("%s: free %v, want %v", c.name, got, c.free)
		}
	}
}

// Of several who saw that work is free one gets it; who loses it hears so.
func TestOneTakesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		space, key := id.New(), id.New()
		if _, err := db.Insert(ctx, d, "space", db.Row{
			"id": space, "name": "x", "purpose": "", "created": 1,
		}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Insert(ctx, d, "import", db.Row{
			"space": space, "id": key, "owner": id.New(), "visibility": 0, "state": "waiting", "message": "",
			"options": "{}", "folder": "", "worker": "", "claimed": 0, "started": 1, "finished": 0,
		}, ""); err != nil {
			t.Fatal(err)
		}
		row := job.Row{Table: "import", Space: space, ID: key}
		first, err := row.Take(ctx, d, job.Claim{}, time.Now())
		second, again := row.Take(ctx, d, job.Claim{}, time.Now())
		if err != nil || again != nil || !first || second {
			t.Errorf("taken %v %v, %v %v", first, second, err, again)
		}
		if _, err := db.Exec(ctx, d, `update import set worker = 'another/1' where space = $1`, space); err != nil {
			t.Fatal(err)
		}
		if d.Dialect == db.SQLite { // it takes a heartbeat
			lost := false
			beating, stop := context.WithTimeout(ctx, 3*job.Heartbeat)
			defer stop()
			row.Beat(beating, d, func() { lost = true; stop() })
			if !lost {
				t.Error("who lost the work does not hear so")
			}
		}
		row.Release(d) // of another's work nothing is let go
		if n, err := db.Value[int](ctx, d, `select count(*) from import where space = $1 and claimed > 0`,
			space); err != nil || n != 1 {
			t.Errorf("another's claim is gone, %v", err)
		}
	})
}

// Pauses grow to the longest, and differ.
func TestPause(t *testing.T) {
	seen := map[time.Duration]bool{}
	for tries, want := range map[int]time.Duration{
		1: time.Minute, 2: 2 * time.Minute, 4: 8 * time.Minute, 9: time.Hour, 1 << 40: time.Hour, 0: time.Minute,
	} {
		for range 20 {
			got := job.Pause(tries, time.Minute, time.Hour)
			if seen[got] = true; got < want || got > want+want/4+1 {
				t.Errorf("after %d failures %v, want %v and up to a quarter", tries, got, want)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("pauses are alike: %d of 120 differ", len(seen))
	}
}
