package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// TestNotifyContacts checks that no success looks as if the mail had not gone out, and no failure as if it had.
func TestNotifyContacts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		eventID                 string // of a success
		err                     string // of a DecodeError
		certain                 bool   // whether the call took effect all the same
	}{
		{"event", "application/json", `{"eventID": "e-1"}`, 200, "e-1", "", true},
		{"empty string", "application/json", `""`, 200, "", "", true},
		{"null", "application/json", "null", 200, "", "", true},
		{"no body", "", "", 200, "", "", true},
		{"no content", "", "", 204, "", "", true},
		{"white space", "application/json", " \n", 200, "", "", true},
		{"garbage", "application/json", "ok", 200, "", "invalid character", false},
		{"HTML", "text/html", "<title>Log in</title>", 200, "", "it is no JSON: Log in", false},
		{"array", "application/json", "[]", 200, "", "want a JSON object, not []", false},
		{"string", "application/json", `"sent"`, 200, "", `want a JSON object, not "sent"`, false},
		{"error", "application/json", `{"error": "x"}`, 200, "", `want the properties of NotificationEvent, not {"error": "x"}`, false},
		{"message", "application/json", `{"message": "Forbidden"}`, 200, "", "want the properties of NotificationEvent", false},
		{"number for an id", "application/json", `{"eventID": 7}`, 200, "", "cannot unmarshal number", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, answer(tt.status, tt.contentType, tt.body))
			event, err := client.Offers.NotifyContacts(t.Context(), "o-1", []string{"c-1"})
			if tt.err == "" {
				require.NoError(t, err)
				assert.Equal(t, tt.eventID, event.GetEventID())
				return
			}
			assert.Nil(t, event)
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T", err)
			assert.ErrorContains(t, err, tt.err)
			assert.Equal(t, tt.status, e.StatusCode)
			assert.Equal(t, tt.body, string(e.Body))
			if tt.certain {
				assertKinds(t, err)
				assert.ErrorContains(t, err, "the call succeeded")
			} else {
				assertKinds(t, err, api.ErrOutcomeUnknown)
				assert.NotContains(t, err.Error(), "succeeded")
			}
			assert.False(t, api.IsRetryable(err))
		})
	}
	t.Run("error with an empty body", func(t *testing.T) {
		t.Parallel()
		for _, body := range []string{"", `""`, `{"eventID": "e-1"}`} {
			event, err := serve(t, answer(500, "application/json", body)).Offers.NotifyContacts(t.Context(), "o-1", nil)
			assertKinds(t, err, api.ErrServer, api.ErrOutcomeUnknown)
			assert.Nil(t, event)
		}
	})
}

// TestDecodeErrorKeepsTheRest checks that a property of the wrong type does not lose the other properties.
func TestDecodeErrorKeepsTheRest(t *testing.T) {
	t.Parallel()
	client := serve(t, answer(200, "application/json", `{"id": "o-1", "externalID": 7, "name": "Spring offer", "novelty": true}`))
	_, err := client.Offers.Get(t.Context(), "o-1")
	e, ok := errors.AsType[*api.DecodeError](err)
	require.True(t, ok, "%T", err)
	got, ok := e.Value.(*gen.Offer)
	require.True(t, ok, "%T", e.Value)
	assert.Equal(t, "o-1", got.GetID())
	assert.Equal(t, "Spring offer", got.GetName())
	assert.Equal(t, map[string]any{"novelty": true}, got.AdditionalProperties)
}

// TestEmptyAnswer checks that an empty answer is an error for an operation that answers with an object.
func TestEmptyAnswer(t *testing.T) {
	t.Parallel()
	_, err := serve(t, answer(200, "", "")).Offers.Get(t.Context(), "o-1")
	assert.ErrorContains(t, err, "the answer is empty")
}

