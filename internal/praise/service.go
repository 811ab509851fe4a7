package praise

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// Service is what can be done with praise.
type Service struct {
	db      *db.DB
	network *people.Store
	deeds   Deeds
	gave    room.Source
	parts   Parts
	courier room.Courier
}

// Parts tells what people did that may have had a part in something.
type Parts func(ctx context.Context, v op.Viewer) ([]Part, error)

// NewService returns the service. deeds tells what people did for the viewer, and gave what the viewer gave.
// parts tells what others did at any time.
func NewService(d *db.DB, store *people.Store, deeds Deeds, gave room.Source, parts Parts) *Service {
	return &Service{db: d, network: store, deeds: deeds, gave: gave, parts: parts, courier: room.Nobody{}}
}

// self returns the person that stands for the viewer and all who were found to be the same.
func (s *Service) self(ctx context.Context, v op.Viewer) ([]id.ID, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	return s.network.Cluster(ctx, s.db, v, v.Person)
}

// List returns the praise that the viewer may see, the newest first. setAside counts what is not shown because its
// author and its subject were found to be one person; it comes back when that is undone.
func (s *Service) List(ctx context.Context, v op.Viewer) (list []Praise, setAside int, err error) {
	// Readers wait for nobody who writes: what an import brings in is taken in by the next one.
	if err := s.adopt(db.InHurry(ctx), v); err != nil && !db.Busy(err) {
		return nil, 0, err
	}
	rows, err := s.rows(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	var named, keys []id.ID
	for _, r := range rows {
		named = append(named, r.Author, r.Subject)
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, named)
	if err != nil {
		return nil, 0, err
	}
	for i := range rows {
		r := &rows[i]
		r.Author, r.Subject = stands[r.Author], stands[r.Subject]
		keys = append(keys, r.Author, r.Subject)
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, 0, err
	}
	me := v.Person
	list = []Praise{}
	for _, r := range rows {
		if r.Author == r.Subject {
			setAside++
			continue
		}
		author, ok := refs[r.Author]
		subject, also := refs[r.Subject]
		if !ok || !also {
			continue // a person whom the viewer may not see
		}
		list = append(list, Praise{
			ID: r.ID, Author: author, Subject: subject, Kind: r.Kind, Text: r.Body, Occasion: r.Occasion,
			At: time.UnixMicro(r.At).UTC(), Consent: consents[r.Consent], Evidence: r.Evidence,
			Published: r.Published, Audience: r.Audience, Source: r.Source, OfMe: subject.ID == me,
			ByMe: author.ID == me,
			Kept: r.Owner == v.Member && subject.ID == me && author.ID != me && r.Source != "invited",
		})
	}
	return list, setAside, nil
}

// other resolves the other person in praise, and refuses the viewer, under whatever name.
func (s *Service) other(ctx context.Context, v op.Viewer, reference string) (people.Person, error) {
	if v.Person.IsZero() {
		return people.Person{}, fault.New(fault.Invalid, "Gave does not know yet who you are in this network.").
			WithHint("Import your mail with --me, or ask an owner of the space.")
	}
	p, err := s.network.Resolve(ctx, v, reference)
	if err != nil {
		return p, fault.About(err, "person")
	}
	self, err := s.self(ctx, v)
	if err != nil {
		return p, err
	}
	if slices.Contains(self, p.ID) {
		return p, fault.New(fault.Invalid, "This is you: praise is for others to give.").
			WithHint("Ask somebody: gave praise invite.").WithField("person")
	}
	me, err := s.network.Person(ctx, s.db, v, v.Person)
	if err != nil {
		return p, err
	}
	if text.Fold(me.Name) == text.Fold(p.Name) {
		return p, fault.New(fault.Invalid, "%s bears your own name: praise is for others to give.", p.Name).
			WithHint("If it is another person, write the name with something that tells you apart.").WithField("person")
	}
	return p, nil
}

// New is praise to be stored.
type New struct {
	Person   string // the other: whom the viewer praises, or who praised the viewer
	Text     string
	Occasion string
	Consent  Consent
	Evidence string
	At       time.Time
}

// Write stores praise by the viewer.
func (s *Service) Write(ctx context.Context, v op.Viewer, n New) (id.ID, error) {
	other, err := s.other(ctx, v, n.Person)
	if err != nil {
		return id.Zero, err
	}
	var key id.ID
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if key, err = s.store(ctx, tx, v, v.Person, other.ID, n, "written"); err != nil {
			return err
		}
		return s.bring(ctx, tx, v, key, other.ID)
	})
	return key, err
}

