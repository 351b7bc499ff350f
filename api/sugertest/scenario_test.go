package sugertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// sale goes from the product to the refund, as a vendor's back end sees it.
type sale struct {
	srv     *Server
	client  *api.Client // which checks every answer against the description
	product *gen.Product
	buyer   *gen.Buyer
	contact gen.Contact
	offer   *gen.Offer
	ent     *gen.Entitlement
	invoice *gen.Invoice
}

// The sale is strict, and runs with both answers that Suger may give when contacts are notified.
func TestScenario(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]Option{"event": {Strict()}, "empty": {Strict(), EmptyNotify()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := New(t, append(options, RefuseUnknownParameters())...)
			s := &sale{srv: srv, client: srv.Client(checked(t, srv))}
			s.prepare(t)
			s.publishOffer(t)
			s.notifyBuyer(t, name == "event")
			s.acceptOffer(t)
			s.reportUsage(t)
			s.payInvoice(t)
			s.refund(t)
			s.report(t)
		})
	}
}

func (s *sale) prepare(t *testing.T) {
	var err error
	s.product, err = s.client.Products.CreateOrUpdateDraft(t.Context(), gen.Product{Name: new("Analytics"), Partner: new(gen.PartnerStripe)})
	require.NoError(t, err)
	assert.Equal(t, "DRAFT", s.product.GetStatus())
	s.product, err = s.client.Products.Publish(t.Context(), s.product.GetID(), *s.product)
	require.NoError(t, err)
	assert.Equal(t, "PUBLIC", s.product.GetStatus())
	assert.ErrorIs(t, s.client.Products.Delete(t.Context(), s.product.GetID()), api.ErrBadRequest, "a public product cannot be deleted")

	s.buyer, err = s.client.Buyers.Create(t.Context(), gen.BuyerCreateParams{Name: new("Globex"), Partner: new(gen.PartnerStripe)})
	require.NoError(t, err)
	contacts, err := s.client.Contacts.BatchCreate(t.Context(), []gen.Contact{{EmailAddress: new("dana@example.com")}, {EmailAddress: new("Dana@example.com")}})
	require.NoError(t, err)
	require.Len(t, contacts[0], 2)
	s.contact = contacts[0][0]
	assert.Equal(t, s.contact.GetID(), contacts[0][1].GetID(), "one e-mail address is one contact")
}

func (s *sale) publishOffer(t *testing.T) {
	draft, err := s.client.Offers.CreateOrUpdateDraft(t.Context(), gen.Offer{
		Name: new("Enterprise"), ProductID: s.product.ID, BuyerID: s.buyer.ID})
	require.NoError(t, err)
	again, err := s.client.Offers.CreateOrUpdateDraft(t.Context(), gen.Offer{ID: draft.ID, Name: new("Enterprise 2026")})
	require.NoError(t, err)
	assert.Equal(t, draft.GetID(), again.GetID())
	assert.Equal(t, s.product.GetID(), again.GetProductID(), "what is left out stays")

	again.Partner = new(gen.PartnerStripe)
	again.Info = &gen.OfferInfo{
		Currency:   new("USD"),
		Commits:    []gen.CommitDimension{{Key: new("plan"), Rate: new(12000.5), Quantity: new(int64(2)), Length: new(int64(12)), TimeUnit: new(gen.TimeUnitMonth)}},
		Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.1)}},
	}
	s.offer, err = s.client.Offers.Create(t.Context(), *again)
	require.NoError(t, err)
	assert.NotEqual(t, draft.GetID(), s.offer.GetID())
	assert.Equal(t, gen.OfferStatusPendingAcceptance, s.offer.GetStatus())
	found, err := s.client.Offers.GetByExternalID(t.Context(), s.offer.GetExternalID())
	require.NoError(t, err)
	assert.Equal(t, s.offer.GetID(), found.GetID())
	extended, err := s.client.Offers.ExtendExpiryDate(t.Context(), s.offer.GetID(), "2026-12-31")
	require.NoError(t, err)
	assert.Equal(t, "2026-12-31", extended.GetExpireTime().Format(time.DateOnly))
}

func (s *sale) notifyBuyer(t *testing.T, answersEvent bool) {
	require.NoError(t, s.client.Contacts.AddToOffer(t.Context(), s.contact.GetID(), s.offer.GetID()))
	event, err := s.client.Offers.NotifyContacts(t.Context(), s.offer.GetID(), nil)
	require.NoError(t, err)
	if answersEvent {
		assert.Equal(t, []string{s.contact.GetID()}, event.GetContactIDs())
	} else {
		assert.Empty(t, event.GetEventID())
	}
	messages, err := s.client.Notifications.ListMessages(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, messages.GetNotificationMessages(), 1)
	assert.Equal(t, "dana@example.com", messages.GetNotificationMessages()[0].GetRecipient())
}

