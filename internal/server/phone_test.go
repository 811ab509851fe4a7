package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/phone"
	"gave.network/internal/scope"
	"gave.network/internal/server"
	"gave.network/internal/tie"
)

// book is a device that reads and writes the address book of a member.
type book struct {
	t        *testing.T
	app      *app.App
	web      string
	password string
	path     string // of the address book
	v        op.Viewer
}

// withBook runs a test on both databases, with a device of the owner of a new space.
func withBook(t *testing.T, test func(t *testing.T, b *book)) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, err := app.Open(ctx, app.Config{Data: t.TempDir(), Database: address})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		owner, err := a.Account.Local(ctx, locale.Dutch)
		if err != nil {
			t.Fatal(err)
		}
		web := httptest.NewServer(server.New(a, "test").Handler())
		t.Cleanup(web.Close)
		test(t, deviceOf(t, a, web.URL, owner))
	})
}

func deviceOf(t *testing.T, a *app.App, web string, v op.Viewer) *book {
	t.Helper()
	token, err := a.Account.NewDevice(context.Background(), v, "telefoon")
	if err != nil {
		t.Fatal(err)
	}
	return &book{
		t: t, app: a, web: web, password: token.Secret, v: v,
		path: "/carddav/" + v.Member.String() + "/books/" + v.Space.String() + "/",
	}
}

