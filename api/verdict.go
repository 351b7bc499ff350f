package api

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"

	"github.com/suger-go/suger/gen"
)

// evidence is what is known of a try when it is over.
type evidence struct {
	written   bool // whether any of the request may have left the client
	status    int  // of the answer, 0 if none came
	broken    bool // whether the body of the answer broke off
	temporary bool // whether the retry policy takes the failure for one that passes
	stale     bool // whether nothing was written because the connection, which had been idle, was closed
	cached    bool // whether the credentials were in a cache and may be out of date
	moved     bool // whether the answer is a redirect that the client follows
	earlier   bool // whether an earlier try of the call may have taken effect
	settles   bool // whether the server can be asked what the state is
}

// acted says what the server did with a try.
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
	wait               // the same again after a wait
	atOnce             // the same again without a wait, because nothing was written
	renew              // the same again with new credentials
	follow             // the same again where a redirect points
	settle             // the server is asked for the state
)

// verdict is what a try means for its call.
type verdict struct {
	next  next
	acted acted
}

// judge decides how a call with the given effect goes on. Nothing else decides it: what is sent again is sent because of a
// verdict.
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

// acted follows from what was written and what came (RFC 9110, section 15). Gateways answer 408 and 5xx after the server
// has acted; 301 to 303 may tell where its result is, while 307 and 308 ask for the same elsewhere.
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

// refused reports whether the answer is a refusal of what was asked, not of who asked or how often.
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

// isPermanent reports whether a fault will be there the next time too.
func isPermanent(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	return certificate || notTLS || errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, context.Canceled) || errors.Is(err, errTooLarge)
}
