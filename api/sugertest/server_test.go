package sugertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/tests/operations"
)

func init() {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
}

// conforming is a transport that fails the test for each answer that the description does not allow.
type conforming struct {
	t    testing.TB
	next http.RoundTripper
}

func (c conforming) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	assert.NoError(c.t, checkAnswer(r, response, body), "%s %s answered %d %.300s", r.Method, r.URL, response.StatusCode, body)
	return response, nil
}

func checkAnswer(r *http.Request, response *http.Response, body []byte) error {
	op := findOperation(r)
	if op == nil {
		return nil
	}
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
		Status:                 response.StatusCode,
		Header:                 response.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

func findOperation(r *http.Request) *operation {
	for _, op := range loadDescription().operations {
		if op.method() == r.Method && matches(op.path(), r.URL.EscapedPath()) {
			return op
		}
	}
	return nil
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, segment := range want {
		if segment != got[i] && !strings.HasPrefix(segment, "{") {
			return false
		}
	}
	return true
}

// checked makes a client of the server check every answer.
func checked(t testing.TB, s *Server) api.Option {
	return api.WithTransport(conforming{t, s.http.Client().Transport})
}

// newRequest makes up a valid request for an operation.
func newRequest(t testing.TB, s *Server, op *operation, seed uint64) *http.Request {
	synth := &synthesizer{seed: seed, orgID: s.OrgID}
	path := op.path()
	for _, ref := range op.route.PathItem.Parameters {
		value := fmt.Sprint(synth.value(ref.Value.Schema, ref.Value.Name, op.id+"/"+ref.Value.Name))
		if ref.Value.Name == "orgId" {
			value = s.OrgID
		}
		path = strings.Replace(path, "{"+ref.Value.Name+"}", value, 1)
	}
	var body io.Reader
	contentType := ""
	if requestBody := op.route.Operation.RequestBody; requestBody != nil {
		for mediaType, content := range requestBody.Value.Content {
			contentType = mediaType
			if mediaType == "multipart/form-data" {
				var form bytes.Buffer
				w := multipart.NewWriter(&form)
				part, err := w.CreateFormFile("file", "usage.csv")
				require.NoError(t, err)
				_, _ = io.WriteString(part, "day,calls\n")
				require.NoError(t, w.Close())
				contentType, body = w.FormDataContentType(), &form
				continue
			}
			data, err := json.Marshal(synth.value(content.Schema, "", op.id+"/body"))
			require.NoError(t, err)
			body = bytes.NewReader(data)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), op.method(), s.URL+path, body)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+s.APIKey)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	query := r.URL.Query()
	for _, p := range op.query() {
		if p.Required {
			query.Set(p.Name, fmt.Sprint(synth.value(p.Schema, p.Name, op.id+"/"+p.Name)))
		}
	}
	r.URL.RawQuery = query.Encode()
	return r
}

// send sends a request and returns status and body.
func send(t testing.TB, s *Server, r *http.Request) (int, string) {
	response, err := s.http.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.NoError(t, checkAnswer(r, response, body), "%s %s: %.2000s", r.Method, r.URL, body)
	return response.StatusCode, string(body)
}

func TestEveryOperationAnswersFromTheDescription(t *testing.T) {
	t.Parallel()
	require.Len(t, loadDescription().operations, len(operations.All(t)))
	require.Len(t, Operations(), len(operations.All(t))+len(loadAccess()))
	for name, option := range map[string]Option{"examples": Examples(), "synthesized": Synthesized(7)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(t, option)
			for _, op := range loadDescription().operations {
				status, body := send(t, s, newRequest(t, s, op, 1))
				assert.Equal(t, http.StatusOK, status, "%s: %s", op.id, body)
			}
		})
	}
}

