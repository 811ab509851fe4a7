package power

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
)

// Shared is something that the viewer shares with everybody, as the room that keeps it tells it.
type Shared struct {
	ID      id.ID
	Title   string
	Link    string // an address of it; empty for none
	Address string // the page of it
	Since   time.Time
	Taken   int64 // how often it was taken since then
	Days    []DayCount
}

// Handed is that the viewer gave something to people, or that something of theirs came back over others.
type Handed struct {
	At   time.Time
	Text string
	Link string
	// Knowing says that it is something to know: knowledge, a tip or something to use.
	Knowing bool
	// From are those over whom it went to the others; nobody when the viewer gave it.
	From []id.ID
	To   []id.ID
}

// Travels tells what the viewer shares, and what was given and came back.
type Travels func(ctx context.Context, v op.Viewer) ([]Shared, []Handed, error)

// DayCount is what happened with something that is shared on a day.
type DayCount struct {
	Day    string `json:"day"`
	Seen   int64  `json:"seen" doc:"how often its page was opened; nothing is kept of who did"`
	Taken  int64  `json:"taken" doc:"how often its file was taken"`
	Passed int64  `json:"passed" doc:"to how many people it was handed, as far as you noted it"`
	Named  int64  `json:"named" doc:"in how many notes it was named"`
}

// Pass is that something went from somebody to somebody.
type Pass struct {
	From people.Ref `json:"from"`
	To   people.Ref `json:"to"`
	At   time.Time  `json:"at"`
}

// Travelled is how something that the viewer shared went round.
type Travelled struct {
	Title   string      `json:"title"`
	Address string      `json:"address,omitempty"`
	Since   time.Time   `json:"since"`
	Seen    int64       `json:"seen"`
	Taken   int64       `json:"taken"`
	Days    []DayCount  `json:"days" doc:"those on which something happened, the oldest first"`
	Passes  []Pass      `json:"passes" doc:"from whom to whom it went, as you noted it, the oldest first"`
	Named   int64       `json:"named" doc:"in how many notes of yours it was named"`
	Reached int         `json:"reached" doc:"how many people have it, as you noted it"`
	Steps   int         `json:"steps" doc:"how many times it was passed on, on the longest way"`
	Hangs   *people.Ref `json:"hangs,omitempty" doc:"without whom most of those who have it would not"`
	Cut     int         `json:"cut,omitempty" doc:"how many would not have it without that one"`
}

// Single is something that only one person has of all whom the viewer knows of.
type Single struct {
	What   string     `json:"what"`
	Person people.Ref `json:"person"`
	Goal   string     `json:"goal,omitempty" doc:"the goal of yours that takes it"`
}

// TravelOutput is how what the viewer shares travels, and what hangs on one person.
type TravelOutput struct {
	Things  []Travelled `json:"things" doc:"what went round last comes first"`
	Singles []Single    `json:"singles" doc:"what goals of yours take comes first"`
}

const (
	// mostThings and mostSingles are how many are told.
	mostThings  = 40
	mostSingles = 12
	// singlesFrom is of how many people a trade must be known before that one is the only one of it says anything.
	singlesFrom = 20
	// leastCut is from how many people on it is told that they would not have something without another.
	leastCut = 2
)

// thing is something that went round, with what was noted of it.
type thing struct {
	Shared
	handed []Handed
	named  []time.Time // of the notes in which it is named
}

// thingsOf puts what was handed on with what it was: a thing that is shared, by its address or all words of its title,
// else what was given, by its link or its words.
func thingsOf(shared []Shared, handed []Handed) []thing {
	out := make([]thing, len(shared))
	terms := make([][]string, len(shared))
	for i, s := range shared {
		out[i].Shared, terms[i] = s, text.Terms(s.Title, "")
	}
	named := func(h Handed) int {
		has := map[string]bool{}
		for _, term := range text.Terms(h.Text, "") {
			has[term] = true
		}
		for i, x := range out {
			linked := h.Link != "" && (h.Link == x.Link || x.Address != "" && strings.HasSuffix(h.Link, x.Address))
			lacks := func(term string) bool { return !has[term] }
			if linked || len(terms[i]) > 0 && !slices.ContainsFunc(terms[i], lacks) {
				return i
			}
		}
		return -1
	}
	handed = slices.Clone(handed)
	slices.SortStableFunc(handed, func(a, b Handed) int { return a.At.Compare(b.At) })
	for _, h := range handed {
		i := named(h)
		if i < 0 && h.Knowing && len(h.From) == 0 && !tact.Delicate(h.Text) {
			i = len(out)
			out = append(out, thing{Shared: Shared{Title: h.Text, Link: h.Link, Since: h.At}})
			terms = append(terms, text.Terms(h.Text, ""))
		}
		if i >= 0 {
			out[i].handed = append(out[i].handed, h)
		}
	}
	return out
}

// leastTerms is from how many different words on a title names a thing in a note: one word is in many.
const leastTerms = 2

