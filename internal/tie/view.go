package tie

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"gave.network/graph"
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// View is the network that one viewer may see, in memory, for questions about paths. It is read only and shared by
// requests.
//
// It is all that is known of who is tied to whom: the ties that follow from contact, and those that people stated,
// under one rule of who may see what (Stated). What was said of a pair counts as far as its layer speaks for trust,
// half of it when only one of the two is said to; each leaves the less room for doubt. The layers of the chart are not
// in it.
type View struct {
	Graph *graph.Graph // the weights are strengths, from 0 to 1
	IDs   []id.ID
	// Layers are the names of the layers on which there is a tie: Contact first, then those that were stated, in the
	// order of their names.
	Layers []string
	stated statedTies
	shown  map[[2]uint32]Level // of ties that others show, of whose contact the viewer sees nothing; smaller node first
	number map[id.ID]uint32
	built  time.Time
	viewer op.Viewer // for whom
	asked  time.Time // when somebody last wanted it
	looked time.Time // when it was last seen to be up to date
	mark   string    // of the evidence it was made from
	search spareSearches
	worked worked
	once   sync.Once
	all    []float64 // the contact of each with everybody, once it was asked for
}

// Contact is the name of the layer of what follows from contact.
const Contact = "contact"

// StatedOf returns the layers on which somebody said that two people are tied, and since when that is known, zero when
// it is not; no layers when nobody did.
func (w *View) StatedOf(a, b uint32) (layers []string, since time.Time) {
	at, found := w.stated.of(a, b)
	if !found {
		return nil, time.Time{}
	}
	if w.stated.since[at] > 0 {
		since = time.UnixMicro(w.stated.since[at]).UTC()
	}
	return w.stated.sets[w.stated.layers[at]], since
}

// StatedByBoth says that of both people it was said that they are tied to the other, not of one alone.
func (w *View) StatedByBoth(a, b uint32) bool {
	at, found := w.stated.of(a, b)
	return found && w.stated.both[at]
}

// ShownAs returns how much a member shows of a tie of whose contact the viewer sees nothing else; Hidden for others.
func (w *View) ShownAs(a, b uint32) Level { return w.shown[[2]uint32{min(a, b), max(a, b)}] }

// worked is what was worked out on a view, by its name.
type worked struct {
	sync.Mutex
	out map[string]any
}

// spareSearches are work spaces for paths that nobody uses now. They are of the view and go with it: a sync.Pool would
// hold both in memory for two collections of garbage after the next view took its place.
type spareSearches struct {
	sync.Mutex
	list []*graph.PathSearch
}

// mostSpare is how many work spaces wait: requests that search at once are few.
const mostSpare = 2

// take returns a work space, nil when none waits.
func (s *spareSearches) take() *graph.PathSearch {
	s.Lock()
	defer s.Unlock()
	last := len(s.list) - 1
	if last < 0 {
		return nil
	}
	search := s.list[last]
	s.list = s.list[:last]
	return search
}

func (s *spareSearches) put(search *graph.PathSearch) {
	s.Lock()
	defer s.Unlock()
	if len(s.list) < mostSpare {
		s.list = append(s.list, search)
	}
}

// mostWorked bounds what is kept with a view: some KB each.
const mostWorked = 500

const (
	// viewFresh is how long a view is used without a look: what was noted meanwhile is on the paths after that.
	viewFresh = 20 * time.Second

	// viewOld is when a view is made anew though no evidence came: ties fade, and another process may have taken some
	// back.
	viewOld = 5 * time.Minute
)

// HopFactor is what a request loses each time it is passed on: a favour asked for somebody else is granted half as
// often.
const HopFactor = 0.5

// views keeps the latest view of each viewer.
type views struct {
	sync.Mutex
	of     map[string]*View
	change int // counts what makes older views wrong
}

// keptViews bounds the memory of views: one of 100,000 people and a million ties takes some 30 MB, and with what is
// worked out on it 80. Of these keptMoments are of one viewer: a view is of an hour, and who asks through a day would
// have one of each. That of an hour which was the present one, and passed, is wanted no more.
const (
	keptViews   = 8
	keptMoments = 2
)

// spare makes room for one more view of a viewer, or another under the same key: the one that was asked for longest ago
// goes.
func (vs *views) spare(v op.Viewer, but string) {
	var own []string
	for key, w := range vs.of {
		if key == but || w.viewer.Space != v.Space || w.viewer.Member != v.Member {
			continue
		}
		hour := w.viewer.Now.Truncate(time.Hour)
		if hour.Equal(w.built.Truncate(time.Hour)) && hour.Before(v.Now.Truncate(time.Hour)) {
			delete(vs.of, key)
			continue
		}
		own = append(own, key)
	}
	slices.SortFunc(own, func(a, b string) int { return vs.of[b].asked.Compare(vs.of[a].asked) })
	for len(own) >= keptMoments {
		delete(vs.of, own[len(own)-1])
		own = own[:len(own)-1]
	}
}

