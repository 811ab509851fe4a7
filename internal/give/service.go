package give

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// Service is what can be done with gifts.
type Service struct {
	db      *db.DB
	network *network.Store
	folder  string // of shared files
	wishes  Wishes
}

// NewService returns the service. Shared files lie in the folder.
func NewService(d *db.DB, store *network.Store, folder string) *Service {
	return &Service{db: d, network: store, folder: folder}
}

// oldest is before which no gift is dated: files without a date say 1970.
var oldest = time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)

// Add stores a gift or a return within a transaction and returns its id.
func (s *Service) Add(ctx context.Context, tx db.Queryer, v op.Viewer, g Gift) (id.ID, error) {
	if g.Kind == "" {
		g.Kind = "other"
	}
	switch {
	case !g.Kind.Valid():
		return id.Zero, fault.New(fault.Invalid, "%q is not a kind of gift.", string(g.Kind)).WithField("kind")
	case g.Body == "" && g.Link == "":
		return id.Zero, fault.New(fault.Invalid, "Say what was given.").WithField("body")
	}
	if err := possible(g.At, v.Now); err != nil {
		return id.Zero, err
	}
	key := id.New()
	if _, err := tx.ExecContext(ctx, `insert into gift (space, id, owner, visibility, direction, kind, body, link,
		minutes, at, source, external, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'said', $2, $11)`,
		v.Space, key, v.Member, g.Visibility, g.Direction, g.Kind, g.Body, g.Link, g.Minutes, g.At.UnixMicro(),
		v.Now.UnixMicro()); err != nil {
		return id.Zero, db.Fault(err)
	}
	for _, p := range g.People {
		if _, err := tx.ExecContext(ctx, `insert into gift_person (space, gift, person) values ($1, $2, $3)
			on conflict do nothing`, v.Space, key, p.ID); err != nil {
			return id.Zero, db.Fault(err)
		}
	}
	return key, nil
}

// List returns the viewer's gifts or returns, newest first.
func (s *Service) List(ctx context.Context, v op.Viewer, direction Direction, limit int) ([]Gift, error) {
	return s.list(ctx, v, direction, nil, limit)
}

// To returns what the viewer gave to a person, newest first.
func (s *Service) To(ctx context.Context, v op.Viewer, person id.ID, limit int) ([]Gift, error) {
	cluster, err := s.network.Cluster(ctx, s.db, v.Space, person)
	if err != nil {
		return nil, err
	}
	return s.list(ctx, v, Given, cluster, limit)
}

func (s *Service) list(
	ctx context.Context, v op.Viewer, direction Direction, people []id.ID, limit int,
) ([]Gift, error) {
	least := network.Space
	if v.Role < op.Member {
		least = network.Public
	}
	args := []any{v.Space, v.Member, least, direction, limit}
	only := ""
	if len(people) > 0 {
		in, more := db.In(len(args)+1, people)
		only = ` and exists (select 1 from gift_person x where x.space = g.space and x.gift = g.id and x.person in (` +
			in + `))`
		args = append(args, more...)
	}
	rows, err := db.Select[giftRow](ctx, s.db, `select g.id, g.direction, g.kind, g.body, g.link, g.minutes, g.at,
		g.visibility from gift g
		where g.space = $1 and (g.owner = $2 or g.visibility >= $3) and g.direction = $4`+only+` order by g.at desc,
		g.id limit $5`, args...)
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, v, rows)
}

type giftRow struct {
	ID         id.ID
	Direction  Direction
	Kind       Kind
	Body       string
	Link       string
	Minutes    int
	At         int64
	Visibility network.Visibility
}

// complete adds to gifts the people whom the viewer may see.
func (s *Service) complete(ctx context.Context, v op.Viewer, rows []giftRow) ([]Gift, error) {
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	people := map[id.ID][]id.ID{}
	var all []id.ID
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(2, chunk)
		found, err := db.Select[struct{ Gift, Person id.ID }](ctx, s.db, `select gift, person from gift_person
			where space = $1 and gift in (`+in+`) order by gift, person`, append([]any{v.Space}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			people[f.Gift], all = append(people[f.Gift], f.Person), append(all, f.Person)
		}
	}
	refs, err := s.network.Refs(ctx, v, all)
	if err != nil {
		return nil, err
	}
	out := make([]Gift, 0, len(rows))
	for _, r := range rows {
		g := Gift{
			ID: r.ID, Direction: r.Direction, Kind: r.Kind, Body: r.Body, Link: r.Link, Minutes: r.Minutes,
			At: time.UnixMicro(r.At).UTC(), Visibility: r.Visibility, People: []network.Ref{},
		}
		for _, key := range people[r.ID] {
			if ref, ok := refs[key]; ok {
				g.People = append(g.People, ref)
			}
		}
		out = append(out, g)
	}
	return out, nil
}

