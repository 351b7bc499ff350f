package wire

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// TestWaitWithoutAnInterval checks that an interval that makes no sense does not turn a wait into a flood of requests.
func TestWaitWithoutAnInterval(t *testing.T) {
	t.Parallel()
	for _, options := range []api.WaitOptions{{Interval: -1}, {Interval: -time.Hour}, {Interval: -1, MaxInterval: -1}} {
		server := serve1(t, func(*arrival) reply { return text(200, offer) })
		client := newClient(t, server.url)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		look := func(ctx context.Context) (*gen.Offer, error) { return client.Offers.Get(ctx, "o-1") }
		_, err := api.WaitFor(ctx, look, func(*gen.Offer) bool { return false }, options)
		cancel()
		assert.Error(t, err)
		assert.LessOrEqual(t, server.count(0), 2, "%+v: requests", options)
	}
}

// slowFile is a file that comes a byte at a time, for as long as somebody reads it.
type slowFile struct{ stopped atomic.Bool }

func (f *slowFile) Read(p []byte) (int, error) {
	if f.stopped.Load() {
		return 0, context.Canceled
	}
	time.Sleep(time.Millisecond) // the pace is the fault
	p[0] = 'x'
	return 1, nil
}

// TestUploadObeysItsContext checks that a file which is slow to read, from a pipe or a network, does not outlive the context of its
// upload.
func TestUploadObeysItsContext(t *testing.T) {
	t.Parallel()
	server := serve1(t, func(*arrival) reply { return text(200, "[]") })
	client := newClient(t, server.url)
	file := &slowFile{}
	t.Cleanup(func() { file.stopped.Store(true) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := within(t, slack, func() error {
		_, err := client.Support.CreateTicketAttachment(ctx, "t-1", "slow.txt", file)
		return err
	})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assertUnknown(t, false, err)
	assert.Zero(t, server.count(0), "requests")
}
