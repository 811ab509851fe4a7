package intake

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gave.network/internal/fault"
	"gave.network/internal/realdata"
)

func TestGoogleOld(t *testing.T) {
	c, _, errs := readPath(t, realdata.Path(t, "formats/contacts-csv/roundcube/gmail.csv"))
	if len(errs) > 0 || len(c.contacts) != 1 || len(c.rejects) != 0 {
		t.Fatalf("%v, %d contacts, %v", errs, len(c.contacts), c.rejects)
	}
	want := Contact{
		Name: Name{
			Given: "Firstname", Additional: "Middle", Family: "Lastname", Prefix: "Prefix", Suffix: "Suffix",
		},
		Nickname: "nick", Addresses: []string{"home@aaa.pl", "work@email.pl", "unknown@email.com", "other@email.com"},
		Phones:        []string{"pager", "mainphone", "homephone", "mobile", "workphone"},
		Links:         []string{"https://test.com", "https://home.page.com"},
		Organisations: []Position{{Organisation: "company", Title: "jobtitle"}},
		Place:         "home_city", Tags: []string{"Test"}, Note: `note"note`,
		Dates:   []Date{{"birthday", 1975, 12, 12}},
		Related: []Related{{"spouse", Party{Name: "spouse", Role: Mentioned}}},
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
	if !reflect.DeepEqual(c.contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.contacts[0], want)
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
	c := readDetected(t, "contacts.csv", text, "google")
	if len(c.contacts) != 1 || len(c.rejects) != 1 || c.rejected[0].Line != 4 {
		t.Fatalf("%d contacts, rejects %v at %v", len(c.contacts), c.rejects, c.rejected)
	}
	want := Contact{
		Name: Name{Given: "Anna", Family: "van Dam"}, Addresses: []string{"anna@x.nl", "anna@y.nl", "a@z.nl"},
		Phones:        []string{"06 1234 5678", "+31 20 123 4567"},
		Organisations: []Position{{Organisation: "ACME", Title: "Redacteur", Department: "Web"}},
		Place:         "Utrecht", Tags: []string{"Buren"}, Note: "een\ntwee\n\nHond: Bello",
		Dates:   []Date{{"trouwdag", 2001, 6, 2}, {"birthday", 0, 3, 12}},
		Related: []Related{{"partner", Party{Name: "Bob Smit", Role: Mentioned}}}, Photo: true,
	}
	if !reflect.DeepEqual(c.contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.contacts[0], want)
	}
}

func TestThunderbird(t *testing.T) {
	c, _, errs := readPath(t, realdata.Path(t, "formats/contacts-csv/roundcube/tb_plain.csv"))
	if len(errs) > 0 || len(c.contacts) != 1 {
		t.Fatalf("%v, %d contacts, %v", errs, len(c.contacts), c.rejects)
	}
	want := Contact{
		Name: Name{Given: "Firstname", Family: "Lastname"}, Nickname: "Nick, Displayname",
		Addresses:     []string{"test@domain.tld", "next@domain.tld"},
		Phones:        []string{"phone work", "phone home", "mobile"},
		Links:         []string{"http://page.com", "http://webpage.tld"},
		Organisations: []Position{{Organisation: "Organization", Department: "department", Title: "title"}},
		Place:         "City",
		Dates:         []Date{{"birthday", 1970, 11, 15}},
		Unknown: []string{
			"Fax Number: fax", "Pager Number: pager", "Home Address: Priv address", "Home ZipCode: xx-xxx",
			"Work Address: Addr work", "Work City: Wcity",
			"Work State: Wstate", "Work ZipCode: 33-333", "Work Country: Poland",
		},
	}
	if !reflect.DeepEqual(c.contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.contacts[0], want)
	}
}

const outlookClassic = `"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street","Business City","Business Country/Region","Home City","Assistant's Phone","Business Fax","Business Phone","Home Phone","Mobile Phone","Pager","Anniversary","Assistant's Name","Birthday","Categories","E-mail Address","E-mail Type","E-mail Display Name","E-mail 2 Address","Manager's Name","Notes","Referred By","Spouse","Web Page"` + "\r\n" +
	`"Dr.","Ren` + "\xe9" + `","","de Boer","","ACME","Web","Editor","Street 1","Utrecht","NL","Zeist","","030-1","030-2222222","","06-12345678","","0/0/00","Els Smit","12/25/1980","Buren;Koor","rene@acme.nl","SMTP","Ren` + "\xe9" + ` de Boer","r@x.nl","Piet Baas","twee
regels","Karel Appel","Anna","www.acme.nl"` + "\r\n"

