package duties

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/room"
)

// Notice is the text by which somebody is told that they are kept here, as the law asks of whoever did not get the data
// from that person (GDPR, article 14): within a month, or with the first message.
type Notice struct {
	Person   id.ID       `json:"person"`
	Name     string      `json:"name"`
	Language locale.Lang `json:"language"`
	Body     string      `json:"text"`
	Address  string      `json:"address,omitempty" doc:"a mail address of theirs"`
	Told     *time.Time  `json:"told" doc:"when you told them; null for never"`
	Needed   bool        `json:"needed" doc:"the space is professional, so the law asks for it"`
}

// Notice writes the notice for a person, from what the viewer keeps of them: its kinds, and nothing of its content.
func (s *Service) Notice(ctx context.Context, v op.Viewer, p people.Person, lang locale.Lang) (Notice, error) {
	if p.ID == v.Person {
		return Notice{}, fault.New(fault.Invalid, "This is you.").WithField("person")
	}
	reach, err := s.network.ReachOf(ctx, v, p.ID)
	if err != nil {
		return Notice{}, err
	}
	if lang == "" {
		lang = locale.Lang(reach.Lang) // in which the two write
	}
	if lang == "" {
		lang = v.Lang
	}
	if !locale.Speaks(lang) {
		return Notice{}, fault.New(fault.Invalid, "Gave speaks %s.", locale.Names()).WithField("language")
	}
	space, err := s.hears.Space(ctx, v)
	if err != nil {
		return Notice{}, err
	}
	holdings, err := s.eraser.Holdings(ctx, v, p.ID)
	if err != nil {
		return Notice{}, err
	}
	rules, err := s.rules(ctx, v)
	if err != nil {
		return Notice{}, err
	}
	cluster, err := s.network.Cluster(ctx, s.db, v, p.ID)
	if err != nil {
		return Notice{}, err
	}
	told, err := s.toldAt(ctx, v, cluster)
	if err != nil {
		return Notice{}, err
	}
	out := Notice{
		Person: p.ID, Name: p.Name, Language: lang, Address: reach.Email, Needed: !space.Private,
		Body: noticeText(locale.New(lang, v.Zone), p.Name, space, holdings, s.inForce(rules, v)),
	}
	if told > 0 {
		at := time.UnixMicro(told).UTC()
		out.Told = &at
	}
	return out, nil
}

// inForce returns the rules for what is old that hold for what is the viewer's, the stricter of two of a kind.
func (s *Service) inForce(rows []ruleRow, v op.Viewer) []Rule {
	strictest := map[string]int{}
	for _, r := range rows {
		if was := strictest[r.Kind]; r.Begins <= v.Now.UnixMicro() && (was == 0 || r.Months < was) {
			strictest[r.Kind] = r.Months
		}
	}
	var out []Rule
	for _, a := range s.ages() {
		if months := strictest[a.Kind]; months > 0 && !a.Governs {
			out = append(out, Rule{Kind: a.Kind, Title: a.Title, Months: months})
		}
	}
	return out
}

// noticeText is the notice in a language.
func noticeText(
	p *locale.Printer, name string, space Space, holdings []erase.Holding, rules []Rule,
) string {
	var b strings.Builder
	part := func(lines ...string) { b.WriteString(strings.Join(lines, "\n") + "\n\n") }
	list := func(head string, items []string) {
		if len(items) > 0 {
			part(append([]string{head}, items...)...)
		}
	}
	part(p.T("Dear %s,", name))
	part(p.T("I keep some data about you in a program with which I keep up my network. You did not give all of it to " +
		"me yourself, so I want you to know."))
	var who []string
	for _, c := range space.Owners {
		who = append(who, "- "+contactLine(c))
	}
	list(p.T("Who answers for it:"), who)
	part(p.T("What for: to keep up professional contacts; to help, thank and introduce people. The ground is a " +
		"legitimate interest (GDPR, article 6(1)(f)): to keep up one's contacts. Nothing is decided about you by a " +
		"program."))
	var kinds []string
	brought, typed := false, false
	for _, h := range holdings {
		switch {
		case ours(h.Table): // that they ask and are told is no news to them
			continue
		case h.Table == "person":
			kinds = append(kinds, "- "+p.T("your name, and what stands on a card: work, place and the like"))
		default:
			kinds = append(kinds, "- "+p.T(h.Title))
		}
		brought = brought || h.Brought > 0
		typed = typed || h.Brought < h.Rows
	}
	list(p.T("What is kept:"), kinds)
	var from []string
	if brought {
		from = append(from, "- "+p.T("my own mail, calendar, address book or files"))
	}
	if typed {
		from = append(from, "- "+p.T("what I wrote down myself, from talks or from what is public"))
	}
	list(p.T("Where it comes from:"), from)
	reads := p.T("Who can see it: I, and who keeps the machine that it stands on. No company gets it.")
	if space.Members > 1 {
		reads = p.T("Who can see it: I, who keeps the machine that it stands on, and of what I share with them the "+
			"%d members of %s. No company gets it.", space.Members, space.Name)
	}
	part(reads)
	var ends []string
	for _, r := range rules {
		ends = append(ends, "- "+p.T("%s: %d months", p.T(r.Title), r.Months))
	}
	if len(ends) > 0 {
		ends = append(ends, "- "+p.T("all else: as long as we are in touch, or until you ask me to remove it"))
	} else {
		ends = append(ends, "- "+p.T("as long as we are in touch, or until you ask me to remove it"))
	}
	list(p.T("How long it stays:"), ends)
	part(p.T("You can ask me what I keep, have it corrected or removed, have me use it less, or object to it. An " +
		"answer comes within a month. You can also complain to the authority for data protection of your country."))
	return strings.TrimSpace(b.String()) + "\n"
}

