package horizon

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gave.network/internal/horizon/atlas"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

const (
	// mapQuick is up to how many people a map is made while its reader waits: some tens of milliseconds.
	mapQuick = 5000

	// mapPatience is how long a page waits for a map of more people before it says how far that is.
	mapPatience = 700 * time.Millisecond

	// mapOld is how long the map of more people stays as it is while nobody and no tie comes or goes; how strong ties
	// are changes slowly.
	mapOld = time.Hour

	// keptMaps bounds the memory of maps: one of 100,000 people and a million ties takes some 40 MB.
	keptMaps = 8

	// mostLayers is how many layers a map tells apart; the last is all that are left.
	mostLayers = 8

	// firstNames is how many people bear their names when a map is opened, those the reader knows best.
	firstNames = 60
)

// chart is the map of one viewer.
type chart struct {
	*atlas.Atlas
	view    *tie.View
	naming  id.ID  // of what its people are called
	mark    string // of who is tied to whom
	Edition string // of who has which place, the same on every node that has the same map
	Layers  []string
	First   int // the month before which no tie began, counted from January 1970
	made    time.Time
	now     time.Time
	quick   int

	lock   sync.Mutex
	packed map[locale.Lang][]byte
	ties   []byte

	once  sync.Once
	order []uint32 // the places, those whom the viewer knows best first
	rank  []uint32 // of each place in that order
}

// charts are the maps that are kept, by whose they are.
type charts struct {
	sync.Mutex
	of     map[string]*chart
	making map[string]*making
	quick  int // mapQuick, but in tests
}

// making is held by who makes a map, and says how far that is.
type making struct {
	sync.Mutex
	done    atomic.Int64 // of a hundred
	storing atomic.Bool
	stored  time.Time // of whoever is storing
}

