package sugertest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// get calls an operation by its path below the organization, and returns the status and the decoded answer.
func get(t *testing.T, srv *Server, path string) (int, any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/org/"+srv.OrgID+path, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+srv.APIKey)
	status, body := send(t, srv, r)
	value, err := decode([]byte(body))
	require.NoError(t, err)
	return status, value
}

func TestPagesOfAnArray(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for i := range 1500 {
		srv.Seed(&gen.Product{ID: new(fmt.Sprint(i))}, gen.Offer{ID: new(fmt.Sprint(i))})
	}
	for query, want := range map[string]struct{ first, count int }{
		"/offer":                        {0, 1000},
		"/product":                      {0, 100},
		"/offer?limit=10":               {0, 10},
		"/offer?limit=10&offset=20":     {20, 10},
		"/offer?limit=2000":             {0, 1000},
		"/offer?limit=0":                {0, 1000},
		"/offer?offset=1400":            {1400, 100},
		"/offer?offset=-3&limit=-1":     {0, 1000},
		"/offer?offset=1500":            {0, 0},
		"/offer?offset=999999999999999": {0, 0},
	} {
		status, answer := get(t, srv, query)
		require.Equal(t, 200, status, query)
		items := answer.([]any)
		require.Len(t, items, want.count, query)
		if want.count > 0 {
			assert.Equal(t, fmt.Sprint(want.first), items[0].(object)["id"], query)
		}
	}
}

func TestPagesOfAnObject(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for i := range 5 {
		srv.Seed(gen.NotificationMessage{ID: new(fmt.Sprint(i))}, gen.UsageRecordGroup{ID: new(fmt.Sprint(i))}, gen.SupportTicket{ID: new(fmt.Sprint(i))})
	}
	for path, want := range map[string]string{
		"/notificationMessage?limit=3":          "[items nextOffset=3 totalCount=5]",
		"/notificationMessage?limit=3&offset=3": "[items nextOffset=<nil>]",
		"/notificationMessage":                  "[items nextOffset=<nil> totalCount=5]",
		"/usageRecordGroup?limit=3":             "[items nextOffset=3]",
		"/usageRecordGroup?limit=5":             "[items]",
		"/support/ticket?limit=3":               "[items totalCount=5]",
		"/support/ticket?limit=3&offset=3":      "[items]",
	} {
		_, answer := get(t, srv, path)
		got := []string{"items"}
		for _, name := range []string{"nextOffset", "totalCount"} {
			if value, ok := answer.(object)[name]; ok {
				got = append(got, fmt.Sprintf("%s=%v", name, value))
			}
		}
		assert.Equal(t, want, fmt.Sprint(got), path)
	}
	seen := 0
	for _, err := range srv.Client(checked(t, srv)).Metering.AllUsageRecordGroups(t.Context(), &gen.ListUsageRecordGroupsParams{Limit: new(int64(2))}) {
		require.NoError(t, err)
		seen++
	}
	assert.Equal(t, 5, seen)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Clock.Set(noon)
	srv.Seed(
		gen.Offer{ID: new("o1"), Partner: new(gen.PartnerAWS), Status: new(gen.OfferStatusActive), MetaInfo: &gen.MetaInfo{HubspotDealID: new("deal")}},
		gen.Offer{ID: new("o2"), Partner: new(gen.PartnerGCP), Status: new(gen.OfferStatusActive), ContactIDs: []string{"c1"}, BuyerID: new("b1")},
		gen.Buyer{ID: new("b1"), Info: &gen.BuyerInfo{AWSBuyer: &gen.AWSAccountIdentifier{AWSAccountID: new("123")}}},
		gen.Buyer{ID: new("b2"), ContactIDs: []string{"c2"}},
		gen.Entitlement{ID: new("e1"), BuyerID: new("b2"), ExternalBuyerID: new("123")},
		gen.Entitlement{ID: new("e2"), OfferID: new("o2"), ExternalID: new("agmt-1")},
		gen.UsageRecordGroup{ID: new("g1"), EntitlementID: new("e1"), MetaInfo: &gen.UsageRecordGroupMetaInfo{Source: new(gen.UsageRecordGroupSourceAPI)}},
		gen.UsageRecordGroup{ID: new("g2"), EntitlementID: new("e2"), CreationTime: timeOf(noon.AddDate(0, 0, -40))},
		gen.UsageRecordGroup{ID: new("g3"), CreationTime: timeOf(noon)},
		gen.NotificationEvent{EventID: new("n1"), Priority: new(gen.AuditingEventPriorityLow), Message: new("Globex pays")},
		gen.NotificationEvent{EventID: new("n2"), Priority: new(gen.AuditingEventPriorityHigh), EntityType: new(gen.EntityTypeOffer), EntityID: new("o1")},
		gen.RevenueRecordDetail{AWSRevenueRecordDetail: &gen.AWSBillingEvent{ID: new("l1"), BuyerID: new("b1")}},
	)
	for path, want := range map[string]string{
		"/offer":                                           "o1 o2",
		"/offer?status=":                                   "o1 o2",
		"/offer?status=ACTIVE&partner=GCP":                 "o2",
		"/offer?hubspotDealId=deal":                        "o1",
		"/offer?contactId=c1":                              "o2",
		"/offer?buyerId=b2":                                "",
		"/buyer?awsAccountId=123":                          "b1",
		"/buyer?contactId=c2":                              "b2",
		"/entitlement?buyerAccountId=123":                  "e1",
		"/entitlement?contactId=c1":                        "e2",
		"/entitlement?contactId=c2":                        "e1",
		"/entitlement?externalId=agmt-1":                   "e2",
		"/usageRecordGroup":                                "g1 g3",
		"/usageRecordGroup?startDate=2025-12-01":           "g1 g2 g3",
		"/usageRecordGroup?endDate=2025-12-31":             "g1 g2",
		"/usageRecordGroup?source=API":                     "g1",
		"/usageRecordGroup?metaInfo=anything":              "g1 g3",
		"/notificationEvent":                               "n2",
		"/notificationEvent?priorities=LOW,MEDIUM":         "n1",
		"/notificationEvent?priorities=LOW&message=GLOBEX": "n1",
		"/notificationEvent?message=GLOBEX":                "",
		"/notificationEvent/OFFER/o1":                      "n2",
		"/partner/AWS/revenueRecordDetail":                 "l1",
		"/partner/AWS/revenueRecordDetail?buyerId=b2":      "",
		"/partner/GCP/revenueRecordDetail":                 "",
	} {
		status, answer := get(t, srv, path)
		require.Equal(t, 200, status, path)
		assert.Equal(t, want, strings.Join(idsIn(answer), " "), path)
	}
	for _, path := range []string{"/usageRecordGroup?startDate=yesterday", "/usageRecordGroup?endDate=2026", "/usageRecordGroup?buyerId=b1&entitlementId=e1"} {
		status, _ := get(t, srv, path)
		assert.Equal(t, 400, status, path)
	}
}

