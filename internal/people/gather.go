package people

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// Gathering puts together what is kept of everybody from the rows of tables as an export writes them, so that no row is
// asked for twice. What the viewer may not see is left out by whoever passes the rows.
type Gathering struct {
	store *Store
	v     op.Viewer

	people        []gathered
	at            map[id.ID]int32 // the place in people
	organisations map[id.ID]string
	events        []Event         // in the order of ids; People is filled last
	eventAt       map[id.ID]int32 // the place in events
	parts         []part
}

// gathered is a person with what rows say of them.
type gathered struct {
	id, merged, owner id.ID
	name, sortKey     string
	rest              string
	fields            [len(Fields)]string
	visibility        scope.Visibility
	created           int64
	identifiers       []Identifier
	roles             []Role
	tie               tie.State
	more              *gatheredMore
}

// gatheredMore is what few people have.
type gatheredMore struct {
	tags   []string
	notes  []Note
	dates  []ownedDate
	merged []MergedPerson
}

type ownedDate struct {
	owner id.ID
	ImportantDate
}

// part says that a person took part in an event.
type part struct {
	event, person int32
	role          int8
}

// Gather begins a gathering.
func (s *Store) Gather(v op.Viewer) *Gathering {
	return &Gathering{
		store: s, v: v, at: map[id.ID]int32{}, organisations: map[id.ID]string{}, eventAt: map[id.ID]int32{},
	}
}

// row is a row of a table as the database gave it, with the places of the columns that are asked for.
type row struct {
	values []any
	places []int
}

func (r row) key(column int) (key id.ID) {
	if b, ok := r.values[r.places[column]].([]byte); ok && len(b) == len(key) {
		key = id.ID(b)
	}
	return key
}

func (r row) text(column int) string {
	s, _ := r.values[r.places[column]].(string)
	return s
}

func (r row) number(column int) int64 {
	n, _ := r.values[r.places[column]].(int64)
	return n
}

func (r row) float(column int) float64 {
	switch x := r.values[r.places[column]].(type) {
	case float64:
		return x
	case int64:
		return float64(x)
	}
	return 0
}

// Take returns what takes the rows of a table whose columns stand in this order; nil for a table that says nothing of
// people. Tables come in the order of the rooms: people before what is theirs.
func (g *Gathering) Take(table string, columns []string) func(values []any) error {
	take := func(f func(row) error, wanted ...string) func([]any) error {
		r := row{places: make([]int, len(wanted))}
		for i, name := range wanted {
			r.places[i] = slices.Index(columns, name)
		}
		return func(values []any) error {
			r.values = values
			return f(r)
		}
	}
	switch table {
	case "person":
		return take(g.person, append([]string{
			"id", "owner", "merged", "visibility", "created", "name", "sort_key", "rest",
		}, FieldColumns()...)...)
	case "identifier":
		return take(g.identifier, "person", "owner", "kind", "value")
	case "organisation":
		return take(g.organisation, "id", "name")
	case "person_role":
		return take(g.role, "person", "organisation", "title", "department", "from_day", "until_day")
	case "person_tag":
		return take(g.tag, "person", "tag")
	case "note":
		return take(g.note, "person", "id", "body", "at", "source", "owner")
	case "important_date":
		return take(g.date, "person", "owner", "kind", "year", "month", "day", "visibility")
	case "interaction":
		return take(g.interaction, "id", "owner", "time", "medium", "title", "place", "minutes", "source",
			"people", "import")
	case "participant":
		return take(g.participant, "interaction", "person", "role")
	case "merge":
		return take(g.merge, "kept", "absorbed", "id", "at", "origin", "import", "reasons", "state")
	case "tie":
		return take(g.tie, "person", "other", "intensity", "sent", "received", "peak", "as_of", "last_interaction",
			"first_contact", "interactions")
	}
	return nil
}

func (g *Gathering) person(r row) error {
	p := gathered{
		id: r.key(0), owner: r.key(1), merged: r.key(2), visibility: scope.Visibility(r.number(3)),
		created: r.number(4), name: r.text(5), sortKey: r.text(6), rest: r.text(7),
	}
	for i := range p.fields {
		p.fields[i] = r.text(8 + i)
	}
	g.at[p.id] = int32(len(g.people))
	g.people = append(g.people, p)
	return nil
}

// of returns the person in a column; nil when the viewer may not see them.
func (g *Gathering) of(r row, column int) *gathered {
	i, ok := g.at[r.key(column)]
	if !ok {
		return nil
	}
	return &g.people[i]
}

