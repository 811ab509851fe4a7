package people

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// Resolve finds the person that a user means: an id, a mail address, a telephone number, a profile link, or an
// unambiguous name. "me" is the viewer. It returns a fault that names the choices when several fit.
func (s *Store) Resolve(ctx context.Context, v op.Viewer, reference string) (Person, error) {
	reference = strings.TrimPrefix(strings.TrimSpace(reference), "@")
	if reference == "" {
		return Person{}, fault.New(fault.Invalid, "Say which person you mean.").
			WithHint("A name, a mail address or an id will do.")
	}
	said := reference
	if meant := op.Meant(ctx, reference); meant != "" {
		said = meant
	}
	if key, err := id.Parse(said); err == nil {
		p, err := s.Person(ctx, s.db, v, key)
		if fault.CodeOf(err) == fault.NotFound {
			return p, notFound(reference)
		}
		return p, err
	}
	if (reference == "me" || reference == "ik") && !v.Person.IsZero() {
		return s.Person(ctx, s.db, v, v.Person)
	}
	if found, err := s.FindByIdentifier(ctx, v, IdentifierOf(reference)); err != nil || len(found) == 1 {
		if err != nil {
			return Person{}, err
		}
		return found[0], nil
	}
	candidates, err := s.Candidates(ctx, v, reference, MostChoices)
	if err != nil {
		return Person{}, err
	}
	exact := slices.Clone(candidates)
	others, err := s.OtherNames(ctx, v, keysOf(candidates))
	if err != nil {
		return Person{}, err
	}
	exact = slices.DeleteFunc(exact, func(p Person) bool {
		return text.Fold(p.Name) != text.Fold(reference) &&
			!slices.ContainsFunc(others[p.ID], func(o Person) bool { return text.Fold(o.Name) == text.Fold(reference) })
	})
	switch {
	case len(exact) == 1:
		return exact[0], nil
	case len(candidates) == 1:
		return candidates[0], nil
	case len(candidates) == 0:
		// Lists leave the viewer out, but a name may mean the viewer.
		if self, err := s.Person(ctx, s.db, v, v.Person); err == nil && text.Fold(self.Name) == text.Fold(reference) {
			return self, nil
		}
		return Person{}, notFound(reference)
	}
	return Person{}, s.unclear(ctx, v, reference, candidates)
}

// MostChoices is how many people are offered when it is not clear who is meant.
const MostChoices = 7

// unclear is the fault that a reference can mean several people, who are named in it.
func (s *Store) unclear(ctx context.Context, v op.Viewer, reference string, candidates []Person) error {
	summaries, err := s.Summaries(ctx, v, keysOf(candidates))
	if err != nil {
		return err
	}
	var named []string
	for _, x := range summaries {
		name := x.Name
		if x.Organisation != "" {
			name += " (" + x.Organisation + ")"
		}
		named = append(named, name)
	}
	return fault.New(fault.Conflict, "%q can be several people: %s.", reference, strings.Join(named, ", ")).
		WithHint("Give the mail address or the whole name.").OnPage("Say below who is meant.").
		Asking(fault.Unclear{Reference: reference, Choices: choicesOf(v, summaries)})
}

// Alike are the people with names spelled nearly like one that nobody has.
func (s *Store) Alike(ctx context.Context, v op.Viewer, name string) ([]fault.Choice, error) {
	const most = 3
	similar, err := s.SimilarNames(ctx, v, name, most)
	if err != nil {
		return nil, err
	}
	summaries, err := s.Summaries(ctx, v, keysOf(similar))
	return choicesOf(v, summaries), err
}

// choicesOf offers people, each with what tells them from the others.
func choicesOf(v op.Viewer, people []PersonSummary) []fault.Choice {
	p := v.Printer()
	var out []fault.Choice
	for _, x := range people {
		var details []string
		for _, detail := range []string{x.Role, x.Organisation, x.Place} {
			if detail != "" {
				details = append(details, detail)
			}
		}
		if len(details) == 0 && len(x.Emails) > 0 {
			details = x.Emails[:1]
		}
		if x.LastContact != nil {
			details = append(details, p.Ago(*x.LastContact, v.Now))
		}
		out = append(out, fault.Choice{ID: x.ID.String(), Name: x.Name, Detail: strings.Join(details, " · ")})
	}
	return out
}

func keysOf(people []Person) []id.ID {
	keys := make([]id.ID, len(people))
	for i, p := range people {
		keys[i] = p.ID
	}
	return keys
}

func notFound(reference string) error {
	if _, err := id.Parse(reference); err == nil { // it came with a link, and whoever it was is gone
		return fault.New(fault.NotFound, "There is no such person.")
	}
	nobody := fault.New(fault.NotFound, "Nobody here is called %q.", reference).
		WithHint("Look the name up with gave people list --query.").OnPage("Look at how the name is written.")
	if CanBeCalled(reference) {
		return nobody.Naming(reference)
	}
	return nobody
}

// longestName is how many characters a name has that somebody typed rather than pasted.
const longestName = 100

