package world

import (
	"cmp"
	"math"
	"slices"

	"gave.network/lab/world/random"
)

// Plans of a tie between the owner and a person: how it is at the end, and so how it went before.
const (
	planStrong   = "strong"
	planModerate = "moderate"
	planProject  = "project" // worked together for some months, since then now and then
	planWeak     = "weak"
	planDormant  = "dormant"  // was strong, silent for more than two years
	planDrifting = "drifting" // had a steady rhythm, silent for several of its intervals
	planGrowing  = "growing"  // ever more contact in the last year
	planLatent   = "latent"   // in an address book or on LinkedIn, never any contact
	planNone     = "none"     // the owner does not know this person
)

// tie is the planned tie between the owner and a person.
type tie struct {
	plan       string
	windows    []window
	initiative float64 // the owner's share of first steps
	answersMe  float64 // chance that the person answers the owner
	answersHim float64 // chance that the owner answers the person
	replyHours float64 // median delay of the person's answers
	interval   float64 // usual days between contacts in the last window
	silence    int64   // from this moment the plan wants no contact; 0: none
	met        int64   // first known
}

// window is a stretch of time with one rhythm.
type window struct {
	from, until int64
	interval    float64 // mean days between contacts at the start
	after       float64 // mean days at the end; between them it changes evenly
	shape       float64 // of the gamma distribution of intervals: 1 at random, 6 regular
}

// open tells whether the plan allows contact at a moment.
func (t *tie) open(at int64) bool {
	if t.plan == planNone || t.plan == planLatent || at < t.met {
		return false
	}
	return t.silence == 0 || at < t.silence
}

// over tells whether a moment is so long after the last wanted contact that not even an answer comes any more.
func (t *tie) over(at int64) bool {
	return t.silence != 0 && at >= t.silence+int64(min(10, 0.4*t.interval)*day)
}

// closeness is how well the two know each other at a moment, 0 to 1: the strength that the rhythm of that moment leads
// to in the end, with face-to-face contact counting 1 and a mail 0.2, and half of it lost each 180 days after a window
// closes.
func (t *tie) closeness(at int64) float64 {
	intensity := 0.0
	for _, x := range t.windows {
		if at <= x.from {
			continue
		}
		const perContact = 0.8 // mean weight of a contact with its answers
		full := func(interval float64) float64 { return perContact * 180 / (interval * math.Ln2) }
		stop := min(at, x.until)
		share := float64(stop-x.from) / float64(x.until-x.from)
		grown := 1 - math.Exp2(-float64(stop-x.from)/(180*day))
		decay := math.Exp2(-float64(at-stop) / (180 * day))
		intensity += full(x.interval+(x.after-x.interval)*share) * grown * decay
	}
	return 1 - math.Exp(-intensity/12.31)
}

// planTies plans the owner's ties.
func (w *world) planTies() {
	years := w.options.Years
	// A person has time for so many contacts; the more people, the fewer for each.
	crowd := math.Max(1, math.Pow(float64(len(w.people))/400, 0.55))
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		r := random.Stream(w.seed, "tie", i)
		kind := w.groups[p.group].kind
		plans := map[string][]float64{
			//                strong moderate project weak dormant drifting growing latent none
			bureau:        {16, 30, 12, 14, 5, 3, 6, 4, 10},
			client:        {4, 16, 22, 22, 8, 6, 4, 6, 22},
			former:        {2, 8, 4, 22, 24, 6, 1, 15, 18},
			association:   {3, 10, 6, 26, 7, 6, 4, 10, 28},
			neighbourhood: {6, 18, 0, 34, 6, 6, 4, 6, 20},
			family:        {35, 40, 0, 20, 5, 0, 0, 0, 0},
			freelance:     {5, 20, 22, 22, 9, 9, 5, 6, 2},
		}[kind]
		names := []string{
			planStrong, planModerate, planProject, planWeak, planDormant, planDrifting, planGrowing,
			planLatent, planNone,
		}
		t := &p.tie
		t.plan = names[r.Weighted(plans)]
		if t.plan == planDormant && years < 3.2 {
			t.plan = planWeak
		}
		if (t.plan == planDrifting || t.plan == planGrowing) && years < 1.5 {
			t.plan = planModerate
		}
		t.initiative = r.Between(0.25, 0.7)
		t.answersMe = r.Between(0.45, 0.95)
		t.answersHim = r.Between(0.6, 0.95)
		t.replyHours = r.LogNormal(5, 0.9)
		t.met = w.start
		if r.Chance(0.4) {
			t.met += int64(r.Float64() * 0.8 * float64(w.until-w.start))
		}
		if kind == former || kind == family {
			t.met = w.start
		}
		if kind == bureau && r.Chance(0.6) {
			t.met = max(t.met, w.change)
		}
		w.planWindows(r, t, crowd)
	}
}

