package usage_test

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// clock is a clock that stands until it is moved or started.
type clock struct {
	mu      sync.Mutex
	at      time.Time
	started time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started.IsZero() {
		return c.at
	}
	return c.at.Add(time.Since(c.started))
}

func (c *clock) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started = time.Now()
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// room is a reporter with all that it works on.
type room struct {
	*usage.Reporter
	t     *testing.T
	suger *sugertest.Server
	clock *clock
	db    *sql.DB
	open  func(...usage.Option) *usage.Reporter // another one on the same database
}

func openFile(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// newRoom has the entitlements ent-1 and ent-2 with the dimensions api_calls and storage.
func newRoom(t *testing.T, options ...usage.Option) *room {
	t.Helper()
	srv := sugertest.New(t)
	for _, id := range []string{"ent-1", "ent-2"} {
		srv.Seed(gen.Entitlement{ID: new(id), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{
			{Key: new("api_calls")}, {Key: new("storage")},
		}}})
	}
	r := &room{t: t, suger: srv, clock: &clock{at: time.Now().UTC().Truncate(time.Hour).Add(30 * time.Minute)}}
	r.db = openFile(t, filepath.Join(t.TempDir(), "usage.db"))
	r.open = func(more ...usage.Option) *usage.Reporter {
		client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
		all := append([]usage.Option{usage.WithClock(r.clock.now), usage.WithLogger(slogTo(t))}, options...)
		reporter, err := usage.New(client, usage.SQLite(r.db), append(all, more...)...)
		require.NoError(t, err)
		return reporter
	}
	r.Reporter = r.open()
	return r
}
