package sugertest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestOfferEnds(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	offer, err := client.Offers.Create(ctx, gen.Offer{ID: new("mine"), Name: new("Enterprise")})
	require.NoError(t, err)
	assert.NotEqual(t, "mine", offer.GetID(), "the server makes up the id")
	id := offer.GetID()
	assert.ErrorIs(t, client.Offers.Delete(ctx, id), api.ErrBadRequest, "an open offer cannot be deleted")
	for range 2 { // a repeat is safe
		offer, err = client.Offers.Cancel(ctx, id)
		require.NoError(t, err)
		assert.Equal(t, gen.OfferStatusCancelled, offer.GetStatus())
	}
	_, err = client.Offers.ExtendExpiryDate(ctx, id, "2030-01-31")
	assert.ErrorIs(t, err, api.ErrBadRequest)
	for range 2 {
		require.NoError(t, client.Offers.Delete(ctx, id))
	}
	offer, err = client.Offers.Get(ctx, id)
	require.NoError(t, err, "the record is kept")
	assert.Equal(t, gen.OfferStatusDeleted, offer.GetStatus())
	_, err = client.Offers.CreateOrUpdateDraft(ctx, *offer)
	assert.ErrorIs(t, err, api.ErrBadRequest, "it is no draft")
	_, err = client.Offers.ExtendExpiryDate(ctx, id, "tomorrow")
	assert.ErrorIs(t, err, api.ErrBadRequest)

	events, err := client.Notifications.ListEventsByEntity(ctx, gen.EntityTypeOffer, id, nil)
	require.NoError(t, err)
	assert.Len(t, events.GetNotificationEvents(), 3, "what repeats changed nothing")
}

func TestMetaInfoKeepsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Product{ID: new("product-1"), MetaInfo: &gen.MetaInfo{InternalNote: new("old"), HubspotDealID: new("deal-1")}})
	client := srv.Client(checked(t, srv))
	meta, err := client.Products.UpdateMetaInfo(t.Context(), "product-1", gen.MetaInfo{
		InternalNote: new(""), AdditionalProperties: map[string]any{"ours": 16777217.05}})
	require.NoError(t, err)
	product, err := client.Products.Get(t.Context(), "product-1")
	require.NoError(t, err)
	for _, meta := range []*gen.MetaInfo{meta, product.MetaInfo} {
		assert.Equal(t, new(""), meta.InternalNote)
		assert.Equal(t, "deal-1", meta.GetHubspotDealID())
		assert.Equal(t, map[string]any{"ours": json.Number("16777217.05")}, meta.AdditionalProperties)
	}
}

func TestProducts(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	product, err := client.Products.Create(ctx, gen.Product{Partner: new(gen.PartnerAWS), Info: &gen.ProductInfo{
		Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.1)}}}})
	require.NoError(t, err)
	dimensions, err := client.Products.ListMeteringDimensions(ctx, product.GetID())
	require.NoError(t, err)
	require.Len(t, dimensions, 1)
	assert.Equal(t, "api_calls", dimensions[0].GetKey())
	product, err = client.Products.Update(ctx, product.GetID(), gen.Product{Name: new("Analytics"), Info: &gen.ProductInfo{
		SellerNotes: new("cheaper"), Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.01)}}}})
	require.NoError(t, err)
	assert.Equal(t, "cheaper", product.GetInfo().GetSellerNotes())
	assert.InDelta(t, 0.1, product.GetInfo().GetDimensions()[0].GetRate(), 0, "an update leaves the prices")
	another := gen.ProductUpdateParams{ID: "another", OrganizationID: "another", FulfillmentURL: "https://example.com/start"}
	path := "/org/{orgId}/product/" + product.GetID() + "/fulfillmentUrl" // the method of the client refuses other ids
	require.NoError(t, client.Do(ctx, "PATCH", path, another, &product))
	assert.Equal(t, "https://example.com/start", product.GetFulfillmentURL())
	assert.Equal(t, srv.OrgID, product.GetOrganizationID(), "who it is cannot be changed")
	for partner, count := range map[gen.Partner]int{gen.PartnerAWS: 1, gen.PartnerGCP: 0} {
		products, err := client.Products.ListByPartner(ctx, partner)
		require.NoError(t, err)
		assert.Len(t, products, count, partner)
	}
	require.NoError(t, client.Products.Delete(ctx, product.GetID()))
	product, err = client.Products.Get(ctx, product.GetID())
	require.NoError(t, err)
	assert.Equal(t, "DELETED", product.GetStatus())
}

