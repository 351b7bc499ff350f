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

func TestRequestsThatTheDescriptionDoesNotAllow(t *testing.T) {
	t.Parallel()
	s := New(t)
	org := "/org/" + s.OrgID
	key := "Key " + s.APIKey
	for name, test := range map[string]struct {
		method, path, body, authorization string
		status                            int
		message                           string
	}{
		"unknown path":         {"GET", org + "/nothing", "", key, 404, "no such path: " + org + "/nothing"},
		"trailing slash":       {"DELETE", org + "/offer/", "", key, 404, "no such path: " + org + "/offer/"},
		"step up":              {"DELETE", org + "/offer/..", "", key, 404, "no such path: " + org + "/offer/.."},
		"wrong method":         {"PUT", org + "/offer", "", key, 405, "method not allowed: PUT"},
		"no credentials":       {"GET", org + "/offer", "", "", 401, "missing or wrong credentials in the header Authorization"},
		"wrong key":            {"GET", org + "/offer", "", "Key nonsense", 401, "missing or wrong credentials in the header Authorization"},
		"wrong scheme":         {"GET", org + "/offer", "", "Bearer " + s.APIKey, 401, "missing or wrong credentials in the header Authorization"},
		"other organization":   {"GET", "/org/other/offer", "", key, 404, "organization not found: other"},
		"query type":           {"GET", org + "/offer?limit=ten", "", key, 400, "query parameter limit: "},
		"query enum":           {"GET", org + "/offer?status=open", "", key, 400, "query parameter status: value is not one of the allowed values"},
		"query missing":        {"POST", org + "/offer/1/extendExpiryDate", "", key, 400, "query parameter newExpiryDate: value is required but missing"},
		"path enum":            {"GET", org + "/partner/MARS/product", "", key, 400, "path parameter partner: value is not one of the allowed values"},
		"body missing":         {"POST", org + "/offer", "", key, 400, "body: value is required but missing"},
		"body no JSON":         {"POST", org + "/offer", "{", key, 400, "body: "},
		"body two values":      {"POST", org + "/offer", "{} {}", key, 400, "body: "},
		"body type":            {"POST", org + "/offer", `{"info": {"commits": [{"quantity": "3"}]}}`, key, 400, "body/info/commits/0/quantity: value must be an integer"},
		"body enum":            {"POST", org + "/offer", `{"partner": "MARS"}`, key, 400, "body/partner: value is not one of the allowed values"},
		"body date":            {"POST", org + "/offer", `{"expireTime": "tomorrow"}`, key, 400, "body/expireTime: "},
		"body length":          {"POST", org + "/addon", `{"name": "abc"}`, key, 400, "body/name: minimum string length is 4"},
		"body integer":         {"POST", org + "/offer", `{"info": {"commits": [{"quantity": 9223372036854775808}]}}`, key, 400, "body/info/commits/0/quantity: number must be an int64"},
		"method of a neighbor": {"GET", org + "/contact/batch", "", key, 405, "method not allowed: GET"},
		"body too large":       {"POST", org + "/addon", `{"amount": 1e999}`, key, 400, "body"},
		"body required":        {"POST", org + "/entitlement/1/addCredit", `{"entitlementID": "1", "organizationID": "2"}`, key, 400, `body/creditAmountIncrement: property "creditAmountIncrement" is missing`},
		"body media type":      {"PATCH", org + "/offer/1/metaInfo", "text", key, 400, "body: "},
	} {
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