// answer is what a server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; the headers are names and values in turn.
func (b *book) ask(method, path, body string, headers ...string) answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.web+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if b.password != "" {
		r.SetBasicAuth("anybody", b.password)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Body.Close()
	content, err := io.ReadAll(w.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{w.StatusCode, w.Header, string(content)}
}

// want sends a request and fails unless the status is the one that is wanted.
func (b *book) want(status int, method, path, body string, headers ...string) answer {
	b.t.Helper()
	out := b.ask(method, path, body, headers...)
	if out.status != status {
		b.t.Fatalf("%s %s: %d, want %d\n%.2000s", method, path, out.status, status, out.body)
	}
	return out
}

// multistatus is what reports and PROPFIND answer.
type multistatus struct {
	Response []struct {
		Href     string `xml:"href"`
		Status   string `xml:"status"`
		Propstat []struct {
			Status string `xml:"status"`
			Prop   struct {
				Etag string `xml:"getetag"`
				Data string `xml:"address-data"`
				Home struct {
					Href string `xml:"href"`
				} `xml:"addressbook-home-set"`
				Principal struct {
					Href string `xml:"href"`
				} `xml:"current-user-principal"`
				Type struct {
					Book *struct{} `xml:"addressbook"`
				} `xml:"resourcetype"`
				Name string `xml:"displayname"`
				Tag  string `xml:"getctag"`
				Sync string `xml:"sync-token"`
			} `xml:"prop"`
		} `xml:"propstat"`
	} `xml:"response"`
	Token string `xml:"sync-token"`
}

func (b *book) multi(method, path, body string, headers ...string) multistatus {
	b.t.Helper()
	got := b.want(http.StatusMultiStatus, method, path, body, headers...)
	var out multistatus
	if err := xml.Unmarshal([]byte(got.body), &out); err != nil {
		b.t.Fatalf("%v\n%s", err, got.body)
	}
	return out
}

// told is what a sync told: the state of each card, "" for one that is gone.
func (b *book) sync(token string) (told map[string]string, next string) {
	b.t.Helper()
	m := b.multi("REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+token+
		`</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`)
	told = map[string]string{}
	for _, r := range m.Response {
		if strings.Contains(r.Status, "404") {
			told[r.Href] = ""
			continue
		}
		told[r.Href] = r.Propstat[0].Prop.Etag
	}
	return told, m.Token
}

// get returns a card, its lines unfolded, and its state.
func (b *book) get(href string) (text, etag string) {
	b.t.Helper()
	got := b.want(http.StatusOK, http.MethodGet, href, "")
	return strings.ReplaceAll(strings.ReplaceAll(got.body, "\r\n ", ""), "\r\n", "\n"), got.header.Get("ETag")
}

// add keeps somebody in the space of the book.
func (b *book) add(p people.NewPerson) people.Person {
	b.t.Helper()
	ctx := context.Background()
	v := b.v
	v.Now = time.Now()
	key, err := b.app.Network.AddPerson(ctx, v, p)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := b.app.Network.Person(ctx, b.app.DB, v, key)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// member brings somebody in who is a member of the space too.
func (b *book) member(name, address string) op.Viewer {
	b.t.Helper()
	ctx := context.Background()
	link, err := b.app.Account.Invite(ctx, b.v, op.Member)
	if err != nil {
		b.t.Fatal(err)
	}
	session, err := b.app.Account.Accept(ctx, link, name, address, "a long password of "+name, "test")
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := b.app.Account.Session(ctx, session)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func named(name string, identifiers ...string) people.NewPerson {
	p := people.NewPerson{Person: people.Person{Name: name}}
	for _, value := range identifiers {
		p.Identifiers = append(p.Identifiers, people.IdentifierOf(value))
	}
	return p
}

func (b *book) href(p people.Person) string { return b.path + p.ID.String() + ".vcf" }

// apple is what a telephone makes of the card of somebody.
const apple = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 18.0//EN\r\nN:de Vries;Anna;;;\r\n" +
	"FN:Anna de Vries\r\nORG:De Halm;Verkoop\r\nTITLE:directeur\r\n" +
	"EMAIL;type=INTERNET;type=HOME;type=pref:anna@example.org\r\n" +
	"item1.EMAIL;type=INTERNET:a.devries@halm.example\r\nitem1.X-ABLabel:_$!<Work>!$_\r\n" +
	"item2.X-ABRELATEDNAMES;type=pref:Jan\r\nitem2.X-ABLabel:_$!<Spouse>!$_\r\n" +
	"X-CUSTOM;X-P=\"a:b;c\":w\\\\aarde\\, en meer\r\nTEL;type=CELL;type=VOICE:+31 6 12345678\r\n" +
	"BDAY;value=date;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\nNOTE:eigen\\, notitie\\nregel twee\r\n" +
	"X-SOCIALPROFILE;type=linkedin;x-user=anna:http://www.linkedin.com/in/anna\r\nUID:%s\r\n" +
	"REV:2026-11-30T10:00:00Z\r\nEND:VCARD\r\n"

func TestDeviceFindsItsBook(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		b.add(named("Bob"))
		if got := b.want(http.StatusMovedPermanently, "PROPFIND", "/.well-known/carddav", ""); got.header.Get(
			"Location") != "/carddav/" {
			t.Errorf("the well-known address leads to %q", got.header.Get("Location"))
		}
		const ask = `<propfind xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/">
			<prop><current-user-principal/><c:addressbook-home-set/><resourcetype/><displayname/><s:getctag/><sync-token/>
			<x xmlns="urn:none"/></prop></propfind>`
		principal := b.multi("PROPFIND", "/carddav/", ask, "Depth", "0").Response[0].Propstat[0].Prop.Principal.Href
		home := b.multi("PROPFIND", principal, ask, "Depth", "0").Response[0].Propstat[0].Prop.Home.Href
		books := b.multi("PROPFIND", home, ask, "Depth", "1")
		if len(books.Response) != 2 || books.Response[1].Href != b.path ||
			books.Response[1].Propstat[0].Prop.Type.Book == nil || books.Response[1].Propstat[0].Prop.Tag == "" {
			t.Fatalf("%+v", books)
		}
		if !strings.Contains(books.Response[1].Propstat[1].Status, "404") {
			t.Errorf("an unknown property: %+v", books.Response[1].Propstat[1])
		}
		cards := b.multi("PROPFIND", b.path, ask, "Depth", "1")
		if len(cards.Response) != 2 {
			t.Fatalf("%+v", cards)
		}
		if again := b.multi("PROPFIND", b.path, "", "Depth", "0"); again.Response[0].Propstat[0].Prop.Tag !=
			books.Response[1].Propstat[0].Prop.Tag {
			t.Error("the tag changed, and nothing else")
		}
		b.want(http.StatusForbidden, "PROPFIND", b.path, "", "Depth", "infinity")
		b.want(http.StatusMultiStatus, "PROPPATCH", b.path, `<propertyupdate xmlns="DAV:"><set><prop><displayname>x`+
			`</displayname></prop></set></propertyupdate>`)
		options := b.want(http.StatusOK, http.MethodOptions, b.path, "")
		if !strings.Contains(options.header.Get("DAV"), "addressbook") {
			t.Error("OPTIONS does not say addressbook")
		}
		for _, path := range []string{
			"/carddav/" + id.New().String() + "/", b.path + "a/b.vcf", b.path + "..%2f..", b.path + "%00.vcf",
			"/carddav/" + b.v.Member.String() + "/books/" + id.New().String() + "/",
		} {
			if got := b.ask("PROPFIND", path, "", "Depth", "0"); got.status != 404 && got.status != 400 {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		b.want(http.StatusBadRequest, "PROPFIND", b.path, `<!DOCTYPE a [<!ENTITY b "c">]><propfind xmlns="DAV:"/>`,
			"Depth", "0")
	})
}

func TestPasswordOfADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		whole := b.password
		typed := strings.ToUpper(strings.ReplaceAll(whole, "-", " "))
		b.password = typed
		b.want(http.StatusMultiStatus, "PROPFIND", b.path, "", "Depth", "0")
		// It opens contacts, and nothing else.
		r, _ := http.NewRequest(http.MethodGet, b.web+"/api/v1/people", nil)
		r.Header.Set("Authorization", "Bearer "+whole)
		if w, err := http.DefaultClient.Do(r); err != nil || w.StatusCode != http.StatusUnauthorized {
			t.Errorf("the API with the password of a device: %v %v", w.StatusCode, err)
		}
		for _, path := range []string{"/feeds/" + whole + "/today.ics", "/feeds/" + whole + "/calendar.ics"} {
			b.want(http.StatusNotFound, http.MethodGet, path, "")
		}
		token, err := b.app.Account.NewToken(ctx, b.v, "all", 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "nonsense", token.Secret} {
			b.password = wrong
			got := b.want(http.StatusUnauthorized, "PROPFIND", b.path, "", "Depth", "0")
			if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
				t.Error("no challenge")
			}
		}
		about, err := b.app.Phone.Overview(ctx, b.v)
		if err != nil || len(about.Devices) != 1 || about.Devices[0].Used == nil {
			t.Fatalf("%+v, %v", about, err)
		}
		b.password = "nonsense"
		limited := false
		for range 60 {
			limited = limited || b.ask("PROPFIND", b.path, "", "Depth", "0").status == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("wrong passwords are not limited")
		}
		b.password = whole // whoever has the right one is let in meanwhile
		b.want(http.StatusMultiStatus, "PROPFIND", b.path, "", "Depth", "0")
		if err := b.app.Phone.End(ctx, b.v, about.Devices[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := b.ask("PROPFIND", b.path, "", "Depth", "0"); got.status == http.StatusMultiStatus {
			t.Error("a password that was ended opens the book")
		}
	})
}

func TestCardOfSomebodyKnown(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		me := b.add(named("Ik", "ik@example.org"))
		if err := b.app.Account.SetPerson(ctx, b.v, me.ID); err != nil {
			t.Fatal(err)
		}
		b.v.Person, b.v.Now = me.ID, time.Now()
		anna := b.add(named("Anna van der Berg", "anna@example.org", "+31612345678", "linkedin.com/in/anna"))
		if _, err := b.app.Network.AddInteraction(ctx, b.v, tie.Interaction{
			Medium: tie.FaceToFace, Time: time.Now().AddDate(0, 0, -3).UnixMicro(),
		}, []people.Person{anna}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.app.Goodwill.Add(ctx, b.app.DB, b.v, goodwill.Fact{
			Person: people.Ref{ID: anna.ID, Name: anna.Name}, Kind: goodwill.Need, Body: "een huis in Utrecht",
		}); err != nil {
			t.Fatal(err)
		}
		// What is delicate is told on no screen.
		bob := b.add(named("Bob", "bob@example.org"))
		for _, f := range []goodwill.Fact{
			{Kind: goodwill.About, Body: "heeft borstkanker"},
			{Kind: goodwill.Need, Body: "een advocaat voor haar scheiding"},
		} {
			f.Person = people.Ref{ID: bob.ID, Name: bob.Name}
			if _, err := b.app.Goodwill.Add(ctx, b.app.DB, b.v, f); err != nil {
				t.Fatal(err)
			}
		}
		calendar, err := b.app.Phone.Calendar(ctx, b.v, "https://gave.example")
		if err != nil {
			t.Fatal(err)
		}
		card, _ := b.get(b.href(bob))
		for _, text := range []string{card, string(calendar)} {
			if strings.Contains(text, "kanker") || strings.Contains(text, "scheiding") {
				t.Errorf("what is delicate is told:\n%s", text)
			}
		}
		text, _ := b.get(b.href(anna))
		for _, want := range []string{
			"FN:Anna van der Berg\n", "N:van der Berg;Anna;;;\n", "EMAIL;TYPE=INTERNET:anna@example.org\n",
			"TEL:+31612345678\n", "URL:https://www.linkedin.com/in/anna\n", "UID:urn:uuid:" + anna.ID.String() + "\n",
			"NOTE:Gave › laatste contact ", " ‹\\nGave › zoekt een huis in Utrecht ‹\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	})
}

// What a device writes comes back with every line, and what Gave learns is laid over it.
func TestNothingOfACardIsLost(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		anna := b.add(named("Anna de Vries", "anna@example.org"))
		href := b.href(anna)
		_, etag := b.get(href)
		var face bytes.Buffer
		if err := jpeg.Encode(&face, image.NewGray(image.Rect(0, 0, 60, 60)), nil); err != nil {
			t.Fatal(err)
		}
		sent := strings.ReplaceAll(fmt.Sprintf(apple, "urn:uuid:"+anna.ID.String()), "REV:",
			"PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&60&60&x==;ENCODING=b;TYPE=JPEG:"+
				base64.StdEncoding.EncodeToString(face.Bytes())+"\r\nREV:")
		b.want(http.StatusNoContent, http.MethodPut, href, sent, "If-Match", etag)
		text, etag := b.get(href)
		if want := strings.ReplaceAll(sent, "\r\n", "\n"); text != want {
			t.Fatalf("got\n%s\nwant\n%s", text, want)
		}
		v := b.v
		v.Now = time.Now()
		p, err := b.app.Network.Person(ctx, b.app.DB, v, anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		d, err := b.app.Network.Detail(ctx, v, p)
		if err != nil {
			t.Fatal(err)
		}
		if d.Photo == 0 {
			t.Error("the photo is not in Gave")
		}
		if d.Organisation != "De Halm" || d.Role != "directeur" ||
			!slices.Contains(d.Emails, "a.devries@halm.example") ||
			!slices.Contains(d.Phones, "+31612345678") || !slices.Contains(d.Links, "https://www.linkedin.com/in/anna") ||
			len(d.Notes) != 1 || d.Notes[0].Body != "eigen, notitie\nregel twee" || len(d.Dates) != 1 ||
			d.Dates[0].Month != 2 || d.Dates[0].Day != 29 || d.Dates[0].Year != 0 {
			t.Errorf("%+v", d)
		}
		// Gave learns something: a new address and another role; an address goes.
		if err := b.app.Network.AddIdentifier(ctx, v, p, people.IdentifierOf("anna@nieuw.example")); err != nil {
			t.Fatal(err)
		}
		if err := b.app.Network.RemoveIdentifier(ctx, v, p,
			people.IdentifierOf("a.devries@halm.example")); err != nil {
			t.Fatal(err)
		}
		if err := b.app.Network.EditPerson(ctx, v, p, people.Change{"role": "bakker"}); err != nil {
			t.Fatal(err)
		}
		text, _ = b.get(href)
		want := strings.NewReplacer("\r\n", "\n", "item1.EMAIL;type=INTERNET:a.devries@halm.example\r\n", "",
			"item1.X-ABLabel:_$!<Work>!$_\r\n", "", "TITLE:directeur", "TITLE:bakker",
			"END:VCARD\r\n", "EMAIL;TYPE=INTERNET:anna@nieuw.example\nEND:VCARD\n").Replace(sent)
		if text != want {
			t.Fatalf("got\n%s\nwant\n%s", text, want)
		}
		// The device still has the state before, and edits: nothing is lost.
		b.want(http.StatusPreconditionFailed, http.MethodPut, href, sent, "If-Match", etag)
		if again, _ := b.get(href); again != text {
			t.Error("what was refused changed something")
		}
	})
}

func TestConditionsOfADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		href := b.path + "een%20%C3%A9%40.vcf" // "een é@.vcf"
		sent := fmt.Sprintf(apple, "U-1")
		b.want(http.StatusPreconditionFailed, http.MethodPut, href, sent, "If-Match", "*")
		b.want(http.StatusPreconditionFailed, http.MethodPut, href, sent, "If-Match", `"x"`)
		b.want(http.StatusCreated, http.MethodPut, href, sent, "If-None-Match", "*")
		b.want(http.StatusPreconditionFailed, http.MethodPut, href, sent, "If-None-Match", "*")
		text, etag := b.get(href)
		if text != strings.ReplaceAll(sent, "\r\n", "\n") {
			t.Errorf("got\n%s", text)
		}
		b.want(http.StatusNotModified, http.MethodGet, href, "", "If-None-Match", etag)
		b.want(http.StatusNoContent, http.MethodPut, href, strings.ReplaceAll(sent, "directeur", "baas"), "If-Match",
			`"x", `+etag)
		b.want(http.StatusPreconditionFailed, http.MethodPut, href, sent, "If-Match", etag)
		b.want(http.StatusNoContent, http.MethodPut, href, sent, "If-Match", "*")
		// Another UID, there or elsewhere.
		conflict := b.want(http.StatusConflict, http.MethodPut, href, fmt.Sprintf(apple, "U-2"))
		if !strings.Contains(conflict.body, "no-uid-conflict") || !strings.Contains(conflict.body, "een%20") {
			t.Errorf("%s", conflict.body)
		}
		b.want(http.StatusConflict, http.MethodPut, b.path+"other.vcf", sent)
		for _, bad := range []string{
			"", "BEGIN:VCARD", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:9\r\nEND:VCARD\r\n", sent + sent, "\xff\xfe",
			strings.ReplaceAll(sent, "UID:U-1\r\n", ""), strings.ReplaceAll(sent, "VERSION:3.0", "VERSION:2.1"),
		} {
			got := b.want(http.StatusForbidden, http.MethodPut, b.path+"bad.vcf", bad)
			if !strings.Contains(got.body, "valid-address-data") {
				t.Errorf("%s", got.body)
			}
		}
		large := strings.ReplaceAll(sent, "X-CUSTOM", "X-LARGE:"+strings.Repeat("x", 10<<20)+"\r\nX-CUSTOM")
		if got := b.ask(http.MethodPut, b.path+"large.vcf", large); got.status != http.StatusRequestEntityTooLarge ||
			!strings.Contains(got.body, "max-resource-size") {
			t.Errorf("10 MB: %d %s", got.status, got.body)
		}
		two := strings.ReplaceAll(fmt.Sprintf(apple, "U-3"), "X-CUSTOM", "X-LARGE:"+strings.Repeat("x", 2<<20)+
			"\r\nX-CUSTOM")
		two = strings.ReplaceAll(two, "anna", "berta")
		b.want(http.StatusCreated, http.MethodPut, b.path+"large.vcf", two)
		if text, _ := b.get(b.path + "large.vcf"); text != strings.ReplaceAll(two, "\r\n", "\n") {
			t.Error("a card of 2 MB is not kept")
		}
		b.want(http.StatusForbidden, http.MethodPut, b.path+"x.vcf", sent, "Content-Type", "text/calendar")
		b.want(http.StatusMethodNotAllowed, http.MethodPut, b.path, sent)
		b.want(http.StatusMethodNotAllowed, "MKCOL", b.path+"x", "")
	})
}

