package gen

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// object has parts of every kind that a shape knows.
type object struct {
	Name                 *string            `json:"name,omitempty"`
	Kind                 json.RawMessage    `json:"é,omitempty"`
	One                  *part              `json:"one,omitempty"`
	List                 []part             `json:"list,omitempty"`
	Map                  map[string]part    `json:"map,omitempty"`
	Lists                map[string][]*part `json:"lists,omitempty"`
	Any                  any                `json:"any,omitempty"`
	Itself               *MetaInfo          `json:"itself,omitempty"`
	AdditionalProperties map[string]any     `json:"-"`
}

type part struct {
	Name                 json.RawMessage  `json:"name,omitempty"`
	Values               []map[string]any `json:"values,omitempty"`
	Part                 *part            `json:"part,omitempty"`
	AdditionalProperties map[string]any   `json:"-"`
}

func (x part) MarshalJSON() ([]byte, error) {
	type plain part
	return encodeObject("part", plain(x), x.AdditionalProperties)
}

func (x *object) UnmarshalJSON(data []byte) error {
	type plain object
	return decodeObject(data, x, (*plain)(x))
}

func (x object) MarshalJSON() ([]byte, error) {
	type plain object
	return encodeObject("object", plain(x), x.AdditionalProperties)
}

var objectShape = shapeOf(reflect.TypeFor[object]())