// TestForwardCompatible checks that values and properties nobody knows yet survive, on the way back too.
func TestForwardCompatible(t *testing.T) {
	t.Parallel()
	const body = `{"id": "o-1", "partner": "MARS", "status": "PONDERED", "expireTime": "", "creationTime": "2026-03-04", "endTime": null,
		"metaInfo": {"internalNote": "call", "bigID": 12345678901234567890, "nested": {"amount": 16777217.05}}}`
	var sent string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		if r.Method == http.MethodGet {
			io.WriteString(w, body)
		} else {
			io.WriteString(w, sent)
		}
	})
	got, err := client.Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	assert.Equal(t, gen.Partner("MARS"), got.GetPartner())
	assert.EqualValues(t, "PONDERED", got.GetStatus())
	assert.True(t, got.ExpireTime.IsZero())
	assert.Equal(t, 2026, got.CreationTime.Year())
	assert.Nil(t, got.EndTime)

	meta := *got.MetaInfo
	meta.InternalNote = new("called")
	_, err = client.Offers.UpdateMetaInfo(t.Context(), "o-1", meta)
	require.NoError(t, err)
	assert.JSONEq(t, `{"internalNote": "called", "bigID": 12345678901234567890, "nested": {"amount": 16777217.05}}`, sent)
	assert.Contains(t, sent, "12345678901234567890") // JSONEq compares floats
}

// TestAmounts checks that amounts are not cut to 32 bits, neither in a query nor in a body.
func TestAmounts(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/refund") {
			assert.Equal(t, "16777217.05", r.URL.Query().Get("amount"))
		} else {
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.Contains(t, string(body), "16777217.05")
		}
		io.WriteString(w, `{"id": "1", "records": {"gb": 16777217.05}}`)
	})
	_, err := client.Billing.CreateRefund(t.Context(), "b-1", "p-1", 16777217.05)
	require.NoError(t, err)
	got, err := client.Metering.ReportUsageRecordGroup(t.Context(), "e-1", gen.CreateUsageRecordGroupParams{Records: map[string]float64{"gb": 16777217.05}})
	require.NoError(t, err)
	assert.Equal(t, 16777217.05, got.GetRecords()["gb"])
}

// TestReportUsage follows the id of a group of usage through the tries of a call.
func TestReportUsage(t *testing.T) {
	t.Parallel()
	conflict := answer(409, "application/json", `"the id exists"`)
	for _, tt := range []struct {
		name     string
		id       *string // of the caller
		answers  []http.HandlerFunc
		tries    int
		conflict bool
	}{
		{"id made up", nil, []http.HandlerFunc{answer(200, "", `{}`)}, 1, false},
		{"id of the caller", new("mine"), []http.HandlerFunc{answer(200, "", `{}`)}, 1, false},
		{"answer lost", nil, []http.HandlerFunc{hangUp, conflict}, 2, false},
		{"answer lost, id of the caller", new("mine"), []http.HandlerFunc{hangUp, conflict}, 2, false},
		{"gateway", nil, []http.HandlerFunc{answer(504, "", ""), hangUp, conflict}, 3, false},
		{"not arrived before", nil, []http.HandlerFunc{hangUp, answer(200, "", `{}`)}, 2, false},
		{"conflict at once", new("mine"), []http.HandlerFunc{conflict}, 1, true},
		{"conflict after a refusal", new("mine"), []http.HandlerFunc{answer(429, "", ""), conflict}, 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var ids []string
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet { // the client looks whether the report arrived
					fmt.Fprintf(w, `{"usageRecordGroups": [{"id": "another"}, {"id": %q, "status": "CREATED"}]}`, ids[0])
					return
				}
				var body struct{ ID string }
				assert.NoError(t, json.NewDecoder(r.Body).Decode(&body))
				mu.Lock()
				ids = append(ids, body.ID)
				n := len(ids)
				mu.Unlock()
				if n <= len(tt.answers) {
					tt.answers[n-1](w, r)
				}
			})
			got, err := client.Metering.ReportUsageRecordGroup(t.Context(), "e-1", gen.CreateUsageRecordGroupParams{ID: tt.id})
			require.Len(t, ids, tt.tries)
			for _, id := range ids {
				assert.Equal(t, ids[0], id, "every try has the same id")
			}
			if tt.id != nil {
				assert.Equal(t, *tt.id, ids[0])
			} else {
				id, err := uuid.Parse(ids[0])
				assert.NoError(t, err)
				assert.EqualValues(t, 7, id.Version())
			}
			if tt.conflict {
				assertKinds(t, err, api.ErrConflict)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, ids[0], got.GetID())
		})
	}
}

