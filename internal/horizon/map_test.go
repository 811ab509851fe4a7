package horizon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/horizon/atlas"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/page/pagetest"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// village is somebody with two circles of eight, of whom they know one in each, and the pages of the map.
func village(t *testing.T, d *db.DB) (*Service, op.Viewer, []people.Person, *pagetest.Site) {
	t.Helper()
	v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
	s := NewService(d, people.NewStore(d))
	var all []people.Person
	for i := range 16 {
		p := peopletest.Person(t, d, v, fmt.Sprintf("Person %c", 'A'+i))
		works := []string{"Boathouse", "Bakery"}[i/8]
		edit := people.EditPersonInput{Organisation: &works}
		edit.Person = p.ID.String()
		if _, err := s.network.Edit(context.Background(), v, edit); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	meet := func(years int, a, b id.ID) {
		for k := range 3 {
			peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, v.Now.AddDate(-years, 0, -7*k), a, b))
		}
	}
	for i := range 16 {
		for j := i + 1; j < i/8*8+8; j++ {
			if (i+j)%3 != 0 {
				meet(1+i/8, all[i].ID, all[j].ID)
			}
		}
	}
	meet(0, v.Person, all[0].ID)
	meet(3, v.Person, all[8].ID)
	site := pagetest.New(v)
	site.Serve(s.mapPages)
	return s, v, all, site
}

func fetched(t *testing.T, site *pagetest.Site, address string, status int) *httptest.ResponseRecorder {
	t.Helper()
	return site.Send(t, httptest.NewRequest(http.MethodGet, address, nil), status)
}

// unpacked is the JSON of the numbers of a map, and what follows it.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) (mapSaid, []byte) {
	t.Helper()
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	length := int(binary.LittleEndian.Uint32(content[8:]))
	var said mapSaid
	if err := json.Unmarshal(content[12:12+length], &said); err != nil {
		t.Fatal(err)
	}
	return said, content[12+length:]
}

// The numbers of a map are those of the people and ties that its reader may see: two circles by their names.
func TestTheNumbersOfAMap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, _, _, site := village(t, d)
		w := fetched(t, site, "/net/data/now", 200)
		said, numbers := unpacked(t, w)
		if said.People != 17 || len(said.Circles) != 2 || said.Me < 0 || said.First != said.Ties {
			t.Errorf("%+v", said)
		}
		if names := []string{said.Circles[0].Name, said.Circles[1].Name}; !slices.Contains(names, "Boathouse") ||
			!slices.Contains(names, "Bakery") {
			t.Errorf("the circles are called %q", names)
		}
		if least := 17*4 + said.First*12; len(numbers) < least {
			t.Errorf("%d bytes, at least %d are needed", len(numbers), least)
		}
		again := httptest.NewRequest(http.MethodGet, "/net/data/now", nil)
		again.Header.Set("If-None-Match", w.Header().Get("ETag"))
		if answer := site.Send(t, again, http.StatusNotModified); answer.Body.Len() != 0 {
			t.Error("what the reader has is sent again")
		}
	})
}