func TestEntitlementActions(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Offer{ID: new("offer-1"), Partner: new(gen.PartnerAzure), Status: new(gen.OfferStatusPendingAcceptance), Info: &gen.OfferInfo{
		CommitAmount: new(100.0)}})
	id := srv.AcceptOffer("offer-1")
	_, err := client.Entitlements.ApplyAddon(ctx, id, gen.AddonRecord{Name: new("Support")})
	assert.ErrorIs(t, err, api.ErrBadRequest, "it is not active yet")
	for range 2 {
		ent, err := client.Entitlements.Approve(ctx, id)
		require.NoError(t, err)
		assert.Equal(t, gen.EntitlementStatusActive, ent.GetStatus())
	}
	ent, err := client.Entitlements.ApplyAddon(ctx, id, gen.AddonRecord{Name: new("Support"), Amount: new(9.99)})
	require.NoError(t, err)
	require.Len(t, ent.GetInfo().GetAddons(), 1)
	ent, err = client.Entitlements.UpdateName(ctx, id, gen.EntitlementNameUpdateParams{Name: new("Globex")})
	require.NoError(t, err)
	assert.Equal(t, "Globex", ent.GetName())

	credit := gen.EntitlementCreditAddParams{OrganizationID: srv.OrgID, EntitlementID: id, CreditAmountIncrement: 0.1}
	for range 3 {
		added, err := client.Entitlements.AddCredit(ctx, id, credit)
		require.NoError(t, err)
		credit.EntitlementTermID = added.EntitlementTermID
	}
	term, err := client.Entitlements.GetTerm(ctx, id, *credit.EntitlementTermID)
	require.NoError(t, err)
	assert.InDelta(t, 0.3, term.GetCreditAmount(), 0, "amounts are exact")
	credit.EntitlementTermID = new("nothing")
	_, err = client.Entitlements.AddCredit(ctx, id, credit)
	assert.ErrorContains(t, err, `the entitlement has no term "nothing"`)

	start := term.GetStartTime()
	divide := gen.EntitlementCommitDivideParams{StartDates: []gen.Time{start, gen.NewTime(start.AddDate(0, 4, 0)), gen.NewTime(start.AddDate(0, 8, 0))}}
	divide.CommitAmount = new(100.01)
	assert.ErrorIs(t, client.Entitlements.DivideCommit(ctx, id, divide), api.ErrBadRequest, "more than the commit")
	divide.CommitAmount = new(100.0)
	require.NoError(t, client.Entitlements.DivideCommit(ctx, id, divide))
	terms, err := client.Entitlements.ListTerms(ctx, id)
	require.NoError(t, err)
	require.Len(t, terms, 4)
	assert.True(t, terms[0].GetInfo().GetIsCommitDivided())
	for i, amount := range []float64{33.33, 33.33, 33.34} {
		sub := terms[i+1]
		assert.InDelta(t, amount, sub.GetCommitAmount(), 0)
		assert.Equal(t, term.GetID(), sub.GetInfo().GetParentEntitlementTermID())
		assert.Equal(t, divide.StartDates[i].UTC(), sub.GetStartTime().UTC())
	}
	assert.Equal(t, terms[2].GetStartTime(), terms[1].GetEndTime())
	assert.ErrorIs(t, client.Entitlements.DeleteTerm(ctx, id, term.GetID()), api.ErrBadRequest, "it comes from no divided commit")
	require.NoError(t, client.Entitlements.DeleteTerm(ctx, id, terms[1].GetID()))
	_, err = client.Entitlements.GetTerm(ctx, id, terms[1].GetID())
	assert.ErrorIs(t, err, api.ErrNotFound)
}

