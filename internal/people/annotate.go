package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/tie"
)

// SourceMember is the source of what a member wrote in Gave.
const SourceMember = "said"

// The longest texts that are kept, in bytes.
const (
	maxField = 300
	maxNote  = 20_000
)

// Owned returns the person when the viewer keeps it, else a fault that says who may change it.
func (s *Store) Owned(ctx context.Context, v op.Viewer, reference string) (Person, error) {
	p, err := s.Resolve(ctx, v, reference)
	if err == nil {
		err = keeps(v, p)
	}
	return p, err
}

// keeps is the one rule of who may change a person: the member who keeps it. What others know of the person is theirs:
// their notes, tags, dates and facts.
func keeps(v op.Viewer, p Person) error {
	if p.Owner == v.Member {
		return nil
	}
	return fault.New(fault.Forbidden, "Only the member who keeps a person can change it.").
		WithHint("Your own notes, tags and dates you can always add.")
}

// change runs f on a person as it is stored now, when the viewer keeps it; nobody else writes meanwhile. Then it
// writes the search words again.
func (s *Store) change(
	ctx context.Context, v op.Viewer, person id.ID, f func(ctx context.Context, tx *db.Tx, now Person) error,
) error {
	return s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		return s.db.Write(ctx, func(tx *db.Tx) error {
			now, err := s.Person(ctx, tx, v, person)
			if err != nil {
				return err
			}
			if err := keeps(v, now); err != nil {
				return err
			}
			if err := f(ctx, tx, now); err != nil {
				return err
			}
			return ReindexPeople(ctx, tx, v.Space, []id.ID{now.ID})
		})
	})
}

// line cleans a text of one line and refuses one that is too long.
func line(name, value string) (string, error) {
	value = strings.Join(strings.Fields(strings.ToValidUTF8(value, "")), " ")
	if len(value) > maxField {
		return "", fault.New(fault.Invalid, "This is too long: %d bytes, at most %d.", len(value), maxField).
			WithField(name)
	}
	return value, nil
}

// lines cleans several texts of one line.
func lines(values map[string]*string) error {
	for name, value := range values {
		cleaned, err := line(name, *value)
		if err != nil {
			return err
		}
		*value = cleaned
	}
	return nil
}

// ReadIdentifier reads a mail address, a telephone number or a link, or says that it is none of them.
func ReadIdentifier(value string) (Identifier, error) {
	n := IdentifierOf(strings.TrimSpace(value))
	if n.Kind == 0 {
		return n, fault.New(fault.Invalid, "%q is not a mail address, a telephone number or a link.", value)
	}
	return n, nil
}

