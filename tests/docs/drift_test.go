package docs_test

import (
	"maps"
	"slices"
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

// The operations that the defects are in, and the start of the findings about them.
const (
	getPath    = "/org/{orgId}/entitlement/{entitlementId}"
	updatePath = "/org/{orgId}/offer/{offerId}/metaInfo"
	notifyPath = "/org/{orgId}/offer/{offerId}/notifyContacts"
	closePath  = "/org/{orgId}/buyer/{buyerId}/wallet/{walletId}/close"

	entitlement = "GET " + getPath + ": "
	metaInfo    = "PATCH " + updatePath + ": "
	notify      = "POST " + notifyPath + ": "
)

// defective is a description that defects are planted in.
type defective struct {
	*openapi3.T
	get, patch, post *openapi3.PathItem
}

func (d defective) component(name string) *openapi3.Schema { return d.Components.Schemas[name].Value }

func (d defective) property(name, property string) *openapi3.Schema {
	return d.component(name).Properties[property].Value
}

func (d defective) dropValue(name string, value any) (undo func()) {
	s := d.component(name)
	return swap(&s.Enum, slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == value }))
}

func (d defective) dropProperty(name, property string) (undo func()) {
	s := d.component(name)
	return swap(&s.Properties, without(s.Properties, property))
}

func (d defective) dropPath(path string) (undo func()) {
	item := d.Paths.Value(path)
	d.Paths.Delete(path)
	return func() { d.Paths.Set(path, item) }
}

func (d defective) entitlementID() *openapi3.Parameter {
	return d.get.Parameters.GetByInAndName("path", "entitlementId")
}

func setType(s *openapi3.Schema, name string) (undo func()) {
	return swap(&s.Type, &openapi3.Types{name})
}

func answer(op *openapi3.Operation, status string) openapi3.Content {
	return op.Responses.Value(status).Value.Content
}

