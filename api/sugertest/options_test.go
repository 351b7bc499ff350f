package sugertest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// sendRaw sends a request as no client of this project does.
func sendRaw(t *testing.T, srv *Server, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+"/org/"+srv.OrgID+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+srv.APIKey)
	r.Header.Set("Content-Type", "application/json")
	return send(t, srv, r)
}

// Every operation with an optional body takes null for none. All others refuse it.
func TestNullBodies(t *testing.T) {
	t.Parallel()
	optional := 0
	for _, op := range loadDescription().operations {
		body := op.route.Operation.RequestBody
		if body == nil || op.takesForm() {
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			t.Parallel()
			srv := New(t)
			srv.SeedExamples()
			r := newRequest(t, srv, op, 2)
			nameExisting(srv, op, r)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("null\n")), 5
			status, message := send(t, srv, r)
			if body.Value.Required {
				assert.Equal(t, 400, status, message)
				assert.Contains(t, message, "body")
			} else {
				assert.Equal(t, 200, status, message)
			}
		})
		if !body.Value.Required {
			optional++
		}
	}
	assert.Equal(t, 4, optional, "issue an invoice, create and update a wallet, notify contacts")
}

func TestBothAnswersOfNotifyContacts(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]Option{"event": nil, "empty": {EmptyNotify()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := New(t, options...)
			srv.Seed(gen.Offer{ID: new("offer-1"), ContactIDs: []string{"contact-1"}},
				gen.Contact{ID: new("contact-1"), EmailAddress: new("dana@example.com")})
			client := srv.Client(checked(t, srv))
			event, err := client.Offers.NotifyContacts(t.Context(), "offer-1", nil)
			require.NoError(t, err)
			assert.Equal(t, name == "event", event.GetAction() == gen.NotificationEventActionNotifyContacts)
			_, raw := sendRaw(t, srv, "POST", "/offer/offer-1/notifyContacts", "")
			assert.Equal(t, name == "empty", strings.TrimSpace(raw) == `""`, raw)
			messages, err := client.Notifications.ListMessages(t.Context(), nil)
			require.NoError(t, err)
			assert.Len(t, messages.GetNotificationMessages(), 2, "they are sent all the same")
			events, err := client.Notifications.ListEventsByEntity(t.Context(), gen.EntityTypeOffer, "offer-1", nil)
			require.NoError(t, err)
			assert.Len(t, events.GetNotificationEvents(), 2)
		})
	}
}

// A parameter that is published as a plain text takes any, and selects nothing by one that no object has. One that is published
// with its values takes those alone.
func TestParametersFromTheFuture(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.SeedExamples()
	for path, want := range map[string]string{
		"/offer?status=FROM_THE_FUTURE":          "[]",
		"/offer?partner=FROM_THE_FUTURE":         "[]",
		"/offer?offerType=FROM_THE_FUTURE":       "[]",
		"/buyer?partner=FROM_THE_FUTURE":         "[]",
		"/entitlement?partner=FROM_THE_FUTURE":   "[]",
		"/billableMetric?status=FROM_THE_FUTURE": "[]",
		"/usageRecordGroup/aggregate?partner=FROM_THE_FUTURE&granularity=DAY&startDate=2026-01-01&endDate=2026-12-31":  "[]",
		"/usageRecordReport/aggregate?partner=FROM_THE_FUTURE&granularity=DAY&startDate=2026-01-01&endDate=2026-12-31": "[]",
		"/notificationEvent/FROM_THE_FUTURE/any":   `"notificationEvents":[]`,
		"/invoice?status=FROM_THE_FUTURE":          "query parameter status",
		"/product?partner=FROM_THE_FUTURE":         "query parameter partner",
		"/usageRecordGroup?status=FROM_THE_FUTURE": "query parameter status",
	} {
		status, body := sendRaw(t, srv, "GET", path, "")
		assert.Equal(t, !strings.Contains(want, "query parameter"), status == 200, "%s: %s", path, body)
		assert.Contains(t, body, want, path)
	}
	offers, err := srv.Client().Offers.List(t.Context(), &gen.ListOffersParams{Status: new(gen.OfferStatusPendingAcceptance)})
	require.NoError(t, err)
	assert.NotEmpty(t, offers, "known values select as ever")
}

