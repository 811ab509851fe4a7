package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// surveyOf makes and opens a survey among n people, in departments of twelve, and returns it with the links in the
// order of the people.
func surveyOf(t *testing.T, d *desk, n int) (survey id.ID, links []colleagues.Link) {
	t.Helper()
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, "Vera Vink%03d, vera%d@example.org, Afdeling %c, %d\n", i, i, 'A'+rune(i/12), 1+i%4)
	}
	d.owner.Now = time.Now()
	call := func(name string, in any) any {
		t.Helper()
		out, err := d.app.Operations.Call(context.Background(), d.owner, name, in)
		if err != nil {
			t.Fatal(name, err)
		}
		return out
	}
	made := call("colleagues.survey.new", colleagues.NewSurveyInput{
		Title: "Hoe we samenwerken", File: lines.String(), Add: true, Layers: []string{"works with", "advice"},
		Naming: "roster", Threshold: 8, Months: 24, Closes: time.Now().AddDate(0, 0, 14),
	}).(colleagues.NewSurveyOutput)
	if made.Asked != n || made.Added != n || len(made.Rejected) > 0 {
		t.Fatalf("%+v", made)
	}
	sent := call("colleagues.survey.open", colleagues.SurveyInput{Survey: made.Survey}).(colleagues.Sent)
	if len(sent.Links) != n {
		t.Fatalf("%d links", len(sent.Links))
	}
	return made.Survey, sent.Links
}

// A hundred and fifty people answer at once, five hundred with GAVE_SOAK, some of them twice, and one of ten on two
// devices: what was confirmed is there, once.
func TestManyAnswerAtOnce(t *testing.T) {
	const each = 6
	people := 150
	if _, long := soak(); long {
		people = 500
	}
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		d := openDesk(t, address, t.TempDir())
		survey, links := surveyOf(t, d, people)
		rows, err := db.Values[id.ID](ctx, d.app.DB, `select id from wave_person where wave = $1 order by id`, survey)
		if err != nil || len(rows) != people {
			t.Fatal(len(rows), err)
		}
		client := &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{MaxIdleConnsPerHost: people},
		}
		post := func(i int, form url.Values) bool {
			answer, err := client.PostForm(d.url+"/colleagues/survey/"+links[i].Secret, form)
			if err != nil {
				t.Error(err)
				return false
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusSeeOther && answer.StatusCode != http.StatusNoContent {
				t.Errorf("%d: status %d", i, answer.StatusCode)
				return false
			}
			return true
		}
		names := func(i int, layer string) url.Values {
			form := url.Values{"act": {"answer"}, "question": {layer}}
			for k := range each {
				form.Add("who", rows[(i+1+k)%people].String())
			}
			return form
		}
		var confirmed atomic.Int64
		var all sync.WaitGroup
		began := make(chan struct{})
		for i := range people {
			all.Add(1)
			go func() {
				defer all.Done()
				<-began
				if !post(i, url.Values{"act": {"decide"}, "part": {"yes"}}) {
					return
				}
				for _, layer := range []string{"works with", "advice"} {
					ok := make(chan bool, 2)
					devices := 1
					if i%10 == 0 {
						devices = 2
					}
					for range devices {
						go func() { ok <- post(i, names(i, layer)) }()
					}
					stored := true
					for range devices {
						stored = <-ok && stored
					}
					if rand.IntN(10) == 0 {
						stored = post(i, names(i, layer)) && stored
					}
					if stored {
						confirmed.Add(each)
					}
				}
			}()
		}
		close(began)
		all.Wait()
		count := func(query string) int {
			t.Helper()
			n, err := db.Value[int](ctx, d.app.DB, query, survey)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(`select count(*) from wave_answer where wave = $1`); n != int(confirmed.Load()) ||
			n != people*each*2 {
			t.Errorf("%d answers are stored, %d were confirmed, want %d", n, confirmed.Load(), people*each*2)
		}
		if n := count(`select count(*) from wave_person where wave = $1 and part = 1
			and answered in ('works with,advice', 'advice,works with')`); n != people {
			t.Errorf("%d of %d have answered everything", n, people)
		}
		if _, err := d.app.Operations.Call(ctx, d.owner, "colleagues.survey.close",
			colleagues.SurveyInput{Survey: survey}); err != nil {
			t.Fatal(err)
		}
		out, err := d.app.Colleagues.WaveAnswers(ctx, d.owner, survey)
		if err != nil || len(out.People) != people || len(out.Ties) != people*each*2 {
			t.Errorf("the report reads %d people and %d ties, %v", len(out.People), len(out.Ties), err)
		}
	})
}

