// Package capture stores what a line says: it lets package text understand the line, finds the people it names, shows
// what was understood, and writes it in the rooms where it belongs.
package capture

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/praise"
	"gave.network/internal/text"
	"gave.network/internal/text/grammar"
	"gave.network/internal/text/names"
	"gave.network/internal/tie"
)

// Service understands and stores captured lines.
type Service struct {
	db       *db.DB
	network  *people.Store
	give     *give.Service
	goodwill *goodwill.Service
	praise   *praise.Service
	self     func(ctx context.Context, v op.Viewer, person id.ID) error
}

// NewService returns the service. setSelf records which person a member is.
func NewService(d *db.DB, store *people.Store, gifts *give.Service, facts *goodwill.Service, words *praise.Service,
	setSelf func(ctx context.Context, v op.Viewer, person id.ID) error,
) *Service {
	return &Service{d, store, gifts, facts, words, setSelf}
}

// Understood is one thing that the line says.
type Understood struct {
	Kind         grammar.Kind `json:"kind"`
	Text         string       `json:"text" doc:"the part of the line that it was read from"`
	People       []Who        `json:"people"`
	Others       []Who        `json:"others,omitempty"`
	Medium       string       `json:"medium,omitempty"`
	When         *time.Time   `json:"when"`
	Precision    string       `json:"precision,omitempty"`
	Minutes      int          `json:"minutes,omitempty"`
	Title        string       `json:"title,omitempty"`
	Place        string       `json:"place,omitempty"`
	Body         string       `json:"body,omitempty" doc:"what is needed, liked, given, asked or noted"`
	Fact         string       `json:"fact,omitempty"`
	Organisation string       `json:"organisation,omitempty"`
	Role         string       `json:"role,omitempty"`
	Gift         string       `json:"gift,omitempty"`
	Return       string       `json:"return,omitempty"`
	Everyone     bool         `json:"everyone,omitempty"`
	Received     bool         `json:"received,omitempty" doc:"praise: they praised or thanked you"`
	Link         string       `json:"link,omitempty"`
	Tags         []string     `json:"tags,omitempty"`
	Own          bool         `json:"own,omitempty" doc:"another member keeps this person: it is kept as a fact of your own"`
	// Shared are the addresses and numbers that the line gives somebody and that others have too.
	Shared []people.SharedIdentifier `json:"shared,omitempty" doc:"what the line gives somebody and others have too: it does not say who is meant"`
}

// Who is a person that the line names.
type Who struct {
	ID           id.ID    `json:"id,omitzero" doc:"left out when new or unclear"`
	Name         string   `json:"name"`
	Written      string   `json:"written" doc:"as the line has it"`
	New          bool     `json:"new,omitempty" doc:"will be added"`
	Organisation string   `json:"organisation,omitempty"`
	Role         string   `json:"role,omitempty"`
	Choices      []Choice `json:"choices,omitempty" doc:"who it can be"`
}

