package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// tree writes files below a new directory and returns the path of openapi.yaml in it.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return filepath.Join(dir, "openapi.yaml")
}

// bundled returns what Bundle makes of files, as YAML without the header and as JSON.
func bundled(t *testing.T, files map[string]string) (asYAML, asJSON string) {
	t.Helper()
	doc, err := Bundle(tree(t, files))
	require.NoError(t, err)
	data, err := encodeYAML(doc)
	require.NoError(t, err)
	var buf bytes.Buffer
	require.NoError(t, appendJSON(&buf, doc, ""))
	return strings.TrimPrefix(string(data), header), buf.String()
}

// parts are the files of a small description, and whole is the bundle of them.
var parts = map[string]string{
	"openapi.yaml": `paths:
  /b: {$ref: 'z/paths.yaml#/B'}
  /a: {$ref: 'z/paths.yaml#/A'}
info: {title: Two paths, version: '1'}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: Key}
openapi: 3.0.3
`,
	"z/paths.yaml": `A:
  get:
    parameters:
      - {$ref: '../common/parameters.yaml#/Page'}
    responses:
      default: {$ref: '../common/responses.yaml#/Failure'}
B:
  get:
    responses:
      '200':
        description: Fine
        content:
          application/json:
            schema: {$ref: 'schemas.yaml#/Node'}
            examples:
              default: {$ref: 'examples.yaml#/NodeExample'}
`,
	"z/schemas.yaml": `# The tree.
Leaf:
  type: string
Node:
  type: object
  properties:
    next: {$ref: '#/Node'}
    leaves: {type: array, items: {$ref: '#/Leaf'}}
`,
	"z/examples.yaml": `NodeExample:
  value: {next: {leaves: [one]}}
`,
	"common/parameters.yaml": `Page:
  name: page
  in: query
  schema: {$ref: '../z/schemas.yaml#/Leaf'}
`,
	"common/responses.yaml": `Failure: {description: It failed}
`,
}

const whole = `paths:
  /b:
    get:
      responses:
        '200':
          description: Fine
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Node'}
              examples:
                default: {$ref: '#/components/examples/NodeExample'}
  /a:
    get:
      parameters:
        - {$ref: '#/components/parameters/Page'}
      responses:
        default: {$ref: '#/components/responses/Failure'}
info: {title: Two paths, version: '1'}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: Key}
  schemas:
    Leaf:
      type: string
    Node:
      type: object
      properties:
        next: {$ref: '#/components/schemas/Node'}
        leaves: {type: array, items: {$ref: '#/components/schemas/Leaf'}}
  parameters:
    Page:
      name: page
      in: query
      schema: {$ref: '#/components/schemas/Leaf'}
  responses:
    Failure: {description: It failed}
  examples:
    NodeExample:
      value: {next: {leaves: [one]}}
openapi: 3.0.3
`

func TestBundle(t *testing.T) {
	t.Parallel()
	asYAML, asJSON := bundled(t, parts)
	assert.Equal(t, whole, asYAML)

	// JSON has the same order, which yaml.Marshal of a node keeps.
	var fromYAML, fromJSON yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(asYAML), &fromYAML))
	require.NoError(t, yaml.Unmarshal([]byte(asJSON), &fromJSON))
	assert.Equal(t, words(&fromYAML), words(&fromJSON))
	assert.True(t, json.Valid([]byte(asJSON)), asJSON)
}

// words lists the keys and values of a document in their order.
func words(node *yaml.Node) []string {
	list := []string{node.ShortTag() + " " + node.Value}
	for _, child := range node.Content {
		list = append(list, words(child)...)
	}
	return list
}

// one is a tree whose only component is the schema Thing.
func one(thing string) map[string]string {
	return map[string]string{
		"openapi.yaml": "paths:\n  /a: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml":   "A: {get: {responses: {'200': {description: Fine, content: {application/json: {schema: {$ref: 'schemas.yaml#/Thing'}}}}}}}\n",
		"schemas.yaml": thing,
	}
}

// with returns files with one more.
func with(files map[string]string, name, text string) map[string]string {
	files[name] = text
	return files
}

