package server_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/phone"
)

// clients is where the programs are that read and write address books; made once.
var clients = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("../../scripts/clients").Output()
	return strings.TrimSpace(string(out)), err
})

// program returns one of the clients, or skips the test.
func clientProgram(t *testing.T, name string) string {
	t.Helper()
	folder, err := clients()
	if err != nil || folder == "" {
		t.Skipf("vdirsyncer, khard and icalendar are not there: see scripts/clients (%v)", err)
	}
	return filepath.Join(folder, name)
}

// replica is a folder of cards that vdirsyncer keeps in step with a book.
type replica struct {
	t      *testing.T
	folder string
	config string
	cards  string
}

func replicaOf(t *testing.T, b *book) *replica {
	t.Helper()
	r := &replica{t: t, folder: t.TempDir()}
	r.cards = filepath.Join(r.folder, "cards", b.v.Space.String())
	r.config = filepath.Join(r.folder, "config")
	config := fmt.Sprintf(`[general]
status_path = %q
[pair gave]
a = "local"
b = "remote"
collections = ["from b"]
[storage local]
type = "filesystem"
path = %q
fileext = ".vcf"
[storage remote]
type = "carddav"
url = "%s/"
username = "anybody"
password = %q
`, filepath.Join(r.folder, "status"), filepath.Join(r.folder, "cards"), b.web, b.password)
	if err := os.WriteFile(r.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(r.cards, 0o700); err != nil {
		t.Fatal(err)
	}
	r.run(true, "discover")
	return r
}

// run runs vdirsyncer.
func (r *replica) run(well bool, arguments ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, clientProgram(r.t, "vdirsyncer"), append([]string{"-c", r.config},
		arguments...)...)
	command.Stdin = strings.NewReader(strings.Repeat("y\n", 10))
	out, err := command.CombinedOutput()
	if (err == nil) != well {
		r.t.Fatalf("vdirsyncer %v: %v\n%s", arguments, err, out)
	}
	return string(out)
}

func (r *replica) sync() { r.t.Helper(); r.run(true, "sync") }

