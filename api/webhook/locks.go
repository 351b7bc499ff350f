package webhook

import (
	"context"
	"fmt"
	"sync"
)

// locks are locks by key, of which only those that are held take memory.
type locks[K comparable] struct {
	mu   sync.Mutex
	held map[K]chan struct{} // closed when the lock is free
}

// lock waits until the key is free, or until the context ends, and returns what frees it. The error says what was waited for.
func (l *locks[K]) lock(ctx context.Context, key K, what string) (func(), error) {
	for {
		l.mu.Lock()
		other, busy := l.held[key]
		if !busy {
			mine := make(chan struct{})
			if l.held == nil {
				l.held = map[K]chan struct{}{}
			}
			l.held[key] = mine
			l.mu.Unlock()
			return func() { l.unlock(key) }, nil
		}
		l.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, fmt.Errorf("webhook: wait for %s: %w", what, context.Cause(ctx))
		}
	}
}

func (l *locks[K]) unlock(key K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.held[key])
	delete(l.held, key)
}