// keepIdentifiers gives identifiers to a person of the viewer's within a transaction. One that belongs to one person
// only and is another's already is a fault, never passed over: what was confirmed is there.
func (s *Store) keepIdentifiers(ctx context.Context, tx db.Queryer, v op.Viewer, p Person, list []Identifier) error {
	for _, n := range list {
		if err := s.taken(ctx, tx, v, p.ID, n); err != nil {
			return err
		}
		shared := 0
		if n.ofARole() {
			// A desk has the address, not one of those who sit there.
			others, err := db.Value[int](ctx, tx, `select count(*) from identifier
				where space = $1 and owner = $2 and kind = $3 and value = $4 and person <> $5`,
				v.Space, v.Member, n.Kind, n.Value, p.ID)
			if err != nil {
				return err
			}
			if others > 0 {
				shared = 1
				if err := ShareIdentifiers(ctx, tx, v, []Identifier{n}); err != nil {
					return err
				}
			}
		}
		if _, err := db.Insert(ctx, tx, "identifier", db.Row{
			"space": v.Space, "owner": v.Member, "kind": n.Kind, "value": n.Value, "person": p.ID, "label": n.Label,
			"import": id.Zero, "shared": shared,
		}, "on conflict do nothing"); err != nil {
			return err
		}
		cluster, err := s.Cluster(ctx, tx, v, p.ID)
		if err != nil {
			return err
		}
		in, args := db.In(5, cluster)
		kept, err := db.Value[int](ctx, tx, `select count(*) from identifier
			where space = $1 and owner = $2 and kind = $3 and value = $4 and person in (`+in+`)`,
			append([]any{v.Space, v.Member, n.Kind, n.Value}, args...)...)
		if err != nil {
			return err
		}
		if kept == 0 {
			return fault.New(fault.Conflict, "%s belongs to somebody else already.", n.Value).WithField("value")
		}
		// What a human typed is no import's, though an import brought it first.
		in, args = db.In(6, cluster)
		if _, err := tx.ExecContext(ctx, `update identifier set import = $5
			where space = $1 and owner = $2 and kind = $3 and value = $4
			and person in (`+in+`)`,
			append([]any{v.Space, v.Member, n.Kind, n.Value, id.Zero}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// ofARole says that an identifier is the address of a desk, such as info@, which several people may have.
func (n Identifier) ofARole() bool { return n.Kind == MailAddress && mailboxes.Shared(n.Value) }

// taken returns a fault when an identifier of the viewer's that belongs to one person only is another's.
func (s *Store) taken(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, n Identifier) error {
	if !n.Kind.Certain() || n.ofARole() {
		return nil
	}
	holders, err := db.Values[id.ID](ctx, tx, `select distinct case when p.merged > $5 then p.merged else p.id end as id
		from identifier n join person p on p.space = n.space and p.id = n.person
		where n.space = $1 and n.owner = $2 and n.kind = $3 and n.value = $4`,
		v.Space, v.Member, n.Kind, n.Value, id.Zero)
	if err != nil {
		return err
	}
	if n.Kind == MailAddress { // one address is one person for all members
		members, err := MembersAt(ctx, tx, v, []string{n.Value})
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Person != person && !slices.Contains(holders, m.Person) {
				holders = append(holders, m.Person)
			}
		}
	}
	for _, holder := range holders {
		if holder == person {
			continue
		}
		p, err := s.Person(ctx, tx, v, holder)
		switch fault.CodeOf(err) {
		case "":
			return fault.New(fault.Conflict, "%s belongs to %s already.", n.Value, p.Name).
				WithHint("If they are one person, merge them.")
		case fault.NotFound: // of another member, who shows it no longer
			return fault.New(fault.Conflict, "%s belongs to somebody else already.", n.Value).WithField("value")
		default:
			return err
		}
	}
	return nil
}

// AddPerson stores a new person and returns its id. A mail address or link that somebody here has already is refused.
func (s *Store) AddPerson(ctx context.Context, v op.Viewer, p NewPerson) (id.ID, error) {
	values := map[string]*string{"name": &p.Name}
	for _, f := range Fields {
		values[f.Name] = f.Of(&p.Person)
	}
	if err := lines(values); err != nil {
		return id.Zero, err
	}
	if p.Name == "" {
		return id.Zero, fault.New(fault.Invalid, "A person needs a name.").WithField("name")
	}
	p.ID, p.Owner, p.Created, p.Updated = id.New(), v.Member, v.Now.UnixMicro(), v.Now.UnixMicro()
	p.Named(p.Name)
	if p.Organisation != "" {
		p.Roles = append(p.Roles, Role{Organisation: p.Organisation, Title: p.Title})
	}
	identifiers := p.Identifiers
	p.Identifiers = nil
	err := s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		return s.db.Write(ctx, func(tx *db.Tx) error {
			if err := InsertPeople(ctx, tx, v.Space, []NewPerson{p}); err != nil {
				return err
			}
			if err := s.keepIdentifiers(ctx, tx, v, p.Person, identifiers); err != nil || len(identifiers) == 0 {
				return err
			}
			return ReindexPeople(ctx, tx, v.Space, []id.ID{p.ID})
		})
	})
	return p.ID, err
}

// Change is what an edit changes of a person: the name and fields by their names. What is not in it stays as it is; an
// empty text clears a field.
type Change map[string]string

// EditPerson changes a person that the viewer keeps. A new organisation becomes the present role; the role before it
// stays as history.
func (s *Store) EditPerson(ctx context.Context, v op.Viewer, p Person, change Change) error {
	clean := Change{}
	for name, value := range change {
		var err error
		if clean[name], err = line(name, value); err != nil {
			return err
		}
	}
	name, named := clean["name"]
	if named && name == "" {
		return fault.New(fault.Invalid, "A person needs a name.").WithField("name")
	}
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		before, p := now, now
		if named {
			p.Named(name)
		}
		for _, f := range Fields {
			if value, ok := clean[f.Name]; ok {
				*f.Of(&p) = value
			}
		}
		row := p.nameAndFields()
		row["updated"] = v.Now.UnixMicro()
		if _, err := db.Update(ctx, tx, "person", row, `space = $1 and id = $2`, v.Space, p.ID); err != nil {
			return err
		}
		if err := typedChanges(ctx, tx, v.Space, before, p); err != nil {
			return err
		}
		if p.Organisation == before.Organisation && p.Title == before.Title {
			return nil
		}
		return s.changeRole(ctx, tx, v, before, p)
	})
}

