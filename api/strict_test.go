package api_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// strictInner has its properties in an object that embeds it.
type strictInner struct {
	Price float64 `json:"price"`
	Label string
}

type strictRecord struct {
	strictInner
	*strictLink `json:",omitempty"`
	Name        string                             `json:"name"`
	Count       int8                               `json:"count,string,omitempty"`
	Small       int8                               `json:"small"`
	On          *bool                              `json:"on"`
	Next        *strictRecord                      `json:"next"`
	List        [][]strictInner                    `json:"list"`
	ByName      map[string]*gen.InvoiceAddFixedFee `json:"byName"`
	Any         any                                `json:"any"`
	Raw         json.RawMessage                    `json:"raw"`
	Open        map[string]any                     `json:"open"`
	When        time.Time                          `json:"when"`
	Lenient     gen.Time                           `json:"lenient"`
	Address     netip.Addr                         `json:"address"`
	Bytes       []byte                             `json:"bytes"`
	Pair        [2]int                             `json:"pair"`
	Hidden      string                             `json:"-"`
	Underscore  string                             `json:"_"`
	private     string
}

// strictLink and strictInner both have a Label: package json takes neither.
type strictLink struct{ Label, URL string }

// strictErrors has what DecodeStrict says of a text that is to become a strictRecord, nothing if it takes the text.
var strictErrors = map[string]string{
	`{}`:   "",
	`null`: "",
	`{"name": "a", "price": 1.5, "small": -3, "on": true, "next": {"next": null}, "list": [[{"price": 2}], []]}`: "",
	`{"any": {"x": [1, {"y": 2}]}, "raw": {"z": {}}, "open": {"a b": {"c": 1}}}`:                                 "",
	`{"when": "2026-01-02T03:04:05Z", "lenient": "soon", "address": "::1", "bytes": "aGk=", "count": "7"}`:       "",
	`{"byName": {"a": {}, "b": null}}`: "",

	`{"nmae": 1}`:                           `api: nmae: unknown property, did you mean "name"?`,
	`{"Name": "a"}`:                         `api: Name: unknown property, did you mean "name"?`,
	`{"by_name": {}}`:                       `api: by_name: unknown property, did you mean "byName"?`,
	`{"qqq": 1, "Hidden": 1, "private": 1}`: "api: qqq: unknown property\napi: Hidden: unknown property\napi: private: unknown property",
	`{"Label": "a"}`:                        `api: Label: unknown property`,
	`{"strictInner": {}}`:                   `api: strictInner: unknown property`,
	`{"next": {"next": {"names": 1}}}`:      `api: next.next.names: unknown property, did you mean "name"?`,
	`{"list": [[], [{}, {"prize": 1}]]}`:    `api: list[1][1].prize: unknown property, did you mean "price"?`,
	`{"byName": {"a b": {"zzz": 1}}}`:       `api: byName["a b"].zzz: unknown property`,
	`{"": 1, "100%!d(x)": {"name": 1}}`:     "api: [\"\"]: unknown property\napi: [\"100%!d(x)\"]: unknown property",

	`{"name": "a", "name": "b"}`:                  `api: name: the property is there twice`,
	`{"any": [{"x": 1, "x": 2}]}`:                 `api: any[0].x: the property is there twice`,
	`{"raw": {"x": 1, "\u0078": 2}}`:              `api: raw.x: the property is there twice`,
	`{"nmae": 1, "nmae": 2}`:                      "api: nmae: unknown property, did you mean \"name\"?\napi: nmae: the property is there twice\napi: nmae: unknown property, did you mean \"name\"?",
	`{"next": {"name": 1}}`:                       `api: next.name: want a string, have 1`,
	`{"small": 300}`:                              `api: small: want an integer (int8), have 300`,
	`{"small": 1.5}`:                              `api: small: want an integer (int8), have 1.5`,
	`{"on": "yes"}`:                               `api: on: want true or false, have a string`,
	`{"price": [1]}`:                              `api: price: want a number, have an array`,
	`{"price": 1` + strings.Repeat("0", 400):      `api: line 1: unexpected end of JSON input`,
	`{"price":1` + strings.Repeat("0", 400) + `}`: `api: price: want a number, have a number of 401 characters`,
	`{"next": [{"nmae": 1}]}`:                     `api: next: want an object, have an array`,
	`{"next": "a", "byName": 5}`:                  "api: next: want an object, have a string\napi: byName: want an object, have 5",
	`{"list": [{"price": 1}, 7]}`:                 "api: list[0]: want an array, have an object\napi: list[1]: want an array, have 7",
	`{"when": "soon", "prize": 1}`:                "api: when: parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as \"2006\"\napi: prize: unknown property, did you mean \"price\"?",
	`{"address": 5}`:                              `api: address: want a netip.Addr, have 5`,
	`{"bytes": "%"}`:                              `api: bytes: ...`, // versions of package json differ
	`{"count": "x"}`:                              `api: json: ...`,
	`[]`:                                          `api: want an object, have an array`,
	`7`:                                           `api: want an object, have 7`,
	``:                                            `api: line 1: unexpected end of JSON input`,
	"{\n\"name\": \"a\"\n} {}":                    `api: line 3: invalid character '{' after top-level value`,
	"{\n\"name\": \"a\",\n}":                      `api: line 3: invalid character '}' looking for beginning of object key string`,
	strings.Repeat("[", 20_000):                   `api: line 1: ...`,
}

