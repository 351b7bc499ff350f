//go:build go1.27 && goexperiment.jsonv2

package api

import (
	"encoding/json"
	jsonv2 "encoding/json/v2"
	"reflect"
)

// inOnePass are the rules of package json without its errors, for which it reads the whole input before it decodes.
var inOnePass = jsonv2.JoinOptions(json.DefaultOptionsV1(), json.ReportErrorsWithLegacySemantics(false))

// unmarshal decodes JSON in one pass. What cannot be decoded is decoded again by package json, whose errors say how far it
// came and which leaves what it could decode. Requests stay with package json: the second version omits a pointer to "".
//
// What a caller of Do has prepared in out stays with package json too: a pass that fails would leave its mark on it.
func unmarshal(data []byte, out any) error {
	target := reflect.ValueOf(out).Elem()
	if target.IsZero() {
		if jsonv2.Unmarshal(data, out, inOnePass) == nil {
			return nil
		}
		target.SetZero()
	}
	return json.Unmarshal(data, out)
}
