package robustness

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

// dropped are the fields of answers whose types lose unknown properties there, although they keep them elsewhere: their schemas
// have x-decodes-itself: false, as keeping them would make decoding a page of entitlements a sixth slower. No operation takes
// these fields in a body.
var dropped = []string{
	"BillableDimensionPriceModelDetail.Discount", "EntitlementInfo.AWSChannelPartner", "EntitlementInfo.Dimensions",
	"EntitlementInfo.GCPEntitlements", "EntitlementInfo.GCPPlans", "EntitlementInfo.PaymentInstallments", "EntitlementInfo.SnowflakeOffer",
	"EntitlementInfo.TrialConfig", "GCPMarketplaceEvent.Entitlement", "InvoiceAdjustDiscountByDimension.Discount", "InvoiceAdjustOverallDiscount.Discount",
	"[]gen.MeteringDimension",
}

// rounded are the fields of any type in which a number is a float64, which saves some of the time of decoding an entitlement, and
// the quotas, which are of any type themselves.
var rounded = []string{"AlibabaOrder.Components", "[]interface {}"}

// TestUnknownComesBack decodes each answer with the client, and each body, with an unknown property at every depth, and encodes it:
// what was read, changed and sent back has lost nothing, and no digit of a number.
func TestUnknownComesBack(t *testing.T) {
	t.Parallel()
	client, err := api.New("org-1", api.WithAPIKey("key"))
	require.NoError(t, err)
	byType := decoders(t)
	u := unknowns{lost: map[string]bool{}, kept: map[string]bool{}}
	for _, op := range operations.All(t) {
		method := op.ServiceMethod(t, client).Type()
		if decode := byType[method.Out(0).String()]; decode != nil {
			u.check(t, method.Out(0), func(data []byte) (any, error) { return decode(data) })
		}
		for in := range method.Ins() {
			if in.Kind() == reflect.Struct || in.Kind() == reflect.Slice && in.Elem().Kind() == reflect.Struct {
				u.check(t, in, func(data []byte) (any, error) {
					value := reflect.New(in)
					err := json.Unmarshal(data, value.Interface())
					return value.Interface(), err
				})
			}
		}
	}
	var lost []string
	for name := range u.lost {
		lost = append(lost, name)
	}
	assert.ElementsMatch(t, slices.Concat(dropped, rounded), lost)
	assert.Greater(t, len(u.kept), 290, "types and fields that keep what they do not know")
}

// unknowns collects what was lost and what was kept, by the type and its field.
type unknowns struct{ lost, kept map[string]bool }

const unknownName = "from the future"

func (u *unknowns) check(t *testing.T, typ reflect.Type, decode func(data []byte) (any, error)) {
	want := u.value(typ, nil)
	if want == nil {
		return // a text
	}
	data, err := json.Marshal(want)
	require.NoError(t, err)
	value, err := decode(data)
	require.NoError(t, err, "%s %s", typ, data)
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	dec := json.NewDecoder(strings.NewReader(string(encoded)))
	dec.UseNumber()
	var got any
	require.NoError(t, dec.Decode(&got))
	u.compare(typ.String(), typ, want, got)
}

// value makes up JSON with an unknown property in each object that keeps it, and a long number in what is of any type.
func (u *unknowns) value(typ reflect.Type, above []reflect.Type) any {
	switch typ.Kind() {
	case reflect.Pointer:
		return u.value(typ.Elem(), above)
	case reflect.Interface:
		return []any{json.Number("9007199254740993"), map[string]any{"x": json.Number("0.10")}}
	case reflect.Slice:
		if value := u.value(typ.Elem(), above); value != nil {
			return []any{value}
		}
	case reflect.Map:
		if value := u.value(typ.Elem(), above); value != nil {
			return map[string]any{"key": value}
		}
	case reflect.Struct:
		if typ.PkgPath() != reflect.TypeFor[gen.Call]().PkgPath() || typ == reflect.TypeFor[gen.Time]() || slices.Contains(above, typ) {
			return nil
		}
		object := map[string]any{}
		for field := range typ.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if field.Name == "AdditionalProperties" {
				object[unknownName] = u.value(reflect.TypeFor[any](), nil)
			} else if value := u.value(field.Type, append(slices.Clip(above), typ)); value != nil {
				object[name] = value
			}
		}
		return object
	}
	return nil
}

// compare goes through what was sent and what came back. Below what was lost it looks no further.
func (u *unknowns) compare(place string, typ reflect.Type, want, got any) {
	if want == nil {
		return
	}
	switch typ.Kind() {
	case reflect.Pointer:
		u.compare(place, typ.Elem(), want, got)
	case reflect.Interface:
		u.lost[place] = u.lost[place] || !reflect.DeepEqual(want, got)
	case reflect.Slice:
		list, _ := got.([]any)
		if len(list) == 1 {
			u.compare(place, typ.Elem(), want.([]any)[0], list[0])
		} else {
			u.lost[place] = true
		}
	case reflect.Map:
		object, _ := got.(map[string]any)
		u.compare(place, typ.Elem(), want.(map[string]any)["key"], object["key"])
	case reflect.Struct:
		from, _ := want.(map[string]any)
		to, _ := got.(map[string]any)
		if !reflect.DeepEqual(from[unknownName], to[unknownName]) {
			u.lost[place] = true
			return
		}
		for field := range typ.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			u.compare(typ.Name()+"."+field.Name, field.Type, from[name], to[name])
		}
	}
	if !u.lost[place] {
		delete(u.lost, place)
		u.kept[place] = true
	}
}
