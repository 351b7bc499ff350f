package gen

import (
	"reflect"
	"strings"

	"github.com/oapi-codegen/runtime"
)

// query is the query of a request, empty if it has none.
type query struct {
	encoded   string
	parameter string // that cannot be encoded
	err       error  // why
}

// encodeQuery encodes the parameters of a query, in the order of the struct that params points to. Parameters that are nil are
// left out, and so is an empty enum unless "" is one of its values. Calls without a query do not use it, so that the linker can
// leave it and its dependencies out.
func encodeQuery(params any) query {
	fields := reflect.Indirect(reflect.ValueOf(params))
	if !fields.IsValid() {
		return query{}
	}
	var parameters []string
	for i := range fields.NumField() {
		field := fields.Field(i)
		if field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice {
			if enum, ok := field.Interface().(interface{ IsZero() bool }); field.IsNil() || ok && enum.IsZero() {
				continue
			}
		}
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("form"), ",")
		parameter, err := runtime.StyleParamWithOptions("form", true, name, field.Interface(),
			runtime.StyleParamOptions{ParamLocation: runtime.ParamLocationQuery})
		if err != nil {
			return query{parameter: name, err: err}
		}
		parameters = append(parameters, parameter)
	}
	return query{encoded: strings.Join(parameters, "&")}
}