func TestKnowsAll(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{}`:                                   true,
		`{ }`:                                  true,
		`{"name": "n", "é": null}`:             true,
		`{"é": {"other": [{"x": 1}], "y":{}}}`: true,
		`{"any": ["other", "x", {"y": "}"}]}`:  true,
		`{"itself": {"other": 1}}`:             true, // MetaInfo has an UnmarshalJSON of its own
		`{"name": "\\", "é": "\",\"x\":"}`:     true,
		`{"name": 1, "name": 2}`:               true,
		"{\n\t\"list\" : [ { \"name\" : 1 } , null, {} ] , \"one\" : { \"part\" : { } }\r\n}":              true,
		`{"map": {"other": {"name": 1}, "\u006e": {}}, "lists": {"x": [{"values": [{"y": 1}]}], "z": []}}`: true,
		`{"list": "other", "map": [], "one": 5}`:                                                           true, // decoding reports these
		`{"other": 1}`:                                                                                     false,
		`{"name": {"x": 1}, "other": 1}`:                                                                   false,
		`{"name": [[], {}], "Name": 1}`:                                                                    false, // package json would take it for name
		`{"list": [{"name": 1}, {"other": 1}]}`:                                                            false,
		`{"map": {"x": {}, "y": {"other": 1}}}`:                                                            false,
		`{"lists": {"x": [{}, {"other": 1}]}}`:                                                             false,
		`{"one": {"part": {"other": 1}}}`:                                                                  false,
		`{"": 1}`:                                                                                          false,
		`{"\u006eame": 1}`:                                                                                 false, // is known, but escaped
		`{"name": "", "name\\": 1}`:                                                                        false,
		``:                                                                                                 false,
		`{`:                                                                                                false,
		`{"name`:                                                                                           false,
		`{"name\`:                                                                                          false,
		`{"name": "x`:                                                                                      false,
		`{"name":`:                                                                                         false,
		`{"list": [`:                                                                                       false,
		`{"name": 1} `:                                                                                     false,
		`{"name": 1}, {}`:                                                                                  false,
		`{"name": 1}}`:                                                                                     false,
	} {
		all, _ := objectShape.knowsAll([]byte(text))
		assert.Equal(t, want, all, text)
	}
	for text, want := range map[string]bool{`{"any": "a"}`: false, `{"any": [-7]}`: true, `{"name": 7}`: false, `{"list": [{"values": [{"x": 7}]}]}`: true} {
		_, numbers := objectShape.knowsAll([]byte(text))
		assert.Equal(t, want, numbers, text)
	}
}

func TestKnowsAllAllocatesNothing(t *testing.T) {
	data := []byte(`{"any": {"x": [1]}, "list": [{"name": "a name that is longer than a small buffer would be, if one were made for it"}]}`)
	assert.Zero(t, testing.AllocsPerRun(100, func() { objectShape.knowsAll(data) }))
}

func TestUnknownPropertiesOfParts(t *testing.T) {
	t.Parallel()
	const text = `{"any":[9007199254740993],"list":[{"name":1},{"values":[{"x":1.50}],"x":1.50}],"lists":{"a":[null,{"x":{"y":[1e400]}}]},` +
		`"map":{"a":{"Name":2,"name":1},"b":{}},"one":{"part":{"NAME":"n","x":null},"name":"m"},"x":0.10}`
	var x object
	require.NoError(t, json.Unmarshal([]byte(text), &x))
	assert.Equal(t, map[string]any{"x": json.Number("1.50")}, x.List[1].AdditionalProperties)
	assert.Equal(t, json.RawMessage("1"), x.Map["a"].Name)
	assert.Nil(t, x.Map["b"].AdditionalProperties)
	assert.Nil(t, x.One.Part.Name, "a name in other letters is another")
	data, err := json.Marshal(x)
	require.NoError(t, err)
	var want, got any
	require.NoError(t, unmarshalNumbers([]byte(text), &want))
	require.NoError(t, unmarshalNumbers(data, &got))
	assert.Equal(t, want, got)

	// Unknown properties are kept beside a value of the wrong type, and are gone once something else is decoded.
	err = json.Unmarshal([]byte(`{"name": 5, "x": 1, "list": [{"y": 2}, {"values": 3}]}`), &x)
	require.Error(t, err)
	assert.Equal(t, map[string]any{"x": json.Number("1")}, x.AdditionalProperties)
	assert.Equal(t, map[string]any{"y": json.Number("2")}, x.List[0].AdditionalProperties)
	require.NoError(t, json.Unmarshal([]byte(`{}`), &x))
	assert.Nil(t, x.AdditionalProperties)

	for _, odd := range []string{`[]`, `{"list": [{"x": 1}]} {}`, `{"any": 1} 2`, `{"any": 1`, `{"x": }`, ``} {
		assert.Error(t, x.UnmarshalJSON([]byte(odd)), odd)
	}
}

// A property must not be there twice, and none may be dropped without a word.
func TestKnownNameInAdditionalProperties(t *testing.T) {
	t.Parallel()
	x := object{List: []part{{AdditionalProperties: map[string]any{"x": 1, "values": 2}}}}
	_, err := json.Marshal(x)
	assert.ErrorContains(t, err, `gen: AdditionalProperties of part has "values", which is the field Values`)
	_, err = json.Marshal(MetaInfo{AdditionalProperties: map[string]any{"internalNote": "twice"}})
	assert.ErrorContains(t, err, `gen: AdditionalProperties of MetaInfo has "internalNote", which is the field InternalNote`)
	data, err := json.Marshal(MetaInfo{AdditionalProperties: map[string]any{"InternalNote": "in other letters"}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"InternalNote": "in other letters"}`, string(data))
}

// knowsAll reports the same unknown properties as split does, and neither changes the decoded value or the error.
func FuzzKnowsAll(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"name": 1}`, `{"name": {"x": [1, "}"]}, "other": 1.50, "é": "\\\""}`, `{"\u006eame": 1, "NAME": 2}`, `{"é": 1, "\"": 2}`,
		`{"name": 1, "name": [], "x": 1, "x": 2}`, ` {"name": 1}`, `{"name": 1} `, `{"name": 1}}`, `{"name"}`, `{"name": tru}`, `{name: 1}`,
		`{"name":[}`, `{"name":1,}`, `[{"name": 1}]`, `null`, `"name"`, `5`, ``, "{\"\xff\": 1}", "{\"name\": \"\x01\"}", `{"name": 1 "x": 2}`,
		`{"list": [{"name": 1}, {"x": 1}], "map": {"a": {}, "a": {"x": 1}}, "lists": {"": [null, {"x": 1}]}, "one": {"part": {"x": 1}}}`,
		`{"any": [1e400, {"x": 1}], "itself": {"x": 1}, "list": {"x": 1}, "one": [{"x": 1}]}`, `{"list": [{"name": 1},]}`, `{"list": [,]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, _ := objectShape.knowsAll(data)
		rest, more, err := objectShape.split(data)
		if !json.Valid(data) {
			var x object
			require.Error(t, json.Unmarshal(data, &x))
			require.Error(t, x.UnmarshalJSON(data))
			return
		}
		require.NoError(t, err)
		if all {
			require.Nil(t, more)
			require.Equal(t, data, rest)
		} else if data[0] == '{' && data[len(data)-1] == '}' && !bytes.Contains(data, []byte(`\`)) && !hasTwice(data) {
			require.NotNil(t, more, "a look is enough")
		}
	})
}

// hasTwice reports whether an object has a property twice. A map would keep only the last.
func hasTwice(data []byte) bool {
	var compact bytes.Buffer
	var value any
	if json.Compact(&compact, data) != nil || unmarshalNumbers(data, &value) != nil {
		return true
	}
	encoded, err := json.Marshal(value)
	return err != nil || bytes.Count(encoded, []byte(`":`)) != bytes.Count(compact.Bytes(), []byte(`":`))
}

// Decodes the meta information of an offer with and without knowsAll.
func BenchmarkKnowsAll(b *testing.B) {
	data, err := json.Marshal(MetaInfo{
		BuyerIDs: []string{"b-1", "b-2"}, Contacts: []OfferContact{{Email: new("ann@example.com"), Name: new("Ann")}},
		InternalNote: new("call them first"), IsRenewalOffer: new(false), SalesforceOpportunityID: new("0061t00000Xabcd"),
	})
	require.NoError(b, err)
	s := shapeOf(reflect.TypeFor[MetaInfo]())
	b.Run("look", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if all, _ := s.knowsAll(data); !all {
				b.Fatal("unknown")
			}
		}
	})
	b.Run("split", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, more, err := s.split(data); err != nil || more != nil {
				b.Fatal(more, err)
			}
		}
	})
}
