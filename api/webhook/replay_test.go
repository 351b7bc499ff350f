package webhook_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// happened seeds an event of a time and a priority.
func happened(srv *sugertest.Server, id string, at time.Time, priority gen.AuditingEventPriority) {
	srv.Seed(gen.NotificationEvent{EventID: new(id), Timestamp: new(gen.NewTime(at)), Priority: new(priority), OrganizationID: new(srv.OrgID)})
}

func TestReplay(t *testing.T) {
	t.Parallel()
	srv, r := sugertest.New(t), &receiver{}
	since := time.Now().UTC().Truncate(24 * time.Hour).Add(-60 * time.Hour) // noon
	happened(srv, "newest", since.Add(time.Hour), "CRITICAL")
	happened(srv, "of the morning", since.Add(-time.Second), "HIGH")
	happened(srv, "at the time", since, "LOW")
	happened(srv, "of the day before", since.Add(-13*time.Hour), "HIGH")
	happened(srv, "second", since.Add(time.Minute), "MEDIUM")
	future := gen.NotificationEvent{EventID: new("without a time"), Priority: new(gen.AuditingEventPriorityLow),
		AdditionalProperties: map[string]any{"newProperty": "kept"}}
	srv.Seed(future)

	posted, err := webhook.Replay(t.Context(), srv.Client(), serve(t, r.handler()).URL, secret, since.In(time.FixedZone("", 14*3600)))
	require.NoError(t, err)
	assert.Equal(t, 4, posted)
	assert.Equal(t, []string{"without a time", "at the time", "second", "newest"}, ids(r.events))
	assert.Equal(t, future.AdditionalProperties, r.events[0].AdditionalProperties)
	assert.Equal(t, srv.OrgID, r.events[1].GetOrganizationID())
}

func TestReplayOfPages(t *testing.T) {
	t.Parallel()
	srv, r := sugertest.New(t), &receiver{}
	for range 1001 {
		happened(srv, "", time.Now(), "LOW")
	}
	posted, err := webhook.Replay(t.Context(), srv.Client(), serve(t, r.handler()).URL, secret, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 1001, posted)
	assert.Len(t, r.events, 1001)
}

func TestReplayEndsAtAFailure(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	for i, id := range []string{"a", "b", "c"} {
		happened(srv, id, time.Now().Add(time.Duration(i)*time.Second), "LOW")
	}
	since := time.Now().Add(-time.Hour)
	for name, test := range map[string]struct {
		status int
		err    string
	}{
		"refused":  {500, `webhook: Replay: event "b": answered 500 Internal Server Error: no`},
		"redirect": {307, `webhook: Replay: event "b": answered 307 Temporary Redirect: no`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if calls++; calls == 2 {
					w.Header().Set("Location", "/elsewhere")
					http.Error(w, "no", test.status)
				}
			}))
			posted, err := webhook.Replay(t.Context(), srv.Client(), server.URL, secret, since)
			require.EqualError(t, err, test.err)
			assert.Equal(t, []int{1, 2}, []int{posted, calls})
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		posted, err := webhook.Replay(t.Context(), srv.Client(), "http://"+listener.Addr().String(), secret, since)
		assert.ErrorContains(t, err, "connection refused")
		assert.Zero(t, posted)
	})
	t.Run("the list fails", func(t *testing.T) {
		t.Parallel()
		srv := sugertest.New(t)
		srv.Fail("notifications.listEvents", sugertest.Status(403))
		_, err := webhook.Replay(t.Context(), srv.Client(), "http://127.0.0.1:1", secret, since)
		assert.ErrorIs(t, err, api.ErrForbidden)
	})
}

var elsewhere = []string{
	"http://example.com", "http://10.0.0.1/suger", "http://0.0.0.0:80", "http://[::]:80", "https://169.254.169.254", "http://localhost.example.com",
	"http://127.0.0.1.example.com", "http://localhost@example.com", "http://2130706433/", "http://[::ffff:10.0.0.1]/", "http://0x7f.1/", "http:///suger",
	"http://app.localhost",
}

func TestReplayStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	for _, url := range elsewhere {
		_, err := webhook.Replay(t.Context(), srv.Client(), url, secret, time.Now())
		assert.ErrorIs(t, err, webhook.ErrNotLoopback, url)
	}
	for url, message := range map[string]string{
		"ftp://127.0.0.1": `webhook: Replay: "ftp://127.0.0.1" is no URL of http or https`,
		"127.0.0.1:80":    `webhook: Replay: parse "127.0.0.1:80": first path segment in URL cannot contain colon`,
		"":                `webhook: Replay: "" is no URL of http or https`,
	} {
		_, err := webhook.Replay(t.Context(), srv.Client(), url, secret, time.Now())
		assert.EqualError(t, err, message)
	}
	_, err := webhook.Replay(t.Context(), srv.Client(), "http://127.0.0.1", "", time.Now())
	assert.Equal(t, webhook.ErrNoSecret, err)
	assert.Empty(t, srv.Requests(), "nothing is read for a URL that is refused")

	for _, url := range []string{"http://127.0.0.1:1", "http://127.1.2.3/a?b", "http://[::1]:1", "https://LOCALHOST:1", "http://[::ffff:127.0.0.1]"} {
		_, err := webhook.Replay(t.Context(), srv.Client(), url, secret, time.Now())
		assert.NoError(t, err, url)
	}
}

// A host that may be posted to is a loopback address as package net has it.
func FuzzReplay(f *testing.F) {
	for _, url := range append(elsewhere, "http://127.0.0.1:1", "http://[::1%25lo]:1", "https://localhost", "http://127.0.0.1\\@example.com") {
		f.Add(url)
	}
	client, err := api.New("org", api.WithAPIKey("key"), api.WithHTTPClient(&http.Client{Transport: inProcess{
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"notificationEvents": []}`)) // a recorder takes all
		})}}))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := webhook.Replay(context.Background(), client, text, secret, time.Now()); err != nil {
			return
		}
		u, err := url.Parse(text)
		require.NoError(t, err)
		ip, _, _ := strings.Cut(u.Hostname(), "%")
		assert.True(t, strings.EqualFold(u.Hostname(), "localhost") || net.ParseIP(ip).IsLoopback(), u.Hostname())
		request := httptest.NewRequest(http.MethodPost, u.String(), nil)
		assert.Equal(t, u.Host, request.Host, "what is checked is what is called")
	})
}