// A member sees on the map neither who is another's alone nor ties that another's contact made; who is shared and then
// no more, and who is erased from sight, is on no later answer, and old numbers of places lead to nobody else.
func TestAMapHoldsNoMoreThanItsReaderMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, all, site := village(t, d)
		other := peopletest.Viewer(t, d, v.Space, "Other", op.Member)
		theirs := site.As(other)
		said, _ := unpacked(t, fetched(t, theirs, "/net/data/now", 200))
		if said.People != 0 || said.Ties != 0 || len(said.Names) != 0 {
			t.Errorf("another member sees %+v", said)
		}
		for _, address := range []string{"/net", "/net/list", "/net/files/gave-net.svg", "/net/files/gave-net.gexf"} {
			if body := fetched(t, theirs, address, 200).Body.String(); strings.Contains(body, "Person ") ||
				strings.Contains(body, "Bakery") {
				t.Errorf("another member sees on %s: %.300s", address, body)
			}
		}
		for _, p := range all[:6] { // shared with the space; ties of the owner's own contact are not
			if err := s.network.Share(ctx, v, p, scope.Space); err != nil {
				t.Fatal(err)
			}
		}
		if said, _ = unpacked(t, fetched(t, theirs, "/net/data/now", 200)); said.Ties != 0 {
			t.Errorf("another member sees ties of the owner's contact: %+v", said)
		}

		before, _ := unpacked(t, fetched(t, site, "/net/data/now", 200))
		gone := all[3]
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `update person set owner = $2, visibility = 0 where space = $1 and id = $3`,
				v.Space, other.Member, gone.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		s.network.DropKept()
		after, _ := unpacked(t, fetched(t, site, "/net/data/now", 200))
		if after.People != before.People-1 || after.Edition == before.Edition {
			t.Errorf("%d people after %d, the edition %s after %s", after.People, before.People, after.Edition,
				before.Edition)
		}
		fetched(t, site, "/net/names/"+before.Edition+"?of=0,1,2", http.StatusConflict)
		fetched(t, site, "/net/at/"+before.Edition+"?place=0", http.StatusConflict)
		fetched(t, site, "/net/ties/"+before.Edition, http.StatusConflict)
		for _, address := range []string{
			"/net", "/net/list", "/net/list?q=Person", "/net/files/gave-net.svg", "/net/files/gave-net.gexf",
			"/net/names/" + after.Edition + "?of=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
			"/net/names/" + after.Edition + "?q=" + "Person+D",
		} {
			if body := fetched(t, site, address, 200).Body.String(); strings.Contains(body, gone.Name) ||
				strings.Contains(body, gone.ID.String()) {
				t.Errorf("who is hidden is on %s", address)
			}
		}
	})
}

// Who is at a place, the way to them and their circle stand beside the map; the list says the same as the map, in any
// order, and page by page.
func TestWhoIsOnTheMap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, _, all, site := village(t, d)
		said, _ := unpacked(t, fetched(t, site, "/net/data/now", 200))
		var found []foundPlace
		w := fetched(t, site, "/net/names/"+said.Edition+"?q=Person+E", 200)
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || len(found) == 0 || found[0].ID != all[4].ID {
			t.Fatalf("%v %+v", err, found)
		}
		body := fetched(t, site, fmt.Sprintf("/net/at/%s?place=%d", said.Edition, found[0].Place), 200).Body.String()
		for _, part := range []string{
			"Person E", "2 handshakes", "Ask Person for an intro", "Boathouse", `data-way="`, "/introductions/new?to=",
		} {
			if !strings.Contains(body, part) {
				t.Errorf("beside the map it does not say %q: %s", part, body)
			}
		}
		site.Get(t, "/net/at/"+said.Edition+"?circle=0", 200, "people, of whom you know 1", "Who is in it")
		fetched(t, site, "/net/at/"+said.Edition+"?place=999", http.StatusNotFound)
		fetched(t, site, "/net/files/other.svg", http.StatusNotFound)

		site.Get(t, "/net", 200, "17 people in 2 circles", "Boathouse", `class="drawn"`, `data-says-you="you"`)
		site.Get(t, "/net/list", 200, "17 people in 2 circles", "Boathouse", "Person A", "1 handshake", "2 handshakes")
		body = site.Get(t, "/net/list?circle="+all[8].ID.String(), 200, "<h1>Bakery</h1>", "Person I")
		if strings.Contains(body, "Person A<") {
			t.Error("somebody of the other circle is in the list of this one")
		}
		body = site.Get(t, "/net/list?sort=name", 200, `aria-sort="ascending"`)
		if a, b := strings.Index(body, "Person A<"), strings.Index(body, "Person B<"); a < 0 || b < a {
			t.Error("the list is not in the order of the names")
		}
		site.Get(t, "/net/list?q=nobody+of+this+name", 200, "Nobody found")
		site.Get(t, "/net/files/gave-net.svg", 200, "<svg", "Person A", "Bakery")
		site.Get(t, "/net/files/gave-net.svg?in=0,0,1,1", 200, "<svg")
		site.Get(t, "/net/files/gave-net.gexf", 200, "<gexf", "Person A", "Bakery")
	})
}

