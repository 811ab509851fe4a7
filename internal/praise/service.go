package praise

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// Deed is something good that somebody did for the viewer, as another room knows it.
type Deed struct {
	Person network.Ref
	Text   string
	At     time.Time
}

// Service is what can be done with praise.
type Service struct {
	db      *db.DB
	network *network.Store
	deeds   func(ctx context.Context, v op.Viewer) ([]Deed, error)
}

// NewService returns the service. deeds tells what people did for the viewer.
func NewService(d *db.DB, store *network.Store, deeds func(ctx context.Context, v op.Viewer) ([]Deed, error)) *Service {
	return &Service{db: d, network: store, deeds: deeds}
}

type praiseRow struct {
	ID, Owner, Author, Subject  id.ID
	Kind, Body, Occasion        string
	At                          int64
	Consent                     int
	Evidence                    string
	Published                   bool
	Source                      string
	AuthorStands, SubjectStands id.ID
}

// self returns the person that stands for the viewer and all who were found to be the same.
func (s *Service) self(ctx context.Context, v op.Viewer) ([]id.ID, error) {
	if v.Person.IsZero() {
		return nil, nil
	}
	return s.network.Cluster(ctx, s.db, v.Space, v.Person)
}

// rows reads what the viewer may see: what they wrote down or received, what is said of them and by them, and what is
// published.
func (s *Service) rows(ctx context.Context, v op.Viewer) ([]praiseRow, error) {
	self, err := s.self(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(self) == 0 {
		self = []id.ID{id.Zero}
	}
	in, args := db.In(3, self)
	return db.Select[praiseRow](ctx, s.db, `select p.id, p.owner, p.author, p.subject, p.kind, p.body, p.occasion, p.at,
		p.consent, p.evidence, p.published, p.source,
		a.merged as author_stands, b.merged as subject_stands from praise p
		join person a on a.space = p.space and a.id = p.author join person b on b.space = p.space and b.id = p.subject
		where p.space = $1 and p.withdrawn = 0 and (p.owner = $2 or p.author in (`+in+`) or p.subject in (`+in+
		`)) order by p.at desc, p.id limit 2000`,
		append([]any{v.Space, v.Member}, args...)...)
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
	var keys []id.ID
	for i := range rows {
		r := &rows[i]
		if !r.AuthorStands.IsZero() {
			r.Author = r.AuthorStands
		}
		if !r.SubjectStands.IsZero() {
			r.Subject = r.SubjectStands
		}
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
			Published: r.Published, Source: r.Source, OfMe: subject.ID == me, ByMe: author.ID == me,
		})
	}
	return list, setAside, nil
}

// adopt takes in what the viewer's imports found. It is private and unpublished until somebody says otherwise.
func (s *Service) adopt(ctx context.Context, v op.Viewer) error {
	if v.Person.IsZero() || v.Role < op.Member {
		return nil
	}
	const waiting = `from imported_praise i where i.space = $1 and i.owner = $2 and i.author <> i.subject and not exists
		(select 1 from praise p where p.space = i.space and p.id = i.id)`
	n, err := db.Value[int](ctx, s.db, `select count(*) `+waiting, v.Space, v.Member)
	if err != nil || n == 0 {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		// another request of the viewer's took it in meanwhile
		_, err := tx.ExecContext(ctx, `insert into praise (space, id, owner, author, subject, kind, body, occasion, at,
			consent, evidence, published, withdrawn, source, import)
			select i.space, i.id, i.owner, case when i.author = $3 then $4 else i.author end, case
			when i.subject = $3 then $4 else i.subject end, i.kind, i.body, i.title, i.time, 0, '',
			$5, 0, i.source, i.import `+waiting+`
				and case when i.author = $3 then $4 else i.author end <> case when i.subject = $3 then $4
				else i.subject end
				and (i.author = $3 or exists (select 1 from person a where a.space = i.space and a.id = i.author))
				and (i.subject = $3 or exists (select 1 from person b where b.space = i.space and b.id = i.subject))
			on conflict (space, id) do nothing`, v.Space, v.Member, id.Zero, v.Person, false)
		return db.Fault(err)
	})
}

