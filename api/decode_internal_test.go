package api

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestPlainInteger(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"1.0": "1", "1e3": "1000", "1E+3": "1000", "-1.50e1": "-15", "120e-1": "12", "0.0": "0", "-0.0": "0", "0e5": "0", "1.000": "1",
		"0.001e3": "1", "9223372036854775807.0": "9223372036854775807", "9.007199254740993e15": "9007199254740993",
		"1": "", "1.5": "", "15e-1": "", "1e-3": "", "1e30": "", "1e999999999999": "", "1e-999999999999": "", "12345678901234567890.0": "",
	} {
		got, ok := plainInteger(number)
		assert.Equal(t, want != "", ok, number)
		if ok {
			assert.Equal(t, want, got, number)
		}
	}
	assert.Nil(t, plainIntegers([]byte(`{"a": 1.5, "b": "1.0", "c": "\"2.0", "d": 3}`)))
	assert.Equal(t, `{"a": [1, 1000], "1.0": "2.0"}`, string(plainIntegers([]byte(`{"a": [1.0, 1e3], "1.0": "2.0"}`))))
}

// FuzzPlainIntegers checks that what is rewritten is the same JSON in value.
func FuzzPlainIntegers(f *testing.F) {
	for _, seed := range []string{`[1.0,1e3]`, `{"a":-1.50e1,"b":"1.0"}`, `"\"1.0"`, `1e`, `[-0.0,1.0e0]`, `1.0`, `{"1.0":1.0}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		plain := plainIntegers(body)
		if plain == nil || !json.Valid(body) {
			return
		}
		var before, after any
		require.NoError(t, json.Unmarshal(body, &before))
		require.NoError(t, json.Unmarshal(plain, &after))
		assert.Equal(t, before, after, "%s became %s", body, plain)
	})
}

// TestCheckCost checks what an answer may hold, to the element.
func TestCheckCost(t *testing.T) {
	t.Parallel()
	const most = 1 << 15 // at the bound of 8 MiB and below
	list := func(element string, n int) []byte {
		return []byte("[" + strings.Repeat(element+",", n-1) + element + "]")
	}
	for name, element := range map[string]string{"null": "null", "numbers": "0", "strings": `"a,[{"`, "escaped": `"\",[{"`} {
		assert.NoError(t, checkCost(list(element, most), 1), name)
		assert.ErrorIs(t, checkCost(list(element, most+1), 1), errTooLarge, name)
		assert.NoError(t, checkCost(list(element, most+1), 64<<20), name)
	}
	assert.NoError(t, checkCost(list("{}", most/2), 1))
	assert.ErrorIs(t, checkCost(list("{}", most/2+1), 1), errTooLarge, "an object is an element, and costs as much again")
	nested := `{"usageRecordGroups": ` + string(list("null", most-2)) + `}`
	assert.NoError(t, checkCost([]byte(nested), 1))
	assert.NoError(t, checkCost([]byte(`{"a":1`+strings.Repeat(`,"a":1`, 8*most-8)+`}`), 1), "properties cost an eighth")
	assert.ErrorIs(t, checkCost([]byte(`{"a":1`+strings.Repeat(`,"a":1`, 8*most)+`}`), 1), errTooLarge)
	assert.NoError(t, checkCost([]byte(strings.Repeat("]", 1<<20)), math.MaxInt64), "what is no JSON is for the decoder to say")
}

func TestWrongKind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		body string
		out  any
		want string
	}{
		{`{"id": "1"}`, new(gen.Offer), ""},
		{` {}`[1:], new(gen.Offer), ""},
		{`{ "novelty": 1, "id": "1"}`, new(gen.Offer), ""},
		{`{"novelty": 1}`, new(gen.Offer), ""}, // it keeps what it does not know
		{`{"novelty": 1, "Error": "x"}`, new(gen.Offer), "the properties of Offer"},
		{`{"novelty": 1}`, new(gen.Buyer), "the properties of Buyer"},
		{`{"message": "x"}`, new(gen.NotificationEvent), "the properties of NotificationEvent"},
		{`null`, new(gen.Offer), "a JSON object"},
		{`[]`, new(gen.Offer), "a JSON object"},
		{`garbage`, new(gen.Offer), ""}, // which is no JSON
		{`null`, new([]gen.Offer), ""},
		{`[]`, new([]gen.Offer), ""},
		{`{}`, new([]gen.Offer), "a JSON array"},
		{`{}`, new(string), "a JSON string"},
		{`""`, new(string), ""},
		{`{"x": 1}`, new(map[string]any), ""},
		{`7`, new(any), ""},
		{`{}`, new(json.RawMessage), ""},
		{`{"x": 1}`, &struct{ Name string }{}, ""}, // of a caller, who knows
	} {
		assert.Equal(t, tt.want, wrongKind([]byte(tt.body), tt.out), "%s for a %T", tt.body, tt.out)
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	s := newSecrets("k7Qx/Lr4m+Tz9w", "short")
	for text, want := range map[string]string{
		"":                                    "",
		"k7Qx/Lr4m+Tz9w":                      redacted,
		"a k7Qx%2fLr4m%2BTz9w b":              "a " + redacted + " b",
		`k7Qx\/Lr4m\u002bTz9w k7Qx/Lr4m+Tz9w`: redacted + " " + redacted,
		"k7Qx%252FLr4m%252BTz9w.":             redacted + ".",
		"k7Qx&#x2f;Lr4m&#43;Tz9w":             redacted,
		"cut: k7Qx/Lr4m+Tz":                   "cut: " + redacted,
		"cut: k7Qx/Lr":                        "cut: " + redacted,
		"cut: k7Qx%2":                         "cut: " + redacted,
		"cut: k7Q":                            "cut: k7Q",
		"k7Qx and nothing else of it, for a long time": "k7Qx and nothing else of it, for a long time",
		"k7Qxk7Qx/Lr4m+Tz9w":                           redacted,
		"a short one":                                  "a short one",
	} {
		assert.Equal(t, want, s.redact(text))
	}
	assert.Equal(t, "["+redacted+"]", newSecrets("!!!!!!!!").redact("[!!!!!!!!]"), "no part of it is safe from escaping")
}

// TestDecodeWithin checks that a time-out ends the wait for a long decode, which does not change out afterwards.
func TestDecodeWithin(t *testing.T) {
	t.Parallel()
	body := []byte("[" + strings.Repeat(`{"id": "o-1", "name": "Spring offer"},`, 20_000) + "{}]")
	ctx, cancel := context.WithCancel(t.Context())
	var offers []gen.Offer
	require.NoError(t, decodeWithin(ctx, body, &offers))
	assert.Len(t, offers, 20_001)
	cancel()
	offers = nil
	err := decodeWithin(ctx, body, &offers)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "decoding the 760004 bytes of the answer")
	assert.Nil(t, offers)
	require.NoError(t, decodeWithin(ctx, []byte("[{}]"), &offers), "a short one is decoded by then")
}