func TestCancellations(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	const id = "ent-1"
	srv.Seed(gen.Entitlement{ID: new(id), Status: new(gen.EntitlementStatusActive)})
	ent, err := client.Entitlements.ScheduleCancellation(ctx, id, gen.CancellationSchedule{Type: new(gen.CancellationScheduleTypeEndOfTerm)})
	require.NoError(t, err)
	assert.NotEmpty(t, ent.GetMetaInfo().GetEntitlementCancellationSchedule().GetCreationDate())
	ent, err = client.Entitlements.UnscheduleCancellation(ctx, id)
	require.NoError(t, err)
	assert.Nil(t, ent.GetMetaInfo().GetEntitlementCancellationSchedule())
	_, err = client.Entitlements.ScheduleCancellation(ctx, id, gen.CancellationSchedule{Type: new(gen.CancellationScheduleTypeSpecificDate)})
	assert.ErrorContains(t, err, "body/cancelDate")
	ent, err = client.Entitlements.ScheduleCancellation(ctx, id, gen.CancellationSchedule{Type: new(gen.CancellationScheduleTypeImmediate)})
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusCancelled, ent.GetStatus())
	_, err = client.Entitlements.Approve(ctx, id)
	assert.ErrorIs(t, err, api.ErrBadRequest)
	ent, err = client.Entitlements.Cancel(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusCancelled, ent.GetStatus())
}

func TestDirectEntitlements(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Buyer{ID: new("buyer-1")}, gen.Offer{ID: new("offer-1"), Partner: new(gen.PartnerAdyen)}, gen.Offer{ID: new("offer-2"), Partner: new(gen.PartnerAWS)})
	params := gen.EntitlementCreateParams{BuyerID: new("buyer-1"), OfferID: new("offer-2")}
	_, err := client.Entitlements.Create(ctx, params)
	assert.ErrorContains(t, err, `body/offerId: the partner is "AWS"`)
	params.OfferID, params.StartDate = new("offer-1"), new("2020-01-31")
	ent, err := client.Entitlements.Create(ctx, params)
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusActive, ent.GetStatus())
	assert.Equal(t, "2020-01-31", ent.GetStartTime().Format(time.DateOnly))
	updated, err := client.Entitlements.UpdatePriceModel(ctx, ent.GetID(), gen.EntitlementPriceModelUpdateParams{
		Commits: []gen.CommitDimension{{Key: new("plan")}}, ApplyTime: new("now")})
	require.NoError(t, err)
	assert.Equal(t, "plan", updated.GetInfo().GetCommits()[0].GetKey())
	params.EndDate = new("2020-02-01T00:00:00Z")
	ent, err = client.Entitlements.Create(ctx, params)
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatusCancelled, ent.GetStatus(), "it is over already")
	params.EndDate = new("soon")
	_, err = client.Entitlements.Create(ctx, params)
	assert.ErrorContains(t, err, "body/endDate")
	params.BuyerID = new("nobody")
	_, err = client.Entitlements.Create(ctx, params)
	assert.ErrorContains(t, err, "body/buyerId: buyer not found: nobody")
}

func TestSeatsAreAnsweredAsTheyWere(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusActive), Info: &gen.EntitlementInfo{
		AzureSubscriptions: []gen.AzureMarketplaceSubscription{{Quantity: new(int64(5))}}}})
	ent, err := client.Entitlements.UpdateSeat(t.Context(), "ent-1", 7)
	require.NoError(t, err)
	assert.Equal(t, int64(5), ent.GetInfo().GetAzureSubscriptions()[0].GetQuantity())
	ent, err = client.Entitlements.Get(t.Context(), "ent-1")
	require.NoError(t, err)
	assert.Equal(t, int64(7), ent.GetInfo().GetAzureSubscriptions()[0].GetQuantity())
}

