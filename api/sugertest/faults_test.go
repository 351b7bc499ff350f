package sugertest

import (
	"errors"
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
	var statuses []int
	for range 5 {
		r := newRequest(t, srv, operationNamed(t, "Offers.List"), 1)
		response, err := srv.http.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		statuses = append(statuses, response.StatusCode)
	}
	assert.Equal(t, []int{500, 502, 502, 418, 200}, statuses)
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
