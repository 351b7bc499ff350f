package usage_test

import (
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// sums are quantities by entitlement and dimension, exactly.
type sums map[[2]string]*big.Rat

func (s sums) add(entitlement string, records map[string]float64) {
	for dimension, quantity := range records {
		decimal, _ := new(big.Rat).SetString(strconv.FormatFloat(quantity, 'g', -1, 64))
		key := [2]string{entitlement, dimension}
		if s[key] == nil {
			s[key] = new(big.Rat)
		}
		s[key].Add(s[key], decimal)
	}
}

func (s sums) of(entitlements ...string) sums {
	return s.where(func(entitlement string) bool { return slices.Contains(entitlements, entitlement) })
}

func (s sums) but(entitlements ...string) sums {
	return s.where(func(entitlement string) bool { return !slices.Contains(entitlements, entitlement) })
}

func (s sums) where(condition func(entitlement string) bool) sums {
	some := sums{}
	for key, sum := range s {
		if condition(key[0]) {
			some[key] = sum
		}
	}
	return some
}

// text is for comparisons, and reads well where they fail.
func (s sums) text() map[string]string {
	texts := map[string]string{}
	for key, sum := range s {
		texts[key[0]+" "+key[1]] = sum.FloatString(6)
	}
	return texts
}

// stored returns what the server has: the usage that it bills, and the usage that it does not.
func (f *front) stored(t *testing.T) (billed, invalid sums) {
	t.Helper()
	f.Clear()
	client := f.Client()
	defer client.CloseIdleConnections()
	groups, err := api.Collect(client.Metering.AllUsageRecordGroups(t.Context(), nil))
	require.NoError(t, err)
	billed, invalid = sums{}, sums{}
	for _, group := range groups {
		switch group.GetStatus() {
		case gen.UsageRecordGroupStatusCreated:
			billed.add(group.GetEntitlementID(), group.GetRecords())
		default:
			require.Equal(t, gen.UsageRecordGroupStatusInvalid, group.GetStatus())
			invalid.add(group.GetEntitlementID(), group.GetRecords())
		}
	}
	return billed, invalid
}
