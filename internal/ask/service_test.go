package ask_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/ask"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// room is a space with a service and the thanks that it passed on.
type room struct {
	*ask.Service
	d      *db.DB
	space  id.ID
	thanks []string
}

func newRoom(t *testing.T, d *db.DB) *room {
	r := &room{d: d, space: peopletest.Space(t, d)}
	r.Service = ask.NewService(d, people.NewStore(d),
		func(_ context.Context, _ db.Queryer, _ op.Viewer, helper people.Ref, kind, body string) error {
			r.thanks = append(r.thanks, kind+" of "+helper.Name+": "+body)
			return nil
		}, nil, ask.Sources{})
	return r
}

// member makes a member of the space, with a row of their own.
func (r *room) member(t *testing.T, name string) op.Viewer {
	t.Helper()
	v := peopletest.Viewer(t, r.d, r.space, name, op.Member)
	account := id.New()
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`insert into account (id, email, name, password, language, zone, created)
			values ($1, '', $2, '', 'en', 'UTC', 1)`, []any{account, name}},
		{`insert into member (id, space, account, role, person, joined, ended)
			values ($1, $2, $3, 2, $4, 1, 0)`, []any{v.Member, r.space, account, v.Person}},
		{`update person set visibility = 1 where space = $1 and id = $2`, []any{r.space, v.Person}},
	} {
		if _, err := r.d.ExecContext(context.Background(), statement.sql, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func wants(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("got %v, want the code %v", err, code)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// Who sees an ask is decided by its audience, and by nothing else.
func TestAudiences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		author, tied, friend, stranger := r.member(t, "Author"), r.member(t, "Tied"), r.member(t, "Friend"),
			r.member(t, "Stranger")
		meet := func(a, b op.Viewer, visibility scope.Visibility) {
			e := peopletest.Interaction(a, tie.FaceToFace, a.Now.AddDate(0, 0, -2), a.Person, b.Person)
			e.Visibility = visibility
			peopletest.Record(t, d, a, e)
		}
		meet(author, tied, scope.Private)
		meet(tied, friend, scope.Space)
		guest := stranger
		guest.Role, guest.Person, guest.Member = op.Guest, id.Zero, id.New()
		elsewhere := peopletest.Viewer(t, d, peopletest.Space(t, d), "Elsewhere", op.Owner)
		viewers := map[string]op.Viewer{
			"author": author, "tied": tied, "friend": friend, "stranger": stranger, "guest": guest,
			"elsewhere": elsewhere,
		}
		for audience, may := range map[ask.Audience]string{
			ask.Named: "author stranger", ask.MyTies: "author tied", ask.Friends: "author tied friend",
			ask.InSpace: "author tied friend stranger", ask.Everyone: "author tied friend stranger guest",
		} {
			var people []string
			if audience == ask.Named {
				people = []string{stranger.Person.String()}
			}
			a := must[ask.Ask](t)(
				r.New(ctx, author, ask.Ask{Text: "Who has a boat? " + string(audience), Audience: audience}, people))
			for name, v := range viewers {
				_, err := r.Get(ctx, v, a.ID)
				list := must[[]ask.Ask](t)(r.List(ctx, v, ask.Filter{Limit: 100}))
				listed := false
				for _, x := range list {
					listed = listed || x.ID == a.ID
				}
				want := strings.Contains(" "+may+" ", " "+name+" ")
				if (err == nil) != want || listed != want {
					t.Errorf("an ask for %s as %s: shown %v, listed %v, want %v", audience, name,
						err == nil, listed, want)
				}
			}
			_, err := r.Public(ctx, a.ID)
			if (err == nil) != (audience == ask.Everyone) {
				t.Errorf("an ask for %s on the public page: %v", audience, err)
			}
		}
	})
}

