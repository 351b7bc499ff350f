package gen_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestMetaInfoKeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const unknown = `
		"zebra": "Zoë & <co>",
		"object": {"list": [1.50, {"big": 98765432109876543210}], "null": null},
		"id": 12345678901234567890,
		"price": 0.10,
		"InternalNote": "of another case",
		"gone": null`
	var meta gen.MetaInfo
	require.NoError(t, json.Unmarshal([]byte(`{"internalNote": "call first",`+unknown+`}`), &meta))
	assert.Equal(t, "call first", *meta.InternalNote)
	assert.Equal(t, json.Number("0.10"), meta.AdditionalProperties["price"])
	assert.NotContains(t, meta.AdditionalProperties, "internalNote")

	meta.InternalNote = new("call later")
	data, err := json.Marshal(meta)
	require.NoError(t, err)
	assert.Equal(t, numbersAsText(t, `{"internalNote": "call later",`+unknown+`}`), numbersAsText(t, string(data)))

	// Only unknown ones, only known ones, none.
	for _, text := range []string{`{"zebra":0.10}`, `{"internalNote":""}`, `{}`} {
		var meta gen.MetaInfo
		require.NoError(t, json.Unmarshal([]byte(text), &meta))
		data, err := json.Marshal(meta)
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
	}
	assert.Error(t, json.Unmarshal([]byte(`[]`), &meta))
	assert.Error(t, json.Unmarshal([]byte(`{"internalNote": 5}`), &meta))
}

// numbersAsText decodes JSON with its numbers as they are written.
func numbersAsText(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	require.NoError(t, dec.Decode(&value), text)
	return value
}

// A PATCH must tell "leave it" from "make it empty".
func TestEncodeSendsWhatIsSet(t *testing.T) {
	t.Parallel()
	answers, bodies := structs()
	counts := map[reflect.Kind]int{}
	required := map[string]bool{
		"CreateUsageRecordGroupParams.Records": true, "UsageRecordGroupBatchItem.Records": true, "SupportTicketUpdateRequest.Watchers": true,
	}
	for _, typ := range append(answers, bodies...) {
		data, err := json.Marshal(reflect.Zero(typ).Interface())
		require.NoError(t, err)
		for field := range typ.Fields() {
			name, kind := property(field), field.Type.Kind()
			if name == "" || field.Type == rawType {
				continue
			}
			var empty reflect.Value
			var want string
			switch kind {
			case reflect.Slice:
				empty, want = reflect.MakeSlice(field.Type, 0, 0), `[]`
			case reflect.Map:
				empty, want = reflect.MakeMap(field.Type), `{}`
			case reflect.Pointer:
				empty = reflect.New(field.Type.Elem())
				zero, err := json.Marshal(empty.Interface())
				require.NoError(t, err)
				want = string(zero)
			default:
				continue
			}
			counts[kind]++
			if required[typ.Name()+"."+field.Name] {
				assert.Contains(t, string(data), `"`+name+`":`+want, "%s.%s is required", typ, field.Name)
			} else {
				assert.NotContains(t, string(data), `"`+name+`":`, "%s.%s is sent though it is nil", typ, field.Name)
			}
			value := reflect.New(typ)
			value.Elem().FieldByIndex(field.Index).Set(empty)
			got, err := json.Marshal(value.Interface())
			require.NoError(t, err)
			if zero, ok := empty.Interface().(interface{ IsZero() bool }); ok && field.Type.Elem().Kind() == reflect.String {
				assert.True(t, zero.IsZero())
				assert.NotContains(t, string(got), `"`+name+`":`, "%s.%s is an empty enum", typ, field.Name)
				continue
			}
			assert.Contains(t, string(got), `"`+name+`":`+want, "%s.%s", typ, field.Name)
		}
	}
	assert.Greater(t, counts[reflect.Slice], 100)
	assert.Greater(t, counts[reflect.Map], 50)
	assert.Greater(t, counts[reflect.Pointer], 1000)

	data, err := json.Marshal(gen.BuyerUpdateParams{Name: new("")})
	require.NoError(t, err)
	assert.Equal(t, `{"name":""}`, string(data))
	data, err = json.Marshal(gen.EntitlementInfo{AutoRenew: new(false), AlertDaysBeforeEnd: new(int64(0)), Addons: []gen.AddonRecord{}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"addons": [], "alertDaysBeforeEnd": 0, "autoRenew": false}`, string(data))
}

// Where the documentation contradicts itself about the type, any JSON passes.
func TestRawFieldsTakeAnyJSON(t *testing.T) {
	t.Parallel()
	answers, _ := structs()
	var names []string
	for _, typ := range answers {
		for field := range typ.Fields() {
			if field.Type != rawType {
				continue
			}
			names = append(names, typ.Name()+"."+field.Name)
			for _, text := range []string{`{"a":[1.50]}`, `[1,2,3]`, `"text"`, `5`, `null`, `[]`} {
				value := reflect.New(typ)
				object := `{"` + property(field) + `":` + text + `}`
				require.NoError(t, json.Unmarshal([]byte(object), value.Interface()), names)
				data, err := json.Marshal(value.Interface())
				require.NoError(t, err)
				assert.Equal(t, object, string(data))
			}
		}
	}
	assert.ElementsMatch(t, []string{
		"APIClientCredentials.Info",
		"GCPMarketplaceEntitlement.InputProperties",
		"GCPMarketplaceUserAccount.InputProperties",
		"GCPServiceControlStatus.Details",
	}, names)
}
