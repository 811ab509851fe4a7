package give

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

func site(s *Service, v op.Viewer) *pagetest.Site {
	site := pagetest.New(v, s.Operations()...)
	site.Handle("GET /give", op.Member, s.GivePage)
	site.Handle("POST /give", op.Member, s.GiveForm)
	site.Handle("GET /give/all", op.Member, s.AllPage)
	site.Handle("GET /give/returns/{return}", op.Member, s.ReturnPage)
	site.Handle("POST /give/budget", op.Member, s.BudgetForm)
	site.Handle("POST /give/edit", op.Member, s.EditForm)
	site.Handle("POST /give/forget", op.Member, s.ForgetForm)
	site.Handle("POST /give/trace", op.Member, s.TraceForm)
	site.Handle("GET /commons", op.Member, s.CommonsPage)
	site.HandleUpload("POST /commons", op.Member, MostUpload, s.ShareForm)
	site.Handle("POST /commons/remove", op.Member, s.UnshareForm)
	site.Handle("GET /commons/{resource}", op.Anonymous, s.ResourcePage)
	site.Handle("GET /commons/{resource}/file", op.Anonymous, s.ResourceFile)
	site.Handle("GET /shared/{member}", op.Anonymous, s.SharedPage)
	site.Handle("GET /shared/{member}/feed.atom", op.Anonymous, s.SharedFeed)
	return site
}