// An ask from its beginning to its end: asked, helped, thanked once, closed with word to who helped.
func TestAnAskToItsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		v, helper := r.member(t, "Author"), r.member(t, "Helper")
		outside := peopletest.Person(t, d, v, "Otto Outside", "otto@example.org")
		a := must[ask.Ask](t)(r.New(ctx, v, ask.Ask{Text: "Who has a boat?", Audience: ask.InSpace}, nil))
		must[ask.Ask](t)(r.Sent(ctx, v, a.ID, "otto@example.org"))
		if a = must[ask.Ask](t)(r.Offer(ctx, helper, a.ID, "Mine, on Sunday")); a.State != ask.Answered ||
			len(a.Helped) > 0 || len(a.Asked) > 0 {
			t.Errorf("the helper sees %+v", a)
		}
		a = must[ask.Ask](t)(r.Helped(ctx, v, a.ID, outside.ID.String(), "lent an oar"))
		if len(a.Asked) != 1 || len(a.Helped) != 2 {
			t.Fatalf("the author sees %+v", a)
		}
		must[ask.Ask](t)(r.ThankHelper(ctx, v, a.ID, helper.Person.String()))
		a = must[ask.Ask](t)(r.ThankHelper(ctx, v, a.ID, helper.Person.String()))
		if len(r.thanks) != 1 || !strings.Contains(r.thanks[0], "knowledge of Helper: Mine, on Sunday") ||
			a.State != ask.Thanked {
			t.Errorf("thanks %q, state %s", r.thanks, a.State)
		}
		_, err := r.ThankHelper(ctx, v, a.ID, v.Person.String())
		wants(t, err, fault.NotFound)
		_, _, err = r.Close(ctx, v, a.ID, "")
		wants(t, err, fault.Invalid)
		_, _, err = r.Close(ctx, helper, a.ID, "mine")
		wants(t, err, fault.Forbidden)
		closed, told, err := r.Close(ctx, v, a.ID, "We sailed")
		if err != nil || closed.State != ask.Closed || len(told) != 2 ||
			!strings.Contains(told[0].Message, "We sailed.") || told[0].Reached || closed.Helped[0].Told != nil {
			t.Errorf("closed %+v, told %+v, %v", closed, told, err)
		}
		// Nobody brings it to them here: they are told when their author says so.
		closed = must[ask.Ask](t)(r.ToldByHand(ctx, v, a.ID, told[0].Person.ID.String()))
		if (closed.Helped[0].Told == nil) == (closed.Helped[1].Told == nil) {
			t.Errorf("told by hand: %+v", closed.Helped)
		}
		_, err = r.Offer(ctx, helper, a.ID, "too late")
		wants(t, err, fault.Conflict)
		if err := r.Remove(ctx, helper, a.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("somebody else removed it: %v", err)
		}
		if err := r.Remove(ctx, v, a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestBadAsks(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t, dbtest.SQLite(t))
	v := r.member(t, "Author")
	for name, c := range map[string]struct {
		a      ask.Ask
		people []string
		code   fault.Code
	}{
		"to nobody":        {ask.Ask{Text: "x", Audience: ask.Named}, nil, fault.Invalid},
		"empty":            {ask.Ask{Text: "  \n"}, nil, fault.Invalid},
		"5 MB":             {ask.Ask{Text: strings.Repeat("a", 5<<20)}, nil, fault.TooLarge},
		"to oneself":       {ask.Ask{Text: "x"}, []string{"me"}, fault.Invalid},
		"to an unknown":    {ask.Ask{Text: "x"}, []string{"Nobody Nowhere"}, fault.NotFound},
		"unknown audience": {ask.Ask{Text: "x", Audience: "all"}, nil, fault.Invalid},
		"unknown kind":     {ask.Ask{Text: "x", Kind: "order"}, nil, fault.Invalid},
		"by 1970":          {ask.Ask{Text: "x", By: "1970-01-01"}, nil, fault.Invalid},
		"by 2099":          {ask.Ask{Text: "x", By: "2099-01-01"}, nil, fault.Invalid},
		"by no day":        {ask.Ask{Text: "x", By: "2026-02-31"}, nil, fault.Invalid},
		"names and space":  {ask.Ask{Text: "x", Audience: ask.InSpace}, []string{"me"}, fault.Invalid},
		"10,000 names":     {ask.Ask{Text: "x"}, make([]string, 10_000), fault.TooMany},
	} {
		if _, err := r.New(ctx, v, c.a, c.people); fault.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %v", name, err, c.code)
		}
	}
	if list := must[[]ask.Ask](t)(r.List(ctx, v, ask.Filter{Limit: 10})); len(list) != 0 {
		t.Errorf("%d were stored", len(list))
	}
}

