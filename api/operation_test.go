package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// spans notes how a tracing transport names the requests that it sees.
type spans struct {
	mutex sync.Mutex
	names []string
}

func (s *spans) note(ctx context.Context) {
	name := "none"
	if op, ok := api.OperationFrom(ctx); ok {
		name = op.Name + ": " + op.Method + " " + op.Path
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.names = append(s.names, name)
}

func (s *spans) RoundTrip(req *http.Request) (*http.Response, error) {
	s.note(req.Context())
	return http.DefaultTransport.RoundTrip(req)
}

func TestOperationOfARequest(t *testing.T) {
	t.Parallel()
	const get = "Offers.Get: GET /org/{orgId}/offer/{offerId}"
	const list = "Offers.List: GET /org/{orgId}/offer"
	for _, tt := range []struct {
		name  string
		serve http.HandlerFunc // the first answer, if not nil
		call  func(context.Context, *api.Client, ...api.CallOption) error
		want  []string
	}{
		{"call", nil, effects[gen.EffectRead], []string{get}},
		{"repeat", answer(503, "", ""), effects[gen.EffectRead], []string{get, get}},
		{"lost answer", hangUp, effects[gen.EffectRead], []string{get, get}},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, effects[gen.EffectRead], []string{get, get}},
		{"pages", answer(200, "application/json", "["+offer+"]"), func(ctx context.Context, client *api.Client, _ ...api.CallOption) error {
			_, err := api.Collect(client.Offers.All(ctx, &gen.ListOffersParams{Limit: new(int64(1))}))
			return err
		}, []string{list, list}},
		{"Do", nil, func(ctx context.Context, client *api.Client, _ ...api.CallOption) error {
			return client.Do(ctx, http.MethodGet, "/org/{orgId}/newThing/42?key=secret", nil, nil)
		}, []string{"Do: GET /org/{orgId}/newThing/42"}},
		{"a call of a transport", nil, func(ctx context.Context, client *api.Client, _ ...api.CallOption) error {
			outer := roundTripper(func(req *http.Request) (*http.Response, error) {
				return nil, client.Do(req.Context(), http.MethodGet, "/inner", nil, nil)
			})
			other, err := api.New(orgID, api.WithAPIKey(apiKey), api.WithTransport(outer), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
			if err != nil {
				return err
			}
			if effects[gen.EffectRead](ctx, other) == nil {
				return errors.New("the transport gave no answer")
			}
			return nil
		}, []string{"Do: GET /inner"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var mutex sync.Mutex
			first := tt.serve
			seen := &spans{}
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				mutex.Lock()
				handler := first
				first = nil
				mutex.Unlock()
				if handler == nil && strings.HasSuffix(r.URL.Path, "/offer") {
					handler = answer(200, "application/json", "[]")
				}
				if handler == nil {
					handler = answer(200, "application/json", offer)
				}
				handler(w, r)
			}, api.WithTransport(seen))
			require.NoError(t, tt.call(t.Context(), client))
			assert.Equal(t, tt.want, seen.names)
		})
	}
}

// The request for a token is not one of the operation that needs it.
func TestOperationOfATokenRequest(t *testing.T) {
	t.Parallel()
	server := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(strings.ToLower(r.URL.Path), "token") {
			io.WriteString(w, `{"access_token": "a-token", "expires_in": 3600}`)
			return
		}
		io.WriteString(w, offer)
	})
	for path, access := range map[string][]api.Option{
		"/oauth2/token":                 {api.WithOAuth("id", "secret"), api.WithTokenURL(server.URL + "/oauth2/token")},
		"/public/apiClient/accessToken": {api.WithBearerLogin("id", "secret")},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			seen := &spans{}
			client := newClient(t, append(access, api.WithBaseURL(server.URL), api.WithTransport(seen))...)
			require.NoError(t, effects[gen.EffectRead](t.Context(), client))
			assert.Equal(t, []string{"AccessToken: POST " + path, "Offers.Get: GET /org/{orgId}/offer/{offerId}"}, seen.names)
		})
	}
}

// noting is a slog.Handler that notes the operations of its records.
type noting struct {
	slog.Handler
	spans *spans
}

func (n noting) Handle(ctx context.Context, record slog.Record) error {
	n.spans.note(ctx)
	return n.Handler.Handle(ctx, record)
}

func TestOperationOfALogRecord(t *testing.T) {
	t.Parallel()
	seen := &spans{}
	handler := noting{slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}), seen}
	client := serve(t, answer(200, "application/json", offer), api.WithLogger(slog.New(handler)))
	require.NoError(t, effects[gen.EffectRead](t.Context(), client))
	assert.Equal(t, []string{"Offers.Get: GET /org/{orgId}/offer/{offerId}"}, seen.names)
}

func TestOperationFromElsewhere(t *testing.T) {
	t.Parallel()
	op, ok := api.OperationFrom(t.Context())
	assert.False(t, ok)
	assert.Zero(t, op)
}

// What a transport does to an operation changes no later call.
func TestOperationIsACopy(t *testing.T) {
	t.Parallel()
	var refusals [][]int
	client := serve(t, answer(500, "application/json", `"no"`), api.WithTransport(roundTripper(func(req *http.Request) (*http.Response, error) {
		op, _ := api.OperationFrom(req.Context())
		refusals = append(refusals, slices.Clone(op.Refusals))
		for i := range op.Refusals {
			op.Refusals[i] = 0
		}
		return http.DefaultTransport.RoundTrip(req)
	})))
	for range 2 {
		err := client.Metering.BatchValidateUsageRecordGroups(t.Context(), nil)
		require.Error(t, err)
	}
	require.NotEmpty(t, refusals[0], "the operation refuses with a 500")
	for _, other := range refusals {
		assert.Equal(t, refusals[0], other)
	}
}
