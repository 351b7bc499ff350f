package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/suger-go/suger/gen"
)

// maxErrorBody bounds what is kept of the body of an error.
const maxErrorBody = 1 << 20

// caller carries out the calls of the services.
type caller struct {
	server           string // with a slash at its end
	http             *http.Client
	access           access
	userAgent        string
	timeout          time.Duration
	maxResponseBytes int64
	retry            RetryPolicy
	limiter          *rate.Limiter
	logger           *slog.Logger
	logBodies        bool
}

// try is one request of a call and what came of it.
type try struct {
	number   int
	request  *http.Request
	response *http.Response // nil if none came
	body     []byte         // what came of it
	err      error          // why there is no response, or why its body broke off
	sent     bool           // whether the server may have seen the request; true for every read
	cached   bool           // whether the credentials were in a cache

	// The transport may run the hooks after Do has returned, hence the atomics.
	hooks             httptrace.ClientTrace
	dialed, connected atomic.Bool
}

// Call implements gen.Caller.
func (c *caller) Call(ctx context.Context, call *gen.Call) error {
	effect := call.Options.Effect
	if effect == "" {
		effect = call.Operation.Effect
	}
	var refused string  // a token that the server refused
	var mayBeThere bool // whether a try may have taken effect without an answer
	for number := 1; ; number++ {
		t, err := c.send(ctx, call, effect, number, refused)
		if err != nil {
			access, ok := errors.AsType[*AccessError](err)
			if !ok || !access.temporary() || ctx.Err() != nil {
				return err
			}
			if !c.wait(ctx, number, 0) {
				return interrupted(ctx, err)
			}
			continue
		}
		if t.response != nil && t.response.StatusCode == http.StatusUnauthorized && t.cached && refused == "" {
			refused = t.request.Header.Get("Authorization")
			number--
			continue
		}
		if t.response != nil && t.response.StatusCode == http.StatusConflict && call.HasID && mayBeThere {
			return nil
		}
		if t.failed() && t.mayRepeat(ctx, effect) {
			var retryAfter time.Duration
			if t.response != nil {
				retryAfter = parseRetryAfter(t.response.Header.Get("Retry-After"))
			}
			if c.wait(ctx, number, retryAfter) {
				limited := t.response != nil && t.response.StatusCode == http.StatusTooManyRequests // and so not let in
				mayBeThere = mayBeThere || t.sent && !limited
				continue
			}
			return interrupted(ctx, t.result(call, effect))
		}
		return t.result(call, effect)
	}
}

// wait sleeps before the next try and reports whether there is one.
func (c *caller) wait(ctx context.Context, try int, retryAfter time.Duration) bool {
	wait, ok := c.retry.delay(ctx, try, retryAfter)
	return ok && sleep(ctx, wait) == nil
}

// interrupted adds to the error of a call that its context ended while it waited for the next try.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("%w (then %w)", err, ctx.Err())
}

