package gen_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

var (
	timeType = reflect.TypeFor[gen.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// structs returns the struct types of package gen that the services return and take, each with those in its fields.
func structs() (answers, bodies []reflect.Type) {
	var list []reflect.Type
	var seen map[reflect.Type]bool
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if typ == timeType || typ.PkgPath() != timeType.PkgPath() || seen[typ] {
				return
			}
			seen[typ] = true
			list = append(list, typ)
			for field := range typ.Fields() {
				walk(field.Type)
			}
		}
	}
	collect := func(roots func(method reflect.Type)) []reflect.Type {
		list, seen = nil, map[reflect.Type]bool{}
		for _, method := range operations.Methods(nil, "org") {
			roots(method.Type())
		}
		return list
	}
	answers = collect(func(method reflect.Type) { walk(method.Out(0)) })
	bodies = collect(func(method reflect.Type) {
		for in := range method.Ins() {
			if in.Kind() == reflect.Struct || in.Kind() == reflect.Slice && !isOptions(in) {
				walk(in)
			}
		}
	})
	return answers, bodies
}

func isOptions(typ reflect.Type) bool { return typ == reflect.TypeFor[[]gen.CallOption]() }

// property returns the name of a field in JSON, "" if it has none.
func property(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

func TestServicesAreThoseOfTheDescription(t *testing.T) {
	t.Parallel()
	var tags, names []string
	for _, tag := range operations.Description(t).Tags {
		tags = append(tags, "*gen."+tag.Name+"Service")
	}
	for _, service := range operations.Services(nil, "org") {
		names = append(names, service.Type().String())
	}
	assert.ElementsMatch(t, tags, names)
	answers, bodies := structs()
	assert.Greater(t, len(answers), 300)
	assert.Greater(t, len(bodies), 100)
}

// Values that the API may send one day, and those that contradict its documentation, must not lose the rest of an answer.
func TestDecodeTakesWhatComes(t *testing.T) {
	t.Parallel()
	var ent gen.Entitlement
	require.NoError(t, json.Unmarshal([]byte(`{
		"id": "ent-1",
		"status": "FROZEN",
		"partner": "MOON_MARKET",
		"novelty": {"deep": [1, {"x": null}]},
		"creationTime": "",
		"startTime": "2024-01-31",
		"endTime": "when it is done",
		"lastUpdateTime": "2024-02-01T10:20:30Z",
		"name": null,
		"info": {
			"awsAgreement": {"status": "HIBERNATED", "agreementId": "agmt-1"},
			"alibabaOrders": null,
			"commitAmount": 16777217.05,
			"currency": "USD"
		},
		"metaInfo": {"internalNote": null}
	}`), &ent))

	assert.Equal(t, "ent-1", ent.GetID())
	assert.Equal(t, gen.EntitlementStatus("FROZEN"), ent.GetStatus())
	assert.False(t, ent.GetStatus().Known())
	assert.Equal(t, gen.Partner("MOON_MARKET"), ent.GetPartner())
	assert.True(t, ent.GetCreationTime().IsZero())
	assert.Equal(t, "2024-01-31", ent.GetStartTime().String())
	assert.True(t, ent.GetEndTime().IsZero())
	assert.Equal(t, "when it is done", ent.GetEndTime().Text())
	assert.Equal(t, "2024-02-01T10:20:30Z", ent.GetLastUpdateTime().String())
	assert.Nil(t, ent.Name)
	assert.Equal(t, gen.AWSMarketplaceAgreementStatus("HIBERNATED"), ent.GetInfo().GetAWSAgreement().GetStatus())
	assert.Nil(t, ent.GetInfo().GetAlibabaOrders())
	assert.NotNil(t, ent.MetaInfo)

	data, err := json.Marshal(ent)
	require.NoError(t, err)
	for _, text := range []string{
		`"status":"FROZEN"`, `"partner":"MOON_MARKET"`, `"creationTime":""`, `"startTime":"2024-01-31"`,
		`"endTime":"when it is done"`, `"lastUpdateTime":"2024-02-01T10:20:30Z"`, `"status":"HIBERNATED"`, `"commitAmount":16777217.05`,
	} {
		assert.Contains(t, string(data), text)
	}
}

// nulls returns a value of a schema in which each property that holds no object is null.
func nulls(schema *openapi3.Schema, above map[*openapi3.Schema]bool) any {
	for len(schema.AllOf) > 0 {
		schema = schema.AllOf[0].Value
	}
	if above[schema] {
		return nil
	}
	above[schema] = true
	defer delete(above, schema)
	switch {
	case schema.Properties != nil:
		object := map[string]any{}
		for name, property := range schema.Properties {
			object[name] = nulls(property.Value, above)
		}
		return object
	case schema.Items != nil:
		return []any{nil, nulls(schema.Items.Value, above)}
	case schema.AdditionalProperties.Schema != nil:
		return map[string]any{"null": nil, "value": nulls(schema.AdditionalProperties.Schema.Value, above)}
	}
	return nil
}

func TestDecodeTakesNullEverywhere(t *testing.T) {
	t.Parallel()
	schema := operations.Description(t).Components.Schemas["Entitlement"].Value

	flat := map[string]any{}
	for name := range schema.Properties {
		flat[name] = nil
	}
	data, err := json.Marshal(flat)
	require.NoError(t, err)
	var ent gen.Entitlement
	require.NoError(t, json.Unmarshal(data, &ent), "%s", data)
	assert.Equal(t, gen.Entitlement{}, ent)

	data, err = json.Marshal(nulls(schema, map[*openapi3.Schema]bool{}))
	require.NoError(t, err)
	require.Greater(t, strings.Count(string(data), "null"), 400)
	require.NoError(t, json.Unmarshal(data, &ent), "%s", data)
	assert.NotNil(t, ent.GetInfo().GetAWSAgreement(), "the objects between are there")
	assert.Nil(t, ent.GetInfo().GetAWSAgreement().Status)
}

// Amounts must not become a float32, which cannot hold 16777217, and values of any type not a float64. Orders of Alibaba are
// the exception: every entitlement has room for them, and exact numbers would make decoding it slower.
func TestNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	const amount, long = "16777217.05", "9007199254740993"
	kinds := map[reflect.Type]string{
		reflect.TypeFor[float64]():            amount,
		reflect.TypeFor[*float64]():           amount,
		reflect.TypeFor[map[string]float64](): `{"x":` + amount + `}`,
		reflect.TypeFor[any]():                long,
		reflect.TypeFor[map[string]any]():     `{"x":` + long + `}`,
		reflect.TypeFor[[]map[string]any]():   `[{"x":` + long + `}]`,
	}
	seen := map[reflect.Type]bool{}
	answers, bodies := structs()
	for _, typ := range append(answers, bodies...) {
		for field := range typ.Fields() {
			name := property(field)
			number, ok := kinds[field.Type]
			if name == "" || !ok {
				assert.NotContains(t, field.Type.String(), "float32", "%s.%s", typ, field.Name)
				if name != "" {
					assert.NotContains(t, field.Type.String(), "float64", "%s.%s is of a kind without a case", typ, field.Name)
				}
				continue
			}
			seen[field.Type] = true
			if typ == reflect.TypeFor[gen.AlibabaOrder]() {
				number = strings.ReplaceAll(number, long, amount)
			}
			value := reflect.New(typ)
			require.NoError(t, json.Unmarshal([]byte(`{"`+name+`":`+number+`}`), value.Interface()))
			data, err := json.Marshal(value.Interface())
			require.NoError(t, err)
			assert.Contains(t, string(data), `"`+name+`":`+number, "%s.%s", typ, field.Name)
		}
	}
	assert.Len(t, seen, len(kinds))
}

