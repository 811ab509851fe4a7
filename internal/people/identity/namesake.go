package identity

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// What speaks against two records with one name being one person.
type against int

const (
	nothing   against = iota
	unsettled         // not settled without asking: two addresses at one organisation
	likelyTwo         // two private addresses, or two at work that are both in use
	surelyTwo         // a source that lists people has both
)

// words are a few texts, each once. Of a million records a map for each fills the memory.
type words []string

func (w words) has(word string) bool { return slices.Contains(w, word) }

func (w *words) add(word string) {
	if !w.has(word) {
		*w = append(*w, word)
	}
}

// meets says that two share a text.
func (w words) meets(other words) bool { return slices.ContainsFunc(w, other.has) }

// account is what somebody is in a list of people.
type account struct{ list, name string }

// dossier is what is known of a record beside its name and identifiers.
type dossier struct {
	organisations words     // squeezed
	work, private words     // domains of addresses
	accounts      []account // one of each list
	card, chat    bool      // in an address book; in a chat, under a name
	circle        circle
	first, last   int64 // of what happened
}

// has notes the account in a list; the last of one list counts.
func (d *dossier) has(list, name string) {
	for i := range d.accounts {
		if d.accounts[i].list == list {
			d.accounts[i].name = name
			return
		}
	}
	d.accounts = append(d.accounts, account{list, name})
}

const (
	bothInUse = 180 * 24 * 3600 * 1_000_000 // microseconds: a shorter overlap is a change of jobs
	// people with an address at a domain, from which it can be told to be private
	someOfOne = 5
)

// directory takes a handle apart into the list of people that it stands in and the account there. Address books hold
// many people twice.
func directory(handle string) (list, account string) {
	switch {
	case strings.HasPrefix(handle, "network:"):
		list, account, _ = strings.Cut(handle, "#")
	case strings.HasPrefix(handle, "slack:"):
		list, account, _ = strings.Cut(handle, "/")
	}
	if account == "" {
		return "", ""
	}
	return list, account
}

// privateDomains returns the domains of providers: the known ones, and those at which people of many organisations have
// an address.
func privateDomains(persons []Candidate, known []dossier) map[string]bool {
	private, users := map[string]bool{}, map[string]int{}
	of := map[string]map[string]int{}
	for i := range persons {
		var seen words
		for _, n := range persons[i].Identifiers {
			_, domain, ok := strings.Cut(n.Value, "@")
			if n.Kind != people.MailAddress || !ok || seen.has(domain) {
				continue
			}
			seen.add(domain)
			if users[domain]++; mailboxes.FreeMail(domain) {
				private[domain] = true
			}
			if of[domain] == nil {
				of[domain] = map[string]int{}
			}
			for _, o := range known[i].organisations {
				of[domain][o]++
			}
		}
	}
	for domain, n := range users {
		most := 0
		for _, k := range of[domain] {
			most = max(most, k)
		}
		if n >= someOfOne && len(of[domain]) >= 3 && 2*most < n {
			private[domain] = true
		}
	}
	return private
}

var marksOfNames = strings.NewReplacer(" ", "", "-", "", ".", "", "'", "")

func squeezed(name string) string {
	return marksOfNames.Replace(text.Fold(name))
}

// workplaces returns the organisations of a record, those that its addresses are named after among them.
func (d *dossier) workplaces(all map[string]bool) words {
	out := slices.Clone(d.organisations)
	for _, domain := range d.work {
		if at := strings.LastIndexByte(domain, '.'); at > 0 && all[squeezed(domain[:at])] {
			out.add(squeezed(domain[:at]))
		}
	}
	return out
}

// apart says that one list has both, under two accounts.
func (d *dossier) apart(other *dossier) bool {
	for _, mine := range d.accounts {
		for _, a := range other.accounts {
			if a.list == mine.list && a.name != mine.name {
				return true
			}
		}
	}
	return false
}

