package formats_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/locale"
	"gave.network/internal/realdata"
)

const (
	oneCard = "BEGIN:VCARD\nFN:Anna\nEND:VCARD\n"
	oneMail = "From: anna@a.nl\nTo: me@m.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\nMessage-ID: <%d@a>\n\nbody\n"
)

func zipped(t testing.TB, files map[string][]byte, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarred(t testing.TB, headers ...*tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		data := h.Linkname
		if h.Typeflag == 0 {
			h.Typeflag, h.Linkname = tar.TypeReg, ""
			h.Size = int64(len(data))
		}
		h.Mode = 0o644
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := io.WriteString(w, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever a file is packed in, its records come out, each with its place.
func TestOpenPacked(t *testing.T) {
	card := []byte(oneCard)
	files := map[string][]byte{
		"a.vcf": card, "deep/b.vcf": card, "deep/c.vcf.gz": gzipped(t, card), "d.txt": []byte("hello"),
	}
	inner := zipped(t, files, "a.vcf", "deep/b.vcf")
	files["inner.zip"] = inner
	tarball := tarred(t, &tar.Header{Name: "x/a.vcf", Linkname: oneCard},
		&tar.Header{Name: "x/b.vcf", Linkname: oneCard})
	files["inner.tar.gz"] = gzipped(t, tarball)
	for _, c := range []struct {
		name   string
		data   []byte
		places string // of the contacts
		errors int
	}{
		{"plain.vcf", card, "|", 0},
		{"noname", card, "|", 0},
		{"a.vcf.gz", gzipped(t, card), "|", 0},
		{"mac.vcf", []byte(strings.ReplaceAll(oneCard, "\n", "\r")), "|", 0},
		{"two.gz", append(gzipped(t, card), gzipped(t, card)...), "||", 0},
		{"a.zip", zipped(t, files, "a.vcf", "deep/b.vcf", "deep/c.vcf.gz"), "a.vcf|deep/b.vcf|deep/c.vcf.gz|", 0},
		{"unknown.zip", zipped(t, files, "d.txt", "a.vcf"), "a.vcf|", 1},
		{
			"nested.zip", zipped(t, files, "inner.zip", "inner.tar.gz"),
			"inner.zip/a.vcf|inner.zip/deep/b.vcf|inner.tar.gz/x/a.vcf|inner.tar.gz/x/b.vcf|", 0,
		},
		{"a.tar", tarball, "x/a.vcf|x/b.vcf|", 0},
		{"a.tgz", gzipped(t, tarball), "x/a.vcf|x/b.vcf|", 0},
		{
			"tricks.zip", zipped(t, map[string][]byte{"../../etc/passwd": card, "/root": card, "a\\b.vcf": card},
				"../../etc/passwd", "/root", "a\\b.vcf"), "etc/passwd|root|a/b.vcf|", 0,
		},
		{"same.zip", zipped(t, files, "a.vcf", "a.vcf"), "a.vcf|a.vcf#2|", 0},
		{
			"mac.zip", zipped(t, map[string][]byte{"a.vcf": card, "__MACOSX/a.vcf": card, ".DS_Store": card}, "a.vcf",
				"__MACOSX/a.vcf", ".DS_Store"), "a.vcf|", 0,
		},
		{
			"links.tar", tarred(t, &tar.Header{Name: "a.vcf", Linkname: oneCard},
				&tar.Header{Name: "b", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
				&tar.Header{Name: "c", Typeflag: tar.TypeFifo}), "a.vcf|", 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, errs := readtest.Path(t, readtest.WriteFile(t, t.TempDir(), c.name, c.data))
			places := ""
			for _, at := range got.Places {
				places += at.File + "|"
			}
			if places != c.places || len(errs) != c.errors {
				t.Errorf("%q, want %q; errors %v", places, c.places, errs)
			}
		})
	}
}

// What cannot be used is one clear sentence that names the file.
func TestOpenFaults(t *testing.T) {
	card := []byte(oneCard)
	deep := zipped(t, map[string][]byte{"a.vcf": card}, "a.vcf")
	for range 3 {
		deep = zipped(t, map[string][]byte{"x.zip": deep}, "x.zip")
	}
	locked := zipped(t, map[string][]byte{"a.vcf": card}, "a.vcf")
	for _, mark := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(locked, []byte(mark)) + 6
		if mark == "PK\x01\x02" {
			at += 2
		}
		locked[at] |= 1
	}
	for _, c := range []struct {
		name string
		data []byte
		code fault.Code
		says string
	}{
		{"empty.vcf", nil, fault.Invalid, "is empty"},
		{"empty.gz", gzipped(t, nil), fault.Invalid, "is empty"},
		{"bom.vcf", []byte("\xff\xfe"), fault.Invalid, "is empty"},
		{"photo.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), fault.Invalid, "is a picture"},
		{"letter.txt", []byte("Dear reader\n"), fault.Invalid, "in no format that Gave reads"},
		{"mail.pst", []byte("!BDN\x00\x00"), fault.Invalid, "Outlook data file"},
		{"a.7z", []byte("7z\xbc\xaf\x27\x1c\x00"), fault.Invalid, "packed as 7z"},
		{"cut.zip", deep[:len(deep)-10], fault.Invalid, "damaged or incomplete zip"},
		{"cut.gz", gzipped(t, card)[:8], fault.Invalid, "damaged or incomplete"},
		{"locked.zip", locked, fault.Invalid, "protected by a password"},
		{"deep.zip", deep, fault.Invalid, "archive inside an archive inside an archive"},
		{"twice.gz", gzipped(t, gzipped(t, card)), fault.Invalid, "packed more than once"},
		{
			"sheet.xlsx", zipped(t, map[string][]byte{"[Content_Types].xml": card}, "[Content_Types].xml"),
			fault.Invalid, "Office document",
		},
		{"nothing.zip", zipped(t, nil), fault.Invalid, "holds no files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := readtest.WriteFile(t, t.TempDir(), c.name, c.data)
			got, _, errs := readtest.Path(t, path)
			if len(errs) != 1 || len(got.Places) != 0 {
				t.Fatalf("errors %v, %d records", errs, len(got.Places))
			}
			if text := errs[0].Error(); !strings.Contains(text, c.says) || !strings.Contains(text, c.name) ||
				fault.CodeOf(errs[0]) != c.code {
				t.Errorf("%q with code %s, want %q with code %s", text, fault.CodeOf(errs[0]), c.says, c.code)
			}
		})
	}
	_, _, errs := readtest.Path(t, filepath.Join(t.TempDir(), "missing"))
	if len(errs) != 1 || fault.CodeOf(errs[0]) != fault.NotFound {
		t.Errorf("a missing file: %v", errs)
	}
	_, _, errs = readtest.Path(t, t.TempDir())
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "holds no files") {
		t.Errorf("an empty folder: %v", errs)
	}
}

// A truncated gz gives what comes before the damage, and then says so.
func TestOpenTruncated(t *testing.T) {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "From p@a.nl Mon Aug  5 10:00:00 2002\n"+oneMail+"%x\n\n", i, i*7919)
	}
	data := gzipped(t, []byte(text.String()))
	got, _, errs := readtest.Path(t, readtest.WriteFile(t, t.TempDir(), "mail.mbox.gz", data[:len(data)/2]))
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "damaged or incomplete") {
		t.Errorf("errors: %v", errs)
	}
	if n := len(got.Interactions); n < 8_000 || n > 12_000 {
		t.Errorf("%d messages of the first half", n)
	}
}