// Get returns a gift or a return that the viewer may see.
func (s *Service) Get(ctx context.Context, v op.Viewer, gift id.ID) (Gift, error) {
	least := network.Space
	if v.Role < op.Member {
		least = network.Public
	}
	rows, err := db.Select[giftRow](ctx, s.db, `select g.id, g.direction, g.kind, g.body, g.link, g.minutes, g.at,
		g.visibility from gift g
		where g.space = $1 and (g.owner = $2 or g.visibility >= $3) and g.id = $4`, v.Space, v.Member, least, gift)
	if err != nil {
		return Gift{}, err
	}
	if len(rows) == 0 {
		return Gift{}, fault.New(fault.NotFound, "It is not here, or not yours to see.")
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
	n, err := db.Exec(ctx, s.db, `delete from gift where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, gift)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return err
}

// Operations returns what can be done with gifts.
func (s *Service) Operations() []op.Operation {
	return append([]op.Operation{
		op.New("give.log", http.MethodPost, "/gifts", op.Member, "Note a gift that you gave.", s.logGift).
			With("", `gave give log "intro to tone of voice" --to frank@example.org --link https://example.org/tone --kind knowledge`),
		op.New("give.list", http.MethodGet, "/gifts", op.Member, "List what you gave.", s.listGifts),
		op.New("give.returns", http.MethodGet, "/returns", op.Member, "List what came in.", s.listReturns),
		op.New("give.receive", http.MethodPost, "/returns", op.Member,
			"Note something that came in: a job, a tip, an introduction.", s.logReturn),
		op.New("give.show", http.MethodGet, "/gifts/{gift}", op.Member, "Show a gift or a return.",
			func(ctx context.Context, v op.Viewer, in GiftInput) (Gift, error) { return s.Get(ctx, v, in.Gift) }).
			With("", "gave give show ID"),
		op.New("give.remove", http.MethodDelete, "/gifts/{gift}", op.Member, "Forget a gift or a return.",
			func(ctx context.Context, v op.Viewer, in GiftInput) (op.None, error) {
				return op.None{}, s.Remove(ctx, v, in.Gift)
			}),
	}, append(append(s.commons(), s.effortlessOperation()), s.tracing()...)...)
}

// LogInput is a gift to note.
type LogInput struct {
	Body    string    `json:"body" arg:"1" doc:"what was given" maxLength:"2000"`
	To      []string  `json:"to,omitempty" doc:"to whom; nobody means everybody"`
	Kind    Kind      `json:"kind,omitempty" doc:"what sort of gift" enum:"knowledge,introduction,time,tip,resource,feedback,visibility,referral,other" default:"other"`
	Link    string    `json:"link,omitempty" doc:"an address that goes with it" maxLength:"2000"`
	Minutes int       `json:"minutes,omitempty" doc:"the effort it took" minimum:"0" maximum:"100000"`
	At      time.Time `json:"at,omitempty" doc:"the day; today when left out"`
}

// GiftInput names a gift.
type GiftInput struct {
	Gift id.ID `json:"gift" arg:"1" doc:"the id of the gift"`
}

// ListInput says how many to list.
type ListInput struct {
	Limit int `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
}

// ListOutput lists gifts or returns.
type ListOutput struct {
	Gifts []Gift `json:"gifts"`
}

func (s *Service) logGift(ctx context.Context, v op.Viewer, in LogInput) (GiftInput, error) {
	return s.log(ctx, v, in, Given)
}

func (s *Service) logReturn(ctx context.Context, v op.Viewer, in LogInput) (GiftInput, error) {
	return s.log(ctx, v, in, CameIn)
}

func (s *Service) log(ctx context.Context, v op.Viewer, in LogInput, direction Direction) (GiftInput, error) {
	g := Gift{Direction: direction, Kind: in.Kind, Body: in.Body, Link: in.Link, Minutes: in.Minutes, At: in.At}
	if g.At.IsZero() {
		g.At = v.Now
	}
	for _, to := range in.To {
		p, err := s.network.Resolve(ctx, v, to)
		if err != nil {
			return GiftInput{}, fault.About(err, "to")
		}
		g.People = append(g.People, network.Ref{ID: p.ID, Name: p.Name})
	}
	var key id.ID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		key, err = s.Add(ctx, tx, v, g)
		return err
	})
	return GiftInput{key}, err
}

func (s *Service) listGifts(ctx context.Context, v op.Viewer, in ListInput) (ListOutput, error) {
	list, err := s.List(ctx, v, Given, max(in.Limit, 1))
	return ListOutput{list}, err
}

func (s *Service) listReturns(ctx context.Context, v op.Viewer, in ListInput) (ListOutput, error) {
	list, err := s.List(ctx, v, CameIn, max(in.Limit, 1))
	return ListOutput{list}, err
}

// Text prints gifts, one on a line.
func (o ListOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, g := range o.Gifts {
		var names []string
		for _, r := range g.People {
			names = append(names, r.Name)
		}
		fmt.Fprintf(&b, "%s  %-12s %s  %s %s\n", g.At.In(p.Zone).Format(time.DateOnly), p.T(string(g.Kind)),
			strings.Join(names, ", "), g.Body, g.Link)
	}
	if len(o.Gifts) == 0 {
		b.WriteString(p.T("Nothing noted yet.") + "\n")
	}
	return b.String()
}
