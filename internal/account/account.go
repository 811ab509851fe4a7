// Package account knows who may come in: accounts, spaces, the members of spaces with their roles, sign-in, sessions,
// tokens and invitations.
package account

import (
	"context"
	"sync"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Service is what can be done with accounts.
type Service struct {
	db *db.DB
	// Now returns the present; tests set it.
	Now    func() time.Time
	export Export
	// exportOwn is for who is a member no more.
	exportOwn Export
	leave     []Leave
	lock      []Lock
	inside    Assistants
	mail      Mail
	seat      Seat
	sealer    Sealer
	provider  *provider
	behind    sync.WaitGroup // of letters that strangers asked for
}

// Leave forgets, within the transaction that ends a membership, what is of use to that member alone.
type Leave func(ctx context.Context, space, member id.ID) error

// OnLeave has something done when a membership ends; once, when the program is built.
func (s *Service) OnLeave(leave Leave) { s.leave = append(s.leave, leave) }

// Lock ends, within the transaction that gives an account a new password, what opens something for these members of it:
// whoever knew the old password may have made it.
type Lock func(ctx context.Context, q db.Queryer, members []id.ID) error

// OnLock has something done when an account gets a new password; once, when the program is built.
func (s *Service) OnLock(lock Lock) { s.lock = append(s.lock, lock) }

// locked does what is to be done when an account gets a new password.
func (s *Service) locked(ctx context.Context, tx *db.Tx, account id.ID) error {
	members, err := db.Values[id.ID](ctx, tx, `select id from member where account = $1 order by id`, account)
	if err != nil {
		return err
	}
	for _, lock := range s.lock {
		if err := lock(ctx, tx, members); err != nil {
			return err
		}
	}
	return nil
}

// NewService returns the service on a database.
func NewService(d *db.DB) *Service { return &Service{db: d, Now: time.Now} }

// memberRow is a member with what makes a viewer of them.
type memberRow struct {
	ID       id.ID
	Space    id.ID
	Account  id.ID
	Role     int
	Person   id.ID
	Language string
	Zone     string
}

const memberColumns = `m.id, m.space, m.account, m.role, m.person, a.language, a.zone`

func (s *Service) viewer(m memberRow) op.Viewer {
	zone, err := time.LoadLocation(m.Zone)
	if err != nil || m.Zone == "" {
		zone = time.Local
	}
	return op.Viewer{
		Space: m.Space, Account: m.Account, Member: m.ID, Person: m.Person, Role: op.Role(m.Role),
		Lang: locale.Lang(m.Language), Zone: zone, Now: s.Now(),
	}
}

// Local returns the owner of the data directory, for the command line. The first call on an empty database makes a
// space and its owner, who has no password: whoever can read the files is the owner.
func (s *Service) Local(ctx context.Context, lang locale.Lang) (op.Viewer, error) {
	// Nearly always the owner is there: then this only reads, and waits for nobody who writes.
	if rows, err := firstOwner(ctx, s.db); err != nil || len(rows) > 0 {
		if err != nil {
			return op.Viewer{}, err
		}
		return s.viewer(rows[0]), nil
	}
	var found op.Viewer
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		rows, err := firstOwner(ctx, tx)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			found = s.viewer(rows[0])
			return nil
		}
		at := s.Now().UnixMicro()
		m := memberRow{ID: id.New(), Space: id.New(), Account: id.New(), Role: int(op.Owner), Language: string(lang)}
		for _, insert := range []struct {
			table string
			row   db.Row
		}{
			{"account", db.Row{
				"id": m.Account, "email": "", "name": "", "password": "", "language": m.Language, "zone": "",
				"created": at,
			}},
			{"space", db.Row{"id": m.Space, "name": "", "purpose": "professional", "created": at}},
			{"member", db.Row{
				"id": m.ID, "space": m.Space, "account": m.Account, "role": m.Role, "person": id.Zero, "joined": at,
				"ended": 0,
			}},
		} {
			if _, err := db.Insert(ctx, tx, insert.table, insert.row, ""); err != nil {
				return err
			}
		}
		found = s.viewer(m)
		return nil
	})
	return found, err
}

func firstOwner(ctx context.Context, q db.Queryer) ([]memberRow, error) {
	return db.Select[memberRow](ctx, q, `select `+memberColumns+` from member m join account a on a.id = m.account
		where m.role = 3 and m.ended = 0 order by m.joined, m.id limit 1`)
}

// ViewerOf returns the viewer that a member is.
func (s *Service) ViewerOf(ctx context.Context, space, member id.ID) (op.Viewer, error) {
	m, err := db.One[memberRow](ctx, s.db, `select `+memberColumns+` from member m join account a on a.id = m.account
		where m.space = $1 and m.id = $2 and m.ended = 0`, space, member)
	if err != nil {
		return op.Viewer{}, err
	}
	return s.viewer(m), nil
}

// SetPerson records who in the network a member is.
func (s *Service) SetPerson(ctx context.Context, v op.Viewer, person id.ID) error {
	return db.Found(db.Exec(ctx, s.db, `update member set person = $3 where space = $1 and id = $2`,
		v.Space, v.Member, person))
}
