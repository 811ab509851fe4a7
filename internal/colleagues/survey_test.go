package colleagues

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/colleagues/survey"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/op/optest"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/room"
)

// held is a survey that is held among the people of a company.
type held struct {
	*Service
	d      *db.DB
	v      op.Viewer
	maker  *pagetest.Site
	guest  *pagetest.Site // of whoever has a link
	key    id.ID
	names  []string
	secret map[string]string
}

// hold makes a survey among n people, in departments of ten, and opens it. Their names are P000, P001 and so on, the
// first with markup in it.
func hold(t *testing.T, d *db.DB, n int, more url.Values) *held {
	t.Helper()
	h := &held{d: d, secret: map[string]string{}}
	h.v = peopletest.Viewer(t, d, peopletest.Space(t, d), "Me Myself", op.Owner)
	h.Service = NewService(d, people.NewStore(d))
	h.maker = pagetest.New(h.v, h.Operations()...)
	h.maker.Serve(h.pages)
	h.guest = h.as(h.v.Now)
	var lines strings.Builder
	for i := range n {
		name := fmt.Sprintf("P%03d Person", i)
		if i == 0 {
			name = "P000 <b>Bold</b>"
		}
		h.names = append(h.names, name)
		fmt.Fprintf(&lines, "%s, p%d@example.org, Department %d\n", name, i, i/10)
	}
	form := url.Values{
		"title": {"How we <work>"}, "people": {lines.String()}, "add": {"true"}, "layers": {"advice", "trust"},
		"naming": {"roster"}, "threshold": {"8"}, "months": {"24"},
		"closes": {h.v.Now.AddDate(0, 0, 20).Format(time.DateOnly)},
	}
	for name, values := range more {
		form[name] = values
	}
	h.maker.Post(t, "/colleagues/waves", form, 303)
	list, err := h.waves(context.Background(), h.v)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	h.key = list[0].ID
	sent := optest.Call[Sent](t, h.Operations(), h.v, "colleagues.survey.open", SurveyInput{h.key})
	for i, l := range sent.Links {
		h.names[i] = l.Name // as it is stored
		h.secret[l.Name] = l.Secret
	}
	return h
}

// as is the site as somebody without an account sees it, at a moment.
func (h *held) as(now time.Time) *pagetest.Site {
	v := op.Viewer{Lang: h.v.Lang, Zone: time.UTC, Now: now}
	site := pagetest.New(v, h.Operations()...)
	site.Serve(h.pages)
	return site
}

// person is the i-th of those who are asked, as the survey names them.
func (h *held) link(i int) string { return surveyPath + h.secret[h.names[i]] }

// boxes are the values of the boxes on the page of a question, by the names beside them.
func boxes(body string) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`name="who" value="([^"]+)"[^>]*>([^<]+)<`).FindAllStringSubmatch(body, -1) {
		out[html.UnescapeString(m[2])] = m[1]
	}
	return out
}

// takes lets somebody take part, and returns the boxes of the first question.
func (h *held) takes(t *testing.T, i int, more url.Values) map[string]string {
	t.Helper()
	form := url.Values{"act": {"decide"}, "part": {"yes"}}
	for name, values := range more {
		form[name] = values
	}
	h.guest.Post(t, h.link(i), form, 303)
	return boxes(h.guest.Get(t, h.link(i)+"?question=advice", 200))
}

// says stores whom somebody names on a layer.
func (h *held) says(t *testing.T, i int, layer string, named ...int) {
	t.Helper()
	all := boxes(h.guest.Get(t, h.link(i)+"?question="+layer, 200))
	form := url.Values{"act": {"answer"}, "question": {layer}}
	for _, n := range named {
		form.Add("who", all[h.names[n]])
	}
	h.guest.Post(t, h.link(i), form, 303)
}

// round lets the first n take part: on advice each names the next and the one after that, on trust the next.
func (h *held) round(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		h.takes(t, i, nil)
		h.says(t, i, "advice", (i+1)%n, (i+2)%n)
		h.says(t, i, "trust", (i+1)%n)
	}
}