// Bombs are stopped early, whatever they are packed in, and take no memory.
func TestOpenBombs(t *testing.T) {
	// 300 MB of the same letter, in one contact's note and so in a format that is read.
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w,
		io.MultiReader(strings.NewReader("BEGIN:VCARD\nNOTE:"),
			&readtest.Endless{Byte: 'A', Count: 300 << 20})); err != nil {
		t.Fatal(err)
	}
	w.Close()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	f, err := z.Create("a.vcf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f,
		io.MultiReader(strings.NewReader("BEGIN:VCARD\nNOTE:"),
			&readtest.Endless{Byte: 'A', Count: 300 << 20})); err != nil {
		t.Fatal(err)
	}
	z.Close()
	for name, data := range map[string][]byte{"bomb.gz": packed.Bytes(), "bomb.zip": archive.Bytes()} {
		path := readtest.WriteFile(t, t.TempDir(), name, data)
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		_, _, errs := readtest.Path(t, path)
		runtime.ReadMemStats(&end)
		if len(errs) != 1 || fault.CodeOf(errs[0]) != fault.TooLarge || !strings.Contains(errs[0].Error(), "zip bomb") {
			t.Errorf("%s: %v", name, errs)
		}
		if used := end.TotalAlloc - start.TotalAlloc; used > 32<<20 {
			t.Errorf("%s took %d MB", name, used>>20)
		}
	}
}

