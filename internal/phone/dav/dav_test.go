package dav_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"gave.network/internal/phone/dav"
	"gave.network/internal/text/vcard"
)

const query = `<?xml version="1.0"?><C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
<D:prop><D:getetag/><C:address-data><C:prop name="UID"/><C:prop name="fn"/></C:address-data></D:prop>
<C:filter test="anyof"><C:prop-filter name="FN"><C:text-match collation="i;unicode-casemap" match-type="starts-with"
>ANN</C:text-match></C:prop-filter><C:prop-filter name="EMAIL" test="allof"><C:param-filter name="TYPE"><C:text-match
match-type="equals">work</C:text-match></C:param-filter><C:text-match match-type="ends-with">example.org</C:text-match
></C:prop-filter></C:filter><C:limit><C:nresults>5</C:nresults></C:limit></C:addressbook-query>`

func cardOf(lines ...string) *vcard.Card {
	c := vcard.FromText(strings.Join(lines, "\n"))
	return &c
}

func TestQuery(t *testing.T) {
	report, err := dav.ReadReport(strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	if report.Kind != dav.Query || report.Limit != 5 || strings.Join(report.Props.Data, " ") != "UID FN" ||
		!report.Props.Has(dav.Name(dav.DAV, "getetag")) {
		t.Errorf("%+v", report)
	}
	for _, c := range []struct {
		card *vcard.Card
		want bool
	}{
		{cardOf("FN:Änna"), false},
		{cardOf("FN:anna de Vries"), true},
		{cardOf("FN:Bob", "EMAIL;TYPE=HOME,WORK:bob@Example.org"), true},
		{cardOf("FN:Bob", "EMAIL;TYPE=HOME:bob@example.org"), false},
		{cardOf("FN:Bob", "item1.EMAIL;TYPE=\"work\":bob@example.org"), true},
	} {
		if got := report.Filter.Wants(c.card); got != c.want {
			t.Errorf("%s: %v", c.card.Text(), got)
		}
	}
	if !(dav.Filter{}).Wants(cardOf("FN:x")) {
		t.Error("no filter wants all")
	}
}

func filterOf(t *testing.T, inner string) dav.Filter {
	t.Helper()
	report, err := dav.ReadReport(strings.NewReader(`<c:addressbook-query xmlns:c="` + dav.CardDAV + `"><c:filter ` +
		inner + `</c:filter></c:addressbook-query>`))
	if err != nil {
		t.Fatal(err)
	}
	return report.Filter
}

func TestFiltersOfAbsence(t *testing.T) {
	without := filterOf(t, `test="allof"><c:prop-filter name="NICKNAME"><c:is-not-defined/></c:prop-filter>`)
	negated := filterOf(t, `><c:prop-filter name="FN"><c:text-match negate-condition="yes">ann</c:text-match>`+
		`</c:prop-filter>`)
	there := filterOf(t, `><c:prop-filter name="item1.X-ABLABEL"/>`)
	for _, c := range []struct {
		filter dav.Filter
		card   *vcard.Card
		want   bool
	}{
		{without, cardOf("FN:Bob"), true},
		{without, cardOf("FN:Bob", "NICKNAME:B"), false},
		{negated, cardOf("FN:Bob"), true},
		{negated, cardOf("FN:Anna"), false},
		{there, cardOf("item1.X-ABLabel:x"), true},
		{there, cardOf("item2.X-ABLabel:x"), false},
	} {
		if got := c.filter.Wants(c.card); got != c.want {
			t.Errorf("%+v of %s: %v", c.filter, c.card.Text(), got)
		}
	}
}

// Bodies that are meant to hurt are refused.
func TestBodiesThatHurt(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` +
		`<d:propfind xmlns:d="DAV:"><d:prop><d:displayname>&b;</d:displayname></d:prop></d:propfind>`
	for name, body := range map[string]string{
		"entities":  bomb,
		"outside":   `<!DOCTYPE x SYSTEM "file:///etc/passwd"><d:propfind xmlns:d="DAV:"/>`,
		"undefined": `<d:propfind xmlns:d="DAV:">&b;</d:propfind>`,
		"deep":      strings.Repeat("<a>", 100_000),
		"deep whole": `<d:propfind xmlns:d="DAV:">` + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) +
			`</d:propfind>`,
		"many":      `<d:propfind xmlns:d="DAV:">` + strings.Repeat("<a/>", 250_000) + `</d:propfind>`,
		"remarks":   `<d:propfind xmlns:d="DAV:">` + strings.Repeat("<!---->", 1_100_000) + `</d:propfind>`,
		"long name": `<d:propfind xmlns:d="DAV:"><a xmlns="` + strings.Repeat("n", 1000) + `"/></d:propfind>`,
		"cut off":   `<d:propfind xmlns:d="DAV:"><d:prop>`,
		"two roots": `<d:propfind xmlns:d="DAV:"/><d:propfind xmlns:d="DAV:"/>`,
		"no xml":    "hello",
		"charset":   `<?xml version="1.0" encoding="UTF-7"?><d:propfind xmlns:d="DAV:"/>`,
	} {
		if _, err := dav.ReadPropfind(strings.NewReader(body)); !errors.Is(err, dav.ErrXML) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, "<p%d/>", i)
	}
	body := `<d:propfind xmlns:d="DAV:"><d:prop>` + many.String() + `</d:prop></d:propfind>`
	if _, err := dav.ReadPropfind(strings.NewReader(body)); !errors.Is(err, dav.ErrShape) {
		t.Errorf("many properties: %v", err)
	}
	same := `<d:propfind xmlns:d="DAV:"><d:prop>` + strings.Repeat("<d:getetag/>", 300) + `</d:prop></d:propfind>`
	if p, err := dav.ReadPropfind(strings.NewReader(same)); err != nil || len(p.List) != 1 {
		t.Errorf("one property, often: %+v, %v", p, err)
	}
	tests := `<c:addressbook-query xmlns:c="` + dav.CardDAV + `"><c:filter>` +
		strings.Repeat(`<c:prop-filter name="FN"/>`, 101) + `</c:filter></c:addressbook-query>`
	if _, err := dav.ReadReport(strings.NewReader(tests)); !errors.Is(err, dav.ErrFilter) {
		t.Errorf("many tests: %v", err)
	}
	if p, err := dav.ReadPropfind(strings.NewReader("")); err != nil || !p.All {
		t.Errorf("an empty body: %+v, %v", p, err)
	}
	if _, err := dav.ReadReport(strings.NewReader(`<x/>`)); !errors.Is(err, dav.ErrShape) {
		t.Errorf("an unknown report: %v", err)
	}
}

func TestAnswer(t *testing.T) {
	w := httptest.NewRecorder()
	a := dav.NewAnswer(w)
	a.Add("/a%20b", dav.Props{List: []xml.Name{
		dav.Name(dav.DAV, "displayname"), {Space: "urn:other<", Local: "thing"}, {Local: "bare"},
	}}, []dav.Property{dav.Text(dav.Name(dav.DAV, "displayname"), "Anna & <Bob>\x01")})
	a.Gone("/gone")
	a.Token("urn:x:1")
	if a.Begun() {
		t.Error("a short answer is held back")
	}
	if err := a.End(); err != nil {
		t.Fatal(err)
	}
	body := w.Body.String()
	decoder := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
	}
	for _, want := range []string{"Anna &amp; &lt;Bob&gt;", "404", "<d:sync-token>urn:x:1</d:sync-token>"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in %s", want, body)
		}
	}
}

// An answer of any length is on its way before it is whole, and a short one can still be another one.
func TestAnswerIsSentAsItGrows(t *testing.T) {
	w := httptest.NewRecorder()
	a := dav.NewAnswer(w)
	added := 0
	for range 10_000 {
		a.Add("/x", dav.Props{List: []xml.Name{dav.Name(dav.DAV, "getetag")}},
			[]dav.Property{dav.Text(dav.Name(dav.DAV, "getetag"), "x")})
		added += len("<d:response>")
		if held := 100_000; added > held && w.Body.Len() < added-held {
			t.Fatalf("%d bytes at least are held back", added-w.Body.Len())
		}
	}
	if !a.Begun() || a.End() != nil || strings.Count(w.Body.String(), "</d:response>") != 10_000 {
		t.Error("it is not whole")
	}
	broken := dav.NewAnswer(refusing{w})
	for range 10_000 {
		broken.Gone("/x")
	}
	if broken.Failed() == nil {
		t.Error("that nobody reads it any more is not told")
	}
}

// refusing is a connection that is gone.
type refusing struct{ *httptest.ResponseRecorder }

func (refusing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func FuzzReadReport(f *testing.F) {
	f.Add(query)
	f.Add(`<d:sync-collection xmlns:d="DAV:"><d:sync-token>x</d:sync-token><d:prop><d:getetag/></d:prop>` +
		`<d:limit><d:nresults>-1</d:nresults></d:limit></d:sync-collection>`)
	f.Add(`<c:addressbook-multiget xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:d="DAV:"><d:href>/a%2</d:href>` +
		`</c:addressbook-multiget>`)
	c := cardOf("FN:Anna", "item1.EMAIL;TYPE=HOME,\"a;b\":anna@example.org", "NOTE:x")
	f.Fuzz(func(t *testing.T, body string) {
		report, err := dav.ReadReport(strings.NewReader(body))
		if err != nil {
			return
		}
		report.Filter.Wants(c)
		for _, href := range report.Hrefs {
			dav.Path(href)
		}
		if report.Limit < 0 {
			t.Fatal("a limit below nothing")
		}
		w := httptest.NewRecorder()
		a := dav.NewAnswer(w)
		a.Add("/x", report.Props, nil)
		if err := a.End(); err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(w.Body)
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("the answer is not well-formed: %v\n%s", err, w.Body.String())
			}
		}
	})
}