// more returns the place for what few people have; nil when the viewer may not see the person.
func (g *Gathering) more(r row, column int) *gatheredMore {
	p := g.of(r, column)
	if p == nil {
		return nil
	}
	if p.more == nil {
		p.more = &gatheredMore{}
	}
	return p.more
}

func (g *Gathering) identifier(r row) error {
	p := g.of(r, 0)
	if owner := r.key(1); p != nil && (owner == g.v.Member || owner == p.owner) {
		p.identifiers = append(p.identifiers, Identifier{Kind: IdentifierKind(r.number(2)), Value: r.text(3)})
	}
	return nil
}

func (g *Gathering) organisation(r row) error {
	g.organisations[r.key(0)] = r.text(1)
	return nil
}

func (g *Gathering) role(r row) error {
	if p := g.of(r, 0); p != nil {
		p.roles = append(p.roles,
			Role{OrganisationID: r.key(1), Title: r.text(2), Department: r.text(3), From: r.text(4), Until: r.text(5)})
	}
	return nil
}

func (g *Gathering) tag(r row) error {
	if m := g.more(r, 0); m != nil {
		m.tags = append(m.tags, r.text(1))
	}
	return nil
}

func (g *Gathering) note(r row) error {
	if m := g.more(r, 0); m != nil {
		m.notes = append(m.notes,
			Note{r.key(1), r.text(2), time.UnixMicro(r.number(3)).UTC(), r.text(4), r.key(5) == g.v.Member})
	}
	return nil
}

func (g *Gathering) date(r row) error {
	if m := g.more(r, 0); m != nil {
		m.dates = append(m.dates, ownedDate{r.key(1), ImportantDate{
			Kind: r.text(2), Year: int(r.number(3)), Month: time.Month(r.number(4)), Day: int(r.number(5)),
			Visibility: scope.Visibility(r.number(6)), Own: r.key(1) == g.v.Member,
		}})
	}
	return nil
}

func (g *Gathering) interaction(r row) error {
	key := r.key(0)
	g.eventAt[key] = int32(len(g.events))
	g.events = append(g.events, Event{
		ID: key, Time: time.UnixMicro(r.number(2)).UTC(), Medium: tie.MediumOf(int(r.number(3))), Title: r.text(4),
		Place: r.text(5), Minutes: int(r.number(6)),
		Source: r.text(7), People: []Ref{}, Total: int(r.number(8)), Said: r.key(1) == g.v.Member && r.key(9).IsZero(),
	})
	return nil
}

func (g *Gathering) participant(r row) error {
	event, seen := g.eventAt[r.key(0)]
	person, known := g.at[r.key(1)]
	if seen && known {
		g.parts = append(g.parts, part{event, person, int8(r.number(2))})
	}
	return nil
}

func (g *Gathering) merge(r row) error {
	m, absorbed := g.more(r, 0), g.of(r, 1)
	if m == nil || absorbed == nil || r.text(7) != "merged" {
		return nil
	}
	one, err := mergedRow{
		Merge: r.key(2), Name: absorbed.name, At: r.number(3), Origin: r.text(4), Import: r.key(5), Reasons: r.text(6),
	}.person()
	m.merged = append(m.merged, one)
	return err
}

func (g *Gathering) tie(r row) error {
	if r.key(0) != g.v.Person || g.v.Person.IsZero() {
		return nil
	}
	if p := g.of(r, 1); p != nil {
		p.tie = p.tie.Plus(tie.State{
			Intensity: r.float(2), Sent: r.float(3), Received: r.float(4), Peak: r.float(5), AsOf: r.number(6),
			LastInteraction: r.key(7), FirstContact: r.number(8), Interactions: int(r.number(9)),
		})
	}
	return nil
}

