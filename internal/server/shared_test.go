package server_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// message returns what the next page will say.
func (r reply) message() string {
	for _, c := range (&http.Response{Header: r.head}).Cookies() {
		if text, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil && strings.Contains(c.Name, "flash") {
			return string(text)
		}
	}
	return ""
}

// A number that somebody else has too is taken, and the page says so.
func TestAFormSaysWhatIsShared(t *testing.T) {
	d := openDesk(t, filepath.Join(t.TempDir(), "gave.db"), t.TempDir())
	d.enter(op.Member, "member@example.org")
	for _, each := range []struct{ lang, want string }{
		{"en", "is shared with Wil Bakker"}, {"nl", "is ook van Wil Bakker"},
	} {
		d.form("/people/new?lang="+each.lang, url.Values{"name": {"Wil Bakker"}, "phone": {"020 1234567"}})
		r := d.form("/people/new?lang="+each.lang, url.Values{"name": {"Ans Smit"}, "phone": {"020 1234567"}})
		if r.status != http.StatusSeeOther || !strings.Contains(r.message(), each.want) {
			t.Errorf("%d, %q", r.status, r.message())
		}
		r = d.form(r.head.Get("Location")+"?lang="+each.lang,
			url.Values{"do": {"identify"}, "value": {"info@" + each.lang + ".example.org"}})
		if r.status != http.StatusSeeOther || strings.Contains(r.message(), "info@") {
			t.Errorf("an address of nobody else: %d, %q", r.status, r.message())
		}
	}
}

// Before somebody is erased the page says what goes and who keeps a copy; an owner may choose to erase everywhere.
func TestErasingIsShownBefore(t *testing.T) {
	ctx := context.Background()
	d := openDesk(t, filepath.Join(t.TempDir(), "gave.db"), t.TempDir())
	d.enter(op.Owner, "second@example.org")
	find := func(path string) string {
		r := d.form(path, url.Values{"name": {"Quirina Zandstra"}, "email": {"quirina@example.org"}})
		if r.status != http.StatusSeeOther {
			t.Fatal(r.status, r.body)
		}
		return r.head.Get("Location")
	}
	person := find("/people/new")
	if _, err := d.app.Network.AddPerson(ctx, d.owner, people.NewPerson{
		Person:      people.Person{Name: "Q. Zandstra"},
		Identifiers: []people.Identifier{{Kind: people.MailAddress, Value: "quirina@example.org"}},
	}); err != nil {
		t.Fatal(err)
	}
	d.form(person, url.Values{"do": {"note"}, "text": {"likes rye"}})
	if r := d.form(person, nil); !strings.Contains(r.body, `href="`+person+`/erase"`) {
		t.Error("the page of a person does not lead to erasing")
	}
	persons := func() int { return count(t, d.app.DB, `select count(*) from person where name like '%Zandstra'`) }
	mine := d.form(person+"/erase", nil)
	for _, want := range []string{
		"Nothing is erased yet", "<dt>notes</dt><dd>1</dd>", "1 other member", "Only my copy", "everywhere=yes",
		"Backups made before",
	} {
		if !strings.Contains(mine.body, want) {
			t.Errorf("the preview does not say %q: %s", want, mine.body)
		}
	}
	bram := d.form("/people/new", url.Values{"name": {"Bram Bos"}, "email": {"bram@example.org"}})
	d.form(bram.head.Get("Location"), url.Values{"do": {"note"}, "text": {"knows Quirina Zandstra"}})
	if r := d.form(person+"/erase", nil); !strings.Contains(r.body, "erase?texts=yes#texts") {
		t.Error("it does not lead to what the texts of others hold")
	}
	if r := d.form(person+"/erase?texts=yes", nil); strings.Count(r.body, "<dt>notes</dt><dd>1</dd>") != 2 {
		t.Errorf("it does not say what the texts of others hold: %s", r.body)
	}
	all := d.form(person+"/erase?everywhere=yes", nil)
	if !strings.Contains(all.body, "of 1 other member") && !strings.Contains(all.body,
		"The copy of 1 other member goes too") || strings.Contains(all.body, "keeps a copy") {
		t.Errorf("everywhere: %s", all.body)
	}
	dutch := d.form(person+"/erase?lang=nl", nil)
	if !strings.Contains(dutch.body, "Er is nog niets gewist") || !strings.Contains(dutch.body, "Alleen mijn kopie") {
		t.Error("in Dutch it says something else")
	}
	if r := d.form(person+"/erase", url.Values{"everywhere": {"yes"}, "reason": {"asked for it"}}); r.status !=
		http.StatusUnprocessableEntity ||
		!strings.Contains(r.body, "Say that you are sure.") || !strings.Contains(r.body, `value="asked for it"`) ||
		!strings.Contains(r.body, `name="everywhere"`) {
		t.Errorf("without the box: %d: %s", r.status, r.body)
	}
	if n := persons(); n != 2 {
		t.Fatalf("looking erased somebody: %d are left", n)
	}
	if r := d.form(person+"/erase", url.Values{
		"everywhere": {"yes"}, "reason": {"asked for it"}, "sure": {"yes"},
	}); r.status != http.StatusSeeOther {
		t.Errorf("%d: %s", r.status, r.body)
	}
	if n := persons(); n != 0 {
		t.Errorf("%d are left", n)
	}
	list, err := d.app.Erase.ListSuppressions(ctx, d.owner)
	if err != nil || len(list) != 1 || !list[0].Space || list[0].Reason != "asked for it" {
		t.Errorf("%+v, %v", list, err)
	}
	// A member is offered no more than their own copy, and cannot take more.
	d.enter(op.Member, "member@example.org")
	person = find("/people/new?lang=" + string(locale.English))
	if r := d.form(person+"/erase", nil); strings.Contains(r.body, "everywhere=yes") {
		t.Error("a member is offered to erase everywhere")
	}
	if r := d.form(person+"/erase", url.Values{
		"everywhere": {"yes"}, "sure": {"yes"},
	}); r.status != http.StatusForbidden || persons() != 1 {
		t.Errorf("a member erases everywhere: %d", r.status)
	}
}
