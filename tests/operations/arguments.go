package operations

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// LeastArguments returns arguments that a method takes, but for its options: id for each required text, a file, and nothing for the
// others.
func LeastArguments(ctx context.Context, method reflect.Value, id string) []reflect.Value {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < method.Type().NumIn()-1; i++ { // the last are the options
		arg := reflect.New(method.Type().In(i)).Elem()
		switch {
		case arg.Kind() == reflect.String:
			arg.SetString(id)
		case arg.Type() == reflect.TypeFor[io.Reader]():
			arg.Set(reflect.ValueOf(strings.NewReader("a file")))
		case arg.Kind() == reflect.Pointer && arg.Type().Elem().Kind() == reflect.Struct:
			params := reflect.New(arg.Type().Elem())
			for _, field := range params.Elem().Fields() {
				if field.Kind() == reflect.String {
					field.SetString(id)
					arg.Set(params)
				}
			}
		}
		args = append(args, arg)
	}
	return args
}

// Arguments returns arguments for the method of the operation, of a client of organization orgID, but for its options. The body
// is made by values, Example or Filled, and has the ids of the path; all query parameters are set.
func (op Operation) Arguments(t testing.TB, method reflect.Value, orgID string, values func(*openapi3.MediaType) any) []reflect.Value {
	t.Helper()
	ids := map[string]string{"orgId": orgID}
	args := []reflect.Value{reflect.ValueOf(t.Context())}
	next := func() reflect.Value { // the argument after the last one
		arg := reflect.New(method.Type().In(len(args))).Elem()
		args = append(args, arg)
		return arg
	}
	for _, param := range op.ParametersIn(openapi3.ParameterInPath) {
		if param.Name != "orgId" {
			arg := next()
			set(arg, param, fmt.Sprintf("id/with a slash %d", len(args)))
			ids[param.Name] = arg.String()
		}
	}
	query := op.ParametersIn(openapi3.ParameterInQuery)
	if slices.ContainsFunc(query, func(p *openapi3.Parameter) bool { return !p.Required }) {
		arg := next()
		arg.Set(reflect.New(arg.Type().Elem()))
		for _, param := range query {
			field := QueryField(t, arg.Elem(), param.Name)
			if !param.Required {
				field.Set(reflect.New(field.Type().Elem()))
				field = field.Elem()
			}
			set(field, param, "a & b")
		}
	} else {
		for _, param := range query {
			set(next(), param, "a & b")
		}
	}
	switch mediaType, media := op.Body(); mediaType {
	case "application/json":
		data, err := json.Marshal(op.WithIDs(values(media), ids))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, next().Addr().Interface()))
	case "multipart/form-data":
		next().SetString("a file.txt")
		next().Set(reflect.ValueOf(strings.NewReader("a file")))
	}
	require.Len(t, args, method.Type().NumIn()-1, "arguments, but for the options")
	return args
}

// beyondFloat32 is a whole number that a float32 would round.
const beyondFloat32 = 16777217

// set gives a parameter a value that its schema allows, text if it is any.
func set(arg reflect.Value, param *openapi3.Parameter, text string) {
	if expression, ok := arg.Addr().Interface().(encoding.TextUnmarshaler); ok { // such as a filter, which takes any text
		_ = expression.UnmarshalText([]byte(text))
		return
	}
	switch arg.Kind() {
	case reflect.Bool:
		arg.SetBool(true)
	case reflect.Float64:
		arg.SetFloat(beyondFloat32)
	case reflect.Int64:
		arg.SetInt(beyondFloat32)
		if most := Flatten(param.Schema.Value).Max; most != nil {
			arg.SetInt(int64(*most))
		}
	default:
		for _, value := range Flatten(param.Schema.Value).Enum {
			if text = value.(string); text != "" {
				break
			}
		}
		arg.SetString(text)
	}
}

// QueryField returns the field for a query parameter in a struct of parameters.
func QueryField(t testing.TB, params reflect.Value, name string) reflect.Value {
	t.Helper()
	for i := range params.NumField() {
		if tag, _, _ := strings.Cut(params.Type().Field(i).Tag.Get("form"), ","); tag == name {
			return params.Field(i)
		}
	}
	require.FailNow(t, "no field", "%s has none for %s", params.Type(), name)
	return reflect.Value{}
}

// WithIDs returns a body, or each element of one, with the ids of the call, by the names of the path's parameters: the client
// refuses others.
func (op Operation) WithIDs(body any, ids map[string]string) any {
	switch body := body.(type) {
	case []any:
		elements := make([]any, len(body))
		for i := range body {
			elements[i] = op.WithIDs(body[i], ids)
		}
		return elements
	case map[string]any:
		properties := make(map[string]any, len(body))
		for name, value := range body {
			properties[name] = value
			if id, ok := op.idFor(name, ids); ok {
				properties[name] = id
			}
		}
		return properties
	}
	return body
}

// idFor returns the id that a property of the body repeats.
func (op Operation) idFor(property string, ids map[string]string) (string, bool) {
	repeated, _ := op.Extensions["x-body-id"].(map[string]any)
	for param, id := range ids {
		if repeated[property] == param || strings.EqualFold(property, param) ||
			param == "orgId" && strings.EqualFold(property, "organizationId") {
			return id, true
		}
	}
	return "", false
}
