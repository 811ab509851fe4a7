package give

import (
	"context"
	"fmt"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
	"gave.network/internal/text/fit"
)

// edit corrects a gift or a return.
func (s *Service) edit(ctx context.Context, v op.Viewer, in EditInput) (op.None, error) {
	var persons []people.Ref
	for _, to := range in.To {
		p, err := s.network.Resolve(ctx, v, to)
		if err != nil {
			return op.None{}, fault.About(err, "to")
		}
		persons = append(persons, people.Ref{ID: p.ID})
	}
	if !in.At.IsZero() {
		if err := possible(in.At, v.Now); err != nil {
			return op.None{}, err
		}
	}
	if in.Kind != "" {
		g, err := s.Get(ctx, v, in.Gift)
		if err != nil {
			return op.None{}, err
		}
		if !in.Kind.Of(g.Direction) {
			return op.None{}, fault.New(fault.Invalid, "%q is not a kind of gift.", string(in.Kind)).WithField("kind")
		}
	}
	set := db.Row{"owner": v.Member} // stays what it is: so the gift is found also when only its people change
	for column, value := range map[string]string{"body": in.Body, "kind": string(in.Kind), "link": in.Link} {
		if value != "" {
			set[column] = value
		}
	}
	if in.Minutes > 0 {
		set["minutes"] = in.Minutes
	}
	if !in.At.IsZero() {
		set["at"] = in.At.UnixMicro()
	}
	return op.None{}, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := db.Found(db.Update(ctx, tx, "gift", set, "space = $1 and owner = $2 and id = $3",
			v.Space, v.Member, in.Gift)); err != nil || len(persons) == 0 {
			return err
		}
		keys := make([]id.ID, len(persons))
		for i, p := range persons {
			keys[i] = p.ID
		}
		list, args := db.In(3, keys)
		if _, err := tx.ExecContext(ctx, `delete from gift_person where space = $1 and gift = $2
			and (via = 0 or person in (`+list+`))`, append([]any{v.Space, in.Gift}, args...)...); err != nil {
			return db.Fault(err)
		}
		return concern(ctx, tx, v.Space, in.Gift, persons, 0)
	})
}

// forget removes the gifts that were to nobody but people who are being erased. A gift to others as well stays without
// them.
func forget(ctx context.Context, tx *db.Tx, space id.ID, people []id.ID) (int64, error) {
	in, args := db.In(2, people)
	return db.Exec(ctx, tx, `delete from gift where space = $1
		and exists (select 1 from gift_person p
		where p.space = gift.space and p.gift = gift.id and p.person in (`+in+`))
		and not exists (select 1 from gift_person p
		where p.space = gift.space and p.gift = gift.id and p.person not in (`+in+`))`,
		append([]any{space}, args...)...)
}

// Add stores a gift or a return within a transaction and returns its id.
func (s *Service) Add(ctx context.Context, tx db.Queryer, v op.Viewer, g Gift) (id.ID, error) {
	if g.Kind == "" {
		g.Kind = kindOf(g)
	}
	switch {
	case !g.Kind.Of(g.Direction):
		return id.Zero, fault.New(fault.Invalid, "%q is not a kind of gift.", string(g.Kind)).WithField("kind")
	case g.Body == "" && g.Link == "":
		return id.Zero, fault.New(fault.Invalid, "Say what was given.").WithField("body")
	}
	if err := possible(g.At, v.Now); err != nil {
		return id.Zero, err
	}
	key := id.New()
	if _, err := db.Insert(ctx, tx, "gift", db.Row{
		"space": v.Space, "id": key, "owner": v.Member, "visibility": g.Visibility, "direction": g.Direction,
		"kind": g.Kind, "body": g.Body, "link": g.Link, "minutes": g.Minutes, "at": g.At.UnixMicro(),
		"source": "said", "external": key, "created": v.Now.UnixMicro(),
	}, ""); err != nil {
		return id.Zero, err
	}
	if err := concern(ctx, tx, v.Space, key, g.People, 0); err != nil {
		return key, err
	}
	return key, concern(ctx, tx, v.Space, key, g.Via, 1)
}

