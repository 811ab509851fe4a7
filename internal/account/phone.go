package account

import (
	"context"
	"crypto/rand"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// typedLetters are those of a password that is typed on a device: none that looks like another.
const typedLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// typedSecret makes a password that can be typed on a device: six groups of four, some 118 bits.
func typedSecret() string { return typedWords(6) }

// typedWords makes so many groups of four letters, of some 20 bits each.
func typedWords(groups int) string {
	const each = 4
	var out strings.Builder
	for out.Len() < groups*(each+1)-1 {
		if out.Len()%(each+1) == each {
			out.WriteByte('-')
			continue
		}
		var one [1]byte
		rand.Read(one[:]) // never fails: see its documentation
		if most := 256 / len(typedLetters) * len(typedLetters); int(one[0]) < most {
			out.WriteByte(typedLetters[int(one[0])%len(typedLetters)])
		}
	}
	return out.String()
}

// plainSecret is a secret as its digest is made: of one that is typed, without what a keyboard made of it.
func plainSecret(secret string) string {
	if strings.HasPrefix(secret, tokenPrefix) {
		return secret
	}
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(secret))
}

// NewDevice makes the password with which a device reads and writes the viewer's contacts in this space, and nothing
// else, until it is revoked.
func (s *Service) NewDevice(ctx context.Context, v op.Viewer, name string) (Token, error) {
	return s.newToken(ctx, v, name, ScopeContacts, 0)
}

// NewCalendar makes the secret of the address of the viewer's calendar: who has it may read that calendar, and nothing
// else, until it is revoked.
func (s *Service) NewCalendar(ctx context.Context, v op.Viewer, name string) (Token, error) {
	return s.newToken(ctx, v, name, ScopeCalendar, 0)
}

// Calendar returns the viewer of the address of a calendar.
func (s *Service) Calendar(ctx context.Context, secret string) (op.Viewer, error) {
	return s.bearer(ctx, secret, ScopeCalendar)
}

// Device returns the viewer whose device gives a password. Wrong ones count for the network that they come from, as
// those of people who sign in do; then the fault is TooMany.
func (s *Service) Device(ctx context.Context, password string, from Visit) (op.Viewer, error) {
	v, err := s.bearer(ctx, password, ScopeContacts)
	if fault.CodeOf(err) != fault.Unauthenticated {
		return v, err
	}
	if limited := s.take(ctx, networkBucket(from)); limited != nil {
		return op.Viewer{}, limited
	}
	return op.Viewer{}, fault.New(fault.Unauthenticated, "This password is unknown or was revoked.").
		WithHint("Make a new one under Phone and calendar.")
}

// SpaceName returns what the viewer's space is called; empty when it has no name.
func (s *Service) SpaceName(ctx context.Context, v op.Viewer) (string, error) {
	return db.Value[string](ctx, s.db, `select name from space where id = $1`, v.Space)
}
