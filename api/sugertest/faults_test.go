package sugertest

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	quick := api.WithRetry(api.RetryPolicy{MaxTries: 3, MaxDelay: time.Second})
	tests := []struct {
		name     string
		faults   []Fault
		tries    int
		offer    bool // whether the offer arrives
		mayAct   bool // whether an unsafe call may have acted
		acted    bool
		contains string
	}{
		{"status", []Fault{Status(503).Times(2)}, 3, true, true, false, "503"},
		{"in order", []Fault{Status(429).Times(1), Status(502).Times(1)}, 3, true, true, false, ""},
		{"for ever", []Fault{Status(504)}, 3, false, true, false, "504"},
		{"latency", []Fault{Latency(time.Millisecond)}, 1, true, false, true, ""},
		{"gateway", []Fault{HTML(502)}, 3, false, true, false, "Bad Gateway"},
		{"drop before", []Fault{DropBefore()}, 3, false, true, false, "connection broken"},
		{"drop after", []Fault{DropAfter()}, 3, false, true, true, "connection broken"},
		{"truncate", []Fault{Truncate()}, 1, false, true, true, "unexpected end of JSON"},
		{"future enum", []Fault{FutureEnum("status")}, 1, true, false, true, ""},
		{"unknown property", []Fault{UnknownProperty()}, 1, true, false, true, ""},
		{"never", []Fault{Status(503).Probability(1e-9, 1)}, 1, true, false, true, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := New(t)
			srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusActive)})
			srv.Fail("OFFERS.get", test.faults...)
			offer, err := srv.Client(quick).Offers.Get(t.Context(), "offer-1")
			assert.Len(t, srv.Requests(), test.tries)
			if test.offer {
				require.NoError(t, err)
				assert.Equal(t, "offer-1", offer.GetID())
			} else {
				assert.ErrorContains(t, err, test.contains)
			}
			if test.name == "future enum" {
				assert.Equal(t, gen.OfferStatus("FROM_THE_FUTURE"), offer.GetStatus())
			}

			srv.Reset()
			srv.Seed(gen.Offer{ID: new("offer-1")})
			for _, fault := range test.faults {
				srv.Fail("offers.notifyContacts", fault)
			}
			_, err = srv.Client(quick).Offers.NotifyContacts(t.Context(), "offer-1", nil)
			events, listErr := srv.Client().Notifications.ListEventsByEntity(t.Context(), gen.EntityTypeOffer, "offer-1", nil)
			require.NoError(t, listErr)
			assert.Equal(t, test.mayAct, errors.Is(err, api.ErrOutcomeUnknown))
			assert.Equal(t, test.acted, len(events.GetNotificationEvents()) > 0)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("*", Status(429).After("1s").Times(1))
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(t.Context(), nil)
	var limited *api.Error
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, time.Second, limited.RetryAfter)
}

func TestFaultsFollowEachOther(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("Offers.List", Status(500).Times(1), HTML(502).Times(2))
	srv.Fail("*", Status(418).Times(1))
	assert.Equal(t, []int{500, 502, 502, 418, 200}, statuses(t, srv, 5))
}

// statuses returns the statuses of requests for a list, one after the other.
func statuses(t *testing.T, srv *Server, count int) (statuses []int) {
	t.Helper()
	for range count {
		response, err := srv.http.Client().Do(newRequest(t, srv, operationNamed(t, "Offers.List"), 1))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		statuses = append(statuses, response.StatusCode)
	}
	return statuses
}

func TestSkip(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("offers.list", Status(503).Skip(2).Times(1), Status(500).Times(1), Status(502).Skip(1))
	assert.Equal(t, []int{200, 200, 503, 500, 200, 502, 502}, statuses(t, srv, 7))
}

// A request that a fault misses does not meet the next one.
func TestMissesPass(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("offers.list", Status(503).Probability(1e-9, 1).Times(1))
	srv.Fail("*", Status(502))
	assert.Equal(t, []int{200, 200}, statuses(t, srv, 2))
}

