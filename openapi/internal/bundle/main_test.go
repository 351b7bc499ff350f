package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// valid is a tree that passes all checks, with schema as the schema of its answer and example as its example.
func valid(schema, example string) map[string]string {
	return map[string]string{
		"openapi.yaml": "openapi: 3.0.3\ninfo: {title: One path, version: '1'}\npaths:\n  /a: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml": `A:
  get:
    responses:
      '200':
        description: Fine
        content:
          application/json:
            schema: {$ref: 'schemas.yaml#/Thing'}
            example: ` + example + "\n",
		"schemas.yaml": schema,
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	root := tree(t, valid("Thing: {type: object, properties: {next: {$ref: '#/Thing'}}}\n", "{next: {next: {}}}"))
	yamlFile := filepath.Join(filepath.Dir(root), "bundle.yaml")
	jsonFile := filepath.Join(filepath.Dir(root), "bundle.json")

	require.NoError(t, run(root, yamlFile, jsonFile))
	firstYAML, firstJSON := read(t, yamlFile), read(t, jsonFile)
	assert.Contains(t, firstYAML, header+"openapi: 3.0.3\n")
	assert.Contains(t, firstJSON, "{\n  \"openapi\": \"3.0.3\",\n")
	assert.NoError(t, validate([]byte(firstYAML)))
	assert.NoError(t, validate([]byte(firstJSON)))

	// The bundles of the run before are no part of the source.
	require.NoError(t, run(root, yamlFile, jsonFile))
	assert.Equal(t, firstYAML, read(t, yamlFile))
	assert.Equal(t, firstJSON, read(t, jsonFile))
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}

func TestRunWritesNothingOnFaults(t *testing.T) {
	t.Parallel()
	const text = "Thing: {type: string}\n"
	rootComponents := valid(text, "fine")
	rootComponents["openapi.yaml"] += "components: {schemas: {Own: {type: string}}}\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"fault of the source":        {valid("Thing: {$ref: '#/Other'}\n", "fine"), `schemas.yaml:1: $ref "#/Other": no Other in schemas.yaml`},
		"not OpenAPI":                {valid("Thing: {type: word}\n", "fine"), `unsupported 'type' value "word"`},
		"example of another type":    {valid(text, "5"), "value must be a string"},
		"example out of range":       {valid("Thing: {type: integer, maximum: 4}\n", "5"), "number must be at most 4"},
		"component of another kind":  {with(valid("Thing: {items: {$ref: 'responses.yaml#/Other'}, type: array}\n", "[]"), "responses.yaml", "Other: {description: Fine}\n"), "bad data in"},
		"a name map as a reference":  {valid("Thing: {type: object, properties: {$ref: '#/Thing'}}\n", "{}"), "cannot unmarshal"},
		"a schema that is only self": {valid("Thing: {$ref: '#/Thing'}\n", "fine"), "found unresolved ref"},
		"schemas in the root":        {rootComponents, `mapping key "schemas" already defined`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, test.files)
			dir := filepath.Dir(root)
			yamlFile, jsonFile := filepath.Join(dir, "bundle.yaml"), filepath.Join(dir, "bundle.json")
			assert.ErrorContains(t, run(root, yamlFile, jsonFile), test.want)
			assert.NoFileExists(t, yamlFile)
			assert.NoFileExists(t, jsonFile)
		})
	}
}

// The bundle that is published is the one of the description as it stands.
func TestBundleIsCurrent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	yamlFile, jsonFile := filepath.Join(dir, "suger.yaml"), filepath.Join(dir, "suger.json")
	require.NoError(t, run("../../openapi.yaml", yamlFile, jsonFile))
	assert.True(t, read(t, yamlFile) == read(t, "../../suger.yaml"), "openapi/suger.yaml is out of date: go generate ./...")
	assert.True(t, read(t, jsonFile) == read(t, "../../suger.json"), "openapi/suger.json is out of date: go generate ./...")
}
