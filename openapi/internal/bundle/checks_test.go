package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// sending is a tree that passes all checks, with the schema Thing as its body and the schema Answer as its answer.
func sending(schemas string) map[string]string {
	return map[string]string{
		"openapi.yaml": "openapi: 3.0.3\ninfo: {title: One path, version: '1'}\npaths:\n  /a: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml": `A:
  post:
    operationId: sendThing
    parameters:
      - {name: limit, in: query, schema: {type: integer, format: int64, default: 10}}
    requestBody: {content: {application/json: {schema: {$ref: 'schemas.yaml#/Thing'}}}}
    responses: {'200': {description: Fine, content: {application/json: {schema: {$ref: 'schemas.yaml#/Answer'}}}}}
`,
		"schemas.yaml": schemas,
	}
}

// A fault that only the generated clients of other languages would have is named, with its place.
func TestRunRefusesWhatClientsSuffer(t *testing.T) {
	t.Parallel()
	const answer = "Answer: {type: object, properties: {size: {type: integer, default: 1}}}\n"
	for name, test := range map[string]struct{ schemas, want string }{
		"a default in a body": {
			"Thing:\n  type: object\n  properties:\n    size: {type: integer, default: 1}\n" + answer,
			"Thing.size: line 4: generated clients send a default of a body unasked: say it in the description",
		},
		"a default deep in a body": {
			"Thing: {type: array, items: {allOf: [{$ref: '#/Part'}]}}\n" +
				"Part: {type: object, properties: {by: {type: object, additionalProperties: {type: string, default: x}}}}\n" + answer,
			"Part.by{}: line 2: generated clients send a default of a body unasked: say it in the description",
		},
		"additionalProperties beside properties": {
			"Thing: {type: object}\nAnswer:\n  type: object\n  properties: {size: {type: integer}}\n  additionalProperties: true\n",
			"Answer: line 5: additionalProperties beside properties: objects are open without it",
		},
		"an enum without a name": {
			"Thing: {type: object}\nAnswer:\n  type: object\n  properties:\n    kind: {type: array, items: {type: string, enum: [A]}}\n",
			"Answer.kind[]: line 5: an enum inside of another schema: make it a component, which has a name",
		},
		"None": {
			"Thing: {type: object, properties: {kind: {$ref: '#/Kind'}}}\nKind: {type: string, enum: [NONE]}\n" + answer,
			`Kind: line 2: the value "NONE" is called None, a word of Python: give it another name in x-enum-varnames`,
		},
		"a clashing name": {
			"Thing: {type: object, properties: {kind: {$ref: '#/SendThingResult'}}}\nSendThingResult: {type: string}\n" + answer,
			"schemas.yaml:2: schema SendThingResult clashes with the type that generators make for the operation sendThing",
		},
		"none of them": {
			"Thing: {type: object, properties: {by: {type: object, additionalProperties: {type: string}}, any: {type: object," +
				" additionalProperties: true}}}\n" + answer,
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, sending(test.schemas))
			err := run(root, filepath.Join(filepath.Dir(root), "bundle"))
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, test.want)
		})
	}
}
