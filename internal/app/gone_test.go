package app_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/progress"
)

// keptBy is how many people a member keeps.
func (s *association) keptBy(v op.Viewer) int {
	s.t.Helper()
	n, err := db.Value[int](context.Background(), s.DB, `select count(*) from person where space = $1 and owner = $2`,
		v.Space, v.Member)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// An import whose member is removed while it runs ends at its next batch: what it stored stays, nothing is added. One
// that waits when its member goes is ended too, and keeps nobody else's waiting.
func TestAnImportOfWhoIsRemoved(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		file := func(name string, rows int) string {
			t.Helper()
			path := filepath.Join(t.TempDir(), name)
			var b strings.Builder
			b.WriteString("name,email\n")
			for i := range rows {
				fmt.Fprintf(&b, "Persoon %[1]d,p%[1]d@%[2]s\n", i, name)
			}
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		const rows = 6000
		var once sync.Once
		var removing sync.WaitGroup
		running := progress.With(ctx, func(done, _ int64, _ string) {
			if done == 0 {
				return
			}
			once.Do(func() {
				removing.Go(func() {
					if err := s.Account.RemoveMember(ctx, s.owner, bea.Member); err != nil {
						t.Error(err)
					}
				})
				time.Sleep(100 * time.Millisecond) // it waits for the batch that is stored now
			})
		})
		_, err := s.Intake.Import(running, bea, []string{file("running.csv", rows)}, intake.Options{})
		removing.Wait()
		if fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("the import of who was removed ends with %v", err)
		}
		if n := s.keptBy(bea); n == 0 || n >= rows {
			t.Errorf("%d of %d people came in of who was removed meanwhile", n, rows)
		}
		before := s.keptBy(bea)

		// One of hers waits since before, and after it one of another's.
		for _, of := range []op.Viewer{bea, anna} {
			folder := t.TempDir()
			if err := os.Rename(file("waiting.csv", 3), filepath.Join(folder, "waiting.csv")); err != nil {
				t.Fatal(err)
			}
			key, err := s.Intake.Upload(ctx, of, folder, intake.Options{})
			if err == nil {
				err = s.Intake.Start(ctx, of, key)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		others := s.keptBy(anna)
		if _, err := s.Intake.Resume(ctx, s.Account.ViewerOf); err != nil {
			t.Fatal(err)
		}
		if n := s.keptBy(bea); n != before {
			t.Errorf("%d people were added for who was removed", n-before)
		}
		if n := s.keptBy(anna); n != others+3 {
			t.Errorf("another's import brought %d people, not 3", n-others)
		}
		open, err := db.Value[int](ctx, s.DB, `select count(*) from import where state in ('waiting', 'running')`)
		if err != nil || open != 0 {
			t.Errorf("%d imports are open: %v", open, err)
		}
	})
}

// A source whose member is removed while its server takes its time ends without a trace; those of others are read.
func TestASourceOfWhoIsRemoved(t *testing.T) {
	ctx := context.Background()
	ca := newAuthority(t)
	at, _ := radicale(t, ca)
	p := phone{t, clientOf(ca), at, "anna", "geheim"}
	p.do("MKCOL", "/anna/people/", `<?xml version="1.0"?><mkcol xmlns="DAV:" `+
		`xmlns:R="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><R:addressbook/>`+
		`</resourcetype></prop></set></mkcol>`)
	p.put("/anna/people/bert.vcf", vcardOf("bert", "Bert Bakker", "EMAIL:bert@example.org\r\n"))

	s := newAssociation(t, "")
	s.Source.Patience = 10 * time.Second
	s.Source.Trust(loopback)
	s.Source.Roots = ca.pool
	bea := s.join("Bea Bos", "bea@club.example", op.Member)
	anna := s.join("Anna Aal", "anna@club.example", op.Member)
	behind, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.Transport = clientOf(ca).Transport
	var armed atomic.Bool
	slow := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "REPORT" && armed.CompareAndSwap(true, false) {
			if err := s.Account.RemoveMember(ctx, s.owner, bea.Member); err != nil {
				t.Error(err)
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	cert, key := ca.certificate(t.TempDir())
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	slow.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	slow.StartTLS()
	t.Cleanup(slow.Close)
	for _, of := range []struct {
		v  op.Viewer
		at string
	}{{bea, slow.URL}, {anna, at}} {
		s.must(of.v, "source.add", map[string]string{
			"kind": "dav", "address": of.at, "user": "anna", "password": "geheim",
		})
	}
	p.put("/anna/people/carla.vcf", vcardOf("carla", "Carla Cuypers", "EMAIL:carla@example.org\r\n"))
	if _, err := db.Exec(ctx, s.DB, `update source set due = 0`); err != nil {
		t.Fatal(err)
	}
	before, others := s.keptBy(bea), s.keptBy(anna)
	armed.Store(true)
	if err := s.Source.RunDue(ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.keptBy(bea); n != before || armed.Load() {
		t.Errorf("%d people were added for who was removed; still there: %v", n-before, armed.Load())
	}
	if n := s.keptBy(anna); n != others+1 {
		t.Errorf("another's source brought %d people, not 1", n-others)
	}
	left, err := db.Values[string](ctx, s.DB, `select a.email from source s join member m on m.id = s.owner
		join account a on a.id = m.account order by a.email`)
	if err != nil || len(left) != 1 || left[0] != "anna@club.example" {
		t.Errorf("sources are left of %v: %v", left, err)
	}
	if _, err := s.Account.ViewerOf(ctx, bea.Space, bea.Member); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("she is there still: %v", err)
	}
}
