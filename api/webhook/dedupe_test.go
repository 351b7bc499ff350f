package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

func eventWithID(id string) string { return fmt.Sprintf(`{"eventID": %q}`, id) }

func ids(events []*gen.NotificationEvent) []string {
	var ids []string
	for _, event := range events {
		ids = append(ids, event.GetEventID())
	}
	return ids
}

func TestEveryDeliveryRunsByDefault(t *testing.T) {
	t.Parallel()
	r := &receiver{}
	server := serve(t, r.handler())
	require.Equal(t, 204, post(t, server, eventWithID("a")))
	require.Equal(t, 204, post(t, server, eventWithID("a")))
	assert.Equal(t, []string{"a", "a"}, ids(r.events))
}

func TestDeduplication(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	tests := []struct {
		name      string
		size      int
		delivered []string
		run       []string
	}{
		{"repeat", 10, []string{"a", "a", "b", "a"}, []string{"a", "b"}},
		{"no id", 10, []string{"", ""}, []string{"", ""}},
		{"long ids", 10, []string{long + "1", long + "2", long + "1"}, []string{long + "1", long + "2"}},
		{"the last is remembered", 1, []string{"a", "a", "b", "b", "a"}, []string{"a", "b", "a"}},
		{"the oldest are forgotten", 3, []string{"a", "b", "c", "d", "b", "c", "d", "a", "c", "d", "b", "d", "a"}, []string{"a", "b", "c", "d", "a", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &receiver{}
			server := serve(t, r.handler(webhook.WithDeduplication(test.size)))
			for _, id := range test.delivered {
				assert.Equal(t, 204, post(t, server, eventWithID(id)))
			}
			assert.Equal(t, test.run, ids(r.events))
		})
	}
}

func TestAFailedEventIsNotRemembered(t *testing.T) {
	t.Parallel()
	r := &receiver{err: errors.New("not now")}
	server := serve(t, r.handler(webhook.WithDeduplication(10)))
	assert.Equal(t, 500, post(t, server, eventWithID("a")))
	assert.Equal(t, 500, post(t, server, eventWithID("a")))
	r.err = nil
	assert.Equal(t, 204, post(t, server, eventWithID("a")))
	assert.Equal(t, 204, post(t, server, eventWithID("a")))
	assert.Len(t, r.events, 3)
}

func TestAForgedRepeatIsRefused(t *testing.T) {
	t.Parallel()
	server := serve(t, (&receiver{}).handler(webhook.WithDeduplication(10)))
	require.Equal(t, 204, post(t, server, eventWithID("a")))
	body := eventWithID("a")
	res, _ := do(t, server, newRequest(t, server.URL, strings.NewReader(body), webhook.Sign("other", []byte(body))))
	assert.Equal(t, 401, res.StatusCode)
}

func TestHandlersShareNoMemory(t *testing.T) {
	t.Parallel()
	first, second, option := &receiver{}, &receiver{}, webhook.WithDeduplication(10)
	require.Equal(t, 204, post(t, serve(t, first.handler(option)), eventWithID("a")))
	require.Equal(t, 204, post(t, serve(t, second.handler(option)), eventWithID("a")))
	assert.Len(t, second.events, 1)
}

// Many connections deliver few events many times. No event runs twice at once or again after a success, and only the
// deliveries whose own run failed are answered 500.
func TestConcurrentDeliveries(t *testing.T) {
	t.Parallel()
	const events, deliveries, failures = 5, 20, 3
	var running, runs [events]atomic.Int32
	var arrived atomic.Int32
	allArrived := make(chan struct{}) // holds each run until every delivery is under way
	callback := func(_ context.Context, event *gen.NotificationEvent) error {
		i, err := strconv.Atoi(event.GetEventID())
		if err != nil {
			return err
		}
		assert.Equal(t, int32(1), running[i].Add(1), "an event runs twice at once")
		defer running[i].Add(-1)
		<-allArrived
		if runs[i].Add(1) <= failures {
			return errors.New("not yet")
		}
		return nil
	}
	handler := webhook.Handler(secret, callback, webhook.WithDeduplication(events),
		webhook.WithErrorHandler(func(*http.Request, int, error) {}))
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if arrived.Add(1) == events*deliveries {
			close(allArrived)
		}
		handler.ServeHTTP(w, r)
	}))
	var succeeded, failed atomic.Int32
	var senders sync.WaitGroup
	for i := range events * deliveries {
		senders.Go(func() {
			switch status := send(server.URL, secret, eventWithID(strconv.Itoa(i%events))); status {
			case "204 No Content":
				succeeded.Add(1)
			case "500 Internal Server Error":
				failed.Add(1)
			default:
				assert.Fail(t, "unexpected status", status)
			}
		})
	}
	senders.Wait()
	for i := range runs {
		assert.Equal(t, int32(failures+1), runs[i].Load(), "runs of event %d", i)
	}
	assert.Equal(t, int32(events*failures), failed.Load())
	assert.Equal(t, int32(events*(deliveries-failures)), succeeded.Load())
}

