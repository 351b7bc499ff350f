package docs_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/docs"
)

// TestDriftOfNewPage reads pages that have more than the description.
func TestDriftOfNewPage(t *testing.T) {
	t.Parallel()
	doc := description(t)
	const where = "GET /org/{orgId}/apiClient/{apiClientId}: "
	page := func(query, answer string) string {
		return "get api client\nGET\n/org/:orgId/apiClient/:apiClientId\nRequest\nPath Parameters\norgId\nstring\nrequired\napiClientId\nstring\nrequired\n" +
			query + "Responses\n200\nOK\napplication/json\nSchema\nSchema\nid\nstring\n" + answer
	}
	for name, tt := range map[string]struct {
		page string
		want []string
	}{
		"nothing":     {page("", ""), nil},
		"a parameter": {page("Query Parameters\nverbose\nboolean\n", ""), []string{where + "query parameter verbose: missing"}},
		"properties": {page("", "keeper\nobject\nname\nstring\nzebras\nobject[]\nArray [\nage\ninteger\n]\n"),
			[]string{where + "answer 200.keeper: property is missing"}},
		"a nullable property": {page("", "organizationID\nstring\nnullable\n"), []string{where + "answer 200.organizationID: nullable true is missing"}},
		"a required property": {page("", "organizationID\nstring\nrequired\n"), []string{where + "answer 200.organizationID: required, described as optional"}},
		"a media type that is not shown": {"preview invoice email\nGET /org/:orgId/invoice/:invoiceId/preview\nRequest\nPath Parameters\n" +
			"orgId stringrequired\ninvoiceId stringrequired\nResponses\nOK\nSchema\nnumber\n",
			[]string{"GET /org/{orgId}/invoice/{invoiceId}/preview: answer: type number, described as string"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docs.Parse(tt.page)
			require.NoError(t, err)
			assert.Equal(t, tt.want, docs.Drift(page, doc))
		})
	}
}

