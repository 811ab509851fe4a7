package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/id"
)

// surveyOf makes and opens a survey among n people, in departments of twelve, and returns it with the links in the order
// of the people.
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
		Title: "Hoe we samenwerken", People: lines.String(), Add: true, Layers: []string{"works with", "advice"},
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

// Five hundred people answer at once, some of them twice, and one of ten on two devices: what was confirmed is there,
// once.
func TestFiveHundredAnswerAtOnce(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		const people, each = 500, 6
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
