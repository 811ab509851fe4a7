package praise

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
)

func site(s *Service, v op.Viewer) *pagetest.Site {
	site := pagetest.New(v, s.Operations()...)
	site.Handle("GET /praise", op.Member, s.Page)
	site.Handle("GET /praise/new", op.Member, s.NewPage)
	site.Handle("POST /praise/invite", op.Member, s.InviteForm)
	site.Handle("POST /praise", op.Member, s.Form)
	site.Handle("POST /praise/{praise}", op.Member, s.ChangeForm)
	site.Handle("GET /praise/link/{secret}", op.Anonymous, s.LinkPage)
	site.Handle("POST /praise/link/{secret}", op.Anonymous, s.LinkForm)
	site.Handle("GET /praised/{member}", op.Anonymous, s.PublicPage)
	site.Handle("GET /praised/{member}/embed", op.Anonymous, s.EmbedPage)
	site.Handle("GET /praise/credit", op.Member, s.CreditPage)
	site.Handle("POST /praise/group", op.Member, s.GroupForm)
	site.Handle("GET /praise/consents", op.Member, s.ConsentsPage)
	site.Handle("POST /praise/consents", op.Member, s.ConsentsForm)
	site.Handle("GET /praise/posts", op.Member, PostsPage)
	site.HandleUpload("POST /praise/posts", op.Member, MostShares, PostsForm)
	site.Handle("GET /praise/check", op.Member, CheckPage)
	site.Handle("POST /praise/check", op.Member, CheckForm)
	return site
}

// What is kept is shown to all only after its author allowed it and its subject chose it, and no longer than both want.
func TestPraiseOnItsPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		web := site(s, v)
		all := web.As(op.Viewer{Zone: v.Zone, Lang: v.Lang, Now: v.Now})
		public := "/praised/" + v.Member.String()
		write := "/praise/new?for=" + anna.ID.String()
		if to := web.Send(t, newGet("/praise?person="+anna.ID.String()), 301).Header().Get("Location"); to != write {
			t.Errorf("the old address leads to %q", to)
		}
		web.Get(t, write, 200, `value="Anna Aal"`)
		web.Post(t, "/praise",
			url.Values{"act": {"keep"}, "person": {"Anna Aal"}, "text": {"She saved <the> project"}}, 303)
		web.Post(t, "/praise",
			url.Values{"person": {"x"}, "meant.x": {anna.ID.String()}, "text": {"Anna listens well"}}, 303)
		web.Post(t, "/praise", url.Values{"person": {"Nobody Known"}, "text": {"x"}}, 422, "Nobody Known")
		all.Send(t, newGet("/praise"), 303) // to the sign-in
		body := web.Get(t, "/praise", 200, "She saved &lt;the&gt; project", "Anna listens well")
		if strings.Contains(body, "<the>") {
			t.Error("words are read as HTML")
		}
		list := optest.Call[ListOutput](t, s.Operations(), v, "praise.list", op.None{}, "Anna Aal", "only I")
		var kept Praise
		for _, p := range list.Praise {
			if p.OfMe {
				kept = p
			}
		}
		if len(list.Praise) != 2 || kept.ID.IsZero() || list.Page != "" {
			t.Fatalf("%+v", list)
		}
		change := "/praise/" + kept.ID.String()
		if shown := all.Get(t, public, 404); strings.Contains(shown, "saved") { // there is no page without praise
			t.Error("private words are public")
		}
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"publish"}}, 409)
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"quote"}}, 409)
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"all"}}, 422)
		web.Post(t, change, url.Values{"act": {"dance"}}, 422)
		web.Post(t, "/praise/none", url.Values{"act": {"show"}}, 404)
		web.Post(t, change,
			url.Values{"act": {"consent"}, "consent": {"publish"}, "evidence": {"mail of 3 March"}}, 303)
		web.Get(t, "/praise", 200, "Who may see this?", "allowed it")
		waits := func(want int) {
			t.Helper()
			if n, err := s.waiting(context.Background(), v); err != nil || n != want {
				t.Errorf("%d wait, want %d: %v", n, want, err)
			}
		}
		waits(1)
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"private"}}, 303)
		if shown := web.Get(t, "/praise", 200, "She saved"); strings.Contains(shown, "Who may see this?") {
			t.Error("what was decided is asked again")
		}
		waits(0)
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"quote"}}, 303)
		web.Get(t, "/praise", 200, "Copy")
		all.Get(t, public, 404)
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"publish"}}, 303)
		all.Get(t, public, 200, "She saved &lt;the&gt; project")
		all.Get(t, public+"/embed", 200, "She saved &lt;the&gt; project")
		all.Get(t, "/praised/nobody", 404)
		if list := optest.Call[ListOutput](t, s.Operations(), v, "praise.list",
			op.None{}, "published"); list.Page != public {
			t.Errorf("the page is %q", list.Page)
		}
		panel, err := s.Panel(context.Background(), v, anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := panel.Render(context.Background(), &b); err != nil ||
			!strings.Contains(b.String(), "Anna listens well") {
			t.Errorf("%v: %s", err, b.String())
		}
		web.Post(t, change, url.Values{"act": {"show"}, "audience": {"private"}}, 303)
		if shown := all.Get(t, public, 404); strings.Contains(shown, "saved") {
			t.Error("hidden words are public")
		}
		web.Post(t, change, url.Values{"act": {"withdraw"}}, 303)
		if list := optest.Call[ListOutput](t, s.Operations(), v, "praise.list", op.None{}); len(list.Praise) != 1 {
			t.Errorf("%+v", list)
		}
		stranger := peopletest.Viewer(t, d, v.Space, "Stranger", op.Member)
		site(s, stranger).Post(t, "/praise/"+list.Praise[0].ID.String(), url.Values{"act": {"withdraw"}}, 404)
	})
}

