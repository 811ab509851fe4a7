package praise

import (
	"context"
	"slices"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

type invitationRow struct {
	Space, ID, Owner, Author, Subject, Praise id.ID
	Occasion                                  string
	Expires                                   int64
	SubjectName                               string
}

// Invite makes a link by which somebody can praise the viewer, once, for one occasion. Nothing is sent.
func (s *Service) Invite(ctx context.Context, v op.Viewer, person, occasion string) (Invitation, error) {
	other, err := s.other(ctx, v, person)
	if err != nil {
		return Invitation{}, err
	}
	if occasion, err = occasionOf(occasion); err != nil {
		return Invitation{}, err
	}
	if occasion == "" {
		return Invitation{}, fault.New(fault.Invalid, "Say on what occasion: a project, a talk, a gift.").
			WithField("occasion")
	}
	out := Invitation{ID: id.New(), Secret: id.NewSecret(24), Expires: v.Now.Add(answerWithin).UTC()}
	n, err := db.Insert(ctx, s.db, "praise_invitation", db.Row{
		"space": v.Space, "id": out.ID, "owner": v.Member, "author": other.ID, "subject": v.Person,
		"occasion": occasion, "digest": id.Digest(out.Secret), "created": v.Now.UnixMicro(),
		"expires": out.Expires.UnixMicro(), "praise": id.Zero,
	}, "on conflict (space, owner, author, occasion) do nothing")
	if err != nil {
		return Invitation{}, err
	}
	if n == 0 {
		return Invitation{},
			fault.New(fault.Conflict, "You asked %s for this once already; a second time is one too many.", other.Name).
				WithHint("Thank them instead, or wait for another occasion.")
	}
	_, out.Message = inviteLetter(v, "", other.Name, occasion)
	return out, nil
}

// Letter is what the viewer can have mailed with a link that they made.
func (s *Service) Letter(ctx context.Context, v op.Viewer, secret string) (*room.Letter, error) {
	row, err := s.behind(ctx, secret, v.Now)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil || row.Space != v.Space || row.Owner != v.Member || !row.Praise.IsZero() {
		return nil, err
	}
	names, err := s.network.Names(ctx, s.db, v.Space, []id.ID{row.Author})
	if err != nil {
		return nil, err
	}
	return &room.Letter{
		Person: row.Author, Path: "/praise/link/" + secret,
		Write: func(v op.Viewer) (string, string) {
			return inviteLetter(v, row.SubjectName, names[row.Author], row.Occasion)
		},
	}, nil
}

// asked returns whom the viewer ever asked for some words, under the names that stand for them now.
func (s *Service) asked(ctx context.Context, v op.Viewer) ([]id.ID, error) {
	rows, err := db.Select[struct{ Author id.ID }](ctx, s.db,
		`select author from praise_invitation where space = $1 and owner = $2 order by author`, v.Space, v.Member)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var authors []id.ID
	for _, r := range rows {
		authors = append(authors, r.Author)
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, authors)
	if err != nil {
		return nil, err
	}
	for i, author := range authors {
		authors[i] = stands[author]
	}
	return authors, nil
}

// behind finds the invitation of a link. One that ended without an answer is told apart from one that never was.
func (s *Service) behind(ctx context.Context, secret string, now time.Time) (invitationRow, error) {
	if secret == "" || len(secret) > 100 {
		return invitationRow{}, fault.New(fault.NotFound, noLink)
	}
	return s.behindDigest(ctx, id.Digest(secret), now)
}

func (s *Service) behindDigest(ctx context.Context, digest []byte, now time.Time) (invitationRow, error) {
	row, err := db.One[invitationRow](ctx, s.db, `select i.space, i.id, i.owner, i.author, i.subject, i.praise,
		i.occasion, i.expires from praise_invitation i where i.digest = $1`, digest)
	if fault.CodeOf(err) == fault.NotFound {
		return row, fault.New(fault.NotFound, noLink)
	}
	if err == nil && row.Praise.IsZero() && row.Expires <= now.UnixMicro() {
		return row, fault.New(fault.Conflict, "This link has expired.").WithHint("Ask who sent it for a new one.")
	}
	if err != nil {
		return row, err
	}
	names, err := s.network.Names(ctx, s.db, row.Space, []id.ID{row.Subject})
	row.SubjectName = names[row.Subject]
	return row, err
}

// Answer stores the words of who was asked. A link works once.
func (s *Service) Answer(ctx context.Context, secret, words string, consent Consent, now time.Time) error {
	row, err := s.behind(ctx, secret, now)
	if err != nil {
		return err
	}
	return s.answer(ctx, row, words, consent, now)
}

func (s *Service) answer(ctx context.Context, row invitationRow, words string, consent Consent, now time.Time) error {
	used := fault.New(fault.Conflict, "This link was used already: it works once.").
		WithHint("You can still take your words back.")
	if !row.Praise.IsZero() {
		return used
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		v := op.Viewer{Space: row.Space, Member: row.Owner, Now: now}
		key, err := s.store(ctx, tx, v, row.Author, row.Subject,
			New{Text: words, Occasion: row.Occasion, Consent: consent}, "invited")
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, `update praise_invitation set praise = $3
			where space = $1 and id = $2 and praise = $4`, row.Space, row.ID, key, id.Zero)
		if err == nil && n == 0 {
			return used
		}
		if err != nil {
			return err
		}
		return s.bring(ctx, tx, op.Viewer{Space: row.Space, Now: now}, key, row.Subject)
	})
}

