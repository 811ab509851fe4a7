package people

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
)

// What rooms ask of everybody is read once for each viewer and kept until it changes (db.Keep). Whoever gets it leaves
// it as it is: it is shared by requests.

// Everybody is all people whom a viewer may see.
type Everybody struct {
	people map[id.ID]*Entry
}

// Entry is somebody as the viewer sees them in passing.
type Entry struct {
	Ref
	Merged                     id.ID // whom they were found to be; zero when they stand for themselves
	Title, Organisation, Place string
	// Of what may lead to something (package tact), the lines of the profile: title and organisation.
	lines [2]string
}

// Of returns somebody whom the viewer may see; nil when there is nobody.
func (e *Everybody) Of(person id.ID) *Entry { return e.people[person] }

// EachCanonical calls f for everybody who stands for themselves, in no stated order.
func (e *Everybody) EachCanonical(f func(*Entry)) {
	for _, p := range e.people {
		if p.Merged.IsZero() {
			f(p)
		}
	}
}

// Canonical says for everybody whom they stand for; the zero id when the viewer may not see that person.
func (e *Everybody) Canonical(person id.ID) id.ID {
	p := e.people[person]
	if p != nil && !p.Merged.IsZero() {
		p = e.people[p.Merged]
	}
	if p == nil {
		return id.Zero
	}
	return p.ID
}

// merged are those who were found to be somebody else, in the order of their ids.
func (e *Everybody) merged() []id.ID {
	var out []id.ID
	for key, p := range e.people {
		if !p.Merged.IsZero() {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, id.ID.Compare)
	return out
}

// Ref returns somebody under the person they were found to be; ok is false when the viewer may not see them.
func (e *Everybody) Ref(person id.ID) (ref Ref, ok bool) {
	p := e.people[person]
	if p == nil {
		return Ref{}, false
	}
	if kept := e.people[p.Merged]; kept != nil {
		p = kept
	}
	return p.Ref, true
}

// Everybody returns all people whom the viewer may see.
func (s *Store) Everybody(ctx context.Context, v op.Viewer) (*Everybody, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "everybody"), []string{"person"},
		func(ctx context.Context, old *Everybody, change db.Change) (*Everybody, error) {
			type row struct {
				ID, Merged                       id.ID
				Name, Title, Organisation, Place string
			}
			var known map[id.ID]*Entry
			if change.Added() {
				known = old.people
			}
			rows, err := newRows[row](ctx, s.db, known, `select p.id from person p where `+scope.Seen("p"),
				`select p.id, p.merged, p.name, p.title, p.organisation, p.place from person p where `+scope.Seen("p"),
				` and p.id in `, scope.Args(v))
			if err != nil {
				return nil, err
			}
			out := &Everybody{people: make(map[id.ID]*Entry, len(known)+len(rows))}
			maps.Copy(out.people, known)
			for _, r := range rows {
				lines := [2]string{tactful(r.Title, tact.DelicateTitle), tactful(r.Organisation, tact.DelicateTitle)}
				out.people[r.ID] = &Entry{Ref{r.ID, r.Name}, r.Merged, r.Title, r.Organisation, r.Place, lines}
			}
			return out, nil
		})
}

// newRows returns the rows of a query whose ids are not known yet; keys is the same query for the ids only, and among
// the condition that ends in "in". When nothing is known, or much is new, it reads all.
func newRows[T, K any](
	ctx context.Context, d *db.DB, known map[id.ID]K, keys, query, among string, args []any,
) ([]T, error) {
	if len(known) == 0 {
		return db.Select[T](ctx, d, query, args...)
	}
	fresh, err := db.Values[id.ID](ctx, d, keys, args...)
	if err != nil {
		return nil, err
	}
	fresh = slices.DeleteFunc(fresh, func(key id.ID) bool { _, ok := known[key]; return ok })
	var out []T
	for _, chunk := range db.Chunks(fresh) {
		in, more := db.In(len(args)+1, chunk)
		rows, err := db.Select[T](ctx, d, query+among+`(`+in+`)`, append(slices.Clone(args), more...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// weigh takes out what is delicate, and keeps of it only that somebody died.
func (l *aLine) weigh(delicate func(string) bool) {
	l.Died = tact.Died(l.Body)
	l.Body = tactful(l.Body, delicate)
}

// tactful is a line as far as it may lead to something.
func tactful(line string, delicate func(string) bool) string {
	if delicate(line) {
		return ""
	}
	return line
}

// profileTables are those that profiles are made of.
var profileTables = []string{"person", "person_role", "person_tag", "note"}

// foundBy are the tables by which people are found.
var foundBy = []string{
	"person", "person_word", "person_role", "person_tag", "note", "organisation", "identifier",
}

// Edition names what the viewer's people are found by as it is now: it is another one as soon as any of it changes, so
// that what was worked out from it can be kept under its name.
func (s *Store) Edition(ctx context.Context, v op.Viewer) (id.ID, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "edition"), foundBy,
		func(context.Context, id.ID, db.Change) (id.ID, error) { return id.New(), nil })
}

// aLine is a role, tag or note of somebody.
type aLine struct {
	Person id.ID
	Body   string // empty when it is delicate
	At     int64
	Died   bool // it said so
}

// Profiles returns the profiles of all people that the viewer may see, by the person that stands for them: work, roles,
// tags and notes, without what is delicate: rooms make proposals and reasons of them.
func (s *Store) Profiles(ctx context.Context, v op.Viewer) (map[id.ID]*Profile, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "profiles"), profileTables,
		func(ctx context.Context, _ map[id.ID]*Profile, _ db.Change) (map[id.ID]*Profile, error) {
			return s.profiles(ctx, v)
		})
}