// changeRole ends the role that the person had until today and starts the new one.
func (s *Store) changeRole(ctx context.Context, tx db.Queryer, v op.Viewer, before, after Person) error {
	today := v.Now.Format(time.DateOnly)
	if before.Organisation != "" {
		if _, err := tx.ExecContext(ctx, `update person_role set until_day = $4
			where space = $1 and person = $2 and until_day = '' and title = $5
			and organisation in (select id from organisation where space = $1 and folded = $3)`,
			v.Space, before.ID, text.Fold(before.Organisation), today, before.Title); err != nil {
			return db.Fault(err)
		}
	}
	if after.Organisation == "" {
		return nil
	}
	start := ""
	if before.Organisation != "" {
		start = today
	}
	organisation, err := EnsureOrganisation(ctx, tx, v.Space, after, after.Organisation)
	if err != nil || organisation.IsZero() {
		return err
	}
	// Who comes back on the day of leaving never left.
	_, err = tx.ExecContext(ctx, `insert into person_role (space, person, organisation, title, department, from_day,
		until_day, import)
		values ($1, $2, $3, $4, '', $5, '', $6) on conflict (space, person, organisation, title, from_day)
		do update set until_day = '', import = excluded.import`,
		v.Space, after.ID, organisation, after.Title, start, id.Zero)
	return db.Fault(err)
}

// AddRole keeps one more role of a person that the viewer keeps, beside the present one.
func (s *Store) AddRole(ctx context.Context, v op.Viewer, p Person, r Role) error {
	if err := lines(map[string]*string{"organisation": &r.Organisation, "role": &r.Title}); err != nil {
		return err
	}
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		now.Import = id.Zero // a human typed it, whatever brought the person
		more := []NewPerson{{Person: now, Roles: []Role{r}}}
		if err := addRoles(ctx, tx, v.Space, more); err != nil {
			return err
		}
		return typedDetails(ctx, tx, v.Space, more)
	})
}

// AddIdentifier gives a person that the viewer keeps one more mail address, telephone number or link.
func (s *Store) AddIdentifier(ctx context.Context, v op.Viewer, p Person, n Identifier) error {
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		if _, err := tx.ExecContext(ctx, `update person set updated = $3 where space = $1 and id = $2`,
			v.Space, now.ID, v.Now.UnixMicro()); err != nil {
			return db.Fault(err)
		}
		return s.keepIdentifiers(ctx, tx, v, now, []Identifier{n})
	})
}