// withAccount gives the viewer an account, whose name the public pages show.
func withAccount(t *testing.T, d *db.DB, v op.Viewer) {
	t.Helper()
	account := id.New()
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`insert into account (id, email, name, password, language, zone, created)
			values ($1, '', 'Me', '', 'en', 'UTC', 1)`, []any{account}},
		{`insert into member (id, space, account, role, person, joined, ended)
			values ($1, $2, $3, 3, $4, 1, 0)`, []any{v.Member, v.Space, account, v.Person}},
	} {
		if _, err := d.ExecContext(context.Background(), statement.sql, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
}

// A gift and a return are noted, corrected, traced and forgotten on the page; nobody else sees or changes them.
func TestGivingOnItsPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		anna := peopletest.Person(t, d, v, "Anna Aal")
		peopletest.Person(t, d, v, "Bram Beer")
		s := NewService(d, people.NewStore(d), t.TempDir())
		web, ops := site(s, v), s.Operations()
		web.Post(t, "/give", url.Values{"body": {"advice on <prices>"}, "people": {"Anna Aal, Bram Beer"}}, 303)
		web.Post(t, "/give", url.Values{"body": {"x"}, "people": {"Nobody Known"}}, 422, "Nobody Known")
		web.Post(t, "/give", url.Values{"body": {" "}}, 422)
		gifts := optest.Call[ListOutput](t, ops, v, "give.list", ListInput{Limit: 10}, "advice on <prices>",
			"Anna Aal, Bram Beer").Gifts
		if len(gifts) != 1 || len(gifts[0].People) != 2 {
			t.Fatalf("%+v", gifts)
		}
		key := gifts[0].ID.String()
		web.Get(t, "/give?edit="+key, 200, "advice on &lt;prices&gt;")
		early := v.Now.AddDate(-1, 0, 0).Format("2006-01-02")
		edit := url.Values{
			"gift": {key}, "edit-body": {"advice on costs"}, "edit-people": {"Anna Aal"}, "edit-at": {early},
			"edit-minutes": {"30"}, "edit-kind": {"knowledge"},
		}
		web.Post(t, "/give/edit", edit, 303)
		for field, bad := range map[string]string{
			"edit-at": "yesterday", "edit-minutes": "-1", "edit-people": "Nobody Known", "gift": "none",
		} {
			wrong := url.Values{}
			for k, x := range edit {
				wrong[k] = x
			}
			wrong.Set(field, bad)
			if field == "gift" {
				web.Post(t, "/give/edit", wrong, 404)
			} else {
				web.Post(t, "/give/edit", wrong, 422, `name="`+field+`"`, `value="`+bad+`" aria-invalid="true"`)
			}
		}
		gifts = optest.Call[ListOutput](t, ops, v, "give.list", ListInput{Limit: 10}, "advice on costs").Gifts
		if len(gifts) != 1 || gifts[0].Minutes != 30 || gifts[0].Kind != "knowledge" || len(gifts[0].People) != 1 ||
			gifts[0].At.Format("2006-01-02") != early {
			t.Fatalf("%+v", gifts)
		}
		web.Post(t, "/give", url.Values{"body": {"a job"}, "people": {"Anna Aal"}, "direction": {"came"}}, 303)
		came := optest.Call[ListOutput](t, ops, v, "give.returns", ListInput{Limit: 10}, "a job").Gifts
		if len(came) != 1 {
			t.Fatalf("%+v", came)
		}
		// A return has a page of its own, to which the old addresses lead.
		at := "/give/returns/" + came[0].ID.String()
		moved := httptest.NewRequest(http.MethodGet, "/give?correct="+came[0].ID.String(), nil)
		if to := web.Send(t, moved, 301).Header().Get("Location"); to != at+"?correct=yes" {
			t.Errorf("the old address leads to %q", to)
		}
		web.Get(t, "/give", 200, `id="`+came[0].ID.String()+`"`, `href="`+at+`"`)
		web.Get(t, at, 200, "a job", "advice on costs", "It was another gift")
		web.Get(t, at+"?correct=yes", 200, "a job", `<option value="`+key+`"`)
		web.Get(t, "/give/returns/x", 404)
		web.Get(t, "/give/returns/"+key, 404)
		web.Get(t, "/give/all", 200, "advice on costs")
		web.Get(t, "/give/all?came=yes", 200, "a job")
		traced := optest.Call[TraceOutput](t, ops, v, "give.trace", ReturnInput{Return: came[0].ID, Limit: 5},
			"advice on costs")
		if len(traced.Gifts) != 1 {
			t.Fatalf("%+v", traced)
		}
		near.Equal(t, "the shares and what is unexplained", traced.Gifts[0].Share+traced.Unexplained, 1, 1e-9)
		web.Post(t, "/give/trace", url.Values{"return": {came[0].ID.String()}, "gift": {key}}, 303)
		if traced = optest.Call[TraceOutput](t, ops, v, "give.trace",
			ReturnInput{Return: came[0].ID, Limit: 5}); !traced.Confirmed || traced.Unexplained != 0 {
			t.Errorf("%+v", traced)
		}
		web.Post(t, "/give/trace", url.Values{"return": {"x"}}, 404)
		web.Post(t, "/give/trace", url.Values{"return": {came[0].ID.String()}, "gift": {"x"}}, 404)
		chance := optest.Call[ChanceOutput](t, ops, v, "give.chance", op.None{}, "1")
		if chance.Enough || chance.P != 1 || chance.Effect != 1 || chance.Gifts != 1 || chance.Returns != 1 {
			t.Errorf("%+v", chance)
		}
		panel, err := s.Panel(ctx, v, anna.ID)
		if err != nil || panel == nil {
			t.Fatal(panel, err)
		}
		stranger := peopletest.Viewer(t, d, v.Space, "Stranger", op.Member)
		other := site(s, stranger)
		if strings.Contains(other.Get(t, "/give", 200), "advice") {
			t.Error("somebody else sees the gift")
		}
		other.Get(t, at, 404)
		other.Post(t, "/give/forget", url.Values{"gift": {key}}, 404)
		other.Post(t, "/give/edit", edit, 404)
		web.Post(t, "/give/forget", url.Values{"gift": {"x"}}, 404)
		web.Post(t, "/give/forget", url.Values{"gift": {key}}, 303)
		optest.Call[op.None](t, ops, v, "give.remove", GiftInput{Gift: came[0].ID})
		if left := optest.Call[ListOutput](t, ops, v, "give.list", ListInput{Limit: 10}).Gifts; len(left) != 0 {
			t.Errorf("%+v", left)
		}
	})
}

// All gifts stand on pages of fifty, each of which leads on.
func TestAllGiftsArePaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d), t.TempDir())
		web := site(s, v)
		for range 51 {
			web.Post(t, "/give", url.Values{"body": {"a tip"}}, 303)
		}
		for address, want := range map[string]int{"/give/all": 50, "/give/all?from=50": 1, "/give/all?from=-9": 50} {
			if n := strings.Count(web.Get(t, address, 200), `href="/give?edit=`); n != want {
				t.Errorf("%s lists %d gifts, not %d", address, n, want)
			}
		}
		web.Get(t, "/give/all", 200, `rel="next" href="/give/all?from=50"`)
		web.Get(t, "/give/all?from=50", 200, `rel="prev" href="/give/all?from=0"`)
	})
}

