package people

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// sharings are the operations by which a member says what others see of their ties.
func (s *Store) sharings() []op.Operation {
	return []op.Operation{
		op.New("share.show", http.MethodGet, "/sharing", op.Member,
			"Show what the other members see of whom you know, and by which rules.", s.Sharing).
			With("Nothing, until you say so. Who shows nothing, or hides more than half, is shown nothing of "+
				"others.", "gave share show"),
		op.New("share.preview", http.MethodPost, "/sharing/preview", op.Member,
			"Say what the other members would see by a rule, without setting it.", s.PreviewShare).
			With("With the rule as it would be: who would be seen newly, and who no more.",
				`gave share preview nothing --person "Anna Jansen"`).Computing(),
		op.New("share.set", http.MethodPut, "/sharing", op.Member,
			"Say what the other members see of whom you know.", s.SetShare).
			With("nothing, known (that you know each other), strength (and how well), or default, which removes a "+
				"rule. It is about all your ties, or with --source, --person or --tie about those alone; the "+
				"narrowest rule holds, and of several that are as narrow the one that shows least. Only your own ties "+
				"with people whom all members see are shown, never a date or a word; what is delicate never is. "+
				"Between two members a tie is seen as far as both show it.",
				"gave share set known").WithCare(),
		op.New("share.undo", http.MethodPost, "/sharing/undo", op.Member,
			"Take the last change of what others see back.", s.UndoShare).
			With("Several times goes back further.", "gave share undo"),
	}
}

// byHand is what the source is called that is no import.
const byHand = "hand"

// SharingInput is a rule about what others see.
type SharingInput struct {
	Show   string `json:"show" arg:"1" doc:"what others see" enum:"nothing,known,strength,default"`
	Source string `json:"source,omitempty" doc:"an import, by its id, or hand: only of what came from it" maxLength:"40"`
	Person string `json:"person,omitempty" doc:"only of this person" maxLength:"300" means:"person"`
	Tie    string `json:"tie,omitempty" doc:"only of your tie with this person" maxLength:"300" means:"person"`
}

// Sharing is what others see of a member's ties.
type Sharing struct {
	Show    tie.Level     `json:"show" doc:"what is shown where no rule says otherwise" enum:"nothing,known,strength"`
	Rules   []SharingRule `json:"rules" doc:"the narrower rules"`
	People  int           `json:"people" doc:"how many people others see that you know; of each one tie"`
	Ties    []SharedTie   `json:"ties" doc:"with whom"`
	Others  int           `json:"others" doc:"how many ties others show you"`
	Return  tie.Level     `json:"return" doc:"how much of their ties others may show you: what you show, nothing when you hide more than half" enum:"nothing,known,strength"`
	Undo    bool          `json:"undo" doc:"a change can be taken back"`
	Sources []ShareSource `json:"sources" doc:"what your ties come from"`
}

// SharingRule is a rule in words.
type SharingRule struct {
	Width  string    `json:"width" enum:"source,person,tie"`
	Person id.ID     `json:"person,omitzero"`
	Source string    `json:"source,omitempty" doc:"the id of an import, or hand"`
	Name   string    `json:"name" doc:"of the person or source"`
	Show   tie.Level `json:"show" enum:"nothing,known,strength"`
}

// SharedTie is a tie as others see it.
type SharedTie struct {
	Person Ref       `json:"person"`
	Show   tie.Level `json:"show" enum:"known,strength"`
	Class  tie.Class `json:"class,omitempty" doc:"how well, where that is shown"`
}

// ShareSource is what ties of a member come from.
type ShareSource struct {
	ID     string    `json:"id" doc:"of the import, or hand"`
	Name   string    `json:"name"`
	Show   tie.Level `json:"show" doc:"what its rule shows; default without one" enum:"nothing,known,strength,default"`
	Shared bool      `json:"shared" doc:"it was imported for all members, who see what it brought whatever the rules"`
}

// SharePreview is what a rule would change.
type SharePreview struct {
	Now  Sharing     `json:"now" doc:"what others see now"`
	Then Sharing     `json:"then" doc:"what others would see"`
	More []SharedTie `json:"more" doc:"what they would see that they do not see now"`
	Less []SharedTie `json:"less" doc:"what they would see no more"`
}

// Sharing returns what the other members see of the viewer's ties, and by which rules.
func (s *Store) Sharing(ctx context.Context, v op.Viewer, _ op.None) (Sharing, error) {
	return s.sharing(ctx, s.db, v)
}