func (w *world) planWindows(r *random.Source, t *tie, crowd float64) {
	end := w.until
	days := func(n float64) int64 { return int64(n * day) }
	add := func(from, until int64, interval, after, shape float64) {
		if until > from+10*day {
			t.windows = append(t.windows, window{from, until, interval, after, shape})
		}
	}
	switch t.plan {
	case planStrong:
		// Contact frequency has a heavy tail: few people get most of the time.
		t.interval = math.Max(1.5, 13/r.Pareto(1, 1.4)) * math.Min(2, crowd)
		add(t.met, end, t.interval*r.Between(0.8, 2), t.interval, 2)
	case planModerate:
		t.interval = min(80, max(12, r.LogNormal(30, 0.45)))
		add(t.met, end, t.interval, t.interval, 7)
	case planProject:
		for range r.Whole(1, 2) {
			from := t.met + int64(r.Float64()*float64(max(1, end-200*day-t.met)))
			until := min(from+days(r.Between(120, 300)), end-days(r.Between(60, 400)))
			add(from, until, r.Between(4, 10)*math.Sqrt(crowd), r.Between(8, 16)*math.Sqrt(crowd), 1.5)
		}
		t.interval = r.Between(120, 300) * crowd
		add(t.met, end, t.interval, t.interval, 1)
	case planWeak:
		t.interval = min(900, max(80, r.LogNormal(190, 0.6))) * crowd
		add(t.met, end, t.interval, t.interval, 1)
	case planDormant:
		room := float64(end-w.start)/day - 2.1*365 - 200
		t.silence = end - days(2.1*365+r.Float64()*max(0, min(room, 4*365)))
		t.met = w.start
		t.interval = r.Between(8, 24)
		add(t.met, t.silence, t.interval, t.interval*1.2, 3)
	case planDrifting:
		t.interval = min(60, max(10, r.LogNormal(24, 0.4)))
		t.silence = end - days(t.interval*r.Between(3, 5.5))
		add(t.met, t.silence, t.interval, t.interval, 8)
	case planGrowing:
		turn := end - days(min(300, 0.4*float64(end-w.start)/day))
		t.interval = r.Between(9, 16)
		add(min(t.met, turn-30*day), turn, 160*crowd, 160*crowd, 1)
		add(turn, end, 60, t.interval, 4)
	}
}

// contacts draws the moments of contact with a person, in order.
func (w *world) contacts(p *person) []int64 {
	r := random.Stream(w.seed, "contacts", p.id)
	var out []int64
	for _, x := range p.tie.windows {
		at := float64(x.from) + x.interval*r.Float64()*day
		for at < float64(x.until) {
			out = append(out, int64(at))
			share := (at - float64(x.from)) / float64(x.until-x.from)
			mean := x.interval + (x.after-x.interval)*share
			step := mean * r.Gamma(max(1, x.shape))
			if x.shape <= 1 {
				step = mean * r.ExpFloat64()
			}
			at += max(0.3, step) * day
		}
	}
	// A steady tie is not late at the end, so that drifting apart is what it is planned to be.
	steady := p.tie.plan == planStrong || p.tie.plan == planModerate || p.tie.plan == planGrowing
	if steady && len(out) > 0 && float64(w.until-out[len(out)-1]) > 1.2*p.tie.interval*day {
		out = append(out, w.until-int64(r.Between(0.2, 0.9)*p.tie.interval*day))
	}
	slices.Sort(out)
	return out
}

// bond is a tie between two people near the owner.
type bond struct {
	a, b        int // a < b
	strength    float64
	from, until int64 // until 0: still alive
	group       int
	layers      uint8 // bits of layerNames
	from2       uint8 // for the directed layer advice: 1 a asks b, 2 b asks a
}

// Layers of the informal network.
const (
	worksWith = 1 << iota
	advice
	trust
	lunch
)

var layerNames = []string{"works_with", "advice", "trust", "lunch"}

func (b *bond) alive(at int64) bool { return at >= b.from && (b.until == 0 || at < b.until) }

