package sugertest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	_, err := client.Offers.Get(t.Context(), "a/b")
	assert.ErrorIs(t, err, api.ErrNotFound)
	assert.ErrorContains(t, err, "offer not found: a/b")
	_, err = client.Buyers.ListWallets(t.Context(), "nobody")
	assert.ErrorIs(t, err, api.ErrNotFound)
	_, err = client.Billing.PayInvoice(t.Context(), "nothing")
	assert.ErrorIs(t, err, api.ErrNotFound)
}

// Properties that no type of package gen has are kept, and so is every digit of a number.
func TestSeedLosesNothing(t *testing.T) {
	t.Parallel()
	srv := New(t)
	require.NoError(t, srv.SeedJSON([]byte(`{"entitlement": [{"id": "ent-1", "status": "ON_THE_MOON", "phase": {"full": null},
		"info": {"commitAmount": 16777217.05, "grossAmount": 12345678901234567890.125}}]}`)))
	srv.Seed(gen.Buyer{ID: new("buyer-1"), Name: new("first")}, &gen.Buyer{ID: new("buyer-1"), Name: new("second")}, gen.Buyer{})
	_, answer := get(t, srv, "/buyer")
	require.Len(t, answer, 2)
	assert.Equal(t, object{"id": "buyer-1", "name": "second"}, answer.([]any)[0])
	assert.Len(t, answer.([]any)[1].(object)["id"], 36)

	ent, err := srv.Client().Entitlements.UpdateName(t.Context(), "ent-1", gen.EntitlementNameUpdateParams{Name: new("New")})
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatus("ON_THE_MOON"), ent.GetStatus())
	r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/org/"+srv.OrgID+"/entitlement/ent-1", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+srv.APIKey)
	response, err := srv.http.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	var o object
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&o))
	assert.Equal(t, json.Number("12345678901234567890.125"), at(o, "info", "grossAmount"))
	assert.Equal(t, object{"full": nil}, o["phase"])
	assert.Equal(t, "New", o["name"])
}

func TestSeedRefusesWhatIsNoResource(t *testing.T) {
	t.Parallel()
	srv := NewServer()
	defer srv.Close()
	for _, value := range []any{gen.MetaInfo{}, gen.MeteringDimension{}, "text", nil, 7, []gen.Offer{}} {
		assert.Panics(t, func() { srv.Seed(value) }, "%T", value)
	}
	assert.PanicsWithValue(t, "sugertest: Seed: gen.MetaInfo is no resource of the API, want a type such as gen.Offer", func() { srv.Seed(gen.MetaInfo{}) })
	for data, message := range map[string]string{
		`{`:                     "unexpected ", // encoding/json v2 has other words after it
		`[]`:                    "want an object",
		`{"MetaInfo": []}`:      "MetaInfo is no resource",
		`{"Offer": {}}`:         "Offer is not a list",
		`{"Offer": [{}, null]}`: "Offer/1 is not an object",
	} {
		assert.ErrorContains(t, srv.SeedJSON([]byte(data)), message, data)
	}
}

// Every type that an operation answers with from the store can be seeded.
func TestEveryTypeCanBeSeeded(t *testing.T) {
	t.Parallel()
	srv := New(t)
	types := map[string]bool{}
	for _, op := range loadDescription().operations {
		if stored(op.typ) != "" {
			types[op.typ] = true
		}
	}
	assert.Len(t, types, 32)
	for typ := range types {
		synth := &synthesizer{seed: 1, orgID: srv.OrgID}
		data, err := json.Marshal(map[string]any{typ: []any{synth.value(loadDescription().doc.Components.Schemas[typ], typ, typ)}})
		require.NoError(t, err)
		require.NoError(t, srv.SeedJSON(data), typ)
	}
	for typ := range types {
		assert.Len(t, srv.state.table(typ).ids, 1, typ)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("a/b")})
	_, err := srv.Client().Offers.UpdateMetaInfo(t.Context(), "a/b", gen.MetaInfo{InternalNote: new("new")})
	require.NoError(t, err)
	_, err = srv.Client().Offers.List(t.Context(), &gen.ListOffersParams{Limit: new(int64(3))})
	require.NoError(t, err)
	response, err := srv.http.Client().Post(srv.URL+"/elsewhere", "text/plain", strings.NewReader("no JSON"))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())

	requests := srv.Requests()
	require.Len(t, requests, 3)
	assert.Equal(t, "Offers.UpdateMetaInfo", requests[0].Operation)
	assert.Equal(t, "PATCH", requests[0].Method)
	assert.Equal(t, "/org/"+srv.OrgID+"/offer/a%2Fb/metaInfo", requests[0].Path)
	assert.Equal(t, map[string]string{"orgId": srv.OrgID, "offerId": "a/b"}, requests[0].Params)
	assert.Equal(t, map[string]any{"internalNote": "new"}, requests[0].Body)
	assert.Equal(t, 200, requests[0].Status)
	assert.NotContains(t, requests[0].Header, "Authorization")
	assert.Equal(t, "suger-go/devel", requests[0].Header.Get("User-Agent"))
	assert.Equal(t, "3", requests[1].Query.Get("limit"))
	assert.Empty(t, requests[2].Operation)
	assert.Equal(t, 404, requests[2].Status)
	assert.Nil(t, requests[2].Body)

	srv.Reset()
	assert.Empty(t, srv.Requests())
	_, err = srv.Client().Offers.Get(t.Context(), "a/b")
	assert.ErrorIs(t, err, api.ErrNotFound)
}

func TestExactNumbers(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]json.Number{
		"0.3":          sum(json.Number("0.1"), 0.2),
		"0":            sum(),
		"16777217.05":  sum(json.Number("16777216.05"), 1),
		"100":          sum(json.Number("1e2"), nil, "no number"),
		"-1.5":         negative(json.Number("1.5")),
		"0.02":         product(0.1, json.Number("0.2")),
		"120":          product(12, 10),
		"-0.000000001": product(json.Number("-1e-9"), 1),
	} {
		assert.Equal(t, json.Number(want), got)
	}
}