// AnswerByMail hears what somebody wrote back to an invitation. That it is praise only who was written to says; it
// stays with them then, as nothing else was allowed, and its author can take it back by the link in the letter.
func (s *Service) AnswerByMail(ctx context.Context, in room.Answer) (*room.Heard, error) {
	row, err := s.behindDigest(ctx, in.Link, in.Now)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil, nil
	case fault.CodeOf(err) == fault.Conflict: // the link ended
		return &room.Heard{About: row.Occasion}, nil
	case err != nil:
		return nil, err
	case row.Space != in.Space || row.Owner != in.Member:
		return nil, nil
	}
	out := &room.Heard{About: row.Occasion}
	if !row.Praise.IsZero() {
		return out, nil
	}
	switch in.Said {
	case "":
		out.Choices = []room.Choice{{Said: room.SaidKeep, Label: "Keep as praise, for me alone"}}
		return out, nil
	case room.SaidKeep:
		out.Told = true
		return out, s.answer(ctx, row, in.Words, ConsentPrivate, in.Now)
	}
	return nil, fault.New(fault.Invalid, "Such words are kept, or only read.").WithField("said")
}

// Public returns the praise that a member of any space shows to everybody: what its author allows to publish and its
// subject chose.
func (s *Service) Public(ctx context.Context, member id.ID) (name string, list []Shown, err error) {
	who, err := s.network.Member(ctx, member)
	if err != nil {
		return "", nil, err
	}
	if who.Ended || who.Person.IsZero() {
		return "", nil, fault.New(fault.NotFound, "There is no such page.")
	}
	self := op.Viewer{Space: who.Space, Member: member, Role: op.Guest}
	cluster, err := s.network.Cluster(ctx, s.db, self, who.Person)
	if err != nil {
		return "", nil, err
	}
	in, args := db.In(2, cluster)
	rows, err := db.Select[struct {
		Author         id.ID
		Body, Occasion string
		At             int64
	}](ctx, s.db, `select x.author, x.body, x.occasion, x.at from praise x
		where x.space = $1 and x.subject in (`+in+`) and x.published and x.consent = 2 and x.withdrawn = 0
		order by x.at desc, x.id limit 200`, append([]any{who.Space}, args...)...)
	if err != nil {
		return "", nil, err
	}
	var authors []id.ID
	for _, r := range rows {
		authors = append(authors, r.Author)
	}
	names, err := s.network.Names(ctx, s.db, who.Space, authors)
	if err != nil {
		return "", nil, err
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, who.Space, authors)
	if err != nil {
		return "", nil, err
	}
	for _, r := range rows {
		if slices.Contains(cluster, r.Author) || slices.Contains(cluster, stands[r.Author]) {
			continue // found to be the same person since
		}
		list = append(list, Shown{names[r.Author], r.Body, r.Occasion, time.UnixMicro(r.At).UTC()})
	}
	if len(list) == 0 {
		return "", nil, fault.New(fault.NotFound, "There is no such page.")
	}
	return who.Name, list, nil
}

// stillThere says whether the words that were given by a link were not taken back.
func (s *Service) stillThere(ctx context.Context, row invitationRow) (bool, error) {
	n, err := db.Value[int](ctx, s.db, `select count(*) from praise where space = $1 and id = $2 and withdrawn = 0`,
		row.Space, row.Praise)
	return n > 0, err
}
