package api_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/tests/leak"
)

const (
	orgID  = "org-1"
	apiKey = "planted-api-key"
)

// TestMain fails the run when goroutines are left after it.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// quick repeats calls without a wait that a test would notice.
var quick = api.RetryPolicy{MaxTries: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}

func newClient(t testing.TB, opts ...api.Option) *api.Client {
	t.Helper()
	client, err := api.New(orgID, opts...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// listen starts a server on the loopback interface.
func listen(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// serve starts a server on the loopback interface and returns a client of it, with an API key.
func serve(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *api.Client {
	t.Helper()
	server := listen(t, handler)
	return newClient(t, append([]api.Option{api.WithAPIKey(apiKey), api.WithBaseURL(server.URL), api.WithRetry(quick)}, opts...)...)
}

// pipeURL is the base URL of a server in memory.
const pipeURL = "http://localhost"

// servePipe starts a server in memory and returns a transport that reaches it whatever the address. Unlike a socket it may be
// in a synctest bubble, where time passes only when everybody waits.
func servePipe(t testing.TB, handler http.HandlerFunc) *http.Transport {
	listener := pipeListener{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	transport := &http.Transport{DialContext: listener.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		assert.NoError(t, server.Shutdown(context.Background())) // waits for the handlers
	})
	return transport
}

// pipeClient returns a client of a server in memory, with an API key and the retries that a client has by default.
func pipeClient(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *api.Client {
	t.Helper()
	transport := servePipe(t, handler)
	return newClient(t, append([]api.Option{api.WithAPIKey(apiKey), api.WithBaseURL(pipeURL), api.WithTransport(transport)}, opts...)...)
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// roundTripper is a transport that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// answer gives every request the same answer.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}
