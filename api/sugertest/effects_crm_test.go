package sugertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestCRMEnrichment(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	started, err := client.CRM.EnrichRecord(ctx, &gen.EnrichCRMRecordParams{
		CompanyDomain: "globex.example.com", CRMRecordID: "006Hs", CRMRecordType: "Opportunity"})
	require.NoError(t, err)
	assert.Equal(t, "started", started.GetStatus())
	job, err := client.Operations.Get(ctx, started.GetWorkflowID(), nil)
	require.NoError(t, err)
	assert.Equal(t, "Completed", job.GetStatus())

	crm, query := gen.PartnerServiceCRM, gen.CRMQueryValidateParams{RecordType: "deals", RecordQuery: "{}"}
	progress, err := client.CRM.GetEnrichmentProgress(ctx, gen.PartnerHubspot, crm, "deals")
	require.NoError(t, err)
	assert.Equal(t, "not_started", progress.GetStatus())
	answer, err := client.CRM.ValidateQuery(ctx, gen.PartnerHubspot, crm, query)
	require.NoError(t, err)
	assert.True(t, answer.GetValid())

	srv.Seed(gen.EnrichmentProgress{Status: new("in_progress")}, gen.CRMQueryValidation{Valid: new(false), Error: new("no such field")})
	progress, err = client.CRM.GetEnrichmentProgress(ctx, gen.PartnerSalesforce, crm, "Account")
	require.NoError(t, err)
	assert.Equal(t, "in_progress", progress.GetStatus())
	answer, err = client.CRM.ValidateQuery(ctx, gen.PartnerSalesforce, crm, query)
	require.NoError(t, err)
	assert.Equal(t, "no such field", answer.GetError())
	_, err = client.CRM.ValidateQuery(ctx, gen.PartnerAWS, crm, query)
	assert.ErrorIs(t, err, api.ErrNotFound)
	_, err = client.CRM.GetEnrichmentProgress(ctx, gen.PartnerSalesforce, gen.PartnerServiceMarketplace, "Account")
	assert.ErrorIs(t, err, api.ErrNotFound)
}
