package usage_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	for text, option := range map[string]usage.Option{
		"the window is 7m0s, which does not divide a day": usage.WithWindow(7 * time.Minute),
		"the window is 48h0m0s, want 24h0m0s at most":     usage.WithWindow(48 * time.Hour),
		"the window is 0s":                      usage.WithWindow(0),
		"the memory is 0s":                      usage.WithMemory(0),
		"0 groups at a time":                    usage.WithParallel(0),
		"the poll interval is 0s":               usage.WithPollInterval(0),
		"the first wait is 2s, want 1s at most": usage.WithBackoff(2*time.Second, time.Second),
		"the first wait is 0s":                  usage.WithBackoff(0, 0),
		"the lease is -1s":                      usage.WithLease(-time.Second),
		"the drain is 0s":                       usage.WithDrain(0),
		"the limit of the delay is 0s":          usage.WithDelayLimit(0, nil),
		"the logger is nil":                     usage.WithLogger(nil),
	} {
		_, err := usage.New(r.suger.Client(), r.store, option)
		assert.ErrorContains(t, err, text)
	}
	_, err := usage.New(nil, r.store)
	require.ErrorContains(t, err, "needs a client")
	_, err = usage.New(r.suger.Client(), usage.SQLite(nil))
	require.ErrorContains(t, err, "needs a client and a database")
	closed, err := sql.Open(driver, "")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	_, err = usage.New(r.suger.Client(), usage.Postgres(closed))
	assert.ErrorContains(t, err, "closed")
}