func TestUnknownParameters(t *testing.T) {
	t.Parallel()
	for refuses, options := range map[bool][]Option{false: nil, true: {RefuseUnknownParameters()}} {
		t.Run(fmt.Sprint(refuses), func(t *testing.T) {
			t.Parallel()
			srv := New(t, options...)
			srv.Seed(gen.Offer{ID: new("offer-1")})
			status, body := sendRaw(t, srv, "GET", "/offer?limit=5&stauts=DRAFT&Limit=1", "")
			if refuses {
				assert.Equal(t, 400, status)
				assert.Contains(t, body, "query parameter Limit: Offers.List has none of that name")
			} else {
				assert.Equal(t, 200, status)
				assert.Contains(t, body, "offer-1")
			}
			_, err := srv.Client().Offers.List(t.Context(), &gen.ListOffersParams{Limit: new(int64(5)), Status: new(gen.OfferStatusDraft)})
			require.NoError(t, err)
			status, _ = sendRaw(t, srv, "GET", "/nothing?x=1", "")
			assert.Equal(t, 404, status)
			requests := srv.Requests()
			assert.Equal(t, []string{"Limit", "stauts"}, requests[0].Unknown)
			assert.Empty(t, requests[1].Unknown)
			assert.Empty(t, requests[2].Unknown, "it is for no operation")
		})
	}
}

// The days of a private offer on Azure are times by their type, and dates by what is documented of them.
func TestAzureDates(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for body, want := range map[string]int{
		`{"acceptBy": "2030-03-20", "start": "2030-04-01", "end": "2031-03-31"}`:                              200,
		`{"acceptBy": "2030-03-20T00:00:00Z", "start": "2030-04-01T00:00:00Z", "lastModified": "2030-01-31"}`: 200,
		`{"start": "", "variableStartDate": true}`:                                                            200,
		`{"end": ""}`:               400,
		`{"end": "2031-13-31"}`:     400,
		`{"acceptBy": "20.3.2030"}`: 400,
	} {
		status, answer := sendRaw(t, srv, "POST", "/offer", `{"info": {"azurePrivateOffer": `+body+`}}`)
		assert.Equal(t, want, status, "%s: %s", body, answer)
	}
	status, _ := sendRaw(t, srv, "POST", "/offer", `{"expireTime": "2030-03-20"}`)
	assert.Equal(t, 400, status, "other times are none but times")
	for offer, err := range srv.Client().Offers.All(t.Context(), nil) {
		require.NoError(t, err)
		azure := offer.GetInfo().GetAzurePrivateOffer()
		if !azure.GetVariableStartDate() {
			assert.Equal(t, 2030, azure.GetAcceptBy().Year())
		}
	}
}

// What comes from the future leaves what is known as it is: every answer with it still is one by the description.
func TestFutureKeepsKnownTypes(t *testing.T) {
	t.Parallel()
	for _, op := range loadDescription().operations {
		if op.answer.Schema.Value.Type.Is("string") {
			continue
		}
		value, err := toJSON((&synthesizer{seed: 3}).value(op.answer.Schema, op.id, op.id))
		require.NoError(t, err)
		fault := UnknownProperty()
		changed := fault.fromTheFuture(op.answer.Schema.Value, value)
		assert.NoError(t, op.answer.Schema.Value.VisitJSON(changed), op.id)
		example, err := toJSON(op.example())
		require.NoError(t, err)
		fault = FutureEnum("name") // a text, and some parts have one of their own
		assert.NoError(t, op.answer.Schema.Value.VisitJSON(fault.fromTheFuture(op.answer.Schema.Value, example)), op.id)
	}
}

func TestUnknownPropertyKeepsMaps(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1"), MetaInfo: &gen.MetaInfo{CustomMetaInfo: map[string]string{"region": "NA-East", "status": "gold"}},
		Status: new(gen.OfferStatusDraft)})
	srv.Fail("offers.get", UnknownProperty().Times(1), FutureEnum("status").Times(1))
	for _, status := range []gen.OfferStatus{gen.OfferStatusDraft, "FROM_THE_FUTURE"} {
		offer, err := srv.Client().Offers.Get(t.Context(), "offer-1")
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"region": "NA-East", "status": "gold"}, offer.GetMetaInfo().GetCustomMetaInfo())
		assert.Equal(t, status, offer.GetStatus())
		assert.Equal(t, status == gen.OfferStatusDraft, offer.AdditionalProperties["fromTheFuture"] != nil)
		assert.Equal(t, status == gen.OfferStatusDraft, offer.GetMetaInfo().AdditionalProperties["fromTheFuture"] != nil)
	}
	srv.Fail("offers.get", UnknownProperty())
	_, err := srv.Client().Offers.Get(t.Context(), "another")
	assert.ErrorIs(t, err, api.ErrNotFound, "what an error says stays as it is")
	assert.ErrorContains(t, err, "offer not found: another")
}
