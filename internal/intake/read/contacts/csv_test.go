package contacts_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/realdata"
)

func TestGoogleOld(t *testing.T) {
	c, _, errs := readtest.Path(t, realdata.Path(t, "formats/contacts-csv/roundcube/gmail.csv"))
	if len(errs) > 0 || len(c.Contacts) != 1 || len(c.Rejects) != 0 {
		t.Fatalf("%v, %d contacts, %v", errs, len(c.Contacts), c.Rejects)
	}
	want := read.Contact{
		Name: read.Name{
			Given: "Firstname", Additional: "Middle", Family: "Lastname", Prefix: "Prefix", Suffix: "Suffix",
		},
		Nickname: "nick", Addresses: []string{"home@aaa.pl", "work@email.pl", "unknown@email.com", "other@email.com"},
		Phones:        []string{"pager", "mainphone", "homephone", "mobile", "workphone"},
		Links:         []string{"https://test.com", "https://home.page.com"},
		Organisations: []read.Position{{Organisation: "company", Title: "jobtitle"}},
		Place:         "home_city", Tags: []string{"Test"}, Note: `note"note`,
		Dates:   []read.Date{{Kind: "birthday", Year: 1975, Month: 12, Day: 12}},
		Related: []read.Related{{Kind: "spouse", Party: read.Party{Name: "spouse", Role: read.Mentioned}}},
		Unknown: []string{
			"Fax: homefax", "Fax: workfax",
			"Address 1 - Formatted: home_street home_pobox home_city, home_state home_zip home_country",
			"Address 1 - Street: home_street", "Address 1 - PO Box: home_pobox", "Address 1 - Region: home_state",
			"Address 1 - Postal Code: home_zip",
			"Address 1 - Country: home_country", "Address 2 - Formatted: work_street work_city work_zip work_country",
			"Address 2 - Street: work_street",
			"Address 2 - City: work_city", "Address 2 - Postal Code: work_zip", "Address 2 - Country: work_country",
		},
	}
	if !reflect.DeepEqual(c.Contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.Contacts[0], want)
	}
}

func TestGoogleNew(t *testing.T) {
	text := "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name " +
		"Prefix,Name Suffix,Nickname,File As," +
		"Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - " +
		"Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value," +
		"Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - City,Relation 1 - Label,Relation 1 - " +
		"Value,Event 1 - Label,Event 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value\r\n" +
		"Anna,,van Dam,,,,,,,,ACME,Redacteur,Web, --03-12,\"een\r\ntwee\",https://x/y,Buren ::: * myContacts ::: * " +
		"starred,* Home,Anna@X.nl ::: anna@y.nl,Work,a@z.nl,Mobile,06 1234 5678 ::: +31 20 123 4567,Home,Utrecht,* " +
		"Partner,Bob Smit,Trouwdag,2001-06-02,Hond,Bello\r\n,,,,,,,,,,,,,,,,* myContacts,,,,,,,,,,,,,,\r\n"
	c := readtest.Detected(t, "contacts.csv", text, "google")
	if len(c.Contacts) != 1 || len(c.Rejects) != 1 || c.Rejected[0].Line != 4 {
		t.Fatalf("%d contacts, rejects %v at %v", len(c.Contacts), c.Rejects, c.Rejected)
	}
	want := read.Contact{
		Name: read.Name{Given: "Anna", Family: "van Dam"}, Addresses: []string{"anna@x.nl", "anna@y.nl", "a@z.nl"},
		Phones:        []string{"06 1234 5678", "+31 20 123 4567"},
		Organisations: []read.Position{{Organisation: "ACME", Title: "Redacteur", Department: "Web"}},
		Place:         "Utrecht", Tags: []string{"Buren"}, Note: "een\ntwee\n\nHond: Bello",
		Dates: []read.Date{
			{Kind: "trouwdag", Year: 2001, Month: 6, Day: 2},
			{Kind: "birthday", Year: 0, Month: 3, Day: 12},
		},
		Related: []read.Related{{Kind: "partner", Party: read.Party{Name: "Bob Smit", Role: read.Mentioned}}},
		Photo:   true,
	}
	if !reflect.DeepEqual(c.Contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.Contacts[0], want)
	}
}