// files returns the cards of the replica by their file.
func (r *replica) files() map[string]string {
	r.t.Helper()
	list, err := filepath.Glob(filepath.Join(r.cards, "*.vcf"))
	if err != nil {
		r.t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range list {
		content, err := os.ReadFile(name)
		if err != nil {
			r.t.Fatal(err)
		}
		out[name] = strings.ReplaceAll(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n ", "")
	}
	return out
}

// with returns the file of the card that holds a text.
func (r *replica) with(text string) string {
	r.t.Helper()
	for name, content := range r.files() {
		if strings.Contains(content, text) {
			return name
		}
	}
	r.t.Fatalf("no card holds %q: %v", text, r.files())
	return ""
}

func (r *replica) edit(name string, change func(string) string) {
	r.t.Helper()
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(change(r.files()[name]), "\n", "\r\n")), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// khard runs khard on the replica.
func (r *replica) khard(input string, arguments ...string) string {
	r.t.Helper()
	config := filepath.Join(r.folder, "khard.conf")
	if err := os.WriteFile(config, []byte("[addressbooks]\n[[gave]]\npath = "+r.cards+"\n[general]\neditor = true\n"+
		"[vcard]\npreferred_version = 3.0\n"), 0o600); err != nil {
		r.t.Fatal(err)
	}
	command := exec.Command(clientProgram(r.t, "khard"), append([]string{"-c", config}, arguments...)...)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("khard %v: %v\n%s", arguments, err, out)
	}
	return string(out)
}

// vdirsyncer and khard read and write the book, two of them edit one card at once, and nothing is lost.
func TestRealClientsOfABook(t *testing.T) {
	clientProgram(t, "vdirsyncer")
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		b.add(named("Anna de Vries", "anna@example.org", "+31612345678"))
		b.add(named("Bob Bakker", "bob@example.org"))
		one, two := replicaOf(t, b), replicaOf(t, b)
		one.sync()
		two.sync()
		if len(one.files()) != 2 || len(two.files()) != 2 {
			t.Fatalf("%v\n%v", one.files(), two.files())
		}
		if got := one.khard("", "email", "--parsable", "anna"); !strings.Contains(got, "anna@example.org") {
			t.Errorf("khard: %s", got)
		}
		if got := one.khard("", "show", "bob"); !strings.Contains(got, "Bob Bakker") {
			t.Errorf("khard: %s", got)
		}
		// khard makes somebody new; they are in Gave, and on the other device.
		one.khard("First name : Carla\nLast name : Cramer\nOrganisation : De Halm\nEmail :\n"+
			"    work : carla@halm.example\nPhone :\n    cell : 06 87654321\n", "new", "-a", "gave")
		one.sync()
		list, err := b.app.Network.People(ctx, b.v, people.PeopleQuery{Query: "carla"})
		if err != nil || len(list.People) != 1 || list.People[0].Organisation != "De Halm" ||
			len(list.People[0].Emails) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		two.sync()
		two.with("FN:Carla Cramer")
		// One device writes what Gave knows nothing of: the other has it.
		one.edit(one.with("FN:Anna"), func(c string) string {
			return strings.ReplaceAll(c, "END:VCARD", "item1.X-ABDATE:2011-05-05\n"+
				"item1.X-ABLabel:_$!<Anniversary>!$_\nX-ODD;A=\"b;c\":een\\, twee\nNICKNAME:Annie\nEND:VCARD")
		})
		one.sync()
		two.sync()
		if got := two.files()[two.with("FN:Anna")]; !strings.Contains(got, "X-ODD;A=\"b;c\":een\\, twee\n") ||
			!strings.Contains(got, "item1.X-ABLabel:_$!<Anniversary>!$_\n") ||
			!strings.Contains(got, "NICKNAME:Annie") {
			t.Errorf("%s", got)
		}
		// Both edit one card: the second is told, and chooses; what the first wrote is there until then.
		one.edit(one.with("FN:Bob"), func(c string) string { return strings.ReplaceAll(c, "END:", "TITLE:een\nEND:") })
		two.edit(two.with("FN:Bob"), func(c string) string { return strings.ReplaceAll(c, "END:", "TITLE:twee\nEND:") })
		one.sync()
		if said := two.run(false, "sync"); !strings.Contains(strings.ToLower(said), "conflict") {
			t.Errorf("vdirsyncer says %s", said)
		}
		list, err = b.app.Network.People(ctx, b.v, people.PeopleQuery{Query: "bob"})
		if err != nil || list.People[0].Role != "een" {
			t.Errorf("%+v %v", list, err)
		}
		if got := two.files()[two.with("FN:Bob")]; !strings.Contains(got, "TITLE:twee") {
			t.Errorf("the second device lost its own: %s", got)
		}
		// One deletes: they leave the other device, and stay in Gave.
		if err := os.Remove(one.with("FN:Carla")); err != nil {
			t.Fatal(err)
		}
		one.sync()
		two.run(false, "sync") // the conflict is still there; all else is done
		for _, content := range two.files() {
			if strings.Contains(content, "Carla") {
				t.Error("who was deleted is on the other device")
			}
		}
		list, err = b.app.Network.People(ctx, b.v, people.PeopleQuery{Query: "carla"})
		if err != nil || len(list.People) != 1 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// A library for calendars reads the calendar, and says when its events come round.
func TestCalendarReadByAnother(t *testing.T) {
	python := clientProgram(t, "python")
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		for day, name := range map[people.ImportantDate]string{
			{Kind: "birthday", Month: 2, Day: 29}:             "Leap, Year; é",
			{Kind: "birthday", Month: 5, Day: 3, Year: 1970}:  "Bob",
			{Kind: "birthday", Month: 2, Day: 29, Year: 1972}: "Carla",
		} {
			b.add(people.NewPerson{Person: people.Person{Name: name}, Dates: []people.ImportantDate{day}})
		}
		out, err := b.app.Operations.Call(ctx, b.v, "phone.calendar", phone.NameInput{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		got := b.want(http.StatusOK, http.MethodGet, out.(phone.AddedCalendar).Path, "")
		command := exec.Command(python, "-c", `
import sys, datetime, icalendar
from dateutil.rrule import rrulestr
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for event in sorted(calendar.walk("VEVENT"), key=lambda e: str(e["SUMMARY"])):
    if "RRULE" not in event:
        continue
    start = event.decoded("DTSTART")
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=datetime.datetime(start.year, start.month, start.day))
    days = rule.between(datetime.datetime(2027, 1, 1), datetime.datetime(2028, 12, 31))
    print(event["SUMMARY"], start, " ".join(d.strftime("%Y-%m-%d") for d in days), event["UID"] != "", sep="|")
`)
		command.Stdin = strings.NewReader(got.body)
		said, err := command.CombinedOutput()
		want := "Verjaardag van Bob|1970-05-03|2027-05-03 2028-05-03|True\n" +
			"Verjaardag van Carla|1972-02-29|2027-03-01 2028-02-29|True\n" +
			"Verjaardag van Year; é Leap|2000-02-29|2027-03-01 2028-02-29|True\n"
		if err != nil || string(said) != want {
			t.Errorf("%v\n%s\nwant\n%s\n%s", err, said, want, got.body)
		}
	})
}

// A large book is read whole and then in step, in bounded time: of 500 people, of 5,000 with GAVE_LARGE_CLIENTS.
func TestALargeBook(t *testing.T) {
	most := 500
	if os.Getenv("GAVE_LARGE_CLIENTS") != "" {
		most = 5000
	}
	withBook(t, func(t *testing.T, b *book) {
		ctx := context.Background()
		at := time.Now()
		var list []people.NewPerson
		for i := range most {
			p := named(fmt.Sprintf("Persoon %d Achternaam", i), fmt.Sprintf("p%d@example.org", i))
			p.ID, p.Owner, p.Created, p.Updated = id.New(), b.v.Member, at.UnixMicro(), at.UnixMicro()
			p.Named(p.Name)
			list = append(list, p)
		}
		if err := b.app.DB.Write(ctx, func(tx *db.Tx) error {
			return people.InsertPeople(ctx, tx, b.v.Space, list)
		}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		told, token := b.sync("")
		listed := time.Since(begin)
		if len(told) != most {
			t.Fatalf("%d cards", len(told))
		}
		begin = time.Now()
		var body strings.Builder
		body.WriteString(`<c:addressbook-multiget xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns="DAV:"><prop><getetag/>` +
			`<c:address-data/></prop>`)
		for href := range told {
			body.WriteString("<href>" + href + "</href>")
		}
		m := b.multi("REPORT", b.path, body.String()+"</c:addressbook-multiget>")
		fetched := time.Since(begin)
		if len(m.Response) != most {
			t.Fatalf("%d cards", len(m.Response))
		}
		begin = time.Now()
		if again, _ := b.sync(token); len(again) != 0 {
			t.Fatalf("%d cards changed", len(again))
		}
		idle := time.Since(begin)
		begin = time.Now()
		b.add(named("Een Nieuwe"))
		if again, _ := b.sync(token); len(again) != 1 {
			t.Fatalf("%d cards changed", len(again))
		}
		t.Logf("%d people: listed in %v, fetched in %v, nothing new in %v, one new in %v", most,
			listed.Round(time.Millisecond), fetched.Round(time.Millisecond), idle.Round(time.Millisecond),
			time.Since(begin).Round(time.Millisecond))
		if listed+fetched > time.Minute || idle > 5*time.Second {
			t.Error("that is too long")
		}
		if folder, err := clients(); err == nil && folder != "" {
			r := replicaOf(t, b)
			begin = time.Now()
			r.sync()
			t.Logf("vdirsyncer: first sync in %v", time.Since(begin).Round(time.Millisecond))
			begin = time.Now()
			r.sync()
			t.Logf("vdirsyncer: next sync in %v", time.Since(begin).Round(time.Millisecond))
			if got := len(r.files()); got != most+1 {
				t.Errorf("%d cards", got)
			}
		}
	})
}
