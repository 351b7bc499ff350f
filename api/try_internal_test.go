package api

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// closeable is a connection that knows whether it was closed, and what was negotiated for it.
type closeable struct {
	net.Conn
	protocol string
	closed   bool
}

func (c *closeable) Close() error {
	c.closed = true
	return nil
}

func (c *closeable) ConnectionState() tls.ConnectionState {
	return tls.ConnectionState{NegotiatedProtocol: c.protocol}
}

// TestSecondConnection checks that the connection on which a transport would write a request again is closed over HTTP/1.1. To
// cancel the context is not enough there: the request was still written, 2 times of 3,000.
func TestSecondConnection(t *testing.T) {
	t.Parallel()
	for protocol, closes := range map[string]bool{"http/1.1": true, "": true, "h2": false} { // which other calls share
		var w wire
		ctx, end := context.WithCancel(t.Context())
		trace := httptrace.ContextClientTrace(w.watch(ctx, end))
		conns := []*closeable{{protocol: protocol}, {protocol: protocol}, {protocol: protocol}}
		trace.GetConn("api.test:443")
		trace.GotConn(httptrace.GotConnInfo{Conn: conns[0], Reused: true})
		trace.GotConn(httptrace.GotConnInfo{Conn: conns[1]})
		assert.NoError(t, ctx.Err(), "nothing was written to the first")
		trace.WroteHeaders()
		trace.GotConn(httptrace.GotConnInfo{Conn: conns[2]})
		assert.ErrorIs(t, ctx.Err(), context.Canceled)
		assert.Equal(t, []bool{false, false, closes}, []bool{conns[0].closed, conns[1].closed, conns[2].closed}, protocol)
	}
}

// TestOnlyOnce checks that a request has nothing that a transport could write again, whatever it thinks of the method.
func TestOnlyOnce(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
		for effect, empty := range map[gen.Effect]bool{gen.EffectRead: true, gen.EffectIdempotent: true, gen.EffectUnsafe: false} {
			req, err := http.NewRequest(method, "https://api.test", strings.NewReader(""))
			require.NoError(t, err)
			require.NotNil(t, req.GetBody)
			onlyOnce(req, effect)
			assert.Nil(t, req.GetBody)
			assert.Equal(t, empty, req.Body == http.NoBody, "%s %s", method, effect)
		}
	}
}