// other resolves the other person in praise, and refuses the viewer, under whatever name.
func (s *Service) other(ctx context.Context, v op.Viewer, reference string) (network.Person, error) {
	if v.Person.IsZero() {
		return network.Person{}, fault.New(fault.Invalid, "Gave does not know yet who you are in this network.").
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
	return s.store(ctx, s.db, v, v.Person, other.ID, n, "written")
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

func (s *Service) store(
	ctx context.Context, q db.Queryer, v op.Viewer, author, subject id.ID, n New, source string,
) (id.ID, error) {
	body, err := words(n.Text)
	if err != nil {
		return id.Zero, err
	}
	occasion, err := occasionOf(n.Occasion)
	if err != nil {
		return id.Zero, err
	}
	at, err := moment(n.At, v.Now)
	if err != nil {
		return id.Zero, err
	}
	key := id.New()
	_, err = db.Exec(ctx, q, `insert into praise (space, id, owner, author, subject, kind, body, occasion, at, consent,
		evidence, published, withdrawn, source, import)
		values ($1, $2, $3, $4, $5, 'praise', $6, $7, $8, $9, $10, $11, 0, $12, $13)`, v.Space, key, v.Member, author,
		subject, body, occasion, at.UnixMicro(), n.Consent.number(), n.Evidence, false, source, id.Zero)
	return key, err
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

// Publish shows praise of the viewer on their public page, or takes it away. The text is never changed.
func (s *Service) Publish(ctx context.Context, v op.Viewer, key id.ID, show bool) error {
	p, err := s.find(ctx, v, key)
	switch {
	case err != nil:
		return err
	case !p.OfMe:
		return fault.New(fault.Forbidden, "Only who is praised decides what is shown.")
	case show && p.Consent != ConsentPublish:
		return fault.New(fault.Conflict, "The author did not allow that it is published.").
			WithHint("Ask, and note the answer: gave praise consent.")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := found(db.Exec(ctx, tx, `update praise set published = $3
			where space = $1 and id = $2 and withdrawn = 0
			and (consent = $4 or not $3)`, v.Space, key, show, ConsentPublish.number())); err != nil || !show {
			return err
		}
		return s.network.Note(ctx, tx, v, "share", key.String()+" public")
	})
}

// found turns a change of praise that its author took back meanwhile, by the link, into a fault.
func found(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such praise.").WithHint("See gave praise list.")
	}
	return err
}

// Allow changes what may be done with praise: by its author, or by who received it elsewhere and can say how the author
// allowed it.
func (s *Service) Allow(ctx context.Context, v op.Viewer, key id.ID, consent Consent, evidence string) error {
	p, err := s.find(ctx, v, key)
	if err != nil {
		return err
	}
	if evidence, err = occasionOf(evidence); err != nil {
		return err
	}
	own, err := db.Value[int](ctx, s.db, `select count(*) from praise where space = $1 and id = $2 and owner = $3`,
		v.Space, key, v.Member)
	switch {
	case err != nil:
		return err
	case p.ByMe:
	case own == 0 || p.Source == "invited":
		return fault.New(fault.Forbidden, "Only the author decides what may be done with it.")
	case consent.number() > p.Consent.number() && evidence == "":
		return noEvidence()
	}
	return found(db.Exec(ctx, s.db, `update praise set consent = $3, evidence = $4, published = published and $5
		where space = $1 and id = $2 and withdrawn = 0`, v.Space, key, consent.number(), cmp.Or(evidence, p.Evidence),
		consent == ConsentPublish))
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

func (s *Service) withdraw(ctx context.Context, space, key id.ID, now time.Time) error {
	_, err := db.Exec(ctx, s.db, `update praise set withdrawn = $3, body = '', occasion = '', evidence = '',
		published = $4 where space = $1 and id = $2 and withdrawn = 0`, space, key, now.UnixMicro(), false)
	return err
}
