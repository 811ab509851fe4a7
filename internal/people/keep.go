package people

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// What rooms ask of everybody is read once for each viewer and kept until it changes (db.Keep). Whoever gets it leaves
// it as it is: it is shared by requests.

// Everybody is all people whom a viewer may see.
type Everybody struct {
	people  map[id.ID]*Entry
	aliases map[id.ID][]id.ID // who was found to be somebody, by whom they are, in the order of their ids
	merged  []id.ID           // who was found to be somebody else, in the order of their ids
	count   int               // of those who stand for themselves
	bare    map[id.ID]*Entry  // members as they are without what only the viewer knows
	// nicknames are those that are kept apart from the name, folded.
	nicknames map[id.ID]string
}

// Entry is somebody as the viewer sees them in passing.
type Entry struct {
	Ref
	Merged                     id.ID // whom they were found to be; zero when they stand for themselves
	Title, Organisation, Place string
	Photo                      int64  // when the photo was added that is shown; 0 for none
	Folded                     string // the name, by which namesakes are told
	// The title and the organisation are delicate (package tact), and so no lines of the profile; or those of a member
	// stand here that are lines of another entry.
	quiet [2]bool
}

// lines are those that may lead to something: title and organisation.
func (e *Entry) lines() (out [2]string) {
	for i, line := range [2]string{e.Title, e.Organisation} {
		if !e.quiet[i] {
			out[i] = line
		}
	}
	return out
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

// Count is how many there are who stand for themselves.
func (e *Everybody) Count() int { return e.count }

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

// Names are the ids under which somebody is kept: their own first, then of whom they were found to be.
func (e *Everybody) Names(person id.ID) []id.ID { return append([]id.ID{person}, e.aliases[person]...) }

// mayBeCalled says whether the names of one person, with those under which they are kept too, hold all the words; that
// nobody's do is certain. It looks through one text of all names rather than from person to person.
func (s *Store) mayBeCalled(ctx context.Context, v op.Viewer, words []string) (bool, error) {
	names, err := db.Keep(ctx, s.db, scope.Kept(v, "names"), []string{"person", "member"},
		func(ctx context.Context, _ string, _ db.Change) (string, error) {
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return "", err
			}
			return everybody.nameLines(), nil
		})
	return err != nil || hasLine(names, words), err
}

// hasLine says whether a line of a text holds all the words.
func hasLine(lines string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for {
		at := strings.Index(lines, longest)
		if at < 0 {
			return false
		}
		from, until := strings.LastIndexByte(lines[:at], '\n')+1, len(lines)
		if end := strings.IndexByte(lines[at:], '\n'); end >= 0 {
			until = at + end
		}
		line := lines[from:until]
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			return true
		}
		lines = lines[until:]
	}
}

