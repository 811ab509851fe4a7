package capture

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/praise"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/grammar"
	"gave.network/internal/tie"
)

// writer stores the items of one line within a transaction, which its context carries. People are written by the same
// methods of the network as everywhere: who keeps a person changes it; what another member says of it is kept as a
// fact of their own.
type writer struct {
	*Service
	ctx    context.Context
	tx     *db.Tx
	v      op.Viewer
	line   string
	added  map[string]id.ID // new people of this line, by how they are written
	events []tie.Interaction
}

// people returns the persons of mentions, and adds the new ones.
func (w *writer) people(mentions []grammar.Mention) ([]id.ID, error) {
	var out []id.ID
	for _, m := range mentions {
		key, err := w.person(m)
		if err != nil {
			return nil, err
		}
		if !key.IsZero() && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out, nil
}

func (w *writer) person(m grammar.Mention) (id.ID, error) {
	key, err := id.Parse(m.Chosen)
	if err != nil {
		if !m.New {
			return id.Zero, nil
		}
		var ok bool
		if key, ok = w.added[text.Fold(m.Text)]; !ok {
			display := m.Name.Full
			if display == "" {
				display = m.Text
			}
			p := people.NewPerson{Person: people.Person{Name: strings.TrimPrefix(display, newMark)}}
			if key, err = w.network.AddPerson(w.ctx, w.v, p); err != nil {
				return id.Zero, err
			}
			w.added[text.Fold(m.Text)] = key
		}
	}
	if m.Address == "" && m.Phone == "" && m.Organisation == "" {
		return key, nil
	}
	p, err := w.network.Person(w.ctx, w.tx, w.v, key)
	if err != nil {
		return key, err
	}
	if address, ok := addresses.Mail(m.Address); ok {
		if err := w.identify(p, people.Identifier{Kind: people.MailAddress, Value: address}); err != nil {
			return key, err
		}
	}
	if m.Phone != "" {
		if err := w.identify(p, people.Identifier{Kind: people.Telephone, Value: m.Phone}); err != nil {
			return key, err
		}
	}
	if m.Organisation != "" {
		return key, w.works(p, m.Organisation, m.Role)
	}
	return key, nil
}

// identify gives a person an address or a number.
func (w *writer) identify(p people.Person, n people.Identifier) error {
	if p.Owner == w.v.Member {
		return w.network.AddIdentifier(w.ctx, w.v, p, n)
	}
	known, err := w.network.FindByIdentifier(w.ctx, w.v, n)
	if err != nil || slices.ContainsFunc(known, func(other people.Person) bool { return other.ID == p.ID }) {
		return err
	}
	return w.observe(p.ID, n.Value)
}

// works fills in where a person works when that is not known; a mention says it in passing and changes nothing.
func (w *writer) works(p people.Person, organisation, role string) error {
	if text.Fold(p.Organisation) == text.Fold(organisation) {
		return nil
	}
	if p.Owner != w.v.Member {
		return w.observe(p.ID, strings.Trim(organisation+", "+role, ", "))
	}
	if p.Organisation == "" {
		return w.network.EditPerson(w.ctx, w.v, p, people.Change{"organisation": organisation, "role": role})
	}
	return w.network.AddRole(w.ctx, w.v, p, people.Role{Organisation: organisation, Title: role})
}

// observe keeps what the viewer says of somebody whom another member keeps, for the viewer alone.
func (w *writer) observe(key id.ID, body string) error {
	_, err := w.goodwill.Add(w.ctx, w.tx, w.v,
		goodwill.Fact{Person: people.Ref{ID: key}, Kind: goodwill.About, Body: body, Source: people.SourceMember})
	return err
}

func (w *writer) item(item grammar.Item) error {
	persons, err := w.people(item.People)
	if err != nil {
		return err
	}
	others, err := w.people(item.Others)
	if err != nil {
		return err
	}
	if len(item.Tags) > 0 {
		for _, key := range append(slices.Clone(persons), others...) {
			if err := w.network.Tag(w.ctx, w.v, people.Person{ID: key}, slices.Clone(item.Tags)); err != nil {
				return err
			}
		}
	}
	switch item.Kind {
	case grammar.KindInteraction:
		return w.interaction(item, persons, others)
	case grammar.KindPerson:
		for _, key := range persons {
			if err := w.work(key, item); err != nil {
				return err
			}
		}
		if item.Medium != "" {
			return w.interaction(item, persons, others)
		}
		return nil
	case grammar.KindNeed, grammar.KindInterest:
		return w.facts(item, persons, goodwill.Kind(item.Kind))
	case grammar.KindFact:
		return w.fact(item, persons)
	case grammar.KindGift:
		return w.gift(item, persons, nil, give.Given, item.Gift)
	case grammar.KindReturn:
		via, err := w.people(item.Via)
		if err != nil {
			return err
		}
		return w.gift(item, persons, via, give.CameIn, returnKind(item.Return))
	case grammar.KindIntroduction:
		return w.introduction(item, persons, others)
	case grammar.KindPraise:
		return w.praised(item, persons)
	}
	return w.note(item, persons)
}

// moment is when an item happened; now when the line does not say.
func (w *writer) moment(item grammar.Item) time.Time {
	if item.When.Time.IsZero() {
		return w.v.Now
	}
	return item.When.Time
}

func (w *writer) interaction(item grammar.Item, persons, others []id.ID) error {
	medium := tie.Medium(item.Medium)
	if !medium.Valid() {
		medium = tie.FaceToFace
	}
	title := item.Title
	if title == "" {
		title = item.Activity
	}
	e := tie.Interaction{
		ID: id.New(), Owner: w.v.Member, Medium: medium, Time: w.moment(item).UnixMicro(),
		Minutes: int(item.Duration.Minutes()), Title: title,
		Place: item.Place, Source: people.SourceMember, External: id.New(),
		Participants: []tie.Participant{{Person: w.v.Person, Role: tie.From}},
	}
	for _, key := range persons {
		if key != w.v.Person {
			e.Participants = append(e.Participants, tie.Participant{Person: key, Role: tie.To})
		}
	}
	e.People = len(e.Participants)
	for _, key := range others {
		if !slices.ContainsFunc(e.Participants, func(p tie.Participant) bool { return p.Person == key }) {
			e.Participants = append(e.Participants, tie.Participant{Person: key, Role: tie.Mentioned})
		}
	}
	w.events = append(w.events, e)
	return nil
}

func (w *writer) facts(item grammar.Item, persons []id.ID, kind goodwill.Kind) error {
	due := ""
	if kind == goodwill.Need && !item.When.Time.IsZero() {
		due = item.When.Time.Format(time.DateOnly)
	}
	for _, key := range persons {
		if _, err := w.goodwill.Add(w.ctx, w.tx, w.v, goodwill.Fact{
			Person: people.Ref{ID: key}, Kind: kind, Body: item.Text, Source: people.SourceMember, Due: due,
		}); err != nil {
			return err
		}
	}
	return nil
}

// work records where somebody works and as what.
func (w *writer) work(key id.ID, item grammar.Item) error {
	if item.Organisation == "" {
		return nil
	}
	p, err := w.network.Person(w.ctx, w.tx, w.v, key)
	if err != nil {
		return err
	}
	if p.Owner != w.v.Member {
		return w.observe(p.ID, w.words(item))
	}
	change := people.Change{"organisation": item.Organisation}
	if item.Role != "" || text.Fold(p.Organisation) != text.Fold(item.Organisation) {
		change["role"] = item.Role
	}
	return w.network.EditPerson(w.ctx, w.v, p, change)
}

// fact writes what is known of a person where it belongs; what has no place of its own is kept as a fact.
func (w *writer) fact(item grammar.Item, persons []id.ID) error {
	for _, key := range persons {
		if err := w.factOf(item, key); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) factOf(item grammar.Item, key id.ID) error {
	p, err := w.network.Person(w.ctx, w.tx, w.v, key)
	if err != nil {
		return err
	}
	own := p.Owner == w.v.Member
	switch {
	case item.Fact == "organisation" && item.Organisation != "":
		return w.work(key, item)
	case item.Fact == "place" && item.Place != "" && own:
		return w.network.EditPerson(w.ctx, w.v, p, people.Change{"place": item.Place})
	case item.Fact == "birthday" && !item.When.Time.IsZero():
		d := people.ImportantDate{Kind: "birthday", Month: item.When.Time.Month(), Day: item.When.Time.Day()}
		if item.When.HasYear && item.When.Time.Year() < w.v.Now.Year() {
			d.Year = item.When.Time.Year()
		}
		return w.network.SetDate(w.ctx, w.v, p, d)
	case item.Fact == "phone" && own:
		number, ok := addresses.Phone(item.Text, "NL")
		if !ok {
			number = item.Text
		}
		return w.network.AddIdentifier(w.ctx, w.v, p, people.Identifier{Kind: people.Telephone, Value: number})
	}
	body := item.Text
	if body == "" || needsKeeper(item) {
		body = w.words(item)
	}
	return w.observe(key, body)
}

// words returns what the line says in an item, without the people that it names by their ids.
func (w *writer) words(item grammar.Item) string {
	body := item.Span.In(w.line)
	for _, m := range item.People {
		if m.Text == m.Chosen {
			body = strings.ReplaceAll(body, "@"+m.Text, "")
		}
	}
	return strings.TrimSpace(body)
}

// needsKeeper says whether an item changes what only the keeper of a person changes.
func needsKeeper(item grammar.Item) bool {
	return item.Organisation != "" && (item.Kind == grammar.KindPerson || item.Fact == "organisation") ||
		item.Kind == grammar.KindFact && (item.Fact == "place" && item.Place != "" || item.Fact == "phone")
}

func returnKind(kind string) string {
	if give.Kind(kind).Of(give.CameIn) {
		return kind
	}
	return "other"
}

func (w *writer) gift(item grammar.Item, persons, via []id.ID, direction give.Direction, kind string) error {
	g := give.Gift{
		Direction: direction, Kind: give.Kind(kind), Body: item.Title, Link: item.Link,
		Minutes: int(item.Duration.Minutes()), At: w.moment(item),
	}
	if g.Body == "" {
		g.Body = item.Text
	}
	if g.Body == "" && g.Link == "" {
		g.Body = strings.TrimSpace(item.Span.In(w.line))
	}
	for _, key := range persons {
		g.People = append(g.People, people.Ref{ID: key})
	}
	for _, key := range via {
		g.Via = append(g.Via, people.Ref{ID: key})
	}
	_, err := w.give.Add(w.ctx, w.tx, w.v, g)
	return err
}

// introduction is a gift to both, and says that they know each other from now on.
func (w *writer) introduction(item grammar.Item, persons, others []id.ID) error {
	at := w.moment(item)
	var statements []tie.Statement
	for _, a := range persons {
		for _, b := range others {
			if a != b {
				statements = append(statements, tie.Statement{
					ID: id.New(), Owner: w.v.Member, Layer: "knows", Sign: 1, Weight: 1, SourcePerson: a,
					TargetPerson: b, Time: at.UnixMicro(), Source: people.SourceMember, External: id.New(),
				})
			}
		}
	}
	if _, err := tie.AddStatements(w.ctx, w.tx, w.v.Space, statements); err != nil {
		return err
	}
	return w.gift(item, append(slices.Clone(persons), others...), nil, give.Given, "introduction")
}

// praised keeps praise in the room for it: of each person by the viewer, or of the viewer by them.
func (w *writer) praised(item grammar.Item, persons []id.ID) error {
	store := w.praise.Write
	if item.Received {
		store = w.praise.Keep
	}
	for _, key := range persons {
		if _, err := store(w.ctx, w.v,
			praise.New{Person: key.String(), Text: item.Text, At: w.moment(item)}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) note(item grammar.Item, persons []id.ID) error {
	body := item.Text
	if body == "" || item.Kind != grammar.KindNote {
		body = strings.TrimSpace(item.Span.In(w.line))
	}
	if what, yes, ok := grammar.FavourAnswer(w.line); ok && len(persons) == 1 {
		if _, err := w.goodwill.AddOutcome(w.ctx, w.tx, w.v, persons[0], what, yes, w.moment(item)); err != nil {
			return err
		}
	}
	at := w.v
	at.Now = w.moment(item)
	for _, key := range persons {
		if _, err := w.network.AddNote(w.ctx, at, people.Person{ID: key}, body, scope.Private); err != nil {
			return err
		}
	}
	return nil
}

// finish records what happened and derives the ties.
func (w *writer) finish() error {
	return tie.RecordInteractions(w.ctx, w.tx, w.v.Space, w.events, tie.Present(w.v))
}
