package mail_test

import (
	"strings"
	"testing"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/readtest"
)

// Junk, bins and drafts are known by the names that they have in seven languages, and in the letters of IMAP.
func TestAsideNames(t *testing.T) {
	for name, want := range map[string]string{
		"Spam": read.SkipSpam, "[Gmail]/Spam": read.SkipSpam, "Ongewenste e-mail": read.SkipSpam,
		"Courrier indésirable": read.SkipSpam,
		"Junk E-mail":          read.SkipSpam,
		"Posta indesiderata":   read.SkipSpam, "Correo no deseado": read.SkipSpam, "Lixo Eletrônico": read.SkipSpam,
		"Papierkorb": read.SkipTrash,
		"Prullenbak": read.SkipTrash, "Corbeille": read.SkipTrash, "Cestino": read.SkipTrash,
		"Papelera": read.SkipTrash,
		"Lixeira":  read.SkipTrash, "Deleted Items": read.SkipTrash,
		"Gel&APY-schte Elemente": read.SkipTrash, "&AMk-l&AOk-ments supprim&AOk-s": read.SkipTrash,
		"Entw&APw-rfe": read.SkipDraft,
		"Brouillons":   read.SkipDraft,
		"Bozze":        read.SkipDraft, "Borradores": read.SkipDraft, "Rascunhos": read.SkipDraft,
		"Concepten": read.SkipDraft,
		"Inbox":     "", "Posteingang": "", "Verzonden": "", "R&D": "", "AT&T": "", "Deleted scenes": "", "Werk": "",
	} {
		if got := mail.AsideName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for file, want := range map[string]string{
		"Takeout/Mail/Entwürfe.mbox": read.SkipDraft, "Mail/Deleted Messages.mbox/mbox": read.SkipTrash,
		".INBOX.Trash/cur/1": read.SkipTrash,
		"Local Folders/Junk": read.SkipSpam, "Local Folders/Inbox.sbd/Werk": "", "Takeout/Mail/Postvak IN.mbox": "",
	} {
		if got := mail.AsideFolder(file, true); got != want {
			t.Errorf("%q: %q, want %q", file, got, want)
		}
	}
}

func testMail(from, extra string) string {
	return "From: " + from + "\r\nTo: me@example.org\r\nDate: Tue, 3 Mar 2026 10:00:00 +0100\r\nSubject: hallo\r\n" +
		extra + "\r\nHoi\r\n"
}

// What is not correspondence is left out of folders, and counted.
func TestMailFoldersLeftOut(t *testing.T) {
	dir := t.TempDir()
	for name, from := range map[string]string{
		"cur/1:2,S": "Kim Bos <kim@example.org>", "new/2": "Bo Lin <bo@example.org>",
		"tmp/3":                 "Half <half@example.org>",
		".Papierkorb/cur/4:2,S": "Weg <weg@example.org>", ".Entw&APw-rfe/cur/5:2,S": "Ik <me@example.org>",
		".Werk/cur/6:2,S": "Jo Vos <jo@example.org>", "cur/7:2,ST": "Trash <t@example.org>",
	} {
		readtest.WriteFile(t, dir, "Maildir/"+name,
			[]byte(testMail(from, "Message-ID: <"+strings.ReplaceAll(name, "/", "-")+"@x>\r\n")))
	}
	for name, from := range map[string]string{
		"Takeout/Mail/Corbeille.mbox":          "Poubelle <p@example.org>",
		"Takeout/Mail/Boîte de réception.mbox": "Luc Roi <luc@example.org>",
	} {
		readtest.WriteFile(t, dir, name, []byte("From x@y Tue Mar  3 10:00:00 2026\n"+testMail(from, "")))
	}
	c, src, errs := readtest.Path(t, dir)
	if len(errs) > 0 || len(c.Rejects) > 0 {
		t.Fatal(errs, c.Rejects)
	}
	got := map[string]bool{}
	for _, i := range c.Interactions {
		got[i.Parties[0].Address] = true
	}
	if len(got) != 4 || !got["kim@example.org"] || !got["bo@example.org"] || !got["jo@example.org"] ||
		!got["luc@example.org"] {
		t.Errorf("read mail of %v", got)
	}
	if src.Skipped[read.SkipTrash] != 3 || src.Skipped[read.SkipDraft] != 1 || src.Skipped[read.SkipUnfinished] != 1 {
		t.Errorf("left out %v", src.Skipped)
	}
}