// refused are the operations that the state of the examples does not allow, with what the answer says.
var refused = map[string]string{
	"updateInvoiceInfo":              `the invoice is \"FINALIZED\"`,
	"updateEntitlementSeat":          "the entitlement has no Azure subscription",
	"updateEntitlementPriceModel":    `the partner is \"AWS\"`,
	"retryUsageRecordGroup":          `the usage record group is \"REPORTED\"`,
	"deleteUsageRecordGroup":         `the usage record group is \"REPORTED\"`,
	"reportUsageRecordGroup":         "body/billableRecords: not together with records",
	"batchReportUsageRecordGroups":   "body/0/billableRecords: not together with records",
	"batchValidateUsageRecordGroups": "body/0/billableRecords: not together with records",
	"divideEntitlementCommit":        "body/startDates: the first must be the start of the term",
	"deleteEntitlementTerm":          "the term does not come from a divided commit",
	"deleteProduct":                  `the product is \"PUBLIC\"`,
	"deleteOffer":                    `the offer is \"PENDING_ACCEPTANCE\"`,
	"createRefund":                   "a refund cannot be refunded",
	"notifyOfferContacts":            "body/0: contact not found",
	"getOfferByExternalId":           "offer not found",
	"createOrUpdateDraftOffer":       "offer not found",
	"createOrUpdateDraftProduct":     "product not found",
	"createEntitlement":              "body/offerId: offer not found",
	"createBuyer":                    "body/partner: the partner is",
	"addEntitlementCredit":           "the entitlement has no term",
	"listAiUsage":                    "query parameter endTime: want a time up to 90 days after startTime",
	"listOperations":                 "body/filter/operator: want",
	"getCrmEnrichmentProgress":       "integration not found",
	"validateCrmQuery":               "integration not found",
	"updateContactTags":              "body/tags/0: want 1 to 10 letters",
}

// Every operation acts on the examples of the description, with a made-up body that has every property.
func TestEveryOperationActsOnTheExamples(t *testing.T) {
	t.Parallel()
	for _, op := range loadDescription().operations {
		t.Run(op.id, func(t *testing.T) {
			t.Parallel()
			s := New(t)
			s.SeedExamples()
			r := newRequest(t, s, op, 2)
			nameExisting(s, op, r)
			status, body := send(t, s, r)
			if message, ok := refused[op.id]; ok {
				assert.Contains(t, []int{400, 404}, status)
				assert.Contains(t, body, message)
			} else {
				assert.Equal(t, 200, status, body)
			}
			for _, list := range []string{"notificationEvent", "notificationMessage", "paymentTransaction", strings.ToLower(op.typ[:min(1, len(op.typ))]) + op.typ[min(1, len(op.typ)):]} {
				r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/org/"+s.OrgID+"/"+list, nil)
				require.NoError(t, err)
				r.Header.Set("Authorization", "Key "+s.APIKey)
				send(t, s, r) // what the operation left behind is valid
			}
		})
	}
}

// nameExisting puts the ids of objects that exist into the path of a request.
func nameExisting(s *Server, op *operation, r *http.Request) {
	if len(op.names) == 0 {
		return
	}
	last := op.names[len(op.names)-1]
	var target object
	for _, target = range s.state.all(last.typ) {
		break
	}
	path := op.path()
	for _, name := range op.names {
		id := text(target, idOf(last.typ))
		if name != last {
			if property := propertyLike(last.typ, name.param); property != "" {
				id = text(target, property)
				s.state.put(name.typ, merged(s.state.get(name.typ, id), object{"id": id}))
			} else {
				id = s.state.table(name.typ).ids[0]
			}
		}
		path = strings.Replace(path, "{"+name.param+"}", id, 1)
	}
	r.URL.Path = strings.Replace(path, "{orgId}", s.OrgID, 1)
}

// BenchmarkNew starts servers of a process that has one already.
func BenchmarkNew(b *testing.B) {
	NewServer().Close()
	for b.Loop() {
		NewServer().Close()
	}
}

// BenchmarkFirst is what the first server of a process does before it answers.
func BenchmarkFirst(b *testing.B) {
	for b.Loop() {
		parseDescription()
	}
}