// An introduction through links and in Gave, to its end and out of it.
func TestIntroductions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		v, middle := r.member(t, "Rita"), r.member(t, "Mia")
		target := peopletest.Person(t, d, v, "Tom Target", "tom@private.example")
		named := peopletest.Person(t, d, v, "Nico Named", "nico@example.org")
		nobody := op.Viewer{Lang: locale.English, Zone: time.UTC, Now: v.Now}

		out := must[ask.Started](t)(r.Introduce(ctx, v, target.ID.String(), named.ID.String(), "boats", ""))
		_, err := r.Introduce(ctx, v, target.ID.String(), named.ID.String(), "boats", "")
		wants(t, err, fault.Conflict)
		_, _, err = r.Behind(ctx, "guess", v.Now)
		wants(t, err, fault.NotFound)
		_, err = r.ActBehind(ctx, nobody, out.Secret, ask.Answer{Act: ask.Withdraw})
		wants(t, err, fault.Conflict)
		next := must[ask.Started](t)(r.ActBehind(ctx, nobody, out.Secret, ask.Answer{Act: ask.Agree}))
		if next.Secret == "" || next.Secret == out.Secret || next.Address != "" {
			t.Errorf("who is in the middle got %+v", next)
		}
		_, err = r.ActBehind(ctx, nobody, out.Secret, ask.Answer{Act: ask.Agree}) // twice
		wants(t, err, fault.Conflict)
		_, err = r.ActBehind(ctx, nobody, next.Secret, ask.Answer{Act: ask.Agree, Address: "no address"})
		wants(t, err, fault.Invalid)
		if view, _, err := r.Behind(ctx, next.Secret, v.Now); err != nil || view.Address != "" ||
			view.You != ask.Target {
			t.Errorf("before both agreed: %+v, %v", view, err)
		}
		seen := must[ask.Started](t)(r.ActBehind(ctx, nobody, next.Secret,
			ask.Answer{Act: ask.Agree, Address: "Tom@Target.example"}))
		if seen.Address != "rita@example.org" {
			t.Errorf("the target got %q", seen.Address)
		}
		list := must[[]ask.View](t)(r.Introductions(ctx, v))
		if len(list) != 1 || list[0].Address != "tom@target.example" || list[0].Step != ask.Agreed {
			t.Fatalf("the requester sees %+v", list)
		}
		must[ask.Started](t)(r.Act(ctx, v, list[0].ID, ask.Answer{Act: ask.Follow, Outcome: "We sail"}))
		if done := must[ask.Started](t)(
			r.Act(ctx, v, list[0].ID, ask.Answer{Act: ask.Finish})); done.Step != ask.Finished || len(r.thanks) != 1 ||
			!strings.HasPrefix(r.thanks[0], "introduction of Nico Named") {
			t.Errorf("finished %+v, thanks %q", done, r.thanks)
		}

		// Gave finds who is in the middle by ties that the space may see, and hides them until they agree.
		other := peopletest.Person(t, d, v, "Tess Other")
		_, err = r.Introduce(ctx, v, other.ID.String(), "", "trees", "")
		wants(t, err, fault.NotFound)
		shared := peopletest.Interaction(middle, tie.FaceToFace, v.Now.AddDate(0, 0, -1), middle.Person, other.ID)
		shared.Visibility = scope.Space
		peopletest.Record(t, d, middle, shared)
		hidden := must[ask.Started](t)(r.Introduce(ctx, v, other.ID.String(), "", "trees", ""))
		shown, _ := json.Marshal(hidden)
		if hidden.Secret != "" || hidden.Middle != nil || strings.Contains(string(shown), "Mia") ||
			strings.Contains(string(shown), middle.Person.String()) {
			t.Errorf("the requester sees %s", shown)
		}
		mine := must[[]ask.View](t)(r.Introductions(ctx, middle))
		if len(mine) != 1 || mine[0].You != ask.Middle || mine[0].Address != "" {
			t.Fatalf("who is in the middle sees %+v", mine)
		}
		_, err = r.Act(ctx, r.member(t, "Third"), hidden.ID, ask.Answer{Act: ask.Agree})
		wants(t, err, fault.NotFound)
		_, err = r.Act(ctx, v, hidden.ID, ask.Answer{Act: ask.Agree})
		wants(t, err, fault.Conflict)
		must[ask.Started](t)(r.Act(ctx, middle, hidden.ID, ask.Answer{Act: ask.Decline}))
		for _, view := range must[[]ask.View](t)(r.Introductions(ctx, v)) {
			if view.ID == hidden.ID && (view.Middle != nil || view.Step != ask.Declined) {
				t.Errorf("after a no the requester sees %+v", view)
			}
		}

		// Silence ends it too, and an address that led to nothing is not kept.
		_, err = r.Introduce(ctx, v, other.ID.String(), "", "trees", "") // Mia said no and is not asked again
		wants(t, err, fault.NotFound)
		again := must[ask.Started](t)(r.Introduce(ctx, v, other.ID.String(), named.ID.String(), "trees",
			"rita@example.org"))
		late := nobody
		late.Now = v.Now.AddDate(0, 0, 22)
		_, err = r.ActBehind(ctx, late, again.Secret, ask.Answer{Act: ask.Agree})
		wants(t, err, fault.Conflict)
		if left := must[int](t)(db.Value[int](ctx, d, `select count(*) from introduction
			where id = $1 and (state <> 'lapsed' or requester_address <> '')`, again.ID)); left != 0 {
			t.Error("what lapsed keeps an address, or has not lapsed")
		}
	})
}

