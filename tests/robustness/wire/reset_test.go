package wire

import (
	"bytes"
	"errors"
	"fmt"
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

// enough is the number of requests after which a server stops refusing, so that a client that repeats for ever comes to an end.
const enough = 100

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
						server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
							if a.number <= warm || a.number > enough {
								conn.ok(id, offer)
								return
							}
							conn.reset(id, code)
						}})
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

// TestResetOnce has one reset on a reused connection and then a server that works: there must be no second refund.
func TestResetOnce(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for _, c := range calls {
			t.Run(name+" "+c.name, func(t *testing.T) {
				t.Parallel()
				server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
					if a.number == 2 {
						conn.reset(id, code)
						return
					}
					conn.ok(id, offer)
				}})
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
	server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
		if a.number > enough {
			conn.ok(id, offer)
			return
		}
		conn.reset(id, protocolError)
	}})
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
	server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, _ *arrival) { conn.reset(id, protocolError) }})
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

// TestResetOfATokenRequest checks that the requests for tokens are written once too.
func TestResetOfATokenRequest(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for access, options := range tokenAccess {
			for _, policy := range []api.RetryPolicy{once, quick} {
				t.Run(fmt.Sprint(name, " ", access, " ", policy.MaxTries), func(t *testing.T) {
					t.Parallel()
					server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
						if a.number > enough {
							conn.ok(id, token)
							return
						}
						conn.reset(id, code)
					}})
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

// TestResetOfAStream resets the stream of an answer that goes to a writer, before its body or within it. What was written in part
// is not asked for again.
func TestResetOfAStream(t *testing.T) {
	t.Parallel()
	for name, code := range codes {
		for body, tries := range map[string]int{"": quick.MaxTries, "a,b": 1} {
			for method, effect := range map[string]gen.Effect{"GET": gen.EffectRead, "PUT": gen.EffectIdempotent, "POST": gen.EffectUnsafe} {
				t.Run(fmt.Sprintf("%s %s after %q", name, method, body), func(t *testing.T) {
					t.Parallel()
					written := make(chan bool, 1)
					server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
						conn.write(frameHeaders, flagEndHeaders, id, []byte{0x88})
						if body != "" {
							conn.write(frameData, 0, id, []byte(body))
							<-written // or the reset takes the body away
						}
						conn.reset(id, code)
					}})
					limiter := newLimiter()
					client := newClient(t, server.url, api.WithRateLimit(limiter.Limiter))
					var got bytes.Buffer
					out := writer(func(p []byte) (int, error) {
						written <- true
						return got.Write(p)
					})
					err := client.Do(t.Context(), method, "/things", nil, out)
					_, ok := errors.AsType[*api.DecodeError](err)
					assert.True(t, ok, "%T %v", err, err)
					assertUnknown(t, effect != gen.EffectRead, err)
					assert.Equal(t, body, got.String())
					want := tries
					if effect == gen.EffectUnsafe {
						want = 1
					}
					assert.Equal(t, want, server.count(0), "requests")
					assert.Equal(t, want, limiter.taken(), "requests that the limiter knows of")
				})
			}
		}
	}
}

// writer is a writer that is a function.
type writer func(p []byte) (int, error)

func (f writer) Write(p []byte) (int, error) { return f(p) }