func TestInvoices(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Invoice{ID: new("inv-1"), Status: new(gen.InvoiceStatusDraft), Info: &gen.InvoiceInfo{
		SubtotalAmount: new(200.1), TaxAmount: new(0.2), DueAmount: new(200.3), Currency: new("EUR")}})
	info, err := client.Billing.UpdateInvoiceInfo(ctx, "inv-1", gen.InvoiceInfoUpdateRequest{
		DiscountType: new(gen.BillingDiscountTypePercentage), DiscountAmount: new(10.0), DueDate: new("2030-01-31"), Memo: new("<thanks>")})
	require.NoError(t, err)
	assert.InDelta(t, 180.29, info.GetDueAmount(), 0)
	assert.Equal(t, "<thanks>", info.GetMemo())
	_, err = client.Billing.UpdateInvoiceInfo(ctx, "inv-1", gen.InvoiceInfoUpdateRequest{DueDate: new("later")})
	assert.ErrorContains(t, err, "body/dueDate")
	page, err := client.Billing.PreviewInvoiceEmail(ctx, "inv-1")
	require.NoError(t, err)
	assert.Contains(t, page, "EUR 180.29")
	_, err = client.Billing.IssueInvoice(ctx, "inv-1", nil)
	require.NoError(t, err)
	_, err = client.Billing.UpdateInvoiceInfo(ctx, "inv-1", gen.InvoiceInfoUpdateRequest{})
	assert.ErrorIs(t, err, api.ErrBadRequest, "it is no draft any more")
	for range 2 {
		invoice, err := client.Billing.VoidInvoice(ctx, "inv-1")
		require.NoError(t, err)
		assert.Equal(t, gen.InvoiceStatusCanceled, invoice.GetStatus())
	}
	_, err = client.Billing.PayInvoice(ctx, "inv-1")
	assert.ErrorIs(t, err, api.ErrBadRequest)

	addon, err := client.Billing.CreateAddon(ctx, gen.CreateAndUpdateAddonParams{Name: new("Support"), Amount: new(9.99)})
	require.NoError(t, err)
	assert.InDelta(t, 9.99, addon.GetInfo().GetAmount(), 0)
	addon, err = client.Billing.UpdateAddon(ctx, addon.GetID(), gen.CreateAndUpdateAddonParams{Name: new("Premium support")})
	require.NoError(t, err)
	assert.InDelta(t, 9.99, addon.GetInfo().GetAmount(), 0)
	require.NoError(t, client.Billing.DeleteAddon(ctx, addon.GetID()))
	addons, err := client.Billing.ListAddons(ctx, nil)
	require.NoError(t, err)
	require.Len(t, addons, 1)
	assert.Equal(t, gen.AddonStatusDeleted, addons[0].GetStatus())
}

