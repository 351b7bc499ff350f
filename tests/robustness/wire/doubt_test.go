package wire

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// TestEarlier checks that the error of a later try holds the error of the earlier one.
func TestEarlier(t *testing.T) {
	t.Parallel()
	client := serve(t, inTurn(hangUp, answer(404, "application/json", `"no such offer"`)))
	err := deleteOffer(t.Context(), client)
	e, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%T %v", err, err)
	assert.ErrorIs(t, err, api.ErrNotFound)
	assert.ErrorIs(t, err, api.ErrOutcomeUnknown)
	assert.True(t, e.OutcomeUnknown)
	require.Error(t, e.Earlier)
	assert.ErrorContains(t, e.Earlier, "EOF")
	assert.Equal(t, gen.EffectIdempotent, e.Effect)

	client = serve(t, inTurn(answer(502, "text/html", "<h1>Bad Gateway</h1>"), answer(404, "application/json", `"no such offer"`)))
	e, ok = errors.AsType[*api.Error](deleteOffer(t.Context(), client))
	require.True(t, ok)
	assert.Equal(t, 404, e.StatusCode)
	assert.ErrorContains(t, e.Earlier, "502")

	client = serve(t, inTurn(answer(429, "", ""), answer(404, "application/json", `"no such offer"`)))
	e, ok = errors.AsType[*api.Error](deleteOffer(t.Context(), client))
	require.True(t, ok)
	assert.NoError(t, e.Earlier, "429 has let nothing in")
	assert.False(t, e.OutcomeUnknown)

	e, ok = errors.AsType[*api.Error](get(t.Context(), serve(t, inTurn(hangUp, answer(404, "", "")))))
	require.True(t, ok)
	assert.False(t, e.OutcomeUnknown, "a read has no outcome")
}

// TestPolicyDecides checks that RetryPolicy.Retry is asked, with the status or with the error, and is obeyed.
func TestPolicyDecides(t *testing.T) {
	t.Parallel()
	var statuses []int
	var errs []error
	policy := quick
	policy.Retry = func(status int, err error) bool {
		statuses, errs = append(statuses, status), append(errs, err)
		return status == 418 || status == 0
	}
	client := serve(t, inTurn(answer(418, "", ""), hangUp, answer(503, "", "")), api.WithRetry(policy))
	e, ok := errors.AsType[*api.Error](get(t.Context(), client))
	require.True(t, ok)
	assert.Equal(t, 503, e.StatusCode, "the standard rule would have gone on after it, and would not have come to it")
	require.GreaterOrEqual(t, len(statuses), 2)
	assert.Equal(t, []int{418, 0}, statuses[:2])
	assert.Error(t, errs[1])

	policy.Retry = func(int, error) bool { return false }
	for _, first := range inDoubt {
		client := serve(t, inTurn(first, answer(200, "application/json", offer)), api.WithRetry(policy))
		assert.Error(t, get(t.Context(), client), "no repeat when the policy says so")
	}
}

// TestIsTemporary is the standard rule.
func TestIsTemporary(t *testing.T) {
	t.Parallel()
	for status := 100; status < 600; status++ {
		want := status == 408 || status == 429 || status == 500 || status >= 502 && status <= 504 || status >= 520 && status <= 529
		assert.Equal(t, want, api.IsTemporary(status, nil), status)
	}
}
