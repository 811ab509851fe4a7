package account

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
)

// Visit is from where somebody comes in.
type Visit struct {
	From   string      // the network address
	Agent  string      // what the browser calls itself
	Device string      // the secret that the browser was given when somebody last signed in on it; empty for a new one
	Lang   locale.Lang // what its reader reads; empty when it does not say
}

// Entry is what a browser is given when somebody came in: the secrets of the session and of the browser itself. Where a
// second step is awaited there is no session yet, and Pending is the secret with which the browser goes on.
type Entry struct {
	Session, Device, Pending string
	// Nowhere says that the account belongs to no space any more.
	Nowhere bool
}

// familiarLife is how long a browser or a network stays known after it was last used.
const familiarLife = 180 * 24 * time.Hour

// network is the part of an address that one household or firm has to itself: all of IPv4, the first 64 bits of IPv6.
func (v Visit) network() string {
	address, err := netip.ParseAddr(v.From)
	if err != nil {
		return v.From
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		return netip.PrefixFrom(address, 64).Masked().String()
	}
	return address.String()
}

// area is the network as it is put in the trail: enough to tell home from elsewhere, not enough to name a house.
func (v Visit) area() string {
	address, err := netip.ParseAddr(v.From)
	if err != nil {
		return ""
	}
	bits := 24
	if address = address.Unmap().WithZone(""); address.Is6() {
		bits = 48
	}
	return netip.PrefixFrom(address, bits).Masked().String()
}

// bucket counts attempts under one name: so many at once, and one more after every interval.
type bucket struct {
	name     []byte
	burst    int64
	interval time.Duration
}