func (s *Store) sharing(ctx context.Context, q db.Queryer, v op.Viewer) (Sharing, error) {
	out := Sharing{Rules: []SharingRule{}, Ties: []SharedTie{}}
	rules, err := tie.ShareRules(ctx, q, v)
	if err != nil {
		return out, err
	}
	shown, err := tie.Shown(ctx, q, tie.Audience{Space: v.Space, Most: tie.KnownHow, Only: v.Member})
	if err != nil {
		return out, err
	}
	keys := make([]id.ID, 0, len(rules)+len(shown))
	for _, r := range rules {
		keys = append(keys, r.Person)
	}
	for _, t := range shown {
		keys = append(keys, t.Other)
	}
	refs, err := s.Refs(ctx, v, keys)
	if err != nil {
		return out, err
	}
	if out.Sources, err = s.shareSources(ctx, q, v, rules); err != nil {
		return out, err
	}
	for _, r := range rules {
		one := SharingRule{Width: "person", Person: r.Person, Name: refs[r.Person].Name, Show: r.Level}
		switch r.Width {
		case tie.OfAll:
			out.Show = r.Level
			continue
		case tie.OfTie:
			one.Width = "tie"
		case tie.OfSource:
			one.Width, one.Source = "source", sourceID(r.Import)
			at := slices.IndexFunc(out.Sources, func(o ShareSource) bool { return o.ID == one.Source })
			if at < 0 {
				continue // an import that was taken back
			}
			one.Name = out.Sources[at].Name
		}
		out.Rules = append(out.Rules, one)
	}
	for _, t := range shown {
		one := SharedTie{Person: refs[t.Other], Show: t.Level}
		if t.Level >= tie.KnownHow {
			one.Class = t.Class(v.Now)
		}
		out.Ties = append(out.Ties, one)
	}
	slices.SortFunc(out.Ties, func(a, b SharedTie) int { return strings.Compare(a.Person.Name, b.Person.Name) })
	out.People = len(out.Ties)
	if _, _, out.Undo, err = tie.LastShareChange(ctx, q, v); err != nil {
		return out, err
	}
	others, most, err := tie.ShownTo(ctx, q, v)
	out.Others, out.Return = len(others), most
	return out, err
}

func sourceID(source id.ID) string {
	if source.IsZero() {
		return byHand
	}
	return source.String()
}

// errPreview takes a rule back that was set to see what comes of it.
var errPreview = errors.New("only looked at")

// PreviewShare says what a rule would change: it is set, looked at by the query that others are shown by, and taken
// back in one transaction.
func (s *Store) PreviewShare(ctx context.Context, v op.Viewer, in SharingInput) (SharePreview, error) {
	var out SharePreview
	rule, err := s.shareRule(ctx, v, in)
	if err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if out.Now, err = s.sharing(ctx, tx, v); err != nil {
			return err
		}
		if err := tie.SetShareRule(ctx, tx, v, rule); err != nil {
			return err
		}
		if out.Then, err = s.sharing(ctx, tx, v); err != nil {
			return err
		}
		return errPreview
	})
	if !errors.Is(err, errPreview) {
		return out, err
	}
	out.More, out.Less = beyond(out.Then.Ties, out.Now.Ties), beyond(out.Now.Ties, out.Then.Ties)
	return out, nil
}

// beyond are the ties of which more is shown than of the same in another list.
func beyond(list, than []SharedTie) []SharedTie {
	of := make(map[id.ID]tie.Level, len(than))
	for _, t := range than {
		of[t.Person.ID] = t.Show
	}
	out := []SharedTie{}
	for _, t := range list {
		if t.Show > of[t.Person.ID] {
			out = append(out, t)
		}
	}
	return out
}

// SetShare sets a rule.
func (s *Store) SetShare(ctx context.Context, v op.Viewer, in SharingInput) (Sharing, error) {
	rule, err := s.shareRule(ctx, v, in)
	if err != nil {
		return Sharing{}, err
	}
	return s.reshare(ctx, v, func(tx *db.Tx) error { return tie.SetShareRule(ctx, tx, v, rule) })
}

// UndoShare takes the last change of the rules back.
func (s *Store) UndoShare(ctx context.Context, v op.Viewer, _ op.None) (Sharing, error) {
	return s.reshare(ctx, v, func(tx *db.Tx) error { return tie.UndoShareRule(ctx, tx, v) })
}

// reshare changes the rules and returns what others see then. What others see of it is forgotten everywhere at once.
func (s *Store) reshare(ctx context.Context, v op.Viewer, change func(tx *db.Tx) error) (out Sharing, err error) {
	defer s.db.After(ctx, s.DropKept)
	err = s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		return s.db.Write(ctx, func(tx *db.Tx) error {
			if err := change(tx); err != nil {
				return err
			}
			out, err = s.sharing(ctx, tx, v)
			return err
		})
	})
	return out, err
}

