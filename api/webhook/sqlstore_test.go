package webhook_test

import (
	"context"
	"database/sql"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// process is a receiver with a pool of its own, as another process would have it. Its handler adds a row for each event, in its
// transaction.
type process struct {
	*receiver
	db     *sql.DB
	store  *webhook.SQLStore
	server *httptest.Server
	before func(context.Context) error // in the handler, before the transaction
	within func() error                // in the transaction, after the row
	after  func(error) error           // in the handler, with the error of the transaction
}

// database is what pools and stores are opened on, with a driver and the name of a source that it knows.
type database struct{ driver, source string }

func (d database) open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.source)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func (d database) store(ctx context.Context, db *sql.DB, name string, opts ...webhook.StoreOption) (*webhook.SQLStore, error) {
	if d.driver == "sqlite" {
		return webhook.SQLite(ctx, db, name, opts...)
	}
	return webhook.Postgres(ctx, db, name, opts...)
}

func (d database) start(t *testing.T, name string, opts ...webhook.StoreOption) *process {
	t.Helper()
	p := &process{receiver: &receiver{}, db: d.open(t)}
	var err error
	p.store, err = d.store(t.Context(), p.db, name, opts...)
	require.NoError(t, err)
	_, err = p.db.Exec("CREATE TABLE IF NOT EXISTS rows (id TEXT)")
	require.NoError(t, err)
	p.server = serve(t, webhook.Handler(secret, p.handle, webhook.WithStore(p.store), webhook.WithErrorHandler(p.fail)))
	return p
}

func (p *process) handle(ctx context.Context, event *gen.NotificationEvent) error {
	_ = p.receive(ctx, event)
	if p.before != nil {
		if err := p.before(ctx); err != nil {
			return err
		}
	}
	err := p.store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO rows VALUES ('row')"); err != nil || p.within == nil {
			return err
		}
		return p.within()
	})
	if p.after != nil {
		return p.after(err)
	}
	return err
}

// rows returns how many rows the handlers have left.
func (p *process) rows(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, p.db.QueryRow("SELECT count(*) FROM rows").Scan(&n))
	return n
}

