package server_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/people"
)

// What iOS, DAVx5 and Thunderbird ask in turn when they are told the name of the server, written after what they do.
func TestHowDevicesFindTheirBook(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		b.add(named("Bob"))
		const dead = ` xmlns:B="urn:ietf:params:xml:ns:carddav" xmlns:C="http://calendarserver.org/ns/" ` +
			`xmlns:E="http://me.com/_namespace/"`
		for _, device := range []struct{ name, first, principal, home, book string }{
			{
				"iOS",
				`<A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/><A:principal-URL/><A:resourcetype/>` +
					`</A:prop></A:propfind>`,
				`<A:propfind xmlns:A="DAV:"><A:prop><B:addressbook-home-set` + dead + `/><B:directory-gateway` + dead +
					`/><A:displayname/><C:email-address-set` + dead + `/><A:principal-collection-set/><A:principal-URL/>` +
					`<A:resource-id/><A:supported-report-set/></A:prop></A:propfind>`,
				`<A:propfind xmlns:A="DAV:"><A:prop><A:add-member/><E:bulk-requests` + dead + `/>` +
					`<A:current-user-privilege-set/><A:displayname/><B:max-image-size` + dead + `/><B:max-resource-size` +
					dead + `/><C:me-card` + dead + `/><A:owner/><C:push-transports` + dead + `/><C:pushkey` + dead + `/>` +
					`<A:quota-available-bytes/><A:quota-used-bytes/><A:resource-id/><A:resourcetype/>` +
					`<A:supported-report-set/><A:sync-token/></A:prop></A:propfind>`,
				`<A:propfind xmlns:A="DAV:"><A:prop><C:getctag` + dead + `/><A:sync-token/></A:prop></A:propfind>`,
			},
			{
				"DAVx5",
				`<propfind xmlns="DAV:" xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><resourcetype/><displayname/>` +
					`<CARD:addressbook-description/><CARD:addressbook-home-set/><current-user-principal/></prop></propfind>`,
				`<propfind xmlns="DAV:" xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><displayname/>` +
					`<CARD:addressbook-home-set/><group-membership/></prop></propfind>`,
				`<propfind xmlns="DAV:" xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><resourcetype/><displayname/>` +
					`<owner/><current-user-privilege-set/><CARD:addressbook-description/></prop></propfind>`,
				`<propfind xmlns="DAV:" xmlns:CARD="urn:ietf:params:xml:ns:carddav" ` +
					`xmlns:CS="http://calendarserver.org/ns/"><prop><CARD:max-resource-size/><CARD:supported-address-data/>` +
					`<supported-report-set/><CS:getctag/><sync-token/></prop></propfind>`,
			},
			{
				"Thunderbird",
				`<propfind xmlns="DAV:"` + dead + `><prop><resourcetype/><displayname/><current-user-principal/>` +
					`<current-user-privilege-set/></prop></propfind>`,
				`<propfind xmlns="DAV:"` + dead + `><prop><B:addressbook-home-set/></prop></propfind>`,
				`<propfind xmlns="DAV:"` + dead + `><prop><resourcetype/><displayname/><current-user-privilege-set/>` +
					`</prop></propfind>`,
				`<propfind xmlns="DAV:"` + dead + `><prop><displayname/><C:getctag/><sync-token/></prop></propfind>`,
			},
		} {
			moved := b.want(http.StatusMovedPermanently, "PROPFIND", "/.well-known/carddav", device.first, "Depth", "0")
			for _, start := range []string{moved.header.Get("Location"), "/"} {
				m := b.multi("PROPFIND", start, device.first, "Depth", "0")
				if m.Response[0].Href != start {
					t.Errorf("%s asked for %s and is told of %s", device.name, start, m.Response[0].Href)
				}
				m = b.multi("PROPFIND", m.Response[0].Propstat[0].Prop.Principal.Href, device.principal, "Depth", "0")
				m = b.multi("PROPFIND", m.Response[0].Propstat[0].Prop.Home.Href, device.home, "Depth", "1")
				found := false
				for _, r := range m.Response {
					found = found || r.Href == b.path && r.Propstat[0].Prop.Type.Book != nil
				}
				if !found {
					t.Fatalf("%s does not find its book: %+v", device.name, m)
				}
			}
			m := b.multi("PROPFIND", b.path, device.book, "Depth", "0")
			if p := m.Response[0].Propstat[0].Prop; p.Sync == "" || p.Tag == "" {
				t.Errorf("%s cannot tell whether something changed: %+v", device.name, m)
			}
		}
		b.want(http.StatusOK, http.MethodGet, "/healthz", "")
		password := b.password
		b.password = ""
		b.want(http.StatusUnauthorized, "PROPFIND", "/", "", "Depth", "0")
		if got := b.ask(http.MethodGet, "/", ""); got.status == http.StatusUnauthorized {
			t.Error("a browser is asked for the password of a device")
		}
		b.password = password
	})
}

