package sugertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// knock sends a request to the door and holds the answer against its description. The call is a method and a path.
func knock(t *testing.T, s *Server, call, body string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+s.APIKey)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := s.http.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	for pattern, operations := range loadDoor() {
		if op := operations[method]; op != nil && matches(pattern, r.URL.Path) {
			assert.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
				Status:                 response.StatusCode,
				Header:                 response.Header,
				Body:                   io.NopCloser(bytes.NewReader(answer)),
				Options:                &openapi3filter.Options{IncludeResponseStatus: true},
			}), "%s: %s", call, answer)
		}
	}
	return response.StatusCode, string(answer)
}

// enter is knock for a call that succeeds. It returns the decoded answer, nil without one.
func enter(t *testing.T, s *Server, call, body string) any {
	t.Helper()
	status, answer := knock(t, s, call, body)
	require.Equal(t, 2, status/100, "%s: %s", call, answer)
	if answer == "" {
		return nil
	}
	value, err := decode([]byte(answer))
	require.NoError(t, err)
	return value
}

func TestDoorIsDescribed(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(doorDescription)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	var described, implemented []string
	for path, operations := range loadDoor() {
		assert.True(t, strings.HasPrefix(path, doorPath), path)
		for _, op := range operations {
			described = append(described, op.id)
		}
	}
	for id := range doorOperations {
		implemented = append(implemented, id)
	}
	assert.ElementsMatch(t, described, implemented)
	for path := range loadDescription().paths {
		assert.False(t, strings.HasPrefix(path, doorPath), path)
	}
	api, err := openapi3.NewLoader().LoadFromFile("../../openapi/suger.yaml")
	require.NoError(t, err)
	assert.Equal(t, api.Info.Version, doc.Info.Version)

	srv := New(t)
	response, err := srv.http.Client().Get(srv.URL + doorPath + "openapi.yaml")
	require.NoError(t, err)
	defer response.Body.Close()
	served, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, string(doorDescription), string(served), "without the key")
}

