package description

import (
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/openapi"
)

// inEntitlements are types that bodies reach, but only those of offers and products. In the information of an entitlement they
// drop what they do not know, and no operation takes them back from there: to look into them too makes decoding a page of
// entitlements a sixth slower, and what lists the metering dimensions of a product drops it for the same reason.
var inEntitlements = []string{
	"AwsChannelPartner", "GcpMarketplaceEntitlement", "GcpMarketplaceProductPurchaseOptionSpec", "MeteringDimension", "PaymentInstallment",
	"SnowflakeMarketplaceOffer", "TrialConfig",
}

// inAnswers are types that bodies reach, in types that no body does and that nobody sends back.
var inAnswers = map[string]string{
	"BillableDimensionPriceModelDetail": "BillingDiscount",
	"InvoiceAdjustDiscountByDimension":  "BillingDiscount",
	"InvoiceAdjustOverallDiscount":      "BillingDiscount",
}

// TestUnknownPropertiesAreKept wants additionalProperties on every type with properties that the body of an operation reaches, so
// that what was read, changed and sent back has lost nothing, and x-decodes-itself where decoding has to begin with it: on what
// a body is, and on what an answer has in a type that keeps nothing.
func TestUnknownPropertiesAreKept(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	require.NoError(t, err)
	schemas := doc.Components.Schemas
	bodies, answers := map[string]bool{}, map[string]bool{}
	var whole []string // what a body is, alone or in a list
	for _, op := range operations(t) {
		if op.RequestBody != nil {
			if media := op.RequestBody.Value.Content["application/json"]; media != nil {
				whole = append(whole, parts(media.Schema)...)
				reach(schemas, bodies, media.Schema)
			}
		}
		for _, response := range op.Responses.Map() {
			for _, media := range response.Value.Content {
				reach(schemas, answers, media.Schema)
			}
		}
	}
	require.Greater(t, len(bodies), 250)
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		schema := schemas[name].Value
		assert.Equal(t, bodies[name] && len(schema.Properties) > 0, keeps(schema) && len(schema.Properties) > 0,
			"%s: additionalProperties is for the types that bodies reach", name)
		if slices.Contains(whole, name) {
			assert.True(t, decodesItself(schema), "%s is a body: x-decodes-itself", name)
		}
		if !answers[name] || decodesItself(schema) || keeps(schema) {
			continue
		}
		for _, property := range schema.Properties {
			for _, part := range parts(property) {
				of := schemas[part].Value
				if keeps(of) && !decodesItself(of) && inAnswers[name] != part && (name != "EntitlementInfo" || !slices.Contains(inEntitlements, part)) {
					assert.Fail(t, "a part that would lose what it does not know", "%s in %s: x-decodes-itself", part, name)
				}
			}
		}
	}
}

func keeps(schema *openapi3.Schema) bool {
	open := schema.AdditionalProperties.Has
	return len(schema.Properties) > 0 && open != nil && *open
}

func decodesItself(schema *openapi3.Schema) bool {
	return schema.Extensions["x-decodes-itself"] == true
}

// reach adds the names of all types with properties in a schema.
func reach(schemas openapi3.Schemas, names map[string]bool, ref *openapi3.SchemaRef) {
	for _, name := range parts(ref) {
		if names[name] {
			continue
		}
		names[name] = true
		for _, property := range schemas[name].Value.Properties {
			reach(schemas, names, property)
		}
	}
}

const componentPrefix = "#/components/schemas/"

// parts returns the names of the types with properties that a schema is, or that its items or values are.
func parts(ref *openapi3.SchemaRef) []string {
	if ref == nil {
		return nil
	}
	if len(ref.Ref) > len(componentPrefix) && len(ref.Value.Properties) > 0 {
		return []string{ref.Ref[len(componentPrefix):]}
	}
	names := append(parts(ref.Value.Items), parts(ref.Value.AdditionalProperties.Schema)...)
	for _, some := range []openapi3.SchemaRefs{ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf} {
		for _, one := range some {
			names = append(names, parts(one)...)
		}
	}
	return names
}