func TestThunderbird(t *testing.T) {
	c, _, errs := readtest.Path(t, realdata.Path(t, "formats/contacts-csv/roundcube/tb_plain.csv"))
	if len(errs) > 0 || len(c.Contacts) != 1 {
		t.Fatalf("%v, %d contacts, %v", errs, len(c.Contacts), c.Rejects)
	}
	want := read.Contact{
		Name: read.Name{Given: "Firstname", Family: "Lastname"}, Nickname: "Nick, Displayname",
		Addresses:     []string{"test@domain.tld", "next@domain.tld"},
		Phones:        []string{"phone work", "phone home", "mobile"},
		Links:         []string{"http://page.com", "http://webpage.tld"},
		Organisations: []read.Position{{Organisation: "Organization", Department: "department", Title: "title"}},
		Place:         "City",
		Dates:         []read.Date{{Kind: "birthday", Year: 1970, Month: 11, Day: 15}},
		Unknown: []string{
			"Fax Number: fax", "Pager Number: pager", "Home Address: Priv address", "Home ZipCode: xx-xxx",
			"Work Address: Addr work", "Work City: Wcity",
			"Work State: Wstate", "Work ZipCode: 33-333", "Work Country: Poland",
		},
	}
	if !reflect.DeepEqual(c.Contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.Contacts[0], want)
	}
}

const outlookClassic = `"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street","Business City","Business Country/Region","Home City","Assistant's Phone","Business Fax","Business Phone","Home Phone","Mobile Phone","Pager","Anniversary","Assistant's Name","Birthday","Categories","E-mail Address","E-mail Type","E-mail Display Name","E-mail 2 Address","Manager's Name","Notes","Referred By","Spouse","Web Page"` + "\r\n" +
	`"Dr.","Ren` + "\xe9" + `","","de Boer","","ACME","Web","Editor","Street 1","Utrecht","NL","Zeist","","030-1","030-2222222","","06-12345678","","0/0/00","Els Smit","12/25/1980","Buren;Koor","rene@acme.nl","SMTP","Ren` + "\xe9" + ` de Boer","r@x.nl","Piet Baas","twee
regels","Karel Appel","Anna","www.acme.nl"` + "\r\n"

func TestOutlookClassic(t *testing.T) {
	c := readtest.Detected(t, "contacts.csv", outlookClassic, "outlook")
	want := read.Contact{
		Name: read.Name{Prefix: "Dr.", Given: "René", Family: "de Boer"}, Addresses: []string{"rene@acme.nl", "r@x.nl"},
		Phones: []string{"030-2222222", "06-12345678"}, Links: []string{"https://www.acme.nl"},
		Organisations: []read.Position{{Organisation: "ACME", Department: "Web", Title: "Editor"}}, Place: "Utrecht",
		Tags: []string{"Buren", "Koor"},
		Note: "twee\nregels", Dates: []read.Date{{Kind: "birthday", Year: 1980, Month: 12, Day: 25}},
		Related: []read.Related{
			{Kind: "manager", Party: read.Party{Name: "Piet Baas", Role: read.Mentioned}},
			{Kind: "assistant", Party: read.Party{Name: "Els Smit", Role: read.Mentioned}},
			{Kind: "spouse", Party: read.Party{Name: "Anna", Role: read.Mentioned}},
			{Kind: "introduced by", Party: read.Party{Name: "Karel Appel", Role: read.Mentioned}},
		},
		Unknown: []string{"Business Street: Street 1", "Home City: Zeist", "Business Fax: 030-1"},
	}
	if len(c.Contacts) != 1 || !reflect.DeepEqual(c.Contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.Contacts, want)
	}
}

