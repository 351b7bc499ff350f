package sugertest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// vocabulary is what the words of a file can mean.
type vocabulary struct {
	schemas map[*openapi3.Schema]bool // all that its operations and the types that it names consist of
	words   map[string]bool           // for anyWord
	queries map[string]bool
}

func (v *vocabulary) addSchema(ref *openapi3.SchemaRef) {
	if ref == nil || v.schemas[flatten(ref.Value)] {
		return
	}
	schema := flatten(ref.Value)
	v.schemas[schema] = true
	for name, property := range schema.Properties {
		v.words[name] = true
		v.addSchema(property)
	}
	for _, value := range schema.Enum {
		v.words[fmt.Sprint(value)] = true
	}
	v.addSchema(schema.Items)
	v.addSchema(schema.AdditionalProperties.Schema)
	for _, other := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		v.addSchema(other)
	}
}

// newVocabulary returns the vocabulary of the operations with a tag whose file has a name, of all operations for other files.
func newVocabulary(file string, types map[string]bool) *vocabulary {
	v := &vocabulary{schemas: map[*openapi3.Schema]bool{}, words: maps.Clone(types), queries: map[string]bool{}}
	components := loadDescription().doc.Components.Schemas
	for typ := range types {
		v.addSchema(components[typ])
	}
	isOf := func(op *operation) bool {
		return file == "effects_"+strings.ToLower(strings.TrimSuffix(op.route.Operation.Tags[0], "s"))+".go"
	}
	for _, op := range loadDescription().operations {
		if !isOf(op) && slices.ContainsFunc(loadDescription().operations, isOf) {
			continue
		}
		v.words[op.id] = true
		for _, name := range placeholders(op.path()) {
			v.words[name] = true
		}
		for _, p := range op.route.PathItem.Parameters {
			v.addSchema(p.Value.Schema)
		}
		for _, p := range op.query() {
			v.queries[p.Name], v.words[p.Name] = true, true
			v.addSchema(p.Schema)
		}
		v.addSchema(op.bodySchema())
		v.addSchema(op.answer.Schema)
	}
	return v
}

// at returns the schemas that a path of properties leads to, from those of a type or, without one, from any. A list stands for
// what it holds, too.
func (v *vocabulary) at(typ string, path []string) []*openapi3.Schema {
	schemas := slices.Collect(maps.Keys(v.schemas))
	if typ != "" {
		schemas = []*openapi3.Schema{schemaOf(typ)}
	}
	for _, name := range path {
		var next []*openapi3.Schema
		for _, schema := range schemas {
			if property := schema.Properties[name]; property != nil {
				next = append(next, flatten(property.Value))
			}
		}
		schemas = next
		for _, schema := range next {
			if schema.Items != nil {
				schemas = append(schemas, flatten(schema.Items.Value))
			}
		}
	}
	return schemas
}

// allows reports whether a value is in an enum of the property at a path. Where the description has a plain text instead, it has
// to mention the value there or in an enum elsewhere.
func (v *vocabulary) allows(typ string, path []string, value string) bool {
	return slices.ContainsFunc(v.at(typ, path), func(schema *openapi3.Schema) bool {
		if len(schema.Enum) > 0 || !schema.Type.Is("string") {
			return slices.Contains(schema.Enum, any(value))
		}
		return v.words[value] || strings.Contains(schema.Description, "`"+value+"`") || slices.Contains(others, value)
	})
}
