package contacts_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

// What real programs export is read without a reject, and says this much of the first contact.
func TestVCardSamples(t *testing.T) {
	for _, c := range []struct {
		file     string
		contacts int
		name     string
		addresses, phones,
		organisations, dates, related int
		place string
		photo bool
	}{
		{"vcard/ez-vcard/John_Doe_ANDROID.vcf", 6, "", 1, 0, 0, 0, 0, "", false},
		{"vcard/ez-vcard/John_Doe_BLACK_BERRY.vcf", 1, "john Doe", 0, 1, 1, 0, 0, "", true},
		{"vcard/ez-vcard/John_Doe_EVOLUTION.vcf", 1, "John Richter James Doe", 1, 2, 1, 2, 3, "Albaney", false},
		{"vcard/ez-vcard/John_Doe_GMAIL.vcf", 1, "John Richter James Doe", 1, 2, 1, 2, 1, "", false},
		{"vcard/ez-vcard/John_Doe_IPHONE.vcf", 1, "John Richter James Doe", 1, 7, 1, 1, 0, "New York", true},
		{"vcard/ez-vcard/John_Doe_LOTUS_NOTES.vcf", 1, "John Johny Doe", 2, 2, 1, 1, 0, "New York", true},
		{"vcard/ez-vcard/John_Doe_MAC_ADDRESS_BOOK.vcf", 1, "John Richter James Doe", 1, 7, 1, 1, 1, "New York", true},
		{"vcard/ez-vcard/John_Doe_MS_OUTLOOK.vcf", 1, "John Richter James Doe", 1, 2, 1, 2, 2, "Albaney", true},
		{"vcard/ez-vcard/fullcontact.vcf", 1, "FirstName MiddleName LastName", 5, 9, 2, 1, 0, "HomeCity", true},
		{"vcard/ez-vcard/gmail-list.vcf", 3, "Arnold Smith", 1, 0, 0, 0, 0, "", false},
		{"vcard/ez-vcard/gmail-single.vcf", 1, "Greg Dartmouth", 1, 2, 1, 2, 2, "Custom City", false},
		{"vcard/ez-vcard/gmail-single2.vcf", 1, "VCard Test", 5, 11, 1, 4, 16, "NY", false},
		{"vcard/ez-vcard/issue114.vcf", 1, "Dummy Dummy", 1, 2, 1, 0, 0, "Bad Homburg", false},
		{"vcard/ez-vcard/outlook-2003.vcf", 1, "John Doe", 1, 4, 1, 1, 0, "Austin", false},
		{"vcard/ez-vcard/outlook-2007.vcf", 1, "Michael Angstadt", 1, 4, 1, 2, 3, "New York", true},
		{"vcard/ez-vcard/rfc2426-example.vcf", 2, "Frank Dawson", 2, 2, 1, 0, 0, "Raleigh", false},
		{"vcard/ez-vcard/rfc6350-example.vcf", 1, "Simon Perreault", 1, 2, 1, 2, 0, "Quebec", false},
		{
			"vcard/ez-vcard/thunderbird-MoreFunctionsForAddressBook-extension.vcf", 1, "John Doe", 5, 5, 1, 2, 1,
			"New York", true,
		},
		{"contacts-csv/roundcube/gmail.vcf", 1, "Firstname Middle Lastname", 4, 7, 1, 1, 1, "home_city", false},
		{"contacts-csv/roundcube/tb_plain.vcf", 1, "Firstname Lastname", 2, 5, 1, 1, 0, "City", false},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			got, _, errs := readtest.Path(t, realdata.Path(t, "formats/"+c.file))
			broken := strings.HasSuffix(c.file, "ANDROID.vcf") // letters of its photo were lost
			if len(errs) > 0 || (len(got.Rejects) > 0) != broken || len(got.Contacts) != c.contacts {
				t.Fatalf("%d contacts, want %d; rejected %q, errors %v", len(got.Contacts), c.contacts,
					got.Rejects, errs)
			}
			x := got.Contacts[0]
			is := fmt.Sprintf("%q %d %d %d %d %d %q %v", x.Display(), len(x.Addresses), len(x.Phones),
				len(x.Organisations), len(x.Dates), len(x.Related), x.Place, x.Photo)
			want := fmt.Sprintf("%q %d %d %d %d %d %q %v", c.name, c.addresses, c.phones, c.organisations, c.dates,
				c.related, c.place, c.photo)
			if is != want {
				t.Errorf("\n got %s\nwant %s", is, want)
			}
		})
	}
}

