package gen

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// splitByMap is what splitProperties does, by way of a map of all properties and without looking first.
func splitByMap(data []byte, known func(name []byte) bool) ([]byte, map[string]any, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, nil, err
	}
	var rest map[string]any
	for name, value := range maps.Clone(raw) {
		if known([]byte(name)) {
			continue
		}
		if rest == nil {
			rest = map[string]any{}
		}
		dec := json.NewDecoder(bytes.NewReader(value))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			return nil, nil, err
		}
		rest[name] = v
		delete(raw, name)
	}
	if rest == nil {
		return data, nil, nil
	}
	object, err := json.Marshal(raw)
	return object, rest, err
}

func TestKnowsAll(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]bool{
		`{}`:                          true,
		`{ }`:                         true,
		`{"name": "n", "kind": null}`: true,
		`{"name": {"other": [{"x": 1}], "y":{}}}`: true,
		`{"name": ["other", "x", {"y": "}"}]}`:    true,
		`{"name": "\\", "kind": "\",\"x\":"}`:     true,
		`{"name": 1, "name": 2}`:                  true,
		`{"other": 1}`:                            false,
		`{"name": {"x": 1}, "other": 1}`:          false,
		`{"name": [[], {}], "Name": 1}`:           false, // package json would take it for name
		`{"": 1}`:                                 false,
		`{"\u006eame": 1}`:                        false, // is known, but escaped
		`{"name": "", "name\\": 1}`:               false,
		`["name"]`:                                false,
		`null`:                                    false,
		`"name"`:                                  false,
		``:                                        false,
		`{`:                                       false,
		`{"name`:                                  false,
		`{"name\`:                                 false,
		`{"name": "x`:                             false,
		`{"name": 1} `:                            false,
		`{"name": 1}, {}`:                         false,
		`{"name": 1}}`:                            false,
	} {
		assert.Equal(t, want, knowsAll([]byte(object), knowsName), object)
	}
}

func knowsName(name []byte) bool {
	switch string(name) {
	case "name", "kind", "é", `"`:
		return true
	}
	return false
}

func TestKnowsAllAllocatesNothing(t *testing.T) {
	data := []byte(`{"kind": {"x": ["y"]}, "name": "a name that is longer than a small buffer would be, if one were made for it"}`)
	assert.Zero(t, testing.AllocsPerRun(100, func() { knowsAll(data, knowsName) }))
}

// What is split off is the same as by way of a map; of a document that is no JSON, the error is that of decoding.
func FuzzSplitProperties(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"name": 1}`, `{"name": {"x": [1, "}"]}, "other": 1.50, "kind": "\\\""}`, `{"\u006eame": 1, "NAME": 2}`, `{"é": 1, "\"": 2}`,
		`{"name": 1, "name": [], "x": 1, "x": 2}`, ` {"name": 1}`, `{"name": 1} `, `{"name": 1}}`, `{"name"}`, `{"name": tru}`, `{name: 1}`,
		`{"name":[}`, `{"name":1,}`, `[{"name": 1}]`, `null`, `"name"`, `5`, ``, "{\"\xff\": 1}", "{\"name\": \"\x01\"}", `{"name": 1 "x": 2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		type decoded struct {
			fields map[string]any
			rest   map[string]any
			err    string
		}
		decode := func(split func([]byte, func([]byte) bool) ([]byte, map[string]any, error)) (d decoded) {
			object, rest, err := split(data, knowsName)
			if err == nil {
				err = json.Unmarshal(object, &d.fields)
			}
			if err != nil {
				return decoded{err: err.Error()}
			}
			d.rest = rest
			return d
		}
		want := decode(splitByMap)
		require.Equal(t, want, decode(splitProperties))
		if json.Valid(data) && len(data) > 0 && data[0] == '{' && data[len(data)-1] == '}' && !bytes.Contains(data, []byte(`\`)) {
			require.Equal(t, want.rest == nil, knowsAll(data, knowsName), "a look is enough")
		}
	})
}

func BenchmarkSplitProperties(b *testing.B) {
	data, err := json.Marshal(MetaInfo{
		BuyerIds:     []string{"b-1", "b-2"},
		InternalNote: new("call them first"), IsRenewalOffer: new(false), SalesforceOpportunityID: new("0061t00000Xabcd"),
	})
	require.NoError(b, err)
	for name, split := range map[string]func([]byte, func([]byte) bool) ([]byte, map[string]any, error){"scan": splitProperties, "map": splitByMap} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, rest, err := split(data, knownMetaInfo); err != nil || rest != nil {
					b.Fatal(rest, err)
				}
			}
		})
	}
}