// ChangeIdentifiers gives a person that the viewer keeps mail addresses, telephone numbers and links, and takes others
// from them, at once. One that somebody else has is left out, as is one to take that they do not have.
func (s *Store) ChangeIdentifiers(ctx context.Context, v op.Viewer, p Person, add, remove []Identifier) error {
	if len(add)+len(remove) == 0 {
		return nil
	}
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		if _, err := db.Update(ctx, tx, "person", db.Row{"updated": v.Now.UnixMicro()}, `space = $1 and id = $2`, v.Space,
			now.ID); err != nil {
			return err
		}
		for _, n := range add {
			err := s.db.Write(ctx, func(part *db.Tx) error {
				return s.keepIdentifiers(ctx, part, v, now, []Identifier{n})
			})
			if code := fault.CodeOf(err); err != nil && code != fault.Conflict && code != fault.Invalid {
				return err
			}
		}
		for _, n := range remove {
			if _, err := s.deleteFromCluster(ctx, tx, v, now.ID, `delete from identifier
				where kind = $3 and value = $4 and`, n.Kind, n.Value); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveIdentifier takes a mail address, telephone number or link from a person that the viewer keeps.
func (s *Store) RemoveIdentifier(ctx context.Context, v op.Viewer, p Person, n Identifier) error {
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		removed, err := s.deleteFromCluster(ctx, tx, v, now.ID, `delete from identifier
			where kind = $3 and value = $4 and`, n.Kind, n.Value)
		if err == nil && removed == 0 {
			err = fault.New(fault.NotFound, "%s does not have %s.", p.Name, n.Value)
		}
		return err
	})
}

// deleteFromCluster deletes what the viewer owns of a person under any of its names. statement ends before the
// conditions on space, owner and person, and its own arguments start at $3.
func (s *Store) deleteFromCluster(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, statement string,
	args ...any,
) (int64, error) {
	cluster, err := s.Cluster(ctx, tx, v, person)
	if err != nil {
		return 0, err
	}
	in, more := db.In(3+len(args), cluster)
	all := append([]any{v.Space, v.Member}, args...)
	return db.Exec(ctx, tx, statement+` space = $1 and owner = $2 and person in (`+in+`)`, append(all, more...)...)
}

// Tag puts tags on a person for the viewer.
func (s *Store) Tag(ctx context.Context, v op.Viewer, p Person, tags []string) error {
	for i := range tags {
		tag, err := line("tag", tags[i])
		if err != nil {
			return err
		}
		if tag = text.Fold(strings.TrimPrefix(tag, "#")); tag == "" {
			return fault.New(fault.Invalid, "A tag is a word.").WithField("tag")
		}
		tags[i] = tag
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		more := []NewPerson{{Person: Person{ID: p.ID, Owner: v.Member, Updated: v.Now.UnixMicro()}, Tags: tags}}
		if err := addDetails(ctx, tx, v.Space, more); err != nil {
			return err
		}
		return typedDetails(ctx, tx, v.Space, more)
	})
}

// Untag takes a tag of the viewer's from a person.
func (s *Store) Untag(ctx context.Context, v op.Viewer, p Person, tag string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		removed, err := s.deleteFromCluster(ctx, tx, v, p.ID, `delete from person_tag where tag = $3 and`,
			text.Fold(strings.TrimPrefix(tag, "#")))
		if err == nil && removed == 0 {
			err = fault.New(fault.NotFound, "%s does not have the tag %s.", p.Name, tag)
		}
		if err != nil {
			return err
		}
		return ReindexPeople(ctx, tx, v.Space, []id.ID{p.ID})
	})
}

// AddNote writes something down about a person, for the viewer alone or for the space, and returns the note's id.
func (s *Store) AddNote(
	ctx context.Context, v op.Viewer, p Person, body string, visibility scope.Visibility,
) (id.ID, error) {
	note := id.New()
	return note, s.addNote(ctx, s.db, v, p, body, visibility, SourceMember, note)
}