// Nobody, or nobody but oneself, is an empty page that says what to do.
func TestAnEmptyMap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := peopletest.Viewer(t, d, peopletest.Space(t, d), "Me", op.Owner)
		s := NewService(d, people.NewStore(d))
		site := pagetest.New(v)
		site.Serve(s.mapPages)
		site.Get(t, "/net", 200, "Here you will see who knows whom", `href="/import"`)
		site.Get(t, "/net/list", 200, "Nobody found")
		fetched(t, site, "/net/data/now", 200)
		site.Get(t, "/net/files/gave-net.svg", 200, "<svg")
		site.Get(t, "/net/files/gave-net.gexf", 200, "<gexf")
	})
}

// A delicate word names no circle, and neither does another's tag.
func TestWhatNamesNoCircle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, all, site := village(t, d)
		for _, p := range all[:8] {
			nothing := ""
			edit := people.EditPersonInput{Organisation: &nothing}
			edit.Person = p.ID.String()
			if _, err := s.network.Edit(ctx, v, edit); err != nil {
				t.Fatal(err)
			}
			for _, tag := range []string{"depressie", "burn-out"} {
				if err := s.network.Tag(ctx, v, p, []string{tag}); err != nil {
					t.Fatal(err)
				}
			}
		}
		said, _ := unpacked(t, fetched(t, site, "/net/data/now", 200))
		for _, c := range said.Circles {
			if strings.Contains(c.Name, "depressie") || strings.Contains(c.Name, "burn") {
				t.Errorf("a circle is called %q", c.Name)
			}
		}
		for _, p := range all[:8] {
			if err := s.network.Tag(ctx, v, p, []string{"roeien"}); err != nil {
				t.Fatal(err)
			}
		}
		said, _ = unpacked(t, fetched(t, site, "/net/data/now", 200))
		if !slices.ContainsFunc(said.Circles, func(c mapCircle) bool { return c.Name == "roeien" }) {
			t.Errorf("the circle of the rowers is not called so: %+v", said.Circles)
		}
	})
}

// What is kept of a map is the same as what is made anew, and people stay where they are while only names change.
func TestAMapStaysWhereItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, all, site := village(t, d)
		first, err := s.chart(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		edit := people.EditPersonInput{}
		edit.Person = all[2].ID.String()
		place := "Utrecht"
		edit.Place = &place
		if _, err := s.network.Edit(ctx, v, edit); err != nil {
			t.Fatal(err)
		}
		second, err := s.chart(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if first == second {
			t.Error("a change of a person is not seen")
		}
		if !slices.Equal(first.X, second.X) || !slices.Equal(first.Y, second.Y) ||
			!reflect.DeepEqual(first.Points, second.Points) {
			t.Error("people moved though no tie changed")
		}
		if third, err := s.chart(ctx, v); err != nil || third != second {
			t.Errorf("the map is made anew without need: %v", err)
		}
		_ = site
	})
}

// A drawing names no two on top of each other.
func TestNamesOfADrawingDoNotMeet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, _, _ := village(t, d)
		c, err := s.chart(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		everybody, err := s.network.Everybody(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		drawn := c.draw(c.circles(everybody, v.Printer()), everybody, all, drawnOnPage)
		if drawn.People != 17 || len(drawn.Ovals) != 2 || len(drawn.Names) < 6 {
			t.Errorf("%d people, %d ovals, %d names", drawn.People, len(drawn.Ovals), len(drawn.Names))
		}
		covers := func(n drawnName) box {
			half := float64(page.TextWidth(n.Text)) / 2
			return box{n.X - half, n.Y - 10, n.X + half, n.Y + 2}
		}
		for i, n := range drawn.Names {
			for _, m := range drawn.Names[:i] {
				if covers(n).meets(covers(m)) {
					t.Errorf("%q lies on %q", n.Text, m.Text)
				}
			}
			if n.X < 0 || n.X > drawnWidth || n.Y < 0 || n.Y > float64(drawn.Height) {
				t.Errorf("%q lies outside", n.Text)
			}
		}
		var out bytes.Buffer
		err = drawnSVG(drawn, false, "x").Render(ctx, &out)
		if err != nil || !strings.Contains(out.String(), "<ellipse") {
			t.Errorf("%v %.200s", err, out.String())
		}
		if c.CircleOf(c.Me) == atlas.Nobody && c.Distance[c.Me] != 0 {
			t.Error("the reader is lost")
		}
	})
}