// TestReportUsageInABatch checks that a batch, which carries no ids, is not repeated.
func TestReportUsageInABatch(t *testing.T) {
	t.Parallel()
	tries := 0
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tries++
		answer(502, "", "")(w, r)
	})
	_, err := client.Metering.BatchReportUsageRecordGroups(t.Context(), []gen.UsageRecordGroupBatchItem{{EntitlementID: "e-1"}})
	assertKinds(t, err, api.ErrServer, api.ErrOutcomeUnknown)
	assert.Equal(t, 1, tries)
}

// TestIDs checks that an id fills in one segment of the path and nothing else.
func TestIDs(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/org/org-1/offer/a%2Fb%3Fc", r.URL.EscapedPath())
	})
	for _, id := range []string{"", ".", ".."} {
		err := client.Offers.Delete(t.Context(), id)
		e, ok := errors.AsType[*gen.ArgumentError](err)
		require.True(t, ok, "%q: %T", id, err)
		assert.Equal(t, "offerId", e.Argument)
		assert.ErrorContains(t, err, fmt.Sprintf("Offers.Delete: offerId %q", id))
	}
	assert.NoError(t, client.Offers.Delete(t.Context(), "a/b?c"))
}

func TestDo(t *testing.T) {
	t.Parallel()
	type thing struct{ Name string }
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		assert.Equal(t, "Key "+apiKey, r.Header.Get("Authorization"))
		json.NewEncoder(w).Encode(thing{fmt.Sprint(r.Method, " ", r.URL.RequestURI(), " ", r.Header.Get("Content-Type"), " ", string(body))})
	})
	for _, tt := range []struct {
		method, path string
		in           any
		want         string
	}{
		{"GET", "/org/{orgId}/newThing/42", nil, "GET /org/org-1/newThing/42  "},
		{"GET", "/org/{orgId}/newThing?limit=1&q=%2F", nil, "GET /org/org-1/newThing?limit=1&q=%2F  "},
		{"PUT", "/a%2Fb", thing{"n"}, `PUT /a%2Fb application/json {"Name":"n"}`},
		{"POST", "/things/", []int{}, "POST /things/ application/json []"},
	} {
		var got thing
		require.NoError(t, client.Do(t.Context(), tt.method, tt.path, tt.in, &got))
		assert.Equal(t, tt.want, got.Name)
	}
	assert.NoError(t, client.Do(t.Context(), "POST", "/things", nil, nil), "the answer is dropped")

	for _, path := range []string{"", "things", "//elsewhere.test/things", "https://elsewhere.test/things", "/", "/a//b", "/a/../b", "/a/./b", "/a/%2e%2e/b", "/%zz"} {
		assert.ErrorContains(t, client.Do(t.Context(), "GET", path, nil, nil), fmt.Sprintf("Do: path %q", path))
	}
	assert.ErrorContains(t, client.Do(t.Context(), "POST", "/things", make(chan int), nil), "the body cannot be encoded")
}

func TestDoRetries(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{"GET": 3, "HEAD": 3, "PUT": 3, "DELETE": 3, "POST": 1, "PATCH": 1} {
		tries := 0
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			tries++
			body, _ := io.ReadAll(r.Body)
			assert.Equal(t, `"in"`, string(body), "every try has the body")
			w.WriteHeader(http.StatusBadGateway)
		})
		err := client.Do(t.Context(), method, "/things", "in", nil)
		assert.ErrorIs(t, err, api.ErrServer)
		assert.Equal(t, method != "GET" && method != "HEAD", errors.Is(err, api.ErrOutcomeUnknown), method)
		assert.Equal(t, want > 1, api.IsRetryable(err), method)
		assert.Equal(t, want, tries, method)
	}
}