// WriteGroup stores praise by the viewer of several people, in the same words: of all of them or of none.
func (s *Service) WriteGroup(ctx context.Context, v op.Viewer, people []string, n New) ([]id.ID, error) {
	var subjects []id.ID
	for _, person := range people {
		other, err := s.other(ctx, v, person)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(subjects, other.ID) {
			subjects = append(subjects, other.ID)
		}
	}
	switch {
	case len(subjects) == 0:
		return nil, fault.New(fault.Invalid, "Say whom you praise.").WithField("people")
	case len(subjects) > mostPraised:
		return nil, fault.New(fault.TooLarge, "At most %d people can be praised at once.", mostPraised).
			WithField("people")
	}
	var keys []id.ID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		keys = nil
		for _, subject := range subjects {
			key, err := s.store(ctx, tx, v, v.Person, subject, n, "written")
			if err != nil {
				return err
			}
			if err := s.bring(ctx, tx, v, key, subject); err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}

// Credit tells who had a part in something: of what came from them, of their help with asks, and of meetings about it.
func (s *Service) Credit(ctx context.Context, v op.Viewer, what string) ([]Credited, error) {
	if len(terms(what)) == 0 {
		return nil, fault.New(fault.Invalid, "Say what it is about: a project, a report, a talk.").WithField("what")
	}
	parts, err := s.parts(ctx, v)
	if err != nil {
		return nil, err
	}
	meetings, err := s.network.Meetings(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, m := range meetings {
		parts = append(parts, Part{room.Knowledge{Person: m.Person, Text: m.Title, At: m.At}, ShareMet})
	}
	var keys []id.ID
	for _, p := range parts {
		keys = append(keys, p.Person)
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, keys)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i].Person = stands[parts[i].Person]
		keys[i] = parts[i].Person
	}
	refs, err := s.network.Refs(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	delete(refs, v.Person)
	return credit(what, parts, refs), nil
}

// Keep stores praise that the viewer received elsewhere, in a mail or a talk. Without evidence of consent it stays
// private.
func (s *Service) Keep(ctx context.Context, v op.Viewer, n New) (id.ID, error) {
	other, err := s.other(ctx, v, n.Person)
	if err != nil {
		return id.Zero, err
	}
	if n.Evidence, err = occasionOf(n.Evidence); err != nil {
		return id.Zero, err
	}
	if n.Consent.number() > 0 && n.Evidence == "" {
		return id.Zero, noEvidence()
	}
	return s.store(ctx, s.db, v, other.ID, v.Person, n, "kept")
}

func noEvidence() error {
	return fault.New(fault.Invalid, "Say how the author allowed it.").
		WithHint("Such as: mail of 3 March. Without that it stays private.").WithField("evidence")
}

// find returns one praise that the viewer may see.
func (s *Service) find(ctx context.Context, v op.Viewer, key id.ID) (Praise, error) {
	list, _, err := s.List(ctx, v)
	if err != nil {
		return Praise{}, err
	}
	i := slices.IndexFunc(list, func(p Praise) bool { return p.ID == key })
	if i < 0 {
		return Praise{}, fault.New(fault.NotFound, "There is no such praise.").WithHint("See gave praise list.")
	}
	return list[i], nil
}

// found turns a change of praise that its author took back meanwhile, by the link, into a fault.
func found(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such praise.").WithHint("See gave praise list.")
	}
	return err
}

// Withdraw takes back praise by the viewer; who received praise can remove it from their own list the same way. Its
// words are gone.
func (s *Service) Withdraw(ctx context.Context, v op.Viewer, key id.ID) error {
	p, err := s.find(ctx, v, key)
	if err != nil {
		return err
	}
	if !p.ByMe && !p.OfMe {
		return fault.New(fault.Forbidden, "Only the author or who is praised can take it away.")
	}
	return s.withdraw(ctx, v.Space, key, v.Now)
}