// send makes one try. An error means that nothing was sent.
func (c *caller) send(ctx context.Context, call *gen.Call, effect gen.Effect, number int, refused string) (*try, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", call.Operation.Name, err)
	}
	req, err := call.NewRequest(c.server)
	if err != nil {
		return nil, fmt.Errorf("%s: the request cannot be built: %w", call.Operation.Name, err)
	}
	for name, values := range call.Options.Header {
		if http.CanonicalHeaderKey(name) == "Authorization" {
			return nil, fmt.Errorf("%s: the Authorization header is the client's own", call.Operation.Name)
		}
		if name == "" || strings.ContainsAny(name, " \t:") || strings.ContainsFunc(name+strings.Join(values, ""), cannotBeInHeader) {
			return nil, fmt.Errorf("%s: the header %q cannot be sent: its name or value has characters that no header carries", call.Operation.Name, name)
		}
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if c.limiter != nil {
		if err := c.limiter.Wait(ctx); err != nil {
			return nil, fmt.Errorf("%s: rate limit: %w", call.Operation.Name, err)
		}
	}
	t := &try{number: number}
	if t.cached, err = c.authorize(ctx, req, refused); err != nil {
		return nil, fmt.Errorf("%s: %w", call.Operation.Name, err)
	}
	setDefault(req.Header, "Accept", call.Accept)
	setDefault(req.Header, "User-Agent", c.userAgent)

	timeout := c.timeout
	if call.Options.Timeout > 0 {
		timeout = call.Options.Timeout
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	if effect != gen.EffectRead { // which it does not matter for
		t.hooks = httptrace.ClientTrace{
			GetConn: func(string) { t.dialed.Store(true) },
			GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
		}
		ctx = httptrace.WithClientTrace(ctx, &t.hooks)
	}
	t.request = req.WithContext(ctx)
	start := time.Now()
	t.response, t.err = c.http.Do(t.request)
	// A transport that runs no hooks does not tell, so it may have sent the request.
	t.sent = t.connected.Load() || !t.dialed.Load() || t.response != nil
	if t.err != nil {
		t.response = nil // a redirect that was refused comes with its response, already closed
	}
	if t.response != nil {
		t.body, t.err = c.read(t.response)
		if call.Out == nil && t.response.StatusCode/100 == 2 {
			t.err = nil // the status says it all
		}
		if call.Options.Response != nil {
			t.response.Body = io.NopCloser(bytes.NewReader(t.body))
			*call.Options.Response = t.response
		}
	}
	c.log(ctx, call.Operation.Name, t, time.Since(start))
	return t, nil
}

// cannotBeInHeader reports whether no field of a header may hold a character (RFC 9110, section 5.5).
func cannotBeInHeader(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func setDefault(header http.Header, name, value string) {
	if header.Get(name) == "" {
		header.Set(name, value)
	}
}

func (c *caller) authorize(ctx context.Context, req *http.Request, refused string) (cached bool, err error) {
	value, cached, err := c.access(ctx, refused)
	if err == nil {
		req.Header.Set("Authorization", value)
	}
	return cached, err
}

var errTooLarge = errors.New("the answer is larger than the limit of the client")

// read takes in the body of a response, and what came of it before an error.
func (c *caller) read(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	limit := c.maxResponseBytes
	if resp.StatusCode/100 != 2 {
		limit = min(limit, maxErrorBody)
	}
	var buf bytes.Buffer
	if resp.ContentLength > 0 && resp.ContentLength <= limit {
		buf.Grow(int(resp.ContentLength) + bytes.MinRead) // spares the copies of a growing buffer
	}
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, limit+1))
	if n <= limit {
		return buf.Bytes(), err
	}
	if resp.StatusCode/100 != 2 {
		return buf.Bytes()[:limit], nil // the message is at the start of it
	}
	return nil, fmt.Errorf("%w, %d bytes (see WithMaxResponseBytes)", errTooLarge, limit)
}

func (t *try) failed() bool { return t.err != nil || t.response.StatusCode/100 != 2 }

// result turns a try into the result of its call.
func (t *try) result(call *gen.Call, effect gen.Effect) error {
	unsafe := effect == gen.EffectUnsafe
	if t.response == nil {
		err := t.err
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // the operation and the path say the rest
		}
		return &TransportError{
			Operation: call.Operation.Name, Method: t.request.Method, Path: t.request.URL.Path,
			OutcomeUnknown: unsafe && t.sent, Err: err,
		}
	}
	status, header := t.response.StatusCode, t.response.Header
	if status/100 == 2 {
		value, err := t.decode(call)
		if err == nil {
			return nil
		}
		return &DecodeError{
			Operation: call.Operation.Name, StatusCode: status, Method: t.request.Method, Path: t.request.URL.Path,
			RequestID: requestID(header), Header: header, Body: t.body, Value: value, Err: err,
		}
	}
	message := t.message()
	if location := header.Get("Location"); status/100 == 3 && location != "" {
		message = "redirects to " + printable(location) + ", which the client does not follow: it keeps to its server and to the method, 10 times at most"
	}
	return &Error{
		Operation: call.Operation.Name, StatusCode: status, Message: message,
		Method: t.request.Method, Path: t.request.URL.Path, RequestID: requestID(header),
		RetryAfter:     parseRetryAfter(header.Get("Retry-After")),
		OutcomeUnknown: unsafe && status >= 500, Header: header, Body: []byte(t.withoutCredentials(string(t.body))),
	}
}

