// Package proposal says whom to talk to so that a proposal carries. What people come to think of it follows Friedkin &
// Johnsen (1990), with signed weights (Altafini 2013); the smallest set of people to win over is searched as in Gionis,
// Terzi & Tsaparas (Opinion maximization in social networks, SDM 2013): everything when small, greedily with a bound
// when large.
package proposal

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"gave.network/graph"
	"gave.network/graph/influence"
)

const (
	// MaxPeople is how many people one proposal can have, those without a vote included.
	MaxPeople = 400

	// Steepness turns an opinion from -1 to 1 into a chance of a yes, 1 / (1 + exp(-Steepness·z)): 0.5 at no opinion,
	// 0.95 at full support.
	Steepness = 3.0

	// Won is what remains of the susceptibility of somebody who was won over: who has just promised support is harder
	// to turn, and not impossible. A judgement.
	Won = 0.25

	// Draws is how often the uncertain stances and the votes are drawn. The ends of the interval are then right to
	// about two hundredths of the standard deviation.
	Draws = 2000

	// Low and High are the ends of the interval, which holds 80 % of the draws.
	Low, High = 0.1, 0.9

	// DefaultWanted is the chance that is wanted when nothing else is said: four of five times. At half it would be a
	// toss of a coin.
	DefaultWanted = 0.8

	// budget is how many sets one search looks at, and work how many steps of draws it takes for them: about a second.
	budget = 1_200_000
	work   = 1_500_000_000

	// mostVotes is up to how many votes in all the ways in which they fall are counted and not drawn.
	mostVotes = 4096
)

// The reasons why a problem cannot be posed.
var (
	ErrTooManyPeople = errors.New("proposal: more people than one proposal can have")
	ErrNoVotes       = errors.New("proposal: nobody has a vote")
	ErrRange         = errors.New("proposal: a number is outside its range")
)

// Person is somebody with a vote or with influence on who has one.
type Person struct {
	Weight         float64 // of the vote; 0 for who has none
	Stance         float64 // own opinion, from -1 against to 1 in favour
	Spread         float64 // standard deviation of what is not known of the stance, from 0 to 1
	Susceptibility float64 // how far others count for this person, from 0 to below 1
	// Reachable says that there is a way to talk to this person.
	Reachable bool
}

// Arc says that From heeds To. A negative weight turns From away from what To thinks.
type Arc struct {
	From, To int
	Weight   float64
}

// Problem is a proposal.
type Problem struct {
	People []Person
	Arcs   []Arc
	// Quorum is the share of all votes, by weight, that it needs, above 0 and at most 1.
	Quorum float64
	// Wanted is the chance that it carries which is wanted, above 0 and below 1; 0 for DefaultWanted.
	Wanted float64
	// Most is how many people are talked to at most; 0 for as many as it takes.
	Most int
	Seed uint64
}

// Support is what may be expected of the votes in favour, as shares of all votes by weight.
type Support struct {
	Expected float64
	// Low and High hold 80 % of what may come of the votes, given what is not known of stances and how people then
	// vote.
	Low, High float64
	// Chance is how likely the proposal carries: counted over all ways in which the votes can fall where every stance
	// is known and the votes are whole, and else the share of the draws.
	Chance float64
	// Outcomes is the share of the draws in which so many hundredths of the votes are in favour.
	Outcomes [101]float64
}

// Step is one talk.
type Step struct {
	Person int
	// After is the expected support once this talk, and those before, have won them over.
	After float64
}

// Plan is whom to talk to.
type Plan struct {
	Steps   []Step // in order: each brings as much as any at its turn
	Before  Support
	Support Support
	// Carries says that the chance is as high as is wanted.
	Carries bool
	// Exact says that no smaller set carries and that none of this size does so more often, among the same draws; when
	// nothing carries, that no set does more often.
	Exact bool
	// Gap is by how many people a smaller set could do with at most; 0 when Exact, and when nothing carries.
	Gap int
}

