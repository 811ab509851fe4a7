package world

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
)

var (
	end   = time.Date(2026, 11, 23, 0, 0, 0, 0, amsterdam)
	small = Options{People: 200, Years: 4, Seed: 1, End: end, Noise: DefaultNoise, Effect: true}
)

func generate(t *testing.T, o Options) (Result, Truth) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	res, err := Generate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(res.Truth)
	if err != nil {
		t.Fatal(err)
	}
	var truth Truth
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	return res, truth
}

// tree returns all files of a world with their bytes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The same options give the same bytes, whatever the time zone of the machine; another seed gives another world.
func TestDeterministic(t *testing.T) {
	o := small
	o.Dir = t.TempDir()
	generate(t, o)
	first := tree(t, o.Dir)
	local := time.Local
	defer func() { time.Local = local }()
	time.Local = time.FixedZone("far", -9*3600)
	o.Dir, o.End = t.TempDir(), o.End.In(time.Local)
	generate(t, o)
	second := tree(t, o.Dir)
	if len(first) < 10 || len(first) != len(second) {
		t.Fatalf("%d files, then %d", len(first), len(second))
	}
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s differs", name)
		}
	}
	o.Dir, o.Seed = t.TempDir(), 2
	generate(t, o)
	third := tree(t, o.Dir)
	for _, name := range []string{"files/contacts.vcf", "files/calendar.ics", "captures.txt"} {
		if third[name] == first[name] {
			t.Errorf("%s does not depend on the seed", name)
		}
	}
}

// readMbox reads the messages of an mbox file and undoes the quoting of From lines.
func readMbox(t *testing.T, path string) []*netmail.Message {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var (
		out  []*netmail.Message
		text strings.Builder
	)
	flush := func() {
		if text.Len() == 0 {
			return
		}
		m, err := netmail.ReadMessage(strings.NewReader(text.String()))
		if err != nil {
			t.Fatalf("%s, message %d: %v", path, len(out), err)
		}
		out = append(out, m)
		text.Reset()
	}
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "From ") {
			flush()
			continue
		}
		text.WriteString(in.Text())
		text.WriteString("\n")
	}
	flush()
	return out
}

// Every mail is one that net/mail can read, its answers have their questions, nothing lies after the end, and the truth
// knows all who take part.
func TestMail(t *testing.T) {
	res, truth := generate(t, small)
	known := map[string]bool{}
	for _, p := range truth.Persons {
		for _, id := range p.Identities {
			known[id.Address] = true
		}
	}
	for _, n := range truth.NotPersons {
		known[n.Address] = true
	}
	ids := map[string]bool{}
	boxes, answers, encoded := 0, 0, 0
	for _, path := range res.Files {
		if filepath.Ext(path) != ".mbox" {
			continue
		}
		boxes++
		messages := readMbox(t, path)
		name, _ := filepath.Rel(filepath.Join(filepath.Dir(filepath.Dir(res.Truth)), "files"), path)
		if want := truth.Counts[filepath.ToSlash(name)]; len(messages) != want || want == 0 {
			t.Errorf("%s holds %d messages, the truth says %d", name, len(messages), want)
		}
		for _, m := range messages {
			at, err := m.Header.Date()
			if err != nil {
				t.Fatalf("%s: %v", m.Header.Get("Date"), err)
			}
			if at.After(end) || at.Before(end.AddDate(-5, 0, 0)) {
				t.Errorf("a mail of %s", at)
			}
			for _, field := range []string{"From", "To", "Cc"} {
				if m.Header.Get(field) == "" {
					continue
				}
				list, err := m.Header.AddressList(field)
				if err != nil {
					t.Fatalf("%s: %v", m.Header.Get(field), err)
				}
				for _, a := range list {
					if !known[a.Address] {
						t.Errorf("nobody knows %s", a.Address)
					}
					if !strings.HasSuffix(a.Address, ".example") && !strings.HasSuffix(a.Address, ".invalid") {
						t.Errorf("the address %s could be a real one", a.Address)
					}
				}
			}
			if s := m.Header.Get("Subject"); strings.HasPrefix(s, "=?") {
				if _, err := new(mime.WordDecoder).DecodeHeader(s); err != nil {
					t.Errorf("%s: %v", s, err)
				}
				encoded++
			}
			ids[m.Header.Get("Message-ID")] = true
			if m.Header.Get("In-Reply-To") != "" {
				answers++
			}
			if body, err := io.ReadAll(m.Body); err != nil || len(body) < 20 {
				t.Errorf("a body of %d bytes: %v", len(body), err)
			}
		}
	}
	if boxes != 3 || answers < 500 {
		t.Errorf("%d mailboxes, %d answers, %d encoded subjects", boxes, answers, encoded)
	}
	for _, a := range truth.Asks {
		if !ids[a.ID] {
			t.Errorf("the ask %s is in no mailbox", a.ID)
		}
	}
}

