package identity

import (
	"cmp"
	"context"
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
	usual        *usualLogins
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
	score float64
	a, b  int32 // places on the roll
	why   int32 // the number of its reasons
	worst against
}

// compare orders matches by their places.
func (m match) compare(other match) int {
	return cmp.Or(cmp.Compare(m.a, other.a), cmp.Compare(m.b, other.b))
}

// whys numbers lists of reasons, of which millions of pairs have a few hundred.
type whys struct {
	numbers map[string]int32
	list    [][]string
}

func (w *whys) number(reasons []string) int32 {
	key := strings.Join(reasons, "\n")
	n, ok := w.numbers[key]
	if !ok {
		n = int32(len(w.list))
		w.numbers[key], w.list = n, append(w.list, slices.Clone(reasons))
	}
	return n
}

// and returns the number of a list with one reason more.
func (w *whys) and(n int32, reason string) int32 {
	return w.number(append(slices.Clone(w.list[n]), reason))
}

func (w *whys) has(n int32, reason string) bool { return slices.Contains(w.list[n], reason) }

// otherThan says whether so much or more speaks against a cluster being one person with one of these.
func otherThan(c *clusters, list []int, other int, from against) bool {
	return slices.ContainsFunc(list, func(i int) bool { return c.worst(i, other) >= from })
}

// proposeNames stores a proposal, or brings an open one up to date. One that was judged is left alone.
func proposeNames(
	ctx context.Context, tx db.Queryer, v op.Viewer, pair people.Pair, score float64, reasons []string, certain bool,
) (key id.ID, fresh bool, err error) {
	keep, absorb := pair.Keep, pair.Absorb
	fresh, err = people.Propose(ctx, tx, v.Space, v.Member, keep, absorb, score, reasons, v.Now)
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
		if login != "" && !c.usual.has(login) {
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
	all, err := s.roll(ctx, v)
	if err != nil {
		return 0, err
	}
	matches, why, err := all.matches(ctx)
	if err != nil {
		return 0, err
	}
	pair := func(m match) people.Pair { return people.Pair{Keep: all.ids[m.a], Absorb: all.ids[m.b]} }
	added := 0
	var certain [][2]id.ID
	err = s.DB().Write(ctx, func(tx *db.Tx) error {
		added, certain = 0, nil
		judged, err := people.JudgedPairs(ctx, tx, v)
		if err != nil {
			return err
		}
		kept := make([]match, 0, len(matches))
		for i := range matches {
			m := matches[i]
			x, y := all.spans[m.a], all.spans[m.b]
			worst := all.speaksAgainst(int(m.a), int(m.b))
			together := x.last > 0 && y.last > 0 // or nothing happened with one of them
			if together {
				if together, err = seenTogether(ctx, tx, v.Space, pair(m)); err != nil {
					return err
				}
			}
			if state := judged[pair(m)]; state == people.MergeRejected || state == people.MergeUndone {
				worst = surelyTwo
			}
			if together {
				// People seldom write to themselves: two names in one mail are mostly two people.
				m.score *= 0.6
				m.why = why.and(m.why, ReasonSeenTogether)
				worst = max(worst, likelyTwo)
			} else if worst == likelyTwo && why.has(m.why, names.ReasonCommonSurname) {
				m.score *= 0.8
			}
			matches[i].worst = worst
			if worst < surelyTwo && m.score >= ProposeFrom {
				kept = append(kept, m)
			}
		}
		speaks := func(i, j int) against {
			if i > j {
				i, j = j, i
			}
			if at, ok := slices.BinarySearchFunc(matches, match{a: int32(i), b: int32(j)}, match.compare); ok {
				return matches[at].worst
			}
			return all.speaksAgainst(i, j)
		}
		slices.SortStableFunc(kept, func(a, b match) int { return cmp.Compare(b.score, a.score) })
		sureOf := newClusters(len(all.ids), speaks)
		var doubles [][2]int
		for _, m := range kept {
			a, b := int(m.a), int(m.b)
			if sure(m.score, why.list[m.why]) && speaks(a, b) == nothing && judged[pair(m)] == "" {
				if before := sureOf.root(a); before != sureOf.root(b) {
					if sureOf.join(a, b); sureOf.root(a) == sureOf.root(b) {
						certain = append(certain, [2]id.ID{all.ids[a], all.ids[b]})
					}
				}
			}
			if why.has(m.why, ReasonSameOrganisation) {
				doubles = append(doubles, [2]int{a, b})
			}
		}
		var own words // where the viewer works and worked
		if i, ok := all.placeOf(v.Person); ok {
			own = all.of(i).work
		}
		settled := settle(all, own, speaks, doubles)
		settleVariants(settled, all, kept, why)
		linked := map[int][]int{}
		asked := newClusters(len(all.ids), nil)
		for i := range all.ids {
			asked.up[i] = int32(settled.root(i))
		}
		var now []id.ID
		for _, m := range kept {
			a, b := settled.root(int(m.a)), settled.root(int(m.b))
			if a != b {
				// Of two namesakes only the likelier is asked about; the other comes when that was denied.
				from := surelyTwo
				if why.has(m.why, names.ReasonCommonSurname) {
					from = unsettled
					if asked.root(int(m.a)) == asked.root(int(m.b)) {
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
				asked.up[asked.root(int(m.a))] = int32(asked.root(int(m.b)))
			} else if sureOf.root(int(m.a)) == sureOf.root(int(m.b)) {
				continue
			}
			key, fresh, err := proposeNames(ctx, tx, v, pair(m), m.score, why.list[m.why], a == b)
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

// matches compares everybody. Of equally likely pairs those come first whose records are older.
func (r *roll) matches(ctx context.Context) ([]match, *whys, error) {
	var out []match
	why := &whys{numbers: map[string]int32{}}
	err := r.eachPairInBlocks(ctx, func(i, j int32, a, b *record) {
		// What is surely two is never proposed, and that is told again where it is asked for.
		if a.apart(&b.dossier) {
			return
		}
		// As people.SamePair has it, the older one first.
		if score, reasons := compare(&a.Candidate, &b.Candidate); score >= ProposeFrom {
			out = append(out, match{score: score, a: i, b: j, why: why.number(reasons)})
		}
	})
	slices.SortFunc(out, match.compare)
	return out, why, err
}

func first(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