// Who knows of a thing stands before who is near; who was asked thrice is left in peace; nothing later than --as-of
// counts.
func TestRoute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		v := r.member(t, "Author")
		store := people.NewStore(d)
		near, expert, far := peopletest.Person(t, d, v, "Nora Near"), peopletest.Person(t, d, v, "Ed Expert",
			"ed@example.org"), peopletest.Person(t, d, v, "Fay Far")
		for i := range 20 {
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -i), v.Person, near.ID))
		}
		peopletest.Record(t, d, v,
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), v.Person, expert.ID),
			peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), near.ID, far.ID))
		must[id.ID](t)(store.AddNote(ctx, v, expert, "builds wooden boats and repairs sails", scope.Private))
		query := ask.RouteQuery{Text: "Who can repair the sails of a boat?", Limit: 5}
		out := must[ask.RouteOutput](t)(r.Route(ctx, v, query))
		if len(out.People) != 3 || out.People[0].ID != expert.ID || out.People[0].Emails[0] != "ed@example.org" ||
			!strings.Contains(strings.Join(out.People[0].Why, " "), "wooden boats") {
			t.Fatalf("got %+v", out.People)
		}
		total := 0.0
		for _, h := range out.People {
			total += h.Score
			if h.ID == v.Person {
				t.Error("the asker is asked")
			}
			if h.ID == far.ID && (len(h.Path) != 3 || h.Path[1].ID != near.ID || h.Near <= 0) {
				t.Errorf("the way to Fay is %+v", h)
			}
		}
		if !(total >= 0.999) || !(total <= 1.001) {
			t.Errorf("the scores of all sum to %g", total)
		}
		early := query
		early.AsOf = v.Now.AddDate(0, -2, 0)
		for _, h := range must[ask.RouteOutput](t)(r.Route(ctx, v, early)).People {
			if h.Near > 0 || len(h.Path) > 0 || strings.Contains(strings.Join(h.Why, " "), "wooden") {
				t.Errorf("two months ago %+v was known", h)
			}
		}
		for times := range 3 {
			for _, h := range must[ask.RouteOutput](t)(r.Route(ctx, v, query)).People {
				if want := 1 / float64(1+times); h.ID == expert.ID && h.Load != want {
					t.Errorf("asked %d times: load %g, want %g", times, h.Load, want)
				}
			}
			a := must[ask.Ask](t)(r.New(ctx, v, ask.Ask{Text: query.Text}, []string{expert.ID.String()}))
			must[ask.Ask](t)(r.Sent(ctx, v, a.ID, expert.ID.String()))
		}
		spared := must[ask.RouteOutput](t)(r.Route(ctx, v, query))
		total = 0
		for _, h := range spared.People {
			total += h.Score
			if h.ID == expert.ID {
				t.Error("who was asked three times in two months is asked again")
			}
		}
		if len(spared.Spared) != 1 || spared.Spared[0].ID != expert.ID || !(total >= 0.999 && total <= 1.001) {
			t.Errorf("spared are %+v, and the scores of the others sum to %g", spared.Spared, total)
		}
		_, err := r.Route(ctx, v, ask.RouteQuery{Text: " "})
		wants(t, err, fault.Invalid)
	})
}

