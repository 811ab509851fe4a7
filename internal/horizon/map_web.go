package horizon

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gave.network/graph"
	"gave.network/graph/graphio"
	"gave.network/internal/fault"
	"gave.network/internal/horizon/atlas"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// mapPages adds the pages of the map.
func (s *Service) mapPages(m *page.Mux) {
	m.Handle("GET /net", op.Member, s.MapPage)
	m.Handle("GET /net/list", op.Member, s.MapList)
	m.Handle("GET /net/data/{edition}", op.Member, s.MapData)
	m.Handle("GET /net/ties/{edition}", op.Member, s.MapTies)
	m.Handle("GET /net/names/{edition}", op.Member, s.MapNames)
	m.Handle("GET /net/at/{edition}", op.Member, s.MapAt)
	m.Handle("GET /net/files/{file}", op.Member, s.MapFile)
}

// mapView is what the page of the map shows.
type mapView struct {
	People  int
	Circles []mapCircle
	Drawing drawing
	Months  [2]int
}

// mostCircles is how many circles stand beside the map; the list has all.
const mostCircles = 8

// MapPage shows the map of the viewer's network. A script draws it; without one it is a picture of the nearest and the
// circles with their lists.
func (s *Service) MapPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	if waits, err := s.waits(w, r); waits || err != nil {
		return err
	}
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	circles := c.circles(everybody, page.From(ctx).Printer)
	return page.Render(w, r, http.StatusOK, mapPage(mapView{
		People: len(c.Nodes), Circles: circles, Drawing: c.draw(circles, everybody, all, drawnOnPage),
		Months: [2]int{c.First, int(monthOf(v.Now))},
	}))
}

// waits shows how far a map is that takes long to make, until there is one; then the part of that page leads to it.
func (s *Service) waits(w http.ResponseWriter, r *http.Request) (bool, error) {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	part, waits, err := s.under(ctx, v)
	if err != nil {
		return false, err
	}
	again := page.Fragment(r) == "net-wait"
	switch {
	case again:
		return true, page.Render(w, r, http.StatusOK, mapUnder(part, !waits, r.URL.RequestURI()))
	case waits:
		return true, page.Render(w, r, http.StatusOK, mapWait(part, r.URL.RequestURI()))
	}
	return false, nil
}

// MapData answers with the numbers of the map (atlas.Atlas.Data), whatever edition is asked for: they say which they
// are.
func (s *Service) MapData(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	content, err := s.data(ctx, v, c)
	if err != nil {
		return err
	}
	sendPacked(w, r, c.version()+"-"+string(v.Lang), content)
	return nil
}

// MapTies answers with all ties of the map (atlas.Atlas.Ties).
func (s *Service) MapTies(w http.ResponseWriter, r *http.Request) error {
	c, err := s.edition(r)
	if err != nil {
		return err
	}
	sendPacked(w, r, c.version()+"-ties", c.tieData())
	return nil
}

// version changes with all that is on the map, also how strong its ties are by now.
func (c *chart) version() string { return c.Edition + "-" + strconv.FormatInt(c.made.UnixNano(), 36) }

// edition returns the map that a request names; a fault when it is another one by now, so that no place is taken for
// somebody else's.
func (s *Service) edition(r *http.Request) (*chart, error) {
	c, err := s.chart(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return nil, err
	}
	if r.PathValue("edition") != c.Edition {
		return nil, fault.New(fault.Conflict, "The map is another one by now.")
	}
	return c, nil
}

// sendPacked sends what is compressed already, or nothing to who has it.
func sendPacked(w http.ResponseWriter, r *http.Request, edition string, content []byte) {
	h := w.Header()
	h.Set("ETag", strconv.Quote(edition))
	h.Set("Cache-Control", "private, no-cache")
	if r.Header.Get("If-None-Match") == strconv.Quote(edition) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // who went away needs no answer
}

// mostNamed is how many names are told at once.
const mostNamed = 200

// foundPlace is somebody on the map.
type foundPlace struct {
	Place uint32 `json:"place"`
	ID    id.ID  `json:"id"`
	Name  string `json:"name"`
	Under string `json:"under,omitempty"`
}