// Of two devices that edit one card at once, one does.
func TestTwoDevicesAtOnce(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		anna := b.add(named("Anna de Vries"))
		_, etag := b.get(b.href(anna))
		var group sync.WaitGroup
		statuses := make([]int, 6)
		for i := range statuses {
			group.Go(func() {
				sent := strings.ReplaceAll(fmt.Sprintf(apple, "urn:uuid:"+anna.ID.String()), "directeur",
					fmt.Sprint("rol", i))
				statuses[i] = b.ask(http.MethodPut, b.href(anna), sent, "If-Match", etag).status
			})
		}
		group.Wait()
		slices.Sort(statuses)
		if want := []int{204, 412, 412, 412, 412, 412}; !slices.Equal(statuses, want) {
			t.Errorf("%v, want %v", statuses, want)
		}
	})
}

func TestSyncOfADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		anna, bob, carla := b.add(named("Anna", "anna@example.org")), b.add(named("Bob")), b.add(named("Carla"))
		told, token := b.sync("")
		if len(told) != 3 {
			t.Fatalf("%v", told)
		}
		if again, same := b.sync(token); len(again) != 0 || same != token {
			t.Errorf("nothing changed: %v", again)
		}
		v := b.v
		v.Now = time.Now()
		if err := b.app.Network.EditPerson(ctx, v, bob, people.Change{"place": "Delft"}); err != nil {
			t.Fatal(err)
		}
		dirk := b.add(named("Dirk"))
		told, next := b.sync(token)
		if len(told) != 2 || told[b.href(bob)] == "" || told[b.href(dirk)] == "" {
			t.Fatalf("%v", told)
		}
		// A merge, an erasure and a deletion on a device.
		if _, err := b.app.Network.Merge(ctx, v, anna.ID, carla.ID); err != nil {
			t.Fatal(err)
		}
		b.want(http.StatusNoContent, http.MethodDelete, b.href(dirk), "", "If-Match", told[b.href(dirk)])
		b.want(http.StatusNotFound, http.MethodDelete, b.href(dirk), "")
		if _, err := b.app.Erase.Erase(ctx, v, bob, false); err != nil {
			t.Fatal(err)
		}
		told, last := b.sync(next)
		if len(told) != 3 || told[b.href(carla)] != "" || told[b.href(bob)] != "" || told[b.href(dirk)] != "" {
			t.Errorf("%v", told)
		}
		if whole, _ := b.sync(""); len(whole) != 1 {
			t.Errorf("%v", whole)
		}
		// Who was deleted on a device is in the network still, and comes back.
		about, err := b.app.Phone.Overview(ctx, v)
		if err != nil || len(about.Left) != 1 || about.Left[0].ID != dirk.ID {
			t.Fatalf("%+v %v", about, err)
		}
		if err := b.app.Phone.Back(ctx, v, dirk); err != nil {
			t.Fatal(err)
		}
		if told, _ := b.sync(last); len(told) != 1 || told[b.href(dirk)] == "" {
			t.Errorf("%v", told)
		}
		for _, bad := range []string{"nonsense", "urn:gave:sync:x:1", token + "9", "urn:gave:sync:"} {
			got := b.want(http.StatusForbidden, "REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+bad+
				`</sync-token><prop><getetag/></prop></sync-collection>`)
			if !strings.Contains(got.body, "valid-sync-token") {
				t.Errorf("%s: %s", bad, got.body)
			}
		}
		// What went half a year ago is forgotten, and a device that was away longer begins anew.
		if err := b.app.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `update phone_name set gone = 1 where gone > 0`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b.add(named("Eva"))
		b.sync("")
		b.want(http.StatusForbidden, "REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+token+
			`</sync-token><prop><getetag/></prop></sync-collection>`)
	})
}

