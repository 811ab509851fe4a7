package identity

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// ProposeFrom is the score from which two persons are proposed as one. On labelled real mail it is where precision
// stays above nine in ten (docs/identity.md).
const ProposeFrom = 0.72

// blockLimit keeps the pairs of very common names in bounds: a block of more people than this is compared within
// smaller ones.
const blockLimit = 400

// Reasons for and against two persons being one, beside those of names. They are translation keys.
const (
	ReasonOneContact       = "one contact has the identifiers of both"
	ReasonSameOrganisation = "same organisation"
	ReasonSameLocalPart    = "same name before the @"
	ReasonSameMailbox      = "addresses of one mailbox"
	ReasonSeenTogether     = "took part in the same interaction"
	ReasonSameDomain       = "addresses at the same organisation"
	ReasonLoginIsName      = "an address or login writes out the other's name"
)

// Candidate is a person with what identity is judged by.
type Candidate struct {
	ID           id.ID
	Name         names.Name
	Organisation string
	Identifiers  []people.Identifier
	title        string
	usual        map[string]bool // logins that people of several names have here: they say nothing
}

// sure says that a match is as good as certain: the same whole name, with nothing against it, at the same organisation
// or in one mailbox. Two namesakes at one organisation have two addresses there (docs/identity.md has the figures).
func sure(score float64, reasons []string) bool {
	if score < 0.95 || !slices.Contains(reasons, names.ReasonSameName) {
		return false
	}
	return slices.Contains(reasons, ReasonSameMailbox) ||
		slices.Contains(reasons, ReasonSameOrganisation) && !slices.Contains(reasons, ReasonSameDomain)
}

// match is a pair that may be one person.
type match struct {
	a, b    int // places of the candidates
	score   float64
	reasons []string
}

// otherThan says whether so much or more speaks against a cluster being one person with one of these.
func otherThan(c *clusters, list []int, other int, from against) bool {
	return slices.ContainsFunc(list, func(i int) bool { return c.worst(i, other) >= from })
}

// proposeNames stores a proposal, or brings an open one up to date. One that was judged is left alone.
func proposeNames(
	ctx context.Context, tx db.Queryer, v op.Viewer, keep, absorb id.ID, m match, certain bool,
) (key id.ID, fresh bool, err error) {
	fresh, err = people.Propose(ctx, tx, v.Space, v.Member, keep, absorb, m.score, m.reasons, v.Now)
	if err != nil {
		return id.Zero, false, err
	}
	// Each way round is looked up by itself: together they would be looked for among all.
	key, err = db.Value[id.ID](ctx, tx, `select id from merge
		where space = $1 and owner = $2 and kept = $3 and absorbed = $4
		union all select id from merge where space = $1 and owner = $2 and kept = $4 and absorbed = $3
		order by id limit 1`, v.Space, v.Member, keep, absorb)
	if err != nil {
		return id.Zero, false, err
	}
	flag := 0
	if certain {
		flag = 1
	}
	if fresh {
		_, err = tx.ExecContext(ctx, `update merge set origin = $3, certain = $4 where space = $1 and id = $2`,
			v.Space, key, people.ByNames, flag)
	} else {
		_, err = tx.ExecContext(ctx, `update merge set certain = $3 where space = $1 and id = $2 and state = 'proposed'`,
			v.Space, key, flag)
	}
	return key, fresh, db.Fault(err)
}