// nameLines puts what everybody is called in lines of folded words, each that of one person who stands for themselves.
func (e *Everybody) nameLines() string {
	var b strings.Builder
	add := func(folded string) {
		b.WriteByte(' ')
		b.WriteString(folded)
		if strings.ContainsAny(folded, "-'.&") { // its words are more than what stands between spaces
			for _, w := range text.Words(folded) {
				b.WriteByte(' ')
				b.WriteString(w)
			}
		}
	}
	for key, p := range e.people {
		if !p.Merged.IsZero() {
			continue
		}
		for _, name := range e.Names(key) {
			if p := e.people[name]; p != nil {
				add(p.Folded)
			}
			if nickname := e.nicknames[name]; nickname != "" {
				add(nickname)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// at returns up to few+1 people of a place.
func (e *Everybody) at(place string) (out []id.ID) {
	for key, p := range e.people {
		if p.Place == place && len(out) <= few {
			out = append(out, key)
		}
	}
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

// PhotoAddress is where the photo of somebody is, "" when there is none to see.
func (e *Everybody) PhotoAddress(person id.ID) string {
	p := e.people[person]
	if p != nil && !p.Merged.IsZero() {
		p = e.people[p.Merged]
	}
	if p == nil {
		return ""
	}
	return photoAddress(p.ID, p.Photo)
}

// Everybody returns all people whom the viewer may see.
func (s *Store) Everybody(ctx context.Context, v op.Viewer) (*Everybody, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "everybody"), []string{"person", "member"},
		func(ctx context.Context, old *Everybody, change db.Change) (*Everybody, error) {
			type row struct {
				ID, Merged                       id.ID
				Name, Title, Organisation, Place string
				Nickname                         string
				Photo                            int64
			}
			query := `select p.id, p.merged, p.name, p.title, p.organisation, p.place, p.nickname, p.photo
				from person p where ` + scope.Seen("p")
			out := &Everybody{
				people: map[id.ID]*Entry{}, aliases: map[id.ID][]id.ID{}, nicknames: map[id.ID]string{},
			}
			keys, known := db.Keys(change, []string{"person"}, personOf)
			if known {
				out.people = maps.Clone(old.people)
				maps.Copy(out.people, old.bare)
				maps.DeleteFunc(out.people, func(key id.ID, _ *Entry) bool { return keys[key] })
				out.nicknames = maps.Clone(old.nicknames)
				maps.DeleteFunc(out.nicknames, func(key id.ID, _ string) bool { return keys[key] })
			}
			rows, err := db.SelectKeyed[row](ctx, s.db, query, scope.Args(v), "p.id", keys)
			once := sameStrings{}
			entries := make([]Entry, 0, len(rows)) // one block of memory, not one for each
			for _, r := range rows {
				r.Title, r.Organisation, r.Place = once.of(r.Title), once.of(r.Organisation), once.of(r.Place)
				quiet := [2]bool{tact.DelicateTitle(r.Title), tact.DelicateTitle(r.Organisation)}
				entries = append(entries, Entry{
					Ref{r.ID, r.Name}, r.Merged, r.Title, r.Organisation, r.Place, r.Photo, text.Fold(r.Name), quiet,
				})
				out.people[r.ID] = &entries[len(entries)-1]
				if r.Nickname != "" {
					out.nicknames[r.ID] = text.Fold(r.Nickname)
				}
			}
			for key, p := range out.people {
				if !p.Merged.IsZero() {
					out.merged = append(out.merged, key)
				}
			}
			slices.SortFunc(out.merged, id.ID.Compare)
			out.count = len(out.people) - len(out.merged)
			for _, key := range out.merged {
				kept := out.people[key].Merged
				out.aliases[kept] = append(out.aliases[kept], key)
			}
			if err != nil {
				return nil, err
			}
			members, err := s.Members(ctx, v)
			for key := range members {
				out.addOwn(key)
			}
			return out, err
		})
}

// addOwn fills in, of a member, what is empty and the viewer's own records of the same person know.
func (e *Everybody) addOwn(member id.ID) {
	bare := e.people[member]
	if bare == nil || len(e.aliases[member]) == 0 {
		return
	}
	p := *bare
	for _, key := range e.aliases[member] {
		own := e.people[key]
		if p.Title == "" && p.Organisation == "" {
			p.Title, p.Organisation, p.quiet = own.Title, own.Organisation, [2]bool{true, true}
		}
		p.Place = cmp.Or(p.Place, own.Place)
		p.Photo = cmp.Or(p.Photo, own.Photo)
	}
	if e.bare == nil {
		e.bare = map[id.ID]*Entry{}
	}
	e.bare[member], e.people[member] = bare, &p
}

// Staff returns who is in which organisation, by its name in small letters: only people who stand for themselves, in
// the order of their ids.
func (s *Store) Staff(ctx context.Context, v op.Viewer) (map[string][]id.ID, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "staff"), []string{"person"},
		func(ctx context.Context, _ map[string][]id.ID, _ db.Change) (map[string][]id.ID, error) {
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return nil, err
			}
			written := map[string][]id.ID{} // names of an organisation differ in few ways, so fold each once
			everybody.EachCanonical(func(p *Entry) {
				written[p.Organisation] = append(written[p.Organisation], p.ID)
			})
			out := make(map[string][]id.ID, len(written))
			for name, list := range written {
				name = strings.ToLower(strings.TrimSpace(name))
				out[name] = append(out[name], list...)
			}
			delete(out, "")
			for _, list := range out {
				slices.SortFunc(list, id.ID.Compare)
			}
			return out, nil
		})
}

