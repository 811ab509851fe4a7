package world

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// person is one of the people near the owner. Those further away are made on the fly (outer.go).
type person struct {
	cast.Naming
	id         int // 0 is the owner
	birth      [3]int
	city       int
	sector     int
	discipline int
	level      int // index of levels
	department int // within the group's organisation
	group      int // index of the first group
	second     int // index of a second group, -1 for none
	jobs       []job
	private    string // private mail address
	phone      int    // seed of the phone number
	link       string // profile: https://www.linkedin.com/in/slug
	skills     []skill
	pastime    int     // index of pastimes, -1 for none
	willing    float64 // how ready to help, 0 to 1
	activity   float64 // how much the person writes to lists, mean 1
	messy      int     // which second name the person is also known under (a variant), usual for none
	tie        tie
	seen       map[Identity]bool // names and addresses in the files
}

type skill struct {
	topic int
	level float64 // 0 to 1
}

// job is a position at an organisation. Months count from year 0.
type job struct {
	org         int
	title       string
	from, until int // until 0: still there
	address     string
}

type org struct {
	name   string
	domain string
	sector int
	city   int
}

// Kinds of groups.
const (
	bureau        = "bureau"        // the owner's own organisation
	former        = "former"        // the employer before
	client        = "client"        // a client's organisation
	association   = "association"   // the professional association
	neighbourhood = "neighbourhood" // people in the street
	family        = "family"        // kept out of business
	freelance     = "freelance"     // makers who work alone
)

type group struct {
	kind    string
	name    string
	org     int // -1 for none
	members []int
}

// work returns the address at a moment: the job's at that time, the private one when there is none.
func (p *person) work(month int) string {
	for i := len(p.jobs) - 1; i >= 0; i-- {
		if j := &p.jobs[i]; month >= j.from && j.address != "" {
			return j.address
		}
	}
	if len(p.jobs) > 0 && p.jobs[0].address != "" {
		return p.jobs[0].address
	}
	return p.private
}

// current returns the present job, nil when there is none.
func (p *person) current() *job {
	if len(p.jobs) == 0 {
		return nil
	}
	return &p.jobs[len(p.jobs)-1]
}

func (p *person) skill(topic int) float64 {
	for _, s := range p.skills {
		if s.topic == topic {
			return s.level
		}
	}
	return 0
}

func (p *person) lang() string {
	if p.English {
		return "en"
	}
	return "nl"
}

func monthOf(t time.Time) int { return t.Year()*12 + int(t.Month()) - 1 }

// near returns how many people of a world are near the owner, himself left out. A person knows some 1,500 people by
// name (de Sola Pool & Kochen 1978), so the number levels off.
func near(people int) int {
	const whole, most = 1000, 5000
	if people <= whole {
		return people - 1
	}
	return min(most, whole-1+int(math.Pow(float64(people-whole), 0.65)))
}

// shares of the groups among the people near the owner.
var groupShares = []struct {
	kind  string
	share float64
	most  int
}{
	{bureau, 0.17, 150},
	{client, 0.28, 2500},
	{former, 0.12, 600},
	{association, 0.22, 900},
	{freelance, 0.09, 500},
	{neighbourhood, 0.08, 120},
	{family, 0.04, 24},
}

