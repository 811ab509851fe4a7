package layout

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gave.network/graph"
	"gave.network/graph/internal/leiden"
	"gave.network/graph/internal/random"
	"gave.network/graph/internal/ranges"
)

// Point is a place on a map. The unit is about the distance of neighbouring nodes when they lie evenly.
type Point struct{ X, Y float64 }

// Aim is what a map is to show. Who lies next to whom and how far all lie from each other cannot both be shown as well
// as each alone could: on a plane there is too little room next to anybody.
type Aim int

const (
	// Balanced shows both: of a map that is looked at.
	Balanced Aim = iota
	// Neighborhoods shows who lies next to whom; see [NeighborhoodPreservation].
	Neighborhoods
	// Distances shows how far all lie from each other, in ties; see [Stress].
	Distances
)

// effort is what is done for an aim.
type effort struct {
	distances float64 // how much they count beside neighbourhoods, from 0 to 1
	dense     float64 // and so much more, for the share of all pairs that are ties
	steps     int     // how many distances are known, where that is from least nodes or more
	least     int
	parts     int // of them a round looks at one in so many
	rounds    int // of refining, for each that is asked for
}

// At three tenths for distances the map of most networks has no more stress than those that force layouts draw, and
// more of the neighbours; where many pairs are ties, more for distances costs few neighbours, which are a large part of
// all. At seven tenths stress is within a fiftieth of what it is without neighbours, and there are a third more of
// them. Neighbours take longer to find. A third of the distances in a round finds nearly the same as all of them, in
// half the time.
var efforts = [...]effort{
	Balanced:      {distances: 0.3, dense: 0.15, steps: 1 << 19, least: 32, parts: 1, rounds: 1},
	Neighborhoods: {rounds: 8},
	Distances:     {distances: 0.7, steps: 1 << 21, least: 64, parts: 3, rounds: 1},
}

// sources is from how many nodes distances are known.
func (e effort) sources(n int) int { return min(n, max(e.steps/max(n, 1), e.least)) }

// LayoutOptions are the parameters of Layout; the zero value of each field means the value in its comment.
type LayoutOptions struct {
	// Seed fixes the random choices.
	Seed uint64
	// Start has the place of each node on an earlier map, with NaN for nodes that were not on it; nil makes a new map.
	// With Start the map stays recognisable: nodes are held near their old places, and new ones begin among their
	// neighbours.
	Start []Point
	// Rounds is the number of rounds on the whole graph: 50, or 30 with Start.
	Rounds int
	// Aim is what the map is to show.
	Aim Aim
}

// The forces of the layout. An edge pulls its ends with weight times distance; two nodes push each other apart with
// pushing M_u M_v / distance, where M is a node's strength plus one, so that busy nodes get room (Noack's
// edge-repulsion model, 2007; the model of ForceAtlas2, Jacomy et al. 2014).
const (
	// layoutGravity pulls every node to the middle, in units of M times distance, so that parts without a tie to the
	// rest stay near. A tenth of what ties do keeps them from disturbing the rest.
	layoutGravity = 0.1
	// layoutAnchor holds a node at its place on the earlier map: four times as hard as everything else pulls.
	layoutAnchor = 4.0
	// coarsest is the number of nodes at which coarsening ends; so few find their places from anywhere.
	coarsest = 60
	// usual is the number of rounds of a new map, unless another is asked for.
	usual = 50
	// clusterMost is the largest number of nodes that become one at the next level.
	clusterMost = 6
)