// Number returns the node of a person; ok is false when the person has no tie that the viewer may see.
func (w *View) Number(person id.ID) (node uint32, ok bool) {
	node, ok = w.number[person]
	return node, ok
}

// Search calls f with a work space for best paths by strength, in which each hop costs the hop factor.
func (w *View) Search(f func(s *graph.PathSearch) error) error {
	search := w.search.take()
	if search == nil {
		var err error
		if search, err = graph.NewPathSearch(w.Graph,
			graph.PathOptions{Measure: graph.Strength, HopFactor: HopFactor}); err != nil {
			return err
		}
	}
	defer w.search.put(search)
	return f(search)
}

// Within returns for each node the chance of the likeliest way to it from the nearest of the sources, of at most so
// many ties: the product of their strengths, times the hop factor at each; 1 for a source, 0 where no way leads. It
// looks at each tie once for each step, whatever the number of sources.
func (w *View) Within(ctx context.Context, sources []uint32, hops int) ([]float64, error) {
	return w.within(ctx, sources, hops, func(uint32, int) bool { return true })
}

// within is Within over the ties that count, each named by a node and the place among its neighbours.
func (w *View) within(
	ctx context.Context, sources []uint32, hops int, counts func(u uint32, k int) bool,
) ([]float64, error) {
	out := make([]float64, w.Graph.N())
	var front []uint32
	for _, n := range sources {
		if out[n] == 0 {
			out[n] = 1
			front = append(front, n)
		}
	}
	before := make([]float64, len(front)) // what the front had when the step began: a step takes one tie, not several
	changed := make([]bool, w.Graph.N())
	for range hops {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		before = before[:0]
		for _, u := range front {
			before = append(before, out[u])
		}
		var next []uint32
		for i, u := range front {
			weights := w.Graph.Weights(u)
			for k, n := range w.Graph.Neighbors(u) {
				if value := before[i] * weights.At(k) * HopFactor; value > out[n] && counts(u, k) {
					out[n] = value
					if !changed[n] {
						changed[n] = true
						next = append(next, n)
					}
				}
			}
		}
		for _, n := range next {
			changed[n] = false
		}
		front = next
	}
	return out, nil
}

// Closeness returns how close each neighbour of a node is to it, in the order of the neighbours: Closeness of the
// intensities of their ties.
func (w *View) Closeness(node uint32) []float64 {
	w.once.Do(func() {
		w.all = make([]float64, w.Graph.N())
		for n := range w.all {
			weights := w.Graph.Weights(uint32(n))
			for i := range w.Graph.Degree(uint32(n)) {
				w.all[n] += intensity(weights.At(i))
			}
		}
	})
	out := make([]float64, w.Graph.Degree(node))
	weights := w.Graph.Weights(node)
	for i, n := range w.Graph.Neighbors(node) {
		out[i] = Closeness(intensity(weights.At(i)), w.all[node], w.all[n])
	}
	return out
}

// intensity is the one that gives a strength of a view, which has 24 bits: those of the very strongest ties are one.
func intensity(strength float64) float64 { return Intensity(min(strength, 1-0x1p-24)) }

// View returns the network that the viewer may see. Every twenty seconds it looks whether evidence came; the old view
// is used once more while the next is made, so that nobody waits but who comes first.
func (s *Store) View(ctx context.Context, v op.Viewer) (*View, error) {
	key := fmt.Sprint(v.Space, v.Member, v.Role, v.Now.Truncate(time.Hour).Unix())
	s.views.Lock()
	kept := s.views.of[key]
	if kept != nil {
		kept.asked = time.Now()
	}
	switch {
	case kept != nil && time.Since(kept.looked) < viewFresh:
		s.views.Unlock()
		return kept, nil
	case kept != nil:
		kept.looked = time.Now() // nobody else looks or makes the next one
		s.views.Unlock()
		if mark, err := s.evidenceMark(ctx, v); err == nil && mark == kept.mark && time.Since(kept.built) < viewOld {
			return kept, nil
		}
		later := s.db.Outside(context.WithoutCancel(ctx))
		go func() { _, _ = s.makeView(later, v, key) }() // when it fails, the next request tries again
		return kept, nil
	}
	s.views.Unlock()
	return s.makeView(ctx, v, key)
}

