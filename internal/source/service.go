package source

import (
	"context"
	"crypto/x509"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/intake/read"
	"gave.network/internal/job"
	"gave.network/internal/op"
	"gave.network/internal/source/oauth"
)

// Sealer seals what is kept for one member alone, with a key that is not in the database.
type Sealer interface {
	Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error)
	Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool)
}

// Viewer says who a member is, with the present moment.
type Viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error)

// Service is what can be done with sources.
type Service struct {
	db     *db.DB
	intake *intake.Service
	sealer Sealer
	viewer Viewer
	woken  chan struct{}
	domain string // at which mail comes in; empty when none does
	own    func(ctx context.Context, v op.Viewer) (string, error)

	base      string // to which browsers come back from providers when a command began; empty when nobody said it
	providers []*oauth.Provider

	trusted func(at netip.AddrPort) bool
	// Roots are those whose certificates count; nil for those of the machine. Tests set them.
	Roots *x509.CertPool
	// Most is how many cards and events, or mails, one reading takes in. Tests set it.
	Most int
	// Rest is how long a mailbox that tells by itself of what comes in is left alone after it was read: many mails at
	// once are one reading. Tests set it.
	Rest time.Duration
	// Patience is how long a server may stand still; tests set it.
	Patience time.Duration
}

// NewService returns the service.
func NewService(d *db.DB, in *intake.Service, sealer Sealer, viewer Viewer) *Service {
	return &Service{
		db: d, intake: in, sealer: sealer, viewer: viewer, woken: make(chan struct{}, 1), Patience: 30 * time.Second,
		Rest: time.Minute, Most: mostItems,
	}
}

// Trust says in which networks servers may lie, besides the public internet.
func (s *Service) Trust(networks []netip.Prefix) {
	s.trusted = nil
	if len(networks) > 0 {
		s.trusted = func(at netip.AddrPort) bool {
			return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(at.Addr()) })
		}
	}
}

func (s *Service) server(certificate string) *fetch.Server {
	return &fetch.Server{Trusted: s.trusted, Roots: s.Roots, Step: s.Patience, Certificate: certificate}
}

const (
	// mostItems is how many cards and events, or mails, one reading takes in.
	mostItems = 20_000
	// mostSources is how many a member may have.
	mostSources = 20
	// purpose is what passwords are sealed for.
	purpose = "source"
)

// Way is how a source is read.
type Way string

// The ways in which sources are read.
const (
	Book Way = "dav"  // address books and calendars by CardDAV and CalDAV
	Mail Way = "mail" // mailboxes by IMAP
	// Forward is an address to which the member passes mails on.
	Forward Way = "forward"
)

// Box is what a source holds: an address book, a calendar or a mailbox.
type Box struct {
	ID   id.ID  `json:"id"`
	Kind string `json:"kind" doc:"contacts, events or mail"`
	Name string `json:"name"`
	Read bool   `json:"read" doc:"it is read"`
}

// The kinds of boxes.
const (
	boxContacts = "contacts"
	boxEvents   = "events"
	boxMail     = "mail"
)

// Source is a source as its owner sees it.
type Source struct {
	ID       id.ID      `json:"id"`
	Kind     Way        `json:"kind" doc:"mail, dav for address books and calendars, or forward for mails that you pass on"`
	Name     string     `json:"name"`
	Address  string     `json:"address" doc:"the server; of mails that you pass on, where you send them"`
	User     string     `json:"user" doc:"whom you sign in as there"`
	Provider string     `json:"provider,omitempty" doc:"at which provider you signed in for it; none with a password"`
	Import   id.ID      `json:"import" doc:"the import that holds what came in"`
	Boxes    []Box      `json:"boxes,omitempty" doc:"its mailboxes, address books and calendars"`
	Reading  bool       `json:"reading" doc:"it is being read now"`
	Done     int64      `json:"done" doc:"how much of what is new was fetched; of that reading"`
	Whole    int64      `json:"whole" doc:"and how much that is"`
	Asked    *time.Time `json:"asked" doc:"when the server was last asked; null for never"`
	Came     *time.Time `json:"came" doc:"when that last went well"`
	Next     *time.Time `json:"next" doc:"when it is asked again; null when it waits for you"`
	Trouble  string     `json:"trouble,omitempty" doc:"why it cannot be read"`
	People   int64      `json:"people" doc:"people that the last reading with something new added"`
	Contacts int64      `json:"contacts" doc:"and meetings and mails"`
	News     *time.Time `json:"news" doc:"when that was"`

	way string // the key of the provider
}

