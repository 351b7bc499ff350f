package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
)

// ledger is a store that can fail, and that counts how often it is asked.
type ledger struct {
	memory
	asked int
	err   error
}

func (l *ledger) Once(ctx context.Context, id string, handle func(context.Context) error) error {
	l.asked++
	if l.err != nil {
		return l.err
	}
	return l.memory.Once(ctx, id, handle)
}

func TestStoreBesideTheMemory(t *testing.T) {
	t.Parallel()
	r, store := &receiver{}, &ledger{memory: memory{}}
	server := serve(t, r.handler(webhook.WithStore(store), webhook.WithDeduplication(1)))
	for _, id := range []string{"a", "a", "b", "a"} {
		require.Equal(t, 204, post(t, server, eventWithID(id)))
	}
	assert.Equal(t, []string{"a", "b"}, ids(r.events))
	assert.Equal(t, 3, store.asked, "the memory knows a, until it has b")

	store.err = errors.New("the disk is full")
	assert.Equal(t, 500, post(t, server, eventWithID("c")))
	assert.Equal(t, []error{store.err}, r.errs)
	store.err = nil
	assert.Equal(t, 204, post(t, server, eventWithID("c")), "it was not remembered")
	assert.Len(t, r.events, 3)
}

// A store need not know what to do about two deliveries of one event at once.
func TestStoreRunsAnEventOnceAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &inTurn{outcome: make(chan error)}
		ignore := webhook.WithErrorHandler(func(*http.Request, int, error) {})
		handler := webhook.Handler(secret, c.receive, webhook.WithStore(memory{}), ignore)
		first, second, third := deliver(t, handler, "a"), deliver(t, handler, "a"), deliver(t, handler, "a")
		assert.Equal(t, 1, c.started)
		c.end(errCallback)
		assert.Equal(t, 2, c.started)
		c.end(nil)
		assert.ElementsMatch(t, []int{500, 204, 204}, []int{first.status, second.status, third.status})
		assert.Equal(t, 2, c.started)
	})
}

func TestStoreMistakes(t *testing.T) {
	t.Parallel()
	assert.PanicsWithValue(t, "webhook: WithStore: the store is nil", func() { webhook.WithStore(nil) })
	assert.PanicsWithValue(t, "webhook: KeepEvents: the duration is not positive", func() { webhook.KeepEvents(0) })
}

// A receiver gets no database driver that it does not ask for.
func TestImportsNoDriver(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	packages := strings.Fields(string(out))
	require.Contains(t, packages, "database/sql")
	for _, name := range packages {
		assert.NotRegexp(t, `sqlite|pgx|sugertest|kin-openapi`, name)
	}
}
