package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"gave.network/internal/fault"
)

// Fault turns an error of either database into one with words for people. Faults, cancellations and nil pass unchanged.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Wrap(err, fault.NotFound, "It is not here, or not yours to see.")
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return sqliteFault(lite)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresFault(pg)
	}
	if Lost(err) {
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.").
			WithHint("Check that PostgreSQL runs.")
	}
	return err
}

// Lost says whether an error means that the server of the database went away, or ended the connection. What was not
// confirmed by then may or may not be stored.
func Lost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Shut down, crashed, starting up, or a fault of the connection.
		return pg.Code == "57P01" || pg.Code == "57P02" || pg.Code == "57P03" || strings.HasPrefix(pg.Code, "08")
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	// The driver marks its own errors about connections in this way, whatever is beneath.
	var connection interface{ SafeToRetry() bool }
	var connect *pgconn.ConnectError
	// A connection that breaks off in the middle of an answer comes as what the network says.
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &connection) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Damaged says whether an error means that the database is damaged, or is no database.
func Damaged(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		code := lite.Code() & 0xff
		return code == sqlitelib.SQLITE_NOTADB || code == sqlitelib.SQLITE_CORRUPT
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "XX001" || pg.Code == "XX002")
}

// Dangling says whether an error means that a row refers to another that is not there, or not any more.
func Dangling(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}

func sqliteFault(err *sqlite.Error) error {
	switch code := err.Code(); {
	case code == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || code == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Wrap(err, fault.Conflict, "This is already there.")
	case code == sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.Wrap(err, fault.Conflict, "Something that this refers to is not there.")
	case code == sqlitelib.SQLITE_CONSTRAINT_CHECK:
		return fault.Wrap(err, fault.Invalid, "The database refuses this value.")
	default:
		return sqliteState(err, code&0xff)
	}
}

func sqliteState(err error, primary int) error {
	switch primary {
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		return fault.Wrap(err, fault.Unavailable, "The database is locked by another program.").
			WithHint("Wait until that program is done, or stop it, and try again.")
	case sqlitelib.SQLITE_FULL:
		return fault.Wrap(err, fault.Unavailable, "The disk is full.").
			WithHint("Free some space and try again; what was confirmed is safe.")
	case sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_PERM:
		return fault.Wrap(err, fault.Unavailable, "The database cannot be written.").
			WithHint("Check who owns the data directory.")
	case sqlitelib.SQLITE_CANTOPEN:
		return fault.Wrap(err, fault.Unavailable, "The database file cannot be opened.").
			WithHint("Check that the data directory exists and is yours.")
	case sqlitelib.SQLITE_NOTADB, sqlitelib.SQLITE_CORRUPT:
		return fault.Wrap(err, fault.Unavailable, "The database file is damaged or is not a database of Gave.").
			WithHint("Restore a backup with gave restore, or run gave doctor.")
	case sqlitelib.SQLITE_IOERR:
		return fault.Wrap(err, fault.Unavailable, "The disk cannot be read or written.").
			WithHint("Check the disk, then try again; what was confirmed is safe.")
	case sqlitelib.SQLITE_INTERRUPT:
		return context.Canceled
	}
	return err
}

// openFault is Fault for the first contact, where the place is worth naming.
func openFault(err error, location string) error {
	found := Fault(err)
	var known *fault.Error
	if errors.As(found, &known) {
		named := *known
		named.Message = "%s: " + known.Message
		named.Args = append([]any{location}, known.Args...)
		return &named
	}
	return fault.Wrap(err, fault.Unavailable, "The database %s cannot be opened.", location).
		WithHint("Check the path or address, and who may use it.")
}

func postgresFault(err *pgconn.PgError) error {
	if Lost(err) {
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.").
			WithHint("Check that PostgreSQL runs.")
	}
	switch err.Code {
	case "23505":
		return fault.Wrap(err, fault.Conflict, "This is already there.")
	case "23503":
		return fault.Wrap(err, fault.Conflict, "Something that this refers to is not there.")
	case "23514":
		return fault.Wrap(err, fault.Invalid, "The database refuses this value.")
	case "53100":
		return fault.Wrap(err, fault.Unavailable, "The disk is full.").
			WithHint("Free some space and try again; what was confirmed is safe.")
	case "55P03", "40001", "40P01":
		return fault.Wrap(err, fault.Unavailable, "The database is locked by another program.").
			WithHint("Wait until that program is done, or stop it, and try again.")
	case "53300":
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.").
			WithHint("Check that PostgreSQL runs.")
	case "25006":
		return fault.Wrap(err, fault.Unavailable, "The database cannot be written.").
			WithHint("Check who owns the data directory.")
	}
	return err
}
