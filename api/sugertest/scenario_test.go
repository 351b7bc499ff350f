package sugertest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// A sale from the draft to the refund, as a vendor's back end sees it. Every answer is checked against the description.
func TestScenario(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()

	product, err := client.Products.CreateOrUpdateDraft(ctx, gen.Product{Name: new("Analytics"), Partner: new(gen.PartnerAws)})
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
	require.NoError(t, client.Offers.Delete(ctx, draft.GetID()))

	offer, err := client.Offers.Create(ctx, gen.Offer{
		Name: new("Enterprise 2026"), Partner: new(gen.PartnerAws), ProductID: product.ID, BuyerID: buyer.ID,
		ExternalID: new("offer-abc"), Info: &gen.OfferInfo{CommitAmount: new(12000.5), Currency: new("USD")},
	})
	require.NoError(t, err)
	assert.Equal(t, gen.OfferStatusPendingAcceptance, offer.GetStatus())
	found, err := client.Offers.GetByExternalID(ctx, "offer-abc")
	require.NoError(t, err)
	assert.Equal(t, offer.GetID(), found.GetID())
	extended, err := client.Offers.ExtendExpiryDate(ctx, offer.GetID(), "2026-12-31")
	require.NoError(t, err)
	assert.Equal(t, "2026-12-31", extended.GetExpireTime().Format(time.DateOnly))
	require.NoError(t, client.Contacts.AddToOffer(ctx, contact.GetID(), offer.GetID()))
	event, err := client.Offers.NotifyContacts(ctx, offer.GetID(), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{contact.GetID()}, event.GetContactIds())

	ent, err := client.Entitlements.Get(ctx, srv.AcceptOffer(offer.GetID()))
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusActive, ent.GetStatus())
	assert.Equal(t, offer.GetID(), ent.GetOfferID())
	assert.InDelta(t, 12000.5, ent.GetInfo().GetCommitAmount(), 0)
	_, err = client.Offers.Cancel(ctx, offer.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "an accepted offer cannot be cancelled")
	credit, err := client.Entitlements.AddCredit(ctx, ent.GetID(), gen.AddEntitlementCreditParams{
		OrganizationID: srv.OrgID, EntitlementID: ent.GetID(), CreditAmountIncrement: 100.25})
	require.NoError(t, err)
	assert.InDelta(t, 100.25, credit.GetNewCreditAmount(), 0)
	_, err = client.Entitlements.ScheduleCancellation(ctx, ent.GetID(), gen.CancellationSchedule{Type: new(gen.CancellationScheduleTypeEndOfTerm)})
	require.NoError(t, err)
	ent, err = client.Entitlements.UnscheduleCancellation(ctx, ent.GetID())
	require.NoError(t, err)
	assert.Nil(t, ent.GetMetaInfo().GetEntitlementCancellationSchedule())
	require.NoError(t, client.Entitlements.DivideCommit(ctx, ent.GetID(), gen.DivideEntitlementCommitParams{
		CommitAmount: new(6000.0), StartDates: []gen.Time{gen.NewTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), gen.NewTime(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))}}))
	terms, err := client.Entitlements.ListTerms(ctx, ent.GetID())
	require.NoError(t, err)
	require.Len(t, terms, 3)
	assert.InDelta(t, 3000, terms[1].GetCommitAmount(), 0)
	require.NoError(t, client.Entitlements.DeleteTerm(ctx, ent.GetID(), terms[1].GetID()))
	assert.ErrorIs(t, client.Entitlements.DeleteTerm(ctx, ent.GetID(), terms[0].GetID()), api.ErrBadRequest)

	usage := gen.CreateUsageRecordGroupParams{
		ID: new("report-1"), OrganizationID: srv.OrgID, EntitlementID: ent.GetID(), Records: map[string]float64{"api_calls": 12.5}}
	group, err := client.Metering.ReportUsageRecordGroup(ctx, ent.GetID(), usage)
	require.NoError(t, err)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, group.GetStatus())
	_, err = client.Metering.ReportUsageRecordGroup(ctx, ent.GetID(), usage)
	assert.ErrorIs(t, err, api.ErrConflict, "an id counts once")
	_, err = client.Metering.RetryUsageRecordGroup(ctx, "report-1", nil)
	assert.ErrorIs(t, err, api.ErrBadRequest, "only what failed is retried")
	groups, err := client.Metering.ListUsageRecordGroups(ctx, &gen.ListUsageRecordGroupsParams{EntitlementID: ent.ID})
	require.NoError(t, err)
	assert.Len(t, groups.GetUsageRecordGroups(), 1)

	srv.Seed(gen.Invoice{ID: new("inv-1"), EntitlementID: ent.ID, BuyerID: buyer.ID, Status: new(gen.InvoiceStatusDraft),
		Info: &gen.InvoiceInfo{DueAmount: new(16777217.05), Currency: new("USD")}})
	_, err = client.Billing.PayInvoice(ctx, "inv-1")
	assert.ErrorIs(t, err, api.ErrBadRequest, "a draft cannot be paid")
	invoice, err := client.Billing.IssueInvoice(ctx, "inv-1", nil)
	require.NoError(t, err)
	assert.Equal(t, gen.InvoiceStatusFinalized, invoice.GetStatus())
	invoice, err = client.Billing.PayInvoice(ctx, "inv-1")
	require.NoError(t, err)
	assert.Equal(t, gen.PaymentStatusSuccess, invoice.GetPaymentStatus())
	payments, err := client.Billing.ListPaymentTransactions(ctx, &gen.ListPaymentTransactionsParams{InvoiceID: new("inv-1")})
	require.NoError(t, err)
	require.Len(t, payments, 1)
	refund, err := client.Billing.CreateRefund(ctx, buyer.GetID(), payments[0].GetID(), 16777216.05)
	require.NoError(t, err)
	assert.Equal(t, payments[0].GetID(), refund.GetParentID())
	_, err = client.Billing.CreateRefund(ctx, buyer.GetID(), payments[0].GetID(), 1.5)
	assert.ErrorIs(t, err, api.ErrBadRequest, "no more than the payment is refunded")
	refunds, err := client.Billing.ListRefunds(ctx, buyer.GetID(), payments[0].GetID())
	require.NoError(t, err)
	assert.Len(t, refunds, 1)

	report, err := client.Reports.GetRevenueReport(ctx, gen.GetRevenueReportParams{OrganizationID: srv.OrgID, Partner: gen.PartnerAws,
		Service: gen.PartnerServiceMarketplace, ReportType: gen.RevenueReportTypeGrossAmount, EntitlementID: ent.ID})
	require.NoError(t, err)
	total := 0.0
	for _, record := range report.GetRevenueRecords() {
		total += record.GetAmount()
	}
	assert.InDelta(t, 1, total, 1e-6, "payment less refund")

	var actions []string
	for event, err := range client.Notifications.AllEventsByEntity(ctx, gen.EntityTypeOffer, offer.GetID(), nil) {
		require.NoError(t, err)
		actions = append(actions, string(event.GetAction()))
	}
	assert.Equal(t, []string{"CREATE", "UPDATE", "UPDATE", "NOTIFY_CONTACTS", "ACCEPT"}, actions)
}