// Each calls f for everybody, the viewer too, in the order of names. The timeline is not to be kept after f returns.
func (g *Gathering) Each(ctx context.Context, f func(PersonRecord) error) error {
	if err := g.nameOrganisations(ctx); err != nil {
		return err
	}
	top := make([]int32, len(g.people)) // whom each stands for
	aliases := map[int32][]int32{}
	var order []int32
	for i, p := range g.people {
		top[i] = int32(i)
		if kept, ok := g.at[p.merged]; ok && !p.merged.IsZero() {
			top[i] = kept
			aliases[kept] = append(aliases[kept], int32(i))
		} else {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(g.people[x].sortKey, g.people[y].sortKey),
			id.ID.Compare(g.people[x].id, g.people[y].id))
	})
	timelines := g.timelines(top)
	var timeline []Event
	for _, i := range order {
		timeline = timeline[:0]
		for _, event := range timelines(i) {
			timeline = append(timeline, g.events[event])
		}
		p := g.assemble(append([]int32{i}, aliases[i]...))
		p.Timeline = timeline
		if p.Timeline == nil {
			p.Timeline = []Event{}
		}
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// nameOrganisations gives roles the names of their organisations. One that the viewer may not see has a name where
// somebody has a role there.
func (g *Gathering) nameOrganisations(ctx context.Context) error {
	var missing []id.ID
	for i := range g.people {
		for _, r := range g.people[i].roles {
			if _, ok := g.organisations[r.OrganisationID]; !ok {
				g.organisations[r.OrganisationID] = ""
				missing = append(missing, r.OrganisationID)
			}
		}
	}
	for _, chunk := range db.Chunks(missing) {
		in, args := db.In(2, chunk)
		found, err := db.Select[Ref](ctx, g.store.db,
			`select id, name from organisation where space = $1 and id in (`+in+`)`,
			append([]any{g.v.Space}, args...)...)
		if err != nil {
			return err
		}
		for _, o := range found {
			g.organisations[o.ID] = o.Name
		}
	}
	for i := range g.people {
		for j := range g.people[i].roles {
			r := &g.people[i].roles[j]
			r.Organisation = g.organisations[r.OrganisationID]
		}
	}
	return nil
}

// timelines names who took part in each event and returns a function that gives the events of a person, the newest
// first.
func (g *Gathering) timelines(top []int32) func(person int32) []int32 {
	// The parts of each event stand together, the strongest role first; people stand in the order of their ids.
	slices.SortFunc(g.parts, func(x, y part) int {
		return cmp.Or(cmp.Compare(x.event, y.event), cmp.Compare(x.role, y.role), cmp.Compare(x.person, y.person))
	})
	begins := make([]int32, len(g.events)+1)
	for _, p := range g.parts {
		begins[p.event+1]++
	}
	refs := make([]Ref, 0, len(g.parts))
	for i := range g.events {
		begins[i+1] += begins[i]
		from := len(refs)
		for _, p := range g.parts[begins[i]:begins[i+1]] {
			who := g.people[top[p.person]]
			if ref := (Ref{who.id, who.name}); !slices.Contains(refs[from:], ref) {
				refs = append(refs, ref)
			}
		}
		g.events[i].People = refs[from:len(refs):len(refs)]
	}
	newest := make([]int32, len(g.events))
	for i := range newest {
		newest[i] = int32(i)
	}
	slices.SortFunc(newest, func(x, y int32) int {
		return cmp.Or(g.events[y].Time.Compare(g.events[x].Time), cmp.Compare(y, x))
	})
	// Counted first, so that all timelines share one list.
	starts, ends := make([]int32, len(g.people)+1), make([]int32, len(g.people))
	for _, p := range g.parts {
		starts[top[p.person]+1]++
	}
	for i := range ends {
		starts[i+1] += starts[i]
		ends[i] = starts[i]
	}
	list := make([]int32, len(g.parts))
	for _, event := range newest {
		for _, p := range g.parts[begins[event]:begins[event+1]] {
			person := top[p.person]
			if end := ends[person]; end == starts[person] || list[end-1] != event {
				list[end] = event
				ends[person]++
			}
		}
	}
	return func(person int32) []int32 { return list[starts[person]:ends[person]] }
}

// assemble puts together a person and those who were found to be them.
func (g *Gathering) assemble(cluster []int32) PersonRecord {
	p := &g.people[cluster[0]]
	out := PersonRecord{PersonDetail: PersonDetail{
		PersonSummary: PersonSummary{ID: p.id, Name: p.name, Emails: []string{}},
		Visibility:    p.visibility, Self: p.id == g.v.Person, Added: time.UnixMicro(p.created).UTC(),
		Phones: []string{}, Links: []string{}, Roles: []Role{}, Tags: []string{}, Notes: []Note{},
		Dates: []ImportantDate{}, Merged: []MergedPerson{},
	}, Handles: []string{}, Rest: p.rest}
	for i, f := range Fields {
		*f.Detail(&out.PersonDetail) = p.fields[i]
	}
	if p.tie.Interactions > 0 {
		last := time.UnixMicro(p.tie.AsOf).UTC()
		out.Strength = tie.Strength(p.tie.IntensityAt(g.v.Now))
		out.Class = p.tie.ClassAt(g.v.Now)
		out.LastContact = &last
	}
	for _, i := range cluster { // by kind, then in the order of people
		slices.SortFunc(g.people[i].identifiers, func(x, y Identifier) int {
			return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Value, y.Value))
		})
	}
	add := func(list *[]string, value string) {
		if !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	for _, i := range g.inOrder(cluster) {
		for _, n := range g.people[i].identifiers {
			switch n.Kind {
			case MailAddress:
				add(&out.Emails, n.Value)
			case Telephone:
				add(&out.Phones, n.Value)
			case Link:
				add(&out.Links, n.Value)
			case Handle:
				add(&out.Handles, n.Value)
			}
		}
	}
	var dates []ownedDate
	for _, i := range cluster {
		out.Roles = append(out.Roles, g.people[i].roles...)
		if m := g.people[i].more; m != nil {
			out.Tags, out.Notes, out.Merged = append(out.Tags, m.tags...), append(out.Notes, m.notes...),
				append(out.Merged, m.merged...)
			dates = append(dates, m.dates...)
		}
	}
	out.Dates = append(out.Dates, shownDates(dates)...)
	out.sort()
	return out
}

