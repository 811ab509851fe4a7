package ask

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Thank notes in the ledger of gifts what came from a helper; kind is knowledge or introduction.
type Thank func(ctx context.Context, tx db.Queryer, v op.Viewer, helper people.Ref, kind, body string) error

// Service is what can be done with asks, offers and introductions.
type Service struct {
	db      *db.DB
	network *people.Store
	thank   Thank
	favours room.Source // what the viewer asked of people elsewhere; nil for nothing
	sources Sources
	willing room.Willing // nil when nobody says
	courier room.Courier
	// middleman notes introductions in the ledger of who made them; nil for nobody.
	middleman Middleman
}

// NewService returns the service. thank is used when somebody is thanked, favours tells what the viewer asked
// of people elsewhere, and sources what other rooms know of what people can.
func NewService(d *db.DB, store *people.Store, thank Thank, favours room.Source, sources Sources) *Service {
	return &Service{
		db: d, network: store, thank: thank, favours: favours, sources: sources, courier: room.Nobody{},
	}
}

// Weigh sets who says how likely people are to do the viewer a favour; once, when the program is built.
func (s *Service) Weigh(willing room.Willing) { s.willing = willing }

// New stores an ask or an offer and returns it.
func (s *Service) New(ctx context.Context, v op.Viewer, a Ask, persons []string) (Ask, error) {
	var err error
	if a.Text, err = clean(a.Text, "text", "Say what you ask."); err != nil {
		return Ask{}, err
	}
	if a.Why, err = clean(a.Why, "why", ""); err != nil {
		return Ask{}, err
	}
	if a.Kind == "" {
		a.Kind = Asking
	}
	if a.Kind != Asking && a.Kind != Offering {
		return Ask{}, fault.New(fault.Invalid, "It is an ask or an offer.").WithField("kind")
	}
	if a.Audience == "" {
		a.Audience = MyTies
		if len(persons) > 0 {
			a.Audience = Named
		}
	}
	if !a.Audience.Valid() {
		return Ask{}, fault.New(fault.Invalid, "The audience is named, ties, friends, space or public.").
			WithField("audience")
	}
	if a.By != "" {
		by, err := time.ParseInLocation(time.DateOnly, a.By, v.Now.Location())
		if err != nil {
			return Ask{}, fault.New(fault.Invalid, "%q is not a day.", a.By).
				WithHint("Write it as 2026-11-23.").WithField("by")
		}
		if by.Before(v.Now.AddDate(0, 0, -1)) || by.After(v.Now.AddDate(5, 0, 0)) {
			return Ask{}, fault.New(fault.Invalid, "The day %s cannot be right.", a.By).
				WithHint("Choose a day from today on, within five years.").WithField("by")
		}
	}
	if a.Audience == Named && len(persons) == 0 {
		return Ask{}, fault.New(fault.Invalid, "An ask to nobody reaches nobody.").
			WithHint("Name at least one person, or choose a wider audience.").WithField("people")
	}
	if a.Audience != Named && len(persons) > 0 {
		return Ask{}, fault.New(fault.Invalid, "People are named only when the audience is named.").
			WithHint("Leave the people out, or choose the audience named.").WithField("people")
	}
	if len(persons) > maxNamed {
		return Ask{}, fault.New(fault.TooMany, "An ask names at most %d people.", maxNamed).
			WithHint("Choose a wider audience instead.").WithField("people")
	}
	a.ID, a.Named = id.New(), nil
	for _, reference := range persons {
		p, err := s.network.Resolve(ctx, v, reference)
		if err != nil {
			return Ask{}, fault.About(err, "people")
		}
		if p.ID == v.Person {
			return Ask{}, fault.New(fault.Invalid, "You cannot ask yourself.").WithField("people")
		}
		a.Named = append(a.Named, people.Ref{ID: p.ID, Name: p.Name})
	}
	if err := s.add(ctx, v, a); err != nil {
		return Ask{}, err
	}
	return s.Get(ctx, v, a.ID)
}

// Sent notes that the viewer asked somebody, so that nobody is asked too often.
func (s *Service) Sent(ctx context.Context, v op.Viewer, key id.ID, reference string) (Ask, error) {
	return s.note(ctx, v, key, reference, asked, "")
}

// Helped notes that somebody helped with the viewer's ask.
func (s *Service) Helped(ctx context.Context, v op.Viewer, key id.ID, reference, how string) (Ask, error) {
	return s.note(ctx, v, key, reference, helped, how)
}

func (s *Service) note(
	ctx context.Context, v op.Viewer, key id.ID, reference string, as part, how string,
) (Ask, error) {
	a, err := s.own(ctx, v, key)
	if err != nil {
		return a, err
	}
	if a.State == Closed {
		return a, fault.New(fault.Conflict, "It is closed.").WithHint("Put the ask again if it lives on.")
	}
	if how, err = clean(how, "note", ""); err != nil {
		return a, err
	}
	p, err := s.network.Resolve(ctx, v, reference)
	if err != nil {
		return a, fault.About(err, "person")
	}
	if p.ID == v.Person {
		return a, fault.New(fault.Invalid, "This is you.").WithField("person")
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.involve(ctx, tx, v, key, p.ID, as, how); err != nil {
			return err
		}
		if as == helped {
			return s.advance(ctx, tx, v, key, Answered, Open)
		}
		return nil
	}); err != nil {
		return a, err
	}
	return s.Get(ctx, v, key)
}

// helper finds who is meant, first among those who helped.
func (s *Service) helper(ctx context.Context, v op.Viewer, a Ask, reference string) (people.Ref, error) {
	for _, h := range a.Helped {
		if h.ID.String() == reference || h.Name == reference {
			return h.Ref, nil
		}
	}
	p, err := s.network.Resolve(ctx, v, reference)
	return people.Ref{ID: p.ID, Name: p.Name}, fault.About(err, "person")
}

// Told is a message that tells somebody who helped how it ended.
type Told struct {
	Person  people.Ref `json:"person"`
	Message string     `json:"message"`
	Reached bool       `json:"reached" doc:"it was brought to them in Gave; otherwise send it yourself"`
}

// sentence ends a text with a full stop unless it ends in a mark already.
func sentence(s string) string {
	if s != "" && s[len(s)-1] != '.' && s[len(s)-1] != '!' && s[len(s)-1] != '?' {
		return s + "."
	}
	return s
}