func TestBuyersContactsWalletsAndTickets(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()

	buyer, err := client.Buyers.Create(ctx, gen.CreateBuyerParams{Name: new("Globex"), CompanyInfo: &gen.CompanyInfo{Name: new("Globex Inc.")}})
	require.NoError(t, err)
	assert.Equal(t, "Globex Inc.", buyer.GetInfo().GetCompanyInfo().GetName())
	wallet, err := client.Buyers.CreateCreditWallet(ctx, buyer.GetID(), map[string]any{"name": "Credit", "totalAmount": 50.5, "currency": "USD"})
	require.NoError(t, err)
	assert.Equal(t, gen.WalletTypeCredit, wallet.GetType())
	buyer, err = client.Buyers.SetDefaultWallet(ctx, buyer.GetID(), wallet.GetID())
	require.NoError(t, err)
	assert.Equal(t, wallet.GetID(), buyer.GetInfo().GetPaymentConfig().GetDefaultWalletID())
	wallet, err = client.Buyers.CloseCreditWallet(ctx, buyer.GetID(), wallet.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.WalletStatusClosed, wallet.GetStatus())
	require.NoError(t, client.Buyers.DeleteWallet(ctx, buyer.GetID(), wallet.GetID()))
	wallets, err := client.Buyers.ListWallets(ctx, buyer.GetID())
	require.NoError(t, err)
	assert.Empty(t, wallets)

	contact, err := client.Contacts.Create(ctx, gen.Contact{EmailAddress: new("tom@example.com"), Name: new("Tom")})
	require.NoError(t, err)
	buyer, err = client.Contacts.AddToBuyer(ctx, contact.GetID(), buyer.GetID())
	require.NoError(t, err)
	assert.Equal(t, []string{contact.GetID()}, buyer.GetContactIds())
	buyers, err := client.Buyers.List(ctx, &gen.ListBuyersParams{ContactID: contact.ID})
	require.NoError(t, err)
	assert.Len(t, buyers, 1)
	require.NoError(t, client.Contacts.RemoveFromBuyer(ctx, contact.GetID(), buyer.GetID()))
	contact, err = client.Contacts.Update(ctx, contact.GetID(), gen.Contact{Name: new("")})
	require.NoError(t, err)
	assert.Equal(t, "tom@example.com", contact.GetEmailAddress())
	assert.Empty(t, contact.GetName())

	ticket, err := client.Support.CreateTicket(ctx, gen.SupportTicket{Name: new("Help")})
	require.NoError(t, err)
	assert.Equal(t, gen.SupportTicketStatusOpen, ticket.GetStatus())
	_, err = client.Support.CreateTicketComment(ctx, ticket.GetID(), gen.SupportTicketComment{CommentText: new("please")})
	require.NoError(t, err)
	attached, err := client.Support.CreateTicketAttachment(ctx, ticket.GetID(), "log.txt", strings.NewReader("four"))
	require.NoError(t, err)
	assert.Equal(t, int64(4), attached[0].GetSize())
	_, err = client.Support.CloseTicket(ctx, ticket.GetID())
	require.NoError(t, err)
	ticket, err = client.Support.ReopenTicket(ctx, ticket.GetID())
	require.NoError(t, err)
	assert.Equal(t, gen.SupportTicketStatusOpen, ticket.GetStatus())
	assert.Len(t, ticket.GetComments(), 1)
	assert.Len(t, ticket.GetAttachments(), 1)
}