// A link asks for words once; who was asked needs no account, and can take them back.
func TestAskingForPraise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, v := outset(t, d)
		peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		web := site(s, v)
		body := web.Post(t, "/praise/invite", url.Values{"from": {"Anna Aal"}, "about": {"the annual report"}}, 200,
			"/praise/link/")
		_, secret, _ := strings.Cut(body, "/praise/link/")
		secret = secret[:strings.IndexAny(secret, "\"<& ")]
		all := web.As(op.Viewer{Zone: v.Zone, Lang: v.Lang, Now: v.Now})
		link := "/praise/link/" + secret
		all.Get(t, link, 200, "the annual report")
		all.Get(t, link+"x", 404)
		all.Post(t, link, url.Values{"text": {" "}, "consent": {"publish"}}, 422)
		all.Post(t, link, url.Values{"text": {"Always in time"}, "consent": {"publish"}}, 303)
		all.Get(t, link, 200)
		web.Get(t, "/praise", 200, "Always in time")
		all.Post(t, link, url.Values{"act": {"withdraw"}}, 303)
		if strings.Contains(web.Get(t, "/praise", 200), "Always in time") {
			t.Error("what was taken back is still there")
		}
		ops := s.Operations()
		optest.Call[Invitation](t, ops, v, "praise.invite", InviteInput{Person: "Anna Aal", Occasion: "a talk"})
		kept := optest.Call[RefOutput](t, ops, v, "praise.keep",
			KeepInput{Person: "Anna Aal", Text: "Clear words", Consent: ConsentQuote, Evidence: "a letter"})
		given := optest.Call[RefOutput](t, ops, v, "praise.write",
			WriteInput{Person: "Anna Aal", Text: "Good questions", Consent: ConsentPrivate})
		optest.Call[op.None](t, ops, v, "praise.consent",
			ConsentInput{Praise: kept.Praise, Consent: ConsentPublish, Evidence: "a mail"})
		optest.Call[op.None](t, ops, v, "praise.publish", PublishInput{Praise: kept.Praise})
		optest.Call[op.None](t, ops, v, "praise.withdraw", RefInput(given))
		if list := optest.Call[ListOutput](t, ops, v, "praise.list", op.None{}, "Clear words"); len(list.Praise) != 1 ||
			!list.Praise[0].Published {
			t.Errorf("%+v", list)
		}
		if moves, err := s.Propose(context.Background(), v); err != nil || len(moves) > 7 {
			t.Errorf("%+v, %v", moves, err)
		}
	})
}

func TestCheckingADraft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, v := outset(t, d)
		out := optest.Call[CheckOutput](t, CheckOperations(), v, "praise.check",
			CheckInput{
				Text: "I am the best consultant of the country and I won every award. The train leaves at nine.",
				Lang: "en",
			}, "best consultant")
		if out.Language != "en" || len(out.Sentences) != 2 || out.Boasts != 1 || !out.Sentences[0].Boast ||
			out.Sentences[1].Boast {
			t.Errorf("%+v", out)
		}
		for _, x := range out.Sentences {
			if !(x.Probability >= 0 && x.Probability <= 1) || x.Boast != (x.Suggestion != "") ||
				x.Boast != (x.Kind != "") {
				t.Errorf("%+v", x)
			}
		}
		if !(out.Sentences[0].Probability > out.Sentences[1].Probability) {
			t.Errorf("%+v", out.Sentences)
		}
		nl := optest.Call[CheckOutput](t, CheckOperations(), v, "praise.check",
			CheckInput{Text: "De trein vertrekt om negen uur en we eten samen."}, "trein")
		if nl.Language != "nl" || nl.Boasts != 0 {
			t.Errorf("%+v", nl)
		}
		optest.Call[AboutOutput](t, CheckOperations(), v, "praise.about", op.None{}, "F1")
		for _, bad := range []CheckInput{{Text: " "}, {Text: strings.Repeat("x", LongestDraft+1)}} {
			if _, err := Check(v.Printer(), bad.Text, bad.Lang); err == nil {
				t.Errorf("%.20q in %q is checked", bad.Text, bad.Lang)
			}
		}
		web := site(s, v)
		web.Get(t, "/praise/check", 200)
		web.Post(t, "/praise/check",
			url.Values{"text": {"I am the best consultant of the country and I won every award."}, "language": {"en"}},
			200, "best consultant")
	})
}

