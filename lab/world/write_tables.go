package world

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"path/filepath"
	"slices"
	"time"

	"gave.network/lab/world/cast"
	"gave.network/lab/world/random"
)

func (w *world) truthPath(name string) string { return filepath.Join(w.options.Dir, "truth", name) }

// writeTables writes the guest list of the coming borrel, the chart of the owner's organisation and a survey of who
// works with whom.
func (w *world) writeTables(context.Context) error {
	if err := w.writeGuests(); err != nil {
		return err
	}
	if err := w.writeChart(); err != nil {
		return err
	}
	return w.writeLayers()
}

// writeGuests writes a list as an office program does in the Netherlands: semicolons, a byte order mark, headers of
// somebody's own.
func (w *world) writeGuests() error {
	const name = "gastenlijst-borrel.csv"
	return w.file(name, func(out *bufio.Writer) error {
		out.WriteString("\ufeff")
		t := csv.NewWriter(out)
		t.Comma, t.UseCRLF = ';', true
		if err := t.Write(
			[]string{"Naam", "Organisatie", "Functie", "E-mailadres", "Aangemeld op", "Opmerking"}); err != nil {
			return err
		}
		for _, id := range w.guests {
			p := &w.people[id]
			r := random.Stream(w.seed, "guest", id)
			row := []string{
				p.Write(cast.Usual), "", "", "", time.Unix(w.borrel-int64(r.Between(7, 40)*day), 0).In(amsterdam).
					Format("02-01-2006"), random.Pick(r, []string{"", "", "", "komt later", "neemt iemand mee"}),
			}
			if r.Chance(0.25) {
				row[0] = p.Write(p.messy)
			}
			if j := p.current(); j != nil {
				row[1], row[2] = w.orgs[j.org].name, j.title
				if r.Chance(0.6) {
					row[3] = j.address
				}
			}
			w.saw(id, Identity{Source: "guests", Name: row[0], Address: row[3]})
			w.truth.Counts[name]++
			if err := t.Write(row); err != nil {
				return err
			}
		}
		t.Flush()
		return t.Error()
	})
}

// chart orders the owner's colleagues as the formal chart has them: for each the one above, 0 for the owner and -1 for
// the top.
func (w *world) chart() (staff []int, above map[int]int) {
	for _, id := range w.groups[0].members {
		if w.people[id].group == 0 {
			staff = append(staff, id)
		}
	}
	slices.SortStableFunc(staff, func(a, b int) int { return cmp.Compare(w.people[b].level, w.people[a].level) })
	above = map[int]int{}
	heads := map[int]int{} // of departments
	for i, id := range staff {
		d := w.people[id].department
		head, ok := heads[d]
		switch {
		case i == 0:
			above[id] = -1
		case !ok:
			above[id] = staff[0]
		default:
			above[id] = head
		}
		if !ok && i > 0 {
			heads[d] = id
		}
	}
	return staff, above
}

func (w *world) writeChart() error {
	const name = "organisatie-bureau-helder.csv"
	staff, above := w.chart()
	return w.file(name, func(out *bufio.Writer) error {
		t := csv.NewWriter(out)
		if err := t.Write(
			[]string{"Name", "Email", "Title", "Department", "Level", "Manager", "Manager Email"}); err != nil {
			return err
		}
		row := func(id, boss int) error {
			p := &w.people[id]
			j := p.current()
			manager, address := "", ""
			if boss >= 0 {
				manager, address = w.people[boss].Write(cast.Usual), w.people[boss].current().address
			}
			w.saw(id, Identity{Source: "chart", Name: p.Write(cast.Usual), Address: j.address})
			w.truth.Counts[name]++
			return t.Write([]string{
				p.Write(cast.Usual), j.address, capital(j.title), cast.Departments[p.department], cast.Levels[p.level],
				manager, address,
			})
		}
		boss := -1
		if len(staff) > 0 {
			boss = staff[0]
		}
		for _, id := range staff {
			if err := row(id, above[id]); err != nil {
				return err
			}
		}
		if err := row(0, boss); err != nil {
			return err
		}
		t.Flush()
		return t.Error()
	})
}

// writeLayers writes what colleagues answered when they were asked with whom they work, whose advice they ask, whom
// they trust and with whom they lunch. Each names the others on his own, and some forget somebody. Distrust is never
// asked.
func (w *world) writeLayers() error {
	const name = "survey-bureau-helder.csv"
	return w.file(name, func(out *bufio.Writer) error {
		t := csv.NewWriter(out)
		if err := t.Write([]string{"Source", "Target", "Type", "Layer", "Weight"}); err != nil {
			return err
		}
		row := func(from, to int, layer, weight string) error {
			a, b := &w.people[from], &w.people[to]
			w.saw(from, Identity{Source: "layers", Address: a.current().address})
			w.saw(to, Identity{Source: "layers", Address: b.current().address})
			w.truth.Counts[name]++
			return t.Write([]string{a.current().address, b.current().address, "Directed", layer, weight})
		}
		for i := range w.bonds {
			x := &w.bonds[i]
			if x.group != 0 || x.until != 0 || w.people[x.a].group != 0 || w.people[x.b].group != 0 {
				continue
			}
			r := random.Stream(w.seed, "survey", i)
			for k, layer := range layerNames {
				if x.layers&(1<<k) == 0 {
					continue
				}
				weight := []string{"1", "2", "3"}[min(2, int(x.strength*3))]
				for _, pair := range [][2]int{{x.a, x.b}, {x.b, x.a}} {
					if r.Chance(0.3*w.options.Noise) || 1<<k == advice && (x.from2 == 1) != (pair[0] == x.a) {
						continue
					}
					if err := row(pair[0], pair[1], layer, weight); err != nil {
						return err
					}
				}
			}
		}
		t.Flush()
		return t.Error()
	})
}

// propose plans a decision in the owner's organisation: who has a say, where each stands, how open each is to others.
func (w *world) propose() {
	r := random.Stream(w.seed, "proposal")
	staff, _ := w.chart()
	for _, title := range []string{"Vier dagen per week", "Nieuw intranet", "Naar een kleiner kantoor"} {
		p := TruthProposal{Title: title, Quorum: 0.5, Voters: []TruthVoter{}}
		for _, id := range staff[:min(len(staff), 20)] {
			p.Voters = append(p.Voters, TruthVoter{
				key(
					id,
				),
				float64(1 + w.people[id].level/3),
				random.Round4(r.Between(-1, 0.8)),
				random.Round4(r.Between(0.2, 0.9)),
			})
		}
		w.truth.Proposals = append(w.truth.Proposals, p)
	}
}
