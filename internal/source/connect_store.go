package source

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// signinRow is a member who is at a provider, as it is stored.
type signinRow struct {
	Space, ID, Owner  id.ID
	Session, Provider string
	Source            id.ID
	Username, Back    string
	Secret            []byte
	Expires           int64
}

// keyOf is what stands of the secret with which a browser comes back.
func keyOf(state string) id.ID { return id.ID(id.Digest(state)[:len(id.Zero)]) }

// addSignin notes that a member went to a provider. Those of theirs that took too long go, and so does the oldest of
// many.
func (s *Service) addSignin(ctx context.Context, r signinRow, now int64) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `delete from source_signin where space = $1 and expires < $2`, r.Space,
			now); err != nil {
			return err
		}
		open, err := db.Values[id.ID](ctx, tx, `select id from source_signin where space = $1 and owner = $2
			order by expires desc, id`, r.Space, r.Owner)
		if err != nil {
			return err
		}
		for i, key := range open {
			if i+1 < mostSignins {
				continue
			}
			if _, err := db.Exec(ctx, tx, `delete from source_signin where space = $1 and id = $2`, r.Space,
				key); err != nil {
				return err
			}
		}
		_, err = db.Insert(ctx, tx, "source_signin", db.Row{
			"space": r.Space, "id": r.ID, "owner": r.Owner, "session": r.Session, "provider": r.Provider,
			"source": r.Source, "username": r.Username, "back": r.Back, "secret": r.Secret, "expires": r.Expires,
		}, "")
		return err
	})
}

// signin returns the sign-in of a member by its key; nil when there is none any more.
func (s *Service) signin(ctx context.Context, space, owner, key id.ID, now int64) (*signinRow, error) {
	found, err := db.Select[signinRow](ctx, s.db, `select space, id, owner, session, provider, source, username, back,
		secret, expires from source_signin where space = $1 and owner = $2 and id = $3 and expires >= $4`,
		space, owner, key, now)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// endSignin ends a sign-in; of two who do so at once, one did.
func (s *Service) endSignin(ctx context.Context, r signinRow) (bool, error) {
	n, err := db.Exec(ctx, s.db, `delete from source_signin where space = $1 and id = $2`, r.Space, r.ID)
	return n == 1, err
}

// keepToken keeps a token that was renewed, unless its owner signed in once more meanwhile.
func (s *Service) keepToken(ctx context.Context, r *row, sealed []byte) error {
	n, err := db.Exec(ctx, s.db, `update source set secret = $4 where space = $1 and id = $2 and secret = $3`,
		r.Space, r.ID, r.Secret, sealed)
	if err == nil && n > 0 {
		r.Secret = sealed
	}
	return err
}

// connectedBefore is the source of a member for a mailbox at a provider; zero when there is none.
func (s *Service) connectedBefore(ctx context.Context, r row) (id.ID, error) {
	found, err := s.rows(ctx, s.db, `space = $1 and owner = $2 and provider = $3 and ending = 0 order by id`, r.Space,
		r.Owner, r.Provider)
	for _, one := range found {
		if strings.EqualFold(one.Username, r.Username) {
			return one.ID, nil
		}
	}
	return id.Zero, err
}

// count is how many sources the viewer has.
func (s *Service) count(ctx context.Context, v op.Viewer) (int, error) {
	return db.Value[int](ctx, s.db, `select count(*) from source where space = $1 and owner = $2 and ending = 0`, v.Space,
		v.Member)
}

// dropSignins ends the sign-ins of a member.
func (s *Service) dropSignins(ctx context.Context, space, member id.ID) error {
	_, err := db.Exec(ctx, s.db, `delete from source_signin where space = $1 and owner = $2`, space, member)
	return err
}
