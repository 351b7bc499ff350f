package api

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestDelay checks that waits have full jitter under a bound that doubles.
func TestDelay(t *testing.T) {
	t.Parallel()
	policy := RetryPolicy{MaxTries: 100, BaseDelay: 100 * time.Millisecond, MaxDelay: time.Second}
	for try, bound := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 4: 800 * time.Millisecond, 5: time.Second, 99: time.Second} {
		shortest, longest := time.Hour, time.Duration(0)
		for range 1000 {
			wait, ok := policy.delay(context.Background(), try, 0)
			assert.True(t, ok)
			shortest, longest = min(shortest, wait), max(longest, wait)
		}
		assert.LessOrEqual(t, longest, bound, "after try %d", try)
		assert.Greater(t, longest, bound*9/10, "after try %d", try)
		assert.Less(t, shortest, bound/10, "after try %d", try)
	}
	_, ok := policy.delay(context.Background(), 100, 0)
	assert.False(t, ok, "after the last try")
}

// TestDelayOfStrangePolicies checks that no policy makes the waits overflow.
func TestDelayOfStrangePolicies(t *testing.T) {
	t.Parallel()
	const longest = time.Duration(math.MaxInt64)
	for _, policy := range []RetryPolicy{
		{MaxTries: 60, BaseDelay: 10 * time.Second, MaxDelay: time.Millisecond},
		{MaxTries: 100, BaseDelay: longest, MaxDelay: longest},
		{MaxTries: 100, BaseDelay: 1, MaxDelay: longest},
		{MaxTries: 100, BaseDelay: 3, MaxDelay: longest - 1},
		{MaxTries: 100},
	} {
		for try := 1; try < policy.MaxTries; try++ {
			wait, ok := policy.delay(context.Background(), try, 0)
			assert.True(t, ok)
			assert.GreaterOrEqual(t, wait, time.Duration(0), "%+v after try %d", policy, try)
			assert.LessOrEqual(t, wait, policy.MaxDelay, "%+v after try %d", policy, try)
		}
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "120", "-1", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", "soon"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		assert.GreaterOrEqual(t, parseRetryAfter(value), time.Duration(0))
	})
}