// idsIn returns the ids of the objects in an answer, in their order.
func idsIn(answer any) []string {
	items, _ := answer.([]any)
	if o, ok := answer.(object); ok {
		for _, value := range o {
			if list, ok := value.([]any); ok {
				items = list
			}
		}
	}
	var ids []string
	for _, item := range items {
		for _, path := range [][]string{{"id"}, {"eventID"}, {"awsRevenueRecordDetail", "id"}} {
			if id := text(item.(object), path...); id != "" {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// queriesFor returns queries of a list: each parameter with values that objects have, and filters and orders by each property.
func queriesFor(s *state, op *operation) []url.Values {
	queries := []url.Values{{}}
	for _, param := range op.query() {
		values := map[string]bool{"2026-01-15": true}
		for _, o := range s.all(op.typ) {
			for name, value := range o {
				property, err := queried(op.typ, snake(name))
				switch {
				case param.Name == "q" && err == nil:
					values[fmt.Sprintf("(= %s %q)", snake(property), value)] = true
				case param.Name == "s" && err == nil:
					values[snake(property)+":desc"] = true
				case strings.EqualFold(name, param.Name), name == "metaInfo", name == "contactIds":
					for _, inner := range append(list(o, name), slices.Collect(maps.Values(inner(o, name)))...) {
						values[fmt.Sprint(inner)] = true
					}
					values[fmt.Sprint(value)] = true
				}
			}
			values[text(o, "info", "awsBuyer", "awsAccountID")] = true
		}
		for value := range values {
			if _, err := parseOrder(op.typ, value); param.Name != "s" || err == nil {
				queries = append(queries, url.Values{param.Name: {value}})
			}
		}
	}
	return queries
}