func TestSyncInParts(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		for i := range 7 {
			b.add(named(fmt.Sprint("Persoon ", i)))
		}
		seen := map[string]bool{}
		token := ""
		for range 10 {
			m := b.multi("REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+token+
				`</sync-token><limit><nresults>3</nresults></limit><prop><getetag/></prop></sync-collection>`)
			more := false
			for _, r := range m.Response {
				if strings.Contains(r.Status, "507") {
					more = true
				} else {
					seen[r.Href] = true
				}
			}
			if token = m.Token; !more {
				break
			}
		}
		if len(seen) != 7 {
			t.Errorf("%d cards", len(seen))
		}
	})
}

func TestReportsOfABook(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		anna, bob := b.add(named("Anna", "anna@example.org")), b.add(named("Bob"))
		const c = `xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns="DAV:"`
		m := b.multi("REPORT", b.path, `<c:addressbook-multiget `+c+`><prop><getetag/><c:address-data/></prop><href>`+
			b.href(anna)+`</href><href>`+strings.ReplaceAll(b.href(bob), "-", "%2D")+`</href><href>/other</href><href>`+
			b.path+`none.vcf</href><href>%zz</href></c:addressbook-multiget>`)
		if len(m.Response) != 5 {
			t.Fatalf("%+v", m)
		}
		whole, gone := 0, 0
		for _, r := range m.Response {
			switch {
			case strings.Contains(r.Status, "404"):
				gone++
			case strings.Contains(r.Propstat[0].Prop.Data, "BEGIN:VCARD"):
				whole++
			}
		}
		if whole != 2 || gone != 3 {
			t.Errorf("%d cards, %d gone", whole, gone)
		}
		query := func(filter string) []string {
			m := b.multi("REPORT", b.path, `<c:addressbook-query `+c+`><prop><getetag/><c:address-data>`+
				`<c:prop name="FN"/></c:address-data></prop>`+filter+`</c:addressbook-query>`, "Depth", "1")
			var out []string
			for _, r := range m.Response {
				out = append(out, regexp.MustCompile(`FN:(\w+)`).FindStringSubmatch(r.Propstat[0].Prop.Data)[1])
			}
			slices.Sort(out)
			return out
		}
		if got := query(`<c:filter><c:prop-filter name="EMAIL"><c:text-match>ANNA@</c:text-match></c:prop-filter>` +
			`</c:filter>`); !slices.Equal(got, []string{"Anna"}) {
			t.Errorf("%v", got)
		}
		if got := query(``); !slices.Equal(got, []string{"Anna", "Bob"}) {
			t.Errorf("%v", got)
		}
		b.want(http.StatusForbidden, "REPORT", b.path, `<c:addressbook-query `+c+`><c:filter><c:prop-filter name="FN">`+
			`<c:text-match collation="i;other">x</c:text-match></c:prop-filter></c:filter></c:addressbook-query>`)
	})
}

