package identity

import (
	"cmp"
	"slices"
	"strings"

	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// What speaks against two records with one name being one person.
type against uint8

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

// speaksAgainst says what speaks against two records of one name being one person, the one that stands first on the
// roll first.
func (r *roll) speaksAgainst(i, j int) against {
	if r.in[i].apart(r.in[j]) {
		return surelyTwo
	}
	one, other := r.of(i), r.of(j)
	a, b, x, y := &one.Candidate, &other.Candidate, &one.dossier, &other.dossier
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
	up      []int32
	members map[int][]int
	against func(i, j int) against
	asks    map[[2]int]bool // pairs that are not settled without asking
}

func newClusters(n int, speaks func(i, j int) against) *clusters {
	c := &clusters{make([]int32, n), map[int][]int{}, speaks, map[[2]int]bool{}}
	for i := range c.up {
		c.up[i] = int32(i)
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
	for int(c.up[i]) != i {
		i = int(c.up[i])
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
	c.up[b] = int32(a)
}

// settle finds the records that are one person beyond reasonable doubt: those of one whole name of which nothing in the
// network says that two people bear it; and, where something does, those of one name at one organisation where that
// tells which of them is meant.
func settle(all *roll, own words, speaks func(i, j int) against, doubles [][2]int) *clusters {
	out := newClusters(len(all.ids), speaks)
	organisations := map[string]bool{}
	for _, o := range all.squeezed.list {
		if len(o) > 4 {
			organisations[o] = true
		}
	}
	all.namesakes(func(group []int) {
		several := false
		for k, i := range group {
			for _, j := range group[k+1:] {
				several = several || speaks(i, j) > nothing
			}
		}
		if !several {
			settleName(out, all, own, organisations, group)
			return
		}
		settleTitle(out, all, group)
		places := make([]words, len(group))
		for k, i := range group {
			places[k] = all.of(i).workplaces(organisations)
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
	})
	for _, pair := range doubles { // Anna Bos-Meijer, A. Bos and Anna Bos, with one role at one organisation
		i, j := pair[0], pair[1]
		if a, b := all.of(i), all.of(j); sameTitle(a, b) && text.Fold(a.Organisation) == text.Fold(b.Organisation) {
			out.join(i, j)
		}
	}
	return out
}

// sameTitle says that two records have one title.
func sameTitle(a, b *record) bool { return a.title != "" && text.Fold(a.title) == text.Fold(b.title) }

// settleName joins the records of a name of which nothing says that two people bear it. A list of who knows whom holds
// the namesakes of people one knows: so the person in such a list is not the one to whom the viewer writes privately,
// unless something beside the name ties the two together: a place of work, a title, somebody in common, one
// conversation. Nor is somebody in a list with whom nothing ever happened joined by a common name alone; but a bare
// card of the address book may be a colleague.
func settleName(out *clusters, all *roll, own words, organisations map[string]bool, group []int) {
	known := make(map[int]*record, len(group))
	for _, i := range group {
		known[i] = all.of(i)
	}
	parts := newClusters(len(group), nil)
	for k, i := range group {
		for l, j := range group[:k] {
			if tied(&known[i].dossier, &known[j].dossier, organisations) || sameTitle(known[i], known[j]) {
				parts.up[parts.root(k)] = int32(parts.root(l))
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
		if d := known[i]; d.last > 0 && (len(d.private) > 0 || d.chat && !card) && !slices.Contains(listed, part) &&
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
		if known[i].hearsay() && names.CommonFamily(known[i].Name) {
			heard = append(heard, i)
			continue
		}
		met = append(met, i)
		bare = bare && len(known[i].Identifiers) == 0 && known[i].last == 0
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
func settleTitle(out *clusters, all *roll, group []int) {
	for k, i := range group {
		for _, j := range group[k+1:] {
			if a, b := all.of(i), all.of(j); (a.Organisation == "" || b.Organisation == "") && sameTitle(a, b) {
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
func settleVariants(out *clusters, all *roll, kept []match, why *whys) {
	near := make([][2]int32, 0, 2*len(kept)) // records with a proposal, and with whom
	for _, m := range kept {
		near = append(near, [2]int32{m.a, m.b}, [2]int32{m.b, m.a})
	}
	slices.SortFunc(near, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, m := range kept {
		if !variant(all.of(int(m.a)), all.of(int(m.b)), why.list[m.why]) {
			continue
		}
		a, b := out.root(int(m.a)), out.root(int(m.b))
		if a == b || out.worst(a, b) > nothing || out.clash(all, a, b) || out.disputed(all, near, a, b) ||
			out.disputed(all, near, b, a) {
			continue
		}
		out.join(a, b)
	}
}

// clash says that two clusters have names of two people.
func (c *clusters) clash(all *roll, i, j int) bool {
	for _, a := range c.of(c.root(i)) {
		for _, b := range c.of(c.root(j)) {
			if names.Agreeing(all.of(a).Name, all.of(b).Name) == names.Clash {
				return true
			}
		}
	}
	return false
}

// disputed says that a cluster may as well be another person than this other cluster.
func (c *clusters) disputed(all *roll, near [][2]int32, cluster, other int) bool {
	for _, i := range c.of(cluster) {
		from, _ := slices.BinarySearchFunc(near, int32(i), func(pair [2]int32, i int32) int {
			return cmp.Compare(pair[0], i)
		})
		for ; from < len(near) && int(near[from][0]) == i; from++ {
			if r := c.root(int(near[from][1])); r != c.root(cluster) && r != c.root(other) &&
				(c.worst(r, other) > nothing || c.clash(all, r, other)) {
				return true
			}
		}
	}
	return false
}

// variant says that two records have one name in two ways to write it, and that something beside the name says so.
func variant(a, b *record, reasons []string) bool {
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
func writesOut(c *record, name names.Name) bool {
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