// How DAVx5, Thunderbird, CardBook and Evolution keep in step.
func TestHowDevicesKeepInStep(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		anna, bob := b.add(named("Anna", "anna@example.org")), b.add(named("Bob"))
		const in = ` xmlns="DAV:" xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"`
		step := func(token string) multistatus {
			return b.multi("REPORT", b.path, `<?xml version="1.0" encoding="utf-8"?><sync-collection`+in+`><sync-token>`+
				token+`</sync-token><sync-level>1</sync-level><prop><getetag/><C:address-data/></prop></sync-collection>`,
				"Depth", "1")
		}
		first := step("")
		if len(first.Response) != 2 || !strings.Contains(first.Response[0].Propstat[0].Prop.Data, "BEGIN:VCARD") {
			t.Fatalf("%+v", first)
		}
		fetch := func(data string, hrefs ...string) multistatus {
			list := ""
			for _, href := range hrefs {
				list += "<D:href>" + href + "</D:href>"
			}
			return b.multi("REPORT", b.path, `<C:addressbook-multiget`+in+`><D:prop><D:getetag/><C:address-data`+data+`/>`+
				`</D:prop>`+list+`</C:addressbook-multiget>`, "Depth", "0")
		}
		for _, data := range []string{
			"", ` content-type='text/vcard'`, ` content-type="text/vcard" version="4.0"`,
		} {
			m := fetch(data, b.href(anna), b.href(bob), b.path+"gone.vcf")
			if len(m.Response) != 3 {
				t.Fatalf("%+v", m)
			}
			for _, r := range m.Response {
				there := len(r.Propstat) > 0 && strings.Contains(r.Propstat[0].Prop.Data, "BEGIN:VCARD")
				if gone := strings.HasSuffix(r.Href, "gone.vcf"); gone == there {
					t.Errorf("%q: %+v", data, r)
				}
			}
		}
		// Thunderbird puts without a condition and asks for the card at once: its state is the one that all are told.
		card, _ := b.get(b.href(anna))
		b.want(http.StatusNoContent, http.MethodPut, b.href(anna), strings.ReplaceAll(card, "END:", "TITLE:baas\nEND:"),
			"Content-Type", "text/vcard")
		got := fetch("", b.href(anna)).Response[0].Propstat[0].Prop
		if !strings.Contains(got.Data, "TITLE:baas") {
			t.Errorf("%s", got.Data)
		}
		told := step(first.Token)
		if len(told.Response) != 1 || told.Response[0].Propstat[0].Prop.Etag != got.Etag {
			t.Errorf("%+v, and Thunderbird has %s", told, got.Etag)
		}
		b.want(http.StatusNoContent, http.MethodDelete, b.href(bob), "")
		if next := step(told.Token); len(next.Response) != 1 || !strings.Contains(next.Response[0].Status, "404") {
			t.Errorf("%+v", next)
		}
		// CardBook and Evolution ask for all states, or search.
		m := b.multi("PROPFIND", b.path, `<D:propfind`+in+`><D:prop><D:getcontenttype/><D:getetag/></D:prop></D:propfind>`,
			"Depth", "1")
		if len(m.Response) != 2 {
			t.Errorf("%+v", m)
		}
		for filter, want := range map[string]int{
			``:            1,
			`<C:filter/>`: 1,
			`<C:filter test="anyof"><C:prop-filter name="FN"><C:text-match collation="i;unicode-casemap" ` +
				`match-type="contains">NNA</C:text-match></C:prop-filter><C:prop-filter name="EMAIL"><C:text-match ` +
				`collation="i;unicode-casemap" match-type="contains">nnx</C:text-match></C:prop-filter></C:filter>`: 1,
			`<C:filter><C:prop-filter name="FN"><C:text-match>xyz</C:text-match></C:prop-filter></C:filter>`: 0,
			`<C:filter><C:prop-filter name="X-ODD"><C:is-not-defined/></C:prop-filter></C:filter>`:           1,
		} {
			m := b.multi("REPORT", b.path, `<C:addressbook-query`+in+`><D:prop><D:getetag/><C:address-data>`+
				`<C:prop name="VERSION"/><C:prop name="FN"/><C:prop name="EMAIL"/></C:address-data></D:prop>`+filter+
				`</C:addressbook-query>`, "Depth", "1")
			if len(m.Response) != want {
				t.Errorf("%q finds %+v", filter, m)
			}
		}
	})
}

