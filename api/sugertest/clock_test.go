package sugertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// noon is when the tests of the clock begin.
var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func timeOf(t time.Time) *gen.Time { return new(gen.NewTime(t)) }

func TestClock(t *testing.T) {
	t.Parallel()
	srv := New(t)
	assert.WithinDuration(t, time.Now(), srv.Clock.Now(), time.Minute)
	srv.Clock.Advance(48 * time.Hour)
	assert.WithinDuration(t, time.Now().Add(48*time.Hour), srv.Clock.Now(), time.Minute)
	srv.Clock.Set(noon)
	srv.Clock.Advance(time.Hour)
	assert.Equal(t, noon.Add(time.Hour), srv.Clock.Now())
	contact, err := srv.Client().Contacts.Create(t.Context(), gen.Contact{})
	require.NoError(t, err)
	assert.Equal(t, "2026-01-31T13:00:00Z", contact.GetCreationTime())
	srv.Reset()
	assert.WithinDuration(t, time.Now(), srv.Clock.Now(), time.Minute)
}

func TestOffersAndWalletsExpire(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Clock.Set(noon)
	pending := new(gen.OfferStatusPendingAcceptance)
	srv.Seed(
		gen.Offer{ID: new("past"), Status: pending, ExpireTime: timeOf(noon.Add(-time.Hour))},
		gen.Offer{ID: new("soon"), Status: pending, ExpireTime: timeOf(noon.Add(time.Hour))},
		gen.Offer{ID: new("later"), Status: pending, ExpireTime: timeOf(noon.Add(2 * time.Hour))},
		gen.Offer{ID: new("accepted"), Status: new(gen.OfferStatusAccepted), ExpireTime: timeOf(noon.Add(time.Hour))},
		gen.Buyer{ID: new("buyer-1")},
		gen.Wallet{ID: new("wallet-1"), BuyerID: new("buyer-1"), Status: new(gen.WalletStatusActive), ExpireTime: timeOf(noon.Add(time.Minute))},
	)
	srv.Clock.Advance(90 * time.Minute)
	client := srv.Client(checked(t, srv))
	got := map[string]gen.OfferStatus{}
	for offer, err := range client.Offers.All(t.Context(), nil) {
		require.NoError(t, err)
		got[offer.GetID()] = offer.GetStatus()
	}
	assert.Equal(t, map[string]gen.OfferStatus{
		"past": *pending, "soon": gen.OfferStatusExpired, "later": *pending, "accepted": gen.OfferStatusAccepted,
	}, got)
	wallets, err := client.Buyers.ListWallets(t.Context(), "buyer-1")
	require.NoError(t, err)
	assert.Equal(t, gen.WalletStatusExpired, wallets[0].GetStatus())
	offer, err := client.Offers.ExtendExpiryDate(t.Context(), "soon", "2026-02-28")
	require.NoError(t, err)
	assert.Equal(t, *pending, offer.GetStatus())
}

func TestEntitlementsEndAndRenew(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Clock.Set(noon)
	active := new(gen.EntitlementStatusActive)
	plan := func(kind gen.CancellationScheduleType, date string) *gen.MetaInfo {
		return &gen.MetaInfo{EntitlementCancellationSchedule: &gen.CancellationSchedule{Type: &kind, CancelDate: &date}}
	}
	start, end := timeOf(noon.AddDate(0, -1, 0)), timeOf(noon.AddDate(0, 1, 0))
	srv.Seed(
		gen.Entitlement{ID: new("ends"), Status: active, StartTime: start, EndTime: end},
		gen.Entitlement{ID: new("renews"), Status: active, StartTime: start, EndTime: end, Info: &gen.EntitlementInfo{AutoRenew: new(true)}},
		gen.Entitlement{ID: new("cancelled"), Status: active, MetaInfo: plan(gen.CancellationScheduleTypeSpecificDate, "2026-02-15")},
		gen.Entitlement{ID: new("not yet"), Status: active, MetaInfo: plan(gen.CancellationScheduleTypeSpecificDate, "2027-02-15")},
		gen.Entitlement{ID: new("end of term"), Status: active, StartTime: start, EndTime: end, MetaInfo: plan(gen.CancellationScheduleTypeEndOfTerm, ""),
			Info: &gen.EntitlementInfo{AutoRenew: new(true)}},
	)
	srv.Clock.Advance(40 * 24 * time.Hour)
	client := srv.Client(checked(t, srv))
	for id, status := range map[string]gen.EntitlementStatus{
		"ends": gen.EntitlementStatusCancelled, "renews": *active, "cancelled": gen.EntitlementStatusCancelled, "not yet": *active,
		"end of term": gen.EntitlementStatusCancelled,
	} {
		ent, err := client.Entitlements.Get(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, status, ent.GetStatus(), id)
	}
	renewed, err := client.Entitlements.Get(t.Context(), "renews")
	require.NoError(t, err)
	assert.True(t, renewed.GetEndTime().After(end.Time))
	terms, err := client.Entitlements.ListTerms(t.Context(), "renews")
	require.NoError(t, err)
	require.Len(t, terms, 1)
	assert.Equal(t, end.UTC(), terms[0].GetStartTime().UTC())
	assert.Equal(t, renewed.GetEntitlementTermID(), terms[0].GetID())
	assert.Equal(t, gen.EntitlementTermTypeAutoRenew, terms[0].GetInfo().GetType())
}

