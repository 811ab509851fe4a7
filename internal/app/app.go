// Package app builds the whole of Gave once, for the binary and for tests alike.
package app

import (
	"context"
	"io"
	"path/filepath"

	"gave.network/internal/account"
	"gave.network/internal/ask"
	"gave.network/internal/capture"
	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/duties"
	"gave.network/internal/give"
	"gave.network/internal/goodwill"
	"gave.network/internal/help"
	"gave.network/internal/horizon"
	"gave.network/internal/id"
	"gave.network/internal/inbox"
	"gave.network/internal/intake"
	"gave.network/internal/mailing"
	"gave.network/internal/mailing/incoming"
	"gave.network/internal/news"
	"gave.network/internal/oauth"
	"gave.network/internal/once"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/people/identity"
	"gave.network/internal/people/peopleweb"
	"gave.network/internal/phone"
	"gave.network/internal/power"
	"gave.network/internal/praise"
	"gave.network/internal/room"
	"gave.network/internal/search"
	"gave.network/internal/source"
	"gave.network/internal/today"
	"gave.network/internal/webhook"
)

// Config says where the data is.
type Config struct {
	Data     string // directory of the SQLite database and of uploads
	Database string // address of a PostgreSQL; empty for SQLite in Data
}

// Address is where the database is.
func (c Config) Address() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, db.FileName)
}

// App is Gave with its database open.
type App struct {
	Config     Config
	DB         *db.DB
	Account    *account.Service
	Network    *people.Store
	Identity   *identity.Service
	Erase      *erase.Service
	Intake     *intake.Service
	Give       *give.Service
	Ask        *ask.Service
	Goodwill   *goodwill.Service
	Praise     *praise.Service
	Colleagues *colleagues.Service
	Horizon    *horizon.Service
	Power      *power.Service
	Capture    *capture.Service
	Today      *today.Service
	Inbox      *inbox.Service
	Mailing    *mailing.Service
	Source     *source.Service
	Phone      *phone.Service
	Duties     *duties.Service
	Webhook    *webhook.Service
	News       *news.Service
	OAuth      *oauth.Service
	// Answers is the mailbox that is read for answers; nil for none.
	Answers *incoming.Mailbox
	// Receiver takes mail in by SMTP; nil for none.
	Receiver *incoming.Receiver
	// Rooms are all parts, in an order in which what rows belong to comes first. It is the only list of them.
	Rooms      []room.Room
	Operations *op.Registry
}

// Open opens the database and builds the services on it.
func Open(ctx context.Context, config Config) (*App, error) {
	db.TightenHome(config.Data) // uploads and shared files lie there beside a PostgreSQL too
	d, err := db.Open(ctx, config.Address())
	if err != nil {
		return nil, err
	}
	return build(config, d), nil
}

// Registry returns the operations without a database, for help and completion.
func Registry() *op.Registry { return build(Config{}, nil).Operations }

// Rooms returns the rooms without a database, for what they say of themselves.
func Rooms() []room.Room { return build(Config{}, nil).Rooms }

