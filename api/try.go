package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/suger-go/suger/gen"
)

// try is one request of a call, with its answer or error.
type try struct {
	number   int
	request  *http.Request
	response *http.Response // nil if none came
	body     []byte         // the part of the answer's body that arrived
	sink     *sink          // where its body went, nil if it was kept
	err      error          // why there is no response, or why its body broke off
	cached   bool           // whether the credentials were in a cache
	end      context.CancelFunc
	ctx      context.Context
	sent     func() (io.ReadCloser, error) // returns the body that was sent, nil if there is none
	wire     wire
}

var (
	errRepeat  = errors.New("the connection broke off before an answer came")
	errNothing = errors.New("the transport returned neither an answer nor an error")
)

// wire ensures that a try writes its request only once. [http.Transport] writes a request a second time, on another connection,
// when it believes that this does no harm: after a connection that was idle breaks off, and over HTTP/2 after resets and
// GOAWAY. Neither the retry policy nor the rate limit would see that.
//
// The transport may run the hooks after it has returned, hence the atomics.
type wire struct {
	hooks                                       httptrace.ClientTrace
	asked, connected, reused, written, repeated atomic.Bool
	end                                         context.CancelFunc
}

// watch returns a context whose requests the wire watches.
func (w *wire) watch(ctx context.Context, end context.CancelFunc) context.Context {
	w.end = end
	w.hooks = httptrace.ClientTrace{
		GetConn:      func(string) { w.asked.Store(true) },
		GotConn:      w.gotConn,
		WroteHeaders: func() { w.written.Store(true) },
	}
	return httptrace.WithClientTrace(ctx, &w.hooks)
}

// gotConn stops the transport from writing the request a second time. HTTP/2 checks the context before it writes, so cancelling
// it is enough. HTTP/1.1 does not, so the connection, which has no other request, is closed.
func (w *wire) gotConn(info httptrace.GotConnInfo) {
	w.connected.Store(true)
	w.reused.Store(info.Reused)
	if !w.written.Load() {
		return
	}
	w.repeated.Store(true)
	w.end()
	if info.Conn != nil && !isHTTP2(info.Conn) {
		info.Conn.Close()
	}
}

func isHTTP2(conn any) bool {
	secure, ok := conn.(interface{ ConnectionState() tls.ConnectionState })
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
}

// mayHaveWritten reports whether any of the request may have left the client. It may if the transport runs no hooks, or if the
// context has ended, since the hook for the written headers may run after that.
func (w *wire) mayHaveWritten(ctx context.Context) bool {
	return w.written.Load() || w.connected.Load() && ctx.Err() != nil || !w.asked.Load() && !w.connected.Load()
}

// nothingWritten reports whether net/http says that the first write of a request failed. The type of that error is not
// exported, so its name is compared; if that changes, the request counts as one that may have been sent.
func nothingWritten(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if reflect.TypeOf(err).String() == "http.nothingWrittenError" {
			return true
		}
	}
	return false
}