func TestUsageIsReportedWithTheFullHour(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Clock.Set(noon)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Offer{ID: new("offer-1"), Partner: new(gen.PartnerAWS), Status: new(gen.OfferStatusPendingAcceptance),
		Info: &gen.OfferInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.1)}}}})
	id := srv.AcceptOffer("offer-1")
	for range 2 {
		_, err := client.Metering.ReportUsageRecordGroup(ctx, id, gen.CreateUsageRecordGroupParams{
			EntitlementID: id, OrganizationID: srv.OrgID, Records: map[string]float64{"api_calls": 0.1}})
		require.NoError(t, err)
	}
	status := func() gen.UsageRecordGroupStatus {
		groups, err := client.Metering.ListUsageRecordGroups(ctx, nil)
		require.NoError(t, err)
		require.Len(t, groups.GetUsageRecordGroups(), 2)
		return groups.GetUsageRecordGroups()[1].GetStatus()
	}
	srv.Clock.Advance(59 * time.Minute)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, status())
	srv.Clock.Advance(time.Minute)
	assert.Equal(t, gen.UsageRecordGroupStatusReported, status())

	reports, err := client.Metering.ListUsageRecordReports(ctx, &gen.ListUsageRecordReportsParams{EntitlementID: &id})
	require.NoError(t, err)
	require.Len(t, reports.GetUsageRecordReports(), 2)
	assert.InDelta(t, 0.1, reports.GetUsageRecordReports()[0].GetInfo().GetDimensionUnitPrice()["api_calls"], 0)
	ent, err := client.Entitlements.Get(ctx, id)
	require.NoError(t, err)
	assert.InDelta(t, 0.2, ent.GetInfo().GetDimensions()[0].GetUsageCount().GetReportedCount(), 0)
	term, err := client.Entitlements.GetTerm(ctx, id, ent.GetEntitlementTermID())
	require.NoError(t, err)
	assert.InDelta(t, 0.02, term.GetReportedAmount(), 0)
	daily, err := client.Reports.ListUsageMeteringDailyRecords(ctx, gen.PartnerAWS, nil)
	require.NoError(t, err)
	require.Len(t, daily.GetUsageMeteringDailyRecords(), 1)
	assert.InDelta(t, 0.2, daily.GetUsageMeteringDailyRecords()[0].GetQuantity(), 0)
	assert.InDelta(t, 0.02, daily.GetUsageMeteringDailyRecords()[0].GetAmount(), 0)

	invoice := srv.DraftInvoice(id)
	assert.InDelta(t, 0.02, invoice.GetInfo().GetDueAmount(), 0)
	assert.InDelta(t, 0, srv.DraftInvoice(id).GetInfo().GetDueAmount(), 0, "usage is billed once")
	srv.Clock.Advance(3 * 24 * time.Hour)
	issued, err := client.Billing.GetInvoice(ctx, invoice.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.InvoiceStatusFinalized, issued.GetStatus(), "the grace period is over")
}
