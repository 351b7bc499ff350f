package usage_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
)

// run runs a reporter until stop is called, which returns what Run returned.
func run(t *testing.T, reporter *usage.Reporter) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- reporter.Run(ctx) }()
	return sync.OnceValue(func() error {
		cancel()
		return <-done
	})
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
	r := newRoom(t, usage.WithPollInterval(5*time.Millisecond), usage.WithBackoff(time.Millisecond, time.Millisecond))
	r.suger.Fail("metering.reportUsageRecordGroup", sugertest.DropAfter().Times(2), sugertest.Status(503).Times(2), sugertest.Truncate().Times(2),
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
