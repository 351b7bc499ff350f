package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestOptionsRefuse(t *testing.T) {
	t.Parallel()
	for want, opt := range map[string]api.Option{
		"WithHTTPClient: the client is nil":               api.WithHTTPClient(nil),
		"WithTransport: the transport is nil":             api.WithTransport(nil),
		"WithTimeout: the time-out is negative":           api.WithTimeout(-1),
		"WithMaxResponseBytes: the limit is not positive": api.WithMaxResponseBytes(0),
		"WithRetry: want MaxTries of 1 or more":           api.WithRetry(api.RetryPolicy{}),
		"WithRetry":                                       api.WithRetry(api.RetryPolicy{MaxTries: 1, BaseDelay: -1}),
		"no negative delay":                               api.WithRetry(api.RetryPolicy{MaxTries: 1, MaxDelay: -1}),
		"WithRateLimit: the limiter is nil":               api.WithRateLimit(nil),
		"WithLogger: the logger is nil":                   api.WithLogger(nil),
		"WithTokenURL has no effect without WithOAuth":    api.WithTokenURL("https://tokens.test"),
		"WithLoggedBodies has no effect without":          api.WithLoggedBodies(),
		"WithUserAgent: the name has characters":          api.WithUserAgent("a\nb"),
	} {
		_, err := api.New(orgID, api.WithAPIKey(apiKey), opt)
		assert.ErrorContains(t, err, want)
	}
	_, err := api.New(orgID, api.WithAPIKey(apiKey), api.WithTransport(nil), api.WithLogger(nil))
	assert.ErrorContains(t, err, "WithTransport")
	assert.ErrorContains(t, err, "WithLogger", "all of them are named")
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	var got string
	record := func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("User-Agent")
		io.WriteString(w, offer)
	}
	require.NoError(t, get(t.Context(), serve(t, record)))
	assert.Equal(t, "suger-go/devel", got)
	require.NoError(t, get(t.Context(), serve(t, record, api.WithUserAgent("billing-job/1.4"))))
	assert.Equal(t, "billing-job/1.4 suger-go/devel", got)
}

// TestTransport checks that a transport sees each try, with the credentials.
func TestTransport(t *testing.T) {
	t.Parallel()
	var seen []string
	server := listen(t, answer(503, "", ""))
	client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL(server.URL), api.WithRetry(quick),
		api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			seen = append(seen, r.Method+" "+r.Header.Get("Authorization"))
			return server.Client().Transport.RoundTrip(r)
		})))
	assertKinds(t, get(t.Context(), client), api.ErrServer)
	assert.Equal(t, []string{"GET Key " + apiKey, "GET Key " + apiKey, "GET Key " + apiKey}, seen)
}

// TestRateLimit checks that each try takes a token, across clients that share the limiter.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := rate.NewLimiter(rate.Every(10*time.Second), 1)
		var arrivals []time.Duration
		start := time.Now()
		handler := func(w http.ResponseWriter, r *http.Request) {
			arrivals = append(arrivals, time.Since(start).Round(time.Second))
			if len(arrivals) == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			io.WriteString(w, offer)
		}
		one, two := pipeClient(t, handler, api.WithRateLimit(limiter)), pipeClient(t, handler, api.WithRateLimit(limiter))
		require.NoError(t, get(t.Context(), one))
		require.NoError(t, get(t.Context(), two))
		assert.Equal(t, []time.Duration{0, 10 * time.Second, 20 * time.Second}, arrivals)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorContains(t, get(ctx, one), "rate limit")
		assert.Len(t, arrivals, 3)
	})
}

