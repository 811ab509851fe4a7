package server_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/server"
)

// After an import that somebody began, what pages keep in memory is read again, so that the first look at what came in
// is as quick as the next.
func TestPagesAreWarmAfterAnImport(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	d.enter(op.Member, "anna@example.org")
	v, err := d.app.Account.Session(t.Context(), d.session)
	if err != nil {
		t.Fatal(err)
	}
	var (
		lock sync.Mutex
		done []string // what matters of what the worker asks the database, in its order
	)
	ctx, stop := context.WithCancel(db.Observe(t.Context(), func(query string) {
		lock.Lock()
		defer lock.Unlock()
		for mark, what := range map[string]string{
			"insert into person (": "stored", "from session where seen >=": "who is here", "from person p": "everybody",
		} {
			if strings.Contains(query, mark) && !slices.Contains(done, what) {
				done = append(done, what)
			}
		}
	}))
	defer stop()
	worked := make(chan struct{})
	go func() { defer close(worked); server.New(d.app, "test").Work(ctx) }()
	time.Sleep(300 * time.Millisecond) // it looked whether there is work, and there is none
	folder := t.TempDir()
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bram Bos\r\nEMAIL:bram@example.org\r\nEND:VCARD\r\n"
	if err := os.WriteFile(filepath.Join(folder, "a.vcf"), []byte(card), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := d.app.Intake.Upload(t.Context(), v, folder, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := d.form("/import/"+key.String(), url.Values{"do": {"start"}}); r.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.status, r.body)
	}
	want := []string{"stored", "who is here", "everybody"}
	for range 100 {
		lock.Lock()
		all := len(done) == len(want)
		lock.Unlock()
		if all {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	<-worked
	at := func(what string) int { return slices.Index(done, what) }
	if at("stored") < 0 || at("who is here") < at("stored") || at("everybody") < 0 {
		t.Errorf("the worker did %q, want %q", done, want)
	}
}