// populate makes the organisations, the groups and the people near the owner.
func (w *world) populate() {
	r := random.Stream(w.seed, "groups")
	n := near(w.options.People)
	w.orgs = nil
	used := map[string]bool{}
	addOrg := func(sector int, name string, city int) int {
		domain := cast.Slug(name, '-')
		for used[domain] {
			domain += strconv.Itoa(len(w.orgs))
		}
		used[domain] = true
		w.orgs = append(w.orgs, org{name, domain + ".example", sector, city})
		return len(w.orgs) - 1
	}
	someOrg := func() int {
		s := r.IntN(len(cast.Sectors))
		for range 20 {
			name := random.Pick(r, cast.Sectors[s].Prefix) + " " + random.Pick(r, cast.OrgWords)
			if !used[cast.Slug(name, '-')] {
				return addOrg(s, name, w.someCity(r))
			}
		}
		return addOrg(
			s,
			random.Pick(r, cast.Sectors[s].Prefix)+" "+random.Pick(r, cast.OrgWords)+" "+strconv.Itoa(len(w.orgs)),
			w.someCity(r),
		)
	}
	addOrg(9, "Bureau Helder", 0)
	addOrg(0, "Gemeente Waterstad", 0)
	w.groups = []group{
		{kind: bureau, name: "Bureau Helder", org: 0},
		{kind: former, name: "Gemeente Waterstad", org: 1},
		{kind: association, name: "Vereniging Vrij Contact", org: -1},
		{kind: neighbourhood, name: "Lindestraat", org: -1},
		{kind: family, name: "Familie", org: -1},
		{kind: freelance, name: "Makers", org: -1},
	}
	size := map[string]int{}
	left := n
	for _, s := range groupShares {
		size[s.kind] = min(int(math.Round(s.share*float64(n))), s.most, left)
		left -= size[s.kind]
	}
	size[client] += left
	for len(w.groups)-6 < max(2, int(math.Sqrt(float64(size[client]))/1.6)) {
		o := someOrg()
		w.groups = append(w.groups, group{kind: client, name: w.orgs[o].name, org: o})
	}
	others := make([]int, max(8, n/12))
	for i := range others {
		others[i] = someOrg()
	}
	w.people = make([]person, 1, n+1)
	w.makeOwner()
	clients := make([]float64, len(w.groups))
	for i := range w.groups {
		if w.groups[i].kind == client {
			clients[i] = r.Pareto(1, 1.3)
		}
	}
	add := func(g int) {
		id := len(w.people)
		w.people = append(w.people, person{id: id, group: g, second: -1})
		w.groups[g].members = append(w.groups[g].members, id)
	}
	for g := range w.groups[:6] {
		for range size[w.groups[g].kind] {
			add(g)
		}
	}
	for range size[client] {
		add(r.Weighted(clients))
	}
	for i := 1; i < len(w.people); i++ {
		w.makePerson(&w.people[i], others)
	}
	w.bridge()
	w.namesakes()
	w.uniqueAddresses()
}

func (w *world) someCity(r *random.Source) int { return r.Weighted(cityWeights) }

var cityWeights = func() []float64 {
	out := make([]float64, len(cast.Cities))
	for i, c := range cast.Cities {
		out[i] = c.Weight
	}
	return out
}()

// makeOwner makes the person whose files these are.
func (w *world) makeOwner() {
	r := random.Stream(w.seed, "owner")
	p := &w.people[0]
	p.Naming = cast.MakeName(r)
	for p.English || !p.Female || p.Maiden != "" {
		p.Naming = cast.MakeName(r)
	}
	p.group, p.second = 0, -1
	p.birth = [3]int{w.end.Year() - r.Whole(36, 50), r.Whole(1, 12), r.Whole(1, 28)}
	p.sector, p.discipline, p.level = 9, 0, 2
	p.private = p.PrivateAddress(r, p.birth[0])
	p.phone = r.IntN(1 << 30)
	p.link = "https://www.linkedin.com/in/" + cast.Slug(p.Given+" "+p.Surname(), '-')
	p.pastime = r.IntN(len(pastimes))
	p.willing, p.activity = 0.8, 2
	for _, t := range r.Perm(len(topics))[:5] {
		p.skills = append(p.skills, skill{t, r.Between(0.5, 1)})
	}
	p.messy = cast.Initials
	w.change = w.start + (w.until-w.start)*3/10
	change := time.Unix(w.change, 0).In(amsterdam)
	p.jobs = []job{
		{
			org: 1, title: "communicatieadviseur", from: monthOf(time.Unix(w.start, 0)) - 40, until: monthOf(change),
			address: p.WorkAddress(1, w.orgs[1].domain),
		},
		{org: 0, title: "senior communicatieadviseur", from: monthOf(change), address: p.WorkAddress(0,
			w.orgs[0].domain)},
	}
}