func TestDecodeStrict(t *testing.T) {
	t.Parallel()
	for data, want := range strictErrors {
		t.Run(data[:min(len(data), 60)], func(t *testing.T) {
			t.Parallel()
			prepared := strictRecord{Name: "before", private: "before"}
			got := prepared
			err := api.DecodeStrict([]byte(data), &got)
			if want != "" {
				if start, ok := strings.CutSuffix(want, "..."); ok {
					require.Error(t, err)
					want = start + strings.TrimPrefix(err.Error(), start)
				}
				assert.EqualError(t, err, want)
				assert.Equal(t, prepared, got, "v is as it was")
				return
			}
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal([]byte(data), &prepared))
			assert.Equal(t, prepared, got)
		})
	}
}

// TestDecodeStrictOffer has the types that keep properties they do not know, which a file must not have.
func TestDecodeStrictOffer(t *testing.T) {
	t.Parallel()
	offer := gen.Offer{Name: new("before")}
	err := api.DecodeStrict([]byte(`{
		"nam": "Enterprise",
		"ID": "o-1",
		"endTime": "2026-01-01",
		"info": {"commitAmout": 5, "dimensions": [{"key": "seats"}, {"keey": "seats"}], "currency": 7},
		"metaInfo": {"contacts": [{"e-mail": "a@b.c"}]}
	}`), &offer)
	require.Error(t, err)
	assert.Equal(t, []string{
		`api: nam: unknown property, did you mean "name"?`,
		`api: ID: unknown property, did you mean "id"?`,
		`api: info.commitAmout: unknown property, did you mean "commitAmount"?`,
		`api: info.dimensions[1].keey: unknown property, did you mean "key"?`,
		`api: info.currency: want a string, have 7`,
		`api: metaInfo.contacts[0].e-mail: unknown property, did you mean "email"?`,
	}, strings.Split(err.Error(), "\n"))
	assert.Equal(t, gen.Offer{Name: new("before")}, offer)

	offers := []gen.Offer{}
	require.NoError(t, api.DecodeStrict([]byte(`[{"name": "Enterprise", "endTime": "2026-01-01"}]`), &offers))
	assert.Equal(t, "Enterprise", offers[0].GetName())
	assert.Equal(t, "2026-01-01", offers[0].EndTime.Text())
}

func TestDecodeStrictTarget(t *testing.T) {
	t.Parallel()
	var none *gen.Offer
	for _, v := range []any{nil, gen.Offer{}, none, "text"} {
		assert.ErrorContains(t, api.DecodeStrict([]byte(`{}`), v), "want a pointer that is not nil")
	}
	var offer gen.Offer
	var held any = &offer
	assert.ErrorContains(t, api.DecodeStrict([]byte(`{"nam": 1}`), &held), "unknown property", "through an interface")
	require.NoError(t, api.DecodeStrict([]byte(`{"name": "a"}`), &held))
	assert.Equal(t, "a", offer.GetName())

	pointer := &offer
	require.NoError(t, api.DecodeStrict([]byte(`{"name": "b"}`), &pointer))
	assert.Equal(t, "b", offer.GetName())
}

// FuzzDecodeStrict checks that DecodeStrict takes nothing that package json refuses, makes the same of what it takes, and touches
// nothing when it refuses.
func FuzzDecodeStrict(f *testing.F) {
	for _, seed := range []string{
		`{"name": "a", "list": [[{"price": 1}]], "byName": {"x": {}}, "next": {"any": [null]}}`,
		`{"nmae": 1, "Name": 2, "name": 3, "name": 4}`,
		`{"when": "2026-01-02T03:04:05Z", "lenient": 5, "count": "7", "pair": [1, 2, 3], "bytes": "aGk="}`,
		`{"info": {"dimensons": []}, "metaInfo": {"\ud800": 1}}`, `[{"id": "o-1", "x": 1}]`, `null {}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	types := []reflect.Type{
		reflect.TypeFor[strictRecord](), reflect.TypeFor[gen.Offer](), reflect.TypeFor[[]gen.Product](),
		reflect.TypeFor[map[string]gen.UsageRecordGroup](), reflect.TypeFor[map[int]strictInner](), reflect.TypeFor[any](),
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, typ := range types {
			got, want := reflect.New(typ), reflect.New(typ)
			err := api.DecodeStrict(data, got.Interface())
			if err != nil {
				assert.True(t, got.Elem().IsZero(), "%s is touched: %v", typ, err)
				continue
			}
			assert.NoError(t, json.Unmarshal(data, want.Interface()), typ)
			assert.Equal(t, want.Interface(), got.Interface(), typ)
		}
	})
}