// Choice is a person that a mention may mean. Line is the captured line with that choice made.
type Choice struct {
	ID     id.ID  `json:"id,omitzero"`
	New    bool   `json:"new,omitempty" doc:"somebody who is not here yet"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
	Line   string `json:"line"`
}

// Unclear is a part of the line that was not understood.
type Unclear struct {
	Text    string         `json:"text"`
	Reason  grammar.Reason `json:"reason"`
	Choices []Choice       `json:"choices,omitempty"`
	Shared  bool           `json:"shared,omitempty" doc:"it is an address or number that all of these have"`
	// Reading is what the part may mean all the same.
	Reading *Understood `json:"reading,omitempty" doc:"what it may tell all the same; sure keeps it so"`
}

// Output is what was understood, what was not, and whether it was stored.
type Output struct {
	Line       string       `json:"line"`
	Understood []Understood `json:"understood"`
	Unclear    []Unclear    `json:"unclear"`
	Stored     bool         `json:"stored"`
	// Complete says that nothing is in the way of storing: something was understood, and everybody is known or new.
	Complete bool `json:"complete"`
	// Doubtful says that only doubts about what was read are in the way of storing: with Sure it is stored as read.
	Doubtful bool `json:"doubtful,omitempty" doc:"only doubts are in the way: sure stores it as it was read"`
	// AsNote is the line with which it is kept as a note, when it is asked what the line tells.
	AsNote  string `json:"as_note,omitempty" doc:"the line that keeps it as a note instead"`
	preview bool
}

// ExitCode is 1 when a line that was to be stored was not.
func (o Output) ExitCode() int {
	if !o.preview && !o.Stored {
		return 1
	}
	return 0
}

// newMark before a name says that this is somebody who is not here yet: @"+Dirk van der Berg".
const newMark = "+"

// directory looks people up among those that the viewer may see.
type directory struct {
	ctx    context.Context
	v      op.Viewer
	store  *people.Store
	failed error
}

// Lookup returns the people that a reference may mean, best first.
func (k *directory) Lookup(ref string) []grammar.Candidate {
	if k.failed != nil {
		return nil
	}
	if strings.HasPrefix(ref, newMark) {
		return nil
	}
	var persons []people.Person
	if key, err := id.Parse(ref); err == nil {
		p, err := k.store.Person(k.ctx, k.store.DB(), k.v, key)
		if err != nil {
			return nil
		}
		return []grammar.Candidate{{ID: p.ID.String(), Name: p.Name, Detail: p.Organisation, Score: 1}}
	}
	if n := people.IdentifierOf(ref); n.Kind != 0 {
		persons, k.failed = k.store.FindByIdentifier(k.ctx, k.v, n)
	} else {
		persons, k.failed = k.store.Candidates(k.ctx, k.v, ref, 20)
		if k.failed == nil && len(persons) == 0 {
			persons, k.failed = k.store.SimilarNames(k.ctx, k.v, ref, 20)
		}
	}
	if k.failed != nil {
		return nil
	}
	keys := make([]id.ID, len(persons))
	for i, p := range persons {
		keys[i] = p.ID
	}
	found, err := k.candidates(ref, persons, keys)
	if err != nil {
		k.failed = err
		return nil
	}
	return found
}

// candidates scores persons by how well the reference fits them. Of namesakes the one who is known best comes first,
// and yet it is asked who is meant.
func (k *directory) candidates(ref string, persons []people.Person, keys []id.ID) ([]grammar.Candidate, error) {
	summaries, err := k.store.Summaries(k.ctx, k.v, keys)
	if err != nil {
		return nil, err
	}
	others, err := k.store.OtherNames(k.ctx, k.v, keys)
	if err != nil {
		return nil, err
	}
	certain := people.IdentifierOf(ref).Kind != 0
	var out []grammar.Candidate
	for i, s := range summaries {
		detail := s.Organisation
		if detail == "" && len(s.Emails) > 0 {
			detail = s.Emails[0]
		}
		score := 1.0
		if !certain {
			score = names.RefScore(ref, persons[i].ParsedName(), s.Emails...)
			for _, other := range others[s.ID] {
				score = max(score, names.RefScore(ref, other.ParsedName()))
			}
		}
		out = append(out, grammar.Candidate{ID: s.ID.String(), Name: s.Name, Detail: detail, Score: score})
	}
	strength := make(map[string]float64, len(summaries))
	for _, s := range summaries {
		strength[s.ID.String()] = s.Strength
	}
	slices.SortStableFunc(out, func(a, b grammar.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(strength[b.ID], strength[a.ID]))
	})
	proposed, err := k.store.ProposedAmong(k.ctx, k.v, keys)
	if err != nil {
		return nil, err
	}
	return withoutDoubles(out, proposed), nil
}

// withoutDoubles keeps of candidates that are likely one person only the best: whichever of the two is written to, a
// later merge brings them together.
func withoutDoubles(list []grammar.Candidate, proposed [][2]id.ID) []grammar.Candidate {
	double := map[string]bool{}
	position := map[string]int{}
	for i, c := range list {
		position[c.ID] = i
	}
	for _, pair := range proposed {
		a, b := pair[0].String(), pair[1].String()
		if position[a] > position[b] {
			a, b = b, a
		}
		if text.Fold(list[position[a]].Name) == text.Fold(list[position[b]].Name) {
			double[b] = true
		}
	}
	return slices.DeleteFunc(list, func(c grammar.Candidate) bool { return double[c.ID] })
}

// Understand reads a line and stores nothing. Of a reading that is doubtful it asks whether it is meant, unless the
// writer is sure.
func (s *Service) Understand(ctx context.Context, v op.Viewer, line string, sure bool) (
	Output, grammar.Capture, error,
) {
	out := Output{Line: line, Understood: []Understood{}, Unclear: []Unclear{}, preview: true}
	zone := v.Zone
	if zone == nil {
		zone = time.UTC
	}
	k := &directory{ctx: ctx, v: v, store: s.network}
	c, err := grammar.Parse(line, v.Now.In(zone), k)
	if errors.Is(err, grammar.ErrTooLong) {
		return out, c, fault.New(fault.TooLarge, "A line has at most 4,000 characters.").
			WithHint("Say one thing at a time.")
	}
	if k.failed != nil {
		return out, c, k.failed
	}
	if err != nil {
		return out, c, err
	}
	if sure {
		c = asRead(c)
	}
	for _, item := range c.Items {
		u, err := s.understood(ctx, v, line, item)
		if err != nil {
			return out, c, err
		}
		out.Understood = append(out.Understood, u)
		for _, m := range append(slices.Clone(item.People), item.Others...) {
			if _, err := id.Parse(m.Text); err == nil && m.New { // an id of nobody that the viewer may see is no name
				out.Unclear = append(out.Unclear, Unclear{Text: m.Text, Reason: grammar.UnclearWho})
			}
		}
	}
	stuck := len(out.Unclear) > 0
	doubts, readings := false, len(c.Items)
	for _, u := range c.Unclear {
		unclear := Unclear{Text: u.Text, Reason: u.Reason}
		if u.Reason == grammar.UnclearWho {
			unclear.Choices = choices(line, u.Span, u.Choices)
			unclear.Shared = len(u.Choices) > 1 && people.IdentifierOf(strings.TrimPrefix(u.Text, "@")).Kind != 0
		}
		if u.Reading != nil {
			reading, err := s.understood(ctx, v, line, *u.Reading)
			if err != nil {
				return out, c, err
			}
			unclear.Reading = &reading
			readings++
		}
		out.Unclear = append(out.Unclear, unclear)
		switch {
		case u.Reading != nil, u.Reason == grammar.UnclearWords:
			doubts = doubts || !sure && !c.Marked
		default:
			stuck = true
		}
	}
	out.Complete = readings > 0 && !stuck && !doubts
	out.Doubtful = readings > 0 && !stuck && doubts
	if doubts {
		out.AsNote = asNote(v, line, k)
	}
	return out, c, nil
}

// asRead takes readings that are doubtful for what is meant, in the order in which the line tells them.
func asRead(c grammar.Capture) grammar.Capture {
	var left []grammar.Unclear
	for _, u := range c.Unclear {
		if u.Reading != nil {
			c.Items = append(c.Items, *u.Reading)
		} else {
			left = append(left, u)
		}
	}
	c.Unclear = left
	slices.SortStableFunc(c.Items, func(a, b grammar.Item) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return c
}

// asNote is the line that keeps what a line tells as a note, "" when it is a note already or can be none.
func asNote(v op.Viewer, line string, k *directory) string {
	note := v.Printer().T("note") + ": " + line
	c, err := grammar.Parse(note, v.Now, k)
	if err != nil || len(c.Items) != 1 || c.Items[0].Kind != grammar.KindNote || len(c.Unclear) > 0 {
		return ""
	}
	return note
}

// understood is one thing that a line says, as it is shown.
func (s *Service) understood(ctx context.Context, v op.Viewer, line string, item grammar.Item) (Understood, error) {
	u := Understood{
		Kind: item.Kind, Text: item.Span.In(line), People: who(line, item.People), Others: who(line, item.Others),
		Medium: item.Medium, Minutes: int(item.Duration.Minutes()),
		Title: item.Title, Place: item.Place, Body: item.Text, Fact: item.Fact, Organisation: item.Organisation,
		Role: item.Role, Gift: item.Gift,
		Return: item.Return, Everyone: item.Everyone, Received: item.Received, Link: item.Link, Tags: item.Tags,
	}
	if !item.When.Time.IsZero() {
		at := item.When.Time
		u.When, u.Precision = &at, string(item.When.Precision)
	}
	var err error
	if u.Own, err = s.ownOnly(ctx, v, item, u.People); err != nil {
		return u, err
	}
	u.Shared, err = s.shared(ctx, v, item, u.People, u.Others)
	return u, err
}

// ownOnly says whether an item says of somebody whom another member keeps what only that member can change.
func (s *Service) ownOnly(ctx context.Context, v op.Viewer, item grammar.Item, people []Who) (bool, error) {
	var keys []id.ID
	for i, w := range people {
		m := item.People[i]
		if !w.ID.IsZero() && (needsKeeper(item) || m.Address != "" || m.Phone != "" || m.Organisation != "") {
			keys = append(keys, w.ID)
		}
	}
	found, err := s.network.PeopleByID(ctx, v, keys)
	for _, p := range found {
		if p.Owner != v.Member {
			return true, err
		}
	}
	return false, err
}

// shared returns the addresses and numbers that an item gives to people and that others have too.
func (s *Service) shared(
	ctx context.Context, v op.Viewer, item grammar.Item, persons, others []Who,
) ([]people.SharedIdentifier, error) {
	var out []people.SharedIdentifier
	look := func(w Who, values ...string) error {
		var list []people.Identifier
		for _, value := range values {
			if n := people.IdentifierOf(value); n.Kind != 0 {
				list = append(list, n)
			}
		}
		found, err := s.network.SharedWith(ctx, v, w.ID, list)
		out = append(out, found...)
		return err
	}
	for i, m := range slices.Concat(item.People, item.Others) {
		w := slices.Concat(persons, others)[i]
		values := []string{m.Phone}
		if m.Address != m.Text { // by the address alone somebody is looked up
			values = append(values, m.Address)
		}
		if item.Fact == "phone" && i < len(persons) {
			values = append(values, item.Text)
		}
		if w.ID.IsZero() && !w.New {
			continue // asked first
		}
		if err := look(w, values...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func who(line string, mentions []grammar.Mention) []Who {
	out := []Who{}
	for _, m := range mentions {
		w := Who{
			Name: strings.TrimPrefix(m.Text, newMark), Written: m.Text, New: m.New, Organisation: m.Organisation,
			Role: m.Role,
		}
		for _, c := range m.Candidates {
			if c.ID == m.Chosen {
				w.Name = c.Name
			}
		}
		if key, err := id.Parse(m.Chosen); err == nil {
			w.ID = key
		} else if m.New {
			if full := m.Name.Full; full != "" {
				w.Name = strings.TrimPrefix(full, newMark)
			}
		} else {
			w.Choices = choices(line, m.Span, m.Candidates)
		}
		out = append(out, w)
	}
	return out
}

// choices returns the candidates, each with the line in which it is named without doubt.
func choices(line string, span text.Span, candidates []grammar.Candidate) []Choice {
	var out []Choice
	for _, c := range candidates {
		key, err := id.Parse(c.ID)
		if err != nil || span.End > len(line) {
			continue
		}
		out = append(out,
			Choice{ID: key, Name: c.Name, Detail: c.Detail, Line: line[:span.Start] + "@" + c.ID + line[span.End:]})
	}
	if span.Start < span.End && span.End <= len(line) {
		name := strings.Trim(span.In(line), `@" `)
		out = append(out,
			Choice{New: true, Name: name, Line: line[:span.Start] + `@"` + newMark + name + `"` + line[span.End:]})
	}
	return out
}

