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
			!strings.Contains(shown, "about 20 of 100 answered") ||
			!strings.Contains(shown, "about 70 of 100 answered") {
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

// How often is asked of those who were named, and kept when somebody ticks again; names that are typed are found among
// those who are asked, and others are not stored.
func TestHowOftenAndNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := hold(t, d, 20, url.Values{"weighted": {"true"}})
		all := h.takes(t, 0, nil)
		at := h.link(0)
		h.guest.Post(t, at, url.Values{
			"act": {"answer"}, "question": {"advice"},
			"who": {all[h.names[1]], all[h.names[2]], id.New().String(), "x"},
		}, 303)
		h.guest.Get(t, at+"?question=advice&often=yes", 200, "How often?", h.names[1], h.names[2])
		h.guest.Post(t, at, url.Values{
			"act": {"often"}, "question": {"advice"},
			"often-" + all[h.names[1]]: {"3"}, "often-" + all[h.names[2]]: {"9"},
			"often-" + all[h.names[3]]: {"3"}, // whom nobody named
		}, 303)
		h.guest.Post(t, at, url.Values{ // the third comes in, and what was said of the first stays
			"act": {"answer"}, "question": {"advice"}, "who": {all[h.names[1]], all[h.names[3]]}, "do": {"keep"},
		}, 204)
		// A search changes only who was found.
		h.guest.Post(t, at, url.Values{
			"act": {"answer"}, "question": {"advice"}, "searched": {"p01"}, "who": {all[h.names[15]]},
			"search": {""}, "do": {"search"},
		}, 303)
		type said struct {
			Target id.ID
			Weight survey.Often
		}
		list, err := db.Select[said](ctx, d, `select target, weight from wave_answer order by weight desc, target`)
		want := []said{{h.person(t, 1).ID, survey.Daily}}
		for _, p := range []id.ID{h.person(t, 3).ID, h.person(t, 15).ID} {
			want = append(want, said{p, 0})
		}
		slices.SortFunc(want[1:], func(a, b said) int { return a.Target.Compare(b.Target) })
		if err != nil || !slices.Equal(list, want) {
			t.Errorf("%+v, want %+v, %v", list, want, err)
		}
		h.guest.Post(t, at, url.Values{"act": {"answer"}, "question": {"distrust"}}, 404)

		h = hold(t, d, 20, url.Values{"naming": {"names"}})
		h.guest.Post(t, h.link(0), url.Values{"act": {"decide"}, "part": {"yes"}}, 303)
		form := url.Values{
			"act": {"answer"}, "question": {"advice"}, "names": {"p001 person\nPerson\nNobody Else, P002\n"},
		}
		body := h.guest.Post(t, h.link(0), form, 422, "Nobody of this name is asked: Nobody Else.", "Who is Person?")
		form.Set("again", "yes")
		form.Set("who", regexp.MustCompile(`name="who" value="([^"]+)"`).FindAllStringSubmatch(body, -1)[6][1])
		h.guest.Post(t, h.link(0), form, 303)
		if n, err := db.Value[int](ctx, d, `select count(*) from wave_answer where wave = $1`, h.key); err != nil || n != 3 {
			t.Errorf("%d names are stored, %v", n, err)
		}
	})
}

// Ties that both state become ties of the network only where both want that, and go when one of them does.
func TestTiesThatBothWantShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := hold(t, d, 16, nil)
		for i := range 10 {
			more := url.Values{}
			if i < 4 {
				more.Set("shares", "yes")
			}
			h.takes(t, i, more)
			h.says(t, i, "trust", (i+1)%10, (i+9)%10) // both ways round
		}
		h.close(t)
		statements := func() int {
			t.Helper()
			list, err := h.network.Statements(ctx, h.v)
			if err != nil {
				t.Fatal(err)
			}
			return list.Len()
		}
		if n := statements(); n != 6 { // between the first four, three ties, each said by both
			t.Errorf("%d statements, want 6", n)
		}
		h.close(t)
		if n := statements(); n != 6 {
			t.Errorf("%d statements after closing twice", n)
		}
		h.guest.Post(t, h.link(1), url.Values{"act": {"shares"}}, 303) // not any more
		if n := statements(); n != 2 {
			t.Errorf("%d statements once one does not want it, want 2", n)
		}
		// Opened again it can be answered, and no tie of it stands meanwhile.
		optest.Call[op.None](t, h.Operations(), h.v, "colleagues.survey.reopen",
			ReopenInput{h.key, h.v.Now.AddDate(0, 0, 9)})
		if n := statements(); n != 0 {
			t.Errorf("%d statements of a survey that is open", n)
		}
		h.takes(t, 10, nil)
		h.says(t, 10, "trust", 0)
		if out := h.close(t); len(out.People) != 11 || len(out.Ties) != 21 {
			t.Errorf("%d people, %d ties", len(out.People), len(out.Ties))
		}
		optest.Call[op.None](t, h.Operations(), h.v, "colleagues.survey.remove", SurveyInput{h.key})
		h.guest.Get(t, h.link(0), 404)
		for _, table := range []string{"wave", "wave_person", "wave_link", "wave_answer", "statement"} {
			if n, err := db.Value[int](ctx, d, "select count(*) from "+table); err != nil || n != 0 {
				t.Errorf("%d rows of %s are left, %v", n, table, err)
			}
		}
	})
}

