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
// left out, and so is an empty enum unless "" is one of its values; text that is required must not be empty. Calls without a query
// do not use it, so that the linker can leave it and its dependencies out.
func encodeQuery(params any) query {
	fields := reflect.ValueOf(params).Elem()
	if !fields.IsValid() { // nil says as much as no parameters
		fields = reflect.Zero(reflect.TypeOf(params).Elem())
	}
	var parameters []string
	for i := range fields.NumField() {
		field := fields.Field(i)
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("form"), ",")
		enum, isEnum := field.Interface().(interface{ IsZero() bool })
		switch field.Kind() {
		case reflect.Pointer, reflect.Slice:
			if field.IsNil() || isEnum && enum.IsZero() {
				continue
			}
		case reflect.String:
			if field.Type() == reflect.TypeFor[string]() && field.Len() == 0 || isEnum && enum.IsZero() {
				return query{parameter: name, err: &ArgumentError{Reason: "is required and must not be empty"}}
			}
		}
		parameter, err := runtime.StyleParamWithOptions("form", true, name, field.Interface(),
			runtime.StyleParamOptions{ParamLocation: runtime.ParamLocationQuery})
		if err != nil {
			return query{parameter: name, err: err}
		}
		parameters = append(parameters, parameter)
	}
	return query{encoded: strings.Join(parameters, "&")}
}
