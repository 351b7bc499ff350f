package usage_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// groups returns the groups that Suger has.
func (r *room) groups() (groups []*gen.UsageRecordGroup) {
	r.t.Helper()
	for group, err := range r.suger.Client().Metering.AllUsageRecordGroups(r.t.Context(), nil) {
		require.NoError(r.t, err)
		groups = append(groups, group)
	}
	return groups
}

// TestWindows seals a window a minute after its end, and puts what comes later into a group of its own.
func TestWindows(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	pass := func() {
		stop := run(t, r.Reporter)
		require.NoError(t, stop())
	}
	first := r.clock.now()
	r.add("a", "ent-1", "storage", 1)
	r.clock.advance(30*time.Minute + 59*time.Second)
	r.add("b", "ent-1", "storage", 2)
	pass()
	require.Empty(t, r.groups())
	r.clock.advance(time.Second)
	pass()
	require.Len(t, r.groups(), 1, "of the window that is over for a minute")
	late := r.event("late", "ent-1", "storage", 4)
	late.Time = first.Add(time.Minute)
	require.NoError(t, r.Add(t.Context(), late))
	pass()
	groups := r.groups()
	require.Len(t, groups, 2)
	for i, want := range []float64{1, 4} {
		assert.Equal(t, map[string]float64{"storage": want}, groups[i].GetRecords())
	}
	assert.Equal(t, first, groups[0].GetMetaInfo().GetTimestamp().UTC(), "the time of the newest event")
	assert.Equal(t, late.Time, groups[1].GetMetaInfo().GetTimestamp().UTC())
	r.clock.advance(time.Hour)
	pass()
	require.Len(t, r.groups(), 3)
}

func TestZero(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "storage", 0)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	assert.Empty(t, r.groups(), "Suger refuses what is all zero")
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Zero(t, status)
	var conflict *usage.ConflictError
	require.ErrorAs(t, r.Add(t.Context(), r.event("a", "ent-1", "storage", 1)), &conflict, "it is not forgotten")

	r.add("b", "ent-1", "storage", 0)
	r.add("c", "ent-1", "api_calls", 2)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 api_calls": 2}, sums)
}

func TestBillableMetrics(t *testing.T) {
	t.Parallel()
	r := newRoom(t, usage.WithBillableMetrics())
	r.add("a", "ent-1", "metric-1", 0.1)
	r.add("b", "ent-1", "metric-1", 0.2)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	groups := r.groups()
	require.Len(t, groups, 1)
	assert.Empty(t, groups[0].GetRecords())
	assert.Equal(t, []gen.UsageRecord{{Key: new("metric-1"), Quantity: new(0.3)}}, groups[0].GetMetaInfo().GetBillableRecords())
}

// TestShare has many reporters seal and send the same events at once.
func TestShare(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.clock.start()
	var group sync.WaitGroup
	for i := range 4 {
		reporter := r.open(nil)
		run(t, reporter)
		group.Go(func() {
			for j := range 20 {
				event := r.event(fmt.Sprint(i, "-", j), fmt.Sprint("ent-", j%2+1), "storage", 0.1)
				event.Time = event.Time.Add(-time.Duration(j%5) * time.Hour)
				assert.NoError(t, reporter.Add(t.Context(), event, event))
			}
			assert.NoError(t, reporter.Flush(t.Context(), "ent-1"))
		})
	}
	group.Wait()
	r.clock.advance(time.Hour)
	r.eventually(settled)
	var sums = map[string]float64{}
	for _, group := range r.groups() {
		sums[group.GetEntitlementID()] += group.GetRecords()["storage"]
	}
	assert.InDeltaMapValues(t, map[string]float64{"ent-1": 4, "ent-2": 4}, sums, 1e-9)
}
