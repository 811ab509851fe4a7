package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page/browsertest"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// firm fills a space with so many members in eight departments, who take part and say with whom they work: mostly with
// their own department and with Planning, so that the rest hardly has to do with each other. Reports are made a month
// and a half ago and now.
func (h house) firm(t *testing.T, n int) {
	t.Helper()
	ctx := context.Background()
	owner, err := h.app.Account.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	call := func(v op.Viewer, name string, in any) {
		t.Helper()
		if _, err := h.app.Operations.Call(ctx, v, name, in); err != nil {
			t.Fatal(name, err)
		}
	}
	x := rand.New(rand.NewPCG(7, 7))
	departments := []string{
		"Planning", "Directie", "Beleid", "Uitvoering", "Werkplaats", "Klantcontact", "Financiën", "Personeel",
	}
	now := owner.Now
	owner.Now = now.AddDate(0, 0, -45)
	members := make([]op.Viewer, n)
	chart := "person,department,level\n"
	for i := range members {
		name := fmt.Sprintf("Collega %03d", i)
		v := op.Viewer{
			Space: owner.Space, Account: id.New(), Member: id.New(), Role: op.Member, Lang: locale.Dutch,
			Zone: time.UTC, Now: owner.Now,
		}
		v.Person = peopletest.Person(t, h.app.DB, owner, name).ID
		members[i] = v
		chart += fmt.Sprintf("%s,%s,%d\n", name, departments[i%8], 1+min(2, x.IntN(8)/2))
	}
	var said []tie.Statement
	say := func(from, to int, layer string) {
		if v := members[from]; from != to {
			said = append(said, tie.Statement{
				ID: id.New(), Owner: v.Member, Visibility: scope.Private, Layer: layer, Sign: 1, Weight: 1,
				SourcePerson: v.Person, TargetPerson: members[to].Person, Directed: true, Time: now.UnixMicro() - 1,
				Source: "stated", External: id.New(),
			})
		}
	}
	talks := func() {
		for i := range members {
			for range 3 {
				say(i, (i+8*(1+x.IntN(n/8-1)))%n, []string{"works with", "advice", "lunch"}[x.IntN(3)])
			}
			if x.IntN(3) > 0 {
				say(i, 8*x.IntN(n/8), "works with") // Planning
			}
			if x.IntN(5) == 0 {
				say(i, x.IntN(n), "lunch")
			}
		}
		if err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tie.AddStatements(ctx, tx, owner.Space, said)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		said = nil
	}
	talks()
	call(owner, "colleagues.chart", colleagues.ChartInput{File: chart})
	call(owner, "colleagues.groups", op.None{})
	call(owner, "colleagues.rule", colleagues.RuleInput{Reports: "on"})
	for i, v := range members {
		call(v, "colleagues.takepart", colleagues.TakePartInput{Part: "yes", Meet: i%20 == 3, Offers: i%11 == 4})
	}
	call(owner, "colleagues.publish", op.None{})
	talks()
	owner.Now = now
	call(owner, "colleagues.publish", op.None{})
}

// The report of a firm: what it says on a screen and on paper, for a member who takes part, and who saw it.
func TestTheReportOfAFirm(t *testing.T) {
	h := open(t, 0)
	h.firm(t, 120)
	b := browsertest.New(t, browsertest.Options{Language: "nl"})
	h.enter(b)
	b.Open(h.url + "/colleagues/report?lang=nl")
	b.Eventually("main .answer", "nauwelijks met elkaar te maken")
	b.Eventually("main .answer", "Veel loopt via Planning")
	b.Eventually("main", "1 Wie met wie te maken heeft")
	b.Eventually("main", "Hoe het veranderde")
	if names := b.Text("main"); strings.Contains(names, "Collega 000") || !strings.Contains(names, "Collega 003") {
		t.Errorf("the names in the report: %s", names)
	}
	b.Click("#why-departments summary")
	b.Eventually("#why-departments", "Kőnig")
	b.Screenshot(colleaguePages, "firm-desktop")
	b.Click("button[data-png]")
	made := ""
	for range 100 {
		if made = browsertest.Evaluate[string](b, `document.querySelector("[data-png]").dataset.made ?? ""`); made != "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if made != "1204 948" { // of eight departments, twice as many points as the drawing has
		t.Errorf("the picture has %q points", made)
	}
	paper := string(b.Print(colleaguePages, "firm"))
	if sheets := strings.Count(paper, "/Type /Page\n"); sheets < 1 || sheets > 4 {
		t.Errorf("the report takes %d sheets", sheets)
	}
	// The report of then, and none before the first.
	b.Open(h.url + "/colleagues/report?as_of=" + time.Now().AddDate(0, 0, -20).Format(time.DateOnly))
	b.Eventually("main", "1 Wie met wie te maken heeft")
	then := b.Text("main")
	if strings.Contains(then, "Hoe het veranderde") || !strings.Contains(then, "Zoals het nu is") {
		t.Errorf("the report of then says %s", then)
	}
	b.Open(h.url + "/colleagues/report?as_of=1990-01-01")
	b.Eventually("main", "Er was op die dag nog geen verslag gemaakt.")
	b.Open(h.url + "/colleagues/report?as_of=morgen")
	b.Eventually("main form", "is geen dag")
	b.Open(h.url + "/colleagues/report/readers")
	b.Eventually("main table", "page")
	b.Screenshot(colleaguePages, "firm-readers-desktop")
	b.Open(h.url + "/colleagues/report/part")
	b.Screenshot(colleaguePages, "firm-part-desktop")
	b.Click("button[name=part][value=yes]")
	b.Eventually("main", "Je doet mee.")
	b.Open(h.url + "/colleagues/report/moments?organisation=x")
	b.Eventually("main .answer", "nauwelijks")
	for _, o := range []browsertest.Options{{Phone: true, Language: "nl"}, {Phone: true, Dark: true, Language: "nl"}} {
		other := browsertest.New(t, o)
		other.Open(h.url + "/signin")
		other.Fill("#f-email", "barbara@example.org")
		other.Fill("#f-password", secret)
		other.Click("main button.primary")
		name := map[bool]string{false: "", true: "-dark"}[o.Dark]
		for _, path := range []string{"", "/part", "/readers"} {
			other.Open(h.url + "/colleagues/report" + path + "?lang=nl")
			if wide := other.Wide(); wide > 0 {
				t.Errorf("%s is %d pixels wider than the screen", path, wide)
			}
			other.Screenshot(colleaguePages, "firm"+strings.ReplaceAll(path, "/", "-")+"-phone"+name)
		}
	}
	for _, form := range []string{"csv", "graphml", "gexf", "svg", "exe"} {
		status := browsertest.Evaluate[int](b, `(() => { const r = new XMLHttpRequest();
			r.open("GET", "/colleagues/report/data?form=`+form+`", false); r.send(); return r.status; })()`)
		if want := map[bool]int{false: http.StatusOK, true: http.StatusNotFound}[form == "exe"]; status != want {
			t.Errorf("%s answers %d", form, status)
		}
	}
}
