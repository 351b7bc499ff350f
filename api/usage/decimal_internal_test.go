package usage

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTotals(t *testing.T) {
	t.Parallel()
	sums := totals{}
	for _, quantity := range []float64{1e15, 0.1, 0.2, 1e-9, math.Copysign(0, -1)} {
		require.NoError(t, sums.add("a", decimal(quantity), 3))
	}
	require.NoError(t, sums.add("zero", decimal(0), 1))
	text, err := sums.encode()
	require.NoError(t, err)
	assert.JSONEq(t, `{"a": "3000000000000000.900000003"}`, text)
	records, err := decodeRecords(text)
	require.NoError(t, err)
	assert.Equal(t, map[string]float64{"a": 3000000000000000.9}, records)
	assert.Equal(t, "0", decimal(math.Copysign(0, -1)))
	require.Error(t, sums.add("a", "1,5", 1))
	for _, broken := range []string{`{"a": 1}`, `{"a": "x"}`, `[`} {
		_, err = decodeRecords(broken)
		require.Error(t, err)
	}
}

// FuzzTotals compares sums with those of big.Float with more digits than can be needed.
func FuzzTotals(f *testing.F) {
	f.Add(0.1, 0.2, int64(10))
	f.Add(9007199254740992.0, 5e-324, int64(1))
	f.Add(0.0, 1e-300, int64(3))
	f.Fuzz(func(t *testing.T, a, b float64, times int64) {
		if !(a >= 0 && b >= 0 && a <= maxQuantity && b <= maxQuantity) {
			return // Add refuses it
		}
		times = times&0xffff + 1
		sums := totals{}
		require.NoError(t, sums.add("a", decimal(a), times))
		require.NoError(t, sums.add("a", decimal(b), 1))
		text, err := sums.encode()
		require.NoError(t, err)
		var decimals map[string]string
		require.NoError(t, json.Unmarshal([]byte(text), &decimals))
		exact := func(text string) *big.Float {
			value, _, err := big.ParseFloat(text, 10, 4000, big.ToNearestEven)
			require.NoError(t, err)
			return value
		}
		want := new(big.Float).SetPrec(4000).Mul(exact(decimal(a)), new(big.Float).SetInt64(times))
		want.Add(want, exact(decimal(b)))
		if want.Sign() == 0 {
			require.Empty(t, decimals)
			return
		}
		difference := new(big.Float).Sub(want, exact(decimals["a"]))
		assert.LessOrEqual(t, difference.Abs(difference).Cmp(new(big.Float).SetMantExp(want, -3000)), 0)
		records, err := decodeRecords(text)
		require.NoError(t, err)
		sum, ok := new(big.Rat).SetString(decimals["a"]) // which is exact, as want is not: it may lie half-way between two float64
		require.True(t, ok)
		nearest, _ := sum.Float64()
		assert.Equal(t, nearest, records["a"])
	})
}
