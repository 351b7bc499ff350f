package main

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

func TestReplay(t *testing.T) {
	events := make(chan *gen.NotificationEvent, 10)
	receiver := httptest.NewServer(webhook.Handler("a-secret", func(_ context.Context, event *gen.NotificationEvent) error {
		events <- event
		return nil
	}))
	defer receiver.Close()
	printed := serve(t, "-org", "o", "-replay", receiver.URL, "-secret", "a-secret")
	event := <-events
	assert.Equal(t, gen.EntityTypeEntitlement, event.GetEntityType())
	assert.Equal(t, gen.NotificationEventActionSuspend, event.GetAction())
	assert.Equal(t, "o", event.GetOrganizationID())
	assert.Contains(t, printed, "organization o")

	err := run(t.Context(), []string{"-addr", "127.0.0.1:0", "-replay", receiver.URL, "-secret", "another"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "answered 401 Unauthorized")
	err = run(t.Context(), []string{"-addr", "127.0.0.1:0", "-replay", receiver.URL}, io.Discard, io.Discard)
	require.ErrorIs(t, err, webhook.ErrNoSecret)
	err = run(t.Context(), []string{"-addr", "127.0.0.1:0", "-replay", "http://example.com", "-secret", "a"}, io.Discard, io.Discard)
	require.ErrorIs(t, err, webhook.ErrNotLoopback)
}