func (w *world) makePerson(p *person, others []int) {
	r := random.Stream(w.seed, "person", p.id)
	g := &w.groups[p.group]
	p.Naming = cast.MakeName(r)
	if g.kind == family && r.Chance(0.6) {
		p.Particle, p.Family, p.Maiden = w.people[0].Particle, w.people[0].Family, ""
	}
	p.birth = [3]int{w.end.Year() - r.Whole(23, 66), r.Whole(1, 12), r.Whole(1, 28)}
	p.city = w.someCity(r)
	if g.org >= 0 && r.Chance(0.55) {
		p.city = w.orgs[g.org].city
	}
	if g.kind == neighbourhood {
		p.city = 0
	}
	p.level = r.Weighted([]float64{26, 36, 22, 11, 5})
	p.discipline = r.Weighted([]float64{3, 1, 1, 1, 1, 0.6, 0.5, 0.7, 1, 0.6})
	if g.kind == association {
		p.discipline = r.Weighted([]float64{8, 2, 2, 0.5, 0.5, 0, 0, 0.2, 2, 2})
	}
	p.department = r.IntN(min(len(cast.Departments), 2+len(g.members)/8))
	p.private = p.PrivateAddress(r, p.birth[0])
	p.phone = r.IntN(1 << 30)
	p.link = "https://www.linkedin.com/in/" + cast.Slug(p.Given+" "+p.Surname(), '-')
	if r.Chance(0.5) {
		p.link += "-" + fmt.Sprintf("%06x", r.IntN(1<<24))
	}
	p.pastime = -1
	if r.Chance(0.6) {
		p.pastime = r.IntN(len(pastimes))
	}
	p.willing = random.Logistic(r.NormFloat64()*1.1 + 0.3)
	p.activity = r.LogNormal(0.6, 1)
	perm := r.Perm(len(topics))
	for _, t := range perm[:r.Weighted([]float64{1, 4, 4, 2, 1})] {
		p.skills = append(p.skills, skill{t, r.Between(0.3, 1)})
	}
	w.makeJobs(r, p, g, others)
	p.messy = cast.Usual
	if r.Chance(0.3 + 0.5*w.options.Noise) {
		p.messy = []int{
			cast.Initials, cast.Reversed, cast.GivenOnly, cast.MaidenName, cast.DoubleName, cast.Typo, cast.Plain,
			cast.Lower, cast.FormalName,
		}[r.Weighted([]float64{5, 3, 1, 6, 3, 8 * w.options.Noise, 3, 2, 3})]
		if p.Maiden == "" && (p.messy == cast.MaidenName || p.messy == cast.DoubleName) {
			p.messy = cast.FormalName
		}
		if p.Maiden != "" && r.Chance(0.5) {
			p.messy = cast.MaidenName
		}
	}
}

// makeJobs gives a person one or more positions over the years. Who changed jobs has a new address since.
func (w *world) makeJobs(r *random.Source, p *person, g *group, others []int) {
	end := monthOf(w.end)
	style := r.IntN(4)
	at := g.org
	switch {
	case g.kind == freelance:
		name := "Studio " + p.Family
		if r.Chance(0.4) {
			name = p.Given + " " + p.Surname() + " " + random.Pick(
				r,
				[]string{"Ontwerp", "Tekst", "Fotografie", "Film"},
			)
		}
		w.orgs = append(w.orgs, org{name, cast.Slug(name, '-') + ".example", 9, p.city})
		at = len(w.orgs) - 1
		p.level = 4
	case at < 0:
		at = random.Pick(r, others)
	}
	if g.kind == family && r.Chance(0.5) {
		return
	}
	address := func(o int) string {
		if w.orgs[o].domain == "" {
			return ""
		}
		return p.WorkAddress(style+o, w.orgs[o].domain)
	}
	title := func() string { return random.Pick(r, cast.Titles[p.level]) }
	from := end - r.Whole(6, 150)
	if g.kind != freelance && r.Chance(0.35) {
		before := random.Pick(r, others)
		// A change within the years told, so that both addresses are met.
		from = end - r.Whole(4, max(5, int(w.options.Years*12)-4))
		p.jobs = append(p.jobs,
			job{org: before, title: title(), from: from - r.Whole(12, 90), until: from, address: address(before)})
		// Half of them have left the organisation by which they are known.
		if g.kind == client || g.kind == former || g.kind == bureau {
			if g.kind == former && r.Chance(0.7) {
				p.jobs[0].org, p.jobs[0].address = at, address(at)
				at = before
			}
		}
	}
	p.jobs = append(p.jobs, job{org: at, title: title(), from: from, address: address(at)})
	p.sector = w.orgs[at].sector
}