func (s *Store) addNote(ctx context.Context, q db.Queryer, v op.Viewer, p Person, body string,
	visibility scope.Visibility, source string, note id.ID,
) error {
	body = strings.TrimSpace(strings.ToValidUTF8(body, ""))
	switch {
	case body == "":
		return fault.New(fault.Invalid, "The note is empty.").WithField("text")
	case len(body) > maxNote:
		return fault.New(fault.Invalid, "This is too long: %d bytes, at most %d.", len(body), maxNote).
			WithField("text")
	case visibility == scope.Public:
		return fault.New(fault.Invalid, "A note about somebody is private or for the space, never public.").
			WithField("visibility")
	}
	_, err := db.Insert(ctx, q, "note", db.Row{
		"space": v.Space, "id": note, "person": p.ID, "owner": v.Member, "visibility": visibility, "body": body,
		"at": v.Now.UnixMicro(), "source": source, "import": id.Zero,
	}, "")
	return err
}

// RemoveNote removes a note of the viewer's.
func (s *Store) RemoveNote(ctx context.Context, v op.Viewer, note id.ID) error {
	return removed(db.Exec(ctx, s.db, `delete from note where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, note))
}

// removed turns a removal of nothing into a fault.
func removed(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return err
}

// SetDate records a day in somebody's life for the viewer; there is one of each kind. Others see it only when it says
// so, whoever keeps the person.
func (s *Store) SetDate(ctx context.Context, v op.Viewer, p Person, d ImportantDate) error {
	kind, err := line("kind", d.Kind)
	if err != nil {
		return err
	}
	if kind == "" {
		kind = "birthday"
	}
	if d.Visibility == scope.Public {
		return fault.New(fault.Invalid, "A day in somebody's life is private or for the space, never public.").
			WithField("visibility")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.deleteFromCluster(ctx, tx, v, p.ID, `delete from important_date where kind = $3 and`,
			kind); err != nil {
			return err
		}
		day := ImportantDate{Kind: kind, Year: d.Year, Month: d.Month, Day: d.Day, Visibility: d.Visibility}
		more := []NewPerson{{Person: Person{ID: p.ID, Owner: v.Member}, Dates: []ImportantDate{day}}}
		if err := addDetails(ctx, tx, v.Space, more); err != nil {
			return err
		}
		return typedDetails(ctx, tx, v.Space, more)
	})
}

// CorrectDate records a day in somebody's life for the viewer in the place of another one of its kind: who saw that one
// of the viewer's sees this one, and else nobody else does.
func (s *Store) CorrectDate(ctx context.Context, v op.Viewer, p Person, d ImportantDate) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		cluster, err := s.Cluster(ctx, tx, v, p.ID)
		if err != nil {
			return err
		}
		in, args := db.In(4, cluster)
		d.Visibility, err = db.Value[scope.Visibility](ctx, tx, `select coalesce(min(visibility), 0)
			from important_date where space = $1 and owner = $2 and kind = $3 and person in (`+in+`)`,
			append([]any{v.Space, v.Member, d.Kind}, args...)...)
		if err != nil {
			return err
		}
		return s.SetDate(ctx, v, p, d)
	})
}

// RemoveDate forgets the days of a kind in somebody's life that the viewer recorded.
func (s *Store) RemoveDate(ctx context.Context, v op.Viewer, p Person, kind string) error {
	return removed(s.deleteFromCluster(ctx, s.db, v, p.ID, `delete from important_date where kind = $3 and`, kind))
}

// ParseDay reads a day in somebody's life: 1970-05-03, or 05-03 or --05-03 when the year is not known. now bounds the
// year.
func ParseDay(value string, now time.Time) (ImportantDate, error) {
	value = strings.TrimPrefix(strings.TrimSpace(value), "--")
	if t, err := time.Parse(time.DateOnly, value); err == nil && t.Year() >= 1850 && t.Year() <= now.Year()+1 {
		return ImportantDate{Year: t.Year(), Month: t.Month(), Day: t.Day()}, nil
	}
	// A leap year, so that 29 February is a day.
	if t, err := time.Parse(time.DateOnly, "2000-"+value); err == nil {
		return ImportantDate{Month: t.Month(), Day: t.Day()}, nil
	}
	return ImportantDate{}, fault.New(fault.Invalid, "%q is not a day.", value).
		WithHint("Write 1970-05-03, or 05-03 without a year.").WithField("day")
}

// Share says who may see a person that the viewer keeps, and with it the organisations that the person works at.
func (s *Store) Share(ctx context.Context, v op.Viewer, p Person, visibility scope.Visibility) error {
	defer s.db.After(ctx, s.DropKept)
	return s.change(ctx, v, p.ID, func(ctx context.Context, tx *db.Tx, now Person) error {
		cluster, err := s.Cluster(ctx, tx, v, now.ID)
		if err != nil {
			return err
		}
		member, err := MemberOf(ctx, tx, v.Space, now.ID)
		if err != nil {
			return err
		}
		if !member.IsZero() { // what the member keeps of themselves beside it stays theirs
			cluster = cluster[:1]
			if visibility < scope.Space {
				return fault.New(fault.Conflict, "A member is seen by all members.").
					WithHint("Leave empty what they need not know.")
			}
		}
		in, args := db.In(4, cluster)
		args = append([]any{v.Space, v.Member, visibility}, args...)
		if _, err := tx.ExecContext(ctx, `update person set visibility = $3
			where space = $1 and owner = $2 and id in (`+in+`)`, args...); err != nil {
			return db.Fault(err)
		}
		_, err = tx.ExecContext(ctx, `update organisation set visibility = $3
			where space = $1 and owner = $2 and visibility < $3
			and id in (select organisation from person_role where space = $1 and person in (`+in+`))`, args...)
		if err != nil {
			return db.Fault(err)
		}
		return s.Note(ctx, tx, v, "share", p.ID.String()+" "+visibility.String())
	})
}

// AddInteraction stores what happened between the viewer and others and returns its id. When the viewer is not yet
// known as a person, the others are its only participants.
func (s *Store) AddInteraction(ctx context.Context, v op.Viewer, e tie.Interaction, with []Person) (id.ID, error) {
	if err := lines(map[string]*string{"title": &e.Title, "place": &e.Place}); err != nil {
		return id.Zero, err
	}
	if !e.Medium.Valid() {
		return id.Zero, fault.New(fault.Invalid, "%q is not a way to be in touch.", string(e.Medium)).
			WithField("medium")
	}
	if at := time.UnixMicro(e.Time); at.Year() < 1950 || at.After(v.Now.AddDate(2, 0, 0)) {
		return id.Zero, fault.New(fault.Invalid, "%s is not a moment that you can have been in touch.",
			at.Format(time.DateOnly)).WithField("time")
	}
	e.ID, e.Owner, e.Source, e.External, e.Participants = id.New(), v.Member, SourceMember, id.New(), nil
	if !v.Person.IsZero() {
		e.Participants = []tie.Participant{{Person: v.Person, Role: tie.From}}
	}
	for _, p := range with {
		if !slices.ContainsFunc(e.Participants, func(q tie.Participant) bool { return q.Person == p.ID }) {
			e.Participants = append(e.Participants, tie.Participant{Person: p.ID, Role: tie.To})
		}
	}
	if len(e.Participants) < 2 {
		return id.Zero, fault.New(fault.Invalid, "Say with whom you were in touch.").WithField("with")
	}
	e.People = len(e.Participants)
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		return tie.RecordInteractions(ctx, tx, v.Space, []tie.Interaction{e}, tie.Present(v))
	})
	return e.ID, err
}

// RemoveInteraction removes what the viewer said had happened. What an import brought goes with that import.
func (s *Store) RemoveInteraction(ctx context.Context, v op.Viewer, interaction id.ID) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		e, err := db.One[struct {
			Import id.ID
			Source string
		}](ctx, tx, `select import, source from interaction where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, interaction)
		if err != nil {
			return err
		}
		if !e.Import.IsZero() {
			return fault.New(fault.Conflict, "This came with an import.").WithHint("Take that import back, or keep it.")
		}
		return tie.RemoveInteractions(ctx, tx, v.Space, []id.ID{interaction})
	})
	if err != nil {
		return err
	}
	_, err = s.Settle(ctx, v.Space, tie.Present(v))
	return err
}
