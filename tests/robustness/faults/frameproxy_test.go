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

// TestFrameProxy checks that each fault does what it says: what the client is told, whether the server acts, and whether the
// connection can be used afterwards. The transport sends nothing twice, as its requests have no GetBody.
func TestFrameProxy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault     fault
		wantError string // empty if the request is answered
		wantConns int    // for it and for two more
		notActed  bool
	}{
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
	require.Len(t, tests, len(ofGateway))
	for _, tt := range tests {
		t.Run(string(tt.fault), func(t *testing.T) {
			t.Parallel()
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
			var planned atomic.Bool
			p := newFrameProxy(t, server.Listener.Addr().String(), server.TLS, func() strike {
				if planned.Swap(true) {
					return strike{after: 1e9}
				}
				return strike{after: 1, fault: tt.fault}
			})
			transport := overHTTP2(server)
			var conns atomic.Int32
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conns.Add(1)
				return new(net.Dialer).DialContext(ctx, network, addr)
			}
			client := &http.Client{Transport: transport, Timeout: 10 * time.Second}

			inTime := tt.wantError == "" || tt.fault == goAwayClose
			if inTime {
				close(release)
			}
			answer, err := post(client, p.addr())
			if !inTime { // the answer would hide what the client was told
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
		})
	}
}

// post sends a request that the transport can send once only.
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
