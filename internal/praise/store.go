package praise

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/scope"
)

type praiseRow struct {
	ID, Owner, Author, Subject id.ID
	Kind, Body, Occasion       string
	At                         int64
	Consent                    int
	Evidence                   string
	Published                  bool
	Audience                   Consent
	Source                     string
}

// rows reads what the viewer may see: what they wrote down or received, what is said of them, and what they wrote on a
// request or is published. What somebody notes of another's words is not brought to that other.
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
		p.consent, p.evidence, p.published, p.audience, p.source from praise p
		where p.space = $1 and p.withdrawn = 0 and (p.owner = $2 or p.subject in (`+in+`)
		or p.author in (`+in+`) and (p.source = 'invited' or p.published)) order by p.at desc, p.id limit 2000`,
		append([]any{v.Space, v.Member}, args...)...)
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
		rows, err := db.Select[struct {
			ID, Author, Subject, Import id.ID
			Kind, Body, Title, Source   string
			Time                        int64
		}](ctx, tx, `select i.id, i.author, i.subject, i.import, i.kind, i.body, i.title, i.source, i.time `+waiting,
			v.Space, v.Member)
		if err != nil {
			return err
		}
		people := []id.ID{v.Person}
		for i := range rows {
			r := &rows[i]
			r.Author, r.Subject = cmp.Or(r.Author, v.Person), cmp.Or(r.Subject, v.Person)
			people = append(people, r.Author, r.Subject)
		}
		known, err := s.network.Names(ctx, tx, v.Space, people)
		if err != nil {
			return err
		}
		for _, r := range rows {
			_, author := known[r.Author]
			_, subject := known[r.Subject]
			if !author || !subject || r.Author == r.Subject {
				continue
			}
			// Another request of the viewer's may have taken it in meanwhile.
			if _, err := db.Insert(ctx, tx, "praise", db.Row{
				"space": v.Space, "id": r.ID, "owner": v.Member, "author": r.Author, "subject": r.Subject,
				"kind": r.Kind, "body": r.Body, "occasion": r.Title, "at": r.Time, "consent": 0, "evidence": "",
				"published": false, "audience": "", "withdrawn": 0, "source": r.Source,
				"import": r.Import,
			}, "on conflict (space, id) do nothing"); err != nil {
				return err
			}
		}
		return nil
	})
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
	_, err = db.Insert(ctx, q, "praise", db.Row{
		"space": v.Space, "id": key, "owner": v.Member, "author": author, "subject": subject, "kind": "praise",
		"body": body, "occasion": occasion, "at": at.UnixMicro(), "consent": n.Consent.number(),
		"evidence": n.Evidence, "published": false, "audience": "", "withdrawn": 0, "source": source,
		"import": id.Zero,
	}, "")
	return key, err
}

// Show says who sees praise of the viewer: everybody on their public page, who they send it to, or only they; "" for
// not decided. It is never more than the author allows, and the text is never changed.
func (s *Service) Show(ctx context.Context, v op.Viewer, key id.ID, audience Consent) error {
	p, err := s.find(ctx, v, key)
	switch {
	case err != nil:
		return err
	case !p.OfMe:
		return fault.New(fault.Forbidden, "Only who is praised decides what is shown.")
	case audience != "" && !slices.Contains(consents, audience):
		return fault.New(fault.Invalid, "Say who may see it.").WithField("audience")
	case audience == ConsentPublish && p.Consent != ConsentPublish:
		return fault.New(fault.Conflict, "The author did not allow that it is published.").
			WithHint("Ask, and note the answer: gave praise consent.")
	case audience == ConsentQuote && p.Consent == ConsentPrivate:
		return fault.New(fault.Conflict, "The author did not allow that it is quoted.").
			WithHint("Ask, and note the answer: gave praise consent.")
	}
	show := audience == ConsentPublish
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if audience != "" {
			if err := s.courier.Done(ctx, tx, v, toDecide, key); err != nil {
				return err
			}
		}
		if err := found(db.Exec(ctx, tx, `update praise set published = $3, audience = $5
			where space = $1 and id = $2 and withdrawn = 0
			and (consent = $4 or not $3)`, v.Space, key, show, ConsentPublish.number(), audience)); err != nil || !show {
			return err
		}
		return s.network.Note(ctx, tx, v, "share", key.String()+" public")
	})
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
	return allow(ctx, s.db, v.Space, p, consent, evidence)
}

// allow stores what the author allows. Whom the subject shows it to stays as far as that is still allowed; else they
// decide anew.
func allow(ctx context.Context, q db.Queryer, space id.ID, p Praise, consent Consent, evidence string) error {
	return found(db.Exec(ctx, q, `update praise set consent = $3, evidence = $4, published = published and $5,
		audience = case when audience = 'publish' and not $5 or audience = 'quote' and $6 then '' else audience end
		where space = $1 and id = $2 and withdrawn = 0`, space, p.ID, consent.number(), cmp.Or(evidence, p.Evidence),
		consent == ConsentPublish, consent == ConsentPrivate))
}

// AllowAll notes what the authors of praise allowed that the viewer received elsewhere: of all of it or of none.
func (s *Service) AllowAll(ctx context.Context, v op.Viewer, keys []id.ID, consent Consent, evidence string) error {
	if len(keys) == 0 {
		return fault.New(fault.Invalid, "Choose the praise that it is about.").WithField("praise")
	}
	evidence, err := occasionOf(evidence)
	if err != nil {
		return err
	}
	list, _, err := s.List(ctx, v)
	if err != nil {
		return err
	}
	kept := map[id.ID]Praise{}
	for _, p := range list {
		if p.Kept {
			kept[p.ID] = p
		}
	}
	for _, key := range keys {
		p, ok := kept[key]
		if !ok {
			return fault.New(fault.Forbidden, "Only the author decides what may be done with it.")
		}
		if consent.number() > p.Consent.number() && evidence == "" {
			return noEvidence()
		}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, key := range keys {
			if err := allow(ctx, tx, v.Space, kept[key], consent, evidence); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) withdraw(ctx context.Context, space, key id.ID, now time.Time) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Update(ctx, tx, "praise", db.Row{
			"withdrawn": now.UnixMicro(), "body": "", "occasion": "", "evidence": "", "published": false,
			"audience": "",
		}, "space = $1 and id = $2 and withdrawn = 0", space, key); err != nil {
			return err
		}
		return s.courier.Recall(ctx, tx, space, key)
	})
}

// waiting is how much praise waits for the viewer to say who sees it.
func (s *Service) waiting(ctx context.Context, v op.Viewer) (int, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "waiting"), []string{"person", "praise"},
		func(ctx context.Context, _ int, _ db.Change) (int, error) {
			list, _, err := s.List(ctx, v)
			n := 0
			for _, p := range list {
				if p.waits() {
					n++
				}
			}
			return n, err
		})
}

// Exchanged tells what praise went between the viewer and some people, by the ids under which it was noted.
func (s *Service) Exchanged(ctx context.Context, v op.Viewer, people []id.ID) ([]room.Praised, error) {
	if err := s.adopt(db.InHurry(ctx), v); err != nil && !db.Busy(err) {
		return nil, err
	}
	self, err := s.self(ctx, v)
	if err != nil || len(self) == 0 {
		return nil, err
	}
	var out []room.Praised
	for _, chunk := range db.Chunks(people) {
		selfIn, selfArgs := db.In(3, self)
		in, args := db.In(3+len(self), chunk)
		rows, err := db.Select[struct {
			Author, Subject id.ID
			At              int64
			Published       bool
		}](ctx, s.db, `select author, subject, at, published from praise
			where space = $1 and withdrawn = 0 and (owner = $2 or published) and
			(author in (`+selfIn+`) and subject in (`+in+`) or subject in (`+selfIn+`) and author in (`+in+`))
			order by at, id`, slices.Concat([]any{v.Space, v.Member}, selfArgs, args)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			one := room.Praised{Person: r.Author, At: time.UnixMicro(r.At), Published: r.Published}
			if slices.Contains(self, r.Author) {
				one.Person, one.ByMe = r.Subject, true
			}
			out = append(out, one)
		}
	}
	return out, nil
}