func TestVCardProperties(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		want        read.Contact
	}{
		{
			"2.1 with soft breaks and a charset",
			"VERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jansen;Zo=EB\nTEL;CELL:06-12345678\n" +
				"NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo =\n  three=\nfour\nEMAIL;INTERNET:ZOE@Example.org\n",
			read.Contact{
				Name: read.Name{Given: "Zoë", Family: "Jansen"}, Phones: []string{"06-12345678"},
				Addresses: []string{"zoe@example.org"},
				Note:      "one\ntwo  threefour",
			},
		},
		{
			"raw bytes of Windows", "N:Jansen;Zo\xeb;;;\n",
			read.Contact{Name: read.Name{Given: "Zoë", Family: "Jansen"}},
		},
		{
			"folds", "FN:Anna \n  de\n\t Vries\nN:de\n  Vries;Anna\n",
			read.Contact{Name: read.Name{Given: "Anna", Family: "de Vries"}},
		},
		{
			"labels of Apple",
			"FN:Anna\nitem1.EMAIL:a@b.nl\nitem1.X-ABLabel:_$!<Work>!$_\nitem2.X-ABRELATEDNAMES:Jane Smith\n" +
				"item2.X-ABLabel:_$!<Manager>!$_\n" +
				"item3.X-ABDATE:2001-05-06\nitem3.X-ABLabel:_$!<Anniversary>!$_\n" +
				"BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\n" +
				"X-SOCIALPROFILE;type=linkedin;x-user=anna:http://www.linkedin.com/in/anna\nX-ABShowAs:COMPANY\n",
			read.Contact{
				Name: read.Name{Full: "Anna"}, Addresses: []string{"a@b.nl"}, Company: true,
				Links: []string{"http://www.linkedin.com/in/anna"},
				Dates: []read.Date{
					{Kind: "anniversary", Year: 2001, Month: 5, Day: 6}, {Kind: "birthday", Month: 2, Day: 29},
				},
				Related: []read.Related{{Kind: "manager", Party: read.Party{Name: "Jane Smith", Role: read.Mentioned}}},
			},
		},
		{
			"4.0",
			"VERSION:4.0\nKIND:individual\nUID:urn:uuid:F81D4FAE-7DEC\nN:van der Berg;Jan;;dr.;\n" +
				"TEL;VALUE=uri:tel:+31-6-1234;ext=5\n" +
				"RELATED;TYPE=colleague:urn:uuid:03A0E51F-D1AA\nRELATED;TYPE=friend;VALUE=text:Piet\n" +
				"RELATED;TYPE=spouse:mailto:Eva@x.nl\n" +
				"BDAY:--0412\nORG;SORT-AS=\"ACME\":ACME\\, Inc;Sales;North\nTITLE:Buyer\n" +
				"ADR;LABEL=\"a:b;c\":;;Street 1;Utrecht;UT;3500;NL\nCATEGORIES:a,b\\,c\nX-FOO;A=b:bar\n",
			read.Contact{
				Handle: "vcard:f81d4fae-7dec", Name: read.Name{Given: "Jan", Family: "van der Berg", Prefix: "dr."},
				Phones: []string{"+31-6-1234"},
				Related: []read.Related{
					{Kind: "colleague", Party: read.Party{Handle: "vcard:03a0e51f-d1aa", Role: read.Mentioned}},
					{Kind: "friend", Party: read.Party{Name: "Piet", Role: read.Mentioned}},
					{Kind: "spouse", Party: read.Party{Address: "eva@x.nl", Role: read.Mentioned}},
				},
				Dates:         []read.Date{{Kind: "birthday", Month: 4, Day: 12}},
				Organisations: []read.Position{{Organisation: "ACME, Inc", Department: "Sales, North", Title: "Buyer"}},
				Place:         "Utrecht", Tags: []string{"a", "b,c"},
				Unknown: []string{`ADR;LABEL="a:b;c":;;Street 1;Utrecht;UT;3500;NL`, "X-FOO;A=b:bar"},
			},
		},
		{
			"only an organisation", "ORG:Borrel BV\nTITLE:\n",
			read.Contact{
				Name: read.Name{Full: "Borrel BV"}, Company: true,
				Organisations: []read.Position{{Organisation: "Borrel BV"}},
			},
		},
		{
			"a photo between", "FN:Anna\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\n AAAA\n BBBB=\n\nTEL:1\n",
			read.Contact{
				Name: read.Name{Full: "Anna"}, Photo: true, Phones: []string{"1"},
				Face: read.Face{Image: []byte("\x00\x00\x00\x00\x00\x00\x04\x10A"), At: read.At{Line: 3, Offset: 20}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := readtest.Text(t, contacts.VCard, "BEGIN:VCARD\n"+c.lines+"END:VCARD\n")
			if len(got.Contacts) != 1 || len(got.Rejects) != 0 {
				t.Fatalf("%d contacts, rejected %q", len(got.Contacts), got.Rejects)
			}
			if !reflect.DeepEqual(got.Contacts[0], c.want) {
				t.Errorf("\n got %+v\nwant %+v", got.Contacts[0], c.want)
			}
		})
	}
}