func TestGettersStartAtNil(t *testing.T) {
	t.Parallel()
	var ent *gen.Entitlement
	assert.Empty(t, ent.GetInfo().GetAWSAgreement().GetStatus())
	assert.Nil(t, ent.GetMetaInfo().GetAdditionalProperties())
	assert.True(t, ent.GetEndTime().IsZero())
}

func TestGettersReturnTheirField(t *testing.T) {
	t.Parallel()
	answers, _ := structs()
	for _, typ := range answers {
		for field := range typ.Fields() {
			getter, ok := reflect.PointerTo(typ).MethodByName("Get" + field.Name)
			if !assert.True(t, ok, "%s has no Get%s", typ, field.Name) {
				continue
			}
			get := func(x reflect.Value) any { return getter.Func.Call([]reflect.Value{x})[0].Interface() }

			set := sample(t, field.Type)
			want := set.Interface()
			if set.Kind() == reflect.Pointer && (set.Elem().Kind() != reflect.Struct || set.Type().Elem() == timeType) {
				want = set.Elem().Interface() // a pointer only says that it is optional
			}
			x := reflect.New(typ)
			zero := reflect.Zero(getter.Type.Out(0)).Interface()
			assert.Equal(t, zero, get(reflect.Zero(x.Type())), "%s.Get%s of nil", typ, field.Name)
			assert.Equal(t, zero, get(x), "%s.Get%s of nothing set", typ, field.Name)
			x.Elem().FieldByIndex(field.Index).Set(set)
			assert.Equal(t, want, get(x), "%s.Get%s", typ, field.Name)
		}
	}
}

// sample returns a value of a type that is not its zero value.
func sample(t *testing.T, typ reflect.Type) reflect.Value {
	value := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.String:
		value.SetString("text")
	case reflect.Int64:
		value.SetInt(7)
	case reflect.Float64:
		value.SetFloat(1.5)
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Interface:
		value.Set(reflect.ValueOf("anything"))
	case reflect.Pointer:
		value.Set(reflect.New(typ.Elem()))
		if typ.Elem().Kind() != reflect.Struct || typ.Elem() == timeType {
			value.Elem().Set(sample(t, typ.Elem()))
		}
	case reflect.Slice:
		value.Set(reflect.MakeSlice(typ, 1, 1))
	case reflect.Map:
		value.Set(reflect.MakeMap(typ))
	case reflect.Struct:
		require.Equal(t, timeType, typ, "a struct that is not behind a pointer")
		require.NoError(t, json.Unmarshal([]byte(`"2024-01-31"`), value.Addr().Interface()))
	default:
		require.Fail(t, "no sample", "%s", typ)
	}
	return value
}