func TestOutlookKinds(t *testing.T) {
	tests := []struct{ name, format, text, want string }{
		{"new", "outlook", "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 " +
			"Address,Home Phone,Business Phone,Home Street,Home City,Business Country/Region,Web " +
			"Page,Birthday,Anniversary,Spouse,Notes,Categories,Job Title\n" +
			"Anna,,Dam,Mw.,,An,anna@x.nl,,1234567,,,Zeist,,,3/5/1980,,Bob,,,Chef\n", "{ Anna  Dam  Mw. } [anna@x.nl] " +
			"Zeist [{birthday 1980 March 5}] spouse Bob"},
		{"Google's", "outlook", "First Name,Middle Name,Last Name,Title,Suffix,Initials,Web " +
			"Page,Gender,Birthday,Anniversary,Location,Language,Notes,E-mail Address,E-mail 2 Address,E-mail 3 " +
			"Address,Primary Phone,Home Phone,Mobile Phone,Home Street,Business Phone,Business Fax\n" +
			"Anna,,Dam,,,,,,1980-05-03,,,,,anna@x.nl\n", "{ Anna  Dam   } [anna@x.nl]  [{birthday 1980 May 3}]"},
		{"Dutch", "outlook", "Titel;Voornaam;Achternaam;Bedrijf;Functie;Plaats (werk);Telefoon op " +
			"werk;E-mailadres;E-mailtype;E-mail, weergavenaam;Verjaardag;Naam manager\n" +
			";Anna;Dam;ACME;Chef;Ede;030-1;anna@x.nl;SMTP;A. Dam;3-5-1980;Piet\n", "{ Anna  Dam   } [anna@x.nl] Ede " +
			"[{birthday 1980 May 3}] manager Piet"},
		{"German", "outlook", "Anrede,Vorname,Nachname,Firma,Position,Ort geschäftlich,Telefon geschäftlich,Telefon " +
			"(privat),E-Mail-Adresse,E-Mail: Angezeigter Name,Geburtstag,Empfohlen von\n" +
			"Frau,Anna,Dam,ACME,Chefin,Köln,1,2,anna@x.de,A. Dam,3.5.1980,Karl\n", "{ Anna  Dam  Frau } [anna@x.de] " +
			"Köln [{birthday 1980 May 3}] introduced by Karl"},
		{
			"guest list", "csv", "\ufeffNaam;Organisatie;Functie;E-mailadres;Aangemeld op;Opmerking\r\n" +
				"Anna van Dam;ACME;chef;anna@x.nl;01-02-2026;komt later\r\n",
			"{Anna van Dam      } [anna@x.nl]  []",
		},
		{
			"chart", "csv", "Name,Email,Title,Department,Level,Manager,Manager Email\n" +
				"Anna Dam,anna@x.nl,Chef,Web,3,Piet Baas,piet@x.nl\n",
			"{Anna Dam      } [anna@x.nl]  [] manager Piet Baaspiet@x.nl",
		},
		{
			"unnamed columns", "csv", "Wie,Waarheen\nAnna van Dam,anna@x.nl\nPeter Smit,piet@x.nl\n",
			"{Anna van Dam      } [anna@x.nl]  []",
		},
		{
			"particle", "csv", "voornaam,tussenvoegsel,achternaam,mobiel\nAnna,van der,Dam,06 12345678\n",
			"{ Anna van der Dam   } []  []",
		},
		{"addresses only", "csv", "email\nanna@x.nl\npiet@x.nl\n", "{      } [anna@x.nl]  []"},
	}
	for _, test := range tests {
		c := readtest.Detected(t, "contacts.csv", test.text, test.format)
		if len(c.Contacts) == 0 {
			t.Errorf("%s: no contact; rejects %v", test.name, c.Rejects)
			continue
		}
		x := c.Contacts[0]
		got := fmt.Sprintf("%v %v %s %v", x.Name, x.Addresses, x.Place, x.Dates)
		for _, r := range x.Related {
			got += " " + r.Kind + " " + r.Party.Name + r.Party.Address
		}
		if got != test.want {
			t.Errorf("%s: got %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestCSVMapping(t *testing.T) {
	text := "wie;nummer;club\nAnna van Dam;17;Koor\nNiemand;18;Toneel\n"
	f, sure := formats.Detect([]byte(text), "leden.csv")
	if f == nil || f.Name != "csv" || sure > 20 {
		t.Fatalf("detected %v, sure %d", f, sure)
	}
	read := func(mapping map[string]string) (*readtest.Collector, error) {
		c := &readtest.Collector{}
		return c, contacts.CSV.Read(context.Background(),
			&read.Source{Path: "leden.csv", Reader: strings.NewReader(text), Mapping: mapping}, c)
	}
	_, err := read(nil)
	var known *fault.Error
	if !errors.As(err, &known) || !strings.Contains(err.Error(), "wie, nummer, club") ||
		!strings.Contains(err.Error(), "--map COLUMN=FIELD") {
		t.Errorf("without a mapping: %v", err)
	}
	c, err := read(map[string]string{"Wie": "name", "CLUB": "tag", "nummer": "ignore"})
	if err != nil || len(c.Contacts) != 2 || c.Contacts[0].Name.Full != "Anna van Dam" ||
		fmt.Sprint(c.Contacts[1].Tags) != "[Toneel]" {
		t.Errorf("with a mapping: %v, %+v", err, c.Contacts)
	}
	if _, err = read(map[string]string{"wie": "naam"}); err == nil || fault.CodeOf(err) != fault.Usage {
		t.Errorf("a field that does not exist: %v", err)
	}
}

func TestGuessMapping(t *testing.T) {
	headers := []string{"Volledige naam", "E-mail 2", "Bel mij", "Iets", "Site"}
	mapping, confidence := table.GuessMapping(headers,
		[][]string{{"", "", "+31 6 12345678", "x", ""}, {"", "", "06-12345678", "y", ""}})
	want := map[string]string{"Volledige naam": "name", "E-mail 2": "email", "Bel mij": "phone", "Site": "link"}
	if !reflect.DeepEqual(mapping, want) {
		t.Errorf("%v", mapping)
	}
	if confidence["Volledige naam"] <= confidence["Bel mij"] || confidence["Bel mij"] <= 0 || confidence["Iets"] != 0 {
		t.Errorf("%v", confidence)
	}
	for _, f := range table.Fields {
		if f.Title == "" || strings.ToLower(f.Name) != f.Name {
			t.Errorf("%+v", f)
		}
	}
	for alias, field := range table.FieldAliases {
		if !table.IsField(field) || table.HeaderKey(alias) != alias {
			t.Errorf("alias %q of %q is not as headers are compared (%q)", alias, field, table.HeaderKey(alias))
		}
	}
}

// Reading goes on behind what was stored, and gives in two parts what it gives in one.
func TestCSVResume(t *testing.T) {
	text := "Name,Email\nA,a@x.nl\nB,\"b@x.nl\"\nC,c@x.nl\n"
	whole, _ := readtest.Text(t, contacts.CSV, text)
	for stop := 1; stop < len(whole.Contacts); stop++ {
		part := &readtest.Collector{After: stop}
		src := &read.Source{Path: "x.csv", Reader: strings.NewReader(text)}
		if err := contacts.CSV.Read(context.Background(), src, part); !errors.Is(err, readtest.ErrStop) {
			t.Fatal(err)
		}
		rest := &readtest.Collector{}
		src = &read.Source{Path: "x.csv", Reader: strings.NewReader(text), Resume: part.Places[stop-1].Next}
		if err := contacts.CSV.Read(context.Background(), src, rest); err != nil {
			t.Fatal(err)
		}
		// The record at which the sink stopped comes again.
		if got := len(part.Contacts) - 1 + len(rest.Contacts); got != len(whole.Contacts) {
			t.Errorf("stopped at %d: %d contacts in all, want %d", stop, got, len(whole.Contacts))
		}
	}
}

func FuzzContactTables(f *testing.F) {
	f.Add([]byte(outlookClassic))
	f.Add([]byte("First Name,Last Name,Labels,Organization Name,E-mail 1 - Label,E-mail 1 - Value\na,b,c,d,e,f ::: g"))
	f.Add([]byte("Naam;E-mail\nx;y@z.nl"))
	f.Add([]byte(
		"First Name,Display Name,Primary Email,Secondary Email,Birth Year,Birth Month,Birth Day\n,,a@b.nl,,1,2,3"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []read.Format{contacts.Google, contacts.Outlook, contacts.Thunderbird, contacts.CSV} {
			format.Detect(data, "x.csv")
			c := &readtest.Collector{}
			src := &read.Source{Path: "x.csv", Reader: strings.NewReader(string(data)), Size: int64(len(data))}
			if err := format.Read(context.Background(), src, c); err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			for _, x := range c.Contacts {
				if x.Name == (read.Name{}) && x.Nickname == "" && len(x.Addresses)+len(x.Phones)+len(x.Links) == 0 {
					t.Fatalf("a contact of nothing: %+v", x)
				}
			}
		}
	})
}
