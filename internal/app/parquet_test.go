package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/op"
	"gave.network/internal/parquetfile"
)

func rowsOf[R any](t *testing.T, folder, name string) (out []R) {
	t.Helper()
	file, err := parquetfile.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := parquetfile.Read(file, 0, func(_ int64, rows []R) error {
		out = append(out, rows...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestExportParquet has two members with private evidence: each gets what they may see, no titles, and ties that hold
// together with people and interactions.
func TestExportParquet(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newAssociation(t, address)
		anna := s.join("Anna Berg", "anna@example.org", op.Member)
		bram := s.join("Bram Dijk", "bram@example.org", op.Member)
		mails := func(me, other, subject string) string {
			return "From x Mon Nov 23 09:00:00 2026\nFrom: " + me + "\nTo: " + other + "\nSubject: " + subject +
				"\nDate: Mon, 23 Nov 2026 09:00:00 +0100\nMessage-ID: <" + subject + "@example.org>\n\nHello.\n"
		}
		s.importText(t, anna, "a.mbox",
			mails("Anna Berg <anna@example.org>", "Carla Vos <carla@example.org>", "kelder"), "anna@example.org")
		s.importText(t, bram, "b.mbox",
			mails("Bram Dijk <bram@example.org>", "Dirk Top <dirk@example.org>", "zolder"), "bram@example.org")
		folder := filepath.Join(t.TempDir(), "anna")
		if err := s.ExportParquet(t.Context(), anna, folder); err != nil {
			t.Fatal(err)
		}
		people := rowsOf[parquetfile.Person](t, folder, app.PeopleFile)
		var seen []string
		known := map[string]bool{}
		for _, p := range people {
			known[string(p.ID)] = true
			seen = append(seen, p.Name+" "+p.Address)
			if p.Name == "Dirk Top" || p.Address == "dirk@example.org" {
				t.Errorf("Anna sees whom Bram keeps: %+v", p)
			}
		}
		interactions := rowsOf[parquetfile.Interaction](t, folder, app.InteractionsFile)
		if len(interactions) != 1 || len(interactions[0].Participants) != 2 || interactions[0].Medium != "mail" {
			t.Errorf("interactions: %+v (people %q)", interactions, seen)
		}
		for _, i := range interactions {
			for _, p := range i.Participants {
				if !known[string(p.Person)] {
					t.Errorf("a participant is not among the people: %x", p.Person)
				}
			}
		}
		ties := rowsOf[parquetfile.Tie](t, folder, app.TiesFile)
		if len(ties) != 1 || ties[0].Interactions != 1 || ties[0].Intensity != .2 ||
			bytes.Compare(ties[0].Person, ties[0].Other) >= 0 {
			t.Errorf("ties: %+v", ties)
		}
		for _, name := range []string{app.PeopleFile, app.InteractionsFile, app.TiesFile} {
			content, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(content, []byte("kelder")) || bytes.Contains(content, []byte("zolder")) {
				t.Errorf("%s has a subject", name)
			}
		}
		if err := s.ExportParquet(t.Context(), anna, folder); err == nil {
			t.Error("a folder that exists was written over")
		}
		left, err := filepath.Glob(folder + ".*")
		if err != nil || len(left) > 0 {
			t.Errorf("%v: left behind: %v", err, left)
		}
	})
}
