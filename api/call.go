package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/suger-go/suger/gen"
)

// maxStale bounds how often a call is sent again because idle connections turned out to be closed.
const maxStale = 10

// caller carries out the calls of the services.
type caller struct {
	settings
	server        string // with a slash at its end
	access        access
	transport     http.RoundTripper
	checkRedirect func(*http.Request, []*http.Request) error // asked before a redirect is followed, if not nil
	hold          hold
}

// run is the state of one call across its tries.
type run struct {
	caller  *caller
	call    *gen.Call
	effect  gen.Effect
	timeout time.Duration // of a try

	number  int    // of the try, from 1
	refused string // credentials that the server refused
	target  *url.URL
	via     []*http.Request // redirects that were followed
	stale   int             // tries that failed before anything was written, on a closed idle connection

	earlier error // error of the first try that may have taken effect, if it was followed by another
	last    error // error of the last try that was sent, if it was followed by another
}

// Call implements gen.Caller.
func (c *caller) Call(ctx context.Context, call *gen.Call) error {
	r := &run{caller: c, call: call, effect: call.Options.Effect, timeout: c.timeout, number: 1}
	if r.effect == "" {
		r.effect = call.Operation.Effect
	}
	if call.Options.Timeout > 0 {
		r.timeout = call.Options.Timeout
	}
	if err := r.check(); err != nil {
		return fmt.Errorf("%s: %w", call.Operation.Name, err)
	}
	ctx = withOperation(ctx, call.Operation)
	for {
		if err := c.hold.wait(ctx, call); err != nil {
			return then(r.last, fmt.Errorf("%s: %w", call.Operation.Name, err))
		}
		v, retryAfter, err := r.try(ctx)
		switch v.next {
		case stop:
			return err
		case settle:
			return r.settle(ctx, err)
		case wait:
			pause, ok := c.retry.delay(ctx, r.number, retryAfter)
			if ok {
				c.hold.set(call, err, retryAfter, pause)
			}
			if !ok || sleep(ctx, pause) != nil {
				return then(err, ctx.Err())
			}
			r.number++
		}
	}
}

// check returns an error for options with which no request can be sent.
func (r *run) check() error {
	switch r.effect {
	case gen.EffectRead, gen.EffectIdempotent, gen.EffectUnsafe:
	default:
		return fmt.Errorf("there is no effect %q: want gen.EffectRead, gen.EffectIdempotent or gen.EffectUnsafe", r.effect)
	}
	if r.call.Options.Timeout < 0 {
		return errors.New("the time-out is negative")
	}
	return checkHeader(r.call.Options.Header)
}

// try makes one try. err is the error with which the call ends if no further try follows.
func (r *run) try(ctx context.Context) (verdict, time.Duration, error) {
	t, err := r.send(ctx)
	if err != nil { // nothing was sent
		e, ok := errors.AsType[*AccessError](err)
		again := ok && r.caller.retry.temporary(e.StatusCode, e.Err) && ctx.Err() == nil
		return judge(r.effect, evidence{temporary: again}), 0, then(r.last, err)
	}
	defer t.end()
	evidence := t.evidence(ctx, r.caller.retry, r.call.Operation)
	evidence.stale = evidence.stale && r.stale < maxStale
	evidence.moved = r.redirect(t)
	evidence.earlier = r.earlier != nil
	evidence.settles = r.call.Settled != nil
	v := judge(r.effect, evidence)
	switch v.next {
	case atOnce:
		r.stale++
	case renew:
		r.refused = t.request.Header.Get("Authorization")
	case follow:
		r.via = append(r.via, t.request)
	}
	if v.next != follow {
		r.target = nil
	}
	err = r.result(t, v)
	if v.next == wait {
		r.last = err
	}
	if v.next != stop && v.acted != actedNot && r.effect != gen.EffectRead && r.earlier == nil {
		r.earlier = err
	}
	var retryAfter time.Duration
	if t.response != nil {
		retryAfter = parseRetryAfter(t.response.Header.Get("Retry-After"))
	}
	return v, retryAfter, err
}

// then joins the error of the last try with the reason why no further try was made.
func then(err, why error) error {
	switch {
	case err == nil:
		return why
	case why == nil:
		return err
	}
	return fmt.Errorf("%w (then %w)", err, why)
}

// settle is for a repeat that the server refused after an earlier try may have taken effect. It reads the object from the
// server: if the object is in the state that the call asks for, the call has succeeded.
func (r *run) settle(ctx context.Context, refusal error) error {
	done, err := r.call.Settled(ctx)
	e, ok := errors.AsType[*Error](refusal)
	switch {
	case done:
		return r.checkUsage()
	case err != nil && ok:
		e.unsettled = err
	case ok: // the state shows that no try took effect
		e.OutcomeUnknown, e.Earlier, e.SentID = false, nil, ""
	}
	return refusal
}

// newRequest builds the request of a try.
func (r *run) newRequest() (*http.Request, error) {
	req, err := r.call.NewRequest(r.caller.server)
	if _, ok := errors.AsType[*gen.ArgumentError](err); ok {
		return nil, err // it names the operation and the parameter
	}
	if err != nil {
		return nil, fmt.Errorf("%s: the request cannot be built: %w", r.call.Operation.Name, err)
	}
	if r.target != nil {
		req.URL, req.Host = r.target, r.target.Host
	}
	for name, values := range r.call.Options.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	setDefault(req.Header, "Accept", r.call.Accept)
	setDefault(req.Header, "User-Agent", r.caller.userAgent)
	return req, nil
}

func setDefault(header http.Header, name, value string) {
	if header.Get(name) == "" {
		header.Set(name, value)
	}
}