// model is the opinions as a linear function of what is changed: row j of (I - A W) z = (I - A) s is replaced when j is
// won over.
type model struct {
	Problem
	n       int
	total   float64
	z       []float64   // opinions when nobody is talked to
	inverse [][]float64 // (I - A W)^-1, by columns: inverse[j] is what a push at j does to all
	heeds   [][]float64 // heeds[j][i] = (W inverse[j])_i
	mean    []float64   // what each heeds at z: (W z)_i
	voters  []int
	damp    []float64 // of each voter, for what is not known of the stances
	alone   []bool    // heeds nobody
	scratch []float64
	draws   draws
	width   float64 // of what may come of the votes: no set has a standard deviation above it
}

// draws is what is drawn once, so that two sets are compared on one and the same world.
type draws struct {
	shift []float64 // of each draw and person, by how much the stance is off
	from  []float64 // of each draw and voter, the opinion above which the vote is in favour
}

// Find returns the smallest set of people to talk to so that the proposal carries as often as is wanted, of several
// such the one that does so most often. When no set is enough it returns the people with whom it carries most often.
func Find(ctx context.Context, p Problem) (*Plan, error) {
	m, err := newModel(ctx, p)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Before: m.support(nil)}
	var chosen []int
	if plan.Before.Chance >= m.Wanted {
		plan.Exact = true
	} else if chosen, err = m.search(ctx, plan); err != nil {
		return nil, err
	}
	plan.Steps = m.order(chosen)
	plan.Support = m.support(chosen)
	plan.Carries = plan.Support.Chance >= m.Wanted
	return plan, nil
}

// Judge returns the support when these people are won over.
func Judge(ctx context.Context, p Problem, won []int) (Support, error) {
	m, err := newModel(ctx, p)
	if err != nil {
		return Support{}, err
	}
	for _, j := range won {
		if j < 0 || j >= m.n {
			return Support{}, ErrRange
		}
	}
	return m.support(slices.Compact(slices.Sorted(slices.Values(won)))), nil
}

func newModel(ctx context.Context, p Problem) (*model, error) {
	n := len(p.People)
	if n > MaxPeople {
		return nil, ErrTooManyPeople
	}
	if p.Wanted == 0 {
		p.Wanted = DefaultWanted
	}
	if !(p.Quorum > 0 && p.Quorum <= 1) || !(p.Wanted > 0 && p.Wanted < 1) || p.Most < 0 {
		return nil, ErrRange
	}
	m := &model{Problem: p, n: n, scratch: make([]float64, n)}
	stance, susceptibility := make([]float64, n), make([]float64, n)
	for i, x := range p.People {
		switch {
		case !(x.Weight >= 0) || math.IsInf(x.Weight, 0) || !(x.Stance >= -1 && x.Stance <= 1) ||
			!(x.Spread >= 0 && x.Spread <= 1), !(x.Susceptibility >= 0 && x.Susceptibility < 1):
			return nil, ErrRange
		}
		stance[i], susceptibility[i] = x.Stance, x.Susceptibility
		if m.total += x.Weight; x.Weight > 0 {
			m.voters = append(m.voters, i)
		}
	}
	if m.total == 0 {
		return nil, ErrNoVotes
	}
	edges := make([]graph.Edge, 0, len(p.Arcs))
	for _, a := range p.Arcs {
		if a.From < 0 || a.To < 0 || a.From >= n || a.To >= n || math.IsNaN(a.Weight) || math.IsInf(a.Weight, 0) {
			return nil, ErrRange
		}
		if a.From != a.To && a.Weight != 0 {
			edges = append(edges, graph.Edge{From: uint32(a.From), To: uint32(a.To), Weight: a.Weight})
		}
	}
	g, err := graph.FromEdges(n, edges, graph.BuildOptions{
		Directed: true, Weighted: true, Weights64: true, Signed: true,
	})
	if err != nil {
		return nil, err
	}
	opinions, err := influence.FriedkinJohnsen(ctx, g, stance, susceptibility, 1e-10, graph.Options{Threads: 1})
	if err != nil {
		return nil, err
	}
	m.z = opinions.Values
	w := make([][]float64, n)
	m.alone = make([]bool, n)
	for i := range n {
		w[i] = make([]float64, n)
		sum, weights := 0.0, g.Weights(uint32(i))
		for k := range weights.Len() {
			sum += math.Abs(weights.At(k))
		}
		if m.alone[i] = sum == 0; m.alone[i] {
			continue
		}
		for k, j := range g.Neighbors(uint32(i)) {
			w[i][j] += weights.At(k) / sum
		}
	}
	m.solve(w)
	m.draw()
	return m, nil
}