// MapNames says who is at some places (of), or where those are whom some words may mean (q).
func (s *Service) MapNames(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	c, err := s.edition(r)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	out := []foundPlace{}
	add := func(place uint32) {
		if one := everybody.Of(c.person(place)); one != nil {
			out = append(out, foundPlace{place, one.ID, one.Name, under(one)})
		}
	}
	if typed := strings.TrimSpace(r.FormValue("q")); typed != "" {
		found, err := s.network.Find(ctx, v, typed, people.MostChoices)
		if err != nil {
			return err
		}
		for _, p := range found {
			if place, ok := c.placeOf(p.ID); ok {
				add(place)
			}
		}
	}
	for i, text := range strings.Split(r.FormValue("of"), ",") {
		place, err := strconv.ParseUint(text, 10, 32)
		if err == nil && i < mostNamed && place < uint64(len(c.Nodes)) {
			add(uint32(place))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}

// under is what somebody does, and where.
func under(one *people.Entry) string {
	return people.PersonSummary{Role: one.Title, Organisation: one.Organisation, Place: one.Place}.Under()
}

// atView is what stands beside the map of a person or a circle that was chosen on it.
type atView struct {
	Ref      people.Ref
	Under    string
	Place    uint32
	Distance uint8
	Class    tie.Class
	Routes   []Route
	Way      []uint32 // the places of the likeliest way, from the viewer on
	Circle   *mapCircle
	Within   *mapCircle   // the circle within it
	Nearest  []people.Ref // of a circle
	Parts    []mapWithin  // of a circle: the circles within it
	Alone    bool         // of a circle: there is no person
}

// shown is the circle that is shown: the one within, or the circle itself.
func (v atView) shown() *mapCircle {
	if v.Within != nil {
		return v.Within
	}
	return v.Circle
}

// MapAt is the part of the map's page about somebody, or about a circle.
func (s *Service) MapAt(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	c, err := s.edition(r)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	circles := c.circles(everybody, page.From(ctx).Printer)
	within := c.within(circles, everybody, page.From(ctx).Printer)
	if shown, ok := c.chosen(r, circles, within); ok {
		for _, place := range c.nearestOf(shown.shown().places, 5) {
			if ref, ok := everybody.Ref(c.person(place)); ok && ref.ID != v.Person {
				shown.Nearest = append(shown.Nearest, ref)
			}
		}
		return page.Render(w, r, http.StatusOK, mapAt(shown))
	}
	place, err := strconv.ParseUint(r.FormValue("place"), 10, 32)
	if err != nil || place >= uint64(len(c.Nodes)) {
		return fault.New(fault.NotFound, "There is no such person.")
	}
	one := everybody.Of(c.person(uint32(place)))
	if one == nil {
		return fault.New(fault.NotFound, "There is no such person.")
	}
	shown := atView{
		Ref: one.Ref, Under: under(one), Place: uint32(place), Distance: c.Distance[place],
		Class: classes[c.Class[place]],
	}
	if at := c.CircleOf(uint32(place)); at != atlas.Nobody {
		shown.Circle = &circles[at]
	}
	if at := c.WithinOf(uint32(place)); at != atlas.Nobody {
		shown.Within = &within[at].mapCircle
	}
	if shown.Distance > 0 && shown.Distance <= atlas.Far {
		found, err := s.path(ctx, v, PathInput{To: one.ID.String(), Hops: 4, Alternatives: 3})
		if err != nil {
			if _, err = page.Sayable(r, err); err != nil {
				return err
			}
		}
		shown.Routes = found.Routes
	}
	if len(shown.Routes) > 0 {
		shown.Way = c.way(v.Person, shown.Routes[0])
	}
	return page.Render(w, r, http.StatusOK, mapAt(shown))
}

// chosen is what a request says of a circle, or of one within a circle; ok is false when it names none.
func (c *chart) chosen(r *http.Request, circles []mapCircle, within []mapWithin) (out atView, ok bool) {
	out.Alone = true
	if at, err := strconv.Atoi(r.FormValue("within")); err == nil && at >= 0 && at < len(within) {
		out.Within, out.Circle = &within[at].mapCircle, &circles[within[at].In]
		return out, true
	}
	at, err := strconv.Atoi(r.FormValue("circle"))
	if err != nil || at < 0 || at >= len(circles) {
		return out, false
	}
	out.Circle, out.Parts = &circles[at], within[c.Circles[at].FirstInner:c.Circles[at].EndInner]
	return out, true
}

// nearestOf are, of places that follow each other, those whom the viewer knows best, at most so many.
func (c *chart) nearestOf(of places, most int) []uint32 {
	c.nearest(0)
	out := make([]uint32, 0, of.until-of.from)
	for place := of.from; place < of.until; place++ {
		out = append(out, place)
	}
	slices.SortFunc(out, func(a, b uint32) int { return cmp.Compare(c.rank[a], c.rank[b]) })
	return out[:min(len(out), most)]
}

// way are the places of a route.
func (c *chart) way(from id.ID, r Route) []uint32 {
	out := []uint32{}
	for _, key := range append([]id.ID{from}, hopsOf(r)...) {
		place, ok := c.placeOf(key)
		if !ok {
			return nil
		}
		out = append(out, place)
	}
	return out
}

func hopsOf(r Route) []id.ID {
	var out []id.ID
	for _, hop := range r.Hops {
		out = append(out, hop.To.ID)
	}
	return out
}

// listRow is somebody in the list of the map.
type listRow struct {
	people.Ref
	Under    string
	Circle   string
	Distance uint8
	Class    tie.Class
	Bridge   bool
	Ties     int
	place    uint32
}

// listView is the page of the list.
type listView struct {
	Query   listQuery
	Circles []mapCircle
	Rows    []listRow
	All     int // how many fit
	Circle  *mapCircle
	Within  *mapCircle
	Parts   []mapWithin // within the circle
	within  []mapWithin // all of them
	People  int
}

// shown is the circle that the list is of: the one within another, the circle itself, or nil for all.
func (v listView) shown() *mapCircle {
	if v.Within != nil {
		return v.Within
	}
	return v.Circle
}

// listQuery is what of the map is listed.
type listQuery struct {
	Q, Circle, Within, Sort string // circles by who is in their middle
	From                    int
}

// address is where a list stands.
func (q listQuery) address() string {
	values := url.Values{}
	for name, value := range map[string]string{
		"q": q.Q, "circle": q.Circle, "within": q.Within, "sort": q.Sort,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.From > 0 {
		values.Set("from", strconv.Itoa(q.From))
	}
	if len(values) == 0 {
		return "/net/list"
	}
	return "/net/list?" + values.Encode()
}

// perPage is how many people a page of the list has.
const perPage = 50

// MapList is the map as a list: the circles, and the people as a table that can be sorted and searched.
func (s *Service) MapList(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	if waits, err := s.waits(w, r); waits || err != nil {
		return err
	}
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(r.FormValue("from"))
	shown := listView{
		Query: listQuery{
			Q: strings.TrimSpace(r.FormValue("q")), Circle: r.FormValue("circle"), Within: r.FormValue("within"),
			Sort: r.FormValue("sort"), From: max(0, from),
		},
		Circles: c.circles(everybody, page.From(ctx).Printer), People: len(c.Nodes),
	}
	places, err := s.listed(ctx, v, c, &shown)
	if err != nil {
		return err
	}
	c.sort(places, shown.Query.Sort, everybody)
	shown.All = len(places)
	for _, place := range places[min(shown.Query.From, len(places)):min(shown.Query.From+perPage, len(places))] {
		one := everybody.Of(c.person(place))
		row := listRow{
			Ref: one.Ref, Under: under(one), Distance: c.Distance[place], Class: classes[c.Class[place]],
			Bridge: c.Bridge[place], Ties: c.view.Graph.Degree(c.Nodes[place]), place: place,
		}
		if at := c.CircleOf(place); at != atlas.Nobody {
			row.Circle = shown.Circles[at].Name
		}
		if at := c.WithinOf(place); at != atlas.Nobody {
			row.Circle += ": " + shown.within[at].Name
		}
		shown.Rows = append(shown.Rows, row)
	}
	return page.Render(w, r, http.StatusOK, mapList(shown))
}

// listed are the places of those whom a list is about.
func (s *Service) listed(ctx context.Context, v op.Viewer, c *chart, shown *listView) ([]uint32, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	from, until := uint32(0), uint32(len(c.Nodes))
	within := c.within(shown.Circles, everybody, v.Printer())
	shown.within = within
	if at, ok := c.named(shown.Query.Circle, c.CircleOf); ok {
		shown.Circle, shown.Parts = &shown.Circles[at], within[c.Circles[at].FirstInner:c.Circles[at].EndInner]
	}
	if at, ok := c.named(shown.Query.Within, c.WithinOf); ok {
		shown.Circle, shown.Within, shown.Parts = &shown.Circles[within[at].In], &within[at].mapCircle, nil
	}
	if of := shown.shown(); of != nil {
		from, until = of.places.from, of.places.until
	}
	var out []uint32
	if shown.Query.Q != "" {
		found, err := s.network.Find(ctx, v, shown.Query.Q, mostNamed)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if place, ok := c.placeOf(p.ID); ok && place >= from && place < until {
				out = append(out, place)
			}
		}
		return out, nil
	}
	for place := from; place < until; place++ {
		if everybody.Of(c.person(place)) != nil {
			out = append(out, place)
		}
	}
	return out, nil
}

// named is the circle, by its number, of whom a key names.
func (c *chart) named(key string, circle func(place uint32) uint32) (at uint32, ok bool) {
	person, err := id.Parse(key)
	if err != nil {
		return 0, false
	}
	place, ok := c.placeOf(person)
	if !ok {
		return 0, false
	}
	at = circle(place)
	return at, at != atlas.Nobody
}

// sort orders places: by name, by circle, by how many ties, or how near they are to the viewer, which is the order of
// itself.
func (c *chart) sort(places []uint32, by string, everybody *people.Everybody) {
	c.nearest(0)
	folded := func(place uint32) string {
		if one := everybody.Of(c.person(place)); one != nil {
			return one.Folded
		}
		return ""
	}
	slices.SortFunc(places, func(a, b uint32) int {
		order := 0
		switch by {
		case "name":
			order = cmp.Compare(folded(a), folded(b))
		case "circle":
			order = cmp.Compare(c.CircleOf(a), c.CircleOf(b))
		case "ties":
			order = cmp.Compare(c.Size[b], c.Size[a])
		default:
			order = cmp.Compare(c.Distance[a], c.Distance[b])
		}
		return cmp.Or(order, cmp.Compare(c.rank[a], c.rank[b]))
	})
}

// MapFile is the map as a file.
func (s *Service) MapFile(w http.ResponseWriter, r *http.Request) error {
	switch r.PathValue("file") {
	case "gave-net.svg":
		return s.svgFile(w, r)
	case "gave-net.gexf":
		return s.gexfFile(w, r)
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// svgFile is the map, or the part of it that is in view, as vectors.
func (s *Service) svgFile(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	in := all
	if parts := strings.Split(r.FormValue("in"), ","); len(parts) == 4 {
		var at [4]float64
		for i, part := range parts {
			at[i], _ = strconv.ParseFloat(part, 64)
		}
		if at[2] > at[0] && at[3] > at[1] {
			in = window{at[0], at[1], at[2], at[3]}
		}
	}
	drawn := c.draw(c.circles(everybody, page.From(ctx).Printer), everybody, in, drawnInFile)
	file := &page.Download{To: w, Name: "gave-net.svg", Media: "image/svg+xml"}
	return file.End(drawnSVG(drawn, false, page.T(ctx, "Your network, drawn")).Render(ctx, file))
}

// gexfFile is the map as Gephi and other programs read it.
func (s *Service) gexfFile(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return err
	}
	circles := c.circles(everybody, page.From(ctx).Printer)
	out := graphio.Network{
		Graph: c.view.Graph, Nodes: graph.NewColumns(len(c.Nodes)),
	}
	keys := make([]string, len(c.Nodes))
	for node, key := range c.view.IDs {
		keys[node] = key.String()
	}
	out.Names = graph.NewNames(keys)
	label, circle := out.Nodes.Add("label", graph.Text), out.Nodes.Add("circle", graph.Text)
	across, down := out.Nodes.Add("x", graph.Integer), out.Nodes.Add("y", graph.Integer)
	steps := out.Nodes.Add("handshakes", graph.Integer)
	set := func(c *graph.Column, row int, value string) {
		_ = c.Set(row, value) // a text is always taken, and the numbers are written here
	}
	for node, key := range c.view.IDs {
		place := c.Places[node]
		if one := everybody.Of(key); one != nil {
			set(label, node, one.Name)
		}
		if at := c.CircleOf(place); at != atlas.Nobody {
			set(circle, node, circles[at].Name)
		}
		set(across, node, strconv.Itoa(int(c.X[place])))
		set(down, node, strconv.Itoa(int(c.Y[place])))
		if c.Distance[place] < atlas.Apart {
			set(steps, node, strconv.Itoa(int(c.Distance[place])))
		}
	}
	file := &page.Download{To: w, Name: "gave-net.gexf", Media: "application/gexf+xml"}
	return file.End(graphio.WriteGEXF(file, &out))
}
