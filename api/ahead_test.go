package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// shop serves n offers to any number of requests at once, at most so many on a page.
type shop struct {
	n, most int
	refuse  func(w http.ResponseWriter, r *http.Request, offset int) bool // answers instead, and reports whether it did
	delay   time.Duration

	mutex   sync.Mutex
	start   time.Time
	asked   []string // "offset after time"
	running int
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	s.mutex.Lock()
	if s.start.IsZero() {
		s.start = time.Now()
	}
	s.asked = append(s.asked, fmt.Sprintf("%d after %s", offset, time.Since(s.start)))
	s.running++
	s.mutex.Unlock()
	defer func() {
		s.mutex.Lock()
		s.running--
		s.mutex.Unlock()
	}()
	if s.refuse != nil && s.refuse(w, r, offset) {
		return
	}
	if s.delay > 0 {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client hangs up
		select {
		case <-time.After(s.delay):
		case <-r.Context().Done():
			return
		}
	}
	offers := []string{}
	for i := offset; i < min(offset+min(limit, s.most), s.n); i++ {
		offers = append(offers, fmt.Sprintf(`{"id": "%d"}`, i))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, "[%s]", strings.Join(offers, ","))
}

// export reads offers in pages of 10.
func export(ctx context.Context, client *api.Client, opts ...api.CallOption) ([]string, error) {
	return ids(ctx, client, &gen.ListOffersParams{Limit: new(int64(10))}, opts...)
}

// The list is the same with Ahead, whatever the server puts on a page, through an error, and when a break and the position cut
// it in two.
func TestAheadOverHTTP(t *testing.T) {
	t.Parallel()
	for _, most := range []int{10, 7} {
		server := &shop{n: 95, most: most}
		client := serve(t, server.ServeHTTP)
		want, err := export(t.Context(), client)
		require.NoError(t, err)
		require.Len(t, want, 95)
		for _, n := range []int{1, 2, 4, 8} {
			got, err := export(t.Context(), client, api.Ahead(n))
			require.NoError(t, err)
			assert.Equal(t, want, got)

			var position int64
			var parts []string
			for offer, err := range client.Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(10)), Offset: &position}, api.Position(&position), api.Ahead(n)) {
				require.NoError(t, err)
				if parts = append(parts, offer.GetID()); len(parts) == 42 {
					break
				}
			}
			rest, err := ids(t.Context(), client, &gen.ListOffersParams{Limit: new(int64(10)), Offset: &position}, api.Position(&position), api.Ahead(n))
			require.NoError(t, err)
			assert.Equal(t, want, append(parts, rest...))
			assert.EqualValues(t, 95, position)
		}
	}

	broken := &shop{n: 95, most: 10, refuse: func(w http.ResponseWriter, r *http.Request, offset int) bool {
		if offset == 40 {
			answer(400, "application/json", `"broken"`)(w, r)
		}
		return offset == 40
	}}
	client := serve(t, broken.ServeHTTP)
	for _, n := range []int{0, 1, 4, 8} {
		got, err := export(t.Context(), client, api.Ahead(n))
		assertKinds(t, err, api.ErrBadRequest)
		assert.ErrorContains(t, err, "Offers.All: at offset 40: Offers.List: ")
		assert.Len(t, got, 40)
	}
}

// With Capture, and for lists with a next offset, Ahead is an error, and nothing is sent.
func TestAheadThatCannotBe(t *testing.T) {
	t.Parallel()
	client := serveNothing(t, api.WithAPIKey("key"))
	var response *http.Response
	_, err := export(t.Context(), client, api.Ahead(2), api.Capture(&response))
	assert.ErrorContains(t, err, "api.Ahead and api.Capture exclude each other")
	_, err = export(t.Context(), client, api.Ahead(-2))
	assert.ErrorContains(t, err, "api.Ahead(-2): the number of pages is negative")
	_, err = api.Collect(client.Notifications.AllEvents(t.Context(), nil, api.Ahead(2)))
	assert.ErrorContains(t, err, "leave out api.Ahead")
	assert.Nil(t, response)
}

