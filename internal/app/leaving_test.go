package app_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/op"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// Who leaves, or is removed, fetches what they kept: before, and for thirty days after. It is theirs alone, with
// nothing of others that is not public, and another Gave reads it back, on the other database too.
func TestLeavingTakesOnesOwnAlong(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		web := httptest.NewServer(server.New(s.App, "test").Handler())
		t.Cleanup(web.Close)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		carla := s.join("Carla Cox", "carla@club.example", op.Member)
		for _, v := range []op.Viewer{s.owner, bea, carla} {
			shared := peopletest.Person(t, s.DB, v, "Zvgedeeld "+v.Member.String()[30:])
			if err := s.Network.Share(ctx, v, shared, scope.Space); err != nil {
				t.Fatal(err)
			}
		}
		friend := peopletest.Person(t, s.DB, bea, "Fenna Vriendin", "fenna@else.example")
		s.must(bea, "people.note", map[string]string{"person": friend.ID.String(), "text": "houdt van zeilen"})
		s.must(bea, "give.log", map[string]string{"to": friend.ID.String(), "body": "een recept"})
		s.must(bea, "interactions.add", map[string]string{"with": friend.ID.String(), "medium": "call"})
		if _, err := s.Network.Settle(ctx, bea.Space, tie.Present(bea)); err != nil {
			t.Fatal(err)
		}

		// browse is a browser that signs in, and where it comes out.
		browse := func(email string) func(method, path string, form ...string) (int, string, string) {
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Jar: jar}
			do := func(method, path string, form ...string) (int, string, string) {
				t.Helper()
				values := url.Values{}
				for i := 0; i+1 < len(form); i += 2 {
					values.Set(form[i], form[i+1])
				}
				r, err := http.NewRequest(method, web.URL+path, strings.NewReader(values.Encode()))
				if err != nil {
					t.Fatal(err)
				}
				if method == http.MethodPost {
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				answer, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer answer.Body.Close()
				body, err := io.ReadAll(answer.Body)
				if err != nil {
					t.Fatal(err)
				}
				return answer.StatusCode, answer.Request.URL.Path, string(body)
			}
			do(http.MethodPost, "/signin", "email", email, "password", "a long enough password")
			return do
		}

		// Bea leaves herself; Carla is removed by the owner, who first reads what becomes of what she keeps.
		by := browse("bea@club.example")
		if status, _, text := by("GET", "/spaces/leave"); status != 200 ||
			!strings.Contains(text, `action="/export"`) ||
			strings.Index(text, `action="/export"`) > strings.Index(text, `action="/spaces/leave"`) {
			t.Errorf("the file is not offered before: %d", status)
		}
		if status, at, text := by("POST", "/spaces/leave"); status != 200 || at != "/left" ||
			!strings.Contains(text, "You are no member here any more") {
			t.Errorf("after leaving: %d %s %.600s", status, at, text)
		}
		if _, at, _ := by("GET", "/people"); at != "/signin" {
			t.Errorf("who left comes to %s", at)
		}
		of := browse("olga@club.example")
		if status, _, text := of("GET", "/members/"+carla.Member.String()+"/remove"); status != 200 ||
			!strings.Contains(text, "What they keep is theirs") || strings.Contains(text, `action="/export"`) {
			t.Errorf("removing says %d %.300s", status, text)
		}
		of("POST", "/settings", "part", "remove", "member", carla.Member.String())
		if _, at, _ := by("GET", "/members/"+carla.Member.String()+"/remove"); at != "/signin" {
			t.Errorf("who left reads of members at %s", at)
		}
		removed := browse("carla@club.example")
		if _, at, _ := removed("GET", "/left"); at != "/left" {
			t.Errorf("who was removed comes to %s", at)
		}
		if status, _, text := removed("POST", "/left", "member", bea.Member.String()); status == 200 &&
			strings.Contains(text, "gave-export") {
			t.Error("another's file is given")
		}

		status, _, file := by("POST", "/left", "member", bea.Member.String())
		if status != 200 || !strings.Contains(file, "gave-export") {
			t.Fatalf("the file: %d %.300s", status, file)
		}
		for _, word := range []string{
			"zeilen", "een recept", "fenna@else.example", "Zvgedeeld " + bea.Member.String()[30:],
		} {
			if !strings.Contains(file, word) {
				t.Errorf("%q is not in the file", word)
			}
		}
		for _, of := range []op.Viewer{s.owner, carla} {
			if strings.Contains(file, "Zvgedeeld "+of.Member.String()[30:]) {
				t.Error("what others share with the space is in the file of who left")
			}
		}
		path := filepath.Join(t.TempDir(), "gave.json")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		elsewhere := "" // SQLite in a folder of its own
		if !strings.HasPrefix(address, "postgres") {
			elsewhere = dbtest.PostgreSQLAddress(t)
		}
		b, w := empty(t, elsewhere)
		report, err := b.Intake.Import(ctx, w, []string{path}, intake.Options{})
		if err != nil || report.State != intake.Done || report.PeopleAdded == 0 {
			t.Fatalf("%+v %v", report, err)
		}
		for query, want := range map[string]int{
			`select count(*) from person where name = 'Fenna Vriendin'`: 1, `select count(*) from gift`: 1,
			`select count(*) from note where body = 'houdt van zeilen'`: 1,
			`select count(*) from interaction`:                          1,
		} {
			if n, err := db.Value[int](ctx, b.DB, query); err != nil || n != want {
				t.Errorf("%s: %d %v", query, n, err)
			}
		}

		// After thirty days it is over.
		s.Account.Now = func() time.Time { return time.Now().AddDate(0, 0, 31) }
		defer func() { s.Account.Now = time.Now }()
		late := browse("bea@club.example")
		if _, at, text := late("GET", "/left"); at != "/left" || !strings.Contains(text, "nothing to fetch") {
			t.Errorf("after a month: %s %.300s", at, text)
		}
	})
}