// chart returns the viewer's map. It never shows who or what is in the view no more; who is new on a large one comes a
// little later, so that nobody waits for it.
func (s *Service) chart(ctx context.Context, v op.Viewer) (*chart, error) {
	view, err := s.network.View(ctx, v)
	if err != nil {
		return nil, err
	}
	naming, err := s.network.Naming(ctx, v, func(person id.ID) bool {
		_, on := view.Number(person)
		return on
	})
	if err != nil {
		return nil, err
	}
	standings, err := s.standings(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(standings) > 0 {
		naming = chartedNaming(naming, standings)
	}
	key := chartKey(v)
	kept, making := s.charts.find(key)
	if kept.fits(view, naming) {
		return kept, nil
	}
	if kept != nil && view.Graph.N() > s.charts.quick && kept.stillTrue(view) {
		go func() { // when it fails, the next request tries again
			if making.TryLock() {
				defer making.Unlock()
				_, _ = s.make(s.db.Outside(context.WithoutCancel(ctx)), v, key, view, naming)
			}
		}()
		return kept, nil
	}
	making.Lock() // whoever comes meanwhile waits for the same map
	defer making.Unlock()
	if kept, _ = s.charts.find(key); kept.fits(view, naming) {
		return kept, nil
	}
	return s.make(ctx, v, key, view, naming)
}

// standings returns where people stand in the viewer's formal charts.
func (s *Service) standings(ctx context.Context, v op.Viewer) (map[id.ID]skilled.Standing, error) {
	if s.formal == nil {
		return nil, nil
	}
	return s.formal(ctx, v, time.Time{})
}

// chartedNaming names what people are called together with the departments in which they stand.
func chartedNaming(naming id.ID, standings map[id.ID]skilled.Standing) id.ID {
	sum := sha256.New()
	sum.Write(naming[:])
	for _, person := range slices.SortedFunc(maps.Keys(standings), id.ID.Compare) {
		fmt.Fprintf(sum, "%s %q\n", person, standings[person].Department)
	}
	return id.ID(sum.Sum(nil)[:len(naming)])
}

func (c *charts) find(key string) (*chart, *making) {
	c.Lock()
	defer c.Unlock()
	if c.making == nil {
		c.of, c.making = map[string]*chart{}, map[string]*making{}
	}
	if c.making[key] == nil {
		c.making[key] = &making{}
	}
	return c.of[key], c.making[key]
}

// chartKey names a viewer's map.
func chartKey(v op.Viewer) string { return fmt.Sprint(v.Space, v.Member, v.Role) }

// under says how far the viewer's map is, of a hundred, while it takes long to make one and there is none to show; it
// begins to make it. ok is false when nobody need wait.
func (s *Service) under(ctx context.Context, v op.Viewer) (part int, ok bool, err error) {
	view, err := s.network.View(ctx, v)
	if err != nil || view.Graph.N() <= s.charts.quick {
		return 0, false, err
	}
	kept, making := s.charts.find(chartKey(v))
	if kept != nil && kept.stillTrue(view) {
		return 0, false, nil
	}
	begun := make(chan struct{})
	go func() { // when it fails, whoever looks again tries again
		defer close(begun)
		_, _ = s.chart(s.db.Outside(context.WithoutCancel(ctx)), v)
	}()
	select {
	case <-begun:
		return 0, false, nil
	case <-time.After(mapPatience):
		return int(making.done.Load()), true, nil
	}
}

func (c *charts) keep(key string, made *chart) {
	c.Lock()
	defer c.Unlock()
	if len(c.of) >= keptMaps && c.of[key] == nil {
		oldest := ""
		for other, of := range c.of {
			if oldest == "" || of.made.Before(c.of[oldest].made) {
				oldest = other
			}
		}
		delete(c.of, oldest)
	}
	c.of[key] = made
}

// edition names who has which place on the map, and what they are called.
func (c *chart) edition(name func(person id.ID) string) string {
	sum := sha256.New()
	fmt.Fprintln(sum, c.mark)
	for _, node := range c.Nodes {
		person := c.view.IDs[node]
		sum.Write(person[:])
		fmt.Fprintf(sum, "%d %q\n", c.Of[node], name(person))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// fits says that a map is the one of a view, or as good as that.
func (c *chart) fits(view *tie.View, naming id.ID) bool {
	switch {
	case c == nil || c.naming != naming:
		return false
	case c.view == view:
		return true
	}
	return view.Graph.N() > c.quick && time.Since(c.made) < mapOld && c.mark == markOf(view)
}

// stillTrue says that everybody on a map, and each of its ties, is in a view.
func (c *chart) stillTrue(view *tie.View) bool {
	number := make([]uint32, len(c.Nodes))
	for place, node := range c.Nodes {
		n, ok := view.Number(c.view.IDs[node])
		if !ok {
			return false
		}
		number[place] = n
	}
	for i := range c.Edges {
		a, b := number[c.Edges[i].A], number[c.Edges[i].B]
		if _, found := slices.BinarySearch(view.Graph.Neighbors(a), b); !found {
			return false
		}
	}
	return true
}

// markOf names who is tied to whom.
func markOf(view *tie.View) string {
	mark, _ := tie.OfView(view, "map mark", func() (string, error) {
		sum := sha256.New()
		for _, key := range view.IDs {
			sum.Write(key[:])
		}
		var row []byte
		for v := range view.Graph.N() {
			row = row[:0]
			for _, u := range view.Graph.Neighbors(uint32(v)) {
				row = binary.LittleEndian.AppendUint32(row, u)
			}
			row = binary.LittleEndian.AppendUint32(row, atlas.Nobody)
			sum.Write(row)
		}
		return hex.EncodeToString(sum.Sum(nil)[:12]), nil
	})
	return mark
}

// make makes the map of a view from the one before, and keeps it.
func (s *Service) make(
	ctx context.Context, v op.Viewer, key string, view *tie.View, naming id.ID,
) (*chart, error) {
	kept, making := s.charts.find(key)
	making.done.Store(0)
	source, err := s.source(ctx, v, view)
	if err != nil {
		return nil, err
	}
	out := &chart{
		view: view, naming: naming, mark: markOf(view), made: time.Now(), now: v.Now, quick: s.charts.quick,
		packed: map[locale.Lang][]byte{}, Layers: view.Layers[:min(len(view.Layers), mostLayers)],
	}
	before := kept.spread()
	if kept == nil {
		before = s.recall(ctx, v)
	}
	if before != nil {
		source.Frame, source.Settled = before.frame, before.mark == out.mark
		source.Before = func(node uint32) (atlas.Was, bool) { return before.was(view.IDs[node]) }
	}
	source.Told = func(part float64) { making.done.Store(int64(100 * part)) }
	if out.Atlas, err = atlas.Make(ctx, source); err != nil {
		return nil, err
	}
	for i := range out.Edges {
		if month := int(out.Edges[i].Month); month > 0 && (out.First == 0 || month < out.First) {
			out.First = month
		}
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out.Edition = out.edition(func(person id.ID) string {
		if one := everybody.Of(person); one != nil {
			return one.Name
		}
		return ""
	})
	s.charts.keep(key, out)
	if before == nil || !source.Settled {
		s.store(ctx, v)
	}
	return out, nil
}

// classes are the classes by their numbers on a map; 0 is no tie with the reader.
var classes = []tie.Class{"", tie.Weak, tie.Moderate, tie.Strong, tie.Dormant, tie.Latent}

// source is what the map of a view is made of.
func (s *Service) source(ctx context.Context, v op.Viewer, view *tie.View) (atlas.Source, error) {
	out := atlas.Source{Graph: view.Graph, Me: atlas.Nobody}
	if me, ok := view.Number(v.Person); ok {
		out.Me = me
	}
	ties, err := s.network.Ties(ctx, v)
	if err != nil {
		return out, err
	}
	contact := func(a, b uint32) (tie.Bond, bool) { return ties.Between(view.IDs[a], view.IDs[b]) }
	bit := map[string]uint8{}
	for i, name := range view.Layers {
		bit[name] = 1 << min(i, mostLayers-1)
	}
	out.Tie = func(a, b uint32) atlas.Tie {
		var said atlas.Tie
		if t, tied := contact(a, b); tied {
			said = atlas.Tie{Layers: bit[tie.Contact], Dormant: t.ClassAt(v.Now) == tie.Dormant}
			if t.Dated() {
				said.Month = monthOf(time.UnixMicro(t.FirstContact))
			}
		}
		layers, since := view.StatedOf(a, b)
		for _, name := range layers {
			said.Layers |= bit[name]
		}
		if month := monthOf(since); !since.IsZero() && (said.Month == 0 || month < said.Month) {
			said.Month = month
		}
		return said
	}
	out.Class = func(node uint32) uint8 {
		if out.Me == atlas.Nobody || node == out.Me {
			return 0
		}
		if t, tied := contact(node, out.Me); tied {
			return uint8(slices.Index(classes, t.ClassAt(v.Now)))
		}
		if _, tied := view.Graph.Weight(out.Me, node); tied {
			return uint8(slices.Index(classes, tie.Latent))
		}
		return 0
	}
	out.Traits, err = s.traits(ctx, v, view)
	return out, err
}

// monthOf counts the months since January 1970, up to a year that nobody on a map will see.
func monthOf(t time.Time) uint16 {
	t = t.UTC()
	return uint16(min(max((t.Year()-1970)*12+int(t.Month())-1, 0), 65_000))
}

// traits says what may name the circle of somebody: nothing delicate, and of tags and charts only the viewer's own.
func (s *Service) traits(
	ctx context.Context, v op.Viewer, view *tie.View,
) (func(node uint32) []atlas.Trait, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	standings, err := s.standings(ctx, v)
	if err != nil {
		return nil, err
	}
	judged := map[string]bool{}
	fit := func(text string, delicate func(string) bool) bool {
		wrong, known := judged[text]
		if !known {
			wrong = text == "" || delicate(text)
			judged[text] = wrong
		}
		return !wrong
	}
	return func(node uint32) []atlas.Trait {
		var out []atlas.Trait
		one := everybody.Of(view.IDs[node])
		if one == nil {
			return nil
		}
		if fit(one.Organisation, tact.DelicateTitle) {
			out = append(out, atlas.Trait{Kind: atlas.Organisation, Text: one.Organisation})
		}
		if stood := standings[one.ID]; fit(stood.Department, tact.DelicateTitle) {
			out = append(out, atlas.Trait{Kind: atlas.Department, Text: stood.Department})
		}
		if fit(one.Title, tact.DelicateTitle) {
			out = append(out, atlas.Trait{Kind: atlas.Theme, Text: one.Title})
		}
		if fit(one.Place, tact.DelicateTitle) {
			out = append(out, atlas.Trait{Kind: atlas.Place, Text: one.Place})
		}
		if p := profiles[one.ID]; p != nil {
			for _, line := range p.Lines {
				if line.Tag() {
					out = append(out, atlas.Trait{Kind: atlas.Tag, Text: line.Text})
				}
			}
		}
		return out
	}, nil
}

// mapCircle is a circle as a map says it.
type mapCircle struct {
	Name  string  `json:"name"`
	Count int     `json:"count"`
	Known int     `json:"known"` // of them the reader knows
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	A     float64 `json:"a"`
	B     float64 `json:"b"`
	Turn  float64 `json:"turn"`
	// Colour is the number of its colour, from 1 to 7.
	Colour int   `json:"colour"`
	Key    id.ID `json:"-"` // of who is in its middle
	places places
}

// places are those of a circle, which follow each other.
type places struct{ from, until uint32 }

// mapWithin is a circle within a circle, as a map says it.
type mapWithin struct {
	mapCircle
	In   int `json:"in"`   // the circle
	From int `json:"from"` // the place of its first member
}

// mapSaid is what goes along with the numbers of a map.
type mapSaid struct {
	Edition string       `json:"edition"`
	People  int          `json:"people"`
	First   int          `json:"first"` // how many ties come first
	Ties    int          `json:"ties"`
	Me      int          `json:"me"` // -1 for nobody
	Months  [2]int       `json:"months"`
	Layers  []string     `json:"layers"`
	Circles []mapCircle  `json:"circles"`
	Within  []mapWithin  `json:"within"`
	Names   []placedName `json:"names"`
}

// placedName is what somebody on a map is called.
type placedName struct {
	Place uint32 `json:"place"`
	Name  string `json:"name"`
}

// circles says what the circles of a map are called.
func (c *chart) circles(everybody *people.Everybody, p *locale.Printer) []mapCircle {
	out := make([]mapCircle, len(c.Circles))
	colours := page.Colours(len(c.Circles), func(i int) string {
		if len(c.Circles[i].Traits) == 0 {
			return ""
		}
		return c.Circles[i].Traits[0]
	})
	for i := range c.Circles {
		out[i] = c.circle(&c.Circles[i], everybody, p)
		out[i].Colour = colours[i]
	}
	return out
}

// within says what the circles within the circles of a map are called.
func (c *chart) within(circles []mapCircle, everybody *people.Everybody, p *locale.Printer) []mapWithin {
	out := make([]mapWithin, len(c.Within))
	for i := range c.Within {
		of := &c.Within[i]
		out[i] = mapWithin{c.circle(&of.Circle, everybody, p), of.In, int(of.From)}
		out[i].Colour = circles[of.In].Colour
	}
	return out
}

// circle says what one circle is called.
func (c *chart) circle(of *atlas.Circle, everybody *people.Everybody, p *locale.Printer) mapCircle {
	key := c.view.IDs[c.Nodes[of.Middle]]
	out := mapCircle{
		Count: of.Count, X: math.Round(of.X), Y: math.Round(of.Y), A: math.Round(of.A), B: math.Round(of.B),
		Turn: math.Round(of.Turn*1000) / 1000, Key: key, places: places{of.From, of.From + uint32(of.Count)},
	}
	for place := out.places.from; place < out.places.until; place++ {
		if c.Distance[place] == 1 {
			out.Known++
		}
	}
	switch middle := everybody.Of(key); {
	case len(of.Traits) == 2:
		out.Name = of.Traits[0] + " · " + of.Traits[1]
	case len(of.Traits) == 1:
		out.Name = of.Traits[0]
	case middle != nil:
		out.Name = p.T("Around %s", middle.Name)
	}
	return out
}

// colour is the number of the colour in which somebody is drawn.
func colourAt(c *chart, circles []mapCircle, place uint32) int {
	if at := c.CircleOf(place); at != atlas.Nobody {
		return circles[at].Colour
	}
	return 0
}

// data returns the numbers of a map, compressed.
func (s *Service) data(ctx context.Context, v op.Viewer, c *chart) ([]byte, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if known := c.packed[v.Lang]; known != nil {
		return known, nil
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	circles := c.circles(everybody, v.Printer())
	said := mapSaid{
		Edition: c.Edition, People: len(c.Nodes), First: len(c.Atlas.First()), Ties: len(c.Edges), Me: -1,
		Months: [2]int{c.First, int(monthOf(v.Now))}, Layers: []string{}, Circles: circles,
		Within: c.within(circles, everybody, v.Printer()), Names: []placedName{},
	}
	if c.Me != atlas.Nobody {
		said.Me = int(c.Me)
	}
	for _, layer := range c.Layers {
		said.Layers = append(said.Layers, v.Printer().T(layer))
	}
	for _, place := range c.nearest(firstNames) {
		if one := everybody.Of(c.view.IDs[c.Nodes[place]]); one != nil {
			said.Names = append(said.Names, placedName{place, one.Name})
		}
	}
	out, err := c.Data(said)
	if err != nil {
		return nil, err
	}
	c.packed[v.Lang] = packed(out)
	return c.packed[v.Lang], nil
}

// tieData returns all ties of a map, compressed.
func (c *chart) tieData() []byte {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.ties == nil {
		c.ties = packed(c.Atlas.Ties())
	}
	return c.ties
}

// nearest are the places of those whom the viewer knows best, at most so many; of others those with the most ties.
func (c *chart) nearest(most int) []uint32 {
	c.once.Do(c.rankAll)
	return c.order[:min(len(c.order), most)]
}

// rankAll orders the places.
func (c *chart) rankAll() {
	rank := make([]float64, len(c.Nodes))
	for place := range rank {
		rank[place] = float64(c.Size[place]) / 256
	}
	if c.Me != atlas.Nobody {
		node := c.Nodes[c.Me]
		for i, u := range c.view.Graph.Neighbors(node) {
			rank[c.Places[u]] = 2 + c.view.Graph.Weights(node).At(i)
		}
		rank[c.Me] = 4
	}
	c.order, c.rank = make([]uint32, len(rank)), make([]uint32, len(rank))
	for place := range c.order {
		c.order[place] = uint32(place)
	}
	slices.SortFunc(c.order, func(a, b uint32) int { return cmp.Or(cmp.Compare(rank[b], rank[a]), cmp.Compare(a, b)) })
	for i, place := range c.order {
		c.rank[place] = uint32(i)
	}
}

// person returns who is at a place.
func (c *chart) person(place uint32) id.ID { return c.view.IDs[c.Nodes[place]] }

// placeOf returns the place of somebody; ok is false for who is not on the map.
func (c *chart) placeOf(person id.ID) (place uint32, ok bool) {
	node, ok := c.view.Number(person)
	if !ok {
		return 0, false
	}
	return c.Places[node], true
}

func packed(content []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.DefaultCompression) // the level is one that there is
	_, _ = z.Write(content)                                    // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// warm makes the map before somebody looks at it.
func (s *Service) warm(ctx context.Context, v op.Viewer) error {
	c, err := s.chart(ctx, v)
	if err != nil {
		return err
	}
	_, err = s.data(ctx, v, c)
	return err
}
