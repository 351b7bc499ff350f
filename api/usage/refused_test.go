package usage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// refusal returns the one group that is refused.
func (r *room) refusal() usage.Refusal {
	r.t.Helper()
	refused, err := r.Refused(r.t.Context())
	require.NoError(r.t, err)
	require.Len(r.t, refused, 1)
	return refused[0]
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-1", "cpu_hours", 0.1)
	r.add("b", "ent-1", "cpu_hours", 0.2)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	refusal := r.refusal()
	hour := r.clock.now().Truncate(time.Hour)
	assert.NotEmpty(t, refusal.GroupID)
	assert.Contains(t, refusal.Reason, "invalid")
	want := usage.Refusal{GroupID: refusal.GroupID, EntitlementID: "ent-1", Start: hour, End: hour.Add(time.Hour), Records: map[string]float64{"cpu_hours": 0.3},
		Status: gen.UsageRecordGroupStatusInvalid, Reason: refusal.Reason, Attempts: 1, RefusedAt: r.clock.now()}
	assert.Equal(t, want, refusal)

	r.clock.advance(5 * time.Hour)
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	assert.Equal(t, 1, r.requests(), "it is never sent again by itself")

	r.suger.Seed(gen.Entitlement{ID: new("ent-1"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("cpu_hours")}}}})
	require.NoError(t, r.Retry(t.Context(), refusal.GroupID))
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, groups := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 cpu_hours": 0.3}, sums)
	assert.Equal(t, 1, groups, "the invalid one is billed to nobody")
	require.ErrorIs(t, r.Retry(t.Context(), refusal.GroupID), usage.ErrNotRefused)
}

func TestPermanentRefusal(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-9", "storage", 1)
	require.NoError(t, r.Flush(t.Context(), "ent-9"))
	refusal := r.refusal()
	assert.Equal(t, 404, refusal.StatusCode)
	assert.Contains(t, refusal.Reason, "ent-9")
	assert.Empty(t, refusal.Status)

	r.suger.Seed(gen.Entitlement{ID: new("ent-9")})
	require.NoError(t, r.Retry(t.Context(), refusal.GroupID))
	require.NoError(t, r.Flush(t.Context(), "ent-9"))
	for group, err := range r.suger.Client().Metering.AllUsageRecordGroups(t.Context(), nil) {
		require.NoError(t, err)
		assert.Equal(t, refusal.GroupID, group.GetID(), "Suger did not have it, so it keeps its id")
	}
}

// TestReportFailed is about a group that Suger has and could not report to the marketplace.
func TestReportFailed(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]sugertest.Fault{"at once": nil, "after an answer is lost": {sugertest.DropAfter().Times(1)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			r.add("a", "ent-1", "storage", 1)
			r.suger.Fail(report, sugertest.DropAfter().Times(1))
			require.Error(t, r.Flush(t.Context(), "ent-1"))
			var id string
			for group, err := range r.suger.Client().Metering.AllUsageRecordGroups(t.Context(), nil) {
				require.NoError(t, err)
				id = group.GetID()
				group.Status = new(gen.UsageRecordGroupStatusReportFailed)
				r.suger.Seed(*group)
			}
			r.clock.advance(time.Second)
			require.NoError(t, r.Flush(t.Context(), "ent-1"))
			assert.Equal(t, gen.UsageRecordGroupStatusReportFailed, r.refusal().Status)

			r.suger.Fail("metering.retryUsageRecordGroup", faults...)
			require.NoError(t, r.Retry(t.Context(), id))
			if len(faults) > 0 {
				require.Error(t, r.Flush(t.Context(), "ent-1"))
				r.clock.advance(time.Second)
			}
			require.NoError(t, r.Flush(t.Context(), "ent-1"))
			sums, groups := r.reported()
			assert.Equal(t, map[string]float64{"ent-1 storage": 1}, sums)
			assert.Equal(t, 1, groups)
			refused, err := r.Refused(t.Context())
			require.NoError(t, err)
			assert.Empty(t, refused)
		})
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.add("a", "ent-9", "storage", 1)
	require.NoError(t, r.Flush(t.Context(), "ent-9"))
	id := r.refusal().GroupID
	require.ErrorIs(t, r.Discard(t.Context(), id, "other"), usage.ErrNotRefused)
	require.Equal(t, id, r.refusal().GroupID, "all or none")
	require.ErrorIs(t, r.Retry(t.Context(), id, "other"), usage.ErrNotRefused)
	require.Equal(t, id, r.refusal().GroupID)

	require.NoError(t, r.Discard(t.Context(), id))
	refused, err := r.Refused(t.Context())
	require.NoError(t, err)
	assert.Empty(t, refused)
	require.ErrorIs(t, r.Discard(t.Context(), id), usage.ErrNotRefused)
	r.add("a", "ent-9", "storage", 1)
	require.NoError(t, r.Flush(t.Context(), "ent-9"))
	assert.Equal(t, 1, r.requests(), "the event is known")
}
