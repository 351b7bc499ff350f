package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestHeader(t *testing.T) {
	t.Parallel()
	var got http.Header
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		io.WriteString(w, offer)
	})
	_, err := client.Offers.Get(t.Context(), "o-1", api.Header("x-trace", "1"), api.Header("X-Trace", "2"), api.Header("User-Agent", "mine"), api.Header("Accept", "application/xml"))
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, got["X-Trace"])
	assert.Equal(t, []string{"mine"}, got["User-Agent"])
	assert.Equal(t, []string{"application/xml"}, got["Accept"])

	got = nil
	for _, name := range []string{"Authorization", "authorization"} {
		_, err := client.Offers.Get(t.Context(), "o-1", api.Header(name, "Key planted"))
		assert.ErrorContains(t, err, "the Authorization header is the client's own")
		assert.NotContains(t, err.Error(), "planted")
	}
	assert.Nil(t, got, "nothing was sent")
	require.NoError(t, get(t.Context(), client))
	assert.Empty(t, got["X-Trace"], "the options are those of one call")
	assert.Equal(t, []string{"application/json"}, got["Accept"])
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ client, call, want time.Duration }{
		{time.Minute, time.Second, time.Second},
		{time.Second, time.Minute, time.Minute},
		{time.Second, 0, time.Second},
		{0, time.Second, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int32
			client := pipeClient(t, stall(&tries), api.WithTimeout(tt.client))
			start := time.Now()
			_, err := client.Offers.NotifyContacts(t.Context(), "o-1", nil, api.Timeout(tt.call))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, tt.want, time.Since(start))
		})
	}
	synctest.Test(t, func(t *testing.T) { // no time-out but the context's
		var tries atomic.Int32
		client := pipeClient(t, stall(&tries), api.WithTimeout(0))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		assert.ErrorIs(t, get(ctx, client), context.DeadlineExceeded)
		assert.Equal(t, time.Hour, time.Since(start))
		assert.EqualValues(t, 1, tries.Load())
	})
}

func TestEffect(t *testing.T) {
	t.Parallel()
	for effect, want := range map[gen.Effect]int32{gen.EffectIdempotent: 3, gen.EffectRead: 3, gen.EffectUnsafe: 1, "": 3} {
		var tries atomic.Int32
		client := serve(t, unavailable(&tries, ""))
		err := effects[gen.EffectRead](t.Context(), client, api.Effect(effect))
		assert.Equal(t, want, tries.Load(), effect)
		if effect == gen.EffectUnsafe || effect == gen.EffectIdempotent {
			assertKinds(t, err, api.ErrServer, api.ErrOutcomeUnknown)
		} else {
			assertKinds(t, err, api.ErrServer)
		}
		tries.Store(0)
		effects[gen.EffectUnsafe](t.Context(), client, api.Effect(effect))
		assert.Equal(t, map[bool]int32{true: 1, false: want}[effect == ""], tries.Load(), effect)
	}
	for _, effect := range []gen.Effect{"Unsafe", "UNSAFE", "none"} {
		var tries atomic.Int32
		err := effects[gen.EffectUnsafe](t.Context(), serve(t, unavailable(&tries, "")), api.Effect(effect))
		assert.ErrorContains(t, err, fmt.Sprintf("there is no effect %q", effect))
		assert.Zero(t, tries.Load())
	}
}

func TestCapture(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{200: offer, 201: "garbage", 404: `"no such offer"`} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", "req-7")
			answer(status, "", body)(w, r)
		})
		var resp *http.Response
		_, err := client.Offers.Get(t.Context(), "o-1", api.Capture(&resp))
		assert.Equal(t, status == 200, err == nil)
		require.NotNil(t, resp)
		assert.Equal(t, status, resp.StatusCode)
		assert.Equal(t, "req-7", resp.Header.Get("X-Request-Id"))
		got, err := io.ReadAll(resp.Body)
		assert.NoError(t, err)
		assert.Equal(t, body, string(got))
	}
	var resp *http.Response
	_, err := serve(t, hangUp).Offers.Get(t.Context(), "o-1", api.Capture(&resp))
	assert.Error(t, err)
	assert.Nil(t, resp)
}

// A header that cannot be sent is refused before anything is sent, so the outcome of the call is known.
func TestHeaderThatCannotBeSent(t *testing.T) {
	t.Parallel()
	client := serveNothing(t, api.WithAPIKey("key"))
	for name, value := range map[string]string{"X-A": "a\r\nX-B: b", "X-\nA": "a", "": "a", "X A": "a"} {
		_, err := client.Offers.NotifyContacts(t.Context(), "offer-1", nil, api.Header(name, value))
		require.ErrorContains(t, err, "cannot be sent")
		assert.NotErrorIs(t, err, api.ErrOutcomeUnknown)
		assert.False(t, api.IsRetryable(err))
	}
}

// A nil among the options, which the compiler takes where other clients have parameters, changes nothing.
func TestNilOption(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/org/org-1/offer" {
			io.WriteString(w, "["+offer+"]")
			return
		}
		io.WriteString(w, offer)
	})
	_, err := client.Offers.Get(t.Context(), "o-1", nil)
	require.NoError(t, err)
	require.NoError(t, client.Do(t.Context(), http.MethodGet, "/org/{orgId}/offer/o-1", nil, nil, nil))
	offers, err := api.Collect(client.Offers.All(t.Context(), nil, nil, api.Max(1)))
	require.NoError(t, err)
	assert.Len(t, offers, 1)

	_, err = api.New("org-1", api.WithAPIKey("key"), nil)
	assert.ErrorContains(t, err, "one of the options is nil")
}
