package world

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

// outer is the world beyond the people near the owner: organisations in a row, each with its people. They are made one
// organisation at a time, so that a million of them take no more memory than a thousand.
type outer struct {
	people int
	ties   int64
	book   int // how many of them stand in the directory
	links  int // how many of them are connections on LinkedIn
}

// Those beyond whom a directory and a LinkedIn network do not grow.
const (
	mostInBook = 50_000
	mostLinks  = 25_000
)

// firm is one organisation of the outer world.
type firm struct {
	number int
	org    org
	first  int // number of its first person, from 0
	size   int
	staff  []stranger // filled by hire
}

type stranger struct {
	cast.Naming
	id         int // as in key
	address    string
	link       string
	title      string
	level      int
	discipline int
	skill      int // a topic, -1 for none
	inBook     bool
	linked     bool
}

func (w *world) planOuter() {
	n := w.options.People - len(w.people)
	w.outer.people = n
	w.outer.book = min(n, mostInBook, n/5+20)
	w.outer.links = min(n, mostLinks, n/12+5)
}

// firms yields the organisations of the outer world in order.
func (w *world) firms(yield func(*firm) bool) {
	var f firm
	for left := w.outer.people; left > 0; left -= f.size {
		r := random.Stream(w.seed, "firm", f.number)
		f.size = min(left, 400, int(r.Pareto(9, 1.15)))
		if left-f.size < 6 {
			f.size = left
		}
		s := r.IntN(len(cast.Sectors))
		name := random.Pick(r, cast.Sectors[s].Prefix) + " " + random.Pick(r, cast.OrgWords)
		f.org = org{
			name,
			cast.Slug(name, '-') + "-" + strconv.FormatInt(int64(f.number), 36) + ".example",
			s,
			w.someCity(r),
		}
		f.staff = f.staff[:0]
		if !yield(&f) {
			return
		}
		f.first += f.size
		f.number++
	}
}

// hire makes the people of an organisation.
func (w *world) hire(f *firm) {
	used := make(map[string]bool, f.size)
	for k := range f.size {
		number := f.first + k
		r := random.Stream(w.seed, "stranger", number)
		s := stranger{Naming: cast.MakeName(r), id: len(w.people) + number, skill: -1}
		s.level = r.Weighted([]float64{28, 38, 20, 10, 4})
		s.title = random.Pick(r, cast.Titles[s.level])
		s.discipline = r.IntN(len(cast.Disciplines))
		if r.Chance(0.5) {
			s.skill = r.IntN(len(topics))
		}
		s.address = s.WorkAddress(f.number, f.org.domain)
		for n := 2; used[s.address]; n++ {
			s.address = strings.Replace(s.WorkAddress(f.number, f.org.domain), "@", strconv.Itoa(n)+"@", 1)
		}
		used[s.address] = true
		s.link = "https://www.linkedin.com/in/" + cast.Slug(s.Given+" "+s.Surname(), '-') + "-" +
			strconv.FormatInt(int64(number)+46656, 36)
		s.inBook = w.share(number, "book", w.outer.book)
		s.linked = w.share(number, "link", w.outer.links)
		f.staff = append(f.staff, s)
	}
}

// share tells whether a person of the outer world is among about that many chosen by chance.
func (w *world) share(number int, purpose string, of int) bool {
	return random.Hash(w.seed, purpose, number)%uint64(max(1, w.outer.people)) < uint64(of)
}

// writeNetwork writes the people and ties that make a network: all of the outer world and, of those near, who works
// somewhere.
func (w *world) writeNetwork(ctx context.Context) error {
	if err := w.writeNodes(ctx); err != nil {
		return err
	}
	return w.writeEdges(ctx)
}