// What is shared as public can be taken by everybody, and what is not or no more by nobody; files come as downloads
// that cannot run.
func TestTheCommonsOnItsPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		withAccount(t, d, v)
		s := NewService(d, people.NewStore(d), t.TempDir())
		web, ops := site(s, v), s.Operations()
		all := web.As(op.Viewer{Zone: v.Zone, Lang: v.Lang, Now: v.Now})
		send := func(status int, file string, fields ...string) {
			t.Helper()
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for i := 0; i < len(fields); i += 2 {
				if err := form.WriteField(fields[i], fields[i+1]); err != nil {
					t.Fatal(err)
				}
			}
			if file != "" {
				part, err := form.CreateFormFile("file", file)
				if err != nil {
					t.Fatal(err)
				}
				part.Write([]byte("<script>alert(1)</script>"))
			}
			form.Close()
			r := httptest.NewRequest(http.MethodPost, "/commons", &body)
			r.Header.Set("Content-Type", form.FormDataContentType())
			web.Send(t, r, status)
		}
		send(303, "", "title", "Checklist", "text", "# One\n\n*two*\n\n<script>x</script>", "tags",
			"work, lists", "public", "1")
		send(303, "page.html", "public", "1")
		send(422, "", "title", "")
		web.Post(t, "/commons", url.Values{"title": {"no multipart"}}, 422)
		hidden := optest.Call[ShareOutput](t, ops, v, "commons.share",
			ShareInput{Title: "For us", Text: "secret recipe"}, "For us")
		list := optest.Call[ResourcesOutput](t, ops, v, "commons.list", op.None{}, "Checklist",
			"page.html", "For us").Resources
		if len(list) != 3 {
			t.Fatalf("%+v", list)
		}
		web.Get(t, "/commons", 200, "Checklist", "page.html", "For us")
		member := v.Member.String()
		for _, address := range []string{"/shared/" + member, "/shared/" + member + "/feed.atom"} {
			if body := all.Get(t, address, 200, "Checklist", "page.html"); strings.Contains(body, "For us") {
				t.Errorf("%s shows what is not public", address)
			}
		}
		if body := all.Get(t, "/shared/"+member+"?q=lists", 200, "Checklist"); strings.Contains(body, ">page.html") {
			t.Error("a search for lists finds the page")
		}
		for _, address := range []string{
			"/shared/x", "/shared/x/feed.atom", "/commons/x", "/commons/" + hidden.Resource.String(),
			"/commons/" + id.New().String() + "/file",
		} {
			all.Get(t, address, 404)
		}
		for _, r := range list {
			switch r.Title {
			case "Checklist":
				if body := all.Get(t, "/commons/"+r.ID.String(), 200,
					"<em>two</em>"); strings.Contains(body, "<script>x") {
					t.Error("a shared text runs scripts")
				}
				all.Get(t, "/commons/"+r.ID.String()+"/file", 404)
			case "page.html":
				w := all.Send(t, httptest.NewRequest(http.MethodGet, "/commons/"+r.ID.String()+"/file", nil), 200)
				if h := w.Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
					!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
					t.Errorf("%v", h)
				}
			}
		}
		stranger := peopletest.Viewer(t, d, v.Space, "Stranger", op.Member)
		site(s, stranger).Post(t, "/commons/remove", url.Values{"resource": {list[0].ID.String()}}, 404)
		web.Post(t, "/commons/remove", url.Values{"resource": {"x"}}, 404)
		web.Post(t, "/commons/remove", url.Values{"resource": {list[0].ID.String()}}, 303)
		all.Get(t, "/commons/"+list[0].ID.String(), 404)
		file := filepath.Join(t.TempDir(), "notes.txt")
		if err := os.WriteFile(file, []byte("notes"), 0o600); err != nil {
			t.Fatal(err)
		}
		up := optest.Call[ShareOutput](t, ops, v, "commons.upload", UploadInput{Path: file, Public: true}, "notes.txt")
		all.Get(t, "/commons/"+up.Resource.String()+"/file", 200, "notes")
		optest.Call[op.None](t, ops, v, "commons.remove", ResourceInput{Resource: up.Resource})
		all.Get(t, "/commons/"+up.Resource.String()+"/file", 404)
	})
}
