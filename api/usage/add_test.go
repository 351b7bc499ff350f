package usage_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

// event returns an event of now.
func (r *room) event(id, entitlement, dimension string, quantity float64) usage.Event {
	return usage.Event{ID: id, EntitlementID: entitlement, Dimension: dimension, Quantity: quantity, Time: r.clock.now()}
}

// reported returns what Suger has: the sums by entitlement and dimension of the groups that are billed, and the number of them.
func (r *room) reported() (sums map[string]float64, groups int) {
	r.t.Helper()
	sums = map[string]float64{}
	for group, err := range r.suger.Client().Metering.AllUsageRecordGroups(r.t.Context(), nil) {
		require.NoError(r.t, err)
		if group.GetStatus() != "CREATED" {
			continue
		}
		groups++
		for dimension, quantity := range group.GetRecords() {
			sums[group.GetEntitlementID()+" "+dimension] += quantity
		}
	}
	return sums, groups
}

func TestAddAndFlush(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	for range 2 {
		require.NoError(t, r.Add(t.Context(), r.event("a", "ent-1", "api_calls", 0.1), r.event("b", "ent-1", "api_calls", 0.2),
			r.event("c", "ent-1", "storage", 3), r.event("d", "ent-2", "storage", 4)))
	}
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, usage.Status{Events: 4, Oldest: r.clock.now()}, status)

	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, groups := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 api_calls": 0.3, "ent-1 storage": 3}, sums)
	assert.Equal(t, 1, groups)
	status, err = r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, usage.Status{Events: 1, Oldest: r.clock.now(), LastSuccess: r.clock.now()}, status)
}