// name looks in which notes of the viewer's things are named: by an address, or by all words of a title.
func (s *Service) name(ctx context.Context, v op.Viewer, things []thing) error {
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return err
	}
	terms, err := s.network.LineTerms(ctx, v)
	if err != nil {
		return err
	}
	titles := make([][]string, len(things))
	for i, x := range things {
		if list := text.Terms(x.Title, ""); len(list) >= leastTerms {
			titles[i] = list
		}
	}
	type said struct {
		line string
		day  time.Time
	}
	seen := map[said]bool{} // a note of two people is one
	for _, p := range profiles {
		for _, line := range p.Lines {
			if line.At().IsZero() || line.Tag() || seen[said{line.Text, line.At()}] || tact.Delicate(line.Text) {
				continue
			}
			seen[said{line.Text, line.At()}] = true
			for i := range things {
				x, has := &things[i], terms[line.Text]
				lacks := func(term string) bool { return !has.Has(term) }
				if !line.At().Before(x.Since) && (x.Link != "" && strings.Contains(line.Text, x.Link) ||
					x.Address != "" && strings.Contains(line.Text, x.Address) ||
					titles[i] != nil && !slices.ContainsFunc(titles[i], lacks)) {
					x.named = append(x.named, line.At())
				}
			}
		}
	}
	return nil
}

// travelled says how a thing went round, from whom to whom.
func (x thing) travelled(v op.Viewer, me people.Ref, ref func(id.ID) (people.Ref, bool)) Travelled {
	out := Travelled{
		Title: text.Clip(x.Title, 120), Address: x.Address, Since: x.Since, Taken: x.Taken, Days: []DayCount{},
		Passes: []Pass{},
	}
	days := map[string]*DayCount{}
	on := func(day string) *DayCount {
		if days[day] == nil {
			days[day] = &DayCount{Day: day}
		}
		return days[day]
	}
	for _, d := range x.Days {
		one := on(d.Day)
		one.Seen, one.Taken = one.Seen+d.Seen, one.Taken+d.Taken
		out.Seen += d.Seen
	}
	for _, at := range x.named {
		on(at.In(v.Zone).Format(time.DateOnly)).Named++
		out.Named++
	}
	has := map[id.ID]bool{me.ID: true}
	for _, h := range x.handed {
		from := []people.Ref{}
		for _, key := range h.From {
			if one, seen := ref(key); seen {
				from = append(from, one)
				if !has[one.ID] { // who passed something on has it, from the viewer as far as is known
					has[one.ID] = true
					out.Passes = append(out.Passes, Pass{me, one, h.At})
				}
			}
		}
		if len(h.From) == 0 {
			from = append(from, me)
		}
		for _, key := range h.To {
			to, seen := ref(key)
			if !seen || len(from) == 0 || has[to.ID] {
				continue
			}
			has[to.ID] = true
			out.Passes = append(out.Passes, Pass{from[0], to, h.At})
			on(h.At.In(v.Zone).Format(time.DateOnly)).Passed++
		}
	}
	for _, d := range days {
		out.Days = append(out.Days, *d)
	}
	slices.SortFunc(out.Days, func(a, b DayCount) int { return cmp.Compare(a.Day, b.Day) })
	out.Reached = len(out.Passes)
	out.Steps, out.Hangs, out.Cut = hangsOn(me.ID, out.Passes)
	return out
}

// hangsOn says how long the longest way is from somebody along passes, each of which brings somebody something for the
// first time, and without whom most others would not have it: of several the first to get it.
func hangsOn(root id.ID, passes []Pass) (steps int, on *people.Ref, cut int) {
	step, below, from := map[id.ID]int{root: 0}, map[id.ID]int{}, map[id.ID]id.ID{}
	for _, p := range passes {
		step[p.To.ID], from[p.To.ID] = step[p.From.ID]+1, p.From.ID
		steps = max(steps, step[p.To.ID])
	}
	for _, p := range passes {
		for up := from[p.To.ID]; up != root && !up.IsZero(); up = from[up] {
			below[up]++
		}
	}
	for i := range passes {
		if n := below[passes[i].To.ID]; n >= leastCut && n > cut {
			on, cut = &passes[i].To, n
		}
	}
	return steps, on, cut
}

// travel says how what the viewer shares travels, and what hangs on one person.
func (s *Service) travel(ctx context.Context, v op.Viewer, _ op.None) (TravelOutput, error) {
	out := TravelOutput{Things: []Travelled{}, Singles: []Single{}}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	if s.travels != nil {
		shared, handed, err := s.travels(ctx, v)
		if err != nil {
			return out, err
		}
		me, _ := everybody.Ref(v.Person)
		things := thingsOf(shared, handed)
		if err := s.name(ctx, v, things); err != nil {
			return out, err
		}
		for _, x := range things {
			one := x.travelled(v, me, everybody.Ref)
			if x.Address != "" || one.Reached > 1 {
				out.Things = append(out.Things, one)
			}
		}
		slices.SortStableFunc(out.Things, func(a, b Travelled) int { return b.latest().Compare(a.latest()) })
		out.Things = out.Things[:min(len(out.Things), mostThings)]
	}
	out.Singles, err = s.singles(ctx, v, everybody)
	return out, err
}

