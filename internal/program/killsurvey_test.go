package program_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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

// A server that is killed while people answer a survey has kept every answer that it confirmed, and goes on.
func TestAKilledServerKeepsTheAnswersThatItConfirmed(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		const people, killAfter = 40, 9
		at := []string{"--data", filepath.Dir(address)}
		if strings.HasPrefix(address, "postgres") {
			at = []string{"--data", t.TempDir(), "--database", address}
		}
		var lines strings.Builder
		for i := range people {
			fmt.Fprintf(&lines, "Person %c%c, p%d@example.org, Team %d\n", 'A'+i/26, 'a'+i%26, i, i/10)
		}
		file := filepath.Join(t.TempDir(), "people.csv")
		if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		made := gave(t, append(slices.Clone(at), "colleagues", "survey", "new", file, "--title", "Killed", "--add",
			"--layers", "advice", "--closes", time.Now().AddDate(0, 0, 9).Format(time.DateOnly))...)
		key := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(string(made))
		sent := gave(t, append(slices.Clone(at), "colleagues", "survey", "open", key)...)
		links := regexp.MustCompile(`/colleagues/survey/\S+`).FindAllString(string(sent), -1)
		if len(links) != people {
			t.Fatalf("%d links: %s", len(links), sent)
		}
		d, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		rows, err := db.Select[struct{ ID, Person id.ID }](context.Background(), d,
			`select id, person from wave_person order by id`)
		if err != nil || len(rows) != people {
			t.Fatal(len(rows), err)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listen := listener.Addr().String()
		listener.Close()
		client := &http.Client{
			Timeout:       20 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		post := func(i int, form url.Values) bool {
			answer, err := client.PostForm("http://"+listen+links[i], form)
			if err != nil {
				return false
			}
			answer.Body.Close()
			return answer.StatusCode == http.StatusSeeOther
		}
		var confirmed sync.Map // whom somebody named, as it was confirmed last; a form that broke off may count or not
		for round := range 3 {
			ctx, cancel := context.WithCancel(context.Background())
			cmd := command(ctx, append(slices.Clone(at), "serve", "--listen", listen)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for range 200 {
				if c, err := net.Dial("tcp", listen); err == nil {
					c.Close()
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			var all sync.WaitGroup
			var count atomic.Int64
			for i := range people {
				all.Add(1)
				go func() {
					defer all.Done()
					if !post(i, url.Values{"act": {"decide"}, "part": {"yes"}}) {
						return
					}
					other := rows[(i+1+round)%people]
					confirmed.Delete(i)
					if post(i, url.Values{"act": {"answer"}, "question": {"advice"}, "who": {other.ID.String()}}) {
						confirmed.Store(i, other.Person)
						if count.Add(1) == killAfter && round < 2 {
							cmd.Process.Kill()
						}
					}
				}()
			}
			all.Wait()
			if n := count.Load(); n < killAfter || round < 2 && n == people {
				t.Errorf("round %d: it was not killed among the answers: %d were confirmed", round, n)
			}
			cmd.Process.Kill()
			cmd.Wait()
			cancel()
			stored, err := db.Select[struct{ Source, Target id.ID }](context.Background(), d,
				`select source, target from wave_answer order by source, target`)
			if err != nil {
				t.Fatal(err)
			}
			said := map[id.ID]id.ID{}
			for _, r := range stored {
				if !said[r.Source].IsZero() {
					t.Errorf("somebody who named one names two")
				}
				said[r.Source] = r.Target
			}
			n := 0
			confirmed.Range(func(i, target any) bool {
				n++
				if got := said[rows[i.(int)].Person]; got != target.(id.ID) {
					t.Errorf("round %d: an answer that was confirmed is lost", round)
				}
				return true
			})
			t.Logf("round %d: %d answers were confirmed, %d are stored", round, n, len(stored))
			if round == 2 && n != people {
				t.Errorf("%d of %d answers were confirmed by a server that ran on", n, people)
			}
		}
	})
}