// shareRule reads a rule.
func (s *Store) shareRule(ctx context.Context, v op.Viewer, in SharingInput) (tie.ShareRule, error) {
	out := tie.ShareRule{Level: tie.ParseLevel(in.Show)}
	if in.Show != out.Level.String() {
		return out, fault.New(fault.Invalid, "%q is nothing that can be shown.", in.Show).WithField("show")
	}
	given := 0
	for _, is := range []bool{in.Source != "", in.Person != "", in.Tie != ""} {
		if is {
			given++
		}
	}
	if given > 1 {
		return out, fault.New(fault.Invalid, "A rule is about one thing: a source, a person or a tie.")
	}
	switch {
	case in.Source == byHand:
		out.Width = tie.OfSource
	case in.Source != "":
		key, err := id.Parse(in.Source)
		if err != nil {
			return out, fault.New(fault.Invalid, "%q is no import of yours.", in.Source).WithField("source")
		}
		out.Width, out.Import = tie.OfSource, key
		mine, err := db.Value[int](ctx, s.db, `select count(*) from import where space = $1 and owner = $2 and id = $3`,
			v.Space, v.Member, key)
		if err != nil {
			return out, err
		}
		if mine == 0 {
			return out, fault.New(fault.NotFound, "It is not here, or not yours to see.").WithField("source")
		}
	case in.Person != "" || in.Tie != "":
		out.Width = tie.OfPerson
		field, reference := "person", in.Person
		if in.Tie != "" {
			out.Width, field, reference = tie.OfTie, "tie", in.Tie
		}
		p, err := s.Resolve(ctx, v, reference)
		if err != nil {
			return out, fault.About(err, field)
		}
		out.Person = p.ID
	}
	return out, nil
}

// shareSources returns what the viewer's ties come from, what was noted by hand last.
func (s *Store) shareSources(
	ctx context.Context, q db.Queryer, v op.Viewer, rules []tie.ShareRule,
) ([]ShareSource, error) {
	rows, err := db.Select[struct {
		ID         id.ID
		Name, File string
		Visibility int
	}](ctx, q, `select i.id, coalesce((select min(s.name) from source s where s.space = i.space and s.import = i.id),
		(select min(c.name) from calendar c where c.space = i.space and c.import = i.id), '') as name,
		coalesce((select min(f.path) from import_file f where f.space = i.space and f.import = i.id), '') as file,
		i.visibility from import i where i.space = $1 and i.owner = $2 order by i.id`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	level := func(source id.ID) tie.Level {
		for _, r := range rules {
			if r.Width == tie.OfSource && r.Import == source {
				return r.Level
			}
		}
		return tie.NoRule
	}
	out := []ShareSource{}
	for _, r := range rows {
		name := r.Name
		if name == "" && r.File != "" {
			name = path.Base(strings.ReplaceAll(r.File, `\`, "/"))
		}
		if name == "" {
			name = r.ID.String()
		}
		out = append(out, ShareSource{r.ID.String(), name, level(r.ID), r.Visibility > 0})
	}
	return append(out, ShareSource{byHand, v.Printer().T("what you noted by hand"), level(id.Zero), false}), nil
}

// Says says in words what a level shows.
func Says(p *locale.Printer, l tie.Level) string {
	switch l {
	case tie.Known:
		return p.T("that you know each other")
	case tie.KnownHow:
		return p.T("that you know each other, and how well")
	case tie.NoRule:
		return p.T("as of all")
	}
	return p.T("nothing")
}

// Text says what others see.
func (o Sharing) Text(p *locale.Printer) string {
	var b strings.Builder
	b.WriteString(o.Sentence(p) + "\n")
	for _, r := range o.Rules {
		b.WriteString(r.Name + ": " + Says(p, r.Show) + "\n")
	}
	b.WriteString(o.Back(p) + "\n")
	writeTies(&b, p, "  ", o.Ties)
	return b.String()
}

// Sentence says how much others see.
func (o Sharing) Sentence(p *locale.Printer) string {
	if o.People == 0 {
		return p.T("Other members see nothing of whom you know.")
	}
	return p.T("Ties of yours that the other members see: %d.", o.People)
}

// Back says what others show in return.
func (o Sharing) Back(p *locale.Printer) string {
	switch {
	case o.Show == tie.Hidden:
		return p.T("You show nothing, so nothing of whom others know is shown to you.")
	case o.Return == tie.Hidden:
		return p.T("You hide more than half of your ties, so nothing of whom others know is shown to you.")
	case o.Return == tie.Known:
		return p.T("Ties that others show you: %d; not how well they know each other, as you do not show that.",
			o.Others)
	}
	return p.T("Ties that others show you: %d.", o.Others)
}

func writeTies(b *strings.Builder, p *locale.Printer, mark string, list []SharedTie) {
	for _, t := range list {
		b.WriteString(mark + t.Person.Name)
		if t.Class != "" {
			b.WriteString(", " + p.T(string(t.Class)))
		}
		b.WriteString("\n")
	}
}

// Text says what would change.
func (o SharePreview) Text(p *locale.Printer) string {
	var b strings.Builder
	b.WriteString(p.T("Now:") + " " + o.Now.Sentence(p) + "\n" + p.T("Then:") + " " + o.Then.Sentence(p) + "\n")
	writeTies(&b, p, "+ ", o.More)
	writeTies(&b, p, "- ", o.Less)
	b.WriteString(o.Then.Back(p) + "\n")
	return b.String()
}

// StopSharing takes along all that a member who leaves showed.
func (s *Store) StopSharing(ctx context.Context, space, member id.ID) error {
	defer s.db.After(ctx, s.DropKept)
	return s.DropSharing(ctx, space, member)
}
