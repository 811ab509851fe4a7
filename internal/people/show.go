package people

import (
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// PersonDetail is all that the viewer may see of a person.
type PersonDetail struct {
	PersonSummary
	Nickname   string           `json:"nickname,omitempty"`
	Visibility scope.Visibility `json:"visibility"`
	Phones     []string         `json:"phones"`
	Links      []string         `json:"links"`
	Roles      []Role           `json:"roles"`
	Tags       []string         `json:"tags"`
	Notes      []Note           `json:"notes"`
	Dates      []ImportantDate  `json:"dates"`
	Merged     []MergedPerson   `json:"merged" doc:"other names under which this person was known"`
	Self       bool             `json:"self" doc:"this is you"`
	Member     id.ID            `json:"member,omitzero" doc:"the member of the space who this is; all members see this person"`
	Added      time.Time        `json:"added"`

	cluster []id.ID // the records of which each is this person
}

// MergedPerson is a person that was found to be another one.
type MergedPerson struct {
	Merge   id.ID     `json:"merge" doc:"to undo it"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"`
	Origin  string    `json:"origin" doc:"hand, import, names or bulk; empty when it was not noted"`
	Import  id.ID     `json:"import" doc:"the import that joined them"`
	Reasons []string  `json:"reasons"`
}

// Detail returns all that the viewer may see of a person.
func (s *Store) Detail(ctx context.Context, v op.Viewer, p Person) (PersonDetail, error) {
	out := PersonDetail{
		Visibility: p.Visibility, Self: p.ID == v.Person, Added: time.UnixMicro(p.Created).UTC(),
		Phones: []string{}, Links: []string{}, Roles: []Role{}, Tags: []string{}, Notes: []Note{},
		Dates: []ImportantDate{}, Merged: []MergedPerson{},
	}
	identifiers, err := s.Identifiers(ctx, v, []id.ID{p.ID})
	if err != nil {
		return out, err
	}
	summaries, err := s.summaries(ctx, v, []id.ID{p.ID}, map[id.ID]Person{p.ID: p}, identifiers)
	if err != nil {
		return out, err
	}
	out.PersonSummary = summaries[0]
	shown := map[id.ID]Person{p.ID: p}
	if err := s.addOwn(ctx, v, shown); err != nil {
		return out, err
	}
	p = shown[p.ID]
	for _, f := range Fields {
		*f.Detail(&out) = *f.Of(&p)
	}
	members, err := s.Members(ctx, v)
	if err != nil {
		return out, err
	}
	if m, ok := members[p.ID]; ok && !m.Ended {
		out.Member = m.Member
	}
	for _, i := range identifiers[p.ID] {
		switch i.Kind {
		case Telephone:
			out.Phones = append(out.Phones, i.Value)
		case Link:
			out.Links = append(out.Links, i.Value)
		}
	}
	if out.cluster, err = s.Cluster(ctx, s.db, v, p.ID); err != nil {
		return out, err
	}
	in, args := db.In(2, out.cluster)
	args = append([]any{v.Space}, args...)
	roles, err := db.Select[Role](ctx, s.db, `select o.name as organisation, o.id as organisation_id, r.title,
		r.department, r.from_day as "from", r.until_day as "until"
		from person_role r join organisation o on o.space = r.space and o.id = r.organisation
		where r.space = $1 and r.person in (`+in+`)
		order by case when r.until_day = '' then 0 else 1 end, r.from_day desc, o.name, r.title`, args...)
	if err != nil {
		return out, err
	}
	for _, r := range roles {
		if !slices.Contains(out.Roles, r) {
			out.Roles = append(out.Roles, r)
		}
	}
	own := append(slices.Clone(args), v.Member)
	member := db.Placeholder(len(own))
	if out.Tags, err = orEmpty(db.Values[string](ctx, s.db, `select distinct tag from person_tag
		where space = $1 and person in (`+in+`) and owner = `+member+` order by tag`, own...)); err != nil {
		return out, err
	}
	visible := append(slices.Clone(own), scope.Least(v))
	notes, err := db.Select[struct {
		ID     id.ID
		Body   string
		At     int64
		Source string
		Owner  id.ID
	}](ctx, s.db, `select id, body, at, source, owner from note where space = $1 and person in (`+in+`)
		and (owner = `+member+` or visibility >= `+db.Placeholder(len(visible))+`) order by at desc, id`, visible...)
	if err != nil {
		return out, err
	}
	for _, n := range notes {
		out.Notes = append(out.Notes, Note{n.ID, n.Body, time.UnixMicro(n.At).UTC(), n.Source, n.Owner == v.Member})
	}
	dates, err := db.Select[struct {
		ImportantDate
		Owner id.ID
	}](ctx, s.db, `select owner, visibility, kind, year, month, day from important_date
		where space = $1 and person in (`+in+`) and (owner = `+member+` or visibility >= `+db.Placeholder(len(visible))+`)
		order by kind, month, day, case when owner = `+member+` then 0 else 1 end, year desc, owner`, visible...)
	if err != nil {
		return out, err
	}
	for i, d := range dates {
		if i > 0 && dates[i-1].Kind == d.Kind && dates[i-1].Month == d.Month && dates[i-1].Day == d.Day {
			continue // the own one stands first, else the one that says most
		}
		d.Own = d.Owner == v.Member
		out.Dates = append(out.Dates, d.ImportantDate)
	}
	merged, err := db.Select[mergedRow](ctx, s.db, `select m.kept, m.id as merge, p.name, m.at, m.origin,
			coalesce(m.import, `+db.Placeholder(len(own)+1)+`) as import, m.reasons
		from merge m join person p on p.space = m.space and p.id = m.absorbed
		where m.space = $1 and m.kept in (`+in+`) and m.state = 'merged' and m.owner = `+member+
		` order by p.name, m.id`, append(own, id.Zero)...)
	if err != nil {
		return out, err
	}
	for _, row := range merged {
		one, err := row.person()
		if err != nil {
			return out, err
		}
		out.Merged = append(out.Merged, one)
	}
	return out, nil
}

// mergedRow is a merge in force, with the name that was absorbed.
type mergedRow struct {
	Kept    id.ID
	Merge   id.ID
	Name    string
	At      int64
	Origin  string
	Import  id.ID
	Reasons string
}

func (r mergedRow) person() (MergedPerson, error) {
	out := MergedPerson{
		Merge: r.Merge, Name: r.Name, At: time.UnixMicro(r.At).UTC(), Origin: r.Origin, Import: r.Import,
		Reasons: []string{},
	}
	return out, json.Unmarshal([]byte(r.Reasons), &out.Reasons)
}

// orEmpty turns no rows into an empty list, which JSON writes as [].
func orEmpty[T any](list []T, err error) ([]T, error) {
	if list == nil {
		list = []T{}
	}
	return list, err
}

// Event is an interaction as a timeline shows it.
type Event struct {
	ID      id.ID      `json:"id"`
	Time    time.Time  `json:"time"`
	Medium  tie.Medium `json:"medium"`
	Title   string     `json:"title,omitempty"`
	Place   string     `json:"place,omitempty"`
	Minutes int        `json:"minutes,omitempty"`
	Source  string     `json:"source"`
	People  []Ref      `json:"people" doc:"who took part, as far as you may see them"`
	Total   int        `json:"total" doc:"how many took part"`
	Said    bool       `json:"said" doc:"you recorded it yourself, and can remove it"`
}

// Timeline returns the interactions that a person took part in and the viewer may see, newest first, older than before;
// those of one medium, or all when it is empty.
func (s *Store) Timeline(
	ctx context.Context, v op.Viewer, person id.ID, medium tie.Medium, before time.Time, limit int,
) ([]Event, error) {
	cluster, err := s.Cluster(ctx, s.db, v, person)
	if err != nil {
		return nil, err
	}
	return s.timelineOf(ctx, v, cluster, medium, before, limit)
}

// TimelineOf is the timeline of somebody of whom the details are read.
func (s *Store) TimelineOf(
	ctx context.Context, v op.Viewer, d PersonDetail, medium tie.Medium, before time.Time, limit int,
) ([]Event, error) {
	return s.timelineOf(ctx, v, d.cluster, medium, before, limit)
}

// eventRow is an interaction as it is kept; eventColumns reads it from interaction i.
type eventRow struct {
	ID      id.ID
	Time    int64
	Medium  int
	Title   string
	Place   string
	Minutes int
	Source  string
	People  int
	Owner   id.ID
	Import  id.ID
}

var eventColumns = `i.id, i.time, i.medium, ` + tie.SeenTitle("i") + ` as title, i.place, i.minutes, i.source, i.people, i.owner, i.import`

// eventsFrom turns rows into what a timeline shows, with who took part.
func (s *Store) eventsFrom(ctx context.Context, v op.Viewer, rows []eventRow) ([]Event, error) {
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	people, err := s.participants(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = Event{
			ID: r.ID, Time: time.UnixMicro(r.Time).UTC(), Medium: tie.MediumOf(r.Medium), Title: r.Title,
			Place: r.Place, Minutes: r.Minutes,
			Source: r.Source, People: people[r.ID], Total: r.People, Said: r.Owner == v.Member && r.Import.IsZero(),
		}
		if out[i].People == nil {
			out[i].People = []Ref{}
		}
	}
	return out, nil
}

func (s *Store) timelineOf(
	ctx context.Context, v op.Viewer, cluster []id.ID, medium tie.Medium, before time.Time, limit int,
) ([]Event, error) {
	only := -1
	if medium != "" {
		only = medium.Number()
	}
	// Of each record of the person the newest are read along the key of participants, however many there are.
	const together = 50
	var rows []eventRow
	for some := range slices.Chunk(cluster, together) {
		args := scope.Args(v, before.UnixMicro(), limit, only)
		var each []string
		for _, key := range some {
			args = append(args, key)
			each = append(each, `select * from (
				select `+eventColumns+`
				from participant p cross join interaction i
				where i.space = p.space and i.id = p.interaction and p.space = $1 and
					p.person = `+db.Placeholder(len(args))+` and p.time < $4 and `+scope.Seen("i")+` and
					($6 < 0 or i.medium = $6)
				order by p.time desc, p.interaction desc limit $5) as p`+strconv.Itoa(len(each)))
		}
		found, err := db.Select[eventRow](ctx, s.db, strings.Join(each, " union "), args...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	slices.SortFunc(rows, func(a, b eventRow) int { return cmp.Or(cmp.Compare(b.Time, a.Time), b.ID.Compare(a.ID)) })
	rows = slices.CompactFunc(rows, func(a, b eventRow) bool { return a.ID == b.ID })
	return s.eventsFrom(ctx, v, rows[:min(len(rows), limit)])
}

// participants returns who took part in interactions, as far as the viewer may see them, the strongest role first.
func (s *Store) participants(ctx context.Context, v op.Viewer, interactions []id.ID) (map[id.ID][]Ref, error) {
	out := map[id.ID][]Ref{}
	for _, chunk := range db.Chunks(interactions) {
		in, args := db.In(2, chunk)
		rows, err := db.Select[struct{ Interaction, Person id.ID }](ctx, s.db, `select interaction, person
			from participant
			where space = $1 and interaction in (`+in+`) order by interaction, role, person`,
			append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		var people []id.ID
		for _, r := range rows {
			people = append(people, r.Person)
		}
		slices.SortFunc(people, id.ID.Compare)
		refs, err := s.Refs(ctx, v, slices.Compact(people))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if ref, ok := refs[r.Person]; ok && !slices.Contains(out[r.Interaction], ref) {
				out[r.Interaction] = append(out[r.Interaction], ref)
			}
		}
	}
	return out, nil
}

// TieExplained is a tie with all that made it, so that the figures can be computed again by hand.
type TieExplained struct {
	People       []Ref           `json:"people"`
	Strength     float64         `json:"strength" doc:"1 - exp(-intensity / saturation), from 0 to below 1"`
	Class        tie.Class       `json:"class"`
	Intensity    float64         `json:"intensity" doc:"sum of contribution · 2^(-age / half-life)"`
	Peak         float64         `json:"peak" doc:"the highest intensity ever"`
	Reciprocity  float64         `json:"reciprocity" doc:"min(out, in) / max(out, in) of directed evidence, decayed"`
	FirstContact *time.Time      `json:"first_contact"`
	LastContact  *time.Time      `json:"last_contact"`
	AsOf         time.Time       `json:"as_of" doc:"the moment for which intensity and strength hold"`
	HalfLifeDays float64         `json:"half_life_days"`
	Saturation   float64         `json:"saturation"`
	Interactions int             `json:"interactions" doc:"how many made the tie"`
	Evidence     []tie.Evidence  `json:"evidence" doc:"newest first"`
	Carried      []CarriedPart   `json:"carried,omitempty" doc:"what came as ties that were worked out elsewhere; the evidence is what followed"`
	Statements   []StatementView `json:"statements" doc:"what was said about this tie; not part of its strength"`
}

// CarriedPart is what came of a tie as one that was worked out elsewhere.
type CarriedPart struct {
	Contacts int       `json:"contacts"`
	First    time.Time `json:"first"`
	Until    time.Time `json:"until"`
	Gave     float64   `json:"gave" doc:"the intensity at that moment"`
	Now      float64   `json:"now" doc:"what is left of it"`
	File     string    `json:"file,omitempty" doc:"the file that it came in, when it is an import of yours"`
}

// Sentence says in words what came from elsewhere.
func (c CarriedPart) Sentence(p *locale.Printer) string {
	if c.File == "" {
		return p.T("%d contacts until %s came as a tie from elsewhere.", c.Contacts, p.Date(c.Until))
	}
	return p.T("%d contacts until %s came as a tie from elsewhere (%s).", c.Contacts, p.Date(c.Until), c.File)
}

// carriedParts says what came of a tie from elsewhere, the newest first.
func (s *Store) carriedParts(ctx context.Context, v op.Viewer, list []tie.Carried) (out []CarriedPart, err error) {
	for i := range list {
		c := &list[i]
		part := CarriedPart{
			Contacts: c.Interactions, First: time.UnixMicro(c.FirstContact).UTC(),
			Until: time.UnixMicro(c.AsOf).UTC(), Gave: c.Intensity, Now: c.IntensityAt(v.Now),
		}
		if c.Owner == v.Member {
			paths, err := db.Values[string](ctx, s.db, `select path from import_file
				where space = $1 and import = $2 and ties_added > 0 order by path`, v.Space, c.Import)
			if err != nil {
				return nil, err
			}
			for i := range paths {
				paths[i] = filepath.Base(paths[i])
			}
			part.File = strings.Join(paths, ", ")
		}
		out = append(out, part)
	}
	slices.SortStableFunc(out, func(a, b CarriedPart) int { return b.Until.Compare(a.Until) })
	return out, nil
}

// StatementView is a statement as the viewer sees it.
type StatementView struct {
	Layer  string     `json:"layer"`
	Sign   int        `json:"sign"`
	Weight float64    `json:"weight"`
	From   Ref        `json:"from"`
	To     Ref        `json:"to"`
	Time   *time.Time `json:"time"`
	Source string     `json:"source"`
}

// ExplainTie derives the tie between two people from all evidence that the viewer may see, up to the viewer's now.
func (s *Store) ExplainTie(ctx context.Context, v op.Viewer, a, b Person) (TieExplained, error) {
	out := TieExplained{
		People: []Ref{{a.ID, a.Name}, {b.ID, b.Name}}, AsOf: v.Now.UTC(), HalfLifeDays: tie.HalfLife.Hours() / 24,
		Saturation: tie.Saturation,
		Evidence:   []tie.Evidence{}, Statements: []StatementView{},
	}
	first, err := s.Cluster(ctx, s.db, v, a.ID)
	if err != nil {
		return out, err
	}
	second, err := s.Cluster(ctx, s.db, v, b.ID)
	if err != nil {
		return out, err
	}
	made, err := s.Evidence(ctx, v, first, second)
	if err != nil {
		return out, err
	}
	out.Evidence = made.Evidence
	if out.Carried, err = s.carriedParts(ctx, v, made.Carried); err != nil {
		return out, err
	}
	state := made.State
	out.Interactions = state.Interactions
	out.Intensity = state.IntensityAt(v.Now)
	out.Strength = tie.Strength(out.Intensity)
	out.Class = state.ClassAt(v.Now)
	out.Peak = state.Peak
	out.Reciprocity = state.Reciprocity()
	if state.Interactions > 0 {
		oldest, newest := time.UnixMicro(state.FirstContact).UTC(), time.UnixMicro(state.AsOf).UTC()
		out.FirstContact, out.LastContact = &oldest, &newest
	}
	firstIn, firstArgs := db.In(5, first)
	secondIn, secondArgs := db.In(5+len(first), second)
	statements, err := db.Select[struct {
		Layer        string
		Sign         int
		Weight       float64
		SourcePerson id.ID
		TargetPerson id.ID
		Time         int64
		Source       string
	}](ctx, s.db, `select t.layer, t.sign, t.weight, t.source_person, t.target_person, t.time, t.source from statement t
		where `+scope.Seen("t")+` and $4 > 0 and ((t.source_person in (`+firstIn+`) and t.target_person in (`+secondIn+`))
			or (t.source_person in (`+secondIn+`) and t.target_person in (`+firstIn+`)))
		order by t.layer, t.time, t.id`, scope.Args(v, slices.Concat([]any{int64(1)}, firstArgs, secondArgs)...)...)
	if err != nil {
		return out, err
	}
	for _, t := range statements {
		view := StatementView{
			Layer: t.Layer, Sign: t.Sign, Weight: t.Weight, From: out.People[0], To: out.People[1], Source: t.Source,
		}
		if slices.Contains(second, t.SourcePerson) {
			view.From, view.To = view.To, view.From
		}
		if t.Time > 0 {
			at := time.UnixMicro(t.Time).UTC()
			view.Time = &at
		}
		out.Statements = append(out.Statements, view)
	}
	return out, nil
}
