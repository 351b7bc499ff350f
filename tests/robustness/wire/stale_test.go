package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"

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
					switch a.number {
					case 1:
						return text(200, offer)
					case 2:
						return hungUp
					}
					return text(200, c.success())
				})
				client := newClient(t, server.url, api.WithRetry(policy))
				require.NoError(t, get(t.Context(), client))
				err := c.do(t.Context(), client)
				assert.Equal(t, min(c.tries(policy), 2), server.count(1), "requests with %d tries", policy.MaxTries)
				if c.tries(policy) == 1 {
					assert.Error(t, err)
					assertUnknown(t, c.effect != gen.EffectRead, err)
				} else {
					assert.NoError(t, err)
				}
			}
		})
	}
}

// deafConn takes what is written to it once, and no more after that.
type deafConn struct {
	net.Conn
	writes atomic.Int32
}

func (c *deafConn) Write(p []byte) (int, error) {
	if c.writes.Add(1) > 1 {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(p)
}

// TestNothingIsWritten has a kept connection that turns out to be dead before a byte of the next request is written. It is
// certain that the server did not act, so no call may fail for it, whatever its effect, and none may be sent twice.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve1(t, func(a *arrival) reply {
				if a.number == 1 {
					return text(200, offer)
				}
				return text(200, c.success())
			})
			var dials atomic.Int32
			transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				if err == nil && dials.Add(1) == 1 {
					conn = &deafConn{Conn: conn}
				}
				return conn, err
			}}
			client := newClient(t, server.url, api.WithTransport(transport))
			require.NoError(t, get(t.Context(), client))
			assert.NoError(t, c.do(t.Context(), client))
			assert.Equal(t, 1, server.count(1), "requests")
			assert.LessOrEqual(t, dials.Load(), int32(3), "connections")
		})
	}
}