func TestLists(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for i := range 25 {
		partner := gen.PartnerAws
		if i%5 == 0 {
			partner = gen.PartnerGcp
		}
		srv.Seed(&gen.Offer{ID: new(fmt.Sprintf("offer-%02d", i)), Partner: &partner}, gen.UsageRecordGroup{ID: new(fmt.Sprintf("group-%02d", i))})
	}
	client := srv.Client(checked(t, srv))
	page, err := client.Offers.List(t.Context(), &gen.ListOffersParams{Limit: new(int64(10)), Offset: new(int64(20))})
	require.NoError(t, err)
	require.Len(t, page, 5)
	assert.Equal(t, "offer-20", page[0].GetID())
	page, err = client.Offers.List(t.Context(), &gen.ListOffersParams{Partner: new(gen.PartnerGcp)})
	require.NoError(t, err)
	assert.Len(t, page, 5)
	seen := 0
	for _, err := range client.Metering.AllUsageRecordGroups(t.Context(), &gen.ListUsageRecordGroupsParams{Limit: new(int64(10))}) {
		require.NoError(t, err)
		seen++
	}
	assert.Equal(t, 25, seen)
	assert.Len(t, srv.Requests(), 2+3)
	page, err = client.Offers.List(t.Context(), &gen.ListOffersParams{Offset: new(int64(99))})
	require.NoError(t, err)
	assert.Empty(t, page)
}

func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	_, err := client.Offers.Get(t.Context(), "nothing")
	assert.ErrorIs(t, err, api.ErrNotFound)
	assert.ErrorContains(t, err, "offer not found: nothing")
	_, err = client.Buyers.ListWallets(t.Context(), "nobody")
	assert.ErrorIs(t, err, api.ErrNotFound)
	_, err = client.Billing.PayInvoice(t.Context(), "nothing")
	assert.ErrorIs(t, err, api.ErrNotFound)
}

func TestSeedRequestsReset(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Info: &gen.EntitlementInfo{GrossAmount: new(16777217.05)}})
	ent, err := srv.Client().Entitlements.UpdateName(t.Context(), "ent-1", gen.UpdateEntitlementNameParams{Name: new("New")})
	require.NoError(t, err)
	assert.InDelta(t, 16777217.05, ent.GetInfo().GetGrossAmount(), 0)
	requests := srv.Requests()
	require.Len(t, requests, 1)
	assert.Equal(t, "Entitlements.UpdateName", requests[0].Operation)
	assert.Equal(t, "ent-1", requests[0].Params["entitlementId"])
	assert.Equal(t, map[string]any{"name": "New"}, requests[0].Body)
	assert.Equal(t, 200, requests[0].Status)
	assert.Empty(t, requests[0].Header.Get("Authorization"))
	srv.Reset()
	assert.Empty(t, srv.Requests())
	_, err = srv.Client().Entitlements.Get(t.Context(), "ent-1")
	assert.ErrorIs(t, err, api.ErrNotFound)
	panics := NewServer()
	defer panics.Close()
	assert.PanicsWithValue(t, "sugertest: Seed: gen.MetaInfo is no resource of the API, want a type such as gen.Offer", func() { panics.Seed(gen.MetaInfo{}) })
	assert.Panics(t, func() { panics.Fail("offers.nothing", Status(500)) })
}

