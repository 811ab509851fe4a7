package intake

import (
	"strings"
	"testing"
)

// Junk, bins and drafts are known by the names that they have in seven languages, and in the letters of IMAP.
func TestAsideNames(t *testing.T) {
	for name, want := range map[string]string{
		"Spam": skipSpam, "[Gmail]/Spam": skipSpam, "Ongewenste e-mail": skipSpam, "Courrier indésirable": skipSpam,
		"Junk E-mail":        skipSpam,
		"Posta indesiderata": skipSpam, "Correo no deseado": skipSpam, "Lixo Eletrônico": skipSpam,
		"Papierkorb": skipTrash,
		"Prullenbak": skipTrash, "Corbeille": skipTrash, "Cestino": skipTrash, "Papelera": skipTrash,
		"Lixeira": skipTrash, "Deleted Items": skipTrash,
		"Gel&APY-schte Elemente": skipTrash, "&AMk-l&AOk-ments supprim&AOk-s": skipTrash, "Entw&APw-rfe": skipDraft,
		"Brouillons": skipDraft,
		"Bozze":      skipDraft, "Borradores": skipDraft, "Rascunhos": skipDraft, "Concepten": skipDraft,
		"Inbox": "", "Posteingang": "", "Verzonden": "", "R&D": "", "AT&T": "", "Deleted scenes": "", "Werk": "",
	} {
		if got := asideName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for file, want := range map[string]string{
		"Takeout/Mail/Entwürfe.mbox": skipDraft, "Mail/Deleted Messages.mbox/mbox": skipTrash,
		".INBOX.Trash/cur/1": skipTrash,
		"Local Folders/Junk": skipSpam, "Local Folders/Inbox.sbd/Werk": "", "Takeout/Mail/Postvak IN.mbox": "",
	} {
		if got := asideFolder(file, true); got != want {
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
		writeFile(t, dir, "Maildir/"+name,
			[]byte(testMail(from, "Message-ID: <"+strings.ReplaceAll(name, "/", "-")+"@x>\r\n")))
	}
	for name, from := range map[string]string{
		"Takeout/Mail/Corbeille.mbox":          "Poubelle <p@example.org>",
		"Takeout/Mail/Boîte de réception.mbox": "Luc Roi <luc@example.org>",
	} {
		writeFile(t, dir, name, []byte("From x@y Tue Mar  3 10:00:00 2026\n"+testMail(from, "")))
	}
	c, src, errs := readPath(t, dir)
	if len(errs) > 0 || len(c.rejects) > 0 {
		t.Fatal(errs, c.rejects)
	}
	got := map[string]bool{}
	for _, i := range c.interactions {
		got[i.Parties[0].Address] = true
	}
	if len(got) != 4 || !got["kim@example.org"] || !got["bo@example.org"] || !got["jo@example.org"] ||
		!got["luc@example.org"] {
		t.Errorf("read mail of %v", got)
	}
	if src.Skipped[skipTrash] != 3 || src.Skipped[skipDraft] != 1 || src.Skipped[skipUnfinished] != 1 {
		t.Errorf("left out %v", src.Skipped)
	}
}
