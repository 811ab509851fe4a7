package account

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
)

// accountRow is an account as letters need it.
type accountRow struct {
	ID       id.ID
	Email    string
	Name     string
	Language string
	Zone     string
	Proved   int64
	Reset    int64
}

const accountColumns = `select id, email, name, language, zone, proved, reset from account where `

func (s *Service) accountBy(ctx context.Context, address string) (row accountRow, there bool, err error) {
	rows, err := db.Select[accountRow](ctx, s.db, accountColumns+`email = $1 and email <> ''`, address)
	if err != nil || len(rows) == 0 {
		return accountRow{}, false, err
	}
	return rows[0], true, nil
}

func (s *Service) accountOf(ctx context.Context, account id.ID) (accountRow, error) {
	return db.One[accountRow](ctx, s.db, accountColumns+`id = $1`, account)
}

// prove notes that an account showed that its mail address is its own.
func prove(ctx context.Context, q db.Queryer, account id.ID, at int64) error {
	_, err := q.ExecContext(ctx, `update account set proved = $2 where id = $1`, account, at)
	return db.Fault(err)
}

// resetPassword sets a password and ends all that the one before it may have opened.
func resetPassword(ctx context.Context, tx *db.Tx, account id.ID, hash string, at int64) error {
	if _, err := tx.ExecContext(ctx, `update account set password = $2, reset = $3 where id = $1`,
		account, hash, at); err != nil {
		return db.Fault(err)
	}
	for _, end := range []string{
		`delete from session where account = $1`,
		`delete from api_token where member in (select id from member where account = $1)`,
		`delete from familiar where account = $1`,
		`delete from entering where account = $1`,
	} {
		if _, err := tx.ExecContext(ctx, end, account); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// forget lets attempts begin afresh.
func (s *Service) forget(ctx context.Context, q db.Queryer, list ...bucket) error {
	for _, b := range list {
		if _, err := q.ExecContext(ctx, `delete from throttle where name = $1`, b.name); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
