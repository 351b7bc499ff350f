// Package faults lets the network between the client and a server fail, and then compares what the client said of its calls with
// what the server did.
package faults

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
)

// TestFaults makes calls of all kinds over a network that fails. Afterwards each call that was reported as done is done once,
// each that was not is not, and what is reported as unknown is done at most once.
func TestFaults(t *testing.T) {
	t.Parallel()
	t.Run("HTTP1", func(t *testing.T) {
		t.Parallel()
		run := newRun(t)
		run.front = httptest.NewServer(run.gateway()) // of its own, to wait for all that runs in it
		run.network(1, 3000)
		run.client(&http.Transport{}, "http://")
		run.calls()
		run.close()
		run.judge()
	})
	t.Run("HTTP2", func(t *testing.T) {
		t.Parallel()
		run := newRun(t)
		run.front = startTLS(run.gateway())
		run.frames = newFrameProxy(t, run.front.Listener.Addr().String(), run.front.TLS, newStorm(*seed, 15, ofGateway).next)
		run.network(2, 40_000) // of which a handshake is a part, and eight calls at a time are the rest
		transport := overHTTP2(run.front)
		// Without a ping a connection that is silent would be used again and again.
		transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: 50 * time.Millisecond, PingTimeout: 50 * time.Millisecond}
		run.client(transport, "https://")
		run.calls()
		run.close()
		run.judge()
	})
}

// run is a run of calls over one version of HTTP.
type run struct {
	t         *testing.T
	srv       *sugertest.Server
	front     *httptest.Server // of the gateway in front of srv
	frames    *frameProxy      // in front of that, for HTTP/2
	proxy     *proxy           // in front of all
	version   int              // of HTTP
	transport *counted
	sut       *api.Client
	results   []result
	wrong     map[string][]int // calls by what is wrong with them

	seen             sync.Map     // the numbers of the requests that arrived
	arrived          atomic.Int64 // requests
	foreign, doubled atomic.Int64 // those of another version, and those that arrived before
}

// counted gives each request that the client makes a number.
type counted struct {
	*http.Transport
	trips atomic.Int64
}

const numberHeader = "X-Test-Number"

func (c *counted) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set(numberHeader, fmt.Sprint(c.trips.Add(1)))
	return c.Transport.RoundTrip(req)
}

func newRun(t *testing.T) *run {
	return &run{t: t, srv: seeded(t), results: make([]result, *calls), wrong: map[string][]int{}}
}

// network puts a bad network in front of the gateway.
func (r *run) network(version, reach int) {
	r.version = version
	server := r.front.Listener.Addr().String()
	if r.frames != nil {
		server = r.frames.addr()
	}
	r.proxy = newProxy(r.t, server, newStorm(*seed, reach, ofNetwork).next)
}

// gateway loses an answer every now and then, after the call was carried out.
func (r *run) gateway() http.Handler {
	chance := newChance(2)
	statuses := []int{http.StatusGatewayTimeout, http.StatusInternalServerError, http.StatusRequestTimeout, 520}
	var lost atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.arrived.Add(1)
		if req.ProtoMajor != r.version {
			r.foreign.Add(1)
		}
		if _, before := r.seen.LoadOrStore(req.Header.Get(numberHeader), true); before {
			r.doubled.Add(1)
		}
		if !chance.strikes(0.05) {
			r.srv.ServeHTTP(w, req)
			return
		}
		r.srv.ServeHTTP(httptest.NewRecorder(), req)
		status := statuses[int(lost.Add(1))%len(statuses)]
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<title>"+http.StatusText(status)+"</title>")
	})
}

// chance is a source of randomness for many goroutines.
type chance struct {
	mu     sync.Mutex
	random *rand.Rand
}

func newChance(stream uint64) *chance { return &chance{random: rand.New(rand.NewPCG(*seed, stream))} }

func (c *chance) strikes(odds float64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Float64() < odds
}

// timeout is how long a call waits.
const timeout = 300 * time.Millisecond

// client makes the client. Some of its connections are refused before they reach the network.
func (r *run) client(transport *http.Transport, scheme string) {
	r.t.Helper()
	chance := newChance(1)
	transport.MaxIdleConnsPerHost = 8
	transport.TLSHandshakeTimeout = 200 * time.Millisecond
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if chance.strikes(0.2) {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	r.transport = &counted{Transport: transport}
	client, err := api.New(r.srv.OrgID, api.WithAPIKey(r.srv.APIKey), api.WithBaseURL(scheme+r.proxy.addr()),
		api.WithTransport(r.transport), api.WithTimeout(timeout),
		api.WithRetry(api.RetryPolicy{MaxTries: 2, BaseDelay: time.Millisecond, MaxDelay: 4 * time.Millisecond}))
	require.NoError(r.t, err)
	r.sut = client
}

// calls makes the calls, eight at a time.
func (r *run) calls() {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for n := int(next.Add(1)) - 1; n < *calls; n = int(next.Add(1)) - 1 {
				op := mix[n%len(mix)]
				r.results[n] = op.carryOut(attempt{Client: r.sut, ctx: r.t.Context(), n: n})
			}
		})
	}
	workers.Wait()
}

// close waits until all that runs has ended.
func (r *run) close() {
	gates := []*gate{r.proxy.gate}
	if r.frames != nil {
		gates = append(gates, r.frames.gate)
	}
	deadline := time.After(10 * time.Second)
	for _, g := range gates {
		closed := g.closed()
		for open := true; open; {
			r.sut.CloseIdleConnections() // a connection that was still being made a moment ago is idle only now
			select {
			case <-closed:
				open = false
			case <-time.After(20 * time.Millisecond):
			case <-deadline:
				r.t.Fatal("the client has left a connection open")
			}
		}
	}
	r.front.Close()
}