// personOf is the person that a changed row of somebody is of.
func personOf(_ string, row db.RowKey) (id.ID, bool) { return row[0], true }

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

// Naming names what some people are called and described by as it is now, but for notes: it is another one as soon as
// any of it changes. matters says whose it is; what changes of others is passed over.
func (s *Store) Naming(ctx context.Context, v op.Viewer, matters func(person id.ID) bool) (id.ID, error) {
	tables := []string{"person", "person_role", "person_tag"}
	return db.Keep(ctx, s.db, scope.Kept(v, "naming"), tables,
		func(_ context.Context, old id.ID, change db.Change) (id.ID, error) {
			keys, known := db.Keys(change, tables, personOf)
			if known && !old.IsZero() {
				for key := range keys {
					if matters(key) {
						return id.New(), nil
					}
				}
				return old, nil
			}
			return id.New(), nil
		})
}

// aLine is a role, tag or note of somebody.
type aLine struct {
	Person id.ID
	Place  string // among the lines of the person, and then At and ID
	At     int64
	ID     id.ID
	Body   string // empty when it is delicate
	Died   bool   // it said so
}

// Profiles returns the profiles of all people that the viewer may see, by the person that stands for them: work, roles,
// tags and notes, without what is delicate: rooms make proposals and reasons of them.
func (s *Store) Profiles(ctx context.Context, v op.Viewer) (map[id.ID]*Profile, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "profiles"), profileTables,
		func(ctx context.Context, old map[id.ID]*Profile, change db.Change) (map[id.ID]*Profile, error) {
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return nil, err
			}
			keys, known := db.Keys(change, profileTables, personOf)
			if !known {
				lines, err := s.lines(ctx, v, nil)
				out := make(map[id.ID]*Profile, everybody.count)
				maker := &profileMaker{Everybody: everybody, lines: lines, left: everybody.count}
				everybody.EachCanonical(func(p *Entry) { out[p.ID] = maker.profile(p) })
				return out, err
			}
			out := maps.Clone(old)
			var changed []*Entry
			names := map[id.ID]bool{} // under which they are kept
			for key := range keys {
				delete(out, key)
				if p := everybody.people[everybody.Canonical(key)]; p != nil && p.Merged.IsZero() {
					changed = append(changed, p)
					for _, name := range everybody.Names(p.ID) {
						names[name] = true
					}
				}
			}
			lines, err := s.lines(ctx, v, names)
			maker := &profileMaker{Everybody: everybody, lines: lines, left: len(changed)}
			for _, p := range changed {
				out[p.ID] = maker.profile(p)
			}
			return out, err
		})
}

// ofTags is the place of the tags among the lists of which a profile is put together.
const ofTags = 1

// profileMaker puts profiles together of lists of lines by the person. Those that are made together lie in few blocks
// of memory.
type profileMaker struct {
	*Everybody
	lines    [][]aLine
	left     int           // how many profiles are still to be made
	profiles []Profile     // room for those that come
	room     []ProfileLine // likewise for their lines
}

// block is how many profiles or lines lie in one block of memory.
const block = 512

// profile puts together the profile of somebody who stands for themselves.
func (e *profileMaker) profile(p *Entry) *Profile {
	if len(e.profiles) == 0 {
		e.profiles = make([]Profile, max(1, min(block, e.left)))
	}
	out := &e.profiles[0]
	e.profiles, e.left = e.profiles[1:], e.left-1
	*out = Profile{Person: p.Ref, Organisation: p.Organisation}
	var few [8]ProfileLine // as many as most have at most
	lines := few[:0]
	add := func(line string, at int64, tag bool) {
		if line == "" || line == " " ||
			slices.ContainsFunc(lines, func(x ProfileLine) bool { return x.Text == line }) {
			return
		}
		lines = append(lines, lineOf(line, at, tag))
	}
	names := append([]id.ID{p.ID}, e.aliases[p.ID]...)
	for _, name := range names {
		for _, line := range e.people[name].lines() {
			add(line, 0, false)
		}
	}
	slices.SortFunc(names, id.ID.Compare)
	for i, list := range e.lines {
		for _, name := range names {
			at, _ := slices.BinarySearchFunc(list, name,
				func(l aLine, name id.ID) int { return l.Person.Compare(name) })
			for ; at < len(list) && list[at].Person == name; at++ {
				add(list[at].Body, list[at].At, i == ofTags)
				out.Died = out.Died || list[at].Died
			}
		}
	}
	if len(lines) == 0 {
		return out
	}
	if len(lines) > len(e.room) {
		e.room = make([]ProfileLine, max(len(lines), min(block, 4*e.left)))
	}
	out.Lines = e.room[:len(lines):len(lines)]
	copy(out.Lines, lines)
	e.room = e.room[len(lines):]
	return out
}

