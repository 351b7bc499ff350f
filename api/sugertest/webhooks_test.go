package sugertest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

func TestDeliver(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client()
	var got []string
	var refusal error
	receiver := httptest.NewServer(webhook.Handler("secret", func(_ context.Context, event *gen.NotificationEvent) error {
		got = append(got, event.GetEntityID()+" "+string(event.GetAction()))
		return refusal
	}, webhook.WithErrorHandler(func(*http.Request, int, error) {})))
	t.Cleanup(receiver.Close)
	offer, err := client.Offers.Create(t.Context(), gen.Offer{})
	require.NoError(t, err)
	_, err = client.Offers.Cancel(t.Context(), offer.GetID())
	require.NoError(t, err)
	created, cancelled := offer.GetID()+" CREATE", offer.GetID()+" CANCEL"

	assert.ErrorContains(t, srv.Deliver(receiver.URL, "another secret"), "answered 401")
	assert.Empty(t, got)
	refusal = errors.New("busy")
	assert.ErrorContains(t, srv.Deliver(receiver.URL, "secret"), "answered 500")
	assert.Equal(t, []string{created}, got, "it ends with the first that fails")
	refusal, got = nil, nil
	require.NoError(t, srv.Deliver(receiver.URL, "secret", Twice(), Backwards()))
	assert.Equal(t, []string{cancelled, cancelled, created, created}, got)
	got = nil
	require.NoError(t, srv.Deliver(receiver.URL, "secret"))
	assert.Empty(t, got, "there is nothing new")
	srv.Seed(gen.NotificationEvent{EventID: new("event-1"), EntityID: new("seeded")})
	require.NoError(t, srv.Deliver(receiver.URL, "secret"))
	assert.Equal(t, []string{"seeded "}, got)
	srv.Reset()
	require.NoError(t, srv.Deliver(receiver.URL, "secret"))
	assert.Len(t, got, 1)
	srv.Seed(gen.NotificationEvent{})
	assert.Error(t, srv.Deliver("http://\n", ""))
}