// speaksAgainst says what speaks against two records of one name being one person.
func speaksAgainst(a, b *Candidate, x, y *dossier) against {
	worst := nothing
	if x.apart(y) {
		return surelyTwo
	}
	for _, n := range a.Identifiers {
		local, domain, _ := strings.Cut(n.Value, "@")
		if n.Kind != people.MailAddress || !x.work.has(domain) || !y.work.has(domain) {
			continue
		}
		for _, m := range b.Identifiers {
			other, same, _ := strings.Cut(m.Value, "@")
			if m.Kind != people.MailAddress || same != domain || mailbox(local) == mailbox(other) {
				continue
			}
			// The second of a name at an organisation gets a number.
			if strings.TrimRight(local, "0123456789") == strings.TrimRight(other, "0123456789") {
				return surelyTwo
			}
			worst = unsettled
		}
	}
	// A number behind the name in an address at work says that there were two.
	role := a.title != "" && a.Organisation != "" && text.Fold(a.title) == text.Fold(b.title) &&
		text.Fold(a.Organisation) == text.Fold(b.Organisation)
	if !role && numbered(a, x.work) != numbered(b, y.work) {
		worst = max(worst, unsettled)
	}
	if len(x.private) > 0 && len(y.private) > 0 && !x.private.meets(y.private) {
		worst = max(worst, unsettled)
		if x.last > 0 && y.last > 0 && min(x.last, y.last)-max(x.first, y.first) > bothInUse {
			worst = likelyTwo
		}
	}
	if len(x.work) > 0 && len(y.work) > 0 && !x.work.meets(y.work) && x.last > 0 && y.last > 0 &&
		max(x.last, y.last)-min(x.last, y.last) < bothInUse && min(x.last, y.last)-max(x.first, y.first) > bothInUse {
		worst = likelyTwo
	}
	return worst
}

// numbered says that a record has an address at work that writes out the name with a number behind it: somebody of that
// name was there before.
func numbered(c *Candidate, work words) bool {
	return slices.ContainsFunc(c.Identifiers, func(n people.Identifier) bool {
		local, domain, _ := strings.Cut(n.Value, "@")
		bare := strings.TrimRight(local, "0123456789")
		return n.Kind == people.MailAddress && bare != local && work.has(domain) && spells(bare, c.Name)
	})
}

// clusters puts records together that are one person, as far as nothing speaks against any two of them.
type clusters struct {
	up      []int
	members map[int][]int
	against func(i, j int) against
	asks    map[[2]int]bool // pairs that are not settled without asking
}

func newClusters(n int, speaks func(i, j int) against) *clusters {
	c := &clusters{make([]int, n), map[int][]int{}, speaks, map[[2]int]bool{}}
	for i := range c.up {
		c.up[i] = i
	}
	return c
}

func (c *clusters) of(i int) []int {
	if list, ok := c.members[i]; ok {
		return list
	}
	return []int{i}
}

func (c *clusters) root(i int) int {
	for c.up[i] != i {
		i = c.up[i]
	}
	return i
}

// worst says what speaks most against two clusters being one person.
func (c *clusters) worst(i, j int) against {
	worst := nothing
	for _, a := range c.of(c.root(i)) {
		for _, b := range c.of(c.root(j)) {
			worst = max(worst, c.against(a, b))
			if c.asks[[2]int{min(a, b), max(a, b)}] {
				worst = max(worst, unsettled)
			}
		}
	}
	return worst
}

func (c *clusters) join(i, j int) {
	a, b := c.root(i), c.root(j)
	if a == b || c.worst(a, b) > nothing {
		return
	}
	c.members[a] = append(slices.Clone(c.of(a)), c.of(b)...)
	c.up[b] = a
}

