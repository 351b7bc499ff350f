package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

const event = `{"eventID": "ev-1", "action": "CREATE", "entityType": "OFFER", "entityID": "of-1"}`

// receiver is a callback that records its events and the failures that the error handler is told about.
type receiver struct {
	mu       sync.Mutex
	err      error // what the callback returns
	events   []*gen.NotificationEvent
	statuses []int
	errs     []error
}

func (r *receiver) receive(_ context.Context, event *gen.NotificationEvent) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
	return r.err
}

func (r *receiver) fail(_ *http.Request, status int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statuses = append(r.statuses, status)
	r.errs = append(r.errs, err)
}

func (r *receiver) handler(opts ...webhook.Option) http.Handler {
	return webhook.Handler(secret, r.receive, append(opts, webhook.WithErrorHandler(r.fail))...)
}

func serve(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func newRequest(t *testing.T, url string, body io.Reader, signatures ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	require.NoError(t, err)
	for _, signature := range signatures {
		req.Header.Add(webhook.SignatureHeader, signature)
	}
	return req
}

func do(t *testing.T, server *httptest.Server, req *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := server.Client().Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res, string(body)
}

// post delivers a rightly signed body.
func post(t *testing.T, server *httptest.Server, body string) int {
	t.Helper()
	res, _ := do(t, server, newRequest(t, server.URL, strings.NewReader(body), webhook.Sign(secret, []byte(body))))
	return res.StatusCode
}

var (
	errCallback = errors.New("the database at 10.0.0.1 is down")
	signature   = webhook.Sign(secret, []byte(event))
)

// sized returns an event of n bytes.
func sized(n int) string { return event + strings.Repeat(" ", n-len(event)) }

// signed returns the signatures of a delivery that is what it says it is.
func signed(body string) []string { return []string{webhook.Sign(secret, []byte(body))} }

// deliveries are requests to a handler, and what comes of them.
var deliveries = []struct {
	name       string
	method     string
	body       string
	signatures []string
	opts       []webhook.Option
	callback   error
	status     int
	err        error // what the error of the error handler wraps
	calls      int
}{
	{name: "signed", body: event, signatures: []string{signature}, status: 204, calls: 1},
	{name: "upper-case hex", body: event, signatures: []string{"sha256=" + strings.ToUpper(signature[7:])}, status: 204, calls: 1},
	{name: "event without an id", body: "{}", signatures: signed("{}"), status: 204, calls: 1},
	{name: "no signature", body: event, status: 401, err: webhook.ErrNoSignature},
	{name: "missing prefix", body: event, signatures: []string{signature[7:]}, status: 401, err: webhook.ErrMalformedSignature},
	{name: "two signatures", body: event, signatures: []string{signature, signature}, status: 401, err: webhook.ErrMalformedSignature},
	{name: "tampered body", body: event + " ", signatures: []string{signature}, status: 401, err: webhook.ErrBadSignature},
	{name: "other secret", body: event, signatures: []string{webhook.Sign("other", []byte(event))}, status: 401, err: webhook.ErrBadSignature},
	{name: "empty secret", body: event, signatures: []string{webhook.Sign("", []byte(event))}, status: 401, err: webhook.ErrBadSignature},
	{name: "unsigned body that is no event", body: "<html>", status: 401, err: webhook.ErrNoSignature},
	{name: "no event", body: "<html>", signatures: signed("<html>"), status: 400},
	{name: "null", body: "null", signatures: signed("null"), status: 400},
	{name: "no body", signatures: signed(""), status: 400},
	{name: "callback fails", body: event, signatures: []string{signature}, callback: errCallback, status: 500, err: errCallback, calls: 1},
	{name: "GET", method: http.MethodGet, signatures: signed(""), status: 405},
	{name: "PUT", method: http.MethodPut, body: event, signatures: []string{signature}, status: 405},
	{name: "default limit", body: sized(1 << 20), signatures: signed(sized(1 << 20)), status: 204, calls: 1},
	{name: "beyond the default limit", body: sized(1<<20 + 1), signatures: signed(sized(1<<20 + 1)), status: 413, err: &http.MaxBytesError{Limit: 1 << 20}},
	{name: "own limit", body: sized(100), signatures: signed(sized(100)), opts: []webhook.Option{webhook.WithMaxBodyBytes(100)}, status: 204, calls: 1},
	{name: "beyond the own limit", body: sized(101), signatures: signed(sized(101)), opts: []webhook.Option{webhook.WithMaxBodyBytes(100)}, status: 413, err: &http.MaxBytesError{Limit: 100}},
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, test := range deliveries {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &receiver{err: test.callback}
			server := serve(t, r.handler(test.opts...))
			req := newRequest(t, server.URL, strings.NewReader(test.body), test.signatures...)
			if test.method != "" {
				req.Method = test.method
			}
			res, body := do(t, server, req)

			assert.Equal(t, test.status, res.StatusCode)
			assert.Len(t, r.events, test.calls)
			if test.status == http.StatusNoContent {
				assert.Empty(t, body)
				assert.Empty(t, r.errs)
				return
			}
			assert.Equal(t, http.StatusText(test.status)+"\n", body, "the answer tells no more than the status")
			assert.Equal(t, []int{test.status}, r.statuses)
			require.Len(t, r.errs, 1)
			assert.NotContains(t, r.errs[0].Error(), secret)
			if tooLarge := new(http.MaxBytesError); test.status == http.StatusRequestEntityTooLarge {
				require.ErrorAs(t, r.errs[0], &tooLarge)
				assert.Equal(t, test.err, tooLarge)
			} else if test.err != nil {
				assert.ErrorIs(t, r.errs[0], test.err)
			}
			if test.status == http.StatusMethodNotAllowed {
				assert.Equal(t, http.MethodPost, res.Header.Get("Allow"))
			}
		})
	}
}

