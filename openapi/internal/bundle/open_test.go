package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const closedDescription = `paths:
  /a:
    post:
      parameters:
        - {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: page, in: query, schema: {type: integer, maximum: 10}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Received'}, example: {enum: [A]}}}}}
components:
  schemas:
    Kind: {type: string, description: What it is. Values may be added., enum: [A, b-c, ''], x-enum-varnames: [A, BC, Empty]}
    Sent: {x-keeps-unknown: true, x-decodes-itself: true, properties: {both: {$ref: '#/components/schemas/Both'}}}
    Both: {properties: {name: {type: string, maxLength: 5}}}
    Received: {type: array, maxItems: 4, items: {$ref: '#/components/schemas/Item'}}
    Item:
      properties:
        both: {$ref: '#/components/schemas/Both'}
        name: {type: string, minLength: 1, maxLength: 5, pattern: a}
        maximum: {type: integer, minimum: 1, maximum: 5}
        enum: {$ref: '#/components/schemas/Kind'}
        map: {type: object, additionalProperties: {type: string, maxLength: 5}}
        any: {type: object, additionalProperties: true}
        raw: {type: array, x-raw-json: true, description: In doubt., items: {type: integer}}
`

// openDescription is closedDescription when it is open; ~ stands for a backquote.
const openDescription = `paths:
  /a:
    post:
      parameters:
        - {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: page, in: query, schema: {type: integer, maximum: 10}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Received'}, example: {enum: [A]}}}}}
components:
  schemas:
    Kind: {type: string, description: 'What it is. Values may be added. Known values: ~A~, ~b-c~.', x-known-values: [A, b-c, '']}
    Sent: {properties: {both: {$ref: '#/components/schemas/Both'}}}
    Both: {properties: {name: {type: string, maxLength: 5}}}
    Received: {type: array, items: {$ref: '#/components/schemas/Item'}}
    Item:
      properties:
        both: {$ref: '#/components/schemas/Both'}
        name: {type: string}
        maximum: {type: integer}
        enum: {$ref: '#/components/schemas/Kind'}
        map: {type: object, additionalProperties: {type: string}}
        any: {type: object, additionalProperties: true}
        raw: {description: In doubt.}
`

func TestOpened(t *testing.T) {
	t.Parallel()
	var closed yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(closedDescription), &closed))
	before, err := encodeJSON(closed.Content[0])
	require.NoError(t, err)
	got, err := encodeJSON(opened(closed.Content[0]))
	require.NoError(t, err)
	var want yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(strings.ReplaceAll(openDescription, "~", "`")), &want))
	wanted, err := encodeJSON(want.Content[0])
	require.NoError(t, err)
	assert.Equal(t, string(wanted), string(got))

	after, err := encodeJSON(closed.Content[0])
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "the other description has changed too")
}

// An enum that opened does not reach is found wherever it stands.
func TestCheckOpen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"components: {schemas: {Kind: {enum: [A]}}}", "components.schemas.Kind: line 1: an enum closes the open description"},
		{
			"components: {schemas: {enum: {properties: {enum: {items: {enum: [A]}}}}}}",
			"components.schemas.enum.properties.enum.items: line 1: an enum closes the open description",
		},
		{
			"paths:\n  /a: {get: {responses: {'200': {headers: {Kind: {schema: {enum: [A]}}}}}}}",
			"paths./a.get.responses.200.headers.Kind.schema: line 2: an enum closes the open description",
		},
		{"a: [{allOf: [{enum: [A]}]}]", "a.0.allOf.0: line 1: an enum closes the open description"},
		{"components: {schemas: {Kind: {properties: {enum: {type: array}}, example: {enum: [A]}, x-note: {enum: [A]}}}}", ""},
	} {
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(test.text), &doc))
		err := checkOpen(doc.Content[0], "", false)
		if test.want == "" {
			assert.NoError(t, err, test.text)
		} else {
			assert.EqualError(t, err, test.want)
		}
	}
}