// Store reads a line and stores what it says, all or nothing. A line in which something is unclear is not stored; one
// that is only doubtful is stored when the writer is sure.
func (s *Service) Store(ctx context.Context, v op.Viewer, line string, sure bool) (Output, error) {
	var out Output
	err := s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		var err error
		out, err = s.store(ctx, v, line, sure)
		return err
	})
	if err != nil || !out.Stored {
		return out, err
	}
	_, err = s.network.Settle(ctx, v.Space, tie.Present(v))
	return out, err
}

func (s *Service) store(ctx context.Context, v op.Viewer, line string, sure bool) (Output, error) {
	out, c, err := s.Understand(ctx, v, line, sure)
	if err != nil {
		return out, err
	}
	out.preview = false
	if !out.Complete {
		return out, nil
	}
	if v, err = s.ensureSelf(ctx, v); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		w := &writer{Service: s, ctx: ctx, tx: tx, v: v, line: line, added: map[string]id.ID{}}
		for _, item := range c.Items {
			if err := w.item(item); err != nil {
				return err
			}
		}
		return w.finish()
	})
	out.Stored = err == nil
	return out, err
}

// ensureSelf gives the viewer a person of their own, without whom nothing can happen between them and others.
func (s *Service) ensureSelf(ctx context.Context, v op.Viewer) (op.Viewer, error) {
	if !v.Person.IsZero() {
		return v, nil
	}
	// Another request of the viewer's may have done it since this one began.
	self, err := db.Value[id.ID](ctx, s.db, `select person from member where space = $1 and id = $2`, v.Space, v.Member)
	if err != nil {
		return v, err
	}
	if self.IsZero() {
		if self, err = s.network.AddPerson(ctx, v,
			people.NewPerson{Person: people.Person{Name: v.Printer().T("Me")}}); err != nil {
			return v, err
		}
		err = s.self(ctx, v, self)
	}
	v.Person = self
	return v, err
}

// joined is the names of people, for a sentence.
func joined(people []Who) string {
	var names []string
	for _, w := range people {
		names = append(names, w.Name)
	}
	return strings.Join(names, ", ")
}