func TestFaults(t *testing.T) {
	t.Parallel()
	quick := api.WithRetry(api.RetryPolicy{MaxTries: 3, MaxDelay: time.Second})
	tests := []struct {
		name     string
		faults   []Fault
		tries    int
		offer    bool // whether the offer arrives
		mayAct   bool // whether an unsafe call may have acted
		acted    bool
		contains string
	}{
		{"status", []Fault{Status(503).Times(2)}, 3, true, true, false, "503"},
		{"in order", []Fault{Status(429).Times(1), Status(502).Times(1)}, 3, true, true, false, ""},
		{"for ever", []Fault{Status(504)}, 3, false, true, false, "504"},
		{"latency", []Fault{Latency(time.Millisecond)}, 1, true, false, true, ""},
		{"gateway", []Fault{HTML(502)}, 3, false, true, false, "Bad Gateway"},
		{"drop before", []Fault{DropBefore()}, 3, false, true, false, "EOF"},
		{"drop after", []Fault{DropAfter()}, 3, false, true, true, "EOF"},
		{"truncate", []Fault{Truncate()}, 1, false, false, true, "unexpected end of JSON"},
		{"future enum", []Fault{FutureEnum("status")}, 1, true, false, true, ""},
		{"unknown property", []Fault{UnknownProperty()}, 1, true, false, true, ""},
		{"never", []Fault{Status(503).Probability(1e-9, 1)}, 1, true, false, true, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := New(t)
			srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusActive)})
			srv.Fail("OFFERS.get", test.faults...)
			offer, err := srv.Client(quick).Offers.Get(t.Context(), "offer-1")
			assert.Len(t, srv.Requests(), test.tries)
			if test.offer {
				require.NoError(t, err)
				assert.Equal(t, "offer-1", offer.GetID())
			} else {
				assert.ErrorContains(t, err, test.contains)
			}
			if test.name == "future enum" {
				assert.Equal(t, gen.OfferStatus("FROM_THE_FUTURE"), offer.GetStatus())
			}

			srv.Reset()
			srv.Seed(gen.Offer{ID: new("offer-1")})
			for _, fault := range test.faults {
				srv.Fail("offers.notifyContacts", fault)
			}
			_, err = srv.Client(quick).Offers.NotifyContacts(t.Context(), "offer-1", nil)
			events, listErr := srv.Client().Notifications.ListEventsByEntity(t.Context(), gen.EntityTypeOffer, "offer-1", nil)
			require.NoError(t, listErr)
			assert.Equal(t, test.mayAct, errors.Is(err, api.ErrOutcomeUnknown))
			assert.Equal(t, test.acted, len(events.GetNotificationEvents()) > 0)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("*", Status(429).After("1s").Times(1))
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(t.Context(), nil)
	var limited *api.Error
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, time.Second, limited.RetryAfter)
}

// 50 goroutines create, change, read and list at the same time. Nothing may be lost and no id may come twice.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client()
	const goroutines, rounds = 50, 40 // five requests a round
	ids := make([][]string, goroutines)
	var wait sync.WaitGroup
	for g := range goroutines {
		wait.Go(func() {
			for i := range rounds {
				email := fmt.Sprintf("%d-%d@example.com", g, i)
				contact, err := client.Contacts.Create(t.Context(), gen.Contact{EmailAddress: &email})
				if !assert.NoError(t, err) {
					return
				}
				ids[g] = append(ids[g], contact.GetID())
				_, err = client.Contacts.Update(t.Context(), contact.GetID(), gen.Contact{Name: &email})
				assert.NoError(t, err)
				contact, err = client.Contacts.Get(t.Context(), contact.GetID())
				assert.NoError(t, err)
				assert.Equal(t, email, contact.GetName())
				_, err = client.Contacts.List(t.Context(), &gen.ListContactsParams{Limit: new(int64(3))})
				assert.NoError(t, err)
				_, err = client.Offers.Get(t.Context(), "nothing")
				assert.ErrorIs(t, err, api.ErrNotFound)
			}
		})
	}
	wait.Wait()
	unique := map[string]bool{}
	for contact, err := range client.Contacts.All(t.Context(), nil) {
		require.NoError(t, err)
		unique[contact.GetID()] = true
		assert.Equal(t, contact.GetEmailAddress(), contact.GetName())
	}
	assert.Len(t, unique, goroutines*rounds)
	for _, list := range ids {
		for _, id := range list {
			assert.True(t, unique[id])
		}
	}
}
