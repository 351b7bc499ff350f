package usage_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

// gate is a transport that holds requests for reports up, before the server has them or before the client has the answer.
type gate struct {
	after   bool          // hold the answer
	reached chan struct{} // gets a value when a request is held up
	open    chan struct{} // closed to let all pass
	only    string        // part of the path of those that are held up, "" for all
}

func newGate() *gate {
	return &gate{reached: make(chan struct{}, 100), open: make(chan struct{})}
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || !strings.Contains(r.URL.Path, g.only) {
		return http.DefaultTransport.RoundTrip(r)
	}
	wait := func() error {
		g.reached <- struct{}{}
		select {
		case <-g.open:
			return nil
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
	if !g.after {
		if err := wait(); err != nil {
			return nil, err
		}
		return http.DefaultTransport.RoundTrip(r)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := wait(); err != nil {
		_ = answer.Body.Close()
		return nil, err
	}
	return answer, nil
}

// outage is a transport that answers every report 503 while it lasts.
type outage struct{ over atomic.Bool }

func (o *outage) RoundTrip(r *http.Request) (*http.Response, error) {
	if o.over.Load() || r.Method != http.MethodPost {
		return http.DefaultTransport.RoundTrip(r)
	}
	return answers{status: http.StatusServiceUnavailable, report: `"out of order"`}.RoundTrip(r)
}

// answers is a transport that answers each report and each list as it is told to.
type answers struct {
	status int
	header http.Header
	report string
	list   string
}

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := a.status, a.report
	if r.Method == http.MethodGet {
		status, body = http.StatusOK, a.list
	}
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewBufferString(body)), Request: r}, nil
}

// flush runs Flush in the background.
func flush(t *testing.T, reporter *usage.Reporter, entitlement string) (wait func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- reporter.Flush(context.WithoutCancel(t.Context()), entitlement) }()
	return func() error { return <-done }
}

// requests returns how many reports the server got.
func (r *room) requests() (n int) {
	for _, request := range r.suger.Requests() {
		if request.Method == http.MethodPost {
			n++
		}
	}
	return n
}

// add adds one event, which must not fail.
func (r *room) add(id, entitlement, dimension string, quantity float64) {
	r.t.Helper()
	require.NoError(r.t, r.Add(r.t.Context(), r.event(id, entitlement, dimension, quantity)))
}
