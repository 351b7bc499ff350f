package wire

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// TestSentID checks that the error of a lost report carries the id that the client made up, which the caller repeats it with.
func TestSentID(t *testing.T) {
	t.Parallel()
	m := &meter{reports: hangUp, list: none}
	_, err := report(t, serve(t, m.ServeHTTP), nil)
	lost, ok := errors.AsType[*api.TransportError](err)
	require.True(t, ok, "%T %v", err, err)
	assert.NotEmpty(t, lost.SentID)
	assert.Equal(t, m.sent()[0], lost.SentID)
	assert.Equal(t, gen.EffectUnsafe, lost.Effect)
	assert.ErrorContains(t, err, lost.SentID)

	m = &meter{reports: answer(503, "", ""), list: none}
	_, err = report(t, serve(t, m.ServeHTTP), nil)
	refused, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%T %v", err, err)
	assert.Equal(t, m.sent()[0], refused.SentID)

	m = &meter{reports: answer(200, "text/html", page), list: none}
	_, err = report(t, serve(t, m.ServeHTTP), nil)
	unread, ok := errors.AsType[*api.DecodeError](err)
	require.True(t, ok, "%T %v", err, err)
	assert.Equal(t, m.sent()[0], unread.SentID)
	assertUnknown(t, true, err)

	m = &meter{reports: hangUp, list: none}
	_, err = report(t, serve(t, m.ServeHTTP), new("mine"))
	lost, ok = errors.AsType[*api.TransportError](err)
	require.True(t, ok, "%T %v", err, err)
	assert.Empty(t, lost.SentID, "the caller has it")
	assert.Equal(t, gen.EffectIdempotent, lost.Effect)
}

// TestInvalidReport checks that usage which Suger does not take is an error, by the answer itself and by the list after a 409.
func TestInvalidReport(t *testing.T) {
	t.Parallel()
	invalid := answer(200, "application/json", `{"id": "g-1", "status": "INVALID", "records": {"gb": 5}}`)
	for name, m := range map[string]*meter{
		"by the answer": {reports: invalid, list: none},
		"by the list":   {reports: inTurn(hangUp, conflict), list: stored("INVALID", `{"gb": 5}`)},
		"by a repeat":   {reports: inTurn(answer(502, "", ""), invalid), list: none},
	} {
		group, err := report(t, serve(t, m.ServeHTTP), nil)
		require.ErrorIs(t, err, api.ErrUsageInvalid, name)
		e, ok := errors.AsType[*api.UsageError](err)
		require.True(t, ok, "%s: %T %v", name, err, err)
		require.Len(t, e.Groups, 1)
		assert.Equal(t, gen.UsageRecordGroupStatusInvalid, e.Groups[0].GetStatus())
		assert.Equal(t, gen.UsageRecordGroupStatusInvalid, group.GetStatus(), name)
		assert.Equal(t, "Metering.ReportUsageRecordGroup", e.Operation)
		assert.False(t, api.IsRetryable(err))
	}
}

// TestInvalidBatch checks that the error of a batch names the groups that are not taken, and that all of them are returned.
func TestInvalidBatch(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(200, "application/json", `[{"id": "g-1", "status": "CREATED"}, {"id": "g-2", "status": "INVALID"}, {"id": "g-3", "status": "INVALID"}]`)(w, r)
	})
	groups, err := client.Metering.BatchReportUsageRecordGroups(t.Context(), make([]gen.UsageRecordGroupBatchItem, 3))
	assert.Len(t, groups, 3)
	require.ErrorIs(t, err, api.ErrUsageInvalid)
	e, ok := errors.AsType[*api.UsageError](err)
	require.True(t, ok, "%T %v", err, err)
	require.Len(t, e.Groups, 2)
	assert.ErrorContains(t, err, "g-2")
	assert.ErrorContains(t, err, "g-3")
	assert.NotContains(t, err.Error(), "g-1")
}
