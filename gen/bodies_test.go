package gen_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// outbox is a Caller that keeps the last request instead of sending it.
type outbox struct {
	request *http.Request
	body    string
}

func (o *outbox) Call(_ context.Context, call *gen.Call) (err error) {
	o.request, err = call.NewRequest("https://api.example.com")
	if err != nil || o.request.Body == nil {
		return err
	}
	body, err := io.ReadAll(o.request.Body)
	o.body = string(body)
	return err
}

// sent returns what a call sends, and its error.
func sent(call func(caller gen.Caller) error) (*outbox, error) {
	o := &outbox{}
	err := call(o)
	return o, err
}

func TestANilMapIsNoBody(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(buyers *gen.BuyersService, body map[string]any) error{
		"create": func(buyers *gen.BuyersService, body map[string]any) error {
			_, err := buyers.CreateCreditWallet(t.Context(), "id", body)
			return err
		},
		"update": func(buyers *gen.BuyersService, body map[string]any) error {
			_, err := buyers.UpdateCreditWallet(t.Context(), "id", "wallet", body)
			return err
		},
	} {
		o, err := sent(func(caller gen.Caller) error { return call(gen.NewBuyersService(caller, "org"), nil) })
		require.NoError(t, err)
		assert.Nil(t, o.request.Body, name)
		assert.Empty(t, o.request.Header, name)

		for body, value := range map[string]map[string]any{"{}": {}, `{"name":"w"}`: {"name": "w"}} {
			o, err = sent(func(caller gen.Caller) error { return call(gen.NewBuyersService(caller, "org"), value) })
			require.NoError(t, err)
			assert.Equal(t, body, o.body, name)
			assert.Equal(t, "application/json", o.request.Header.Get("Content-Type"))
		}
	}

	// A list is another thing: its body is an array, empty or not.
	o, err := sent(func(caller gen.Caller) error {
		_, err := gen.NewBillingService(caller, "org").IssueInvoice(t.Context(), "id", nil)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, "[]", o.body)
}

func TestRequiredListsAndMapsAreNeverNull(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func(caller gen.Caller) error{
		`{"priority":"HIGH","watchers":[]}`: func(caller gen.Caller) error {
			_, err := gen.NewSupportService(caller, "org").UpdateTicket(t.Context(), "id",
				gen.SupportTicketUpdateRequest{Priority: gen.SupportTicketPriorityHigh})
			return err
		},
		`{"billableRecords":[],"entitlementID":"ent","id":"made","organizationID":"org","records":{}}`: func(caller gen.Caller) error {
			_, err := gen.NewMeteringService(caller, "org").ReportUsageRecordGroup(t.Context(), "ent",
				gen.CreateUsageRecordGroupParams{ID: new("made"), BillableRecords: []gen.UsageRecord{}})
			return err
		},
		`[{"entitlementID":"a","records":{}},{"entitlementID":"b","records":{"calls":0}}]`: func(caller gen.Caller) error {
			_, err := gen.NewMeteringService(caller, "org").BatchReportUsageRecordGroups(t.Context(), []gen.UsageRecordGroupBatchItem{
				{EntitlementID: "a"}, {EntitlementID: "b", Records: map[string]float64{"calls": 0}}})
			return err
		},
	} {
		o, err := sent(call)
		require.NoError(t, err)
		assert.JSONEq(t, want, o.body)
	}
}

// An enum that is empty is not sent, unless the description says that "" is one of its values.
func TestEmptyEnumsAreNotSent(t *testing.T) {
	t.Parallel()
	o, err := sent(func(caller gen.Caller) error {
		_, err := gen.NewOffersService(caller, "org").Create(t.Context(), gen.Offer{
			Name: new(""), OfferType: new(gen.OfferType("")), Partner: new(gen.Partner("")), Status: new(gen.OfferStatus("")),
			Info: &gen.OfferInfo{Visibility: new(gen.OfferInfoVisibility(""))},
		})
		return err
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"name": "", "partner": "", "status": "", "info": {}}`, o.body)

	o, err = sent(func(caller gen.Caller) error {
		_, err := gen.NewReportsService(caller, "org").GetRevenueReport(t.Context(), gen.RevenueReportParams{})
		return err
	})
	require.NoError(t, err)
	assert.Contains(t, o.body, `"partner":""`)
	assert.NotContains(t, o.body, "reportType")
	assert.NotContains(t, o.body, "service")

	o, err = sent(func(caller gen.Caller) error {
		_, err := gen.NewSupportService(caller, "org").UpdateTicket(t.Context(), "id", gen.SupportTicketUpdateRequest{})
		return err
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"watchers": []}`, o.body)
}

func TestEmptyEnumsAreNotAskedFor(t *testing.T) {
	t.Parallel()
	params := &gen.ListOffersParams{OfferType: new(gen.OfferType("")), Partner: new(gen.Partner("")), Limit: new(int64(5))}
	o, err := sent(func(caller gen.Caller) error {
		_, err := gen.NewOffersService(caller, "org").List(t.Context(), params)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, "partner=&limit=5", o.request.URL.RawQuery)
	assert.NotNil(t, params.OfferType, "the caller's parameters were changed")

	params.OfferType = new(gen.OfferTypePrivate)
	o, err = sent(func(caller gen.Caller) error {
		_, err := gen.NewOffersService(caller, "org").List(t.Context(), params)
		return err
	})
	require.NoError(t, err)
	assert.Contains(t, o.request.URL.RawQuery, "offerType=PRIVATE")
}

func TestIDsOfTheCallAreFilledIn(t *testing.T) {
	t.Parallel()
	credit := gen.EntitlementCreditAddParams{}
	for want, call := range map[string]func(caller gen.Caller) error{
		`"entitlementID":"ent"`: func(caller gen.Caller) error {
			_, err := gen.NewEntitlementsService(caller, "org").AddCredit(t.Context(), "ent", credit)
			return err
		},
		`"id":"prod"`: func(caller gen.Caller) error {
			_, err := gen.NewProductsService(caller, "org").UpdateFulfillmentURL(t.Context(), "prod", gen.ProductUpdateParams{})
			return err
		},
		`"organizationID":"org"`: func(caller gen.Caller) error {
			_, err := gen.NewReportsService(caller, "org").GetRevenueReport(t.Context(), gen.RevenueReportParams{})
			return err
		},
		`"records":{}`: func(caller gen.Caller) error {
			_, err := gen.NewMeteringService(caller, "org").ReportUsageRecordGroup(t.Context(), "ent", gen.CreateUsageRecordGroupParams{})
			return err
		},
	} {
		o, err := sent(call)
		require.NoError(t, err)
		assert.Contains(t, o.body, want)
		assert.Contains(t, o.body, `"organizationID":"org"`)
	}
	assert.Equal(t, gen.EntitlementCreditAddParams{}, credit, "the caller's own value was changed")

	// What is optional stays as it is, and what agrees is sent.
	for want, product := range map[string]gen.Product{
		`{}`:                                 {},
		`{"id":"","organizationID":""}`:      {ID: new(""), OrganizationID: new("")},
		`{"id":"id","organizationID":"org"}`: {ID: new("id"), OrganizationID: new("org")},
	} {
		o, err := sent(func(caller gen.Caller) error {
			_, err := gen.NewProductsService(caller, "org").Update(t.Context(), "id", product)
			return err
		})
		require.NoError(t, err)
		assert.JSONEq(t, want, o.body)
	}
}

func TestIDsThatContradictTheCallAreRefused(t *testing.T) {
	t.Parallel()
	path := func(place, param string) string {
		return place + ` "other": is not the ` + param + ` of the call, "id": leave it empty or pass the same`
	}
	org := func(place string) string {
		return place + ` "other": is not the organization of the client, "org": leave it empty or use a client for the other organization`
	}
	ctx, other := t.Context(), new("other")
	for want, call := range map[string]func(caller gen.Caller) error{
		"Entitlements.AddCredit: " + path("body.entitlementID", "entitlementId"): func(caller gen.Caller) error {
			_, err := gen.NewEntitlementsService(caller, "org").AddCredit(ctx, "id", gen.EntitlementCreditAddParams{EntitlementID: "other"})
			return err
		},
		"Entitlements.UpdateName: " + path("body.id", "entitlementId"): func(caller gen.Caller) error {
			_, err := gen.NewEntitlementsService(caller, "org").UpdateName(ctx, "id", gen.EntitlementNameUpdateParams{ID: other})
			return err
		},
		"Entitlements.Create: " + org("body.organizationId"): func(caller gen.Caller) error {
			_, err := gen.NewEntitlementsService(caller, "org").Create(ctx, gen.EntitlementCreateParams{OrganizationID: other})
			return err
		},
		"Metering.ReportUsageRecordGroup: " + org("body.organizationID"): func(caller gen.Caller) error {
			_, err := gen.NewMeteringService(caller, "org").ReportUsageRecordGroup(ctx, "id", gen.CreateUsageRecordGroupParams{OrganizationID: "other"})
			return err
		},
		"Products.UpdateFulfillmentURL: " + path("body.id", "productId"): func(caller gen.Caller) error {
			_, err := gen.NewProductsService(caller, "org").UpdateFulfillmentURL(ctx, "id", gen.ProductUpdateParams{ID: "other"})
			return err
		},
		"Products.Update: " + path("body.id", "productId"): func(caller gen.Caller) error {
			_, err := gen.NewProductsService(caller, "org").Update(ctx, "id", gen.Product{ID: other})
			return err
		},
		"Products.Publish: " + path("body.id", "productId"): func(caller gen.Caller) error {
			_, err := gen.NewProductsService(caller, "org").Publish(ctx, "id", gen.Product{ID: other})
			return err
		},
		"Contacts.Update: " + path("body.id", "contactId"): func(caller gen.Caller) error {
			_, err := gen.NewContactsService(caller, "org").Update(ctx, "id", gen.Contact{ID: other})
			return err
		},
		"Contacts.BatchCreate: " + org("contacts[1].organizationID"): func(caller gen.Caller) error {
			_, err := gen.NewContactsService(caller, "org").BatchCreate(ctx, []gen.Contact{{OrganizationID: new("org")}, {OrganizationID: other}})
			return err
		},
	} {
		o, err := sent(call)
		var refused *gen.ArgumentError
		require.ErrorAs(t, err, &refused, want)
		assert.Equal(t, "other", refused.Value)
		assert.EqualError(t, err, want)
		assert.Nil(t, o.request, "it was sent")
	}
}

// Ids of a body that name something else than the path are the caller's.
func TestOtherIDsOfABodyAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func(caller gen.Caller) error{
		`{"id":"addon"}`: func(caller gen.Caller) error {
			_, err := gen.NewEntitlementsService(caller, "org").ApplyAddon(t.Context(), "ent", gen.AddonRecord{ID: new("addon")})
			return err
		},
		`{"id":"draft"}`: func(caller gen.Caller) error {
			_, err := gen.NewOffersService(caller, "org").CreateOrUpdateDraft(t.Context(), gen.Offer{ID: new("draft")})
			return err
		},
		`{"id":"comment"}`: func(caller gen.Caller) error {
			_, err := gen.NewSupportService(caller, "org").CreateTicketComment(t.Context(), "id", gen.SupportTicketComment{ID: new("comment")})
			return err
		},
		`{"customerId":"c","stripeCustomerId":"s"}`: func(caller gen.Caller) error {
			_, err := gen.NewBuyersService(caller, "org").Update(t.Context(), "id",
				gen.BuyerUpdateParams{CustomerID: new("c"), StripeCustomerID: new("s")})
			return err
		},
	} {
		o, err := sent(call)
		require.NoError(t, err)
		assert.JSONEq(t, want, o.body)
	}
}