// Deceased returns who died, as notes, tags and days say: nothing is proposed about them any more.
func (s *Store) Deceased(ctx context.Context, v op.Viewer) (map[id.ID]bool, error) {
	tables := append([]string{"important_date", "member"}, profileTables...)
	return db.Keep(ctx, s.db, scope.Kept(v, "deceased"), tables,
		func(ctx context.Context, _ map[id.ID]bool, _ db.Change) (map[id.ID]bool, error) {
			profiles, err := s.Profiles(ctx, v)
			if err != nil {
				return nil, err
			}
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
		})
}

// DeceasedOf returns who of a few people died, as Deceased has it, without looking at everybody else.
func (s *Store) DeceasedOf(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	records, stands, err := s.Records(ctx, v, people)
	if err != nil {
		return nil, err
	}
	for _, chunk := range db.Chunks(records) {
		in, args := db.In(4, chunk)
		rows, err := db.Select[struct {
			Person id.ID
			Body   string
			Day    bool
		}](ctx, s.db, `select x.person, x.body, 1 = 0 as day from note x
				where `+scope.Seen("x")+` and x.person in (`+in+`)
			union all select t.person, t.tag, 1 = 0 from person_tag t
				where t.space = $1 and t.owner = $2 and t.person in (`+in+`)
			union all select d.person, d.kind, 1 = 1 from important_date d
				where `+scope.Seen("d")+` and d.person in (`+in+`) order by 1`, scope.Args(v, args...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Day && tact.DayOf(r.Body) == tact.Deceased || !r.Day && tact.Died(r.Body) {
				out[stands[r.Person]] = true
			}
		}
	}
	return out, nil
}

// lines returns the roles, tags and notes of people as far as they may lead to something, each list by the person: of
// some people, or of all when names is nil.
func (s *Store) lines(ctx context.Context, v op.Viewer, names map[id.ID]bool) ([][]aLine, error) {
	once := sameStrings{}
	queries := [...]struct {
		text  string
		args  []any
		weigh func(*aLine)
	}{
		{
			`select person, from_day || ' ' || title as place, 0 as at, organisation as id,
			title || ' ' || department as body from person_role where space = $1`,
			[]any{v.Space},
			func(l *aLine) { l.Body = tactful(l.Body, tact.DelicateTitle) },
		},
		ofTags: {
			`select person, tag as place, 0 as at, person as id, tag as body from person_tag
			where space = $1 and owner = $2`,
			[]any{v.Space, v.Member},
			func(l *aLine) { l.weigh(tact.DelicateTag) },
		},
		{
			`select x.person, '' as place, x.at, x.id, x.body from note x where ` + scope.Seen("x"), scope.Args(v),
			func(l *aLine) { l.weigh(tact.Delicate) },
		},
	}
	out := make([][]aLine, len(queries))
	for i, query := range queries {
		list, err := db.SelectKeyed[aLine](ctx, s.db, query.text, query.args, "person", names)
		if err != nil {
			return nil, err
		}
		for k := range list {
			l := &list[k]
			if i <= ofTags { // of notes hardly any are equal
				l.Place, l.Body = once.of(l.Place), once.of(l.Body)
			}
			query.weigh(l)
		}
		slices.SortFunc(list, func(a, b aLine) int {
			return cmp.Or(a.Person.Compare(b.Person), cmp.Compare(a.Place, b.Place), cmp.Compare(a.At, b.At),
				a.ID.Compare(b.ID), cmp.Compare(a.Body, b.Body))
		})
		out[i] = list
	}
	return out, nil
}

// sameStrings keeps of equal strings one: thousands have the same place, title or tag.
type sameStrings map[string]string

func (s sameStrings) of(one string) string {
	if same, ok := s[one]; ok {
		return same
	}
	s[one] = one
	return one
}

// ReadLines returns what read makes of each different line of the profiles that the viewer may see. What is made is
// kept, and of a line that was there before it is not made again.
func ReadLines[T any](
	ctx context.Context, s *Store, v op.Viewer, what string, read func(line string) T,
) (map[string]T, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, what), profileTables,
		func(ctx context.Context, old map[string]T, change db.Change) (map[string]T, error) {
			profiles, err := s.Profiles(ctx, v)
			out := make(map[string]T, len(old))
			add := func(p *Profile) {
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
			if keys, known := db.Keys(change, profileTables, personOf); known && err == nil {
				everybody, err := s.Everybody(ctx, v)
				if err != nil {
					return nil, err
				}
				out = maps.Clone(old)
				for key := range keys {
					if p := profiles[everybody.Canonical(key)]; p != nil {
						add(p)
					}
				}
				return out, nil
			}
			for _, p := range profiles {
				add(p)
			}
			return out, err
		})
}

