package api_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// deadConn is a connection that has died without a word, once dead is set: what is written to it is lost, and nothing comes.
type deadConn struct {
	net.Conn
	dead *atomic.Bool
}

func (c deadConn) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// TestSilentConnection has an HTTP/2 connection die without a word, as behind a router that forgets it. Calls that share it time
// out, but not for ever. It is not parallel, because it replaces the standard transport, of which a client has a copy.
func TestSilentConnection(t *testing.T) {
	secure := httptest.NewUnstartedServer(nil)
	secure.EnableHTTP2 = true
	secure.StartTLS()
	certificates, roots := secure.TLS.Clone(), secure.Client().Transport.(*http.Transport).TLSClientConfig
	secure.Close()
	standard := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = standard })

	synctest.Test(t, func(t *testing.T) {
		listener := pipeListener{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: answer(200, "application/json", offer), TLSConfig: certificates}
		go server.ServeTLS(listener, "", "")
		var dials int
		dead := new(atomic.Bool)
		http.DefaultTransport = &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: roots.Clone(), DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := listener.dial(ctx, network, addr)
			if dials++; err == nil && dials == 1 {
				conn = deadConn{conn, dead}
			}
			return conn, err
		}}
		client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL("https://example.com"), api.WithTimeout(10*time.Second),
			api.WithRetry(api.RetryPolicy{MaxTries: 1}))
		require.NoError(t, get(t.Context(), client))
		dead.Store(true)

		start, lost := time.Now(), 0
		for get(t.Context(), client) != nil {
			if lost++; lost > 20 {
				break
			}
		}
		assert.LessOrEqual(t, time.Since(start), time.Minute, "%d calls were lost", lost)
		assert.Positive(t, lost)
		assert.Equal(t, 2, dials)
		client.CloseIdleConnections()
		assert.NoError(t, server.Close())
		synctest.Wait()
	})
}
