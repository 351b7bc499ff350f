package api

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// RetryPolicy says how often and when a call is repeated.
//
// Whether it may be repeated depends on the effect of its operation. Reads and idempotent calls are repeated after temporary
// failures, which are those of [IsTemporary] unless Retry is set. Unsafe calls, whose repeat would act again, are repeated only
// if it is certain that the server did not act: after 429, and if nothing was sent.
//
// Before the n-th repeat a call waits a random time between 0 and BaseDelay·2ⁿ⁻¹, at most MaxDelay; a Retry-After of the
// answer replaces that. A call does not wait when the server asks for more than MaxDelay, or when its context would
// end first: it returns the error it has.
//
// If the server refuses a repeat after a try that may have taken effect, the client reads the object, if there is an operation
// for that. The call succeeds if the object has the state that the call asks for, such as an offer that is DELETED.
//
// Three kinds of requests are sent again at once and do not count as tries: one that could not be written because the server
// had closed an idle connection, one that was refused with 401 for a cached token (once), and one that was redirected.
type RetryPolicy struct {
	MaxTries  int           // tries in all; 1 means no repeat
	BaseDelay time.Duration // bound of the first wait
	MaxDelay  time.Duration // bound of every wait

	// Retry reports whether a failure is temporary. status is that of the answer, 0 if none came; err is set if none came or
	// its body broke off. Nil means IsTemporary. An unsafe call that may have taken effect is never repeated, whatever Retry
	// returns.
	Retry func(status int, err error) bool
}

// DefaultRetryPolicy returns the policy of a client without [WithRetry]: three tries, waits of up to 0.5 and 1 second, and
// 30 seconds where the server asks for them.
func DefaultRetryPolicy() RetryPolicy {
	return RetryPolicy{MaxTries: 3, BaseDelay: 500 * time.Millisecond, MaxDelay: 30 * time.Second}
}

// temporary reports whether a failure is temporary by the policy.
func (p RetryPolicy) temporary(status int, err error) bool {
	if p.Retry != nil {
		return p.Retry(status, err)
	}
	return IsTemporary(status, err)
}

// delay returns how long to wait after the given try, and whether to go on at all.
func (p RetryPolicy) delay(ctx context.Context, try int, retryAfter time.Duration) (time.Duration, bool) {
	if try >= p.MaxTries || retryAfter > p.MaxDelay {
		return 0, false
	}
	wait := retryAfter
	if wait == 0 {
		wait = time.Duration(rand.Int64N(int64(min(p.bound(try), math.MaxInt64-1)) + 1))
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return 0, false
	}
	return wait, true
}

// bound returns the longest wait after a try.
func (p RetryPolicy) bound(try int) time.Duration {
	bound := p.BaseDelay
	for ; try > 1 && bound > 0 && bound < p.MaxDelay; try-- {
		if bound > p.MaxDelay/2 {
			return p.MaxDelay // doubling it could overflow
		}
		bound *= 2
	}
	return min(bound, p.MaxDelay)
}

// sleep waits, or ends early with the error of the context.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// parseRetryAfter reads a Retry-After header, in seconds or as a date (RFC 9110, section 10.2.3).
func parseRetryAfter(value string) time.Duration {
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(math.MaxInt64/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(time.Until(date), 0)
	}
	return 0
}