// Layout places the nodes on a map so that people with ties lie near each other and groups lie apart. A map of
// Neighborhoods, or of a network of which more than a twentieth is apart from the largest part, begins by forces, on
// ever finer versions of the graph (multilevel, Walshaw 2003; Hu 2005), with far nodes taken together (Barnes & Hut
// 1986). Others begin with the distances from 50 nodes (pivot MDS, Brandes & Pich 2006) and, where all distances are
// known, with a descent over all pairs (Zheng, Pawar & Goodman 2019). Then each node goes by what neighbourhoods ask of
// it (t-SNE on the ties) and what distances ask (majorisation of the stress, estimated from nodes chosen at random),
// weighed by Aim. The time is about proportional to (n log n + m) times rounds, of which Neighborhoods has eight where
// the others have one, and two fifths where all distances are known; and to rounds times the distances that are looked
// at: half a million are known when Balanced and two millions for Distances, or 32 and 64 for each node where that is
// more, by as many breadth-first searches. A distance takes 2 bytes. Directions and loops are left out; weights pull in
// proportion and must not be negative, and distances are in ties, whatever their weights. The middle of a new map is
// (0, 0); with Start it is where the nodes held there leave it, and Neighborhoods has no more rounds than the others.
// The result depends on the seed, Aim and Start only, not on the number of threads. One node lies at (0, 0).
func Layout(ctx context.Context, g *graph.Graph, params LayoutOptions, opts graph.Options) ([]Point, error) {
	if params.Rounds < 0 || params.Aim < 0 || int(params.Aim) >= len(efforts) {
		return nil, graph.ErrParameter
	}
	if err := graph.CheckWeights(ctx, g); err != nil {
		return nil, err
	}
	if params.Start != nil && len(params.Start) != g.N() {
		return nil, graph.ErrLength
	}
	for _, p := range params.Start {
		if math.IsInf(p.X, 0) || math.IsInf(p.Y, 0) {
			return nil, graph.ErrNotFinite
		}
	}
	simple, err := graph.Simple(ctx, g, opts)
	if err == nil {
		simple, err = simple.Compact(ctx, opts)
	}
	if err != nil {
		return nil, err
	}
	n := simple.N()
	base := leiden.Of(simple)
	base.Weights = unitMean(base.Weights)
	// A tie of weight 0 pulls nobody, nor does one that is nothing beside the others.
	base = base.Tied()
	total := 0.0
	for v := range base.Mass {
		base.Mass[v] = 1
		for i := base.Offsets[v]; i < base.Offsets[v+1]; i++ {
			base.Mass[v] += base.Weight(i)
		}
		total += base.Mass[v]
	}
	m := &mapper{g: simple, effort: efforts[params.Aim], ctx: ctx, opts: opts, seed: params.Seed}
	if n > 1 {
		m.effort.distances += m.effort.dense * float64(len(base.Targets)) / float64(n) / float64(n-1)
	}
	if total > 0 {
		m.pushing = float64(n) / total
	}
	switch {
	case n == 0:
		return []Point{}, ctx.Err()
	case n == 1:
		return []Point{{}}, ctx.Err()
	case params.Start != nil && slices.ContainsFunc(params.Start, placed):
		return m.again(base, params)
	}
	return m.anew(base, params)
}

func placed(p Point) bool { return p.X == p.X && p.Y == p.Y }

// unitMean scales weights to a mean of 1, so that the forces balance at the same scale as without weights.
func unitMean(weights graph.Weights) graph.Weights {
	sum := weights.Sum()
	if sum == 0 {
		return graph.Weights{}
	}
	scale, strongest := float64(weights.Len())/sum, 1.0
	if scale == 0 || math.IsInf(scale, 1) {
		// Their sum is too large for a number, or too small to divide by: in parts of the strongest it is not.
		strongest = 0
		for i := range weights.Len() {
			strongest = max(strongest, weights.At(i))
		}
		sum = 0
		for i := range weights.Len() {
			sum += weights.At(i) / strongest
		}
		scale = float64(weights.Len()) / sum
	}
	out := make([]float32, weights.Len())
	for i := range out {
		out[i] = float32(weights.At(i) / strongest * scale)
	}
	return graph.Weights32(out)
}

// mapper is one layout.
type mapper struct {
	g       *graph.Graph
	effort  effort
	ctx     context.Context
	opts    graph.Options
	seed    uint64
	pushing float64
	tree    tree
	done    int64 // work done and to do, for progress
	whole   int64
}

