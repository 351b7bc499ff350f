package api

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"

	"github.com/suger-go/suger/gen"
)

// evidence is the set of facts about a finished try from which judge decides.
type evidence struct {
	written   bool // whether any of the request may have left the client
	status    int  // of the answer, 0 if none came
	broken    bool // whether the body of the answer broke off
	temporary bool // whether the failure is temporary according to the retry policy
	stale     bool // whether nothing was written because the connection, which had been idle, was closed
	cached    bool // whether the credentials were in a cache and may be out of date
	moved     bool // whether the answer is a redirect that the client follows
	earlier   bool // whether an earlier try of the call may have taken effect
	settles   bool // whether the state of the object can be read from the server
}

// acted says whether a try took effect on the server.
type acted int

const (
	actedNot acted = iota
	actedPerhaps
	actedSurely
)

// next says how a call goes on after a try.
type next int

const (
	stop   next = iota // the call is over
	wait               // repeat after a wait
	atOnce             // repeat at once, because nothing was written
	renew              // repeat with new credentials
	follow             // repeat at the target of the redirect
	settle             // read the state of the object from the server
)

// verdict is how a call goes on after a try, and whether that try took effect.
type verdict struct {
	next  next
	acted acted
}

// judge decides how a call with the given effect goes on. Nothing is sent again without its verdict.
func judge(effect gen.Effect, e evidence) verdict {
	v := verdict{stop, e.acted()}
	mayRepeat := v.acted == actedNot || effect == gen.EffectRead || effect == gen.EffectIdempotent
	switch {
	case e.stale:
		v.next = atOnce
	case e.status == http.StatusUnauthorized && e.cached:
		v.next = renew
	case e.moved && mayRepeat:
		v.next = follow
	case e.temporary && mayRepeat:
		v.next = wait
	case e.settles && e.earlier && e.refused():
		v.next = settle
	}
	return v
}

// acted is derived from whether the request was written and from the status (RFC 9110, section 15). 408 and 5xx may come from a
// gateway after the server has acted. 301 to 303 may point to the result of the request; 307 and 308 ask for the same request
// at another URL, so the server has not acted.
func (e evidence) acted() acted {
	switch {
	case e.status == 0 && e.written:
		return actedPerhaps
	case e.status == 0:
		return actedNot
	case e.status/100 == 2:
		return actedSurely
	case e.status == http.StatusTemporaryRedirect, e.status == http.StatusPermanentRedirect:
		return actedNot
	case e.status < 400, e.status == http.StatusRequestTimeout, e.status >= 500:
		return actedPerhaps
	}
	return actedNot
}

// refused reports whether the server refuses the request itself, and not its credentials or the rate of requests.
func (e evidence) refused() bool {
	switch e.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return false
	}
	return e.status/100 == 4 && e.acted() == actedNot
}

// IsTemporary is the standard rule for what a [RetryPolicy] repeats, if the effect of the call allows it: the statuses 408,
// 429, 500, 502, 503, 504 and 520 to 529, which gateways and overloaded servers give, and faults of the connection.
// status is 0 when no answer came; err says why there is none or why its body broke off.
func IsTemporary(status int, err error) bool {
	if err != nil {
		return !isPermanent(err)
	}
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status <= 529
}

// isPermanent reports whether a repeat is certain to fail with the same error.
func isPermanent(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	return certificate || notTLS || errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, context.Canceled) || errors.Is(err, errTooLarge)
}
