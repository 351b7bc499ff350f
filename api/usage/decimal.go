package usage

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
)

// decimal returns the shortest decimal that stands for a quantity, which is the one that was meant: 0.1 is one tenth, although
// the float64 is a little more.
func decimal(quantity float64) string { return strconv.FormatFloat(quantity+0, 'g', -1, 64) } // +0 turns -0 into 0

// totals adds up the quantities of dimensions, exactly.
type totals map[string]*big.Rat

// add adds a decimal, as many times as it occurred.
func (t totals) add(dimension, quantity string, times int64) error {
	value, ok := new(big.Rat).SetString(quantity)
	if !ok {
		return fmt.Errorf("quantity %q is not a decimal", quantity)
	}
	if t[dimension] == nil {
		t[dimension] = new(big.Rat)
	}
	t[dimension].Add(t[dimension], value.Mul(value, new(big.Rat).SetInt64(times)))
	return nil
}

// encode returns the sums that are not zero as a JSON object of decimals with all their digits.
func (t totals) encode() (string, error) {
	sums := map[string]string{}
	for dimension, sum := range t {
		if sum.Sign() == 0 {
			continue
		}
		digits, exact := sum.FloatPrec()
		if !exact {
			return "", fmt.Errorf("the sum of %q is no decimal", dimension) // a sum of decimals always is
		}
		sums[dimension] = sum.FloatString(digits)
	}
	text, err := json.Marshal(sums)
	return string(text), err
}

// decodeRecords returns the float64 that is nearest to each of the decimals.
func decodeRecords(text string) (map[string]float64, error) {
	var sums map[string]string
	if err := json.Unmarshal([]byte(text), &sums); err != nil {
		return nil, err
	}
	records := make(map[string]float64, len(sums))
	for dimension, sum := range sums {
		quantity, err := strconv.ParseFloat(sum, 64)
		if err != nil {
			return nil, err
		}
		records[dimension] = quantity
	}
	return records, nil
}
