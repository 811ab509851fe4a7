package contacts_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
)

// monicaExport has the shape that Monica 4.1.2 writes (its export resources), with invented people.
const monicaExport = `{"version":"1.0-preview.1","app_version":"4.1.2","export_date":"2024-05-01T10:00:00.000000Z","url":"https://m.example","exported_by":"u-1",
"account":{"uuid":"a-1","created_at":"2020-01-01T00:00:00.000000Z","data":[
{"count":1,"type":"user","values":[{"uuid":"u-1","first_name":"Me","last_name":"Self","email":"Me@x.nl","properties":{"locale":"nl","me_contact":"c-me"}}]},
{"count":4,"type":"contact","values":[
{"uuid":"c-1","created_at":"2020-01-01","properties":{"first_name":"Anna","middle_name":"B.","last_name":"Dam","nickname":"An","description":"leest veel","job":"redacteur","company":"ACME",
 "tags":["koor","buren"],"birthdate":{"uuid":"d","is_age_based":false,"is_year_unknown":true,"date":"2020-03-12T00:00:00.000000Z"},
 "first_met_date":{"is_age_based":false,"is_year_unknown":false,"date":"2019-06-02"},"first_met_through":"c-2","stay_in_touch_frequency":30},
 "data":[
 {"count":2,"type":"call","values":[{"created_at":"x","properties":{"called_at":"2023-02-03T10:00:00.000000Z","content":"geheim","contact_called":true}},{"uuid":"k-2","properties":{"called_at":"2023-02-04","contact_called":false}}]},
 {"count":3,"type":"contact_field","values":[{"properties":{"data":"Anna@x.nl","type":"t1"}},{"properties":{"data":"+31 6 12345678"}},{"properties":{"data":"https://www.linkedin.com/in/anna"}}]},
 {"count":1,"type":"gift","values":[{"properties":{"name":"boek","status":"offered","date":"2021-04-05T00:00:00.000000Z"}}]},
 {"count":1,"type":"note","values":[{"properties":{"body":"houdt van thee"}}]},
 {"count":2,"type":"reminder","values":[{"properties":{"initial_date":"2018-09-10","title":"Trouwdag","frequency_type":"year","delible":true}},{"properties":{"initial_date":"2020-03-12","title":"Verjaardag","frequency_type":"year","delible":false}}]},
 {"count":1,"type":"task","values":[{"properties":{"title":"bel terug","completed":false}}]},
 {"count":1,"type":"address","values":[{"properties":{"name":"thuis","city":"Utrecht","country":"NL"}}]},
 {"count":1,"type":"conversation","values":[{"uuid":"v-1","properties":{"happened_at":"2023-03-01","messages":[
   {"properties":{"content":"x","written_at":"2023-03-01","written_by_me":true}},{"properties":{"written_at":"2023-03-01","written_by_me":false}},{"properties":{"written_at":"2023-03-02","written_by_me":true}}]}}]},
 {"count":1,"type":"life_event","values":[{"properties":{"name":"Nieuwe baan","happened_at":"2022-01-10T00:00:00.000000Z"}}]},
 {"count":1,"type":"activity","values":["act-1"]}]},
{"uuid":"c-2","properties":{"first_name":"Bob"},"data":[{"count":1,"type":"activity","values":["act-1"]}]},
{"uuid":"c-me","properties":{"first_name":"Me","last_name":"Self"}},
{"uuid":"c-3","properties":{"first_name":["wrong"],"last_name":"Kind","birthdate":{"is_age_based":true,"date":"2010-01-01"}},"data":"wrong"}]},
{"count":2,"type":"relationship","values":[{"uuid":"r-1","properties":{"type":"partner","contact_is":"c-1","of_contact":"c-2"}},{"properties":{"type":"friend","contact_is":"c-1"}}]},
{"count":1,"type":"photo","values":[{"uuid":"p","properties":{"dataUrl":"data:image/png;base64,AAAA"}}]},
{"count":2,"type":"activity","values":[{"uuid":"act-1","properties":{"summary":"Lunch","description":"geheim","happened_at":"2023-05-06"}},{"uuid":"act-2","properties":{"summary":"Alleen","happened_at":"2023-05-06"}}]}
],"instance":{"genders":[]}}}`

