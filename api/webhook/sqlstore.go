package webhook

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/suger-go/suger/api/internal/database"
)

// ErrHandled is the error of [SQLStore.Tx] if another process has handled the event meanwhile. The handler returns it or nil; the
// delivery is a success either way.
var ErrHandled = errors.New("webhook: another process has handled the event")

// Querier runs statements in a transaction, with the methods that *sql.Tx has for that.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// SQLStore is a [Store] in a database, with the driver that the program opened it with. Make one with [SQLite] or [Postgres].
//
// An event is remembered when its handler has succeeded or, if the handler writes through [SQLStore.Tx], in the same transaction
// as its writes. Of several processes that get an event at the same time all may run the handler, and one writes. A handler that
// acts elsewhere, without Tx, may act twice: at the same time in two processes, and after a crash before the event was remembered.
type SQLStore struct {
	db     *database.DB
	name   string
	keep   time.Duration
	purged atomic.Int64 // when old events were last deleted, Unix seconds
}

// StoreOption sets up a [SQLStore].
type StoreOption func(*SQLStore)

// KeepEvents sets how long events are remembered, 30 days by default. How late Suger may send an event twice is not documented.
// Older ones are deleted about once an hour, while events come.
func KeepEvents(d time.Duration) StoreOption {
	if d <= 0 {
		panic("webhook: KeepEvents: the duration is not positive")
	}
	return func(s *SQLStore) { s.keep = d }
}

// SQLite returns a store in a SQLite file, for the processes of one machine. Its table is created, or brought up to date, at once.
// The name is that of the receiver: receivers of different names in one database each handle every event, processes of one name
// share the work.
func SQLite(ctx context.Context, db *sql.DB, name string, opts ...StoreOption) (*SQLStore, error) {
	return newSQLStore(ctx, database.SQLite(db), name, opts)
}

// Postgres returns a store in a Postgres database, for any number of processes. All else is as [SQLite] says.
func Postgres(ctx context.Context, db *sql.DB, name string, opts ...StoreOption) (*SQLStore, error) {
	return newSQLStore(ctx, database.Postgres(db), name, opts)
}

func newSQLStore(ctx context.Context, db *database.DB, name string, opts []StoreOption) (*SQLStore, error) {
	if name == "" {
		return nil, errors.New("webhook: the name of the receiver is empty")
	}
	s := &SQLStore{db: db, name: name, keep: 30 * 24 * time.Hour}
	for _, opt := range opts {
		opt(s)
	}
	err := db.Migrate(ctx, "webhook",
		`CREATE TABLE suger_webhook_events (receiver TEXT NOT NULL, event TEXT NOT NULL, handled BIGINT NOT NULL,
			PRIMARY KEY (receiver, event));
		CREATE INDEX suger_webhook_events_handled ON suger_webhook_events (receiver, handled)`)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	return s, nil
}

// running is an event whose handler runs.
type running struct {
	key         string
	mu          sync.Mutex // held while a transaction runs
	transaction outcome
	err         error // of the transaction, if it failed
}

// outcome is what became of the handler's transaction.
type outcome int

const (
	none outcome = iota
	failed
	committed
	superfluous // since another process has handled the event
)

type runningKey struct{ store *SQLStore }

// Once is what [WithStore] calls for each event.
func (s *SQLStore) Once(ctx context.Context, id string, handle func(ctx context.Context) error) error {
	hash := sha256.Sum256([]byte(id)) // which every column can hold, whatever the id
	r := &running{key: hex.EncodeToString(hash[:])}
	var found int
	query := s.db.Rebind("SELECT count(*) FROM suger_webhook_events WHERE receiver = ? AND event = ?")
	if err := s.db.QueryRowContext(ctx, query, s.name, r.key).Scan(&found); err != nil {
		return fmt.Errorf("webhook: look the event up: %w", err)
	}
	if found > 0 {
		return nil
	}
	err := handle(context.WithValue(ctx, runningKey{s}, r))
	r.mu.Lock() // for a transaction that the handler left running
	defer r.mu.Unlock()
	switch {
	case r.transaction == superfluous:
		return nil
	case err != nil:
		return err
	case r.transaction == failed: // and the handler did not say so
		return r.err
	case r.transaction == none:
		if err := s.remember(ctx, r); err != nil && !errors.Is(err, ErrHandled) {
			return err
		}
	}
	s.purge(ctx)
	return nil
}

// Tx runs a transaction of the handler of an event, with the context that the handler got: the event is remembered if and only if
// the transaction commits, which it does if run returns nil. It returns the error of run; [ErrHandled] without calling run if
// another process has handled the event; or another error of the database. A handler whose transaction failed may call Tx once
// more. If it returns nil nevertheless, the event fails all the same. After a commit there is no other transaction, and an error
// of the handler does not undo it.
//
// Read what you need from Suger before: on SQLite nobody else can write until run returns. Within run use the transaction alone,
// since the pool may have no second connection.
func (s *SQLStore) Tx(ctx context.Context, run func(ctx context.Context, tx Querier) error) error {
	r, ok := ctx.Value(runningKey{s}).(*running)
	if !ok {
		return errors.New("webhook: Tx: the context is not that of a handler of this store")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.transaction == committed {
		return errors.New("webhook: Tx: the handler has committed a transaction already")
	}
	r.err = s.db.Tx(ctx, func(ctx context.Context, tx database.Querier) error {
		if err := s.insert(ctx, tx, r.key); err != nil {
			return err
		}
		return run(ctx, tx)
	})
	switch {
	case r.err == nil:
		r.transaction = committed
	case errors.Is(r.err, ErrHandled):
		r.transaction = superfluous
	default:
		r.transaction = failed
	}
	return r.err
}

// remember stores the event after a handler that has no transaction.
func (s *SQLStore) remember(ctx context.Context, r *running) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Querier) error { return s.insert(ctx, tx, r.key) })
}

// insert returns ErrHandled if the event is there. While another transaction inserts it, Postgres waits for the end of that one.
func (s *SQLStore) insert(ctx context.Context, tx database.Querier, key string) error {
	result, err := tx.ExecContext(ctx, s.db.Rebind("INSERT INTO suger_webhook_events (receiver, event, handled) VALUES (?, ?, ?) "+
		"ON CONFLICT (receiver, event) DO NOTHING"), s.name, key, database.Time(time.Now()))
	if err != nil {
		return fmt.Errorf("webhook: remember the event: %w", err)
	}
	switch inserted, err := result.RowsAffected(); {
	case err != nil:
		return fmt.Errorf("webhook: remember the event: %w", err)
	case inserted == 0:
		return ErrHandled
	}
	return nil
}

// purge deletes old events, once an hour at most. The event that is being handled does not fail if it fails.
func (s *SQLStore) purge(ctx context.Context) {
	now, last := time.Now(), s.purged.Load()
	if now.Unix() < last+int64(time.Hour/time.Second) || !s.purged.CompareAndSwap(last, now.Unix()) {
		return
	}
	query := s.db.Rebind("DELETE FROM suger_webhook_events WHERE receiver = ? AND handled < ?")
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Querier) error {
		_, err := tx.ExecContext(ctx, query, s.name, database.Time(now.Add(-s.keep)))
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "webhook: old events were not deleted", "error", err)
	}
}