// anew makes a new map.
func (m *mapper) anew(base *leiden.Level, params LayoutOptions) ([]Point, error) {
	rounds, n := params.Rounds, base.N()
	if rounds == 0 {
		rounds = usual
	}
	refining := rounds * m.effort.rounds
	if m.effort.distances > 0 && m.effort.sources(n) == n {
		refining = (refining*2 + 4) / 5 // the descent has found most
	}
	m.whole = int64(n) * int64(refining)
	var known *field
	if m.effort.distances > 0 {
		var err error
		if known, err = m.newField(m.effort.sources(n)); err != nil {
			return nil, err
		}
	}
	places, err := m.begun(base, known, rounds/2)
	if err != nil {
		return nil, err
	}
	first := math.Sqrt(float64(n)) / 10
	if err := m.refine(known, base, places, nil, refining, first, m.effort.distances); err != nil {
		return nil, err
	}
	turn(places)
	return places, nil
}

// begun places the nodes before they are refined: by distances where some are known, else by forces.
func (m *mapper) begun(base *leiden.Level, known *field, finest int) ([]Point, error) {
	if known != nil {
		places, ok, err := m.spread(known, base.N())
		if err != nil {
			return nil, err
		}
		if ok {
			if len(known.sources) == base.N() {
				err = m.descend(known, places)
			}
			return places, err
		}
	}
	places, err := m.coarsen(base, finest)
	if err == nil {
		widen(places)
	}
	return places, err
}

// coarsen makes the graph ever coarser, places the few nodes that are left, and relaxes level by level.
// The graph itself is relaxed for so many rounds only, as it is refined afterwards.
func (m *mapper) coarsen(base *leiden.Level, finest int) ([]Point, error) {
	// Nodes of one community are put together first, so that the coarse graphs keep the communities apart.
	l := &leiden.Run{Ctx: m.ctx, Opts: m.opts.Quiet(), Base: base, Seed: m.seed}
	for _, x := range base.Mass {
		l.Factor += x
	}
	l.Factor = 1 / l.Factor
	var community []uint32
	if base.N() > coarsest {
		if err := l.Begin(); err != nil {
			return nil, err
		}
		community = make([]uint32, base.N())
		for v, c := range l.Of {
			community[l.Node[v]] = c
		}
	}
	levels, clusters := []*leiden.Level{base}, [][]uint32{}
	for levels[len(levels)-1].N() > coarsest {
		last := levels[len(levels)-1]
		cluster, count := m.cluster(last, community, uint64(len(levels)))
		if count > last.N()*19/20 && community != nil {
			// The communities are whole: now they may join.
			community = nil
			continue
		}
		if count > last.N()*19/20 {
			break
		}
		if community != nil {
			next := make([]uint32, count)
			for v, c := range cluster {
				next[c] = community[v]
			}
			community = next
		}
		next, err := l.Aggregate(last, cluster, count)
		if err != nil {
			return nil, err
		}
		levels, clusters = append(levels, next), append(clusters, cluster)
	}
	for _, y := range levels {
		m.whole += int64(y.N()) * usual
	}
	top := levels[len(levels)-1]
	r := random.New(m.seed, 1)
	radius := math.Sqrt(float64(base.N()))
	places := make([]Point, top.N())
	for v := range places {
		places[v] = Point{radius * (r.Float() - 0.5), radius * (r.Float() - 0.5)}
	}
	// The coarse levels are small: they get more rounds, and larger steps.
	times := 4 * usual
	if len(levels) == 1 {
		times = 2 * usual
	}
	if err := m.relax(top, places, times, radius/2, radius/1000); err != nil {
		return nil, err
	}
	for k := len(clusters) - 1; k >= 0; k-- {
		y := levels[k]
		finer := make([]Point, y.N())
		spread := radius / math.Sqrt(float64(levels[k+1].N())) / 2
		for v, c := range clusters[k] {
			r := random.New(m.seed, uint64(k)<<40|uint64(v))
			finer[v] = Point{places[c].X + spread*(r.Float()-0.5), places[c].Y + spread*(r.Float()-0.5)}
		}
		places = finer
		times, first := usual, radius/10
		switch {
		case k == 0:
			times = finest
		case y.N() < base.N()/8:
			times, first = 3*usual, radius/3
		}
		if err := m.relax(y, places, times, first, 0.01); err != nil {
			return nil, err
		}
	}
	return places, nil
}