// A day that is none is reported with its line, and kept as it is; a field that says that there is no day is neither.
func TestVCardDaysThatAreNone(t *testing.T) {
	got, _ := readtest.Text(t, contacts.VCard,
		"BEGIN:VCARD\nFN:A\nBDAY:2021-02-30\nBDAY:circa 1800\nBDAY:1985\nBDAY:\n"+
			"BDAY:0000-00-00\nANNIVERSARY:20010230\nX-ABDATE:12 mrt. 1985;\nEND:VCARD\n")
	want := []string{
		`the date "2021-02-30" cannot be read`, `the date "circa 1800" cannot be read`,
		`the date "1985" has no day or no month`, `the date "20010230" cannot be read`,
	}
	if !slices.Equal(got.Rejects, want) || got.Rejected[0].Line != 3 || got.Rejected[3].Line != 8 {
		t.Errorf("rejected %q at %v", got.Rejects, got.Rejected)
	}
	if len(got.Contacts) != 1 || !slices.Equal(got.Contacts[0].Unknown,
		[]string{"BDAY:2021-02-30", "BDAY:circa 1800", "BDAY:1985", "ANNIVERSARY:20010230"}) ||
		!slices.Equal(got.Contacts[0].Dates, []read.Date{{Kind: "anniversary", Year: 1985, Month: 3, Day: 12}}) {
		t.Errorf("%+v", got.Contacts)
	}
}

// A group is nobody: its members are told its name, wherever they stand, also those of a group within it.
func TestVCardGroups(t *testing.T) {
	got, _ := readtest.Text(t, contacts.VCard,
		"BEGIN:VCARD\nKIND:group\nFN:Bestuur\nUID:g1\nMEMBER:urn:uuid:a\nMEMBER:urn:uuid:g2\nEND:VCARD\n"+
			"BEGIN:VCARD\nUID:A\nFN:Kars Pot\nEND:VCARD\n"+
			"BEGIN:VCARD\nX-ADDRESSBOOKSERVER-KIND:group\nFN:Oud\nUID:g2\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:B\n"+
			"MEMBER:mailto:c@x.nl\nMEMBER:urn:uuid:g1\nEND:VCARD\n")
	said := ""
	for _, c := range got.Contacts {
		said += c.Display() + c.Handle + strings.Join(c.Addresses, "") + strings.Join(c.Tags, "")
		if c.Adds {
			said += "+"
		}
		said += " "
	}
	want := "Kars Potvcard:a vcard:aBestuur+ vcard:bBestuur+ c@x.nlBestuur+ vcard:bOud+ c@x.nlOud+ vcard:aOud+ "
	if said != want || len(got.Rejects) > 0 {
		t.Errorf("got  %s\nwant %s\n%v", said, want, got.Rejects)
	}
	for _, at := range got.Places {
		if at.Next != 0 {
			t.Errorf("reading would go on behind a group that was not told yet: %+v", got.Places)
		}
	}
}