// cards are what phones, mail programs and servers write; a name stands in each as %s.
var cards = map[string]string{
	"iOS": `VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 18.1//EN
N:van Dam;%s;Maria;Dr.;PhD
FN:Dr. %[1]s Maria van Dam PhD
X-PHONETIC-FIRST-NAME:An-na
NICKNAME:Annie
ORG:De Halm\, zoon & co;Verkoop
item1.EMAIL;type=INTERNET;type=pref:a%[1]s@halm.example
item1.X-ABLabel:Boek\, "kantoor"
item2.TEL;type=pref:+31 20 555 01 99
item2.X-ABLabel:_$!<Assistant>!$_
item3.ADR;type=HOME;type=pref:;;Kade 1\nhuis;Utrecht;;1234 AB;Nederland
item3.X-ABADR:nl
item4.URL;type=pref:https\://halm.example/a?b=c\;d
item4.X-ABLabel:_$!<HomePage>!$_
item5.X-ABDATE;type=pref:2011-05-05
item5.X-ABLabel:_$!<Other>!$_
item6.X-ABRELATEDNAMES:Jan
item6.X-ABLabel:_$!<Spouse>!$_
IMPP;X-SERVICE-TYPE=Signal;type=HOME:x-apple:anna
X-SOCIALPROFILE;type=mastodon;x-user=anna:x-apple:anna%%40soc.example
X-ABUID:5AD380FD-B2DE-4261-BA99-DE1D1DB52FBE\:ABPerson
X-IMAGETYPE:PHOTO
X-SHARED-PHOTO-DISPLAY-PREF:Unknown
`,
	"Outlook": `VERSION:3.0
N;LANGUAGE=nl:Bakker;%s
FN:Bakker\, %[1]s
ORG:Bakkerij
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
LABEL;TYPE=WORK;ENCODING=QUOTED-PRINTABLE:Kade 1=0D=0A1234 AB Utrecht
X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:AAAA
X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://cards.example" ver="1.0"><fld prop="a:b;c"/></card>
X-MS-IMADDRESS:x%[1]s@im.example
X-MS-MANAGER;CHARSET=utf-8:Chef Één
X-MS-SPOUSE;N=2:Piet
X-MS-TEL;VOICE;COMPANY:+31 20 555 01 00
CLASS:PUBLIC
REV:20261130T101500Z
`,
	"Google": `VERSION:3.0
FN:%s Cramer
N:Cramer;%[1]s;;;
EMAIL;TYPE=INTERNET;TYPE=HOME:c%[1]s@mail.example
TEL;TYPE=CELL:06-12 34 56 78
PHOTO:https://photos.example/a/b=s64-c
item1.X-ABRELATEDNAMES:Kees
item1.X-ABLabel:partner
X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Kees;14;;;;;;;;;;;;;
X-GOOGLE-TALK:c@talk.example
X-QQ:1234
CATEGORIES:myContacts,Koor\, groot
`,
	"DAVx5": `VERSION:4.0
PRODID:+//IDN bitfire.at//DAVx5/4.4 ez-vcard/0.12.1
FN:%s de Dood
N:Dood;%[1]s;;;de
EMAIL;PREF=1;TYPE=home:d%[1]s@example.org
TEL;VALUE=uri;TYPE="cell,voice";PREF=1:tel:+31-6-5550199
group1.TEL:+31 20 5550142
group1.X-ABLABEL:boot
ADR;GEO="geo:52.1,5.1";LABEL="Kade 1^nUtrecht ^'a^'":;;Kade 1;Utrecht;;;
RELATED;TYPE=spouse;VALUE=text:Eva
GENDER:M;man
LANG;PREF=1:nl
TZ;VALUE=utc-offset:+0100
GEO:geo:52.1,5.1
KEY:data:application/pgp-keys;base64,AAAA
CLIENTPIDMAP:1;urn:uuid:53e374d9-337e-4727-8803-a1e9c14e0556
SOURCE:https://ldap.example/x
XML:<a xmlns="urn:x">b\,c</a>
X-SAMSUNGADR;ENCODING=x:;;;
`,
	"Thunderbird": `VERSION:4.0
FN:%s Evers
N:Evers;%[1]s;;;
NICKNAME:Ee
TEL;VALUE=TEXT;TYPE=work:nummer op aanvraag
IMPP:xmpp:eva%[1]s@example.org
X-CUSTOM1;VALUE=TEXT:een\, twee
X-CUSTOM2;VALUE=TEXT:drie
NOTE:een
NOTE;ALTID=1;LANGUAGE=en:two
ROLE:voorzitter
LOGO;MEDIATYPE=image/png:data:image/png;base64,AAAA
`,
	"Evolution": `VERSION:3.0
X-EVOLUTION-FILE-AS:Fokker\, %s
FN:%[1]s Fokker
N:Fokker;%[1]s
X-MOZILLA-HTML:TRUE
X-EVOLUTION-BLOG-URL:
X-EVOLUTION-SPOUSE:
CALURI:
FBURL:
EMAIL;X-EVOLUTION-UI-SLOT=1;TYPE=WORK:f%[1]s@example.org
X-EVOLUTION-VIDEO-URL:
TEL;TYPE="HOME,FAX";X-EVOLUTION-UI-SLOT=2:+31 20 555 01 77
`,
	"Nextcloud": `VERSION:4.0
fn:%s Groen
n:Groen;%[1]s;;;
CLOUD:anna@cloud.example
X-NC-SCOPE;X-NC-SCOPE=v2-private:x
TEL;TYPE=HOME,VOICE;X-NC-SCOPE=v2-private:+31205550111
BDAY;VALUE=date-and-or-time:--0503
DEATHPLACE:nooit
CREATED;VALUE=timestamp:20261130T101500Z
SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://soc.example/@anna%[1]s
`,
	"odd": `VERSION:3.0
FN:  %s   Één 👩‍👩‍👧 тест  
N:;%[1]s;;;
X-EMPTY:
X-TAB:a	b
X-BACK:a\\nb\\\,c\
X-QUOTED;P="x:y;z,""":v
X_UNDER-score9:x
a-b.X-SPACE;:x
SOUND;TYPE=x-irmc-n:;;;;
AGENT:BEGIN\:VCARD\nFN\:Hulp\nEND\:VCARD
X-LONG:` + strings.Repeat("é", 400) + `
`,
	"group 4.0": `VERSION:4.0
KIND:group
FN:%s koor
MEMBER:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af
MEMBER:mailto:x@example.org
X-ODD:1
`,
	"group 3.0": `VERSION:3.0
N:%s;;;;
FN:%[1]s buren
X-ADDRESSBOOKSERVER-KIND:group
X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af
`,
	"company": `VERSION:3.0
N:;;;;
FN:%s BV
ORG:%[1]s BV
X-ABShowAs:COMPANY
KIND:org
`,
}

