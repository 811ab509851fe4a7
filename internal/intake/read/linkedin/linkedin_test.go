package linkedin_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/linkedin"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

func TestParseStamp(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		in         string
		monthFirst bool
		want       string // "" for none
	}{
		{"12 Mar 2024", true, "2024-03-11T23:00:00Z"},
		{"7-Feb-22", true, "2022-02-06T23:00:00Z"},
		{"Mar 12, 2024", true, "2024-03-11T23:00:00Z"},
		{"12 mrt. 2024", true, "2024-03-11T23:00:00Z"},
		{"3. März 2024", true, "2024-03-02T23:00:00Z"},
		{"2026-08-01 02:00:00 UTC", true, "2026-08-01T02:00:00Z"},
		{"2025/06/10 23:13:46 UTC", true, "2025-06-10T23:13:46Z"},
		{"8/20/26, 8:13 AM", true, "2026-08-20T06:13:00Z"},
		{"07/21/09, 12:11 PM", true, "2009-07-21T10:11:00Z"},
		{"12/1/09, 12:11 AM", true, "2009-11-30T23:11:00Z"},
		{"20/8/26, 18:13", true, "2026-08-20T16:13:00Z"},
		{"3/5/2026 18:13", false, "2026-05-03T16:13:00Z"},
		{"3/5/2026 18:13", true, "2026-03-05T17:13:00Z"},
		{"2024-05-15T10:30:00+02:00", true, "2024-05-15T08:30:00Z"},
		{"2024-05-15T10:30:00.123Z", true, "2024-05-15T10:30:00Z"},
		{"2024-02-30", true, ""},
		{"31/31/2024", true, ""},
		{"0000-00-00", true, ""},
		{"soon", true, ""},
		{"", true, ""},
		{"99999999999999999999/1/1", true, ""},
		{"2024-01-01 25:00", true, ""},
	}
	for _, test := range tests {
		got, ok := read.ParseStamp(test.in, amsterdam, test.monthFirst)
		text := ""
		if ok {
			text = got.Truncate(time.Second).Format(time.RFC3339)
		}
		if text != test.want {
			t.Errorf("%q: %q, want %q", test.in, text, test.want)
		}
	}
	for in, want := range map[string]string{
		"Mar 2019": "2019-03", "2019": "2019", "12 Mar 2019": "2019-03-12", "03/2019": "2019-03", "now": "", "": "",
	} {
		if got := read.PartialDate(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLinkedInSamples(t *testing.T) {
	c, src, errs := readtest.Path(t, realdata.Path(t, "formats/linkedin"))
	if len(errs) > 0 || len(c.Rejects) > 0 {
		t.Fatalf("%v %v", errs, c.Rejects)
	}
	// six-hops: four connections and one who left; the other archive: ten connections, eleven messages and its owner.
	if len(c.Contacts) != 4+10+1 || len(c.Statements) != 14 || len(c.Interactions) != 11 ||
		src.Skipped["member who left"] != 1 {
		t.Errorf("%d contacts, %d statements, %d messages, skipped %v", len(c.Contacts), len(c.Statements),
			len(c.Interactions), src.Skipped)
	}
	self := 0
	for _, x := range c.Contacts {
		if x.Self {
			self++
			if x.Name.Full != "Test User" {
				t.Errorf("the owner is %+v", x)
			}
		}
	}
	if self != 1 {
		t.Errorf("%d owners", self)
	}
	first := c.Interactions[0]
	if got := fmt.Sprintf("%s %v", first.Time.Format(time.RFC3339), first.Parties); got != "2024-05-15T10:30:00Z "+
		"[{Alice Johnson   https://www.linkedin.com/in/alicejohnson  0 false false} {Test User     1 false true}]" {
		t.Error(got)
	}
	// In the answer Alice is named without her profile, which the connections know.
	if p := c.Interactions[1].Parties[1]; p.Link != "https://www.linkedin.com/in/alicejohnson" {
		t.Errorf("%+v", p)
	}
	for _, i := range c.Interactions {
		if i.Title != "" {
			t.Errorf("a title %q without a subject", i.Title)
		}
	}
}

var linkedinArchive = map[string]string{
	"Connections.csv": "\ufeffNotes:\r\n\"When exporting your connection data, you may notice that some of the email " +
		"addresses are missing.\"\r\n\r\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n" +
		"Anna,\"van Dam, MSc\",https://www.linkedin.com/in/Anna-van-Dam/,anna@x.nl,ACME,Redacteur,12 Mar 2024\r\n" +
		"René,X,https://nl.linkedin.com/in/ren%C3%A9-x,,,,7-Feb-22\r\n" +
		"Jan,Smit,https://www.linkedin.com/in/jan-smit,,,,1 May 2020\r\n" +
		",,,,,,\r\n",
	"messages.csv": "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE " +
		"URLS,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT\r\n" +
		"c1,,Me Self,https://www.linkedin.com/in/me,\"Anna van Dam, " +
		"MSc\",https://www.linkedin.com/in/anna-van-dam,2026-08-01 02:00:00 UTC,<b>Hi</b> " +
		"there,<p>secret</p>,INBOX,,No\r\n" +
		"c2,,René X,https://www.linkedin.com/in/ren%C3%A9-x,\"Me Self,Jan Smit, " +
		"MBA\",\"https://www.linkedin.com/in/me,https://www.linkedin.com/in/jan-smit\",2025/06/10 23:13:46 " +
		"UTC,,\"two\r\nlines\",INBOX,,No\r\n" +
		"c3,,Me Self,https://www.linkedin.com/in/me,Jan Smit,https://www.linkedin.com/in/jan-smit,2025-06-10 " +
		"23:13:46 UTC,,x,INBOX,,Yes\r\n" +
		"c4,,Spammer,https://www.linkedin.com/in/spam,Me Self,https://www.linkedin.com/in/me,2025-06-10 23:13:46 " +
		"UTC,,x,SPAM,,No\r\n" +
		"c5,,LinkedIn Premium,,Me Self,https://www.linkedin.com/in/me,2025-06-10 23:13:46 UTC,Offer,x,INBOX,,No\r\n" +
		"c6,,Jan Smit,https://www.linkedin.com/in/jan-smit,Me " +
		"Self,https://www.linkedin.com/in/me,yesterday,,x,INBOX,,No\r\n",
	"Invitations.csv": "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\r\n" +
		"Me Self,Anna van Dam,\"8/20/26, 8:13 " +
		"AM\",hello,OUTGOING,https://www.linkedin.com/in/me,https://www.linkedin.com/in/anna-van-dam\r\n" +
		"Kees Kok,Me Self,\"07/21/09, 12:11 " +
		"PM\",,INCOMING,https://www.linkedin.com/in/kees,https://www.linkedin.com/in/me\r\n",
	"Recommendations_Received.csv": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\r\n" +
		"René,X,ACME,Chef,\"Great,\nreally\",\"07/21/09, 12:11 PM\",VISIBLE\r\n",
	"Recommendations_Given.csv": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\r\n" +
		"Jan,Smit,,,Good,\"07/21/10, 12:11 PM\",HIDDEN\r\n",
	"Endorsement_Received_Info.csv": "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser " +
		"Public Url,Endorsement Status\r\n" +
		"2025/06/10 23:13:46 UTC,Writing,Jan,Smit,www.linkedin.com/in/jan-smit,ACCEPTED\r\n",
	"Endorsement_Given_Info.csv": "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee " +
		"Public Url,Endorsement Status\r\n" +
		"2025/06/10 23:13:46 UTC,Design,Jan,Smit,www.linkedin.com/in/jan-smit,REJECTED\r\n",
	"Positions.csv": "Company Name,Title,Description,Location,Started On,Finished On\r\n" +
		"ACME,Adviseur,,Utrecht,Mar 2019,\r\nOud,Schrijver,,,2010,Feb 2019\r\n",
	"Education.csv": "School Name,Start Date,End Date,Notes,Degree Name,Activities\r\n" +
		"UU,2001,2005,,MA,\r\n",
	"Skills.csv": "Name\r\nSchrijven\r\nTypografie\r\n",
	"Profile.csv": "First Name,Last Name,Maiden Name,Address,Birth " +
		"Date,Headline,Summary,Industry,Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers\r\n" +
		"Me,Self,,,,Adviseur,,,,\"Utrecht, Nederland\",,[PORTFOLIO:https://me.nl],\r\n",
	"Email Addresses.csv": "Email Address,Confirmed,Primary,Updated On\r\nme@x.nl,Yes,Yes,1/1/20\r\n" +
		"old@x.nl,No,No,1/1/20\r\n",
	"Events.csv": "Event Name,Event Time,Status,External Url\r\n" +
		"Borrel,2024-03-05 18:00:00 UTC,ACCEPTED,\r\n",
	"Jobs/Job Applications.csv":      "Application Date,Company Name\r\n1/1/20,ACME\r\n",
	"Articles/Articles/article.html": "<html></html>",
	"Ad_Targeting.csv":               "Member Age,Company\r\n1,2\r\n",
}

func TestLinkedInArchive(t *testing.T) {
	c, src, errs := readtest.Path(t, readtest.WriteFile(t, t.TempDir(), "Basic_LinkedInDataExport.zip",
		readtest.Zip(t, linkedinArchive)))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if fmt.Sprint(c.Rejects) != `[the date "yesterday" cannot be read]` || c.Rejected[0].File != "messages.csv" ||
		c.Rejected[0].Line != 8 {
		t.Errorf("rejects %v at %v", c.Rejects, c.Rejected)
	}
	if fmt.Sprint(src.Skipped) != "map[advertisement or member who left:1 draft:1 spam:1]" {
		t.Errorf("skipped %v", src.Skipped)
	}
	self := c.Contacts[0]
	if !self.Self || self.Name.Given != "Me" ||
		fmt.Sprint(self.Links) != "[https://me.nl https://www.linkedin.com/in/me]" ||
		fmt.Sprint(self.Addresses) != "[me@x.nl]" ||
		fmt.Sprint(self.Organisations) !=
			"[{UU  MA 2001 2005} {ACME  Adviseur 2019-03 } {Oud  Schrijver 2010 2019-02}]" ||
		fmt.Sprint(self.Tags) != "[Schrijven Typografie]" {
		t.Errorf("owner %+v", self)
	}
	if len(c.Contacts) != 4 || fmt.Sprint(c.Contacts[1].Links,
		c.Contacts[2].Links) != "[https://www.linkedin.com/in/anna-van-dam] [https://www.linkedin.com/in/rené-x]" {
		t.Errorf("contacts %+v", c.Contacts[1:])
	}
	var lines []string
	for _, i := range c.Interactions {
		line := i.Time.Format("2006-01-02 15:04") + " " + string(i.Medium) + " " + i.Title
		for _, p := range i.Parties {
			line += fmt.Sprintf(" | %d %s %s %v", p.Role, p.Name, p.Link, p.Self)
		}
		lines = append(lines, line)
	}
	want := `2026-08-01 02:00 message Hi there | 0 Me Self https://www.linkedin.com/in/me true | 1 Anna van Dam, MSc https://www.linkedin.com/in/anna-van-dam false
2025-06-10 23:13 message  | 0 René X https://www.linkedin.com/in/rené-x false | 1 Me Self https://www.linkedin.com/in/me true | 1 Jan Smit, MBA https://www.linkedin.com/in/jan-smit false
2024-03-05 18:00 face Borrel | 1 Me Self https://www.linkedin.com/in/me true`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("interactions\n%s\nwant\n%s", got, want)
	}
	lines = nil
	for _, s := range c.Statements {
		lines = append(lines, fmt.Sprintf("%s %s > %s %v %s", s.Layer, read.PartyKey(s.From), read.PartyKey(s.To),
			s.Undirected,
			s.Time.Format(time.DateOnly)))
	}
	want = `connected  > https://www.linkedin.com/in/anna-van-dam true 2024-03-12
connected  > https://www.linkedin.com/in/rené-x true 2022-02-07
connected  > https://www.linkedin.com/in/jan-smit true 2020-05-01
invited  > https://www.linkedin.com/in/anna-van-dam false 2026-08-20
invited https://www.linkedin.com/in/kees >  false 2009-07-21`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("statements\n%s\nwant\n%s", got, want)
	}
	lines = nil
	for _, p := range c.Praised {
		lines = append(lines, fmt.Sprintf("%s %s > %s %q %q %v", p.Kind, read.PartyKey(p.Author),
			read.PartyKey(p.Subject),
			p.Text, p.Title, p.Hidden))
	}
	slices.Sort(lines)
	want = `endorsement  > https://www.linkedin.com/in/jan-smit "Design" "" true
endorsement https://www.linkedin.com/in/jan-smit >  "Writing" "" false
recommendation  > https://www.linkedin.com/in/jan-smit "Good" "" true
recommendation https://www.linkedin.com/in/rené-x >  "Great,\nreally" "Chef, ACME" false`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("praise\n%s\nwant\n%s", got, want)
	}
	readtest.CheckUnique(t, c)
}