// again starts from an earlier map.
func (m *mapper) again(base *leiden.Level, params LayoutOptions) ([]Point, error) {
	rounds := params.Rounds
	if rounds == 0 {
		rounds = 30
	}
	m.whole = int64(base.N()) * int64(rounds)
	places := slices.Clone(params.Start)
	radius := math.Sqrt(float64(base.N()))
	// New nodes begin at the middle of their neighbours that have a place, those next to them after them, and the rest
	// at the edge.
	var waiting []uint32
	for v := range places {
		if !placed(places[v]) {
			waiting = append(waiting, uint32(v))
		}
	}
	if err := m.begin(base, places, waiting, radius); err != nil {
		return nil, err
	}
	var known *field
	if m.effort.distances > 0 {
		var err error
		if known, err = m.newField(m.effort.sources(base.N())); err != nil {
			return nil, err
		}
	}
	err := m.refine(known, base, places, params.Start, rounds, 1, m.effort.distances)
	return places, err
}

// begin places the nodes that wait, in rounds: those with a neighbour that has a place, then those next to them.
func (m *mapper) begin(base *leiden.Level, places []Point, waiting []uint32, radius float64) error {
	asked := make([]bool, base.N()) // in the round before, or this one
	for looked := 0; len(waiting) > 0; {
		var found []uint32
		var where []Point
		for _, v := range waiting {
			asked[v] = false
			var sum Point
			weight := 0.0
			for i := base.Offsets[v]; i < base.Offsets[v+1]; i++ {
				if looked++; ranges.Ended(m.ctx, looked) {
					return m.ctx.Err()
				}
				if p := places[base.Targets[i]]; placed(p) {
					w := base.Weight(i)
					sum.X, sum.Y, weight = sum.X+w*p.X, sum.Y+w*p.Y, weight+w
				}
			}
			if weight == 0 {
				continue
			}
			r := random.New(m.seed, uint64(v))
			found = append(found, v)
			where = append(where, Point{sum.X/weight + r.Float() - 0.5, sum.Y/weight + r.Float() - 0.5})
		}
		for i, v := range found {
			places[v] = where[i]
		}
		// Only who is next to one of those has a neighbour with a place now and had none before.
		waiting = waiting[:0]
		for _, v := range found {
			for _, u := range base.Targets[base.Offsets[v]:base.Offsets[v+1]] {
				if !asked[u] && !placed(places[u]) {
					asked[u] = true
					waiting = append(waiting, u)
				}
			}
		}
	}
	for v := range places {
		if !placed(places[v]) {
			r := random.New(m.seed, uint64(v))
			sin, cos := math.Sincos(2 * math.Pi * r.Float())
			places[v] = Point{radius * cos, radius * sin}
		}
	}
	return m.ctx.Err()
}

// cluster joins each node with neighbours that are still free, the closest tied first, up to clusterMost together.
// Nodes of few ties come first, so that hubs do not swallow the map. community, when not nil, keeps nodes of different
// communities apart.
func (m *mapper) cluster(y *leiden.Level, community []uint32, level uint64) ([]uint32, int) {
	n := y.N()
	order := make([]uint32, n)
	for v := range order {
		order[v] = uint32(v)
	}
	r := random.New(m.seed, level)
	r.Shuffle(order)
	slices.SortStableFunc(order, ranges.Interruptible(m.ctx, func(a, b uint32) int {
		return cmp.Compare(y.Offsets[a+1]-y.Offsets[a], y.Offsets[b+1]-y.Offsets[b])
	}))
	cluster := make([]uint32, n)
	size := make([]uint8, 0, n/3)
	for v := range cluster {
		cluster[v] = graph.None
	}
	for _, v := range order {
		if cluster[v] != graph.None {
			continue
		}
		// The best tie is the one with the most weight for the masses at its ends.
		best, bestTie := uint32(graph.None), 0.0
		own := uint32(graph.None)
		for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
			u := y.Targets[i]
			if c := cluster[u]; c != graph.None && size[c] >= clusterMost ||
				community != nil && community[u] != community[v] {
				continue
			}
			if tie := y.Weight(i) / y.Mass[u]; tie > bestTie {
				best, bestTie = u, tie
			}
		}
		if best != graph.None {
			own = cluster[best]
		}
		if own == graph.None {
			own = uint32(len(size))
			size = append(size, 0)
			if best != graph.None {
				cluster[best] = own
				size[own]++
			}
		}
		cluster[v] = own
		size[own]++
	}
	return cluster, len(size)
}

