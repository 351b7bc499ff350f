package webhook

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
)

// eventKey stands for an event id. A hash bounds the memory whatever the length of the id.
type eventKey [sha256.Size]byte

// deduplicator runs each event to success once, as far as it remembers.
type deduplicator struct {
	mu      sync.Mutex
	running map[eventKey]chan struct{} // closed when the run ends
	done    map[eventKey]struct{}
	order   []eventKey // the keys of done, a ring once it has its full size
	oldest  int        // in order
	size    int
}

func newDeduplicator(size int) *deduplicator {
	return &deduplicator{running: map[eventKey]chan struct{}{}, done: map[eventKey]struct{}{}, size: size}
}

// once calls run unless a run for the id has succeeded. It waits for a run of the same id that is in progress, and calls run if
// that one fails, as it does when its sender hangs up and its context ends.
func (d *deduplicator) once(ctx context.Context, id string, run func() error) error {
	key := eventKey(sha256.Sum256([]byte(id)))
	first, err := d.begin(ctx, key)
	if err != nil || !first {
		return err
	}
	succeeded := false
	defer func() { d.end(key, succeeded) }() // deferred, so that a panic in run does not lock the id for ever
	err = run()
	succeeded = err == nil
	return err
}

// begin reports whether the caller is to run the event, and must call end after it.
func (d *deduplicator) begin(ctx context.Context, key eventKey) (bool, error) {
	for {
		d.mu.Lock()
		_, done := d.done[key]
		other, busy := d.running[key]
		if !done && !busy {
			d.running[key] = make(chan struct{})
		}
		d.mu.Unlock()
		if done || !busy {
			return !done, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return false, fmt.Errorf("webhook: wait for another delivery of the event: %w", context.Cause(ctx))
		}
	}
}

func (d *deduplicator) end(key eventKey, succeeded bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.running[key])
	delete(d.running, key)
	if !succeeded {
		return
	}
	d.done[key] = struct{}{}
	if len(d.order) < d.size {
		d.order = append(d.order, key)
		return
	}
	delete(d.done, d.order[d.oldest])
	d.order[d.oldest] = key
	d.oldest = (d.oldest + 1) % d.size
}