func build(config Config, d *db.DB) *App {
	a := &App{
		Config: config, DB: d, Account: account.NewService(d), Network: people.NewStore(d), Operations: &op.Registry{},
	}
	a.Identity, a.Erase = identity.NewService(a.Network), erase.NewService(a.Network)
	a.Intake = intake.NewService(d, a.Network, a.Identity, filepath.Join(config.Data, "uploads"), a.setPerson,
		a.mail)
	a.Give = give.NewService(d, a.Network, filepath.Join(config.Data, give.FolderName))
	a.Praise = praise.NewService(d, a.Network, a.deeds, a.Give.Gave, a.parts)
	a.Goodwill = goodwill.NewService(d, a.Network, a.Give, a.Praise)
	a.Give.Hear(a.Goodwill.Wishes)
	a.Give.Weigh(a.Goodwill.Chances)
	given, cared, praised := room.Source(a.Give.Knowledge).Tactful(), room.Source(a.Goodwill.Knowledge).Tactful(),
		room.Source(a.Praise.Knowledge).Tactful()
	a.Ask = ask.NewService(d, a.Network, a.thank, a.Goodwill.Favours, ask.Sources{
		Tables: []string{"gift", "gift_person", "fact", "praise", "statement"},
		Each:   []room.Source{given, cared, praised}, Willing: a.Goodwill.Willing,
	})
	a.Colleagues = colleagues.NewService(d, a.Network, given, cared)
	a.Colleagues.InCompany(a.Account)
	a.Colleagues.KeyIn(config.Data)
	a.Horizon = horizon.NewService(d, a.Network)
	a.Horizon.Sealed(a.Colleagues)
	a.Account.SealBy(a.Colleagues)
	a.Account.OnLeave(a.Horizon.Leave)
	a.Account.OnLeave(a.Network.StopSharing)
	a.Power = power.NewService(d, a.Network)
	a.Power.Hear(a.askings, a.travels)
	a.Power.Chart(a.Colleagues.Standings)
	a.Horizon.Chart(a.Colleagues.Standings)
	a.Ask.Weigh(a.Goodwill.Chances)
	a.Horizon.Weigh(a.Goodwill.Chances)
	a.Horizon.Hear(praised, cared)
	a.Capture = capture.NewService(d, a.Network, a.Give, a.Goodwill, a.Praise, a.setPerson)
	a.Today = today.NewService(d, a.Network.SettleToRead, a.Account.Feed, a.Network.Deceased, a.Network.ReachOf)
	a.Inbox = inbox.NewService(d, a.Network)
	a.Mailing = mailing.NewService(d, a.Account, a.Inbox, a.Today, a.Network.ReachOf)
	a.Mailing.NamedBy(func(ctx context.Context, space id.ID, people []id.ID) (map[id.ID]string, error) {
		return a.Network.Names(ctx, a.DB, space, people)
	})
	a.Account.OnLeave(a.Mailing.Leave)
	a.Source = source.NewService(d, a.Intake, a.Colleagues, a.Account.ViewerOf)
	a.Source.OwnBy(a.mail)
	a.Account.OnLeave(a.Source.Leave)
	a.Intake.SourcesBy(a.Source.Line)
	a.Phone = phone.NewService(d, a.Network, a.Account, phone.Hears{
		Lines: a.Goodwill.Lines, Again: a.again, Today: a.Today.Today,
	})
	a.Account.OnLeave(a.Phone.Leave)
	a.Duties = duties.NewService(d, a.Network, a.Erase, duties.Hears{Space: a.answering, Export: a.Export})
	a.Account.OnLeave(a.Duties.Leave)
	a.Duties.DeliverBy(a.Inbox)
	a.News = news.NewService(d, a.Network)
	a.Account.OnLeave(a.News.Leave)
	a.Webhook = webhook.NewService(d, a.Colleagues)
	a.Account.OnLeave(a.Webhook.Leave)
	a.Inbox.Tell(a.Webhook.Note)
	a.OAuth = oauth.NewService(d, a.Account, a.Colleagues)
	a.Account.OnLeave(a.OAuth.Leave)
	a.Account.OnLock(a.OAuth.EndAll)
	a.Account.AssistantsBy(a.OAuth.List)
	a.Praise.DeliverBy(a.Inbox)
	a.Ask.DeliverBy(a.Inbox)
	a.Ask.CreditBy(a.introduced)
	seek := search.NewService()
	a.Rooms = []room.Room{
		a.Account.Room(), a.Today.Room(), a.Inbox.Room(), a.Mailing.Room(), a.Capture.Room(),
		peopleweb.Room(a.Network, a.Export), a.Identity.Room(),
		a.Erase.Room(), a.Intake.Room(), a.Source.Room(), a.Give.Room(), a.Praise.Room(), a.Ask.Room(),
		a.Goodwill.Room(), a.News.Room(), a.Colleagues.Room(), a.Horizon.Room(), a.Power.Room(), a.Phone.Room(),
		a.Duties.Room(), a.Webhook.Room(), a.OAuth.Room(), help.Room(), seek.Room(),
	}
	if d != nil {
		a.Operations.WriteWith(once.New(d))
	}
	a.Network.OnTrail(a.Account.Record)
	a.Account.SeatBy(a.seat)
	a.Network.SetRooms(a.Rooms)
	a.Today.SetRooms(a.Rooms, a.Operations)
	a.Inbox.SetRooms(a.Rooms)
	a.Mailing.SetRooms(a.Rooms)
	seek.SetRooms(a.Rooms)
	a.Intake.ReadExports(IsExport, a.ReadBack)
	a.Account.Exports(func(ctx context.Context, v op.Viewer, w io.Writer) error { return a.Export(ctx, v, w, "") })
	a.Account.ExportsOwn(a.exportOwn)
	a.Operations.Group(room.Principles(a.Rooms)...)
	for _, r := range a.Rooms {
		a.Operations.Add(r.Operations...)
		for _, version := range r.Versions {
			a.Operations.Versions(version.Field, version.Of, version.Operations...)
		}
	}
	return a
}

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }
