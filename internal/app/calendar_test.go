package app_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// agenda is a calendar as a server gives it, of who signs in as anna@example.org.
func agenda(events ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Werk\r\n" + strings.Join(events, "") + "END:VCALENDAR\r\n"
}

// event is a meeting of Anna and one other.
func event(uid string, at time.Time, name, mail string) string {
	return fmt.Sprintf("BEGIN:VEVENT\r\nUID:%s\r\nDTSTART:%s\r\nSUMMARY:Lunch\r\nLOCATION:Café\r\n"+
		"ORGANIZER;CN=Anna Jansen:mailto:anna@example.org\r\nATTENDEE;CN=%s:mailto:%s\r\nEND:VEVENT\r\n",
		uid, at.UTC().Format("20060102T150405Z"), name, mail)
}

// A calendar is read from its address, once by hand and then every day: what is new is added, what had yet to happen
// stands as it does now, and nothing else changes.
func TestACalendarIsReadEveryDay(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := opened(t, address)
		now := v.Now.Truncate(time.Minute)
		past, soon, later := now.AddDate(0, -1, 0), now.AddDate(0, 0, 3), now.AddDate(0, 0, 5)
		content, status := agenda(
			event("1", past, "Bert Bakker", "bert@example.org"),
			event("2", soon, "Carla Cuypers", "carla@example.org"),
			event("3", soon, "Dirk Dekker", "dirk@example.org"),
		), http.StatusOK
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, content)
		}))
		defer web.Close()
		secret := web.URL + "/geheim/basic.ics"
		call := func(name string, values map[string]string) (any, error) {
			return a.Operations.Call(ctx, v, name, reflectInput(t, a, name, values))
		}
		english := locale.New(locale.English, time.UTC)
		refused := func(typed, want string) {
			t.Helper()
			_, err := call("calendar.add", map[string]string{"address": typed})
			if err == nil || !strings.Contains(english.Fault(err), want) {
				t.Errorf("%s: %v, want %q", typed, err, want)
			}
		}
		refused(secret, "begin with https")
		refused("https"+strings.TrimPrefix(secret, "http"), "not public")
		refused("my calendar", "not the address of a calendar")
		a.Intake.TrustCalendars([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
		whole := content
		content = "<!doctype html><html><title>Agenda</title></html>"
		refused(secret, "a web page, not")
		content = "no calendar"
		refused(secret, "is no calendar")
		status = http.StatusForbidden
		refused(secret, "answers with 403")
		if n := rows(t, a.DB, `select count(*) from import`); n != 0 {
			t.Errorf("what could not be read left %d imports", n)
		}
		content, status = whole, http.StatusOK

		if _, err := call("calendar.add", map[string]string{"address": secret}); err != nil {
			t.Fatal(err)
		}
		var err error
		if v, err = a.Account.Local(ctx, locale.English); err != nil {
			t.Fatal(err)
		}
		own, err := a.Account.Own(ctx, v)
		if err != nil || !slices.Equal(own, []string{"anna@example.org"}) {
			t.Errorf("the member is known by %v, %v", own, err)
		}
		if n := rows(t, a.DB, `select count(*) from interaction`); n != 3 {
			t.Fatalf("%d meetings, want 3", n)
		}
		if left, _ := filepath.Glob(filepath.Join(a.Config.Data, "uploads", "*")); len(left) > 0 {
			t.Errorf("the calendar lies there still: %v", left)
		}
		// Given once more it is read, and stays one.
		if _, err := call("calendar.add", map[string]string{"address": secret}); err != nil {
			t.Fatal(err)
		}

		// A day later one meeting is moved, one called off, one is new; what was stays, though it left the calendar.
		content = agenda(
			event("2", later, "Carla Cuypers", "carla@example.org"),
			event("4", later, "Eva Evers", "eva@example.org"),
		)
		due := func() {
			t.Helper()
			if _, err := a.DB.ExecContext(ctx, `update calendar set looked = 1`); err != nil {
				t.Fatal(err)
			}
			if err := a.Intake.ReadCalendars(ctx, a.Account.ViewerOf); err != nil {
				t.Fatal(err)
			}
		}
		due()
		stands, err := db.Select[struct {
			External string
			Time     int64
		}](ctx, a.DB, `select external, time from interaction order by time, id`)
		if err != nil || len(stands) != 3 || stands[0].Time != past.UnixMicro() ||
			stands[1].Time != later.UnixMicro() || stands[2].Time != later.UnixMicro() {
			t.Errorf("the meetings are %+v %v", stands, err)
		}
		if n := rows(t, a.DB, `select count(*) from import`); n != 1 {
			t.Errorf("reading every day made %d imports", n)
		}
		if n := rows(t, a.DB, `select sum(people_added) from import_file`); n != 4 {
			t.Errorf("%d people were added, want 4", n)
		}

		// When the server fails, all stays, and the owner is told why; the next day it is tried again.
		status = http.StatusInternalServerError
		due()
		if n := rows(t, a.DB, `select count(*) from interaction`); n != 3 {
			t.Errorf("%d meetings after a failure, want 3", n)
		}
		list, err := a.Intake.Calendars(ctx, v)
		if err != nil || len(list) != 1 || list[0].Name != "Werk" || !strings.Contains(list[0].Trouble, "500") {
			t.Fatalf("calendars %+v %v", list, err)
		}
		status = http.StatusOK
		due()
		if list, err = a.Intake.Calendars(ctx, v); err != nil || list[0].Trouble != "" {
			t.Errorf("calendars %+v %v", list, err)
		}

		// The address is a secret, and a calendar that was read today is left alone.
		var exported bytes.Buffer
		if err := a.Export(ctx, v, &exported, ""); err != nil || strings.Contains(exported.String(), "geheim") {
			t.Errorf("the export shows the address of the calendar, %v", err)
		}
		content = agenda()
		if err := a.Intake.ReadCalendars(ctx, a.Account.ViewerOf); err != nil ||
			rows(t, a.DB, `select count(*) from interaction`) != 3 {
			t.Errorf("it was read twice in a day, %v", err)
		}
		other := op.Viewer{Space: v.Space, Member: id.New(), Role: op.Member, Zone: time.UTC, Now: v.Now}
		if err := a.Intake.EndCalendar(ctx, other, list[0].ID); err == nil {
			t.Error("another member ends the reading")
		}
		if err := a.Intake.Undo(ctx, v, list[0].Import); err != nil {
			t.Fatal(err)
		}
		if n := rows(t, a.DB, `select (select count(*) from calendar) + (select count(*) from interaction)`); n != 0 {
			t.Errorf("%d rows stay when the import is taken back", n)
		}
	})
}

// rows returns a number that a query counts.
func rows(t *testing.T, d *db.DB, query string) int {
	t.Helper()
	n, err := db.Value[int](context.Background(), d, query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