func named(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// The buckets of an attempt. Five wrong guesses at one account from one network are a person who forgot; a hundred at
// one account from everywhere are no person. So nobody elsewhere can shut out who comes from where the account is
// known, and many addresses together still get no further than a hundred guesses and twelve an hour.
func pairBucket(address string, v Visit) bucket {
	return bucket{named("pair", address, v.network()), 5, time.Minute}
}

func networkBucket(v Visit) bucket {
	return bucket{named("network", v.network()), 50, 15 * time.Second}
}

func accountBucket(address string) bucket {
	return bucket{named("account", address), 100, 5 * time.Minute}
}

func deviceBucket(v Visit) bucket { return bucket{named("device", v.Device), 10, time.Minute} }

func passwordBucket(account id.ID) bucket {
	return bucket{named("password", account.String()), 10, time.Minute}
}

// buckets returns what an attempt counts under, and whether it comes from a browser or a network that the account is
// known from.
func (s *Service) buckets(
	ctx context.Context, account id.ID, address string, v Visit,
) (list []bucket, known bool, err error) {
	seen, err := db.Values[[]byte](ctx, s.db, `select name from familiar
		where account = $1 and name in ($2, $3) and seen > $4 order by name`,
		account, deviceName(v), networkName(account, v), s.Now().Add(-familiarLife).UnixMicro())
	if err != nil {
		return nil, false, err
	}
	for _, name := range seen {
		if string(name) == string(deviceName(v)) {
			return []bucket{deviceBucket(v)}, true, nil
		}
	}
	if len(seen) > 0 {
		return []bucket{pairBucket(address, v)}, true, nil
	}
	// Always in this order, so that two attempts never wait for each other.
	return []bucket{pairBucket(address, v), networkBucket(v), accountBucket(address)}, false, nil
}

func deviceName(v Visit) []byte { return named("device", v.Device) }

func networkName(account id.ID, v Visit) []byte {
	return named("network", account.String(), v.network())
}

func refused() error {
	return fault.New(fault.TooMany, "Too many attempts.").WithHint("Wait a few minutes and try again.")
}

// spent refuses an attempt of which it is clear that take would. Reading waits for nobody: most of a flood ends here.
func (s *Service) spent(ctx context.Context, list ...bucket) error {
	now := s.Now().UnixMicro()
	for _, b := range list {
		clear, err := db.Values[int64](ctx, s.db, `select clear from throttle where name = $1`, b.name)
		if err != nil {
			return err
		}
		if len(clear) > 0 && clear[0]+b.interval.Microseconds() > now+b.burst*b.interval.Microseconds() {
			return refused()
		}
	}
	return nil
}

// take counts an attempt under all its names, before anything is done for it, or refuses it under all of them.
func (s *Service) take(ctx context.Context, list ...bucket) error {
	if err := s.spent(ctx, list...); err != nil {
		return err
	}
	now := s.Now().UnixMicro()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from throttle where clear < $1`,
			now-time.Hour.Microseconds()); err != nil {
			return db.Fault(err)
		}
		for _, b := range list {
			step := b.interval.Microseconds()
			n, err := db.Exec(ctx, tx, `insert into throttle (name, clear) values ($1, $2) on conflict (name) do update
				set clear = case when throttle.clear > $3 then throttle.clear else $3 end + $4
				where case when throttle.clear > $3 then throttle.clear else $3 end + $4 <= $5`,
				b.name, now+step, now, step, now+b.burst*step)
			if err != nil {
				return err
			}
			if n == 0 {
				return refused()
			}
		}
		return nil
	})
}

// Knock counts that a stranger on a network asks for something that costs room here, and refuses it when that network
// asked too often: twenty times at once, and once more every three minutes.
func (s *Service) Knock(ctx context.Context, what, from string) error {
	return s.take(ctx, bucket{named("knock", what, Visit{From: from}.network()), 20, 3 * time.Minute})
}

// giveBack undoes take for an attempt that was right.
func (s *Service) giveBack(ctx context.Context, q db.Queryer, list []bucket) error {
	for _, b := range list {
		if _, err := q.ExecContext(ctx, `update throttle set clear = clear - $2 where name = $1`,
			b.name, b.interval.Microseconds()); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// guess counts an attempt and looks at its password. It returns the buckets to be given back when the attempt leads to
// something.
func (s *Service) guess(ctx context.Context, account id.ID, address, hash, password string, v Visit) ([]bucket, error) {
	list, known, err := s.buckets(ctx, account, address, v)
	if err != nil {
		return nil, err
	}
	if err := s.spent(ctx, list...); err != nil {
		return nil, err
	}
	// Counted when its turn has come: a flood of those who are sent away writes nothing for which an honest sign-in
	// would wait.
	right, err := checkPassword(ctx, hash, password, known, func() error { return s.take(ctx, list...) })
	if err != nil { // nobody looked at it
		return nil, err
	}
	if !right {
		if err := s.noteFailure(context.WithoutCancel(ctx), account, v); err != nil {
			return nil, err
		}
		return nil, fault.New(fault.Unauthenticated, "The address or the password is wrong.")
	}
	return list, nil
}

// noteFailure puts a failed attempt at an account in the trail of its spaces.
func (s *Service) noteFailure(ctx context.Context, account id.ID, v Visit) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.auditAccount(ctx, tx, account, id.Zero, "signin.failed", v.area())
	})
}

// forgive lets who came in start afresh: mistakes on the way are not held against them or their network, and the
// browser is known from now on.
func (s *Service) forgive(
	ctx context.Context, tx *db.Tx, account id.ID, address string, v *Visit, list []bucket,
) error {
	if err := s.giveBack(ctx, tx, list); err != nil {
		return err
	}
	for _, b := range []bucket{pairBucket(address, *v), deviceBucket(*v)} {
		if _, err := tx.ExecContext(ctx, `delete from throttle where name = $1`, b.name); err != nil {
			return db.Fault(err)
		}
	}
	// A secret that we did not give out may be known to somebody else.
	given, err := db.Value[int](ctx, tx, `select count(*) from familiar where name = $1`, deviceName(*v))
	if err != nil {
		return err
	}
	if given == 0 {
		v.Device = newSecret()
	}
	now := s.Now()
	if _, err := tx.ExecContext(ctx, `delete from familiar where account = $1 and seen < $2`,
		account, now.Add(-familiarLife).UnixMicro()); err != nil {
		return db.Fault(err)
	}
	return db.InsertMany(ctx, tx, `insert into familiar (account, name, seen)`, 3, []any{
		account, deviceName(*v), now.UnixMicro(), account, networkName(account, *v), now.UnixMicro(),
	}, `on conflict (account, name) do update set seen = excluded.seen`)
}
