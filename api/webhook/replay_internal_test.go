package webhook

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A name that passes may resolve to any address: what counts is the one that is dialed.
func TestLoopbackClient(t *testing.T) {
	t.Parallel()
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls++ }))
	defer server.Close()
	client := loopbackClient()
	defer client.CloseIdleConnections()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)

	_, err = client.Get("http://0.0.0.0:" + port) // which reaches this machine, too
	require.ErrorIs(t, err, ErrNotLoopback)
	assert.Zero(t, calls)
	response, err := client.Get("http://127.0.0.1:" + port)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 1, calls)
}