// CanBeCalled says whether a reference that nobody is known by may be the name of somebody new.
func CanBeCalled(reference string) bool {
	_, notID := id.Parse(reference)
	return notID != nil && utf8.RuneCountInString(reference) <= longestName && IdentifierOf(reference).Kind == 0 &&
		!strings.ContainsAny(reference, "@\n,;") && strings.ContainsFunc(reference, unicode.IsLetter)
}

// IdentifierOf reads a reference as an identifier; the kind is 0 when it is not one.
func IdentifierOf(reference string) Identifier {
	if strings.Contains(reference, "@") {
		if address, ok := addresses.Mail(reference); ok {
			return Identifier{Kind: MailAddress, Value: address}
		}
	}
	if strings.Contains(reference, "/") {
		if link, ok := addresses.Link(reference); ok {
			return Identifier{Kind: Link, Value: link}
		}
	}
	if strings.ContainsAny(reference, "0123456789") {
		if number, ok := addresses.Phone(reference, "NL"); ok {
			return Identifier{Kind: Telephone, Value: number}
		}
	}
	return Identifier{}
}

// FindByIdentifier returns the people with an identifier that the viewer may see, each under the person it was found to
// be.
func (s *Store) FindByIdentifier(ctx context.Context, v op.Viewer, n Identifier) ([]Person, error) {
	if n.Kind == 0 {
		return nil, nil
	}
	keys, err := db.Values[id.ID](ctx, s.db, `select distinct case when p.merged > $6 then p.merged else p.id end as id
		from identifier n join person p on p.space = n.space and p.id = n.person
		where `+scope.Seen("p")+` and (n.owner = $2 or n.owner = p.owner) and n.kind = $4 and n.value = $5`,
		scope.Args(v, n.Kind, n.Value, id.Zero)...)
	if err != nil {
		return nil, err
	}
	found, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, key := range keys {
		if p, ok := found[key]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// Candidates returns people whose name has all the words of the reference, in full before in part, the strongest ties
// first.
func (s *Store) Candidates(ctx context.Context, v op.Viewer, reference string, limit int) ([]Person, error) {
	// Most of what is looked for is no name: a place or an organisation, whose words thousands may have.
	may, err := s.mayBeCalled(ctx, v, text.Words(reference))
	if err == nil && !may {
		may, err = s.mayBeCalled(ctx, v, text.Words(apart.Replace(reference)))
	}
	if err != nil || !may {
		return nil, err
	}
	list, err := s.peoplePage(ctx, v, PeopleQuery{Query: reference, Limit: 200})
	if names := apart.Replace(reference); err == nil && len(list) == 0 && names != reference {
		reference = names
		list, err = s.peoplePage(ctx, v, PeopleQuery{Query: reference, Limit: 200})
	}
	if err != nil {
		return nil, err
	}
	found, err := s.PeopleByID(ctx, v, list)
	if err != nil {
		return nil, err
	}
	others, err := s.OtherNames(ctx, v, list)
	if err != nil {
		return nil, err
	}
	words := text.Words(reference)
	var whole, part []Person
	for _, key := range list {
		p, ok := found[key]
		if !ok {
			continue
		}
		names := text.Words(p.AllNames())
		for _, other := range others[key] {
			names = append(names, text.Words(other.AllNames())...)
		}
		missing := 0
		begins := true
		for _, w := range words {
			if !slices.Contains(names, w) {
				missing++
				begins = begins && slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, w) })
			}
		}
		switch {
		case missing == 0:
			whole = append(whole, p)
		case begins:
			part = append(part, p)
		}
	}
	if len(whole) > 0 {
		part = nil
	}
	out := append(whole, part...)
	return out[:min(len(out), limit)], nil
}

// OtherNames returns for each of the people the records under other names that were found to be the same person.
func (s *Store) OtherNames(ctx context.Context, v op.Viewer, keys []id.ID) (map[id.ID][]Person, error) {
	everybody, err := s.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	// Who they are is looked up in memory: as most people are nobody else, SQLite thinks it best to read them all.
	var aliases []id.ID
	for _, key := range keys {
		aliases = append(aliases, everybody.aliases[key]...)
	}
	out := map[id.ID][]Person{}
	for _, chunk := range db.Chunks(aliases) {
		in, args := db.In(4, chunk)
		rows, err := db.Select[Person](ctx, s.db,
			`select `+personColumns+` from person p where `+scope.Seen("p")+` and p.id in (`+in+`) order by p.id`,
			scope.Args(v, args...)...)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			out[p.Merged] = append(out[p.Merged], p)
		}
	}
	return out, nil
}