// send posts a body as Suger does and returns the status of the answer.
func send(url, secret, body string) string {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	return res.Status
}

// delivery is a request under way in a synctest bubble.
type delivery struct {
	cancel context.CancelFunc
	status int // 0 while it is not answered
}

func deliver(t *testing.T, handler http.Handler, id string) *delivery {
	ctx, cancel := context.WithCancel(t.Context())
	body := eventWithID(id)
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
	d := &delivery{cancel: cancel}
	go func() {
		rec := httptest.NewRecorder()
		defer func() {
			if recover() != nil {
				d.status = -1
			}
		}()
		handler.ServeHTTP(rec, req)
		d.status = rec.Code
	}()
	synctest.Wait()
	return d
}

// inTurn is a callback that waits for a test to tell what becomes of each run.
type inTurn struct {
	started int
	outcome chan error
}

var errPanic = errors.New("panic instead")

func (c *inTurn) receive(ctx context.Context, _ *gen.NotificationEvent) error {
	c.started++
	select {
	case err := <-c.outcome:
		if err == errPanic {
			panic(err)
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *inTurn) end(err error) {
	c.outcome <- err
	synctest.Wait()
}

// bubble runs a subtest in a synctest bubble, with a handler of its own.
func bubble(t *testing.T, name string, f func(t *testing.T, c *inTurn, handler http.Handler, failures *receiver)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c, r := &inTurn{outcome: make(chan error)}, &receiver{}
			handler := webhook.Handler(secret, c.receive, webhook.WithDeduplication(10), webhook.WithErrorHandler(r.fail))
			f(t, c, handler, r)
		})
	})
}

func TestDeliveriesOfOneEventAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, "the others wait for a success", func(t *testing.T, c *inTurn, handler http.Handler, _ *receiver) {
		first, second, third := deliver(t, handler, "a"), deliver(t, handler, "a"), deliver(t, handler, "a")
		assert.Equal(t, []int{0, 0, 0}, []int{first.status, second.status, third.status})
		c.end(nil)
		assert.Equal(t, []int{204, 204, 204}, []int{first.status, second.status, third.status})
		assert.Equal(t, 1, c.started)
	})
	bubble(t, "another takes its turn after a failure", func(t *testing.T, c *inTurn, handler http.Handler, _ *receiver) {
		first, second := deliver(t, handler, "a"), deliver(t, handler, "a")
		assert.Equal(t, 1, c.started)
		c.end(errors.New("not now"))
		assert.Equal(t, []int{500, 0}, []int{first.status, second.status})
		assert.Equal(t, 2, c.started)
		c.end(nil)
		assert.Equal(t, 204, second.status)
	})
	bubble(t, "another takes its turn after a panic", func(t *testing.T, c *inTurn, handler http.Handler, _ *receiver) {
		first, second := deliver(t, handler, "a"), deliver(t, handler, "a")
		c.end(errPanic)
		assert.Equal(t, []int{-1, 0}, []int{first.status, second.status})
		c.end(nil)
		assert.Equal(t, 204, second.status)
	})
	bubble(t, "another takes its turn when the first sender hangs up", func(t *testing.T, c *inTurn, handler http.Handler, _ *receiver) {
		first, second := deliver(t, handler, "a"), deliver(t, handler, "a")
		first.cancel()
		synctest.Wait()
		assert.Equal(t, []int{500, 0}, []int{first.status, second.status})
		c.end(nil)
		assert.Equal(t, 204, second.status)
	})
	bubble(t, "a waiting sender hangs up", func(t *testing.T, c *inTurn, handler http.Handler, r *receiver) {
		first, second := deliver(t, handler, "a"), deliver(t, handler, "a")
		second.cancel()
		synctest.Wait()
		assert.Equal(t, []int{0, 500}, []int{first.status, second.status})
		require.Len(t, r.errs, 1)
		assert.EqualError(t, r.errs[0], "webhook: wait for another delivery of the event: context canceled")
		c.end(nil)
		assert.Equal(t, 204, first.status)
		assert.Equal(t, 1, c.started)
	})
	bubble(t, "other events do not wait", func(t *testing.T, c *inTurn, handler http.Handler, _ *receiver) {
		first, second := deliver(t, handler, "a"), deliver(t, handler, "b")
		assert.Equal(t, 2, c.started)
		c.end(nil)
		c.end(nil)
		assert.Equal(t, []int{204, 204}, []int{first.status, second.status})
	})
}
