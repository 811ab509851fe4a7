package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/intake"
	"gave.network/internal/move"
	"gave.network/internal/op"
)

// thankedMoves are the moves about mails of thanks, by whom they are.
func thankedMoves(t *testing.T, a *app.App, v op.Viewer) map[string]move.Move {
	t.Helper()
	list, err := a.Praise.Propose(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]move.Move{}
	for _, m := range list {
		if m.Kind == "thanked" {
			out[m.People[0].Name] = m
		}
	}
	return out
}

// Thanks in imported mail are brought up once, and only those of one person to the viewer: not what a machine sends,
// what goes to many, an answer, nor what is delicate. Nothing is stored by that.
func TestThanksInMailAreNoticed(t *testing.T) {
	const me = "Owner Ownerson <owner@example.org>"
	mails := []struct {
		from, to, subject, headers string
		days                       int
		noticed                    bool
	}{
		{from: "Sanne Smit <sanne@smit.example>", subject: "Bedankt voor de introductie", days: 2, noticed: true},
		{
			from: "Tom Taylor <tom@taylor.example>", subject: "Thank you for the tip about the hall!", days: 9,
			noticed: true,
		},
		{
			from: "Bas Bakker <bas@bakker.example>", subject: "=?utf-8?q?Caf=C3=A9_gevonden,_dankjewel!?=", days: 20,
			noticed: true,
		},
		{from: "Shop Noreply <noreply@shop.example>", subject: "Thank you for the visit", days: 2},
		{from: "Eva Evers <eva@shop.example>", subject: "Bedankt voor je bestelling 4411", days: 2},
		{from: "Kim Koster <kim@koster.example>", subject: "Bedankt voor uw inschrijving", days: 3},
		{
			from: "Lena Lang <lena@lang.example>", subject: "Thanks to all who came",
			headers: "List-Unsubscribe: <https://lang.example/u>\n", days: 3,
		},
		{
			from: "Mo Maas <mo@maas.example>", subject: "Dank je wel",
			headers: "List-Id: <leden.maas.example>\n", days: 3,
		},
		{
			from: "Noor Nagel <noor@nagel.example>", subject: "Dank je wel",
			headers: "Auto-Submitted: auto-replied\n", days: 3,
		},
		{from: "Ola Olsen <ola@olsen.example>", subject: "Re: Thank you", days: 4},
		{
			from: "Piet Pot <piet@pot.example>", days: 4,
			subject: "Bedankt voor je steun na het overlijden van mijn vader",
		},
		{
			from: "Quirine Quak <quirine@quak.example>", days: 4,
			subject: "Thank you for sitting with me after the chemo",
		},
		{from: "Rik Rood <rik@rood.example>", subject: "Alvast bedankt", days: 5},
		{
			from: "Saar Sap <saar@sap.example>", subject: "Bedankt voor gisteren", days: 5,
			to: me + ", A A <a@a.example>, B B <b@b.example>, C C <c@c.example>, D D <d@d.example>",
		},
		{from: "Ties Tol <ties@tol.example>", subject: "Many thanks", to: "U U <u@u.example>\nCc: " + me, days: 5},
		{from: "Una Ulm <una@ulm.example>", subject: "Many thanks", days: 80},
		{from: "Vera Vos <vera@vos.example>", subject: "De planning van mei", days: 6},
		{from: "Wim Wit <wim@wit.example>", subject: "Minutes of Thursday", days: 6},
		{from: me, to: "Xan Xu <xan@xu.example>", subject: "Bedankt voor je hulp", days: 6},
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		a, v := network0(t, address)
		var box strings.Builder
		for i, m := range mails {
			at := v.Now.AddDate(0, 0, -m.days)
			to := m.to
			if to == "" {
				to = me
			}
			fmt.Fprintf(&box, "From x@example.org %s\nFrom: %s\nTo: %s\nDate: %s\nMessage-ID: <%d@thanks.example>\n"+
				"Subject: %s\n%s\nThank you, thank you.\n\n", at.Format(time.ANSIC), m.from, to,
				at.Format(time.RFC1123Z), i, m.subject, m.headers)
		}
		path := filepath.Join(t.TempDir(), "thanks.mbox")
		if err := os.WriteFile(path, []byte(box.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{Me: []string{"owner@example.org"}})
		if err != nil || report.State != intake.Done {
			t.Fatal(report, err)
		}

		found := thankedMoves(t, a, v)
		for _, m := range mails {
			name, _, _ := strings.Cut(m.from, " <")
			if _, ok := found[name]; ok != m.noticed {
				t.Errorf("%s, %q: noticed %t, want %t", name, m.subject, ok, m.noticed)
			}
		}
		if list, _, err := a.Praise.List(ctx, v); err != nil || len(list) != 0 {
			t.Errorf("praise was stored by itself: %v, %v", list, err)
		}
		sanne := found["Sanne Smit"]
		if len(sanne.Evidence) != 1 || sanne.Evidence[0].Text != "Bedankt voor de introductie" ||
			!strings.Contains(sanne.Action.Page, "occasion=de+introductie") {
			t.Errorf("%+v", sanne)
		}

		// Kept as praise, or asked once: it is not brought up again.
		call(t, a, v, "praise.keep", map[string]string{
			"person": sanne.People[0].ID.String(), "text": "Bedankt voor de introductie", "consent": "private",
		})
		call(t, a, v, "praise.invite",
			map[string]string{"person": found["Tom Taylor"].People[0].ID.String(), "occasion": "the hall"})
		if left := thankedMoves(t, a, v); len(left) != 1 || left["Bas Bakker"].Key == "" {
			t.Errorf("left are %v", left)
		}
	})
}