func TestOutlookClassic(t *testing.T) {
	c := readDetected(t, "contacts.csv", outlookClassic, "outlook")
	want := Contact{
		Name: Name{Prefix: "Dr.", Given: "René", Family: "de Boer"}, Addresses: []string{"rene@acme.nl", "r@x.nl"},
		Phones: []string{"030-2222222", "06-12345678"}, Links: []string{"https://www.acme.nl"},
		Organisations: []Position{{Organisation: "ACME", Department: "Web", Title: "Editor"}}, Place: "Utrecht",
		Tags: []string{"Buren", "Koor"},
		Note: "twee\nregels", Dates: []Date{{"birthday", 1980, 12, 25}},
		Related: []Related{
			{"manager", Party{Name: "Piet Baas", Role: Mentioned}},
			{"assistant", Party{Name: "Els Smit", Role: Mentioned}},
			{"spouse", Party{Name: "Anna", Role: Mentioned}},
			{"introduced by", Party{Name: "Karel Appel", Role: Mentioned}},
		},
		Unknown: []string{"Business Street: Street 1", "Home City: Zeist", "Business Fax: 030-1"},
	}
	if len(c.contacts) != 1 || !reflect.DeepEqual(c.contacts[0], want) {
		t.Errorf("got  %+v\nwant %+v", c.contacts, want)
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
		c := readDetected(t, "contacts.csv", test.text, test.format)
		if len(c.contacts) == 0 {
			t.Errorf("%s: no contact; rejects %v", test.name, c.rejects)
			continue
		}
		x := c.contacts[0]
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
	f, sure := Detect([]byte(text), "leden.csv")
	if f == nil || f.Name != "csv" || sure > 20 {
		t.Fatalf("detected %v, sure %d", f, sure)
	}
	read := func(mapping map[string]string) (*collector, error) {
		c := &collector{}
		return c, CSV.Read(context.Background(),
			&Source{Path: "leden.csv", Reader: strings.NewReader(text), Mapping: mapping}, c)
	}
	_, err := read(nil)
	var known *fault.Error
	if !errors.As(err, &known) || !strings.Contains(err.Error(), "wie, nummer, club") ||
		!strings.Contains(err.Error(), "--map COLUMN=FIELD") {
		t.Errorf("without a mapping: %v", err)
	}
	c, err := read(map[string]string{"Wie": "name", "CLUB": "tag", "nummer": "ignore"})
	if err != nil || len(c.contacts) != 2 || c.contacts[0].Name.Full != "Anna van Dam" ||
		fmt.Sprint(c.contacts[1].Tags) != "[Toneel]" {
		t.Errorf("with a mapping: %v, %+v", err, c.contacts)
	}
	if _, err = read(map[string]string{"wie": "naam"}); err == nil || fault.CodeOf(err) != fault.Usage {
		t.Errorf("a field that does not exist: %v", err)
	}
}

func TestGuessMapping(t *testing.T) {
	headers := []string{"Volledige naam", "E-mail 2", "Bel mij", "Iets", "Site"}
	mapping, confidence := GuessMapping(headers,
		[][]string{{"", "", "+31 6 12345678", "x", ""}, {"", "", "06-12345678", "y", ""}})
	want := map[string]string{"Volledige naam": "name", "E-mail 2": "email", "Bel mij": "phone", "Site": "link"}
	if !reflect.DeepEqual(mapping, want) {
		t.Errorf("%v", mapping)
	}
	if confidence["Volledige naam"] <= confidence["Bel mij"] || confidence["Bel mij"] <= 0 || confidence["Iets"] != 0 {
		t.Errorf("%v", confidence)
	}
	for _, f := range CSVFields {
		if f.Title == "" || strings.ToLower(f.Name) != f.Name {
			t.Errorf("%+v", f)
		}
	}
	for alias, field := range fieldAliases {
		if !csvFieldNamed(field) || headerKey(alias) != alias {
			t.Errorf("alias %q of %q is not as headers are compared (%q)", alias, field, headerKey(alias))
		}
	}
}

// Reading goes on behind what was stored, and gives in two parts what it gives in one.
func TestCSVResume(t *testing.T) {
	text := "Name,Email\nA,a@x.nl\nB,\"b@x.nl\"\nC,c@x.nl\n"
	whole, _ := readText(t, CSV, text)
	for stop := 1; stop < len(whole.contacts); stop++ {
		part := &collector{after: stop}
		src := &Source{Path: "x.csv", Reader: strings.NewReader(text)}
		if err := CSV.Read(context.Background(), src, part); !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		rest := &collector{}
		src = &Source{Path: "x.csv", Reader: strings.NewReader(text), Resume: part.places[stop-1].Next}
		if err := CSV.Read(context.Background(), src, rest); err != nil {
			t.Fatal(err)
		}
		// The record at which the sink stopped comes again.
		if got := len(part.contacts) - 1 + len(rest.contacts); got != len(whole.contacts) {
			t.Errorf("stopped at %d: %d contacts in all, want %d", stop, got, len(whole.contacts))
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
		for _, format := range []Format{Google, Outlook, Thunderbird, CSV} {
			format.Detect(data, "x.csv")
			c := &collector{}
			src := &Source{Path: "x.csv", Reader: strings.NewReader(string(data)), Size: int64(len(data))}
			if err := format.Read(context.Background(), src, c); err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			for _, x := range c.contacts {
				if x.Name == (Name{}) && x.Nickname == "" && len(x.Addresses)+len(x.Phones)+len(x.Links) == 0 {
					t.Fatalf("a contact of nothing: %+v", x)
				}
			}
		}
	})
}