// unfold reads the content lines of iCalendar or vCard and checks that none is longer than 75 octets.
func unfold(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\n\r") {
			t.Errorf("%s: a line of %d octets: %q", path, len(line), line)
		}
		if rest, ok := strings.CutPrefix(line, " "); ok {
			out[len(out)-1] += rest
		} else {
			out = append(out, line)
		}
	}
	return out
}

func TestCalendarAndContacts(t *testing.T) {
	res, truth := generate(t, small)
	dir := filepath.Dir(res.Files[0])
	count := map[string]int{}
	for _, line := range unfold(t, filepath.Join(dir, "calendar.ics")) {
		count[line]++
		key, _, _ := strings.Cut(line, ":")
		key, _, _ = strings.Cut(key, ";")
		count[key]++
	}
	if n := count["BEGIN:VEVENT"]; n != truth.Counts["calendar.ics"] || n != count["END:VEVENT"] ||
		n != count["SUMMARY"] || n != count["UID"] || n < 100 {
		t.Errorf("%d events, the truth says %d", n, truth.Counts["calendar.ics"])
	}
	for _, line := range []string{"STATUS:CANCELLED", "CLASS:PRIVATE", "RRULE", "BEGIN:VTIMEZONE"} {
		if count[line] == 0 {
			t.Errorf("no %s in the calendar", line)
		}
	}
	clear(count)
	for _, line := range unfold(t, filepath.Join(dir, "contacts.vcf")) {
		count[line]++
		key, _, _ := strings.Cut(line, ":")
		key, _, _ = strings.Cut(key, ";")
		count[key]++
	}
	if n := count["BEGIN:VCARD"]; n != truth.Counts["contacts.vcf"] || n != count["FN"] || n != count["N"] || n < 50 {
		t.Errorf("%d cards, the truth says %d", n, truth.Counts["contacts.vcf"])
	}
	for _, line := range []string{"VERSION:3.0", "VERSION:4.0", "BDAY", "CATEGORIES", "TEL", "ORG", "NOTE"} {
		if count[line] == 0 {
			t.Errorf("no %s in the address book", line)
		}
	}
}