func lines(card string) []string {
	unfolded := strings.ReplaceAll(strings.ReplaceAll(card, "\r\n ", ""), "\r\n", "\n")
	return strings.Split(strings.TrimSuffix(unfolded, "\n"),
		"\n")
}

// What phones, mail programs and servers write comes back with every line as it was, and still does when Gave changed
// something of the person, on both devices.
func TestCardsOfManyPrograms(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		n := 0
		for program, card := range cards {
			n++
			name := fmt.Sprintf("Naam%c", 'a'+n)
			card = "BEGIN:VCARD\n" + fmt.Sprintf(card, name) + "UID:" + name + "\nEND:VCARD\n"
			href := b.path + name + ".vcf"
			sent := strings.ReplaceAll(card, "\n", "\r\n")
			b.want(http.StatusCreated, http.MethodPut, href, sent, "If-None-Match", "*")
			got, etag := b.get(href)
			if got != card {
				t.Errorf("%s: got\n%s\nwant\n%s", program, got, card)
				continue
			}
			list, err := b.app.Network.People(ctx, b.v, people.PeopleQuery{Query: name})
			if err != nil {
				t.Fatal(err)
			}
			if nobody := strings.Contains(program, "group") || program == "company"; nobody {
				if len(list.People) != 0 {
					t.Errorf("%s made somebody: %+v", program, list.People)
				}
				continue
			}
			if len(list.People) != 1 {
				t.Errorf("%s made %d people", program, len(list.People))
				continue
			}
			// Gave learns something: one line is another one, or comes.
			v := b.v
			v.Now = time.Now()
			p, err := b.app.Network.Person(ctx, b.app.DB, v, list.People[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.app.Network.EditPerson(ctx, v, p, people.Change{"role": "visser, en meer"}); err != nil {
				t.Fatal(err)
			}
			before := lines(got)
			got, _ = b.get(href)
			after := lines(got)
			lost := slices.DeleteFunc(slices.Clone(before), func(l string) bool { return slices.Contains(after, l) })
			more := slices.DeleteFunc(after, func(l string) bool { return slices.Contains(before, l) })
			if len(lost) != 0 || !slices.Equal(more, []string{`TITLE:visser\, en meer`}) {
				t.Errorf("%s lost %q and has %q more", program, lost, more)
			}
			// The device edits what it had: it is told, and nothing of either is lost.
			b.want(http.StatusPreconditionFailed, http.MethodPut, href, card, "If-Match", etag)
			if again, _ := b.get(href); again != got {
				t.Errorf("%s: what was refused changed something", program)
			}
		}
	})
}

