package api

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// plainIntegers returns JSON with its whole numbers written without a point or an exponent, as encoding/json demands for
// integers: 1.0 and 1e3 become 1 and 1000. It returns nil if there is no number to rewrite.
func plainIntegers(body []byte) []byte {
	var plain []byte
	done := 0 // how much of the body is in plain
	inString := false
	for at := 0; at < len(body); at++ {
		c := body[at]
		switch {
		case inString && c == '\\':
			at++
		case c == '"':
			inString = !inString
		case !inString && (c == '-' || c >= '0' && c <= '9'):
			end := at + 1
			for end < len(body) && bytes.IndexByte([]byte("+-.eE0123456789"), body[end]) >= 0 {
				end++
			}
			if integer, ok := plainInteger(string(body[at:end])); ok {
				plain = append(append(plain, body[done:at]...), integer...)
				done = end
			}
			at = end - 1
		}
	}
	if plain == nil {
		return nil
	}
	return slices.Concat(plain, body[done:])
}

// plainInteger writes a number without its point and exponent, if it is a whole one that an int64 may hold.
func plainInteger(number string) (string, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	shift, err := strconv.Atoi(exponent)
	if exponent != "" && (err != nil || shift > 20 || shift < -20) || mantissa == number && !strings.Contains(number, ".") {
		return "", false
	}
	sign := ""
	if rest, ok := strings.CutPrefix(mantissa, "-"); ok {
		sign, mantissa = "-", rest
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	if point <= 0 {
		return "0", strings.Trim(digits, "0") == ""
	}
	digits += strings.Repeat("0", max(point-len(digits), 0))
	if strings.Trim(digits[point:], "0") != "" {
		return "", false
	}
	integer := strings.TrimLeft(digits[:point], "0")
	if integer == "" {
		return "0", true
	}
	return sign + integer, len(integer) <= 19
}