func TestClear(t *testing.T) {
	t.Parallel()
	srv := New(t)
	script := func() {
		srv.Clear()
		srv.Fail("Offers.List", Status(503))
		srv.Fail("offers.get", Status(502))
		srv.Fail("*", Status(500))
	}
	script()
	srv.Clear("OFFERS.list")
	assert.Equal(t, []int{500}, statuses(t, srv, 1), "the fault for all operations is still there")
	srv.Clear("*")
	assert.Equal(t, []int{200}, statuses(t, srv, 1))
	assert.Len(t, srv.faults, 1, "those of other operations, too")
	script()
	srv.Clear("*")
	assert.Equal(t, []int{503}, statuses(t, srv, 1))
	srv.Clear()
	assert.Equal(t, []int{200}, statuses(t, srv, 1))
	assert.Empty(t, srv.faults)
	assert.Len(t, srv.Requests(), 4, "nothing else is forgotten")

	withoutTest := NewUnstarted()
	assert.PanicsWithValue(t, `sugertest: Clear: there is no operation "offers.lost", want a service and a method, such as offers.get, or *`,
		func() { withoutTest.Clear("offers.lost") })
}

// A fault has the form of the operation's errors, which send checks, also for a status that only others have.
func TestFaultsHaveTheFormOfTheOperation(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for _, op := range loadDescription().operations {
		for _, status := range []int{400, 404, 429, 500, 503} {
			srv.Fail(op.name, Status(status).Times(1))
			got, body := send(t, srv, newRequest(t, srv, op, 1))
			assert.Equal(t, status, got)
			want := map[string]string{
				"searchCoSellPartners": `{"code":"` + strings.ReplaceAll(http.StatusText(status), " ", "") + `","message":"%s"}`,
				"previewInvoiceEmail":  "%s", "validateCrmQuery": `{"error":"%s"}`, "getCrmEnrichmentProgress": `{"error":"%s"}`,
				"enrichCrmRecord": `{"error":"%s"}`,
			}[op.id]
			assert.Equal(t, fmt.Sprintf(cmp.Or(want, `"%s"`), strings.ToLower(http.StatusText(status))), body, op.id)
		}
	}
}

func TestProbabilityIsSeeded(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (strikes []bool) {
		srv := New(t)
		srv.Fail("offers.list", Status(503).Probability(0.5, seed))
		for range 64 {
			strikes = append(strikes, srv.strike(operationNamed(t, "Offers.List")) != nil)
		}
		return strikes
	}
	assert.Equal(t, run(1), run(1))
	assert.NotEqual(t, run(1), run(2))
	assert.Contains(t, run(1), true)
	assert.Contains(t, run(1), false)
}

func TestDroppedAnswersAreRecorded(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("offers.create", DropAfter())
	_, err := srv.Client().Offers.Create(t.Context(), gen.Offer{Name: new("Enterprise")})
	assert.ErrorIs(t, err, api.ErrOutcomeUnknown)
	requests := srv.Requests()
	require.Len(t, requests, 1)
	assert.Equal(t, 0, requests[0].Status)
	assert.Equal(t, map[string]any{"name": "Enterprise"}, requests[0].Body)
	assert.Len(t, srv.state.table("Offer").ids, 1, "it took effect")
}

// Close does not wait for a request that a fault delays.
func TestCloseEndsLatency(t *testing.T) {
	t.Parallel()
	srv := NewServer()
	srv.Fail("*", Latency(time.Hour))
	r := newRequest(t, srv, operationNamed(t, "Offers.List"), 1)
	done := make(chan error, 1)
	go func() {
		response, err := srv.http.Client().Do(r)
		if err == nil {
			err = response.Body.Close()
		}
		done <- err
	}()
	require.Eventually(t, func() bool {
		srv.mu.Lock()
		defer srv.mu.Unlock()
		return srv.faults[0].left < 0
	}, 10*time.Second, time.Millisecond, "the fault has struck")
	srv.Close()
	require.NoError(t, <-done)
}

func TestRetryAfterTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1s": "1", "2m": "120", "5": "5", "Fri, 31 Dec 2027 23:59:59 GMT": "Fri, 31 Dec 2027 23:59:59 GMT"} {
		assert.Equal(t, want, Status(503).After(text).retryAfter)
	}
}

func operationNamed(t *testing.T, name string) *operation {
	t.Helper()
	for _, op := range loadDescription().operations {
		if op.name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}

// hijacker tells when a connection is taken over, and refuses it.
type hijacker struct {
	http.ResponseWriter
	happened func(string)
}

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.happened("taken over")
	return nil, nil, http.ErrNotSupported
}

// A dropped request is remembered before the client can notice, or a test would sometimes miss it.
func TestDropRemembersFirst(t *testing.T) {
	t.Parallel()
	var order []string
	happened := func(what string) { order = append(order, what) }
	w := &answerRecorder{ResponseWriter: hijacker{httptest.NewRecorder(), happened}, record: func() { happened("remembered") }}
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { drop(w) })
	assert.Equal(t, []string{"remembered", "taken over"}, order)
}