// Damaged cards are refused with words, keep nothing, and cards of many lines do not hold others up.
func TestDamagedCards(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		good := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nN:A;B;;;\r\nEMAIL:a@example.org\r\nUID:1\r\nEND:VCARD\r\n"
		for what, bad := range map[string]string{
			"cut":          good[:len(good)-15],
			"cut in UTF-8": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\xc3\r\nUID:1\r\nEND:VCARD\r\n",
			"UTF-16":       "\xff\xfeB\x00E\x00G\x00I\x00N\x00",
			"Latin-1":      strings.ReplaceAll(good, "Anna", "Ann\xe9"),
			"HTML":         "<!doctype html><title>502</title>",
			"JSON":         `["vcard",[["version",{},"text","4.0"]]]`,
			"a calendar":   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
			"two":          good + good,
			"nested":       strings.ReplaceAll(good, "FN:Anna", "BEGIN:VCARD\r\nEND:VCARD\r\nFN:Anna"),
			"no version":   strings.ReplaceAll(good, "VERSION:3.0\r\n", ""),
			"2.1":          strings.ReplaceAll(good, "3.0", "2.1"),
			"no name":      strings.ReplaceAll(strings.ReplaceAll(good, "FN:Anna\r\n", ""), "N:A;B;;;\r\n", ""),
			"two UIDs":     strings.ReplaceAll(good, "UID:1", "UID:1\r\nUID:2"),
			"empty UID":    strings.ReplaceAll(good, "UID:1", "UID:"),
			"no colon":     strings.ReplaceAll(good, "FN:Anna", "FN Anna"),
			"open quote":   strings.ReplaceAll(good, "FN:Anna", `FN;X="a:Anna`),
			"NUL":          strings.ReplaceAll(good, "Anna", "An\x00na"),
			"25,000 lines": strings.ReplaceAll(good, "FN:", strings.Repeat("X-A:1\r\n", 25_000)+"FN:"),
			"5 MB":         strings.ReplaceAll(good, "FN:", "X-A:"+strings.Repeat("x", 5<<20)+"\r\nFN:"),
			"only folds":   "BEGIN:VCARD" + strings.Repeat("\r\n ", 100_000),
		} {
			got := b.ask(http.MethodPut, b.path+"bad.vcf", bad)
			if what == "5 MB" {
				if got.status != http.StatusRequestEntityTooLarge || !strings.Contains(got.body, "max-resource-size") {
					t.Errorf("%s: %d %s", what, got.status, got.body)
				}
				continue
			}
			if got.status != http.StatusForbidden || !strings.Contains(got.body, "valid-address-data") {
				t.Errorf("%s: %d %s", what, got.status, got.body)
			}
		}
		// Of 20 MB no more is read than may be.
		r, err := http.NewRequest(http.MethodPut, b.web+b.path+"bad.vcf", io.LimitReader(zeros{}, 20<<20))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = 20 << 20
		r.Header.Set("Expect", "100-continue")
		r.SetBasicAuth("anybody", b.password)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		if w.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("20 MB: %d", w.StatusCode)
		}
		if told, _ := b.sync(""); len(told) != 0 {
			t.Errorf("%v is kept", told)
		}
		list, err := b.app.Network.People(context.Background(), b.v, people.PeopleQuery{})
		if err != nil || len(list.People) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		// 10,000 lines that Gave knows nothing of, of numbers, and of dates: all come back, and Gave takes some.
		var odd, numbers, dates strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&odd, "item%d.X-ODD%d;P=%d:%d\r\n", i, i%7, i, i)
			fmt.Fprintf(&numbers, "TEL:+3161%07d\r\nEMAIL:m%d@many.example\r\n", i, i)
			fmt.Fprintf(&dates, "item%d.X-ABDATE:2011-05-05\r\nitem%d.X-ABLabel:x\r\n", i, i)
		}
		halves := []string{odd.String(), numbers.String()[:numbers.Len()/2], dates.String()[:dates.Len()/2]}
		for i, more := range halves {
			href := fmt.Sprintf("%smany%d.vcf", b.path, i)
			more = more[:strings.LastIndex(more, "\r\n")+2]
			sent := strings.NewReplacer("UID:1", fmt.Sprint("UID:many", i), "FN:", more+"FN:", "a@example",
				fmt.Sprintf("a%d@example", i)).Replace(good)
			begun := time.Now() // generous: others use the machine too
			b.want(http.StatusCreated, http.MethodPut, href, sent)
			got, _ := b.get(href)
			if got != strings.ReplaceAll(sent, "\r\n", "\n") {
				t.Errorf("%d: a card of many lines is not kept", i)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("%d: a card of many lines took %v", i, took)
			}
		}
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A photo is looked at while others can write: it takes long.
func TestOthersWriteWhileAPhotoIsLookedAt(t *testing.T) {
	const magic = "a photo of the tests"
	var look func()
	sizes := image.Config{ColorModel: color.GrayModel, Width: 8, Height: 8}
	image.RegisterFormat("tests", magic, func(io.Reader) (image.Image, error) {
		look()
		return image.NewGray(image.Rect(0, 0, 8, 8)), nil
	}, func(io.Reader) (image.Config, error) { return sizes, nil })
	withBook(t, func(t *testing.T, b *book) {
		looked := 0
		look = func() {
			looked++
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if _, err := b.app.Network.AddPerson(ctx, b.v, named("Iemand")); err != nil {
				t.Errorf("nobody else writes meanwhile: %v", err)
			}
		}
		photo := fmt.Sprintf("PHOTO;ENCODING=b;TYPE=JPEG:%s\r\n", base64.StdEncoding.EncodeToString([]byte(magic)))
		card := func(more string) string {
			return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nUID:1\r\n" + photo + more + "END:VCARD\r\n"
		}
		b.want(http.StatusCreated, http.MethodPut, b.path+"a.vcf", card(""))
		if looked != 1 {
			t.Errorf("the photo was looked at %d times", looked)
		}
		b.want(http.StatusNoContent, http.MethodPut, b.path+"a.vcf", card("TITLE:baas\r\n"))
		if looked != 1 {
			t.Error("the photo that Gave has already was looked at again")
		}
		list, err := b.app.Network.People(context.Background(), b.v, people.PeopleQuery{Query: "anna"})
		if err != nil || len(list.People) != 1 || list.People[0].Photo == 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// Who died is the same for one who asks of everybody and for one who asks of a few.
func TestWhoDiedOfAFew(t *testing.T) {
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		v := b.v
		v.Now = time.Now()
		anna, bob, carla, dirk, eva := b.add(named("Anna")), b.add(named("Bob")), b.add(named("Carla")),
			b.add(named("Dirk")), b.add(named("Eva"))
		if err := b.app.Network.Tag(ctx, v, anna, []string{"overleden"}); err != nil {
			t.Fatal(err)
		}
		if err := b.app.Network.SetDate(ctx, v, bob, people.ImportantDate{
			Kind: "overleden", Year: 2026, Month: 1, Day: 2,
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.app.Network.AddNote(ctx, v, dirk, "is overleden", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := b.app.Network.Merge(ctx, v, carla.ID, dirk.ID); err != nil {
			t.Fatal(err)
		}
		whole, err := b.app.Network.Deceased(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []people.Person{anna, bob, carla, eva} {
			few, err := b.app.Network.DeceasedOf(ctx, v, []id.ID{p.ID})
			if err != nil || few[p.ID] != whole[p.ID] || whole[p.ID] != (p.ID != eva.ID) {
				t.Errorf("%s: %v among a few, %v among all, %v", p.Name, few[p.ID], whole[p.ID], err)
			}
		}
	})
}