// Saying returns for each person whose profile has a line that says what is asked the shortest such line, since that
// says it most plainly; the viewer may be among them. They are kept under a name, and only those whose profile changed
// are looked at again.
func (s *Store) Saying(
	ctx context.Context, v op.Viewer, what string, says func(p *Profile, line ProfileLine) bool,
) (map[id.ID]string, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "saying "+what), profileTables,
		func(ctx context.Context, old map[id.ID]string, change db.Change) (map[id.ID]string, error) {
			profiles, err := s.Profiles(ctx, v)
			if err != nil {
				return nil, err
			}
			out := map[id.ID]string{}
			look := func(key id.ID, p *Profile) {
				for _, line := range p.Lines {
					if before, ok := out[key]; (!ok || len(line.Text) < len(before)) && says(p, line) {
						out[key] = line.Text
					}
				}
			}
			keys, known := db.Keys(change, profileTables, personOf)
			if !known {
				for key, p := range profiles {
					look(key, p)
				}
				return out, nil
			}
			everybody, err := s.Everybody(ctx, v)
			if err != nil {
				return nil, err
			}
			changed := map[id.ID]bool{}
			for key := range keys {
				changed[key], changed[everybody.Canonical(key)] = true, true
			}
			out = maps.Clone(old)
			for key := range changed {
				delete(out, key)
				if p := profiles[key]; p != nil {
					look(key, p)
				}
			}
			return out, nil
		})
}

// Terms are the different words of a line and their stems, in order, each with a space before it and after the last:
// one string, since lists of them for each line that there is would take three times the memory.
type Terms string

// Has says whether a term is among them.
func (t Terms) Has(term string) bool {
	for from := 0; term != ""; {
		at := strings.Index(string(t[from:]), term)
		if at < 0 {
			break
		}
		at += from
		if end := at + len(term); at > 0 && t[at-1] == ' ' && end < len(t) && t[end] == ' ' {
			return true
		}
		from = at + 1
	}
	return false
}

// All returns them in order.
func (t Terms) All() iter.Seq[string] { return strings.FieldsSeq(string(t)) }

// LineTerms returns the terms of each different line of the profiles that the viewer may see: its words, and their
// stems.
func (s *Store) LineTerms(ctx context.Context, v op.Viewer) (map[string]Terms, error) {
	return ReadLines(ctx, s, v, "terms", TermsOf)
}

// TermsOf are the words of a line and their stems; words with a hyphen are also theirs apart.
func TermsOf(line string) Terms {
	line = strings.ReplaceAll(line, "-", " ")
	out := slices.Concat(text.Terms(line, ""), text.Words(line))
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) == 0 {
		return ""
	}
	return Terms(" " + strings.Join(out, " ") + " ")
}