// bridge puts some people into a second group: the neighbour who works for a client, the member who was a colleague.
func (w *world) bridge() {
	r := random.Stream(w.seed, "bridge")
	for i := 1; i < len(w.people); i++ {
		p := &w.people[i]
		if w.groups[p.group].kind == family || !r.Chance(0.07) {
			continue
		}
		g := r.IntN(len(w.groups))
		if k := w.groups[g].kind; g == p.group || k == family || k == freelance {
			continue
		}
		p.second = g
		w.groups[g].members = append(w.groups[g].members, i)
	}
}

// namesakes gives some people the very name of somebody else in another group.
func (w *world) namesakes() {
	r := random.Stream(w.seed, "namesakes")
	wanted, made := max(2, len(w.people)/100), 0
	for range 50 * wanted {
		if made == wanted {
			break
		}
		a, b := r.Whole(1, len(w.people)-1), r.Whole(1, len(w.people)-1)
		p, q := &w.people[a], &w.people[b]
		if p.group == q.group || w.groups[q.group].kind == freelance || q.Female != p.Female ||
			w.namesake[a] || w.namesake[b] {
			continue
		}
		q.Naming, q.messy = p.Naming, cast.Usual
		style := r.IntN(4)
		for i := range q.jobs {
			if q.jobs[i].address != "" {
				q.jobs[i].address = q.WorkAddress(style, w.orgs[q.jobs[i].org].domain)
			}
		}
		q.private = q.PrivateAddress(r, q.birth[0])
		q.link = "https://www.linkedin.com/in/" + cast.Slug(q.Given+" "+q.Surname(), '-') + "-" +
			fmt.Sprintf("%07x", r.IntN(1<<28))
		w.namesake[a], w.namesake[b] = true, true
		made++
	}
	// Chance makes some, too.
	called := map[string][]int{}
	for i := range w.people {
		name := w.people[i].Write(cast.Usual)
		for _, other := range called[name] {
			w.namesake[i], w.namesake[other] = true, true
			w.truth.SameName = append(w.truth.SameName, [2]string{key(other), key(i)})
		}
		called[name] = append(called[name], i)
	}
}

// uniqueAddresses sees to it that no two people have the same address, profile or phone number.
func (w *world) uniqueAddresses() {
	used := map[string]bool{}
	unique := func(address string) string {
		local, domain, _ := strings.Cut(address, "@")
		for i := 2; used[address]; i++ {
			address = local + strconv.Itoa(i) + "@" + domain
		}
		used[address] = true
		return address
	}
	numbers := map[string]bool{}
	for i := range w.people {
		p := &w.people[i]
		p.private = unique(p.private)
		for j := range p.jobs {
			if p.jobs[j].address != "" {
				p.jobs[j].address = unique(p.jobs[j].address)
			}
		}
		for k := 2; used[p.link]; k++ {
			p.link += strconv.Itoa(k)
		}
		used[p.link] = true
		for number := p.number(0); numbers[number]; number = p.number(0) {
			p.phone++
		}
		numbers[p.number(0)] = true
	}
}

// number writes the phone number in one of the usual styles.
func (p *person) number(style int) string {
	return cast.Phone(random.Stream(uint64(p.phone), "phone"), style)
}

// key is a person's id in the truth file.
func key(id int) string { return fmt.Sprintf("p%07d", id) }
