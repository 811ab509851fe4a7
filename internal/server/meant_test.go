package server_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/tie"
)

// A name that several people have is a question beside its field, with the people to choose from and everything else as
// it was typed; the answer is taken, and the name stays a name.
func TestWhoIsMeantIsAsked(t *testing.T) {
	d := openDesk(t, filepath.Join(t.TempDir(), "gave.db"), t.TempDir())
	d.enter(op.Owner, "second@example.org")
	ctx := context.Background()
	v, err := d.app.Account.Session(ctx, d.session)
	if err != nil {
		t.Fatal(err)
	}
	self := peopletest.Person(t, d.app.DB, v, "Me Myself", "me@example.org")
	if err := d.app.Account.SetPerson(ctx, v, self.ID); err != nil {
		t.Fatal(err)
	}
	v.Person = self.ID
	friend := peopletest.Person(t, d.app.DB, v, "Wil Bakker", "wil@example.org")
	peopletest.Record(t, d.app.DB, v, tie.Interaction{
		ID: id.New(), Owner: v.Member, Medium: tie.FaceToFace, Time: v.Now.UnixMicro() - 1, People: 2, Source: "test",
		External:     id.New(),
		Participants: []tie.Participant{{Person: self.ID, Role: tie.From}, {Person: friend.ID, Role: tie.To}},
	})
	add := func(name, organisation string) {
		t.Helper()
		if r := d.form("/people/new",
			url.Values{"name": {name}, "organisation": {organisation}}); r.status != http.StatusSeeOther {
			t.Fatal(r.status, r.body)
		}
	}
	for _, each := range [][2]string{
		{"Iris de Boer", "Bureau Blauw"},
		{"Iris de Boer", "Waterschap Molenbeek"},
		{"Iris Smit", ""},
		{"Saskia Prins", ""},
		{"Amina El Idrissi", ""},
		{"Daan van den Berg", "A"},
		{"Daan van den Berg", "B"},
	} {
		add(each[0], each[1])
	}
	radio := func(body, reference, among string) string { // the id of a choice
		t.Helper()
		at := regexp.MustCompile(`name="meant\.` + reference + `" value="([^"]+)"/?><span class="av[^<]*</span><span><strong[^<]*</strong>[^/]*` +
			among).FindStringSubmatch(body)
		if at == nil {
			t.Fatalf("no choice of %s among %s: %s", reference, among, body)
		}
		return at[1]
	}
	t.Run("praise", func(t *testing.T) {
		fields := url.Values{"act": {"write"}, "person": {"Iris de Boer"}, "text": {"Helped me twice."}}
		r := d.form("/praise?lang=en", fields)
		if r.status != http.StatusUnprocessableEntity ||
			!strings.Contains(r.body, "Who is Iris de Boer?") || !strings.Contains(r.body, "Helped me twice.") ||
			strings.Contains(r.body, "Iris Smit") {
			t.Fatalf("%d: %s", r.status, r.body)
		}
		// Whom the viewer may not see is nobody, whatever a form says.
		fields.Set("meant.Iris de Boer", id.New().String())
		if nobody := d.form("/praise?lang=en", fields); nobody.status != http.StatusUnprocessableEntity &&
			nobody.status != http.StatusNotFound {
			t.Errorf("%d: %s", nobody.status, nobody.body)
		}
		fields.Set("meant.Iris de Boer", radio(r.body, "Iris de Boer", "Waterschap Molenbeek"))
		if r = d.form("/praise?lang=en", fields); r.status != http.StatusSeeOther {
			t.Fatalf("%d: %s", r.status, r.body)
		}
		r = d.form("/praise?lang=nl", url.Values{"act": {"write"}, "person": {"Iris"}, "text": {"x"}})
		if !strings.Contains(r.body, "Wie is Iris?") || strings.Count(r.body, `name="meant.Iris"`) != 3 {
			t.Errorf("in Dutch: %s", r.body)
		}
	})
	t.Run("proposal", func(t *testing.T) {
		fields := url.Values{"file": {
			"Iris, 1, voor\nSaskia Prins, 1, tegen\nAmina El Idrissi,1,?\nDaan van den Berg, 2, ?",
		}}
		r := d.form("/colleagues/proposal?lang=en", fields)
		if !strings.Contains(r.body, "Who is Iris?") || !strings.Contains(r.body, "Who is Daan van den Berg?") ||
			strings.Contains(r.body, "Who is Saskia") || !strings.Contains(r.body, "Amina El Idrissi,1,?") {
			t.Fatalf("%d: %s", r.status, r.body)
		}
		fields.Set("meant.Iris", radio(r.body, "Iris", "Bureau Blauw"))
		if r = d.form("/colleagues/proposal?lang=en", fields); strings.Contains(r.body, "Who is Iris?") ||
			!strings.Contains(r.body, "Who is Daan van den Berg?") || !strings.Contains(r.body, `name="meant.Iris"`) {
			t.Fatalf("one of two answered: %d: %s", r.status, r.body)
		}
		fields.Set("meant.Daan van den Berg", radio(r.body, "Daan van den Berg", "A"))
		r = d.form("/colleagues/proposal?lang=en", fields)
		if r.status != http.StatusOK || strings.Contains(r.body, "Who is Iris?") ||
			strings.Contains(r.body, "Who is Daan van den Berg?") ||
			!strings.Contains(r.body, "Iris, 1, voor") || !strings.Contains(r.body, `name="meant.Iris"`) {
			t.Fatalf("%d: %s", r.status, r.body)
		}
	})
	t.Run("somebody new", func(t *testing.T) {
		known := func(name string) int {
			t.Helper()
			list, err := d.app.Network.People(ctx, v, people.PeopleQuery{Query: name})
			if err != nil {
				t.Fatal(err)
			}
			return len(list.People)
		}
		fields := url.Values{"act": {"keep"}, "person": {"Zwaantje Nieuw"}, "text": {"Came \"from\" afar. 🎁"}}
		r := d.form("/praise?lang=nl", fields)
		for _, part := range []string{
			"Niemand hier heet &#34;Zwaantje Nieuw&#34;", "Nieuw mens Zwaantje Nieuw",
			`name="meant.Zwaantje Nieuw" value="new"`,
			"Came &#34;from&#34; afar. 🎁", `value="Zwaantje Nieuw"`, `<input name="act" value="keep" type="hidden"/>`,
		} {
			if !strings.Contains(r.body, part) {
				t.Errorf("no %s: %s", part, r.body)
			}
		}
		if r.status != http.StatusUnprocessableEntity || known("Zwaantje") != 0 {
			t.Errorf("%d, %d people", r.status, known("Zwaantje"))
		}
		// The Enter key presses the button that was pressed, not the one that adds somebody.
		form := r.body[strings.Index(r.body, `action="/praise"`):]
		first := regexp.MustCompile(`<button[^>]*>`).FindString(form)
		if !strings.Contains(first, `value="keep"`) {
			t.Errorf("the first button is %s", first)
		}
		// What else is wrong is said first, and who is new is not yet added.
		fields.Set("meant.Zwaantje Nieuw", "new")
		fields.Set("text", "")
		r = d.form("/praise?lang=nl", fields)
		if r.status != http.StatusUnprocessableEntity || known("Zwaantje") != 0 ||
			!strings.Contains(r.body, `name="meant.Zwaantje Nieuw" value="new"`) {
			t.Errorf("%d, %d people: %s", r.status, known("Zwaantje"), r.body)
		}
		// A name that was changed since adds nobody.
		fields.Set("text", "Came from afar.")
		fields.Set("person", "Saskia Prins")
		if r = d.form("/praise?lang=nl", fields); r.status != http.StatusSeeOther || known("Zwaantje") != 0 {
			t.Errorf("%d, %d people: %s", r.status, known("Zwaantje"), r.body)
		}
		fields.Set("person", "Zwaantje Nieuw")
		if r = d.form("/praise?lang=nl", fields); r.status != http.StatusSeeOther || known("Zwaantje") != 1 {
			t.Errorf("%d, %d people: %s", r.status, known("Zwaantje"), r.body)
		}
		// Who is called nearly so is offered beside somebody new.
		misspelt := url.Values{"act": {"write"}, "person": {"Saskai Prins"}, "text": {"x"}}
		r = d.form("/praise?lang=nl", misspelt)
		if !strings.Contains(r.body, "Nieuw mens Saskai Prins") {
			t.Errorf("%d: %s", r.status, r.body)
		}
		misspelt.Set("meant.Saskai Prins", radio(r.body, "Saskai Prins", ""))
		if r = d.form("/praise?lang=nl", misspelt); r.status != http.StatusSeeOther || known("Saskia") != 1 {
			t.Errorf("%d, %d people: %s", r.status, known("Saskia"), r.body)
		}
		// One name among several, in another form; what cannot be a name is not offered.
		gift := url.Values{"body": {"Soep"}, "people": {"Saskia Prins, Yvo Ver"}, "direction": {"given"}}
		r = d.form("/give?lang=nl", gift)
		if r.status != http.StatusUnprocessableEntity ||
			!strings.Contains(r.body, `name="meant.Yvo Ver" value="new"`) {
			t.Errorf("%d: %s", r.status, r.body)
		}
		gift.Set("meant.Yvo Ver", "new")
		if r = d.form("/give?lang=nl", gift); r.status != http.StatusSeeOther || known("Yvo") != 1 {
			t.Errorf("%d, %d people: %s", r.status, known("Yvo"), r.body)
		}
		for _, odd := range []string{
			"nobody@example.org", "+31 6 12345678", strings.Repeat("é", 290), id.New().String(),
		} {
			fields = url.Values{"act": {"write"}, "person": {odd}, "text": {"x"}, "meant." + odd: {"new"}}
			if r = d.form("/praise?lang=nl", fields); r.status == http.StatusSeeOther ||
				strings.Contains(r.body, "Nieuw mens ") {
				t.Errorf("%s: %d: %s", odd, r.status, r.body)
			}
		}
		// An address that somebody is led to adds nobody.
		d.form("/net/way?lang=nl&to=Xander+Ver&meant.Xander+Ver=new", nil)
		if known("Xander") != 0 {
			t.Error("a page that was only looked at added somebody")
		}
	})
	t.Run("a way", func(t *testing.T) {
		const address = "/net/way?lang=en&to=Daan+van+den+Berg"
		r := d.form(address, nil)
		if !strings.Contains(r.body, "Who is Daan van den Berg?") {
			t.Fatalf("%d: %s", r.status, r.body)
		}
		choice := radio(r.body, "Daan van den Berg", "A")
		r = d.form(address+"&meant.Daan+van+den+Berg="+choice, nil)
		if strings.Contains(r.body, "Who is") || !strings.Contains(r.body, `name="meant.Daan van den Berg"`) {
			t.Errorf("%d: %s", r.status, r.body)
		}
	})
}
