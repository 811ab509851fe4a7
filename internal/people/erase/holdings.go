package erase

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Copy is somebody as a member keeps them.
type Copy struct {
	Member id.ID
	Person id.ID // whom a merge kept
}

// recordsUnder returns whom members keep under any of some mail addresses, links and handles, each once for each way in
// which they are found.
func recordsUnder(ctx context.Context, q db.Queryer, space id.ID, identifiers []people.Identifier) ([]Copy, error) {
	var out []Copy
	for _, n := range identifiers {
		if !n.Kind.Certain() || strings.HasPrefix(n.Value, "name:") || strings.HasPrefix(n.Value, nameless) {
			continue
		}
		rows, err := db.Select[Copy](ctx, q, `select p.owner as member,
			case when p.merged > $4 then p.merged else p.id end as person
			from identifier n join person p on p.space = n.space and p.id = n.person
			where n.space = $1 and n.kind = $2 and n.value = $3 order by p.id`, space, n.Kind, n.Value, id.Zero)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// Copies returns whom other members keep under a mail address, link or handle of somebody, one for each member.
func (s *Service) Copies(ctx context.Context, v op.Viewer, p people.Person) ([]Copy, error) {
	cluster, err := s.WholeCluster(ctx, s.DB(), v.Space, p.ID)
	if err != nil {
		return nil, err
	}
	in, args := db.In(2, cluster)
	identifiers, err := db.Select[people.Identifier](ctx, s.DB(), `select distinct kind, value, '' as label,
		false as shared from identifier where space = $1 and person in (`+in+`) order by kind, value`,
		append([]any{v.Space}, args...)...)
	if err != nil {
		return nil, err
	}
	all, err := recordsUnder(ctx, s.DB(), v.Space, identifiers)
	if err != nil {
		return nil, err
	}
	var out []Copy
	for _, c := range all {
		same := func(o Copy) bool { return o.Member == c.Member }
		if c.Member != v.Member && !slices.Contains(cluster, c.Person) && !slices.ContainsFunc(out, same) {
			out = append(out, c)
		}
	}
	return out, nil
}

// Holding is one kind of what is kept of somebody.
type Holding struct {
	Table   string
	Title   string // English and in the plural; a key of translation
	Rows    int
	Brought int // of these came in by an import
}

// Holdings says what a viewer keeps of somebody, by its kinds, in the order of the rooms. What belongs to a row of
// another table counts as that.
func (s *Service) Holdings(ctx context.Context, v op.Viewer, person id.ID) ([]Holding, error) {
	cluster, err := s.Cluster(ctx, s.DB(), v, person)
	if err != nil {
		return nil, err
	}
	tables := s.Tables()
	in, args := db.In(4, cluster)
	var parts []string
	var kinds []Holding
	for _, t := range tables {
		mine := room.Mine(tables, t, "t", "$2")
		if t.Derived || mine == "" {
			continue
		}
		columns := t.All(room.Person)
		if t.Name == "person" {
			columns = t.All(room.Key)
		}
		var named []string
		for _, c := range columns {
			named = append(named, "t."+c.Name+" in ("+in+")")
		}
		if len(named) == 0 {
			continue
		}
		brought := "0"
		if column := t.Column(room.Import); column != "" {
			brought = "coalesce(sum(case when t." + column + " > $3 then 1 else 0 end), 0)"
		}
		parts = append(parts, fmt.Sprintf("select %d as number, count(*) as n, %s as brought from %s t where %s "+
			"and %s and (%s)", len(kinds), brought, t.Name, t.Within("t"), mine, strings.Join(named, " or ")))
		kinds = append(kinds, kindOf(tables, t))
	}
	rows, err := db.Select[struct{ Number, N, Brought int }](ctx, s.DB(),
		strings.Join(parts, " union all ")+" order by 1", append([]any{v.Space, v.Member, id.Zero}, args...)...)
	if err != nil {
		return nil, err
	}
	var out []Holding
	for _, r := range rows {
		if r.N == 0 {
			continue
		}
		kind := kinds[r.Number]
		i := slices.IndexFunc(out, func(h Holding) bool { return h.Title == kind.Title })
		if i < 0 {
			i, out = len(out), append(out, kind)
		}
		out[i].Rows += r.N
		out[i].Brought += r.Brought
	}
	return out, nil
}

// kindOf is the kind of the rows of a table, or of what they belong to.
func kindOf(tables []room.Table, t room.Table) Holding {
	for t.Parent != "" && t.Parent != "person" {
		parent, ok := room.Find(tables, t.Parent)
		if !ok {
			break
		}
		t = parent
	}
	return Holding{Table: t.Name, Title: t.Title}
}

// Kept says which kinds of things the space keeps, of whomever, by the titles of their tables. Whether anybody has what
// no output holds is not to be found out: it counts as kept in every space.
func (s *Service) Kept(ctx context.Context, v op.Viewer) (map[string]bool, error) {
	tables := s.Tables()
	var parts, titles []string
	out := map[string]bool{}
	for _, t := range tables {
		if t.NotExported == room.NoOutput {
			out[t.Title] = true
			continue
		}
		if t.Derived || t.NotExported != "" && t.Column(room.Person) == "" {
			continue // of this installation: accounts and what guards them
		}
		parts = append(parts, fmt.Sprintf("select %d as number where exists (select 1 from %s t where %s)",
			len(titles), t.Name, t.Within("t")))
		titles = append(titles, t.Title)
	}
	rows, err := db.Values[int](ctx, s.DB(), strings.Join(parts, " union all ")+" order by 1", v.Space)
	for _, number := range rows {
		out[titles[number]] = true
	}
	return out, err
}
