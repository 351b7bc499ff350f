package sugertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// A sale from the product to the refund, as a vendor's back end sees it. Every answer is checked against the description.
func TestScenario(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()

	product, err := client.Products.CreateOrUpdateDraft(ctx, gen.Product{Name: new("Analytics"), Partner: new(gen.PartnerStripe)})
	require.NoError(t, err)
	assert.Equal(t, "DRAFT", product.GetStatus())
	product, err = client.Products.Publish(ctx, product.GetID(), *product)
	require.NoError(t, err)
	assert.Equal(t, "PUBLIC", product.GetStatus())
	assert.ErrorIs(t, client.Products.Delete(ctx, product.GetID()), api.ErrBadRequest, "a public product cannot be deleted")

	buyer, err := client.Buyers.Create(ctx, gen.CreateBuyerParams{Name: new("Globex"), Partner: new(gen.PartnerStripe)})
	require.NoError(t, err)
	contacts, err := client.Contacts.BatchCreate(ctx, []gen.Contact{{EmailAddress: new("dana@example.com")}, {EmailAddress: new("Dana@example.com")}})
	require.NoError(t, err)
	require.Len(t, contacts[0], 2)
	contact := contacts[0][0]
	assert.Equal(t, contact.GetID(), contacts[0][1].GetID(), "one e-mail address is one contact")

	draft, err := client.Offers.CreateOrUpdateDraft(ctx, gen.Offer{Name: new("Enterprise"), ProductID: product.ID, BuyerID: buyer.ID})
	require.NoError(t, err)
	again, err := client.Offers.CreateOrUpdateDraft(ctx, gen.Offer{ID: draft.ID, Name: new("Enterprise 2026")})
	require.NoError(t, err)
	assert.Equal(t, draft.GetID(), again.GetID())
	assert.Equal(t, product.GetID(), again.GetProductID(), "what is left out stays")

	again.Partner = new(gen.PartnerStripe)
	again.Info = &gen.OfferInfo{
		Currency:   new("USD"),
		Commits:    []gen.CommitDimension{{Key: new("plan"), Rate: new(12000.5), Quantity: new(int64(2)), Length: new(int64(12)), TimeUnit: new(gen.TimeUnitMonth)}},
		Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.1)}},
	}
	offer, err := client.Offers.Create(ctx, *again)
	require.NoError(t, err)
	assert.NotEqual(t, draft.GetID(), offer.GetID())
	assert.Equal(t, gen.OfferStatusPendingAcceptance, offer.GetStatus())
	found, err := client.Offers.GetByExternalID(ctx, offer.GetExternalID())
	require.NoError(t, err)
	assert.Equal(t, offer.GetID(), found.GetID())
	extended, err := client.Offers.ExtendExpiryDate(ctx, offer.GetID(), "2026-12-31")
	require.NoError(t, err)
	assert.Equal(t, "2026-12-31", extended.GetExpireTime().Format(time.DateOnly))
	require.NoError(t, client.Contacts.AddToOffer(ctx, contact.GetID(), offer.GetID()))
	event, err := client.Offers.NotifyContacts(ctx, offer.GetID(), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{contact.GetID()}, event.GetContactIds())
	messages, err := client.Notifications.ListMessages(ctx, nil)
	require.NoError(t, err)
	require.Len(t, messages.GetNotificationMessages(), 1)
	assert.Equal(t, "dana@example.com", messages.GetNotificationMessages()[0].GetRecipient())

	ent, err := client.Entitlements.Get(ctx, srv.AcceptOffer(offer.GetID()))
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusActive, ent.GetStatus())
	assert.Equal(t, offer.GetID(), ent.GetOfferID())
	assert.InDelta(t, 24001, ent.GetInfo().GetCommitAmount(), 0)
	assert.Equal(t, ent.GetStartTime().AddDate(0, 12, 0), ent.GetEndTime().Time)
	_, err = client.Offers.Cancel(ctx, offer.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "an accepted offer cannot be cancelled")

	usage := gen.CreateUsageRecordGroupParams{
		ID: new("report-1"), OrganizationID: srv.OrgID, EntitlementID: ent.GetID(), Records: map[string]float64{"api_calls": 12.3}}
	group, err := client.Metering.ReportUsageRecordGroup(ctx, ent.GetID(), usage)
	require.NoError(t, err)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, group.GetStatus())
	_, err = client.Metering.ReportUsageRecordGroup(ctx, ent.GetID(), usage)
	assert.ErrorIs(t, err, api.ErrConflict, "an id counts once")
	groups, err := client.Metering.ListUsageRecordGroups(ctx, &gen.ListUsageRecordGroupsParams{EntitlementID: ent.ID})
	require.NoError(t, err)
	assert.Len(t, groups.GetUsageRecordGroups(), 1)

	draftInvoice := srv.DraftInvoice(ent.GetID())
	assert.InDelta(t, 1.23, draftInvoice.GetInfo().GetDueAmount(), 0, "12.3 at 0.10")
	_, err = client.Billing.PayInvoice(ctx, draftInvoice.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "a draft cannot be paid")
	invoice, err := client.Billing.IssueInvoice(ctx, draftInvoice.GetID(), nil)
	require.NoError(t, err)
	assert.Equal(t, gen.InvoiceStatusFinalized, invoice.GetStatus())
	invoice, err = client.Billing.PayInvoice(ctx, invoice.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.PaymentStatusSuccess, invoice.GetPaymentStatus())
	_, err = client.Billing.PayInvoice(ctx, invoice.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "no invoice is paid twice")
	payments, err := client.Billing.ListPaymentTransactions(ctx, &gen.ListPaymentTransactionsParams{InvoiceID: invoice.ID})
	require.NoError(t, err)
	require.Len(t, payments, 1)
	refund, err := client.Billing.CreateRefund(ctx, buyer.GetID(), payments[0].GetID(), 0.23)
	require.NoError(t, err)
	assert.Equal(t, payments[0].GetID(), refund.GetParentID())
	_, err = client.Billing.CreateRefund(ctx, buyer.GetID(), payments[0].GetID(), 1.01)
	assert.ErrorIs(t, err, api.ErrBadRequest, "no more than the payment is refunded")
	refunds, err := client.Billing.ListRefunds(ctx, buyer.GetID(), payments[0].GetID())
	require.NoError(t, err)
	assert.Len(t, refunds, 1)

	report, err := client.Reports.GetRevenueReport(ctx, gen.GetRevenueReportParams{OrganizationID: srv.OrgID, Partner: gen.PartnerStripe,
		Service: gen.PartnerServiceMarketplace, ReportType: gen.RevenueReportTypeGrossAmount, EntitlementID: ent.ID})
	require.NoError(t, err)
	require.Len(t, report.GetRevenueRecords(), 1)
	assert.InDelta(t, 1, report.GetRevenueRecords()[0].GetAmount(), 0, "payment less refund, to the cent")

	var actions []string
	for event, err := range client.Notifications.AllEventsByEntity(ctx, gen.EntityTypeOffer, offer.GetID(), nil) {
		require.NoError(t, err)
		actions = append(actions, string(event.GetAction()))
	}
	assert.Equal(t, []string{"CREATE", "UPDATE", "UPDATE", "NOTIFY_CONTACTS", "ACCEPT"}, actions)
}
