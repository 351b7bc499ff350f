package sugertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// seedStrict seeds what the calls below refer to.
func seedStrict(s *Server) {
	s.Seed(
		gen.Product{ID: new("product-1"), Status: new("PREVIEW")}, gen.Product{ID: new("product-2"), Status: new("DELETED")},
		gen.Buyer{ID: new("buyer-1")}, gen.Contact{ID: new("contact-1")}, gen.Offer{ID: new("offer-1"), Partner: new(gen.PartnerAdyen)},
		gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusActive), Partner: new(gen.PartnerAWS)},
		gen.Entitlement{ID: new("ent-2"), Status: new(gen.EntitlementStatusPendingStart), Partner: new(gen.PartnerAzure),
			Info: &gen.EntitlementInfo{AzureSubscriptions: []gen.AzureMarketplaceSubscription{{}}}},
		gen.Entitlement{ID: new("ent-3"), Status: new(gen.EntitlementStatusPendingStart), Partner: new(gen.PartnerAWS)},
		gen.Entitlement{ID: new("ent-4"), Status: new(gen.EntitlementStatusActive), Partner: new(gen.PartnerAzure),
			Info: &gen.EntitlementInfo{AzureSubscriptions: []gen.AzureMarketplaceSubscription{{}}}},
		gen.Entitlement{ID: new("ent-5"), Status: new(gen.EntitlementStatusActive), Partner: new(gen.PartnerStripe)},
		gen.Invoice{ID: new("inv-1"), Status: new(gen.InvoiceStatusDraft)},
		gen.SupportTicket{ID: new("ticket-1"), Status: new(gen.SupportTicketStatusArchived)},
		gen.SupportTicket{ID: new("ticket-2"), Status: new(gen.SupportTicketStatusClosed)},
		gen.Wallet{ID: new("wallet-1"), BuyerID: new("buyer-1"), Status: new(gen.WalletStatusClosed)},
		gen.Wallet{ID: new("wallet-2"), BuyerID: new("buyer-1"), Status: new(gen.WalletStatusActive)},
	)
}

const (
	someOffer = `"partner": "AWS", "productID": "product-1"`
	private   = `"offerType": "PRIVATE", "productID": "product-1"`
)