// settle finds the records that are one person beyond reasonable doubt: those of one whole name of which nothing in the
// network says that two people bear it; and, where something does, those of one name at one organisation where that
// tells which of them is meant.
func settle(people []Candidate, known []dossier, own words, titles []string, speaks func(i, j int) against,
	doubles [][2]int,
) *clusters {
	out := newClusters(len(people), speaks)
	names, groups := wholeNames(people)
	organisations := map[string]bool{}
	for i := range people {
		for _, o := range known[i].organisations {
			if len(o) > 4 {
				organisations[o] = true
			}
		}
	}
	for _, name := range names {
		group := groups[name]
		several := false
		for k, i := range group {
			for _, j := range group[k+1:] {
				several = several || speaks(i, j) > nothing
			}
		}
		if !several {
			settleName(out, people, known, own, organisations, titles, group)
			continue
		}
		settleTitle(out, people, titles, group)
		places := make([]words, len(group))
		for k, i := range group {
			places[k] = known[i].workplaces(organisations)
		}
		for k, i := range group {
			var there []int
			for l, j := range group {
				if l != k && places[k].meets(places[l]) {
					there = append(there, j)
				}
			}
			clear := true
			for l, j := range there {
				for _, m := range there[l+1:] {
					clear = clear && speaks(j, m) == nothing
				}
			}
			if clear {
				for _, j := range there {
					out.join(i, j)
				}
			}
		}
	}
	for _, pair := range doubles { // Anna Bos-Meijer, A. Bos and Anna Bos, with one role at one organisation
		i, j := pair[0], pair[1]
		if titles[i] != "" && text.Fold(titles[i]) == text.Fold(titles[j]) &&
			text.Fold(people[i].Organisation) == text.Fold(people[j].Organisation) {
			out.join(i, j)
		}
	}
	return out
}

// wholeNames puts the records of one whole name together.
func wholeNames(people []Candidate) (names []string, groups map[string][]int) {
	groups = map[string][]int{}
	for i := range people {
		p := &people[i]
		if p.Name.Given == "" || p.Name.Family == "" || p.Name.Given == p.Name.Initials ||
			strings.Contains(p.Name.Given, ".") {
			continue
		}
		key := squeezed(p.Name.Display())
		if groups[key] == nil {
			names = append(names, key)
		}
		groups[key] = append(groups[key], i)
	}
	return names, groups
}

// settleName joins the records of a name of which nothing says that two people bear it. A list of who knows whom holds
// the namesakes of people one knows: so the person in such a list is not the one to whom the viewer writes privately,
// unless something beside the name ties the two together: a place of work, a title, somebody in common, one
// conversation. Nor is somebody in a list with whom nothing ever happened joined by a common name alone; but a bare
// card of the address book may be a colleague.
func settleName(out *clusters, people []Candidate, known []dossier, own words,
	organisations map[string]bool, titles []string, group []int,
) {
	parts := newClusters(len(group), nil)
	for k, i := range group {
		for l, j := range group[:k] {
			if tied(&known[i], &known[j], organisations) ||
				titles[i] != "" && text.Fold(titles[i]) == text.Fold(titles[j]) {
				parts.up[parts.root(k)] = parts.root(l)
			}
		}
	}
	var listed, private []int // parts
	card := false
	for k, i := range group {
		if known[i].listed() && !slices.Contains(listed, parts.root(k)) {
			listed = append(listed, parts.root(k))
		}
	}
	for k, i := range group {
		card = card || known[i].card && slices.Contains(listed, parts.root(k))
	}
	for k, i := range group {
		part := parts.root(k)
		if d := &known[i]; d.last > 0 && (len(d.private) > 0 || d.chat && !card) && !slices.Contains(listed, part) &&
			!slices.Contains(private, part) {
			private = append(private, part)
		}
	}
	for k, i := range group {
		if len(known[i].work) > 0 {
			private = slices.DeleteFunc(private, func(part int) bool { return part == parts.root(k) })
		}
	}
	asking := len(listed) > 0 && len(private) > 0
	side := func(k int) int { // 0 in the list, 1 known privately, 2 on neither side
		switch part := parts.root(k); {
		case slices.Contains(listed, part):
			return 0
		case slices.Contains(private, part):
			return 1
		}
		return 2
	}
	var met, heard []int
	bare := true
	for k, i := range group {
		for l, j := range group[:k] {
			switch {
			case !asking:
			case side(k) != side(l):
				out.asks[[2]int{min(i, j), max(i, j)}] = true
			case side(k) < 2 || parts.root(k) == parts.root(l):
				out.join(j, i)
			}
		}
		if known[i].hearsay() && names.CommonFamily(people[i].Name) {
			heard = append(heard, i)
			continue
		}
		met = append(met, i)
		bare = bare && len(people[i].Identifiers) == 0 && known[i].last == 0
	}
	if asking {
		return
	}
	for _, i := range met {
		out.join(met[0], i)
	}
	for _, i := range heard {
		places := known[i].workplaces(organisations)
		for _, j := range group {
			if j != i &&
				(places.meets(known[j].workplaces(organisations)) || bare && own.meets(known[i].work)) {
				out.join(j, i)
			}
		}
	}
}