// relax moves the nodes along the forces. A node goes as far as would bring it to rest if the others stood still, but
// no further than a limit that falls from first to last.
func (m *mapper) relax(y *leiden.Level, places []Point, rounds int, first, last float64) error {
	n := y.N()
	stiff := make([]float64, n)
	for v := range stiff {
		stiff[v] = layoutGravity * y.Mass[v]
		for i := y.Offsets[v]; i < y.Offsets[v+1]; i++ {
			stiff[v] += y.Weight(i)
		}
	}
	next := make([]Point, n)
	limit, cooling := first, math.Pow(last/first, 1/math.Max(1, float64(rounds-1)))
	for range rounds {
		m.tree.build(places, y.Mass)
		err := m.opts.Quiet().Run(m.ctx, n, 512, func(_, low, high int) {
			for at := low; at < high; at++ {
				v := m.tree.order[at]
				here := places[v]
				fx, fy := m.tree.push(here)
				scale := m.pushing * y.Mass[v]
				fx, fy = fx*scale-layoutGravity*y.Mass[v]*here.X, fy*scale-layoutGravity*y.Mass[v]*here.Y
				from, to := y.Offsets[v], y.Offsets[v+1]
				if !y.Weights.Given() {
					for _, u := range y.Targets[from:to] {
						p := &places[u]
						fx += p.X - here.X
						fy += p.Y - here.Y
					}
				} else {
					weights := y.Weights.Slice(from, to)
					for i, u := range y.Targets[from:to] {
						p, w := &places[u], weights.At(i)
						fx += w * (p.X - here.X)
						fy += w * (p.Y - here.Y)
					}
				}
				dx, dy := fx/stiff[v], fy/stiff[v]
				if far := math.Hypot(dx, dy); far > limit {
					dx, dy = dx*limit/far, dy*limit/far
				}
				next[v] = Point{here.X + dx, here.Y + dy}
			}
		})
		if err != nil {
			return err
		}
		copy(places, next)
		limit *= cooling
		m.tell(n)
	}
	return nil
}

// tell tells of progress.
func (m *mapper) tell(nodes int) {
	m.done += int64(nodes)
	if m.opts.Progress != nil {
		m.opts.Progress(min(m.done, m.whole), m.whole)
	}
}

// turn brings the middle to (0, 0) and the longest extent to lie level, so that maps of one graph look alike.
func turn(places []Point) {
	n := float64(len(places))
	var middle Point
	for _, p := range places {
		middle.X += p.X / n
		middle.Y += p.Y / n
	}
	var xx, xy, yy, skew float64
	for i := range places {
		p := &places[i]
		p.X, p.Y = p.X-middle.X, p.Y-middle.Y
		xx, xy, yy = xx+p.X*p.X, xy+p.X*p.Y, yy+p.Y*p.Y
	}
	sin, cos := math.Sincos(-0.5 * math.Atan2(2*xy, xx-yy))
	for i, p := range places {
		places[i] = Point{cos*p.X - sin*p.Y, sin*p.X + cos*p.Y}
		skew += places[i].X * places[i].X * places[i].X
	}
	if skew < 0 {
		for i := range places {
			places[i] = Point{-places[i].X, -places[i].Y}
		}
	}
}