// A group that a device makes is nobody; it is kept as it came, and can be deleted.
func TestGroupsOfADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		group := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Koor\r\nN:Koor;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n" +
			"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\nUID:G\r\nEND:VCARD\r\n"
		got := b.want(http.StatusCreated, http.MethodPut, b.path+"g.vcf", group)
		if got.header.Get("ETag") == "" {
			t.Error("what is kept to the byte has an etag at once")
		}
		text, etag := b.get(b.path + "g.vcf")
		if text != strings.ReplaceAll(group, "\r\n", "\n") || etag != got.header.Get("ETag") {
			t.Errorf("%s", text)
		}
		list, err := b.app.Network.People(context.Background(), b.v, people.PeopleQuery{})
		if err != nil || len(list.People) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		b.want(http.StatusNoContent, http.MethodDelete, b.path+"g.vcf", "")
		b.want(http.StatusNotFound, http.MethodGet, b.path+"g.vcf", "")
	})
}

// Each member has the people whom they may see, and nobody's private notes but their own.
func TestBooksOfTwoMembers(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		other := b.member("Bea", "bea@example.org")
		theirs := deviceOf(t, b.app, b.web, other)
		secret := b.add(named("Geheim", "geheim@example.org"))
		shared := b.add(named("Gedeeld", "gedeeld@example.org"))
		v := b.v
		v.Now = time.Now()
		if err := b.app.Network.Share(ctx, v, shared, scope.Space); err != nil {
			t.Fatal(err)
		}
		sent := strings.NewReplacer("anna@example.org", "gedeeld@example.org", "FN:Anna de Vries", "FN:Gedeeld").
			Replace(fmt.Sprintf(apple, "urn:uuid:"+shared.ID.String()))
		b.want(http.StatusNoContent, http.MethodPut, b.href(shared), sent)
		theirs.want(http.StatusNotFound, http.MethodGet, theirs.href(secret), "")
		theirs.want(http.StatusNotFound, http.MethodGet, b.href(shared), "") // the book of another
		text, etag := theirs.get(theirs.href(shared))
		if strings.Contains(text, "notitie") || strings.Contains(text, "X-CUSTOM") || strings.Contains(text, "Jan") {
			t.Errorf("what one wrote on a device is in the book of another:\n%s", text)
		}
		// Who does not keep the person has an own card, and changes nothing for others.
		mine := strings.ReplaceAll(text, "FN:Gedeeld", "X-MINE:yes\nFN:Anders")
		mine = strings.ReplaceAll(mine, "END:", "NOTE:van Bea\nEND:")
		theirs.want(http.StatusNoContent, http.MethodPut, theirs.href(shared), mine, "If-Match", etag)
		if text, _ := theirs.get(theirs.href(shared)); !strings.Contains(text, "X-MINE:yes\nFN:Anders") ||
			!strings.Contains(text, "van Bea") {
			t.Errorf("%s", text)
		}
		if text, _ := b.get(b.href(shared)); strings.Contains(text, "Bea") || !strings.Contains(text, "FN:Gedeeld") {
			t.Errorf("%s", text)
		}
		// Who is a member no more has no book.
		if err := b.app.Account.RemoveMember(ctx, v, other.Member); err != nil {
			t.Fatal(err)
		}
		theirs.want(http.StatusUnauthorized, "PROPFIND", theirs.path, "", "Depth", "0")
	})
}

