package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// operation is a tree with the operation getThing, whose answer is the schema name.
func operation(name string) map[string]string {
	return map[string]string{
		"openapi.yaml": "paths:\n  /a: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml": "A: {get: {operationId: getThing, responses: {'200': {content: {application/json: {schema: {" +
			"$ref: 'schemas.yaml#/" + name + "'}}}}}}}\n",
		"schemas.yaml": name + ": {}\n",
	}
}

// faults are files of which no bundle can be made.
var faults = map[string]struct {
	files map[string]string
	want  string // all lines of the error
}{
	"name clash": {
		with(one("Thing:\n  type: string\n"), "things.yaml", "# Again.\nThing: {}\n"),
		"things.yaml:2: Thing is defined at schemas.yaml:1 too",
	},
	"no such file": {
		one("Thing:\n  items: {$ref: '../x/schemas.yaml#/Other'}\n"),
		"schemas.yaml:2: $ref \"../x/schemas.yaml#/Other\": no file ../x/schemas.yaml",
	},
	"no such name": {
		one("Thing:\n  items: {$ref: '#/Other'}\n"),
		"schemas.yaml:2: $ref \"#/Other\": no Other in schemas.yaml",
	},
	"name in another file": {
		one("Thing:\n  items: {$ref: 'paths.yaml#/Thing'}\n"),
		"schemas.yaml:2: $ref \"paths.yaml#/Thing\": no Thing in paths.yaml",
	},
	"name in the root": {
		one("Thing:\n  items: {$ref: 'openapi.yaml#/components/schemas/Other'}\n"),
		"schemas.yaml:2: $ref \"openapi.yaml#/components/schemas/Other\": no components/schemas/Other in openapi.yaml",
	},
	"part of a name": {
		one("Thing:\n  items: {$ref: '#/Thing/items'}\n"),
		"schemas.yaml:2: $ref \"#/Thing/items\": no Thing/items in schemas.yaml",
	},
	"whole file": {
		one("Thing:\n  items: {$ref: schemas.yaml}\n"),
		"schemas.yaml:2: $ref \"schemas.yaml\" has no #/Name",
	},
	"siblings": {
		one("Thing:\n  items:\n    description: Never read\n    $ref: '#/Thing'\n"),
		"schemas.yaml:3: $ref has siblings, which OpenAPI 3.0 ignores: wrap it in allOf",
	},
	"unused": {
		one("Thing: {}\nSecond:\n  # why\n\n  items: {$ref: '#/Second'}\nThird:\n\n  type: string\n"),
		"schemas.yaml:2: Second is used nowhere\nschemas.yaml:6: Third is used nowhere",
	},
	"path item used elsewhere": {
		one("Thing:\n  items: {$ref: 'paths.yaml#/A'}\n"),
		"schemas.yaml:2: $ref \"paths.yaml#/A\": only the table of paths refers to path items",
	},
	"not PascalCase": {
		one("Thing:\n  items: {$ref: '#/other_thing'}\nother_thing: {}\n"),
		"schemas.yaml:3: \"other_thing\" is not a PascalCase name",
	},
	"key twice": {
		one("Thing:\n  example:\n    id: 1\n    \"id\": 2\n"),
		"schemas.yaml:4: key \"id\" stands twice",
	},
	"alias": {
		one("Thing:\n  default: &one {a: b}\n  example: *one\n"),
		"schemas.yaml:3: anchors and aliases are not supported, use $ref",
	},
	"merge key": {
		one("Thing:\n  <<: {a: b}\n"),
		"schemas.yaml:2: a key must be a plain word",
	},
	"list as a key": {
		one("Thing:\n  ? [a]\n  : b\n"),
		"schemas.yaml:2: a key must be a plain word",
	},
	"time without quotes": {
		one("Thing:\n  example: 2024-01-31\n"),
		"schemas.yaml:2: \"2024-01-31\" is read as !!timestamp, quote it",
	},
	"hexadecimal": {
		one("Thing:\n  enum: [1, 0x10]\n"),
		"schemas.yaml:2: \"0x10\" is not a JSON literal, write it as one or quote it",
	},
	"no digit before the point": {
		one("Thing:\n  default: .5\n"),
		"schemas.yaml:2: \".5\" is not a JSON literal, write it as one or quote it",
	},
	"YAML's own bool": {
		one("Thing:\n  nullable: True\n"),
		"schemas.yaml:2: \"True\" is not a JSON literal, write it as one or quote it",
	},
	"nothing for null": {
		one("Thing:\n  example: {a, b: c}\n"),
		"schemas.yaml:2: \"\" is not a JSON literal, write it as one or quote it",
	},
	"all of them together": {
		one("Thing:\n  default: .5\n  items: {$ref: '#/Other'}\nlast: {}\n"),
		"schemas.yaml:2: \".5\" is not a JSON literal, write it as one or quote it\n" +
			"schemas.yaml:4: \"last\" is not a PascalCase name\n" +
			"schemas.yaml:3: $ref \"#/Other\": no Other in schemas.yaml\n" +
			"schemas.yaml:4: last is used nowhere",
	},
	"class of the generators": {
		operation("ApiClient"),
		"schemas.yaml:1: schema ApiClient clashes with a type that the generators of clients write themselves",
	},
	"class of the generators as Go writes it": {
		operation("APIResponse"),
		"schemas.yaml:1: schema APIResponse clashes with a type that the generators of clients write themselves",
	},
	"type of a language": {
		operation("Error"),
		"schemas.yaml:1: schema Error clashes with a type of JavaScript or TypeScript",
	},
	"operation and Request": {
		operation("GetThingRequest"),
		"schemas.yaml:1: schema GetThingRequest clashes with the type that generators make for the operation getThing",
	},
	"operation and Response": {
		operation("GetThingResponse"),
		"schemas.yaml:1: schema GetThingResponse clashes with the type that generators make for the operation getThing",
	},
	"operation and Params": {
		operation("GetThingParams"),
		"schemas.yaml:1: schema GetThingParams clashes with the type that generators make for the operation getThing",
	},
	"operation and Result": {
		operation("GetThingResult"),
		"schemas.yaml:1: schema GetThingResult clashes with the type that generators make for the operation getThing",
	},
	"operation and Body": {
		operation("GetThingBody"),
		"schemas.yaml:1: schema GetThingBody clashes with the type that generators make for the operation getThing",
	},
	"constructor of a schema": {
		one("Thing:\n  items: {$ref: '#/NewThing'}\nNewThing: {}\n"),
		"schemas.yaml:3: schema NewThing clashes with the constructor that generators make for the schema Thing",
	},
	"names of one file": {
		one("Thing:\n  items: {$ref: '#/THING'}\nTHING: {}\n"),
		"schemas.yaml:3: schema THING clashes with Thing: the names differ in case only",
	},
	"not YAML": {
		one("Thing:\n  a: b: c\n"),
		"schemas.yaml: yaml: line 2: mapping values are not allowed in this context",
	},
	"empty file": {
		one("# nothing here\n"),
		"schemas.yaml: not a YAML mapping",
	},
	"list": {
		one("- Thing\n"),
		"schemas.yaml: not a YAML mapping",
	},
	"two documents": {
		one("Thing: {}\n---\nOther: {}\n"),
		"schemas.yaml: more than one YAML document",
	},
}

func TestBundleReportsFaults(t *testing.T) {
	t.Parallel()
	for name, test := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Bundle(tree(t, test.files))
			assert.EqualError(t, err, test.want)
		})
	}
}

func TestBundleOfPathItems(t *testing.T) {
	t.Parallel()
	_, err := Bundle(tree(t, map[string]string{
		"openapi.yaml": "paths:\n  /a: {$ref: 'paths.yaml#/A'}\n  /b: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml":   "A: {get: {}}\n",
	}))
	assert.EqualError(t, err, `openapi.yaml:3: $ref "paths.yaml#/A": another path has this path item already`)

	_, err = Bundle(tree(t, map[string]string{
		"openapi.yaml": "paths:\n  /a: {$ref: 'paths.yaml#/A'}\n",
		"paths.yaml":   "A: {$ref: '#/A'}\n",
	}))
	assert.EqualError(t, err, `paths.yaml:1: $ref "#/A": only the table of paths refers to path items`)
}
