package wire

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// losses are the ways in which a connection of HTTP/1.1 ends without an answer.
var losses = map[string]reply{
	"nothing":              hungUp,
	"half a line":          {text: "HTTP/1.1 2", close: true},
	"half a header":        {text: "HTTP/1.1 200 OK\r\nContent-Type: appl", close: true},
	"no HTTP":              {text: "220 mail.example ESMTP\r\n", close: true},
	"an early hint and no": {text: "HTTP/1.1 103 Early Hints\r\n\r\n", close: true},
}

// TestStaleConnection has a connection that was good for one request, and takes the next one without an answer. A try writes one
// request, whatever its effect, its method and its header.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	for loss, lost := range losses {
		for _, c := range calls {
			for _, policy := range []api.RetryPolicy{once, quick} {
				t.Run(fmt.Sprint(loss, " ", c.name, " ", policy.MaxTries), func(t *testing.T) {
					t.Parallel()
					server := serve1(t, func(a *arrival) reply {
						if a.number > 1 {
							return lost
						}
						return text(200, offer)
					})
					limiter := newLimiter()
					client := newClient(t, server.url, api.WithRetry(policy), api.WithRateLimit(limiter.Limiter))
					require.NoError(t, get(t.Context(), client))
					err := c.do(t.Context(), client)
					_, ok := errors.AsType[*api.TransportError](err)
					assert.True(t, ok, "%T %v", err, err)
					assertUnknown(t, c.effect != gen.EffectRead, err)
					assert.Equal(t, 2, server.list()[1].use, "the connection was used before")
					assert.Equal(t, c.method, server.list()[1].method)
					assert.Equal(t, c.tries(policy), server.count(1), "requests")
					assert.Equal(t, server.count(0), limiter.taken(), "requests that the limiter knows of")
				})
			}
		}
	}
}

// TestStaleConnectionOnce has a server that loses one request and answers the next one: what was lost is not sent again behind
// the back of the policy, and a read of a client that retries gets its answer.
func TestStaleConnectionOnce(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, policy := range []api.RetryPolicy{once, quick} {
				server := serve1(t, func(a *arrival) reply {
					if a.number == 2 {
						return hungUp
					}
					return text(200, `{"id": "o-1", "internalNote": "call"}`)
				})
				client := newClient(t, server.url, api.WithRetry(policy))
				require.NoError(t, get(t.Context(), client))
				err := c.do(t.Context(), client)
				assert.Equal(t, min(c.tries(policy), 2), server.count(1), "requests with %d tries", policy.MaxTries)
				if c.tries(policy) == 1 {
					assert.Error(t, err)
					assertUnknown(t, c.effect != gen.EffectRead, err)
				} else if c.effect == gen.EffectRead {
					assert.NoError(t, err)
				}
			}
		})
	}
}

// TestIdleConnectionIsClosed has a server that closes connections as soon as they are idle. Nothing of the next call may have been
// written to one, so no call may fail for it, whatever its effect.
func TestIdleConnectionIsClosed(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve1(t, func(*arrival) reply {
				answer := text(200, `{"id": "o-1", "eventID": "e-1", "internalNote": "call"}`)
				answer.text = answer.text[:len("HTTP/1.1 200 OK\r\n")] + "Connection: close\r\n" + answer.text[len("HTTP/1.1 200 OK\r\n"):]
				answer.close = true
				return answer
			})
			client := newClient(t, server.url, api.WithTimeout(2*time.Second))
			for range 10 {
				err := c.do(t.Context(), client)
				if _, ok := errors.AsType[*api.TransportError](err); ok {
					require.NoError(t, err)
				}
			}
			assert.Equal(t, 10, server.count(0), "requests")
		})
	}
}
