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
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// said is the source of what was captured.
const said = "said"

// writer stores the items of one line within a transaction.
type writer struct {
	*Service
	ctx    context.Context
	tx     *db.Tx
	v      op.Viewer
	line   string
	added  map[string]id.ID // new people of this line, by how they are written
	change []id.ID          // people whose search words changed
	events []network.Interaction
}

// people returns the persons of mentions, and adds the new ones.
func (w *writer) people(mentions []text.Mention) ([]id.ID, error) {
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

func (w *writer) person(m text.Mention) (id.ID, error) {
	key, err := id.Parse(m.Chosen)
	if err != nil {
		if !m.New {
			return id.Zero, nil
		}
		var ok bool
		if key, ok = w.added[text.Fold(m.Text)]; !ok {
			key = id.New()
			p := network.NewPerson{Person: network.Person{ID: key, Owner: w.v.Member, Created: w.v.Now.UnixMicro(), Updated: w.v.Now.UnixMicro()}}
			display := m.Name.Full
			if display == "" {
				display = m.Text
			}
			p.Named(strings.TrimPrefix(display, newMark))
			if err := network.InsertPeople(w.ctx, w.tx, w.v.Space, []network.NewPerson{p}); err != nil {
				return id.Zero, err
			}
			w.added[text.Fold(m.Text)] = key
		}
	}
	more := network.NewPerson{Person: network.Person{ID: key, Owner: w.v.Member, Updated: w.v.Now.UnixMicro()}}
	if m.Address != "" {
		if address, ok := text.NormalizeAddress(m.Address); ok {
			more.Identifiers = append(more.Identifiers, network.Identifier{Kind: network.MailAddress, Value: address})
		}
	}
	if m.Phone != "" {
		more.Identifiers = append(more.Identifiers, network.Identifier{Kind: network.Telephone, Value: m.Phone})
	}
	if m.Organisation != "" {
		more.Organisation, more.Title = m.Organisation, m.Role
		more.Roles = []network.Role{{Organisation: m.Organisation, Title: m.Role}}
	}
	if len(more.Identifiers)+len(more.Roles) == 0 {
		return key, nil
	}
	return key, w.enrich(more)
}

func (w *writer) enrich(more network.NewPerson) error {
	w.change = append(w.change, more.ID)
	return network.EnrichPeople(w.ctx, w.tx, w.v.Space, []network.NewPerson{more})
}

func (w *writer) item(item text.Item) error {
	people, err := w.people(item.People)
	if err != nil {
		return err
	}
	others, err := w.people(item.Others)
	if err != nil {
		return err
	}
	for _, key := range append(slices.Clone(people), others...) {
		if len(item.Tags) > 0 {
			if err := w.enrich(network.NewPerson{Person: network.Person{ID: key, Owner: w.v.Member, Updated: w.v.Now.UnixMicro()}, Tags: item.Tags}); err != nil {
				return err
			}
		}
	}
	switch item.Kind {
	case text.KindInteraction:
		return w.interaction(item, people, others)
	case text.KindPerson:
		for _, key := range people {
			if err := w.work(key, item); err != nil {
				return err
			}
		}
		if item.Medium != "" {
			return w.interaction(item, people, others)
		}
		return nil
	case text.KindNeed, text.KindInterest:
		return w.facts(item, people, goodwill.Kind(item.Kind))
	case text.KindFact:
		return w.fact(item, people)
	case text.KindGift:
		return w.gift(item, people, give.Given, item.Gift)
	case text.KindReturn:
		return w.gift(item, people, give.CameIn, returnKind(item.Return))
	case text.KindIntroduction:
		return w.introduction(item, people, others)
	}
	return w.note(item, people)
}

// moment is when an item happened; now when the line does not say.
func (w *writer) moment(item text.Item) time.Time {
	if item.When.Time.IsZero() {
		return w.v.Now
	}
	return item.When.Time
}

func (w *writer) interaction(item text.Item, people, others []id.ID) error {
	medium := network.Medium(item.Medium)
	if !medium.Valid() {
		medium = network.FaceToFace
	}
	title := item.Title
	if title == "" {
		title = item.Activity
	}
	e := network.Interaction{
		ID: id.New(), Owner: w.v.Member, Medium: medium, Time: w.moment(item).UnixMicro(), Minutes: int(item.Duration.Minutes()), Title: title,
		Place: item.Place, Source: said, External: id.New(), Participants: []network.Participant{{Person: w.v.Person, Role: network.From}},
	}
	for _, key := range people {
		if key != w.v.Person {
			e.Participants = append(e.Participants, network.Participant{Person: key, Role: network.To})
		}
	}
	e.People = len(e.Participants)
	for _, key := range others {
		if !slices.ContainsFunc(e.Participants, func(p network.Participant) bool { return p.Person == key }) {
			e.Participants = append(e.Participants, network.Participant{Person: key, Role: network.Mentioned})
		}
	}
	w.events = append(w.events, e)
	return nil
}

func (w *writer) facts(item text.Item, people []id.ID, kind goodwill.Kind) error {
	due := ""
	if kind == goodwill.Need && !item.When.Time.IsZero() {
		due = item.When.Time.Format(time.DateOnly)
	}
	for _, key := range people {
		if _, err := w.goodwill.Add(w.ctx, w.tx, w.v, goodwill.Fact{Person: network.Ref{ID: key}, Kind: kind, Body: item.Text, Source: said, Due: due}); err != nil {
			return err
		}
	}
	return nil
}

// work records where somebody works and as what.
func (w *writer) work(key id.ID, item text.Item) error {
	if item.Organisation == "" {
		return nil
	}
	if _, err := w.tx.ExecContext(w.ctx, `update person set organisation = $3, title = $4 where space = $1 and id = $2`, w.v.Space, key, item.Organisation, item.Role); err != nil {
		return db.Fault(err)
	}
	return w.enrich(network.NewPerson{
		Person: network.Person{ID: key, Owner: w.v.Member, Updated: w.v.Now.UnixMicro()},
		Roles:  []network.Role{{Organisation: item.Organisation, Title: item.Role}},
	})
}

// fact writes what is known of a person where it belongs; what has no place of its own is kept as a fact.
func (w *writer) fact(item text.Item, people []id.ID) error {
	for _, key := range people {
		more := network.NewPerson{Person: network.Person{ID: key, Owner: w.v.Member, Updated: w.v.Now.UnixMicro()}}
		switch {
		case item.Fact == "organisation" && item.Organisation != "":
			if err := w.work(key, item); err != nil {
				return err
			}
			continue
		case item.Fact == "place" && item.Place != "":
			if _, err := w.tx.ExecContext(w.ctx, `update person set place = $3 where space = $1 and id = $2`, w.v.Space, key, item.Place); err != nil {
				return db.Fault(err)
			}
			w.change = append(w.change, key)
			continue
		case item.Fact == "birthday" && !item.When.Time.IsZero():
			d := network.ImportantDate{Kind: "birthday", Month: item.When.Time.Month(), Day: item.When.Time.Day()}
			if item.When.HasYear && item.When.Time.Year() < w.v.Now.Year() {
				d.Year = item.When.Time.Year()
			}
			more.Dates = []network.ImportantDate{d}
		case item.Fact == "phone":
			number, ok := text.NormalizePhone(item.Text, "NL")
			if !ok {
				number = item.Text
			}
			more.Identifiers = []network.Identifier{{Kind: network.Telephone, Value: number}}
		default:
			body := item.Text
			if body == "" {
				body = strings.TrimSpace(item.Span.In(w.line))
			}
			if _, err := w.goodwill.Add(w.ctx, w.tx, w.v, goodwill.Fact{Person: network.Ref{ID: key}, Kind: goodwill.About, Body: body, Source: said}); err != nil {
				return err
			}
			continue
		}
		if err := w.enrich(more); err != nil {
			return err
		}
	}
	return nil
}

func returnKind(kind string) string {
	if give.Kind(kind).Valid() {
		return kind
	}
	return "other"
}

func (w *writer) gift(item text.Item, people []id.ID, direction give.Direction, kind string) error {
	g := give.Gift{Direction: direction, Kind: give.Kind(kind), Body: item.Title, Link: item.Link, Minutes: int(item.Duration.Minutes()), At: w.moment(item)}
	if g.Body == "" {
		g.Body = item.Text
	}
	if g.Body == "" && g.Link == "" {
		g.Body = strings.TrimSpace(item.Span.In(w.line))
	}
	for _, key := range people {
		g.People = append(g.People, network.Ref{ID: key})
	}
	_, err := w.give.Add(w.ctx, w.tx, w.v, g)
	return err
}

// introduction is a gift to both, and says that they know each other from now on.
func (w *writer) introduction(item text.Item, people, others []id.ID) error {
	at := w.moment(item)
	var statements []network.Statement
	for _, a := range people {
		for _, b := range others {
			if a != b {
				statements = append(statements, network.Statement{
					ID: id.New(), Owner: w.v.Member, Layer: "knows", Sign: 1, Weight: 1, SourcePerson: a, TargetPerson: b, Time: at.UnixMicro(), Source: said, External: id.New(),
				})
			}
		}
	}
	if _, err := network.AddStatements(w.ctx, w.tx, w.v.Space, statements); err != nil {
		return err
	}
	return w.gift(item, append(slices.Clone(people), others...), give.Given, "introduction")
}

func (w *writer) note(item text.Item, people []id.ID) error {
	body := item.Text
	if body == "" || item.Kind != text.KindNote {
		body = strings.TrimSpace(item.Span.In(w.line))
	}
	if what, yes, ok := text.FavourAnswer(w.line); ok && len(people) == 1 {
		if _, err := w.goodwill.AddOutcome(w.ctx, w.tx, w.v, people[0], what, yes, w.moment(item)); err != nil {
			return err
		}
	}
	for _, key := range people {
		more := network.NewPerson{
			Person: network.Person{ID: key, Owner: w.v.Member, Updated: w.v.Now.UnixMicro()},
			Notes:  []network.Note{{ID: id.New(), Body: body, At: w.moment(item), Source: said}},
		}
		if err := network.EnrichPeople(w.ctx, w.tx, w.v.Space, []network.NewPerson{more}); err != nil {
			return err
		}
	}
	return nil
}

// finish records what happened, derives the ties and writes the search words again.
func (w *writer) finish() error {
	if err := network.Record(w.ctx, w.tx, w.v.Space, w.events, network.Present(w.v)); err != nil {
		return err
	}
	return network.ReindexPeople(w.ctx, w.tx, w.v.Space, w.change)
}