// contactLine is somebody with how to reach them.
func contactLine(c Contact) string {
	if c.Email == "" {
		return c.Name
	}
	return c.Name + " <" + c.Email + ">"
}

// Record is the record of processing of a space (GDPR, article 30), made from what stands in it.
type Record struct {
	Space      string    `json:"space"`
	Private    bool      `json:"private" doc:"family and friends alone: the law asks for no record"`
	At         time.Time `json:"at"`
	Owners     []Contact `json:"owners" doc:"who answers for it"`
	Members    int       `json:"members"`
	Purposes   []string  `json:"purposes"`
	Data       []Kept    `json:"data" doc:"what is kept"`
	Recipients []string  `json:"recipients"`
	Ends       []string  `json:"ends" doc:"how long it stays"`
	Measures   []string  `json:"measures" doc:"how it is guarded"`
	Open       int       `json:"open" doc:"requests that are open; for owners those of all"`
	Closed     int       `json:"closed" doc:"requests that were answered"`
}

// Kept is what one part of Gave keeps.
type Kept struct {
	Part  string   `json:"part"`
	Kinds []string `json:"kinds"`
}

// Record writes the record of processing of the viewer's space. It says which kinds of data stand in the space, of
// nobody and not how much.
func (s *Service) Record(ctx context.Context, v op.Viewer) (Record, error) {
	space, err := s.hears.Space(ctx, v)
	if err != nil {
		return Record{}, err
	}
	there, err := s.eraser.Kept(ctx, v)
	if err != nil {
		return Record{}, err
	}
	rows, err := s.rules(ctx, v)
	if err != nil {
		return Record{}, err
	}
	requests, err := s.requestRows(ctx, v)
	if err != nil {
		return Record{}, err
	}
	p := v.Printer()
	out := Record{
		Space: space.Name, Private: space.Private, At: v.Now, Owners: space.Owners, Members: space.Members,
		Purposes: []string{
			p.T("keeping up professional contacts; ground: legitimate interest (GDPR, article 6(1)(f))"),
			p.T("helping, thanking and introducing people; ground: legitimate interest"),
		},
		Data: keptOf(p, s.network.Rooms(), there), Recipients: recipients(p, space), Measures: measures(p),
	}
	if there["surveys"] {
		out.Purposes = append(out.Purposes, p.T("surveys of who works with whom; ground: consent, asked before the "+
			"first question (GDPR, article 6(1)(a)), which is weak between an employer and who works there"))
	}
	for _, r := range rows {
		a, ok := s.age(r.Kind)
		if ok && r.Owner.IsZero() {
			out.Ends = append(out.Ends, p.T("%s: %d months, from %s on", p.T(a.Title), r.Months,
				p.Date(time.UnixMicro(r.Begins))))
		}
	}
	if len(out.Ends) > 0 {
		out.Ends = append(out.Ends, p.T("all else: until a member removes it, or the person asks for that"))
	} else {
		out.Ends = append(out.Ends, p.T("until a member removes it, or the person asks for that"))
	}
	for _, r := range requests {
		if r.Closed == 0 {
			out.Open++
		} else {
			out.Closed++
		}
	}
	return out, nil
}

// keptOf says which kinds of data each room has, of those that are there.
func keptOf(p *locale.Printer, rooms []room.Room, there map[string]bool) []Kept {
	out := []Kept{}
	for _, r := range rooms {
		k := Kept{Part: p.T(r.Title)}
		for _, t := range r.Tables {
			if there[t.Title] {
				k.Kinds = append(k.Kinds, p.T(t.Title))
			}
		}
		if len(k.Kinds) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// recipients says who gets to see something.
func recipients(p *locale.Printer, space Space) []string {
	out := []string{p.T("who keeps the machine that it stands on")}
	if space.Members > 1 {
		out = append(out, p.T("the other members of the space, of what each shares"))
	}
	return append(out,
		p.T("who gets a mail, a link or an export that a member made: the manual lists all that leaves the machine"),
		p.T("nobody outside the European Union, unless the machine or the mail server stands there"))
}

// measures says how data is guarded.
func measures(p *locale.Printer) []string {
	return []string{
		p.T("each member signs in, and sees what is theirs or was shared with them; each query is held to that"),
		p.T("passwords are kept as slow hashes, secrets of links and devices as digests, passwords of mailboxes " +
			"sealed"),
		p.T("attempts to come in are slowed down; a trail says who came in, exported, erased and shared"),
		p.T("who is erased goes from all texts too, and is kept out of later imports by a keyed hash"),
		p.T("what is delicate leads to no proposal, match or draft"),
	}
}
