package usage_test

import (
	"database/sql"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	store usage.Database
	set   []usage.Option
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
	r.db, r.store = openDatabase(t)
	r.set = append([]usage.Option{usage.WithClock(r.clock.now), usage.WithLogger(slog.New(slog.NewTextHandler(t.Output(), nil))),
		usage.WithPollInterval(5 * time.Millisecond), usage.WithBackoff(time.Millisecond, 4*time.Millisecond)}, options...)
	r.Reporter = r.open(nil)
	return r
}

// open returns another reporter on the same database and server, which sends its requests through a transport.
func (r *room) open(transport http.RoundTripper, options ...usage.Option) *usage.Reporter {
	r.t.Helper()
	clientOptions := []api.Option{api.WithRetry(api.RetryPolicy{MaxTries: 1})}
	if transport != nil {
		clientOptions = append(clientOptions, api.WithTransport(transport))
	}
	reporter, err := usage.New(r.suger.Client(clientOptions...), r.store, append(slices.Clone(r.set), options...)...)
	require.NoError(r.t, err)
	return reporter
}
