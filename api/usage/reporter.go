package usage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/internal/database"
)

// Database is where a reporter keeps usage, see [SQLite] and [Postgres].
type Database struct{ db *database.DB }

// SQLite keeps usage in a file of SQLite (3.35 or later), for the processes of one machine. What was committed survives the
// crash of a machine with the pragma synchronous=FULL, which is SQLite's default; it is faster with journal_mode=WAL.
func SQLite(db *sql.DB) Database { return Database{database.SQLite(db)} }

// Postgres keeps usage in a Postgres (14 or later), for any number of processes on any number of machines, with any driver whose
// placeholders are $1, $2 and so on. The tables are in the first schema of the search path.
func Postgres(db *sql.DB) Database { return Database{database.Postgres(db)} }

// Reporter stores usage and reports it. Its methods may be called by any number of goroutines at once.
type Reporter struct {
	client  *api.Client
	db      *database.DB
	org     string
	set     settings
	running atomic.Bool
	pause   atomic.Int64 // Unix nanoseconds until which Run sends nothing, because Suger wants fewer requests
	wake    chan struct{}
}

// migrationTime bounds how long New waits for the database.
const migrationTime = time.Minute

// New returns a reporter for the organization of the client, after it has created its tables in the database or brought them up
// to date. Their names start with suger_. The database stays the caller's, who closes it after the reporter is no longer in use.
func New(client *api.Client, db Database, options ...Option) (*Reporter, error) {
	if client == nil || db.db == nil || db.db.DB == nil {
		return nil, errors.New("usage: New needs a client and a database")
	}
	r := &Reporter{client: client, db: db.db, org: client.OrgID(), set: defaults(), wake: make(chan struct{}, 1)}
	for _, option := range options {
		option(&r.set)
	}
	if err := r.set.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), migrationTime)
	defer cancel()
	if err := r.checkFile(ctx); err != nil {
		return nil, err
	}
	if err := r.db.Migrate(ctx, "usage", schema...); err != nil {
		return nil, fmt.Errorf("usage: %w", err)
	}
	return r, nil
}

// checkFile refuses a database of SQLite in memory, which has forgotten everything when the process ends, and which each
// connection of a pool has for itself.
func (r *Reporter) checkFile(ctx context.Context) error {
	if r.db.IsPostgres() {
		return nil
	}
	var file string
	if err := r.db.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil {
		return fmt.Errorf("usage: look for the file of the database: %w", err)
	}
	if file == "" {
		return errors.New("usage: the database is in memory, and usage needs a file to be durable")
	}
	return nil
}

// now returns the time of the clock that all processes on the database share.
func (r *Reporter) now(ctx context.Context, q database.Querier) (time.Time, error) {
	if r.set.now != nil {
		return r.set.now(), nil
	}
	return r.db.Now(ctx, q)
}

// clock returns the time of this process.
func (r *Reporter) clock() time.Time {
	if r.set.now != nil {
		return r.set.now()
	}
	return time.Now()
}

// exec runs a statement that is written with ? for the arguments.
func (r *Reporter) exec(ctx context.Context, q database.Querier, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, r.db.Rebind(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// each calls scan for each row of the answer to a query.
func (r *Reporter) each(ctx context.Context, q database.Querier, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, r.db.Rebind(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
