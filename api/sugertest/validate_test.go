package sugertest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// forbidden are requests to the organization org-1, which takes the key key-1, and how they are refused.
var forbidden = map[string]struct {
	method, path, body, authorization string
	status                            int
	message                           string // its start
}{
	"unknown path":         {"GET", "/org/org-1/nothing", "", "Key key-1", 404, "no such path: /org/org-1/nothing"},
	"trailing slash":       {"DELETE", "/org/org-1/offer/", "", "Key key-1", 404, "no such path: /org/org-1/offer/"},
	"step up":              {"DELETE", "/org/org-1/offer/..", "", "Key key-1", 404, "no such path: /org/org-1/offer/.."},
	"wrong method":         {"PUT", "/org/org-1/offer", "", "Key key-1", 405, "method not allowed: PUT"},
	"no credentials":       {"GET", "/org/org-1/offer", "", "", 401, "missing or wrong credentials in the header Authorization"},
	"wrong key":            {"GET", "/org/org-1/offer", "", "Key nonsense", 401, "missing or wrong credentials in the header Authorization"},
	"wrong scheme":         {"GET", "/org/org-1/offer", "", "Bearer key-1", 401, "missing or wrong credentials in the header Authorization"},
	"other organization":   {"GET", "/org/other/offer", "", "Key key-1", 404, "organization not found: other"},
	"query type":           {"GET", "/org/org-1/offer?limit=ten", "", "Key key-1", 400, "query parameter limit: "},
	"query enum":           {"GET", "/org/org-1/invoice?status=open", "", "Key key-1", 400, "query parameter status: value is not one of the allowed values"},
	"query missing":        {"POST", "/org/org-1/offer/1/extendExpiryDate", "", "Key key-1", 400, "query parameter newExpiryDate: value is required but missing"},
	"path enum":            {"GET", "/org/org-1/partner/MARS/product", "", "Key key-1", 400, "path parameter partner: value is not one of the allowed values"},
	"body missing":         {"POST", "/org/org-1/offer", "", "Key key-1", 400, "body: value is required but missing"},
	"body no JSON":         {"POST", "/org/org-1/offer", "{", "Key key-1", 400, "body: "},
	"body two values":      {"POST", "/org/org-1/offer", "{} {}", "Key key-1", 400, "body: "},
	"body type":            {"POST", "/org/org-1/offer", `{"info": {"commits": [{"quantity": "3"}]}}`, "Key key-1", 400, "body/info/commits/0/quantity: value must be an integer"},
	"body enum":            {"POST", "/org/org-1/offer", `{"partner": "MARS"}`, "Key key-1", 400, "body/partner: value is not one of the allowed values"},
	"body date":            {"POST", "/org/org-1/offer", `{"expireTime": "tomorrow"}`, "Key key-1", 400, "body/expireTime: "},
	"body length":          {"POST", "/org/org-1/addon", `{"name": "abc"}`, "Key key-1", 400, "body/name: minimum string length is 4"},
	"body integer":         {"POST", "/org/org-1/offer", `{"info": {"commits": [{"quantity": 9223372036854775808}]}}`, "Key key-1", 400, "body/info/commits/0/quantity: number must be an int64"},
	"method of a neighbor": {"GET", "/org/org-1/contact/batch", "", "Key key-1", 405, "method not allowed: GET"},
	"body too large":       {"POST", "/org/org-1/addon", `{"amount": 1e999}`, "Key key-1", 400, "body"},
	"body required":        {"POST", "/org/org-1/entitlement/1/addCredit", `{"entitlementID": "1", "organizationID": "2"}`, "Key key-1", 400, `body/creditAmountIncrement: property "creditAmountIncrement" is missing`},
	"body media type":      {"PATCH", "/org/org-1/offer/1/metaInfo", "text", "Key key-1", 400, "body: "},
}

func TestRequestsThatTheDescriptionDoesNotAllow(t *testing.T) {
	t.Parallel()
	s := New(t, Organization("org-1", "key-1"))
	for name, test := range forbidden {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), test.method, s.URL+test.path, strings.NewReader(test.body))
			require.NoError(t, err)
			if test.authorization != "" {
				r.Header.Set("Authorization", test.authorization)
			}
			if test.body != "" && test.body != "text" {
				r.Header.Set("Content-Type", "application/json")
			}
			response, err := s.http.Client().Do(r)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			assert.Equal(t, test.status, response.StatusCode)
			assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
			message, err := decode(body)
			require.NoError(t, err)
			assert.True(t, strings.HasPrefix(message.(string), test.message), "%s", message)
			if test.status == 405 {
				assert.Contains(t, []string{"GET, POST", "POST"}, response.Header.Get("Allow"))
			}
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Seed(gen.SupportTicket{ID: new("ticket-1"), Name: new("Usage report failed")})
	for name, test := range map[string]struct {
		form    string
		status  int
		message string
	}{
		"other parts": {"--limit\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nsee page 2\r\n" +
			"--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.txt\"\r\n\r\nfour\r\n--limit--\r\n", 200, ""},
		"no file": {"--limit\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nsee page 2\r\n--limit--\r\n", 400, "body/file: "},
		"no form": {"four", 400, "body/file: "},
		"empty":   {"", 400, "body/file: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/org/"+s.OrgID+"/support/ticket/ticket-1/attachment",
				strings.NewReader(test.form))
			require.NoError(t, err)
			r.Header.Set("Authorization", "Key "+s.APIKey)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=limit")
			status, body := send(t, s, r)
			assert.Equal(t, test.status, status)
			assert.Contains(t, body, test.message)
		})
	}
}
