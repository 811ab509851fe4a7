package people

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// Store is the SQL of people and organisations, over that of ties. Every query names the space, and what is read for a
// viewer is within what that viewer may see.
type Store struct {
	*tie.Store
	db    *db.DB
	rooms []room.Room // what is kept, and by whom
	trail Trail
}

// NewStore returns the store on a database.
func NewStore(d *db.DB) *Store {
	s := &Store{Store: tie.NewStore(d), db: d}
	s.rooms = []room.Room{s.Room()}
	return s
}

// SetRooms says what the parts of Gave are, in an order in which what rows belong to comes first.
func (s *Store) SetRooms(rooms []room.Room) { s.rooms = rooms }

// Rooms returns what the parts of Gave are.
func (s *Store) Rooms() []room.Room { return s.rooms }

// Tables returns what all parts keep.
func (s *Store) Tables() []room.Table { return room.Tables(s.rooms) }

// DB returns the database, for transactions that span several stores.
func (s *Store) DB() *db.DB { return s.db }

// personColumns are all columns of the table person p.
var personColumns = `p.id, p.owner, p.visibility, p.name, p.given, p.particle, p.family, p.prefix, p.suffix, p.sort_key,
	p.merged, p.rest, p.import, p.created, p.updated, p.photo, p.` + strings.Join(FieldColumns(), ", p.")

// nameAndFields are the columns of a person that are shown as they are.
func (p *Person) nameAndFields() db.Row {
	row := db.Row{
		"name": p.Name, "given": p.Given, "particle": p.Particle, "family": p.Family, "prefix": p.Prefix,
		"suffix": p.Suffix, "sort_key": p.SortKey,
	}
	for _, f := range Fields {
		row[f.Column] = *f.Of(p)
	}
	return row
}

// Person returns a person that the viewer may see; of one that was merged, the one it was found to be.
func (s *Store) Person(ctx context.Context, q db.Queryer, v op.Viewer, key id.ID) (Person, error) {
	p, err := db.One[Person](ctx, q, `select `+personColumns+` from person p where `+scope.Seen("p")+` and p.id = $4`,
		scope.Args(v, key)...)
	if err != nil || p.Merged.IsZero() {
		return p, err
	}
	return db.One[Person](ctx, q, `select `+personColumns+` from person p where `+scope.Seen("p")+` and p.id = $4`,
		scope.Args(v, p.Merged)...)
}

// PeopleByID returns those of the people that the viewer may see, by id; merged ones as they were. Of members it also
// says what only the viewer knows: it is for showing.
func (s *Store) PeopleByID(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID]Person, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, id.ID.Compare)
	out := make(map[id.ID]Person, len(keys))
	for _, chunk := range db.Chunks(slices.Compact(keys)) {
		in, args := db.In(4, chunk)
		rows, err := db.Select[Person](ctx, s.db,
			`select `+personColumns+` from person p where `+scope.Seen("p")+` and p.id in (`+in+`)`, scope.Args(v, args...)...)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			out[p.ID] = p
		}
	}
	return out, s.addOwn(ctx, v, out)
}

// someMany is from how many people on what is kept of everybody is looked at, rather than the database.
const someMany = 100

// Refs returns the names of those of the people that the viewer may see; a merged one under the person it was found to
// be.
func (s *Store) Refs(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID]Ref, error) {
	if len(keys) > someMany {
		everybody, err := s.Everybody(ctx, v)
		if err != nil {
			return nil, err
		}
		out := make(map[id.ID]Ref, len(keys))
		for _, key := range keys {
			if ref, ok := everybody.Ref(key); ok {
				out[key] = ref
			}
		}
		return out, nil
	}
	found, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var kept []id.ID
	for _, p := range found {
		if !p.Merged.IsZero() {
			kept = append(kept, p.Merged)
		}
	}
	canonical, err := s.PeopleByID(ctx, v, kept)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]Ref, len(found))
	for key, p := range found {
		if c, ok := canonical[p.Merged]; ok {
			p = c
		}
		out[key] = Ref{p.ID, p.Name}
	}
	return out, nil
}