// dropProposals removes the open proposals that names made before and that are not among these any more.
func dropProposals(ctx context.Context, tx db.Queryer, v op.Viewer, now []id.ID) error {
	open, err := db.Values[id.ID](ctx, tx, `select id from merge where space = $1 and owner = $2 and state = 'proposed'
		and origin = $3 order by id`,
		v.Space, v.Member, people.ByNames)
	if err != nil {
		return err
	}
	keep := make(map[id.ID]bool, len(now))
	for _, key := range now {
		keep[key] = true
	}
	open = slices.DeleteFunc(open, func(key id.ID) bool { return keep[key] })
	for _, chunk := range db.Chunks(open) {
		in, args := db.In(2, chunk)
		if _, err := tx.ExecContext(ctx, `delete from merge where space = $1 and id in (`+in+`)`,
			append([]any{v.Space}, args...)...); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

func seenTogether(ctx context.Context, q db.Queryer, space id.ID, pair people.Pair) (bool, error) {
	n, err := db.Values[int](ctx, q, `select 1 from participant a
		join participant b on b.space = a.space and b.interaction = a.interaction
		where a.space = $1 and a.person = $2 and b.person = $3 limit 1`, space, pair.Keep, pair.Absorb)
	return len(n) > 0, err
}

// usualLogins returns the logins that people of three names or more have: what they are about, such as the list that
// they write to.
func usualLogins(people []Candidate) map[string]bool {
	names := map[string][]string{}
	for i := range people {
		name := text.Fold(people[i].Name.Display())
		for _, login := range logins(&people[i]) {
			if len(names[login]) < 3 && !slices.Contains(names[login], name) {
				names[login] = append(names[login], name)
			}
		}
	}
	out := map[string]bool{}
	for login, list := range names {
		if len(list) == 3 {
			out[login] = true
		}
	}
	return out
}

// eachPairInBlocks calls f once for every pair that shares a key: family name and first letter of the given name, given
// name and the beginning of the family name, a telephone number, or the part of an address before the @. The first of
// the two stands before the other among the people. Two accounts of one list are not looked at: a network of a million
// has some hundred million pairs that share a key, and says of nearly all that they are two. It stops when the context
// ends.
func eachPairInBlocks(ctx context.Context, people []Candidate, known []dossier, f func(i, j int)) error {
	// Two keys with one hash cost a comparison that leads to nothing; the keys of a million would fill the memory.
	type keyed struct {
		hash   uint64
		person int32
	}
	var keys []keyed
	seed := maphash.MakeSeed()
	for i := range people {
		for _, key := range blockKeys(&people[i]) {
			keys = append(keys, keyed{maphash.String(seed, key), int32(i)})
		}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.person, b.person))
	})
	// The members of all blocks one after another; of each member, those that come after it in its blocks.
	type rest struct{ person, from, until int32 }
	var members []int32
	var rests []rest
	for len(keys) > 0 {
		n := 1
		for n < len(keys) && keys[n].hash == keys[0].hash {
			n++
		}
		if n > 1 && n <= blockLimit {
			until := int32(len(members) + n)
			for _, k := range keys[:n] {
				members = append(members, k.person)
				if from := int32(len(members)); from < until {
					rests = append(rests, rest{k.person, from, until})
				}
			}
		}
		keys = keys[n:]
	}
	slices.SortFunc(rests, func(a, b rest) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.from, b.from))
	})
	in := make([]standing, len(people))
	numbers := map[string]uint32{}
	for i := range known {
		if accounts := known[i].accounts; len(accounts) > 0 {
			first := accounts[0]
			if numbers[first.list] == 0 {
				numbers[first.list] = uint32(len(numbers) + 1)
			}
			in[i] = standing{numbers[first.list], uint32(maphash.String(seed, first.name))}
		}
	}
	last := make([]int32, len(people)) // one more than whom each was compared with last
	for n, r := range rests {
		if n&0xff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, j := range members[r.from:r.until] {
			if j <= r.person || last[j] == r.person+1 || in[j].list != 0 && in[j].list == in[r.person].list &&
				in[j].account != in[r.person].account {
				continue
			}
			last[j] = r.person + 1
			f(int(r.person), int(j))
		}
	}
	return nil
}

// standing is the number of a list that somebody stands in, 0 for none, and the hash of the account there.
type standing struct{ list, account uint32 }

