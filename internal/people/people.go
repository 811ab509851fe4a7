package people

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// PersonSummary is a person as lists show them, with the viewer's tie to them.
type PersonSummary struct {
	ID           id.ID      `json:"id"`
	Name         string     `json:"name"`
	Emails       []string   `json:"emails"`
	Organisation string     `json:"organisation"`
	Role         string     `json:"role"`
	Place        string     `json:"place,omitempty"`
	Strength     float64    `json:"strength" doc:"strength of your tie, from 0 to below 1"`
	Class        tie.Class  `json:"class,omitempty" doc:"strong, moderate, weak, dormant or latent; empty when there is no tie"`
	LastContact  *time.Time `json:"last_contact" doc:"null when there was none"`
	Member       bool       `json:"is_member,omitempty" doc:"a member of the space"`
	Photo        int64      `json:"-"` // when the photo was added that is shown; 0 for none
}

// PeopleQuery says which people to list.
type PeopleQuery struct {
	Query        string    `json:"query,omitempty" doc:"words of the name, address, organisation, place or tags; each may be a beginning" maxLength:"200"`
	Class        tie.Class `json:"class,omitempty" doc:"only ties of this class" enum:"strong,moderate,weak,dormant"`
	Organisation string    `json:"organisation,omitempty" doc:"only people of this organisation" maxLength:"200"`
	Tag          string    `json:"tag,omitempty" doc:"only people with this tag" maxLength:"200"`
	Place        string    `json:"place,omitempty" doc:"only people of this place" maxLength:"200"`
	Sort         string    `json:"sort,omitempty" doc:"order of the list" enum:"strength,name,last_contact,added" default:"strength"`
	Limit        int       `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
	Offset       int       `json:"offset,omitempty" doc:"how many to pass over" minimum:"0"`
}

// PeopleList is one page of people.
type PeopleList struct {
	People []PersonSummary `json:"people"`
	More   bool            `json:"more" doc:"there are more after these"`
}

// People returns a page of the people that the viewer may see. A search that finds few people sorts those; any other
// list walks the index of its order and stops at the end of the page. So a page costs about the same at any number of
// people.
func (s *Store) People(ctx context.Context, v op.Viewer, query PeopleQuery) (PeopleList, error) {
	if query.Limit <= 0 || query.Limit > 1000 {
		query.Limit = 50
	}
	query.Offset = max(0, query.Offset)
	keys, err := s.peoplePage(ctx, v, query)
	if err != nil {
		return PeopleList{}, err
	}
	more := len(keys) > query.Limit
	keys = keys[:min(len(keys), query.Limit)]
	people, err := s.Summaries(ctx, v, keys)
	return PeopleList{People: people, More: more}, err
}

// lastRune sorts after every word that begins alike: word >= w and word < w + lastRune finds the words that begin with
// w.
const lastRune = "\U0010ffff"

// ByFound is the order of a search: those whose name has the words, then those who are found by something else; the
// strongest tie first among each.
const ByFound = "found"

// few is up to how many candidates are sorted in memory rather than walked in the index.
const few = 3000

// peoplePage returns the ids of the page and, when there is one, the id after it.
func (s *Store) peoplePage(ctx context.Context, v op.Viewer, query PeopleQuery) ([]id.ID, error) {
	words := text.Words(query.Query)
	words = words[:min(len(words), 8)]
	if query.Organisation != "" || query.Tag != "" || query.Place != "" {
		candidates, err := s.filtered(ctx, v, query)
		if err != nil {
			return nil, err
		}
		if len(candidates) <= few {
			return s.sortPeople(ctx, v, query, words, candidates)
		}
	}
	if len(words) > 0 {
		candidates, known, err := s.withWords(ctx, v, words)
		if err != nil {
			return nil, err
		}
		if known { // they have the words
			return s.sortPeople(ctx, v, query, nil, candidates)
		}
	}
	if query.Sort == "added" && query.Class == "" {
		return s.walkAdded(ctx, v, query, words)
	}
	if query.Sort == "name" && query.Class == "" || v.Person.IsZero() {
		if query.Class != "" {
			return nil, nil
		}
		return s.walkNames(ctx, v, query, words, "", query.Limit+1, query.Offset)
	}
	shared, err := db.Values[id.ID](ctx, s.db, `select other from tie where space = $1 and owner = $2 and person = $3`,
		v.Space, id.Zero, v.Person)
	if err != nil {
		return nil, err
	}
	if len(shared) > 0 || query.Sort == "name" {
		own, err := db.Values[id.ID](ctx, s.db, `select other from tie where space = $1 and owner = $2 and person = $3`,
			v.Space, v.Member, v.Person)
		if err != nil {
			return nil, err
		}
		all := append(own, shared...)
		slices.SortFunc(all, func(a, b id.ID) int { return strings.Compare(string(a[:]), string(b[:])) })
		all = slices.Compact(all)
		keys, err := s.sortPeople(ctx, v, query, words, all)
		if err != nil || query.Class != "" || len(keys) > query.Limit {
			return keys, err
		}
		return s.appendWithoutTie(ctx, v, query, words, keys, len(all))
	}
	keys, err := s.walkTies(ctx, v, query, words)
	if err != nil || query.Class != "" || len(keys) > query.Limit {
		return keys, err
	}
	tied, err := db.Value[int](ctx, s.db, `select count(*) from tie where space = $1 and owner = $2 and person = $3`,
		v.Space, v.Member, v.Person)
	if err != nil {
		return nil, err
	}
	return s.appendWithoutTie(ctx, v, query, words, keys, tied)
}

// many is from how many people a word says too little to begin with.
const many = 20_000

// withWords returns up to few+1 people who have all the words, found by the rarest. When every word is common it says
// that it does not know.
func (s *Store) withWords(ctx context.Context, v op.Viewer, words []string) (people []id.ID, known bool, err error) {
	rarest, least := "", many
	for _, w := range words {
		n, err := db.Value[int](ctx, s.db, `select count(*) from
			(select 1 from person_word where space = $1 and word >= $2 and word < $3
			and owner in ($5, $6) limit $4) as found`, v.Space, w, w+lastRune, many, id.Zero, v.Member)
		if err != nil {
			return nil, false, err
		}
		if n < least {
			rarest, least = w, n
		}
	}
	if rarest == "" {
		return nil, false, nil
	}
	const bearers = ` from person_word w
		where w.space = $1 and w.word >= $2 and w.word < $3 and w.owner in ($5, $6)`
	c := &conditions{args: []any{v.Space, rarest, rarest + lastRune, few + 1, id.Zero, v.Member}}
	for _, w := range words {
		if w != rarest {
			c.add(`exists (select 1 from person_word o
				where o.space = w.space and o.person = w.person and o.word >= ? and o.word < ?
				and o.owner in ($5, $6))`, w, w+lastRune)
		}
	}
	if len(words) > 1 && least > 2*few { // a few say whether it is worth looking at all of them
		const tried = 500
		sample := slices.Clone(c.args)
		sample[3] = tried
		n, err := db.Value[int](ctx, s.db, `select count(*) from (select w.space, w.person`+bearers+` limit $4) w
			where 1 = 1`+c.text.String(), sample...)
		if err != nil || n*least > tried*few {
			return nil, false, err
		}
	}
	people, err = db.Values[id.ID](ctx, s.db, `select distinct w.person`+bearers+c.text.String()+` limit $4`, c.args...)
	return people, len(people) <= few, err
}

// filtered returns up to few+1 people who may be of the query's organisation or place or have its tag.
func (s *Store) filtered(ctx context.Context, v op.Viewer, query PeopleQuery) ([]id.ID, error) {
	if query.Tag != "" {
		return db.Values[id.ID](ctx, s.db, `select distinct person from person_tag
			where space = $1 and owner = $2 and tag = $3 limit $4`, v.Space, v.Member, tagWord(query.Tag), few+1)
	}
	if query.Organisation == "" {
		everybody, err := s.Everybody(ctx, v)
		if err != nil {
			return nil, err
		}
		return everybody.at(query.Place), nil
	}
	return db.Values[id.ID](ctx, s.db, `select distinct r.person from organisation o
		join person_role r on r.space = o.space and r.organisation = o.id
		where o.space = $1 and o.folded = $2 limit $3`, v.Space, text.Fold(query.Organisation), few+1)
}

// conditions collects the filter of a query with its arguments after those of scope, the zero id ($4) and the viewer's
// person ($5).
type conditions struct {
	text strings.Builder
	args []any
}

// add appends a condition in which each ? stands for the next value.
func (c *conditions) add(condition string, values ...any) {
	for _, value := range values {
		c.args = append(c.args, value)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.text.WriteString(" and " + condition)
}

// listed starts the conditions under which a person stands in a list: seen by the viewer, not merged, not the viewer.
func listed(v op.Viewer, query PeopleQuery, words []string) *conditions {
	c := &conditions{args: scope.Args(v, id.Zero, v.Person)}
	c.text.WriteString(scope.Seen("p") + ` and p.merged = $4 and p.id <> $5`)
	for _, w := range words {
		c.add(`exists (select 1 from person_word w where w.space = p.space and w.person = p.id and w.word >= ?
			and w.word < ? and w.owner in ($2, $4))`, w, w+lastRune)
	}
	if query.Organisation != "" {
		c.add(`exists (select 1 from person_role r join organisation o on o.space = r.space and o.id = r.organisation
			where r.space = p.space and r.person = p.id and o.folded = ?)`, text.Fold(query.Organisation))
	}
	if query.Tag != "" {
		c.add(`exists (select 1 from person_tag t where t.space = p.space and t.person = p.id and t.owner = $2
			and t.tag = ?)`, tagWord(query.Tag))
	}
	if query.Place != "" {
		c.add(`(p.place = ? or exists (select 1 from person a where a.space = p.space and a.merged = p.id
			and a.owner = $2 and a.place = ?))`, query.Place, query.Place)
	}
	return c
}

// walkNames lists people in the order of their names; extra is one more condition.
func (s *Store) walkNames(ctx context.Context, v op.Viewer, query PeopleQuery, words []string, extra string,
	count, skip int,
) ([]id.ID, error) {
	c := listed(v, query, words)
	if extra != "" {
		c.add(extra)
	}
	n := len(c.args)
	return db.Values[id.ID](ctx, s.db, `select p.id from person p where `+c.text.String()+` order by p.sort_key, p.id
		limit $`+strconv.Itoa(n+1)+` offset $`+strconv.Itoa(n+2), append(c.args, count, skip)...)
}

// walkAdded lists people from the latest added: ids grow with time.
func (s *Store) walkAdded(ctx context.Context, v op.Viewer, query PeopleQuery, words []string) ([]id.ID, error) {
	c := listed(v, query, words)
	n := len(c.args)
	return db.Values[id.ID](ctx, s.db, `select p.id from person p where `+c.text.String()+` order by p.id desc
		limit $`+strconv.Itoa(n+1)+` offset $`+strconv.Itoa(n+2), append(c.args, query.Limit+1, query.Offset)...)
}

// walkTies lists the people that the viewer has a tie with, in the order of the tie.
func (s *Store) walkTies(ctx context.Context, v op.Viewer, query PeopleQuery, words []string) ([]id.ID, error) {
	c := listed(v, query, words)
	if query.Class != "" {
		classCondition(c, query.Class, v.Now)
	}
	order := "t.rank"
	if query.Sort == "last_contact" {
		order = "t.as_of"
	}
	n := len(c.args)
	return db.Values[id.ID](ctx, s.db, `select p.id from tie t cross join person p
		where p.space = t.space and p.id = t.other and t.space = $1 and t.owner = $2 and t.person = $5 and `+
		c.text.String()+` order by `+order+` desc
		limit $`+strconv.Itoa(n+1)+` offset $`+strconv.Itoa(n+2), append(c.args, query.Limit+1, query.Offset)...)
}

// classCondition says in SQL what TieState.ClassAt says in Go. The plus keeps the database from leaving the index of
// strength, which holds all of this, for that of time.
func classCondition(c *conditions, class tie.Class, now time.Time) {
	silent := now.UnixMicro() - tie.DormantAfter.Microseconds()
	peak := tie.Intensity(tie.ModerateFrom)
	if class == tie.Dormant {
		c.add(`+t.as_of <= ? and t.peak >= ?`, silent, peak)
		return
	}
	c.add(`not (+t.as_of <= ? and t.peak >= ?)`, silent, peak)
	rank := func(strength float64) float64 {
		return math.Log2(tie.Intensity(strength)) + float64(now.UnixMicro())/float64(tie.HalfLife.Microseconds())
	}
	switch class {
	case tie.Strong:
		c.add(`t.rank >= ?`, rank(tie.StrongFrom))
	case tie.Moderate:
		c.add(`t.rank >= ? and t.rank < ?`, rank(tie.ModerateFrom), rank(tie.StrongFrom))
	case tie.Weak:
		c.add(`t.rank < ?`, rank(tie.ModerateFrom))
	default:
		c.add(`1 = 0`)
	}
}

// appendWithoutTie fills a page with people that the viewer has no tie with, by name. tied is how many have one.
func (s *Store) appendWithoutTie(ctx context.Context, v op.Viewer, query PeopleQuery, words []string, keys []id.ID,
	tied int,
) ([]id.ID, error) {
	skip := 0
	if len(keys) == 0 {
		skip = max(0, query.Offset-tied)
	}
	rest, err := s.walkNames(ctx, v, query, words, `not exists (select 1 from tie t
		where t.space = p.space and t.owner in ($2, $4) and t.person = $5 and t.other = p.id)`,
		query.Limit+1-len(keys), skip)
	return append(keys, rest...), err
}

// sortPeople lists those of the candidates that the query wants, in its order.
func (s *Store) sortPeople(
	ctx context.Context, v op.Viewer, query PeopleQuery, words []string, candidates []id.ID,
) ([]id.ID, error) {
	type entry struct {
		ID      id.ID
		SortKey string
		tie     tie.State
		named   bool
	}
	var list []entry
	sought := text.NewQuery(query.Query)
	for _, chunk := range db.Chunks(candidates) {
		c := listed(v, query, words)
		in, args := db.In(len(c.args)+1, chunk)
		found, err := db.Select[struct {
			ID      id.ID
			SortKey string
		}](ctx, s.db, `select p.id, p.sort_key from person p where p.id in (`+in+`) and `+c.text.String(),
			append(c.args, args...)...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			named := query.Sort == ByFound && sought.In(f.SortKey)
			list = append(list, entry{ID: f.ID, SortKey: f.SortKey, named: named})
		}
	}
	if !v.Person.IsZero() && (query.Sort != "name" || query.Class != "") {
		keys := make([]id.ID, len(list))
		for i, e := range list {
			keys[i] = e.ID
		}
		ties, err := s.TieStates(ctx, v, v.Person, keys)
		if err != nil {
			return nil, err
		}
		kept := list[:0]
		for _, e := range list {
			e.tie = ties[e.ID]
			if query.Class == "" || (e.tie.Interactions > 0 && e.tie.ClassAt(v.Now) == query.Class) {
				kept = append(kept, e)
			}
		}
		list = kept
	} else if query.Class != "" {
		list = nil
	}
	slices.SortFunc(list, func(a, b entry) int {
		order := 0.0
		if a.named != b.named {
			if a.named {
				return -1
			}
			return 1
		}
		switch query.Sort {
		case "name":
		case "added":
			order = float64(b.ID.Compare(a.ID))
		case "last_contact":
			order = float64(b.tie.AsOf - a.tie.AsOf)
		default:
			order = b.tie.IntensityAt(v.Now) - a.tie.IntensityAt(v.Now)
		}
		switch {
		case order < 0:
			return -1
		case order > 0:
			return 1
		case a.SortKey != b.SortKey:
			return strings.Compare(a.SortKey, b.SortKey)
		}
		return strings.Compare(string(a.ID[:]), string(b.ID[:]))
	})
	keys := make([]id.ID, 0, query.Limit+1)
	for i := query.Offset; i < len(list) && len(keys) <= query.Limit; i++ {
		keys = append(keys, list[i].ID)
	}
	return keys, nil
}

// Summaries returns people as lists show them, in the order given; those that the viewer may not see are left out.
func (s *Store) Summaries(ctx context.Context, v op.Viewer, keys []id.ID) ([]PersonSummary, error) {
	people, err := s.PeopleByID(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	identifiers, err := s.Identifiers(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	return s.summaries(ctx, v, keys, people, identifiers)
}

// summaries are the summaries of people whose identifiers are known.
func (s *Store) summaries(
	ctx context.Context, v op.Viewer, keys []id.ID, people map[id.ID]Person, identifiers map[id.ID][]Identifier,
) ([]PersonSummary, error) {
	ties := map[id.ID]tie.State{}
	if !v.Person.IsZero() {
		var err error
		if ties, err = s.TieStates(ctx, v, v.Person, keys); err != nil {
			return nil, err
		}
	}
	members, err := s.Members(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make([]PersonSummary, 0, len(keys))
	for _, key := range keys {
		p, ok := people[key]
		if !ok {
			continue
		}
		summary := PersonSummary{
			ID: p.ID, Name: p.Name, Emails: []string{}, Organisation: p.Organisation, Role: p.Title, Place: p.Place,
			Photo: p.Photo,
		}
		m, ok := members[key]
		summary.Member = ok && !m.Ended
		for _, i := range identifiers[key] {
			if i.Kind == MailAddress {
				summary.Emails = append(summary.Emails, i.Value)
			}
		}
		if bond := ties[key]; bond.Interactions > 0 {
			last := time.UnixMicro(bond.AsOf).UTC()
			summary.Strength = tie.Strength(bond.IntensityAt(v.Now))
			summary.Class = bond.ClassAt(v.Now)
			summary.LastContact = &last
		}
		out = append(out, summary)
	}
	return out, nil
}
