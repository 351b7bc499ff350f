package wire

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// bodies are what answers that are no success hold, the ones that say nothing among them.
var bodies = map[string]string{
	"nothing": "", "text": "no", "null": "null", "an empty text": `""`, "an object": `{"message": "no"}`, "an empty object": `{}`, "HTML": page,
	"what a success holds": offer, "garble": "\x00\xff",
}

// TestStatus is the table of status, effect and body: how many of three tries a call makes, and whether it may have taken
// effect after the last one. The body of an answer makes no difference.
func TestStatus(t *testing.T) {
	t.Parallel()
	statuses := []int{400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 423, 425, 429, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 530, 599}
	for status := 520; status <= 529; status++ {
		statuses = append(statuses, status)
	}
	for _, status := range statuses {
		again := status == 408 || status == 429 || status == 500 || status >= 502 && status <= 504 || status >= 520 && status <= 529
		doubt := status == 408 || status >= 500
		for _, c := range calls {
			t.Run(fmt.Sprint(status, " ", c.name), func(t *testing.T) {
				t.Parallel()
				for name, body := range bodies {
					server := serve1(t, func(*arrival) reply { return text(status, body) })
					limiter := newLimiter()
					client := newClient(t, server.url, api.WithRateLimit(limiter.Limiter))
					err := c.do(t.Context(), client)
					e, ok := errors.AsType[*api.Error](err)
					require.True(t, ok, "%s: %T %v", name, err, err)
					assert.Equal(t, status, e.StatusCode, name)
					want := 1
					if again && (c.effect != gen.EffectUnsafe || status == http.StatusTooManyRequests) {
						want = quick.MaxTries
					}
					assert.Equal(t, want, server.count(0), "%s: requests", name)
					assert.Equal(t, want, limiter.taken(), "%s: requests that the limiter knows of", name)
					assertUnknown(t, doubt && c.effect != gen.EffectRead, err)
					harmless := c.effect != gen.EffectUnsafe || !doubt
					assert.Equal(t, again && harmless, api.IsRetryable(err), "%s: IsRetryable", name)
				}
			})
		}
	}
}

// TestOneOfThirty checks that one 500 does not end a long export.
func TestOneOfThirty(t *testing.T) {
	t.Parallel()
	for _, status := range []int{408, 500, 502, 503, 504, 520, 524, 529} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			server := serve1(t, func(a *arrival) reply {
				offset := a.request.URL.Query().Get("offset")
				switch {
				case a.number == 17:
					return text(status, "")
				case len(offset) == 2 && offset >= "60":
					return text(200, "[]")
				}
				return text(200, fmt.Sprintf(`[{"id": "o-%s-a"}, {"id": "o-%s-b"}]`, offset, offset))
			})
			client := newClient(t, server.url)
			offers := 0
			for _, err := range client.Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(2))}) {
				require.NoError(t, err)
				offers++
			}
			assert.Equal(t, 60, offers)
		})
	}
}

// TestStatusOverHTTP2 checks that it is the same there, on a connection that is kept.
func TestStatusOverHTTP2(t *testing.T) {
	t.Parallel()
	const serverError = 0x8e // the entry of :status 500
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, _ *arrival) { conn.answer(id, serverError, "{}") }})
			err := c.do(t.Context(), newClient(t, server.url))
			e, ok := errors.AsType[*api.Error](err)
			require.True(t, ok, "%T %v", err, err)
			assert.Equal(t, 500, e.StatusCode)
			assert.Equal(t, c.tries(quick), server.count(0), "requests")
			assert.Equal(t, 1, server.connections())
			assertUnknown(t, c.effect != gen.EffectRead, err)
		})
	}
}
