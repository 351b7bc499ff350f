package sugertest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestCatalog(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(
		gen.GlobalCompany{ID: new("initech"), Name: new("Initech"), IsVendor: new(true)},
		gen.GlobalCompany{ID: new("globex"), Name: new("Globex")},
		gen.MarketplaceListing{ID: new("reports"), CompanyID: new("initech"), Name: new("Reports")},
		gen.MarketplaceListing{ID: new("analytics"), CompanyID: new("globex")},
		gen.Product{ID: new("own")},
	)
	vendor, err := client.Catalog.GetVendor(ctx, "initech")
	require.NoError(t, err)
	assert.Equal(t, "Initech", vendor.GetName())
	_, err = client.Catalog.GetVendor(ctx, "umbra")
	assert.ErrorIs(t, err, api.ErrNotFound)
	vendors, err := client.Catalog.ListVendors(ctx, nil)
	require.NoError(t, err)
	require.Len(t, vendors.GetData(), 1, "the other company is no vendor")
	products, err := client.Catalog.ListVendorProducts(ctx, "initech", nil)
	require.NoError(t, err)
	require.Len(t, products.GetData(), 1)
	listing, err := client.Catalog.GetVendorProduct(ctx, "initech", "reports")
	require.NoError(t, err)
	assert.Equal(t, "Reports", listing.GetName())
	for _, id := range []string{"analytics", "own"} {
		_, err = client.Catalog.GetVendorProduct(ctx, "initech", id)
		assert.ErrorIs(t, err, api.ErrNotFound, id)
	}
}

func TestCoSellPartners(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	for i := range 150 {
		srv.Seed(gen.PartnerConnectionSearchResult{ID: new(fmt.Sprint(i)), Name: new("Hooli Consulting")})
	}
	srv.Seed(gen.PartnerConnectionSearchResult{ID: new("initech"), Name: new("Initech")})
	examples := New(t)
	examples.SeedExamples()
	found, err := examples.Client().Catalog.SearchCoSellPartners(t.Context(), &gen.SearchCoSellPartnersParams{Query: "hooli"})
	require.NoError(t, err)
	assert.NotEmpty(t, found)
	for limit, want := range map[int64]int{0: 20, 30: 30, 1000: 100} {
		partners, err := client.Catalog.SearchCoSellPartners(t.Context(), &gen.SearchCoSellPartnersParams{Query: "hooli", Limit: &limit})
		require.NoError(t, err)
		assert.Len(t, partners, want)
	}
	partners, err := client.Catalog.SearchCoSellPartners(t.Context(), &gen.SearchCoSellPartnersParams{Query: "TECH"})
	require.NoError(t, err)
	require.Len(t, partners, 1)
	assert.Equal(t, "initech", partners[0].GetID())
}

// Errors come in the form that the operation has them in.
func TestFormsOfErrors(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	for path, want := range map[string]string{
		"POST /org/{orgId}/cosell/partner/AWS/searchPartner":                        `{"code": "BadRequest", "message": "query parameter query: value is required but missing"}`,
		"POST /org/{orgId}/crm/enrichment/on-demand":                                `{"error": "query parameter companyDomain: value is required but missing"}`,
		"GET /org/{orgId}/integration/AWS/CRM/enrichment/progress?recordType=deals": `{"error": "integration not found: AWS CRM"}`,
		"GET /org/{orgId}/offer/query?q=x":                                          `"query parameter q: at byte 1: want (, not x"`,
	} {
		var method, rest string
		_, err := fmt.Sscan(path, &method, &rest)
		require.NoError(t, err)
		var failed *api.Error
		require.ErrorAs(t, client.Do(t.Context(), method, rest, nil, nil), &failed, path)
		assert.JSONEq(t, want, string(failed.Body), path)
		assert.True(t, json.Valid(failed.Body))
	}
}
