package api

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/suger-go/suger/gen"
)

// RetryPolicy says how often and when a call is repeated.
//
// Whether it is repeated depends on the effect of its operation. Reads and idempotent calls are repeated after 429, 502,
// 503, 504 and faults of the connection. Unsafe calls, those that would act again, are repeated only when the server
// did not act for certain: after 429, and when no connection came about.
//
// Before the n-th repeat a call waits a random time between 0 and BaseDelay·2ⁿ⁻¹, at most MaxDelay; a Retry-After of the
// answer replaces that. A call does not wait when the server asks for more than MaxDelay, or when its context would
// end first: it returns the error it has.
type RetryPolicy struct {
	MaxTries  int           // tries in all; 1 means no repeat
	BaseDelay time.Duration // bound of the first wait
	MaxDelay  time.Duration // bound of every wait
}

// DefaultRetryPolicy is the policy of a client without [WithRetry].
var DefaultRetryPolicy = RetryPolicy{MaxTries: 3, BaseDelay: 500 * time.Millisecond, MaxDelay: 30 * time.Second}

// delay returns how long to wait after the given try, and whether to go on at all.
func (p RetryPolicy) delay(ctx context.Context, try int, retryAfter time.Duration) (time.Duration, bool) {
	if try >= p.MaxTries || retryAfter > p.MaxDelay {
		return 0, false
	}
	wait := retryAfter
	if wait == 0 {
		bound := p.MaxDelay
		if shift := try - 1; shift < 32 && p.BaseDelay<<shift < bound {
			bound = p.BaseDelay << shift
		}
		wait = rand.N(bound + 1)
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return 0, false
	}
	return wait, true
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

// mayRepeat reports whether a call with the given effect may be sent again after this try.
func (t *try) mayRepeat(ctx context.Context, effect gen.Effect) bool {
	switch {
	case ctx.Err() != nil:
		return false
	case t.response == nil:
		return !isPermanent(t.err) && (!t.sent || effect != gen.EffectUnsafe)
	case t.err != nil: // the body broke off
		return effect != gen.EffectUnsafe && !errors.Is(t.err, errTooLarge)
	case t.response.StatusCode == http.StatusTooManyRequests:
		return true
	}
	return effect != gen.EffectUnsafe && isTemporary(t.response.StatusCode)
}

// isTemporary reports whether a status says that the server may do it later.
func isTemporary(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isPermanent reports whether a fault of the connection will be there the next time too.
func isPermanent(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	return certificate || notTLS || errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, context.Canceled)
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