func blockKeys(c *Candidate) []string {
	var keys []string
	given, family := blockWord(c.Name.Given), blockWord(c.Name.Family)
	switch {
	case given != "" && family != "":
		keys = append(keys, "f:"+first(given, 1)+":"+family, "g:"+given+":"+first(family, 3),
			"g:"+family+":"+first(given, 3))
		if head, tail, double := strings.Cut(family, "-"); double {
			keys = append(keys, "f:"+first(given, 1)+":"+head, "f:"+first(given, 1)+":"+tail)
		}
	case family != "":
		keys = append(keys, "o:"+family)
	case given != "":
		keys = append(keys, "w:"+given)
	}
	for word := range names.Spellings(c.Name) {
		keys = append(keys, "l:"+word)
	}
	for _, n := range c.Identifiers {
		switch n.Kind {
		case people.Telephone:
			keys = append(keys, "t:"+n.Value)
		case people.MailAddress:
			if login := mailboxes.Login(n.Value); len(login) >= 5 {
				keys = append(keys, "l:"+login)
			}
		case people.Link:
			if login := linkLogin(n.Value); len(login) >= 5 {
				keys = append(keys, "l:"+login)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// blockWord folds a name so that the ways to write an umlaut meet.
func blockWord(name string) string {
	return umlauts.Replace(text.Fold(name))
}

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a")

// linkLogin returns what the owner of a page on GitHub or the like calls himself.
func linkLogin(link string) string {
	for _, site := range []string{"https://github.com/", "https://gitlab.com/"} {
		if login, ok := strings.CutPrefix(link, site); ok && addresses.PersonalLink(link) {
			return mailboxes.Login(login + "@users.noreply.github.com")
		}
	}
	return ""
}

// Match says how likely two persons are one, from 0 to 1, and why. It starts from the names and lets telephone numbers,
// organisations and addresses speak for and against.
func Match(a, b Candidate) (float64, []string) { return compare(&a, &b) }

// compare is Match.
func compare(a, b *Candidate) (float64, []string) {
	score, reasons := names.Similarity(a.Name, b.Name)
	for _, n := range a.Identifiers {
		if n.Kind == people.Telephone && slices.ContainsFunc(b.Identifiers, func(m people.Identifier) bool {
			return m.Kind == n.Kind && m.Value == n.Value
		}) && score > 0.3 {
			score = towards(score, 0.7)
			reasons = append(reasons, people.ReasonSameTelephone)
			break
		}
	}
	if a.Organisation != "" && text.Fold(a.Organisation) == text.Fold(b.Organisation) && score > 0.5 {
		score = towards(score, 0.4)
		reasons = append(reasons, ReasonSameOrganisation)
	}
	for _, n := range a.Identifiers {
		if n.Kind != people.MailAddress {
			continue
		}
		local, domain, _ := strings.Cut(n.Value, "@")
		for _, m := range b.Identifiers {
			otherLocal, otherDomain, _ := strings.Cut(m.Value, "@")
			switch {
			case m.Kind != people.MailAddress:
			case domain == otherDomain && mailbox(local) == mailbox(otherLocal) && score > 0.5 &&
				!mailboxes.Shared(n.Value) && !isGitHub(n.Value):
				score = towards(score, 0.7)
				reasons = append(reasons, ReasonSameMailbox)
			case local == otherLocal && len(local) >= 6 && !names.IsGiven(local) && score > 0.4 &&
				!spells(local, a.Name):
				score = towards(score, 0.5)
				reasons = append(reasons, ReasonSameLocalPart)
			case sameHost(domain, otherDomain) && !mailboxes.FreeMail(domain) && score > 0.5:
				score = towards(score, 0.2)
				reasons = append(reasons, ReasonSameDomain)
			}
		}
	}
	if login, why := byLogin(a, b); login > score && !slices.Contains(reasons, names.ReasonOtherInitials) {
		score = login
		reasons = append(slices.DeleteFunc(reasons, func(r string) bool {
			return r == names.ReasonOtherGiven || r == names.ReasonOtherFamily
		}), why)
	}
	slices.Sort(reasons)
	reasons = slices.Compact(reasons)
	if slices.Contains(reasons, names.ReasonSameName) { // which says it all
		reasons = slices.DeleteFunc(reasons, func(r string) bool {
			return r == names.ReasonSameGiven || r == names.ReasonSameFamily
		})
	}
	return min(score, 0.99), reasons
}

func isGitHub(address string) bool {
	_, ok := mailboxes.GitHubLogin(address)
	return ok
}

// byLogin says how likely two people are one by what they call themselves in addresses and on the web, as far as their
// names allow it: an address that writes out the other's name, a one-word name that is the other's login, or one
// unusual login of both.
func byLogin(a, b *Candidate) (float64, string) {
	if names.Agreeing(a.Name, b.Name) == names.Clash {
		return 0, ""
	}
	best, why := 0.0, ""
	for _, pair := range [2][2]*Candidate{{a, b}, {b, a}} {
		spelled := names.Spellings(pair[1].Name)
		words := map[string]bool{}
		if one := pair[0].Name; one.Given == "" || one.Family == "" {
			for word := range names.Spellings(one) {
				words[word] = true
			}
		}
		for _, login := range logins(pair[0]) {
			words[login] = true
		}
		for word := range words {
			if part := spelled[word]; part > 0 {
				if score := 0.64 + 0.22*part; score > best {
					best, why = score, ReasonLoginIsName
				}
			}
		}
	}
	for _, login := range logins(a) {
		if len(login) >= 5 && best < 0.8 && !names.IsGiven(login) && slices.Contains(logins(b), login) &&
			!spells(login, a.Name) && !spells(login, b.Name) && login != text.Fold(a.Name.Given) &&
			login != text.Fold(b.Name.Given) {
			best, why = 0.8, ReasonSameLocalPart
		}
	}
	return best, why
}

func logins(c *Candidate) []string {
	var out []string
	for _, n := range c.Identifiers {
		login := ""
		switch n.Kind {
		case people.MailAddress:
			login = mailboxes.Login(n.Value)
		case people.Link:
			login = linkLogin(n.Value)
		}
		if login != "" && !c.usual[login] {
			out = append(out, login)
		}
	}
	return out
}

// mailbox returns the part of a local part that names the mailbox: without what follows a plus (RFC 5233), and without
// the date or key that mail filters of the tmda kind add, as in name-dated-1030976555.34ad5b.
func mailbox(local string) string {
	base, _, _ := strings.Cut(local, "+")
	for _, mark := range []string{"-dated-", "-keyword-", "-sender-"} {
		base, _, _ = strings.Cut(base, mark)
	}
	return base
}

// spells says that a local part only writes out the name, whole or shortened: then it says nothing that the name does
// not.
func spells(local string, name names.Name) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < 'a' || r > 'z' {
				return -1
			}
			return r
		}, text.Fold(s))
	}
	given, family, bare := letters(name.Given), letters(name.Particle+name.Family), letters(name.Family)
	local = letters(local)
	for _, f := range []string{family, bare} {
		if local == given+f || local == f+given || local == first(given, 1)+f || local == f+first(given, 1) ||
			local == f || local == given+first(f, 1) {
			return true
		}
	}
	return false
}