// stores are what is held of a store of either dialect.
var stores = map[string]func(t *testing.T, d database){
	"restart": func(t *testing.T, d database) {
		first := d.start(t, "us")
		for _, id := range []string{"a", "a", "b", strings.Repeat("long", 5000), "", ""} {
			assert.Equal(t, 204, post(t, first.server, eventWithID(id)))
		}
		assert.Equal(t, 5, first.rows(t), "only the repeat of a is dropped")
		second := d.start(t, "us")
		for _, id := range []string{"a", "b", strings.Repeat("long", 5000), "", "c"} {
			assert.Equal(t, 204, post(t, second.server, eventWithID(id)))
		}
		assert.Equal(t, []string{"", "c"}, ids(second.events))
		assert.Equal(t, 204, post(t, d.start(t, "others").server, eventWithID("a")))
		assert.Equal(t, 8, second.rows(t), "a receiver of another name has not seen it")
	},
	"ids that no column takes": func(t *testing.T, d database) {
		p := d.start(t, "us")
		for range 2 {
			assert.Equal(t, 204, post(t, p.server, `{"eventID": "\u0000\ud800"}`))
		}
		assert.Equal(t, 1, p.rows(t))
	},
	"failure in the transaction": func(t *testing.T, d database) {
		p := d.start(t, "us")
		p.within = func() error { return errCallback }
		assert.Equal(t, 500, post(t, p.server, eventWithID("a")))
		assert.Equal(t, []error{errCallback}, p.errs)
		panicked := make(chan struct{}) // a connection that closes does not order what both sides do, as an answer does
		p.within = func() error {
			defer close(panicked)
			panic("broken")
		}
		assert.Contains(t, send(p.server.URL, secret, eventWithID("a")), "EOF")
		<-panicked
		p.within = func() error { return errCallback }
		p.after = func(error) error { return nil } // which does not make it a success
		assert.Equal(t, 500, post(t, p.server, eventWithID("a")))
		assert.Zero(t, p.rows(t))
		p.within, p.after = nil, nil
		assert.Equal(t, 204, post(t, p.server, eventWithID("a")))
		assert.Equal(t, 204, post(t, p.server, eventWithID("a")))
		assert.Equal(t, 1, p.rows(t))
	},
	"failure before the transaction": func(t *testing.T, d database) {
		p := d.start(t, "us")
		p.before = func(context.Context) error { return errCallback }
		assert.Equal(t, 500, post(t, p.server, eventWithID("a")))
		p.before = nil
		assert.Equal(t, 204, post(t, p.server, eventWithID("a")))
		assert.Equal(t, 1, p.rows(t))
	},
	"failure after the transaction": func(t *testing.T, d database) {
		p := d.start(t, "us")
		p.after = func(error) error { return errCallback }
		assert.Equal(t, 500, post(t, p.server, eventWithID("a")))
		assert.Equal(t, 204, post(t, p.server, eventWithID("a")), "the writes are there, and so is the event")
		assert.Equal(t, 1, p.rows(t))
	},
	"more than one transaction": func(t *testing.T, d database) {
		p := d.start(t, "us")
		add := func(err error) func(context.Context, webhook.Querier) error {
			return func(ctx context.Context, tx webhook.Querier) error {
				_, addErr := tx.ExecContext(ctx, "INSERT INTO rows VALUES ('row')")
				return errors.Join(addErr, err)
			}
		}
		var old context.Context
		require.NoError(t, p.store.Once(t.Context(), "a", func(ctx context.Context) error {
			old = ctx
			assert.ErrorIs(t, p.store.Tx(ctx, add(errCallback)), errCallback)
			assert.NoError(t, p.store.Tx(ctx, add(nil)), "another try after a failure")
			assert.EqualError(t, p.store.Tx(ctx, add(nil)), "webhook: Tx: the handler has committed a transaction already")
			return nil
		}))
		assert.ErrorContains(t, p.store.Tx(old, add(nil)), "committed a transaction already")
		assert.EqualError(t, p.store.Tx(t.Context(), add(nil)), "webhook: Tx: the context is not that of a handler of this store")
		assert.EqualError(t, d.start(t, "others").store.Tx(old, add(nil)), "webhook: Tx: the context is not that of a handler of this store")
		assert.Equal(t, 1, p.rows(t))

		require.NoError(t, p.store.Once(t.Context(), "b", func(ctx context.Context) error { old = ctx; return nil }))
		assert.ErrorIs(t, p.store.Tx(old, add(nil)), webhook.ErrHandled, "a handler that says it is done is done")
		assert.Equal(t, 1, p.rows(t))
	},
	"the sender hangs up": func(t *testing.T, d database) {
		p := d.start(t, "us")
		ctx, cancel := context.WithCancel(t.Context())
		err := p.store.Once(ctx, "a", func(ctx context.Context) error {
			return p.store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error {
				_, err := tx.ExecContext(ctx, "INSERT INTO rows VALUES ('row')")
				cancel()
				return err
			})
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, p.rows(t))
		assert.ErrorIs(t, p.store.Once(ctx, "a", func(context.Context) error { panic("not reached") }), context.Canceled)
		assert.Equal(t, 204, post(t, p.server, eventWithID("a")))
	},
	"two processes at once": func(t *testing.T, d database) {
		first, second := d.start(t, "us"), d.start(t, "us")
		var arrived sync.WaitGroup // both are in their handlers before one of them writes
		arrived.Add(2)
		meet := func(context.Context) error { arrived.Done(); arrived.Wait(); return nil }
		first.before, second.before = meet, meet
		first.after, second.after = refuseOthers(t), refuseOthers(t)
		bothPost(t, first, second, "a", "204 No Content", "204 No Content")
		assert.Equal(t, 1, first.rows(t))
		assert.Len(t, append(first.events, second.events...), 2)
	},
	"the first of two processes fails": func(t *testing.T, d database) {
		first, second := d.start(t, "us"), d.start(t, "us")
		begun := make(chan struct{})
		first.within = func() error { close(begun); return errCallback }
		second.before = func(context.Context) error { <-begun; return nil } // the other transaction is open, or over
		bothPost(t, first, second, "a", "500 Internal Server Error", "204 No Content")
		assert.Equal(t, 1, first.rows(t))
	},
	"no transaction of the handler": func(t *testing.T, d database) {
		p, other, runs := d.start(t, "us"), d.start(t, "us"), 0
		var failure error
		handle := func(context.Context) error { runs++; return failure }
		require.NoError(t, p.store.Once(t.Context(), "a", handle))
		require.NoError(t, other.store.Once(t.Context(), "a", handle))
		assert.Equal(t, 1, runs)
		failure = errCallback
		require.ErrorIs(t, p.store.Once(t.Context(), "b", handle), errCallback)
		failure = nil
		require.NoError(t, p.store.Once(t.Context(), "b", func(ctx context.Context) error {
			return other.store.Once(ctx, "b", handle) // meanwhile, in the other process
		}), "both have handled it")
		assert.Equal(t, 3, runs)
	},
	"old events": func(t *testing.T, d database) {
		p := d.start(t, "us", webhook.KeepEvents(48*time.Hour))
		age := func(id string, by time.Duration) {
			require.NoError(t, p.store.Once(t.Context(), id, func(context.Context) error { return nil }))
			_, err := p.db.Exec("UPDATE suger_webhook_events SET handled = $1 WHERE handled > $2", // that which is new
				time.Now().Add(-by).UnixNano(), time.Now().Add(-time.Hour).UnixNano())
			require.NoError(t, err)
		}
		age("old", 48*time.Hour+time.Minute)
		age("recent", 47*time.Hour)
		var n int
		count := func() int {
			require.NoError(t, p.db.QueryRow("SELECT count(*) FROM suger_webhook_events").Scan(&n))
			return n
		}
		assert.Equal(t, 2, count(), "nothing is deleted for the next hour")
		restarted := d.start(t, "us", webhook.KeepEvents(48*time.Hour))
		require.NoError(t, restarted.store.Once(t.Context(), "new", func(context.Context) error { return nil }))
		assert.Equal(t, 2, count())
		called := false
		require.NoError(t, restarted.store.Once(t.Context(), "recent", func(context.Context) error { called = true; return nil }))
		assert.False(t, called)
		require.NoError(t, restarted.store.Once(t.Context(), "old", func(context.Context) error { called = true; return nil }))
		assert.True(t, called)
	},
	"database is gone": func(t *testing.T, d database) {
		p := d.start(t, "us")
		_, err := p.db.Exec("DROP TABLE suger_webhook_events")
		require.NoError(t, err)
		assert.Equal(t, 500, post(t, p.server, eventWithID("a")))
		assert.ErrorContains(t, p.errs[0], "webhook: look the event up: ")
		assert.Empty(t, p.events)
		db := d.open(t)
		require.NoError(t, db.Close())
		_, err = d.store(t.Context(), db, "us")
		assert.EqualError(t, err, "webhook: create or update the tables for webhook: sql: database is closed")
		_, err = d.store(t.Context(), p.db, "")
		assert.EqualError(t, err, "webhook: the name of the receiver is empty")
	},
	"crash": crash,
	"deliveries of a fake": func(t *testing.T, d database) {
		p, srv := d.start(t, "us"), sugertest.New(t)
		_, err := srv.Client().Offers.Create(t.Context(), gen.Offer{Name: new("Enterprise")})
		require.NoError(t, err)
		_, err = srv.Client().Offers.Create(t.Context(), gen.Offer{Name: new("Premium")})
		require.NoError(t, err)
		require.NoError(t, srv.Deliver(p.server.URL, secret, sugertest.Twice(), sugertest.Backwards()))
		assert.Len(t, p.events, 2)
		assert.Equal(t, 2, p.rows(t))
	},
}

// refuseOthers returns what a handler does that lost against another process: it says so.
func refuseOthers(t *testing.T) func(error) error {
	return func(err error) error {
		if err != nil {
			assert.ErrorIs(t, err, webhook.ErrHandled)
		}
		return err
	}
}

// bothPost delivers one event to two processes at the same time.
func bothPost(t *testing.T, first, second *process, id string, want ...string) {
	t.Helper()
	statuses := make([]string, 2)
	var group sync.WaitGroup
	for i, p := range []*process{first, second} {
		group.Go(func() { statuses[i] = send(p.server.URL, secret, eventWithID(id)) })
	}
	group.Wait()
	assert.Equal(t, want, statuses)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	for name, test := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, database{"sqlite", filepath.Join(t.TempDir(), "events.db")})
		})
	}
}