// concern notes to whom a gift was, or from whom it came, or over whom when via is 1.
func concern(ctx context.Context, tx db.Queryer, space, gift id.ID, people []people.Ref, via int) error {
	for _, p := range people {
		if _, err := db.Insert(ctx, tx, "gift_person",
			db.Row{"space": space, "gift": gift, "person": p.ID, "via": via}, "on conflict do nothing"); err != nil {
			return err
		}
	}
	return nil
}

// List returns the viewer's gifts or returns, newest first. They are kept, but for the names of their people.
func (s *Service) List(ctx context.Context, v op.Viewer, direction Direction, limit int) ([]Gift, error) {
	rows, err := db.Keep(ctx, s.db, scope.Kept(v, fmt.Sprint("gifts ", direction, limit)),
		[]string{"gift", "gift_person"}, func(ctx context.Context, _ []storedGift, _ db.Change) ([]storedGift, error) {
			return s.rows(ctx, v, direction, nil, limit)
		})
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, v, rows)
}

// To returns what the viewer gave to a person, newest first.
func (s *Service) To(ctx context.Context, v op.Viewer, person id.ID, limit int) ([]Gift, error) {
	cluster, err := s.network.Cluster(ctx, s.db, v, person)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, v, Given, cluster, limit)
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, v, rows)
}

func (s *Service) rows(
	ctx context.Context, v op.Viewer, direction Direction, people []id.ID, limit int,
) ([]storedGift, error) {
	args := scope.Args(v, direction, limit)
	only := ""
	if len(people) > 0 {
		in, more := db.In(len(args)+1, people)
		only = ` and exists (select 1 from gift_person x where x.space = g.space and x.gift = g.id and x.person in (` +
			in + `))`
		args = append(args, more...)
	}
	rows, err := db.Select[giftRow](ctx, s.db, `select g.id, g.direction, g.kind, g.body, g.link, g.minutes, g.at,
		g.visibility from gift g where `+scope.Seen("g")+` and g.direction = $4`+only+` order by g.at desc, g.id limit $5`,
		args...)
	if err != nil {
		return nil, err
	}
	return s.stored(ctx, v, rows)
}

type giftRow struct {
	ID         id.ID
	Direction  Direction
	Kind       Kind
	Body       string
	Link       string
	Minutes    int
	At         int64
	Visibility scope.Visibility
}

// complete adds to gifts the people whom the viewer may see.
func (s *Service) complete(ctx context.Context, v op.Viewer, rows []storedGift) ([]Gift, error) {
	var all []id.ID
	for _, r := range rows {
		all = append(append(all, r.people...), r.via...)
	}
	refs, err := s.network.Refs(ctx, v, all)
	if err != nil {
		return nil, err
	}
	out := make([]Gift, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.gift(refs))
	}
	return out, nil
}

// storedGift is a gift or a return with the people as they are stored.
type storedGift struct {
	giftRow
	people, via []id.ID
}

// stored adds to gifts to whom each was, or from whom it came.
func (s *Service) stored(ctx context.Context, v op.Viewer, rows []giftRow) ([]storedGift, error) {
	keys := make([]id.ID, len(rows))
	out := make([]storedGift, len(rows))
	at := make(map[id.ID]int, len(rows))
	for i, r := range rows {
		keys[i], out[i].giftRow, at[r.ID] = r.ID, r, i
	}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(2, chunk)
		found, err := db.Select[struct {
			Gift, Person id.ID
			Via          int
		}](ctx, s.db, `select gift, person, via from gift_person
			where space = $1 and gift in (`+in+`) order by gift, person`, append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if g := &out[at[f.Gift]]; f.Via > 0 {
				g.via = append(g.via, f.Person)
			} else {
				g.people = append(g.people, f.Person)
			}
		}
	}
	return out, nil
}

