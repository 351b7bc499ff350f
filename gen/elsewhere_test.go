package gen_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// The vendor has published two types for each of these properties. Both decode, and go back as they came.
func TestTypesPublishedElsewhere(t *testing.T) {
	t.Parallel()
	const (
		meter   = `{"info":{"azureProductResource":{"plans":[{"priceAndAvailabilityPlan":{"pricing":{"customMeters":{"meters":{"m":{"prices":[%s]}}}}}}]}}}`
		machine = `{"info":{"azureOriginalPlan":{"softwareReservation":{"vmPrices":%s}}}}`
	)
	for data, value := range map[string]any{
		`{"resultMetadata":{"requestId":"r-1","attempts":[{"n":9007199254740993}]}}`:       new(gen.AWSBatchMeterUsageOutput),
		fmt.Sprintf(meter, `{"currency":"USD","pricePerPaymentInUsd":0.5}`):                new(gen.Product),
		fmt.Sprintf(meter, `{"currency":"USD","price":0.5,"prices":[{"markets":["us"]}]}`): new(gen.Product),
		fmt.Sprintf(machine, `{"patternProperties":{"2core":{"quantity":2}}}`):             new(gen.Offer),
		fmt.Sprintf(machine, `{"2core":{"quantity":2}}`):                                   new(gen.Offer),
	} {
		require.NoError(t, json.Unmarshal([]byte(data), value), data)
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		assert.JSONEq(t, data, string(encoded))
	}
}