// What a Go test does with methods, over HTTP.
func TestDoor(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	assert.Nil(t, enter(t, srv, "POST /_fake/store", `{"Offer": [
		{"id": "offer-1", "status": "PENDING_ACCEPTANCE", "partner": "STRIPE", "info": {"dimensions": [{"key": "calls", "rate": 0.5}]}},
		{"id": "offer/2", "status": "PENDING_ACCEPTANCE", "expireTime": "2030-01-02T00:00:00Z"}]}`))

	enter(t, srv, "POST /_fake/faults", `{"faults": ["offers.get=status:503,times:1", "Offers.Get=html:502,times:1,after:2s", "*=truncate"]}`)
	enter(t, srv, "DELETE /_fake/faults?operation=*", "")
	_, err := client.Offers.Get(t.Context(), "offer-1")
	assert.ErrorContains(t, err, "503")
	assert.Equal(t, []any{
		object{"fault": "offers.get=status:503,times:1", "struck": json.Number("1"), "waiting": false},
		object{"fault": "offers.get=html:502,after:2s,times:1", "struck": json.Number("0"), "waiting": true},
	}, enter(t, srv, "GET /_fake/faults", ""))
	enter(t, srv, "DELETE /_fake/faults", "")
	assert.Empty(t, enter(t, srv, "GET /_fake/faults", ""))
	_, err = client.Offers.Get(t.Context(), "offer-1")
	require.NoError(t, err)

	now := object{"now": "2030-01-01T00:00:00Z"}
	assert.Equal(t, now, enter(t, srv, "PUT /_fake/clock", `{"now": "2030-01-01T01:00:00+01:00"}`))
	assert.Equal(t, now, enter(t, srv, "GET /_fake/clock", ""))
	entitlement := enter(t, srv, "POST /_fake/offers/offer-1/accept", "").(object)["entitlementId"].(string)
	assert.Equal(t, object{"now": "2030-01-02T00:30:00Z"}, enter(t, srv, "POST /_fake/clock/advance", `{"by": "24h30m"}`))
	expired, err := client.Offers.Get(t.Context(), "offer/2")
	require.NoError(t, err)
	assert.Equal(t, gen.OfferStatusExpired, expired.GetStatus())
	invoice := enter(t, srv, "POST /_fake/entitlements/"+entitlement+"/draftInvoice", "").(object)
	assert.Equal(t, "DRAFT", invoice["status"])

	enter(t, srv, "POST /_fake/store", `{"Offer": [{"id": "offer-3", "status": "PENDING_CREATE"}],
		"UsageRecordGroup": [{"id": "group-1", "status": "CREATED"}]}`)
	enter(t, srv, "POST /_fake/offers/offer-3/fail", `{"message": "not eligible"}`)
	enter(t, srv, "POST /_fake/usageRecordGroups/group-1/fail", `{"message": "too late"}`)
	failed := enter(t, srv, "GET /_fake/store", "").(object)
	assert.Equal(t, "CREATE_FAILED", failed["Offer"].([]any)[2].(object)["status"])
	assert.Equal(t, []any{"not eligible"}, failed["Offer"].([]any)[2].(object)["metaInfo"].(object)["errorMessages"])
	assert.Equal(t, "REPORT_FAILED", failed["UsageRecordGroup"].([]any)[0].(object)["status"])
	assert.Contains(t, fmt.Sprint(failed["UsageRecordReport"]), "too late")

	requests := enter(t, srv, "GET /_fake/requests", "").([]any)
	require.Len(t, requests, 3, "none of them at the door")
	last := requests[2].(object)
	assert.Equal(t, "Offers.Get", last["operation"])
	assert.Equal(t, object{"orgId": srv.OrgID, "offerId": "offer/2"}, last["params"])
	assert.Empty(t, last["unknown"])
	assert.Equal(t, json.Number("200"), last["status"])

	offers := enter(t, srv, "GET /_fake/store?type=offer", "").(object)
	assert.Len(t, offers, 1)
	assert.Equal(t, "EXPIRED", offers["Offer"].([]any)[1].(object)["status"])
	enter(t, srv, "POST /_fake/reset", "")
	assert.Empty(t, enter(t, srv, "GET /_fake/store", ""))
	assert.Empty(t, enter(t, srv, "GET /_fake/requests", ""))
	enter(t, srv, "POST /_fake/store/examples", "")
	assert.Greater(t, len(enter(t, srv, "GET /_fake/store", "").(object)), 20)
}

// The README's examples work.
func TestDoorOfTheREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	srv := New(t)
	calls := regexp.MustCompile("`([A-Z]+ /_fake/[a-z/]+)`(?:\\s+with\\s+`([^`]+)`)?").FindAllStringSubmatch(string(readme), -1)
	require.Len(t, calls, 4)
	for _, call := range calls {
		enter(t, srv, call[1], call[2])
	}
	assert.Len(t, srv.faults, 1)
}

// What the door lists of the store can be seeded again.
func TestDoorTakesWhatItLists(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.SeedExamples()
	offer, err := srv.Client().Offers.Create(t.Context(), gen.Offer{Name: new("Enterprise"), Partner: new(gen.PartnerStripe)})
	require.NoError(t, err)
	srv.AcceptOffer(offer.GetID())
	status, before := knock(t, srv, "GET /_fake/store", "")
	require.Equal(t, 200, status)
	assert.Contains(t, before, offer.GetID())
	enter(t, srv, "POST /_fake/reset", "")
	enter(t, srv, "POST /_fake/store", before)
	_, after := knock(t, srv, "GET /_fake/store", "")
	assert.Equal(t, before, after)
}

