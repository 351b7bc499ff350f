package usage_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

// onFile returns a reporter on a file of SQLite, with a connection to the file that stands for another program.
func onFile(t *testing.T, front *front) (reporter *usage.Reporter, own, other *sql.DB) {
	t.Helper()
	path := t.TempDir() + "/usage.db"
	settings := producer{Name: "reporter", URL: front.url, OrgID: front.OrgID, APIKey: front.APIKey, Driver: "sqlite", Source: path}
	reporter, own, err := settings.open()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, own.Close()) })
	own.SetMaxOpenConns(1) // of which the limit of the next test is one
	other, err = sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, other.Close()) })
	return reporter, own, other
}

// addAll adds events batch by batch until one is refused, and returns how many were added, and why no more.
func addAll(ctx context.Context, reporter *usage.Reporter, base time.Time, from, to int) (int, error) {
	for n := from; n < to; n += batch {
		var events []usage.Event
		for i := n; i < n+batch; i++ {
			events = append(events, event(base, i))
		}
		if err := reporter.Add(ctx, events...); err != nil {
			return n, err
		}
	}
	return to, nil
}

// report runs the reporter until there is nothing left to report.
func report(t *testing.T, reporter *usage.Reporter) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- reporter.Run(ctx) }()
	awaitEnd(t, reporter)
	stop()
	require.NoError(t, <-ended)
}

const someEvents = 3000

// A database that is full refuses events, and has all that it took before. What was refused can be added when there is room, also
// if the reporter ran without a place for its results.
func TestFullDatabase(t *testing.T) {
	t.Parallel()
	front := listen(t)
	front.Clear() // the faults
	reporter, db, _ := onFile(t, front)
	base := time.Now().Add(-time.Hour).Truncate(window)
	limit := func(pages int) {
		_, err := db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		require.NoError(t, err)
	}
	var pages int
	require.NoError(t, db.QueryRow("PRAGMA page_count").Scan(&pages))
	limit(pages + 100)
	added, err := addAll(t.Context(), reporter, base, 0, someEvents)
	require.ErrorContains(t, err, "full")
	require.NotErrorIs(t, err, usage.ErrInvalidEvent)
	require.Positive(t, added)
	require.Less(t, added, someEvents)
	status, err := reporter.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, added, status.Events, "all that was added, and nothing of what was refused")

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- reporter.Run(ctx) }() // which has no room for groups either, or soon
	_, err = addAll(t.Context(), reporter, base, added, someEvents)
	require.Error(t, err)
	limit(1 << 20)
	_, err = addAll(t.Context(), reporter, base, 0, someEvents)
	require.NoError(t, err)
	awaitEnd(t, reporter)
	stop()
	require.NoError(t, <-ended)
	front.checkTotals(t, base, someEvents, reporter)
}

// A database that another program has locked refuses events when the patience of the caller ends.
func TestLockedDatabase(t *testing.T) {
	t.Parallel()
	front := listen(t)
	front.Clear() // the faults
	reporter, _, other := onFile(t, front)
	base := time.Now().Add(-time.Hour).Truncate(window)
	_, err := addAll(t.Context(), reporter, base, 0, someEvents/2)
	require.NoError(t, err)

	lock, err := other.Conn(t.Context())
	require.NoError(t, err)
	defer lock.Close()
	_, err = lock.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	added, err := addAll(ctx, reporter, base, someEvents/2, someEvents)
	require.Error(t, err)
	assert.True(t, strings.Contains(err.Error(), "locked") || ctx.Err() != nil, "%v", err)
	assert.Equal(t, someEvents/2, added)
	_, err = lock.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)

	status, err := reporter.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, someEvents/2, status.Events)
	_, err = addAll(t.Context(), reporter, base, 0, someEvents)
	require.NoError(t, err)
	report(t, reporter)
	front.checkTotals(t, base, someEvents, reporter)
}