// strictCalls are calls and what a strict server refuses them with, "" for those that it carries out.
var strictCalls = map[string]struct{ method, path, body, refusal string }{
	"offer":                  {"POST", "/offer", `{` + someOffer + `, "buyerID": "buyer-1", "contactIds": ["contact-1"]}`, ""},
	"offer without partner":  {"POST", "/offer", `{"productID": "product-1"}`, "body/partner: an offer is made through"},
	"offer without product":  {"POST", "/offer", `{"partner": "AWS"}`, "body/productID: an offer is for a product"},
	"product of an offer":    {"POST", "/offer", `{"partner": "AWS", "productID": "gone"}`, "body/productID: product not found: gone"},
	"buyer of an offer":      {"POST", "/offer", `{` + someOffer + `, "buyerID": "gone"}`, "body/buyerID: buyer not found: gone"},
	"contact of an offer":    {"POST", "/offer", `{` + someOffer + `, "contactIds": ["contact-1", "gone"]}`, "body/contactIds: contact not found: gone"},
	"reseller of an offer":   {"POST", "/offer", `{` + someOffer + `, "metaInfo": {"resellerIds": ["gone"]}}`, "body/metaInfo/resellerIds: buyer not found: gone"},
	"metric of an offer":     {"POST", "/offer", `{` + someOffer + `, "info": {"billableDimensions": [{}, {"billableMetricId": "gone"}]}}`, "body/info/billableDimensions/billableMetricId: billable metric not found: gone"},
	"product of a draft":     {"POST", "/draftOffer", `{"productID": "gone"}`, "body/productID: product not found: gone"},
	"draft":                  {"POST", "/draftOffer", `{"name": "later"}`, ""},
	"organization":           {"POST", "/draftOffer", `{"organizationID": "another"}`, `body/organizationID: it is "another", but the path has "org-1"`},
	"own organization":       {"POST", "/draftOffer", `{"organizationID": "org-1"}`, ""},
	"organization in a list": {"POST", "/contact/batch", `[{"organizationID": "org-1"}, {"organizationID": "another"}]`, `body/1/organizationID: it is "another"`},
	"id of a product":        {"PATCH", "/product/product-1", `{"id": "product-2"}`, `body/id: it is "product-2", but the path has "product-1"`},
	"id of a fulfillment":    {"PATCH", "/product/product-1/fulfillmentUrl", `{"id": "product-2", "organizationID": "", "fulfillmentUrl": "https://example.com"}`, "body/id"},
	"entitlement of usage":   {"POST", "/entitlement/ent-1/usageRecordGroup", `{"entitlementID": "ent-2", "organizationID": "org-1", "records": {"a": 1}}`, `body/entitlementID: it is "ent-2"`},
	"meta info":              {"PATCH", "/offer/offer-1/metaInfo", `{"buyerIds": ["buyer-1", "gone"]}`, "body/buyerIds: buyer not found: gone"},
	"CPPO":                   {"PATCH", "/offer/offer-1/metaInfo", `{"cppoInOfferId": "gone"}`, "body/cppoInOfferId: offer not found: gone"},
	"wallet of a buyer":      {"PATCH", "/buyer/buyer-1", `{"paymentConfig": {"defaultWalletId": "gone"}}`, "body/paymentConfig/defaultWalletId: wallet not found: gone"},
	"report":                 {"POST", "/revenueReport", `{"organizationID": "org-1", "partner": "AWS", "service": "MARKETPLACE", "reportType": "GrossAmount", "entitlementID": "gone"}`, "body/entitlementID: entitlement not found: gone"},
	"prices":                 {"PATCH", "/entitlement/ent-5/priceModel", `{"billableDimensions": [{"billableMetricId": "gone"}]}`, "body/billableDimensions/billableMetricId"},
	"contact of an invoice":  {"PATCH", "/invoice/inv-1/issue", `["contact-1", "gone"]`, "body/1: contact not found: gone"},
	"invoice":                {"PATCH", "/invoice/inv-1/issue", `["contact-1"]`, ""},

	"renewal on AWS":     {"POST", "/offer", `{` + someOffer + `, "metaInfo": {"isRenewalOffer": true}}`, "body/metaInfo/renewalOfferType: a renewal on AWS needs it"},
	"test usage":         {"POST", "/offer", `{` + someOffer + `, "metaInfo": {"enableTestUsageMetering": true}}`, "body/metaInfo/testUsageMeteringEndTime"},
	"customer on GCP":    {"POST", "/offer", `{"partner": "GCP", ` + private + `, "info": {"gcpProviderInfo": {}, "gcpDuration": 12, "gcpPaymentSchedule": "PREPAY"}}`, "body/info/gcpCustomerInfo: a private offer on GCP needs it"},
	"duration on GCP":    {"POST", "/offer", `{"partner": "GCP", ` + private + `, "info": {"gcpProviderInfo": {}, "gcpCustomerInfo": {}, "gcpPaymentSchedule": "PREPAY"}}`, "body/info/gcpDuration"},
	"private on GCP":     {"POST", "/offer", `{"partner": "GCP", ` + private + `, "info": {"gcpProviderInfo": {}, "gcpCustomerInfo": {}, "gcpDuration": 12, "gcpPaymentSchedule": "PREPAY"}}`, ""},
	"public on GCP":      {"POST", "/offer", `{"partner": "GCP", "offerType": "DEFAULT", "productID": "product-1"}`, ""},
	"private on Azure":   {"POST", "/offer", `{"partner": "AZURE", ` + private + `}`, "body/info/azurePrivateOffer: a private offer on Azure is one"},
	"start on Azure":     {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"variableStartDate": true, "start": "2030-01-31"}}}`, "body/info/azurePrivateOffer/start"},
	"prices on Azure":    {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"pricing": [{},{},{},{},{},{},{},{},{},{},{}]}}}`, "body/info/azurePrivateOffer/pricing: more than 10 prices"},
	"discount on Azure":  {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"pricing": [{"discountPercentage": 0.01}, {"discountPercentage": 100.5}]}}}`, "body/info/azurePrivateOffer/pricing/1/discountPercentage: want 0.01 to 100"},
	"markup on Azure":    {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"pricing": [{"markupPercentage": 0.000000001}]}}}`, "pricing/0/markupPercentage: want 0.00000001 to 100"},
	"new plan on Azure":  {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"offerPricingType": "saasNewCustomizedPlans", "pricing": [{"newPlanDetails": {"planId": "p"}}]}}}`, "pricing/0/basePlan: a new plan needs it"},
	"plan text on Azure": {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"offerPricingType": "saasNewCustomizedPlans", "pricing": [{"basePlan": "p"}]}}}`, "pricing/0/newPlanDetails: a new plan needs them"},
	"whole on Azure":     {"POST", "/offer", `{"partner": "AZURE", ` + private + `, "info": {"azurePrivateOffer": {"variableStartDate": true, "start": "", "pricing": [{"discountPercentage": 20}]}}}`, ""},

	"status of a product":   {"PATCH", "/product/product-1", `{"status": "PUBLIC"}`, `body/status: the product is "PREVIEW"`},
	"same status":           {"PATCH", "/product/product-1", `{"status": "PREVIEW"}`, ""},
	"publish":               {"PATCH", "/product/product-1/publish", `{"status": "PREVIEW"}`, ""},
	"publish what is gone":  {"PATCH", "/product/product-2/publish", `{}`, `status: the product is "DELETED"`},
	"reopen":                {"PATCH", "/support/ticket/ticket-2/reopen", ``, ""},
	"reopen from archive":   {"PATCH", "/support/ticket/ticket-1/reopen", ``, `status: the support ticket is "ARCHIVED"`},
	"approve":               {"POST", "/entitlement/ent-2/approve", ``, ""},
	"approve on AWS":        {"POST", "/entitlement/ent-3/approve", ``, "partner: the entitlement is sold through AWS"},
	"cancel":                {"POST", "/entitlement/ent-4/cancel", ``, ""},
	"cancel on AWS":         {"POST", "/entitlement/ent-1/cancel", ``, "partner: the entitlement is sold through AWS"},
	"seats":                 {"PATCH", "/entitlement/ent-4/seat?newSeat=3", ``, ""},
	"negative seats":        {"PATCH", "/entitlement/ent-4/seat?newSeat=-3", ``, "query parameter newSeat: want no negative number"},
	"default wallet":        {"PATCH", "/buyer/buyer-1/wallet/wallet-2/default", ``, ""},
	"closed default wallet": {"PATCH", "/buyer/buyer-1/wallet/wallet-1/default", ``, `status: the wallet is "CLOSED"`},
}

