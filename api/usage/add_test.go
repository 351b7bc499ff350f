package usage_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

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
	require.NoError(t, r.Add(t.Context()), "nothing is no error")
}

// TestAddMany has more rows than one statement takes, each of them twice.
func TestAddMany(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	var events []usage.Event
	for i := range 3001 {
		events = append(events, r.event(fmt.Sprint(i/2), "ent-1", "storage", 0.1))
	}
	require.NoError(t, r.Add(t.Context(), events...))
	require.NoError(t, r.Add(t.Context(), events...))
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 storage": 150.1}, sums)
}

func TestAddInvalid(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	for text, change := range map[string]func(*usage.Event){
		"ID is empty":            func(e *usage.Event) { e.ID = "" },
		"ID has 513 bytes":       func(e *usage.Event) { e.ID = strings.Repeat("x", 513) },
		"EntitlementID is empty": func(e *usage.Event) { e.EntitlementID = "" },
		"a step in a path":       func(e *usage.Event) { e.EntitlementID = ".." },
		"Dimension is empty":     func(e *usage.Event) { e.Dimension = "" },
		`"\xff" is not text`:     func(e *usage.Event) { e.Dimension = "\xff" },
		`"a\x00" is not text`:    func(e *usage.Event) { e.ID = "a\x00" },
		"NaN is not a number":    func(e *usage.Event) { e.Quantity = math.NaN() },
		"+Inf is not a number":   func(e *usage.Event) { e.Quantity = math.Inf(1) },
		"-0.5 is negative":       func(e *usage.Event) { e.Quantity = -0.5 },
		"is more than 2⁵³":       func(e *usage.Event) { e.Quantity = 1 << 54 },
		"the time is not set":    func(e *usage.Event) { e.Time = time.Time{} },
		"before the year 2000":   func(e *usage.Event) { e.Time = time.Unix(0, 0) },
		"is in the future":       func(e *usage.Event) { e.Time = e.Time.Add(6 * time.Minute) },
	} {
		event := r.event("a", "ent-1", "storage", 1)
		change(&event)
		err := r.Add(t.Context(), r.event("good", "ent-1", "storage", 1), event)
		require.ErrorIs(t, err, usage.ErrInvalidEvent, text)
		require.ErrorContains(t, err, text)
	}
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Zero(t, status, "nothing of the calls is stored")
}

func TestAddConflict(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	before := r.event("a", "ent-1", "storage", 1)
	require.NoError(t, r.Add(t.Context(), before))
	for _, change := range []func(*usage.Event){
		func(e *usage.Event) { e.EntitlementID = "ent-2" }, func(e *usage.Event) { e.Dimension = "api_calls" },
		func(e *usage.Event) { e.Quantity = 1.5 },
	} {
		event := before
		change(&event)
		var conflict *usage.ConflictError
		require.ErrorAs(t, r.Add(t.Context(), r.event("good", "ent-1", "storage", 1), event), &conflict)
		assert.Equal(t, &usage.ConflictError{Event: event, Stored: before}, conflict)
		require.ErrorAs(t, r.Add(t.Context(), before, event), &conflict, "also within one call")
	}
	later := before
	later.Time = before.Time.Add(time.Minute)
	require.NoError(t, r.Add(t.Context(), later, before), "a repeat may have a time of its own, and the first counts")
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, status.Events)
	assert.Equal(t, before.Time, status.Oldest)
}

func TestAddTx(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	tx, err := r.db.Begin()
	require.NoError(t, err)
	require.NoError(t, r.AddTx(t.Context(), tx, r.event("a", "ent-1", "storage", 1)))
	require.NoError(t, tx.Rollback())
	tx, err = r.db.Begin()
	require.NoError(t, err)
	require.NoError(t, r.AddTx(t.Context(), tx, r.event("b", "ent-1", "storage", 1)))
	require.NoError(t, tx.Commit())
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, status.Events)
	require.ErrorContains(t, r.AddTx(t.Context(), tx, r.event("c", "ent-1", "storage", 1)), "store events")
	require.ErrorIs(t, r.AddTx(t.Context(), tx, usage.Event{}), usage.ErrInvalidEvent)
}

// TestMemory counts an event again after its id was forgotten, and not before.
func TestMemory(t *testing.T) {
	t.Parallel()
	r := newRoom(t, usage.WithMemory(24*time.Hour))
	event := r.event("a", "ent-1", "storage", 1)
	purge := func() {
		stop := run(t, r.Reporter) // which looks at its start
		require.NoError(t, stop())
	}
	require.NoError(t, r.Add(t.Context(), event))
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	r.clock.advance(24 * time.Hour)
	purge()
	require.NoError(t, r.Add(t.Context(), event))
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, 0, status.Events)
	success := status.LastSuccess

	r.clock.advance(time.Second)
	purge()
	status, err = r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, success, status.LastSuccess, "which is known for longer")
	require.NoError(t, r.Add(t.Context(), event))
	status, err = r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, status.Events)
}
