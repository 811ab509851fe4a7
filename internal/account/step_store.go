package account

import (
	"context"
	"encoding/base32"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// stepRow is a second step as it is stored.
type stepRow struct {
	Secret []byte
	Since  int64
	Used   int64
}

func (s *Service) step(ctx context.Context, q db.Queryer, account id.ID) (row stepRow, there bool, err error) {
	rows, err := db.Select[stepRow](ctx, q, `select secret, since, used from second_step where account = $1`, account)
	if err != nil || len(rows) == 0 {
		return stepRow{}, false, err
	}
	return rows[0], true, nil
}

// secretOf reads the secret of an app as it is written.
func secretOf(text string) ([]byte, error) {
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return secret, nil
}

// keepStepSecret stores the secret of an app that waits to be confirmed.
func (s *Service) keepStepSecret(ctx context.Context, account id.ID, sealed []byte) error {
	n, err := db.Insert(ctx, s.db, "second_step", db.Row{
		"account": account, "secret": sealed, "since": 0, "used": 0,
	}, `on conflict (account) do update set secret = excluded.secret, since = 0 where second_step.since = 0`)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "A second step is asked for already.").WithHint("Take it off first.")
	}
	return err
}

// startStep has the codes of an app asked for, the first of which was used.
func startStep(ctx context.Context, tx *db.Tx, account id.ID, at, number int64) (int64, error) {
	return db.Exec(ctx, tx, `update second_step set since = $2, used = $3 where account = $1 and since = 0`,
		account, at, number)
}

// passkeyStep has a passkey asked for.
func passkeyStep(ctx context.Context, tx *db.Tx, account id.ID, at int64) error {
	_, err := db.Insert(ctx, tx, "second_step", db.Row{"account": account, "secret": []byte{}, "since": at, "used": 0},
		`on conflict (account) do update set secret = excluded.secret, since = excluded.since`)
	return err
}

func dropStep(ctx context.Context, tx *db.Tx, account id.ID) error {
	for _, statement := range []string{
		`delete from second_step where account = $1`, `delete from recovery_code where account = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, account); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

func replaceCodes(ctx context.Context, tx *db.Tx, account id.ID, digests [][]byte) error {
	if _, err := tx.ExecContext(ctx, `delete from recovery_code where account = $1`, account); err != nil {
		return db.Fault(err)
	}
	var values []any
	for _, digest := range digests {
		values = append(values, account, digest, int64(0))
	}
	return db.InsertMany(ctx, tx, `insert into recovery_code (account, code, used)`, 3, values, "")
}

func (s *Service) useRecovery(ctx context.Context, account id.ID, digest []byte) (int64, error) {
	return db.Exec(ctx, s.db, `update recovery_code set used = $3 where account = $1 and code = $2 and used = 0`,
		account, digest, s.Now().UnixMicro())
}

func (s *Service) useNumber(ctx context.Context, account id.ID, number int64) (int64, error) {
	return db.Exec(ctx, s.db, `update second_step set used = $2 where account = $1 and since > 0 and used < $2`,
		account, number)
}

// Step returns the second step of the viewer's account.
func (s *Service) Step(ctx context.Context, v op.Viewer) (StepInfo, error) {
	return s.stepInfo(ctx, s.db, v.Account)
}

func (s *Service) stepInfo(ctx context.Context, q db.Queryer, account id.ID) (StepInfo, error) {
	r, err := db.One[struct {
		Since, App, Codes, Passkeys int64
	}](ctx, q, `select coalesce((select since from second_step where account = a.id), 0) as since,
		(select count(*) from second_step t where t.account = a.id and t.since > 0 and length(t.secret) > 0) as app,
		(select count(*) from recovery_code c where c.account = a.id and c.used = 0) as codes,
		(select count(*) from passkey p where p.account = a.id) as passkeys
		from account a where a.id = $1`, account)
	return StepInfo{r.Since > 0, r.App > 0, db.Moment(r.Since), int(r.Codes), int(r.Passkeys)}, err
}

// isKnown says whether an account came in before from the browser of a visit.
func (s *Service) isKnown(ctx context.Context, account id.ID, v Visit) (bool, error) {
	n, err := db.Value[int](ctx, s.db, `select count(*) from familiar where account = $1 and name = $2 and seen > $3`,
		account, deviceName(v), s.Now().Add(-familiarLife).UnixMicro())
	return n > 0, err
}

func (s *Service) emailOf(ctx context.Context, q db.Queryer, account id.ID) (string, error) {
	return db.Value[string](ctx, q, `select email from account where id = $1`, account)
}

// The kinds of those who are on the way in.
const (
	enteringStep    = "step"    // the password was right; the second step is awaited
	enteringPasskey = "passkey" // a passkey is asked to sign in
	enteringNew     = "new"     // a passkey is being made
	enteringOpenID  = "openid"  // at a provider
	enteringJoin    = "join"    // at a provider, to connect the account
	enteringReset   = "reset"   // has a link by mail to set a password
	enteringLost    = "lost"    // has a link by mail to take the second step off
)

// enteringRow is somebody on the way in.
type enteringRow struct {
	Account id.ID
	State   string
}

// enter notes that somebody is on the way in, and returns the secret by which they are known.
func (s *Service) enter(
	ctx context.Context, q db.Queryer, kind string, account id.ID, state string, life time.Duration,
) (string, error) {
	secret, now := newSecret(), s.Now()
	if _, err := q.ExecContext(ctx, `delete from entering where expires < $1`, now.UnixMicro()); err != nil {
		return "", db.Fault(err)
	}
	_, err := db.Insert(ctx, q, "entering", db.Row{
		"token": id.Digest(secret), "kind": kind, "account": account, "state": state,
		"expires": now.Add(life).UnixMicro(),
	}, "")
	return secret, err
}

// onTheWay returns who is on the way in with a secret.
func (s *Service) onTheWay(ctx context.Context, kind, secret string) (row enteringRow, there bool, err error) {
	rows, err := db.Select[enteringRow](ctx, s.db, `select account, state from entering
		where token = $1 and kind = $2 and expires >= $3`, id.Digest(secret), kind, s.Now().UnixMicro())
	if err != nil || len(rows) == 0 {
		return enteringRow{}, false, err
	}
	return rows[0], true, nil
}

// arrive ends being on the way in; of two who do so at once, one did.
func (s *Service) arrive(ctx context.Context, q db.Queryer, secret string) (bool, error) {
	n, err := db.Exec(ctx, q, `delete from entering where token = $1`, id.Digest(secret))
	return n == 1, err
}

// dropEntering ends the ways of one kind on which an account is.
func dropEntering(ctx context.Context, q db.Queryer, account id.ID, kind string) error {
	_, err := q.ExecContext(ctx, `delete from entering where account = $1 and kind = $2`, account, kind)
	return db.Fault(err)
}
