package sugertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestOfferIsValidatedAndSynced(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	offer := gen.Offer{Name: new("Globex 2026"), Partner: new(gen.PartnerAWS)}
	validation, err := client.Offers.Validate(ctx, offer)
	require.NoError(t, err)
	assert.True(t, validation.GetValid())
	assert.Empty(t, validation.GetFindings())
	offers, err := client.Offers.List(ctx, nil)
	require.NoError(t, err)
	assert.Empty(t, offers, "nothing is created")
	srv.Seed(gen.OfferValidation{Valid: new(false), Findings: []gen.OfferValidationFinding{{Message: new("no price")}}})
	validation, err = client.Offers.Validate(ctx, offer)
	require.NoError(t, err)
	assert.False(t, validation.GetValid())
	assert.Equal(t, "no price", validation.GetFindings()[0].GetMessage())

	created, err := client.Offers.Create(ctx, offer)
	require.NoError(t, err)
	_, err = client.Offers.Sync(ctx, created.GetID())
	require.NoError(t, err)
	_, err = client.Offers.Sync(ctx, "another")
	assert.ErrorIs(t, err, api.ErrNotFound)
}