func TestEachName(t *testing.T) {
	for field, want := range map[string]string{
		"Tom en Sanne Zand": "Tom Zand|Sanne Zand", "Tom & Sanne": "Tom|Sanne", "Zand, Tom": "Zand, Tom",
		"Tom, Sanne, Kim":        "Tom|Sanne|Kim",
		"Tom Bos and Sanne Zand": "Tom Bos|Sanne Zand", "Tom": "Tom",
		"Jansen & Zn.": "Jansen & Zn.", "Hans und Eva von Berg": "Hans von Berg|Eva von Berg",
		"Anna; Bob": "Anna|Bob", "Cas Mos, Dirk Hof": "Cas Mos|Dirk Hof", "bouw en sloop": "bouw en sloop", "": "",
	} {
		if got := strings.Join(contacts.EachName(field), "|"); got != want {
			t.Errorf("%q names %q, want %q", field, got, want)
		}
	}
}

func TestVCardCompaniesAndNames(t *testing.T) {
	for lines, want := range map[string]string{
		"FN:Loodgieter Bos\nN:;;;;\nORG:Loodgieter Bos\nTEL:1":                "Loodgieter Bos company",
		"FN:Hans Vos\nN:;;;;\nORG:Hans Vos\nTITLE:eigenaar":                   "Hans Vos",
		"KIND:org\nFN:Stichting Zon":                                          "Stichting Zon company",
		"FN:Eppel GmbH\nN:Berger;Hans;;;\nORG:Eppel GmbH\nX-ABSHOWAS:COMPANY": "Hans Berger",
		"FN;PREF=2:N. Haddad\nFN;PREF=1:Nadia Haddad\nNICKNAME:Nad,Nadje\nNICKNAME:Na": "Nadia Haddad (Nad, Nadje, " +
			"Na, N. Haddad)",
		"FN:Kinder-\\, Jeugd- en Oudertelefoon\nN:en Oudertelefoon;Kinder-\\, Jeugd-;;;": "Kinder-, Jeugd- en " +
			"Oudertelefoon",
		"FN:Bos, Anna\nN:Bos;Anna;;;": "Anna Bos",
		"FN:Annie\nN:Bos;Anna;;;":     "Anna Bos (Annie)",
	} {
		got, _ := readtest.Text(t, contacts.VCard, "BEGIN:VCARD\n"+lines+"\nEND:VCARD\n")
		c := got.Contacts[0]
		said := c.Display()
		if c.Nickname != "" {
			said += " (" + c.Nickname + ")"
		}
		if c.Company {
			said += " company"
		}
		if said != want {
			t.Errorf("%s\n got %s\nwant %s", lines, said, want)
		}
	}
}