// towards moves a score a part of the way to 1.
func towards(score, part float64) float64 { return score + (1-score)*part }

// sameHost says that one domain is the other or lies below it, such as cs.example.edu and example.edu.
func sameHost(a, b string) bool {
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// compares is on whose behalf people are compared.
type compares struct{ space, member id.ID }

// ProposeNew is ProposeMatches for who does not know whether anything changed by which people are told apart: mail that
// comes in every minute seldom brings somebody new, and comparing everybody takes seconds where there are many. That
// two were seen together in it counts the next time.
func (s *Service) ProposeNew(ctx context.Context, v op.Viewer) error {
	who := compares{v.Space, v.Member}
	edition, err := s.Edition(ctx, v)
	if err != nil {
		return err
	}
	if last, ok := s.compared.Load(who); ok && last == edition {
		return nil
	}
	_, err = s.ProposeMatches(ctx, v)
	if err == nil { // as they were when it began: what came meanwhile is compared the next time
		s.compared.Store(who, edition)
	}
	return err
}

// ProposeMatches compares the viewer's people, merges the pairs that are as good as certain, and proposes those that
// may be one person. It returns how many proposals are new. A pair that was judged before is left alone; what was
// proposed and is no longer likely goes.
func (s *Service) ProposeMatches(ctx context.Context, v op.Viewer) (int, error) {
	persons, err := s.candidates(ctx, v)
	if err != nil {
		return 0, err
	}
	known, err := s.dossiers(ctx, v, persons)
	if err != nil {
		return 0, err
	}
	var matches []match
	if err := eachPairInBlocks(ctx, persons, known, func(i, j int) {
		// What is surely two is never proposed, and that is told again where it is asked for.
		if known[i].apart(&known[j]) {
			return
		}
		// As people.SamePair has it, the older one first.
		if score, reasons := compare(&persons[i], &persons[j]); score >= ProposeFrom {
			matches = append(matches, match{i, j, score, reasons})
		}
	}); err != nil {
		return 0, err
	}
	// Of equally likely ones those come first whose records are older, in whatever order they were found.
	slices.SortFunc(matches, func(a, b match) int { return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b)) })
	added := 0
	var certain [][2]id.ID
	err = s.DB().Write(ctx, func(tx *db.Tx) error {
		added, certain = 0, nil
		judged, err := people.JudgedPairs(ctx, tx, v)
		if err != nil {
			return err
		}
		apart := map[[2]int]against{}
		kept := make([]match, 0, len(matches))
		for _, m := range matches {
			pair := people.Pair{Keep: persons[m.a].ID, Absorb: persons[m.b].ID}
			worst := speaksAgainst(&persons[m.a], &persons[m.b], &known[m.a], &known[m.b])
			together := known[m.a].last > 0 && known[m.b].last > 0 // or nothing happened with one of them
			if together {
				if together, err = seenTogether(ctx, tx, v.Space, pair); err != nil {
					return err
				}
			}
			if state := judged[pair]; state == people.MergeRejected || state == people.MergeUndone {
				worst = surelyTwo
			}
			if together {
				// People seldom write to themselves: two names in one mail are mostly two people.
				m.score *= 0.6
				m.reasons = append(m.reasons, ReasonSeenTogether)
				worst = max(worst, likelyTwo)
			} else if worst == likelyTwo && slices.Contains(m.reasons, names.ReasonCommonSurname) {
				m.score *= 0.8
			}
			apart[[2]int{m.a, m.b}] = worst
			if worst < surelyTwo && m.score >= ProposeFrom {
				kept = append(kept, m)
			}
		}
		speaks := func(i, j int) against {
			if id.ID.Compare(persons[i].ID, persons[j].ID) > 0 {
				i, j = j, i
			}
			if worst, ok := apart[[2]int{i, j}]; ok {
				return worst
			}
			return speaksAgainst(&persons[i], &persons[j], &known[i], &known[j])
		}
		slices.SortStableFunc(kept, func(a, b match) int { return cmp.Compare(b.score, a.score) })
		sureOf := newClusters(len(persons), speaks)
		var doubles [][2]int
		for _, m := range kept {
			if sure(m.score, m.reasons) && speaks(m.a, m.b) == nothing &&
				judged[people.Pair{Keep: persons[m.a].ID, Absorb: persons[m.b].ID}] == "" {
				if before := sureOf.root(m.a); before != sureOf.root(m.b) {
					if sureOf.join(m.a, m.b); sureOf.root(m.a) == sureOf.root(m.b) {
						certain = append(certain, [2]id.ID{persons[m.a].ID, persons[m.b].ID})
					}
				}
			}
			if slices.Contains(m.reasons, ReasonSameOrganisation) {
				doubles = append(doubles, [2]int{m.a, m.b})
			}
		}
		titles := make([]string, len(persons))
		for i := range persons {
			titles[i] = persons[i].title
		}
		var own words // where the viewer works and worked
		if i, ok := placeOf(persons, v.Person); ok {
			own = known[i].work
		}
		settled := settle(persons, known, own, titles, speaks, doubles)
		settleVariants(settled, persons, kept)
		linked := map[int][]int{}
		asked := newClusters(len(persons), nil)
		for i := range persons {
			asked.up[i] = settled.root(i)
		}
		var now []id.ID
		for _, m := range kept {
			a, b := settled.root(m.a), settled.root(m.b)
			if a != b {
				// Of two namesakes only the likelier is asked about; the other comes when that was denied.
				from := surelyTwo
				if slices.Contains(m.reasons, names.ReasonCommonSurname) {
					from = unsettled
					if asked.root(m.a) == asked.root(m.b) {
						continue // one question for each record
					}
					if settled.worst(a, b) >= likelyTwo {
						continue
					}
				}
				if settled.worst(a, b) == surelyTwo || otherThan(settled, linked[a], b, from) ||
					otherThan(settled, linked[b], a, from) {
					continue
				}
				linked[a], linked[b] = append(linked[a], b), append(linked[b], a)
				asked.up[asked.root(m.a)] = asked.root(m.b)
			} else if sureOf.root(m.a) == sureOf.root(m.b) {
				continue
			}
			key, fresh, err := proposeNames(ctx, tx, v, persons[m.a].ID, persons[m.b].ID, m, a == b)
			if err != nil {
				return err
			}
			if now = append(now, key); fresh {
				added++
			}
		}
		return dropProposals(ctx, tx, v, now)
	})
	if err != nil || len(certain) == 0 {
		return added, err
	}
	if _, err := s.MergeAll(ctx, v, certain, people.Joined{Origin: people.ByNames}); err != nil {
		return added, err
	}
	return added, s.SettleFor(ctx, v)
}

