package layout

import (
	"math"
	"slices"
)

const (
	// treeLeaf is the largest number of nodes whose pushes are computed one by one.
	treeLeaf = 8
	// treeOpening is theta of Barnes & Hut: a square this many times smaller than its distance acts from its centre of
	// mass. 1 errs by a few per cent, which does not show on a map.
	treeOpening = 1.0
	// treeDepth is the number of times that the map is halved in each direction.
	treeDepth = 16
)

// tree is a quadtree over the places, in the order in which a walk visits it, so that walking needs no stack.
type tree struct {
	order  []uint32 // nodes along a Z-shaped curve (Morton order)
	codes  []uint32
	spare  []uint64
	keys   []uint64
	bodies []body
	nodes  []treeNode
}

type body struct{ x, y, mass float64 }

type treeNode struct {
	x, y, mass float64
	reach      float64 // squared distance from which the node acts as one; infinite for a leaf
	skip       int32   // the node that follows when this one is not opened
	from, to   int32   // the bodies of a leaf
}

func (t *tree) build(places []Point, mass []float64) {
	n := len(places)
	if cap(t.order) < n {
		t.order, t.codes, t.bodies = make([]uint32, n), make([]uint32, n), make([]body, n)
		t.keys, t.spare = make([]uint64, n), make([]uint64, n)
	}
	t.order, t.codes, t.bodies, t.keys, t.spare = t.order[:n], t.codes[:n], t.bodies[:n], t.keys[:n], t.spare[:n]
	lowX, lowY, highX, highY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range places {
		lowX, lowY, highX, highY = min(lowX, p.X), min(lowY, p.Y), max(highX, p.X), max(highY, p.Y)
	}
	width := max(highX-lowX, highY-lowY)
	scale := 0.0
	if width > 0 {
		scale = (1<<treeDepth - 1) / width
	}
	for v, p := range places {
		code := interleave(uint32((p.X-lowX)*scale)) | interleave(uint32((p.Y-lowY)*scale))<<1
		t.keys[v] = uint64(code)<<32 | uint64(v)
	}
	sortHigh(t.keys, t.spare)
	for i, key := range t.keys {
		v := uint32(key)
		t.order[i], t.codes[i] = v, uint32(key>>32)
		t.bodies[i] = body{places[v].X, places[v].Y, mass[v]}
	}
	t.nodes = t.nodes[:0]
	t.split(0, n, treeDepth, width)
}

// interleave spreads the low 16 bits of x to the even places.
func interleave(x uint32) uint32 {
	x &= 0xffff
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// sortHigh sorts by the upper 32 bits, keeping the order of equal ones, by 11 bits at a time.
func sortHigh(keys, spare []uint64) {
	if len(keys) < 1024 { // the counters would take longer; the lower bits are in order already
		slices.Sort(keys)
		return
	}
	for shift := uint(32); shift < 64; shift += 11 {
		var count [2049]int
		for _, k := range keys {
			count[k>>shift&2047+1]++
		}
		for i := range 2048 {
			count[i+1] += count[i]
		}
		for _, k := range keys {
			digit := k >> shift & 2047
			spare[count[digit]] = k
			count[digit]++
		}
		keys, spare = spare, keys
	}
	// Three passes leave the result in what was spare at first.
	copy(spare, keys)
}

// split appends the node of the bodies from … to-1, which agree in all but the last 2*depth bits of their codes.
func (t *tree) split(from, to, depth int, width float64) {
	if from == to {
		return
	}
	at := len(t.nodes)
	t.nodes = append(t.nodes, treeNode{from: int32(from), to: int32(to)})
	var x, y, mass float64
	if to-from <= treeLeaf || depth == 0 {
		for _, b := range t.bodies[from:to] {
			x, y, mass = x+b.mass*b.x, y+b.mass*b.y, mass+b.mass
		}
		node := &t.nodes[at]
		node.x, node.y, node.mass, node.reach, node.skip = x/mass, y/mass, mass, math.Inf(1), int32(at+1)
		if depth == 0 && to-from > treeLeaf {
			node.reach = 0 // too many in one place to tell apart
		}
		return
	}
	shift := uint(2 * (depth - 1))
	low := from
	for quarter := range uint32(4) {
		high := low
		for high < to && t.codes[high]>>shift&3 == quarter {
			high++
		}
		first := len(t.nodes)
		t.split(low, high, depth-1, width/2)
		if high > low {
			child := &t.nodes[first]
			x, y, mass = x+child.mass*child.x, y+child.mass*child.y, mass+child.mass
		}
		low = high
	}
	node := &t.nodes[at]
	side := width / treeOpening
	node.x, node.y, node.mass, node.reach, node.skip = x/mass, y/mass, mass, side*side, int32(len(t.nodes))
}

// nearest is the squared distance below which the push does not grow any more, so that nodes in one place do not fly
// apart.
const nearest = 1e-4

// push adds up mass / distance, away from all bodies; one in the same place does not push.
func (t *tree) push(p Point) (fx, fy float64) {
	nodes := t.nodes
	for i := 0; i < len(nodes); {
		node := &nodes[i]
		dx, dy := p.X-node.x, p.Y-node.y
		square := dx*dx + dy*dy
		if square > node.reach {
			force := node.mass / (square + nearest)
			fx += force * dx
			fy += force * dy
			i = int(node.skip)
			continue
		}
		if math.IsInf(node.reach, 1) {
			for _, b := range t.bodies[node.from:node.to] {
				dx, dy := p.X-b.x, p.Y-b.y
				force := b.mass / (dx*dx + dy*dy + nearest)
				fx += force * dx
				fy += force * dy
			}
			i = int(node.skip)
			continue
		}
		i++
	}
	return fx, fy
}