// Of who died nothing is told, and no telephone congratulates them; their card stays.
func TestCardOfWhoDied(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		anna := b.add(people.NewPerson{
			Person: people.Person{Name: "Anna"},
			Dates:  []people.ImportantDate{{Kind: "birthday", Year: 1950, Month: 5, Day: 3}},
		})
		v := b.v
		v.Now = time.Now()
		if text, _ := b.get(b.href(anna)); !strings.Contains(text, "BDAY;VALUE=date:1950-05-03") {
			t.Errorf("%s", text)
		}
		if err := b.app.Network.SetDate(ctx, v, anna, people.ImportantDate{
			Kind: "overleden", Year: 2026, Month: 1, Day: 2,
		}); err != nil {
			t.Fatal(err)
		}
		if text, _ := b.get(b.href(anna)); strings.Contains(text, "BDAY") || strings.Contains(text, "Gave ›") ||
			!strings.Contains(text, "FN:Anna") {
			t.Errorf("%s", text)
		}
		calendar, err := b.app.Phone.Calendar(ctx, v, "https://gave.example")
		if err != nil || strings.Contains(string(calendar), "Anna") {
			t.Errorf("%v\n%s", err, calendar)
		}
	})
}

// Whom a device deletes and sends again is the one who was there.
func TestWhoComesBackOnADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		href := b.path + "a.vcf"
		sent := fmt.Sprintf(apple, "U-1")
		b.want(http.StatusCreated, http.MethodPut, href, sent)
		b.want(http.StatusNoContent, http.MethodDelete, href, "")
		b.want(http.StatusNotFound, http.MethodGet, href, "")
		b.want(http.StatusCreated, http.MethodPut, b.path+"b.vcf", strings.ReplaceAll(sent, "directeur", "baas"))
		list, err := b.app.Network.People(context.Background(), b.v, people.PeopleQuery{})
		if err != nil || len(list.People) != 1 || list.People[0].Role != "baas" {
			t.Errorf("%+v %v", list, err)
		}
		if told, _ := b.sync(""); len(told) != 1 || told[b.path+"b.vcf"] == "" {
			t.Errorf("%v", told)
		}
	})
}

func TestCalendarOfAMember(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		b.add(people.NewPerson{
			Person: people.Person{Name: "Anna; Schrikkel"},
			Dates:  []people.ImportantDate{{Kind: "birthday", Month: 2, Day: 29}},
		})
		out, err := b.app.Operations.Call(ctx, b.v, "phone.calendar", phone.NameInput{Name: "thuis"})
		if err != nil {
			t.Fatal(err)
		}
		path := out.(interface{ Text(*locale.Printer) string }).Text(b.v.Printer())
		path, _, _ = strings.Cut(path, "\n")
		b.password = ""
		got := b.want(http.StatusOK, http.MethodGet, path, "")
		if !strings.Contains(got.body, "RRULE:FREQ=YEARLY;BYYEARDAY=60") ||
			!strings.Contains(got.body, "DTSTART;VALUE=DATE:20000229") ||
			!strings.Contains(got.body, `SUMMARY:Verjaardag van Anna\; Schrikkel`) {
			t.Errorf("%s", got.body)
		}
		b.want(http.StatusNotModified, http.MethodGet, path, "", "If-None-Match", got.header.Get("ETag"))
		b.want(http.StatusNotFound, http.MethodGet, strings.ReplaceAll(path, "calendar.ics", "today.ics"), "")
		secret, _ := url.PathUnescape(strings.Split(path, "/")[2])
		b.want(http.StatusUnauthorized, http.MethodGet, "/api/v1/today", "", "Authorization", "Bearer "+secret)
		about, err := b.app.Phone.Overview(ctx, b.v)
		if err != nil || len(about.Links) != 1 {
			t.Fatalf("%+v %v", about, err)
		}
		if err := b.app.Phone.End(ctx, b.v, about.Links[0].ID); err != nil {
			t.Fatal(err)
		}
		b.want(http.StatusNotFound, http.MethodGet, path, "")
	})
}

// Two who are found to be one have one card, with what a device wrote of either; and two again when that is undone.
func TestCardsOfWhoAreOne(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		first := strings.ReplaceAll(fmt.Sprintf(apple, "U-1"), "X-CUSTOM", "X-FIRST:1\r\nX-CUSTOM")
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", first)
		second := "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:U-2\r\nFN:A. de Vries\r\nitem1.X-SECOND:2\r\n" +
			"item1.X-ABLabel:twee\r\nEMAIL:anna@example.org\r\nTEL;VALUE=uri:tel:+31-20-1234567\r\nEND:VCARD\r\n"
		b.want(http.StatusCreated, http.MethodPut, b.path+"b.vcf", second)
		// The address is that of the first: the card keeps it, and Gave leaves it where it is.
		if text, _ := b.get(b.path + "b.vcf"); text != strings.ReplaceAll(second, "\r\n", "\n") {
			t.Errorf("%s", text)
		}
		v := b.v
		v.Now = time.Now()
		one, err := b.app.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		list, err := b.app.Network.People(ctx, v, people.PeopleQuery{Query: "vries"})
		if err != nil || len(list.People) != 2 {
			t.Fatalf("%+v %v", list, err)
		}
		other := list.People[0].ID
		if other == one.ID {
			other = list.People[1].ID
		}
		merge, err := b.app.Network.Merge(ctx, v, one.ID, other)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := b.get(b.path + "a.vcf")
		for _, want := range []string{"X-FIRST:1\n", "X-SECOND:2\n", ".X-ABLabel:twee\n", "+31201234567", "UID:U-1\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		b.want(http.StatusNotFound, http.MethodGet, b.path+"b.vcf", "")
		if err := b.app.Network.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		if text, _ := b.get(b.path + "b.vcf"); text != strings.ReplaceAll(second, "\r\n", "\n") {
			t.Errorf("%s", text)
		}
		if text, _ := b.get(b.path + "a.vcf"); text != strings.ReplaceAll(first, "\r\n", "\n") {
			t.Errorf("%s", text)
		}
	})
}

// That Gave tells something else in the note is no conflict: a device edits no such lines.
func TestWhatGaveTellsIsNoConflict(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		anna := b.add(named("Anna"))
		b.v.Now = time.Now()
		text, before := b.get(b.href(anna))
		_, token := b.sync("")
		if _, err := b.app.Goodwill.Add(ctx, b.app.DB, b.v, goodwill.Fact{
			Person: people.Ref{ID: anna.ID, Name: anna.Name}, Kind: goodwill.Need, Body: "een huis in Utrecht",
		}); err != nil {
			t.Fatal(err)
		}
		if told, _ := b.sync(token); len(told) != 1 || told[b.href(anna)] == before {
			t.Errorf("a device hears nothing of it: %v", told)
		}
		b.want(http.StatusNoContent, http.MethodPut, b.href(anna), strings.ReplaceAll(text, "END:", "X-A:1\nEND:"),
			"If-Match", before)
		if now, _ := b.get(b.href(anna)); !strings.Contains(now, "X-A:1\n") || !strings.Contains(now, "Utrecht") {
			t.Errorf("%s", now)
		}
	})
}

