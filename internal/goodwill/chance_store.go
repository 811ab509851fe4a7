package goodwill

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gave.network/graph/temporal"
	"gave.network/internal/db"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// AddOutcome stores an answer within a transaction.
func (s *Service) AddOutcome(ctx context.Context, tx db.Queryer, v op.Viewer, person id.ID, what string, yes bool,
	at time.Time,
) (id.ID, error) {
	key := id.New()
	_, err := db.Insert(ctx, tx, "outcome", db.Row{
		"space": v.Space, "id": key, "owner": v.Member, "person": person, "what": what, "yes": flag(yes),
		"at": at.UnixMicro(),
	}, "")
	return key, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Outcome is what somebody answered to a small favour.
type Outcome struct {
	What string    `json:"what"`
	Yes  bool      `json:"yes"`
	At   time.Time `json:"at"`

	person id.ID
}

// outcomes returns the viewer's outcomes up to now, oldest first, by the person that stands for who answered.
func (s *Service) outcomes(ctx context.Context, v op.Viewer) ([]Outcome, error) {
	rows, err := db.Select[struct {
		Person id.ID
		What   string
		Yes    int64
		At     int64
	}](ctx, s.db, `select o.person, o.what, o.yes, o.at from outcome o
		where o.space = $1 and o.owner = $2 and o.at <= $3 order by o.at, o.id`, v.Space, v.Member, v.Now.UnixMicro())
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(rows))
	for i, r := range rows {
		out[i] = Outcome{r.What, r.Yes != 0, time.UnixMicro(r.At).UTC(), everybody.Canonical(r.Person)}
	}
	return out, nil
}

// past is what happened between the viewer and some people, from which it is worked out what was known at a moment.
type past struct {
	contacts map[id.ID][]tie.Encounter
	given    map[id.ID][]time.Time
	praised  map[id.ID][]room.Praised
}

// pastWith reads what happened with people, in a few statements for all of them.
func (s *Service) pastWith(ctx context.Context, v op.Viewer, people []id.ID) (past, error) {
	out := past{given: map[id.ID][]time.Time{}, praised: map[id.ID][]room.Praised{}}
	if v.Person.IsZero() || len(people) == 0 {
		return out, nil
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	if out.contacts, err = s.network.Contacts(ctx, v, people); err != nil {
		return out, err
	}
	bearer := map[id.ID]id.ID{}
	var names []id.ID
	for _, person := range people {
		for _, name := range everybody.Names(person) {
			bearer[name] = person
			names = append(names, name)
		}
	}
	if s.gifts != nil {
		given, err := s.gifts.GivenTo(ctx, v, names)
		if err != nil {
			return out, err
		}
		for name, times := range given {
			out.given[bearer[name]] = append(out.given[bearer[name]], times...)
		}
	}
	if s.praise != nil {
		praised, err := s.praise.Exchanged(ctx, v, names)
		if err != nil {
			return out, err
		}
		for _, x := range praised {
			out.praised[bearer[x.Person]] = append(out.praised[bearer[x.Person]], x)
		}
	}
	return out, nil
}

const (
	// gestureFades is the half-life of what a gesture or praise counts.
	gestureFades = 2 * 365 * day
	// mostCounted is what gestures and praise count at most.
	mostCounted = 2
	// publishedCounts is what praise counts that was published: who said it in public stands by it.
	publishedCounts = 1.5
)

// at returns what was known of a person just before a moment.
func (p past) at(person id.ID, at time.Time) chance.Features {
	x := chance.Features{chance.Constant: 1}
	fades := func(since time.Time) float64 { return temporal.Faded(float64(at.Sub(since)), float64(gestureFades)) }
	contacts := tie.Until(p.contacts[person], at.Add(-time.Microsecond))
	state := tie.StateOf(contacts)
	if len(contacts) > 0 {
		strength := tie.Strength(state.IntensityAt(at))
		x[chance.Closeness], x[chance.Reciprocity] = strength, state.Reciprocity()
		x[chance.Years] = min(6, at.Sub(time.UnixMicro(state.FirstContact)).Hours()/24/365)
		near := tie.StateOf(slices.DeleteFunc(slices.Clone(contacts), func(c tie.Encounter) bool {
			return c.Medium != tie.FaceToFace && c.Medium != tie.Video && c.Medium != tie.Call
		}))
		if all := state.IntensityAt(at); all > 0 {
			x[chance.FaceToFace] = strength * near.IntensityAt(at) / all
		}
	}
	for _, g := range p.given[person] {
		if g.Before(at) {
			x[chance.Gestures] += fades(g)
		}
	}
	for _, praise := range p.praised[person] {
		if !praise.At.Before(at) {
			continue
		}
		counts := fades(praise.At)
		if praise.Published {
			counts *= publishedCounts
		}
		if praise.ByMe {
			x[chance.Praised] += counts
		} else {
			x[chance.PraisedYou] += counts
		}
	}
	for _, f := range []int{chance.Gestures, chance.Praised, chance.PraisedYou} {
		x[f] = min(mostCounted, x[f])
	}
	return x
}

// learnFrom are the tables from which it is learnt.
var learnFrom = []string{"outcome", "participant", "gift", "gift_person", "praise", "person"}

// learn learns from all answers up to now, and reads what is known of some people besides. What was learnt is kept
// until something changes that it comes from.
func (s *Service) learn(ctx context.Context, v op.Viewer, besides []id.ID) (learnt, error) {
	outcomes, err := s.outcomes(ctx, v)
	if err != nil {
		return learnt{}, err
	}
	of := "goodwill of " + v.Person.String() + " after " + strconv.Itoa(len(outcomes))
	weights, err := db.Keep(ctx, s.db, scope.Kept(v, of), learnFrom,
		func(ctx context.Context, _ chance.Features, _ db.Change) (chance.Features, error) {
			all, err := s.told(ctx, v, outcomes)
			return all.until(len(outcomes), all.samples()).weights, err
		})
	if err != nil {
		return learnt{}, err
	}
	before, err := s.pastWith(ctx, v, besides)
	return learnt{before, outcomes, weights}, err
}

// told is what is known of all who answered.
func (s *Service) told(ctx context.Context, v op.Viewer, outcomes []Outcome) (learnt, error) {
	seen := map[id.ID]bool{}
	var who []id.ID
	for _, o := range outcomes {
		if !seen[o.person] {
			seen[o.person] = true
			who = append(who, o.person)
		}
	}
	before, err := s.pastWith(ctx, v, who)
	return learnt{past: before, outcomes: outcomes}, err
}
