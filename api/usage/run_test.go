package usage_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
)

const report = "metering.reportUsageRecordGroup"

// run runs a reporter until stop is called, which returns what Run returned.
func run(t *testing.T, reporter *usage.Reporter) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- reporter.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = stop() }) // before the database is closed
	return stop
}

// eventually waits until a condition holds, for as long as the test may take.
func (r *room) eventually(condition func(usage.Status) bool) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		status, err := r.Status(r.t.Context())
		require.NoError(r.t, err)
		return condition(status)
	}, time.Minute, 5*time.Millisecond)
}

func settled(status usage.Status) bool { return status.Events == 0 && status.Waiting == 0 }

func TestRun(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.suger.Fail(report, sugertest.DropAfter().Times(2), sugertest.Status(503).Times(2), sugertest.Truncate().Times(2),
		sugertest.HTML(404).Times(1), sugertest.DropBefore().Times(2), sugertest.Status(401).Times(1), sugertest.HTML(200).Times(1))
	want := map[string]float64{}
	for i := range 50 {
		entitlement := fmt.Sprint("ent-", i%2+1)
		event := r.event(fmt.Sprint(i), entitlement, "api_calls", 0.1)
		event.Time = event.Time.Add(-time.Duration(i%10) * time.Hour)
		require.NoError(t, r.Add(t.Context(), event))
		want[entitlement+" api_calls"] = 2.5
	}
	r.clock.start()
	stop := run(t, r.Reporter)
	r.eventually(func(status usage.Status) bool { return status.Events == 5 && status.Waiting == 0 })
	r.clock.advance(time.Hour)
	r.eventually(settled)
	require.NoError(t, stop())
	sums, groups := r.reported()
	assert.InDeltaMapValues(t, want, sums, 1e-9)
	assert.Equal(t, 10, groups)
}

// TestOutage is longer than the window, and ends.
func TestOutage(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.clock.start()
	outage := &outage{}
	run(t, r.open(outage))
	for i := range 5 {
		r.add(fmt.Sprint(i), "ent-1", "storage", 1)
		r.clock.advance(time.Hour)
	}
	r.eventually(func(status usage.Status) bool { return status.Waiting == 5 && status.LastError != "" })
	outage.over.Store(true)
	r.eventually(settled)
	sums, groups := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 storage": 5}, sums)
	assert.Equal(t, 5, groups)
}

// TestBadEntitlement has Suger not answer for an entitlement that has more groups than are sent at a time.
func TestBadEntitlement(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	fails := roundTrip(func(request *http.Request) (*http.Response, error) {
		if strings.Contains(request.URL.Path, "ent-1") {
			return answers{status: 500, report: `"out of order"`}.RoundTrip(request)
		}
		return http.DefaultTransport.RoundTrip(request)
	})
	for i := range 20 {
		event := r.event(fmt.Sprint("bad", i), "ent-1", "storage", 1)
		event.Time = event.Time.Add(-time.Duration(i) * time.Hour)
		require.NoError(t, r.Add(t.Context(), event))
	}
	r.add("good", "ent-2", "storage", 1)
	r.clock.advance(time.Hour)
	r.clock.start()
	stop := run(t, r.open(fails, usage.WithParallel(2)))
	r.eventually(func(status usage.Status) bool { return status.Waiting == 20 && !status.LastSuccess.IsZero() })
	require.NoError(t, stop())
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-2 storage": 1}, sums)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRunTwice(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 1)
	r.clock.advance(2 * time.Hour)
	slow := newGate()
	reporter := r.open(slow)
	stop := run(t, reporter)
	<-slow.reached
	require.ErrorIs(t, reporter.Run(t.Context()), usage.ErrRunning)
	close(slow.open)
	require.NoError(t, stop())

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, reporter.Run(ended), "and again after the first has returned")
}

// TestDrain has a context that has ended before Run looks for something to do.
func TestDrain(t *testing.T) {
	t.Parallel()
	r := newRoom(t, usage.WithParallel(2))
	for i := range 20 {
		event := r.event(fmt.Sprint(i), "ent-1", "storage", 1)
		event.Time = event.Time.Add(-time.Duration(i) * time.Hour)
		require.NoError(t, r.Add(t.Context(), event))
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, r.Run(ended))
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, status.Events, "of the window that is not over")
	assert.Equal(t, 0, status.Waiting)
	_, groups := r.reported()
	assert.Equal(t, 19, groups)
}

// TestRetryAfter is obeyed by Run, by Flush, and by another process.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 1)
	r.suger.Fail(report, sugertest.Status(429).After("20m").Times(1))
	var waiting *usage.WaitingError
	require.ErrorAs(t, r.Flush(t.Context(), "ent-1"), &waiting)
	assert.Equal(t, 1, waiting.Groups)
	assert.Equal(t, r.clock.now(), waiting.Oldest)
	assert.Contains(t, waiting.Reason, "429")

	r.clock.advance(20*time.Minute - time.Second)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, r.Run(ended))
	require.ErrorAs(t, r.open(nil).Flush(t.Context(), "ent-1"), &waiting)
	assert.Equal(t, 1, r.requests(), "nothing is sent before that")

	r.clock.advance(time.Second)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	assert.Equal(t, 2, r.requests())
}

// TestRetryAfterTooLong is longer than a marketplace waits for usage.
func TestRetryAfterTooLong(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 1)
	r.suger.Fail(report, sugertest.Status(503).After("1000000h").Times(1))
	require.Error(t, r.Flush(t.Context(), "ent-1"))
	r.clock.advance(time.Hour)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
}

func TestDelay(t *testing.T) {
	t.Parallel()
	logged := &logText{}
	seen := make(chan usage.Status, 100)
	r := newRoom(t, usage.WithLogger(slog.New(slog.NewTextHandler(logged, nil))), usage.WithDelayChecks(time.Minute),
		usage.WithDelayLimit(3*time.Hour, func(status usage.Status) { seen <- status }))
	r.add("a", "ent-1", "storage", 1)
	at := r.clock.now()
	outage := &outage{}
	run(t, r.open(outage))
	r.clock.advance(2 * time.Hour)
	r.eventually(func(status usage.Status) bool { return status.LastError != "" })
	assert.Empty(t, seen)
	r.clock.advance(2 * time.Hour)
	status := <-seen
	assert.Equal(t, at, status.Oldest)
	assert.Equal(t, 4*time.Hour, status.Delay(r.clock.now()))
	require.Eventually(t, func() bool { return logged.count("usage waits too long") == 1 }, time.Minute, time.Millisecond)
	r.clock.advance(2 * time.Hour)
	require.Eventually(t, func() bool { return logged.count("longer than AWS takes it") == 1 }, time.Minute, time.Millisecond)
	outage.over.Store(true)
	require.Eventually(t, func() bool {
		r.clock.advance(time.Minute)
		return logged.count("no usage waits too long any more") == 1
	}, time.Minute, time.Millisecond)
}
