package people

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// Doubles says whom everybody may be besides: who may be here twice. Nobody is there who is here once.
type Doubles map[id.ID][]id.ID

// Of returns all entries that may be of one person, that person's first.
func (d Doubles) Of(person id.ID) []id.ID { return append([]id.ID{person}, d[person]...) }

// Doubles returns whom the viewer's people may be besides: an open proposal says so, or they bear one whole name. What
// is silent, or unknown, under one of them need not be so under the other.
func (s *Store) Doubles(ctx context.Context, v op.Viewer) (Doubles, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "doubles"), []string{"person", "merge"},
		func(ctx context.Context, _ Doubles, _ db.Change) (Doubles, error) { return s.readDoubles(ctx, v) })
}

func (s *Store) readDoubles(ctx context.Context, v op.Viewer) (Doubles, error) {
	same, err := s.namesakes(ctx, v)
	if err != nil {
		return nil, err
	}
	rows, err := db.Select[struct {
		Kept, Absorbed id.ID
		Open           bool
	}](ctx, s.db, `select kept, absorbed, state = 'proposed' as open from merge
		where space = $1 and owner = $2 and state in ('proposed', 'rejected')`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	two := map[[2]id.ID]bool{} // the viewer said so
	for _, r := range rows {
		if !r.Open {
			two[[2]id.ID{r.Kept, r.Absorbed}], two[[2]id.ID{r.Absorbed, r.Kept}] = true, true
		}
	}
	out := make(Doubles, len(same)+2*len(rows))
	add := func(a, b id.ID) {
		if a != b && !two[[2]id.ID{a, b}] && !slices.Contains(out[a], b) {
			out[a] = append(out[a], b)
		}
	}
	for _, list := range same {
		for _, a := range list {
			for _, b := range list {
				add(a, b)
			}
		}
	}
	for _, r := range rows {
		add(r.Kept, r.Absorbed)
		add(r.Absorbed, r.Kept)
	}
	return out, nil
}

// mostNamesakes is from how many bearers on a name says nothing of who is who.
const mostNamesakes = 8

// bearer is who bears a whole name, in small letters without accents.
type bearer struct {
	name   string
	person id.ID
}

func compareBearers(a, b bearer) int {
	return cmp.Or(cmp.Compare(a.name, b.name), a.person.Compare(b.person))
}

// wholeName is the whole name of somebody who stands for themselves, as names are compared; empty when there is none.
func wholeName(p *Entry) string {
	if p == nil || !p.Merged.IsZero() {
		return ""
	}
	name := p.Folded // once in memory
	if whole := strings.TrimSpace(p.Name); whole != p.Name {
		name = text.Fold(whole)
	}
	if !strings.Contains(name, " ") {
		return ""
	}
	return name
}

// namesakes are those of one whole name, a list for each such name in the order of their ids.
func (s *Store) namesakes(ctx context.Context, v op.Viewer) ([][]id.ID, error) {
	all, err := db.Keep(ctx, s.db, scope.Kept(v, "bearers of names"), []string{"person"},
		func(ctx context.Context, old []bearer, change db.Change) ([]bearer, error) {
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return nil, err
			}
			var out, fresh []bearer // in their order
			put := func(p *Entry) {
				if name := wholeName(p); name != "" {
					fresh = append(fresh, bearer{name, p.ID})
				}
			}
			keys, known := db.Keys(change, []string{"person"}, personOf)
			if !known {
				fresh = make([]bearer, 0, everybody.count)
				everybody.EachCanonical(put)
				slices.SortFunc(fresh, compareBearers)
				return fresh, nil
			}
			for key := range keys {
				put(everybody.Of(key))
			}
			slices.SortFunc(fresh, compareBearers)
			out = make([]bearer, 0, len(old)+len(fresh))
			for _, b := range old {
				for len(fresh) > 0 && compareBearers(fresh[0], b) < 0 {
					out, fresh = append(out, fresh[0]), fresh[1:]
				}
				if !keys[b.person] {
					out = append(out, b)
				}
			}
			return append(out, fresh...), nil
		})
	var out [][]id.ID
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].name == all[0].name {
			n++
		}
		if n > 1 && n < mostNamesakes {
			list := make([]id.ID, n)
			for i, b := range all[:n] {
				list[i] = b.person
			}
			out = append(out, list)
		}
		all = all[n:]
	}
	return out, err
}

// Workplaces returns at which organisations people work, by their ids, as far as roles say that have no end: of all the
// entries that may be theirs.
func (s *Store) Workplaces(
	ctx context.Context, v op.Viewer, doubles Doubles, persons []id.ID,
) (map[id.ID][]id.ID, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	of := map[id.ID][]id.ID{} // whom each entry may be
	var entries []id.ID
	for _, person := range persons {
		for _, one := range doubles.Of(person) {
			for _, entry := range append([]id.ID{one}, everybody.aliases[one]...) {
				if of[entry] == nil {
					entries = append(entries, entry)
				}
				of[entry] = append(of[entry], person)
			}
		}
	}
	slices.SortFunc(entries, id.ID.Compare)
	out := map[id.ID][]id.ID{}
	for _, chunk := range db.Chunks(entries) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[struct{ Person, Organisation id.ID }](ctx, s.db, `select distinct person, organisation
			from person_role where space = $1 and until_day = '' and person in (`+in+`) order by person, organisation`,
			append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			for _, person := range of[r.Person] {
				if !slices.Contains(out[person], r.Organisation) {
					out[person] = append(out[person], r.Organisation)
				}
			}
		}
	}
	return out, nil
}
