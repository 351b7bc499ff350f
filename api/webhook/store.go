package webhook

import (
	"context"
	"crypto/rand"

	"github.com/suger-go/suger/gen"
)

// Store remembers which events were handled, across restarts and for several processes. [SQLStore] is one on a database.
type Store interface {
	// Once calls handle, unless it has succeeded for an event with this id before, and remembers the id if and only if handle
	// returns nil. It returns the error of handle, or its own. It may be called by many goroutines at once, but not by two for
	// one id. The context that it passes to handle may have more in it than its own.
	Once(ctx context.Context, id string, handle func(ctx context.Context) error) error
}

// WithStore answers a delivery without the callback if the store knows that the event was handled. Of deliveries of one event to
// this process at the same time one runs, as with [WithDeduplication]; with both, the memory is asked first. An event without an
// id is never dropped: its id in the store is random.
func WithStore(store Store) Option {
	if store == nil {
		panic("webhook: WithStore: the store is nil")
	}
	return func(h *handler) { h.store = store }
}

// run calls the callback with an event, unless it is known that it was handled.
func (h *handler) run(ctx context.Context, event *gen.NotificationEvent) error {
	id := event.GetEventID()
	call := func() error {
		if h.store == nil {
			return h.callback(ctx, event)
		}
		key := id
		if key == "" {
			key = "none, " + rand.Text()
		}
		return h.store.Once(ctx, key, func(ctx context.Context) error { return h.callback(ctx, event) })
	}
	if h.dedupe == nil || id == "" {
		return call()
	}
	return h.dedupe.once(ctx, id, call)
}
