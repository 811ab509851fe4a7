package people

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// annotations are the operations with which a member writes about people.
func (s *Store) annotations() []op.Operation {
	return []op.Operation{
		op.New("people.add", http.MethodPost, "/people", op.Member, "Add a person.", s.Add).
			With("People also come from your files and from a captured line. A mail address or link that somebody "+
				"here has is refused.",
				`gave people add "Anna de Vries" --email anna@example.org --organisation ACME --role editor`),
		op.New("people.edit", http.MethodPatch, "/people/{person}", op.Member,
			"Change what you know of a person.", s.Edit).
			With("Only what is given changes; an empty text clears a field. When the organisation changes, the old "+
				"role is kept as history.",
				`gave people edit anna@example.org --organisation "Bureau Blauw" --role director`),
		op.New("people.identify", http.MethodPost, "/people/{person}/identifiers", op.Member,
			"Give a person one more mail address, telephone number or link.", s.Identify).
			With("", "gave people identify Anna anna@home.example"),
		op.New("people.unidentify", http.MethodDelete, "/people/{person}/identifiers", op.Member,
			"Take a mail address, telephone number or link from a person.", s.Unidentify),
		op.New("people.tag", http.MethodPost, "/people/{person}/tags", op.Member,
			"Put tags on a person, for yourself.", s.tag).
			With("", "gave people tag Anna typography chess"),
		op.New("people.untag", http.MethodDelete, "/people/{person}/tags", op.Member,
			"Take a tag from a person.", s.untag),
		op.New("people.note", http.MethodPost, "/people/{person}/notes", op.Member,
			"Write something down about a person.", s.note).
			With("A note is private unless you share it with the space.",
				`gave people note Anna "prefers to be called in the morning"`),
		op.New("notes.remove", http.MethodDelete, "/notes/{note}", op.Member,
			"Remove a note that you wrote.", s.removeNote),
		op.New("people.date", http.MethodPost, "/people/{person}/dates", op.Member,
			"Record a birthday or another day in somebody's life.", s.setDate).
			With("It is yours alone unless you share it with the space, whoever keeps the person.",
				"gave people date Anna 05-03"),
		op.New("people.undate", http.MethodDelete, "/people/{person}/dates", op.Member,
			"Forget a day in somebody's life.", s.removeDate),
		op.New("people.share", http.MethodPost, "/people/{person}/share", op.Member,
			"Say who may see a person that you keep.", s.share).
			With("Your notes, tags and mail stay yours, whoever sees the person.",
				"gave people share Anna space").WithCare(),
		op.New("interactions.add", http.MethodPost, "/interactions", op.Member, "Record that you were in touch.",
			s.addInteraction).
			With("A captured line does the same in your own words.",
				`gave interactions add Anna --medium call --title "about the report"`),
		op.New("interactions.remove", http.MethodDelete, "/interactions/{interaction}", op.Member,
			"Remove something that you recorded yourself.", s.removeInteraction).
			With("What came with an import goes with that import.", ""),
		op.New("organisations.list", http.MethodGet, "/organisations", op.Guest,
			"List the organisations of the people you know.", s.Organisations).
			With("", "gave organisations list --query acme"),
		op.New("organisations.show", http.MethodGet, "/organisations/{organisation}", op.Guest,
			"Show who works or worked at an organisation.", s.showOrganisation).
			With("", "gave organisations show ACME"),
	}
}

// NewPersonInput describes a person to add.
type NewPersonInput struct {
	Name         string   `json:"name" arg:"1" doc:"the whole name" maxLength:"300"`
	Email        []string `json:"email,omitempty" doc:"mail address; may be given more than once"`
	Phone        []string `json:"phone,omitempty" doc:"telephone number; may be given more than once"`
	Link         []string `json:"link,omitempty" doc:"address of a page or profile; may be given more than once"`
	Organisation string   `json:"organisation,omitempty" doc:"where the person works" maxLength:"300"`
	Role         string   `json:"role,omitempty" doc:"what the person does there" maxLength:"300"`
	Place        string   `json:"place,omitempty" doc:"where the person lives or works" maxLength:"300"`
	Tags         []string `json:"tags,omitempty" doc:"a word to find the person by; may be given more than once"`
}

