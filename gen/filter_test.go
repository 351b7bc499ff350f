package gen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

type level int

func (level) String() string { return "high" }

func TestFilter(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 13, 30, 0, 500, time.FixedZone("", 3600))
	for want, filter := range map[string]*gen.Filter{
		`(= status "ACTIVE")`:                              gen.Eq("status", gen.EntitlementStatusActive),
		`(!= name "a b")`:                                  gen.Ne("name", "a b"),
		`(< price 12.5)`:                                   gen.Lt("price", 12.5),
		`(> price 100000000000000000000000)`:               gen.Gt("price", 1e23),
		`(= price -0.0000001)`:                             gen.Eq("price", -1e-7),
		`(> seats 9007199254740993)`:                       gen.Gt("seats", int64(9007199254740993)),
		`(= priority 3)`:                                   gen.Eq("priority", level(3)),
		`(= is_vendor true)`:                               gen.Eq("is_vendor", true),
		`(> creation_time "2026-03-01T12:30:00.0000005Z")`: gen.Gt("creation_time", at),
		`(< creation_time "2026-03-01T12:30:00.0000005Z")`: gen.Lt("creation_time", gen.NewTime(at)),
		`(in partner "AWS" "GCP")`:                         gen.In("partner", gen.PartnerAWS, gen.PartnerGCP),
		`(like name "%acme_")`:                             gen.Like("name", "%acme_"),
		`(ilike name "%acme%")`:                            gen.ILike("name", "%acme%"),
		`(not (= name ""))`:                                gen.Not(gen.Eq("name", "")),
		`(and (= is_vendor true) (ilike name "%a%"))`:      gen.And(gen.Eq("is_vendor", true), gen.ILike("name", "%a%")),
		`(and (= a 1) (or (= b 2) (= c 3)))`:               gen.And(gen.Eq("a", 1), nil, gen.Or(gen.Eq("b", 2), gen.Eq("c", 3))),
		`(= a 1)`:                                          gen.And(nil, gen.Or(gen.Eq("a", 1)), gen.RawFilter("")),
		`(not (>= a 1))`:                                   gen.Not(gen.RawFilter("(>= a 1)")),
		`(= name "a \"b\" \\ c\\")`:                        gen.Eq("name", `a "b" \ c\`),
		`(= name "\") (= x \"")`:                           gen.Eq("name", `") (= x "`),
		"(= name \"two\nlines\tü\U0001F600\")":             gen.Eq("name", "two\nlines\tü\U0001F600"),
	} {
		text, err := filter.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		assert.Equal(t, want, fmt.Sprint(filter))
	}
	assert.Nil(t, gen.And())
	assert.Nil(t, gen.And(nil, gen.RawFilter("")))
}

func TestSortOrder(t *testing.T) {
	t.Parallel()
	for want, order := range map[string]*gen.SortOrder{
		"creation_time:desc":          gen.Desc("creation_time"),
		"name:asc":                    gen.Asc("name"),
		"creation_time:desc,name:asc": gen.OrderBy(gen.Desc("creation_time"), nil, gen.Asc("name")),
		"-creation_time,name":         gen.RawSortOrder("-creation_time,name"),
	} {
		assert.Equal(t, want, order.String())
	}
	assert.Nil(t, gen.OrderBy())
}

// What cannot be written is an error of the call and of the iteration, and nothing is sent.
func TestFiltersThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	good := gen.Eq("a", 1)
	var none *gen.Filter
	for want, params := range map[string]*gen.QueryOffersParams{
		`q "creationTime": is no name in snake_case, such as creation_time`: {Q: gen.And(good, gen.Not(gen.Eq("creationTime", "x")))},
		`q "": is no name in snake_case, such as creation_time`:             {Q: gen.Like("", "x")},
		`q "a) (= b": is no name in snake_case, such as creation_time`:      {Q: gen.Eq("a) (= b", "x")},
		`q "a\n": is no name in snake_case, such as creation_time`:          {Q: gen.Eq("a\n", "x")},
		`q "a__b": is no name in snake_case, such as creation_time`:         {Q: gen.Eq("a__b", "x")},
		`q "in a": needs a value`:                                           {Q: gen.In[string]("a")},
		`q "or": needs a filter`:                                            {Q: gen.Or()},
		`q "or": needs filters that are not nil`:                            {Q: gen.Or(good, none)},
		`q "not": needs filters that are not nil`:                           {Q: gen.Not(none)},
		`q "\xff": as the value of a is not UTF-8`:                          {Q: gen.Eq("a", "\xff")},
		`q "x\x00": as the value of a has a control character`:              {Q: gen.Eq("a", "x\x00")},
		`q "\u0085": as the value of a has a control character`:             {Q: gen.In("a", "x", "\u0085")},
		`q "NaN": as the value of a is no number that can be written`:       {Q: gen.Eq("a", math.NaN())},
		`q "-Inf": as the value of a is no number that can be written`:      {Q: gen.Eq("a", math.Inf(-1))},
		`q "": as the value of a is a time that is not set`:                 {Q: gen.Gt("a", gen.Time{})},
		`s "Name": is no name in snake_case, such as creation_time`:         {S: gen.OrderBy(gen.Asc("a"), gen.Desc("Name"))},
	} {
		offers := gen.NewOffersService(callerFunc(func(call *gen.Call) error {
			_, err := call.NewRequest("https://api.example.com")
			return err
		}), "org")
		_, err := offers.Query(t.Context(), params)
		assert.EqualError(t, err, "Offers.Query: "+want)
		var argument *gen.ArgumentError
		require.ErrorAs(t, err, &argument)
		_, err = collect(offers.QueryAll(t.Context(), params))
		assert.EqualError(t, err, "Offers.QueryAll: at page 1: Offers.Query: "+want)
	}
	assert.Equal(t, `"Name" is no name in snake_case, such as creation_time`, gen.Asc("Name").String())
}

// A filter goes over the line as it is, and one that is empty does not.
func TestFiltersAreSent(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]*gen.QueryOffersParams{
		"":  {Q: gen.RawFilter(""), S: gen.RawSortOrder("")},
		"q": {Q: gen.And(gen.Eq("name", "a&b=c +%ü\"\n"), gen.Gt("price", 5))},
		"s": {S: gen.OrderBy(gen.Desc("name"), gen.Asc("id"))},
	} {
		o, err := sent(func(caller gen.Caller) error {
			_, err := gen.NewOffersService(caller, "org").Query(t.Context(), params)
			return err
		})
		require.NoError(t, err)
		query := o.request.URL.Query()
		if want == "" {
			assert.Empty(t, query)
			continue
		}
		require.Len(t, query, 1)
		assert.Equal(t, map[string]string{"q": fmt.Sprint(params.Q), "s": fmt.Sprint(params.S)}[want], query.Get(want))

		data, err := json.Marshal(params)
		require.NoError(t, err)
		var again gen.QueryOffersParams
		require.NoError(t, json.Unmarshal(data, &again))
		assert.Equal(t, params, &again)
	}
}

// FuzzFilter builds a filter of any parts, and reads what they are from its text.
func FuzzFilter(f *testing.F) {
	f.Add("name", "acme", 1.5, int64(7), true)
	f.Add("creation_time", `") (or (= a "`, math.Pi, int64(math.MinInt64), false)
	f.Add("a1_b2", `\`, math.Copysign(0, -1), int64(0), true)
	f.Add("name", "\n\r\t%_ü", 1e300, int64(-1), true)
	f.Add("x y", "\x00", math.Inf(1), int64(1), true)
	f.Fuzz(func(t *testing.T, name, text string, number float64, whole int64, yes bool) {
		if name == "true" || name == "false" {
			return // as a name or as a value
		}
		filter := gen.And(gen.Or(gen.Eq(name, text), gen.Not(gen.Lt(name, number))), gen.In(name, whole, 0), gen.ILike(name, text), gen.Ne(name, yes))
		encoded, err := filter.MarshalText()
		control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
		writable := !math.IsNaN(number) && !math.IsInf(number, 0) && utf8.ValidString(text) && !strings.ContainsFunc(text, control)
		for _, r := range name {
			writable = writable && (r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
		}
		if err != nil {
			var argument *gen.ArgumentError
			assert.ErrorAs(t, err, &argument)
			loose := strings.HasPrefix(name, "_") || strings.HasSuffix(name, "_") || strings.Contains(name, "__")
			digit := name == "" || name[0] >= '0' && name[0] <= '9'
			assert.False(t, writable && !loose && !digit, "%v", err)
			return
		}
		assert.True(t, writable)
		list, rest, err := readExpression(string(encoded))
		require.NoError(t, err, "%s", encoded)
		assert.Empty(t, rest)
		symbol := func(s string) any { return symbol(s) }
		assert.Equal(t, []any{symbol("and"),
			[]any{symbol("or"), []any{symbol("="), symbol(name), text}, []any{symbol("not"), []any{symbol("<"), symbol(name), number}}},
			[]any{symbol("in"), symbol(name), float64(whole), 0.0},
			[]any{symbol("ilike"), symbol(name), text},
			[]any{symbol("!="), symbol(name), yes},
		}, list)
	})
}

type symbol string

// readExpression reads a list, a text in quotes, a number, true, false or a symbol, and returns what is behind it.
func readExpression(in string) (value any, rest string, err error) {
	in = strings.TrimLeft(in, " ")
	switch {
	case strings.HasPrefix(in, "("):
		list := []any{}
		for in = in[1:]; !strings.HasPrefix(in, ")"); {
			if value, in, err = readExpression(in); err != nil {
				return nil, "", err
			}
			list = append(list, value)
		}
		return list, in[1:], nil
	case strings.HasPrefix(in, `"`):
		var text []byte
		for i := 1; i < len(in); i++ {
			switch {
			case in[i] == '"':
				return string(text), in[i+1:], nil
			case in[i] == '\\' && i+1 < len(in):
				i++
			}
			text = append(text, in[i])
		}
		return nil, "", errors.New("a text has no end")
	case in == "":
		return nil, "", errors.New("an expression has no end")
	}
	end := strings.IndexAny(in+" ", " )")
	word, rest := in[:end], in[end:]
	switch {
	case word == "true" || word == "false":
		return word == "true", rest, nil
	case strings.Trim(word[:1], "-0123456789") == "":
		number, err := strconv.ParseFloat(word, 64)
		return number, rest, err
	}
	return symbol(word), rest, nil
}