// Where people were told so beforehand, answers are exported with other numbers each time, and the ties are the same.
func TestShuffledAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hold(t, d, 20, url.Values{"anonymised": {"true"}})
		h.guest.Get(t, h.link(0), 200, "Also all answers with shuffled numbers in place of names.")
		h.round(t, 12)
		h.close(t)
		at := "/colleagues/waves/" + h.key.String() + "/answers.csv"
		first := h.maker.Get(t, at, 200, "layer,from,to,weight\n")
		if strings.Contains(first, "P00") || strings.Count(first, "\n") != 37 {
			t.Errorf("%s", first)
		}
		if first == h.maker.Get(t, at, 200) {
			t.Error("two exports have the same numbers")
		}
	})
}

// Where nobody was told so, no answer is taken along.
func TestAnswersStayWhereNobodyWasTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hold(t, d, 20, nil)
		h.round(t, 12)
		h.close(t)
		h.maker.Get(t, "/colleagues/waves/"+h.key.String()+"/answers.csv", 403)
	})
}

// A survey closes by itself on its last day, and its answers are deleted when they were kept as long as was said.
func TestASurveyEndsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := hold(t, d, 16, url.Values{"months": {"6"}})
		h.round(t, 10)
		h.takes(t, 10, nil)
		later := h.v
		later.Now = h.v.Now.AddDate(0, 0, 21)
		h.guest = h.as(later.Now)
		h.guest.Post(t, h.link(10), url.Values{"act": {"answer"}, "question": {"advice"}}, 409)
		h.guest.Post(t, h.link(11), url.Values{"act": {"decide"}, "part": {"yes"}}, 409)
		h.guest.Get(t, h.link(3), 200, "Your own picture")
		if list, err := h.Waves(ctx, later); err != nil || len(list) != 1 || list[0].Participants != 10 {
			t.Errorf("%+v %v", list, err)
		}
		later.Now = later.Now.AddDate(0, 5, 20)
		if list, err := h.Waves(ctx, later); err != nil || len(list) != 1 {
			t.Errorf("gone too early: %+v %v", list, err)
		}
		later.Now = later.Now.AddDate(0, 1, 0)
		if list, err := h.Waves(ctx, later); err != nil || len(list) != 0 {
			t.Errorf("kept too long: %+v %v", list, err)
		}
		if n, err := db.Value[int](ctx, d, `select count(*) from wave_answer`); err != nil || n != 0 {
			t.Errorf("%d answers are kept too long, %v", n, err)
		}
	})
}

// outbox is where mail goes in these tests: it refuses one address for good and fails when it is told to.
type outbox struct {
	sent []Letter
	down bool
}

type noSuchAddress struct{ error }

func (o *outbox) Base() string { return "https://gave.example" }

func (o *outbox) Send(_ context.Context, l Letter) error {
	switch {
	case l.To == "p3@example.org":
		return noSuchAddress{fmt.Errorf("550 no such user")}
	case o.down && len(o.sent) >= 5:
		return fmt.Errorf("connection refused")
	}
	o.sent = append(o.sent, l)
	return nil
}

func (o *outbox) Refused(err error) bool {
	_, is := err.(noSuchAddress)
	return is
}