func TestBundleKeepsLiterals(t *testing.T) {
	t.Parallel()
	for _, literal := range []string{"1.10", "1e3", "16777217.05", "12345678901234567890", "-0", "true", "null"} {
		asYAML, asJSON := bundled(t, one("Thing: {example: "+literal+"}\n"))
		assert.Contains(t, asYAML, "Thing: {example: "+literal+"}\n")
		assert.Contains(t, asJSON, `"example": `+literal+"\n")
	}
	for source, want := range map[string]string{
		`'1.10'`:       `"1.10"`,
		`"2024-01-31"`: `"2024-01-31"`,
		`'0x10'`:       `"0x10"`,
		`1.2.3`:        `"1.2.3"`,
		`a <b> & "c"`:  `"a <b> & \"c\""`,
		`"a\tb\u2028"`: `"a\tb\u2028"`,
		`[]`:           `[]`,
		`{}`:           `{}`,
	} {
		_, asJSON := bundled(t, one("Thing:\n  example: "+source+"\n"))
		assert.Contains(t, asJSON, `"example": `+want+"\n", source)
	}
}

// A key of a map of names is a name, whatever it is called; below an example nothing is a reference.
func TestBundleTellsNamesFromWords(t *testing.T) {
	t.Parallel()
	asYAML, _ := bundled(t, one(`Thing:
  properties:
    $ref: {$ref: '#/Other'}
    default: {$ref: '#/Other'}
    enum: {$ref: '#/Other'}
    example: {$ref: '#/Other'}
    paths: {properties: {value: {$ref: '#/Other'}}}
    properties: {properties: {properties: {$ref: '#/Other'}}}
  patternProperties:
    example: {$ref: '#/Other'}
  default: {$ref: '#/Nowhere'}
  enum: [{$ref: '#/Nowhere'}]
  example: {deep: {$ref: 'nowhere.yaml#/Nowhere'}}
Other:
  example: {$ref: a string}
`))
	_, schemas, found := strings.Cut(asYAML, "  schemas:\n")
	require.True(t, found)
	assert.Equal(t, `    Thing:
      properties:
        $ref: {$ref: '#/components/schemas/Other'}
        default: {$ref: '#/components/schemas/Other'}
        enum: {$ref: '#/components/schemas/Other'}
        example: {$ref: '#/components/schemas/Other'}
        paths: {properties: {value: {$ref: '#/components/schemas/Other'}}}
        properties: {properties: {properties: {$ref: '#/components/schemas/Other'}}}
      patternProperties:
        example: {$ref: '#/components/schemas/Other'}
      default: {$ref: '#/Nowhere'}
      enum: [{$ref: '#/Nowhere'}]
      example: {deep: {$ref: 'nowhere.yaml#/Nowhere'}}
    Other:
      example: {$ref: a string}
`, schemas)
}

func TestBundleSkips(t *testing.T) {
	t.Parallel()
	files := with(one("Thing: {}\n"), "bundle.yaml", "openapi: 3.0.3\n")
	files = with(files, "internal/testdata.yaml", "not: read\n")
	files = with(files, "notes.txt", "not YAML")
	_, err := Bundle(tree(t, files), "bundle.yaml")
	assert.NoError(t, err)
	_, err = Bundle(tree(t, files))
	assert.ErrorContains(t, err, `bundle.yaml:1: "openapi" is not a PascalCase name`)

	_, err = Bundle(filepath.Join(t.TempDir(), "openapi.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// Whatever the files hold, a bundle without an error is JSON, and its YAML says the same.
func FuzzBundle(f *testing.F) {
	const root = "paths:\n  /a: {$ref: 'paths.yaml#/A'}\n"
	f.Add(root, "A: {get: {x-number: [1.10, 1e3, -0], x-text: \"\\u2028\"}}\n")
	f.Add(root, "A: {$ref: '#/A'}\n")
	f.Add(root, "A: &a {get: *a}\n")
	f.Add(root, "A:\n  ? {a: b}\n  : [0x10, 2024-01-31, .inf, !!binary aGk=]\n")
	f.Add("components: [1]\npaths: {$ref: 'paths.yaml#/A'}\n", "A: |\n  text\n")
	f.Add("<<: {a: b}\n---\n", "# empty\n")
	f.Fuzz(func(t *testing.T, root, paths string) {
		doc, err := Bundle(tree(t, map[string]string{"openapi.yaml": root, "paths.yaml": paths}))
		if err != nil {
			return
		}
		var want bytes.Buffer
		require.NoError(t, appendJSON(&want, doc, ""))
		require.True(t, json.Valid(want.Bytes()), want.String())

		data, err := encodeYAML(doc)
		require.NoError(t, err)
		var again yaml.Node
		require.NoError(t, yaml.Unmarshal(data, &again))
		var got bytes.Buffer
		require.NoError(t, appendJSON(&got, again.Content[0], ""))
		require.Equal(t, want.String(), got.String())
	})
}