// tied says that something beside the name ties two records together.
func tied(a, b *dossier, organisations map[string]bool) bool {
	return a.workplaces(organisations).meets(b.workplaces(organisations)) || a.circle.meets(b.circle)
}

// listed says that a record stands in a list of who knows whom.
func (d *dossier) listed() bool {
	return slices.ContainsFunc(d.accounts, func(a account) bool { return strings.HasPrefix(a.list, "network:") })
}

// settleTitle joins the records of a name and a title of which not more than one organisation is known.
func settleTitle(out *clusters, people []Candidate, titles []string, group []int) {
	for k, i := range group {
		for _, j := range group[k+1:] {
			if (people[i].Organisation == "" || people[j].Organisation == "") && titles[i] != "" &&
				text.Fold(titles[i]) == text.Fold(titles[j]) {
				out.join(i, j)
			}
		}
	}
}

// hearsay says that a record only stands in a list of who knows whom, and that nothing happened with it.
func (d *dossier) hearsay() bool {
	for _, a := range d.accounts {
		if !strings.HasPrefix(a.list, "network:") {
			return false
		}
	}
	return len(d.accounts) > 0 && d.last == 0
}

// settleVariants joins what is one person under two ways to write a name, where one is the only person whom the other
// can be.
func settleVariants(out *clusters, people []Candidate, kept []match) {
	near := map[int]map[int]bool{} // records with a proposal
	for _, m := range kept {
		for _, pair := range [2][2]int{{m.a, m.b}, {m.b, m.a}} {
			if near[pair[0]] == nil {
				near[pair[0]] = map[int]bool{}
			}
			near[pair[0]][pair[1]] = true
		}
	}
	for _, m := range kept {
		if !variant(people[m.a], people[m.b], m.reasons) {
			continue
		}
		a, b := out.root(m.a), out.root(m.b)
		if a == b || out.worst(a, b) > nothing || out.clash(people, a, b) || out.disputed(people, near, a, b) ||
			out.disputed(people, near, b, a) {
			continue
		}
		out.join(a, b)
	}
}

// clash says that two clusters have names of two people.
func (c *clusters) clash(people []Candidate, i, j int) bool {
	for _, a := range c.of(c.root(i)) {
		for _, b := range c.of(c.root(j)) {
			if names.Agreeing(people[a].Name, people[b].Name) == names.Clash {
				return true
			}
		}
	}
	return false
}

// disputed says that a cluster may as well be another person than this other cluster.
func (c *clusters) disputed(people []Candidate, near map[int]map[int]bool, cluster, other int) bool {
	for _, i := range c.of(cluster) {
		for j := range near[i] {
			if r := c.root(j); r != c.root(cluster) && r != c.root(other) &&
				(c.worst(r, other) > nothing || c.clash(people, r, other)) {
				return true
			}
		}
	}
	return false
}

// variant says that two records have one name in two ways to write it, and that something beside the name says so.
func variant(a, b Candidate, reasons []string) bool {
	has := func(reason string) bool { return slices.Contains(reasons, reason) }
	if has(names.ReasonOtherGiven) || has(names.ReasonOtherFamily) || has(names.ReasonOtherInitials) ||
		has(names.ReasonOtherSuffix) || has(names.ReasonSwapped) {
		return false
	}
	named := writesOut(a, b.Name) || writesOut(b, a.Name) || has(ReasonSameOrganisation) || has(ReasonSameLocalPart) ||
		has(people.ReasonSameTelephone)
	return named &&
		(has(ReasonLoginIsName) || has(names.ReasonInitials) || has(names.ReasonDoubleName) ||
			has(names.ReasonShortForm) || has(names.ReasonSpelling) && has(names.ReasonSameGiven))
}