// evidenceMark changes when evidence is added or people are found to be one, also by another process. Ids grow with
// time.
func (s *Store) evidenceMark(ctx context.Context, v op.Viewer) (string, error) {
	mark := ""
	for _, table := range []string{"interaction", "merge", "statement"} {
		latest, err := db.Values[id.ID](ctx, s.db,
			`select id from `+table+` where space = $1 order by id desc limit 1`, v.Space)
		if err != nil {
			return "", err
		}
		mark += fmt.Sprint(latest)
	}
	rules, err := db.Values[id.ID](ctx, s.db, `select id from share_change where space = $1 order by id desc limit 1`,
		v.Space)
	if err != nil {
		return "", err
	}
	mark += fmt.Sprint(rules)
	// Of one import many carried ties come, in any order: what tells of them is the version of the ties.
	version, err := db.Values[id.ID](ctx, s.db, `select v.version from tie_version v where v.space = $1
		and exists (select 1 from tie_carried c where c.space = v.space)`, v.Space)
	return mark + fmt.Sprint(version), err
}

func (s *Store) makeView(ctx context.Context, v op.Viewer, key string) (*View, error) {
	ctx = db.Afresh(ctx) // no older than the mark
	s.views.Lock()
	change := s.views.change
	s.views.Unlock()
	mark, err := s.evidenceMark(ctx, v) // before the graph is read, so that what comes meanwhile is seen later
	if err != nil {
		return nil, err
	}
	said, err := s.Said(ctx, v)
	if err != nil {
		return nil, err
	}
	stated := said.pairs(v.Now)
	built, people, number, err := s.graphWith(ctx, v, true, said, stated)
	if err != nil {
		return nil, err
	}
	view := &View{
		Graph: built, IDs: people, number: number, built: time.Now(), looked: time.Now(), mark: mark,
		shown: map[[2]uint32]Level{}, viewer: v, asked: time.Now(),
	}
	if err := view.nameLayers(ctx, s, v, said, stated); err != nil {
		return nil, err
	}
	s.views.Lock()
	defer s.views.Unlock()
	if before := s.views.of[key]; before != nil {
		view.asked = before.asked
	} else if s.views.of == nil || len(s.views.of) >= keptViews {
		s.views.of = map[string]*View{}
	}
	// One that was made inside a transaction shows what may be taken back yet: it is for that transaction only.
	if s.views.change == change && !s.db.Inside(ctx) {
		s.views.spare(v, key)
		s.views.of[key] = view
	}
	return view, nil
}

const (
	// stirredRest is how many times as long as it took to make a view nothing is made for Stir: among writers that go
	// on and on it takes at most a tenth of one core.
	stirredRest = 9

	// stirredAsked is since when somebody must have wanted a view for it to be made anew by itself.
	stirredAsked = 5 * time.Minute
)

// Stir makes the views of a space anew, the zero space for all, after somebody wrote down who is tied to whom, here or
// on another node: whoever asks next need not be the first to find out. It works in turn, and rests in between; what it
// does not come to is found as ever, see View.
func (s *Store) Stir(ctx context.Context, space id.ID) {
	type due struct {
		key string
		of  op.Viewer
	}
	var list []due
	s.views.Lock()
	for key, w := range s.views.of {
		if (space.IsZero() || w.viewer.Space == space) && time.Since(w.asked) < stirredAsked {
			list = append(list, due{key, w.viewer})
		}
	}
	s.views.Unlock()
	for _, d := range list {
		begun := time.Now()
		if _, err := s.makeView(ctx, d.of, d.key); err != nil { // the next request tries again
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(stirredRest * time.Since(begun)):
		}
	}
}

// DropKept forgets all views, and all else that is kept in memory, here and on all nodes: somebody was erased, merged
// or hidden.
func (s *Store) DropKept() {
	s.ForgetKept()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	// Where it does not arrive, the others find out when they look: views are old after some minutes at the latest.
	_ = s.db.Tell(ctx, db.Notice{Drop: true})
}

// ForgetKept forgets all views, and all else that is kept in memory, here alone.
func (s *Store) ForgetKept() {
	s.db.Drop()
	s.views.Lock()
	defer s.views.Unlock()
	s.views.of = nil
	s.views.change++
}

// OfView returns what is worked out on a view, which is kept with it under a name that says all that it depends on.
func OfView[T any](w *View, name string, work func() (T, error)) (T, error) {
	w.worked.Lock()
	known, ok := w.worked.out[name].(T)
	w.worked.Unlock()
	if ok {
		return known, nil
	}
	out, err := work()
	if err != nil {
		return out, err
	}
	w.worked.Lock()
	defer w.worked.Unlock()
	if w.worked.out == nil || len(w.worked.out) == mostWorked {
		w.worked.out = map[string]any{}
	}
	w.worked.out[name] = out
	return out, nil
}