func unknown() error { return fault.New(fault.NotFound, "There is no such source.") }

func (s *Service) shown(v op.Viewer, r row, now time.Time) Source {
	out := Source{
		ID: r.ID, Kind: Way(r.Kind), Name: r.Name, Address: r.Address, User: r.Username, Import: r.Import,
		Reading: !r.Free(now) || r.Worker == job.Worker && r.Claimed >= job.Stale(now), Done: r.Done, Whole: r.Whole,
		Asked: db.Moment(r.Looked), Came: db.Moment(r.Came), Trouble: read.ReasonFor(v.Printer(), r.Trouble),
		People: r.People, Contacts: r.Contacts, News: db.Moment(r.News), Provider: r.Provider, way: r.Provider,
	}
	if p := oauth.Find(s.providers, r.Provider); p != nil {
		out.Provider = p.Name
	}
	if r.Due < never {
		out.Next = db.Moment(max(r.Due, 1))
	}
	return out
}

// List returns the sources of the viewer, the first first.
func (s *Service) List(ctx context.Context, v op.Viewer) ([]Source, error) {
	found, err := s.rows(ctx, s.db, `space = $1 and owner = $2 and ending = 0 order by id`, v.Space, v.Member)
	if err != nil {
		return nil, err
	}
	now, err := s.db.Clock(ctx)
	out := make([]Source, len(found))
	for i, r := range found {
		out[i] = s.shown(v, s.addressed(r), now)
	}
	return out, err
}

// Line says how it stands with the sources of the viewer; empty when there are none.
func (s *Service) Line(ctx context.Context, v op.Viewer) (string, error) {
	list, err := s.List(ctx, v)
	if err != nil || len(list) == 0 {
		return "", err
	}
	for _, x := range list {
		switch {
		case x.Next == nil:
			return v.Printer().T("%s is not read any more: it waits for you.", x.Name), nil
		case x.Trouble != "":
			return v.Printer().T("%s cannot be read just now.", x.Name), nil
		}
	}
	return v.Printer().T("%d sources are read along.", len(list)), nil
}

// Show returns a source of the viewer with what it holds.
func (s *Service) Show(ctx context.Context, v op.Viewer, key id.ID) (Source, error) {
	r, err := s.one(ctx, v, key)
	if err == nil && r.Ending > 0 {
		err = unknown()
	}
	if err != nil {
		return Source{}, err
	}
	now, err := s.db.Clock(ctx)
	if err != nil {
		return Source{}, err
	}
	out := s.shown(v, s.addressed(r), now)
	boxes, err := s.boxes(ctx, s.db, r)
	for _, b := range boxes {
		out.Boxes = append(out.Boxes, Box{b.ID, b.Kind, b.Name, b.Chosen > 0})
	}
	return out, err
}

// Add signs in to a server, finds what it holds, and has that read from now on.
func (s *Service) Add(ctx context.Context, v op.Viewer, in AddInput) (id.ID, error) {
	in.Address, in.User = strings.TrimSpace(in.Address), strings.TrimSpace(in.User)
	if in.User == "" && strings.Contains(in.Address, "@") {
		in.User = in.Address
	}
	switch {
	case in.User == "":
		return id.Zero, fault.New(fault.Invalid, "Say as whom you sign in there.").WithField("user")
	case in.Password == "":
		return id.Zero, fault.New(fault.Invalid, "Without a password it cannot be read.").WithField("password")
	}
	n, err := s.rows(ctx, s.db, `space = $1 and owner = $2 and ending = 0 order by id`, v.Space, v.Member)
	if err != nil {
		return id.Zero, err
	}
	if len(n) >= mostSources {
		return id.Zero, tooMany(mostSources)
	}
	for _, r := range n {
		if in.Kind != Forward && r.Kind == string(in.Kind) && r.Address == in.Address && r.Username == in.User {
			return id.Zero, fault.New(fault.Conflict, "This source is there already.")
		}
	}
	sealed, err := s.sealer.Seal(v.Space, v.Member, purpose, []byte(in.Password))
	if err != nil {
		return id.Zero, err
	}
	r := row{
		Space: v.Space, ID: id.New(), Owner: v.Member, Kind: string(in.Kind), Name: in.User, Address: in.Address,
		Username: in.User, Secret: sealed, Created: v.Now.UnixMicro(),
	}
	x := &reading{s: s, v: v, r: &r, password: in.Password, server: s.server("")}
	key, err := s.begins(ctx, x)
	return key, typed(err)
}