func (h *held) close(t *testing.T) WaveAnswers {
	t.Helper()
	optest.Call[op.None](t, h.Operations(), h.v, "colleagues.survey.close", SurveyInput{h.key})
	out, err := h.WaveAnswers(context.Background(), h.v, h.key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A survey from making it to what the report reads, with what nobody may see on the way.
func TestASurveyIsHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := hold(t, d, 24, nil)
		if len(h.secret) != 24 {
			t.Fatalf("%d links", len(h.secret))
		}
		// Before anybody agreed there is no question to be seen.
		first := h.guest.Get(t, h.link(0)+"?question=advice", 200, "How we &lt;work&gt;",
			html.EscapeString(h.names[0]), "I do not take part", "This is not anonymous", "deleted 24 months after")
		if strings.Contains(first, `name="who"`) || strings.Contains(first, `checked`) {
			t.Error("a question or a ticked choice stands before the consent")
		}
		h.guest.Post(t, h.link(0), url.Values{"act": {"answer"}, "question": {"advice"}}, 409)
		h.guest.Post(t, h.link(0), url.Values{"act": {"decide"}}, 422)
		h.guest.Get(t, surveyPath+"nonsense", 404)

		h.round(t, 12)
		// The thirteenth names three, and then says not to take part after all: nothing of them is left.
		h.takes(t, 12, nil)
		h.says(t, 12, "advice", 0, 1, 2)
		h.says(t, 0, "trust", 1, 12)
		h.guest.Post(t, h.link(12), url.Values{"act": {"withdraw"}}, 303)
		h.guest.Get(t, h.link(12), 200, "You do not take part")
		h.says(t, 1, "trust", 2, 12) // who does not take part is not stored
		// The twentieth is named and never answers.
		h.says(t, 2, "trust", 3, 20)
		if n, err := db.Value[int](ctx, d, `select count(*) from wave_answer`); err != nil || n != 37 {
			t.Errorf("%d answers, want 12*3 and one of who did not answer yet, %v", n, err)
		}
		// Who made it sees shares in tens, and of nobody whether they answered.
		shown := h.maker.Get(t, "/colleagues/waves/"+h.key.String(), 200, "12 of 24 people answered so far.")
		if !strings.Contains(shown, "smaller groups together") || strings.Contains(shown, "Department 2") ||
			!strings.Contains(shown, "about 20 of 100 answered") || !strings.Contains(shown, "about 70 of 100 answered") {
			t.Errorf("the response: %s", shown)
		}
		h.maker.Get(t, "/colleagues/waves/"+h.key.String()+"/people", 200, "Who answered is not shown")
		if list, err := h.Waves(ctx, h.v); err != nil || len(list) > 0 {
			t.Errorf("an open survey is told: %+v %v", list, err)
		}
		_, err := h.WaveAnswers(ctx, h.v, h.key)
		optest.Fault(t, err, fault.Conflict, "This survey is not closed yet.")

		out := h.close(t)
		again := h.close(t) // closing twice changes nothing
		if !slices.Equal(out.Ties, again.Ties) || len(out.Ties) != 36 || len(out.People) != 12 ||
			out.Wave.Participants != 12 || out.Wave.Asked != 24 ||
			!slices.Equal(out.Wave.Layers, []string{"advice", "trust"}) {
			t.Errorf("%d ties of %d people, %+v", len(out.Ties), len(out.People), out.Wave)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from wave_answer`); err != nil || n != 36 {
			t.Errorf("%d answers are kept, %v", n, err)
		}
		if list, err := h.Waves(ctx, h.v); err != nil || len(list) != 1 || list[0].ID != h.key {
			t.Errorf("%+v %v", list, err)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from statement`); err != nil || n != 0 {
			t.Errorf("%d ties are shown that nobody wanted shown, %v", n, err)
		}
		// After the closing: a picture of one's own, and no answers any more.
		h.guest.Get(t, h.link(3), 200, "Your own picture", "12 people took part", "You named 2 people who took part.",
			"P004 Person, P005 Person")
		h.guest.Post(t, h.link(3), url.Values{"act": {"answer"}, "question": {"advice"}}, 409)
		h.guest.Get(t, h.link(20), 200, "You did not answer.")
		// A withdrawal after it counts too, and all is reckoned without them.
		h.guest.Post(t, h.link(3), url.Values{"act": {"withdraw"}}, 303)
		out, err = h.WaveAnswers(ctx, h.v, h.key)
		if err != nil || len(out.People) != 11 || len(out.Ties) != 30 {
			t.Errorf("after a withdrawal %d people, %d ties, %v", len(out.People), len(out.Ties), err)
		}
		gone := h.person(t, 4)
		h.network.SetRooms([]room.Room{h.Room()})
		if _, err := erase.NewService(h.network).Erase(ctx, h.v, gone, true); err != nil {
			t.Fatal(err)
		}
		h.guest.Get(t, h.link(4), 404)
		if n, err := db.Value[int](ctx, d, `select count(*) from wave_answer where source = $1 or target = $1`,
			gone.ID); err != nil || n != 0 {
			t.Errorf("%d answers name who was erased, %v", n, err)
		}
		// Others: an owner of the same space who did not make it, and one of another space.
		for _, other := range []op.Viewer{
			peopletest.Viewer(t, d, h.v.Space, "Other", op.Owner),
			peopletest.Viewer(t, d, peopletest.Space(t, d), "Stranger", op.Owner),
		} {
			if list, err := h.Waves(ctx, other); err != nil || len(list) > 0 {
				t.Errorf("another sees %+v %v", list, err)
			}
			_, err := h.WaveAnswers(ctx, other, h.key)
			optest.Fault(t, err, fault.NotFound, noWave)
			h.maker.As(other).Get(t, "/colleagues/waves/"+h.key.String(), 404)
			h.maker.As(other).Get(t, "/colleagues/waves/"+h.key.String()+"/answers.csv", 404)
			h.maker.As(other).Post(t, "/colleagues/waves/"+h.key.String(), url.Values{"act": {"remove"}}, 404)
		}
		member := peopletest.Viewer(t, d, h.v.Space, "Member", op.Member)
		h.maker.As(member).Get(t, "/colleagues/waves", 403)
	})
}

func (h *held) person(t *testing.T, i int) people.Person {
	t.Helper()
	p, err := h.network.Resolve(context.Background(), h.v, h.names[i])
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var _ = room.Goes
var _ = survey.Monthly
