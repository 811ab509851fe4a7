package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gave.network/internal/op"
)

// An export comes for whoever gives the password again, once for each time that it is given, and to nobody else.
func TestExportIsAFileForWhoGivesThePassword(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	d.enter(op.Member, "anna@example.org")
	if r := d.form("/people/new", url.Values{"name": {"Zwaantje Aal"}}); r.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.status, r.body)
	}
	if r := d.form("/export", url.Values{"password": {"another one"}}); r.status != http.StatusUnprocessableEntity ||
		!strings.Contains(r.body, "The password is wrong.") {
		t.Fatalf("with a wrong password: %d %s", r.status, r.body)
	}
	fetched := d.form("/export", url.Values{"password": {secret}})
	address := fetched.head.Get("Location")
	if fetched.status != http.StatusSeeOther || !strings.HasPrefix(address, "/export/") {
		t.Fatalf("%d, to %q", fetched.status, address)
	}
	mine := d.session
	d.enter(op.Member, "eve@example.org")
	if r := d.form(address, nil); r.head.Get("Location") != "/export" {
		t.Errorf("somebody else fetches it: %d", r.status)
	}
	d.session = mine
	r := d.form(address, nil)
	var all map[string]any
	if err := json.Unmarshal([]byte(r.body), &all); err != nil || !strings.Contains(r.body, "Zwaantje Aal") ||
		!strings.HasPrefix(r.head.Get("Content-Disposition"), "attachment; filename=gave-") {
		t.Errorf("%v: %d %v %.200s", err, r.status, r.head, r.body)
	}
	if r := d.form(address, nil); r.head.Get("Location") != "/export" {
		t.Errorf("it is fetched twice: %d", r.status)
	}
	// Whoever signed in just now need not give it: the button brings the file. Later it leads to where it is asked.
	const field = `name="password"`
	fresh := d.form("/export", url.Values{})
	if to := fresh.head.Get("Location"); fresh.status != http.StatusSeeOther || !strings.HasPrefix(to, "/export/") ||
		strings.Contains(d.form("/export", nil).body, field) {
		t.Errorf("just signed in it is asked: %d, to %q", fresh.status, to)
	}
	if _, err := d.app.DB.ExecContext(t.Context(), `update session set created = created - $1`,
		(11 * time.Minute).Microseconds()); err != nil {
		t.Fatal(err)
	}
	late := d.form("/export", url.Values{})
	if to := late.head.Get("Location"); to != "/export" || !strings.Contains(d.form("/export", nil).body, field) {
		t.Errorf("later it is not asked: %d, to %q", late.status, to)
	}
	// Of who has no password none is asked.
	if _, err := d.app.DB.ExecContext(t.Context(), `update account set password = '' where id = (select account from member
		where id = (select owner from person where name = 'Zwaantje Aal'))`); err != nil {
		t.Fatal(err)
	}
	body := d.form("/export", nil).body
	if strings.Contains(body, field) || !strings.Contains(body, "Sign out and in again") {
		t.Errorf("a password is asked that there is not: %s", body)
	}
	for range 20 {
		d.form("/export", url.Values{"password": {"a guess"}})
	}
	if r := d.form("/export", url.Values{"password": {"a guess"}}); r.status != http.StatusTooManyRequests {
		t.Errorf("whoever guesses is not stopped: %d", r.status)
	}
}