func (w *world) writeNodes(ctx context.Context) error {
	const name = "network/nodes.csv"
	return w.file(name, func(out *bufio.Writer) error {
		t := csv.NewWriter(out)
		if err := t.Write([]string{
			"Id", "Label", "Email", "Organisation", "Title", "City", "Sector", "Level", "Discipline", "Skill",
		}); err != nil {
			return err
		}
		for i := 1; i < len(w.people); i++ {
			p := &w.people[i]
			j := p.current()
			if kind := w.groups[p.group].kind; j == nil || kind == family || kind == neighbourhood {
				continue
			}
			skill := ""
			if len(p.skills) > 0 {
				skill = topics[p.skills[0].topic].nl
			}
			w.saw(i, Identity{Source: "network", Name: p.Write(cast.Usual), Address: j.address})
			w.truth.Counts[name]++
			if err := t.Write([]string{
				strconv.Itoa(i), p.Write(cast.Usual), j.address, w.orgs[j.org].name, j.title, cast.Cities[p.city].Name,
				cast.Sectors[p.sector].Key, cast.Levels[p.level], cast.Disciplines[p.discipline], skill,
			}); err != nil {
				return err
			}
		}
		if w.outer.people > 0 {
			if err := w.writeStrangers(ctx, t); err != nil {
				return err
			}
		}
		t.Flush()
		return t.Error()
	})
}

// writeStrangers writes the outer world into the network, the directory and the truth in one go.
func (w *world) writeStrangers(ctx context.Context, nodes *csv.Writer) error {
	return w.file("directory.vcf", func(cards *bufio.Writer) error {
		return w.create(w.truthPath("outer.csv"), func(out *bufio.Writer) error {
			c, facts := &icalWriter{cards}, csv.NewWriter(out)
			if err := facts.Write(
				[]string{"ID", "Name", "Address", "Link", "Organisation", "Directory", "LinkedIn"}); err != nil {
				return err
			}
			for f := range w.firms {
				if err := ctx.Err(); err != nil {
					return err
				}
				w.hire(f)
				for k := range f.staff {
					if err := w.writeStranger(f, &f.staff[k], nodes, facts, c); err != nil {
						return err
					}
				}
				w.step(int64(f.size))
			}
			facts.Flush()
			return facts.Error()
		})
	})
}

