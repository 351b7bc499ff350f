package sugertest

import (
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"
)

// fromTheFuture returns a copy of an answer with what no description knows yet in each of its objects. The schema tells objects
// from maps, and the properties of known types from the others.
func (f *Fault) fromTheFuture(schema *openapi3.Schema, value any) any {
	schema = flatten(schema)
	switch value := value.(type) {
	case object:
		for _, alternative := range schema.AnyOf {
			if flatten(alternative.Value).Type.Is("object") {
				schema = flatten(alternative.Value)
			}
		}
		return f.futureObject(schema, value)
	case []any:
		if schema.Items == nil {
			return value
		}
		l := make([]any, len(value))
		for i, v := range value {
			l[i] = f.fromTheFuture(schema.Items.Value, v)
		}
		return l
	}
	return value
}

func (f *Fault) futureObject(schema *openapi3.Schema, value object) object {
	o := make(object, len(value)+1)
	for name, v := range value {
		property, values := schema.Properties[name], schema.AdditionalProperties.Schema
		switch {
		case property != nil && f.kind == faultFutureEnum && name == f.property && flatten(property.Value).Type.Is("string"):
			o[name] = "FROM_THE_FUTURE"
		case property != nil:
			o[name] = f.fromTheFuture(property.Value, v)
		case values != nil:
			o[name] = f.fromTheFuture(values.Value, v)
		default:
			o[name] = v
		}
	}
	if f.kind == faultUnknownProperty && len(schema.Properties) > 0 && schema.AdditionalProperties.Schema == nil {
		o["fromTheFuture"] = object{"amount": json.Number("16777217.05")}
	}
	return o
}