// bind makes the ties among the people near the owner: within groups with closure of triangles, and a few between
// groups.
func (w *world) bind() {
	known := map[[2]int]bool{}
	w.around = make([][]int32, len(w.people))
	add := func(r *random.Source, a, b, g int, strength float64) {
		if a == b || a == 0 || b == 0 {
			return
		}
		if a > b {
			a, b = b, a
		}
		if known[[2]int{a, b}] {
			return
		}
		known[[2]int{a, b}] = true
		x := bond{a: a, b: b, strength: math.Min(0.97, strength), group: g}
		x.from = w.start - int64(r.Float64()*3*365*day) + int64(r.Float64()*r.Float64()*0.7*float64(w.until-w.start))
		if r.Chance(0.12) {
			x.until = x.from + int64(r.Between(0.4, 1)*float64(w.until-x.from))
		}
		n := int32(len(w.bonds))
		w.bonds = append(w.bonds, x)
		w.around[a] = append(w.around[a], n)
		w.around[b] = append(w.around[b], n)
	}
	for g := range w.groups {
		members := w.groups[g].members
		r := random.Stream(w.seed, "bonds", g)
		if len(members) < 2 {
			continue
		}
		mean := map[string]float64{
			bureau: 4.5, client: 4, former: 4, association: 3, neighbourhood: 3, family: 5, freelance: 1.2,
		}[w.groups[g].kind]
		inside := map[int]bool{}
		for _, m := range members {
			inside[m] = true
		}
		for _, a := range members {
			for range int(mean*(0.3+0.7*r.Pareto(0.6, 2.2)) + r.Float64()) {
				b := random.Pick(r, members)
				base := 0.12
				switch x := r.Float64(); {
				case x < 0.45:
					for range 6 {
						if w.people[b].department == w.people[a].department {
							base = 0.3
							break
						}
						b = random.Pick(r, members)
					}
				case x < 0.75:
					if c, ok := w.friendOfFriend(r, a); ok && inside[c] {
						b, base = c, 0.22
					}
				}
				add(r, a, b, g, base+(0.9-base)*math.Pow(r.Float64(), 2))
			}
		}
	}
	r := random.Stream(w.seed, "bonds between")
	for range len(w.people) / 4 {
		add(r, r.Whole(1, len(w.people)-1), r.Whole(1, len(w.people)-1), -1, 0.05+0.25*r.Float64())
	}
	w.layer()
}

func (w *world) friendOfFriend(r *random.Source, a int) (int, bool) {
	if len(w.around[a]) == 0 {
		return 0, false
	}
	b := w.other(int(random.Pick(r, w.around[a])), a)
	c := w.other(int(random.Pick(r, w.around[b])), b)
	return c, c != a
}

// other returns the far end of a bond.
func (w *world) other(n, person int) int {
	if w.bonds[n].a == person {
		return w.bonds[n].b
	}
	return w.bonds[n].a
}

// between returns the bond of two people, nil when they have none.
func (w *world) between(a, b int) *bond {
	if len(w.around[a]) > len(w.around[b]) {
		a, b = b, a
	}
	for _, n := range w.around[a] {
		if w.other(int(n), a) == b {
			return &w.bonds[n]
		}
	}
	return nil
}

// layer says of each bond at work what it is made of, and plants private distrust.
func (w *world) layer() {
	r := random.Stream(w.seed, "layers")
	for i := range w.bonds {
		x := &w.bonds[i]
		if x.group < 0 {
			continue
		}
		kind := w.groups[x.group].kind
		if kind == neighbourhood || kind == family {
			x.layers = trust
			continue
		}
		if r.Chance(0.5 + 0.5*x.strength) {
			x.layers |= worksWith
		}
		if r.Chance(0.15 + 0.6*x.strength) {
			x.layers |= advice
			x.from2 = 1
			// Advice flows from who knows more: the higher level, or more skills.
			if w.people[x.a].level+len(w.people[x.a].skills) > w.people[x.b].level+len(w.people[x.b].skills) {
				x.from2 = 2
			}
		}
		if r.Chance(0.9*x.strength*x.strength + 0.05) {
			x.layers |= trust
		}
		if r.Chance(0.1 + 0.4*x.strength) {
			x.layers |= lunch
		}
		if x.layers == 0 {
			x.layers = worksWith
		}
	}
	members := w.groups[0].members
	for range max(1, len(members)/8) {
		if len(members) < 4 {
			break
		}
		a, b := random.Pick(r, members), random.Pick(r, members)
		if a == b || slices.Contains(w.distrust, [2]int{min(a, b), max(a, b)}) {
			continue
		}
		w.distrust = append(w.distrust, [2]int{min(a, b), max(a, b)})
		if x := w.between(a, b); x != nil {
			x.layers &^= trust | lunch
			x.strength = math.Min(x.strength, 0.3)
		}
	}
	slices.SortFunc(w.distrust, func(x, y [2]int) int { return cmp.Or(x[0]-y[0], x[1]-y[1]) })
}