// Each call is carried out by a server that is not strict. One that is says what is wrong, or carries it out, too.
func TestStrict(t *testing.T) {
	t.Parallel()
	for name, tt := range strictCalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lenient, strict := New(t, Organization("org-1", "key-1")), New(t, Organization("org-1", "key-1"), Strict())
			seedStrict(lenient)
			seedStrict(strict)
			status, answer := sendRaw(t, lenient, tt.method, tt.path, tt.body)
			assert.Equal(t, 200, status, answer)
			status, answer = sendRaw(t, strict, tt.method, tt.path, tt.body)
			if tt.refusal == "" {
				assert.Equal(t, 200, status, answer)
				return
			}
			assert.Equal(t, 400, status, answer)
			message, err := decode([]byte(answer))
			require.NoError(t, err)
			assert.Contains(t, message, tt.refusal)
		})
	}
}

func TestStrictUsage(t *testing.T) {
	t.Parallel()
	ent := func(partner gen.Partner, status gen.EntitlementStatus, changed time.Duration) gen.Entitlement {
		return gen.Entitlement{ID: new("ent-1"), Partner: &partner, Status: &status, LastUpdateTime: timeOf(noon.Add(-changed))}
	}
	used := func(ago time.Duration) string { return noon.Add(-ago).Format(time.RFC3339) }
	const active, cancelled = gen.EntitlementStatusActive, gen.EntitlementStatusCancelled
	for name, tt := range map[string]struct {
		ent     gen.Entitlement
		usage   string
		refusal string
	}{
		"usage":                   {ent(gen.PartnerAWS, active, 0), `"records": {"a": 1}`, ""},
		"negative":                {ent(gen.PartnerAWS, active, 0), `"records": {"a": 1, "b": -1}`, "/records/b: want no negative quantity"},
		"negative of a metric":    {ent(gen.PartnerAWS, active, 0), `"records": {}, "billableRecords": [{"quantity": 1}, {"quantity": -1}]`, "/billableRecords/1/quantity: want no negative quantity"},
		"young":                   {ent(gen.PartnerAWS, active, 0), `"records": {"a": 1}, "timestamp": "` + used(6*time.Hour-time.Second) + `"`, ""},
		"old":                     {ent(gen.PartnerAWS, active, 0), `"records": {"a": 1}, "timestamp": "` + used(6*time.Hour) + `"`, "/timestamp: AWS takes no usage that is six hours old or older"},
		"old elsewhere":           {ent(gen.PartnerGCP, active, 0), `"records": {"a": 1}, "timestamp": "` + used(48*time.Hour) + `"`, ""},
		"allocations":             {ent(gen.PartnerAWS, active, 0), `"records": {"a": 1}, "usageAllocations": {"a": []}`, ""},
		"allocations elsewhere":   {ent(gen.PartnerAzure, active, 0), `"records": {"a": 1}, "usageAllocations": {"a": []}`, "/usageAllocations: AWS alone takes them"},
		"cancelled":               {ent(gen.PartnerAzure, cancelled, time.Minute), `"records": {"a": 1}`, `/entitlementID: the entitlement is "CANCELLED"`},
		"just cancelled on AWS":   {ent(gen.PartnerAWS, cancelled, time.Hour), `"records": {"a": 1}`, ""},
		"cancelled on AWS":        {ent(gen.PartnerAWS, cancelled, time.Hour+time.Second), `"records": {"a": 1}`, `/entitlementID: the entitlement is "CANCELLED"`},
		"cancelled some time ago": {gen.Entitlement{ID: new("ent-1"), Status: new(cancelled)}, `"records": {"a": 1}`, `/entitlementID: the entitlement is "CANCELLED"`},
		"deleted":                 {gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusDeleted)}, `"records": {"a": 1}`, `/entitlementID: the entitlement is "DELETED"`},
		"little known":            {gen.Entitlement{ID: new("ent-1")}, `"records": {"a": 1}, "timestamp": "2020-01-31T00:00:00Z"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, option := range [][]Option{nil, {Strict()}} {
				srv := New(t, append(option, Organization("org-1", "key-1"))...)
				srv.Clock.Set(noon)
				srv.Seed(tt.ent)
				for path, usage := range map[string]string{
					"/entitlement/ent-1/usageRecordGroup": `{"organizationID": "org-1", "entitlementID": "ent-1", ` + tt.usage + `}`,
					"/batchCreateUsageRecordGroups":       `[{"entitlementID": "ent-1", ` + tt.usage + `}]`,
					"/batchValidateUsageRecordGroups":     `[{"entitlementID": "ent-1", ` + tt.usage + `}]`,
				} {
					status, answer := sendRaw(t, srv, "POST", path, usage)
					if option == nil || tt.refusal == "" {
						assert.Equal(t, 200, status, "%s: %s", path, answer)
						continue
					}
					assert.Equal(t, 400, status, "%s: %s", path, answer)
					message, err := decode([]byte(answer))
					require.NoError(t, err)
					assert.Contains(t, message, tt.refusal)
				}
			}
		})
	}
}

// A report that arrived before the end of its entitlement is known after it.
func TestStrictUsageIsKnown(t *testing.T) {
	t.Parallel()
	srv := New(t, Strict())
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusActive), Partner: new(gen.PartnerAzure)})
	metering := srv.Client(checked(t, srv)).Metering
	usage := gen.CreateUsageRecordGroupParams{ID: new("report-1"), Records: map[string]float64{"api_calls": 1}}
	_, err := metering.ReportUsageRecordGroup(t.Context(), "ent-1", usage)
	require.NoError(t, err)
	_, err = srv.Client().Entitlements.Cancel(t.Context(), "ent-1")
	require.NoError(t, err)
	_, err = metering.ReportUsageRecordGroup(t.Context(), "ent-1", usage)
	assert.ErrorIs(t, err, api.ErrConflict)
	usage.ID = new("report-2")
	_, err = metering.ReportUsageRecordGroup(t.Context(), "ent-1", usage)
	assert.ErrorIs(t, err, api.ErrBadRequest)
}

func TestStrictValidation(t *testing.T) {
	t.Parallel()
	srv := New(t, Strict())
	srv.Seed(gen.Product{ID: new("product-1")})
	offers := srv.Client(checked(t, srv)).Offers
	offer := gen.Offer{Partner: new(gen.PartnerGCP), Info: &gen.OfferInfo{GCPDuration: new(int64(12))}}
	validation, err := offers.Validate(t.Context(), offer)
	require.NoError(t, err)
	assert.False(t, validation.GetValid())
	var messages []string
	for _, finding := range validation.GetFindings() {
		messages = append(messages, finding.GetMessage())
	}
	assert.Equal(t, []string{
		"productID: an offer is for a product",
		"info/gcpCustomerInfo: a private offer on GCP needs it",
		"info/gcpProviderInfo: a private offer on GCP needs it",
		"info/gcpPaymentSchedule: a private offer on GCP needs it",
	}, messages)
	offer.Partner, offer.ProductID = new(gen.PartnerAWS), new("product-1")
	validation, err = offers.Validate(t.Context(), offer)
	require.NoError(t, err)
	assert.True(t, validation.GetValid())
}

// foreign are the ids in bodies that are named like those of objects here and are of other systems, or of the object itself.
var foreign = []string{
	"companyContactId",                   // of the providers of such data
	"erpInvoiceID", "metronomeInvoiceID", // of the billing services
	"notifications", // set by Suger
}

// Every id of an object that a body may have is looked up, except those that other systems give.
func TestAllReferencesAreKnown(t *testing.T) {
	t.Parallel()
	stored := map[string]bool{}
	for _, op := range loadDescription().operations {
		stored[op.typ] = op.typ != ""
	}
	known := map[string]bool{}
	for _, reference := range references {
		known[reference.path[len(reference.path)-1]] = true
	}
	found := map[string]bool{}
	var walk func(op *operation, schema *openapi3.Schema, place string, stack []*openapi3.Schema)
	walk = func(op *operation, schema *openapi3.Schema, place string, stack []*openapi3.Schema) {
		schema = flatten(schema)
		if slices.Contains(stack, schema) {
			return
		}
		if schema.Items != nil {
			walk(op, schema.Items.Value, place, append(stack, schema))
		}
		for name, property := range schema.Properties {
			isMarketplace := slices.ContainsFunc([]string{"aws", "azure", "gcp", "snowflake", "stripe", "adyen", "alibaba"},
				func(partner string) bool { return strings.HasPrefix(name, partner) })
			if slices.Contains(foreign, name) || isMarketplace {
				continue
			}
			id := strings.TrimSuffix(name, "s")
			if strings.HasSuffix(id, "ID") {
				id = strings.TrimSuffix(id, "ID") + "Id"
			}
			for typ := range stored {
				if strings.HasSuffix(strings.ToLower(id), strings.ToLower(typ)+"id") && stored[typ] {
					found[name] = true
					assert.True(t, known[name], "%s%s/%s", op.id, place, name)
				}
			}
			walk(op, property.Value, fmt.Sprint(place, "/", name), append(stack, schema))
		}
	}
	for _, op := range loadDescription().operations {
		if body := op.bodySchema(); body != nil {
			walk(op, body.Value, "", nil)
		}
	}
	delete(known, "resellerIds") // buyers by another name
	assert.Equal(t, known, found, "each of them is in a body")
}