func tooMany(n int) error {
	return fault.New(fault.Conflict, "You have %d sources already; no more are read.", n)
}

// begins finds what a new source holds, and has it read from now on.
func (s *Service) begins(ctx context.Context, x *reading) (id.ID, error) {
	finding, stop := context.WithTimeout(ctx, 2*time.Minute) // somebody waits
	defer stop()
	boxes, err := x.find(finding)
	if err != nil {
		return id.Zero, err
	}
	var me []string
	if strings.Contains(x.r.Username, "@") {
		me = []string{x.r.Username}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if x.r.Import, err = s.intake.OpenFeed(ctx, tx, x.v, me); err != nil {
			return err
		}
		x.r.Certificate = x.server.Certificate
		if err := addRow(ctx, tx, *x.r); err != nil {
			return err
		}
		for _, b := range boxes {
			if err := addBox(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return x.r.ID, err
}

// typed says of a server that cannot be read that it may be mistyped.
func typed(err error) error {
	var known *fault.Error
	if !errors.As(err, &known) || known.Code == fault.Internal {
		return err
	}
	said := *known
	said.Code = fault.Invalid
	field := "address"
	if wrongPassword(err) {
		field = "password"
	}
	return fault.About(&said, field)
}

// Change stores another password, or which boxes are read, and has the source read soon.
func (s *Service) Change(ctx context.Context, v op.Viewer, in ChangeInput) error {
	r, err := s.one(ctx, v, in.Source)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		set := db.Row{"due": v.Now.UnixMicro(), "tries": 0}
		if in.Password != "" && r.Provider != "" {
			return fault.New(fault.Invalid,
				"This mailbox is read with what its provider gave: sign in there once more.").WithField("password")
		}
		if in.Password != "" {
			if set["secret"], err = s.sealer.Seal(v.Space, v.Member, purpose, []byte(in.Password)); err != nil {
				return err
			}
		}
		if _, err := db.Update(ctx, tx, "source", set, `space = $1 and id = $2`, r.Space, r.ID); err != nil {
			return err
		}
		for _, one := range []struct {
			list   []id.ID
			chosen int
		}{{in.Read, 1}, {in.Leave, 0}} {
			for _, b := range one.list {
				if err := db.Found(db.Exec(ctx, tx, `update source_box set chosen = $4
					where space = $1 and source = $2 and id = $3`, r.Space, r.ID, b, one.chosen)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Hurry has a source read as soon as a worker can.
func (s *Service) Hurry(ctx context.Context, v op.Viewer, key id.ID) error {
	r, err := s.one(ctx, v, key)
	if err != nil {
		return err
	}
	_, err = db.Update(ctx, s.db, "source", db.Row{"due": v.Now.UnixMicro(), "tries": 0},
		`space = $1 and id = $2`, r.Space, r.ID)
	s.Wake()
	return err
}

// Remove ends a source. What it brought stays, or goes along. Who reads it just now stops at the next sign of life, and
// a worker does the rest.
func (s *Service) Remove(ctx context.Context, v op.Viewer, key id.ID, along bool) error {
	r, err := s.one(ctx, v, key)
	if err != nil {
		return err
	}
	now, err := s.db.Clock(ctx)
	if err != nil {
		return err
	}
	ending := 1
	if along {
		ending = 2
	}
	set := db.Row{"ending": ending, "due": now.UnixMicro()}
	free := r.Free(now)
	if !free {
		set["worker"] = ""
	}
	if _, err := db.Update(ctx, s.db, "source", set, `space = $1 and id = $2`, r.Space, r.ID); err != nil {
		return err
	}
	if free {
		if err := s.read(ctx, r); err != nil && fault.CodeOf(err) != fault.Conflict {
			return err
		}
	}
	s.Wake()
	return nil
}

// Wake lets the worker look at once.
func (s *Service) Wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}