// Cluster returns the person's id and those of all records that were merged into it and that the viewer may see.
func (s *Store) Cluster(ctx context.Context, q db.Queryer, v op.Viewer, person id.ID) ([]id.ID, error) {
	if q == db.Queryer(s.db) && !s.db.Inside(ctx) { // nobody is writing who must see what they wrote
		everybody, err := s.Everybody(ctx, v)
		if err != nil {
			return nil, err
		}
		return everybody.Names(person), nil
	}
	// In two steps: with the condition of who sees whom beside it, SQLite would read everybody.
	absorbed, err := db.Values[id.ID](ctx, q, `select p.id from person p where `+scope.Seen("p")+` and p.id in
		(select a.id from person a where a.space = $1 and a.merged = $4) order by p.id`, scope.Args(v, person)...)
	return append([]id.ID{person}, absorbed...), err
}

// WholeCluster returns the person's id and those of all records that were merged into it, whoever may see them: for
// what removes them.
func (s *Store) WholeCluster(ctx context.Context, q db.Queryer, space, person id.ID) ([]id.ID, error) {
	absorbed, err := db.Values[id.ID](ctx, q, `select id from person where space = $1 and merged = $2 order by id`,
		space, person)
	return append([]id.ID{person}, absorbed...), err
}

// Records returns the records of some people that the viewer may see, theirs and those that were merged into them, with
// whom each stands for.
func (s *Store) Records(ctx context.Context, v op.Viewer, people []id.ID) ([]id.ID, map[id.ID]id.ID, error) {
	stands := make(map[id.ID]id.ID, len(people))
	if !s.db.Inside(ctx) { // nobody is writing who must see what they wrote
		everybody, err := s.Everybody(ctx, v)
		if err != nil {
			return nil, nil, err
		}
		for _, key := range people {
			for _, name := range everybody.Names(key) {
				stands[name] = key
			}
		}
		return slices.SortedFunc(maps.Keys(stands), id.ID.Compare), stands, nil
	}
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(4, chunk)
		// Two steps: one condition on either column would read the whole table. A cross join, so that SQLite goes from
		// the few to theirs.
		aliases, err := db.Select[struct{ ID, Merged id.ID }](ctx, s.db, `select s.id, s.merged from person p
			cross join person a cross join person s
			where p.space = $1 and p.id in (`+in+`) and a.space = $1 and a.merged = p.id
			and s.id = a.id and `+scope.Seen("s"), scope.Args(v, args...)...)
		if err != nil {
			return nil, nil, err
		}
		for _, key := range chunk {
			stands[key] = key
		}
		for _, a := range aliases {
			stands[a.ID] = a.Merged
		}
	}
	return slices.SortedFunc(maps.Keys(stands), id.ID.Compare), stands, nil
}

// identifierRow is an identifier with the person it was given to.
type identifierRow struct {
	Person id.ID
	Kind   IdentifierKind
	Value  string
	Label  string
	Shared bool
}

// Identifiers returns the identifiers of people by the person they stand for, the oldest first.
func (s *Store) Identifiers(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]Identifier, error) {
	out := map[id.ID][]Identifier{}
	for _, chunk := range db.Chunks(people) {
		all, stands, err := s.Records(ctx, v, chunk)
		if err != nil {
			return nil, err
		}
		for _, part := range db.Chunks(all) {
			in, args := db.In(4, part)
			rows, err := db.Select[identifierRow](ctx, s.db, `select n.person, n.kind, n.value, n.label,
				n.shared = 1 as shared
				from identifier n join person p on p.space = n.space and p.id = n.person
				where n.space = $1 and n.person in (`+in+`) and (n.owner = $2 or n.owner = p.owner) and `+scope.Seen("p"),
				scope.Args(v, args...)...)
			if err != nil {
				return nil, err
			}
			// Sorted here: asked to sort, SQLite walks the table in the order of kinds instead of looking the people
			// up.
			slices.SortFunc(rows, func(a, b identifierRow) int {
				return cmp.Or(cmp.Compare(a.Kind, b.Kind), id.ID.Compare(a.Person, b.Person),
					cmp.Compare(a.Value, b.Value))
			})
			for _, r := range rows {
				top, next := stands[r.Person], Identifier{r.Kind, r.Value, r.Label, r.Shared}
				if !slices.ContainsFunc(out[top], func(i Identifier) bool {
					return i.Kind == next.Kind && i.Value == next.Value
				}) {
					out[top] = append(out[top], next)
				}
			}
		}
	}
	return out, nil
}
