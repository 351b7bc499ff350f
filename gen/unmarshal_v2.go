//go:build go1.27 && goexperiment.jsonv2

package gen

import (
	"encoding/json"
	jsonv2 "encoding/json/v2"
	"reflect"
)

// inOnePass are the rules of package json without its errors, for which it reads the whole input before it decodes.
var inOnePass = jsonv2.JoinOptions(json.DefaultOptionsV1(), json.ReportErrorsWithLegacySemantics(false))

// Unmarshal decodes JSON as json.Unmarshal does, but in one pass. If that fails, the data is decoded again by package json,
// which decodes as much as it can and whose errors name the property. Requests are encoded by package json, because its second
// version omits a pointer to "".
//
// A target that is not zero is decoded by package json alone, since a pass that fails would have changed it.
func Unmarshal(data []byte, out any) error {
	target := reflect.ValueOf(out)
	if target.Kind() == reflect.Pointer && !target.IsNil() && target.Elem().IsZero() {
		if jsonv2.Unmarshal(data, out, inOnePass) == nil {
			return nil
		}
		target.Elem().SetZero()
	}
	return json.Unmarshal(data, out)
}