// A break ends the requests that are under way, on the connection, before the loop is over.
func TestABreakCancelsWhatIsReadAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &shop{n: 95, most: 10, delay: time.Minute}
		client := pipeClient(t, server.ServeHTTP, api.WithTimeout(0))
		start := time.Now()
		for _, err := range client.Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(10))}, api.Ahead(4)) {
			require.NoError(t, err)
			synctest.Wait()
			assert.Equal(t, 4, server.running)
			break
		}
		synctest.Wait()
		assert.Zero(t, server.running)
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

// While one page waits for a Retry-After, no other page is requested.
func TestARefusedPageHoldsTheOthers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		synctest.Test(t, func(t *testing.T) {
			var refused atomic.Bool
			server := &shop{n: 60, most: 10, delay: time.Second, refuse: func(w http.ResponseWriter, _ *http.Request, offset int) bool {
				if offset != 30 || refused.Swap(true) {
					return false
				}
				time.Sleep(100 * time.Millisecond) // the pages up to 40 are under way by then
				w.Header().Set("Retry-After", "5")
				w.WriteHeader(status)
				return true
			}}
			got, err := export(t.Context(), pipeClient(t, server.ServeHTTP), api.Ahead(3), api.Max(60))
			require.NoError(t, err)
			assert.Len(t, got, 60)
			assert.ElementsMatch(t, []string{"0 after 0s", "10 after 1s", "20 after 1s", "30 after 1s", "40 after 1s", "30 after 6.1s", "50 after 6.1s"}, server.asked)
		})
	}
}

// A 429 that does not say how long to wait holds the others as long as its own call waits.
func TestARefusalWithoutAWaitHoldsTheOthersToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var refused atomic.Bool
		server := &shop{n: 60, most: 10, delay: time.Second, refuse: func(w http.ResponseWriter, _ *http.Request, offset int) bool {
			if offset != 30 || refused.Swap(true) {
				return false
			}
			time.Sleep(100 * time.Millisecond) // the pages up to 40 are under way by then
			w.WriteHeader(429)
			return true
		}}
		long := api.RetryPolicy{MaxTries: 2, BaseDelay: 1e6 * time.Hour, MaxDelay: 1e6 * time.Hour} // the wait is random
		_, err := export(t.Context(), pipeClient(t, server.ServeHTTP, api.WithRetry(long)), api.Ahead(3), api.Max(60))
		require.NoError(t, err)
		after := map[string]string{}
		for _, asked := range server.asked {
			offset, at, _ := strings.Cut(asked, " after ")
			after[offset] = at
		}
		assert.Equal(t, "1s", after["20"])
		assert.Equal(t, after["30"], after["50"], "when the refused page was asked for again")
	})
}

// A break ends the wait of those that are held, and a call that reads nothing ahead is not held.
func TestTheHoldEndsWithItsLoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &shop{n: 60, most: 10, refuse: func(w http.ResponseWriter, _ *http.Request, offset int) bool {
			if offset == 30 {
				w.Header().Set("Retry-After", "25")
				w.WriteHeader(429)
			}
			return offset == 30
		}}
		client := pipeClient(t, server.ServeHTTP)
		start := time.Now()
		for offer, err := range client.Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(10))}, api.Ahead(2)) {
			require.NoError(t, err)
			synctest.Wait()            // the page at 30 is refused while the loop works on that at 10
			if offer.GetID() == "25" { // and the one at 40 is held
				assert.Len(t, server.asked, 4)
				_, err := ids(t.Context(), client, &gen.ListOffersParams{Offset: new(int64(40))})
				require.NoError(t, err)
				break
			}
		}
		assert.Zero(t, time.Since(start))
	})
}

// The limiter counts each page, also those that are fetched at the same time.
func TestTheLimiterCountsPagesReadAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &shop{n: 100, most: 10}
		client := pipeClient(t, server.ServeHTTP, api.WithRateLimit(rate.NewLimiter(1, 1)))
		start := time.Now()
		got, err := export(t.Context(), client, api.Ahead(4), api.Max(100))
		require.NoError(t, err)
		assert.Len(t, got, 100)
		assert.Len(t, server.asked, 10)
		assert.Equal(t, 9*time.Second, time.Since(start).Round(time.Millisecond))
	})
}
