// Package robustness attacks the client: with answers of any content, requests of any content, and servers that mean harm.
// Package faults beside it lets the network fail.
package robustness

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// quick repeats calls without a wait that a test would notice.
var quick = api.RetryPolicy{MaxTries: 2, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}

// serve starts a server and returns a client of it.
func serve(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *api.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	opts = append([]api.Option{api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithHTTPClient(server.Client()), api.WithRetry(quick)}, opts...)
	client, err := api.New("org-1", opts...)
	require.NoError(t, err)
	return client
}

// forged are texts that would begin a line or a header of their own, or repaint a terminal.
var forged = []string{"x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\rX-Evil: 1", "x\x00", "x\x1b[2J\x1b[31m", "x\u2028y", "x\u0085y", "\r\n\r\n"}

// TestForgedHeader checks that a header that would be two stops the call. TestRequests has hostile ids, queries and bodies,
// and looks for headers that were not meant.
func TestForgedHeader(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	client := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	for _, text := range forged {
		if !strings.ContainsAny(text, "\r\n\x00") {
			continue // bytes that a header may carry, as long as nobody prints them
		}
		for _, option := range []api.CallOption{api.Header("X-Test", text), api.Header(text, "value"), api.Header("X-Test: 1\r\nX-Evil", "value"), api.Header("", "value")} {
			_, err := client.Offers.Get(t.Context(), "o-1", option)
			assert.Error(t, err, "%q", text)
		}
		_, err := api.New("org-1", api.WithAPIKey("key"), api.WithUserAgent(text))
		assert.ErrorContains(t, err, "WithUserAgent", "%q", text)
		_, err = api.New("org-1", api.WithAPIKey(text))
		assert.ErrorContains(t, err, "WithAPIKey", "%q", text)
	}
	assert.Zero(t, requests.Load())
}

// TestOneLine has texts of others in every error that can hold one: ids of the caller, messages of the server. None may break
// out of the line that it is printed on.
func TestOneLine(t *testing.T) {
	t.Parallel()
	for _, text := range forged {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		answers := map[string]http.HandlerFunc{
			"JSON":      answer(404, "application/json", string(quoted)),
			"object":    answer(404, "application/json", `{"error": `+string(quoted)+`, "message": `+string(quoted)+`}`),
			"text":      answer(502, "text/plain", text),
			"HTML":      answer(502, "text/html", "<title>"+text+"</title>"),
			"no JSON":   answer(200, "text/plain", text),
			"wrong":     answer(200, "application/json", `{"id": {`+string(quoted)+`: 1}}`),
			"broken":    answer(200, "application/json", text),
			"hangs up":  hangUp,
			"no HTTP":   raw(text + "\r\n\r\n"),
			"no header": raw("HTTP/1.1 200 OK\r\n" + text + "\r\n\r\n"),
			"redirect":  raw("HTTP/1.1 302 " + text + "\r\nLocation: /" + text + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
			"id":        raw("HTTP/1.1 400 Bad Request\r\nX-Request-Id: " + text + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
		}
		for name, handler := range answers {
			t.Run(name, func(t *testing.T) {
				var lines bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&lines, nil))
				client := serve(t, handler, api.WithLogger(logger))
				_, err := client.Offers.Get(t.Context(), text)
				assertOneLine(t, err)
				_, err = client.Billing.CreateRefund(t.Context(), text, text, 1)
				assertOneLine(t, err)
				err = client.Do(t.Context(), http.MethodGet, "/"+text, nil, nil)
				if err != nil { // it may succeed, as the answer is not looked at
					assertOneLine(t, err)
				}
				for line := range strings.Lines(lines.String()) {
					assert.Regexp(t, `^time=.* msg="suger call" .*\n$`, line)
				}

				server := httptest.NewServer(handler)
				defer server.Close()
				for _, access := range [][]api.Option{
					{api.WithOAuth("id", "secret"), api.WithTokenURL(server.URL + "/token")},
					{api.WithBearerLogin("id", "secret"), api.WithBaseURL(server.URL)},
				} {
					client, err := api.New("org-1", append(access, api.WithRetry(api.RetryPolicy{MaxTries: 1}), api.WithHTTPClient(server.Client()))...)
					require.NoError(t, err)
					_, err = client.Offers.Get(t.Context(), "o-1")
					assertOneLine(t, err)
				}
			})
		}
		_, err = webhook.Parse([]byte(text))
		assertOneLine(t, err)
		assertOneLine(t, webhook.Verify("secret", http.Header{webhook.SignatureHeader: {text}}, nil))
		assertOneLine(t, &gen.ArgumentError{Operation: "Offers.Get", Argument: "offerId", Value: text, Reason: "must not be empty"})
	}
}

func assertOneLine(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	for ; err != nil; err = errors.Unwrap(err) {
		at := strings.IndexFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' })
		assert.Negative(t, at, "%T: %q", err, err.Error())
	}
}

// answer gives every request the same answer.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// raw answers with the given bytes, which need not be HTTP.
func raw(bytes string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, bytes)
	}
}
