//go:build go1.27 && goexperiment.jsonv2

package gen

import (
	"encoding/json"
	jsonv2 "encoding/json/v2"
	"reflect"
)

// inOnePass are the rules of package json without its errors, for which it reads the whole input before it decodes.
var inOnePass = jsonv2.JoinOptions(json.DefaultOptionsV1(), json.ReportErrorsWithLegacySemantics(false))

// Unmarshal decodes JSON as json.Unmarshal does, but in one pass. What cannot be decoded is decoded again by package json, whose
// errors say how far it came and which leaves what it could decode. Requests stay with package json: the second version omits a
// pointer to "".
//
// What is not zero before stays with package json too: a pass that fails would leave its mark on it.
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