// roundTrip sends a request once and returns its answer, or why there is none. A final answer with a status below 200 is an
// error: 101 would hand over the connection, which the client does not ask for.
func (w *wire) roundTrip(transport http.RoundTripper, req *http.Request) (*http.Response, error) {
	resp, err := transport.RoundTrip(req)
	switch {
	case w.repeated.Load() && resp == nil:
		return nil, errRepeat
	case err != nil:
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // its URL has the query
		}
		if e, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(e.RecordHeader[:]) == "HTTP/" {
			err = http.ErrSchemeMismatch
		}
		return nil, err
	case resp == nil:
		return nil, errNothing
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	if resp.StatusCode < http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("the server answered %d %s, which is no end of a request", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return resp, nil
}

// onlyOnce keeps a transport from repeating a request: it removes GetBody, and gives an unsafe call without a body an empty
// one. Reads and idempotent calls stay without a body, as servers and proxies expect; wire prevents their repetition.
func onlyOnce(req *http.Request, effect gen.Effect) {
	req.GetBody = nil
	if effect == gen.EffectUnsafe && (req.Body == nil || req.Body == http.NoBody) {
		req.Body = io.NopCloser(bytes.NewReader(nil))
	}
}

// evidence collects the facts about the try for judge. Once the context of the call has ended no failure counts as temporary,
// since the call cannot be repeated.
func (t *try) evidence(ctx context.Context, policy RetryPolicy, op *gen.Operation) evidence {
	e := evidence{cached: t.cached}
	if t.response == nil {
		e.written = t.wire.mayHaveWritten(t.ctx) && !nothingWritten(t.err)
		e.temporary = policy.temporary(0, t.err) && ctx.Err() == nil
		e.stale = !e.written && t.wire.reused.Load() && ctx.Err() == nil
		return e
	}
	e.written, e.status, e.broken = true, t.response.StatusCode, t.succeeded() && t.err != nil
	switch {
	case ctx.Err() != nil:
	case e.broken:
		e.temporary = (t.sink == nil || !t.sink.written) && policy.temporary(e.status, t.err)
	case !t.succeeded():
		e.temporary = policy.temporary(e.status, nil) && !t.refuses(op)
	}
	return e
}

// refuses reports whether the answer says what is wrong with the request, although its status is that of a failure: the operation
// is documented to do so, in a JSON string. Anything else with that status comes from a gateway or is a failure.
func (t *try) refuses(op *gen.Operation) bool {
	var reason string
	return slices.Contains(op.Refusals, t.response.StatusCode) && json.Unmarshal(t.body, &reason) == nil && reason != ""
}

func (t *try) succeeded() bool { return t.response != nil && t.response.StatusCode/100 == 2 }

// send makes one try. An error means that nothing was sent.
func (r *run) send(ctx context.Context) (*try, error) {
	c, call := r.caller, r.call
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", call.Operation.Name, err)
	}
	req, err := r.newRequest()
	if err != nil {
		return nil, err
	}
	if c.limiter != nil {
		if err := c.limiter.Wait(ctx); err != nil {
			return nil, fmt.Errorf("%s: rate limit: %w", call.Operation.Name, err)
		}
	}
	t := &try{number: r.number, sent: req.GetBody, end: func() {}}
	t.ctx, t.end = withTimeout(ctx, r.timeout)
	value, cached, err := c.access(t.ctx, r.refused)
	if err != nil {
		t.end()
		return nil, fmt.Errorf("%s: %w", call.Operation.Name, err)
	}
	t.cached = cached && r.refused == ""
	req.Header.Set("Authorization", value)
	onlyOnce(req, r.effect)
	t.request = req.WithContext(t.wire.watch(t.ctx, t.end))

	start := time.Now()
	if t.err = t.ctx.Err(); t.err == nil {
		t.response, t.err = t.wire.roundTrip(c.transport, t.request)
	} else {
		t.wire.asked.Store(true) // nothing was sent: the time-out ended while the token was fetched
	}
	if t.response != nil {
		r.take(t)
	}
	c.log(ctx, call.Operation.Name, t, time.Since(start))
	return t, nil
}

// take reads the body of an answer, or copies it to the caller's writer.
func (r *run) take(t *try) {
	captured := r.call.Options.Response
	if w, ok := r.streams(t); ok {
		body := t.response.Body
		t.response.Body = http.NoBody
		if captured != nil {
			*captured = t.response
		}
		t.stream(body, w)
		return
	}
	t.body, t.err = r.caller.read(t.request.Method, t.response)
	if captured != nil {
		t.response.Body = io.NopCloser(bytes.NewReader(t.body))
		*captured = t.response
	}
}

// withTimeout returns a context that ends after the time-out, if there is one, or with its function.
func withTimeout(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout > 0 {
		return context.WithTimeout(ctx, timeout)
	}
	return context.WithCancel(ctx)
}
