package faults

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrival is a request as a server sees it.
type arrival struct {
	proto    int
	complete bool
}

// startTLS starts a server that speaks HTTP/2. It is not closed by the end of the test.
func startTLS(handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	return server
}

// overHTTP2 returns a transport that speaks HTTP/2 with a server whose certificate it knows.
func overHTTP2(server *httptest.Server) *http.Transport {
	return &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs},
	}
}

// frameFault is what a fault does to a request.
type frameFault struct {
	fault     fault
	wantError string // empty if the request is answered
	wantConns int    // for it and for two more
	notActed  bool
}

var frameFaults = []frameFault{
	{fault: resetProtocol, wantError: "stream ID 1; PROTOCOL_ERROR; received from peer", wantConns: 2},
	{fault: resetRefused, wantError: "stream ID 1; REFUSED_STREAM; received from peer", wantConns: 1},
	{fault: resetInternal, wantError: "stream ID 1; INTERNAL_ERROR; received from peer", wantConns: 1},
	{fault: resetCancel, wantError: "stream ID 1; CANCEL; received from peer", wantConns: 1},
	{fault: resetCalm, wantError: "stream ID 1; ENHANCE_YOUR_CALM; received from peer", wantConns: 1},
	{fault: goAwayBelow, wantError: "graceful shutdown GOAWAY", wantConns: 2},
	{fault: goAwayAt, wantConns: 2},
	{fault: goAwayAbove, wantConns: 2},
	{fault: goAwayClose, wantError: "server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR", wantConns: 2},
	{fault: refused, wantError: "stream ID 1; REFUSED_STREAM; received from peer", wantConns: 1, notActed: true},
}

// TestFrameProxy checks that each fault does what it says: what the client is told, whether the server acts, and whether the
// connection can be used afterwards.
func TestFrameProxy(t *testing.T) {
	t.Parallel()
	require.Len(t, frameFaults, len(ofGateway))
	for _, tt := range frameFaults {
		t.Run(string(tt.fault), func(t *testing.T) {
			t.Parallel()
			tt.test(t)
		})
	}
}

func (tt frameFault) test(t *testing.T) {
	arrivals, release := make(chan arrival, 10), make(chan struct{})
	server := startTLS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		<-release
		w.Header().Set("X-Method", r.Method) // so that there are headers to remember
		_, _ = io.WriteString(w, "answer")
		w.(http.Flusher).Flush()
		arrivals <- arrival{r.ProtoMajor, err == nil}
	}))
	defer server.Close()
	strikes := make(chan strike, 1)
	strikes <- strike{after: 1, fault: tt.fault}
	p := newFrameProxy(t, server.Listener.Addr().String(), server.TLS, func() strike {
		select {
		case s := <-strikes:
			return s
		default:
			return strike{after: 1e9}
		}
	})
	transport := overHTTP2(server)
	var conns atomic.Int32
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conns.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}

	late := tt.wantError != "" && tt.fault != goAwayClose // else the answer might hide what the client is told
	if !late {
		close(release)
	}
	answer, err := post(client, p.addr())
	if late {
		close(release)
	}
	if tt.wantError != "" {
		assert.ErrorContains(t, err, tt.wantError)
	} else {
		require.NoError(t, err)
		assert.Equal(t, "answer", answer)
	}
	assert.Equal(t, arrival{2, !tt.notActed}, <-arrivals)
	for range 2 {
		answer, err = post(client, p.addr())
		require.NoError(t, err)
		assert.Equal(t, "answer", answer)
		assert.Equal(t, arrival{2, true}, <-arrivals)
	}
	assert.Equal(t, tt.wantConns, int(conns.Load()))
	assert.Equal(t, 1, p.tally.of(tt.fault))
	client.CloseIdleConnections()
	<-p.closed()
	assert.Empty(t, arrivals, "nothing arrives that was not sent")
}

// post sends a request that the transport can send once only, as it has no GetBody.
func post(client *http.Client, addr string) (answer string, err error) {
	req, err := http.NewRequest(http.MethodPost, "https://"+addr+"/", io.NopCloser(strings.NewReader("body")))
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}