// writesOut says that an address or the page of a profile writes out a whole name.
func writesOut(c Candidate, name names.Name) bool {
	whole := names.Spellings(name)
	return slices.ContainsFunc(c.Identifiers, func(n people.Identifier) bool {
		word := ""
		switch n.Kind {
		case people.MailAddress:
			word = mailboxes.Login(n.Value)
		case people.Link:
			if slug, ok := strings.CutPrefix(n.Value, "https://www.linkedin.com/in/"); ok {
				parts := strings.Split(slug, "-")
				if last := parts[len(parts)-1]; len(parts) > 2 && strings.ContainsAny(last, "0123456789") {
					parts = parts[:len(parts)-1]
				}
				word = strings.TrimRight(strings.Join(parts, ""), "0123456789")
			}
		}
		return whole[word] == 1
	})
}

// dossiers reads what else is known of the candidates, in their order.
func (s *Service) dossiers(ctx context.Context, v op.Viewer, persons []Candidate) ([]dossier, error) {
	out := make([]dossier, len(persons))
	once := texts{}
	for i := range persons {
		if organisation := persons[i].Organisation; organisation != "" {
			out[i].organisations.add(once.of(squeezed(organisation)))
		}
	}
	const top = `case when p.merged > $3 then p.merged else p.id end as person`
	type said struct {
		Person id.ID
		Text   string
	}
	if err := db.Each(ctx, s.DB(), func(r *said) error {
		if i, ok := placeOf(persons, r.Person); ok {
			out[i].organisations.add(once.of(squeezed(r.Text)))
		}
		return nil
	}, `select `+top+`, o.name as text from person_role r join person p on p.space = r.space and p.id = r.person
		join organisation o on o.space = r.space and o.id = r.organisation where r.space = $1 and p.owner = $2
		order by r.person, r.organisation`, v.Space, v.Member, id.Zero); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, s.DB(), func(h *said) error {
		if i, ok := placeOf(persons, h.Person); ok {
			if list, account := directory(h.Text); list != "" {
				out[i].has(once.of(list), account)
			}
			out[i].card = out[i].card || strings.HasPrefix(h.Text, "vcard:")
			out[i].chat = out[i].chat || strings.HasPrefix(h.Text, "name:whatsapp:")
		}
		return nil
	}, `select `+top+`, n.value as text from identifier n join person p on p.space = n.space and p.id = n.person
		where n.space = $1 and n.owner = $2 and n.kind = 4 order by n.person, n.value`,
		v.Space, v.Member, id.Zero); err != nil {
		return nil, err
	}
	spans, err := db.Select[struct {
		Person      id.ID
		First, Last int64
	}](ctx, s.DB(), `select `+top+`, min(a.time) as first, max(a.time) as last from participant a
		join person p on p.space = a.space and p.id = a.person
		where a.space = $1 and p.owner = $2 group by 1 order by 1`, v.Space, v.Member, id.Zero)
	if err != nil {
		return nil, err
	}
	for _, r := range spans {
		if i, ok := placeOf(persons, r.Person); ok {
			out[i].first, out[i].last = r.First, r.Last
		}
	}
	var several []id.ID
	names, groups := wholeNames(persons)
	for _, name := range names {
		if group := groups[name]; len(group) > 1 &&
			slices.ContainsFunc(group, func(i int) bool { return out[i].listed() }) {
			for _, i := range group {
				if out[i].last > 0 { // with whom nothing happened has no circle
					several = append(several, persons[i].ID)
				}
			}
		}
	}
	circles, err := s.circles(ctx, v, several)
	if err != nil {
		return nil, err
	}
	for i := range persons {
		out[i].circle = circles[persons[i].ID]
	}
	private := privateDomains(persons, out)
	for i := range persons {
		for _, n := range persons[i].Identifiers {
			if n.Kind == people.Link && strings.HasPrefix(n.Value, "https://www.linkedin.com/in/") {
				out[i].has("linkedin", n.Value)
			}
			if n.Kind != people.MailAddress {
				continue
			}
			if _, domain, _ := strings.Cut(n.Value, "@"); private[domain] {
				out[i].private.add(domain)
			} else {
				out[i].work.add(domain)
			}
		}
	}
	return out, nil
}
