package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/page/pagetest"
)

const twoForms = `<!DOCTYPE html><html><body><main><h1>Things</h1>
<form method="post" action="/things/new"><input type="hidden" name="do" value="other"/><input name="title"/></form>
<form method="post" action="/things/new"><input type="hidden" name="once" value="fresh"/>
<input type="hidden" name="do" value="this"/><div><input name="title" value="old"/></div>
<textarea name="text"></textarea><input type="password" name="secret"/>
<select name="kind"><option value="a" selected>A</option><option value="b">B</option></select>
<label><input type="checkbox" name="public" value="yes"/> Public</label>
<input name="mail"/><input name="mail"/><input type="number" name="edit-minutes"/><button>Go</button></form>
</main></body></html>`

func site(fails func(r *http.Request) error) *pagetest.Site {
	s := pagetest.New(op.Viewer{Role: op.Member, Lang: locale.Dutch})
	s.Handle("GET /things", op.Member, func(w http.ResponseWriter, r *http.Request) error {
		if r.FormValue("q") != "" {
			return fails(r)
		}
		return page.Render(w, r, http.StatusOK, templ.Raw(twoForms))
	})
	s.Handle("POST /things/new", op.Member, func(_ http.ResponseWriter, r *http.Request) error { return fails(r) })
	return s
}

// A form that fails comes back as it was typed, whatever kind its fields are of, with what is wrong beside its field.
func TestAFormThatFailsComesBackFilled(t *testing.T) {
	typed := url.Values{
		"once": {"used"}, "do": {"this"}, "title": {`قهوة "now" <b> 🎁`}, "text": {"\nfirst\nsecond </textarea>"},
		"secret": {"hunter2"}, "kind": {"b"}, "public": {"yes"}, "mail": {"one@x.example", "two@x.example"},
		"edit-minutes": {"-3"},
	}
	for _, c := range []struct {
		name  string
		fault error
		code  int
		holds []string
	}{
		{
			"a field",
			fault.New(fault.Usage, "%s must be at most %s characters long.", "text", "3").WithField("text"), 422,
			[]string{
				`<textarea name="text" aria-invalid="true" aria-describedby="wrong" autofocus="">`,
				`<span class="error small" id="wrong">Dit mag hoogstens 3 tekens lang zijn.</span>`,
			},
		},
		{
			"another name", fault.New(fault.NotFound, "Nobody here is called %q.", "X").WithField("called"), 422,
			[]string{`aria-invalid="true"`, `value="قهوة`},
		},
		{
			"a word before it", fault.New(fault.Invalid, "%q is not a day.", "-3").WithField("minutes"), 422,
			[]string{`name="edit-minutes" value="-3" aria-invalid="true"`},
		},
		{
			"one of several", fault.New(fault.Invalid, "%q is not a mail address.", "x").WithField("mail[1]"), 422,
			[]string{`<input name="mail" value="two@x.example" aria-invalid="true"`},
		},
		{
			"none", fault.New(fault.Conflict, "This key was used for another request.").
				WithHint("Look the name up with gave people list --query."), 409,
			[]string{`<p class="error" id="wrong" role="alert" tabindex="-1" autofocus="">`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := site(func(r *http.Request) error {
				page.Called(r, "called", "title")
				return c.fault
			})
			body := s.Post(t, "/things/new", typed, c.code, append(c.holds,
				`value="fresh"`, `<option value="b" selected="">`, `value="yes" checked=""`, `value="one@x.example"`,
				`value="two@x.example"`, "first\nsecond &lt;/textarea&gt;",
				`value="قهوة &#34;now&#34; &lt;b&gt; 🎁"`, `<option value="a">`)...)
			for _, never := range []string{"hunter2", "gave people", `value="used"`, "%!"} {
				if strings.Contains(body, never) {
					t.Errorf("the page shows %q: %s", never, body)
				}
			}
			if n := strings.Count(body, `id="wrong"`); n != 1 {
				t.Errorf("what is wrong stands there %d times: %s", n, body)
			}
			if !strings.Contains(body, `value="other"/><input name="title"/>`) {
				t.Errorf("the other form was touched: %s", body)
			}
		})
	}
}

// What cannot be mended stays a page of its own, and so does a failure where no page is.
func TestWhatCannotBeMendedIsAPage(t *testing.T) {
	for _, code := range []fault.Code{fault.Forbidden, fault.Internal, fault.Unavailable} {
		s := site(func(*http.Request) error { return fault.New(code, "No.") })
		body := s.Post(t, "/things/new", url.Values{"title": {"a"}}, page.StatusOf(fault.New(code, "No.")))
		if strings.Contains(body, "<h1>Things</h1>") {
			t.Errorf("%s came back as a form", code)
		}
	}
	s := site(func(*http.Request) error { return fault.New(fault.Invalid, "No.") })
	if body := s.Get(t, "/things?q=x", http.StatusUnprocessableEntity); !strings.Contains(body, "<h1>Things</h1>") {
		t.Errorf("a question that cannot be answered has no page: %s", body)
	}
}

// The page that the reader came from comes first; one of another server is not looked at.
func TestTheReaderComesBackToTheSamePage(t *testing.T) {
	s := pagetest.New(op.Viewer{Role: op.Member})
	s.Handle("GET /a", op.Member, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, templ.Raw("<main>"+r.URL.RequestURI()+
			`<form method="post" action="/a/b"><input name="x"/></form></main>`))
	})
	s.Handle("POST /a/b", op.Member, func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotFound, "It is not here, or not yours to see.")
	})
	for referer, want := range map[string]string{
		"http://gave.example/a?edit=7": "/a?edit=7<form", "http://evil.example/a?edit=7": "/a<form", "": "/a<form",
		"http://gave.example/nowhere": "/a<form",
	} {
		r := httptest.NewRequest(http.MethodPost, "http://gave.example/a/b", strings.NewReader("x=typed"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Referer", referer)
		body := s.Send(t, r, http.StatusNotFound).Body.String()
		if !strings.Contains(body, `value="typed"`) || !strings.Contains(body, want) {
			t.Errorf("from %q: %s", referer, body)
		}
	}
}
