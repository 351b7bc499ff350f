package sugertest

import (
	"fmt"
	"math"
	"net/url"
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

// seedQueried puts three objects of each type that can be queried into a server, with the ids 0 to 2.
func seedQueried(srv *Server) {
	for i := range 3 {
		id := fmt.Sprint(i)
		srv.Seed(
			gen.AuditingEvent{ID: &id, EventType: new(gen.AuditingEventEventTypeAWSMarketplace)},
			gen.Buyer{ID: &id, Partner: new(gen.PartnerAWS)},
			gen.GlobalCompany{ID: &id, IsVendor: new(true)},
			gen.Contact{ID: &id, Name: new("Priya")},
			gen.Entitlement{ID: &id, Status: new(gen.EntitlementStatusActive)},
			gen.MarketplaceListing{ID: &id, CompanyID: new("1"), Name: new("Reports")},
			gen.Offer{ID: &id, Status: new(gen.OfferStatusDraft)},
			gen.OfferSet{ID: &id, ExternalID: new("set")},
			gen.Product{ID: &id, ProductType: new(gen.ProductTypeContract)},
		)
	}
	srv.Seed(gen.GlobalCompany{ID: new("buyer")}, gen.MarketplaceListing{ID: new("other"), CompanyID: new("2")})
}

// Every query operation filters, orders, cuts and counts what is in the store.
func TestQueries(t *testing.T) {
	t.Parallel()
	srv := New(t)
	seedQueried(srv)
	client := srv.Client(checked(t, srv))
	conditions := map[string]string{
		"queryAuditingEvents": `(= event_type "AWS_MARKETPLACE")`,
		"queryBuyers":         `(= partner "AWS")`,
		"listVendors":         `(= is_vendor true)`,
		"queryContacts":       `(ilike name "%RIYA")`,
		"queryEntitlements":   `(= status "ACTIVE")`,
		"queryOffers":         `(= status "DRAFT")`,
		"listOfferSets":       `(= external_id "set")`,
		"queryProducts":       `(= product_type "CONTRACT")`,
		"listVendorProducts":  `(= company_id "1")`,
	}
	for _, op := range loadDescription().operations {
		if !op.isQuery() {
			continue
		}
		require.Contains(t, conditions, op.id)
		query := url.Values{"q": {fmt.Sprintf(`(and %s (!= id "1"))`, conditions[op.id])}, "s": {"-id"}, "page_size": {"1"}}
		for number, want := range map[string]string{"-1": "2", "1": "2", "2": "0", "3": "", "9223372036854775807": ""} {
			query.Set("page_number", number)
			path := strings.Replace(op.path(), "{vendorId}", "1", 1) + "?" + query.Encode()
			var answer struct {
				Data       []struct{ ID string }
				TotalCount int `json:"total_count"`
				PageSize   int `json:"page_size"`
			}
			require.NoError(t, client.Do(t.Context(), "GET", path, nil, &answer), path)
			ids := ""
			for _, o := range answer.Data {
				ids += o.ID
			}
			assert.Equal(t, want, ids, path)
			assert.Equal(t, 2, answer.TotalCount, path)
			assert.Equal(t, 1, answer.PageSize, path)
		}
	}
	err := client.Do(t.Context(), "GET", "/org/{orgId}/vendor/3/product", nil, nil)
	assert.ErrorIs(t, err, api.ErrNotFound)
}

// The filters that package gen puts together are read as they are meant.
func TestBuiltFilters(t *testing.T) {
	t.Parallel()
	srv := New(t)
	names := []string{`Globex "EU"`, `C:\Globex\`, `\"`, "two\r\n\tlines", "(= id \"1\")", "Übung 100%", ""}
	for i, name := range names {
		srv.Seed(gen.Offer{ID: new(fmt.Sprint(i)), Name: &name, CreationTime: timeOf(noon.Add(time.Duration(i)))})
	}
	client := srv.Client(checked(t, srv))
	for i, name := range names {
		own := []*gen.Filter{
			gen.Eq("name", name), gen.In("name", name, "another"), gen.Not(gen.Ne("name", name)), gen.And(gen.ILike("name", "%"), gen.Eq("name", name)),
			gen.Or(gen.Eq("id", fmt.Sprint(i)), gen.Eq("id", "none")), gen.Eq("creation_time", noon.Add(time.Duration(i))),
		}
		for _, filter := range own {
			offers, err := client.Offers.Query(t.Context(), &gen.QueryOffersParams{Q: filter, S: gen.OrderBy(gen.Desc("name"), gen.Asc("id"))})
			require.NoError(t, err, filter)
			require.Len(t, offers.GetData(), 1, filter)
			assert.Equal(t, fmt.Sprint(i), offers.GetData()[0].GetID(), filter)
		}
		before, err := client.Offers.Query(t.Context(), &gen.QueryOffersParams{Q: gen.Lt("creation_time", noon.Add(time.Duration(i)))})
		require.NoError(t, err)
		assert.Len(t, before.GetData(), i)
	}
}

// A page has the standard size or what is asked for, up to a limit.
func TestSizesOfPages(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	for i := range 1100 {
		srv.Seed(gen.Offer{ID: new(fmt.Sprint(i))}, gen.Product{ID: new(fmt.Sprint(i))})
	}
	for asked, want := range map[int64][2]int{-5: {20, 100}, 0: {20, 100}, 30: {30, 30}, 500: {500, 200}, 2000: {1000, 200}} {
		offers, err := client.Offers.Query(t.Context(), &gen.QueryOffersParams{PageSize: &asked, PageNumber: new(int64(2))})
		require.NoError(t, err)
		assert.Len(t, offers.GetData(), min(want[0], 1100-want[0]), asked)
		assert.Equal(t, fmt.Sprint(want[0]), offers.GetData()[0].GetID(), asked)
		assert.Equal(t, int64(want[0]), offers.GetPageSize(), asked)
		assert.Equal(t, int64(2), offers.GetPageNumber(), asked)
		assert.Equal(t, int64(1100), offers.GetTotalCount(), asked)
		products, err := client.Products.Query(t.Context(), &gen.QueryProductsParams{PageSize: &asked})
		require.NoError(t, err)
		assert.Len(t, products.GetData(), want[1], asked)
	}
	offers, err := client.Offers.Query(t.Context(), &gen.QueryOffersParams{PageNumber: new(int64(math.MaxInt64))})
	require.NoError(t, err)
	assert.Empty(t, offers.GetData())
	offers, err = client.Offers.Query(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, offers.GetData(), 20)
}

// The iterators of package gen reach the end of every kind of list.
func TestIterators(t *testing.T) {
	t.Parallel()
	srv := New(t)
	const count = 45
	for i := range count {
		id := fmt.Sprint(i)
		srv.Seed(
			gen.Offer{ID: &id, Name: new("Globex")}, gen.GlobalCompany{ID: &id, IsVendor: new(true)},
			gen.WorkflowOperation{ID: &id}, gen.AIUsageRecord{HourBucket: new("2026-01-31T12:00:00Z"), Model: &id},
		)
	}
	client := srv.Client(checked(t, srv))
	ctx, size, seen := t.Context(), new(int64(20)), map[string]int{}
	offers := client.Offers.QueryAll(ctx, &gen.QueryOffersParams{PageSize: size, S: gen.Desc("id")})
	for offer, err := range offers {
		require.NoError(t, err)
		seen["offer "+offer.GetID()]++
	}
	for vendor, err := range client.Catalog.AllVendors(ctx, nil) {
		require.NoError(t, err)
		seen["vendor "+vendor.GetID()]++
	}
	for job, err := range client.Operations.All(ctx, gen.OperationSearch{Limit: size}) {
		require.NoError(t, err)
		seen["job "+job.GetID()]++
	}
	for found, err := range client.Organization.SearchAll(ctx, &gen.SearchOrganizationParams{Q: "globex"}) {
		require.NoError(t, err)
		seen["found "+found.GetObjectID()]++
	}
	hours := &gen.ListAIUsageParams{StartTime: "2026-01-31T00:00:00Z", EndTime: "2026-02-01T00:00:00Z", Limit: size}
	for record, err := range client.Organization.AllAIUsage(ctx, hours) {
		require.NoError(t, err)
		seen["record "+record.GetModel()]++
	}
	assert.Len(t, seen, 5*count)
	for name, times := range seen {
		assert.Equal(t, 1, times, name)
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	for order, want := range map[string]string{
		"":                          "1 2 3 4",
		"-id":                       "4 3 2 1",
		"name":                      "1 3 2 4",
		"name:desc":                 "4 2 3 1",
		"employee_count":            "1 2 3 4",
		"-creation_time":            "4 3 2 1",
		"is_vendor:asc":             "2 1 3 4",
		"is_vendor:asc, id:desc":    "2 1 4 3",
		"-is_vendor,creation_time":  "3 4 1 2",
		"id:":                       `error: there is no "id:"`,
		"id:down":                   `error: there is no "id:down"`,
		"id:desc:asc":               `error: there is no "id:desc"`,
		"-id:asc":                   `error: there is no "id:asc"`,
		"id,":                       `error: there is no ""`,
		"employeeCount":             `error: there is no "employeeCount"`,
		"meta_info":                 "error: meta_info is no text, number or boolean",
		strings.Repeat("x", 10_000): `error: there is no "xxxxx`,
	} {
		c := &call{op: &operation{typ: "GlobalCompany", paging: &paging{By: "page"}}, query: url.Values{"s": {order}}}
		compare, err := orderIn(c)
		if message, ok := strings.CutPrefix(want, "error: "); ok {
			assert.ErrorContains(t, err, "query parameter s: "+message, "%.50s", order)
			continue
		}
		require.NoError(t, err, order)
		items := companies(t)
		if compare != nil {
			slices.SortStableFunc(items, func(a, b any) int { return compare(a.(object), b.(object)) })
		}
		assert.Equal(t, want, strings.Join(idsIn(items), " "), order)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Product{
		ID: new("1"), Name: new("Analytics"), Partner: new(gen.PartnerAWS), FulfillmentURL: new("https://example.com"),
		Info: &gen.ProductInfo{SellerNotes: new("note"), EULAType: new(gen.EULATypeCustom)},
	})
	for fields, want := range map[string]string{
		"id":                             `{"id":"1"}`,
		"id, name":                       `{"id":"1","name":"Analytics"}`,
		"fulfillment_url":                `{"fulfillmentUrl":"https://example.com"}`,
		"info.sellerNotes,info.eulaType": `{"info":{"eulaType":"CUSTOM","sellerNotes":"note"}}`,
		"info.sellerNotes,status":        `{"info":{"sellerNotes":"note"}}`,
	} {
		status, answer := get(t, srv, "/product/query?fields="+url.QueryEscape(fields))
		require.Equal(t, 200, status, answer)
		assert.JSONEq(t, want, string(reply{value: list(answer.(object), "data")[0]}.body()), fields)
	}
	for _, fields := range []string{"nam", "info.nothing", "name.first", "info."} {
		status, answer := get(t, srv, "/product/query?fields="+url.QueryEscape("id,"+fields))
		assert.Equal(t, 400, status, fields)
		assert.Equal(t, fmt.Sprintf("query parameter fields: Product has no property %q", fields), answer)
	}
}

// Of several properties that a query could mean by a name it always means the same: the one of that very name, else the first.
func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	properties := openapi3.Schemas{}
	for _, name := range []string{"buyerId", "buyerID", "buyer_id", "name"} {
		properties[name] = openapi3.NewStringSchema().NewRef()
	}
	for range 100 {
		require.Equal(t, "buyerID", calledIn(properties, "buyer_id"))
	}
	assert.Empty(t, calledIn(properties, "buyer"))
}