// TestLogger checks that a try is a line, which holds neither secrets nor bodies.
func TestLogger(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	tries := 0
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries == 1 {
			hangUp(w, r)
		}
		w.Header().Set("X-Request-Id", "req-7")
		w.Header().Set("Set-Cookie", "planted-cookie")
		if tries == 2 {
			w.WriteHeader(http.StatusBadGateway)
		}
		io.WriteString(w, `{"name": "planted-body"}`)
	}, api.WithLogger(logger))
	_, err := client.Offers.Get(t.Context(), "o\n1", api.Header("X-Token", "planted-header"))
	require.NoError(t, err)

	assert.NotContains(t, log.String(), "planted")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 3)
	for i, want := range []map[string]any{
		{"level": "WARN", "try": 1.0, "status": nil, "request_id": nil},
		{"level": "WARN", "try": 2.0, "status": 502.0, "request_id": "req-7"},
		{"level": "DEBUG", "try": 3.0, "status": 200.0, "request_id": "req-7"},
	} {
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &got))
		assert.Equal(t, "suger call", got["msg"])
		assert.Equal(t, "Offers.Get", got["operation"])
		assert.Equal(t, "GET", got["method"])
		assert.Equal(t, "/org/org-1/offer/o%0A1", got["path"])
		assert.Greater(t, got["duration"], 0.0)
		assert.Equal(t, i == 0, got["error"] != nil)
		for name, value := range want {
			assert.Equal(t, value, got[name], name)
		}
	}
}

// loggedKey is the API key of the client whose log TestLoggedBodies reads.
const loggedKey = "planted-key-0123456789"

// loggedBodies say what the log shows of the bodies of a call.
var loggedBodies = map[string]struct {
	call          func(client *api.Client) error
	answer        string
	request, body string
}{
	"JSON": {
		func(client *api.Client) error {
			_, err := client.Offers.UpdateMetaInfo(context.Background(), "o-1", gen.MetaInfo{InternalNote: new("call\nfirst")})
			return err
		},
		`{"internalNote": "call first"}`,
		`{"internalNote":"call\nfirst"}`, `{"internalNote": "call first"}`,
	},
	"no body": {
		func(client *api.Client) error { return client.Do(context.Background(), "DELETE", "/x", nil, nil) },
		"", "", "",
	},
	"secrets": {
		func(client *api.Client) error {
			in := map[string]any{"clientSecret": "planted-\"1", "nested": map[string]any{"API_KEY": "planted-2"}, "note": loggedKey}
			return client.Do(context.Background(), "POST", "/x", in, nil)
		},
		`{"accessToken": "planted-3", "apiKeyHash" : "planted-4`,
		`{"clientSecret":"[redacted]","nested":{"API_KEY":"[redacted]"},"note":"[redacted]"}`,
		`{"accessToken": "[redacted]", "apiKeyHash" : "[redacted]"`,
	},
	"file": {
		func(client *api.Client) error {
			_, err := client.Support.CreateTicketAttachment(context.Background(), "t-1", "a.txt", strings.NewReader("planted-5"))
			return err
		},
		`[]`,
		"[multipart/form-data]", `[]`,
	},
	"a secret at the cut": {
		func(client *api.Client) error { return client.Do(context.Background(), "GET", "/x", nil, nil) },
		strings.Repeat("a", 4090) + loggedKey,
		"", strings.Repeat("a", 4090) + "[redac...",
	},
	"half a character at the cut": {
		func(client *api.Client) error { return client.Do(context.Background(), "GET", "/x", nil, nil) },
		strings.Repeat("a", 4095) + "\u00fc",
		"", strings.Repeat("a", 4095) + "\uFFFD...",
	},
}

func TestLoggedBodies(t *testing.T) {
	t.Parallel()
	for name, tt := range loggedBodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, tt.answer)
			}))
			defer server.Close()
			client, err := api.New("org-1", api.WithAPIKey(loggedKey), api.WithBaseURL(server.URL), api.WithLogger(logger), api.WithLoggedBodies())
			require.NoError(t, err)
			require.NoError(t, tt.call(client))

			assert.NotContains(t, log.String(), "planted")
			var got map[string]any
			require.NoError(t, json.Unmarshal(log.Bytes(), &got))
			assert.Equal(t, tt.request, got["request_body"])
			assert.Equal(t, tt.body, got["response_body"])
		})
	}
}