// Add adds a person, and says which of the addresses others have too.
func (s *Store) Add(ctx context.Context, v op.Viewer, in NewPersonInput) (IdentifiedPerson, error) {
	p := NewPerson{
		Person: Person{Name: in.Name, Organisation: in.Organisation, Title: in.Role, Place: in.Place}, Tags: in.Tags,
	}
	for _, list := range []struct {
		field  string
		values []string
	}{{"email", in.Email}, {"phone", in.Phone}, {"link", in.Link}} {
		for _, value := range list.values {
			if strings.TrimSpace(value) == "" {
				continue
			}
			n, err := ReadIdentifier(value)
			if err != nil {
				return IdentifiedPerson{}, fault.About(err, list.field)
			}
			p.Identifiers = append(p.Identifiers, n)
		}
	}
	key, err := s.AddPerson(ctx, v, p)
	if err != nil {
		return IdentifiedPerson{}, err
	}
	return s.identified(ctx, v, key, p.Identifiers)
}

// Version changes with all that the viewer can change of a person, and not with the strength of a tie, which changes
// with time.
func (s *Store) Version(ctx context.Context, v op.Viewer, person string) (string, error) {
	d, err := s.showPerson(ctx, v, PersonInput{person})
	if err != nil {
		return "", err
	}
	return d.Version()
}

// Version changes with all that can be changed of the person.
func (d PersonDetail) Version() (string, error) {
	d.Strength, d.Class, d.LastContact = 0, "", nil
	return op.VersionOf(d)
}

// Text prints what is known of a person.
func (d PersonDetail) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Name)
	say := func(label string, values ...string) {
		for _, value := range values {
			if value != "" {
				fmt.Fprintf(&b, "  %-13s %s\n", p.T(label), value)
			}
		}
	}
	say("role", strings.Trim(d.Role+", "+d.Organisation, ", "))
	say("place", d.Place)
	say("mail", d.Emails...)
	say("telephone", d.Phones...)
	say("link", d.Links...)
	for _, day := range d.Dates {
		say(DayKind(day.Kind, p), DayText(day, p))
	}
	say("tags", strings.Join(d.Tags, ", "))
	if d.Class != "" {
		say("tie", fmt.Sprintf("%.2f (%s)", d.Strength, p.T(string(d.Class))))
	}
	if d.LastContact != nil {
		say("last contact", p.Date(*d.LastContact))
	}
	for _, n := range d.Notes {
		say("note", n.Body)
	}
	for _, m := range d.Merged {
		say("also", m.Name)
	}
	return b.String()
}

// DayKind says in words what day it is; what people called it themselves stays as it is.
func DayKind(kind string, p *locale.Printer) string {
	switch kind {
	case "birthday":
		return p.T("birthday")
	case "anniversary":
		return p.T("anniversary")
	}
	return kind
}

// DayText says a day in somebody's life, with its year when that is known.
func DayText(d ImportantDate, p *locale.Printer) string {
	if d.Year > 0 {
		return p.Date(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, p.Zone))
	}
	return fmt.Sprintf("%d %s", d.Day, p.Month(d.Month))
}

// EditPersonInput says what to change of a person.
type EditPersonInput struct {
	PersonInput
	Name         *string `json:"name,omitempty" doc:"the whole name"`
	Nickname     *string `json:"nickname,omitempty" doc:"how the person is called"`
	Organisation *string `json:"organisation,omitempty" doc:"where the person works now"`
	Role         *string `json:"role,omitempty" doc:"what the person does there"`
	Place        *string `json:"place,omitempty" doc:"where the person lives or works"`
}

// Change is what is given.
func (in *EditPersonInput) Change() Change {
	out := Change{}
	if in.Name != nil {
		out["name"] = *in.Name
	}
	for _, f := range Fields {
		if value := *f.Edit(in); value != nil {
			out[f.Name] = *value
		}
	}
	return out
}

// Edit changes fields of a person whom the viewer keeps.
func (s *Store) Edit(ctx context.Context, v op.Viewer, in EditPersonInput) (PersonDetail, error) {
	p, err := s.Owned(ctx, v, in.Person)
	if err != nil {
		return PersonDetail{}, err
	}
	if err := s.EditPerson(ctx, v, p, in.Change()); err != nil {
		return PersonDetail{}, err
	}
	return s.showPerson(ctx, v, PersonInput{p.ID.String()})
}

// IdentifierInput names an identifier of a person.
type IdentifierInput struct {
	PersonInput
	Value string `json:"value" arg:"2" doc:"a mail address, a telephone number or a link" maxLength:"300"`
}