// Links go by mail, the rest later when the server fails halfway; reminders go twice at most, only to who did not
// answer, and never to who asked for none.
func TestLinksByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := &outbox{down: true}
		h := hold(t, d, 12, url.Values{"title": {"First"}})
		h.MailBy(o)
		made := optest.Call[NewSurveyOutput](t, h.Operations(), h.v, "colleagues.survey.new", NewSurveyInput{
			Title: "By mail", File: "p0@example.org\n" + strings.Join(h.names[1:11], "\n") + "\nNo Mail\n", Add: true,
			Layers: []string{"advice"}, Naming: "roster", Threshold: 8, Months: 24, Closes: h.v.Now.AddDate(0, 0, 20),
		})
		if made.Asked != 12 || made.NoMail != 1 || made.Added != 1 {
			t.Fatalf("%+v", made)
		}
		open := func() (Sent, error) {
			w, err := h.wave(context.Background(), h.v, made.Survey)
			if err != nil {
				t.Fatal(err)
			}
			return h.openSurvey(context.Background(), h.v, w, o.Base())
		}
		sent, err := open()
		optest.Fault(t, err, fault.Unavailable, "The mail server does not take mail now: 5 were sent.")
		if !slices.Equal(sent.Refused, []string{"p3@example.org"}) {
			t.Errorf("refused %v", sent.Refused)
		}
		o.down = false
		sent, err = open()
		if err != nil || sent.Mailed != 5 || len(sent.Links) != 1 || sent.Links[0].Name != "No Mail" ||
			len(sent.Refused) > 0 || len(o.sent) != 10 {
			t.Fatalf("%+v, %d letters, %v", sent, len(o.sent), err)
		}
		if sent, err = open(); err != nil || sent.Mailed+len(sent.Links) != 0 {
			t.Errorf("all are sent, and again: %+v %v", sent, err)
		}
		link := func(l Letter) string {
			return regexp.MustCompile(`https://gave\.example(/colleagues/survey/[\w-]+)\?lang=en`).
				FindStringSubmatch(l.Text)[1]
		}
		for _, words := range []string{"By mail", "Je wordt gevraagd", "You are asked", "?lang=nl"} {
			if !strings.Contains(o.sent[0].Text, words) {
				t.Errorf("the letter does not hold %q: %s", words, o.sent[0].Text)
			}
		}
		h.guest.Post(t, link(o.sent[0]), url.Values{"act": {"decide"}, "part": {"no"}}, 303)
		h.guest.Post(t, link(o.sent[1]), url.Values{"act": {"decide"}, "part": {"yes"}}, 303)
		h.guest.Post(t, link(o.sent[1]), url.Values{"act": {"answer"}, "question": {"advice"}}, 303)
		h.guest.Post(t, link(o.sent[2])+"/stop", url.Values{"List-Unsubscribe": {"One-Click"}}, 303)
		remind := func(now time.Time) (Sent, error) {
			v := h.v
			v.Now = now
			return h.remindOp(context.Background(), v, SurveyInput{made.Survey})
		}
		_, err = remind(h.v.Now.AddDate(0, 0, 1))
		optest.Fault(t, err, fault.Conflict, "less than two days ago")
		first := len(o.sent)
		if sent, err = remind(h.v.Now.AddDate(0, 0, 3)); err != nil || sent.Mailed != 7 || len(sent.Links) != 0 {
			t.Errorf("%+v %v", sent, err)
		}
		for _, l := range o.sent[first:] {
			if slices.ContainsFunc(o.sent[:3], func(x Letter) bool { return x.To == l.To }) {
				t.Errorf("%s is reminded", l.To)
			}
		}
		h.guest.Get(t, link(o.sent[3]), 200, "Do you take part?") // the link of before works too
		h.guest.Get(t, link(o.sent[first]), 200, "Do you take part?")
		if _, err = remind(h.v.Now.AddDate(0, 0, 6)); err != nil {
			t.Error(err)
		}
		_, err = remind(h.v.Now.AddDate(0, 0, 9))
		optest.Fault(t, err, fault.Conflict, "There were 2 reminders already")
		// A link that was passed on is ended by a new one.
		fresh := optest.Call[Link](t, h.Operations(), h.v, "colleagues.survey.link",
			SurveyPersonInput{made.Survey, "No Mail"})
		h.guest.Get(t, surveyPath+fresh.Secret, 200, "Do you take part?")
		sent, _ = open()
		h.maker.Get(t, "/colleagues/waves/"+made.Survey.String()+"/people", 200, "took no mail", "wants no more mail")
	})
}

// A roster that is wrong says so, and nothing is made.
func TestARosterIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hold(t, d, 10, nil)
		in := NewSurveyInput{
			Title: "Another", Layers: []string{"advice"}, Naming: "roster", Threshold: 8, Months: 24,
			Closes: h.v.Now.AddDate(0, 0, 20),
		}
		for words, people := range map[string]string{
			"Say who is asked.":                 "",
			"These are 3 people. Of fewer":      strings.Join(h.names[:3], "\n"),
			"A survey asks at most 500 people;": strings.Repeat("x", 3) + strings.Join(numbered(1100), "\n"),
		} {
			in.File = people
			_, err := h.newSurvey(context.Background(), h.v, in)
			optest.Fault(t, err, fault.Invalid, words)
		}
		// The same person under two lines is asked once, a stranger is said, and so is a name that is an id of nobody.
		in.File = strings.Join(h.names[:9], "\n") + "\np3@example.org\nNobody Known\n" + id.New().String()
		out, err := h.newSurvey(context.Background(), h.v, in)
		if err != nil || out.Asked != 9 || len(out.Rejected) != 3 || out.Rejected[0].Line != 10 ||
			out.Rejected[0].Reason != "This is the same person as on line 4." {
			t.Errorf("%+v %v", out, err)
		}
		in.Add, in.File = true, in.File+"\n"
		if out, err = h.newSurvey(context.Background(), h.v, in); err != nil || out.Asked != 10 || out.Added != 1 ||
			len(out.Rejected) != 2 {
			t.Errorf("%+v %v", out, err)
		}
	})
}

func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("Somebody %d", i)
	}
	return out
}
