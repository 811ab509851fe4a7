package intake

import (
	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
	"gave.network/internal/text/names"
)

// join says that a record under another name was found to be a known person.
type join struct {
	kept, absorbed id.ID
	reasons        []string
}

// apart are two persons who share an identifier and whose names keep them apart.
type apart struct {
	one, other id.ID
	by         people.Identifier
	reason     string // what keeps them apart; empty when only nothing joins them
}

// clashReason says what keeps two names apart.
func clashReason(a, b names.Name) string {
	switch {
	case names.OtherGeneration(a, b):
		return names.ReasonOtherSuffix
	case names.Agreeing(a, b) == names.Clash:
		return names.ReasonOtherGiven
	}
	return ""
}

// writeJoins records which records were joined under another name, as merges that can be undone, and proposes whom
// names keep apart although they share something.
func (b *batchPeople) writeJoins() error {
	for _, j := range b.joins {
		how := people.Joined{Origin: people.ByImport, Import: b.importID, Reasons: j.reasons}
		if err := people.Record(b.ctx, b.tx, b.viewer, j.kept, j.absorbed, how); err != nil {
			return err
		}
	}
	for _, key := range b.enriched { // what a record learns, the person it was found to be learns too
		if err := people.Adopt(b.ctx, b.tx, b.viewer, key); err != nil {
			return err
		}
	}
	for _, a := range b.apart {
		// A desk or a number of many says nothing of two of them.
		by := people.Identifier{Kind: a.by.Kind, Value: a.by.Value}
		if a.one == a.other || identity.Public(by, holdersOf(b.known[by])) {
			continue
		}
		score, reasons := people.SharedScore(a.by.Kind), []string{people.ReasonOf(a.by.Kind)}
		if a.reason != "" {
			reasons = append(reasons, a.reason)
		}
		if _, err := people.Propose(b.ctx, b.tx, b.viewer.Space, b.viewer.Member, a.other, a.one, score, reasons,
			b.viewer.Now); err != nil {
			return err
		}
	}
	return nil
}

// holdersOf returns the records that the loader has met as the rules of who is who look at them.
func holdersOf(known []knownPerson) []identity.Holder {
	out := make([]identity.Holder, len(known))
	for i, k := range known {
		out[i] = identity.Holder{Person: k.top, Name: k.name, None: k.none}
	}
	return out
}

// judgeSame looks at pairs of persons that one contact named both of. In an address book, and when the names agree,
// that is certain; otherwise it is a proposal, and nothing at all when the names are those of different people.
func (b *batchPeople) judgeSame() error {
	for _, pair := range b.same {
		both, err := db.Values[string](b.ctx, b.tx, `select name from person where space = $1 and id in ($2, $3)
			order by id`, b.viewer.Space, pair[0], pair[1])
		if err != nil {
			return err
		}
		if len(both) != 2 {
			continue
		}
		similar, _ := names.Similarity(names.Parse(both[0]), names.Parse(both[1]))
		switch {
		case similar >= 0.6 && b.format.AddressBook:
			b.loader.certain = append(b.loader.certain, pair)
		case similar >= 0.3:
			if _, err := people.Propose(b.ctx, b.tx, b.viewer.Space, b.viewer.Member, pair[0], pair[1], 0.9,
				[]string{identity.ReasonOneContact}, b.viewer.Now); err != nil {
				return err
			}
		}
	}
	return nil
}