// Identify gives a person an identifier, and says whether others have it too.
func (s *Store) Identify(ctx context.Context, v op.Viewer, in IdentifierInput) (IdentifiedPerson, error) {
	detail, err := s.withIdentifier(ctx, v, in, s.AddIdentifier)
	if err != nil {
		return IdentifiedPerson{}, err
	}
	return s.identified(ctx, v, detail.ID, []Identifier{IdentifierOf(strings.TrimSpace(in.Value))})
}

// Unidentify takes an identifier from a person.
func (s *Store) Unidentify(ctx context.Context, v op.Viewer, in IdentifierInput) (PersonDetail, error) {
	return s.withIdentifier(ctx, v, in, s.RemoveIdentifier)
}

func (s *Store) withIdentifier(ctx context.Context, v op.Viewer, in IdentifierInput,
	change func(context.Context, op.Viewer, Person, Identifier) error,
) (PersonDetail, error) {
	p, err := s.Owned(ctx, v, in.Person)
	if err != nil {
		return PersonDetail{}, err
	}
	n, err := ReadIdentifier(in.Value)
	if err != nil {
		return PersonDetail{}, fault.About(err, "value")
	}
	if err := change(ctx, v, p, n); err != nil {
		return PersonDetail{}, err
	}
	return s.showPerson(ctx, v, PersonInput{p.ID.String()})
}

// TagsInput names tags of a person.
type TagsInput struct {
	PersonInput
	Tags []string `json:"tags" arg:"2" doc:"words to find the person by"`
}

func (s *Store) tag(ctx context.Context, v op.Viewer, in TagsInput) (op.None, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.Tag(ctx, v, p, in.Tags)
}

// TagInput names one tag of a person.
type TagInput struct {
	PersonInput
	Tag string `json:"tag" arg:"2" doc:"the tag" maxLength:"300"`
}

func (s *Store) untag(ctx context.Context, v op.Viewer, in TagInput) (op.None, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.Untag(ctx, v, p, in.Tag)
}

// NoteInput is a note about a person.
type NoteInput struct {
	PersonInput
	Text       string           `json:"text" arg:"2" doc:"what you want to remember"`
	Visibility scope.Visibility `json:"visibility,omitempty" doc:"private, or space for the members of the space" enum:"private,space"`
}

// NoteOutput names a note.
type NoteOutput struct {
	Note    id.ID  `json:"note"`
	Warning string `json:"warning,omitempty" doc:"said when it may be delicate"`
}

func (s *Store) note(ctx context.Context, v op.Viewer, in NoteInput) (NoteOutput, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return NoteOutput{}, err
	}
	note, err := s.AddNote(ctx, v, p, in.Text, in.Visibility)
	return NoteOutput{note, strings.TrimSpace(Warning(v.Printer(), in.Text))}, err
}

// NoteRef names a note.
type NoteRef struct {
	Note id.ID `json:"note" arg:"1" doc:"id of the note"`
}

func (s *Store) removeNote(ctx context.Context, v op.Viewer, in NoteRef) (op.None, error) {
	return op.None{}, s.RemoveNote(ctx, v, in.Note)
}

// DateInput is a day in somebody's life.
type DateInput struct {
	PersonInput
	Day  string `json:"day" arg:"2" doc:"1970-05-03, or 05-03 when the year is not known" maxLength:"20"`
	Kind string `json:"kind,omitempty" doc:"what day it is" default:"birthday" maxLength:"300"`

	Visibility scope.Visibility `json:"visibility,omitempty" doc:"private, or space for the members of the space" enum:"private,space"`
}

func (s *Store) setDate(ctx context.Context, v op.Viewer, in DateInput) (op.None, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.SetDay(ctx, v, p, in)
}

// SetDay sets the day that somebody wrote, in the life of a person.
func (s *Store) SetDay(ctx context.Context, v op.Viewer, p Person, in DateInput) error {
	d, err := ParseDay(in.Day, v.Now)
	if err != nil {
		return err
	}
	d.Kind, d.Visibility = in.Kind, in.Visibility
	return s.SetDate(ctx, v, p, d)
}

// DateKindInput names the kind of a day in somebody's life.
type DateKindInput struct {
	PersonInput
	Kind string `json:"kind,omitempty" arg:"2" doc:"what day it is" default:"birthday" maxLength:"300"`
}