// texts keep one copy of each text that many have.
type texts map[string]string

func (t texts) of(text string) string {
	if known, ok := t[text]; ok {
		return known
	}
	text = strings.Clone(text)
	t[text] = text
	return text
}

// placeOf returns the place of a person among the candidates, who are in the order of their ids.
func placeOf(persons []Candidate, person id.ID) (place int, ok bool) {
	return slices.BinarySearchFunc(persons, person, func(c Candidate, person id.ID) int { return c.ID.Compare(person) })
}

// candidates reads whom the viewer keeps, in the order of their ids.
func (s *Service) candidates(ctx context.Context, v op.Viewer) ([]Candidate, error) {
	count, err := db.Value[int](ctx, s.DB(), `select count(*) from person where space = $1 and owner = $2
		and merged = $3`, v.Space, v.Member, id.Zero)
	if err != nil {
		return nil, err
	}
	out := make([]Candidate, 0, count)
	once := texts{}
	if err := db.Each(ctx, s.DB(), func(p *struct {
		ID           id.ID
		Name         string
		Organisation string
		Title        string
	},
	) error {
		out = append(out, Candidate{
			ID: p.ID, Name: names.Parse(p.Name), Organisation: once.of(p.Organisation), title: once.of(p.Title),
		})
		return nil
	}, `select id, name, organisation, title from person where space = $1 and owner = $2 and merged = $3
		order by id`, v.Space, v.Member, id.Zero); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, s.DB(), func(n *struct {
		Person id.ID
		Kind   people.IdentifierKind
		Value  string
	},
	) error {
		if i, ok := placeOf(out, n.Person); ok {
			out[i].Identifiers = append(out[i].Identifiers, people.Identifier{Kind: n.Kind, Value: n.Value})
		}
		return nil
	}, `select distinct case when p.merged > $3 then p.merged else p.id end as person, n.kind, n.value
		from identifier n join person p on p.space = n.space and p.id = n.person
		where n.space = $1 and n.owner = $2 and n.kind <> 4 order by 1, 2, 3`, v.Space, v.Member, id.Zero); err != nil {
		return nil, err
	}
	usual := usualLogins(out)
	for i := range out {
		out[i].usual = usual
	}
	return out, nil
}

func first(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
