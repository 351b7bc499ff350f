package gen_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

// Parameters are sent in the order of the description. What is not set is not sent, and neither is an empty enum, unless "" is one
// of its values.
func TestQuery(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		params *gen.ListOffersParams
		want   string
	}{
		{"none", nil, ""},
		{"nothing set", &gen.ListOffersParams{}, ""},
		{"zeros", &gen.ListOffersParams{ProductID: new(""), Offset: new(int64(0))}, "productId=&offset=0"},
		{"empty enums", &gen.ListOffersParams{Status: new(gen.OfferStatus("")), OfferType: new(gen.OfferType(""))}, "status="},
		{
			"all characters",
			&gen.ListOffersParams{ContactID: new("a b&c=d/é,~*"), Partner: new(gen.PartnerAWS), Limit: new(int64(-5))},
			"partner=AWS&contactId=a+b%26c%3Dd%2F%C3%A9%2C~%2A&limit=-5",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o, err := sent(func(caller gen.Caller) error {
				_, err := gen.NewOffersService(caller, "org").List(t.Context(), tt.params)
				return err
			})
			require.NoError(t, err)
			assert.Equal(t, tt.want, o.request.URL.RawQuery)
		})
	}
	o, err := sent(func(caller gen.Caller) error {
		_, err := gen.NewBillingService(caller, "org").CreateRefund(t.Context(), "b", "p", 1234567.05)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, "amount=1234567.05", o.request.URL.RawQuery)
	assert.Nil(t, o.request.Body)
}

func TestRequiredTextOfQueries(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(gen.Caller) error{
		"nil": func(c gen.Caller) error {
			_, err := gen.NewOrganizationService(c, "org").Search(t.Context(), nil)
			return err
		},
		"empty": func(c gen.Caller) error {
			_, err := gen.NewOrganizationService(c, "org").Search(t.Context(), &gen.SearchOrganizationParams{})
			return err
		},
	} {
		o, err := sent(call)
		assert.EqualError(t, err, `Organization.Search: q "": is required and must not be empty`, name)
		assert.Nil(t, o.request, name)
	}
	_, err := sent(func(c gen.Caller) error {
		_, err := gen.NewOffersService(c, "org").ExtendExpiryDate(t.Context(), "o-1", "")
		return err
	})
	assert.EqualError(t, err, `Offers.ExtendExpiryDate: newExpiryDate "": is required and must not be empty`)
}

// All parameters of queries have the standard style, which is how they are encoded. There are none in headers and cookies.
func TestQueryStyle(t *testing.T) {
	t.Parallel()
	doc := operations.Description(t)
	count := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, ref := range append(op.Parameters, item.Parameters...) {
				param := ref.Value
				if param.In == "path" {
					continue
				}
				count++
				assert.Equal(t, "query", param.In, "%s %s: %s", method, path, param.Name)
				assert.Contains(t, []string{"", "form"}, param.Style, "%s %s: %s", method, path, param.Name)
				assert.Empty(t, param.Content, "%s %s: %s", method, path, param.Name)
				assert.False(t, param.AllowReserved || param.AllowEmptyValue, "%s %s: %s", method, path, param.Name)
				assert.True(t, param.Explode == nil || *param.Explode, "%s %s: %s", method, path, param.Name)
			}
		}
	}
	assert.Greater(t, count, 100)
}