func (s *sale) acceptOffer(t *testing.T) {
	var err error
	s.ent, err = s.client.Entitlements.Get(t.Context(), s.srv.AcceptOffer(s.offer.GetID()))
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusActive, s.ent.GetStatus())
	assert.Equal(t, s.offer.GetID(), s.ent.GetOfferID())
	assert.InDelta(t, 24001, s.ent.GetInfo().GetCommitAmount(), 0)
	assert.Equal(t, s.ent.GetStartTime().AddDate(0, 12, 0), s.ent.GetEndTime().Time)
	_, err = s.client.Offers.Cancel(t.Context(), s.offer.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "an accepted offer cannot be cancelled")
}

func (s *sale) reportUsage(t *testing.T) {
	usage := gen.CreateUsageRecordGroupParams{
		ID: new("report-1"), OrganizationID: s.srv.OrgID, EntitlementID: s.ent.GetID(), Records: map[string]float64{"api_calls": 12.3}}
	group, err := s.client.Metering.ReportUsageRecordGroup(t.Context(), s.ent.GetID(), usage)
	require.NoError(t, err)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, group.GetStatus())
	_, err = s.client.Metering.ReportUsageRecordGroup(t.Context(), s.ent.GetID(), usage)
	assert.ErrorIs(t, err, api.ErrConflict, "an id counts once")
	groups, err := s.client.Metering.ListUsageRecordGroups(t.Context(), &gen.ListUsageRecordGroupsParams{EntitlementID: s.ent.ID})
	require.NoError(t, err)
	assert.Len(t, groups.GetUsageRecordGroups(), 1)
}

func (s *sale) payInvoice(t *testing.T) {
	draftInvoice := s.srv.DraftInvoice(s.ent.GetID())
	assert.InDelta(t, 1.23, draftInvoice.GetInfo().GetDueAmount(), 0, "12.3 at 0.10")
	_, err := s.client.Billing.PayInvoice(t.Context(), draftInvoice.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "a draft cannot be paid")
	s.invoice, err = s.client.Billing.IssueInvoice(t.Context(), draftInvoice.GetID(), nil)
	require.NoError(t, err)
	assert.Equal(t, gen.InvoiceStatusFinalized, s.invoice.GetStatus())
	s.invoice, err = s.client.Billing.PayInvoice(t.Context(), s.invoice.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.PaymentStatusSuccess, s.invoice.GetPaymentStatus())
	_, err = s.client.Billing.PayInvoice(t.Context(), s.invoice.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "no invoice is paid twice")
}

func (s *sale) refund(t *testing.T) {
	payments, err := s.client.Billing.ListPaymentTransactions(t.Context(), &gen.ListPaymentTransactionsParams{InvoiceID: s.invoice.ID})
	require.NoError(t, err)
	require.Len(t, payments, 1)
	refund, err := s.client.Billing.CreateRefund(t.Context(), s.buyer.GetID(), payments[0].GetID(), 0.23)
	require.NoError(t, err)
	assert.Equal(t, payments[0].GetID(), refund.GetParentID())
	_, err = s.client.Billing.CreateRefund(t.Context(), s.buyer.GetID(), payments[0].GetID(), 1.01)
	assert.ErrorIs(t, err, api.ErrBadRequest, "no more than the payment is refunded")
	refunds, err := s.client.Billing.ListRefunds(t.Context(), s.buyer.GetID(), payments[0].GetID())
	require.NoError(t, err)
	assert.Len(t, refunds, 1)
}

func (s *sale) report(t *testing.T) {
	report, err := s.client.Reports.GetRevenueReport(t.Context(), gen.RevenueReportParams{OrganizationID: s.srv.OrgID, Partner: gen.PartnerStripe,
		Service: gen.PartnerServiceMarketplace, ReportType: gen.RevenueReportTypeGrossAmount, EntitlementID: s.ent.ID})
	require.NoError(t, err)
	require.Len(t, report.GetRevenueRecords(), 1)
	assert.InDelta(t, 1, report.GetRevenueRecords()[0].GetAmount(), 0, "payment less refund, to the cent")

	var actions []string
	for event, err := range s.client.Notifications.AllEventsByEntity(t.Context(), gen.EntityTypeOffer, s.offer.GetID(), nil) {
		require.NoError(t, err)
		actions = append(actions, string(event.GetAction()))
	}
	assert.Equal(t, []string{"CREATE", "UPDATE", "UPDATE", "NOTIFY_CONTACTS", "ACCEPT"}, actions)
}