// sealer seals for one member and purpose, as the real one does.
type sealer struct{}

func (sealer) Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error) {
	return append(fmt.Appendf(nil, "%s %s %s|", space, member, purpose), plain...), nil
}

func (sealer) Unseal(space, member id.ID, purpose string, sealed []byte) ([]byte, bool) {
	return bytes.CutPrefix(sealed, fmt.Appendf(nil, "%s %s %s|", space, member, purpose))
}

// After a restart people lie where they lay, also when a tie came meanwhile; who is erased is in nothing that is
// stored, and what a member who leaves had stored is gone. What is stored for one is read by nobody else.
func TestAMapIsTheSameAfterARestart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, v, all, _ := village(t, d)
		s.Sealed(sealer{})
		first, err := s.chart(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.storeNow(ctx, v); err != nil {
			t.Fatal(err)
		}
		restarted := func() *chart {
			t.Helper()
			next := NewService(d, people.NewStore(d))
			next.Sealed(sealer{})
			c, err := next.chart(ctx, v)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		c := restarted()
		if !slices.Equal(c.X, first.X) || !slices.Equal(c.Y, first.Y) || !slices.Equal(c.Of, first.Of) {
			t.Error("after a restart the map is another one")
		}
		if c.Edition != first.Edition { // another node may be asked about it
			t.Error("the same map has another edition")
		}
		// Two who did not know each other meet.
		peopletest.Record(t, d, v, peopletest.Interaction(v, tie.FaceToFace, v.Now, all[1].ID, all[2].ID))
		after := restarted()
		s.network.DropKept()
		if here, err := s.chart(ctx, v); err != nil || here.Edition != after.Edition || here.Edition == first.Edition {
			t.Errorf("the map that follows is another one on another node: %v", err)
		}
		moved := func(c *chart, p id.ID) float64 {
			a, ok := first.placeOf(p)
			b, also := c.placeOf(p)
			if !ok || !also {
				t.Fatalf("%s is not on the map", p)
			}
			return math.Hypot(float64(first.X[a])-float64(c.X[b]), float64(first.Y[a])-float64(c.Y[b])) / atlas.Side
		}
		anew, err := NewService(d, people.NewStore(d)).chart(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		far := 0.0
		for _, p := range all {
			if by := moved(after, p.ID); !(by < 0.1) {
				t.Errorf("%s moved by %.2f of the width", p.Name, by)
			}
			far = max(far, moved(anew, p.ID))
		}
		if !(far >= 0.1) {
			t.Errorf("made anew nobody moves by more than %.2f: nothing is tested here", far)
		}

		holds := func(person id.ID) bool {
			sealed, err := db.Values[[]byte](ctx, d,
				`select sealed from map_layout where space = $1 order by owner`, v.Space)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range sealed {
				plain, ok := sealer{}.Unseal(v.Space, v.Member, layoutPurpose, row)
				if !ok {
					t.Fatal("what is stored cannot be read")
				}
				for _, p := range readStored(plain).list {
					if p.Person == person {
						return true
					}
				}
			}
			return false
		}
		if !holds(all[3].ID) {
			t.Fatal("nobody is stored")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			n, err := s.forget(ctx, tx, v.Space, []id.ID{all[3].ID})
			if n != 0 {
				t.Errorf("%d records of who is erased", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if holds(all[3].ID) || !holds(all[4].ID) {
			t.Error("who is erased is stored, or somebody else is not")
		}
		other := v
		other.Member = id.New()
		if s.recall(ctx, other) != nil {
			t.Error("another member reads what is stored")
		}
		if _, err := d.ExecContext(ctx, `update map_layout set owner = $2 where space = $1`, v.Space,
			other.Member); err != nil {
			t.Fatal(err)
		}
		if s.recall(ctx, other) != nil {
			t.Error("what was sealed for one is opened for another")
		}
		if err := s.Leave(ctx, v.Space, other.Member); err != nil {
			t.Fatal(err)
		}
		if n, _ := db.Value[int](ctx, d, `select count(*) from map_layout where space = $1`, v.Space); n != 0 {
			t.Error("the map of who left is still stored")
		}
	})
}

// While a large map is made its page says how far that is, and then leads to it; it waits for nobody.
func TestALargeMapSaysHowFarItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, v, _, site := village(t, d)
		s.charts.quick = 3
		_, making := s.charts.find(chartKey(v))
		making.Lock() // as whoever makes it holds it
		making.done.Store(40)
		began := time.Now()
		for _, address := range []string{"/net", "/net/list"} {
			site.Get(t, address, 200, "Your network is being drawn: 40 of 100.", `data-then="reload"`, `value="40"`)
		}
		part := func() string {
			r := httptest.NewRequest(http.MethodGet, "/net", nil)
			r.Header.Set("X-Fragment", "net-wait")
			return site.Send(t, r, http.StatusOK).Body.String()
		}
		if body := part(); !strings.Contains(body, "data-running") || strings.Contains(body, "<html") {
			t.Errorf("the part of the page is %s", body)
		}
		if took := time.Since(began); took > 20*mapPatience {
			t.Errorf("three looks took %v", took)
		}
		making.Unlock()
		for range 100 {
			if c, _ := s.charts.find(chartKey(v)); c != nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if body := part(); strings.Contains(body, "data-running") || !strings.Contains(body, "Show the map") {
			t.Errorf("the part of the page is then %s", body)
		}
		site.Get(t, "/net", 200, "17 people in 2 circles")
		if got := making.done.Load(); got == 40 {
			t.Error("making a map does not say how far it is")
		}
	})
}

// The list says of a large circle which circles are within it, and of each of these who is in it.
func TestTheListHasCirclesWithinCircles(t *testing.T) {
	d := dbtest.SQLite(t)
	s, v, _, site := village(t, d)
	c, err := s.chart(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	// The first circle falls apart into five and the others.
	first := &c.Circles[0]
	c.Within = []atlas.CircleWithin{
		{Circle: atlas.Circle{From: first.From, Count: 5, Middle: first.From, Traits: []string{"Rowers"}}},
		{Circle: atlas.Circle{
			From: first.From + 5, Count: first.Count - 5, Middle: first.From + 5, Traits: []string{"Steerers"},
		}},
	}
	first.FirstInner, first.EndInner = 0, 2
	whole, rowers := c.person(first.Middle), c.person(first.From)
	site.Get(t, "/net/list?circle="+whole.String(), 200, "Circles within it", "Rowers", "Steerers", ": Rowers",
		"/net/list?within="+rowers.String())
	body := site.Get(t, "/net/list?within="+rowers.String(), 200, "<h1>Rowers</h1>", ": Rowers")
	if strings.Contains(body, ": Steerers") {
		t.Error("who steers is in the list of who rows")
	}
	said, _ := unpacked(t, fetched(t, site, "/net/data/now", 200))
	if len(said.Within) != 2 || said.Within[0].Name != "Rowers" || said.Within[1].From != int(first.From)+5 {
		t.Errorf("the map says %+v", said.Within)
	}
	site.Get(t, "/net/at/"+c.Edition+"?circle=0", 200, "Circles within it", "Steerers")
	site.Get(t, "/net/at/"+c.Edition+"?within=1", 200, "Circle within", "Steerers",
		"/net/list?within="+c.person(first.From+5).String())
}