// plainer writes a card as DAVx⁵ does: it leaves out that the UID is a URN.
func plainer(card string) string { return strings.ReplaceAll(card, "UID:urn:uuid:", "UID:") }

// A device that writes the UID without "urn:uuid:" edits, deletes and sends again; others see the UID that there was.
func TestDeviceThatShortensUIDs(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		anna := b.add(named("Anna de Vries"))
		href := b.href(anna)
		text, etag := b.get(href)
		b.want(http.StatusNoContent, http.MethodPut, href,
			plainer(strings.ReplaceAll(text, "END:", "TITLE:baas\nEND:")), "If-Match", etag)
		text, etag = b.get(href)
		if !strings.Contains(text, "UID:urn:uuid:"+anna.ID.String()+"\n") || !strings.Contains(text, "TITLE:baas\n") {
			t.Errorf("%s", text)
		}
		b.want(http.StatusConflict, http.MethodPut, b.path+"other.vcf", plainer(text))
		b.want(http.StatusNoContent, http.MethodDelete, href, "", "If-Match", etag)
		b.want(http.StatusCreated, http.MethodPut, b.path+"again.vcf",
			plainer(strings.ReplaceAll(text, "TITLE:baas", "TITLE:bakker")))
		list, err := b.app.Network.People(context.Background(), b.v, people.PeopleQuery{})
		if err != nil || len(list.People) != 1 || list.People[0].ID != anna.ID || list.People[0].Role != "bakker" {
			t.Errorf("%+v %v", list, err)
		}
		if text, _ = b.get(b.path + "again.vcf"); !strings.Contains(text, "UID:urn:uuid:"+anna.ID.String()+"\n") {
			t.Errorf("%s", text)
		}
	})
}

// What somebody writes behind or in a line of Gave's stays, and a line that Gave told earlier goes.
func TestNoteAroundWhatGaveTells(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		anna := b.add(named("Anna"))
		b.v.Now = time.Now()
		tell := func(body string) {
			t.Helper()
			if _, err := b.app.Goodwill.Add(ctx, b.app.DB, b.v, goodwill.Fact{
				Person: people.Ref{ID: anna.ID, Name: anna.Name}, Kind: goodwill.Need, Body: body,
			}); err != nil {
				t.Fatal(err)
			}
			b.v.Now = b.v.Now.Add(time.Minute)
		}
		put := func(card, etag string) (text, now string) {
			t.Helper()
			b.want(http.StatusNoContent, http.MethodPut, b.href(anna), card, "If-Match", etag)
			return b.get(b.href(anna))
		}
		tell("een huis ‹ in\nUtrecht")
		text, etag := b.get(b.href(anna))
		if !strings.Contains(text, "NOTE:Gave › zoekt een huis in Utrecht ‹\n") {
			t.Fatalf("%s", text)
		}
		tell("een fiets")
		text, etag = put(strings.ReplaceAll(text, " ‹", " ‹ is jarig"), etag)
		if !strings.Contains(text, "NOTE:is jarig\\n\\nGave › zoekt een fiets ‹\n") {
			t.Fatalf("%s", text)
		}
		text, _ = put(strings.ReplaceAll(text, "fiets", "rode fiets"), etag)
		if !strings.Contains(text, "NOTE:is jarig\\n\\nGave › zoekt een rode fiets ‹\\n\\nGave › zoekt een fiets ‹\n") {
			t.Errorf("%s", text)
		}
	})
}

// Of two who are found to be one, only the one who was absorbed has a card: it can be edited, deleted and sent again,
// and is theirs when that is undone.
func TestCardOfWhoWasAbsorbed(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		sent := fmt.Sprintf(apple, "U-1")
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", sent)
		v := b.v
		v.Now = time.Now()
		one, err := b.app.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		bob := b.add(named("Annie"))
		merge, err := b.app.Network.Merge(ctx, v, bob.ID, one.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.sync("")
		text, etag := b.get(b.path + "a.vcf")
		edited := strings.ReplaceAll(text, "X-CUSTOM", "X-MORE:1\nX-CUSTOM")
		b.want(http.StatusNoContent, http.MethodPut, b.path+"a.vcf", edited, "If-Match", etag)
		b.want(http.StatusNoContent, http.MethodDelete, b.path+"a.vcf", "")
		b.want(http.StatusCreated, http.MethodPut, b.path+"b.vcf", edited)
		if told, _ := b.sync(""); len(told) != 1 || told[b.path+"b.vcf"] == "" {
			t.Errorf("%v", told)
		}
		if err := b.app.Network.UndoMerge(ctx, v, merge); err != nil {
			t.Fatal(err)
		}
		if text, _ := b.get(b.path + "b.vcf"); !strings.Contains(text, "X-MORE:1\n") {
			t.Errorf("%s", text)
		}
		if text, _ := b.get(b.href(bob)); !strings.Contains(text, "FN:Annie\n") || strings.Contains(text, "X-MORE") {
			t.Errorf("%s", text)
		}
	})
}

// A device that begins with nothing is told of everybody in parts, though something that went is forgotten.
func TestSyncInPartsWithForgottenDeletions(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		for i := range 7 {
			b.add(named(fmt.Sprint("Persoon ", i)))
		}
		gone := b.add(named("Weg"))
		_, away := b.sync("")
		b.want(http.StatusNoContent, http.MethodDelete, b.href(gone), "")
		if err := b.app.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `update phone_name set gone = 1 where gone > 0`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b.add(named("Eva"))
		seen, token := 0, ""
		for range 10 {
			m := b.multi("REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+token+
				`</sync-token><limit><nresults>3</nresults></limit><prop><getetag/></prop></sync-collection>`)
			token = m.Token
			if more := strings.Contains(m.Response[len(m.Response)-1].Status, "507"); !more {
				seen += len(m.Response)
				break
			}
			seen += len(m.Response) - 1
		}
		if seen != 8 {
			t.Errorf("%d cards", seen)
		}
		if again, _ := b.sync(token); len(again) != 0 {
			t.Errorf("%v", again)
		}
		b.want(http.StatusForbidden, "REPORT", b.path, `<sync-collection xmlns="DAV:"><sync-token>`+away+
			`</sync-token><prop><getetag/></prop></sync-collection>`)
	})
}