// latest is when something last happened with a thing.
func (t Travelled) latest() time.Time {
	out := t.Since
	if len(t.Days) > 0 {
		if day, err := time.Parse(time.DateOnly, t.Days[len(t.Days)-1].Day); err == nil && day.After(out) {
			out = day
		}
	}
	return out
}

// singles are what only one person has of all whom the viewer knows of: first of what goals take that are open, then of
// trades.
func (s *Service) singles(ctx context.Context, v op.Viewer, everybody *people.Everybody) ([]Single, error) {
	out := []Single{}
	goals, err := s.Goals(ctx, v)
	if err != nil {
		return out, err
	}
	for _, g := range goals {
		if g.State != StateOpen {
			continue
		}
		for _, item := range g.Items {
			if item.Kind == KindPerson || tact.Delicate(item.What) {
				continue
			}
			holders, err := s.holders(ctx, v, item)
			if err != nil {
				return out, err
			}
			if len(holders) == 1 {
				if ref, seen := everybody.Ref(holders[0]); seen {
					out = append(out, Single{item.What, ref, g.Title})
				}
			}
		}
	}
	trades, err := s.trades(ctx, v)
	for _, x := range trades {
		again := func(o Single) bool { return o.Person.ID == x.Person.ID }
		if !slices.ContainsFunc(out, again) {
			out = append(out, x)
		}
	}
	return out[:min(len(out), mostSingles)], err
}

// trades are those that one person has, by the words of that person, in the order of these.
func (s *Service) trades(ctx context.Context, v op.Viewer) ([]Single, error) {
	profiles, err := s.network.Profiles(ctx, v)
	if err != nil {
		return nil, err
	}
	offers, err := skilled.Offers(ctx, s.network, v)
	if err != nil {
		return nil, err
	}
	type holder struct {
		who   people.Ref
		line  string
		count int
	}
	by, known := map[string]*holder{}, 0
	for key, p := range profiles {
		if key == v.Person || p.Died {
			continue
		}
		has := map[string]bool{}
		for _, l := range p.Lines {
			field := offers[l.Text].Field()
			if !l.At().IsZero() || field == "" || has[field] || l.Text == p.Organisation || tact.Delicate(l.Text) {
				continue
			}
			has[field] = true
			if by[field] == nil {
				by[field] = &holder{who: p.Person, line: l.Text}
			}
			by[field].count++
		}
		if len(has) > 0 {
			known++
		}
	}
	var out []Single
	for _, h := range by {
		if h.count == 1 && known >= singlesFrom {
			out = append(out, Single{What: text.Clip(h.line, 80), Person: h.who})
		}
	}
	slices.SortFunc(out, func(a, b Single) int {
		return cmp.Or(cmp.Compare(a.What, b.What), a.Person.ID.Compare(b.Person.ID))
	})
	return out, nil
}

// Text prints how what is shared travels, and what hangs on one person.
func (o TravelOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, t := range o.Things {
		fmt.Fprintf(&b, "%s\n  %s\n", t.Title, t.said(p))
		for _, x := range t.Passes {
			fmt.Fprintf(&b, "  %s → %s\n", x.From.Name, x.To.Name)
		}
		if t.Hangs != nil {
			fmt.Fprintf(&b, "  %s\n", t.hangs(p))
		}
	}
	for _, x := range o.Singles {
		fmt.Fprintln(&b, p.T("Only %s, of all whom you know of: %s.", x.Person.Name, x.What))
	}
	return b.String()
}

// said says in one line how far something went.
func (t Travelled) said(p *locale.Printer) string {
	var out []string
	for _, x := range []struct {
		n    int64
		text string
	}{
		{t.Seen, "opened %d times"},
		{t.Taken, "taken %d times"},
		{int64(t.Reached), "with %d people"},
		{t.Named, "named in %d notes"},
	} {
		if x.n > 0 {
			out = append(out, p.T(x.text, x.n))
		}
	}
	if t.Steps > 1 {
		out = append(out, p.T("%d steps far", t.Steps))
	}
	if len(out) == 0 {
		return p.T("nothing is known yet of who has it")
	}
	return strings.Join(out, " · ")
}

// hangs says on whom it hangs that others have something.
func (t Travelled) hangs(p *locale.Printer) string {
	return p.T("%d of them have it through %s alone.", t.Cut, t.Hangs.Name)
}

// weeks is how often something was opened, taken or handed on in each of the last twelve weeks, the oldest first, and
// whether it ever was.
func (t Travelled) weeks(now time.Time) (out []int, some bool) {
	out = make([]int, 12)
	for _, d := range t.Days {
		day, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			continue
		}
		if ago := int(now.Sub(day).Hours() / (7 * 24)); ago >= 0 && ago < len(out) {
			out[len(out)-1-ago] += int(d.Seen + d.Taken + d.Passed + d.Named)
			some = true
		}
	}
	return out, some
}

// ways are from whom to whom something went.
func (t Travelled) ways() []string {
	out := make([]string, len(t.Passes))
	for i, p := range t.Passes {
		out[i] = p.From.Name + " → " + p.To.Name
	}
	return out
}
