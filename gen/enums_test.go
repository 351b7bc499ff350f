package gen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

// constants returns the constants of each string type in types.gen.go: name to value.
var constants = sync.OnceValues(func() (map[string]map[string]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "types.gen.go", nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	types := map[string]map[string]string{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			typ, ok := spec.Type.(*ast.Ident)
			if !ok {
				continue
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				return nil, err
			}
			if types[typ.Name] == nil {
				types[typ.Name] = map[string]string{}
			}
			types[typ.Name][spec.Names[0].Name] = value
		}
	}
	return types, nil
})

// enums calls found for the enum that a schema is or has in its properties, with the name that its type should have.
func enums(name string, schema *openapi3.SchemaRef, found func(name string, schema *openapi3.Schema)) {
	if schema.Ref != "" {
		return
	}
	if len(schema.Value.Enum) > 0 {
		found(name, schema.Value)
	}
	for property, value := range schema.Value.Properties {
		enums(name+property, value, found)
	}
	if schema.Value.Items != nil {
		enums(name, schema.Value.Items, found)
	}
}

// lower takes from a name what Go writes in its own way: Api and API, payment_type and PaymentType.
func lower(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

func TestEveryEnumHasItsConstants(t *testing.T) {
	t.Parallel()
	doc := operations.Description(t)
	types, err := constants()
	require.NoError(t, err)
	types = maps.Clone(types)
	delete(types, "Effect") // of the services, not of the description
	byLower := map[string]string{}
	for name := range types {
		byLower[lower(name)] = name
	}

	empty := 0
	for name, schema := range doc.Components.Schemas {
		enums(name, &openapi3.SchemaRef{Value: schema.Value}, func(name string, schema *openapi3.Schema) {
			typ, ok := byLower[lower(name)]
			if !assert.True(t, ok, "%s has no constants", name) {
				return
			}
			names, _ := schema.Extensions["x-enum-varnames"].([]any)
			if !assert.Len(t, names, len(schema.Enum), "x-enum-varnames of %s", name) {
				return
			}
			want := map[string]string{}
			for i, value := range schema.Enum {
				want[lower(typ+names[i].(string))] = value.(string)
				if value == "" {
					empty++
					assert.Equal(t, "Empty", names[i], "%s", name)
				}
			}
			got := map[string]string{}
			for name, value := range types[typ] {
				got[lower(name)] = value
			}
			assert.Equal(t, want, got)
			delete(types, typ)
		})
	}
	assert.Empty(t, types, "enums that the description does not have")
	assert.Positive(t, empty)
}

func TestConstantsRepeatNoPrefix(t *testing.T) {
	t.Parallel()
	types, err := constants()
	require.NoError(t, err)
	for typ, names := range types {
		for name := range names {
			rest, ok := strings.CutPrefix(name, typ)
			assert.True(t, ok && rest != "", "%s is not named after %s", name, typ)
			// The name of a constant must not repeat the end of the type's name, as StateStateUnspecified does.
			for i, letter := range typ {
				if unicode.IsUpper(letter) {
					assert.NotRegexp(t, `^`+typ[i:]+`[A-Z]`, rest, "%s has %s twice", name, typ[i:])
				}
			}
		}
	}
}
