package wire

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

var codes = map[string]uint32{
	"PROTOCOL_ERROR": protocolError, "INTERNAL_ERROR": internalError, "REFUSED_STREAM": refusedStream, "CANCEL": cancelled,
	"ENHANCE_YOUR_CALM": enhanceYourCalm,
}

// enough is when a server stops to refuse, so that a client that would go on for ever comes to an end.
const enough = 100

// serveResets starts a server that resets the streams of the requests from first to last, each when it is complete, and answers
// the others with body.
func serveResets(t *testing.T, code uint32, first, last int, body string) *http2 {
	t.Helper()
	return serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
		if a.number < first || a.number > last {
			conn.ok(id, body)
			return
		}
		conn.reset(id, code)
	}})
}

// TestReset has a server that resets the stream of each complete request. A try writes one request, whatever its effect, and
// what is sent again goes through the retry policy and the limiter.
func TestReset(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for _, c := range calls {
			for _, policy := range []api.RetryPolicy{once, quick} {
				for warm := range 2 {
					t.Run(fmt.Sprint(name, " ", c.name, " ", policy.MaxTries, " after ", warm), func(t *testing.T) {
						t.Parallel()
						server := serveResets(t, code, warm+1, enough, offer)
						limiter := newLimiter()
						client := newClient(t, server.url, api.WithRetry(policy), api.WithRateLimit(limiter.Limiter), api.WithTimeout(time.Second))
						if warm == 1 {
							require.NoError(t, get(t.Context(), client))
						}
						err := c.do(t.Context(), client)
						_, ok := errors.AsType[*api.TransportError](err)
						assert.True(t, ok, "%T %v", err, err)
						assertUnknown(t, c.effect != gen.EffectRead, err)
						assert.Equal(t, c.tries(policy), server.count(warm), "requests")
						assert.Equal(t, server.count(0), limiter.taken(), "requests that the limiter knows of")
						if warm == 1 {
							assert.Equal(t, 2, server.list()[1].use, "the connection was used before")
						}
					})
				}
			}
		}
	}
}

// TestResetOnce has one reset on a reused connection and then a server that is well: no second refund must be there.
func TestResetOnce(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for _, c := range calls {
			t.Run(name+" "+c.name, func(t *testing.T) {
				t.Parallel()
				server := serveResets(t, code, 2, 2, offer)
				client := newClient(t, server.url, api.WithRetry(once), api.WithTimeout(time.Second))
				require.NoError(t, get(t.Context(), client))
				err := c.do(t.Context(), client)
				assert.Error(t, err)
				assertUnknown(t, c.effect != gen.EffectRead, err)
				assert.Equal(t, 1, server.count(1), "requests")
			})
		}
	}
}

// TestResetOfTheCallersTransport checks that the rule holds for a transport of the caller's too.
func TestResetOfTheCallersTransport(t *testing.T) {
	t.Parallel()
	server := serveResets(t, protocolError, 1, enough, offer)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	for name, option := range map[string]api.Option{
		"WithTransport": api.WithTransport(transport), "WithHTTPClient": api.WithHTTPClient(&http.Client{Transport: transport}),
	} {
		before := server.count(0)
		client := newClient(t, server.url, api.WithRetry(once), option)
		assertUnknown(t, true, refund(t.Context(), client))
		assert.Equal(t, 1, server.count(before), "%s: refunds", name)
	}
}

// TestResetForSeconds is the case that was seen first: a limiter of one a second, a policy of one try, and a server that resets
// with PROTOCOL_ERROR for as long as it is asked.
func TestResetForSeconds(t *testing.T) {
	t.Parallel()
	server := serveResets(t, protocolError, 1, math.MaxInt, offer)
	client := newClient(t, server.url, api.WithRetry(once), api.WithTimeout(2*time.Second))
	err := refund(t.Context(), client)
	assertUnknown(t, true, err)
	assert.Equal(t, 1, server.count(0), "refunds")
}

// TestRequestsOfReads checks that requests without a body are sent as such: some gateways refuse a GET with a body.
func TestRequestsOfReads(t *testing.T) {
	t.Parallel()
	t.Run("HTTP/1.1", func(t *testing.T) {
		t.Parallel()
		server := serve1(t, func(*arrival) reply { return text(200, offer) })
		client := newClient(t, server.url)
		for _, call := range []call{calls[0], {name: "Do", do: do("GET")}, {name: "HEAD", do: do("HEAD")}, {name: "OPTIONS", do: do("OPTIONS")}} {
			_ = call.do(t.Context(), client)
		}
		_, err := client.Offers.List(t.Context(), nil)
		assert.Error(t, err, "an object is no list")
		require.NotEmpty(t, server.list())
		for _, a := range server.list() {
			assert.Empty(t, a.request.Header["Content-Length"], a.method)
			assert.Empty(t, a.request.TransferEncoding, a.method)
		}
	})
	t.Run("HTTP/2", func(t *testing.T) {
		t.Parallel()
		server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, _ *arrival) { conn.ok(id, offer) }})
		client := newClient(t, server.url)
		require.NoError(t, get(t.Context(), client))
		require.NoError(t, do("GET")(t.Context(), client))
		for _, a := range server.list() {
			assert.Equal(t, "GET", a.method)
			assert.True(t, a.endStream, "END_STREAM")
		}
		assert.Len(t, server.list(), 2)
		assert.Equal(t, 1, server.connections())
	})
}

// TestResetOfATokenRequest checks that the requests for tokens and those of the raw client are written once too.
func TestResetOfATokenRequest(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for access, options := range tokenAccess {
			for _, policy := range []api.RetryPolicy{once, quick} {
				t.Run(fmt.Sprint(name, " ", access, " ", policy.MaxTries), func(t *testing.T) {
					t.Parallel()
					server := serveResets(t, code, 1, enough, token)
					client := newClientWith(t, server.url, append(options(server.url), api.WithRetry(policy), api.WithTimeout(time.Second))...)
					err := within(t, 2*slack, func() error { return refund(t.Context(), client) })
					_, ok := errors.AsType[*api.AccessError](err)
					assert.True(t, ok, "%T %v", err, err)
					assert.Equal(t, policy.MaxTries, server.count(0), "requests")
				})
			}
		}
	}
}

// TestResetOfARawRequest is the same for the raw client, which says that it does not repeat.
func TestResetOfARawRequest(t *testing.T) {
	t.Parallel()
	server := serveResets(t, protocolError, 1, enough, offer)
	raw := newClient(t, server.url).Raw()
	_, err := raw.CreateRefund(t.Context(), orgID, "b-1", "p-1", &gen.CreateRefundParams{Amount: 5})
	assert.Error(t, err)
	_, err = raw.GetOffer(t.Context(), orgID, "o-1")
	assert.Error(t, err)
	assert.Equal(t, 2, server.count(0), "requests")
}