func (s *Store) removeDate(ctx context.Context, v op.Viewer, in DateKindInput) (op.None, error) {
	p, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.RemoveDate(ctx, v, p, in.Kind)
}

// ShareInput says who may see a person.
type ShareInput struct {
	PersonInput
	With string `json:"with" arg:"2" doc:"who may see the person" enum:"private,space,public"`
}

func (s *Store) share(ctx context.Context, v op.Viewer, in ShareInput) (op.None, error) {
	return op.None{}, s.ShareWith(ctx, v, in)
}

// ShareWith says who may see a person whom the viewer keeps.
func (s *Store) ShareWith(ctx context.Context, v op.Viewer, in ShareInput) error {
	p, err := s.Owned(ctx, v, in.Person)
	if err != nil {
		return err
	}
	return s.Share(ctx, v, p, scope.ParseVisibility(in.With))
}

// InteractionInput is something that happened.
type InteractionInput struct {
	With    []string   `json:"with" arg:"1" doc:"with whom: ids, mail addresses or names" means:"person"`
	Medium  tie.Medium `json:"medium,omitempty" doc:"how you were in touch" default:"face" enum:"face,call,video,message,mail"`
	Time    time.Time  `json:"time,omitempty" doc:"when; now when left out"`
	Minutes int        `json:"minutes,omitempty" doc:"how long" minimum:"0" maximum:"100000"`
	Title   string     `json:"title,omitempty" doc:"what it was about" maxLength:"300"`
	Place   string     `json:"place,omitempty" doc:"where" maxLength:"300"`
}

// InteractionOutput names what happened.
type InteractionOutput struct {
	Interaction id.ID `json:"interaction"`
}

func (s *Store) addInteraction(ctx context.Context, v op.Viewer, in InteractionInput) (InteractionOutput, error) {
	var with []Person
	for _, reference := range in.With {
		p, err := s.Resolve(ctx, v, reference)
		if err != nil {
			return InteractionOutput{}, err
		}
		with = append(with, p)
	}
	if in.Time.IsZero() {
		in.Time = v.Now
	}
	if in.Medium == "" {
		in.Medium = tie.FaceToFace
	}
	if in.Minutes < 0 {
		return InteractionOutput{}, fault.New(fault.Invalid, "How long it took cannot be less than nothing.").
			WithField("minutes")
	}
	key, err := s.AddInteraction(ctx, v, tie.Interaction{
		Medium: in.Medium, Time: in.Time.UnixMicro(), Minutes: in.Minutes, Title: in.Title, Place: in.Place,
	}, with)
	return InteractionOutput{key}, err
}

// InteractionRef names what happened.
type InteractionRef struct {
	Interaction id.ID `json:"interaction" arg:"1" doc:"id of what you recorded"`
}

func (s *Store) removeInteraction(ctx context.Context, v op.Viewer, in InteractionRef) (op.None, error) {
	return op.None{}, s.RemoveInteraction(ctx, v, in.Interaction)
}

// OrganisationInput names an organisation.
type OrganisationInput struct {
	Organisation string `json:"organisation" arg:"1" doc:"an id or the name" maxLength:"300"`
}

func (s *Store) showOrganisation(ctx context.Context, v op.Viewer, in OrganisationInput) (OrganisationDetail, error) {
	return s.Organisation(ctx, v, in.Organisation)
}

// Text prints a list of organisations.
func (l OrganisationList) Text(p *locale.Printer) string {
	if len(l.Organisations) == 0 {
		return p.T("No organisation found.") + "\n"
	}
	var b strings.Builder
	for _, o := range l.Organisations {
		fmt.Fprintf(&b, "%-40s %s\n", o.Name, p.T("%d people", o.People))
	}
	if l.More {
		b.WriteString(p.T("There are more: use --limit and --offset.") + "\n")
	}
	return b.String()
}

// Text prints an organisation with its people.
func (o OrganisationDetail) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", o.Name)
	for _, part := range []struct {
		title  string
		people []OrganisationMember
	}{{"works there", o.Present}, {"worked there", o.Former}} {
		if len(part.people) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s:\n", p.T(part.title))
		for _, m := range part.people {
			fmt.Fprintf(&b, "  %-32s %-9s %4.2f  %s\n", m.Name, p.T(string(m.Class)), m.Strength, m.In.Title)
		}
	}
	return b.String()
}