// inOrder returns the people of a cluster in the order of their ids.
func (g *Gathering) inOrder(cluster []int32) []int32 {
	if len(cluster) == 1 {
		return cluster
	}
	return slices.Sorted(slices.Values(cluster))
}

// shownDates returns each day once: the viewer's own record of it first, else the one that says most.
func shownDates(dates []ownedDate) []ImportantDate {
	slices.SortFunc(dates, func(x, y ownedDate) int {
		others := func(d ownedDate) int {
			if d.Own {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Month, y.Month), cmp.Compare(x.Day, y.Day),
			others(x)-others(y), cmp.Compare(y.Year, x.Year), id.ID.Compare(x.owner, y.owner))
	})
	var out []ImportantDate
	for _, d := range dates {
		if n := len(out); n == 0 || out[n-1].Kind != d.Kind || out[n-1].Month != d.Month || out[n-1].Day != d.Day {
			out = append(out, d.ImportantDate)
		}
	}
	return out
}

// sort brings the lists in the order in which pages show them.
func (p *PersonRecord) sort() {
	slices.SortStableFunc(p.Roles, func(x, y Role) int {
		past := func(r Role) int { return min(len(r.Until), 1) }
		return cmp.Or(past(x)-past(y), cmp.Compare(y.From, x.From), cmp.Compare(x.Organisation, y.Organisation),
			cmp.Compare(x.Title, y.Title))
	})
	p.Roles = slices.Compact(p.Roles)
	slices.Sort(p.Tags)
	p.Tags = slices.Compact(p.Tags)
	slices.SortFunc(p.Notes, func(x, y Note) int { return cmp.Or(y.At.Compare(x.At), id.ID.Compare(x.ID, y.ID)) })
	slices.SortFunc(p.Merged, func(x, y MergedPerson) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), id.ID.Compare(x.Merge, y.Merge))
	})
}

// AppendJSON appends the person in the same bytes as encoding/json writes them. Timelines are most of an export, so
// they are written without reflection.
func (p PersonRecord) AppendJSON(to []byte) ([]byte, error) {
	events := p.Timeline
	p.Timeline = []Event{}
	head, err := json.Marshal(p)
	if err != nil {
		return to, err
	}
	to = append(to, head[:len(head)-len("]}")]...)
	for i := range events {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = events[i].appendJSON(to); err != nil {
			return to, err
		}
	}
	return append(to, "]}"...), nil
}

func (e *Event) appendJSON(to []byte) ([]byte, error) {
	to = append(appendKey(append(to, `{"id":`...), e.ID), `,"time":"`...)
	to, err := e.Time.AppendText(to)
	if err != nil {
		return to, err
	}
	to = text.AppendJSON(append(to, `","medium":`...), string(e.Medium))
	if e.Title != "" {
		to = text.AppendJSON(append(to, `,"title":`...), e.Title)
	}
	if e.Place != "" {
		to = text.AppendJSON(append(to, `,"place":`...), e.Place)
	}
	if e.Minutes != 0 {
		to = strconv.AppendInt(append(to, `,"minutes":`...), int64(e.Minutes), 10)
	}
	to = append(text.AppendJSON(append(to, `,"source":`...), e.Source), `,"people":[`...)
	for i, who := range e.People {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(text.AppendJSON(append(appendKey(append(to, `{"id":`...), who.ID), `,"name":`...), who.Name), '}')
	}
	to = strconv.AppendInt(append(to, `],"total":`...), int64(e.Total), 10)
	return append(strconv.AppendBool(append(to, `,"said":`...), e.Said), '}'), nil
}

func appendKey(to []byte, key id.ID) []byte {
	to, _ = key.AppendText(append(to, '"')) // an id has no error
	return append(to, '"')
}
