package sugertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestSlowOffer(t *testing.T) {
	t.Parallel()
	srv := New(t, Slow(time.Hour))
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	created, err := client.Offers.Create(ctx, gen.Offer{Name: new("Globex 2026"), Partner: new(gen.PartnerAWS)})
	require.NoError(t, err)
	failing, err := client.Offers.Create(ctx, gen.Offer{Name: new("Initech 2026"), MetaInfo: &gen.MetaInfo{ErrorMessages: []string{"first"}}})
	require.NoError(t, err)
	look := func(id string) *gen.Offer {
		offer, err := client.Offers.Get(ctx, id)
		require.NoError(t, err)
		return offer
	}
	srv.FailOffer(failing.GetID(), "the plan is unknown")
	srv.Clock.Advance(time.Hour - time.Minute)
	for _, offer := range []*gen.Offer{created, look(created.GetID())} {
		assert.Equal(t, gen.OfferStatusPendingCreate, offer.GetStatus())
		assert.Empty(t, offer.GetExternalID(), "the marketplace has given it no id yet")
		assert.Empty(t, offer.GetInfo().GetPrivateOfferURL())
	}
	srv.Clock.Advance(time.Minute)
	published := look(created.GetID())
	assert.Equal(t, gen.OfferStatusPendingAcceptance, published.GetStatus())
	assert.NotEmpty(t, published.GetExternalID())
	assert.Contains(t, published.GetInfo().GetPrivateOfferURL(), published.GetExternalID())
	failed := look(failing.GetID())
	assert.Equal(t, gen.OfferStatusCreateFailed, failed.GetStatus(), "it is not published when the time is over")
	assert.Equal(t, []string{"first", "the plan is unknown"}, failed.GetMetaInfo().GetErrorMessages())
	require.NoError(t, client.Offers.Delete(ctx, failing.GetID()))
	srv.AcceptOffer(created.GetID())

	var actions []string
	for event, err := range client.Notifications.AllEventsByEntity(ctx, gen.EntityTypeOffer, failing.GetID(), nil) {
		require.NoError(t, err)
		actions = append(actions, string(event.GetAction()))
	}
	assert.Equal(t, []string{"CREATE", "CREATE_FAILED", "DELETE"}, actions)
}

// The clock may be set, too, and what falls due follows on the publication.
func TestSlowOfferExpires(t *testing.T) {
	t.Parallel()
	srv := New(t, Slow(time.Hour))
	srv.Clock.Set(noon)
	client := srv.Client(checked(t, srv))
	for status, end := range map[gen.OfferStatus]time.Duration{gen.OfferStatusPendingAcceptance: 3 * time.Hour, gen.OfferStatusExpired: 90 * time.Minute} {
		srv.Clock.Set(noon)
		offer, err := client.Offers.Create(t.Context(), gen.Offer{ExpireTime: timeOf(noon.Add(end))})
		require.NoError(t, err)
		srv.Clock.Advance(2 * time.Hour)
		offer, err = client.Offers.Get(t.Context(), offer.GetID())
		require.NoError(t, err)
		assert.Equal(t, status, offer.GetStatus())
	}
	offer, err := client.Offers.Create(t.Context(), gen.Offer{})
	require.NoError(t, err)
	srv.Clock.Set(noon.AddDate(0, 0, 1))
	offer, err = client.Offers.Get(t.Context(), offer.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.OfferStatusPendingAcceptance, offer.GetStatus())
}