func TestCallbackGetsTheEvent(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	body := `{"eventID": "ev-9", "action": "TELEPORT", "partner": "MOON", "new": 1}`
	require.Equal(t, 204, post(t, serve(t, r.handler()), body))
	require.Len(t, r.events, 1)
	assert.Equal(t, "ev-9", r.events[0].GetEventID())
	assert.Equal(t, gen.NotificationEventAction("TELEPORT"), r.events[0].GetAction())
	assert.Equal(t, gen.Partner("MOON"), r.events[0].GetPartner())
}

func TestBodyByteByByte(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	server := serve(t, r.handler())
	body := iotest.OneByteReader(strings.NewReader(event)) // of unknown length, so it goes out in chunks of one byte
	res, _ := do(t, server, newRequest(t, server.URL, body, webhook.Sign(secret, []byte(event))))
	assert.Equal(t, 204, res.StatusCode)
	assert.Len(t, r.events, 1)
}

// dial opens a connection and sends the head of a delivery.
func dial(t *testing.T, server *httptest.Server, framing string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: receiver\r\n%s: %s\r\n%s\r\n\r\n",
		webhook.SignatureHeader, webhook.Sign(secret, []byte(event)), framing)
	require.NoError(t, err)
	return conn
}

func readStatus(t *testing.T, conn net.Conn) int {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}

func TestBodyCutOff(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	conn := dial(t, serve(t, r.handler()), "Content-Length: 1000")
	_, err := io.WriteString(conn, event) // the whole event, as it was signed
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	assert.Equal(t, 400, readStatus(t, conn))
	assert.Empty(t, r.events)
	require.Len(t, r.errs, 1)
	assert.ErrorIs(t, r.errs[0], io.ErrUnexpectedEOF)
}

func TestBodyStalls(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	server := httptest.NewUnstartedServer(r.handler())
	server.Config.ReadTimeout = 100 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	conn := dial(t, server, "Content-Length: 1000")
	assert.Equal(t, 408, readStatus(t, conn))
	assert.Empty(t, r.events)
}

func TestBodyWithoutEnd(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	conn := dial(t, serve(t, r.handler()), "Transfer-Encoding: chunked")
	var sender sync.WaitGroup
	sender.Go(func() {
		chunk := fmt.Appendf(nil, "10000\r\n%s\r\n", bytes.Repeat([]byte(" "), 0x10000))
		for {
			if _, err := conn.Write(chunk); err != nil {
				return // the server hung up
			}
		}
	})
	assert.Equal(t, 413, readStatus(t, conn))
	sender.Wait()
	assert.Empty(t, r.events)
}

func TestCallbackPanicReachesTheServer(t *testing.T) {
	t.Parallel()
	callback := func(context.Context, *gen.NotificationEvent) error { panic("broken") }
	handler := webhook.Handler(secret, callback)
	recovered := make(chan any, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			recovered <- value
			panic(value)
		}()
		handler.ServeHTTP(w, r)
	}))
	_, err := server.Client().Do(newRequest(t, server.URL, strings.NewReader(event), webhook.Sign(secret, []byte(event))))
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "broken", <-recovered)
}

func TestCallbackContextEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	started, ended := make(chan struct{}), make(chan error, 1)
	server := serve(t, webhook.Handler(secret, func(ctx context.Context, _ *gen.NotificationEvent) error {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}, webhook.WithErrorHandler(func(*http.Request, int, error) {})))
	conn := dial(t, server, fmt.Sprintf("Content-Length: %d", len(event)))
	_, err := io.WriteString(conn, event)
	require.NoError(t, err)
	<-started
	require.NoError(t, conn.Close())
	assert.ErrorIs(t, <-ended, context.Canceled)
}

func TestSecretRotation(t *testing.T) {
	t.Parallel()
	server := serve(t, (&receiver{}).handler(webhook.WithSecrets("old", "older"), webhook.WithSecrets("oldest")))
	for signer, status := range map[string]int{secret: 204, "old": 204, "older": 204, "oldest": 204, "ancient": 401, "": 401} {
		res, _ := do(t, server, newRequest(t, server.URL, strings.NewReader(event), webhook.Sign(signer, []byte(event))))
		assert.Equal(t, status, res.StatusCode, "signed with %q", signer)
	}
}

func TestHandlerPanicsOnMistakes(t *testing.T) {
	t.Parallel()
	callback := (&receiver{}).receive
	assert.PanicsWithValue(t, webhook.ErrNoSecret, func() { webhook.Handler("", callback) })
	assert.PanicsWithValue(t, webhook.ErrNoSecret, func() { webhook.Handler(secret, callback, webhook.WithSecrets("old", "")) })
	for message, f := range map[string]func(){
		"webhook: the callback is nil":                         func() { webhook.Handler(secret, nil) },
		"webhook: the error handler is nil":                    func() { webhook.Handler(secret, callback, webhook.WithErrorHandler(nil)) },
		"webhook: the limit of the body is not positive":       func() { webhook.Handler(secret, callback, webhook.WithMaxBodyBytes(0)) },
		"webhook: WithDeduplication: the size is not positive": func() { webhook.WithDeduplication(0) },
	} {
		assert.PanicsWithValue(t, message, f)
	}
}

func TestHandlerShowsNoSecret(t *testing.T) {
	t.Parallel()
	option := webhook.WithSecrets("old-secret")
	handler := webhook.Handler(secret, (&receiver{}).receive, option)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		shown := fmt.Sprintf(verb+verb, handler, option)
		assert.NotContains(t, shown, secret)
		assert.NotContains(t, shown, "old-secret")
	}
}

// Not parallel: it replaces the default logger.
func TestFailuresAreLoggedByDefault(t *testing.T) {
	var log bytes.Buffer
	standard := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(standard)

	r := &receiver{err: errors.New("disk full")}
	rec := httptest.NewRecorder()
	req := newRequest(t, "/", strings.NewReader(event), webhook.Sign(secret, []byte(event)))
	webhook.Handler(secret, r.receive).ServeHTTP(rec, req)
	assert.Equal(t, 500, rec.Code)
	assert.Contains(t, log.String(), `level=WARN msg="webhook: delivery not accepted" status=500 error="disk full"`)
	assert.NotContains(t, log.String(), secret)
}

func FuzzHandler(f *testing.F) {
	f.Add([]byte(event), "", true)
	f.Add([]byte(event), webhook.Sign(secret, []byte(event)), false)
	f.Add([]byte(event), webhook.Sign("other", []byte(event)), false)
	f.Add([]byte(`{"eventID": 1}`), "", true)
	f.Add([]byte(`{"timestamp": "", "info": [], "trackEvents": [{}]}`), "", true)
	f.Add([]byte("null"), "", true)
	f.Add([]byte(nil), "sha256=", false)
	f.Fuzz(func(t *testing.T, body []byte, signature string, sign bool) {
		if sign {
			signature = webhook.Sign(secret, body)
		}
		r := &receiver{}
		req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		req.Header.Set(webhook.SignatureHeader, signature)
		rec := httptest.NewRecorder()
		r.handler(webhook.WithDeduplication(1), webhook.WithMaxBodyBytes(1<<16)).ServeHTTP(rec, req)

		_, parseErr := webhook.Parse(body)
		switch {
		case len(body) > 1<<16:
			assert.Equal(t, 413, rec.Code)
		case !rightlySigned(secret, signature, body):
			assert.Equal(t, 401, rec.Code)
		case parseErr != nil:
			assert.Equal(t, 400, rec.Code)
		default:
			assert.Equal(t, 204, rec.Code)
		}
		assert.Equal(t, rec.Code == 204, len(r.events) == 1)
	})
}