// solve inverts I - A W by elimination. Every row is dominated by its diagonal since susceptibilities are below 1, so
// no pivots are needed.
func (m *model) solve(w [][]float64) {
	n := m.n
	left, right := make([][]float64, n), make([][]float64, n)
	for i := range n {
		left[i], right[i] = make([]float64, n), make([]float64, n)
		for j := range n {
			left[i][j] = -m.People[i].Susceptibility * w[i][j]
		}
		left[i][i]++
		right[i][i] = 1
	}
	for c := range n {
		pivot := 1 / left[c][c]
		for j := range n {
			left[c][j] *= pivot
			right[c][j] *= pivot
		}
		for i := range n {
			if factor := left[i][c]; i != c && factor != 0 {
				for j := range n {
					left[i][j] -= factor * left[c][j]
					right[i][j] -= factor * right[c][j]
				}
			}
		}
	}
	m.inverse, m.heeds, m.mean = make([][]float64, n), make([][]float64, n), make([]float64, n)
	for j := range n {
		m.inverse[j], m.heeds[j] = make([]float64, n), make([]float64, n)
		for i := range n {
			m.inverse[j][i] = right[i][j]
		}
	}
	for i := range n {
		for k, x := range w[i] {
			if x == 0 {
				continue
			}
			m.mean[i] += x * m.z[k]
			for j := range n {
				m.heeds[j][i] += x * m.inverse[j][k]
			}
		}
	}
	// What is not known of the stances spreads over who heeds whom; a logistic of a normal variable is about a flatter
	// logistic (MacKay 1992).
	m.damp = make([]float64, n)
	for _, i := range m.voters {
		variance := 0.0
		for j := range n {
			x := m.inverse[j][i] * m.own(j) * m.People[j].Spread
			variance += x * x
		}
		m.damp[i] = 1 / math.Sqrt(1+math.Pi*Steepness*Steepness*variance/8)
	}
}

// own is what a person's own stance counts for: all when there is nobody to heed.
func (m *model) own(j int) float64 {
	if m.alone[j] {
		return 1
	}
	return 1 - m.People[j].Susceptibility
}

func yes(z float64) float64 { return 1 / (1 + math.Exp(-Steepness*z)) }

// opinions writes into out what all think once these people are won over: stance 1, and less susceptible.
func (m *model) opinions(won []int, out []float64) { m.opinionsWith(won, nobody, out) }

// nobody stands for no person.
const nobody = -1

// opinionsWith writes into out what all think once these people are won over, and one of them, or nobody, has turned
// against it: stance -1, and less susceptible.
//
// Only the rows of the won change, so z changes by a combination of their columns of the inverse; its factors are the
// solution of as many equations as people were won.
func (m *model) opinionsWith(won []int, lost int, out []float64) {
	copy(out, m.z)
	k := len(won)
	if k == 0 {
		return
	}
	var stack [12 * 13]float64
	rows := stack[:]
	if k > 12 {
		rows = make([]float64, k*(k+1))
	}
	for r, i := range won {
		a := Won * m.People[i].Susceptibility
		own := 1 - a
		if m.alone[i] {
			a, own = 0, 1
		}
		for c, j := range won {
			rows[r*(k+1)+c] = m.inverse[j][i] - a*m.heeds[j][i]
		}
		if i == lost {
			own = -own
		}
		rows[r*(k+1)+k] = own - m.z[i] + a*m.mean[i]
	}
	solveSmall(rows, k)
	for c, j := range won {
		factor := rows[c*(k+1)+k]
		for i, x := range m.inverse[j] {
			out[i] += factor * x
		}
	}
}