// A birthday that is shared stays so when a device corrects it; one that is not does not become so.
func TestSharedBirthdayOnADevice(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		other := b.member("Bea", "bea@example.org")
		theirs := deviceOf(t, b.app, b.web, other)
		v := b.v
		v.Now = time.Now()
		for _, seen := range []scope.Visibility{scope.Space, scope.Private} {
			anna := b.add(named("Anna " + seen.String()))
			if err := b.app.Network.Share(ctx, v, anna, scope.Space); err != nil {
				t.Fatal(err)
			}
			if err := b.app.Network.SetDate(ctx, v, anna, people.ImportantDate{
				Kind: "birthday", Year: 1970, Month: 5, Day: 3, Visibility: seen,
			}); err != nil {
				t.Fatal(err)
			}
			text, etag := b.get(b.href(anna))
			b.want(http.StatusNoContent, http.MethodPut, b.href(anna),
				strings.ReplaceAll(text, "1970-05-03", "1971-05-03"), "If-Match", etag)
			if text, _ := theirs.get(theirs.href(anna)); strings.Contains(text, "1971-05-03") != (seen == scope.Space) {
				t.Errorf("%s: %s", seen, text)
			}
		}
	})
}

// Who died and comes back on a device keeps the birthday in Gave, which the card that was given did not have.
func TestWhoDiedComesBack(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		sent := fmt.Sprintf(apple, "U-1")
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", sent)
		v := b.v
		v.Now = time.Now()
		anna, err := b.app.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if err := b.app.Network.SetDate(ctx, v, anna, people.ImportantDate{
			Kind: "overleden", Year: 2026, Month: 1, Day: 2,
		}); err != nil {
			t.Fatal(err)
		}
		text, _ := b.get(b.path + "a.vcf")
		if strings.Contains(text, "BDAY") {
			t.Fatalf("%s", text)
		}
		b.want(http.StatusNoContent, http.MethodDelete, b.path+"a.vcf", "")
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", text)
		days, err := b.app.Network.DaysOf(ctx, v, []id.ID{anna.ID}, "birthday")
		if err != nil || days[anna.ID].Day != 29 {
			t.Errorf("%+v %v", days, err)
		}
	})
}

// An anniversary is corrected and taken away where a telephone of Apple has it, and written where it looks.
func TestAnniversaryOfApple(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		sent := strings.ReplaceAll(fmt.Sprintf(apple, "U-1"), "X-CUSTOM",
			"item3.X-ABDATE;type=pref:2001-06-07\r\nitem3.X-ABLabel:_$!<Anniversary>!$_\r\n"+
				"item4.X-ABDATE:1999-01-02\r\nitem4.X-ABLabel:Diploma\r\nX-CUSTOM")
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", sent)
		if text, _ := b.get(b.path + "a.vcf"); text != strings.ReplaceAll(sent, "\r\n", "\n") {
			t.Fatalf("%s", text)
		}
		v := b.v
		v.Now = time.Now()
		anna, err := b.app.Network.Resolve(ctx, v, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		day := people.ImportantDate{Kind: "anniversary", Year: 2002, Month: 6, Day: 7}
		bob := b.add(named("Bob"))
		for _, p := range []people.Person{anna, bob} {
			if err := b.app.Network.SetDate(ctx, v, p, day); err != nil {
				t.Fatal(err)
			}
		}
		text, _ := b.get(b.path + "a.vcf")
		if !strings.Contains(text, "item3.X-ABDATE;VALUE=date:2002-06-07\nitem3.X-ABLabel:_$!<Anniversary>!$_\n") ||
			strings.Count(strings.ToUpper(text), "ANNIVERSARY") != 1 || !strings.Contains(text, "item4.X-ABDATE:1999") {
			t.Errorf("%s", text)
		}
		if text, _ := b.get(b.href(bob)); !strings.Contains(text,
			"item1.X-ABDate;VALUE=date:2002-06-07\nitem1.X-ABLabel:_$!<Anniversary>!$_\n") {
			t.Errorf("%s", text)
		}
		if err := b.app.Network.SetDate(ctx, v, anna, people.ImportantDate{
			Kind: "overleden", Year: 2026, Month: 1, Day: 2,
		}); err != nil {
			t.Fatal(err)
		}
		if text, _ := b.get(b.path + "a.vcf"); strings.Contains(text, "item3") ||
			!strings.Contains(text, "item4.X-ABDATE") || strings.Contains(text, "BDAY") {
			t.Errorf("%s", text)
		}
	})
}

// That somebody died is heeded when another member recorded it for all.
func TestWhoDiedAsAnotherMemberSays(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		theirs := deviceOf(t, b.app, b.web, b.member("Bea", "bea@example.org"))
		v := b.v
		v.Now = time.Now()
		anna := b.add(named("Anna"))
		if err := b.app.Network.Share(ctx, v, anna, scope.Space); err != nil {
			t.Fatal(err)
		}
		for _, day := range []people.ImportantDate{
			{Kind: "birthday", Year: 1950, Month: 5, Day: 3, Visibility: scope.Space},
			{Kind: "overleden", Year: 2026, Month: 1, Day: 2, Visibility: scope.Private},
			{Kind: "overleden", Year: 2026, Month: 1, Day: 2, Visibility: scope.Space},
		} {
			if err := b.app.Network.SetDate(ctx, v, anna, day); err != nil {
				t.Fatal(err)
			}
			text, _ := theirs.get(theirs.href(anna))
			alive := day.Kind == "birthday" || day.Visibility == scope.Private
			if told := strings.Contains(text, "BDAY"); told != alive {
				t.Errorf("%+v: %s", day, text)
			}
		}
	})
}