// gift returns the gift with those of its people who have a name for the viewer.
func (r storedGift) gift(refs map[id.ID]people.Ref) Gift {
	g := Gift{
		ID: r.ID, Direction: r.Direction, Kind: r.Kind, Body: r.Body, Link: r.Link, Minutes: r.Minutes,
		At: time.UnixMicro(r.At).UTC(), Visibility: r.Visibility, People: []people.Ref{},
	}
	for _, key := range r.people {
		if ref, ok := refs[key]; ok {
			g.People = append(g.People, ref)
		}
	}
	for _, key := range r.via {
		if ref, ok := refs[key]; ok {
			g.Via = append(g.Via, ref)
		}
	}
	return g
}

// Get returns a gift or a return that the viewer may see.
func (s *Service) Get(ctx context.Context, v op.Viewer, gift id.ID) (Gift, error) {
	row, err := db.One[giftRow](ctx, s.db, `select g.id, g.direction, g.kind, g.body, g.link, g.minutes, g.at,
		g.visibility from gift g where `+scope.Seen("g")+` and g.id = $4`, scope.Args(v, gift)...)
	if err != nil {
		return Gift{}, err
	}
	rows, err := s.stored(ctx, v, []giftRow{row})
	if err != nil {
		return Gift{}, err
	}
	list, err := s.complete(ctx, v, rows)
	if err != nil {
		return Gift{}, err
	}
	return list[0], nil
}

// Version changes with a gift or a return.
func (s *Service) Version(ctx context.Context, v op.Viewer, gift string) (string, error) {
	key, err := id.Parse(gift)
	if err != nil {
		return "", fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	g, err := s.Get(ctx, v, key)
	if err != nil {
		return "", err
	}
	return op.VersionOf(g)
}

// Remove deletes a gift or a return.
func (s *Service) Remove(ctx context.Context, v op.Viewer, gift id.ID) error {
	return db.Found(db.Exec(ctx, s.db, `delete from gift where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, gift))
}

// GivenSince says to whom the viewer gave something since a moment.
func (s *Service) GivenSince(ctx context.Context, v op.Viewer, since time.Time) ([]id.ID, error) {
	gifts, err := s.List(ctx, v, Given, newest)
	var out []id.ID
	for _, g := range gifts {
		if g.At.After(since) {
			for _, p := range g.People {
				out = append(out, p.ID)
			}
		}
	}
	return out, err
}

// GivenTo returns when the viewer gave something to each of some people, by the ids under which it was noted.
func (s *Service) GivenTo(ctx context.Context, v op.Viewer, people []id.ID) (map[id.ID][]time.Time, error) {
	out := map[id.ID][]time.Time{}
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(4, chunk)
		found, err := db.Select[struct {
			Person id.ID
			At     int64
		}](ctx, s.db, `select p.person, g.at from gift g
			join gift_person p on p.space = g.space and p.gift = g.id
			where g.space = $1 and g.owner = $2 and g.direction = $3 and p.person in (`+in+`) order by g.at, g.id`,
			append([]any{v.Space, v.Member, Given}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, g := range found {
			out[g.Person] = append(out[g.Person], time.UnixMicro(g.At))
		}
	}
	return out, nil
}

// needsOf reads wishes, by their texts. What a text says is kept.
func (s *Service) needsOf(ctx context.Context, v op.Viewer, wishes []room.Knowledge) (map[string]*wanted, error) {
	texts := make([]string, len(wishes))
	for i, w := range wishes {
		texts[i] = w.Text
	}
	return db.KeepEach(ctx, s.db, scope.Kept(v, "needs"), []string{"fact"},
		func(string, db.RowKey) string { return "" }, // whoever says it, a text says what it said
		texts, func(_ context.Context, texts []string) (map[string]*wanted, error) {
			out := make(map[string]*wanted, len(texts))
			var reader fit.Reader
			for _, t := range texts {
				out[t] = &wanted{reader.NeedOf(t), tact.Delicate(t)}
			}
			return out, nil
		})
}