func (w *world) writeStranger(f *firm, s *stranger, nodes, facts *csv.Writer, cards *icalWriter) error {
	skill := ""
	if s.skill >= 0 {
		skill = topics[s.skill].nl
	}
	w.truth.Counts["network/nodes.csv"]++
	if err := nodes.Write([]string{
		strconv.Itoa(s.id), s.Write(cast.Usual), s.address, f.org.name, s.title, cast.Cities[f.org.city].Name,
		cast.Sectors[f.org.sector].Key, cast.Levels[s.level], cast.Disciplines[s.discipline], skill,
	}); err != nil {
		return err
	}
	if s.inBook {
		name := s.Write(cast.Usual)
		if s.id%4 == 0 {
			name = s.Write(cast.Initials)
		}
		cards.line("BEGIN:VCARD")
		cards.line("VERSION:3.0")
		cards.line("FN:%s", icalText(name))
		cards.line("N:%s;%s;;;", icalText(s.Surname()), icalText(s.Given))
		cards.line("UID:%016x", random.Hash(w.seed, "directory", s.id))
		cards.line("EMAIL;TYPE=INTERNET,WORK:%s", s.address)
		cards.line("ORG:%s", icalText(f.org.name))
		cards.line("TITLE:%s", icalText(s.title))
		cards.line("ADR;TYPE=WORK:;;;%s;;;Nederland", icalText(cast.Cities[f.org.city].Name))
		cards.line("END:VCARD")
		w.truth.Counts["directory.vcf"]++
	}
	return facts.Write(
		[]string{key(s.id), s.Write(cast.Usual), s.address, s.link, f.org.name, yesNo(s.inBook), yesNo(s.linked)})
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// writeEdges writes the ties. Each line is written once, with the lower number first.
func (w *world) writeEdges(ctx context.Context) error {
	const name = "network/edges.csv"
	return w.file(name, func(out *bufio.Writer) error {
		fmt.Fprintf(out, "Source,Target,Type,Weight\n")
		var line []byte
		edge := func(a, b int, weight float64) {
			line = strconv.AppendInt(line[:0], int64(a), 10)
			line = append(line, ',')
			line = strconv.AppendInt(line, int64(b), 10)
			line = append(line, ",Undirected,"...)
			line = strconv.AppendFloat(line, weight, 'f', 2, 64)
			line = append(line, '\n')
			_, _ = out.Write(line) // the buffer keeps the error for Flush
			w.truth.Counts[name]++
		}
		w.knownBonds(edge)
		base := len(w.people)
		if w.outer.people == 0 {
			return nil
		}
		for i := 1; i < base; i++ {
			p := &w.people[i]
			if kind := w.groups[p.group].kind; p.current() == nil || kind == family || kind == neighbourhood {
				continue
			}
			r := random.Stream(w.seed, "abroad", i)
			var seen []int
			for range int(r.Pareto(1, 1.6)) {
				if j := base + hub(r, r.IntN(w.outer.people)); !slices.Contains(seen, j) {
					seen = append(seen, j)
					edge(i, j, r.Between(0.05, 0.5))
					w.outer.ties++
				}
				if len(seen) > 60 {
					break
				}
			}
		}
		for f := range w.firms {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for k := range f.size {
				w.outer.ties += w.reach(f, k, func(j int, weight float64) { edge(base+f.first+k, base+j, weight) })
			}
		}
		return nil
	})
}

// knownBonds gives the ties among those near that others can know of, all those over which something came back
// included.
func (w *world) knownBonds(edge func(a, b int, weight float64)) {
	paths := map[*bond]bool{}
	for i := range w.returns {
		for k := 1; k < len(w.returns[i].path); k++ {
			paths[w.between(w.returns[i].path[k-1], w.returns[i].path[k])] = true
		}
	}
	for i := range w.bonds {
		x := &w.bonds[i]
		open := func(id int) bool {
			kind := w.groups[w.people[id].group].kind
			return kind != family && kind != neighbourhood && w.people[id].current() != nil
		}
		r := random.Stream(w.seed, "known bond", i)
		if open(x.a) && open(x.b) && (paths[x] || x.until == 0 && !r.Chance(0.4*w.options.Noise)) {
			edge(x.a, x.b, x.strength)
		}
	}
}

// reach gives the ties of the k-th person of an organisation with those of higher number: many with those of the same
// room, some elsewhere in the house, a few far away and most of them with the same well connected people.
func (w *world) reach(f *firm, k int, tie func(j int, weight float64)) int64 {
	me := f.first + k
	r := random.Stream(w.seed, "reach", me)
	last := f.first + f.size
	var seen [64]int
	n := 0
	add := func(j int, weight float64) {
		if j <= me || j >= w.outer.people || n == len(seen) || slices.Contains(seen[:n], j) {
			return
		}
		seen[n] = j
		n++
		tie(j, weight)
	}
	for d := 1; d <= 8 && me+d < last; d++ {
		if r.Chance(0.78) {
			add(me+d, r.Between(0.2, 0.9))
		}
	}
	for range int(r.Pareto(1.2, 1.8)) {
		if room := last - me - 1; room > 0 {
			add(me+1+r.IntN(room), r.Between(0.1, 0.6))
		}
	}
	for range int(r.Pareto(1.6, 1.7)) {
		if room := w.outer.people - last; room > 0 {
			// Far away, but rather in the next town than at the other end of the country.
			far := int(float64(room) * r.Float64() * r.Float64() * r.Float64())
			if j := hub(r, last+far); j >= last {
				add(j, r.Between(0.05, 0.35))
			}
		}
	}
	return int64(n)
}

// hub moves a number down to a rounder one: a quarter of the time not at all, else to an even one, of those three
// quarters to a multiple of four, and so on. Numbers that are multiples of 2^k get 1.5^k times as many ties, a power
// law of exponent 2.7.
func hub(r *random.Source, n int) int {
	for bit := 1; bit < 1<<16 && r.Chance(0.75); bit <<= 1 {
		n &^= bit
	}
	return n
}

// outerConnections adds people of the outer world to the connections on LinkedIn.
func (w *world) outerConnections(write func(...string) error) error {
	for f := range w.firms {
		hired := false
		for k := range f.size {
			if !w.share(f.first+k, "link", w.outer.links) {
				continue
			}
			if !hired {
				w.hire(f)
				hired = true
			}
			s := &f.staff[k]
			on := w.end.AddDate(0, 0, -1-int(random.Hash(w.seed, "connected", s.id)%uint64(w.options.Years*365)))
			w.truth.Counts["linkedin.zip/Connections.csv"]++
			if err := write(s.Given, s.Surname(), s.link, "", f.org.name, capital(s.title),
				on.UTC().Format("02 Jan 2006")); err != nil {
				return err
			}
		}
	}
	return nil
}
