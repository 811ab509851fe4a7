package people

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// SourcedFact is something that is known of a person, with where it comes from.
type SourcedFact struct {
	What  string `json:"what" doc:"what it is, such as name, mail or place"`
	Value string `json:"value"`
	// Typed says that somebody typed or noted it; otherwise an import brought it.
	Typed  bool       `json:"typed" doc:"somebody typed it; otherwise a file brought it"`
	Import id.ID      `json:"import" doc:"the import that brought it, when it is yours"`
	File   string     `json:"file,omitempty" doc:"the first file of that import"`
	At     *time.Time `json:"at,omitempty" doc:"when that import began"`
}

// Sources returns what is known of a person, each with where it comes from. Of imports of others only that they were
// imports is told.
func (s *Store) Sources(ctx context.Context, v op.Viewer, person Person) ([]SourcedFact, error) {
	cluster, err := s.Cluster(ctx, s.db, v, person.ID)
	if err != nil {
		return nil, err
	}
	out, err := s.fieldSources(ctx, v, person, cluster)
	if err != nil {
		return nil, err
	}
	in, args := db.In(5, cluster)
	rows, err := db.Select[struct {
		What, Value      string
		Kind, Month, Day int
		Year             int
		Import           id.ID
	}](ctx, s.db, `select 'mail' as what, n.value, n.kind, 0 as year, 0 as month, 0 as day, n.import
		from identifier n join person p on p.space = n.space and p.id = n.person
		where n.space = $1 and n.kind < $4 and (n.owner = $2 or n.owner = p.owner) and n.person in (`+in+`)
		union all select 'works at', o.name, 0, 0, 0, 0, r.import from person_role r
			join organisation o on o.space = r.space and o.id = r.organisation
			where r.space = $1 and r.person in (`+in+`)
		union all select d.kind, '', 0, d.year, d.month, d.day, d.import from important_date d
			where d.space = $1 and (d.owner = $2 or d.visibility >= $3) and d.person in (`+in+`)
		order by 1, 2, 4, 5, 6, 7`,
		append([]any{v.Space, v.Member, scope.Least(v), Handle}, args...)...)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		f := SourcedFact{What: r.What, Value: r.Value, Import: r.Import}
		switch {
		case r.Kind > 0:
			f.What = IdentifierKind(r.Kind).String()
		case r.Month > 0:
			f.Value = DayText(ImportantDate{Kind: r.What, Year: r.Year, Month: time.Month(r.Month), Day: r.Day},
				v.Printer())
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, s.nameImports(ctx, v, out)
}

// fieldSources says where the name and the fields of a person come from: from the person's own record, or from one that
// was found to be the same person.
func (s *Store) fieldSources(ctx context.Context, v op.Viewer, person Person, cluster []id.ID) ([]SourcedFact, error) {
	in, args := db.In(2, cluster)
	args = append([]any{v.Space}, args...)
	records, err := db.Select[Person](ctx, s.db, `select `+personColumns+` from person p
		where p.space = $1 and p.id in (`+in+`) order by p.id`, args...)
	if err != nil {
		return nil, err
	}
	filled, err := db.Select[struct {
		Person id.ID
		Field  string
		Import id.ID
	}](ctx, s.db, `select person, field, import from person_field where space = $1 and person in (`+in+`)
		order by person, field`, args...)
	if err != nil {
		return nil, err
	}
	merges, err := db.Select[struct {
		Absorbed id.ID
		Before   string
	}](ctx, s.db, `select absorbed, before from merge where space = $1 and kept in (`+in+`) and state = 'merged'
		and before <> '' order by at, id`, args...)
	if err != nil {
		return nil, err
	}
	taken := map[string]id.ID{} // the record from which a field was taken over
	for _, m := range merges {
		before := map[string]string{}
		if err := json.Unmarshal([]byte(m.Before), &before); err != nil {
			return nil, err
		}
		for field := range before {
			taken[field] = m.Absorbed
		}
	}
	importOf := func(field string) id.ID {
		from, brought := person.ID, person.Import
		if record, ok := taken[field]; ok {
			from = record
			if i := slices.IndexFunc(records, func(p Person) bool { return p.ID == record }); i >= 0 {
				brought = records[i].Import
			}
		}
		for _, f := range filled {
			if f.Person == from && f.Field == field {
				return f.Import
			}
		}
		return brought
	}
	out := []SourcedFact{{What: "name", Value: person.Name, Import: importOf("name")}}
	for _, f := range Fields {
		if value := *f.Of(&person); value != "" {
			out = append(out, SourcedFact{What: strings.ToLower(f.Label), Value: value, Import: importOf(f.Column)})
		}
	}
	return out, nil
}

// nameImports fills in when the imports of facts began and what they read, as far as they are the viewer's.
func (s *Store) nameImports(ctx context.Context, v op.Viewer, facts []SourcedFact) error {
	var keys []id.ID
	for i := range facts {
		facts[i].Typed = facts[i].Import.IsZero()
		if !facts[i].Typed && !slices.Contains(keys, facts[i].Import) {
			keys = append(keys, facts[i].Import)
		}
	}
	type source struct {
		ID      id.ID
		Started int64
		Path    string
	}
	imports := map[id.ID]source{}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(3, chunk)
		rows, err := db.Select[source](ctx, s.db, `select i.id, i.started, coalesce(min(f.path), '') as path
			from import i left join import_file f on f.space = i.space and f.import = i.id
			where i.space = $1 and i.owner = $2 and i.id in (`+in+`) group by i.id, i.started order by i.id`,
			append([]any{v.Space, v.Member}, args...)...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			imports[r.ID] = r
		}
	}
	for i := range facts {
		from, own := imports[facts[i].Import]
		if !own {
			facts[i].Import = id.Zero
			continue
		}
		at := time.UnixMicro(from.Started).UTC()
		facts[i].At = &at
		if from.Path != "" {
			facts[i].File = path.Base(strings.ReplaceAll(from.Path, `\`, "/"))
		}
	}
	return nil
}