func TestTables(t *testing.T) {
	res, truth := generate(t, small)
	read := func(r io.Reader, name string, skip int) [][]string {
		in := bufio.NewReader(r)
		for range skip {
			if _, err := in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := csv.NewReader(in).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(rows)-1 != truth.Counts[name] {
			t.Errorf("%s has %d rows, the truth says %d", name, len(rows)-1, truth.Counts[name])
		}
		return rows
	}
	archives := 0
	for _, path := range res.Files {
		switch filepath.Base(path) {
		case "google-contacts.csv":
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			read(file, "google-contacts.csv", 0)
			file.Close()
		case "linkedin.zip":
			archives++
			z, err := zip.OpenReader(path)
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			for _, f := range z.File {
				if slices.Contains([]string{"Positions.csv", "Skills.csv", "Profile.csv"}, f.Name) {
					continue
				}
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				skip := 0
				if f.Name == "Connections.csv" {
					skip = 3
				}
				if rows := read(r, "linkedin.zip/"+f.Name, skip); len(rows) < 2 {
					t.Errorf("%s is empty", f.Name)
				}
				r.Close()
			}
		}
	}
	if archives != 1 {
		t.Errorf("%d LinkedIn archives", archives)
	}
}

// Options that make no world are refused with a sentence.
func TestRefused(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"people": func(o *Options) { o.People = 3 }, "years": func(o *Options) { o.Years = 0 },
		"noise": func(o *Options) { o.Noise = 2 }, "end": func(o *Options) { o.End = time.Time{} },
	} {
		o := small
		o.Dir = t.TempDir()
		change(&o)
		_, err := Generate(context.Background(), o)
		var f *fault.Error
		if !errors.As(err, &f) || f.Field != name || f.Code != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := small
	o.Dir = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(o.Dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Generate(context.Background(), o); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a file for a folder: %v", err)
	}
	o.Dir = t.TempDir()
	theirs := filepath.Join(o.Dir, "files", "mine.txt")
	if err := errors.Join(os.Mkdir(filepath.Dir(theirs), 0o700),
		os.WriteFile(theirs, []byte("mine"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := Generate(context.Background(), o); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a folder with other files: %v", err)
	}
	if text, err := os.ReadFile(theirs); string(text) != "mine" {
		t.Errorf("the files of another are gone: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o.Dir = t.TempDir()
	if _, err := Generate(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// A second world in the same folder takes the place of the first, and leaves no file of it.
func TestAgain(t *testing.T) {
	o := small
	o.Dir = t.TempDir()
	generate(t, o)
	o.Seed = 3
	res, _ := generate(t, o)
	listed := map[string]bool{}
	for _, path := range res.Files {
		listed[path] = true
	}
	for name := range tree(t, filepath.Join(o.Dir, "files")) {
		if !listed[filepath.Join(o.Dir, "files", name)] {
			t.Errorf("%s is left over", name)
		}
	}
}

// Work mail follows the week and the year: little at the weekend, at night and around Christmas.
func TestRhythm(t *testing.T) {
	w := plan(t, small)
	all, weekend, night, christmas := 0, 0, 0, 0
	for i := range w.mails {
		m := &w.mails[i]
		if m.from < 0 || m.personal || m.kind == mailAway {
			continue
		}
		at := time.Unix(m.at, 0).In(amsterdam)
		all++
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			weekend++
		}
		if at.Hour() < 6 {
			night++
		}
		if at.Month() == time.December && at.Day() > 24 {
			christmas++
		}
	}
	if all < 2000 || weekend*20 > all || night*50 > all || christmas*100 > all {
		t.Errorf("of %d mails %d at the weekend, %d at night, %d around Christmas", all, weekend, night, christmas)
	}
}

// Worlds at the limits are whole, too.
func TestLimits(t *testing.T) {
	for _, o := range []Options{
		{People: MinPeople, Years: 0.25},
		{People: MinPeople, Years: 0.25, Noise: 1, Effect: true},
		{People: 21, Years: MaxYears, Noise: 0.5},
		{People: 60, Years: 1, Effect: true},
		{People: 1001, Years: 0.5, Noise: 1, Effect: true},
		{People: 130, Years: 3.3, Effect: true},
	} {
		for seed := range uint64(2) {
			o.Seed = seed
			for _, o.End = range []time.Time{
				time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC),
			} {
				o.Dir = ""
				res, truth := generate(t, o)
				if len(truth.Persons)+truth.Outer.Persons != o.People || len(res.Files) < 10 {
					t.Errorf("%+v: %d people near, %d further away, %d files", o, len(truth.Persons),
						truth.Outer.Persons, len(res.Files))
				}
				for _, x := range truth.Ties {
					if x.LastContact > truth.End || x.FirstContact > x.LastContact || x.Unseen > x.Contacts {
						t.Errorf("%+v: the tie %+v", o, x)
					}
				}
			}
		}
	}
}