// message is what the server said.
func (t *try) message() string { return t.withoutCredentials(errorMessage(t.body)) }

// withoutCredentials replaces the credentials of the request: some gateways repeat the header that they complain about.
func (t *try) withoutCredentials(text string) string {
	if _, secret, _ := strings.Cut(t.request.Header.Get("Authorization"), " "); len(secret) >= 8 { // else it is a test's
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return text
}

// decode reads a success. value is what could be read when there is an error too.
func (t *try) decode(call *gen.Call) (value any, err error) {
	if call.Out == nil {
		return nil, nil // the operation answers with nothing that matters
	}
	if t.err != nil {
		return nil, t.err
	}
	if text, ok := call.Out.(*string); ok && call.Accept != "application/json" {
		*text = string(t.body)
		return nil, nil
	}
	body := bytes.TrimSpace(t.body)
	if call.EmptyOK && (len(body) == 0 || string(body) == `""`) {
		return nil, nil
	}
	if len(body) == 0 {
		return nil, errors.New("the answer is empty")
	}
	err = json.Unmarshal(body, call.Out)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return call.Out, err // encoding/json fills in all the rest
	}
	if err != nil && !isJSON(t.response.Header) {
		err = fmt.Errorf("it is no JSON: %s", t.message())
	}
	return nil, err
}

func isJSON(header http.Header) bool {
	mediaType, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return mediaType == "" || strings.HasSuffix(mediaType, "json")
}

// Do calls an endpoint that no service has, with the access, retries and errors of all calls. path starts at the server,
// such as "/org/{orgId}/newThing/42", and {orgId} stands for the organization; ids in it must be escaped with
// [url.PathEscape]. in is sent as JSON unless it is nil, and the answer is decoded into out unless that is nil. GET and
// HEAD count as reads, PUT and DELETE as idempotent, all others as unsafe; [Effect] says otherwise.
func (c *Client) Do(ctx context.Context, method, path string, in, out any, opts ...CallOption) error {
	op := &gen.Operation{ID: "do", Name: "Do", Method: method, Path: path, Effect: effectOf(method)}
	target, err := url.Parse(strings.ReplaceAll(path, "{orgId}", url.PathEscape(c.orgID)))
	switch {
	case err != nil:
		return fmt.Errorf("Do: path %q: %w", path, err)
	case !strings.HasPrefix(path, "/") || target.Host != "":
		return fmt.Errorf("Do: path %q: want a path from the root of the server, such as /org/{orgId}/offer", path)
	}
	for segment := range strings.SplitSeq(strings.TrimSuffix(target.Path[1:], "/"), "/") {
		if segment == "" || segment == "." || segment == ".." {
			return fmt.Errorf("Do: path %q: has an empty segment or a step", path)
		}
	}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("Do: the body cannot be encoded: %w", err)
		}
	}
	call := &gen.Call{Operation: op, Accept: "application/json", Out: out}
	for _, opt := range opts {
		opt(&call.Options)
	}
	call.NewRequest = func(server string) (*http.Request, error) {
		req, err := http.NewRequest(method, server+strings.TrimPrefix(target.String(), "/"), bytes.NewReader(body))
		if err == nil && in != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req, err
	}
	return c.caller.Call(ctx, call)
}

func effectOf(method string) gen.Effect {
	switch method {
	case http.MethodGet, http.MethodHead:
		return gen.EffectRead
	case http.MethodPut, http.MethodDelete:
		return gen.EffectIdempotent
	}
	return gen.EffectUnsafe
}

// rawDoer sends the requests of the raw client.
type rawDoer struct{ c *caller }

// Do implements gen.HttpRequestDoer.
func (d rawDoer) Do(req *http.Request) (*http.Response, error) {
	server, err := url.Parse(d.c.server)
	if err != nil {
		return nil, err
	}
	if origin(req.URL) != origin(server) {
		return nil, fmt.Errorf("api: the request goes to %s, the credentials are for %s", req.URL.Host, server.Host)
	}
	if _, err := d.c.authorize(req.Context(), req, ""); err != nil {
		return nil, err
	}
	setDefault(req.Header, "User-Agent", d.c.userAgent)
	return d.c.http.Do(req)
}
