package description

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

// ways are the ways to page: what x-paging may say of each beside "by", and the parameters that it needs.
var ways = map[string]struct {
	keys, parameters []string
}{
	"offset": {[]string{"items", "nextOffset", "totalCount"}, []string{"limit", "offset"}},
	"page":   {[]string{"items", "size", "totalCount"}, []string{"page_size", "page_number"}},
	"cursor": {[]string{"items", "next"}, []string{"limit", "cursor"}},
	"token":  {[]string{"items", "next", "orNext"}, nil}, // the token is in the body
}

// checkPaging wants x-paging to have what its way needs: pointers that lead to an array, numbers and texts of the answer,
// parameters for the size of a page and for the next one, and a method whose name an iterator's can be made of.
func checkPaging(t *testing.T, op operations.Operation, answer, body *openapi3.Schema, paging map[string]any) {
	by, written := paging["by"].(string)
	if !written {
		by = "offset"
	}
	way, ok := ways[by]
	require.True(t, ok, "x-paging: unknown way %s", by)
	assert.Contains(t, paging, "items")
	for key, value := range paging {
		if key == "by" {
			continue
		}
		assert.Contains(t, way.keys, key, "x-paging by %s", by)
		if key == "size" {
			assert.IsType(t, float64(0), value)
			continue
		}
		checkPointer(t, key, value.(string), answer)
	}
	for _, name := range way.parameters {
		assert.NotNil(t, op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name), "x-paging by %s: no parameter %s", by, name)
	}
	switch by {
	case "offset":
		size, _ := op.Parameters.GetByInAndName(openapi3.ParameterInQuery, "limit").Schema.Value.Default.(float64)
		assert.Positive(t, size, "an iterator takes the default of limit as the size of its pages")
	case "page":
		assert.Contains(t, paging, "size")
		checkPointer(t, "totalCount", "/page_number", answer)
	case "cursor":
		assert.Contains(t, paging, "next")
	case "token":
		assert.Contains(t, paging, "next")
		if assert.NotNil(t, body) {
			checkPointer(t, "next", "/offsetToken", body)
		}
	}
	assert.Regexp(t, `^(list|query|search)`, op.Extensions["x-sdk-method"], "the verbs that the name of an iterator is made of")
}

// checkPointer wants a pointer of x-paging to lead to what its key needs.
func checkPointer(t *testing.T, key, pointer string, schema *openapi3.Schema) {
	if pointer != "" {
		property := schema.Properties[strings.TrimPrefix(pointer, "/")]
		if !assert.NotNil(t, property, "x-paging: %s: no %s", key, pointer) {
			return
		}
		schema = property.Value
	}
	want := map[string]string{"items": "array", "nextOffset": "integer", "totalCount": "integer", "next": "string", "orNext": "string"}
	assert.True(t, schema.Type.Is(want[key]), "x-paging: %s is no %s", key, want[key])
}
