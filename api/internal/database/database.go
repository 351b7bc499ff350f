// Package database keeps tables of this module in a *sql.DB of the caller, with the driver of the caller. It knows what differs
// between SQLite and Postgres, creates the tables and brings them up to date.
//
// Statements are written once for both: with ? for the arguments, times as BIGINT (see [Time]), decimals as TEXT.
package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// DB is a database of the caller, with what is special to its dialect. Make it with SQLite or Postgres.
type DB struct {
	*sql.DB
	postgres bool
	writer   chan struct{} // holds the one write transaction that SQLite allows at a time, so that ours do not collide
}

// SQLite returns the SQLite database that db is open on, which must be one file.
func SQLite(db *sql.DB) *DB { return &DB{DB: db, writer: make(chan struct{}, 1)} }

// Postgres returns the Postgres database that db is open on. The tables are in the first schema of the search path.
func Postgres(db *sql.DB) *DB { return &DB{DB: db, postgres: true} }

// IsPostgres reports which of the two it is.
func (d *DB) IsPostgres() bool { return d.postgres }

// Rebind returns a statement with the placeholders of the dialect in the place of each ?, which has no other meaning in it.
func (d *DB) Rebind(query string) string {
	if !d.postgres {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// SkipLocked ends a SELECT within a write transaction: it locks the rows and leaves out those that another transaction has
// locked. On SQLite, where one transaction writes at a time, there is nothing to add.
func (d *DB) SkipLocked() string {
	if d.postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// Now returns the time by the one clock that all who share the database have: that of the Postgres server. Those who share a
// file of SQLite run on one machine.
func (d *DB) Now(ctx context.Context, q Querier) (time.Time, error) {
	if !d.postgres {
		return time.Now(), nil
	}
	var micros int64
	err := q.QueryRowContext(ctx, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").Scan(&micros)
	return time.UnixMicro(micros), err
}

// Tx runs a write transaction. It commits if run returns nil, and otherwise rolls back. If the commit fails, the transaction may
// have taken effect or not. Within run only q may be used: the pool of the caller may have a single connection.
func (d *DB) Tx(ctx context.Context, run func(ctx context.Context, q Querier) error) error {
	if !d.postgres {
		return d.immediate(ctx, run)
	}
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := run(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

const (
	busyFor  = 5 * time.Second      // how long a transaction waits for another process
	busyStep = 5 * time.Millisecond // between its tries
)

// immediate runs a transaction of SQLite that holds the lock for writing from its start: one that takes it later fails if
// another has written in between. database/sql has no way to say BEGIN IMMEDIATE, so it is a statement on one connection.
func (d *DB) immediate(ctx context.Context, run func(ctx context.Context, q Querier) error) (err error) {
	select {
	case d.writer <- struct{}{}:
		defer func() { <-d.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := d.Conn(ctx)
	if err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed { // also if run panics
			rollback(conn)
		}
		_ = conn.Close() // the transaction is over, and the connection is back in the pool
	}()
	if err := patiently(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := run(ctx, conn); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = patiently(context.WithoutCancel(ctx), conn, "COMMIT") // it waits for readers, unless the journal mode is WAL
	committed = err == nil
	return err
}

// patiently runs a statement that waits for the lock of another connection, whether or not ours has a busy_timeout.
func patiently(ctx context.Context, conn *sql.Conn, statement string) error {
	for start := time.Now(); ; {
		_, err := conn.ExecContext(ctx, statement)
		if err == nil || !isBusy(err) || time.Since(start) > busyFor {
			return err
		}
		select {
		case <-time.After(busyStep):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// isBusy knows the error by the text that SQLite itself has for SQLITE_BUSY, since each driver has another type.
func isBusy(err error) bool { return strings.Contains(err.Error(), "database is locked") }

// rollback ends a transaction. A connection that refuses to is closed, or the next user of it would be inside the transaction.
func rollback(conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), busyFor)
	defer cancel()
	_, err := conn.ExecContext(ctx, "ROLLBACK")
	if err == nil || strings.Contains(err.Error(), "no transaction is active") { // SQLite ends it itself when the disk is full
		return
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // database/sql closes it then
}

// Migrate creates the tables of a component or brings them up to date. Each of the steps is a list of statements, separated by
// semicolons, that was published once and never changes; the number of steps is the version. Any number of processes may start
// at the same time. Tables that are newer than the steps are an error.
func (d *DB) Migrate(ctx context.Context, component string, steps ...string) error {
	if version, err := d.version(ctx, d.DB, component); err == nil && version == len(steps) {
		return nil // without a lock, and for a user who may not create tables
	}
	err := d.Tx(ctx, func(ctx context.Context, q Querier) error {
		if d.postgres { // CREATE TABLE IF NOT EXISTS of two transactions at once can fail
			if _, err := q.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", advisoryLock); err != nil {
				return err
			}
		}
		const create = "CREATE TABLE IF NOT EXISTS suger_versions (component TEXT PRIMARY KEY, version BIGINT NOT NULL)"
		if _, err := q.ExecContext(ctx, create); err != nil {
			return err
		}
		version, err := d.version(ctx, q, component)
		if err != nil || version == len(steps) {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("the tables have version %d, and this program knows them up to %d: update the program", version, len(steps))
		}
		return d.upgrade(ctx, q, component, steps, version)
	})
	if err != nil {
		return fmt.Errorf("create or update the tables for %s: %w", component, err)
	}
	return nil
}

// advisoryLock is the key of the lock that migrations hold on Postgres. It means nothing: it is unlikely to be anybody else's.
const advisoryLock = 7_305_808_868_961_021

func (d *DB) version(ctx context.Context, q Querier, component string) (version int, err error) {
	err = q.QueryRowContext(ctx, d.Rebind("SELECT version FROM suger_versions WHERE component = ?"), component).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return version, err
}

func (d *DB) upgrade(ctx context.Context, q Querier, component string, steps []string, from int) error {
	for _, step := range steps[from:] {
		for statement := range strings.SplitSeq(step, ";") { // one by one, as not every driver takes several at once
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := q.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
	}
	_, err := q.ExecContext(ctx, d.Rebind("INSERT INTO suger_versions (component, version) VALUES (?, ?) "+
		"ON CONFLICT (component) DO UPDATE SET version = excluded.version"), component, len(steps))
	return err
}
