package usage_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

// TestLeaseRunsOut has a lease end while its group is on its way, so that another reporter sends the group as well.
func TestLeaseRunsOut(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]bool{"before Suger has it": false, "before its answer is there": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			r.add("a", "ent-1", "storage", 5)
			slow := newGate()
			slow.after = after
			wait := flush(t, r.open(slow), "ent-1")
			<-slow.reached

			r.clock.advance(3 * time.Minute)
			require.NoError(t, r.Flush(t.Context(), "ent-1"), "the lease is over")
			close(slow.open)
			require.NoError(t, wait())

			assert.Equal(t, 2, r.requests())
			sums, groups := r.reported()
			assert.Equal(t, map[string]float64{"ent-1 storage": 5}, sums)
			assert.Equal(t, 1, groups)
			status, err := r.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 0, status.Waiting+status.Refused)
		})
	}
}

// TestLeaseHolds has two reporters at work, one of which holds the group.
func TestLeaseHolds(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 5)
	slow := newGate()
	first := flush(t, r.open(slow), "ent-1")
	<-slow.reached
	r.clock.advance(time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.Error(t, r.Flush(ctx, "ent-1"), "it waits for the first until its context ends")
	assert.Equal(t, 0, r.requests())
	second := flush(t, r.Reporter, "ent-1")
	require.NoError(t, r.Flush(t.Context(), "ent-2"), "and others have nothing to wait for")
	close(slow.open)
	require.NoError(t, first())
	require.NoError(t, second())
	assert.Equal(t, 1, r.requests())
}

// TestDrainTime has Suger not answer when Run has to end.
func TestDrainTime(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 5)
	r.add("b", "ent-2", "storage", 5)
	r.clock.advance(2 * time.Hour)
	slow := newGate()
	stop := run(t, r.open(slow, usage.WithDrain(20*time.Millisecond), usage.WithParallel(1)))
	<-slow.reached
	require.ErrorContains(t, stop(), "before everything was sent")

	r.clock.advance(time.Second) // the wait after the attempt that was broken off
	require.NoError(t, r.Flush(t.Context(), "ent-1"), "not the whole time of the lease later")
	require.NoError(t, r.Flush(t.Context(), "ent-2"))
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 storage": 5, "ent-2 storage": 5}, sums)
}
