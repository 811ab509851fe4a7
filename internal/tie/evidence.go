package tie

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/scope"
)

// ExternalID returns the hash under which an external id is kept: the first 16 bytes of SHA-256. The ids themselves,
// such as Message-IDs, name hosts and people, and are not kept. An empty text gives the zero ID.
func ExternalID(external string) id.ID {
	if external == "" {
		return id.Zero
	}
	sum := sha256.Sum256([]byte(external))
	return id.ID(sum[:16])
}

// AddInteractions stores interactions within a transaction and returns those that are new, in the order given. One
// whose (source, external) its owner already has is left alone; that this import holds it too is noted, so that undoing
// another import keeps it.
func AddInteractions(ctx context.Context, tx db.Queryer, space id.ID, list []Interaction) ([]Interaction, error) {
	fresh := make(map[id.ID]bool, len(list))
	args := make([]any, 0, len(list)*14)
	for i := range list {
		e := &list[i]
		args = append(args, space, e.ID, e.Owner, e.Visibility, e.Medium.code(), e.Time, e.Minutes, e.Title, e.Place,
			e.People, e.Source, e.External, e.ReplyTo, e.Import)
	}
	added, err := db.InsertReturning[id.ID](ctx, tx,
		`insert into interaction (space, id, owner, visibility, medium, time, minutes, title, place, people,
		source, external, reply_to, import)`, 14, args, `on conflict (space, owner, source, external)
		do nothing returning id`)
	if err != nil {
		return nil, err
	}
	for _, key := range added {
		fresh[key] = true
	}
	var (
		out          []Interaction
		participants []any
		seen         = map[seenKey][]id.ID{}
	)
	for _, e := range list {
		if !fresh[e.ID] {
			if !e.Import.IsZero() {
				key := seenKey{e.Owner, e.Source, e.Import}
				seen[key] = append(seen[key], e.External)
			}
			continue
		}
		out = append(out, e)
		for _, p := range e.Participants {
			participants = append(participants, space, p.Person, e.Time, e.ID, p.Role)
		}
	}
	if err := db.InsertMany(ctx, tx, `insert into participant (space, person, time, interaction, role)`,
		5, participants, ""); err != nil {
		return nil, err
	}
	for key, external := range seen {
		for _, chunk := range db.Chunks(external) {
			in, args := db.In(5, chunk)
			if _, err := tx.ExecContext(ctx, `insert into interaction_seen (space, interaction, import)
				select space, id, $4 from interaction where space = $1 and owner = $2 and source = $3 and import <> $4
				and external in (`+in+`) on conflict do nothing`,
				append([]any{space, key.owner, key.source, key.brings}, args...)...); err != nil {
				return nil, db.Fault(err)
			}
		}
	}
	return out, nil
}

// AddStatements stores statements within a transaction and returns how many were new.
func AddStatements(ctx context.Context, tx db.Queryer, space id.ID, list []Statement) (int, error) {
	// In the order of the index of what sources call them, so that each of its pages is written once: those names lie
	// all over it. Of two of one name the first counts.
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Statement) int {
		return cmp.Or(a.Owner.Compare(b.Owner), cmp.Compare(a.Source, b.Source), a.External.Compare(b.External))
	})
	const columns = 14
	added := 0
	for chunk := range slices.Chunk(list, statementsAtOnce) {
		args := make([]any, 0, len(chunk)*columns)
		for i := range chunk {
			s := &chunk[i]
			args = append(args, space, s.ID, s.Owner, s.Visibility, s.Layer, s.Sign, s.Weight, s.SourcePerson,
				s.TargetPerson, s.Directed, s.Time, s.Source, s.External, s.Import)
		}
		if err := db.InsertCounting(ctx, tx, `insert into statement (space, id, owner, visibility, layer, sign, weight,
			source_person, target_person, directed, time, source, external, import)`, columns, args,
			`on conflict (space, owner, source, external) do nothing`, func(from, until int, inserted int64) error {
				added += int(inserted)
				if int(inserted) < until-from {
					return sawStatements(ctx, tx, space, chunk[from:until])
				}
				return nil
			}); err != nil {
			return added, err
		}
	}
	return added, nil
}

// statementsAtOnce is more than one statement of the database takes, so that it is prepared once.
const statementsAtOnce = 2048

// seenKey is what statements or interactions have in common that one import brings of one source.
type seenKey struct {
	owner  id.ID
	source string
	brings id.ID
}

// sawStatements notes which statements another import brought before.
func sawStatements(ctx context.Context, tx db.Queryer, space id.ID, list []Statement) error {
	same := map[seenKey][]id.ID{}
	for _, s := range list {
		if !s.Import.IsZero() {
			key := seenKey{s.Owner, s.Source, s.Import}
			same[key] = append(same[key], s.External)
		}
	}
	for key, external := range same {
		for _, chunk := range db.Chunks(external) {
			in, args := db.In(6, chunk)
			if _, err := tx.ExecContext(ctx, `insert into import_seen (space, person, brought, item, word, import)
				select space, source_person, 'statement', id, '', $4 from statement
				where space = $1 and owner = $2 and source = $3 and import not in ($4, $5) and external in (`+in+`)
				on conflict do nothing`,
				append([]any{space, key.owner, key.source, key.brings, id.Zero}, args...)...); err != nil {
				return db.Fault(err)
			}
		}
	}
	return nil
}

// tieOwner is whose ties an interaction feeds: its owner's when private, else everybody's.
func (e *Interaction) tieOwner() id.ID {
	if e.Visibility == scope.Private {
		return e.Owner
	}
	return id.Zero
}

// pairKey names a tie; the smaller id comes first.
type pairKey struct{ owner, a, b id.ID }

func orderedPair(owner, a, b id.ID) pairKey {
	if id.ID.Compare(a, b) > 0 {
		a, b = b, a
	}
	return pairKey{owner, a, b}
}

func sortPairs(keys []pairKey) {
	slices.SortFunc(keys, func(x, y pairKey) int {
		return cmp.Or(id.ID.Compare(x.owner, y.owner), id.ID.Compare(x.a, y.a), id.ID.Compare(x.b, y.b))
	})
}

// eachPair calls f for every pair among the participants who were there, with the interaction's contribution and
// direction.
func (e *Interaction) eachPair(
	canonical func(id.ID) id.ID, f func(key pairKey, contribution float64, direction Direction),
) {
	contribution := Contribution(e.Medium, e.People)
	if contribution == 0 {
		return
	}
	present := make([]Participant, 0, len(e.Participants))
	for _, p := range e.Participants {
		if p.Role == Mentioned {
			continue
		}
		p.Person = canonical(p.Person)
		// Two names of one person in an interaction are one participant, with the stronger role.
		if i := slices.IndexFunc(present, func(q Participant) bool { return q.Person == p.Person }); i >= 0 {
			present[i].Role = min(present[i].Role, p.Role)
			continue
		}
		present = append(present, p)
	}
	directed := e.Medium == Message || e.Medium == Mail || e.Medium == List
	for i, p := range present {
		for _, q := range present[i+1:] {
			first, second := p, q
			if first.Person.Compare(second.Person) > 0 {
				first, second = second, first
			}
			direction := Mutual
			if directed && first.Role != second.Role {
				if first.Role == From {
					direction = Sent
				} else if second.Role == From {
					direction = Received
				}
			}
			f(pairKey{e.tieOwner(), first.Person, second.Person}, contribution, direction)
		}
	}
}
