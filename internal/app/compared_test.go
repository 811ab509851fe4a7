package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/people"
)

// Who may be one person is asked when mail brings somebody new, and not when it comes from those who are known.
func TestMailFromTheKnownComparesNobody(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		a, v := network0(t, address)
		number := 0
		brings := func(writer string) (compared bool) {
			t.Helper()
			number++
			path := filepath.Join(t.TempDir(), fmt.Sprint(number, ".mbox"))
			mail := fmt.Sprintf("From x Thu Jan  1 10:00:00 2015\nFrom: %s\nTo: Me Myself <me@example.org>\n"+
				"Date: Thu, %d Jan 2015 10:00:00 +0000\nMessage-ID: <%d@example.org>\nSubject: s\n\nb\n\n",
				writer, number, number)
			if err := os.WriteFile(path, []byte(mail), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx := db.Observe(context.Background(), func(query string) {
				compared = compared || strings.Contains(query, "select kept, absorbed, state from merge")
			})
			report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{})
			if err != nil || report.InteractionsAdded != 1 {
				t.Fatalf("%+v, %v", report, err)
			}
			return compared
		}
		for i, mail := range []struct {
			writer   string
			compared bool
		}{
			{"Anna de Vries <anna@example.org>", true},
			{"Anna de Vries <anna@example.org>", false},
			{"Bas Bakker <bas@example.org>", true},
			{"Anna de Vries <anna@example.org>", false},
			{"Anna de Vries <anna@elsewhere.example>", true},
		} {
			if got := brings(mail.writer); got != mail.compared {
				t.Errorf("mail %d, from %s: compared %v", i, mail.writer, got)
			}
		}
		// The second Anna was compared: she is joined or asked about.
		open, _, err := a.Network.OpenProposals(context.Background(), v)
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.Network.People(context.Background(), v, people.PeopleQuery{Query: "Anna", Limit: 10})
		if err != nil || len(list.People) == 2 && open == 0 {
			t.Errorf("%d people, %d questions, %v", len(list.People), open, err)
		}
	})
}