// A bad card never costs its neighbours.
func TestVCardNeighbours(t *testing.T) {
	const anna = "BEGIN:VCARD\nFN:Anna\nEND:VCARD\n"
	for _, c := range []struct {
		name, text        string
		contacts, rejects int
		skipped           int
		line              int64 // of the first reject
	}{
		{"two", anna + anna, 2, 0, 0, 0},
		{"lower case", "begin:vcard\r\nfn:Anna\r\nend:vcard\r\n" + anna, 2, 0, 0, 0},
		{"no end between", "BEGIN:VCARD\nFN:Bob\n" + anna, 2, 0, 0, 0},
		{"cut off", anna + "BEGIN:VCARD\nFN:Bob\nTEL:1", 1, 1, 0, 4},
		{"empty card", anna + "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n" + anna, 2, 1, 0, 4},
		{"text between", anna + "hello\nworld\n" + anna, 2, 1, 0, 4},
		{"group", anna + "BEGIN:VCARD\nFN:Team\nKIND:group\nMEMBER:urn:uuid:1\nEND:VCARD\n", 2, 0, 0, 0},
		{"nested agent", "BEGIN:VCARD\nFN:Boss\nAGENT:\n" + anna + "TEL:1\nEND:VCARD\n", 2, 0, 0, 0},
		{"binary", "BEGIN:VCARD\nFN:\x00\x01\xff\nEND:VCARD\n" + anna, 2, 0, 0, 0},
		{"joined files", "BEGIN:VCARD\nFN:Bob\nEND:VCARD" + anna, 2, 0, 0, 0},
		{"end alone", "END:VCARD\n" + anna, 1, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, src := readtest.Text(t, contacts.VCard, c.text)
			if len(got.Contacts) != c.contacts || len(got.Rejects) != c.rejects || len(src.Skipped) != c.skipped {
				t.Errorf("%d contacts, rejected %q, left out %v", len(got.Contacts), got.Rejects, src.Skipped)
			}
			if c.rejects > 0 && len(got.Rejected) > 0 && got.Rejected[0].Line != c.line {
				t.Errorf("the reject is on line %d, want %d", got.Rejected[0].Line, c.line)
			}
		})
	}
	got, _ := readtest.Text(t, contacts.VCard, "BEGIN:VCARD\nFN:Boss\nAGENT:\n"+anna+"TEL:1\nEND:VCARD\n")
	if boss := got.Contacts[1]; boss.Display() != "Boss" || len(boss.Phones) != 1 || len(boss.Related) != 1 ||
		boss.Related[0].Party.Name != "Anna" {
		t.Errorf("the boss is %+v", boss)
	}
}

// Reading goes on from At.Next.
func TestVCardResume(t *testing.T) {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, "BEGIN:VCARD\r\nFN:Person %d\r\nEND:VCARD\r\n\r\n", i)
	}
	path := readtest.WriteFile(t, t.TempDir(), "all.vcf", []byte(text.String()))
	first := &readtest.Collector{After: 20}
	for entry, err := range formats.Open(context.Background(), path) {
		if err != nil {
			t.Fatal(err)
		}
		src := &read.Source{Zone: time.UTC}
		if err := entry.Read(context.Background(), src, first); err != readtest.ErrStop {
			t.Fatal(err)
		}
		rest := &readtest.Collector{}
		src.Resume = first.Places[19].Next
		if err := entry.Read(context.Background(), src, rest); err != nil {
			t.Fatal(err)
		}
		if len(rest.Contacts) != 30 || rest.Contacts[0].Display() != "Person 20" || rest.Places[0].Line != 81 {
			t.Errorf("%d contacts more, the first at %+v", len(rest.Contacts), rest.Places[0])
		}
	}
}

// UTF-16 with and without its mark, and UTF-8 with one, read like UTF-8.
func TestVCardEncodings(t *testing.T) {
	text := "BEGIN:VCARD\r\nFN:Zoë 🌷\r\nTEL:1\r\nEND:VCARD\r\n"
	units := utf16.Encode([]rune(text))
	little, big := []byte{}, []byte{}
	for _, u := range units {
		little = binary.LittleEndian.AppendUint16(little, u)
		big = binary.BigEndian.AppendUint16(big, u)
	}
	for name, data := range map[string][]byte{
		"utf8": []byte(text), "utf8bom": []byte("\ufeff" + text), "le": little, "be": big,
		"lebom": append([]byte{0xff, 0xfe}, little...), "bebom": append([]byte{0xfe, 0xff}, big...),
	} {
		got, _, errs := readtest.Path(t, readtest.WriteFile(t, t.TempDir(), "a.vcf", data))
		if len(errs) > 0 || len(got.Contacts) != 1 || got.Contacts[0].Display() != "Zoë 🌷" {
			t.Errorf("%s: %+v %v", name, got.Contacts, errs)
		}
	}
}

