package docs_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/openapi"
	"github.com/suger-go/suger/tests/docs"
)

// swap changes a part of the description and returns what undoes it.
func swap[T any](part *T, value T) (undo func()) {
	old := *part
	*part = value
	return func() { *part = old }
}

func without[K comparable, V any](m map[K]V, key K) map[K]V {
	m = maps.Clone(m)
	delete(m, key)
	return m
}

// TestDriftNames plants defects in the description, and wants exactly the findings that name them. Loading the
// description takes longer than all the cases together, so they share one and undo what they did.
func TestDriftNames(t *testing.T) {
	t.Parallel()
	const (
		getPath    = "/org/{orgId}/entitlement/{entitlementId}"
		updatePath = "/org/{orgId}/offer/{offerId}/metaInfo"
		notifyPath = "/org/{orgId}/offer/{offerId}/notifyContacts"
		closePath  = "/org/{orgId}/buyer/{buyerId}/wallet/{walletId}/close"

		entitlement = "GET " + getPath + ": "
		metaInfo    = "PATCH " + updatePath + ": "
		notify      = "POST " + notifyPath + ": "
	)
	doc, err := openapi.Load()
	require.NoError(t, err)
	get, patch, post := doc.Paths.Value(getPath), doc.Paths.Value(updatePath), doc.Paths.Value(notifyPath)
	component := func(name string) *openapi3.Schema { return doc.Components.Schemas[name].Value }
	property := func(name, property string) *openapi3.Schema { return component(name).Properties[property].Value }
	dropValue := func(name string, value any) func() {
		s := component(name)
		return swap(&s.Enum, slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == value }))
	}
	dropProperty := func(name, property string) func() {
		s := component(name)
		return swap(&s.Properties, without(s.Properties, property))
	}
	dropPath := func(path string) func() {
		item := doc.Paths.Value(path)
		doc.Paths.Delete(path)
		return func() { doc.Paths.Set(path, item) }
	}
	setType := func(s *openapi3.Schema, name string) func() { return swap(&s.Type, &openapi3.Types{name}) }
	entitlementID := get.Parameters.GetByInAndName("path", "entitlementId")
	answer := func(op *openapi3.Operation, status string) openapi3.Content {
		return op.Responses.Value(status).Value.Content
	}

	tests := map[string]struct {
		page   string
		defect func() (undo func())
		want   []string
	}{
		"enum value": {
			"get-entitlement.1", func() func() { return dropValue("EntitlementStatus", "SUSPENDED") },
			[]string{entitlement + `answer.status: enum value "SUSPENDED" is missing`},
		},
		"empty enum value": {
			"get-entitlement.1", func() func() { return dropValue("PaymentScheduleType", "") },
			[]string{entitlement + `answer.info.paymentSchedule: enum value "" is missing`},
		},
		"enum value of items": {
			"notify-offer-contacts.2", func() func() { return dropValue("NotificationChannel", "SMS") },
			[]string{notify + `answer 200.channels[]: enum value "SMS" is missing`},
		},
		"enum value of a nameless page": {
			"notify-offer-contacts.1", func() func() { return dropValue("AuditingEventPriority", "LOW") },
			[]string{notify + `answer 200.priority: enum value "LOW" is missing`},
		},
		"enum": {
			"notify-offer-contacts.2", func() func() { return swap(&component("TrackEventActionType").Enum, nil) },
			[]string{notify + `answer 200.trackEvents[].action: enum value "OPEN_EMAIL" is missing`},
		},
		"property": {
			"get-entitlement.1", func() func() { return dropProperty("Entitlement", "startTime") },
			[]string{entitlement + "answer.startTime: property is missing"},
		},
		"property deep inside": {
			"get-entitlement.1", func() func() { return dropProperty("TrackEvent", "contactId") },
			[]string{entitlement + "answer.metaInfo.notifications[].trackEvents[].contactId: property is missing"},
		},
		"property with children": {
			"get-entitlement.1", func() func() { return dropProperty("EntitlementInfo", "awsAgreement") },
			[]string{entitlement + "answer.info.awsAgreement: property is missing"},
		},
		"property without a type": {
			"notify-offer-contacts.2", func() func() { return dropProperty("NotificationEvent", "info") },
			[]string{notify + "answer 200.info: property is missing"},
		},
		"property of a nameless page": {
			"notify-offer-contacts.1", func() func() { return dropProperty("NotificationEvent", "title") },
			[]string{notify + "answer 200.title: property is missing"},
		},
		"property of body and answer": {
			"update-offer-meta-info.2", func() func() { return dropProperty("MetaInfo", "updateMessage") },
			[]string{metaInfo + "body.updateMessage: property is missing", metaInfo + "answer 200.updateMessage: property is missing"},
		},
		"property in another object": {
			"update-offer-meta-info.1", func() func() {
				moved := maps.Clone(component("LastModifiedBy").Properties)
				moved["offerAcceptDate"] = component("MetaInfo").Properties["offerAcceptDate"]
				undo, undoDrop := swap(&component("LastModifiedBy").Properties, moved), dropProperty("MetaInfo", "offerAcceptDate")
				return func() { undo(); undoDrop() }
			},
			[]string{metaInfo + "body.offerAcceptDate: property is missing", metaInfo + "answer.offerAcceptDate: property is missing"},
		},
		"required property": {
			"notify-offer-contacts.2", func() func() { return swap(&component("NotificationEvent").Required, []string{"eventID"}) },
			[]string{notify + "answer 200.eventID: optional, described as required"},
		},
		"type": {
			"get-entitlement.1", func() func() { return setType(property("EntitlementInfo", "dimensionsOversized"), "string") },
			[]string{entitlement + "answer.info.dimensionsOversized: type boolean, described as string"},
		},
		"type of anything": {
			"notify-offer-contacts.2", func() func() { return setType(property("NotificationEvent", "info"), "object") },
			[]string{notify + "answer 200.info: type any, described as object"},
		},
		"no type": {
			"notify-offer-contacts.2", func() func() { return swap(&property("NotificationEvent", "isActionItem").Type, nil) },
			[]string{notify + "answer 200.isActionItem: type boolean, described as any"},
		},
		"no format": {
			"get-entitlement.1", func() func() { return swap(&property("Entitlement", "creationTime").Format, "") },
			[]string{entitlement + "answer.creationTime: type string date-time, described as string"},
		},
		"format": {
			"get-entitlement.1", func() func() { return swap(&property("Entitlement", "externalID").Format, "uuid") },
			[]string{entitlement + "answer.externalID: type string, described as string uuid"},
		},
		"no named type": {
			"get-entitlement.1", func() func() {
				return swap(component("Entitlement").Properties["status"], openapi3.SchemaRef{Value: component("EntitlementStatus")})
			},
			[]string{entitlement + "answer.status: type EntitlementStatus, described as any"},
		},
		"named type": {
			"notify-offer-contacts.2", func() func() {
				return swap(&answer(post.Post, "200")["application/json"].Schema.Value.AnyOf[0].Ref, "#/components/schemas/Event")
			},
			[]string{notify + "answer 200: type NotificationEvent, described as Event"},
		},
		"maximum": {
			"get-entitlement.1", func() func() { return swap(&property("CommitDimension", "maximumUsers").Max, nil) },
			[]string{entitlement + "answer.info.commits[].maximumUsers: maximum 1000000 is missing"},
		},
		"minimum": {
			"get-entitlement.1", func() func() { return swap(&property("CommitDimension", "minimumUsers").Min, new(2.0)) },
			[]string{entitlement + "answer.info.commits[].minimumUsers: minimum 1 is missing"},
		},
		"length": {
			"get-entitlement.1", func() func() { return swap(&property("CancellationSchedule", "note").MaxLength, nil) },
			[]string{entitlement + "answer.metaInfo.entitlementCancellationSchedule.note: maxLength 500 is missing"},
		},
		"default": {
			"get-entitlement.1", func() func() { return swap(&property("CommitDimension", "minimumUsers").Default, nil) },
			[]string{entitlement + "answer.info.commits[].minimumUsers: default 1 is missing"},
		},
		"nullable": {
			"get-entitlement.1", func() func() { return swap(&property("Entitlement", "endTime").Nullable, false) },
			[]string{entitlement + "answer.endTime: nullable true is missing"},
		},
		"map": {
			"notify-offer-contacts.2", func() func() {
				return swap(&property("NotificationEvent", "customFields").AdditionalProperties, openapi3.AdditionalProperties{})
			},
			[]string{notify + "answer 200.customFields: additionalProperties are missing"},
		},
		"values of a map": {
			"get-entitlement.1", func() func() {
				return setType(property("MetaInfo", "customMetaInfo").AdditionalProperties.Schema.Value, "number")
			},
			[]string{entitlement + "answer.metaInfo.customMetaInfo{}: type string, described as number"},
		},
		"items": {
			"notify-offer-contacts.2", func() func() { return swap(&property("NotificationEvent", "contactIds").Items, nil) },
			[]string{notify + "answer 200.contactIds[]: type string, described as any"},
		},
		"parameter": {
			"get-entitlement.1", func() func() { return swap(&get.Parameters, get.Parameters[:1]) },
			[]string{entitlement + "path parameter entitlementId: missing"},
		},
		"type of a parameter": {
			"get-entitlement.1", func() func() { return setType(entitlementID.Schema.Value, "integer") },
			[]string{entitlement + "path parameter entitlementId: type string, described as integer"},
		},
		"required parameter": {
			"get-entitlement.1", func() func() { return swap(&entitlementID.Required, false) },
			[]string{entitlement + "path parameter entitlementId: required, described as optional"},
		},
		"body": {
			"notify-offer-contacts.1", func() func() { return swap(&post.Post.RequestBody, nil) },
			[]string{notify + "body: missing"},
		},
		"required body": {
			"update-offer-meta-info.2", func() func() { return swap(&patch.Patch.RequestBody.Value.Required, false) },
			[]string{metaInfo + "body: required, described as optional"},
		},
		"required body of a nameless page, which does not tell": {
			"notify-offer-contacts.1", func() func() { return swap(&post.Post.RequestBody.Value.Required, true) }, nil,
		},
		"items of the body": {
			"notify-offer-contacts.1", func() func() {
				return setType(post.Post.RequestBody.Value.Content["application/json"].Schema.Value.Items.Value, "integer")
			},
			[]string{notify + "body[]: type string, described as integer"},
		},
		"status": {
			"update-offer-meta-info.2", func() func() {
				gone := patch.Patch.Responses.Value("405")
				patch.Patch.Responses.Delete("405")
				return func() { patch.Patch.Responses.Set("405", gone) }
			},
			[]string{metaInfo + "answer 405: missing"},
		},
		"type of an error": {
			"update-offer-meta-info.2", func() func() {
				return setType(answer(patch.Patch, "400")["application/json"].Schema.Value, "object")
			},
			[]string{metaInfo + "answer 400: type string, described as object"},
		},
		"media type": {
			"notify-offer-contacts.2", func() func() {
				r := post.Post.Responses.Value("200").Value
				return swap(&r.Content, without(r.Content, "application/json"))
			},
			[]string{notify + "answer 200: media type application/json is missing"},
		},
		"title": {
			"get-entitlement.1", func() func() {
				return swap(&get.Get.Extensions, map[string]any{"x-docs-page": "fetch entitlement"})
			},
			[]string{entitlement + `title: "get entitlement", described as "fetch entitlement"`},
		},
		"tag": {
			"notify-offer-contacts.2", func() func() { return swap(&post.Post.Tags, []string{"Contacts"}) },
			[]string{
				notify + `side bar: operation "notify offer contacts" is in the group Offer, described with the tags [Contacts]`,
				notify + "tag: Offer, described as [Contacts]",
			},
		},
		"operation": {
			"get-entitlement.1", func() func() { return swap(&get.Get, nil) },
			[]string{entitlement + `operation: "get entitlement" is missing`},
		},
		"path": {
			"get-entitlement.1", func() func() {
				undo := dropPath(getPath)
				doc.Paths.Set("/elsewhere/{entitlementId}", get)
				return func() { doc.Paths.Delete("/elsewhere/{entitlementId}"); undo() }
			},
			[]string{entitlement + "operation: described as GET /elsewhere/{entitlementId}"},
		},
		"method": {
			"notify-offer-contacts.1", func() func() {
				undoPut, undoPost := swap(&post.Put, post.Post), swap(&post.Post, nil)
				return func() { undoPut(); undoPost() }
			},
			[]string{notify + "operation: described as PUT " + notifyPath},
		},
		"operation of the side bar": {
			"notify-offer-contacts.2", func() func() { return dropPath(closePath) },
			[]string{notify + `side bar: operation "close credit wallet" is missing`},
		},
	}
	saved := map[string]*docs.Page{}
	for page := range pages {
		saved[page] = facts(t, page)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			undo := tt.defect()
			assert.Equal(t, tt.want, docs.Drift(saved[tt.page], doc))
			undo()
			assert.Empty(t, docs.Drift(saved[tt.page], doc))
		})
	}
}

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
