package wire

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// goAways are servers that turn every connection away, as they do before a restart.
var goAways = map[string]func(*http2){
	"before the request": func(s *http2) {
		s.onConnect = func(c *h2conn) { c.goAway(maxStream, noError) }
	},
	"before the request, no stream": func(s *http2) {
		s.onConnect = func(c *h2conn) { c.goAway(0, noError) }
	},
	"after the header, no stream": func(s *http2) {
		s.onHeaders = func(c *h2conn, _ uint32, _ *arrival) { c.goAway(0, noError) }
	},
	"after the header, every stream, then hangs up": func(s *http2) {
		s.onHeaders = func(c *h2conn, _ uint32, _ *arrival) {
			c.goAway(maxStream, noError)
			c.Close()
		}
	},
	"after the request, no stream": func(s *http2) {
		s.onComplete = func(c *h2conn, _ uint32, _ *arrival) { c.goAway(0, noError) }
	},
	"after the request, every stream, then none": func(s *http2) { // the graceful way of RFC 9113, section 6.8
		s.onComplete = func(c *h2conn, _ uint32, _ *arrival) {
			c.goAway(maxStream, noError)
			c.goAway(0, noError)
		}
	},
	"after the request, this stream, then a reset": func(s *http2) {
		s.onComplete = func(c *h2conn, id uint32, _ *arrival) {
			c.goAway(id, noError)
			c.reset(id, refusedStream)
		}
	},
	"after the request, in anger": func(s *http2) {
		s.onComplete = func(c *h2conn, _ uint32, _ *arrival) { c.goAway(0, enhanceYourCalm) }
	},
}

// TestGoAway checks that repeats obey the policy and the limiter, and that no call dials for ever.
func TestGoAway(t *testing.T) {
	t.Parallel()
	for name, set := range goAways {
		for _, c := range calls {
			t.Run(name+" "+c.name, func(t *testing.T) {
				t.Parallel()
				server := &http2{}
				set(server)
				serve2(t, server)
				limiter := newLimiter()
				client := newClient(t, server.url, api.WithRateLimit(limiter.Limiter), api.WithTimeout(time.Second))
				err := within(t, 10*time.Second, func() error { return c.do(t.Context(), client) })
				assert.Error(t, err)
				assert.LessOrEqual(t, server.count(0), c.tries(quick), "requests")
				assert.LessOrEqual(t, server.count(0), limiter.taken(), "requests that the limiter knows of")
				assert.LessOrEqual(t, server.connections(), 3*quick.MaxTries, "connections")
				if server.count(0) > 0 && c.effect != gen.EffectRead {
					assertUnknown(t, true, err)
				}
			})
		}
	}
}

// TestGoAwayOfAReusedConnection has a server that turns a connection away when it gets its second request, and works on all
// others. A read comes through by its second try, and a refund that was written is not written once more.
func TestGoAwayOfAReusedConnection(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve2(t, &http2{onComplete: func(conn *h2conn, id uint32, a *arrival) {
				if a.conn == 1 && a.use > 1 {
					conn.goAway(1, noError) // the first request was the last one
					return
				}
				if a.number == 1 {
					conn.ok(id, offer)
				} else {
					conn.ok(id, c.success())
				}
			}})
			limiter := newLimiter()
			client := newClient(t, server.url, api.WithRateLimit(limiter.Limiter), api.WithTimeout(time.Second))
			require.NoError(t, get(t.Context(), client))
			err := c.do(t.Context(), client)
			assert.Equal(t, min(c.tries(quick), 2), server.count(1), "requests")
			assert.Equal(t, server.count(0), limiter.taken(), "requests that the limiter knows of")
			assertUnknown(t, c.effect == gen.EffectUnsafe, err)
			assert.Equal(t, c.effect == gen.EffectUnsafe, err != nil, "%v", err)
		})
	}
}
