// Package link makes links by which something is done without signing in: a secret of which only the digest is kept,
// what it is for, in whose name, and until when. A GET of a link changes nothing, as mail programs look at links before
// people do.
package link

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/room"
)

// Link is a link as it is kept.
type Link struct {
	Space, ID, Owner, Person id.ID
	Kind, About              string
	Created, Expires, Used   int64
	digest                   []byte
}

// Unknown is what is said of a link that nobody made, or that ended.
const Unknown = "This link is not known, or it was taken back."

// Table says what is kept of links.
func Table() room.Table {
	return room.Of("link", "links").Secret("digest").Key("id").Owner("owner").Plain("kind").Words("about").
		Person("person", room.Goes).Plain("created", "expires", "used").
		Withheld("links are keys of this installation")
}

// New makes a link that works for some time, and returns its secret, which is told this once.
func New(ctx context.Context, q db.Queryer, l Link, now time.Time, life time.Duration) (string, error) {
	secret := id.NewSecret(24)
	_, err := db.Insert(ctx, q, "link", db.Row{
		"digest": id.Digest(secret), "space": l.Space, "id": id.New(), "owner": l.Owner, "kind": l.Kind,
		"about": l.About, "person": l.Person, "created": now.UnixMicro(), "expires": now.Add(life).UnixMicro(),
		"used": 0,
	}, "")
	return secret, err
}

// Find returns the link of a secret, also one that was used.
func Find(ctx context.Context, q db.Queryer, kind, secret string, now time.Time) (Link, error) {
	if secret == "" || len(secret) > 100 {
		return Link{}, fault.New(fault.NotFound, Unknown)
	}
	return FindDigest(ctx, q, kind, id.Digest(secret), now)
}

// FindDigest is [Find] by the digest of the secret.
func FindDigest(ctx context.Context, q db.Queryer, kind string, digest []byte, now time.Time) (Link, error) {
	l, err := db.One[Link](ctx, q, `select space, id, owner, person, kind, about, created, expires, used from link
		where digest = $1 and kind = $2`, digest, kind)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return Link{}, fault.New(fault.NotFound, Unknown)
	case err == nil && l.Expires <= now.UnixMicro():
		return Link{}, fault.New(fault.Conflict, "This link has expired.")
	}
	l.digest = digest
	return l, err
}

// Use notes that a link was used, and says whether this was the first time.
func Use(ctx context.Context, q db.Queryer, l Link, now time.Time) (bool, error) {
	n, err := db.Exec(ctx, q, `update link set used = $2 where digest = $1 and used = 0`, l.digest, now.UnixMicro())
	return n > 0, err
}

// End ends the links about something.
func End(ctx context.Context, q db.Queryer, space id.ID, kind, about string) error {
	_, err := db.Exec(ctx, q, `delete from link where space = $1 and kind = $2 and about = $3`, space, kind, about)
	return err
}

// Sweep removes the links that expired. It looks first: nearly always there is nothing to write.
func Sweep(ctx context.Context, q db.Queryer, now time.Time) error {
	n, err := db.Value[int](ctx, q, `select count(*) from link where expires <= $1`, now.UnixMicro())
	if err != nil || n == 0 {
		return err
	}
	_, err = db.Exec(ctx, q, `delete from link where expires <= $1`, now.UnixMicro())
	return err
}