// A photo of 200 MB, folded or in one line, takes no memory; nor does a note of that size.
func TestVCardGiantLines(t *testing.T) {
	const size = 200 << 20
	for _, name := range []string{
		"PHOTO;ENCODING=b:", "NOTE:", "X-OTHER:", "NOTE;ENCODING=QUOTED-PRINTABLE:", "", "NOTE;",
	} {
		got := &readtest.Collector{}
		src := &read.Source{Zone: time.UTC, Reader: io.MultiReader(strings.NewReader("BEGIN:VCARD\nFN:Anna\n"+name),
			&readtest.Endless{Byte: 'A', Count: size},
			strings.NewReader("\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\n"))}
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		if err := contacts.VCard.Read(context.Background(), src, got); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&end)
		if used := end.TotalAlloc - start.TotalAlloc; used > 16<<20 {
			t.Errorf("%q: reading took %d MB", name, used>>20)
		}
		if len(got.Contacts) != 2 || len(got.Contacts[0].Phones) != 1 {
			t.Errorf("%q: %d contacts, rejected %q", name, len(got.Contacts), got.Rejects)
		}
	}
}

func FuzzVCard(f *testing.F) {
	f.Add([]byte("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=EB;A=\n b\n" +
		"PHOTO;BASE64:\n AA\n\nAGENT:\nBEGIN:VCARD\nFN:x\nEND:VCARD\nEND:VCARD\n"))
	f.Add([]byte("BEGIN:VCARD\nitem1.X-ABDATE;X=\"a:b\":1604-02-29\nitem1.X-ABLabel:_$!<A>!$_\nORG:\\;;;\nADR:\\\n" +
		"RELATED;TYPE=a,b:urn:uuid:\nTEL:tel:\nEND:VCARD"))
	f.Add([]byte("BEGIN:VCARD\nBEGIN:VCARD\nBDAY:--02\nCATEGORIES:,,,\nIMPP:\n" +
		"X-SOCIALPROFILE;x-user=\"^n^^\":x-apple:%zz\nEND:VCARD"))
	f.Fuzz(func(t *testing.T, data []byte) {
		contacts.VCard.Detect(data, "x.vcf")
		got := &readtest.Collector{}
		if err := contacts.VCard.Read(context.Background(), &read.Source{Reader: bytes.NewReader(data)},
			got); err != nil {
			t.Fatal(err)
		}
		for _, c := range got.Contacts {
			if c.Name == (read.Name{}) && c.Nickname == "" && len(c.Addresses)+len(c.Phones) == 0 {
				t.Fatalf("a contact without anything: %+v", c)
			}
			for _, d := range c.Dates {
				if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 || d.Kind == "" {
					t.Fatalf("the day is %+v", d)
				}
			}
		}
		for _, at := range got.Places {
			if at.Next > int64(len(data)) || at.Offset > int64(len(data)) {
				t.Fatalf("the place is %+v of %d bytes", at, len(data))
			}
		}
	})
}

// BenchmarkVCard reads 10,000 contacts, one in ten with a photo of 30 kB.
func BenchmarkVCard(b *testing.B) {
	photo := "PHOTO;ENCODING=b;TYPE=JPEG:" + strings.Repeat(strings.Repeat("A", 74)+"\r\n ", 400) + "\r\n"
	var text bytes.Buffer
	const cards = 10_000
	for i := range cards {
		fmt.Fprintf(&text, "BEGIN:VCARD\r\nVERSION:3.0\r\nN:van der Berg;Anna %d;;;\r\nFN:Anna %d van der Berg\r\n"+
			"EMAIL;TYPE=INTERNET,WORK:anna%d@example.org\r\nTEL;TYPE=CELL:+31 6 %08d\r\nORG:ACME;Sales\r\n"+
			"TITLE:Buyer\r\n"+
			"ADR;TYPE=WORK:;;Straat 1;Utrecht;;3511 AA;Nederland\r\nBDAY:1985-03-12\r\n"+
			"NOTE:Met at the borrel\\nof the association.\r\n", i, i, i, i)
		if i%10 == 0 {
			text.WriteString(photo)
		}
		text.WriteString("END:VCARD\r\n")
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		count := &readtest.Counting{}
		if err := contacts.VCard.Read(context.Background(), &read.Source{Reader: bytes.NewReader(text.Bytes())},
			count); err != nil {
			b.Fatal(err)
		}
		total += count.Records
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "contacts/s")
}