func TestDoorDelivers(t *testing.T) {
	t.Parallel()
	srv := New(t)
	var mu sync.Mutex
	var got, signatures []string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, string(body))
		signatures = append(signatures, r.Header.Get(webhook.SignatureHeader))
		if r.URL.Path == "/busy" {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(receiver.Close)
	srv.Seed(gen.NotificationEvent{EventID: new("event-1")}, gen.NotificationEvent{EventID: new("event-2")})
	status, answer := knock(t, srv, "POST /_fake/deliveries", fmt.Sprintf(`{"url": %q, "secret": "s"}`, receiver.URL+"/busy"))
	assert.Equal(t, http.StatusBadGateway, status)
	assert.Contains(t, answer, "answered 503 Service Unavailable: busy")
	require.Len(t, got, 1)
	assert.Equal(t, webhook.Sign("s", []byte(got[0])), signatures[0])
	got, signatures = nil, nil
	enter(t, srv, "POST /_fake/deliveries", fmt.Sprintf(`{"url": %q, "twice": true, "backwards": true}`, receiver.URL))
	require.Len(t, got, 4)
	assert.Contains(t, got[1], "event-2")
	assert.Contains(t, got[2], "event-1")
	assert.Equal(t, []string{"", "", "", ""}, signatures)
	enter(t, srv, "POST /_fake/deliveries", fmt.Sprintf(`{"url": %q}`, receiver.URL))
	assert.Len(t, got, 4, "there is nothing new")
}

// A receiver that never answers does not keep the server from closing, and a reset while it is awaited counts.
func TestDeliveryEnds(t *testing.T) {
	t.Parallel()
	srv := NewServer()
	arrived, release := make(chan struct{}), make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or nobody would notice that the sender goes away
		arrived <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer receiver.Close()
	done := make(chan error, 1)
	deliver := func() { done <- srv.Deliver(receiver.URL, "") }
	srv.Seed(gen.NotificationEvent{EventID: new("event-1")})
	go deliver()
	<-arrived
	srv.Reset()
	release <- struct{}{}
	require.NoError(t, <-done)
	srv.Seed(gen.NotificationEvent{EventID: new("event-2")})
	go deliver()
	<-arrived
	srv.Close()
	assert.ErrorContains(t, <-done, "context canceled")
}

func TestDoorNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusExpired)})
	for _, test := range []struct {
		call, body string
		status     int
		want       string
	}{
		{"GET /_fake/", "", 404, "no such path: /_fake/; GET /_fake/openapi.yaml"},
		{"GET /_fake/reset", "", 405, "method not allowed: GET"},
		{"POST /_fake/store", "", 400, "body: unexpected EOF"},
		{"POST /_fake/store", "[1]", 400, "body: want an object such as"},
		{"POST /_fake/store", `{"Offers": []}`, 400, "Offers is no resource of the API"},
		{"POST /_fake/store", `{"Offer": {}}`, 400, "body: Offer is not a list"},
		{"POST /_fake/store", `{"Offer": [{}, 1]}`, 400, "body: Offer/1 is not an object"},
		{"GET /_fake/store?type=Offers", "", 400, "query parameter type: Offers is no resource"},
		{"GET /_fake/store?type=", "", 400, "query parameter type"},
		{"POST /_fake/faults", `{"faults": ["*=truncate", "*=fire"]}`, 400, `body/faults/1: \"fire\" is no fault`},
		{"POST /_fake/faults", `{"fault": "*=truncate"}`, 400, `property \"fault\" is unsupported`},
		{"DELETE /_fake/faults?operatoin=offers.get", "", 400, "query parameter operatoin: the operation has no such parameter"},
		{"DELETE /_fake/faults?operation=offers.got", "", 400, `query parameter operation: there is no operation \"offers.got\"`},
		{"PUT /_fake/clock", strings.Repeat(" ", 2<<20), 400, "body: http: request body too large"},
		{"PUT /_fake/clock", `{}`, 400, `body/now: property \"now\" is missing`},
		{"PUT /_fake/clock", `{"now": "noon"}`, 400, "body/now: "},
		{"PUT /_fake/clock", `{"now": "2026-02-30T00:00:00Z"}`, 400, "body/now: "},
		{"POST /_fake/clock/advance", `{"by": "2 days"}`, 400, "body/by: want a duration such as 36h30m"},
		{"POST /_fake/clock/advance", `{"by": "-1h"}`, 400, "body/by: want a duration such as 36h30m"},
		{"POST /_fake/offers/offer-2/accept", "", 404, "offer not found: offer-2"},
		{"POST /_fake/offers/offer-1/accept", "", 400, `EXPIRED`},
		{"POST /_fake/offers/offer-1/fail", `{"message": "no"}`, 400, "EXPIRED"},
		{"POST /_fake/offers/offer-1/fail", `{}`, 400, `body/message: property \"message\" is missing`},
		{"POST /_fake/usageRecordGroups/group-1/fail", `{"message": "no"}`, 404, "group-1"},
		{"POST /_fake/entitlements/ent-1/draftInvoice", "", 404, "entitlement not found: ent-1"},
		{"POST /_fake/deliveries", `{"url": "file:///etc/passwd"}`, 400, "body/url: want a URL with http or https"},
		{"POST /_fake/deliveries", `{"url": "//example.com"}`, 400, "body/url: want a URL with http or https"},
		{"POST /_fake/deliveries", `{"url": "http://x", "secret": null}`, 400, "body/secret: "},
	} {
		status, answer := knock(t, srv, test.call, test.body)
		assert.Equal(t, test.status, status, "%s %s", test.call, test.body)
		assert.Contains(t, answer, test.want, "%s %s", test.call, test.body)
	}
	assert.Empty(t, enter(t, srv, "GET /_fake/faults", ""), "none of several when one is wrong")
}