// solveSmall solves k equations with k unknowns in place; row r holds k coefficients and the right side, which becomes
// the solution.
func solveSmall(rows []float64, k int) {
	w := k + 1
	for c := range k {
		best := c
		for r := c + 1; r < k; r++ {
			if math.Abs(rows[r*w+c]) > math.Abs(rows[best*w+c]) {
				best = r
			}
		}
		if best != c {
			for j := range w {
				rows[c*w+j], rows[best*w+j] = rows[best*w+j], rows[c*w+j]
			}
		}
		pivot := 1 / rows[c*w+c]
		for j := c; j < w; j++ {
			rows[c*w+j] *= pivot
		}
		for r := range k {
			if factor := rows[r*w+c]; r != c && factor != 0 {
				for j := c; j < w; j++ {
					rows[r*w+j] -= factor * rows[c*w+j]
				}
			}
		}
	}
}

// expected is the expected share of votes in favour once these people are won over.
func (m *model) expected(won []int) float64 {
	m.opinions(won, m.scratch)
	sum := 0.0
	for _, i := range m.voters {
		sum += m.People[i].Weight * yes(m.scratch[i]*m.damp[i])
	}
	return sum / m.total
}

// draw draws how far stances are off, and from what opinion each votes in favour.
func (m *model) draw() {
	r := rand.New(rand.NewPCG(m.Seed, 0x70726f706f73))
	m.draws = draws{make([]float64, Draws*m.n), make([]float64, Draws*len(m.voters))}
	for d := range Draws {
		for j, p := range m.People {
			noise := r.NormFloat64() // drawn for all, so that the draws of one do not depend on what is known of others
			m.draws.shift[d*m.n+j] = min(1, max(-1, p.Stance+noise*p.Spread)) - p.Stance
		}
		for k := range m.voters {
			u := r.Float64()
			m.draws.from[d*len(m.voters)+k] = math.Log(u/(1-u)) / Steepness
		}
	}
	// The votes add at most a quarter of their squares to the variance, and each unknown stance what it can move (Efron
	// & Stein 1981).
	variance := 0.0
	for _, i := range m.voters {
		share := m.People[i].Weight / m.total
		variance += share * share / 4
	}
	for j, p := range m.People {
		if p.Spread == 0 {
			continue
		}
		moves, column := 0.0, m.response(j, nil)
		for _, i := range m.voters {
			moves += m.People[i].Weight / m.total * math.Abs(column[i]) * Steepness / 4
		}
		variance += moves * moves * p.Spread * p.Spread
	}
	m.width = math.Sqrt(variance)
}

// support says what may be expected once these people are won over.
func (m *model) support(won []int) Support {
	out := Support{Expected: m.expected(won), Chance: m.chance(won, nobody, 0)}
	shares := make([]float64, 0, Draws)
	m.tally(won, nobody, func(share float64) bool {
		shares = append(shares, share)
		out.Outcomes[int(math.Round(100*share))] += 1.0 / Draws
		return true
	})
	slices.Sort(shares)
	out.Low, out.High = shares[int(Low*Draws)], shares[int(High*Draws)-1]
	return out
}

// tally calls each with the share of the votes in favour in each draw, until it returns false, and returns how many
// steps it took.
//
// A stance that is off by d moves opinions by (I - A' W)^-1 of it; those who were won have no uncertain stance any
// more.
func (m *model) tally(won []int, lost int, each func(share float64) bool) (steps int) {
	pushed := make([]float64, m.n)
	m.opinionsWith(won, lost, pushed)
	votes := len(m.voters)
	start, z := make([]float64, votes), make([]float64, votes)
	for k, i := range m.voters {
		start[k] = pushed[i]
	}
	var unsure []int
	var columns [][]float64
	for j, p := range m.People {
		if p.Spread > 0 && !slices.Contains(won, j) {
			column, of := make([]float64, votes), m.response(j, won)
			for k, i := range m.voters {
				column[k] = of[i]
			}
			unsure, columns = append(unsure, j), append(columns, column)
		}
	}
	for d := range Draws {
		copy(z, start)
		shift := m.draws.shift[d*m.n : (d+1)*m.n]
		for c, j := range unsure {
			for k, x := range columns[c] {
				z[k] += shift[j] * x
			}
		}
		sum, from := 0.0, m.draws.from[d*votes:(d+1)*votes]
		for k, i := range m.voters {
			if z[k] > from[k] {
				sum += m.People[i].Weight
			}
		}
		steps += votes * (len(unsure) + 1)
		if !each(sum / m.total) {
			break
		}
	}
	return steps
}