func TestBuyersAndWallets(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	_, err := client.Buyers.Create(ctx, gen.BuyerCreateParams{Partner: new(gen.PartnerAWS)})
	assert.ErrorContains(t, err, "body/partner")
	buyer, err := client.Buyers.Create(ctx, gen.BuyerCreateParams{Name: new("Globex"), Partner: new(gen.PartnerStripe),
		CompanyInfo: &gen.CompanyInfo{Name: new("Globex Inc.")}, PaymentConfig: &gen.PaymentConfig{Currency: new("USD")}})
	require.NoError(t, err)
	id := buyer.GetID()
	assert.Equal(t, "Globex Inc.", buyer.GetInfo().GetCompanyInfo().GetName())
	_, err = client.Buyers.Update(ctx, id, gen.BuyerUpdateParams{PaymentConfig: &gen.PaymentConfig{Currency: new("EUR")}})
	assert.ErrorContains(t, err, "body/paymentConfig/currency")
	buyer, err = client.Buyers.Update(ctx, id, gen.BuyerUpdateParams{Name: new("Globex Corp."), CustomerID: new("c-1")})
	require.NoError(t, err)
	assert.Equal(t, "c-1", buyer.GetInfo().GetCustomerID())
	assert.Equal(t, "Globex Inc.", buyer.GetInfo().GetCompanyInfo().GetName())

	wallet, err := client.Buyers.CreateCreditWallet(ctx, id, map[string]any{"name": "Credit", "totalAmount": 50.5, "currency": "USD"})
	require.NoError(t, err)
	assert.Equal(t, gen.WalletTypeCredit, wallet.GetType())
	_, err = client.Buyers.CreateCreditWallet(ctx, id, map[string]any{"totalAmount": "much"})
	assert.ErrorContains(t, err, "body/totalAmount")
	wallet, err = client.Buyers.UpdateCreditWallet(ctx, id, wallet.GetID(), map[string]any{"expireTime": "2030-01-31T00:00:00Z", "status": "DELETED"})
	require.NoError(t, err)
	assert.Equal(t, 2030, wallet.GetExpireTime().Year())
	assert.Equal(t, gen.WalletStatusActive, wallet.GetStatus(), "only the times can be changed")
	_, err = client.Buyers.SetDefaultWallet(ctx, id, wallet.GetID())
	assert.ErrorIs(t, err, api.ErrBadRequest, "credit is no payment method")
	srv.Seed(gen.Wallet{ID: new("card-1"), BuyerID: &id, Type: new(gen.WalletTypeCard)}, gen.Buyer{ID: new("other")})
	buyer, err = client.Buyers.SetDefaultWallet(ctx, id, "card-1")
	require.NoError(t, err)
	assert.Equal(t, "card-1", buyer.GetInfo().GetPaymentConfig().GetDefaultWalletID())
	assert.Equal(t, "USD", buyer.GetInfo().GetPaymentConfig().GetCurrency())
	_, err = client.Buyers.CloseCreditWallet(ctx, "other", "card-1")
	assert.ErrorIs(t, err, api.ErrNotFound, "it belongs to another buyer")
	for range 2 {
		wallet, err = client.Buyers.CloseCreditWallet(ctx, id, wallet.GetID())
		require.NoError(t, err)
		assert.Equal(t, gen.WalletStatusClosed, wallet.GetStatus())
	}
	require.NoError(t, client.Buyers.DeleteWallet(ctx, id, wallet.GetID()))
	wallets, err := client.Buyers.ListWallets(ctx, id)
	require.NoError(t, err)
	assert.Len(t, wallets, 1)
}

func TestContacts(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	contact, err := client.Contacts.Create(ctx, gen.Contact{EmailAddress: new("tom@example.com"), Name: new("Tom")})
	require.NoError(t, err)
	again, err := client.Contacts.Create(ctx, gen.Contact{EmailAddress: new("Tom@Example.com"), Name: new("Thomas")})
	require.NoError(t, err)
	assert.Equal(t, contact, again)
	id := contact.GetID()
	srv.Seed(gen.Buyer{ID: new("buyer-1")}, gen.Offer{ID: new("offer-1")})
	for range 2 {
		buyer, err := client.Contacts.AddToBuyer(ctx, id, "buyer-1")
		require.NoError(t, err)
		assert.Equal(t, []string{id}, buyer.GetContactIDs())
		require.NoError(t, client.Contacts.AddToOffer(ctx, id, "offer-1"))
	}
	offers, err := client.Offers.List(ctx, &gen.ListOffersParams{ContactID: &id})
	require.NoError(t, err)
	assert.Len(t, offers, 1)
	_, err = client.Offers.NotifyContacts(ctx, "offer-1", []string{"nobody"})
	assert.ErrorContains(t, err, "body/0: contact not found: nobody")
	require.NoError(t, client.Contacts.RemoveFromBuyer(ctx, id, "buyer-1"))
	require.NoError(t, client.Contacts.RemoveFromOffer(ctx, id, "offer-1"))
	buyers, err := client.Buyers.List(ctx, &gen.ListBuyersParams{ContactID: &id})
	require.NoError(t, err)
	assert.Empty(t, buyers)
	contact, err = client.Contacts.Update(ctx, id, gen.Contact{Name: new("")})
	require.NoError(t, err)
	assert.Equal(t, "tom@example.com", contact.GetEmailAddress())
	assert.Equal(t, new(""), contact.Name)
}