// surveyPages is where pictures of the pages of a survey go; nowhere unless they are asked for.
var surveyPages = os.Getenv("GAVE_SURVEY_PAGES")

// A survey among sixty from making it to the report, on a phone: by who makes it in Dutch, by one who answers without
// scripts, by another with them, and by forms by the others.
func TestASurveyOnAPhone(t *testing.T) {
	const people = 60
	axe := browsertest.Axe(t)
	h := open(t, 0)
	b := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	looked := map[string]bool{}
	look := func(b *browsertest.Browser, name string) {
		t.Helper()
		looked[name] = true
		b.Screenshot(surveyPages, name)
		if wide := b.Wide(); wide > 0 {
			t.Errorf("%s is %d pixels wider than the screen", name, wide)
		}
		if !strings.HasPrefix(name, "bare") { // axe is a script
			for _, wrong := range b.Violations(axe) {
				t.Errorf("%s: %s", name, wrong)
			}
		}
		if n := browsertest.Evaluate[int](b, primaries); n > 1 {
			t.Errorf("%s has %d filled buttons", name, n)
		}
	}
	h.enter(b)
	b.Open(h.url + "/settings")
	b.Choose("#language", "Nederlands")
	tap(b, "form.fields button.primary")
	b.Open(h.url + "/colleagues/waves")
	look(b, "waves-empty")
	tap(b, "main a.primary")
	b.Eventually("main h1", "Een nieuwe vragenlijst")
	look(b, "wave-new")
	var lines strings.Builder
	for i := range people {
		fmt.Fprintf(&lines, "Vera Vink%02d, vera%d@example.org, %s, %d\n", i, i,
			[]string{"Communicatie", "Ontwerp", "Redactie", "Strategie", "Verkoop"}[i/12], 1+i%3)
	}
	lines.WriteString("Vera Vink00, vera0@example.org\n") // twice
	b.Fill("#f-title", "Hoe we samenwerken")
	b.Fill("#f-people", lines.String())
	tap(b, "input[name=weighted]")
	tap(b, "input[name=layers][value=trust]") // that is left out
	tap(b, "form.fields > button.primary")
	b.Eventually("main", "Er is nog niemand gevraagd.")
	b.Eventually("main .flash", "regel 61: Dit adres staat al op regel 1.")
	look(b, "wave-draft")
	at := b.Address()
	tap(b, "main form:has(input[value=open]) button")
	b.Eventually("main h1", "Links om door te sturen")
	look(b, "wave-links")
	links := regexp.MustCompile(`http\S+/colleagues/survey/\S+`).FindAllString(b.Text("#links"), -1)
	if len(links) != people {
		t.Fatalf("%d links", len(links))
	}
	tap(b, "main a.primary")
	b.Eventually("main .answer", "Tot nu toe vulden minder dan 5 mensen de vragenlijst in.")
	look(b, "wave-open")
	b.Open(at + "/people")
	look(b, "wave-people")

	// Without scripts, in English, which is chosen on the page.
	first := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	first.Open(links[0])
	first.Eventually("main", "Voor Vera Vink00. Ben jij dat niet?")
	look(first, "bare-consent-nl")
	tap(first, "form:has(input[name=to]) button")
	first.Eventually("main", "Who sees what")
	look(first, "bare-consent-en")
	tap(first, "input[value=yes][name=part]")
	tap(first, "form.fields button.primary")
	first.Eventually("main h1", "With whom do you work?")
	look(first, "bare-question")
	tap(first, ".department[open] .picks label:nth-child(2) input")
	first.Fill("input[name=search]", "vink3")
	tap(first, "button[value=search]")
	first.Eventually("form.fields", "Vera Vink30")
	if said := first.Text("form.fields"); strings.Contains(said, "Vera Vink29") || !strings.Contains(said, "1 chosen") {
		t.Errorf("searching shows %s", said)
	}
	look(first, "bare-question-search")
	tap(first, ".picks label:nth-child(1) input")
	tap(first, "form.fields button.primary")
	first.Eventually("main h1", "How often?")
	look(first, "bare-often")
	first.Choose(".field:nth-of-type(1) select", "every day")
	tap(first, "form.fields button.primary")
	first.Eventually("main h1", "Whom do you ask for advice?")
	tap(first, "form.fields button.primary") // nobody
	first.Eventually("main h1", "Thank you.")
	first.Eventually("main", "2 named")
	look(first, "bare-answered")

	// With scripts: what is ticked is saved at once, and is there on the next visit, on whatever device.
	second := browsertest.New(t, browsertest.Options{Phone: true, Dark: true, Language: "nl"})
	second.Open(links[1])
	look(second, "consent-dark")
	tap(second, "input[value=yes][name=part]")
	tap(second, "form.fields button.primary")
	second.Eventually("main h1", "Met wie werk je?")
	second.Fill("input[name=search]", "vera vink4")
	tap(second, ".department[open] .picks label:not([hidden]) input")
	second.Eventually("[data-saved]", "Bewaard.")
	look(second, "question-scripts-dark")
	other := browsertest.New(t, browsertest.Options{Phone: true, NoScripts: true, Language: "nl"})
	other.Open(links[1])
	other.Eventually("[data-saved]", "1 gekozen en bewaard.")

	tap(second, "form.fields button.primary")
	second.Eventually("main h1", "Hoe vaak?")
	look(second, "often-dark")
	second.Open(links[1] + "?question=advice")
	tap(second, "form.fields button.primary")
	second.Eventually("main h1", "Dank je.")
	look(second, "answered-dark")

	// The others by forms: each names the next seven, and one says that they do not take part.
	rows, err := db.Values[id.ID](t.Context(), h.app.DB, `select id from wave_person order by id`)
	if err != nil || len(rows) != people {
		t.Fatal(len(rows), err)
	}
	post := func(i int, form url.Values) {
		t.Helper()
		answer, err := http.PostForm(links[i], form)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK { // after the redirect
			t.Fatalf("%d answers %v with %d", i, form, answer.StatusCode)
		}
	}
	for i := 2; i < people-1; i++ {
		post(i, url.Values{"act": {"decide"}, "part": {"yes"}})
		for _, layer := range []string{"works with", "advice"} {
			form := url.Values{"act": {"answer"}, "question": {layer}}
			for k := range 7 {
				form.Add("who", rows[(i+1+k)%people].String())
			}
			post(i, form)
		}
	}
	post(people-1, url.Values{"act": {"decide"}, "part": {"no"}})
	last := browsertest.New(t, browsertest.Options{Phone: true, Language: "nl"})
	last.Open(links[people-1])
	last.Eventually("main h1", "You do not take part") // as their form was in English
	look(last, "declined")

	b.Open(at)
	b.Eventually("main .answer", "Tot nu toe vulden 59 van 60 mensen de vragenlijst in.")
	look(b, "wave-response")
	tap(b, "main form:has(input[value=close]) button")
	b.Eventually("main .answer", "59 van 60 mensen deden mee.")
	look(b, "wave-closed")
	b.Open(h.url + "/colleagues/waves")
	look(b, "waves")
	owner, err := h.app.Account.Local(t.Context(), locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.app.Colleagues.Waves(t.Context(), owner)
	if err != nil || len(list) != 1 || list[0].Participants != 59 {
		t.Fatalf("%+v %v", list, err)
	}
	out, err := h.app.Colleagues.WaveAnswers(t.Context(), owner, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	daily := 0
	for _, x := range out.Ties {
		if x.Layer == "works with" && x.Weight == 1 {
			daily++
		}
	}
	// 57 people name seven on two layers, less the seven who name who does not take part, and three are named by hand.
	if want := 2*(57*7-7) + 3; len(out.Ties) != want || len(out.People) != 59 || daily == 0 {
		t.Errorf("%d ties of %d people, want %d; %d daily", len(out.Ties), len(out.People), want, daily)
	}
	last.Open(links[4])
	last.Eventually("main h1", "Your own picture")
	last.Eventually("main", "You named 7 people who took part.")
	look(last, "picture")
	// The report: made by one act, it says what was answered of departments and nothing of anybody, on the screen and
	// on paper; the next time the survey leads to it.
	b.Open(at)
	tap(b, "main .acts form:has(input[value=report]) button")
	b.Eventually("main h1", "Hoe het loopt")
	b.Eventually("main", "Hoe we samenwerken")
	report := b.Text("main")
	for _, part := range []string{
		"60", "Communicatie", "Ontwerp", "Redactie", "Strategie", "Verkoop", "1 Wie met wie",
	} {
		if !strings.Contains(report, part) {
			t.Errorf("the report does not say %q", part)
		}
	}
	if strings.Contains(report, "Vera") {
		t.Errorf("somebody is named in the report: %s", report)
	}
	// Everybody named the seven after them, so that each department of twelve turns to itself and the next alone.
	told, err := h.app.Operations.Call(t.Context(), owner, "colleagues.report", colleagues.ReportInput{})
	if err != nil {
		t.Fatal(err)
	}
	figures := told.(colleagues.ReportOutput).Figures
	if len(figures.Departments) != 5 || figures.People < 55 || figures.People > 60 || len(figures.Layers) != 2 {
		t.Errorf("%d people, %d departments, %d layers", figures.People, len(figures.Departments), len(figures.Layers))
	}
	for i, row := range figures.Together.Departments {
		for j, pairs := range row {
			if near := (j-i+5)%5 <= 1; pairs == nil || near != (*pairs > 2) {
				t.Errorf("departments %d and %d: %+v", i, j, row)
			}
		}
	}
	look(b, "report")
	paper := string(b.Print(surveyPages, "report"))
	if sheets := strings.Count(paper, "/Type /Page\n"); !strings.HasPrefix(paper, "%PDF") || sheets < 1 || sheets > 4 {
		t.Errorf("the printed report takes %d sheets", sheets)
	}
	b.OnPaper()
	shown := browsertest.Evaluate[string](b, `document.body.innerText`)
	for _, part := range []string{"Hoe we samenwerken", "Communicatie", "Verkoop"} {
		if !strings.Contains(shown, part) {
			t.Errorf("the printed report does not say %q", part)
		}
	}
	if strings.Contains(shown, "Noteer") || strings.Contains(shown, "Vera") {
		t.Errorf("on paper there is what does not belong there: %s", shown)
	}
	if wide := b.Wide(); wide > 0 {
		t.Errorf("the printed report is %d pixels wider than its sheet", wide)
	}
	again := browsertest.New(t, browsertest.Options{Language: "nl"})
	again.Open(h.url + "/signin")
	again.Fill("#f-email", "barbara@example.org")
	again.Fill("#f-password", secret)
	again.Click("main button.primary")
	again.Resize(1440, 900)
	again.Open(at)
	look(again, "wave-told-desktop")
	again.Click("main .acts a.primary")
	again.Eventually("main h1", "Hoe het loopt")
	look(again, "report-desktop")
	if len(looked) < 18 {
		t.Errorf("only %d pages were looked at", len(looked))
	}
}
