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
