package webhook

import (
	"context"
	"crypto/sha256"
	"sync"
)

// eventKey stands for an event id. A hash bounds the memory whatever the length of the id.
type eventKey [sha256.Size]byte

// deduplicator runs each event to success once, as far as it remembers.
type deduplicator struct {
	running locks[eventKey]
	mu      sync.Mutex
	done    map[eventKey]struct{}
	order   []eventKey // the keys of done, a ring once it has its full size
	oldest  int        // in order
	size    int        // 0 remembers nothing, and still runs an event once at a time
}

func newDeduplicator(size int) *deduplicator {
	return &deduplicator{done: map[eventKey]struct{}{}, size: size}
}

// once calls run unless a run for the id has succeeded. It waits for a run of the same id that is in progress, and calls run if
// that one fails, as it does when its sender hangs up and its context ends.
func (d *deduplicator) once(ctx context.Context, id string, run func() error) error {
	key := eventKey(sha256.Sum256([]byte(id)))
	unlock, err := d.running.lock(ctx, key, "another delivery of the event")
	if err != nil {
		return err
	}
	defer unlock() // deferred, so that a panic in run does not lock the id for ever
	if d.isDone(key) {
		return nil
	}
	if err := run(); err != nil {
		return err
	}
	d.remember(key)
	return nil
}

func (d *deduplicator) isDone(key eventKey) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, done := d.done[key]
	return done
}

func (d *deduplicator) remember(key eventKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.size == 0:
		return
	case len(d.order) < d.size:
		d.order = append(d.order, key)
	default:
		delete(d.done, d.order[d.oldest])
		d.order[d.oldest] = key
		d.oldest = (d.oldest + 1) % d.size
	}
	d.done[key] = struct{}{}
}