// defects are what can be wrong with the description, each with a saved page that tells.
var defects = map[string]struct {
	page  string
	plant func(d defective) (undo func())
	want  []string // the findings
}{
	"enum value": {
		"get-entitlement.1", func(d defective) func() { return d.dropValue("EntitlementStatus", "SUSPENDED") },
		[]string{entitlement + `answer.status: enum value "SUSPENDED" is missing`},
	},
	"empty enum value": {
		"get-entitlement.1", func(d defective) func() { return d.dropValue("PaymentScheduleType", "") },
		[]string{entitlement + `answer.info.paymentSchedule: enum value "" is missing`},
	},
	"enum value of items": {
		"notify-offer-contacts.2", func(d defective) func() { return d.dropValue("NotificationChannel", "SMS") },
		[]string{notify + `answer 200.channels[]: enum value "SMS" is missing`},
	},
	"enum value of a nameless page": {
		"notify-offer-contacts.1", func(d defective) func() { return d.dropValue("AuditingEventPriority", "LOW") },
		[]string{notify + `answer 200.priority: enum value "LOW" is missing`},
	},
	"enum": {
		"notify-offer-contacts.2", func(d defective) func() { return swap(&d.component("TrackEventActionType").Enum, nil) },
		[]string{notify + `answer 200.trackEvents[].action: enum value "OPEN_EMAIL" is missing`},
	},
	"property": {
		"get-entitlement.1", func(d defective) func() { return d.dropProperty("Entitlement", "startTime") },
		[]string{entitlement + "answer.startTime: property is missing"},
	},
	"property deep inside": {
		"get-entitlement.1", func(d defective) func() { return d.dropProperty("TrackEvent", "contactId") },
		[]string{entitlement + "answer.metaInfo.notifications[].trackEvents[].contactId: property is missing"},
	},
	"property with children": {
		"get-entitlement.1", func(d defective) func() { return d.dropProperty("EntitlementInfo", "awsAgreement") },
		[]string{entitlement + "answer.info.awsAgreement: property is missing"},
	},
	"property without a type": {
		"notify-offer-contacts.2", func(d defective) func() { return d.dropProperty("NotificationEvent", "info") },
		[]string{notify + "answer 200.info: property is missing"},
	},
	"property of a nameless page": {
		"notify-offer-contacts.1", func(d defective) func() { return d.dropProperty("NotificationEvent", "title") },
		[]string{notify + "answer 200.title: property is missing"},
	},
	"property of body and answer": {
		"update-offer-meta-info.2", func(d defective) func() { return d.dropProperty("MetaInfo", "updateMessage") },
		[]string{metaInfo + "body.updateMessage: property is missing", metaInfo + "answer 200.updateMessage: property is missing"},
	},
	"property in another object": {
		"update-offer-meta-info.1", func(d defective) func() {
			moved := maps.Clone(d.component("LastModifiedBy").Properties)
			moved["offerAcceptDate"] = d.component("MetaInfo").Properties["offerAcceptDate"]
			undo, undoDrop := swap(&d.component("LastModifiedBy").Properties, moved), d.dropProperty("MetaInfo", "offerAcceptDate")
			return func() { undo(); undoDrop() }
		},
		[]string{metaInfo + "body.offerAcceptDate: property is missing", metaInfo + "answer.offerAcceptDate: property is missing"},
	},
	"required property": {
		"notify-offer-contacts.2", func(d defective) func() { return swap(&d.component("NotificationEvent").Required, []string{"eventID"}) },
		[]string{notify + "answer 200.eventID: optional, described as required"},
	},
	"type": {
		"get-entitlement.1", func(d defective) func() {
			return setType(d.property("EntitlementInfo", "dimensionsOversized"), "string")
		},
		[]string{entitlement + "answer.info.dimensionsOversized: type boolean, described as string"},
	},
	"type of anything": {
		"notify-offer-contacts.2", func(d defective) func() { return setType(d.property("NotificationEvent", "info"), "object") },
		[]string{notify + "answer 200.info: type any, described as object"},
	},
	"no type": {
		"notify-offer-contacts.2", func(d defective) func() { return swap(&d.property("NotificationEvent", "isActionItem").Type, nil) },
		[]string{notify + "answer 200.isActionItem: type boolean, described as any"},
	},
	"no format": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("Entitlement", "creationTime").Format, "") },
		[]string{entitlement + "answer.creationTime: type string date-time, described as string"},
	},
	"format": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("Entitlement", "externalID").Format, "uuid") },
		[]string{entitlement + "answer.externalID: type string, described as string uuid"},
	},
	"no named type": {
		"get-entitlement.1", func(d defective) func() {
			return swap(d.component("Entitlement").Properties["status"], openapi3.SchemaRef{Value: d.component("EntitlementStatus")})
		},
		[]string{entitlement + "answer.status: type EntitlementStatus, described as any"},
	},
	"named type": {
		"notify-offer-contacts.2", func(d defective) func() {
			return swap(&answer(d.post.Post, "200")["application/json"].Schema.Value.AnyOf[0].Ref, "#/components/schemas/Event")
		},
		[]string{notify + "answer 200: type NotificationEvent, described as Event"},
	},
	"maximum": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("CommitDimension", "maximumUsers").Max, nil) },
		[]string{entitlement + "answer.info.commits[].maximumUsers: maximum 1000000 is missing"},
	},
	"minimum": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("CommitDimension", "minimumUsers").Min, new(2.0)) },
		[]string{entitlement + "answer.info.commits[].minimumUsers: minimum 1 is missing"},
	},
	"length": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("CancellationSchedule", "note").MaxLength, nil) },
		[]string{entitlement + "answer.metaInfo.entitlementCancellationSchedule.note: maxLength 500 is missing"},
	},
	"default": {
		"get-entitlement.1", func(d defective) func() {
			return swap(&d.property("CommitDimension", "minimumUsers").Description, "At least 11 by default.")
		},
		[]string{entitlement + "answer.info.commits[].minimumUsers: default 1 is missing"},
	},
	"nullable": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.property("Entitlement", "endTime").Nullable, false) },
		[]string{entitlement + "answer.endTime: nullable true is missing"},
	},
	"map": {
		"notify-offer-contacts.2", func(d defective) func() {
			return swap(&d.property("NotificationEvent", "customFields").AdditionalProperties, openapi3.AdditionalProperties{})
		},
		[]string{notify + "answer 200.customFields: additionalProperties are missing"},
	},
	"values of a map": {
		"get-entitlement.1", func(d defective) func() {
			return setType(d.property("MetaInfo", "customMetaInfo").AdditionalProperties.Schema.Value, "number")
		},
		[]string{entitlement + "answer.metaInfo.customMetaInfo{}: type string, described as number"},
	},
	"items": {
		"notify-offer-contacts.2", func(d defective) func() { return swap(&d.property("NotificationEvent", "contactIds").Items, nil) },
		[]string{notify + "answer 200.contactIds[]: type string, described as any"},
	},
	"parameter": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.get.Parameters, d.get.Parameters[:1]) },
		[]string{entitlement + "path parameter entitlementId: missing"},
	},
	"type of a parameter": {
		"get-entitlement.1", func(d defective) func() { return setType(d.entitlementID().Schema.Value, "integer") },
		[]string{entitlement + "path parameter entitlementId: type string, described as integer"},
	},
	"required parameter": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.entitlementID().Required, false) },
		[]string{entitlement + "path parameter entitlementId: required, described as optional"},
	},
	"body": {
		"notify-offer-contacts.1", func(d defective) func() { return swap(&d.post.Post.RequestBody, nil) },
		[]string{notify + "body: missing"},
	},
	"required body": {
		"update-offer-meta-info.2", func(d defective) func() { return swap(&d.patch.Patch.RequestBody.Value.Required, false) },
		[]string{metaInfo + "body: required, described as optional"},
	},
	"required body of a nameless page, which does not tell": {
		"notify-offer-contacts.1", func(d defective) func() { return swap(&d.post.Post.RequestBody.Value.Required, true) }, nil,
	},
	"items of the body": {
		"notify-offer-contacts.1", func(d defective) func() {
			return setType(d.post.Post.RequestBody.Value.Content["application/json"].Schema.Value.Items.Value, "integer")
		},
		[]string{notify + "body[]: type string, described as integer"},
	},
	"status": {
		"update-offer-meta-info.2", func(d defective) func() {
			gone := d.patch.Patch.Responses.Value("405")
			d.patch.Patch.Responses.Delete("405")
			return func() { d.patch.Patch.Responses.Set("405", gone) }
		},
		[]string{metaInfo + "answer 405: missing"},
	},
	"type of an error": {
		"update-offer-meta-info.2", func(d defective) func() {
			return setType(answer(d.patch.Patch, "400")["application/json"].Schema.Value, "object")
		},
		[]string{metaInfo + "answer 400: type string, described as object"},
	},
	"media type": {
		"notify-offer-contacts.2", func(d defective) func() {
			r := d.post.Post.Responses.Value("200").Value
			return swap(&r.Content, without(r.Content, "application/json"))
		},
		[]string{notify + "answer 200: media type application/json is missing"},
	},
	"title": {
		"get-entitlement.1", func(d defective) func() {
			return swap(&d.get.Get.Extensions, map[string]any{"x-docs-page": "fetch entitlement"})
		},
		[]string{entitlement + `title: "get entitlement", described as "fetch entitlement"`},
	},
	"tag": {
		"notify-offer-contacts.2", func(d defective) func() { return swap(&d.post.Post.Tags, []string{"Contacts"}) },
		[]string{
			notify + `side bar: operation "notify offer contacts" is in the group Offer, described with the tags [Contacts]`,
			notify + "tag: Offer, described as [Contacts]",
		},
	},
	"operation": {
		"get-entitlement.1", func(d defective) func() { return swap(&d.get.Get, nil) },
		[]string{entitlement + `operation: "get entitlement" is missing`},
	},
	"path": {
		"get-entitlement.1", func(d defective) func() {
			undo := d.dropPath(getPath)
			d.Paths.Set("/elsewhere/{entitlementId}", d.get)
			return func() { d.Paths.Delete("/elsewhere/{entitlementId}"); undo() }
		},
		[]string{entitlement + "operation: described as GET /elsewhere/{entitlementId}"},
	},
	"method": {
		"notify-offer-contacts.1", func(d defective) func() {
			undoPut, undoPost := swap(&d.post.Put, d.post.Post), swap(&d.post.Post, nil)
			return func() { undoPut(); undoPost() }
		},
		[]string{notify + "operation: described as PUT " + notifyPath},
	},
	"operation of the side bar": {
		"notify-offer-contacts.2", func(d defective) func() { return d.dropPath(closePath) },
		[]string{notify + `side bar: operation "close credit wallet" is missing`},
	},
}

// TestDriftNames plants defects in the description, and wants exactly the findings that name them. Loading the
// description takes longer than all the cases together, so they share one and undo what they did.
func TestDriftNames(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Load()
	require.NoError(t, err)
	d := defective{doc, doc.Paths.Value(getPath), doc.Paths.Value(updatePath), doc.Paths.Value(notifyPath)}
	saved := map[string]*docs.Page{}
	for page := range pages {
		saved[page] = facts(t, page)
	}
	for name, tt := range defects {
		t.Run(name, func(t *testing.T) {
			undo := tt.plant(d)
			assert.Equal(t, tt.want, docs.Drift(saved[tt.page], doc))
			undo()
			assert.Empty(t, docs.Drift(saved[tt.page], doc))
		})
	}
}
