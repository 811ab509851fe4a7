package program_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// memoryBound is what one import may take at its peak, whatever the file holds, in kB: the program itself takes some 40
// MB.
const memoryBound = 160 << 10

// Files that are enormous, cut off, empty, mis-dated, in a strange encoding or no such thing at all, each given to the
// real program: it says in one line what is wrong and where, keeps the good records beside, and its memory stays
// bounded.
func TestBadFilesThroughTheProgram(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, f func(w *bufio.Writer)) {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(file)
		f(w)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text := func(name, content string) { write(name, func(w *bufio.Writer) { w.WriteString(content) }) }
	const (
		mail = "From b@b.nl Mon Jan  1 00:00:00 2024\nFrom: Bob Good <bob@example.nl>\nTo: me@example.nl\n" +
			"Date: Mon, 1 Jan 2024 11:00:00 +0100\nMessage-ID: <2@x>\n\nhello\n"
		card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bob Good\nEMAIL:bob@example.nl\nEND:VCARD\n"
	)
	megabyte := bytes.Repeat([]byte("a@b.nl, "), 1<<17)
	write("header.mbox", func(w *bufio.Writer) { // one header of 200 MB
		w.WriteString("From a@b.nl Mon Jan  1 00:00:00 2024\nFrom: Anna <anna@example.nl>\n" +
			"Date: Mon, 1 Jan 2024 10:00:00 +0100\nTo: ")
		for range 200 {
			w.Write(megabyte)
		}
		w.WriteString("\nMessage-ID: <1@x>\n\nhello\n\n" + mail)
	})
	write("bomb.zip", func(w *bufio.Writer) {
		z := zip.NewWriter(w)
		inside, err := z.Create("contacts.vcf")
		if err != nil {
			t.Fatal(err)
		}
		nothing := make([]byte, 1<<20)
		for range 500 {
			inside.Write(nothing)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	})
	text("cut.vcf", card+"BEGIN:VCARD\nVERSION:3.0\nFN:Half")
	text("latin.vcf", "BEGIN:VCARD\nVERSION:2.1\nN:M\xfcller;Jos\xe9\nEMAIL:jose@example.nl\nEND:VCARD\n")
	text("dates.ics", "BEGIN:VCALENDAR\nVERSION:2.0\n"+
		"BEGIN:VEVENT\nUID:1\nDTSTART:19700101T000000Z\nATTENDEE:mailto:bob@example.nl\nEND:VEVENT\n"+
		"BEGIN:VEVENT\nUID:2\nDTSTART:20990101T000000Z\nATTENDEE:mailto:bob@example.nl\nEND:VEVENT\n"+
		"BEGIN:VEVENT\nUID:3\nDTSTART:20240101T100000\nORGANIZER:mailto:me@example.nl\n"+
		"ATTENDEE:mailto:bob@example.nl\nEND:VEVENT\nEND:VCALENDAR\n")
	text("empty.csv", "")
	text("noise.mbox", strings.Repeat("\x00\xff\x13\x37", 20_000))

	for _, c := range []struct {
		file             string
		code             int
		people, rejected int
		says             string
	}{
		{"header.mbox", 3, 1, 1, "line longer than"},
		{"bomb.zip", 1, 0, 0, "zip bomb"},
		{"cut.vcf", 3, 1, 1, "ends in the middle of this contact"},
		{"latin.vcf", 0, 1, 0, ""},
		{"dates.ics", 3, 1, 2, "cannot be right"},
		{"empty.csv", 1, 0, 0, "is empty"},
		{"noise.mbox", 1, 0, 0, "no format that Gave reads"},
		{"missing.mbox", 1, 0, 0, "no file or folder"},
	} {
		t.Run(c.file, func(t *testing.T) {
			freshPeak()
			cmd := command(context.Background(), "import", "--json", "--lang", "en", "--data", t.TempDir(), "--me",
				"me@example.nl", filepath.Join(dir, c.file))
			var out, problems bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &problems
			_ = cmd.Run() // the exit code is looked at below
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, problems.String())
			}
			var r struct {
				PeopleAdded int `json:"people_added"`
				Rejected    int `json:"rejected"`
			}
			if err := json.Unmarshal(out.Bytes(), &r); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			if r.PeopleAdded != c.people || r.Rejected != c.rejected {
				t.Errorf("%d people and %d rejected, want %d and %d: %s", r.PeopleAdded, r.Rejected, c.people,
					c.rejected, out.String())
			}
			if !strings.Contains(out.String()+problems.String(), c.says) {
				t.Errorf("does not say %q: %s%s", c.says, out.String(), problems.String())
			}
			if took := peak(cmd.ProcessState); took > memoryBound && took < 1<<30 {
				t.Errorf("took %d MB", took>>10)
			}
		})
	}
}