// TestDriftOfListWithoutName compares the lists of a nameless page that its example does not place with the enums that
// are closest to them.
func TestDriftOfListWithoutName(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi": "3.0.3", "info": {"title": "Zoo", "version": "1"},
		"paths": {"/zoo": {"get": {"x-docs-page": "get zoo", "responses": {"200": {"description": "A zoo", "content": {
			"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}}}}}},
		"components": {"schemas": {"Animal": {"type": "object", "properties": {
			"colour": {"type": "string", "enum": ["RED", "BLUE"]},
			"parents": {"type": "array", "items": {"$ref": "#/components/schemas/Animal"}},
			"size": {"type": "object", "properties": {"unit": {"type": "string", "enum": ["M", "INCH", "BLUE"]}}}}}}}}`))
	require.NoError(t, err)
	page := &docs.Page{Title: "get zoo", Method: "GET", Path: "/zoo", Nameless: true, Responses: []*docs.Message{
		{Status: "200", Schema: &docs.Schema{Type: "object", Enums: [][]string{{"BLUE", "GREEN", "RED"}, {"M", "MILE", "INCH"}, {"INCH"}}}},
	}}
	assert.Equal(t, []string{
		`GET /zoo: answer 200 (some property): enum value "GREEN" is missing`,
		`GET /zoo: answer 200 (some property): enum value "MILE" is missing`,
	}, docs.Drift(page, doc))
}

// zoo loads a description of one operation, whose answer is an Animal.
func zoo(t *testing.T, operation, schemas string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi": "3.0.3", "info": {"title": "Zoo", "version": "1"},
		"paths": {"/zoo": {` + operation + `"x-docs-page": "zoo it", "responses": {"200": {"description": "OK", "content": {
			"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}}}}}},
		"components": {"schemas": {` + schemas + `}}}`))
	require.NoError(t, err)
	return doc
}

// TestDriftOfOpenProperty takes a property that the page leaves open in either object, and names both where it is in none.
func TestDriftOfOpenProperty(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("zoo it\nGET /zoo\nRequest\nResponses\n200\nOK\napplication/json\nSchema\nSchema\n" +
		"cage\nobject\nbars\nstring\ndoor\nobject\nkey\nstring\nlock\nstring\n")
	require.NoError(t, err)
	const where = "GET /zoo: answer 200"
	text := `{"type": "string"}`
	for name, tt := range map[string]struct {
		cage, door, root string
		want             []string
	}{
		"both inside":  {`"door": {"type": "object", "properties": {"key": ` + text + `, "lock": ` + text + `}}`, "", "", nil},
		"one outside":  {`"door": {"type": "object", "properties": {"key": ` + text + `}}, "lock": ` + text, "", "", nil},
		"all outside":  {"", `"door": {"type": "object"}`, `"key": ` + text + `, "lock": ` + text, nil},
		"of the type":  {`"door": {"type": "object", "properties": {"key": {"type": "boolean"}, "lock": ` + text + `}}`, "", "", []string{where + ".cage.door.key: type string, described as boolean"}},
		"none":         {`"door": {"type": "object"}, "lock": ` + text, "", "", []string{where + ".cage.door.key or answer 200.cage.key or answer 200.key: property is missing"}},
		"inside again": {`"door": {"type": "object", "properties": {"lock": ` + text + `}}, "key": ` + text, "", "", []string{where + ".cage.lock or answer 200.lock: property is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cage := strings.Trim(`"bars": `+text+`,`+tt.cage, ",")
			root := strings.Trim(`"cage": {"type": "object", "properties": {`+cage+`}},`+tt.door+`,`+tt.root, ",")
			doc := zoo(t, `"get": {`, `"Animal": {"type": "object", "properties": {`+root+`}}`)
			assert.Equal(t, tt.want, docs.Drift(page, doc))
		})
	}
}

// TestDriftOfOpenMap takes a map that may be either object.
func TestDriftOfOpenMap(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("zoo it\nGET /zoo\nRequest\nResponses\n200\nOK\napplication/json\nSchema\nSchema\n" +
		"cage\nobject\nbars\nstring\nproperty name*\nnumber\n")
	require.NoError(t, err)
	const where, bars = "GET /zoo: answer 200", `"type": "object", "properties": {"bars": {"type": "string"}}`
	for animal, want := range map[string][]string{
		`"properties": {"cage": {` + bars + `, "additionalProperties": {"type": "number"}}}`:            nil,
		`"properties": {"cage": {` + bars + `}}, "additionalProperties": {"type": "number"}`:            nil,
		`"properties": {"cage": {` + bars + `}}, "additionalProperties": {"type": "string"}`:            {where + "{}: type number, described as string"},
		`"properties": {"cage": {` + bars + `}, "other": {"additionalProperties": {"type": "number"}}}`: {where + ".cage: additionalProperties are missing"},
	} {
		assert.Equal(t, want, docs.Drift(page, zoo(t, `"get": {`, `"Animal": {"type": "object", `+animal+`}`)), animal)
	}
}

// TestDriftOfPublishedName takes the vendor's name of a type, with or without its package, and no other.
func TestDriftOfPublishedName(t *testing.T) {
	t.Parallel()
	doc := zoo(t, `"get": {`, `"Animal": {"type": "string", "x-published-name": "lib_v2.ZooAnimal"}`)
	for name, want := range map[string][]string{
		"Animal":           nil,
		"ZooAnimal":        nil,
		"lib_v2.ZooAnimal": nil,
		"Zoo":              {"GET /zoo: answer 200: type Zoo, described as Animal"},
		"lib.ZooAnimal":    {"GET /zoo: answer 200: type lib.ZooAnimal, described as Animal"},
	} {
		page, err := docs.Parse("zoo it\nGET /zoo\nRequest\nResponses\n200\nOK\napplication/json\nSchema\nSchema\n" + name + " (string)\n")
		require.NoError(t, err)
		assert.Equal(t, want, docs.Drift(page, doc), name)
	}
}

// TestDriftOfVendorsWallet reads names of the vendor, which the description knows.
func TestDriftOfVendorsWallet(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("get wallet\nGET\n/org/:orgId/wallet\nRequest\nPath Parameters\norgId\nstring\nrequired\nResponses\n200\nBillingWallet object\n" +
		"application/json\nSchema\nSchema\nstatus\nBillingWalletStatus (string)\ntype\nBillingWalletType (string)\n")
	require.NoError(t, err)
	page.Responses[0].Schema.Named = "BillingWallet"
	doc := description(t)
	wallet := &openapi3.Operation{Extensions: map[string]any{"x-docs-page": "get wallet"}, Responses: openapi3.NewResponses()}
	wallet.Responses.Set("200", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithJSONSchemaRef(
		&openapi3.SchemaRef{Ref: "#/components/schemas/Wallet", Value: doc.Components.Schemas["Wallet"].Value})})
	item := &openapi3.PathItem{Get: wallet, Parameters: doc.Paths.Value("/org/{orgId}/offer").Parameters}
	assert.Empty(t, docs.Drift(page, &openapi3.T{Paths: openapi3.NewPaths(openapi3.WithPath("/org/{orgId}/wallet", item))}))
}

// TestDriftOfEmptyBody takes an object without properties for no body where a body has no meaning.
func TestDriftOfEmptyBody(t *testing.T) {
	t.Parallel()
	const schemas = `"Animal": {"type": "string"}`
	for name, tt := range map[string]struct {
		method, body string
		want         []string
	}{
		"GET":                 {"GET", "Body\nobject", nil},
		"GET on one line":     {"GET", "Body object", nil},
		"GET without a type":  {"GET", "Body", nil},
		"GET with a property": {"GET", "Body\nname\nstring", []string{"GET /zoo: body: missing"}},
		"GET that wants it":   {"GET", "Body required\nobject", []string{"GET /zoo: body: missing"}},
		"POST":                {"POST", "Body\nobject", []string{"POST /zoo: body: missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docs.Parse("zoo it\n" + tt.method + " /zoo\nRequest\napplication/json\n" + tt.body +
				"\nResponses\n200\nOK\napplication/json\nSchema\nstring\n")
			require.NoError(t, err)
			require.NotNil(t, page.Body)
			doc := zoo(t, `"`+strings.ToLower(tt.method)+`": {`, schemas)
			assert.Equal(t, tt.want, docs.Drift(page, doc))
		})
	}
}

// TestDriftOfNamelessParameters compares the lists of values of query parameters that lost their names.
func TestDriftOfNamelessParameters(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("zoo it\nGET /zoo\nRequest\nQuery Parameters\nPossible values: [BIRD\n, FISH\n]\nKind\nPossible values: [M]\n" +
		"Responses\n200\nOK\napplication/json\nSchema\nSchema\nstring\n")
	require.NoError(t, err)
	const schemas, where = `"Animal": {"type": "string"}`, "GET /zoo: query parameters"
	parameters := func(list string) string { return `"get": {"parameters": [` + list + `], ` }
	unit := `{"in": "query", "name": "unit", "schema": {"type": "string", "enum": ["M", "KM"]}}`
	kind := func(in, values string) string {
		return `{"in": "` + in + `", "name": "kind", "schema": {"type": "array", "items": {"type": "string", "enum": [` + values + `]}}},` + unit
	}
	for name, tt := range map[string]struct {
		operation string
		want      []string
	}{
		"as it is": {parameters(kind("query", `"BIRD", "FISH", "APE"`)), nil},
		"value":    {parameters(kind("query", `"BIRD"`)), []string{where + ` (one of them): enum value "FISH" is missing`}},
		"list":     {parameters(kind("header", `"BIRD", "FISH"`)), []string{where + ` (one of them): enum value "BIRD" is missing`, where + ` (one of them): enum value "FISH" is missing`}},
		"none": {parameters(""), []string{
			where + ": missing", where + ` (one of them): enum value "BIRD" is missing`,
			where + ` (one of them): enum value "FISH" is missing`, where + ` (one of them): enum value "M" is missing`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, docs.Drift(page, zoo(t, tt.operation, schemas)))
		})
	}
}
