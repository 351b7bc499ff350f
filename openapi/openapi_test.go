package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/openapi"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("suger.json")
	require.NoError(t, err)
	first := openapi.JSON()
	require.True(t, bytes.Equal(file, first))

	clear(first)
	assert.True(t, bytes.Equal(file, openapi.JSON()), "a caller changed the bytes of the next one")
}

func TestLoad(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background(), openapi3.EnableExamplesValidation()))

	var ids []string
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			ids = append(ids, op.OperationID)
		}
	}
	assert.Len(t, ids, bytes.Count(openapi.JSON(), []byte(`"operationId": "`)), "operations of the document")

	other, err := openapi.Load()
	require.NoError(t, err)
	other.Info.Title = "Changed"
	other.Paths.Delete("/org/{orgId}/offer")
	assert.Equal(t, "Suger API", doc.Info.Title)
	assert.NotNil(t, doc.Paths.Value("/org/{orgId}/offer"), "two calls share a document")
}

// Programs in other languages take the document alone, so each reference must lead into it.
func TestReferencesStayInside(t *testing.T) {
	t.Parallel()
	var doc any
	require.NoError(t, json.Unmarshal(openapi.JSON(), &doc))
	count := 0
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if ref, ok := value["$ref"].(string); ok {
				count++
				assert.Regexp(t, `^#/components/(schemas|parameters|responses|examples)/[A-Z][A-Za-z0-9]*$`, ref)
			}
			for _, child := range value {
				walk(child)
			}
		case []any:
			for _, child := range value {
				walk(child)
			}
		}
	}
	walk(doc)
	assert.Greater(t, count, 1000)
}
