package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func derived(t *testing.T, text string) (*yaml.Node, error) {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	return doc.Content[0], derive(doc.Content[0])
}

func TestDeriveNamesOfValues(t *testing.T) {
	t.Parallel()
	doc, err := derived(t, `components:
  schemas:
    Kind:
      enum: ['', AWS_MARKETPLACE, tiered-percentage, OneTime, STRING]
      x-enum-varnames: {STRING: Text}
      example: {enum: [NOT_AN_ENUM]}
    Holder: {properties: {enum: {type: array, items: {$ref: '#/components/schemas/Number'}}}}
    Number: {enum: [1, 2X]}
`)
	require.NoError(t, err)
	var names []string
	require.NoError(t, get(doc, "components", "schemas", "Kind", "x-enum-varnames").Decode(&names))
	assert.Equal(t, []string{"Empty", "AwsMarketplace", "TieredPercentage", "OneTime", "Text"}, names)
	assert.Nil(t, get(doc, "components", "schemas", "Kind", "example", "x-enum-varnames"))
	require.NoError(t, get(doc, "components", "schemas", "Number", "x-enum-varnames").Decode(&names))
	assert.Equal(t, []string{"1", "2x"}, names)

	_, err = derived(t, "a: {enum: [A, B], x-enum-varnames: {C: See}}\n")
	assert.EqualError(t, err, `line 1: x-enum-varnames names "C", which is no value of the enum`)
	_, err = derived(t, "a: {enum: [A, B], x-enum-varnames: [A, B]}\n")
	assert.EqualError(t, err, "line 1: x-enum-varnames is a mapping of values to names")
}

// A constant that is a word of a language does not compile there.
func TestDeriveRefusesWordsOfLanguages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ enum, want string }{
		{"enum: [none, blob]", `Kind: line 1: the value "none" is called None, a word of Python: give it another name in x-enum-varnames`},
		{"enum: [a, 'true']", `Kind: line 1: the value "true" is called True, a word of Python: give it another name in x-enum-varnames`},
		{"enum: [STRING]", `Kind: line 1: the value "STRING" is called String, a word of Java: give it another name in x-enum-varnames`},
		{"enum: [SELF]", `Kind: line 1: the value "SELF" is called Self, a word of Rust and Swift: give it another name in x-enum-varnames`},
		{"enum: [a], x-enum-varnames: {a: Companion}",
			`Kind: line 1: the value "a" is called Companion, a word of Kotlin: give it another name in x-enum-varnames`},
	} {
		_, err := derived(t, "components: {schemas: {Kind: {"+test.enum+"}}}\n")
		assert.EqualError(t, err, test.want)
	}
	_, err := derived(t, "components: {schemas: {Kind: {enum: [none, 'true'], x-enum-varnames: {none: NoValue, 'true': IsTrue}}}}\n")
	assert.NoError(t, err)
}

func TestDeriveNamesOfMethods(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ operation, want string }{
		{"{operationId: listOffers, tags: [Offers]}", "list"},
		{"{operationId: listApiClients, tags: [APIClients]}", "list"},
		{"{operationId: updateOfferMetaInfo, tags: [Offers]}", "updateMetaInfo"},
		{"{operationId: createOrUpdateDraftOffer, tags: [Offers]}", "createOrUpdateDraft"},
		{"{operationId: closeSupportTicket, tags: [Support]}", "closeTicket"},
		{"{operationId: reportUsage, tags: [Reports]}", "reportUsage"},
		{"{operationId: getRevenueReport, tags: [Reports], x-sdk-method: getRevenueReport}", "getRevenueReport"},
	} {
		doc, err := derived(t, "paths: {/a: {get: "+test.operation+"}}")
		require.NoError(t, err)
		assert.Equal(t, test.want, get(doc, "paths", "/a", "get", "x-sdk-method").Value)
	}
}

// The marks that the Go types get, for a body that holds parts, and answers that hold some of them too.
func TestDeriveMarks(t *testing.T) {
	t.Parallel()
	doc, err := derived(t, `paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}}
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Answer'}}}}}
components:
  schemas:
    Body: {properties: {part: {$ref: '#/components/schemas/Part'}, list: {$ref: '#/components/schemas/List'}}}
    List: {type: array, items: {allOf: [{$ref: '#/components/schemas/Item'}]}}
    Item: {properties: {again: {$ref: '#/components/schemas/Body'}, by: {additionalProperties: {$ref: '#/components/schemas/Value'}}}}
    Value: {properties: {text: {type: string}}}
    Part: {properties: {text: {type: string}}}
    Answer: {properties: {part: {$ref: '#/components/schemas/Part'}, big: {$ref: '#/components/schemas/Big'}, any: {$ref: '#/components/schemas/Any'}}}
    Big: {properties: {value: {$ref: '#/components/schemas/Value'}}}
    Any: {properties: {values: {type: array, items: {type: object, additionalProperties: true}}}}
    Raw: {properties: {raw: {x-raw-json: true}}}
`)
	require.NoError(t, err)
	var keeping, decoding []string
	for name, schema := range pairs(get(doc, "components", "schemas")) {
		if get(schema, keeps) != nil {
			keeping = append(keeping, name.Value)
		}
		if get(schema, decodes) != nil {
			decoding = append(decoding, name.Value)
		}
	}
	slices.Sort(keeping)
	slices.Sort(decoding)
	assert.Equal(t, []string{"Body", "Item", "Part", "Value"}, keeping)
	assert.Equal(t, []string{"Any", "Body", "Part", "Value"}, decoding)
}