func TestSlowProduct(t *testing.T) {
	t.Parallel()
	srv := New(t, Slow(time.Hour))
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	product, err := client.Products.Create(ctx, gen.Product{Name: new("Analytics"), Partner: new(gen.PartnerAWS)})
	require.NoError(t, err)
	assert.Equal(t, "PENDING_CREATE", product.GetStatus())
	srv.Clock.Advance(time.Hour)
	product, err = client.Products.Get(ctx, product.GetID())
	require.NoError(t, err)
	assert.Equal(t, "PREVIEW", product.GetStatus())
	assert.NotEmpty(t, product.GetExternalID())
	product.Name = new("Analytics 2")
	product, err = client.Products.Publish(ctx, product.GetID(), *product)
	require.NoError(t, err)
	assert.Equal(t, "PREVIEW", product.GetStatus())
	assert.Equal(t, "Analytics 2", product.GetName())
	srv.Clock.Advance(time.Hour)
	product, err = client.Products.Get(ctx, product.GetID())
	require.NoError(t, err)
	assert.Equal(t, "PUBLIC", product.GetStatus())
}

func TestFailUsage(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Clock.Set(noon)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusActive), Partner: new(gen.PartnerAWS), EntitlementTermID: new("term-1"),
		Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.5)}}}})
	group, err := client.Metering.ReportUsageRecordGroup(ctx, "ent-1", gen.CreateUsageRecordGroupParams{Records: map[string]float64{"api_calls": 4}})
	require.NoError(t, err)
	srv.FailUsage(group.GetID(), "CustomerNotSubscribed")
	look := func() (gen.UsageRecordGroup, []gen.UsageRecordReport) {
		groups, err := client.Metering.ListUsageRecordGroups(ctx, nil)
		require.NoError(t, err)
		require.Len(t, groups.GetUsageRecordGroups(), 1)
		reports, err := client.Metering.ListUsageRecordReports(ctx, nil)
		require.NoError(t, err)
		return groups.GetUsageRecordGroups()[0], reports.GetUsageRecordReports()
	}
	srv.Clock.Advance(2 * time.Hour)
	failed, reports := look()
	assert.Equal(t, gen.UsageRecordGroupStatusReportFailed, failed.GetStatus(), "no hour reports it again")
	require.Len(t, reports, 1)
	assert.Equal(t, failed.GetUsageRecordReportID(), reports[0].GetID())
	assert.Equal(t, "ent-1", reports[0].GetEntitlementID())
	assert.Equal(t, "term-1", reports[0].GetEntitlementTermID())
	assert.Equal(t, gen.UsageRecordReportStatusFailed, reports[0].GetInfo().GetStatus())
	assert.Equal(t, "CustomerNotSubscribed", reports[0].GetInfo().GetMessage())
	assert.Equal(t, []string{group.GetID()}, reports[0].GetInfo().GetUsageRecordGroupIDs())
	assert.Zero(t, srv.DraftInvoice("ent-1").GetInfo().GetDueAmount(), "nobody bills it")

	_, err = client.Metering.RetryUsageRecordGroup(ctx, group.GetID(), nil)
	require.NoError(t, err)
	srv.Clock.Advance(time.Hour)
	retried, reports := look()
	assert.Equal(t, gen.UsageRecordGroupStatusReported, retried.GetStatus())
	require.Len(t, reports, 2)
	assert.Equal(t, retried.GetUsageRecordReportID(), reports[1].GetID())
	assert.InDelta(t, 2, srv.DraftInvoice("ent-1").GetInfo().GetDueAmount(), 0)
}

// What is no longer possible ends the test.
func TestFailTooLate(t *testing.T) {
	t.Parallel()
	for message, fail := range map[string]func(*Server){
		"FailOffer: offer not found: nothing":               func(s *Server) { s.FailOffer("nothing", "") },
		`FailOffer: status: the offer is "ACCEPTED"`:        func(s *Server) { s.FailOffer("offer-1", "") },
		"FailUsage: usage record group not found: nothing":  func(s *Server) { s.FailUsage("nothing", "") },
		`FailUsage: status: the usage record group is "REP`: func(s *Server) { s.FailUsage("group-1", "") },
	} {
		srv := NewServer()
		srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusAccepted)},
			gen.UsageRecordGroup{ID: new("group-1"), Status: new(gen.UsageRecordGroupStatusReported)})
		func() {
			defer func() { assert.Contains(t, recover(), message) }()
			fail(srv)
		}()
		srv.Close()
	}
}