// Who had a part in something is found and praised together, and what authors allowed is noted together.
func TestTogetherOnThePages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, v := outset(t, d)
		anna := peopletest.Person(t, d, v, "Anna Aal", "anna@aal.example")
		bob := peopletest.Person(t, d, v, "Bob Bos", "bob@bos.example")
		s.parts = func(context.Context, op.Viewer) ([]Part, error) {
			return []Part{
				{room.Knowledge{Person: anna.ID, Text: "figures of the report", At: v.Now}, ShareGave},
				{room.Knowledge{Person: bob.ID, Text: "who prints a report", At: v.Now}, ShareHelped},
			}, nil
		}
		web := site(s, v)
		web.Get(t, "/praise/credit", 200)
		web.Get(t, "/praise/credit?what=the", 200, "Say what it is about")
		web.Get(t, "/praise/credit?what=bicycle", 200, "Nothing is known of who had a part in this.")
		web.Get(t, "/praise/credit?what=report", 200, "Anna Aal", "figures of the report", "Bob Bos", "they helped")
		both := []string{anna.ID.String(), bob.ID.String()}
		web.Post(t, "/praise/group", url.Values{"text": {"You carried it."}}, 422)
		web.Post(t, "/praise/group",
			url.Values{"people": both, "text": {"You carried it."}, "occasion": {"report"}}, 303)
		optest.Call[CreditOutput](t, s.Operations(), v, "praise.credit", CreditInput{What: "report"}, "Anna Aal")
		list := optest.Call[ListOutput](t, s.Operations(), v, "praise.list", op.None{}, "You carried it.")
		if len(list.Praise) != 2 {
			t.Errorf("%+v", list)
		}

		web.Get(t, "/praise/consents", 200, "No praise yet")
		var keys []string
		for _, words := range []string{"So clear.", "So kind."} {
			key, err := s.Keep(context.Background(), v, New{Person: "Anna Aal", Text: words})
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key.String())
		}
		web.Get(t, "/praise", 200, `href="/praise/consents"`, `href="/praise/credit"`)
		web.Get(t, "/praise/consents", 200, "So clear.", "So kind.")
		web.Post(t, "/praise/consents", url.Values{"praise": keys, "consent": {"publish"}}, 422)
		web.Post(t, "/praise/consents",
			url.Values{"praise": keys, "consent": {"publish"}, "evidence": {"mail of 3 March"}}, 303)
		web.Get(t, "/praise", 200, "Who may see this?")
	})
}

// Posts are pasted or come in a file, and what they give is counted.
func TestPostsOnTheirPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, v := outset(t, d)
		web := site(s, v)
		web.Get(t, "/praise/posts", 200, `enctype="multipart/form-data"`)
		send := func(field, name, content string, says ...string) {
			t.Helper()
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			create := form.CreateFormField
			if name != "" {
				create = func(field string) (io.Writer, error) { return form.CreateFormFile(field, name) }
			}
			part, err := create(field)
			if err == nil {
				_, err = part.Write([]byte(content))
			}
			if err := errors.Join(err, form.Close()); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "/praise/posts", &body)
			r.Header.Set("Content-Type", form.FormDataContentType())
			answer := web.Send(t, r, 200).Body.String()
			for _, want := range says {
				if !strings.Contains(answer, want) {
					t.Errorf("%q is not on the page", want)
				}
			}
		}
		send("text", "", "Thank you Sarah, for all your help.\n---\nThe meeting starts at ten.", "2 posts",
			"about others")
		send("shares", "Shares.csv", "Date,ShareLink,ShareCommentary\n2024-01-01 08:00:00,x,Thank you Sarah.\n",
			"1 post")
		send("text", "", "", "There is no post in it.")
	})
}

func newGet(address string) *http.Request { return httptest.NewRequest(http.MethodGet, address, nil) }