// Each table alone is read too, and an archive is not taken for one when other files lie among it.
func TestLinkedInParts(t *testing.T) {
	for name, text := range linkedinArchive {
		if strings.Contains(name, "/") || name == "Ad_Targeting.csv" {
			continue
		}
		f, _ := formats.Detect([]byte(strings.TrimPrefix(text, "\ufeff")), name)
		if f == nil || f.Name != "linkedin" {
			t.Errorf("%s is not recognised: %v", name, f)
			continue
		}
		c := &readtest.Collector{}
		src := &read.Source{Path: "/x/" + name, Reader: strings.NewReader(text)}
		if err := f.Read(context.Background(), src, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(c.Contacts)+len(c.Interactions)+len(c.Statements)+len(c.Praised) == 0 {
			t.Errorf("%s gave nothing; rejects %v", name, c.Rejects)
		}
	}
	names := []string{"Connections.csv", "messages.csv", "mail.mbox"}
	if sure := linkedin.DetectLinkedInTree(names,
		func(name string) []byte { return []byte(linkedinArchive[name]) }); sure != 0 {
		t.Errorf("a folder with mail is taken for an archive, sure %d", sure)
	}
}

func TestLinkedInOtherLanguages(t *testing.T) {
	for _, head := range []string{
		"Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am",
		"Imię,Nazwisko,Adres,E-mail,Firma,Stanowisko,Data",
	} {
		text := head + "\nAnna,Dam,https://www.linkedin.com/in/anna,anna@x.nl,ACME,Chef,12 Mar 2024\n"
		c := readtest.Detected(t, "Connections.csv", text, "linkedin")
		if len(c.Contacts) != 1 || c.Contacts[0].Name.Given != "Anna" ||
			c.Contacts[0].Organisations[0].Organisation != "ACME" || c.Statements[0].Time.IsZero() {
			t.Errorf("%s: %+v %+v %v", head, c.Contacts, c.Statements, c.Rejects)
		}
	}
}

// A stop after any record and going on gives what reading at once gives.
func TestLinkedInResume(t *testing.T) {
	path := readtest.WriteFile(t, t.TempDir(), "archive.zip", readtest.Zip(t, linkedinArchive))
	parse := func(resume int64) *readtest.Collector {
		c := &readtest.Collector{}
		for entry, err := range formats.Open(context.Background(), path) {
			if err == nil {
				err = entry.Read(context.Background(), &read.Source{Zone: time.UTC, Resume: resume}, c)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	whole := parse(0)
	for step := int64(1); step <= 7; step++ {
		rest := parse(step)
		if len(rest.Contacts) != 0 {
			t.Errorf("step %d repeats contacts", step)
		}
		if got, want := len(rest.Interactions), len(whole.Interactions); step < 3 && got != want ||
			step >= 7 && got != 1 {
			t.Errorf("step %d: %d interactions, want %d", step, got, want)
		}
		for _, p := range rest.Praised {
			if !slices.ContainsFunc(whole.Praised, func(q read.Praise) bool { return q.External == p.External }) {
				t.Errorf("step %d: another id for %+v", step, p)
			}
		}
	}
}

func FuzzLinkedIn(f *testing.F) {
	for name, text := range linkedinArchive {
		f.Add([]byte(text), name)
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		linkedin.LinkedIn.Detect(data, name)
		c := &readtest.Collector{}
		src := &read.Source{Path: name, Reader: bytes.NewReader(data), Size: int64(len(data)), Zone: time.UTC}
		if err := linkedin.LinkedIn.Read(context.Background(), src, c); err != nil &&
			fault.CodeOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		for _, i := range c.Interactions {
			if i.Time.IsZero() || i.External == "" || len(i.Parties) == 0 {
				t.Fatalf("%+v", i)
			}
		}
		_, _ = linkedin.OwnerOf(context.Background(), bytes.NewReader(data), 0, linkedin.LinkedinMessages)
	})
}