func (s *Store) profiles(ctx context.Context, v op.Viewer) (map[id.ID]*Profile, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]*Profile, len(everybody.people))
	all := make([]Profile, 0, len(everybody.people))
	everybody.EachCanonical(func(p *Entry) {
		all = append(all, Profile{Person: p.Ref, Organisation: p.Organisation})
		out[p.ID] = &all[len(all)-1]
	})
	add := func(person id.ID, line string, at int64) {
		if line == "" || line == " " {
			return
		}
		p := everybody.people[person]
		if p == nil {
			return
		}
		profile := out[person]
		if !p.Merged.IsZero() {
			profile = out[p.Merged]
		}
		if profile == nil || slices.ContainsFunc(profile.Lines, func(x ProfileLine) bool { return x.Text == line }) {
			return
		}
		noted := time.Time{}
		if at > 0 {
			noted = time.UnixMicro(at).UTC()
		}
		profile.Lines = append(profile.Lines, ProfileLine{line, noted})
	}
	merged := []*Entry{}
	for _, p := range everybody.people {
		if !p.Merged.IsZero() {
			merged = append(merged, p)
			continue
		}
		for _, line := range p.lines {
			add(p.ID, line, 0)
		}
	}
	slices.SortFunc(merged, func(a, b *Entry) int { return a.ID.Compare(b.ID) })
	for _, p := range merged {
		for _, line := range p.lines {
			add(p.ID, line, 0)
		}
	}
	for _, read := range []func(context.Context, op.Viewer) ([]aLine, error){s.roleLines, s.tagLines, s.noteLines} {
		lines, err := read(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			add(l.Person, l.Body, l.At)
			if profile := out[everybody.Canonical(l.Person)]; l.Died && profile != nil {
				profile.Died = true
			}
		}
	}
	return out, nil
}

// Deceased returns who died, as notes, tags and days say: nothing is proposed about them any more.
func (s *Store) Deceased(ctx context.Context, v op.Viewer) (map[id.ID]bool, error) {
	profiles, err := s.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.DeceasedOf(ctx, v, profiles)
}

// DeceasedOf is Deceased for who has read the profiles.
func (s *Store) DeceasedOf(
	ctx context.Context, v op.Viewer, profiles map[id.ID]*Profile,
) (map[id.ID]bool, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]bool{}
	for key, p := range profiles {
		if p.Died {
			out[key] = true
		}
	}
	days, err := s.daysOfOther(ctx, v, "birthday", "anniversary")
	for _, day := range days {
		if tact.DayOf(day.Kind) == tact.Deceased {
			out[everybody.Canonical(day.Person)] = true
		}
	}
	return out, err
}

func (s *Store) roleLines(ctx context.Context, v op.Viewer) ([]aLine, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "roles"), []string{"person_role"},
		func(ctx context.Context, _ []aLine, _ db.Change) ([]aLine, error) {
			list, err := db.Select[aLine](ctx, s.db, `select person, title || ' ' || department as body, 0 as at
				from person_role where space = $1 order by person, from_day, title`, v.Space)
			for i := range list {
				list[i].Body = tactful(list[i].Body, tact.DelicateTitle)
			}
			return list, err
		})
}

func (s *Store) tagLines(ctx context.Context, v op.Viewer) ([]aLine, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "tags"), []string{"person_tag"},
		func(ctx context.Context, _ []aLine, _ db.Change) ([]aLine, error) {
			list, err := db.Select[aLine](ctx, s.db, `select person, tag as body, 0 as at from person_tag
				where space = $1 and owner = $2 order by person, tag`, v.Space, v.Member)
			for i := range list {
				list[i].weigh(tact.DelicateTag)
			}
			return list, err
		})
}

func (s *Store) noteLines(ctx context.Context, v op.Viewer) ([]aLine, error) {
	type noted struct {
		ID id.ID
		aLine
	}
	list, err := db.Keep(ctx, s.db, scope.Kept(v, "notes"), []string{"note"},
		func(ctx context.Context, old []noted, change db.Change) ([]noted, error) {
			if !change.Added() {
				old = nil
			}
			known := make(map[id.ID]bool, len(old))
			for _, n := range old {
				known[n.ID] = true
			}
			fresh, err := newRows[noted](ctx, s.db, known, `select x.id from note x where `+scope.Seen("x"),
				`select x.id, x.person, x.body, x.at from note x where `+scope.Seen("x"), ` and x.id in `, scope.Args(v))
			if err != nil || len(fresh) == 0 {
				return old, err
			}
			for i := range fresh {
				fresh[i].weigh(tact.Delicate)
			}
			out := slices.Concat(old, fresh)
			slices.SortFunc(out, func(a, b noted) int {
				return cmp.Or(a.Person.Compare(b.Person), cmp.Compare(a.At, b.At), a.ID.Compare(b.ID))
			})
			return out, nil
		})
	out := make([]aLine, len(list))
	for i, n := range list {
		out[i] = n.aLine
	}
	return out, err
}

// ReadLines returns what read makes of each different line of the profiles that the viewer may see. What is made is
// kept, and of a line that was there before it is not made again.
func ReadLines[T any](
	ctx context.Context, s *Store, v op.Viewer, what string, read func(line string) T,
) (map[string]T, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, what), profileTables,
		func(ctx context.Context, old map[string]T, _ db.Change) (map[string]T, error) {
			profiles, err := s.Profiles(ctx, v)
			out := make(map[string]T, len(old))
			for _, p := range profiles {
				for _, l := range p.Lines {
					if _, ok := out[l.Text]; ok {
						continue
					}
					made, ok := old[l.Text]
					if !ok {
						made = read(l.Text)
					}
					out[l.Text] = made
				}
			}
			return out, err
		})
}
