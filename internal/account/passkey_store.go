package account

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// passkeyRow is a passkey as it is stored.
type passkeyRow struct {
	ID         id.ID
	Account    id.ID
	Credential []byte
	Name       string
	Host       string
	State      string
	Created    int64
	Used       int64
	Copied     int64
}

func (s *Service) passkeyRows(ctx context.Context, account id.ID) ([]passkeyRow, error) {
	return db.Select[passkeyRow](ctx, s.db, `select id, account, credential, name, host, state, created, used, copied
		from passkey where account = $1 order by created, id`, account)
}

// holder returns an account with its passkeys for a host; for all hosts when it is empty.
func (s *Service) holder(ctx context.Context, account id.ID, host string) (passkeyHolder, error) {
	out := passkeyHolder{keys: map[string]passkeyRow{}}
	var err error
	if out.account, err = s.accountOf(ctx, account); err != nil {
		return out, err
	}
	rows, err := s.passkeyRows(ctx, account)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		if host != "" && r.Host != host {
			continue
		}
		credential, err := r.credential()
		if err != nil {
			return out, err
		}
		out.credentials = append(out.credentials, credential)
		out.keys[string(r.Credential)] = r
	}
	return out, nil
}

func (r passkeyRow) credential() (out webauthn.Credential, err error) {
	if err = json.Unmarshal([]byte(r.State), &out); err != nil {
		err = fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return out, err
}

// Passkeys returns the passkeys of the viewer's account, the first made first.
func (s *Service) Passkeys(ctx context.Context, v op.Viewer) ([]Passkey, error) {
	rows, err := s.passkeyRows(ctx, v.Account)
	out := []Passkey{}
	for _, r := range rows {
		credential, err := r.credential()
		if err != nil {
			return nil, err
		}
		out = append(out, Passkey{
			ID: r.ID, Name: r.Name, Host: r.Host, Created: time.UnixMicro(r.Created).UTC(), Used: db.Moment(r.Used),
			Synced: credential.Flags.BackupState, Copied: db.Moment(r.Copied),
		})
	}
	return out, err
}

func insertPasskey(ctx context.Context, q db.Queryer, r passkeyRow) error {
	_, err := db.Insert(ctx, q, "passkey", db.Row{
		"id": r.ID, "account": r.Account, "credential": r.Credential, "name": r.Name, "host": r.Host, "state": r.State,
		"created": r.Created, "used": r.Used, "copied": r.Copied,
	}, "")
	return err
}

// usePasskey stores the counter of a passkey after it was used. Of two answers at once with one counter, one counts.
func (s *Service) usePasskey(ctx context.Context, before passkeyRow, state string) error {
	n, err := db.Exec(ctx, s.db, `update passkey set state = $3, used = $4 where id = $1 and state = $2 and copied = 0`,
		before.ID, before.State, state, s.Now().UnixMicro())
	if err == nil && n == 0 {
		err = tooLong()
	}
	return err
}

func markCopied(ctx context.Context, q db.Queryer, key passkeyRow, at int64) error {
	_, err := q.ExecContext(ctx, `update passkey set copied = $2 where id = $1`, key.ID, at)
	return db.Fault(err)
}

func dropPasskey(ctx context.Context, q db.Queryer, account, key id.ID) (int64, error) {
	return db.Exec(ctx, q, `delete from passkey where account = $1 and id = $2`, account, key)
}