// Nobody enters without the key, nor with a form, which web sites can send without asking first.
func TestDoorWantsTheKey(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1")})
	try := func(method, path, authorization, contentType string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(`{"by": "1h"}`))
		require.NoError(t, err)
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Content-Type", contentType)
		response, err := srv.http.Client().Do(r)
		require.NoError(t, err)
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(answer)
	}
	for path, operations := range loadDoor() {
		for method, op := range operations {
			for _, authorization := range []string{"", "Key", "Key other", "Bearer " + srv.APIKey} {
				status, answer := try(method, path, authorization, "application/json")
				if op.id == "getDescription" {
					assert.Equal(t, 200, status)
				} else {
					assert.Equal(t, 401, status, op.id)
					assert.Contains(t, answer, "API key", op.id)
				}
			}
		}
	}
	status, answer := try("POST", "/_fake/clock/advance", "Key "+srv.APIKey, "application/x-www-form-urlencoded")
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "Content-Type")
	offers, err := srv.Client().Offers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, offers, 1)
}

// Neither faults nor options nor added paths stand in the way of the door.
func TestDoorIsAlwaysOpen(t *testing.T) {
	t.Parallel()
	for _, option := range []Option{Examples(), Synthesized(1), Handle("/", http.NotFoundHandler())} {
		srv := New(t, option)
		srv.Fail("*", Status(503))
		enter(t, srv, "POST /_fake/store", `{"Offer": [{"id": "offer-1"}]}`)
		assert.Equal(t, object{"Offer": []any{object{"id": "offer-1"}}}, enter(t, srv, "GET /_fake/store", ""))
	}
}

// What a web site could send does not get to the door, not even with the key.
func TestDoorIsGuarded(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1")})
	for _, test := range []struct {
		host, origin string
		status       int
	}{
		{"evil.example", "", 421}, {"", "https://evil.example", 403}, {"", "null", 403},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/_fake/reset", nil)
		require.NoError(t, err)
		r.Host = test.host
		r.Header.Set("Authorization", "Key "+srv.APIKey)
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		response, err := srv.http.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, test.status, response.StatusCode)
	}
	assert.NotEmpty(t, enter(t, srv, "GET /_fake/store", ""))
}
