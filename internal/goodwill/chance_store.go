package goodwill

import (
	"context"
	"math"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
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
	if err != nil {
		return nil, err
	}
	people := make([]id.ID, len(rows))
	for i, r := range rows {
		people[i] = r.Person
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, people)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(rows))
	for i, r := range rows {
		out[i] = Outcome{r.What, r.Yes != 0, time.UnixMicro(r.At).UTC(), stands[r.Person]}
	}
	return out, nil
}

// featuresAt returns what was known of a person just before a moment.
func (s *Service) featuresAt(ctx context.Context, v op.Viewer, person id.ID, at time.Time) (chance.Features, error) {
	v.Now = at
	x := chance.Features{chance.Constant: 1}
	if v.Person.IsZero() {
		return x, nil
	}
	bond, err := s.network.ExplainTie(ctx, v, people.Person{ID: v.Person}, people.Person{ID: person})
	if err != nil {
		return x, err
	}
	x[chance.Closeness], x[chance.Reciprocity] = bond.Strength, bond.Reciprocity
	if bond.FirstContact != nil {
		x[chance.Years] = min(6, at.Sub(*bond.FirstContact).Hours()/24/365)
	}
	near := 0.0
	for _, e := range bond.Evidence {
		if e.Medium == tie.FaceToFace || e.Medium == tie.Video || e.Medium == tie.Call {
			near += e.Now
		}
	}
	if bond.Intensity > 0 {
		x[chance.FaceToFace] = bond.Strength * near / bond.Intensity
	}
	cluster, err := s.network.Cluster(ctx, s.db, v.Space, person)
	if err != nil {
		return x, err
	}
	if s.gifts == nil {
		return x, nil
	}
	given, err := s.gifts.GivenTo(ctx, v, cluster, at)
	if err != nil {
		return x, err
	}
	for _, g := range given {
		x[chance.Gestures] += math.Exp2(-at.Sub(g).Hours() / 24 / (2 * 365))
	}
	x[chance.Gestures] = min(2, x[chance.Gestures])
	return x, nil
}