func TestMonica(t *testing.T) {
	f, _ := formats.Detect([]byte(monicaExport), "monica.json")
	if f == nil || f.Name != "monica" {
		t.Fatalf("detected %v", f)
	}
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	c := &readtest.Collector{}
	src := &read.Source{Path: "monica.json", Reader: strings.NewReader(monicaExport), Zone: amsterdam}
	if err := f.Read(context.Background(), src, c); err != nil {
		t.Fatal(err)
	}
	if len(c.Contacts) != 5 || !c.Contacts[0].Self || c.Contacts[0].Handle != "monica:c-me" ||
		fmt.Sprint(c.Contacts[0].Addresses) != "[me@x.nl]" {
		t.Fatalf("contacts %+v", c.Contacts)
	}
	got := fmt.Sprintf("%+v", c.Contacts[1])
	want := `{Name:{Full: Given:Anna Particle: Family:Dam Additional:B. Prefix: Suffix:} Nickname:An Addresses:[anna@x.nl] Phones:[+31 6 12345678] Links:[https://www.linkedin.com/in/anna] ` +
		`Handle:monica:c-1 Organisations:[{Organisation:ACME Department: Title:redacteur From: Until:}] Place:Utrecht Tags:[koor buren] ` +
		"Note:leest veel\n\nGift offered 2021-04-05: boek\n\nhoudt van thee\n\nTo do: bel terug " +
		`Dates:[{Kind:birthday Year:0 Month:March Day:12} {Kind:first met Year:2019 Month:June Day:2} {Kind:trouwdag Year:2018 Month:September Day:10} {Kind:nieuwe baan Year:2022 Month:January Day:10}] ` +
		`Related:[{Kind:introduced by Party:{Name: Address: Phone: Link: Handle:monica:c-2 Role:3 Bulk:false Self:false}}] Photo:false ` +
		`Face:{Image:[] At:{File: Line:0 Offset:0 Next:0}} Company:false Self:false Changed:0001-01-01 00:00:00 +0000 UTC Gone:false Adds:false MadeUp:false Verbatim:false Unknown:[] At:{File: Line:0 Offset:0 Next:0}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if kind := c.Contacts[4]; kind.Name.Family != "Kind" || kind.Name.Given != "" || len(kind.Dates) != 0 {
		t.Errorf("a record with wrong parts: %+v", kind)
	}
	var lines []string
	for _, i := range c.Interactions {
		line := i.Time.Format(time.RFC3339) + " " + string(i.Medium) + " " + i.Title
		for _, p := range i.Parties {
			line += fmt.Sprintf(" %d%s%v", p.Role, p.Handle, p.Self)
		}
		lines = append(lines, line)
	}
	want = `2023-02-03T10:00:00Z call  0monica:c-1false 1monica:c-metrue
2023-02-04T11:00:00Z call  0monica:c-metrue 1monica:c-1false
2023-03-01T11:00:00Z message  0monica:c-metrue 1monica:c-1false
2023-03-01T11:00:00Z message  0monica:c-1false 1monica:c-metrue
2023-03-02T11:00:00Z message  0monica:c-metrue 1monica:c-1false
2023-05-06T10:00:00Z face Lunch 1monica:c-metrue 1monica:c-1false 1monica:c-2false`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(c.Statements) != 1 || c.Statements[0].Layer != "partner" || c.Statements[0].From.Handle != "monica:c-1" {
		t.Errorf("statements %+v", c.Statements)
	}
	if len(c.Rejects) != 1 || c.Rejected[0].Line != 23 || src.Skipped["activity without people"] != 1 {
		t.Errorf("rejects %v at %v, skipped %v", c.Rejects, c.Rejected, src.Skipped)
	}
	readtest.CheckUnique(t, c)
}

// However the export is cut off, what comes before is kept and the place is named.
func TestMonicaTruncated(t *testing.T) {
	whole, _ := readtest.Text(t, contacts.Monica, monicaExport)
	last := 0
	for n := 0; n < len(monicaExport)-2; n += 37 {
		c := &readtest.Collector{}
		err := contacts.Monica.Read(context.Background(),
			&read.Source{Path: "m.json", Reader: strings.NewReader(monicaExport[:n])}, c)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "m.json") {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if got := len(c.Contacts) + len(c.Interactions); got < last ||
			got > len(whole.Contacts)+len(whole.Interactions) {
			t.Fatalf("cut at %d: %d records after %d", n, got, last)
		} else {
			last = got
		}
	}
}

func FuzzMonica(f *testing.F) {
	f.Add([]byte(monicaExport))
	f.Add([]byte(
		`{"account":{"data":[{"type":"activity","values":[{"uuid":"x","properties":{"happened_at":"2020-01-01"}}]}]}}`))
	f.Add([]byte(`{"account":{"data":[{"type":"contact","values":[{"data":[{"type":"call","values":[{"properties":{"called_at":"0"}}]}]}]}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		contacts.Monica.Detect(data, "x.json")
		c := &readtest.Collector{}
		err := contacts.Monica.Read(context.Background(), &read.Source{Path: "x.json", Reader: bytes.NewReader(data)},
			c)
		if err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		for _, i := range c.Interactions {
			if i.Time.IsZero() || i.External == "" {
				t.Fatalf("%+v", i)
			}
		}
	})
}
