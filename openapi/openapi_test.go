package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/openapi"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]func() []byte{"suger.json": openapi.JSON, "suger-open.json": openapi.OpenJSON} {
		file, err := os.ReadFile(name)
		require.NoError(t, err)
		first := document()
		require.True(t, bytes.Equal(file, first), name)

		clear(first)
		assert.True(t, bytes.Equal(file, document()), "a caller changed the bytes of the next one")
	}
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

// The open form has the same operations and schemas, no enum, and the values of each enum in words and in an extension.
func TestOpenJSON(t *testing.T) {
	t.Parallel()
	open, err := openapi3.NewLoader().LoadFromData(openapi.OpenJSON())
	require.NoError(t, err)
	require.NoError(t, open.Validate(context.Background(), openapi3.EnableExamplesValidation()))
	closed, err := openapi.Load()
	require.NoError(t, err)
	assert.Equal(t, slices.Sorted(maps.Keys(closed.Paths.Map())), slices.Sorted(maps.Keys(open.Paths.Map())))
	assert.Equal(t, slices.Sorted(maps.Keys(closed.Components.Schemas)), slices.Sorted(maps.Keys(open.Components.Schemas)))

	enums := 0
	for name, schema := range closed.Components.Schemas {
		plain := open.Components.Schemas[name].Value
		assert.Empty(t, plain.Enum, "%s is closed", name)
		assert.NotContains(t, plain.Extensions, "x-keeps-unknown", name)
		if len(schema.Value.Enum) == 0 {
			continue
		}
		enums++
		assert.Equal(t, schema.Value.Type, plain.Type, name)
		assert.Equal(t, schema.Value.Enum, plain.Extensions["x-known-values"], name)
		for _, value := range schema.Value.Enum {
			if value != "" {
				assert.Contains(t, plain.Description, "`"+value.(string)+"`", name)
			}
		}
	}
	assert.Greater(t, enums, 100)
	assert.NotContains(t, string(openapi.OpenJSON()), `"enum": [`)
	assert.Equal(t, new(uint64(50)), closed.Components.Schemas["Invoice"].Value.Properties["id"].Value.MaxLength)
	assert.Nil(t, open.Components.Schemas["Invoice"].Value.Properties["id"].Value.MaxLength, "an invoice is only received")
	assert.NotNil(t, open.Components.Schemas["BillableMetric"].Value.Properties["name"].Value.MaxLength, "a metric is sent too")
}

// Programs in other languages take the document alone, so each reference must lead into it.
func TestReferencesStayInside(t *testing.T) {
	t.Parallel()
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
	for _, document := range [][]byte{openapi.JSON(), openapi.OpenJSON()} {
		var doc any
		require.NoError(t, json.Unmarshal(document, &doc))
		count = 0
		walk(doc)
		assert.Greater(t, count, 1000)
	}
}