// A tar may claim that a file is a terabyte of nothing; such files are left out.
func TestOpenSparse(t *testing.T) {
	for _, kind := range []string{"posix", "gnu"} {
		dir := t.TempDir()
		path := readtest.WriteFile(t, dir, "big.vcf", []byte("BEGIN:VCARD\nFN:Anna\nNOTE:"))
		readtest.WriteFile(t, dir, "small.vcf", []byte(oneCard))
		if err := os.Truncate(path, 1<<40); err != nil {
			t.Skip("no files with holes here:", err)
		}
		archive := filepath.Join(t.TempDir(), "holes.tar")
		if out, err := exec.Command("tar", "--sparse", "--format="+kind, "-cf", archive, "-C", dir,
			"big.vcf", "small.vcf").CombinedOutput(); err != nil {
			t.Skipf("no tar here that knows holes: %v %s", err, out)
		}
		if info, err := os.Stat(archive); err != nil || info.Size() > 1<<20 {
			t.Skip("this tar does not keep holes")
		}
		got, _, errs := readtest.Path(t, archive)
		if len(got.Contacts) != 1 || len(errs) != 0 {
			t.Errorf("%s: %d contacts, errors %v", kind, len(got.Contacts), errs)
		}
	}
}

// A folder is read without leaving it, and one bad file does not hide the others.
func TestOpenFolder(t *testing.T) {
	outside := readtest.WriteFile(t, t.TempDir(), "secret.vcf", []byte(oneCard))
	dir := t.TempDir()
	readtest.WriteFile(t, dir, "a.vcf", []byte(oneCard))
	readtest.WriteFile(t, dir, "sub/b.vcf", []byte(oneCard))
	readtest.WriteFile(t, dir, ".hidden/c.vcf", []byte(oneCard))
	readtest.WriteFile(t, dir, "d.bin", []byte("\x00\x01\x02"))
	for link, target := range map[string]string{
		"inside.vcf": "a.vcf", "outside.vcf": outside, "loop": ".", "gone.vcf": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	if err := exec.Command("mkfifo", filepath.Join(dir, "pipe.vcf")).Run(); err != nil {
		t.Log("no pipes here:", err)
	}
	done := make(chan bool)
	var got *readtest.Collector
	var errs []error
	go func() {
		got, _, errs = readtest.Path(t, dir)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the folder is read for ever")
	}
	places := map[string]bool{}
	for _, at := range got.Places {
		places[at.File] = true
	}
	if len(got.Places) != 3 || !places["a.vcf"] || !places["sub/b.vcf"] || !places["inside.vcf"] {
		t.Errorf("read %v", places)
	}
	text := fmt.Sprint(errs)
	for _, name := range []string{"d.bin", "outside.vcf", "gone.vcf", "loop"} {
		if !strings.Contains(text, name) {
			t.Errorf("nothing is said about %s: %v", name, errs)
		}
	}
}

// A Maildir is one entry; what is trashed or a draft is left out, and reading goes on after an interruption.
func TestOpenMaildir(t *testing.T) {
	dir := t.TempDir()
	for i := range 10 {
		readtest.WriteFile(t, dir, fmt.Sprintf("cur/%02d:2,S", i), fmt.Appendf(nil, oneMail, i))
	}
	readtest.WriteFile(t, dir, "cur/20:2,ST", fmt.Appendf(nil, oneMail, 20))
	readtest.WriteFile(t, dir, "cur/21:2,DS", fmt.Appendf(nil, oneMail, 21))
	readtest.WriteFile(t, dir, "new/30", fmt.Appendf(nil, oneMail, 30))
	readtest.WriteFile(t, dir, ".Sent/cur/40:2,S", fmt.Appendf(nil, oneMail, 40))
	readtest.WriteFile(t, dir, "cur/50:2,S", []byte("this is no mail\n"))
	readtest.WriteFile(t, dir, "dovecot-uidlist", []byte("3 V1\n"))
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	got, src, errs := readtest.Path(t, dir)
	if len(errs) > 0 || len(got.Interactions) != 12 || len(got.Rejects) != 1 || src.Skipped[read.SkipTrash] != 1 ||
		src.Skipped[read.SkipDraft] != 1 {
		t.Fatalf("%d messages, rejected %q, left out %v, errors %v", len(got.Interactions), got.Rejects,
			src.Skipped, errs)
	}
	if at := got.Rejected[0]; at.File != "cur/50:2,S" {
		t.Errorf("the reject is at %+v", at)
	}
	for entry, err := range formats.Open(context.Background(), dir) {
		if err != nil || entry.Format.Name != "maildir" {
			t.Fatal(entry, err)
		}
		first, rest := &readtest.Collector{After: 5}, &readtest.Collector{}
		src := &read.Source{Zone: time.UTC, Now: readtest.Now}
		if err := entry.Read(context.Background(), src, first); err != readtest.ErrStop {
			t.Fatal(err)
		}
		src.Resume = first.Places[4].Next
		if err := entry.Read(context.Background(), src, rest); err != nil {
			t.Fatal(err)
		}
		if len(rest.Interactions) != 7 || rest.Interactions[0].External == first.Interactions[4].External {
			t.Errorf("%d messages more", len(rest.Interactions))
		}
	}
}

// A folder of single messages is one entry, and so are those in a zip.
func TestOpenMessages(t *testing.T) {
	files := map[string][]byte{}
	var names []string
	dir := t.TempDir()
	for i := range 5 {
		name := fmt.Sprintf("inbox/%d.eml", i)
		files[name] = fmt.Appendf(nil, oneMail, i)
		names = append(names, name)
		readtest.WriteFile(t, dir, name, files[name])
	}
	for _, path := range []string{dir, readtest.WriteFile(t, t.TempDir(), "mail.zip", zipped(t, files, names...))} {
		got, _, errs := readtest.Path(t, path)
		if len(errs) > 0 || len(got.Interactions) != 5 || got.Places[3].File != "inbox/3.eml" {
			t.Errorf("%d messages, %v, errors %v", len(got.Interactions), got.Places, errs)
		}
	}
}

// A folder full of other things is not reported file by file without end.
func TestOpenManyUnknown(t *testing.T) {
	dir := t.TempDir()
	for i := range 100 {
		readtest.WriteFile(t, dir, fmt.Sprintf("%02d.txt", i), []byte("only a letter\n"))
	}
	readtest.WriteFile(t, dir, "99.vcf", []byte(oneCard))
	got, _, errs := readtest.Path(t, dir)
	if len(errs) != formats.MaxUnknownFiles+1 ||
		!strings.Contains(errs[formats.MaxUnknownFiles].Error(), "80 more files") ||
		len(got.Contacts) != 1 {
		t.Errorf("%d errors, %d contacts", len(errs), len(got.Contacts))
	}
}

// A file that is cut off anywhere gives the records before the cut, the same as the whole file gives.
func TestCutOffAnywhere(t *testing.T) {
	mbox := readtest.Unpacked(t, "mail/spamassassin-easy-ham-1.mbox.gz")[:300_000]
	card, err := os.ReadFile(realdata.Path(t, "formats/vcard/ez-vcard/gmail-list.vcf"))
	if err != nil {
		t.Fatal(err)
	}
	agenda, err := os.ReadFile(realdata.Path(t, "formats/icalendar/ical4j/invalid/OZMovies.ics"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		format read.Format
		data   []byte
	}{{mail.Mbox, mbox}, {contacts.VCard, bytes.Repeat(card, 20)}, {calendar.ICalendar, agenda}} {
		whole, _ := readtest.Text(t, c.format, string(c.data))
		for k := range 60 {
			cut := len(c.data) * k / 60
			part, _ := readtest.Text(t, c.format, string(c.data[:cut]))
			if len(part.Places) > len(whole.Places) ||
				len(part.Places)+len(part.Rejects) < (len(whole.Places)+len(whole.Rejects))*k/60-60 {
				t.Fatalf("%s cut at %d: %d records of %d", c.format.Name, cut, len(part.Places), len(whole.Places))
			}
			for n := range part.Interactions {
				// The last mail may have lost its body, which nobody reads.
				if is, want := part.Interactions[n], whole.Interactions[n]; !reflect.DeepEqual(is, want) &&
					n < len(part.Interactions)-1 {
					t.Fatalf("%s cut at %d: record %d is %+v, want %+v", c.format.Name, cut, n, is, want)
				}
			}
			for n := range part.Contacts {
				if !reflect.DeepEqual(part.Contacts[n], whole.Contacts[n]) {
					t.Fatalf("%s cut at %d: contact %d is %+v", c.format.Name, cut, n, part.Contacts[n])
				}
			}
		}
	}
}

// A consumer that stops early stops the walk, and so does the end of the context.
func TestOpenStops(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		readtest.WriteFile(t, dir, fmt.Sprintf("%d.vcf", i), []byte(oneCard))
	}
	n := 0
	for range formats.Open(context.Background(), dir) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d entries", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n = 0
	var last error
	for _, err := range formats.Open(ctx, dir) {
		n++
		last = err
		cancel()
	}
	if n != 2 || last != context.Canceled {
		t.Errorf("%d entries, the last with %v", n, last)
	}
}

// The same content has the same fingerprint, wherever it lies and however it is packed.
func TestFingerprint(t *testing.T) {
	var prints []string
	for _, path := range []string{
		readtest.WriteFile(t, t.TempDir(), "a.vcf", []byte(oneCard)),
		readtest.WriteFile(t, t.TempDir(), "b.gz", gzipped(t, []byte(oneCard))),
		readtest.WriteFile(t, t.TempDir(), "c.vcf", []byte(oneCard+oneCard)),
	} {
		for entry, err := range formats.Open(context.Background(), path) {
			if err != nil {
				t.Fatal(err)
			}
			prints = append(prints, entry.Fingerprint)
		}
	}
	if prints[0] != prints[1] || prints[0] == prints[2] {
		t.Errorf("the fingerprints are %v", prints)
	}
}

// Every sample that we have is opened and read to its end: nothing panics, and every error is one for people.
func TestOpenEverySample(t *testing.T) {
	records := 0
	for _, folder := range []string{
		"mail", "formats/vcard", "formats/icalendar", "formats/contacts-csv", "formats/chat", "formats/slack",
		"formats/linkedin",
	} {
		for entry, err := range formats.Open(context.Background(), realdata.Path(t, folder)) {
			count := &readtest.Counting{}
			if err == nil {
				err = entry.Read(context.Background(), &read.Source{Zone: time.UTC, Now: readtest.Now}, count)
			}
			if err != nil && (fault.CodeOf(err) == fault.Internal || !strings.Contains(err.Error(), folder)) {
				t.Errorf("%s: %v", folder, err)
			}
			records += count.Records
		}
	}
	if records < 16_000 {
		t.Errorf("only %d records in all samples", records)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(zipped(f, map[string][]byte{"a.vcf": []byte(oneCard), "b/c.eml": fmt.Appendf(nil, oneMail, 1)},
		"a.vcf", "b/c.eml"))
	f.Add(gzipped(f, []byte(oneCard)))
	f.Add(gzipped(f, tarred(f, &tar.Header{Name: "x/a.vcf", Linkname: oneCard})))
	f.Add(tarred(f, &tar.Header{Name: "cur/1:2,S", Linkname: fmt.Sprintf(oneMail, 1)}))
	f.Add([]byte("BZh91AY&SY"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := readtest.WriteFile(t, t.TempDir(), "x", data)
		for entry, err := range formats.Open(context.Background(), path) {
			if (entry == nil) == (err == nil) {
				t.Fatalf("an entry and an error: %v %v", entry, err)
			}
			if err == nil {
				// A damaged entry may end in an error, but never in a panic.
				_ = entry.Read(context.Background(), &read.Source{Zone: time.UTC, Now: readtest.Now},
					&readtest.Counting{})
			} else if fault.CodeOf(err) == fault.Internal {
				t.Fatalf("an error without words for people: %v", err)
			}
		}
	})
}

// Every export that is known and not read has its sentence and its way out, in Dutch too.
func TestUnreadFormats(t *testing.T) {
	for _, u := range formats.UnreadFormats {
		for _, text := range []string{u.Says, u.Hint} {
			if text != "" && !locale.Has(locale.Dutch, text) {
				t.Errorf("%q has no Dutch", text)
			}
		}
	}
	for name, c := range map[string]struct{ content, says string }{
		"mail.pst":    {"!BDN\x00\x00", "Outlook data file"},
		"a.msg":       {"\xd0\xcf\x11\xe0\xa1\xb1", "single message of Outlook"},
		"old.xls":     {"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"},
		"locked":      {"\xd0\xcf\x11\xe0\xa1\xb1", "perhaps with a password"},
		"contacts.db": {"SQLite format 3\x00 CREATE TABLE ZABCDRECORD", "Apple's Contacts"},
		"x.db":        {"SQLite format 3\x00", "database (SQLite)"},
		"list.pdf":    {"%PDF-1.7\n", "PDF"}, "dump.sql": {
			"-- dump\nCREATE TABLE `users` (\n  id int\n);\nINSERT INTO `users` VALUES (1,'a');\n",
			"dump of a database",
		},
		"monica.sql": {
			"# account_1 Monica export\nINSERT IGNORE INTO contacts (`id`) VALUES ('1');\n",
			"Export data, Export to JSON",
		},
		"dump.csv": {"INSERT INTO people (name, email) VALUES ('Jan, Piet', 'x@x.nl');\n" +
			"INSERT INTO people (name, email) VALUES ('Jan, Piet', 'x@x.nl');\n", "dump of a database"},
		"page.html": {"<!DOCTYPE html>\n<html><body>contacts</body></html>", "web page"},
		"note.rtf":  {"{\\rtf1\\ansi", "layout"},
		"w.gephi":   {"nothing", "project of Gephi"}, "abook.sqlite": {"SQLite format 3\x00", "Thunderbird"},
		"msgstore.db.crypt15": {"\x00\x01\x02", "WhatsApp"},
		"j.json":              {`["vcard",[["version",{},"text","4.0"]]]`, "jCard"},
		"follow.json":         {`{"relationships_following":[{"string_list_data":[]}]}`, "Instagram"},
	} {
		_, _, errs := readtest.Path(t, readtest.WriteFile(t, t.TempDir(), name, []byte(c.content)))
		said := ""
		for _, err := range errs {
			var known *fault.Error
			if errors.As(err, &known) {
				said += known.Error()
			}
		}
		if !strings.Contains(said, c.says) {
			t.Errorf("%s: %q, want a word about %q", name, said, c.says)
		}
	}
	for name, c := range map[string]struct{ inside, says string }{
		"a.xlsx": {"xl/workbook.xml", "Excel workbook"}, "a.docx": {"word/document.xml", "Word"},
		"a.ods":     {"content.xml", "LibreOffice"},
		"a.numbers": {"Index/Document.iwa", "Numbers"},
		"a.olm":     {"Accounts/me/com.microsoft.__Messages/x.xml", "Outlook for Mac"},
		"a.cys":     {"session.cys", "Cytoscape"},
	} {
		_, _, errs := readtest.Path(t,
			readtest.WriteFile(t, t.TempDir(), name, zipped(t, map[string][]byte{c.inside: []byte("x")}, c.inside)))
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), c.says) {
			t.Errorf("%s: %v, want a word about %q", name, errs, c.says)
		}
	}
}