// A skill is found by another name and in another language; a place, a refusal, an ask and a visit are no skill. When
// nothing is known, those are named who know most people where it is asked, and it is said so.
func TestRouteByWhatIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		v := r.member(t, "Author")
		store := people.NewStore(d)
		person := func(name, note string) people.Person {
			p := peopletest.Person(t, d, v, name)
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), v.Person, p.ID))
			must[id.ID](t)(store.AddNote(ctx, v, p, note, scope.Private))
			return p
		}
		printer := person("Pia Press", "printer of books and posters")
		person("Ursula Utrecht", "Docent geschiedenis in Utrecht")
		person("Serkan No", "gevraagd om de naam van een drukker: nee")
		person("Wim Want", "zoekt een drukker in Utrecht")
		out := must[ask.RouteOutput](t)(r.Route(ctx, v, ask.RouteQuery{Text: "Wie kent een goede drukker in Utrecht?"}))
		if !out.Known || len(out.People) != 4 || out.People[0].ID != printer.ID {
			t.Fatalf("got %+v", out)
		}
		for i, h := range out.People {
			if fits := strings.Contains(strings.Join(h.Why, " "), "It fits"); fits != (i == 0) {
				t.Errorf("%s: %q", h.Name, h.Why)
			}
		}
		hub := person("Hub Nijmegen", "speelt klarinet")
		for _, name := range []string{"One", "Two"} {
			p := peopletest.Person(t, d, v, name)
			must[op.None](t)(op.None{}, store.EditPerson(ctx, v, p, people.Change{"place": "Nijmegen"}))
			peopletest.Record(t, d, v,
				peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(0, 0, -9), hub.ID, p.ID))
		}
		out = must[ask.RouteOutput](t)(r.Route(ctx, v, ask.RouteQuery{Text: "oppas voor twee avonden in Nijmegen"}))
		if out.Known || !out.There || len(out.People) != 1 || out.People[0].ID != hub.ID ||
			out.People[0].Why[0] != "Knows 2 people there whom you can see." ||
			!strings.HasPrefix(out.Text(v.Printer()), "Nothing known of this; these know most people there.") {
			t.Errorf("got %+v", out)
		}
		out = must[ask.RouteOutput](t)(r.Route(ctx, v, ask.RouteQuery{Text: "a dentist"}))
		if out.Known || out.There || out.People[0].ID != hub.ID {
			t.Errorf("got %+v", out)
		}
	})
}

// On a list those come first who answer there, and of an ask of which nothing is known it is said so. The list is the
// one that is named, that stands before the ask, or on which nearly all is written.
func TestRouteOnAList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRoom(t, d)
		v := r.member(t, "Author")
		asker, here, there := peopletest.Person(t, d, v, "Ann Asker"), peopletest.Person(t, d, v, "Henk Here"),
			peopletest.Person(t, d, v, "Thea There")
		post := func(day int, list, title string, from people.Person, to ...people.Person) tie.Interaction {
			var others []id.ID
			for _, p := range to {
				others = append(others, p.ID)
			}
			x := peopletest.Interaction(v, tie.List, v.Now.AddDate(0, 0, -day), append([]id.ID{from.ID}, others...)...)
			x.Title, x.Place = title, list
			return x
		}
		answered := func(day int, list, title string, by people.Person) {
			asked := post(day, list, title, asker)
			answer := post(day-1, list, "Re: "+title, by, asker)
			answer.ReplyTo = asked.External
			peopletest.Record(t, d, v, asked, answer)
		}
		for day := range 4 {
			answered(40+day, "trees@lists.org", "[trees] Oaks and elms", here)
			answered(20+day, "boats@lists.org", "Sails", there)
		}
		route := func(text, in string) ask.RouteOutput {
			return must[ask.RouteOutput](t)(r.Route(ctx, v, ask.RouteQuery{Text: text, In: in}))
		}
		for _, c := range []struct{ text, in string }{
			{"Who has a piano?", "trees@lists.org"}, {"Who has a piano?", "Trees"}, {"[trees] Who has a piano?", ""},
		} {
			out := route(c.text, c.in)
			if out.Known || !out.Answer || out.People[0].ID != here.ID ||
				!slices.Contains(out.People[0].Why, "Answered 4 questions of others there in the last three months.") ||
				!strings.HasPrefix(out.Text(v.Printer()), "Nothing known of this; these answer most there.") {
				t.Errorf("%+v: got %+v", c, out)
			}
		}
		if out := route("Who has a piano?", "boats@lists.org"); out.People[0].ID != there.ID {
			t.Errorf("on the other list: %+v", out.People)
		}
		if out := route("Who has a piano?", ""); out.Answer { // half is written on each
			t.Errorf("where it is asked is not known, but %+v", out)
		}
		for day := range 9 {
			answered(2+day, "boats@lists.org", "Rudders", there)
		}
		if out := route("Who has a piano?", ""); !out.Answer || out.People[0].ID != there.ID {
			t.Errorf("nearly all is written on one list, but %+v", out)
		}
	})
}

