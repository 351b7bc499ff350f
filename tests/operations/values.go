package operations

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Example returns the first example of a body or an answer, or Filled if there is none, as of a file.
func Example(media *openapi3.MediaType) any {
	if examples := Examples(media); len(examples) > 0 {
		return examples[0]
	}
	return Filled(media)
}

// Filled returns a value for a body or an answer with every property set, to numbers that float32 and int32 would spoil.
func Filled(media *openapi3.MediaType) any { return filled(media.Schema.Value, 0) }

// Flatten returns the schema behind an allOf with one member, which only adds a description to it.
func Flatten(schema *openapi3.Schema) *openapi3.Schema {
	for len(schema.AllOf) == 1 {
		schema = schema.AllOf[0].Value
	}
	return schema
}

// filled returns a value of a schema with every property set.
func filled(schema *openapi3.Schema, depth int) any {
	schema = Flatten(schema)
	switch {
	case len(schema.AnyOf) > 0:
		return filled(schema.AnyOf[0].Value, depth)
	case len(schema.Enum) > 0:
		return schema.Enum[len(schema.Enum)-1]
	case schema.Type.Is("boolean"):
		return false
	case schema.Type.Is("number"):
		return 16777217.05
	case schema.Type.Is("integer"):
		if schema.Max != nil {
			return *schema.Max
		}
		return int64(9007199254740991)
	case schema.Type.Is("string") && schema.Format == "date-time":
		return "2026-03-04T05:06:07.089Z"
	case schema.Type.Is("string") && schema.MaxLength != nil && *schema.MaxLength == 0:
		return ""
	case schema.Type.Is("string"):
		return strings.Repeat("é", max(int(schema.MinLength), 1))
	case schema.Type.Is("array"):
		return []any{filled(schema.Items.Value, depth)}
	case schema.Type.Is("object") && (len(schema.Properties) > 0 || schema.AdditionalProperties.Schema != nil):
		object := map[string]any{}
		if depth > 20 { // a schema may hold itself
			return object
		}
		for name, property := range schema.Properties {
			object[name] = filled(property.Value, depth+1)
		}
		if schema.AdditionalProperties.Schema != nil {
			object["a key"] = filled(schema.AdditionalProperties.Schema.Value, depth+1)
		}
		return object
	}
	return map[string]any{"anything": []any{"goes", 0.5}}
}
