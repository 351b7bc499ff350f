package description

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

// extensions are those that the templates of package gen or the tests read on an operation. A name that is misspelled would
// have no effect, and nobody would see it.
var extensions = []string{
	"x-body-id", "x-body-name", "x-caller-id", "x-docs-page", "x-effect", "x-paging", "x-refusals", "x-sdk-method", "x-sdk-result", "x-settled",
}

// TestServices checks what the methods of the services are generated from, beyond what the linters can tell.
func TestServices(t *testing.T) {
	t.Parallel()
	seen := map[string]string{} // operationId by method
	for _, op := range operations.All(t) {
		t.Run(op.OperationID, func(t *testing.T) {
			for name := range op.Extensions {
				assert.Contains(t, extensions, name)
			}
			method := op.Tags[0] + "." + op.Extensions["x-sdk-method"].(string)
			assert.NotContains(t, seen, method, "%s has the same method", seen[method])
			seen[method] = op.OperationID

			checkPathParameters(t, op)
			answer := checkAnswer(t, op)
			body := checkBody(t, op)
			if paging, ok := op.Extensions["x-paging"]; ok {
				checkPaging(t, op, answer, body, paging.(map[string]any))
			}
			if id, ok := op.Extensions["x-caller-id"]; ok && assert.NotNil(t, body, "x-caller-id needs a body") {
				if property := body.Properties[id.(string)]; assert.NotNil(t, property, "the body has no %s", id) {
					assert.True(t, property.Value.Type.Is("string"))
				}
			}
			checkBodyIDs(t, op, body)
			if _, ok := op.Extensions["x-body-name"]; ok {
				assert.NotNil(t, body, "x-body-name needs a body")
			}
		})
	}
}

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

// checkPathParameters wants each placeholder of the path declared, and no other path parameter.
func checkPathParameters(t *testing.T, op operations.Operation) {
	var want, got []string
	for _, match := range placeholder.FindAllStringSubmatch(op.Path, -1) {
		want = append(want, match[1])
	}
	for _, param := range op.ParametersIn(openapi3.ParameterInPath) {
		got = append(got, param.Name)
	}
	assert.ElementsMatch(t, want, got, "the parameters of the path")
	assert.Equal(t, "orgId", want[0], "a service fills in the organization")
}

// checkAnswer wants one answer of success, of one media type, and returns its schema.
func checkAnswer(t *testing.T, op operations.Operation) *openapi3.Schema {
	for status := range op.Responses.Map() {
		assert.True(t, status == "200" || !strings.HasPrefix(status, "2"), "a method has one answer, not %s too", status)
	}
	if result, ok := op.Extensions["x-sdk-result"]; ok {
		assert.Equal(t, "none", result)
	}
	ok := op.Responses.Status(200)
	require.NotNil(t, ok, "no answer 200")
	return onlySchema(t, ok.Value.Content)
}

// checkBody wants a body of one media type, if there is one, and a form to be one file. It returns the body's schema.
func checkBody(t *testing.T, op operations.Operation) *openapi3.Schema {
	if op.RequestBody == nil {
		return nil
	}
	content := op.RequestBody.Value.Content
	schema := onlySchema(t, content)
	if content["multipart/form-data"] != nil {
		files := slices.Collect(maps.Values(schema.Properties))
		if assert.Len(t, files, 1) {
			assert.Equal(t, "binary", files[0].Value.Format)
		}
	}
	return schema
}

// ownIDs are operations whose body has an id of its own, not that of what the path names.
var ownIDs = []string{"applyAddonToEntitlement", "createSupportTicketComment", "reportUsageRecordGroup"}

// checkBodyIDs wants x-body-id to lead from properties of the body to parameters of the path, and to be there for each id of
// a body under the path of a thing.
func checkBodyIDs(t *testing.T, op operations.Operation, body *openapi3.Schema) {
	ids, _ := op.Extensions["x-body-id"].(map[string]any)
	for name, param := range ids {
		property := body.Properties[name]
		if assert.NotNil(t, property, "x-body-id: the body has no %s", name) {
			assert.True(t, property.Value.Type.Is("string"))
		}
		assert.Contains(t, op.Path, "{"+param.(string)+"}", "x-body-id of %s", name)
	}
	if body == nil || body.Properties["id"] == nil || strings.Count(op.Path, "{") == 1 || slices.Contains(ownIDs, op.OperationID) {
		return
	}
	assert.Contains(t, ids, "id", "x-body-id says which parameter of the path the id of the body repeats")
}

func onlySchema(t *testing.T, content openapi3.Content) *openapi3.Schema {
	require.Len(t, content, 1, "media types")
	for _, media := range content {
		require.NotNil(t, media.Schema)
		return media.Schema.Value
	}
	return nil
}