func TestMoves(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t, dbtest.SQLite(t))
	v, other := r.member(t, "Author"), r.member(t, "Other")
	must[ask.Ask](t)(r.New(ctx, other,
		ask.Ask{Kind: ask.Offering, Text: "My sailing boat is free to borrow in August", Audience: ask.InSpace}, nil))
	must[ask.Ask](t)(r.New(ctx, other, ask.Ask{Text: "Who repairs bicycles?", Audience: ask.InSpace}, nil))
	must[ask.Ask](t)(
		r.New(ctx, v, ask.Ask{Text: "Who can lend me a sailing boat in August?", Audience: ask.InSpace}, nil))
	kinds := func(v op.Viewer) map[string]int {
		moves, err := r.Propose(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]int{}
		for _, m := range moves {
			if m.Why == "" || m.What == "" || m.Value <= 0 || m.Value > 1 || m.Action.Page == "" {
				t.Errorf("%+v", m)
			}
			out[m.Kind]++
		}
		return out
	}
	if got := kinds(v); got["match"] != 1 || got["help"] != 1 || got["waits"] != 0 {
		t.Errorf("today %v", got)
	}
	v.Now = v.Now.AddDate(0, 0, 8)
	if got := kinds(v); got["waits"] != 1 {
		t.Errorf("a week later %v", got)
	}
	mine := must[[]ask.Ask](t)(r.List(ctx, v, ask.Filter{Mine: true, Limit: 1}))
	must[ask.Ask](t)(r.Offer(ctx, other, mine[0].ID, "take mine"))
	if got := kinds(v); got["waits"] != 0 || got["thank"] != 1 {
		t.Errorf("after help %v", got)
	}
}

func TestCoach(t *testing.T) {
	now := peopletest.Now
	p := locale.New(locale.Dutch, time.UTC)
	for body, want := range map[string]string{
		"Kan iemand mij met iets helpen?": "",
		"Wie kent een drukker in Utrecht, omdat ons jaarboek voor 5 december af moet?": "specific meaningful doable " +
			"real time-bound",
		"Who knows a good printer in Utrecht for small books?":         "specific doable real",
		"Maybe somebody can redo our whole website, because it is old": "specific meaningful",
	} {
		c := ask.Coach(p, body, "", "", now)
		var good []string
		for _, a := range c.Advice {
			if a.Good {
				good = append(good, string(a.Aspect))
			}
			if a.Say == "" {
				t.Errorf("%s: nothing is said of %s", body, a.Aspect)
			}
		}
		if got := strings.Join(good, " "); got != want {
			t.Errorf("%q is %q, want %q", body, got, want)
		}
		// A clear ask stays clear, and the rewrite never lacks a day.
		if again := ask.Coach(p, c.Rewrite, "", "", now); !again.Advice[4].Good ||
			!strings.HasPrefix(c.Rewrite, strings.TrimSuffix(body, ".")) {
			t.Errorf("rewritten: %q", c.Rewrite)
		}
	}
	if c := ask.Coach(p, "Who knows a printer?", "our yearbook", "2026-12-05", now); !c.Advice[1].Good ||
		!c.Advice[4].Good || !strings.Contains(c.Rewrite, "our yearbook") {
		t.Errorf("%+v", c)
	}
}

func FuzzCoach(f *testing.F) {
	f.Add("Who knows a printer?", "because", "2026-12-05")
	f.Add("\xff\x00…", "", "x")
	f.Fuzz(func(t *testing.T, body, why, by string) {
		if len(body)+len(why) > 20_000 {
			return
		}
		if c := ask.Coach(locale.New(locale.English, time.UTC), body, why, by, peopletest.Now); len(c.Advice) != 5 ||
			c.Rewrite == "" {
			t.Errorf("%+v", c)
		}
	})
}