// SimilarNames returns people whose name is spelled nearly like the reference: those with a word that begins alike.
func (s *Store) SimilarNames(ctx context.Context, v op.Viewer, reference string, limit int) ([]Person, error) {
	seenOnce := map[id.ID]bool{}
	var keys []id.ID
	for _, w := range text.Words(reference) {
		if len([]rune(w)) < 3 {
			continue
		}
		beginning := string([]rune(w)[:3])
		found, err := db.Values[id.ID](ctx, s.db, `select distinct p.id from person_word w
			join person p on p.space = w.space and p.id = w.person
			where `+scope.Seen("p")+` and p.merged = $4 and w.word >= $5 and w.word < $6 and w.owner in ($2, $4)
			order by p.id limit 300`, scope.Args(v, id.Zero, beginning, beginning+lastRune)...)
		if err != nil {
			return nil, err
		}
		for _, key := range found {
			if !seenOnce[key] {
				seenOnce[key] = true
				keys = append(keys, key)
			}
		}
	}
	found, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	type scored struct {
		person Person
		score  float64
	}
	var list []scored
	for _, key := range keys {
		if p, ok := found[key]; ok {
			if score := names.RefScore(reference, p.ParsedName()); score >= names.LeastScore {
				list = append(list, scored{p, score})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var out []Person
	for _, x := range list[:min(len(list), limit)] {
		out = append(out, x.person)
	}
	return out, nil
}

// MostHolders is how many holders of an item are found; whoever shows so many says that there may be more.
const MostHolders = 1000

// Holders finds whom an item stands for: a person; and else everybody of an organisation, with a tag, of a place, or
// with these words in name, role and organisation, in this order. The viewer is left out. Nobody is no fault. They are
// kept, and stay while only others change.
func (s *Store) Holders(ctx context.Context, v op.Viewer, item string) ([]id.ID, error) {
	if op.Meant(ctx, item) != "" {
		return s.holders(ctx, v, item)
	}
	tables := []string{"person", "person_word", "person_role", "person_tag", "organisation", "identifier", "tie"}
	changed := func(table string, row db.RowKey) (person id.ID, ok bool) {
		switch {
		case table == "organisation": // it is found by the roles of people
			return id.Zero, false
		case table != "tie" || row[1] == v.Person:
			return row[0], true
		}
		return row[1], row[0] == v.Person
	}
	return db.Keep(ctx, s.db, scope.Kept(v, "holders to "+v.Person.String()+" of "+item), tables,
		func(ctx context.Context, old []id.ID, change db.Change) ([]id.ID, error) {
			if people, known := db.Keys(change, tables, changed); known && !people[v.Person] &&
				!slices.ContainsFunc(old, func(key id.ID) bool { return people[key] }) {
				if found, err := s.mayHold(ctx, v, item, people); err != nil || !found {
					return old, err
				}
			}
			return s.holders(ctx, v, item)
		})
}

// mayHold says whether some people may be found by an item: that they are not is certain.
func (s *Store) mayHold(ctx context.Context, v op.Viewer, item string, people map[id.ID]bool) (bool, error) {
	words := text.Words(item + " " + apart.Replace(item))
	_, err := id.Parse(item)
	if err == nil || IdentifierOf(item).Kind != 0 || len(words) == 0 || len(people) > db.Chunk {
		return true, nil
	}
	if len(people) == 0 {
		return false, nil
	}
	args := []any{v.Space, item, text.Fold(item)}
	var begins []string
	for _, w := range words {
		args = append(args, w, w+lastRune)
		begins = append(begins, "word >= "+db.Placeholder(len(args)-1)+" and word < "+db.Placeholder(len(args)))
	}
	in, more := db.In(len(args)+1, slices.Collect(maps.Keys(people)))
	found, err := db.Value[int](ctx, s.db, `select
		(select count(*) from person_word where space = $1 and person in (`+in+`) and (`+strings.Join(begins, " or ")+`)) +
		(select count(*) from person where space = $1 and id in (`+in+`) and place = $2) +
		(select count(*) from person_tag where space = $1 and person in (`+in+`) and tag = $3) +
		(select count(*) from person_role r join organisation o on o.space = r.space and o.id = r.organisation
			where r.space = $1 and r.person in (`+in+`) and o.folded = $3)`, append(args, more...)...)
	return found > 0, err
}

// apart takes the words of a name apart that is written as one, such as anna.jansen.
var apart = strings.NewReplacer(".", " ", "_", " ")

func (s *Store) holders(ctx context.Context, v op.Viewer, item string) ([]id.ID, error) {
	p, err := s.Resolve(ctx, v, item)
	switch {
	case err == nil:
		if p.ID == v.Person {
			return nil, nil
		}
		return []id.ID{p.ID}, nil
	case fault.CodeOf(err) != fault.NotFound:
		return nil, err
	}
	queries := []PeopleQuery{{Organisation: item}, {Tag: item}, {Place: item}, {Query: item}}
	if tact.DelicateTag(item) { // whom that concerns is no way to anything
		queries = []PeopleQuery{{Organisation: item}, {Place: item}}
	}
	for _, query := range queries {
		query.Limit = MostHolders
		keys, err := s.peoplePage(ctx, v, query)
		if err != nil {
			return nil, err
		}
		if len(keys) > 0 {
			return slices.Clip(keys[:min(len(keys), MostHolders)]), nil
		}
	}
	return nil, nil
}
