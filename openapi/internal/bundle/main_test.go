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

// endings are those of the files that run writes.
var endings = []string{".yaml", ".json", "-open.yaml", "-open.json"}

func TestRun(t *testing.T) {
	t.Parallel()
	root := tree(t, valid("Thing: {type: object, properties: {next: {$ref: '#/Thing'}}}\n", "{next: {next: {}}}"))
	name := filepath.Join(filepath.Dir(root), "bundle")

	require.NoError(t, run(root, name))
	first := map[string]string{}
	for _, ending := range endings {
		first[ending] = read(t, name+ending)
		assert.NoError(t, validate([]byte(first[ending])))
	}
	assert.Contains(t, first[".yaml"], header+"openapi: 3.0.3\n")
	assert.Contains(t, first[".json"], "{\n  \"openapi\": \"3.0.3\",\n")

	// The bundles of the run before are no part of the source.
	require.NoError(t, run(root, name))
	for _, ending := range endings {
		assert.Equal(t, first[ending], read(t, name+ending), ending)
	}
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
			name := filepath.Join(filepath.Dir(root), "bundle")
			assert.ErrorContains(t, run(root, name), test.want)
			for _, ending := range endings {
				assert.NoFileExists(t, name+ending)
			}
		})
	}
}

// The bundles that are published are those of the description as it stands.
func TestBundleIsCurrent(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "suger")
	require.NoError(t, run("../../openapi.yaml", name))
	for _, ending := range endings {
		same := read(t, name+ending) == read(t, "../../suger"+ending)
		assert.True(t, same, "openapi/suger%s is out of date: go generate ./...", ending)
	}
}