// enough says whether a share of the votes reaches the quorum.
func (m *model) enough(share float64) bool { return share >= m.Quorum-1e-12 }

// chance is how likely the proposal carries once these people are won over, and one of them, or nobody, has turned
// against it. It stops as soon as it is clear that the chance lies below least, and returns less than that.
func (m *model) chance(won []int, lost int, least float64) float64 {
	out, _ := m.chanceIn(won, lost, least)
	return out
}

// chanceIn is chance, with how many steps it took.
func (m *model) chanceIn(won []int, lost int, least float64) (chance float64, steps int) {
	if chance, counted := m.counted(won, lost); counted {
		return chance, len(m.voters)
	}
	carries, fails := 0, 0
	steps = m.tally(won, lost, func(share float64) bool {
		if m.enough(share) {
			carries++
		} else {
			fails++
		}
		return float64(fails) <= (1-least)*Draws+1e-9
	})
	return float64(carries) / Draws, steps
}

// counted is the chance by all ways in which the votes can fall; false when a stance is not known or a vote not whole.
func (m *model) counted(won []int, lost int) (chance float64, counted bool) {
	for j, p := range m.People {
		if p.Spread > 0 && !slices.Contains(won, j) {
			return 0, false
		}
		if p.Weight != math.Trunc(p.Weight) {
			return 0, false
		}
	}
	if m.total > mostVotes {
		return 0, false
	}
	z := make([]float64, m.n)
	m.opinionsWith(won, lost, z)
	falls := make([]float64, int(m.total)+1) // of so many votes in favour
	falls[0] = 1
	cast := 0
	for _, i := range m.voters {
		weight, in := int(m.People[i].Weight), yes(z[i])
		for n := cast; n >= 0; n-- {
			falls[n+weight] += falls[n] * in
			falls[n] *= 1 - in
		}
		cast += weight
	}
	for n, x := range falls {
		if m.enough(float64(n) / m.total) {
			chance += x
		}
	}
	return min(chance, 1), true
}

// hopeless says that a set with this expected support cannot carry as often as least, whatever the draws (Cantelli's
// inequality), with room for what the expected support is off.
func (m *model) hopeless(expected, least float64) bool {
	if least <= 0 {
		return false
	}
	return expected < m.Quorum-m.width*math.Sqrt((1-least)/least)-expectedOff
}

// expectedOff is how far the expected support of unknown stances may be from the mean of the draws.
const expectedOff = 0.03

// response is what a unit of the stance of j does to all when these people are won over.
func (m *model) response(j int, won []int) []float64 {
	out := make([]float64, m.n)
	base := m.own(j)
	for i, x := range m.inverse[j] {
		out[i] = base * x
	}
	k := len(won)
	if k == 0 {
		return out
	}
	rows := make([]float64, k*(k+1))
	for r, i := range won {
		a := Won * m.People[i].Susceptibility
		if m.alone[i] {
			a = 0
		}
		for c, l := range won {
			rows[r*(k+1)+c] = m.inverse[l][i] - a*m.heeds[l][i]
		}
		rows[r*(k+1)+k] = -base*m.inverse[j][i] + a*base*m.heeds[j][i]
	}
	solveSmall(rows, k)
	for c, l := range won {
		for i, x := range m.inverse[l] {
			out[i] += rows[c*(k+1)+k] * x
		}
	}
	return out
}
