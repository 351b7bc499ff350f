package api_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func TestCollect(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	numbers := func(n int, end error) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			if end != nil && yield(-1, end) {
				t.Error("goes on after an error")
			}
		}
	}
	for _, tt := range []struct {
		n    int
		err  error
		want []int
	}{
		{0, nil, nil}, {3, nil, []int{0, 1, 2}}, {0, lost, nil}, {2, lost, []int{0, 1}},
	} {
		got, err := api.Collect(numbers(tt.n, tt.err))
		assert.Equal(t, tt.want, got)
		assert.Equal(t, tt.err, err)
	}
}

// TestCollectThenDelete checks that a loop over Collect deletes all items, and that one over the iterator skips some.
func TestCollectThenDelete(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	client := srv.Client()
	params := &gen.ListOffersParams{Status: new(gen.OfferStatusDraft), Limit: new(int64(2))}
	left := func() int {
		drafts, err := api.Collect(client.Offers.All(t.Context(), params))
		require.NoError(t, err)
		return len(drafts)
	}
	for range 10 {
		srv.Seed(gen.Offer{Status: new(gen.OfferStatusDraft)})
	}
	for draft, err := range client.Offers.All(t.Context(), params) {
		require.NoError(t, err)
		require.NoError(t, client.Offers.Delete(t.Context(), draft.GetID()))
	}
	assert.NotZero(t, left(), "an iterator that reads ahead needs no Collect")

	drafts, err := api.Collect(client.Offers.All(t.Context(), params, api.Max(100)))
	require.NoError(t, err)
	for _, draft := range drafts {
		require.NoError(t, client.Offers.Delete(t.Context(), draft.GetID()))
	}
	assert.Zero(t, left())
}
